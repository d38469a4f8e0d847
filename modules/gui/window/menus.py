"""Menus and keys of the window: every action in one place, its text set by ``retranslate``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt5.QtCore import QCoreApplication, QObject
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QActionGroup, QMainWindow, QMenu

from modules.core.own_world import LEVEL, RECORDING

from ..i18n import LANGUAGES
from ..panes.names import joint_names
from ..state import HEATMAP_ALL, HEATMAP_OFF, AppState


class Menus(QObject):
    """Builds the menu bar; ``slots`` maps an action's name to what it does."""

    def __init__(self, window: QMainWindow, state: AppState, slots: dict[str, Callable[..., object]]) -> None:
        super().__init__(window)
        self._window, self._state = window, state
        self.actions: dict[str, QAction] = {}
        for name, keys in KEYS_OF_ACTIONS.items():
            action = QAction(window)
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.triggered.connect(lambda _checked=False, slot=slots[name]: slot())
            window.addAction(action)  # a key works also while its menu is hidden
            self.actions[name] = action
        self.actions["about"].setMenuRole(QAction.AboutRole)
        self.actions["quit"].setMenuRole(QAction.QuitRole)
        self.actions["settings"].setMenuRole(QAction.PreferencesRole)
        bar = window.menuBar()
        self.file, self.edit, self.view, self.play, self.tools, self.language, self.help = (bar.addMenu("") for _ in range(7))
        self.recent, self.heatmap, self.camera, self.panes, self.world = (QMenu(window) for _ in range(5))
        self._fill(slots)
        state.room_changed.connect(self._on_room)
        state.heatmap_joint_changed.connect(self._check_heatmap)
        self.actions["compute_ahead"].setCheckable(True)
        self.actions["compute_ahead"].setChecked(state.computing_ahead)
        state.computing_ahead_changed.connect(self.actions["compute_ahead"].setChecked)
        self._on_room(state.room)

    def retranslate(self) -> None:
        """Sets every text in the language in force."""
        for name, text in action_texts().items():
            self.actions[name].setText(text)
        self.file.setTitle(self.tr("&File"))
        self.edit.setTitle(self.tr("&Edit"))
        self.view.setTitle(self.tr("&View"))
        self.play.setTitle(self.tr("&Playback"))
        self.tools.setTitle(self.tr("&Tools"))
        self.language.setTitle(self.tr("&Language"))
        self.help.setTitle(self.tr("&Help"))
        self.recent.setTitle(self.tr("Open &recent"))
        self.panes.setTitle(self.tr("&Panes"))
        self.camera.setTitle(self.tr("Look through &camera"))
        self.heatmap.setTitle(self.tr("&Heatmap over the views"))
        texts = [self.tr("Off"), self.tr("All joints"), *joint_names()]
        for action, text in zip(self._heatmaps.actions(), texts, strict=True):
            action.setText(text)
        self.world.setTitle(self.tr("Coor&dinates"))
        texts = [self.tr("The recording's own"), self.tr("Level: z up, floor at 0, origin under the space")]
        for action, text in zip(self._worlds.actions(), texts, strict=True):
            action.setText(text)

    def set_recent(self, paths: list[str], open_path: Callable[[str], object]) -> None:
        """Fills File → Open recent."""
        self.recent.clear()
        for path in paths:
            action = self.recent.addAction(f"{Path(path).name}   –   {path}")
            action.triggered.connect(lambda _checked=False, chosen=path: open_path(chosen))
        self.recent.addSeparator()
        self.recent.addAction(self.actions["clear_recent"])
        self.recent.setEnabled(bool(paths))

    def add_edits(self, undo: QAction, redo: QAction) -> None:
        """Puts the actions that take edits back, or do them again, into their menu."""
        self.edit.addActions([undo, redo])

    def set_language(self, code: str) -> None:
        """Checks the language in force."""
        for action in self._languages.actions():
            action.setChecked(action.data() == code)

    def set_world(self, coordinates: str) -> None:
        """Checks the coordinates in force."""
        for action in self._worlds.actions():
            action.setChecked(action.data() == coordinates)

    def _fill(self, slots: dict[str, Callable[..., object]]) -> None:
        self._add(self.file, "open", "open_results")
        self.file.addMenu(self.recent)
        self._add(self.file, None, "calibrate", None, "process_all", "export_motion", "save_view", "compare")
        self._add(self.file, None, "settings", None, "quit")
        self._add(self.view, "overview", "top", "view_back", "view_forward", "measure")
        self.view.addMenu(self.camera)
        self.view.addSeparator()
        self.view.addMenu(self.heatmap)
        self.view.addMenu(self.world)
        self.view.addSeparator()
        self.view.addMenu(self.panes)
        self._add(self.view, "reset_layout", "full_screen")
        self._add(self.play, "toggle", None, "back", "forward", "back10", "forward10", "first", "last", "go_to")
        self._add(self.play, None, "slower", "faster", None, "loop", "loop_from", "loop_to", "loop_all", None)
        self._add(self.play, "lod_less", "lod_more", "lod_everyone", None, "next_person", "previous_person", "deselect")
        self._add(self.play, None, "compute_ahead")
        self._add(self.tools, "rig_check", "mend")
        self._add(self.help, "shortcuts", "about")
        self._languages, self._heatmaps, self._worlds = (QActionGroup(self) for _ in range(3))
        for code, name in LANGUAGES.items():
            action = self._languages.addAction(self.language.addAction(name))
            action.setCheckable(True)
            action.setData(code)
            action.triggered.connect(lambda _checked=False, chosen=code: slots["language"](chosen))
        for joint in (HEATMAP_OFF, HEATMAP_ALL, *range(len(joint_names()))):
            action = self._heatmaps.addAction(self.heatmap.addAction(""))
            action.setCheckable(True)
            action.setData(joint)
            action.triggered.connect(lambda _checked=False, chosen=joint: self._state.set_heatmap_joint(chosen))
        for coordinates in (RECORDING, LEVEL):
            action = self._worlds.addAction(self.world.addAction(""))
            action.setCheckable(True)
            action.setData(coordinates)
            action.triggered.connect(lambda _checked=False, chosen=coordinates: slots["world"](chosen))
        self.heatmap.insertSeparator(self._heatmaps.actions()[2])
        self._check_heatmap(self._state.heatmap_joint)
        self._look_through = slots["look_through"]

    def _add(self, menu: QMenu, *names: str | None) -> None:
        for name in names:
            if name is None:
                menu.addSeparator()
            else:
                menu.addAction(self.actions[name])

    def _check_heatmap(self, joint: int) -> None:
        for action in self._heatmaps.actions():
            action.setChecked(action.data() == joint)

    def _on_room(self, room: object) -> None:
        self.camera.clear()
        for index, camera in enumerate(room.cameras if room is not None else ()):
            action = self.camera.addAction(camera.name)
            action.triggered.connect(lambda _checked=False, chosen=index: self._look_through(chosen))
        self.camera.setEnabled(room is not None)
        for name in NEED_RECORDING:
            self.actions[name].setEnabled(room is not None)


