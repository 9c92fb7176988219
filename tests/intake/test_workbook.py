"""The data-entry workbook: what is written is read back, what is wrong is told cell by cell, and nothing is lost."""

import datetime as dt
import shutil
import zipfile
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest
from conftest import RAW, harmonised

from analysis.errors import InputError
from analysis.intake import manifest, reading
from analysis.intake.form import entered, returned, sent_back
from analysis.intake.form import handout as entry_form
from analysis.intake.reader import choice
from analysis.intake.sheet import address, number_text
from analysis.intake.split import ENTRY
from analysis.plan import plan as plan_of
from analysis.reference import file, tables, wording
from analysis.schema.codelist import CODELISTS, NOT_APPLICABLE
from analysis.schema.raw import MANIFEST
from analysis.settings import Settings
from pipelines import add, register, template

COMMUNE, CITY = "10642", "31"
PLAN = "thai_tan_2026_2030"
CITY_PLAN = "hai_phong_2026_2030"
YEARS, PART_YEARS = [2024, 2025], [(2026, 3), (2026, 9)]
SHEET = {domain: wording.text(f"workbook_sheet_{domain}", "vi") for domain in CODELISTS["domain"]}
GUIDE = wording.text("workbook_sheet_guide", "vi")
REAL = {"source_id": "commune_workbook", "illustrative": False}


@pytest.fixture(scope="module")
def reference():
    return tables.read(RAW / "reference")


@pytest.fixture(scope="module")
def plans(reference):
    return plan_of.read_all(RAW / "plan", reference["indicator"], reference["area"])


@pytest.fixture
def form(tmp_path, reference, plans):
    """An empty form, and what a test needs to fill it in and read it again."""
    path = tmp_path / "xã.xlsx"
    area = template.area_row(reference["area"], COMMUNE)
    guide = {"maker": "UBND xã", "document_no": "12/BC-UBND", "document_date": pd.Timestamp("2026-10-07")}
    cards, units = reference["indicator"], reference["unit"]
    entry_form.write_template(path, area, plans[PLAN], cards, units, YEARS, PART_YEARS, guide=guide)
    return SimpleNamespace(path=path, cards=cards)


def change(form, *changes):
    """Put values into cells: (sheet, address or (code, header), value)."""
    book = openpyxl.load_workbook(form.path)
    for sheet, place, value in changes:
        cell = book[sheet][place] if isinstance(place, str) else find(book[sheet], *place)
        cell.value = value
        if isinstance(value, str) and value.startswith("="):
            cell.data_type = "s"
    book.save(form.path)


def find(sheet, code, header):
    """Return the cell of a code's row and a header's column."""
    rows = list(sheet.iter_rows())
    top = next(row for row in rows if row[0].value == "Mã")
    column = next(cell.column for cell in top if str(cell.value) == header)
    return sheet.cell(next(row[0].row for row in rows if row[0].value == code), column)


def split(form, entry=REAL):
    return returned.split(choice.read(form.path.parent, form.path.name).rows, entry, form.cards)


def only(frame, **values):
    for name, value in values.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1, frame
    return frame.iloc[0]


def test_every_figure_of_the_form_is_found_again(form):
    """Fill every cell that may hold a figure, read, compare: code, period, address."""
    book, written = openpyxl.load_workbook(form.path), {}
    cards = form.cards.set_index("indicator")
    for domain, name in SHEET.items():
        sheet = book[name]
        rows = [row for row in sheet.iter_rows(min_row=6) if row[0].value]
        top = next(row for row in sheet.iter_rows() if row[0].value == "Mã")
        for row in rows:
            code = row[0].value.partition("|")
            card = cards.loc[code[0]]
            assert card["domain"] == domain
            for head, cell in zip(top, row, strict=True):
                period = returned._period(str(head.value or ""))
                if period is None or ("-" in period and card["part_year"] == "none"):
                    continue
                flag = card["unit_measure"] == "FLAG"
                cell.value = "Đạt" if flag else len(written) + 1
                written[name, cell.coordinate] = (code[0], code[2] or "total", period, "1" if flag else str(cell.value))
    book.save(form.path)
    read = split(form)
    assert read.rejected.empty
    found = {
        (one["sheet"], one["cell"]): (one["indicator"], one["activity"], one["time_period"], one["obs_value"])
        for one in read.entries.to_dict("records")
    }
    assert found == written
    assert (read.entries["number_form"] == "canonical").all()
    assert len(written) > 250


