"""The README's lists of formats are the program's."""

from __future__ import annotations

from pathlib import Path

import pytest

from modules.core.formats import CALIBRATION_FORMATS, RECORDING_FORMATS
from modules.gui.translations.update import HERE, read_ts

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("formats", [RECORDING_FORMATS, CALIBRATION_FORMATS], ids=["recordings", "calibrations"])
def test_every_format_is_in_both_readmes_as_the_window_has_it(formats):
    korean = read_ts(HERE / "selfpose3d_ko.ts")
    english_text, korean_text = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.ko.md"))
    for name, line in formats.items():
        assert f"| `{name}` | {line} |" in english_text
        assert f"| `{name}` | {korean['errors', line]} |" in korean_text
