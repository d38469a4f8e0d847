"""Around the networks: proposals, level of detail, checkpoints, building."""
