"""Synthetic recordings for the rig check: people walking in a rig, in any world, with one thing wrong with it.

What the cameras see is ``evaluation.common.sightings``: the training generator's errors in published and random rigs. The
images are blank; the 2D people come with the index.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from modules.core.geometry import turned_camera
from modules.core.people2d import People2D
from modules.core.rig import Subject
from modules.core.types import Camera, FrameSet, SourceInfo
from modules.core.world import World
from modules.evaluation.common.sequences import sample_sequence
from modules.evaluation.common.sightings import Sightings
from modules.rig.check.hypotheses import COCO_MIRROR, inverted
from modules.SelfPose3d.lib.training.heatmaps import Noise
from modules.SelfPose3d.lib.training.rigs import random_rig
from modules.SelfPose3d.lib.training.runs import published_rigs

#: Seed tag of these rigs; no training stream has it.
SEED = 20_261_127
#: What is multiplied into a rig's millimetres by a file in another unit that is read as metres or as mm.
UNIT_FACTORS = (1.0, 0.1, 0.001, 1 / 304.8, 100.0)
#: How sure the 2D network is of people on their side, as a share, and how many of them it still finds (measured on the demo).
LYING_SURE, LYING_FOUND = 0.55, 0.5
FPS, SECONDS = 30.0, 8.0


@dataclass(frozen=True, eq=False)
class MadeUp:
    """A recording and what is true of it; a ``FrameSource`` and (``find``) its 2D network.

    Attributes:
        name: for tables. cameras: as the calibration has them. frames: 2D people of every frame, upright.
        world: from the calibration's coordinates to true ones (mm, z up, floor 0).
        sideways: view → quarter turns clockwise that put it upright. fps: of the frames.
    """

    name: str
    cameras: tuple[Camera, ...]
    frames: tuple[People2D, ...]
    world: World
    sideways: Mapping[int, int]
    fps: float = FPS

    @property
    def info(self) -> SourceInfo:
        sizes = tuple((camera.width_px, camera.height_px) for camera in self.cameras)
        return SourceInfo(self.name, "synthetic", tuple(c.name for c in self.cameras), len(self.frames), sizes, self.fps)

    def __len__(self) -> int:
        return len(self.frames)

    def read(self, index: int) -> FrameSet:
        blank = np.full((16, 16, 3), 128, np.uint8)
        return FrameSet(index, index / self.fps, (blank,) * len(self.cameras), self.cameras)

    def close(self) -> None:
        """Nothing is held open."""

    def find(self, frame: FrameSet, quarter_turns: tuple[int, ...] | None) -> People2D:
        """What the 2D network says of a frame: people on their side it hardly knows."""
        turns = quarter_turns or (0,) * len(self.cameras)
        views = []
        for view, people in enumerate(self.frames[frame.index].views):
            people = np.array(people)
            if (turns[view] - self.sideways.get(view, 0)) % 4:
                kept = np.random.default_rng([SEED, frame.index, view, turns[view]]).random(len(people)) < LYING_FOUND
                people = people[kept]
                people[..., 2] *= LYING_SURE
            views.append(people)
        return People2D(frame.index, frame.time_s, tuple(views))


def rig_of(seed: int) -> tuple[str, tuple[Camera, ...]]:
    """Shelf's, Campus's and Panoptic's rigs for 0, 1, 2; random ones of 2 to 8 cameras after that."""
    published = published_rigs()
    if seed < len(published):
        return list(published.items())[seed]
    rng = np.random.default_rng([SEED, seed])
    views = 2 + (seed - len(published)) % 7
    return f"random {seed} ({views})", random_rig(rng, views)


