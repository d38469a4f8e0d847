"""Another take or a reference laid over what is open: distances per joint, over time, and in space."""
