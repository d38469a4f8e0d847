"""The networks, under the names that readers of VoxelPose and SelfPose3d look for."""
