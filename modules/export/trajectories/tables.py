"""Tables: CSV with a column per value (wide) or a row per joint (tidy), and Parquet.

Units are in the columns' names: ``x_mm``, ``sd_x_mm``, ``time_s``; positions are in the world, z up, rounded to 0.001 mm in
text and float32 in Parquet. A gap's cells are empty (null) and its state is "missing"; the other states are "measured",
"filled" and "rejected" (measured, but an outlier). Tidy tables and Parquet hold a person from the first to the last frame
they are in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from modules.core.trajectory import Trajectory, TrajectorySet

from .common import STATE_NAMES, blocks, clock_s, presence, written

VALUES = ("x_mm", "y_mm", "z_mm", "sd_x_mm", "sd_y_mm", "sd_z_mm")
TIDY = ("frame", "time_s", "track_id", "person", "joint", *VALUES, "state")
DECIMALS, TIME_DECIMALS = 3, 6
STATES = pa.array(STATE_NAMES)


def write_csv_wide(trajectories: TrajectorySet, path: Path) -> None:
    """One row a frame; columns ``p1_left_wrist_x_mm`` … ``p1_left_wrist_sd_z_mm``, ``p1_left_wrist_state``, by track_id.

    Raises:
        ExportError: the file can't be written.
    """
    names = ["frame", "time_s"]
    for person in trajectories.people:
        for joint in trajectories.joint_names:
            names += [f"p{person.track_id}_{joint}_{value}" for value in (*VALUES, "state")]
    times = clock_s(trajectories)
    with written(path) as file:
        table = TextTable(file, names, header=True)
        for part in blocks(len(times)):
            columns = [pa.array(trajectories.frames[part]), numbers(times[part], TIME_DECIMALS)]
            for person in trajectories.people:
                for joint in range(len(trajectories.joint_names)):
                    columns += _values(person, part, joint)
                    columns.append(STATES.take(pa.array(person.samples[part, joint])))
            table.write(columns)
        table.close()


def write_csv_tidy(trajectories: TrajectorySet, path: Path) -> None:
    """One row per person, frame and joint, in this order; columns ``TIDY``.

    Raises:
        ExportError: the file can't be written.
    """
    with written(path) as file:
        table = TextTable(file, list(TIDY), header=True)
        for columns in _tidy(trajectories, DECIMALS):
            table.write(columns)
        table.close()


def write_parquet(trajectories: TrajectorySet, path: Path) -> None:
    """The tidy table as Parquet: float32 values, dictionaries for text, row groups of a person's ``BLOCK_FRAMES`` frames.

    The schema's metadata name the recording, the rate (``fps``), what was done to the poses (``method``) and the frame.

    Raises:
        ExportError: the file can't be written.
    """
    text = pa.dictionary(pa.int32(), pa.string())
    kinds = [pa.int64(), pa.float64(), pa.int32(), text, text, *[pa.float32()] * len(VALUES), text]
    about = {
        "recording": trajectories.recording,
        "fps": str(trajectories.fps),
        "method": trajectories.method,
        "frame": "world, right-handed, z up, mm",
    }
    schema = pa.schema(list(zip(TIDY, kinds, strict=True)), metadata=about)
    with written(path) as file, pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for columns in _tidy(trajectories, None):
            writer.write_batch(
                pa.record_batch([column.cast(kind) for column, kind in zip(columns, kinds, strict=True)], schema=schema)
            )


class TextTable:
    """Rows of text, a block at a time.

    Args:
        file: open for writing; stays open. names: the columns'. header: whether a row with the names is written first.
    """

    def __init__(self, file: IO[bytes], names: list[str], header: bool = False, delimiter: str = ",") -> None:
        self._names, self._file = names, file
        self._options = pa_csv.WriteOptions(include_header=False, delimiter=delimiter, quoting_style="needed")
        self._writer: pa_csv.CSVWriter | None = None
        if header:
            file.write((delimiter.join(names) + "\n").encode())

    def write(self, columns: list[pa.Array]) -> None:
        """Appends a block: one array a column, of equal lengths."""
        batch = pa.record_batch(columns, names=self._names)
        if self._writer is None:
            self._writer = pa_csv.CSVWriter(pa.PythonFile(self._file, mode="w"), batch.schema, write_options=self._options)
        self._writer.write_batch(batch)

    def close(self) -> None:
        """Writes what is still held back."""
        if self._writer is not None:
            self._writer.close()


def numbers(values: np.ndarray, decimals: int | None) -> pa.Array:
    """Rounded values as a column, null for NaN; values of size 0 lose their sign."""
    return pa.array(values if decimals is None else values.round(decimals) + 0.0, from_pandas=True)


def lines(pieces: Iterable[str | pa.Array]) -> list[str]:
    """One text per row from pieces side by side: a text is the same in all rows, numbers have their shortest form."""
    columns = [pa.scalar(piece) if isinstance(piece, str) else piece.cast(pa.string()) for piece in pieces]
    return pc.binary_join_element_wise(*columns, "").to_pylist()


def _values(person: Trajectory, part: slice, joint: int) -> list[pa.Array]:
    both = (person.positions_world_mm[part, joint], person.sd_mm[part, joint])
    return [numbers(values[:, axis], DECIMALS) for values in both for axis in range(3)]


def _tidy(trajectories: TrajectorySet, decimals: int | None) -> Iterator[list[pa.Array]]:
    """Blocks of columns in the order of ``TIDY``."""
    joints = pa.array(trajectories.joint_names)
    times = clock_s(trajectories)
    for person in trajectories.people:
        first, last = presence(person)
        for block in blocks(last - first):
            part = slice(first + block.start, first + block.stop)
            count, J = part.stop - part.start, len(joints)
            xyz, sd = person.positions_world_mm[part].reshape(-1, 3), person.sd_mm[part].reshape(-1, 3)
            yield [
                pa.array(np.repeat(trajectories.frames[part], J)),
                numbers(np.repeat(times[part], J), TIME_DECIMALS),
                pa.array(np.full(count * J, person.track_id, np.int32)),
                pa.array([person.name]).take(pa.array(np.zeros(count * J, np.int32))),
                joints.take(pa.array(np.tile(np.arange(J, dtype=np.int32), count))),
                *[numbers(values[:, axis], decimals) for values in (xyz, sd) for axis in range(3)],
                STATES.take(pa.array(person.samples[part].reshape(-1))),
            ]
