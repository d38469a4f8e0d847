"""FrameSet → PoseResult: device, stages, level of detail."""
