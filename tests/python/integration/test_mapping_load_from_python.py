"""load_company_mappings: rows of any kind land whole or not at all, once, and dbt says what they did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from typing import Any

import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ
from psycopg2.extras import RealDictCursor

from child_processes import Child, land_mappings, land_mappings_and_hang, starting_line, wait_until_blocked
from company_enrichment import CompanyMappingRecord, load_company_mappings, undo_mapping_load
from company_enrichment.address import DatabaseAddress
from company_enrichment.errors import (
    ConfigurationError,
    DatabaseError,
    DbtError,
    MappingLoadError,
    MappingRowError,
    OpenTransactionError,
    RejectedRowsError,
    SchemaNotDeployedError,
)
from company_enrichment.files.spreadsheet_csv import unwrapped
from real_databases import Database

pytestmark = pytest.mark.one_server

LANDED = (
    "select line_no, match_type, alias_text, company_id, problem from mapping_records where load_id = %s order by 1"
)
LOADS = "select load_id from landed_loads where source not like 'seed:%' order by landed_at"
HOLD_LEASE = (
    "insert into enrichment_runs (run_id, project_version, dbt_version, invocation_id, lease_taken_at, lease_until)"
    " values ('another', '0', '0', 'another', now(), now() + interval '1 hour')"
)


@pytest.fixture(autouse=True)
def environment(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of this process, which dbt inherits, lead to no database: the connection alone must do that."""
    for name in ("WDH_DATABASE__URI", "WDH_DATABASE__SCHEMA", "WDH_RUN_ID", "WDH_DBT_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WDH_STATE_DIR", str(database.scratch))
    monkeypatch.setenv("WDH_DATABASE__URI", "postgresql://nobody@127.0.0.1:1/nowhere")


def land(database: Database, rows: Any, mode: str = "merge", **options: Any) -> str:
    return load_company_mappings(rows, database.uri, mode, apply=False, **options)["load_id"]


def landed_rows(database: Database, load_id: str) -> list[tuple[Any, ...]]:
    return database.query(LANDED, (load_id,))


def is_untouched(database: Database) -> bool:
    """Whether nothing was landed since the template was made."""
    return database.query(
        "select (select count(*) from landed_loads where source not like 'seed:%'),"
        " (select count(*) from mapping_records where source not like 'seed:%')"
    ) == [(0, 0)]


# ---- rows ---------------------------------------------------------------------------------------------------------


def test_tuples_dictionaries_and_records_land_alike(database: Database) -> None:
    rows = [
        ("plan", "P-1", "A"),
        ["plan", "P-2", None],
        {"match_type": "plan", "alias": "P-3", "company_id": "C", "note": "ignored"},
        {"type": "plan", "alias_name": "P-4", "canonical_id": "D"},
        CompanyMappingRecord("plan", "P-5", "E"),
        CompanyMappingRecord("plan", "P-6", "F", line_no=60, problem="torn\0"),
    ]
    assert landed_rows(database, land(database, iter(rows))) == [
        (1, "plan", "P-1", "A", None),
        (2, "plan", "P-2", None, None),
        (3, "plan", "P-3", "C", None),
        (4, "plan", "P-4", "D", None),
        (5, "plan", "P-5", "E", None),
        (60, "plan", "P-6", "F", "torn\ufffd"),
    ]


def test_numbers_land_as_the_text_they_show(database: Database) -> None:
    rows = [("plan", 42, 7.0), ("plan", 1.5, Decimal("10")), ("plan", float("nan"), None)]
    assert [row[2:4] for row in landed_rows(database, land(database, rows))] == [
        ("42", "7"),
        ("1.5", "10"),
        (None, None),
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(*[st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))] * 3),
        max_size=20,
    ),
    encoding=st.sampled_from(["UTF8", "GB18030"]),
)
def test_any_text_comes_back_as_it_was_in_any_client_encoding(
    database: Database, rows: list[tuple[str | None, str | None, str | None]], encoding: str
) -> None:
    rows = [*rows, ("\\", "\\N", "\\."), ("a\tb", "a\\tb", "a\r\nb")]
    connection = database.connect()
    connection.set_client_encoding(encoding)
    load_id = load_company_mappings(rows, connection, "merge", apply=False)["load_id"]
    assert landed_rows(database, load_id) == [
        # A company id means what it means without the quotes of a spreadsheet.
        (number, match_type, alias, None if company_id is None else unwrapped(company_id), None)
        for number, (match_type, alias, company_id) in enumerate(rows, start=1)
    ]
    connection.close()


