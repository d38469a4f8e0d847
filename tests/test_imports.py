"""Who may import whom, and that importing does nothing else."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
#: room → rooms that it may import besides itself.
ALLOWED = {
    "core": set(),
    "SelfPose3d": {"core"},
    "focus": {"core"},
    "export": {"core"},
    "gui": {"core"},
    "rig": {"core"},
    "take": {"core"},
    "motion": {"core"},
    "estimator": {"core", "SelfPose3d"},
}
#: room → outside packages that it must not import.
FORBIDDEN = {
    "core": {"PyQt5", "pyqtgraph", "cv2"},
    "SelfPose3d": {"PyQt5", "pyqtgraph"},
    "focus": {"PyQt5", "pyqtgraph"},
    "estimator": {"PyQt5", "pyqtgraph", "cv2"},
    "export": {"PyQt5", "pyqtgraph", "torch"},
    "gui": {"torch", "cv2"},
    "rig": {"PyQt5", "pyqtgraph", "torch"},
    "take": {"PyQt5", "pyqtgraph", "torch"},
    "motion": {"PyQt5", "pyqtgraph", "torch", "cv2"},
}
#: Commands that stand in the room whose work they do and ask composition for the rest, when they are run.
COMMANDS = {"rig/calibrate.py"}
FILES = sorted((ROOT / "modules").rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Absolute names of all imports in a file, wherever they stand."""
    names: set[str] = set()
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_rooms_keep_to_their_neighbours(path):
    parts = path.relative_to(ROOT / "modules").parts
    if len(parts) == 1 or parts[0] not in ALLOWED:
        return  # composition and evaluation bring rooms together
    room = parts[0]
    names = imported(path)
    rooms = {name.split(".")[1] for name in names if name.startswith("modules.")} - {room}
    if "/".join(parts) in COMMANDS:
        rooms -= {"composition"}
    assert rooms <= ALLOWED[room]
    assert not {name.split(".")[0] for name in names} & FORBIDDEN[room]


#: Room of the rig → its rooms that it may import. Files beside the rooms (commands, the wizard's sessions) bring them together.
RIG_ROOMS = {
    "seen": set(),
    "check": {"seen", "sync"},
    "adjust": {"seen"},
    "people": {"seen", "adjust"},
    "mend": {"seen", "adjust"},
    "sync": {"seen", "adjust", "people"},
    "board": set(),
}
RIG = ROOT / "modules" / "rig"


@pytest.mark.parametrize("room", sorted(path.parent.name for path in RIG.glob("*/__init__.py")))
def test_the_rigs_rooms_build_on_one_another_in_one_direction(room):
    names = set().union(*(imported(path) for path in (RIG / room).glob("*.py")))
    rooms = {parts[2] for parts in (name.split(".") for name in names) if parts[:2] == ["modules", "rig"] and len(parts) > 2}
    assert rooms & set(RIG_ROOMS) <= RIG_ROOMS[room] | {room}


#: Each file of composition builds on those before it.
COMPOSITION = ("places", "networks", "rig", "sources", "takes", "movement", "files", "calibrating")


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "modules/composition").glob("[!_]*.py")))
def test_composition_builds_up_in_one_direction(name):
    names = imported(ROOT / f"modules/composition/{name}.py")
    used = {parts[2] for parts in (n.split(".") for n in names) if parts[:2] == ["modules", "composition"] and len(parts) > 2}
    assert used <= set(COMPOSITION[: COMPOSITION.index(name)])


def test_opencv_is_asked_in_the_rig_only_for_what_it_keeps_well():
    """Boards, five-point and PnP RANSAC: a well-kept library's. Everything else in that room is numpy and scipy."""
    users = {path.name for path in FILES if path.is_relative_to(RIG) and "cv2" in {n.split(".")[0] for n in imported(path)}}
    assert users <= {"board_views.py", "essential.py"}


def test_no_file_edits_the_import_path_or_swallows_errors():
    for path in FILES + sorted(ROOT.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert "sys.path" not in text, path
        assert "strict=False" not in text, path
        assert "pickle.load(" not in text, path
        assert "torchvision" not in {name.split(".")[0] for name in imported(path)}, path


def test_importing_the_rooms_opens_no_window_and_no_file(tmp_path):
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in FILES
        if path.name != "__init__.py" and path.parent.name != "translations"
    ]
    code = f"import importlib\nfor name in {modules!r}: importlib.import_module(name)"
    done = subprocess.run([sys.executable, "-"], input=code, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""


def test_no_two_test_files_have_one_name():
    """pytest imports test files by their bare name: two of one name can't run together."""
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)
