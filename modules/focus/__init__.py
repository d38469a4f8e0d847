"""Capture: recordings in four layouts become synchronised frames with calibrated cameras, and inputs for the network."""
