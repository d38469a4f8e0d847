"""Trains the root net, the pose net or the refinement on synthetic scenes.

``python -m modules.SelfPose3d.lib.training.train --config configs/train_small.yaml --net pose --out runs/pose``
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch
from torch import nn
from torch.utils.tensorboard import SummaryWriter
from yacs.config import CfgNode

from modules.core.errors import DeviceError, UserError
from modules.core.types import Camera

from .batches import Batch, Batches, stream
from .runs import Run, held_out_rigs, load_weights, parse_setting
from .settings import NETS, load_training_config
from .tasks import TASKS
from .validation import validation_sets


class Trainer:
    """One net, its optimizer and its averaged weights, step by step.

    Args:
        net: one of ``tasks.TASKS``. config: as ``settings.load_training_config``. device: "cpu" or "cuda".
        start: weights to begin from (keys without prefix); None: fresh ones from the seed.
    """

    def __init__(self, net: str, config: CfgNode, device: str, start: Mapping[str, torch.Tensor] | None = None) -> None:
        torch.manual_seed(config.FIT.SEED)
        self.net, self.config, self.device = net, config, torch.device(device)
        self.fit = config.FIT[net.upper()]
        self.task = TASKS[net](config, self.device)
        self.model = self.task.build()
        if start is not None:
            self.model.load_state_dict(start)
        self.model.to(self.device)
        self.averaged = copy.deepcopy(self.model).eval().requires_grad_(False)
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), self.fit.LEARNING_RATE, weight_decay=config.FIT.WEIGHT_DECAY
        )
        self.scaler = torch.amp.GradScaler(device, enabled=config.FIT.PRECISION == "float16" and device == "cuda")
        self.step = 0

    def train_step(self, batch: Batch) -> dict[str, float]:
        """One update; the figures of this batch."""
        batch = {name: value.to(self.device, non_blocking=True) for name, value in batch.items()}
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate()
        precision = getattr(torch, self.config.FIT.PRECISION)
        with torch.autocast(self.device.type, precision, enabled=precision is not torch.float32):
            loss, figures = self.task.loss(self.model, batch)
        self.optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(loss).backward()
        self.scaler.unscale_(self.optimizer)
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.step += 1
        self._average()
        return {"loss": loss.item(), **figures}

    def learning_rate(self) -> float:
        """Linear warm-up, then half a cosine down to a hundredth."""
        if self.step < self.config.FIT.WARM_UP:
            return self.fit.LEARNING_RATE * (self.step + 1) / self.config.FIT.WARM_UP
        done = min(1.0, self.step / self.fit.STEPS)
        return self.fit.LEARNING_RATE * (0.01 + 0.99 * (1 + math.cos(math.pi * done)) / 2)

    @torch.no_grad()
    def _average(self) -> None:
        decay = min(self.config.FIT.EMA, (1 + self.step) / (10 + self.step))
        for mean, value in zip(self.averaged.state_dict().values(), self.model.state_dict().values(), strict=True):
            if mean.is_floating_point():
                mean.lerp_(value, 1 - decay)
            else:
                mean.copy_(value)

    def judge(self, sets: Mapping[str, Sequence[Batch]]) -> dict[str, dict[str, float]]:
        """Figures of the averaged weights on every validation set."""
        on_device = {
            name: [{key: value.to(self.device) for key, value in sample.items()} for sample in samples]
            for name, samples in sets.items()
        }
        return {name: self.task.judge(self.averaged, samples) for name, samples in on_device.items()}

    def state(self) -> dict[str, object]:
        """All that a resumed run needs; the data stream is a function of the step."""
        return {
            "net": self.net, "step": self.step, "model": self.model.state_dict(), "averaged": self.averaged.state_dict(),
            "optimizer": self.optimizer.state_dict(), "scaler": self.scaler.state_dict(),
        }  # fmt: skip

    def load_state(self, state: Mapping[str, object]) -> None:
        """Continues from ``state``."""
        self.model.load_state_dict(state["model"])
        self.averaged.load_state_dict(state["averaged"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.scaler.load_state_dict(state["scaler"])
        self.step = state["step"]


def train(
    net: str,
    config: CfgNode,
    out: Path,
    cameras: Sequence[Camera] | None = None,
    resume: bool = False,
    device: str = "cpu",
    start: Mapping[str, torch.Tensor] | None = None,
    validation_rigs: Mapping[str, Sequence[Camera]] | None = None,
) -> dict[str, dict[str, float]]:
    """Trains until the configured step and exports the best weights to ``out/best.safetensors``.

    Args:
        out: folder of the run: checkpoint.pt, best.safetensors, figures.jsonl, TensorBoard's event files.
        cameras: a calibrated rig to train for; None: random rigs.
        resume: go on from ``out/checkpoint.pt``; a run without one starts.
        start: weights to begin from, for fine-tuning.
        validation_rigs: rigs held out for validation, beside random ones.

    Returns:
        the best weights' figures, per validation set.

    Raises:
        UserError: the folder holds another net's run, or a run although ``resume`` is off.
    """
    trainer = Trainer(net, config, device, start)
    run = Run(out, net, config, trainer.task.prefix, trainer.task.keys)
    state = run.load() if resume else None
    if state is not None:
        trainer.load_state(state)
    elif run.exists():
        raise UserError("{folder} already holds a run: add --resume to go on, or choose another folder.", folder=out)
    rigs = {"rig": cameras} if cameras is not None else dict(validation_rigs or {})
    sets = validation_sets(trainer.task, config.FIT.VALIDATION_SCENES, rigs, random=cameras is None)
    batches = Batches(trainer.task, config.FIT.SEED, cameras)
    steps = trainer.fit.STEPS
    began, first = time.monotonic(), trainer.step
    with SummaryWriter(str(out), purge_step=trainer.step) as writer:
        for batch in stream(batches, trainer.step, steps, config.FIT.WORKERS):
            figures = trainer.train_step(batch)
            if trainer.step % 20 == 0:
                for name, value in figures.items():
                    writer.add_scalar(f"train/{name}", value, trainer.step)
            if trainer.step % 100 == 0:
                left = (time.monotonic() - began) / (trainer.step - first) * (steps - trainer.step)
                shown = ", ".join(f"{name} {value:.3f}" for name, value in figures.items())
                print(f"{net} {trainer.step}/{steps}: {shown}, {left / 60:.0f} min left", flush=True)
            if trainer.step % config.FIT.VALIDATE_STEPS == 0 or trainer.step == steps:
                _validate(trainer, run, writer, sets)
                run.save(trainer.state())
            elif run.is_due():
                run.save(trainer.state())
    return run.best_figures


def _validate(trainer: Trainer, run: Run, writer: SummaryWriter, sets: Mapping[str, Sequence[Batch]]) -> None:
    figures = trainer.judge(sets)
    for name, values in figures.items():
        for key, value in values.items():
            writer.add_scalar(f"{name}/{key}", value, trainer.step)
        print(f"  {name}: " + ", ".join(f"{key} {value:.3f}" for key, value in values.items()), flush=True)
    mean = sum(trainer.task.score(values) for values in figures.values()) / len(figures)
    run.record(trainer.step, mean, figures, trainer.averaged.state_dict())


def make_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description="Trains a voxel net on synthetic scenes.")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--net", choices=NETS, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument("--resume", action="store_true", help="go on where the run in --out stopped")
    parser.add_argument("--start", type=Path, help="weights to begin from (safetensors)")
    parser.add_argument("--steps", type=int, help="steps in all, instead of the configuration's")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0: as many as cores")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="change one key, e.g. FIT.WORKERS=2")
    return parser


def run_command(options: argparse.Namespace, find_cameras: Callable[[], Sequence[Camera]] | None = None) -> int:
    """Trains as the command line says; the exit status. ``find_cameras``: opens the rig of a calibrated room."""
    try:
        figures = _run(options, find_cameras() if find_cameras is not None else None)
    except UserError as error:
        print(error)
        return 2
    except KeyboardInterrupt:
        print("Stopped; go on with --resume.")
        return 130
    print(json.dumps(figures, indent=1))
    return 0


def _run(options: argparse.Namespace, cameras: Sequence[Camera] | None) -> dict[str, dict[str, float]]:
    if options.device == "cuda" and not torch.cuda.is_available():
        raise DeviceError("This computer has no CUDA device: train with --device cpu.")
    if options.threads:
        torch.set_num_threads(options.threads)
    overrides = dict(parse_setting(entry) for entry in options.set)
    if options.steps is not None:
        overrides[f"FIT.{options.net.upper()}.STEPS"] = options.steps
    if options.seed is not None:
        overrides["FIT.SEED"] = options.seed
    config = load_training_config(options.config, overrides)
    start = load_weights(options.start, TASKS[options.net].prefix) if options.start is not None else None
    return train(options.net, config, options.out, cameras, options.resume, options.device, start, held_out_rigs())


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    return run_command(make_parser().parse_args(arguments))


if __name__ == "__main__":
    raise SystemExit(main())
