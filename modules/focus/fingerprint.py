"""Which recording a folder holds, whatever it is called and wherever it lies."""

from __future__ import annotations

import hashlib
from pathlib import Path

from modules.core.errors import SourceError
from modules.core.files import cant_read

from .images import IMAGE_SUFFIXES
from .own_results import is_own_result
from .video import VIDEO_SUFFIXES

#: Files of so few sizes, and twice as many of them, are not compressed: sizes tell nothing there. Of so many of them a few
#: pieces are read.
FEW_SIZES, FILES_READ, PIECE_BYTES = 16, 24, 4096


def fingerprint(folder: Path) -> str:
    """12 hexadecimal digits over names and sizes of a folder's images and videos: equal for a copy of it. SourceError.

    Where uncompressed images make all sizes equal, some of their content counts too. What this program wrote into the folder
    does not count: the next run is one of the same recording.
    """
    pictures = (*IMAGE_SUFFIXES, *VIDEO_SUFFIXES)
    try:
        found = sorted(
            (file.relative_to(folder).as_posix(), file.stat().st_size)
            for file in folder.rglob("*")
            if file.suffix.lower() in pictures and file.is_file() and not is_own_result(file)
        )
        digest = hashlib.sha256(repr(found).encode())
        sizes = len({size for _, size in found})
        if sizes <= FEW_SIZES and 0 < 2 * sizes <= len(found):
            for name, size in found[:: -(-len(found) // FILES_READ)]:
                digest.update(_pieces(folder / name, size))
    except OSError as error:
        raise cant_read(folder, error, SourceError) from error
    return digest.hexdigest()[:12]


def _pieces(path: Path, size: int) -> bytes:
    """The beginning, the middle and the end of a file."""
    with path.open("rb") as file:
        pieces = []
        for start in (0, size // 2, max(size - PIECE_BYTES, 0)):
            file.seek(start)
            pieces.append(file.read(PIECE_BYTES))
    return b"".join(pieces)
