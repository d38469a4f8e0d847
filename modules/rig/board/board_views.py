"""Calibration from a board: ChArUco, a grid of AprilTags, or a chessboard.

Lenses one by one, poses from what cameras see together.

Detection and lens calibration are OpenCV's (Zhang, PAMI 2000; Garrido-Jurado et al., Pattern Recognition 2014; Olson, ICRA
2011). The board's axes: x along its columns, y down its rows, z away from who looks at it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from scipy.optimize import least_squares
from scipy.spatial.transform import Rotation

from modules.core.errors import SourceError
from modules.core.types import Camera

KINDS = ("charuco", "apriltag", "chessboard")
#: Corners that a view of the board needs, views that a lens needs, and views that are used at most.
FEWEST_CORNERS, FEWEST_VIEWS, MOST_VIEWS = 8, 6, 40
#: The frame is parted into this many cells a side to see where the board has been.
CELLS = 8
#: Frames up to this size are enlarged to find a board in that is far away.
ENLARGED_PX = 2200
#: A view whose corners miss by this many times the median is left out.
OUTLIER = 3.0
#: Steps of the poses' derivatives: rad, mm.
STEPS = (1e-5, 1e-5, 1e-5, 1e-2, 1e-2, 1e-2)


@dataclass(frozen=True)
class Board:
    """A board.

    Attributes:
        kind: of ``KINDS``. columns, rows: squares (chessboard, charuco) or tags (apriltag).
        square_mm: side of a square, or of a tag. marker_mm: side of a marker within its square, or the gap between tags.
    """

    kind: str = "charuco"
    columns: int = 7
    rows: int = 5
    square_mm: float = 34.0
    marker_mm: float = 25.0

    def opencv(self) -> cv2.aruco.Board:
        """OpenCV's board, lengths in mm; ValueError for a chessboard, which it has no class for."""
        if self.kind == "charuco":
            words = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_100)
            return cv2.aruco.CharucoBoard((self.columns, self.rows), self.square_mm, self.marker_mm, words)
        if self.kind == "apriltag":
            words = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
            return cv2.aruco.GridBoard((self.columns, self.rows), self.square_mm, self.marker_mm, words)
        raise ValueError(self.kind)

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the pattern, mm."""
        if self.kind == "apriltag":
            step = self.square_mm + self.marker_mm
            return self.columns * step - self.marker_mm, self.rows * step - self.marker_mm
        return self.columns * self.square_mm, self.rows * self.square_mm

    def image(self, px_per_mm: float) -> np.ndarray:
        """uint8 [H, W]: the pattern without a margin."""
        width, height = (round(side * px_per_mm) for side in self.size_mm)
        if self.kind != "chessboard":
            return self.opencv().generateImage((width, height), marginSize=0)
        x = (np.arange(width) / (self.square_mm * px_per_mm)).astype(int)
        y = (np.arange(height) / (self.square_mm * px_per_mm)).astype(int)
        return np.where((x[None] + y[:, None]) % 2 == 0, 0, 255).astype(np.uint8)


@dataclass(frozen=True, eq=False)
class Corners:
    """A board as one image shows it: ``board_mm`` float64 [N, 2] on the board, ``pixels`` float64 [N, 2], px, raw frame."""

    board_mm: np.ndarray
    pixels: np.ndarray


@dataclass(frozen=True, eq=False)
class Lens:
    """A camera's intrinsics from board views.

    Attributes:
        camera: with these intrinsics, at the origin. rms_px: of the corners. focal_sd: relative.
        coverage: float64 [CELLS, CELLS]: corners seen in each cell of the frame, rows from the top.
        views: images used. advice: what to film more of; empty: enough.
    """

    camera: Camera
    rms_px: float
    focal_sd: float
    coverage: np.ndarray
    views: int
    advice: tuple[str, ...]


def find(board: Board, image: np.ndarray) -> Corners | None:
    """The board in an image uint8 [H, W] or [H, W, 3], RGB; None where too little of it is seen."""
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) if image.ndim == 3 else image
    if board.kind == "chessboard":
        size = (board.columns - 1, board.rows - 1)
        found, at = cv2.findChessboardCornersSB(gray, size, flags=cv2.CALIB_CB_EXHAUSTIVE | cv2.CALIB_CB_ACCURACY)
        if not found:
            return None
        grid = np.stack(np.meshgrid(np.arange(size[0]), np.arange(size[1])), -1).reshape(-1, 2)
        return Corners((grid + 1.0) * board.square_mm, _the_right_way(gray, at.reshape(-1, 2).astype(np.float64), size))
    model = board.opencv()
    if board.kind == "charuco":
        detector = cv2.aruco.CharucoDetector(model)
        at, ids, _, _ = detector.detectBoard(gray)
        if (ids is None or len(ids) < len(model.getChessboardCorners())) and max(gray.shape) <= ENLARGED_PX:
            # far away a marker's cells are too small to be read, while corners are still sharp
            larger = cv2.resize(gray, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
            far_at, far_ids, _, _ = detector.detectBoard(larger)
            if far_ids is not None and (ids is None or len(far_ids) > len(ids)):
                at, ids = (far_at.reshape(-1, 2) + 0.5) / 2 - 0.5, far_ids
        if ids is None or len(ids) < FEWEST_CORNERS:
            return None
        flat = model.getChessboardCorners()[ids.ravel(), :2]
    else:
        fine = cv2.aruco.DetectorParameters()
        fine.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
        tags, ids, _ = cv2.aruco.ArucoDetector(model.getDictionary(), fine).detectMarkers(gray)
        if ids is None or 4 * len(ids) < FEWEST_CORNERS:
            return None
        known = {int(n): corners[:, :2] for n, corners in zip(model.getIds(), model.getObjPoints(), strict=True)}
        kept = [(known[int(n)], tag.reshape(4, 2)) for n, tag in zip(ids.ravel(), tags, strict=True) if int(n) in known]
        if 4 * len(kept) < FEWEST_CORNERS:
            return None
        flat, at = (np.concatenate([pair[side] for pair in kept]) for side in (0, 1))
    return Corners(np.asarray(flat, np.float64), np.asarray(at, np.float64).reshape(-1, 2))


def _the_right_way(gray: np.ndarray, pixels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Corners of a chessboard in the board's own order: a board looks alike turned by 180° but for its colours.

    The square beyond the first corner is dark (its number, 1 + 1, is even) where the order is the board's.
    """
    grid = pixels.reshape(size[1], size[0], 2)
    middles = (grid[:-1, :-1] + grid[1:, 1:]) / 2
    x, y = np.clip(middles.round().astype(int), 0, [gray.shape[1] - 1, gray.shape[0] - 1]).transpose(2, 0, 1)
    even = np.add.outer(np.arange(size[1] - 1), np.arange(size[0] - 1)) % 2 == 0
    values = gray[y, x].astype(float)
    return pixels if values[even].mean() < values[~even].mean() else pixels[::-1].copy()


