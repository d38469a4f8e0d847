"""Pickles of arrays are read as numpy wrote them; nothing that a pickle names is ever run."""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess

import numpy as np
import pytest

from modules.core.errors import CalibrationError
from modules.focus.calibration.focus_pickle import read_focus_pickle
from modules.focus.calibration.safe_pickle import PickleRefused, load_arrays

ARRAYS = [
    np.arange(6.0).reshape(2, 3),
    np.asfortranarray(np.arange(6, dtype=np.int32).reshape(2, 3)),
    np.arange(3, dtype=">f4"),
    np.zeros((0, 3)),
    np.array(2.5),
    np.array([True, False]),
]


@pytest.mark.parametrize("protocol", range(6))
def test_arrays_come_back_as_they_were(protocol):
    content = {"arrays": ARRAYS, "number": np.float64(1.25), "int": np.int64(-3), "text": "x", "pair": (1, 2.0), "none": None}
    loaded = load_arrays(pickle.dumps(content, protocol))
    for before, after in zip(ARRAYS, loaded["arrays"], strict=True):
        np.testing.assert_array_equal(after, before)
        assert after.dtype == before.dtype
    assert (loaded["number"], loaded["int"], loaded["text"], loaded["none"]) == (1.25, -3, "x", None)
    assert loaded["pair"] == [1, 2.0]


def test_numpy_1_and_2_spellings_are_both_read():
    data = pickle.dumps(np.arange(3.0), protocol=2)
    old, new = b"numpy.core.multiarray", b"numpy._core.multiarray"
    assert old in data or new in data
    for spelling in (old, new):
        np.testing.assert_array_equal(load_arrays(data.replace(new, old).replace(old, spelling)), [0, 1, 2])


class Runs:
    """Pickles to a call of ``function``."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    ("function", "name"), [(os.system, "system"), (eval, "eval"), (subprocess.Popen, "Popen"), (os.remove, "remove")]
)
def test_a_malicious_pickle_runs_nothing_and_is_refused_by_name(tmp_path, function, name, protocol):
    witness = tmp_path / "witness"
    witness.write_text("here")
    commands = {
        "system": f"touch {tmp_path}/ran",
        "eval": f"open({str(tmp_path / 'ran')!r}, 'w')",
        "Popen": ["touch", str(tmp_path / "ran")],
        "remove": str(witness),
    }
    path = tmp_path / "camera1.pkl"
    path.write_bytes(pickle.dumps({"rvec": Runs(function, commands[name])}, protocol))
    with pytest.raises(CalibrationError, match=rf"camera1\.pkl was refused: it names [\w.]*{name}"):
        read_focus_pickle(path, "cam")
    assert not (tmp_path / "ran").exists()
    assert witness.exists()
    pickle.loads(path.read_bytes())  # the control: plain loading does run it
    if name == "eval":
        assert (tmp_path / "ran").exists()
    if name == "remove":
        assert not witness.exists()


@pytest.mark.parametrize(
    "opcodes",
    [
        b"cbuiltins\ngetattr\n.",
        b"\x80\x04\x8c\x0cnumpy.ctypes\x8c\x03CDL\x93.",
        b"cnumpy\nload\n.",
        b"cnumpy.core.multiarray\nfromfile\n.",
        b"\x80\x04\x8c\x08builtins\x8c\x0cobject.a.b.c\x93.",
    ],
)
def test_any_other_name_is_refused(opcodes):
    with pytest.raises(PickleRefused):
        load_arrays(opcodes)


def test_a_pickle_can_not_leave_anything_behind_for_the_next():
    # BUILD on the stand-in for numpy.dtype: set an attribute on the class itself
    poison = b"\x80\x02cnumpy\ndtype\n}X\x05\x00\x00\x00dtypeX\x01\x00\x00\x00xsb."
    with contextlib.suppress(ValueError):
        load_arrays(poison)
    np.testing.assert_array_equal(load_arrays(pickle.dumps(np.arange(3.0))), [0, 1, 2])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a pickle",
        pickle.dumps(np.arange(9.0))[:-20],
        b"\x80\x04.",
        b"\x80\xff",
        pickle.dumps(np.array([object()]))[:40],
    ],
)
def test_damaged_pickles_are_value_errors(data):
    with pytest.raises(ValueError, match=r"\w"):
        load_arrays(data)


def test_arrays_of_objects_or_texts_are_refused():
    for array in (np.array([None, 1], dtype=object), np.array(["a"])):
        with pytest.raises(ValueError, match="not an array of numbers"):
            load_arrays(pickle.dumps(array))


def test_a_claimed_size_beyond_the_content_is_refused():
    data = pickle.dumps(np.zeros(7), protocol=2)
    with pytest.raises(ValueError, match=r"\w"):
        load_arrays(data.replace(b"K\x07\x85", b"K\x77\x85"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ([1, 2], "expected a table"),
        ({"rvec": np.zeros(3)}, "camera_matrix is missing"),
        (
            {"rvec": np.zeros(3), "tvec": np.zeros(3), "camera_matrix": np.full((3, 3), 9.0), "dist_coeffs": np.zeros(8)},
            "last row of K",
        ),
        (
            {"rvec": np.full(3, np.nan), "tvec": np.zeros(3), "camera_matrix": np.eye(3), "dist_coeffs": np.zeros(5)},
            "not finite",
        ),
        ({"rvec": "a", "tvec": np.zeros(3), "camera_matrix": np.eye(3), "dist_coeffs": np.zeros(5)}, "rvec is not an array"),
    ],
)
def test_a_pickle_that_is_no_camera_is_refused(tmp_path, content, reason):
    path = tmp_path / "camera1.pkl"
    path.write_bytes(pickle.dumps(content))
    with pytest.raises(CalibrationError, match=rf"camera1\.pkl.*{reason}"):
        read_focus_pickle(path, "cam")
