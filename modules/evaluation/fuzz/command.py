"""Seeded bad input, case by case in a process of its own: all must end in success or in one of the program's own sentences.

    python -m modules.evaluation.fuzz --seed 0 --cases 300

Each case has so much memory and time; what it may do besides is watched: a traceback, a crash, running over, a file outside its
folder, a sentence without the file's name. Needs a system with ``fork``.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import torch

from modules.core.errors import UserError
from modules.evaluation.common.options import positive
from modules.evaluation.fuzz.cases import CASES, Described

SUCCESS, SENTENCE, TRACEBACK = 0, 10, 11


@dataclass(frozen=True)
class Ending:
    """How one case ended.

    Attributes:
        kind: of case. what: it was. how: "success", "sentence", "traceback", "crash", "hang" or "memory". text: what was said.
    """

    kind: str
    what: str
    how: str
    text: str
    seconds: float

    @property
    def good(self) -> bool:
        """Whether it ended as it should."""
        return self.how in ("success", "sentence")


def main(arguments: list[str] | None = None) -> int:
    """Runs the cases; 1 if one ended otherwise than in success or in a sentence."""
    parser = argparse.ArgumentParser(prog="python -m modules.evaluation.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cases", type=positive, default=300)
    parser.add_argument("--kind", choices=CASES, help="one kind of case alone")
    parser.add_argument("--only", type=int, help="the number of one case, which is then told in full")
    parser.add_argument("--seconds", type=positive, default=20, help="for one case (default: 20)")
    parser.add_argument("--memory", type=positive, default=1500, help="MB beyond what the program has at its start")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    endings = []
    for number in range(options.cases) if options.only is None else [options.only]:
        ending = run_case(number, options)
        endings.append(ending)
        if not ending.good or options.only is not None:
            print(
                f"case {number}: {ending.kind}: {ending.what}: {ending.how} after {ending.seconds:.1f} s\n{ending.text}",
                flush=True,
            )
    report(endings)
    return 0 if all(ending.good for ending in endings) else 1


def run_case(number: int, options: argparse.Namespace) -> Ending:
    """One case in a process of its own."""
    rng = random.Random(f"{options.seed}/{number}")
    kinds = [options.kind] if options.kind else [name for name, (_, weight) in CASES.items() for _ in range(weight)]
    kind = rng.choice(kinds)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="fuzz") as folder:
        notes = Path(folder) / "notes.txt"
        inside = Path(folder) / "case"
        inside.mkdir()
        child = os.fork()
        if child == 0:
            _be_the_case(kind, inside, rng, notes, options)
        status = _wait(child, options.seconds)
        text = notes.read_text("utf-8", "replace") if notes.exists() else ""
        stray = [entry.name for entry in Path(folder).iterdir() if entry not in (notes, inside)]
    what, _, said = text.partition("\n")
    seconds = time.perf_counter() - start
    if status is None:
        return Ending(kind, what, "hang", said, seconds)
    if os.WIFSIGNALED(status):
        return Ending(kind, what, f"crash (signal {os.WTERMSIG(status)})", said, seconds)
    how = {SUCCESS: "success", SENTENCE: "sentence"}.get(os.WEXITSTATUS(status), "traceback")
    if stray:
        how, said = "written outside", ", ".join(stray)
    if how == "traceback" and "MemoryError" in said:
        how = "memory"
    return Ending(kind, what, how, said, seconds)


def _be_the_case(kind: str, folder: Path, rng: random.Random, notes: Path, options: argparse.Namespace) -> None:
    """Does the case in this process, and ends it."""
    os.chdir(folder)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    logging.disable()
    pages = Path("/proc/self/statm")
    if pages.exists():
        used = int(pages.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (used + options.memory * 2**20,) * 2)
    what, said, status = "the case itself", "", TRACEBACK
    try:
        what, status = CASES[kind][0](folder, rng), SUCCESS
    except Described as ended:
        what = ended.what
        if isinstance(ended.error, UserError):
            said, status = str(ended.error), SENTENCE
        else:
            said = "".join(traceback.format_exception(ended.error))
    finally:  # whatever it was: nothing of the parent's may go on in this process
        if status == TRACEBACK and not said:
            said = traceback.format_exc()
        notes.write_text(f"{what}\n{said}", "utf-8", "backslashreplace")
        os._exit(status)


def _wait(child: int, seconds: float) -> int | None:
    """The child's status; None if it had to be killed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return status
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def report(endings: list[Ending]) -> None:
    """A line for each kind, and the sum."""
    print(f"{'kind':<14} {'cases':>5} {'success':>8} {'sentence':>9} {'other':>6}")
    for kind in CASES:
        own = [ending for ending in endings if ending.kind == kind]
        counts = Counter(ending.how for ending in own)
        bad = sum(not ending.good for ending in own)
        print(f"{kind:<14} {len(own):>5} {counts['success']:>8} {counts['sentence']:>9} {bad:>6}")
    bad = sum(not ending.good for ending in endings)
    print(f"{bad} of {len(endings)} cases did not end in success or in one of the program's own sentences")


if __name__ == "__main__":
    sys.exit(main())
