"""The configuration, checked and saved from the window."""
