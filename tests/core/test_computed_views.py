"""Who is borne out by how many views."""

from __future__ import annotations

import numpy as np

from modules.core.computed import views_bearing_out
from modules.core.skeleton import NUM_JOINTS


def test_a_view_counts_that_knows_enough_joints_well_enough():
    trust = np.zeros((4, 3, NUM_JOINTS), np.float32)
    trust[0, :2] = 1 / 30  # two views, all joints
    trust[1, 0] = 1 / 30  # one view; the second knows three joints, the third none well
    trust[1, 1, :3] = 1 / 30
    trust[1, 2] = 1 / 400
    trust[2] = np.nan  # nothing is known: it is not judged
    assert views_bearing_out(trust).tolist() == [2, 1, 3, 0]
