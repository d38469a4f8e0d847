"""The one thread that runs the network: it fills the take of the open recording, first with what somebody waits for."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from PyQt5.QtCore import QObject, pyqtSignal

from modules.core.errors import Note, SourceError, TakeError, UserError
from modules.core.protocols import SHARED, Estimator, FrameSource, Proxies, Results, Take, TakeChange
from modules.core.types import Camera, FrameSet, PoseResult

from .mailbox import Mailbox
from .messages import Busy, Composition, Configured, ConfigureRequest, Failure, Opened, OpenRequest
from .schedule import Schedule, Wanted

log = logging.getLogger(__name__)
Job = OpenRequest | ConfigureRequest
#: Frames whose heatmaps are kept for the overlay; they are not in the take.
HEATMAPS_KEPT = 24
#: A take that could not be written is tried again after this, s.
RETRY_S = 10.0
#: That the disk is full is said again when so many more frames were written: some still fit where others don't.
AGAIN_FRAMES = 32


@contextmanager
def logged() -> Iterator[None]:
    """At the end: what could not be written was told, or is told to nobody any more."""
    try:
        yield
    except TakeError as error:
        log.log(logging.WARNING, "%s", error)


def _delays_text(delays: Mapping[str, Sequence[float]]) -> str:
    """Cameras with the ms by which they are late; a dash for none."""
    return ", ".join(f"{name} {1e3 * late_s:+.0f} ms" for name, (late_s, _) in delays.items()) or "–"


def _sight(camera: Camera) -> tuple[str, int, int]:
    """What a camera's pictures are known by."""
    return camera.name, camera.width_px, camera.height_px


class Heatmaps:
    """Heatmaps of the frames that were computed last. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, tuple[np.ndarray, np.ndarray]] = OrderedDict()

    def keep(self, result: PoseResult) -> None:
        """Keeps a result's."""
        if result.heatmaps is None or result.frame_to_heatmap is None:
            return
        with self._lock:
            self._kept[result.frame_index] = (result.heatmaps, result.frame_to_heatmap)
            self._kept.move_to_end(result.frame_index)
            while len(self._kept) > HEATMAPS_KEPT:
                self._kept.popitem(last=False)

    def of(self, index: int) -> tuple[np.ndarray, np.ndarray] | None:
        """``heatmaps`` and ``frame_to_heatmap`` of a frame, if they are kept."""
        with self._lock:
            return self._kept.get(index)

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._kept.clear()


