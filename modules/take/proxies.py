"""Small copies of a recording's frames beside its take: every one a picture by itself, read in a few milliseconds.

JPEG (every frame a key frame) in a SQLite file. Losing it loses nothing but time, so its failures are logged, not raised.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from pathlib import Path

import cv2
import numpy as np

from modules.core.protocols import FrameSource
from modules.core.types import FrameSet

log = logging.getLogger(__name__)

#: The longest side of a copy, about, px; and JPEG's quality, at which the eye sees no blocks in a moving picture.
LONGEST_PX, QUALITY = 640, 85
#: JPEG is read at half the size, in a third of the time, where that has this share of the px that are needed: copies are seen
#: while frames follow one another, and the whole picture takes their place when they don't.
ENOUGH = 0.75
#: Frames whose copies may wait for the disk; beyond them copies are left out.
WAITING = 32
#: "SP3P".
APPLICATION_ID = 0x53503350
SCHEMA = """
CREATE TABLE about (cameras INTEGER NOT NULL, shrunk INTEGER NOT NULL);
CREATE TABLE frames (frame INTEGER PRIMARY KEY, time_s REAL, bytes INTEGER NOT NULL);
CREATE TABLE pictures (frame INTEGER, view INTEGER, jpeg BLOB NOT NULL, PRIMARY KEY (frame, view));
"""


def shrink_by(sizes_px: tuple[tuple[int, int], ...]) -> int:
    """Whole number by which frames of these sizes are made smaller. Whole: then each px is a plain mean, and quick."""
    longest = max((max(size) for size in sizes_px), default=1)
    return max(1, round(longest / LONGEST_PX))


def shrunk(image: np.ndarray, by: int) -> np.ndarray:
    """uint8 [H // by, W // by, 3]: by times smaller; what is left over at the right and lower edge is left out.

    By halves (means of 2 × 2 px) as long as that goes, the rest by interpolation: a third of the time of means of 3 × 3 px.
    """
    height, width = image.shape[0] // by, image.shape[1] // by
    image = image[: height * by, : width * by]
    while image.shape[0] >= 2 * height and not (image.shape[0] % 2 or image.shape[1] % 2):
        image = cv2.resize(image, (image.shape[1] // 2, image.shape[0] // 2), interpolation=cv2.INTER_AREA)
    rest = cv2.INTER_LINEAR if image.shape[0] < 2 * height else cv2.INTER_AREA
    return image if image.shape[0] == height else cv2.resize(image, (width, height), interpolation=rest)


class Proxies:
    """Implements ``modules.core.protocols.Proxies``.

    Args:
        path: the file, made if it isn't there or is another recording's.
        source: gives sizes and cameras; it is not read.
        limit_mb: bytes on disk, MB; 0: nothing is kept.
    """

    def __init__(self, path: Path, source: FrameSource, limit_mb: float) -> None:
        self.path, self._limit = path, int(limit_mb * 1e6)
        self._cameras = tuple(source.cameras)
        self._by = shrink_by(source.info.sizes_px)
        self._longest_px = max((max(size) for size in source.info.sizes_px), default=0) // self._by
        self._lock = threading.Lock()
        self._there: set[int] = set()
        self._used = 0
        self._local = threading.local()
        #: A thread's connection, and what is held while it reads: whoever closes it waits.
        self._readers: list[tuple[threading.Lock, sqlite3.Connection]] = []
        self._queue: queue.Queue[tuple[int, float, list[bytes]] | None] = queue.Queue(WAITING)
        self._closed = self._limit <= 0 or not self._open()
        self._thread = threading.Thread(target=self._run, name="proxies", daemon=True)
        if not self._closed:
            self._thread.start()

    def frames(self) -> np.ndarray:
        """int64, rising: the frames whose copies can be had."""
        with self._lock:
            return np.array(sorted(self._there), np.int64)

    def put(self, frame: FrameSet) -> None:
        """Keeps a small copy of a frame, if there is room on the disk and in the queue."""
        with self._lock:
            if self._closed or frame.index in self._there or self._used >= self._limit or self._queue.full():
                return
            self._there.add(frame.index)
        pictures = [_jpeg(shrunk(image, self._by)) for image in frame.images]
        with self._lock:
            self._used += sum(map(len, pictures))
        self._queue.put((frame.index, frame.time_s, pictures))

    def get(self, index: int, least_px: int = 1 << 30) -> FrameSet | None:
        """The small copies of a frame, or None; at half their size where ``least_px`` on the longer side are enough."""
        with self._lock:
            if self._closed or index not in self._there:
                return None
        try:
            about, rows = self._read(index)
        except sqlite3.Error as error:
            if not self._closed:  # else its connection was closed meanwhile
                log.warning("Small copies can't be read: %s", error)
            return None
        if about is None or len(rows) != len(self._cameras):
            return None  # not on disk yet
        halve = self._longest_px // 2 >= ENOUGH * least_px
        how = cv2.IMREAD_REDUCED_COLOR_2 if halve else cv2.IMREAD_COLOR_RGB
        images = [cv2.imdecode(np.frombuffer(row[0], np.uint8), how) for row in rows]
        if any(image is None for image in images):
            return None
        if halve:  # OpenCV has no such reading in the order RGB
            images = [cv2.cvtColor(image, cv2.COLOR_BGR2RGB) for image in images]
        time_s = float("nan") if about[0] is None else about[0]
        return FrameSet(index, time_s, tuple(images), self._cameras, shrunk=self._by * (2 if halve else 1))

    def close(self) -> None:
        """Writes what waits and lets the file go; idempotent."""
        with self._lock:
            was_closed, self._closed = self._closed, True
        if not was_closed:
            self._queue.put(None)
            self._thread.join()
        with self._lock:
            readers, self._readers = self._readers, []
        for reading, connection in readers:  # with the last one the file's -wal and -shm go
            with reading:
                connection.close()

    def _read(self, index: int) -> tuple[tuple[float | None] | None, list[tuple[bytes]]]:
        """Time and JPEGs of a frame; sqlite3.Error."""
        reading, connection = self._reader()
        with reading:
            about = connection.execute("SELECT time_s FROM frames WHERE frame=?", (index,)).fetchone()
            rows = connection.execute("SELECT jpeg FROM pictures WHERE frame=? ORDER BY view", (index,)).fetchall()
        return about, rows

    def _reader(self) -> tuple[threading.Lock, sqlite3.Connection]:
        """The thread's own connection; sqlite3.Error after closing."""
        if getattr(self._local, "reader", None) is None:
            with self._lock:
                if self._closed:  # a connection that nobody closes any more would keep -wal and -shm on the disk
                    raise sqlite3.ProgrammingError("closed")
                made = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None)
                self._local.reader = (threading.Lock(), made)
                self._readers.append(self._local.reader)
        return self._local.reader

    def _open(self) -> bool:
        """Makes the file or reads which frames are in it; whether it can be used."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = self._connect()
            try:
                sizes = connection.execute("SELECT frame, bytes FROM frames").fetchall()
                self._there = {frame for frame, _ in sizes}
                self._used = sum(size for _, size in sizes)
            finally:
                connection.close()
        except (sqlite3.Error, OSError) as error:
            log.warning("Small copies of the frames can't be kept in %s: %s", self.path, error)
            return False
        return True

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        ours = (len(self._cameras), self._by)
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        known = connection.execute("SELECT cameras, shrunk FROM about").fetchone() if application == APPLICATION_ID else None
        if known != ours:
            if application or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                connection.close()
                self.path.unlink()
                return self._connect()
            connection.executescript(
                f"PRAGMA application_id={APPLICATION_ID}; PRAGMA journal_mode=WAL; BEGIN; {SCHEMA} COMMIT;"
            )
            connection.execute("INSERT INTO about VALUES (?, ?)", ours)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")  # a power cut may cost the copies, which are made again
        return connection

    def _run(self) -> None:
        try:
            connection = self._connect()
            ended = False
            while not ended:
                batch = [self._queue.get()]
                while not self._queue.empty():
                    batch.append(self._queue.get_nowait())
                ended = None in batch
                connection.execute("BEGIN")
                for index, time_s, pictures in (item for item in batch if item is not None):
                    rows = [(index, view, picture) for view, picture in enumerate(pictures)]
                    connection.executemany("INSERT OR REPLACE INTO pictures VALUES (?, ?, ?)", rows)
                    about = (index, time_s if np.isfinite(time_s) else None, sum(map(len, pictures)))
                    connection.execute("INSERT OR REPLACE INTO frames VALUES (?, ?, ?)", about)
                connection.execute("COMMIT")
            connection.close()
        except sqlite3.Error as error:
            log.warning("Small copies can't be written: %s", error)
            with self._lock:
                self._closed = True
            while not self._queue.empty():  # whoever waits to put goes on
                self._queue.get_nowait()


def _jpeg(image: np.ndarray) -> bytes:
    done, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    assert done
    return data.tobytes()
