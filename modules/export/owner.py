"""Whose results a folder holds: recordings of one name must not replace each other's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from modules.core.errors import ExportError
from modules.core.files import cant_write, open_new, read_small

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
    plain = parent / name
    owner = _owner(plain) or before(plain)
    if owner is None or owner[0] == str(path):
        return plain
    own = parent / f"{name}-{hashlib.sha256(str(path).encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"
    if (_owner(own) or before(own)) is not None:
        return own
    beside = sorted(parent.glob("*")) if parent.is_dir() else []
    for folder in (plain, *(folder for folder in beside if folder.name.startswith(f"{name}-"))):
        owner = _owner(folder) or before(folder)
        if owner is not None and _is_moved(owner, fingerprint):
            return folder
    return own


def claim(folder: Path, path: Path, fingerprint: Callable[[], str]) -> None:
    """Makes the folder and writes into it whose it is; ExportError."""
    owner = {"path": str(path), "fingerprint": fingerprint()}
    if _owner(folder) == tuple(owner.values()):
        return
    part = folder / f"{OWNER}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open_new(part) as file:
            file.write(json.dumps(owner, indent=1).encode())
        part.replace(folder / OWNER)
    except OSError as reason:
        raise cant_write(folder / OWNER, reason) from reason


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
