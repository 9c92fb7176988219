"""The acceptance figures of the method, on the shared panels: a fast part always, the whole record among the slow tests."""

import numpy as np
import pytest
from panels import FOLDER, needs_panels

from analysis.projection import law, residual
from analysis.projection.method import keep, linear, share
from analysis.trial import panel, record, requirement, score, window
from analysis.trial.backtest import centre_trial, growth_trial, keep_trial, level_trial, linear_trial, share_trial
from analysis.trial.learn import share_fit
from pipelines import backtest as command
from pipelines.backtest import official_classes

RECORD = record.FOLDER / "track_record.csv"


def figures():
    return {tuple(row[name] for name in record.COLUMNS[:6]): float(row["value"]) for row in record.read(RECORD)}


def test_known_numbers_stand_in_the_record():
    known = {
        ("M1", "naive"): (22.43, 4.89),
        ("M1", "drift"): (16.66, 3.49),
        ("M3", "naive"): (17.88, 3.17),
        ("M3", "drift"): (16.79, 2.63),
    }
    found = figures()
    for (data, method), (smape, mase) in known.items():
        assert found[(data, method, "last", "0", "", "smape")] == pytest.approx(smape, abs=0.01)
        assert found[(data, method, "last", "0", "", "mase")] == pytest.approx(mase, abs=0.01)


def test_record_meets_what_was_asked():
    found = figures()

    def of(measure, points, data="M1+M3", scheme="last", method="h2", horizon=""):
        return found[(data, method, scheme, str(points), horizon, measure)]

    for points in (5, 8, 10, 15):
        assert of("inside_80", points, scheme="rolling") == pytest.approx(0.80, abs=0.02)
        assert of("inside_95", points, scheme="rolling") == pytest.approx(0.95, abs=0.02)
        for data in ("M1->M3", "M3->M1"):
            assert of("inside_80", points, data, "rolling") == pytest.approx(0.80, abs=0.05)
            assert of("inside_95", points, data, "rolling") == pytest.approx(0.95, abs=0.03)
    assert of("mase", 10) <= 2.85 and of("smape", 10) <= 16.7 and of("msis", 10) <= 27
    for points, pooled, plan in ((6, 0.34, 0.09), (10, 0.42, 0.06), (15, 0.49, 0.05)):
        assert of("skill_pooled", points) >= pooled and of("skill_threshold", points) >= plan
        for other in ("drift", "dns"):
            assert of("skill_pooled", points) > of("skill_pooled", points, method=other)
            assert of("skill_threshold", points) > of("skill_threshold", points, method=other)
    for points in (5, 6, 8, 10, 15):
        assert of("inside_80", points, "world", "past_only", "peers", "5") == pytest.approx(0.80, abs=0.03)
        assert of("inside_95", points, "world", "past_only", "peers", "5") == pytest.approx(0.95, abs=0.02)
        ours, issue1 = (of("crps", points, "world", "past_only", method, "5") for method in ("peers", "log_drift_t"))
        assert ours < issue1
    near = {name: of(name, 6, "undp", "country_folds", "share", "4") for name in ("brier_full", "brier_full_base")}
    assert near["brier_full"] <= near["brier_full_base"]


def test_scores_by_hand():
    outcome, usual = np.array([[10.0, np.nan]]), np.array([2.0])
    assert score.mase(outcome, np.array([[13.0, 0.0]]), usual) == pytest.approx(1.5)
    assert score.smape(outcome, np.array([[30.0, 0.0]])) == pytest.approx(100.0)
    # width 4, and 2 / 0.05 times 1 outside
    assert score.msis(outcome, np.array([[5.0, 0]]), np.array([[9.0, 0]]), usual) == pytest.approx((4 + 40) / 2)
    point = np.full((1, 1, 199), 12.0)  # CRPS of a point is the absolute error
    assert score.crps(np.array([[10.0]]), point) == pytest.approx(np.array([[2.0]]))
    assert score.wilson(0.5, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)
    events = np.array([[1.0, 1, 1, 0], [0, 0, 0, 1]])
    assert score.pooled_base(events) == pytest.approx(0.25) and score.threshold_base(events) == pytest.approx(0.1875)
    clustered = score.share(np.array([[1.0, 1], [0, 0]]), np.array([0, 1])).clustered
    assert clustered[1] - clustered[0] == pytest.approx(2 * 1.959964 * np.sqrt(2) * 1 / 4)


