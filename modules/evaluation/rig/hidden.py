"""Both demo recordings with their extrinsics hidden: calibrated from people, against the shipped calibration, mended.

The shipped calibration is a soft truth: bundle adjustment moves its cameras by degrees and decimetres.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from yacs.config import CfgNode

from modules.composition import make_sharp_finder, open_source
from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.people2d import FindPeople2D, People2D
from modules.core.types import Camera
from modules.evaluation.common.options import demo_root
from modules.evaluation.common.report import Report, markdown_table
from modules.evaluation.rig import by_reference
from modules.evaluation.rig.by_reference import aligned, distances_mm, judged, judged_by, reference_people, size_mm
from modules.evaluation.rig.scenes import apart
from modules.rig.adjust.bundle import Observations
from modules.rig.adjust.lengths import bone_lengths
from modules.rig.adjust.tracklets import follow
from modules.rig.mend.mending import everyone, mend
from modules.rig.people.from_people import grow
from modules.rig.seen.body import statures

#: A line for each person: where calibrations disagree, and whose joints the median of all is made of. Who stands far off stands
#: elsewhere in the shipped calibration than in all those that people make, also in the one that is made without seeing them.
PEOPLE = (
    "recording", "person", "sightings", "views (mean)", "joints apart from the shipped, mm", "from the mended",
    "mm from the nearest other person: shipped", "mended", "from people", "mended by the reference's joints of near people",
    "stature, mm: shipped", "mended", "from people", "mended by the reference's",
)  # fmt: skip
#: Of the demo's clips.
FPS = 60.0
COLUMNS = (
    "recording", "against", "rotation, deg, each camera", "centres, mm, each camera",
    "joints apart, mm (median; aligned by least distances)", "aligned by least squares",
    "near people, by the reference's 2D joints: aligned by least distances", "residual on unused frames, px", "its own",
    "people told apart",
)  # fmt: skip


def real_demo(out: Path, config_path: Path | None = None) -> int:
    """Prints the tables and saves them."""
    report, lines, people, judgements = Report(), [], [], []
    for folder, cameras, seen in watched_demo(config_path):
        own, of_each, by_others = compared(folder, cameras, seen, reference_people(folder, FPS))
        lines, people, judgements = lines + own, people + of_each, judgements + by_others
    report.show(markdown_table(COLUMNS, lines))
    report.show(markdown_table(PEOPLE, people))
    report.show(markdown_table(by_reference.COLUMNS, judgements))
    report.figures = {"columns": COLUMNS, "rows": lines, "people": people, "by_reference": judgements}
    report.save(out, "real")
    return 0


def watched_demo(
    config_path: Path | None = None, make: Callable[[CfgNode], FindPeople2D] = make_sharp_finder
) -> Iterator[tuple[str, tuple[Camera, ...], list[People2D]]]:
    """Both demo recordings: name, cameras, and what the 2D network (``make``) sees in every frame."""
    for folder in ("Demo_MultiPerson", "Demo_SinglePerson"):
        config = load_config(config_path or DEFAULT_CONFIG, {"SOURCE.PATH": str(demo_root() / folder)})
        source = open_source(config)
        try:
            find = make(config)
            yield folder, tuple(source.cameras), [find(source.read(index), None) for index in range(len(source))]
        finally:
            source.close()


def compared(
    name: str, cameras: Sequence[Camera], seen: Sequence[People2D], reference: Sequence[People2D]
) -> tuple[list[list[object]], list[list[object]], list[list[object]]]:
    """Fitted to even frames, judged on odd ones: lines of ``COLUMNS`` and of ``PEOPLE``; by the reference's 2D joints: of
    ``by_reference``."""
    even, odd = seen[::2], seen[1::2]
    rig = grow(cameras, even)
    mended = mend(cameras, even).cameras
    held, near = (
        everyone([t for view in range(len(cameras)) for t in follow(people, view)], cameras)
        for people in (odd, reference[1::2])
    )
    found = str(len(set(rig.seen.identity)))
    lines = [
        _against(name, label, one, other, (held, near), told)
        for label, one, other, told in (
            ("shipped", rig.cameras, cameras, found),
            ("shipped, mended", rig.cameras, mended, found),
            # how far the shipped calibration is from itself when it is mended: nearer to it nobody comes who fits what the
            # views show
            ("the mended one against the shipped", mended, cameras, ""),
        )
    ]
    rigs = (cameras, mended, rig.cameras, mend(cameras, reference[::2]).cameras)
    return (
        lines,
        each_person(name, rigs, held),
        judged_by(name, reference[1::2], cameras, {"from people": rig.cameras, "shipped, mended": mended}),
    )


def each_person(name: str, rigs: Sequence[Sequence[Camera]], held: Observations) -> list[list[object]]:
    """Lines of ``PEOPLE``.

    Args:
        rigs: shipped, mended, from people, mended by the reference's 2D joints.
    """
    joints = [judged(cameras, held)[0] for cameras in rigs]
    off = [np.linalg.norm(aligned(joints[2], joints[other]) - joints[other], axis=-1) for other in (0, 1)]
    scale = [apart(cameras, rigs[0]).scale for cameras in rigs]  # a rig from people has no unit of its own
    tall = [statures(bone_lengths(cameras, held)[0]) for cameras in rigs]
    people = np.unique(held.identity)
    middles = np.array([[np.nanmedian(found[held.identity == p].reshape(-1, 3), axis=0) for p in people] for found in joints])
    middles *= np.array(scale)[:, None, None]
    lines: list[list[object]] = []
    for place, person in enumerate(people):
        mine = held.identity == person
        others = np.delete(middles, place, axis=1)
        apart_mm = np.linalg.norm(others - middles[:, place, None], axis=-1).min(1, initial=np.inf)
        lines.append([
            name, str(place + 1), int(mine.sum()), float(held.seen[mine].any(-1).sum(1).mean()),
            *(float(np.nanmedian(each[mine])) for each in off), *(float(each) for each in apart_mm),
            *(float(each[place] * by) for each, by in zip(tall, scale, strict=True)),
        ])  # fmt: skip
    return lines


def _against(
    name: str, label: str, cameras: Sequence[Camera], others: Sequence[Camera], seen: tuple[Observations, Observations],
    told: str,
) -> list[object]:  # fmt: skip
    """One calibration compared with another, by what was seen by itself of everybody and by the reference of near people."""
    off = apart(cameras, others)
    (mine, mine_px), (near, _) = (judged(cameras, observed) for observed in seen)
    (true, true_px), (near_true, _) = (judged(others, observed) for observed in seen)
    return [
        name, label, " ".join(f"{a:.2f}" for a in off.turned_deg), " ".join(f"{m * size_mm(others):.0f}" for m in off.moved),
        *distances_mm(mine, true), distances_mm(near, near_true)[0], mine_px, true_px, told,
    ]  # fmt: skip
