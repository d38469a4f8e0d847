"""The curves as a pane: what to draw, of whom, the values at the playhead, and both as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PyQt5.QtCore import QEvent, QSignalBlocker, pyqtSignal
from PyQt5.QtGui import QResizeEvent, QShowEvent
from PyQt5.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from modules.core.errors import UserError
from modules.core.files import cant_write, open_new
from modules.core.palette import person_color
from modules.core.skeleton import JOINT_NAMES, LEFT_WRIST, LIMBS
from modules.core.trajectory import Trajectory

from .. import theme
from ..comparison.model import ComparisonModel
from ..motion.model import MotionModel
from ..motion.parts import Angles
from ..panes.names import joint_name, joint_names, person_name
from ..state import AppState
from .plots import Drawn, Plots
from .quantities import ALL_JOINTS, Given, Kind, Quantity, Series, series

#: More people than this are not drawn at once unless one is chosen.
MOST_PEOPLE = 8
#: Kinds of single joints, and those that have the mean over all joints too.
OF_JOINTS = (Kind.POSITION, Kind.SPEED, Kind.REPROJECTION, Kind.DISTANCE)
WITH_ALL = (Kind.REPROJECTION, Kind.DISTANCE)
#: The boxes are at least this wide, whatever they hold.
LEAST_BOX_PX = 44
#: The values' lines take no more height than this; the plots need it.
LEGEND_PX = 48
#: A pane that is narrower than this names people by their numbers alone.
NARROW_PX = 420


class CurvesPane(QWidget):
    """Curves of everybody, or of the chosen person.

    Args:
        model: whose trajectories are drawn. angles: the joint angles of positions. compared: the reference laid over.
    """

    failed = pyqtSignal(object)  # UserError

    def __init__(
        self,
        state: AppState,
        model: MotionModel,
        angles: Angles,
        compared: ComparisonModel | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._model, self._angles, self._compared = state, model, angles, compared
        self._stale = True
        self._filled: Kind | None = None
        self.kind, self.which, self.whom = QComboBox(self), QComboBox(self), QComboBox(self)
        self.values, self.empty = QLabel(self), QLabel(self)
        self.values.setStyleSheet(f"color: {theme.TEXT_DIM};")
        self.empty.setStyleSheet(f"color: {theme.TEXT_DIM};")
        self.save = QToolButton(self)
        self.save.setPopupMode(QToolButton.InstantPopup)
        self.save.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self._files = QMenu(self)
        self.save.setMenu(self._files)
        self.save_values, self.save_picture = self._files.addAction(""), self._files.addAction("")
        self.plots = Plots(self)
        for box in (self.kind, self.which, self.whom):
            box.setMinimumWidth(LEAST_BOX_PX)
            box.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Fixed)
            box.setFont(theme.font(theme.FONT_SMALL_PX))
        self.values.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Preferred)
        self.values.setWordWrap(True)
        self.values.setFont(theme.font(theme.FONT_SMALL_PX))
        self.values.setMaximumHeight(LEGEND_PX)
        self.plots.setMinimumSize(80, 60)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for parts in ((self.kind, self.which, self.whom, self.save), (self.values,)):
            row = QHBoxLayout()
            row.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, 0)
            row.setSpacing(theme.GAP)
            for part in parts:
                row.addWidget(part, 0 if isinstance(part, QToolButton) else 1)
            column.addLayout(row)
        column.addWidget(self.plots, 1)
        self.retranslate()
        self.kind.currentIndexChanged.connect(self._fill_which)
        for box in (self.which, self.whom):
            box.currentIndexChanged.connect(self.request_refresh)
        self.save_values.triggered.connect(self._ask_values)
        self.save_picture.triggered.connect(self._ask_picture)
        self.plots.frame_chosen.connect(state.set_frame_index)
        model.changed.connect(self.request_refresh)
        if compared is not None:
            compared.changed.connect(self.request_refresh)
        state.frame_index_changed.connect(self._follow)
        state.loop_range_changed.connect(self.plots.set_range)
        state.selection_changed.connect(self._on_selection)
        state.names_changed.connect(self.request_refresh)

    @property
    def quantity(self) -> Quantity:
        """What is drawn."""
        return Quantity(Kind(self.kind.currentData()), self.which.currentData())

    @property
    def people(self) -> tuple[Trajectory, ...]:
        """Whose curves are drawn."""
        if self._model.smooth is None:
            return ()
        everyone = self._model.smooth.people
        chosen = [person for person in everyone if person.track_id == self._state.selection]
        if self.whom.currentData() == "chosen" or (len(everyone) > MOST_PEOPLE and chosen):
            return tuple(chosen)
        return everyone[:MOST_PEOPLE]

    def show_quantity(self, quantity: Quantity) -> None:
        """Draws this, as if it had been chosen in the boxes."""
        self.kind.setCurrentIndex(self.kind.findData(quantity.kind.value))
        self.which.setCurrentIndex(self.which.findData(quantity.which))

    def request_refresh(self, *_: object) -> None:
        """Draws anew, now or when the pane is next seen."""
        self._stale = not self.isVisible()
        if not self._stale:
            self._draw()

    def write_values(self, path: Path) -> None:
        """The plotted values as CSV: frame, time_s, then a column per curve, smoothed and raw; ExportError."""
        smooth = self._model.smooth
        if smooth is None:
            return
        names, columns = ["frame", "time_s"], [smooth.frames, smooth.times_s]
        unit = {"m/s": "m_s", "°": "deg"}.get(self.quantity.unit, self.quantity.unit)
        for drawn in self._content():
            for what, curves in (("", drawn.smooth), ("raw_", drawn.raw)):
                for curve in curves:
                    part = f"{drawn.label}_" if len(self.quantity.parts) > 1 else ""
                    names.append(f"p{curve.track_id}_{self._column()}_{part}{what}{unit}")
                    columns.append(curve.values)
        try:
            with open_new(path) as file:
                text = [",".join(names)]
                for row in zip(*columns, strict=True):
                    text.append(",".join("" if not np.isfinite(value) else f"{value:.6g}" for value in row))
                file.write(("\n".join(text) + "\n").encode())
        except OSError as error:
            raise cant_write(path, error) from error

    def write_picture(self, path: Path) -> None:
        """The plots as PNG; ExportError."""
        if not self.plots.grab().save(str(path)):
            raise cant_write(path, self.tr("the picture can't be saved there"))

    def retranslate(self) -> None:
        """Sets all texts anew."""
        kinds = (
            (Kind.POSITION, self.tr("Position")), (Kind.SPEED, self.tr("Speed")),
            (Kind.BONE, self.tr("Bone length")), (Kind.ANGLE, self.tr("Joint angle")),
            (Kind.REPROJECTION, self.tr("Reprojection error")), (Kind.DISTANCE, self.tr("Distance to the reference")),
        )  # fmt: skip
        _fill(self.kind, [(text, kind.value) for kind, text in kinds])
        _fill(self.whom, [(self.tr("Everyone"), "everyone"), (self.tr("Chosen person"), "chosen")])
        self.save.setText("▾")
        self.save.setToolTip(self.tr("The plotted values as CSV, the plots as a picture"))
        self.save_values.setText(self.tr("Save the plotted values") + " (CSV)…")
        self.save_picture.setText(self.tr("Save the plots as a picture") + " (PNG)…")
        self.plots.setToolTip(self.tr("Thick: smoothed, with one standard deviation; thin: as measured. Click: go there."))
        self._fill_which()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.request_refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._follow(self._state.frame_index)  # how people are named depends on the room

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.LanguageChange:
            self.retranslate()
            self.request_refresh()

    def _fill_which(self, *_: object) -> None:
        kind = Kind(self.kind.currentData())
        if kind is Kind.BONE:
            entries = [(f"{joint_name(a)} – {joint_name(b)}", number) for number, (a, b) in enumerate(LIMBS)]
        elif kind is Kind.ANGLE:
            blank = np.full((1, len(joint_names()), 3), np.nan)
            entries = [(name.replace("_", " "), name) for name in self._angles(blank)]
        else:
            entries = [(name, number) for number, name in enumerate(joint_names())]
            if kind in WITH_ALL:
                entries.insert(0, (self.tr("all joints"), ALL_JOINTS))
        keep = kind is self._filled or (kind in OF_JOINTS and self._filled in OF_JOINTS)
        self._filled = kind
        _fill(self.which, entries, 0 if kind not in OF_JOINTS or kind in WITH_ALL else LEFT_WRIST, keep)
        self.request_refresh()

    def _content(self) -> list[Drawn]:
        smooth, raw, quantity = self._model.smooth, self._model.raw, self.quantity
        assert smooth is not None
        assert raw is not None
        chosen = {person.track_id for person in self.people}
        given, content = self._given(), []
        for part, label in enumerate(quantity.parts):
            curves = [
                [series(of, person, quantity, part, given) for person in of.people if person.track_id in chosen]
                for of in (smooth, raw)
            ]
            content.append(Drawn(label or self.which.currentText(), *curves))
        return content

    def _given(self) -> Given:
        room = self._state.room
        return Given(
            self._angles,
            None if self._compared is None else self._compared.comparison,
            () if room is None else room.cameras,
            self._model.seen_px,
        )

    def _draw(self) -> None:
        if self._model.smooth is None or self._model.raw is None:
            self.plots.empty()
            self.values.setText(self.tr("Curves appear here once frames are computed."))
            return
        self.drawn = self._content()
        self.plots.draw(self._model.smooth.frames, self.drawn, self.quantity.unit)
        self._follow(self._state.frame_index)

    def _follow(self, frame: int) -> None:
        """The cursor, and the values at it."""
        if not self.isVisible() or self._model.smooth is None or not self.plots.plots:
            return
        self.plots.set_frame(frame)
        frames = self._model.smooth.frames
        at = frame - int(frames[0]) if len(frames) else -1
        self.values.setText(self._text_at(at) if 0 <= at < len(frames) else "")

    def _text_at(self, at: int) -> str:
        """ "Person 1: 120, 340, 1500 mm" for everybody, in their colours; where there is little room "1: 120, 340, 1500"."""
        texts, narrow = [], self.width() < NARROW_PX
        for person in self.people:
            curves = [next(curve for curve in drawn.smooth if curve.track_id == person.track_id) for drawn in self.drawn]
            numbers = ", ".join(_number(curve, at, self.quantity.unit) for curve in curves)
            red, green, blue = person_color(person.track_id)
            known = self._state.names if not narrow else {person.track_id: str(person.track_id), **self._state.names}
            name = person_name(person.track_id, known)
            mark = f'<span style="color:rgb({red},{green},{blue})">■</span>'
            text = f"{name}: {numbers}" if narrow else f"{name}: {numbers} {self.quantity.unit}"
            texts.append(f"{mark}&nbsp;" + text.replace(" ", "&nbsp;"))
        return " &nbsp; ".join(texts)  # each person's stay together on a line

    def _on_selection(self, _track_id: int | None) -> None:
        if self.whom.currentData() == "chosen" or (self._model.smooth and len(self._model.smooth.people) > MOST_PEOPLE):
            self.request_refresh()

    def _column(self) -> str:
        quantity = self.quantity
        if quantity.kind is Kind.ANGLE:
            return str(quantity.which)
        if quantity.kind is Kind.BONE:
            a, b = LIMBS[quantity.which]
            return f"{JOINT_NAMES[a]}_{JOINT_NAMES[b]}"
        joint = "joints" if quantity.which == ALL_JOINTS else JOINT_NAMES[quantity.which]
        return joint + ("" if quantity.kind is Kind.POSITION else f"_{quantity.kind.value}")

    def _ask_values(self) -> None:
        self._save(self.tr("Save the plotted values"), "curves.csv", "CSV (*.csv)", self.write_values)

    def _ask_picture(self) -> None:
        self._save(self.tr("Save the plots as a picture"), "curves.png", "PNG (*.png)", self.write_picture)

    def _save(self, title: str, name: str, kinds: str, write) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, title, name, kinds)
        if not chosen:
            return
        path = Path(chosen)
        try:
            write(path if path.suffix else path.with_suffix(Path(name).suffix))
        except UserError as error:
            self.failed.emit(error)


def _number(curve: Series, at: int, unit: str) -> str:
    value = curve.values[at]
    return "–" if not np.isfinite(value) else f"{value:.2f}" if unit == "m/s" else f"{value:.0f}"


def _fill(box: QComboBox, entries: Sequence[tuple[str, object]], start: int = 0, keep: bool = True) -> None:
    """Other texts for a box; ``keep``: the same choice where it is still there."""
    before = box.currentData() if keep else None
    with QSignalBlocker(box):
        box.clear()
        for text, data in entries:
            box.addItem(text, data)
        found = box.findData(before) if before is not None else -1
        box.setCurrentIndex(found if found >= 0 else start)
