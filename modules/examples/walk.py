"""How fast does everybody's right wrist move, and how far do knees bend?

.venv/bin/python -m modules.examples.walk data/Demo_MultiPerson out
"""

from __future__ import annotations

import sys

from modules import api


def main(path: str, out: str) -> None:
    """Computes a recording (or reads a take), prints two figures for every person, and writes files."""
    with api.open_recording(path) as recording:
        if recording.source is not None:
            recording.compute(progress=lambda done, total: print(f"\r{done}/{total} frames", end="", file=sys.stderr))
        motion = recording.trajectories()
        fastest = api.table(motion).query("joint == 'right_wrist'").groupby("person").speed_mm_s.max()
        bent = api.angles(motion).groupby("person")[["left_knee_flexion", "right_knee_flexion"]].max()
        print(bent.assign(wrist_m_s=fastest / 1000).round(1).to_string())
        for file in recording.export(out, ["trc", "c3d", "csv"]):
            print(file)


if __name__ == "__main__":
    main(*sys.argv[1:])
