"""Changed name rules over stored keys: every key is made anew, and what meets or parts stays accounted for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from child_processes import Child, assign, wait_until_blocked
from company_enrichment import LookupQueue
from company_enrichment.errors import StaleClaimError
from real_databases import Database, create_database, drop_database

pytestmark = pytest.mark.one_server

# The new rules know one remark more and one less, and one name that is none.
NEW_RULES = (
    "--vars",
    json.dumps({"name_status_markers": ["测试", "原"], "name_placeholders": ["虚构公司"]}, ensure_ascii=False),
)
NAMES = {
    "meets": "丁公司",
    "meets too": "丁公司（测试）",
    "stays": "戊公司",
    "parts": "（存量）戊公司",
    "is none": "虚构公司",
    "alias": "己公司",
    "alias that loses": "己公司（测试）",
    "held alias": "壬公司（测试）",
    "alias before it": "壬公司",
    "becomes known": "庚公司",
    "answered": "庚公司（测试）",
    # The key of the second becomes the key of the first; two pairs, so that one of them meets in any order of rows.
    "takes": "（测试）龙公司",
    "gives": "（存量）龙公司",
    "takes too": "（测试）东公司",
    "gives too": "（存量）东公司",
}
BEFORE = {
    "meets": "TEMP_000001",
    "meets too": "TEMP_000002",
    "stays": "TEMP_000003",
    "parts": "TEMP_000003",
    "is none": "TEMP_000004",
    "alias": "A",
    "alias that loses": "B",
    "held alias": "D",
    "alias before it": "A",
    "becomes known": "TEMP_000005",
    "answered": "C",
    "takes": "TEMP_000006",
    "gives": "TEMP_000007",
    "takes too": "TEMP_000008",
    "gives too": "TEMP_000009",
}
AFTER = {
    **BEFORE,
    "meets too": "TEMP_000001",
    "parts": "TEMP_000010",
    "is none": None,
    "alias that loses": "A",
    "alias before it": "D",
    "becomes known": "C",
}
TABLES = (
    *(
        "temp_company_ids",
        "lookup_requests",
        "lookup_answers",
        "corrected_aliases",
        "mapping_records",
        "mapping_changes",
    ),
    *("customer_record_keys", "company_mapping", "company_lookup_cache", "company_resolution"),
    *("company_resolution_changes", "company_id_crosswalk", "schema_migrations"),
)


def companies(database: Database) -> dict[str, Any]:
    return dict(database.query("select record_id, company_id from company_resolution"))


def state(database: Database) -> dict[str, Any]:
    return {table: database.query(f"select xmin::text, t::text from {table} t order by t::text") for table in TABLES}


@pytest.fixture(scope="module")
def resolved(deployed_template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database in which BEFORE is true, to be copied."""
    folder = tmp_path_factory.mktemp("resolved")
    database = create_database(deployed_template.server, folder, deployed_template.name)
    database.query(
        "truncate mapping_records, landed_loads, mapping_changes, company_mapping, company_mapping_history,"
        " mapping_loads"
    )
    for number, (record_id, name) in enumerate(NAMES.items()):
        database.query(
            "insert into customer_records (record_id, source_system, customer_name, loaded_at)"
            " values (%s, 'test', %s, timestamptz '2026-01-01' + %s * interval '1 minute')",
            (record_id, name, number),
        )
    for line_no, (name, company_id) in enumerate(
        [("己公司", "A"), ("己公司（测试）", "B"), ("壬公司", "A"), ("壬公司（测试）", "B")], start=2
    ):
        database.query(
            "insert into mapping_records values ('one', %s, 'curated', 'name', %s, %s)", (line_no, name, company_id)
        )
    database.query(
        "insert into lookup_answers (provider, asked_name, normalized_name, outcome, company_id, confidence)"
        " select 'registry', name, normalize_company_name(name), 'found', 'C', 1"
        " from (values ('庚公司（测试）')) as given (name)"
    )
    database.dbt("run")
    held = [{"match_type": "name", "alias": "壬公司（测试）"}]
    decision = {"from": "B", "to": "D", "kind": "corrected", "reason": "x", "aliases": held, "execute": True}
    database.operation("correct_company_id", {**decision, "allow_unknown": True})
    assert companies(database) == BEFORE
    yield database
    drop_database(database)


@pytest.fixture
def stored(resolved: Database, tmp_path: Path) -> Iterator[Database]:
    copy = create_database(resolved.server, tmp_path, resolved.name)
    yield copy
    drop_database(copy)


def rekey(database: Database, *options: str, execute: bool = True) -> str:
    arguments = ("--args", "{execute: true}") if execute else ()
    return database.dbt("run-operation", "rekey_company_names", *arguments, *options).output


