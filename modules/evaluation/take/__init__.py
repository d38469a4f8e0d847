"""Whether people keep their numbers, what a take costs, and what it survives: ``python -m modules.evaluation.take``."""
