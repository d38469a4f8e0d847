"""Whose results a folder holds: recordings of one name must not replace each other's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from modules.core.errors import ExportError
from modules.core.files import read_small, write_whole

from .results import POSES

#: In every folder of results.
OWNER = "recording.json"
#: Path and fingerprint of a recording.
Owner = tuple[str, str]


def folder_of(
    parent: Path, name: str, path: Path, fingerprint: Callable[[], str], before: Callable[[Path], Owner | None]
) -> Path:
    """The folder in ``parent`` for a recording's results; nothing is made.

    It is ``name``, or ``name`` with a part of its own where that is another recording's. A recording that was moved keeps
    its folder; a copy gets its own, as its calibration may be another one.

    Args:
        path: of the recording, absolute. fingerprint: of its content; asked only where the path does not tell.
        before: whose a folder is that does not say so itself, or not legibly; None: nobody's.
    """

    def owner(folder: Path) -> Owner | None:
        return _owner(folder) or before(folder)

    plain = parent / name
    first = owner(plain)
    if first is None or first[0] == str(path):
        return plain
    own = parent / f"{name}-{hashlib.sha256(str(path).encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"
    if owner(own) is not None:
        return own
    beside = {folder: owner(folder) for folder in sorted(parent.glob("*")) if folder.name.startswith(f"{name}-")}
    moved = (folder for folder, whose in {plain: first, **beside}.items() if whose and _is_moved(whose, fingerprint))
    return next(moved, own)


def claim(folder: Path, path: str, fingerprint: str) -> None:
    """Makes the folder and writes into it whose it is; ExportError."""
    if _owner(folder) != (path, fingerprint):
        write_whole(folder / OWNER, json.dumps({"path": path, "fingerprint": fingerprint}, indent=1).encode())


def check_same(folder: Path, path: Path, fingerprint: Callable[[], str]) -> None:
    """ExportError where the folder holds the poses of another recording."""
    owner = _owner(folder)
    if owner is None or owner[0] == str(path) or not (folder / POSES).exists() or _is_moved(owner, fingerprint):
        return
    raise ExportError(
        "{folder} holds the results of another recording ({recording}); choose another folder.",
        folder=folder, recording=owner[0],
    )  # fmt: skip


def _is_moved(owner: Owner, fingerprint: Callable[[], str]) -> bool:
    """Whether what lies elsewhere now is the owner: it is no longer where it was, and has this content."""
    return not Path(owner[0]).exists() and owner[1] == fingerprint()


def _owner(folder: Path) -> Owner | None:
    """Path and fingerprint of the recording whose results are in a folder; None: nobody's, or not to be told."""
    try:
        content = json.loads(read_small(folder / OWNER, ExportError))
        return str(content["path"]), str(content["fingerprint"])
    except (ExportError, ValueError, KeyError, TypeError):  # not there, or damaged: written anew
        return None
