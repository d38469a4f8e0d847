"""How wide heatmap peaks are: the refinement and the voxel nets learned from peaks of this width."""

from __future__ import annotations

#: Standard deviation of a peak, cells: a constant, and a share of the person's size in cells (as measured of the shipped 2D
#: network: ``lib/training/README.md``).
SIGMA_CELLS, SIGMA_PER_SIZE = 0.75, 0.015
