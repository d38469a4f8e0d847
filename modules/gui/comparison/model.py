"""What is compared with: read once, compared anew in the background whenever the people are others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal

from modules.core.comparison import Comparison
from modules.core.errors import UserError
from modules.core.trajectory import TrajectorySet

from ..motion.model import MotionModel
from ..motion.parts import MotionParts


class ComparisonModel(QObject):
    """A reference, and how far the people are from it.

    Args:
        motion: whose smoothed trajectories are compared. parts: the functions in force.
    """

    changed = pyqtSignal()
    failed = pyqtSignal(object)  # UserError
    _done = pyqtSignal(int, int, object, object)  # which opening and asking, reference, comparison or error

    def __init__(self, motion: MotionModel, parts: Callable[[], MotionParts], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._motion, self._parts = motion, parts
        self.reference: TrajectorySet | None = None
        self.comparison: Comparison | None = None
        self.shift_s, self.move = 0.0, False
        self._opened = self._asked = 0
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="comparison")
        self._done.connect(self._on_done)
        motion.changed.connect(self.refresh)

    def open(self, paths: Sequence[Path]) -> None:
        """Reads files and compares with them; what was open stays if they can't be read."""
        self._opened += 1
        self._ask(list(paths))

    def close(self) -> None:
        """Compares with nothing any more."""
        self._opened += 1
        self.reference = self.comparison = None
        self.shift_s, self.move = 0.0, False
        self.changed.emit()

    def place(self, shift_s: float, move: bool) -> None:
        """The reference so many seconds later; moved onto the people as a whole, or where it is."""
        if (shift_s, move) != (self.shift_s, self.move):
            self.shift_s, self.move = shift_s, move
            self.refresh()

    def refresh(self) -> None:
        """Compares anew."""
        if self.reference is not None:
            self._ask(None)

    def stop(self) -> None:
        """Nothing more is compared."""
        self._opened += 1
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _ask(self, paths: list[Path] | None) -> None:
        self._asked += 1
        asked = (self._motion.smooth, self.reference, self.shift_s, self.move)
        self._pool.submit(self._work, self._opened, self._asked, self._parts(), paths, *asked)

    def _work(
        self, opened: int, asked: int, parts: MotionParts, paths: list[Path] | None, motion: TrajectorySet | None,
        reference: TrajectorySet | None, shift_s: float, move: bool,
    ) -> None:  # fmt: skip
        try:
            if asked != self._asked and paths is None:
                return  # one more was asked meanwhile
            found = reference if paths is None else parts.read_reference(paths)
            comparison = None if motion is None or found is None else parts.compare(motion, found, shift_s, move)
            self._done.emit(opened, asked, found, comparison)
        except Exception as error:  # noqa: BLE001 - handed to the GUI thread, which tells it
            self._done.emit(opened, asked, None, error)

    def _on_done(self, opened: int, asked: int, reference: TrajectorySet | None, outcome: object) -> None:
        if opened != self._opened:
            return  # something else was opened meanwhile, or nothing
        if isinstance(outcome, UserError):
            self.failed.emit(outcome)
        elif isinstance(outcome, Exception):
            raise outcome
        elif asked == self._asked:
            self.reference, self.comparison = reference, outcome
            self.changed.emit()
        elif reference is not self.reference:
            self.reference = reference  # the people changed while it was read
            self.refresh()
