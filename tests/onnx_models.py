"""Tiny ONNX models whose answers are given: the image's brightness says which."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def answering(path: Path, outputs: dict[str, np.ndarray], size: tuple[int, int] | None = None) -> Path:
    """A model of an image [1, 3, H, W] (size None: any) that answers row n of each output [N, …] to an image of mean n."""
    width, height = size or ("w", "h")
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, height, width])
    nodes = [
        helper.make_node("ReduceMean", ["image"], ["mean"], keepdims=0),
        helper.make_node("Round", ["mean"], ["rounded"]),
        helper.make_node("Cast", ["rounded"], ["which"], to=TensorProto.INT64),
        helper.make_node("Unsqueeze", ["which", "axis"], ["row"]),
    ]
    constants = [numpy_helper.from_array(np.array([0], np.int64), "axis")]
    infos = []
    for name, value in outputs.items():
        constants.append(numpy_helper.from_array(np.asarray(value, np.float32), f"{name}_all"))
        nodes.append(helper.make_node("Gather", [f"{name}_all", "row"], [name], axis=0))
        infos.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, *value.shape[1:]]))
    graph = helper.make_graph(nodes, "given", [image], infos, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return path
