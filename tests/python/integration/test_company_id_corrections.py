"""Corrections: one recorded decision moves all that carries a wrong company id, and later loads do not undo it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2.errors
import pytest

from child_processes import wait_until_blocked
from company_enrichment import CompanyEnrichmentService, CompanyMappingLoader, LookupQueue
from dbt_commands import Outcome
from real_databases import Database, create_database, drop_database

pytestmark = pytest.mark.one_server

# record_id -> the company that the mappings and answers below give it.
BEFORE = {
    "plan": "A",
    "name": "A",
    "answered": "A",
    "answered too": "A",
    "other": "B",
    "third": "C",
    "unknown": "TEMP_000001",
}
STATE_TABLES = (
    "company_mapping",
    "company_lookup_cache",
    "company_resolution",
    "company_resolution_changes",
    "company_id_crosswalk",
    "company_id_corrections",
    "corrected_aliases",
)


def _prepare(database: Database) -> None:
    database.query(
        "truncate mapping_records, landed_loads, mapping_changes, company_mapping, company_mapping_history,"
        " mapping_loads"
    )
    for record_id, plan, name in [
        ("plan", "P1", None),
        ("name", None, "甲公司"),
        ("answered", None, "乙公司"),
        ("answered too", None, "（原）乙公司"),
        ("other", "P2", None),
        ("third", "P3", None),
        ("unknown", None, "丙公司"),
    ]:
        database.query(
            "insert into customer_records (record_id, source_system, plan_code, customer_name)"
            " values (%s, 'test', %s, %s)",
            (record_id, plan, name),
        )
    land(database, "one", [("plan", "P1", "A"), ("name", "甲公司", "A"), ("plan", "P2", "B"), ("plan", "P3", "C")])
    answer(database, "乙公司", "A")


def land(database: Database, load_id: str, rows: list[tuple[str, str, str]], source: str = "curated") -> None:
    for line_no, row in enumerate(rows, start=2):
        database.query(
            "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
            " values (%s, %s, %s, %s, %s, %s)",
            (load_id, line_no, source, *row),
        )


def answer(database: Database, name: str, company_id: str, confidence: float = 1) -> None:
    database.query(
        "insert into lookup_answers (provider, asked_name, normalized_name, outcome, company_id, confidence)"
        " values ('registry', %s, normalize_company_name(%s), 'found', %s, %s)",
        (name, name, company_id, confidence),
    )


def correct(
    database: Database,
    wrong: str,
    right: str,
    kind: str,
    reason: str,
    *,
    aliases: list[dict[str, str]] | None = None,
    allow_unknown: bool = False,
    check: bool = True,
) -> Outcome:
    decision = {"from": wrong, "to": right, "kind": kind, "reason": reason, "aliases": aliases, "execute": True}
    decision["allow_unknown"] = allow_unknown
    return database.operation("correct_company_id", decision, check=check)


def companies(database: Database) -> dict[str, str]:
    return dict(database.query("select record_id, company_id from company_resolution"))


def crosswalk(database: Database) -> set[tuple[Any, ...]]:
    return set(
        database.query(
            "select from_company_id, to_company_id, kind, reason from company_id_crosswalk where valid_to is null"
        )
    )


def state(database: Database) -> list[Any]:
    """Every row of every table that a correction writes, with the transaction that wrote it."""
    return [database.query(f"select xmin::text, t::text from {table} t order by t::text") for table in STATE_TABLES]


def outcomes(database: Database, load_id: str) -> list[tuple[str, str | None]]:
    return database.query("select outcome, reason from mapping_changes where load_id = %s order by line_no", (load_id,))


@pytest.fixture(scope="module")
def resolved(deployed_template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database in which BEFORE is true, to be copied."""
    database = create_database(deployed_template.server, tmp_path_factory.mktemp("resolved"), deployed_template.name)
    _prepare(database)
    database.run_tables()
    assert companies(database) == BEFORE
    yield database
    drop_database(database)


@pytest.fixture
def corrected(resolved: Database, tmp_path: Path) -> Iterator[Database]:
    copy = create_database(resolved.server, tmp_path, resolved.name)
    yield copy
    drop_database(copy)


