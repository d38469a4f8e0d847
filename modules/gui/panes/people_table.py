"""The people of the frame as rows: who, in what detail, how far, how sure, where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt5.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QRectF,
    QSortFilterProxyModel,
    Qt,
    pyqtSignal,
)
from PyQt5.QtGui import (
    QColor,
    QContextMenuEvent,
    QIcon,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PyQt5.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QVBoxLayout, QWidget

from modules.core.own_world import points_back, shown_world
from modules.core.palette import person_color
from modules.core.types import Lod, Person
from modules.core.world import World

from .. import theme
from ..state import AppState
from .base import Pane
from .clipboard import copy_text
from .names import person_name

PERSON, DETAIL, DISTANCE, CONFIDENCE, X, Y, Z = range(7)
#: Beside the text of a cell, px.
CHIP_WIDTH, CELL_PADDING, LEAST_PADDING = 24, 12, 7
#: Longer names are cut.
MOST_LETTERS = 16
#: What rows are sorted by.
SortRole = Qt.UserRole


class PeopleModel(QAbstractTableModel):
    """One row per person. Rows stay the same while the same people are there, so that selection and scrolling stay too."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._people: tuple[Person, ...] = ()
        self._origin_xy_mm = (0.0, 0.0)
        #: From the calibration's own coordinates, which are shown, to those of the people; None: they are the same.
        self.world: World | None = None
        self.names: Mapping[int, str] = {}
        self._chips: dict[int, QIcon] = {}

    def set_people(self, people: tuple[Person, ...], origin_xy_mm: tuple[float, float]) -> None:
        """Another frame's people; distances are measured from the LoD origin."""
        same = [p.track_id for p in people] == [p.track_id for p in self._people]
        if not same:
            self.beginResetModel()
        self._people, self._origin_xy_mm = people, origin_xy_mm
        if not same:
            self.endResetModel()
        elif people:
            self.dataChanged.emit(self.index(0, 0), self.index(len(people) - 1, Z))

    def row_of(self, track_id: int | None) -> int | None:
        """Row of a person, or None."""
        return next((row for row, person in enumerate(self._people) if person.track_id == track_id), None)

    def person(self, row: int) -> Person:
        """The person of a row."""
        return self._people[row]

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._people)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else Z + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.DisplayRole) -> object:
        if orientation != Qt.Horizontal:
            return None
        if role == Qt.TextAlignmentRole:
            return int(Qt.AlignVCenter | (Qt.AlignLeft if section <= DETAIL else Qt.AlignRight))
        if role == Qt.ToolTipRole:
            return self._tips()[section]
        return self.titles()[section] if role == Qt.DisplayRole else None

    def data(self, index: QModelIndex, role: int = Qt.DisplayRole) -> object:
        person, column = self._people[index.row()], index.column()
        if role == SortRole:
            return self._value(person, column)
        if role == Qt.DisplayRole:
            return self._text(person, column)
        if role == Qt.ToolTipRole and column == PERSON:
            return person_name(person.track_id, self.names)
        if role == Qt.DecorationRole and column == PERSON:
            return self._chip(person.track_id)
        if role == Qt.TextAlignmentRole:
            return int(Qt.AlignVCenter | (Qt.AlignLeft if column <= DETAIL else Qt.AlignRight))
        if role == Qt.ForegroundRole and person.lod is Lod.ROOT_ONLY:
            return QColor(theme.TEXT_DIM)
        return None

    def widest(self) -> tuple[str, ...]:
        """Per column, the longest text to expect."""
        detail = max(self.tr("Full"), self.tr("Root only"), key=len)
        names = [person_name(88, {}), *map(self._called, self.names)]
        return (max(names, key=len), detail, "88.88 m", "8.88", "-8888", "-8888", "-8888")

    def retranslate(self) -> None:
        """Titles and words anew."""
        self.headerDataChanged.emit(Qt.Horizontal, 0, Z)

    def titles(self) -> tuple[str, ...]:
        """Titles of the columns."""
        return (
            self.tr("Person"), self.tr("Detail"), self.tr("Distance"), self.tr("Confidence"),
            self.tr("x mm"), self.tr("y mm"), self.tr("z mm"),
        )  # fmt: skip

    def as_tsv(self, rows: Sequence[int] | None = None) -> str:
        """Titles and rows (all without any named), columns separated by tabs: what a spreadsheet takes; numbers plain."""
        chosen = range(len(self._people)) if rows is None else rows
        lines = [self.titles(), *(tuple(self._plain(self._people[row], c) for c in range(Z + 1)) for row in chosen)]
        return "".join("\t".join(line) + "\n" for line in lines)

    def _plain(self, person: Person, column: int) -> str:
        if column == PERSON:
            return str(person.track_id)
        return f"{self._value(person, column) / 1000:.3f}" if column == DISTANCE else self._text(person, column)

    def _tips(self) -> tuple[str, ...]:
        root = self.tr("Position of the root (mid hip) in the world, z upwards")
        return (
            self.tr("Number that stays with a person from frame to frame"),
            self.tr("Full: all joints; root only: beyond the LoD distance"),
            self.tr("Distance of the root from the LoD origin on the floor"),
            self.tr("The root net's score, 0 to 1"),
            root, root, root,
        )  # fmt: skip

    def _value(self, person: Person, column: int) -> float:
        if column == PERSON:
            return person.track_id
        if column == DETAIL:
            return 0 if person.lod is Lod.FULL else 1
        if column == DISTANCE:
            return person.distance_mm(self._origin_xy_mm)
        return person.confidence if column == CONFIDENCE else float(points_back(person.root_world_mm, self.world)[column - X])

    def _text(self, person: Person, column: int) -> str:
        if column == PERSON:
            return self._called(person.track_id)
        if column == DETAIL:
            return self.tr("Full") if person.lod is Lod.FULL else self.tr("Root only")
        value = self._value(person, column)
        if column == DISTANCE:
            return f"{value / 1000:.2f} m"
        return f"{value:.2f}" if column == CONFIDENCE else str(round(value))

    def _called(self, track_id: int) -> str:
        """The number stays with a name: files and the views' tags have it."""
        name = person_name(track_id, self.names)
        if track_id not in self.names:
            return name
        return f"{name if len(name) <= MOST_LETTERS else name[: MOST_LETTERS - 1] + '…'} ({track_id})"

    def _chip(self, track_id: int) -> QIcon:
        """A round chip in the person's colour, the same when the row is chosen."""
        if track_id not in self._chips:
            pixmap = QPixmap(28, 28)
            pixmap.fill(Qt.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.Antialiasing)
            painter.setPen(Qt.NoPen)
            painter.setBrush(QColor(*person_color(track_id)))
            painter.drawEllipse(QRectF(4, 4, 20, 20))
            painter.end()
            icon = QIcon(pixmap)
            icon.addPixmap(pixmap, QIcon.Selected)
            self._chips[track_id] = icon
        return self._chips[track_id]


