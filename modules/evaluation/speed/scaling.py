"""How the cost grows with views and people, from synthetic input: a ring of cameras and clean heatmaps of people in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from yacs.config import CfgNode

from modules.core.skeleton import MID_HIP
from modules.core.types import Camera
from modules.evaluation.accuracy.voxel import view_meta
from modules.evaluation.common.report import markdown_table
from modules.evaluation.speed.timing import Spread
from modules.SelfPose3d.lib.models.multi_person_posenet_ssv import MultiPersonPoseNetSSV
from modules.SelfPose3d.lib.training.heatmaps import CLEAN
from modules.SelfPose3d.lib.training.rigs import look_at
from modules.SelfPose3d.lib.training.scenes import Scene, sample_scene

VIEWS: tuple[int, ...] = (2, 3, 4, 5, 6, 7, 8)
PEOPLE: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 8, 10)
#: What stays as it is while the other one grows.
FIXED_VIEWS, FIXED_PEOPLE = 4, 3
#: A large rig and a crowd.
MANY_VIEWS, MANY_PEOPLE = 8, 5
#: Raw frame size over network image size.
FRAME_SCALE = 6
SCENE_TRIES = 50


@dataclass(frozen=True)
class ScalingRow:
    """One size of the input: milliseconds of backbone, root net, and pose net with refinement."""

    views: int
    people: int
    backbone_ms: Spread
    root_ms: Spread
    pose_ms: Spread

    @property
    def total_ms(self) -> float:
        """Sum of the medians."""
        return self.backbone_ms.median + self.root_ms.median + self.pose_ms.median


def ring(count: int, network_size: tuple[int, int], frame_scale: int = FRAME_SCALE) -> tuple[Camera, ...]:
    """``count`` cameras on a circle of 5 m at 2.2 m height that look at its middle; frames have the network image's shape."""
    size = (network_size[0] * frame_scale, network_size[1] * frame_scale)
    angles = 2 * np.pi * np.arange(count) / count + 0.3
    places = [np.array([5000 * np.cos(a), 5000 * np.sin(a), 2200.0]) for a in angles]
    target = np.array([0.0, 0.0, 900.0])
    return tuple(look_at(f"cam{i + 1}", size, 0.75 * min(size), place, target) for i, place in enumerate(places))


def scene_with(people: int, cameras: Sequence[Camera], network_size: tuple[int, int]) -> Scene:
    """A clean scene with exactly so many people; ValueError where the generator never manages."""
    for seed in range(SCENE_TRIES):
        rng = np.random.default_rng([people, len(cameras), seed])
        scene = sample_scene(rng, CLEAN, cameras, max(network_size), people)
        if len(scene.joints_world_mm) == people:
            return scene
    raise ValueError(f"no scene of {people} people in {SCENE_TRIES} tries")


#: Backbone, root net, and pose net with refinement on one input, as functions to be timed.
Stages = tuple[Callable[[], object], ...]


def prepare_size(network: MultiPersonPoseNetSSV, config: CfgNode, device: torch.device, views: int, people: int) -> Stages:
    """The stages for one size of the input, the pose net with ``people`` roots given."""
    size = tuple(config.NETWORK.IMAGE_SIZE)
    cameras = ring(views, size)
    scene = scene_with(people, cameras, size)
    heatmaps = list(scene.heatmaps[:, None].to(device))
    meta = [view_meta(camera, size) for camera in cameras]
    roots = torch.from_numpy(scene.joints_world_mm[:, MID_HIP]).to(device)
    # as in use: where there is a refinement, a pose is known from recognising the person
    starts = None if network.refine_net is None else network.refine_net.rest_at(roots)
    images = [torch.zeros(1, 3, size[1], size[0], device=device) for _ in cameras]
    return (
        lambda: network.heatmaps(images),
        lambda: network.roots(heatmaps, meta),
        lambda: network.regress(heatmaps, meta, roots, starts),
    )


