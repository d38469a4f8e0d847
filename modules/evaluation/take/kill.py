"""``kill -9`` at random moments of computing, by run.py and by the window: nothing that was shown as computed may be lost.

One run goes through to the end. Then the same recording is computed into another take by a program that is killed again and
again, after a random number of new frames and a random while; each time everything that a reader saw in the take before must be
in it afterwards, and readable. At last run.py finishes it, and its files must be those of the run that went through, byte by
byte. Kills alternate between run.py and the window with --window.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from modules.core.errors import UserError
from modules.evaluation.common.options import PROJECT_DIR, add_config_options, positive
from modules.evaluation.common.report import Report, markdown_table, run_command
from modules.take.store import Take

COLUMNS = ("killed", "times", "frames seen before", "lost", "unreadable")
#: How often the take is looked at, and when a program that brings no new frame is given up, s.
LOOK_S, GIVE_UP_S = 0.05, 300.0


@dataclass
class Count:
    """What kills of one program did."""

    times: int = 0
    seen: int = 0
    lost: int = 0
    unreadable: int = 0


@dataclass
class Target:
    """Where programs compute to, and what is seen there.

    Attributes:
        takes: TAKE.FOLDER.
        distance_mm: the LoD distance.
    """

    takes: Path
    distance_mm: float
    counts: dict[str, Count] = field(default_factory=dict)

    def computed(self) -> frozenset[int]:
        """The frames that a reader sees now."""
        paths = list(self.takes.glob("*/take-*.sqlite"))
        if not paths:
            return frozenset()
        take = Take(paths[0], writable=False)
        try:
            return frozenset(take.computed(self.distance_mm).tolist())
        finally:
            take.close()

    def kill(self, name: str, command: Sequence[str], rng: np.random.Generator, frames: int) -> None:
        """Starts a program, kills it after up to ``frames`` new frames and up to half a second, and looks what is left."""
        before = self.computed()
        wanted = len(before) + int(rng.integers(0, frames + 1))
        log = self.takes.parent / "killed.log"
        program = start(command, log)
        try:
            self._wait(program, wanted, name)
            time.sleep(float(rng.uniform(0, 0.5)))
            seen = self.computed()
        finally:
            with suppress(ProcessLookupError):  # it came to its end
                os.killpg(program.pid, signal.SIGKILL)
            program.wait()
        if program.returncode not in (0, -signal.SIGKILL):
            raise UserError("{name} failed by itself: {reason}", name=name, reason=log.read_text()[-500:])
        after = self.computed()
        count = self.counts.setdefault(name, Count())
        count.times += 1
        count.seen += len(seen | before)
        count.lost += len((seen | before) - after)
        count.unreadable += self._unreadable(after)

    def _wait(self, program: subprocess.Popen, wanted: int, name: str) -> None:
        end = time.monotonic() + GIVE_UP_S
        while len(self.computed()) < wanted and program.poll() is None:
            if time.monotonic() > end:
                raise UserError("{name} computed nothing new in {seconds:g} s.", name=name, seconds=GIVE_UP_S)
            time.sleep(LOOK_S)

    def _unreadable(self, indices: frozenset[int]) -> int:
        (path,) = self.takes.glob("*/take-*.sqlite") if indices else (None,)
        if path is None:
            return 0
        take = Take(path, writable=False)
        try:
            return sum(take.result(index, self.distance_mm) is None for index in indices)
        finally:
            take.close()


def start(command: Sequence[str], log: Path) -> subprocess.Popen:
    """The program in a process group of its own, its window nowhere, what it says in a file."""
    surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as said:
        return subprocess.Popen(
            command, cwd=PROJECT_DIR, env=surroundings, start_new_session=True, stdout=said, stderr=subprocess.STDOUT
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; arguments and exit status as of ``report.run_command``; 1 too where anything was lost."""
    options = parser().parse_args(arguments)
    passed: list[bool] = []
    status = run_command(lambda *_: passed.append(measure(options)), None, None)
    return status or int(not all(passed))


def measure(options: argparse.Namespace) -> bool:
    """Kills, finishes, compares, and shows the table; whether nothing was lost. UserError."""
    out = options.out.absolute()
    whole = files_of(options, out / "whole")
    target = Target(out / "killed" / "takes", 0.0)
    rng = np.random.default_rng(options.seed)
    programs = {"run.py": command(options, out / "killed", "--headless")}
    if options.window:
        programs["window"] = command(options, out / "killed")
    each = max(1, round(options.count / options.kills))
    for n in range(options.kills):
        name = list(programs)[n % len(programs)]
        target.kill(name, programs[name], rng, each)
        print(f"kill {n + 1} of {options.kills}: {len(target.computed())} frames computed", file=sys.stderr, flush=True)
    finished = files_of(options, out / "killed", keep=True)
    same = [name for name in whole if finished.get(name) == whole[name]]
    rows = [[name, c.times, c.seen, c.lost, c.unreadable] for name, c in target.counts.items()]
    report = Report(figures={"columns": COLUMNS, "rows": rows, "same_files": same})
    report.show(markdown_table(COLUMNS, rows))
    report.show(f"Files equal to those of a run that went through: {', '.join(same) or 'none'} ({len(same)} of {len(whole)}).")
    report.save(out, "kill")
    return len(same) == len(whole) and not any(c.lost or c.unreadable for c in target.counts.values())


def files_of(options: argparse.Namespace, folder: Path, keep: bool = False) -> Mapping[str, bytes]:
    """What run.py writes into a folder, by name; the take there is made anew unless it is kept. UserError if it fails."""
    if not keep:
        for old in (folder / "takes").glob("*/take-*.sqlite*"):
            old.unlink()
        for old in (folder.parent / "killed" / "takes").glob("*/take-*.sqlite*"):
            old.unlink()
    done = subprocess.run(command(options, folder, "--headless"), cwd=PROJECT_DIR, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UserError("run.py failed: {reason}", reason=done.stderr[-500:])
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.suffix != ".log"}


def command(options: argparse.Namespace, folder: Path, *more: str) -> list[str]:
    """run.py with its files and take in a folder."""
    made = [sys.executable, str(options.program), *more, "--config", str(options.config.absolute())]
    made += [part for value in (*options.set, f"TAKE.FOLDER={folder / 'takes'}") for part in ("--set", value)]
    if "--headless" in more:
        made += ["--out", str(folder), "--frames", f"0:{options.count}"]
    return made


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m modules.evaluation.take.kill", description=__doc__.splitlines()[0])
    made.add_argument("--kills", type=positive, default=20, help="default 20")
    made.add_argument("--count", type=positive, default=100, help="frames of the demo that files are made of (default 100)")
    made.add_argument("--window", action="store_true", help="every other time the window is killed")
    made.add_argument("--seed", type=int, default=0, help="of the moments (default 0)")
    made.add_argument("--program", type=Path, default=PROJECT_DIR / "run.py", help=argparse.SUPPRESS)
    add_config_options(made, "output/evaluation/take/kill")
    return made


if __name__ == "__main__":
    sys.exit(main())
