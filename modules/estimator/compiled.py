"""Networks run by OpenVINO on the CPU: the same weights, two to four times as fast as torch's own kernels.

A network is traced, converted and compiled when the program starts; what is converted is kept for the next start
(``converted``). Nothing is sent anywhere.
"""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import nn

from modules.core.errors import EngineError
from modules.estimator.converted import kept

#: Samples that run side by side at most; with more cores each of them gets several.
MAX_STREAMS = 4
TELEMETRY = "openvino_telemetry"
_here = threading.local()
_importing = threading.Lock()


def load_openvino() -> ModuleType:
    """OpenVINO's module; EngineError if it can't be imported here."""
    with _importing:  # the rig check and the window load networks at the same time
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
def openvino_core() -> Any:
    """The program's one ``openvino.Core``, never let go; EngineError if OpenVINO can't be imported here.

    The first network that is compiled gives its thread a stack for signals. OpenVINO frees that stack with the last object that
    it made, on whichever thread that happens, and the next Ctrl-C would then end the program with a segmentation fault.
    """
    openvino = load_openvino()
    # Its tables of types are made at first use, by a thread that lets go of Python's lock meanwhile: if another one gets there
    # then, both wait for each other for ever.
    openvino.Tensor(np.zeros(1, np.float32), shared_memory=True).element_type.to_dtype()
    return openvino.Core()


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

    Volumes [B, C, X, Y, Z] are handed to OpenVINO with their channels last, as they come out of the projection.
    One sample alone gets all threads; several are spread over streams with a share of them each. So cost grows with the number
    of samples and no faster, which large batches don't achieve: they fall out of the cache. Several threads may call.

    Args:
        module: is kept, and runs where gradients are wanted.
        sample_shape: of one sample, without the batch axis; others are compiled when they come.
        threads: cores to use.
        half: bfloat16 where the processor has it; float32 otherwise and by default, whatever the processor offers.
        several: whether several samples usually come at once: that way is made ready now. Else what runs one alone, or one
            after the other on one stream, is compiled when the first comes: either is enough for most programs.

    Raises:
        EngineError: OpenVINO is not there or can't compile the network.
    """

    def __init__(
        self, module: nn.Module, sample_shape: Sequence[int], threads: int, half: bool = False, several: bool = True
    ) -> None:
        super().__init__()
        self.module = module
        self.threads, self.half, self.several = threads, half, several
        self._compiled = _ByShape(self._compile)
        channels, *rest = (int(n) for n in sample_shape)
        self._compiled.of((*rest, channels) if len(rest) == 3 else (channels, *rest))

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        """float32 [B, …] → float32 [B, …]."""
        if torch.is_grad_enabled() or batch.device.type != "cpu" or not len(batch):
            return self.module(batch)
        samples = _as_array(batch.permute(_LAST) if batch.ndim == len(_LAST) else batch)
        return torch.from_numpy(self._compiled.of(samples.shape[1:])(samples, getattr(_here, "alone", False)))

    def _compile(self, shape: tuple[int, ...]) -> _Runner:
        module = _ChannelsLast(self.module) if len(shape) == len(_LAST) - 1 else self.module
        model = _convert(module, [torch.zeros(1, *shape)], [(1, *shape)])
        return _Runner(model, self.threads, self.half, self.several)


#: [B, C, X, Y, Z] → [B, X, Y, Z, C], and back.
_LAST, _FIRST = (0, 2, 3, 4, 1), (0, 4, 1, 2, 3)


class _ChannelsLast(nn.Module):
    """A network of volumes for volumes [B, X, Y, Z, C]."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, volume: torch.Tensor) -> torch.Tensor:
        """As the network's own, but for the order of the axes of what is handed over."""
        return self.module(volume.permute(_FIRST))


class CompiledTogether(nn.Module):
    """A network of several tensors to one, all samples of a call in one run on one thread.

    That is for networks so small that starting them takes as long as computing. It is converted once, and compiled for the
    exact shapes of each call: with free axes a run takes half as long again. Several threads may call.

    Args:
        module: is kept, and runs where gradients are wanted.
        free: of each input the axes that may have any length, the leading ones; the network is converted anew for other
            lengths of the others. Axis 0 of the first input is the samples', and its output's too.

    Raises:
        EngineError: by ``prepare`` and by calls with new shapes: OpenVINO is not there or can't compile the network.
    """

    def __init__(self, module: nn.Module, free: Sequence[Sequence[int]]) -> None:
        super().__init__()
        self.module, self.free = module, tuple(len(axes) for axes in free)
        self._converted, self._compiled = _ByShape(self._convert), _ByShape(self._compile)

    def prepare(self, *shapes: Sequence[int]) -> None:
        """Compiles for inputs of these shapes; other shapes are compiled when they come (0.4 s)."""
        self._compiled.of(tuple(tuple(shape) for shape in shapes))

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        """float32 tensors → float32 [B, …]."""
        first = inputs[0]
        if torch.is_grad_enabled() or first.device.type != "cpu" or not len(first):
            return self.module(*inputs)
        arrays = [_as_array(tensor) for tensor in inputs]
        request = self._compiled.of(tuple(array.shape for array in arrays)).mine()
        run(request, arrays)
        return torch.from_numpy(request.get_output_tensor(0).data.copy())

    def _convert(self, shapes: tuple[tuple[int, ...], ...]) -> Any:
        # two samples: with one the trace could not tell their axis from others of that size
        named = list(zip(self.free, shapes, strict=True))
        examples = [torch.zeros(*(2,) * count, *shape) for count, shape in named]
        return _convert(self.module, examples, [(-1,) * count + shape for count, shape in named])

    def _compile(self, shapes: tuple[tuple[int, ...], ...]) -> Requests:
        known = self._converted.of(tuple(shape[count:] for count, shape in zip(self.free, shapes, strict=True)))
        with told():
            model = known.clone()
            model.reshape({place: list(shape) for place, shape in enumerate(shapes)})
        return Requests(compile_model(model, 1, 1))


