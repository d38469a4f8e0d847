"""The networks of a configuration; loading one takes seconds."""

from __future__ import annotations

from collections.abc import Callable

from yacs.config import CfgNode

from modules.core.errors import DeviceError
from modules.core.people2d import FindPeople2D, People2D
from modules.core.protocols import Estimator
from modules.core.types import FrameSet


def make_estimator(config: CfgNode) -> Estimator:
    """Loads the configured network; takes seconds. CheckpointError, DeviceError."""
    from modules.estimator.engine import PoseEstimator
    from modules.focus.prepare import prepare

    try:
        return PoseEstimator(config, prepare)
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, MemoryError) or "memory" in str(error).lower():
            raise DeviceError("There is not enough memory for the network; lower its sizes in the configuration.") from error
        raise


def check_weights(config: CfgNode) -> None:
    """Reads every file of weights that ``make_estimator`` needs, but makes nothing ready to compute, which takes far longer.

    Raises:
        CheckpointError, DeviceError, EngineError.
    """
    from modules.estimator.device import choose_device
    from modules.estimator.onnx.backbone import OnnxBackbone
    from modules.SelfPose3d.lib.core.build import load_network

    choose_device(config.RUNTIME.DEVICE)
    load_network(config, OnnxBackbone(config, 1) if config.BACKBONE_MODEL == "onnx" else None)


def make_people_finder(config: CfgNode, quick: bool = False) -> FindPeople2D:
    """Loads the 2D network alone; ConfigError where it can't tell people apart, CheckpointError, DeviceError, EngineError.

    Args:
        quick: some pixels may be given up for speed.
    """
    from modules.estimator.people2d import PeopleFinder
    from modules.focus.prepare import network_views

    return PeopleFinder(config, network_views, quick)


def make_sharp_finder(config: CfgNode) -> FindPeople2D:
    """The same for calibrations: everyone is looked at twice, which takes four times as long."""
    from modules.estimator.people2d import PeopleFinder
    from modules.estimator.second_look import FIRST_PX, SecondLook
    from modules.focus.prepare import network_views

    return SecondLook(PeopleFinder(config, network_views, longest_px=FIRST_PX))


def lazily(make: Callable[[], FindPeople2D]) -> FindPeople2D:
    """A 2D network that is loaded when it is first asked."""
    made: list[FindPeople2D] = []

    def find(frame: FrameSet, quarter_turns: tuple[int, ...] | None) -> People2D:
        if not made:
            made.append(make())
        return made[0](frame, quarter_turns)

    return find