def lens(name: str, size_px: tuple[int, int], seen: Sequence[Corners]) -> Lens:
    """A camera's intrinsics from images of the board; views that contradict the rest are left out.

    Raises:
        SourceError: too few images show the board.
    """
    if len(seen) < FEWEST_VIEWS:
        raise SourceError(
            "{camera} shows the board in {count} images, {fewest} at least are needed. Hold it still, near and far, at all "
            "edges of the picture and turned by 30 to 45 degrees.",
            camera=name, count=len(seen), fewest=FEWEST_VIEWS,
        )  # fmt: skip
    chosen = _spread(list(seen), size_px)
    focal = 1.0 * max(size_px)
    for _ in range(2):
        guess = np.array([[focal, 0, size_px[0] / 2 - 0.5], [0, focal, size_px[1] / 2 - 0.5], [0, 0, 1.0]])
        points = [np.concatenate([c.board_mm, np.zeros((len(c.board_mm), 1))], 1).astype(np.float32) for c in chosen]
        pixels = [c.pixels.astype(np.float32) for c in chosen]
        flags = cv2.CALIB_USE_INTRINSIC_GUESS | cv2.CALIB_FIX_K3
        rms, K, dist, _, _, sd, _, each = cv2.calibrateCameraExtended(points, pixels, size_px, guess, np.zeros(5), flags=flags)
        each = each.ravel()
        keep = each < OUTLIER * np.median(each)
        if keep.all() or keep.sum() < FEWEST_VIEWS:
            break
        chosen = [c for c, k in zip(chosen, keep, strict=True) if k]
    d = dist.ravel()
    camera = Camera(
        name, *size_px, float(K[0, 0]), float(K[1, 1]), float(K[0, 2]), float(K[1, 2]), np.eye(3), np.zeros(3),
        np.array([d[0], d[1], d[4]]), d[2:4],
    )  # fmt: skip
    cover = coverage([c.pixels for c in chosen], size_px)
    return Lens(camera, float(rms), float(sd.ravel()[0] / K[0, 0]), cover, len(chosen), _advice(cover, chosen))


