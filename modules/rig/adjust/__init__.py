"""People followed through the views, and the bundle adjustment of cameras and people."""
