"""A month is what the newest version of its file says, and a file is loaded once, whoever loads at the same time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from child_processes import Child, starting_line, take_files_in, wait_until_blocked
from company_enrichment.ingestion.domains import Domain
from company_enrichment.ingestion.load import ingest
from company_enrichment.ingestion.reports import FileOutcome, FileReport
from real_databases import SCHEMA, Database
from workbook_files import write_workbook

pytestmark = pytest.mark.one_server

DOMAIN = Domain(
    name="test",
    description="A small domain.",
    files="**/*.xlsx",
    versions="(?P<period>[0-9]{6})(?:.*?/V(?P<version>[0-9]+))?",
    sheet="data",
    columns={"plan_code": "plan", "customer_name": "customer"},
    record_key=["month", "plan"],
)
HEADER = ["month", "plan", "customer"]
PRESENT = "select plan_code from customer_records where deleted_at is null order by 1"
DELETED = "select plan_code from customer_records where deleted_at is not null order by 1"


def write(folder: Path, place: str, plans: Sequence[str], customer: str = "甲", month: str = "202412") -> None:
    write_workbook(folder / place, [HEADER, *([month, plan, customer] for plan in plans)])


def take_in(database: Database, folder: Path, **options: Any) -> dict[str, FileReport]:
    options = {"execute": True, **options}
    reports = ingest(database.connect(), DOMAIN, folder, schema=SCHEMA, **options)
    assert all(
        report.rows_read == report.rows_new + report.rows_changed + report.rows_unchanged + report.rows_rejected
        for report in reports
    )
    return {report.place: report for report in reports}


def plans(database: Database, query: str = PRESENT) -> list[str]:
    return [plan for (plan,) in database.query(query)]


def test_a_newer_version_replaces_the_month_and_what_comes_back_is_no_longer_deleted(
    database: Database, tmp_path: Path
) -> None:
    write(tmp_path, "202412/V1/a.xlsx", ["P1", "P2", "P3"])
    take_in(database, tmp_path)
    write(tmp_path, "202412/V2/a.xlsx", ["P1", "P4"])
    second = take_in(database, tmp_path)
    assert second["202412/V1/a.xlsx"].outcome is FileOutcome.SUPERSEDED
    assert "202412/V2/a.xlsx (version 2 of 202412)" in second["202412/V1/a.xlsx"].detail
    report = second["202412/V2/a.xlsx"]
    assert (report.rows_new, report.rows_unchanged, report.rows_deleted) == (1, 1, 2)
    assert plans(database) == ["P1", "P4"] and plans(database, DELETED) == ["P2", "P3"]
    write(tmp_path, "202412/V3/a.xlsx", ["P1", "P2", "P4"])
    report = take_in(database, tmp_path)["202412/V3/a.xlsx"]
    assert (report.rows_changed, report.rows_unchanged, report.rows_deleted) == (1, 2, 0)
    assert plans(database) == ["P1", "P2", "P4"] and plans(database, DELETED) == ["P3"]
    assert database.query("select version, superseded_at is null from ingest_files order by 1") == [
        (1, False),
        (2, False),
        (3, True),
    ]


def test_a_month_says_nothing_of_other_months(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "202411/V1/a.xlsx", ["P1", "P2"], month="202411")
    write(tmp_path, "202412/V1/a.xlsx", ["P1", "P2"])
    take_in(database, tmp_path)
    write(tmp_path, "202412/V2/a.xlsx", ["P1"])
    assert take_in(database, tmp_path)["202412/V2/a.xlsx"].rows_deleted == 1
    assert plans(database) == ["P1", "P1", "P2"]


def test_a_record_that_another_file_in_force_has_stays(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "202412/V1/a.xlsx", ["P1", "P2", "P3"])
    write(tmp_path, "202501/V1/a.xlsx", ["P2"])
    write(tmp_path, "without a month.xlsx", ["P3"])
    take_in(database, tmp_path)
    write(tmp_path, "202412/V2/a.xlsx", ["P1"])
    assert take_in(database, tmp_path)["202412/V2/a.xlsx"].rows_deleted == 0
    assert plans(database) == ["P1", "P2", "P3"]
    write(tmp_path, "202501/V2/a.xlsx", ["P9"])
    assert take_in(database, tmp_path)["202501/V2/a.xlsx"].rows_deleted == 1
    assert plans(database) == ["P1", "P3", "P9"]


def test_a_row_that_is_rejected_in_the_newer_version_is_not_gone(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "202412/V1/a.xlsx", ["P1", "P2"])
    take_in(database, tmp_path)
    write_workbook(
        tmp_path / "202412/V2/a.xlsx", [HEADER, ["202412", "P1", "甲"], ["202412", "P2", "长" * 501]], "data"
    )
    report = take_in(database, tmp_path)["202412/V2/a.xlsx"]
    assert (report.rows_rejected, report.rows_deleted) == (1, 0)
    assert plans(database) == ["P1", "P2"]


def test_a_version_without_rows_deletes_nothing(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "202412/V1/a.xlsx", ["P1", "P2"])
    take_in(database, tmp_path)
    write(tmp_path, "202412/V2/a.xlsx", [])
    report = take_in(database, tmp_path)["202412/V2/a.xlsx"]
    assert report.outcome is FileOutcome.FAILED and "would delete all 2 records of 202412" in report.detail
    assert plans(database) == ["P1", "P2"]
    assert database.value("select count(*) from ingest_files where superseded_at is null") == 1


def test_an_older_version_that_comes_late_is_superseded_by_what_was_loaded(database: Database, tmp_path: Path) -> None:
    write(tmp_path / "new", "202412/V2/a.xlsx", ["P1"])
    take_in(database, tmp_path / "new")
    write(tmp_path / "old", "202412/V1/a.xlsx", ["P2"])
    report = take_in(database, tmp_path / "old")["202412/V1/a.xlsx"]
    assert report.outcome is FileOutcome.SUPERSEDED and "which was loaded before" in report.detail
    assert plans(database) == ["P1"]


def test_another_file_of_the_loaded_version_is_an_error_and_the_same_file_a_correction(
    database: Database, tmp_path: Path
) -> None:
    write(tmp_path / "first", "202412/V1/a.xlsx", ["P1"])
    take_in(database, tmp_path / "first")
    write(tmp_path / "second", "202412/V1/b.xlsx", ["P2"])
    report = take_in(database, tmp_path / "second")["202412/V1/b.xlsx"]
    assert report.outcome is FileOutcome.FAILED
    assert all(place in report.detail for place in ("202412/V1/a.xlsx", "202412/V1/b.xlsx"))
    assert plans(database) == ["P1"]
    write(tmp_path / "first", "202412/V1/a.xlsx", ["P3"])
    assert take_in(database, tmp_path / "first")["202412/V1/a.xlsx"].rows_deleted == 1
    assert plans(database) == ["P3"]


def test_two_files_of_one_version_fail_and_the_other_months_are_taken_in(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "202412/V1/a.xlsx", ["P1"])
    write(tmp_path, "202412/V1/b.xlsx", ["P2"])
    write(tmp_path, "202501/V1/a.xlsx", ["P3"], month="202501")
    reports = take_in(database, tmp_path)
    assert [report.outcome.value for report in reports.values()] == ["failed", "failed", "loaded"]
    assert plans(database) == ["P3"]


def test_a_file_whose_content_is_in_force_is_not_read_again(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "202412/V1/a.xlsx", ["P1"])
    write(tmp_path, "b.xlsx", ["P2"])
    take_in(database, tmp_path)
    database.query("update customer_records set customer_name = 'changed by hand'")
    before = database.query("select xmin::text, * from customer_records order by record_id")
    (tmp_path / "b.xlsx").rename(tmp_path / "c.xlsx")
    reports = take_in(database, tmp_path)
    assert [(report.outcome, report.rows_read) for report in reports.values()] == [(FileOutcome.ALREADY_LOADED, 0)] * 2
    assert reports["c.xlsx"].detail == "as b.xlsx"
    assert database.query("select xmin::text, * from customer_records order by record_id") == before


def test_a_content_that_was_replaced_can_come_back_as_a_newer_version(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "202412/V1/a.xlsx", ["P1"])
    take_in(database, tmp_path)
    write(tmp_path, "202412/V2/a.xlsx", ["P2"])
    take_in(database, tmp_path)
    (tmp_path / "202412" / "V3").mkdir()
    (tmp_path / "202412/V3/a.xlsx").write_bytes((tmp_path / "202412/V1/a.xlsx").read_bytes())
    report = take_in(database, tmp_path)["202412/V3/a.xlsx"]
    assert (report.outcome, report.rows_changed, report.rows_deleted) == (FileOutcome.LOADED, 1, 1)
    assert plans(database) == ["P1"]
    assert database.query("select version from ingest_files where superseded_at is null") == [(3,)]


def test_files_that_are_loaded_do_not_count_as_read(database: Database, tmp_path: Path) -> None:
    for month in ("202410", "202411", "202412"):
        write(tmp_path, f"{month}/V1/a.xlsx", [month], month=month)
    outcomes = [[report.outcome for report in take_in(database, tmp_path, max_files=1).values()] for _ in range(3)]
    loaded, already, left = FileOutcome.LOADED, FileOutcome.ALREADY_LOADED, FileOutcome.LEFT
    assert outcomes == [[loaded, left, left], [already, loaded, left], [already, already, loaded]]
    assert plans(database) == ["202410", "202411", "202412"]


def test_two_ingestions_at_once_both_succeed_and_load_a_file_once(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "202412/V1/a.xlsx", ["P1", "P2"])
    holder = database.connect()
    with holder.cursor() as cursor:
        # Whoever is first has written its records, and waits here before it can commit.
        cursor.execute("lock table enterprise.ingest_files in share mode")
    start = starting_line(2)
    children = [Child(take_files_in, database.uri, DOMAIN, tmp_path, start) for _ in range(2)]
    wait_until_blocked(database, 2)
    holder.rollback()
    outcomes = [outcome for child in children for _, outcome in child.finish()]
    assert sorted(outcomes) == ["already loaded", "loaded"]
    assert database.query("select rows_new from ingest_files") == [(2,)]
    assert plans(database) == ["P1", "P2"]


def test_nothing_of_a_killed_ingestion_is_there_and_the_next_one_loads_the_file(
    database: Database, tmp_path: Path
) -> None:
    write(tmp_path, "202411/V1/a.xlsx", ["P1", "P2"], month="202411")
    take_in(database, tmp_path)
    write_workbook(tmp_path / "202411/V2/a.xlsx", [HEADER, ["202411", "P1", "乙"], ["202411", "P3", "长" * 501]])
    tables = ("customer_records", "ingest_files", "ingest_rejects", "ingest_period_records")
    before = [database.query(f"select * from {table} order by 1, 2, 3") for table in tables]
    holder = database.connect()
    with holder.cursor() as cursor:
        cursor.execute("lock table enterprise.ingest_rejects in share mode")
    child = Child(take_files_in, database.uri, DOMAIN, tmp_path)
    wait_until_blocked(database)
    assert ("202411/V2/a.xlsx", "loaded") not in child.kill()
    holder.rollback()
    assert [database.query(f"select * from {table} order by 1, 2, 3") for table in tables] == before
    report = take_in(database, tmp_path)["202411/V2/a.xlsx"]
    assert (report.rows_changed, report.rows_rejected, report.rows_deleted) == (1, 1, 1)


def test_the_database_allows_one_file_in_force_per_month(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "202412/V1/a.xlsx", ["P1"])
    take_in(database, tmp_path)
    with pytest.raises(psycopg2.errors.UniqueViolation):
        database.query(
            "insert into ingest_files select (jsonb_populate_record(null::ingest_files,"
            ' to_jsonb(ingest_files) || \'{"content_hash": "another"}\')).* from ingest_files'
        )


@pytest.mark.parametrize("seed", range(6))
def test_a_plan_says_what_the_real_run_does_and_the_files_in_force_are_what_is_present(
    database: Database, tmp_path: Path, seed: int
) -> None:
    """Random months, versions and files without a month, that share records; some go back to an earlier content."""
    chance = random.Random(seed)
    versions: dict[str, int] = {}
    held: dict[str, list[str]] = {}
    for _ in range(4):
        for _ in range(chance.randint(1, 4)):
            rows = sorted(f"P{number}" for number in chance.sample(range(9), chance.randint(1, 6)))
            period = chance.choice(["202410", "202411", "202412", ""])
            versions[period] = versions.get(period, 0) + 1
            place = f"{period}/V{versions[period]}/a.xlsx" if period else f"other {versions[period]}.xlsx"
            write(tmp_path, place, rows, chance.choice("甲乙"))
            held[period or place] = rows
        before = database.query("select xmin::text, * from customer_records order by record_id")
        planned = take_in(database, tmp_path, execute=False)
        assert database.query("select xmin::text, * from customer_records order by record_id") == before
        assert planned == take_in(database, tmp_path)
        assert plans(database) == sorted({plan for rows in held.values() for plan in rows})
        again = take_in(database, tmp_path)
        assert {report.outcome for report in again.values()} <= {FileOutcome.ALREADY_LOADED, FileOutcome.SUPERSEDED}
