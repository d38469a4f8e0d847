"""Videos without any calibration, as a recording: what calibration starts from. Lenses are guessed and stand nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from modules.core.errors import SourceError
from modules.core.files import exists, expanded
from modules.core.geometry import guessed_camera
from modules.core.types import Opened, SourceInfo

from .clips import Clip
from .layouts.common import frame_files, need_frames, of_one_name, subfolder
from .naming import natural_key, title_of
from .recordings import Recording
from .timing import align
from .video import VideoClip

FORMAT = "uncalibrated"


def video_files(path: Path) -> list[Path]:
    """The videos of a recording's folder, in natural order; SourceError if there are none."""
    below = (subfolder(path, name) for name in ("videos", "synchronized_videos", "hdVideos"))
    for folder in (path, *(found for found in below if found)):
        found = [entry for entry in frame_files(folder) if not entry.is_dir()]
        if found:
            return sorted(found, key=lambda entry: natural_key(entry.name))
    return need_frames(path)


def open_uncalibrated(
    paths: Sequence[str | Path],
    delay_ms: Mapping[str, int] | None = None,
    drift_ppm: Mapping[str, int] | None = None,
    read_ahead: int = 4,
    frame_offsets: Mapping[str, int] | None = None,
) -> Recording:
    """Opens videos, one a camera, named after their files; or the videos of one folder.

    Raises:
        SourceError: fewer than two, one that is named twice, two of one name, one that can't be decoded, or somebody is said
            to be late who is none of them.
    """
    files = [expanded(path) for path in paths]
    if len(files) == 1 and files[0].is_dir():
        files = video_files(files[0])
    gone = [file for file in files if not exists(file)]
    if len(gone) > 1:
        raise SourceError("These files are missing: {files}.", files=", ".join(map(str, gone)))
    for n, file in enumerate(files):
        if file.resolve() in {other.resolve() for other in files[:n]}:
            raise SourceError("{file} was named twice. Calibration needs the videos of all cameras, each once.", file=file)
    names = tuple(title_of(file) for file in files)
    if len(files) < 2:
        raise SourceError("Calibration needs the videos of two cameras at least, each with a name of its own.")
    for name in names:
        same = [file for file, other in zip(files, names, strict=True) if other == name]
        if len(same) > 1:
            raise of_one_name(same)
    clips: list[Clip] = []
    try:
        for file in files:
            clips.append(VideoClip(file))
        late, drift, frames = (_of_names(names, told or {}) for told in (delay_ms, drift_ppm, frame_offsets))
        delays = [(ms / 1e3, ppm / 1e6) for ms, ppm in zip(late, drift, strict=True)]
        timeline = align(names, clips, frames, delays=delays)
    except SourceError:
        for clip in clips:
            clip.close()
        raise
    cameras = [guessed_camera(name, clip.size_px) for name, clip in zip(names, clips, strict=True)]
    info = SourceInfo(
        str(files[0].parent), FORMAT, names, len(timeline.places), tuple(c.size_px for c in clips), timeline.fps,
        timeline.notes, timed=timeline.timed, rounded_s=timeline.rounded_s, clock=names[timeline.clock],
        opened=tuple(Opened(late_s=s, drift=d, late_frames=n) for (s, d), n in zip(delays, frames, strict=True)),
    )  # fmt: skip
    return Recording(info, cameras, clips, timeline, read_ahead)


def _of_names(names: Sequence[str], told: Mapping[str, int]) -> list[int]:
    """A number for each camera, 0 where none is told; SourceError for a name that there is not."""
    for name in told:
        if name not in names:
            raise SourceError("{camera} is none of the cameras {known}.", camera=name, known=", ".join(names))
    return [told.get(name, 0) for name in names]