EXPECTED = """\
rekey_company_names: temp_company_ids.normalized_name: 6 of 9 keys would change, 1 names nobody now
rekey_company_names: lookup_requests.normalized_name: 6 of 9 keys would change, 1 names nobody now
rekey_company_names: lookup_answers.normalized_name: 1 of 1 keys would change, 0 names nobody now
rekey_company_names: corrected_aliases.alias_name: 1 of 1 keys would change, 0 names nobody now
rekey_company_names: mapping_changes.alias_name: 2 of 4 keys would change, 0 names nobody now
rekey_company_names: customer_record_keys.normalized_customer_name: 10 of 15 keys would change, 1 names nobody now
rekey_company_names: customer_record_keys.normalized_account_name: 0 of 15 keys would change, 0 names nobody now
rekey_company_names: 1 names that part, if it is done:
    （存量）戊公司 | 戊公司 (戊公司)
rekey_company_names: 1 names that name nobody, if it is done:
    虚构公司: is a placeholder for a name
rekey_company_names: 1 temporary ids redirected to an older one, if it is done:
    TEMP_000002 (丁公司（测试）) to TEMP_000001 (丁公司)
rekey_company_names: 2 aliases that lose their key to another company, if it is done:
    name 壬公司 of A to 壬公司（测试） of D
    name 己公司（测试） of B to 己公司 of A
rekey_company_names: 1 open requests folded into an older one, if it is done:
    丁公司（测试） (2) into 1"""


def test_plan_and_deed_say_the_same_and_the_plan_changes_nothing(stored: Database) -> None:
    before = state(stored)
    planned = rekey(stored, *NEW_RULES, execute=False)
    lines = sorted(line for line in planned.splitlines() if line.startswith(("rekey_company_names: ", "    ")))
    assert lines == sorted([*EXPECTED.splitlines(), "rekey_company_names: nothing was changed; add execute: true"])
    assert state(stored) == before
    assert stored.value("select normalize_company_name('丁公司（测试）')") == "丁公司测试"
    done = rekey(stored, *NEW_RULES)
    for line in EXPECTED.replace("would change", "change").replace(", if it is done:", ":").splitlines():
        assert line in done


def test_every_key_is_made_anew_and_the_next_run_has_nothing_to_add(stored: Database) -> None:
    rekey(stored, *NEW_RULES)
    assert companies(stored) == AFTER
    version = stored.value("select company_name_key_version()")
    for table in (
        "temp_company_ids",
        "lookup_requests",
        "lookup_answers",
        "mapping_changes",
        "customer_record_keys",
        "company_mapping",
    ):
        assert stored.query(f"select distinct key_version from {table}") == [(version,)], table
    before = state(stored)
    output = stored.dbt("run", *NEW_RULES).output
    assert "name key have changed" not in output
    after = state(stored)
    # The run queues the name that has parted; nothing else is left to do.
    assert {table for table in TABLES if before[table] != after[table]} == {"lookup_requests"}
    tested = stored.dbt("test", "--exclude", "test_type:unit", *NEW_RULES).output
    assert "Warning in test stored_keys_are_of_the_version_in_force" not in tested
    again = rekey(stored, *NEW_RULES)
    assert "every stored key is of the rules in force, nothing to do" in again
    assert state(stored) == after


def test_what_met_is_accounted_for(stored: Database) -> None:
    rekey(stored, *NEW_RULES)
    assert stored.query(
        "select temp_id, normalized_name, redirected_to from temp_company_ids order by temp_number"
    ) == [
        ("TEMP_000001", "丁公司", None),
        ("TEMP_000002", None, 1),
        ("TEMP_000003", "戊公司", None),
        ("TEMP_000004", None, None),
        ("TEMP_000005", "庚公司", None),
        ("TEMP_000006", "龙公司", None),
        ("TEMP_000007", "存量龙公司", None),
        ("TEMP_000008", "东公司", None),
        ("TEMP_000009", "存量东公司", None),
        ("TEMP_000010", "存量戊公司", None),
    ]
    assert sorted(
        stored.query("select from_company_id, to_company_id, kind from company_id_crosswalk where valid_to is null")
    ) == [
        ("TEMP_000002", "TEMP_000001", "rekeyed"),
        ("TEMP_000004", None, "unresolvable"),
        ("TEMP_000005", "C", "resolved"),
    ]
    assert stored.query(
        "select match_type, alias_text, winning_company_id, losing_company_id, reason from company_mapping_conflicts"
        " order by alias_text"
    ) == [
        ("name", "壬公司", "D", "A", "since the name rules changed, its key is also that of 壬公司（测试）"),
        ("name", "己公司（测试）", "A", "B", "since the name rules changed, its key is also that of 己公司"),
    ]
    assert stored.query("select id, normalized_name, status, last_error from lookup_requests order by id") == [
        (1, "丁公司", "pending", None),
        (2, "丁公司", "done", "Folded into request 1, which asks for the same name"),
        (3, "存量东公司", "pending", None),
        (4, "庚公司", "pending", None),
        (5, "戊公司", "pending", None),
        (6, "东公司", "pending", None),
        (7, "龙公司", "pending", None),
        (8, "虚构公司", "failed", "By the present name rules, this names nobody"),
        (9, "存量龙公司", "pending", None),
    ]
    assert {
        kind
        for (kind,) in stored.query(
            "select kind from company_resolution_changes where change_number > 1 and kind <> 'corrected'"
        )
    } == {"rekeyed"}