def test_text_that_no_database_can_hold_is_landed_readable_and_with_its_problem(database: Database) -> None:
    rows = [("plan", "P\0", "A"), ("plan", "\udcff\ud800", "A"), ("plan", "P", "A")]
    assert landed_rows(database, land(database, rows)) == [
        (1, "plan", "P\ufffd", "A", "the row holds a NUL character"),
        (2, "plan", "\ufffd\ufffd", "A", "the row is not valid UTF-8"),
        (3, "plan", "P", "A", None),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("plan", "P-2"), "Row 2 is no mapping but a tuple of 2"),
        ("abc", "Row 2 is no mapping but a str"),
        (7, "Row 2 is no mapping but a int"),
        ({"match_type": "plan", "alias": "P-2"}, "Row 2 has no company_id"),
        ({"match_type": "plan", "alias": "P", "alias_name": "Q", "company_id": "A"}, "Row 2 has alias and alias_name"),
        (("plan", b"P-2", "A"), "Row 2: alias is a bytes"),
    ],
)
def test_a_row_that_is_no_mapping_is_named_and_nothing_is_landed(database: Database, row: Any, said: str) -> None:
    with pytest.raises(MappingRowError, match=said):
        land(database, [("plan", "P-1", "A"), row])
    assert is_untouched(database)


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_what_the_rows_raise_reaches_the_caller_and_nothing_is_landed(
    database: Database, error: type[BaseException]
) -> None:
    def torn() -> Iterator[tuple[str, str, str]]:
        yield from [("plan", f"P-{number}", "A") for number in range(10_000)]
        raise error

    with pytest.raises(error):
        land(database, torn())
    assert is_untouched(database)


# ---- loads --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        {"mode": "upsert"},
        {"source": " "},
        {"source": "a\0"},
        {"load_id": ""},
        {"load_id": "undo:x"},
        {"wait_seconds": -1},
        {"schema": "Robert'); drop"},
    ],
    ids=str,
)
def test_a_wrong_call_is_refused_before_a_row_is_read(database: Database, arguments: dict[str, Any]) -> None:
    rows = iter([("plan", "P-1", "A")])
    with pytest.raises(ConfigurationError, match=next(iter(arguments)) if "schema" not in arguments else "SCHEMA"):
        load_company_mappings(rows, database.uri, **{"mode": "merge", **arguments})
    assert next(rows) == ("plan", "P-1", "A")
    assert is_untouched(database)


def test_a_load_is_recorded_with_its_source_mode_and_hash(database: Database) -> None:
    land(database, [("plan", "P-1", "A")], "append", source="curated", load_id="one", content_hash="abc")
    assert database.query(
        "select load_id, source, mode, content_hash, undoes from landed_loads where load_id = 'one'"
    ) == [("one", "curated", "append", "abc", None)]
    assert database.value("select source from mapping_records where load_id = 'one'") == "curated"


def test_the_same_load_id_again_reads_and_writes_nothing(database: Database) -> None:
    land(database, [("plan", "P-1", "A")], load_id="one")
    versions = "select record.xmin::text, load.xmin::text from mapping_records as record, landed_loads as load"
    before = database.query(versions)
    unread = iter([("plan", "P-2", "B")])
    again = load_company_mappings(unread, database.uri, "append", load_id="one", apply=False)
    assert (again["load_id"], again["read"], again["applied"]) == ("one", 1, False)
    assert list(unread) == [("plan", "P-2", "B")]
    assert database.query(versions) == before


def test_a_load_id_that_was_landed_by_sql_is_used_up_too(database: Database) -> None:
    database.query("insert into mapping_records (load_id, line_no, source) values ('one', 5, 'by hand')")
    assert load_company_mappings([("plan", "P-1", "A")], database.uri, load_id="one", apply=False)["read"] == 1
    assert database.query("select line_no from mapping_records where load_id = 'one'") == [(5,)]


