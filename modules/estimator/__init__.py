"""FrameSet → PoseResult: device, stages, level of detail, tracking."""
