"""The rig check's report on disk, so that the same files are not checked twice."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from modules.core.errors import SourceError, UserError
from modules.core.files import cant_write, open_new, read_small
from modules.core.rig import KEPT_ERRORS, RigReport

log = logging.getLogger(__name__)

#: Raised whenever the check says other things about the same files.
VERSION = 1


def kept_report(path: Path, key: str) -> RigReport | None:
    """The report in a file, if it is about ``key``; None otherwise, also where the file can't be used."""
    if not path.is_file():
        return None
    try:
        content = json.loads(read_small(path, SourceError))
        if content["version"] != VERSION or content["key"] != key:
            return None
        return RigReport.from_json(content["report"])
    except (UserError, *KEPT_ERRORS) as reason:
        log.debug("%s is not used: %s", path, reason)
        return None


def keep_report(path: Path, key: str, report: RigReport) -> None:
    """Writes the report; where that is not possible the next run checks again, and the log says so."""
    content = json.dumps({"version": VERSION, "key": key, "report": report.to_json()}, indent=1)
    part = path.with_name(f"{path.stem}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open_new(part) as file:
            file.write(content.encode())
        part.replace(path)
    except (OSError, UserError) as reason:
        log.warning("The rig check was not kept: %s", reason if isinstance(reason, UserError) else cant_write(path, reason))
