"""People in motion, with truth: the training generator's bodies, walking, running, striking, sitting, meeting and leaving.

Everything is drawn from one seed; the same seed moves the same people at any frame rate. No motion data is used: a motion is a
path, a gait (``gait.py``) and what arms and trunk do on the way. What cameras make of them is ``sightings.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from modules.core.skeleton import COCO_NAMES, COCO_OF_JOINT, LEFT_SHOULDER, MID_HIP, NECK, NOSE, RIGHT_SHOULDER
from modules.evaluation.common.gait import FINE_HZ, Path, joints_at, keyed, wobble
from modules.SelfPose3d.lib.training.bodies import ANGLE_NAMES, LIMITS, sample_segments

KINDS = (
    "walking", "running", "sports", "standing", "crossing", "turning", "sitting", "leaving", "occluded",
)  # fmt: skip
#: Seed tag of these sequences: no training stream and no held-out scene has it.
SEED = 20_261_126
#: Roots of people who don't mean to meet keep this far apart, mm; those who cross or turn round one another are ARMS_LENGTH_MM.
APART_MM, ARMS_LENGTH_MM = 550.0, 650.0
#: People gone or hidden stay so for this long at least, s.
AWAY_S = 3.0
_INDEX = {name: i for i, name in enumerate(ANGLE_NAMES)}


@dataclass(frozen=True, eq=False)
class MovingPeople:
    """A sequence with its truth.

    Attributes:
        kind: of ``KINDS``. fps: frames per second.
        joints_world_mm: float64 [T, P, J, 3], mm, world, floor at z = 0; known also of who is away or hidden.
        present: bool [T, P], within ``radius_mm`` of the origin.
        hidden: bool [T, P], behind something that no camera sees through (a board, a car); still present.
        contacts: bool [T, P, 2], the left and right foot stand on the floor.
        stature_mm: float64 [P].
        radius_mm: of the floor that counts.
    """

    kind: str
    fps: float
    joints_world_mm: np.ndarray
    present: np.ndarray
    hidden: np.ndarray
    contacts: np.ndarray
    stature_mm: np.ndarray
    radius_mm: float

    @property
    def times_s(self) -> np.ndarray:
        """float64 [T], from 0."""
        return np.arange(len(self.present)) / self.fps

    @property
    def seen_mm(self) -> np.ndarray:
        """float64 [T, P, J, 3]: the truth that somebody can be held to; NaN for who is away (not for who is hidden)."""
        return np.where(self.present[..., None, None], self.joints_world_mm, np.nan)


def sample_sequence(
    kind: str, seed: int, people: int = 5, seconds: float = 20.0, fps: float = 60.0, radius_mm: float = 2500.0
) -> MovingPeople:
    """People of one kind of motion; pairs where it takes two. Who finds no room keeps standing, at the edge.

    Raises:
        ValueError: an unknown kind, or nobody.
    """
    if kind not in KINDS or people < 1:
        raise ValueError(f"{kind!r} with {people} people; kinds are {', '.join(KINDS)}")
    rng = np.random.default_rng([SEED, KINDS.index(kind), seed])
    count = int(np.ceil(seconds * FINE_HZ)) + 2
    paths = _paths(rng, kind, people, count, radius_mm)
    stature = np.clip(rng.normal(1710, 90, people), 1450, 1950)
    segments = sample_segments(rng, stature)
    times = np.arange(round(seconds * fps)) / fps
    found = [
        joints_at(times, path, _angles(rng, kind, count), rng.random(), tall, bones)
        for path, tall, bones in zip(paths, stature, segments, strict=True)
    ]
    joints = np.stack([joints for joints, _ in found], 1)
    present = np.linalg.norm(joints[:, :, MID_HIP, :2], axis=-1) < radius_mm
    hidden = _hidden(rng, times, people) if kind == "occluded" else np.zeros(present.shape, bool)
    contacts = np.stack([standing for _, standing in found], 1)
    return MovingPeople(kind, fps, joints, present, hidden, contacts, stature, radius_mm)


def coco_keypoints(joints_world_mm: np.ndarray) -> np.ndarray:
    """float64 [..., 17, 3], mm, world: COCO's keypoints of joints [..., J, 3]; eyes and ears from the head's direction.

    Where they sit on the head: rounded from Farkas, "Anthropometry of the Head and Face" (2nd ed., 1994).
    """
    out = np.empty((*joints_world_mm.shape[:-2], len(COCO_NAMES), 3))
    for joint, coco in COCO_OF_JOINT.items():
        out[..., coco, :] = joints_world_mm[..., joint, :]
    up = _unit(joints_world_mm[..., NOSE, :] - joints_world_mm[..., NECK, :])
    left = joints_world_mm[..., LEFT_SHOULDER, :] - joints_world_mm[..., RIGHT_SHOULDER, :]
    left = _unit(left - (left * up).sum(-1, keepdims=True) * up)
    ahead = np.cross(left, up)
    nose = joints_world_mm[..., NOSE, :]
    for name, side, forward, above in (("eye", 32, -22, 33), ("ear", 75, -105, 15)):
        for prefix, sign in (("left", 1), ("right", -1)):
            out[..., COCO_NAMES.index(f"{prefix}_{name}"), :] = nose + sign * side * left + forward * ahead + above * up
    return out


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def _hidden(rng: np.random.Generator, times_s: np.ndarray, people: int) -> np.ndarray:
    """bool [T, P]: everyone is hidden once for AWAY_S, one after another, as far as there is time."""
    out = np.zeros((len(times_s), people), bool)
    slot = max(AWAY_S + 0.5, (times_s[-1] - 2) / people)
    for place, person in enumerate(rng.permutation(people)):
        start = 1.0 + place * slot + rng.uniform(0, max(slot - AWAY_S - 0.4, 0.1))
        if start + AWAY_S < times_s[-1]:
            out[:, person] = (times_s >= start) & (times_s < start + AWAY_S)
    return out


def _paths(rng: np.random.Generator, kind: str, people: int, count: int, radius: float) -> list[Path]:
    """A path for everybody, nobody walking through anybody."""
    make: dict[str, Callable[..., list[Path]]] = {
        "running": _runners, "crossing": _crossing, "turning": _turning, "leaving": _leaving,
        "sports": _lunging, "standing": _standing, "sitting": _standing,
    }  # fmt: skip
    groups = make.get(kind, _loops)
    placed: list[Path] = []
    for tries in range(600):
        if len(placed) == people:
            break
        group = groups(rng, count, radius, 1 - tries / 900) if tries < 400 else _standing(rng, count, radius, 1.0)
        group = group[: people - len(placed)]
        if all(_apart(new, old) for new in group for old in placed):
            placed += group
    while len(placed) < people:  # a full floor: beside it, in a row
        at = np.array([radius * 0.95, -radius + 600.0 * len(placed)])
        placed.append(Path(np.tile(at, (count, 1)), np.full(count, np.pi), np.zeros(count)))
    if kind == "sitting":
        placed = [Path(p.xy_mm, p.heading_rad, _sits(rng, count)) for p in placed]
    return placed


def _apart(a: Path, b: Path) -> bool:
    step = int(FINE_HZ / 10)
    return bool(np.linalg.norm(a.xy_mm[::step] - b.xy_mm[::step], axis=1).min() > APART_MM)


def _along(xy: Callable[[np.ndarray], np.ndarray], travelled: np.ndarray) -> Path:
    """The path that has ``travelled`` float64 [N], mm, along a closed curve given over [0, 1); heading where it goes."""
    u = np.linspace(0, 1, 4001)
    curve = xy(u)
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))])
    share = np.interp(travelled % length[-1], length, u)
    at = xy(share)
    ahead = xy((share + 1e-3) % 1) - xy((share - 1e-3) % 1)
    return Path(at, np.unwrap(np.arctan2(ahead[:, 1], ahead[:, 0])), np.zeros(len(at)))


def _ellipse(center: np.ndarray, axes: np.ndarray, turned: float, way: float) -> Callable[[np.ndarray], np.ndarray]:
    c, s = np.cos(turned), np.sin(turned)

    def xy(u: np.ndarray) -> np.ndarray:
        x, y = axes[0] * np.cos(2 * np.pi * u), way * axes[1] * np.sin(2 * np.pi * u)
        return center + np.stack([c * x - s * y, s * x + c * y], -1)

    return xy


def _stadium(center: np.ndarray, length: float, width: float, turned: float) -> Callable[[np.ndarray], np.ndarray]:
    """Two straights ``width`` apart, joined by half circles: who is half a lap ahead comes towards you."""
    c, s = np.cos(turned), np.sin(turned)
    bend = np.pi * width / 2
    lap = 2 * (length + bend)

    def xy(u: np.ndarray) -> np.ndarray:
        d = (np.asarray(u) % 1) * lap
        second = d >= lap / 2
        d = np.where(second, d - lap / 2, d)
        angle = np.clip((d - length) / bend, 0, 1) * np.pi
        x = np.where(d < length, d - length / 2, length / 2 + width / 2 * np.sin(angle))
        y = -width / 2 * np.cos(angle)
        x, y = np.where(second, -x, x), np.where(second, -y, y)
        return center + np.stack([c * x - s * y, s * x + c * y], -1)

    return xy


def _travelled(rng: np.random.Generator, count: int, speed: float, start: float) -> np.ndarray:
    """float64 [N], mm: with a speed that wanders by a tenth."""
    return start + np.cumsum(speed * (1 + 0.1 * wobble(rng, count, 1, 1.0)[:, 0])) / FINE_HZ


def _anywhere(rng: np.random.Generator, radius: float) -> np.ndarray:
    angle = rng.uniform(0, 2 * np.pi)
    return radius * np.sqrt(rng.random()) * np.array([np.cos(angle), np.sin(angle)])


def _loops(rng: np.random.Generator, count: int, radius: float, size: float) -> list[Path]:
    axes = np.array([rng.uniform(700, 1700), rng.uniform(450, 1000)]) * size
    center = _anywhere(rng, max(radius - axes[0] - 100, 0))
    curve = _ellipse(center, axes, rng.uniform(0, np.pi), rng.choice([-1.0, 1.0]))
    return [_along(curve, _travelled(rng, count, rng.uniform(900, 1500), rng.uniform(0, 8000)))]


def _runners(rng: np.random.Generator, count: int, radius: float, size: float) -> list[Path]:
    """Up to three on one track, one behind another."""
    curve = _ellipse(np.zeros(2), radius * np.array([0.85, rng.uniform(0.65, 0.8)]), 0.0, rng.choice([-1.0, 1.0]))
    travelled = _travelled(rng, count, rng.uniform(2500, 3200), 0.0)
    lap = float(np.linalg.norm(np.diff(curve(np.linspace(0, 1, 2001)), axis=0), axis=1).sum())
    return [_along(curve, travelled + lap * place / 3) for place in range(3)]


def _crossing(rng: np.random.Generator, count: int, radius: float, size: float) -> list[Path]:
    """Two who pass each other at arm's length, twice a lap."""
    curve = _stadium(_anywhere(rng, 0.4 * radius), rng.uniform(1600, 2600) * size, ARMS_LENGTH_MM, rng.uniform(0, np.pi))
    travelled = _travelled(rng, count, rng.uniform(900, 1400), rng.uniform(0, 8000))
    lap = float(np.linalg.norm(np.diff(curve(np.linspace(0, 1, 4001)), axis=0), axis=1).sum())
    return [_along(curve, travelled), _along(curve, travelled + lap / 2)]


