"""The report as lines of text."""

from __future__ import annotations

from dataclasses import replace

from modules.core.errors import Note
from modules.core.rig import CameraCheck, Finding, RigReport, Subject, Verdict
from modules.core.rig_text import finding_lines, report_lines
from modules.core.types import SourceInfo


def test_what_could_not_be_told_is_a_note_and_what_would_mend_it_an_option():
    dark = Finding(Subject.EXPOSURE, Verdict.UNKNOWN, Note("Camera cam1 is under-exposed."), ("cam1",))
    late = Finding(Subject.TIME, Verdict.PROPOSED, Note("It is late."), options=(("SOURCE.FRAME_OFFSETS", {"cam1": 3}),))
    lines = [
        "note: Camera cam1 is under-exposed.",
        "likely: It is late.",
        '    to do so: --set "SOURCE.FRAME_OFFSETS={cam1: 3}"',
    ]
    assert finding_lines([dark, late]) == lines


def test_from_where_delays_are_counted_and_what_whole_frames_leave_of_them_is_said():
    late = {"cam1": (0.001, 0.7), "cam2": (-0.0085, 0.8), "cam3": (0.3, 0.2), "cam4": (0.2, 0.9)}
    cameras = tuple(CameraCheck(name, 9, 1.0, 2.0, 0.01, s, sure) for name, (s, sure) in late.items())
    # cam2 was said to be late by half a frame of 60 a second; its frames are taken 8 ms after what was asked for
    info = SourceInfo("walk", "folder", tuple(late), 90, ((64, 48),) * 4, 60.0, rounded_s=(0.0, 0.0081, 0.0, -0.0004))
    lines = report_lines(RigReport((1, 2), 9, cameras, ()), info)
    table = next(n for n, line in enumerate(lines) if line.startswith("cam4"))
    assert lines[table + 1] == "late is counted from the time that most cameras share (cam1)"
    assert lines[table + 2] == "of that, because frames are whole: cam2 -8 ms"
    assert lines[table + 3] == ""
    plain = report_lines(RigReport((1, 2), 9, cameras, ()), replace(info, rounded_s=()))
    assert not any("frames are whole" in line for line in plain)
    nothing = report_lines(RigReport((1, 2), 9, tuple(replace(c, offset_certainty=0.1) for c in cameras), ()), info)
    assert not any("counted from" in line or "frames are whole" in line for line in nothing)
