"""The sentences of the rig check: what each finding says and which option would do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from modules.core.errors import Note
from modules.core.rig import Finding, Subject, Verdict, in_one_list
from modules.core.types import Camera
from modules.rig.check.disagreement import Disagreement
from modules.rig.check.hypotheses import FEWEST_PEOPLE, PLACE, TRANSPOSED, Explained
from modules.rig.check.offsets import Offset
from modules.rig.check.permuted import cycles
from modules.rig.seen.level import STATURE_MM, TYPICAL_MM, UNITS, Up

AXES = ("x", "y", "z")
#: Beyond this share of the longest shift tried the lowest cost may be where the trying ends.
NEAR_THE_END = 0.75


def about_cameras(cameras: Sequence[Camera], same_places: Sequence[tuple[int, int]]) -> tuple[Finding, ...]:
    """What contradicts before a frame is looked at."""
    if len(cameras) < 2:
        sentence = Note("The recording has one camera; two are needed to tell how far away somebody is.")
        return (Finding(Subject.PEOPLE, Verdict.CONTRADICTED, sentence),)
    return tuple(
        Finding(
            Subject.POSE,
            Verdict.CONTRADICTED,
            Note(
                "Cameras {first} and {second} have one and the same pose in the calibration: one of them was written twice.",
                first=cameras[a].name, second=cameras[b].name,
            ),
            (cameras[a].name, cameras[b].name),
        )
        for a, b in same_places
    )  # fmt: skip


def about_fault(fault: Explained, cameras: Sequence[Camera]) -> Finding:
    """The one fault that explains what is seen."""
    hypothesis = fault.hypothesis
    names = tuple(cameras[view].name for view in hypothesis.views)
    values = {"cameras": " ".join(names), "camera": names[0]}
    everyone = len(names) == len(cameras)
    verdict, options = Verdict.PROPOSED, ()
    if hypothesis.subject is Subject.EXCHANGED and len(names) > 2:
        return about_permutation(fault, cameras)
    if hypothesis.subject is Subject.EXCHANGED:
        values |= {"first": names[0], "second": names[1]}
        sentence = Note("The files of cameras {first} and {second} seem to be exchanged: they agree when swapped.", **values)
        options = (("RIG.EXCHANGED", list(names)),)
    elif hypothesis.subject is Subject.MIRRORED:
        sentence = Note("Camera {cameras}: the picture is mirrored (left and right exchanged).", **values)
        options = (("RIG.MIRRORED", list(names)),)
    elif hypothesis.subject is Subject.TURNED:
        verdict = Verdict.CONTRADICTED
        sentence = Note(
            "Camera {cameras}: the picture is upside down against its calibration. Turn the video by 180°, or calibrate it as "
            "it is.",
            **values,
        )
    elif hypothesis.kind:
        verdict = Verdict.CONTRADICTED
        sentence = everyones_pose(hypothesis.kind) if everyone else one_pose(hypothesis.kind, names[0])
    elif hypothesis.subject is Subject.INVERTED:
        verdict, options = Verdict.CONTRADICTED, (("RIG.INVERTED", list(names)),)
        sentence = (
            Note("All cameras' poses are inverted: the file has camera-to-world where world-to-camera is meant.")
            if everyone
            else Note("Camera {cameras}: its pose is inverted (camera-to-world in place of world-to-camera).", **values)
        )
    else:
        verdict = Verdict.CONTRADICTED
        sentence = about_matrix(hypothesis.factor, everyone, values)
    if len(names) == 1 and verdict is Verdict.CONTRADICTED and not options:
        options = without(cameras, hypothesis.views[0])
    certainty = float(np.nanmean(fault.shares[list(hypothesis.views)]))
    return Finding(hypothesis.subject, verdict, sentence, names, options, certainty)


def about_permutation(fault: Explained, cameras: Sequence[Camera]) -> Finding:
    """Three videos or more that have each other's names."""
    circles = [[cameras[view].name for view in circle] for circle in cycles(cameras, fault.hypothesis.cameras)]
    names = tuple(cameras[view].name for view in fault.hypothesis.views)
    if len(names) == 3:
        first, second, third = circles[0]
        sentence = Note(
            "The videos of three cameras seem to have each other's names: {first} shows what {second} sees, {second} what "
            "{third} sees and {third} what {first} sees.",
            first=first, second=second, third=third,
        )  # fmt: skip
    else:
        shown = ", ".join(f"{a} → {b}" for circle in circles for a, b in zip(circle, (*circle[1:], circle[0]), strict=True))
        sentence = Note(
            "The videos of {count} cameras seem to have each other's names; each shows what another one sees: {shown}. "
            "Take this, or give each video the name of the camera after the arrow.",
            count=len(names), shown=shown,
        )  # fmt: skip
    certainty = float(np.nanmean(fault.shares[list(fault.hypothesis.views)]))
    return Finding(Subject.EXCHANGED, Verdict.PROPOSED, sentence, names, (("RIG.EXCHANGED", in_one_list(circles)),), certainty)


