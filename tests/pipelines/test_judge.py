"""`judge`: the rules over tables as they are published, broken cells and all."""

import csv
import gzip
import random
import time
from collections import defaultdict

import numpy as np
import pytest
from conftest import ROOT

from analysis.errors import InputError
from analysis.progress.rules import cases
from analysis.progress.rules import judge as judge_of
from analysis.reference import wording
from analysis.settings import Settings
from pipelines import arguments, command, judge

SHARED = ROOT.parent / "shared" / "data" / "official_verdicts"
GOLDEN = ROOT / "tests" / "golden"
shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the published verdicts are not beside the project")


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path, rows, header=None):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header or list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def run(source, rule, out, lang="en"):
    assert judge.run(Settings(lang=lang), lang, str(source), rule, str(out)) == 0
    return table(out)


def agreement(path, rule):
    found = judge.read(path)
    header, body = found.names, [cells for _, cells in found.rows]
    rows = [dict(zip(header, cells, strict=True)) for cells in body]
    return {name: (right, of) for name, right, of in judge.agreement(rows, judge_of.judge(rows, rule))}


@pytest.mark.parametrize(("name", "rule"), [("unsd", "unsd"), ("open_sdg", "open_sdg")])
def test_golden_sample_agrees_in_every_row(name, rule):
    right, of = agreement(GOLDEN / f"{name}.csv", rule)[""]
    assert right == of > 15


def test_golden_sample_has_every_method_and_word():
    rows = table(GOLDEN / "unsd.csv")
    assert {row["method"].replace("Halfing", "Halving") for row in rows} == set(judge_of.unsd.METHODS)
    assert len({row["published_status"] for row in rows}) == 8
    assert all(row["source"] for row in rows + table(GOLDEN / "open_sdg.csv"))


@shared
def test_undp_verdicts():
    """The least the methods ask for; what is reached stands in the README."""
    found = agreement(SHARED / "undp_status.csv.gz", "unsd")
    least = {"CAGRR": 0.999, "CAGRA": 0.975, "Parity": 0.95, "": 0.985}
    for name, (right, of) in found.items():
        assert right / of >= least.get(name, 1.0), name
    assert found[""] == (61688, 61692) and found["CAGRR"] == (14597, 14601)