def test_two_processes_that_land_one_load_at_once_land_it_once(database: Database) -> None:
    rows = [("plan", f"P-{number}", "A") for number in range(2_000)]
    start = starting_line(3)
    children = [Child(land_mappings, database.uri, rows, {"load_id": "one"}, start) for _ in range(3)]
    assert [child.finish() for child in children] == [[("one", 2_000)]] * 3
    assert database.value("select count(*) from mapping_records where load_id = 'one'") == 2_000


def test_two_processes_that_land_one_content_at_once_land_it_once(database: Database) -> None:
    options = {"source": "curated", "content_hash": "0123456789abcdef" * 4}
    start = starting_line(3)
    children = [Child(land_mappings, database.uri, [("plan", "P-1", "A")], options, start) for _ in range(3)]
    load_id = "curated:1:" + "0123456789abcdef" * 2
    assert [child.finish() for child in children] == [[(load_id, 1)]] * 3
    assert database.query(LOADS) == [(load_id,)]


def test_a_load_that_is_killed_leaves_nothing_and_lands_whole_the_next_time(database: Database) -> None:
    child = Child(land_mappings_and_hang, database.uri, 50_000, "one")
    assert child.next() == "hanging"
    waiting = Child(land_mappings, database.uri, [("plan", "P-1", "A"), ("plan", "P-2", "B")], {"load_id": "one"})
    wait_until_blocked(database)
    child.kill()
    assert waiting.finish() == [("one", 2)]
    assert landed_rows(database, "one") == [(1, "plan", "P-1", "A", None), (2, "plan", "P-2", "B", None)]


def test_content_is_landed_again_only_when_the_last_load_of_its_source_was_another(database: Database) -> None:
    def once(content_hash: str, mode: str = "merge", source: str = "curated") -> str:
        return land(database, [("plan", "P-1", "A")], mode, source=source, content_hash=content_hash)

    first = once("a" * 64)
    assert once("a" * 64) == first
    second = once("b" * 64)
    third = once("a" * 64)
    assert once("a" * 64, "append") not in (first, second, third)
    once("a" * 64, "append", source="imported")
    assert [load_id for (load_id,) in database.query(LOADS)] == [
        "curated:1:" + "a" * 32,
        "curated:2:" + "b" * 32,
        "curated:3:" + "a" * 32,
        "curated:4:" + "a" * 32,
        "imported:1:" + "a" * 32,
    ]
    # A number whose load was forgotten is not taken for the load itself.
    database.query("delete from landed_loads where load_id like 'curated:1:%'")
    assert once("b" * 64) == "curated:4:" + "b" * 32
    assert once("a" * 64, "append") == "curated:5:" + "a" * 32


@pytest.mark.usefixtures("parsed_beforehand")
def test_an_empty_load_is_recorded_unless_it_would_retire_its_whole_source(database: Database) -> None:
    empty = load_company_mappings([], database.uri, "append", source="curated", load_id="one")
    counts = dict.fromkeys(
        ("read", "inserted", "updated", "unchanged", "rejected", "conflicts", "deleted", "restored"), 0
    )
    assert empty == {"load_id": "one", **counts, "applied": True}
    assert load_company_mappings([], database.uri, "append", source="curated", load_id="one") == empty
    with pytest.raises(MappingLoadError, match="would retire every alias of source curated"):
        load_company_mappings([], database.uri, "replace_source", source="curated", load_id="two")
    assert database.query(LOADS) == [("one",)]


def test_a_strict_load_lands_nothing_when_a_row_cannot_be_used(database: Database) -> None:
    rows = [
        ("plan", "P-1", "A"),
        ("planet", "P-2", "A"),
        ("plan", "P-3", "TEMP_000001"),
        ("name", "N/A", "A"),
        CompanyMappingRecord("plan", "P-4", "A", problem="torn"),
    ]
    with pytest.raises(RejectedRowsError) as refusal:
        land(database, rows, strict=True)
    assert refusal.value.count == 4
    assert [line for line, _ in refusal.value.rows] == [2, 3, 4, 5]
    assert str(refusal.value).startswith(
        "4 of 5 rows cannot be used, and nothing was landed: line 2: unknown match type, not one of plan, account,"
        " hardcode, name, account_name ('planet', 'P-2', 'A'); line 3: the company id has"
    )
    assert str(refusal.value).endswith("line 5: torn ('plan', 'P-4', 'A')")
    assert is_untouched(database)

    with pytest.raises(RejectedRowsError, match="; and 30 more") as refusal:
        land(database, [("planet", "P", "A")] * 50, strict=True)
    assert (refusal.value.count, len(refusal.value.rows)) == (50, 20)
    assert land(database, rows[:1], strict=True, load_id="one") == "one"


