"""For scripts and notebooks: open a recording or its results, compute what is missing, take trajectories, write files.

    from modules import api

    with api.open_recording("data/Demo_MultiPerson") as recording:
        recording.compute()                               # into its take; frames that are there already cost nothing
        motion = recording.trajectories()                 # smoothed; smoother="none", raw=True …
        positions = api.positions_mm(motion)              # numpy [P, T, J, 3], mm
        table = api.table(motion)                         # pandas, a row per person, frame and joint
        recording.export("out", ["trc", "c3d", "csv"])

Lengths are millimetres in the world of the calibration: right-handed, z up. NaN is what is not known. Every problem that a
user can do something about is a ``UserError`` whose text says what. The command line and the window use the same functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from yacs.config import CfgNode

from modules import composition
from modules.composition import compare
from modules.core.comparison import Comparison, Distances
from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.errors import SourceError
from modules.core.protocols import FrameSource, Results, Take
from modules.core.skeleton import JOINT_NAMES
from modules.core.trajectory import Sample, Trajectory, TrajectorySet
from modules.core.types import Camera, FrameSet, PoseResult
from modules.motion.angles import joint_angles
from modules.motion.clean import cleaned, frame_s
from modules.motion.derived import Step, acceleration, center_of_mass, speed, steps, velocity

if TYPE_CHECKING:
    import pandas

__all__ = [
    "JOINT_NAMES", "Comparison", "Recording", "Sample", "Step", "Trajectory", "TrajectorySet", "acceleration", "angles",
    "center_of_mass", "cleaned", "compare", "distances", "frame_s", "open_recording", "positions_mm", "read_reference", "speed",
    "steps", "table", "velocity",
]  # fmt: skip


class Recording:
    """A recording with its take, or results without the recording. Use ``open_recording``; a context manager.

    Attributes:
        config: its configuration. source: the recording, or None. results: the take, or the file of poses.
    """

    def __init__(self, config: CfgNode, source: FrameSource | None, results: Results) -> None:
        self.config, self.source, self.results = config, source, results

    def __enter__(self) -> Recording:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Writes what waits to the take and releases all files; idempotent."""
        self.results.close()
        if self.source is not None:
            self.source.close()

    @property
    def name(self) -> str:
        """The recording's name."""
        return self.results.header.recording

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """V cameras: intrinsics in px, poses in mm, world."""
        return composition.written(self.config, self.results).cameras

    @property
    def fps(self) -> float:
        """Frames per second; NaN where unknown."""
        return self.results.header.fps

    def __len__(self) -> int:
        """Frames of the recording; 0 where that is not known."""
        return self.results.header.frame_count if self.source is None else len(self.source)

    @property
    def lod_distance_mm(self) -> float:
        """Farther people have no joints, mm; 0: everyone has."""
        given = self.results.lod_distance_mm
        return self.config.LOD.DISTANCE_MM if given is None else given

    @property
    def computed(self) -> np.ndarray:
        """int64, rising: the frames that are computed."""
        return self.results.computed(self.lod_distance_mm)

    def compute(self, frames: range | None = None, progress: Callable[[int, int], None] | None = None) -> int:
        """Finds the people of the frames that are not computed yet, and keeps them in the take.

        Args:
            frames: of the recording; None: all. progress: called with frames done and frames to do.

        Returns:
            how many frames were computed.

        Raises:
            SourceError: frames are missing and there is no recording to compute them from, or a frame can't be read.
            CheckpointError, DeviceError, EngineError, TakeError.
        """
        missing = np.setdiff1d(range(len(self)) if frames is None else frames, self.computed).tolist()
        if not missing:
            return 0
        if self.source is None:
            raise SourceError("{path} holds results alone; open the recording to compute more.", path=self.results.info.path)
        take: Take = self.results  # type: ignore[assignment]
        work = composition.compute(composition.make_estimator(self.config), self._read(missing), self.lod_distance_mm, take)
        with closing(work):
            for done, _ in enumerate(work, 1):
                if progress is not None:
                    progress(done, len(missing))
        take.flush()
        return len(missing)

    def poses(self) -> Iterator[PoseResult]:
        """Every computed frame's people, in order, as they were found; see ``modules.core.types``."""
        results = composition.written(self.config, self.results)
        for index in self.computed:
            result = results.result(int(index), self.lod_distance_mm)
            if result is not None:
                yield result

    def trajectories(self, raw: bool = False, **changes: Any) -> TrajectorySet:
        """Everyone over all computed frames.

        Args:
            raw: as measured, nothing smoothed, filled or rejected.
            changes: MOTION keys in lower case, in place of the configuration's: ``smoother="butterworth"``, ``cutoff_hz=8``,
                ``max_gap_s=0.5``, ``constant_bones=False``, …

        Returns:
            T frames without a gap in between, ``people`` by number; each has ``positions_world_mm`` float64 [T, J, 3],
            ``sd_mm`` of the same shape and ``samples`` uint8 [T, J] (``Sample``).

        Raises:
            ConfigError: no such key, or not a value for it.
        """
        found = composition.trajectories(self._changed(changes), self.results, raw)
        return composition.written_trajectories(self.config, self.results, found)

    def export(
        self,
        folder: str | Path,
        formats: Sequence[str] | str,
        people: Sequence[int] | None = None,
        frames: range | None = None,
        raw: bool = False,
        **changes: Any,
    ) -> list[Path]:
        """Writes trajectories as files.

        Args:
            folder: made if need be. formats: names as in ``run.py --export``, or "all".
            people: numbers; None: everyone. frames: of the recording; None: all. raw, changes: as for ``trajectories``.

        Returns:
            the files.

        Raises:
            ExportError: an unknown format, nobody to export, or a file that can't be written.
        """
        found = composition.trajectories(self._changed(changes), self.results, raw)
        names = [formats] if isinstance(formats, str) else formats
        return composition.write_motion(self.config, self.results, found, names, Path(folder), people, frames)

    def _read(self, indices: Sequence[int]) -> Iterator[FrameSet]:
        assert self.source is not None
        for index in indices:
            yield self.source.read(index)

    def _changed(self, changes: dict[str, Any]) -> CfgNode:
        if not changes:
            return self.config
        from modules.core.config import set_key

        config = self.config.clone()
        config.defrost()
        for name, value in changes.items():
            set_key(config, f"MOTION.{name.upper()}", value, "trajectories()")
        config.freeze()
        return config


