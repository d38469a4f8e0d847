"""Which video belongs to which calibrated camera, by their names."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Sort key under which cam2 comes before cam10."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part.casefold()) for part in re.findall(r"\d+|\D+", name)]


def camera_number(name: str) -> int | None:
    """The last number in a name (``hd_00_07``: 7), None without one."""
    digits = re.findall(r"\d+", name)
    return int(digits[-1]) if digits else None


def pair_names(cameras: Sequence[str], videos: Sequence[str]) -> list[int | None]:
    """For each camera the place of its video, None where none fits.

    Tried in turn, and taken only where it leaves no choice: the same name; the same but for case and punctuation; one name
    within the other (``int_cam01_img`` and ``cam01``); the same camera number. Never by order alone: a wrong pair looks right.
    """
    pairs: list[int | None] = [None] * len(cameras)
    rules: tuple[Callable[[str, str], bool], ...] = (
        lambda camera, video: camera == video,
        lambda camera, video: _plain(camera) == _plain(video),
        lambda camera, video: _plain(camera) in _plain(video) or _plain(video) in _plain(camera),
        lambda camera, video: camera_number(camera) is not None and camera_number(camera) == camera_number(video),
    )
    for fits in rules:
        free = [place for place in range(len(videos)) if place not in pairs]
        open_cameras = [i for i, place in enumerate(pairs) if place is None]
        options = {i: [place for place in free if fits(cameras[i], videos[place])] for i in open_cameras}
        taken = [place for places in options.values() for place in places]
        for i, places in options.items():
            if len(places) == 1 and taken.count(places[0]) == 1:
                pairs[i] = places[0]
    return pairs


def shared_numbers(videos: set[int], calibrations: set[int]) -> int:
    """What to add to a video's number to get its calibration's: 0, or ±1 where one set counts from 0 and the other from 1."""
    if videos == calibrations:
        return 0
    for shift in (1, -1):
        if {number + shift for number in videos} == calibrations and min(videos | calibrations) == 0:
            return shift
    return 0


def _plain(name: str) -> str:
    return re.sub(r"[^0-9a-z]", "", name.casefold())
