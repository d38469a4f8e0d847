"""People over time as files that other programs open: one writer per format, all listed in ``formats.py``."""
