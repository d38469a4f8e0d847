"""What the level of detail saves: fewer people in full detail, a change of the distance, a step back to a computed frame."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from modules.core.protocols import Estimator
from modules.core.types import POSE_STAGES, FrameSet, Lod, PoseResult
from modules.evaluation.common.report import markdown_table
from modules.evaluation.speed.timing import Spread


@dataclass(frozen=True)
class LodSpeed:
    """One frame at two LoD distances.

    Attributes:
        people, near: people in full detail without a limit, and within ``distance_mm``.
        all_ms, near_ms: root net, pose net and refinement at either; all_pose_ms, near_pose_ms: the pose net alone;
            all_refine_ms, near_refine_ms: the refinement alone.
        change_ms: the distance is lifted on a computed frame, everything included; change_pose_ms: the pose net's part of it,
            for the people who had no pose yet.
        back_ms: asking again for a frame whose people are all computed.
    """

    distance_mm: float
    people: int
    near: int
    all_ms: Spread
    near_ms: Spread
    all_pose_ms: Spread
    near_pose_ms: Spread
    all_refine_ms: Spread
    near_refine_ms: Spread
    change_ms: Spread
    change_pose_ms: Spread
    back_ms: Spread

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def choose_distance(result: PoseResult) -> float | None:
    """A LoD distance, mm, halfway between the nearest and the second nearest person in full detail; None for fewer than two."""
    distances = sorted(p.distance_mm(result.lod_origin_xy_mm) for p in result.persons if p.lod is Lod.FULL)
    return (distances[0] + distances[1]) / 2 if len(distances) > 1 else None


def measure_lod(estimator: Estimator, frame: FrameSet, repeats: int = 7) -> LodSpeed | None:
    """Measures one frame, after one uncounted turn; None if it has fewer than two people in full detail."""
    whole = estimator.refine(estimator.detect(frame), 0.0)
    distance = choose_distance(whole)
    if distance is None:
        return None
    names = ("all", "near", "all_pose", "near_pose", "all_refine", "near_refine", "change", "change_pose", "back")
    samples: dict[str, list[float]] = {name: [] for name in names}
    near = whole
    for _ in range(repeats + 1):
        everyone = estimator.refine(estimator.detect(frame), 0.0)
        detection = estimator.detect(frame)
        near = estimator.refine(detection, distance)
        for name, result in (("all", everyone), ("near", near)):
            samples[name].append(lifting_ms(result))
            samples[f"{name}_pose"].append(stage_ms(result, "pose_net"))
            samples[f"{name}_refine"].append(stage_ms(result, "refine"))
        changed, change_ms = clocked(lambda detection=detection: estimator.refine(detection, 0.0))
        samples["change"].append(change_ms)
        samples["change_pose"].append(stage_ms(changed, "pose_net"))
        samples["back"].append(clocked(lambda detection=detection: estimator.refine(detection, 0.0))[1])
    spreads = {f"{name}_ms": Spread.of(values[1:]) for name, values in samples.items()}
    return LodSpeed(distance, count_full(whole), count_full(near), **spreads)


def lifting_ms(result: PoseResult) -> float:
    """Milliseconds from heatmaps to poses: root net, pose net and refinement."""
    return sum(stage_ms(result, stage) for stage in ("root_net", *POSE_STAGES))


def stage_ms(result: PoseResult, stage: str) -> float:
    """Milliseconds of a stage; 0 where it did not run."""
    return result.timings_ms.get(stage, 0.0)


def count_full(result: PoseResult) -> int:
    """People in full detail."""
    return sum(p.lod is Lod.FULL for p in result.persons)


def clocked(compute: Callable[[], PoseResult]) -> tuple[PoseResult, float]:
    """The value and the milliseconds it took."""
    start = time.perf_counter()
    value = compute()
    return value, 1000 * (time.perf_counter() - start)


def lod_table(speed: LodSpeed) -> str:
    """The figures with the aims beside them; the root net looks for everyone at any distance."""
    share = f"{speed.near} of {speed.people}"
    pose = speed.change_pose_ms.median
    rows = [
        [f"root net + pose net + refinement, {speed.people} people in full detail", str(speed.all_ms), ""],
        [f"root net + pose net + refinement, {share} (within {speed.distance_mm:.0f} mm)", str(speed.near_ms), ""],
        [f"pose net alone, {speed.people} people in full detail", str(speed.all_pose_ms), ""],
        [f"pose net alone, {share}", str(speed.near_pose_ms), f"{speed.near / speed.people:.2f} ×"],
        [f"refinement alone, {speed.people} people in full detail", str(speed.all_refine_ms), ""],
        [f"refinement alone, {share}", str(speed.near_refine_ms), ""],
        ["distance lifted on a computed frame", str(speed.change_ms), f"≤ 100 + {pose:.0f} (pose net)"],
        ["step back to a computed frame", str(speed.back_ms), "≤ 30"],
    ]
    if not speed.all_pose_ms.median:
        rows = [row for row in rows if not row[0].startswith("pose net")]
    return markdown_table(["level of detail", "ms, median (p10–p90)", "aim"], rows)
