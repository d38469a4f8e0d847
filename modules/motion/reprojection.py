"""Where the 2D network sees people's joints, over time; and what that says of the calibration."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from modules.core.types import Camera, Lod, PoseResult

#: What the refinement's deviations hold already: how far off, per axis, a view of a usual calibration shows people at 4 m, mm
#: (``training/rigs.py``: cameras turned by 0.25° and moved by 12 mm, evenly between none and all of it).
INCLUDED_MM = 12.0
#: Of a view so many joints must have been seen; fewer say nothing of its calibration. At most so many frames are looked at.
ENOUGH, FRAMES = 300, 500


def seen_px(results: Sequence[PoseResult], frames: np.ndarray, people: Collection[int]) -> dict[int, np.ndarray]:
    """track_id → float32 [T, V, J, 2], raw px: where the 2D network sees each joint in each of ``frames`` int64 [T], which
    follow one another; NaN: not, or not known. People none of whose joints are known to be seen are left out."""
    out: dict[int, np.ndarray] = {}
    for result in results:
        at = result.frame_index - int(frames[0]) if len(frames) else -1
        for person in result.persons if 0 <= at < len(frames) else ():
            if person.track_id in people and np.isfinite(person.seen_px).any():
                if person.track_id not in out:
                    out[person.track_id] = np.full((len(frames), *person.seen_px.shape), np.nan, np.float32)
                out[person.track_id][at] = person.seen_px
    return out


def calibration_mm(results: Sequence[PoseResult], cameras: Sequence[Camera]) -> float:
    """How far off the calibration puts a joint, standard deviation per axis, mm, beyond what deviations hold already.

    A camera that stands otherwise than its calibration says shows everybody shifted alike. What is left of those shifts when
    each joint was put where all V views agree best is 2 V numbers less the joint's 3, of each view's own variance; a joint that
    V views place has 3 / 2V of it per axis. 0 where there are fewer than two views, or too little was seen.
    """
    shifts: list[np.ndarray] = []
    chosen = results[:: max(len(results) // FRAMES, 1)]
    people = [person for result in chosen for person in result.persons if person.lod is Lod.FULL]
    for v, camera in enumerate(cameras):
        off = [_off_mm(person.joints_world_mm, person.joints_px[v], person.seen_px[v], camera) for person in people]
        known = np.concatenate([np.zeros((0, 2)), *off])
        known = known[np.isfinite(known).all(1)]
        if len(known) >= ENOUGH:
            shifts.append(np.median(known, axis=0))
    views = len(shifts)
    if views < 2:
        return 0.0
    variance = float((np.array(shifts) ** 2).sum()) / (2 * views - 3) - INCLUDED_MM**2
    return float(np.sqrt(max(variance, 0.0) * 3 / (2 * views)))


def _off_mm(joints_mm: np.ndarray, joints_px: np.ndarray, seen: np.ndarray, camera: Camera) -> np.ndarray:
    """float64 [J, 2]: from each joint to where it is seen, across the view's axis, mm at its depth."""
    depth = (joints_mm.astype(np.float64) - camera.center_world_mm) @ camera.R_world_to_cam[2]
    return (seen.astype(np.float64) - joints_px) * (depth[:, None] / [camera.fx, camera.fy])
