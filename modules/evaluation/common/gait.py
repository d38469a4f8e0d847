"""How a made-up person moves: feet that stand where they were put, legs that reach them, arms that swing or strike.

Everything is worked out at FINE_HZ as controls (root, heading, joint angles, where the ankles want to be) and turned into
joints only at the instants asked for, so that bones are exactly constant at any frame rate. The body is the training
generator's (``training/bodies.py``): its segments and its forward kinematics; the legs are then bent to reach the ankles.

Stride rate and stance share against speed: rounded from Winter, "Biomechanics and Motor Control of Human Gait" (2nd ed., 1991)
and Cavanagh & Kram, "Stride length in distance running" (Med. Sci. Sports Exerc. 21, 1989).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.integrate import cumulative_trapezoid
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d

from modules.core.skeleton import LEFT_ANKLE, LEFT_HIP, LEFT_KNEE, RIGHT_ANKLE, RIGHT_HIP, RIGHT_KNEE
from modules.SelfPose3d.lib.training.bodies import ANGLE_NAMES, ANKLE_HEIGHT, LIMITS, SEGMENTS, forward_kinematics

FINE_HZ = 240.0
#: Above this speed people run, mm/s.
RUN_MM_S = 2000.0
#: A leg is never quite straight: share of its length that it reaches, and how softly it is held back, mm.
REACH, SOFT_MM = 0.985, 12.0
#: An ankle slower than this and lower than its rest height by this much more stands, mm/s and mm.
STANDS_MM_S, STANDS_MM = 120.0, 25.0
_INDEX = {name: i for i, name in enumerate(ANGLE_NAMES)}
_SEGMENT = {name: i for i, name in enumerate(SEGMENTS)}


@dataclass(frozen=True, eq=False)
class Path:
    """Where a person goes, at FINE_HZ.

    Attributes:
        xy_mm: float64 [N, 2], mm, world. heading_rad: float64 [N], unwrapped; 0 along x.
        sitting: float64 [N] in [0, 1], 1: on a seat.
    """

    xy_mm: np.ndarray
    heading_rad: np.ndarray
    sitting: np.ndarray

    @property
    def speed_mm_s(self) -> np.ndarray:
        """float64 [N]."""
        return np.linalg.norm(np.gradient(self.xy_mm, 1 / FINE_HZ, axis=0), axis=1)


def min_jerk(share: np.ndarray) -> np.ndarray:
    """0 to 1 as a hand moves: with the least jerk (Flash & Hogan, J. Neurosci. 5, 1985); held outside [0, 1]."""
    s = np.clip(share, 0, 1)
    return s**3 * (10 + s * (6 * s - 15))


def keyed(times_s: np.ndarray, keys_s: np.ndarray, values: np.ndarray) -> np.ndarray:
    """float64 [N, …]: from one key's value to the next's by ``min_jerk``; the first and last are held."""
    at = np.clip(np.searchsorted(keys_s, times_s, side="right") - 1, 0, len(keys_s) - 2)
    share = min_jerk((times_s - keys_s[at]) / np.maximum(keys_s[at + 1] - keys_s[at], 1e-9))
    share = share.reshape(-1, *([1] * (values.ndim - 1)))
    return values[at] + share * (values[at + 1] - values[at])


def wobble(rng: np.random.Generator, count: int, columns: int, seconds: float) -> np.ndarray:
    """float64 [count, columns]: smooth noise of unit deviation that changes over about ``seconds``."""
    sigma = seconds * FINE_HZ
    spare = int(4 * sigma)
    smooth = gaussian_filter1d(rng.standard_normal((count + 2 * spare, columns)), sigma, axis=0)[spare : spare + count]
    return smooth * np.sqrt(2 * sigma * np.sqrt(np.pi))  # what the filter leaves of white noise is 1 over this


def gait_phase(path: Path, stature_mm: float, start: float) -> tuple[np.ndarray, np.ndarray]:
    """Strides done so far, float64 [N], and the share of a stride that a foot stands, [N]; who stands still makes no steps."""
    speed = gaussian_filter1d(path.speed_mm_s, 0.1 * FINE_HZ, mode="nearest") / 1000
    rate = np.where(speed < RUN_MM_S / 1000, 0.50 + 0.36 * speed, 1.0 + 0.14 * speed) * np.sqrt(1710 / stature_mm)
    rate = gaussian_filter1d(rate * np.clip(speed / 0.3, 0, 1), 0.15 * FINE_HZ, mode="nearest")
    stance = gaussian_filter1d(np.where(speed < RUN_MM_S / 1000, 0.62, 0.36), 0.15 * FINE_HZ, mode="nearest")
    return start + cumulative_trapezoid(rate, dx=1 / FINE_HZ, initial=0.0), stance


def ankle_targets(path: Path, phase: np.ndarray, stance: np.ndarray, stature_mm: float, half_hips_mm: float) -> np.ndarray:
    """float64 [N, 2, 3], mm, world: where the left and right ankle want to be.

    A foot stands where the body is in the middle of its stance, to its own side; between two places it swings over the floor.
    """
    count = len(phase)
    times = np.arange(count) / FINE_HZ
    speed = gaussian_filter1d(path.speed_mm_s, 0.1 * FINE_HZ, mode="nearest")
    runs = np.clip((speed - RUN_MM_S + 250) / 500, 0, 1)
    lift = stature_mm * (0.05 + 0.15 * runs) * np.clip(speed / 500, 0, 1)
    out = np.empty((count, 2, 3))
    for side, (sign, shift) in enumerate(((1.0, 0.0), (-1.0, 0.5))):
        done = phase + shift + 1e-9 * times  # never standing quite still, so that it can be inverted
        cycle = np.floor(done).astype(int)
        cycles = np.arange(cycle[0], cycle[-1] + 2)
        middle = np.interp(cycles + np.interp(cycles, done, stance) / 2, done, times)
        at = np.clip((middle * FINE_HZ).round().astype(int), 0, count - 1)
        left = np.stack([-np.sin(path.heading_rad[at]), np.cos(path.heading_rad[at])], -1)
        places = path.xy_mm[at] + sign * 0.9 * half_hips_mm * left
        swing = np.clip((done - cycle - stance) / (1 - stance), 0, 1)
        share = (swing**2 * (3 - 2 * swing))[:, None]
        k = cycle - cycle[0]
        out[:, side, :2] = (1 - share) * places[k] + share * places[k + 1]
        kick = swing ** (1 - 0.35 * runs)  # runners lift the heel early in the swing
        out[:, side, 2] = ANKLE_HEIGHT * stature_mm + lift * np.sin(np.pi * kick) ** 2
    return out


def swing_arms(angles: np.ndarray, phase: np.ndarray, speed_mm_s: np.ndarray) -> None:
    """Writes the trunk's turn and the arms' swing, against the legs', into ``angles`` float64 [N, A], degrees."""
    runs = np.clip((speed_mm_s - RUN_MM_S + 250) / 500, 0, 1)
    goes = np.clip(speed_mm_s / 600, 0, 1)
    beat = np.cos(2 * np.pi * phase)  # 1: the left foot is put down in front
    swing = goes * (22 + 16 * runs)
    for prefix, sign in (("l", -1.0), ("r", 1.0)):
        angles[:, _INDEX[f"{prefix}_shoulder_flex"]] += 4 * goes + sign * swing * beat
        angles[:, _INDEX[f"{prefix}_elbow"]] += goes * (22 + 62 * runs + sign * (9 + 6 * runs) * beat)
        angles[:, _INDEX[f"{prefix}_shoulder_abd"]] += 7
    angles[:, _INDEX["pitch"]] += goes * (2 + 7 * runs)
    angles[:, _INDEX["spine_twist"]] += goes * (8 + 5 * runs) * beat


