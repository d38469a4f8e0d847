"""The rig check: what a recording's calibration and its people say of each other, and what is done about it."""