def _turning(rng: np.random.Generator, count: int, radius: float, size: float) -> list[Path]:
    """Two who face each other and turn round one another."""
    center = _anywhere(rng, 0.6 * radius) + 120 * wobble(rng, count, 2, 1.5)
    angle = rng.uniform(0, 2 * np.pi) + np.cumsum(rng.uniform(1.0, 1.8) * rng.choice([-1, 1]) * np.ones(count)) / FINE_HZ
    out = np.stack([np.cos(angle), np.sin(angle)], -1) * ARMS_LENGTH_MM / 2
    return [
        Path(center + out, angle + np.pi, np.zeros(count)),
        Path(center - out, angle.copy(), np.zeros(count)),
    ]


def _leaving(rng: np.random.Generator, count: int, radius: float, size: float) -> list[Path]:
    """One who walks off the floor for AWAY_S and more, and comes back; the others walk as usual."""
    if rng.random() < 0.5:
        return _loops(rng, count, radius, size)
    speed = rng.uniform(1100, 1500)
    beyond = 0.5 * speed * (AWAY_S + 1.0)
    turned = rng.uniform(0, 2 * np.pi)
    length = beyond + radius * rng.uniform(0.9, 1.3)
    center = np.array([np.cos(turned), np.sin(turned)]) * (radius + beyond - length / 2)
    curve = _stadium(center, length, 500.0, turned)
    return [_along(curve, _travelled(rng, count, speed, rng.uniform(0, 2 * length)))]