def bend_legs(joints_mm: np.ndarray, ankles_mm: np.ndarray, heading_rad: np.ndarray, segments_mm: np.ndarray) -> None:
    """Moves knees and ankles of ``joints_mm`` float64 [T, J, 3] so that the ankles come as near to [T, 2, 3] as legs reach.

    The knee points where the person heads; thigh and shank keep their length.
    """
    thigh, shank = segments_mm[_SEGMENT["thigh"]], segments_mm[_SEGMENT["shank"]]
    ahead = np.stack([np.cos(heading_rad), np.sin(heading_rad), np.zeros_like(heading_rad)], -1)
    for side, (hip, knee, ankle) in enumerate(((LEFT_HIP, LEFT_KNEE, LEFT_ANKLE), (RIGHT_HIP, RIGHT_KNEE, RIGHT_ANKLE))):
        to = ankles_mm[:, side] - joints_mm[:, hip]
        far = np.linalg.norm(to, axis=1)
        axis = to / far[:, None]
        longest = REACH * (thigh + shank)
        reach = longest - SOFT_MM * np.logaddexp(0, (longest - far) / SOFT_MM)  # a soft minimum of both
        reach = np.maximum(reach, abs(thigh - shank) + 60)
        along = (thigh**2 - shank**2 + reach**2) / (2 * reach)
        across = np.sqrt(np.maximum(thigh**2 - along**2, 0))
        bend = ahead - (ahead * axis).sum(1, keepdims=True) * axis
        bend /= np.linalg.norm(bend, axis=1, keepdims=True)
        joints_mm[:, knee] = joints_mm[:, hip] + along[:, None] * axis + across[:, None] * bend
        joints_mm[:, ankle] = joints_mm[:, hip] + reach[:, None] * axis


