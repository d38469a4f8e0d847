"""What the evaluation says of poses: the demo, synthetic scenes, Panoptic."""
