"""The wizard's steps on played videos: what is shown on the way, what is found, saved and doubted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from walkers import ring, see, walk

from modules.composition import make_calibrating
from modules.core.config import load_config
from modules.core.errors import ExportError, SourceError
from modules.core.geometry import guessed_camera
from modules.core.types import FrameSet, SourceInfo
from modules.focus.calibration.toml import read_toml
from modules.rig import session as session_module
from modules.rig.people import from_people
from modules.rig.seen.body import COCO_JOINTS
from modules.rig.session import STEM, CalibrationSession
from modules.rig.write import write_calibration


class Videos:
    """Black frames of cameras whose lenses are guessed."""

    def __init__(self, real, count):
        self.cameras = tuple(guessed_camera(c.name, (c.width_px, c.height_px)) for c in real)
        sizes = tuple((c.width_px, c.height_px) for c in real)
        self.info = SourceInfo("x", "uncalibrated", tuple(c.name for c in real), count, sizes, 10.0)
        self.closed = 0

    def __len__(self):
        return self.info.frame_count

    def read(self, index):
        return FrameSet(index, index / 10, tuple(np.zeros((720, 1280, 3), np.uint8) for _ in self.cameras), self.cameras)

    def close(self):
        self.closed += 1


@pytest.fixture(scope="module")
def real():
    # as far as the guess: nobody has to find the focal length here
    return tuple(replace(c, fx=1408.0, fy=1408.0) for c in ring(3, radius_mm=6000.0))


@pytest.fixture(autouse=True)
def one_lens(monkeypatch):
    """The guessed focal length is right here: no other one is tried."""
    monkeypatch.setattr(from_people, "FOCAL_SHARES", (1.1,))


def session_of(real, people):
    videos = Videos(real, len(people))
    return CalibrationSession(lambda paths: videos, lambda: lambda frame, turns: people[frame.index]), videos


def a_frame_later(real):
    """A person, cam2's frames each one later than was asked for (0.1 s); and as all were asked for."""
    asked = see(walk(1, 61, seed=2, hz=10.0), real, noise_px=0.0, hz=10.0)
    return [replace(p, views=(p.views[0], asked[n + 1].views[1], *p.views[2:])) for n, p in enumerate(asked[:-1])], asked


def off_px(seen, asked):
    """How far cam2's joints are from where they are in the frames that were asked for, px (median)."""
    joints = [(p.views[1][0] - asked[p.frame_index].views[1][0])[COCO_JOINTS, :2] for p in seen[2:-2]]
    return np.median(np.linalg.norm(joints, axis=-1))


def test_from_videos_to_a_file_beside_them(tmp_path, real):
    session, videos = session_of(real, see(walk(2, 30, hz=3.0), real, hz=3.0))
    looks = []
    session.look([tmp_path / "a.mp4", tmp_path / "b.mp4"], lambda look: looks.append(look) or True)
    assert videos.closed == 1
    assert [look.done for look in looks] == list(range(1, 31))
    assert looks[-1].total == 30
    assert looks[-1].seen == (30, 30, 30)
    assert looks[-1].shared == (30, 30, 30)
    found = session.solve(1750.0)
    assert not found.doubtful
    assert len(found.paths_mm) == 2
    assert all(path.shape[1] == 2 for path in found.paths_mm)
    assert any("Lengths are right to 4 %" in note for note in found.notes)
    assert any("run in step" in note for note in found.notes)
    for pixels in found.drawn_px:
        assert np.isfinite(pixels).all(-1).any()
    assert session.save().folder == tmp_path
    written = [getattr(c, "camera", c) for c in read_toml(tmp_path / f"{STEM}.toml")]
    for mine, theirs in zip(found.cameras, written, strict=True):
        np.testing.assert_allclose(theirs.center_world_mm, mine.center_world_mm, atol=1e-3)


def test_somebody_who_hardly_moves_makes_it_doubtful_and_is_told_to_walk(tmp_path, real):
    joints = walk(1, 40)
    joints = joints - np.round(joints[..., 2:3, :] * [1, 1, 0] - joints[:1, :, 2:3, :] * [1, 1, 0])
    session, _ = session_of(real, see(joints, real, noise_px=1.0))
    session.look([tmp_path / "a.mp4"], lambda look: True)
    found = session.solve(None)
    assert found.doubtful
    assert "figure of eight" in found.notes[0]


def test_nobody_says_what_to_film_and_nothing_can_be_saved(tmp_path, real):
    people = [replace(p, views=(np.zeros((0, 17, 3)),) * 3) for p in see(walk(1, 5), real)]
    session, _ = session_of(real, people)
    with pytest.raises(SourceError, match="Choose the videos"):
        session.solve(None)
    session.look([tmp_path / "a.mp4"], lambda look: True)
    with pytest.raises(SourceError, match="Film one or more people"):
        session.solve(None)
    with pytest.raises(SourceError, match="Choose the videos"):
        session.save()


