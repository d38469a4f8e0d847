"""Errors that a user can act on, and notes worth reading.

Each carries an English template and its values apart, so that the window can translate the sentence and fill the values in
afterwards; as text it is the English sentence. A value may be a note itself, which is then translated too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from pathlib import PurePath

from .names import readable


class Note(str):
    """A sentence for the user, or a part of one, that is no error: what was found in a recording, why a value is wrong.

    Args:
        template: English with ``{name}`` fields (also the translation key).
        **values: what goes into the fields.
    """

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, **values: object) -> Note:
        made = super().__new__(cls, template.format(**shown(values)))
        made.template, made.values = template, values
        return made


def together(notes: Sequence[Note]) -> Note:
    """One sentence or several as one message."""
    return reduce(lambda said, other: Note("{first} {second}", first=said, second=other), notes)


def shown(values: Mapping[str, object]) -> dict[str, object]:
    """A sentence's values as they are filled in: names of files in letters."""
    return {name: readable(str(value)) if _is_name(value) else value for name, value in values.items()}


def _is_name(value: object) -> bool:
    return isinstance(value, (str, PurePath)) and not isinstance(value, Note)


class UserError(Exception):
    """A problem in what the user gave us: a sentence that names the file and says what to do.

    Args:
        template: English sentence with ``{name}`` fields (also the translation key).
        **values: what goes into the fields.
    """

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template, values)
        self.template = template
        self.values = values

    def __str__(self) -> str:
        return self.template.format(**shown(self.values))


class ConfigError(UserError):
    """A configuration file with an unknown key, a wrong type or a value out of range."""


class SourceError(UserError):
    """A recording or camera that can't be opened or read."""


class DamagedFrame(SourceError):
    """One frame of one camera that can't be decoded, in a recording that can otherwise be read."""


class CalibrationError(SourceError):
    """A calibration file that is missing, malformed or not a camera."""


class CheckpointError(UserError):
    """A weights file that is missing, damaged, or made for another network."""


class EngineError(UserError):
    """The engine that was asked for can not run the network here."""


class DeviceError(UserError):
    """The requested compute device is not there or ran out of memory."""


class ExportError(UserError):
    """Results that can't be written or read back."""


class TakeError(UserError):
    """A take that can't be opened, read or written."""
