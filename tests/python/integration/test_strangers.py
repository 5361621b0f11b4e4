"""Who may connect, or read, does not stop a run; whoever does stand in its way is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from child_processes import wait_until_blocked
from company_enrichment.mappings.load import load_company_mappings
from real_databases import SCHEMA, Database

pytestmark = pytest.mark.one_server

RECORD = "insert into customer_records (record_id, source_system, customer_name) values (%s, 'crm', %s)"
# As an older version might have had it: with the columns of today.
OTHER_QUERY = """
create or replace view resolution_coverage as
select ''::text as source_system, status, match_type, 0::bigint as records, 0::bigint as companies
from company_resolution
"""
IMPATIENT = ("--vars", "{migration_lock_timeout: 1s}")


@pytest.fixture
def stranger(database: Database) -> Iterator[Database]:
    """The database as somebody sees it who may connect and nothing else. Nobody waits for ever in it."""
    database.query(f"create role stranger login; alter database {database.name} set lock_timeout = '20s'")
    yield replace(database, user="stranger", connections=database.connections)
    database.query("drop owned by stranger; drop role stranger")


def in_transaction(database: Database, *statements: str) -> Any:
    """A connection that has run these statements, in a transaction that stays open."""
    connection = database.connect()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    return connection


def test_a_stranger_who_holds_every_lock_that_can_be_guessed_and_a_reader_of_every_view_stop_no_run(
    database: Database, stranger: Database
) -> None:
    objects = [
        name
        for (name,) in database.query("select relname from pg_class where relnamespace = 'enterprise'::regnamespace")
    ]
    names = [f"{SCHEMA}.{name}" for name in [*objects, "run_lease", "deploy_schema", "mapping_source:curated"]]
    names += [f"company_enrichment ingest {SCHEMA} customers", *objects, "run_lease", "deploy_schema"]
    names += ["loads of source curated", "ingestion of domain customers"]
    in_transaction(stranger, *(f"select pg_advisory_lock(hashtextextended('{name}', 0))" for name in names))
    database.query(
        "create role reader login; grant usage on schema enterprise to reader;"
        "grant select on all tables in schema enterprise to reader"
    )
    views = [name for (name,) in database.query("select viewname from pg_views where schemaname = 'enterprise'")]
    reader = in_transaction(replace(database, user="reader"), *(f"select * from enterprise.{view}" for view in views))
    # Neither of them can take a lock of ours.
    for person in (stranger, replace(database, user="reader", connections=database.connections)):
        with pytest.raises(Exception, match="permission denied"):
            person.query("select enterprise.hold_lock('run_lease')")
    database.query(RECORD, ("new", "示例无人知晓公司"))
    mappings = [{"match_type": "name", "alias": "示例甲公司", "company_id": "600000301"}]
    load_company_mappings(mappings, database.connect(), source="curated", apply=False)
    database.dbt("run")
    assert database.query("select name from unresolved_names") == [("示例无人知晓公司",)]
    assert database.value("select company_id from company_mapping where source = 'curated'") == "600000301"
    database.operation("migrate_temp_id_sequence", {})
    reader.close()
    database.query("drop owned by reader; drop role reader")


def test_readers_do_not_wait_behind_a_run_that_waits_for_an_idle_one(database: Database) -> None:
    database.query(OTHER_QUERY)
    before = database.value("select pg_get_viewdef('resolution_coverage'::regclass)")
    idle = in_transaction(database, "select * from enterprise.resolution_coverage")
    run = database.start_dbt("run", "--select", "resolution_coverage", "--vars", "{migration_lock_timeout: 5min}")
    for _ in range(2):
        wait_until_blocked(database)
        # Would fail where the run waited for its lock until it has it.
        database.query("set lock_timeout = '20s'; select * from enterprise.resolution_coverage")
    idle.rollback()
    outcome = run.outcome()
    assert outcome.code == 0, outcome.output
    assert database.value("select pg_get_viewdef('resolution_coverage'::regclass)") != before


def test_who_keeps_a_view_from_being_replaced_is_named(database: Database) -> None:
    database.query(OTHER_QUERY)
    idle = in_transaction(database, "set application_name = 'report'", "select * from enterprise.resolution_coverage")
    failed = database.dbt("run", "--select", "resolution_coverage", *IMPATIENT, check=False)
    assert failed.code == 1
    assert (
        f"process {idle.info.backend_pid} (user postgres, application report, in a transaction since 20"
        in failed.output
    )
    assert "Waited in vain for a table or view of schema enterprise" in failed.output


def test_who_keeps_a_deployment_from_a_table_is_named(database: Database) -> None:
    # The triggers of answers are made anew, for which nobody may be writing any.
    database.query("update schema_migrations set content_hash = ''")
    idle = in_transaction(database, "lock table enterprise.lookup_answers in row exclusive mode")
    failed = database.dbt("run-operation", "migrate", *IMPATIENT, check=False)
    assert failed.code == 1 and f"process {idle.info.backend_pid} (user postgres" in failed.output
    idle.rollback()
    database.dbt("run-operation", "migrate")


def test_who_holds_the_lock_of_an_operation_or_a_run_is_named(database: Database) -> None:
    for lock, command in {
        "deploy_schema": ("run-operation", "migrate_temp_id_sequence"),
        "run_lease": ("run", "--select", "stg_landed_loads"),
    }.items():
        holder = in_transaction(database, f"select enterprise.hold_lock('{lock}')")
        failed = database.dbt(*command, *IMPATIENT, check=False)
        assert failed.code != 0
        assert f"Waited in vain for lock {lock} of schema enterprise" in failed.output
        assert f"process {holder.info.backend_pid} (user postgres" in failed.output
        holder.rollback()


def test_before_anything_is_deployed_a_stranger_can_be_in_the_way_and_is_named(empty_database: Database) -> None:
    database = empty_database
    database.query("create role stranger login")
    key = "select pg_advisory_lock(hashtextextended('enterprise.deploy_schema', 0))"
    stranger = in_transaction(replace(database, user="stranger"), key)
    failed = database.dbt("run", *IMPATIENT, check=False)
    assert failed.code == 2
    assert f"process {stranger.info.backend_pid} (user stranger" in failed.output
    stranger.close()
    database.dbt("run", "--select", "stg_landed_loads")
    database.query("drop owned by stranger; drop role stranger")
