"""What the 3D view shows besides people, if asked to: trails, names of joints, bone lengths, measures; and who is hidden."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from PyQt5.QtCore import QObject, pyqtSignal

from modules.core.palette import person_color
from modules.core.skeleton import LEFT_ANKLE, LEFT_WRIST, LIMBS, MID_HIP, RIGHT_ANKLE, RIGHT_WRIST
from modules.core.types import Lod, Person, PoseResult

from .. import theme
from ..panes.names import joint_name
from ..state import JointRef
from .gl_labels import Label
from .scene import M_PER_MM, rgba

TRAILS, JOINT_NAMES, BONE_LENGTHS, VIDEO, MEASURE = "trails", "joint_names", "bone_lengths", "video", "measure"
#: Joints whose trail is drawn: of everyone the first, of the chosen person all.
TRAIL_JOINTS = (MID_HIP, LEFT_WRIST, RIGHT_WRIST, LEFT_ANKLE, RIGHT_ANKLE)
#: How far back a trail reaches, s; frames that are remembered.
TRAIL_S, REMEMBERED = 1.5, 20_000
FALLBACK_FPS = 30.0


class Extras(QObject):
    """What is shown, who is hidden, what is measured; tells of changes by ``changed``."""

    changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on: set[str] = set()
        self._hidden: set[int] = set()
        self._measured: list[JointRef] = []
        self._seen: dict[int, dict[int, np.ndarray]] = {}

    def is_on(self, name: str) -> bool:
        """Whether TRAILS, JOINT_NAMES, BONE_LENGTHS, VIDEO or MEASURE is on."""
        return name in self._on

    def set_on(self, name: str, on: bool) -> None:
        """Switches one of them; ending MEASURE forgets what was measured."""
        if on != (name in self._on):
            self._on ^= {name}
            if name == MEASURE:
                self._measured.clear()
            self.changed.emit()

    @property
    def hidden(self) -> frozenset[int]:
        """Numbers of the people who are not drawn."""
        return frozenset(self._hidden)

    def set_hidden(self, track_id: int, hidden: bool) -> None:
        """Hides a person, or shows them again."""
        if hidden != (track_id in self._hidden):
            self._hidden ^= {track_id}
            self.changed.emit()

    def show_everyone(self) -> None:
        """Nobody is hidden any more."""
        self._hidden.clear()
        self.changed.emit()

    @property
    def measured(self) -> tuple[JointRef, ...]:
        """Up to three joints: two make a distance, three an angle at the second as well."""
        return tuple(self._measured)

    def pick(self, joint: JointRef) -> None:
        """Adds a joint to what is measured; after three it begins anew."""
        if len(self._measured) == 3:
            self._measured.clear()
        if joint not in self._measured:
            self._measured.append(joint)
        self.changed.emit()

    def forget(self) -> None:
        """Another recording: no trails, nobody hidden, nothing measured."""
        self._seen.clear()
        self._hidden.clear()
        self._measured.clear()
        self.changed.emit()

    def remember(self, result: PoseResult) -> None:
        """Keeps where everyone is in this frame, for trails."""
        self._seen.pop(result.frame_index, None)
        self._seen[result.frame_index] = {
            p.track_id: _trail_points(p) for p in result.persons if p.track_id not in self._hidden
        }
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]

    def trails(self, frame_index: int, fps: float, chosen: int | None) -> tuple[np.ndarray, np.ndarray]:
        """Lines float32 [2·N, 3], m, and their colours float32 [2·N, 4]: where people were just before, fading backwards.

        Only frames that were shown are known; a trail has a gap where some were not.
        """
        first = frame_index - round(TRAIL_S * (fps if np.isfinite(fps) and fps > 0 else FALLBACK_FPS))
        lines, colors = [], []
        for frame in range(first + 1, frame_index + 1):
            before, after = self._seen.get(frame - 1, {}), self._seen.get(frame, {})
            for track_id in (before.keys() & after.keys()) - self._hidden:
                joints = slice(None) if track_id == chosen else slice(1)
                segments = np.stack([before[track_id][joints], after[track_id][joints]], 1)
                segments = segments[np.isfinite(segments).all((1, 2))]
                lines.append(segments.reshape(-1, 3))
                alpha = 0.15 + 0.75 * (frame - first) / max(frame_index - first, 1)
                colors.append(np.tile(rgba(person_color(track_id), alpha), (2 * len(segments), 1)))
        if not lines:
            return np.zeros((0, 3), np.float32), np.zeros((0, 4), np.float32)
        return np.concatenate(lines).astype(np.float32), np.concatenate(colors)

    def labels(self, result: PoseResult, chosen: int | None) -> list[Label]:
        """Names of joints and lengths of bones, of the chosen person or of everyone."""
        found = []
        for person in result.persons:
            if person.lod is not Lod.FULL or person.track_id in self._hidden or chosen not in (None, person.track_id):
                continue
            joints = person.joints_world_mm.astype(np.float64)
            if JOINT_NAMES in self._on:
                names = ((joint_name(j), joints[j]) for j in np.flatnonzero(np.isfinite(joints).all(1)))
                found += [Label(name, at * M_PER_MM, text_color=theme.TEXT) for name, at in names]
            if BONE_LENGTHS in self._on:
                for a, b in LIMBS:
                    length = np.linalg.norm(joints[a] - joints[b])
                    if np.isfinite(length):
                        found.append(Label(f"{length:.0f} mm", (joints[a] + joints[b]) / 2 * M_PER_MM, text_color=theme.TEXT))
        return found

    def measure(self, person: Callable[[int], Person | None]) -> tuple[np.ndarray, list[Label]]:
        """Lines float32 [2·N, 3], m, between the measured joints in this frame, and what they measure.

        Args:
            person: number → the person in the frame shown, or None.
        """
        places = []
        for joint in self._measured:
            found = person(joint.track_id)
            at = None if found is None else found.joints_world_mm[joint.joint].astype(np.float64)
            if at is None or not np.isfinite(at).all():
                return np.zeros((0, 3), np.float32), []
            places.append(at * M_PER_MM)
        lines, labels = [], []
        for a, b in pairwise(places):
            lines += [a, b]
            distance = float(np.linalg.norm(a - b)) / M_PER_MM
            labels.append(Label(f"{distance:.0f} mm", (a + b) / 2, theme.rgb(theme.SELECTED), chosen=True))
        if len(places) == 3:
            labels.append(Label(f"{angle_deg(*places):.1f}°", places[1], theme.rgb(theme.SELECTED), chosen=True))
        return np.array(lines, np.float32).reshape(-1, 3), labels


def angle_deg(a: np.ndarray, corner: np.ndarray, b: np.ndarray) -> float:
    """Degrees between the directions from ``corner`` to the other two points."""
    u, v = a - corner, b - corner
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(u, v)), u @ v)))


def _trail_points(person: Person) -> np.ndarray:
    """float64 [len(TRAIL_JOINTS), 3], m; the root stands for the mid-hip."""
    points = person.joints_world_mm[list(TRAIL_JOINTS)].astype(np.float64)
    if person.lod is not Lod.FULL:
        points[0] = person.root_world_mm
    return points * M_PER_MM
