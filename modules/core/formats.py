"""The recordings and calibrations that can be opened, a line each: what README, File → Open and the errors say they look like.

``modules/focus`` reads them, under the same names; its tests compare the two lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .errors import Note

#: Format's name → what its folder looks like, in the order in which a folder is tried.
RECORDING_FORMATS: Mapping[str, Note] = MappingProxyType(
    {
        "panoptic": Note("CMU Panoptic: calibration_*.json with hdImgs/ or hdVideos/"),
        "focus": Note("FOCUS: hdVideos/hd_00_01.mp4 … with calibration/camera1.pkl …"),
        "freemocap": Note("FreeMoCap: synchronized_videos/ with *_camera_calibration.toml"),
        "caliscope": Note("Caliscope: camera_array.toml with recordings/NAME/port_0.mp4 or cam_0.mp4 …"),
        "opencap": Note("OpenCap: Videos/Cam0/InputMedia/TRIAL/ with a .pickle in each camera's folder"),
        "pose2sim": Note("Pose2Sim: videos/ with calibration/, in one folder or in the session above its trials"),
        "folder": Note("Any other folder: videos or folders of images, with a calibration file beside them"),
    }
)

#: Calibration format's name → what its files look like.
CALIBRATION_FORMATS: Mapping[str, Note] = MappingProxyType(
    {
        "qualisys": Note("Qualisys: *.qca.txt (XML); cameras for markers alone are passed over"),
        "theia": Note("Theia: *.xml or *.txt like Qualisys's, in px and without fov_video"),
        "toml": Note("Pose2Sim, Caliscope, FreeMoCap, aniposelib: *.toml"),
        "vicon": Note("Vicon: *.xcp; cameras for markers alone are passed over"),
        "panoptic": Note("CMU Panoptic and mmpose: *.json with a list of cameras"),
        "voxelpose": Note("Campus and Shelf as VoxelPose has them: *.json, a table of cameras with fx, R, T"),
        "easymocap": Note("EasyMocap and OpenCV: intri.yml with extri.yml"),
        "opencap": Note("OpenCap: a .pickle a camera with intrinsicMat"),
        "focus": Note("FOCUS: a .pkl a camera with rvec, tvec"),
        "matlab": Note("MATLAB, as DANNCE has it: a .mat a camera with K, RDistort, TDistort, r, t"),
        "biocv": Note("BioCV: a .calib a camera"),
    }
)
