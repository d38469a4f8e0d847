"""Mending step by step: what is drawn before and after, what is written, what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from test_session import Videos, a_frame_later, off_px
from walkers import ring, see, walk

from modules.core.errors import ExportError, SourceError
from modules.focus.calibration.toml import read_toml
from modules.rig import mend_session
from modules.rig.mend_session import MendSession
from modules.rig.to_mend import ToMend
from modules.SelfPose3d.lib.training.rigs import turned_by


def session_of(given, people, folder):
    videos = Videos(given, len(people))
    videos.cameras = tuple(given)
    return MendSession(lambda: ToMend(videos), lambda: lambda frame, turns: people[frame.index], folder), videos


@pytest.fixture(scope="module")
def turned():
    real = ring(4)
    return (*real[:3], turned_by(real[3], np.deg2rad([0.0, 1.5, 0.5]))), see(walk(2, 90, hz=3.0), real, hz=3.0)


def test_a_turned_camera_is_mended_drawn_and_written(tmp_path, turned):
    given, people = turned
    session, videos = session_of(given, people, tmp_path / "out")
    session.look(lambda look: True)
    assert videos.closed == 1
    found = session.solve()
    assert found.better
    assert any("cam4: turned 1." in note for note in found.notes)
    off = [
        np.nanmedian(np.linalg.norm(drawn[3][:, None] - found.seen_px[3][None], axis=-1).min(1))
        for drawn in (found.before_px, found.after_px)
    ]
    assert off[1] < 0.5 * off[0]
    saved = session.save()
    (path,) = (tmp_path / "out").iterdir()
    assert saved.options == {"SOURCE.CALIBRATION": str(path.resolve())}
    assert [c.name for c in read_toml(path)] == [c.name for c in given]
    assert session.save().options != saved.options  # never over an earlier one


def test_what_is_right_stays_and_can_t_be_saved(tmp_path, turned):
    _, people = turned
    session, _ = session_of(ring(4), people, tmp_path)
    session.look(lambda look: True)
    found = session.solve()
    assert not found.better
    assert "nothing was changed" in found.notes[0]
    with pytest.raises(SourceError, match="nothing to keep"):
        session.save()


def test_nobody_and_nowhere_to_write_are_said(tmp_path, turned):
    given, people = turned
    empty = [replace(p, views=(np.zeros((0, 17, 3)),) * 4) for p in people]
    session, _ = session_of(given, empty, tmp_path)
    with pytest.raises(SourceError, match="Open a recording"):
        session.solve()
    session.look(lambda look: True)
    with pytest.raises(SourceError, match="don't see enough people"):
        session.solve()
    (tmp_path / "file").write_text("")
    session, _ = session_of(given, people, tmp_path / "file")
    session.look(lambda look: True)
    session.solve()
    with pytest.raises(ExportError, match="Can't write"):
        session.save()


def test_what_whole_frames_leave_is_made_up_for(monkeypatch, tmp_path):
    people, asked = a_frame_later(ring(3))
    session, videos = session_of(ring(3), people, tmp_path)
    videos.info = replace(videos.info, rounded_s=(0.0, 0.1, 0.0))
    given, mend = [], mend_session.mend
    monkeypatch.setattr(mend_session, "mend", lambda cameras, seen: given.extend(seen) or mend(cameras, seen))
    session.look(lambda look: True)
    session.solve()
    assert off_px(given, asked) < 0.01 < off_px(people, asked)