def coverage(pixels: Sequence[np.ndarray], size_px: tuple[int, int]) -> np.ndarray:
    """float64 [CELLS, CELLS]: how many corners were seen in each part of the frame."""
    all_px = np.concatenate(pixels)
    edges = [np.linspace(0, side, CELLS + 1) for side in (size_px[1], size_px[0])]
    return np.histogram2d(all_px[:, 1], all_px[:, 0], bins=edges)[0]


def place(cameras: Sequence[Camera], seen: Sequence[Mapping[int, Corners]], origin: int = 0) -> tuple[Camera, ...]:
    """Poses of cameras from instants at which two or more see the board.

    Args:
        cameras: V, with intrinsics. seen: one entry an instant: view → corners. origin: the instant whose board is the world's
            floor: its x and y axes lie on the board, z comes out of its printed side.

    Raises:
        SourceError: a camera never sees the board together with the others.
    """
    poses = [{v: _pose(cameras[v], c) for v, c in views.items()} for views in seen]  # board → camera
    reached = {next(iter(poses[origin])): (np.eye(3), np.zeros(3))}  # first camera's axes → camera
    boards: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    grew = True
    while grew:
        grew = False
        for n, views in enumerate(poses):
            known = [v for v in views if v in reached]
            if n not in boards and known:
                v = min(known, key=lambda v: _spread_of(poses[n][v]))
                boards[n] = _after(_inverse(reached[v]), views[v])
                grew = True
            for v, pose in views.items():
                if n in boards and v not in reached:
                    reached[v] = _after(pose, _inverse(boards[n]))
                    grew = True
    missing = [camera.name for v, camera in enumerate(cameras) if v not in reached]
    if missing:
        raise SourceError(
            "{cameras} never see the board at the same time as the other cameras do. Show it where two neighbours see it "
            "together, for every pair of neighbours.",
            cameras=", ".join(missing),
        )  # fmt: skip
    views = sorted(reached)
    used = [n for n in boards if len(seen[n]) >= 2 or n == origin]
    turned, flat = _adjusted(cameras, [seen[n] for n in used], [reached[v] for v in views], [boards[n] for n in used])
    R0, t0 = flat[used.index(origin)]
    flip = np.diag([1.0, -1.0, -1.0])  # z out of the printed side
    made = []
    for camera, (R, t) in zip(cameras, turned, strict=True):
        R_board, t_board = R @ R0, R @ t0 + t
        made.append(replace(camera, R_world_to_cam=R_board @ flip, center_world_mm=-flip @ R_board.T @ t_board))
    return tuple(made)


def _pose(camera: Camera, corners: Corners) -> tuple[np.ndarray, np.ndarray]:
    points = np.concatenate([corners.board_mm, np.zeros((len(corners.board_mm), 1))], 1)
    _, turn, t = cv2.solvePnP(points, corners.pixels, camera.K, camera.distortion_opencv, flags=cv2.SOLVEPNP_IPPE)
    turn, t = cv2.solvePnPRefineLM(points, corners.pixels, camera.K, camera.distortion_opencv, turn, t)
    return cv2.Rodrigues(turn)[0], t.ravel()


def _spread_of(pose: tuple[np.ndarray, np.ndarray]) -> float:
    return float(np.linalg.norm(pose[1]))  # the nearer board is known better


