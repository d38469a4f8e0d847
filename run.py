"""The main job: people in 3D from a multi-camera recording.

Without options: opens the window on the demo recording. With --headless: computes the recording into its take and writes
poses.jsonl, overlay.mp4 and contact_sheet.png from that, without a window. What a take has, from an earlier run or from the
window, is not computed again: an interrupted run goes on where it stopped. With --export: writes people's motion for other
programs, with --headless of what it has computed, else of what is there; --source may then be a take or a poses.jsonl.
"""

from __future__ import annotations

if __name__ == "__main__":
    from modules.core.interrupts import end_in_a_word

    end_in_a_word()  # the libraries below take a second

import argparse
import io
import os
import re
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from yacs.config import CfgNode

from modules import composition, headless
from modules.core.config import DEFAULT_CONFIG, load_config, settings
from modules.core.config_keys import KEYS
from modules.core.errors import ExportError, UserError
from modules.core.files import expanded, means_a_file
from modules.core.interrupts import INTERRUPTED, end_in_a_word, pass_over, raise_again
from modules.core.protocols import Results
from modules.export.trajectories.formats import FORMATS, left_out, parse_formats

DONE, USER_ERROR = 0, 1
#: What --frames and --range take.
SLICE = "frames A to B-1 only; A or B may be left out, and a negative one counts from the end: -10: are the last ten"
#: --smooth: the poses as they were measured.
RAW = "raw"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; returns the exit code: 0 done, 1 a problem that a sentence explains, 130 interrupted."""
    raise_again()
    try:
        options = parse(arguments)
        if isinstance(sys.stdout, io.TextIOWrapper):  # a name that it has no letters for must not end the work
            sys.stdout.reconfigure(errors="backslashreplace")
        config = load_config(options.config, overrides(options))
        if options.check_rig:
            return run_rig_check(config, options.frames)
        if options.headless:
            return run_headless(config, options)
        return run_export(config, options) if options.export else run_window(config, options)
    except UserError as error:
        print(f"Error: {error}", file=sys.stderr)
        return USER_ERROR
    except BrokenPipeError:  # who read what is printed (| head) has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return USER_ERROR
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED


#: Option → what it belongs to, any of them, and what else would do.
BELONGS = {
    "frames": (("headless", "check_rig"), "; for --export alone there is --range"),
    "resume": (("headless",), ""),
    "fresh": (("headless",), ""),
    "out": (("headless", "export"), ""),
    "people": (("export",), ""),
    "range": (("export",), "; for --headless there is --frames"),
}
#: Option → those beside which it would do nothing, and why.
NOT_BESIDE = {
    "headless": (("check_rig",), "which says what it finds and no more; leave one of them out"),
    "export": (("check_rig",), "which says what it finds and no more; leave one of them out"),
    "no_rig_check": (("check_rig",), "which is the check; leave one of them out"),
    "resume": (("fresh",), "which computes everything again; leave one of them out"),
}


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options; ends with a sentence where one would do nothing."""
    made = parser()
    options = made.parse_args(with_negatives(sys.argv[1:] if arguments is None else arguments))
    given = {name for name, value in vars(options).items() if value not in (None, False)}
    for name, (others, why) in NOT_BESIDE.items():
        for other in given.intersection(others) if name in given else ():
            made.error(f"{spelled(name)} does nothing beside {spelled(other)}, {why}")
    for name, (owners, else_) in BELONGS.items():
        if name in given and not given.intersection(owners):
            made.error(f"{spelled(name)} belongs to {' or '.join(map(spelled, owners))}{else_}")
    if options.smooth == RAW and not options.export:
        made.error(f"--smooth {RAW} belongs to --export")
    return options


def spelled(name: str) -> str:
    """An option as it is written."""
    return "--" + name.replace("_", "-")


def with_negatives(arguments: Sequence[str]) -> list[str]:
    """The arguments with ``--frames -3:`` as ``--frames=-3:``: argparse takes a value that begins with a dash for an option,
    of which none here begins with a number."""
    made: list[str] = []
    for argument in arguments:
        if made and re.fullmatch(r"--[a-z-]+", made[-1]) and re.match(r"-\d", argument):
            made[-1] += f"={argument}"
        else:
            made.append(argument)
    return made


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="run.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--headless", action="store_true", help="no window, files only")
    made.add_argument("--source", type=parse_path, metavar="DIR", help="the recording (default: the configured one, the demo)")
    made.add_argument("--format", choices=KEYS["SOURCE.FORMAT"].choices, help="the recording's layout (default: recognised)")
    made.add_argument("--distance", type=parse_mm, metavar="MM", help="people farther away get no joints; 0: no limit")
    made.add_argument("--device", choices=KEYS["RUNTIME.DEVICE"].choices, help="where the network runs")
    made.add_argument("--config", type=Path, default=DEFAULT_CONFIG, metavar="FILE", help="default: configs/demo.yaml")
    made.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="one key of the configuration, e.g. RUNTIME.THREADS=2"
    )
    made.add_argument(
        "--check-rig", action="store_true", help="say what people in the recording tell about its cameras; no more"
    )
    made.add_argument("--no-rig-check", action="store_true", help="use the calibration as it is (RIG.CHECK=false)")
    files = made.add_argument_group("with --headless")
    files.add_argument("--out", type=parse_folder, metavar="DIR", help="folder for the files (default: output/<recording>)")
    files.add_argument("--frames", metavar="A:B", help=f"{SLICE} (--check-rig too)")
    files.add_argument(
        "--world",
        choices=KEYS["RIG.WORLD"].choices,
        help="coordinates of the files: the calibration's own (default), or z up, floor at 0, origin under the space's middle",
    )
    files.add_argument("--resume", action="store_true", help="go on where an earlier run stopped; that is done anyway")
    files.add_argument("--fresh", action="store_true", help="compute the frames again, whatever the take has of them")
    motion = made.add_argument_group("people's motion for other programs")
    motion.add_argument("--export", type=parse_formats, metavar="FORMAT[,FORMAT…]", help=f"{', '.join(FORMATS)}, or all")
    motion.add_argument("--people", type=parse_people, metavar="N[,N…]", help="these people's numbers only")
    motion.add_argument("--range", type=parse_range, metavar="A:B", help=SLICE)
    motion.add_argument("--smooth", choices=(RAW, *KEYS["MOTION.SMOOTHER"].choices), help="raw: as measured, with its gaps")
    return made


