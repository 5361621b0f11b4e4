"""Modes, undo, retirement and priorities of mapping loads, held against the rule written a second time, row by row."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mapping_rule import Load, Reference, State
from real_databases import Database, create_database, drop_database

PRIORITY = ["first"]
SOURCES = ["first", "second", "third"]
MODES = ["append", "merge", "delete_insert", "replace_source"]
COMPANIES = ["A", "B", "C"]
KEYS = [f"P{number}" for number in range(8)]
# A mutant is content with fewer.
ROUNDS = int(os.environ.get("LOAD_ROUNDS", "10"))
BUILD = ("run", "--vars", f"{{mapping_source_priority: {PRIORITY}}}", "--select", "+mapping_loads")
SELECTED = (*BUILD, "+company_mapping_history", "company_mapping_conflicts", "mapping_rejects")


@pytest.fixture
def loads(deployed_template: Database, tmp_path: Path) -> Iterator[Database]:
    """A database whose only aliases are those of the test."""
    copy = create_database(deployed_template.server, tmp_path, deployed_template.name)
    copy.query(
        "truncate mapping_records, landed_loads, mapping_changes, company_mapping, company_mapping_history,"
        " mapping_loads, customer_record_keys, company_resolution, company_resolution_changes"
    )
    yield copy
    drop_database(copy)


def land(database: Database, load: Load, match_type: str = "plan") -> None:
    """In one transaction, as every writer does."""
    connection = database.connect()
    connection.autocommit = False
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into enterprise.landed_loads (load_id, source, mode, undoes) values (%s, %s, %s, %s)",
            (load.load_id, load.source, load.mode, load.undoes),
        )
        for line_no, (alias, company) in enumerate(load.rows, start=2):
            cursor.execute(
                "insert into enterprise.mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
                " values (%s, %s, %s, %s, %s, %s)",
                (load.load_id, line_no, load.source, match_type, alias, company),
            )
    connection.commit()


def state(database: Database) -> State:
    return {
        alias: (company, source)
        for alias, company, source in database.query(
            "select alias_name, company_id, source from company_mapping where retired_at is null"
        )
    }


def outcomes(database: Database, load_id: str) -> list[str]:
    found = database.query(
        "select outcome from mapping_changes where load_id = %s and line_no > 0 order by line_no", (load_id,)
    )
    return [outcome for (outcome,) in found]


def counts(database: Database, load_id: str) -> dict[str, Any]:
    names = ("read", "inserted", "updated", "unchanged", "rejected", "conflicting", "deleted", "restored")
    columns = ", ".join(f"rows_{name}" for name in names)
    [row] = database.query(f"select {columns}, taken_over_from from mapping_loads where load_id = %s", (load_id,))
    return dict(zip((*names, "taken_over_from"), row, strict=True))


def compared(before: State, after: State, load: Load) -> dict[str, Any]:
    """What one load did, found by looking at the table before and after, and at what was landed."""
    named = {alias for alias, company in load.rows if company}
    moved = {alias for alias in before.keys() & after.keys() if before[alias][0] != after[alias][0]}
    taken_over = {alias for alias in moved & named if before[alias][1] != load.source}
    return {
        "read": len(load.rows),
        "inserted": len((after.keys() - before.keys()) & named),
        "updated": len(moved & named - taken_over),
        "taken_over_from": Counter(before[alias][1] for alias in taken_over),
        "rejected": sum(not company for _, company in load.rows),
        "deleted": len(before.keys() - after.keys()),
        "restored": len(moved - named) + len((after.keys() - before.keys()) - named),
    }


def a_load(chance: random.Random, number: int, decided: list[Load], undone: set[str]) -> Load:
    candidates = [load for load in decided if load.undoes is None and load.load_id not in undone]
    if candidates and chance.random() < 1 / 4:
        taken_back = chance.choice(candidates)
        undone.add(taken_back.load_id)
        return Load(f"{number:03}", taken_back.source, "undo", undoes=taken_back.load_id)
    rows = [(chance.choice(KEYS), chance.choice([*COMPANIES, *COMPANIES, ""])) for _ in range(chance.randrange(1, 9))]
    return Load(f"{number:03}", chance.choice(SOURCES), chance.choice(MODES), rows)


def test_random_loads_do_what_the_rule_says(loads: Database) -> None:
    """Single loads are compared with what happened to the table, several that a run finds together with the rule."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    reference = Reference(PRIORITY)
    decided: list[Load] = []
    undone: set[str] = set()
    loads.dbt(*SELECTED)
    ever: set[str] = set()
    for number in range(ROUNDS):
        batch = [
            a_load(chance, 10 * number + position, decided, undone) for position in range(chance.choice([1, 1, 2, 4]))
        ]
        before = state(loads)
        for load in batch:
            land(loads, load)
        loads.dbt(*SELECTED)
        # What is taken back was decided in an earlier run, so it comes first.
        batch.sort(key=lambda load: load.undoes is None)
        for load in batch:
            assert reference.take(load) == outcomes(loads, load.load_id), load
            found = counts(loads, load.load_id)
            assert found["read"] == sum(
                found[name] for name in ("inserted", "updated", "unchanged", "rejected", "conflicting")
            )
        after = state(loads)
        assert after == reference.state(), batch
        if len(batch) == 1:
            expected = compared(before, after, batch[0])
            assert {name: counts(loads, batch[0].load_id)[name] for name in expected} == expected, batch[0]
        decided += batch
        ever |= after.keys()
        kept = {alias for (alias,) in loads.query("select alias_name from company_mapping")}
        assert kept >= ever, "a retired alias keeps its row"
        open_rows = loads.query("select alias_name, company_id from company_mapping_history where valid_to is null")
        assert dict(open_rows) == {alias: company for alias, (company, _) in after.items()}

    tables = ("mapping_changes", "company_mapping", "company_mapping_history", "mapping_loads")
    written = {table: loads.query(f"select xmin::text, * from {table} order by 2, 3, 4") for table in tables}
    loads.dbt(*SELECTED)
    for table in tables:
        assert loads.query(f"select xmin::text, * from {table} order by 2, 3, 4") == written[table]
    # Nothing is lost by building everything anew.
    loads.dbt(*SELECTED, "--full-refresh")
    assert state(loads) == reference.state()
    for table in ("mapping_changes", "company_mapping_history"):
        assert loads.query(f"select xmin::text, * from {table} order by 2, 3, 4") == written[table]
    same = "select load_id, rows_read, rows_inserted, rows_deleted from mapping_loads order by 1"
    assert loads.query(same) == [
        (row[1], row[5], row[6], row[11]) for row in sorted(written["mapping_loads"], key=lambda row: row[1])
    ]


