"""A rig from nothing but people: how near it comes, who is who, and no mirror image."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from walkers import ring, see, walk

from modules.core.errors import SourceError
from modules.core.geometry import guessed_camera
from modules.core.skeleton import COCO_NAMES
from modules.rig.adjust.tracklets import follow, identify
from modules.rig.people.anchor import anchored
from modules.rig.people.from_people import GUESSED, grow
from modules.rig.people.judgement import judged, refuse_mirrored, strangers
from modules.rig.seen.body import JOINTS, STATURE_MM, handedness, statures


def compared(found, real):
    """Rotation errors [V], degrees, and centre errors [V], mm, after the best similarity between the two rigs."""
    U, _, Vt = np.linalg.svd(sum(b.R_world_to_cam.T @ a.R_world_to_cam for a, b in zip(found, real, strict=True)))
    A = U @ Vt
    angles = [
        np.rad2deg(np.arccos(np.clip((np.trace(a.R_world_to_cam @ A.T @ b.R_world_to_cam.T) - 1) / 2, -1, 1)))
        for a, b in zip(found, real, strict=True)
    ]
    mine = np.array([c.center_world_mm for c in found]) @ A.T
    true = np.array([c.center_world_mm for c in real])
    mine, true = mine - mine.mean(0), true - true.mean(0)
    return np.array(angles), np.linalg.norm(mine * (mine * true).sum() / (mine**2).sum() - true, axis=1)


@pytest.mark.parametrize("views", [2, 3])
def test_two_walkers_place_the_cameras(views):
    real = ring(views)
    found = grow(real, see(walk(2, 50), real))
    angles, off = compared(found.cameras, real)
    assert angles.max() < 0.6
    assert off.max() < 60
    assert found.explained > 0.95
    np.testing.assert_allclose(found.cameras[0].R_world_to_cam, np.eye(3), atol=1e-9)
    np.testing.assert_allclose(found.cameras[0].center_world_mm, 0, atol=1e-6)
    assert found.handed > 0.8
    assert len(set(found.seen.identity)) == 2


def test_lengths_are_as_if_people_were_of_mean_stature():
    real = ring(3)
    found = grow(real, see(walk(1, 40), real))
    tall = statures(found.adjusted.bones_mm)
    assert abs(tall[0] - STATURE_MM) < 60


def test_focal_lengths_nobody_knows_are_found_too():
    real = ring(3, focal_px=1200.0)
    found = grow([guessed_camera(c.name, (c.width_px, c.height_px)) for c in real], see(walk(2, 40), real), GUESSED)
    angles, _ = compared(found.cameras, real)
    assert angles.max() < 1.5
    assert all(abs(c.fx / 1200 - 1) < 0.06 for c in found.cameras)


def test_nobody_says_what_to_film():
    real = ring(2)
    people = see(walk(1, 20), real)
    empty = [type(p)(p.frame_index, p.time_s, (p.views[0], np.zeros((0, 17, 3)))) for p in people]
    with pytest.raises(SourceError, match="walk through the whole room"):
        grow(real, empty)


def test_a_mirrored_world_is_known_by_its_people():
    joints = walk(2, 30).reshape(-1, 15, 3)[:, list(JOINTS)]
    assert handedness(joints) > 0.85
    assert handedness(joints * [1, -1, 1]) < 0.15


def test_stretches_of_one_person_are_brought_together_and_others_kept_apart():
    real = ring(3)
    people = see(walk(3, 50), real)
    tracklets = [t for view in range(3) for t in follow(people, view)]
    whose = identify(tracklets, real)
    assert len(set(whose[whose >= 0])) == 3
    for person in range(3):
        views = [t.view for t, w in zip(tracklets, whose, strict=True) if w == person]
        assert set(views) == {0, 1, 2}


MIRRORED = [COCO_NAMES.index(n.replace("left", "L").replace("right", "left").replace("L", "right")) for n in COCO_NAMES]


def mirrored(people, view, width_px):
    """What is seen where one camera's picture is mirrored: left and right are what they look like."""
    out = []
    for one in people:
        flipped = np.array(one.views[view])
        flipped[..., 0] = np.where(flipped[..., 2] > 0, width_px - 1 - flipped[..., 0], 0.0)
        out.append(replace(one, views=(*one.views[:view], flipped[:, MIRRORED], *one.views[view + 1 :])))
    return out


