"""What the 3D view draws, built from room and result: pure numpy. In: millimetres, world. Out: metres, world, z up.

Lines are float32 [2·N, 3]: N separate segments, start and end in turn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache

import numpy as np

from modules.core.comparison import Comparison
from modules.core.palette import limb_color, person_color
from modules.core.skeleton import JOINT_NAMES, LIMBS, NOSE, foot_limbs, joint_side, limb_side, named_side
from modules.core.types import Camera, Lod, Person, PoseResult

from .meshes import EMPTY_MESH, UP, Mesh, cylinder, merge, ring, spheres, tubes
from .picking import ScreenPerson

M_PER_MM = 1e-3
#: Sizes of what is drawn, m.
LIMB_RADIUS, JOINT_RADIUS, HEAD_RADIUS, CHOSEN_SCALE = 0.024, 0.034, 0.075, 1.35
MARKER_RADIUS, MARKER_BELOW_ROOT, MARKER_ABOVE = 0.22, 0.2, 0.78
FRUSTUM_DEPTH, FLOOR_MARK_RADIUS, LOD_WIDTH = 0.45, 0.28, 0.035
#: Flat things lie this much above the grid so that they don't flicker with it, m.
FLOOR_LIFT = 0.004
#: How far the people that are not chosen fade towards the ground.
FADE = 0.45
#: How dense a camera's picture is, and how far the metres stand off the grid, m.
FRUSTUM_ALPHA, TICK_OFF = 0.16, 0.15
MARKER_ALPHA, MARKER_ALPHA_CHOSEN, MARKER_EDGE = 0.5, 0.7, 0.02
REFERENCE_ALPHA = 0.95

Rgb = tuple[int, int, int]
WHITE: Rgb = (255, 255, 255)
_LIMBS = np.array(LIMBS)


def box_lines(size_mm: Sequence[float], center_mm: Sequence[float]) -> np.ndarray:
    """The twelve edges of the observed space."""
    low, high = _corners(size_mm, center_mm)
    corner = np.array([[(low, high)[n >> axis & 1][axis] for axis in range(3)] for n in range(8)])
    edges = [(a, a | 1 << axis) for a in range(8) for axis in range(3) if not a >> axis & 1]
    return corner[np.array(edges).ravel()].astype(np.float32)


def camera_corners(camera: Camera, depth_m: float) -> np.ndarray:
    """float64 [4, 3], m: where the frame's corners (clockwise from the top left) lie at a depth; without distortion."""
    x = (np.array([0, camera.width_px, camera.width_px, 0]) - 0.5 - camera.cx) / camera.fx
    y = (np.array([0, 0, camera.height_px, camera.height_px]) - 0.5 - camera.cy) / camera.fy
    rays = np.stack([x, y, np.ones(4)], 1) * depth_m
    return rays @ camera.R_world_to_cam + camera.center_world_mm * M_PER_MM


def frustum_lines(camera: Camera, depth_m: float = FRUSTUM_DEPTH) -> np.ndarray:
    """A camera as a pyramid with a small roof on the picture's upper edge."""
    corners, apex = camera_corners(camera, depth_m), camera.center_world_mm * M_PER_MM
    lines = [(apex, corner) for corner in corners] + [(corners[n], corners[(n + 1) % 4]) for n in range(4)]
    peak = (corners[0] + corners[1]) / 2 + (corners[1] - corners[2]) * 0.12
    lines += [(corners[0], peak), (peak, corners[1])]
    return np.array(lines, np.float32).reshape(-1, 3)


def frustum_mesh(camera: Camera, color: Rgb, depth_m: float = FRUSTUM_DEPTH) -> Mesh:
    """A faint fill of a camera's pyramid, its picture denser than its sides."""
    corners, apex = camera_corners(camera, depth_m), camera.center_world_mm * M_PER_MM
    sides = Mesh(
        np.stack([apex, *corners]).astype(np.float32),
        np.array([[0, 1 + n, 1 + (n + 1) % 4] for n in range(4)], np.uint32),
        np.tile(rgba(color, FRUSTUM_ALPHA / 2), (5, 1)),
    )
    picture = Mesh(
        corners.astype(np.float32), np.array([[0, 1, 2], [0, 2, 3]], np.uint32), np.tile(rgba(color, FRUSTUM_ALPHA), (4, 1))
    )
    return merge([sides, picture])