def test_every_loser_is_a_conflict_with_the_rule_that_decided(loads: Database) -> None:
    for load in (
        Load("1", "second", "merge", [("P1", "A"), ("P2", "A"), ("P3", "A"), ("P4", "A"), ("P4", "B")]),
        Load("2", "third", "append", [("P1", "B")]),
        Load("3", "third", "merge", [("P2", "B")]),
        Load("4", "first", "merge", [("P3", "B"), ("P5", "A")]),
        Load("5", "second", "delete_insert", [("P3", "C"), ("P2", "A")]),
        Load("6", "second", "merge", [("P5", "B")]),
    ):
        land(loads, load)
        loads.dbt(*SELECTED)
    assert loads.query(
        "select load_id, alias_name, winning_company_id, winning_source, losing_company_id, losing_source, rule"
        " from company_mapping_conflicts order by load_id, line_no"
    ) == [
        ("1", "P4", "A", "second", "B", "second", "first line"),
        ("2", "P1", "A", "second", "B", "third", "append"),
        ("3", "P2", "B", "third", "A", "second", "recency"),
        ("4", "P3", "B", "first", "A", "second", "source priority"),
        ("5", "P3", "B", "first", "C", "second", "source priority"),
        ("5", "P2", "A", "second", "B", "third", "recency"),
        ("6", "P5", "A", "first", "B", "second", "source priority"),
    ]
    assert state(loads) == {
        "P1": ("A", "second"),
        "P2": ("A", "second"),
        "P3": ("B", "first"),
        "P4": ("A", "second"),
        "P5": ("A", "first"),
    }


