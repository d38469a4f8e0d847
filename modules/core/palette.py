"""Colours of people, the same in every pane and every exported picture."""

from __future__ import annotations

from functools import lru_cache

from .skeleton import Side

#: RGB, chosen to differ in hue and in lightness on a dark ground, also for colour-blind eyes (after Okabe and Ito, 2008).
PERSON_COLORS: tuple[tuple[int, int, int], ...] = (
    (86, 180, 233),  # sky blue
    (240, 160, 30),  # orange
    (40, 200, 140),  # green
    (235, 110, 180),  # pink
    (240, 228, 66),  # yellow
    (150, 130, 255),  # violet
    (235, 95, 60),  # vermilion
    (170, 220, 220),  # pale cyan
)
#: How far a left limb goes towards white and a right limb towards black.
LEFT_TINT, RIGHT_SHADE = 0.45, 0.35


def person_color(track_id: int) -> tuple[int, int, int]:
    """RGB of a person, 0–255; numbers begin at 1."""
    return PERSON_COLORS[(track_id - 1) % len(PERSON_COLORS)]


@lru_cache(1024)
def limb_color(track_id: int, side: Side) -> tuple[int, int, int]:
    """RGB of a limb, 0–255: the person's colour, lighter on the left side, darker on the right."""
    color = person_color(track_id)
    if side is Side.LEFT:
        return tuple(round(v + (255 - v) * LEFT_TINT) for v in color)
    if side is Side.RIGHT:
        return tuple(round(v * (1 - RIGHT_SHADE)) for v in color)
    return color
