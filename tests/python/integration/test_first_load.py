"""An empty table that gets much: rows first, then keys and indexes, with the result of an ordinary run."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from child_processes import wait_until_blocked
from company_enrichment.embedded.server import EmbeddedServer
from real_databases import REPOSITORY, Database, create_database, drop_database

pytestmark = pytest.mark.every_server

FILLED_TABLES = (
    "mapping_changes",
    "company_mapping",
    "company_mapping_history",
    "customer_record_keys",
    "company_resolution",
    "company_resolution_changes",
)
RECORDS = """
    insert into customer_records (record_id, source_system, plan_code, customer_name)
    select 'record ' || n, 'test', case when n % 2 = 0 then 'P' || n end, '公司' || n % 3000 || '号'
    from generate_series(1, 10000) as n
"""
MAPPINGS = """
    insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id)
    select 'first', n, 'test', 'plan', 'P' || n, 'C' || n
    from generate_series(1, 10000) as n
"""
PARTS = """
    select attrelid::regclass::text, attname::text, attnotnull::text from pg_attribute
    where attrelid = any (%(tables)s::regclass[]) and attnum > 0
    union all
    select conrelid::regclass::text, '', pg_get_constraintdef(oid) from pg_constraint
    where conrelid = any (%(tables)s::regclass[]) and contype = 'p'
    union all
    select indrelid::regclass::text, '', regexp_replace(pg_get_indexdef(indexrelid), ' INDEX [^ ]+ ON ', ' ')
    from pg_index where indrelid = any (%(tables)s::regclass[])
    union all
    select tgrelid::regclass::text, tgenabled::text, pg_get_triggerdef(oid) from pg_trigger
    where tgrelid = any (%(tables)s::regclass[]) and not tgisinternal
    order by 1, 2, 3
"""
KEYS = """
    select indrelid::regclass::text, indexrelid from pg_index
    where indrelid = any (%(tables)s::regclass[]) and indisprimary
"""
RESULT = "select record_id, company_id, status, match_type from company_resolution order by record_id"
TABLES = {"tables": list(FILLED_TABLES)}


@pytest.fixture(scope="module")
def landed(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Tables that are there and empty, those of mappings too, and much that is landed; to be copied."""
    database = create_database(server, tmp_path_factory.mktemp("landed"))
    database.sample = ""
    database.dbt("run")
    database.query(RECORDS)
    database.query(MAPPINGS)
    yield database
    drop_database(database)


