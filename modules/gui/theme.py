"""The look of the window: colours, fonts, spacing and the style sheet. Nowhere else."""

from __future__ import annotations

import pyqtgraph as pg
from PyQt5.QtGui import QColor, QFont, QPalette
from PyQt5.QtWidgets import QApplication

#: Grounds, from the deepest (behind pictures and 3D) to the highest (pressed buttons).
GROUND, WINDOW, PANEL, RAISED, PRESSED = "#101318", "#161a21", "#1b2029", "#262d39", "#323b4a"
#: Lines between and inside panes; grid lines of plots and of the floor.
BORDER, GRID = "#2b3340", "#39424f"
#: The x, y and z axis of the coordinates that positions are told in.
AXES = ("#e06c75", "#7fbf6a", "#6f9df0")
#: Text: for reading, for labels, for what can't be used now.
TEXT, TEXT_DIM, TEXT_OFF = "#e4e8ee", "#98a2b1", "#5b6675"
#: The one accent, for what is chosen or active, and a quiet shade of it for grounds.
ACCENT, ACCENT_QUIET = "#4ea1f3", "#23415f"
#: Frames that are computed, in the seek bar.
COMPUTED = "#3d7d6b"
#: Grounds and signs of messages.
ERROR, ERROR_GROUND = "#ff8a7a", "#44222a"
WARNING, WARNING_GROUND = "#f2c14e", "#41371d"
INFO, INFO_GROUND = "#7fc4ff", "#1c3247"
#: What is chosen, in every pane: the outline around a skeleton, a face, a row.
SELECTED = "#ffffff"
#: The LoD circle on the floor and the same distance wherever else it is shown.
LOD = "#56b4e9"

#: Pixels between things inside a pane, and around it.
GAP, MARGIN = 6, 8
#: Pixel sizes of text: labels over pictures, tables, everything else.
FONT_SMALL_PX, FONT_TABLE_PX, FONT_PX = 11, 12, 13
#: First the fonts that good desktops have, then those that also draw Korean.
FONT_FAMILIES = (
    "Inter",
    "Segoe UI",
    "SF Pro Text",
    "Noto Sans",
    "Noto Sans KR",
    "Noto Sans CJK KR",
    "DejaVu Sans",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
    "NanumBarunGothic",
    "NanumGothic",
)
MONO_FAMILIES = ("JetBrains Mono", "Consolas", "Menlo", "DejaVu Sans Mono", "NanumGothicCoding")


def rgb(color: str) -> tuple[int, int, int]:
    """(r, g, b), 0–255, of a colour of this file: for OpenGL and images."""
    return tuple(int(color[i : i + 2], 16) for i in (1, 3, 5))


def font(pixels: int = FONT_PX, bold: bool = False, mono: bool = False) -> QFont:
    """The window's font in a size of this file."""
    made = QFont()
    made.setFamilies(list(MONO_FAMILIES if mono else FONT_FAMILIES))
    made.setPixelSize(pixels)
    made.setBold(bold)
    return made


def apply(app: QApplication) -> None:
    """Gives the whole application this look; call it once, before the first widget."""
    app.setStyle("Fusion")
    app.setFont(font())
    palette = QPalette()
    for role, color in (
        (QPalette.Window, WINDOW), (QPalette.Base, PANEL), (QPalette.AlternateBase, WINDOW), (QPalette.Button, PANEL),
        (QPalette.ToolTipBase, RAISED), (QPalette.WindowText, TEXT), (QPalette.Text, TEXT), (QPalette.ButtonText, TEXT),
        (QPalette.ToolTipText, TEXT), (QPalette.BrightText, ERROR), (QPalette.Link, ACCENT), (QPalette.Highlight, ACCENT_QUIET),
        (QPalette.HighlightedText, TEXT), (QPalette.PlaceholderText, TEXT_OFF), (QPalette.Light, PRESSED),
        (QPalette.Mid, BORDER), (QPalette.Dark, GROUND), (QPalette.Shadow, GROUND),
    ):  # fmt: skip
        palette.setColor(role, QColor(color))
    for role in (QPalette.WindowText, QPalette.Text, QPalette.ButtonText):
        palette.setColor(QPalette.Disabled, role, QColor(TEXT_OFF))
    app.setPalette(palette)
    app.setStyleSheet(STYLE)
    pg.setConfigOptions(background=GROUND, foreground=TEXT_DIM, antialias=True)