def test_a_skill_stands_with_the_scores_it_is_made_of():
    """Said .8, .4 of what came and did not, .3 and unknown of what did not: (.04 + .16 + .09) / 3; one of three came."""
    described = record.Row("x", "h2", "last", 10, "", "", 0.0)
    said, came = np.array([[0.8, 0.4], [0.3, 0.9]]), np.array([[1.0, 0.0], [0.0, np.nan]])
    rows = [*record.of_brier(described, said, came, "pooled"), *record.of_brier(described, said, came, "threshold")]
    found = {row.measure: row.value for row in rows}
    assert {row.cases for row in rows} == {3}
    assert found["brier_pooled"] == found["brier_threshold"] == pytest.approx(0.29 / 3)
    assert found["brier_pooled_base"] == pytest.approx(2 / 9) and found["brier_threshold_base"] == pytest.approx(0.5 / 3)
    assert found["skill_threshold"] == pytest.approx(1 - 0.29 / 0.5)


def test_skills_of_the_record_are_those_of_its_scores():
    found = figures()
    tried = [key for key in found if key[5].startswith("skill_")]
    assert {key[1] for key in tried} == {"h2", "drift", "dns", "peers", "linear_t", "still", "country_months"} and len(
        tried
    ) > 40
    for key in tried:
        own, base = (found[(*key[:5], key[5].replace("skill", "brier") + end)] for end in ("", "_base"))
        assert found[key] == pytest.approx(1 - own / base, abs=1e-3)


def test_requirements_by_hand():
    key = ["d", "h2", "last", "10", ""]
    names = ["data", "method", "scheme", "points", "horizon"]

    def row(measure, value, method="h2", low="", high=""):
        given = {"method": method, "measure": measure, "value": value, "low": low, "high": high}
        return {**dict(zip(names, key, strict=True)), **given}

    def ask(measure, rule, limit, aim="", other=""):
        given = {"measure": measure, "rule": rule, "aim": aim, "limit": limit, "other": other}
        return {**dict(zip(names, key, strict=True)), **given}

    figures = [row("inside", "0.83", low="0.79", high="0.87"), row("mase", "2.9"), row("crps", "1.02"), row("base", "1.0")]
    figures += [row("crps", "1.00", "drift"), row("crps", "1.5", "naive")]
    asked = [
        ask("inside", "near", "0.02", "0.8"),
        ask("inside", "near_or_nominal", "0.02", "0.8"),
        ask("mase", "at_most", "2.9"),
        ask("mase", "at_least", "2.91"),
        ask("crps", "below", "1.03", other="method=best"),
        ask("crps", "below", "1.01", other="method=drift"),
        ask("crps", "below", "1.03", other="measure=base"),
        ask("crps", "below", "1.0", other="method=AutoETS"),
        ask("absent", "at_most", "1"),
    ]
    found = requirement.judge(asked, figures)
    assert [one.met for one in found] == [False, True, True, False, True, False, True, None, None]
    assert found[4].limit == "1.03 x 1 (drift)" and found[0].value == "0.83 (0.79-0.87)"


def test_every_figure_that_was_asked_for_is_measured():
    other = {"AutoETS", "AutoTheta", "AutoARIMA"}
    for one in requirement.judge(requirement.asked(), record.read(RECORD)):
        assert one.met is not None or one.key[2] == "sample" or any(name in one.limit for name in other), one.key


