"""The rig check put to the test: ``python -m modules.evaluation.rig.check``.

Without options: the demo recording as other people's calibrations would have it, each row of the table of conditions with what
the check says and, where the answer is a pose, how far it is from that of the recording as it is.
``--synthetic``: people walking in Shelf's, Campus's and Panoptic's rigs and in random ones, in any world: up, floor, unit;
faults named; false alarms in sound rigs. ``--offsets``: cameras out of step.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from yacs.config import CfgNode

from modules import composition
from modules.core.config import load_config, set_key
from modules.core.errors import UserError
from modules.core.own_world import carried_back
from modules.core.protocols import Estimator, FrameSource
from modules.core.rig import RigReport, Subject, Verdict
from modules.core.types import Lod, PoseResult
from modules.evaluation.common.options import add_config_options, demo_root, overrides, positive
from modules.evaluation.common.report import Report, markdown_table, run_command
from modules.evaluation.rig.made_up import FPS, made_up
from modules.evaluation.rig.worlds import Case, Changed, cases, write_case
from modules.rig.check import check_rig

#: A person stands for another one within this, mm (mean of the joints).
SAME_MM = 500.0
#: What may be wrong with a made-up rig.
FAULTS = (Subject.EXCHANGED, Subject.MIRRORED, Subject.INVERTED, Subject.TURNED)
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
    parser.add_argument("--offsets", type=int, metavar="RIGS", help="so many rigs with one or two late cameras each")
    options = parser.parse_args(arguments)

    def work(*_: object) -> None:
        report = Report()
        if options.synthetic is not None:
            report.show(synthetic_table(range(options.synthetic), report))
        if options.offsets is not None:
            report.show(offsets_table(range(options.offsets), report))
        if options.synthetic is None and options.offsets is None:
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
    return markdown_table(("condition", "right", "said", "people", "median distance, mm"), rows)


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
        return [case.name, "yes" if case.refused or case.subject is Subject.UNIT else "NO", f"refused: {reason}", "–", "–"]
    try:
        changed = source if case.images is None else Changed(source, case.images)
        source, found = composition.put_right(config, changed)
        right = said_right(case, found)
        said = " ".join(str(finding.sentence) for finding in found.findings)
        if found.refused or case.subject in (Subject.EXCHANGED, Subject.MIRRORED, Subject.EXPOSURE):
            return [case.name, "yes" if right else "NO", said, "–", "–"]
        world = source.info.world
        poses = bench.poses(source)
        back = [result if world is None else carried_back(result, world, (0.0, 0.0)) for result in poses]
        people, distance = compared(as_is, back, case, found.unit_factor)
        return [case.name, "yes" if right else "NO", said, people, distance]
    finally:
        source.close()


def said_right(case: Case, found: RigReport) -> bool:
    """Whether what had to be said was said, of the right cameras, and nothing else was refused."""
    wanted = [f for f in found.findings if f.subject is case.subject]
    named = not case.named or any(set(case.named) == set(finding.cameras) for finding in wanted)
    alarms = [f for f in found.findings if f.verdict in ALARMS and f.subject is not case.subject]
    return (case.subject is None or bool(wanted)) and named and not alarms and bool(found.refused) == case.refused


def compared(as_is: Sequence[PoseResult], other: Sequence[PoseResult], case: Case, unit_factor: float) -> tuple[str, float]:
    """People found of those found in the recording as it is, and the median distance of their joints, mm."""
    # the other's coordinates are the rewritten ones, in mm if the unit was found out
    world = replace(case.world, scale=1.0, origin=case.world.origin * unit_factor)
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
        sure = np.array([camera.offset_certainty for camera in found.cameras]) >= 0.35
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


if __name__ == "__main__":
    sys.exit(main())
