"""How fast frames are read, beside OpenCV's reader on the same files, taking turns; and whether the pixels are the same.

python -m modules.evaluation.speed.decoding --recording DIR
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from modules.evaluation.common.options import demo_root, positive
from modules.focus.video import VIDEO_SUFFIXES, VideoClip


def main(arguments: list[str] | None = None) -> int:
    """Prints ms a frame of both readers, and the largest difference between their pixels."""
    parser = argparse.ArgumentParser(prog="python -m modules.evaluation.speed.decoding", description=__doc__.splitlines()[0])
    parser.add_argument("--recording", type=Path, default=demo_root() / "Demo_MultiPerson")
    parser.add_argument("--frames", type=positive, default=100)
    parser.add_argument("--rounds", type=positive, default=3)
    options = parser.parse_args(arguments)
    videos = sorted(path for path in options.recording.rglob("*") if path.suffix.lower() in VIDEO_SUFFIXES)
    ours, opencv = [], []
    for _ in range(options.rounds):
        for video in videos:
            ours.append(_timed(_read_ours, video, options.frames))
            opencv.append(_timed(_read_opencv, video, options.frames))
    print(f"{'':<10} {'ms a frame':>10} {'CPU ms':>8}   (median of {options.rounds} rounds over {len(videos)} videos)")
    for name, times in (("here", ours), ("OpenCV", opencv)):
        wall, cpu = np.median(np.array(times), axis=0)
        print(f"{name:<10} {wall:>10.2f} {cpu:>8.2f}")
    worst = max(_difference(video, min(options.frames, 20)) for video in videos)
    print(f"largest difference of a pixel: {worst} of 255")
    return 0


def _timed(read: Callable[[Path, int], Iterator[np.ndarray]], video: Path, count: int) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    done = sum(1 for _ in read(video, count))
    return (time.perf_counter() - wall) / done * 1e3, (time.process_time() - cpu) / done * 1e3


def _read_ours(video: Path, count: int) -> Iterator[np.ndarray]:
    clip = VideoClip(video)
    for index in range(min(count, clip.frame_count)):
        yield clip.read(index)
    clip.close()


def _read_opencv(video: Path, count: int) -> Iterator[np.ndarray]:
    capture = cv2.VideoCapture(str(video), cv2.CAP_FFMPEG)
    for _ in range(count):
        there, image = capture.read()
        if not there:
            break
        yield cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
    capture.release()


def _difference(video: Path, count: int) -> int:
    pairs = zip(_read_ours(video, count), _read_opencv(video, count), strict=True)
    return max(int(np.abs(mine.astype(int) - other).max()) for mine, other in pairs)


if __name__ == "__main__":
    sys.exit(main())
