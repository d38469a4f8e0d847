"""Calibration at the command line: ``python -m modules.rig.calibrate people|mend|board|sync|print …``

people  a calibration from nothing but the people in the videos        mend   a given one, put right by the people
board   from a board that was filmed                                   print  such a board, as a PDF
sync    by how many seconds each camera is late, from motion or sound

Results are new files; nothing is applied unasked. (This is the one file of this room that asks ``modules.composition`` for its
parts, and only when it is run: videos, the 2D network and sound are other rooms'.)
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType

import numpy as np
from yacs.config import CfgNode

from modules.core.calibrating import Look
from modules.core.config import DEFAULT_CONFIG, load_config, settings
from modules.core.errors import CalibrationError, ConfigError, SourceError, UserError
from modules.core.files import means_a_file
from modules.core.people2d import FindPeople2D, People2D
from modules.core.protocols import FrameSource
from modules.core.types import Camera, FrameSet, SourceInfo
from modules.rig.adjust.projections import FOCAL
from modules.rig.board.board_pdf import PAPER_MM, write_board
from modules.rig.board.board_views import KINDS, Board, Corners, find, lens, place
from modules.rig.check.sentences import about_copy
from modules.rig.in_file import of_raw_frames, opened_of, own_keys, refuse_redrawn
from modules.rig.mend.mending import Mend, mend
from modules.rig.people.anchor import Anchored, anchored
from modules.rig.people.from_people import GUESSED, KNOWN, Grown, grow
from modules.rig.people.judgement import judged, refuse_mirrored
from modules.rig.seen.pictures import Twins, coarse
from modules.rig.sync.clocks import as_taken, clocks_of, in_step, who_is_late
from modules.rig.sync.delays import (
    GOOD_S,
    Step,
    as_shown,
    beyond_given,
    by_event,
    by_motion,
    clock_options,
    counted_from,
    refuse_short,
)
from modules.rig.sync.sound import by_sound
from modules.rig.write import WRITERS, refuse_existing, write_calibration

#: Instants a second at which people are looked at; for clocks as many as there are, up to this.
RATE_HZ, SYNC_RATE_HZ = 10.0, 30.0
#: Of a short recording at least so many frames are looked at, if it has them.
FEWEST_LOOKS = 100
#: What --height and --tape may say, mm.
HEIGHTS_MM, TAPE_MM = (500.0, 2500.0), 100_000.0
#: What --square may say, mm, and how many squares (or tags) there are different markers for.
SQUARES_MM, MOST_SQUARES = (5.0, 1000.0), {"charuco": 200, "apriltag": 587, "chessboard": 2500}
#: Where results go unless --out says otherwise: into a folder that is named after the recording.
OUT = Path("output") / "calibration"
#: What many recordings call the folder of their videos.
COMMON = ("videos", "synchronized_videos", "hdvideos", "video", "raw", "recordings", "recording")
#: Told how many of how many pictures are done.
Say = Callable[[int, int], None]


def look(source: FrameSource, find_people: FindPeople2D, rate_hz: float = RATE_HZ, say: Say | None = None) -> list[People2D]:
    """What the 2D network sees at instants spread over a whole recording."""
    step, seen = step_of(source, rate_hz), []
    twins = Twins(len(source.cameras))
    for index in range(0, len(source), step):
        frame = source.read(index)
        twins.add(coarse(frame), frame.missing)
        seen.append(find_people(frame, None))
        if say is not None:
            say(index + step, len(source))
    for views in twins.groups():
        copied = about_copy(source.cameras, views, None).sentence
        raise SourceError(copied.template, **copied.values)
    return seen


def step_of(source: FrameSource, rate_hz: float = RATE_HZ) -> int:
    """Every so many frames are looked at: ``rate_hz`` a second, more where a recording is short."""
    fps = source.info.fps if np.isfinite(source.info.fps) else rate_hz
    return max(1, min(round(fps / rate_hz), len(source) // FEWEST_LOOKS))


def look_through(
    source: FrameSource, find: FindPeople2D, step: int, show: Callable[[Look], bool]
) -> Iterator[tuple[FrameSet, People2D, bool]]:
    """The frames of a recording that are looked at, with the people in each and whether ``show`` wants to go on."""
    total = len(range(0, len(source), step))
    seen = shared = np.zeros(len(source.cameras), int)
    for done, index in enumerate(range(0, len(source), step), start=1):
        frame = source.read(index)
        people = find(frame, None)
        there = np.array([len(view) > 0 for view in people.views])
        seen, shared = seen + there, shared + (there & (there.sum() > 1))
        look = Look(
            source.info.camera_names, done, total, frame.images, people.views, tuple(seen.tolist()), tuple(shared.tolist())
        )
        yield frame, people, show(look)


def from_people(
    cameras: Sequence[Camera], seen: Sequence[People2D], known: bool, height_mm: float | None = None,
    tape: tuple[int, int, float] | None = None, say: Say = lambda _done, _total: None,
) -> tuple[Grown, Anchored]:  # fmt: skip
    """A calibration in mm, z up, and what it rests on; SourceError. ``say`` is told of its steps."""
    rig = grow(
        [replace(c, R_world_to_cam=np.eye(3), center_world_mm=np.zeros(3)) for c in cameras],
        seen,
        KNOWN if known else GUESSED,
        say=say,
    )
    refuse_mirrored(rig)
    return rig, anchored(rig, height_mm, tape)


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def table_of(rig: Grown, found: Anchored, height_mm: float | None = None, taped: bool = False) -> Iterator[str]:
    """What a calibration from people says of itself."""
    people, sightings = len(set(found.identity)), len(found.identity)
    yield (
        f"{_count(people, 'person', 'people')}, {_count(sightings, 'sighting', 'sightings')}; "
        f"{100 * rig.explained:.0f} % of what was seen explained; "
        f"unit ± {100 * found.scale_sd:.1f} % (by {found.unit_from}), up ± {found.up_sd_deg:.1f}° (one standard deviation)"
    )
    for view, (camera, turned_deg) in enumerate(zip(found.cameras, found.turned_sd_deg, strict=True)):
        x, y, z = camera.center_world_mm
        turned = f"turned ± {turned_deg:.2f}° against {found.cameras[0].name}, " if view else ""
        focal = f" ± {100 * rig.adjusted.sd[view, FOCAL]:.1f} %" if rig.adjusted.sd[view, FOCAL] > 0 else ""
        yield f"{camera.name}: at ({x:.0f}, {y:.0f}, {z:.0f}) mm, {turned}focal {camera.fx:.0f} px{focal}"
    notes, doubtful = judged(rig, found, height_mm, taped)
    if doubtful:
        yield f"This calibration is doubtful. {notes[0]}"


def made_from_people(found: Anchored) -> str:
    """What a calibration from people says in its file that it rests on."""
    return f"from people, lengths by {found.unit_from} (± {100 * found.scale_sd:.1f} %)"


def table_of_mend(found: Mend) -> Iterator[str]:
    """What mending changed."""
    yield f"{_count(found.people, 'person', 'people')}, {_count(found.instants, 'sighting', 'sightings')}"
    for c in found.changes:
        told = "" if c.told else "  (people say too little of it)"
        yield (
            f"{c.name}: turned {c.turned_deg:.2f}° ± {c.turned_sd_deg:.2f}°, moved {c.moved_mm:.0f} ± {c.moved_sd_mm:.0f} mm, "
            f"zoomed {100 * c.zoomed:+.2f} %; residual {c.before_px:.1f} → {c.after_px:.1f} px{told}"
        )
    steady = " → ".join(f"{100 * s:.1f} %" for s in found.steadiness)
    yield f"at times that were not used: {found.before_px:.1f} → {found.after_px:.1f} px, bones steady to {steady}"
    if found.worse:
        yield (
            f"What fits the others better fits {', '.join(found.worse)} worse, so nothing was changed. Look at whether that "
            "camera runs in step (sync) and whether it was moved."
        )
    elif found.unsure:
        yield "That is less, but from so few times that it may be chance, so nothing was changed. Mend a longer recording."
    elif not found.better:
        yield "That is no better than before, so nothing was changed."
    elif found.caution is not None:
        yield str(found.caution)


def table_of_steps(steps: Sequence[Step], info: SourceInfo | None = None, apply: bool = True) -> Iterator[str]:
    """Who is late, and, if wanted, how to have it applied.

    Args:
        info: of the recording as it was opened; None: of the videos as they are.
    """
    given = {} if info is None else _given_ms(info)
    for s in steps:
        if not np.isfinite(s.sd_s):
            yield f"{s.camera}: not known" + (
                f", beyond the {_late(given[s.camera])} that were given" if s.camera in given else ""
            )
            continue
        ms = round(1e3 * s.offset_s)
        own = f"{_late(ms)}, ± {1e3 * s.sd_s:.0f} ms, drift {round(1e6 * s.drift):+d} ppm"
        told = own if s.sd_s else "the others are counted from it"
        if s.camera in given:
            told += f", beyond the {_late(given[s.camera])} that were given: {_late(given[s.camera] + ms)} in all"
        yield f"{s.camera}: {told}" + ("" if s.certain else "  (unsure)")
    most = max(steps, key=lambda s: abs(s.offset_s) if np.isfinite(s.sd_s) else 0.0)
    first = next((s.camera for s in steps if not s.sd_s), None)
    if first is not None and np.isfinite(most.sd_s) and round(1e3 * most.offset_s) and not given:
        own, others = max(most.offset_s, 0), max(-most.offset_s, 0)
        yield f"What {first} shows {others:.3f} s after its beginning, {most.camera} shows {own:.3f} s after its own."
    if not apply:
        return
    unsure = [s.camera for s in steps if not s.certain]
    if unsure:
        yield f"Not known well enough to be applied: {', '.join(unsure)}. Mark one clap or flash by hand (--mark), or film one."
    settings_ = applied([s for s in steps if s.certain], info)
    if settings_:
        instead = " (instead of what was given)" if given else ""
        yield f"To apply{instead}: " + " ".join(f'--set "{entry}"' for entry in settings_)
    elif not unsure:
        yield "Nothing more has to be applied." if given else "Nothing has to be applied: the cameras run in step."


def _late(ms: int) -> str:
    return f"{abs(ms)} ms {'early' if ms < 0 else 'late'}" if ms else "in step"


def _given_ms(info: SourceInfo) -> dict[str, int]:
    """Camera → the delay that its recording was opened with, where there is one, ms; NaN rates: in frames nothing is known."""
    frame_s = 1 / info.fps if np.isfinite(info.fps) else 0.0
    given = zip(info.camera_names, opened_of(info), strict=True)
    late = {name: round(1e3 * (opened.late_s + opened.late_frames * frame_s)) for name, opened in given}
    return {name: ms for name, ms in late.items() if ms}


def _given_frames(info: SourceInfo) -> dict[str, int]:
    """Camera → the frames that its recording was opened with as its delay, where there are any."""
    return {name: o.late_frames for name, o in zip(info.camera_names, opened_of(info), strict=True) if o.late_frames}


def applied(steps: Sequence[Step], info: SourceInfo | None = None) -> list[str]:
    """The settings (KEY=VALUE) that put cameras in step, with what the recording was opened with in them; empty: they are."""
    by_frames_fps = info.fps if info is not None and not info.timed else math.nan
    found = clock_options(steps, by_frames_fps)
    if not found or info is None:
        return as_settings(found)
    if not info.timed:
        return as_settings(_added(_given_frames(info), found))
    both = _clock_keys(own_keys(info, steps))
    for key in found:  # where all is made up for, so that nothing of what was given stays
        both.setdefault(key, dict.fromkeys(found[key], 0))
    if by_frames := _given_frames(info):  # one delay in place of two
        in_ms = {name: round(1e3 * frames / info.fps) for name, frames in by_frames.items()}
        both |= _added(in_ms, {"SOURCE.DELAY_MS": both.get("SOURCE.DELAY_MS", {})}) | {"SOURCE.FRAME_OFFSETS": {}}
    return as_settings(both)


def _clock_keys(own: Mapping[str, Mapping[str, int]]) -> dict[str, Mapping[str, int]]:
    """Of a file's own keys (``own_keys``) those that say who is late, as the configuration calls them."""
    return {f"SOURCE.{key.upper()}": values for key, values in own.items() if key != "rotation_count"}


