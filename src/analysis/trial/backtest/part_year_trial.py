"""Years judged by their first months, tested: quarterly sector accounts of the country and monthly public investment, each
year by the errors of all the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import residual
from analysis.trial import record, score
from analysis.trial.backtest.level_trial import INTERVALS
from analysis.trial.learn import part_year_fit
from analysis.trial.learn.part_year_fit import MONTHS
from analysis.trial.panel import Monthly

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

METHOD = "part_year"


def months(panels: list[Monthly]) -> Iterator[record.Row]:
    """Yield how often the year lay in its 50, 80 and 95 % range after 3, 6 and 9 months, and the median error in percent."""
    found = part_year_fit.errors(panels)
    inside = np.full((*found.error.shape, len(INTERVALS)), np.nan)
    for year in np.unique(found.year):
        own = found.year == year
        laws = part_year_fit.laws(found, ~own)[np.where(found.production[own], 0, 1)]
        for place, ends in enumerate(INTERVALS.values()):
            drawn = residual.quantiles_of(laws, np.array(ends))
            inside[own, :, place] = score.inside(found.error[own], drawn[..., 0], drawn[..., 1])
    for production, data in ((True, "gdp_sectors"), (False, "public_investment")):
        rows = found.production == production
        for column, month in enumerate(MONTHS):
            for place, percent in enumerate(INTERVALS):
                share = score.share(inside[rows, column, place], found.year[rows])
                yield record.of_share(data, METHOD, f"after_{month}_months", 0, "", f"inside_{percent}", share)
            error = 100 * np.nanmedian(np.abs(np.expm1(found.error[rows, column])))
            cases = int((~np.isnan(found.error[rows, column])).sum())
            yield record.Row(data, METHOD, f"after_{month}_months", 0, "", "error_pct", float(error), cases=cases)
    both = [score.share(inside[:, column, list(INTERVALS).index(80)], found.year) for column in range(len(MONTHS))]
    for month, share in zip(MONTHS, both, strict=True):
        yield record.of_share("flows", METHOD, f"after_{month}_months", 0, "", "inside_80", share)
