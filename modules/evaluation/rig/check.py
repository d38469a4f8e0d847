"""The rig check put to the test: ``python -m modules.evaluation.rig.check``.

Without options: the demo recording as other people's calibrations would have it, each row of the table of conditions with what
the check says and, where the answer is a pose, how far it is from that of the recording as it is.
``--synthetic``: people walking in Shelf's, Campus's and Panoptic's rigs and in random ones, in any world: up, floor, unit;
faults named; false alarms in sound rigs. ``--offsets``: cameras out of step. ``--permuted``: videos of three cameras in a
circle, and of all in any order.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from yacs.config import CfgNode

from modules import composition
from modules.core.config import load_config, set_key
from modules.core.errors import UserError
from modules.core.own_world import carried_back
from modules.core.people2d import People2D
from modules.core.protocols import Estimator, FrameSource
from modules.core.rig import RigReport, Subject, Verdict
from modules.core.rig_text import SURE_TIME
from modules.core.types import Camera, Lod, PoseResult
from modules.core.world import World
from modules.evaluation.common.options import add_config_options, demo_root, overrides, positive
from modules.evaluation.common.report import Report, markdown_table, run_command
from modules.evaluation.rig.made_up import FPS, MadeUp, made_up, mixed_up
from modules.evaluation.rig.worlds import Case, Repainted, cases, write_case
from modules.rig.check.rig_check import check_rig

#: A person stands for another one within this, mm (mean of the joints).
SAME_MM = 500.0
#: What may be wrong with a made-up rig.
FAULTS = (Subject.EXCHANGED, Subject.MIRRORED, Subject.INVERTED, Subject.TURNED)
#: Frames by which a clip of the demo is shifted.
SHIFTS = (-20, -10, -3, 3, 10, 20)
#: What counts as an alarm.
ALARMS = (Verdict.CONTRADICTED, Verdict.PROPOSED)


@dataclass
class Bench:
    """The demo, its poses as it is, and an estimator that takes every rig."""

    config: CfgNode
    frames: Sequence[int]
    estimator: Estimator
    folder: Path

    def poses(self, source: FrameSource) -> list[PoseResult]:
        """The people of the frames."""
        return [result for _, result in self.estimator.results((source.read(n) for n in self.frames if n < len(source)), 0.0)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_config_options(parser, "runs/rig_check")
    parser.add_argument("--recording", type=Path, help="in place of Demo_MultiPerson")
    parser.add_argument("--frames", type=positive, default=5, help="frames whose poses are compared (default: 5)")
    parser.add_argument("--only", default="", help="rows whose name has this in it")
    parser.add_argument("--synthetic", type=int, metavar="RIGS", help="so many rigs; the first three are the published ones")
    parser.add_argument(
        "--first", type=int, default=0, metavar="RIG", help="with --synthetic, --permuted: the first one (default: 0)"
    )
    parser.add_argument("--offsets", type=int, metavar="RIGS", help="so many rigs with one or two late cameras each")
    parser.add_argument("--permuted", type=int, metavar="RIGS", help="so many rigs, those of three cameras and more")
    options = parser.parse_args(arguments)

    def work(*_: object) -> None:
        report = Report()
        if options.synthetic is not None:
            report.show(synthetic_table(range(options.first, options.first + options.synthetic), report))
        if options.offsets is not None:
            report.show(offsets_table(range(options.offsets), report))
            report.show(shifted_table(options, report))
        if options.permuted is not None:
            report.show(permuted_table(range(options.first, options.first + options.permuted), report))
        if options.synthetic is options.offsets is options.permuted is None:
            report.show(demo_table(options, report))
        report.save(options.out, "rig_check")

    return run_command(work, None, None)


def demo_table(options: argparse.Namespace, report: Report) -> str:
    """Every row of the table of conditions."""
    recording = options.recording or demo_root() / "Demo_MultiPerson"
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        values = {"SOURCE.PATH": str(recording), "TAKE.FOLDER": str(Path(folder) / "takes"), **overrides(options)}
        config = load_config(options.config, values)
        source = composition.open_source(config)
        picked = np.linspace(0.1, 0.9, options.frames) * len(source)
        bench = Bench(config, [int(n) for n in picked], composition.make_estimator(config), Path(folder))
        as_is, demo = bench.poses(source), source.cameras
        source.close()
        for n, case in enumerate(cases(demo)):
            if options.only in case.name:
                rows.append(demo_row(bench, case, Path(folder) / f"case{n}", recording, demo, as_is))
                print(*rows[-1], sep=" | ", flush=True)
    report.figures["demo"] = rows
    return markdown_table(("condition", "right", "said", "unit off", "people", "median distance, mm"), rows)


def demo_row(
    bench: Bench, case: Case, folder: Path, recording: Path, demo: Sequence, as_is: Sequence[PoseResult]
) -> list[object]:
    """One condition: whether the right thing was said, what, and how far people are from where they were."""
    write_case(case, recording, demo, folder)
    config = bench.config.clone()
    config.defrost()
    config.SOURCE.PATH = str(folder)
    for name, value in case.settings.items():
        set_key(config, name, value, case.name)
    config.freeze()
    try:
        source = composition.open_source(config)
    except UserError as reason:
        return [case.name, "yes" if case.refused or case.subject is Subject.UNIT else "NO", f"refused: {reason}", "–", "–", "–"]
    try:
        changed = source if case.images is None else Repainted(source, case.images)
        source, found = composition.put_right(config, changed)
        right = said_right(case, found)
        said = " ".join(str(finding.sentence) for finding in found.findings)
        if found.refused or case.subject in (Subject.EXCHANGED, Subject.MIRRORED, Subject.EXPOSURE):
            return [case.name, "yes" if right else "NO", said, "–", "–", "–"]
        world = source.info.world
        poses = bench.poses(source)
        back = [result if world is None else carried_back(result, world, (0.0, 0.0)) for result in poses]
        larger = size_mm(source.cameras) / size_mm(demo)
        people, distance = compared(as_is, back, case, larger)
        unit = f"{100 * (larger - 1):+.1f} %" if case.subject is Subject.UNIT else "–"
        return [case.name, "yes" if right else "NO", said, unit, people, distance]
    finally:
        source.close()


def said_right(case: Case, found: RigReport) -> bool:
    """Whether what had to be said was said, of the right cameras, and nothing else was refused."""
    wanted = [f for f in found.findings if f.subject is case.subject]
    named = not case.named or any(set(case.named) == set(finding.cameras) for finding in wanted)
    alarms = [f for f in found.findings if f.verdict in ALARMS and f.subject is not case.subject]
    return (case.subject is None or bool(wanted)) and named and not alarms and bool(found.refused) == case.refused


def size_mm(cameras: Sequence[Camera]) -> float:
    """How large a rig is: its cameras' mean distance from their middle."""
    places = np.array([camera.center_world_mm for camera in cameras])
    return float(np.linalg.norm(places - places.mean(0), axis=1).mean())


