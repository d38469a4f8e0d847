"""YAML from outside: scalars, lists and tables, without anything that grows (aliases) or is made (tags)."""

from __future__ import annotations

from typing import Any

import yaml

from .errors import Note

#: Levels of nesting; the parser recurses.
MAX_DEPTH = 32


class _Loader(yaml.SafeLoader):
    """SafeLoader without aliases, by which nine lines unfold to gigabytes."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            event = self.peek_event()
            raise yaml.constructor.ConstructorError(None, None, "it has an alias (*), which is not read", event.start_mark)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise yaml.constructor.ConstructorError(None, None, "it is nested too deeply", self.peek_event().start_mark)
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def read_yaml_tables(text: str) -> Any:
    """The content of a YAML text; ValueError with the reason if it is none, or has what is not read."""
    loader = None
    try:
        loader = _Loader(text)
        return loader.get_single_data()
    except (yaml.YAMLError, ValueError, TypeError, OverflowError, RecursionError, AttributeError, KeyError) as error:
        # constructors of dates and numbers raise what the values happen to run into
        raise ValueError(Note("{reason}", reason=" ".join(str(error).split())[:300] or type(error).__name__)) from error
    finally:
        if loader is not None:
            loader.dispose()
