"""Cameras put in step by their sound: generalised cross-correlation with phase transform (Knapp, Carter, IEEE TASSP 1976).

Sound takes 2.9 ms a metre: cameras at different distances from what is heard differ by that, so a clap in the middle is best.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from scipy.signal import butter, sosfiltfilt

from modules.core.errors import SourceError

from .sync import Delay, Step, settle

#: Stretches of sound that are compared, s; how far apart they may be, s; what is listened to, Hz.
WINDOW_S, REACH_S, BAND_HZ = 20.0, 10.0, (120.0, 3500.0)
#: A peak counts that is this many times as high as the highest one farther than APART_S away; and how exact one is, s.
CLEAR, APART_S, EXACT_S = 1.6, 0.02, 0.0005


def by_sound(names: Sequence[str], tracks: Sequence[np.ndarray | None], rate_hz: int) -> tuple[Step, ...]:
    """Offsets and drift from the cameras' sound.

    Args:
        tracks: V arrays float [N], mono, all at ``rate_hz``, from each camera's first frame on; None: without sound.

    Raises:
        SourceError: no two cameras heard the same.
    """
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
    """How much later the second camera hears what the first does, stretch by stretch."""
    length = min(len(a), len(b))
    whole = correlated(a[:length], b[:length], rate_hz, REACH_S)
    if whole is None:
        return []
    lag = round(whole[0] * rate_hz)
    count = max(1, int(length / rate_hz // WINDOW_S))
    out = []
    for start in np.linspace(0, length, count + 1).astype(int)[:-1]:
        end = start + length // count
        low, high = max(start, -lag, 0), min(end, len(a), len(b) - lag)
        if high - low < rate_hz:
            continue
        near = correlated(a[low:high], b[low + lag : high + lag], rate_hz, 0.5)
        if near is not None:
            out.append(Delay(i, j, (low + high) / 2 / rate_hz, near[0] + lag / rate_hz, near[1]))
    return out


def correlated(a: np.ndarray, b: np.ndarray, rate_hz: int, reach_s: float) -> tuple[float, float] | None:
    """How much later b is than a, s, and its standard deviation; None: no clear peak.

    Args:
        a, b: float [N], the same stretch of time by each camera's own clock.
    """
    size = 1 << int(np.ceil(np.log2(len(a) + len(b))))
    cross = np.fft.rfft(b, size) * np.conj(np.fft.rfft(a, size))
    strength = np.abs(cross)
    if not strength.max() > 0:
        return None
    cross /= strength + 1e-3 * strength.max()
    peak = np.fft.irfft(cross, size)
    reach = min(round(reach_s * rate_hz), size // 2 - 1)
    lags = np.r_[0 : reach + 1, -reach:0]
    values = np.abs(peak[lags])
    best = int(np.argmax(values))
    others = np.abs(lags - lags[best]) > APART_S * rate_hz
    if not others.any() or values[best] < CLEAR * values[others].max():
        return None
    around = np.abs(peak[[(lags[best] - 1) % size, lags[best] % size, (lags[best] + 1) % size]])
    curve = around[0] - 2 * around[1] + around[2]
    fine = 0.5 * (around[0] - around[2]) / curve if curve < 0 else 0.0
    return float((lags[best] + np.clip(fine, -0.5, 0.5)) / rate_hz), EXACT_S