class _ByShape:
    """What was made for each shape (or number of streams), made once; who asks for a shape that is there doesn't wait."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: dict[Any, Any] = {}

    def of(self, shape: Any) -> Any:
        """What was made for this shape."""
        made = self._made.get(shape)
        if made is None:
            with self._lock:
                if shape not in self._made:
                    self._made[shape] = self._make(shape)
                made = self._made[shape]
        return made


def _as_array(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().float().contiguous().numpy()


#: One trace at a time: torch's tracer and Python's filter of warnings belong to the whole process.
_tracing = threading.Lock()


def _convert(module: nn.Module, examples: Sequence[torch.Tensor], shapes: Sequence[Sequence[int]]) -> Any:
    """OpenVINO's model of a network, traced with examples, for inputs of these shapes (-1: any size); or EngineError."""
    openvino = load_openvino()

    def convert() -> Any:
        with _tracing, torch.no_grad(), warnings.catch_warnings(), one_thread():
            # sizes become constants, which is meant: every shape has its own model
            warnings.simplefilter("ignore")
            # the check would run the network twice more and import half of torch; tests compare the outputs instead
            traced = torch.jit.trace(module, tuple(examples), check_trace=False)
            return openvino.convert_model(traced, input=[list(shape) for shape in shapes])

    with told():
        return kept(openvino, openvino_core(), module, shapes, convert)


def compile_model(model: Any, streams: int, threads: int, half: bool = False) -> Any:
    """A model made ready for the CPU, or EngineError."""
    core = openvino_core()
    settings = {
        "NUM_STREAMS": streams,
        "INFERENCE_NUM_THREADS": threads,
        # without this line processors that have bfloat16 get it, which moves joints by millimetres
        "INFERENCE_PRECISION_HINT": "bf16" if half else "f32",
        # the decoders and the window need cores too: threads must be free to move
        "ENABLE_CPU_PINNING": False,
    }
    with told():
        return core.compile_model(model, "CPU", settings)


@contextmanager
def told() -> Iterator[None]:
    """Turns what OpenVINO raises into EngineError."""
    try:
        yield
    except (RuntimeError, ValueError, TypeError) as error:
        reason = " ".join(str(error).split())[:300]
        raise EngineError("OpenVINO can't compile the network: {reason}", reason=reason) from error


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch on one thread: a single run has nothing to gain from more, and on a busy machine they wait for one another."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def run(request: Any, arrays: Sequence[np.ndarray]) -> None:
    """Runs a request on the arrays themselves. ``infer`` with arrays does the same; to see what they are takes it 0.15 ms."""
    tensor = _tensor_type()
    for place, array in enumerate(arrays):
        request.set_input_tensor(place, tensor(array, shared_memory=True))
    request.infer(share_outputs=True)


@cache
def _tensor_type() -> Any:
    return load_openvino().Tensor


class Requests:
    """A compiled model's requests, one for each thread, as a request serves one caller at a time."""

    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled
        self._here = threading.local()

    def mine(self) -> Any:
        """This thread's request."""
        if not hasattr(self._here, "request"):
            self._here.request = self._compiled.create_infer_request()
        return self._here.request


class _Runner:
    """One shape: on one stream a sample gets all threads, on several they run side by side.

    Each way is compiled when it is first needed: half of them never are, and would take time and memory.
    """

    def __init__(self, model: Any, threads: int, half: bool, several: bool) -> None:
        self._streams = stream_count(threads)
        self._output_shape = tuple(model.output(0).shape)[1:]

        def requests(streams: int) -> list[Requests]:
            compiled = compile_model(model, streams, threads, half)
            return [Requests(compiled) for _ in range(streams)]

        self._on = _ByShape(requests)
        if several:
            self._on.of(self._streams)

    def __call__(self, samples: np.ndarray, alone: bool) -> np.ndarray:
        """float32 [B, …] → float32 [B, …]; ``alone``: on one stream."""
        outputs = np.empty((len(samples), *self._output_shape), np.float32)
        together = 0 if alone or self._streams == 1 else len(samples) // self._streams * self._streams
        spread = [requests.mine() for requests in self._on.of(self._streams)] if together else []
        for start in range(0, together, self._streams):
            for request, n in zip(spread, range(start, start + self._streams), strict=True):
                request.start_async([samples[n : n + 1]], share_inputs=True)
            for request, n in zip(spread, range(start, start + self._streams), strict=True):
                request.wait()
                outputs[n] = request.get_output_tensor(0).data[0]
        for n in range(together, len(samples)):
            request = self._on.of(self._streams if alone else 1)[0].mine()
            run(request, [samples[n : n + 1]])
            outputs[n] = request.get_output_tensor(0).data[0]
        return outputs