def test_with_the_old_rules_again_every_name_has_the_id_it_had(stored: Database) -> None:
    rekey(stored, *NEW_RULES)
    rekey(stored)
    assert companies(stored) == {**BEFORE, "alias that loses": "B", "alias before it": "A"}
    redirected = (
        "select from_company_id, to_company_id from company_id_crosswalk where kind = 'rekeyed' and valid_to is null"
    )
    assert stored.query(redirected) == [("TEMP_000010", "TEMP_000003")], "the id that the parted name had meanwhile"
    assert LookupQueue(stored.connect()).get_next_temp_id() == "TEMP_000011"


def test_a_writer_that_waits_works_by_the_new_rules(stored: Database) -> None:
    reader = stored.connect()
    with reader.cursor() as cursor:
        # The operation has got everything but this.
        cursor.execute("lock table enterprise.lookup_answers in row exclusive mode")
    running = stored.start_dbt("run-operation", "rekey_company_names", "--args", "{execute: true}", *NEW_RULES)
    wait_until_blocked(stored)
    writer = Child(assign, stored.uri, ["丁公司（测试）", "（存量）戊公司", "辛公司（测试）"])
    wait_until_blocked(stored, 2)
    reader.rollback()
    assert running.outcome().code == 0
    assert writer.finish() == [
        ("丁公司（测试）", "TEMP_000001"),
        ("（存量）戊公司", "TEMP_000010"),
        ("辛公司（测试）", "TEMP_000011"),
    ]
    assert stored.query(
        "select normalized_name, key_version = company_name_key_version() from temp_company_ids where temp_number = 11"
    ) == [("辛公司", True)]


def test_a_claim_of_a_request_that_was_folded_is_refused(stored: Database) -> None:
    queue = LookupQueue(stored.connect())
    claimed = {request.name: request for request in queue.dequeue(10)}
    rekey(stored, *NEW_RULES)
    with pytest.raises(StaleClaimError, match="no longer held"):
        queue.mark_failed(claimed["丁公司（测试）"], "too late")
    assert stored.value("select status from lookup_requests where id = 1") == "processing"


def test_an_execute_that_is_none_is_refused(stored: Database) -> None:
    refused = stored.operation("rekey_company_names", {"execute": "yes"}, check=False)
    assert refused.code == 1 and 'execute must be true or false, not "yes"' in refused.output


def test_answers_without_a_company_end_where_keys_that_change_were_asked(stored: Database) -> None:
    stored.query("update lookup_requests set status = 'done', finished_at = now()")
    for name, outcome, days in (
        ("（测试）龙公司", "not_found", 1),
        ("（测试）东公司", "not_accepted", 1),
        ("丁公司（测试）", "unusable", 1),
        ("戊公司", "not_found", 1),  # its key stays
        ("（存量）龙公司", "not_found", 31),  # expired
    ):
        stored.query(
            "insert into lookup_answers (provider, asked_name, normalized_name, outcome, answered_at)"
            " values ('registry', %s, normalize_company_name(%s), %s, now() - %s * interval '1 day')",
            (name, name, outcome, days),
        )
    # The key that the first one gets was answered before: its name is not asked for again.
    stored.query(
        "insert into lookup_answers (provider, asked_name, normalized_name, outcome)"
        " values ('registry', '丁公司', '丁公司', 'not_found')"
    )
    said = "3 answers without a company that end, so that their names are asked for again"
    planned = rekey(stored, *NEW_RULES, execute=False)
    assert f"rekey_company_names: {said}, if it is done:" in planned
    assert "    （测试）龙公司: not_found" in planned
    assert stored.value("select count(*) from lookup_answers where ended_at is not null") == 0
    done = rekey(stored, *NEW_RULES)
    assert f"rekey_company_names: {said}:" in done and "rekey_company_names: 2 names are asked for again" in done
    assert stored.query(
        'select asked_name from lookup_answers where ended_at is not null order by asked_name collate "C"'
    ) == [("丁公司（测试）",), ("（测试）东公司",), ("（测试）龙公司",)]
    requests = "select normalized_name from lookup_requests where finished_at is null order by 1"
    assert sorted(name for (name,) in stored.query(requests)) == ["东公司", "龙公司"]
    assert stored.value("select company_id from company_lookup_cache where normalized_name = '庚公司'") == "C"
    # Done once: the answers have ended, and nothing is left to be made anew.
    assert "nothing to do" in rekey(stored, *NEW_RULES)
    assert stored.value("select count(*) from lookup_requests where finished_at is null") == 2
