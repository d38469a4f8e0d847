"""The estimator: runs the network's stages on a device and turns its tensors into people."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from yacs.config import CfgNode

from modules.core.appearance import NUM_COLORS, clothes_colors
from modules.core.computed import ComputedFrame, State, within_lod
from modules.core.errors import Note
from modules.core.geometry import frame_to_network, visible_px
from modules.core.protocols import Estimator
from modules.core.room import config_for_rig, rig_fingerprint
from modules.core.skeleton import NUM_JOINTS
from modules.core.types import Camera, FrameSet, Lod, Person, PoseResult, supporting_views
from modules.estimator.acceleration import accelerate, core_count
from modules.estimator.compiled import on_one_stream, stream_count
from modules.estimator.device import CPU, Coming, choose_device, timed
from modules.estimator.onnx.backbone import OnnxBackbone
from modules.estimator.onnx.extras import extra_joints
from modules.estimator.seen import seen_off_px
from modules.estimator.side_by_side import SideBySide
from modules.SelfPose3d.lib.core.build import load_network
from modules.SelfPose3d.lib.core.slices import joined

log = logging.getLogger(__name__)

#: Frames in work at once with a GPU: one is computed while others' images are prepared and their results put together.
GPU_FRAMES = 4

#: (frame, config) → network input with ``views``, ``on(device)`` and ``meta``; the composition root passes
#: ``modules.focus.prepare.prepare``.
Prepare = Callable[[FrameSet, CfgNode], Any]


@dataclass(eq=False)
class FrameDetection:
    """Heatmaps and roots of one frame, and the poses computed so far.

    Attributes:
        frame: the images and cameras.
        meta: V of ViewMeta (B = 1).
        heatmaps: V of float32 [1, J, h, w] on the network's device.
        grid_centers: float32 [1, P, 5] on the CPU, see ``MultiPersonPoseNetSSV``; proposals below the threshold left out.
        starts: float32 [P, J, 3] on the CPU, the poses by which they were recognised; None without a refinement.
        view_trust: float32 [P, V, J], 1/mm, see ``Person``: of the pose, before that of the recognition; NaN: not known.
        joint_sd_mm: float32 [P, J, 3], mm, see ``Person``; NaN where no pose was computed yet.
        seen_off_px: float32 [P, V, J, 2], px, see ``ComputedFrame``; NaN likewise.
        extra_heatmaps: float32 [V, E, h, w] of the joints beyond the skeleton, on the network's device.
        half_heatmaps: float16 [V, J, h, w] on the CPU, as they came from a GPU; None: to be made from ``heatmaps``.
        extra_world_mm: float32 [P, E, 3], mm, world, see ``Person``; NaN likewise.
        states: uint8 [P], values of ``State``.
        joints_world_mm: float32 [P, J, 3], mm, world; NaN where no pose was computed yet.
        colors: float32 [P, 6], see ``ComputedFrame``; NaN where no pose was computed yet.
        timings_ms: stage → milliseconds, of ``detect``.
        notes: sentences for the user.
    """

    frame: FrameSet
    meta: Sequence[Any]
    heatmaps: list[torch.Tensor]
    grid_centers: torch.Tensor
    starts: torch.Tensor | None
    view_trust: np.ndarray
    timings_ms: dict[str, float]
    extra_heatmaps: torch.Tensor
    half_heatmaps: torch.Tensor | None = None
    notes: tuple[Note, ...] = ()
    states: np.ndarray = field(init=False)
    joints_world_mm: np.ndarray = field(init=False)
    joint_sd_mm: np.ndarray = field(init=False)
    seen_off_px: np.ndarray = field(init=False)
    extra_world_mm: np.ndarray = field(init=False)
    colors: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        people = self.grid_centers.shape[1]
        self.states = np.full(people, State.ROOT, np.uint8)
        self.joints_world_mm = np.full((people, NUM_JOINTS, 3), np.nan, np.float32)
        self.joint_sd_mm = np.full_like(self.joints_world_mm, np.nan)
        self.seen_off_px = np.full((people, len(self.heatmaps), NUM_JOINTS, 2), np.nan, np.float32)
        self.extra_world_mm = np.full((people, self.extra_heatmaps.shape[1], 3), np.nan, np.float32)
        self.colors = np.full((people, NUM_COLORS), np.nan, np.float32)

    @property
    def frame_index(self) -> int:
        """The frame's index."""
        return self.frame.index

    @property
    def nbytes(self) -> int:
        """Bytes held besides the frame's images."""
        return sum(maps.nbytes for maps in self.heatmaps) * 3 // 2

    @cached_property
    def shown_heatmaps(self) -> np.ndarray:
        """float16 [V, J, h, w]: the heatmaps as results carry them."""
        if self.half_heatmaps is None:
            return joined(self.heatmaps).half().cpu().numpy()
        return self.half_heatmaps.numpy().copy()  # memory that a GPU writes to is dear


