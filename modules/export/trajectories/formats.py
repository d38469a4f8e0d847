"""The formats by name, and one function that writes any of them: what the command line, the window and scripts use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from modules.core.errors import ExportError, Note
from modules.core.files import cant_write
from modules.core.trajectory import TrajectorySet
from modules.core.types import Camera

from .common import file_names


@dataclass(frozen=True)
class Format:
    """One file format.

    Attributes:
        name: as on the command line. title: as in the window. ending: of the file's name.
        module, function: its writer, imported when it is used: some need libraries that take long to load.
        per_person: one file each. needs_cameras: has projections.
        options: further arguments of the writer.
        needs: a library that is an optional extra; "": none.
        any_axes: says of no axis which way it points: may be written in a calibration's own coordinates; the others want z up.
    """

    name: str
    title: Note
    ending: str
    module: str
    function: str
    per_person: bool = False
    needs_cameras: bool = False
    options: tuple[tuple[str, Any], ...] = ()
    any_axes: bool = False
    needs: str = ""

    @property
    def installed(self) -> bool:
        """Whether the library that it needs is there."""
        return not self.needs or find_spec(self.needs) is not None

    def writer(self) -> Callable[..., None]:
        """The writer; ExportError where a library that it needs is missing."""
        return partial(getattr(import_module(f".{self.module}", __package__), self.function), **dict(self.options))


#: Everything that can be written of trajectories, in the order in which it is offered.
FORMATS: dict[str, Format] = {
    made.name: made
    for made in (
        Format("trc", Note("TRC, metres (OpenSim, Pose2Sim)"), ".trc", "trc", "write_trc", per_person=True),
        Format("trc_mm", Note("TRC, millimetres"), "_mm.trc", "trc", "write_trc", per_person=True, options=(("unit", "mm"),)),
        Format("c3d", Note("C3D (Visual3D, Mokka, Nexus)"), ".c3d", "c3d", "write_c3d"),
        Format("csv", Note("CSV, a row per frame (Excel)"), ".csv", "tables", "write_csv_wide", any_axes=True),
        Format("csv_tidy", Note("CSV, a row per joint (R, pandas)"), "_tidy.csv", "tables", "write_csv_tidy", any_axes=True),
        Format("parquet", Note("Parquet (pandas, Arrow)"), ".parquet", "tables", "write_parquet", any_axes=True),
        Format("bvh", Note("BVH (Blender, Unity, MotionBuilder)"), ".bvh", "bvh", "write_bvh", per_person=True),
        Format("glb", Note("glTF, binary (any 3D viewer)"), ".glb", "glb", "write_glb"),
        Format("panoptic", Note("CMU Panoptic JSON, a file per frame"), "_panoptic", "panoptic", "write_panoptic"),
        Format("coco", Note("COCO-style JSON"), "_coco.json", "coco", "write_coco", needs_cameras=True, any_axes=True),
        Format("rrd", Note("Rerun (needs rerun-sdk)"), ".rrd", "rrd", "write_rrd", needs="rerun"),
    )
}


def parse_formats(text: str) -> list[Format]:
    """The formats that ``NAME[,NAME…]`` names, "all" for all that can be written here; ExportError for an unknown one."""
    if text.strip() == "all":
        return [made for made in FORMATS.values() if made.installed]
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        raise ExportError(
            "Unknown format {name}; there are {known}.", name=unknown[0] if unknown else "–", known=", ".join(FORMATS)
        )
    return [FORMATS[name] for name in dict.fromkeys(names)]


def left_out(chosen: Sequence[Format]) -> Note | None:
    """What "all" is to say where formats are missing from it for want of a library; None: nothing."""
    names = [made.name for made in FORMATS.values() if not made.installed]
    if not names or [made for made in FORMATS.values() if made.installed] != list(chosen):
        return None
    return Note("Left out: {formats} (needs rerun-sdk: pip install -r requirements-rerun.txt).", formats=", ".join(names))


def export(trajectories: TrajectorySet, formats: Sequence[Format], folder: Path, cameras: Sequence[Camera] = ()) -> list[Path]:
    """Writes trajectories in several formats; older files of the same names are replaced, each when the new one is whole.

    Args:
        folder: made if it isn't there. cameras: V cameras, for formats with projections.

    Returns:
        the files (for Panoptic the folder), named after the recording, and after the person where each has a file.

    Raises:
        ExportError: a file can't be written; there is nobody in these frames; a format needs what is missing.
    """
    if not any(np.isfinite(person.positions_world_mm).any() for person in trajectories.people):
        raise ExportError("There is nobody to export in {recording}.", recording=trajectories.recording)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cant_write(folder, error) from error
    made: list[Path] = []
    stem = Path(trajectories.recording).name or "recording"
    for kind in formats:
        write = kind.writer()
        if kind.per_person:
            for name, person in zip(file_names(trajectories.people), trajectories.people, strict=True):
                made.append(folder / f"{stem}_{name}{kind.ending}")
                write(trajectories, person, made[-1])
            continue
        made.append(folder / f"{stem}{kind.ending}")
        write(trajectories, *([cameras] if kind.needs_cameras else []), made[-1])
    return made
