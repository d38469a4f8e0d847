"""What the commands print of what they found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from modules.core.types import SourceInfo
from modules.rig.adjust.projections import FOCAL
from modules.rig.mend.mending import Mend
from modules.rig.people.anchor import Anchored
from modules.rig.people.from_people import Grown
from modules.rig.people.judgement import judged
from modules.rig.settings import applied, given_ms
from modules.rig.sync.delays import Step, nothing_left


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def table_of(rig: Grown, found: Anchored, height_mm: float | None = None, taped: bool = False) -> Iterator[str]:
    """What a calibration from people says of itself."""
    people, sightings = len(set(found.identity)), len(found.identity)
    yield (
        f"{_count(people, 'person', 'people')}, {_count(sightings, 'sighting', 'sightings')}; "
        f"{100 * rig.explained:.0f} % of what was seen explained; "
        f"unit ± {100 * found.scale_sd:.1f} % (by {found.unit_from}), up ± {found.up_sd_deg:.1f}° (one standard deviation)"
    )
    if height_mm is not None and taped:
        tallest = f"by it the tallest person is {found.tallest_mm:.0f} mm tall, by --height {height_mm:.0f}"
        yield f"The tape counts, not the height: {tallest}."
    for view, (camera, turned_deg) in enumerate(zip(found.cameras, found.turned_sd_deg, strict=True)):
        x, y, z = camera.center_world_mm
        turned = f"turned ± {turned_deg:.2f}° against {found.cameras[0].name}, " if view else ""
        focal = f" ± {100 * rig.adjusted.sd[view, FOCAL]:.1f} %" if rig.adjusted.sd[view, FOCAL] > 0 else ""
        yield f"{camera.name}: at ({x:.0f}, {y:.0f}, {z:.0f}) mm, {turned}focal {camera.fx:.0f} px{focal}"
    notes, doubtful = judged(rig, found, height_mm, taped)
    if doubtful:
        yield f"This calibration is doubtful. {notes[0]}"


def made_from_people(found: Anchored) -> str:
    """What a calibration from people says in its file that it rests on."""
    return f"from people, lengths by {found.unit_from} (± {100 * found.scale_sd:.1f} %)"


def table_of_mend(found: Mend) -> Iterator[str]:
    """What mending changed."""
    yield f"{_count(found.people, 'person', 'people')}, {_count(found.instants, 'sighting', 'sightings')}"
    for c in found.changes:
        told = "" if c.told else "  (people say too little of it)"
        yield (
            f"{c.name}: turned {c.turned_deg:.2f}° ± {c.turned_sd_deg:.2f}°, moved {c.moved_mm:.0f} ± {c.moved_sd_mm:.0f} mm, "
            f"zoomed {100 * c.zoomed:+.2f} %; residual {c.before_px:.1f} → {c.after_px:.1f} px{told}"
        )
    steady = " → ".join(f"{100 * s:.1f} %" for s in found.steadiness)
    yield f"at times that were not used: {found.before_px:.1f} → {found.after_px:.1f} px, bones steady to {steady}"
    if found.worse:
        yield (
            f"What fits the others better fits {', '.join(found.worse)} worse, so nothing was changed. Look at whether that "
            "camera runs in step (sync) and whether it was moved."
        )
    elif found.unsure:
        yield "That is less, but from so few times that it may be chance, so nothing was changed. Mend a longer recording."
    elif not found.better:
        yield "That is no better than before, so nothing was changed."
    elif found.caution is not None:
        yield str(found.caution)


def table_of_steps(steps: Sequence[Step], info: SourceInfo | None = None, apply: bool = True) -> Iterator[str]:
    """Who is late, and, if wanted, how to have it applied.

    Args:
        info: of the recording as it was opened; None: of the videos as they are.
    """
    given = {} if info is None else given_ms(info)
    for s in steps:
        ms, before = round(1e3 * s.offset_s) if np.isfinite(s.sd_s) else 0, given.get(s.camera, 0)
        if not np.isfinite(s.sd_s):
            told = "not known"
        elif not s.sd_s:
            told = "the others are counted from it"
        else:
            told = f"{_late(ms)}, ± {1e3 * s.sd_s:.0f} ms, drift {round(1e6 * s.drift):+d} ppm"
            told = f"left {told}; in all {_late(before + ms)}" if given else told
        told = f"given {_late(before)}; {told}" if given else told
        yield f"{s.camera}: {told}" + ("" if s.certain or not np.isfinite(s.sd_s) else "  (unsure)")
    most = max(steps, key=lambda s: abs(s.offset_s) if np.isfinite(s.sd_s) else 0.0)
    first = next((s.camera for s in steps if not s.sd_s), None)
    if first is not None and np.isfinite(most.sd_s) and round(1e3 * most.offset_s) and not given:
        own, others = max(most.offset_s, 0), max(-most.offset_s, 0)
        yield f"What {first} shows {others:.3f} s after its beginning, {most.camera} shows {own:.3f} s after its own."
    if not apply:
        return
    unsure = [s.camera for s in steps if not s.certain]
    if unsure:
        yield f"Not known well enough to be applied: {', '.join(unsure)}. Mark one clap or flash by hand (--mark), or film one."
    certain = [s for s in steps if s.certain]
    settings_ = applied(certain, info)
    if settings_ and info is not None and nothing_left(certain, info.fps, info.frame_count):
        yield (
            "Nothing more has to be applied: what is left may be chance, and frames are whole."
            if given
            else "Nothing has to be applied: the cameras run in step, as far as can be told."
        )
    elif settings_:
        instead = " (instead of what was given)" if given else ""
        yield f"To apply{instead}: " + " ".join(f'--set "{entry}"' for entry in settings_)
    elif not unsure:
        yield "Nothing more has to be applied." if given else "Nothing has to be applied: the cameras run in step."


def _late(ms: int) -> str:
    return f"{abs(ms)} ms {'early' if ms < 0 else 'late'}" if ms else "in step"
