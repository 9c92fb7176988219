"""The real figures that were received: each stands on a whole address, and says what its page says."""

import re
from collections import defaultdict

import pandas as pd
import pytest
from conftest import RAW, ROOT

from analysis.reference import file
from analysis.schema.raw import MANIFEST
from analysis.schema.reference import AREA, AREA_CHANGE, SOURCE

SHARED = ROOT.parent / "shared" / "data" / "vietnam"
NO_PAGE = {"transcribed", "commune_workbook", "received_tables", "illustrative"}
NEW, OLD = "2025-07-01", "2008-08-01"

INDICATORS = {
    "grdp_growth_pct": "grdp_growth_index",
    "grdp_growth_pct_first_release": "grdp_growth_index",
    "grdp_growth_contribution_pp": "grdp_contribution",
    "grdp_structure_pct": "grdp_share",
    "income_per_capita_month": "income_pc_month",
    "income_per_capita_year": "income_pc",
    "enterprises_active": "ent_active",
    "enterprises_with_results": "ent_results",
    "enterprises_newly_registered": "ent_new",
    "public_schools": "schools",
    "public_schools_national_standard": "sch_std",
    "preschools": "schools_preschool",
    "health_insurance_coverage_pct": "hi_coverage",
    "investment_realised": "investment_total",
    "budget_revenue": "budget_rev",
    "state_budget_investment_ytd": "state_budget_investment",
    "exports_busd": "exports",
}
ACTIVITIES = {
    "tong_so": "total",
    "nong_lam_thuy_san": "agriculture",
    "cong_nghiep_xay_dung": "industry_construction",
    "dich_vu": "services",
    "thue_sp_tru_tro_cap": "taxes_less_subsidies",
    "cong_nghiep": "industry",
    "cong_nghiep_che_bien_che_tao": "manufacturing",
    "che_bien_che_tao": "manufacturing",
    "xay_dung": "construction",
    "TỔNG SỐ": "total",
    "Nông, lâm nghiệp và thủy sản": "agriculture",
    "Công nghiệp và xây dựng": "industry_construction",
    "Dịch vụ": "services",
    "Thuế sản phẩm trừ trợ cấp sản phẩm": "taxes_less_subsidies",
}
UNITS = {
    "tỷ đồng": "VND_B",
    "triệu đồng": "VND_M",
    "điểm %": "PP",
    "% (năm trước=100)": "IX_PY100",
    "triệu đồng/người": "VND_M_PS",
    "nghìn đồng/người": "VND_TH_PS",
    "triệu đồng/người/tháng": "VND_M_PS_M",
    "nghìn đồng/người/tháng": "VND_TH_PS_M",
    "triệu đồng/người/năm": "VND_M_PS_Y",
    "USD/người": "USD_PS",
    "tỷ USD": "USD_B",
    "doanh nghiệp": "ENT",
    "trường": "SCH",
    "người": "PS",
    "nghìn người": "PS_TH",
    "% dân số": "PC",
}
STATUS = {"final": "A", "preliminary": "P", "revised": "P", "estimate": "E", "early estimate": "E"}
PRICES = {"hien_hanh": "V", "so_sanh_2010": "Q", "": ""}
# Addresses that the shared table gives in part and that were completed, or a value its note places on another page.
COMPLETED = {
    "https://github.com/ttttthai/vietnam-dashboard (tools/build/econ/part1.json)": "nso_pxweb_national",
    "the value 11,81 as in https://vneconomy.vn/nam-2026-hai-phong": "vneconomy_hp_2026_plan",
}


def sources():
    return file.read(RAW / "reference" / "source.csv", SOURCE)


def areas():
    return file.read(RAW / "reference" / "area.csv", AREA)


@pytest.fixture(scope="module")
def received():
    """Every line of the real figures kept as CSV, as text, with the file it stands in."""
    register = file.read(RAW / "manifest.csv", MANIFEST)
    paths = [RAW / path for path in register.loc[~register["illustrative"], "path"] if path.endswith(".csv")]
    frames = [pd.read_csv(path, dtype="str", keep_default_na=False).assign(file=path.name) for path in paths]
    return pd.concat(frames, ignore_index=True)


def not_whole(table):
    """Return the sources without a whole address: a page below a site's home page, nothing left out."""
    whole = table["url"].str.fullmatch(r"https?://[^/\s…]+/[^\s…]+")
    return set(table.loc[~whole, "source_id"]) - NO_PAGE


def test_every_source_has_a_whole_address():
    table = sources()
    assert set(table["source_id"]) >= NO_PAGE
    assert not not_whole(table)
    assert table["url"].is_unique


