"""The panes of the window: each draws one result of one frame and speaks through the state alone."""
