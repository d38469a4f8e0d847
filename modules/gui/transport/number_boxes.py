"""Number boxes that take whatever is typed; what is no number changes nothing."""

from __future__ import annotations

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QValidator
from PyQt5.QtWidgets import QSpinBox, QWidget

#: Longer numbers are no frame or distance; Qt's are 32 bits wide.
MAX_DIGITS = 9


def digits_of(text: str) -> int | None:
    """The whole number that a text is, of at most MAX_DIGITS digits; None if it is none."""
    text = text.strip()
    return int(text[:MAX_DIGITS]) if text.isdecimal() else None


class FrameBox(QSpinBox):
    """A frame number; one beyond the recording becomes its last, and ``out_of_range`` tells what was typed."""

    out_of_range = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._typed: int | None = None
        self.setKeyboardTracking(False)
        self.setButtonSymbols(QSpinBox.NoButtons)
        self.setAlignment(Qt.AlignRight)
        self.lineEdit().textEdited.connect(self._note_typed)
        self.editingFinished.connect(self._tell)

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        ok = text == "" or (text.isdecimal() and len(text) <= MAX_DIGITS)
        state = QValidator.Invalid if not ok else QValidator.Acceptable if text else QValidator.Intermediate
        return state, text, at

    def valueFromText(self, text: str) -> int:
        number = digits_of(text)
        return self.value() if number is None else min(number, self.maximum())

    def _note_typed(self, text: str) -> None:
        self._typed = digits_of(text)

    def _tell(self) -> None:
        typed, self._typed = self._typed, None
        if typed is not None and typed > self.maximum():
            self.out_of_range.emit(typed)


class DistanceBox(QSpinBox):
    """A LoD distance, mm; the far end of its range means everyone, and so does 0 when it is typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._everyone, self._unit = "everyone", " mm"
        self.setKeyboardTracking(False)
        self.setAlignment(Qt.AlignRight)

    def set_words(self, everyone: str, unit: str) -> None:
        """The word for no limit, and what stands behind a number."""
        self._everyone, self._unit = everyone, unit
        self.lineEdit().setText(self.textFromValue(self.value()))

    def textFromValue(self, value: int) -> str:
        return self._everyone if value >= self.maximum() else f"{value}{self._unit}"

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        return (QValidator.Acceptable if text else QValidator.Intermediate), text, at

    def valueFromText(self, text: str) -> int:
        number = digits_of(text.removesuffix(self._unit.strip()))
        if text.strip() == self._everyone or number == 0:
            return self.maximum()
        return self.value() if number is None else min(number, self.maximum())