def test_an_entry_carries_card_guide_and_status(form):
    sheet = SHEET["economy"]
    change(
        form,
        (sheet, ("commune_product_q|services", "9 tháng 2026"), "1.300,5"),
        (sheet, "I5", "Sơ bộ"),
    )
    head = find(openpyxl.load_workbook(form.path)[sheet], "commune_product_q", "9 tháng 2026")
    assert head.column_letter == "I"
    one = only(split(form).entries)
    assert one[[*ENTRY, "number_form", "sheet", "cell"]].to_dict() == {
        "indicator": "commune_product_q",
        "ref_area": COMMUNE,
        "area_valid_from": "2025-07-01",
        "activity": "services",
        "freq": "YTD",
        "time_period": "2026-09",
        "obs_value": "1.300,5",
        "unit_measure": "VND_M",
        "prices": "Q",
        "base_per": "2010",
        "concept": "commune_product",
        "obs_status": "P",
        "vintage": "2026-10-07",
        "vintage_assumed": "false",
        "source_id": "commune_workbook",
        "number_form": "vi",
        "sheet": sheet,
        "cell": head.coordinate.replace(str(head.row), str(head.row + 3)),
    }


def test_stock_at_a_part_of_a_year_is_a_month_and_met_is_one(form):
    change(
        form,
        (SHEET["health"], ("hi_insured", "9 tháng 2026"), 19_432),
        (SHEET["health"], ("clinic_std", "2025"), "không đạt"),
    )
    entries = split(form).entries.set_index("indicator")
    assert (
        entries.loc["hi_insured", ["freq", "time_period", "obs_value", "base_per"]] == ["M", "2026-09", "19432", "_Z"]
    ).all()
    assert (entries.loc["clinic_std", ["freq", "obs_value", "number_form"]] == ["A", "0", "canonical"]).all()


def test_numerator_stands_beside_its_denominator(form):
    sheet = openpyxl.load_workbook(form.path)[SHEET["education"]]
    codes = [cell.value for cell in sheet["A"] if cell.value]
    assert abs(codes.index("uppersec_completed") - codes.index("uppersec_age_group")) == 1
    assert codes.index("sch_std") - codes.index("schools") in (-1, 1)
    assert not {"sch_std_share", "hdi_edu"} & set(codes)


def test_sensitive_rows_take_met_or_not_met_alone(form):
    sheet = openpyxl.load_workbook(form.path)[SHEET["defence"]]
    assert [cell.value for cell in sheet["A"]][5:] == form.cards[form.cards["sensitive"]]["indicator"].tolist()
    lists = [one for one in sheet.data_validations.dataValidation if one.formula1 == '"Đạt,Không đạt"']
    assert len(lists) == 3


def test_bounds_of_the_card_are_excels_own(form):
    sheet = openpyxl.load_workbook(form.path)[SHEET["economy"]]
    row = find(sheet, "income_pc", "2025").coordinate
    (rule,) = [one for one in sheet.data_validations.dataValidation if row in one.sqref]
    card = form.cards.set_index("indicator").loc["income_pc"]
    assert (rule.type, rule.operator) == ("decimal", "between")
    assert (float(rule.formula1), float(rule.formula2)) == (card["lower"], card["upper"])
    assert "số" in rule.error


def test_part_year_cells_are_grey_where_the_card_has_none(form):
    sheet = openpyxl.load_workbook(form.path)[SHEET["economy"]]
    assert find(sheet, "income_pc", "9 tháng 2026").fill.fgColor.rgb == entry_form.GREY
    assert find(sheet, "income_pc", "2025").fill.fgColor.rgb != entry_form.GREY
    assert find(sheet, "electricity_sold", "9 tháng 2026").fill.fgColor.rgb != entry_form.GREY


def test_sheets_are_ready_for_paper(form):
    for sheet in openpyxl.load_workbook(form.path):
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.title == GUIDE or sheet.freeze_panes == "C6"


