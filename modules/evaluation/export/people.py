"""People whose bones keep their length exactly, with gaps: every format can hold them to the last tenth of a millimetre."""

from __future__ import annotations

import numpy as np

from modules.core.skeleton import (
    JOINT_NAMES,
    LEFT_ANKLE,
    LEFT_ELBOW,
    LEFT_HIP,
    LEFT_KNEE,
    LEFT_SHOULDER,
    LEFT_WRIST,
    MID_HIP,
    MIRROR,
    NECK,
    NOSE,
)  # fmt: skip
from modules.core.trajectory import Sample, Trajectory, TrajectorySet

#: (joint, from joint, length mm, rest direction in the body's frame: x left, y forward, z up, largest swing rad)
BONES: tuple[tuple[int, int, float, tuple[float, float, float], float], ...] = (
    (NECK, MID_HIP, 520.0, (0, 0, 1), 0.4),
    (NOSE, NECK, 190.0, (0, 0.6, 0.8), 0.4),
    (LEFT_SHOULDER, NECK, 170.0, (1, 0, -0.1), 0.2),
    (LEFT_ELBOW, LEFT_SHOULDER, 290.0, (0.3, 0.1, -1), 1.2),
    (LEFT_WRIST, LEFT_ELBOW, 250.0, (0.1, 0.8, -0.6), 1.0),
    (LEFT_HIP, MID_HIP, 100.0, (1, 0, 0), 0.15),
    (LEFT_KNEE, LEFT_HIP, 430.0, (0.05, 0.2, -1), 0.8),
    (LEFT_ANKLE, LEFT_KNEE, 410.0, (0.05, -0.3, -1), 0.7),
)
FPS, CIRCLE_MM = 60.0, 1200.0
#: Gaps: frames of each hundred in which the left wrist, everything, and the right ankle and knee are missing or filled.
WRIST_GONE, ALL_GONE, LEG_FILLED = (10, 20), (40, 45), (60, 75)


def moving_people(frames: int, people: int = 3, seed: int = 0) -> TrajectorySet:
    """People who walk in circles and swing their limbs, seen with gaps, and filled and rejected joints.

    Returns:
        trajectories with deviations of 5 to 40 mm; world, z up.
    """
    rng = np.random.default_rng(seed)
    times = np.arange(frames) / FPS
    made = []
    for number in range(people):
        xyz = _walk(rng, times, np.array([number * 1500.0, 0.0]))
        samples = np.full((frames, len(JOINT_NAMES)), Sample.MEASURED, np.uint8)
        phase = (np.arange(frames) + 7 * number) % 100
        samples[_within(phase, WRIST_GONE), LEFT_WRIST] = Sample.MISSING
        samples[_within(phase, ALL_GONE)] = Sample.MISSING
        samples[_within(phase, LEG_FILLED), MIRROR[LEFT_ANKLE]] = Sample.FILLED
        samples[_within(phase, LEG_FILLED), MIRROR[LEFT_KNEE]] = Sample.REJECTED
        gone = samples == Sample.MISSING
        sd = rng.uniform(5.0, 40.0, xyz.shape)
        xyz[gone], sd[gone] = np.nan, np.nan
        made.append(Trajectory(number + 1, f"Person {number + 1}", xyz, sd, samples))
    return TrajectorySet("moving", FPS, np.arange(frames), times, JOINT_NAMES, tuple(made), "raw")


def _within(phase: np.ndarray, span: tuple[int, int]) -> np.ndarray:
    return (phase >= span[0]) & (phase < span[1])


def _walk(rng: np.random.Generator, times: np.ndarray, center_xy: np.ndarray) -> np.ndarray:
    """float64 [T, J, 3], mm, world."""
    heading = 0.8 * times + rng.uniform(0, 6)
    left = np.stack([np.cos(heading), np.sin(heading), np.zeros_like(heading)], axis=1)
    forward = np.stack([-np.sin(heading), np.cos(heading), np.zeros_like(heading)], axis=1)
    xyz = np.zeros((len(times), len(JOINT_NAMES), 3))
    xyz[:, MID_HIP] = left * CIRCLE_MM + np.append(center_xy, 0.0)
    xyz[:, MID_HIP, 2] = 950 + 30 * np.sin(11 * times)
    for joint, start, length, rest, swing in BONES:
        sides = [(joint, start, 1.0)] if MIRROR[joint] == joint else [(joint, start, 1.0), (MIRROR[joint], MIRROR[start], -1.0)]
        for end, begin, side in sides:
            x, y, z = np.array(rest) / np.linalg.norm(rest)
            direction = side * x * left + y * forward + z * np.array([0.0, 0.0, 1.0])
            direction = direction + np.tan(swing / 2) * np.stack([_wave(rng, times) for _ in range(3)], axis=1)
            direction /= np.linalg.norm(direction, axis=1, keepdims=True)
            xyz[:, end] = xyz[:, begin] + length * direction
    return xyz


def _wave(rng: np.random.Generator, times: np.ndarray) -> np.ndarray:
    """float64 [T] in [-1, 1], without steps."""
    rates, phases = rng.uniform(1.0, 6.0, 3), rng.uniform(0, 6.3, 3)
    return np.mean([np.sin(rate * times + phase) for rate, phase in zip(rates, phases, strict=True)], axis=0)
