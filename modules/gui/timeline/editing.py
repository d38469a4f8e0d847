"""Who is who put right by hand, with undo: every edit is a command on a ``QUndoStack`` and a row in the take."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QEvent, QObject, QSignalBlocker, QTimer, pyqtSignal
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QUndoCommand, QUndoStack, QWidget

from modules.core.edits import EditKind, Editor
from modules.core.errors import UserError

#: How often it is asked whether another window changed who is who, ms.
FOLLOW_MS = 3000


class _Command(QUndoCommand):
    """One edit: said when it is pushed or done again, taken back when undone.

    Args:
        say: says it and gives its number; None: it is in the take with this ``number``, and pushing it says nothing.
    """

    def __init__(self, editing: Editing, kind: EditKind, say: Callable[[], int] | None, number: int | None = None) -> None:
        super().__init__(editing.word(kind))
        self.kind = kind
        self._editing, self._say, self._number = editing, say, number

    def redo(self) -> None:
        if self._number is None and self._say is not None:
            self._do(self._say)
        else:
            self._do(lambda: self._editing.take_back(self._number, back=False))

    def undo(self) -> None:
        self._do(lambda: self._editing.take_back(self._number))

    def _do(self, what: Callable[[], int | None]) -> None:
        if self._editing.filling:
            return
        try:
            self._number = what() or self._number
        except UserError as error:
            self.setObsolete(True)
            self._editing.failed.emit(error)


class Editing(QObject):
    """Pushes edits; knows whether there is anything to edit.

    Attributes:
        stack: the edits that are in the take, whenever they were said.
        undo_action, redo_action: for menus and buttons.
    """

    changed = pyqtSignal()  # people are others now
    failed = pyqtSignal(object)  # UserError

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self.editor: Editor | None = None
        self.results: object = None
        self.filling = False  # commands that are pushed are in the take
        self.undo_action, self.redo_action = QAction(parent), QAction(parent)
        self.undo_action.setShortcut(QKeySequence("Ctrl+Z"))
        self.redo_action.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        for action in (self.undo_action, self.redo_action):
            parent.addAction(action)
        self.undo_action.triggered.connect(self.stack.undo)
        self.redo_action.triggered.connect(self.stack.redo)
        self.stack.indexChanged.connect(self._on_index)
        parent.installEventFilter(self)
        self._follow = QTimer(self)
        self._follow.setInterval(FOLLOW_MS)
        self._follow.timeout.connect(self.follow)
        self._show_possible()

    def set_results(self, results: object) -> None:
        """Other results are open: those of a take can be edited, saved poses can't."""
        self.results = results
        self.editor = results if isinstance(results, Editor) and results.writable else None
        self._fill()
        self._show_possible()
        self._follow.start() if self.possible else self._follow.stop()

    def follow(self) -> None:
        """Takes over what another window said of the people of the same take."""
        try:
            new = self.editor is not None and self.editor.follow_edits()
        except UserError as error:  # once: the same would be told again and again
            self._follow.stop()
            self.failed.emit(error)
            return
        if new:
            self._fill()
            self._on_index(self.stack.index())

    def stop(self) -> None:
        """The window closes."""
        self._follow.stop()

    @property
    def possible(self) -> bool:
        """Whether the people of what is open can be put right."""
        return self.editor is not None

    def swap(self, track_id: int, other: int, frame: int) -> None:
        """From the frame on the two are each other."""
        self._push(EditKind.SWAP, track_id, frame, other=other)

    def merge(self, track_id: int, other: int, frame: int) -> None:
        """The two are one person."""
        self._push(EditKind.MERGE, track_id, frame, other=other)

    def split(self, track_id: int, frame: int) -> None:
        """From the frame on this is somebody else."""
        self._push(EditKind.SPLIT, track_id, frame)

    def rename(self, track_id: int, name: str, frame: int) -> None:
        """This person is called so; "": the number again."""
        self._push(EditKind.RENAME, track_id, frame, name=name.strip())

    def delete(self, track_id: int, span: tuple[int, int]) -> None:
        """This person is not there from the first to the last of these frames."""
        self._push(EditKind.DELETE, track_id, span[0], span=span)

    def mark_as_nobody(self, track_id: int, frame: int) -> None:
        """This is not a person."""
        self._push(EditKind.NOT_A_PERSON, track_id, frame)

    def take_back(self, number: int, back: bool = True) -> None:
        """Unsays an edit that is in the take, or says it again; TakeError."""
        assert self.editor is not None
        self.editor.take_back(number, back)

    def word(self, kind: EditKind) -> str:
        """How an edit is called after "Undo"."""
        words = {
            EditKind.SWAP: self.tr("swap"),
            EditKind.MERGE: self.tr("merge"),
            EditKind.SPLIT: self.tr("split"),
            EditKind.RENAME: self.tr("rename"),
            EditKind.DELETE: self.tr("delete"),
            EditKind.NOT_A_PERSON: self.tr("not a person"),
        }
        return words[kind]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.LanguageChange:
            self._name_actions()
        return super().eventFilter(watched, event)

    def _fill(self) -> None:
        """The stack as if everything that is in the take had been done just now."""
        with QSignalBlocker(self.stack):
            self.stack.clear()
            if self.editor is None:
                return
            try:
                edits = self.editor.edits()
            except UserError as error:
                self.failed.emit(error)
                return
            self.filling = True
            for edit in edits:
                self.stack.push(_Command(self, edit.kind, None, edit.number))
            self.stack.setIndex(sum(not edit.taken_back for edit in edits))
            self.filling = False

    def _push(self, kind: EditKind, track_id: int, frame: int, **values: object) -> None:
        editor = self.editor
        if editor is not None:
            self.stack.push(_Command(self, kind, lambda: editor.edit(kind, track_id, frame, **values)))

    def _on_index(self, _index: int) -> None:
        self._show_possible()
        self.changed.emit()

    def _show_possible(self) -> None:
        self.undo_action.setEnabled(self.possible and self.stack.canUndo())
        self.redo_action.setEnabled(self.possible and self.stack.canRedo())
        self._name_actions()

    def _name_actions(self) -> None:
        undo, redo = self._word_at(self.stack.index() - 1), self._word_at(self.stack.index())
        self.undo_action.setText(self.tr("Undo {what}").format(what=undo) if undo else self.tr("Undo"))
        self.redo_action.setText(self.tr("Redo {what}").format(what=redo) if redo else self.tr("Redo"))

    def _word_at(self, place: int) -> str:
        """In the language of now; "" where there is no command."""
        command = self.stack.command(place)
        return self.word(command.kind) if isinstance(command, _Command) else ""