@pytest.fixture(scope="module")
def filled(landed: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The same after a run; only looked at, or copied."""
    database = create_database(landed.server, tmp_path_factory.mktemp("filled"), landed.name)
    database.sample = landed.sample
    database.run_tables()
    yield database
    drop_database(database)


@pytest.fixture
def empty(landed: Database, tmp_path: Path) -> Iterator[Database]:
    copy = create_database(landed.server, tmp_path, landed.name)
    copy.sample = landed.sample
    yield copy
    drop_database(copy)


def test_tables_filled_at_once_have_their_keys_indexes_and_triggers_again(landed: Database, filled: Database) -> None:
    assert filled.query(PARTS, TABLES) == landed.query(PARTS, TABLES)
    before, after = dict(landed.query(KEYS, TABLES)), dict(filled.query(KEYS, TABLES))
    assert [table for table in FILLED_TABLES if before[table] == after[table]] == []


@pytest.mark.parametrize("table", FILLED_TABLES)
def test_a_table_has_what_its_contract_demands(filled: Database, table: str) -> None:
    columns = _description_of(table)["columns"]
    demanded = {column["name"] for column in columns if {"type": "not_null"} in column.get("constraints", [])}
    never_null = "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and attnotnull"
    assert demanded
    assert demanded <= {name for (name,) in filled.query(never_null, (table,))}


def test_the_trigger_that_counts_is_the_one_that_is_switched_off(filled: Database) -> None:
    counting = _description_of("company_resolution")["config"]["meta"]["counting_trigger"]
    there = "select tgname, tgfoid::regproc::text from pg_trigger where tgrelid = 'company_resolution'::regclass"
    assert (counting["name"], counting["function"]) in filled.query(there)


def _description_of(table: str) -> dict[str, Any]:
    [file] = (REPOSITORY / "models").rglob(f"{table}.yml")
    [model] = yaml.safe_load(file.read_text("utf-8"))["models"]
    return dict(model)


def test_a_full_refresh_makes_the_same_table_with_the_same_parts(filled: Database, tmp_path: Path) -> None:
    """It is built by its query alone, and gets what its contract demands afterwards."""
    refreshed = create_database(filled.server, tmp_path, filled.name)
    refreshed.sample = filled.sample
    try:
        refreshed.dbt("run", "--full-refresh", "--select", "config.materialized:incremental")
        assert refreshed.query(PARTS, TABLES) == filled.query(PARTS, TABLES)
        assert refreshed.query(RESULT) == filled.query(RESULT)
        assert refreshed.value("select count(*) from company_resolution_changes where change_number > 1") == 0
    finally:
        drop_database(refreshed)


def test_every_record_is_resolved_counted_and_recorded_once(filled: Database) -> None:
    assert filled.query("select status, count(*) from company_resolution group by status order by status") == [
        ("resolved", 5000),
        ("temporary", 5000),
    ]
    assert filled.query("select status, sum(records)::int from resolution_totals group by status order by status") == [
        ("resolved", 5000),
        ("temporary", 5000),
    ]
    assert (
        filled.value("select count(*) from company_resolution_changes where kind = 'new' and change_number = 1")
        == 10000
    )
    assert filled.value("select count(*) from lookup_requests") == filled.value("select count(*) from temp_company_ids")


@pytest.mark.parametrize("table", ["mapping_changes", "company_mapping", "customer_record_keys", "company_resolution"])
def test_a_row_says_which_transaction_has_written_it(filled: Database, table: str) -> None:
    assert filled.value(f"select count(*) from {table} where changed_in::text is distinct from xmin::text") == 0


def test_the_totals_follow_later_changes(empty: Database) -> None:
    empty.run_tables()
    empty.query("delete from company_resolution where record_id in ('record 1', 'record 2', 'record 3')")
    assert empty.query("select status, sum(records)::int from resolution_totals group by status order by status") == [
        ("resolved", 4999),
        ("temporary", 4998),
    ]


def test_a_reader_is_not_waited_for(empty: Database, filled: Database) -> None:
    """The table then keeps its indexes, and is filled beside the reader."""
    before = dict(empty.query(KEYS, TABLES))
    with empty.connect() as reading, reading.cursor() as cursor:
        cursor.execute("select count(*) from enterprise.company_resolution")
        empty.run_tables()
    after = dict(empty.query(KEYS, TABLES))
    assert before["company_resolution"] == after["company_resolution"]
    assert before["customer_record_keys"] != after["customer_record_keys"]
    assert empty.query(RESULT) == filled.query(RESULT)
    assert empty.value("select sum(records)::int from resolution_totals") == 10000


def test_other_peoples_triggers_and_views_keep_what_they_rest_on(empty: Database, filled: Database) -> None:
    before = dict(empty.query(KEYS, TABLES))
    empty.query(
        "create table audited (record_id text);"
        "create function audit() returns trigger language plpgsql"
        " as 'begin insert into enterprise.audited values (new.record_id); return new; end';"
        "create trigger audit before insert on customer_record_keys for each row execute function audit();"
        "create view by_record as select record_id, company_id from company_resolution group by record_id"
    )
    empty.run_tables()
    after = dict(empty.query(KEYS, TABLES))
    assert before["customer_record_keys"] == after["customer_record_keys"]
    assert before["company_resolution"] == after["company_resolution"]
    assert empty.value("select count(*) from audited") == 10000
    assert empty.value("select count(*) from by_record") == 10000
    assert empty.query(RESULT) == filled.query(RESULT)
    assert empty.query(PARTS, {"tables": ["company_resolution"]}) == filled.query(
        PARTS, {"tables": ["company_resolution"]}
    )


def test_what_another_writer_commits_meanwhile_is_met(empty: Database) -> None:
    other = empty.connect()
    with ThreadPoolExecutor(1) as pool:
        with other.cursor() as cursor:
            cursor.execute(
                "insert into enterprise.customer_record_keys (record_id, source_system, loaded_at)"
                " values ('record 7', 'other', now()), ('record of nobody', 'other', now())"
            )
        running = pool.submit(empty.run_tables)
        try:
            wait_until_blocked(empty)
        finally:
            other.commit()
        running.result()
    assert empty.query(
        "select source_system from customer_record_keys where record_id in ('record 7', 'record 8')"
    ) == [
        ("test",),
        ("test",),
    ]


def test_a_run_that_is_killed_before_its_end_leaves_an_empty_table_with_its_indexes(
    empty: Database, filled: Database
) -> None:
    holding = empty.connect()
    with ThreadPoolExecutor(1) as pool:
        with holding.cursor() as cursor:
            cursor.execute("lock table enterprise.resolution_totals in share mode")
        running = pool.submit(empty.dbt, "run", "--select", "config.materialized:incremental", check=False)
        try:
            wait_until_blocked(empty)
            empty.query(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and wait_event_type = 'Lock'"
            )
            assert running.result().code != 0
        finally:
            holding.rollback()
    assert empty.value("select count(*) from company_resolution") == 0
    assert empty.query(PARTS, TABLES) == filled.query(PARTS, TABLES)
    empty.run_tables()
    assert empty.query(RESULT) == filled.query(RESULT)
    assert empty.value("select sum(records)::int from resolution_totals") == 10000


@pytest.mark.parametrize("model", ["customer_record_keys", "company_resolution"])
def test_the_query_of_a_table_of_records_can_be_run_by_workers(filled: Database, model: str) -> None:
    filled.dbt("compile", "--select", model, "--vars", "{compare_everything: true}")
    [compiled] = (filled.scratch / "target" / "compiled").rglob(f"{model}.sql")
    with filled.connect() as connection, connection.cursor() as cursor:
        for setting in ("parallel_setup_cost", "parallel_tuple_cost", "min_parallel_table_scan_size"):
            cursor.execute(f"set {setting} = 0")
        cursor.execute(f"explain {compiled.read_text('utf-8')}")
        assert any("Gather" in line for [line] in cursor.fetchall())
