"""Joint sets of other 2D networks: which of their joints are the skeleton's, and which are carried beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from modules.core.config import CONFIG_DIR, read_yaml
from modules.core.errors import ConfigError
from modules.core.skeleton import JOINT_NAMES, MIDPOINT_OF_JOINT, NUM_JOINTS, extra_parent


@dataclass(frozen=True)
class JointSet:
    """The joints that a 2D network knows.

    Attributes:
        names: of its channels, in order.
        of_joint: the skeleton's joint → channel; without those that the set lacks.
        extra: channels of the joints beyond the skeleton. parents: of each, the skeleton's joint that it hangs on.
    """

    names: tuple[str, ...]

    @property
    def of_joint(self) -> dict[int, int]:
        """The skeleton's joint → channel."""
        return {joint: self.names.index(name) for joint, name in enumerate(JOINT_NAMES) if name in self.names}

    @property
    def extra(self) -> tuple[int, ...]:
        """Channels of the joints beyond the skeleton."""
        return tuple(n for n, name in enumerate(self.names) if name not in JOINT_NAMES)

    @property
    def extra_names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self.names[n] for n in self.extra)

    @property
    def parents(self) -> tuple[int, ...]:
        """Of each extra joint, the skeleton's joint that it hangs on."""
        return tuple(extra_parent(name) for name in self.extra_names)


def load_joint_set(name: str) -> JointSet:
    """A joint set of ``configs/joints``, or a YAML file of the user's with a list ``names``.

    Raises:
        ConfigError: no such set or file, not a list of different names, or a joint of the skeleton is missing that can't be put
            between two others.
    """
    path = CONFIG_DIR / "joints" / f"{name}.yaml"
    if not path.is_file():
        path = Path(name).expanduser()
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in (CONFIG_DIR / "joints").glob("*.yaml")))
        raise ConfigError("ONNX.JOINTS: there is no joint set or file {name}. Known sets: {known}.", name=name, known=known)
    names = read_yaml(path).get("names")
    if not isinstance(names, list) or not all(isinstance(n, str) for n in names) or len(set(names)) != len(names):
        raise ConfigError("{file}: expected a list 'names' of the 2D network's joints, each name once.", file=path)
    missing = [JOINT_NAMES[j] for j in range(NUM_JOINTS) if j not in MIDPOINT_OF_JOINT and JOINT_NAMES[j] not in names]
    if missing:
        raise ConfigError(
            "{file}: the skeleton's joints {joints} are not among its names.", file=path, joints=", ".join(missing)
        )
    return JointSet(tuple(names))
