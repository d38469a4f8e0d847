"""SelfPose3d's inference on one page: images → heatmaps → roots → one pose per root within the level-of-detail distance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import nn
from yacs.config import CfgNode

from modules.core.geometry import inside_frame
from modules.core.skeleton import MID_HIP, NOSE, NUM_JOINTS
from modules.SelfPose3d.lib.core.lod import FLAG_FULL, FLAG_NONE, FLAG_ROOT_ONLY, lod_flags, stands_on_floor
from modules.SelfPose3d.lib.core.slices import joined
from modules.SelfPose3d.lib.models.cuboid_proposal_net_soft import CuboidProposalNetSoft
from modules.SelfPose3d.lib.models.last_step import last_step, taken
from modules.SelfPose3d.lib.models.pose_refine_net import Refined, refine_net
from modules.SelfPose3d.lib.models.pose_regression_net import PoseRegressionNet
from modules.SelfPose3d.lib.models.project_layer import Kept, ViewMeta, calibration_key, project_to_frame
from modules.SelfPose3d.lib.models.recognition import Recognition
from modules.SelfPose3d.lib.models.view_sampler import ViewSampler, sampler_of

#: A face crop per view, uint8 [h, w, 3], or None where the nose is outside the frame.
FaceCrops = list[torch.Tensor | None]


@dataclass(frozen=True, eq=False)
class Roots:
    """Where people are.

    Attributes:
        grid_centers: float32 [B, P, 5] of ``forward``; with a refinement the mid-hips that it finds, and its verdict as score.
        starts: float32 [B, P, J, 3], mm, world, the poses by which the refinement recognised them (NaN: nobody), which spare
            ``regress`` finding them again; None without a refinement.
        view_trust: float32 [B, P, V, J], 1/mm, which views bore them out, as of ``Refined``; NaN, None likewise.
    """

    grid_centers: torch.Tensor
    starts: torch.Tensor | None = None
    view_trust: torch.Tensor | None = None


class MultiPersonPoseNetSSV(nn.Module):
    """SelfPose3d (Srivastav et al., CVPR 2024): VoxelPose with self-supervised training, here for inference.

    Args:
        backbone: image [B, 3, H, W] → heatmaps [B, J, H/4, W/4].
        cfg: every key of ``modules.core.config`` but WEIGHTS.*, SOURCE.*, RUNTIME.DEVICE.
    """

    def __init__(self, backbone: nn.Module, cfg: CfgNode) -> None:
        super().__init__()
        self.backbone = backbone
        self.root_net = CuboidProposalNetSoft(cfg)
        self.pose_net = PoseRegressionNet(cfg)
        self.refine_net = refine_net(cfg) if cfg.REFINE.STAGES else None
        self.last_step = last_step(cfg) if cfg.REFINE.STAGES and cfg.REFINE.LAST_STEP else None
        self.lifts = self.refine_net is None or cfg.REFINE.POSE_NET
        self.recognition = Recognition(cfg)
        self.rounds, self.rounds_alone, self.still_mm = cfg.REFINE.ROUNDS, cfg.REFINE.ROUNDS_ALONE, cfg.REFINE.STILL_MM
        self.strict = cfg.PROJECTION.STRICT_VISIBILITY
        self.lod_origin_xy_mm = tuple(cfg.LOD.ORIGIN_XY_MM)
        self.ankle_range_mm = tuple(cfg.FILTER.ANKLE_RANGE_MM)
        self.crop_size_px = cfg.FACE.CROP_SIZE_PX
        self.plain = cfg.RUNTIME.PLAIN
        self._cameras = Kept()

    def forward(
        self,
        raw_images: Sequence[torch.Tensor],
        views1: Sequence[torch.Tensor],
        meta1: Sequence[ViewMeta],
        distance: float | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor, list[torch.Tensor], torch.Tensor, list[list[FaceCrops]]]:
        """All stages at once.

        Args:
            raw_images: V of uint8 [B, H, W, 3], RGB, raw frames; read for the face crops alone.
            views1: V of float32 [B, 3, h, w], the network's images, normalised for the backbone.
            meta1: V of ViewMeta.
            distance: LoD distance, mm; 0 or None: no limit.

        Returns:
            pred float32 [B, P, J, 5]: x, y, z (mm, world; NaN where no pose was computed), flag, score. The flag is 0 for a
            pose, 1 for a root beyond the LoD distance, -1 for nobody (score too low, or ankles off the floor).
            pred_2d float32 [B, P, V, J, 2]: px, raw frame; NaN without a pose, behind a camera or beyond its valid radius.
            all_heatmaps: V of float32 [B, J, H, W].
            grid_centers float32 [B, P, 5]: root x, y, z (mm, world), 0 or -1 (score too low), score.
            crop_face_images: [B][P][V] of uint8 [h, w, 3] or None; an inner list is empty without a pose.
        """
        all_heatmaps = self.heatmaps(views1)
        roots = self.roots(all_heatmaps, meta1)
        pred = self.poses(all_heatmaps, meta1, roots.grid_centers, distance, roots.starts)
        pred_2d = self.reproject(pred[..., :3], meta1)
        crops = [
            [
                self.face_crops([image[b] for image in raw_images], pred_2d[b, n]) if pred[b, n, 0, 3] == FLAG_FULL else []
                for n in range(pred.shape[1])
            ]
            for b in range(pred.shape[0])
        ]
        return pred, pred_2d, all_heatmaps, roots.grid_centers, crops

    def heatmaps(self, views: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        """V of [B, 3, h, w] → V of [B, J, h/4, w/4], with extra joints behind those of the skeleton where the backbone has any;
        all views go through the backbone together."""
        if self.plain:
            return [self.backbone(view) for view in views]
        return list(self.backbone(joined(views)).split([len(view) for view in views]))

    def roots(self, heatmaps: Sequence[torch.Tensor], meta: Sequence[ViewMeta]) -> Roots:
        """Where people are: the root net's proposals; with a refinement those that it takes for people."""
        _, proposals = self.root_net(heatmaps, meta)
        if self.refine_net is None:
            return Roots(proposals)
        batch, views = len(proposals), len(heatmaps)
        verified = proposals.new_full((batch, self.recognition.max_people, 5), -1.0)
        poses = proposals.new_full((batch, self.recognition.max_people, NUM_JOINTS, 3), torch.nan)
        trust = proposals.new_full((batch, self.recognition.max_people, views, NUM_JOINTS), torch.nan)
        for b in range(batch):
            one, here = [maps[b : b + 1] for maps in heatmaps], [sample_meta(view, b) for view in meta]

            def propose(left: torch.Tensor, here: Sequence[ViewMeta] = here) -> torch.Tensor:
                return self.root_net(list(left[:, None]), here)[1][0]

            found = self.recognition(self.refine_net, self.views(one, here), proposals[b], propose)
            people = slice(len(found.joints))
            poses[b, people], trust[b, people] = found.joints, found.view_trust
            verified[b, people, :3], verified[b, people, 3] = found.joints[:, MID_HIP], 0
            verified[b, people, 4] = found.verdicts
        return Roots(verified, poses, trust)

    def views(self, heatmaps: Sequence[torch.Tensor], meta: Sequence[ViewMeta]) -> ViewSampler:
        """The views of one sample; the cameras are kept, as they seldom change."""
        image_size = self.pose_net.project_layer.image_size
        if self.plain or self.training:
            return sampler_of(heatmaps, meta, image_size)
        key = (*calibration_key(meta, 0), image_size, heatmaps[0].shape, str(heatmaps[0].device))
        cameras = self._cameras.get(key, lambda: replace(sampler_of(heatmaps, meta, image_size), maps=()))
        return replace(cameras, maps=(joined(heatmaps),))

    def poses(
        self,
        heatmaps: Sequence[torch.Tensor],
        meta: Sequence[ViewMeta],
        grid_centers: torch.Tensor,
        distance: float | None = None,
        starts: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """pred [B, P, J, 5] of ``forward``, from what ``roots`` gave; the pose net runs within the distance alone."""
        batch, people = grid_centers.shape[:2]
        joints = heatmaps[0].shape[1]
        pred = grid_centers.new_full((batch, people, joints, 5), float("nan"))
        flags = lod_flags(grid_centers, distance, self.lod_origin_xy_mm)
        for b in range(batch):
            full = flags[b] == FLAG_FULL
            if full.any():
                one = [maps[b : b + 1] for maps in heatmaps]
                known, others = (None, None) if starts is None else (starts[b, full], starts[b, flags[b] == FLAG_ROOT_ONLY])
                found = self.regress(one, [sample_meta(view, b) for view in meta], grid_centers[b, full], known, others)
                pred[b, full, :, :3] = found
                flags[b, full] = torch.where(self.is_standing(found), FLAG_FULL, FLAG_NONE)
        pred[..., 3] = flags[..., None]
        pred[..., 4] = grid_centers[..., 4:5]
        return pred

    def regress(
        self,
        heatmaps: Sequence[torch.Tensor],
        meta: Sequence[ViewMeta],
        roots: torch.Tensor,
        starts: torch.Tensor | None = None,
        others: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Joints [P, J, 3] of ``lift``, and of ``settle`` if there is a refinement; arguments as of those."""
        joints = self.lift(heatmaps, meta, roots) if self.lifts else None
        return joints if self.refine_net is None else self.settle(heatmaps, meta, joints, roots, starts, others).joints

    def lift(self, heatmaps: Sequence[torch.Tensor], meta: Sequence[ViewMeta], roots: torch.Tensor) -> torch.Tensor:
        """Runs the pose net for given roots of one sample.

        Args:
            heatmaps: V of [1, J, H, W]. meta: V of ViewMeta with B = 1. roots: float [P, 3+], mm, world.

        Returns:
            float32 [P, J, 3], mm, world.
        """
        if self.plain:
            return torch.cat([self.pose_net(heatmaps, meta, root[None, None])[0] for root in roots])
        return self.pose_net(heatmaps, meta, roots[None])[0]

    def settle(
        self,
        heatmaps: Sequence[torch.Tensor],
        meta: Sequence[ViewMeta],
        joints: torch.Tensor | None,
        roots: torch.Tensor,
        starts: torch.Tensor | None = None,
        others: torch.Tensor | None = None,
    ) -> Refined:
        """Refines the poses of one sample.

        The refinement sees the whole heatmaps first, and then, for each person, what the others leave of them.

        Args:
            heatmaps: V of [1, J, H, W]. meta: V of ViewMeta with B = 1.
            joints: float [P, J, 3], mm, world, of ``lift``; None with REFINE.POSE_NET off. roots: float [P, 3+], mm, world.
            starts: float [P, J, 3], mm, world, what the refinement made of the bare roots, if that is known already.
            others: float [Q, J, 3], likewise of the people in the sample who are not asked for.
        """
        views = self.views(heatmaps, meta)
        if starts is None:
            starts = self.refine_net(views.of(len(roots)), self.refine_net.rest_at(roots[:, :3]))[-1].joints
        # others are gone as they were recognised, whoever of them is asked for too: a pose must not depend on that
        everybody = starts if others is None else torch.cat((starts, others))
        # the pose net and the refinement err in different ways
        before = starts if joints is None else (joints + starts) / 2
        if self.plain and len(before) > 1:
            one = [slice(n, n + 1) for n in range(len(before))]
            rest = [torch.cat((everybody[: n.start], everybody[n.stop :])) for n in one]
            lifted = [None if joints is None else joints[n] for n in one]
            alone = [
                self.settle(heatmaps, meta, pose, roots[n], starts[n], r) for n, pose, r in zip(one, lifted, rest, strict=True)
            ]
            return Refined(*(torch.cat(parts) for parts in zip(*alone, strict=True)))
        if self.rounds:
            whole = self.refine_net(views.of(len(before)), before, self.rounds)[-1]
            if not self.rounds_alone:
                return whole
            before = whole.joints
        return self._alone(views, everybody, before)

    def _alone(self, views: ViewSampler, everybody: torch.Tensor, joints: torch.Tensor) -> Refined:
        """Poses [P, J, 3] of the first of ``everybody``, each refined on what the others leave until it stands still,
        with its last step."""
        others = 1 - torch.eye(len(joints), len(everybody), device=joints.device)
        left = views.without(everybody, others)
        refined = self.refine_net(left, joints, 1, alone=True)[-1]
        for _ in range(self.rounds_alone - 1):
            moving = ((refined.joints - joints).norm(dim=-1).mean(-1) > self.still_mm).nonzero()[:, 0]
            if not len(moving):
                break
            joints = refined.joints
            theirs = views.with_gone(replace(left.gone, whose=others[moving]))
            some = self.refine_net(theirs, joints[moving], 1, alone=True)[-1]
            refined = Refined(*(before.index_copy(0, moving, now) for before, now in zip(refined, some, strict=True)))
        if self.last_step is None:
            return refined
        return refined._replace(joints=taken(refined, self.last_step(left, refined.joints)))

    def is_standing(self, joints: torch.Tensor) -> torch.Tensor:
        """bool [...]: the ankle rule of FILTER.ANKLE_RANGE_MM; joints float [..., J, 3], mm, world."""
        return stands_on_floor(joints, self.ankle_range_mm)

    def reproject(self, points: torch.Tensor, meta: Sequence[ViewMeta]) -> torch.Tensor:
        """float [B, P, J, 3], mm, world (NaN stays) → float32 [B, P, V, J, 2], px, raw frame; NaN where it can't be seen."""
        samples = []
        for b in range(points.shape[0]):
            views = []
            for view in meta:
                pixels, seen = project_to_frame(points[b].float(), view, b, self.strict)
                views.append(torch.where(seen[..., None], pixels, torch.nan))
            samples.append(torch.stack(views, 1))  # [P, V, J, 2]
        return torch.stack(samples)

    def face_crops(self, images: Sequence[torch.Tensor], pixels: torch.Tensor) -> FaceCrops:
        """One person's face in each view.

        Args:
            images: V of uint8 [H, W, 3]. pixels: float [V, J, 2], px, raw frame; NaN: not seen.

        Returns:
            V of uint8 [h, w, 3] views into the images, at most FACE.CROP_SIZE_PX a side, less at the frame's border; None
            where the nose is outside the frame.
        """
        half = self.crop_size_px // 2
        noses = pixels[:, NOSE]
        heights, widths = noses.new_tensor([image.shape[:2] for image in images]).unbind(1)
        crops: FaceCrops = []
        for image, nose, inside in zip(
            images, noses.round().tolist(), inside_frame(noses, widths, heights).tolist(), strict=True
        ):
            if not inside:
                crops.append(None)
                continue
            x, y = (int(v) for v in nose)
            crops.append(image[max(y - half, 0) : y + half, max(x - half, 0) : x + half])
        return crops


def sample_meta(view: ViewMeta, sample: int) -> ViewMeta:
    """One sample of a ViewMeta, still with a batch axis; the view itself where it has no other."""
    if len(view["center"]) == 1:
        return view
    cut = slice(sample, sample + 1)
    camera = {name: torch.as_tensor(value)[cut] for name, value in view["camera"].items()}
    return {name: torch.as_tensor(view[name])[cut] for name in ("center", "scale", "rotation")} | {"camera": camera}
