"""The main job without a window: a recording into its take, and files from that."""

from __future__ import annotations

import gc
import math
import signal
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import numpy as np
from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm
from yacs.config import CfgNode

from modules import composition
from modules.core.config_keys import KEYS
from modules.core.errors import ConfigError, SourceError, UserError
from modules.core.files import Held
from modules.core.names import readable
from modules.core.protocols import SHARED, Estimator, FrameSource, Take
from modules.core.rig import RigReport, Verdict
from modules.core.rig_text import accepted_sentence, finding_lines, option_text
from modules.core.types import STAGES, FrameSet, PoseResult
from modules.export.results import ResultsWriter, export_frames, fewer_note, hold_folder

BAR = "{desc}{percentage:3.0f}% |{bar}| {n_fmt}/{total_fmt} frames · {rate_noinv_fmt}{postfix} · {remaining} left"


def process(
    config: CfgNode,
    frames: str | None = None,
    folder: Path | None = None,
    fresh: bool = False,
    then: Callable[[Take, Path], None] | None = None,
) -> bool:
    """Processes the configured recording into files, and says on the terminal how it goes.

    Args:
        frames: ``A:B``, as ``parse_frames``; None: all. folder: for the files; None: output/<recording>.
        fresh: computes frames again that the take has.
        then: called at the end with the take and the folder.

    Returns:
        Whether it came to its end: False if it was interrupted.

    Raises:
        UserError: a sentence says what is wrong; what was computed until then is kept.
    """
    with ExitStack() as stack:
        stack.callback(gc.enable)
        gc.disable()  # until the networks are there: what is imported is no garbage
        source = composition.open_source(config)
        stack.callback(source.close)
        chosen = parse_frames(frames, len(source))
        folder = folder or composition.output_folder(config, source)
        among = composition.check_folder_for_files(source, folder)
        introduce(source, chosen, config)
        if among is not None:
            print(among)
        say_accepted(config, source)
        ready: list[Future[Estimator]] = []
        if not composition.had_take(config, source):
            composition.check_weights(config)  # before a folder is made, or people are looked for
            ready.append(_made_meanwhile(config, stack))
        gc.freeze()  # nor need it be looked through when what was computed with is collected
        stack.callback(gc.unfreeze)
        gc.enable()
        source, report = composition.put_right(config, source)
        gc.collect()  # the check's network is in cycles; it would stay beside the one that comes next
        say_and_refuse(report)
        composition.make_folder_for_files(folder, Path(source.info.path))  # before the work: it may hold files of others
        held = hold_folder(folder)  # likewise: who comes second is told now, not when all is computed
        stack.callback(held.let_go)
        fewer = fewer_note(folder, chosen)
        if fewer is not None:
            print(fewer)
        take = composition.open_take(config, source)
        stack.callback(take.close)
        if take.shared:
            print(SHARED)
        job = Job(source, take, chosen, config, fresh, ready)
        with Stop().listening() as stop:
            done = compute_and_say(job, stop)
            gc.collect()  # likewise the network, while files are written
            done = done and export(job, folder, stop, held)
            say_again(report)
        if done and then is not None:
            then(take, folder)
    return done


