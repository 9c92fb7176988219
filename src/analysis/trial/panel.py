"""The series a back-test runs on, read from the folder of panels beside the project: none of them is shipped with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import table_file
from analysis.errors import InputError
from analysis.trial import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

FILES = {
    "M1": "competitions/m1_yearly_long.csv",
    "M3": "competitions/m3_yearly_long.csv",
    "world": "panels/worldbank_gdp_growth_long.csv",
    "philippines": "panels/philippines_regions_sector_const2018_2000_2023.csv",
    "undp": "official_verdicts/undp_status.csv.gz",
    "quarters": "vietnam/national_gdp_quarterly_sector_2014_2024.csv",
    "investment": "vietnam/public_investment_monthly_2012_2025.csv",
    "provinces": "vietnam/provinces63_grdp_growth_percapita_2018_2025.csv",
    "provinces_new": "vietnam/provinces34_grdp_growth_percapita_2020_2025.csv",
}
# regional and income aggregates among the countries of the World Bank
AGGREGATES = frozenset(
    "AFE AFW ARB CEB CSS EAP EAR EAS ECA ECS EMU EUU FCS HIC HPC IBD IBT IDA IDB IDX LAC LCN LDC LIC LMC LMY LTE MEA MIC "
    "MNA NAC OED OSS PRE PSS PST SAS SSA SSF SST TEA TEC TLA TMN TSA TSS UMC WLD".split()
)
WHOLES = "Cả nước|Đồng bằng|Trung du|Bắc Trung Bộ|Tây Nguyên|Đông Nam Bộ"  # among the provinces
COUNTRY = "TỔNG SỐ"
ALONE_FROM = 2019  # before, some releases cumulate the quarters
SHARE_WORDS = r"%|percent|proportion"


@dataclass(frozen=True)
class Competition:
    """Yearly series of a competition: names, series, number of values before the six that were to be forecast."""

    names: list[str]
    series: list[Floats]
    given: Ints


@dataclass(frozen=True)
class Provinces:
    """Yearly log growth of provinces: their names, the years, provinces x years."""

    name: NDArray[np.str_]
    years: Ints
    growth: Floats


@dataclass(frozen=True)
class Histories:
    """Histories that UNDP publishes: country and series of each, whether it is a share in percent, and a grid series x years
    (NaN where not reported).
    """

    country: NDArray[np.str_]
    name: NDArray[np.str_]
    share: NDArray[np.bool_]
    grid: Floats


@dataclass(frozen=True)
class Monthly:
    """Flows cumulated from January: one array a series, years x 12 months (NaN not known), the years, and whether production
    is meant.
    """

    so_far: list[Floats]
    years: Ints
    production: bool


def path(folder: Path, name: str) -> Path:
    """Return the file of one panel. Raises InputError where it is missing."""
    file = folder / FILES[name]
    if not file.is_file():
        raise InputError("backtest_file_missing", file=FILES[name], folder=folder.name)
    return file


def rows_of(folder: Path, name: str, numbers: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return a panel as text but for its columns of `numbers`. Raises InputError as `path` and `table_file.read`."""
    file = path(folder, name)
    found = table_file.read(file, dict.fromkeys(numbers, "number"))
    rows = pd.DataFrame([cells for _, cells in found.rows], columns=found.names, dtype=str)
    return rows.assign(**{column: pd.to_numeric(rows[column], errors="coerce") for column in numbers})


def competition(folder: Path, name: str) -> Competition:
    """Return the yearly series of `M1` or `M3`."""
    rows = rows_of(folder, name, ("t", "value")).sort_values(["series", "t"], kind="stable")
    groups = list(rows.groupby("series", sort=False))
    values = [group["value"].to_numpy(float) for _, group in groups]
    given = np.array([int((group["split"] == "train").sum()) for _, group in groups])
    return Competition([str(one) for one, _ in groups], values, given)


def both_competitions(folder: Path) -> Competition:
    """Return the series of M1 followed by those of M3."""
    first, second = competition(folder, "M1"), competition(folder, "M3")
    given = np.concatenate([first.given, second.given])
    return Competition(first.names + second.names, first.series + second.series, given)


def world_growth(folder: Path) -> Floats:
    """Return yearly log growth of every country, countries x years, NaN where not known."""
    rows = rows_of(folder, "world", ("year", "gdp_growth_pct"))
    rows = rows[~rows["Country Code"].isin(AGGREGATES)]
    table = rows.pivot_table(index="Country Code", columns="year", values="gdp_growth_pct")
    return np.asarray(np.log1p(table.to_numpy(float) / 100))


def philippine_levels(folder: Path) -> tuple[NDArray[np.str_], Floats, Ints]:
    """Return the sector and the yearly constant-price levels of each region's sectors, rows x years, and the years.

    The regions come in the same order for every sector and for their total.
    """
    rows = rows_of(folder, "philippines", ("year", "value_thousand_php"))
    table = rows.pivot_table(index=["region", "sector"], columns="year", values="value_thousand_php")
    return table.index.get_level_values("sector").to_numpy(str), table.to_numpy(float), table.columns.to_numpy(int)


