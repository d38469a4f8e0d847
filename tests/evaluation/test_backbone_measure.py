import numpy as np
import pytest

from modules.evaluation.rig.backbone import count_false_peaks, measure_peak


def gaussian(x, y, peak, sigma_x, sigma_y, size=(30, 40)):
    rows, columns = np.mgrid[: size[0], : size[1]]
    return peak * np.exp(-((columns - x) ** 2) / (2 * sigma_x**2) - (rows - y) ** 2 / (2 * sigma_y**2))


def test_place_and_width_of_a_gaussian_are_exact():
    heatmap = gaussian(12.3, 8.8, 0.8, 1.1, 1.6)
    peak, dx, dy, sx, sy = measure_peak(heatmap, np.array([12.0, 9.5]))
    assert peak == pytest.approx(heatmap[9, 12])
    np.testing.assert_allclose([dx, dy, sx, sy], [0.3, -0.7, 1.1, 1.6], atol=1e-9)


def test_faint_peaks_and_places_outside_have_no_width():
    peak, *rest = measure_peak(gaussian(12, 8, 0.15, 1, 1), np.array([12.0, 8.0]))
    assert peak == pytest.approx(0.15)
    assert np.isnan(rest).all()
    assert np.isnan(measure_peak(gaussian(12, 8, 0.9, 1, 1), np.array([400.0, 8.0]))).all()


def test_false_peaks_are_far_from_every_joint_and_above_the_limit():
    heatmap = gaussian(5, 5, 0.9, 1, 1) + gaussian(30, 20, 0.3, 1, 1) + gaussian(20, 10, 0.05, 1, 1)
    joints = np.array([[5.5, 5.0], [np.nan, np.nan]])
    assert count_false_peaks(heatmap, joints) == 1
    assert count_false_peaks(heatmap, np.full((1, 2), np.nan)) == 2
