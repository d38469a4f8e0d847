"""Between the state, what is computed already, and the threads that read and compute; lives in the GUI thread, never waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PyQt5.QtCore import QElapsedTimer, QObject, QTimer, pyqtSignal

from modules.core.config import changes_between
from modules.core.config_keys import Changes
from modules.core.errors import TakeError
from modules.core.protocols import Results, TakeChange
from modules.core.room import config_for_rig
from modules.core.types import Camera, FrameSet, PoseResult, SourceInfo

from ..state import HEATMAP_OFF, AppState, Room
from ..transport.playback import Playback
from .messages import Compose, Configured, ConfigureRequest, Failure, Opened, OpenRequest, Pace
from .names import NamesReader
from .pictures import PictureReader
from .schedule import Wanted
from .worker import Worker

#: The playhead rests when nothing moved it for so long; then the frame itself takes the place of its small copy.
REST_MS = 120
#: How far tables and crops may stay behind the pictures, ms: nobody reads them while frames follow one another, and each of
#: their paintings costs a third of a frame.
FOLLOW_MS = 100
#: How often, at most, the window hears how far the computing is: each repaint costs what a frame costs.
TELL_MS = 500
#: Where nothing is painted (the window is minimised) frames count as drawn after this.
UNDRAWN_MS = 150
#: Pictures without pictures: black ones, this much smaller than the frames.
BLANK_SHRUNK = 16
#: Small copies that are fetched ahead while playing.
FETCH_AHEAD = 16


class Controller(QObject):
    """Shows what the state asks for: people from the take, pictures from memory or small copies, at once where they are there.

    What is missing is asked for, once: the picture of the reader, the people of the worker, which puts them into the take. An
    answer about another frame than the one that the state names by then shows nothing.
    """

    result_shown = pyqtSignal(object, object)  # FrameSet, PoseResult (None: not computed yet): what is looked at shows it now
    result_followed = pyqtSignal(object, object)  # the same for what is read, up to ``FOLLOW_MS`` later
    cleared = pyqtSignal()  # another recording: the panes show nothing
    failed = pyqtSignal(object)  # Failure
    busy_changed = pyqtSignal(object)  # Busy
    computed_changed = pyqtSignal(object)  # frozenset of frame indexes
    pace_changed = pyqtSignal(object)  # Pace
    frame_computed = pyqtSignal(object)  # PoseResult with stages and notes, just computed
    recording_opened = pyqtSignal(object)  # Opened
    configured = pyqtSignal(object)  # the config in force

    def __init__(self, state: AppState, compose: Compose, config: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._config, self._compose = state, config, compose
        self._results: Results | None = None
        self._reader: PictureReader | None = None
        self._opened: Opened | None = None
        self._shown: tuple[FrameSet, PoseResult | None] | None = None
        self._waiting_picture = self._waiting_people = False
        self._steps, self._stepping = 0, False
        self._view_px = 1 << 30
        self._followed: tuple[FrameSet, PoseResult | None] | None = None
        self._no_network = self._has_configured = self._held = self._whole_only = self._stopped = False
        self._ahead_mm: float | None = None
        self._worker = Worker(compose(config), self)
        self._names = NamesReader(state, self)
        self._names.failed.connect(lambda error: self.failed.emit(Failure.of(None, error)))
        self._playback = Playback(state, self._is_waiting, self, self._has_picture)
        self._moving = QElapsedTimer()  # since another frame was shown
        self._rest, self._tell, self._follow = QTimer(self), QTimer(self), QTimer(self)
        self._undrawn = QTimer(self)  # runs until what was handed to the panes is on the screen
        for timer, interval, slot in (
            (self._rest, REST_MS, self._on_rest),
            (self._tell, TELL_MS, self._tell_computed),
            (self._follow, FOLLOW_MS, self._follow_on),
            (self._undrawn, UNDRAWN_MS, self._go_on),
        ):
            timer.setSingleShot(True)
            timer.setInterval(interval)
            timer.timeout.connect(slot)
        worker = self._worker
        worker.opened.connect(self._on_opened)
        worker.configured.connect(self._on_configured)
        worker.computed.connect(self._on_computed)
        worker.take_changed.connect(self._on_take_changed)
        worker.failed.connect(self._on_failed)
        worker.busy_changed.connect(self.busy_changed)
        state.frame_index_changed.connect(self.show_now)
        state.lod_distance_changed.connect(self._on_distance)
        state.heatmap_joint_changed.connect(self.show_now)
        state.computing_ahead_changed.connect(lambda _: self._set_ahead())
        state.computing_ahead_changed.connect(lambda _: self._tell_computed())
        state.playing_changed.connect(lambda playing: playing or self.show_now())  # what playing did not wait for
        state.set_lod_distance_mm(config.LOD.DISTANCE_MM)
        worker.set_distance(state.lod_distance_mm)
        worker.set_ahead(state.computing_ahead)

    @property
    def config(self) -> Any:
        """The configuration in force (a frozen CfgNode)."""
        return self._config

    @property
    def worker(self) -> Worker:
        """The thread that computes."""
        return self._worker

    @property
    def reader(self) -> PictureReader | None:
        """The thread that reads pictures of the open recording."""
        return self._reader

    @property
    def results(self) -> Results | None:
        """What is computed of the open recording, or was saved."""
        return self._results

    @property
    def opened(self) -> Opened | None:
        """What is open, and how; None without a recording."""
        return self._opened

    @property
    def shown(self) -> tuple[FrameSet, PoseResult | None] | None:
        """What the panes show now, or None."""
        return self._shown

    @property
    def pending(self) -> bool:
        """Whether the picture or the people of the frame that is asked for are still awaited."""
        return self._waiting_picture or self._waiting_people

    @property
    def settled(self) -> bool:
        """Whether the frame that is asked for, with all that can be had of it, is in every pane."""
        shown = self._shown
        moves = self.pending or self._stepping or self._follow.isActive()
        return shown is not None and not moves and shown[0].index == self._state.frame_index

    @property
    def pace(self) -> Pace:
        """How the computing ahead goes."""
        return self._worker.schedule.pace()

    @property
    def no_network(self) -> bool:
        """Whether the network could not be loaded; ``load`` tries again."""
        return self._no_network

    def open(self, path: Path, fmt: str = "auto", offsets: Mapping[str, int] | None = None) -> None:
        """Opens a recording, or a file of results; the one before stays open until it worked."""
        self._worker.submit(OpenRequest(Path(path), fmt, dict(offsets or {})))

    def load(self) -> None:
        """Loads the network of the configuration in force."""
        self._worker.submit(ConfigureRequest(self._config, self._compose(self._config), reopen=False))

    def configure(self, config: Any) -> None:
        """Takes over another configuration: only what the keys that changed have a say in is done anew."""
        self.tell_in(config.RIG.WORLD)
        changed = changes_between(self._config, config)
        # a request takes the place of one that waits: the first one, which loads the network, must not be lost to it
        unloaded = not self._has_configured and not self._no_network
        load = unloaded or bool(changed & {Changes.RESULTS, Changes.MEANS})
        reopen = bool(changed & {Changes.RESULTS, Changes.PEOPLE})
        self._worker.submit(ConfigureRequest(config, self._compose(config), load, reopen))

    def tell_in(self, coordinates: str) -> None:
        """Tells positions, and writes files, in these coordinates (RIG.WORLD) from now on: at once, it waits for no work."""
        if coordinates == self._config.RIG.WORLD:
            return
        self._config = told_in(self._config, coordinates)
        self._follow_room()
        self.show_now()
        self._tell_computed()
        self.configured.emit(self._config)

    def show_whole(self, only: bool) -> None:
        """Whether only the frames themselves are shown, however long reading takes; else small copies come first."""
        self._whole_only = only
        self.show_now()

    def set_view_px(self, longest: int) -> None:
        """How long the longer side of the largest view is, device px: small copies need be no larger."""
        self._view_px = longest
        if self._reader is not None:
            self._reader.set_view_px(longest)

    def hold_ahead(self, held: bool) -> None:
        """Nothing is computed ahead while it is not known yet whether the cameras are right; what somebody waits for is."""
        self._held = held
        self._set_ahead()

    def compute_for(self, distance_mm: float | None) -> None:
        """Computes ahead for this LoD distance (0: everyone), whatever is shown; None: for the one that is shown again."""
        self._ahead_mm = distance_mm
        self._worker.set_distance(self._state.lod_distance_mm if distance_mm is None else distance_mm)
        self.show_now()
        self._tell_computed()

    def _set_ahead(self) -> None:
        self._worker.set_ahead(self._state.computing_ahead and not self._held)

    def step(self, frames: int) -> None:
        """Some frames on (or back); pauses. Steps that come before the last one is drawn are gathered into one, so that a held
        key shows the frames that it passes."""
        self._state.set_playing(False)
        self._steps += frames
        if not self._stepping:
            self._take_steps()

    @property
    def stepping(self) -> bool:
        """Whether a step is not drawn yet; further ones wait for it."""
        return self._stepping

    def drawn(self) -> None:
        """The window was painted: what was handed to the panes is on the screen. Other paintings are nothing to this."""
        if self._undrawn.isActive():
            self._undrawn.stop()
            self._go_on()

    def _go_on(self) -> None:
        QTimer.singleShot(0, self._playback.drawn)  # not inside of the painting
        if self._stepping:
            QTimer.singleShot(0, self._take_steps)

    def _take_steps(self) -> None:
        frames, self._steps = self._steps, 0
        self._stepping = frames != 0
        if frames:
            before = self._state.frame_index
            self._state.set_frame_index(before + frames)
            self._fetch_on(self._state.frame_index - before)
            if not self._undrawn.isActive():  # there was no picture to hand on
                QTimer.singleShot(0, self._take_steps)

    def _fetch_on(self, step: int) -> None:
        """Small copies of where steps like this one lead."""
        here = self._state.frame_index
        if self._reader is not None and step:
            end = max(-1, min(self._state.frame_count, here + step * (1 + FETCH_AHEAD)))
            self._reader.fetch_ahead(range(here + step, end, step))

    def stop(self, timeout_s: float) -> bool:
        """Ends playing and the threads; False if a call did not return in time."""
        self._stopped = True
        self._state.set_playing(False)
        self._rest.stop()
        self._tell.stop()
        self._follow.stop()
        self._undrawn.stop()
        self._names.stop()
        ended = self._worker.stop(timeout_s)
        if self._reader is not None:
            self._reader.close(0.05)
        return ended

    def show_now(self, *_: object) -> None:
        """Shows what is there of the frame that the state asks for, and asks for the rest."""
        state = self._state
        if state.room is None or self._results is None:
            return
        index = state.frame_index
        result = self._known_result(index)
        picture = self._known_picture(index)
        self._waiting_people = result is None and self._opened.can_compute
        overlay = state.heatmap_joint != HEATMAP_OFF and not state.playing
        heatmaps = self._worker.heatmaps.of(index) if overlay else None
        missing_heatmaps = overlay and heatmaps is None and self._opened.can_compute
        distance = None if self._ahead_mm in (None, state.lod_distance_mm) else state.lod_distance_mm
        wanted = Wanted(index, overlay, distance) if self._waiting_people or missing_heatmaps else None
        wait = not state.playing or state.speed == 0  # playing by the clock waits for nobody
        self._worker.want(wanted if wait else None, index)
        self._waiting_picture = picture is None
        if picture is None:
            self._reader.want(index)
            return
        if result is not None and heatmaps is not None:
            result = replace(result, heatmaps=heatmaps[0], frame_to_heatmap=heatmaps[1])
        if result is None and self._shown is not None and self._shown[0].index == index:
            result = self._shown[1]  # another LoD distance: until it is there, the people of the one before
        if picture.shrunk > 1 and not state.playing:
            self._rest.start()
        self._show(picture, result)

    def _known_result(self, index: int) -> PoseResult | None:
        try:
            return self._results.result(index, self._state.lod_distance_mm)
        except TakeError as error:
            self.failed.emit(Failure.of(None, error))
            return None

    def _known_picture(self, index: int) -> FrameSet | None:
        if self._opened.pictures is None:
            return self._blank(index)
        if self._whole_only:
            return self._reader.whole(index)
        if self._moving.isValid() and self._moving.elapsed() < REST_MS:  # the whole one takes longer to scale than a copy
            return self._reader.copy(index) or self._reader.whole(index)
        return self._reader.whole(index) or self._reader.copy(index)

    def _has_picture(self, index: int) -> bool:
        return self._reader is None or self._known_picture(index) is not None

    def _blank(self, index: int) -> FrameSet:
        cameras = self._opened.cameras
        sizes = [(max(1, c.height_px // BLANK_SHRUNK), max(1, c.width_px // BLANK_SHRUNK), 3) for c in cameras]
        images = tuple(np.full(size, 24, np.uint8) for size in sizes)
        fps = self._opened.info.fps
        return FrameSet(index, index / fps if fps > 0 else float("nan"), images, cameras, shrunk=BLANK_SHRUNK)

    def _show(self, frame: FrameSet, result: PoseResult | None) -> None:
        if self._shown is not None and self._shown[0] is frame and self._shown[1] is result:
            return
        if self._shown is not None and self._shown[0].index != frame.index:
            self._moving.start()
        self._shown = (frame, result)
        self.result_shown.emit(frame, result)
        self._undrawn.start()
        if self._followed is None or (self._followed[0].index == frame.index and not self._state.playing):
            self._follow_on()
        elif not self._follow.isActive():
            self._follow.start()
        if self._state.playing:
            self._reader.fetch_ahead(self._playback.next_frames(FETCH_AHEAD))

    def _follow_on(self) -> None:
        """What is read catches up; where people are still awaited it keeps those before."""
        shown = self._shown
        if shown is not None and (shown[1] is not None or self._state.playing or not self.pending):
            self._follow.stop()
            self._followed = shown
            self.result_followed.emit(*shown)

    def _is_waiting(self) -> bool:
        """Whether playing has to wait before it goes on."""
        return self._undrawn.isActive() or self._waiting_picture or (self._waiting_people and self._state.speed == 0)

    def _on_rest(self) -> None:
        """The playhead rests: the frame itself, where only a small copy is shown."""
        shown, state = self._shown, self._state
        if self._reader is None or self._opened.pictures is None or state.playing or shown is None:
            return
        self._moving.invalidate()
        if shown[0].shrunk > 1 and shown[0].index == state.frame_index:
            if self._reader.whole(state.frame_index) is not None:
                self.show_now()
            else:
                self._reader.want(state.frame_index)

    def _on_read(self, index: int) -> None:
        if index == self._state.frame_index:
            self.show_now()

    def _on_computed(self, index: int, result: PoseResult, frame: FrameSet | None) -> None:
        if frame is not None and self._reader is not None:
            self._reader.keep(frame)
        self.frame_computed.emit(result)
        if index == self._state.frame_index:
            self.show_now()

    def _on_distance(self, distance_mm: float) -> None:
        if self._ahead_mm is None:
            self._worker.set_distance(distance_mm)
        self.show_now()
        self._tell.start()

    def _on_take_changed(self, change: TakeChange) -> None:
        self._names.on_change(change)
        if change.renumbered:
            chosen = self._state.selection
            if chosen in change.renumbered:
                self._state.set_selection(change.renumbered[chosen])
            self.show_now()
        if not self._tell.isActive():
            self._tell.start()

    def _tell_computed(self) -> None:
        if self._results is not None:
            found = self._results.computed(self._state.lod_distance_mm)
            self.computed_changed.emit(frozenset(found.tolist()))
        self.pace_changed.emit(self.pace)

    def _on_failed(self, failure: Failure) -> None:
        request = failure.request
        if isinstance(request, ConfigureRequest) and not self._has_configured:
            self._no_network = True
        if isinstance(request, (Wanted, int)):
            index = request.index if isinstance(request, Wanted) else request
            if index == self._state.frame_index:
                self._waiting_people = False
                self._go_back_to_shown(picture_failed=isinstance(request, int))
        self.failed.emit(failure)

    def _go_back_to_shown(self, picture_failed: bool) -> None:
        """What is asked for can't be had: playing ends, and without a picture the state returns to what is shown."""
        if picture_failed:
            self._waiting_picture = False
            if self._shown is not None:
                self._state.set_frame_index(self._shown[0].index)
        self._state.set_playing(False)

    def _on_opened(self, opened: Opened) -> None:
        if self._stopped:  # it was on its way; the worker closes it
            return
        self._shown, self._followed, self._waiting_people, self._waiting_picture = None, None, False, False
        self._follow.stop()
        if self._reader is not None:
            self._reader.close(0.05)
            self._reader.deleteLater()  # as this one's child it would stay, with all of its pictures
        open_source = self._compose(self._config).open_source
        memory_mb = self._config.CACHE.MEMORY_MB
        self._reader = PictureReader(
            lambda request: open_source(request.path, request.format, request.offsets),
            opened.pictures, opened.proxies, memory_mb, self,
        )  # fmt: skip
        self._reader.set_view_px(self._view_px)
        self._reader.read.connect(self._on_read)
        self._reader.failed.connect(self._on_failed)
        if opened.first is not None:
            self._reader.keep(opened.first)
        self._opened, self._results = opened, opened.results
        self.cleared.emit()
        if opened.results.lod_distance_mm is not None:
            self._state.set_lod_distance_mm(opened.results.lod_distance_mm)
        self._state.set_room(self._room(opened.info, opened.cameras))
        self._tell_computed()
        self._names.set_results(opened.results)
        self.recording_opened.emit(opened)

    def _on_configured(self, configured: Configured) -> None:
        if self._stopped:
            return
        self._has_configured, self._no_network = True, False
        config = told_in(configured.config, self._config.RIG.WORLD)  # that may have changed while this was under way
        moved = config.LOD.DISTANCE_MM != self._config.LOD.DISTANCE_MM
        self._config = config
        if configured.results is not None and configured.results is not self._results:
            self._results, self._shown, self._followed = configured.results, None, None
            self._opened = replace(self._opened, results=configured.results)
            self._names.set_results(configured.results)
        self._follow_room()
        if moved:
            self._state.set_lod_distance_mm(config.LOD.DISTANCE_MM)
        self.show_now()
        self._tell_computed()
        self.configured.emit(config)

    def _follow_room(self) -> None:
        """The room of what is open as the configuration has it now."""
        room, index = self._state.room, self._state.frame_index
        if room is not None:
            updated = self._room(room.info, room.cameras)
            if updated != room:
                self._state.set_room(updated)
                self._state.set_frame_index(index)

    def _room(self, info: SourceInfo, cameras: tuple[Camera, ...]) -> Room:
        """The room that the estimator will use with these cameras."""
        config = config_for_rig(self._config, cameras, info.space)
        space = config.MULTI_PERSON
        return Room(
            info, cameras, tuple(space.SPACE_SIZE), tuple(space.SPACE_CENTER), tuple(config.LOD.ORIGIN_XY_MM),
            config.FACE.CROP_SIZE_PX, config.RIG.WORLD,
        )  # fmt: skip


def told_in(config: Any, coordinates: str) -> Any:
    """The configuration with other coordinates for positions and files."""
    changed = config.clone()
    changed.defrost()
    changed.RIG.WORLD = coordinates
    changed.freeze()
    return changed
