"""Who is who over all computed frames of a take.

Who is one person follows from the frames alone, not from the order in which they came: everything is worked out again when
frames were added, links between neighbours excepted, which are kept. Numbers given out stay with people as long as frames come
in; ``settle``, and the last frame of the recording, give those that follow from the frames alone.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from modules.core.appearance import NUM_COLORS
from modules.core.computed import ComputedFrame, State
from modules.core.protocols import TakePerson
from modules.core.skeleton import NUM_JOINTS
from modules.core.types import supporting_views

from .edits import HIDDEN, Edit, apply_edits
from .linking import LINK_S, Seen, chains, join, link
from .numbering import Pieces, renamed

#: Grows when the same frames would give other people.
VERSION = 2
#: Working out who is who takes at most one part in so many of the time.
SHARE = 10
#: A new frame's numbers come from frames at most this far away until people are worked out again, s.
NEAR_S = 0.5
#: Frames per second where the recording doesn't tell.
FALLBACK_FPS = 30.0


@dataclass(frozen=True)
class PeopleRules:
    """TAKE.LOST_S and TAKE.SHORTEST_TRACK."""

    lost_s: float = 10.0
    shortest: int = 5


@dataclass(frozen=True, eq=False)
class _Frame:
    """What of a frame tells who is who."""

    roots_mm: np.ndarray
    joints_mm: np.ndarray
    colors: np.ndarray
    refused: np.ndarray
    views: np.ndarray

    @classmethod
    def of(cls, frame: ComputedFrame) -> _Frame:
        refused, views = frame.states == State.REFUSED, supporting_views(frame.view_trust)
        return cls(frame.roots_world_mm, frame.joints_world_mm, frame.colors, refused, views)


class Identities:
    """The numbers of everyone in a take. Any thread.

    Args:
        rules: of the configuration.
        fps: of the recording; NaN: not known.
        load: all frames, read when they are needed for the first time.
        numbers: frame → numbers that were kept; they hold for all frames if ``settled``.
    """

    def __init__(
        self,
        rules: PeopleRules,
        fps: float,
        load: Callable[[], Iterable[ComputedFrame]],
        numbers: Mapping[int, np.ndarray],
        settled: bool,
        edits: Sequence[Edit] = (),
    ) -> None:
        self._rules, self._fps = rules, fps if fps > 0 else FALLBACK_FPS
        self._load: Callable[[], Iterable[ComputedFrame]] | None = load
        self._numbers = dict(numbers)  # negative: hidden by an edit; the number is theirs once it is taken back
        self._frames: dict[int, _Frame] = {}
        self._links: dict[tuple[int, int], tuple[_Frame, _Frame, np.ndarray]] = {}
        self._edits = tuple(edits)
        self._people: tuple[TakePerson, ...] | None = None  # written while working out
        self._dirty = not settled
        self._solved = settled
        self._next_solve = 0.0
        self._lock = threading.Lock()  # held for moments
        self._solving = threading.RLock()  # held while working out

    @property
    def rules(self) -> PeopleRules:
        """By which people are told apart."""
        return self._rules

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Those that are applied."""
        return self._edits

    @property
    def dirty(self) -> bool:
        """Whether frames came in since people were last worked out."""
        return self._dirty

    def kept(self) -> dict[int, np.ndarray]:
        """Frame → int64 [P], to be given back as ``numbers``."""
        with self._lock:
            return dict(self._numbers)

    def add(self, frame: ComputedFrame) -> None:
        """A frame that is new or has more people computed."""
        with self._lock:
            self._frames[frame.frame_index] = _Frame.of(frame)
            self._dirty = True
            self._people = None
            numbers = self._numbers.get(frame.frame_index)
            if numbers is None or len(numbers) != len(frame):
                self._numbers[frame.frame_index] = self._for_now(frame)

    def forget(self, index: int) -> None:
        """A frame that is no more."""
        with self._solving:
            self._read_all()
        with self._lock:
            self._frames.pop(index, None)
            self._numbers.pop(index, None)
            self._dirty, self._people = True, None

    def edit(self, edits: tuple[Edit, ...]) -> dict[int, int]:
        """The edits to apply from now on, in this order; old number → new one."""
        self._edits = edits
        self._dirty = True
        return self.work_out(edited=True)

    def numbers(self, frame: ComputedFrame) -> np.ndarray:
        """int [P]: the numbers of a frame's people, from 1; 0: no person (an edit says so)."""
        if not self._solved:
            self.work_out()
        with self._lock:
            known = self._numbers.get(frame.frame_index)
            if known is None or len(known) != len(frame):
                known = self._for_now(frame)
            return np.maximum(known, 0)

    def people(self) -> tuple[TakePerson, ...]:
        """Everyone, by rising number."""
        with self._solving:
            if self._people is None:
                self.work_out()
            return self._people

    def keep_up(self, final: bool) -> dict[int, int]:
        """Works out who is who if frames came in and that did not just happen; old number → new one.

        Args:
            final: no more frames will come; as ``settle``.
        """
        if not self._dirty or (time.monotonic() < self._next_solve and not final):
            return {}
        return self.work_out(final)

    def settle(self) -> dict[int, int]:
        """Numbers that follow from the frames alone; old number → new one."""
        return self.work_out(True)

    def work_out(self, final: bool = False, edited: bool = False) -> dict[int, int]:
        """Who is who in all frames; old number → new one where that changed. ``edited``: as for ``Pieces.kept``."""
        with self._solving:
            self._read_all()
            start = time.monotonic()
            with self._lock:
                self._dirty = False
                frames = dict(sorted(self._frames.items()))
                given = [self._numbers.get(index) for index in frames]
            rows = _Rows.of(frames)
            before = _joined([
                old if old is not None and len(old) == size else np.zeros(size, int)
                for old, size in zip(given, rows.sizes, strict=True)
            ]).astype(np.int64)  # fmt: skip
            labels = join(rows.seen(self._fps), self._linked(frames, rows), self._rules.lost_s)
            done = apply_edits(rows.frames, rows.places, labels, self._edits)
            there = done.labels != HIDDEN
            of_label, compact = np.unique(done.labels[there], return_inverse=True)
            pieces = Pieces(rows.frames[there], rows.places[there], rows.views[there], compact, rows.shown[there])
            # numbers that were new frames' for the moment are nobody's
            hidden = np.where(there, 0, np.abs(before) if edited else np.maximum(-before, 0))
            if final:
                numbers = pieces.final(self._rules.shortest)
                hidden = np.zeros_like(hidden)  # those numbers are given out anew
            else:
                numbers = pieces.kept(np.abs(before[there]), edited, set(hidden.tolist()))
            now = -hidden
            now[there] = numbers[compact]
            with self._lock:
                for (index, frame), end in zip(frames.items(), np.cumsum(rows.sizes), strict=True):
                    if self._frames.get(index) is frame:
                        self._numbers[index] = now[end - len(frame.roots_mm) : end]
            names = [done.names.get(int(label), "") for label in of_label]
            self._people = _people(pieces, numbers, names, self._rules.shortest)
            self._solved = True
            end = time.monotonic()
            self._next_solve = end + (SHARE - 1) * (end - start)
            return renamed(before, np.maximum(now, 0))

    def _read_all(self) -> None:
        """Everything that was in the take before; read when it is needed for the first time."""
        if self._load is not None:
            for frame in self._load():
                with self._lock:
                    self._frames.setdefault(frame.frame_index, _Frame.of(frame))
            self._load = None

    def _linked(self, frames: Mapping[int, _Frame], rows: _Rows) -> np.ndarray:
        """int64 [N]: pieces by the links between neighbouring frames alone."""
        links, onward, starts = {}, [], [True]
        for a, b in pairwise(frames):
            gap_s = (b - a) / self._fps
            starts.append(gap_s > LINK_S)
            one, two = frames[a], frames[b]
            known = self._links.get((a, b))
            if known is None or known[0] is not one or known[1] is not two:
                near = gap_s <= LINK_S
                pairs = (one.roots_mm, one.joints_mm, two.roots_mm, two.joints_mm)
                known = (one, two, link(*pairs, gap_s) if near else np.full(len(one.roots_mm), -1))
            links[a, b] = known
            onward.append(known[2])
        self._links = links
        return chains(onward, rows.sizes, starts)

    def _for_now(self, frame: ComputedFrame) -> np.ndarray:
        """Numbers for a frame until everything is worked out again: those of the nearest frame that people go on from."""
        numbers = np.zeros(len(frame), np.int64)
        near = sorted((i for i in self._near(frame.frame_index)), key=lambda i: abs(i - frame.frame_index))
        for index in near:
            other, theirs = self._frames.get(index), self._numbers.get(index)
            if other is None or theirs is None or len(theirs) != len(other.roots_mm):
                continue
            theirs = np.maximum(theirs, 0)
            gap_s = abs(index - frame.frame_index) / self._fps
            onward = link(frame.roots_world_mm, frame.joints_world_mm, other.roots_mm, other.joints_mm, gap_s)
            for n in np.flatnonzero((numbers == 0) & (onward >= 0)):
                if theirs[onward[n]] not in numbers:
                    numbers[n] = theirs[onward[n]]
        given = (int(np.abs(own).max(initial=0)) for own in self._numbers.values())
        free = 1 + max(given, default=0) if (numbers == 0).any() else 0
        new = np.flatnonzero(numbers == 0)
        numbers[new[np.argsort(-supporting_views(frame.view_trust)[new], kind="stable")]] = free + np.arange(len(new))
        return numbers

    def _near(self, index: int) -> list[int]:
        """Frames before and after that a link may reach."""
        reach = max(1, round(NEAR_S * self._fps))
        return [i for i in range(index - reach, index + reach + 1) if i != index and i in self._frames]


