"""Takes and other results, and the frames that fill them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from yacs.config import CfgNode

from modules.core.config import results_digest
from modules.core.header import ResultsHeader
from modules.core.names import readable
from modules.core.own_world import LEVEL, RECORDING, pictures_changed, world_note
from modules.core.protocols import Estimator, FrameSource, Proxies, Results, Take
from modules.core.room import config_for_rig
from modules.core.types import FrameSet, PoseResult

from .places import claimed_output, damaged_beside, output_folder, recording_beside
from .rig import corrected, for_recording, known_report


def has_take(config: CfgNode, source: FrameSource) -> bool:
    """Whether ``open_take`` would find a take, and not make one."""
    from modules.take.store import take_path

    config = for_recording(config, Path(source.info.path))
    header = results_header(config, source, config.SOURCE.FRAME_OFFSETS)
    return take_path(output_folder(config, source), header).exists()


def had_take(config: CfgNode, source: FrameSource) -> bool:
    """The same of a recording that is not put right yet: only what an earlier rig check found is known of it."""
    config = for_recording(config, Path(source.info.path))
    report = known_report(config, source)
    unknown = config.RIG.CHECK and report is None
    return not unknown and has_take(config, corrected(config, source, report))


def open_take(config: CfgNode, source: FrameSource, offsets: Mapping[str, int] | None = None) -> Take:
    """The take of this recording and configuration in its folder (``places``), made if there is none; TakeError.

    Args:
        offsets: those that the recording was opened with; None: the configuration's.
    """
    from modules.take.identity import PeopleRules
    from modules.take.store import Take

    config = for_recording(config, Path(source.info.path), offsets)
    rules = PeopleRules(config.TAKE.LOST_S, config.TAKE.SHORTEST_TRACK)
    header = results_header(config, source, config.SOURCE.FRAME_OFFSETS)
    return Take.find(claimed_output(config, Path(source.info.path), header.source["fingerprint"]), header, rules)


def open_results(path: Path) -> Results:
    """A take or a file of poses as results to look at, without the recording and the network; TakeError, ExportError."""
    from modules.export.poses_jsonl import is_poses_file
    from modules.export.saved import SavedPoses
    from modules.take.database import is_database
    from modules.take.store import Take

    named = path.suffix == ".jsonl" and not is_database(path)
    if not named and not is_poses_file(path):
        return Take(path, writable=False)
    unsaid = damaged_beside(path)
    return SavedPoses(path, recording_beside(path), () if unsaid is None else (unsaid,))


def open_proxies(config: CfgNode, source: FrameSource, take: Take) -> Proxies:
    """The small copies of this recording's frames beside its take: the same for all settings but those that decide which
    pictures lie in a frame, and how."""
    from modules.take.proxies import Proxies as ProxyFile
    from modules.take.store import pairing

    opened = take.header.source
    shown = pairing(opened), source.info.turns, pictures_changed(take.header)
    about = [opened.get("fingerprint"), opened.get("offsets"), [camera.name for camera in source.cameras]]
    about = json.dumps(about + ([*shown] if any(shown) else []), sort_keys=True)
    name = f"proxies-{hashlib.sha256(about.encode()).hexdigest()[:8]}.sqlite"
    return ProxyFile(take.path.with_name(name), source, config.TAKE.PROXY_MB)


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
        "delays": info.delays,
        "clock": config.SOURCE.CLOCK,
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
