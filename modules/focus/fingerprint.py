"""Which recording a folder holds, whatever it is called and wherever it lies."""

from __future__ import annotations

import hashlib
from pathlib import Path

from modules.core.errors import SourceError
from modules.core.files import cant_read

from .images import IMAGE_SUFFIXES
from .video import VIDEO_SUFFIXES


def fingerprint(folder: Path) -> str:
    """12 hexadecimal digits over names and sizes of the images and videos in a folder: equal for a copy of it. SourceError."""
    pictures = (*IMAGE_SUFFIXES, *VIDEO_SUFFIXES)
    try:
        found = [
            (file.relative_to(folder).as_posix(), file.stat().st_size)
            for file in folder.rglob("*")
            if file.suffix.lower() in pictures and file.is_file()
        ]
    except OSError as error:
        raise cant_read(folder, error, SourceError) from error
    return hashlib.sha256(repr(sorted(found)).encode()).hexdigest()[:12]
