"""Where the rooms are brought together, for ``poc_ui.py``, ``run.py`` and the evaluation commands.

The three need the same source, estimator and writer; one place says how those are made from a configuration, so that the
window, the files and the figures can't come from differently built parts. The rooms themselves never import this module.
Imports wait until a part is made: the window and ``--help`` are there before the network's libraries are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from yacs.config import CfgNode

from modules.core.comparison import Comparison
from modules.core.config import get_key, results_digest, set_key
from modules.core.config_keys import KEYS
from modules.core.errors import ConfigError, DeviceError, ExportError, Note, SourceError
from modules.core.files import exists, expanded
from modules.core.header import ResultsHeader, camera_to_json
from modules.core.names import readable
from modules.core.own_world import LEVEL, RECORDING, in_coordinates, trajectories_in, world_note
from modules.core.people2d import FindPeople2D, People2D
from modules.core.protocols import Estimator, FrameSource, Proxies, Results, Take
from modules.core.rig import RigReport, Subject
from modules.core.room import config_for_rig, rig_fingerprint
from modules.core.trajectory import TrajectorySet
from modules.core.types import Camera, FrameSet, PoseResult

if TYPE_CHECKING:
    import numpy as np

    from modules.core.calibrating import Calibrating, Mending
    from modules.export.film import FilmWriter
    from modules.rig.check.apply import Corrections
    from modules.rig.to_mend import ToMend

PROJECT_DIR = Path(__file__).resolve().parents[1]
DEMO_DIR = PROJECT_DIR / "data"
#: The rig check's report, and what was accepted of its proposals, beside a recording's take.
RIG_FILE, ACCEPTED_FILE = "rig.json", "rig_accepted.json"
#: What a proposal can change.
ACCEPTABLE = ("RIG.", "SOURCE.FRAME_OFFSETS", "SOURCE.CAMERAS", "SOURCE.QUARTER_TURNS", "SOURCE.CALIBRATION")


def recording_path(config: CfgNode) -> Path:
    """The configured recording's folder; SourceError if there is none, saying how to get the demo."""
    if not config.SOURCE.PATH:
        raise SourceError("No recording is named: choose one, or set SOURCE.PATH in the configuration.")
    path = PROJECT_DIR / expanded(config.SOURCE.PATH)
    if not exists(path) and DEMO_DIR in path.parents:
        raise SourceError(
            "The demo recording {path} is not there yet; fetch it with: python quick_setup.py", path=path
        )  # fmt: skip
    return path


def open_source(config: CfgNode) -> FrameSource:
    """Opens the configured recording, with what was accepted of it; SourceError, CalibrationError."""
    path = recording_path(config)
    config = for_recording(config, path)
    return open_folder(config, path, config.SOURCE.FORMAT, config.SOURCE.FRAME_OFFSETS)


def open_folder(config: CfgNode, folder: Path, format_name: str, offsets: Mapping[str, int]) -> FrameSource:
    """Opens any recording; cameras and read-ahead are the configuration's. SourceError, CalibrationError."""
    from modules.focus.recordings import open_recording

    source = config.SOURCE
    return open_recording(
        folder, format_name, offsets, tuple(source.CAMERAS), config.RUNTIME.READ_AHEAD,
        calibration=source.CALIBRATION, clock=source.CLOCK, quarter_turns=source.QUARTER_TURNS,
        delay_ms=source.DELAY_MS, drift_ppm=source.DRIFT_PPM,
    )  # fmt: skip


def put_right(
    config: CfgNode, source: FrameSource, progress: Callable[[float], None] | None = None
) -> tuple[FrameSource, RigReport | None]:
    """An open recording as the rig check and the configuration say it is; closing it closes the source.

    Args:
        progress: told the share of the check that is done.

    Returns:
        the source to use, and the report; None where RIG.CHECK is off.

    Raises:
        SourceError, ConfigError; CheckpointError, DeviceError, EngineError of the 2D network.
    """
    config = for_recording(config, Path(source.info.path))
    report = checked(config, source, progress) if config.RIG.CHECK else None
    return corrected(config, source, report), report


