"""What the calibration's commands share: rigs, people who walk in them, and how far two calibrations are apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from modules.core.geometry import inside_frame, project
from modules.core.people2d import People2D
from modules.core.room import fit_space
from modules.core.types import Camera
from modules.evaluation.common.sequences import MovingPeople, sample_sequence
from modules.evaluation.common.sightings import Sightings
from modules.SelfPose3d.lib.training.heatmaps import Noise
from modules.SelfPose3d.lib.training.rigs import random_rig
from modules.SelfPose3d.lib.training.runs import published_rigs

#: Seed tag of the random rigs: no training stream and no held-out scene has it.
SEED = 20_261_127
#: Seconds that people walk, instants a second that are looked at, and the radius of the floor that they keep to, mm.
SECONDS, RATE_HZ, RADIUS_MM = 30.0, 10.0, 2500.0


@dataclass(frozen=True, eq=False)
class Watched:
    """A rig that watched people.

    Attributes:
        name: the rig's. calibration: as it is given. real: as the cameras stand. people: the motion. seen: what was seen.
    """

    name: str
    calibration: tuple[Camera, ...]
    real: tuple[Camera, ...]
    people: MovingPeople
    seen: tuple[People2D, ...]


def published() -> dict[str, tuple[Camera, ...]]:
    """Shelf's, Campus's and Panoptic's rigs, each with the middle of its floor at the origin."""
    return {name: centred(rig) for name, rig in published_rigs().items()}


def drawn(count: int) -> dict[str, tuple[Camera, ...]]:
    """Random rigs of 2, 3, … 8, 2, … cameras whose views share the middle of the floor with another at least."""
    made: dict[str, tuple[Camera, ...]] = {}
    rng = np.random.default_rng([SEED, 0])
    while len(made) < count:
        views = 2 + len(made) % 7
        rig = centred(random_rig(rng, views))
        if _shares_a_floor(rig):
            made[f"random {len(made) + 1}"] = rig
    return made


def centred(rig: Sequence[Camera]) -> tuple[Camera, ...]:
    """The rig moved so that the cameras look at the origin."""
    x, y, _ = fit_space(rig)[1]
    return tuple(replace(camera, center_world_mm=camera.center_world_mm - np.array([x, y, 0.0])) for camera in rig)


def watch(
    name: str, rig: Sequence[Camera], people: int, seed: int, noise: Noise | None = None, kind: str = "walking",
    seconds: float = SECONDS, rate_hz: float = RATE_HZ,
) -> Watched:  # fmt: skip
    """People of one kind of motion, seen by a rig with the generator's errors."""
    motion = sample_sequence(kind, seed, people, seconds, rate_hz, RADIUS_MM)
    sightings = Sightings(motion, rig, noise, seed, draw=False)
    seen = tuple(sighting.people_2d for sighting in sightings)
    return Watched(name, tuple(rig), sightings.real_cameras, motion, seen)


def turned_deg(a: Camera, b: Camera) -> float:
    """Angle between two cameras' rotations, degrees."""
    return float(np.rad2deg(np.arccos(np.clip((np.trace(a.R_world_to_cam @ b.R_world_to_cam.T) - 1) / 2, -1, 1))))


@dataclass(frozen=True, eq=False)
class Apart:
    """How a rig differs from another after the best rotation, shift and scale between them.

    Attributes:
        turned_deg: float64 [V]. moved: float64 [V], share of the rig's size (twice the farthest camera from the middle).
        scale: what the rig's lengths have to be multiplied by.
    """

    turned_deg: np.ndarray
    moved: np.ndarray
    scale: float


def apart(rig: Sequence[Camera], real: Sequence[Camera]) -> Apart:
    """Compares two rigs: rotation by the mean over cameras (chordal), shift and scale by their centres."""
    U, _, Vt = np.linalg.svd(sum(b.R_world_to_cam.T @ a.R_world_to_cam for a, b in zip(rig, real, strict=True)))
    turn = U @ np.diag([1, 1, np.linalg.det(U @ Vt)]) @ Vt
    aligned = [replace(camera, R_world_to_cam=camera.R_world_to_cam @ turn.T) for camera in rig]
    mine = np.array([camera.center_world_mm for camera in rig]) @ turn.T
    true = np.array([camera.center_world_mm for camera in real])
    mine, true = mine - mine.mean(0), true - true.mean(0)
    scale = float((mine * true).sum() / (mine**2).sum())
    size = 2 * np.linalg.norm(true, axis=1).max()
    angles = np.array([turned_deg(a, b) for a, b in zip(aligned, real, strict=True)])
    return Apart(angles, np.linalg.norm(scale * mine - true, axis=1) / size, scale)


def _shares_a_floor(rig: Sequence[Camera]) -> bool:
    """Whether most of the floor that people walk on is seen, from the knees to the chest, by two cameras at least."""
    angle = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    ring = np.stack([np.cos(angle), np.sin(angle)], 1)
    spots = np.concatenate([ring * radius for radius in (500.0, 1200.0)])
    columns = np.concatenate([np.repeat(spots[:, None], 2, 1), np.broadcast_to([[[400.0], [1300.0]]], (len(spots), 2, 1))], -1)
    counts = np.zeros(len(spots), int)
    each = []
    for camera in rig:
        pixels, valid = project(columns, camera)
        seen = (valid & inside_frame(pixels, camera.width_px, camera.height_px)).all(1)
        counts += seen
        each.append(seen.mean())
    return bool((counts >= 2).mean() > 0.6 and min(each) > 0.3)
