"""Where files of what is open go unless somebody says otherwise."""

from __future__ import annotations

from pathlib import Path

from modules.core.config import CONFIG_DIR
from modules.core.names import readable

from ..background.messages import Opened


def usual_folder(opened: Opened) -> Path:
    """Where ``run.py`` saves too: beside the take, unless that was opened from elsewhere."""
    pictures, beside = opened.pictures, opened.results.path.parent.absolute()
    name = readable(opened.results.header.recording if pictures is None else pictures.path.resolve().name)
    if beside.name.startswith(name):  # with a part of its own where another recording has the name
        return beside
    output = CONFIG_DIR.parent / "output"
    return (output if output.is_dir() else output.parent) / name
