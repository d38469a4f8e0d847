"""What 8-bit integers cost and save in the 2D network: ``python -m modules.evaluation.speed.eight_bits``.

Prints the largest inputs of its convolutions, and of each way to compute what it takes and how far its heatmaps are off.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import torch
from torch import nn

from modules import composition
from modules.core.config import DEFAULT_CONFIG, load_config
from modules.estimator.compiled import CompiledModule
from modules.evaluation.common.options import demo_root, positive
from modules.evaluation.common.report import markdown_table
from modules.focus.prepare import prepare
from modules.SelfPose3d.lib.core.build import load_backbone
from modules.SelfPose3d.lib.models.movenet_multipose import EIGHT_BIT_BLOCKS, EIGHT_BIT_LAST

RECORDINGS = ("Demo_MultiPerson", "Demo_SinglePerson")
#: A cell of this height or more belongs to a peak.
PEAK = 0.2
ROUNDS = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints both tables."""
    parser = argparse.ArgumentParser(prog="python -m modules.evaluation.speed.eight_bits", description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=positive, default=6, help="of each demo recording, spread over it (default 6)")
    options = parser.parse_args(arguments)
    config = load_config(DEFAULT_CONFIG)
    network = load_backbone(config)
    views = [view for name in RECORDINGS for view in views_of(demo_root() / name, options.frames)]
    with torch.inference_mode():
        exact, largest = run_watched(network, views)
        rows = [[name, f"{value:.1f}", "–" if limit is None else limit] for name, value, limit in compared(largest)]
        print(markdown_table(["largest input of", "here", "cut at"], rows))
        rows = [
            [name, *measured(CompiledModule(module, views[0].shape[1:], 1, half), views, exact)]
            for name, module, half in (
                ("float32", network, False), ("bfloat16", network, True), ("8 bits, bfloat16", network.in_eight_bits(), True),
            )
        ]  # fmt: skip
    heads = ["one thread", "ms an image", f"off, where above {PEAK:g} (root mean square)", "off at most"]
    print(markdown_table(heads, rows))
    return 0


def views_of(recording: Path, count: int) -> list[torch.Tensor]:
    """float32 [1, 3, H, W]: the network's images of some frames, view by view."""
    config = load_config(DEFAULT_CONFIG, {"SOURCE.PATH": str(recording)})
    with closing(composition.open_source(config)) as source:
        indices = np.linspace(0, len(source) - 1, count).astype(int)
        return [view for index in indices for view in prepare(source.read(int(index)), config).views]


def run_watched(network: nn.Module, views: Sequence[torch.Tensor]) -> tuple[list[torch.Tensor], dict[str, float]]:
    """The network's heatmaps in float32, and the largest magnitude that went into each of its convolutions."""
    largest: dict[str, float] = {}

    def watch(name: str):
        def seen(_module: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
            largest[name] = max(largest.get(name, 0.0), float(inputs[0].abs().max()))

        return seen

    watched = [
        module.register_forward_pre_hook(watch(name))
        for name, module in network.named_modules()
        if isinstance(module, nn.Conv2d)
    ]
    exact = [network(view) for view in views]
    for hook in watched:
        hook.remove()
    return exact, largest


def compared(largest: dict[str, float]) -> list[tuple[str, float, float | None]]:
    """Of each convolution whose input nothing limits, that and what ``MoveNetMultiPose.in_eight_bits`` cuts it at."""
    limits: dict[str, float] = {f"blocks.{number}.expand": limit for number, limit in EIGHT_BIT_BLOCKS.items()}
    limits["last"] = EIGHT_BIT_LAST
    return [(name, value, limits.get(name)) for name, value in largest.items() if name.endswith(("expand", "last"))]


def measured(network: nn.Module, views: Sequence[torch.Tensor], exact: Sequence[torch.Tensor]) -> list[str]:
    """ms an image (median), and how far the heatmaps are from the exact ones."""
    off = torch.cat([network(view) - right for view, right in zip(views, exact, strict=True)])
    times = []
    for view in list(views[:4]) * ROUNDS:
        start = time.perf_counter()
        network(view)
        times.append((time.perf_counter() - start) * 1e3)
    at_peaks = off[torch.cat(list(exact)) > PEAK]
    return [f"{statistics.median(times):.1f}", f"{float(at_peaks.square().mean().sqrt()):.4f}", f"{float(off.abs().max()):.3f}"]


if __name__ == "__main__":
    sys.exit(main())