def test_a_complete_load_withdraws_what_a_load_of_the_same_run_claimed(loads: Database) -> None:
    land(loads, Load("1", "second", "merge", [("P1", "A"), ("P2", "A")]))
    land(loads, Load("2", "second", "replace_source", [("P2", "B")]))
    loads.dbt(*SELECTED)
    assert state(loads) == {"P2": ("B", "second")}


# Loads, each with who P1 stands for afterwards, and by whose word.
HISTORIES: dict[str, list[tuple[Load, tuple[str, str] | None]]] = {
    "what an undo has brought back goes with the load it came from": [
        (Load("1", "second", "merge", [("P1", "A")]), ("A", "second")),
        (Load("2", "second", "merge", [("P1", "B")]), ("B", "second")),
        (Load("3", "second", "undo", undoes="2"), ("A", "second")),
        (Load("4", "second", "undo", undoes="1"), None),
    ],
    "saying it again does not renew a claim": [
        (Load("1", "second", "merge", [("P1", "A")]), ("A", "second")),
        (Load("2", "third", "merge", [("P1", "B")]), ("B", "third")),
        (Load("3", "second", "merge", [("P1", "A")]), ("B", "third")),
    ],
    "delete_insert renews it": [
        (Load("1", "second", "merge", [("P1", "A")]), ("A", "second")),
        (Load("2", "third", "merge", [("P1", "B")]), ("B", "third")),
        (Load("3", "third", "replace_source", [("P2", "B")]), ("A", "second")),
        (Load("4", "second", "delete_insert", [("P1", "A")]), ("A", "second")),
        # Of load 2, and so older than what load 4 has said.
        (Load("5", "third", "undo", undoes="3"), ("A", "second")),
    ],
    "a damaged line lists its alias": [
        (Load("1", "second", "replace_source", [("P1", "A"), ("P2", "A")]), ("A", "second")),
        (Load("2", "second", "replace_source", [("P1", ""), ("P2", "A")]), ("A", "second")),
        (Load("3", "second", "replace_source", [("P2", "A")]), None),
    ],
}


@pytest.mark.parametrize("history", list(HISTORIES))
def test_what_an_alias_stands_for_after_each_load(loads: Database, history: str) -> None:
    for load, expected in HISTORIES[history]:
        land(loads, load)
        loads.dbt(*SELECTED)
        assert state(loads).get("P1") == expected, load


def test_a_retired_alias_resolves_nothing_and_comes_back(loads: Database) -> None:
    records = [("gone", "P1"), ("stays", "P2")]
    for record_id, plan_code in records:
        loads.query(
            "insert into customer_records (record_id, source_system, plan_code, customer_name)"
            " values (%s, 'test', %s, %s)",
            (record_id, plan_code, f"{record_id} 公司"),
        )
    resolved = "select record_id, company_id, match_type from company_resolution order by record_id"
    everything = ("run", *BUILD[1:3])
    land(loads, Load("1", "second", "replace_source", [("P1", "A"), ("P2", "B")]))
    loads.dbt(*everything)
    assert loads.query(resolved) == [("gone", "A", "plan"), ("stays", "B", "plan")]
    land(loads, Load("2", "second", "replace_source", [("P2", "B")]))
    loads.dbt(*everything)
    [(company_id, retired)] = loads.query(
        "select company_id, retired_at is not null from company_mapping where alias_name = 'P1'"
    )
    assert (company_id, retired) == ("A", True)
    gone, stays = loads.query(resolved)
    assert stays == ("stays", "B", "plan")
    assert gone[1].startswith("TEMP_")
    assert gone[2] is None
    assert loads.query(
        "select company_id from resolve_companies(array['P1'], array[null], array[null], array[null])"
    ) == [(None,)]
    land(loads, Load("3", "second", "undo", undoes="2"))
    loads.dbt(*everything)
    assert loads.query(resolved) == [("gone", "A", "plan"), ("stays", "B", "plan")]
    kinds = "select kind from company_resolution_changes where record_id = 'gone' order by change_number"
    assert [kind for (kind,) in loads.query(kinds)] == ["new", "unresolved", "repointed"]


