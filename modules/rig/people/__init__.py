"""A calibration from people alone."""
