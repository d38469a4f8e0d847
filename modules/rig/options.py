"""The options of the commands, and what they may say; ConfigError, SourceError for what they may not."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

from modules.core.config import DEFAULT_CONFIG
from modules.core.errors import ConfigError, SourceError
from modules.core.protocols import FrameSource
from modules.rig.board.board_pdf import PAPER_MM
from modules.rig.board.board_views import KINDS, Board
from modules.rig.write import WRITERS

#: What the command is for.
WHAT = "Calibration at the command line: python -m modules.rig.calibrate people|mend|board|sync|print …"
#: What --height and --tape may say, mm.
HEIGHTS_MM, TAPE_MM = (500.0, 2500.0), 100_000.0
#: What --square may say, mm, and how many squares (or tags) there are different markers for.
SQUARES_MM, MOST_SQUARES = (5.0, 1000.0), {"charuco": 200, "apriltag": 587, "chessboard": 2500}
#: Where results go unless --out says otherwise: into a folder that is named after the recording.
OUT = Path("output") / "calibration"


def parsers() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """The command line, and that of each command."""
    made = argparse.ArgumentParser(prog="python -m modules.rig.calibrate", description=WHAT)
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


def board_of(options: argparse.Namespace) -> Board:
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


def check_height(height_mm: float | None) -> None:
    """ConfigError for a height that nobody has."""
    least, most = HEIGHTS_MM
    if height_mm is not None and not least <= height_mm <= most:  # NaN isn't either
        raise ConfigError(
            "--height {text}: expected millimetres, from {least} to {most}.",
            text=f"{height_mm:g}", least=f"{least:.0f}", most=f"{most:.0f}",
        )  # fmt: skip


def taped_mm(tape: Sequence[str] | None) -> float | None:
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


def named(name: str, names: Sequence[str]) -> int:
    """A camera's place; ConfigError where there is none of that name."""
    if name not in names:
        raise ConfigError("--tape {camera}: there is no such camera; there are {known}.", camera=name, known=", ".join(names))
    return names.index(name)


def marks(entries: Sequence[str], source: FrameSource) -> dict[str, float]:
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
