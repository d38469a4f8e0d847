"""Takes of made-up people in motion: what the networks find in drawn heatmaps, kept from run to run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from modules.core.computed import ComputedFrame, State
from modules.core.header import ResultsHeader
from modules.core.skeleton import NUM_JOINTS
from modules.core.types import Camera
from modules.evaluation.accuracy.voxel import VoxelNets
from modules.evaluation.common.sequences import MovingPeople, sample_sequence
from modules.evaluation.common.sightings import Sighting, Sightings
from modules.SelfPose3d.lib.training.runs import published_rigs
from modules.take.identity import PeopleRules
from modules.take.store import Take

RIG = "panoptic_5hd"


@dataclass(frozen=True)
class Film:
    """One sequence: ``kind`` of ``common.sequences.KINDS``, drawn from ``seed``."""

    kind: str
    seed: int
    people: int
    views: int
    seconds: float
    fps: float

    @property
    def name(self) -> str:
        """For files and tables."""
        return f"{self.kind}-{self.seed}"

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """The published rig's first ``views`` cameras."""
        return published_rigs()[RIG][: self.views]

    def moving(self) -> MovingPeople:
        """The truth."""
        return sample_sequence(self.kind, self.seed, self.people, self.seconds, self.fps)

    def take(self, folder: Path, nets_digest: str, rules: PeopleRules) -> Take:
        """The take of this film and these networks, made if there is none; TakeError."""
        count = round(self.seconds * self.fps)
        drawn = hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()[:12]
        source = {"fingerprint": drawn, "offsets": {}}
        header = ResultsHeader(self.name, self.fps, self.cameras, (0.0, 0.0), nets_digest, count, source)
        return Take.find(folder / self.name, header, rules)


def fill(take: Take, film: Film, nets: VoxelNets) -> Iterator[int]:
    """Computes the frames that the take hasn't got; yields the number of each, computed or not."""
    done = set(take.computed(0.0).tolist())
    if len(done) == round(film.seconds * film.fps):
        return
    sightings = Sightings(film.moving(), film.cameras, seed=film.seed)
    nets.enter(sightings.network_size, *sightings.space)
    for index, sighting in enumerate(sightings):
        if index not in done:
            take.put(find(nets, sighting, film.cameras))
        yield index
    take.flush()


def find(nets: VoxelNets, sighting: Sighting, cameras: Sequence[Camera]) -> ComputedFrame:
    """What the networks find in one frame; there are no pictures and so no colours."""
    found = nets.find(sighting.scene.heatmaps, cameras)
    count = len(found.scores)
    return ComputedFrame(
        sighting.people_2d.frame_index,
        sighting.people_2d.time_s,
        np.full(count, State.POSED),
        found.scores,
        found.roots_mm,
        found.joints_mm,
        np.full((count, len(cameras), NUM_JOINTS), np.nan),
    )