def made_up(
    seed: int,
    fault: Subject | None = None,
    plain_world: bool = False,
    late: Sequence[int] = (),
    standing: bool = False,
    seconds: float = SECONDS,
    views: int | None = None,
) -> tuple[MadeUp, tuple[int, ...]]:
    """One recording, and the views that are at fault.

    Args:
        seed: which rig, people, errors and fault. fault: EXCHANGED, MIRRORED, INVERTED, TURNED or none.
        plain_world: mm, z up, floor at 0. late: frames by which each view is late; empty: none.
        standing: nobody walks. views: with so many cameras at most.
    """
    name, rig = rig_of(seed)
    rig = rig[:views]
    rng = np.random.default_rng([SEED, seed, 1])
    people = sample_sequence("standing" if standing else "walking", seed, int(rng.integers(1, 5)), seconds, FPS)
    middle = _looked_at(rig)
    moved = tuple(replace(c, center_world_mm=c.center_world_mm - middle) for c in rig)
    in_step = replace(Noise(), out_of_step=0.0)  # who is late is said by ``late``
    frames = tuple(sight.people_2d for sight in Sightings(people, moved, in_step, seed=seed, draw=False))
    cameras, at_fault, sideways = list(moved), (), {}
    views_drawn = tuple(int(v) for v in rng.permutation(len(rig)))
    if standing:
        frames = (frames[0],) * len(frames)
    if any(late):
        last = len(frames) - 1
        frames = tuple(
            People2D(t, t / FPS, tuple(frames[int(np.clip(t - late[v], 0, last))].views[v] for v in range(len(rig))))
            for t in range(len(frames))
        )
    if fault is Subject.EXCHANGED:
        a, b = at_fault = tuple(sorted(views_drawn[:2]))
        cameras[a], cameras[b] = replace(cameras[b], name=cameras[a].name), replace(cameras[a], name=cameras[b].name)
    elif fault is Subject.MIRRORED:
        at_fault = views_drawn[:1]
        frames = tuple(_changed(frame, at_fault[0], lambda p: _mirrored(p, cameras[at_fault[0]])) for frame in frames)
    elif fault is Subject.TURNED:
        at_fault = views_drawn[:1]
        turn = int(rng.choice([1, 3]))
        size = (cameras[at_fault[0]].width_px, cameras[at_fault[0]].height_px)
        cameras[at_fault[0]] = turned_camera(cameras[at_fault[0]], turn)
        frames = tuple(_changed(frame, at_fault[0], lambda p: _turned(p, turn, size)) for frame in frames)
        sideways = {at_fault[0]: -turn % 4}
    world = World() if plain_world else _any_world(rng, cameras)
    cameras = [world.recording_camera(camera) for camera in cameras]
    if fault is Subject.INVERTED:
        # the camera whose axes are the world's is its own inverse
        at_fault = tuple(v for v in views_drawn if not np.allclose(cameras[v].R_world_to_cam, np.eye(3), atol=1e-6))[:1]
        cameras[at_fault[0]] = inverted(cameras[at_fault[0]])
    return MadeUp(name, tuple(cameras), frames, world, sideways), at_fault


def mixed_up(made: MadeUp, order: Sequence[int]) -> MadeUp:
    """The recording with each view's video in another one's place: view v has that of view ``order[v]``."""
    frames = (People2D(f.frame_index, f.time_s, tuple(f.views[n] for n in order)) for f in made.frames)
    return replace(made, frames=tuple(frames))


def _looked_at(rig: Sequence[Camera]) -> np.ndarray:
    from modules.core.room import fit_space

    return np.array([*fit_space(rig)[1][:2], 0.0])


def _any_world(rng: np.random.Generator, cameras: Sequence[Camera]) -> World:
    """y up, a camera's own axes, upside down or anyhow; the floor anywhere; one of several units."""
    kind = rng.integers(4)
    if kind == 0:
        R = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])  # y up
    elif kind == 1:
        R = cameras[0].R_world_to_cam.T  # the first camera's axes
    elif kind == 2:
        R = np.diag([1.0, -1, -1])  # z down
    else:
        R, _ = np.linalg.qr(rng.normal(size=(3, 3)))
        R = R * np.sign(np.linalg.det(R))
    factor = UNIT_FACTORS[rng.integers(len(UNIT_FACTORS))]
    away = rng.uniform(-1500, 1500, 3) if kind != 1 else cameras[0].center_world_mm
    origin = -(R.T @ away) * factor if kind != 1 else -(R.T @ cameras[0].center_world_mm) * factor
    return World(1 / factor, R, origin)


def _changed(frame: People2D, view: int, change) -> People2D:
    views = list(frame.views)
    views[view] = change(np.array(views[view]))
    return People2D(frame.frame_index, frame.time_s, tuple(views))


def _mirrored(people: np.ndarray, camera: Camera) -> np.ndarray:
    people[..., 0] = camera.width_px - 1 - people[..., 0]
    return people[:, COCO_MIRROR]


def _turned(people: np.ndarray, turns: int, size: tuple[int, int]) -> np.ndarray:
    """Pixels after quarter turns clockwise of an image (width, height)."""
    width, height = size
    for _ in range(turns):
        people[..., 0], people[..., 1] = height - 1 - people[..., 1], people[..., 0].copy()
        width, height = height, width
    return people
