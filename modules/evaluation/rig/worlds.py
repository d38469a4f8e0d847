"""The demo recording as other people's calibrations would have it: rewritten files in a temporary folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np

from modules.core.changed_source import ChangedSource
from modules.core.protocols import FrameSource
from modules.core.rig import Subject
from modules.core.types import Camera, FrameSet
from modules.core.world import World
from modules.rig.check.hypotheses import inverted

Y_UP = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])


@dataclass(frozen=True, eq=False)
class Case:
    """One way to bring the demo recording.

    Attributes:
        name: for tables. cameras: the rewritten calibration, made from the demo's.
        world: from the rewritten coordinates to the demo's own; with the file's unit as its scale.
        subject, named: what has to be said, and of which cameras; None: nothing is wrong.
        refused: it has to be refused, when it is opened or by the check.
        settings: configuration keys. images: what is done to a frame's images.
        odd: what a key of the file says in place of its value.
    """

    name: str
    cameras: Callable[[Sequence[Camera]], Sequence[Camera]] = tuple
    world: World = field(default_factory=World)
    subject: Subject | None = None
    named: tuple[str, ...] = ()
    refused: bool = False
    settings: dict[str, object] = field(default_factory=dict)
    images: Callable[[tuple[np.ndarray, ...]], tuple[np.ndarray, ...]] | None = None
    odd: Callable[[str, np.ndarray], np.ndarray] = lambda key, value: value


def cases(demo: Sequence[Camera]) -> list[Case]:
    """The table of conditions: what users have, on the demo's cameras."""
    names = [camera.name for camera in demo]
    first = demo[0]

    def changed(n: int, change: Callable[[Camera], Camera]) -> Callable[[Sequence[Camera]], list[Camera]]:
        return lambda cameras: [change(camera) if k == n else camera for k, camera in enumerate(cameras)]

    def swapped(cameras: Sequence[Camera]) -> list[Camera]:
        return [replace(cameras[{0: 1, 1: 0}.get(n, n)], name=camera.name) for n, camera in enumerate(cameras)]

    def mirrored(images: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
        return tuple(np.ascontiguousarray(image[:, ::-1]) if n == 1 else image for n, image in enumerate(images))

    own = World(1.0, first.R_world_to_cam.T, -first.R_world_to_cam @ first.center_world_mm)
    late = {"SOURCE.FRAME_OFFSETS": {names[1]: -10}}
    return [
        *(Case(f"floor {height:g} m off", world=World(origin=np.array([0, 0, -1000 * height]))) for height in (1.0, 1.2, -1.5)),
        Case("y up", world=World(1.0, Y_UP)),
        *(Case(f"axes tilted by {angle}°", world=World(1.0, _tilt(angle))) for angle in (15, 30)),
        Case("the first camera's axes", world=own),
        Case("centimetres", world=World(0.01), subject=Subject.UNIT, settings={}),
        Case("feet", world=World(0.3048), subject=Subject.UNIT),
        Case("board squares of 27 mm", world=World(0.027), subject=Subject.UNIT),
        Case("files of two cameras exchanged", swapped, subject=Subject.EXCHANGED, named=tuple(names[:2])),
        Case("one camera mirrored", subject=Subject.MIRRORED, named=(names[1],), images=mirrored),
        Case("a camera 10 frames late", subject=Subject.TIME, named=(names[1],), settings=late),
        Case("extrinsics of one inverted", changed(2, inverted), subject=Subject.INVERTED, named=(names[2],), refused=True),
        Case("extrinsics inverted", lambda cameras: [inverted(c) for c in cameras], subject=Subject.INVERTED, refused=True),
        Case(
            "one camera zeroed",
            changed(3, lambda c: replace(c, R_world_to_cam=np.eye(3), center_world_mm=np.zeros(3))),
            subject=Subject.POSE, named=(names[3],), refused=True,
        ),
        Case("two cameras with one pose", changed(1, lambda c: replace(first, name=c.name)), refused=True),
        Case("K transposed", refused=True, odd=lambda key, value: value.T if key == "matrix" else value),
        Case("rotation in degrees", refused=True, odd=lambda key, value: np.rad2deg(value) if key == "rotation" else value),
        Case("one camera alone", subject=Subject.PEOPLE, refused=True, settings={"SOURCE.CAMERAS": names[:1]}),
        Case(
            "brightness an eighth",
            subject=Subject.EXPOSURE,
            images=lambda images: tuple((image // 24).astype(np.uint8) for image in images),
        ),
    ]  # fmt: skip


def write_case(case: Case, demo_folder: Path, demo: Sequence[Camera], folder: Path) -> None:
    """The demo's videos (linked) with the rewritten calibration as Pose2Sim TOML."""
    (folder / "videos").mkdir(parents=True)
    (folder / "calibration").mkdir()
    for video in sorted((demo_folder / "videos").iterdir()):
        (folder / "videos" / video.name).symlink_to(video.resolve())
    cameras = [case.world.recording_camera(camera) for camera in demo]
    text = "\n".join(_table(camera, case.odd) for camera in case.cameras(cameras))
    (folder / "calibration" / "Calib.toml").write_text(text, encoding="utf-8")


class Repainted(ChangedSource):
    """A source whose images are changed on the way."""

    def __init__(self, source: FrameSource, repaint: Callable[[tuple[np.ndarray, ...]], tuple[np.ndarray, ...]]) -> None:
        super().__init__(source)
        self._repaint = repaint

    def changed(self, frame: FrameSet) -> FrameSet:
        """Its images repainted."""
        return replace(frame, images=self._repaint(frame.images))


def _tilt(angle_deg: float) -> np.ndarray:
    return cv2.Rodrigues(np.deg2rad(angle_deg) * np.array([0.6, 0.8, 0.0]))[0]


def _table(camera: Camera, odd: Callable[[str, np.ndarray], np.ndarray]) -> str:
    """One camera in Pose2Sim's TOML, whose lengths are read as metres."""
    R = camera.R_world_to_cam
    values = {
        "matrix": camera.K,
        "distortions": camera.distortion_opencv[:4],
        "rotation": cv2.Rodrigues(R)[0].ravel(),
        "translation": -R @ camera.center_world_mm / 1000,
    }
    lines = [f'[{camera.name}]\nname = "{camera.name}"\nsize = [{camera.width_px}.0, {camera.height_px}.0]']
    lines += [f"{key} = {np.asarray(odd(key, value), float).tolist()}" for key, value in values.items()]
    return "\n".join([*lines, "fisheye = false\n"])