def test_a_calibration_that_is_there_already_is_told_before_the_long_look(tmp_path, real):
    (tmp_path / f"{STEM}.toml").write_text("mine", encoding="utf-8")
    session, _ = session_of(real, see(walk(1, 5), real))
    looks = []
    with pytest.raises(ExportError, match="move it away"):
        session.look([tmp_path / "a.mp4", tmp_path / "b.mp4"], looks.append)
    assert looks == []
    assert (tmp_path / f"{STEM}.toml").read_text(encoding="utf-8") == "mine"


def test_videos_that_have_a_calibration_are_not_given_a_second_one(tmp_path, real):
    write_calibration(real, tmp_path, "mine")
    looks = []
    with pytest.raises(SourceError, match=r"already: .*mine\.toml"):
        make_calibrating(load_config()).look([tmp_path / "a.mp4", tmp_path / "b.mp4"], looks.append)
    assert looks == []
    (tmp_path / "mine.toml").unlink()
    with pytest.raises(SourceError, match=r"are missing: .*a\.mp4"):
        make_calibrating(load_config()).look([tmp_path / "a.mp4", tmp_path / "b.mp4"], looks.append)


def test_it_ends_when_it_is_told_to(tmp_path, real):
    session, videos = session_of(real, see(walk(1, 30), real))
    looks = []
    session.look([tmp_path / "a.mp4"], lambda look: looks.append(look) or len(looks) < 4)
    assert len(looks) == 4
    assert videos.closed == 1


def test_a_camera_that_is_late_is_put_in_step_and_the_file_says_so(tmp_path, real):
    fine = see(walk(2, 160, hz=20.0), real, hz=20.0, noise_px=1.0)
    late = [replace(p, views=(p.views[0], fine[max(n - 4, 0)].views[1], p.views[2])) for n, p in enumerate(fine)][::2]
    people = [replace(p, frame_index=n) for n, p in enumerate(late)]
    session, _ = session_of(real, people)
    session.look([tmp_path / "a.mp4", tmp_path / "b.mp4"], lambda look: True)
    found = session.solve(None)
    assert any("put in step by how people move (+: late, -: early): cam2 +" in note for note in found.notes)
    session.save()
    clocks = [c.late[0] for c in read_toml(tmp_path / f"{STEM}.toml")]
    np.testing.assert_allclose(np.array(clocks) - np.median(clocks), [0, 0.2, 0], atol=0.02)


def test_a_clap_that_was_marked_counts_before_sound_and_motion(tmp_path, real):
    session, _ = session_of(real, see(walk(2, 30, hz=3.0), real, hz=3.0))
    session.look([tmp_path / "a.mp4", tmp_path / "b.mp4"], lambda look: True)
    steps, said = session._clocks({"cam1": 12, "cam2": 14, "cam3": 12})
    assert [step.offset_s for step in steps] == pytest.approx([0, 0.2, 0])
    assert "the clap that was marked (+: late, -: early): cam2 +200 ms" in said


def test_sound_counts_where_all_cameras_heard_the_same(tmp_path, real):
    rng = np.random.default_rng(0)
    heard = rng.standard_normal(8000 * 12)
    tracks = {"cam1": heard[1600:], "cam2": heard[:-1600], "cam3": heard[1600:]}
    session, _ = session_of(real, see(walk(2, 30, hz=3.0), real, hz=3.0))
    session._read_sounds = lambda paths: (tracks, 8000)
    session.look([tmp_path / "a.mp4", tmp_path / "b.mp4"], lambda look: True)
    steps, said = session._clocks({})
    assert [step.offset_s for step in steps] == pytest.approx([0, 0.2, 0], abs=1e-3)
    assert "the sound (+: late, -: early): cam2 +200 ms" in said


def test_what_whole_frames_leave_is_no_delay_and_is_made_up_for(monkeypatch, tmp_path, real):
    people, asked = a_frame_later(real)
    session, videos = session_of(real, people)
    videos.info = replace(videos.info, rounded_s=(0.0, 0.1, 0.0), clock="cam1")
    given, calibrate = [], session_module.from_people
    monkeypatch.setattr(session_module, "from_people", lambda c, seen, *more: given.extend(seen) or calibrate(c, seen, *more))
    session.look([tmp_path / "a.mp4", tmp_path / "b.mp4"], lambda look: True)
    found = session.solve(None, {"cam1": 30, "cam2": 29, "cam3": 30})
    assert "The cameras run in step, as far as the clap that was marked can tell." in found.notes
    assert off_px(given, asked) < 0.01 < off_px(people, asked)