def joints_at(
    times_s: np.ndarray, path: Path, angles_deg: np.ndarray, phase_start: float, stature_mm: float, segments_mm: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The person at the instants ``times_s`` [T].

    Args:
        angles_deg: float64 [N, len(ANGLE_NAMES)], degrees, at FINE_HZ: what arms and trunk do besides walking.
        segments_mm: float64 [len(SEGMENTS)], mm.

    Returns:
        joints float64 [T, J, 3], mm, world; bool [T, 2]: left and right foot stand.
    """
    phase, stance = gait_phase(path, stature_mm, phase_start)
    ankles = ankle_targets(path, phase, stance, stature_mm, segments_mm[_SEGMENT["half_hips"]])
    speed = gaussian_filter1d(path.speed_mm_s, 0.1 * FINE_HZ, mode="nearest")
    angles = angles_deg.copy()
    swing_arms(angles, phase, speed)
    angles[:, _INDEX["pitch"]] += 130 * path.sitting * (1 - path.sitting)  # bends forward on the way down and up
    runs = np.clip((speed - RUN_MM_S + 250) / 500, 0, 1)
    bob = stature_mm * np.clip(speed / 1000, 0, 1) * (0.010 - 0.032 * runs) * np.cos(4 * np.pi * (phase - stance / 2))
    legs = segments_mm[_SEGMENT["thigh"]] + segments_mm[_SEGMENT["shank"]]
    height = ANKLE_HEIGHT * stature_mm + legs * (0.955 - 0.02 * np.clip(speed / 1000, 0, 1) - 0.015 * runs)
    height = height + bob - path.sitting * 0.50 * legs
    back = -path.sitting * 0.42 * legs
    heading = path.heading_rad
    ahead = np.stack([np.cos(heading), np.sin(heading)], -1)
    root = np.concatenate([path.xy_mm + back[:, None] * ahead, height[:, None]], 1)
    turn = heading + np.deg2rad(5) * np.clip(speed / 600, 0, 1) * -np.cos(2 * np.pi * phase)
    controls = np.concatenate([root, heading[:, None], turn[:, None], ankles.reshape(-1, 6), angles], 1)
    at = CubicSpline(np.arange(len(controls)) / FINE_HZ, controls)(times_s)
    angles = np.clip(at[:, 11:], LIMITS[:, 0], LIMITS[:, 1])
    joints = forward_kinematics(angles, np.broadcast_to(segments_mm, (len(at), len(segments_mm))))
    c, s = np.cos(at[:, 4]), np.sin(at[:, 4])
    turned = np.stack([c[:, None] * joints[..., 0] - s[:, None] * joints[..., 1],
                       s[:, None] * joints[..., 0] + c[:, None] * joints[..., 1], joints[..., 2]], -1)  # fmt: skip
    turned += at[:, None, :3]
    bend_legs(turned, at[:, 5:11].reshape(-1, 2, 3), at[:, 3], segments_mm)
    return turned, _standing(turned, times_s, stature_mm)


def _standing(joints_mm: np.ndarray, times_s: np.ndarray, stature_mm: float) -> np.ndarray:
    ankles = joints_mm[:, (LEFT_ANKLE, RIGHT_ANKLE)]
    speed = np.linalg.norm(np.gradient(ankles, times_s, axis=0), axis=-1)
    return (speed < STANDS_MM_S) & (ankles[..., 2] < ANKLE_HEIGHT * stature_mm + STANDS_MM)
