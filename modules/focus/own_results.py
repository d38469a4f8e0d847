"""Files that this program writes: where they lie in a recording, as ``--out`` may have it, they are no part of it."""

from __future__ import annotations

from pathlib import Path

#: What this program writes into a results folder, without endings; a test keeps it up to date.
RESULT_STEMS = ("overlay", "contact_sheet")
#: Whose presence makes a folder one of results.
RESULT_MARKS = ("poses.jsonl", "poses.part.jsonl")


def is_results(folder: Path) -> bool:
    """Whether this program wrote into a folder."""
    return any((folder / name).exists() for name in RESULT_MARKS)


def is_own_result(file: Path) -> bool:
    """Whether a video or an image is one that this program wrote."""
    return file.name.split(".")[0] in RESULT_STEMS and is_results(file.parent)
