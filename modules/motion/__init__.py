"""From poses to motion: outliers, gaps, smoothing, derived quantities."""
