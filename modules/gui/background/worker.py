"""The one thread that reads frames and runs the network: it serves the newest request and drops the rest."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from PyQt5.QtCore import QObject, pyqtSignal

from modules.core.protocols import Estimator, FrameSource
from modules.core.types import FrameSet, PoseResult

from .cache import FrameCache
from .messages import Busy, Composition, ConfigureRequest, Failure, Opened, OpenRequest, Request

Job = OpenRequest | ConfigureRequest | Request
#: Kinds of jobs, the most urgent first: a recording shows before the network is loaded.
URGENCY: tuple[type, ...] = (OpenRequest, ConfigureRequest, Request)
#: Stages that don't run again when only the LoD distance changed.
DETECT_STAGES = ("prepare", "backbone", "root_net")


class Mailbox:
    """Holds the newest job of each kind."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._jobs: dict[type, Job] = {}
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether no more jobs are handed out."""
        return self._closed

    def put(self, job: Job) -> None:
        """Replaces a waiting job of the same kind."""
        with self._condition:
            self._jobs[type(job)] = job
            self._condition.notify()

    def take(self) -> Job | None:
        """Waits for the most urgent job; None once closed."""
        with self._condition:
            self._condition.wait_for(lambda: self._jobs or self._closed)
            if self._closed:
                return None
            return self._jobs.pop(next(kind for kind in URGENCY if kind in self._jobs))

    def holds(self, *kinds: type) -> bool:
        """Whether a job of one of these kinds waits."""
        with self._condition:
            return any(kind in self._jobs for kind in kinds)

    def drop(self, kind: type) -> None:
        """Forgets a waiting job."""
        with self._condition:
            self._jobs.pop(kind, None)

    def close(self) -> None:
        """Ends ``take``."""
        with self._condition:
            self._jobs.clear()
            self._closed = True
            self._condition.notify_all()


class Worker(QObject):
    """Owns source, estimator and caches; every call of the first two happens on its thread.

    It is a plain daemon thread, not a QThread: a network call that outlasts ``stop`` then neither blocks the window's end nor
    aborts it. Its signals arrive in the GUI thread (they are queued, because another thread emits them).
    """

    opened = pyqtSignal(object)  # Opened
    configured = pyqtSignal(object)  # the config that is now in force
    result_ready = pyqtSignal(int, object, object)  # generation, FrameSet, PoseResult
    failed = pyqtSignal(object)  # Failure
    busy_changed = pyqtSignal(object)  # Busy
    computed_changed = pyqtSignal()  # see FrameCache.computed

    def __init__(self, composition: Composition, cache_mb: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._composition = composition
        self._cache = FrameCache(cache_mb)
        self._mailbox = Mailbox()
        self._source: FrameSource | None = None
        self._estimator: Estimator | None = None
        self._emit_lock = threading.Lock()
        self._silent = self._loading = False
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._thread.start()

    @property
    def cache(self) -> FrameCache:
        """What was computed lately."""
        return self._cache

    def submit(self, job: Job) -> None:
        """Asks for something; a waiting job of the same kind is dropped."""
        self._mailbox.put(job)

    def cached(self, request: Request) -> tuple[FrameSet, PoseResult] | None:
        """The answer to a request, if it needs no work."""
        frame = self._cache.frame(request.frame_index)
        result = self._cache.result(request.frame_index, request.lod_distance_mm)
        return None if frame is None or result is None else (frame, replace(result, timings_ms={}))

    def stop(self, timeout_s: float) -> bool:
        """Ends the thread; False if a call into source or estimator did not return in time (it is then left behind, silent).

        The loading of a network is not waited for.
        """
        self._mailbox.close()
        # loading holds Python's lock for seconds at a time and has nothing to finish: each wait for it would cost as much
        self._thread.join(0.0 if self._loading else timeout_s)
        with self._emit_lock:
            self._silent = True
        return not self._thread.is_alive()

    def _emit(self, signal: str, *values: object) -> None:
        with self._emit_lock:  # never into a window that is gone
            if not self._silent:
                getattr(self, signal).emit(*values)

    def _run(self) -> None:
        while (job := self._mailbox.take()) is not None:
            try:
                self._serve(job)
            except Exception as error:  # noqa: BLE001 - the thread's border: whatever was raised becomes a sentence
                self._emit("failed", Failure.of(job, error))
            self._emit("busy_changed", Busy.IDLE)
        if self._source is not None:
            self._source.close()

    def _serve(self, job: Job) -> None:
        if isinstance(job, OpenRequest):
            self._open(job)
        elif isinstance(job, ConfigureRequest):
            self._configure(job)
        else:
            self._compute(job)

    def _open(self, job: OpenRequest) -> None:
        self._emit("busy_changed", Busy.OPENING)
        source = self._composition.open_source(job.path, job.format, job.offsets)
        try:
            first = source.read(0)
        except Exception:
            source.close()
            raise
        if self._mailbox.closed or self._mailbox.holds(OpenRequest):
            source.close()
            return
        if self._source is not None:
            self._source.close()
        self._source = source
        self._mailbox.drop(Request)  # it was meant for the recording before
        self._cache.clear()
        self._cache.put(first)
        if self._estimator is not None:
            self._estimator.reset()
        self._emit("opened", Opened(job, source.info, source.cameras, first))
        self._emit("computed_changed")

    def _configure(self, job: ConfigureRequest) -> None:
        self._emit("busy_changed", Busy.LOADING)
        self._loading = True
        try:
            estimator = job.composition.make_estimator(job.config)
        finally:
            self._loading = False
        if self._mailbox.closed or self._mailbox.holds(ConfigureRequest):
            return
        self._estimator, self._composition = estimator, job.composition
        self._cache.resize(job.config.CACHE.MEMORY_MB)
        self._emit("configured", job.config)
        self._emit("computed_changed")

    def _compute(self, request: Request) -> None:
        if self._source is None:
            return
        self._emit("busy_changed", Busy.COMPUTING)
        start = time.perf_counter()
        frame = self._cache.frame(request.frame_index)
        if frame is None:
            frame = self._source.read(request.frame_index)
            self._cache.put(frame)
        read_ms = (time.perf_counter() - start) * 1e3
        result = self._result(frame, request)
        if result is not None:
            timings = {"read": read_ms, **result.timings_ms}
            self._emit("result_ready", request.generation, frame, replace(result, timings_ms=timings))

    def _result(self, frame: FrameSet, request: Request) -> PoseResult | None:
        """The frame's result: kept, refined or computed; without a network nobody; None if newer work made it useless."""
        if self._estimator is None:
            return PoseResult(frame.index, frame.time_s, request.lod_distance_mm, (0.0, 0.0), ())
        result = self._cache.result(frame.index, request.lod_distance_mm)
        if result is not None:
            return replace(result, timings_ms={})  # no stage ran
        if self._outdated():
            return None
        detection = self._cache.detection(frame.index)
        known = detection is not None
        if not known:
            detection = self._estimator.detect(frame)
            self._cache.put(frame, detection)
            if self._outdated():
                return None
        result = self._estimator.refine(detection, request.lod_distance_mm)
        self._cache.put_result(result)
        self._emit("computed_changed")
        ran = {stage: ms for stage, ms in result.timings_ms.items() if not (known and stage in DETECT_STAGES)}
        return replace(result, timings_ms=ran)

    def _outdated(self) -> bool:
        return self._mailbox.closed or self._mailbox.holds(Request, OpenRequest)
