"""Undoing a load leaves what would be in force had it never come, whatever other loads have said before and since."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from company_enrichment import load_company_mappings, undo_mapping_load
from mapping_rule import Load, Reference, State
from real_databases import REPOSITORY, Database, create_database, drop_database

PRIORITY = ["first", "second"]
SOURCES = ["first", "second", "third", "fourth"]
MODES = ["append", "merge", "delete_insert", "replace_source"]
KEYS = ["P1", "P2", "P3"]
COMPANIES = ["A", "B", "C"]
VARIABLES = ("--vars", f"{{mapping_source_priority: {PRIORITY}, compare_everything: true}}")
AUDIT = REPOSITORY / "docs" / "audit.md"
EXAMPLES = int(os.environ.get("UNDO_EXAMPLES", "120"))


@dataclass
class Decisions:
    """The queries of mapping_changes and company_mapping, run in one transaction that is rolled back."""

    cursor: Any
    changes: str = field(repr=False)
    aliases: str = field(repr=False)
    columns: str = field(repr=False)
    landed: int = 0

    def land(self, load: Load) -> None:
        self.landed += 1
        self.cursor.execute(
            "insert into landed_loads (load_id, source, mode, undoes, landed_at)"
            " values (%s, %s, %s, %s, timestamptz '2026-01-01' + %s * interval '1 minute')",
            (load.load_id, load.source, load.mode, load.undoes, self.landed),
        )
        for line_no, (alias, company) in enumerate(load.rows, start=2):
            self.cursor.execute(
                "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
                " values (%s, %s, %s, 'plan', %s, %s)",
                (load.load_id, line_no, load.source, alias, company),
            )

    def decide(self) -> None:
        self.cursor.execute(
            f"insert into mapping_changes ({self.columns}) select {self.columns} from ({self.changes}) as decided"
        )

    def state(self) -> State:
        self.cursor.execute(
            f"select alias_name, company_id, source from ({self.aliases}) as alias where retired_at is null"
        )
        return {alias: (company, source) for alias, company, source in self.cursor.fetchall()}

    def lines(self) -> dict[str, tuple[str, str, str, str]]:
        """Of each alias in force: the load and its source, and alias and company of the line, that it names."""
        self.cursor.execute(
            "select alias.alias_name, alias.load_id, landed.source, landed.alias_text, landed.company_id"
            f" from ({self.aliases}) as alias"
            # A line that was pruned is found by the one that it repeats.
            " left join (select load_id, line_no, source, alias_text, company_id from mapping_records union all"
            " select repeat.load_id, repeat.line_nos[made.line_no % 100 + 1], source, alias_text, company_id"
            " from mapping_repeats as repeat join mapping_records as made"
            " on made.load_id = repeat.of_load_id and made.line_no / 100 = repeat.block)"
            " as landed using (load_id, line_no) where alias.retired_at is null"
        )
        return {alias: (load_id, *line) for alias, load_id, *line in self.cursor.fetchall()}

    def prune(self) -> int:
        """Prune every load that was landed; returns how many rows that were."""
        self.cursor.execute("select sum(prune_mapping_load(load_id)) from landed_loads where mode <> 'undo'")
        [[rows]] = self.cursor.fetchall()
        return int(rows or 0)

    def outcomes(self, load: Load) -> list[str]:
        self.cursor.execute(
            "select outcome from mapping_changes where load_id = %s and line_no > 0 order by line_no", (load.load_id,)
        )
        return [outcome for (outcome,) in self.cursor.fetchall()]

    def planned(self, load: Load) -> dict[str, int]:
        rows = list(enumerate(load.rows, start=2))
        self.cursor.execute(
            "select * from plan_mapping_load("
            "%s, %s, %s, %s, %s::integer[], %s::text[], %s::text[], %s::text[], %s::text[])",
            (
                *(load.load_id, load.source, load.mode, load.undoes, [line_no for line_no, _ in rows]),
                *(["plan" for _ in rows], [alias for _, (alias, _) in rows], [company for _, (_, company) in rows]),
                [None for _ in rows],
            ),
        )
        names = [column.name for column in self.cursor.description]
        return dict(zip(names, self.cursor.fetchone(), strict=True))


@pytest.fixture(scope="module")
def prepared(
    deployed_template: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, str, str]]:
    """A database without mappings, and the SQL of the two models, as dbt compiles it."""
    folder = tmp_path_factory.mktemp("undone")
    database = create_database(deployed_template.server, folder, deployed_template.name)
    database.query("truncate mapping_records, landed_loads, mapping_changes, company_mapping, company_mapping_history")
    database.dbt("run", "--select", "mapping_changes", *VARIABLES)
    database.dbt("compile", "--select", "mapping_changes", "company_mapping", *VARIABLES)
    [models] = folder.glob("target/compiled/*/models/mapping")
    yield (
        database,
        (models / "mapping_changes.sql").read_text("utf-8"),
        (models / "company_mapping.sql").read_text("utf-8"),
    )
    drop_database(database)


@pytest.fixture(scope="module")
def session(prepared: tuple[Database, str, str]) -> Iterator[Decisions]:
    """A session in which nothing lasts."""
    database, changes, aliases = prepared
    with closing(database.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("set search_path = enterprise; set jit = off")
        cursor.execute(f"select * from ({changes}) as decided limit 0")
        columns = ", ".join(column.name for column in cursor.description or ())
        yield Decisions(cursor, changes, aliases, columns)


def histories() -> st.SearchStrategy[list[list[tuple[Any, ...]]]]:
    """Batches that a run finds together: loads, and undos of any load or undo, also of one in the same batch."""
    rows = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from([*COMPANIES, ""])), min_size=1, max_size=4)
    a_load = st.tuples(st.sampled_from(SOURCES), st.sampled_from(MODES), rows)
    an_undo = st.tuples(st.just("undo"), st.integers(0, 10))
    batch = st.lists(st.one_of(a_load, an_undo), min_size=1, max_size=2)
    return st.lists(batch, min_size=3, max_size=12)


def batches_of(history: Sequence[Sequence[tuple[Any, ...]]]) -> list[list[Load]]:
    """The loads of a history; an undo names the last load that nothing undoes, the one before it, and so on."""
    batches: list[list[Load]] = []
    sources: dict[str, str] = {}
    undone: set[str] = set()
    for batch in history:
        loads = []
        for step in batch:
            load_id = f"{len(sources):03}"
            if step[0] != "undo":
                loads.append(Load(load_id, step[0], step[1], list(step[2])))
            else:
                candidates = [known for known in reversed(sources) if known not in undone]
                if not candidates:
                    continue
                undoes = candidates[step[1] % len(candidates)]
                undone.add(undoes)
                loads.append(Load(load_id, sources[undoes], "undo", undoes=undoes))
            sources[load_id] = loads[-1].source
        batches.append(loads)
    return batches


def check(decisions: Decisions, batches: Sequence[Sequence[Load]], *, prunes: bool = False) -> int:
    """Hold each step against the rule; returns how many rows were pruned between the steps."""
    reference = Reference(PRIORITY)
    pruned = 0
    for batch in batches:
        before = decisions.state()
        planned = decisions.planned(batch[0]) if len(batch) == 1 else None
        for load in batch:
            decisions.land(load)
        decisions.decide()
        for load in sorted(batch, key=lambda load: load.undoes is None):
            assert reference.take(load) == decisions.outcomes(load), load
        after = decisions.state()
        assert after == reference.state(), batch
        for alias, (load_id, source, text, company) in decisions.lines().items():
            assert reference.stands(load_id), (alias, load_id)
            assert ((company, source), text) == (after[alias], alias), (alias, load_id)
        if planned is not None:
            named = {alias for alias, company in batch[0].rows if company}
            gone = before.keys() - after.keys()
            moved = {alias for alias in after.keys() - named if after[alias][0] != before.get(alias, ("", ""))[0]}
            assert (planned["rows_deleted"], planned["rows_restored"]) == (len(gone), len(moved)), batch
        if prunes:
            pruned += decisions.prune()
            assert decisions.state() == after, batch
    return pruned


M, L = "merge", "replace_source"
A, B, C = ("P1", "A"), ("P1", "B"), ("P1", "C")

HISTORIES: dict[str, list[list[tuple[Any, ...]]]] = {
    "a complete load that comes later goes on being without an alias, until it is undone itself": [
        [("third", L, [A, ("P2", "A")])],
        [("third", L, [("P2", "A")])],
        [("third", L, [("P2", "A"), ("P3", "A")])],
        [("undo", 1)],
        [("undo", 1)],
    ],
    "a complete load that lists an alias does not withdraw it": [
        [("third", M, [A])],
        [("fourth", M, [B])],
        [("third", L, [A])],
        [("fourth", M, [C])],
        [("undo", 0)],
    ],
    "so does one with a damaged line": [
        [("third", M, [A])],
        [("third", L, [("P1", ""), ("P2", "A")])],
        [("third", M, [B])],
        [("undo", 0)],
    ],
    "a complete load of the same run is without what an undo brings back": [
        [("third", L, [A, ("P2", "A")])],
        [("third", L, [("P2", "A")])],
        [("undo", 0), ("third", L, [("P2", "A"), ("P3", "A")])],
    ],
    "a load that is undone before it is applied has no effect, and said nothing either": [
        [("third", M, [A, ("P2", "A")])],
        [("third", L, [B]), ("undo", 0)],
        [("undo", 0)],
        [("third", M, [("P2", "B")])],
        [("undo", 0)],
    ],
    "an undo that is undone has not happened": [
        [("third", M, [A])],
        [("third", M, [B])],
        [("undo", 0)],
        [("undo", 0)],
    ],
    "what repeats an undone load says it": [
        [("third", M, [A])],
        [("third", M, [A])],
        [("undo", 1)],
        [("undo", 1)],
    ],
    "and so does one of which all rows but one were pruned": [
        [("third", M, [A, ("P2", "A")])],
        [("third", M, [A, ("P2", "A")])],
        [("undo", 1)],
        [("undo", 1)],
    ],
    "it has said so since the first load that stands": [
        [("third", M, [A])],
        [("third", M, [A])],
        [("fourth", M, [B])],
        [("third", M, [A])],
        [("undo", 3)],
    ],
    "a claim that comes back is as old as it was": [
        [("third", M, [A])],
        [("fourth", M, [B])],
        [("third", M, [C])],
        [("undo", 0)],
    ],
    "what lost as an append against an undone load wins": [
        [("third", M, [A])],
        [("fourth", "append", [B])],
        [("undo", 1)],
    ],
    "of an earlier load the first line counts": [
        [("third", M, [B, C])],
        [("third", M, [A])],
        [("undo", 0)],
    ],
}


@pytest.mark.parametrize("prunes", [False, True], ids=["unpruned", "pruned"])
@pytest.mark.parametrize("history", list(HISTORIES))
def test_what_is_in_force_after(session: Decisions, history: str, prunes: bool) -> None:
    try:
        check(session, batches_of(HISTORIES[history]), prunes=prunes)
    finally:
        begin_anew(session)


def begin_anew(session: Decisions) -> None:
    session.cursor.connection.rollback()
    session.cursor.execute("set search_path = enterprise; set jit = off")


# Without shrinking, which takes longer than finding: the example that is printed has a dozen loads at most.
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)
@given(history=histories(), prunes=st.booleans())
def test_after_any_history_what_is_in_force_is_what_the_standing_loads_say(
    session: Decisions, history: list[list[tuple[Any, ...]]], prunes: bool
) -> None:
    try:
        check(session, batches_of(history), prunes=prunes)
    finally:
        begin_anew(session)


def load(database: Database, name: str, *aliases: str) -> None:
    rows = [("plan", alias, "A") for alias in aliases]
    load_company_mappings(rows, database.uri, "replace_source", source="contracts", load_id=name, apply=False)


def in_force(database: Database) -> list[str]:
    found = database.query(
        "select alias_name from company_mapping where source = 'contracts' and retired_at is null order by 1"
    )
    return [alias for (alias,) in found]


@pytest.fixture
def complete_loads(database: Database) -> Database:
    """A has UX and UY, B only UY, C has UY and UW."""
    load(database, "A", "UX", "UY")
    # Its second alias is too long for any index.
    load(database, "B", "UY", "".join(chr(0x4E00 + number) for number in range(4000)))
    load(database, "C", "UY", "UW")
    database.dbt("run", "--select", "+company_mapping", "+mapping_loads")
    return database


@pytest.mark.one_server
def test_what_a_later_complete_load_does_not_have_stays_away_when_an_earlier_one_is_undone(
    complete_loads: Database,
) -> None:
    undone = undo_mapping_load("B", complete_loads.uri)
    assert (undone["applied"], undone["restored"], in_force(complete_loads)) == (True, 0, ["UW", "UY"])
    # Nor has what that load said been forgotten: without C, it is A that stands.
    undone = undo_mapping_load("C", complete_loads.uri)
    assert (undone["restored"], undone["deleted"], in_force(complete_loads)) == (1, 1, ["UX", "UY"])


@pytest.mark.one_server
def test_what_an_older_version_has_brought_back_is_found_and_repaired(complete_loads: Database) -> None:
    """It wrote this row when B was undone."""
    complete_loads.query(
        "insert into landed_loads (load_id, source, mode, undoes) values ('undo:B', 'contracts', 'undo', 'B')"
    )
    complete_loads.query(
        "insert into mapping_changes (load_id, line_no, source, match_type, alias_text, alias_name, company_id,"
        " outcome, claim, load_number, claim_number, load_landed_at, decided_at, run_id, changed_in)"
        " select 'undo:B', -1, source, match_type, alias_text, alias_name, company_id, 'restored', 'made',"
        " (select max(load_number) + 1 from mapping_changes), claim_number, now(), now(), 'old', pg_current_xact_id()"
        " from mapping_changes where load_id = 'A' and alias_name = 'UX'"
    )
    complete_loads.dbt("run", "--select", "company_mapping", "mapping_loads")
    assert in_force(complete_loads) == ["UW", "UX", "UY"]
    check = ("test", "--select", "undone_loads_leave_nothing_behind")
    assert "Got 1 result" in complete_loads.dbt(*check).output

    said = "repair_undone_loads: 1 statements of sources {}change, and with them 1 aliases:"
    before = complete_loads.query("select * from mapping_changes order by load_id, line_no")
    planned = complete_loads.dbt("run-operation", "repair_undone_loads").output
    assert said.format("would ") in planned and "plan UX: A to nobody" in planned
    assert complete_loads.query("select * from mapping_changes order by load_id, line_no") == before
    done = complete_loads.operation("repair_undone_loads", {"execute": True}).output
    assert said.format("") in done and "plan UX: A to nobody" in done
    complete_loads.dbt("run", "--select", "company_mapping", "+mapping_loads")
    assert in_force(complete_loads) == ["UW", "UY"]
    assert complete_loads.query("select rows_deleted from mapping_loads where load_id like 'repair:%%'") == [(1,)]
    assert "nothing to do" in complete_loads.dbt("run-operation", "repair_undone_loads").output
    assert "WARN=0" in complete_loads.dbt(*check).output
    refused = complete_loads.operation("repair_undone_loads", {"execute": "yes"}, check=False)
    assert refused.code == 1 and 'execute must be true or false, not "yes"' in refused.output


def rests_on(database: Database, alias: str) -> dict[str, tuple[object, ...]]:
    """What the alias, the open row of its history and the record P say that they rest on."""
    of_alias = "select source, load_id, company_id from {} where match_type = 'plan' and alias_name = %s and {} is null"
    [mapping] = database.query(of_alias.format("company_mapping", "retired_at"), (alias,))
    [history] = database.query(of_alias.format("company_mapping_history", "valid_to"), (alias,))
    [resolved] = database.query("select mapping_load_id, company_id from company_resolution where record_id = 'P'")
    return {"mapping": mapping, "history": history, "record": resolved}


def land(database: Database, name: str, source: str, company: str, mode: str = "merge") -> None:
    rows = [("plan", "other", "A"), ("plan", "P", company)]
    load_company_mappings(rows, database.uri, mode, source=source, load_id=name, apply=False)


def bring_up(database: Database) -> None:
    """Run what aliases, their history and the records are made by, and the counts of loads."""
    database.dbt("run", "--select", "+company_resolution_changes", "+company_mapping_history", "+mapping_loads")


@pytest.fixture
def two_say_it(database: Database) -> Database:
    """One says A of P, then two says B, and three says B as well."""
    database.query("insert into customer_records (record_id, source_system, plan_code) values ('P', 'contracts', 'P')")
    for name, company in (("one", "A"), ("two", "B"), ("three", "B")):
        land(database, name, name, company)
        bring_up(database)
    return database


@pytest.mark.one_server
def test_after_an_undo_everything_names_the_load_that_counts_again(two_say_it: Database) -> None:
    assert rests_on(two_say_it, "P") == {
        "mapping": ("three", "three", "B"),
        "history": ("three", "three", "B"),
        "record": ("three", "B"),
    }
    # Two says so still; its company has been in force without a break.
    undo_mapping_load("three", two_say_it.uri)
    bring_up(two_say_it)
    expected = {"mapping": ("two", "two", "B"), "history": ("two", "two", "B"), "record": ("two", "B")}
    assert rests_on(two_say_it, "P") == expected
    undo_mapping_load("two", two_say_it.uri)
    bring_up(two_say_it)
    expected = {"mapping": ("one", "one", "A"), "history": ("one", "one", "A"), "record": ("one", "A")}
    assert rests_on(two_say_it, "P") == expected
    assert two_say_it.value("select line_no from company_mapping where alias_name = 'P'") == 2
    explained = two_say_it.cli("resolve", "--plan-code", "P", "--explain", "--plan-only").output
    assert "-> plan: P is A, from load one of one, since " in explained
    periods = two_say_it.query(
        "select company_id, load_id, valid_to is null from company_mapping_history"
        " where alias_name = 'P' order by valid_from"
    )
    assert periods == [("A", "one", False), ("B", "two", False), ("A", "one", True)]
    [query] = re.findall(
        r"^## Why has record R.*?^```sql\n(.*?)^```", AUDIT.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    [row] = two_say_it.query(query.replace("(select min(record_id) from enterprise.customer_records)", "'P'"))
    assert row[7:11] == ("one", "one", 2, "P")


@pytest.mark.one_server
def test_what_an_older_version_has_written_after_an_undo_is_put_right(two_say_it: Database) -> None:
    undo_mapping_load("three", two_say_it.uri)
    undo_mapping_load("two", two_say_it.uri)
    bring_up(two_say_it)
    right = rests_on(two_say_it, "P")
    # As it was written before: the load of the undo, and in the history of an alias that keeps its company, the undone
    # load.
    two_say_it.query("update company_mapping set load_id = 'undo:two', line_no = -1 where alias_name = 'P'")
    two_say_it.query(
        "update company_mapping_history set source = 'two', load_id = 'two' where alias_name = 'P' and valid_to is null"
    )
    two_say_it.query("update company_resolution set mapping_load_id = 'undo:two' where record_id = 'P'")
    planned = two_say_it.dbt("run-operation", "repair_undone_loads").output
    assert "repair_undone_loads: 1 aliases would name the load that counts again" in planned
    assert rests_on(two_say_it, "P") != right
    done = two_say_it.operation("repair_undone_loads", {"execute": True}).output
    assert "repair_undone_loads: 1 aliases name the load that counts again" in done
    bring_up(two_say_it)
    assert rests_on(two_say_it, "P") == right
    assert "nothing to do" in two_say_it.operation("repair_undone_loads", {"execute": True}).output
