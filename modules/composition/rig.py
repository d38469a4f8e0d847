"""What is known of one recording's rig: its check, what was accepted of it, and the source put right by both."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yacs.config import CfgNode

from modules.core.config import get_key, set_key
from modules.core.config_keys import KEYS
from modules.core.errors import ConfigError, SourceError
from modules.core.header import camera_to_json
from modules.core.protocols import FrameSource
from modules.core.rig import RigReport, Subject
from modules.core.room import rig_fingerprint
from modules.core.types import Camera

from .networks import lazily, make_people_finder
from .places import claimed_output, output_folder, recording_output

if TYPE_CHECKING:
    from modules.rig.check.apply import Corrections

#: The rig check's report, and what was accepted of its proposals, beside a recording's take.
RIG_FILE, ACCEPTED_FILE = "rig.json", "rig_accepted.json"
#: What a proposal can change.
ACCEPTABLE = ("RIG.", "SOURCE.FRAME_OFFSETS", "SOURCE.CAMERAS", "SOURCE.QUARTER_TURNS", "SOURCE.CALIBRATION")


def for_recording(config: CfgNode, folder: Path, offsets: Mapping[str, int] | None = None) -> CfgNode:
    """The configuration for one recording: with what was accepted of its rig check, but for what it says itself.

    What the command line gives (RIG.GIVEN) stands, also where it gives nothing: an empty list takes back for one run.

    Args:
        offsets: the frame offsets it is opened with; None: the configuration's.
    """
    changed = config.clone()
    changed.defrost()
    if offsets is not None:
        set_key(changed, "SOURCE.FRAME_OFFSETS", dict(offsets), "recording")
    for name, value in in_force(config, accepted(config, folder)).items():
        given = get_key(changed, name)
        if isinstance(value, dict) and isinstance(given, dict):
            value = {**value, **given}
        elif given != KEYS[name].default:
            continue
        set_key(changed, name, value, ACCEPTED_FILE)
    changed.freeze()
    return changed


def accepted(config: CfgNode, folder: Path) -> dict[str, Any]:
    """Configuration key → value of what was accepted for a recording; empty for a file of results."""
    from modules.focus.fingerprint import fingerprint
    from modules.rig.check.kept import accepted_options

    path = recording_output(config, folder) / ACCEPTED_FILE
    if not path.is_file() or not folder.is_dir():
        return {}
    return {n: v for n, v in accepted_options(path, fingerprint(folder)).items() if n in KEYS and n.startswith(ACCEPTABLE)}


def in_force(config: CfgNode, options: Mapping[str, Any]) -> dict[str, Any]:
    """Of what was accepted that which the command line says nothing of."""
    return {name: value for name, value in options.items() if name not in config.RIG.GIVEN}


def accept(config: CfgNode, folder: Path, options: Mapping[str, Any]) -> None:
    """From now on this is what was accepted for a recording: for the window, for files, until it is taken back.

    Raises:
        ExportError: it can't be kept. SourceError: the recording can't be read.
    """
    from modules.focus.fingerprint import fingerprint
    from modules.rig.check.kept import keep_accepted

    content = fingerprint(folder)
    keep_accepted(claimed_output(config, folder, content) / ACCEPTED_FILE, content, options)


def known_report(config: CfgNode, source: FrameSource) -> RigReport | None:
    """What an earlier rig check found about these files; None: there was none."""
    from modules.rig.check.apply import CorrectedSource
    from modules.rig.check.kept import kept_report

    if not config.RIG.CHECK:
        return None
    asked = CorrectedSource(source, given_corrections(config))
    return kept_report(output_folder(config, source) / RIG_FILE, rig_key(config, asked))


def checked(
    config: CfgNode,
    source: FrameSource,
    progress: Callable[[float], None] | None = None,
    again: bool = False,
    frames: range | None = None,
) -> RigReport:
    """The rig check of an open recording with what the configuration says of it already done.

    It is kept beside the recording's take and not run twice for the same files. What is only said of a room that the
    configuration describes itself is left out.

    Args:
        again: whatever was found before. frames: what is looked at, which is neither looked up nor kept then; None: all.

    Raises:
        ConfigError: it names a camera that is not there. CheckpointError, DeviceError, EngineError of the 2D network.
    """
    from modules.focus.small import SmallSource
    from modules.rig.check.apply import CorrectedSource
    from modules.rig.check.kept import keep_report, kept_report
    from modules.rig.check.rig_check import check_rig, unchecked

    asked = CorrectedSource(source, given_corrections(config))
    key = rig_key(config, asked)
    path = output_folder(config, source) / RIG_FILE
    report = None if again or frames is not None else kept_report(path, key)
    if report is None:
        try:
            find = lazily(partial(make_people_finder, config, quick=True))
            report = check_rig(SmallSource(asked), find, progress, frames)
        except (ConfigError, SourceError) as reason:  # a 2D network of heatmaps alone; a damaged video
            return unchecked(source, reason)
        if frames is None:
            keep_report(path, key, report)
    return with_options_in_full(config, without_given(config, report, is_configured(config, asked.cameras)))


def without_given(config: CfgNode, report: RigReport, configured: bool) -> RigReport:
    """The report without what the configuration decides anyway."""
    decided = {
        Subject.UNIT: config.RIG.UNIT_FACTOR > 0,
        Subject.UP: bool(config.RIG.UP),
        Subject.FLOOR: bool(config.RIG.FLOOR_MM),
    }
    if configured:
        decided |= {Subject.UP: True, Subject.FLOOR: True}
    return replace(report, findings=tuple(finding for finding in report.findings if not decided.get(finding.subject)))


def with_options_in_full(config: CfgNode, report: RigReport) -> RigReport:
    """The report with options that take the place of the configuration's: the check saw a recording with those already done."""
    from modules.rig.check.apply import exchanged_again

    def in_full(name: str, value: Any) -> Any:
        now = get_key(config, name)
        if name == "SOURCE.FRAME_OFFSETS":
            return {**now, **{camera: now.get(camera, 0) + frames for camera, frames in value.items()}}
        if name == "SOURCE.QUARTER_TURNS":
            return {**now, **{camera: (now.get(camera, 0) + turns) % 4 for camera, turns in value.items()}}
        if name in ("RIG.MIRRORED", "RIG.INVERTED"):
            return sorted({*now} ^ {*value})
        if name == "RIG.EXCHANGED":
            return exchanged_again(now, value)
        return value

    found = (replace(f, options=tuple((name, in_full(name, value)) for name, value in f.options)) for f in report.findings)
    return replace(report, findings=tuple(found))