def open_known(config: CfgNode, folder: Path, format_name: str, offsets: Mapping[str, int]) -> FrameSource:
    """Opens any recording for the window: at once, with what an earlier rig check of the same files found.

    Raises:
        SourceError, CalibrationError, ConfigError.
    """
    config = for_recording(config, folder, offsets)
    source = open_folder(config, folder, format_name, config.SOURCE.FRAME_OFFSETS)
    try:
        return corrected(config, source, known_report(config, source))
    except BaseException:
        source.close()
        raise


def check_folder(
    config: CfgNode, folder: Path, format_name: str, offsets: Mapping[str, int], progress: Callable[[float], None]
) -> tuple[RigReport | None, bool]:
    """The rig check of a recording that the window has open; None where RIG.CHECK is off.

    Returns:
        the report, and whether the recording looks different since: it is to be opened again.

    Raises:
        SourceError, CalibrationError, ConfigError; CheckpointError, DeviceError, EngineError of the 2D network.
    """
    if not config.RIG.CHECK:
        return None, False
    config = for_recording(config, folder, offsets)
    with closing(open_folder(config, folder, format_name, config.SOURCE.FRAME_OFFSETS)) as source:
        known = known_report(config, source)
        report = checked(config, source, progress)
        return report, known is None and corrected(config, source, report) is not corrected(config, source, None)


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

    keep_accepted(recording_output(config, folder) / ACCEPTED_FILE, fingerprint(folder), options)


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
            again = exchanged_again(now, value)
            return value if again is None else again
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


def open_uncalibrated(config: CfgNode, paths: Sequence[Path]) -> FrameSource:
    """Opens videos, or a folder of them, without a calibration: lenses are guessed and stand nowhere. SourceError."""
    from modules.focus.uncalibrated import open_uncalibrated as open_videos

    return open_videos(paths, config.SOURCE.DELAY_MS, config.SOURCE.DRIFT_PPM, config.RUNTIME.READ_AHEAD)


def read_sounds(paths: Sequence[Path]) -> tuple[dict[str, np.ndarray | None], int]:
    """Video's name → its sound, None where it has none; and samples a second. SourceError."""
    from modules.focus.naming import title_of
    from modules.focus.sound import RATE_HZ, read_sound
    from modules.focus.uncalibrated import video_files

    files = video_files(paths[0]) if len(paths) == 1 and paths[0].is_dir() else paths
    return {title_of(file): read_sound(file) for file in files}, RATE_HZ


def make_estimator(config: CfgNode) -> Estimator:
    """Loads the configured network; takes seconds. CheckpointError, DeviceError."""
    from modules.estimator.engine import PoseEstimator
    from modules.focus.prepare import prepare

    try:
        return PoseEstimator(config, prepare)
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, MemoryError) or "memory" in str(error).lower():
            raise DeviceError("There is not enough memory for the network; lower its sizes in the configuration.") from error
        raise


def make_people_finder(config: CfgNode, quick: bool = False) -> FindPeople2D:
    """Loads the 2D network alone; ConfigError where it can't tell people apart, CheckpointError, DeviceError, EngineError.

    Args:
        quick: some pixels may be given up for speed.
    """
    from modules.estimator.people2d import PeopleFinder
    from modules.focus.prepare import network_views

    return PeopleFinder(config, network_views, quick)


def lazily(make: Callable[[], FindPeople2D]) -> FindPeople2D:
    """A 2D network that is loaded when it is first asked."""
    made: list[FindPeople2D] = []

    def find(frame: FrameSet, quarter_turns: tuple[int, ...] | None) -> People2D:
        if not made:
            made.append(make())
        return made[0](frame, quarter_turns)

    return find


def make_calibrating(config: CfgNode) -> Calibrating:
    """Calibration step by step; nothing is loaded yet."""
    from modules.rig.session import CalibrationSession

    return CalibrationSession(
        partial(open_uncalibrated, config), partial(make_people_finder, config), read_sounds, calibrations_in
    )  # fmt: skip


def calibrations_in(folder: Path) -> list[Path]:
    """The calibrations' files directly in a folder; CalibrationError for one that can't be read."""
    from modules.focus.calibration.formats import find_calibrations

    return [found.path for found in find_calibrations([folder])]


