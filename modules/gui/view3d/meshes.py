"""Small triangle meshes with colours and baked light: tubes, spheres, cylinders, ribbons. Pure numpy, metres.

The light is mixed into the vertex colours here, so that the meshes look round under every OpenGL profile and without a shader.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

TUBE_SIDES, SPHERE_RINGS, SPHERE_SIDES, CYLINDER_SIDES, RIBBON_STEPS = 8, 5, 8, 28, 96
#: Where the light comes from (world, unit length), and the darkest a surface gets.
LIGHT = np.array([0.36, -0.48, 0.8])
SHADE_FLOOR = 0.5
#: Upwards, 1 m.
UP = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles.

    Attributes:
        vertices: float32 [N, 3], m, world.
        faces: uint32 [F, 3], indices; counter-clockwise seen from outside.
        colors: float32 [N, 4], RGBA in [0, 1].
    """

    vertices: np.ndarray
    faces: np.ndarray
    colors: np.ndarray


EMPTY_MESH = Mesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.uint32), np.zeros((0, 4), np.float32))


def merge(meshes: Iterable[Mesh]) -> Mesh:
    """One mesh of many, in order."""
    parts = [mesh for mesh in meshes if len(mesh.vertices)]
    if not parts:
        return EMPTY_MESH
    starts = np.cumsum([0] + [len(mesh.vertices) for mesh in parts[:-1]])
    return Mesh(
        np.concatenate([mesh.vertices for mesh in parts]),
        np.concatenate([mesh.faces + np.uint32(start) for mesh, start in zip(parts, starts, strict=True)]),
        np.concatenate([mesh.colors for mesh in parts]),
    )


