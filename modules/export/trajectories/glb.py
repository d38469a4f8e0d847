"""glTF 2.0 as one binary file (GLB; Khronos' specification 2.0): everyone's animated skeleton, for any viewer, Blender, the
web.

Metres, y up, facing z at rest, as the specification wants; the skeleton is that of ``rig.py``. Each person is a skin with a
body of bones in the person's colour, whose joints are turned by linear keys, one a frame. While somebody is not there, their
root node has the scale 0 (step keys), so that no viewer shows them; a single joint in a gap is held, and the root node's
``extras.gaps`` says when.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np
import pygltflib as gltf

from modules.core.palette import person_color
from modules.core.trajectory import Sample, Trajectory, TrajectorySet

from .bvh import gaps
from .common import MM_PER_M, clock_s, written
from .rig import END_MM, RIG, bone_lengths_mm, motion, offsets_mm

ALIGNMENT = 4
#: The joints that turn: all but the ends.
TURNING = tuple(i for i, joint in enumerate(RIG) if joint.aims_at >= 0 or joint.across is not None)
#: A bone's thickness as a part of its length.
THICKNESS = 0.09
SHORTEST_DRAWN_M = 0.01
HEADER, CHUNK = struct.Struct("<4sII"), struct.Struct("<I4s")


@dataclass
class Layout:
    """The binary chunk while it is planned: accessors with their places, and small contents that are there already."""

    made: gltf.GLTF2 = field(default_factory=lambda: gltf.GLTF2(asset=gltf.Asset(version="2.0", generator="SelfPose3d UI")))
    size: int = 0
    contents: list[tuple[int, bytes]] = field(default_factory=list)

    def reserve(self, count: int, kind: str, target: int | None = None, code: int = gltf.FLOAT) -> tuple[int, int]:
        """An accessor of ``count`` elements; its index and its place in the chunk."""
        width = {"SCALAR": 1, "VEC3": 3, "VEC4": 4, "MAT4": 16}[kind] * {gltf.FLOAT: 4, gltf.UNSIGNED_SHORT: 2}[code]
        place = self.size
        self.size += -(-count * width // ALIGNMENT) * ALIGNMENT
        view = gltf.BufferView(buffer=0, byteOffset=place, byteLength=count * width, target=target)
        self.made.bufferViews.append(view)
        accessor = gltf.Accessor(bufferView=len(self.made.bufferViews) - 1, componentType=code, count=count, type=kind)
        self.made.accessors.append(accessor)
        return len(self.made.accessors) - 1, place

    def store(self, values: np.ndarray, kind: str, target: int | None = None, bounds: bool = False) -> int:
        """An accessor with these values, float32 or uint16; its index."""
        code = gltf.UNSIGNED_SHORT if values.dtype == np.uint16 else gltf.FLOAT
        index, place = self.reserve(len(values), kind, target, code)
        self.contents.append((place, values.tobytes()))
        if bounds:
            accessor, flat = self.made.accessors[index], values.reshape(len(values), -1)
            accessor.min, accessor.max = flat.min(axis=0).tolist(), flat.max(axis=0).tolist()
        return index


@dataclass(frozen=True)
class Tracks:
    """Where in the chunk one person's keys go."""

    person: Trajectory
    hips: int
    turns: dict[int, int]


def write_glb(trajectories: TrajectorySet, path: Path) -> None:
    """Everyone's skeleton in one scene, one animation.

    Raises:
        ExportError: the file can't be written.
    """
    layout = Layout()
    made = layout.made
    made.scenes, made.scene = [gltf.Scene(nodes=[], name=trajectories.recording)], 0
    made.animations = [gltf.Animation(name=trajectories.recording)]
    times = clock_s(trajectories)
    # keys must begin at 0 or later and rise
    clock = layout.store((times - times[:1]).astype(np.float32), "SCALAR", bounds=True) if len(times) else None
    tracks = [_add_person(layout, trajectories, person, clock) for person in trajectories.people]
    if not made.animations[0].channels:
        made.animations = []
    made.buffers = [gltf.Buffer(byteLength=layout.size)] if layout.size else []
    with written(path) as file:
        start = _write_head(file, made, layout.size)
        for place, content in layout.contents:
            file.seek(start + place)
            file.write(content)
        for track in tracks if clock is not None else ():
            _write_keys(file, start, track)
        file.truncate(start + layout.size)


def _write_head(file: IO[bytes], made: gltf.GLTF2, size: int) -> int:
    """The GLB header, the JSON chunk and the binary chunk's header; returns where the chunk begins."""
    text = made.to_json(separators=(",", ":"), indent=None).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    total = HEADER.size + CHUNK.size + len(text) + (CHUNK.size + size if size else 0)
    file.write(HEADER.pack(b"glTF", 2, total) + CHUNK.pack(len(text), b"JSON") + text)
    if size:
        file.write(CHUNK.pack(size, b"BIN\0"))
    return file.tell()


def _write_keys(file: IO[bytes], start: int, track: Tracks) -> None:
    for part, block in motion(track.person):
        file.seek(start + track.hips + part.start * 12)
        file.write((block.hips_mm / MM_PER_M).astype("<f4").tobytes())
        for joint, place in track.turns.items():
            file.seek(start + place + part.start * 16)
            file.write(block.turns[:, joint].astype("<f4").tobytes())


