"""Frame-exact access to a video file, through OpenCV's FFmpeg reader.

Its own seek counts frames by time, which is off by some frames in files with B-frames, edit lists or a varying frame rate. So a
frame is known here by its presentation timestamp: the packets are listed once without decoding (some ms per minute of video),
and after every seek the timestamps say which frame has really come.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from modules.core.errors import Note, SourceError

VIDEO_SUFFIXES = (".mp4", ".avi", ".mov", ".mkv", ".m4v", ".webm", ".mpg", ".mpeg")
#: OpenCV's seek lands on a keyframe at least so many frames before the wanted one.
SEEK_MARGIN = 16
#: So many frames may be decoded to check a file's end when it is opened.
QUICK_FRAMES = 64
#: Frames in a row that may be damaged before the rest counts as lost.
DAMAGED_FRAMES = 8
OPEN_TIMEOUT_MS = 10_000
#: Of one file. The cameras are decoded side by side: more threads than cores only add a fifth to the work.
DECODER_THREADS = max(1, (os.cpu_count() or 1) // 4)


@dataclass(frozen=True)
class PacketIndex:
    """The file's frames in the order in which they are shown.

    Attributes:
        time_us: int64 [N], strictly increasing: presentation times, microseconds.
        keyframes: int64 [M]: indices at which decoding can start.
    """

    time_us: np.ndarray
    keyframes: np.ndarray

    def __len__(self) -> int:
        return len(self.time_us)

    def frame_of(self, time_us: int) -> int | None:
        """Index of the frame with this time, None if there is none."""
        i = int(np.searchsorted(self.time_us, time_us))
        return i if i < len(self) and self.time_us[i] == time_us else None

    def keyframe_before(self, index: int) -> int:
        """The last keyframe at or before ``index`` (0 if none)."""
        i = int(np.searchsorted(self.keyframes, index, side="right"))
        return int(self.keyframes[i - 1]) if i else 0


def scan_packets(path: Path) -> PacketIndex | None:
    """Lists a video's packets without decoding; None where they carry no usable timestamps."""
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_FORMAT, -1])
    times, keys = [], []
    try:
        while capture.grab():
            times.append(shown_us(capture))
            keys.append(capture.get(cv2.CAP_PROP_LRF_HAS_KEY_FRAME) > 0)
    finally:
        capture.release()
    order = np.argsort(times, kind="stable")
    index = PacketIndex(np.array(times, np.int64)[order], np.flatnonzero(np.array(keys, bool)[order]))
    usable = len(index) > 0 and bool(np.all(np.diff(index.time_us) > 0)) and len(index.keyframes) > 0
    return index if usable else None


def shown_us(capture: cv2.VideoCapture) -> int:
    """Presentation time of the frame or packet grabbed last, microseconds from the file's first."""
    return round(capture.get(cv2.CAP_PROP_POS_MSEC) * 1000)


