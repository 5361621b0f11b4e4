"""Loads that only repeat others are pruned: what they have said goes on counting, and takes hardly any room."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from company_enrichment import load_company_mappings, undo_mapping_load
from real_databases import Database, create_database, drop_database

ROWS = 250
"""More than two blocks of mapping_repeats."""
MOST_BYTES = 50
"""What a row of a load that repeats another may take on disk after it was pruned."""

TABLES = ("company_mapping", "company_mapping_history", "company_mapping_conflicts", "mapping_rejects", "mapping_loads")
VIEWS = ("company_mapping_conflicts", "mapping_rejects")
# When, and by which transaction, they were written.
TIMES = ["updated_at", "changed_in", "valid_from", "valid_to", "landed_at", "decided_at", "retired_at"]


def night(database: Database, name: str, rows: int = ROWS, mode: str = "replace_source") -> None:
    """A load of the same content, its rows in an order of their own; two of them cannot be used.

    In that named three, N3 is written with a blank.
    """
    numbers = range(1, rows + 1) if name == "one" else range(rows, 0, -1)
    mappings = [("plan", "N3 " if (name, number) == ("three", 3) else f"N{number}", "A") for number in numbers]
    mappings += [("plan", "N0", ""), ("planet", "N0", "A")]
    load_company_mappings(mappings, database.uri, mode, source="nightly", load_id=name, apply=False)


def bring_up(database: Database, *options: str) -> None:
    database.dbt("run", "--select", "+company_mapping_history", "+mapping_loads", *VIEWS, *options)


def prune(database: Database, **arguments: Any) -> str:
    [said] = re.findall(r"prune_mapping_loads: (.*)", database.operation("prune_mapping_loads", arguments).output)
    return str(said)


def contents(database: Database) -> dict[str, list[Any]]:
    return {
        table: database.query(f"select to_jsonb(t) - %s::text[] as row from {table} as t order by 1", (TIMES,))
        for table in TABLES
    }


def landed(database: Database) -> list[tuple[str, int, int]]:
    """Of each load: its rows as landed, and as decided."""
    return database.query(
        "select load_id, count(*),"
        " (select count(*) from mapping_changes as decided where decided.load_id = landed.load_id and line_no > 0)"
        " from mapping_records as landed where source in ('nightly', 'other') group by load_id order by 1"
    )


@pytest.fixture
def nights(database: Database) -> Database:
    """Three nights of one content; another source takes N1 before the second, N2 after the third."""
    night(database, "one")
    bring_up(database)
    load_company_mappings([("plan", "N1", "B")], database.uri, "merge", source="other", load_id="two", apply=False)
    night(database, "three")
    bring_up(database)
    night(database, "four")
    bring_up(database)
    load_company_mappings([("plan", "N2", "B")], database.uri, "merge", source="other", load_id="zwei", apply=False)
    bring_up(database)
    return database


@pytest.fixture
def unpruned(nights: Database, tmp_path: Path) -> Iterator[Database]:
    """The same, and it stays as it is."""
    copy = create_database(nights.server, tmp_path, nights.name)
    yield copy
    drop_database(copy)


@pytest.mark.one_server
def test_pruned_loads_go_on_saying_what_they_said(unpruned: Database, nights: Database) -> None:
    all_there = [("four", 252, 252), ("one", 252, 252), ("three", 252, 252), ("two", 1, 1), ("zwei", 1, 1)]
    assert landed(nights) == all_there
    before = contents(nights)
    assert prune(nights) == "would remove 497 rows of 2 loads; add execute: true"
    assert (landed(nights), contents(nights)) == (all_there, before)
    assert prune(nights, older_than_days=1, execute=True) == "removed 0 rows of 0 loads"
    assert prune(nights, execute=True) == "removed 497 rows of 2 loads"
    # N1 has lost, and what cannot be used is a reject; three has other words for N3.
    assert landed(nights) == [("four", 3, 3), ("one", 252, 252), ("three", 4, 4), ("two", 1, 1), ("zwei", 1, 1)]
    assert contents(nights) == before
    assert prune(nights, execute=True) == "removed 0 rows of 0 loads"
    bring_up(nights, "--full-refresh")
    assert contents(nights) == before
    assert "PASS=3 WARN=0 ERROR=0" in nights.dbt("test", "--select", "mapping_loads_add_up").output

    # The conflict of N2 is open by the word of a row that is pruned: a complete load came after the one that made it.
    open_conflicts = (
        "select distinct alias_name from company_mapping_conflicts where is_open and losing_source = 'nightly'"
    )
    assert sorted(nights.query(open_conflicts)) == [("N1",), ("N2",)]

    # One by one the loads are undone: the claims go from one to the next that stands, by its own line.
    for name in ("one", "four", "three"):
        for database in (unpruned, nights):
            undo_mapping_load(name, database.uri, apply=False)
            bring_up(database)
        assert contents(nights) == contents(unpruned), name
    assert nights.query("select alias_name from company_mapping where source = 'nightly' and retired_at is null") == []


@pytest.mark.one_server
def test_what_has_not_been_counted_is_not_pruned(nights: Database) -> None:
    prune(nights, execute=True)
    night(nights, "five", mode="merge")
    assert prune(nights, execute=True) == "removed 0 rows of 0 loads"
    nights.dbt("run", "--select", "mapping_changes")
    assert prune(nights, execute=True) == "removed 0 rows of 0 loads"
    nights.dbt("run", "--select", "mapping_loads")
    # More rows of the load are landed, one of them for the second time, and decided, but not counted yet.
    nights.query(
        "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
        " values ('five', 900, 'nightly', 'plan', 'N1', 'A'), ('five', 901, 'nightly', 'plan', 'N9', 'A'),"
        " ('five', 902, 'nightly', 'plan', 'N1', 'A')"
    )
    nights.dbt("run", "--select", "mapping_changes")
    assert prune(nights, execute=True) == "removed 0 rows of 0 loads"
    nights.dbt("run", "--select", "mapping_loads", *VIEWS)
    before = contents(nights)
    # N1 and N2 have lost.
    assert prune(nights, execute=True) == "removed 248 rows of 1 loads"
    bring_up(nights, "--full-refresh")
    assert contents(nights) == before


@pytest.mark.one_server
def test_a_night_leaves_fifty_bytes_a_row_at_most(database: Database) -> None:
    for name in ("one", "two"):
        night(database, name, 20_000)
        bring_up(database)
    assert prune(database, execute=True) == "removed 20000 rows of 1 loads"
    [(bytes_left, rows)] = database.query(
        "select pg_total_relation_size('mapping_repeats'), sum(cardinality(line_nos)) from mapping_repeats"
    )
    assert rows >= 20_000 and bytes_left <= MOST_BYTES * 20_000
