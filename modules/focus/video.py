"""Frame-exact access to a video file, through PyAV (FFmpeg).

A seek counts frames by time, which is off by some frames in files with B-frames, edit lists or a varying frame rate. So a frame
is known here by its presentation timestamp: the packets are listed once without decoding (some ms per minute of video), and
after every seek the timestamps say which frame has really come.

The file is opened here and handed to FFmpeg as a stream of bytes: its name may be in any encoding, and nothing in it can make
FFmpeg open anything else.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, NoReturn

import av
import numpy as np
from av.video.frame import PictureType
from av.video.reformatter import VideoReformatter

from modules.core.errors import DamagedFrame, Note, SourceError
from modules.core.files import open_regular

log = logging.getLogger(__name__)

VIDEO_SUFFIXES = (
    ".mp4", ".avi", ".mov", ".mkv", ".m4v", ".webm", ".mpg", ".mpeg", ".mts", ".m2ts", ".ts", ".wmv", ".mxf", ".3gp",
)  # fmt: skip
#: Frames before a wanted one from which it is decoded without a seek, and by which a seek aims too early.
SEEK_MARGIN = 16
#: So many frames may be decoded to check a file's end when it is opened.
QUICK_FRAMES = 64
#: A frame larger than this is not decoded: no camera takes it, and its header may be a lie.
MAX_PIXELS = 64_000_000
#: Longer recordings than a day at 240 frames a second are not listed.
MAX_PACKETS = 25_000_000
#: Of one file. The cameras are decoded side by side: more threads than cores only add a fifth to the work.
DECODER_THREADS = max(1, (os.cpu_count() or 1) // 4)
#: What a damaged or foreign file makes PyAV raise.
TROUBLE = (av.FFmpegError, OSError, ValueError, OverflowError, UnicodeError, MemoryError)
#: What is wrong in a picture is carried on by the next ones, up to one that stands alone; after so long it has mostly faded.
DAMAGE_SHOWS_S = 5.0
#: A codec's name by its place in an MP4 (sample description), an AVI (stream header), a Matroska file (codec ID), looked for in
#: so many bytes at either end.
CODEC_NAMES = re.compile(rb"stsd.{12}([ -~]{4})|strh.{4}vids([ -~]{4})|(V_[A-Z0-9_/]{2,30})", re.DOTALL)
NAMES_WITHIN = 1 << 20
#: Containers whose clocks run by themselves: where one begins says nothing about the others.
FREE_CLOCKS = ("mpegts", "mpeg")


@dataclass(frozen=True)
class PacketIndex:
    """The file's frames in the order in which they are shown.

    Attributes:
        time: int64 [N], strictly increasing: presentation times, in the stream's time base.
        keyframes: int64 [M]: indices at which decoding can start.
        starts_s: seconds, the file's own clock at the first frame; 0 where it does not tell.
        listed: packets in the file, also those that it says are not to be shown.
    """

    time: np.ndarray
    keyframes: np.ndarray
    starts_s: float = 0.0
    listed: int = 0

    def __len__(self) -> int:
        return len(self.time)

    def frame_of(self, time: int | None) -> int | None:
        """Index of the frame with this time, None if there is none."""
        if time is None:
            return None
        i = int(np.searchsorted(self.time, time))
        return i if i < len(self) and self.time[i] == time else None

    def keyframe_before(self, index: int) -> int:
        """The last keyframe at or before ``index`` (0 if none)."""
        i = int(np.searchsorted(self.keyframes, index, side="right"))
        return int(self.keyframes[i - 1]) if i else 0

    def keyframe_after(self, index: int) -> int:
        """The first keyframe behind ``index``; the number of frames if none."""
        i = int(np.searchsorted(self.keyframes, index, side="right"))
        return int(self.keyframes[i]) if i < len(self.keyframes) else len(self)

    def part(self, start: int, stop: int) -> PacketIndex:
        """The frames from ``start`` to ``stop``."""
        keys = self.keyframes[(self.keyframes >= start) & (self.keyframes < stop)] - start
        return PacketIndex(self.time[start:stop], keys, self.starts_s, self.listed)


def scan_packets(container: Any, stream: Any) -> PacketIndex | None:
    """Lists a video's packets without decoding; None where they carry no usable timestamps."""
    times, keys, decoding, listed = [], [], [], 0
    for packet in container.demux(stream):
        listed += packet.size > 0
        if packet.size == 0 or packet.is_discard:
            continue
        times.append(packet.dts if packet.pts is None else packet.pts)
        keys.append(packet.is_keyframe)
        decoding.append(packet.dts)
        if times[-1] is None or len(times) > MAX_PACKETS:
            return None
    order = np.argsort(times, kind="stable")
    index = PacketIndex(np.array(times, np.int64)[order], np.flatnonzero(np.array(keys, bool)[order]), 0.0, listed)
    if not (len(index) > 0 and bool(np.all(np.diff(index.time) > 0)) and len(index.keyframes) > 0):
        return None
    if container.format.name in FREE_CLOCKS or not stream.time_base:
        return index
    # without an edit list the first frame is late by what the decoder needs to put frames in order; decoding starts at 0 then
    first = index.time[0] if decoding[0] is None or decoding[0] != 0 else 0
    return replace(index, starts_s=float(first * stream.time_base))