def _after(second: tuple[np.ndarray, np.ndarray], first: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    return second[0] @ first[0], second[0] @ first[1] + second[1]


def _inverse(pose: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    return pose[0].T, -pose[0].T @ pose[1]


def _adjusted(
    cameras: Sequence[Camera], seen: Sequence[Mapping[int, Corners]],
    poses: Sequence[tuple[np.ndarray, np.ndarray]], boards: Sequence[tuple[np.ndarray, np.ndarray]],
) -> tuple[list[tuple[np.ndarray, np.ndarray]], list[tuple[np.ndarray, np.ndarray]]]:  # fmt: skip
    """Cameras' and boards' poses that agree best with all corners: least squares, soft-L1 at a pixel."""

    def packed(pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        return np.array([[*Rotation.from_matrix(R).as_rotvec(), *t] for R, t in pairs])

    def unpacked(rows: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        return [(Rotation.from_rotvec(row[:3]).as_matrix(), row[3:]) for row in rows]

    views = len(poses)
    entries = [(n, v, corners) for n, here in enumerate(seen) for v, corners in here.items()]

    def miss(entry: tuple[int, int, Corners], camera_row: np.ndarray, board_row: np.ndarray) -> np.ndarray:
        _, v, corners = entry
        (R, t), camera = _after(*unpacked([camera_row]), *unpacked([board_row])), cameras[v]
        points = np.concatenate([corners.board_mm, np.zeros((len(corners.board_mm), 1))], 1)
        at = cv2.projectPoints(points, cv2.Rodrigues(R)[0], t, camera.K, camera.distortion_opencv)[0].reshape(-1, 2)
        return (at - corners.pixels).ravel()

    def off(x: np.ndarray) -> np.ndarray:
        rows = x.reshape(-1, 6)
        return np.concatenate([*(miss(e, rows[e[1]], rows[views + e[0]]) for e in entries), (rows[0] - start[0]) * 1e3])

    def slope(x: np.ndarray) -> np.ndarray:
        rows, out, row = x.reshape(-1, 6), np.zeros((size + 6, x.size)), 0
        for entry in entries:
            n, v, corners = entry
            high = row + 2 * len(corners.pixels)
            for k, by in enumerate(STEPS):
                step = by * np.eye(6)[k]
                for column, pair in ((6 * v, (step, 0)), (6 * (views + n), (0, step))):
                    ahead, behind = (miss(entry, rows[v] + s * pair[0], rows[views + n] + s * pair[1]) for s in (1, -1))
                    out[row:high, column + k] = (ahead - behind) / (2 * by)
            row = high
        out[row:, :6] = 1e3 * np.eye(6)  # the first camera stays
        return out

    start = np.concatenate([packed(poses), packed(boards)])
    size = sum(2 * len(c.pixels) for _, _, c in entries)
    found = least_squares(off, start.ravel(), jac=slope, loss="soft_l1", f_scale=1.0, x_scale="jac", max_nfev=40)
    rows = found.x.reshape(-1, 6)
    return unpacked(rows[:views]), unpacked(rows[views:])


def _spread(seen: list[Corners], size_px: tuple[int, int]) -> list[Corners]:
    """At most MOST_VIEWS views, as different from one another as can be (greedy)."""
    kinds = np.array(
        [[*(c.pixels.mean(0) / max(size_px)), np.sqrt(np.prod(np.ptp(c.pixels, axis=0))) / max(size_px)] for c in seen]
    )
    chosen = [0]
    while len(chosen) < min(MOST_VIEWS, len(seen)):
        apart = np.linalg.norm(kinds[:, None] - kinds[chosen], axis=-1).min(1)
        chosen.append(int(np.argmax(apart)))
    return [seen[n] for n in chosen]


def _advice(cover: np.ndarray, seen: Sequence[Corners]) -> tuple[str, ...]:
    """What is missing for a good lens calibration."""
    out = []
    half = CELLS // 2
    for name, part in (
        ("top left", cover[:half, :half]), ("top right", cover[:half, half:]),
        ("bottom left", cover[half:, :half]), ("bottom right", cover[half:, half:]),
    ):  # fmt: skip
        if (part > 0).mean() < 0.4:
            out.append(name)
    return tuple(out)
