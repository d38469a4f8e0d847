"""Parts of a tensor come together again, copied only where they must be."""

from __future__ import annotations

import pytest
import torch

from modules.SelfPose3d.lib.core.slices import joined


@pytest.fixture
def whole():
    return torch.rand(4, 3, 5, 2)


def test_neighbours_are_not_copied(whole):
    for parts in (whole.split(1), whole.split([1, 3]), [whole], whole[1:].split(1)):
        made = joined(parts)
        assert made.data_ptr() == parts[0].data_ptr()
        torch.testing.assert_close(made, torch.cat(list(parts)), rtol=0, atol=0)


def test_channels_last_stay_so():
    whole = torch.rand(3, 4, 5, 2).permute(0, 3, 1, 2)
    made = joined(whole.split(1))
    assert made.data_ptr() == whole.data_ptr()
    assert made.is_contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(made, whole, rtol=0, atol=0)


def test_others_are_copied(whole):
    backwards, gaps, cut = whole.flip(0).split(1), whole[::2].split(1), whole[:, :2].split(1)
    twice, elsewhere, wider = [whole[:1], whole[:1]], [whole[:1], whole[1:2].clone()], [whole[:1], whole[1:].double()]
    learned = whole.clone().requires_grad_().split(1)
    for parts in (backwards, gaps, cut, whole[:, :2].split(2), twice, elsewhere, wider, learned):
        parts = list(parts)
        torch.testing.assert_close(joined(parts), torch.cat(parts), rtol=0, atol=0)
    joined(learned).sum().backward()  # gradients go through
