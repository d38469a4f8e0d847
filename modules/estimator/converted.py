"""Converted networks kept from one start to the next: tracing and converting take as long as loading torch.

Each is a folder beside the weights, named by all that it was made from, with a checksum in it: what is damaged, half written
or of another version is made anew. Nobody needs to look after them, and they may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import nn

from modules.core.config import WEIGHTS_DIR

log = logging.getLogger(__name__)

FOLDER = WEIGHTS_DIR / ".converted"
#: So many are kept, those that were used last; the largest has 20 MB.
KEPT = 12
#: Networks of fewer numbers are converted as fast as they are read.
LEAST_NUMBERS = 100_000
MODEL, NUMBERS, CHECKSUM = "model.xml", "model.bin", "sha256"
_ROOMS = ("core", "estimator", "SelfPose3d/lib/models")


def kept(openvino: Any, core: Any, module: nn.Module, shapes: Sequence[Sequence[int]], convert: Callable[[], Any]) -> Any:
    """``convert()``, or what it gave for the same network and shapes at an earlier start; raises what ``convert`` raises.

    Args:
        openvino: its Python module. core: the ``openvino.Core`` that reads. shapes: of the inputs, -1: any size.
    """
    if sum(tensor.numel() for tensor in module.state_dict().values()) < LEAST_NUMBERS:
        return convert()
    folder = FOLDER / _name(openvino, module, shapes)
    if folder.exists():
        try:
            if (folder / CHECKSUM).read_text() == _checksum(folder):
                os.utime(folder)
                return core.read_model(folder / MODEL, folder / NUMBERS)
            reason: object = "it is damaged"
        except (OSError, RuntimeError, ValueError) as error:
            reason = error
        log.warning("%s is made anew: %s", folder, reason)
        _drop(folder)
    model = convert()
    try:
        _keep(openvino, model, folder)
    except (OSError, RuntimeError) as error:  # a folder that can't be written to, a full disk: the next start takes longer
        log.info("A converted network could not be kept in %s: %s", folder, error)
    return model


def _keep(openvino: Any, model: Any, folder: Path) -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER, prefix="new-") as temporary:
        made = Path(temporary) / folder.name
        made.mkdir()
        openvino.save_model(model, made / MODEL, compress_to_fp16=False)
        (made / CHECKSUM).write_text(_checksum(made))
        if not folder.exists():  # another process may have been faster
            os.rename(made, folder)
    known = sorted((path for path in FOLDER.iterdir() if path.name != temporary), key=lambda path: path.stat().st_mtime)
    for path in known[:-KEPT]:
        _drop(path)


def _drop(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _checksum(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in (MODEL, NUMBERS):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def _name(openvino: Any, module: nn.Module, shapes: Sequence[Sequence[int]]) -> str:
    """Of the network's numbers and settings, the inputs, the code and the versions of those who convert."""
    digest = hashlib.sha256(repr((openvino.__version__, torch.__version__, [list(shape) for shape in shapes])).encode())
    digest.update(_code())
    for name, part in module.named_modules():
        settings = sorted((key, value) for key, value in vars(part).items() if isinstance(value, (int, float, str, tuple)))
        digest.update(repr((name, type(part).__qualname__, settings)).encode())
    for name, tensor in module.state_dict().items():
        array = tensor.detach().cpu().contiguous().numpy()
        digest.update(repr((name, array.dtype.str, array.shape)).encode() + array.tobytes())
    return digest.hexdigest()[:32]


@cache
def _code() -> bytes:
    """Of the files that say what a network computes."""
    modules = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(path for room in _ROOMS for path in (modules / room).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()
