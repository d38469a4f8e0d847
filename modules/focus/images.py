"""Frames of one camera as a folder of images, ordered by the frame number in their names."""

from __future__ import annotations

import io
import logging
import re
import struct
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from modules.core.errors import DamagedFrame, Note, SourceError
from modules.core.files import read_small

from .naming import MAX_DIGITS
from .own_results import is_own_result

log = logging.getLogger(__name__)

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp")
#: An encoded image, and the pixels that its header may claim: no camera takes larger ones.
MAX_BYTES, MAX_PIXELS = 512 * 2**20, 64_000_000
#: Images looked at for the real range of those with more than 8 bits, and the ranges that cameras have.
RANGE_SAMPLES, RANGES_BITS = 5, (8, 10, 12, 14, 16)
MAX_IMAGES = 5_000_000
#: What Pillow raises on the header of a file that is no image, or a damaged one.
NO_IMAGE = (OSError, ValueError, SyntaxError, OverflowError, struct.error, Image.DecompressionBombError, KeyError, TypeError)


def frame_number(path: Path) -> int | None:
    """The last number in a file's name (``00_03_00001234.jpg``: 1234), None without one."""
    digits = re.findall("[0-9]+", path.stem)
    return int(digits[-1][-MAX_DIGITS:]) if digits else None


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
        self._bits: int | None = None
        self._told: set[int] = set()  # places whose damage was logged
        first = self._decode(self._files[self._order[0]])
        if first.dtype != np.uint8:
            self._bits = self._used_bits()
            used = {"path": folder.name, "bits": self._bits}
            self.notes += (Note("{path}: the images use {bits} of 16 bits; they are scaled by that.", **used),)
        self.size_px = (first.shape[1], first.shape[0])

    @property
    def numbers(self) -> Sequence[int]:
        """Frame numbers in the file names, ascending."""
        return self._order

    @property
    def frame_count(self) -> int:
        """How many images there are."""
        return len(self._order)

    @property
    def times_s(self) -> np.ndarray | None:
        """float64 [N], seconds from the first image: their numbers at ``fps``; None where the rate is not known."""
        if not self.fps > 0:
            return None
        return (np.array(self._order, np.float64) - self._order[0]) / self.fps

    def keep_numbers(self, numbers: Sequence[int]) -> None:
        """Leaves out every image whose frame number is not in ``numbers`` (ascending)."""
        self._order = list(numbers)

    def read(self, index: int) -> np.ndarray:
        """uint8 [H, W, 3], RGB: the image at place ``index``; DamagedFrame, which is logged once."""
        try:
            return self._read(index)
        except DamagedFrame as error:
            if index not in self._told:
                self._told.add(index)
                log.warning("%s This view is left out there.", error)
            raise

    def _read(self, index: int) -> np.ndarray:
        file = self._files[self._order[index]]
        image = self._decode(file)
        size = (image.shape[1], image.shape[0])
        if size != self.size_px:
            raise DamagedFrame(
                "{file}: the image is {width}x{height} px, the first one of the folder is not.",
                file=file,
                width=size[0],
                height=size[1],
            )
        if image.dtype != np.uint8:
            bits = self._bits or 16
            image = np.minimum(image.astype(np.uint32) * 255 // (2**bits - 1), 255).astype(np.uint8)
        return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)

    def close(self) -> None:
        """Nothing stays open between images."""

    def _decode(self, file: Path) -> np.ndarray:
        """uint8 or uint16 [H, W, 3], BGR, upright."""
        encoded = read_small(file, DamagedFrame, MAX_BYTES)
        # the header first: it may claim sizes that take all memory
        try:
            with Image.open(io.BytesIO(encoded)) as head:
                width, height = head.size
        except NO_IMAGE as error:
            raise _not_an_image(file) from error
        if width * height > MAX_PIXELS:
            raise DamagedFrame("{file}: an image of {width}x{height} px is too large.", file=file, width=width, height=height)
        try:
            image = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH)
        except cv2.error as error:
            raise _not_an_image(file) from error
        if image is None or image.dtype not in (np.uint8, np.uint16):
            raise _not_an_image(file)
        return image

    def _used_bits(self) -> int:
        """Of 16 bits those that the camera uses: 10- and 12-bit cameras leave the upper ones zero."""
        places = np.unique(np.linspace(0, len(self._order) - 1, RANGE_SAMPLES).astype(int))
        brightest = 0
        for place in places:
            try:
                brightest = max(brightest, int(self._decode(self._files[self._order[place]]).max()))
            except DamagedFrame:
                continue  # read() says so when it is asked for
        return next(bits for bits in RANGES_BITS if brightest < 2**bits)


def has_images(folder: Path) -> bool:
    """Whether a folder holds at least one image directly."""
    return any(_is_image(entry) and not is_own_result(entry) for entry in folder.iterdir())


def _is_image(entry: Path) -> bool:
    return entry.suffix.lower() in IMAGE_SUFFIXES and not entry.name.startswith(".")


def _not_an_image(file: Path) -> DamagedFrame:
    return DamagedFrame("{file} can't be decoded: it is damaged or not an image.", file=file)


def _numbered_images(folder: Path) -> dict[int, Path]:
    try:
        entries = sorted(entry for entry in folder.iterdir() if _is_image(entry) and not is_own_result(entry))
    except OSError as error:
        raise SourceError("Can't read the folder {path}: {reason}.", path=folder, reason=error.strerror) from error
    if len(entries) > MAX_IMAGES:
        raise SourceError("The folder {path} holds too many images.", path=folder)
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
