"""The 3D pane: the room with its cameras, the people in it, and the LoD circle on the floor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PyQt5.QtCore import QPointF, QTimer
from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QToolTip, QVBoxLayout, QWidget

from modules.core.comparison import Comparison
from modules.core.own_world import LEVEL
from modules.core.palette import person_color
from modules.core.types import Lod, PoseResult

from .. import theme
from ..panes.base import Pane
from ..panes.clipboard import add_picture_actions
from ..panes.names import joint_name, person_name
from ..state import AppState, JointRef, Room
from . import scene
from .extras import MEASURE, TRAILS, VIDEO, Extras
from .extras_bar import ExtrasBar
from .eyes import Eye, EyeHistory
from .gl_items import line_item, mesh_item, set_mesh
from .gl_labels import Label
from .gl_view import SceneScreen, SceneView
from .meshes import EMPTY_MESH, UP, spheres
from .picking import pick_joint, pick_person
from .room import RoomItems, room_labels

OVERVIEW, TOP = "overview", "top"
#: (azimuth, elevation) of the presets, degrees.
EYES = {OVERVIEW: (-72.0, 20.0), TOP: (-90.0, 90.0)}
#: Room for a camera's name above it, m.
NAME_HEIGHT = 0.3
#: How near to a joint a click must be that measures, px.
MEASURE_RADIUS_PX = 14.0
#: How far from a person the eye goes that looks at them, m.
FOCUS_M = 4.5


class View3DPane(Pane):
    """Draws one merged mesh per kind of thing, and anew only what changed."""

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.view = SceneView()
        self.screen = SceneScreen(self.view, self)
        self.extras = Extras(self)
        self._eyes = EyeHistory()
        self._preset: str | None = OVERVIEW
        self._drawn_lod: tuple[float, tuple[float, float]] | None = None
        self._room = RoomItems(self.view)
        self._lod = mesh_item(1, "translucent")
        self._floor = mesh_item(2, "translucent")
        self._people = mesh_item(3, "opaque")
        self._hover = mesh_item(4, "opaque")
        self._markers = mesh_item(10, "translucent", cull=True)
        self._labels = self.view.labels
        self._trails = line_item(6, 2.0)
        self._measure = line_item(6, 2.5, (1.0, 0.85, 0.3, 1.0))
        self._reference = line_item(7, 3.0)
        self._compared: Comparison | None = None
        meshes = (self._lod, self._floor, self._people, self._hover, self._markers)
        for item in (*meshes, self._trails, self._measure, self._reference):
            self.view.addItem(item)
        self._build_bar()
        for signal, slot in (
            (state.selection_changed, self.request_refresh),
            (state.hover_changed, lambda _: self._draw_if_seen(self._draw_hover)),
            (state.lod_distance_changed, lambda _: self._draw_if_seen(self._draw_lod)),
            (self.view.clicked, self._choose),
            (self.view.hovered, self._name_joint),
            (self.view.menu_requested, lambda at: self._menu_at(at).popup(self.screen.mapToGlobal(at.toPoint()))),
            (state.look_through_requested, self.look_through),
            (self.view.left, lambda: state.set_hover(None)),
            (self.view.eye_moved, lambda: self._remember(None)),
            (self.view.eye_leaving, self._leave_eye),
            (self.screen.resized, self._reframe),
            (self.extras.changed, self.request_refresh),
            (self.extras_bar.back_requested, self.view_back),
            (self.extras_bar.forward_requested, self.view_forward),
        ):
            signal.connect(slot)
        self.retranslate()
        self.room_opened(state.room)

    def show_overview(self) -> None:
        """The whole space and its cameras, from a corner."""
        self._leave_eye()
        self._show_preset(OVERVIEW)

    def show_top(self) -> None:
        """The space from above, x to the right."""
        self._leave_eye()
        self._show_preset(TOP)

    def look_through(self, index: int) -> None:
        """Through the eye of camera ``index``, in view order."""
        if self.state.room is not None:
            self._leave_eye()
            self.view.look_through(self.state.room.cameras[index])
            self._remember(None)

    def focus_on(self, track_id: int) -> None:
        """Turns the eye to a person of this frame and goes near."""
        person = self.person(track_id)
        if person is not None:
            self._leave_eye()
            self.view.turn_to(person.root_world_mm.astype(np.float64) * scene.M_PER_MM, FOCUS_M)
            self._remember(None)

    def view_back(self) -> None:
        """The view before the last change of it."""
        self._go_to(self._eyes.back(self.view.eye(self._preset)))

    def view_forward(self) -> None:
        """The view that ``view_back`` left."""
        self._go_to(self._eyes.forward(self.view.eye(self._preset)))

    def toggle_measure(self) -> None:
        """Starts measuring, or ends it."""
        self.extras.set_on(MEASURE, not self.extras.is_on(MEASURE))

    def set_reference(self, comparison: Comparison | None) -> None:
        """Lays a reference's people over; None: none."""
        self._compared = comparison
        self.request_refresh()

    def _go_to(self, eye: Eye | None) -> None:
        if eye is not None:
            self.view.set_eye(eye)
            self._remember(eye.preset)

    def _leave_eye(self) -> None:
        self._eyes.leave(self.view.eye(self._preset))

    def _menu_at(self, at: QPointF) -> QMenu:
        """What a right click offers: of the person under it, else of the chosen one, and of the view."""
        menu = QMenu(self)
        found = pick_person(self._on_screen(), (at.x(), at.y()))
        person = self.state.selection if found is None else found
        if self.person(person) is not None:
            name = person_name(person, self.state.names)
            menu.addAction(self.tr("Choose {person}").format(person=name), lambda: self.state.set_selection(person))
            menu.addAction(self.tr("Look at {person}").format(person=name), lambda: self.focus_on(person))
            menu.addAction(self.tr("Hide {person}").format(person=name), lambda: self.extras.set_hidden(person, True))
            menu.addSeparator()
        menu.addAction(self.tr("Overview"), self.show_overview)
        menu.addAction(self.tr("Top"), self.show_top)
        through = menu.addMenu(self.tr("Through a camera"))
        for index, camera in enumerate(() if self.state.room is None else self.state.room.cameras):
            through.addAction(camera.name, lambda index=index: self.look_through(index))
        menu.addSeparator()
        add_picture_actions(menu, self, self.view.grabFramebuffer, f"3d_{self.state.frame_index:06d}")
        return menu

    def room_opened(self, room: Room | None) -> None:
        self._menu.clear()
        for index, camera in enumerate(() if room is None else room.cameras):
            self._menu.addAction(camera.name, lambda index=index: self.look_through(index))
        self._camera_button.setEnabled(room is not None)
        self._draw_room()
        self._eyes.clear()
        self.extras.forget()
        self._show_preset(OVERVIEW)

    def refresh(self) -> None:
        result, selection = self._seen(), self.state.selection
        if self.result is not None:
            self.extras.remember(self.result)
        self._draw_lines()
        if self.extras.is_on(VIDEO) or self._room.frustum_m != scene.FRUSTUM_DEPTH:
            self._draw_room()
        ground = theme.rgb(theme.GROUND)
        set_mesh(self._people, EMPTY_MESH if result is None else scene.people_mesh(result, selection, ground))
        set_mesh(self._markers, EMPTY_MESH if result is None else scene.marker_mesh(result, selection))
        set_mesh(self._floor, EMPTY_MESH if result is None else scene.floor_marks(result, selection, theme.rgb(theme.SELECTED)))
        self._draw_lod()
        self._draw_hover()

    def retranslate(self) -> None:
        self._title.setText(self.tr("View"))
        self._buttons[OVERVIEW].setText(self.tr("Overview"))
        self._buttons[TOP].setText(self.tr("Top"))
        self._buttons[OVERVIEW].setToolTip(self.tr("The whole space and its cameras, from a corner"))
        self._buttons[TOP].setToolTip(self.tr("The space from above"))
        self._camera_button.setToolTip(self.tr("The space as a camera sees it (without lens distortion)"))
        self._remember(self._preset)
        QTimer.singleShot(0, self._name_buttons)  # when the other buttons have their texts
        self._drawn_lod = None
        self._set_texts()

    def _build_bar(self) -> None:
        self._named: tuple[str, int, int] | None = None
        self._title = QLabel(self)
        self._title.setStyleSheet(f"color: {theme.TEXT_DIM};")
        self._buttons = {}
        for preset, slot in ((OVERVIEW, self.show_overview), (TOP, self.show_top)):
            button = QToolButton(self)
            button.setCheckable(True)
            button.clicked.connect(slot)
            self._buttons[preset] = button
        self._menu = QMenu(self)
        self._camera_button = QToolButton(self)
        self._camera_button.setCheckable(True)
        self._camera_button.setMenu(self._menu)
        self._camera_button.setPopupMode(QToolButton.InstantPopup)
        self._camera_button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self._bar = holder = QWidget(self)
        holder.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Fixed)  # a narrow pane cuts the bar short
        bar = QHBoxLayout(holder)
        bar.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP)
        bar.setSpacing(theme.GAP)
        self.extras_bar = ExtrasBar(self.extras, self.state, self)
        for widget in (self._title, *self._buttons.values(), self._camera_button, self.extras_bar):
            bar.addWidget(widget)
        bar.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(holder)
        layout.addWidget(self.screen, 1)

    def _show_preset(self, preset: str) -> None:
        self.view.leave_camera()
        self._remember(preset)
        self._reframe()

    def _remember(self, preset: str | None) -> None:
        """Shows in the bar which preset is in use; None: the mouse moved the eye."""
        self._preset = preset
        for name, button in self._buttons.items():
            button.setChecked(name == preset)
        camera = self.view.camera
        self._draw_room()
        self._camera_button.setChecked(camera is not None)
        self.extras_bar.set_can_go(*self._eyes.can_go)
        self._name_buttons()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._name_buttons()

    def _name_buttons(self) -> None:
        """In a narrow pane the bar says less, and that whole."""
        camera, bar = self.view.camera, self._bar.layout()
        name = self.tr("Through a camera") if camera is None else self.tr("Through {camera}").format(camera=camera.name)
        asked = name, self.width(), self.extras_bar.sizeHint().width()
        if asked == self._named:  # the mouse moves the eye, and layouts cost
            return
        self._named = asked
        self._title.show()
        self._camera_button.setText(f"{name} ▾")
        if bar.sizeHint().width() > self.width():
            self._title.hide()
            self._camera_button.setText(f"{self.tr('Camera') if camera is None else camera.name} ▾")

    def _reframe(self) -> None:
        """Fits a preset into the view's present size; an eye that the mouse moved stays."""
        room = self.state.room
        if self._preset in EYES and room is not None:
            points = [scene.box_lines(room.space_size_mm, room.space_center_mm)]
            points += [scene.frustum_lines(camera) for camera in room.cameras]
            points += [scene.camera_label_position(camera)[None] + NAME_HEIGHT * UP for camera in room.cameras]
            self.view.orbit_around(np.concatenate(points), *EYES[self._preset])

    def _draw_room(self) -> None:
        """Floor, space, cameras, and if asked for what they film."""
        room, images = self.state.room, None
        if self.extras.is_on(VIDEO) and room is not None:
            images = () if self.frame is None else self.frame.images
        if self._room.show(room, self.view.camera, images):
            self._labels.set_fixed(() if room is None else room_labels(room, self._room.frustum_m))
            self._set_texts()

    def _set_texts(self) -> None:
        if self.state.room is None:
            self._labels.set_texts(
                self.tr("Open a recording (Ctrl+O) or drop its folder here to see its space and its people."), ""
            )
        else:
            level = self.state.room.coordinates == LEVEL
            self._labels.set_texts(
                "",
                self.tr("Floor grid in metres, level coordinates")
                if level
                else self.tr("Floor grid in metres, the recording's own coordinates"),
            )

    def _draw_if_seen(self, draw: Callable[[], None]) -> None:
        if self.isVisible():
            draw()
        else:
            self._stale = True

    def _seen(self) -> PoseResult | None:
        """The result without the people who are hidden."""
        if self.result is None or not self.extras.hidden:
            return self.result
        shown = tuple(person for person in self.result.persons if person.track_id not in self.extras.hidden)
        return replace(self.result, persons=shown)

    def _draw_lines(self) -> None:
        """Trails, measures and the reference."""
        room, result = self.state.room, self.result
        self._draw_reference()
        self._trails.setVisible(False)
        if self.extras.is_on(TRAILS) and result is not None and room is not None:
            lines, colors = self.extras.trails(result.frame_index, room.info.fps, self.state.selection)
            if len(lines):
                self._trails.setData(pos=lines, color=colors)
                self._trails.setVisible(True)
        lines, _ = self.extras.measure(self.person)
        self._measure.setVisible(len(lines) > 0)
        if len(lines):
            self._measure.setData(pos=lines)

    def _draw_reference(self) -> None:
        self._reference.setVisible(False)
        if self._compared is not None and self.result is not None:
            lines, colors = scene.reference_lines(self._compared, self.result.frame_index, self.extras.hidden)
            if len(lines):
                self._reference.setData(pos=lines, color=colors)
                self._reference.setVisible(True)

    def _draw_lod(self) -> None:
        origin = (0.0, 0.0) if self.state.room is None else self.state.room.lod_origin_xy_mm
        distance = 0.0 if self.state.room is None else self.state.lod_distance_mm
        if (distance, origin) == self._drawn_lod:
            return
        self._drawn_lod = (distance, origin)
        set_mesh(self._lod, scene.lod_mesh(distance, origin, theme.rgb(theme.LOD)))
        self._labels.set_circle(
            None
            if distance <= 0
            else Label(
                self.tr("LoD {distance:.2f} m").format(distance=distance * scene.M_PER_MM),
                scene.lod_label_position(distance, origin),
                tick=True,
                text_color=theme.LOD,
            )
        )

    def _draw_hover(self) -> None:
        """The hovered joint's halo, and the names that move with the people."""
        labels, halo = [], EMPTY_MESH
        hover, selection = self.state.hover, self.state.selection
        person = None if hover is None else self.person(hover.track_id)
        if person is not None and person.lod is Lod.FULL:
            at = person.joints_world_mm[hover.joint].astype(np.float64) * scene.M_PER_MM
            if np.isfinite(at).all():
                halo = spheres(at[None], np.array([scene.JOINT_RADIUS * 1.7]), scene.rgba(theme.rgb(theme.SELECTED))[None])
                if not self.screen.underMouse():  # there, the tooltip says it
                    labels.append(Label(joint_name(hover.joint), at, theme.rgb(theme.SELECTED)))
        result = self._seen()
        for person in () if result is None else result.persons:
            name, at = person_name(person.track_id, self.state.names), scene.label_position(person)
            labels.append(Label(name, at, person_color(person.track_id), person.track_id == selection, scene.FLOOR_MARK_RADIUS))
        set_mesh(self._hover, halo)
        if result is not None:
            labels += [*self.extras.measure(self.person)[1], *self.extras.labels(result, selection)]
        self._labels.set_moving(labels)

    def _on_screen(self) -> list:
        result = self._seen()
        if result is None:
            return []
        return scene.screen_people(result, self.view.matrix(), self.view.width(), self.view.height())

    def _choose(self, at: QPointF) -> None:
        if self.extras.is_on(MEASURE):
            found = pick_joint(self._on_screen(), (at.x(), at.y()), MEASURE_RADIUS_PX)
            if found is not None:
                self.extras.pick(JointRef(*found))
            return
        self.state.set_selection(pick_person(self._on_screen(), (at.x(), at.y())))

    def _name_joint(self, at: QPointF) -> None:
        found = pick_joint(self._on_screen(), (at.x(), at.y()))
        self.state.set_hover(None if found is None else JointRef(*found))
        if found is None:
            QToolTip.hideText()
        else:
            text = f"{joint_name(found[1])} · {person_name(found[0], self.state.names)}"
            QToolTip.showText(self.screen.mapToGlobal(at.toPoint()), text, self.screen)
