"""Names of joints, people and stages for people to read, in the window's language."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from modules.core.skeleton import JOINT_NAMES

#: The words that are translated; joint order of ``skeleton.JOINT_NAMES``.
_JOINTS = (
    QT_TRANSLATE_NOOP("joints", "neck"),
    QT_TRANSLATE_NOOP("joints", "nose"),
    QT_TRANSLATE_NOOP("joints", "mid hip"),
    QT_TRANSLATE_NOOP("joints", "left shoulder"),
    QT_TRANSLATE_NOOP("joints", "left elbow"),
    QT_TRANSLATE_NOOP("joints", "left wrist"),
    QT_TRANSLATE_NOOP("joints", "left hip"),
    QT_TRANSLATE_NOOP("joints", "left knee"),
    QT_TRANSLATE_NOOP("joints", "left ankle"),
    QT_TRANSLATE_NOOP("joints", "right shoulder"),
    QT_TRANSLATE_NOOP("joints", "right elbow"),
    QT_TRANSLATE_NOOP("joints", "right wrist"),
    QT_TRANSLATE_NOOP("joints", "right hip"),
    QT_TRANSLATE_NOOP("joints", "right knee"),
    QT_TRANSLATE_NOOP("joints", "right ankle"),
)
_STAGES = {
    "read": QT_TRANSLATE_NOOP("stages", "read"),
    "prepare": QT_TRANSLATE_NOOP("stages", "prepare"),
    "backbone": QT_TRANSLATE_NOOP("stages", "backbone"),
    "root_net": QT_TRANSLATE_NOOP("stages", "root net"),
    "pose_net": QT_TRANSLATE_NOOP("stages", "pose net"),
    "refine": QT_TRANSLATE_NOOP("stages", "refine"),
    "reproject": QT_TRANSLATE_NOOP("stages", "reproject"),
    "draw": QT_TRANSLATE_NOOP("stages", "draw"),
}


def joint_name(joint: int) -> str:
    """A joint's name, by its index."""
    return QCoreApplication.translate("joints", _JOINTS[joint])


def joint_names() -> list[str]:
    """All joints' names, in joint order."""
    return [joint_name(joint) for joint in range(len(JOINT_NAMES))]


def stage_name(stage: str) -> str:
    """A timed stage's name; an unknown stage's stays as it is."""
    return QCoreApplication.translate("stages", _STAGES[stage]) if stage in _STAGES else stage


def person_name(track_id: int, names: Mapping[int, str]) -> str:
    """The name somebody gave (``AppState.names``), else like "Person 3"; the number is the one in exported files."""
    return names.get(track_id) or QCoreApplication.translate("people", "Person {number}").format(number=track_id)