KEYS_OF_ACTIONS: dict[str, tuple[str, ...]] = {
    "open": ("Ctrl+O",),
    "open_results": ("Ctrl+Shift+O",),
    "clear_recent": (),
    "calibrate": (),
    "process_all": ("Ctrl+P",),
    "export_motion": ("Ctrl+E",),
    "save_view": ("Ctrl+Shift+S",),
    "compare": ("Ctrl+Shift+C",),
    "settings": ("Ctrl+,",),
    "quit": ("Ctrl+Q",),
    "overview": ("1",),
    "top": ("2",),
    "view_back": ("Alt+Left",),
    "view_forward": ("Alt+Right",),
    "measure": ("M",),
    "reset_layout": (),
    "full_screen": ("F11",),
    "toggle": ("Space",),
    "back": ("Left",),
    "forward": ("Right",),
    "back10": ("Shift+Left",),
    "forward10": ("Shift+Right",),
    "first": ("Home",),
    "last": ("End",),
    "go_to": ("Ctrl+G",),
    "slower": ("-",),
    "faster": ("+", "="),
    "loop": ("L",),
    "loop_from": ("I",),
    "loop_to": ("O",),
    "loop_all": ("Shift+L",),
    "compute_ahead": ("B",),
    "next_person": ("N",),
    "previous_person": ("Shift+N",),
    "lod_less": ("[",),
    "lod_more": ("]",),
    "lod_everyone": ("0",),
    "deselect": ("Esc",),
    "rig_check": (),
    "mend": (),
    "shortcuts": ("F1",),
    "about": (),
}
NEED_RECORDING = (
    "process_all", "export_motion", "save_view", "compare", "toggle", "back", "forward", "back10", "forward10", "first", "last",
    "go_to", "overview", "top", "view_back", "view_forward", "measure",
    "lod_less", "lod_more", "lod_everyone", "loop_from", "loop_to", "loop_all", "next_person", "previous_person",
    "mend",
)  # fmt: skip


