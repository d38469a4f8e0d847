"""The networks on drawn heatmaps of people in motion: a sequence's PoseResults, as the estimator would give them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment
from yacs.config import CfgNode

from modules.core.errors import EngineError
from modules.core.geometry import visible_px
from modules.core.skeleton import NUM_JOINTS
from modules.core.types import Lod, Person, PoseResult
from modules.estimator.acceleration import core_count, heavy_parts
from modules.estimator.compiled import CompiledModule
from modules.estimator.compiled_refinement import CompiledLastStep, CompiledRefinement
from modules.evaluation.accuracy.voxel import Found, VoxelNets
from modules.evaluation.common.sightings import Sightings
from modules.SelfPose3d.lib.core.fusion import fold_batch_norms
from modules.SelfPose3d.lib.training.scenes import STRIDE


def run_faster(nets: VoxelNets, config: CfgNode, sightings: Sightings) -> None:
    """Puts OpenVINO under the nets, for heatmaps of the sightings' size, where it is to be had; as the program does."""
    nets.enter(sightings.network_size, *sightings.space)
    try:
        for part in heavy_parts(nets.network, config)[1:]:  # there is no backbone
            fold_batch_norms(part.module)
            part.put(CompiledModule(part.module, part.sample, core_count(), part.half))
        width, height = (side // STRIDE for side in sightings.network_size)
        refinement = CompiledRefinement(nets.network.refine_net)
        refinement.prepare_whole(height, width)
        nets.network.refine_net = refinement
        if nets.network.last_step is not None:
            nets.network.last_step = CompiledLastStep(nets.network.last_step)
    except EngineError:
        return  # torch goes on alone, slower


def found_by_nets(nets: VoxelNets, sightings: Sightings) -> Iterator[PoseResult]:
    """One PoseResult a frame, in order; people unnumbered (track ids count from 1 in each frame, the surest first)."""
    nets.enter(sightings.network_size, *sightings.space)
    for sighting in sightings:
        found = nets.find(sighting.scene.heatmaps, sighting.scene.cameras)
        frame = sighting.people_2d
        persons = tuple(_person(found, n, sightings) for n in range(len(found.scores)))
        yield PoseResult(frame.frame_index, frame.time_s, 0.0, (0.0, 0.0), persons)


def numbered_by_truth(results: Iterator[PoseResult], sightings: Sightings, within_mm: float = 500.0) -> Iterator[PoseResult]:
    """The same results, everyone numbered by the true person (from 1) they are nearest to; ghosts are left out.

    For figures about motion alone, apart from those about identities.
    """
    for result in results:
        truth = sightings.people.joints_world_mm[result.frame_index]
        poses = np.array([p.joints_world_mm for p in result.persons]).reshape(-1, 1, NUM_JOINTS, 3)
        distance = np.nan_to_num(np.linalg.norm(poses - truth[None], axis=-1).mean(-1), nan=1e9)
        rows, columns = linear_sum_assignment(np.minimum(distance, within_mm))
        kept = [
            replace(result.persons[r], track_id=int(c) + 1)
            for r, c in zip(rows, columns, strict=True)
            if distance[r, c] < within_mm
        ]
        yield replace(result, persons=tuple(sorted(kept, key=lambda p: p.track_id)))


def _person(found: Found, n: int, sightings: Sightings) -> Person:
    root, joints = found.roots_mm[n], found.joints_mm[n]
    pixels = np.stack([visible_px(np.concatenate([joints, root[None]]), camera) for camera in sightings.cameras])
    score = float(found.scores[n])
    sure = {"view_trust": found.view_trust[n], "joint_sd_mm": found.sd_mm[n]}
    return Person(n + 1, Lod.FULL, score, root, joints, pixels[:, -1], pixels[:, :-1], **sure)
