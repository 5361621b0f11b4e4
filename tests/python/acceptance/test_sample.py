"""A user's own database gets nothing of the sample unless it is asked for, and can be rid of it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import sample
from real_databases import REPOSITORY, Database
from workbook_files import write_workbook

pytestmark = pytest.mark.one_server

# Companies that the sample's mappings and its registry know, and one that nobody knows.
MAPPED, REGISTERED, UNKNOWN = "国家电网有限公司", "中国中煤能源集团有限公司", "无人知晓甲公司"
SAMPLE_TABLES = "select relname from pg_class where relname in ('sample_mappings', 'sample_registry') order by 1"
RESULT = "select company_id, status, match_type from company_resolution join customer_records using (record_id)"
OWN = RESULT + " where source_system = 'crm' order by customer_name"
LOADS = "select load_id, source from landed_loads where mode <> 'undo' order by landed_at"
IN_FORCE = "select count(*) from company_mapping where source = 'seed:sample_mappings' and retired_at is null"


def add_own_records(database: Database) -> None:
    for name in (MAPPED, REGISTERED, UNKNOWN):
        database.query(
            "insert into customer_records (record_id, source_system, customer_name) values (%s, 'crm', %s)",
            (f"crm-{name}", name),
        )


def figures(printed: str) -> dict[str, tuple[int, ...]]:
    """Of each line of the table that sample remove prints: how many are the sample's, of how many, and what stays."""
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in printed.splitlines() if line.startswith("│")]
    return {what: tuple(int(number.replace(",", "")) for number in numbers) for what, *numbers in rows}


@pytest.fixture
def own_database(empty_database: Database) -> Database:
    """An empty database that WDH_DATABASE__URI names, with nothing else set."""
    return replace(empty_database, sample="", connections=empty_database.connections)


def test_a_run_on_an_own_database_asks_for_its_files_and_takes_nothing_of_the_sample(
    own_database: Database, tmp_path: Path
) -> None:
    refused = own_database.cli("run", check=False)
    assert refused.code == 2
    assert "WDH_DATA_BASE_DIR is not set" in refused.output and "company-enrichment run --sample" in refused.output
    assert own_database.query("select from pg_namespace where nspname = 'enterprise'") == []

    header = sample.header()
    row = ["202511" if name == "月度" else MAPPED if name == "客户名称" else None for name in header]
    write_workbook(tmp_path / "annuity_performance" / "规模明细_202511.xlsx", [header, row], "规模明细")
    printed = own_database.cli("run", WDH_DATA_BASE_DIR=str(tmp_path)).output
    assert "sample" not in printed.lower()
    assert "There is nobody to ask about unknown names: set WDH_REGISTRY_TABLE" in printed
    assert own_database.query(RESULT) == [("TEMP_000001", "temporary", None)]
    assert own_database.query(SAMPLE_TABLES) == own_database.query(LOADS) == []
    for arguments in (("worker", "--drain"), ("worker", "--plan-only")):
        idle = own_database.cli(*arguments, check=False)
        assert idle.code == 2 and "set WDH_REGISTRY_TABLE" in idle.output
    status = json.loads(own_database.cli("status", "--json").output)
    assert status["sample"] == "nothing of it is in this database"
    assert "set WDH_REGISTRY_TABLE" in status["lookup_provider"]

    # Asked for by name it comes, and is called by its name.
    printed = own_database.cli("run", "--sample").output
    assert "SAMPLE DATA: this run uses the sample: its workbooks of invented customers, its mappings and its" in printed
    records, mappings = len(sample.rows()), own_database.value("select count(*) from sample_mappings")
    assert f"SAMPLE DATA in this database: {records:,} of {records + 1:,} customer records" in printed
    assert f"{mappings:,} of {mappings:,} aliases in force" in printed
    assert "`company-enrichment sample remove` takes it out" in printed
    assert own_database.query(RESULT + " where customer_name = %s and source_row = 2", (MAPPED,))[0][0] == "S0008"


