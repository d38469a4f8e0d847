"""People over time in the window: made in the background of what is computed, for the timeline, the curves and the files."""
