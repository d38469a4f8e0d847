"""The main job: people in 3D from a multi-camera recording.

Without options: opens the window on the demo recording. With --headless: writes poses.jsonl, overlay.mp4 and
contact_sheet.png without a window; Ctrl-C leaves them readable, --resume goes on.
"""

from __future__ import annotations

import argparse
import math
import signal
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from tqdm import tqdm
from yacs.config import CfgNode

from modules import composition
from modules.core.config import DEFAULT_CONFIG, KEYS, load_config, settings
from modules.core.errors import ConfigError, UserError
from modules.core.protocols import Estimator, FrameSource
from modules.core.types import STAGES, FrameSet, PoseResult
from modules.export.results import ResultsWriter, saved_poses
from modules.export.resume import ResumedNumbers, check_resumable

DONE, USER_ERROR, INTERRUPTED = 0, 1, 130
BAR = "{desc}{percentage:3.0f}% |{bar}| {n_fmt}/{total_fmt} frames · {rate_noinv_fmt}{postfix} · {remaining} left"


@dataclass
class Tally:
    """What a run has seen so far."""

    frames: int = 0
    seconds: float = 0.0
    people: list[int] = field(default_factory=list)
    track_ids: set[int] = field(default_factory=set)
    stages_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, result: PoseResult, read_ms: float) -> None:
        """Counts one computed frame."""
        self.frames += 1
        self.people.append(len(result.persons))
        self.track_ids |= {person.track_id for person in result.persons}
        for stage, ms in {**result.timings_ms, "read": read_ms}.items():
            self.stages_ms[stage].append(ms)


