"""A recording as the rig check or the configuration says it is: other cameras, images put right, level coordinates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np

from modules.core.changed_source import ChangedSource
from modules.core.errors import ConfigError
from modules.core.geometry import turned_camera
from modules.core.protocols import FrameSource
from modules.core.rig import RigReport, circles_of, in_one_list
from modules.core.types import Camera, FrameSet, SourceInfo
from modules.core.world import Space, World, level_rotation
from modules.rig.check.hypotheses import inverted


@dataclass(frozen=True, eq=False)
class Corrections:
    """What is done to a recording before anything else sees it.

    Attributes:
        unit_factor: the cameras' centres are multiplied by it.
        exchanged: names of cameras that change places, as ``modules.core.rig.circles_of``; empty: none.
        mirrored, inverted: names of cameras.
        turned: name of a camera → quarter turns clockwise of its images.
        world: to level coordinates, from those of the cameras so corrected; None: they stay as they are.
        space: where to look for people, in the coordinates that result; None: not known.
    """

    unit_factor: float = 1.0
    exchanged: tuple[str, ...] = ()
    mirrored: tuple[str, ...] = ()
    inverted: tuple[str, ...] = ()
    turned: Mapping[str, int] = field(default_factory=dict)
    world: World | None = None
    space: Space | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether the recording stays as it is."""
        changed = self.exchanged or self.mirrored or self.inverted or any(turn % 4 for turn in self.turned.values())
        return self.unit_factor == 1 and not changed and self.world is None and self.space is None


def corrections(
    report: RigReport | None, given: Corrections, unit_factor: float, up: Sequence[float], floor_mm: Sequence[float]
) -> Corrections:
    """What to do, one value at a time: what was given, else what the report is certain of.

    Args:
        report: of the recording with ``given`` done; None: there was no check.
        given: the configuration's; of the views that it names as turned the report is not asked.
        unit_factor: 0: the report's. up: float [3] in the calibration's coordinates, or empty. floor_mm: one number, or empty.
    """
    turns: dict[str, int] = {}
    factor, world, space = given.unit_factor, None, None
    if report is not None:
        turns = {c.name: turn for c, turn in zip(report.cameras, report.quarter_turns, strict=True) if turn}
        world, space = report.world, report.space
        if not unit_factor and np.isfinite(report.unit_factor):
            factor = report.unit_factor
        elif report.unit_factor != 1:
            world = space = None  # they rest on another unit
    if len(up) or len(floor_mm):
        world, space = _overridden(world, up, floor_mm), space
    if world is not None and np.array_equal(world.R_to_level, np.eye(3)) and world.origin[2] == 0:
        # level as it is: the recording's own coordinates stay
        space = None if space is None else Space(space.size_mm, space.center_mm + world.origin)
        world = None
    return replace(given, unit_factor=factor, turned={**turns, **given.turned}, world=world, space=space)


def _overridden(world: World | None, up: Sequence[float], floor_mm: Sequence[float]) -> World:
    """The level world with another up or another height of the floor, its origin where it was on the floor."""
    known = world or World()
    axis = np.asarray(up, float) / np.linalg.norm(up) if len(up) else known.up
    height = float(floor_mm[0]) if len(floor_mm) else float(known.origin @ known.up)
    origin = known.origin + axis * (height - known.origin @ axis)
    return World(known.scale, level_rotation(axis), origin)


class CorrectedSource(ChangedSource):
    """A ``FrameSource`` over another one, with corrections."""

    def __init__(self, source: FrameSource, done: Corrections) -> None:
        super().__init__(source)
        self.corrections = done
        names = [camera.name for camera in source.cameras]
        for name in (*chain(*circles_of(done.exchanged)), *done.mirrored, *done.inverted, *done.turned):
            if name not in names:
                raise ConfigError(
                    "RIG: there is no camera {name}; the recording has {names}.", name=name, names=", ".join(names)
                )
        self._cameras = corrected_cameras(source.cameras, done)
        self._flips = [name in done.mirrored for name in names]
        self._turns = [done.turned.get(name, 0) % 4 for name in names]
        sizes = tuple((camera.width_px, camera.height_px) for camera in self._cameras)
        self._info = replace(source.info, sizes_px=sizes, world=done.world, space=done.space)

    @property
    def info(self) -> SourceInfo:
        """As of the source, with the sizes, world and space that result."""
        return self._info

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """V corrected cameras."""
        return self._cameras

    def changed(self, frame: FrameSet) -> FrameSet:
        """Images put right."""
        images = tuple(
            put_right(image, flip, turn) for image, flip, turn in zip(frame.images, self._flips, self._turns, strict=True)
        )
        return replace(frame, images=images, cameras=self._cameras, space=self.corrections.space)


def corrected_cameras(cameras: Sequence[Camera], done: Corrections) -> tuple[Camera, ...]:
    """The cameras after all corrections; their names stay with their videos."""
    names = [camera.name for camera in cameras]
    made = list(cameras)
    for circle in circles_of(done.exchanged):
        places = [names.index(name) for name in circle]
        for place, shown in zip(places, (*places[1:], places[0]), strict=True):
            made[place] = replace(cameras[shown], name=names[place])
    made = [inverted(camera) if camera.name in done.inverted else camera for camera in made]
    made = list(scaled(made, done.unit_factor))
    made = [turned_camera(camera, done.turned.get(camera.name, 0)) for camera in made]
    return tuple(made) if done.world is None else done.world.level_cameras(made)


def given_again(cameras: Sequence[Camera], done: Corrections) -> tuple[Camera, ...]:
    """Corrected cameras that were changed a little since, as the calibration that was given would have them: what
    ``corrected_cameras`` did to them undone, but for turned pictures and the level world."""
    names = [camera.name for camera in cameras]
    made = list(scaled(cameras, 1 / done.unit_factor))
    made = [inverted(camera) if camera.name in done.inverted else camera for camera in made]
    for circle in circles_of(done.exchanged):
        places = [names.index(name) for name in circle]
        shown = [made[place] for place in places]
        for camera, place in zip(shown, (*places[1:], places[0]), strict=True):
            made[place] = replace(camera, name=names[place])
    return tuple(made)


def exchanged_again(done: Sequence[str], then: Sequence[str]) -> list[str]:
    """What to exchange at once in place of two exchanges, one after the other."""
    first, second = (
        {name: other for circle in circles_of(names) for name, other in zip(circle, (*circle[1:], circle[0]), strict=True)}
        for names in (done, then)
    )
    after = {name: second.get(name, name) for name in (*first, *second)}
    shown = {name: first.get(other, other) for name, other in after.items()}
    circles: list[list[str]] = []
    for start, other in shown.items():
        if start == other or any(start in circle for circle in circles):
            continue
        circles.append([start])
        while shown[circles[-1][-1]] != start:
            circles[-1].append(shown[circles[-1][-1]])
    return in_one_list(circles)


def put_right(image: np.ndarray, mirrored: bool, quarter_turns: int) -> np.ndarray:
    """uint8 [H, W, 3]: mirrored back, then turned clockwise."""
    if not mirrored and not quarter_turns:
        return image
    image = image[:, ::-1] if mirrored else image
    return np.ascontiguousarray(np.rot90(image, -quarter_turns))


def scaled(cameras: Sequence[Camera], factor: float) -> tuple[Camera, ...]:
    """Cameras whose lengths were in another unit."""
    return tuple(replace(camera, center_world_mm=camera.center_world_mm * factor) for camera in cameras)
