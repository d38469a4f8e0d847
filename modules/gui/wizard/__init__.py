"""Calibration step by step: videos, what is seen in them, the cameras that follow."""
