"""Versions of the operational tables: an older one is brought to the current one, Python refuses any other."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from psycopg2 import sql

from child_processes import wait_until_blocked
from company_enrichment import CompanyMappingLoader, CustomerKeys, LookupAnswer, LookupQueue
from company_enrichment.errors import SchemaNotDeployedError, SchemaVersionError
from company_enrichment.schema_version import SCHEMA_VERSION
from real_databases import REPOSITORY, Database

pytestmark = pytest.mark.every_server

VERSION_1 = Path(__file__).with_name("schema_version_1.sql")

# Rows as version 1 left them. The unique index of open requests was lost, and names were asked for twice.
VERSION_1_ROWS = """
    set search_path = enterprise;
    insert into schema_migrations (version, content_hash, name_key_hash, project_version)
        values (1, 'of version 1', 'of version 1', '0.1.0');
    insert into temp_id_sequence (last_number) values (7);
    insert into temp_company_ids (temp_number, normalized_name, first_name)
        values (3, '甲公司', '甲公司'), (7, null, null);
    insert into customer_records (record_id, source_system, customer_name)
        values ('r1', 'annuity_performance', '甲公司');
    insert into lookup_answers (provider, asked_name, normalized_name, outcome)
        values ('registry', '乙公司', '乙公司', 'not_found');
    insert into enrichment_runs (run_id, project_version, dbt_version) values ('run 1', '0.1.0', '1.11');
    insert into mapping_records (load_id, line_no, source) values ('load 1', 1, 'seed');
    insert into ingest_files values ('hash', 'annuity_performance', 'a.xlsx', 1, 0, 0, 0, 1);
    insert into ingest_rejects values ('hash', 'annuity_performance', 2, 'too long');
    drop index lookup_requests_one_open_per_name;
    insert into lookup_requests (name, normalized_name, status, claimed_by, lease_until, created_at, finished_at)
    values
        ('甲公司', '甲公司', 'pending', null, null, '2025-01-02', null),
        ('甲公司 ', '甲公司', 'processing', 'somebody', '2025-01-04', '2025-01-03', null),
        (' 甲公司', '甲公司', 'pending', null, null, '2025-01-01', null),
        ('甲公司', '甲公司', 'done', null, null, '2024-01-01', '2024-01-01'),
        ('乙公司', '乙公司', 'processing', 'somebody', '2025-01-04', '2025-01-03', null),
        ('丙公司', '丙公司', 'failed', null, null, '2024-02-01', '2024-02-02');
    create table company_id_crosswalk (
        from_company_id text, valid_from timestamptz, to_company_id text not null,
        primary key (from_company_id, valid_from)
    );
    insert into company_id_crosswalk values ('TEMP_000001', '2025-01-01', 'C1');
"""

# What dbt builds is not part of a deployment.
BUILT_BY_DBT = [
    file.stem
    for folder, kind in (("models", "sql"), ("seeds", "csv"))
    for file in (REPOSITORY / folder).rglob(f"*.{kind}")
]
# The rules of the name key stay those that the stored keys were made with.
NAME_KEY = [
    "normalize_company_name",
    "company_name_without_remarks",
    "company_name_key_in_full",
    "company_name_key_version",
    "normalize_code",
]

OPERATIONAL = """
    select oid, relname, relkind from pg_class
    where relnamespace = 'enterprise'::regnamespace and relkind in ('r', 'v', 'm', 'S') and relname <> all (%(built)s)