@pytest.mark.parametrize(
    ("domain", "place", "value", "rule"),
    [
        ("economy", ("electricity_sold", "2025"), pd.Timestamp("2026-07-04"), "number_is_date"),
        ("economy", ("income_pc", "9 tháng 2026"), 50, "part_year_none"),
        ("health", ("clinic_std", "2025"), "rồi", "flag_unknown"),
        ("defence", ("drug_free", "2025"), 3, "flag_unknown"),
        ("economy", ("electricity_sold", "Mã"), "dien_thuong_pham", "indicator_unknown"),
        ("economy", ("electricity_sold", "Mã"), None, "code_missing"),
        ("economy", ("electricity_sold", "Mã"), "commune_product_q|taxes_less_subsidies", "activity_unknown"),
        ("economy", ("electricity_sold", "Mã"), "energy_saving_rate", "figure_computed"),
        ("economy", "G4", "năm ngoái", "column_unknown"),
        ("economy", "G4", None, "column_unknown"),
        ("economy", "G5", "chắc chắn", "status_unknown"),
    ],
)
def test_bad_cell_is_rejected_with_sheet_and_cell_and_the_rest_is_loaded(form, domain, place, value, rule):
    good, name = [("economy", "electricity_sold", 47.2), ("society", "villages", 16)], SHEET[domain]
    change(form, *((SHEET[sheet], (code, "2025"), figure) for sheet, code, figure in good))
    cell = place if isinstance(place, str) else find(openpyxl.load_workbook(form.path)[name], *place).coordinate
    change(form, (name, cell, value))
    read = split(form)
    one = only(read.rejected)
    assert (one["sheet"], one["cell"], one["rule"], one["todo"]) == (name, cell, rule, f"todo_{rule}")
    assert wording.text(one["todo"], "vi")
    assert set(read.skipped["reason"]) <= set(wording.texts())
    spoilt = rule in ("indicator_unknown", "code_missing", "activity_unknown", "figure_computed", "number_is_date")
    spoilt |= place in ("G4", "G5")
    assert set(read.entries["indicator"]) == ({"villages"} if spoilt else {"villages", "electricity_sold"})


def test_formula_without_result_is_refused_by_cell_and_the_rest_is_loaded(form):
    """A program wrote the formula, no spreadsheet ever worked it out: the figure somebody meant is not lost in silence."""
    change(form, (SHEET["society"], ("villages", "2025"), 16))
    book = openpyxl.load_workbook(form.path)
    cell = find(book[SHEET["economy"]], "electricity_sold", "2025")
    cell.value = "=10*1.1"
    book.save(form.path)
    read = split(form)
    one = only(read.rejected)
    assert (one["sheet"], one["cell"], one["rule"]) == (SHEET["economy"], cell.coordinate, "formula_without_result")
    assert one["raw_text"] == "=10*1.1" and "mở bằng Excel và lưu lại" in wording.text(one["todo"], "vi")
    assert only(read.entries)["indicator"] == "villages"


def test_every_row_is_accounted_for_whatever_is_typed(form):
    change(form, (SHEET["economy"], "A40", "Người lập biểu: ..."), (SHEET["economy"], "G41", 5), (GUIDE, "D30", "nháp"))
    rows = choice.read(form.path.parent, form.path.name).rows
    read = returned.split(rows, REAL, form.cards)
    seen = pd.concat([part[["sheet", "row"]] for part in (read.entries, read.skipped, read.rejected)])
    assert set(map(tuple, seen.to_numpy())) == set(map(tuple, rows[["sheet", "row"]].to_numpy()))
    assert not read.skipped.duplicated(["sheet", "row", "cell"]).any()
    assert only(read.rejected)["rule"] == "code_missing"
    assert "skip_text" in set(read.skipped["reason"])


def test_empty_cell_is_a_skip_of_its_own_and_never_zero(form):
    read = split(form)
    assert read.entries.empty
    empty = read.skipped[read.skipped["reason"] == "skip_no_value"]
    assert (empty["cell"] != NOT_APPLICABLE).all()
    assert len(empty) > 250