def test_the_centre_chosen_inside_each_fold_keeps_its_distance():
    drawn = np.random.default_rng(2)
    series = [np.exp(np.cumsum(drawn.normal(0.05, 0.1, 16))) for _ in range(40)]
    windows = window.rolling(series, 10, 6)
    found = {row.measure: row.value for row in centre_trial.nested(windows, window.folds(40), "x", "last", 10)}
    ours = score.mase(windows.future, centre_trial.centre.centre(windows.past, 6), windows.usual_change)
    assert found["mase"] == pytest.approx(ours, rel=0.1) and 0 <= found["folds_alike"] <= 10


def test_laws_are_drawn_outward_by_one_standard_error():
    drawn = np.random.default_rng(3)
    error, series = drawn.normal(size=4000), np.repeat(np.arange(200), 20)
    weights = window.once_a_series(series)
    law, wider = residual.pooled(error, weights), residual.outward(error, weights, series)
    place = residual.LEVELS.index(0.9)
    share = np.array([(error[series == one] <= law[place]).mean() for one in range(200)])
    moved = residual.weighted_quantile(error, weights, np.array([0.9 + share.std() / np.sqrt(200)]))
    assert wider[place] == pytest.approx(moved[0]) and wider[residual.LEVELS.index(0.5)] == law[residual.LEVELS.index(0.5)]
    assert np.all(np.diff(wider) >= 0) and wider[0] <= law[0]


def test_reliability_and_pit_by_hand():
    described = record.Row("x", "h2", "last", 10, "", "", 0.0)
    said, came = np.array([[0.02, 0.3, np.nan], [0.04, 1.0, 0.2]]), np.array([[0.0, 1, 1], [1, 1, np.nan]])
    rows = list(record.of_reliability(described, said, came, np.array([0, 1]), np.array([0.0, 0.05, 0.5, 1.0000001])))
    found = {row.measure: (row.value, row.cases) for row in rows}
    assert found["said_00"] == (pytest.approx(0.03), 2) and found["met_00"] == (0.5, 2)
    assert found["reliability_0.00_0.05"] == (0.5, 2) and found["reliability_0.50_1.00"] == (1.0, 1)
    assert list(found)[3:5] == ["said_01", "met_01"] and rows[2].low < 0.5 < rows[2].high
    tenths = [row.value for row in record.of_pit(described, np.array([0.05, 0.15, 0.95, np.nan]))]
    assert tenths == pytest.approx([1 / 3, 1 / 3, *[0] * 7, 1 / 3])


def test_classes_of_probability_stand_in_the_record_with_their_bounds():
    rows = record.read(RECORD)
    for data, method, count in (
        ("M1+M3", "h2", 5),
        ("world", "peers", 5),
        ("undp", "share", 1),
        ("undp", "keep_each_year", 1),
        ("world", "annual_trials", 1),
    ):
        own = [row for row in rows if (row["data"], row["method"]) == (data, method)]
        assert len({row["points"] for row in own if row["measure"].startswith("reliability_")}) == count
        bounds = [row["measure"].split("_")[1:] for row in own if row["measure"].startswith("reliability_")]
        assert all(0 <= float(low) < float(high) <= 1 for low, high in bounds)
    for points in ("5", "6", "8", "10", "15"):
        tenths = [
            row for row in rows if row["points"] == points and row["measure"].startswith("pit_") and row["data"] == "M1+M3"
        ]
        assert len(tenths) == 10 and sum(float(row["value"]) for row in tenths) == pytest.approx(1, abs=1e-3)


def test_rolling_origins_by_hand():
    found = window.rolling([np.array([1.0, 2, 4, 7]), np.array([1.0, np.nan, 3, 4, 5])], 2, 2)
    assert found.past.tolist() == [[1, 2], [2, 4], [3, 4]]
    assert found.future[:2].tolist()[0] == [4, 7] and found.future[1, 0] == 7 and np.isnan(found.future[1, 1])
    assert found.usual_change.tolist() == [1.0, 1.5, 1.0]
    assert found.series.tolist() == [0, 0, 1] and found.origin.tolist() == [1, 2, 3]


def test_isotonic_table_rises():
    drawn = np.random.default_rng(0)
    gap = drawn.normal(size=2000)
    _, reached = share_fit.isotonic(gap, (drawn.random(2000) < 1 / (1 + np.exp(-gap))).astype(float))
    assert np.all(np.diff(reached) > 0) and reached[0] < 0.3 and reached[-1] > 0.7