def country_growth(folder: Path, country: str) -> tuple[Floats, Ints]:
    """Return one country's yearly log growth by the World Bank and its years."""
    rows = rows_of(folder, "world", ("year", "gdp_growth_pct"))
    own = rows[rows["Country Code"] == country].dropna(subset=["gdp_growth_pct"]).sort_values("year")
    return np.log1p(own["gdp_growth_pct"].to_numpy(float) / 100), own["year"].to_numpy(int)


def province_growth(folder: Path, name: str = "provinces") -> Provinces:
    """Return yearly growth of the 63 Vietnamese provinces until 2025, or of the 34 since (`provinces_new`)."""
    rows = rows_of(folder, name)
    rows = rows[(rows["indicator"] == "grdp_growth_index") & (rows["sector"] == "tong_so")]
    rows = rows[~rows["unit_code_or_name"].str.contains(WHOLES)].assign(
        year=lambda frame: frame["year"].astype(int), value=lambda frame: frame["value"].astype(float)
    )
    table = rows.pivot_table(index="unit_code_or_name", columns="year", values="value")
    return Provinces(table.index.to_numpy(str), table.columns.to_numpy(int), np.log(table.to_numpy(float) / 100))


def country_so_far(folder: Path) -> dict[tuple[int, int], float]:
    """Return log growth of the country by year and months known, as released then: quarterly accounts and, of later years,
    `country_so_far.csv`.
    """
    rows = rows_of(folder, "quarters", ("value",))
    rows = rows[(rows["sector"] == COUNTRY) & rows["year"].str.fullmatch(r"\d{4}-Q[1-4]")]
    table = rows.pivot_table(index="year", columns="indicator", values="value", aggfunc="last")
    now = table["gdp_value_quarter"]
    before = now / (1 + table["gdp_growth_yoy_pct"] / 100)
    year, quarter = table.index.str[:4].astype(int), table.index.str[-1].astype(int)
    found = {}
    for one in range(ALONE_FROM, int(year.max()) + 1):
        for last in (1, 2, 3):
            same = (year == one) & (quarter <= last)
            found[one, 3 * last] = float(np.log(now[same].sum() / before[same].sum()))
    later = record.read(record.FOLDER / "country_so_far.csv")
    return found | {(int(one["year"]), int(one["month"])): float(np.log1p(float(one["growth_pct"]) / 100)) for one in later}


def histories(folder: Path) -> Histories:
    """Return every history of UNDP; a share is described in % or as a proportion, its values all in 0 to 100."""
    rows = rows_of(folder, "undp")
    rows = rows[rows["history"] != ""]
    points = rows["history"].str.split("|").explode().str.partition(":")
    points = points.assign(year=pd.to_numeric(points[0], errors="coerce"), value=pd.to_numeric(points[2], errors="coerce"))
    points = points.dropna(subset=["year", "value"]).assign(number=lambda frame: frame.index)
    points = points.drop_duplicates(["number", "year"], keep="last")
    grid = points.pivot_table(index="number", columns="year", values="value", aggfunc="last")
    grid = grid.reindex(columns=range(int(grid.columns.min()), int(grid.columns.max()) + 1))
    chosen = rows.loc[grid.index]
    share = chosen["description"].str.contains(SHARE_WORDS, case=False, regex=True)
    share &= (grid.min(axis=1) >= 0) & (grid.max(axis=1) <= 100)
    country, name = chosen["iso3"].to_numpy(str), chosen["series"].to_numpy(str)
    return Histories(country, name, share.to_numpy(bool), grid.to_numpy(float))


def share_series(folder: Path) -> Histories:
    """Return the histories that are shares."""
    every = histories(folder)
    rows = every.share
    return Histories(every.country[rows], every.name[rows], every.share[rows], every.grid[rows])


def quarterly_sectors(folder: Path) -> Monthly:
    """Return the constant-price value added of the country's sectors from 2019 on, when the quarters stand alone."""
    rows = rows_of(folder, "quarters", ("value",))
    rows = rows[(rows["indicator"] == "gdp_value_quarter") & rows["year"].str.fullmatch(r"\d{4}-Q[1-4]")]
    rows = rows.assign(place=rows["year"].str[:4].astype(int), month=3 * rows["year"].str[-1].astype(int))
    rows = rows[rows["place"] >= ALONE_FROM]
    return _cumulated(rows.pivot_table(index=["sector", "place"], columns="month", values="value", aggfunc="last"), True)


def public_investment(folder: Path) -> Monthly:
    """Return public investment from January of the country and two provinces."""
    rows = rows_of(folder, "investment", ("value",))
    rows = rows[rows["indicator"] == "state_budget_investment_ytd"]
    rows = rows.assign(place=rows["year"].str[:4].astype(int), month=rows["year"].str[5:7].astype(int))
    table = rows.pivot_table(index=["unit_code_or_name", "place"], columns="month", values="value")
    return _cumulated(table, False)


def _cumulated(table: pd.DataFrame, alone: bool) -> Monthly:
    """Return a table of (series, year) x months as one array a series; `alone`: whether each figure is its period's."""
    table = table.reindex(columns=range(1, 13))
    years = np.arange(table.index.get_level_values(1).min(), table.index.get_level_values(1).max() + 1)
    found = []
    for _, own in table.groupby(level=0, sort=True):
        values = own.droplevel(0).reindex(years).to_numpy(float)
        summed = np.nancumsum(values, axis=1)
        found.append(np.where(np.isnan(values), np.nan, summed) if alone else values)
    return Monthly(found, years, alone)
