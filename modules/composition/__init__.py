"""Where the rooms are brought together, for ``poc_ui.py``, ``run.py`` and the evaluation commands.

They need the same source, estimator and writer; one place says how those are made from a configuration, so that the window,
the files and the figures can't come from differently built parts. The rooms themselves never import this one. Imports of
theirs wait until a part is made: the window and ``--help`` are there before the network's libraries are.

``places`` ← ``networks``, ``rig`` ← ``sources`` ← ``takes`` ← ``motion`` ← ``files``; ``calibrating`` beside them.
"""

from .calibrating import make_calibrating, make_mending, to_mend
from .files import export_all, open_film, write_motion, written, written_trajectories
from .movement import angles, compare, measured, motion, read_reference, trajectories
from .networks import check_weights, make_estimator, make_people_finder, make_sharp_finder
from .places import (
    PROJECT_DIR,
    calibration_output,
    check_files,
    check_folder_for_files,
    claim_calibrations,
    claim_folder,
    make_folder_for_files,
    output_folder,
    recording_name,
    recording_output,
    recording_path,
)
from .rig import (
    ACCEPTED_FILE,
    accept,
    accepted,
    checked,
    corrected,
    for_recording,
    in_force,
    is_configured,
    known_report,
    rig_key,
    with_options_in_full,
    without_given,
)  # fmt: skip
from .sources import (
    calibration_of,
    check_folder,
    open_folder,
    open_known,
    open_source,
    open_uncalibrated,
    put_right,
    read_sounds,
)
from .takes import compute, had_take, has_take, open_proxies, open_results, open_take, results_header, world_of_source

__all__ = [
    "ACCEPTED_FILE",
    "PROJECT_DIR",
    "accept",
    "accepted",
    "angles",
    "calibration_of",
    "calibration_output",
    "check_files",
    "check_folder",
    "check_folder_for_files",
    "check_weights",
    "checked",
    "claim_calibrations",
    "claim_folder",
    "compare",
    "compute",
    "corrected",
    "export_all",
    "for_recording",
    "had_take",
    "has_take",
    "in_force",
    "is_configured",
    "known_report",
    "make_calibrating",
    "make_estimator",
    "make_folder_for_files",
    "make_mending",
    "make_people_finder",
    "make_sharp_finder",
    "measured",
    "motion",
    "open_film",
    "open_folder",
    "open_known",
    "open_proxies",
    "open_results",
    "open_source",
    "open_take",
    "open_uncalibrated",
    "output_folder",
    "put_right",
    "read_reference",
    "read_sounds",
    "recording_name",
    "recording_output",
    "recording_path",
    "results_header",
    "rig_key",
    "to_mend",
    "trajectories",
    "with_options_in_full",
    "without_given",
    "world_of_source",
    "write_motion",
    "written",
    "written_trajectories",
]
