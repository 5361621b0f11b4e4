"""The command ingest: its plan, its report, what it resolves, and the CSV files that it writes."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from company_enrichment.cli.main import app
from real_databases import Database
from workbook_files import write_workbook

pytestmark = pytest.mark.one_server

INCOME = ["月度", "业务类型", "计划类型", "计划代码", "组合代码", "客户名称", "固费", "浮费", "回补"]
# A company that only the sample registry knows, one of the sample mappings, and three that nobody knows.
REGISTERED, MAPPED = "中国航天科技集团有限公司", "国家电网有限公司"
UNKNOWN = ["示例甲子纺织有限公司", "示例乙丑食品股份有限公司", "=示例丙寅机械制造有限公司"]
INGEST = ("ingest", "--domain", "annuity_income")


def write_income(base_dir: Path, place: str, names: list[str | None]) -> None:
    month = re.sub("[^0-9].*", "", place)
    rows = [[month, "企年受托", "单一计划", f"X{number}", "F1", name, 1, 2, 3] for number, name in enumerate(names)]
    write_workbook(base_dir / "annuity_income" / place, [INCOME, *rows], "收入明细")


def ingest(database: Database, base_dir: Path, *options: str, check: bool = True, **variables: str) -> tuple[int, str]:
    done = database.cli(*INGEST, *options, check=check, WDH_DATA_BASE_DIR=str(base_dir), **variables)
    return done.code, done.output


def read_csv(path: Path) -> list[dict[str, str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def everything(database: Database) -> dict[str, Any]:
    """Of every table its rows, as one hash, and how many were ever written."""
    state: dict[str, Any] = {}
    for (table,) in database.query("select relname from pg_stat_user_tables where schemaname = 'enterprise'"):
        database.query(f"select pg_stat_force_next_flush() from {table} limit 1")
        state[table] = (
            database.value(f"select md5(string_agg(xmin::text || t::text, ',' order by t::text)) from {table} as t"),
            database.query(
                "select n_tup_ins, n_tup_upd, n_tup_del from pg_stat_user_tables where relname = %s", (table,)
            ),
        )
    return state


def test_a_plan_changes_nothing_and_its_report_is_that_of_the_run(database: Database, tmp_path: Path) -> None:
    write_income(tmp_path, "202411/V1/收入明细.xlsx", [MAPPED, REGISTERED, *UNKNOWN, None, "长" * 501])
    write_income(tmp_path, "202412/V1/收入明细.xlsx", [MAPPED, *UNKNOWN, UNKNOWN[0]])
    ingest(database, tmp_path, "--execute", "--max-files", "1")
    write_income(tmp_path, "202411/V2/收入明细.xlsx", [MAPPED, *UNKNOWN, None, "长" * 501])
    options = ("--resolve", "--sync-lookup-budget", "0", "--rejects-csv", str(tmp_path / "rejects.csv"))
    before = everything(database)
    # The server's own housekeeping takes ids, too, but not each time.
    for _ in range(3):
        next_id = database.value("select pg_snapshot_xmax(pg_current_snapshot())::text")
        _, planned = ingest(database, tmp_path, *options)
        if database.value("select pg_snapshot_xmax(pg_current_snapshot())::text") == next_id:
            break
    else:
        pytest.fail("a plan was assigned a transaction id")
    assert everything(database) == before
    planned_rejects = read_csv(tmp_path / "rejects.csv")
    _, done = ingest(database, tmp_path, *options, "--execute")
    assert everything(database) != before
    assert read_csv(tmp_path / "rejects.csv") == planned_rejects
    told_apart = ("names would be looked up", "names were looked up", "Nothing was written")
    same = [line for line in planned.splitlines() if not any(text in line for text in told_apart)]
    assert same == [line for line in done.splitlines() if not any(text in line for text in told_apart)]
    assert "3 files: 2 loaded, 1 superseded. 11 rows read = " in planned
    assert "pending_lookup" in planned and "2 success_internal" in planned


def test_a_plan_has_nobody_to_ask(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_income(tmp_path, "202411/V1/收入明细.xlsx", [REGISTERED, *UNKNOWN])

    def construct(*_: object) -> None:
        raise AssertionError("a provider was constructed")

    monkeypatch.setattr("company_enrichment.resolver.service.limited_provider_from_settings", construct)
    for name, value in {**database.environment, "WDH_DATA_BASE_DIR": str(tmp_path)}.items():
        if name.startswith("WDH_"):
            monkeypatch.setenv(name, value)
    done = CliRunner().invoke(app, [*INGEST, "--resolve", "--sync-lookup-budget", "3"])
    assert done.exit_code == 0, done.output
    assert database.value("select count(*) from lookup_answers") == 0
    assert isinstance(CliRunner().invoke(app, [*INGEST, "--resolve", "--execute"]).exception, AssertionError)


def test_one_budget_serves_all_files(database: Database, tmp_path: Path) -> None:
    write_income(tmp_path, "202411/V1/收入明细.xlsx", [UNKNOWN[0], UNKNOWN[0], MAPPED])
    write_income(tmp_path, "202412/V1/收入明细.xlsx", [REGISTERED, UNKNOWN[1], UNKNOWN[2], None])
    _, planned = ingest(database, tmp_path, "--resolve", "--sync-lookup-budget", "2")
    assert "2 names would be looked up" in planned and "4 are known to nobody" in planned
    _, done = ingest(database, tmp_path, "--resolve", "--sync-lookup-budget", "2", "--execute")
    assert (
        "7 records resolved: 2 pending_lookup, 1 success_external, 1 success_internal, 2 temp_assigned, 1 unresolvable"
        in done
    )
    assert "2 names were looked up; 2 wait in the queue" in done
    assert database.value("select count(*) from lookup_answers") == 2
    assert database.value("select count(*) from lookup_requests where finished_at is null") == 2


def test_the_budget_of_the_settings_serves_all_files_too(database: Database, tmp_path: Path) -> None:
    write_income(tmp_path, "202411/V1/收入明细.xlsx", [UNKNOWN[0]])
    write_income(tmp_path, "202412/V1/收入明细.xlsx", [UNKNOWN[1]])
    _, done = ingest(database, tmp_path, "--resolve", "--execute", WDH_SYNC_LOOKUP_BUDGET="1")
    assert "1 names were looked up; 1 wait in the queue" in done


def test_what_was_resolved_while_loading_is_what_dbt_says(database: Database, tmp_path: Path) -> None:
    write_income(tmp_path, "202411/V1/收入明细.xlsx", [MAPPED, REGISTERED, *UNKNOWN])
    ingest(database, tmp_path, "--resolve", "--execute")
    issued = database.query("select normalized_name, temp_id from temp_company_ids order by 1")
    database.dbt("run")
    assert database.query("select normalized_name, temp_id from temp_company_ids order by 1") == issued
    assert database.query("select status, count(*) from company_resolution group by 1 order by 1") == [
        ("resolved", 2),
        ("temporary", 3),
    ]


def test_a_file_that_fails_ends_with_1_and_the_summary_names_it(database: Database, tmp_path: Path) -> None:
    write_income(tmp_path, "202411/V1/收入明细.xlsx", [MAPPED])
    (tmp_path / "annuity_income" / "202412收入明细.xlsx").write_bytes(b"no workbook")
    write_income(tmp_path, "202501/V1/收入明细.xlsx", [MAPPED])
    code, output = ingest(database, tmp_path, "--execute", check=False)
    assert code == 1
    assert "3 files: 2 loaded, 1 failed." in output
    assert "1 of 3 files could not be taken in: annuity_income/202412收入明细.xlsx" in output
    assert database.value("select count(*) from customer_records") == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--sync-lookup-budget", "3"), "--sync-lookup-budget goes with --resolve"),
        (("--resolve", "--sync-lookup-budget", "-1"), "sync-lookup-budget"),
        (("--max-files", "0"), "max-files"),
        (("--rejects-csv", "missing/rejects.csv"), "--rejects-csv: there is no folder missing"),
        (("--export-unknown", "missing/unknown.csv"), "--export-unknown: there is no folder missing"),
    ],
)
def test_wrong_options_end_with_2_before_anything_is_done(
    database: Database, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    write_income(tmp_path, "202411/V1/收入明细.xlsx", [MAPPED])
    code, output = ingest(database, tmp_path, "--execute", *options, check=False)
    assert code == 2
    assert said in output
    assert database.value("select count(*) from customer_records") == 0


def test_rejects_are_in_the_table_and_in_a_csv_file(database: Database, tmp_path: Path) -> None:
    write_income(tmp_path, "202411/V1/收入明细.xlsx", [MAPPED, "长" * 501])
    path = tmp_path / "rejects.csv"
    ingest(database, tmp_path, "--execute", "--rejects-csv", str(path))
    reason = "客户名称 has 501 characters; a name or code has at most 500"
    place = "annuity_income/202411/V1/收入明细.xlsx"
    assert read_csv(path) == [{"domain": "annuity_income", "file": place, "row": "3", "reason": reason}]
    assert database.query("select line_no, reason from ingest_rejects") == [(3, reason)]


def test_unknown_names_are_exported_before_and_after_dbt_has_run(database: Database, tmp_path: Path) -> None:
    write_income(tmp_path, "202411/V1/收入明细.xlsx", [MAPPED, UNKNOWN[1], UNKNOWN[2], UNKNOWN[2], None])
    write_income(tmp_path, "202412/V1/收入明细.xlsx", [f"{UNKNOWN[2]}（已转出）", UNKNOWN[0]])
    path = tmp_path / "unknown.csv"
    options = ("--execute", "--resolve", "--sync-lookup-budget", "0", "--export-unknown", str(path))
    ingest(database, tmp_path, *options)
    exported = read_csv(path)
    assert [(row["company_name"], row["records"]) for row in exported] == [
        (f"'{UNKNOWN[2]}", "3"),
        *((name, "1") for name in (UNKNOWN[1], UNKNOWN[0])),
    ]
    ids = dict(database.query("select first_name, temp_id from temp_company_ids"))
    assert {row["company_name"].removeprefix("'"): row["temporary_id"] for row in exported} == ids
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", row["first_seen"]) for row in exported)
    database.dbt("run")
    ingest(database, tmp_path, *options)
    assert read_csv(path) == exported


def test_unknown_names_are_those_of_the_domain_that_are_still_there(finished: Database, tmp_path: Path) -> None:
    write_income(tmp_path, "202411/V1/收入明细.xlsx", [UNKNOWN[0], "示例另一家公司"])
    ingest(finished, tmp_path, "--execute")
    finished.dbt("run")
    write_income(tmp_path, "202411/V2/收入明细.xlsx", [UNKNOWN[0]])
    path = tmp_path / "unknown.csv"
    ingest(finished, tmp_path, "--execute", "--export-unknown", str(path))
    assert [row["company_name"] for row in read_csv(path)] == [UNKNOWN[0]]
    assert finished.query("select name from unresolved_names where name = '示例另一家公司'") == []
    assert (
        finished.value("select status from resolution_coverage where source_system = 'annuity_income'") == "temporary"
    )
    assert finished.value("select records from resolution_coverage where source_system = 'annuity_income'") == 1
    assert "示例另一家公司" not in [name for (name,) in finished.query("select first_name from temporary_id_ageing")]