class VideoClip:
    """One video file; see ``Clip``.

    Raises:
        SourceError: the file can't be decoded.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: tuple[Note, ...] = ()
        self._capture = self._open()
        self._pending: int | None = None  # the frame that was grabbed last, None before the first
        self._keyframes_are_intra: bool | None = None
        self._index = scan_packets(path)
        if not self._grab():
            raise self._undecodable()
        if self._index is not None:
            self._fit_index()
        claimed = int(self._capture.get(cv2.CAP_PROP_FRAME_COUNT))
        self.fps = self._capture.get(cv2.CAP_PROP_FPS)
        if not np.isfinite(self.fps) or self.fps <= 0:
            self.fps = float("nan")
        self.frame_count = self._count(claimed)
        first = self.read(0)
        self.size_px = (first.shape[1], first.shape[0])

    def read(self, index: int) -> np.ndarray:
        """uint8 [H, W, 3], RGB: frame ``index``, the same pixels however it is reached."""
        if self._capture is None:
            raise SourceError("{file} is closed.", file=self.path)
        if self._should_seek(index):
            self._seek(index)
        while self._pending is None or self._pending < index:
            if not self._grab():
                raise self._ends_early(index)
        if self._pending > index:
            raise SourceError("{file}: frame {frame} can't be decoded; the file is damaged there.", file=self.path, frame=index)
        decoded, image = self._capture.retrieve()
        if not decoded or image is None or image.ndim != 3:
            raise SourceError("{file}: frame {frame} can't be decoded; the file is damaged there.", file=self.path, frame=index)
        return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)

    def close(self) -> None:
        """Releases the file; idempotent."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _open(self) -> cv2.VideoCapture:
        settings = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_TIMEOUT_MS, cv2.CAP_PROP_N_THREADS, DECODER_THREADS]
        capture = cv2.VideoCapture(str(self.path), cv2.CAP_FFMPEG, settings)
        if not capture.isOpened():
            raise self._undecodable()
        return capture

    def _grab(self) -> bool:
        """Takes the next frame off the file and finds out which one it is."""
        following = 0 if self._pending is None else self._pending + 1
        more_listed = self._index is not None and following < len(self._index)
        # a damaged frame looks like the file's end, but those listed after it can still be had
        if not any(self._capture.grab() for _ in range(DAMAGED_FRAMES if more_listed else 1)):
            return False
        found = None if self._index is None else self._index.frame_of(shown_us(self._capture))
        # a frame without a usable time (the last ones of some files) can only be counted
        self._pending = following if found is None or found < following else found
        return True

    def _fit_index(self) -> None:
        """Drops listed packets that are never shown, at the start and at the end; no index if it does not fit the frames."""
        at = self._index.frame_of(shown_us(self._capture))
        if at is None:
            self._index = None
        elif at > 0:
            keys = self._index.keyframes[self._index.keyframes >= at] - at
            self._index = PacketIndex(self._index.time_us[at:], keys)
        self._pending = 0

    def _check_end(self) -> None:
        """Decodes the file's end where that is quick: a cut without re-encoding lists frames that are never shown."""
        last = len(self._index) - 1
        if last <= 2 * SEEK_MARGIN or last - self._index.keyframe_before(last - SEEK_MARGIN) > QUICK_FRAMES:
            return
        if any(self._jump(last - back) for back in (SEEK_MARGIN, QUICK_FRAMES) if last - back > SEEK_MARGIN):
            while self._grab():
                pass
            count = self._pending + 1
            if count < len(self._index):
                known = {"file": self.path.name, "listed": len(self._index), "shown": count}
                self.notes = (Note("{file} lists {listed} frames, {shown} can be shown.", **known),)
                self._index = PacketIndex(self._index.time_us[:count], self._index.keyframes[self._index.keyframes < count])
        self._restart()

    def _count(self, claimed: int) -> int:
        """Frames in the file: the container's word, unless it is a rounded estimate, missing, or counts what is never shown."""
        if self._index is None:
            if claimed <= 0:
                raise SourceError("{file}: the number of frames is unknown; convert the video to MP4.", file=self.path)
            return claimed
        if claimed > 0 and len(self._index) < claimed - 1:
            # far fewer packets than announced: the file was cut off, which read() says at the frame where it ends
            return claimed
        self._check_end()
        return len(self._index)

    def _should_seek(self, index: int) -> bool:
        here = 0 if self._pending is None else self._pending
        if index < here:
            return True
        if self._index is None or index - here <= SEEK_MARGIN or index >= len(self._index):
            return False
        return self._landing(index) > here

    def _landing(self, index: int) -> int:
        """The keyframe from which ``index`` is decoded after a seek."""
        keyframe = self._index.keyframe_before(max(index - SEEK_MARGIN, 0))
        if self._keyframes_are_intra is not True:  # not yet known to be whole pictures: one more for safety
            keyframe = self._index.keyframe_before(max(keyframe - SEEK_MARGIN, 0))
        return keyframe

    def _seek(self, index: int) -> None:
        """Goes to a frame at or before ``index``; timestamps tell where it really is."""
        if self._index is None:
            self._restart()
            return
        checkpoint = self._index.keyframe_before(max(index - SEEK_MARGIN, 0))
        target = index if self._keyframes_are_intra else checkpoint
        back = 0
        while target - back > SEEK_MARGIN:
            if not self._jump(target - back):
                break
            if self._pending <= target:
                self._learn_keyframe_kind(checkpoint)
                return
            back = 2 * back + SEEK_MARGIN
        self._restart()

    def _jump(self, index: int) -> bool:
        """OpenCV's own seek, then a look at which frame came; False if none or an unlisted one did."""
        time_us = self._index.time_us
        self._capture.set(cv2.CAP_PROP_POS_MSEC, float(time_us[index] - time_us[0]) / 1000)
        if not self._capture.grab():
            return False
        found = self._index.frame_of(shown_us(self._capture))
        if found is None:
            return False
        self._pending = found
        return True

    def _learn_keyframe_kind(self, keyframe: int) -> None:
        """Whether keyframes are whole pictures, or (gradual refresh) only the places where a decoder may begin to recover."""
        if self._keyframes_are_intra is None and self._pending == keyframe:
            self._keyframes_are_intra = int(self._capture.get(cv2.CAP_PROP_FRAME_TYPE)) == ord("I")

    def _restart(self) -> None:
        self._capture.release()
        self._capture = self._open()
        self._pending = None

    def _undecodable(self) -> SourceError:
        return SourceError("{file} can't be decoded: it is damaged or not a video.", file=self.path)

    def _ends_early(self, index: int) -> SourceError:
        return SourceError(
            "{file} ends early: frame {frame} of {count} can't be decoded. Copy or record the video again.",
            file=self.path,
            frame=index,
            count=self.frame_count,
        )
