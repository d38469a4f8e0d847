"""Results in the recording's own coordinates: what was computed in a level world, carried back for files and tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from .header import ResultsHeader
from .protocols import Results, TakePerson
from .trajectory import TrajectorySet
from .types import Camera, Person, PoseResult, SourceInfo
from .world import World

LEVEL, RECORDING = "level", "recording"


def world_note(world: World | None, coordinates: str, **corrections: object) -> str:
    """The header's ``world``: JSON text that says which coordinates the cameras have and how they lead to level ones.

    Args:
        world: from the recording's to level coordinates; None: those are the same. coordinates: LEVEL or RECORDING.
        corrections: what else was changed of the calibration; what is empty is left out.
    """
    changed = {name: value for name, value in corrections.items() if value not in (None, [], {}, (), 1.0)}
    if world is None and not changed:
        return ""
    content = {"coordinates": coordinates, "to_level": None if world is None else world.to_json(), **changed}
    return json.dumps(content, sort_keys=True)


def pictures_changed(header: ResultsHeader) -> dict[str, object]:
    """Of the corrections in the header's ``world`` those that change which pictures a camera shows, or how; ValueError."""
    content = json.loads(header.world) if header.world else {}
    return {name: content[name] for name in ("exchanged", "mirrored", "turned") if name in content}


def world_of(header: ResultsHeader) -> World | None:
    """The world that leads from the recording's coordinates to those of the header's cameras; None: they are the same.

    Raises:
        ValueError, TypeError, KeyError: the header's ``world`` is nothing that ``world_note`` wrote.
    """
    content = json.loads(header.world) if header.world else {}
    if content.get("coordinates") != LEVEL or content.get("to_level") is None:
        return None
    return World.from_json(content["to_level"])


class OwnWorldResults:
    """``Results`` in other coordinates than they were computed in.

    Args:
        results: in the coordinates of its header's cameras. world: leads from the wanted coordinates to those.
        note: the header's ``world``.
    """

    def __init__(self, results: Results, world: World, note: str) -> None:
        self._results, self._world = results, world
        cameras = tuple(world.recording_camera(camera) for camera in results.header.cameras)
        x, y, _ = world.to_recording(np.array([*results.header.lod_origin_xy_mm, 0.0]))
        self._header = replace(results.header, cameras=cameras, world=note, lod_origin_xy_mm=(float(x), float(y)))

    @property
    def path(self) -> Path:
        """As of the results."""
        return self._results.path

    @property
    def header(self) -> ResultsHeader:
        """What holds for all frames, in the wanted coordinates."""
        return self._header

    @property
    def info(self) -> SourceInfo:
        """As of the results."""
        return self._results.info

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """V cameras in the wanted coordinates."""
        return self._header.cameras

    @property
    def lod_distance_mm(self) -> float | None:
        """As of the results."""
        return self._results.lod_distance_mm

    def computed(self, lod_distance_mm: float) -> np.ndarray:
        """As of the results."""
        return self._results.computed(lod_distance_mm)

    def result(self, index: int, lod_distance_mm: float) -> PoseResult | None:
        """The people of a frame in the wanted coordinates."""
        found = self._results.result(index, lod_distance_mm)
        return None if found is None else carried_back(found, self._world, self._header.lod_origin_xy_mm)

    def people(self) -> tuple[TakePerson, ...]:
        """As of the results."""
        return self._results.people()

    def settle(self) -> None:
        """As of the results."""
        self._results.settle()

    def close(self) -> None:
        """Closes the results."""
        self._results.close()


def in_coordinates(results: Results, coordinates: str, center_xy_mm: Sequence[float]) -> Results:
    """The results in level coordinates or in the recording's own.

    Args:
        coordinates: LEVEL or RECORDING. center_xy_mm: where the level origin is to be in a recording that is level as it is.

    Raises:
        ValueError, TypeError, KeyError: as ``world_of``.
    """
    known = json.loads(results.header.world) if results.header.world else {}
    changed = {name: value for name, value in known.items() if name not in ("coordinates", "to_level")}
    own = world_of(results.header)
    if coordinates == RECORDING:
        return results if own is None else OwnWorldResults(results, own, world_note(own, RECORDING, **changed))
    if own is not None or known.get("coordinates") == LEVEL:
        return results
    shift = World(origin=np.array([*center_xy_mm, 0.0]))
    return OwnWorldResults(results, shift.inverse, world_note(shift, LEVEL, **changed))


def carried_back(result: PoseResult, world: World, lod_origin_xy_mm: tuple[float, float]) -> PoseResult:
    """The same people in the coordinates that ``world`` leads from."""
    persons = tuple(_person_back(person, world) for person in result.persons)
    return replace(result, persons=persons, lod_origin_xy_mm=lod_origin_xy_mm, found=None)


def trajectories_in(
    found: TrajectorySet, header: ResultsHeader, coordinates: str, center_xy_mm: Sequence[float]
) -> TrajectorySet:
    """Trajectories of results with this header, in other coordinates; as ``in_coordinates``.

    Raises:
        ValueError, TypeError, KeyError: as ``world_of``.
    """
    own = world_of(header)
    if coordinates == RECORDING:
        return found if own is None else trajectories_back(found, own)
    if own is not None:
        return found
    return trajectories_back(found, World(origin=np.array([*center_xy_mm, 0.0])).inverse)


def trajectories_back(trajectories: TrajectorySet, world: World) -> TrajectorySet:
    """The same trajectories in the coordinates that ``world`` leads from."""
    people = tuple(
        replace(
            person,
            positions_world_mm=world.to_recording(person.positions_world_mm),
            sd_mm=world.deviation_to_recording(person.sd_mm),
        )
        for person in trajectories.people
    )
    return replace(trajectories, people=people)


def shown_world(own: World | None, coordinates: str, center_xy_mm: Sequence[float]) -> World | None:
    """What leads from the coordinates that people are to read to those that were computed in; None: they are the same.

    Args:
        own: the recording's world, as it was opened. coordinates, center_xy_mm: as ``in_coordinates``.
    """
    if coordinates == RECORDING:
        return own
    return World(origin=np.array([*center_xy_mm, 0.0])).inverse if own is None else None


def points_back(points_mm: Sequence[float], world: World | None) -> np.ndarray:
    """Points [..., 3] for people to read: in the coordinates that ``world`` leads from; as they are without one."""
    return np.asarray(points_mm, float) if world is None else world.to_recording(np.asarray(points_mm, float))


def _person_back(person: Person, world: World) -> Person:
    return replace(
        person,
        root_world_mm=world.to_recording(person.root_world_mm),
        joints_world_mm=world.to_recording(person.joints_world_mm),
        extra_world_mm=world.to_recording(person.extra_world_mm),
        joint_sd_mm=world.deviation_to_recording(person.joint_sd_mm),
    )
