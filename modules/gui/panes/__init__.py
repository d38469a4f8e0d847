"""The panes of the window: each draws one result of one frame and speaks through the state alone."""

from .camera_grid import CameraGridPane
from .face_strip import FaceStripPane
from .people_table import PeopleTablePane
from .timing_plot import TimingPlotPane
from .view3d import View3DPane

__all__ = ["CameraGridPane", "FaceStripPane", "PeopleTablePane", "TimingPlotPane", "View3DPane"]