def open_recording(path: str | Path, config: str | Path | None = None, **settings: Any) -> Recording:
    """Opens a recording's folder with its take, or a take (``.sqlite``) or ``poses.jsonl`` without the recording.

    Args:
        config: a configuration file; None: the one that ships.
        settings: keys of the configuration, dots as double underscores: ``RUNTIME__DEVICE="cpu"``.

    Raises:
        SourceError, CalibrationError, TakeError, ExportError, ConfigError: it can't be opened; the text says why.
        CheckpointError, DeviceError, EngineError: likewise, of a recording of which there is no take yet.
    """
    path = Path(path).expanduser()
    values = {name.replace("__", "."): value for name, value in settings.items()}
    if path.is_dir() or not path.suffix:
        values["SOURCE.PATH"] = str(path.absolute())
    loaded = load_config(DEFAULT_CONFIG if config is None else config, values)
    if "SOURCE.PATH" not in values:
        return Recording(loaded, None, composition.open_results(path))
    source = composition.open_source(loaded)
    try:
        if not composition.had_take(loaded, source):
            composition.check_weights(loaded)  # before a take is made that nothing can fill
        source, _ = composition.put_right(loaded, source)
        return Recording(loaded, source, composition.open_take(loaded, source))
    except BaseException:
        source.close()
        raise


def positions_mm(trajectories: TrajectorySet) -> np.ndarray:
    """float64 [P, T, J, 3], mm, world; NaN: not known. Joints in the order of ``trajectories.joint_names``."""
    shape = (0, len(trajectories.frames), len(trajectories.joint_names), 3)
    return np.stack([person.positions_world_mm for person in trajectories.people]) if trajectories.people else np.empty(shape)


def table(trajectories: TrajectorySet) -> pandas.DataFrame:
    """A row per person, frame and joint.

    Columns: frame, time_s, track_id, person, joint, x_mm, y_mm, z_mm (mm, world), sd_x_mm, sd_y_mm, sd_z_mm (standard
    deviations, mm), speed_mm_s, state (missing, measured, filled, rejected).
    """
    import pandas

    count, joints = len(trajectories.frames), len(trajectories.joint_names)
    dt, parts = frame_s(trajectories), []
    for person in trajectories.people:
        columns = {
            "frame": np.repeat(trajectories.frames, joints),
            "time_s": np.repeat(trajectories.times_s, joints),
            "track_id": person.track_id,
            "person": person.name,
            "joint": np.tile(trajectories.joint_names, count),
        }
        for axis, letter in enumerate("xyz"):
            columns[f"{letter}_mm"] = person.positions_world_mm[..., axis].ravel()
        for axis, letter in enumerate("xyz"):
            columns[f"sd_{letter}_mm"] = person.sd_mm[..., axis].ravel()
        columns["speed_mm_s"] = speed(person.positions_world_mm, dt).ravel()
        columns["state"] = np.array([sample.name.lower() for sample in Sample])[person.samples].ravel()
        parts.append(pandas.DataFrame(columns))
    return pandas.concat(parts, ignore_index=True) if parts else pandas.DataFrame()


def angles(trajectories: TrajectorySet) -> pandas.DataFrame:
    """A row per person and frame: frame, time_s, track_id, person, then a column per joint angle, degrees.

    Names and signs: ``modules.motion.angles``.
    """
    import pandas

    parts = [
        pandas.DataFrame(
            {
                "frame": trajectories.frames,
                "time_s": trajectories.times_s,
                "track_id": person.track_id,
                "person": person.name,
                **joint_angles(person.positions_world_mm),
            }
        )
        for person in trajectories.people
    ]
    return pandas.concat(parts, ignore_index=True) if parts else pandas.DataFrame()


def read_reference(*paths: str | Path) -> TrajectorySet:
    """Something to compare with: TRC files (one a person), a C3D file, CMU Panoptic's JSON (its folder), a take or poses.jsonl.

    Returns:
        trajectories of the skeleton's joints, mm, world; ``sd_mm`` is NaN.

    Raises:
        ExportError, TakeError: it can't be read.
    """
    return composition.read_reference(load_config(DEFAULT_CONFIG), [Path(path).expanduser() for path in paths])


def distances(comparison: Comparison) -> pandas.DataFrame:
    """What ``compare(motion, reference)`` found, a row per person and joint (and "all"): track_id, reference, joint, frames,
    median_mm, mean_mm, p95_mm. ``comparison.pairs`` have every frame's distances, float64 [T, J]."""
    import pandas

    rows = [
        {"track_id": pair.track_id, "reference": pair.reference_name, "joint": name, **vars(Distances.of(values))}
        for pair in comparison.pairs
        for name, values in [*zip(comparison.joint_names, pair.distances_mm.T, strict=True), ("all", pair.distances_mm)]
    ]
    return pandas.DataFrame(rows)