def test_without_execute_nothing_changes_and_the_counts_are_those_of_the_correction_that_follows(
    corrected: Database,
) -> None:
    decision = {"from": "A", "to": "B", "kind": "merged", "reason": "one company"}
    before, transaction = state(corrected), corrected.value("select pg_snapshot_xmax(pg_current_snapshot())::text")
    planned = corrected.operation("correct_company_id", decision).output
    assert "would merge A to B: 2 aliases, 1 answered names, 4 records" in planned
    assert state(corrected) == before
    assert corrected.value("select pg_snapshot_xmax(pg_current_snapshot())::text") == transaction
    done = corrected.operation("correct_company_id", decision | {"execute": True}).output
    assert "correct_company_id: merge A to B: 2 aliases, 1 answered names, 4 records" in done


def test_ids_that_yaml_takes_for_numbers_are_texts(corrected: Database) -> None:
    decision = {"from": 600001001, "to": 600001002, "kind": "merged", "reason": "one company", "execute": True}
    decision["allow_unknown"] = True
    assert "merge 600001001 to 600001002: 0 aliases" in corrected.operation("correct_company_id", decision).output
    assert corrected.query("select from_company_id, current_company_id from company_id_corrections") == [
        ("600001001", "600001002")
    ]


def test_a_correction_needs_none_of_the_views(corrected: Database) -> None:
    corrected.query("drop view record_matches, stg_customer_records cascade")
    correct(corrected, "A", "B", "merged", "one company")
    assert companies(corrected)["plan"] == "B"


def test_a_merged_company_moves_at_once_and_the_next_run_has_nothing_to_add(corrected: Database) -> None:
    correct(corrected, "A", "B", "merged", "one company")
    assert companies(corrected) == {**BEFORE, **dict.fromkeys(["plan", "name", "answered", "answered too"], "B")}
    assert crosswalk(corrected) == {("A", "B", "merged", "one company")}
    history = (
        "select record_id, old_company_id, new_company_id, kind from company_resolution_changes where change_number > 1"
    )
    assert sorted(corrected.query(history)) == [
        (record_id, "A", "B", "merged") for record_id in ("answered", "answered too", "name", "plan")
    ]
    before = state(corrected)
    corrected.run_tables()
    assert state(corrected) == before
    service = CompanyEnrichmentService(
        CompanyMappingLoader(corrected.connect()), LookupQueue(corrected.connect()), None
    )
    assert [service.resolve_company_id(customer_name=name).company_id for name in ("甲公司", "乙公司")] == ["B", "B"]


def test_after_a_merge_whoever_says_the_old_id_means_the_new_one(corrected: Database) -> None:
    correct(corrected, "A", "B", "merged", "one company")
    land(corrected, "two", [("plan", "P1", "A"), ("plan", "P9", "A"), ("plan", "P2", "C"), ("name", "甲公司", "B")])
    answer(corrected, "丙公司", "A")
    answer(corrected, "乙公司", "A")
    corrected.run_tables()
    conflict = "A was merged into B by correction 1"
    assert outcomes(corrected, "two") == [
        ("conflict", conflict),
        ("inserted", conflict),
        ("updated", None),
        ("unchanged", None),
    ]
    assert corrected.query(
        "select alias_name, company_id, named_company_id from company_mapping where company_id = 'B'"
        " and match_type = 'plan' order by alias_name"
    ) == [("P1", "B", "A"), ("P9", "B", "A")]
    assert companies(corrected)["unknown"] == "B"
    assert companies(corrected)["answered"] == "B"
    assert ("TEMP_000001", "B", "resolved", None) in crosswalk(corrected)
    assert corrected.dbt("test", "--exclude", "test_type:unit").code == 0


