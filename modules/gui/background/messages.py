"""Requests to the worker and its answers: frozen values that cross the thread border."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from modules.core.calibrating import MakeCalibrating, MakeMending
from modules.core.errors import Note, UserError
from modules.core.protocols import FrameSource, MakeEstimator, OpenProxies, OpenResults, OpenSource, OpenTake, Proxies, Results
from modules.core.rig import RigReport
from modules.core.types import Camera, FrameSet, PoseResult, SourceInfo

from ..motion.parts import MotionParts

#: (results, source, frames, LoD distance in mm, folder) -> writes the files, yields after each frame
Export = Callable[[Results, FrameSource, Sequence[int], float, Path], Iterator[PoseResult]]
#: (results, folder) -> None; UserError where a folder for files holds those of another recording
CheckFiles = Callable[[Results, Path], None]
#: (folder, format, offsets, told the share that is done) -> the rig check's report (None: it is off), and whether the recording
#: is to be opened again because of it
CheckRig = Callable[[Path, str, Mapping[str, int], Callable[[float], None]], tuple[RigReport | None, bool]]
#: folder -> configuration key → value of what was accepted of its rig check; and what keeps that, in place of what was kept
Accepted = Callable[[Path], dict[str, Any]]
Accept = Callable[[Path, Mapping[str, Any]], None]


@dataclass(frozen=True)
class Composition:
    """The rooms below the window, as the composition root makes them from one configuration."""

    open_source: OpenSource
    make_estimator: MakeEstimator
    open_take: OpenTake
    open_proxies: OpenProxies
    open_results: OpenResults
    export: Export
    motion: MotionParts
    check_rig: CheckRig | None = None
    make_calibrating: MakeCalibrating | None = None  # None: File → Calibrate is not offered
    make_mending: MakeMending | None = None  # None: nor is Tools → Mend
    accepted: Accepted = lambda folder: {}
    accept: Accept = lambda folder, options: None
    check_files: CheckFiles = lambda results, folder: None


#: config (CfgNode) -> the parts made from it; cheap, nothing is loaded yet
Compose = Callable[[Any], Composition]


@dataclass(frozen=True)
class OpenRequest:
    """Open ``path``: a recording's folder, or a file of results; ``offsets``: camera name → frames."""

    path: Path
    format: str
    offsets: dict[str, int]


@dataclass(frozen=True)
class ConfigureRequest:
    """Take over ``config`` (a CfgNode) and open recordings with ``composition`` from then on.

    ``load``: the network is made anew; ``reopen``: so is the take of the open recording.
    """

    config: Any
    composition: Composition
    load: bool = True
    reopen: bool = True


@dataclass(frozen=True)
class Opened:
    """Something is open.

    Attributes:
        info, cameras: what it is.
        results: the recording's take, or the saved results.
        proxies: small copies of the frames; None without the recording.
        first: its first frame, read to see that it can be; None without the recording.
        can_compute: whether missing frames can be computed.
        notes: sentences about how it was opened.
    """

    request: OpenRequest
    info: SourceInfo
    cameras: tuple[Camera, ...]
    results: Results
    proxies: Proxies | None
    first: FrameSet | None
    can_compute: bool
    pictures: OpenRequest | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Configured:
    """``config`` is in force; ``results``: the open recording's take, which may be another one now; None: nothing is open."""

    config: Any
    results: Results | None


@dataclass(frozen=True)
class Pace:
    """How the computing ahead goes: frames/s lately (NaN: not known yet), frames that are left, seconds that they take."""

    frames_per_s: float
    frames_left: int
    seconds_left: float


@dataclass(frozen=True)
class Failure:
    """Something went wrong while serving ``request``.

    ``template`` and ``values`` are a sentence for the user, apart, so that it can be translated; ``details`` the traceback of
    an error that nobody foresaw, else empty; ``ends``: nothing more can be computed of what is open.
    """

    request: object
    template: str
    values: dict[str, object]
    details: str = ""
    ends: bool = False

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