def _made_meanwhile(config: CfgNode, stack: ExitStack) -> Future[Estimator]:
    """The estimator, loaded beside the rig check, which leaves a core idle most of the time; waited for when the stack ends."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="networks")
    stack.callback(pool.shutdown)
    return pool.submit(composition.make_estimator, config)


def ends(text: str) -> tuple[int | None, int | None]:
    """A and B of ``A:B``, None for one that is left out, negative where they are counted from the end; ValueError for anything
    else."""
    first, last = (int(part) if part.strip() else None for part in text.split(":"))
    return first, last


def from_start(end: int | None, count: int, otherwise: int) -> int:
    """A or B of ``A:B`` in a recording of ``count`` frames, counted from its start; ``otherwise`` where it is left out."""
    if end is None:
        return otherwise
    return end + count if end < 0 else end


def parse_frames(text: str | None, count: int) -> range:
    """The frames that ``A:B`` names in a recording of ``count``, as Python's slices do; ConfigError if it names others, or
    none."""
    if text is None:
        return range(count)
    try:
        first, last = ends(text)
    except ValueError as error:
        raise ConfigError("--frames {text}: expected A:B with whole numbers, like 0:50 or 20:.", text=text) from error
    start, stop = from_start(first, count, 0), from_start(last, count, count)
    if not 0 <= start < stop <= count:
        raise ConfigError(
            "--frames {text}: the recording has {count} frames; A must come before B, both in it (negative: from its end).",
            text=text, count=count,
        )  # fmt: skip
    return range(start, stop)


@dataclass
class Tally:
    """What a run has seen so far."""

    frames: int = 0
    seconds: float = 0.0
    people: list[int] = field(default_factory=list)
    stages_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, result: PoseResult, read_ms: float) -> None:
        """Counts one computed frame."""
        self.frames += 1
        self.people.append(len(result.persons))
        for stage, ms in {**result.timings_ms, "read": read_ms}.items():
            self.stages_ms[stage].append(ms)

    def summarise(self) -> None:
        """Says how fast it was."""
        if self.frames:
            fps = self.frames / max(self.seconds, 1e-9)
            print(f"{self.frames} frames computed in {self.seconds:.1f} s ({fps:.1f} frames/s, reading included)")
            medians = [f"{stage} {statistics.median(ms):.0f}" for stage in STAGES if (ms := self.stages_ms.get(stage))]
            print(f"Median ms a frame: {', '.join(medians)}")


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


def say_accepted(config: CfgNode, source: FrameSource) -> None:
    """Says what of the recording's rig was accepted in the window."""
    for name, value in composition.in_force(config, composition.accepted(config, Path(source.info.path))).items():
        print(f"As accepted in the window's rig check, where it can be taken back: {accepted_sentence(name, value)}")
        print(f"    without it: {option_text(name, KEYS[name].default)}")


def say_and_refuse(report: RigReport | None) -> None:
    """Says what the rig check found; SourceError where the recording can't be right."""
    for line in finding_lines(() if report is None else report.findings):
        print(line)
    if report is not None and report.refused:
        raise SourceError("The rig can't be right: see above. Use --no-rig-check to go on all the same.")


def say_again(report: RigReport | None) -> None:
    """What of the rig wants a look before the results are believed: by now it is far above."""
    for finding in () if report is None else report.findings:
        if finding.verdict is Verdict.PROPOSED:
            print(f"Not right yet: {finding.sentence}")


def compute_and_say(job: Job, stop: Stop) -> bool:
    """Fills the take whatever happens; whether it came to its end."""
    try:
        try:
            finished = job.compute(stop)
        finally:
            job.take.flush()
    except KeyboardInterrupt:
        finished = False
    except UserError:
        print(job.state, file=sys.stderr)
        raise
    if not finished:
        print(f"Interrupted: {job.state}" + ("." if job.fresh else "; run again to go on."))
    job.tally.summarise()
    return finished


