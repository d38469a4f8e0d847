"""Calibration at the command line: ``python -m modules.rig.calibrate people|mend|board|sync|print …``

people  a calibration from nothing but the people in the videos        mend   a given one, put right by the people
board   from a board that was filmed                                   print  such a board, as a PDF
sync    by how many seconds each camera is late, from motion or sound

Results are new files; nothing is applied unasked. (This is the one file of this room that asks ``modules.composition`` for its
parts, and only when it is run: videos, the 2D network and sound are other rooms'.)
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType

import numpy as np
from yacs.config import CfgNode

from modules.core.config import load_config, settings
from modules.core.errors import CalibrationError, ConfigError, SourceError, UserError
from modules.core.files import means_a_file
from modules.core.people2d import People2D
from modules.core.protocols import FrameSource
from modules.core.types import Camera, SourceInfo
from modules.rig.board.board_pdf import write_board
from modules.rig.board.board_views import Board, Corners, find, lens, place
from modules.rig.in_file import of_raw_frames, own_keys, refuse_redrawn
from modules.rig.looking import RATE_HZ, SYNC_RATE_HZ, Say, look
from modules.rig.mend.mending import mend
from modules.rig.options import OUT, asked, board_of, check_height, marks, named, taped_mm
from modules.rig.people.anchor import Anchored, anchored
from modules.rig.people.from_people import GUESSED, KNOWN, Grown, grow
from modules.rig.people.judgement import refuse_mirrored
from modules.rig.settings import added, as_settings, clock_keys, given_frames
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
from modules.rig.tables import made_from_people, table_of, table_of_mend, table_of_steps
from modules.rig.write import refuse_existing, write_calibration

#: What many recordings call the folder of their videos.
COMMON = ("videos", "synchronized_videos", "hdvideos", "video", "raw", "recordings", "recording")


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
        check_height(self.options.height)
        distance_mm = taped_mm(self.options.tape)
        config, source, known = self._source(self.options.unknown)
        with _closing(source):
            tape = None
            if distance_mm is not None:
                names = [c.name for c in source.cameras]
                first, second = (named(name, names) for name in self.options.tape[:2])
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
        board = board_of(self.options)
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
            marked = by_event(source.info.camera_names, marks(self.options.mark, source), 1 / source.info.fps)
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
        write_board(board_of(self.options), self.options.out / "board.pdf", self.options.paper)
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
        late = clock_keys(own)
        if not info.timed:
            late = added(given_frames(info), clock_options(steps, info.fps))
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


def _progress(done: int, total: int, what: str = "") -> None:
    """One line that counts up in a terminal; in a log no more than the end."""
    if sys.stderr.isatty():
        print(f"\r{what}{min(done, total)} / {total}  ", end="\n" if done >= total else "", file=sys.stderr, flush=True)
    elif done >= total:
        print(f"{what}{total} / {total}", file=sys.stderr, flush=True)


#: Progress of each stage.
_pictures = partial(_progress, what="looking at frames: ")
_clocks, _poses = partial(_progress, what="who is late: "), partial(_progress, what="where the cameras stand: ")


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
