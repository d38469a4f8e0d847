"""A recording: cameras and their frames, in step, by index."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from modules.core.errors import Note, SourceError
from modules.core.types import Camera, FrameSet, SourceInfo

from .calibration.common import fit_to_frame
from .clips import Clip
from .images import ImageClip
from .layouts import Layout, View, find_layout
from .readahead import ReadAhead

#: Threads get this long to finish the frame they are decoding when a recording is closed.
CLOSE_TIMEOUT_S = 2.0


class Recording:
    """Synchronised frames of a recording; a ``FrameSource`` and a context manager. Made by ``open_recording``."""

    def __init__(
        self, info: SourceInfo, cameras: Sequence[Camera], clips: Sequence[Clip], offsets: Sequence[int], read_ahead: int
    ) -> None:
        self._info = info
        self._cameras = tuple(cameras)
        self._offsets = tuple(offsets)
        self._readers = tuple(ReadAhead(clip, read_ahead) for clip in clips)
        self._closed = False

    @property
    def info(self) -> SourceInfo:
        """What was found when the recording was opened."""
        return self._info

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """V cameras, in view order; sizes are those of the frames."""
        return self._cameras

    def __len__(self) -> int:
        return self._info.frame_count

    def read(self, index: int) -> FrameSet:
        """Frame ``index`` of all cameras.

        Raises:
            IndexError: outside 0 ≤ index < len.
            SourceError: a camera's frame can't be decoded, or the recording is closed.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"frame {index} is outside 0…{len(self) - 1}")
        if self._closed:
            raise SourceError("The recording {path} is closed.", path=self._info.path)
        places = [index + offset for offset in self._offsets]
        for reader, place in zip(self._readers, places, strict=True):
            reader.request(place)
        images = tuple(reader.get(place) for reader, place in zip(self._readers, places, strict=True))
        return FrameSet(index, index / self._info.fps, images, self._cameras)

    def close(self) -> None:
        """Ends the decoder threads and releases the files; idempotent, returns within about two seconds."""
        self._closed = True
        for reader in self._readers:
            reader.stop()
        deadline = time.monotonic() + CLOSE_TIMEOUT_S
        for reader in self._readers:
            reader.join(max(0.0, deadline - time.monotonic()))

    def __enter__(self) -> Recording:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def open_recording(
    path: str | Path,
    format: str = "auto",
    frame_offsets: Mapping[str, int] | None = None,
    cameras: Sequence[str] = (),
    read_ahead: int = 4,
) -> Recording:
    """Opens a recording folder.

    Args:
        path: the folder.
        format: "focus", "panoptic", "pose2sim", "folder", or "auto" to recognise it by its layout.
        frame_offsets: camera name → frames by which that camera started early: its frame n + offset is shown with frame n of
            the others. A camera that started late has a negative one.
        cameras: names of the cameras to use, in this order; empty: all.
        read_ahead: frames decoded ahead in the background.

    Raises:
        SourceError: the folder, a video or an image can't be used.
        CalibrationError: a camera's calibration is missing or makes no sense.
    """
    path = Path(path).expanduser()
    layout = find_layout(path, format)
    views = layout.select(cameras, path)
    offsets = [0] * len(views)
    for name, offset in (frame_offsets or {}).items():
        view = layout.find(name, path)
        if view in views:  # an offset of a camera that is left out is harmless
            offsets[views.index(view)] = int(offset)
    with ThreadPoolExecutor(max_workers=min(8, len(views))) as pool:
        futures = [pool.submit(view.open_clip) for view in views]
    clips = [future.result() for future in futures if future.exception() is None]
    try:
        for future in futures:
            future.result()
        return _assemble(path, layout, views, clips, offsets, read_ahead)
    except SourceError:
        for clip in clips:
            clip.close()
        raise


def _assemble(
    path: Path, layout: Layout, views: Sequence[View], clips: Sequence[Clip], offsets: list[int], read_ahead: int
) -> Recording:
    notes: list[Note] = [*layout.notes]
    cameras = []
    for view, clip in zip(views, clips, strict=True):
        notes += clip.notes
        camera, note = fit_to_frame(view.read_camera(clip.size_px), clip.size_px, clip.path)
        cameras.append(camera)
        notes += [note] if note else []
    offsets, gaps = _align_images(clips, offsets)
    notes += gaps
    start = -min(0, *offsets)
    if start:
        notes.append(Note("A camera started late: frame 0 is frame {start} of the cameras without an offset.", start=start))
    offsets = [offset + start for offset in offsets]
    lengths = [clip.frame_count - offset for clip, offset in zip(clips, offsets, strict=True)]
    if min(lengths) <= 0:
        raise SourceError(
            "{file}: no frame is left after its offset of {offset} frames.",
            file=clips[int(np.argmin(lengths))].path,
            offset=offsets[int(np.argmin(lengths))],
        )
    notes += _length_note(views, lengths)
    fps, fps_notes = _common_fps(views, clips)
    info = SourceInfo(
        path=str(path),
        format=layout.format,
        camera_names=tuple(view.name for view in views),
        frame_count=min(lengths),
        sizes_px=tuple(clip.size_px for clip in clips),
        fps=fps,
        notes=(*notes, *fps_notes),
    )
    return Recording(info, cameras, clips, offsets, read_ahead)


def _length_note(views: Sequence[View], lengths: Sequence[int]) -> list[Note]:
    if min(lengths) == max(lengths):
        return []
    listed = ", ".join(f"{view.name} {length}" for view, length in zip(views, lengths, strict=True))
    return [Note("The cameras differ in length ({listed} frames); all stop at frame {last}.", listed=listed, last=min(lengths))]


def _common_fps(views: Sequence[View], clips: Sequence[Clip]) -> tuple[float, list[Note]]:
    known = [clip.fps for clip in clips if math.isfinite(clip.fps)]
    if not known:
        return math.nan, []
    if max(known) > 1.01 * min(known):
        listed = ", ".join(f"{view.name} {clip.fps:.4g}" for view, clip in zip(views, clips, strict=True))
        note = Note("The cameras differ in frames per second ({listed}); they are shown frame by frame.", listed=listed)
        return known[0], [note]
    return known[0], []


def _align_images(clips: Sequence[Clip], offsets: list[int]) -> tuple[list[int], list[Note]]:
    """Images go together by the frame numbers in their names, so that one missing image does not shift all that follow.

    Returns:
        the offsets that are left to apply, and sentences for the user.
    """
    folders = [clip for clip in clips if isinstance(clip, ImageClip)]
    if len(folders) < len(clips):  # beside videos a folder counts from its first image
        return offsets, []
    pairs = list(zip(folders, offsets, strict=True))
    common = set.intersection(*({number - offset for number in clip.numbers} for clip, offset in pairs))
    if not common:
        raise SourceError("{path}: the images of the cameras have no frame number in common.", path=folders[0].path.parent)
    within = [
        n for clip, offset in pairs for n in clip.numbers if min(common) < n - offset < max(common) and n - offset not in common
    ]
    for clip, offset in pairs:
        clip.keep_numbers([number + offset for number in sorted(common)])
    notes = [Note("{count} images are left out: other cameras lack those frames.", count=len(within))] if within else []
    if min(common) != 0:
        notes.append(Note("Frame 0 is the images with number {number}.", number=min(common)))
    return [0] * len(clips), notes