def to_rgb(frame: Any, reformatter: VideoReformatter) -> np.ndarray:
    """uint8 [H, W, 3], RGB, upright: a decoded frame. A reformatter of one's own keeps its tables from frame to frame."""
    # one thread: the cameras are decoded side by side, and more threads a camera wait for one another
    image = reformatter.reformat(frame, format="rgb24", threads=1).to_ndarray()
    turns = round(frame.rotation / 90) % 4  # counter-clockwise, as the file asks for
    return np.ascontiguousarray(np.rot90(image, turns)) if turns else image


def named_codec(file: IO[bytes]) -> str:
    """What an MP4, AVI or Matroska file calls a codec that FFmpeg has no decoder for; "?" where that is not found quickly."""
    size = file.seek(0, os.SEEK_END)
    for start in dict.fromkeys((0, max(0, size - NAMES_WITHIN))):
        file.seek(start)
        found = CODEC_NAMES.search(file.read(NAMES_WITHIN))
        if found:
            return next(name for name in found.groups() if name).decode("ascii").strip()
    return "?"


class VideoClip:
    """One video file; see ``Clip``.

    Raises:
        SourceError: the file can't be decoded.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: tuple[Note, ...] = ()
        self._file: Any = None
        self._container: Any = None
        self._frame: Any = None
        self._reformatter = VideoReformatter()
        self._pending: int | None = None  # the frame that was decoded last, None before the first
        self._damaged: list[range] = []
        self._landed: int | None = None  # where decoding began, if all that comes after can be decoded
        self._checked = False  # whether the index is known to fit the frames
        self.fps = float("nan")
        self._open()
        try:
            self._index = self._scan()
            self._restart()
            if not self._grab():
                raise self._undecodable()
            if self._index is not None:
                self._fit_index()
            first = to_rgb(self._frame, self._reformatter)
            self.size_px = (first.shape[1], first.shape[0])
            rate = self._stream.average_rate or self._stream.guessed_rate
            self.fps = float(rate) if rate and 0 < float(rate) < 1e5 else float("nan")
            self.frame_count = self._count(self._stream.frames)
            self._checked = True
            self._restart()
            if not self._grab():
                raise self._undecodable()
            if self._damaged:
                known = {"file": self.path.name, "first": self._damaged[0].start, "last": self._damaged[0].stop - 1}
                self.notes += (Note("{file}: frames {first} to {last} are damaged; this view is left out there.", **known),)
        except BaseException:
            self.close()
            raise

    @property
    def times_s(self) -> np.ndarray | None:
        """float64 [N]: when each frame was taken by the file's own clock, seconds; None where it does not tell."""
        if self._index is None:
            return None
        since_first = (self._index.time - self._index.time[0]) * float(self._stream.time_base)
        return self._index.starts_s + since_first[: self.frame_count]

    @property
    def damaged(self) -> set[int]:
        """Frames found to be damaged so far."""
        return {frame for stretch in self._damaged for frame in stretch}

    def read(self, index: int) -> np.ndarray:
        """uint8 [H, W, 3], RGB: frame ``index``, the same pixels however it is reached."""
        if self._container is None:
            raise SourceError("{file} is closed.", file=self.path)
        if self._lies_in_damage(index):
            raise self._frame_damaged(index)
        if self._should_seek(index):
            self._seek(index)
        sure = self._reach(index) and (self._certain(index) or not self._frame.is_corrupt)
        if not sure and self._landed != 0:
            self._restart()  # after a seek frames may lack what they are made from: only from the start is it certain
            self._reach(index)
        if self._pending != index or self._lies_in_damage(index):
            if self._pending is None or self._pending < index:
                raise self._ends_early(index)
            if self._pending > index:
                self._note_damage(index, index + 1)
            raise self._frame_damaged(index)
        try:
            image = to_rgb(self._frame, self._reformatter)
        except TROUBLE as error:
            raise self._frame_damaged(index) from error
        if hasattr(self, "size_px") and (image.shape[1], image.shape[0]) != self.size_px:
            raise self._frame_damaged(index)
        return image

    def _reach(self, index: int) -> bool:
        """Decodes up to a frame; False if it does not come."""
        while self._pending is None or self._pending < index:
            if not self._grab():
                return False
        return self._pending == index

    def close(self) -> None:
        """Releases the file; idempotent."""
        self._frame = None
        for opened in (self._container, self._file):
            if opened is not None:
                opened.close()
        self._container = self._file = None

    def _open(self) -> None:
        self.close()
        self._file = open_regular(self.path)
        try:
            self._container = av.open(self._file, metadata_errors="replace", io_open=_opens_nothing)
            self._stream = self._container.streams.best("video")
        except TROUBLE as error:
            self.close()
            raise self._undecodable() from error
        try:
            self._check_stream()
        except SourceError:
            self.close()
            raise
        self._decoded = self._frames()

    def _check_stream(self) -> None:
        stream = self._stream
        if stream is None:
            raise SourceError("{file} holds no video.", file=self.path)
        context = stream.codec_context
        if context is None or not context.name:
            raise SourceError(
                "{file} is written with a codec that can't be decoded here ({codec}); convert it to H.264 in MP4.",
                file=self.path, codec=named_codec(self._file),
            )  # fmt: skip
        if context.width * context.height > MAX_PIXELS:
            raise SourceError(
                "{file}: frames of {width}x{height} px are too large.",
                file=self.path,
                width=context.width,
                height=context.height,
            )
        context.thread_type = "AUTO"
        context.thread_count = DECODER_THREADS
        context.options = {**context.options, "max_pixels": str(MAX_PIXELS)}

    def _scan(self) -> PacketIndex | None:
        try:
            return scan_packets(self._container, self._stream)
        except TROUBLE as error:
            raise self._undecodable() from error

    def _frames(self) -> Iterator[Any]:
        """Decoded frames from here on; what can't be decoded is passed over, and missed by its time."""
        packets = iter(self._container.demux(self._stream))
        while True:
            packet = None
            try:
                packet = next(packets)
                yield from packet.decode()
            except StopIteration:
                return
            except TROUBLE:
                if packet is None:
                    return  # the container itself ends here

    def _note_damage(self, start: int, stop: int) -> None:
        """Notes damaged frames, and those that are made from them: to the next that stands alone, or as long as it shows."""
        if self._index is None:
            return
        shows = stop + round(DAMAGE_SHOWS_S * (self.fps if self.fps > 0 else 0))
        stretch = range(start, max(stop, min(self._index.keyframe_after(stop - 1), shows)))
        meeting = [other for other in self._damaged if other.start <= stretch.stop and stretch.start <= other.stop]
        self._damaged = [other for other in self._damaged if other not in meeting]
        self._damaged.append(
            range(min(r.start for r in (stretch, *meeting)), max(r.stop for r in (stretch, *meeting)))
        )  # fmt: skip
        if not meeting:
            log.warning("%s: frames %d to %d are damaged; this view is left out there", self.path.name, stretch.start,
                        stretch.stop - 1)  # fmt: skip

    def _lies_in_damage(self, index: int) -> bool:
        return any(index in stretch for stretch in self._damaged)

    def _grab(self) -> bool:
        """Decodes the next frame and finds out which one it is."""
        following = 0 if self._pending is None else self._pending + 1
        frame = next(self._decoded, None)
        if frame is None:
            return False
        self._frame = frame
        found = None if self._index is None else self._index.frame_of(_time(frame))
        # a frame without a usable time (the last ones of some files) can only be counted
        self._pending = following if found is None or found < following else found
        if self._certain(following) and self._checked:
            if self._pending > following:
                self._note_damage(following, self._pending)
            if frame.is_corrupt:
                self._note_damage(self._pending, self._pending + 1)
        return True

    def _certain(self, index: int) -> bool:
        """Whether all that a frame is made from has been decoded: else it may be incomplete without being damaged."""
        return self._landed is not None and index >= self._landed

    def _fit_index(self) -> None:
        """Drops listed packets that are never shown, at the start and at the end; no index if it does not fit the frames."""
        at = self._index.frame_of(_time(self._frame))
        if at is None:
            self._index = None
        elif at > 0 and not self._damaged:
            self._index = self._index.part(at, len(self._index))
            at = 0
        self._pending = at or 0

    def _check_end(self) -> None:
        """Decodes the file's end where that is quick: a cut without re-encoding lists frames that are never shown."""
        last = len(self._index) - 1
        if last <= 2 * SEEK_MARGIN or last - self._index.keyframe_before(last - SEEK_MARGIN) > QUICK_FRAMES:
            return
        if any(self._jump(last - back) for back in (SEEK_MARGIN, QUICK_FRAMES) if last - back > SEEK_MARGIN):
            while self._grab():
                pass
            count = self._pending + 1
            if count < len(self._index) and not self._damaged:
                self._index = self._index.part(0, count)
        self._restart()

    def _count(self, claimed: int) -> int:
        """Frames in the file: those listed; the container's word where none are."""
        if self._index is None:
            if claimed <= 0:
                raise SourceError("{file}: the number of frames is unknown; convert the video to MP4.", file=self.path)
            return claimed
        if claimed > 0 and self._index.listed < claimed - 1:
            # far fewer packets than announced: the file was cut off
            known = {"file": self.path.name, "count": claimed, "frame": self._index.listed}
            self.notes += (
                Note("{file} ends early: it announces {count} frames and holds {frame}. Copy or record it again.", **known),
            )
        self._check_end()
        if len(self._index) < self._index.listed:
            known = {"file": self.path.name, "listed": self._index.listed, "shown": len(self._index)}
            self.notes += (Note("{file} lists {listed} frames, {shown} can be shown.", **known),)
        return len(self._index)

    def _should_seek(self, index: int) -> bool:
        here = 0 if self._pending is None else self._pending
        if index < here:
            return True
        if self._index is None or index - here <= SEEK_MARGIN or index >= len(self._index):
            return False
        return self._index.keyframe_before(max(index - SEEK_MARGIN, 0)) > here

    def _seek(self, index: int) -> None:
        """Goes to a frame at or before ``index``; timestamps tell where it really is."""
        if self._index is None:
            self._restart()
            return
        target = self._index.keyframe_before(max(index - SEEK_MARGIN, 0))
        back = 0
        while target - back > SEEK_MARGIN:
            if self._jump(target - back) and self._pending <= index:
                return
            back = 2 * back + SEEK_MARGIN
        self._restart()

    def _jump(self, index: int) -> bool:
        """FFmpeg's own seek, then a look at which frame came; False if none or an unlisted one did."""
        try:
            self._container.seek(int(self._index.time[index]), stream=self._stream, backward=True)
            self._decoded, self._landed = self._frames(), None
            frame = next(self._decoded, None)
        except TROUBLE:
            return False
        found = None if frame is None else self._index.frame_of(_time(frame))
        if found is None:
            return False
        self._frame, self._pending = frame, found
        # a keyframe that is no whole picture is only a place where a decoder may begin to recover (gradual refresh)
        self._landed = found if frame.pict_type == PictureType.I and found in self._index.keyframes else None
        return True

    def _restart(self) -> None:
        self._open()
        self._pending, self._landed = None, 0

    def _undecodable(self) -> SourceError:
        return SourceError("{file} can't be decoded: it is damaged or not a video.", file=self.path)

    def _frame_damaged(self, index: int) -> DamagedFrame:
        return DamagedFrame("{file}: frame {frame} can't be decoded; the file is damaged there.", file=self.path, frame=index)

    def _ends_early(self, index: int) -> DamagedFrame:
        return DamagedFrame(
            "{file} ends early: frame {frame} of {count} can't be decoded. Copy or record the video again.",
            file=self.path,
            frame=index,
            count=self.frame_count,
        )


def _time(frame: Any) -> int | None:
    return frame.dts if frame.pts is None else frame.pts


def _opens_nothing(url: str, flags: int, options: dict) -> NoReturn:
    """Instead of FFmpeg's own opening of what a playlist names."""
    raise PermissionError(13, os.strerror(13), url)
