"""Trajectories that other programs wrote: TRC, C3D, CMU Panoptic's JSON."""