def lod_label_position(distance_mm: float, origin_xy_mm: Sequence[float]) -> np.ndarray:
    """float64 [3], m: on the LoD circle, where it is nearest to the eye of the overview."""
    outwards = np.array([0.31, -0.95, 0.0])
    return np.array([*origin_xy_mm, 0.0]) * M_PER_MM + outwards * (distance_mm * M_PER_MM + TICK_OFF)


def camera_label_position(camera: Camera, depth_m: float = FRUSTUM_DEPTH) -> np.ndarray:
    """float64 [3], m: above all of the camera's pyramid."""
    lines = frustum_lines(camera, depth_m)
    return np.array([*lines.mean(0)[:2], lines[:, 2].max()], np.float64)


def lod_mesh(distance_mm: float, origin_xy_mm: Sequence[float], color: Rgb) -> Mesh:
    """The LoD circle on the floor: a thin band and a faint disc; empty for 0 (no limit)."""
    if distance_mm <= 0:
        return EMPTY_MESH
    radius, center = distance_mm * M_PER_MM, np.array([*origin_xy_mm, 0.0]) * M_PER_MM
    disc = ring(center + FLOOR_LIFT / 2 * UP, 0.0, radius, rgba(color, 0.07))
    return merge([disc, ring(center + FLOOR_LIFT * UP, max(0.0, radius - LOD_WIDTH), radius, rgba(color, 0.9))])


def people_mesh(result: PoseResult, selection: int | None, ground: Rgb) -> Mesh:
    """Everyone in full detail as tubes and balls; the chosen person thicker, the others faded towards ``ground``."""
    chosen_here = any(person.track_id == selection for person in result.persons)
    return merge(
        _body(person, person.track_id == selection, chosen_here and person.track_id != selection, ground, result.extra_names)
        for person in result.persons
        if person.lod is Lod.FULL
    )


def reference_lines(comparison: Comparison, frame: int, hidden: Collection[int] = ()) -> tuple[np.ndarray, np.ndarray]:
    """The reference's skeletons in a frame.

    Args:
        hidden: numbers of people who are not drawn.

    Returns:
        segments float32 [2·N, 3] and their colours float32 [2·N, 4].
    """
    at = comparison.at(frame)
    lines, colors = [np.zeros((0, 3))], [np.zeros((0, 4))]
    for pair in comparison.pairs if at is not None else ():
        if pair.track_id not in hidden:
            joints = pair.positions_world_mm[at] * M_PER_MM
            bones = joints[np.array(LIMBS)]
            bones = bones[np.isfinite(bones).all((1, 2))].reshape(-1, 3)
            lines.append(bones)
            colors.append(np.tile(rgba(WHITE, REFERENCE_ALPHA), (len(bones), 1)))
    return np.concatenate(lines).astype(np.float32), np.concatenate(colors).astype(np.float32)


def marker_mesh(result: PoseResult, selection: int | None) -> Mesh:
    """Everyone beyond the LoD distance as a translucent cylinder around the root."""
    meshes = []
    for person in result.persons:
        if person.lod is Lod.ROOT_ONLY:
            low, high = marker_axis(person)
            alpha = MARKER_ALPHA_CHOSEN if person.track_id == selection else MARKER_ALPHA
            color = person_color(person.track_id)
            meshes.append(ring(high + FLOOR_LIFT * UP, MARKER_RADIUS - MARKER_EDGE, MARKER_RADIUS, rgba(color)))
            meshes.append(cylinder(low, high[2] - low[2], MARKER_RADIUS, rgba(faded(color, WHITE, 0.2), alpha)))
    return merge(meshes)


