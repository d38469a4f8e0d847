"""Scripts to start from: they use ``modules.api`` alone."""