@pytest.mark.parametrize(
    "url", ["https://cafef.vn/…-1.chn", "https://b-company.jp/", "https://github.com/x/y (tools/z.json)", "không có địa chỉ"]
)
def test_an_address_in_part_is_seen(url):
    assert not_whole(sources().assign(url=url))


def test_every_figure_names_a_source_and_every_page_has_a_figure(received):
    named, used = set(sources()["source_id"]), set(received["source_id"])
    assert used <= named
    assert named - used <= NO_PAGE


def test_every_figure_names_an_edition_of_an_area(received):
    area = areas()
    known = set(zip(area["ref_area"], area["valid_from"].dt.strftime("%Y-%m-%d"), strict=True))
    assert set(zip(received["ref_area"], received["area_valid_from"], strict=True)) <= known


def test_a_date_not_printed_is_said_to_be_the_day_of_retrieval(received):
    assumed = received["vintage_assumed"] == "true"
    assert set(received.loc[assumed, "vintage"]) == {"2026-10-05"}
    assert (received.loc[~assumed, "vintage"] < "2026-10-05").all()


def test_hai_phong_is_two_areas_and_its_communes_are_114():
    area = areas()
    assert list(area.loc[area["ref_area"] == "31", "valid_from"].dt.strftime("%Y-%m-%d").sort_values()) == [OLD, NEW]
    below = area[(area["parent"] == "31") & (area["kind"] == "commune")]
    kinds = below["name_vi"].str.extract(r"^(Xã|Phường|Đặc khu) ")[0].value_counts()
    assert kinds.to_dict() == {"Xã": 67, "Phường": 45, "Đặc khu": 2}
    assert (area["kind"].eq("province") & area["valid_to"].isna()).sum() == 34


def test_three_communes_became_one_under_a_code_that_was_reused():
    change = file.read(RAW / "reference" / "area_change.csv", AREA_CHANGE)
    into = change[change["new_ref_area"] == "10642"]
    assert set(into["ref_area"]) == {"10636", "10642", "10666"}
    assert (into["weight"] == 1).all()


def values(received, **where):
    rows = received
    for name, value in where.items():
        rows = rows[rows[name] == value]
    return dict(zip(rows["time_period"], rows["obs_value"].astype(float), strict=True))


def test_growth_of_hai_duong(received):
    growth = values(received, source_id="nso_pxweb_v0310", ref_area="30")
    expected = [9.92, 7.39, 2.76, 8.54, 9.36, 8.72, 10.13, 10.63]
    assert [round(growth[str(year)] - 100, 2) for year in range(2018, 2026)] == expected


def test_contributions_of_hai_phong_2025_add_to_its_growth(received):
    rows = received[(received["source_id"] == "mekongasean_hp_2025") & (received["time_period"] == "2025")]
    parts = rows[rows["indicator"] == "grdp_contribution"].set_index("activity")["obs_value"].astype(float)
    growth = rows[(rows["indicator"] == "grdp_growth_index") & (rows["activity"] == "total")]
    assert parts.to_dict() == {
        "agriculture": 0.19,
        "industry_construction": 7.62,
        "services": 3.38,
        "taxes_less_subsidies": 0.62,
    }
    assert round(parts.sum(), 2) == float(growth["obs_value"].item()) == 11.81


@pytest.mark.parametrize("indicator", ["grdp_q", "grdp_v"])
def test_country_product_adds_up_every_year(received, indicator):
    rows = received[(received["source_id"] == "nso_sdmx_nag") & (received["indicator"] == indicator)]
    figures = rows.assign(obs_value=rows["obs_value"].astype(float))
    table = figures.pivot_table(index="time_period", columns="activity", values="obs_value")
    assert list(table.index) == [str(year) for year in range(2004, 2025)]
    assert table.loc[:"2009", "taxes_less_subsidies"].isna().all()  # no such line before 2010
    assert ((table.drop(columns="total").sum(axis=1) - table["total"]).abs() < 0.5 * 5 * 0.1 + 1e-6).all()


def test_schools_of_hai_duong_and_budget_of_hai_phong(received):
    assert values(received, indicator="sch_std", ref_area="30") == {"2023": 666}
    assert values(received, indicator="schools", ref_area="30") == {"2023": 780}
    budget = received[(received["indicator"] == "budget_rev") & (received["area_valid_from"] == NEW)]
    assert {"187766", "190379"} <= set(budget["obs_value"])


