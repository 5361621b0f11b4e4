"""A row is the same record however its file was saved, and records keep the ids that they had before that was so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from company_enrichment.ingestion.domains import Domain
from company_enrichment.ingestion.load import ingest
from company_enrichment.ingestion.reports import FileReport
from earlier_records import RESAVED_MONTHS, load_as_before
from real_databases import SCHEMA, Database

pytestmark = pytest.mark.one_server

DOMAIN = Domain(
    name="test",
    description="A small domain.",
    files="**/*.xlsx",
    versions="(?P<period>[0-9]{6})(?:.*?/V(?P<version>[0-9]+))?",
    sheet="data",
    columns={"plan_code": "计划代码", "account_number": "客户号", "customer_name": "客户名称"},
    record_key=["月度", "计划代码", "客户号", "客户名称", "规模"],
)
HEADER = ["月度", "计划代码", "客户号", "客户名称", "规模"]
ROWS: list[list[Any]] = [
    [202501, "P1", "00123", "甲公司（北京）", 1234.5],
    [202501, "P1", "00123", "甲公司（北京）", 1234.5],
    [202501, "P2", None, "乙公司", 0],
    [202501, "P3", "C9", None, 0.1 + 0.2],
    [202501, 1001, "C9", "丙公司 ", -5],
]
RESAVED: list[list[Any]] = [
    ["2025年1月", "P1 ", "00123", "甲公司(北京) ", "1,234.50"],
    ["202501 ", "Ｐ１", "00123", "甲 公司（北京）", 1234.5000000000002],
    [date(2025, 1, 31), "P2", "", "乙公司\u200b", "0.00"],
    ["2025-01", "P3", "C9 ", " ", 0.3],
    ["２０２５０１", "1001", "Ｃ９", "丙公司", "(5.00)"],
]
PRESENT = "select record_id from customer_records where deleted_at is null order by 1"


def variant(**changed: Any) -> Domain:
    return Domain(**{**DOMAIN.model_dump(), **changed})


def write(folder: Path, place: str, rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER) -> None:
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as workbook:
        # Two files with the same rows are two files: equal bytes are not read again.
        workbook.set_properties({"comments": place})
        sheet = workbook.add_worksheet("data")
        for number, row in enumerate([header, *rows]):
            sheet.write_row(number, 0, row)


def take_in(database: Database, folder: Path, place: str, rows: Sequence[Sequence[Any]], **options: Any) -> FileReport:
    """Take one file in, twice: the plan and the deed say the same."""
    write(folder, place, rows)
    domain = options.pop("domain", DOMAIN)
    [planned, done] = [
        next(
            report
            for report in ingest(database.connect(), domain, folder, schema=SCHEMA, execute=execute)
            if report.place == place
        )
        for execute in (False, True)
    ]
    assert planned == done
    assert done.rows_read == (
        done.rows_new + done.rows_changed + done.rows_unchanged + done.rows_rejected + done.rows_passed_over
    )
    return done


def counts(report: FileReport) -> tuple[int, int, int]:
    """New, deleted, and what was there already."""
    return report.rows_new, report.rows_deleted, report.rows_changed + report.rows_unchanged


def present(database: Database) -> list[str]:
    return [record_id for (record_id,) in database.query(PRESENT)]


def test_a_month_that_another_program_has_saved_has_the_same_records(database: Database, tmp_path: Path) -> None:
    assert counts(take_in(database, tmp_path, "202501/V1/a.xlsx", ROWS)) == (5, 0, 0)
    before = present(database)
    assert counts(take_in(database, tmp_path, "202501/V2/a.xlsx", RESAVED)) == (0, 0, 5)
    assert counts(take_in(database, tmp_path, "202501/V3/a.xlsx", ROWS[::-1])) == (0, 0, 5)
    assert present(database) == before
    assert database.value("select count(*) from ingest_record_keys") == 0


@pytest.mark.parametrize("month", RESAVED_MONTHS, ids=repr)
def test_every_form_of_a_month_is_that_month(database: Database, tmp_path: Path, month: Any) -> None:
    take_in(database, tmp_path, "202501/V1/a.xlsx", ROWS[:1])
    resaved = [month, *ROWS[0][1:]]
    assert counts(take_in(database, tmp_path, "202501/V2/a.xlsx", [resaved])) == (0, 0, 1)
    assert counts(take_in(database, tmp_path, "202501/V3/a.xlsx", [[202502, *ROWS[0][1:]]])) == (1, 1, 0)


def test_codes_with_and_without_zeros_are_two(database: Database, tmp_path: Path) -> None:
    take_in(database, tmp_path, "202501/V1/a.xlsx", [[202501, "00123", "00123", "甲公司", 1]])
    assert counts(take_in(database, tmp_path, "202501/V2/a.xlsx", [[202501, 123, "00123", "甲公司", 1]])) == (1, 1, 0)


def test_days_of_one_month_are_two_where_the_domain_says_nothing_of_months(database: Database, tmp_path: Path) -> None:
    days = variant(record_key=["day"], columns={"customer_name": "name"})
    months = variant(name="months", record_key=[{"header": "day", "kind": "month"}], columns={"customer_name": "name"})
    for domain, expected in ((days, (1, 1, 0)), (months, (0, 0, 1))):
        folder = tmp_path / domain.name
        for version, day in enumerate((date(2025, 1, 30), date(2025, 1, 31)), start=1):
            write(folder, f"202501/V{version}/a.xlsx", [["甲公司", day]], ["name", "day"])
            reports = ingest(database.connect(), domain, folder, schema=SCHEMA, execute=True)
        assert counts(reports[-1]) == expected


@pytest.mark.parametrize(
    "again",
    [ROWS, RESAVED, ROWS[::-1], RESAVED[::-1]],
    ids=["same cells", "resaved", "in another order", "resaved in another order"],
)
def test_records_of_before_keep_their_ids(database: Database, tmp_path: Path, again: list[list[Any]]) -> None:
    before = load_as_before(database, DOMAIN, HEADER, ROWS, place="202501/V1/a.xlsx", period="202501", version=1)
    assert counts(take_in(database, tmp_path, "202501/V2/a.xlsx", again)) == (0, 0, 5)
    assert present(database) == sorted(before)
    # And from then on by their keys.
    assert counts(take_in(database, tmp_path, "202501/V3/a.xlsx", RESAVED)) == (0, 0, 5)
    assert counts(take_in(database, tmp_path, "202501/V4/a.xlsx", ROWS[2:][::-1])) == (0, 2, 3)
    assert counts(take_in(database, tmp_path, "202501/V5/a.xlsx", ROWS)) == (0, 0, 5)
    assert present(database) == sorted(before)


def test_a_newer_version_changes_what_it_has_changed_and_nothing_else(database: Database, tmp_path: Path) -> None:
    before = load_as_before(database, DOMAIN, HEADER, ROWS, place="202501/V1/a.xlsx", period="202501", version=1)
    newer = [*RESAVED[:2], *RESAVED[3:], ["2025年1月", "P9", None, "新公司", 7]]
    assert counts(take_in(database, tmp_path, "202501/V2/a.xlsx", newer)) == (1, 1, 4)
    assert set(before) - set(present(database)) == {before[2]}
    corrected = [[*row[:4], 99] if row[1] == "P9" else row for row in newer]
    assert counts(take_in(database, tmp_path, "202501/V3/a.xlsx", corrected)) == (1, 1, 4), "keys are exact again"


@pytest.mark.parametrize("is_one_spelling_first", [False, True])
def test_two_ids_of_one_folded_key_stay_two(database: Database, tmp_path: Path, *, is_one_spelling_first: bool) -> None:
    rows = [[202501, "P1", None, name, 1] for name in ("甲公司", "甲公司 ", "甲公司", "甲 公司")]
    before = load_as_before(database, DOMAIN, HEADER, rows, place="202501/V1/a.xlsx", period="202501", version=1)
    assert len(set(before)) == 4
    versions = [rows[::-1], [rows[0]] * 4, rows]
    for version, again in enumerate(versions[1:] if is_one_spelling_first else versions, start=2):
        report = take_in(database, tmp_path, f"202501/V{version}/a.xlsx", again)
        assert counts(report) == (0, 0, 4)
    assert present(database) == sorted(before)
    assert counts(take_in(database, tmp_path, "202501/V9/a.xlsx", rows[:3])) == (0, 1, 3)


def test_a_file_that_is_corrected_at_its_path_keeps_the_ids(database: Database, tmp_path: Path) -> None:
    before = load_as_before(database, DOMAIN, HEADER, ROWS, place="202501/V1/a.xlsx", period="202501", version=1)
    assert counts(take_in(database, tmp_path, "202501/V1/a.xlsx", RESAVED)) == (0, 0, 5)
    assert present(database) == sorted(before)


def test_a_record_of_two_months_has_one_id(database: Database, tmp_path: Path) -> None:
    domain = variant(record_key=["计划代码", "客户名称"])
    ids = {
        month: load_as_before(database, domain, HEADER, ROWS[2:], place=f"{month}/a.xlsx", period=month)
        for month in ("202501", "202502")
    }
    assert ids["202501"] == ids["202502"]
    for month, again in (("202501", RESAVED[2:]), ("202502", RESAVED[:1:-1])):
        assert counts(take_in(database, tmp_path, f"{month}/V1/a.xlsx", again, domain=domain)) == (0, 0, 3)
    assert present(database) == sorted(ids["202501"])


def test_what_one_month_had_is_adopted_by_no_other(database: Database, tmp_path: Path) -> None:
    load_as_before(database, DOMAIN, HEADER, ROWS, place="202501/a.xlsx", period="202501")
    february = [[202502, *row[1:]] for row in ROWS]
    assert counts(take_in(database, tmp_path, "202502/a.xlsx", february)) == (5, 0, 0)


def test_a_file_without_a_month_keeps_the_ids_of_the_same_cells(database: Database, tmp_path: Path) -> None:
    # 0.30000000000000004 has more digits than a workbook keeps.
    rows = [row for row in ROWS if row[1] != "P3"]
    before = load_as_before(database, DOMAIN, HEADER, rows, place="a.xlsx", period=None, version=None)
    assert counts(take_in(database, tmp_path, "b.xlsx", rows[::-1])) == (0, 0, 4)
    assert present(database) == sorted(before)
    resaved = [row for row in RESAVED if row[1] != "P3"]
    assert counts(take_in(database, tmp_path, "c.xlsx", resaved)) == (0, 0, 4)


def test_a_file_without_a_month_keeps_the_ids_at_its_path(database: Database, tmp_path: Path) -> None:
    before = load_as_before(database, DOMAIN, HEADER, ROWS, place="a.xlsx", period=None, version=None)
    assert counts(take_in(database, tmp_path, "a.xlsx", RESAVED)) == (0, 0, 5)
    assert present(database) == sorted(before)


def test_a_code_that_is_now_read_as_it_is_shown_is_the_same_record(database: Database, tmp_path: Path) -> None:
    rows: list[list[Any]] = [[202501, "P1", 123, "甲公司", 1], [202501, "P1", 124, "甲公司", 1]]
    before = load_as_before(database, DOMAIN, HEADER, rows, place="202501/a.xlsx", period="202501")
    path = tmp_path / "202501/V1/a.xlsx"
    path.parent.mkdir(parents=True)
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("data")
        code = workbook.add_format({"num_format": "000000"})
        for number, row in enumerate([HEADER, *rows]):
            sheet.write_row(number, 0, row)
            if number:
                sheet.write_number(number, 2, row[2], code)
    [report] = ingest(database.connect(), DOMAIN, tmp_path, schema=SCHEMA, execute=True)
    assert counts(report) == (0, 0, 2)
    assert database.query("select record_id, account_number from customer_records order by 2") == [
        (before[0], "000123"),
        (before[1], "000124"),
    ]


def test_a_rejected_row_keeps_the_record_of_before_in_force(database: Database, tmp_path: Path) -> None:
    long = "长" * 501
    rows = [*ROWS, [202501, "P7", None, long, 1]]
    before = load_as_before(database, DOMAIN, HEADER, rows, place="202501/a.xlsx", period="202501")
    resaved = [*RESAVED, ["2025年1月", "P7", None, f"{long} ", "1.00"]]
    report = take_in(database, tmp_path, "202501/V1/a.xlsx", resaved)
    assert (report.rows_rejected, *counts(report)) == (1, 0, 0, 5)
    assert present(database) == sorted(before)


def test_a_row_that_comes_again_after_the_upgrade_writes_nothing(database: Database, tmp_path: Path) -> None:
    load_as_before(database, DOMAIN, HEADER, ROWS, place="202501/a.xlsx", period="202501")
    before = database.query("select xmin::text, record_id from customer_records order by 2")
    assert take_in(database, tmp_path, "202501/V1/a.xlsx", ROWS).rows_unchanged == 5
    assert database.query("select xmin::text, record_id from customer_records order by 2") == before


def test_old_total_rows_are_no_records_any_more(database: Database, tmp_path: Path) -> None:
    rows = [*ROWS, ["合计", None, None, None, 99], HEADER]
    before = load_as_before(database, DOMAIN, HEADER, rows, place="202501/a.xlsx", period="202501")
    report = take_in(database, tmp_path, "202501/V1/a.xlsx", rows)
    assert (report.rows_passed_over, *counts(report)) == (2, 0, 2, 5)
    assert present(database) == sorted(before[:5])
