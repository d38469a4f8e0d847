"""Who is borne out by how many views."""

from __future__ import annotations

import numpy as np

from modules.core.skeleton import NUM_JOINTS
from modules.core.types import supporting_views


def test_a_view_counts_that_knows_enough_joints_well_enough():
    trust = np.zeros((4, 3, NUM_JOINTS), np.float32)
    trust[0, :2] = 1 / 30  # two views, all joints
    trust[1, 0] = 1 / 30  # one view; the second knows four joints, the third none well
    trust[1, 1, :4] = 1 / 30
    trust[1, 2] = 1 / 400
    trust[2] = np.nan
    assert supporting_views(trust).tolist() == [2, 1, 0, 0]