def _standing(rng: np.random.Generator, count: int, radius: float, size: float) -> list[Path]:
    at = _anywhere(rng, 0.85 * radius) + 15 * wobble(rng, count, 2, 0.8)
    heading = rng.uniform(0, 2 * np.pi) + 0.12 * wobble(rng, count, 1, 2.0)[:, 0]
    return [Path(at, heading, np.zeros(count))]


def _lunging(rng: np.random.Generator, count: int, radius: float, size: float) -> list[Path]:
    """To and fro about one place, facing one way."""
    at = _anywhere(rng, 0.8 * radius) + np.array([220, 220]) * wobble(rng, count, 2, 0.35)
    heading = rng.uniform(0, 2 * np.pi) + 0.25 * wobble(rng, count, 1, 1.0)[:, 0]
    return [Path(at, heading, np.zeros(count))]


def _sits(rng: np.random.Generator, count: int) -> np.ndarray:
    """float64 [N] in [0, 1]: down and up again, each in 1.2 to 1.8 s, a while in between."""
    keys, values = [0.0], [0.0]
    while keys[-1] * FINE_HZ < count:
        stands, goes, sits = rng.uniform(0.8, 2.5), rng.uniform(1.2, 1.8), rng.uniform(1.5, 3.5)
        keys += [keys[-1] + stands, keys[-1] + stands + goes, keys[-1] + stands + goes + sits]
        values += [0.0, 1.0, 1.0]
        keys.append(keys[-1] + rng.uniform(1.2, 1.8))
        values.append(0.0)
    return keyed(np.arange(count) / FINE_HZ, np.array(keys), np.array(values))


