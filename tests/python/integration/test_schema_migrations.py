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
from next_release import STEP, NextRelease, make_next_release
from real_databases import REPOSITORY, Database

pytestmark = pytest.mark.every_server

# A file of a version whose check the step replaces, and rows of tables that it leaves alone.
VERSION_1_ROWS = """
    insert into ingest_files
        (content_hash, domain, file_name, rows_read, rows_new, rows_changed, rows_unchanged, rows_rejected)
    values ('hash', 'annuity_performance', 'a.xlsx', 1, 0, 0, 0, 1);
    insert into ingest_rejects values ('hash', 'annuity_performance', 2, 'too long');
    insert into customer_records (record_id, source_system, customer_name)
    values ('r1', 'annuity_performance', '甲公司');
"""

# What dbt builds is not part of a deployment.
BUILT_BY_DBT = [
    file.stem
    for folder, kind in (("models", "sql"), ("seeds", "csv"))
    for file in (REPOSITORY / folder).rglob(f"*.{kind}")
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
        from pg_proc where pronamespace = 'enterprise'::regnamespace order by 1, 2
    """,
}

NEWEST = "select version, project_version, steps from schema_migrations order by migration_number desc limit 1"


@pytest.fixture(scope="module")
def next_release(tmp_path_factory: pytest.TempPathFactory) -> NextRelease:
    """The release after this one, with the example of CONTRIBUTING.md as its step."""
    return make_next_release(tmp_path_factory.mktemp("next-release"))


def _deployed(database: Database, what: str) -> list[tuple[Any, ...]]:
    return database.query(DEPLOYED[what], {"built": BUILT_BY_DBT})


def _has_column(database: Database, table: str, column: str) -> bool:
    columns = "select 1 from pg_attribute where attrelid = %s::regclass and attname = %s and not attisdropped"
    return database.query(columns, (table, column)) != []


def test_tables_of_the_baseline_become_those_of_the_next_version(
    empty_database: Database, database: Database, next_release: NextRelease
) -> None:
    """Compared with a new deployment in every catalog."""
    database.query(VERSION_1_ROWS)
    tables = ("ingest_files", "ingest_rejects", "customer_records", "temp_id_high_water", "mapping_records")
    before = {table: database.query(f"select to_jsonb(t) from {table} as t order by 1") for table in tables}

    next_release.of(database).dbt("run-operation", "migrate")
    next_release.of(empty_database).dbt("run-operation", "migrate")

    for what in DEPLOYED:
        assert _deployed(database, what) == _deployed(empty_database, what), what
    for table in tables:
        kept = database.query(f"select to_jsonb(t) - 'rows_mended' from {table} as t order by 1")
        assert kept == before[table], table
    assert database.query(NEWEST) == [(2, "0.2.0", [STEP])]
    [(version, _, steps)] = empty_database.query(NEWEST)
    assert version == 2 and STEP not in steps, "on a new database it has nothing to do"
    assert database.query("select version from schema_migrations order by migration_number") == [(1,), (2,)]

    again = next_release.of(database).dbt("run-operation", "migrate").output
    assert "schema enterprise is current, nothing to do" in again
    refused = database.dbt("run-operation", "migrate", check=False)
    assert refused.code == 1
    assert "The database has version 2 of the operational tables, this project knows only 1." in refused.output
    assert database.value("select count(*) from schema_migrations") == 2

    # A step is done, too, where no other text of the deployment has changed.
    database.query("update schema_migrations set version = 1")
    next_release.of(database).dbt("run-operation", "migrate")
    assert database.query(NEWEST) == [(2, "0.2.0", [STEP])]


def test_a_step_that_fails_leaves_the_version_before_as_it_was(database: Database, next_release: NextRelease) -> None:
    database.query("alter table ingest_files drop constraint ingest_files_check")
    database.query(VERSION_1_ROWS)
    database.query("update ingest_files set rows_read = 9")
    # Its third statement cannot be done.
    failed = next_release.of(database).dbt("run-operation", "migrate", check=False)
    assert failed.code == 1 and "ingest_files_check" in failed.output
    assert not _has_column(database, "ingest_files", "rows_mended")
    assert [row[:2] for row in database.query(NEWEST)] == [(1, "0.1.0")]
    assert LookupQueue(database.connect()).get_queue_stats()["pending"] == 0

    database.query("update ingest_files set rows_read = 1")
    next_release.of(database).dbt("run-operation", "migrate")
    assert _has_column(database, "ingest_files", "rows_mended")
    version, _, steps = database.query(NEWEST)[0]
    assert version == 2 and STEP in steps


@pytest.mark.one_server
def test_of_two_deployments_at_once_one_does_the_step(
    database: Database, next_release: NextRelease, tmp_path: Path
) -> None:
    later = next_release.of(database)
    both = [
        later.start_dbt("run-operation", "migrate", DBT_TARGET_PATH=str(tmp_path / name)) for name in ("one", "other")
    ]
    outcomes = [command.outcome() for command in both]
    assert [outcome.code for outcome in outcomes] == [0, 0], outcomes
    assert database.query("select version from schema_migrations order by migration_number") == [(1,), (2,)]
    assert database.query(NEWEST) == [(2, "0.2.0", [STEP])]


@pytest.mark.one_server
def test_a_table_out_of_an_older_dump_gets_what_later_steps_have_added(
    database: Database, next_release: NextRelease
) -> None:
    next_release.of(database).dbt("run-operation", "migrate")
    # As pg_restore makes one table of a dump of version 1: columns, and neither keys nor checks.
    database.query("create table restored as table ingest_files; alter table restored drop column rows_mended")
    database.query("drop table ingest_files; alter table restored rename to ingest_files")
    next_release.of(database).dbt("run-operation", "migrate")
    assert _has_column(database, "ingest_files", "rows_mended")
    version, _, steps = database.query(NEWEST)[0]
    assert version == 2 and STEP not in steps and "make the key ingest_files_pkey of ingest_files again" in steps


# What a later version may add to models, as these were added.
ADDED = {
    "company_resolution": ("changed_in", "correction_id"),
    "company_mapping": ("changed_in", "correction_id", "named_company_id"),
    "company_lookup_cache": ("changed_in", "correction_id", "answered_company_id"),
    "customer_record_keys": ("changed_in",),
}


def test_a_run_adds_columns_to_models_that_lack_them(finished: Database) -> None:
    results = "select record_id, company_id, status, match_type, resolved_at from company_resolution order by record_id"
    before = finished.query(results)
    finished.query("drop table mapping_loads, company_mapping_history cascade")
    for table, columns in ADDED.items():
        for column in columns:
            finished.query(f"alter table {table} drop column {column} cascade")
    finished.dbt("run")
    assert finished.query(results) == before
    assert "ERROR=0" in finished.dbt("test").output


# ---- what was deployed before the first release


@pytest.mark.parametrize(
    ("version", "before"),
    [(7, "alter table schema_migrations drop column migration_number"), (9, "select")],
)
def test_what_was_deployed_before_the_first_release_is_refused_by_all(
    database: Database, version: int, before: str
) -> None:
    database.query(f"{before}; update schema_migrations set version = %s", (version,))
    words = f"Schema enterprise was deployed before the first release, as version {version}, which cannot be"
    with pytest.raises(SchemaVersionError, match=words):
        LookupQueue(database.connect()).get_queue_stats()
    for command in (("run-operation", "migrate"), ("run",)):
        refused = database.dbt(*command, check=False)
        assert refused.code != 0 and words in " ".join(refused.output.split())
        assert "Deploy to another schema, or drop this one (docs/deployment.md, Versions)." in refused.output
    refused = database.cli("run", check=False)
    assert refused.code == 2 and words in refused.output and "Seeds and tables" not in refused.output
    assert database.value("select count(*) from schema_migrations") == 1


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
@pytest.mark.parametrize("tables_are", ["older", "newer"])
def test_every_command_refuses_another_version_and_says_what_to_run(
    database: Database, next_release: NextRelease, tmp_path: Path, tables_are: str
) -> None:
    commands = [
        ("status",),
        ("resolve", "甲公司"),
        ("worker", "--drain"),
        ("ingest", "--domain", "annuity_performance", "--execute"),
    ]
    if tables_are == "older":
        package, deployed, known = next_release.variables, SCHEMA_VERSION, SCHEMA_VERSION + 1
        advice = "dbt run-operation migrate"
    else:
        package, deployed, known = {}, SCHEMA_VERSION + 1, SCHEMA_VERSION
        advice = "Install the newer company-enrichment"
        _record_version(database, deployed)
        commands.append(("run",))
    for command in commands:
        refused = database.cli(*command, check=False, WDH_DATA_BASE_DIR=str(tmp_path), **package)
        assert refused.code == 2, command
        assert (
            f"Error: Schema enterprise has version {deployed} of the operational tables, this company-enrichment works"
            f" with version {known}. "
        ) in refused.output, command
        assert advice in refused.output, command
        assert "Seeds and tables" not in refused.output, "refused before dbt is started"


@pytest.mark.one_server
def test_the_main_job_brings_older_tables_to_its_version(
    database: Database, next_release: NextRelease, tmp_path: Path
) -> None:
    done = next_release.of(database).cli("run", check=False, WDH_DATA_BASE_DIR=str(tmp_path), **next_release.variables)
    assert done.code == 1, "there are no files"
    assert database.query(NEWEST) == [(2, "0.2.0", [STEP])]


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
