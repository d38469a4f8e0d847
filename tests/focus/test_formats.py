"""Every calibration format on files written as its public description has them, against cv2.projectPoints."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from scipy.io import savemat
from scipy.spatial.transform import Rotation

from modules.core.errors import CalibrationError
from modules.core.formats import CALIBRATION_FORMATS
from modules.core.geometry import project, turned_camera
from modules.focus.calibration.biocv import read_biocv
from modules.focus.calibration.common import read_text
from modules.focus.calibration.easymocap import read_easymocap
from modules.focus.calibration.formats import FORMATS, find_calibrations
from modules.focus.calibration.matlab import read_matlab
from modules.focus.calibration.opencap import read_opencap
from modules.focus.calibration.panoptic import read_panoptic
from modules.focus.calibration.place import place_camera
from modules.focus.calibration.qualisys import read_qualisys
from modules.focus.calibration.theia import read_theia
from modules.focus.calibration.toml import read_toml
from modules.focus.calibration.vicon import read_vicon
from modules.focus.calibration.voxelpose import read_voxelpose

TOLERANCE_PX = 0.01
SIZE = (1280, 720)
VIDEO = Path("cam.mp4")


@dataclass(frozen=True)
class Truth:
    """A camera as OpenCV has it, 4 m from the world's origin, in mm."""

    name: str
    K: np.ndarray
    distortion: np.ndarray
    rvec: np.ndarray
    t_mm: np.ndarray

    @property
    def R(self) -> np.ndarray:
        return cv2.Rodrigues(self.rvec)[0]

    @property
    def centre_mm(self) -> np.ndarray:
        return -self.R.T @ self.t_mm

    def sees(self, points_mm: np.ndarray) -> np.ndarray:
        return cv2.projectPoints(points_mm, self.rvec, self.t_mm, self.K, self.distortion)[0][:, 0]


def truth(seed: int, distortion=(-0.12, 0.05, 0.001, -0.0015, 0.006)) -> Truth:
    """Looks at the origin from a seeded side, z up."""
    rng = np.random.default_rng(seed)
    azimuth, height = rng.uniform(0, 2 * np.pi), rng.uniform(0.2, 0.6)
    centre = 4000 * np.array([np.cos(azimuth) * np.cos(height), np.sin(azimuth) * np.cos(height), np.sin(height)])
    forward = -centre / np.linalg.norm(centre)
    right = np.cross(forward, [0, 0, 1.0])
    right /= np.linalg.norm(right)
    R = np.stack([right, np.cross(forward, right), forward])
    K = np.array([[900 + 20 * rng.uniform(), 0, 630 + 10 * rng.uniform()], [0, 905.0, 355.0], [0, 0, 1]])
    return Truth(f"cam_{seed}", K, np.array(distortion, float), cv2.Rodrigues(R)[0][:, 0], -R @ centre)


def points_mm() -> np.ndarray:
    return np.random.default_rng(11).uniform(-900, 900, (60, 3))


def check(found, rig, size=SIZE) -> None:
    """Every camera, placed in its frames, sees the points where OpenCV does."""
    assert [camera.name for camera in found] == [own.name for own in rig]
    for camera, own in zip(found, rig, strict=True):
        placed = place_camera(camera, size, VIDEO)
        assert placed.maps is None
        assert (placed.camera.width_px, placed.camera.height_px) == size
        pixels, seen = project(points_mm(), placed.camera)
        assert seen.all()
        np.testing.assert_allclose(pixels, own.sees(points_mm()), atol=TOLERANCE_PX)


RIG = [truth(seed) for seed in (1, 2, 3)]


def rows(matrix) -> str:
    return np.asarray(matrix, float).tolist().__repr__()


def test_the_list_for_people_and_the_list_of_readers_are_the_same():
    assert set(FORMATS) == set(CALIBRATION_FORMATS)


