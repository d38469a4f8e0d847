"""Heatmaps of several views read at the projections of points, with the geometry that a triangulation needs.

People of one frame or of many: every array has a leading axis N of people, and each person has its own V cameras and heatmaps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import torch
import torch.nn.functional as F

from modules.core.geometry import affine_to_network, inside_frame, project_points, valid_radius
from modules.SelfPose3d.lib.models.project_layer import ViewMeta, camera_values

#: A point nearer to a camera's plane than this, mm, is not looked at: its projection says nothing.
NEAR_MM = 200.0
#: A point is looked at up to this far outside the frame, in longer sides of it: its heatmap peak may lie inside.
MARGIN = 0.3
#: Points are cut here, in units of half a heatmap: what is read around those farther out is nothing all the same.
LIMIT = 3.0
#: How far around a joint a heatmap belongs to it (standard deviation): mm at its depth, and at least so many cells.
OWN_MM, OWN_CELLS = 140.0, 1.5
#: Cell of a joint that a view can't see.
NOWHERE = -1e4
#: A value that fades by so little stays what it is in 32 bits.
NOTHING = 1e-8
#: Step of the numeric derivative, mm.
STEP_MM = 10.0


@dataclass(frozen=True, eq=False)
class Look:
    """Points as the views see them.

    Attributes:
        cells: float32 [N, V, M, 2], heatmap cells (x, y). valid: bool [N, V, M], in front of the camera,
            within its lens and in its frame or not far outside.
        inside: bool [N, V, M], valid and inside the frame.
        mm_per_cell: float32 [N, V, M], length at the point's depth, parallel to the image, that a cell covers.
        jacobian: float32 [N, V, M, 2, 3], cells · mm_per_cell per mm of the point; None: not asked for.
    """

    cells: torch.Tensor
    valid: torch.Tensor
    inside: torch.Tensor
    mm_per_cell: torch.Tensor
    jacobian: torch.Tensor | None


@dataclass(frozen=True, eq=False)
class Gone:
    """K people whose joints some of N people must not see: what is read of a heatmap fades around them.

    Attributes:
        places: float32 [K, V, J, 3], their joints: x and y, heatmap cells, and one over how far around it a heatmap belongs to
            the joint (standard deviation, cells). whose: float32 [N, K], 1 where person n does not see person k, else 0.
    """

    places: torch.Tensor
    whose: torch.Tensor

    def left(self, centers: torch.Tensor, scale: torch.Tensor, windows: torch.Tensor) -> torch.Tensor:
        """float32 [N, V, J, S], 0 to 1: what is left of a value; arguments as of ``ViewSampler.read``."""
        where, narrow = self.places[None, ..., :2], self.places[None, ..., 2:]
        away, unit = (centers[:, None] - where) * narrow, scale[:, None, ..., None] * narrow  # [N, K, V, J, 2 and 1]
        # |away + unit · window|² for all windows is one product
        terms = torch.cat((away.square().sum(-1, keepdim=True), 2 * unit * away, unit.square()), -1)
        basis = torch.cat((torch.ones_like(windows[:, :1]), windows, windows.square().sum(-1, keepdim=True)), -1)
        own = torch.exp(-0.5 * (terms @ basis.T)) * self.whose[:, :, None, None, None]
        return (1 - own).prod(1)


@dataclass(frozen=True, eq=False)
class ViewSampler:
    """Cameras and heatmaps of N people.

    Attributes:
        maps: heatmaps float [V, J, H, W] of each frame. people: how many of the N are in each frame, in this order.
        R: float32 [N, V, 3, 3]. T: [N, V, 1, 3], camera centre, mm, world. f, c, p: [N, V, 1, 2]. k: [N, V, 1, 3].
        limit_r2: [N, V, 1], squared valid radius of the lens. frame: [N, V, 1, 2], px.
        to_cells: [N, V, 2, 3], raw px → heatmap cells.
    """

    maps: Sequence[torch.Tensor]
    people: Sequence[int]
    R: torch.Tensor
    T: torch.Tensor
    f: torch.Tensor
    c: torch.Tensor
    k: torch.Tensor
    p: torch.Tensor
    limit_r2: torch.Tensor
    frame: torch.Tensor
    to_cells: torch.Tensor
    gone: Gone | None = None  # of one frame

    def of(self, people: int) -> ViewSampler:
        """The same cameras and heatmaps for ``people`` people, where this sampler is one person's."""
        geometry = {name: getattr(self, name).expand(people, *(-1 for _ in getattr(self, name).shape[1:])) for name in FIELDS}
        return replace(self, people=(people,), **geometry)

    def without(self, joints: torch.Tensor, whose: torch.Tensor) -> ViewSampler:
        """For as many people as ``whose`` [N, K] has rows, where this sampler is one person's: person n sees nothing of the
        people k with joints [K, J, 3], mm, world, where ``whose`` is 1."""
        look = self.of(len(joints)).look(joints, derivative=False)
        # what a view can't see is so far away that nothing of it is left
        where = torch.where(look.valid[..., None], look.cells, NOWHERE)
        return self.with_gone(Gone(torch.cat((where, 1 / own_cells(look)), -1), whose))

    def with_gone(self, gone: Gone) -> ViewSampler:
        """As ``without``, where it is known already how the views see those who are gone."""
        return replace(self.of(len(gone.whose)), gone=gone)

    def packed(self) -> torch.Tensor:
        """float32 [N, V, CAMERA_VALUES]: the cameras in one tensor, from which ``unpacked`` makes them again."""
        return torch.cat([getattr(self, name).flatten(2) for name in FIELDS], -1)

    @property
    def focal_cells(self) -> torch.Tensor:
        """float32 [N, V, 1]: focal lengths, heatmap cells."""
        zoom = self.to_cells[..., :2].square().sum((-1, -2)).div(2).sqrt()[..., None]  # cells per px
        return zoom * self.f.prod(-1).sqrt()

    def look(self, points: torch.Tensor, derivative: bool = True) -> Look:
        """Projects points float32 [N, M, 3], mm, world, into every view; ``derivative``: with ``Look.jacobian``."""
        count, moved = points.shape[1], points
        if derivative:
            steps = STEP_MM * torch.eye(3, device=points.device)
            moved = torch.cat((points, (points[:, None] + steps[:, None]).flatten(1, 2)), 1)  # [N, 4·M, 3]
        pixels, depth, r2 = project_points(moved[:, None], self.R, self.T, self.f, self.c, self.k, self.p)
        cells = pixels @ self.to_cells[..., :2].transpose(-1, -2) + self.to_cells[..., None, :, 2]
        here = cells[:, :, :count]
        valid = (depth[..., :count] > NEAR_MM) & (r2[..., :count] <= self.limit_r2)
        at, (width, height) = pixels[:, :, :count], self.frame.unbind(-1)
        margin = MARGIN * torch.maximum(width, height)
        valid = valid & inside_frame(at + margin[..., None], width + 2 * margin, height + 2 * margin)
        inside = valid & inside_frame(at, width, height)
        mm_per_cell = depth[..., :count].clamp(min=NEAR_MM) / self.focal_cells
        keep, jacobian = valid[..., None], None
        if derivative:
            change = (cells[:, :, count:].unflatten(2, (3, count)) - here[:, :, None]) / STEP_MM  # [N, V, 3, M, 2]
            jacobian = torch.where(keep[..., None], change.permute(0, 1, 3, 4, 2) * mm_per_cell[..., None, None], 0.0)
        return Look(torch.where(keep, here, 0.0), valid, inside, mm_per_cell, jacobian)

    def readings(self, centers: torch.Tensor, scale: torch.Tensor, windows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Bilinear values of each joint's channel around points, without those who are ``gone`` and with them; 0 outside the
        heatmap.

        Args:
            centers: float32 [N, V, J, 2], cells (x, y). windows: float32 [S, 2], where to read around each, in a unit of which
                ``scale`` [N, V, J] cells are one.

        Returns:
            twice float32 [N, V, J, S].
        """
        axes = torch.eye(2, device=windows.device)
        # places = [center, scale] @ basis: one product is faster than sums and products of many little pairs
        basis = torch.cat((axes.repeat(1, len(windows)), (windows * axes[:, None]).flatten(1)))
        values = []
        whole = len(self.maps) == 1
        for maps, center, unit in zip(
            self.maps,
            [centers] if whole else centers.split(list(self.people)),
            [scale] if whole else scale.split(list(self.people)),
            strict=True,
        ):
            half = center.new_tensor([(maps.shape[3] - 1) / 2, (maps.shape[2] - 1) / 2])
            place = torch.cat(((center / half - 1).clamp(-LIMIT, LIMIT), unit[..., None] / half), -1)  # [n, V, J, 4]
            grid = (place.permute(1, 2, 0, 3).flatten(0, 1) @ basis).unflatten(-1, (-1, 2))  # [V·J, n, S, 2]
            image = maps.flatten(0, 1)[:, None].float()  # [V·J, 1, H, W]
            value = F.grid_sample(image, grid, align_corners=True)[:, 0]
            values.append(value.unflatten(0, maps.shape[:2]).permute(2, 0, 1, 3))
        read = values[0] if whole else torch.cat(values)
        return (read if self.gone is None else read * self.gone.left(centers, scale, windows)), read


#: The cameras' fields of ``ViewSampler``, in order.
FIELDS = tuple(field.name for field in fields(ViewSampler) if field.name not in ("maps", "people", "gone"))
#: Their shapes, without N and V, in the same order.
SHAPES = ((3, 3), (1, 3), (1, 2), (1, 2), (1, 3), (1, 2), (1,), (1, 2), (2, 3))
#: How many numbers a camera is.
CAMERA_VALUES = sum(math.prod(shape) for shape in SHAPES)


def unpacked(maps: torch.Tensor, cameras: torch.Tensor, gone: Gone | None = None) -> ViewSampler:
    """Views of one frame: heatmaps [V, J, H, W], and cameras of N people as ``ViewSampler.packed`` gives them."""
    parts = cameras.split([math.prod(shape) for shape in SHAPES], -1)
    geometry = (part.unflatten(-1, shape) for part, shape in zip(parts, SHAPES, strict=True))
    return ViewSampler((maps,), (len(cameras),), *geometry, gone)


def unexplained(maps: torch.Tensor, look: Look) -> torch.Tensor:
    """What people leave of the heatmaps [V, J, H, W] of their frame: each joint's channel faded around the joint.

    Args:
        look: the joints [N, V, J] of the people as the views see them.
    """
    spread = own_cells(look)
    left = maps.clone()

    def fading(axis: int, size: int) -> torch.Tensor:
        away = torch.arange(size, device=maps.device) - look.cells[..., axis, None]
        fades = torch.exp(-0.5 * (away / spread).square())  # [N, V, J, size]
        # what changes no value; products of such numbers would be denormal, which processors are slow with
        return F.threshold(fades, NOTHING, 0.0)

    height, width = maps.shape[2:]
    share = torch.empty_like(left[0])  # one for all: making room for each takes longer than computing
    down, across = fading(1, height) * look.valid[..., None], fading(0, width)
    for view, here in enumerate(left):  # view by view: what is at hand then stays in the core's cache
        for person in range(len(down)):
            torch.mul(down[person, view, :, :, None], across[person, view, :, None], out=share)
            here.addcmul_(here, share, value=-1)
    return left


def own_cells(look: Look) -> torch.Tensor:
    """float32 [N, V, J, 1]: how far around each joint a heatmap belongs to it (standard deviation), cells."""
    return (OWN_MM / look.mm_per_cell).clamp(min=OWN_CELLS)[..., None]


def sampler_of(heatmaps: Sequence[torch.Tensor], meta: Sequence[ViewMeta], network_size: tuple[int, int]) -> ViewSampler:
    """The views of one sample, for one person; ``ViewSampler.of`` makes it more.

    Args:
        heatmaps: V of float [1, J, H, W]. meta: V of ViewMeta with B = 1. network_size: (width, height), px, of the network's
            image.
    """
    device = heatmaps[0].device
    maps = torch.cat(list(heatmaps))  # [V, J, H, W]
    views, width = len(maps), maps.shape[-1]
    values, limits, frames, affines = [], [], [], []
    for view in meta:
        camera = camera_values(view, 0, device)
        center = torch.as_tensor(view["center"])[0].double().cpu().numpy()
        scale = torch.as_tensor(view["scale"])[0].double().cpu().numpy()
        affine = affine_to_network(center, scale, float(torch.as_tensor(view["rotation"])[0]), network_size)
        values.append(camera)
        limits.append(valid_radius(camera[4].tolist()) ** 2)
        frames.append(center * 2)
        affines.append(affine * (width / network_size[0]))

    def shared(items: Sequence[object], *shape: int) -> torch.Tensor:
        stacked = torch.stack([torch.as_tensor(item, dtype=torch.float32, device=device) for item in items])
        return stacked.reshape(1, views, *shape)

    R, T, f, c, k, p = zip(*values, strict=True)
    return ViewSampler(
        (maps,), (1,), shared(R, 3, 3), shared(T, 1, 3), shared(f, 1, 2), shared(c, 1, 2), shared(k, 1, 3),
        shared(p, 1, 2), shared(limits, 1), shared(frames, 1, 2), shared(affines, 2, 3),
    )  # fmt: skip


def triangulate(
    views: ViewSampler, peaks: torch.Tensor, strength: torch.Tensor, start: torch.Tensor, rounds: int = 10
) -> torch.Tensor:
    """Points float32 [N, M, 3], mm, world, that fit image points best: Gauss-Newton with Cauchy weights of one cell.

    Args:
        peaks: float32 [N, V, M, 2], cells. strength: float32 [N, V, M], weights, 0: no such peak. start: [N, M, 3], mm, world.
    """
    points = start
    for _ in range(rounds):
        look = views.look(points)
        missed = peaks - look.cells
        weight = strength * look.valid / (1 + missed.square().sum(-1))
        points = points + step(
            look.jacobian, missed * look.mm_per_cell[..., None], weight, torch.full_like(points[..., 0], 1e-6)
        )
    return points


def step(
    jacobian: torch.Tensor, wanted: torch.Tensor, weight: torch.Tensor, trust: torch.Tensor, own: torch.Tensor | None = None
) -> torch.Tensor:
    """float32 [N, M, 3], mm: the move that views and the point itself agree on (weighted least squares).

    Args:
        jacobian: [N, V, M, 2, 3] as in ``Look``. wanted: [N, V, M, 2], mm at the point's depth, where each view wants it to go.
        weight: [N, V, M]. own: [N, M, 3], mm, where the point itself wants to go, with the weight ``trust`` [N, M]; None: stay.
    """
    right = torch.einsum("nvj,nvjki,nvjk->nji", weight, jacobian, wanted)
    return solve3(normal_matrix(jacobian, weight, trust), right if own is None else right + trust[..., None] * own)


def normal_matrix(jacobian: torch.Tensor, weight: torch.Tensor, trust: torch.Tensor) -> torch.Tensor:
    """[N, M, 3, 3]: how firmly views and the point itself hold it along each direction; arguments as of ``step``.

    Its inverse is the point's covariance where the weights are inverse variances.
    """
    normal = torch.einsum("nvj,nvjki,nvjkl->njil", weight, jacobian, jacobian)
    return normal + trust[..., None, None] * torch.eye(3, device=trust.device)


def inverse_diagonal3(matrix: torch.Tensor) -> torch.Tensor:
    """Diagonal [..., 3] of the inverse of matrix [..., 3, 3] (symmetric, positive), by cofactors."""
    a, b, c = matrix.unbind(-1)
    bc = torch.linalg.cross(b, c)
    cofactors = torch.stack((bc[..., 0], torch.linalg.cross(c, a)[..., 1], torch.linalg.cross(a, b)[..., 2]), -1)
    return cofactors / (a * bc).sum(-1, keepdim=True)


def solve3(matrix: torch.Tensor, vector: torch.Tensor) -> torch.Tensor:
    """x with matrix [..., 3, 3] (symmetric, positive) · x = vector [..., 3], by Cramer's rule: faster than LAPACK for many."""
    a, b, c = matrix.unbind(-1)
    bc = torch.linalg.cross(b, c)
    determinant = (a * bc).sum(-1, keepdim=True)
    x = (vector * bc).sum(-1, keepdim=True)
    y = (a * torch.linalg.cross(vector, c)).sum(-1, keepdim=True)
    z = (a * torch.linalg.cross(b, vector)).sum(-1, keepdim=True)
    return torch.cat((x, y, z), -1) / determinant
