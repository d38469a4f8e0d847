"""Whose results a folder holds: recordings of one name must not replace each other's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from modules.core.errors import ExportError
from modules.core.files import read_small, write_whole
from modules.core.names import readable

from .results import POSES

#: In every folder of results.
OWNER = "recording.json"
#: In that file: whose the files of people's motion are, by the name that they begin with.
MOTION = "motion"
#: In that file: how the recording was opened that the poses beside it are of.
OPENED = "opened"
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

    def known(folder: Path) -> Owner | None:
        return owner(folder) or before(folder)

    plain = parent / name
    first = known(plain)
    if first is None or first[0] == str(path):
        return plain
    own = parent / f"{name}-{hashlib.sha256(str(path).encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"
    if known(own) is not None:
        return own
    beside = {folder: known(folder) for folder in sorted(parent.glob("*")) if folder.name.startswith(f"{name}-")}
    moved = (folder for folder, whose in {plain: first, **beside}.items() if whose and _is_moved(whose, fingerprint))
    return next(moved, own)


def owner(folder: Path) -> Owner | None:
    """Path and fingerprint of the recording whose results are in a folder; None: nobody's, or not to be told."""
    return _owner_in(_note(folder))


def source_of_poses(folder: Path) -> dict[str, Any]:
    """What a folder says of the recording that its poses are of, as in ``ResultsHeader.source``; empty: nothing."""
    note = _note(folder)
    whose, opened = _owner_in(note), _table(note.get(OPENED))
    if whose is None:
        return {}
    offsets = {str(name): n for name, n in _table(opened.get("offsets")).items() if type(n) is int}
    source = {**_entry(whose), "format": str(opened.get("format", "auto")), "offsets": offsets}
    if "delays" in opened:  # else they are not known
        delays = {name: value for name, value in _table(opened["delays"]).items() if _is_delay(value)}
        source["delays"] = delays
    return source


def damaged(folder: Path) -> Path | None:
    """The file that says of a folder whose results it holds, where it is there and does not say so legibly."""
    return folder / OWNER if (folder / OWNER).exists() and owner(folder) is None else None


def claim(folder: Path, path: str, fingerprint: str, opened: Mapping[str, Any] | None = None) -> None:
    """Makes the folder and writes into it whose it is; ExportError.

    Args:
        opened: the format, the frame offsets and the delays with which the recording was opened for the poses there; None: no
            poses.
    """
    note = _note(folder)
    wanted = {**note, **_entry((path, fingerprint))} | ({} if opened is None else {OPENED: dict(opened)})
    if wanted != note:
        _keep(folder, wanted)


def claim_motion(folder: Path, name: str, whose: Owner) -> None:
    """Writes into a folder whose the files of people's motion are that begin with ``name``; ExportError."""
    note = _note(folder)
    if _motion(note, name) != whose:
        _keep(folder, {**note, MOTION: {**_table(note.get(MOTION)), name: _entry(whose)}})


def check_same(folder: Path, path: Path, fingerprint: Callable[[], str], name: str) -> None:
    """ExportError where the folder holds the poses of another recording, or its motion under the same name; and where it holds
    poses, and the file that should say whose they are does not."""
    note = _note(folder)
    if (folder / POSES).exists() and (file := damaged(folder)) is not None and MOTION not in note:
        raise ExportError(
            "{file} is damaged: whose results are in that folder can't be told. Delete it if they may be replaced, or choose "
            "another folder.", file=file,
        )  # fmt: skip
    poses = _owner_in(note) if (folder / POSES).exists() else None
    _refuse_others(folder, (poses, _motion(note, name)), str(path), fingerprint)


def check_motion(folder: Path, path: Path, fingerprint: Callable[[], str], name: str) -> None:
    """ExportError where files of people's motion that begin with ``name`` are another recording's in this folder.

    Motion of recordings with different names may lie beside each other.
    """
    note = _note(folder)
    whose = _owner_in(note)
    named = whose if whose is not None and readable(Path(whose[0]).name) == name else None
    _refuse_others(folder, (_motion(note, name) or named,), str(path), fingerprint)


def _refuse_others(folder: Path, owners: Iterable[Owner | None], path: str, fingerprint: Callable[[], str]) -> None:
    for whose in owners:
        if whose is not None and whose[0] != path and not _is_moved(whose, fingerprint):
            raise ExportError(
                "{folder} holds the results of another recording ({recording}); choose another folder.",
                folder=folder, recording=whose[0],
            )  # fmt: skip


def _is_moved(whose: Owner, fingerprint: Callable[[], str]) -> bool:
    """Whether what lies elsewhere now is the owner: it is no longer where it was, and has this content."""
    return not Path(whose[0]).exists() and whose[1] == fingerprint()


def _note(folder: Path) -> dict[str, Any]:
    """What a folder says of whose it is; empty where it says nothing, or not legibly: it is written anew."""
    try:
        return _table(json.loads(read_small(folder / OWNER, ExportError)))
    except (ExportError, ValueError, RecursionError):
        return {}


def _keep(folder: Path, note: Mapping[str, Any]) -> None:
    write_whole(folder / OWNER, json.dumps(note, indent=1).encode())


def _table(content: object) -> dict[str, Any]:
    return content if isinstance(content, dict) else {}


def _is_delay(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(part, (int, float)) for part in value)


def _motion(note: Mapping[str, Any], name: str) -> Owner | None:
    return _owner_in(_table(_table(note.get(MOTION)).get(name)))


def _entry(whose: Owner) -> dict[str, str]:
    return dict(zip(("path", "fingerprint"), whose, strict=True))


def _owner_in(entry: Mapping[str, Any]) -> Owner | None:
    return (str(entry["path"]), str(entry["fingerprint"])) if {"path", "fingerprint"} <= entry.keys() else None
