"""Who is who put right by hand, with undo: every edit is a command on a ``QUndoStack`` and a row in the take."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QObject, QSignalBlocker, pyqtSignal
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QUndoCommand, QUndoStack, QWidget

from modules.core.edits import EditKind, Editor
from modules.core.errors import UserError


class _Command(QUndoCommand):
    """One edit: said when it is pushed or done again, taken back when undone."""

    def __init__(self, editing: Editing, text: str, kind: EditKind, track_id: int, frame: int, **values: object) -> None:
        super().__init__(text)
        self._editing, self._said = editing, (kind, track_id, frame, values)
        self._number: int | None = None

    def redo(self) -> None:
        editor = self._editing.editor
        assert editor is not None
        try:
            if self._number is None:
                kind, track_id, frame, values = self._said
                self._number = editor.edit(kind, track_id, frame, **values)
            else:
                editor.take_back(self._number, back=False)
        except UserError as error:
            self.setObsolete(True)
            self._editing.failed.emit(error)

    def undo(self) -> None:
        editor = self._editing.editor
        assert editor is not None
        assert self._number is not None
        try:
            editor.take_back(self._number)
        except UserError as error:
            self.setObsolete(True)
            self._editing.failed.emit(error)


class Editing(QObject):
    """Pushes edits; knows whether there is anything to edit.

    Attributes:
        stack: what was done in this window; another recording empties it, the edits stay in the take.
        undo_action, redo_action: for menus and buttons.
    """

    changed = pyqtSignal()  # people are others now
    failed = pyqtSignal(object)  # UserError

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self.editor: Editor | None = None
        self.results: object = None
        self.undo_action, self.redo_action = QAction(parent), QAction(parent)
        self.undo_action.setShortcut(QKeySequence("Ctrl+Z"))
        self.redo_action.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        for action in (self.undo_action, self.redo_action):
            parent.addAction(action)
        self.undo_action.triggered.connect(self.stack.undo)
        self.redo_action.triggered.connect(self.stack.redo)
        self.stack.indexChanged.connect(self._on_index)
        parent.installEventFilter(self)
        self._show_possible()

    def set_results(self, results: object) -> None:
        """Other results are open: those of a take can be edited, saved poses can't."""
        self.results = results
        self.editor = results if isinstance(results, Editor) and results.writable else None
        with QSignalBlocker(self.stack):
            self.stack.clear()
        self._show_possible()

    @property
    def possible(self) -> bool:
        """Whether the people of what is open can be put right."""
        return self.editor is not None

    def swap(self, track_id: int, other: int, frame: int) -> None:
        """From the frame on the two are each other."""
        self._push(self.tr("swap"), EditKind.SWAP, track_id, frame, other=other)

    def merge(self, track_id: int, other: int, frame: int) -> None:
        """The two are one person."""
        self._push(self.tr("merge"), EditKind.MERGE, track_id, frame, other=other)

    def split(self, track_id: int, frame: int) -> None:
        """From the frame on this is somebody else."""
        self._push(self.tr("split"), EditKind.SPLIT, track_id, frame)

    def rename(self, track_id: int, name: str, frame: int) -> None:
        """This person is called so; "": the number again."""
        self._push(self.tr("rename"), EditKind.RENAME, track_id, frame, name=name.strip())

    def delete(self, track_id: int, span: tuple[int, int]) -> None:
        """This person is not there from the first to the last of these frames."""
        self._push(self.tr("delete"), EditKind.DELETE, track_id, span[0], span=span)

    def mark_as_nobody(self, track_id: int, frame: int) -> None:
        """This is not a person."""
        self._push(self.tr("not a person"), EditKind.NOT_A_PERSON, track_id, frame)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.LanguageChange:
            self._name_actions()
        return super().eventFilter(watched, event)

    def _push(self, text: str, kind: EditKind, track_id: int, frame: int, **values: object) -> None:
        if self.editor is not None:
            self.stack.push(_Command(self, text, kind, track_id, frame, **values))

    def _on_index(self, _index: int) -> None:
        self._show_possible()
        self.changed.emit()

    def _show_possible(self) -> None:
        self.undo_action.setEnabled(self.possible and self.stack.canUndo())
        self.redo_action.setEnabled(self.possible and self.stack.canRedo())
        self._name_actions()

    def _name_actions(self) -> None:
        undo, redo = self.stack.undoText(), self.stack.redoText()
        self.undo_action.setText(self.tr("Undo {what}").format(what=undo) if undo else self.tr("Undo"))
        self.redo_action.setText(self.tr("Redo {what}").format(what=redo) if redo else self.tr("Redo"))