@shared
def test_undp_verdicts_without_the_base_year_that_was_used(tmp_path):
    """The rule finds the base itself; only series judged from a year of their own differ."""
    with gzip.open(SHARED / "undp_status.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    words = judge_of.judge([{**row, "base_year": ""} for row in rows], "unsd").classes
    assert np.mean([word == row["published_status"] for word, row in zip(words.tolist(), rows, strict=True)]) > 0.999


@shared
def test_canadian_indicators():
    assert agreement(SHARED / "canada_cif_progress.csv", "open_sdg") == {"": (77, 77)}
    rows = table(SHARED / "canada_cif_progress.csv")
    judged = judge_of.judge(rows, "open_sdg")
    theirs = [float(row["score"]) if row["score"] else np.nan for row in rows]
    assert judged.more["score"] == pytest.approx(theirs, nan_ok=True, abs=1e-9)
    words = judged.more["indicator_class"].tolist()
    assert [w for w, row in zip(words, rows, strict=True) if row["published_indicator_status"] == "not_available"] == [
        "not_available"
    ] * 3


@shared
@pytest.mark.parametrize(("name", "rule"), [("undp_status.csv.gz", "unsd"), ("canada_cif_progress.csv", "open_sdg")])
def test_published_files_are_read_as_they_are_and_every_column_kept(tmp_path, capsys, name, rule):
    begun = time.monotonic()
    rows = run(SHARED / name, rule, tmp_path / "out.csv")
    seconds = time.monotonic() - begun
    found = judge.read(SHARED / name)
    header, body = found.names, [cells for _, cells in found.rows]
    assert [[row[column] for column in header] for row in rows] == body
    assert list(rows[0])[len(header)] == "class" and list(rows[0])[-1] == "reason"
    assert "Agrees with the published verdicts" in capsys.readouterr().out
    assert seconds < 10  # five on a quiet machine


BROKEN = {
    "2015:1|2015:2": "year 2015 has two different values",
    "2015:1|x": "'x' is not written year:value",
    "2015:1|20x:3": "'20x' is not a year",
    "0001:1|2020:3": "'0001' is not a year",
    "2015:1|2020:ten": "'ten' is not a number",
    "2015:1|2020:inf": "'inf' is not a number",
    "2015:1|2020:1_0": "'1_0' is not a number",
}


@pytest.mark.parametrize("rule", arguments.RULES)
@pytest.mark.parametrize(("history", "why"), BROKEN.items())
def test_a_broken_row_has_no_class_and_a_reason(tmp_path, rule, history, why):
    good = {"history": "2015:1|2016:2|2017:3|2018:4|2020:5", "direction": "increase", "target": "9"}
    rows = run(write(tmp_path / "in.csv", [{**good, "history": history}, good]), rule, tmp_path / "out.csv")
    assert rows[0]["class"] == "" and why.lower() in rows[0]["reason"].lower()
    assert rows[1]["class"] and rows[1]["reason"] == ""


def test_unsorted_repeated_and_missing_years_are_defined(tmp_path):
    same = [
        "2015:100|2020:150",
        " 2020 : 150 | 2015:100 ",
        "2020:150|2015:100|2015:100.0|2018:|2019:nan",
        "2015-16:100|2020.0:150|",
    ]
    rows = [
        {"history": text, "direction": "1", "target": "200", "target_year": "2025", "base_year": "2015/2016"}
        for text in same
    ]
    for rule in ("open_sdg", "unsd"):
        got = run(write(tmp_path / "in.csv", rows), rule, tmp_path / "out.csv")
        assert {row["class"] for row in got} == {"On track" if rule == "open_sdg" else "On Track"}


@pytest.mark.parametrize(
    ("change", "word", "why"),
    [
        ({"history": ""}, "Insufficient Data", "no figure"),
        ({"history": "2016:1"}, "Insufficient Data", "after the base year"),
        ({"direction": ""}, "", "No direction"),
        ({"direction": "up"}, "", "is no direction"),
        ({"method": "Magic"}, "", "no such method"),
        ({"method": "CAGRR"}, "", "needs a target"),
        ({"method": "cagrr", "target": "2000"}, "Limited or No Progress", ""),
        ({"method": "Halfing", "direction": ""}, "Deterioration", ""),
        ({"method": "Binary"}, "", "needs a target"),
        ({"method": "Binary", "binary_target": "3"}, "Target Achieved", ""),
        ({"target": "1x5"}, "", "is not a number"),
        ({"cagr_limits": "[1, 2]"}, "", "is not three numbers"),
        ({"cagr_limits": "[0.9, 0.5, -0.1]"}, "Limited or No Progress", ""),
        ({"target": "3"}, "Target Achieved", ""),
        ({}, "On Track", ""),
    ],
)
def test_cells_of_the_un_rule(tmp_path, change, word, why):
    names = ("history", "direction", "method", "target", "binary_target", "cagr_limits")
    row = dict.fromkeys(names, "") | {"history": "2015:2.5|2020:3", "direction": "increase"} | change
    (got,) = run(write(tmp_path / "in.csv", [row]), "unsd", tmp_path / "out.csv")
    assert got["class"] == word and why in got["reason"] and bool(why) == bool(got["reason"])


def test_words_and_reasons_of_open_sdg(tmp_path):
    rows = [
        {"history": "2015:100|2020:150", "target": "100", "direction": "decrease"},
        {"history": "2015:1", "target": "9", "direction": "increase"},
        {"history": "2010:1|2012:2", "target": "9", "direction": "increase"},
        {"history": "2015:-1|2020:2", "target": "9", "direction": "increase"},
        {"history": "2015:100|2020:100", "target": "", "direction": "increase"},
    ]
    got = run(write(tmp_path / "in.csv", rows), "open_sdg", tmp_path / "out.csv")
    words = ["Deterioration", "not_available", "not_available", "not_available", "Limited progress"]
    assert [row["class"] for row in got] == words
    assert [bool(row["reason"]) for row in got] == [False, True, True, True, False]
    assert [row["score"] for row in got] == ["-5.0", "", "", "", "-2.5"]


def test_german_and_unicef_rules(tmp_path):
    steady = "2015:0.5|2016:1|2017:2|2018:3"
    rows = [
        {"history": steady, "direction": "increase", "target": "12", "target_year": "2030", "target_kind": ""},
        {"history": steady, "direction": "increase", "target": "4", "target_year": "", "target_kind": "annual"},
        {"history": steady, "direction": "increase", "target": "", "target_year": "", "target_kind": ""},
        {"history": "2017:2|2018:3", "direction": "increase", "target": "", "target_year": "", "target_kind": ""},
    ]
    got = run(write(tmp_path / "in.csv", rows), "dns", tmp_path / "out.csv")
    assert [row["class"] for row in got] == ["sun", "cloud", "sun", ""]
    assert "Fewer than four" in got[3]["reason"] and got[0]["missed_share"] == "0.0"
    rows = [{"history": "2015:40|2020:30", "target": target} for target in ("20", "0", "35", "")]
    got = run(write(tmp_path / "in.csv", rows), "aarr", tmp_path / "out.csv")
    assert [row["class"] for row in got] == ["on track", "", "achieved", ""]
    assert float(got[0]["aarr"]) == pytest.approx(100 * (1 - 0.75**0.2))
    assert float(got[0]["aarr_required"]) == pytest.approx(100 * (1 - 0.5 ** (1 / 15)))


def test_a_name_that_is_taken_and_rows_of_another_length(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(
        'class,history,direction\nA,2015:1|2020:2,1\nB,"2015:1|2020:2"\n\nC,2015:1|2020:2,1,more\n', encoding="utf-8-sig"
    )
    rows = run(path, "open_sdg", tmp_path / "out.csv")
    assert [row["class"] for row in rows] == ["A", "B", "C"]
    assert [row["judged_class"] for row in rows] == ["On track", "", ""]
    assert "cells" in rows[1]["reason"] and "cells" in rows[2]["reason"]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "table_empty"),
        (b"\x1f\x8b\x08broken", "table_damaged"),
        ("tên,history\n".encode("utf-16"), "table_column_missing"),
        (b"series,value\na,1\n", "table_column_missing"),
        (b"history;direction\n2015:1,234|2016:2,345;increase\n", "table_ambiguous_number"),
    ],
)
def test_a_file_that_is_no_such_table_is_one_sentence(tmp_path, capsys, content, key):
    path = tmp_path / "in.csv"
    path.write_bytes(content)
    code = command.main(["judge", str(path), "--rule", "unsd", "--out", str(tmp_path / "out.csv")])
    lines = capsys.readouterr().err.splitlines()
    start = wording.texts()[key]["vi"].split("{row}")[0].format_map(defaultdict(str, file="in.csv")).split(";")[0][:20]
    assert code == 2 and len(lines) == 1 and lines[0].startswith(start)
    assert not (tmp_path / "out.csv").exists()


