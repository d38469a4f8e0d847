"""Pictures as a film: H.264 in MP4, under a temporary name until it is whole."""

from __future__ import annotations

import math
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

import av
import numpy as np

from modules.core.errors import ExportError
from modules.core.files import cant_write, open_new

from .finish import discard, finish, part_path

#: Played at this rate where the recording doesn't tell its own.
FALLBACK_FPS = 30.0


class FilmWriter:
    """Writes pictures under a temporary name and gives the film its own when closed.

    Through PyAV into a file that is opened here: its name may be in any encoding. The index is written last, so a killed run
    leaves no video.

    Args:
        path: the final file. size_px: (width, height) of all pictures, even numbers. fps: pictures per second; NaN: 30.
    """

    def __init__(self, path: Path, size_px: tuple[int, int], fps: float) -> None:
        self.path = path
        self.frames = 0
        self._size_px = size_px
        self._rate = Fraction(fps if math.isfinite(fps) and fps > 0 else FALLBACK_FPS).limit_denominator(1001)
        self._video: Any = None
        self._file: _Output | None = None

    def write(self, picture: np.ndarray) -> None:
        """Encodes one picture, uint8 [H, W, 3], RGB; ExportError if the file can't be opened or takes no more."""
        if self._video is None:
            self._open()
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = self.frames, 1 / self._rate
        self._encode(frame)
        self.frames += 1

    def close(self) -> None:
        """Completes the file; ExportError if it does not hold every frame. No file without frames. Idempotent."""
        if self._video is None:
            return
        self._encode(None)
        self._release()
        # what a full disk has taken away is missed in the index alone
        written = count_frames(part_path(self.path))
        if written != self.frames:
            discard(self.path)
            raise ExportError(
                "The video {file} can't be written whole ({written} of {frames} frames); check the free space.",
                file=self.path, written=written, frames=self.frames,
            )  # fmt: skip
        finish(self.path)

    def abandon(self) -> None:
        """Drops what was written; an older file of this name stays."""
        if self._video is not None:
            with suppress(ExportError):  # it is dropped all the same
                self._release()
        self._video = None
        discard(self.path)

    def _open(self) -> None:
        part = part_path(self.path)
        self._file = _Output(open_new(part))
        try:
            self._video = av.open(self._file, "w", format="mp4")
            stream = self._video.add_stream("libx264", rate=self._rate, options={"preset": "ultrafast", "crf": "23"})
        except (OSError, ValueError, av.FFmpegError) as error:
            raise cant_write(part, self._file.error or error) from error
        stream.width, stream.height = self._size_px
        stream.pix_fmt = "yuv420p"
        stream.codec_context.thread_count = 1  # it runs beside the network

    def _encode(self, picture: av.VideoFrame | None) -> None:
        """Writes a frame, the last ones for None; ExportError if the file takes no more."""
        try:
            self._video.mux(self._video.streams.video[0].encode(picture))
        except (OSError, ValueError, av.FFmpegError) as error:
            raise cant_write(part_path(self.path), self._file.error or error) from error

    def _release(self) -> None:
        video, file, self._video, self._file = self._video, self._file, None, None
        try:
            video.close()
        except (OSError, ValueError, av.FFmpegError) as error:
            raise cant_write(part_path(self.path), file.error or error) from error
        finally:
            file.close()


class _Output:
    """A file for PyAV to write to; keeps why it took no more, which PyAV's own error doesn't say."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.error: OSError | None = None
        self.seek, self.tell, self.seekable, self.close = file.seek, file.tell, file.seekable, file.close

    def write(self, content: bytes) -> int:
        """As a file's."""
        try:
            return self._file.write(content)
        except OSError as error:
            self.error = error
            raise


def count_frames(path: Path) -> int:
    """Frames that a video's index names; 0 if it can't be opened."""
    try:
        with path.open("rb") as file, av.open(file) as video:
            return video.streams.video[0].frames
    except (OSError, ValueError, IndexError, av.FFmpegError):
        return 0
