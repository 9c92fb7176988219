"""What was said and how often it came true: read from whatever rows the record has, in sentences that follow the figures."""

import csv
import io
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from site_content import RUN

from analysis.reference import wording
from analysis.report.chart import chart_kind, target_chart
from analysis.report.page import site
from analysis.report.record import (
    track_page,
    track_provinces,
    track_record,
    track_score,
    track_states,
    track_targets,
    track_text,
)
from analysis.report.words import binding, number
from analysis.trial import record, requirement
from analysis.trial.backtest import level_trial

HEADING = "data,method,scheme,points,horizon,measure,value,low,high,cases\n"
ASKED = "data,method,scheme,points,horizon,measure,rule,aim,limit,other\n"
GROWTH = "world,peers,past_only,10,5"
LEVELS = "M1+M3,h2,last,10,"
COVERED = "".join(
    f"{LEVELS},inside_{percent},{value},{value - 0.01:.2f},{value + 0.01:.2f},600\n"
    for percent, value in {"50": 0.5, "80": 0.7, "95": 0.95}.items()
)
CLASSES = (
    f"{LEVELS},said_08,0.7500,,,90\n{LEVELS},met_08,0.8000,,,90\n{LEVELS},said_09,0.8400,,,40\n{LEVELS},met_09,0.6000,,,40\n"
)
BOUNDED = f"{LEVELS},reliability_0.70_0.80,0.8000,0.7000,0.9000,90\n{LEVELS},reliability_0.80_0.90,0.6000,0.6000,0.6000,40\n"


def of(text, asked=""):
    rows = list(csv.DictReader(io.StringIO(HEADING + text)))
    return track_record.of_rows(rows, list(csv.DictReader(io.StringIO(ASKED + asked))))


def said(make, found, lang="vi"):
    return make(found, lang, track_text.plainly(found))


def kind(name):
    return next(one for one in track_record.KINDS if one.name == name)


OF_THEIR_OWN = ("apart", "together", "whole_number", "part_year", "country_months")  # methods told in tables of their own


def test_states_of_their_own_are_told():
    """Every said beside a met of still, vanish and whole_number has its line; every flow and month too."""
    found = track_record.read()
    rows = record.read(record.FOLDER / "track_record.csv")
    tested = [row for row in rows if row["method"] in ("still", "vanish") and row["measure"].startswith("said_")]
    counted = [
        row
        for row in rows
        if row["method"] == "whole_number" and row["points"] == "8" and row["measure"].startswith("said_")
    ]
    lines = said(track_states.states, found)
    assert len(lines) == len(tested) + len(counted) > 25
    months = [row for row in rows if row["method"] == "part_year" and row["measure"] == "error_pct"]
    assert len(said(track_states.months, found)) == len(months) == 6
    zero = next(line for line in lines if line[0] == wording.text("track_still_zero", "vi"))
    assert zero[1] == "1" and zero[2] == zero[3].split(" ")[0], "said as it came true"


def test_provinces_are_told_by_year():
    """Seven years, four targets above the own pace, the targets assigned: said when, came, each in its place."""
    found = track_record.read()
    lines = {line[0]: line[1:] for line in said(track_provinces.years, found)}
    assert [*lines][:7] == [str(year) for year in range(2019, 2026)] and len(lines) == 12
    assert lines["2022"][0] == number.MISSING != lines["2025"][0]
    assert lines["2025"][-1] == "252" and lines[wording.text("track_province_assigned", "vi")][-1] == "33"
    surprise = said(track_provinces.provinces_said, found)[1]
    assert "2025" in surprise and lines["2025"][0] in surprise and lines["2025"][3] in surprise


def test_shipped_record_is_told_whole():
    found = track_record.read()
    rows = record.read(record.FOLDER / "track_record.csv")
    shares = [row for row in rows if row["measure"] == "inside_80" and row["scheme"] != "rolling"]
    shares = [row for row in shares if row["method"] not in OF_THEIR_OWN]
    places = {(row["data"], row["method"], row["scheme"], row["horizon"]) for row in shares}
    assert ("M1+M3", "h2", "gaps", "") in places
    assert ("M1+M3", "linear_t", "last", "") in places and ("world", "linear_t", "every_origin", "") in places
    places |= {("provinces", "peers", "rolling", years) for years in ("1", "2")}
    assert {(one.data, one.method, one.scheme, one.horizon) for one in track_record.KINDS} == places
    assert len(said(track_text.seen, found)) + len(said(track_text.unseen, found)) == len(track_record.KINDS)
    assert [row[0] for row in said(track_score.methods, found)] == [
        wording.text(f"track_method_{name}", "vi") for name in track_score.METHODS
    ]
    assert [row[0] for row in said(track_score.scores, found)] == [
        track_text.name(kind(name), "vi") for name in (*track_record.DRAWN, "lines", "rates")
    ]
    assert len(said(track_text.wilson, found)) == len(track_record.KINDS)
    assert len(said(track_score.tenths, found)) == len(track_record.LEADING)
    assert {row["kind"] for row in track_record.points_drawn(found)} >= {"levels", "shares"}
    assert f"1–{level_trial.HORIZONS}" == track_text.EACH_YEAR


