"""Which figure stands: the pandas function and the DuckDB macro must agree, whatever was published when."""

import datetime as dt

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import observation, schema, store

SOURCE = pd.DataFrame(
    {"source_id": ["a", "b"], "rank": [1, 2], "provider": "x", "title": "x", "url": "x", "calendar_vi": "x"}
)
row = st.tuples(
    st.sampled_from(["2023", "2024"]),
    st.sampled_from(["A", "P", "E"]),
    st.dates(dt.date(2024, 1, 1), dt.date(2024, 1, 6)),
    st.sampled_from(["a", "b"]),
    st.sampled_from([1.0, 2.0]),
)


def observations(rows, thread):
    frame = pd.DataFrame(rows, columns=["time_period", "obs_status", "vintage", "source_id", "obs_value"])
    frame = frame.drop_duplicates(["time_period", "vintage", "source_id"]).reset_index(drop=True)
    template = thread.observation.iloc[[0] * len(frame)].reset_index(drop=True)
    frame = template.assign(**{name: frame[name] for name in frame})
    return schema.conform(frame.assign(obs_id=[f"{n:012x}" for n in range(len(frame))]), schema.OBSERVATION)


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
    assert set(losers["obs_id"]) | set(ours["obs_id"]) == set(known["obs_id"])
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
