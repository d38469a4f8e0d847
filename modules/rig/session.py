"""Calibration step by step, as the wizard does it: look at the videos, solve, save."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from modules.core.calibrating import Calibrated, Look
from modules.core.errors import Note, SourceError
from modules.core.geometry import project
from modules.core.people2d import FindPeople2D, People2D
from modules.core.protocols import FrameSource
from modules.core.types import FrameSet

from .anchor import Anchored
from .body import at
from .calibrate import from_people, step_of
from .from_people import Grown
from .write import write_calibration

#: People who keep within this of one place (standard deviation, mm) say too little of the cameras' angles.
WALKED_MM = 350.0
#: Less explained than this, and people whose fronts contradict one another more than this, are doubtful.
EXPLAINED, HANDED = 0.6, 0.75
#: The file's name beside the videos.
STEM = "calibration_from_people"


class CalibrationSession:
    """Implements ``modules.core.calibrating.Calibrating``.

    Args:
        open_videos: videos without a calibration → their frames in step. make_finder: loads the 2D network.
    """

    def __init__(self, open_videos: Callable[[Sequence[Path]], FrameSource], make_finder: Callable[[], FindPeople2D]) -> None:
        self._open_videos, self._make_finder = open_videos, make_finder
        self._find: FindPeople2D | None = None
        self._people: list[People2D] = []
        self._source: FrameSource | None = None
        self._found: Anchored | None = None
        self._folder = Path()

    def look(self, videos: Sequence[Path], show: Callable[[Look], bool]) -> None:
        """See ``Calibrating.look``."""
        self._people, self._found, self._folder = [], None, Path(videos[0]).parent
        source = self._open_videos(videos)
        try:
            self._find = self._find or self._make_finder()
            step = step_of(source)
            total = len(range(0, len(source), step))
            seen = shared = np.zeros(len(source.cameras), int)
            for index in range(0, len(source), step):
                frame = source.read(index)
                people = self._find(frame, None)
                self._people.append(people)
                there = np.array([len(view) > 0 for view in people.views])
                seen, shared = seen + there, shared + (there & (there.sum() > 1))
                shot = Look(
                    source.info.camera_names, len(self._people), total, frame.images, people.views,
                    tuple(seen.tolist()), tuple(shared.tolist()),
                )  # fmt: skip
                if not show(shot):
                    return
            self._cameras, self._step = source.cameras, step
            self._keep(source)
        finally:
            source.close()

    def solve(self, height_mm: float | None) -> Calibrated:
        """See ``Calibrating.solve``."""
        if len(self._people) < 2:
            raise SourceError("Choose the videos first.")
        rig, found = from_people(self._cameras, self._people, False, height_mm)
        self._found = found
        notes, doubtful = _judged(rig, found, height_mm)
        drawn = self._drawn(rig, found)
        images = self._shown.images
        return Calibrated(found.cameras, _paths(rig, found), notes, doubtful, images, drawn)

    def save(self) -> Path:
        """See ``Calibrating.save``."""
        if self._found is None:
            raise SourceError("Choose the videos first.")
        write_calibration(self._found.cameras, self._folder, STEM)
        return self._folder

    def _keep(self, source: FrameSource) -> None:
        """The instant that shows most people in most views, for the picture of the outcome."""
        counts = [sum(len(view) for view in people.views) for people in self._people]
        self._best = int(np.argmax(counts))
        self._shown: FrameSet = source.read(self._best * self._step)

    def _drawn(self, rig: Grown, found: Anchored) -> tuple[np.ndarray, ...]:
        near = np.abs(rig.seen.frame - self._best)
        rows = np.flatnonzero(near == near.min())
        return tuple(project(found.joints_world_mm[rows], camera)[0] for camera in found.cameras)


def _paths(rig: Grown, found: Anchored) -> tuple[np.ndarray, ...]:
    hips = (found.joints_world_mm[:, at("left_hip"), :2] + found.joints_world_mm[:, at("right_hip"), :2]) / 2
    out = []
    for person in np.unique(found.identity):
        mine = np.flatnonzero(found.identity == person)
        path = hips[mine[np.argsort(rig.seen.frame[mine])]]
        out.append(path[np.isfinite(path).all(1)])
    return tuple(out)


def _judged(rig: Grown, found: Anchored, height_mm: float | None) -> tuple[tuple[Note, ...], bool]:
    """Sentences on how good a calibration is, the warnings first."""
    warnings: list[Note] = []
    paths = _paths(rig, found)
    walked = max((float(np.sqrt(np.var(path, axis=0).min())) for path in paths if len(path) > 3), default=0.0)
    if walked < WALKED_MM:
        warnings.append(Note(
            "People hardly left one place or one line, so angles may be wrong by degrees. Film someone who walks a figure of "
            "eight through the whole room."
        ))  # fmt: skip
    if rig.explained < EXPLAINED:
        warnings.append(Note(
            "Only {share:.0f} % of what the cameras saw of people fits. Film fewer people, in light clothes before a dark wall "
            "or the other way round, with all cameras started before they come in.",
            share=100 * rig.explained,
        ))  # fmt: skip
    if rig.handed < HANDED:
        warnings.append(Note(
            "People's fronts and backs contradict each other. Film someone nearer to the cameras, seen from head to foot."
        ))  # fmt: skip
    if height_mm is None:
        unit = Note(
            "Lengths are right to {percent:.0f} %; with a person's height they are to 2 %.", percent=100 * found.scale_sd
        )
    else:
        unit = Note("Lengths are right to {percent:.0f} %.", percent=100 * found.scale_sd)
    good = Note(
        "{people} people were followed; {share:.0f} % of what was seen of them fits.",
        people=len(np.unique(found.identity)), share=100 * rig.explained,
    )  # fmt: skip
    return (*warnings, good, unit), bool(warnings)
