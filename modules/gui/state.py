"""The one state of the window; every pane reads it and hears of changes by signal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PyQt5.QtCore import QObject, pyqtSignal

from modules.core.own_world import RECORDING
from modules.core.types import Camera, SourceInfo


@dataclass(frozen=True)
class Room:
    """What stands still while a recording is open.

    Attributes:
        info: what was found in the recording.
        cameras: V cameras, in view order.
        space_size_mm, space_center_mm: (x, y, z), mm, world: the observed box.
        lod_origin_xy_mm: (x, y), mm, world.
        face_crop_px: side of a face crop, px of the raw frame.
        coordinates: that positions are told in: "recording" or "level".
    """

    info: SourceInfo
    cameras: tuple[Camera, ...]
    space_size_mm: tuple[float, float, float]
    space_center_mm: tuple[float, float, float]
    lod_origin_xy_mm: tuple[float, float]
    face_crop_px: int = 224
    coordinates: str = RECORDING


@dataclass(frozen=True)
class JointRef:
    """A joint of a person: what the mouse hovers."""

    track_id: int
    joint: int


#: ``heatmap_joint`` values besides a joint's index: no overlay, and the largest over all joints.
HEATMAP_OFF, HEATMAP_ALL = -2, -1


class AppState(QObject):
    """Frame index, LoD distance, selection, hover, overlay and playback; setters tell only of real changes."""

    room_changed = pyqtSignal(object)  # Room | None
    frame_index_changed = pyqtSignal(int)
    lod_distance_changed = pyqtSignal(float)  # mm, 0: no limit
    names_changed = pyqtSignal(object)  # Mapping[int, str]
    selection_changed = pyqtSignal(object)  # track id | None
    hover_changed = pyqtSignal(object)  # JointRef | None
    heatmap_joint_changed = pyqtSignal(int)
    playing_changed = pyqtSignal(bool)
    speed_changed = pyqtSignal(float)  # 0.25–2; 0: every frame, as fast as it is computed
    loop_changed = pyqtSignal(bool)
    loop_range_changed = pyqtSignal(object)  # (first, last) frame | None
    computing_ahead_changed = pyqtSignal(bool)
    look_through_requested = pyqtSignal(int)  # view whose camera's eye the 3D view is to take

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._room: Room | None = None
        self._frame_index = 0
        self._lod_distance_mm = 0.0
        self._names: Mapping[int, str] = {}
        self._selection: int | None = None
        self._hover: JointRef | None = None
        self._heatmap_joint = HEATMAP_OFF
        self._playing = False
        self._speed = 1.0
        self._loop = True
        self._loop_range: tuple[int, int] | None = None
        self._computing_ahead = True

    @property
    def room(self) -> Room | None:
        """The open recording, or None."""
        return self._room

    @property
    def frame_count(self) -> int:
        """Frames of the open recording; 0 without one."""
        return 0 if self._room is None else self._room.info.frame_count

    @property
    def frame_index(self) -> int:
        """The frame asked for, from 0."""
        return self._frame_index

    @property
    def lod_distance_mm(self) -> float:
        """The LoD distance asked for; 0: no limit."""
        return self._lod_distance_mm

    @property
    def selection(self) -> int | None:
        """Track id of the chosen person, or None."""
        return self._selection

    @property
    def names(self) -> Mapping[int, str]:
        """Track id → name, of those who were given one."""
        return self._names

    @property
    def hover(self) -> JointRef | None:
        """The joint under the mouse, or None."""
        return self._hover

    @property
    def heatmap_joint(self) -> int:
        """Joint whose heatmap lies over the views, HEATMAP_OFF or HEATMAP_ALL."""
        return self._heatmap_joint

    @property
    def playing(self) -> bool:
        """Whether frames advance by themselves."""
        return self._playing

    @property
    def speed(self) -> float:
        """Playback speed, 1: the recording's own; 0: every frame, as fast as it is computed."""
        return self._speed

    @property
    def loop(self) -> bool:
        """Whether playing goes on from the first frame after the last."""
        return self._loop

    @property
    def loop_range(self) -> tuple[int, int] | None:
        """(first, last) frame between which it plays; None: the whole recording."""
        return self._loop_range

    @property
    def computing_ahead(self) -> bool:
        """Whether frames are computed that nobody looks at yet."""
        return self._computing_ahead

    def set_room(self, room: Room | None) -> None:
        """Another recording (or none): frame 0, nothing chosen, paused."""
        self.set_playing(False)
        self.set_hover(None)
        self.set_selection(None)
        self.set_loop_range(None)
        self._room = room
        self._frame_index = 0
        self.room_changed.emit(room)
        self.frame_index_changed.emit(0)

    def set_frame_index(self, index: int) -> None:
        """Clamped to the recording."""
        self._set("_frame_index", max(0, min(int(index), self.frame_count - 1)), self.frame_index_changed)

    def set_lod_distance_mm(self, distance: float) -> None:
        """0 or more."""
        self._set("_lod_distance_mm", max(0.0, float(distance)), self.lod_distance_changed)

    def set_selection(self, track_id: int | None) -> None:
        """Chooses a person, or nobody."""
        self._set("_selection", track_id, self.selection_changed)

    def set_names(self, names: Mapping[int, str]) -> None:
        """How people are called in what is open."""
        self._set("_names", dict(names), self.names_changed)

    def set_hover(self, joint: JointRef | None) -> None:
        """Names a joint, or none."""
        self._set("_hover", joint, self.hover_changed)

    def set_heatmap_joint(self, joint: int) -> None:
        """A joint's index, HEATMAP_OFF or HEATMAP_ALL."""
        self._set("_heatmap_joint", joint, self.heatmap_joint_changed)

    def set_playing(self, playing: bool) -> None:
        """Plays only where a recording is open."""
        self._set("_playing", bool(playing) and self.frame_count > 0, self.playing_changed)

    def set_speed(self, speed: float) -> None:
        """0.25–2, or 0 for every frame."""
        self._set("_speed", float(speed), self.speed_changed)

    def set_loop(self, loop: bool) -> None:
        """Whether to go on from the first frame after the last."""
        self._set("_loop", bool(loop), self.loop_changed)

    def set_loop_range(self, frames: tuple[int, int] | None) -> None:
        """(first, last), in either order, within the recording; None: all of it."""
        if frames is not None:
            low, high = (max(0, min(int(n), self.frame_count - 1)) for n in sorted(frames))
            frames = (low, high) if high > low else None
        self._set("_loop_range", frames, self.loop_range_changed)

    def set_computing_ahead(self, ahead: bool) -> None:
        """Whether to compute frames that nobody looks at yet."""
        self._set("_computing_ahead", bool(ahead), self.computing_ahead_changed)

    def _set(self, name: str, value: object, signal: pyqtSignal) -> None:
        if getattr(self, name) != value:
            setattr(self, name, value)
            signal.emit(value)
