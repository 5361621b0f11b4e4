"""What a conflict is, and that a load's report, the models, status and dbt's test count the same ones."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from company_enrichment import load_company_mappings, undo_mapping_load
from company_enrichment.mappings.statistics import MappingLoadStatistics
from real_databases import Database, create_database, drop_database

pytestmark = pytest.mark.one_server

LOADED = ("run", "--select", "+mapping_loads", "+company_mapping_conflicts")
TESTED = ("test", "--select", "company_mapping_conflicts,test_name:none_expected")


@pytest.fixture(scope="module")
def curated(deployed_template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Three aliases of a curated source, in force; to be copied."""
    database = create_database(deployed_template.server, tmp_path_factory.mktemp("curated"), deployed_template.name)
    load(database, "curated", P1="A", P2="A", P3="A")
    database.dbt(*LOADED)
    yield database
    drop_database(database)


@pytest.fixture
def mappings(curated: Database, tmp_path: Path) -> Iterator[Database]:
    copy = create_database(curated.server, tmp_path, curated.name)
    yield copy
    drop_database(copy)


def load(database: Database, source: str, mode: str = "merge", **aliases: str) -> MappingLoadStatistics:
    """Landed only: several are applied together."""
    rows = [("plan", alias, company) for alias, company in aliases.items()]
    return load_company_mappings(rows, database.uri, mode, source=source, apply=False)


def open_conflicts(database: Database) -> list[tuple[str, str, str]]:
    return database.query(
        "select alias_name, losing_source, losing_company_id from company_mapping_conflicts where is_open order by 1, 2"
    )


def test_report_models_status_run_and_test_give_one_number_and_say_from_whom_aliases_were_taken(
    mappings: Database, tmp_path: Path
) -> None:
    file = tmp_path / "new.csv"
    file.write_text("match_type,alias,company_id\nplan,P1,B\nplan,P2,B\nplan,P4,B\nplan,P4,C\n", "utf-8")
    planned = mappings.cli("load-mappings", str(file), "--mode", "merge", "--plan-only").output
    printed = mappings.cli("load-mappings", str(file), "--mode", "merge").output
    for output in (planned, printed):
        assert "4 rows read = 1 inserted + 0 updated + 0 unchanged + 0 rejected + 3 conflicts" in output
        assert "2 of the conflicts are won by the load" in output and ": 2 from curated" in " ".join(output.split())
    [(counted, taken)] = mappings.query(
        "select rows_conflicting, taken_over_from from mapping_loads where source = 'file:new.csv'"
    )
    assert (counted, taken) == (3, {"curated": 2})
    assert mappings.query("select count(*), count(*) filter (where is_open) from company_mapping_conflicts") == [(3, 3)]
    assert "Got 3 results, configured to warn" in mappings.dbt(*TESTED).output
    # The summary of the last run, what status says of all loads, and what the monitoring models say.
    mappings.dbt("run")
    status = json.loads(mappings.cli("status", "--json").output)
    assert status["mappings"]["conflicts"] == status["monitoring"]["conflicts"]["aliases"] == 3
    assert status["last_run"]["mapping_conflicts"] == 3
    shown = mappings.cli("status").output
    assert "mapping rows of all loads: 3 conflicts" in shown and "in conflict: 3 aliases" in shown
    assert re.search(r"mapping conflicts[^\d\n]+3\b", shown)


def test_a_conflict_that_is_settled_or_undone_is_closed_and_warns_no_more(mappings: Database) -> None:
    taken = load(mappings, "other", P1="B", P2="B", P3="B")["load_id"]
    mappings.dbt(*LOADED)
    assert open_conflicts(mappings) == [(alias, "curated", "A") for alias in ("P1", "P2", "P3")]
    # Its loser comes to agree on one, a decision settles another.
    load(mappings, "curated", P1="B")
    mappings.dbt(*LOADED)
    decision: dict[str, Any] = {"from": "B", "to": "C", "kind": "corrected", "reason": "neither is right"}
    decision |= {"allow_unknown": True, "execute": True, "aliases": [{"match_type": "plan", "alias": "P2"}]}
    mappings.operation("correct_company_id", decision)
    assert open_conflicts(mappings) == [("P3", "curated", "A")]
    # Whoever says the error again after the decision is in conflict with it, once, however often.
    load(mappings, "curated", P2="A")
    load(mappings, "curated", P2="A")
    mappings.dbt(*LOADED)
    assert open_conflicts(mappings) == [("P2", "curated", "A"), ("P3", "curated", "A")]
    undone = undo_mapping_load(taken, mappings.uri)
    assert undone["conflicts"] == 0
    # Without that load P3 is the curated source's again. What has lost stays on record.
    assert open_conflicts(mappings) == [("P2", "curated", "A")]
    assert mappings.value("select count(*) from company_mapping_conflicts") == 5
    load(mappings, "curated", "replace_source", P3="A")
    mappings.dbt(*LOADED)
    assert open_conflicts(mappings) == []
    assert "WARN=0" in mappings.dbt(*TESTED).output


def test_a_conflict_opens_again_with_the_statement_that_an_undo_brings_back(mappings: Database) -> None:
    load(mappings, "other", P1="B")
    agrees = load(mappings, "curated", P1="B")["load_id"]
    mappings.dbt(*LOADED)
    assert open_conflicts(mappings) == []
    undo_mapping_load(agrees, mappings.uri)
    assert open_conflicts(mappings) == [("P1", "curated", "A")]