class PeopleTable(QTableView):
    """A table that says a sentence where it has no rows."""

    nobody_chosen = pyqtSignal()
    hint = ""
    _needed: tuple[int, ...] = ()
    _least: tuple[int, ...] = ()

    def measure_columns(self) -> None:
        """Columns as wide as their titles and the longest values; room that is left over is shared out."""
        self.ensurePolished()  # the style sheet sets the font
        width, model = self.fontMetrics().horizontalAdvance, self.model().sourceModel()
        values = [width(text) + (CHIP_WIDTH if column == PERSON else 0) for column, text in enumerate(model.widest())]
        titles = [width(title) for title in model.titles()]
        self._needed = tuple(max(pair) + CELL_PADDING for pair in zip(titles, values, strict=True))
        self._least = tuple(value + LEAST_PADDING for value in values)
        self._share_width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.ShortcutOverride and event.matches(QKeySequence.Copy):
            event.accept()  # ours, whatever else has the key
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.Copy):
            self.copy()
        elif event.key() in (Qt.Key_Up, Qt.Key_Down) and not self.currentIndex().isValid() and self.model().rowCount():
            self.selectRow(0 if event.key() == Qt.Key_Down else self.model().rowCount() - 1)
        else:
            super().keyPressEvent(event)

    def copy(self, everyone: bool = False) -> None:
        """The chosen row, or all rows where none is chosen, to the clipboard."""
        rows = [self.model().mapToSource(index).row() for index in self.selectionModel().selectedRows()]
        in_order = [self.model().mapToSource(self.model().index(row, PERSON)).row() for row in range(self.model().rowCount())]
        copy_text(self.model().sourceModel().as_tsv(in_order if everyone or not rows else rows))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.addAction(self.tr("Copy row\tCtrl+C"), self.copy).setEnabled(bool(self.selectionModel().selectedRows()))
        menu.addAction(self.tr("Copy all rows"), lambda: self.copy(everyone=True)).setEnabled(self.model().rowCount() > 0)
        menu.addSeparator()
        menu.addAction(self.tr("Choose nobody"), self.nobody_chosen.emit)
        menu.popup(event.globalPos())

    def _share_width(self) -> None:
        """Where there is no room for the titles they are cut (their tips say all); values never are, rather it scrolls."""
        room, wide, least = self.viewport().width(), sum(self._needed), sum(self._least)
        if wide <= room:
            widths = [width + (room - wide) // len(self._needed) for width in self._needed]
        else:
            share = max(0.0, (room - least) / max(1, wide - least))
            widths = [int(low + share * (high - low)) for low, high in zip(self._least, self._needed, strict=True)]
        for column, width in enumerate(widths):
            self.horizontalHeader().resizeSection(column, width)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.model().rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(theme.TEXT_DIM))
            area = self.viewport().rect().adjusted(20, 8, -20, -8)
            painter.drawText(area, Qt.AlignCenter | Qt.TextWordWrap, self.hint)


