"""Which video belongs to which calibrated camera, by their names."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from modules.core.names import readable

#: Digits of a number in a name that count, from its end: enough for any frame, few enough for any arithmetic.
MAX_DIGITS = 18


def title_of(frames: Path) -> str:
    """What a video or a folder of images is called, in letters: a folder has no ending."""
    return readable(frames.name if frames.is_dir() else frames.stem)


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Sort key under which cam2 comes before cam10."""
    return [(0, part, "") if isinstance(part, int) else (1, 0, part) for part in name_parts(name)]


def name_parts(name: str) -> tuple[int | str, ...]:
    """A name as whole numbers and runs of letters, without case and punctuation (``int_Cam01.img``: int, cam, 1, img).

    Letters are those of every script, composed (NFC): macOS writes Korean and accents decomposed; Korean archives hold CP949.
    """
    found = re.findall(r"[0-9]+|[^\W\d_]+", unicodedata.normalize("NFC", readable(name)).casefold())
    return tuple(int(part[-MAX_DIGITS:]) if part[0] in "0123456789" else part for part in found)


def camera_number(name: str) -> int | None:
    """The last number in a name (``hd_00_07``: 7), None without one."""
    numbers = [part for part in name_parts(name) if isinstance(part, int)]
    return numbers[-1] if numbers else None


def pair_names(cameras: Sequence[str], videos: Sequence[str]) -> tuple[list[int | None], int]:
    """For each camera the place of its video, None where none fits; and by how much the two are numbered apart.

    Where the numbers at the names' ends are the same but for one set counting from 0 and the other from 1, they are paired so.
    Else tried in turn, and taken only where it leaves no choice: the same name; the same but for case, punctuation and leading
    zeros; one name within the other in whole words and numbers (``int_cam01_img`` and ``cam1``, never cam1 and cam10); the same
    camera number. Never by order alone, nor by a part of a name or an empty one: a wrong pair looks right.

    Returns:
        the places; what to add to a video's number to get its camera's (0, 1 or -1).
    """
    camera_parts, video_parts = [name_parts(name) for name in cameras], [name_parts(name) for name in videos]
    numbers = [camera_number(name) for name in videos]
    wanted = [camera_number(name) for name in cameras]
    shift = _shift(numbers, wanted)
    if shift:
        return [numbers.index(number - shift) for number in wanted], shift
    pairs: list[int | None] = [None] * len(cameras)
    rules: tuple[Callable[[int, int], bool], ...] = (
        lambda c, v: cameras[c] == videos[v],
        lambda c, v: bool(camera_parts[c]) and camera_parts[c] == video_parts[v],
        lambda c, v: _within(camera_parts[c], video_parts[v]) or _within(video_parts[v], camera_parts[c]),
        lambda c, v: wanted[c] is not None and wanted[c] == numbers[v],
    )
    for fits in rules:
        free = [place for place in range(len(videos)) if place not in pairs]
        open_cameras = [i for i, place in enumerate(pairs) if place is None]
        options = {i: [place for place in free if fits(i, place)] for i in open_cameras}
        taken = Counter(place for places in options.values() for place in places)
        for i, places in options.items():
            if len(places) == 1 and taken[places[0]] == 1:
                pairs[i] = places[0]
    return pairs, 0


def shared_numbers(videos: set[int], calibrations: set[int]) -> int:
    """What to add to a video's number to get its calibration's: 0, or ±1 where one set counts from 0 and the other from 1."""
    if videos == calibrations:
        return 0
    for shift in (1, -1):
        if {number + shift for number in videos} == calibrations and min(videos | calibrations) == 0:
            return shift
    return 0


def _shift(videos: Sequence[int | None], cameras: Sequence[int | None]) -> int:
    if None in videos or None in cameras or len(set(videos)) != len(videos) or len(set(cameras)) != len(cameras):
        return 0
    return shared_numbers(set(videos), set(cameras))  # type: ignore[arg-type]


def _within(short: tuple[int | str, ...], long: tuple[int | str, ...]) -> bool:
    """Whether the parts of one name follow one another in another's; a number alone is no name."""
    if not any(isinstance(part, str) for part in short):
        return False
    return any(long[start : start + len(short)] == short for start in range(len(long) - len(short) + 1))
