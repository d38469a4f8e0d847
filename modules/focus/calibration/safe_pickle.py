"""Reading pickles of number arrays without running anything that they name.

A pickle can call any function it names. Here none is ever looked up: the few names that numpy's arrays need, under their
numpy 1 and numpy 2 spellings, stand for harmless classes made anew for each file, and every other name is refused.
"""

from __future__ import annotations

import io
import pickle
import pickletools
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from modules.core.errors import Note

#: Number types that an array may have (numpy's codes without byte order).
NUMBER_CODES = frozenset({"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"})
#: A camera's few small arrays are a few kB; what is larger is another thing.
MAX_BYTES, MAX_OPCODES = 1 << 20, 100_000
#: Values in the content, each counted as often as it is referred to.
MAX_VALUES = 100_000
#: What the unpickler raises on bytes that are not a pickle, or a damaged one.
DAMAGED = (
    pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, KeyError, TypeError, ValueError,
    OverflowError, RecursionError, MemoryError, struct.error,
)  # fmt: skip


class PickleRefused(Exception):
    """The file names something other than arrays and plain containers.

    Attributes:
        name: what it names, ``module.name``.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def load_arrays(data: bytes) -> Any:
    """The content of a pickle of plain containers, numbers, texts and numpy arrays of numbers.

    Raises:
        PickleRefused: it names anything else.
        ValueError: it is damaged or not a pickle.
    """
    try:
        _check_claims(data)
        return _plain(_Unpickler(io.BytesIO(data)).load(), {})[0]
    except DAMAGED as error:
        raise ValueError(str(error) or type(error).__name__) from error


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self._admitted = _stand_ins()

    def find_class(self, module: str, name: str) -> Any:
        stand_in = self._admitted.get((module.replace("numpy._core.", "numpy.core."), name))
        if stand_in is None:
            raise PickleRefused(f"{module}.{name}")
        return stand_in


class _Value:
    """Marks a stand-in that carries a number or an array."""

    value: Any = None


def _stand_ins() -> dict[tuple[str, str], Callable[..., Any]]:
    # made anew for each file: a pickle could set attributes on them
    class Dtype:
        def __init__(self, code: str = "", *_: object) -> None:
            if str(code).lstrip("<>=|") not in NUMBER_CODES:
                raise ValueError(Note("an array of type {code!r} is not an array of numbers", code=code))
            self.dtype = np.dtype(str(code))

        def __setstate__(self, state: tuple[Any, ...]) -> None:
            if state[1] in ("<", ">"):
                self.dtype = self.dtype.newbyteorder(state[1])

    class Array(_Value):
        def __setstate__(self, state: tuple[Any, ...]) -> None:
            _, shape, dtype, fortran, raw = state
            self.value = _array(raw, dtype.dtype, shape, "F" if fortran else "C")

    class Scalar(_Value):
        def __init__(self, dtype: Dtype, raw: bytes) -> None:
            self.value = _array(raw, dtype.dtype, (), "C").item()

    def reconstruct(*_: object) -> Array:
        return Array()

    def from_buffer(raw: bytes, dtype: Dtype, shape: tuple[int, ...], order: str) -> Array:
        array = Array()
        array.value = _array(raw, dtype.dtype, shape, order)
        return array

    def encode(text: str, encoding: str = "latin1") -> bytes:  # how protocols 0 to 2 write bytes
        if encoding not in ("latin1", "latin-1"):
            raise ValueError(Note("bytes are written as {encoding!r}", encoding=encoding))
        return text.encode("latin-1")

    def empty() -> bytes:  # how they write bytes of length 0
        return b""

    return {
        ("numpy.core.multiarray", "_reconstruct"): reconstruct,
        ("numpy.core.multiarray", "scalar"): Scalar,
        ("numpy.core.numeric", "_frombuffer"): from_buffer,
        ("numpy", "ndarray"): Array,
        ("numpy", "dtype"): Dtype,
        ("_codecs", "encode"): encode,
        ("__builtin__", "bytes"): empty,
    }


def _array(raw: object, dtype: np.dtype, shape: tuple[int, ...], order: str) -> np.ndarray:
    if isinstance(raw, str):  # bytes of Python 2
        raw = raw.encode("latin-1")
    if not isinstance(raw, (bytes, bytearray)):
        raise ValueError(Note("an array's content is not bytes"))
    return np.frombuffer(bytes(raw), dtype).reshape(shape, order="F" if order == "F" else "C")


def _check_claims(data: bytes) -> None:
    """ValueError if the pickle claims more than it brings: the unpickler makes room for what is claimed before it looks."""
    if len(data) > MAX_BYTES:
        raise ValueError(Note("it is too large"))
    for count, (opcode, argument, _) in enumerate(pickletools.genops(data)):
        # a place in the memo is made for every number below the one that is named
        if count > MAX_OPCODES or ("PUT" in opcode.name and argument > MAX_OPCODES):
            raise ValueError(Note("it is too large"))


def _plain(content: Any, seen: dict[int, tuple[Any, int]]) -> tuple[Any, int]:
    """The content with arrays and numbers in place of their stand-ins; and how many values it is.

    Containers that are referred to many times are turned once and counted every time: what uses them will visit them so.
    """
    if isinstance(content, _Value):
        return content.value, 1
    if not isinstance(content, (dict, list, tuple)):
        return content, 1
    if id(content) in seen:
        return seen[id(content)]
    if isinstance(content, dict):
        parts = {key: _plain(value, seen) for key, value in content.items()}
        turned: Any = {key: value for key, (value, _) in parts.items()}
        count = sum(size for _, size in parts.values())
    else:
        entries = [_plain(value, seen) for value in content]
        turned, count = [value for value, _ in entries], sum(size for _, size in entries)
    if count > MAX_VALUES:
        raise ValueError(Note("it is too large"))
    seen[id(content)] = turned, count + 1
    return turned, count + 1
