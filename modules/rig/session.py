"""Calibration step by step, as the wizard does it: look at the videos, solve, save."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from modules.core.calibrating import Calibrated, Look, Pictures, Saved
from modules.core.errors import Note, SourceError
from modules.core.geometry import project
from modules.core.people2d import FindPeople2D, People2D
from modules.core.protocols import FrameSource
from modules.core.types import FrameSet
from modules.rig.calibrate import from_people
from modules.rig.in_file import own_keys
from modules.rig.looking import look_through, step_of
from modules.rig.people.anchor import Anchored
from modules.rig.people.from_people import GUESSED, Grown
from modules.rig.people.judgement import judged, paths_of
from modules.rig.sync.clocks import in_step, who_is_late
from modules.rig.sync.delays import Step, as_shown, beyond_given, by_event
from modules.rig.tables import made_from_people
from modules.rig.write import refuse_existing, write_calibration

#: The file's name beside the videos.
STEM = "calibration_from_people"


class CalibrationSession:
    """Implements ``modules.core.calibrating.Calibrating``.

    Args:
        open_videos: videos without a calibration → their frames. make_finder: loads the 2D network.
        read_sounds: videos → camera's name → its sound (None: it has none), and samples a second; None: sound isn't asked.
        calibrations_in: folder → the calibrations' files that are there: a second one would keep the folder from being opened.
    """

    def __init__(
        self, open_videos: Callable[[Sequence[Path]], FrameSource], make_finder: Callable[[], FindPeople2D],
        read_sounds: Callable[[Sequence[Path]], tuple[Mapping[str, np.ndarray | None], int]] | None = None,
        calibrations_in: Callable[[Path], Sequence[Path]] = lambda _folder: (),
    ) -> None:  # fmt: skip
        self._calibrations_in = calibrations_in
        self._open_videos, self._make_finder, self._read_sounds = open_videos, make_finder, read_sounds
        self._videos: tuple[Path, ...] = ()
        self._steps: tuple[Step, ...] = ()
        self._find: FindPeople2D | None = None
        self._people: list[People2D] = []
        self._source: FrameSource | None = None
        self._found: Anchored | None = None
        self._folder = Path()

    def look(self, videos: Sequence[Path], show: Callable[[Look], bool]) -> None:
        """See ``Calibrating.look``."""
        self._people, self._found, self._videos = [], None, ()
        self._folder = Path(videos[0]).parent
        self._refuse_calibrated()
        source = self._open_videos(videos)
        try:
            self._find = self._find or self._make_finder()
            step = step_of(source)
            for _, people, go_on in look_through(source, self._find, step, show):
                self._people.append(people)
                if not go_on:
                    return
            self._cameras, self._step, self._info = source.cameras, step, source.info
            self._keep(source)
            self._videos = tuple(Path(video) for video in videos)
        finally:
            source.close()

    def pictures(self, share: float) -> Pictures:
        """See ``Calibrating.pictures``."""
        self._need_videos()
        source = self._open_videos(self._videos)
        try:
            frame = round(share * (len(source) - 1))
            return Pictures(source.info.camera_names, frame, len(source) - 1, source.read(frame).images)
        finally:
            source.close()

    def solve(self, height_mm: float | None, marks: Mapping[str, int] | None = None) -> Calibrated:
        """See ``Calibrating.solve``."""
        self._need_videos()
        self._found = None
        self._steps, said = self._clocks(marks or {})
        shown = as_shown(self._steps, self._info.rounded_s)
        rig, found = from_people(self._cameras, in_step(self._people, shown), False, height_mm)
        self._found = found
        notes, doubtful = judged(rig, found, height_mm)
        return Calibrated(
            found.cameras,
            paths_of(rig, found),
            (*notes, said, *self._info.notes),
            doubtful,
            self._images(),
            self._drawn(rig, found),
        )

    def save(self) -> Saved:
        """See ``Calibrating.save``."""
        if self._found is None:
            raise SourceError("Choose the videos first.")
        write_calibration(
            self._found.cameras,
            self._folder,
            STEM,
            own=own_keys(self._info, self._steps),
            made_from=made_from_people(self._found),
        )
        return Saved(self._folder, {})

    def _refuse_calibrated(self) -> None:
        """Before the long look: what is found could not be saved here, or the folder not be opened with it."""
        there = self._calibrations_in(self._folder)
        if there:
            raise SourceError(
                "These videos have a calibration already: {file}. Open their folder to use it, and mend it with Tools → Mend "
                "the calibration; move it out of the folder to calibrate them anew.",
                file=there[0],
            )  # fmt: skip
        refuse_existing(self._folder, STEM)

    def _need_videos(self) -> None:
        if not self._videos or len(self._people) < 2:
            raise SourceError("Choose the videos first.")

    def _clocks(self, marks: Mapping[str, int]) -> tuple[tuple[Step, ...], Note]:
        """Who is late, and a sentence about it: by a clap that was marked, by sound, else by how people move."""
        names = [camera.name for camera in self._cameras]
        if len(marks) > 1:
            frame_s = 1 / self._info.fps
            marked = by_event(names, {name: frame * frame_s for name, frame in marks.items()}, frame_s)
            steps = beyond_given(marked, self._info)
            return steps, _said(steps, Note("the clap that was marked"))
        heard = None if self._read_sounds is None else self._read_sounds(self._videos)
        steps, by = who_is_late(self._cameras, self._people, GUESSED, self._info, heard)
        return steps, _said(steps, by)

    def _keep(self, source: FrameSource) -> None:
        """The instant that shows most people in most views, for the picture of the outcome."""
        counts = [sum(len(view) for view in people.views) for people in self._people]
        self._best = int(np.argmax(counts))
        self._shown: FrameSet = source.read(self._best * self._step)

    def _images(self) -> tuple[np.ndarray, ...]:
        """The pictures of the outcome, each camera's at its own time."""
        shown = as_shown(self._steps, self._info.rounded_s)
        if not any(step.offset_s for step in shown):
            return self._shown.images
        source = self._open_videos(self._videos)
        try:
            at = [self._best * self._step + round(s.offset_s * self._info.fps) for s in shown]
            return tuple(source.read(min(max(n, 0), len(source) - 1)).images[v] for v, n in enumerate(at))
        finally:
            source.close()

    def _drawn(self, rig: Grown, found: Anchored) -> tuple[np.ndarray, ...]:
        near = np.abs(rig.seen.frame - self._best)
        rows = np.flatnonzero(near == near.min())
        return tuple(project(found.joints_world_mm[rows], camera)[0] for camera in found.cameras)


def _said(steps: Sequence[Step], by: Note) -> Note:
    """A sentence on who is late."""
    late = [f"{step.camera} {1e3 * step.offset_s:+.0f} ms" for step in steps if round(1e3 * step.offset_s)]
    if late:
        return Note("Cameras were put in step by {by} (+: late, -: early): {late}.", by=by, late=", ".join(late))
    return Note("The cameras run in step, as far as {by} can tell.", by=by)
