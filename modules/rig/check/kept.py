"""Kept of a recording's rig: the check's report, so that the same files are not checked twice, and what was accepted of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modules.core.errors import SourceError, UserError
from modules.core.files import read_small, write_whole
from modules.core.rig import KEPT_ERRORS, RigReport

log = logging.getLogger(__name__)

#: Raised whenever the check says other things about the same files.
VERSION = 5
#: So many reports of one recording are kept: as it is, and with what was accepted and taken back.
REPORTS = 8


def kept_report(path: Path, key: str) -> RigReport | None:
    """The report in a file, if it is about ``key``; None otherwise, also where the file can't be used."""
    if not path.is_file():
        return None
    try:
        kept = _reports(path).get(key)
        return None if kept is None else RigReport.from_json(kept)
    except (UserError, *KEPT_ERRORS) as reason:
        log.debug("%s is not used: %s", path, reason)
        return None


def keep_report(path: Path, key: str, report: RigReport) -> None:
    """Writes the report; where that is not possible the next run checks again, and the log says so."""
    try:
        kept = _reports(path) if path.is_file() else {}
    except (UserError, *KEPT_ERRORS) as reason:
        log.debug("%s is not used: %s", path, reason)
        kept = {}
    kept.pop(key, None)
    try:
        _write(path, {"version": VERSION, "reports": dict([*kept.items(), (key, report.to_json())][-REPORTS:])})
    except UserError as reason:
        log.warning("The rig check was not kept: %s", reason)


def _reports(path: Path) -> dict[str, Any]:
    """Key → report of this version, in the order in which they were kept; UserError and KEPT_ERRORS."""
    content = json.loads(read_small(path, SourceError))
    return dict(content["reports"]) if content["version"] == VERSION else {}


def accepted_options(path: Path, key: str) -> dict[str, Any]:
    """Configuration key → value of the proposals that were accepted for the recording ``key``; empty where there are none."""
    if not path.is_file():
        return {}
    try:
        content = json.loads(read_small(path, SourceError))
        return dict(content["options"]) if content["key"] == key else {}
    except (UserError, *KEPT_ERRORS) as reason:
        log.debug("%s is not used: %s", path, reason)
        return {}


def keep_accepted(path: Path, key: str, options: Mapping[str, Any]) -> None:
    """Keeps what was accepted for a recording, in place of what was kept before; ExportError where that can't be written."""
    _write(path, {"key": key, "options": dict(options)})


def _write(path: Path, content: dict[str, Any]) -> None:
    """Writes an object of JSON's types in one go; ExportError."""
    write_whole(path, json.dumps(content, indent=1).encode())
