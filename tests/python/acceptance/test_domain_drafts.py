"""company-enrichment domains: what is drafted from a workbook is a domain by which the workbook can be taken in."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from company_enrichment.errors import InputFileError
from company_enrichment.ingestion.domains.draft import Draft, draft_domain
from company_enrichment.ingestion.input_files import find_files
from real_databases import REPOSITORY, Database, clean_environment, run_command
from workbook_files import write_workbook

pytestmark = pytest.mark.one_server

SAMPLE = REPOSITORY / "seeds" / "workbooks"
Rows = Sequence[Sequence[Any]]

CHINESE: Rows = [
    ["2026年1月企业年金收入明细表", None, None, None, None],
    [None],
    ["编制单位：某某养老保险股份有限公司", None, None, None, "单位：元"],
    ["序号", "月 度", "受托计划\n代码", "委托人名称", "管理费"],
    [1, "202601", "P0001", "示例甲有限公司", 12.5],
    [2, "202601", "P0002", "示例乙有限公司", 7],
    [3, "202601", "P0002", "示例丙有限公司", 7],
]
ENGLISH: Rows = [
    ["Statement Date", "Customer No.", "Company Name", "Amount"],
    [date(2026, 1, 31), "000123", "Example One Ltd", 1.5],
    [date(2026, 1, 31), 456, "Example Two Inc.", 2.5],
    [date(2026, 2, 28), "000123", "Example One Ltd", 1.5],
]
BY_CONTENT: Rows = [
    ["Nr", "Partner", "Betrag"],
    [1, "Muster GmbH", 10.25],
    [2, "示例（集团）有限公司", 11.5],
]
REPEATED: Rows = [
    ["plan code", "amount", "amount"],
    ["P1", 1.5, 2],
    ["P1", 1.5, 2],
    ["P2", 2.5, 2],
]


def draft(tmp_path: Path, rows: Rows, file_name: str = "book_202601_V2.xlsx", **arguments: Any) -> Draft:
    file = write_workbook(tmp_path / "contracts" / file_name, rows)
    return draft_domain(file, base_dir=tmp_path, **arguments)


def test_the_header_below_a_title_is_found_and_so_are_its_columns(tmp_path: Path) -> None:
    drafted = draft(tmp_path, CHINESE, "收入明细_202601.xlsx")
    assert (drafted.name, drafted.rows, drafted.rejected) == ("收入明细", 3, 0)
    assert drafted.domain.column_headers == {"plan_code": "受托计划\n代码", "customer_name": "委托人名称"}
    assert drafted.domain.record_key == ["月 度", "受托计划\n代码", "委托人名称"]
    assert "It tells all 3 rows of this file apart." in drafted.text
    assert "# The header is in row 4." in drafted.text
    assert "by a part of the header; check it" in drafted.text


def test_english_headers_and_lost_zeros_are_found(tmp_path: Path) -> None:
    drafted = draft(tmp_path, ENGLISH)
    assert drafted.domain.column_headers == {"account_number": "Customer No.", "customer_name": "Company Name"}
    assert drafted.domain.columns_with_rules["account_number"].width == 6
    assert drafted.domain.record_key == ["Statement Date", "Customer No.", "Company Name"]


def test_a_column_of_companies_is_found_by_its_cells(tmp_path: Path) -> None:
    drafted = draft(tmp_path, BY_CONTENT)
    assert drafted.domain.column_headers == {"customer_name": "Partner"}
    assert "look like names of companies; check it" in drafted.text
    assert "It names no time" in drafted.text


def test_a_row_with_numbers_and_companies_is_no_header(tmp_path: Path) -> None:
    rows: Rows = [["Partner", "Betrag"], ["Muster GmbH", 10.25, "paid", "twice"], ["Beispiel AG", 11.5, "open", "once"]]
    assert draft(tmp_path, rows).domain.column_headers == {"customer_name": "Partner"}


def test_a_key_that_does_not_tell_the_rows_apart_says_so(tmp_path: Path) -> None:
    drafted = draft(tmp_path, REPEATED)
    assert "1 of 3 rows of this file agree in all of it with an earlier one" in drafted.text
    # Two columns of one header cannot be named, and nothing of them is in the key.
    assert drafted.domain.record_key == ["plan code"]
    assert "# Several columns have one header, and cannot be named: amount" in drafted.text


def test_amounts_tell_rows_apart_only_where_nothing_else_does(tmp_path: Path) -> None:
    rows: Rows = [["plan code", "kind", "amount"], ["P1", "a", 1.5], ["P1", "b", 2.5], ["P1", "b", 3.5]]
    assert draft(tmp_path, rows[:3]).domain.record_key == ["plan code", "kind"]
    drafted = draft(tmp_path, rows)
    assert "amount" in drafted.domain.record_key
    assert "It holds amounts: a corrected amount makes another record." in drafted.text


@pytest.mark.parametrize(
    ("name", "pattern", "month"),
    [
        ("book_202601_V2.xlsx", "contracts/**/*book*.xlsx", "202601, version 2"),
        ("202601 规模 明细.xlsx", "contracts/**/*规模 明细*.xlsx", "202601, version 0"),
        ("book.xlsx", "contracts/**/*book*.xlsx", None),
        ("25年11月年金规模.xlsx", "contracts/**/*年金规模*.xlsx", "202511, version 0"),
        ("规模2026年1月份V3.xlsx", "contracts/**/*规模*.xlsx", "202601, version 3"),
        ("book 2026-01-31 v2 final.xlsx", "contracts/**/*book*final*.xlsx", None),
        ("book 123456.xlsx", "contracts/**/*book 123456*.xlsx", None),
        ("[draft] book.xlsx", "contracts/**/*[[]draft] book*.xlsx", None),
        ("202601.xlsx", "contracts/**/**.xlsx", "202601, version 0"),
    ],
)
def test_the_pattern_is_the_name_without_month_and_version(
    tmp_path: Path, name: str, pattern: str, month: str | None
) -> None:
    drafted = draft(tmp_path, ENGLISH, name, name="book")
    assert drafted.domain.files == pattern.replace("/**.xlsx", "/*.xlsx")
    assert (f"The path says month {month}" if month else "The path says no month") in drafted.text
    [found] = find_files(drafted.domain, tmp_path)
    assert found.path.name == name


def test_the_sheet_that_looks_like_records_is_chosen(tmp_path: Path) -> None:
    file = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(file)) as workbook:
        for sheet, rows in (
            ("notes", [["Example Ltd", 5], ["see below", 6]]),
            ("data", ENGLISH[:1]),
            ("rows", ENGLISH),
        ):
            worksheet = workbook.add_worksheet(sheet)
            for number, row in enumerate(rows):
                worksheet.write_row(number, 0, [str(cell) if isinstance(cell, date) else cell for cell in row])
    assert draft_domain(file).domain.sheet == "rows"
    with pytest.raises(InputFileError, match="there is no sheet 'none'; it has 'notes', 'data', 'rows'"):
        draft_domain(file, sheet="none")
    with pytest.raises(InputFileError, match="no row of sheet data looks like a header with rows below"):
        draft_domain(file, sheet="data")


def test_what_is_no_workbook_or_has_nothing_to_match_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match=r"absent\.xlsx: cannot be read: No such file"):
        draft_domain(tmp_path / "absent.xlsx")
    (tmp_path / "text.xlsx").write_text("no workbook", "utf-8")
    with pytest.raises(InputFileError, match=r"text\.xlsx: is a text file"):
        draft_domain(tmp_path / "text.xlsx")
    file = write_workbook(tmp_path / "numbers.xlsx", [["colour", "amount"], ["red", 1], ["blue", 2]])
    with pytest.raises(InputFileError, match="row 1: no column looks like a code or a company's name"):
        draft_domain(file)


HOSTILE_HEADER = "Company: Name #1 '\"\\ {x} \x1b[2J\u202e- true"


def test_no_header_breaks_the_file(tmp_path: Path) -> None:
    drafted = draft(tmp_path, [[HOSTILE_HEADER, "yes", "2026", "- a: b"], ["Example Ltd", 1, 2.5, 3]])
    assert drafted.domain.column_headers["customer_name"].startswith("Company: Name #1")
    assert drafted.rows == 1


@pytest.mark.parametrize(
    "rows", [CHINESE, ENGLISH, BY_CONTENT, REPEATED], ids=["chinese", "english", "content", "repeated"]
)
def test_what_is_drafted_takes_the_workbook_in(database: Database, tmp_path: Path, rows: Rows) -> None:
    data, domains = tmp_path / "data", tmp_path / "domains"
    file = write_workbook(data / "in" / "合同_202601.xlsx", rows)
    domains.mkdir()
    settings: dict[str, Any] = {"WDH_DATA_BASE_DIR": str(data), "WDH_DOMAINS_DIR": str(domains)}
    done = database.cli("domains", "draft", str(file), "--out", str(domains / "contracts.yml"), **settings).output
    assert "Check its comments, then: company-enrichment ingest --domain contracts" in done
    assert "WDH_DOMAINS_DIR=" not in done
    count = sum(1 for row in rows if row[0] is not None and len(row) > 1) - (3 if rows is CHINESE else 1)
    planned = database.cli("ingest", "--domain", "contracts", **settings).output
    assert f"in/合同_202601.xlsx: {count} rows read: {count} new" in planned and " 0 rejected" in planned
    again = database.cli(
        "domains", "draft", str(file), "--out", str(domains / "contracts.yml"), check=False, **settings
    )
    assert again.code == 2 and "a draft overwrites nothing" in again.output


def domains(*arguments: str, check: bool = True, **variables: str) -> Any:
    command = [sys.executable, "-m", "company_enrichment", "domains", *arguments]
    return run_command(command, clean_environment(**variables), check=check)


def test_the_sample_is_drafted_as_it_is_described(tmp_path: Path) -> None:
    file = SAMPLE / "annuity_performance" / "规模明细_202510.xlsx"
    printed = domains("draft", str(file), WDH_DATA_BASE_DIR=str(SAMPLE)).output
    assert 'files: "annuity_performance/**/*规模明细*.xlsx"' in printed
    assert "  plan_code: 计划代码  # a usual header" in printed
    assert "集团企业客户号 would fit, too" in printed


def test_domains_are_listed_and_checked_without_a_database(tmp_path: Path) -> None:
    listed = domains("list", WDH_DOMAINS_DIR=str(tmp_path)).output
    assert all(name in listed for name in ("annuity_income", "annuity_performance", "规模明细"))
    checked = domains("check", "annuity_performance", WDH_DATA_BASE_DIR=str(SAMPLE)).output
    assert "2 files are found, of which 2 would be read." in checked
    assert "规模明细_202510.xlsx: 1,144 rows, 0 of them cannot be taken in" in checked
    missing = domains("check", "annuity_income", check=False, WDH_DATA_BASE_DIR=str(SAMPLE))
    assert missing.code == 1 and "No file of domain annuity_income is there" in missing.output
    (tmp_path / "broken.yml").write_text("description: x\nsheets: y\n", "utf-8")
    broken = domains("list", check=False, WDH_DOMAINS_DIR=str(tmp_path))
    assert broken.code == 2 and "annuity_income" in broken.output
    assert "broken.yml: files (line 1): is missing" in broken.output
    assert "sheets (line 2): there is no such key; sheet is probably meant" in broken.output
