"""The SQLite file of a take: made, opened and checked; every failure is a sentence.

WAL mode (https://www.sqlite.org/wal.html): one writes while others read, and what was committed survives the death of the
process; ``synchronous=NORMAL`` leaves only a power cut to lose the last commits, never to damage the file.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from modules.core.errors import TakeError
from modules.core.files import WRITING, open_regular
from modules.core.header import ResultsHeader

#: "SP3D": tells a take from other SQLite files.
#: What every SQLite file begins with (https://www.sqlite.org/fileformat.html).
MAGIC = b"SQLite format 3\0"
APPLICATION_ID, VERSION = 0x53503344, 1
#: Another program's commit is waited for this long.
BUSY_S = 10.0
SCHEMA = """
CREATE TABLE header (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID; -- results: JSON; revision: grows with every change
INSERT INTO header VALUES ('revision', 0);
CREATE TABLE frames (
    frame INTEGER PRIMARY KEY,
    time_s REAL,              -- NULL: not known
    missing_mm REAL,          -- distance of the nearest person without a pose; NULL: everyone has one
    people BLOB NOT NULL,     -- codec.encode
    about TEXT NOT NULL       -- codec.describe
);
CREATE TABLE numbers (id INTEGER PRIMARY KEY CHECK (id = 0), stamp TEXT NOT NULL, content BLOB NOT NULL); -- encode_numbers
-- edits.undone: 0: holds; 1: taken back, can be said again; 2: taken back before something else was said
CREATE TABLE edits (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, content TEXT NOT NULL, undone INTEGER NOT NULL);
"""


def create(path: Path, header: ResultsHeader) -> None:
    """Makes a new take; TakeError if that fails. Whole or not there: it gets its name when it is complete."""
    with WRITING:
        _create(path, header)


def _create(path: Path, header: ResultsHeader) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with said(path):
            connection = sqlite3.connect(part, isolation_level=None)
            try:
                connection.executescript(
                    f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={VERSION}; BEGIN; {SCHEMA}"
                )
                write_header(connection, header)
                connection.execute("COMMIT")
            finally:
                connection.close()
        _name(part, path)
    except OSError as error:
        raise TakeError(
            "Can't make {file}: {reason}. Name another folder for results (TAKE.FOLDER in the settings).",
            file=path, reason=error.strerror or error,
        ) from error  # fmt: skip
    finally:
        with suppress(OSError):  # what kept it from being made keeps it from being removed, too
            part.unlink()


def _name(part: Path, path: Path) -> None:
    """Gives the new take its name, unless another program was quicker: that one is in use then."""
    try:
        os.link(part, path)
    except FileExistsError:
        return
    except OSError:  # no hard links here
        if not path.exists():
            os.rename(part, path)


def is_database(path: Path) -> bool:
    """Whether a file begins as SQLite's do; TakeError if it can't be read."""
    with open_regular(path, TakeError) as file:
        return file.read(len(MAGIC)) == MAGIC


def check_kind(path: Path) -> None:
    """TakeError if a file is no database at all, or can't be read."""
    if not is_database(path):
        raise TakeError("{file} is no take of this program.", file=path)


def connect(path: Path, writable: bool) -> sqlite3.Connection:
    """Opens a take that is there and checks whose it is; TakeError."""
    if not path.is_file():
        raise TakeError("The take {file} is missing.", file=path)
    with said(path):
        if writable:
            connection = _opened(path, "mode=rw")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            return connection
        try:
            return _opened(path, "mode=ro")
        except sqlite3.OperationalError:
            log = path.with_name(f"{path.name}-wal")
            if log.exists() and log.stat().st_size:
                raise
            # a folder in which nothing can be made, not even what readers agree by: then nobody writes either
            return _opened(path, "immutable=1")


def _opened(path: Path, how: str) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?{how}"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        _check(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise TakeError("{file} is no take of this program.", file=path)
    if version > VERSION:
        raise TakeError("{file} was made by a newer version of this program; update the program to open it.", file=path)


def read_header(connection: sqlite3.Connection, path: Path) -> ResultsHeader:
    """The header; TakeError if it is none."""
    with said(path):
        found = connection.execute("SELECT value FROM header WHERE key='results'").fetchone()
    try:
        return ResultsHeader.from_json(json.loads(found[0]))
    except (ValueError, TypeError, KeyError) as error:
        raise damaged(path) from error


def write_header(connection: sqlite3.Connection, header: ResultsHeader) -> None:
    """Puts the header in the place of the old one."""
    text = json.dumps(header.to_json(), allow_nan=False)  # ASCII: names of folders may be in no encoding
    connection.execute("INSERT OR REPLACE INTO header VALUES ('results', ?)", (text,))


def count_change(connection: sqlite3.Connection) -> None:
    """Marks that frames or edits changed: numbers that were kept don't hold any more."""
    connection.execute("UPDATE header SET value = value + 1 WHERE key = 'revision'")


def read_revision(connection: sqlite3.Connection) -> int:
    """How often frames or edits changed."""
    return connection.execute("SELECT value FROM header WHERE key='revision'").fetchone()[0]


def damaged(path: Path) -> TakeError:
    """The error for content that can't be what was written."""
    return TakeError("The take {file} is damaged; move it away and it is computed anew.", file=path)


@contextmanager
def said(path: Path) -> Iterator[None]:
    """Turns SQLite's errors into sentences."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise _explained(path, error) from error
    except sqlite3.DatabaseError as error:
        raise damaged(path) from error


def _explained(path: Path, error: sqlite3.OperationalError) -> TakeError:
    text = str(error)
    if "locked" in text or "busy" in text:
        return TakeError("The take {file} is in use by another program; close that and try again.", file=path)
    if "readonly" in text or "unable to open" in text:
        return TakeError(
            "The take {file} can't be changed: file or folder is read-only. File → Open shows it; to compute more, name "
            "another folder for results (TAKE.FOLDER in the settings).",
            file=path,
        )
    if "full" in text:
        return TakeError("Can't write {file}: the disk is full.", file=path)
    return TakeError("Can't use the take {file}: {reason}.", file=path, reason=text)