@dataclass
class Job:
    """One headless run."""

    source: FrameSource
    take: Take
    frames: range
    config: CfgNode
    fresh: bool = False  # whether frames that the take has are computed again, each dropped only when it is
    ready: list[Future[Estimator]] = field(default_factory=list)  # the one in work; taken out, so that nobody else keeps it
    tally: Tally = field(default_factory=Tally)

    @property
    def missing(self) -> list[int]:
        """The frames that the take hasn't got yet."""
        return np.setdiff1d(self.frames, self.take.computed(self.config.LOD.DISTANCE_MM)).tolist()

    @property
    def done(self) -> int:
        """How many the take has got."""
        return len(self.frames) - len(self.missing)

    @property
    def state(self) -> str:
        """How far it is."""
        if self.fresh:
            again = f"{self.tally.frames} of {len(self.frames)} frames are computed anew, in {self.take.path}"
            return f"{again}; of the others it has what it had"
        return f"{self.done} of {len(self.frames)} frames are computed, in {self.take.path}"

    def compute(self, stop: Stop) -> bool:
        """Computes what is missing into the take; False if stopped before the end."""
        missing = list(self.frames) if self.fresh else self.missing
        if len(missing) < len(self.frames):
            print(f"{self.done} of {len(self.frames)} frames are already computed, in {self.take.path}")
        if not missing:
            return True
        print("Loading the network …", flush=True)
        estimator = self.ready.pop().result() if self.ready else composition.make_estimator(self.config)
        start = time.perf_counter()
        read_ms: dict[int, float] = {}
        frames = self._read(missing, stop, read_ms)
        # closing: frames in work end before the take is closed
        with (
            logging_redirect_tqdm(),
            tqdm(total=len(missing), bar_format=BAR, unit=" frames", mininterval=bar_interval_s()) as bar,
            closing(composition.compute(estimator, frames, self.config.LOD.DISTANCE_MM, self.take, self.fresh)) as results,
        ):
            # what the bar has counted is on disk
            self.take.listen(lambda change: None if change.frame_index is None else bar.update())
            for frame, result in results:
                for note in result.notes:
                    tqdm.write(note, file=sys.stderr)
                self.tally.add(result, read_ms.pop(frame.index))
                self.tally.seconds = time.perf_counter() - start
                bar.set_postfix_str(f"{self.tally.people[-1]} people", refresh=False)
                del frame, result  # images must not wait for the next result
            self.take.flush()
        return self.tally.frames == len(missing)

    def _read(self, indices: Sequence[int], stop: Stop, read_ms: dict[int, float]) -> Iterator[FrameSet]:
        """The frames, until a stop is asked for; notes how long each took."""
        for index in indices:
            if stop.requested:
                return
            start = time.perf_counter()
            frame = self.source.read(index)
            read_ms[index] = (time.perf_counter() - start) * 1e3
            yield frame


def bar_interval_s() -> float:
    """Seconds between two states of a progress bar: a log file wants few lines."""
    return 0.2 if sys.stderr.isatty() else 5.0


def export(job: Job, folder: Path, stop: Stop, held: Held) -> bool:
    """Writes the files from the take into the folder that is held; whether it came to its end (else what was there stays)."""
    start = time.perf_counter()
    results = composition.written(job.config, job.take)
    writer = ResultsWriter(folder, results.header, held)
    exported = export_frames(results, job.source, job.frames, job.config.LOD.DISTANCE_MM, writer)
    people: list[int] = []
    track_ids: set[int] = set()
    try:
        with logging_redirect_tqdm(), closing(exported):
            for result in tqdm(
                exported, "writing ", len(job.frames), bar_format=BAR, unit=" frames", mininterval=bar_interval_s()
            ):
                people.append(len(result.persons))
                track_ids |= {person.track_id for person in result.persons}
                if stop.requested:
                    break
    except KeyboardInterrupt:
        stop.requested = True
    if stop.requested:
        print(f"Interrupted: all frames are computed, but no files were written to {folder}; run again to write them.")
        return False
    composition.claim_folder(job.take, folder)
    mean = statistics.fmean(people)
    print(f"{len(track_ids)} people, {mean:.1f} in a frame on average, {max(people)} at most")
    print(f"{len(people)} frames written in {time.perf_counter() - start:.1f} s")
    for path in writer.files():
        print(f"  {path}  {path.stat().st_size / 1e6:.1f} MB")
    kept = sum(path.stat().st_size for path in job.take.path.parent.glob(f"{job.take.path.name}*"))
    print(f"  {job.take.path}  {kept / 1e6:.1f} MB (everything that was computed)")
    return True


def introduce(source: FrameSource, frames: range, config: CfgNode) -> None:
    """Says what was found and what will be done."""
    info = source.info
    sizes = ", ".join(dict.fromkeys(f"{width}x{height}" for width, height in info.sizes_px))
    rate = f" at {info.fps:.4g} fps" if math.isfinite(info.fps) else ""
    cameras = f"{len(info.camera_names)} camera{'' if len(info.camera_names) == 1 else 's'} ({sizes})"
    print(f"{readable(info.path)}: {info.format}, {cameras}, {info.frame_count} frames{rate}")
    for note in info.notes:
        print(note)
    limit = f"{config.LOD.DISTANCE_MM:g} mm" if config.LOD.DISTANCE_MM else "no limit"
    print(f"Frames {frames.start} to {frames.stop - 1}, level-of-detail distance: {limit}")
