"""What got in as a company id before there was a gate is found and taken out: told first, then done, and once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from company_enrichment import LookupQueue
from dbt_commands import Outcome
from real_databases import Database, create_database, drop_database

pytestmark = pytest.mark.one_server

# record_id -> (plan code, customer name, what it got by faults, what it gets without them)
RECORDS = {
    "no other word": ("P1", None, "#N/A", None),
    "no other word, but a name": ("P1", "样例甲有限公司", "#N/A", "TEMP"),
    "said better before": ("P2", None, "600000009.0", "600000009"),
    "said by another source": ("P3", None, "N/A", "600000010"),
    "an append that lost": ("P4", None, "null", "600000011"),
    "a later line of the load": ("P5", None, "0", "600000012"),
    "full width": ("P6", None, "６００００００１３", "600000013"),
    "deliberately none": ("P7", None, None, None),
    "good": ("P8", None, "600000014", "600000014"),
    "answered": (None, "样例乙有限公司", "TEMP_2147483647", "TEMP"),
    "answered with blanks": (None, "样例丙有限公司", " 600000015", "600000015"),
    "answered twice": (None, "样例丁有限公司", "", "600000016"),
    "corrected": ("P9", None, "null", "600000017"),
}
ROWS = [
    # load, source, mode, rows
    ("first", "curated", "merge", [("P1", "#N/A"), ("P2", "600000009"), ("P6", "600000013"), ("P9", "600000017")]),
    ("second", "curated", "merge", [("P2", "600000009.0"), ("P7", "__EMPTY__"), ("P8", "600000014")]),
    ("third", "imported", "merge", [("P3", "600000010"), ("P6", "６００００００１３")]),
    ("fourth", "curated", "merge", [("P3", "N/A"), ("P4", "null"), ("P5", "0"), ("P5", "600000012")]),
    ("fifth", "imported", "append", [("P4", "600000011")]),
    ("sixth", "curated", "merge", [("P1", "#N/A")]),
]
ANSWERS = [
    ("样例乙有限公司", "TEMP_2147483647", 1),
    ("样例丙有限公司", " 600000015", 1),
    ("样例丁有限公司", "", 1),
    ("样例丁有限公司", "600000016", 0.9),
]
MODELS = ("mapping_changes", "company_mapping", "company_lookup_cache", "company_resolution", "company_id_crosswalk")


@pytest.fixture(scope="module")
def faulty(deployed_template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A deployment of before the gate: its functions let everything pass, and its triggers are not there."""
    database = create_database(deployed_template.server, tmp_path_factory.mktemp("faulty"), deployed_template.name)
    database.query(
        "truncate mapping_records, landed_loads, mapping_changes, company_mapping, company_mapping_history,"
        " mapping_loads"
    )
    functions = database.query(
        "select pg_get_functiondef(oid) from pg_proc where proname in"
        " ('company_id_fault', 'clean_company_id', 'lift_temp_id_sequence')"
    )
    database.query(
        "create or replace function company_id_fault(company_id text) returns text language sql immutable"
        " as $$ select null::text $$"
    )
    database.query(
        "create or replace function clean_company_id(company_id text) returns text language sql immutable"
        " as $$ select company_id $$"
    )
    for record_id, (plan, name, _, _) in RECORDS.items():
        database.query(
            "insert into customer_records (record_id, source_system, plan_code, customer_name)"
            " values (%s, 'test', %s, %s)",
            (record_id, plan, name),
        )
    for number, (load_id, source, mode, rows) in enumerate(ROWS):
        database.query(
            "insert into landed_loads (load_id, source, mode, landed_at)"
            " values (%s, %s, %s, timestamptz '2026-01-01' + %s * interval '1 day')",
            (load_id, source, mode, number),
        )
        for line_no, (alias, company_id) in enumerate(rows, start=2):
            database.query(
                "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
                " values (%s, %s, %s, 'plan', %s, %s)",
                (load_id, line_no, source, alias, company_id),
            )
        database.dbt("run", "--select", "+mapping_changes")
    for name, company_id, confidence in ANSWERS:
        database.query(
            "insert into lookup_answers (provider, asked_name, normalized_name, outcome, company_id, confidence)"
            " values ('registry', %s, normalize_company_name(%s), 'found', %s, %s)",
            (name, name, company_id, confidence),
        )
    # Issued, and not the end of what there is.
    LookupQueue(database.connect()).get_next_temp_id("样例别人有限公司")
    database.run_tables()
    for wrong, right, kind in (("600000017", "undefined", "corrected"), ("undefined", "null", "merged")):
        decision = {"from": wrong, "to": right, "kind": kind, "reason": "x", "allow_unknown": True, "execute": True}
        database.operation("correct_company_id", decision)
    # What the run of such a version did.
    database.query("update temp_id_sequence set last_number = 2147483647")
    assert companies(database) == {record_id: before for record_id, (_, _, before, _) in RECORDS.items()}
    for (function,) in functions:
        database.query(function)
    for connection in database.connections:
        connection.close()
    yield database
    drop_database(database)