def test_nine_months_are_cumulative_and_four_provinces_have_none(received):
    rows = received[received["file"] == "nine_months_2026.csv"]
    assert len(rows) == rows["ref_area"].nunique() == 30
    assert set(rows["freq"] + rows["time_period"] + rows["unit_measure"]) == {"YTD2026-09PC_Y"}
    assert values(rows, ref_area="31") == {"2026-09": 12.08}


def test_a_quarter_alone_is_never_a_cumulative_one(received):
    rows = received[(received["source_id"] == "nso_annex_gdp_quarterly") & (received["activity"] == "total")]
    cumulative = rows["note"].str.contains("CỘNG DỒN")
    assert set(rows.loc[cumulative, "freq"]) == {"YTD"}
    assert set(rows.loc[~cumulative, "freq"]) == {"Q"}
    assert not rows["time_period"].duplicated().any()


def bare(name):
    """Return the name of an area without its kind and without what tells its editions apart."""
    name = re.sub(r" ?\(.*\)$", "", name)
    return re.sub(r"^(thành phố|tỉnh|huyện|xã|phường|tp\.) ?", "", name, flags=re.IGNORECASE).lower()


def edition(name, table):
    """Return the first day of the edition a shared row means, None where its name does not say."""
    if name == "Cả nước":
        return "1976-07-02"
    if "(mới" in name or table.startswith("provinces34") or "(HP" in name:
        return NEW
    return OLD if "(cũ" in name or table.startswith(("other", "estimate")) else None


def period(text):
    """Return (freq, time_period) in the contract's form, None for what is not one period."""
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})M", text):
        return "YTD", f"{match[1]}-{int(match[2]):02d}"
    if re.fullmatch(r"\d{4}-12", text):
        return "A", text[:4]  # January to December in the monthly table is the year
    return ("Q" if "Q" in text else "A", text) if re.fullmatch(r"\d{4}(-Q[1-4])?", text) else None


def indicator(row):
    if row["indicator"] in ("grdp_value", "gdp_value", "gdp_value_quarter", "gdp_value_ytd"):
        return {"V": "grdp_v", "Q": "grdp_q"}.get(PRICES.get(row["price_basis"]))
    return INDICATORS.get(row["indicator"], row["indicator"])


def unit(row, name):
    if row["unit"] == "%":
        return "PC_Y" if name == "grdp_growth_index" else "PC"
    return UNITS.get(row["unit"])


def shared_rows():
    """Yield (table, row) of the shared tables, all in the columns of most of them."""
    for path in sorted(SHARED.glob("*.csv")):
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
        if path.name.startswith("hai_phong_plan"):
            table = table[table["kind"] == "result"].assign(status="estimate", price_basis="")
            table = table.rename(
                columns={"unit": "unit_code_or_name", "unit_measure": "unit", "period": "year", "value_low": "value"}
            )
        if {"source_url", "status", "value", "unit_code_or_name", "sector", "note"} <= set(table.columns):
            yield from ((path.name, row) for row in table.to_dict("records"))


def shared_figures():
    """Return {(source_id, indicator, activity, freq, period, unit, value, status): [(area, first day)]}."""
    by_url = dict(sources()[["url", "source_id"]].itertuples(index=False))
    figures = defaultdict(list)
    for table, row in shared_rows():
        when, name = period(row["year"]), indicator(row)
        page = by_url.get(row["source_url"], COMPLETED.get(row["source_url"]))
        page = next((to for text, to in COMPLETED.items() if text in row["note"]), page)
        if page and when and row["status"] in STATUS and row["sector"] in ACTIVITIES:
            key = (page, name, ACTIVITIES[row["sector"]], *when, unit(row, name), row["value"], STATUS[row["status"]])
            area = row["unit_code_or_name"]
            figures[key].append((bare(area), edition(area, table)))
    return figures


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared tables the figures were read from are not beside the project")
def test_every_figure_equals_the_row_it_came_from(received):
    """Value, unit, period, status and area of every line against the shared tables; derived, planned and unreliable rows
    of theirs are not among what is compared with, so none can have come in.
    """
    area = areas().assign(day=lambda table: table["valid_from"].dt.strftime("%Y-%m-%d"))
    names = {(a.ref_area, a.day): bare(a.name_vi) for a in area.itertuples()}
    figures = shared_figures()
    lost = []
    for row in received.to_dict("records"):
        columns = ("source_id", "indicator", "activity", "freq", "time_period", "unit_measure", "obs_value", "obs_status")
        found = figures.get(tuple(row[column] for column in columns), [])
        place, day = names[row["ref_area"], row["area_valid_from"]], row["area_valid_from"]
        if not any(name == place and first in (day, None) for name, first in found):
            lost.append((row["file"], *(row[column] for column in columns), row["ref_area"], day))
    assert not lost
