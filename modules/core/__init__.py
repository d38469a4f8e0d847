"""What all rooms speak: types, skeleton, geometry, configuration. No Qt, no OpenCV, no file formats."""
