"""A ``ComputedFrame`` as bytes: little-endian arrays one after another behind a short head; about 0.5 kB a person."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping, Sequence

import numpy as np

from modules.core.appearance import NUM_COLORS
from modules.core.computed import ComputedFrame, State
from modules.core.errors import Note
from modules.core.skeleton import NUM_JOINTS

#: people, views, extra joints
HEAD = struct.Struct("<HHH")
#: What is known to a few per cent at best is kept in 16 bits.
FLOAT, HALF = np.dtype("<f4"), np.dtype("<f2")
#: Fields at the end that takes of before do without.
ADDED = ("seen_off_px",)


def _layout(views: int, extras: int) -> tuple[tuple[str, np.dtype, tuple[int, ...]], ...]:
    """(field, type, shape of one person) in the order of the bytes."""
    return (
        ("states", np.dtype("u1"), ()),
        ("confidences", FLOAT, ()),
        ("roots_world_mm", FLOAT, (3,)),
        ("joints_world_mm", FLOAT, (NUM_JOINTS, 3)),
        ("extra_world_mm", FLOAT, (extras, 3)),
        ("view_trust", HALF, (views, NUM_JOINTS)),
        ("joint_sd_mm", HALF, (NUM_JOINTS, 3)),
        ("colors", HALF, (NUM_COLORS,)),
        ("seen_off_px", HALF, (views, NUM_JOINTS, 2)),
    )


def encode(frame: ComputedFrame) -> bytes:
    """The people of a frame; time, stages and notes are kept beside it."""
    views, extras = frame.view_trust.shape[1], frame.extra_world_mm.shape[1]
    with np.errstate(over="ignore"):  # beyond 65504 a deviation is infinite for all that anyone does with it
        parts = [getattr(frame, name).astype(kind).tobytes() for name, kind, _ in _layout(views, extras)]
    return HEAD.pack(len(frame), views, extras) + b"".join(parts)


def decode(index: int, time_s: float, people: bytes, about: str, extra_names: Sequence[str]) -> ComputedFrame:
    """The frame that ``encode`` and ``describe`` wrote; ValueError for bytes that are none."""
    try:
        count, views, extras = HEAD.unpack_from(people)
        fields, at = {}, HEAD.size
        for name, kind, shape in _layout(views, extras):
            if name in ADDED and at == len(people) and count:
                break  # a frame of before it was kept
            size = count * int(np.prod(shape, dtype=int))
            fields[name] = np.frombuffer(people, kind, size, at).reshape(count, *shape)
            at += size * kind.itemsize
        content = json.loads(about)
        notes = tuple(Note(template, **values) for template, values in content["notes"])
        timings = {str(stage): float(ms) for stage, ms in content["ms"].items()}
    except (struct.error, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"not a frame: {error}") from error
    if at != len(people) or extras not in (0, len(extra_names)) or (count and fields["states"].max() > max(State)):
        raise ValueError("not a frame: its length or a state is wrong")
    return ComputedFrame(index, time_s, extra_names=tuple(extra_names)[:extras], timings_ms=timings, notes=notes, **fields)


def describe(frame: ComputedFrame) -> str:
    """Stages and notes of a frame as JSON."""
    notes = [(note.template, {name: _plain(value) for name, value in note.values.items()}) for note in frame.notes]
    ms = {stage: round(value, 2) for stage, value in frame.timings_ms.items()}
    return json.dumps({"ms": ms, "notes": notes}, separators=(",", ":"))


def _plain(value: object) -> object:
    return value if isinstance(value, (int, float)) else str(value)


def encode_numbers(numbers: Mapping[int, np.ndarray]) -> bytes:
    """Frame → numbers int [P], compressed."""
    frames = np.array([(index, len(own)) for index, own in numbers.items()], "<i4").reshape(-1, 2)
    rows = np.concatenate([*numbers.values(), np.zeros(0, "<i4")]).astype("<i4")
    return zlib.compress(struct.pack("<I", len(frames)) + frames.tobytes() + rows.tobytes(), 1)


def decode_numbers(content: bytes) -> dict[int, np.ndarray]:
    """What ``encode_numbers`` was given, int64; ValueError for bytes that are none."""
    try:
        plain = zlib.decompress(content)
        (count,) = struct.unpack_from("<I", plain)
        frames = np.frombuffer(plain, "<i4", 2 * count, 4).reshape(-1, 2)
        rows = np.frombuffer(plain, "<i4", offset=4 + frames.nbytes).astype(np.int64)
    except (zlib.error, struct.error) as error:
        raise ValueError(f"not numbers: {error}") from error
    if len(rows) != frames[:, 1].sum():
        raise ValueError("not numbers: too many or too few")
    parts = np.split(rows, np.cumsum(frames[:, 1])[:-1]) if count else []
    return dict(zip(frames[:, 0].tolist(), parts, strict=True))
