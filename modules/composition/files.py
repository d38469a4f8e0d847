"""Files out of results, in the coordinates that are asked for (RIG.WORLD)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from yacs.config import CfgNode

from modules.core.own_world import RECORDING, in_coordinates, trajectories_in
from modules.core.protocols import FrameSource, Results
from modules.core.room import config_for_rig
from modules.core.trajectory import TrajectorySet
from modules.core.types import PoseResult

from .places import check_files, check_motion, claim_folder, claim_motion

if TYPE_CHECKING:
    from modules.export.film import FilmWriter


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
        ExportError: an unknown format, nobody to export, a file that can't be written, or the folder holds another
            recording's motion under this name.
    """
    from modules.export.trajectories.common import select
    from modules.export.trajectories.formats import export, parse_formats

    chosen = parse_formats(",".join(names))
    check_motion(results, folder)
    found = select(found, people, frames)
    moved = written_trajectories(config, results, found)
    files: list[Path] = []
    for kind in chosen:
        # a format that fixes where up is gets level coordinates, whatever the calibration's are
        upright = moved is found or (config.RIG.WORLD == RECORDING and not kind.any_axes)
        cameras = results.cameras if upright else written(config, results).cameras
        files += export(found if upright else moved, [kind], folder, cameras)
        claim_motion(results, folder)
    return files


def export_all(
    config: CfgNode, results: Results, source: FrameSource, frames: Sequence[int], lod_distance_mm: float, folder: Path
) -> Iterator[PoseResult]:
    """Writes poses, video and sheet of these frames; yields after each. ExportError (as where the folder holds those of another
    recording), SourceError, TakeError."""
    from modules.export.results import ResultsWriter, export_frames

    check_files(results, folder)
    moved = written(config, results)
    yield from export_frames(moved, source, frames, lod_distance_mm, ResultsWriter(folder, moved.header))
    claim_folder(results, folder)


def written(config: CfgNode, results: Results) -> Results:
    """The results in the coordinates that files are asked to have (RIG.WORLD)."""
    return in_coordinates(results, config.RIG.WORLD, _center_xy(config, results))


def written_trajectories(config: CfgNode, results: Results, found: TrajectorySet) -> TrajectorySet:
    """Trajectories of ``results`` in the coordinates that files are asked to have (RIG.WORLD)."""
    return trajectories_in(found, results.header, config.RIG.WORLD, _center_xy(config, results))


def _center_xy(config: CfgNode, results: Results) -> list[float]:
    space = config_for_rig(config, results.cameras, results.info.space).MULTI_PERSON
    return list(space.SPACE_CENTER[:2])


def open_film(path: Path, size_px: tuple[int, int], fps: float) -> FilmWriter:
    """A film to write pictures into; see ``modules.export.film``."""
    from modules.export.film import FilmWriter

    return FilmWriter(path, size_px, fps)
