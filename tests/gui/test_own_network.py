"""An ONNX file of the user's with 26 joints through window, take and panes to a TRC with feet."""

from __future__ import annotations

from dataclasses import replace

import av
import numpy as np
import pytest
from PyQt5.QtCore import QSettings, Qt

import poc_ui
from modules.core.config import DEFAULT_CONFIG, load_config
from modules.core.geometry import apply_affine, frame_to_network, project
from modules.core.skeleton import JOINT_NAMES, LEFT_ANKLE, MID_HIP, RIGHT_ANKLE, extra_parent, foot_limbs
from modules.estimator.onnx.joint_sets import load_joint_set
from modules.gui.background.messages import OpenRequest
from modules.gui.i18n import set_language
from modules.gui.view3d.scene import people_mesh
from modules.gui.window.main_window import MainWindow
from modules.rig.write import write_calibration
from modules.SelfPose3d.lib.training.bodies import sample_people
from modules.SelfPose3d.lib.training.rigs import look_at

pytest.importorskip("openvino", reason="OpenVINO has no wheel for this system, and runs the ONNX file")
helper = pytest.importorskip("onnx.helper", reason="onnx has no wheel for this Python, and the model here is made with it")

FRAMES, SIZE, NETWORK, CELLS = 8, (640, 512), (320, 256), (80, 64)
#: View n is filled with n steps of grey, which the model answers to.
STEP = 60
WAIT_MS = 120_000
HALPE = load_joint_set("halpe26")
CAMERAS = tuple(
    look_at(f"cam{n + 1}", SIZE, 420.0, np.array([3800 * np.cos(a), 3800 * np.sin(a), 1700.0]), np.array([0.0, 0, 900]))
    for n, a in enumerate((0.4, 2.0, 3.6, 5.1))
)


@pytest.fixture(scope="module")
def joints_mm():
    """float64 [26, 3]: somebody beside the origin; toes and heels lie 100 mm in front of and behind the ankles."""
    body = sample_people(np.random.default_rng(5), 1).joints_mm[0]
    body = body - body[MID_HIP] + np.array([200.0, -150.0, 950.0])
    made = np.empty((len(HALPE.names), 3))
    for n, name in enumerate(HALPE.names):
        if name in JOINT_NAMES:
            made[n] = body[JOINT_NAMES.index(name)]
        else:
            made[n] = body[extra_parent(name)] + np.array([100.0, 40.0 if "big" in name else -40.0, -50.0]) * (
                -1 if "heel" in name else 1
            )
    return made


@pytest.fixture(scope="module")
def recording(tmp_path_factory, joints_mm):
    """A recording of four grey videos, and the ONNX file that sees the person in them."""
    from onnx_models import answering

    folder = tmp_path_factory.mktemp("own") / "recording"
    (folder / "videos").mkdir(parents=True)
    (folder / "calibration").mkdir()
    write_calibration(CAMERAS, folder / "calibration", "Calib")
    for n, camera in enumerate(CAMERAS):
        with av.open(str(folder / "videos" / f"{camera.name}.mp4"), "w") as container:
            stream = container.add_stream("mpeg4", rate=25)
            stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
            for _ in range(FRAMES):
                image = np.full((SIZE[1], SIZE[0], 3), STEP * n, np.uint8)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
            container.mux(stream.encode(None))
    affine = frame_to_network(SIZE, NETWORK)
    cells = np.stack([apply_affine(project(joints_mm, camera)[0], affine) / 4 for camera in CAMERAS])
    gx, gy = (np.exp(-0.5 * ((np.arange(side) - cells[..., n, None]) / 1.1) ** 2) for n, side in enumerate(CELLS))
    maps = 0.9 * gy[..., :, None] * gx[..., None, :]
    return folder, answering(folder.parent / "own.onnx", {"maps": maps}, NETWORK)


