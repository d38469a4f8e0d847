"""The contact sheet: evenly spread frames, first and last included, all views."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from job_fakes import JobEstimator, JobSource

from modules.core.errors import ExportError
from modules.core.palette import limb_color, person_color
from modules.core.skeleton import LEFT_ELBOW, LEFT_WRIST, Side
from modules.export import contact_sheet
from modules.export.contact_sheet import GAP_PX, HEADER_PX, LABEL_PX, MARGIN_PX, ContactSheetWriter


@pytest.fixture
def columns(monkeypatch):
    """Frame numbers of the sheet's columns, filled in when it is written."""
    seen = []
    compose = ContactSheetWriter._compose

    def spy(self, columns):
        seen.extend(column.frame_index for column in columns)
        return compose(self, columns)

    monkeypatch.setattr(ContactSheetWriter, "_compose", spy)
    return seen


def make(tmp_path, source, frames):
    writer = ContactSheetWriter(tmp_path / "contact_sheet.png", source.cameras, "walks")
    estimator = JobEstimator()
    for index in frames:
        frame = source.read(index)
        writer.write(frame, estimator.refine(frame, 0.0))
    writer.close()
    return writer.path


@pytest.mark.parametrize(
    ("frames", "want"),
    [
        (range(1), [0]),
        (range(4), [0, 1, 2, 3]),
        (range(11), [0, 2, 4, 6, 8, 10]),
        (range(101), [0, 20, 40, 60, 80, 100]),
        (range(50, 71), [50, 54, 58, 62, 66, 70]),
    ],
)
def test_frames_are_evenly_spread(tmp_path, columns, frames, want):
    make(tmp_path, JobSource(frames=200), frames)
    span = max(1, frames[-1] - frames[0])
    assert len(columns) == len(want)
    assert (columns[0], columns[-1]) == (want[0], want[-1])
    # at least half of KEPT_AT_MOST are kept, so the nearest is off by at most half of their distance
    assert max(abs(a - b) for a, b in zip(columns, want, strict=True)) <= span / contact_sheet.KEPT_AT_MOST + 1


def test_long_runs_keep_few_pictures(tmp_path):
    source = JobSource(frames=1, views=1, size=(32, 24))
    frame, estimator = source.read(0), JobEstimator()
    writer = ContactSheetWriter(tmp_path / "s.png", source.cameras, "long")
    for index in range(500):
        writer.write(frame, estimator.refine(type(frame)(index, 0.0, frame.images, frame.cameras), 0.0))
        assert len(writer._kept) <= contact_sheet.KEPT_AT_MOST
    assert len(writer._kept) >= contact_sheet.KEPT_AT_MOST / 2


def test_sheet_has_a_tile_per_frame_and_view_with_people_in_place(tmp_path):
    source = JobSource(frames=15)
    image = cv2.cvtColor(cv2.imread(str(make(tmp_path, source, range(15)))), cv2.COLOR_BGR2RGB)
    # 320x240 fits the largest tile as it is
    assert image.shape[1] == 2 * MARGIN_PX + 6 * 320 + 5 * GAP_PX
    assert image.shape[0] == HEADER_PX + LABEL_PX + 2 * (240 + GAP_PX) + MARGIN_PX
    estimator = JobEstimator()
    person = [estimator.refine(source.read(n), 0.0) for n in range(15)][-1].persons[0]
    x, y = (person.joints_px[1, LEFT_ELBOW] + person.joints_px[1, LEFT_WRIST]) / 2
    left, top = MARGIN_PX + 5 * (320 + GAP_PX), HEADER_PX + LABEL_PX + 240 + GAP_PX
    assert tuple(image[top + round(float(y)), left + round(float(x))]) == limb_color(1, Side.LEFT)
    header = image[:HEADER_PX].reshape(-1, 3)
    for track_id in (1, 2, 3):  # the legend names everyone on the sheet
        assert (header == person_color(track_id)).all(axis=1).sum() > 20
    assert not (header == person_color(4)).all(axis=1).any()


def test_abandoned_or_empty_leaves_the_older_file(tmp_path):
    source = JobSource()
    path = tmp_path / "contact_sheet.png"
    path.write_bytes(b"older")
    writer = ContactSheetWriter(path, source.cameras, "")
    writer.close()
    writer.write(source.read(0), JobEstimator().refine(source.read(0), 0.0))
    writer.abandon()
    writer.close()
    assert path.read_bytes() == b"older"


def test_folder_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(ExportError, match=r"Can't write .*contact_sheet"):
        make(tmp_path / "none", JobSource(), range(1))


def test_views_of_different_size(tmp_path):
    source = JobSource(frames=3)
    source.cameras = (source.cameras[0], JobSource(size=(240, 480)).cameras[1])
    image = cv2.imread(str(make(tmp_path, source, range(3))))
    assert image.shape[0] == HEADER_PX + LABEL_PX + 240 + 460 + 2 * GAP_PX + MARGIN_PX
    assert np.ptp(image[-MARGIN_PX:].reshape(-1, 3), axis=0).max() == 0