def make_mending(config: CfgNode, folder: Path, format_name: str, offsets: Mapping[str, int]) -> Mending:
    """Mending the calibration of a recording that the window has open; nothing is loaded yet."""
    from modules.rig.mend_session import MendSession

    config = for_recording(config, folder, offsets)

    def opened() -> ToMend:
        source = open_folder(config, folder, format_name, config.SOURCE.FRAME_OFFSETS)
        try:
            return to_mend(config, source)
        except BaseException:
            source.close()
            raise

    return MendSession(opened, partial(make_people_finder, config), recording_output(config, folder))


def to_mend(config: CfgNode, source: FrameSource) -> ToMend:
    """An open recording for mending its calibration, with its rig check's report; closing its source closes this one.

    Raises:
        SourceError, ConfigError; CheckpointError, DeviceError, EngineError of the 2D network.
    """
    from modules.rig.check.apply import corrections
    from modules.rig.to_mend import ToMend

    config = for_recording(config, Path(source.info.path))
    report = checked(config, source) if config.RIG.CHECK else None
    return ToMend.of(source, report, corrections(report, given_corrections(config), config.RIG.UNIT_FACTOR, (), ()))


def open_take(config: CfgNode, source: FrameSource, offsets: Mapping[str, int] | None = None) -> Take:
    """The take of this recording and configuration in ``output_folder``, made if there is none; TakeError.

    Args:
        offsets: those that the recording was opened with; None: the configuration's.
    """
    from modules.take.identity import PeopleRules
    from modules.take.store import Take

    config = for_recording(config, Path(source.info.path), offsets)
    given = config.SOURCE.FRAME_OFFSETS
    rules = PeopleRules(config.TAKE.LOST_S, config.TAKE.SHORTEST_TRACK)
    return Take.find(output_folder(config, source), results_header(config, source, given), rules)


def open_results(path: Path) -> Results:
    """A take or a file of poses as results to look at, without the recording and the network; TakeError, ExportError."""
    from modules.export.poses_jsonl import is_poses_file
    from modules.export.saved import SavedPoses
    from modules.take.database import is_database
    from modules.take.store import Take

    named = path.suffix == ".jsonl" and not is_database(path)
    return SavedPoses(path) if named or is_poses_file(path) else Take(path, writable=False)


def compute(
    estimator: Estimator, frames: Iterable[FrameSet], lod_distance_mm: float, take: Take, again: bool = False
) -> Iterator[tuple[FrameSet, PoseResult]]:
    """Computes frames into a take, in order; yields each when it was put. To be closed before the take is.

    Args:
        again: each takes the place of what the take has of it, which stays until then.

    Raises:
        DeviceError, SourceError, TakeError.
    """
    with closing(estimator.results(frames, lod_distance_mm)) as results:
        for frame, result in results:
            if again:
                take.forget([frame.index])
            take.put(result.found)
            yield frame, result
            del frame, result  # images must not wait for the next result


def trajectories(config: CfgNode, results: Results, raw: bool = False) -> TrajectorySet:
    """Everyone's trajectories over all computed frames, cleaned as MOTION.* says; ``raw``: as they were measured.

    People who were found in too few frames (TAKE.SHORTEST_TRACK) are left out. TakeError, ExportError.
    """
    from modules.motion.clean import cleaned, cleaning_from
    from modules.motion.deviations import with_calibration
    from modules.motion.reprojection import calibration_mm

    kept = _kept(config, results)
    measured = _measured(results, kept)
    found = measured if raw else cleaned(measured, cleaning_from(config))
    return with_calibration(found, calibration_mm(kept, results.cameras))


def motion(config: CfgNode, results: Results) -> tuple[TrajectorySet, TrajectorySet, dict[int, np.ndarray]]:
    """Everyone's trajectories as measured, and cleaned as MOTION.* says, as ``trajectories``; and where the 2D network sees
    their joints, as ``modules.motion.reprojection.seen_px``."""
    from modules.motion.clean import cleaned, cleaning_from
    from modules.motion.deviations import with_calibration
    from modules.motion.reprojection import calibration_mm, seen_px

    kept = _kept(config, results)
    measured = _measured(results, kept)
    seen = seen_px(kept, measured.frames, {person.track_id for person in measured.people})
    off_mm = calibration_mm(kept, results.cameras)
    smooth = cleaned(measured, cleaning_from(config))
    return with_calibration(measured, off_mm), with_calibration(smooth, off_mm), seen


