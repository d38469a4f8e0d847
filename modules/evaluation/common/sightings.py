"""What the 2D network makes of people in motion, frame by frame: the training generator's errors, correlated in time.

Each error has the distribution of ``training/heatmaps.py``; what is assumed here is how it goes on. A real detector that is
wrong in one frame is likely to be wrong alike in the next: PERSISTENT of each error's variance lasts, falling off over
PERSISTS_S, the rest is new in every frame; both for how far off a joint is and for what is missed, exchanged or invented.
Calibration and a camera out of step are the same throughout.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr

from modules.core.geometry import apply_affine, frame_to_network, invert_affine
from modules.core.people2d import People2D
from modules.core.skeleton import COCO_NAMES, COCO_OF_JOINT, MID_HIP, NOSE
from modules.core.types import Camera
from modules.evaluation.common.sequences import SEED, MovingPeople, coco_keypoints
from modules.SelfPose3d.lib.training.heatmaps import LIMB_RADIUS, Noise, noisy_blobs, render
from modules.SelfPose3d.lib.training.rigs import perturbed
from modules.SelfPose3d.lib.training.scenes import STRIDE, Scene, look, network_size_for

#: Share of an error's variance that lasts, and for how long (e-folding), s: as measured on the demo (constant parts aside).
PERSISTENT, PERSISTS_S = 0.96, 0.25
#: A 2D person needs this many keypoints of this confidence to be decoded.
DECODED, SHOWN = 4, 0.15
_FACE = tuple(i for i, name in enumerate(COCO_NAMES) if name.endswith(("eye", "ear")))
_JOINTS = np.array(list(COCO_OF_JOINT), int)
_COCO = np.array(list(COCO_OF_JOINT.values()), int)


class LastingDraws:
    """Stands in for a generator whose n-th draw in one frame goes on from the n-th of the frame before.

    Every draw is made from a hidden normal variable: PERSISTENT of its variance is an autoregressive process, the rest is new.
    Draws are told apart by their kind, shape and place in the frame, so the same calls must come in every frame.
    """

    def __init__(self, seed: Sequence[int], fps: float, persistent: float = PERSISTENT, seconds: float = PERSISTS_S) -> None:
        self._new = np.random.default_rng(seed)
        self._keep, self._share = np.exp(-1 / (fps * seconds)), persistent
        self._lasting: dict[tuple[Any, ...], np.ndarray] = {}
        self.next_frame()

    def next_frame(self) -> None:
        """The next draw is the first of another frame."""
        self._drawn: dict[tuple[Any, ...], int] = {}

    def standard_normal(self, size: Any = ()) -> np.ndarray:
        """As of a numpy generator; so are those below."""
        return self._normal("normal", size)

    def normal(self, loc: float, scale: float, size: Any = ()) -> np.ndarray:
        return loc + scale * self._normal("normal", size)

    def random(self, size: Any = ()) -> np.ndarray:
        return np.minimum(ndtr(self._normal("random", size)), np.nextafter(1, 0))

    def uniform(self, low: float, high: float, size: Any = ()) -> np.ndarray:
        return low + (high - low) * ndtr(self._normal("uniform", size))

    def integers(self, high: int, size: Any = ()) -> Any:
        drawn = np.minimum((ndtr(self._normal("integers", size)) * high).astype(int), high - 1)
        return drawn if np.shape(drawn) else int(drawn)

    def choice(self, values: Sequence[float], size: Any = ()) -> np.ndarray:
        return np.asarray(values)[self.integers(len(values), size)]

    def exponential(self, scale: float, size: Any = ()) -> np.ndarray:
        return -scale * np.log1p(-np.minimum(ndtr(self._normal("exponential", size)), np.nextafter(1, 0)))

    def _normal(self, kind: str, size: Any) -> np.ndarray:
        shape = (size,) if np.isscalar(size) else tuple(size)
        place = self._drawn.get((kind, shape), 0)
        self._drawn[kind, shape] = place + 1
        key = (kind, shape, place)
        fresh = self._new.standard_normal(shape)
        last = self._lasting.get(key)
        lasting = fresh if last is None else self._keep * last + np.sqrt(1 - self._keep**2) * fresh
        self._lasting[key] = lasting
        return np.sqrt(self._share) * lasting + np.sqrt(1 - self._share) * self._new.standard_normal(shape)


@dataclass(frozen=True, eq=False)
class Sighting:
    """One frame as the cameras see it: ``people_2d`` as a 2D network reports it, ``scene`` with the heatmaps that it draws."""

    people_2d: People2D
    scene: Scene


class Sightings:
    """A rig that watches people in motion; iterate over it for its frames, as often as you like: they are always the same.

    Args:
        people: the motion. cameras: the calibration as the program knows it.
        noise: the 2D network's and the calibration's errors. seed: of the errors.
        longest: longest side of the network image, px.
        draw: whether heatmaps are drawn (``Scene.heatmaps``; else they are None).
    """

    def __init__(
        self,
        people: MovingPeople,
        cameras: Sequence[Camera],
        noise: Noise | None = None,
        seed: int = 0,
        longest: int = 320,
        draw: bool = True,
    ) -> None:
        self.people, self.cameras, self.draw = people, tuple(cameras), draw
        self.noise = Noise() if noise is None else noise
        self._seed = [SEED, seed, 1]
        rng = np.random.default_rng([SEED, seed])
        size = self.noise.calibration * rng.random(len(self.cameras))
        self.real_cameras = tuple(perturbed(rng, c, s) if s else c for c, s in zip(self.cameras, size, strict=True))
        late = rng.integers(len(self.cameras)) if rng.random() < self.noise.out_of_step else -1
        self.late_frames = np.where(np.arange(len(self.cameras)) == late, rng.choice([-1, 1]), 0)
        self.network_size = network_size_for((cameras[0].width_px, cameras[0].height_px), longest)

    def __len__(self) -> int:
        return len(self.people.present)

    def __iter__(self) -> Iterator[Sighting]:
        draws = LastingDraws(self._seed, self.people.fps)
        for index in range(len(self)):
            draws.next_frame()
            yield self._see(index, draws)

    @property
    def space(self) -> tuple[np.ndarray, np.ndarray]:
        """Centre and size, float64 [3], mm, world, of a space that holds the floor that counts."""
        side = 2 * self.people.radius_mm + 1000
        return np.array([0.0, 0.0, 850.0]), np.array([side, side, 2200.0])

    def _see(self, index: int, draws: LastingDraws) -> Sighting:
        width, height = (side // STRIDE for side in self.network_size)
        at = np.clip(index + self.late_frames, 0, len(self) - 1)
        joints = self.people.joints_world_mm[at]  # [V, P, J, 3]
        there = (self.people.present & ~self.people.hidden)[at]
        views = [look(joints[v], camera, self.network_size) for v, camera in enumerate(self.real_cameras)]
        cells = np.nan_to_num(np.stack([view.cells for view in views])).clip(-1e4, 1e4).astype(np.float32)
        depth = np.stack([view.depth_mm for view in views]).astype(np.float32)
        depth = np.where(there[..., None], depth, 1e6).astype(np.float32)  # who is not there hides nobody
        seen = np.stack([view.seen for view in views]) & there[..., None]
        zoom = np.array([
            c.fx * frame_to_network((c.width_px, c.height_px), self.network_size)[0, 0] / STRIDE for c in self.real_cameras
        ])  # fmt: skip
        stature = self.people.stature_mm[:, None]
        radius = LIMB_RADIUS * stature * (zoom[:, None] / np.maximum(depth[:, :, MID_HIP], 300))[..., None]
        blobs, cross = noisy_blobs(
            draws, self.noise, cells, depth, seen, radius.astype(np.float32), height, width  # type: ignore[arg-type]
        )  # fmt: skip
        people_2d = self._decode(index, joints, blobs.cells, blobs.amplitude, draws)
        own, truth = slice(0, joints.shape[1]), self.people.joints_world_mm[index]
        center, space = self.space
        scene = Scene(
            self.cameras, self.network_size, render(blobs, height, width, cross) if self.draw else None,
            truth.astype(np.float32), seen.sum(0), blobs.cells[:, own], blobs.amplitude[:, own], blobs.spread[:, own],
            center, space,
        )  # fmt: skip
        return Sighting(people_2d, scene)

    def _decode(
        self, index: int, joints: np.ndarray, cells: np.ndarray, amplitude: np.ndarray, draws: LastingDraws
    ) -> People2D:
        """Everyone of whom enough is seen, and the false people, as COCO's keypoints in raw px."""
        views, people = joints.shape[:2]
        keypoints = np.zeros((views, people + 1, len(COCO_NAMES), 3))
        chosen = np.r_[0:people, people]  # the first false set is a whole person
        keypoints[:, :, _COCO, :2] = cells[:, chosen][:, :, _JOINTS]
        keypoints[:, :, _COCO, 2] = amplitude[:, chosen][:, :, _JOINTS]
        # eyes and ears go with the nose as it was found, with an error of their own
        head = coco_keypoints(joints)[..., _FACE, :]
        face = np.stack([look(head[v], c, self.network_size).cells for v, c in enumerate(self.real_cameras)])
        nose = np.stack([look(joints[v, :, NOSE], c, self.network_size).cells for v, c in enumerate(self.real_cameras)])
        off = cells[:, :people, None, NOSE] - nose[:, :, None] + 0.15 * self.noise.offset * draws.standard_normal(face.shape)
        keypoints[:, :people, _FACE, :2] = np.nan_to_num(face + off).clip(-1e4, 1e4)
        keypoints[:, :, _FACE, :2] += np.where(np.arange(people + 1) == people, 1, 0)[:, None, None] * (
            keypoints[:, :, :1, :2] + draws.normal(0, 1, (views, people + 1, len(_FACE), 2))
        )
        keypoints[:, :, _FACE, 2] = keypoints[:, :, :1, 2] * draws.uniform(0.6, 1.0, (views, people + 1, len(_FACE)))
        found = []
        for v, camera in enumerate(self.cameras):
            decoded = keypoints[v][(keypoints[v, :, :, 2] > SHOWN).sum(-1) >= DECODED]
            affine = invert_affine(frame_to_network((camera.width_px, camera.height_px), self.network_size))
            decoded[..., :2] = apply_affine(decoded[..., :2] * STRIDE, affine)
            # the 2D network answers for every keypoint; where it saw nothing, near the others and hardly sure
            weight = decoded[..., 2:] + 1e-6
            middle = (decoded[..., :2] * weight).sum(1, keepdims=True) / weight.sum(1, keepdims=True)
            nothing = decoded[..., 2:] <= 0.02
            decoded[..., :2] = np.where(nothing, middle, decoded[..., :2])
            decoded[..., 2:] = np.where(nothing, 0.02, decoded[..., 2:])
            found.append(decoded[np.argsort(-decoded[..., 2].mean(-1), kind="stable")])
        return People2D(index, index / self.people.fps, tuple(found))
