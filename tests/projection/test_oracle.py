"""Where a formula of ours is one of statsmodels', the figures must agree.

It is the analyst's cross-check; its own intervals are not used: on five points its 95 % range held 19 % of outcomes.
"""

import numpy as np
import pytest

from analysis.projection.method import centre

pytest.importorskip("statsmodels")
YEARS = np.array([112.0, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118])


def test_theta_level_and_slope():
    from statsmodels.tsa.holtwinters import SimpleExpSmoothing

    time = np.arange(len(YEARS))
    slope, intercept = np.polyfit(time, YEARS, 1)
    doubled = 2 * YEARS - (intercept + slope * time)
    ahead = centre.theta(YEARS[None], 2)[0]
    finals = []
    for alpha in centre.ALPHAS:
        model = SimpleExpSmoothing(doubled, initialization_method="known", initial_level=doubled[0])
        fitted = model.fit(smoothing_level=alpha, optimized=False)
        finals.append((fitted.sse, fitted.forecast(1)[0]))
    best = min(finals)[1]
    line = intercept + slope * (len(YEARS) + np.arange(2))
    assert ahead == pytest.approx(0.5 * best + 0.5 * line)


def test_damped_trend_of_the_setting_that_errs_least():
    from statsmodels.tsa.holtwinters import Holt

    ahead, found = centre.damped(YEARS[None], 3)[0], []
    for alpha, beta, phi in centre.DAMPED:
        known = {"initialization_method": "known", "initial_level": YEARS[0], "initial_trend": YEARS[1] - YEARS[0]}
        model = Holt(YEARS[1:], damped_trend=True, **known)
        # after the first year: statsmodels takes the trend's constant as beta (a share of the level's error: alpha beta)
        fitted = model.fit(smoothing_level=alpha, smoothing_trend=beta, damping_trend=phi, optimized=False)
        found.append((np.square(YEARS[2:] - fitted.fittedvalues[1:]).sum(), fitted.forecast(3)))
    best = min(found, key=lambda one: one[0])[1]
    assert ahead == pytest.approx(best)


def test_random_walk_with_drift():
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    fitted = UnobservedComponents(YEARS, "rwdrift").fit(disp=False)
    from analysis.trial.backtest.level_trial import drift_quantiles

    assert drift_quantiles(YEARS[None], np.array([0.5]))[0][0, :3] == pytest.approx(fitted.forecast(3), rel=1e-3)
