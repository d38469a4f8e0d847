"""The report as lines of text."""

from __future__ import annotations

from modules.core.errors import Note
from modules.core.rig import Finding, Subject, Verdict
from modules.core.rig_text import finding_lines


def test_what_could_not_be_told_is_a_note_and_what_would_mend_it_an_option():
    dark = Finding(Subject.EXPOSURE, Verdict.UNKNOWN, Note("Camera cam1 is under-exposed."), ("cam1",))
    late = Finding(Subject.TIME, Verdict.PROPOSED, Note("It is late."), options=(("SOURCE.FRAME_OFFSETS", {"cam1": 3}),))
    lines = [
        "note: Camera cam1 is under-exposed.",
        "likely: It is late.",
        '    to do so: --set "SOURCE.FRAME_OFFSETS={cam1: 3}"',
    ]
    assert finding_lines([dark, late]) == lines