def test_a_build_of_an_own_database_lands_no_sample(own_database: Database) -> None:
    own_database.dbt("build", "--exclude-resource-type", "test", "unit_test")
    assert own_database.query(SAMPLE_TABLES) == own_database.query(LOADS) == []
    assert own_database.query("select * from company_mapping") == []


def test_own_seeds_alone_are_landed_also_where_the_sample_is_used(empty_database: Database, tmp_path: Path) -> None:
    project = tmp_path / "project"
    for name in ("models", "macros", "seeds"):
        shutil.copytree(REPOSITORY / name, project / name)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(REPOSITORY / name, project / name)
    (project / "seeds" / "mappings" / "mine.csv").write_text("match_type,alias,company_id\nplan,0042,M1\n", "utf-8")
    settings = project / "dbt_project.yml"
    settings.write_text(
        settings.read_text("utf-8").replace("[sample_mappings]", "[mine]\n    mapping_sed: [a]"), "utf-8"
    )
    output = replace(empty_database, project=project).dbt("seed").output
    assert [source for _, source in empty_database.query(LOADS)] == ["seed:mine"]
    assert "Nothing of the seed sample_mappings is landed as mappings: the var mapping_seeds does not list it" in output
    assert '"mapping_sed" in dbt_project.yml, below vars, company_enrichment, is no var' in output
    assert "Is mapping_seeds meant?" in output


def test_what_a_seed_has_landed_is_withdrawn_once_it_is_not_listed(database: Database) -> None:
    without = ("--select", "+company_mapping", "--vars", "{mapping_seeds: []}")
    mappings = database.value(IN_FORCE)
    assert mappings > 0
    # Whoever lands a load of his own under such a name keeps it.
    database.query(
        "insert into landed_loads (load_id, source, mode, content_hash) values ('mine', 'seed:other', 'replace_source',"
        " md5('')), ('seed:other:1:x', 'seed:other', 'merge', md5(''))"
    )
    said = "does not list sample_mappings any more: what it had landed (1 loads) is withdrawn, by this run"
    assert said in database.dbt("run", *without).output
    assert database.value(IN_FORCE) == 0
    assert "is withdrawn" not in database.dbt("run", *without).output
    assert database.query("select undoes from landed_loads where mode = 'undo'") == [
        (load_id,) for load_id, source in database.query(LOADS) if source == "seed:sample_mappings"
    ]

    # Listed again, the same content is landed again.
    database.dbt("seed")
    database.dbt("run", "--select", "+company_mapping")
    assert database.value(IN_FORCE) == mappings
    assert len(database.query(LOADS)) == 4

    # What somebody has undone stays undone, although the seed is listed.
    [*_, (load_id, _)] = database.query(LOADS + " desc limit 1")
    database.query(
        "insert into landed_loads (load_id, source, mode, undoes) select 'undo:' || load_id, source, 'undo', load_id"
        " from landed_loads where load_id = %s",
        (load_id,),
    )
    database.dbt("seed")
    assert len(database.query(LOADS)) == 4