# ---- connections --------------------------------------------------------------------------------------------------


def test_a_connection_inside_a_transaction_is_refused_and_left_as_it_is(database: Database) -> None:
    connection = database.connect()
    with connection.cursor() as cursor:
        cursor.execute("create temporary table kept ()")
        with pytest.raises(OpenTransactionError):
            load_company_mappings([("plan", "P-1", "A")], connection, apply=False)
        cursor.execute("select from kept")
    connection.rollback()
    assert is_untouched(database)


def test_an_open_connection_is_used_as_it_stands(database: Database) -> None:
    for prepare in (
        lambda connection: None,
        lambda connection: connection.set_session(autocommit=True),
        lambda connection: connection.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ),
    ):
        connection = database.connect()
        connection.cursor_factory = RealDictCursor
        prepare(connection)
        before = (connection.autocommit, connection.isolation_level)
        with pytest.raises(MappingRowError):
            load_company_mappings([("plan", "P-1", "A"), ()], connection, apply=False)
        assert is_untouched(database)
        landed = load_company_mappings([("plan", "P-1", "A")], connection, load_id="one", apply=False)
        assert landed["read"] == 1
        assert (connection.autocommit, connection.isolation_level) == before
        database.query("delete from landed_loads; delete from mapping_records where load_id = 'one'")


def test_a_connection_of_its_own_is_closed(database: Database) -> None:
    opened: list[Any] = []

    def connect() -> Any:
        opened.append(psycopg2.connect(database.uri))
        return opened[-1]

    load_company_mappings([("plan", "P-1", "A")], connect, apply=False)
    assert opened and all(connection.closed for connection in opened)


def test_a_connection_that_is_none_is_refused(database: Database) -> None:
    with pytest.raises(ConfigurationError, match="connection gave a str"):
        load_company_mappings([], lambda: "nothing", apply=False)  # type: ignore[arg-type,return-value]
    with pytest.raises(DatabaseError, match="Cannot connect"):
        load_company_mappings([], database.uri.replace(database.name, "no_such_database"), apply=False)
    with pytest.raises(DatabaseError, match=r"Cannot connect to nobody@127\.0\.0\.1:1/nowhere"):
        load_company_mappings([], apply=False)


def test_the_address_of_a_connection_leads_there_with_its_password(database: Database) -> None:
    password = "p/ä:@%#?"
    with closing(psycopg2.connect(f"{database.uri}?sslmode=allow", password=password)) as connection:
        address = DatabaseAddress.of_connection(connection)
        assert (address.password, address.sslmode, address.dbname) == (password, "allow", database.name)
        assert DatabaseAddress.from_uri(address.uri) == address
        assert password not in repr(address) + str(address)


def test_a_database_nothing_was_deployed_to_is_named(empty_database: Database) -> None:
    with pytest.raises(SchemaNotDeployedError, match="Deploy the tables first"):
        load_company_mappings([("plan", "P-1", "A")], empty_database.uri)


# ---- applied by dbt -----------------------------------------------------------------------------------------------


def aliases(database: Database) -> dict[tuple[str, str], str]:
    return {
        (match_type, alias_name): company_id
        for match_type, alias_name, company_id in database.query(
            "select match_type, alias_name, company_id from company_mapping where retired_at is null"
        )
    }


@pytest.mark.usefixtures("parsed_beforehand")
def test_the_statistics_are_what_happened_to_the_table(database: Database) -> None:
    before = aliases(database)
    rows: list[Any] = [
        ("plan", "P-1", "A"),
        ("plan", "P-2", "B"),
        ("plan", "P-2", "B"),
        ("plan", "P-2", "C"),
        ("planet", "P-3", "A"),
        ("plan", "x" * 10_000, "A"),
        ("plan", "\udcff", "A"),
    ]
    first = load_company_mappings(rows, database.connect(), "merge", source="curated", load_id="one")
    after = aliases(database)
    assert len(after.keys() - before.keys()) == 2
    assert first == {
        "load_id": "one",
        "read": 7,
        "inserted": 2,
        "updated": 0,
        "unchanged": 1,
        "rejected": 3,
        "conflicts": 1,
        "deleted": 0,
        "restored": 0,
        "applied": True,
    }
    # Known by now: dbt is not even started.
    assert load_company_mappings([], database.connect(), "merge", load_id="one") == first

    second = load_company_mappings(
        [("plan", "P-1", "A2"), ("plan", "P-2", "B")], database.connect(), "merge", source="curated"
    )
    assert {key for key, value in aliases(database).items() if after.get(key) != value} == {("plan", "P-1")}
    assert (second["read"], second["updated"], second["unchanged"]) == (2, 1, 1)
    assert database.query("select line_no, reason from mapping_rejects where load_id = 'one' order by 1")[2] == (
        7,
        "the row is not valid UTF-8",
    )


