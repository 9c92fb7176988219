"""Measure the projection against known libraries, side by side in one run: `benchmark --method`.

Ours: 100,000 series of 15 years, five horizons, the quantiles, means and one probability each, the class of every official
rule and the verdict, on one core. statsforecast wants another pandas and numba: it runs in an environment of its own, made
by this command from `pipelines/statsforecast.lock`, outside the project's; statsmodels runs in the project's own. Each gets
as many series as it manages in about ten seconds.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import venv
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.progress import Lines

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from analysis.settings import Settings
    from analysis.trial import record
    from analysis.trial.backtest.level_trial import Tested

    Floats = NDArray[np.float64]

SERIES, YEARS, HORIZONS, TIMES = 100_000, 15, 5, 5
FEW, SLOW_FEW = 2_000, 100
POINTS, SAMPLED = 10, 300  # years of a competition's series; series that the slowest library is measured on
SECONDS_LIMIT, MEMORY_LIMIT, RATIO_LIMIT = 1.0, 1024.0, 150.0
THRESHOLDS = {"likely": 0.8, "effort": 0.5, "behind": 0.2}
LOCK = Path(__file__).with_name("statsforecast.lock")
ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
OTHER = """
import json, sys, time
import numpy as np, pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import AutoARIMA, AutoETS, AutoTheta

def table(values):
    size, years = values.shape
    columns = {"unique_id": np.repeat(np.arange(size), years), "ds": np.tile(np.arange(years), size), "y": values.ravel()}
    return pd.DataFrame(columns)

values, competition, out = np.load(sys.argv[1]), sys.argv[2], sys.argv[3]
rates, drawn = {}, {}
for model in (AutoETS(season_length=1), AutoTheta(season_length=1), AutoARIMA(season_length=1)):
    name, slow = type(model).__name__, isinstance(model, AutoARIMA)
    few = values[:60] if slow else values
    engine = StatsForecast(models=[model], freq=1, n_jobs=1)
    engine.forecast(df=table(values[:20]), h=5, level=[50, 80, 95])
    begun = time.perf_counter()
    engine.forecast(df=table(few), h=5, level=[50, 80, 95])
    rates[name] = len(few) / (time.perf_counter() - begun)
    if competition:
        given = np.load(competition)
        past = given["past"][given["sample"]] if slow else given["past"]
        steps, levels = given["future"].shape[1], list(range(1, 100))
        made = engine.forecast(df=table(past), h=steps, level=levels)
        ends = [f"{name}-lo-{level}" for level in levels[::-1]] + [name] + [f"{name}-hi-{level}" for level in levels]
        drawn[name] = made[ends].to_numpy().reshape(len(past), steps, 199)
if competition:
    np.savez(out, **drawn)
