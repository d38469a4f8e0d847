"""A take's PoseResults as trajectories: everyone's joints over time, as measured, with their standard deviations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np

from modules.core.skeleton import JOINT_NAMES, MID_HIP, NUM_JOINTS
from modules.core.trajectory import Sample, Trajectory, TrajectorySet
from modules.core.types import Lod, Person, PoseResult
from modules.motion.deviations import ROOT_SD_MM, deviations_mm


def raw_trajectories(
    results: Iterable[PoseResult],
    fps: float,
    recording: str = "",
    names: Mapping[int, str] | None = None,
    frames: range | None = None,
    only: Collection[int] | None = None,
) -> TrajectorySet:
    """Everyone's joints as they were measured.

    Args:
        results: frames in any order, each at most once; people with the same ``track_id`` are one person. The same number
            twice in a frame: the first counts.
        fps: frames per second; NaN where unknown (then frames' own times say).
        names: track_id → name, where it is not "Person N".
        frames: the frames that the set covers; None: from the first to the last result.
        only: track_ids of the people to take; None: everyone.

    Returns:
        ``method`` "raw"; joints are the skeleton's, then the results' extra ones. A frame without a result, and a person who is
        not in it, is MISSING there. A person beyond the LoD distance has the root alone, as mid-hip.
    """
    kept = [r for r in results if frames is None or r.frame_index in frames]
    first, last = (frames.start, frames.stop) if frames is not None else _span(kept)
    extra = next((r.extra_names for r in kept if r.extra_names), ())
    count, joints = max(last - first, 0), NUM_JOINTS + len(extra)
    times = np.full(count, np.nan)
    tracks: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    for result in kept:
        at = result.frame_index - first
        times[at] = result.time_s
        for person in reversed(result.persons):
            if only is not None and person.track_id not in only:
                continue
            if person.track_id not in tracks:
                tracks[person.track_id] = (np.full((count, joints, 3), np.nan), np.full((count, joints, 3), np.nan))
            positions, sds = tracks[person.track_id]
            _put(person, positions[at], sds[at], len(extra))
    people = []
    for track_id in sorted(tracks):
        positions, sds = tracks[track_id]
        known = np.isfinite(positions).all(-1)
        positions[~known] = np.nan
        name = (names or {}).get(track_id, f"Person {track_id}")
        samples = np.where(known, Sample.MEASURED, Sample.MISSING)
        people.append(Trajectory(track_id, name, positions, deviations_mm(positions, sds), samples))
    numbers = np.arange(first, first + count)
    every = JOINT_NAMES + tuple(extra)
    return TrajectorySet(recording, float(fps), numbers, _filled_times(times, numbers, fps), every, tuple(people), "raw")


def _span(results: list[PoseResult]) -> tuple[int, int]:
    indices = [r.frame_index for r in results]
    return (min(indices), max(indices) + 1) if indices else (0, 0)


def _put(person: Person, positions: np.ndarray, sds: np.ndarray, extra: int) -> None:
    positions[:NUM_JOINTS] = person.joints_world_mm
    sds[:NUM_JOINTS] = person.joint_sd_mm
    if extra and len(person.extra_world_mm) == extra:
        positions[NUM_JOINTS:] = person.extra_world_mm
    if person.lod is Lod.ROOT_ONLY:
        positions[MID_HIP], sds[MID_HIP] = person.root_world_mm, ROOT_SD_MM


def _filled_times(times_s: np.ndarray, frames: np.ndarray, fps: float) -> np.ndarray:
    """Times of frames without a result: between their neighbours', by the frame rate at the ends."""
    known = np.isfinite(times_s)
    if known.all():
        return times_s
    if not known.any():
        return frames / fps
    seconds = 1 / fps if np.isfinite(fps) else float(np.median(np.diff(times_s[known]) / np.diff(frames[known])))
    inner = np.interp(frames, frames[known], times_s[known])
    low, high = frames[known][[0, -1]]
    return inner + seconds * (np.minimum(frames - low, 0) + np.maximum(frames - high, 0))
