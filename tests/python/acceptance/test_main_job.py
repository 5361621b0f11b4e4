"""The main job, end to end, as a newcomer runs it: `company-enrichment run` on an empty database."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

import sample
from real_databases import REPOSITORY, Database

WORKBOOKS = REPOSITORY / "seeds" / "workbooks"


def row_versions(database: Database) -> list[tuple[Any, ...]]:
    """Every row version of the result; a row written again, even unchanged, gets another xmin."""
    return database.query(
        "select xmin::text, ctid::text, record_id, company_id from company_resolution order by record_id"
    )


def test_the_main_job_resolves_every_row_of_the_sample_to_its_company(finished: Database) -> None:
    expected = {row.place: row for row in sample.rows()}
    resolved = {
        (source_file, source_row): rest
        for source_file, source_row, *rest in finished.query(
            "select source_file, source_row, company_id, status, match_type from customer_records"
            " join company_resolution using (record_id)"
        )
    }
    assert resolved.keys() == expected.keys()
    for place, (company_id, status, match_type) in resolved.items():
        row = expected[place]
        if row.kind == "unknown":
            assert (status, match_type) == ("temporary", None) and company_id.startswith("TEMP_")
        elif row.kind == "unresolvable":
            assert (company_id, status, match_type) == (None, "unresolvable", None)
        else:
            expected_type = "lookup" if row.kind == "registry" else row.kind
            assert (company_id, status, match_type) == (row.company_id, "resolved", expected_type), place


def test_one_name_has_one_temporary_id_and_one_temporary_id_one_name(finished: Database) -> None:
    pairs = finished.query(
        "select distinct normalized_customer_name, company_id from company_resolution"
        " join customer_record_keys using (record_id) where is_temporary"
    )
    assert len(pairs) == len({name for name, _ in pairs}) == len({temp_id for _, temp_id in pairs})
    assert len(pairs) == sample.unknown_names()


@pytest.mark.parametrize(
    ("wrong_id", "violations"),
    [
        # A record of a name with several is changed: the name has two ids, and the id of another name has two names.
        ("'TEMP_999999'", 1),
        ("(select max(company_id) from company_resolution where is_temporary)", 2),
    ],
)
def test_dbt_finds_a_name_with_two_ids_and_an_id_with_two_names(
    finished: Database, wrong_id: str, violations: int
) -> None:
    test = ("test", "--select", "one_name_has_one_temporary_id")
    assert "PASS=1" in finished.dbt(*test).output
    [[changed]] = finished.query(
        f"update company_resolution set company_id = {wrong_id} where record_id = (select min(record_id)"
        " from company_resolution join customer_record_keys using (record_id) where is_temporary"
        " group by normalized_customer_name having count(*) > 1 order by min(company_id) limit 1) returning record_id"
    )
    assert changed
    assert f"Got {violations} result" in finished.dbt(*test, check=False).output


def test_the_crosswalk_lists_every_temporary_id_that_was_repointed(finished: Database) -> None:
    repointed = finished.query(
        "select distinct old_company_id, new_company_id from company_resolution_changes where kind = 'repointed'"
    )
    assert repointed
    assert sorted(repointed) == finished.query(
        "select from_company_id, to_company_id from company_id_crosswalk where valid_to is null order by 1, 2"
    )


def test_the_summary_adds_up_and_is_the_row_of_the_run(finished: Database, printed_by_main_job: str) -> None:
    [[records, by_type, by_lookup, without, temporary, unresolvable, changes, repointed]] = finished.query(
        "select records, resolved_by_match_type, resolved_by_lookup, without_company, temporary, unresolvable,"
        " changes, repointed_temporary_ids from enrichment_runs"
    )
    kinds = [row.kind for row in sample.rows()]
    assert records == len(kinds) == sum(by_type.values()) + by_lookup + without + temporary + unresolvable
    assert by_type == {kind: kinds.count(kind) for kind in ("plan", "account", "hardcode", "name", "account_name")}
    assert (by_lookup, without) == (kinds.count("registry"), 0)
    assert (temporary, unresolvable) == (kinds.count("unknown"), kinds.count("unresolvable"))
    assert changes == {"new": records, "repointed": kinds.count("registry")}
    for number in (records, *by_type.values(), by_lookup, temporary, unresolvable, repointed):
        assert f" {number:,} " in printed_by_main_job
    status = json.loads(finished.cli("status", "--json").output)
    assert status["last_run"]["records"] == records
    asked = finished.value("select count(distinct normalized_name) from lookup_answers")
    assert status["queue"] == {
        **dict.fromkeys(("ready", "waiting", "in_flight", "expired", "failed"), 0),
        "oldest_created_at": None,
    }
    assert finished.query("select status, count(*) from lookup_requests group by status") == [("done", asked)]


def test_a_second_run_changes_nothing(finished: Database, tmp_path: Path) -> None:
    before = row_versions(finished)
    finished.cli("run")
    assert row_versions(finished) == before

    shutil.rmtree(finished.scratch / "target", ignore_errors=True)
    shutil.rmtree(finished.scratch / "dbt", ignore_errors=True)
    finished.dbt("seed")
    assert "INSERT 0 0" in finished.dbt("run").output
    assert row_versions(finished) == before

    renamed = tmp_path / "annuity_performance"
    renamed.mkdir()
    for file in (WORKBOOKS / "annuity_performance").glob("*.xlsx"):
        shutil.copy(file, renamed / f"again-{file.name}")
    finished.cli("run", WDH_DATA_BASE_DIR=str(tmp_path))
    assert row_versions(finished) == before


def test_new_rows_are_resolved_without_touching_the_old(finished: Database, tmp_path: Path) -> None:
    before = row_versions(finished)
    header = sample.header()
    write_workbook(
        tmp_path / "annuity_performance" / "规模明细_202511.xlsx",
        [
            header,
            ["202511" if name == "月度" else "示例甲子航天有限公司" if name == "客户名称" else None for name in header],
        ],
    )
    finished.cli("run", WDH_DATA_BASE_DIR=str(tmp_path))
    after = row_versions(finished)
    assert set(before) < set(after)
    [new] = set(after) - set(before)
    assert new[3].startswith("TEMP_")


def test_removing_a_registry_row_turns_exactly_its_records_temporary(empty_database: Database) -> None:
    company = next(row.company_id for row in sample.rows() if row.kind == "registry")
    empty_database.dbt("seed")
    empty_database.query("delete from sample_registry where company_id = %s", (company,))
    empty_database.cli("ingest", "--domain", "annuity_performance", "--execute")
    empty_database.dbt("run")
    empty_database.cli("worker", "--drain")
    empty_database.dbt("run")
    temporary = empty_database.query(
        "select source_file, source_row from company_resolution join customer_records using (record_id)"
        " where is_temporary"
    )
    assert set(temporary) == {row.place for row in sample.rows() if row.kind == "unknown" or row.company_id == company}


def write_workbook(file: Path, rows: list[list[Any]], sheet: str = "规模明细") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(file)) as workbook:
        worksheet = workbook.add_worksheet(sheet)
        for number, row in enumerate(rows):
            worksheet.write_row(number, 0, row)
