"""An ONNX file run by OpenVINO on the CPU: torch has no ONNX runtime of its own, so without OpenVINO there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from modules.core.errors import CheckpointError, EngineError
from modules.estimator.compiled import Requests, compile_model, openvino_core, told


class OnnxModel:
    """A model of one image input. Several threads may call.

    Args:
        path: the file. size: (width, height), px, of its images; a model with fixed sizes has to agree. threads: cores to use.

    Raises:
        CheckpointError: no such file, or not an ONNX model with one image input.
        EngineError: OpenVINO is not there, or can't run the model at this size.
    """

    def __init__(self, path: Path, size: tuple[int, int], threads: int) -> None:
        core = openvino_core()
        try:
            model = core.read_model(str(path))
        except RuntimeError as error:
            reason = " ".join(str(error).split())[:300]
            raise CheckpointError("Can't read the ONNX model {file}: {reason}", file=path, reason=reason) from error
        if len(model.inputs) != 1 or model.input(0).partial_shape.rank.get_length() != 4:
            raise CheckpointError("{file}: expected a model with one image input [1, 3, height, width].", file=path)
        width, height = size
        channels, *fixed = (None if d.is_dynamic else d.get_length() for d in model.input(0).partial_shape[1:])
        if channels not in (None, 3) or any(own not in (None, side) for own, side in zip(fixed, (height, width), strict=True)):
            raise EngineError(
                "{file} takes images of {own}, not {width}x{height}: set NETWORK.IMAGE_SIZE, or for crops ONNX.CROP_SIZE.",
                file=path, own="x".join("?" if d is None else str(d) for d in reversed(fixed)), width=width, height=height,
            )  # fmt: skip
        with told():
            model.reshape([1, 3, height, width])
        self.path, self.size = path, size
        self._requests = Requests(compile_model(model, 1, threads))
        self.output_shapes = [tuple(int(n) for n in output.get_partial_shape().get_max_shape()) for output in model.outputs]

    def __call__(self, image: np.ndarray) -> list[np.ndarray]:
        """float32 [1, 3, H, W] → the model's outputs, float32, of that one image."""
        request = self._requests.mine()
        request.infer([np.ascontiguousarray(image, np.float32)], share_inputs=True)
        return [np.array(request.get_output_tensor(n).data, np.float32) for n in range(len(self.output_shapes))]
