"""One camera's decoder thread: it decodes ahead of the frame last asked for; going back, it takes the frames before along."""

from __future__ import annotations

import threading
import time

import cv2
import numpy as np

from modules.core.errors import DamagedFrame, SourceError

from .clips import Clip

#: Frames kept before the one last asked for while steps go back; forwards none are, as each is some megabytes.
KEEP_BEHIND = 4
#: A decoder that gives nothing for so long is taken for stuck (a lost network drive).
ANSWER_TIMEOUT_S = 60.0


class ReadAhead:
    """Frames of one clip, decoded in the background.

    Args:
        clip: belongs to this object from now on; its thread alone touches it.
        ahead: frames decoded beyond the one asked for.
    """

    def __init__(self, clip: Clip, ahead: int) -> None:
        self._clip = clip
        self._ahead = max(0, ahead)
        self._changed = threading.Condition()
        self._done: dict[int, np.ndarray | SourceError] = {}
        self._wanted: range = range(0)
        self._target: int | None = None
        self._step = 0  # from the frame asked for before to the last one
        self._closing = False
        self._thread = threading.Thread(target=self._work, name=f"decode {clip.path.name}", daemon=True)
        self._thread.start()

    def request(self, index: int) -> None:
        """Says which frame is wanted next; returns at once."""
        with self._changed:
            last, self._target = self._target, index
            step, before = 0 if last is None else index - last, self._step
            self._step = step
            stepping_back = 0 < -step <= KEEP_BEHIND
            # a step back out of the kept frames costs a seek: then take the frames before it along
            first = max(0, index - KEEP_BEHIND) if stepping_back and index not in self._done else index
            stride = step if step == before and step > 1 else 1  # every so many frames: those between are not made ready
            last_ahead = index + self._ahead * stride
            self._wanted = range(first, min(last_ahead + 1, self._clip.frame_count), stride)
            oldest = index - (KEEP_BEHIND if stepping_back else 0)
            for old in [i for i in self._done if not oldest <= i <= index and i not in self._wanted]:
                del self._done[old]
            self._changed.notify_all()

    def get(self, index: int) -> np.ndarray:
        """uint8 [H, W, 3], RGB, read-only: the frame last requested; waits for it.

        Raises:
            SourceError: it can't be decoded, the reader is closed, or the decoder does not answer.
        """
        deadline = time.monotonic() + ANSWER_TIMEOUT_S
        with self._changed:
            while index not in self._done:
                if self._closing or not self._thread.is_alive():
                    raise SourceError("{file} is closed.", file=self._clip.path)
                if time.monotonic() > deadline:
                    raise SourceError(
                        "{file}: no frame came for {seconds:g} s.", file=self._clip.path, seconds=ANSWER_TIMEOUT_S
                    )
                self._changed.wait(0.5)
            result = self._done[index]
        if isinstance(result, SourceError):
            raise result
        return result

    def stop(self) -> None:
        """Tells the thread to end; returns at once."""
        with self._changed:
            self._closing = True
            self._done.clear()
            self._changed.notify_all()

    def join(self, timeout_s: float) -> bool:
        """Waits for the thread's end after ``stop``; False if it is still busy (it then releases the file when it is done)."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _next_wanted(self) -> int | None:
        return next((i for i in self._wanted if i not in self._done), None)

    def _work(self) -> None:
        try:
            while True:
                with self._changed:
                    while not self._closing and (index := self._next_wanted()) is None:
                        self._changed.wait()
                    if self._closing:
                        return
                result = self._decode(index)
                with self._changed:
                    if not self._closing and index in self._wanted:
                        self._done[index] = result
                        self._changed.notify_all()
        finally:
            self._clip.close()
            with self._changed:
                self._changed.notify_all()

    def _decode(self, index: int) -> np.ndarray | SourceError:
        try:
            image = self._clip.read(index)
        except SourceError as error:
            return error
        except (cv2.error, OSError, ValueError, MemoryError) as error:
            return DamagedFrame("{file}: frame {frame}: {reason}.", file=self._clip.path, frame=index, reason=error)
        image.setflags(write=False)
        return image
