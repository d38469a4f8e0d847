"""SelfPose3d (Srivastav et al., CVPR 2024): the network, its weights and its training on synthetic scenes."""