def about_copy(cameras: Sequence[Camera], views: Sequence[int], own: int | None) -> Finding:
    """Cameras whose videos show the same pictures.

    Args:
        own: the view whose video it is; None: that is not known.
    """
    names = tuple(cameras[view].name for view in views)
    if own is None:
        sentence = Note(
            "The videos of cameras {cameras} show the same pictures: one was copied over the other. Put each camera's own "
            "video there.",
            cameras=", ".join(names),
        )
        return Finding(Subject.COPIED, Verdict.CONTRADICTED, sentence, names, (), 1.0)
    copies = [view for view in views if view != own]
    sentence = Note(
        "The videos of cameras {cameras} show the same pictures, which are those of {own}. Put {copies}'s own video there.",
        cameras=", ".join(names), own=cameras[own].name, copies=", ".join(cameras[view].name for view in copies),
    )  # fmt: skip
    return Finding(Subject.COPIED, Verdict.CONTRADICTED, sentence, names, without(cameras, *copies), 1.0)


def about_disagreement(cameras: Sequence[Camera], found: Disagreement) -> Finding:
    """Cameras that do not agree on where people are, for no reason that is known."""
    names = tuple(cameras[view].name for view in found.views)
    listed = ", ".join(names)
    if not found.is_sure:
        sentence = Note(
            "Hardly anybody is found by three cameras together. If {cameras} see the same place, look at whether each video "
            "is called after its camera and whether the calibration is this recording's.",
            cameras=listed,
        )
        return Finding(Subject.POSE, Verdict.UNKNOWN, sentence, names)
    if found.with_the_rest:
        sentence = Note(
            "Cameras {cameras} do not agree with the others on where people are: they were moved since they were calibrated, "
            "or their videos or calibrations are others'.",
            cameras=listed,
        )
        return Finding(Subject.POSE, Verdict.CONTRADICTED, sentence, names, without(cameras, *found.views))
    sentence = Note(
        "Cameras {cameras} see people, but no three of them agree on where anybody is. Look at whether they show the same "
        "place at the same time, whether each video is called after its camera, and whether the calibration is this "
        "recording's.",
        cameras=listed,
    )
    return Finding(Subject.POSE, Verdict.CONTRADICTED, sentence, names)


def about_matrix(factor: float, everyone: bool, values: Mapping[str, object]) -> Note:
    """What is wrong with a camera's matrix, or with all of them."""
    if factor:
        return Note(
            "Camera {cameras}: its matrix is for frames {factor:.3g} times smaller or larger than the video's.",
            factor=factor, **values,
        )  # fmt: skip
    if everyone:
        return Note("All cameras' principal points are far from the pictures' middle; the matrices seem to be transposed.")
    return Note(
        "Camera {cameras}: its principal point is far from the picture's middle; its matrix seems to be transposed.", **values
    )