class Worker(QObject):
    """Owns source and estimator; every call of either happens on its thread, and every computed frame goes into the take.

    It is a plain daemon thread, not a QThread: a network call that outlasts ``stop`` then neither blocks the window's end nor
    aborts it. Its signals arrive in the GUI thread (they are queued, because another thread emits them).
    """

    opened = pyqtSignal(object)  # Opened
    configured = pyqtSignal(object)  # Configured
    computed = pyqtSignal(int, object, object)  # index, PoseResult with stages and notes, FrameSet if it is the shown one
    take_changed = pyqtSignal(object)  # TakeChange
    failed = pyqtSignal(object)  # Failure
    busy_changed = pyqtSignal(object)  # Busy

    def __init__(self, composition: Composition, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._composition = composition
        self._mailbox: Mailbox[Job] = Mailbox((OpenRequest, ConfigureRequest))  # a recording shows before the network is loaded
        self.schedule = Schedule()
        self.heatmaps = Heatmaps()
        self._opened: Opened | None = None
        self._source: FrameSource | None = None
        self._take: Take | None = None
        self._proxies: Proxies | None = None
        self._estimator: Estimator | None = None
        self._emit_lock = threading.Lock()
        self._silent = self._loading = self._was_there = False
        self._full_with: int | None = None  # frames that the take had when it was told that the disk is full
        self._shown = 0
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Asks for something; a waiting job of the same kind is dropped."""
        self._mailbox.put(job)

    def want(self, wanted: Wanted | None, shown: int) -> None:
        """The frame that the window waits for, if it does, and the one that it looks at."""
        self._shown = shown
        self.schedule.look_at(shown)
        self.schedule.want(wanted)
        if wanted is not None:
            self._mailbox.wake()

    def set_distance(self, distance_mm: float) -> None:
        """Another LoD distance: what is missing is another matter."""
        self.schedule.distance_mm = distance_mm
        opened = self._opened
        if opened is not None:
            self.schedule.set_done(opened.results.computed(distance_mm))
        self._mailbox.wake()

    def set_ahead(self, ahead: bool) -> None:
        """Whether frames are computed that nobody waits for."""
        self.schedule.ahead = ahead
        self._mailbox.wake()

    def stop(self, timeout_s: float) -> bool:
        """Ends the thread; False if a call into source or estimator did not return in time (it is then left behind, silent).

        The loading of a network is not waited for. What was computed is on disk either way.
        """
        self._mailbox.close()
        # loading holds Python's lock for seconds at a time and has nothing to finish: each wait for it would cost as much
        self._thread.join(0.0 if self._loading else timeout_s)
        with self._emit_lock:
            self._silent = True
        ended = not self._thread.is_alive()
        opened = self._opened
        if not ended and opened is not None:  # the source is in use: it ends with the program
            with logged():
                self._let_go(opened, None)
        return ended

    def _emit(self, signal: str, *values: object) -> None:
        with self._emit_lock:  # never into a window that is gone
            if not self._silent:
                getattr(self, signal).emit(*values)

    def _run(self) -> None:
        while not self._mailbox.closed:
            job = self._mailbox.wait(self._can_compute)
            try:
                if job is not None:
                    self._serve(job)
                elif not self._mailbox.closed:
                    self._compute()
            except Exception as error:  # noqa: BLE001 - the thread's border: whatever was raised becomes a sentence
                self._emit("failed", Failure.of(job, error))
            if not self._can_compute():
                self._emit("busy_changed", Busy.IDLE)
        with logged():
            self._close_recording()

    def _can_compute(self) -> bool:
        return self._estimator is not None and self._take is not None and self.schedule.has_work()

    def _serve(self, job: Job) -> None:
        if isinstance(job, OpenRequest):
            self._emit("busy_changed", Busy.OPENING)
            self._open(job)
        else:
            self._configure(job)

    # --- opening ---------------------------------------------------------------------------------------------------------

    def _open(self, job: OpenRequest) -> None:
        opened, source = self._open_file(job) if job.path.is_file() else self._open_recording(job)
        if self._mailbox.closed or self._mailbox.holds(OpenRequest):
            self._let_go(opened, source)
            return
        self._close_recording()
        self._take_over(opened, source)
        self._emit("opened", opened)

    def _open_recording(self, job: OpenRequest) -> tuple[Opened, FrameSource]:
        source = self._composition.open_source(job.path, job.format, job.offsets)
        try:
            first = source.read(0)
            take = self._composition.open_take(source, job.offsets)
            proxies = self._composition.open_proxies(source, take)
        except Exception:
            source.close()
            raise
        notes = (SHARED,) if take.shared else ()
        opened = Opened(job, source.info, source.cameras, take, proxies, first, can_compute=True, pictures=job, notes=notes)
        return opened, source

    def _open_file(self, job: OpenRequest) -> tuple[Opened, None]:
        """Saved results; with the pictures of their recording where that is still where it was."""
        results = self._composition.open_results(job.path)
        pictures, note = self._pictures_of(results, job.path.name)
        opened = Opened(
            job, results.info, results.cameras, results, None, None, can_compute=False, pictures=pictures, notes=(note,)
        )
        return opened, None

    def _pictures_of(self, results: Results, file: str) -> tuple[OpenRequest | None, Note]:
        """How the recording of saved results opens, None where it can't, and what is to be said of that."""
        header = results.header.source
        path = Path(str(header.get("path", "")))
        if not header.get("path"):
            return None, Note(
                "{file} shows what was saved. It does not say where its recording is: there are no pictures, faces and "
                "heatmaps, and nothing more can be computed. To see them, open the recording.",
                file=file,
            )
        if not path.is_dir():
            return None, Note(
                "{file} shows what was saved. The recording is not where it was ({path}): there are no pictures, faces and "
                "heatmaps, and nothing more can be computed.",
                file=file, path=path,
            )  # fmt: skip
        request = OpenRequest(path, str(header.get("format", "auto")), dict(header.get("offsets", {})))
        try:
            with closing(self._composition.open_source(request.path, request.format, request.offsets)) as source:
                same = [_sight(c) for c in source.cameras] == [_sight(c) for c in results.cameras]
                now = source.info.delays
        except UserError as reason:
            return None, Note(
                "{file} shows what was saved. The recording has no pictures for it: {reason}",
                file=file, reason=Note(reason.template, **reason.values),
            )  # fmt: skip
        if not same:
            return None, Note(
                "{file} shows what was saved. The recording {path} is opened with other cameras now: there are no pictures.",
                file=file, path=path,
            )  # fmt: skip
        then = header.get("delays", now)  # of results of before it is not known
        if then != now:
            return None, Note(
                "{file} shows what was saved. The recording {path} was opened with other delays then ({then}) than now "
                "({now}): there are no pictures, as they would not fit. SOURCE.DELAY_MS in the settings decides.",
                file=file, path=path, then=_delays_text(then), now=_delays_text(now),
            )  # fmt: skip
        return request, Note(
            "{file} shows what was saved of {path}. To compute more, open the recording itself.", file=file, path=path
        )

    def _take_over(self, opened: Opened, source: FrameSource | None) -> None:
        self._opened, self._source, self._proxies = opened, source, opened.proxies
        self._take = opened.results if opened.can_compute else None
        self.heatmaps.clear()
        count = opened.info.frame_count if opened.can_compute else 0
        self.schedule.begin(count, opened.results.computed(self.schedule.distance_mm))
        self._was_there, self._shown, self._full_with = opened.request.path.exists(), 0, None
        if self._take is not None:
            self._take.listen(lambda change, take=self._take: self._on_take_changed(take, change))

    def _on_take_changed(self, take: Take, change: TakeChange) -> None:
        """In the take's thread."""
        if take is self._take:
            self._emit("take_changed", change)

    def _let_go(self, opened: Opened, source: FrameSource | None) -> None:
        """Closes all of it, whichever can't be; TakeError of what could not be written."""
        try:
            opened.results.close()
        finally:
            if opened.proxies is not None:
                opened.proxies.close()
            if source is not None:
                source.close()

    def _close_recording(self) -> None:
        opened, source = self._opened, self._source
        self._opened = self._source = self._take = self._proxies = None
        self.schedule.begin(0, np.zeros(0, int))
        if opened is not None:
            self._let_go(opened, source)

    # --- the network -----------------------------------------------------------------------------------------------------

    def _configure(self, job: ConfigureRequest) -> None:
        estimator = self._estimator
        if job.load:
            self._emit("busy_changed", Busy.LOADING)
            self._loading = True
            try:
                estimator = job.composition.make_estimator(job.config)
            finally:
                self._loading = False
            if self._mailbox.closed or self._mailbox.holds(ConfigureRequest):
                return
        self._estimator, self._composition = estimator, job.composition
        if job.reopen and self._opened is not None and self._source is not None:
            self._change_take()
        self._emit("configured", Configured(job.config, None if self._opened is None else self._opened.results))

    def _change_take(self) -> None:
        """The open recording's take for other settings; the one before stays on disk."""
        old = self._opened
        take = self._composition.open_take(self._source, old.request.offsets)
        if take.path == self._take.path:  # the settings that changed change no result
            take.close()
            return
        shown = self._shown
        self._take = None  # its last changes tell nobody
        old.results.close()
        self._take_over(replace(old, results=take), self._source)
        self._shown = shown
        self.schedule.look_at(shown)

    # --- computing -------------------------------------------------------------------------------------------------------

    def _compute(self) -> None:
        """Computes what is due until there is nothing, or another job."""
        self._emit("busy_changed", Busy.COMPUTING)
        if not self.schedule.ahead or (self.schedule.wanted is not None and self.schedule.wanted.alone):
            self._compute_one()
        else:
            self._compute_ahead()

    def _compute_one(self) -> None:
        """The frame that somebody waits for, on all cores."""
        wanted, distance = self.schedule.wanted, self.schedule.distance_mm
        index = self.schedule.take()
        if index is None:
            return
        if wanted is not None and wanted.index == index and wanted.distance_mm is not None:
            distance = wanted.distance_mm
        try:
            frame, read_ms = self._read(index)
            detection = self._estimator.detect(frame)
            if self._mailbox.closed or self._mailbox.holds(OpenRequest):
                self.schedule.drop_work()
                return
            result = self._estimator.refine(detection, distance)
            self._keep(frame, result, read_ms)
            self._flush_at_the_end()
        except Exception as error:  # noqa: BLE001 - told, and not tried again by itself
            self.schedule.failed(index)
            self._tell_failed(index, error)

    def _flush_at_the_end(self) -> None:
        """Where nothing more is put, nobody else hears that the last frames could not be written; TakeError."""
        if self._take is not None and not self._silent and not self.schedule.has_work():
            self._take.flush()

    def _compute_ahead(self) -> None:
        """Several frames at once, each on one core, until another job comes, or another LoD distance."""
        distance = self.schedule.distance_mm
        reads_ms: dict[int, float] = {}
        unread: list[tuple[int, Exception]] = []
        try:
            with closing(self._estimator.results(self._frames(distance, reads_ms, unread), distance)) as results:
                for frame, result in results:
                    self._keep(frame, result, reads_ms.pop(frame.index, 0.0))
            self._flush_at_the_end()
        except Exception as error:  # noqa: BLE001 - told, and not tried again by itself
            index = self.schedule.failed()
            self.schedule.drop_work()
            self._tell_failed(index, error)
        for index, error in unread:
            self._tell_failed(index, error)

    def _gone(self) -> UserError | None:
        """What says that the open recording, or its take, was taken away."""
        if self._was_there and self._opened is not None and not self._opened.request.path.exists():
            return SourceError("The recording {path} is gone.", path=self._opened.request.path)
        if self._take is not None and not self._take.path.exists():
            return TakeError(
                "The take {file} is gone: what is computed can't be kept. Open the recording again to go on.",
                file=self._take.path,
            )
        return None

    def _frames(self, distance: float, reads_ms: dict[int, float], unread: list[tuple[int, Exception]]) -> Iterator[FrameSet]:
        """The frames in the order in which they are due; those that can't be read are noted and left out."""
        while self.schedule.distance_mm == distance and not self._mailbox.closed and not self._mailbox.holds():
            if not self.schedule.ahead or (self.schedule.wanted is not None and self.schedule.wanted.alone):
                return
            index = self.schedule.take()
            if index is None:
                return
            try:
                frame, reads_ms[index] = self._read(index)
            except Exception as error:  # noqa: BLE001 - told when the frames in work are done
                self.schedule.failed(index)
                unread.append((index, error))
                return
            yield frame

    def _read(self, index: int) -> tuple[FrameSet, float]:
        """A frame and the milliseconds that it took; its small copy is kept in passing."""
        start = time.perf_counter()
        frame = self._source.read(index)
        took_ms = (time.perf_counter() - start) * 1e3
        if self._proxies is not None:
            self._proxies.put(frame)
        return frame, took_ms

    def _keep(self, frame: FrameSet, result: PoseResult, read_ms: float) -> None:
        """Into the take, and to the window."""
        try:
            self._take.put(result.found)
        except TakeError:
            if not self._silent:
                raise
            return  # the window is closed, and the take with it
        self.heatmaps.keep(result)
        self.schedule.done(frame.index, result.lod_distance_mm)
        lean = replace(result, timings_ms={"read": read_ms, **result.timings_ms}, heatmaps=None)
        self._emit("computed", frame.index, lean, frame if frame.index == self._shown else None)

    def _tell_failed(self, index: int | None, error: Exception) -> None:
        """Tells of a frame; where the whole recording or its take is gone, of that, and nothing more is tried by itself."""
        wanted, gone = Wanted(-1 if index is None else index), self._gone()
        if gone is None and isinstance(error, TakeError) and self._take is not None:
            self._wait_for_the_disk(wanted, error)
        elif gone is None:
            self._emit("failed", Failure.of(wanted, error))
        elif self.schedule.abandon():
            self._emit("failed", replace(Failure.of(wanted, gone), ends=True))

    def _wait_for_the_disk(self, wanted: Wanted, error: TakeError) -> None:
        """What could not be written is computed again once there is space, which is tried now and then; said once."""
        take = self._take
        with suppress(TakeError):  # of the frames behind the first
            take.flush()
        done = take.computed(self.schedule.distance_mm)
        self.schedule.set_done(done)
        self.schedule.abandon()
        if self._full_with is None or len(done) > self._full_with + AGAIN_FRAMES:
            self._full_with = len(done)
            self._emit("failed", Failure.of(wanted, error))
        again = threading.Timer(RETRY_S, self._try_the_disk_again, (take,))
        again.daemon = True
        again.start()

    def _try_the_disk_again(self, take: Take) -> None:
        if take is self._take:
            self.schedule.retry()
            self._mailbox.wake()