def floor_marks(result: PoseResult, selection: int | None, selected: Rgb) -> Mesh:
    """A ring on the floor under everyone, so that the eye finds where they stand; the chosen one's in ``selected``."""
    meshes = []
    for person in result.persons:
        chosen = person.track_id == selection
        center = np.array([*person.root_world_mm[:2] * M_PER_MM, FLOOR_LIFT * 2])
        color = rgba(selected if chosen else person_color(person.track_id), 0.95 if chosen else 0.55)
        meshes.append(ring(center, FLOOR_MARK_RADIUS - (0.05 if chosen else 0.025), FLOOR_MARK_RADIUS, color))
    return merge(meshes)


def marker_axis(person: Person) -> np.ndarray:
    """float64 [2, 3], m: lower and upper end of the cylinder that stands for a person."""
    root = person.root_world_mm.astype(np.float64) * M_PER_MM
    foot = np.array([root[0], root[1], min(0.0, root[2] - MARKER_BELOW_ROOT)])  # on the floor
    return np.stack([foot, root + MARKER_ABOVE * UP])


def label_position(person: Person) -> np.ndarray:
    """float64 [3], m: above the person's head, or above the cylinder."""
    if person.lod is Lod.FULL and np.isfinite(person.joints_world_mm).any():
        joints = person.joints_world_mm.astype(np.float64) * M_PER_MM
        return np.array([*np.nanmean(joints[:3, :2], axis=0), np.nanmax(joints[:, 2]) + 0.22])
    return marker_axis(person)[1] + 0.1 * UP


def project(points_m: np.ndarray, matrix: np.ndarray, width: float, height: float) -> np.ndarray:
    """float64 [..., 2], px of a widget of (width, height), (0, 0) at its top left: where OpenGL draws points.

    Args:
        points_m: float [..., 3], m, world. matrix: float [4, 4], projection · view; NaN comes back for what is behind the eye.
    """
    points = np.asarray(points_m, np.float64)
    clip = points @ matrix[:, :3].T + matrix[:, 3]
    w = np.where(clip[..., 3:] > 1e-6, clip[..., 3:], np.nan)
    return (clip[..., :2] / w * [0.5, -0.5] + 0.5) * [width, height]


def screen_people(result: PoseResult, matrix: np.ndarray, width: float, height: float) -> list[ScreenPerson]:
    """Everyone as they lie on the screen, for picking."""
    people = []
    for person in result.persons:
        joints = project(person.joints_world_mm * M_PER_MM, matrix, width, height)
        if person.lod is Lod.FULL:
            people.append(ScreenPerson(person.track_id, joints, joints[np.array(LIMBS)]))
            continue
        low, high = marker_axis(person)
        middle = (low + high) / 2
        around = np.array([[math.cos(a), math.sin(a), 0.0] for a in np.linspace(0, np.pi, 4)]) * MARKER_RADIUS
        reach = np.linalg.norm(project(middle + around, matrix, width, height) - project(middle, matrix, width, height), axis=1)
        axis = project(np.stack([low, high]), matrix, width, height)
        people.append(ScreenPerson(person.track_id, joints, axis[None], float(reach.max())))
    return people


def fit_eye(points_m: np.ndarray, azimuth: float, elevation: float, half: tuple[float, float]) -> tuple[np.ndarray, float]:
    """The nearest eye in a direction that sees all points, filling the picture in at least one way.

    Args:
        points_m: float [N, 3], m. azimuth, elevation: degrees, where the eye is as seen from the points.
        half: tangents of half the field of view (across, up).

    Returns:
        float64 [3], m: the point it looks at, at the points' middle depth; and the eye's distance from it, m.
    """
    a, e = math.radians(azimuth), math.radians(elevation)
    towards = np.array([math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e)])
    right = np.array([-math.sin(a), math.cos(a), 0.0])
    up = np.cross(towards, right)
    points = np.asarray(points_m, np.float64)
    near = points @ towards
    sides = [(points @ right, half[0]), (points @ up, half[1])]
    # an eye at depth d, off to the side by s, sees a point if |side - s| <= half · (d - near)
    depth = max(((side + h * near).max() - (side - h * near).min()) / (2 * h) for side, h in sides)
    x, y = (_middle(side, depth - near) for side, _ in sides)
    middle = (near.max() + near.min()) / 2
    return right * x + up * y + towards * middle, float(depth - middle)


