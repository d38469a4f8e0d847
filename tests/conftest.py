"""What all tests share: Qt's attributes before its application exists, and the demo recording.

An uncaught exception in a slot fails its test through pytest-qt; ``test_slot_exceptions.py`` proves that it does here.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

# many small matrices are solved here: BLAS threads that wait for one another on a busy machine take ten times as long
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parents[1]

if importlib.util.find_spec("PyQt5") is not None:
    from PyQt5.QtCore import QCoreApplication, Qt

    QCoreApplication.setAttribute(Qt.AA_ShareOpenGLContexts)  # without it a second OpenGL view loses its items


@pytest.fixture(scope="session")
def demo_dir() -> Path:
    """The demo recording: two people, four cameras, 100 frames."""
    folder = ROOT / "data" / "Demo_MultiPerson"
    if not (folder / "videos").is_dir():
        pytest.skip("data/Demo_MultiPerson is not here: run `python quick_setup.py` to fetch it")
    return folder
