"""Which figure stands: the pandas function and the DuckDB macro must agree, whatever was published when."""

import datetime as dt

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import observation, store
from analysis.schema.core import OBSERVATION
from analysis.schema.table import conform

SOURCE = pd.DataFrame(
    {"source_id": ["a", "b"], "rank": [1, 2], "provider": "x", "title": "x", "url": "x", "calendar_vi": "x"}
)
AREAS = [("31", "2025-07-01"), ("31", "1997-01-01"), ("10642", "2025-07-01")]  # a code alone is no area
KEY = ["time_period", "vintage", "source_id", "activity", "ref_area", "area_valid_from"]
row = st.tuples(
    st.sampled_from(["2023", "2024"]),
    st.sampled_from(["A", "P", "E"]),
    st.dates(dt.date(2024, 1, 1), dt.date(2024, 1, 6)),
    st.sampled_from(["a", "b"]),
    st.sampled_from([1.0, 2.0]),
    st.booleans(),
    st.sampled_from(["total", "services"]),
    st.sampled_from(AREAS),
)


def observations(rows, thread):
    columns = ["time_period", "obs_status", "vintage", "source_id", "obs_value", "illustrative", "activity"]
    rows = [(*row, *(False, "total", AREAS[0])[len(row) - 5 :]) for row in rows]
    frame = pd.DataFrame([row[:-1] for row in rows], columns=columns)
    frame[["ref_area", "area_valid_from"]] = [row[-1] for row in rows]
    frame["area_valid_from"] = pd.to_datetime(frame["area_valid_from"])
    frame = frame.drop_duplicates(KEY).reset_index(drop=True)
    template = thread.observation.iloc[[0] * len(frame)].reset_index(drop=True)
    frame = template.assign(**{name: frame[name] for name in frame})
    return conform(frame.assign(obs_id=[f"{n:012x}" for n in range(len(frame))]), OBSERVATION)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(row, min_size=1, max_size=12), day=st.dates(dt.date(2024, 1, 1), dt.date(2024, 1, 7)))
def test_macro_and_pandas_agree_and_every_loser_is_listed(rows, day, thread, tmp_path_factory):
    frame = observations(rows, thread)
    path = tmp_path_factory.mktemp("as_of") / "test.duckdb"
    store.create(path)
    store.replace(path, {"core.observation": frame, "core.source": SOURCE})
    ours = observation.as_of(frame, SOURCE, day.isoformat())
    macro = store.read("SELECT obs_id FROM observation_as_of(?) ORDER BY obs_id", [day], path)
    assert ours["obs_id"].tolist() == macro["obs_id"].tolist()
    losers = observation.conflicts(frame, SOURCE, day.isoformat())
    known = frame[frame["vintage"] <= pd.Timestamp(day)]
    real = {(row.ref_area, row.area_valid_from) for row in known.itertuples() if not row.illustrative}
    stay = {
        row.obs_id for row in known.itertuples() if not row.illustrative or (row.ref_area, row.area_valid_from) not in real
    }
    assert set(losers["obs_id"]) | set(ours["obs_id"]) == stay
    assert not set(losers["obs_id"]) & set(ours["obs_id"])


def test_order_is_status_then_vintage_then_rank(thread):
    day = dt.date
    rows = [
        ("2024", "E", day(2024, 1, 5), "a", 1.0),
        ("2024", "P", day(2024, 1, 2), "a", 2.0),
        ("2024", "P", day(2024, 1, 3), "b", 3.0),
        ("2024", "P", day(2024, 1, 3), "a", 4.0),
        ("2024", "A", day(2024, 1, 6), "b", 5.0),
    ]
    frame = observations(rows, thread)
    assert observation.as_of(frame, SOURCE, "2024-01-05")["obs_value"].tolist() == [4.0]
    assert observation.as_of(frame, SOURCE, "2024-01-06")["obs_value"].tolist() == [5.0]
    assert observation.as_of(frame, SOURCE, "2024-01-01").empty
    reasons = observation.conflicts(frame, SOURCE, "2024-01-05").set_index("obs_value")["reason"].to_dict()
    assert reasons == {1.0: "status", 2.0: "vintage", 3.0: "rank"}


def test_one_real_figure_sends_every_invented_one_of_its_area_away_from_its_vintage_on(thread):
    first, later, commune = dt.date(2024, 1, 1), dt.date(2024, 1, 5), AREAS[2]
    rows = [
        ("2023", "A", first, "a", 1.0, True, "total", commune),
        ("2024", "A", first, "a", 2.0, True, "total", commune),
        ("2024", "A", first, "a", 3.0, True, "services", commune),
        ("2024", "A", later, "a", 6.0, True, "services", commune),  # invented afterwards: no better
        ("2022", "E", later, "b", 4.0, False, "total", commune),
        ("2024", "A", first, "a", 5.0, True, "total", AREAS[0]),
        ("2024", "A", first, "a", 7.0, False, "total", AREAS[1]),  # the same code before the merger is another area
    ]
    frame = observations(rows, thread)
    assert sorted(observation.as_of(frame, SOURCE, "2024-01-04")["obs_value"]) == [1.0, 2.0, 3.0, 5.0, 7.0]
    assert sorted(observation.as_of(frame, SOURCE, "2024-01-05")["obs_value"]) == [4.0, 5.0, 7.0]
    assert observation.conflicts(frame, SOURCE, "2024-01-05").empty


def test_figures_that_agree_to_rounding_do_not_differ(thread):
    day = dt.date(2024, 1, 1)
    rows = [("2024", "A", day, "a", 108.53, False, "total"), ("2024", "A", day, "b", 108.5, False, "total")]
    frame = observations(rows, thread)
    for last_digit, differs in ((0.1, False), (0.001, True)):
        found = observation.conflicts(frame.assign(last_digit=last_digit), SOURCE, "2024-01-01")
        assert found["differs"].tolist() == [differs]