def compared(as_is: Sequence[PoseResult], other: Sequence[PoseResult], case: Case, larger: float) -> tuple[str, float]:
    """People found of those found in the recording as it is, and the median distance of their joints, mm, but for the unit.

    A board's squares are no unit that can be known; how far off it is has a column of its own.

    Args:
        larger: how many times as large the rig is now: 1 if the unit was found out.
    """
    # the other's coordinates are the rewritten ones, in mm if the unit was found out
    world = replace(case.world, scale=1 / larger, origin=case.world.origin * case.world.scale * larger)
    apart, found, total = [], 0, 0
    for before, after in zip(as_is[: len(other)], other, strict=True):
        now = [world.to_level(p.joints_world_mm) for p in after.persons if p.lod is Lod.FULL]
        for person in before.persons:
            if person.lod is not Lod.FULL:
                continue
            total += 1
            distances = [np.linalg.norm(joints - person.joints_world_mm, axis=-1) for joints in now]
            nearest = min(distances, key=np.mean, default=None)
            if nearest is not None and nearest.mean() < SAME_MM:
                found += 1
                apart.append(nearest)
    return f"{found}/{total}", float(np.median(apart)) if apart else float("nan")


def synthetic_table(seeds: Sequence[int], report: Report) -> str:
    """Up, floor and unit in sound rigs in any world; which faults are named; false alarms."""
    rows, levels, alarms = [], [], 0
    named: dict[Subject, list[bool]] = {fault: [] for fault in FAULTS}
    for seed in seeds:
        made, _ = made_up(seed)
        found = check_rig(made, made.find)
        up_deg, floor_mm, unit = level_errors(found, made.world)
        false = [str(f.sentence) for f in found.findings if f.verdict in ALARMS]
        alarms += bool(false)
        levels.append((up_deg, floor_mm, unit))
        cells: list[object] = [made.name, up_deg, floor_mm, "right" if unit else "WRONG", "; ".join(false) or "–"]
        for fault in FAULTS:
            wrong, views = made_up(seed, fault)
            said = check_rig(wrong, wrong.find).of(fault)
            names = {wrong.cameras[view].name for view in views}
            hit = any(names == set(finding.cameras) for finding in said)
            claimed = bool(said)
            if len(wrong.cameras) > 2:
                named[fault].append(hit)
            cells.append("named" if hit else "claimed wrongly" if claimed else "–")
        rows.append(cells)
        print(*cells, sep=" | ", flush=True)
    errors = np.array(levels, float)
    summary = [
        f"{len(seeds)} rigs", f"at most {np.nanmax(errors[:, 0]):.1f}", f"at most {np.nanmax(np.abs(errors[:, 1])):.0f}",
        f"{int(errors[:, 2].sum())} right", f"{alarms} false alarms",
        *(f"{sum(hits)} of {len(hits)} (3 cameras or more)" for hits in named.values()),
    ]  # fmt: skip
    report.figures["synthetic"] = [*rows, summary]
    headers = ("rig", "up off, °", "floor off, mm", "unit", "alarm in the sound rig", *(fault.value for fault in FAULTS))
    return markdown_table(headers, [*rows, summary])