@pytest.fixture
def copy(faulty: Database, tmp_path: Path) -> Iterator[Database]:
    database = create_database(faulty.server, tmp_path, faulty.name)
    yield database
    drop_database(database)


def companies(database: Database) -> dict[str, str | None]:
    return dict(database.query("select record_id, company_id from company_resolution"))


def withdraw(database: Database, *, execute: bool) -> Outcome:
    return database.operation("withdraw_faulty_company_ids", {"execute": execute})


def state(database: Database) -> list[object]:
    tables = (*MODELS, "lookup_answers", "company_id_corrections", "temp_id_sequence", "schema_migrations")
    return [database.query(f"select xmin::text, t::text from {table} t order by t::text") for table in tables]


SAID = (
    "undo correction 2 of undefined to null",
    "undo correction 1 of 600000017 to undefined",
    "make 2 answers unusable",
    "clean the company ids of 1 answers",
    "reject 6 rows of mappings",
    "clean the company ids of 1 rows of mappings",
    "lower the counter of temporary ids from 2147483647 to 1",
)


def test_faulty_ids_are_told_and_then_taken_out_and_the_next_run_gives_what_is_right(copy: Database) -> None:
    assert "ERROR=0" not in copy.dbt("test", "--select", "test_name:company_id", check=False).output
    before = state(copy)
    told = withdraw(copy, execute=False).output
    for what in SAID:
        assert f"withdraw_faulty_company_ids: would {what}" in told
    assert '"#N/A" is an error of a spreadsheet: 2 mapping rows' in told
    assert '"#N/A" is an error of a spreadsheet: 2 records' in told
    assert "no id above 1 was issued or published" in told
    assert "nothing was changed; add execute: true" in told
    assert state(copy) == before

    done = withdraw(copy, execute=True).output
    for what in SAID:
        assert f"withdraw_faulty_company_ids: {what}" in done
    copy.run_tables()
    after = companies(copy)
    temporary = {record_id for record_id, company_id in after.items() if (company_id or "").startswith("TEMP_")}
    assert temporary == {record_id for record_id, (_, _, _, right) in RECORDS.items() if right == "TEMP"}
    assert {after[record_id] for record_id in temporary} == {"TEMP_000002", "TEMP_000003"}
    rest = {record_id: right for record_id, (_, _, _, right) in RECORDS.items() if right != "TEMP"}
    assert {record_id: after[record_id] for record_id in rest} == rest
    # History and the rejected rows tell it, and every count adds up.
    told_by_history = "select old_company_id, new_company_id from company_resolution_changes where record_id = %s"
    assert copy.query(f"{told_by_history} order by change_number desc limit 1", ("said by another source",)) == [
        ("N/A", "600000010")
    ]
    assert copy.query("select reason from mapping_rejects where alias_text = 'P1' and load_id = 'first'") == [
        ("the company id is an error of a spreadsheet",)
    ]
    assert copy.value("select rows_rejected from mapping_loads where load_id = 'fourth'") == 3
    tested = copy.dbt("test", "--exclude", "test_type:unit").output
    assert "ERROR=0" in tested

    written = state(copy)
    assert "nothing to do" in withdraw(copy, execute=True).output
    assert state(copy) == written
    copy.run_tables()
    assert companies(copy) == after


@pytest.mark.parametrize(
    ("statement", "message", "counter"),
    [
        (
            "insert into temp_company_ids (temp_number) values (2147483647)",
            "was lifted to 2147483647 by TEMP_2147483647, and ids were issued behind it: it stays",
            2147483647,
        ),
        (
            "insert into schema_migrations (version, content_hash, name_key_hash, project_version, steps)"
            " select version, content_hash, name_key_hash, project_version, array['lift the counter from 1 to 4000']"
            " from schema_migrations order by applied_at desc limit 1",
            "no id above 4000 was issued or published",
            4000,
        ),
        ("update temp_id_sequence set last_number = 2000000000", "done. Now: dbt run", 2000000000),
    ],
    ids=["an id was issued behind it", "a migration had put it there", "no faulty id has that number"],
)
def test_a_counter_is_lowered_only_where_no_number_can_have_been_used(
    copy: Database, statement: str, message: str, counter: int
) -> None:
    copy.query(statement)
    assert message in withdraw(copy, execute=True).output
    assert copy.value("select last_number from temp_id_sequence") == counter


def test_a_deployment_without_faults_has_nothing_to_withdraw(database: Database) -> None:
    before = database.query("select count(*) from schema_migrations")
    assert "withdraw_faulty_company_ids: nothing to do" in withdraw(database, execute=True).output
    assert database.query("select count(*) from schema_migrations") == before
    refused = database.operation("withdraw_faulty_company_ids", {"execute": "yes"}, check=False)
    assert refused.code == 1 and 'execute must be true or false, not "yes"' in refused.output