class PoseEstimator(Estimator):
    """Implements ``modules.core.protocols.Estimator``.

    Args:
        config: frozen configuration.
        prepare: makes the network's input from a frame.

    Raises:
        CheckpointError, DeviceError, EngineError.
    """

    def __init__(self, config: CfgNode, prepare: Prepare) -> None:
        self.prepare = prepare
        self.device = choose_device(config.RUNTIME.DEVICE)
        # a GPU has one queue, which frames in work take turns to fill
        self._turn = threading.RLock() if self.device.type == "cuda" else nullcontext()
        self.threads = config.RUNTIME.THREADS or core_count()
        self._given_config = config
        self._cameras: tuple[Camera, ...] = ()
        self._notes: list[Note] = []
        self._side_by_side: SideBySide | None = None
        self._load(config)

    def _load(self, config: CfgNode) -> None:
        self.config = config
        own = OnnxBackbone(config, self.threads) if config.BACKBONE_MODEL == "onnx" else None
        self.network = load_network(config, own)
        self.extra_names, self.extra_parents = ((), ()) if own is None else (own.joint_set.extra_names, own.joint_set.parents)
        self.engine, notes = accelerate(self.network, config, self.device, self.threads)
        self._notes += notes
        self.network.to(self.device)

    @property
    def frames_at_once(self) -> int:
        """Frames in work at once in ``results``; the plain loop takes one after the other.

        One more than a core each: what is Python's in a frame waits for the others' Python, and a core would wait along. Beside
        the frame that a GPU computes others are made ready for it.
        """
        if self.config.RUNTIME.PLAIN:
            return 1
        if self.device.type == "cuda":
            return self.config.RUNTIME.PARALLEL_FRAMES or GPU_FRAMES
        return self.config.RUNTIME.PARALLEL_FRAMES or stream_count(self.threads) + 1

    def _fit_to(self, frame: FrameSet) -> None:
        """Takes the room of another rig, where the configuration describes one rig alone."""
        cameras = frame.cameras
        if cameras is self._cameras:
            return
        self._cameras = cameras
        fitted = config_for_rig(self._given_config, cameras, frame.space)
        if fitted is not self.config:
            log.info(
                "Rig %s: space %s mm around %s mm, network image %s px",
                rig_fingerprint(cameras),
                fitted.MULTI_PERSON.SPACE_SIZE,
                fitted.MULTI_PERSON.SPACE_CENTER,
                fitted.NETWORK.IMAGE_SIZE,
            )
            self._load(fitted)

    def detect(self, frame: FrameSet) -> FrameDetection:
        """Runs backbone and root net."""
        self._fit_to(frame)
        return self._noted(self._look(frame))

    def results(self, frames: Iterable[FrameSet], lod_distance_mm: float) -> Iterator[tuple[FrameSet, PoseResult]]:
        """Each frame with its result, in order; ``frames_at_once`` in work, which leaves no core waiting for the others."""
        workers = self.frames_at_once
        if workers == 1:
            yield from super().results(frames, lod_distance_mm)
            return

        def fitted() -> Iterator[FrameSet]:
            for frame in frames:
                self._fit_to(frame)
                yield frame

        def compute(frame: FrameSet) -> FrameDetection:
            with on_one_stream():
                detection = self._look(frame, alone=False)
                self._complete(detection, lod_distance_mm, detection.timings_ms, alone=False)
            return detection

        if self._side_by_side is None or self._side_by_side.workers != workers:
            self._side_by_side = SideBySide(workers)
        # closing: a caller that stops early must not leave frames in work
        with closing(self._side_by_side(compute, fitted())) as detections:
            for detection in detections:
                yield detection.frame, self.refine(self._noted(detection), lod_distance_mm)
                del detection  # a frame's images must not wait for the next result

    @torch.inference_mode()
    def _look(self, frame: FrameSet, alone: bool = True) -> FrameDetection:
        """Heatmaps and roots, without notes: what several threads may do at once if no frame is ``alone``."""
        self.set_threads(None if alone else 1)
        timings: dict[str, float] = {}
        with timed(timings, "prepare", CPU):
            network_input = self.prepare(frame, self.config)
            views = (
                network_input.views if self.device.type == "cpu" else self._with_fallback(lambda: network_input.on(self.device))
            )
        took: dict[str, float] = {}
        with timed(took, "all", CPU):
            heatmaps, extra, coming = self._with_fallback(lambda: self._ask(frame, network_input.meta, views, took, alone))
            centers, starts, trust, half = coming.wait()
        timings |= {"backbone": took["backbone"], "root_net": took["all"] - took["backbone"]}
        there = centers[0, :, 3] >= 0
        starts, trust = (None if part is None else part[0][there] for part in (starts, trust))
        known = np.full((int(there.sum()), len(views), NUM_JOINTS), np.nan, np.float32) if trust is None else trust.numpy()
        return FrameDetection(frame, network_input.meta, heatmaps, centers[:, there], starts, known, timings, extra, half)

    def set_threads(self, count: int | None = None) -> None:
        """torch's threads: its setting is the process's, and other estimators may have changed it.

        Beside OpenVINO and a GPU torch has small operations left, which wait for one another longer than they compute.
        """
        few = self.engine == "openvino" or self.device.type == "cuda"
        torch.set_num_threads(count or (1 if few else self.threads))

    def _ask(
        self, frame: FrameSet, meta: Sequence[Any], sent: Sequence[torch.Tensor], took: dict[str, float], alone: bool
    ) -> tuple[list[torch.Tensor], torch.Tensor, Coming]:
        """Heatmaps and those of extra joints; grid centres, starts, trust and float16 heatmaps on their way from the device."""
        views = [view.to(self.device) for view in sent]  # which may have changed
        with timed(took, "backbone", self.device if alone else CPU):
            heatmaps, extra = self._heatmaps(frame, views)
        roots = self.network.roots(heatmaps, meta)
        half = joined(heatmaps).half() if self.device.type == "cuda" else None
        return heatmaps, extra, Coming(roots.grid_centers, roots.starts, roots.view_trust, half)

    def _heatmaps(self, frame: FrameSet, views: Sequence[torch.Tensor]) -> tuple[list[torch.Tensor], torch.Tensor]:
        """V of float32 [1, J, h, w], and [V, E, h, w] of the joints beyond the skeleton."""
        backbone = self.network.backbone
        if isinstance(backbone, OnnxBackbone) and backbone.crops:
            maps = list(backbone.of_frames(frame.images, torch.cat(list(views))).split(1))
        else:
            maps = self.network.heatmaps(views)
        maps = [view.to(self.device) for view in maps]
        return [view[:, :NUM_JOINTS] for view in maps], torch.cat([view[:, NUM_JOINTS:] for view in maps])

    def _noted(self, detection: FrameDetection) -> FrameDetection:
        """Hands on what there is to say; frame by frame, in the order in which results are handed out."""
        detection.notes, self._notes = tuple(self._notes), []
        return detection

    @torch.inference_mode()
    def refine(self, detection: FrameDetection, lod_distance_mm: float) -> PoseResult:
        """Runs the pose net for the people within the distance that have no pose yet, and assembles the result."""
        self.set_threads(None)
        timings = dict(detection.timings_ms)
        self._complete(detection, lod_distance_mm, timings)
        found = self._found(detection, timings)
        cameras, origin = detection.frame.cameras, tuple(self.config.LOD.ORIGIN_XY_MM)
        with timed(timings, "reproject", torch.device("cpu")):
            result = found.result(cameras, lod_distance_mm, origin)
            persons = tuple(self._with_face(person, detection.frame) for person in result.persons)
        return replace(
            result,
            persons=persons,
            heatmaps=detection.shown_heatmaps,
            frame_to_heatmap=self._frame_to_heatmap(detection.frame),
            timings_ms=timings,
        )

    def _found(self, detection: FrameDetection, timings: dict[str, float]) -> ComputedFrame:
        centers = detection.grid_centers[0].numpy()
        return ComputedFrame(
            frame_index=detection.frame.index,
            time_s=detection.frame.time_s,
            states=detection.states,
            confidences=centers[:, 4].clip(0, 1),
            roots_world_mm=centers[:, :3],
            joints_world_mm=detection.joints_world_mm,
            view_trust=detection.view_trust,
            joint_sd_mm=detection.joint_sd_mm,
            seen_off_px=detection.seen_off_px,
            extra_world_mm=detection.extra_world_mm,
            extra_names=self.extra_names,
            colors=detection.colors,
            timings_ms=timings,
            notes=detection.notes,
        )

    @torch.inference_mode()
    def _complete(
        self, detection: FrameDetection, lod_distance_mm: float, timings: dict[str, float], alone: bool = True
    ) -> None:
        """Poses for the people in full detail who have none yet."""
        roots = detection.grid_centers[0, :, :3].numpy()
        asked = within_lod(roots, lod_distance_mm, tuple(self.config.LOD.ORIGIN_XY_MM))
        missing = np.flatnonzero(asked & (detection.states == State.ROOT)).tolist()
        if missing:
            self.set_threads(None if alone else 1)
            self._compute_poses(detection, missing, timings, alone)
            detection.colors[missing] = self._colors(detection.frame, detection.joints_world_mm[missing])

    def _compute_poses(self, detection: FrameDetection, proposals: list[int], timings: dict[str, float], alone: bool) -> None:
        took: dict[str, float] = {}
        with timed(took, "all", CPU):
            coming = self._with_fallback(lambda: self._ask_poses(detection, proposals, took, alone))
            joints, trust, sd_mm, off_px, extra = coming.wait()
        if self.network.lifts:
            timings["pose_net"] = timings.get("pose_net", 0.0) + took["pose_net"]
        if self.network.refine_net is not None:
            timings["refine"] = timings.get("refine", 0.0) + took["all"] - took.get("pose_net", 0.0)
            detection.view_trust[proposals] = trust.numpy()
            detection.joint_sd_mm[proposals] = sd_mm.numpy()
            detection.seen_off_px[proposals] = off_px.numpy()
            if extra is not None:
                detection.extra_world_mm[proposals] = extra.numpy()
        standing = self.network.is_standing(joints)
        detection.joints_world_mm[proposals] = joints.numpy()
        needed = min(self.config.FILTER.SEEN_VIEWS, len(detection.frame.cameras))
        trust = detection.view_trust[proposals]
        borne_out = (supporting_views(trust) >= needed) | np.isnan(trust).all((1, 2))
        detection.states[proposals] = np.where(standing.numpy() & borne_out, State.POSED, State.REFUSED)

    def _ask_poses(self, detection: FrameDetection, proposals: list[int], took: dict[str, float], alone: bool) -> Coming:
        """Joints, and with a refinement trust, standard deviations, where they are seen, and extra joints; all float32."""
        heatmaps = [maps.to(self.device) for maps in detection.heatmaps]
        # "non-blocking", else everybody would wait until the device has done what others asked of it
        roots = detection.grid_centers[0, proposals].to(self.device, non_blocking=True)
        starts = others = joints = None
        if detection.starts is not None:
            asked = torch.zeros(len(detection.starts), dtype=torch.bool)
            asked[proposals] = True
            starts, others = (detection.starts[which].to(self.device, non_blocking=True) for which in (proposals, ~asked))
        if self.network.lifts:
            with timed(took, "pose_net", self.device if alone else CPU):
                joints = self.network.lift(heatmaps, detection.meta, roots)
        if self.network.refine_net is None:
            return Coming(joints.float(), None, None, None, None)
        settled = self.network.settle(heatmaps, detection.meta, joints, roots, starts, others)
        views = self.network.views(heatmaps, detection.meta)
        extra = None
        if self.extra_names:
            extra = extra_joints(
                views, detection.extra_heatmaps, settled.joints, settled.view_trust, self.extra_parents
            ).float()
        off_px = seen_off_px(views, settled.joints.float())
        return Coming(settled.joints.float(), settled.view_trust.float(), settled.sd_mm.float(), off_px, extra)

    @staticmethod
    def _colors(frame: FrameSet, joints_world_mm: np.ndarray) -> np.ndarray:
        joints_px = np.stack([visible_px(joints_world_mm, camera) for camera in frame.cameras])
        return clothes_colors(frame.images, joints_px)

    def _with_face(self, person: Person, frame: FrameSet) -> Person:
        if person.lod is not Lod.FULL:
            return person
        crops = self.network.face_crops(frame.images, torch.tensor(person.joints_px))
        # copies: a crop must not keep its whole frame in memory
        copies = tuple(None if crop is None else np.ascontiguousarray(crop) for crop in crops)
        return replace(person, face_crops=copies)

    def _frame_to_heatmap(self, frame: FrameSet) -> np.ndarray:
        network_size = tuple(self.config.NETWORK.IMAGE_SIZE)
        cells = np.diag(np.array(self.config.NETWORK.HEATMAP_SIZE) / np.array(network_size))
        return np.stack([cells @ frame_to_network((c.width_px, c.height_px), network_size) for c in frame.cameras])

    def _with_fallback(self, compute: Callable[[], Any]) -> Any:
        """``compute()``; if CUDA runs out of memory, on the CPU from then on, and said once."""
        with self._turn:
            try:
                return compute()
            except torch.cuda.OutOfMemoryError:
                self.device = torch.device("cpu")
                self.network.to(self.device)
                torch.cuda.empty_cache()
                self._notes.append(Note("CUDA ran out of memory; going on with the CPU."))
                return compute()