def test_an_id_found_wrong_is_given_to_nobody_again(corrected: Database) -> None:
    correct(corrected, "A", "D", "corrected", "a typing error", allow_unknown=True)
    moved = {**BEFORE, **dict.fromkeys(["plan", "name", "answered", "answered too"], "D")}
    assert companies(corrected) == moved
    assert crosswalk(corrected) == {("A", "D", "corrected", "a typing error")}
    land(corrected, "two", [("plan", "P1", "A"), ("plan", "P9", "A"), ("plan", "P1", "C"), ("name", "甲公司", "D")])
    land(corrected, "three", [("plan", "P9", "C")], source="other")
    answer(corrected, "丙公司", "A")
    answer(corrected, "乙公司", "A")
    answer(corrected, "乙公司", "C")
    corrected.run_tables()
    held = "correction 1 gave the alias to D"
    assert outcomes(corrected, "two") == [
        ("conflict", held),
        ("conflict", "A was corrected to D by correction 1"),
        ("conflict", held),
        ("unchanged", None),
    ]
    assert outcomes(corrected, "three") == [("inserted", None)]
    assert companies(corrected) == moved, "the answer about 丙公司 names an id that was found wrong"
    assert sorted(
        corrected.query("select asked_name, winning_company_id, losing_company_id from lookup_answer_conflicts")
    ) == [("丙公司", None, "A"), ("乙公司", "D", "A"), ("乙公司", "D", "A"), ("乙公司", "D", "C")]
    service = CompanyEnrichmentService(
        CompanyMappingLoader(corrected.connect()), LookupQueue(corrected.connect()), None
    )
    assert service.resolve_company_id(customer_name="丙公司").company_id == "TEMP_000001"
    assert service.resolve_company_id(customer_name="乙公司").company_id == "D"
    assert corrected.dbt("test", "--exclude", "test_type:unit").code == 0


@pytest.mark.parametrize("kind", ["merged", "corrected"])
def test_the_reverse_decision_undoes_a_correction_and_leaves_the_others_own_things_alone(
    corrected: Database, kind: str
) -> None:
    correct(corrected, "A", "B", kind, "one company")
    land(corrected, "two", [("plan", "P1", "A")])
    corrected.run_tables()
    undone = correct(corrected, "B", "A", kind, "they are two")
    assert "undo correction 1: B to A: 2 aliases, 1 answered names, 4 records" in undone.output
    assert companies(corrected) == BEFORE
    assert crosswalk(corrected) == set()
    before = state(corrected)
    corrected.run_tables()
    assert state(corrected) == before
    # The alias belongs to its source again.
    land(corrected, "three", [("plan", "P1", "C")])
    corrected.run_tables()
    assert outcomes(corrected, "three") == [("updated", None)]
    assert corrected.query(
        "select from_company_id, to_company_id, undoes, undone_by from company_id_corrections order by 1"
    ) == [
        ("A", "B", None, 2),
        ("B", "A", 1, None),
    ]


def test_chains_are_followed_and_circles_and_retired_ids_are_refused(corrected: Database) -> None:
    correct(corrected, "A", "B", "merged", "first")
    correct(corrected, "B", "C", "merged", "second")
    assert set(companies(corrected).values()) == {"C", "TEMP_000001"}
    assert crosswalk(corrected) == {("A", "B", "merged", "first"), ("B", "C", "merged", "second")}
    before = state(corrected)
    for wrong, to, expected in [
        ("C", "A", "A was merged into B by correction 1, and C is what it has become: that would be a circle"),
        ("A", "D", "A was merged into B by correction 1 already. Correct C, or undo that one first: from: B, to: A"),
        ("D", "A", "A was merged into B by correction 1: a retired id is given to nobody. Use C."),
    ]:
        refused = correct(corrected, wrong, to, "corrected", "x", check=False)
        assert refused.code == 1 and expected in refused.output
    assert state(corrected) == before
    correct(corrected, "B", "A", "merged", "two, after all")
    assert companies(corrected) == {**BEFORE, "other": "C"}
    corrected.run_tables()
    assert companies(corrected) == {**BEFORE, "other": "C"}


def test_the_last_link_of_a_chain_is_undone_for_all_that_came_through_it(corrected: Database) -> None:
    correct(corrected, "A", "B", "merged", "first")
    correct(corrected, "B", "C", "merged", "second")
    undone = correct(corrected, "C", "B", "merged", "not the second")
    assert "undo correction 2: C to B: 3 aliases, 1 answered names, 5 records" in undone.output
    after = {**BEFORE, **dict.fromkeys(["plan", "name", "answered", "answered too"], "B")}
    assert companies(corrected) == after
    before = state(corrected)
    corrected.run_tables()
    assert state(corrected) == before


