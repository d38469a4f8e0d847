"""How well the program agrees with the reference poses of the demo recordings.

The reference is triangulated from a heavy 2D model, not ground truth; it has a known error of its own (``data/README.md``).
Compared are the 12 joints that COCO and the 15-joint skeleton define alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from modules.core.protocols import Estimator, FrameSource
from modules.core.skeleton import BODY_JOINTS, COCO_OF_JOINT, JOINT_NAMES, LEFT_HIP, NUM_JOINTS, RIGHT_HIP
from modules.core.types import Lod, PoseResult
from modules.evaluation.common.metrics import MATCH_MM, joint_distances_mm, mean_distances_mm
from modules.evaluation.common.report import markdown_table, number, percent

DATA_DIR = Path(__file__).resolve().parents[1] / "data"
#: A person in full detail this far from everyone true is a ghost if it stands within this distance of the space's centre, mm.
GHOST_MM, GHOST_RADIUS_MM = 500.0, 2000.0


@dataclass(frozen=True)
class DemoSet:
    """One demo recording, its reference, and the names of the reference's people in their order.

    ``near`` people must be found in full detail; ``far`` ones stand at the edge of the cameras' coverage: their root counts.
    """

    folder: str
    reference: str
    near: tuple[str, ...]
    far: tuple[str, ...]

    @property
    def people(self) -> tuple[str, ...]:
        """Names in the reference's order: near ones first."""
        return self.near + self.far


DEMO_SETS: tuple[DemoSet, ...] = (
    DemoSet("Demo_MultiPerson", "pose2sim_multi_reference.npz", ("athlete", "woman"), ("bystander",)),
    DemoSet("Demo_SinglePerson", "pose2sim_single_reference.npz", ("athlete",), ("bystander",)),
)
#: Figure (recording, row) -> what the project aims at, as printed beside the figure.
TARGETS: dict[tuple[str, str], str] = {
    ("Demo_MultiPerson", "athlete found"): "≥ 98 %",
    ("Demo_MultiPerson", "woman found"): "≥ 98 %",
    ("Demo_MultiPerson", "median joint distance"): "≤ 40 mm",
    ("Demo_MultiPerson", "frames with a ghost"): "≤ 1 %",
    ("Demo_MultiPerson", "bystander root found"): "≥ 50 %",
    ("Demo_SinglePerson", "athlete found"): "≥ 98 %",
    ("Demo_SinglePerson", "median joint distance"): "≤ 40 mm",
    ("Demo_SinglePerson", "frames with a ghost"): "≤ 1 %",
}


def load_reference(demo: DemoSet) -> np.ndarray:
    """float64 [frame, person, J, 3], mm, world: the reference in the 15-joint order; NaN: unknown or not compared."""
    with np.load(DATA_DIR / demo.reference, allow_pickle=False) as archive:
        coco = archive["X3d_mm"][:, : len(demo.people)].astype(np.float64)
    joints = np.full((*coco.shape[:2], NUM_JOINTS, 3), np.nan)
    for joint in BODY_JOINTS:
        joints[:, :, joint] = coco[:, :, COCO_OF_JOINT[joint]]
    return joints


@dataclass(frozen=True, eq=False)
class FrameScore:
    """One frame against its reference; R people in the reference.

    Attributes:
        present: bool [R], the reference knows at least one joint of the person.
        found: bool [R], a person in full detail has a mean joint distance of at most 500 mm; one serves one person only.
        root_found: bool [R], some person's root (in full detail or not) is at most 500 mm from the reference's mid-hip.
        root_known: bool [R], the reference knows both hips.
        errors_mm: float [R, J], joint distances of the found people; NaN: not found or not compared.
        ghosts: people in full detail farther than 500 mm from everyone in the reference, near the space's centre.
    """

    present: np.ndarray
    found: np.ndarray
    root_found: np.ndarray
    root_known: np.ndarray
    errors_mm: np.ndarray
    ghosts: int


def score_frame(result: PoseResult, reference_mm: np.ndarray, space_center_mm: Sequence[float]) -> FrameScore:
    """Compares one result with the reference people [R, J, 3] (NaN: unknown) of its frame."""
    full = [p for p in result.persons if p.lod is Lod.FULL]
    joints = np.array([p.joints_world_mm for p in full], np.float64).reshape(-1, NUM_JOINTS, 3)
    roots = np.array([p.root_world_mm for p in result.persons], np.float64).reshape(-1, 3)
    distances = mean_distances_mm(joints, reference_mm)
    errors = np.full(reference_mm.shape[:2], np.nan)
    for p, r in one_to_one(distances, MATCH_MM):
        errors[r] = joint_distances_mm(joints[p : p + 1], reference_mm[r : r + 1])[0, 0]
    hips = (reference_mm[:, LEFT_HIP] + reference_mm[:, RIGHT_HIP]) / 2
    to_hips = np.linalg.norm(roots[:, None] - hips[None], axis=-1)
    lonely = (distances > GHOST_MM).all(axis=1)
    centered = [np.hypot(*(p.root_world_mm[:2] - np.asarray(space_center_mm[:2]))) <= GHOST_RADIUS_MM for p in full]
    return FrameScore(
        present=np.isfinite(reference_mm).all(-1).any(-1),
        found=np.isfinite(errors).any(-1),
        root_found=(to_hips <= MATCH_MM).any(axis=0),  # NaN: no
        root_known=np.isfinite(hips).all(-1),
        errors_mm=errors,
        ghosts=int((lonely & np.asarray(centered, bool)).sum()),
    )