def rig_key(config: CfgNode, source: FrameSource) -> str:
    """Equal for the same files, opened in the same way and looked at by the same 2D network."""
    from modules.focus.fingerprint import fingerprint

    opened = [
        fingerprint(Path(source.info.path)),
        [camera_to_json(camera) for camera in source.cameras],
        dict(config.SOURCE.FRAME_OFFSETS),
        [config.SOURCE.CLOCK, *([done.late_s, done.drift] for done in source.info.opened)],
        [list(config.RIG.MIRRORED), dict(config.SOURCE.QUARTER_TURNS)],
        [config.BACKBONE_MODEL, config.WEIGHTS.BACKBONE, config.WEIGHTS.ALL, max(config.NETWORK.IMAGE_SIZE)],
    ]
    return hashlib.sha256(json.dumps(opened, sort_keys=True).encode()).hexdigest()[:16]


def given_corrections(config: CfgNode) -> Corrections:
    """What the configuration says of a recording, up and floor left out."""
    from modules.rig.check.apply import Corrections

    rig = config.RIG
    factor = rig.UNIT_FACTOR or 1.0
    return Corrections(factor, tuple(rig.EXCHANGED), tuple(rig.MIRRORED), tuple(rig.INVERTED))


def corrected(config: CfgNode, source: FrameSource, report: RigReport | None) -> FrameSource:
    """The source with what the report is certain of and the configuration asks for; ConfigError for an unknown camera."""
    from modules.rig.check.apply import CorrectedSource, corrected_cameras, corrections

    # a view that the configuration turns was turned when it was opened
    turned = {camera.name: 0 for camera in source.cameras if camera.name in config.SOURCE.QUARTER_TURNS}
    given = replace(given_corrections(config), turned=turned)
    done = corrections(report, given, config.RIG.UNIT_FACTOR, config.RIG.UP, config.RIG.FLOOR_MM)
    plain = replace(done, world=None, space=None)
    if not config.RIG.UP and not config.RIG.FLOOR_MM and is_configured(config, corrected_cameras(source.cameras, plain)):
        done = plain  # the configuration's own room is for this rig
    return source if done.changes_nothing else CorrectedSource(source, done)


def is_configured(config: CfgNode, cameras: Sequence[Camera]) -> bool:
    """Whether the configured space is for these cameras."""
    return not config.MULTI_PERSON.RIG or rig_fingerprint(cameras) == config.MULTI_PERSON.RIG
