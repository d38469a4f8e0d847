"""The weights that ship: each has a card that names its hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import modules.SelfPose3d

FOLDER = Path(modules.SelfPose3d.__file__).parent / "weights"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.safetensors")), ids=lambda file: file.stem)
def test_a_card_names_the_hash(file):
    cards = [card.read_text(encoding="utf-8") for card in FOLDER.glob("*.md")]
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert any(file.name in card and digest in card for card in cards)