def one_to_one(distances_mm: np.ndarray, limit_mm: float) -> list[tuple[int, int]]:
    """(row, column) pairs, closest first, each row and column used once, none farther apart than the limit."""
    left = np.array(distances_mm, np.float64)
    pairs = []
    while left.size and left.min() <= limit_mm:
        row, column = (int(i) for i in np.unravel_index(left.argmin(), left.shape))
        pairs.append((row, column))
        left[row, :] = np.inf
        left[:, column] = np.inf
    return pairs


@dataclass(frozen=True, eq=False)
class DemoScore:
    """All compared frames of one demo recording."""

    demo: DemoSet
    frames: tuple[FrameScore, ...]

    def share_found(self, person: int) -> float:
        """Share of the frames where the reference has the person, in which it was found; NaN without such frames."""
        return _share([f.found[person] for f in self.frames if f.present[person]])

    def share_root_found(self, person: int) -> float:
        """The same for the root alone."""
        return _share([f.root_found[person] for f in self.frames if f.root_known[person]])

    def errors_mm(self, people: Sequence[int]) -> np.ndarray:
        """float [N, J], mm: joint distances of these people wherever found; NaN: not compared."""
        rows = [f.errors_mm[r] for f in self.frames for r in people]
        return np.asarray(rows, np.float64).reshape(-1, NUM_JOINTS)

    @property
    def near(self) -> range:
        """Indices of the people who must be found in full detail."""
        return range(len(self.demo.near))

    @property
    def share_ghosts(self) -> float:
        """Share of the frames with at least one ghost."""
        return _share([f.ghosts > 0 for f in self.frames])

    def as_dict(self) -> dict[str, Any]:
        """Every figure, for JSON."""
        people = {
            name: {
                "frames_in_reference": sum(bool(f.present[r]) for f in self.frames),
                "frames_without_reference": sum(not f.present[r] for f in self.frames),
                "found": self.share_found(r),
                "root_found": self.share_root_found(r),
                "median_mm": median(self.errors_mm([r])),
                "mean_mm": mean(self.errors_mm([r])),
                "joint_median_mm": {JOINT_NAMES[j]: median(self.errors_mm([r])[:, j]) for j in BODY_JOINTS},
            }
            for r, name in enumerate(self.demo.people)
        }
        return {
            "frames": len(self.frames),
            "people": people,
            "median_mm": median(self.errors_mm(self.near)),
            "mean_mm": mean(self.errors_mm(self.near)),
            "ghost_frames": self.share_ghosts,
            "ghosts": sum(f.ghosts for f in self.frames),
        }


def evaluate_demo(
    demo: DemoSet,
    source: FrameSource,
    estimator: Estimator,
    space_center_mm: Sequence[float],
    indices: Sequence[int],
    progress: Callable[[int, int], None] | None = None,
) -> DemoScore:
    """Runs the estimator over the named frames of a recording, everyone in full detail, and compares with the reference."""
    reference = load_reference(demo)
    indices = [i for i in indices if i < min(len(source), len(reference))]
    scores = []
    for done, index in enumerate(indices):
        result = estimator.refine(estimator.detect(source.read(index)), 0.0)
        scores.append(score_frame(result, reference[index], space_center_mm))
        if progress is not None:
            progress(done + 1, len(indices))
    return DemoScore(demo, tuple(scores))


def figure_table(score: DemoScore) -> str:
    """The headline figures with the project's aims beside them."""
    rows: list[tuple[str, str]] = []
    for r, name in enumerate(score.demo.near):
        rows.append((f"{name} found", percent(score.share_found(r))))
    rows.append(("median joint distance", f"{number(median(score.errors_mm(score.near)))} mm"))
    rows.append(("frames with a ghost", percent(score.share_ghosts)))
    for r, name in enumerate(score.demo.far, len(score.demo.near)):
        rows.append((f"{name} root found", percent(score.share_root_found(r))))
        rows.append((f"{name} found in full detail", percent(score.share_found(r))))
    table = [(name, value, TARGETS.get((score.demo.folder, name), "")) for name, value in rows]
    return markdown_table([f"{score.demo.folder}, {len(score.frames)} frames", "measured", "aim"], table)


def joint_table(score: DemoScore) -> str:
    """Median distance per joint and person, mm, and in how many frames the reference lacks the person."""
    rows: list[list[object]] = []
    for j in BODY_JOINTS:
        rows.append([JOINT_NAMES[j], *(median(score.errors_mm([r])[:, j]) for r in range(len(score.demo.people)))])
    rows.append(["all joints, median", *(median(score.errors_mm([r])) for r in range(len(score.demo.people)))])
    rows.append(["all joints, mean", *(mean(score.errors_mm([r])) for r in range(len(score.demo.people)))])
    missing = (sum(not f.present[r] for f in score.frames) for r in range(len(score.demo.people)))
    rows.append(["frames without reference", *missing])
    return markdown_table(["median joint distance, mm", *score.demo.people], rows)


def median(values: np.ndarray) -> float:
    """Median of the numbers that are not NaN; NaN without any."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")


def mean(values: np.ndarray) -> float:
    """Mean of the numbers that are not NaN; NaN without any."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")


def _share(flags: Sequence[bool]) -> float:
    return float(np.mean(flags)) if len(flags) else float("nan")