def test_the_history_tells_who_an_alias_was_on_a_date(loads: Database) -> None:
    moments: list[datetime] = []
    companies: list[str | None] = ["A", "B", None, "B"]
    for load in (
        Load("1", "second", "merge", [("P1", "A")]),
        Load("2", "second", "merge", [("P1", "B")]),
        Load("3", "second", "replace_source", [("P2", "B")]),
        Load("4", "second", "undo", undoes="3"),
    ):
        land(loads, load)
        loads.dbt(*SELECTED)
        moments.append(loads.value("select clock_timestamp()"))
    on_date = (
        "select company_id from company_mapping_history where match_type = 'plan' and alias_name = 'P1'"
        " and valid_from <= %s and (valid_to > %s or valid_to is null)"
    )
    for moment, company in zip(moments, companies, strict=True):
        assert loads.query(on_date, (moment, moment)) == ([(company,)] if company else [])
    assert loads.query(on_date, (datetime(2020, 1, 1).astimezone(),) * 2) == []


def test_what_a_correction_holds_stays_when_its_source_withdraws_it(loads: Database) -> None:
    land(loads, Load("1", "second", "merge", [("P1", "A"), ("P2", "A")]))
    loads.dbt("run", *BUILD[1:3])
    correction = {"from": "A", "to": "B", "kind": "corrected", "reason": "another one", "execute": True}
    correction["allow_unknown"] = True
    loads.operation("correct_company_id", {**correction, "aliases": [{"match_type": "plan", "alias": "P1"}]})
    land(loads, Load("2", "second", "replace_source", [("P3", "C")]))
    loads.dbt(*SELECTED)
    assert state(loads) == {"P1": ("B", "second"), "P3": ("C", "second")}
    history = "select company_id from company_mapping_history where alias_name = 'P1' order by valid_from"
    assert loads.query(history) == [("A",), ("B",)]
    assert counts(loads, "2")["deleted"] == 1
    # What is retired is nothing that a correction could move.
    land(loads, Load("3", "third", "merge", [("P4", "A")]))
    loads.dbt("run", *BUILD[1:3])
    loads.operation("correct_company_id", {**correction, "to": "D"})
    assert state(loads) == {"P1": ("B", "second"), "P3": ("C", "second"), "P4": ("D", "third")}
    loads.dbt(*SELECTED)
    assert state(loads) == {"P1": ("B", "second"), "P3": ("C", "second"), "P4": ("D", "third")}


def test_a_retired_name_gives_its_records_their_temporary_id_back_in_the_crosswalk_too(loads: Database) -> None:
    loads.query(
        "insert into customer_records (record_id, source_system, customer_name) values ('record', 'test', '甲公司')"
    )
    everything = ("run", *BUILD[1:3])
    loads.dbt(*everything)
    temporary = loads.value("select company_id from company_resolution")
    crosswalk = "select from_company_id, to_company_id, kind from company_id_crosswalk where valid_to is null"
    land(loads, Load("1", "second", "replace_source", [("甲公司", "A"), ("乙公司", "A")]), "name")
    loads.dbt(*everything)
    assert loads.query(crosswalk) == [(temporary, "A", "resolved")]
    land(loads, Load("2", "second", "replace_source", [("乙公司", "A")]), "name")
    loads.dbt(*everything)
    assert loads.query(crosswalk) == [(temporary, None, "unresolved")]
    assert loads.value("select company_id from company_resolution") == temporary


def test_a_load_that_was_landed_in_halves_is_decided_in_halves(loads: Database) -> None:
    """Nobody should, but a writer without a row in landed_loads can."""
    for line_no, company in ((2, "A"), (3, "B")):
        loads.query(
            "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
            " values ('halves', %s, 'second', 'plan', 'P1', %s)",
            (line_no, company),
        )
        loads.dbt(*SELECTED)
    assert state(loads) == {"P1": ("A", "second")}
    assert outcomes(loads, "halves") == ["inserted", "conflict"]


def test_an_unknown_mode_is_refused_by_the_database_too(loads: Database) -> None:
    with pytest.raises(Exception, match="landed_loads_mode_check"):
        land(loads, Load("1", "second", "upsert", [("P1", "A")]))
    assert Counter(loads.query("select 1 from mapping_records")) == Counter()


def test_a_load_is_taken_back_once(loads: Database) -> None:
    land(loads, Load("2", "second", "undo", undoes="1"))
    with pytest.raises(Exception, match="landed_loads_undoes_key"):
        land(loads, Load("3", "second", "undo", undoes="1"))