def test_missing_file_and_unwritable_place(tmp_path):
    with pytest.raises(InputError):
        judge.run(Settings(), "vi", str(tmp_path / "none.csv"), "unsd", str(tmp_path / "out.csv"))
    path = write(tmp_path / "in.csv", [{"history": "2015:1|2020:2", "direction": "1"}])
    with pytest.raises(InputError):
        judge.run(Settings(), "vi", str(path), "unsd", str(path / "below" / "out.csv"))


def test_empty_table_and_gzipped_result(tmp_path):
    path = write(tmp_path / "in.csv", [], header=["history", "direction", "published_status"])
    for rule in arguments.RULES:
        assert run(path, rule, tmp_path / "out.csv") == []
    path = write(path, [{"history": "2015:1|2020:2", "direction": "1"}])
    judge.run(Settings(), "vi", str(path), "unsd", str(tmp_path / "new" / "out.csv.gz"))
    assert gzip.decompress((tmp_path / "new" / "out.csv.gz").read_bytes()).decode().splitlines()[1].endswith("On Track,")


def test_any_text_in_any_cell_never_stops_it(tmp_path):
    """A thousand rows of odd cells: each has a class or a reason, whatever the rule."""
    dice = random.Random(20261124)
    pieces = [
        "",
        "2015:1",
        "2020:2",
        "2016:0",
        "2018:-3",
        "2021:1e308",
        "2017:1e-308",
        "nan",
        "x",
        "1,5",
        "|",
        "9999:1",
        "2024:7",
        " ",
    ]
    cells = [
        "",
        "0",
        "-1",
        "1",
        "1e308",
        "nan",
        "2015",
        "2030",
        "abc",
        "1,2",
        "[1,2,3]",
        "not increase",
        "decrease",
        "increase",
    ]
    names = (
        "direction",
        "target",
        "target_year",
        "base_year",
        "limit",
        "binary_target",
        "cagr_limits",
        "cr_limits",
        "cagr_required",
    )
    methods = ["", *judge_of.unsd.METHODS, "Halfing", "?"]
    rows = [
        {
            "history": "|".join(dice.choices(pieces, k=dice.randint(0, 5))),
            "method": dice.choice(methods),
            **{name: dice.choice(cells) if dice.random() < 0.3 else "" for name in names},
            **({"direction": dice.choice(["1", "-1", "not decrease"])} if dice.random() < 0.7 else {}),
        }
        for _ in range(1000)
    ]
    path = write(tmp_path / "in.csv", rows)
    for rule in arguments.RULES:
        got = run(path, rule, tmp_path / f"{rule}.csv")
        assert all(row["class"] or row["reason"] for row in got)
        assert not {"nan", "inf"} & {value for row in got for value in (row["class"], row.get("score"), row.get("aarr"))}


