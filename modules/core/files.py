"""The one way in which files that others made are read, and new ones opened: bounded, and never through a trap.

What a user's folder holds is not trusted: a name may be a pipe or a device that never ends, a size may be a lie, and a link in
an output folder may point at something precious. So small files are read up to a limit, from regular files alone, without
waiting; and new files are made anew, never through what already stands under their name.
"""

from __future__ import annotations

import logging
import os
import stat
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout

from .errors import ExportError, Note, SourceError, UserError

log = logging.getLogger(__name__)

#: Calibrations, configurations and session files are kB; nothing that is read at once may be larger.
SMALL_BYTES = 16 * 2**20
#: Where a system lacks a flag it lacks the danger as well (no pipes by name), but for text mode on Windows.
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_LINK = (
    getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)
#: What code runs into that meets a file it was not made for.
UNEXPECTED = (
    ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError, MemoryError, EOFError, OSError,
    NotImplementedError, AssertionError, struct.error,
)  # fmt: skip
#: What files of this program's end with: who gives a folder such a name means a file.
FILE_ENDINGS = (
    ".toml", ".json", ".yml", ".yaml", ".xml", ".txt", ".pdf", ".jsonl", ".sqlite", ".mp4", ".png", ".trc", ".c3d", ".bvh",
    ".glb", ".csv", ".parquet", ".rrd",
)  # fmt: skip


@contextmanager
def told_by_name(path: Path, error_kind: type[UserError] = SourceError, *more: type[Exception]) -> Iterator[None]:
    """The one place where what nobody expected of a file becomes a sentence that names it; our own errors pass through.

    Args:
        path: the file or folder that is read within. error_kind: the class of error to raise. more: kinds of exception that
            libraries add to ``UNEXPECTED``.
    """
    try:
        yield
    except (*UNEXPECTED, *more) as reason:
        log.debug("%s", path, exc_info=True)  # where in the program it happened
        said = str(reason) or type(reason).__name__
        raise error_kind("{file} can't be used: {reason}.", file=path, reason=said.splitlines()[0][:300]) from reason


def open_regular(path: Path, error_kind: type[UserError] = SourceError) -> IO[bytes]:
    """Opens a file for reading: the caller closes it.

    Args:
        path: may be a link; what it leads to must be a regular file. error_kind: the class of error to raise.

    Raises:
        error_kind: missing, unreadable, or a folder, pipe, socket or device.
    """
    try:
        descriptor = os.open(path, _READ)
    except FileNotFoundError as reason:
        raise error_kind("The file {file} is missing.", file=path) from reason
    except (OSError, ValueError) as reason:
        raise cant_read(path, reason, error_kind) from reason
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise error_kind("Can't read {file}: {reason}.", file=path, reason=Note("it is not a regular file"))
    return os.fdopen(descriptor, "rb")


def read_small(path: Path, error_kind: type[UserError] = SourceError, limit_bytes: int = SMALL_BYTES) -> bytes:
    """The whole content of a small file.

    Raises:
        error_kind: as ``open_regular``; or more than ``limit_bytes`` come out of it, whatever size it claims.
    """
    content = bytearray()
    with open_regular(path, error_kind) as file:
        try:
            large = os.fstat(file.fileno()).st_size > limit_bytes
            # block by block: the size may be a lie, and room for the limit would be taken at once
            while not large and (block := file.read(1 << 20)):
                content += block
                large = len(content) > limit_bytes
        except OSError as reason:
            raise cant_read(path, reason, error_kind) from reason
    if large:
        raise error_kind(
            "{file} is larger than {limit:g} MB, too large for what it should be.", file=path, limit=limit_bytes / 2**20
        )
    return bytes(content)


def open_new(path: Path) -> IO[bytes]:
    """Makes a new file for writing and reading; what stands under this name is removed, never written through.

    Raises:
        ExportError: it can't be made, or a folder stands there.
    """
    try:
        for _ in range(3):  # who plants files that fast is refused in the end
            try:
                return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _NO_LINK, 0o666), "w+b")
            except FileExistsError:
                path.unlink(missing_ok=True)
        raise FileExistsError(17, os.strerror(17), str(path))
    except (OSError, ValueError) as reason:
        raise cant_write(path, reason) from reason


#: Held while a file lies under a name of its own until it is whole. Who ends the process at once takes it first: nothing is
#: left half-written then.
WRITING = threading.RLock()


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file through a neighbouring one, so that a killed run leaves the old file or the new one; ExportError."""
    part = path.with_name(f"{path.name}.part")
    try:
        with WRITING:
            path.parent.mkdir(parents=True, exist_ok=True)
            with open_new(part) as file:
                file.write(content)
            part.replace(path)
    except OSError as reason:
        raise cant_write(path, reason) from reason


class Held:
    """What one program does at a time, told by a lock file that is there meanwhile; the system lets go of it where the program
    is killed.

    Args:
        path: the lock file. within: whether it may be held several times in this program.
    """

    def __init__(self, path: Path, within: bool = False) -> None:
        self.path = path
        self._lock = FileLock(path, timeout=0, thread_local=False, is_singleton=within)
        self._has = False

    def take(self) -> bool:
        """False if another program has it. True as well where no lock can be made: who writes there is told why it fails."""
        if self._has or not os.access(self.path.parent, os.W_OK):
            return True
        try:
            self._lock.acquire()
        except Timeout:
            return False
        except (OSError, NotImplementedError):  # a file system without locks
            return True
        self._has = True
        return True

    def let_go(self) -> None:
        """Idempotent."""
        if not self._has:
            return
        self._has = False
        if self._lock.lock_counter == 1:
            with suppress(OSError):  # Windows removes nothing that is open
                self.path.unlink()
        self._lock.release()


def open_existing(path: Path) -> IO[bytes]:
    """Opens a file of ours for reading and writing, unbuffered: a write is on its way when it returns.

    Raises:
        ExportError: it can't be opened, it is a link or no regular file, or it has a second name (a backup made of hard links
            would change with it).
    """
    try:
        descriptor = os.open(path, os.O_RDWR | _NO_LINK)
    except (OSError, ValueError) as reason:
        raise cant_write(path, reason) from reason
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        os.close(descriptor)
        raise cant_write(path, Note("it is not a regular file, or it has a second name"))
    return os.fdopen(descriptor, "r+b", buffering=0)


def expanded(path: str | Path, error_kind: type[UserError] = SourceError) -> Path:
    """The path with a leading ~ or ~user put in full; ``error_kind`` if there is no such user."""
    try:
        return Path(path).expanduser()
    except RuntimeError as reason:
        raise error_kind("Can't find the home folder in {path}; give the full path.", path=path) from reason


def exists(path: Path, error_kind: type[UserError] = SourceError) -> bool:
    """Whether something stands under this name; ``error_kind`` where even asking fails (a path too long, no permission)."""
    try:
        return path.exists()
    except (OSError, ValueError) as reason:
        raise cant_read(path, reason, error_kind) from reason


def cant_read(path: Path, reason: object, error_kind: type[UserError] = SourceError) -> UserError:
    """The error for a file that can't be read."""
    return error_kind("Can't read {file}: {reason}.", file=path, reason=getattr(reason, "strerror", None) or reason)


def cant_write(path: Path, reason: object) -> ExportError:
    """The error for a file that can't be written."""
    return ExportError("Can't write {file}: {reason}.", file=path, reason=getattr(reason, "strerror", None) or reason)


def means_a_file(folder: Path) -> bool:
    """Whether a folder that results are to go into is a file, or called like one and not there."""
    return folder.is_file() or (folder.suffix.lower() in FILE_ENDINGS and not folder.is_dir())
