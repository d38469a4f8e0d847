"""Cameras put in step by their sound: generalised cross-correlation with phase transform (Knapp, Carter, IEEE TASSP 1976).

Sound takes 2.9 ms a metre: cameras at different distances from what is heard differ by that, so a clap in the middle is best.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from scipy.signal import butter, sosfiltfilt

from modules.core.errors import SourceError
from modules.rig.sync.couple import Delay
from modules.rig.sync.delays import Step, settle

#: Stretches of sound that are compared, s; how far apart they may be, s; what is listened to, Hz.
WINDOW_S, REACH_S, BAND_HZ = 5.0, 10.0, (120.0, 3500.0)
#: A peak counts that is this many times as high as the highest one farther than APART_S away; and how exact one is, s.
CLEAR, APART_S, EXACT_S = 1.6, 0.02, 0.0005


def by_sound(names: Sequence[str], tracks: Sequence[np.ndarray | None], rate_hz: int) -> tuple[Step, ...]:
    """Offsets and drift from the cameras' sound.

    Args:
        tracks: V arrays float [N], mono, all at ``rate_hz``, from each camera's first frame on; None: without sound.

    Raises:
        SourceError: no two cameras heard the same, or have sound at all.
    """
    silent = [name for name, track in zip(names, tracks, strict=True) if track is None]
    if len(names) - len(silent) < 2:
        raise SourceError(
            "There is no sound to compare: {cameras} recorded none. Put the cameras in step by how people move, or mark a clap "
            "by hand.",
            cameras=", ".join(silent),
        )
    heard = {v: _band(track, rate_hz) for v, track in enumerate(tracks) if track is not None and len(track) > rate_hz}
    delays = [d for i, j in combinations(heard, 2) for d in _delays(i, j, heard[i], heard[j], rate_hz)]
    if not delays:
        raise SourceError(
            "No two cameras of this recording heard the same sound. Put them in step by how people move, or mark a clap "
            "by hand."
        )
    length = max(len(track) for track in heard.values()) / rate_hz
    return settle(names, delays, length)


def _band(track: np.ndarray, rate_hz: int) -> np.ndarray:
    low, high = BAND_HZ
    return sosfiltfilt(butter(4, [low, min(high, 0.45 * rate_hz)], "bandpass", fs=rate_hz, output="sos"), track)


def _delays(i: int, j: int, a: np.ndarray, b: np.ndarray, rate_hz: int) -> list[Delay]:
    """How much later the second camera hears what the first does, stretch by stretch (short, for clocks drift apart)."""
    length, reach = round(WINDOW_S * rate_hz), round(REACH_S * rate_hz)
    out = []
    for start in range(0, max(len(a) - length // 2, 1), length):
        piece = a[start : start + length]
        low = max(0, start - reach)
        found = correlated(piece, b[low : start + length + reach], rate_hz)
        if found is not None:
            middle = (start + len(piece) / 2) / rate_hz
            out.append(Delay(i, j, middle, found + (low - start) / rate_hz, EXACT_S, len(piece) / rate_hz))
    return out


def correlated(piece: np.ndarray, whole: np.ndarray, rate_hz: int) -> float | None:
    """Where in ``whole`` a ``piece`` of sound (float [N]) begins, s; None: nowhere clearly."""
    size = 1 << int(np.ceil(np.log2(len(piece) + len(whole))))
    cross = np.fft.rfft(whole, size) * np.conj(np.fft.rfft(piece, size))
    strength = np.abs(cross)
    if not strength.max() > 0:
        return None
    peak = np.abs(np.fft.irfft(cross / (strength + 1e-3 * strength.max()), size))
    peak = np.roll(peak, len(piece))[: len(piece) + len(whole)]  # from a piece that begins before the whole
    best = int(np.argmax(peak))
    others = np.abs(np.arange(len(peak)) - best) > APART_S * rate_hz
    if not 0 < best < len(peak) - 1 or peak[best] < CLEAR * peak[others].max(initial=0.0):
        return None
    before, here, after = peak[best - 1 : best + 2]
    curve = before - 2 * here + after
    fine = 0.5 * (before - after) / curve if curve < 0 else 0.0
    return float((best - len(piece) + np.clip(fine, -0.5, 0.5)) / rate_hz)
