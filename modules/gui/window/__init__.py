"""The window around the panes: docks, menus, status line, banner, and what it remembers."""
