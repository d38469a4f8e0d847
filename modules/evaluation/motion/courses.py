"""Synthetic courses: people who walk, run and strike, as the networks find them frame by frame, with truth.

One course for each kind of motion, frame rate and rig in turn. Identities are the truth's: what is measured is motion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from yacs.config import CfgNode

from modules.core.trajectory import Sample, TrajectorySet
from modules.evaluation.accuracy.voxel import VoxelNets
from modules.evaluation.common.in_the_loop import found_by_nets, numbered_by_truth, run_faster
from modules.evaluation.common.sequences import MovingPeople, sample_sequence
from modules.evaluation.common.sightings import Sightings
from modules.motion.gather import raw_trajectories
from modules.SelfPose3d.lib.training.runs import published_rigs

KINDS, RATES_FPS, RIGS = ("walking", "running", "sports"), (60.0, 30.0), ("shelf", "panoptic_5hd")
#: Seconds of a course by its frame rate, people in it, and the floor's radius, mm: what both rigs see well.
SECONDS, PEOPLE, RADIUS_MM = {60.0: 2.5, 30.0: 4.0}, 3, 1600.0
#: Seeds: the smoother's constants were chosen on CALIBRATION (``--calibrate``), the figures are of TEST.
CALIBRATION, TEST = 0, 1
#: Longest gap that is cut, s, and how many are cut per person and second.
GAP_S, GAPS_A_SECOND = 0.3, 2.0


@dataclass(frozen=True, eq=False)
class Course:
    """One sequence: ``raw`` as measured, ``people`` the truth; track_id n is the truth's person n - 1."""

    rig: str
    people: MovingPeople
    raw: TrajectorySet

    @property
    def name(self) -> str:
        """For tables."""
        return f"{self.people.kind}, {self.people.fps:g} fps, {self.rig.split('_')[0]}"

    def truth_mm(self, track_id: int) -> np.ndarray:
        """float64 [T, J, 3], mm, world."""
        return self.people.joints_world_mm[:, track_id - 1]


def courses(config: CfgNode, seed: int, only: int | None = None) -> Iterator[Course]:
    """Courses of one seed, each kind at each frame rate; rigs take turns, and change places with the seed.

    ``only``: as many courses; None: all six.
    """
    rigs = published_rigs()
    plans = [(kind, fps) for fps in RATES_FPS for kind in KINDS]
    for number, (kind, fps) in enumerate(plans[:only]):
        rig = RIGS[(number + seed) % len(RIGS)]
        people = sample_sequence(kind, seed, PEOPLE, SECONDS[fps], fps, RADIUS_MM)
        sightings = Sightings(people, rigs[rig], seed=seed)
        nets = VoxelNets(config)
        run_faster(nets, config, sightings)
        results = numbered_by_truth(found_by_nets(nets, sightings), sightings)
        yield Course(rig, people, raw_trajectories(results, fps, f"{kind} {fps:g}", frames=range(len(people.present))))


def with_gaps(course: Course, seed: int = 0) -> tuple[TrajectorySet, list[tuple[int, int, slice]]]:
    """The raw set with measurements cut out, and what was cut: (track_id, joint, frames).

    Every gap is one joint's, of 1 frame to GAP_S, between two measured values, apart from others.
    """
    rng = np.random.default_rng([seed, len(course.raw.frames)])
    longest = round(GAP_S * course.people.fps)
    cut: list[tuple[int, int, slice]] = []
    people = []
    for person in course.raw.people:
        positions, sd, samples = (np.array(a) for a in (person.positions_world_mm, person.sd_mm, person.samples))
        count = len(samples)
        for _ in range(round(GAPS_A_SECOND * count / course.people.fps)):
            length, joint = int(rng.integers(1, longest + 1)), int(rng.integers(samples.shape[1]))
            start = int(rng.integers(2, max(count - length - 2, 3)))
            gap, around = slice(start, start + length), slice(start - 2, start + length + 2)
            if start + length + 2 <= count and (samples[around, joint] == Sample.MEASURED).all():
                positions[gap, joint] = sd[gap, joint] = np.nan
                samples[gap, joint] = Sample.MISSING
                cut.append((person.track_id, joint, gap))
        people.append(replace(person, positions_world_mm=positions, sd_mm=sd, samples=samples))
    return replace(course.raw, people=tuple(people)), cut