def test_kept_levels_parts_and_the_shock_are_told():
    found = track_record.read()
    lines = said(track_targets.kept, found)
    assert len(lines) == 18 and lines[0][0] == "90%" and lines[-1][0] == "99,95%"
    rows = {(row["scheme"], row["horizon"], row["measure"]): row for row in record.read(record.FOLDER / "track_record.csv")}
    first = float(rows["at_least_90", "1", "met_kept"]["value"])
    assert lines[0][4].startswith(number.show(first, "share:0", "vi"))
    assert [line[0] for line in said(track_targets.parts, found)] == ["toàn bộ", "nông nghiệp", "công nghiệp", "dịch vụ"]
    assert "đại dịch chỉ có 6%" in said(track_targets.shock, found)[0]
    assert said(track_targets.shock, of("")) == said(track_targets.kept, of("")) == said(track_targets.parts, of("")) == []
    assert said(track_targets.trials, of("")) == said(track_targets.mistaken, of("")) == []
    assert len(said(track_targets.trials, found)) == 18 and track_targets.said("vi").count("\n") == 4


TRIED = "world,annual_trials,at_least_5{start},5,1,{measure},{value},{low},{high},900\n"


def tried(start, said_, met, low, high):
    return TRIED.format(start=start, measure="said_kept", value=said_, low="", high="") + TRIED.format(
        start=start, measure="met_kept", value=met, low=low, high=high
    )


def test_trials_are_told_with_what_is_clearly_off():
    """Off by 20 beyond the interval is told, off by 20 inside of it and off by 2 are not; the worst of each start alone."""
    found = of(tried("", 0.5, 0.7, 0.65, 0.75) + tried("_lost", 0.4, 0.2, 0.1, 0.45))
    assert [line[3:5] for line in said(track_targets.trials, found)] == [["50%", "70% (65%–75%)"], ["40%", "20% (10%–45%)"]]
    (told,) = said(track_targets.mistaken, found)
    assert told.startswith("Mỗi năm một lần thử, tăng trưởng từ 5% trở lên, năm cuối đạt (1 năm): nói quá dè dặt, nói 50%")
    assert "nói quá chắc" in said(track_targets.mistaken, of(tried("_lost", 0.4, 0.2, 0.1, 0.3)))[0]
    assert said(track_targets.mistaken, of(tried("", 0.5, 0.52, 0.51, 0.53))) == []


def test_what_is_kept_is_counted_beside_its_own_share():
    rows = "".join(
        TRIED.format(start=start, measure=measure, value=value, low="", high="")
        for start, own, base in (("", 0.2, 0.3), ("_lost", 0.2, 0.1))
        for measure, value in (("brier", own), ("brier_base", base))
    )
    (text,) = said(track_targets.trials_beside_base, of(rows))
    assert "trong 2 nhóm" in text and text.endswith("ở 1 nhóm.")
    assert said(track_targets.kept_beside_base, of(rows)) == []


def test_parts_that_gain_and_lose_on_the_same_paths_are_named():
    values = {"apart": {"services": 2, "total": 1}, "together": {"services": 1, "total": 1.5}}
    rows = "".join(
        f"philippines,{method},{name},10,5,crps,{one},,,162\n" for method, of_ in values.items() for name, one in of_.items()
    )
    less, more = said(track_targets.parts_said, of(rows))
    assert less.endswith("ở: dịch vụ.") and more.endswith("ở: toàn bộ.")


