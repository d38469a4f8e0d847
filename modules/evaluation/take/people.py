"""Whether people keep their numbers, on made-up people in motion with truth: HOTA, IDF1, switches, people found again.

The networks look at drawn heatmaps, frame by frame; what they find goes into a take, whose numbers are measured beside those
of a tracker that matches nearest roots. What was found is kept under --out, so a second run only counts.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from itertools import pairwise

import numpy as np
from scipy.optimize import linear_sum_assignment
from tqdm import tqdm

from modules.core.config import load_config, results_digest
from modules.core.skeleton import NUM_JOINTS
from modules.evaluation.accuracy.voxel import VoxelNets
from modules.evaluation.common.metrics import MATCH_MM
from modules.evaluation.common.options import add_config_options, overrides, positive
from modules.evaluation.common.report import Report, markdown_table, run_command
from modules.evaluation.common.sequences import AWAY_S, KINDS, MovingPeople
from modules.evaluation.common.tracks import TrackedFrame, score_tracks
from modules.evaluation.take.films import Film, fill
from modules.evaluation.take.nearest_root import Tracker
from modules.take.identity import PeopleRules
from modules.take.store import Take

TAKE, NEAREST = "take", "nearest root"
COLUMNS = ("sequence", "numbers by", "HOTA", "DetA", "AssA", "IDF1", "switches", f"found again after {AWAY_S:g} s")
DEFAULT_KINDS = ("walking", "crossing", "turning", "sitting", "leaving", "occluded")
#: The nearest-root tracker's limits: a step, mm, and for how many frames a number is kept.
STEP_MM, KEPT_FRAMES = 500.0, 15

#: People of one frame: numbers int [P], joints float32 [P, J, 3], mm, world.
Numbered = tuple[np.ndarray, np.ndarray]


def main(arguments: Sequence[str] | None = None, make_nets: Callable[..., VoxelNets] = VoxelNets) -> int:
    """Runs the command; arguments and exit status as of ``report.run_command``."""
    options = parser().parse_args(arguments)
    return run_command(lambda *_: measure(options, make_nets), None, None)


def measure(options: argparse.Namespace, make_nets: Callable[..., VoxelNets]) -> None:
    """Fills the takes and shows the table; UserError."""
    config = load_config(options.config, overrides(options))
    rules = PeopleRules(config.TAKE.LOST_S, config.TAKE.SHORTEST_TRACK)
    nets = make_nets(config)
    rows, figures = [], []
    for kind in options.kinds:
        for seed in range(options.seeds):
            film = Film(kind, seed, options.people, options.views, options.seconds, options.fps)
            with closing(film.take(options.out, results_digest(config), rules)) as take:
                for _ in tqdm(fill(take, film, nets), film.name, round(film.seconds * film.fps), mininterval=5.0):
                    pass
                truth = film.moving()
                for name, people in ((TAKE, of_take(take)), (NEAREST, of_nearest_root(take))):
                    scores, again = score(truth, people)
                    figures.append({"film": asdict(film), "numbers_by": name, **asdict(scores), "found_again": again})
                    rows.append(_row(film.name, name, figures[-1]))
    for name in (TAKE, NEAREST):
        rows.append(_row("all", name, _together([f for f in figures if f["numbers_by"] == name])))
    report = Report(figures={"columns": COLUMNS, "rows": figures})
    report.show(
        f"{options.people} people, {options.views} views, {options.fps:g} frames/s, {options.seconds:g} s each.\n\n"
        + markdown_table(COLUMNS, rows)
    )
    report.save(options.out, "people")


def of_take(take: Take) -> list[Numbered]:
    """Every frame's people as files have them: with final numbers, short ones left out."""
    take.settle()
    short = {person.track_id for person in take.people() if person.short}
    found = []
    for index in range(take.header.frame_count):
        persons = [person for person in take.result(index, 0.0).persons if person.track_id not in short]
        joints = np.array([person.joints_world_mm for person in persons]).reshape(-1, NUM_JOINTS, 3)
        found.append((np.array([person.track_id for person in persons], int), joints))
    return found


def of_nearest_root(take: Take) -> list[Numbered]:
    """The same people as the nearest-root tracker numbers them, frame by frame in order."""
    tracker = Tracker(STEP_MM, KEPT_FRAMES)
    frames = [take.frame(index) for index in range(take.header.frame_count)]
    return [(tracker.assign(frame.frame_index, frame.roots_world_mm), frame.joints_world_mm) for frame in frames]


def score(truth: MovingPeople, people: Sequence[Numbered]) -> tuple[object, tuple[int, int]]:
    """Scores of tracks; and of those who were away for AWAY_S and more: how many had their number again, out of how many."""
    visible = truth.present & ~truth.hidden
    frames = [
        TrackedFrame.of(np.flatnonzero(there), joints[there], numbers, found)
        for there, joints, (numbers, found) in zip(visible, truth.joints_world_mm, people, strict=True)
    ]
    return score_tracks(frames), found_again(truth, people)


def found_again(truth: MovingPeople, people: Sequence[Numbered]) -> tuple[int, int]:
    """How many of those who were away for AWAY_S and more came back with the number that they left with, out of how many.

    The number is that of the nearest pose found within MATCH_MM, one to one: the last before, the first after.
    """
    visible = truth.present & ~truth.hidden
    seen: list[list[tuple[int, int]]] = [[] for _ in range(visible.shape[1])]
    for index, (numbers, found) in enumerate(people):
        there = np.flatnonzero(visible[index])
        apart = np.linalg.norm(truth.joints_world_mm[index, there][:, None] - found[None], axis=-1).mean(-1)
        for row, column in zip(*linear_sum_assignment(np.minimum(apart, MATCH_MM)), strict=True):
            if apart[row, column] < MATCH_MM:
                seen[there[row]].append((index, int(numbers[column])))
    again = times = 0
    for person, sights in enumerate(seen):
        for (before, left), (after, came) in pairwise(sights):
            away = ~visible[before + 1 : after, person]
            if away.sum() >= AWAY_S * truth.fps - 1:
                times += 1
                again += left == came
    return again, times


def _together(figures: Sequence[dict]) -> dict:
    """Means, each sequence counting alike; sums of what is counted."""
    means = {name: float(np.mean([f[name] for f in figures])) for name in ("hota", "det_a", "ass_a", "idf1")}
    again = tuple(np.sum([f["found_again"] for f in figures], axis=0).tolist())
    return means | {"switches": sum(f["switches"] for f in figures), "found_again": again}


def _row(sequence: str, name: str, figure: dict) -> list[str]:
    again, times = figure["found_again"]
    scores = [f"{figure[key]:.3f}" for key in ("hota", "det_a", "ass_a", "idf1")]
    return [sequence, name, *scores, str(figure["switches"]), f"{again} of {times}" if times else ""]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m modules.evaluation.take", description=__doc__.splitlines()[0])
    made.add_argument("--kinds", nargs="+", choices=KINDS, default=DEFAULT_KINDS, help=f"default: {' '.join(DEFAULT_KINDS)}")
    made.add_argument("--seeds", type=positive, default=1, help="sequences of each kind (default 1)")
    made.add_argument("--people", type=positive, default=5, help="people in each (default 5)")
    made.add_argument("--views", type=positive, default=5, help="cameras, 5 at most (default 5)")
    made.add_argument("--seconds", type=float, default=20.0, help="length of each (default 20)")
    made.add_argument("--fps", type=float, default=10.0, help="frames per second (default 10)")
    add_config_options(made, "output/evaluation/take")
    return made


if __name__ == "__main__":
    sys.exit(main())
