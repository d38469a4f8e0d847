"""The other smoothers: zero-lag Butterworth for journals that ask for it, one-euro for live use."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.signal import butter, sosfiltfilt


def butterworth(measured: np.ndarray, fps: float, cutoff_hz: float, order: int = 4) -> np.ndarray:
    """A low-pass filter run forwards and backwards, so that nothing lags.

    Each run of known values is filtered by itself; one too short for the filter stays as it is. Filtering twice halves the
    power at a filter's cut-off once more, so the design's is raised until both passes together lose 3 dB at ``cutoff_hz``
    (Winter, "Biomechanics and Motor Control of Human Movement", 4th ed., sec. 3.4.4.2).

    Args:
        measured: float64 [T, N]; NaN: not known. cutoff_hz: −3 dB; at half the frame rate and beyond nothing is filtered.
        order: of both passes together, even.

    Returns:
        float64 [T, N].
    """
    design = cutoff_hz / (np.sqrt(2) - 1) ** (1 / order)  # of one pass, of half the order
    if design >= 0.99 * fps / 2:
        return measured.copy()
    sos = butter(order // 2, design, fs=fps, output="sos")
    pad = 3 * (2 * len(sos) + 1)
    out = measured.copy()
    for column in range(measured.shape[1]):
        for run in runs(np.isfinite(measured[:, column])):
            if run.stop - run.start > pad:
                out[run, column] = sosfiltfilt(sos, measured[run, column])
    return out


class OneEuro:
    """Casiez, Roussel, Vogel, "1 € Filter" (CHI 2012), for N coordinates at once.

    Args:
        min_cutoff_hz: cut-off of who stands still. beta: how fast it rises with speed, Hz per unit/s.
        speed_hz: cut-off of speeds.
    """

    def __init__(self, min_cutoff_hz: float, beta: float, speed_hz: float = 1.0) -> None:
        self.min_cutoff_hz, self.beta, self.speed_hz = min_cutoff_hz, beta, speed_hz
        self._value: np.ndarray | None = None
        self._speed: np.ndarray | None = None

    def __call__(self, measured: np.ndarray, dt_s: float) -> np.ndarray:
        """The filtered value of float64 [N] that comes ``dt_s`` after the last; NaN (not measured) stays NaN, and it begins
        anew after that."""
        if self._value is None or self._speed is None:
            self._value, self._speed = measured.copy(), np.zeros_like(measured)
            return measured.copy()
        new = np.isnan(self._value)
        speed = np.where(new, 0.0, (measured - self._value) / dt_s)
        self._speed = np.where(new | np.isnan(speed), 0.0, self._speed + _share(self.speed_hz, dt_s) * (speed - self._speed))
        share = _share(self.min_cutoff_hz + self.beta * np.abs(self._speed), dt_s)
        self._value = np.where(new, measured, self._value + share * (measured - self._value))
        return self._value.copy()


def one_euro(measured: np.ndarray, fps: float, min_cutoff_hz: float, beta: float) -> np.ndarray:
    """``OneEuro`` over float64 [T, N]."""
    keep = OneEuro(min_cutoff_hz, beta)
    return np.array([keep(row, 1 / fps) for row in measured]).reshape(measured.shape)


def _share(cutoff_hz: np.ndarray | float, dt_s: float) -> np.ndarray | float:
    rate = 2 * np.pi * cutoff_hz * dt_s
    return rate / (rate + 1)


def runs(flags: np.ndarray) -> Iterator[slice]:
    """Stretches of True in bool [T]."""
    edges = np.flatnonzero(np.diff(np.r_[False, flags, False].astype(np.int8)))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        yield slice(int(start), int(stop))
