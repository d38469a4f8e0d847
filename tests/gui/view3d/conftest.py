"""The 3D view on a fake recording: four cameras, two people in full detail and one beyond the LoD distance."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _nothing_fails_in_drawing(drawing_is_watched: None) -> None:
    """In every test of this folder."""
