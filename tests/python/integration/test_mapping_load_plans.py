"""The plan of a load of mappings says what the load then does, and changes nothing."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from company_enrichment import load_company_mappings, undo_mapping_load
from company_enrichment.errors import MappingLoadError, MappingRowError, RejectedRowsError
from company_enrichment.mappings.landing import MODES
from real_databases import Database

pytestmark = pytest.mark.one_server

KEYS = [("plan", f"P{number}") for number in range(12)] + [("name", f"{letter}公司") for letter in "甲乙丙丁"]
SPELLINGS = {"plan": ("{}", " {}"), "name": ("{}", "（存量）{}", "{}-终止")}


@pytest.fixture(autouse=True)
def environment(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of this process lead to no database: the connection alone must do that."""
    for name in ("WDH_DATABASE__SCHEMA", "WDH_RUN_ID", "WDH_DBT_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WDH_STATE_DIR", str(database.scratch))
    monkeypatch.setenv("WDH_DATABASE__URI", "postgresql://nobody@127.0.0.1:1/nowhere")


def _state(database: Database) -> list[Any]:
    """The rows of every table, what was ever written to any, and whether a transaction has had an id since."""
    tables = database.query("select relid::regclass::text from pg_stat_user_tables order by 1")
    rows = [
        database.query(f"select md5(string_agg(t::text, '|' order by t::text)) from {name} as t") for [name] in tables
    ]
    database.settle_statistics()
    written = database.query(
        "select relname, n_tup_ins, n_tup_upd, n_tup_del from pg_stat_user_tables order by schemaname, relname"
    )
    return [rows, written, database.query("select pg_snapshot_xmax(pg_current_snapshot())")]


@contextmanager
def nothing_changes(database: Database) -> Iterator[None]:
    before = _state(database)
    yield
    assert _state(database) == before


def _rows(chance: random.Random) -> list[tuple[str | None, str, str]]:
    rows: list[tuple[str | None, str, str]] = []
    for _ in range(chance.randint(1, 14)):
        match_type, alias = chance.choice(KEYS)
        company = chance.choice(("A", "A", "B", "C", "__EMPTY__"))
        rows.append((match_type, chance.choice(SPELLINGS[match_type]).format(alias), company))
    return [*rows, (None, "P1", "A"), ("plan", "\udcff", "A"), ("plan", "", "B")][: chance.choice((20, len(rows)))]


@pytest.mark.usefixtures("parsed_beforehand")
def test_the_plan_of_a_load_is_what_the_load_then_does(database: Database) -> None:
    seed = int(os.environ.get("TEST_SEED", int.from_bytes(os.urandom(4), "big")))
    print(f"TEST_SEED={seed}")
    chance = random.Random(seed)
    # What is there waits for dbt when the first plan is made.
    for source in ("a", "b"):
        load_company_mappings(_rows(chance), database.uri, "merge", source=source, apply=False)
    for number, mode in enumerate((*MODES, "replace_source", "merge")):
        rows, load_id = _rows(chance), f"load-{number}"
        load: dict[str, Any] = {"mode": mode, "source": chance.choice("ab"), "load_id": load_id}
        with nothing_changes(database):
            planned = load_company_mappings(iter(rows), database.uri, **load, plan_only=True)
        if number % 2:
            # It may be landed, and wait: the plan is of what dbt will do.
            load_company_mappings(iter(rows), database.uri, **load, apply=False)
            with nothing_changes(database):
                assert load_company_mappings([], database.uri, **load, plan_only=True) == planned
        assert load_company_mappings(iter(rows), database.uri, **load) == planned
        assert planned["read"] == len(rows)
        with nothing_changes(database):
            assert load_company_mappings([], database.uri, **load, plan_only=True) == planned
    with nothing_changes(database):
        planned = undo_mapping_load("load-0", database.uri, plan_only=True)
    assert undo_mapping_load("load-0", database.uri) == planned
    with nothing_changes(database):
        assert undo_mapping_load("load-0", database.uri, plan_only=True) == planned


@pytest.mark.usefixtures("parsed_beforehand")
def test_a_plan_counts_what_conflicts_and_what_is_retired(database: Database) -> None:
    load_company_mappings([("plan", "P1", "A"), ("plan", "P2", "A")], database.uri, "merge", source="a")
    counts = {"read": 3, "inserted": 0, "updated": 1, "unchanged": 0, "rejected": 1, "conflicts": 1, "deleted": 1}
    rows = [("plan", "P1", "B"), ("plan", "P1", "C"), ("planet", "P2", "A")]
    with nothing_changes(database):
        planned = load_company_mappings(
            rows, database.uri, "replace_source", source="a", content_hash="new", plan_only=True
        )
    assert {**planned, **counts} == planned
    assert planned["load_id"] == "a:2:new"
    assert load_company_mappings(rows, database.uri, "replace_source", source="a", content_hash="new") == planned


def test_what_a_load_refuses_its_plan_refuses(database: Database) -> None:
    with nothing_changes(database):
        with pytest.raises(MappingLoadError, match="would retire every alias of source a"):
            load_company_mappings([], database.uri, "replace_source", source="a", plan_only=True)
        with pytest.raises(
            RejectedRowsError, match="2 of 3 rows cannot be used, and nothing was landed: line 1: "
        ) as bad:
            load_company_mappings(
                [("planet", "P", "A"), ("plan", "P", "A"), ("plan", "\udcff", "A")],
                database.uri,
                strict=True,
                plan_only=True,
            )
        assert [line for line, _ in bad.value.rows] == [1, 3]
        with pytest.raises(MappingRowError, match="Row 2"):
            load_company_mappings([("plan", "P", "A"), 5], database.uri, plan_only=True)
        with pytest.raises(MappingLoadError, match="There is no load nobody"):
            undo_mapping_load("nobody", database.uri, plan_only=True)


def test_the_plan_of_landing_alone_knows_what_is_read(database: Database) -> None:
    with nothing_changes(database):
        planned = load_company_mappings([("plan", "P", "A")], database.uri, load_id="one", apply=False, plan_only=True)
        empty = load_company_mappings([], database.uri, load_id="none", apply=False, plan_only=True)
    assert load_company_mappings([("plan", "P", "A")], database.uri, load_id="one", apply=False) == planned
    assert load_company_mappings([], database.uri, load_id="none", apply=False) == empty


def test_a_load_is_planned_before_dbt_has_ever_run(database: Database) -> None:
    database.query("drop table mapping_changes, company_mapping, mapping_loads cascade")
    with nothing_changes(database):
        planned = load_company_mappings(
            [("plan", "P", "A"), ("plan", "P", "B")], database.uri, load_id="one", plan_only=True
        )
    assert (planned["inserted"], planned["conflicts"]) == (1, 1)
