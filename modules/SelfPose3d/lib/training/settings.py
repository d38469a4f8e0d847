"""Every key of the training, declared like the network's own: ``FIT.*`` in a file that also holds the network's keys."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from yacs.config import CfgNode

from modules.core.config import check_config, default_config, flatten, is_passed_over, read_yaml, set_key
from modules.core.config_keys import Key
from modules.core.errors import ConfigError

from .rigs import VIEW_WEIGHTS
from .scenes import HUDDLE

NETS = ("pose", "root", "refine")


def _net_keys(net: str, steps: int, rate: float, batch: int, what: str) -> dict[str, Key]:
    name = f"FIT.{net.upper()}"
    return {
        f"{name}.STEPS": Key(steps, f"Training steps of the {net} net.", int, low=1),
        f"{name}.LEARNING_RATE": Key(rate, f"Highest learning rate of the {net} net (AdamW, warm-up, cosine).", float, low=0.0),
        f"{name}.BATCH": Key(batch, f"{what} in a step of the {net} net.", int, low=1),
    }


FIT_KEYS: dict[str, Key] = {
    "FIT.SEED": Key(1, "Seed of weights and scenes; a run is reproducible from it.", int, low=0),
    **_net_keys("pose", 20000, 2e-3, 8, "People"),
    **_net_keys("root", 6000, 2e-3, 4, "Scenes"),
    **_net_keys("refine", 20000, 1e-3, 12, "Scenes"),
    "FIT.REFINE.STARTS": Key(10, "Starts in each scene of the refinement.", int, low=1),
    "FIT.REFINE.ALONE": Key(
        1, "Rounds on what the people found before leave of the heatmaps, each with a loss of its own.", int, low=1
    ),
    "FIT.REFINE.PROPOSED": Key(
        0.0, "Share of the scenes whose starts come from the root and pose nets of WEIGHTS.*; the others' are made up.", float,
        low=0.0, high=1.0,
    ),
    "FIT.VIEWS": Key(
        VIEW_WEIGHTS.tolist(), "How often a random rig has 2, 3, … 8 cameras; any unit.", float, len(VIEW_WEIGHTS), low=0.0
    ),
    "FIT.HUDDLE": Key(HUDDLE, "Share of the scenes in which everybody stands close to somebody.", float, low=0.0, high=1.0),
    "FIT.CALIBRATION": Key(1.0, "Factor on the error of the calibrations drawn (``rigs.perturbed``).", float, low=0.0),
    "FIT.WEIGHT_DECAY": Key(0.01, "AdamW's weight decay.", float, low=0.0),
    "FIT.WARM_UP": Key(200, "Steps over which the learning rate rises.", int, low=0),
    "FIT.EMA": Key(0.999, "Decay of the averaged weights, which are what is exported.", float, low=0.0, high=1.0),
    "FIT.PRECISION": Key(
        "float32", "Arithmetic of the net; bfloat16 is faster on new CPUs, float16 on GPUs.", str,
        choices=("float32", "bfloat16", "float16"),
    ),
    "FIT.SHARPEN": Key(0.1, "Weight of the pose net's voxel term: cross-entropy to a Gaussian at the joint.", float, low=0.0),
    "FIT.BOX_NOISE_MM": Key(60.0, "Error of a pose box's centre, mm (standard deviation per axis).", float, low=0.0),
    "FIT.ROOT_SIGMA_MM": Key(120.0, "Size of the root net's target Gaussian, mm; never under a voxel.", float, low=1.0),
    "FIT.WORKERS": Key(0, "Processes that make scenes beside the training; 0: in the training's own.", int, low=0, high=64),
    "FIT.VALIDATE_STEPS": Key(500, "Steps between validations.", int, low=1),
    "FIT.VALIDATION_SCENES": Key(12, "Held-out scenes with random rigs, and in each rig given for validation.", int, low=1),
    "FIT.CHECKPOINT_SECONDS": Key(120, "Seconds between checkpoints.", int, low=1),
}  # fmt: skip


def load_training_config(path: Path | None = None, overrides: Mapping[str, object] | None = None) -> CfgNode:
    """The network's keys and the training's from one YAML file; ConfigError as ``modules.core.config.load_config``."""
    config = default_config()
    fit = {name: key.default for name, key in FIT_KEYS.items()}
    given = [] if path is None else list(flatten(read_yaml(path), str(path)))
    for where, pairs in ((str(path), given), ("command line", list((overrides or {}).items()))):
        for name, value in pairs:
            if name.startswith("FIT."):
                fit[name] = _parse(name, value, where)
            elif not is_passed_over(name):
                set_key(config, name, value, where)
    check_config(config, str(path))
    for name, value in fit.items():
        *parents, leaf = name.split(".")
        node = config
        for part in parents:
            node = node.setdefault(part, CfgNode())
        node[leaf] = value
    config.freeze()
    return config


def _parse(name: str, value: object, where: str) -> object:
    key = FIT_KEYS.get(name)
    if key is None:
        raise ConfigError("{file}: unknown key {key}. Known: {known}.", file=where, key=name, known=", ".join(FIT_KEYS))
    try:
        return key.parse(value)
    except ValueError as error:
        raise ConfigError("{file}: {key}: {reason}.", file=where, key=name, reason=error) from error
