"""From a temporary name to the final one: nothing half-written is ever found under the final name."""

from __future__ import annotations

import os
from pathlib import Path

from modules.core.errors import ExportError


def part_path(path: Path) -> Path:
    """Where ``path`` is written until it is complete; keeps the suffix, which tells the encoders the format."""
    return path.with_name(f"{path.stem}.part{path.suffix}")


def finish(path: Path) -> None:
    """Gives the written part its final name, replacing an older file; ExportError if that fails."""
    try:
        os.replace(part_path(path), path)
    except OSError as error:
        raise ExportError(
            "Can't rename {part} to {file}: {reason}.", part=part_path(path), file=path, reason=error.strerror
        ) from error


def discard(path: Path) -> None:
    """Removes the part, if there is one; ExportError if that fails."""
    try:
        part_path(path).unlink(missing_ok=True)
    except OSError as error:
        raise ExportError("Can't remove {file}: {reason}.", file=part_path(path), reason=error.strerror) from error
