"""One reader per calibration format; each ends in ``modules.core.types.Camera`` (mm, z up, camera centre)."""
