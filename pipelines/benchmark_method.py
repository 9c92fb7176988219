"""Measure the projection against known libraries, side by side in one run: `benchmark --method`.

Ours: 100,000 series of 15 years, five horizons, the quantiles, means and one probability each, on one core. statsforecast
wants another pandas and numba: it runs in an environment of its own, made by this command from
`pipelines/statsforecast.lock`, outside the project's; statsmodels runs in the project's own. Each gets as many series as it
manages in about ten seconds.
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
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.progress import Lines

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from analysis.settings import Settings

    Floats = NDArray[np.float64]

SERIES, YEARS, HORIZONS, TIMES = 100_000, 15, 5, 5
FEW, SLOW_FEW = 2_000, 100
SECONDS_LIMIT, MEMORY_LIMIT, RATIO_LIMIT = 1.0, 1024.0, 150.0
LOCK = Path(__file__).with_name("statsforecast.lock")
ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
OTHER = """
import json, sys, time
import numpy as np, pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import AutoETS, AutoTheta
values = np.load(sys.argv[1]); size, years = values.shape
columns = {"unique_id": np.repeat(np.arange(size), years), "ds": np.tile(np.arange(years), size), "y": values.ravel()}
frame = pd.DataFrame(columns)
warm = frame[frame["unique_id"] < 20]
result = {}
for name, model in {"AutoETS": AutoETS(season_length=1), "AutoTheta": AutoTheta(season_length=1)}.items():
    engine = StatsForecast(models=[model], freq=1, n_jobs=1)
    engine.forecast(df=warm, h=5, level=[50, 80, 95])
    begun = time.perf_counter(); engine.forecast(df=frame, h=5, level=[50, 80, 95])
    result[name] = size / (time.perf_counter() - begun)
    if len(sys.argv) > 2:
        given = np.load(sys.argv[2]); size, years = given["past"].shape; steps = given["future"].shape[1]
        columns = {"unique_id": np.repeat(np.arange(size), years), "ds": np.tile(np.arange(years), size)}
        made = engine.forecast(df=pd.DataFrame({**columns, "y": given["past"].ravel()}), h=steps)
        ahead = made[name].to_numpy().reshape(size, steps)
        result[name + " MASE"] = float((np.abs(given["future"] - ahead).mean(axis=1) / given["usual"]).mean())
print(json.dumps(result))
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
        if name.endswith("MASE"):
            lines.say("benchmark_method_error", name=name, value=f"{rate:.3f}")
        else:
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

    from analysis.progress.rules import dns
    from analysis.projection import level

    history, taken = sample(SERIES), []
    goal, left = history[:, -1] * 1.1**HORIZONS, np.full(SERIES, HORIZONS)
    for _ in range(TIMES):
        begun = time.perf_counter()
        fitted = level.fit(history, HORIZONS)
        level.quantiles(fitted)
        level.mean(fitted)
        level.probability_at_least(fitted, left, goal)
        dns.concrete_target(history, goal, left.astype(float), np.ones(SERIES))
        taken.append(time.perf_counter() - begun)
    process = psutil.Process()
    info = process.memory_info()
    peak = getattr(info, "peak_wset", 0) or _peak_bytes() or info.rss
    print(json.dumps({"seconds": statistics.median(taken), "megabytes": peak / 2**20}))


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
    """Return series a second of AutoETS and AutoTheta with intervals; nothing, and a line, where it cannot be installed."""
    import numpy as np

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
    file = folder / "series.npy"
    np.save(file, sample(FEW))
    files, own = [str(file)], {}
    competition = _competition(settings)
    if competition:
        past, future, usual, value = competition
        np.savez(folder / "competition.npz", past=past, future=future, usual=usual)
        files.append(str(folder / "competition.npz"))
        own = {"H2 MASE": value}
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([str(python), "-c", OTHER, *files], env={**clean, **ONE_CORE}, capture_output=True, text=True)
    if done.returncode:
        lines.say("benchmark_method_missing", name="statsforecast")
        return {}
    found = json.loads(done.stdout.splitlines()[-1])
    return {f"statsforecast {name}": float(value) for name, value in found.items()} | own


def _competition(settings: Settings) -> tuple[Floats, Floats, Floats, float] | None:
    """Return the last ten given years of M1 and M3, the six to forecast, the usual change, and our MASE; None: not here."""
    import numpy as np

    from analysis.projection import backtest, panel, score, window

    data = settings.root.parent / "shared" / "data"
    if not data.is_dir():
        return None
    both = panel.both_competitions(data)
    found = backtest.tested(both, 10, window.folds(len(both.series)))
    last = backtest.some(found, found.last)
    past, future, usual = last.windows.past, last.windows.future, last.windows.usual_change
    return past, future, usual, score.mase(future, np.asarray(last.levels.centre), usual)


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