def test_the_sample_is_taken_out_with_what_rests_on_it_and_nothing_else(finished: Database) -> None:
    own = replace(finished, sample="", connections=finished.connections)
    add_own_records(finished)
    finished.query(
        "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id) values"
        " ('own', 1, 'curated', 'plan', 'OWN-1', 'C-1')"
    )
    finished.query(
        "insert into customer_records (record_id, source_system, plan_code, customer_name)"
        " values ('crm-plan', 'crm', 'OWN-1', '甲')"
    )
    finished.query(
        "insert into lookup_answers"
        " (provider, asked_name, normalized_name, outcome, company_id, company_name, confidence)"
        " values ('eqc', '乙', '乙', 'found', 'C-2', '乙', 1), ('registry', '丙', '丙', 'not_found', null, null, null)"
    )
    finished.dbt("run")
    unknown = finished.value("select temp_id from temp_company_ids where first_name = %s", (UNKNOWN,))
    assert [company_id for company_id, _, _ in finished.query(OWN)] == ["S0301", "S0008", unknown, "C-1"]
    ledger = finished.query("select temp_id, first_name from temp_company_ids order by temp_number")
    before = finished.query("select count(*), max(changed_in::text) from landed_loads")

    planned = own.cli("sample", "remove").output
    assert "Nothing was changed; --execute takes it out." in planned
    assert finished.query("select count(*), max(changed_in::text) from landed_loads") == before
    removed = own.cli("sample", "remove", "--execute").output
    records = len(sample.rows())
    assert figures(planned) == figures(removed)
    assert figures(removed)["customer records"] == (records, records + 4, 4)
    assert figures(removed)["results that rest on the sample"] == (records + 2, records + 4, 2)
    assert all(of_sample + kept == rows for of_sample, rows, kept in figures(removed).values())

    assert finished.value("select count(*) from customer_records where source_system <> 'crm'") == 0
    assert finished.query(SAMPLE_TABLES) == finished.query("select * from ingest_files") == []
    assert finished.query("select * from ingest_period_records") == []
    assert finished.value(IN_FORCE) == 0
    assert finished.query("select alias_text, company_id from company_mapping where retired_at is null") == [
        ("OWN-1", "C-1")
    ]
    # Own records keep what is theirs, and are unknown where the sample alone knew them.
    found = finished.query(OWN)
    assert [(status, match_type) for _, status, match_type in found] == [("temporary", None)] * 3 + [
        ("resolved", "plan")
    ]
    assert finished.value("select count(*) from company_resolution") == 4
    assert finished.query("select distinct record_id from company_resolution_changes order by 1") == [
        (f"crm-{name}",) for name in sorted((MAPPED, REGISTERED, UNKNOWN, "plan"))
    ]
    # Answers of others stay, and one to somebody else's name of which nobody can tell which registry gave it.
    assert finished.query("select provider, asked_name from lookup_answers order by 1") == [
        ("eqc", "乙"),
        ("registry", "丙"),
    ]
    assert {name for (name,) in finished.query("select name from lookup_requests")} == {MAPPED, REGISTERED, UNKNOWN}
    assert finished.query("select * from company_lookup_cache where company_id like 'S0%%'") == []
    # Temporary ids stay issued.
    assert (
        finished.query("select temp_id, first_name from temp_company_ids order by temp_number")[: len(ledger)] == ledger
    )

    assert "Nothing of the sample is in this database." in own.cli("sample", "remove", "--execute").output
    output = finished.dbt("test", "--exclude", "test_type:unit").output
    assert "ERROR=0" in output


def test_a_removal_that_was_cut_short_is_gone_on_with(finished: Database) -> None:
    own = replace(finished, sample="", connections=finished.connections)
    # As if it had ended before dbt was started.
    finished.query("delete from customer_records")
    finished.query("delete from lookup_answers")
    assert finished.value("select count(*) from company_resolution") > 0
    own.cli("sample", "remove", "--execute")
    assert finished.query("select * from company_resolution") == []
    assert finished.value(IN_FORCE) == 0
    assert "Nothing of the sample" in own.cli("sample", "remove").output


def test_records_and_companies_that_are_somebody_else_s_too_are_not_taken_out(finished: Database) -> None:
    own = replace(finished, sample="", connections=finished.connections)
    finished.query("insert into sample_registry values ('C-9', '示例九公司')")
    # Another file of the month has taken the sample's place: the records that it has are its.
    finished.query("update ingest_files set superseded_at = now() where period = '202510'")
    finished.query(
        "insert into ingest_files (content_hash, domain, file_name, rows_read, rows_new, rows_changed, rows_unchanged,"
        " rows_rejected, rows_passed_over, file_path, period, version, rows_deleted)"
        " select md5('own'), domain, file_name, rows_read, rows_new, rows_changed, rows_unchanged, rows_rejected,"
        " rows_passed_over, file_path, period, 9, 0 from ingest_files where period = '202510'"
    )
    theirs = finished.value("select count(*) from ingest_period_records where period = '202510'")
    assert theirs > 0
    own.cli("sample", "remove", "--execute")
    assert finished.value("select count(*) from customer_records") == theirs
    assert finished.query("select * from sample_registry") == [("C-9", "示例九公司")]
    assert finished.query("select version from ingest_files") == [(9,)]