@pytest.mark.parametrize(("views", "seed"), [(3, 1), (4, 0)])
def test_a_mirrored_camera_is_named(views, seed):
    real = ring(views)
    people = see(walk(2, 40, seed), real)
    sound = grow(real, people, rough=True)
    assert strangers(sound) == []
    np.testing.assert_allclose(sound.explained_in, 1.0, atol=0.1)
    rig = grow(real, mirrored(people, 1, 1280), rough=True)
    assert strangers(rig) == ["cam2"]
    rig = replace(rig, bones_mm=rig.adjusted.bones_mm, bones_sd=np.full_like(rig.adjusted.bones_mm, 0.05))
    notes, doubtful = judged(rig, anchored(rig), None)
    assert doubtful
    assert notes[0].startswith("What cam2 shows")


def test_a_world_in_which_fronts_are_behind_is_refused():
    rig = grow(ring(2), see(walk(2, 30), ring(2)), rough=True)
    refuse_mirrored(rig)
    with pytest.raises(SourceError, match="fronts would be behind"):
        refuse_mirrored(replace(rig, handed=0.1))


def test_two_cameras_can_t_say_which_is_wrong():
    real = ring(2)
    assert strangers(grow(real, mirrored(see(walk(2, 30), real), 1, 1280), rough=True)) == []


def test_half_a_second_is_refused_and_two_are_told_to_be_little():
    real = ring(3)
    brief = see(walk(1, 30, hz=60.0), real, hz=60.0)
    with pytest.raises(SourceError, match=r"for 0\.5 s only"):
        grow(real, brief)
    rig = grow(real, see(walk(1, 60, hz=30.0), real, hz=30.0))
    assert rig.stretches < 12  # two seconds of one person
    found = anchored(rig)
    notes, doubtful = judged(replace(rig, explained=1.0), replace(found, turned_sd_deg=np.array([0, 4.2, 1.0])), None)
    assert doubtful
    assert notes[0].startswith("So little is seen that cameras may be turned wrongly by 4° and lengths be off by ")


def test_the_same_people_seen_thrice_as_often_say_no_more():
    """Frames in quick succession are wrong alike, here exactly so: each is there three times."""
    real = ring(3)
    once = see(walk(1, 30, hz=5.0), real, hz=5.0)
    thrice = [replace(p, frame_index=3 * n + k, time_s=p.time_s + 0.02 * k) for n, p in enumerate(once) for k in range(3)]
    sd, same = (grow(real, people).adjusted.sd[1:, :3] for people in (once, thrice))
    np.testing.assert_allclose(same, sd, rtol=0.25)


def test_a_tape_by_which_nobody_is_so_tall_is_doubted():
    real = ring(3)
    rig = grow(real, see(walk(2, 40), real))
    apart_mm = float(np.linalg.norm(real[0].center_world_mm - real[1].center_world_mm))
    right, wrong = (anchored(rig, tape=(0, 1, share * apart_mm)) for share in (1.0, 0.6))
    assert not judged(rig, right, None, taped=True)[1]
    notes, doubtful = judged(rig, wrong, None, taped=True)
    assert doubtful
    assert "By the taped distance the tallest person is 1.0" in notes[0]


@pytest.mark.parametrize(("rough", "finishing"), [(False, 3), (True, 0)])
def test_it_tells_how_far_it_is(rough, finishing):
    real, said = ring(3), []
    grow(real, see(walk(2, 30), real), rough=rough, say=lambda done, total: said.append((done, total)))
    # two pairs to begin with, from each of which the third camera is found: two fits each
    total = 2 * 2 + finishing
    assert said == [(done, total) for done in range(1, total + 1)]