@pytest.mark.usefixtures("parsed_beforehand")
@pytest.mark.one_server
def test_while_another_run_is_at_work_a_load_only_lands_and_the_next_call_applies_it(database: Database) -> None:
    database.query(HOLD_LEASE)
    rows = [("plan", "P-1", "A")]
    waiting = load_company_mappings(rows, database.uri, "merge", load_id="one", wait_seconds=1)
    assert (waiting["applied"], waiting["read"], waiting["inserted"]) == (False, 1, None)
    assert landed_rows(database, "one") == [(1, "plan", "P-1", "A", None)]
    assert database.value("select count(*) from enrichment_runs where lease_until > now()") == 1
    database.query("update enrichment_runs set lease_until = null")
    applied = load_company_mappings(rows, database.uri, "merge", load_id="one")
    assert (applied["applied"], applied["inserted"]) == (True, 1)


@pytest.mark.usefixtures("parsed_beforehand")
@pytest.mark.one_server
def test_when_dbt_fails_the_error_says_that_the_load_is_landed(database: Database) -> None:
    database.query("alter table mapping_changes rename column outcome to hidden")
    with pytest.raises(DbtError, match="Load one is landed, and the next `dbt run` applies it") as failure:
        load_company_mappings([("plan", "P-1", "A")], database.uri, "merge", load_id="one")
    assert "outcome" in str(failure.value)
    assert len(landed_rows(database, "one")) == 1


# ---- taken back ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("parsed_beforehand")
@pytest.mark.one_server
def test_a_load_is_taken_back_once(database: Database) -> None:
    before = aliases(database)
    load_company_mappings([("plan", "P-1", "A"), ("plan", "P-2", "B")], database.uri, "merge", load_id="one")
    undone = undo_mapping_load("one", database.uri)
    assert aliases(database) == before
    assert (undone["load_id"], undone["read"], undone["deleted"], undone["applied"]) == ("undo:one", 0, 2, True)
    loads = "select xmin::text, * from landed_loads"
    landed = database.query(loads)
    assert undo_mapping_load("one", database.uri) == undone
    assert database.query(loads) == landed
    assert database.query("select source, mode, undoes from landed_loads where load_id = 'undo:one'") == [
        ("python", "undo", "one")
    ]


def test_an_undo_of_what_was_not_loaded_is_refused_and_writes_nothing(database: Database) -> None:
    land(database, [("plan", "P-1", "A")], load_id="one")
    for load_id, said in (("none", "There is no load none"), ("one", "is not applied yet: `dbt run` first")):
        with pytest.raises(MappingLoadError, match=said):
            undo_mapping_load(load_id, database.uri)
    with pytest.raises(ConfigurationError, match="load_id holds a NUL"):
        undo_mapping_load("\0", database.uri)
    assert database.query(LOADS) == [("one",)]


def test_an_undo_names_the_source_of_the_load_and_is_not_itself_undone(database: Database) -> None:
    [(seed_load, source)] = database.query("select distinct load_id, source from mapping_records")
    undone = undo_mapping_load(seed_load, database.uri, apply=False)
    assert undone["load_id"] == f"undo:{seed_load}"
    landed = "select source, mode, undoes from landed_loads where load_id = %s"
    assert database.query(landed, (undone["load_id"],)) == [(source, "undo", seed_load)]
    with pytest.raises(MappingLoadError, match="cannot itself be taken back"):
        undo_mapping_load(undone["load_id"], database.uri, apply=False)
    again = undo_mapping_load(seed_load, database.uri, apply=False)
    assert again == undone