"""
DEPLOYED = {
    "columns": f"""
        select relname, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
            pg_get_expr(adbin, adrelid), relation.relkind
        from ({OPERATIONAL}) as relation
        left join pg_attribute on attrelid = relation.oid and attnum > 0 and not attisdropped
        left join pg_attrdef on adrelid = attrelid and adnum = attnum
        order by relname, attname
    """,
    "options": f"select relname, reloptions from ({OPERATIONAL}) as r join pg_class using (oid, relname) order by 1",
    "indexes": f"""
        select pg_get_indexdef(indexrelid) from ({OPERATIONAL}) as relation join pg_index on indrelid = oid order by 1
    """,
    "constraints": f"""
        select relname, conname, pg_get_constraintdef(pg_constraint.oid)
        from ({OPERATIONAL}) as relation join pg_constraint on conrelid = relation.oid order by 1, 2
    """,
    "triggers": f"""
        select pg_get_triggerdef(pg_trigger.oid) from ({OPERATIONAL}) as relation
        join pg_trigger on tgrelid = relation.oid and not tgisinternal order by 1
    """,
    "functions": """
        select proname, case when prokind = 'a' then oid::regprocedure::text else pg_get_functiondef(oid) end,
            array(select acl::text from unnest(proacl) as acl order by 1)
        from pg_proc where pronamespace = 'enterprise'::regnamespace and proname <> all (%(name_key)s) order by 1, 2
    """,
}

LAST_WITHOUT_NUMBERS = 7
"""The last version whose schema_migrations had no migration_number."""


def _deployed(database: Database, what: str) -> list[tuple[Any, ...]]:
    return database.query(DEPLOYED[what], {"built": BUILT_BY_DBT, "name_key": NAME_KEY})


def _rows(database: Database, table: str, columns: list[str]) -> list[tuple[Any, ...]]:
    return database.query(f"select {', '.join(columns)} from {table} order by 1, 2")


def _columns(database: Database, table: str) -> list[str]:
    return [
        column
        for (column,) in database.query(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
            " order by attnum",
            (table,),
        )
    ]


def test_version_1_with_its_rows_becomes_the_current_version(empty_database: Database, database: Database) -> None:
    """Compared with a new deployment in every catalog; the second database is one."""
    empty_database.query(VERSION_1.read_text("utf-8"))
    empty_database.query(VERSION_1_ROWS)
    tables = [
        table for (table,) in empty_database.query("select tablename from pg_tables where schemaname = 'enterprise'")
    ]
    columns = {table: _columns(empty_database, table) for table in tables}
    before = {table: _rows(empty_database, table, columns[table]) for table in tables}

    empty_database.dbt("run-operation", "migrate")

    for what in DEPLOYED:
        assert _deployed(empty_database, what) == _deployed(database, what), what
    after = {table: _rows(empty_database, table, columns[table]) for table in tables}
    for table in set(tables) - {"lookup_requests", "schema_migrations"}:
        assert after[table] == before[table], table
    requests = empty_database.query("select name, status, last_error, claimed_by from lookup_requests order by id")
    folded = ("Folded into request 3, which asks for the same name", None)
    assert requests == [
        ("甲公司", "done", *folded),
        ("甲公司 ", "done", *folded),
        (" 甲公司", "pending", None, None),
        ("甲公司", "done", None, None),
        ("乙公司", "processing", None, "somebody"),
        ("丙公司", "failed", None, None),
    ]
    assert empty_database.query(
        "select name, failed_at = finished_at from lookup_requests where failed_at is not null"
    ) == [("丙公司", True)]
    empty_database.query("insert into company_id_crosswalk values ('TEMP_000002', now(), null)")
    version, steps = empty_database.query(
        "select version, steps from schema_migrations order by migration_number desc limit 1"
    )[0]
    assert version == SCHEMA_VERSION
    assert "fold open lookup requests of one name into the oldest of them" in steps
    queue = LookupQueue(empty_database.connect())
    # Whose lease has run out is taken over alone.
    assert [[request.name for request in queue.dequeue()] for _ in range(2)] == [[" 甲公司"], ["乙公司"]]

    again = empty_database.dbt("run-operation", "migrate").output
    assert "schema enterprise is current, nothing to do" in again
    assert empty_database.value("select count(*) from schema_migrations") == 2


# What later versions have added to models and to what they read.
ADDED = {
    "company_resolution": ("changed_in", "correction_id"),
    "company_mapping": ("changed_in", "correction_id", "named_company_id", "retired_at"),
    "company_lookup_cache": ("changed_in", "correction_id", "answered_company_id"),
    "customer_record_keys": ("changed_in",),
    "mapping_changes": ("changed_in", "rule", "previous_source", "claim", "load_number", "claim_number"),
    "company_id_crosswalk": ("reason",),
    "customer_records": ("changed_in",),
    "mapping_records": ("changed_in", "problem"),
    "lookup_answers": ("changed_in", "match_basis"),
    "temp_company_ids": ("changed_in",),
}


def test_a_run_brings_models_of_an_older_version_up(finished: Database) -> None:
    results = "select record_id, company_id, status, match_type, resolved_at from company_resolution order by record_id"
    before = finished.query(results)
    _record_version(finished, 2)
    finished.query("drop table model_watermarks cascade; drop function renew_changed_in() cascade")
    finished.query("drop table landed_loads, mapping_loads, company_mapping_history cascade")
    for table, columns in ADDED.items():
        for column in columns:
            finished.query(f"alter table {table} drop column {column} cascade")
    finished.dbt("run")
    assert finished.query(results) == before
    assert "ERROR=0" in finished.dbt("test").output


# ---- Python refuses a version that it does not know


def _record_version(database: Database, version: int) -> None:
    """What a deployment of another version leaves in schema_migrations."""
    database.query(
        "insert into schema_migrations (version, content_hash, name_key_hash, project_version)"
        " select %s, 'another', name_key_hash, '9.9.9' from schema_migrations limit 1",
        (version,),
    )


def test_package_and_project_name_the_same_version() -> None:
    macro = (REPOSITORY / "macros" / "migrations" / "schema_version.sql").read_text("utf-8")
    assert re.findall(r"return\((\d+)\)", macro) == [str(SCHEMA_VERSION)]


@pytest.mark.one_server
@pytest.mark.parametrize(
    ("version", "advice"),
    [(SCHEMA_VERSION - 1, "dbt run-operation migrate"), (SCHEMA_VERSION + 1, "Install the newer company-enrichment")],
)
def test_every_command_refuses_another_version_and_says_what_to_run(
    database: Database, tmp_path: Path, version: int, advice: str
) -> None:
    _record_version(database, version)
    commands = [
        ("status",),
        ("resolve", "甲公司"),
        ("worker", "--drain"),
        ("ingest", "--domain", "annuity_performance", "--execute"),
    ]
    if version > SCHEMA_VERSION:
        commands.append(("run",))
    for command in commands:
        refused = database.cli(*command, check=False, WDH_DATA_BASE_DIR=str(tmp_path))
        assert refused.code == 2, command
        assert (
            f"Error: Schema enterprise has version {version} of the operational tables, this company-enrichment works"
            f" with version {SCHEMA_VERSION}. "
        ) in refused.output, command
        assert advice in refused.output, command
        assert "Seeds and tables" not in refused.output, "refused before dbt is started"


@pytest.mark.one_server
def test_the_main_job_brings_older_tables_to_the_current_version(database: Database, tmp_path: Path) -> None:
    _record_version(database, SCHEMA_VERSION - 1)
    assert database.cli("run", WDH_DATA_BASE_DIR=str(tmp_path), check=False).code == 1, "there are no files"
    newest = "select version from schema_migrations order by migration_number desc limit 1"
    assert database.value(newest) == SCHEMA_VERSION


def test_queue_and_resolver_look_at_the_version_once_and_at_every_claim(database: Database) -> None:
    queue = LookupQueue(database.connect())
    queue.enqueue_many(["丙公司", "丁公司"])
    held, failing = queue.dequeue()
    loader = CompanyMappingLoader(database.connect())
    record = CustomerKeys(customer_name="甲公司")
    queue.enqueue("甲公司")
    loader.match([record])
    _record_version(database, SCHEMA_VERSION + 1)
    queue.enqueue("乙公司")
    loader.match([record])
    with pytest.raises(SchemaVersionError, match=f"has version {SCHEMA_VERSION + 1} "):
        queue.dequeue()
    queue.mark_done(held, LookupAnswer(provider="registry", outcome="not_found"))
    queue.mark_failed(failing, "timeout")
    assert database.query("select status, count(*) from lookup_requests group by 1 order by 1") == [
        ("done", 1),
        ("pending", 3),
    ]

    later = LookupQueue(database.connect())
    for call in (
        lambda: later.enqueue("丙公司"),
        later.get_next_temp_id,
        later.get_queue_stats,
        lambda: LookupQueue(database.connect(), plan_only=True).assign_temp_ids(["丙公司"]),
        lambda: CompanyMappingLoader(database.connect()).match([record]),
    ):
        with pytest.raises(SchemaVersionError):
            call()
    assert database.query("select last_number from temp_id_sequence") == []


def test_the_newest_row_counts_and_a_row_of_version_0_does_not(database: Database) -> None:
    _record_version(database, SCHEMA_VERSION + 1)
    _record_version(database, SCHEMA_VERSION)
    _record_version(database, 0)
    assert LookupQueue(database.connect()).get_queue_stats()["pending"] == 0
    database.query("delete from schema_migrations where version > 0")
    with pytest.raises(SchemaNotDeployedError, match="Nothing is deployed to schema enterprise"):
        LookupQueue(database.connect()).get_queue_stats()


def test_a_clock_that_is_set_back_makes_no_older_row_the_newest(database: Database) -> None:
    """13: found by the clock, what was deployed before would count until the clock has caught up."""
    database.query("update schema_migrations set applied_at = now() + interval '1 year'")
    _record_version(database, SCHEMA_VERSION)
    # Other rules than those by which the cache was built; company_lookup_cache was last built by the row before.
    pruned = database.operation("prune_answers", {"older_than_days": 400}, check=False)
    assert "by the rules in force. Build it first" in pruned.output
    database.query("update schema_migrations set key_version = 'newest' where content_hash = 'another'")
    assert "keys were stored under newest" in database.cli("status").output
    _record_version(database, SCHEMA_VERSION + 1)
    with pytest.raises(SchemaVersionError, match=f"has version {SCHEMA_VERSION + 1} "):
        LookupQueue(database.connect()).get_queue_stats()
    refused = database.dbt("run-operation", "migrate", check=False)
    assert refused.code == 1
    assert f"version {SCHEMA_VERSION + 1}" in refused.output


def test_rows_of_a_version_without_numbers_are_numbered_by_their_times(database: Database) -> None:
    database.query("alter table schema_migrations drop column migration_number")
    database.query("alter table schema_migrations add primary key (applied_at)")
    for version, days in ((LAST_WITHOUT_NUMBERS, -1), (3, -3), (2, -9)):
        _record_version(database, version)
        database.query(
            "update schema_migrations set applied_at = now() + make_interval(days => %s) where version = %s",
            (days, version),
        )
    database.query("delete from schema_migrations where version = %s", (SCHEMA_VERSION,))
    with pytest.raises(SchemaVersionError, match=f"has version {LAST_WITHOUT_NUMBERS} "):
        LookupQueue(database.connect()).get_queue_stats()
    database.dbt("run-operation", "migrate")
    assert database.query("select migration_number, version from schema_migrations order by 1") == [
        *((1, 2), (2, 3), (3, LAST_WITHOUT_NUMBERS), (4, SCHEMA_VERSION))
    ]
    steps = database.value("select array_to_string(steps, ';') from schema_migrations where migration_number = 4")
    assert "number the rows of schema_migrations" in steps
    assert LookupQueue(database.connect()).get_queue_stats()["pending"] == 0


def test_a_refusal_leaves_the_transaction_of_the_caller_usable(database: Database) -> None:
    _record_version(database, SCHEMA_VERSION + 1)
    connection = database.connect()
    with connection.cursor() as cursor:
        cursor.execute("select 1")
        with pytest.raises(SchemaVersionError):
            LookupQueue(connection).enqueue("甲公司")
        cursor.execute("select 2")
        assert cursor.fetchone() == (2,)


@pytest.mark.one_server
def test_an_old_worker_beside_newer_tables_reports_what_it_holds_and_stops(database: Database) -> None:
    LookupQueue(database.connect()).enqueue_many(["甲公司", "乙公司", "丙公司", "丁公司", "戊公司"])
    registry = database.connect()
    with registry.cursor() as cursor:
        cursor.execute(sql.SQL("lock table enterprise.sample_registry"))
        with subprocess.Popen(
            [sys.executable, "-m", "company_enrichment", "worker", "--drain", "--batch-size", "2"],
            env=database.environment,
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        ) as worker:
            # It has claimed two requests and waits for the registry, which it has looked at before that.
            deadline = time.monotonic() + 60
            while database.value("select count(*) from lookup_requests where status = 'processing'") < 2:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            wait_until_blocked(database)
            _record_version(database, SCHEMA_VERSION + 1)
            registry.rollback()
            said, _ = worker.communicate(timeout=60)
    assert worker.returncode == 2
    assert f"Schema enterprise has version {SCHEMA_VERSION + 1} of the operational tables" in said
    assert f"works with version {SCHEMA_VERSION}. Install the newer company-enrichment." in said
    assert database.query("select status, attempts, count(*) from lookup_requests group by 1, 2 order by 1") == [
        ("done", 1, 2),
        ("pending", 0, 3),
    ]