def test_what_is_said_beside_a_chance_is_what_was_found():
    """The texts of how a chance is made name a shortcoming in words: the record must have it, or the words must go."""
    rows = record.read(record.FOLDER / "track_record.csv")
    found = {tuple(row[name] for name in record.COLUMNS[:6]): float(row["value"]) for row in rows}
    for points in ("5", "8", "10"):
        assert found["M1+M3", "linear_t", "rolling", points, "", "inside_80"] < 0.75
        assert found["world", "linear_t", "every_origin", points, "", "inside_80"] > 0.85
        assert found["world", "linear_t", "every_origin", points, "", "skill_pooled"] < 0
    off = {"kept": [], "missed": []}
    for key, value in found.items():
        if key[5] == "said_kept":
            gap = found[(*key[:5], "met_kept")] - value
            off["missed" if key[2].endswith("_lost") else "kept"].append((key[1], gap))
    assert all(gap > 0 for method, gap in off["kept"] if method == "keep_each_year") and len(off["kept"]) == 18
    trials = [gap for method, gap in (*off["kept"], *off["missed"]) if method == "annual_trials"]
    assert np.mean(np.abs(trials)) < 0.04 and np.mean(trials) < 0
    for name, words in {
        "linear_t": "quá hẹp",
        "keep_each_year": "nhiều hơn mức đã nói",
        "annual_trials": "gần đúng như đã nói, hơi lạc quan",
    }.items():
        assert words in wording.text(f"model_{name}", "vi")


def test_leading_sentence_says_the_class_nearest_to_eight_of_ten():
    found = of(COVERED + CLASSES)
    text = said(track_text.lead, found)
    assert "khi nói khả năng 8,4/10 thì 6,0/10 trường hợp thành sự thật" in text
    assert "lẽ ra chứa 8/10 kết quả đã chứa 7,0/10" in text
    assert "where it said 8.4 of 10, 6.0 of 10 came true" in said(track_text.lead, found, "en")
    assert "khi nói" not in said(track_text.lead, of(COVERED)) and "7,0/10" in said(track_text.lead, of(COVERED))
    assert said(track_text.lead, of("")) == wording.text("track_none", "vi")


def test_rows_with_bounds_give_the_interval_and_rows_without_are_taken_as_they_are():
    plain, bounded = (track_record.classes(of(COVERED + CLASSES + more), kind("levels")) for more in ("", BOUNDED))
    assert [(one.low, one.cases) for one in plain] == [(None, 90), (None, 40)]
    assert [(one.low, one.high) for one in bounded] == [(0.7, 0.9), (None, None)], "one series alone has no spread"
    assert [one.said for one in plain] == [one.said for one in bounded]


def test_intervals_stay_within_nothing_and_all():
    found = of(f"{GROWTH},inside_95,0.9800,0.9500,1.0132,160\n{GROWTH},met_plus_0,0.01,-0.02,0.04,160\n")
    assert found.figures[f"{GROWTH.replace(',', '|')}|inside_95|high"] == 1.0
    assert found.figures[f"{GROWTH.replace(',', '|')}|met_plus_0|low"] == 0.0


def test_where_it_does_worse_is_said_with_its_numbers():
    found = of(COVERED + CLASSES + BOUNDED)
    assert said(track_text.narrow, found) == [
        "Mức tuyệt đối (tiền, số lượng), chuỗi của các cuộc thi dự báo (1–6 năm): khoảng quá hẹp, lẽ ra chứa 80% nhưng "
        "chỉ chứa 70% (600 lần thử)."
    ]
    assert said(track_text.wide, found) == []
    (too_sure,) = said(track_text.mistaken, found)
    assert "nói quá chắc, nói 84% nhưng chỉ 60% thành sự thật (40 lần thử, đều của cùng một chuỗi)" in too_sure


def test_small_and_certain_is_told_uncertain_is_not():
    """Off by a tenth inside its interval is chance; off by six of a hundred outside of it is told once."""
    lines = [("08", 0.75, 0.85, 0.7, 0.9), ("05", 0.45, 0.52, 0.5, 0.55), ("04", 0.35, 0.41, 0.38, 0.44)]
    rows = "".join(
        f"{LEVELS},said_{place},{one},,,90\n{LEVELS},reliability_{one - 0.05:.2f}_{one + 0.05:.2f},{met},{low},{high},90\n"
        for place, one, met, low, high in lines
    )
    told = said(track_text.mistaken, of(COVERED + rows))
    assert len(told) == 1 and "nói quá dè dặt, nói 45% nhưng 52%" in told[0]