def one_pose(kind: str, camera: str) -> Note:
    """What is wrong with the pose of one camera; see ``hypotheses.KINDS``."""
    if kind == TRANSPOSED:
        return Note(
            "Camera {camera}: its rotation is transposed (camera-to-world in place of world-to-camera); transpose it in the "
            "file.",
            camera=camera,
        )
    if kind == PLACE:
        return Note(
            "Camera {camera}: its translation is its place in the world; the file must hold t of x_camera = R x_world + t.",
            camera=camera,
        )
    return Note(
        "Camera {camera}: its axes are OpenGL's or Blender's (y up, looking along -z); the file must hold OpenCV's (y down, "
        "looking along z).",
        camera=camera,
    )  # fmt: skip


def everyones_pose(kind: str) -> Note:
    """What is wrong with the poses of all cameras; see ``hypotheses.KINDS``."""
    if kind == TRANSPOSED:
        return Note(
            "All cameras' rotations are transposed (camera-to-world in place of world-to-camera); transpose them in the file."
        )
    if kind == PLACE:
        return Note(
            "All cameras' translations are their places in the world; the file must hold t of x_camera = R x_world + t."
        )
    return Note(
        "All cameras' axes are OpenGL's or Blender's (y up, looking along -z); the file must hold OpenCV's (y down, looking "
        "along z)."
    )


def without(cameras: Sequence[Camera], *views: int) -> tuple[tuple[str, list[str]], ...]:
    """The option that leaves cameras out; none where fewer than two would be left."""
    left = [camera.name for n, camera in enumerate(cameras) if n not in views]
    return (("SOURCE.CAMERAS", left),) if len(left) >= 2 else ()


def about_pose(cameras: Sequence[Camera], view: int, as_is: Explained) -> Finding:
    """A camera that agrees with no other one, for no reason that is known."""
    sentence = Note(
        "Camera {camera} agrees with no other camera: it was moved since it was calibrated, its picture is turned, or its "
        "calibration is another's.",
        camera=cameras[view].name,
    )
    options = without(cameras, view)
    return Finding(Subject.POSE, Verdict.CONTRADICTED, sentence, (cameras[view].name,), options, 1 - float(as_is.shares[view]))


def two_disagree(cameras: Sequence[Camera]) -> Finding:
    """Two cameras that see people but nobody together: whose fault it is can't be told."""
    names = tuple(camera.name for camera in cameras)
    sentence = Note(
        "Cameras {first} and {second} both see people, but nobody together: they look at different places, or are exchanged, "
        "moved, mirrored or out of step. Two cameras can't tell which.",
        first=names[0], second=names[1],
    )  # fmt: skip
    return Finding(Subject.POSE, Verdict.UNKNOWN, sentence, names)


def too_few(cameras: Sequence[Camera], as_is: Explained, dark: np.ndarray) -> Finding:
    """Why the rig could not be checked."""
    if dark.any():
        return too_dark(cameras, dark)
    seeing = int((as_is.seen > 0).sum())
    if not seeing:
        sentence = Note("No camera sees anybody in the frames looked at, so the rig could not be checked.")
    elif len(as_is.matched.frame):
        sentence = Note("Too few people are seen to check the rig; everything is used as it is.")
    else:
        sentence = Note("People are seen in {count} views, but never together, so the rig could not be checked.", count=seeing)
    return Finding(Subject.PEOPLE, Verdict.UNKNOWN, sentence)


def too_seldom(cameras: Sequence[Camera], seen: np.ndarray, dark: np.ndarray) -> list[Finding]:
    """Cameras of which too little can be told, in a rig that was checked.

    Args:
        seen: int [V], people in each view.
    """
    findings = []
    for camera, count, is_dark in zip(cameras, seen.tolist(), dark, strict=True):
        if is_dark or count >= FEWEST_PEOPLE:
            continue
        sentence = (
            Note(
                "Camera {camera} shows too few people in the frames looked at to be checked ({count}).",
                camera=camera.name,
                count=count,
            )
            if count
            else Note("Camera {camera} shows nobody in the frames looked at, so it could not be checked.", camera=camera.name)
        )
        findings.append(Finding(Subject.PEOPLE, Verdict.UNKNOWN, sentence, (camera.name,)))
    return findings


