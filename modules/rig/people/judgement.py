"""What a calibration from people is worth, in sentences: the warnings say what to film instead."""

from __future__ import annotations

import numpy as np

from modules.core.errors import Note, SourceError
from modules.rig.adjust.bundle import residuals_px
from modules.rig.people.anchor import Anchored
from modules.rig.people.from_people import Grown
from modules.rig.seen.body import at
from modules.rig.seen.triangulation import middle

#: People who keep within this of one place (standard deviation, mm) say too little of the cameras' angles.
WALKED_MM = 350.0
#: A calibration is doubtful whose cameras may be turned by more than this, deg, or whose lengths may be off by more than this
#: share (one standard deviation): the people were seen too briefly, or too far off.
TURNED_DEG, UNIT_SHARE = 3.0, 0.15
#: People who are so tall by a tape make the tape doubtful, mm.
ANY_MM = (1200.0, 2300.0)
#: Less explained than this, and people whose fronts contradict one another more than this, are doubtful.
EXPLAINED, HANDED = 0.6, 0.75
#: With fewer fronts in front than this the world is a mirror image, or nonsense.
MIRRORED = 0.4
#: A camera of which less is explained than this, or that is off by so many times as much as the others, doesn't belong to
#: them: mirrored ones have 0 to 0.8 and 6 to 22, sound ones from 0.72 (the demo) and up to 1.4 (synthetic and demo).
OWN, STRANGE = 0.6, 3.0


def paths_of(rig: Grown, found: Anchored) -> tuple[np.ndarray, ...]:
    """Where each person's hips went over the floor, float64 [T, 2], mm, in order of time."""
    hips = (found.joints_world_mm[:, at("left_hip"), :2] + found.joints_world_mm[:, at("right_hip"), :2]) / 2
    out = []
    for person in np.unique(found.identity):
        mine = np.flatnonzero(found.identity == person)
        path = hips[mine[np.argsort(rig.seen.frame[mine])]]
        out.append(path[np.isfinite(path).all(1)])
    return tuple(out)


def strangers(rig: Grown) -> list[str]:
    """Names of the cameras whose pictures don't fit the others'; none where there are two, which can't say who is wrong."""
    if len(rig.cameras) < 3:
        return []
    off = np.linalg.norm(residuals_px(rig.cameras, rig.seen, rig.adjusted.joints_world_mm), axis=-1) / rig.seen.sd_px
    misfit = np.array([middle(off[:, view].reshape(1, -1))[0] for view in range(len(rig.cameras))])
    wrong = ~(rig.explained_in >= OWN) | ~(misfit <= STRANGE * np.median(misfit))
    return [camera.name for camera, is_wrong in zip(rig.cameras, wrong, strict=True) if is_wrong]


def refuse_mirrored(rig: Grown) -> None:
    """SourceError where most people's fronts are behind them and no one camera can be blamed: what was found is no world."""
    if rig.handed < MIRRORED and not strangers(rig):
        raise SourceError(
            "Where the cameras stand can't be told: as they were found, most people's fronts would be behind them. Film "
            "longer, one or more people who walk through the whole room for half a minute, seen from head to foot; if a "
            "picture is mirrored, set it right."
        )


def judged(rig: Grown, found: Anchored, height_mm: float | None, taped: bool = False) -> tuple[tuple[Note, ...], bool]:
    """Sentences on how good a calibration is, the warnings first; and whether there are any warnings.

    Args:
        taped: the unit is from a taped distance.
    """
    warnings: list[Note] = []
    paths = paths_of(rig, found)
    walked = max((float(np.sqrt(np.var(path, axis=0).min())) for path in paths if len(path) > 3), default=0.0)
    strange = strangers(rig)
    if strange:
        warnings.append(Note(
            "What {cameras} shows of people doesn't fit the other cameras: its picture may be mirrored, or it moved or ran at "
            "another time. Set it right and film again, with all cameras running before people come in.",
            cameras=", ".join(strange),
        ))  # fmt: skip
    turned = float(found.turned_sd_deg.max(initial=0.0))
    if turned > TURNED_DEG or found.scale_sd > UNIT_SHARE:
        warnings.append(Note(
            "So little is seen that cameras may be turned wrongly by {degrees:.0f}° and lengths be off by {percent:.0f} %, or "
            "twice that. Film one or more people who walk through the whole room for half a minute, seen from head to foot.",
            degrees=max(turned, 1.0), percent=100 * found.scale_sd,
        ))  # fmt: skip
    if taped and not ANY_MM[0] <= found.tallest_mm <= ANY_MM[1]:
        warnings.append(Note(
            "By the taped distance the tallest person is {metres:.2f} m tall. Measure again from lens to lens between the two "
            "cameras that were named.",
            metres=found.tallest_mm / 1e3,
        ))  # fmt: skip
    if walked < WALKED_MM:
        warnings.append(Note(
            "People hardly left one place or one line, so angles may be wrong by degrees. Film someone who walks a figure of "
            "eight through the whole room."
        ))  # fmt: skip
    if rig.explained < EXPLAINED:
        warnings.append(Note(
            "Only {share:.0f} % of what the cameras saw of people fits. Film fewer people, in light clothes before a dark wall "
            "or the other way round, with all cameras started before they come in.",
            share=100 * rig.explained,
        ))  # fmt: skip
    if rig.handed < HANDED:
        warnings.append(Note(
            "People's fronts and backs contradict each other. Film someone nearer to the cameras, seen from head to foot."
        ))  # fmt: skip
    if height_mm is None and not taped:
        unit = Note(
            "Lengths are right to {percent:.0f} %; with a person's height they are to 4 %.", percent=100 * found.scale_sd
        )
    else:
        unit = Note("Lengths are right to {percent:.0f} %, by {told}.", percent=100 * found.scale_sd, told=found.unit_from)
    people = len(np.unique(found.identity))
    good = (
        Note("One person was followed; {share:.0f} % of what was seen fits.", share=100 * rig.explained)
        if people == 1
        else Note(
            "{people} people were followed; {share:.0f} % of what was seen of them fits.",
            people=people, share=100 * rig.explained,
        )
    )  # fmt: skip
    return (*warnings, good, unit), bool(warnings)