def test_nothing_off_is_said_so_and_what_is_absent_is_left_out(tmp_path):
    fine = COVERED.replace("0.7,0.69,0.71", "0.8,0.79,0.81")
    assert said(track_text.narrow, of(fine)) == said(track_text.mistaken, of(fine)) == []
    for text, absent in {
        fine: ("rows", "track_growth", "track_methods_text"),
        "": ("rows", "track_ranges", "track_length"),
    }.items():
        page = written(of(text))
        for key in absent:
            assert 'id="rows"' not in page if key == "rows" else wording.text(key, "vi") not in page
        assert wording.text("track_worse_none", "vi") in page and "<td></td>" not in page and "<tbody>\n</tbody>" not in page


def written(found):
    run = binding.Bindings({}, {"constant": site.CONSTANTS, "run": RUN, "record": found.figures})
    content = {"root": "", "home": "../index.html", **track_page.page(found, run)}
    return site._environment(run, "vi", RUN).get_template("track_record.html").render(content)


def test_wilson_stands_beside_what_was_held():
    found = of("p,h2,x,10,,inside_80,0.8000,,,100\n")
    ends = [found.figures[f"p|h2|x|10||inside_80|wilson_{end}"] for end in ("low", "high")]
    assert ends == pytest.approx([0.7112, 0.8666], abs=0.0001)  # Wilson 1927: 80 of 100
    (line,) = said(track_text.wilson, of(COVERED))
    assert line[2] == "70% (66%–74%)" and line[1] == "50% (46%–54%)"


def test_where_outcomes_fell_is_said_as_the_figures_are():
    def told(shares):
        rows = "".join(f"{LEVELS},pit_{place},{share},,,10\n" for place, share in enumerate(shares))
        (text,) = said(track_score.tenths, of(COVERED + rows))
        return text

    assert told([0.1] * 10).endswith("đúng ra là 20%): không lệch đáng kể.")
    assert "50% kết quả nằm ở nửa trên" in told([0.1] * 10)
    assert told([0.2] + [0.075] * 8 + [0.2]).endswith("40% ở hai phần ngoài cùng (đúng ra là 20%): khoảng dự báo hơi hẹp.")
    assert told([0.05] * 5 + [0.15] * 5).endswith("kết quả thường cao hơn dự báo.")
    assert told([0.18] * 4 + [0.14] + [0.03] * 4 + [0.02]).endswith("kết quả thường thấp hơn dự báo.")
    assert told([0.01] + [0.1225] * 8 + [0.01]).endswith("khoảng dự báo hơi rộng.")
    assert said(track_score.tenths, of(COVERED)) == []


def test_scores_are_those_of_the_forecasts_and_agree_with_the_other_table():
    """Read from the record, whatever the classes say: their Brier would be (.0025 + .16), the record has .15."""
    rows = f"{GROWTH},said_01,0.25,,,100\n{GROWTH},met_01,0.2,,,100\n"
    scores = {"brier_pooled": 0.15, "brier_pooled_base": 0.2, "skill_pooled": 0.25, "skill_threshold": 0.125}
    rows += "".join(f"{GROWTH},{measure},{value},,,200\n" for measure, value in scores.items())
    rows += f"{GROWTH},inside_80,0.8,,,200\n{GROWTH},crps,0.0150,,,200\nworld,log_drift_t,past_only,10,5,crps,0.0200,,,200\n"
    (line,) = said(track_score.scores, of(rows))
    assert line[1:] == ["0,150", "0,200", "25%", "13%", "1,50%", "2,00%", "25%"]
    shipped = track_record.read()
    assert said(track_score.scores, shipped)[0][3:5] == said(track_score.methods, shipped)[0][1:3]
    assert said(track_score.scores, of(COVERED)) == []


def test_what_was_asked_and_does_not_hold_is_listed():
    asked = "M1+M3,h2,last,10,,inside_80,near,0.80,0.02,\nM1+M3,h2,last,10,,inside_50,near,0.50,0.02,\n"
    asked += "M1+M3,h2,last,10,,crps,below,,1.0,method=drift\nM1+M3,h2,last,10,,mase,at_most,,2.90,\n"
    rows = f"{LEVELS},crps,2.2,,,100\nM1+M3,drift,last,10,,crps,2.0,,,100\n"
    found = of(COVERED + rows, asked)
    assert said(track_score.required, found)[0].endswith("1 đòi hỏi đạt, 2 không đạt.")
    first, second = said(track_score.missed, found)
    assert first[1:] == ["10", "Khoảng lẽ ra chứa 80%", "70,00%", "80% ± 2%"]
    assert second[2:] == ["CRPS", "2,20", "nhiều nhất 1,00 lần của drift"]
    assert said(track_score.required, of(COVERED)) == []
    assert {one["rule"] for one in requirement.asked()} <= set(track_score.BY_RULE)
    measures = {one["measure"] for one in requirement.asked() if not one["measure"].startswith("inside_")}
    assert all(f"track_measure_{one}" in wording.texts() for one in measures)