class Stop:
    """Set by Ctrl-C or a termination request; the frames in work are finished first, a second Ctrl-C stops at once."""

    def __init__(self) -> None:
        self.requested = False

    @contextmanager
    def listening(self) -> Iterator[Stop]:
        """Catches the signals inside the block."""
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = [signal.signal(number, self._ask) for number in numbers]
        try:
            yield self
        finally:
            for number, handler in zip(numbers, before, strict=True):
                signal.signal(number, handler)

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; returns the exit code: 0 done, 1 a problem that a sentence explains, 130 interrupted."""
    options = parser().parse_args(arguments)
    try:
        config = load_config(options.config, overrides(options))
        return run_headless(config, options) if options.headless else run_window(config, options)
    except UserError as error:
        print(f"Error: {error}", file=sys.stderr)
        return USER_ERROR
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="run.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--headless", action="store_true", help="no window, files only")
    made.add_argument("--source", type=Path, metavar="DIR", help="the recording (default: the configured one, the demo)")
    made.add_argument("--format", choices=KEYS["SOURCE.FORMAT"].choices, help="the recording's layout (default: recognised)")
    made.add_argument("--distance", type=float, metavar="MM", help="people farther away get no joints; 0: no limit")
    made.add_argument("--device", choices=KEYS["RUNTIME.DEVICE"].choices, help="where the network runs")
    made.add_argument("--config", type=Path, default=DEFAULT_CONFIG, metavar="FILE", help="default: configs/demo.yaml")
    made.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="one key of the configuration, e.g. RUNTIME.THREADS=2"
    )
    files = made.add_argument_group("with --headless")
    files.add_argument("--out", type=Path, metavar="DIR", help="folder for the files (default: output/<recording>)")
    files.add_argument("--frames", metavar="A:B", help="frames A to B-1 only; A or B may be left out")
    files.add_argument("--resume", action="store_true", help="go on where an interrupted run stopped")
    return made


def overrides(options: argparse.Namespace) -> dict[str, object]:
    """Dotted configuration key → value of the options that were given; ConfigError for a --set that is none."""
    given = {
        "SOURCE.PATH": None if options.source is None else str(options.source.expanduser().absolute()),
        "SOURCE.FORMAT": options.format,
        "LOD.DISTANCE_MM": options.distance,
        "RUNTIME.DEVICE": options.device,
    }
    return settings(options.set) | {name: value for name, value in given.items() if value is not None}


def parse_frames(text: str | None, count: int) -> range:
    """The frames that ``A:B`` names in a recording of ``count``; ConfigError if it names others, or none."""
    if text is None:
        return range(count)
    try:
        first, last = (int(part) if part.strip() else None for part in text.split(":"))
    except ValueError as error:
        raise ConfigError("--frames {text}: expected A:B with whole numbers, like 0:50 or 20:.", text=text) from error
    start, stop = first or 0, count if last is None else last
    if not 0 <= start < stop <= count:
        raise ConfigError(
            "--frames {text}: the recording has {count} frames; A must be at least 0, less than B, and B at most {count}.",
            text=text, count=count,
        )  # fmt: skip
    return range(start, stop)


def run_window(config: CfgNode, options: argparse.Namespace) -> int:
    """Opens the window on the configured recording; a sentence and 1 where there is no display."""
    import poc_ui

    return poc_ui.main(config=config, config_file=options.config, recording=options.source)


def run_headless(config: CfgNode, options: argparse.Namespace) -> int:
    """Processes the recording into files; the exit code."""
    with ExitStack() as stack:
        source = composition.open_source(config)
        stack.callback(source.close)
        frames = parse_frames(options.frames, len(source))
        folder = options.out or composition.PROJECT_DIR / "output" / Path(source.info.path).resolve().name
        introduce(source, frames, config)
        saved = saved_poses(folder) if options.resume else None
        if saved is not None:
            check_resumable(saved, composition.poses_header(config, source), frames, config.LOD.DISTANCE_MM)
            for note in saved.notes:
                print(note)
            print(f"Resuming: {len(saved.results)} of {len(frames)} frames are already computed and are only drawn again.")
        writer = composition.make_writer(config, folder, source, saved if saved and saved.results else None)
        job = Job(source, writer, frames, config, saved.results if saved else ())
        finished = run_and_close(job)
    summarise(job, finished)
    return DONE if finished else INTERRUPTED


def run_and_close(job: Job) -> bool:
    """Runs the job and completes its files whatever happens; whether it came to its end."""
    with Stop().listening() as stop:
        try:
            with ExitStack() as closing:
                closing.callback(job.writer.close)
                return job.run(stop)
        except KeyboardInterrupt:
            return False
        except UserError:
            # the files are closed by now: say what they hold before the error is told
            if job.writer.frames:
                print(f"{job.writer.frames} frames are in {job.writer.folder}", file=sys.stderr)
            raise


@dataclass
class Job:
    """One headless run.

    Attributes:
        done: results of an earlier run that this one resumes.
    """

    source: FrameSource
    writer: ResultsWriter
    frames: range
    config: CfgNode
    done: Sequence[PoseResult] = ()
    tally: Tally = field(default_factory=Tally)

    def run(self, stop: Stop) -> bool:
        """Draws what is done, computes the rest; False if stopped before the end."""
        for saved in tqdm(self.done, desc="redrawing ", bar_format=BAR, unit=" frames", disable=not self.done):
            if stop.requested:
                return False
            self.writer.redraw(self.source.read(saved.frame_index), saved)
        rest = self.frames[len(self.done) :]
        if not rest:
            return True
        print("Loading the network …", flush=True)
        estimator = composition.make_estimator(self.config)
        numbers = self._find_numbers(estimator, stop)
        start = time.perf_counter()
        every = 0.2 if sys.stderr.isatty() else 5.0  # a log file wants few lines
        read_ms: dict[int, float] = {}
        # closing: frames in work end before the files are closed
        with (
            tqdm(total=len(rest), bar_format=BAR, unit=" frames", mininterval=every) as bar,
            closing(estimator.results(self._read(rest, stop, read_ms), self.config.LOD.DISTANCE_MM)) as results,
        ):
            for frame, result in results:
                self._take(frame, result, numbers, read_ms.pop(frame.index))
                self.tally.seconds = time.perf_counter() - start
                bar.set_postfix_str(f"{self.tally.people[-1]} people", refresh=False)
                bar.update()
        return self.tally.frames == len(rest)

    def _read(self, indices: Sequence[int], stop: Stop, read_ms: dict[int, float]) -> Iterator[FrameSet]:
        """The frames, until a stop is asked for; notes how long each took."""
        for index in indices:
            if stop.requested:
                return
            start = time.perf_counter()
            frame = self.source.read(index)
            read_ms[index] = (time.perf_counter() - start) * 1e3
            yield frame

    def _take(self, frame: FrameSet, result: PoseResult, numbers: ResumedNumbers | None, read_ms: float) -> None:
        for note in result.notes:
            tqdm.write(note, file=sys.stderr)
        if numbers is not None:
            result = numbers.apply(result)
        self.writer.write(frame, result)
        self.tally.add(result, read_ms)

    def _find_numbers(self, estimator: Estimator, stop: Stop) -> ResumedNumbers | None:
        """Computes the last done frames again: the estimator then tracks from them, and people keep their saved numbers."""
        if not self.done:
            return None
        numbers = ResumedNumbers(self.done)
        for saved in self.done[-self.config.TRACKING.MAX_GAP_FRAMES - 1 :]:
            if stop.requested:
                break
            again = estimator.refine(estimator.detect(self.source.read(saved.frame_index)), self.config.LOD.DISTANCE_MM)
            numbers.learn(again, saved)
        return numbers


def introduce(source: FrameSource, frames: range, config: CfgNode) -> None:
    """Says what was found and what will be done."""
    info = source.info
    sizes = ", ".join(dict.fromkeys(f"{width}x{height}" for width, height in info.sizes_px))
    rate = f" at {info.fps:.4g} fps" if math.isfinite(info.fps) else ""
    cameras = f"{len(info.camera_names)} cameras ({sizes})"
    print(f"{info.path}: {info.format}, {cameras}, {info.frame_count} frames{rate}")
    for note in info.notes:
        print(note)
    limit = f"{config.LOD.DISTANCE_MM:g} mm" if config.LOD.DISTANCE_MM else "no limit"
    print(f"Frames {frames.start} to {frames.stop - 1}, level-of-detail distance: {limit}")


def summarise(job: Job, finished: bool) -> None:
    """Says what came out: frames, speed, people, stages, files."""
    tally, writer = job.tally, job.writer
    if not finished:
        print(f"Interrupted: {writer.frames} of {len(job.frames)} frames are in {writer.folder}; --resume goes on.")
    if tally.frames:
        fps = tally.frames / max(tally.seconds, 1e-9)
        print(f"{tally.frames} frames computed in {tally.seconds:.1f} s ({fps:.1f} frames/s, reading and drawing included)")
        mean = statistics.fmean(tally.people)
        print(f"{len(tally.track_ids)} people, {mean:.1f} in a frame on average, {max(tally.people)} at most")
        stages = {**tally.stages_ms, "draw": writer.draw_ms}
        medians = [f"{stage} {statistics.median(stages[stage]):.0f}" for stage in STAGES if stages.get(stage)]
        print(f"Median ms a frame: {', '.join(medians)} (draw runs beside the rest)")
    for path in writer.files():
        print(f"  {path}  {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    sys.exit(main())