def level_errors(found: RigReport, truth) -> tuple[float, float, bool]:
    """Degrees that up is off, mm that the floor is off under the people, and whether the unit is right."""
    unit = bool(np.isclose(found.unit_factor, truth.scale, rtol=0.2))
    if found.world is None or not unit:
        return float("nan"), float("nan"), unit
    up_deg = float(np.rad2deg(np.arccos(np.clip(found.up @ truth.up, -1, 1))))
    under = truth.to_recording(np.zeros(3)) * truth.scale  # the report's coordinates are in mm
    return up_deg, float(-found.world.to_level(under)[2]), unit


def offsets_table(seeds: Sequence[int], report: Report) -> str:
    """One late camera, or two in rigs of four and more; standing people, of whom nothing can be told."""
    rows, errors, told, false = [], [], [], 0
    for seed in seeds:
        sound, _ = made_up(seed, plain_world=True)
        views = len(sound.cameras)
        rng = np.random.default_rng([seed, 7])
        late = np.zeros(views, int)
        for view in rng.permutation(views)[: 2 if views >= 5 and seed % 2 else 1]:
            late[view] = rng.choice([-1, 1]) * rng.integers(2, 21)
        made, _ = made_up(seed, plain_world=True, late=late.tolist())
        found = check_rig(made, made.find)
        offsets = np.array([camera.offset_s for camera in found.cameras]) * FPS
        sure = np.array([camera.offset_certainty for camera in found.cameras]) >= SURE_TIME
        if views == 2 and sure.any():  # of two cameras one is the clock: which, is a matter of taste
            offsets = offsets - offsets[late == 0]
        off = np.abs(offsets - late)
        errors += off[sure & np.isfinite(off)].tolist()
        told += sure[late != 0].tolist()
        standing, _ = made_up(seed, plain_world=True, standing=True)
        claimed = [f for f in check_rig(standing, standing.find).of(Subject.TIME) if f.verdict is Verdict.PROPOSED]
        false += bool(claimed)
        rows.append([
            made.name, " ".join(map(str, late)), " ".join(f"{o:.1f}" if s else "?" for o, s in zip(offsets, sure, strict=True)),
            "claimed" if claimed else "unknown",
        ])  # fmt: skip
        print(*rows[-1], sep=" | ", flush=True)
    errors_array = np.array(errors)
    summary = [
        f"{len(seeds)} rigs", f"late cameras told: {sum(told)} of {len(told)}",
        f"{(errors_array <= 1).mean():.0%} within a frame, worst {errors_array.max():.1f}", f"{false} claimed",
    ]  # fmt: skip
    report.figures["offsets"] = [*rows, summary]
    return markdown_table(("rig", "late by, frames", "told (?: unknown)", "nobody moves"), [*rows, summary])


