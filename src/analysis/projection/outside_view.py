"""The outside view: of countries that had grown as fast, how many reached a rate over the next five years.

Past: the average of six years, compounded, in bands. Outcome: the average of the five years after them, compounded: 1971-75,
1976-80, ..., 2016-20, so that no two outcomes of a country share a year (`fitted/outside_view.csv`, written by `backtest
--refit`). The high bands hold few windows: `track_record.csv` has their intervals and, beside them, the shares after a past
of five years with every year an origin.

Source: World Bank, World Development Indicators, GDP growth (annual %), NY.GDP.MKTP.KD.ZG, 1961-2024, without the regional
and income aggregates, https://data.worldbank.org/indicator/NY.GDP.MKTP.KD.ZG.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import fitted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEAST_WINDOWS = 30  # in a band before its share is said


@functools.cache
def learnt() -> dict[str, Floats]:
    """Return the columns of the shipped table, each bands x rates."""
    rows = fitted.read("outside_view")
    bands = len(np.unique(rows["past_from"]))
    return {name: column.reshape(bands, -1) for name, column in rows.items()}


def reached(past_pct: Floats, rate_pct: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the share of windows in the band of a past average whose next five years averaged at least a rate.

    `past_pct`, `rate_pct`: %/year, of shapes that broadcast; the past is an average of six years. Returns share (0 to 1,
    linear between the table's rates), number of windows of the band, and the band's lower (within it) and upper end (not),
    %/year. The share is NaN where the rate lies outside the table and where the band has fewer than LEAST_WINDOWS windows;
    all are NaN where the past is.
    """
    table = learnt()
    past, rate = np.broadcast_arrays(np.asarray(past_pct, dtype=float), np.asarray(rate_pct, dtype=float))
    rates = table["rate"][0]
    known = ~np.isnan(past)
    band = np.searchsorted(table["past_from"][:, 0], np.where(known, past, 0.0), side="right") - 1
    origins, start, end = (np.where(known, table[name][band, 0], np.nan) for name in ("origins", "past_from", "past_to"))
    lower = np.clip(np.searchsorted(rates, rate, side="right") - 1, 0, len(rates) - 2)
    part = (rate - rates[lower]) / (rates[lower + 1] - rates[lower])
    share = (1 - part) * table["reached"][band, lower] + part * table["reached"][band, lower + 1]
    said = (origins >= LEAST_WINDOWS) & (rate >= rates[0]) & (rate <= rates[-1])
    return np.where(said, share, np.nan), origins, start, end
