"""What cameras and people seen in 2D say about a rig: the report of the rig check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np

from .errors import Note
from .types import frozen_array
from .world import Space, World

#: In RIG.EXCHANGED, between two circles of cameras.
NEXT_CIRCLE = "|"


def circles_of(exchanged: Sequence[str]) -> list[list[str]]:
    """The circles of cameras that RIG.EXCHANGED names: each one's video is the next one's, the last one's the first's."""
    circles: list[list[str]] = [[]]
    for name in exchanged:
        if name == NEXT_CIRCLE:
            circles.append([])
        else:
            circles[-1].append(name)
    return circles if exchanged else []


def in_one_list(circles: Sequence[Sequence[str]]) -> list[str]:
    """The circles as RIG.EXCHANGED has them."""
    return [name for circle in circles for name in (NEXT_CIRCLE, *circle)][1:]


class Verdict(Enum):
    """What follows from a finding."""

    SOUND = "sound"  # nothing to do
    APPLIED = "applied"  # certain: used from now on, unless the configuration says otherwise
    PROPOSED = "proposed"  # likely: ``options`` would do it
    CONTRADICTED = "contradicted"  # the recording can't be right as it is; nothing is known to mend it
    UNKNOWN = "unknown"  # could not be told


class Subject(Enum):
    """What a finding is about."""

    PEOPLE = "people"  # whether there is enough to go by
    UNIT = "unit"
    UP = "up"
    FLOOR = "floor"
    SPACE = "space"
    TURNED = "turned"  # a view lies on its side
    EXCHANGED = "exchanged"
    MIRRORED = "mirrored"
    COPIED = "copied"  # two cameras' videos show the same pictures
    INVERTED = "inverted"  # camera-to-world in place of world-to-camera
    INTRINSICS = "intrinsics"  # transposed, or for frames of another size
    POSE = "pose"  # a camera agrees with no other one
    TIME = "time"  # a camera is early or late
    EXPOSURE = "exposure"


@dataclass(frozen=True)
class Finding:
    """One sentence about the rig.

    Attributes:
        subject, verdict: what it is about, what follows.
        sentence: for the user.
        cameras: names of the cameras that it is about; empty: all.
        options: configuration key → value that does (APPLIED) or would do (PROPOSED) what the sentence says.
        certainty: [0, 1], how sure the check is; NaN where it can't be said.
    """

    subject: Subject
    verdict: Verdict
    sentence: Note
    cameras: tuple[str, ...] = ()
    options: tuple[tuple[str, object], ...] = ()
    certainty: float = float("nan")

    @property
    def leaves_out(self) -> bool:
        """Whether its option mends nothing, but goes on without the camera."""
        return [name for name, _ in self.options] == ["SOURCE.CAMERAS"]


@dataclass(frozen=True)
class CameraCheck:
    """How one camera agrees with the others.

    Attributes:
        name: the camera's.
        people: people its view showed, over all frames looked at.
        explained: share of them who were found by enough other views too: 0–1, NaN without people.
        miss_mrad: median angle by which its rays miss the points that all views agree on, mrad; NaN: unknown.
        miss_share: the same as a share of the person's apparent size.
        offset_s: seconds by which its frames are late (positive: it shows what others showed earlier); NaN: unknown.
        offset_certainty: 0–1; how clear the minimum is.
    """

    name: str
    people: int
    explained: float
    miss_mrad: float
    miss_share: float
    offset_s: float = float("nan")
    offset_certainty: float = 0.0


@dataclass(frozen=True, eq=False)
class RigReport:
    """Everything that the rig check found out.

    Attributes:
        frames: numbers of the frames looked at. people: people seen by at least two views, over all frames.
        cameras: one entry a camera, in view order.
        findings: what there is to say, the most serious first.
        unit_factor: what the calibration's lengths must be multiplied by so that they are mm; 1: they are; NaN: unknown.
        up: float64 [3], unit vector, recording's coordinates; NaN: unknown. up_sd_deg: its standard deviation.
        floor_mm: height of the floor along ``up``, mm after ``unit_factor``; NaN: unknown.
        floor_range_mm: lowest and highest level that somebody stands on, mm above ``floor_mm``.
        stature_mm: median height of the people, mm after ``unit_factor``; NaN: unknown.
        world: from the calibration's coordinates (in mm) to level ones; None: not known, go on as without a check.
        space: where to look for people, level coordinates; None: not known.
        quarter_turns: one number a camera: quarter turns clockwise that put its view upright.
        seconds: how long the check took.
    """

    frames: tuple[int, ...]
    people: int
    cameras: tuple[CameraCheck, ...]
    findings: tuple[Finding, ...]
    unit_factor: float = 1.0
    up: np.ndarray = field(default_factory=lambda: np.full(3, np.nan))
    up_sd_deg: float = float("nan")
    floor_mm: float = float("nan")
    floor_range_mm: tuple[float, float] = (float("nan"), float("nan"))
    stature_mm: float = float("nan")
    world: World | None = None
    space: Space | None = None
    quarter_turns: tuple[int, ...] = ()
    seconds: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "up", frozen_array(self.up, np.float64, (3,), "up"))

    def of(self, subject: Subject) -> tuple[Finding, ...]:
        """The findings about one subject."""
        return tuple(finding for finding in self.findings if finding.subject is subject)

    @property
    def refused(self) -> tuple[Finding, ...]:
        """What contradicts the recording."""
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.CONTRADICTED)

    def to_json(self) -> dict[str, Any]:
        """The report as an object of JSON's types; NaN is null."""
        made = {
            "frames": list(self.frames),
            "people": self.people,
            "cameras": [{key: _plain(value) for key, value in vars(camera).items()} for camera in self.cameras],
            "findings": [_finding_to_json(finding) for finding in self.findings],
            "quarter_turns": list(self.quarter_turns),
            "world": None if self.world is None else self.world.to_json(),
            "space": None if self.space is None else self.space.to_json(),
        }
        return made | {name: _plain(getattr(self, name)) for name in _NUMBERS}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> RigReport:
        """The report that ``to_json`` wrote; any of KEPT_ERRORS for anything else."""
        return cls(
            tuple(int(frame) for frame in content["frames"]),
            int(content["people"]),
            tuple(CameraCheck(**{key: _number(value) for key, value in camera.items()}) for camera in content["cameras"]),
            tuple(_finding_from_json(finding) for finding in content["findings"]),
            **{name: _number(content[name]) for name in _NUMBERS},
            world=None if content["world"] is None else World.from_json(content["world"]),
            space=None if content["space"] is None else Space.from_json(content["space"]),
            quarter_turns=tuple(int(turn) for turn in content["quarter_turns"]),
        )


#: What reading something else than a report raises.
KEPT_ERRORS = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)
_NUMBERS = ("unit_factor", "up", "up_sd_deg", "floor_mm", "floor_range_mm", "stature_mm", "seconds")


def _plain(value: Any) -> Any:
    if isinstance(value, (tuple, list, np.ndarray)):
        return [_plain(entry) for entry in value]
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return value


def _number(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_number(entry) for entry in value)
    return float("nan") if value is None else value


def _finding_to_json(finding: Finding) -> dict[str, Any]:
    return {
        "subject": finding.subject.value,
        "verdict": finding.verdict.value,
        "template": finding.sentence.template,
        "values": {name: _plain(value) for name, value in finding.sentence.values.items()},
        "cameras": list(finding.cameras),
        "options": [[name, value] for name, value in finding.options],
        "certainty": _plain(finding.certainty),
    }


def _finding_from_json(content: Mapping[str, Any]) -> Finding:
    return Finding(
        Subject(content["subject"]),
        Verdict(content["verdict"]),
        Note(str(content["template"]), **{str(name): _number(value) for name, value in content["values"].items()}),
        tuple(str(name) for name in content["cameras"]),
        tuple((str(name), value) for name, value in content["options"]),
        float(_number(content["certainty"])),
    )
