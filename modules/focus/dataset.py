"""A recording as a torch data set: (frames, views, meta) per index, as ``MultiPersonPoseNetSSV`` wants them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.utils.data import Dataset

from modules.core.protocols import FrameSource

from .prepare import network_views, view_meta


class FocusDataset(Dataset):
    """Frames of a recording with the network's views and meta.

    It reads one recording with its own decoder threads, so it goes with ``DataLoader(num_workers=0)``; batches need
    frames of one size per view, which recordings have.

    Args:
        source: the recording; it stays the caller's to close.
        config: reads NETWORK.IMAGE_SIZE, DATASET.COLOR_RGB and BACKBONE_MODEL.
    """

    def __init__(self, source: FrameSource, config: Any) -> None:
        self._source = source
        self._config = config

    def __len__(self) -> int:
        return len(self._source)

    def __getitem__(self, index: int) -> tuple[list[np.ndarray], list[torch.Tensor], list[dict[str, Any]]]:
        """One instant, without a batch axis.

        Returns:
            frames: V arrays uint8 [H, W, 3], RGB, raw; views: V tensors float32 [C, H, W], normalised; meta: V dicts, see
            ``modules.focus.prepare.view_meta``.

        Raises:
            IndexError: outside the recording; counting from the end is allowed.
            SourceError: a frame can't be decoded.
        """
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(f"frame {index} is outside a recording of {len(self)} frames")
        frame_set = self._source.read(place)
        views = network_views(frame_set.images, self._config)
        # copies: a FrameSet's images are read-only, torch's default_collate wants them writable
        frames = [image.copy() for image in frame_set.images]
        return (
            frames,
            list(views),
            [view_meta(camera, self._config, gone) for camera, gone in zip(frame_set.cameras, frame_set.missing, strict=True)],
        )
