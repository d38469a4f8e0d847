"""XML of motion-capture programs, read as text first: their encodings are Python's, and nothing in the file is expanded."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

from modules.core.errors import CalibrationError, Note

from .common import decoded, numbers, read_bytes

#: Elements of a file; each camera has about ten.
MAX_ELEMENTS = 50_000
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


def read_xml(path: Path, format: str) -> ElementTree.Element:
    """The root element of a small file.

    Args:
        format: whose file it should be, for the error.

    Raises:
        CalibrationError: unreadable, not XML, in an unknown encoding, with a document type (which could name other files), or
            absurdly large.
    """
    content = read_bytes(path)
    text = _text(content, path)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff"), count=1)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise CalibrationError(
            "{file} is not a {format} calibration: {reason}.", file=path, format=format, reason=Note("it has a document type")
        )
    if text.count("<") > 2 * MAX_ELEMENTS:
        raise CalibrationError("{file} is not a {format} calibration: {reason}.", file=path, format=format,
                               reason=Note("it is far too long"))  # fmt: skip
    try:
        return ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError) as error:
        raise CalibrationError(
            "{file} is not a {format} calibration: not valid XML ({reason}).", file=path, format=format, reason=error
        ) from error


def child(node: ElementTree.Element, tag: str) -> ElementTree.Element:
    """The node's first child of this tag; ValueError if there is none."""
    found = node.find(tag)
    if found is None:
        raise ValueError(Note("{key} is missing", key=f"<{tag}>"))
    return found


def number(node: ElementTree.Element, key: str) -> float:
    """A number in an attribute; ValueError that says what is wrong with it otherwise."""
    text = node.get(key)
    if text is None:
        raise ValueError(Note("{key} is missing in {place}", key=key, place=f"<{node.tag}>"))
    try:
        value = float(numbers({key: float(text)}, key)[0])
    except ValueError as error:
        if isinstance(error.args[0] if error.args else None, Note):
            raise
        if re.fullmatch(r"\s*[-+]?\d+,\d+([eE][-+]?\d+)?\s*", text):
            note = Note("{key} is written with a decimal comma ({text}); write a point", key=key, text=text[:40])
            raise ValueError(note) from None
        raise ValueError(Note("{key} is not a number ({text!r})", key=key, text=text[:40])) from None
    return value


def listed(attributes: Mapping[str, str], key: str) -> dict[str, list[float]]:
    """An attribute of numbers between blanks, words left out, as ``common.matrix`` takes it; {} without the attribute."""
    text = attributes.get(key)
    if text is None:
        return {}
    parts = [part for part in text.split()[:64] if not _WORD.fullmatch(part) or part.lower() in ("nan", "inf", "infinity")]
    try:
        return {key: [float(part) for part in parts]}
    except ValueError:
        raise ValueError(Note("{key} is not an array of numbers", key=key)) from None


def _text(content: bytes, path: Path) -> str:
    declared = _DECLARED.match(content)
    name = declared.group(1).decode("ascii") if declared else "utf-8"
    if not declared or name.lower().startswith("utf"):
        return decoded(content, path)
    try:
        codecs.lookup(name)
        return content.decode(name)
    except (LookupError, UnicodeError, ValueError) as error:
        raise CalibrationError(
            "{file} says that it is written in {encoding}, and it can't be read so; save it as UTF-8.", file=path, encoding=name
        ) from error
