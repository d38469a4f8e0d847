"""What a user can say about who is who, on top of what was worked out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol, runtime_checkable


class EditKind(Enum):
    """What can be said of a person, in a frame."""

    MERGE = "merge"  # this person and the other one are the same
    SPLIT = "split"  # from the frame on, this is another person than before
    SWAP = "swap"  # from the frame on, this person and the other one are each other
    RENAME = "rename"  # this person is called so
    DELETE = "delete"  # this person is not there in some frames
    NOT_A_PERSON = "not_a_person"  # this is nobody, in no frame


@dataclass(frozen=True)
class SaidEdit:
    """An edit that is kept.

    Attributes:
        number: for ``take_back``.
        taken_back: it is unsaid, and can be said again.
    """

    number: int
    kind: EditKind
    taken_back: bool


@runtime_checkable
class Editor(Protocol):
    """Results whose people can be put right by hand; what was computed stays as it is."""

    @property
    def writable(self) -> bool: ...

    def edit(
        self,
        kind: EditKind,
        track_id: int,
        frame: int,
        other: int | None = None,
        name: str = "",
        span: tuple[int, int] | None = None,
    ) -> int:
        """Says something, on disk when it returns; listeners are told of numbers that changed.

        Args:
            track_id: of whom, by the number of now. frame: where; for people who are not in it their next frame counts, else
                their last.
            other: the second one, for MERGE and SWAP. name: for RENAME; "": the number again. span: first and last frame, for
                DELETE.

        Returns:
            the edit's number, for ``take_back``.

        Raises:
            TakeError: it can't be written, or there is no such person.
        """
        ...

    def edits(self) -> tuple[SaidEdit, ...]:
        """What was said, in its order: what holds, then what was taken back last, nothing else said since; TakeError."""
        ...

    def follow_edits(self) -> bool:
        """Whether another program said something meanwhile; it holds then, and listeners were told. TakeError."""
        ...

    def take_back(self, edit: int, back: bool = True) -> None:
        """Unsays an edit, or (``back`` False) says it again; TakeError."""
        ...
