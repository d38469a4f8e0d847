"""Changes single values in a configuration file and leaves everything else, comments included, as it stands."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from modules.core.config import flatten, read_yaml
from modules.core.errors import ConfigError


def save_values(path: Path, changes: Mapping[str, Any]) -> None:
    """Writes dotted key → value into a YAML file, in one step (a reader sees the old file or the new one).

    Raises:
        ConfigError: the file can't be read or written, or is laid out so that a value can't be changed safely.
    """
    read_yaml(path)  # says what is wrong with a damaged file
    try:
        with path.open(encoding="utf-8", newline="") as file:
            text = file.read()
    except OSError as error:
        raise ConfigError("Can't read the configuration {file}: {reason}.", file=path, reason=error.strerror) from error
    edited = edit_text(text, changes, path)
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as file:
            file.write(edited)
        os.chmod(temporary, path.stat().st_mode)
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ConfigError(
            "Can't write the configuration {file}: {reason}. Check that the file and its folder may be written.",
            file=path,
            reason=error.strerror,
        ) from error


def edit_text(text: str, changes: Mapping[str, Any], path: Path) -> str:
    """The YAML text with these values; ConfigError if the outcome does not hold exactly them and all others as before."""
    wanted = dict(flatten(yaml.safe_load(text) or {}, str(path)))
    for name, value in changes.items():
        wanted[name] = value
        text = _set_value(text, name.split("."), _as_yaml(value))
    try:
        found = dict(flatten(yaml.safe_load(text), str(path)))
    except yaml.YAMLError:
        found = {}
    if found != wanted:
        raise ConfigError(
            "The configuration {file} is laid out so that {keys} can't be changed safely; change it in a text editor.",
            file=path,
            keys=", ".join(changes),
        )
    return text


def _as_yaml(value: Any) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, width=10**6, allow_unicode=True)
    return text.removesuffix("...\n").strip()


def _set_value(text: str, parts: list[str], value: str) -> str:
    root = yaml.compose(text)
    if root is None:
        return text + _newline_before(text) + _nested(parts, value, 0)
    node, depth = root, 0
    while depth < len(parts) and isinstance(node, yaml.MappingNode):
        inner = next((v for k, v in node.value if k.value == parts[depth]), None)
        if inner is None:
            return _insert(text, node, parts[depth:], value)
        node, depth = inner, depth + 1
    return _replace(text, node, value)


def _replace(text: str, node: yaml.Node, value: str) -> str:
    start, end = node.start_mark.index, _end(node)
    if start == end:  # "KEY:" with nothing after it
        return f"{text[:start].rstrip(' ')} {value}{text[end:]}"
    if _is_block(node) and not text[:start].rstrip(" ").endswith(":"):
        start = text[:start].rstrip().__len__()  # a block list begins on the next line: the value moves up behind the colon
        value = f" {value}"
    return text[:start] + value + text[end:]


def _insert(text: str, node: yaml.MappingNode, parts: list[str], value: str) -> str:
    if node.flow_style:
        inside = node.end_mark.index - 1
        comma = ", " if node.value else ""
        flow = value
        for part in reversed(parts[1:]):
            flow = f"{{{part}: {flow}}}"
        return f"{text[:inside]}{comma}{parts[0]}: {flow}{text[inside:]}"
    column = node.start_mark.column
    last = _end(node.value[-1][1])
    line_end = text.find("\n", last)
    head, tail = (text, "") if line_end < 0 else (text[: line_end + 1], text[line_end + 1 :])
    return head + _newline_before(head) + _nested(parts, value, column) + tail


def _nested(parts: list[str], value: str, column: int) -> str:
    lines = [" " * (column + 2 * n) + f"{part}:" for n, part in enumerate(parts)]
    return "\n".join(lines) + f" {value}\n"


def _newline_before(text: str) -> str:
    return "" if not text or text.endswith("\n") else "\n"


def _is_block(node: yaml.Node) -> bool:
    return isinstance(node, yaml.CollectionNode) and not node.flow_style


def _end(node: yaml.Node) -> int:
    """Index after the node's last own character (a block collection's mark lies behind the comments that follow it)."""
    if not _is_block(node) or not node.value:
        return node.end_mark.index
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)
