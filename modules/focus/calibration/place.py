"""A calibrated camera and the frames that are really there: other sizes, lenses that must be drawn again, sideways frames."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from modules.core.errors import Note, SourceError
from modules.core.geometry import turned_camera
from modules.core.types import Camera

from .common import Calibrated, not_a_camera
from .lens import approach

#: A frame may differ from the calibrated size by this share and is taken as it stands.
SIZE_TOLERANCE = 0.02
#: Frames smaller than this, or longer than so many times their width, show nobody.
MIN_SIDE_PX, MAX_SHAPE = 16, 16
#: Frames whose width and height are scaled alike within this were resized; the intrinsics follow.
ASPECT_TOLERANCE = 0.01


@dataclass(frozen=True, eq=False)
class Placed:
    """A camera that fits its frames, and what is done to every raw frame before it is handed on.

    Attributes:
        camera: of the frames as they are handed on.
        notes: sentences for the user.
        maps: see ``lens.Approached``; None: none. quarter_turns: clockwise, after that.
    """

    camera: Camera
    notes: tuple[Note, ...] = ()
    maps: tuple[np.ndarray, np.ndarray] | None = None
    quarter_turns: int = 0

    @property
    def redraws(self) -> bool:
        """Whether frames change at all."""
        return self.maps is not None or self.quarter_turns > 0

    def redraw(self, image: np.ndarray) -> np.ndarray:
        """uint8 [H, W, 3]: a raw frame as ``camera`` sees it."""
        if self.maps is not None:
            image = cv2.remap(image, *self.maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        return np.ascontiguousarray(np.rot90(image, -self.quarter_turns)) if self.quarter_turns else image


def place_camera(found: Calibrated, size_px: tuple[int, int], video: Path, quarter_turns: int = 0) -> Placed:
    """Makes a camera fit frames of (width, height) ``size_px``, px.

    Args:
        quarter_turns: clockwise, by which the frames are to be turned besides what the calibration asks for.

    Raises:
        SourceError: the frames are of another shape. CalibrationError: the lens makes no sense for them.
    """
    camera, note = fit_to_frame(found, size_px, video)
    notes = [note] if note else []
    maps = None
    if found.lens is not None:
        try:
            approached = approach(camera, found.lens)
        except ValueError as error:
            raise not_a_camera(video, camera.name, error) from error
        camera, maps = approached.camera, approached.maps
        if maps is not None:
            notes.append(
                Note("{camera} has {lens}: its frames are shown as a simpler lens would see them.", camera=camera.name,
                     lens=found.lens.name)
            )  # fmt: skip
    turns = (found.quarter_turns + quarter_turns) % 4
    if turns:
        camera = turned_camera(camera, turns)
        notes.append(Note("{camera} is turned by {angle}° clockwise to stand upright.", camera=camera.name, angle=90 * turns))
    return Placed(camera, tuple(notes), maps, turns)


def fit_to_frame(found: Calibrated, size_px: tuple[int, int], video: Path) -> tuple[Camera, Note | None]:
    """The camera with its real frame's size, and a sentence if that is not the calibrated one.

    A difference within 2 % is padding by the encoder or the calibration tool: pixels are taken as they stand, neither shifted
    nor scaled. Frames of the same shape were resized: the intrinsics are scaled with them.

    Raises:
        SourceError: the frame is of another shape altogether.
    """
    camera = found.camera
    width, height = size_px
    if min(size_px) < MIN_SIDE_PX or max(size_px) > MAX_SHAPE * min(size_px):
        raise SourceError("{file}: frames of {width}x{height} px can't be used.", file=video, width=width, height=height)
    if not found.size_known:
        if not (-0.5 * width <= camera.cx <= 1.5 * width and -0.5 * height <= camera.cy <= 1.5 * height):
            raise SourceError(
                "{file}: the frames are {width}x{height} px, but the middle of camera {camera} is at {x:.0f}, {y:.0f} px. "
                "Use the videos that were calibrated, or calibrate again.",
                file=video, width=width, height=height, camera=camera.name, x=camera.cx, y=camera.cy,
            )  # fmt: skip
        return replace(camera, width_px=width, height_px=height), None
    sizes = {
        "camera": camera.name, "width": width, "height": height, "cal_width": camera.width_px, "cal_height": camera.height_px
    }  # fmt: skip
    off_x, off_y = abs(width - camera.width_px), abs(height - camera.height_px)
    fitted = replace(camera, width_px=width, height_px=height)
    if off_x <= 1 and off_y <= 1:  # some tools write the last pixel's index as the size
        return fitted, None
    if off_x <= SIZE_TOLERANCE * camera.width_px and off_y <= SIZE_TOLERANCE * camera.height_px:
        return fitted, Note(
            "{camera}: frames are {width}x{height} px, calibrated for {cal_width}x{cal_height} px; used as they are.", **sizes
        )
    across, down = width / camera.width_px, height / camera.height_px
    if (width, height) == (camera.height_px, camera.width_px):
        raise SourceError(
            "{file}: the frames are {width}x{height} px, but camera {camera} is calibrated for {cal_width}x{cal_height} px: "
            "the picture lies on its side against its calibration. Turn the video, or calibrate it as it is.",
            file=video, **sizes,
        )  # fmt: skip
    if abs(across / down - 1) > ASPECT_TOLERANCE:
        raise SourceError(
            "{file}: the frames are {width}x{height} px, but camera {camera} is calibrated for {cal_width}x{cal_height} px. "
            "Use the videos that were calibrated, or calibrate again.",
            file=video, **sizes,
        )  # fmt: skip
    scaled = replace(
        fitted,
        fx=camera.fx * across,
        fy=camera.fy * down,
        # (0, 0) is the middle of the first pixel, which lies half a pixel inside the frame at any size
        cx=(camera.cx + 0.5) * across - 0.5,
        cy=(camera.cy + 0.5) * down - 0.5,
    )
    return scaled, Note(
        "{camera}: frames are {width}x{height} px, calibrated for {cal_width}x{cal_height} px; the calibration is scaled.",
        **sizes,
    )