@needs_panels
def test_ten_points_on_both_competitions():
    both = panel.both_competitions(FOLDER)
    fold = window.folds(len(both.series))
    found = level_trial.tested(both, 10, fold)
    last = level_trial.some(found, found.last)
    rows = [*level_trial.errors(last, "M1+M3", "last", 10), *level_trial.coverage(found, "M1+M3", "rolling", 10)]
    rows += level_trial.skills(last, "M1+M3", "last", 10, official_classes, fold)
    kept = figures()
    for row in rows:
        key = (row.data, row.method, row.scheme, str(row.points), row.horizon, row.measure)
        assert row.value == pytest.approx(kept[key], abs=2e-4), key


@needs_panels
def test_countries_and_provinces_share_a_shock():
    assert growth_trial.common_share(panel.province_growth(FOLDER).growth, 5, 1) == pytest.approx(0.26, abs=0.02)
    world = panel.world_growth(FOLDER)
    assert len(world) == 214 and 0.1 < growth_trial.common_share(world, 6, 5) < 0.3


@needs_panels
def test_full_shares_by_country():
    series = panel.share_series(FOLDER)
    found = share_fit.origins(series.grid, share_fit.FULL_POINTS)
    _, event = share_fit.reached(found)
    near = ~np.isnan(event) & (found.last >= 90) & (found.last <= 99.5)
    made = share_trial.distributions(found, near, share.learnt())
    said = share.probability_at_least(made, np.full(int(near.sum()), 4), np.full(int(near.sum()), 100.0))
    assert said.mean() == pytest.approx(event[near].mean(), abs=0.01)
    assert score.brier(said, event[near]) < score.pooled_base(event[near])


@pytest.mark.slow
@needs_panels
def test_the_whole_record_is_what_the_panels_say():
    """Part by part as the command goes."""
    rows = [row for part in command.PARTS for row in command._part(part, FOLDER)]
    shipped = record.read(RECORD)
    assert len(rows) == len(shipped)
    for row, kept in zip(rows, shipped, strict=True):
        assert [str(getattr(row, name)) for name in record.COLUMNS[:6]] == [kept[name] for name in record.COLUMNS[:6]]
        assert row.value == pytest.approx(float(kept["value"]), abs=2e-4)


def test_kept_levels_by_hand():
    """One share stays at 95 for eight years, another falls to 80 after five: at least 90, one more year."""
    grid = np.array([[95.0] * 8, [95.0] * 5 + [80.0] * 3])
    rows = list(keep_trial.kept(panel.Histories(np.array(["A", "B"]), np.array(["a", "b"]), np.ones(2, dtype=bool), grid)))
    found = {(row.scheme, row.horizon, row.measure): row for row in rows if row.method == keep.MODEL_ID}
    said, met = (found["at_least_90", "1", name] for name in ("said_kept", "met_kept"))
    assert (met.value, met.cases) == (pytest.approx(3 / 4), 4)
    assert said.value == pytest.approx((2 * 5.3 / 5.5 + 6.3 / 6.5 + 7.3 / 7.5) / 4)
    lost = found["at_least_90_lost", "1", "met_kept"]
    assert (lost.value, lost.cases) == (0.0, 2)
    assert ("at_least_99.95", "1", "met_kept") not in found, "nobody was there"


def test_yearly_trials_by_hand():
    """Growth of 4.75 % for five years, then 4 %: at least 3 was met each year, 5 and 7 never."""
    growth = np.log1p(np.array([[0.0475] * 5 + [0.04] * 3]))
    rows = {(row.scheme, row.horizon, row.measure): row for row in keep_trial.trials(growth)}
    said, met = (rows["at_least_3", "1", name] for name in ("said_kept", "met_kept"))
    weights = [sum(0.8**age for age in range(years)) for years in (5, 6, 7)]
    assert said.value == pytest.approx(np.mean([(one + 0.75) / (one + 1.5) for one in weights]))
    assert (met.value, met.cases) == (1.0, 3)
    assert {key[0] for key in rows} == {"at_least_3"}


