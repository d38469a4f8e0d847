"""A given calibration put right by the people in the recording."""
