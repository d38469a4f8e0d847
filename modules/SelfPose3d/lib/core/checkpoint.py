"""Strict loading of checkpoints: every tensor has its place, or the file is refused with the first keys that differ."""

from __future__ import annotations

import logging
import os
import pickle
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from modules.core.errors import CheckpointError
from modules.core.files import exists, open_regular

log = logging.getLogger(__name__)

#: Wrappers that training adds around a network's keys.
DROPPED_PREFIXES: tuple[str, ...] = ("module.",)
#: Parts of the published training checkpoints that the inference network does not have: the attention network of the
#: self-supervised loss (SelfPose3d, sec. 3.4).
DROPPED_PARTS: tuple[str, ...] = ("attn.",)
#: Keys under which training scripts store a state dict.
STATE_DICT_KEYS: tuple[str, ...] = ("state_dict", "model_state_dict")
#: No network here is larger; the published one has 200 MB.
MAX_BYTES = 4 * 2**30
#: What torch and safetensors raise on files that are damaged, or made to look like something else.
DAMAGED = (
    SafetensorError, pickle.UnpicklingError, RuntimeError, EOFError, OSError, ValueError, LookupError, TypeError,
    AttributeError, AssertionError, ArithmeticError, ImportError, MemoryError, struct.error, zipfile.BadZipFile,
)  # fmt: skip
#: Weights reach about a thousand, counters of batches a million; sums of products of larger numbers overflow float32.
LARGEST = 1e9
#: Differing keys named in an error.
KEYS_SHOWN = 3


def read_state_dict(path: Path) -> dict[str, torch.Tensor]:
    """Tensors of a ``.safetensors`` file or of one written by ``torch.save``; nothing in the file is executed.

    Wrapping prefixes and parts that belong to training alone are dropped and said in the log.

    Raises:
        CheckpointError: missing, truncated, or not a table of tensors.
    """
    if not exists(path, CheckpointError):
        raise CheckpointError("The weights file {file} does not exist; see the README on checkpoints.", file=path)
    with open_regular(path, CheckpointError) as file:
        _check_size(path, file)
        try:
            content = load_file(path) if path.suffix == ".safetensors" else _load_torch(file)
        except DAMAGED as error:
            raise _cant_be_read(path, error) from error
    for key in STATE_DICT_KEYS:
        if isinstance(content, Mapping) and isinstance(content.get(key), Mapping):
            content = content[key]
    if (
        not isinstance(content, Mapping)
        or not content
        or not all(isinstance(k, str) and isinstance(v, torch.Tensor) for k, v in content.items())
    ):
        raise CheckpointError("The weights file {file} does not hold a network's tensors.", file=path)
    odd = next((key for key, tensor in content.items() if not _is_plain(tensor)), None)
    if odd is not None:
        raise CheckpointError("The weights file {file} does not hold a network's tensors.", file=path)
    return _without_wrappers(content, path)


def _load_torch(file: IO[bytes]) -> Any:
    """What ``torch.save`` wrote. Its archives are stored as they are: one that unfolds is not its work."""
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist()):
                raise ValueError("its archive is compressed, as torch never writes it")
    file.seek(0)
    return torch.load(file, map_location="cpu", weights_only=True)


def _check_size(path: Path, file: IO[bytes]) -> None:
    if os.fstat(file.fileno()).st_size > MAX_BYTES:
        raise CheckpointError("{file} is larger than {limit:g} MB, too large for what it should be.", file=path,
                              limit=MAX_BYTES / 2**20)  # fmt: skip


def _is_plain(tensor: torch.Tensor) -> bool:
    """Numbers one beside the other: no sparse, quantised, nested or empty-handed (meta) tensor."""
    odd = tensor.is_quantized or tensor.is_nested or tensor.is_complex()
    return tensor.layout is torch.strided and tensor.device.type == "cpu" and not odd


def _cant_be_read(path: Path, error: BaseException) -> CheckpointError:
    # what a lookup failed at says nothing to anybody
    says = str(error).splitlines()[0] if str(error) and not isinstance(error, LookupError) else ""
    reason = says or "it is damaged, or no checkpoint"
    return CheckpointError(
        "The weights file {file} can't be read ({reason}); fetch or copy it again.", file=path, reason=reason[:300]
    )


def _without_wrappers(content: Mapping[str, torch.Tensor], path: Path) -> dict[str, torch.Tensor]:
    state, dropped = {}, []
    for name, tensor in content.items():
        key = name
        for prefix in DROPPED_PREFIXES:
            key = key.removeprefix(prefix)
        if key.startswith(DROPPED_PARTS):
            dropped.append(key)
        else:
            state[key] = tensor
    if dropped:
        log.info("%s: %d tensors of the training alone were left out (%s, …)", path.name, len(dropped), dropped[0])
    return state


def load_weights(module: nn.Module, path: Path, prefix: str = "") -> None:
    """Loads a whole state dict into ``module``, strictly.

    Args:
        prefix: part of the file's keys to take, with its dot ("root_net."); used only if the file has such keys, so that a file
            of the part alone and one of the whole network both load.

    Raises:
        CheckpointError: as ``read_state_dict``; or a key is missing or left over, a shape differs, or a number is one that no
            trained network has.
    """
    state = read_state_dict(path)
    if prefix and any(key.startswith(prefix) for key in state):
        state = {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}
    differences = _differences(module.state_dict(), state)
    if differences:
        shown = "; ".join(differences[:KEYS_SHOWN])
        raise CheckpointError(
            "The weights file {file} is for another network ({count} differences: {shown}).",
            file=path,
            count=len(differences),
            shown=shown,
        )
    # not above: NaN isn't either
    wild = next((key for key, value in state.items() if not bool((value.float().abs() <= LARGEST).all())), None)
    if wild is not None:
        raise CheckpointError(
            "The weights file {file} is spoilt: {key} has numbers that no trained network has; fetch or copy it again.",
            file=path,
            key=wild,
        )
    # half-precision files are stored small and computed in float32
    own = module.state_dict()
    module.load_state_dict({key: value.to(own[key].dtype) for key, value in state.items()}, strict=True)


def _differences(own: Mapping[str, torch.Tensor], found: Mapping[str, torch.Tensor]) -> list[str]:
    shapes = [
        f"{key} is {list(found[key].shape)}, expected {list(own[key].shape)}"
        for key in own
        if key in found and found[key].shape != own[key].shape
    ]
    missing = [f"{key} is missing" for key in own if key not in found]
    unknown = [f"{key} is unknown" for key in found if key not in own]
    return shapes + missing + unknown
