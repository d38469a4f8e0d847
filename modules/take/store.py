"""A take: every frame of one recording that was computed with one configuration, on disk, in whatever order they came."""

from __future__ import annotations

import hashlib
import json
import math
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from modules.core.computed import ComputedFrame, State
from modules.core.edits import EditKind, SaidEdit
from modules.core.errors import TakeError
from modules.core.files import Held
from modules.core.header import ResultsHeader
from modules.core.protocols import TakeChange, TakePerson
from modules.core.types import Camera, PoseResult, SourceInfo

from . import database
from .codec import decode, decode_numbers, describe, encode, encode_numbers
from .edits import Edit, Sight
from .identity import VERSION, Identities, PeopleRules
from .writer import Writer

#: The same root, computed again, lies within this.
SAME_ROOT_MM = 1.0
#: What ``merge`` takes person by person.
PERSON_FIELDS = ("states", "joints_world_mm", "view_trust", "joint_sd_mm", "seen_off_px", "extra_world_mm", "colors")


def pairing(source: Mapping[str, Any]) -> dict[str, Any]:
    """What of how a recording was opened (``ResultsHeader.source``) decides, beside frame offsets, which of its cameras' frames
    belong together; empty: nothing."""
    return {name: source[name] for name in ("delays", "clock") if source.get(name)}


def take_path(folder: Path, header: ResultsHeader) -> Path:
    """Where the take with this header belongs: another recording or other settings lie beside it."""
    content = header.to_json()
    source = [header.source.get(name) for name in ("fingerprint", "offsets")]
    names = ("config_digest", "cameras", "frame_count", "fps", "world")
    source += [pairing(header.source)] if pairing(header.source) else []
    compared = json.dumps([*source, *(content[name] for name in names)], sort_keys=True)
    return folder / f"take-{hashlib.sha256(compared.encode()).hexdigest()[:8]}.sqlite"


