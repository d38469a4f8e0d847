"""The OpenGL widget of the 3D view: where the eye is, what the mouse does, and the matrices that drawing and picking share."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from OpenGL import GL
from PyQt5.QtCore import QElapsedTimer, QEvent, QPointF, QSize, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import (
    QImage,
    QKeyEvent,
    QMatrix4x4,
    QMouseEvent,
    QOpenGLFramebufferObject,
    QOpenGLFramebufferObjectFormat,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PyQt5.QtWidgets import QApplication, QWidget
from pyqtgraph.opengl import GLViewWidget

from modules.core.types import Camera

from .. import theme
from .eyes import Eye
from .gl_labels import Labels
from .scene import M_PER_MM, fit_eye

NEAR, FAR, FOV_DEG = 0.05, 300.0, 45.0  # m, m, across
#: Nearest and farthest eye, m from what it looks at.
DISTANCES = (0.4, 80.0)
#: A press that moves less than this is a click, px.
CLICK_PX = 4
#: Events of the screen that are the scene's to answer.
HANDED_ON = (
    QEvent.MouseButtonPress, QEvent.MouseButtonRelease, QEvent.MouseButtonDblClick, QEvent.MouseMove, QEvent.Wheel,
)  # fmt: skip
#: The wheel's turns with less than this between them are one change of the view, ms.
WHEEL_PAUSE_MS = 700
#: Samples per pixel of a smooth picture.
SAMPLES = 4
#: Names, in small letters, of OpenGL by the processor alone (Mesa, Windows, ANGLE).
SOFTWARE_RENDERERS = (b"llvmpipe", b"softpipe", b"software", b"swrast", b"gdi generic", b"swiftshader")
#: A view that did not change for so long rests.
REST_MS = 150
#: Room left around what a preset shows.
MARGIN = 1.06


class SceneView(GLViewWidget):
    """An orbiting eye, or the eye of a calibrated camera; drawn out of sight, for a ``SceneScreen`` to show.

    It draws into buffers of its own, so that each picture can choose how smooth it is: without a graphics card smooth edges
    take most of the time. An OpenGL widget among others makes Qt put the whole window together by OpenGL each time that
    anything in it is repainted; there, that alone takes 30 ms.

    Left drag orbits; right or middle drag, or left drag with Shift or Ctrl, pans; the wheel zooms. Through a camera's eye any
    of these returns to the orbiting eye at the same place (without the camera's roll).

    Attributes:
        labels: what is written on it.
        is_slow: whether the processor does the graphics card's work (known once something was drawn).
    """

    is_slow = False
    clicked = pyqtSignal(QPointF)
    hovered = pyqtSignal(QPointF)
    left = pyqtSignal()
    eye_leaving = pyqtSignal()  # the mouse is about to move the eye
    eye_moved = pyqtSignal()  # by the mouse
    changed = pyqtSignal()  # what it draws is another picture now
    menu_requested = pyqtSignal(QPointF)  # a right click that dragged nothing

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WA_DontShowOnScreen)
        self.setAttribute(Qt.WA_QuitOnClose, False)
        self.labels = Labels()
        self.labels.changed.connect(self.changed)
        self._buffers: dict[int, QOpenGLFramebufferObject] = {}
        self.setBackgroundColor(theme.GROUND)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.PreventContextMenu)  # the right button drags; its click asks for the menu
        self.opts["fov"] = FOV_DEG
        self._camera: Camera | None = None
        self._pressed_at: QPointF | None = None
        self._dragged = False
        self._turned = QElapsedTimer()
        self.show()  # nowhere: it gets its OpenGL context by that

    def update(self, *_: object) -> None:
        """Tells that it would be drawn otherwise now."""
        self.changed.emit()

    def initializeGL(self) -> None:
        super().initializeGL()
        renderer = GL.glGetString(GL.GL_RENDERER) or b""
        self.is_slow = any(name in renderer.lower() for name in SOFTWARE_RENDERERS)

    def grabFramebuffer(self) -> QImage:
        """The view as a picture, with its labels."""
        return self.picture()

    def picture(self, smooth: bool = True) -> QImage:
        """The view as a picture in device px, with its labels; ``smooth``: without steps along the edges."""
        ratio = self.devicePixelRatioF()
        size = QSize(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
        if not self.isValid():
            super().grabFramebuffer()  # makes the context
        self.makeCurrent()
        buffer = self._buffer(size, SAMPLES if smooth else 0)
        buffer.bind()
        GL.glViewport(0, 0, size.width(), size.height())
        self.paintGL()
        buffer.release()
        image = buffer.toImage()
        self.doneCurrent()
        image.setDevicePixelRatio(ratio)
        self.labels.paint(self, image)
        return image

    def _buffer(self, size: QSize, samples: int) -> QOpenGLFramebufferObject:
        """Where it is drawn; with the context current. One for each number of samples, made anew for another size."""
        if samples not in self._buffers or self._buffers[samples].size() != size:
            wanted = QOpenGLFramebufferObjectFormat()
            wanted.setAttachment(QOpenGLFramebufferObject.CombinedDepthStencil)
            wanted.setSamples(samples)
            self._buffers[samples] = QOpenGLFramebufferObject(size, wanted)
        return self._buffers[samples]

    @property
    def camera(self) -> Camera | None:
        """The camera whose eye is used, or None."""
        return self._camera

    def look_through(self, camera: Camera) -> None:
        """The camera's own pose, focal lengths and principal point, its whole frame in view; lens distortion is left out."""
        self._camera = camera
        self.update()

    def orbit_around(self, points_m: np.ndarray, azimuth: float, elevation: float) -> None:
        """The orbiting eye, as near as lets all points be seen. points: float [N, 3], m. Angles in degrees."""
        self._camera = None
        self.opts["fov"] = FOV_DEG
        across = math.tan(math.radians(FOV_DEG) / 2) / MARGIN
        up = across * self.height() / max(1, self.width())
        center, distance = fit_eye(points_m, azimuth, elevation, (across, up))
        distance = float(np.clip(distance, *DISTANCES))
        self.setCameraPosition(pos=pg.Vector(*center), distance=distance, azimuth=azimuth, elevation=elevation)

    def turn_to(self, point_m: np.ndarray, distance_m: float) -> None:
        """The orbiting eye looks at a point from a distance, from where it looks now."""
        self.leave_camera()
        self.setCameraPosition(pos=pg.Vector(*point_m), distance=float(np.clip(distance_m, *DISTANCES)))

    def eye(self, preset: str | None) -> Eye:
        """Where the eye is; ``preset``: what it is called."""
        o = self.opts
        center = (o["center"].x(), o["center"].y(), o["center"].z())
        return Eye(center, o["distance"], o["azimuth"], o["elevation"], o["fov"], self._camera, preset)

    def set_eye(self, eye: Eye) -> None:
        """Puts the eye where it was."""
        self._camera = eye.camera
        self.opts["fov"] = eye.fov_deg
        self.setCameraPosition(
            pos=pg.Vector(*eye.center_m), distance=eye.distance_m, azimuth=eye.azimuth_deg, elevation=eye.elevation_deg
        )

    def matrix(self) -> np.ndarray:
        """float64 [4, 4]: projection · view, as the next drawing uses it; for ``scene.project``."""
        viewport = self.getViewport()
        product = self.projectionMatrix(viewport, viewport) * self.viewMatrix()
        return np.array(product.data(), np.float64).reshape(4, 4).T  # Qt stores columns

    def steepness(self) -> float:
        """How much the eye looks down or up: 0 along the floor, 1 straight down."""
        return abs(float(self.viewMatrix().row(2).z()))

    def pixels_per_metre(self, point_m: np.ndarray) -> float:
        """Size of a metre at a point, px of the widget; 0 behind the eye."""
        depth = -self.viewMatrix().map(pg.Vector(*point_m)).z()
        left, right, _, _ = self._window()
        return self.width() / ((right - left) * depth) if depth > NEAR else 0.0

    def viewMatrix(self) -> QMatrix4x4:
        if self._camera is None:
            return super().viewMatrix()
        rotation = np.diag([1.0, -1.0, -1.0]) @ self._camera.R_world_to_cam  # OpenGL looks along -z, y up
        pose = np.eye(4)
        pose[:3, :3], pose[:3, 3] = rotation, -rotation @ self._camera.center_world_mm * M_PER_MM
        return QMatrix4x4(*(float(value) for value in pose.ravel()))

    def projectionMatrix(self, region: tuple, viewport: tuple) -> QMatrix4x4:
        left, right, bottom, top = self._window()
        matrix = QMatrix4x4()
        matrix.frustum(left * NEAR, right * NEAR, bottom * NEAR, top * NEAR, NEAR, FAR)
        return matrix

    def _window(self) -> tuple[float, float, float, float]:
        """(left, right, bottom, top) of what is seen, at depth 1."""
        aspect = self.width() / max(1, self.height())
        camera = self._camera
        if camera is None:
            x = math.tan(math.radians(self.opts["fov"]) / 2)
            return -x, x, -x / aspect, x / aspect
        left, right = (-0.5 - camera.cx) / camera.fx, (camera.width_px - 0.5 - camera.cx) / camera.fx
        top, bottom = (0.5 + camera.cy) / camera.fy, (camera.cy + 0.5 - camera.height_px) / camera.fy
        half_x, half_y = (right - left) / 2 * MARGIN, (top - bottom) / 2 * MARGIN
        half_x, half_y = max(half_x, half_y * aspect), max(half_y, half_x / aspect)
        x, y = (left + right) / 2, (top + bottom) / 2
        return x - half_x, x + half_x, y - half_y, y + half_y

    def leave_camera(self) -> None:
        """Goes on with the orbiting eye where the camera's is."""
        if self._camera is None:
            return
        forward, eye = self._camera.R_world_to_cam[2], self._camera.center_world_mm * M_PER_MM
        distance = float(np.clip(np.linalg.norm(eye), 1.0, 8.0))
        left, right, _, _ = self._window()
        self._camera = None
        self.opts["fov"] = float(np.clip(math.degrees(2 * math.atan((right - left) / 2)), 10, 120))
        self.setCameraPosition(
            pos=pg.Vector(*(eye + forward * distance)),
            distance=distance,
            azimuth=math.degrees(math.atan2(-forward[1], -forward[0])),
            elevation=math.degrees(math.asin(float(np.clip(-forward[2], -1, 1)))),
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._pressed_at, self._dragged = event.localPos(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.localPos()
        if event.buttons() == Qt.NoButton or self._pressed_at is None:
            self.hovered.emit(at)
            return
        if not self._dragged:
            if (at - self._pressed_at).manhattanLength() < CLICK_PX:
                return
            self._dragged = True
            self.eye_leaving.emit()
            self.leave_camera()
            self.eye_moved.emit()
        step = at - self.mousePos
        self.mousePos = at
        if event.buttons() == Qt.LeftButton and not event.modifiers() & (Qt.ControlModifier | Qt.ShiftModifier):
            self.orbit(-step.x(), step.y())
        else:
            self.pan(step.x(), step.y(), 0, relative="view")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is not None and not self._dragged and event.button() == Qt.LeftButton:
            self.clicked.emit(event.localPos())
        elif self._pressed_at is not None and not self._dragged and event.button() == Qt.RightButton:
            self.menu_requested.emit(event.localPos())
        self._pressed_at = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._turned.isValid() or self._turned.restart() > WHEEL_PAUSE_MS:
            self.eye_leaving.emit()
            self._turned.start()
        self.leave_camera()
        turned = event.angleDelta().y() or event.angleDelta().x()
        self.opts["distance"] = float(np.clip(self.opts["distance"] * 0.999**turned, *DISTANCES))
        self.eye_moved.emit()
        self.update()
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()  # arrows step through the recording, also where this view has the focus

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()


class SceneScreen(QWidget):
    """Shows the picture that a ``SceneView`` draws, and hands it the mouse; both have the same size.

    Where drawing is slow the edges are smoothed once nothing has changed for ``REST_MS``.
    """

    resized = pyqtSignal()

    def __init__(self, scene: SceneView, parent: QWidget) -> None:
        super().__init__(parent)
        self._scene, self._picture = scene, None
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.PreventContextMenu)
        self.setAttribute(Qt.WA_OpaquePaintEvent)
        self.setMinimumSize(120, 80)
        self._moves = QTimer(self)  # runs while one picture follows the other
        self._moves.setSingleShot(True)
        self._moves.setInterval(REST_MS)
        self._moves.timeout.connect(self._on_rest)
        scene.changed.connect(self._on_changed)
        self.destroyed.connect(scene.deleteLater)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = self._scene.picture(smooth=not self._moves.isActive())
        QPainter(self).drawImage(0, 0, self._picture)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scene.resize(self.size())
        self.resized.emit()
        self._on_changed()

    def event(self, event: QEvent) -> bool:
        if event.type() in HANDED_ON:
            return QApplication.sendEvent(self._scene, event)
        return super().event(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._scene.left.emit()

    def _on_changed(self) -> None:
        if self._scene.is_slow:
            self._moves.start()
        self._picture = None
        self.update()

    def _on_rest(self) -> None:
        self._picture = None
        self.update()
