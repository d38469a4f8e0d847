"""What cameras and people seen in 2D say about each other: checks, alignment, synchronisation, calibration."""
