"""What of a recording's opening makes a take of its own, and small copies of its own: all that decides which pictures belong
together."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest
from job_fakes import JobSource

from modules import composition
from modules.core.config import load_config
from modules.core.types import Opened
from modules.rig.check.apply import CorrectedSource, Corrections

STILL = Opened()


def opened(late=STILL, corrections=None):
    """A recording whose second camera was opened like this."""
    source = JobSource()
    source.info = replace(source.info, opened=(STILL, late))
    return source if corrections is None else CorrectedSource(source, corrections)


def files(tmp_path, source, **settings):
    values = {"TAKE.FOLDER": str(tmp_path), "MULTI_PERSON.RIG": "", **settings}
    config = load_config(None, values)
    with (
        closing(composition.open_take(config, source)) as take,
        closing(composition.open_proxies(config, source, take)) as copies,
    ):
        return take.path, copies.path, take.header.source


def test_delays_and_the_clock_make_a_take_and_copies_of_their_own_though_the_frames_are_as_many(tmp_path):
    plain = files(tmp_path, opened())
    assert plain[2]["delays"] == {}
    late = files(tmp_path, opened(Opened(late_s=0.1)))
    drifts = files(tmp_path, opened(Opened(late_s=0.1, drift=1e-4)))
    clock = files(tmp_path, opened(), **{"SOURCE.CLOCK": "cam02"})
    assert late[2]["delays"] == {"cam02": [0.1, 0.0]}
    assert drifts[2]["delays"] == {"cam02": [0.1, 1e-4]}
    for kind in (0, 1):
        assert len({found[kind] for found in (plain, late, drifts, clock)}) == 4
    assert files(tmp_path, opened()) == plain


@pytest.mark.parametrize(
    "source",
    [
        opened(Opened(quarter_turns=1)),
        opened(corrections=Corrections(mirrored=("cam02",))),
        opened(corrections=Corrections(exchanged=("cam01", "cam02"))),
        opened(corrections=Corrections(turned={"cam01": 2})),
    ],
)
def test_copies_of_pictures_that_lie_otherwise_are_not_those_of_before(tmp_path, source):
    assert files(tmp_path, source)[1] != files(tmp_path, opened())[1]
