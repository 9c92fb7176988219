"""The weather symbols, by hand: values 0, 1, 2, 3 with slope 1, so five years on stand at 8."""

import numpy as np
import pytest

from analysis.progress.rules.dns import concrete_target

STEADY = [np.nan, 0.0, 1.0, 2.0, 3.0]


def one(history, target, years=5.0, direction=1):
    classes, share = concrete_target(np.array([history]), np.array([target]), np.array([years]), direction)
    return str(classes[0]), share[0]


@pytest.mark.parametrize(
    ("target", "expected", "missing"),
    [
        (8.0, "sun", 0.0),
        (7.0, "sun", 0.0),
        (8.2, "sun", 0.2 / 5.2),
        (8.5, "sun_cloud", 0.5 / 5.5),
        (9.2, "sun_cloud", 1.2 / 6.2),
        (9.3, "cloud", 1.3 / 6.3),
        (3.0, "sun", 0.0),
    ],
)
def test_bands_of_the_remaining_distance(target, expected, missing):
    word, share = one(STEADY, target)
    assert word == expected
    assert share == pytest.approx(missing)


def test_wrong_direction_is_a_thunderstorm_and_mirrors():
    assert one([3.0, 2.0, 1.0, 0.5], 4.0)[0] == "thunderstorm"
    assert one([3.0, 2.0, 1.0, 0.5], -3.5, direction=-1)[0] == "sun"


def test_fewer_than_four_points_have_no_class():
    assert one([np.nan, 0.0, 1.0, 2.0], 5.0)[0] == ""


def test_slope_is_the_mean_of_the_last_five_changes():
    """100 then 0..5: the fall from 100 lies before the last five changes and must not count."""
    assert one([100.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0], 10.0)[0] == "sun"
