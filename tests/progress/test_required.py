"""Required path: the examples of the field, to the second decimal."""

import numpy as np
import pytest

from analysis.progress.required import last_feasible_year, rate_pct


@pytest.mark.parametrize(
    ("average", "years", "known", "needed"),
    [
        (10.9, 5, [8.0], 11.64),
        (10.9, 5, [8.0, 9.0], 12.53),
        (10.9, 5, [9.0], 11.38),
        (10.9, 5, [], 10.90),
        (14.8698, 5, [], 14.87),
    ],
)
def test_rate_still_needed(average, years, known, needed):
    level = np.prod([1 + rate / 100 for rate in known])
    target = (1 + average / 100) ** years
    result = rate_pct(np.array([level]), np.array([target]), np.array([float(years - len(known))]))
    assert result[0] == pytest.approx(needed, abs=0.005)


def test_five_years_at_known_rates_multiply_the_base_as_published():
    assert pytest.approx(1.6775, abs=5e-5) == 1.109**5
    assert pytest.approx(1.8836, abs=5e-5) == 1.135**5
    assert pytest.approx(14.87, abs=0.005) == 100 * (2 ** (1 / 5) - 1)


def test_no_year_left_needs_nothing():
    assert np.isnan(rate_pct(np.array([1.5]), np.array([1.1**5]), np.array([0.0]))[0])


def test_last_feasible_year_by_hand():
    """Needed 50 in log points over five years from 2025. Usual 8, best 12: 12 x 5 - 50 = 10 to lose at 4 a year: 2 years."""
    arguments = [np.array([v]) for v in (0.50, 0.08, 0.12, 2025.0, 2030.0)]
    assert last_feasible_year(*arguments)[0] == 2027
    arguments[2] = np.array([0.09])
    assert np.isnan(last_feasible_year(*arguments)[0])
    arguments[1] = np.array([0.10])
    assert last_feasible_year(*arguments)[0] == 2030
