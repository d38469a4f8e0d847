"""Plays File → Calibrate as a new user does it, from three videos without any file to poses on the screen, and counts clicks.

``xvfb-run -s "-screen 0 1280x720x24" .venv/bin/python -m modules.evaluation.window.wizard --out FOLDER [--language ko]``

Every click is a mouse click on what it names; the file dialog alone, which is the system's, is answered for it and counted as
its clicks. A picture of each step is written. The videos are the demo's first three, copied into an empty folder.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QFileDialog, QMenu, QMenuBar, QPushButton, QWidget

import poc_ui
from modules.core.types import Lod
from modules.evaluation.common.options import demo_root
from modules.evaluation.common.report import markdown_table
from modules.evaluation.window.shown import NO_DISPLAY, ShownWindow, shown_window
from modules.gui.wizard.dialog import CalibrateDialog

SIZE_PX, VIDEOS = (1280, 720), 3
#: In the system's file dialog: the first video, the last one with Shift, Open.
FILE_DIALOG_CLICKS = 3
#: Longest wait for a step, s.
STEP_S = 900.0


class Played:
    """The clicks so far, with a picture of what each led to."""

    def __init__(self, shown: ShownWindow, out: Path) -> None:
        self.shown, self.out = shown, out
        self.steps: list[tuple[str, int]] = []

    @property
    def clicks(self) -> int:
        return sum(clicks for _, clicks in self.steps)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """One click; ValueError where a person could not do it."""
        where = widget.rect().center() if at is None else at
        on_screen = self.shown.app.primaryScreen().geometry().contains(widget.mapToGlobal(where))
        if not (widget.isVisible() and widget.isEnabled() and on_screen):
            raise ValueError(f"{type(widget).__name__} can't be clicked")
        QTest.mouseClick(widget, Qt.LeftButton, Qt.NoModifier, where)

    def step(self, what: str, clicks: int, there: Callable[[], bool]) -> None:
        """Notes what was clicked, waits for what it leads to and keeps a picture of the screen; TimeoutError."""
        if not self.shown.wait(there, STEP_S):
            raise TimeoutError(f"{what}: nothing came of it within {STEP_S:.0f} s.")
        self.shown.run_for(0.5)
        self.steps.append((what, clicks))
        self.shown.app.primaryScreen().grabWindow(0).save(str(self.out / f"{len(self.steps)}.png"))


def play(shown: ShownWindow, videos: Sequence[Path], out: Path) -> Played:
    """From the open window to poses; TimeoutError, ValueError."""
    window, played = shown.window, Played(shown, out)
    menus = window.menus

    def dialog() -> CalibrateDialog:
        return next(found for found in window.findChildren(CalibrateDialog) if found.isVisible())

    bar, file = window.menuBar(), menus.file
    _open_menu(played, bar, file)
    played.step("menu File", 1, file.isVisible)
    played.click(file, file.actionGeometry(menus.actions["calibrate"]).center())
    played.step("Calibrate videos…", 1, lambda: any(d.isVisible() for d in window.findChildren(CalibrateDialog)))
    steps = dialog()
    answered, QFileDialog.getOpenFileNames = QFileDialog.getOpenFileNames, lambda *_: ([str(video) for video in videos], "")
    try:
        played.click(steps.choose)
    finally:
        QFileDialog.getOpenFileNames = answered
    played.step("Choose videos…, and in the file dialog", 1 + FILE_DIALOG_CLICKS, _settled(steps.go, steps))
    played.click(steps.go)
    played.step("Calibrate", 1, _settled(steps.keep, steps))
    played.click(steps.keep)
    folder = str(videos[0].parent)

    def poses() -> bool:
        opened, result = window.controller.opened, shown.result
        there = opened is not None and str(opened.request.path) == folder
        return there and result is not None and any(person.lod is Lod.FULL for person in result.persons)

    played.step("Save and open", 1, poses)
    return played


def _open_menu(played: Played, bar: QMenuBar, menu: QMenu) -> None:
    played.click(bar, bar.actionGeometry(menu.menuAction()).center())


def _settled(button: QPushButton, steps: CalibrateDialog) -> Callable[[], bool]:
    """That a button can be pressed; ValueError with the sentence where the dialog says why it can't."""

    def there() -> bool:
        if steps.problem.isVisible() and not button.isEnabled():
            raise ValueError(steps.problem.text())
        return button.isEnabled()

    return there


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0 if there were poses in the end."""
    parser = argparse.ArgumentParser(prog="python -m modules.evaluation.window.wizard", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("output") / "wizard", help="folder for the pictures")
    parser.add_argument("--language", choices=("en", "ko"), default="en")
    options = parser.parse_args(arguments)
    if poc_ui.display_problem() is not None:
        print(NO_DISPLAY, file=sys.stderr)
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as room, shown_window(options.language, SIZE_PX) as shown:
        source = sorted((demo_root() / "Demo_MultiPerson").rglob("*.mp4"))[:VIDEOS]
        videos = [Path(shutil.copy(path, Path(room) / path.name)) for path in source]
        try:
            played = play(shown, videos, options.out)
        except (TimeoutError, ValueError) as error:
            print(error, file=sys.stderr)
            return 1
    lines = [[str(n), what, clicks] for n, (what, clicks) in enumerate(played.steps, start=1)]
    print(markdown_table(("picture", "clicked", "clicks"), [*lines, ["", "all", played.clicks]]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