def _add_person(layout: Layout, trajectories: TrajectorySet, person: Trajectory, clock: int | None) -> Tracks:
    """Nodes, skin, body and channels of one person."""
    made, offsets_m = layout.made, offsets_mm(bone_lengths_mm(person)) / MM_PER_M
    first = len(made.nodes)
    for index, joint in enumerate(RIG):
        children = [first + i for i, child in enumerate(RIG) if child.parent == index]
        made.nodes.append(gltf.Node(name=joint.name, translation=offsets_m[index].tolist(), children=children))
    body = len(made.nodes)
    made.nodes.append(gltf.Node(name=f"{person.name} body", mesh=len(made.meshes), skin=len(made.skins)))
    root = len(made.nodes)
    extras = {"track_id": person.track_id, "gaps": [list(gap) for gap in gaps(trajectories, person)]}
    made.nodes.append(gltf.Node(name=person.name, children=[first, body], extras=extras))
    made.scenes[0].nodes.append(root)
    _add_body(layout, person, first, offsets_m)
    if clock is None:
        return Tracks(person, 0, {})
    hips, place = layout.reserve(len(trajectories.frames), "VEC3")
    _channel(made, first, "translation", clock, hips)
    turns = {}
    for joint in TURNING:
        accessor, turns[joint] = layout.reserve(len(trajectories.frames), "VEC4")
        _channel(made, first + joint, "rotation", clock, accessor)
    _add_presence(layout, trajectories, person, root)
    return Tracks(person, place, turns)


def _add_presence(layout: Layout, trajectories: TrajectorySet, person: Trajectory, root: int) -> None:
    """Scale keys of the root: 1 while somebody is there, 0 while not; a key only where that changes."""
    here = (person.samples != Sample.MISSING).any(axis=1)
    at = np.flatnonzero(np.concatenate([[True], here[1:] != here[:-1]]))
    times = clock_s(trajectories)
    clock = layout.store((times[at] - times[0]).astype(np.float32), "SCALAR", bounds=True)
    scale = layout.store(np.repeat(here[at].astype(np.float32)[:, None], 3, axis=1), "VEC3")
    _channel(layout.made, root, "scale", clock, scale, gltf.ANIM_STEP)


def _channel(made: gltf.GLTF2, node: int, path: str, clock: int, values: int, interpolation: str = gltf.ANIM_LINEAR) -> None:
    animation = made.animations[0]
    animation.samplers.append(gltf.AnimationSampler(input=clock, output=values, interpolation=interpolation))
    target = gltf.AnimationChannelTarget(node=node, path=path)
    animation.channels.append(gltf.AnimationChannel(sampler=len(animation.samplers) - 1, target=target))


def _add_body(layout: Layout, person: Trajectory, first: int, offsets_m: np.ndarray) -> None:
    """Skin, mesh and material: a spindle along every bone, moved by the bone's joint alone."""
    made = layout.made
    places = np.zeros((len(RIG), 3))
    for index, joint in enumerate(RIG):
        places[index] = offsets_m[index] + (places[joint.parent] if joint.parent >= 0 else 0.0)
    inverse = np.tile(np.eye(4, dtype=np.float32), (len(RIG), 1, 1))
    inverse[:, 3, :3] = -places  # column by column, as glTF stores matrices
    bones = [(joint.parent, places[joint.parent], places[i]) for i, joint in enumerate(RIG) if joint.parent >= 0]
    bones += [
        (i, places[i], places[i] + np.array(joint.rest) * END_MM / MM_PER_M)
        for i, joint in enumerate(RIG)
        if joint.aims_at < 0 and joint.across is None
    ]
    spindles = [(owner, _spindle(a, b)) for owner, a, b in bones if np.linalg.norm(b - a) > SHORTEST_DRAWN_M]
    vertices = np.concatenate([corners for _, corners in spindles]).astype(np.float32)
    owners = np.zeros((len(vertices), 4), np.uint16)
    owners[:, 0] = np.repeat([owner for owner, _ in spindles], [len(corners) for _, corners in spindles])
    weights = np.tile(np.array([1, 0, 0, 0], np.float32), (len(vertices), 1))
    attributes = gltf.Attributes(
        POSITION=layout.store(vertices, "VEC3", gltf.ARRAY_BUFFER, bounds=True),
        JOINTS_0=layout.store(owners, "VEC4", gltf.ARRAY_BUFFER),
        WEIGHTS_0=layout.store(weights, "VEC4", gltf.ARRAY_BUFFER),
    )
    matrices = layout.store(inverse.reshape(len(RIG), 16), "MAT4")
    joints = [first + i for i in range(len(RIG))]
    made.skins.append(gltf.Skin(name=person.name, joints=joints, skeleton=first, inverseBindMatrices=matrices))
    made.meshes.append(gltf.Mesh(primitives=[gltf.Primitive(attributes=attributes, material=len(made.materials))]))
    made.materials.append(
        gltf.Material(
            name=person.name,
            pbrMetallicRoughness=gltf.PbrMetallicRoughness(
                baseColorFactor=[*linear(person_color(person.track_id)), 1.0], metallicFactor=0.0, roughnessFactor=0.8
            ),
        )
    )


def linear(color: Sequence[int]) -> list[float]:
    """sRGB 0–255 as the linear 0–1 that glTF's factors are (IEC 61966-2-1)."""
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (value / 255 for value in color)]


def _spindle(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """float64 [24, 3]: the corners of eight triangles around the bone from ``a`` to ``b``, facing outwards."""
    along = b - a
    side = np.cross(along, [0.0, 0.0, 1.0] if abs(along[2]) < 0.9 * np.linalg.norm(along) else [1.0, 0.0, 0.0])
    side *= THICKNESS * np.linalg.norm(along) / np.linalg.norm(side)
    up = np.cross(along, side) / np.linalg.norm(along)
    ring = [a + 0.2 * along + offset for offset in (side, up, -side, -up)]
    corners = []
    for i in range(4):
        one, two = ring[i], ring[(i + 1) % 4]
        corners += [a, two, one, b, one, two]
    return np.array(corners)
