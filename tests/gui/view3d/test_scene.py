"""The 3D view's geometry, its meshes and the picking on the screen, without Qt."""

from __future__ import annotations

import numpy as np
import pytest
from gui_fakes import FakeEstimator, FakeSource, ring_cameras

from modules.core.geometry import project as project_px
from modules.core.palette import limb_color, person_color
from modules.core.skeleton import LEFT_ELBOW, LIMBS, Side
from modules.core.types import Camera, PoseResult
from modules.gui.view3d import meshes, scene
from modules.gui.view3d.picking import ScreenPerson, pick_joint, pick_person, segment_distance

GROUND = (16, 19, 24)


def camera_down(width: int = 200, height: int = 100) -> Camera:
    """Looks straight down from 3 m above (1, 2); picture up is +y."""
    rotation = np.array([[1.0, 0, 0], [0, -1.0, 0], [0, 0, -1.0]])
    return Camera(
        "top", width, height, 100.0, 100.0, width / 2 - 0.5, height / 2 - 0.5, rotation, np.array([1000.0, 2000, 3000])
    )


def result_of(lod_mm: float, people: int = 3) -> PoseResult:
    estimator, source = FakeEstimator(people), FakeSource()
    return estimator.refine(estimator.detect(source.read(0)), lod_mm)


def area_normal(mesh: meshes.Mesh) -> np.ndarray:
    """Twice the area-weighted normal of each face, [F, 3]."""
    a, b, c = (mesh.vertices[mesh.faces[:, n]].astype(float) for n in range(3))
    return np.cross(b - a, c - a)


def volume(mesh: meshes.Mesh) -> float:
    a, b, c = (mesh.vertices[mesh.faces[:, n]].astype(float) for n in range(3))
    return float((a * np.cross(b, c)).sum() / 6)


def test_box_has_twelve_edges_of_its_size_in_metres():
    lines = scene.box_lines((8000, 6000, 2000), (0, -500, 800)).reshape(12, 2, 3)
    lengths = sorted(np.linalg.norm(lines[:, 1] - lines[:, 0], axis=1))
    assert lengths == pytest.approx([2] * 4 + [6] * 4 + [8] * 4)
    assert lines.reshape(-1, 3).min(0) == pytest.approx([-4, -3.5, -0.2])
    assert lines.reshape(-1, 3).max(0) == pytest.approx([4, 2.5, 1.8])


def test_frustum_corners_are_the_frame_s_corners():
    corners = scene.camera_corners(camera_down(), 0.5)
    # half a frame is 100 × 50 px at 100 px per unit: 1 × 0.5 of the depth
    assert corners == pytest.approx(np.array([[0.5, 2.25, 2.5], [1.5, 2.25, 2.5], [1.5, 1.75, 2.5], [0.5, 1.75, 2.5]]))
    for camera in ring_cameras(3):
        pixels, _ = project_px(scene.camera_corners(camera, 0.7) * 1000, camera)
        assert pixels == pytest.approx(np.array([[-0.5, -0.5], [319.5, -0.5], [319.5, 239.5], [-0.5, 239.5]]), abs=1e-6)


def test_lod_circle_has_the_radius_and_vanishes_at_zero():
    assert len(scene.lod_mesh(0, (0, 0), (1, 2, 3)).faces) == 0
    mesh = scene.lod_mesh(2500, (1000, -500), (86, 180, 233))
    radius = np.linalg.norm(mesh.vertices[:, :2] - [1, -0.5], axis=1)
    assert radius.max() == pytest.approx(2.5)
    assert (area_normal(mesh)[:, 2] >= 0).all()  # seen from above


def test_only_people_in_full_detail_have_a_body_and_the_others_a_cylinder():
    result = result_of(2000)  # people stand 700, 1600 and 2500 mm away
    body, marker = scene.people_mesh(result, None, GROUND), scene.marker_mesh(result, None)
    limit = scene.LIMB_RADIUS + 1e-6
    for person in result.persons[:2]:
        for joint in person.joints_world_mm / 1000:
            assert np.linalg.norm(body.vertices - joint, axis=1).min() <= scene.HEAD_RADIUS + limit
    assert np.linalg.norm(body.vertices[:, :2] - result.persons[2].root_world_mm[:2] / 1000, axis=1).min() > 0.3
    around = np.linalg.norm(marker.vertices[:, :2] - result.persons[2].root_world_mm[:2] / 1000, axis=1)
    assert around.max() == pytest.approx(scene.MARKER_RADIUS, abs=1e-5)
    assert marker.vertices[:, 2].min() == pytest.approx(0, abs=1e-6)
    assert marker.vertices[:, 2].max() > 0.9 + 0.5
    assert marker.colors[:, 3].min() < 0.8  # lets shine through what is behind
    assert len(scene.marker_mesh(result_of(0), None).faces) == 0