def test_freemocap(tmp_path):
    text = "".join(
        f'[cam_{n}]\nname = "{own.name}"\nsize = [1280, 720]\nmatrix = {rows(own.K)}\ndistortions = {rows(own.distortion)}\n'
        f"rotation = {rows(own.rvec)}\ntranslation = {rows(own.t_mm)}\n\n"
        for n, own in enumerate(RIG)
    )
    path = tmp_path / "a_camera_calibration.toml"
    path.write_text(text + "[metadata]\nadjusted = false\nerror = 0.0\ncharuco_square_size = 39\n")
    check(read_toml(path), RIG)


def caliscope(path: Path, turns: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "".join(
            f"[cameras.{n}]\nport = {n}\nsize = [1280, 720]\nrotation_count = {turns}\nerror = 0.4\nexposure = -6\n"
            f"grid_count = 41\nignore = false\nmatrix = {rows(own.K)}\ndistortions = {rows(own.distortion)}\n"
            f"translation = {rows(own.t_mm / 1000)}\nrotation = {rows(own.rvec)}\n\n"
            for n, own in enumerate(RIG)
        )
    )
    return path


@pytest.mark.parametrize("turns", [0, 1, 2, 3, -1])
def test_caliscope_s_rotation_count_turns_frames_and_camera_together(tmp_path, turns):
    for found, own in zip(read_toml(caliscope(tmp_path / "camera_array.toml", turns)), RIG, strict=True):
        placed = place_camera(found, SIZE, VIDEO)
        image = np.zeros((720, 1280, 3), np.uint8)
        inside = [p for p in own.sees(points_mm()) if 20 < p[0] < 1260 and 20 < p[1] < 700][:5]
        for x, y in inside:  # dots where the camera sees the points, in the frame as it comes
            cv2.circle(image, (round(x), round(y)), 6, (255, 255, 255), -1)
        shown = placed.redraw(image)
        assert shown.shape[:2] == (placed.camera.height_px, placed.camera.width_px)
        assert (shown.shape[0] > shown.shape[1]) == (turns % 2 == 1)
        pixels, _ = project(points_mm(), placed.camera)
        raw = own.sees(points_mm())
        for x, y in inside:
            place = int(np.argmin(np.linalg.norm(raw - [x, y], axis=1)))
            column, row = np.round(pixels[place]).astype(int)
            assert shown[row, column, 0] == 255
        # turned back by hand: clockwise once takes (x, y) to (height - 1 - y, x)
        expected = raw.copy()
        size = np.array(SIZE)
        for _ in range(turns % 4):
            expected = np.stack([size[1] - 1 - expected[:, 1], expected[:, 0]], 1)
            size = size[::-1]
        np.testing.assert_allclose(pixels, expected, atol=TOLERANCE_PX)


def test_four_quarter_turns_are_none():
    (camera,) = [place_camera(found, SIZE, VIDEO).camera for found in [calibrated_truth(RIG[0])]]
    again = turned_camera(turned_camera(camera, 3), 1)
    np.testing.assert_allclose(project(points_mm(), again)[0], project(points_mm(), camera)[0], atol=1e-9)


def calibrated_truth(own: Truth):
    from modules.focus.calibration.common import calibrated

    return calibrated(own.name, SIZE, own.K, own.distortion, own.R, own.t_mm)


def test_opencap(tmp_path):
    found = []
    for own in RIG:
        path = tmp_path / own.name / "cameraIntrinsicsExtrinsics.pickle"
        path.parent.mkdir()
        content = {
            "intrinsicMat": own.K,
            "distortion": own.distortion[None],
            "imageSize": np.array([[720.0], [1280.0]]),
            "rotation": own.R,
            "translation": own.t_mm[:, None],
            "rotation_EulerAngles": own.rvec[:, None],
        }
        path.write_bytes(pickle.dumps(content, 4))
        found += read_opencap(path)
    check(found, RIG)


