"""The 3D view, or where there is no OpenGL the space from above."""

from __future__ import annotations

from PyQt5.QtWidgets import QWidget

from ..panes.base import Pane
from ..state import AppState
from .top_view import TopViewPane


def make_view3d(state: AppState, parent: QWidget, with_opengl: bool) -> Pane:
    """``View3DPane``, or ``TopViewPane`` with the same methods where OpenGL is missing."""
    if not with_opengl:
        return TopViewPane(state, parent)
    from .pane import View3DPane

    return View3DPane(state, parent)