def about_stills(cameras: Sequence[Camera], views: Sequence[int]) -> list[Finding]:
    """Cameras whose picture never changes, while others' do."""
    return [
        Finding(
            Subject.TIME,
            Verdict.UNKNOWN,
            Note(
                "Camera {camera} shows one and the same picture in all frames looked at: its video stands still, or nothing "
                "moves there.",
                camera=cameras[view].name,
            ),
            (cameras[view].name,),
        )
        for view in views
    ]


def too_dark(cameras: Sequence[Camera], dark: np.ndarray) -> Finding:
    """Cameras whose pictures are nearly black."""
    names = tuple(camera.name for camera, is_dark in zip(cameras, dark, strict=True) if is_dark)
    sentence = (
        Note("Camera {camera} is under-exposed: nearly all of its picture is black.", camera=names[0])
        if len(names) == 1
        else Note("Cameras {cameras} are under-exposed: nearly all of their picture is black.", cameras=", ".join(names))
    )
    return Finding(Subject.EXPOSURE, Verdict.UNKNOWN, sentence, names)


def about_time(
    cameras: Sequence[Camera],
    offsets: Sequence[Offset | None],
    fps: float,
    least_frames: float,
    agree: bool = True,
    moves: bool = False,
    most_frames: float = float("inf"),
) -> list[Finding]:
    """Cameras that are late or early, and whether that could be told.

    Args:
        agree: whether nothing else is wrong with the cameras. moves: whether anybody moves. most_frames: shifts up to this
            one were tried.
    """
    known = [offset for offset in offsets if offset is not None and offset.is_certain]
    if not known:
        if all(offset is None for offset in offsets):
            sentence = Note("Whether the cameras are in step could not be told: there are too few frames.")
        elif not agree:
            sentence = Note("Whether the cameras are in step can be told when they agree on where people are.")
        elif not moves:
            sentence = Note("Whether the cameras are in step could not be told: nobody moves enough.")
        else:
            sentence = Note(
                "Whether the cameras are in step could not be told: too little of how people move is seen by several cameras."
            )
        return [Finding(Subject.TIME, Verdict.UNKNOWN, sentence)]
    late = [
        (camera.name, offset.late_s * fps, offset.certainty)
        for camera, offset in zip(cameras, offsets, strict=True)
        if offset is not None and offset.is_certain and abs(offset.late_s) * fps >= least_frames
    ]
    # one option for all of them: it is one key, and the last one given would take the place of the others
    options = (("SOURCE.FRAME_OFFSETS", {name: round(frames) for name, frames, _ in late}),)
    findings = []
    for name, frames, certainty in late:
        own, others = max(round(frames), 0), max(round(-frames), 0)
        values = {"camera": name, "frames": abs(frames), "milliseconds": abs(frames) / fps * 1e3, "own": own, "others": others}
        if abs(frames) <= NEAR_THE_END * most_frames:
            sentence = (
                Note(
                    "Camera {camera} is late by {frames:.1f} frames ({milliseconds:.0f} ms): its frame {own} shows what the "
                    "others' frame {others} shows.",
                    **values,
                )
                if frames > 0
                else Note(
                    "Camera {camera} is early by {frames:.1f} frames ({milliseconds:.0f} ms): its frame {own} shows what the "
                    "others' frame {others} shows.",
                    **values,
                )
            )
        elif frames > 0:
            sentence = Note(
                "Camera {camera} is late by about {frames:.0f} frames or more (its frame {own} shows what the others' frame "
                "{others} shows): take this, then check again.",
                **values,
            )
        else:
            sentence = Note(
                "Camera {camera} is early by about {frames:.0f} frames or more (its frame {own} shows what the others' frame "
                "{others} shows): take this, then check again.",
                **values,
            )
        findings.append(Finding(Subject.TIME, Verdict.PROPOSED, sentence, (name,), options, certainty))
    return findings