def test_easymocap_written_by_opencv_and_by_easymocap_itself(tmp_path):
    by_opencv, by_hand = tmp_path / "opencv", tmp_path / "hand"
    for folder in (by_opencv, by_hand):
        folder.mkdir()
    intri, extri = (cv2.FileStorage(str(by_opencv / f"{n}tri.yml"), cv2.FILE_STORAGE_WRITE) for n in ("in", "ex"))
    for storage in (intri, extri):
        storage.startWriteStruct("names", cv2.FILE_NODE_SEQ)
        for own in RIG:
            storage.write("", own.name)
        storage.endWriteStruct()
    for own in RIG:
        intri.write(f"K_{own.name}", own.K)
        intri.write(f"dist_{own.name}", own.distortion[None])
        extri.write(f"R_{own.name}", own.rvec[:, None])
        extri.write(f"Rot_{own.name}", own.R)
        extri.write(f"T_{own.name}", own.t_mm[:, None] / 1000)
    intri.release()
    extri.release()
    check(read_easymocap(by_opencv / "extri.yml"), RIG)

    def mat(key, value):
        data = ", ".join(f"{v:.9f}" for v in np.ravel(value))
        shape = np.atleast_2d(value).shape
        return f"{key}: !!opencv-matrix\r\n  rows: {shape[0]}\r\n  cols: {shape[1]}\r\n  dt: d\r\n  data: [{data}]\r\n"

    head = "%YAML:1.0\r\n---\r\nnames:\r\n" + "".join(f'  - "{own.name}"\r\n' for own in RIG)
    (by_hand / "intri.yml").write_text(
        head + "".join(
            mat(f"K_{own.name}", own.K) + mat(f"dist_{own.name}", own.distortion)
            + f"H_{own.name}: 720\r\nW_{own.name}: 1280\r\n"
            for own in RIG
        )
    )  # fmt: skip
    (by_hand / "extri.yml").write_text(
        head + "".join(mat(f"R_{own.name}", own.rvec) + mat(f"T_{own.name}", own.t_mm / 1000) for own in RIG)
    )
    found = read_easymocap(by_hand / "extri.yml")
    assert all(camera.size_known for camera in found)
    check(found, RIG)


def theia(rig, flip: bool) -> str:
    """The camera's axes as ours, or (y up, z backward) as Qualisys's."""
    axes = np.diag([1.0, -1.0, -1.0]) if flip else np.eye(3)
    body = ""
    for own in rig:
        R, t = axes @ own.R, axes @ own.t_mm
        k1, k2, p1, p2, k3 = own.distortion
        turn = " ".join(f'r{i + 1}{j + 1}="{R[i, j]:.12f}"' for i in range(3) for j in range(3))
        body += (
            f'<camera active="1" serial="{own.name}" viewrotation="0"><transform x="{t[0]:.9f}" y="{t[1]:.9f}" z="{t[2]:.9f}" '
            f'{turn}/><intrinsic focallength="9.2" sensorMinU="0" sensorMaxU="1279" sensorMinV="0" sensorMaxV="719" '
            f'focalLengthU="{own.K[0, 0]}" focalLengthV="{own.K[1, 1]}" centerPointU="{own.K[0, 2]}" '
            f'centerPointV="{own.K[1, 2]}" skew="0" radialDistortion1="{k1}" radialDistortion2="{k2}" '
            f'radialDistortion3="{k3}" tangentalDistortion1="{p1}" tangentalDistortion2="{p2}"/></camera>'
        )
    return f"<?xml version='1.0' encoding='UTF-8'?><calibration><cameras>{body}</cameras></calibration>"


@pytest.mark.parametrize("flip", [False, True])
def test_theia(tmp_path, flip):
    (tmp_path / "cal.xml").write_text(theia(RIG, flip))
    check(read_theia(tmp_path / "cal.xml"), RIG)
    (found,) = find_calibrations([tmp_path])
    assert found.format == "theia"


