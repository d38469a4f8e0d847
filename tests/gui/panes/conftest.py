"""Panes on a fake recording: four cameras, two people in full detail and one beyond the LoD distance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from gui_fakes import FakeEstimator, FakeSource

from modules.core.types import FrameSet, PoseResult

#: People stand 700, 1600 and 2500 mm from the origin.
LOD_MM = 2000.0


@dataclass(frozen=True)
class Shown:
    """A frame and its result."""

    frame: FrameSet
    result: PoseResult


@pytest.fixture
def compute() -> Callable[..., Shown]:
    """(frame index, LoD distance) → frame and result with three people."""
    source, estimator = FakeSource(), FakeEstimator(3)

    def made(index: int = 0, lod_mm: float = LOD_MM) -> Shown:
        frame = source.read(index)
        return Shown(frame, estimator.refine(estimator.detect(frame), lod_mm))

    return made


@pytest.fixture
def shown(compute: Callable[..., Shown]) -> Shown:
    """Frame 0 at LOD_MM: people 0 and 1 in full detail, 2 its root only."""
    return compute()


@pytest.fixture(autouse=True)
def _nothing_fails_in_drawing(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """pyqtgraph prints what goes wrong while it draws and goes on."""
    yield
    out, err = capfd.readouterr()
    assert "Error while drawing" not in out + err
    assert "Traceback" not in out + err
