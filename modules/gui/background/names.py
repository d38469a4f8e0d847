"""How people are called: read beside the window, and told to the state."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from PyQt5.QtCore import QObject, pyqtSignal

from modules.core.edits import EditKind, Editor
from modules.core.errors import UserError
from modules.core.protocols import Results, TakeChange

from ..state import AppState


def names_of(results: Results) -> dict[int, str]:
    """Number → name, of those who were given one; TakeError.

    Who is who is not worked out where nobody was renamed: that may read a whole take.
    """
    if isinstance(results, Editor):
        renamed = (edit for edit in results.edits() if edit.kind is EditKind.RENAME and not edit.taken_back)
        if next(renamed, None) is None:
            return {}
    return {person.track_id: person.name for person in results.people() if person.name}


class NamesReader(QObject):
    """Keeps ``state.names`` those of what is open. One reading at a time; what changes meanwhile is read after it."""

    failed = pyqtSignal(object)  # UserError
    _read = pyqtSignal(object, object)  # results, names or the error

    def __init__(self, state: AppState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._results: Results | None = None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="names")
        self._running: Future[None] | None = None
        self._again = False
        self._read.connect(self._on_read)

    def set_results(self, results: Results) -> None:
        """Other results are open."""
        if results is not self._results:
            self._results = results
            self._state.set_names({})
            self._refresh()

    def on_change(self, change: TakeChange) -> None:
        """Names go along with numbers at once; what was edited is read."""
        names = self._state.names
        if change.renumbered:
            self._state.set_names({change.renumbered.get(number, number): name for number, name in names.items()})
        if change.frame_index is None or (change.renumbered and names):
            self._refresh()

    def stop(self) -> None:
        """Nothing more is read; a reading that runs ends by itself."""
        self._results = None
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _refresh(self) -> None:
        self._again = self._running is not None
        if self._results is not None and self._running is None:
            self._running = self._pool.submit(self._work, self._results)

    def _work(self, results: Results) -> None:
        try:
            self._read.emit(results, names_of(results))
        except Exception as error:  # noqa: BLE001 - handed to the GUI thread, which tells it
            self._read.emit(results, error)

    def _on_read(self, results: Results, found: Mapping[int, str] | Exception) -> None:
        self._running = None
        if self._again or results is not self._results:  # what was read holds no more
            self._refresh()
        elif isinstance(found, UserError):
            self.failed.emit(found)
        elif isinstance(found, Exception):
            raise found
        else:
            self._state.set_names(found)
