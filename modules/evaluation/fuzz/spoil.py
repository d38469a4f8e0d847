"""Ways to spoil a file's content, its place, and its name."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

#: What a number in a text is exchanged for.
NUMBERS = (
    "nan", "inf", "-inf", "NaN", "Infinity", "1e300", "-1e300", "1e999", "9" * 400, "9" * 5000, "0", "-1", "", "1,5", "²",
    "0x10",
    "null",
    "true", '"text"', "[]", "{}", "[[[[1]]]]", "1e-320",
)  # fmt: skip
WORDS = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"&x;", b"*a", b"&a ", b"!!python/object:os.system", b"<!DOCTYPE a [<!ENTITY x 'y'>]>",
    b"{", b"]", b'"', b"\n", b"\r", b"\xed\xa0\x80", b"[" * 5000, b"<a>" * 5000, b"a." * 50000, "보정".encode("cp949"),
)  # fmt: skip
#: Names that are hard on programs.
NAMES = (
    os.fsdecode("녹화".encode("cp949")), "cam²", "cam" + "9" * 200, " ", "a\nb", "%s{0}{file}", "-rf", "é", "e\u0301", "왼쪽",
    "\u202ecam", "cam.1.2", "COM1", "cam_\u0663", "[a]*", "~", "#", "&amp;<x>",
)  # fmt: skip
ENCODINGS = ("utf-16", "utf-32", "euc-kr", "cp949", "utf-8-sig", "cp037")


def content(data: bytes, rng: random.Random) -> bytes:
    """The content with one to three things wrong."""
    for _ in range(rng.randint(1, 3)):
        data = rng.choice((_number, _word, _bytes, _cut, _double, _encoded, _declared))(data, rng)
    return data


def _number(data: bytes, rng: random.Random) -> bytes:
    found = list(re.finditer(rb"-?\d+(\.\d+)?(e-?\d+)?", data))
    if not found:
        return data
    at = rng.choice(found)
    return data[: at.start()] + rng.choice(NUMBERS).encode() + data[at.end() :]


def _word(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(data) + 1)
    return data[:place] + rng.choice(WORDS) + data[place:]


def _bytes(data: bytes, rng: random.Random) -> bytes:
    spoilt = bytearray(data)
    for _ in range(rng.choice((1, 5, 50))):
        if spoilt:
            spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
    return bytes(spoilt)


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _double(data: bytes, rng: random.Random) -> bytes:
    start, stop = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return data[:stop] + data[start:stop] * rng.choice((1, 20, 200)) + data[stop:] if stop - start < 20_000 else data


def _encoded(data: bytes, rng: random.Random) -> bytes:
    return data.decode("utf-8", "replace").encode(rng.choice(ENCODINGS), "replace")


def _declared(data: bytes, rng: random.Random) -> bytes:
    return re.sub(rb"encoding='[^']*'", f"encoding='{rng.choice((*ENCODINGS, 'klingon', 'utf-7'))}'".encode(), data)


def in_place_of(path: Path, rng: random.Random) -> str:
    """Puts something that is no file in a file's place; says what."""
    path.unlink(missing_ok=True)
    kind = rng.choice(("pipe", "device", "folder", "loop", "nothing", "empty", "unreadable", "huge"))
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    elif kind == "loop":
        path.symlink_to(path.name)
    elif kind == "empty":
        path.touch()
    elif kind == "unreadable":
        path.touch(mode=0)
    elif kind == "huge":  # sparse: it takes no disk
        with path.open("wb") as file:
            file.truncate(50 * 2**30)
    return kind


def name(rng: random.Random) -> str:
    """A name that is hard on programs."""
    return rng.choice(NAMES)