def test_left_limbs_are_lighter_than_right_ones():
    result = result_of(0, people=1)
    mesh = scene.people_mesh(result, None, GROUND)
    left = result.persons[0].joints_world_mm[LEFT_ELBOW] / 1000
    right = left * [-1, 1, 1] + [2 * result.persons[0].root_world_mm[0] / 1000, 0, 0]
    near = [mesh.colors[np.linalg.norm(mesh.vertices - at, axis=1) < 0.045, :3].mean() for at in (left, right)]
    assert near[0] > near[1] * 1.3
    expected = np.array(limb_color(0, Side.LEFT)) / 255
    tint = mesh.colors[np.linalg.norm(mesh.vertices - left, axis=1) < 0.045, :3].mean(0)
    assert tint / tint.max() == pytest.approx(expected / expected.max(), abs=0.02)  # light changes brightness, not hue


def test_choosing_someone_thickens_them_and_fades_the_others():
    result = result_of(0, people=2)
    plain, chosen = scene.people_mesh(result, None, GROUND), scene.people_mesh(result, 1, GROUND)
    half = len(plain.vertices) // 2
    assert chosen.colors[:half, :3].mean() < plain.colors[:half, :3].mean() * 0.7
    assert (chosen.colors[half:] == plain.colors[half:]).all()
    assert volume_of_half(chosen, half) > volume_of_half(plain, half) * 1.2
    absent = scene.people_mesh(result, 99, GROUND)  # someone who isn't in this frame: nobody fades
    assert (absent.colors == plain.colors).all()


def volume_of_half(mesh: meshes.Mesh, start: int) -> float:
    faces = mesh.faces[(mesh.faces >= start).all(1)]
    return volume(meshes.Mesh(mesh.vertices, faces, mesh.colors))


def test_a_missing_joint_leaves_out_its_limbs_only():
    result = result_of(0, people=1)
    person = result.persons[0]
    joints = person.joints_world_mm.copy()
    joints[LEFT_ELBOW] = np.nan
    broken = type(person)(
        0, person.lod, person.confidence, person.root_world_mm, joints, person.root_px, person.joints_px, person.face_crops
    )
    mesh = scene.people_mesh(PoseResult(0, 0.0, 0.0, (0, 0), (broken,)), None, GROUND)
    whole = scene.people_mesh(result, None, GROUND)
    tube = 2 * meshes.TUBE_SIDES
    ball = (len(whole.vertices) - len(LIMBS) * tube) // 15
    assert np.isfinite(mesh.vertices).all()
    assert len(mesh.vertices) == len(whole.vertices) - 2 * tube - ball


def test_bodies_face_outwards_and_have_their_volume():
    one = np.ones((1, 4))
    ball = meshes.spheres(np.array([[1.0, 2, 3]]), np.array([0.5]), one)
    assert volume(ball) == pytest.approx(4 / 3 * np.pi * 0.125, rel=0.2)
    pillar = meshes.cylinder(np.array([1.0, 1, 0]), 2.0, 0.5, np.ones(4))
    bottom = volume(pillar)  # the lower end is open and at z = 0: it adds nothing
    assert bottom == pytest.approx(np.pi * 0.25 * 2, rel=0.02)
    for axis in np.eye(3):
        tube = meshes.tubes(np.zeros((1, 3)), axis[None], np.array([0.1]), one)
        middle = tube.vertices[tube.faces].mean(1)
        outward = middle - (middle @ axis)[:, None] * axis
        assert ((area_normal(tube) * outward).sum(1) > 0).all()


def test_light_darkens_the_far_side_and_keeps_alpha():
    up, down = meshes.lit(np.array([1, 1, 1, 0.4]), np.array([meshes.LIGHT, -meshes.LIGHT]))
    assert up[:3] == pytest.approx(1, abs=0.01)
    assert down[:3] == pytest.approx(meshes.SHADE_FLOOR, abs=0.01)
    assert up[3] == down[3] == pytest.approx(0.4)


