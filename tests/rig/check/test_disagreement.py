"""Videos that have each other's names or are copies, and cameras that do not agree for a reason that nobody knows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rig_fakes import FPS, Recording, seen_by, walker

from modules.core.people2d import People2D
from modules.core.rig import Subject, Verdict
from modules.core.types import FrameSet
from modules.rig.check.apply import Corrections, corrected_cameras, exchanged_again, given_again
from modules.rig.check.rig_check import check_rig
from modules.rig.seen.pictures import Stills, Twins
from modules.SelfPose3d.lib.training.rigs import look_at

#: Where five cameras stand in no regular figure: degrees around the middle, mm from it, mm above the floor.
PLACES = ((10, 3800, 1700), (70, 4600, 2300), (155, 3500, 1500), (205, 5000, 2000), (300, 4200, 2600))


def rig(count):
    around = np.deg2rad([angle for angle, _, _ in PLACES])
    centers = [(r * np.cos(a), r * np.sin(a), z) for a, (_, r, z) in zip(around, PLACES, strict=True)]
    middle = np.array([150.0, -200.0, 900.0])
    return [look_at(f"cam{n + 1}", (1280, 720), 900.0, np.array(centers[n]), middle) for n in range(count)]


def five(order=(0, 1, 2, 3, 4), change=lambda cameras: cameras, frames=75, walkers=2) -> Recording:
    """Each camera with the video of another one: ``order[v]`` is the camera that view v's video was taken by."""
    times = np.arange(frames) / FPS
    people = seen_by(rig(5), [walker(times, 900.0), walker(times, 600.0, 2.5)][:walkers], FPS, noise_px=2.0)
    shown = [People2D(f.frame_index, f.time_s, tuple(f.views[n] for n in order)) for f in people]
    return Recording(change(rig(len(order))), shown)


class Painted(Recording):
    """Each camera's picture is a pattern of its own; ``same``: of each view the pattern that it shows."""

    def __init__(self, made, same, noise=0, still=()):
        super().__init__(made.cameras, made.frames)
        self.same, self.noise, self.still = same, noise, still

    def read(self, index):
        frame = super().read(index)
        random = np.random.default_rng(index)
        pictures = random.integers(0, 255, (len(self.cameras), 48, 48, 3))
        pictures[[*self.still]] = np.arange(48)[:, None] * 5
        noise = random.integers(-self.noise, self.noise + 1, pictures.shape)
        shown = (np.clip(pictures[self.same] + noise, 0, 255)).astype(np.uint8)
        return FrameSet(index, frame.time_s, tuple(shown), self.cameras)


@pytest.mark.parametrize("order", [(1, 2, 0), (2, 0, 1, 3), (0, 3, 2, 4, 1)])
def test_three_videos_in_a_circle_are_named_with_what_each_shows(order):
    made = five(order)
    report = check_rig(made, made.find)
    (finding,) = report.of(Subject.EXCHANGED)
    names = [camera.name for camera in made.cameras]
    moved = [view for view, shown in enumerate(order) if view != shown]
    assert set(finding.cameras) == {names[view] for view in moved}
    assert all(f"{names[view]} shows what {names[order[view]]} sees" in finding.sentence for view in moved[:1])
    assert f"{names[order[order[moved[0]]]]} what {names[moved[0]]} sees" in finding.sentence
    assert not any("nobody moves" in f.sentence for f in report.findings)
    assert report.floor_mm == pytest.approx(0, abs=40)  # as the videos are when they are put right
    ((key, value),) = finding.options
    assert key == "RIG.EXCHANGED"
    put_right = corrected_cameras(made.cameras, Corrections(exchanged=tuple(value)))
    for view, camera in enumerate(put_right):
        assert camera.name == names[view]
        np.testing.assert_array_equal(camera.center_world_mm, made.cameras[order[view]].center_world_mm)


