"""Takes the README's picture of the window on the configured recording.

``xvfb-run -s "-screen 0 1600x1000x24" .venv/bin/python -m modules.evaluation.window.screenshot --out FILE [--language ko]``
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from PyQt5.QtCore import Qt

import poc_ui
from modules.core.types import Lod, PoseResult
from modules.evaluation.window.shown import NO_DISPLAY, SIZE_PX, ShownWindow, shown_window
from modules.gui.curves.quantities import ALL_JOINTS, Kind, Quantity
from modules.gui.view3d.extras import VIDEO

#: How long the window gets to settle before the picture.
SETTLE_S = 1.5
#: Longest wait for the whole recording; where timeline and curves go, px.
COMPUTE_S, MOTION_WIDTHS, MOTION_HEIGHT = 900.0, (490, 630), 400


def take(shown: ShownWindow, out: Path, frames: range, distance_mm: float, distance_from: int) -> bool:
    """Steps through frames and saves the screen at the last one, with the nearest person chosen; whether it could be saved.

    Args:
        distance_mm: LoD distance, set from frame ``distance_from`` on: the timing plot then shows what it changes.
    """
    for frame in frames:
        result = shown.show(frame, distance_mm if frame >= distance_from else None)
    shown.window.state.set_selection(nearest(result))
    shown.run_for(SETTLE_S)
    out.parent.mkdir(parents=True, exist_ok=True)
    return shown.app.primaryScreen().grabWindow(0, 0, 0, shown.window.width(), shown.window.height()).save(str(out))


def show_motion(shown: ShownWindow, chosen: tuple[int, int]) -> None:
    """Computes the whole recording and brings timeline and curves to the front, with a range chosen; TimeoutError."""
    window = shown.window
    window.state.set_computing_ahead(True)
    model, state = window.motion.model, window.state
    if not shown.wait(lambda: model.smooth is not None and len(model.smooth.frames) == state.frame_count > 0, COMPUTE_S):
        raise TimeoutError(f"The recording was not computed within {COMPUTE_S:.0f} s.")
    docks = window.docks.docks
    docks["faces"].hide()
    for name in ("timeline", "curves"):
        docks[name].raise_()
    window.resizeDocks([docks["timeline"], docks["curves"]], [*MOTION_WIDTHS], Qt.Horizontal)
    window.resizeDocks([docks["timeline"]], [MOTION_HEIGHT], Qt.Vertical)
    state.set_loop_range(chosen)


def show_comparison(shown: ShownWindow, reference: Path) -> None:
    """Lays a reference over, with its distances over time and video in the cameras; TimeoutError."""
    motion = shown.window.motion
    motion.compared.open([reference])
    if not shown.wait(lambda: motion.compared.comparison is not None, COMPUTE_S):
        raise TimeoutError(f"{reference} was not compared within {COMPUTE_S:.0f} s.")
    shown.window.docks.docks["comparison"].raise_()
    motion.curves.show_quantity(Quantity(Kind.DISTANCE, ALL_JOINTS))
    shown.window.docks.view3d.extras.set_on(VIDEO, True)


def nearest(result: PoseResult) -> int | None:
    """The person in full detail who is nearest to the LoD origin, or None."""
    full = [person for person in result.persons if person.lod is Lod.FULL]
    near = min(full, key=lambda person: person.distance_mm(result.lod_origin_xy_mm), default=None)
    return None if near is None else near.track_id


def size_px(text: str) -> tuple[int, int]:
    """(width, height) of a text like 1280x720."""
    width, height = text.split("x")
    return int(width), int(height)


def main() -> int:
    """The command; 0 if the picture was saved."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--language", choices=("en", "ko"), default="en")
    parser.add_argument("--frame", type=int, default=40)
    parser.add_argument("--before", type=int, default=40, help="frames computed before it")
    parser.add_argument("--distance", type=float, default=1000.0, help="LoD distance, mm; 0: none")
    parser.add_argument("--motion", action="store_true", help="timeline and curves, of the whole recording")
    parser.add_argument("--compare", type=Path, metavar="FILE", help="with --motion: a reference laid over, as C3D, TRC …")
    parser.add_argument("--size", type=size_px, default=SIZE_PX, metavar="WxH", help="of the window, px: the screen's size")
    options = parser.parse_args()
    if poc_ui.display_problem() is not None:
        print(NO_DISPLAY, file=sys.stderr)
        return 1
    if options.motion:
        options.before, options.distance = 0, 0.0
    frames = range(max(0, options.frame - options.before), options.frame + 1)
    with shown_window(options.language, options.size) as shown:
        try:
            if options.motion:
                show_motion(shown, (options.frame - 20, options.frame + 30))
            if options.motion and options.compare:
                show_comparison(shown, options.compare)
            saved = take(shown, options.out, frames, options.distance, options.frame - options.before // 4)
        except TimeoutError as error:
            print(f"{error} Nothing was written.", file=sys.stderr)
            return 1
    print(f"{options.out} written" if saved else f"{options.out} can't be written", file=sys.stdout if saved else sys.stderr)
    return 0 if saved else 1


if __name__ == "__main__":
    sys.exit(main())
