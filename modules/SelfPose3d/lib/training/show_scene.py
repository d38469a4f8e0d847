"""Draws a synthetic scene: every view's heatmaps with the true skeletons, and the room from above.

``python -m modules.SelfPose3d.lib.training.show_scene --seed 3 --out scene.png``
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from modules.core.skeleton import LIMBS, MID_HIP, NOSE, Side, limb_side

from .heatmaps import CLEAN, Noise
from .scenes import Scene, look, sample_scene

COLORS = {Side.LEFT: "tab:orange", Side.RIGHT: "tab:cyan", Side.CENTER: "white"}


def draw_scene(scene: Scene, out: Path) -> None:
    """Writes a PNG: one pane per view (maximum over the joints' channels, skeletons as calibrated), one map."""
    columns = min(4, len(scene.cameras) + 1)
    rows = -(-(len(scene.cameras) + 1) // columns)
    figure = Figure(figsize=(4 * columns, 3.6 * rows), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for axis in axes[len(scene.cameras) + 1 :]:
        axis.set_axis_off()
    for axis, camera, heatmaps in zip(axes[: len(scene.cameras)], scene.cameras, scene.heatmaps, strict=True):
        view = look(scene.joints_world_mm, camera, scene.network_size)
        axis.imshow(heatmaps.amax(0).numpy(), cmap="magma", vmin=0, vmax=1)
        for cells, seen in zip(view.cells, view.seen, strict=True):
            _skeleton(axis, cells, seen)
        axis.set_title(f"{camera.name}: {camera.width_px}×{camera.height_px}, f {camera.fx:.0f} px", fontsize=9)
        axis.set_xlim(-0.5, heatmaps.shape[2] - 0.5)
        axis.set_ylim(heatmaps.shape[1] - 0.5, -0.5)
    _map(axes[len(scene.cameras)], scene)
    figure.savefig(out, dpi=80)


def _skeleton(axis: Axes, points: np.ndarray, seen: np.ndarray) -> None:
    for limb in LIMBS:
        if seen[list(limb)].all():
            axis.plot(*points[list(limb)].T, color=COLORS[limb_side(limb)], linewidth=1)


def _map(axis: Axes, scene: Scene) -> None:
    axis.set_facecolor("0.2")
    for camera in scene.cameras:
        x, y = camera.center_world_mm[:2]
        axis.annotate("", (x + 900 * camera.R_world_to_cam[2, 0], y + 900 * camera.R_world_to_cam[2, 1]), (x, y),
                      arrowprops={"color": "yellow", "arrowstyle": "->"})  # fmt: skip
        axis.plot(x, y, "y.")
    for joints in scene.joints_world_mm:
        _skeleton(axis, joints[:, :2], np.ones(len(joints), bool))
        axis.plot(*joints[[MID_HIP, NOSE], :2].T, "r-", linewidth=0.5)
    half = scene.space_size_mm[:2] / 2
    low = scene.space_center_mm[:2] - half
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])
    axis.plot(*(low + 2 * half * corners).T, "w:")
    axis.set_aspect("equal")
    axis.set_title("from above, mm", fontsize=9)


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Draws a synthetic training scene.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True, help="PNG to write")
    parser.add_argument("--clean", action="store_true", help="without the 2D network's mistakes")
    options = parser.parse_args(arguments)
    draw_scene(sample_scene(np.random.default_rng(options.seed), CLEAN if options.clean else Noise()), options.out)


if __name__ == "__main__":
    main()
