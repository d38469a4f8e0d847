"""Synthetic courses: people who walk, run and strike, as the networks find them frame by frame, with truth.

One course for each kind of motion, frame rate and rig in turn. Identities are the truth's: what is measured is motion.
What the networks find takes minutes and is kept in files; what cleaning makes of it takes seconds.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from yacs.config import CfgNode

from modules.core.config import weights_path
from modules.core.skeleton import JOINT_NAMES, NUM_JOINTS
from modules.core.trajectory import Sample, Trajectory, TrajectorySet
from modules.evaluation.accuracy.voxel import VoxelNets
from modules.evaluation.common.in_the_loop import found_by_nets, numbered_by_truth, run_faster
from modules.evaluation.common.options import PROJECT_DIR
from modules.evaluation.common.sequences import MovingPeople, sample_sequence
from modules.evaluation.common.sightings import Sightings
from modules.motion.deviations import deviations_mm
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


def courses(config: CfgNode, seed: int, folder: Path, only: int | None = None, fresh: bool = False) -> Iterator[Course]:
    """Courses of one seed, each kind at each frame rate; rigs take turns, and change places with the seed.

    Args:
        folder: keeps what the networks found, a file per course; used again while weights, configuration and code of networks
            and courses are the same.
        only: as many courses; None: all six. fresh: computes all anew.
    """
    rigs = published_rigs()
    made_by = fingerprint(config)
    plans = [(kind, fps) for fps in RATES_FPS for kind in KINDS]
    for number, (kind, fps) in enumerate(plans[:only]):
        rig = RIGS[(number + seed) % len(RIGS)]
        people = sample_sequence(kind, seed, PEOPLE, SECONDS[fps], fps, RADIUS_MM)
        file = folder / f"{seed}_{kind}_{fps:g}_{rig}.npz"
        kept = None if fresh else _kept(file, made_by)
        if kept is None:
            kept = _found(config, Sightings(people, rigs[rig], seed=seed, longest=max(config.NETWORK.IMAGE_SIZE)))
            folder.mkdir(parents=True, exist_ok=True)
            np.savez_compressed(file, joints_mm=kept[0], sd_mm=kept[1], made_by=made_by)
        yield Course(rig, people, _raw(*kept, fps, f"{kind} {fps:g}"))


def fingerprint(config: CfgNode) -> str:
    """Of all that decides what the networks find in a course."""
    digest = hashlib.sha256()
    for name in (
        "NETWORK",
        "MULTI_PERSON",
        "PICT_STRUCT",
        "PROJECTION",
        "ROOT_V2V",
        "POSE_V2V",
        "REFINE",
        "RUNTIME",
        "WEIGHTS",
    ):
        digest.update(str(config[name]).encode() if name in config else b"")
    modules = PROJECT_DIR / "modules"
    code = [*modules.glob("SelfPose3d/lib/**/*.py"), *modules.glob("evaluation/common/*.py"), Path(__file__)]
    weights = [weights_path(name) for key, name in config.WEIGHTS.items() if key != "BACKBONE" and name]
    for file in sorted([*code, *weights]):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _found(config: CfgNode, sightings: Sightings) -> tuple[np.ndarray, np.ndarray]:
    """Joints float32 [T, P, J, 3], mm, world, of the true people as the networks find them, and their deviations; NaN: not."""
    nets = VoxelNets(config)
    run_faster(nets, config, sightings)
    joints, sd = np.full((2, *sightings.people.joints_world_mm.shape), np.nan, np.float32)
    for result in numbered_by_truth(found_by_nets(nets, sightings), sightings):
        for person in result.persons:
            joints[result.frame_index, person.track_id - 1] = person.joints_world_mm
            sd[result.frame_index, person.track_id - 1] = person.joint_sd_mm
    return joints, sd


def _kept(file: Path, made_by: str) -> tuple[np.ndarray, np.ndarray] | None:
    """What an earlier run found; None where there is none, or it was found otherwise."""
    try:
        with np.load(file, allow_pickle=False) as stored:
            return (stored["joints_mm"], stored["sd_mm"]) if str(stored["made_by"]) == made_by else None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None


def _raw(joints_mm: np.ndarray, sd_mm: np.ndarray, fps: float, name: str) -> TrajectorySet:
    people = []
    for person in range(joints_mm.shape[1]):
        x = joints_mm[:, person, :NUM_JOINTS].astype(np.float64)
        samples = np.where(np.isfinite(x).all(-1), Sample.MEASURED, Sample.MISSING)
        people.append(Trajectory(person + 1, f"Person {person + 1}", x, deviations_mm(x, sd_mm[:, person]), samples))
    frames = np.arange(len(joints_mm))
    return TrajectorySet(name, fps, frames, frames / fps, JOINT_NAMES, tuple(people), "raw")


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
