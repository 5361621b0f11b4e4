"""The crosswalk: published ids lead to what they stand for today, and what they once stood for is kept."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import psycopg2.errors
import pytest

from real_databases import REPOSITORY, Database

pytestmark = pytest.mark.one_server

DOWNSTREAM = """
select
    facts.record_id,
    {{ company_enrichment.current_company_id('facts.company_id') }} as company_id
from facts.published as facts
"""


@pytest.fixture
def published(finished: Database, tmp_path: Path) -> Database:
    """The sample, what was published of it before anything was looked up, and a model that brings that up to date."""
    project = tmp_path / "project"
    shutil.copytree(
        REPOSITORY,
        project,
        ignore=shutil.ignore_patterns(".venv", ".git", "target", "logs", ".*_cache", "tests", "*.pyc"),
    )
    (project / "models" / "current_facts.sql").write_text(DOWNSTREAM, encoding="utf-8")
    finished.query("create schema facts")
    finished.query(
        "create table facts.published as select record_id, new_company_id as company_id"
        " from company_resolution_changes where change_number = 1"
    )
    return replace(finished, project=project)


def _differences(database: Database) -> list[tuple[str, str, str]]:
    return database.query(
        "select fact.record_id, fact.company_id, resolution.company_id from current_facts as fact"
        " inner join company_resolution as resolution using (record_id)"
        " where fact.company_id is distinct from resolution.company_id"
    )


def test_facts_that_were_published_with_temporary_and_merged_ids_are_re_pointed(published: Database) -> None:
    temporary = "select count(*) from {} where company_id like 'TEMP\\_%%'"
    assert published.value(temporary.format("facts.published")) > published.value(
        temporary.format("company_resolution")
    )
    published.dbt("run", "--select", "current_facts")
    assert _differences(published) == []

    [(company_id,)] = published.query(
        "select to_company_id from company_id_crosswalk where kind = 'resolved' order by from_company_id limit 1"
    )
    for old, new in [(company_id, "first"), ("first", "second")]:
        arguments = f"{{from: '{old}', to: '{new}', kind: merged, reason: x, allow_unknown: true, execute: true}}"
        published.dbt("run-operation", "correct_company_id", "--args", arguments)
    published.dbt("run", "--select", "current_facts")
    assert _differences(published) == []
    merged = "select count(*) from current_facts where company_id = %s"
    assert published.value(merged, ("second",)) > 0
    # A closed row leads nowhere.
    undo = "{from: second, to: first, kind: merged, reason: two companies, execute: true}"
    published.dbt("run-operation", "correct_company_id", "--args", undo)
    published.dbt("run", "--select", "current_facts")
    assert _differences(published) == []
    assert published.value(merged, ("first",)) > 0
    # The sample's crosswalk is so small that reading all of it may be cheaper.
    explain = "set enable_seqscan = off; explain select * from current_facts"
    plan = "\n".join(line for (line,) in published.query(explain))
    assert plan.count("company_id_crosswalk_from_company_id_idx") == 2, "each step is one probe of the index"


def test_a_name_that_is_no_longer_known_gets_its_id_back_and_both_events_are_kept(finished: Database) -> None:
    [(temp_id, company_id, name_key)] = finished.query(
        "select from_company_id, to_company_id, normalized_name from company_id_crosswalk"
        " inner join temp_company_ids on temp_id = from_company_id where decided_by = 'lookup' order by 1 limit 1"
    )
    records = finished.query(
        "select record_id from company_resolution where matched_key = %s and match_type = 'lookup'", (name_key,)
    )
    assert records
    finished.query("create table kept as select * from lookup_answers where normalized_name = %s", (name_key,))
    finished.query("delete from lookup_answers where normalized_name = %s", (name_key,))
    finished.query("delete from company_lookup_cache where normalized_name = %s", (name_key,))
    finished.dbt("run", "--vars", "{compare_everything: true}")
    assert finished.query(
        "select distinct company_id from company_resolution where record_id = any(%s)", ([r for (r,) in records],)
    ) == [(temp_id,)]
    events = (
        "select to_company_id, kind, valid_to is null from company_id_crosswalk"
        " where from_company_id = %s order by valid_from"
    )
    assert finished.query(events, (temp_id,)) == [(company_id, "resolved", False), (None, "unresolved", True)]
    finished.query("insert into lookup_answers overriding system value select * from kept")
    finished.dbt("run", "--vars", "{compare_everything: true}")
    assert finished.query(events, (temp_id,)) == [
        (company_id, "resolved", False),
        (None, "unresolved", False),
        (company_id, "resolved", True),
    ]
    assert finished.query(
        "select distinct company_id from company_resolution where record_id = any(%s)", ([r for (r,) in records],)
    ) == [(company_id,)]


def test_the_database_itself_allows_an_id_one_open_row(finished: Database) -> None:
    with pytest.raises(psycopg2.errors.UniqueViolation):
        finished.query(
            "insert into company_id_crosswalk (from_company_id, valid_from, to_company_id, kind, decided_by, run_id)"
            " select from_company_id, now(), 'another', kind, decided_by, run_id"
            " from company_id_crosswalk where valid_to is null limit 1"
        )