def lit(colors: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """float32 [..., 4]: RGBA ``colors`` darkened on the side turned away from the light; alpha stays."""
    factor = SHADE_FLOOR + (1 - SHADE_FLOOR) * (0.5 + 0.5 * normals @ LIGHT)
    shaded = np.array(np.broadcast_to(colors, (*normals.shape[:-1], 4)), np.float32)
    shaded[..., :3] *= factor[..., None]
    return shaded


def tubes(starts: np.ndarray, ends: np.ndarray, radii: np.ndarray, colors: np.ndarray) -> Mesh:
    """Open round tubes, one per segment.

    Args:
        starts, ends: float [S, 3], m, finite. radii: float [S], m. colors: float [S, 4], RGBA.
    """
    count = len(starts)
    if not count:
        return EMPTY_MESH
    axis = _unit(np.asarray(ends, np.float64) - starts)
    helper = np.where(np.abs(axis[:, 2:]) < 0.9, [[0.0, 0.0, 1.0]], [[1.0, 0.0, 0.0]])
    u = _unit(np.cross(helper, axis))
    v = np.cross(axis, u)
    angles = np.linspace(0, 2 * np.pi, TUBE_SIDES, endpoint=False)
    normals = np.cos(angles)[None, :, None] * u[:, None] + np.sin(angles)[None, :, None] * v[:, None]  # [S, sides, 3]
    around = np.asarray(radii)[:, None, None] * normals
    vertices = np.stack([starts[:, None] + around, ends[:, None] + around], 1)  # [S, end, sides, 3]
    shaded = lit(np.asarray(colors)[:, None, None], np.stack([normals, normals], 1))
    return _repeated(vertices.reshape(count, -1, 3), _strip_faces(TUBE_SIDES), shaded.reshape(count, -1, 4))


def spheres(centers: np.ndarray, radii: np.ndarray, colors: np.ndarray) -> Mesh:
    """Balls. centers: float [S, 3], m, finite. radii: float [S], m. colors: float [S, 4], RGBA."""
    count = len(centers)
    if not count:
        return EMPTY_MESH
    vertices = np.asarray(centers)[:, None] + np.asarray(radii)[:, None, None] * _SPHERE_NORMALS[None]
    shaded = lit(np.asarray(colors)[:, None], np.broadcast_to(_SPHERE_NORMALS, (count, *_SPHERE_NORMALS.shape)))
    return _repeated(vertices, _SPHERE_FACES, shaded)


def cylinder(base: np.ndarray, height: float, radius: float, color: np.ndarray) -> Mesh:
    """An upright cylinder with a lid. base: float [3], m, centre of the lower end; color: float [4], RGBA."""
    angles = np.linspace(0, 2 * np.pi, CYLINDER_SIDES, endpoint=False)
    normals = np.stack([np.cos(angles), np.sin(angles), np.zeros_like(angles)], 1)
    wall_foot = np.asarray(base, np.float64) + radius * normals
    top = wall_foot + height * UP
    lid = np.concatenate([top, [base + height * UP]])
    sides = np.arange(CYLINDER_SIDES, dtype=np.uint32)
    lid_faces = np.stack([sides, np.roll(sides, -1), np.full_like(sides, CYLINDER_SIDES)], 1) + 2 * CYLINDER_SIDES
    wall = lit(np.asarray(color), np.concatenate([normals, normals]))
    cap = lit(np.asarray(color), np.tile(UP, (len(lid), 1)))
    return Mesh(
        np.concatenate([wall_foot, top, lid]).astype(np.float32),
        np.concatenate([_strip_faces(CYLINDER_SIDES), lid_faces.astype(np.uint32)]),
        np.concatenate([wall, cap]),
    )


def ring(center: np.ndarray, inner: float, outer: float, color: np.ndarray) -> Mesh:
    """A flat ring on the floor, seen from above; ``inner`` 0 makes a disc. center: float [3], m; radii in m."""
    angles = np.linspace(0, 2 * np.pi, RIBBON_STEPS, endpoint=False)
    unit = np.stack([np.cos(angles), np.sin(angles), np.zeros_like(angles)], 1)
    vertices = np.concatenate([center + outer * unit, center + inner * unit]).astype(np.float32)
    return Mesh(vertices, _strip_faces(RIBBON_STEPS), np.tile(np.asarray(color, np.float32), (len(vertices), 1)))


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors of length 1; a vector of no length points up."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.where(length > 1e-9, vectors / np.maximum(length, 1e-9), UP)


def _strip_faces(sides: int) -> np.ndarray:
    """uint32 [2·sides, 3]: the wall between a lower ring (indices 0…) and an upper ring (sides…)."""
    a = np.arange(sides, dtype=np.uint32)
    b = np.roll(a, -1)
    return np.concatenate([np.stack([a, b, b + sides], 1), np.stack([a, b + sides, a + sides], 1)]).astype(np.uint32)


def _repeated(vertices: np.ndarray, faces: np.ndarray, colors: np.ndarray) -> Mesh:
    """One mesh of S copies: vertices [S, N, 3], faces [F, 3], colors [S, N, 4]."""
    count, size = vertices.shape[:2]
    offsets = np.arange(count, dtype=np.uint32)[:, None, None] * np.uint32(size)
    return Mesh(
        vertices.reshape(-1, 3).astype(np.float32),
        (faces[None] + offsets).reshape(-1, 3).astype(np.uint32),
        colors.reshape(-1, 4).astype(np.float32),
    )


def _unit_sphere() -> tuple[np.ndarray, np.ndarray]:
    """Normals [N, 3] and faces of a ball of latitude rings; each pole is a ring of equal points."""
    polar = np.linspace(np.pi, 0, SPHERE_RINGS + 2)[:, None]
    around = np.linspace(0, 2 * np.pi, SPHERE_SIDES, endpoint=False)[None]
    normals = np.stack(np.broadcast_arrays(np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around), np.cos(polar)), -1)
    strip = _strip_faces(SPHERE_SIDES)
    faces = np.concatenate([strip + np.uint32(row * SPHERE_SIDES) for row in range(SPHERE_RINGS + 1)])
    return normals.reshape(-1, 3), faces


_SPHERE_NORMALS, _SPHERE_FACES = _unit_sphere()
