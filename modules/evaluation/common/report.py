"""Tables for people, JSON for programs: how every figure of the evaluation leaves the house."""

from __future__ import annotations

import json
import math
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from yacs.config import CfgNode

from modules.core.errors import UserError
from modules.core.files import write_whole
from modules.core.protocols import Estimator, FrameSource

#: What brings the rooms together; tests put fakes here.
OpenRoom = Callable[[CfgNode], FrameSource]
MakeEstimator = Callable[[CfgNode], Estimator]


def run_command(
    work: Callable[[OpenRoom, MakeEstimator], None], open_source: OpenRoom | None, make_estimator: MakeEstimator | None
) -> int:
    """Does a command's work with the program's own parts, or with others; 0, or 1 with a sentence on stderr."""
    from modules import composition

    try:
        work(open_source or composition.open_source, make_estimator or composition.make_estimator)
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


@dataclass
class Report:
    """What a run of a command has measured so far: tables to read, figures to store."""

    tables: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def show(self, table: str) -> None:
        """Prints a table now and keeps it."""
        print(table, end="\n\n", flush=True)
        self.tables.append(table)

    def save(self, folder: Path, name: str) -> None:
        """Writes ``name``.json, with the machine's description, and ``name``.md; ExportError."""
        self.figures["machine"] = machine()
        write_json(folder / f"{name}.json", self.figures)
        write_text(folder / f"{name}.md", "\n\n".join(self.tables) + "\n")


def markdown_table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table, its columns padded so that it also reads in a terminal; floats as ``number`` writes them."""
    cells = [[c if isinstance(c, str) else number(c) for c in row] for row in rows]
    widths = [max(len(h), 3, *(len(row[i]) for row in cells)) if cells else max(len(h), 3) for i, h in enumerate(headers)]
    lines = [headers, ["-" * w for w in widths], *cells]
    return "\n".join("| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |" for line in lines)


def number(value: object) -> str:
    """Three significant digits for a float (whole numbers from 100 on), "–" for NaN and None."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, (float, np.floating)):
        if value != 0 and abs(value) < 100:
            return f"{value:.3g}"
        return f"{value:.0f}"
    return str(value)


def percent(share: float) -> str:
    """A share 0–1 as "98.5 %"; "–" for NaN."""
    return "–" if math.isnan(share) else f"{100 * share:.1f} %"


def plain(value: Any) -> Any:
    """``value`` as JSON can hold it: NaN and infinity become null, arrays lists, keys strings."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, np.integer):
        return int(value)
    return value


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Writes JSON as ``write_text`` does."""
    write_text(path, json.dumps(plain(content), indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """As ``write_whole``; ExportError."""
    write_whole(path, text.encode("utf-8"))


def machine() -> dict[str, Any]:
    """What the figures were measured on: processor, cores, Python and torch; the graphics card's name where there is one."""
    import torch

    return {
        "processor": processor_name(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torch_threads": torch.get_num_threads(),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
    }


def processor_name() -> str:
    """The processor's model name; its architecture where the system doesn't tell."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
