"""Accuracy and speed, measured by commands: ``python -m modules.evaluation.accuracy`` and ``….speed``."""
