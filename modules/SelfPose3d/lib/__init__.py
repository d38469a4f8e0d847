"""Tensors only: no Qt, no files but checkpoints."""