def _middle(side: np.ndarray, distance: np.ndarray) -> float:
    """Where, sideways, an eye sees as much on its one hand as on its other; by bisection. Both [N], m."""
    low, high = float(side.min()), float(side.max())
    for _ in range(30):
        eye = (low + high) / 2
        slopes = (side - eye) / distance
        low, high = (eye, high) if slopes.max() > -slopes.min() else (low, eye)
    return (low + high) / 2


def rgba(color: Rgb, alpha: float = 1.0) -> np.ndarray:
    """float32 [4] in [0, 1] of an RGB colour 0–255."""
    return np.array([*(value / 255 for value in color), alpha], np.float32)


def faded(color: Rgb, ground: Rgb, amount: float = FADE) -> Rgb:
    """A colour on its way to the ground's."""
    return tuple(round(c + (g - c) * amount) for c, g in zip(color, ground, strict=True))


@lru_cache(256)
def _body_colors(track_id: int, ground: Rgb | None) -> tuple[np.ndarray, np.ndarray]:
    """float32 [L, 4] and [J, 4]: RGBA of a person's limbs and joints, faded towards ``ground`` if there is one."""
    colors = [
        [limb_color(track_id, limb_side(limb)) for limb in LIMBS],
        [limb_color(track_id, joint_side(j)) for j in range(len(JOINT_NAMES))],
    ]
    made = [np.array([rgba(color if ground is None else faded(color, ground)) for color in row]) for row in colors]
    return made[0], made[1]


def _body(person: Person, chosen: bool, fade: bool, ground: Rgb, extra_names: tuple[str, ...] = ()) -> Mesh:
    joints = person.joints_world_mm.astype(np.float64) * M_PER_MM
    scale = CHOSEN_SCALE if chosen else 1.0

    def paint(color: Rgb) -> np.ndarray:
        return rgba(faded(color, ground) if fade else color)

    known = np.isfinite(joints).all(1)
    there = known[_LIMBS].all(1)
    index = _LIMBS[there]
    of_limbs, of_joints = _body_colors(person.track_id, ground if fade else None)
    limb_colors, joint_colors = of_limbs[there], of_joints[known]
    seen = np.flatnonzero(known)
    radii = np.where(seen == NOSE, HEAD_RADIUS, JOINT_RADIUS * scale)
    return merge(
        [
            tubes(joints[index[:, 0]], joints[index[:, 1]], np.full(len(index), LIMB_RADIUS * scale), limb_colors),
            spheres(joints[seen], radii, joint_colors),
            *_extra(person, joints, extra_names, paint),
        ]
    )


def _extra(person: Person, joints: np.ndarray, names: tuple[str, ...], paint: Callable[[Rgb], np.ndarray]) -> list[Mesh]:
    """Joints beyond the skeleton: feet as thin limbs, all as small balls; ``joints`` float64 [J, 3], m."""
    extra = person.extra_world_mm.astype(np.float64) * M_PER_MM
    seen = np.flatnonzero(np.isfinite(extra).all(1))
    if len(extra) != len(names) or not len(seen):
        return []
    colors = np.array([paint(limb_color(person.track_id, named_side(name))) for name in names])
    feet = [(a, b) for a, b in foot_limbs(names) if np.isfinite((joints[a], extra[b])).all()]
    starts, ends = np.array(feet, int).reshape(-1, 2).T
    return [
        tubes(joints[starts], extra[ends], np.full(len(feet), 0.6 * LIMB_RADIUS), colors[ends]),
        spheres(extra[seen], np.full(len(seen), 0.6 * JOINT_RADIUS), colors[seen]),
    ]


def _corners(size_mm: Sequence[float], center_mm: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    half, center = np.asarray(size_mm, np.float64) / 2, np.asarray(center_mm, np.float64)
    return (center - half) * M_PER_MM, (center + half) * M_PER_MM