def measured(config: CfgNode, results: Results) -> TrajectorySet:
    """Everyone's trajectories as measured, to be cleaned: without what the calibration adds to their deviations."""
    return _measured(results, _kept(config, results))


def _kept(config: CfgNode, results: Results) -> list[PoseResult]:
    distance = config.LOD.DISTANCE_MM if results.lod_distance_mm is None else results.lod_distance_mm
    found = (results.result(int(index), distance) for index in results.computed(distance))
    return [result for result in found if result is not None]


def _measured(results: Results, kept: Sequence[PoseResult]) -> TrajectorySet:
    from modules.motion.gather import raw_trajectories

    people = {person.track_id: person for person in results.people() if not person.short}
    names = {number: person.name for number, person in people.items() if person.name}
    header = results.header
    return raw_trajectories(kept, header.fps, header.recording, names, only=people.keys())


def read_reference(config: CfgNode, paths: Sequence[Path]) -> TrajectorySet:
    """Something to compare a take with: TRC files (one a person), a C3D file, Panoptic's JSON, another take or poses.jsonl.

    Raises:
        ExportError, TakeError: it can't be read, or nobody is in it.
    """
    from modules.motion.references.read import read

    if len(paths) == 1 and paths[0].suffix in (".sqlite", ".jsonl"):
        with closing(open_results(paths[0])) as results:
            return trajectories(config, results)
    return read(paths)


def compare(found: TrajectorySet, reference: TrajectorySet, shift_s: float = 0.0, move: bool = False) -> Comparison:
    """How far people are from a reference; see ``modules.motion.compare``."""
    from modules.motion.compare import compared

    return compared(found, reference, shift_s, move)


def open_film(path: Path, size_px: tuple[int, int], fps: float) -> FilmWriter:
    """A film to write pictures into; see ``modules.export.film``."""
    from modules.export.film import FilmWriter

    return FilmWriter(path, size_px, fps)


def angles(positions_mm: np.ndarray) -> Mapping[str, np.ndarray]:
    """Joint angles by name, degrees; see ``modules.motion.angles``."""
    from modules.motion.angles import joint_angles

    return joint_angles(positions_mm)


def write_motion(
    config: CfgNode,
    results: Results,
    found: TrajectorySet,
    names: Sequence[str],
    folder: Path,
    people: Sequence[int] | None = None,
    frames: range | None = None,
) -> list[Path]:
    """Writes people's motion in the coordinates of RIG.WORLD; see ``modules.export.trajectories.formats``.

    Args:
        found: trajectories of ``results``, as ``trajectories`` made them. names: of formats, or "all".
        people: numbers; None: everyone. frames: of the recording; None: all.

    Returns:
        the files.

    Raises:
        ExportError: an unknown format, nobody to export, or a file that can't be written.
    """
    from modules.export.trajectories.common import select
    from modules.export.trajectories.formats import export, parse_formats

    chosen = parse_formats(",".join(names))
    found = select(found, people, frames)
    moved = written_trajectories(config, results, found)
    files: list[Path] = []
    for kind in chosen:
        # a format that fixes where up is gets level coordinates, whatever the calibration's are
        upright = moved is found or (config.RIG.WORLD == RECORDING and not kind.any_axes)
        cameras = results.cameras if upright else written(config, results).cameras
        files += export(found if upright else moved, [kind], folder, cameras)
    return files


def output_folder(config: CfgNode, source: FrameSource) -> Path:
    """Where results of a recording go unless told otherwise."""
    return recording_output(config, Path(source.info.path))


def recording_output(config: CfgNode, folder: Path) -> Path:
    """The same of a recording that need not be open."""
    return PROJECT_DIR / expanded(config.TAKE.FOLDER, ExportError) / readable(folder.resolve().name)


