"""What the rig check says of cameras that are late, and of a picture that is upside down."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rig_fakes import FPS, Recording, seen_by, walker
from test_disagreement import five, rig

from modules.core.rig import Subject, Verdict
from modules.rig.check.offsets import Offset
from modules.rig.check.rig_check import check_rig
from modules.rig.check.sentences import about_time, about_unit


def offsets(*frames):
    return [Offset(n / 25, 0.8, 5) for n in frames]


def test_all_late_cameras_stand_in_one_option():
    # two options of one key could not be used together: the second would take the place of the first
    found = about_time(rig(4), offsets(0, 10.2, 0.3, -3.4), 25, 1.25, most_frames=22)
    assert [str(f.sentence) for f in found] == [
        "Camera cam2 is late by 10.2 frames (408 ms): its frame 10 shows what the others' frame 0 shows.",
        "Camera cam4 is early by 3.4 frames (136 ms): its frame 0 shows what the others' frame 3 shows.",
    ]
    assert [f.cameras for f in found] == [("cam2",), ("cam4",)]
    assert [f.options for f in found] == [(("SOURCE.FRAME_OFFSETS", {"cam2": 10, "cam4": -3}),)] * 2


@pytest.mark.parametrize(
    ("frames", "sentence"),
    [
        (16.4, "Camera cam2 is late by 16.4 frames (656 ms): its frame 16 shows what the others' frame 0 shows."),
        (
            18.4,
            "Camera cam2 is late by about 18 frames or more (its frame 18 shows what the others' frame 0 shows): take this, "
            "then check again.",
        ),
        (
            -21.6,
            "Camera cam2 is early by about 22 frames or more (its frame 0 shows what the others' frame 22 shows): take this, "
            "then check again.",
        ),
    ],
)
def test_near_the_longest_shift_tried_it_may_be_more(frames, sentence):
    (found,) = about_time(rig(3), offsets(0, frames, 0), 25, 1.25, most_frames=22)
    assert (str(found.sentence), found.verdict) == (sentence, Verdict.PROPOSED)
    assert found.options == (("SOURCE.FRAME_OFFSETS", {"cam2": round(frames)}),)


def test_a_picture_upside_down_against_its_calibration_is_no_matter_of_how_the_network_looks():
    sound = five()
    width, height = sound.cameras[1].width_px, sound.cameras[1].height_px
    assert (width, height) == (1280, 720)

    def upside_down(people):
        turned = people.copy()
        turned[..., 0], turned[..., 1] = width - 1 - people[..., 0], height - 1 - people[..., 1]
        return turned

    times = np.arange(75) / FPS
    people = seen_by(rig(5), [walker(times, 900.0), walker(times, 600.0, 2.5)], FPS, noise_px=2.0)
    shown = [replace(f, views=(f.views[0], upside_down(f.views[1]), *f.views[2:])) for f in people]
    recording = Recording(rig(5), shown)
    report = check_rig(recording, recording.find)
    (finding,) = [f for f in report.findings if f.subject is Subject.TURNED]
    assert (finding.verdict, finding.cameras) == (Verdict.CONTRADICTED, ("cam2",))
    assert "Turn the video by 180°" in str(finding.sentence)
    assert "SOURCE.QUARTER_TURNS" not in dict(finding.options)
    assert report.refused


def test_people_too_small_for_the_unit_make_it_a_proposal_and_change_nothing():
    assert about_unit(1.0, 1700.0) == []
    (found,) = about_unit(1.0, 1088.0)
    assert found.verdict is Verdict.PROPOSED
    assert str(found.sentence).startswith("By this calibration people are 1.09 m tall: they are children, or")
    assert found.options == (("RIG.UNIT_FACTOR", 1.54),)
