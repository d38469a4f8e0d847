"""Mending step by step, as the window does it: look at the open recording, mend, compare, save."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from modules.core.calibrating import Look, Mended, Saved
from modules.core.errors import Note, SourceError
from modules.core.geometry import project
from modules.core.people2d import FindPeople2D, People2D
from modules.core.types import Camera, FrameSet
from modules.rig.adjust.tracklets import SURE, follow
from modules.rig.looking import look_through, step_of
from modules.rig.mend.mending import CameraChange, Mend, best_joints, everyone, mend
from modules.rig.seen.body import COCO_JOINTS
from modules.rig.sync.clocks import as_taken
from modules.rig.to_mend import ToMend
from modules.rig.write import WRITERS, write_calibration

#: The new file's name without its ending; a number follows where there is one already.
STEM = "calibration_mended"


class MendSession:
    """Implements ``modules.core.calibrating.Mending``.

    Args:
        open_source: the recording that the window has open, its rig checked. make_finder: loads the 2D network.
        folder: for the new file.
    """

    def __init__(self, open_source: Callable[[], ToMend], make_finder: Callable[[], FindPeople2D], folder: Path) -> None:
        self._open_source, self._make_finder, self._folder = open_source, make_finder, folder
        self._people: list[People2D] = []
        self._cameras: tuple[Camera, ...] = ()
        self._found: Mend | None = None
        self._path = Path()

    def look(self, show: Callable[[Look], bool]) -> None:
        """See ``Mending.look``."""
        self._people, self._found = [], None
        self._asked = self._open_source()
        source = self._asked.source
        try:
            self._asked.refuse_faulty()
            find, best = self._asked.upright(self._make_finder()), -1
            self._cameras, self._path = source.cameras, Path(source.info.path)
            for frame, people, go_on in look_through(source, find, step_of(source), show):
                self._people.append(people)
                telling = sum(100 * (len(view) > 0) + len(view) for view in people.views)
                if telling > best:
                    best = telling
                    self._shown: tuple[FrameSet, int] = frame, len(self._people) - 1
                if not go_on:
                    return
        finally:
            source.close()

    def solve(self) -> Mended:
        """See ``Mending.solve``."""
        if not self._people:
            raise SourceError("Open a recording first.")
        found = self._found = mend(self._cameras, as_taken(self._people, self._asked.source.info))
        frame, place = self._shown
        seen = [
            np.where(view[:, COCO_JOINTS, 2:] >= SURE, view[:, COCO_JOINTS, :2], np.nan).astype(float)
            for view in self._people[place].views
        ]
        before, after = (self._drawn(cameras, place) for cameras in (found.given, found.cameras))
        return Mended(notes_of(found), found.better, frame.images, before, after, tuple(seen))

    def save(self) -> Saved:
        """See ``Mending.save``."""
        if self._found is None or not self._found.better:
            raise SourceError("There is nothing to keep: the calibration was not changed.")
        name, number = STEM, 2
        while (self._folder / WRITERS["pose2sim"][0][0].format(stem=name)).exists():
            name, number = f"{STEM}_{number}", number + 1
        (path,) = write_calibration(
            self._asked.in_the_file(self._found.cameras), self._folder, name, own=self._asked.own_keys,
            made_from=self._asked.made_from,
        )  # fmt: skip
        return Saved(self._path, {"SOURCE.CALIBRATION": str(path.resolve())})

    def _drawn(self, cameras: Sequence[Camera], place: int) -> tuple[np.ndarray, ...]:
        """Everybody at one instant where a calibration puts them, float64 [P, 13, 2] in each view."""
        tracklets = [t for view in range(len(cameras)) for t in follow(self._people, view)]
        seen = everyone(tracklets, cameras)
        near = np.abs(seen.frame - place)
        joints = best_joints(cameras, seen.take(near == near.min()))
        return tuple(project(joints, camera)[0] for camera in cameras)


def notes_of(found: Mend) -> tuple[Note, ...]:
    """Sentences on what mending changed; the verdict first, and what speaks against it."""
    if found.better:
        verdict = Note(
            "At times that were not used, people are now {after:.1f} px from where the calibration puts them, before it was "
            "{before:.1f} px.",
            after=found.after_px, before=found.before_px,
        )  # fmt: skip
    elif found.worse:
        verdict = Note(
            "What fits the others better fits {cameras} worse ({before:.1f} → {after:.1f} px, at times that were not used), so "
            "nothing was changed: that camera shows something else. Look at whether it runs in step and whether it was moved.",
            cameras=", ".join(found.worse), **_pixels_of(found, found.worse[0]),
        )  # fmt: skip
    elif found.unsure:
        verdict = Note(
            "At times that were not used, people are {after:.1f} px from where the calibration would put them, now it is "
            "{before:.1f} px; but these are so few that it may be chance, so nothing was changed. Mend a longer recording.",
            after=found.after_px, before=found.before_px,
        )  # fmt: skip
    else:
        verdict = Note(
            "The people can't make this calibration better ({before:.1f} px before, {after:.1f} px after, at times that were "
            "not used), so nothing was changed.",
            after=found.after_px, before=found.before_px,
        )  # fmt: skip
    caution = found.caution
    return (verdict, *([] if caution is None else [caution]), *(_changed(change) for change in found.changes))


def _pixels_of(found: Mend, camera: str) -> dict[str, float]:
    (change,) = (c for c in found.changes if c.name == camera)
    return {"before": change.before_px, "after": change.after_px}


def _changed(c: CameraChange) -> Note:
    values = {
        "camera": c.name, "turned": c.turned_deg, "turned_sd": c.turned_sd_deg, "moved": c.moved_mm, "moved_sd": c.moved_sd_mm,
        "zoomed": 100 * c.zoomed, "before": c.before_px, "after": c.after_px,
    }  # fmt: skip
    if c.told:
        return Note(
            "{camera}: turned {turned:.2f}° ± {turned_sd:.2f}°, moved {moved:.0f} ± {moved_sd:.0f} mm, zoomed {zoomed:+.1f} %; "
            "{before:.1f} → {after:.1f} px",
            **values,
        )
    return Note("{camera}: people say too little of it; {before:.1f} → {after:.1f} px", **values)