def qualisys(rig, extra: str = "") -> str:
    body = ""
    for own in rig:
        R, c = np.diag([1.0, -1.0, -1.0]) @ own.R, own.centre_mm
        k1, k2, p1, p2, k3 = own.distortion
        turn = " ".join(f'r{i + 1}{j + 1}="{R[i, j]:.12f}"' for i in range(3) for j in range(3))
        body += (
            f'<camera active="1" serial="{own.name}" model="Miqus"><fov_video left="0" top="0" right="1279" bottom="719"/>'
            f'<transform x="{c[0]:.9f}" y="{c[1]:.9f}" z="{c[2]:.9f}" {turn}/><intrinsic focalLengthU="{64 * own.K[0, 0]}" '
            f'focalLengthV="{64 * own.K[1, 1]}" centerPointU="{64 * own.K[0, 2]}" centerPointV="{64 * own.K[1, 2]}" '
            f'radialDistortion1="{k1}" radialDistortion2="{k2}" radialDistortion3="{k3}" tangentalDistortion1="{p1}" '
            f'tangentalDistortion2="{p2}"/></camera>'
        )
    return f"<?xml version='1.0' encoding='{{}}'?><calibration><cameras>{extra}{body}</cameras></calibration>"


MARKERS_ONLY = '<camera active="1" serial="m1" model="Oqus"><fov_marker left="0"/><transform x="0"/><intrinsic/></camera>'
INACTIVE = '<camera active="0" serial="off" model="Miqus Video"><fov_video left="0"/></camera>'


def test_qualisys_files_of_mixed_rigs(tmp_path):
    path = tmp_path / "mixed.qca.txt"
    path.write_text(qualisys(RIG, MARKERS_ONLY + INACTIVE).format("UTF-8"))
    check(read_qualisys(path), RIG)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "euc-kr", "cp949", "latin-1"])
def test_xml_in_any_encoding_that_it_names(tmp_path, encoding):
    note = "" if encoding == "latin-1" else "<!-- 보정 -->"
    text = qualisys(RIG, note).format(encoding.replace("-sig", ""))
    path = tmp_path / "a.qca.txt"
    path.write_bytes(text.encode(encoding))
    check(read_qualisys(path), RIG)


@pytest.mark.parametrize("encoding", ["klingon", "utf-7", "unicode_escape", "hex"])
def test_xml_in_an_unknown_encoding_is_told(tmp_path, encoding):
    path = tmp_path / "a.qca.txt"
    path.write_bytes(qualisys(RIG).format(encoding).encode("utf-16-be" if encoding == "hex" else "ascii") + b"\xff")
    with pytest.raises(CalibrationError, match=r"a\.qca\.txt"):
        read_qualisys(path)


def test_text_in_utf_16_and_with_a_byte_order_mark(maker, tmp_path):
    whole = maker.toml(tmp_path / "a.toml", {"cam01": maker.camera()}).read_text()
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        path = tmp_path / f"{encoding}.toml"
        path.write_bytes(whole.encode(encoding))
        assert read_toml(path)[0].name == "cam01"
    (tmp_path / "latin.toml").write_bytes("# caméra".encode("latin-1"))
    with pytest.raises(CalibrationError, match="not text in UTF-8"):
        read_text(tmp_path / "latin.toml")


def test_a_decimal_comma_is_named(tmp_path):
    path = tmp_path / "a.qca.txt"
    path.write_text(qualisys(RIG).format("UTF-8").replace('left="0"', 'left="0,5"'))
    with pytest.raises(CalibrationError, match=r"left is written with a decimal comma \(0,5\)"):
        read_qualisys(path)


