"""Test the projection on series whose later years are known, print what came out, and learn the tables again (--refit)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import InputError
from pipelines.progress import Lines

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from analysis.settings import Settings
    from analysis.trial.record import Row

    Floats = NDArray[np.float64]

BESIDE = ("shared", "data")  # folder of panels beside the project
PARTS = ("levels", "growth", "regions", "shares")


def run(settings: Settings, lang: str, data: str | None = None, refit: bool = False) -> int:
    """Print the record part by part; with `refit` write the learnt tables and the record first. Return the exit code.

    Without `refit` nothing is written, and figures that differ from the shipped record are counted at the end.
    """
    from analysis.trial import record

    lines = Lines(lang)
    folder = Path(data) if data else settings.root.parent.joinpath(*BESIDE)
    if not folder.is_dir():
        raise InputError("backtest_folder_missing", folder=str(data or "/".join(("..", *BESIDE))))
    if refit:
        with lines.step(0, len(PARTS), "backtest_refit") as said:
            said.append(", ".join(path.name for path in refitted(folder)))
    rows: list[Row] = []
    for number, part in enumerate(PARTS, start=1):
        with lines.step(number, len(PARTS), f"backtest_{part}") as said:
            found = list(_part(part, folder))
            said.append(lines.text("backtest_figures", number=len(found)))
        for line in table(found, lang):
            print(line, flush=True)
        rows += found
    _say_requirements(rows, lines)
    path = record.FOLDER / "track_record.csv"
    if refit:
        record.write(rows, path)
        lines.say("backtest_written", file=path.name)
        return 0
    known = [tuple(row.values()) for row in record.read(path)]
    lines.say("backtest_differs", number=len(set(known) ^ {tuple(record.cells(row)) for row in rows}))
    return 0


def _say_requirements(rows: list[Row], lines: Lines) -> None:
    """Print the requirements with values and limits, those of other libraries from their own record; how many are met."""
    from analysis.trial import record, requirement

    figures = [dict(zip(record.COLUMNS, record.cells(row), strict=True)) for row in rows]
    judged = requirement.judge(requirement.asked(), [*figures, *requirement.beside()])
    lines.say("backtest_requirements")
    for line in requirement.table(judged):
        print(line, flush=True)
    met = sum(one.met is True for one in judged)
    lines.say("backtest_requirements_met", met=met, total=len(judged))


def refitted(folder: Path) -> Iterator[Path]:
    """Learn every table from the panels and write it; yield the files."""
    import numpy as np

    from analysis.projection import fitted, outside_view
    from analysis.projection.method import growth_average, level, part_year, regional, share, still, vanish
    from analysis.trial import panel
    from analysis.trial.learn import growth_fit, level_fit, part_year_fit, regional_fit, share_fit, still_fit, vanish_fit

    scale = level_fit.level_scale(panel.both_competitions(folder).series)
    yield fitted.write("level", level_fit.level_columns(scale))
    countries = panel.world_growth(folder)
    yield fitted.write("growth_average", growth_fit.columns(growth_fit.growth_laws(countries)))
    yield fitted.write("outside_view", growth_fit.outside_view(countries))
    origins = share_fit.origins(panel.share_series(folder).grid, share_fit.FULL_POINTS)
    every = np.ones(len(origins.series), dtype=bool)
    learnt = share_fit.scale(origins, every, share_fit.full_tables(origins, every))
    yield fitted.write("share", share_fit.columns(learnt))
    yield fitted.write("full_share", share_fit.full_columns(learnt))
    histories = panel.histories(folder)
    stood = still_fit.stood(histories)
    table = still_fit.learn(stood, np.ones(len(stood.series), dtype=bool))
    yield fitted.write("still", still_fit.columns(table))
    yield fitted.write("still_size", still_fit.size_columns(table))
    gone = vanish_fit.origins(histories)
    yield fitted.write("vanish", vanish_fit.columns(vanish_fit.tables(gone, np.ones(len(gone.series), dtype=bool))))
    flows = part_year_fit.errors([panel.quarterly_sectors(folder), panel.public_investment(folder)])
    yield fitted.write("part_year", part_year_fit.columns(part_year_fit.laws(flows, np.ones(len(flows.year), dtype=bool))))
    sector, levels, _ = panel.philippine_levels(folder)
    regions = levels[sector == "total"]
    usual = regional_fit.usual_spread(np.diff(np.log(regions)), np.diff(np.log(regions.sum(axis=0))))
    yield fitted.write("regional", regional_fit.columns(usual, regional_fit.widths(countries, usual)))
    for method in (part_year, regional, vanish, still, level, growth_average, outside_view, share):
        method.learnt.cache_clear()


def _part(part: str, folder: Path) -> Iterator[Row]:
    from analysis.trial import panel
    from analysis.trial.backtest import (
        count_trial,
        gap_trial,
        growth_trial,
        keep_trial,
        level_trial,
        linear_trial,
        part_year_trial,
        regional_trial,
        share_trial,
        still_trial,
        vanish_trial,
    )

    def regions() -> Iterator[Row]:
        yield from part_year_trial.months([panel.quarterly_sectors(folder), panel.public_investment(folder)])
        yield from growth_trial.philippines(*panel.philippine_levels(folder))
        old, new = (panel.province_growth(folder, name) for name in ("provinces", "provinces_new"))
        yield from growth_trial.provinces(old.growth)
        country = dict(zip(*panel.country_growth(folder, "VNM")[::-1], strict=True))
        yield from regional_trial.provinces(old, new, country, panel.country_so_far(folder))

    def shares() -> Iterator[Row]:
        every = panel.histories(folder)
        yield from still_trial.stood(every)
        yield from count_trial.counts(every)
        yield from vanish_trial.zero(every)
        series = panel.share_series(folder)
        yield from share_trial.shares(series)
        yield from keep_trial.kept(series)

    def levels() -> Iterator[Row]:
        first, second = panel.competition(folder, "M1"), panel.competition(folder, "M3")
        both = panel.both_competitions(folder)
        yield from level_trial.levels(first, second, both, official_classes)
        yield from linear_trial.lines(both, panel.world_growth(folder))
        yield from gap_trial.gaps(both)

    def growth() -> Iterator[Row]:
        countries = panel.world_growth(folder)
        yield from growth_trial.world(countries)
        yield from keep_trial.trials(countries)

    parts: dict[str, Callable[[], Iterator[Row]]] = {
        "levels": levels,
        "growth": growth,
        "regions": regions,
        "shares": shares,
    }
    return parts[part]()


def official_classes(past: Floats, goal: Floats, years: NDArray[np.int_]) -> NDArray[np.str_]:
    """Return the class that the official rule dns gives each series for a goal so many years on; more is better."""
    import numpy as np

    from analysis.progress.rules import dns

    return np.asarray(dns.concrete_target(past, goal, years.astype(float), np.ones(len(past)))[0])


def table(rows: list[Row], lang: str) -> list[str]:
    """Return one line a group of figures: data, method, scheme, points, horizon and the measures with their intervals."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        key = (
            row.data,
            row.method,
            row.scheme,
            f"n={row.points}" if row.points else "",
            f"h={row.horizon}" if row.horizon else "",
        )
        value = f"{row.value:.3f}" if abs(row.value) < 10 else f"{row.value:.2f}"
        if row.low is not None and row.high is not None:
            value += f" ({row.low:.3f}-{row.high:.3f})"
        groups.setdefault(key, []).append(f"{row.measure} {value.replace('.', ',') if lang == 'vi' else value}")
    return [f"    {' '.join(part for part in key if part)}: {'; '.join(values)}" for key, values in groups.items()]
