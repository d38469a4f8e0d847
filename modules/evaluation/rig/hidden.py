"""Both demo recordings with their extrinsics hidden: calibrated from people, against the shipped calibration, mended.

The shipped calibration is a soft truth: bundle adjustment moves its cameras by degrees and decimetres.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from yacs.config import CfgNode

from modules.composition import make_sharp_finder, open_source
from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.people2d import FindPeople2D, People2D
from modules.core.types import Camera
from modules.evaluation.common.options import demo_root
from modules.evaluation.common.report import Report, markdown_table
from modules.evaluation.rig import by_reference
from modules.evaluation.rig.by_reference import distances_mm, judged, judged_by, reference_people, size_mm
from modules.evaluation.rig.scenes import apart
from modules.rig.adjust.bundle import Observations
from modules.rig.adjust.tracklets import follow
from modules.rig.mend.mending import everyone, mend
from modules.rig.people.from_people import grow

#: Of the demo's clips.
FPS = 60.0
COLUMNS = (
    "recording", "against", "rotation, deg, each camera", "centres, mm, each camera",
    "joints apart, mm (median; aligned by least distances)", "aligned by least squares",
    "residual on unused frames, px", "its own", "people told apart",
)  # fmt: skip


def real_demo(out: Path, config_path: Path | None = None) -> int:
    """Prints the tables and saves them."""
    report, lines, judgements = Report(), [], []
    for folder, cameras, seen in watched_demo(config_path):
        own, by_others = compared(folder, cameras, seen, reference_people(folder, FPS))
        lines, judgements = lines + own, judgements + by_others
    report.show(markdown_table(COLUMNS, lines))
    report.show(markdown_table(by_reference.COLUMNS, judgements))
    report.figures = {"columns": COLUMNS, "rows": lines, "by_reference": judgements}
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
) -> tuple[list[list[object]], list[list[object]]]:
    """Fitted to even frames, judged on odd ones: lines of ``COLUMNS``; by the reference's 2D joints: of ``by_reference``."""
    even, odd = seen[::2], seen[1::2]
    rig = grow(cameras, even)
    mended = mend(cameras, even).cameras
    held = everyone([t for view in range(len(cameras)) for t in follow(odd, view)], cameras)
    found = str(len(set(rig.seen.identity)))
    lines = [
        _against(name, label, one, other, held, told)
        for label, one, other, told in (
            ("shipped", rig.cameras, cameras, found),
            ("shipped, mended", rig.cameras, mended, found),
            # how far the shipped calibration is from itself when it is mended: nearer to it nobody comes who fits what the
            # views show
            ("the mended one against the shipped", mended, cameras, ""),
        )
    ]
    return lines, judged_by(name, reference[1::2], cameras, {"from people": rig.cameras, "shipped, mended": mended})


def _against(
    name: str, label: str, cameras: Sequence[Camera], others: Sequence[Camera], held: Observations, told: str
) -> list[object]:
    """One calibration compared with another."""
    off = apart(cameras, others)
    mine, mine_px = judged(cameras, held)
    true, true_px = judged(others, held)
    return [
        name, label, " ".join(f"{a:.2f}" for a in off.turned_deg), " ".join(f"{m * size_mm(others):.0f}" for m in off.moved),
        *distances_mm(mine, true), mine_px, true_px, told,
    ]  # fmt: skip
