"""Heatmaps as the real 2D network draws them: its blur and amplitude, and its mistakes.

The figures are MoveNet's on the demo recording (README.md beside this file says how they were measured).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from modules.core.skeleton import LIMBS, MID_HIP, MIDPOINT_OF_JOINT, MIRROR, NECK
from modules.SelfPose3d.lib.models.peaks import SIGMA_CELLS, SIGMA_PER_SIZE

# joint order: neck nose mid_hip | l: shoulder elbow wrist hip knee ankle | r: the same


def _per_joint(neck: float, nose: float, mid_hip: float, *six: float) -> np.ndarray:
    return np.array([neck, nose, mid_hip, *six, *six], np.float32)


PEAK = _per_joint(0.75, 0.54, 0.80, 0.74, 0.74, 0.65, 0.82, 0.77, 0.75)
SIGMA_FACTOR = _per_joint(1.05, 0.90, 1.15, 1.10, 1.00, 0.95, 1.30, 1.05, 0.98)
OFFSET_FACTOR = _per_joint(0.90, 0.90, 1.00, 0.90, 1.00, 1.30, 1.20, 1.00, 1.20)
MISS_FACTOR = _per_joint(0.3, 1.0, 0.3, 0.4, 1.0, 2.0, 0.4, 0.8, 1.5)
#: False peaks above 0.1 per image and channel.
FALSE_PEAKS = _per_joint(0.05, 0.10, 0.05, 0.20, 0.80, 1.60, 0.30, 0.50, 1.00)
#: Width of the Gaussians that the 2D network draws for neck and mid-hip, cells.
DRAWN_SIGMA = 1.4
#: Radius of the capsule around each limb of ``LIMBS``, fraction of stature, for occlusion.
LIMB_RADIUS = np.array(
    [0.055, 0.075, 0.045, 0.03, 0.025, 0.045, 0.03, 0.025, 0.055, 0.055, 0.045, 0.035, 0.045, 0.035], np.float32
)
_LIMB_A = np.array([a for a, _ in LIMBS])
_LIMB_B = np.array([b for _, b in LIMBS])
_TRUNK = LIMBS.index((NECK, MID_HIP))


@dataclass(frozen=True)
class Noise:
    """How wrong heatmaps and calibration are; 0 everywhere: perfect Gaussians of amplitude 1.

    Attributes:
        offset: localisation error, times the measured one. amplitude: spread of amplitudes, times the measured one.
        miss: probability that a joint leaves no trace in a view, for an average joint.
        drop: probability that a whole person is missed in a view.
        swap: probability that left and right are exchanged for a person in a view (all of it, arms only or legs only).
        cross: amplitude that a joint leaves in its mirror image's channel, times the measured one.
        ghosts: probability that a view shows a person who is not there.
        false_peaks: single false peaks, times the measured number.
        occlusion: whether bodies hide what is behind them.
        calibration: calibration error in units of ``rigs.perturbed``, at most.
        out_of_step: probability that one camera is a frame early or late.
    """

    offset: float = 1.0
    amplitude: float = 1.0
    miss: float = 0.02
    drop: float = 0.03
    swap: float = 0.03
    cross: float = 1.0
    ghosts: float = 0.12
    false_peaks: float = 1.0
    occlusion: bool = True
    calibration: float = 1.0
    out_of_step: float = 0.15


CLEAN = Noise(0, 0, 0, 0, 0, 0, 0, 0, False, 0, 0)


@dataclass(frozen=True, eq=False)
class Blobs:
    """Gaussians to draw. ``cells`` float32 [V, N, J, 2] (x, y); ``amplitude`` [V, N, J]; ``sigma`` [V, N, J, 2], cells.

    ``spread`` [V, N, J]: how far off ``cells`` were drawn, standard deviation per axis, cells; 0 for false ones.
    """

    cells: np.ndarray
    amplitude: np.ndarray
    sigma: np.ndarray
    spread: np.ndarray


def render(blobs: Blobs, height: int, width: int, cross: np.ndarray | None = None) -> torch.Tensor:
    """float32 [V, J, height, width]: per channel the largest of its Gaussians; a peak at cell (x, y) means pixel (4x, 4y).

    Args:
        cross: float [V, J], the share of a channel that shows in its mirror image's channel as well.
    """
    xy, amplitude = torch.from_numpy(blobs.cells), torch.from_numpy(blobs.amplitude)
    sigma = torch.from_numpy(blobs.sigma)
    views, count, joints = amplitude.shape
    exponent_x = (torch.arange(width, dtype=torch.float32) - xy[..., 0, None]) / sigma[..., 0, None]
    exponent_y = (torch.arange(height, dtype=torch.float32) - xy[..., 1, None]) / sigma[..., 1, None]
    along_x = torch.exp(-0.5 * exponent_x.square())
    along_y = torch.exp(-0.5 * exponent_y.square()) * amplitude[..., None]
    out = torch.zeros(views, joints, height, width)
    for n in range(count):
        torch.maximum(out, along_y[:, n, :, :, None] * along_x[:, n, :, None, :], out=out)
    if cross is not None:
        out = torch.maximum(out, torch.from_numpy(cross)[:, :, None, None] * out[:, list(MIRROR)])
    return out


def occluded(cells: np.ndarray, depth_mm: np.ndarray, radius_cells: np.ndarray) -> np.ndarray:
    """Which joints a body hides in one view: a limb of someone else in front, or the own trunk.

    Args:
        cells: float [P, J, 2]. depth_mm: float [P, J]. radius_cells: float [P, 14], radius of each limb's capsule, cells.

    Returns:
        bool [P, J].
    """
    people = len(cells)
    a, b = cells[:, _LIMB_A], cells[:, _LIMB_B]  # [P, S, 2]
    along = b - a
    to_joint = cells[:, :, None, None] - a  # [P, J, P, S, 2]
    t = np.clip((to_joint * along).sum(-1) / np.maximum((along * along).sum(-1), 1e-6), 0, 1)
    off = to_joint - t[..., None] * along
    near = (off * off).sum(-1) < radius_cells**2
    depth_limb = depth_mm[:, _LIMB_A] + t * (depth_mm[:, _LIMB_B] - depth_mm[:, _LIMB_A])
    in_front = (depth_mm[:, :, None, None] - depth_limb > 120) & (depth_limb > 0)
    hides = near & in_front
    own = np.arange(people)
    own_trunk = hides[own, :, own, _TRUNK]
    hides[own, :, own] = False
    return hides.any((2, 3)) | own_trunk


def noisy_blobs(
    rng: np.random.Generator, noise: Noise, cells: np.ndarray, depth_mm: np.ndarray, seen: np.ndarray,
    radius_cells: np.ndarray, height: int, width: int,
) -> tuple[Blobs, np.ndarray]:  # fmt: skip
    """What the 2D network would make of people at ``cells``.

    Args:
        cells: float32 [V, P, J, 2], true places. depth_mm: [V, P, J]. seen: bool [V, P, J], inside the frame.
        radius_cells: [V, P, 14], as in ``occluded``. height, width: cells.

    Returns:
        the blobs, false ones included, and cross-talk float32 [V, J] for ``render``.
    """
    views, people, joints = seen.shape
    shape = (views, people, joints)
    size = _person_size(cells, seen)[..., None]
    hidden = np.zeros(shape, bool)
    if noise.occlusion:
        hidden = np.stack([occluded(cells[v], depth_mm[v], radius_cells[v]) for v in range(views)])
    tail = np.where(rng.random(shape) < 0.06, 4.0, 1.0)
    spread = noise.offset * (0.15 + 0.008 * size) * OFFSET_FACTOR * tail * np.where(hidden, 2.0, 1.0)
    placed = cells + (spread[..., None] * rng.standard_normal((*shape, 2))).astype(np.float32)
    sigma = (SIGMA_CELLS + SIGMA_PER_SIZE * size) * SIGMA_FACTOR
    sigma = sigma[..., None] * np.exp(noise.amplitude * 0.17 * rng.standard_normal((*shape, 2)))
    amplitude = 1 + (PEAK - 1 + 0.13 * rng.standard_normal(shape)) * noise.amplitude
    if noise.amplitude:
        amplitude = np.clip(amplitude, 0.1, 1.0) * np.clip((size - 2) / 8, 0, 1) * rng.uniform(0.85, 1.1, (views, people, 1))
    lost = rng.random(shape) < np.minimum(0.2 * MISS_FACTOR, 0.4)  # the 2D network guesses hidden hips, seldom hidden wrists
    faint = np.where(lost, 0.0, rng.uniform(0.25, 1.0, shape))
    amplitude = np.where(hidden, amplitude * faint, amplitude)
    amplitude = np.where(rng.random(shape) < noise.miss * MISS_FACTOR, 0.0, amplitude)
    amplitude = np.where(rng.random((views, people, 1)) < noise.drop, 0.0, amplitude)
    _swap_sides(rng, noise.swap, placed, amplitude)
    _place_midpoints(rng, noise, placed, amplitude, sigma, spread)
    amplitude = np.where(seen, np.clip(amplitude, 0, 1), 0.0)
    false = _false_blobs(rng, noise, placed, height, width)
    blobs = Blobs(*(
        np.concatenate(pair, 1).astype(np.float32)
        for pair in zip(
            (placed, amplitude, sigma, spread), (false.cells, false.amplitude, false.sigma, false.spread), strict=True
        )
    ))  # fmt: skip
    cross = noise.cross * 0.035 * np.exp(0.8 * rng.standard_normal((views, joints)))
    strong = rng.random((views, joints)) < 0.06
    cross = np.where(strong, noise.cross * rng.uniform(0.1, 0.5, (views, joints)), cross)
    return blobs, np.clip(cross, 0, 0.6).astype(np.float32)


def _person_size(cells: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """float [V, P]: the longer side of the box around what a view sees of a person, cells (2 at least)."""
    low = np.where(seen[..., None], cells, np.inf).min(2)
    high = np.where(seen[..., None], cells, -np.inf).max(2)
    return np.clip(np.where(np.isfinite(low), high - low, 0).max(-1), 2, 80)


def _swap_sides(rng: np.random.Generator, probability: float, cells: np.ndarray, amplitude: np.ndarray) -> None:
    views, people, _ = amplitude.shape
    for v, p in zip(*np.nonzero(rng.random((views, people)) < probability), strict=True):
        part = ((3, 15), (3, 6), (6, 9))[rng.integers(3)]
        left = np.arange(part[0], min(part[1], 9))
        both = np.concatenate([left, left + 6])
        other = np.concatenate([left + 6, left])
        cells[v, p, both], amplitude[v, p, both] = cells[v, p, other], amplitude[v, p, other]


def _place_midpoints(
    rng: np.random.Generator, noise: Noise, cells: np.ndarray, amplitude: np.ndarray, sigma: np.ndarray, spread: np.ndarray
) -> None:
    """Neck and mid-hip have no channel of their own: the 2D network draws them between a person's shoulders and hips as found,
    as high as the weaker of the two, with one width for everybody."""
    if not noise.offset:
        return
    for joint, (left, right) in MIDPOINT_OF_JOINT.items():
        cells[:, :, joint] = (cells[:, :, left] + cells[:, :, right]) / 2
        spread[:, :, joint] = np.hypot(spread[:, :, left], spread[:, :, right]) / 2
        weaker = np.minimum(amplitude[:, :, left], amplitude[:, :, right])
        amplitude[:, :, joint] = weaker * rng.uniform(0.8, 1.0, weaker.shape)
        sigma[:, :, joint] = DRAWN_SIGMA * rng.uniform(0.8, 1.2)


def _false_blobs(rng: np.random.Generator, noise: Noise, cells: np.ndarray, height: int, width: int) -> Blobs:
    """One set of whole false people and two of single false peaks per view: near bodies mostly."""
    views, people, joints = cells.shape[:3]
    sets = 3
    frame = np.array([width, height], np.float32)
    places = rng.random((views, sets, joints, 2)) * frame
    near = cells[np.arange(views)[:, None, None], rng.integers(people, size=(views, sets, joints)),
                 rng.integers(joints, size=(views, sets, joints))]  # fmt: skip
    beside = near + rng.normal(0, 2.0, near.shape)
    places = np.where(rng.random((views, sets, joints, 1)) < 0.7, beside, places)
    amplitude = np.clip(0.1 + rng.exponential(0.1, (views, sets, joints)), 0, 0.6)
    amplitude *= rng.random(amplitude.shape) < np.clip(noise.false_peaks * FALSE_PEAKS / 2, 0, 1)
    ghost = rng.random(views) < noise.ghosts
    template = cells[np.arange(views), rng.integers(people, size=views)]  # someone's silhouette, elsewhere, mirrored or not
    center = template.mean(1, keepdims=True)
    shown = (
        (template - center) * rng.uniform(0.5, 1.1, (views, 1, 1)) * rng.choice([-1.0, 1.0], (views, 1, 1)) ** np.array([1, 0])
    )
    places[:, 0] = np.where(ghost[:, None, None], shown + rng.random((views, 1, 2)) * frame, places[:, 0])
    strength = rng.uniform(0.25, 0.8, (views, 1)) * rng.uniform(0.6, 1.1, (views, joints))
    amplitude[:, 0] = np.where(ghost[:, None], strength, amplitude[:, 0])
    return Blobs(places, amplitude, rng.uniform(0.8, 1.5, (views, sets, joints, 2)), np.zeros_like(amplitude))
