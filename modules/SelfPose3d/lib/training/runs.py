"""The folder of a training run: checkpoint, best weights, figures."""

from __future__ import annotations

import json
import math
import os
import pickle
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
import yaml
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from yacs.config import CfgNode

from modules.core.config import get_key
from modules.core.errors import CheckpointError, ConfigError
from modules.core.types import Camera

from .rigs import load_rigs


class Run:
    """Where a run keeps its files; everything is written beside and moved into place, so a kill leaves the last good ones.

    Args:
        folder: made if need be. net: "pose", "root" or "refine". config: its ``keys`` are stored with the exported weights.
        prefix: what the exported keys begin with.
    """

    def __init__(self, folder: Path, net: str, config: CfgNode, prefix: str = "", keys: Sequence[str] = ()) -> None:
        self.folder, self.net, self.config, self.prefix, self.keys = folder, net, config, prefix, keys
        folder.mkdir(parents=True, exist_ok=True)
        self.best_score = float("inf")
        self.best_figures: dict[str, dict[str, float]] = {}
        self.seconds = 0.0
        self._since = self._saved = time.monotonic()

    @property
    def checkpoint(self) -> Path:
        """The file to resume from."""
        return self.folder / "checkpoint.pt"

    @property
    def best(self) -> Path:
        """The best weights so far: a safetensors state dict as the network's part loads it."""
        return self.folder / "best.safetensors"

    def exists(self) -> bool:
        """Whether a run has been here."""
        return self.checkpoint.is_file()

    def is_due(self) -> bool:
        """Whether the next checkpoint is."""
        return time.monotonic() - self._saved >= self.config.FIT.CHECKPOINT_SECONDS

    def save(self, state: Mapping[str, Any]) -> None:
        """Writes the checkpoint."""
        now = time.monotonic()
        self.seconds += now - self._since
        self._since = self._saved = now
        content = {**state, "best_score": self.best_score, "best_figures": self.best_figures, "seconds": self.seconds}
        save_state(self.checkpoint, content)

    def load(self) -> dict[str, Any] | None:
        """The checkpoint's state; None if there is none; CheckpointError if it is damaged or another net's."""
        if not self.exists():
            return None
        try:
            state = torch.load(self.checkpoint, map_location="cpu", weights_only=True)
        except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
            raise CheckpointError(
                "Can't resume from {file}: {reason}. Delete it to start again.", file=self.checkpoint, reason=error
            ) from error
        if state.get("net") != self.net:
            raise CheckpointError(
                "{file} belongs to a run of the {net} net: choose another folder.", file=self.checkpoint, net=state.get("net")
            )
        self.best_score, self.best_figures = state["best_score"], state["best_figures"]
        self.seconds = state["seconds"]
        return state

    def record(
        self, step: int, score: float, figures: dict[str, dict[str, float]], weights: Mapping[str, torch.Tensor]
    ) -> None:
        """Notes a validation; the best weights so far are exported, the first in any case: a score may be NaN."""
        hours = (self.seconds + time.monotonic() - self._since) / 3600
        line = {"step": step, "score": score, "hours": round(hours, 3), "figures": figures}
        with (self.folder / "figures.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        if score < self.best_score or not self.best_figures:
            self.best_score, self.best_figures = float("inf") if math.isnan(score) else score, figures
            metadata = {
                "net": self.net, "steps": str(step), "seed": str(self.config.FIT.SEED), "hours": f"{hours:.2f}",
                "figures": json.dumps(figures), "config": json.dumps({name: get_key(self.config, name) for name in self.keys}),
            }  # fmt: skip
            save_weights(self.best, {self.prefix + name: value for name, value in weights.items()}, metadata)


def save_state(path: Path, content: Mapping[Any, Any]) -> None:
    """Writes what ``torch.load`` reads again in one move."""
    temporary = path.with_suffix(".new")
    torch.save(content, temporary)
    os.replace(temporary, path)


def save_weights(path: Path, weights: Mapping[str, torch.Tensor], metadata: dict[str, str]) -> None:
    """Writes weights in one move."""
    temporary = path.with_suffix(".new")
    save_file({name: value.detach().cpu().contiguous() for name, value in weights.items()}, temporary, metadata)
    os.replace(temporary, path)


def load_weights(path: Path, prefix: str) -> dict[str, torch.Tensor]:
    """Exported weights, keys without prefix; CheckpointError if the file is no such thing."""
    try:
        weights = load_file(path)
    except (OSError, SafetensorError) as error:
        raise CheckpointError("Can't read the weights {file}: {reason}.", file=path, reason=error) from error
    foreign = [name for name in weights if not name.startswith(prefix)]
    if foreign:
        raise CheckpointError("{file} holds no voxel net: unexpected key {key}.", file=path, key=foreign[0])
    return {name.removeprefix(prefix): value for name, value in weights.items()}


def parse_setting(entry: str) -> tuple[str, Any]:
    """Key and value of the command line's ``KEY=VALUE`` (YAML syntax); ConfigError otherwise."""
    name, given, text = entry.partition("=")
    refused = ConfigError("--set: {entry} is not KEY=VALUE.", entry=entry)
    if not given:
        raise refused
    try:
        return name, yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise refused from error


def published_rigs() -> dict[str, tuple[Camera, ...]]:
    """The three published rigs, for validation only."""
    return load_rigs(Path(__file__).with_name("rigs.json"))


def two_view_rigs() -> dict[str, tuple[Camera, ...]]:
    """Two cameras of two of them, which see the same ground from different sides."""
    rigs = published_rigs()
    return {
        "two of shelf's": tuple(rigs["shelf"][n] for n in (1, 3)),
        "two of campus'": tuple(rigs["campus"][n] for n in (0, 1)),
    }


def held_out_rigs() -> dict[str, tuple[Camera, ...]]:
    """All rigs that the training never draws: validation's and evaluation's."""
    return published_rigs() | two_view_rigs()
