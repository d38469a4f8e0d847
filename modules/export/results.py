"""A results folder: ``poses.jsonl``, ``overlay.mp4`` and ``contact_sheet.png``, written together and resumed together.

While a run lasts, all three have temporary names. However it ends short of being killed, they get their own, so that they
hold the same frames. A killed run leaves ``poses.part.jsonl``, from which the next one can go on.
"""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from modules.core.errors import ExportError
from modules.core.types import FrameSet, PoseResult

from .contact_sheet import ContactSheetWriter
from .finish import finish, part_path
from .overlay_video import OverlayVideoWriter
from .poses_jsonl import Poses, PosesHeader, PosesWriter, is_poses_file, read_poses

POSES, OVERLAY, SHEET = "poses.jsonl", "overlay.mp4", "contact_sheet.png"
#: Frames that may wait to be drawn; each holds its raw images (25 MB for four 1088x1920 views).
DRAW_QUEUE = 2


class ResultsWriter:
    """Writes the three files; a ``ResultWriter``. Drawing and encoding happen in a thread of their own, one frame behind.

    Args:
        folder: made if it isn't there; may hold results of an earlier run, which are replaced when this one is closed.
        header: what holds for all frames.
        keep: results to go on from; their frames are to be drawn again with ``redraw`` before the first ``write``.

    Raises:
        ExportError: the folder can't be made or written, or holds files of these names that are not ours.
    """

    def __init__(self, folder: Path, header: PosesHeader, keep: Poses | None = None) -> None:
        make_folder(folder)
        self.folder = folder
        self.draw_ms: list[float] = []
        self._header, self._keep = header, keep
        self._poses: PosesWriter | None = None
        self._overlay = OverlayVideoWriter(folder / OVERLAY, header.cameras, header.fps, header.recording)
        self._sheet = ContactSheetWriter(folder / SHEET, header.cameras, header.recording)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="draw")
        self._pending: deque[Future[None]] = deque()
        self._redrawn = self._written = 0
        self._closed = False

    @property
    def frames(self) -> int:
        """Frames in the files, or that will be in them when they are closed now."""
        return self._written + (len(self._keep.results) if self._keep else 0)

    def redraw(self, frame: FrameSet, result: PoseResult) -> None:
        """Draws a frame of the kept results."""
        self._draw_later(frame, result)
        self._redrawn += 1

    def write(self, frame: FrameSet, result: PoseResult) -> None:
        """Takes the next frame; ExportError, possibly of the frame before, if something can't be written."""
        self._open_poses().write(result)
        self._written += 1
        self._draw_later(frame, result)

    def close(self) -> None:
        """Completes the files; ExportError for the first that fails, the others are completed all the same. Idempotent.

        Where nothing was added, or the kept frames were not all drawn again, what was in the folder stays as it was.
        """
        if self._closed:
            return
        self._closed = True
        with ExitStack() as stack:
            kept = len(self._keep.results) if self._keep else 0
            if self.frames and self._redrawn == kept:
                self._open_poses()
                stack.callback(self._sheet.close)
                stack.callback(self._overlay.close)
                stack.callback(finish, self.folder / POSES)
            else:
                stack.callback(self._sheet.abandon)
                stack.callback(self._overlay.abandon)
            if self._poses is not None:
                stack.callback(self._poses.close)
            stack.callback(self._collect, 0)
            stack.callback(self._pool.shutdown)

    def files(self) -> list[Path]:
        """Those of the three that are there."""
        return [path for path in (self.folder / name for name in (POSES, OVERLAY, SHEET)) if path.exists()]

    def _open_poses(self) -> PosesWriter:
        # late: a run that ends before its first frame leaves the older file alone
        if self._poses is None:
            self._poses = PosesWriter(part_path(self.folder / POSES), self._header, self._keep)
        return self._poses

    def _draw_later(self, frame: FrameSet, result: PoseResult) -> None:
        self._collect(DRAW_QUEUE - 1)
        self._pending.append(self._pool.submit(self._draw, frame, result))

    def _draw(self, frame: FrameSet, result: PoseResult) -> None:
        start = time.perf_counter()
        self._overlay.write(frame, result)
        self._sheet.write(frame, result)
        self.draw_ms.append((time.perf_counter() - start) * 1e3)

    def _collect(self, leave: int) -> None:
        """Waits until at most ``leave`` frames are undrawn; raises what drawing one raised."""
        while len(self._pending) > leave:
            self._pending.popleft().result()


def make_folder(folder: Path) -> None:
    """Makes the folder; ExportError if that fails or it holds files of our names that we did not write."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError("Can't make the folder {folder}: {reason}.", folder=folder, reason=error.strerror) from error
    taken = [name for name in (POSES, OVERLAY, SHEET) if (folder / name).exists()]
    ours = is_poses_file(folder / POSES) or (POSES not in taken and is_poses_file(part_path(folder / POSES)))
    if taken and not ours:
        raise ExportError(
            "{folder} holds {names}, which this program did not write; choose another folder.",
            folder=folder, names=", ".join(taken),
        )  # fmt: skip


def saved_poses(folder: Path) -> Poses | None:
    """What the last run left in the folder, killed or not; None if nothing. ExportError if it can't be read."""
    part, whole = part_path(folder / POSES), folder / POSES
    if part.exists() and b"\n" in _head(part):
        return read_poses(part)
    return read_poses(whole) if whole.exists() else None


def _head(path: Path) -> bytes:
    """A file's beginning, long enough for a header of a hundred cameras; ExportError if it can't be read."""
    try:
        with path.open("rb") as file:
            return file.read(1 << 20)
    except OSError as error:
        raise ExportError("Can't read {file}: {reason}.", file=path, reason=error.strerror) from error