def vicon(rig, k, aspect: float = 1.0, radial2: bool = True) -> str:
    body = ""
    for own in rig:
        x, y, z, w = Rotation.from_matrix(own.R).as_quat()
        cx, cy = own.K[0, 2], own.K[1, 2]
        radial = f'VICON_RADIAL2="ViconRadial2 {cx} {cy} {k[0]} {k[1]} {k[2]}"' if radial2 else f'VICON_RADIAL="{k[0]} {k[1]}"'
        c = own.centre_mm
        body += (
            f'<Camera DEVICEID="{own.name}" TYPE="Video" DISPLAY_TYPE="Vue" PIXEL_ASPECT_RATIO="{aspect}" SKEW="0" '
            f'SENSOR_SIZE="1280 720"><KeyFrames><KeyFrame FOCAL_LENGTH="{own.K[0, 0]}" PRINCIPAL_POINT="{cx} {cy}" '
            f'ORIENTATION="{x:.15f} {y:.15f} {z:.15f} {w:.15f}" POSITION="{c[0]:.9f} {c[1]:.9f} {c[2]:.9f}" WORLD_ERROR="0.1" '
            f"{radial}/></KeyFrames></Camera>"
        )
    marker = '<Camera DEVICEID="99" TYPE="Vantage" SENSOR_SIZE="10 10"><KeyFrames><KeyFrame/></KeyFrames></Camera>'
    return f'<?xml version="1.0" encoding="UTF-8"?><Cameras SOURCE="Tracker">{marker}{body}</Cameras>'


@pytest.mark.parametrize(("k", "radial2"), [((0, 0, 0), True), ((3e-8, 2e-14, 0), True), ((-2e-8, 0, 0), False)])
def test_vicon_pixels_corrected_as_vicon_says_are_the_pinhole_s(tmp_path, k, radial2):
    aspect = 900 / 905
    rig = [Truth(o.name, np.array([[o.K[0, 0], 0, o.K[0, 2]], [0, o.K[0, 0] / aspect, 355.0], [0, 0, 1]]), np.zeros(5), o.rvec,
                 o.t_mm) for o in RIG]  # fmt: skip
    path = tmp_path / "a.xcp"
    path.write_text(vicon(rig, k, aspect, radial2))
    for found, own in zip(read_vicon(path), rig, strict=True):
        placed = place_camera(found, SIZE, VIDEO)
        pixels, seen = project(points_mm(), placed.camera)
        assert seen.all()
        # corrected as the documentation says: the pixel moves along its radius, measured with square pixels
        centre = own.K[:2, 2]
        d = (pixels - centre) * [1, aspect]
        r2 = (d**2).sum(1, keepdims=True)
        corrected = d * (1 + k[0] * r2 + k[1] * r2**2 + k[2] * r2**3) / [1, aspect] + centre
        inside = ((pixels > 0) & (pixels < SIZE)).all(1)
        assert inside.sum() > 30
        np.testing.assert_allclose(corrected[inside], own.sees(points_mm())[inside], atol=TOLERANCE_PX)


def test_campus_and_shelf(tmp_path):
    content = {
        own.name: {
            "R": own.R.tolist(), "T": own.centre_mm[:, None].tolist(), "fx": own.K[0, 0], "fy": own.K[1, 1], "cx": own.K[0, 2],
            "cy": own.K[1, 2], "k": own.distortion[[0, 1, 4]][:, None].tolist(), "p": own.distortion[2:4][:, None].tolist(),
        }
        for own in RIG
    }  # fmt: skip
    path = tmp_path / "calibration_shelf.json"
    path.write_text(json.dumps(content))
    check(read_voxelpose(path), RIG)
    (found,) = find_calibrations([tmp_path])
    assert found.format == "voxelpose"


def test_mmpose_camera_parameters(maker, tmp_path):
    own = maker.camera(5)
    path = maker.panoptic_json(tmp_path / "camera_parameters.json", {"00_03": own})
    (found,) = find_calibrations([tmp_path])
    assert (found.format, [camera.name for camera in found.cameras]) == ("panoptic", ["01_01", "00_03"])
    ours_mm = np.stack([maker.points_m()[:, 0], maker.points_m()[:, 2], -maker.points_m()[:, 1]], axis=1) * 1000
    camera = read_panoptic(path)[0].camera
    np.testing.assert_allclose(project(ours_mm, camera)[0], own.project(maker.points_m()), atol=TOLERANCE_PX)