def test_videos_mixed_up_in_two_circles_are_put_right_by_one_option():
    order = (1, 0, 3, 4, 2)
    made = five(order)
    (finding,) = check_rig(made, made.find).of(Subject.EXCHANGED)
    names = [camera.name for camera in made.cameras]
    assert finding.verdict is Verdict.PROPOSED
    for view, shown in enumerate(order):
        assert f"{names[view]} → {names[shown]}" in finding.sentence
    assert finding.options == (("RIG.EXCHANGED", ["cam1", "cam2", "|", "cam3", "cam4", "cam5"]),)
    done = Corrections(exchanged=tuple(finding.options[0][1]))
    put_right = corrected_cameras(made.cameras, done)
    for view, camera in enumerate(put_right):
        assert camera.name == names[view]
        np.testing.assert_array_equal(camera.center_world_mm, made.cameras[order[view]].center_world_mm)
    for back, camera in zip(given_again(put_right, done), made.cameras, strict=True):
        assert back.name == camera.name
        np.testing.assert_allclose(back.center_world_mm, camera.center_world_mm)


def test_two_exchanges_are_one():
    assert exchanged_again(["a", "b"], ["a", "b"]) == []
    assert exchanged_again(["a", "b", "c"], ["a", "c", "b"]) == []
    # a shows b's and b a's; then what is taken for b's and for c's are exchanged: a still shows b's, b shows c's, c a's
    assert exchanged_again(["a", "b"], ["b", "c"]) == ["a", "b", "c"]
    assert exchanged_again([], ["b", "c", "a"]) == ["b", "c", "a"]
    assert exchanged_again(["a", "b"], ["c", "d"]) == ["a", "b", "|", "c", "d"]
    assert exchanged_again(["a", "b", "|", "c", "d"], ["d", "c"]) == ["a", "b"]


def turned(camera, degrees):
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return replace(camera, R_world_to_cam=np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]) @ camera.R_world_to_cam)


def test_another_rig_s_calibration_is_contradicted_with_the_cameras_names():
    made = five(change=lambda cameras: [turned(c, angle) for c, angle in zip(cameras, (7, -6, 9, -12, 5), strict=True)])
    report = check_rig(made, made.find)
    (finding,) = report.findings
    assert (finding.subject, finding.verdict) == (Subject.POSE, Verdict.CONTRADICTED)
    assert finding.cameras == tuple(camera.name for camera in made.cameras)
    assert "no three of them agree" in finding.sentence
    assert report.world is None  # where nothing agrees nothing is said of up and floor


def test_two_cameras_that_were_moved_are_named_and_the_others_go_on_without_them():
    made = five(change=lambda cameras: [turned(cameras[0], 8), *cameras[1:3], turned(cameras[3], -9), cameras[4]])
    (finding,) = check_rig(made, made.find).refused
    names = [camera.name for camera in made.cameras]
    assert finding.cameras == (names[0], names[3])
    assert finding.options == (("SOURCE.CAMERAS", [names[1], names[2], names[4]]),)


def test_cameras_that_each_see_people_of_their_own_beside_common_ones_do_not_disagree():
    """Spectators whom one camera alone sees are found with each other by chance."""
    sound = five((0, 1, 2, 3), frames=20, walkers=1)
    random = np.random.default_rng(0)

    def with_others(frame):
        views = []
        for camera, people in zip(sound.cameras, frame.views, strict=True):
            own = people[random.integers(len(people), size=2)].copy() if len(people) else people
            own[..., :2] += random.uniform(-400, 400, (len(own), 1, 2))
            inside = np.clip(own[..., :2], 0, (camera.width_px - 1, camera.height_px - 1))
            views.append(np.concatenate((people, np.concatenate((inside, own[..., 2:]), -1))))
        return People2D(frame.frame_index, frame.time_s, tuple(views))

    crowd = Recording(sound.cameras, [with_others(frame) for frame in sound.frames])
    report = check_rig(crowd, crowd.find)
    assert not report.refused
    assert not report.of(Subject.POSE)


def copied(order):
    """A recording whose view v shows the pictures, and the people, of ``order[v]``."""
    return five(order), list(order)


@pytest.mark.parametrize("noise", [0, 4])  # 4: as coded once more
def test_a_video_copied_over_another_is_named_and_whose_it_is(noise):
    made, same = copied((0, 0, 2, 3))
    painted = Painted(made, same, noise)
    (finding,) = check_rig(painted, painted.find).findings
    names = [camera.name for camera in made.cameras]
    assert (finding.subject, finding.verdict) == (Subject.COPIED, Verdict.CONTRADICTED)
    assert finding.cameras == (names[0], names[1])
    assert f"which are those of {names[0]}" in finding.sentence
    assert f"Put {names[1]}'s own video there" in finding.sentence
    assert finding.options == (("SOURCE.CAMERAS", [names[0], names[2], names[3]]),)


