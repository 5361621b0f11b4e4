"""Workbooks as they come from the field: section B of the field cases, and others of each kind.

The source of a case is owner/repository and the number of its issue or pull request; "own" where nobody has
reported it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from msoffcrypto.format.ooxml import OOXMLFile

from company_enrichment.ingestion.domains import Domain
from company_enrichment.ingestion.load import ingest
from company_enrichment.ingestion.reports import FileOutcome, FileReport
from raw_workbooks import Content, RawCell, RawSheet, error, sheet_xml, write_raw_workbook
from real_databases import SCHEMA, Database

pytestmark = pytest.mark.one_server

HEADER = ("月度", "计划代码", "客户名称", "金额")
LAYOUT: dict[str, Any] = {
    "description": "Small.",
    "files": "**/*.xls*",
    "versions": "(?P<period>[0-9]{6})(?:.*?/V(?P<version>[0-9]+))?",
    "sheet": "规模明细",
    "columns": {"plan_code": "计划代码", "customer_name": "客户名称"},
    "record_key": ["月度", "计划代码"],
}
NAMED_KEY = ["月度", "客户名称"]
PRESENT = "select plan_code, customer_name from customer_records where deleted_at is null order by 1, 2"


def domain(**changes: Any) -> Domain:
    return Domain.model_validate({"name": "test", **LAYOUT, **changes})


def write(
    path: Path, *rows: Sequence[Content], sheet: str = "规模明细", formats: Sequence[str] = (), **more: Any
) -> Path:
    return write_raw_workbook(path, RawSheet(sheet, [HEADER, *rows], **more), formats=formats)


def take_in(database: Database, folder: Path, layout: Domain | None = None, **options: Any) -> dict[str, FileReport]:
    options = {"execute": True, **options}
    reports = ingest(database.connect(), layout or domain(), folder, schema=SCHEMA, **options)
    assert all(
        report.rows_read
        == report.rows_new
        + report.rows_changed
        + report.rows_unchanged
        + report.rows_rejected
        + report.rows_passed_over
        for report in reports
    )
    return {report.place: report for report in reports}


# ---- B1: a cell whose formula failed


@pytest.mark.parametrize(
    ("source", "cell"),
    [
        ("python-calamine 105", error("#N/A")),
        ("fastexcel 316", error("#REF!", formula="规模!#REF!")),
        ("own", error("#VALUE!")),
        ("own", error("#DIV/0!", formula="1/0")),
        ("own", error("#SPILL!")),
        ("own: without a formula", error("#NAME?", formula=None)),
        ("pyexcel-xls 27: pasted as text", "#N/A"),
        ("own: pasted as text", " #ref! "),
        ("own: text of a formula", RawCell("#VALUE!", "str", formula="T(A1)")),
    ],
)
@pytest.mark.parametrize("execute", [True, False])
def test_a_row_with_an_error_is_rejected_and_the_record_of_before_stays(
    database: Database, tmp_path: Path, source: str, cell: Content, execute: bool
) -> None:
    write(tmp_path / "202501/V1/a.xlsx", [202501, "P1", "甲", 1], [202501, "P2", "乙", 2], [202501, "P3", "丙", 3])
    take_in(database, tmp_path)
    before = database.query("select record_id, customer_name from customer_records order by 1")
    write(tmp_path / "202501/V2/a.xlsx", [202501, "P1", cell, 1], [202501, "P2", "乙", 2])
    report = take_in(database, tmp_path, execute=execute)["202501/V2/a.xlsx"]
    assert (report.rows_unchanged, report.rows_rejected, report.rows_deleted, report.rows_new) == (1, 1, 1, 0)
    [(row, reason)] = report.rejects
    text = (cell.value if isinstance(cell, RawCell) else str(cell)).strip().upper()  # type: ignore[union-attr]
    assert (row, reason) == (
        2,
        f"客户名称 in sheet 规模明细, cell C2 holds the error {text}: correct it in the sheet, or clear the cell",
    )
    assert database.query("select record_id, customer_name from customer_records order by 1") == before
    present = [("P1", "甲"), ("P2", "乙"), *([] if execute else [("P3", "丙")])]
    assert database.query(PRESENT) == present


def test_an_error_in_what_identifies_a_record_keeps_every_record_of_the_month(
    database: Database, tmp_path: Path
) -> None:
    layout = domain(record_key=NAMED_KEY)
    write(tmp_path / "202501/V1/a.xlsx", [202501, "P1", "甲", 1], [202501, "P2", "乙", 2], [202501, "P3", "丙", 3])
    write(tmp_path / "202502/V1/a.xlsx", [202502, "P1", "甲", 1])
    take_in(database, tmp_path, layout)
    write(tmp_path / "202501/V2/a.xlsx", [202501, "P1", error(), 1], [202501, "P2", "乙", 2], [202501, "P4", "丁", 4])
    for execute in (False, True):
        report = take_in(database, tmp_path, layout, execute=execute)["202501/V2/a.xlsx"]
        assert (report.rows_new, report.rows_unchanged, report.rows_rejected, report.rows_deleted) == (1, 1, 1, 0)
        assert report.notes == ("no record of 202501 is deleted: 1 rejected rows have an error in their record_key",)
    assert database.query(PRESENT) == [("P1", "甲"), ("P1", "甲"), ("P2", "乙"), ("P3", "丙"), ("P4", "丁")]
    write(tmp_path / "202501/V3/a.xlsx", [202501, "P1", "甲", 1], [202501, "P2", "乙", 2])
    report = take_in(database, tmp_path, layout)["202501/V3/a.xlsx"]
    assert (report.rows_unchanged, report.rows_deleted, report.notes) == (2, 2, ())


def test_an_error_in_a_column_that_nobody_needs_is_no_fault(database: Database, tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", [202501, "P1", "甲", error()], [202501, "P2", RawCell(None), "#N/A"])
    [report] = take_in(database, tmp_path).values()
    assert (report.rows_new, report.rows_rejected) == (2, 0)


# ---- B3: merged cells


MERGED: tuple[Sequence[Content], ...] = (
    [202501, "P1", "甲", 1],
    [202501, "P2", None, 2],
    [202501, "P3", None, 3],
    [202501, "P4", "乙", 4],
)


def test_merged_cells_are_filled_and_that_is_said(database: Database, tmp_path: Path) -> None:
    # pandas 63684, python-calamine 181, readxl 355, ExcelDataReader 729
    write(tmp_path / "a.xlsx", *MERGED, merged=["C2:C4"])
    [report] = take_in(database, tmp_path).values()
    assert (report.rows_new, report.notes[0]) == (4, "merged cells were filled in 2 rows")
    assert database.query(PRESENT) == [("P1", "甲"), ("P2", "甲"), ("P3", "甲"), ("P4", "乙")]


def test_rows_of_merged_cells_are_rejected_where_the_domain_says_so(database: Database, tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", *MERGED, merged=["C2:C4", "D2:D5"])
    [report] = take_in(database, tmp_path, domain(merged_cells="reject")).values()
    assert report.rejects == tuple(
        (row, f"客户名称 in sheet 规模明细, cell C{row} is merged in C2:C4: give each row its own value")
        for row in (3, 4)
    )
    assert database.query(PRESENT) == [("P1", "甲"), ("P4", "乙")]


@pytest.mark.parametrize("merged_cells", ["fill", "reject"])
def test_merged_titles_and_headers_do_no_harm(database: Database, tmp_path: Path, merged_cells: str) -> None:
    rows: list[Sequence[Content]] = [
        ["客户名称"],
        ["月度", "计划代码", "客户名称", "金额"],
        [None, None, None, "期初", "期末"],
        [202501, "P1", "甲", 1, 2],
        ["注：以上", None, None, None],
    ]
    merged = ["A1:E1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "A6:E6", "F1:F1048576"]
    write_raw_workbook(tmp_path / "a.xlsx", RawSheet("规模明细", rows[:4], merged=merged))
    [report] = take_in(database, tmp_path, domain(merged_cells=merged_cells)).values()
    assert (report.rows_new, report.rows_rejected) == (1, 0)
    assert not any("merged" in note for note in report.notes)
    split: list[Sequence[Content]] = [["月度", "计划", None], [None, "计划代码", "客户名称"], [202502, "P2", "乙"]]
    write_raw_workbook(tmp_path / "b.xlsx", RawSheet("规模明细", split, merged=["A1:A2", "B1:C1"]))
    report = take_in(database, tmp_path, domain(merged_cells=merged_cells))["b.xlsx"]
    assert (report.rows_new, database.query(PRESENT)) == (1, [("P1", "甲"), ("P2", "乙")])


# ---- B9: files that cost more than they hold, and the reader that dies of them


def test_files_that_cannot_be_read_are_named_and_the_others_are_taken_in(database: Database, tmp_path: Path) -> None:
    data = tmp_path / "data"
    chance = random.Random(1)
    head = sheet_xml("").removesuffix(b"</sheetData></worksheet>")
    good = write(data / "good.xlsx", [202501, "P1", "甲", 1], hidden_rows=[2]).read_bytes()
    # tafia/calamine 428, 432: one blank text in the last cell of the sheet
    far: dict[int, Any] = {1: HEADER, 2: [202501, "P2", "乙", 1], 1_048_576: {"XFD": " "}}
    write_raw_workbook(data / "far.xlsx", RawSheet("规模明细", far))
    bomb = [head, *[b" " * 1_000_000] * 300, b"</sheetData></worksheet>"]
    write_raw_workbook(data / "bomb.xlsx", RawSheet("规模明细", xml=bomb))
    texts = (b"<si><t>%s</t></si>" % chance.randbytes(10).hex().encode() for _ in range(1_500_000))
    write_raw_workbook(
        data / "many.xlsx",
        RawSheet("规模明细", [HEADER]),
        parts={"xl/sharedStrings.xml": [b"<sst>", *texts, b"</sst>"]},
    )
    for name, content in (
        ("cut.xlsx", good[: len(good) // 2]),
        ("empty.xlsx", b""),
        ("csv.xlsx", "月度,计划代码\n".encode("gbk")),
        ("html.xls", b"<table><tr><td>x</td></tr></table>"),
    ):
        (data / name).write_bytes(content)
    (data / "really.xls").write_bytes(write(tmp_path / "other.xlsx", [202501, "P3", "丙", 1]).read_bytes())
    (tmp_path / "small.yml").write_text(yaml.safe_dump(LAYOUT, allow_unicode=True), "utf-8")
    options = {"WDH_DATA_BASE_DIR": str(data), "WDH_DOMAINS_DIR": str(tmp_path), "WDH_WORKBOOK_MEMORY_MB": "128"}
    done = database.cli("ingest", "--domain", "small", "--execute", check=False, **options)
    assert done.code == 1
    said = " ".join(done.output.split())
    for text in (
        f"{data}/bomb.xlsx: unpacks to more than",
        f"{data}/many.xlsx: needs more memory than the 128 MB that WDH_WORKBOOK_MEMORY_MB allows",
        f"{data}/cut.xlsx: is damaged: it begins like a workbook, and is incomplete",
        f"{data}/empty.xlsx: is empty: it has 0 bytes",
        f"{data}/csv.xlsx: is a text file such as a CSV",
        f"{data}/html.xls: is an HTML page",
        "1 new, 0 changed, 0 unchanged, 0 rejected, 0 passed over; 0 records deleted; "
        "1 of the rows are hidden in the sheet",
        "6 of 9 files could not be taken in",
    ):
        assert text in said
    assert database.query(PRESENT) == [("P1", "甲"), ("P2", "乙"), ("P3", "丙")]


# ---- B11: protected workbooks


def test_a_protected_workbook_is_named_and_opened_by_the_password_of_a_file(database: Database, tmp_path: Path) -> None:
    # tafia/calamine 102, 385, pandas 59042, excelize 1877, PhpSpreadsheet 2981, polars 29114
    data = tmp_path / "data"
    plain = write(
        tmp_path / "plain.xlsx", *((202501, f"P{row}", f"样例{row}有限公司", float(row)) for row in range(100))
    )
    data.mkdir()
    with plain.open("rb") as file, (data / "a.xlsx").open("wb") as protected:
        OOXMLFile(file).encrypt("geheim", protected)
    (tmp_path / "small.yml").write_text(yaml.safe_dump(LAYOUT, allow_unicode=True), "utf-8")
    (tmp_path / "password").write_text("falsch\n", "utf-8")
    options: dict[str, Any] = {"WDH_DATA_BASE_DIR": str(data), "WDH_DOMAINS_DIR": str(tmp_path)}
    command = ("ingest", "--domain", "small", "--execute")
    done = database.cli(*command, check=False, **options)
    assert (done.code, "is protected by a password. Save it without one" in " ".join(done.output.split())) == (1, True)
    options["WDH_WORKBOOK_PASSWORD_FILE"] = str(tmp_path / "password")
    done = database.cli(*command, check=False, **options)
    assert (done.code, "is protected by another password" in " ".join(done.output.split())) == (1, True)
    assert "falsch" not in done.output
    (tmp_path / "password").write_text("geheim\n", "utf-8")
    assert "100 rows read: 100 new" in database.cli(*command, **options).output


# ---- A16, B17: codes in cells of numbers


def test_a_code_is_what_its_cell_shows_and_a_code_that_lost_its_digits_is_rejected(
    database: Database, tmp_path: Path
) -> None:
    # tidyverse/readxl 389, fast-excel-reader 22, pandas 12186
    layout = domain(columns={"plan_code": "计划代码", "account_number": "客户名称"})
    rows: list[Sequence[Content]] = [
        [202501, RawCell("123", style=1), RawCell("123456", style=2), 1],
        [202501, "P2", "6.22848E+18", 1],
        [202501, "1.5e+15", "A3", 1],
        [202501, "1E5", RawCell("7", style=3), "6.22848E+18"],
    ]
    write(tmp_path / "a.xlsx", *rows, formats=["000000", "000-000", "0"])
    [report] = take_in(database, tmp_path, layout).values()
    assert database.query("select plan_code, account_number from customer_records order by 1") == [
        ("000123", "123-456"),
        ("1E5", "7"),
    ]
    lost = "in which the digits of a number are lost: enter it anew, as text"
    assert report.rejects == (
        (3, f"客户名称 in sheet 规模明细, cell C3 holds the text 6.22848E+18, {lost}"),
        (4, f"计划代码 in sheet 规模明细, cell B4 holds the text 1.5e+15, {lost}"),
    )


def test_how_a_number_is_shown_changes_no_record_id(database: Database, tmp_path: Path) -> None:
    write(tmp_path / "202501/V1/a.xlsx", [202501, 123, "甲", 1])
    take_in(database, tmp_path)
    write(tmp_path / "202501/V2/a.xlsx", [202501, RawCell("123", style=1), "甲", 1], formats=["000000"])
    report = take_in(database, tmp_path)["202501/V2/a.xlsx"]
    assert (report.rows_changed, report.rows_new, report.rows_deleted) == (1, 0, 0)


# ---- B20, B22: which sheet


def test_a_sheet_is_found_folded_and_what_was_hidden_is_said(database: Database, tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", [202501, "P1", "甲", 1], [202501, "P2", "乙", 2], sheet=" 规模 明细 ", hidden_rows=[3])
    write(tmp_path / "b.xlsx", [202501, "P3", "丙", 1], state="hidden")
    reports = take_in(database, tmp_path)
    assert [report.outcome for report in reports.values()] == [FileOutcome.LOADED] * 2
    assert reports["a.xlsx"].notes[0] == "1 of the rows are hidden in the sheet"
    assert reports["b.xlsx"].notes[0] == "sheet 规模明细 is hidden, and was read because the domain names it"
    assert [plan for plan, _ in database.query(PRESENT)] == ["P1", "P2", "P3"]


def test_a_mapping_workbook_is_read_from_its_first_visible_sheet_which_is_said(
    database: Database, tmp_path: Path
) -> None:
    # calamine 237, SheetJS 630
    header = ("match_type", "alias", "company_id")
    path = write_raw_workbook(
        tmp_path / "mappings.xlsx",
        RawSheet("旧", [header, ("name", "样例隐藏有限公司", "600000401")], state="hidden"),
        RawSheet(
            "新",
            [
                ("映射",),
                header,
                ("name", "样例可见有限公司", "600000402", None, "note"),
                ("name", "样例合并有限公司"),
                ("name", error(), "600000404"),
            ][1:],
            merged=["C2:C3"],
        ),
    )
    plan = database.cli("load-mappings", str(path), "--mode", "merge", "--plan-only").output
    said = " ".join(plan.split())
    assert f"{path}: sheet 新 is read; hidden and not read: 旧." in said
    assert "3 rows read = 2 inserted + 0 updated + 0 unchanged + 1 rejected" in said
    strict = database.cli("load-mappings", str(path), "--mode", "merge", "--strict", check=False)
    assert "line 4: sheet 新, cell B4 holds the error #N/A" in " ".join(strict.output.split())