def check_folder_for_files(source: FrameSource, folder: Path) -> Note | None:
    """A word on a folder of the recording's videos; they stay a recording, unlike a camera's images with files among them.

    Raises:
        ExportError: it is a folder of a camera's images.
    """
    from modules.focus.images import has_images
    from modules.focus.own_results import is_own_result, is_results
    from modules.focus.video import VIDEO_SUFFIXES

    inside, recording = folder.resolve(), Path(source.info.path).resolve()
    if not inside.is_dir() or recording not in (inside, *inside.parents):
        return None
    if has_images(inside) and not is_results(inside):
        raise ExportError("{folder} holds images of the recording; choose another folder for the files.", folder=folder)
    if any(file.suffix.lower() in VIDEO_SUFFIXES and not is_own_result(file) for file in inside.iterdir()):
        return Note(
            "{folder} holds the recording's videos; the files are put among them, and passed over later.", folder=folder
        )
    return None


def results_header(config: CfgNode, source: FrameSource, offsets: Mapping[str, int]) -> ResultsHeader:
    """What all results of this source and configuration have in common."""
    from modules.focus.fingerprint import fingerprint

    info = source.info
    fitted = config_for_rig(config, source.cameras, info.space)
    x, y = fitted.LOD.ORIGIN_XY_MM
    path = Path(info.path).resolve()
    opened = {
        "path": str(path),
        "format": info.format,
        "offsets": dict(offsets),
        "cameras": list(config.SOURCE.CAMERAS),
        "fingerprint": fingerprint(path),
    }
    digest = results_digest(config if info.space is None else fitted)
    note = world_of_source(source)
    return ResultsHeader(readable(path.name), info.fps, tuple(source.cameras), (x, y), digest, info.frame_count, opened, note)


def world_of_source(source: FrameSource) -> str:
    """The header's ``world``: how the source's cameras came from the calibration's own; empty: they are the same."""
    from modules.rig.check.apply import CorrectedSource

    if not isinstance(source, CorrectedSource):
        return ""
    done = source.corrections
    return world_note(
        done.world,
        LEVEL if done.world is not None else RECORDING,
        unit_factor=done.unit_factor,
        exchanged=list(done.exchanged),
        mirrored=list(done.mirrored),
        inverted=list(done.inverted),
        turned={name: turn for name, turn in done.turned.items() if turn % 4},
    )


def written(config: CfgNode, results: Results) -> Results:
    """The results in the coordinates that files are asked to have (RIG.WORLD)."""
    return in_coordinates(results, config.RIG.WORLD, _center_xy(config, results))


def written_trajectories(config: CfgNode, results: Results, found: TrajectorySet) -> TrajectorySet:
    """Trajectories of ``results`` in the coordinates that files are asked to have (RIG.WORLD)."""
    return trajectories_in(found, results.header, config.RIG.WORLD, _center_xy(config, results))


def _center_xy(config: CfgNode, results: Results) -> list[float]:
    space = config_for_rig(config, results.cameras, results.info.space).MULTI_PERSON
    return list(space.SPACE_CENTER[:2])


def open_proxies(config: CfgNode, source: FrameSource, take: Take) -> Proxies:
    """The small copies of this recording's frames beside its take: the same for all settings."""
    from modules.take.proxies import Proxies as ProxyFile

    opened = take.header.source
    about = json.dumps([opened.get("fingerprint"), opened.get("offsets"), [camera.name for camera in source.cameras]])
    name = f"proxies-{hashlib.sha256(about.encode()).hexdigest()[:8]}.sqlite"
    return ProxyFile(take.path.with_name(name), source, config.TAKE.PROXY_MB)


def export_all(
    config: CfgNode, results: Results, source: FrameSource, frames: Sequence[int], lod_distance_mm: float, folder: Path
) -> Iterator[PoseResult]:
    """Writes poses, video and sheet of these frames; yields after each. ExportError, SourceError, TakeError."""
    from modules.export.results import ResultsWriter, export_frames

    results = written(config, results)
    yield from export_frames(results, source, frames, lod_distance_mm, ResultsWriter(folder, results.header))
