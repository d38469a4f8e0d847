"""Frames of one camera as a folder of images, ordered by the frame number in their names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from modules.core.errors import Note, SourceError

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp")


def frame_number(path: Path) -> int | None:
    """The last number in a file's name (``00_03_00001234.jpg``: 1234), None without one."""
    digits = re.findall(r"\d+", path.stem)
    return int(digits[-1]) if digits else None


class ImageClip:
    """One folder of images; see ``Clip``.

    Args:
        folder: the folder.
        fps: frames per second; NaN: unknown.

    Raises:
        SourceError: no images, names without a frame number, a number that comes twice, or a first image that can't be decoded.
    """

    def __init__(self, folder: Path, fps: float = float("nan")) -> None:
        self.path = folder
        self.fps = fps
        self.notes: tuple[Note, ...] = ()
        self._files = _numbered_images(folder)
        self._order = sorted(self._files)
        first = self.read(0)
        self.size_px = (first.shape[1], first.shape[0])

    @property
    def numbers(self) -> Sequence[int]:
        """Frame numbers in the file names, ascending."""
        return self._order

    @property
    def frame_count(self) -> int:
        """How many images there are."""
        return len(self._order)

    def keep_numbers(self, numbers: Sequence[int]) -> None:
        """Leaves out every image whose frame number is not in ``numbers`` (ascending)."""
        self._order = list(numbers)

    def read(self, index: int) -> np.ndarray:
        """uint8 [H, W, 3], RGB: the image at place ``index``."""
        file = self._files[self._order[index]]
        try:
            encoded = np.fromfile(file, np.uint8)
        except OSError as error:
            raise SourceError("Can't read {file}: {reason}.", file=file, reason=error.strerror) from error
        image = cv2.imdecode(encoded, cv2.IMREAD_COLOR) if encoded.size else None
        if image is None:
            raise SourceError("{file} can't be decoded: it is damaged or not an image.", file=file)
        size = (image.shape[1], image.shape[0])
        if index > 0 and size != self.size_px:
            raise SourceError(
                "{file}: the image is {width}x{height} px, the first one of the folder is not.",
                file=file,
                width=size[0],
                height=size[1],
            )
        return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)

    def close(self) -> None:
        """Nothing stays open between images."""


def has_images(folder: Path) -> bool:
    """Whether a folder holds at least one image directly."""
    return any(entry.suffix.lower() in IMAGE_SUFFIXES for entry in folder.iterdir())


def _numbered_images(folder: Path) -> dict[int, Path]:
    try:
        entries = sorted(entry for entry in folder.iterdir() if entry.suffix.lower() in IMAGE_SUFFIXES)
    except OSError as error:
        raise SourceError("Can't read the folder {path}: {reason}.", path=folder, reason=error.strerror) from error
    files: dict[int, Path] = {}
    for entry in entries:
        number = frame_number(entry)
        if number is None:
            raise SourceError("{file}: an image's name must hold its frame number.", file=entry)
        if number in files:
            raise SourceError(
                "{file} and {other} have the same frame number {number}.", file=files[number], other=entry.name, number=number
            )
        files[number] = entry
    if not files:
        raise SourceError("The folder {path} holds no images ({suffixes}).", path=folder, suffixes=" ".join(IMAGE_SUFFIXES))
    return files