def test_moved_and_added_columns_still_work(form):
    """A clerk inserts a column for 2027 before the others, moves rows about, renames nothing."""
    sheet = SHEET["digital"]
    change(form, (sheet, ("villages_5g", "2025"), 11))
    book = openpyxl.load_workbook(form.path)
    page = book[sheet]
    page.insert_cols(6)
    page["F4"], page["F5"] = "2027", "Ước tính"
    page.insert_rows(7, 3)
    find(page, "villages_5g", "2027").value = 16
    book.save(form.path)
    read = split(form)
    assert read.rejected.empty
    assert read.entries.sort_values("time_period")[["time_period", "obs_value", "obs_status"]].to_numpy().tolist() == [
        ["2025", "11", ""],
        ["2027", "16", "E"],
    ]


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("maker", None),
        ("document_date", None),
        ("document_date", "31/02/2026"),
        ("kind", "chưa rõ"),
        ("area_code", None),
        ("base_year", "gốc"),
    ],
)
def test_missing_guide_cell_is_named(form, label, value):
    row = 4 + returned.GUIDE.index(label)
    change(form, (GUIDE, f"B{row}", value))
    with pytest.raises(InputError) as raised:
        split(form)
    error = raised.value
    assert error.key == "workbook_guide_missing"
    assert f"trang {GUIDE}, ô B{row}:" in wording.text(error.key, "vi", **error.values)


def test_dates_of_the_guide_may_be_typed_as_text(form):
    change(form, (GUIDE, f"B{4 + returned.GUIDE.index('document_date')}", "7/10/2026"))
    assert returned.guide(choice.read(form.path.parent, form.path.name).rows)["document_date"] == "2026-10-07"


def test_mark_of_invented_figures_cannot_be_lost(form):
    change(form, (GUIDE, f"B{4 + returned.GUIDE.index('kind')}", "Giả định"))
    with pytest.raises(InputError, match="workbook_mark_lost"):
        split(form)
    assert split(form, REAL | {"illustrative": True}).rejected.empty


