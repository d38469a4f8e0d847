"""The thread that reads pictures for the window: the newest wish first, whole frames of late kept, small copies made.

It has decoders of its own, so that looking at frames and computing ahead don't make one another seek.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from PyQt5.QtCore import QObject, pyqtSignal

from modules.core.errors import SourceError
from modules.core.protocols import FrameSource, Proxies
from modules.core.types import FrameSet

from .messages import Failure, OpenRequest

#: Small copies that are kept decoded, MB: some seconds of playing.
COPIES_MB = 280
OpenPictures = Callable[[OpenRequest], FrameSource]


class Kept:
    """Frames by index, bounded in bytes; the least recently used go first. Any thread."""

    def __init__(self, limit_bytes: float) -> None:
        self._lock = threading.Lock()
        self._limit_bytes = limit_bytes
        self._frames: OrderedDict[int, FrameSet] = OrderedDict()
        self._used = 0

    @property
    def used_bytes(self) -> int:
        """Bytes held now."""
        return self._used

    def get(self, index: int) -> FrameSet | None:
        """The frame, which is then the most recently used; or None."""
        with self._lock:
            if index in self._frames:
                self._frames.move_to_end(index)
            return self._frames.get(index)

    def put(self, frame: FrameSet) -> None:
        """Keeps a frame; the newest is kept whatever its size."""
        with self._lock:
            if frame.index in self._frames:
                self._used -= self._frames.pop(frame.index).nbytes
            self._frames[frame.index] = frame
            self._used += frame.nbytes
            while len(self._frames) > 1 and self._used > self._limit_bytes:
                self._used -= self._frames.popitem(last=False)[1].nbytes


class PictureReader(QObject):
    """Reads for one recording; ``close`` ends it. Ask ``whole`` and ``copy`` first, which answer at once."""

    read = pyqtSignal(int)  # the frame can be had now
    failed = pyqtSignal(object)  # Failure; its request is the frame's index

    def __init__(
        self,
        open_pictures: OpenPictures,
        request: OpenRequest | None,
        proxies: Proxies | None,
        memory_mb: float,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._open, self._request, self._proxies = open_pictures, request, proxies
        self._whole, self._copies = Kept(memory_mb * 1e6), Kept(COPIES_MB * 1e6)
        self._view_px = 1 << 30
        self._changed = threading.Condition()
        self._wanted: int | None = None
        self._ahead: range = range(0)
        self._closed = False
        self._emit_lock = threading.Lock()
        self._threads = [threading.Thread(target=self._run, name="pictures", daemon=True)]
        if proxies is not None:
            self._threads.append(threading.Thread(target=self._run_ahead, name="copies", daemon=True))
        for thread in self._threads:
            thread.start()

    @property
    def used_bytes(self) -> int:
        """Bytes of the pictures that are kept."""
        return self._whole.used_bytes + self._copies.used_bytes

    def whole(self, index: int) -> FrameSet | None:
        """The frame itself, if it was read lately."""
        return self._whole.get(index)

    def copy(self, index: int) -> FrameSet | None:
        """The frame's small copy, if there is one; some milliseconds unless it was fetched ahead."""
        copies, view_px = self._copies, self._view_px
        known = copies.get(index)
        if known is None and self._proxies is not None:
            known = self._proxies.get(index, view_px)
            if known is not None:
                copies.put(known)
        return known

    def set_view_px(self, longest: int) -> None:
        """How long the longer side of the largest view is, px: copies need be no larger."""
        if longest > self._view_px:
            self._copies = Kept(COPIES_MB * 1e6)
        self._view_px = longest

    def keep(self, frame: FrameSet) -> None:
        """A frame that somebody else has read."""
        self._whole.put(frame)

    def want(self, index: int | None) -> None:
        """The frame itself is wanted: ``read`` tells when it can be had. The wish before is forgotten."""
        with self._changed:
            self._wanted = index
            self._changed.notify_all()

    def fetch_ahead(self, frames: range) -> None:
        """Small copies that will be shown next."""
        with self._changed:
            self._ahead = frames
            self._changed.notify_all()

    def close(self, timeout_s: float = 0.5) -> None:
        """Ends the threads; one whose call does not return is left behind, silent."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout_s)
        with self._emit_lock:
            self._request = None

    def _emit(self, signal: str, value: object) -> None:
        with self._emit_lock:
            if not self._closed:
                getattr(self, signal).emit(value)

    def _run(self) -> None:
        source: FrameSource | None = None
        request = self._request
        while (index := self._next()) is not None:
            if request is None or self._whole.get(index) is not None:
                continue
            try:
                source = source or self._open(request)
                frame = source.read(index)
            except Exception as error:  # noqa: BLE001 - the thread's border: whatever was raised becomes a sentence
                gone = None if request.path.exists() else SourceError("The recording {path} is gone.", path=request.path)
                self._emit("failed", Failure.of(index, gone or error))
                continue
            self._whole.put(frame)
            self._emit("read", index)
            if self._proxies is not None:
                self._proxies.put(frame)
        if source is not None:
            source.close()

    def _next(self) -> int | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._wanted is not None)
            index, self._wanted = self._wanted, None
            return None if self._closed else index

    def _run_ahead(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or len(self._ahead) > 0)
                if self._closed:
                    return
                frames, self._ahead = self._ahead, range(0)
            for index in frames:
                if self._closed or len(self._ahead):
                    break
                self.copy(index)