def test_of_two_cameras_whose_copy_it_is_is_not_claimed():
    made, same = copied((0, 0))
    painted = Painted(made, same)
    (finding,) = check_rig(painted, painted.find).findings
    assert finding.subject is Subject.COPIED
    assert "one was copied over the other" in finding.sentence
    assert finding.options == ()


def test_pictures_are_the_same_in_every_frame_or_not_at_all():
    random = np.random.default_rng(3)
    pictures = [random.integers(0, 255, (9, 9, 3)).astype(np.uint8) for _ in range(3)]
    twins = Twins(3)
    assert twins.groups() == []
    twins.add([pictures[0], pictures[0], pictures[0]], (False, False, True))  # a dropped frame says nothing
    assert twins.groups() == [(0, 1)]
    twins.add([np.zeros((9, 9, 3), np.uint8)] * 3, (False,) * 3)  # nor does a black one
    assert twins.groups() == [(0, 1)]
    twins.add([pictures[0], pictures[0], pictures[0]], (False,) * 3)
    assert twins.groups() == [(0, 1, 2)]
    twins.add([pictures[0], pictures[1], pictures[1][:8]], (False,) * 3)
    assert twins.groups() == []


def test_a_video_that_stands_still_is_named_and_a_scene_where_nothing_moves_is_not():
    random = np.random.default_rng(4)
    first, second = random.integers(0, 255, (2, 9, 9, 3)).astype(np.uint8)
    moved = second.copy()
    moved[4, 4] = 255 - moved[4, 4] // 2 * 2  # what a small thing that moves changes
    coded = np.clip(first.astype(int) + random.integers(-20, 21, first.shape), 0, 255).astype(np.uint8)  # a still, coded anew
    stills = Stills(3)
    for shown in (second, second, moved):
        assert stills.views() == []
        stills.add([first if shown is not moved else coded, shown, first], (False, False, True))
    assert stills.views() == [0]
    made = five()
    painted = Painted(made, list(range(5)), still=(2,))
    said = [finding for finding in check_rig(painted, painted.find).findings if "one and the same picture" in finding.sentence]
    assert [finding.cameras for finding in said] == [(made.cameras[2].name,)]


def test_a_camera_that_shows_nobody_or_hardly_anybody_is_named():
    made = five()
    frames = [
        People2D(
            f.frame_index, f.time_s, (*f.views[:3], f.views[3][:0], f.views[4] if f.frame_index % 40 < 12 else f.views[4][:0])
        )
        for f in made.frames
    ]
    made = Recording(made.cameras, frames)
    said = [str(finding.sentence) for finding in check_rig(made, made.find).of(Subject.PEOPLE)]
    names = [camera.name for camera in made.cameras]
    assert any(f"Camera {names[3]} shows nobody" in sentence for sentence in said)


def test_a_part_of_the_recording_is_looked_at_alone():
    made = five()
    report = check_rig(made, made.find, None, range(30, 60))
    assert min(made.read_frames) >= 30
    assert max(made.read_frames) < 60
    assert report.frames == tuple(sorted(made.read_frames))
    assert report.people > 10


@pytest.mark.parametrize(("frames", "reason"), [(90, "too little of how people move"), (7, "too few frames")])
def test_why_time_is_not_known_is_said_truly(frames, reason):
    """People move, and each is seen by one other camera at most: nothing is told of three cameras' time by that."""
    made = five((0, 1, 2), frames=frames)
    kept = made.frames
    seen = [People2D(f.frame_index, f.time_s, tuple(v if n < 2 else v[:0] for n, v in enumerate(f.views))) for f in kept]
    made = Recording(made.cameras, seen)
    sentences = [str(finding.sentence) for finding in check_rig(made, made.find).of(Subject.TIME)]
    assert len(sentences) == 1
    assert reason in sentences[0]
