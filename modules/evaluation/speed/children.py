"""Starts the program itself and watches it from outside: time to the first pose, peak memory, steps of the start-up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from modules.core.errors import UserError
from modules.evaluation.common.options import PROJECT_DIR
from modules.evaluation.speed.footprint import MB

POLL_S = 0.02
TIMEOUT_S = 3600.0


class ChildError(UserError):
    """A measured process that failed."""


def has_display() -> bool:
    """Whether a window can be opened."""
    return not sys.platform.startswith("linux") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    )


def ask_footprint(what: str, options: Sequence[str]) -> dict[str, Any]:
    """Runs ``modules.evaluation.speed.footprint`` and reads the JSON it prints; ChildError with its last line if it fails."""
    command = [sys.executable, "-m", "modules.evaluation.speed.footprint", what, *options]
    done = subprocess.run(command, cwd=PROJECT_DIR, capture_output=True, text=True, check=False, timeout=TIMEOUT_S)
    if done.returncode:
        raise _failed(command, done.returncode, done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def watch_headless(options: Sequence[str], frames: str = "0:") -> dict[str, float]:
    """Runs ``run.py --headless`` into a temporary folder, where nothing is computed yet.

    Args:
        options: more of its options. frames: its ``--frames``.

    Returns:
        first_pose_s: seconds from the start of the process to the first line of poses on disk; total_s; peak_mb, resident.
    """
    with tempfile.TemporaryDirectory() as folder:
        own = ("--out", folder, "--set", f"TAKE.FOLDER={folder}/takes")
        command = [sys.executable, "run.py", "--headless", *own, "--frames", frames, *options]
        return watch(command, lambda: _has_poses(Path(folder)))


def watch(command: Sequence[str], is_ready: Callable[[], bool]) -> dict[str, float]:
    """Starts a command and waits for it; when ``is_ready()`` first became true, how long it ran, its peak memory.

    Raises:
        ChildError: it failed.
    """
    with tempfile.TemporaryFile("w+") as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=PROJECT_DIR, stdout=subprocess.DEVNULL, stderr=errors)
        ready_s, peak_mb = None, 0.0
        while True:
            peak_mb = max(peak_mb, _peak_mb(process.pid))
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ready_s is None and is_ready():
                ready_s = time.perf_counter() - start
            if pid:
                break
            time.sleep(POLL_S)
        total_s = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)  # reaped above: the object must not wait again
        if process.returncode:
            errors.seek(0)
            raise _failed(command, process.returncode, errors.read())
    unit = 1 if sys.platform == "darwin" else 1024
    # the system's last word counts this process in, from which the other one was split off
    peak_mb = peak_mb or usage.ru_maxrss * unit / MB
    return {"first_pose_s": total_s if ready_s is None else ready_s, "total_s": total_s, "peak_mb": peak_mb}


def _peak_mb(pid: int) -> float:
    """Largest resident size of a process since its program began, MB; 0 where /proc does not tell, or no more."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    kb = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(kb[0]) * 1024 / MB if kb else 0.0


def _has_poses(folder: Path) -> bool:
    """Whether a file of poses has its header and one frame."""
    return any(path.read_bytes().count(b"\n") >= 2 for path in folder.glob("poses*.jsonl"))


def _failed(command: Sequence[str], code: int, errors: str) -> ChildError:
    last = errors.strip().splitlines()[-1] if errors.strip() else "no message"
    return ChildError("{command} ended with exit code {code}: {reason}", command=" ".join(command[1:4]), code=code, reason=last)