@pytest.mark.parametrize("compressed", [False, True])
def test_matlab(tmp_path, compressed):
    found = []
    for own in RIG:
        K = own.K.T.copy()
        K[2, :2] += 1  # MATLAB counts from 1
        content = {"K": K, "RDistort": own.distortion[[0, 1, 4]][None], "TDistort": own.distortion[2:4][None], "r": own.R.T,
                   "t": own.t_mm[None]}  # fmt: skip
        path = tmp_path / f"{own.name}_params.mat"
        savemat(path, content, do_compression=compressed)
        found += read_matlab(path)
    check(found, RIG)


def test_biocv(tmp_path):
    found = []
    for own in RIG:
        lines = ["1280", "720", *(" ".join(map(repr, row)) for row in own.K.tolist()), ""]
        lines += [" ".join(map(repr, row)) for row in np.column_stack([own.R, own.t_mm]).tolist()]
        lines += ["0 0 0 1", "", " ".join(map(repr, own.distortion.tolist())), ""]
        path = tmp_path / f"{own.name}.mp4.calib"
        path.write_text("\n".join(lines))
        found += read_biocv(path)
    check(found, RIG)


#: A lens that five coefficients hold, written with more of them; and lenses that they don't.
MILD = (0.1, 0.02, 0.0005, -0.0003, 0.001, 0.15, 0.03, 0.002)
STRONG = {
    8: (-3.1, 4.2, 0.002, -0.001, 0.8, -2.9, 3.7, 1.6),
    12: (-0.2, 0.06, 0.001, -0.002, -0.005, 0.1, 0.02, 0.001, 0.004, -0.002, 0.003, 0.001),
    14: (-0.2, 0.06, 0.001, -0.002, -0.005, 0.1, 0.02, 0.001, 0.004, -0.002, 0.003, 0.001, 0.02, -0.03),
}


def toml_of(own: Truth, path: Path, fisheye: bool = False) -> Path:
    path.write_text(
        f'[cam]\nname = "{own.name}"\nsize = [1280, 720]\nmatrix = {rows(own.K)}\ndistortions = {rows(own.distortion)}\n'
        f"rotation = {rows(own.rvec)}\ntranslation = {rows(own.t_mm / 1000)}\nfisheye = {str(fisheye).lower()}\n"
    )
    return path


def test_coefficients_that_are_zero_or_not_needed_change_nothing(tmp_path):
    zeros = truth(1, (*RIG[0].distortion, *np.zeros(3)))
    (found,) = read_toml(toml_of(zeros, tmp_path / "a.toml"))
    assert found.lens is None
    check([found], [zeros])
    mild = truth(1, MILD)
    check(read_toml(toml_of(mild, tmp_path / "b.toml")), [mild])


def redrawn_px(placed, own_sees: np.ndarray) -> np.ndarray:
    """Where points of a raw frame are in the redrawn one: the maps turned round at the nearest pixel, to first order."""
    x, y = placed.maps
    found = []
    for at in own_sees:
        row, column = np.unravel_index(np.argmin(np.hypot(x - at[0], y - at[1])), x.shape)
        row, column = np.clip(row, 1, x.shape[0] - 2), np.clip(column, 1, x.shape[1] - 2)
        jacobian = np.array(
            [
                [(x[row, column + 1] - x[row, column - 1]) / 2, (x[row + 1, column] - x[row - 1, column]) / 2],
                [(y[row, column + 1] - y[row, column - 1]) / 2, (y[row + 1, column] - y[row - 1, column]) / 2],
            ]
        )
        found.append(np.array([column, row]) + np.linalg.solve(jacobian, at - [x[row, column], y[row, column]]))
    return np.array(found)


