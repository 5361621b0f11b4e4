"""Which files of people become records: without a month, corrected, renamed, in versions, beside what is none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from company_enrichment.ingestion.domains import Domain
from company_enrichment.ingestion.load import ingest
from company_enrichment.ingestion.reports import FileOutcome, FileReport
from real_databases import SCHEMA, Database
from workbook_files import write_workbook

pytestmark = pytest.mark.one_server

DOMAIN = Domain(
    name="test",
    description="A small domain.",
    files=["**/*.xlsx", "**/*.xlsm"],
    exclude="*回复*",
    sheet="data",
    columns={"plan_code": "plan", "customer_name": "customer"},
    record_key=["month", "plan"],
)
HEADER = ["month", "plan", "customer"]
PRESENT = "select plan_code from customer_records where deleted_at is null order by 1"
DELETED = "select plan_code from customer_records where deleted_at is not null order by 1"
IN_FORCE = "select file_path, period, version, version_numbers from ingest_files where superseded_at is null order by 1"
INCOME = ["月度", "业务类型", "计划类型", "计划代码", "组合代码", "客户名称", "固费", "浮费", "回补"]


def write(folder: Path, place: str, plans: Sequence[str], month: str = "202412") -> None:
    write_workbook(folder / place, [HEADER, *([month, plan, "甲"] for plan in plans)])


def take_in(database: Database, folder: Path, **options: Any) -> dict[str, FileReport]:
    """Take the files in, after a plan has said the same."""
    planned = ingest(database.connect(), DOMAIN, folder, schema=SCHEMA, execute=False, **options)
    reports = ingest(database.connect(), DOMAIN, folder, schema=SCHEMA, execute=True, **options)
    assert planned == reports
    return {report.place: report for report in reports}


def plans(database: Database, query: str = PRESENT) -> list[str]:
    return [plan for (plan,) in database.query(query)]


# ---- files without a month


def test_a_corrected_file_without_a_month_replaces_what_it_said_before(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "a.xlsx", ["P1", "P2"])
    first = take_in(database, tmp_path)["a.xlsx"]
    assert first.notes == ("its path says no month: it replaces nothing but what this file said before",)
    write(tmp_path, "a.xlsx", ["P2", "P3"])
    report = take_in(database, tmp_path)["a.xlsx"]
    assert (report.rows_new, report.rows_unchanged, report.rows_deleted) == (1, 1, 1)
    assert (plans(database), plans(database, DELETED)) == (["P2", "P3"], ["P1"])
    assert database.query(IN_FORCE) == [("a.xlsx", None, None, None)]
    assert take_in(database, tmp_path)["a.xlsx"].outcome is FileOutcome.ALREADY_LOADED
    # What it said at first may come back.
    write(tmp_path, "a.xlsx", ["P1", "P2"])
    assert take_in(database, tmp_path)["a.xlsx"].rows_changed == 1
    assert (plans(database), plans(database, DELETED)) == (["P1", "P2"], ["P3"])


def test_a_correction_without_usable_rows_is_refused(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "a.xlsx", ["P1", "P2"])
    take_in(database, tmp_path)
    write(tmp_path, "a.xlsx", [])
    report = take_in(database, tmp_path)["a.xlsx"]
    assert report.outcome is FileOutcome.FAILED
    assert report.detail.endswith("it would delete all 2 records of what it said before.")
    assert plans(database) == ["P1", "P2"]


def test_a_file_without_a_month_that_was_renamed_is_the_same_file(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "a.xlsx", ["P1", "P2"])
    take_in(database, tmp_path)
    (tmp_path / "a.xlsx").rename(tmp_path / "b.xlsx")
    assert take_in(database, tmp_path)["b.xlsx"].detail == "as a.xlsx"
    write(tmp_path, "b.xlsx", ["P2"])
    assert take_in(database, tmp_path)["b.xlsx"].rows_deleted == 1
    assert plans(database) == ["P2"]
    assert database.query(IN_FORCE) == [("b.xlsx", None, None, None)]


def test_one_that_was_renamed_and_corrected_at_once_is_another_file_and_the_report_says_so(
    database: Database, tmp_path: Path
) -> None:
    write(tmp_path, "a.xlsx", ["P1", "P2"])
    take_in(database, tmp_path)
    (tmp_path / "a.xlsx").unlink()
    write(tmp_path, "b.xlsx", ["P2", "P3"])
    report = take_in(database, tmp_path)["b.xlsx"]
    assert report.notes[-1] == "a.xlsx, loaded before and no longer there, keeps its records"
    assert plans(database) == ["P1", "P2", "P3"]


def test_files_without_a_month_say_nothing_of_each_other(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "a.xlsx", ["P1", "P2"])
    write(tmp_path, "b.xlsx", ["P2", "P3"])
    write(tmp_path, "202412/c.xlsx", ["P1"])
    take_in(database, tmp_path)
    write(tmp_path, "a.xlsx", ["P4"])
    # P1 is in the month's file, P2 in the other one.
    assert take_in(database, tmp_path)["a.xlsx"].rows_deleted == 0
    write(tmp_path, "b.xlsx", ["P3"])
    assert take_in(database, tmp_path)["b.xlsx"].rows_deleted == 1
    assert (plans(database), plans(database, DELETED)) == (["P1", "P3", "P4"], ["P2"])


def test_a_file_that_is_given_its_month_afterwards_is_that_month(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "a.xlsx", ["P1", "P2"])
    take_in(database, tmp_path)
    (tmp_path / "a.xlsx").rename(tmp_path / "24年12月.xlsx")
    report = take_in(database, tmp_path)["24年12月.xlsx"]
    assert (report.outcome, report.rows_unchanged, report.rows_deleted) == (FileOutcome.LOADED, 2, 0)
    assert database.query(IN_FORCE) == [("24年12月.xlsx", "202412", 0, [0])]
    write(tmp_path, "24年12月_V2.xlsx", ["P2"])
    assert take_in(database, tmp_path)["24年12月_V2.xlsx"].rows_deleted == 1
    assert (plans(database), plans(database, DELETED)) == (["P2"], ["P1"])


def test_a_copy_without_a_month_does_not_hide_the_month(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "202412/V1/a.xlsx", ["P1", "P2"])
    (tmp_path / "0.xlsx").write_bytes((tmp_path / "202412/V1/a.xlsx").read_bytes())
    first = take_in(database, tmp_path)
    assert [report.outcome.value for report in first.values()] == ["loaded", "loaded"]
    assert take_in(database, tmp_path)["0.xlsx"].detail == "as 202412/V1/a.xlsx"
    write(tmp_path, "202412/V2/a.xlsx", ["P2"])
    take_in(database, tmp_path, max_files=1)
    (tmp_path / "0.xlsx").unlink()
    take_in(database, tmp_path)
    assert database.value("select count(*) from ingest_files where superseded_at is null and period = '202412'") == 1


# ---- what was loaded by an earlier version


def forget(database: Database) -> None:
    """Bring the tables into the state in which an earlier version has left them."""
    database.query("update ingest_files set version_numbers = null")
    database.query(
        "insert into ingest_period_records select distinct domain, '', record_id from ingest_period_records"
        " where period like './%'"
    )
    database.query("delete from ingest_period_records where period like './%'")


def test_what_an_earlier_version_loaded_without_a_month_is_corrected(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "a.xlsx", ["P1", "P2"])
    take_in(database, tmp_path)
    forget(database)
    write(tmp_path, "a.xlsx", ["P2", "P3"])
    report = take_in(database, tmp_path)["a.xlsx"]
    assert (report.rows_new, report.rows_deleted) == (1, 1) and not any("may stay" in note for note in report.notes)
    assert plans(database) == ["P2", "P3"]


def test_where_it_was_not_recorded_which_file_had_them_records_stay_and_the_report_says_so(
    database: Database, tmp_path: Path
) -> None:
    write(tmp_path, "a.xlsx", ["P1", "P2"])
    write(tmp_path, "b.xlsx", ["P2", "P9"])
    take_in(database, tmp_path)
    forget(database)
    write(tmp_path, "a.xlsx", ["P3"])
    report = take_in(database, tmp_path)["a.xlsx"]
    assert report.rows_deleted == 0
    assert report.notes[-1].startswith("records that it had and has no more may stay")
    assert plans(database) == ["P1", "P2", "P3", "P9"]


@pytest.mark.parametrize("known", [True, False])
def test_a_month_that_an_earlier_version_did_not_understand_is_replaced_by_its_newer_version(
    database: Database, tmp_path: Path, known: bool
) -> None:
    write(tmp_path, "24年12月/V1/a.xlsx", ["P1", "P2"])
    take_in(database, tmp_path)
    database.query("update ingest_files set period = null, version = null, version_numbers = null")
    database.query(f"update ingest_period_records set period = '{'./24年12月/V1/a.xlsx' if known else ''}'")
    assert take_in(database, tmp_path)["24年12月/V1/a.xlsx"].outcome is FileOutcome.ALREADY_LOADED
    write(tmp_path, "24年12月/V2/b.xlsx", ["P2", "P3"])
    assert take_in(database, tmp_path)["24年12月/V2/b.xlsx"].rows_deleted == 1
    assert (plans(database), plans(database, DELETED)) == (["P2", "P3"], ["P1"])
    assert database.query(IN_FORCE) == [("24年12月/V2/b.xlsx", "202412", 2, [2])]


def test_a_version_that_an_earlier_version_read_in_part_is_compared_as_a_whole(
    database: Database, tmp_path: Path
) -> None:
    write(tmp_path, "202412/V1.10/a.xlsx", ["P1"])
    take_in(database, tmp_path)
    forget(database)
    write(tmp_path / "late", "202412/V1.9/a.xlsx", ["P2"])
    late = take_in(database, tmp_path / "late")["202412/V1.9/a.xlsx"]
    assert late.outcome is FileOutcome.SUPERSEDED and "(version 1.10 of 202412)" in late.detail
    database.query("update ingest_files set file_path = null")
    assert take_in(database, tmp_path / "late")["202412/V1.9/a.xlsx"].outcome is FileOutcome.LOADED


# ---- versions of several numbers


def test_versions_are_compared_number_by_number_in_python_and_in_sql(database: Database, tmp_path: Path) -> None:
    for version in ("V1.9", "V1.10", "V2"):
        write(tmp_path, f"202412/{version}/a.xlsx", [version])
        reports = take_in(database, tmp_path)
        assert reports[f"202412/{version}/a.xlsx"].outcome is FileOutcome.LOADED
    assert plans(database) == ["V2"] and plans(database, DELETED) == ["V1.10", "V1.9"]
    assert reports["202412/V1.9/a.xlsx"].detail == "by 202412/V2/a.xlsx (version 2 of 202412)"
    assert database.query("select version, version_numbers from ingest_files order by version_numbers") == [
        (1, [1, 9]),
        (1, [1, 10]),
        (2, [2]),
    ]
    assert database.query("select version_numbers from ingest_files where superseded_at is null") == [([2],)]


# ---- what is none of the domain's files


def test_a_month_that_its_owner_file_accompanies_is_taken_in(database: Database, tmp_path: Path) -> None:
    # haiwen/seadrive-fuse PR 14: WPS keeps .~name beside a workbook that is open.
    write(tmp_path, "202501/规模明细.xlsx", ["P1"])
    for name in ("~$规模明细.xlsx", ".~规模明细.xlsx", "._规模明细.xlsx"):
        (tmp_path / "202501" / name).write_bytes(b"\x05owner")
    [report] = take_in(database, tmp_path).values()
    assert (report.outcome, report.rows_new) == (FileOutcome.LOADED, 1)


def test_an_answer_is_excluded_and_the_month_is_taken_in(database: Database, tmp_path: Path) -> None:
    # A layout of the predecessor.
    folder = "202511/收集数据/数据采集/V1"
    write(tmp_path, f"{folder}/25年11月年金规模收入数据.XLSX", ["P1"])
    write(tmp_path, f"{folder}/回复：25年11月年金规模收入数据.xlsx", ["P2"])
    reports = take_in(database, tmp_path)
    assert {report.outcome.value: report.detail for report in reports.values()} == {
        "loaded": "",
        "not of this domain": "excluded by *回复*",
    }
    assert plans(database) == ["P1"]


def test_a_path_with_two_months_counts_as_the_first_and_the_report_says_so(database: Database, tmp_path: Path) -> None:
    write(tmp_path, "202412/25年1月.xlsx", ["P1"])
    [report] = take_in(database, tmp_path).values()
    assert report.notes == ("its path also says 202501: 202412 counts",)
    assert database.query(IN_FORCE) == [("202412/25年1月.xlsx", "202412", 0, [0])]


# ---- through the command


def income(base_dir: Path, place: str, names: Sequence[str]) -> None:
    rows = [["202504", "企年受托", "单一计划", f"X{number}", "F1", name, 1, 2, 3] for number, name in enumerate(names)]
    write_workbook(base_dir / "annuity_income" / place, [INCOME, *rows], "收入明细")


def test_the_command_names_every_file_and_its_sum_adds_up(database: Database, tmp_path: Path) -> None:
    base_dir = tmp_path / "data"
    income(base_dir, "2025年/4月/收入明细.XLSX", ["甲有限公司"])
    income(base_dir, "收入明细.xlsm", ["乙有限公司"])
    (base_dir / "annuity_income/收入明细.csv").write_text("x", "utf-8")
    (base_dir / "annuity_income/收入明细_fork1.xlsx").write_text("x", "utf-8")
    (base_dir / "annuity_income/.~收入明细.xlsm").write_text("x", "utf-8")
    os.mkfifo(base_dir / "annuity_income/收入明细_pipe.xlsx")
    with tempfile.TemporaryDirectory() as outside:
        income(Path(outside), "收入明细.xlsx", ["丙有限公司"])
        (base_dir / "annuity_income/elsewhere").symlink_to(outside)
        done = database.cli(
            "ingest", "--domain", "annuity_income", "--execute", check=False, WDH_DATA_BASE_DIR=str(base_dir)
        )
    assert done.code == 1
    for line in (
        "annuity_income/2025年/4月/收入明细.XLSX: 1 rows read: 1 new, 0 changed, 0 unchanged, 0 rejected, "
        "0 passed over;",
        "0 records deleted; its path says no month: it replaces nothing but what this file said before",
        "收入明细.csv: not of this domain: its extension is none of the domain's: .xls, .xlsb, .xlsm, .xlsx",
        "annuity_income/收入明细_fork1.xlsx: not of this domain: excluded by *_fork*",
        "annuity_income/收入明细_pipe.xlsx is a named pipe, no file: remove it, or name it in exclude.",
        "annuity_income/elsewhere is a link that leads out of WDH_DATA_BASE_DIR, and nothing outside is read:",
        "6 files: 2 loaded, 2 failed, 2 not of this domain. 2 rows read = 2 new",
        "2 of 6 files could not be taken in: annuity_income/elsewhere, annuity_income/收入明细_pipe.xlsx",
    ):
        assert line in " ".join(done.output.split()), done.output
    assert ".~收入明细" not in done.output
    assert database.query("select customer_name from customer_records order by 1") == [("乙有限公司",), ("甲有限公司",)]


def test_a_domain_with_nothing_but_lookalikes_has_no_file(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "annuity_income"
    folder.mkdir()
    (folder / "收入明细.csv").write_text("x", "utf-8")
    done = database.cli("ingest", "--domain", "annuity_income", check=False, WDH_DATA_BASE_DIR=str(tmp_path))
    said = " ".join(done.output.split())
    assert done.code == 1
    assert "annuity_income/收入明细.csv: not of this domain: its extension is none of the domain's" in said
    assert (
        "matches annuity_income/**/*收入明细*.xlsx (or .xlsm, .xlsb, .xls), without *回复*, *_fork*. There are:"
        " annuity_income/收入明细.csv." in said
    )


def test_a_domain_file_that_explodes_ends_with_2_before_anything_is_done(database: Database, tmp_path: Path) -> None:
    layers = [f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 10)}]" for number in range(1, 30)]
    (tmp_path / "bomb.yml").write_text("\n".join(["a0: &a0 [x]", *layers]), "utf-8")
    done = database.cli("ingest", "--domain", "bomb", check=False, WDH_DOMAINS_DIR=str(tmp_path))
    assert done.code == 2 and "bomb.yml holds more than 25,000 values" in " ".join(done.output.split())
