"""Tensors that were cut along their first axis, put together again."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def joined(parts: Sequence[torch.Tensor]) -> torch.Tensor:
    """``torch.cat(parts)``; without a copy where they lie one behind the other in the same memory.

    Args:
        parts: [B, …] each, one at least.
    """
    first = parts[0]
    end = first.data_ptr()
    for part in parts:
        same = part.shape[1:] == first.shape[1:] and part.stride() == first.stride() and part.dtype == first.dtype
        if not same or part.data_ptr() != end or part.requires_grad or not _covers(part):
            return torch.cat(list(parts))
        end += part.nbytes
    if any(part.untyped_storage().data_ptr() != first.untyped_storage().data_ptr() for part in parts):
        return torch.cat(list(parts))  # neighbours by chance
    return first.as_strided((sum(len(part) for part in parts), *first.shape[1:]), first.stride())


def _covers(part: torch.Tensor) -> bool:
    """Whether its samples lie one behind the other, whatever the order within each."""
    return len(part) > 0 and part.numel() == len(part) * part.stride(0)
