"""The networks on drawn heatmaps of people in motion: a sequence's PoseResults, as the estimator would give them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from modules.core.geometry import visible_px
from modules.core.skeleton import NUM_JOINTS
from modules.core.types import Lod, Person, PoseResult
from modules.evaluation.accuracy.voxel import VoxelNets
from modules.evaluation.common.sightings import Sightings


def found_by_nets(nets: VoxelNets, sightings: Sightings) -> Iterator[PoseResult]:
    """One PoseResult a frame, in order; people unnumbered (track ids count from 1 in each frame, the surest first)."""
    nets.enter(sightings.network_size, *sightings.space)
    for sighting in sightings:
        found = nets.find(sighting.scene.heatmaps, sighting.scene.cameras)
        frame = sighting.people_2d
        persons = [
            _person(number, joints, root, float(score), sightings)
            for number, (joints, root, score) in enumerate(zip(found.joints_mm, found.roots_mm, found.scores, strict=True), 1)
        ]
        yield PoseResult(frame.frame_index, frame.time_s, 0.0, (0.0, 0.0), tuple(persons))


def numbered_by_truth(results: Iterator[PoseResult], sightings: Sightings, within_mm: float = 500.0) -> Iterator[PoseResult]:
    """The same results, everyone numbered by the true person (from 1) they are nearest to; ghosts are left out.

    For figures about motion alone, apart from those about identities.
    """
    from dataclasses import replace

    from scipy.optimize import linear_sum_assignment

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


def _person(number: int, joints: np.ndarray, root: np.ndarray, score: float, sightings: Sightings) -> Person:
    everything = np.concatenate([joints, root[None]])
    pixels = np.stack([visible_px(everything, camera) for camera in sightings.cameras])
    return Person(number, Lod.FULL, score, root, joints, pixels[:, -1], pixels[:, :-1])
