"""Whether the 3D view can be drawn here."""

from __future__ import annotations

from PyQt5.QtGui import QOffscreenSurface, QOpenGLContext


def opengl_is_there() -> bool:
    """Whether this display gives an OpenGL context; asks for one and lets it go."""
    context = QOpenGLContext()
    if not context.create():
        return False
    surface = QOffscreenSurface()
    surface.setFormat(context.format())
    surface.create()
    made = context.makeCurrent(surface)
    if made:
        context.doneCurrent()
    return made
