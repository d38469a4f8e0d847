"""SelfPose3d UI: multi-camera, multi-person 3D pose estimation with a desktop window."""