@dataclass(frozen=True, eq=False)
class _Rows:
    """Everyone in some frames, one row each."""

    sizes: list[int]
    frames: np.ndarray
    places: np.ndarray
    roots_mm: np.ndarray
    joints_mm: np.ndarray
    colors: np.ndarray
    shown: np.ndarray
    views: np.ndarray

    @classmethod
    def of(cls, frames: Mapping[int, _Frame]) -> _Rows:
        values = list(frames.values())
        sizes = [len(frame.roots_mm) for frame in values]
        return cls(
            sizes,
            np.repeat(np.array(list(frames), np.int64), sizes),
            _joined([np.arange(size) for size in sizes]).astype(np.int64),
            _joined([frame.roots_mm for frame in values], 3),
            _joined([frame.joints_mm for frame in values], NUM_JOINTS, 3),
            _joined([frame.colors for frame in values], NUM_COLORS),
            ~_joined([frame.refused for frame in values]).astype(bool),
            _joined([frame.views for frame in values]).astype(np.int64),
        )

    def seen(self, fps: float) -> Seen:
        return Seen(self.frames / fps, self.roots_mm.astype(float), self.joints_mm, self.colors)


def _joined(arrays: Sequence[np.ndarray], *shape: int) -> np.ndarray:
    return np.concatenate(arrays) if arrays else np.zeros((0, *shape))


def _people(pieces: Pieces, numbers: np.ndarray, names: Sequence[str], shortest: int) -> tuple[TakePerson, ...]:
    short = pieces.short(shortest)
    order = np.argsort(pieces.labels, kind="stable")
    frames = np.split(pieces.frames[order], np.cumsum(np.bincount(pieces.labels, minlength=len(numbers)))[:-1])
    return tuple(
        TakePerson(int(numbers[label]), names[label], frames[label], bool(short[label])) for label in np.argsort(numbers)
    )