def permuted_table(seeds: Sequence[int], report: Report) -> str:
    """Videos that have each other's names: whether just those are named."""
    rows, named = [], []
    for seed in seeds:
        made, _ = made_up(seed)
        views = len(made.cameras)
        rng = np.random.default_rng([seed, 11])
        circle = list(range(views))
        a, b, c = rng.permutation(views)[:3] if views > 2 else (0, 0, 0)
        circle[a], circle[b], circle[c] = int(b), int(c), int(a)
        for order in (circle, rng.permutation(views).tolist()):
            moved = {camera.name for camera, own, shown in zip(made.cameras, range(views), order, strict=True) if own != shown}
            if len(moved) < 3:  # nothing, or two exchanged, of which there is a column elsewhere
                continue
            wrong = mixed_up(made, order)
            found = check_rig(wrong, wrong.find)
            named.append(any(moved == set(finding.cameras) for finding in found.of(Subject.EXCHANGED)))
            said = "named" if named[-1] else "; ".join(str(f.sentence) for f in found.findings if f.verdict in ALARMS) or "–"
            rows.append([made.name, " ".join(map(str, order)), said])
            print(*rows[-1], sep=" | ", flush=True)
    rows.append([f"{len(seeds)} rigs", "", f"{sum(named)} of {len(named)} named"])
    report.figures["permuted"] = rows
    return markdown_table(("rig", "whose video each view has", "said"), rows)


def shifted_table(options: argparse.Namespace, report: Report) -> str:
    """The demo's clips, one of them shifted."""
    values = {"SOURCE.PATH": str(options.recording or demo_root() / "Demo_MultiPerson"), **overrides(options)}
    config = load_config(options.config, values)
    find = composition.make_people_finder(config, quick=True)
    with closing(composition.open_source(config)) as source:
        seen = [find(source.read(n), None) for n in range(len(source))]
        cameras, fps = source.cameras, source.info.fps
    rows, off, told = [], [], 0
    for view, camera in enumerate(cameras):
        cells: list[object] = [camera.name]
        for late in SHIFTS:
            frames = tuple(
                People2D(n, n / fps, tuple(seen[n - late if v == view else n].views[v] for v in range(len(cameras))))
                for n in range(max(0, late), min(len(seen), len(seen) + late))
            )
            made = MadeUp(camera.name, cameras, frames, World(), {}, fps)
            checks = check_rig(made, made.find).cameras
            sure = [n for n, check in enumerate(checks) if check.offset_certainty >= SURE_TIME]
            off += [abs(checks[n].offset_s * fps - (late if n == view else 0)) for n in sure]
            told += view in sure
            cells.append(f"{checks[view].offset_s * fps:+.1f}" if view in sure else "?")
        rows.append(cells)
        print(*cells, sep=" | ", flush=True)
    count = len(cameras) * len(SHIFTS)
    rows.append(
        [
            f"told: {told} of {count}, {np.mean(np.array(off) <= 1):.0%} within a frame",
            *[""] * (len(SHIFTS) - 1),
            f"worst {max(off):.1f}",
        ]
    )
    report.figures["shifted"] = rows
    return markdown_table(("late", *(f"{late:+d} frames" for late in SHIFTS)), rows)


if __name__ == "__main__":
    sys.exit(main())