def about_turns(
    cameras: Sequence[Camera], turns: Sequence[int], seen: Sequence[int], held: Sequence[int | None]
) -> list[Finding]:
    """Views that lie on their side."""
    findings = []
    for camera, turn, by_people, by_pose in zip(cameras, turns, seen, held, strict=True):
        if not turn:
            continue
        sentence = (
            Note("Camera {camera} is upside down; its picture is turned for the network.", camera=camera.name)
            if turn == 2
            else Note("Camera {camera} lies on its side; its picture is turned for the network.", camera=camera.name)
        )
        options = (("SOURCE.QUARTER_TURNS", {camera.name: turn}),)
        certainty = 1.0 if by_people == by_pose else 0.7
        findings.append(Finding(Subject.TURNED, Verdict.APPLIED, sentence, (camera.name,), options, certainty))
    return findings


def about_unit(factor: float, stature: float) -> list[Finding]:
    """The unit of the calibration's lengths."""
    if not np.isfinite(factor):
        return [Finding(Subject.UNIT, Verdict.UNKNOWN, Note("Nobody's limbs are seen, so the unit could not be checked."))]
    if factor == 1 and not (stature < STATURE_MM[0] or stature > STATURE_MM[1]):
        return []
    if factor == 1:
        sentence = Note(
            "By this calibration people are {metres:.2f} m tall: they are children, or a height, a tape or a board that its "
            "lengths were taken from was wrong. If they are grown up, take lengths times {factor:.3g}.",
            metres=stature / 1e3, factor=TYPICAL_MM / stature,
        )  # fmt: skip
        options = (("RIG.UNIT_FACTOR", float(f"{TYPICAL_MM / stature:.3g}")),)
        return [Finding(Subject.UNIT, Verdict.PROPOSED, sentence, (), options, 0.5)]
    metres = stature * factor / 1e3
    options = (("RIG.UNIT_FACTOR", float(f"{factor:.4g}")),)
    if factor in UNITS:
        sentence = Note(
            "The calibration's lengths are in another unit than its format says: times {factor:g}, people are {metres:.2f} m "
            "tall.",
            factor=factor, metres=metres,
        )  # fmt: skip
        return [Finding(Subject.UNIT, Verdict.APPLIED, sentence, (), options, 0.95)]
    sentence = Note(
        "The calibration's lengths are in no known unit (a board's squares?): taken times {factor:.4g}, so that people are "
        "1.68 m tall, which may be 6 % off.",
        factor=factor,
    )  # fmt: skip
    return [Finding(Subject.UNIT, Verdict.APPLIED, sentence, (), options, 0.6)]


def about_level(up: Up, floor_mm: float, levels_mm: tuple[float, float]) -> list[Finding]:
    """Which way is up and where the floor is, where that differs from z and 0."""
    findings = []
    direction = up.direction
    if not np.isfinite(direction).all():
        return [Finding(Subject.UP, Verdict.UNKNOWN, Note("Which way is up could not be told; z is taken."))]
    if direction[2] < 1 - 1e-9:
        axis = int(np.abs(direction).argmax())
        options = (("RIG.UP", [round(float(v), 5) for v in direction]),)
        sentence = (
            Note("Up is {axis} in this calibration, not z.", axis=("-" if direction[axis] < 0 else "") + AXES[axis])
            if up.snapped
            else Note(
                "Up is ({x:.3f}, {y:.3f}, {z:.3f}) in this calibration, within about {degrees:.0f}°.",
                x=direction[0], y=direction[1], z=direction[2], degrees=max(up.sd_deg, 1.0),
            )
        )  # fmt: skip
        findings.append(Finding(Subject.UP, Verdict.APPLIED, sentence, (), options, float(np.exp(-((up.sd_deg / 10) ** 2)))))
    if not np.isfinite(floor_mm):
        findings.append(
            Finding(
                Subject.FLOOR,
                Verdict.UNKNOWN,
                Note("Nobody's feet are seen, so the floor is not known; people are looked for at the height they are."),
            )
        )
    elif floor_mm:
        options = (("RIG.FLOOR_MM", [round(floor_mm)]),)
        sentence = Note(
            "The floor is {height:.0f} mm along up from the calibration's origin (people stand {low:.0f} to {high:.0f} mm "
            "above it).",
            height=floor_mm, low=levels_mm[0], high=levels_mm[1],
        )  # fmt: skip
        findings.append(Finding(Subject.FLOOR, Verdict.APPLIED, sentence, (), options, 0.9))
    return findings
