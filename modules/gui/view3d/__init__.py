"""The room, the cameras and the people in 3D."""