STYLE = f"""
QToolTip {{ background: {RAISED}; color: {TEXT}; border: 1px solid {BORDER}; padding: 4px 6px; }}
QMainWindow::separator {{ background: {WINDOW}; width: 5px; height: 5px; }}
QMainWindow::separator:hover {{ background: {ACCENT_QUIET}; }}
QMenuBar {{ background: {WINDOW}; padding: 2px 4px; }}
QMenuBar::item {{ background: transparent; padding: 4px 10px; border-radius: 4px; }}
QMenuBar::item:selected, QMenuBar::item:pressed {{ background: {RAISED}; }}
QMenu {{ background: {PANEL}; border: 1px solid {BORDER}; padding: 4px; }}
QMenu::item {{ padding: 5px 26px 5px 22px; border-radius: 4px; }}
QMenu::item:selected {{ background: {ACCENT_QUIET}; }}
QMenu::item:disabled {{ color: {TEXT_OFF}; }}
QMenu::separator {{ height: 1px; background: {BORDER}; margin: 4px 8px; }}
QMenu::indicator {{ left: 5px; }}
QDockWidget {{ color: {TEXT_DIM}; font-weight: 600; }}
QTabBar {{ qproperty-elideMode: ElideNone; qproperty-usesScrollButtons: true; }}
QTabBar::tab {{ background: transparent; color: {TEXT_DIM}; padding: 5px 9px; border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {TEXT}; border-bottom-color: {ACCENT}; }}
QTabBar::tab:hover {{ color: {TEXT}; }}
QToolBar {{ background: {WINDOW}; border: none; border-top: 1px solid {BORDER}; padding: 0; spacing: 0; }}
QStatusBar {{ background: {WINDOW}; color: {TEXT_DIM}; }}
QStatusBar::item {{ border: none; }}
QPushButton, QToolButton {{ background: {RAISED}; border: 1px solid {BORDER}; border-radius: 5px; padding: 4px 10px; }}
QToolButton {{ padding: 4px; }}
QPushButton:hover, QToolButton:hover {{ background: {PRESSED}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {ACCENT_QUIET}; }}
QPushButton:default {{ border-color: {ACCENT}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {TEXT_OFF}; background: {PANEL}; }}
QToolButton:checked {{ background: {ACCENT_QUIET}; border-color: {ACCENT}; }}
QToolButton[flat="true"] {{ background: transparent; border-color: transparent; }}
QToolButton[flat="true"]:hover {{ background: {RAISED}; }}
QToolButton[flat="true"]:checked {{ background: {ACCENT_QUIET}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QLineEdit, QPlainTextEdit {{
    background: {GROUND}; border: 1px solid {BORDER}; border-radius: 5px; padding: 3px 6px;
    selection-background-color: {ACCENT_QUIET}; }}
QLineEdit:focus {{ border-color: {ACCENT}; }}
QComboBox QAbstractItemView {{ background: {PANEL}; border: 1px solid {BORDER}; selection-background-color: {ACCENT_QUIET}; }}
QCheckBox::indicator {{ width: 15px; height: 15px; border: 1px solid {TEXT_OFF}; border-radius: 4px; background: {GROUND}; }}
QCheckBox::indicator:hover {{ border-color: {TEXT_DIM}; }}
QCheckBox::indicator:checked {{ background: {ACCENT}; border-color: {ACCENT}; }}
QSlider::groove:horizontal {{ height: 4px; background: {PRESSED}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {ACCENT}; border-radius: 2px; }}
QSlider::handle:horizontal {{ background: {TEXT}; width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; }}
QSlider::handle:horizontal:hover {{ background: #ffffff; }}
QSlider::sub-page:horizontal:disabled {{ background: {BORDER}; }}
QSlider::handle:horizontal:disabled {{ background: {TEXT_OFF}; }}
QHeaderView::section {{ background: {PANEL}; color: {TEXT_DIM}; border: none; border-bottom: 1px solid {BORDER};
    padding: 4px 6px; }}
QTableView, QTableView QHeaderView {{ font-size: {FONT_TABLE_PX}px; }}
QTableView, QTreeView, QListView, QScrollArea {{ background: {PANEL}; border: none; }}
QTableView {{ gridline-color: {BORDER}; }}
QAbstractItemView::item:selected {{ background: {ACCENT_QUIET}; color: {TEXT}; }}
QProgressBar {{ background: {GROUND}; border: 1px solid {BORDER}; border-radius: 5px; text-align: center; }}
QProgressBar::chunk {{ background: {ACCENT_QUIET}; border-radius: 4px; }}
QScrollBar:vertical {{ background: transparent; width: 10px; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; }}
QScrollBar::handle {{ background: {PRESSED}; border-radius: 4px; min-width: 24px; min-height: 24px; margin: 1px; }}
QScrollBar::handle:hover {{ background: {TEXT_OFF}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""
