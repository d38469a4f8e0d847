"""The rig check: from a few frames' 2D people to a report of what is right, wrong and unknown about a rig.

Nothing of the configured room is used. What is certain is to be applied, what is likely proposed with the exact option, what
contradicts refused; where there are too few people the report says that it could not tell.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from modules.core.errors import Note, UserError
from modules.core.geometry import turned_camera
from modules.core.people2d import FindPeople2D, People2D
from modules.core.protocols import FrameSource
from modules.core.rig import CameraCheck, Finding, RigReport, Subject, Verdict
from modules.core.types import Camera, FrameSet
from modules.rig.check import sentences
from modules.rig.check.apply import scaled
from modules.rig.check.disagreement import all_agree, disagreement, whose_own
from modules.rig.check.hypotheses import (
    EXPLAINED,
    Comparison,
    Explained,
    as_it_is,
    best_of,
    beyond_doubt,
    hypotheses,
    odd_one_out,
    rarer_hypotheses,
    unexplained,
)  # fmt: skip
from modules.rig.check.offsets import Motion, Offset, read_exactly
from modules.rig.check.permuted import permuted
from modules.rig.check.turns import quarter_turns_held, quarter_turns_seen, sees_sure_people
from modules.rig.seen.level import FLOOR_SNAP_MM, Up, find_floor, find_unit, find_up, find_world, guess_floor
from modules.rig.seen.pictures import Stills, Twins, coarse

#: Frames spread over the recording, those of them that faults are looked for in, and that are tried with every view turned.
SPREAD, COMPARED, TURNED = 20, 10, 4
#: Frames close together that tell whether cameras are in step, the seconds between them, the longest shift tried, frames, and
#: with fewer of them nothing is said, nor where they last less long, s: of the demo's clips of half a second one in four seemed
#: to have a late camera, of those of a second none.
CLOSE, STEP_S, LONGEST, FEWEST_CLOSE, FEWEST_CLOSE_S = 28, 0.06, 22, 8, 0.9
#: Fewer people than this, seen by two views, over all frames say nothing about a rig.
FEWEST_MATCHED = 4
#: With so many people in frames that are far apart those alone are used for up, floor and unit.
ENOUGH_MATCHED = 12
#: A camera is out of step from this many frames and seconds on: motion tells to within a frame, so that less is no news.
OUT_OF_STEP, OUT_OF_STEP_S = 1.25, 0.025
#: … of frames that last so long, s; of shorter ones as much more as they are shorter (the demo's clips of one second are off by
#: twice as much as those of one and a half).
LONG_S = 1.5
#: Two cameras nearer than this share of the rig's size that look the same way are one.
SAME_PLACE = 1e-3
#: The brightest hundredth of an image is below this (of 255) where it is too dark.
DARK = 50.0


@dataclass
class _Looked:
    """2D people of frames that were looked at, and what the images themselves tell."""

    twins: Twins
    stills: Stills
    found: dict[int, People2D] = field(default_factory=dict)
    brightness: list[list[float]] = field(default_factory=list)


class RigCheck:
    """One run of the check.

    Args:
        source: the recording; some fifty of its frames are held in memory, so they had better be small. It is read on another
            thread. find_people: the 2D network.
        progress: called with the share that is done, 0–1; what it raises ends the check.
        frames: those that may be looked at, a stretch of the recording; None: all.
    """

    def __init__(
        self,
        source: FrameSource,
        find_people: FindPeople2D,
        progress: Callable[[float], None] | None = None,
        frames: range | None = None,
    ) -> None:
        self._source, self._find = source, find_people
        self._stretch = range(len(source)) if frames is None else frames
        self._cameras = tuple(source.cameras)
        self._progress = progress or (lambda share: None)
        self._looked = _Looked(Twins(len(self._cameras)), Stills(len(self._cameras)))
        self._frames: dict[int, Future[FrameSet]] = {}
        self._turns: tuple[int, ...] = (0,) * len(self._cameras)
        self._done = self._to_read = 0

    def run(self) -> RigReport:
        """Looks at the frames and says what they tell.

        Raises:
            SourceError: a frame can't be read.
        """
        start = time.perf_counter()
        static = sentences.about_cameras(self._cameras, same_places(self._cameras))
        if len(self._cameras) < 2 or static:
            report = RigReport((), 0, self._checks(None, None), static)
            return replace(report, seconds=time.perf_counter() - start, quarter_turns=self._turns)
        close = self._close_frames()
        few = len(self._stretch) <= 2 * (close.stop - close.start)
        among = close if few else self._stretch
        apart = [among[n] for n in spread(len(among), SPREAD)]
        frames = sorted({*apart, *close})  # in one go forward: going back costs decoding
        self._to_read = len(frames)
        with ThreadPoolExecutor(1, "rig frames") as reader:  # while the 2D network is loaded and looks at those before
            try:
                self._frames = {index: reader.submit(self._source.read, index) for index in frames}
                self._look(frames)
                seen_turned = self._try_turns(apart)
            finally:
                reader.shutdown(wait=False, cancel_futures=True)
                self._frames = {}
        report = self._judge(self._look(apart), close, seen_turned)
        return replace(report, seconds=time.perf_counter() - start)

    def _close_frames(self) -> range:
        """Frames close together in the middle of those that may be looked at."""
        count = len(self._stretch)
        step = max(1, round(self._fps * STEP_S))
        close = max(1, min(CLOSE, (count - 1) // step + 1))
        first = self._stretch.start + (count - 1 - (close - 1) * step) // 2
        return range(first, first + (close - 1) * step + 1, step)

    def _try_turns(self, apart: Sequence[int]) -> tuple[int, ...]:
        """Quarter turns at which the 2D network sees people best; where that is not upright, all is looked at again."""
        some = [apart[n] for n in spread(len(apart), TURNED)]
        upright = self._look(some)
        if all(sees_sure_people(upright, view) for view in range(len(self._cameras))):
            return self._turns
        self._to_read += 3 * len(some)
        tried = [upright] + [
            [self._find(self._read(index), (turn,) * len(self._cameras)) for index in some] for turn in (1, 2, 3)
        ]
        turns = quarter_turns_seen(tried)
        if any(turns):
            self._turns = turns
            again = sorted(self._looked.found)
            self._looked.found.clear()
            self._to_read += len(again)
            self._look(again)
        return turns

    def _look(self, frames: Sequence[int]) -> list[People2D]:
        """2D people of these frames; each frame is looked at once."""
        for index in frames:
            if index not in self._looked.found:
                self._looked.found[index] = self._find(self._read(index), self._turns if any(self._turns) else None)
        return [self._looked.found[index] for index in frames]

    def _read(self, index: int) -> FrameSet:
        self._done += 1
        self._progress(min(self._done / max(self._to_read, 1), 0.95))
        frame = self._frames[index].result()
        pictures = coarse(frame)
        self._looked.brightness.append(
            [
                np.nan if gone else float(np.percentile(picture, 99))
                for picture, gone in zip(pictures, frame.missing, strict=True)
            ]
        )
        self._looked.twins.add(pictures, frame.missing)
        self._looked.stills.add(pictures, frame.missing)
        return frame

    def _judge(self, people: Sequence[People2D], close: range, seen_turned: tuple[int, ...]) -> RigReport:
        frames = tuple(self._looked.found)
        compared = Comparison([people[n] for n in spread(len(people), COMPARED)], self._cameras)
        [as_is] = compared.explain([as_it_is(self._cameras)])
        twins = self._looked.twins.groups()
        fault = None if twins else self._fault(compared, as_is)
        offsets, moves = self._offsets(close)
        least = max(OUT_OF_STEP, OUT_OF_STEP_S * self._fps) * max(1.0, LONG_S * self._fps / max(close[-1] - close[0], 1))
        late = [o is not None and o.is_certain and abs(o.late_s) * self._fps > least for o in offsets]
        dark = too_dark(np.array(self._looked.brightness))
        if fault is not None and any(late[view] for view in fault.hypothesis.views) and len(fault.hypothesis.views) == 1:
            fault = None  # a camera that agrees at another time is late and nothing else
        good = fault or as_is
        points = good.matched.points
        if fault is not None:
            findings = [sentences.about_fault(fault, self._cameras)]
        elif twins:
            findings = [sentences.about_copy(self._cameras, views, whose_own(as_is, views)) for views in twins]
        else:
            findings = self._disagreements(as_is, late, dark)
        doubtful = good.together.sum() < EXPLAINED * good.seen.sum()  # what is seen in the dark is mostly nobody
        checks = self._checks(as_is, offsets)
        plain = RigReport(frames, len(points), checks, tuple(findings), quarter_turns=self._turns)
        if len(points) < FEWEST_MATCHED or (np.sum(~dark) < 2 and doubtful):
            if not findings or (dark.any() and not twins):
                return replace(plain, findings=(sentences.too_few(self._cameras, as_is, dark),))
            return plain
        if fault is None and any(len(f.cameras) > 1 and f.verdict is Verdict.CONTRADICTED for f in findings):
            return plain  # whose people are in space is not known
        if dark.any():
            findings.append(sentences.too_dark(self._cameras, dark))
        agree = not any(finding.subject is not Subject.EXPOSURE for finding in findings)
        most = self._longest(close)
        findings += sentences.about_time(self._cameras, offsets, self._fps, least, agree, moves, most)
        findings += sentences.about_stills(self._cameras, self._looked.stills.views())
        findings += sentences.too_seldom(self._cameras, as_is.seen, dark)
        return self._level(good, self._people_of(good, people), as_is, offsets, findings, seen_turned, frames)

    def _fault(self, compared: Comparison, as_is: Explained) -> Explained | None:
        """The one fault that explains what is seen."""
        if beyond_doubt(as_is) or all_agree(as_is):
            return None  # no hypothesis need be tried, which takes as long as all else
        fault = best_of([as_is, *compared.explain([*hypotheses(self._cameras)])])
        rarer = [*rarer_hypotheses(self._cameras, unexplained(as_is))] if fault is None else []
        if rarer:
            fault = best_of([as_is, *compared.explain(rarer)])
        return permuted(compared, as_is) if fault is None else fault

    def _disagreements(self, as_is: Explained, late: Sequence[bool], dark: np.ndarray) -> list[Finding]:
        """Cameras that do not agree, without a fault that would explain it, and that are not just late."""
        odd = odd_one_out(as_is)
        if odd is not None:
            return [] if late[odd] else [sentences.about_pose(self._cameras, odd, as_is)]
        if any(late):
            return []
        if len(self._cameras) == 2:
            return [sentences.two_disagree(self._cameras)] if disagree(as_is) else []
        found = disagreement(as_is, ~dark)
        if found is None:
            return []
        if len(found.views) == 1:
            return [sentences.about_pose(self._cameras, found.views[0], as_is)]
        return [sentences.about_disagreement(self._cameras, found)]

    def _people_of(self, good: Explained, apart: Sequence[People2D]) -> np.ndarray:
        """Points of the people that up, floor and unit are told from: of frames far apart, which err independently, if that is
        enough people; else of all frames."""
        for frames in (apart, list(self._looked.found.values())):
            points = Comparison(frames, self._cameras).explain([good.hypothesis])[0].matched.points
            if len(points) >= ENOUGH_MATCHED:
                break
        return points

    def _level(
        self,
        good: Explained,
        points: np.ndarray,
        as_is: Explained,
        offsets: Sequence[Offset | None],
        findings: list[Finding],
        seen_turned: tuple[int, ...],
        frames: tuple[int, ...],
    ) -> RigReport:
        factor, stature = find_unit(points)
        cameras = scaled(good.hypothesis.cameras, factor if np.isfinite(factor) else 1.0)
        up = self._find_up(points, cameras, seen_turned)
        held = quarter_turns_held(cameras, up.direction) if np.isfinite(up.direction).all() else (None,) * len(cameras)
        # where a camera is said to look from is no news of its picture if that is wrong
        wrong = {name for finding in findings if finding.verdict is Verdict.CONTRADICTED for name in finding.cameras}
        held = tuple(None if camera.name in wrong else turn for camera, turn in zip(self._cameras, held, strict=True))
        turns = tuple(h if s == 0 and h is not None else s for s, h in zip(seen_turned, held, strict=True))
        against = {n for f in findings if f.subject is Subject.TURNED for n in f.cameras}  # turning for the network is no cure
        told = [0 if camera.name in against else turn for camera, turn in zip(self._cameras, turns, strict=True)]
        findings += sentences.about_turns(self._cameras, told, seen_turned, held)
        findings += sentences.about_unit(factor, stature)
        report = RigReport(
            frames, len(points), self._checks(as_is, offsets), (), factor, quarter_turns=turns,
            stature_mm=stature * factor, up=up.direction, up_sd_deg=up.sd_deg,
        )  # fmt: skip
        points_mm = points * (factor if np.isfinite(factor) else 1.0)
        floor, levels = (
            find_floor(points_mm, up.direction) if np.isfinite(up.direction).all() else (float("nan"), (float("nan"),) * 2)
        )
        if up.snapped and abs(floor) < FLOOR_SNAP_MM:
            floor = 0.0
        findings += sentences.about_level(up, floor, levels)
        stand = floor if np.isfinite(floor) else guess_floor(points_mm, up.direction)
        world, space = find_world(points_mm, up.direction, stand, cameras) if np.isfinite(stand) else (None, None)
        ranks = (Verdict.CONTRADICTED, Verdict.PROPOSED, Verdict.APPLIED, Verdict.UNKNOWN, Verdict.SOUND)
        findings.sort(key=lambda finding: ranks.index(finding.verdict))
        return replace(report, findings=tuple(findings), floor_mm=floor, floor_range_mm=levels, world=world, space=space)

    def _find_up(self, points: np.ndarray, cameras: Sequence[Camera], turns: Sequence[int]) -> Up:
        """Up, with views that lie on their side put upright first."""
        return find_up(points, [turned_camera(camera, turn) for camera, turn in zip(cameras, turns, strict=True)])

    @property
    def _fps(self) -> float:
        fps = self._source.info.fps
        return fps if np.isfinite(fps) and fps > 0 else 30.0

    @staticmethod
    def _longest(close: range) -> int:
        """Frames of the longest shift that frames close together can tell."""
        return min(LONGEST, int(0.6 * len(close) * close.step))

    def _offsets(self, close: range) -> tuple[list[Offset | None], bool]:
        """How late each camera is, from frames close together (None: there are too few), and whether anybody moves."""
        if len(close) < FEWEST_CLOSE or (close[-1] - close[0]) / self._fps < FEWEST_CLOSE_S:
            return [None] * len(self._cameras), False
        longest = self._longest(close)
        shifts = np.arange(-longest, longest + 1) / self._fps
        frames, step_s = self._look(close), close.step / self._fps
        motion = Motion(frames, self._cameras, step_s)
        return list(read_exactly(motion.offsets(shifts), self._cameras, frames, step_s)), motion.moves

    def _checks(self, as_is: Explained | None, offsets: Sequence[Offset | None] | None) -> tuple[CameraCheck, ...]:
        checks = []
        for view, camera in enumerate(self._cameras):
            if as_is is None:
                checks.append(CameraCheck(camera.name, 0, float("nan"), float("nan"), float("nan")))
                continue
            missed = as_is.matched.miss_rad[:, view]
            share = missed / as_is.matched.size_rad[:, view, None]
            known = np.isfinite(missed)
            offset = offsets[view] if offsets else None
            checks.append(
                CameraCheck(
                    camera.name,
                    int(as_is.seen[view]),
                    float(as_is.shares[view]),
                    float(np.median(missed[known]) * 1e3) if known.any() else float("nan"),
                    float(np.median(share[known])) if known.any() else float("nan"),
                    float("nan") if offset is None else offset.late_s,
                    0.0 if offset is None else offset.certainty,
                )
            )
        return tuple(checks)


def too_dark(brightness: np.ndarray) -> np.ndarray:
    """bool [V]: the median of brightness float [N, V] is below DARK; NaN: no picture, of which nothing is said."""
    known = np.isfinite(brightness)
    return np.array([bool(k.any()) and np.median(view[k]) < DARK for view, k in zip(brightness.T, known.T, strict=True)])


def check_rig(
    source: FrameSource,
    find_people: FindPeople2D,
    progress: Callable[[float], None] | None = None,
    frames: range | None = None,
) -> RigReport:
    """The rig check of a recording, see ``RigCheck``; SourceError if a frame can't be read."""
    return RigCheck(source, find_people, progress, frames).run()