def test_text_never_becomes_a_formula(tmp_path, reference, plans):
    cards = reference["indicator"].copy()
    cards.loc[cards["indicator"] == "villages", ["name_vi", "supplier_vi"]] = ['=HYPERLINK("http://x")', "@SUM(1)"]
    cards.loc[cards["indicator"] == "schools", "definition_vi"] = "-1+1"
    area = template.area_row(reference["area"], COMMUNE)
    entry_form.write_template(tmp_path / "f.xlsx", area, plans[PLAN], cards, reference["unit"], [2025], [])
    with zipfile.ZipFile(tmp_path / "f.xlsx") as archive:
        assert not [name for name in archive.namelist() if "<f>" in archive.read(name).decode("utf-8")]
        assert "vbaProject" not in "".join(archive.namelist())
    book = openpyxl.load_workbook(tmp_path / "f.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert all(cell.data_type == "s" for cell in cells)
    assert [cell.quotePrefix for cell in cells if cell.value[0] in "=+-@"] == [True] * 3


def test_mark_stands_on_every_sheet_and_every_printed_page(tmp_path, reference, plans):
    area = template.area_row(reference["area"], COMMUNE)
    cards, units = reference["indicator"], reference["unit"]
    entry_form.write_template(tmp_path / "f.xlsx", area, plans[PLAN], cards, units, [2025], [], illustrative=True)
    for sheet in openpyxl.load_workbook(tmp_path / "f.xlsx"):
        assert sheet["A1"].value.startswith("SỐ LIỆU GIẢ ĐỊNH, CHỈ ĐỂ MINH HỌA")
        assert sheet["A1"].font.color.rgb == entry_form.RED
        assert sheet.oddHeader.center.text == sheet.oddFooter.center.text == sheet["A1"].value
        assert sheet.oddHeader.center.color == entry_form.RED[2:]


def test_same_arguments_give_the_same_bytes(tmp_path, reference, plans):
    area = template.area_row(reference["area"], COMMUNE)
    for name in ("a.xlsx", "b.xlsx"):
        cards, units = reference["indicator"], reference["unit"]
        entry_form.write_template(tmp_path / name, area, plans[PLAN], cards, units, YEARS, PART_YEARS)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert {one.date_time for one in archive.infolist()} == {entry_form.EPOCH}


def test_form_in_english_is_read_as_well(tmp_path, reference, plans):
    area, cards = template.area_row(reference["area"], COMMUNE), reference["indicator"]
    values = pd.DataFrame(
        {
            "indicator": ["villages", "clinic_std"],
            "activity": "total",
            "time_period": ["2026-09", "2025"],
            "obs_value": [16.0, 1.0],
            "obs_status": ["E", "P"],
            "note": None,
        }
    )
    guide = {"maker": "Commune", "document_date": pd.Timestamp("2026-10-07")}
    path = tmp_path / "en.xlsx"
    units = reference["unit"]
    entry_form.write_template(path, area, plans[PLAN], cards, units, YEARS, PART_YEARS, values, lang="en", guide=guide)
    read = returned.split(choice.read(tmp_path, "en.xlsx").rows, REAL, cards)
    assert read.rejected.empty
    assert set(read.entries["time_period"] + read.entries["obs_status"]) == {"2026-09E", "2025P"}


def test_form_of_a_city_asks_for_what_its_plan_rests_on(reference, plans):
    chosen = entered.cards(reference["indicator"], "province", plans[CITY_PLAN])
    assert {"grdp_growth_index", "labour_productivity", "ent_active"} <= set(chosen["indicator"])
    assert chosen["formula"].isna().all()
    assert "hi_insured" not in set(chosen["indicator"])


def test_area_with_product_taxes_has_their_row(tmp_path, reference, plans):
    cards = reference["indicator"].copy()
    cards.loc[cards["indicator"] == "exports", "parts"] = "sectors_taxes"
    area = template.area_row(reference["area"], CITY)
    entry_form.write_template(tmp_path / "f.xlsx", area, plans[CITY_PLAN], cards, reference["unit"], [2025], [])
    codes = [cell.value for sheet in openpyxl.load_workbook(tmp_path / "f.xlsx") for cell in sheet["A"]]
    assert "exports|taxes_less_subsidies" in codes


# ---------------------------------------------------------------- the commands


@pytest.fixture
def home(tmp_path):
    """A project's data in a folder of its own."""
    shutil.copytree(RAW, tmp_path / "nhà" / "data" / "raw")
    return Settings(root=tmp_path / "nhà")


def tree(settings):
    return {path: path.read_bytes() for path in settings.raw.rglob("*") if path.is_file()}


def filled(settings, tmp_path):
    """The form of the command `template`, filled in by an office."""
    path = tmp_path / "Biểu nhập (Đợt 2).xlsx"
    assert template.run(settings, "vi", COMMUNE, PLAN, str(path)) == 0
    form = SimpleNamespace(path=path)
    row = 4 + returned.GUIDE.index("maker")
    date = 4 + returned.GUIDE.index("document_date")
    change(
        form,
        (GUIDE, f"B{row}", "Ủy ban nhân dân xã"),
        (GUIDE, f"B{date}", "07/10/2026"),
        (SHEET["economy"], ("electricity_sold", "9 tháng 2026"), "38,4"),
        (SHEET["society"], ("households", "2025"), "…"),
        (SHEET["society"], ("new_jobs", "2025"), "24.042"),
        (SHEET["society"], ("villages", "2025"), "mười sáu"),
        (SHEET["digital"], ("files_total", "2026"), pd.Timestamp("2026-07-04")),
    )
    return path


def test_template_says_where_it_wrote_and_overwrites_nothing(home, tmp_path, capsys):
    assert template.run(home, "vi", COMMUNE, PLAN) == 0
    (written,) = (home.reports / "bieu-nhap").glob("*.xlsx")
    assert str(written) in capsys.readouterr().out
    for arguments, key in (
        ((COMMUNE, PLAN), "template_exists"),
        (("99999", PLAN), "template_area_unknown"),
        ((COMMUNE, "kế hoạch"), "template_plan_unknown"),
        ((COMMUNE, PLAN, str(tmp_path / "không có" / "a.xlsx")), "template_folder_missing"),
    ):
        with pytest.raises(InputError) as raised:
            template.run(home, "vi", *arguments)
        assert raised.value.key == key
        wording.text(key, "vi", **raised.value.values)


def test_add_registers_and_tells_what_must_be_mended(home, tmp_path, capsys):
    path = filled(home, tmp_path)
    assert add.run(home, "vi", str(path)) == 0
    out = capsys.readouterr().out
    assert "1 số liệu đọc được, 3 ô bị từ chối" in out
    assert "'mười sáu'" in out
    assert "có thể là 24042 hoặc 24,042" in out
    assert SHEET["digital"] in out
    entry = only(manifest.read(home.raw), source_id="commune_workbook")
    assert entry["path"] == "received/commune_workbook/2026-10-07/bieu_nhap_dot_2.xlsx"
    assert (entry["provider"], entry["original_name"]) == ("Ủy ban nhân dân xã", path.name)
    assert not entry["illustrative"]
    assert str(entry["received_on"].date()) == "2026-10-07"
    assert (home.raw / entry["path"]).read_bytes() == path.read_bytes()
    assert not list(home.raw.rglob(".*.new"))


def test_percent_cell_is_refused_where_the_figure_is_no_percentage(home, tmp_path, capsys):
    path = filled(home, tmp_path)
    book = openpyxl.load_workbook(path)
    cell = find(book[SHEET["economy"]], "electricity_sold", "2025")
    cell.value, cell.number_format = 0.4, "0%"
    book.save(path)
    add.run(home, "vi", str(path))
    said = capsys.readouterr().out
    assert "'40' – Ô định dạng phần trăm nhưng chỉ tiêu không tính bằng %" in said
    assert only(harmonised_of(home).rejected, rule="number_is_percent")["raw_text"] == "40"


def test_add_twice_is_one_sentence_and_a_corrected_file_gets_a_name_of_its_own(home, tmp_path, capsys):
    path = filled(home, tmp_path)
    add.run(home, "vi", str(path))
    before = tree(home)
    capsys.readouterr()
    assert add.run(home, "vi", str(path)) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert tree(home) == before
    change(SimpleNamespace(path=path), (SHEET["society"], ("villages", "2025"), 16))
    add.run(home, "vi", str(path), add.Document(received_on="2026-10-09"))
    own = manifest.read(home.raw).query("source_id == 'commune_workbook'")
    assert own["path"].str.rpartition("/")[2].tolist() == ["bieu_nhap_dot_2.xlsx", "bieu_nhap_dot_2_2.xlsx"]
    assert own["received_on"].dt.strftime("%d").tolist() == ["07", "09"]
    assert all(tree(home)[path] == content for path, content in before.items() if path.name != "manifest.csv")


def harmonised_of(home):
    """What the workbooks of a home become, in the order of the register."""
    register = manifest.read(home.raw).query("source_id == 'commune_workbook'")
    rows = pd.concat([choice.read(home.raw, path).rows for path in register["path"]], ignore_index=True)
    return harmonised(rows, tables.read(home.reference), register)


def test_a_newer_copy_of_a_document_stands_in_place_of_the_older(home, tmp_path, capsys):
    path = filled(home, tmp_path)
    number = (GUIDE, f"B{4 + returned.GUIDE.index('document_no')}", "15/BC-UBND")
    change(SimpleNamespace(path=path), number, (SHEET["society"], ("households", "2025"), 6200))
    add.run(home, "vi", str(path))
    first = harmonised_of(home).observation.set_index("indicator")
    assert first["obs_value"].to_dict() == {"electricity_sold": 38.4, "households": 6200}
    corrections = ((SHEET["society"], ("households", "2025"), 6150), (SHEET["society"], ("villages", "2025"), 16))
    change(SimpleNamespace(path=path), *corrections)
    capsys.readouterr()
    add.run(home, "vi", str(path))
    said = capsys.readouterr().out
    assert "1 ô như cũ, 2 ô khác" in said
    assert "trước “6200”, nay “6150”" in said
    second = harmonised_of(home)
    own = second.observation.set_index("indicator")
    assert own["obs_value"].to_dict() == {"electricity_sold": 38.4, "households": 6150, "villages": 16}
    assert own["obs_id"]["electricity_sold"] == first["obs_id"]["electricity_sold"]  # a citation of it still holds
    assert own["obs_id"]["households"] != first["obs_id"]["households"]
    assert "key_repeated" not in set(second.rejected["rule"])
    old = second.row_account.groupby("file").sum(numeric_only=True)
    assert sorted(old["loaded"]) == [0, 3]
    assert (old["rows_in"] == old["loaded"] + old["rejected"] + old["skipped"]).all()
    assert (second.row_skipped["reason"] == "skip_newer_copy").sum() == 5  # two figures and three refused cells
    assert len(list((home.raw / "received/commune_workbook/2026-10-07").glob("*.xlsx"))) == 2


def test_refused_cells_go_back_in_the_senders_own_workbook_and_come_in_again(home, tmp_path, capsys):
    path = filled(home, tmp_path)
    number = (GUIDE, f"B{4 + returned.GUIDE.index('document_no')}", "15/BC-UBND")
    change(SimpleNamespace(path=path), number, (SHEET["economy"], ("electricity_sold", "Ghi chú"), "=nháp"))
    add.run(home, "vi", str(path))
    folder = home.reports / "gui-lai" / "bieu_nhap_dot_2"
    copy = folder / "bieu_nhap_dot_2.xlsx"
    assert f"để gửi lại đơn vị lập biểu: {copy}" in capsys.readouterr().out
    book = openpyxl.load_workbook(copy)
    told = {
        (sheet.title, cell.coordinate): cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment
    }
    refused = pd.read_csv(folder / "rejected.csv")
    assert set(told) == set(zip(refused["sheet"], refused["cell"], strict=True)) and len(told) == 3
    assert {cell.fill.fgColor.rgb for cell in told.values()} == {"FFFFC7CE"}
    words = {cell.value: cell.comment.text for cell in told.values()}
    assert words["24.042"] == "có thể là 24042 hoặc 24,042; đề nghị ghi lại cho rõ"
    assert "định dạng ô là số" in words[dt.datetime(2026, 7, 4)]
    sheet = book[SHEET["society"]]
    assert find(sheet, "new_jobs", "2026").fill.fgColor.rgb != "FFFFC7CE"
    assert find(book[SHEET["economy"]], "electricity_sold", "Ghi chú").data_type == "s"
    mended = {"24.042": 24042, "mười sáu": 16, dt.datetime(2026, 7, 4): 740}
    for cell in told.values():
        cell.value, cell.number_format = mended[cell.value], "0"
    book.save(copy)
    assert add.run(home, "vi", str(copy)) == 0
    assert "bản mới của văn bản" in capsys.readouterr().out
    made = harmonised_of(home)
    assert made.rejected.empty
    assert made.observation.set_index("indicator")["obs_value"].to_dict() == {
        **{"electricity_sold": 38.4, "new_jobs": 24042, "villages": 16, "files_total": 740}
    }


def test_a_workbook_that_cannot_be_written_goes_back_as_a_list(home, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sent_back, "MEGABYTES", 16)
    add.run(home, "vi", str(filled(home, tmp_path)))
    folder = home.reports / "gui-lai" / "bieu_nhap_dot_2"
    assert f"Danh sách ô bị từ chối để gửi lại đơn vị lập biểu: {folder}" in capsys.readouterr().out
    assert sorted(path.name for path in folder.iterdir()) == [
        *("account.csv", "observation.csv", "rejected.csv", "repair.csv")
    ]


def office_workbook(path):
    """A table as the statistics office sends it."""
    book = openpyxl.Workbook()
    for line in (
        ["Tổng sản phẩm trong nước theo giá so sánh 2010"],
        ["", "9 tháng năm 2024 (Tỷ đồng)", "9 tháng năm 2024 so với cùng kỳ năm trước (%)"],
        ["TỔNG SỐ", "4.000.500,5", 106.82],
        ["Khai khoáng", 300, 93.1],
    ):
        book.active.append(line)
    book.save(path)


def test_a_workbook_of_another_office_is_registered_by_what_the_call_says(home, tmp_path, capsys):
    path = tmp_path / "Biểu tháng 9.xlsx"
    office_workbook(path)
    document = add.Document("Cục Thống kê", "12/BC-CTK", "2024-10-06", "P")
    assert add.run(home, "vi", str(path), document) == 0
    said = capsys.readouterr().out
    assert "2 số liệu đọc được, 0 ô bị từ chối" in said
    assert "2 số liệu đọc được nhưng chưa gắn với chỉ tiêu nào" in said
    entry = only(manifest.read(home.raw), source_id="received_tables")
    assert entry["path"] == "received/received_tables/2024-10-06/bieu_thang_9.xlsx"
    register = pd.DataFrame([entry])
    made = harmonised(choice.read(home.raw, entry["path"]).rows, tables.read(home.reference), register).observation
    assert made["indicator"].tolist() == ["grdp_q", "grdp_growth_index"]
    assert made["obs_value"].tolist() == [4000500.5, 106.82]
    assert made["obs_status"].tolist() == ["P", "P"]


def test_another_number_date_or_office_is_another_document(home, tmp_path):
    register = pd.DataFrame(
        {
            "path": list("abcdef"),
            "provider": ["x", "x", "y", "x", "x", "x"],
            "document_no": ["1", "1", "1", "2", None, None],
            "document_date": pd.to_datetime(["2026-10-07"] * 6),
            "received_on": pd.to_datetime(["2026-10-09", "2026-10-08", *["2026-10-07"] * 4]),
            "sha256": list("012345"),
        }
    )
    assert manifest.replaced(register) == {"b"}  # a came after b, though it was registered before


def test_a_workbook_typed_by_hand_is_read_whole():
    """The numbers of shared case workbook_typed_by_hand: what was refused as ambiguous is read, each with its reason."""
    reference = tables.read(Settings().reference)
    made = reading.read(choice.read(Settings().root / "tests" / "fixtures", "typed_by_hand.xlsx"), reference, None)
    value = made.observation.set_index(["sheet", "cell"])[["obs_value", "obs_status", "last_digit"]]
    assert value.loc[("Kinh tế", "F7"), "obs_value"] == 210500
    assert value.loc[("Kinh tế", "L15")].tolist() == [78.9, "E", 0.1]
    assert value.loc[("Giáo dục", "J7"), "obs_value"] == 7
    reasons = made.repair["reason"].str.replace("+size_of_row", "").value_counts().to_dict()
    assert reasons == {"mark_around": 14, "status_in_cell": 1, "count_of_total": 1, "plausible_range": 1}
    assert made.rejected["rule"].tolist() == ["code_missing"]  # the note below a table
    assert not made.observation["obs_value"].isin([0]).any()


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("missing", "file_missing"),
        ("old", "workbook_unreadable"),
        ("text", "workbook_unreadable"),
        ("foreign", "workbook_empty"),
        ("tables", "add_document_missing"),
        ("area", "workbook_area_unknown"),
    ],
)
def test_file_that_is_no_such_workbook_writes_nothing(home, tmp_path, kind, key):
    path = tmp_path / ("x.xls" if kind == "old" else "x.xlsx")
    if kind in ("old", "text"):
        path.write_text("chữ", encoding="utf-8")
    elif kind == "foreign":
        openpyxl.Workbook().save(path)
    elif kind == "tables":
        office_workbook(path)
    elif kind == "area":
        path = filled(home, tmp_path)
        change(SimpleNamespace(path=path), (GUIDE, "B4", "00004"))
    before = tree(home)
    with pytest.raises(InputError) as raised:
        add.run(home, "vi", str(path))
    assert raised.value.key == key
    assert raised.value.exit_code == 2
    wording.text(raised.value.key, "vi", **raised.value.values)
    assert tree(home) == before