def test_skill_is_said_with_what_is_no_better():
    rows = f"{LEVELS},skill_pooled,0.4800,,,100\n{LEVELS},mase,2.8400,,,100\nM1+M3,drift,last,10,,mase,2.8600,,,100\n"
    rows += f"{GROWTH},inside_80,0.8,,,5\n{GROWTH},crps,0.0172,,,5\nworld,log_drift_t,past_only,10,5,crps,0.0197,,,5\n"
    shares = "undp,share,country_folds,6,4"
    rows += f"{shares},inside_80,0.8,,,5\n{shares},brier_full,0.0300,,,9\n{shares},brier_full_base,0.0400,,,9\n"
    texts = said(track_text.better, of(COVERED + rows))
    assert len(texts) == 4
    assert "bớt được 48%" in texts[0] and "không hơn: lệch 2,84 lần" in texts[1]
    assert "1,72%/năm" in texts[2] and "1,97%/năm" in texts[2] and "bớt được 25%" in texts[3]
    assert "gần như không biết hơn" in said(track_text.better, of(COVERED + rows.replace("full,0.0300", "full,0.0390")))[3]
    assert "gần như không biết hơn" not in texts[3]
    better = rows.replace("mase,2.8600", "mase,3.5000")
    assert "không hơn" not in said(track_text.better, of(COVERED + better))[1]


def test_page_of_the_site_is_in_the_navigation_with_its_chart(pages):
    page = (pages / RUN["run_id"] / "track_record.html").read_text(encoding="utf-8")
    assert 'href="0123456789ab/track_record.html"' in (pages / "index.html").read_text(encoding="utf-8")
    drawn = json.loads(re.search(r'<script type="application/json" id="rows">(.*?)</script>', page, re.DOTALL)[1])
    assert drawn == track_record.points_drawn(track_record.read())
    assert track_page.COMMAND in page
    assert page.index(wording.text("track_chances_text", "vi")) < page.index("Brier"), "plain words come first"
    tenths = json.loads(re.search(r'<script type="application/json" id="tenths">(.*?)</script>', page, re.DOTALL)[1])
    assert tenths == track_record.tenths_drawn(track_record.read())
    for name in track_record.LEADING:
        assert sum(row["share"] for row in tenths if row["kind"] == name) == pytest.approx(1, abs=0.001)
    assert all(f'data-key="record|{one}' in page for one in ("provinces", "philippines", "undp", "world"))


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_chart_draws_what_there_is_and_names_only_that(lang):
    import altair

    specification = chart_kind.reliability(lang, ["levels", "shares"])
    altair.LayerChart.from_dict(specification)
    assert specification["data"] == {"name": "rows"}
    tenths = chart_kind.tenths(lang)
    altair.LayerChart.from_dict(tenths)
    bars = target_chart.picture(tenths, pd.DataFrame(track_record.tenths_drawn(track_record.read())))["image/svg+xml"]
    assert bars.count('aria-roledescription="bar"') == 0 and wording.text("track_short_growth", lang) in bars
    svg = track_text.drawn(lang)._repr_mimebundle_()["image/svg+xml"]
    assert svg.count("mark-symbol role-mark") == 1 and svg.count("mark-rule role-mark") >= 2
    assert svg.count("role-legend") and number.percent(100, 0, lang) in svg
    present = {row["kind"] for row in track_record.points_drawn(track_record.read())}
    for name in track_record.DRAWN:
        assert (wording.text(f"track_short_{name}", lang) in svg) == (name in present)


def test_specification_file_has_every_kind_of_chart_in_both_languages(pages):
    text = (Path(pages) / RUN["run_id"] / "assets" / "specification.js").read_text(encoding="utf-8")
    found = json.loads(text.removeprefix("window.specifications = ").rstrip(";\n"))
    assert {kind: set(one) for kind, one in found.items()} == dict.fromkeys(
        ("target", "reliability", "tenths"), set(wording.LANGUAGES)
    )
