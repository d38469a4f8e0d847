"""Turns changes of the state into requests to the worker, and the worker's answers into what the panes show."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QObject, pyqtSignal

from modules.core.room import config_for_rig
from modules.core.types import Camera, FrameSet, PoseResult, SourceInfo

from ..state import AppState, Room
from ..transport.playback import Playback
from .messages import Compose, ConfigureRequest, Failure, Opened, OpenRequest, Request
from .worker import Worker


class Controller(QObject):
    """Between the state and the worker; lives in the GUI thread and never waits.

    Each request carries a new generation, and only the answer to the newest one is drawn. In a stream of changes (a slider is
    dragged, a key is held, the recording plays) a request goes out only when the one before was answered: nothing queues up,
    and something new is drawn as often as the worker manages.
    """

    result_shown = pyqtSignal(object, object)  # FrameSet, PoseResult: what every pane shows now
    cleared = pyqtSignal()  # another recording: the panes show nothing
    failed = pyqtSignal(object)  # Failure
    busy_changed = pyqtSignal(object)  # Busy
    computed_changed = pyqtSignal(object)  # frozenset of frame indexes
    recording_opened = pyqtSignal(object)  # Opened
    configured = pyqtSignal(object)  # the config in force

    def __init__(self, state: AppState, compose: Compose, config: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._config, self._compose = state, config, compose
        self._generation = 0
        self._pending: Request | None = None
        self._streaming = self._changed = False
        self._shown: tuple[FrameSet, PoseResult] | None = None
        self._worker = Worker(compose(config), config.CACHE.MEMORY_MB, self)
        self._playback = Playback(state, lambda: self._pending is not None, self)
        self._worker.opened.connect(self._on_opened)
        self._worker.configured.connect(self._on_configured)
        self._worker.result_ready.connect(self._on_result)
        self._worker.failed.connect(self._on_failed)
        self._worker.busy_changed.connect(self.busy_changed)
        self._worker.computed_changed.connect(self._tell_computed)
        state.lod_distance_changed.connect(self._tell_computed)
        state.frame_index_changed.connect(self._on_state_changed)
        state.lod_distance_changed.connect(self._on_state_changed)
        state.set_lod_distance_mm(config.LOD.DISTANCE_MM)

    @property
    def config(self) -> Any:
        """The configuration in force (a frozen CfgNode)."""
        return self._config

    @property
    def worker(self) -> Worker:
        """The thread that computes."""
        return self._worker

    @property
    def shown(self) -> tuple[FrameSet, PoseResult] | None:
        """What the panes show now, or None."""
        return self._shown

    @property
    def pending(self) -> bool:
        """Whether an answer is awaited."""
        return self._pending is not None

    def open(self, path: Path, fmt: str = "auto", offsets: Mapping[str, int] | None = None) -> None:
        """Opens a recording; the one before stays open until it worked."""
        self._worker.submit(OpenRequest(Path(path), fmt, dict(offsets or {})))

    def configure(self, config: Any) -> None:
        """Makes the estimator anew; the one before keeps working until it worked."""
        self._worker.submit(ConfigureRequest(config, self._compose(config)))

    def step(self, frames: int) -> None:
        """Some frames on (or back); while a step is computed further ones are gathered into one."""
        self._state.set_playing(False)
        streaming, self._streaming = self._streaming, True
        self._state.set_frame_index(self._state.frame_index + frames)
        self._streaming = streaming

    def begin_stream(self) -> None:
        """A slider is being dragged."""
        self._streaming = True

    def end_stream(self) -> None:
        """The slider was let go: its last value is asked for at once."""
        self._streaming = False
        if self._changed:
            self._issue()

    def stop(self, timeout_s: float) -> bool:
        """Ends playing and the worker; False if a call did not return in time."""
        self._state.set_playing(False)
        return self._worker.stop(timeout_s)

    def _on_state_changed(self) -> None:
        if (self._streaming or self._state.playing) and self._pending is not None:
            self._changed = True
        else:
            self._issue()

    def _tell_computed(self) -> None:
        self.computed_changed.emit(self._worker.cache.computed(self._state.lod_distance_mm))

    def _issue(self) -> None:
        self._changed = False
        self._pending = None
        if self._state.room is None:
            return
        self._generation += 1
        request = Request(self._generation, self._state.frame_index, self._state.lod_distance_mm)
        known = self._worker.cached(request)
        if known is not None:
            self._show(*known)
            return
        self._pending = request
        self._worker.submit(request)

    def _on_result(self, generation: int, frame: FrameSet, result: PoseResult) -> None:
        if generation != self._generation:
            return
        self._pending = None
        self._show(frame, result)
        if self._changed:
            self._issue()

    def _show(self, frame: FrameSet, result: PoseResult) -> None:
        self._shown = (frame, result)
        self.result_shown.emit(frame, result)
        self._playback.shown()

    def _on_failed(self, failure: Failure) -> None:
        if isinstance(failure.request, Request):
            if failure.request.generation != self._generation:
                return
            self._pending = None
            self._state.set_playing(False)
            if self._changed:
                self._issue()
        elif self._pending is not None:
            self._issue()  # the worker dropped the awaited request for this one
        self.failed.emit(failure)

    def _on_opened(self, opened: Opened) -> None:
        self._pending, self._changed, self._shown = None, False, None
        self._generation += 1  # answers about the recording before are not drawn
        self.cleared.emit()
        frame = opened.first
        room = self._room(opened.info, opened.cameras)
        origin = room.lod_origin_xy_mm
        self._state.set_room(room)
        if self._shown is None:  # the picture at once, the people when they are found
            nobody = PoseResult(frame.index, frame.time_s, self._state.lod_distance_mm, origin, ())
            self._shown = (frame, nobody)
            self.result_shown.emit(frame, nobody)
        self.recording_opened.emit(opened)

    def _on_configured(self, config: Any) -> None:
        moved = config.LOD.DISTANCE_MM != self._config.LOD.DISTANCE_MM
        self._config = config
        room, index = self._state.room, self._state.frame_index
        if room is not None:
            self._pending = None
            updated = self._room(room.info, room.cameras)
            if updated != room:
                self._state.set_room(updated)
                self._state.set_frame_index(index)
        if moved:
            self._state.set_lod_distance_mm(config.LOD.DISTANCE_MM)
        self._issue()
        self.configured.emit(config)

    def _room(self, info: SourceInfo, cameras: tuple[Camera, ...]) -> Room:
        """The room that the estimator will use with these cameras."""
        config = config_for_rig(self._config, cameras, info.space)
        space = config.MULTI_PERSON
        return Room(info, cameras, tuple(space.SPACE_SIZE), tuple(space.SPACE_CENTER), tuple(config.LOD.ORIGIN_XY_MM))