@pytest.fixture
def window(qtbot, recording, tmp_path):
    folder, model = recording
    config = load_config(DEFAULT_CONFIG, {
        "TAKE.FOLDER": str(tmp_path / "takes"), "TAKE.SHORTEST_TRACK": 1, "RIG.CHECK": False, "MULTI_PERSON.RIG": "",
        "BACKBONE_MODEL": "onnx", "WEIGHTS.BACKBONE": str(model), "ONNX.JOINTS": "halpe26", "ONNX.STD": [float(STEP)] * 3,
        "NETWORK.IMAGE_SIZE": list(NETWORK), "NETWORK.HEATMAP_SIZE": list(CELLS),
        "MULTI_PERSON.SPACE_SIZE": [5000.0, 5000.0, 2000.0], "MULTI_PERSON.SPACE_CENTER": [0.0, 0.0, 800.0],
        "MULTI_PERSON.INITIAL_CUBE_SIZE": [48, 48, 12], "FILTER.ANKLE_RANGE_MM": [-500.0, 900.0], "RUNTIME.HALF_PRECISION": [],
    })  # fmt: skip
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.IniFormat)
    settings.setValue("language", "en")
    window = MainWindow(poc_ui.compose, config, DEFAULT_CONFIG, settings)
    window.results = []
    window.controller.result_shown.connect(lambda _frame, result: window.results.append(result) if result is not None else None)
    qtbot.addWidget(window)
    window.show()
    window.start(OpenRequest(folder, "auto", {}))
    yield window
    window.close()
    set_language("en")


def test_26_joints_go_through_take_and_panes_into_a_trc_with_feet(qtbot, window, joints_mm, tmp_path):
    extra = joints_mm[list(HALPE.extra)]
    qtbot.waitUntil(lambda: bool(window.results) and len(window.results[-1].persons) == 1, timeout=WAIT_MS)
    result = window.results[-1]
    assert result.extra_names == HALPE.extra_names
    off = np.linalg.norm(result.persons[0].extra_world_mm - extra, axis=1)
    assert np.median(off) < 20

    # both kinds of panes draw them: the picture of a view and the mesh of the room differ from those without
    view = window.docks.cameras.views[0]
    toe = HALPE.extra_names.index("left_big_toe")
    at = view.to_widget(result.persons[0].extra_px[0, toe]).round().astype(int)
    assert view.grab().toImage().pixelColor(*(int(v) for v in at)).saturation() > 60  # the video is grey
    bare = replace(
        result, persons=tuple(replace(p, extra_world_mm=None, extra_px=None) for p in result.persons), extra_names=()
    )
    assert len(people_mesh(result, None, (0, 0, 0)).vertices) > len(people_mesh(bare, None, (0, 0, 0)).vertices)

    # computed ahead, everything is in the take, and motion carries it into a file
    qtbot.waitUntil(lambda: len(window.controller.results.computed(0.0)) == FRAMES, timeout=WAIT_MS)
    model = window.motion.model
    qtbot.waitUntil(lambda: model.smooth is not None and len(model.smooth.frames) == FRAMES and model.current, timeout=WAIT_MS)
    window.motion.ask()
    qtbot.waitUntil(lambda: window.motion.dialog is not None, timeout=WAIT_MS)
    dialog = window.motion.dialog
    for name, box in dialog.formats.items():
        box.setChecked(name == "trc")
    dialog.folder.setText(str(tmp_path / "motion"))
    qtbot.mouseClick(dialog.export, Qt.LeftButton)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=WAIT_MS)
    (path,) = (tmp_path / "motion").glob("*.trc")
    markers = read_trc(path)
    for side, ankle in (("left", LEFT_ANKLE), ("right", RIGHT_ANKLE)):
        for part in ("big_toe", "small_toe", "heel"):
            name = f"{side}_{part}"
            assert any(result.extra_names[n] == name and parent == ankle for parent, n in foot_limbs(result.extra_names))
            found = markers[name] - markers[{"left": "LAnkle", "right": "RAnkle"}[side]]
            expected = extra[result.extra_names.index(name)] - joints_mm[HALPE.names.index(f"{side}_ankle")]
            # whichever way the file's axes lie, the distance is the same
            np.testing.assert_allclose(np.linalg.norm(found, axis=1) * 1000, np.linalg.norm(expected), atol=40)


def read_trc(path):
    """Marker -> float64 [frame, 3], m."""
    lines = path.read_text().splitlines()
    names = [name for name in lines[3].split("\t")[2:] if name]
    values = np.array([line.split("\t")[2 : 2 + 3 * len(names)] for line in lines[5:] if line], float)
    assert len(values) == FRAMES
    return {name: values[:, 3 * n : 3 * n + 3] for n, name in enumerate(names)}