def action_texts() -> dict[str, str]:
    """Action name → text in the language in force."""
    translate = QCoreApplication.translate
    return {
        "open": translate("Menus", "&Open recording…"),
        "open_results": translate("Menus", "Open saved res&ults…"),
        "clear_recent": translate("Menus", "Clear this list"),
        "calibrate": translate("Menus", "&Calibrate videos…"),
        "process_all": translate("Menus", "&Process all…"),
        "export_motion": translate("Menus", "&Export motion…"),
        "save_view": translate("Menus", "Save picture or &film…"),
        "compare": translate("Menus", "Compare &with…"),
        "settings": translate("Menus", "&Settings…"),
        "quit": translate("Menus", "&Quit"),
        "overview": translate("Menus", "3D: &overview"),
        "top": translate("Menus", "3D: from &top"),
        "view_back": translate("Menus", "3D: view &before"),
        "view_forward": translate("Menus", "3D: view &after"),
        "measure": translate("Menus", "3D: &measure"),
        "reset_layout": translate("Menus", "&Reset layout"),
        "full_screen": translate("Menus", "&Full screen"),
        "toggle": translate("Menus", "Play or pause"),
        "back": translate("Menus", "One frame back"),
        "forward": translate("Menus", "One frame on"),
        "back10": translate("Menus", "10 frames back"),
        "forward10": translate("Menus", "10 frames on"),
        "first": translate("Menus", "First frame"),
        "last": translate("Menus", "Last frame"),
        "go_to": translate("Menus", "Go to frame…"),
        "slower": translate("Menus", "Slower"),
        "faster": translate("Menus", "Faster"),
        "loop": translate("Menus", "Loop on or off"),
        "loop_from": translate("Menus", "Loop from this frame"),
        "loop_to": translate("Menus", "Loop to this frame"),
        "loop_all": translate("Menus", "Loop over the whole recording"),
        "compute_ahead": translate("Menus", "Compute ahead"),
        "next_person": translate("Menus", "Next person"),
        "previous_person": translate("Menus", "Previous person"),
        "lod_less": translate("Menus", "Shorter LoD distance"),
        "lod_more": translate("Menus", "Longer LoD distance"),
        "lod_everyone": translate("Menus", "Everyone in full detail"),
        "deselect": translate("Menus", "Choose nobody"),
        "rig_check": translate("Menus", "&Rig check…"),
        "mend": translate("Menus", "&Mend the calibration…"),
        "shortcuts": translate("Menus", "&Keyboard shortcuts"),
        "about": translate("Menus", "&About"),
    }
