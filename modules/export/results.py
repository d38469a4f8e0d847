"""A results folder: ``poses.jsonl``, ``overlay.mp4`` and ``contact_sheet.png``, written together.

While they are written, all three have temporary names. However that ends short of being killed, they get their own, so that
they hold the same frames.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from modules.core.errors import ExportError, Note
from modules.core.files import Held
from modules.core.header import ResultsHeader
from modules.core.protocols import FrameSource, Results
from modules.core.types import FrameSet, PoseResult

from .contact_sheet import ContactSheetWriter
from .finish import discard, finish, part_path
from .overlay_video import OverlayVideoWriter
from .poses_jsonl import PosesWriter, frames_in, is_poses_file

POSES, OVERLAY, SHEET = "poses.jsonl", "overlay.mp4", "contact_sheet.png"
#: There while they are written.
WRITING = "poses.jsonl.lock"
#: Frames that may wait to be drawn; each holds its raw images (25 MB for four 1088x1920 views).
DRAW_QUEUE = 2


class ResultsWriter:
    """Writes the three files. Drawing and encoding happen in a thread of their own, one frame behind.

    Args:
        folder: made if it isn't there; may hold results of an earlier run, which are replaced when this one is closed.
        header: what holds for all frames.
        held: the folder, from ``hold_folder``; let go of when this is closed. None: held from the first frame on.

    Raises:
        ExportError: the folder can't be made or written, or holds files of these names that are not ours.
    """

    def __init__(self, folder: Path, header: ResultsHeader, held: Held | None = None) -> None:
        make_folder(folder)
        self.folder = folder
        self.draw_ms: list[float] = []
        self._header = header
        self._poses: PosesWriter | None = None
        self._overlay = OverlayVideoWriter(folder / OVERLAY, header.cameras, header.fps, header.recording)
        self._sheet = ContactSheetWriter(folder / SHEET, header.cameras, header.recording)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="draw")
        self._pending: deque[Future[None]] = deque()
        self._written = 0
        self._closed = False
        self._held = held or Held(folder / WRITING)

    @property
    def frames(self) -> int:
        """Frames in the files, or that will be in them when they are closed now."""
        return self._written

    def write(self, frame: FrameSet, result: PoseResult) -> None:
        """Takes the next frame; ExportError, possibly of the frame before, if something can't be written, or if another program
        writes into this folder."""
        _take(self._held)
        if self._poses is None:  # late: a run that ends before its first frame leaves the older file alone
            self._poses = PosesWriter(part_path(self.folder / POSES), self._header)
        self._poses.write(result)
        self._written += 1
        self._collect(DRAW_QUEUE - 1)
        self._pending.append(self._pool.submit(self._draw, frame, result))

    def close(self) -> None:
        """Completes the files; ExportError for the first that fails, the others are completed all the same. Idempotent.

        Where nothing was written, what was in the folder stays as it was.
        """
        if self._closed:
            return
        self._closed = True
        with ExitStack() as stack:
            stack.callback(self._held.let_go)
            if self._written:
                stack.callback(self._sheet.close)
                stack.callback(self._overlay.close)
                stack.callback(finish, self.folder / POSES)
            self._end_drawing(stack)

    def abandon(self) -> None:
        """Drops what was written; what was in the folder stays as it was."""
        if self._closed:
            return
        self._closed = True
        with ExitStack() as stack:
            stack.callback(self._held.let_go)
            if self._poses is not None:  # else what is begun there is another program's
                stack.callback(self._sheet.abandon)
                stack.callback(self._overlay.abandon)
                stack.callback(discard, self.folder / POSES)
            self._end_drawing(stack)

    def files(self) -> list[Path]:
        """Those of the three that are there."""
        return [path for path in (self.folder / name for name in (POSES, OVERLAY, SHEET)) if path.exists()]

    def _end_drawing(self, stack: ExitStack) -> None:
        """What comes before the files are completed, last first."""
        if self._poses is not None:
            stack.callback(self._poses.close)
        stack.callback(self._collect, 0)
        stack.callback(self._pool.shutdown)

    def _draw(self, frame: FrameSet, result: PoseResult) -> None:
        start = time.perf_counter()
        self._overlay.write(frame, result)
        self._sheet.write(frame, result)
        self.draw_ms.append((time.perf_counter() - start) * 1e3)

    def _collect(self, leave: int) -> None:
        """Waits until at most ``leave`` frames are undrawn; raises what drawing one raised."""
        while len(self._pending) > leave:
            self._pending.popleft().result()


def hold_folder(folder: Path) -> Held:
    """A folder that is there, for one program's results alone until it is let go of; ExportError if another program has it."""
    held = Held(folder / WRITING)
    _take(held)
    return held


def fewer_note(folder: Path, frames: range) -> Note | None:
    """A word where the files in a folder hold frames that those of this run will not."""
    there = frames_in(folder / POSES)
    if there is None or (there[0] in frames and there[1] in frames):
        return None
    return Note(
        "{folder} holds the files of frames {first} to {last}: this run replaces them by those of frames {start} to {end}. "
        "What was computed stays in its take, and a run of all frames writes them again. Another folder keeps both.",
        folder=folder, first=there[0], last=there[1], start=frames.start, end=frames.stop - 1,
    )  # fmt: skip


def _take(held: Held) -> None:
    if not held.take():
        raise ExportError(
            "Another window or run writes into {folder} at this moment; try again when it is done.", folder=held.path.parent
        )


def export_frames(
    results: Results, source: FrameSource, frames: Sequence[int], lod_distance_mm: float, writer: ResultsWriter
) -> Iterator[PoseResult]:
    """Writes the files from results that are there; yields after each frame. Closing the iterator early drops the new files.

    People who were found in too few frames are left out.

    Args:
        frames: rising; those without a result are passed over.
        writer: with the header of ``results``.

    Raises:
        ExportError, SourceError, TakeError: the new files are dropped.
    """
    results.settle()
    short = {person.track_id for person in results.people() if person.short}
    try:
        for index in frames:
            result = results.result(index, lod_distance_mm)
            if result is not None:
                result = without(result, short)
                writer.write(source.read(index), result)
                yield result
    except BaseException:
        writer.abandon()
        raise
    writer.close()


def without(result: PoseResult, track_ids: Collection[int]) -> PoseResult:
    """The result without some people."""
    return replace(result, persons=tuple(person for person in result.persons if person.track_id not in track_ids))


def make_folder(folder: Path) -> None:
    """Makes the folder; ExportError if that fails or it holds files of our names that we did not write."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError("Can't make the folder {folder}: {reason}.", folder=folder, reason=error.strerror) from error
    taken = [name for name in (POSES, OVERLAY, SHEET) if (folder / name).exists()]
    if taken and not is_poses_file(folder / POSES):
        raise ExportError(
            "{folder} holds {names}, which this program did not write; choose another folder.",
            folder=folder, names=", ".join(taken),
        )  # fmt: skip