def test_a_company_that_was_two_is_split_alias_by_alias(corrected: Database) -> None:
    split = [{"match_type": "name", "alias": " 甲 公司"}, {"match_type": "lookup", "alias": "乙公司"}]
    decision = {
        "from": "A",
        "to": "E",
        "kind": "corrected",
        "reason": "two companies",
        "aliases": split,
        "allow_unknown": True,
        "execute": True,
    }
    corrected.operation("correct_company_id", decision)
    after = {**BEFORE, **dict.fromkeys(["name", "answered", "answered too"], "E")}
    assert companies(corrected) == after
    assert crosswalk(corrected) == set(), "the id itself stays"
    land(corrected, "two", [("name", "甲公司", "A"), ("plan", "P7", "A")])
    corrected.run_tables()
    assert companies(corrected) == after
    assert outcomes(corrected, "two") == [("conflict", "correction 1 gave the alias to E"), ("inserted", None)]

    stranger = corrected.operation("correct_company_id", decision, check=False)
    assert (
        stranger.code == 1 and 'lookup "乙公司" does not stand for A (and 1 others do not, either)' in stranger.output
    )

    correct(corrected, "A", "F", "corrected", "the rest", allow_unknown=True)
    assert companies(corrected) == {**after, "plan": "F"}
    assert sorted(corrected.query("select from_company_id, to_company_id, records from split_company_ids")) == [
        ("A", "E", 3),
        ("A", "F", 1),
    ]
    # Half of the split goes on, and comes back to where the split had put it.
    correct(corrected, "E", "G", "corrected", "a third", aliases=split[:1], allow_unknown=True)
    assert companies(corrected)["name"] == "G"
    correct(corrected, "G", "E", "corrected", "no third", aliases=split[:1])
    assert companies(corrected) == {**after, "plan": "F"}
    corrected.run_tables()
    assert companies(corrected) == {**after, "plan": "F"}


def test_an_id_that_nothing_carries_is_taken_for_a_typing_error_and_the_nearest_are_named(corrected: Database) -> None:
    """Carried is what a mapping, an answer, a record, a correction or the registry names."""
    land(corrected, "nine", [("plan", "P9", "600000201"), ("plan", "P10", "600000210"), ("plan", "P11", "700000021")])
    corrected.run_tables()
    for wrong, right, message in (
        ("60000201", "A", "from is 60000201, which no mapping, answer, record, registry row or correction carries."),
        ("A", "600000120", "to is 600000120, which no mapping"),
    ):
        refused = correct(corrected, wrong, right, "merged", "x", check=False)
        assert refused.code == 1 and message in refused.output
        near = re.search("The nearest ids in use: ([0-9]+), ([0-9]+), ", refused.output)
        assert near is not None and set(near.groups()) == {"600000201", "600000210"}, refused.output
        assert "If it is right all the same, add allow_unknown: true" in refused.output
    assert corrected.value("select count(*) from company_id_corrections") == 0
    planned = corrected.operation(
        "correct_company_id", {"from": "A", "to": "NEW", "kind": "merged", "reason": "x", "allow_unknown": True}
    )
    assert "would merge A to NEW" in planned.output
    # Blanks and width make no other id, and one that only an answer, the registry or a correction has is in use.
    assert "merge A to B: " in correct(corrected, " Ａ ", "B\u200b", "merged", "x").output
    answer(corrected, "丁公司", "ANSWERED")
    registered = corrected.value("select min(company_id) from sample_registry")
    for known in ("ANSWERED", registered, "A"):
        told = corrected.operation(
            "correct_company_id", {"from": known, "to": "C", "kind": "merged", "reason": "x"}, check=False
        )
        assert "carries" not in told.output


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"to": " "}, 'to must be a company id, not " "'),
        ({"from": "n/a"}, 'from must be a company id, not "n/a"'),
        ({"to": "A"}, "from and to are the same id"),
        ({"from": "TEMP_000001"}, "from is a temporary id: give its name a mapping"),
        ({"to": "TEMP_1000000"}, "to is a temporary id"),
        ({"to": "__EMPTY__"}, "to is __EMPTY__"),
        ({"to": "B" * 101}, "to is longer than 100 characters"),
        ({"to": "#REF!"}, 'to must be a company id, not "#REF!": it is an error of a spreadsheet'),
        ({"from": "６００，０００，０１０"}, "it is a number as a spreadsheet rewrites it"),
        ({"allow_unknown": "yes"}, 'allow_unknown must be true or false, not "yes"'),
        ({"kind": "moved"}, 'kind must be merged or corrected, not "moved"'),
        ({"reason": "  "}, "reason must be a text"),
        ({"execute": "yes"}, 'execute must be true or false, not "yes"'),
        ({"aliases": "P1", "kind": "corrected"}, "aliases must be a list of"),
        (
            {"aliases": [{"match_type": "plan", "alias": "P1"}]},
            "aliases that move one by one are corrected, not merged",
        ),
        (
            {"aliases": [{"match_type": "planet", "alias": "P1"}], "kind": "corrected"},
            "match_type of entry 1 of aliases must be one of plan",
        ),
    ],
)
def test_arguments_that_cannot_be_right_are_refused_by_name(
    corrected: Database, arguments: dict[str, Any], expected: str
) -> None:
    decision = {"from": "A", "to": "B", "kind": "merged", "reason": "one company", "execute": True} | arguments
    refused = corrected.operation("correct_company_id", decision, check=False)
    assert refused.code == 1 and expected in refused.output
    assert corrected.value("select count(*) from company_id_corrections") == 0


