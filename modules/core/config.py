"""Loading of YAML files against the declared keys (``config_keys``), and digests of what was loaded.

The names follow the published VoxelPose and SelfPose3d files, which load as they are: keys that only their training or
their data sets use are passed over by the explicit list ``PUBLISHED_TRAINING_KEYS``. Any other unknown key, a wrong type or a
value out of range is a ``ConfigError`` that names file and key.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from yacs.config import CfgNode

from .config_keys import FITTED_KEYS, KEYS, NETWORK_FILES, PUBLISHED_TRAINING_KEYS, RETIRED_KEYS, Changes
from .errors import ConfigError, Note
from .files import exists, expanded, read_small
from .rig import circles_of
from .yaml_numbers import read_yaml_tables

CONFIG_DIR = Path(__file__).resolve().parents[2] / "configs"
WEIGHTS_DIR = Path(__file__).resolve().parents[1] / "SelfPose3d" / "weights"
DEFAULT_CONFIG = CONFIG_DIR / "demo.yaml"
#: A configuration is a few kB; the parser takes a second for a MB.
MAX_FILE_BYTES = 1 << 20
#: A text in quotes, as in a file.
_QUOTED = re.compile(r"""\A\s*(["'])((?:(?!\1).)*)\1\s*\Z""")
#: Pixels of the network's image, and voxels of a volume: what lies beyond fills any memory.
MOST_PIXELS, MOST_VOXELS = 1 << 22, 1 << 22


def default_config() -> CfgNode:
    """A mutable CfgNode with every key at its default."""
    root = CfgNode()
    for name, key in KEYS.items():
        _set(root, name, key.parse(key.default))
    return root


def load_config(path: str | Path | None = None, overrides: Mapping[str, object] | None = None) -> CfgNode:
    """Reads a YAML file over the defaults.

    Args:
        path: the file; None: the defaults alone.
        overrides: dotted key → value, applied last (the command line's options).

    Returns:
        A frozen CfgNode.

    Raises:
        ConfigError: no such file, not YAML, an unknown key, a wrong type, a value out of range, or values that contradict.
    """
    config = default_config()
    where = "defaults" if path is None else str(path)
    if path is not None:
        for name, value in flatten(read_yaml(Path(path)), where):
            if not is_passed_over(name):
                set_key(config, name, value, where)
    if overrides and _agrees(config):
        where = "command line"  # what contradicts after that, it brought
    for name, value in (overrides or {}).items():
        set_key(config, name, value, "command line")
    if "MULTI_PERSON.RIG" not in (overrides or {}):  # else the values are that rig's
        # of an image size that somebody asks for the longest side counts in every rig, its shape is the frames'
        asked = [name for name in FITTED_KEYS if name in (overrides or {}) and not name.startswith("NETWORK.")]
        config.MULTI_PERSON.KEEP = [*dict.fromkeys([*config.MULTI_PERSON.KEEP, *asked])]
    given = [name for name in (overrides or {}) if name.startswith(("RIG.", "SOURCE."))]
    config.RIG.GIVEN = [*dict.fromkeys([*config.RIG.GIVEN, *given])]
    check_config(config, where)
    config.freeze()
    return config


def read_yaml(path: Path) -> Mapping[str, Any]:
    """The mapping in a YAML file; ConfigError otherwise."""
    try:
        content = read_yaml_tables(read_small(path, ConfigError, MAX_FILE_BYTES).decode("utf-8-sig"))
    except ValueError as error:  # UnicodeDecodeError is one
        reason = " ".join(str(error).split())
        raise ConfigError("The configuration {file} is not valid YAML: {reason}", file=path, reason=reason) from error
    if content is None:
        return {}
    if not isinstance(content, Mapping):
        raise ConfigError(
            "The configuration {file} must be a table of keys, not a {kind}.", file=path, kind=type(content).__name__
        )
    return content


def flatten(tree: Mapping[Any, Any], where: str, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(dotted key, value) of a nested mapping; tables stay whole where a key is declared as one."""
    for key, value in tree.items():
        name = f"{prefix}{key}"
        declared = KEYS.get(name)
        if isinstance(value, Mapping) and not (declared is not None and declared.kind is dict):
            yield from flatten(value, where, f"{name}.")
        else:
            yield name, value


def is_passed_over(name: str) -> bool:
    """Whether a dotted key is one that only the published training uses, or only earlier versions."""
    known = PUBLISHED_TRAINING_KEYS + RETIRED_KEYS
    return name in known or f"{name.split('.')[0]}.*" in known


def set_key(config: CfgNode, name: str, value: object, where: str) -> None:
    """Sets one declared key after checking it; ConfigError that names ``where`` and the key otherwise."""
    key = KEYS.get(name)
    if key is None:
        close = [known for known in KEYS if known.split(".")[-1] == name.split(".")[-1]]
        hint = Note(" Did you mean {key}?", key=close[0]) if close else ""
        raise ConfigError("{file}: unknown key {key}.{hint}", file=where, key=name, hint=hint)
    try:
        parsed = key.parse(value)
    except ValueError as error:
        raise ConfigError("{file}: {key}: {reason}.", file=where, key=name, reason=error) from error
    _set(config, name, parsed)


def get_key(config: CfgNode, name: str) -> Any:
    """Value of a dotted key."""
    node: Any = config
    for part in name.split("."):
        node = node[part]
    return node


def changes_between(before: CfgNode, after: CfgNode) -> set[Changes]:
    """What has to be done anew for another configuration."""
    return {key.changes for name, key in KEYS.items() if get_key(before, name) != get_key(after, name)}


def check_config(config: CfgNode, where: str) -> None:
    """ConfigError if values contradict one another."""
    circles = circles_of(config.RIG.EXCHANGED)
    checks: tuple[tuple[bool, Note], ...] = (
        (
            config.FILTER.ANKLE_RANGE_MM[0] < config.FILTER.ANKLE_RANGE_MM[1],
            Note("FILTER.ANKLE_RANGE_MM: the first number must be the smaller one"),
        ),
        (
            all(n % 32 == 0 for n in config.NETWORK.IMAGE_SIZE),
            Note("NETWORK.IMAGE_SIZE: width and height must be multiples of 32"),
        ),
        (
            [4 * n for n in config.NETWORK.HEATMAP_SIZE] == list(config.NETWORK.IMAGE_SIZE),
            Note("NETWORK.HEATMAP_SIZE: must be a quarter of NETWORK.IMAGE_SIZE"),
        ),
        (
            all(n % 4 == 0 for n in (*config.PICT_STRUCT.CUBE_SIZE, *config.MULTI_PERSON.INITIAL_CUBE_SIZE)),
            Note("PICT_STRUCT.CUBE_SIZE and MULTI_PERSON.INITIAL_CUBE_SIZE: must be multiples of 4"),
        ),
        (
            config.REFINE.ROUNDS + config.REFINE.ROUNDS_ALONE > 0,
            Note("REFINE.ROUNDS and REFINE.ROUNDS_ALONE: one of them must be more than 0"),
        ),
        (
            not config.RIG.UP or (len(config.RIG.UP) == 3 and any(config.RIG.UP)),
            Note("RIG.UP: must be three numbers, not all 0, or empty"),
        ),
        (
            bool(config.TAKE.FOLDER.strip()),
            Note("TAKE.FOLDER: is empty; name a folder (the default is {name})", name=KEYS["TAKE.FOLDER"].default),
        ),
        (
            not config.TAKE.FOLDER.strip().isdigit(),
            Note(
                "TAKE.FOLDER: {name} is a number; if a folder is called that, write ./{name}", name=config.TAKE.FOLDER.strip()
            ),
        ),
        (len(config.RIG.FLOOR_MM) <= 1, Note("RIG.FLOOR_MM: must be one number, or empty")),
        (
            all(len(circle) > 1 for circle in circles) and len({*chain(*circles)}) == sum(map(len, circles)),
            Note("RIG.EXCHANGED: must be the names of two cameras or more, each once, or empty; '|' between two circles"),
        ),
        (
            math.prod(config.NETWORK.IMAGE_SIZE) <= MOST_PIXELS,
            Note("NETWORK.IMAGE_SIZE: {count} pixels at most", count=MOST_PIXELS),
        ),
        (
            max(math.prod(config.PICT_STRUCT.CUBE_SIZE), math.prod(config.MULTI_PERSON.INITIAL_CUBE_SIZE)) <= MOST_VOXELS,
            Note("PICT_STRUCT.CUBE_SIZE and MULTI_PERSON.INITIAL_CUBE_SIZE: {count} voxels at most", count=MOST_VOXELS),
        ),
    )
    for holds, reason in checks:
        if not holds:
            raise ConfigError("{file}: {reason}.", file=where, reason=reason)


def _agrees(config: CfgNode) -> bool:
    try:
        check_config(config, "")
    except ConfigError:
        return False
    return True


def config_digest(config: CfgNode) -> str:
    """SHA-256 over all keys and values: equal for configurations that mean the same."""
    values = {name: get_key(config, name) for name in sorted(KEYS)}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def results_digest(config: CfgNode) -> str:
    """16 hexadecimal digits: equal for configurations that find the same people in the same frame.

    The networks' files count by what is in them: one that was replaced under its name finds others.
    """
    values = {name: get_key(config, name) for name, key in sorted(KEYS.items()) if key.changes is Changes.RESULTS}
    values["contents"] = {name: _content_digest(weights_path(values[name])) for name in NETWORK_FILES if values[name]}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def _content_digest(path: Path) -> str:
    """SHA-256 of a file, kept while its size and time stay the same; empty where there is none: whoever loads it says so."""
    try:
        about = path.stat()
        return _digest_of(path, about.st_size, about.st_mtime_ns) if path.is_file() else ""
    except OSError:
        return ""


@lru_cache(maxsize=64)
def _digest_of(path: Path, size: int, mtime_ns: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def weights_path(name: str) -> Path:
    """Path of a checkpoint: as given if it is absolute or exists from here, else among those that ship or were fetched; of two
    that have a name alone, that one."""
    path = expanded(name, ConfigError)
    known = WEIGHTS_DIR / path
    named_alone = path.parent == Path(".") and exists(known, ConfigError)
    return path if path.is_absolute() or (exists(path, ConfigError) and not named_alone) else known


def parse_text(name: str, text: str) -> Any:
    """A declared key's value from what a person typed (YAML; a text may have quotes, but no escapes); ValueError with the
    reason otherwise."""
    key = KEYS[name]
    try:
        value = read_yaml_tables(text) if key.kind is not str or key.is_list else _QUOTED.sub(r"\2", text)
    except ValueError as error:
        raise ValueError(Note("not a value: {reason}", reason=" ".join(str(error).split()))) from error
    return key.parse(value)


def settings(entries: Iterable[str]) -> dict[str, Any]:
    """Dotted key → value of a command line's ``KEY=VALUE`` entries (``--set``); ConfigError for one that is none."""
    values: dict[str, Any] = {}
    for entry in entries:
        name, given, text = entry.partition("=")
        if name not in KEYS:
            raise ConfigError("--set: unknown key {key}.", key=name)
        if not given:
            raise ConfigError("--set: {key} lacks its value; write {key}=VALUE.", key=name)
        try:
            values[name] = parse_text(name, text)
        except ValueError as error:
            raise ConfigError("--set: {key}: {reason}.", key=name, reason=error) from error
    return values


def _set(config: CfgNode, name: str, value: Any) -> None:
    *parents, leaf = name.split(".")
    node = config
    for part in parents:
        if part not in node:
            node[part] = CfgNode()
        node = node[part]
    # CfgNode admits plain dicts only through the item interface; they stay plain
    dict.__setitem__(node, leaf, value)
