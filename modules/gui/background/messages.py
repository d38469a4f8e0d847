"""Requests to the worker and its answers: frozen values that cross the thread border."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from modules.core.calibrating import MakeCalibrating
from modules.core.errors import UserError
from modules.core.protocols import MakeEstimator, MakeWriter, OpenSource
from modules.core.types import Camera, FrameSet, SourceInfo


@dataclass(frozen=True)
class Composition:
    """The rooms below the window, as the composition root makes them from one configuration."""

    open_source: OpenSource
    make_estimator: MakeEstimator
    make_writer: MakeWriter
    make_calibrating: MakeCalibrating | None = None  # None: File → Calibrate is not offered


#: config (CfgNode) -> the parts made from it; cheap, nothing is loaded yet
Compose = Callable[[Any], Composition]


@dataclass(frozen=True)
class OpenRequest:
    """Open the recording in ``path``; ``offsets``: camera name → frames."""

    path: Path
    format: str
    offsets: dict[str, int]


@dataclass(frozen=True)
class ConfigureRequest:
    """Make the estimator anew from ``config`` (a CfgNode), and open recordings with ``composition`` from then on."""

    config: Any
    composition: Composition


@dataclass(frozen=True)
class Request:
    """Compute a frame for a LoD distance, mm. ``generation`` grows with each request and comes back with its answer."""

    generation: int
    frame_index: int
    lod_distance_mm: float


@dataclass(frozen=True)
class Opened:
    """A recording is open; ``first`` is its first frame, read to see that it can be."""

    request: OpenRequest
    info: SourceInfo
    cameras: tuple[Camera, ...]
    first: FrameSet


@dataclass(frozen=True)
class Failure:
    """Something went wrong while serving ``request``.

    ``template`` and ``values`` are a sentence for the user, apart, so that it can be translated; ``details`` the traceback of
    an error that nobody foresaw, else empty.
    """

    request: object
    template: str
    values: dict[str, object]
    details: str = ""

    @classmethod
    def of(cls, request: object, error: BaseException) -> Failure:
        """The failure that tells of an exception."""
        if isinstance(error, UserError):
            return cls(request, error.template, dict(error.values))
        details = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        return cls(request, UNEXPECTED, {"kind": type(error).__name__, "reason": str(error) or "–"}, details)


#: What a failure says of an error that is nobody's UserError.
UNEXPECTED = "Something unexpected went wrong ({kind}: {reason}). The log has the details; the window goes on working."


class Busy(Enum):
    """What the worker is doing."""

    IDLE = "idle"
    OPENING = "opening"
    LOADING = "loading"
    COMPUTING = "computing"