def test_figures_with_a_decimal_comma_are_judged_like_those_with_a_point(tmp_path, capsys):
    """As Excel saves under Vietnamese settings: semicolons, decimal comma, a mark of the encoding, CRLF."""
    point = tmp_path / "point.csv"
    point.write_text(
        "history,direction,target,target_year\n2015:1.5|2020:2.25|2021:1000.5,1,1200.5,2030\n", encoding="utf-8"
    )
    comma = tmp_path / "comma.csv"
    said = "history;direction;target;target_year\r\n2015:1,5|2020:2,25|2021:1.000,5;1;1.200,5;Năm 2030\r\n"
    comma.write_bytes(said.encode("utf-8-sig"))
    made = [run(path, "open_sdg", tmp_path / "out.csv") for path in (point, comma)]
    assert made[0] == made[1] and made[0][0]["class"]
    assert "semicolons" in capsys.readouterr().out


def test_a_row_that_cannot_be_read_is_told_by_its_number(tmp_path, capsys):
    path = tmp_path / "in.csv"
    path.write_text("history,direction\n2015:1|2020:2,1\n2015:1|2020:abc,1\n", encoding="utf-8")
    run(path, "open_sdg", tmp_path / "out.csv")
    out = capsys.readouterr().out
    assert "row 3" in out and "history" in out and "'abc'" in out


def test_help_names_every_column_that_is_read():
    text = wording.text("help_series_file", "en") + wording.text("help_series_file", "vi")
    for name in (
        "history",
        "direction",
        *cases.NUMBERS,
        *cases.WHOLE_YEARS,
        *cases.LIMITS,
        *cases.TEXTS,
        *judge_of.GROUPED_BY,
    ):
        assert text.count(name) >= 2, name