def unchecked(source: FrameSource, reason: UserError) -> RigReport:
    """The report of a check that can't be made."""
    finding = Finding(
        Subject.PEOPLE,
        Verdict.UNKNOWN,
        Note("The rig was not checked: {reason}", reason=Note(reason.template, **reason.values)),
    )
    cameras = tuple(CameraCheck(camera.name, 0, *(float("nan"),) * 3) for camera in source.cameras)
    return RigReport((), 0, cameras, (finding,), quarter_turns=(0,) * len(cameras))


def spread(count: int, wanted: int) -> list[int]:
    """At most ``wanted`` places spread over ``count``, without the very ends where there are enough."""
    if count <= wanted:
        return list(range(count))
    return [int((n + 0.5) * count / wanted) for n in range(wanted)]


def same_places(cameras: Sequence[Camera]) -> list[tuple[int, int]]:
    """Pairs of cameras that stand at one place and look the same way."""
    places = np.array([camera.center_world_mm for camera in cameras])
    size = max(float(np.linalg.norm(places - places.mean(0), axis=1).max()), 1e-9)
    return [
        (a, b)
        for a in range(len(cameras))
        for b in range(a + 1, len(cameras))
        if np.linalg.norm(places[a] - places[b]) < SAME_PLACE * size
        and np.abs(cameras[a].R_world_to_cam - cameras[b].R_world_to_cam).max() < 1e-3
    ]


def disagree(as_is: Explained) -> bool:
    """Whether two cameras that both show people find nearly nobody together."""
    return bool(as_is.seen.min() >= 2 * FEWEST_MATCHED and as_is.together.max() <= 0.2 * as_is.seen.min())
