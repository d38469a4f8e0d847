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
from xml.etree import ElementTree

import torch
from torch import nn

from modules.core.config import WEIGHTS_DIR

log = logging.getLogger(__name__)

FOLDER = WEIGHTS_DIR / ".converted"
#: So many are kept, those that were used last; the largest has 20 MB.
KEPT = 12
#: Networks of fewer numbers are converted as fast as they are read.
LEAST_NUMBERS = 100_000
#: For 1×1 convolutions of so many outputs OpenVINO's own choice of kernel takes twice as long as another one that it has for
#: bfloat16 with AMX. Its attribute for that is of no effect where the processor or the precision is another.
NARROW, KERNEL = range(16, 65), {"name": "primitives_priority", "version": "0", "value": "cpu:jit_avx512_amx_1x1"}
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
        return core.read_model(folder / MODEL, folder / NUMBERS)  # as at the next start: the kernels round differently
    except (OSError, RuntimeError) as error:  # a folder that can't be written to, a full disk: the next start takes longer
        log.info("A converted network could not be kept in %s: %s", folder, error)
    return model


def _keep(openvino: Any, model: Any, folder: Path) -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER, prefix="new-") as temporary:
        made = Path(temporary) / folder.name
        made.mkdir()
        openvino.save_model(model, made / MODEL, compress_to_fp16=False)
        _prefer_kernel(model, made / MODEL)
        (made / CHECKSUM).write_text(_checksum(made))
        if not folder.exists():  # another process may have been faster
            os.rename(made, folder)
    known = sorted((path for path in FOLDER.iterdir() if path.name != temporary), key=lambda path: path.stat().st_mtime)
    for path in known[:-KEPT]:
        _drop(path)


def _prefer_kernel(model: Any, saved: Path) -> None:
    """Writes into a saved model which of its convolutions are to run by ``KERNEL``: only a file can say it."""
    convolutions = [op for op in model.get_ops() if op.get_type_name() == "Convolution"]
    shapes = {op.get_friendly_name(): list(op.input(1).get_shape()) for op in convolutions}
    narrow = {name for name, (outputs, _, *kernel) in shapes.items() if outputs in NARROW and set(kernel) == {1}}
    if narrow:
        tree = ElementTree.parse(saved)
        for layer in tree.iterfind("layers/layer"):
            if layer.get("name") in narrow:
                about = layer.find("rt_info")
                about = ElementTree.SubElement(layer, "rt_info") if about is None else about
                ElementTree.SubElement(about, "attribute", KERNEL)
        tree.write(saved)


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