class Take:
    """Implements ``modules.core.protocols.Take``. May be used from any thread.

    Args:
        path: a take that is there, see ``find`` and ``create``.
        writable: whether frames may be put.
        rules: by which people are told apart; None: those that the take was filled with.

    Raises:
        TakeError: no take, damaged, of a newer program, in use, or not to be read.
    """

    def __init__(self, path: Path, writable: bool = True, rules: PeopleRules | None = None) -> None:
        self.path, self.writable = path, writable
        self._free: list[sqlite3.Connection] = []
        self._closed = self._loaded = False
        self._lock = threading.RLock()
        self._listeners: list[Callable[[TakeChange], None]] = []
        self._waiting: dict[int, ComputedFrame] = {}
        self._on_disk: dict[int, ComputedFrame] = {}  # inside a transaction; the writer's thread alone
        if not writable:  # any file that a person named
            database.check_kind(path)
        self._held = Held(path.with_name(f"{path.name}.lock"), within=True)
        #: Whether another program has it open to fill it as well.
        self.shared = writable and not self._held.take()
        self._revision = 0  # that follows from what was read and put here; the writer's thread alone
        try:
            self._writer = Writer(path, self._on_idle) if writable else None
        except BaseException:
            self._held.let_go()
            raise
        try:
            with self._reading() as connection:
                self._header = database.read_header(connection, path)
            self._missing_mm = self._read_index()
            self._identities = self._read_identities(rules)
            self._loaded = True
        except BaseException:
            with suppress(TakeError):  # what is wrong with it is being said
                self.close()
            raise

    @classmethod
    def find(cls, folder: Path, header: ResultsHeader, rules: PeopleRules | None = None) -> Take:
        """The take of this recording and configuration in the folder, made if there is none; TakeError."""
        path = take_path(folder, header)
        if not path.exists():
            database.create(path, header)
        return cls(path, rules=rules)

    @property
    def header(self) -> ResultsHeader:
        """What holds for all frames."""
        return self._header

    @property
    def info(self) -> SourceInfo:
        """The recording as the header tells."""
        return self._header.info

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """V cameras."""
        return self._header.cameras

    @property
    def lod_distance_mm(self) -> float | None:
        """None: any distance can be asked for."""
        return None

    def put(self, frame: ComputedFrame) -> None:
        """Adds a frame, or people to a frame; returns before it is on disk. TakeError of an earlier frame."""
        assert self._writer is not None, "a take opened for reading"
        with self._lock:
            known = self._waiting.get(frame.frame_index)
            frame = frame if known is None else merge(known, frame)
            self._waiting[frame.frame_index] = frame
        self._writer.put(partial(self._write, frame), partial(self._written, frame))

    def forget(self, indices: Collection[int]) -> None:
        """Drops frames, to compute them again."""
        assert self._writer is not None, "a take opened for reading"
        dropped = [(int(index),) for index in indices]

        def write(connection: sqlite3.Connection) -> None:
            connection.executemany("DELETE FROM frames WHERE frame=?", dropped)
            database.count_change(connection)

        def written(committed: bool) -> None:
            self._changed(committed)
            if committed:
                for (index,) in dropped:
                    self._identities.forget(index)
                with self._lock:
                    self._missing_mm[[index for (index,) in dropped]] = math.nan

        self._writer.put(write, written)
        self._writer.flush()

    def flush(self) -> None:
        """Waits until all frames that were put are on disk; TakeError if one could not be written."""
        if self._writer is not None:
            self._writer.flush()

    def close(self) -> None:
        """Writes what waits; idempotent. TakeError as ``flush``."""
        with self._lock:
            self._closed = True
            while self._free:
                self._free.pop().close()
        # last: only a connection that may write can put everything into the one file
        try:
            if self._writer is not None:
                self._writer.close()
        finally:
            self._held.let_go()

    def listen(self, listener: Callable[[TakeChange], None]) -> None:
        """Calls ``listener`` after every commit, in the writer's thread."""
        self._listeners.append(listener)

    def computed(self, lod_distance_mm: float) -> np.ndarray:
        """int64, rising: frames on disk whose people within the distance (0: everyone) are all computed."""
        limit = float(np.float32(lod_distance_mm)) if lod_distance_mm else math.inf
        with self._lock:
            return np.flatnonzero(self._missing_mm >= limit)

    def frames(self) -> np.ndarray:
        """int64, rising: all frames on disk, whoever of their people is computed."""
        with self._lock:
            return np.flatnonzero(~np.isnan(self._missing_mm))

    def frame(self, index: int) -> ComputedFrame | None:
        """Everything known of a frame; None if it isn't there. TakeError."""
        with self._lock:
            waiting = self._waiting.get(index)
        if waiting is not None:
            return waiting
        with self._reading() as connection:
            return self._read(connection, index)

    def result(self, index: int, lod_distance_mm: float) -> PoseResult | None:
        """The people of a frame with their numbers; None if it isn't computed for this distance. TakeError."""
        frame = self.frame(index)
        if frame is None or not frame.is_complete(lod_distance_mm, self._header.lod_origin_xy_mm):
            return None
        numbers = self._identities.numbers(frame)
        return frame.result(self.cameras, lod_distance_mm, self._header.lod_origin_xy_mm, numbers)

    def people(self) -> tuple[TakePerson, ...]:
        """Everyone, by rising number."""
        return self._identities.people()

    def settle(self) -> None:
        """Waits for what was put, and gives everyone the number that follows from the computed frames alone. TakeError."""
        self.flush()
        self._tell(self._identities.settle())
        if self._writer is not None:
            self._writer.put(self._save_numbers, lambda committed: None)

    def edit(
        self,
        kind: EditKind,
        track_id: int,
        frame: int,
        other: int | None = None,
        name: str = "",
        span: tuple[int, int] | None = None,
    ) -> int:
        """Says who is who, see ``modules.core.edits.Editor``; TakeError."""
        at, second = self._sight(track_id, frame), None if other is None else self._sight(other, frame)
        self._refuse_idle(kind, [number for number in (track_id, other) if number is not None], frame)
        said = Edit(kind, at, second, name, span)
        row: list[int] = []

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("UPDATE edits SET undone=2 WHERE undone=1")  # said no more: another word follows
            row[:] = [
                connection.execute("INSERT INTO edits VALUES (NULL, ?, ?, 0)", (kind.value, said.to_json())).lastrowid or 0
            ]
            database.count_change(connection)

        self._say(write)
        return row[0]

    def edits(self) -> tuple[SaidEdit, ...]:
        """See ``modules.core.edits.Editor``; TakeError."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, kind, undone FROM edits WHERE NOT undone OR (undone = 1 AND id >"
                " (SELECT COALESCE(MAX(id), 0) FROM edits WHERE NOT undone)) ORDER BY id"
            ).fetchall()
        try:
            return tuple(SaidEdit(number, EditKind(kind), bool(undone)) for number, kind, undone in rows)
        except ValueError as error:
            raise database.damaged(self.path) from error

    def take_back(self, edit: int, back: bool = True) -> None:
        """Unsays an edit, or says it again; TakeError."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("UPDATE edits SET undone=? WHERE id=?", (int(back), edit))
            database.count_change(connection)

        self._say(write)

    def follow_edits(self) -> bool:
        """See ``modules.core.edits.Editor``; TakeError."""
        edits = self._read_edits()
        if edits == self._identities.edits:
            return False
        self._apply(edits)
        return True

    def _say(self, write: Callable[[sqlite3.Connection], None]) -> None:
        """Changes the edits, works out who is who after that, and tells."""
        assert self._writer is not None, "a take opened for reading"
        self._writer.put(write, self._changed)
        self._writer.flush()
        self._apply(self._read_edits())

    def _apply(self, edits: tuple[Edit, ...]) -> None:
        renumbered = self._identities.edit(edits)
        for listener in tuple(self._listeners):  # also where a name alone changed
            listener(TakeChange(None, renumbered))

    def _refuse_idle(self, kind: EditKind, numbers: Sequence[int], frame: int) -> None:
        """TakeError for what would leave everybody who they are: a swap or a split where nobody of them was seen before, or
        nobody later; anything between somebody and themselves."""
        idle = len(set(numbers)) < len(numbers)
        if kind in (EditKind.SWAP, EditKind.SPLIT):
            seen = np.concatenate([person.frames for person in self.people() if person.track_id in numbers])
            idle = idle or not ((seen < frame).any() and (seen >= frame).any())
        if idle:
            names = ", ".join(map(str, numbers))
            raise TakeError("From frame {frame} on this would change nothing of who {numbers} is.", frame=frame, numbers=names)

    def _sight(self, track_id: int, frame: int) -> Sight:
        """Where a person is found in a frame, or in their next, or last; TakeError for who is in none."""
        person = next((person for person in self.people() if person.track_id == track_id), None)
        if person is None:
            raise TakeError("There is no person {number} in {file} any more.", number=track_id, file=self.path)
        later = person.frames[person.frames >= frame]
        found = int(later[0] if len(later) else person.frames[-1])
        computed = self.frame(found)
        assert computed is not None
        return found, int(np.flatnonzero(self._identities.numbers(computed) == track_id)[0])

    def _read_edits(self) -> tuple[Edit, ...]:
        """Those that are not taken back, in the order in which they were said; TakeError."""
        with self._reading() as connection:
            rows = connection.execute("SELECT kind, content FROM edits WHERE NOT undone ORDER BY id").fetchall()
        try:
            return tuple(Edit.from_json(kind, content) for kind, content in rows)
        except (ValueError, TypeError, KeyError) as error:
            raise database.damaged(self.path) from error

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for one thread at a time; SQLite's errors become TakeErrors."""
        with self._lock:
            connection = self._free.pop() if self._free else None
        with database.said(self.path):
            connection = connection or database.connect(self.path, writable=False)
            try:
                yield connection
            finally:
                with self._lock:
                    if self._closed:
                        connection.close()
                    else:
                        self._free.append(connection)

    def _read_index(self) -> np.ndarray:
        with self._reading() as connection:
            rows = connection.execute("SELECT frame, missing_mm FROM frames").fetchall()
        index = np.full(max(self._header.frame_count, 1 + max((row[0] for row in rows), default=-1)), np.nan)
        for frame, missing_mm in rows:
            index[frame] = math.inf if missing_mm is None else missing_mm
        return index

    def _read(self, connection: sqlite3.Connection, index: int) -> ComputedFrame | None:
        row = connection.execute("SELECT time_s, people, about FROM frames WHERE frame=?", (index,)).fetchone()
        if row is None:
            return None
        return self._decoded(index, *row)

    def _decoded(self, index: int, time_s: float | None, people: bytes, about: str) -> ComputedFrame:
        try:
            return decode(index, math.nan if time_s is None else time_s, people, about, self._header.extra_names)
        except ValueError as error:
            raise database.damaged(self.path) from error

    def _write(self, frame: ComputedFrame, connection: sqlite3.Connection) -> None:
        """In the writer's thread, inside a transaction."""
        if frame.extra_names and frame.extra_names != self._header.extra_names:
            self._header = replace(self._header, extra_names=frame.extra_names)
            database.write_header(connection, self._header)
        known = self._read(connection, frame.frame_index)
        whole = frame if known is None else merge(known, frame)
        missing_mm = whole.missing_mm(self._header.lod_origin_xy_mm)
        database.count_change(connection)
        self._on_disk[whole.frame_index] = whole
        connection.execute(
            "INSERT OR REPLACE INTO frames VALUES (?, ?, ?, ?, ?)",
            (
                whole.frame_index,
                whole.time_s if math.isfinite(whole.time_s) else None,
                missing_mm if math.isfinite(missing_mm) else None,
                encode(whole),
                describe(whole),
            ),
        )

    def _written(self, frame: ComputedFrame, committed: bool) -> None:
        """In the writer's thread, after the transaction."""
        self._changed(committed)
        index = frame.frame_index
        whole = self._on_disk.pop(index, None)
        with self._lock:
            if self._waiting.get(index) is frame:
                del self._waiting[index]
            if not committed or whole is None:
                return
            if index >= len(self._missing_mm):
                self._missing_mm = np.append(self._missing_mm, np.full(index + 1 - len(self._missing_mm), np.nan))
            self._missing_mm[index] = whole.missing_mm(self._header.lod_origin_xy_mm)
        self._identities.add(whole)
        self._tell(self._identities.keep_up(self._all_frames), index)

    def _changed(self, committed: bool) -> None:
        """In the writer's thread, after a transaction that counted a change."""
        self._revision += committed

    @property
    def _all_frames(self) -> bool:
        count = self._header.frame_count
        return bool(count) and np.isfinite(np.nan_to_num(self._missing_mm, nan=-math.inf, posinf=0.0)).sum() >= count

    def _tell(self, renumbered: Mapping[int, int], frame_index: int | None = None) -> None:
        if renumbered or frame_index is not None:
            for listener in tuple(self._listeners):
                listener(TakeChange(frame_index, renumbered))

    def _on_idle(self, connection: sqlite3.Connection) -> bool:
        """In the writer's thread: works out who is who, and keeps it."""
        if not self._loaded:
            return False
        self._tell(self._identities.keep_up(self._all_frames))
        if not self._identities.dirty:
            with database.said(self.path):
                self._save_numbers(connection)
        return self._identities.dirty

    def _save_numbers(self, connection: sqlite3.Connection) -> None:
        if self._identities.dirty:
            return
        # not the take's revision: what another program put is not in these numbers, which don't hold then
        stamp = _stamp(self._identities.rules, self._revision)
        connection.execute("INSERT OR REPLACE INTO numbers VALUES (0, ?, ?)", (stamp, encode_numbers(self._identities.kept())))

    def _read_identities(self, rules: PeopleRules | None) -> Identities:
        with self._reading() as connection:
            found = connection.execute("SELECT stamp, content FROM numbers").fetchone()
            self._revision = database.read_revision(connection)
        try:
            numbers = decode_numbers(found[1]) if found else {}
            known = PeopleRules(**json.loads(found[0])["rules"]) if found else PeopleRules()
        except (ValueError, TypeError, KeyError) as error:
            raise database.damaged(self.path) from error
        rules = rules or known
        settled = found is not None and found[0] == _stamp(rules, self._revision)
        return Identities(rules, self._header.fps, self._read_frames, numbers, settled, self._read_edits())

    def _read_frames(self) -> Iterator[ComputedFrame]:
        """All frames on disk, by rising number."""
        with self._reading() as connection:
            for index, time_s, people, about in connection.execute(
                "SELECT frame, time_s, people, about FROM frames ORDER BY frame"
            ):
                yield self._decoded(index, time_s, people, about)


def _stamp(rules: PeopleRules, revision: int) -> str:
    """Numbers hold as long as this is the same."""
    return json.dumps({"version": VERSION, "rules": asdict(rules), "revision": revision})


def merge(known: ComputedFrame, new: ComputedFrame) -> ComputedFrame:
    """The frame with everyone's pose that either has; who is in both stays as first computed.

    Where the two did not find the same people (another device, another engine), the new one as it is.
    """
    if len(known) != len(new) or (np.abs(known.roots_world_mm - new.roots_world_mm) > SAME_ROOT_MM).any():
        return new
    if not ((known.states == State.ROOT) & (new.states != State.ROOT)).any():
        return known
    kept = known.states != State.ROOT
    fields = {
        name: np.where(kept.reshape(-1, *[1] * (getattr(new, name).ndim - 1)), getattr(known, name), getattr(new, name))
        for name in PERSON_FIELDS
    }
    # roots and confidences were there from the start
    fields |= {"roots_world_mm": known.roots_world_mm, "confidences": known.confidences}
    return replace(new, timings_ms={**new.timings_ms, **known.timings_ms}, **fields)