@torch.inference_mode()
def measure_scaling(
    network: MultiPersonPoseNetSSV,
    config: CfgNode,
    device: torch.device,
    repeats: int = 5,
    before: Callable[[], None] = lambda: None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[list[ScalingRow], list[ScalingRow]]:
    """Rows over views (with 3 people), and rows over people (with 4 views).

    All sizes take turns, so that a slow minute of the machine does not fall on one of them; each size's first call of a turn is
    not counted. ``before`` is called first: it sets what the estimator sets before it runs the network.
    """
    before()
    sizes = [(v, FIXED_PEOPLE) for v in VIEWS] + [(FIXED_VIEWS, p) for p in PEOPLE]
    inputs = [prepare_size(network, config, device, *size) for size in sizes]
    samples: list[list[list[float]]] = [[[], [], []] for _ in sizes]
    for turn in range(repeats):
        for stages, into in zip(inputs, samples, strict=True):
            for stage, timings in zip(stages, into, strict=True):
                stage()  # brings this size's buffers and sampling back
                timings.append(_clock(stage, device))
        if progress is not None:
            progress(turn + 1, repeats)
    rows = [ScalingRow(*size, *map(Spread.of, into)) for size, into in zip(sizes, samples, strict=True)]
    return rows[: len(VIEWS)], rows[len(VIEWS) :]


@torch.inference_mode()
def share_of_rate(
    network: MultiPersonPoseNetSSV,
    config: CfgNode,
    device: torch.device,
    repeats: int = 7,
    before: Callable[[], None] = lambda: None,
) -> Spread:
    """Frames a second with MANY_VIEWS views of MANY_PEOPLE people as a share of those with FIXED_VIEWS, turn by turn; the
    networks alone, without reading."""
    before()
    few, many = (prepare_size(network, config, device, views, MANY_PEOPLE) for views in (FIXED_VIEWS, MANY_VIEWS))
    shares = []
    for _ in range(repeats + 1):
        took = [sum(_clock(stage, device) for stage in stages) for stages in (few, many)]
        shares.append(took[0] / took[1])
    return Spread.of(shares[1:])


def _clock(stage: Callable[[], object], device: torch.device) -> float:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    start = time.perf_counter()
    stage()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return 1000 * (time.perf_counter() - start)


def growth(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Exponent b of cost ≈ a · size^b by least squares of the logarithms; 1 is linear."""
    return float(np.polyfit(np.log(sizes), np.log(costs), 1)[0])


def growth_exponents(over_views: Sequence[ScalingRow], over_people: Sequence[ScalingRow]) -> dict[str, float]:
    """Of the whole frame and of the stage that grows."""
    return {
        "frame over views": growth([r.views for r in over_views], [r.total_ms for r in over_views]),
        "backbone over views": growth([r.views for r in over_views], [r.backbone_ms.median for r in over_views]),
        "frame over people": growth([r.people for r in over_people], [r.total_ms for r in over_people]),
        "pose net + refine over people": growth([r.people for r in over_people], [r.pose_ms.median for r in over_people]),
    }


def scaling_tables(over_views: Sequence[ScalingRow], over_people: Sequence[ScalingRow]) -> str:
    """Both tables and the exponents."""
    head = ["views", "people", "backbone ms", "root net ms", "pose net + refine ms", "sum ms"]
    rows = [
        [r.views, r.people, str(r.backbone_ms), str(r.root_ms), str(r.pose_ms), r.total_ms] for r in (*over_views, *over_people)
    ]
    exponents = growth_exponents(over_views, over_people)
    fits = [[name, value, "≤ 1"] for name, value in exponents.items()]
    return markdown_table(head, rows) + "\n\n" + markdown_table(["cost ~ size^b", "b", "aim"], fits)


def as_dict(over_views: Sequence[ScalingRow], over_people: Sequence[ScalingRow]) -> dict[str, Any]:
    """For JSON."""

    def plain(row: ScalingRow) -> dict[str, Any]:
        stages = {name: vars(getattr(row, name)) for name in ("backbone_ms", "root_ms", "pose_ms")}
        return {"views": row.views, "people": row.people, "total_ms": row.total_ms, **stages}

    return {
        "views": [plain(r) for r in over_views],
        "people": [plain(r) for r in over_people],
        "growth": growth_exponents(over_views, over_people),
    }
