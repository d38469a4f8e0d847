"""A recording: cameras and their frames, in step, by index."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from modules.core import memory
from modules.core.errors import CalibrationError, DamagedFrame, Note, SourceError
from modules.core.files import expanded, told_by_name
from modules.core.types import Camera, FrameSet, Opened, SourceInfo

from .calibration.place import place_camera
from .clips import Clip, RedrawnClip
from .layouts.common import Layout, View
from .layouts.registry import find_layout
from .readahead import ReadAhead
from .timing import Timeline, align

#: Threads get this long to finish the frame they are decoding when a recording is closed.
CLOSE_TIMEOUT_S = 2.0
#: Two cameras nearer than this whose rotations differ by less are one camera's numbers twice.
SAME_PLACE_MM, SAME_TURN = 1.0, 1e-3


class Recording:
    """Synchronised frames of a recording; a ``FrameSource`` and a context manager. Made by ``open_recording``."""

    def __init__(
        self, info: SourceInfo, cameras: Sequence[Camera], clips: Sequence[Clip], timeline: Timeline, read_ahead: int
    ) -> None:
        self._info = info
        self._cameras = tuple(cameras)
        self._timeline = timeline
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
        """Frame ``index`` of all cameras; a camera whose frame is damaged or was dropped is marked as missing.

        Raises:
            IndexError: outside 0 ≤ index < len.
            SourceError: no camera's frame can be decoded, or the recording is closed.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"frame {index} is outside 0…{len(self) - 1}")
        if self._closed:
            raise SourceError("The recording {path} is closed.", path=self._info.path)
        places = self._timeline.places[index].tolist()
        for reader, place in zip(self._readers, places, strict=True):
            if place >= 0:
                reader.request(place)
        images: list[np.ndarray] = []
        trouble: list[DamagedFrame | None] = []
        for reader, place, camera in zip(self._readers, places, self._cameras, strict=True):
            try:
                if place < 0:
                    raise DamagedFrame("{camera} has no frame {frame}.", camera=camera.name, frame=index)
                images.append(reader.get(place))
                trouble.append(None)
            except DamagedFrame as error:
                images.append(np.zeros((camera.height_px, camera.width_px, 3), np.uint8))
                trouble.append(error)
        if None not in trouble:
            raise next(error for error in trouble if error is not None)
        missing = tuple(error is not None for error in trouble)
        return FrameSet(index, float(self._timeline.times_s[index]), tuple(images), self._cameras, missing=missing)

    def close(self) -> None:
        """Ends the decoder threads and releases the files and the memory of its frames; idempotent, returns within about two
        seconds."""
        was_closed, self._closed = self._closed, True
        for reader in self._readers:
            reader.stop()
        deadline = time.monotonic() + CLOSE_TIMEOUT_S
        for reader in self._readers:
            reader.join(max(0.0, deadline - time.monotonic()))
        if not was_closed:
            memory.give_back()

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
    *,
    calibration: str = "",
    clock: str = "",
    quarter_turns: Mapping[str, int] | None = None,
    delay_ms: Mapping[str, int] | None = None,
    drift_ppm: Mapping[str, int] | None = None,
) -> Recording:
    """Opens a recording folder.

    Args:
        path: the folder.
        format: a name of ``core.formats.RECORDING_FORMATS``, or "auto" to recognise it by its layout.
        frame_offsets: camera name → frames by which that camera is late: its frame n + offset shows what the others' frame n
            shows. One that is early has a negative one.
        cameras: names of the cameras to use, in this order; empty: all.
        read_ahead: frames decoded ahead in the background.
        calibration: the calibration file to use, from the folder; empty: the one that is found.
        clock: name of the camera whose frames set the time where cameras are paired by time; empty: the fastest.
        quarter_turns: camera name → quarter turns clockwise by which its frames are turned to stand upright.
        delay_ms: camera name → ms by which its frames are late. drift_ppm: camera name → by how much it falls behind,
            millionths of the time passed. Cameras with either are paired by time.

    Raises:
        SourceError: the folder, a video or an image can't be used.
        CalibrationError: a camera's calibration is missing or makes no sense.
    """
    path = expanded(path)
    with told_by_name(path, SourceError, cv2.error):
        delays = (delay_ms, drift_ppm)
        return _open(path, format, frame_offsets, cameras, read_ahead, calibration, clock, quarter_turns, delays)


