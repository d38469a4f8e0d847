"""Which recording a folder holds, whatever it is called and wherever it lies."""

from __future__ import annotations

import hashlib
from pathlib import Path

from modules.core.errors import SourceError
from modules.core.files import cant_read

from .images import IMAGE_SUFFIXES
from .own_results import is_own_result
from .video import VIDEO_SUFFIXES


def fingerprint(folder: Path) -> str:
    """12 hexadecimal digits over names and sizes of a folder's images and videos: equal for a copy of it. SourceError.

    What this program wrote into it does not count: the next run is one of the same recording.
    """
    pictures = (*IMAGE_SUFFIXES, *VIDEO_SUFFIXES)
    try:
        found = [
            (file.relative_to(folder).as_posix(), file.stat().st_size)
            for file in folder.rglob("*")
            if file.suffix.lower() in pictures and file.is_file() and not is_own_result(file)
        ]
    except OSError as error:
        raise cant_read(folder, error, SourceError) from error
    return hashlib.sha256(repr(sorted(found)).encode()).hexdigest()[:12]
