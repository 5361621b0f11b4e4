"""Files come in whole or not at all; a row is the same record in whichever file it comes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from company_enrichment.errors import ConfigurationError
from company_enrichment.ingestion.domains import Domain, load_domain
from company_enrichment.ingestion.load import ingest
from company_enrichment.ingestion.reports import FileOutcome, FileReport
from real_databases import SCHEMA, Database

DOMAIN = Domain(
    name="test",
    description="A small domain.",
    files="*.xlsx",
    sheet="data",
    columns={"plan_code": "plan", "account_number": "account", "customer_name": "customer"},
    record_key=["plan", "customer", "amount"],
)
HEADER = ["plan", "account", "customer", "amount", "remark"]


def write(folder: Path, name: str, rows: Sequence[Sequence[Any]], sheet: str = "data") -> Path:
    with xlsxwriter.Workbook(str(folder / name)) as workbook:
        worksheet = workbook.add_worksheet(sheet)
        for number, row in enumerate(rows):
            worksheet.write_row(number, 0, row)
    return folder / name


def take_in(database: Database, folder: Path, *, execute: bool = True) -> list[FileReport]:
    return ingest(database.connect(), DOMAIN, folder, schema=SCHEMA, execute=execute)


def test_the_same_row_in_another_file_is_the_same_record(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "first.xlsx", [HEADER, ["P1", "A1", "甲", 1.5, "x"], ["P2", None, "乙", 2, "x"]])
    assert take_in(database, tmp_path)[0].rows_new == 2
    before = database.query("select xmin::text, * from customer_records order by record_id")
    (tmp_path / "first.xlsx").unlink()
    write(tmp_path, "second.xlsx", [["", "a title"], HEADER, ["P2", None, "乙", 2, "y"], ["P1", "A1", "甲", 1.5, "y"]])
    [report] = take_in(database, tmp_path)
    assert (report.rows_read, report.rows_new, report.rows_unchanged) == (2, 0, 2)
    assert database.query("select xmin::text, * from customer_records order by record_id") == before


def test_rows_that_agree_in_everything_are_told_apart_by_counting(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "file.xlsx", [HEADER, *[["P1", "A1", "甲", 1, None]] * 3])
    assert take_in(database, tmp_path)[0].rows_new == 3
    write(tmp_path, "file.xlsx", [HEADER, *[["P1", "A1", "甲", 1, "another remark"]] * 4])
    [report] = take_in(database, tmp_path)
    assert (report.rows_new, report.rows_unchanged) == (1, 3)


def test_a_changed_column_outside_the_record_key_changes_the_record(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "file.xlsx", [HEADER, ["P1", "A1", "甲", 1, None]])
    take_in(database, tmp_path)
    write(tmp_path, "file.xlsx", [HEADER, ["P1", "A2", "甲", 1, None]])
    [report] = take_in(database, tmp_path)
    assert (report.rows_new, report.rows_changed) == (0, 1)
    assert database.query("select account_number from customer_records") == [("A2",)]


def test_codes_in_numeric_cells_keep_the_form_they_show(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "file.xlsx", [HEADER, [1001, 600123.0, "甲", 1, None]])
    take_in(database, tmp_path)
    assert database.query("select plan_code, account_number from customer_records") == [("1001", "600123")]


def test_empty_rows_are_passed_over_and_over_long_ones_rejected_by_row(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "file.xlsx", [HEADER, [], ["P1", None, "长" * 501, 1, None], ["P2", None, "乙", 1, None]])
    [report] = take_in(database, tmp_path)
    assert (report.rows_read, report.rows_new, report.rows_rejected) == (2, 1, 1)
    [(line, reason)] = database.query("select line_no, reason from ingest_rejects")
    assert line == 3
    assert "customer has 501 characters" in reason


def test_plan_only_reports_what_the_real_run_does_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "file.xlsx", [HEADER, ["P1", None, "甲", 1, None], [None, None, None, 7, None]])
    [planned] = take_in(database, tmp_path, execute=False)
    assert database.value("select count(*) from customer_records") == 0
    assert database.value("select count(*) from ingest_files") == 0
    [done] = take_in(database, tmp_path)
    assert (
        (planned.rows_new, planned.rows_changed, planned.rows_unchanged, planned.rows_rejected)
        == ((done.rows_new, done.rows_changed, done.rows_unchanged, done.rows_rejected))
        == (2, 0, 0, 0)
    )


@pytest.mark.parametrize(
    ("rows", "sheet", "said"),
    [
        ([HEADER, ["P1"]], "other", "there is no sheet 'data'; it has 'other'"),
        (
            [["plan", "account", "client", "amount"], ["P1"]],
            "data",
            "column customer is missing; row 1 has plan, account",
        ),
        ([["a", "b"]], "data", "no row has the columns plan, account, customer, amount"),
    ],
)
def test_a_file_of_another_layout_is_refused_whole(
    database: Database, tmp_path: Path, rows: list[list[str]], sheet: str, said: str
) -> None:
    write(tmp_path, "file.xlsx", rows, sheet)
    [report] = take_in(database, tmp_path)
    assert report.outcome is FileOutcome.FAILED and said in report.detail
    assert database.value("select count(*) from customer_records") == 0
    assert database.value("select count(*) from ingest_files") == 0


def test_a_file_that_is_no_workbook_is_refused_and_the_others_are_taken_in(database: Database, tmp_path: Path) -> None:
    (tmp_path / "file.xlsx").write_bytes(b"not a workbook")
    write(tmp_path, "good.xlsx", [HEADER, ["P1", None, "甲", 1, None]])
    broken, good = take_in(database, tmp_path)
    assert broken.outcome is FileOutcome.FAILED and "file.xlsx: is a text file such as a CSV" in broken.detail
    assert (good.outcome, good.rows_new) == (FileOutcome.LOADED, 1)


def test_a_domain_is_a_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "pensions.yml").write_text(
        "description: x\nfiles: '*.xlsx'\nsheet: s\ncolumns: {customer_name: n}\nrecord_key: [n]\n", "utf-8"
    )
    assert load_domain("pensions", tmp_path).headers == ["n"]
    (tmp_path / "broken.yml").write_text("description: x\nfolder: y\n", "utf-8")
    with pytest.raises(ConfigurationError, match=r"broken\.yml"):
        load_domain("broken", tmp_path)
