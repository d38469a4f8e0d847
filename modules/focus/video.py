"""Frame-exact access to a video file, through OpenCV's FFmpeg reader.

Its own seek counts frames by time, which is off by some frames in files with B-frames, edit lists or a varying frame rate. So a
frame is known here by its presentation timestamp: the packets are listed once without decoding (some ms per minute of video),
and after every seek the timestamps say which frame has really come.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from modules.core.errors import SourceError

VIDEO_SUFFIXES = (".mp4", ".avi", ".mov", ".mkv", ".m4v", ".webm", ".mpg", ".mpeg")
#: OpenCV's seek lands on a keyframe at least so many frames before the wanted one.
SEEK_MARGIN = 16
OPEN_TIMEOUT_MS = 10_000


@dataclass(frozen=True)
class PacketIndex:
    """The file's frames in the order in which they are shown.

    Attributes:
        pts: int64 [N], strictly increasing: presentation timestamps in the file's own unit.
        time_ms: float64 [N], presentation times.
        keyframes: int64 [M]: indices at which decoding can start.
    """

    pts: np.ndarray
    time_ms: np.ndarray
    keyframes: np.ndarray

    def frame_of(self, pts: int) -> int | None:
        """Index of the frame with this timestamp, None if there is none."""
        i = int(np.searchsorted(self.pts, pts))
        return i if i < len(self.pts) and self.pts[i] == pts else None

    def keyframe_before(self, index: int) -> int:
        """The last keyframe at or before ``index`` (0 if none)."""
        i = int(np.searchsorted(self.keyframes, index, side="right"))
        return int(self.keyframes[i - 1]) if i else 0


def scan_packets(path: Path) -> PacketIndex | None:
    """Lists a video's packets without decoding; None where they carry no usable timestamps."""
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_FORMAT, -1])
    pts, times, keys = [], [], []
    try:
        while capture.grab():
            pts.append(int(capture.get(cv2.CAP_PROP_PTS)))
            times.append(capture.get(cv2.CAP_PROP_POS_MSEC))
            keys.append(capture.get(cv2.CAP_PROP_LRF_HAS_KEY_FRAME) > 0)
    finally:
        capture.release()
    order = np.argsort(pts, kind="stable")
    index = PacketIndex(np.array(pts, np.int64)[order], np.array(times)[order], np.flatnonzero(np.array(keys, bool)[order]))
    usable = len(pts) > 0 and bool(np.all(np.diff(index.pts) > 0)) and len(index.keyframes) > 0
    return index if usable else None


class VideoClip:
    """One video file; see ``Clip``.

    Raises:
        SourceError: the file can't be decoded.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: tuple[str, ...] = ()
        self._capture = self._open()
        self._next = 0  # index of the frame that the next grab gives, if none is pending
        self._pending: int | None = None  # a frame that is grabbed but not yet asked for
        self._keyframes_are_intra: bool | None = None
        self._index = scan_packets(path)
        if not self._grab():
            raise self._undecodable()
        if self._index is not None and self._skipped_at_start():
            self._index = None
        self.fps = self._capture.get(cv2.CAP_PROP_FPS)
        if not np.isfinite(self.fps) or self.fps <= 0:
            self.fps = float("nan")
        self.frame_count = self._count()
        first = self.read(0)
        self.size_px = (first.shape[1], first.shape[0])

    @property
    def next_index(self) -> int:
        return self._next if self._pending is None else self._pending

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
        self._pending = None
        if not decoded or image is None or image.ndim != 3:
            raise SourceError("{file}: frame {frame} can't be decoded; the file is damaged there.", file=self.path, frame=index)
        return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)

    def close(self) -> None:
        """Releases the file; idempotent."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _open(self) -> cv2.VideoCapture:
        capture = cv2.VideoCapture(str(self.path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_TIMEOUT_MS])
        if not capture.isOpened():
            raise self._undecodable()
        return capture

    def _grab(self) -> bool:
        """Takes the next frame off the file and finds out which one it is."""
        if not self._capture.grab():
            return False
        if self._index is None:
            self._pending = self._next
        else:
            found = self._index.frame_of(int(self._capture.get(cv2.CAP_PROP_PTS)))
            # a frame without a known timestamp can only be counted
            self._pending = self._next if found is None else found
        self._next = self._pending + 1
        return True

    def _skipped_at_start(self) -> bool:
        """Drops listed packets that are never shown (an edit list); True if the list does not fit the frames."""
        index, first = self._index, int(self._capture.get(cv2.CAP_PROP_PTS))
        at = index.frame_of(first)
        if at is None:
            self._pending, self._next = 0, 1
            return True
        if at > 0:
            keys = index.keyframes[index.keyframes >= at] - at
            self._index = PacketIndex(index.pts[at:], index.time_ms[at:], keys)
            self._pending, self._next = 0, 1
        return False

    def _count(self) -> int:
        """Frames in the file: the container's word, unless it is a rounded estimate or missing."""
        claimed = int(self._capture.get(cv2.CAP_PROP_FRAME_COUNT))
        listed = claimed if self._index is None else len(self._index.pts)
        if claimed <= 0:
            claimed = listed
        if claimed <= 0:
            raise SourceError("{file}: the number of frames is unknown; convert the video to MP4.", file=self.path)
        # far fewer packets than announced: the file was cut off, which read() says at the frame where it ends
        return listed if listed >= claimed - 1 else claimed

    def _should_seek(self, index: int) -> bool:
        if index < self.next_index:
            return True
        if self._index is None or index - self.next_index <= SEEK_MARGIN or index >= len(self._index.pts):
            return False
        return self._landing(index) > self.next_index

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
        times = self._index.time_ms
        self._capture.set(cv2.CAP_PROP_POS_MSEC, float(times[index] - times[0]))
        if not self._capture.grab():
            return False
        found = self._index.frame_of(int(self._capture.get(cv2.CAP_PROP_PTS)))
        if found is None:
            return False
        self._pending, self._next = found, found + 1
        return True

    def _learn_keyframe_kind(self, keyframe: int) -> None:
        """Whether keyframes are whole pictures, or (gradual refresh) only the places where a decoder may begin to recover."""
        if self._keyframes_are_intra is None and self._pending == keyframe:
            self._keyframes_are_intra = int(self._capture.get(cv2.CAP_PROP_FRAME_TYPE)) == ord("I")

    def _restart(self) -> None:
        self._capture.release()
        self._capture = self._open()
        self._pending, self._next = None, 0

    def _undecodable(self) -> SourceError:
        return SourceError("{file} can't be decoded: it is damaged or not a video.", file=self.path)

    def _ends_early(self, index: int) -> SourceError:
        return SourceError(
            "{file} ends early: frame {frame} of {count} can't be decoded. Copy or record the video again.",
            file=self.path,
            frame=index,
            count=self.frame_count,
        )
