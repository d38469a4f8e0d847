"""The device that the network runs on: which one, how long it takes, and what comes back from it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import contextmanager

import torch

from modules.core.errors import DeviceError

CPU = torch.device("cpu")


def choose_device(name: str) -> torch.device:
    """The device for RUNTIME.DEVICE; DeviceError if CUDA is asked for and not there."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name == "cuda" and not torch.cuda.is_available():
        raise DeviceError("No CUDA device was found; choose the device cpu or auto.")
    return torch.device(name)


@contextmanager
def timed(timings_ms: dict[str, float], stage: str, device: torch.device):
    """Adds the milliseconds that the block took, the device's own queue included, to a stage."""
    start = time.perf_counter()
    yield
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    timings_ms[stage] = timings_ms.get(stage, 0.0) + (time.perf_counter() - start) * 1e3


class Coming:
    """Tensors on their way back from a device, as the last thing that it was asked for: others may ask it for more meanwhile.

    Args:
        values: all on one device; None stays None.
    """

    def __init__(self, *values: torch.Tensor | None) -> None:
        # to memory that the device itself writes to; what is on the CPU already stays as it is
        self._values = [None if value is None else value.to(CPU, non_blocking=True) for value in values]
        self._there = None
        if any(value is not None and value.device.type == "cuda" for value in values):
            self._there = torch.cuda.Event(blocking=True)
            self._there.record()

    def wait(self) -> Sequence[torch.Tensor | None]:
        """The tensors on the CPU, once they are there."""
        if self._there is not None:
            self._there.synchronize()
        return self._values