def _open(
    path: Path,
    format: str,
    frame_offsets: Mapping[str, int] | None,
    cameras: Sequence[str],
    read_ahead: int,
    calibration: str,
    clock: str,
    quarter_turns: Mapping[str, int] | None,
    delays_by_name: tuple[Mapping[str, int] | None, Mapping[str, int] | None],
) -> Recording:
    layout = find_layout(path, format, calibration)
    views = layout.select(cameras, path)
    offsets, turns = (
        [value or 0 for value in _of_views(values, views, layout, path)] for values in (frame_offsets, quarter_turns)
    )
    late, drift = (_of_views(values, views, layout, path) for values in delays_by_name)
    delays = [
        # the calibration's own file may say it too; what is asked for counts, also that a camera is not late
        view.calibrated.late if ms is None and ppm is None else ((ms or 0) / 1e3, (ppm or 0) / 1e6)
        for view, ms, ppm in zip(views, late, drift, strict=True)
    ]
    with ThreadPoolExecutor(max_workers=min(8, len(views))) as pool:
        futures = [pool.submit(view.open_clip) for view in views]
    clips = [future.result() for future in futures if future.exception() is None]
    try:
        for future in futures:
            future.result()
        return _assemble(path, layout, views, clips, offsets, turns, delays, clock, read_ahead)
    except BaseException:
        for clip in clips:
            clip.close()
        raise


def _of_views(values: Mapping[str, int] | None, views: Sequence[View], layout: Layout, path: Path) -> list[int | None]:
    """A number for each view from a table by names, None where it has none; SourceError for a name that there is not."""
    found: list[int | None] = [None] * len(views)
    for name, value in (values or {}).items():
        view = layout.find(name, path)
        if view in views:  # what is said of a camera that is left out is harmless
            found[views.index(view)] = int(value)
    return found


def _assemble(
    path: Path,
    layout: Layout,
    views: Sequence[View],
    clips: Sequence[Clip],
    offsets: Sequence[int],
    turns: Sequence[int],
    delays: Sequence[tuple[float, float]],
    clock: str,
    read_ahead: int,
) -> Recording:
    notes: list[Note] = [*layout.notes]
    cameras: list[Camera] = []
    shown: list[Clip] = []
    opened: list[Opened] = []
    for view, clip, turn, late, frames in zip(views, clips, turns, delays, offsets, strict=True):
        notes += clip.notes
        placed = place_camera(view.calibrated, clip.size_px, clip.path, turn)
        notes += placed.notes
        cameras.append(placed.camera)
        shown.append(RedrawnClip(clip, placed) if placed.redraws else clip)
        opened.append(Opened(placed.quarter_turns, view.calibrated.quarter_turns % 4, placed.maps is not None, *late, frames))
    _check_places(cameras, path)
    names = tuple(view.name for view in views)
    own_clock = next((view.name for view in views if clock and clock in (view.name, view.other_name)), clock)
    timeline = align(names, clips, offsets, own_clock, delays)
    info = SourceInfo(
        path=str(path),
        format=layout.format,
        camera_names=names,
        frame_count=len(timeline.places),
        sizes_px=tuple(clip.size_px for clip in shown),
        fps=timeline.fps,
        notes=(*notes, *timeline.notes),
        opened=tuple(opened),
        timed=timeline.timed,
        rounded_s=timeline.rounded_s,
        clock=names[timeline.clock],
    )
    return Recording(info, cameras, shown, timeline, read_ahead)


def _check_places(cameras: Sequence[Camera], path: Path) -> None:
    """CalibrationError where two cameras stand at one place and look the same way: one has the other's numbers."""
    for place, camera in enumerate(cameras):
        for other in cameras[:place]:
            apart_mm = float(np.linalg.norm(camera.center_world_mm - other.center_world_mm))
            if apart_mm < SAME_PLACE_MM and np.abs(camera.R_world_to_cam - other.R_world_to_cam).max() < SAME_TURN:
                raise CalibrationError(
                    "{path}: cameras {camera} and {other} stand at the same place and look the same way; one of them has the "
                    "other's calibration, or none.",
                    path=path, camera=other.name, other=camera.name,
                )  # fmt: skip