print(json.dumps(rates))
"""


def run(settings: Settings, lang: str) -> int:
    """Print each figure beside its limit; return 0 whatever they are: a measurement is not a test."""
    lines = Lines(lang)
    lines.say("benchmark_method_begins", series=f"{SERIES:,}", years=YEARS, horizons=HORIZONS, times=TIMES)
    seconds, megabytes = _own(settings)
    lines.say(
        "benchmark_method_own", seconds=f"{seconds:.2f}", limit=f"{SECONDS_LIMIT:.1f}", rate=f"{SERIES / seconds:,.0f}"
    )
    lines.say("benchmark_method_memory", megabytes=f"{megabytes:.0f}", limit=f"{MEMORY_LIMIT:.0f}")
    for name, rate in {**_statsforecast(settings, lines), **_statsmodels(lines)}.items():
        lines.say("benchmark_method_other", name=name, rate=f"{rate:,.0f}", ratio=f"{SERIES / seconds / rate:,.0f}")
    lines.say("benchmark_method_ratio", limit=f"{RATIO_LIMIT:.0f}")
    return 0


def sample(count: int) -> Floats:
    """Return growing yearly series of different sizes and spreads, always the same."""
    import numpy as np

    drawn = np.random.default_rng(0)
    spread = drawn.uniform(0.02, 0.2, (count, 1))
    change = drawn.normal(0.05, 1.0, (count, YEARS)) * spread
    return np.asarray(np.exp(drawn.uniform(2, 10, (count, 1)) + np.cumsum(change, axis=1)))


def measure() -> None:
    """Print, from a fresh process, the median seconds of the whole projection and the peak memory in MB."""
    import numpy as np
    import psutil

    from analysis.projection.method import level

    history, taken = sample(SERIES), []
    goal, left = history[:, -1] * 1.1**HORIZONS, np.full(SERIES, HORIZONS)
    for _ in range(TIMES):
        begun = time.perf_counter()
        fitted = level.fit(history, HORIZONS)
        level.quantiles(fitted)
        level.mean(fitted)
        chance = level.probability_at_least(fitted, left, goal)
        _judged(history, goal, chance)
        taken.append(time.perf_counter() - begun)
    process = psutil.Process()
    info = process.memory_info()
    peak = getattr(info, "peak_wset", 0) or _peak_bytes() or info.rss
    print(json.dumps({"seconds": statistics.median(taken), "megabytes": peak / 2**20}))


def _judged(history: Floats, goal: Floats, chance: Floats) -> None:
    """Class every series by each official rule and give each its verdict: a level to reach HORIZONS years on."""
    import numpy as np
    import pandas as pd

    from analysis.progress import verdict
    from analysis.progress.rules import aarr, dns, open_sdg, unsd

    size, one = len(history), np.ones(len(history))
    year, deadline, none = float(YEARS), float(YEARS + HORIZONS), np.full(size, np.nan)
    base, now = history[:, -6], history[:, -1]
    weather, _ = dns.concrete_target(history, goal, one * HORIZONS, one)
    open_sdg.verdict(base, one * (year - 5), now, one * year, goal, one * deadline, one, none)
    limits = np.full((size, 3), np.nan)
    given = (base, one * (year - 5), now, one * year, goal, one * deadline, one, one < 0, none, none, limits, limits)
    unsd.verdict(np.full(size, "CAGRR"), unsd.Series(*given))
    needed = aarr.required(base, one * (year - 5), goal, one * deadline)
    aarr.verdict(now, goal, one, aarr.observed(history, np.tile(np.arange(YEARS) + 1.0, (size, 1))), needed)
    never = dict.fromkeys(("closed", "met", "exceeded", "ahead", "failed", "slipping", "no_base", "later"), False)
    known = {"kind": "level_by", "place": 0, "n_points": YEARS, "probability": chance, "dns_class": weather}
    rows = pd.DataFrame({**known, **never, "worsening": dns.average_change(history) < 0}, index=range(size))
    verdict.words(rows, THRESHOLDS)


def _peak_bytes() -> int:
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _own(settings: Settings) -> tuple[float, float]:
    paths = os.pathsep.join([str(settings.root / "src"), str(settings.root)])
    command = [sys.executable, "-c", "from pipelines import benchmark_method; benchmark_method.measure()"]
    environment = {**os.environ, **ONE_CORE, "PYTHONPATH": paths}
    done = subprocess.run(command, cwd=settings.root, env=environment, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    return float(found["seconds"]), float(found["megabytes"])


def _statsforecast(settings: Settings, lines: Lines) -> dict[str, float]:
    """Return series a second of statsforecast's models with intervals; nothing, and a line, where it is not installable.

    Where the competitions are here, the scores on them are printed and written to `trial/beside.csv`.
    """
    import numpy as np

    from analysis.trial import record, requirement

    folder = settings.processed / "statsforecast"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not (folder / "complete").is_file():
        lines.say("benchmark_method_setup")
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
        done = subprocess.run([*install, "--require-hashes", "-r", str(LOCK)], capture_output=True, text=True)
        if done.returncode:
            lines.say("benchmark_method_missing", name="statsforecast")
            return {}
        (folder / "complete").touch()
    series, drawn = folder / "series.npy", folder / "drawn.npz"
    np.save(series, sample(FEW))
    last = _competition(settings, folder / "competition.npz")
    files = [str(series), str(folder / "competition.npz") if last else "", str(drawn)]
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([str(python), "-c", OTHER, *files], env={**clean, **ONE_CORE}, capture_output=True, text=True)
    if done.returncode:
        lines.say("benchmark_method_missing", name="statsforecast")
        return {}
    if last:
        rows = _beside(last, dict(np.load(drawn)))
        record.write(rows, record.FOLDER / f"{requirement.BESIDE}.csv")
        for method, scheme in dict.fromkeys((row.method, row.scheme) for row in rows):
            own = [row for row in rows if (row.method, row.scheme) == (method, scheme)]
            said = ", ".join(f"{row.measure} {row.value:.3f}" for row in own)
            lines.say("benchmark_method_error", name=method, value=said, cases=own[0].cases)
    return {f"statsforecast {name}": float(value) for name, value in json.loads(done.stdout.splitlines()[-1]).items()}


def _competition(settings: Settings, file: Path) -> Tested | None:
    """Write the last ten given years of M1 and M3, the six to forecast and the sample; return ours. None: not here."""
    import numpy as np

    from analysis.trial import panel, window
    from analysis.trial.backtest import level_trial

    data = settings.root.parent / "shared" / "data"
    if not data.is_dir():
        return None
    both = panel.both_competitions(data)
    found = level_trial.tested(both, POINTS, window.folds(len(both.series)))
    last = level_trial.some(found, found.last)
    np.savez(file, past=last.windows.past, future=last.windows.future, sample=_sampled(len(last.last)))
    return last


def _sampled(count: int) -> NDArray[np.int_]:
    """Return the numbers of the series that AutoARIMA, too slow for all, is measured on; always the same."""
    import numpy as np

    return np.asarray(np.sort(np.random.default_rng(0).permutation(count)[:SAMPLED]))


def _beside(last: Tested, drawn: dict[str, Floats]) -> list[record.Row]:
    """Return the scores of the libraries on all series ("last"), and of all methods on AutoARIMA's sample ("sample")."""
    import numpy as np

    from analysis.projection.method import level
    from analysis.trial import record, score
    from analysis.trial.backtest import level_trial

    windows, few = last.windows, _sampled(len(last.last))
    ours = level.quantiles(last.levels, tuple(score.GRID))
    grids = {name: (one[..., 99], one) for name, one in drawn.items()}
    grids |= {"h2": (np.asarray(last.levels.centre), ours)}
    grids |= {"drift": level_trial.drift_quantiles(windows.past, score.GRID)}
    grids |= {"naive": level_trial.naive_quantiles(windows.past, score.GRID)}
    rows = []
    for scheme, chosen in (("last", np.arange(len(last.last))), ("sample", few)):
        for name, (centre, quantiles) in grids.items():
            whole = len(quantiles) == len(last.last)
            if scheme == "last" and (not whole or name in ("h2", "drift", "naive")):
                continue  # what the back-test itself has, or only the sample
            part = chosen if whole else slice(None)
            least = level.LEAST_RATIO * windows.past[chosen, -1:]
            found = level_trial.measures(
                windows.future[chosen], centre[part], quantiles[part], windows.usual_change[chosen], least
            )
            described = record.Row("M1+M3", name, scheme, POINTS, "", "", 0.0, cases=len(chosen))
            rows += [replace(described, measure=measure, value=value) for measure, value in found.items()]
    return rows


def _statsmodels(lines: Lines) -> dict[str, float]:
    """Return series a second of statsmodels' damped ETS with its intervals, and of its Theta model."""
    import importlib.util

    if importlib.util.find_spec("statsmodels") is None:
        lines.say("benchmark_method_missing", name="statsmodels")
        return {}
    import warnings

    import pandas as pd
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel
    from statsmodels.tsa.forecasting.theta import ThetaModel

    def ets(values: Floats) -> None:
        fitted = ETSModel(pd.Series(values), error="add", trend="add", damped_trend=True).fit(disp=False)
        fitted.get_prediction(start=YEARS, end=YEARS + HORIZONS - 1).summary_frame(alpha=0.2)

    def theta(values: Floats) -> None:
        ThetaModel(values, period=1, deseasonalize=False).fit(disp=False).forecast(HORIZONS)

    rates = {}
    for name, model in {"ETS": ets, "Theta": theta}.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            begun = time.perf_counter()
            for values in sample(SLOW_FEW):
                model(values)
            rates[f"statsmodels {name}"] = SLOW_FEW / (time.perf_counter() - begun)
    return rates