def test_invented_workbook_is_registered_as_such(home, tmp_path, capsys):
    path = filled(home, tmp_path)
    change(SimpleNamespace(path=path), (GUIDE, f"B{4 + returned.GUIDE.index('kind')}", "Giả định"))
    add.run(home, "vi", str(path))
    assert "SỐ LIỆU GIẢ ĐỊNH" in capsys.readouterr().out
    assert only(manifest.read(home.raw), source_id="commune_workbook")["illustrative"]


def test_manifest_keeps_every_other_byte(home):
    path = home.raw / "manifest.csv"
    before = path.read_text(encoding="utf-8")
    entry = file.read(path, MANIFEST).iloc[0]
    kept = {name: "" if pd.isna(value) else value for name, value in entry.items()}
    dates = {name: str(kept[name].date()) for name in ("document_date", "received_on") if kept[name] != ""}
    register.enter(
        home.raw, {name: kept[name] for name in MANIFEST.names} | dates | {"illustrative": bool(kept["illustrative"])}
    )
    assert path.read_text(encoding="utf-8") == before


def test_columns_have_excels_names():
    names = {0: "A", 25: "Z", 26: "AA", 51: "AZ", 701: "ZZ", 702: "AAA", 16383: "XFD"}
    assert {column: address.letters(column) for column in names} == names


def test_rules_of_both_readers_have_words():
    rules = ["number_ambiguous", "number_wrong"]
    frame = pd.DataFrame({"text": ["1.234", "?"], "lower": None, "upper": None}, dtype="object")
    assert number_text.parse(frame)["fault"].tolist() == rules
    for rule in rules:
        assert all(wording.text(f"todo_{rule}", lang) for lang in wording.LANGUAGES)