def test_merge_keeps_faces_on_their_own_vertices():
    ball = meshes.spheres(np.zeros((1, 3)), np.array([1.0]), np.ones((1, 4)))
    both = meshes.merge([ball, meshes.EMPTY_MESH, ball])
    assert volume(both) == pytest.approx(2 * volume(ball), rel=1e-5)
    assert both.faces.max() == 2 * len(ball.vertices) - 1
    assert len(meshes.merge([]).faces) == 0


def test_projection_to_the_screen():
    # an eye at the origin that looks along -z with 90° across: x / -z fills a square widget from -1 to 1
    near, far = 0.1, 10.0
    matrix = np.diag([1.0, 1.0, -(far + near) / (far - near), 0.0])
    matrix[2, 3], matrix[3, 2] = -2 * far * near / (far - near), -1.0
    points = np.array([[0.0, 0, -2], [2, 0, -2], [0, 2, -2], [-1, -1, -2], [0, 0, 2]])
    screen = scene.project(points, matrix, 200, 100)
    assert screen[:4] == pytest.approx(np.array([[100, 50], [200, 50], [100, 0], [50, 75]]))
    assert np.isnan(screen[4]).all()  # behind the eye


@pytest.mark.parametrize(("azimuth", "elevation"), [(-58.0, 24.0), (-90.0, 90.0), (200.0, 0.0)])
def test_fitted_eye_sees_all_and_touches_a_border(azimuth: float, elevation: float):
    points = np.random.default_rng(4).uniform([-4, -2, 0], [3, 5, 2], (40, 3))
    half = (0.6, 0.4)
    center, distance = scene.fit_eye(points, azimuth, elevation, half)
    a, e = np.deg2rad(azimuth), np.deg2rad(elevation)
    back = np.array([np.cos(e) * np.cos(a), np.cos(e) * np.sin(a), np.sin(e)])
    right = np.array([-np.sin(a), np.cos(a), 0])
    offset = points - (center + back * distance)
    depth = -offset @ back
    x, y = offset @ right / depth / half[0], offset @ np.cross(back, right) / depth / half[1]
    assert max(np.abs(x).max(), np.abs(y).max()) == pytest.approx(1, abs=1e-6)
    assert x.max() == pytest.approx(-x.min(), abs=1e-6)  # centred both ways
    assert y.max() == pytest.approx(-y.min(), abs=1e-6)


def test_segment_distance_by_hand():
    segments = np.array([[[0, 0], [10, 0]], [[0, 5], [0, 5]], [[np.nan, 0], [1, 1]]], float)
    assert segment_distance((4, 3), segments)[:2] == pytest.approx([3, np.hypot(4, 2)])
    assert segment_distance((13, 4), segments)[0] == pytest.approx(5)  # beyond the end
    assert np.isnan(segment_distance((4, 3), segments)[2])


def screen_person(track_id: int, x: float, reach: float = 0.0) -> ScreenPerson:
    joints = np.full((15, 2), np.nan) if reach else np.stack([np.full(15, x), np.linspace(0, 140, 15)], 1)
    segment = np.array([[[x, 0], [x, 140]]], float)
    return ScreenPerson(track_id, joints, segment, reach)


def test_picking_takes_the_nearest_and_limbs_before_markers():
    people = [screen_person(0, 50), screen_person(1, 70), screen_person(2, 55, reach=30)]
    assert pick_person(people, (58, 70)) == 0
    assert pick_person(people, (63, 70)) == 1
    assert pick_person(people, (30, 70)) == 2  # no limb is near, but the marker's body is here
    assert pick_person(people, (30, 300)) is None
    assert pick_person([], (0, 0)) is None
    assert pick_joint(people, (52, 41)) == (0, 4)
    assert pick_joint(people, (50, 60), radius_px=1) == (0, 6)
    assert pick_joint(people, (20, 41)) is None


def test_person_colours_agree_with_the_palette():
    marks = scene.floor_marks(result_of(2000), None, (255, 255, 255))
    shown = {tuple(round(float(v) * 255) for v in color[:3]) for color in marks.colors}
    assert shown == {person_color(n) for n in range(3)}
