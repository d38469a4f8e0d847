"""Networks run by OpenVINO on the CPU: the same weights, two to four times as fast as torch's own kernels.

A network is traced, converted and compiled when the program starts (about half a second each). Nothing is stored, nothing is
sent anywhere.
"""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import nn

from modules.core.errors import EngineError

#: Samples that run side by side at most; with more cores each of them gets several.
MAX_STREAMS = 4
TELEMETRY = "openvino_telemetry"
_here = threading.local()


def load_openvino() -> ModuleType:
    """OpenVINO's module; EngineError if it can't be imported here."""
    # At import and at every conversion OpenVINO reports to a server through this package, unless it is not installed.
    known = sys.modules.get(TELEMETRY)
    if known is None:
        sys.modules[TELEMETRY] = None
    try:
        import openvino
    except (ImportError, OSError) as error:
        raise EngineError("OpenVINO can't be used here: {reason}", reason=error) from error
    finally:
        if known is None:
            del sys.modules[TELEMETRY]
    return openvino


@cache
def _core() -> Any:
    """The program's one ``openvino.Core``, never let go; EngineError if OpenVINO can't be imported here.

    The first network that is compiled gives its thread a stack for signals. OpenVINO frees that stack with the last object that
    it made, on whichever thread that happens, and the next Ctrl-C would then end the program with a segmentation fault.
    """
    return load_openvino().Core()


@contextmanager
def on_one_stream() -> Iterator[None]:
    """Inside, this thread's compiled networks take one sample after the other on one stream: other threads have the rest."""
    before = getattr(_here, "alone", False)
    _here.alone = True
    try:
        yield
    finally:
        _here.alone = before


def stream_count(threads: int) -> int:
    """Samples that run side by side on so many threads."""
    return min(threads, MAX_STREAMS)


class CompiledModule(nn.Module):
    """A network of one tensor to one tensor, samples independent of one another, in evaluation mode on the CPU.

    One sample alone gets all threads; several are spread over streams with a share of them each. So cost grows with the number
    of samples and no faster, which large batches don't achieve: they fall out of the cache. Several threads may call.

    Args:
        module: is kept, and runs where gradients are wanted.
        sample_shape: of one sample, without the batch axis; others, or with None all, are compiled when they come.
        threads: cores to use.
        half: bfloat16 where the processor has it; float32 otherwise and by default, whatever the processor offers.

    Raises:
        EngineError: OpenVINO is not there or can't compile the network.
    """

    def __init__(self, module: nn.Module, sample_shape: Sequence[int] | None, threads: int, half: bool = False) -> None:
        super().__init__()
        self.module = module
        self.threads, self.half = threads, half
        self._lock = threading.Lock()
        self._compiled: dict[tuple[int, ...], _Runner] = {}
        if sample_shape is not None:
            self._runner(tuple(int(n) for n in sample_shape))

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        """float32 [B, …] → float32 [B, …]."""
        if torch.is_grad_enabled() or batch.device.type != "cpu" or not len(batch):
            return self.module(batch)
        samples = batch.detach().float().contiguous().numpy()
        return torch.from_numpy(self._runner(samples.shape[1:])(samples, getattr(_here, "alone", False)))

    def _runner(self, shape: tuple[int, ...]) -> _Runner:
        with self._lock:
            if shape not in self._compiled:
                self._compiled[shape] = self._compile(shape)
            return self._compiled[shape]

    def _compile(self, shape: tuple[int, ...]) -> _Runner:
        core = _core()
        try:
            model = self._convert(shape)
            streams = stream_count(self.threads)
            spread = core.compile_model(model, "CPU", self._settings(streams))
            whole = spread if streams == 1 else core.compile_model(model, "CPU", self._settings(1))
        except (RuntimeError, ValueError, TypeError) as error:
            reason = " ".join(str(error).split())[:300]
            raise EngineError("OpenVINO can't compile the network: {reason}", reason=reason) from error
        return _Runner(whole, spread, streams)

    def _convert(self, shape: tuple[int, ...]) -> Any:
        example = torch.zeros(1, *shape)
        with torch.no_grad(), warnings.catch_warnings(), _one_thread():
            # sizes become constants, which is meant: every shape has its own model
            warnings.simplefilter("ignore")
            # the check would run the network twice more and import half of torch; tests compare the outputs instead
            traced = torch.jit.trace(self.module, example, check_trace=False)
            return load_openvino().convert_model(traced, input=[list(example.shape)])

    def _settings(self, streams: int) -> dict[str, Any]:
        return {
            "NUM_STREAMS": streams,
            "INFERENCE_NUM_THREADS": self.threads,
            # without this line processors that have bfloat16 get it, which moves joints by millimetres
            "INFERENCE_PRECISION_HINT": "bf16" if self.half else "f32",
            # the decoders and the window need cores too: threads must be free to move
            "ENABLE_CPU_PINNING": False,
        }


@contextmanager
def _one_thread() -> Iterator[None]:
    """Torch on one thread: a single run has nothing to gain from more, and on a busy machine they wait for one another."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class _Runner:
    """One shape: ``whole`` gives a sample all threads, ``spread`` runs ``streams`` samples side by side."""

    def __init__(self, whole: Any, spread: Any, streams: int) -> None:
        self._whole, self._spread, self._streams = whole, spread, streams
        self._requests = threading.local()  # a request serves one caller at a time
        self._output_shape = tuple(whole.output(0).shape)[1:]

    def __call__(self, samples: np.ndarray, alone: bool) -> np.ndarray:
        """float32 [B, …] → float32 [B, …]; ``alone``: on one stream."""
        outputs = np.empty((len(samples), *self._output_shape), np.float32)
        whole, spread = self._mine()
        one_by_one = alone or self._streams == 1
        together = 0 if one_by_one else len(samples) // self._streams * self._streams
        for start in range(0, together, self._streams):
            for request, n in zip(spread, range(start, start + self._streams), strict=True):
                request.start_async([samples[n : n + 1]], share_inputs=True)
            for request, n in zip(spread, range(start, start + self._streams), strict=True):
                request.wait()
                outputs[n] = request.get_output_tensor(0).data[0]
        for n in range(together, len(samples)):
            request = spread[0] if alone else whole
            request.infer([samples[n : n + 1]], share_inputs=True)
            outputs[n] = request.get_output_tensor(0).data[0]
        return outputs

    def _mine(self) -> tuple[Any, list[Any]]:
        """This thread's requests."""
        if not hasattr(self._requests, "pair"):
            spread = [self._spread.create_infer_request() for _ in range(self._streams)]
            whole = spread[0] if self._streams == 1 else self._whole.create_infer_request()
            self._requests.pair = whole, spread
        return self._requests.pair
