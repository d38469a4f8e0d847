"""What is known about a rig: its calibration, its 2D peaks, its own nets."""