def test_where_no_model_was_built_the_operator_is_told_to_build_them(empty_database: Database) -> None:
    empty_database.dbt("run-operation", "migrate")
    decision = "{from: A, to: B, kind: merged, reason: one company, execute: true}"
    for operation, arguments in (("correct_company_id", decision), ("rekey_company_names", "{execute: true}")):
        refused = empty_database.dbt("run-operation", operation, "--args", arguments, check=False)
        assert refused.code == 1 and "Build them first: dbt run" in refused.output


def test_a_correction_waits_for_a_run_that_decides_about_mappings(corrected: Database) -> None:
    """The run has read the mappings, and would write what the correction does not know."""
    for model in (
        "mapping_changes",
        "company_mapping",
        "company_lookup_cache",
        "company_resolution",
        "company_id_crosswalk",
    ):
        run = corrected.connect()
        with run.cursor() as cursor:
            cursor.execute("select enterprise.hold_lock(%s)", (model,))
        running = corrected.start_dbt(
            "run-operation",
            "correct_company_id",
            "--args",
            f"{{from: {'A' if model == 'mapping_changes' else model}, to: B, kind: merged, reason: x,"
            " allow_unknown: true, execute: true}",
        )
        wait_until_blocked(corrected)
        run.rollback()
        assert running.outcome().code == 0


def test_what_a_correction_decides_outlasts_loads_in_the_unit_tests_of_the_models(corrected: Database) -> None:
    corrected.dbt("test", "--select", "mapping_changes,test_type:unit")


def test_the_database_itself_allows_one_decision_in_force(corrected: Database) -> None:
    decide = (
        "insert into company_id_corrections (from_company_id, to_company_id, kind, covers, reason, current_company_id)"
        " values ('A', 'B', 'merged', 'company', 'x', 'B')"
    )
    corrected.query(decide)
    with pytest.raises(psycopg2.errors.UniqueViolation):
        corrected.query(decide)
    hold = (
        "insert into corrected_aliases (match_type, alias_name, correction_id, alias_text, company_id)"
        " select 'plan', 'P1', correction_id, 'P1', 'B' from company_id_corrections where not exists"
        " (select from corrected_aliases as held where held.correction_id = company_id_corrections.correction_id)"
        " limit 1"
    )
    corrected.query(hold)
    corrected.query(decide.replace("'A'", "'C'"))
    with pytest.raises(psycopg2.errors.UniqueViolation):
        corrected.query(hold)