class PeopleTablePane(Pane):
    """A click on a row chooses the person; the chosen person's row is lit as long as they are in the frame."""

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.model = PeopleModel(self)
        self.sorted = QSortFilterProxyModel(self)
        self.sorted.setSourceModel(self.model)
        self.sorted.setSortRole(SortRole)
        self.table = PeopleTable(self)
        self.table.setModel(self.sorted)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(PERSON, Qt.AscendingOrder)
        self.table.setSelectionBehavior(QAbstractItemView.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.NoEditTriggers)
        self.table.setTabKeyNavigation(False)  # Tab goes on to the next pane; up and down choose a person
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(26)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.Fixed)
        header.setMinimumSectionSize(20)
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.ElideRight)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        self.table.selectionModel().selectionChanged.connect(self._row_chosen)
        self.table.nobody_chosen.connect(lambda: state.set_selection(None))
        state.selection_changed.connect(self._light_row)
        state.names_changed.connect(self._on_names)
        self.table.measure_columns()

    def _on_names(self, names: Mapping[int, str]) -> None:
        self.model.names = names
        self.table.measure_columns()

    def refresh(self) -> None:
        origin = (0.0, 0.0) if self.result is None else self.result.lod_origin_xy_mm
        waiting, nobody = self.tr("The people of the frame appear here."), self.tr("Nobody was found in this frame.")
        self.table.hint = waiting if self.result is None else nobody
        room = self.state.room
        self.model.world = None if room is None else shown_world(room.info.world, room.coordinates, room.space_center_mm[:2])
        self.model.set_people(() if self.result is None else self.result.persons, origin)
        self._light_row()
        self.table.viewport().update()

    def retranslate(self) -> None:
        self.model.retranslate()
        self.table.measure_columns()

    def _light_row(self, _: object = None) -> None:
        if not self.isVisible():
            self._stale = True
            return
        row, chosen = self.model.row_of(self.state.selection), self.table.selectionModel()
        if row is None:
            chosen.clear()
        else:
            index = self.sorted.mapFromSource(self.model.index(row, PERSON))
            chosen.setCurrentIndex(index, QItemSelectionModel.ClearAndSelect | QItemSelectionModel.Rows)
            self.table.scrollTo(index)

    def _row_chosen(self, *_: object) -> None:
        rows = self.table.selectionModel().selectedRows()
        if rows:  # none: the row went with its person, which is no choice
            self.state.set_selection(self.model.person(self.sorted.mapToSource(rows[0]).row()).track_id)