#: How much an angle wanders by itself, degrees.
_WANDER = {"spine_flex": 3, "spine_side": 2.5, "spine_twist": 3, "neck_flex": 6, "neck_side": 3, "neck_twist": 15}
#: A guard, and strokes from it: wind-up and hit, degrees, of the striking side; then how long each takes, s.
_GUARD = {"shoulder_flex": 30, "shoulder_abd": 15, "elbow": 110, "shoulder_rot": 20}
_STROKES = (
    ({"shoulder_flex": 15, "elbow": 130}, {"shoulder_flex": 85, "elbow": 15, "spine_twist": 25}, (0.18, 0.17, 0.25)),
    ({"shoulder_flex": 165, "elbow": 100, "spine_flex": -15}, {"shoulder_flex": 70, "elbow": 10, "spine_flex": 30},
     (0.40, 0.26, 0.40)),
    ({"shoulder_abd": 85, "elbow": 60, "spine_twist": -35}, {"shoulder_abd": 75, "shoulder_flex": 70, "elbow": 15,
                                                             "spine_twist": 35}, (0.35, 0.26, 0.40)),
)  # fmt: skip


def _angles(rng: np.random.Generator, kind: str, count: int) -> np.ndarray:
    """float64 [N, len(ANGLE_NAMES)], degrees, at FINE_HZ: everything but the gait."""
    angles = np.zeros((count, len(ANGLE_NAMES)))
    for name, index in _INDEX.items():
        arm = name[2:].startswith(("shoulder", "elbow"))
        angles[:, index] += _WANDER.get(name, 5 if arm else 0) * wobble(rng, count, 1, rng.uniform(0.3, 0.9))[:, 0]
    if kind == "sports":
        angles += _strokes(rng, count)
    elif kind in ("standing", "sitting", "turning"):
        angles += _gestures(rng, count)
    return np.clip(angles, LIMITS[:, 0] + 1, LIMITS[:, 1] - 1)


def _gestures(rng: np.random.Generator, count: int) -> np.ndarray:
    """Either arm goes from pose to pose, each in about half a second, with rests."""
    out = np.zeros((count, len(ANGLE_NAMES)))
    times = np.arange(count) / FINE_HZ
    low = np.array([-10, 5, -30, 15])
    high = np.array([110, 70, 60, 125])
    for prefix in "lr":
        keys, poses = [0.0], [np.array([0.0, 8.0, 0.0, 15.0])]
        while keys[-1] < times[-1]:
            pose = rng.uniform(low, high) if rng.random() < 0.6 else np.array([0.0, 8.0, 0.0, 15.0])
            keys += [keys[-1] + rng.uniform(0.35, 0.8)]
            keys += [keys[-1] + rng.uniform(0.1, 1.2)]
            poses += [pose, pose]
        columns = [_INDEX[f"{prefix}_{name}"] for name in ("shoulder_flex", "shoulder_abd", "shoulder_rot", "elbow")]
        out[:, columns] = keyed(times, np.array(keys), np.array(poses))
    return out


def _strokes(rng: np.random.Generator, count: int) -> np.ndarray:
    """Blows and swings, one after another, from a guard: wrists reach 5 to 10 m/s."""
    out = np.zeros((count, len(ANGLE_NAMES)))
    times = np.arange(count) / FINE_HZ
    guard = np.zeros(len(ANGLE_NAMES))
    for prefix in "lr":
        for name, value in _GUARD.items():
            guard[_INDEX[f"{prefix}_{name}"]] = value
    keys, poses = [0.0], [guard]
    while keys[-1] < times[-1]:
        wind, hit, lasts = _STROKES[rng.integers(len(_STROKES))]
        prefix = rng.choice(["l", "r"])
        for change, seconds in ((wind, lasts[0]), (hit, lasts[1]), ({}, lasts[2])):
            pose = guard.copy()
            for name, value in change.items():
                mirror = -1 if name == "spine_twist" and prefix == "l" else 1
                pose[_INDEX[name if name.startswith("spine") else f"{prefix}_{name}"]] = mirror * value
            keys.append(keys[-1] + seconds * rng.uniform(0.85, 1.3))
            poses.append(pose)
        keys.append(keys[-1] + rng.uniform(0.02, 0.6))
        poses.append(guard)
    out += keyed(times, np.array(keys), np.array(poses))
    return out