@pytest.mark.parametrize("count", STRONG)
def test_lenses_of_8_12_and_14_coefficients(tmp_path, count):
    own = truth(1, STRONG[count])
    (found,) = read_toml(toml_of(own, tmp_path / "a.toml"))
    placed = place_camera(found, SIZE, VIDEO)
    points = points_mm() * 0.5
    pixels, seen = project(points, placed.camera)
    assert seen.all()
    if placed.maps is None:
        np.testing.assert_allclose(pixels, own.sees(points), atol=TOLERANCE_PX)
        return
    assert any(f"{count} coefficients" in note for note in placed.notes)
    np.testing.assert_allclose(redrawn_px(placed, own.sees(points)), pixels, atol=TOLERANCE_PX)


def test_a_fisheye_lens_is_drawn_again(tmp_path):
    own = truth(1, (0.05, -0.01, 0.003, -0.001))
    (found,) = read_toml(toml_of(own, tmp_path / "a.toml", fisheye=True))
    placed = place_camera(found, SIZE, VIDEO)
    points = points_mm() * 0.5
    raw = cv2.fisheye.projectPoints(points[:, None], own.rvec, own.t_mm, own.K, own.distortion)[0][:, 0]
    assert any("fisheye" in note for note in placed.notes)
    pixels, seen = project(points, placed.camera)
    assert seen.all()
    inside = ((pixels > 2) & (pixels < np.array(SIZE) - 3)).all(1)
    assert inside.sum() > 30
    np.testing.assert_allclose(redrawn_px(placed, raw[inside]), pixels[inside], atol=TOLERANCE_PX)
    # and a real dot lands there
    image = np.zeros((720, 1280, 3), np.uint8)
    place = int(np.flatnonzero(inside)[0])
    cv2.circle(image, tuple(np.round(raw[place]).astype(int).tolist()), 6, (255, 255, 255), -1)
    column, row = np.round(pixels[place]).astype(int)
    assert placed.redraw(image)[row, column, 0] == 255


def test_frames_of_another_size_and_the_same_shape_scale_the_calibration():
    own = RIG[0]
    placed = place_camera(calibrated_truth(own), (640, 360), VIDEO)
    # pixel centres: x of the half-size frame is (x + 1/2) / 2 - 1/2
    np.testing.assert_allclose(
        project(points_mm(), placed.camera)[0], (own.sees(points_mm()) + 0.5) / 2 - 0.5, atol=TOLERANCE_PX
    )
    assert any("calibration is scaled" in note for note in placed.notes)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("matrix = [[900, 0, 0], [0, 900, 0], [640, 360, 1]]", "transposed"),
        ("matrix = [[0, 0, 0], [0, 0, 0], [0, 0, 0]]", "last row of K"),
        ("rotation = [90.0, 0.0, 45.0]", "degrees"),
        ("distortions = [1e300, 0, 0, 0, 0]", "far too large"),
        ("distortions = [0, 0, 0]", "expected 0, 4, 5, 8, 12 or 14"),
        (f"translation = [{'9' * 400}, 0, 0]", "not an array of numbers"),
        (f"translation = [{'9' * 5000}, 0, 0]", "not valid TOML"),
        ("size = [1e9, 1e9]", "far too large"),
        ("rotation = [[1e200, 0, 0], [0, 1, 0], [0, 0, 1]]", "far too large"),
        ("rotation = [[1.5, 0, 0], [0, 1, 0], [0, 0, 1]]", "R is not a rotation"),
        ("a." * 50 + "b = 1", "too many parts"),
        ("deep = " + "[" * 3000 + "]" * 3000, "nested too deeply"),
    ],
)
def test_numbers_that_make_no_camera_are_refused_by_name(tmp_path, line, reason):
    path = toml_of(RIG[0], tmp_path / "rig.toml")
    key = line.split(" = ")[0]
    path.write_text("\n".join(line if old.startswith(key + " =") else old for old in path.read_text().splitlines()))
    if line not in path.read_text():
        path.write_text(f"{path.read_text()}\n{line}\n")
    with pytest.raises(CalibrationError, match=rf"rig\.toml.*{reason}"):
        read_toml(path)
