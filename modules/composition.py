"""Where the rooms are brought together, for ``poc_ui.py``, ``run.py`` and the evaluation commands.

The three need the same source, estimator and writer; one place says how those are made from a configuration, so that the
window, the files and the figures can't come from differently built parts. The rooms themselves never import this module.
Imports wait until a part is made: the window and ``--help`` are there before the network's libraries are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from yacs.config import CfgNode

from modules.core.config import results_digest
from modules.core.errors import DeviceError, ExportError, SourceError
from modules.core.files import exists, expanded
from modules.core.header import ResultsHeader
from modules.core.people2d import FindPeople2D
from modules.core.protocols import Estimator, FrameSource, Proxies, Results, Take
from modules.core.room import config_for_rig
from modules.core.trajectory import TrajectorySet
from modules.core.types import Camera, FrameSet, PoseResult

PROJECT_DIR = Path(__file__).resolve().parents[1]
DEMO_DIR = PROJECT_DIR / "data"


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
    """Opens the configured recording; SourceError, CalibrationError."""
    return open_folder(config, recording_path(config), config.SOURCE.FORMAT, config.SOURCE.FRAME_OFFSETS)


def open_folder(config: CfgNode, folder: Path, format_name: str, offsets: Mapping[str, int]) -> FrameSource:
    """Opens any recording; cameras and read-ahead are the configuration's. SourceError, CalibrationError."""
    from modules.focus.recordings import open_recording

    source = config.SOURCE
    return open_recording(
        folder, format_name, offsets, tuple(source.CAMERAS), config.RUNTIME.READ_AHEAD,
        calibration=source.CALIBRATION, clock=source.CLOCK, quarter_turns=source.QUARTER_TURNS,
    )  # fmt: skip


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


def make_people_finder(config: CfgNode) -> FindPeople2D:
    """Loads the 2D network alone; ConfigError where it can't tell people apart, CheckpointError, DeviceError, EngineError."""
    from modules.estimator.people2d import PeopleFinder
    from modules.focus.prepare import network_views

    return PeopleFinder(config, network_views)


def open_take(config: CfgNode, source: FrameSource, offsets: Mapping[str, int] | None = None) -> Take:
    """The take of this recording and configuration in ``output_folder``, made if there is none; TakeError.

    Args:
        offsets: those that the recording was opened with; None: the configuration's.
    """
    from modules.take.identity import PeopleRules
    from modules.take.store import Take

    given = config.SOURCE.FRAME_OFFSETS if offsets is None else offsets
    rules = PeopleRules(config.TAKE.LOST_S, config.TAKE.SHORTEST_TRACK)
    return Take.find(output_folder(config, source), results_header(config, source, given), rules)


def open_results(path: Path) -> Results:
    """A take or a file of poses as results to look at, without the recording and the network; TakeError, ExportError."""
    from modules.export.saved import SavedPoses
    from modules.take.store import Take

    return SavedPoses(path) if path.suffix == ".jsonl" else Take(path, writable=False)


def compute(
    estimator: Estimator, frames: Iterable[FrameSet], lod_distance_mm: float, take: Take
) -> Iterator[tuple[FrameSet, PoseResult]]:
    """Computes frames into a take, in order; yields each when it was put. To be closed before the take is.

    Raises:
        DeviceError, SourceError, TakeError.
    """
    with closing(estimator.results(frames, lod_distance_mm)) as results:
        for frame, result in results:
            take.put(result.found)
            yield frame, result


def trajectories(config: CfgNode, results: Results, raw: bool = False) -> TrajectorySet:
    """Everyone's trajectories over all computed frames, cleaned as MOTION.* says; ``raw``: as they were measured.

    People who were found in too few frames (TAKE.SHORTEST_TRACK) are left out. TakeError, ExportError.
    """
    from modules.motion.clean import cleaned, cleaning_from
    from modules.motion.gather import raw_trajectories

    distance = config.LOD.DISTANCE_MM if results.lod_distance_mm is None else results.lod_distance_mm
    found = (results.result(int(index), distance) for index in results.computed(distance))
    people = {person.track_id: person for person in results.people() if not person.short}
    names = {number: person.name for number, person in people.items() if person.name}
    header = results.header
    kept = (result for result in found if result is not None)
    measured = raw_trajectories(kept, header.fps, header.recording, names, only=people.keys())
    return measured if raw else cleaned(measured, cleaning_from(config))


def motion(config: CfgNode, results: Results) -> tuple[TrajectorySet, TrajectorySet]:
    """Everyone's trajectories as measured, and cleaned as MOTION.* says; as ``trajectories``."""
    from modules.motion.clean import cleaned, cleaning_from

    measured = trajectories(config, results, raw=True)
    return measured, cleaned(measured, cleaning_from(config))


def angles(positions_mm: np.ndarray) -> Mapping[str, np.ndarray]:
    """Joint angles by name, degrees; see ``modules.motion.angles``."""
    from modules.motion.angles import joint_angles

    return joint_angles(positions_mm)


def write_motion(
    motion: TrajectorySet,
    names: Sequence[str],
    folder: Path,
    cameras: Sequence[Camera],
    people: Sequence[int] | None = None,
    frames: range | None = None,
) -> list[Path]:
    """Writes people's motion; see ``modules.export.trajectories.formats``. ExportError."""
    from modules.export.trajectories.common import select
    from modules.export.trajectories.formats import export, parse_formats

    return export(select(motion, people, frames), parse_formats(",".join(names)), folder, cameras)


def output_folder(config: CfgNode, source: FrameSource) -> Path:
    """Where results of a recording go unless told otherwise."""
    return PROJECT_DIR / expanded(config.TAKE.FOLDER, ExportError) / Path(source.info.path).resolve().name


def results_header(config: CfgNode, source: FrameSource, offsets: Mapping[str, int]) -> ResultsHeader:
    """What all results of this source and configuration have in common."""
    from modules.focus.fingerprint import fingerprint

    info = source.info
    x, y = config_for_rig(config, source.cameras).LOD.ORIGIN_XY_MM
    path = Path(info.path).resolve()
    opened = {
        "path": str(path),
        "format": info.format,
        "offsets": dict(offsets),
        "cameras": list(config.SOURCE.CAMERAS),
        "fingerprint": fingerprint(path),
    }
    return ResultsHeader(path.name, info.fps, tuple(source.cameras), (x, y), results_digest(config), info.frame_count, opened)


def open_proxies(config: CfgNode, source: FrameSource, take: Take) -> Proxies:
    """The small copies of this recording's frames beside its take: the same for all settings."""
    from modules.take.proxies import Proxies as ProxyFile

    opened = take.header.source
    about = json.dumps([opened.get("fingerprint"), opened.get("offsets"), [camera.name for camera in source.cameras]])
    name = f"proxies-{hashlib.sha256(about.encode()).hexdigest()[:8]}.sqlite"
    return ProxyFile(take.path.with_name(name), source, config.TAKE.PROXY_MB)


def export_all(
    results: Results, source: FrameSource, frames: Sequence[int], lod_distance_mm: float, folder: Path
) -> Iterator[PoseResult]:
    """Writes poses, video and sheet of these frames; yields after each. ExportError, SourceError, TakeError."""
    from modules.export.results import ResultsWriter, export_frames

    yield from export_frames(results, source, frames, lod_distance_mm, ResultsWriter(folder, results.header))
