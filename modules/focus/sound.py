"""A video's sound, mono, from its first frame on."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from modules.core.errors import SourceError

#: Samples a second that are enough to compare tracks.
RATE_HZ = 8000


def read_sound(path: Path) -> np.ndarray | None:
    """float32 [N], samples at ``RATE_HZ``, the first at the time of the video's first frame; None: the video has no sound.

    Raises:
        SourceError: the file can't be read.
    """
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                return None
            stream = container.streams.audio[0]
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
            parts, begins = [], None
            for frame in container.decode(stream):
                if begins is None and frame.pts is not None:
                    begins = float(frame.pts * frame.time_base)
                parts += [f.to_ndarray().ravel() for f in resampler.resample(frame)]
            parts += [f.to_ndarray().ravel() for f in resampler.resample(None)]
            video = container.streams.video[0] if container.streams.video else None
            first = 0.0 if video is None or video.start_time is None else float(video.start_time * video.time_base)
    except (av.error.FFmpegError, OSError) as error:
        raise SourceError("Can't read the sound of {file}: {reason}.", file=path, reason=error) from error
    if not parts:
        return None
    samples = np.concatenate(parts).astype(np.float32)
    skip = round((first - (begins or 0.0)) * RATE_HZ)
    return samples[skip:] if skip >= 0 else np.concatenate([np.zeros(-skip, np.float32), samples])