def test_lines_by_hand():
    """Changes 0, 2, 0, 2: mean 1, spread sqrt(4/3), three degrees of freedom: a year on 4.5, half of the mean carried on."""
    past = np.array([[0.0, 0, 2, 2, 4]])
    half = law.student_quantile(3.0, 0.9) * np.sqrt(4 / 3 * 1.25)
    goals = np.array([4.5, 4.5 + half])[:, None, None] * np.ones((2, 1, 6))
    assert linear_trial.probabilities(past, goals)[:, 0, 0] == pytest.approx([0.5, 0.1])
    outcome = np.array([[4.5 + 0.99 * half, 5 + 10 * half, *[np.nan] * 4]])
    windows = window.Windows(past, outcome, np.array([0]), np.array([4]), np.array([1.0]))
    found = {row.measure: row for row in linear_trial.coverage(windows, "x", "last", 5)}
    assert [found[f"inside_{percent}"].value for percent in (50, 80)] == [0.0, 0.5]
    assert (found["inside_95"].method, found["inside_95"].cases) == (linear.MODEL_ID, 2)
    goals = linear_trial.own_mean_and_more(np.array([[1.0, 3, 1, 3, 2]]))
    assert goals.shape == (4, 1, 6) and goals[:, 0, 5].tolist() == [2, 3, 4, 5]


def test_every_length_of_lines_is_tried_on_both_kinds():
    drawn = np.random.default_rng(1)
    series = [100 + np.cumsum(drawn.normal(0.5, 1, 20)) for _ in range(30)]
    both = panel.Competition([""] * 30, series, np.full(30, 14))
    rows = {(row.data, row.scheme, row.points, row.measure): row.value for row in record_of(both, drawn)}
    kinds = [("M1+M3", "rolling"), ("M1+M3", "last"), ("world", "every_origin")]
    assert {key[:3] for key in rows} == {(*kind, points) for kind in kinds for points in (5, 8, 10)}
    assert rows["M1+M3", "rolling", 10, "inside_80"] == pytest.approx(0.8, abs=0.08), "independent changes are its own case"


def record_of(both, drawn):
    return linear_trial.lines(both, drawn.normal(0.03, 0.02, (8, 20)))


def test_own_mean_met_with_and_without_the_shock_by_hand():
    """Growth of 5 % for 14 years, of which the last, 2020, is nothing: missed only where the five years hold it."""
    changes = np.tile(np.array([0.04, 0.06] * 5 + [0.051] * 4 + [0.0] * 2), (3, 1))
    rows = {row.scheme: row for row in growth_trial._shocked("total", changes, np.arange(2006, 2022))}
    assert {scheme: (row.value, row.cases) for scheme, row in rows.items()} == {"shock": (0.0, 6)}
    rows = {row.scheme: row for row in growth_trial._shocked("total", changes + 0.0, np.arange(2000, 2016))}
    assert {scheme: (row.value, row.cases) for scheme, row in rows.items()} == {"quiet": (0.0, 6)}
    rows = {row.scheme: row for row in growth_trial._shocked("total", changes[:, ::-1], np.arange(2000, 2016))}
    assert rows["quiet"].value == 1.0, "slow years first: the past mean is met"


@needs_panels
def test_sectors_together_are_no_worse_than_apart():
    """Reconciled, the errors of the sectors shrink and those of the total grow by less than a twentieth; ranges hold on."""
    rows = growth_trial.philippines(*panel.philippine_levels(FOLDER))
    found = {(row.method, row.scheme, row.measure): row.value for row in rows}
    for name in ("agriculture", "industry", "services"):
        assert found["together", name, "crps"] < found["apart", name, "crps"]
    assert found["together", "total", "crps"] < 1.05 * found["apart", "total", "crps"]
    for name in ("agriculture", "industry", "services", "total"):
        assert abs(found["together", name, "inside_80"] - found["apart", name, "inside_80"]) < 0.03