def overrides(options: argparse.Namespace) -> dict[str, object]:
    """Dotted configuration key → value of the options that were given; ConfigError for a --set that is none."""
    given = {
        "SOURCE.PATH": None if options.source is None else str(expanded(options.source).absolute()),
        "SOURCE.FORMAT": options.format,
        "LOD.DISTANCE_MM": options.distance,
        "RUNTIME.DEVICE": options.device,
        "RIG.CHECK": False if options.no_rig_check else None,
        "RIG.WORLD": options.world,
        "MOTION.SMOOTHER": None if options.smooth == RAW else options.smooth,
    }
    return settings(options.set) | {name: value for name, value in given.items() if value is not None}


def parse_path(text: str) -> Path:
    """A path that is not empty, as one of a shell's unset variables is; for argparse."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the path is empty; give a folder, or leave the option out")
    return Path(text)


def parse_folder(text: str) -> Path:
    """The same of a folder for files, which is none and not called like one of them; for argparse."""
    path = parse_path(text)
    if means_a_file(path):
        is_one = "is a file" if path.is_file() else "is called like a file"
        raise argparse.ArgumentTypeError(f"{text} {is_one}; give a folder, the files in it get their own names")
    return path


def parse_mm(text: str) -> float:
    """A number; for argparse."""
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of mm like 2500 or 1500.5") from error


def parse_people(text: str) -> list[int]:
    """``1,3`` as numbers; for argparse."""
    try:
        return [int(part) for part in text.split(",")]
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of people's numbers like 1,3") from error


def parse_range(text: str) -> tuple[int | None, int | None]:
    """``A:B`` as its ends, where the end of the recording is not known yet; for argparse."""
    try:
        return headless.ends(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not A:B with whole numbers, like 0:50 or 20:") from error


def run_export(config: CfgNode, options: argparse.Namespace) -> int:
    """Writes the motion of what was computed before; the exit code."""
    with ExitStack() as stack:
        path = options.source
        if path is not None and path.is_file():
            results, folder = composition.open_results(path), path.absolute().parent
        else:
            source = composition.open_source(config)
            stack.callback(source.close)
            composition.check_folder_for_files(source, options.out or composition.output_folder(config, source))
            source, _ = composition.put_right(config, source)
            if not composition.has_take(config, source):
                raise nothing_computed(composition.recording_name(Path(source.info.path)))
            results, folder = composition.open_take(config, source), composition.output_folder(config, source)
        stack.callback(results.close)
        for note in results.info.notes if path is not None else ():
            print(note, file=sys.stderr)
        write_motion(config, results, options, options.out or folder)
    return DONE


def nothing_computed(recording: str) -> ExportError:
    """What is said where there is no frame to write."""
    return ExportError("Nothing is computed yet of {recording}; add --headless.", recording=recording)


def write_motion(config: CfgNode, results: Results, options: argparse.Namespace, folder: Path) -> None:
    """Writes the formats that --export names; ExportError."""
    from modules import api  # libraries that only this needs

    results.settle()
    recording = api.Recording(config, None, results)
    if not len(recording.computed):
        file = options.source
        if file is not None and file.is_file():
            raise ExportError("{file} holds no frame: there is nothing to export.", file=file)
        raise nothing_computed(recording.name)
    names = [kind.name for kind in options.export]
    count = results.header.frame_count or int(recording.computed[-1]) + 1
    first, last = options.range or (None, None)
    frames = range(headless.from_start(first, count, 0), headless.from_start(last, count, count))
    for path in recording.export(folder, names, options.people, frames if options.range else None, raw=options.smooth == RAW):
        print(path)
    note = left_out(options.export)
    if note is not None:
        print(note, file=sys.stderr)


def run_window(config: CfgNode, options: argparse.Namespace) -> int:
    """Opens the window on the configured recording; a sentence and 1 where there is no display."""
    end_in_a_word()  # until the window listens
    try:
        import poc_ui

        return poc_ui.main(config=config, config_file=options.config, recording=options.source)
    finally:
        raise_again()


def run_rig_check(config: CfgNode, frames: str | None) -> int:
    """Prints what people in the recording, or in these frames of it, say about its rig; 1 if it can't be right."""
    from modules.core.rig_text import report_lines

    config = composition.for_recording(config, composition.recording_path(config))
    with closing(composition.open_source(config)) as source:
        stretch = None if frames is None else headless.parse_frames(frames, len(source))
        headless.say_accepted(config, source)
        report = composition.checked(config, source, again=True, frames=stretch)
        print("\n".join(report_lines(report, source.info)))
    return USER_ERROR if report.refused else DONE


def run_headless(config: CfgNode, options: argparse.Namespace) -> int:
    """Processes the recording into files; the exit code."""

    def motion(take: Results, folder: Path) -> None:
        if options.export:
            write_motion(config, take, options, folder)

    return DONE if headless.process(config, options.frames, options.out, options.fresh, motion) else INTERRUPTED


if __name__ == "__main__":
    code = main()
    pass_over()
    sys.exit(code)
