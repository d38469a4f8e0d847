"""Calibration from boards, and boards to print."""