def as_settings(options: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Key of the configuration → camera → value, as KEY=VALUE."""
    return [f"{key}={{{', '.join(f'{name}: {value}' for name, value in values.items())}}}" for key, values in options.items()]


def _added(given: Mapping[str, int], options: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Options with what was given of the same cameras added."""
    return {key: {**given, **{n: v + given.get(n, 0) for n, v in values.items()}} for key, values in options.items()}


class Command:
    """The commands, each with the options of one call; ConfigError for a folder that is called like a file."""

    def __init__(self, options: argparse.Namespace, parts: ModuleType) -> None:
        self.options, self.parts = options, parts
        self._own_folder = options.out is None and options.command in ("people", "mend", "board")
        if options.out is None:
            options.out = OUT
        if means_a_file(options.out):
            raise ConfigError("--out {path}: expected a folder; the new file gets its name from what it is.", path=options.out)

    def people(self) -> None:
        """A calibration from people."""
        _check_height(self.options.height)
        distance_mm = _taped_mm(self.options.tape)
        config, source, known = self._source(self.options.unknown)
        with _closing(source):
            tape = None
            if distance_mm is not None:
                names = [c.name for c in source.cameras]
                first, second = (_named(name, names) for name in self.options.tape[:2])
                tape = (first, second, distance_mm)
            self._refuse_existing("from_people")
            refuse_redrawn(source.info)
            seen = look(source, self.parts.make_sharp_finder(config), say=_pictures)
            lens, heard = (KNOWN, None) if known else (GUESSED, self.parts.read_sounds(self.options.source))
            steps, by = who_is_late(source.cameras, seen, lens, source.info, heard, _clocks)
            shown = in_step(seen, as_shown(steps, source.info.rounded_s))
            rig, found = from_people(source.cameras, shown, known, self.options.height, tape, _poses)
        print(*table_of(rig, found, self.options.height, tape is not None), sep="\n")
        print(f"Who is late, by {by}:", *table_of_steps(steps, source.info, apply=False), sep="\n")
        self._write(of_raw_frames(found.cameras, source.info), "from_people", made_from_people(found), source.info, steps)

    def mend(self) -> None:
        """A given calibration put right."""
        if any(path.is_file() for path in self.options.source):
            raise SourceError(
                "{path} is a video: only a recording's folder with its calibration can be mended. Videos alone are calibrated "
                "with: people.",
                path=self.options.source[0],
            )  # fmt: skip
        config, source, _ = self._source(False)
        with _closing(source):
            self._refuse_existing("mended")
            asked = self.parts.to_mend(config, source)
            asked.refuse_faulty()
            find = asked.upright(self.parts.make_sharp_finder(config))
            found = mend(asked.source.cameras, as_taken(look(asked.source, find, say=_pictures), source.info))
        print(*table_of_mend(found), sep="\n")
        if found.better:
            self._write(asked.in_the_file(found.cameras), "mended", asked.made_from, source.info)

    def board(self) -> None:
        """From a filmed board."""
        board = _board(self.options)
        config = self._config()
        source = self.parts.open_uncalibrated(config, self.options.source)
        with _closing(source):
            self._refuse_existing("board")
            seen = self._boards(source, board)
        sizes = source.info.sizes_px
        lenses = [
            lens(name, size, [views[v] for views in seen if v in views])
            for v, (name, size) in enumerate(zip(source.info.camera_names, sizes, strict=True))
        ]
        for found in lenses:
            missing = f"; film more in the {', '.join(found.advice)} of the picture" if found.advice else ""
            focal = f"focal {found.camera.fx:.1f} px ± {100 * found.focal_sd:.2f} %"
            print(f"{found.camera.name}: {focal}, corners off by {found.rms_px:.2f} px{missing}")
        together = [views for views in seen if len(views) >= 2]
        if not together:
            raise SourceError(
                "No two cameras see the board at the same time. Show it where neighbours see it together; if the cameras are "
                "out of step, put them in step first."
            )
        self._write(
            place([found.camera for found in lenses], together),
            "board",
            f"from a {self.options.board} with squares of {self.options.square:g} mm",
            source.info,
        )

    def sync(self) -> None:
        """Who is late."""
        if self.options.sound:
            tracks, rate_hz = self.parts.read_sounds(self.options.source)
            steps = counted_from(by_sound(list(tracks), list(tracks.values()), rate_hz))
        elif self.options.mark:
            source = self.parts.open_uncalibrated(self._config(), self.options.source)
            source.close()
            marked = by_event(source.info.camera_names, _marks(self.options.mark, source), 1 / source.info.fps)
            steps = beyond_given(marked, source.info)
        else:
            config, source, known = self._source(False)
            with _closing(source):
                length_s = len(source) / source.info.fps
                refuse_short(length_s)
                # a short recording needs sharper eyes, which cost it little
                make = self.parts.make_sharp_finder if length_s < GOOD_S else self.parts.make_people_finder
                seen = look(source, make(config), SYNC_RATE_HZ, _pictures)
                moved = by_motion(source.cameras, seen) if known else clocks_of(source.cameras, seen, GUESSED, _clocks)
                steps = beyond_given(moved, source.info)
            if length_s < GOOD_S:
                print(
                    f"The recording lasts {length_s:.1f} s: who is late is told surely from {GOOD_S:g} s on. With what is "
                    "found applied, ask again: nothing should be left."
                )
        info = None if self.options.sound else source.info
        print(*table_of_steps(steps, info), sep="\n")

    def print(self) -> None:
        """A board to print."""
        write_board(_board(self.options), self.options.out / "board.pdf", self.options.paper)
        print(self.options.out / "board.pdf")

    def _config(self, **more: object) -> CfgNode:
        return load_config(self.options.config, {**settings(self.options.set), **more})

    def _recording(self) -> Path:
        """The recording's folder: the one that was named, or the first video's."""
        first = Path(self.options.source[0]).resolve()
        return first.parent if first.is_file() else first

    def _title(self) -> str:
        """The recording's name; of a folder that is called like many others (videos) with the one that it lies in."""
        folder = self._recording()
        return f"{folder.parent.name}_{folder.name}" if folder.name.lower() in COMMON and folder.parent.name else folder.name

    def _source(self, unknown: bool) -> tuple[CfgNode, FrameSource, bool]:
        """Configuration, recording, and whether its lenses are known; says on stderr what there is to say of its videos."""
        config, source, known = self._opened(unknown)
        for note in source.info.notes:
            print(note, file=sys.stderr)
        return config, source, known

    def _opened(self, unknown: bool) -> tuple[CfgNode, FrameSource, bool]:
        paths = [Path(path) for path in self.options.source]
        if unknown or len(paths) > 1 or paths[0].is_file():
            config = self._config()
            return config, self.parts.open_uncalibrated(config, paths), False
        config = self._config(**{"SOURCE.PATH": str(paths[0].resolve())})
        try:
            return config, self.parts.open_source(config), True
        except CalibrationError as error:
            if self.options.command == "mend":
                raise
            raise SourceError(
                "{reason} To do without a calibration, name the videos themselves, one by one.", reason=error
            ) from error  # fmt: skip
        except SourceError as error:
            # a folder without videos says so, which helps more than all layouts that are known
            if paths[0].is_dir() and "layouts" in error.values:
                self.parts.open_uncalibrated(config, paths).close()
            raise

    def _boards(self, source: FrameSource, board: Board) -> list[dict[int, Corners]]:
        fps = source.info.fps if np.isfinite(source.info.fps) else RATE_HZ
        step = max(1, round(fps / 2.0))
        out = []
        for index in range(0, len(source), step):
            found = {v: find(board, image) for v, image in enumerate(source.read(index).images)}
            out.append({v: corners for v, corners in found.items() if corners is not None})
            _pictures(index + step, len(source))
        return out

    def _refuse_existing(self, stem: str) -> None:
        """What is in the way is told before the long look; the recording is known to be one by now."""
        if self._own_folder:
            self.options.out = self.parts.calibration_output(OUT, self._title(), self._recording())
        refuse_existing(self.options.out, stem, self.options.kind)

    def _write(
        self, cameras: Sequence[Camera], stem: str, made_from: str, info: SourceInfo, steps: Sequence[Step] = ()
    ) -> None:
        own, tells = own_keys(info, steps), self.options.kind == "pose2sim"
        for path in write_calibration(cameras, self.options.out, stem, self.options.kind, own if tells else None, made_from):
            print(path)
        if self._own_folder:
            self.parts.claim_calibrations(self.options.out, self._recording())
        # what the recording was opened with holds for its calibration too, but for what the file says
        late = _clock_keys(own)
        if not info.timed:
            late = _added(_given_frames(info), clock_options(steps, info.fps))
        given = {"SOURCE.CALIBRATION", *late}
        options = [entry for entry in self.options.set if entry.partition("=")[0].strip() not in given]
        options += [] if info.timed and tells else as_settings(late)
        options.append(f"SOURCE.CALIBRATION={path.resolve()}")
        if self._beside():
            options.append(f"SOURCE.CAMERAS=[{', '.join(info.camera_names)}]")
        before = self.parts.calibration_of(self._recording())
        if before is not None:
            print(f"Until it is asked for: {before}")
        # as typed it must work outside the environment too
        command = f'"{sys.executable}" run.py --source "{self._recording()}"'
        print(f"To use it: {command} " + " ".join(f'--set "{option}"' for option in options))

    def _beside(self) -> list[Path]:
        """Videos in the folder of those that were named which were not: it is opened without them."""
        named = [Path(one).resolve() for one in self.options.source if Path(one).is_file()]
        kinds = {one.suffix for one in named}
        return [one for one in (named[0].parent.iterdir() if named else ()) if one.suffix in kinds and one not in named]


class _closing:
    """Closes a source, whatever happens."""

    def __init__(self, source: FrameSource) -> None:
        self._source = source

    def __enter__(self) -> FrameSource:
        return self._source

    def __exit__(self, *exc_info: object) -> None:
        self._source.close()


def _board(options: argparse.Namespace) -> Board:
    """The board that is asked for; ConfigError for one that can't be."""
    (columns, rows), (least, most) = options.squares, SQUARES_MM
    if min(columns, rows) < 2 or columns * rows > MOST_SQUARES[options.board]:
        raise ConfigError(
            "--squares {columns} {rows}: expected two columns and two rows at least, and {most} squares at most.",
            columns=columns, rows=rows, most=MOST_SQUARES[options.board],
        )  # fmt: skip
    if not least <= options.square <= most:  # NaN isn't either
        raise ConfigError("--square {text}: expected millimetres, from {least} to {most}.", text=f"{options.square:g}",
                          least=f"{least:.0f}", most=f"{most:.0f}")  # fmt: skip
    if options.board != "chessboard" and not 0 < options.marker < options.square:
        raise ConfigError(
            "--marker {text}: expected millimetres, more than 0 and less than --square ({square}).",
            text=f"{options.marker:g}", square=f"{options.square:g}",
        )  # fmt: skip
    return Board(options.board, columns, rows, options.square, options.marker)


def _check_height(height_mm: float | None) -> None:
    """ConfigError for a height that nobody has."""
    least, most = HEIGHTS_MM
    if height_mm is not None and not least <= height_mm <= most:  # NaN isn't either
        raise ConfigError(
            "--height {text}: expected millimetres, from {least} to {most}.",
            text=f"{height_mm:g}", least=f"{least:.0f}", most=f"{most:.0f}",
        )  # fmt: skip


def _taped_mm(tape: Sequence[str] | None) -> float | None:
    """The distance of ``CAMERA CAMERA MM``; ConfigError for what is none, or of one camera to itself."""
    if tape is None:
        return None
    first, second, text = tape
    if first == second:
        raise ConfigError("--tape {camera}: expected two different cameras.", camera=first)
    try:
        distance_mm = float(text)
    except ValueError:
        distance_mm = math.nan
    if not 0 < distance_mm <= TAPE_MM:
        raise ConfigError(
            "--tape {first} {second} {text}: {text} is no distance. Expected two cameras and millimetres, more than 0 and at "
            "most {most}, as in --tape left right 4200.",
            first=first, second=second, text=text, most=f"{TAPE_MM:.0f}",
        )  # fmt: skip
    return distance_mm


def _named(name: str, names: Sequence[str]) -> int:
    """A camera's place; ConfigError where there is none of that name."""
    if name not in names:
        raise ConfigError("--tape {camera}: there is no such camera; there are {known}.", camera=name, known=", ".join(names))
    return names.index(name)


def _marks(entries: Sequence[str], source: FrameSource) -> dict[str, float]:
    """Camera → time of the frame that shows the event, s; SourceError for what is no camera and frame."""
    marked = {}
    for entry in entries:
        name, _, frame = entry.rpartition("=")
        known = ", ".join(source.info.camera_names)
        if not name or not (frame.isascii() and frame.isdigit()):
            raise SourceError(
                "--mark {entry}: expected CAMERA=FRAME, the frame as a number from 0 on; the cameras are {known}.",
                entry=entry, known=known,
            )  # fmt: skip
        if name not in source.info.camera_names:
            raise SourceError(
                "--mark {entry}: there is no camera {camera}; there are {known}.", entry=entry, camera=name, known=known
            )
        if int(frame) >= len(source):
            raise SourceError("--mark {entry}: the recording's last frame is {last}.", entry=entry, last=len(source) - 1)
        marked[name] = int(frame) / source.info.fps
    if len(marked) < 2:
        raise SourceError(
            "--mark {entry}: one camera's frame says nothing of the others. Mark the same clap or flash in two cameras at "
            "least (of {known}), as in --mark left=31 right=38.",
            entry=entry, known=known,
        )  # fmt: skip
    return marked


def _progress(done: int, total: int, what: str = "") -> None:
    """One line that counts up in a terminal; in a log no more than the end."""
    if sys.stderr.isatty():
        print(f"\r{what}{min(done, total)} / {total}  ", end="\n" if done >= total else "", file=sys.stderr, flush=True)
    elif done >= total:
        print(f"{what}{total} / {total}", file=sys.stderr, flush=True)


#: Progress of each stage.
_pictures = partial(_progress, what="looking at frames: ")
_clocks, _poses = partial(_progress, what="who is late: "), partial(_progress, what="where the cameras stand: ")


def parsers() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """The command line, and that of each command."""
    made = argparse.ArgumentParser(prog="python -m modules.rig.calibrate", description=__doc__.splitlines()[0])
    commands = made.add_subparsers(dest="command", required=True)
    for name, what in (
        ("people", "a calibration from the people in the videos"), ("mend", "a given calibration, put right by the people"),
        ("board", "from a filmed board"), ("sync", "who is late"), ("print", "a board as a PDF"),
    ):  # fmt: skip
        one = commands.add_parser(name, help=what)
        if name != "print":
            one.add_argument("source", nargs="+", type=Path, help="a recording's folder, or the videos, one a camera")
        where = OUT if name == "print" else OUT / "RECORDING"
        one.add_argument("--out", type=Path, help=f"folder for the new file (default: {where})")
        one.add_argument("--config", type=Path, default=DEFAULT_CONFIG, help="configuration (default: configs/demo.yaml)")
        one.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="one key of the configuration")
        if name in ("people", "mend", "board"):
            one.add_argument("--kind", choices=tuple(WRITERS), default="pose2sim", help="format of the file")
        if name == "people":
            one.add_argument("--unknown", action="store_true", help="the lenses are not known (always so for single videos)")
            one.add_argument("--height", type=float, metavar="MM", help="of the tallest person, mm")
            one.add_argument("--tape", nargs=3, metavar=("CAMERA", "CAMERA", "MM"), help="distance between two lenses, mm")
        if name in ("board", "print"):
            one.add_argument("--board", choices=KINDS, default=KINDS[0])
            one.add_argument("--squares", nargs=2, type=int, default=(7, 5), metavar=("COLUMNS", "ROWS"))
            one.add_argument("--square", type=float, default=34.0, help="side of a square or tag, mm")
            one.add_argument("--marker", type=float, default=25.0, help="side of a marker, or gap between tags, mm")
        if name == "print":
            one.add_argument("--paper", choices=tuple(PAPER_MM), default="A4")
        if name == "sync":
            one.add_argument("--sound", action="store_true", help="by sound instead of motion")
            one.add_argument(
                "--mark",
                nargs="+",
                action="extend",
                metavar="CAMERA=FRAME",
                help="by hand: for each camera the frame that shows the same clap or flash, as in --mark left=31 right=38",
            )
    return made, dict(commands.choices)


def asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options of the command that is asked for; where one is another command's, it is said whose."""
    made, commands = parsers()
    options, unknown = made.parse_known_args(arguments)
    if unknown:
        own, flag = commands[options.command], unknown[0].partition("=")[0]
        of = [
            name
            for name, other in commands.items()
            if f"[{flag} " in other.format_usage() or f"[{flag}]" in other.format_usage()
        ]
        own.error(f"{flag} belongs to {' and '.join(of)}, not to {options.command}" if of else f"there is no {flag} here")
    return options


def main(arguments: Sequence[str] | None = None, parts: ModuleType | None = None) -> int:
    """Runs a command; 1 with a sentence on stderr for what a user can mend, 130 after Ctrl-C."""
    options = asked(arguments)
    if parts is None:
        from modules import composition as parts
    try:
        getattr(Command(options, parts), options.command)()
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; nothing was written.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
