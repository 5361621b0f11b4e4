"""Behind PgBouncer in transaction mode everything works as without it, and leaves nothing in the server's sessions."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import psycopg2
import pytest

from company_enrichment import CompanyEnrichmentService, LookupAnswer, LookupQueue, load_company_mappings
from company_enrichment.address import DatabaseAddress
from company_enrichment.embedded.server import EmbeddedServer
from company_enrichment.lookups.report import WorkerOptions
from company_enrichment.lookups.worker import LookupWorker
from pooler import PROGRAM, PooledDatabase, Pooler, running_pooler, server_sessions
from real_databases import Database, create_database, drop_database

pytestmark = [
    pytest.mark.every_server,
    pytest.mark.skipif(
        PROGRAM is None, reason="PgBouncer is NOT INSTALLED, nothing was shown: apt-get install pgbouncer"
    ),
]

POOL_SIZE = 3
NEW_RECORDS = (
    "insert into customer_records (record_id, source_system, customer_name)"
    " select %(run)s || number, 'test', %(run)s || number || '公司' from generate_series(1, 20) as number"
)
WITHOUT_RESULT = (
    "select record_id from customer_records left join company_resolution using (record_id)"
    " where status is null order by record_id"
)

# Settings of which the pooler sees to it that each client finds its own, and those of a transaction.
KEPT_APART = (
    *("application_name", "client_encoding", "DateStyle", "TimeZone", "standard_conforming_strings"),
    *("transaction_isolation", "transaction_read_only", "transaction_deferrable"),
)


@pytest.fixture(scope="module")
def pooler(server: EmbeddedServer) -> Iterator[Pooler]:
    with running_pooler(server, pool_size=POOL_SIZE) as running:
        yield running


@pytest.fixture
def pooled(deployed_template: Database, pooler: Pooler, tmp_path: Path) -> Iterator[PooledDatabase]:
    """A deployed database without records, whose every command goes through the pooler."""
    copy = create_database(deployed_template.server, tmp_path, deployed_template.name)
    database = PooledDatabase(copy.server, copy.name, tmp_path, pooler=pooler)
    yield database
    drop_database(copy)


def refuse_leftovers(database: PooledDatabase) -> None:
    """Nothing may be in the sessions of the server that their next user would find."""
    assert (
        database.query(
            "select relname from pg_class where relnamespace::regnamespace::text ~ '^pg_temp_'"
            " union all select proname from pg_proc where pronamespace::regnamespace::text ~ '^pg_temp_'"
        )
        == []
    )
    with server_sessions(database, POOL_SIZE) as sessions:
        for session in sessions:
            with session.cursor() as cursor:
                cursor.execute(
                    "select 'setting ' || name from pg_settings where source = 'session' and name <> all(%s)"
                    " union all select 'channel ' || name from pg_listening_channels() as name"
                    " union all select 'lock ' || objid from pg_locks where locktype = 'advisory'"
                    " union all select 'statement ' || name from pg_prepared_statements"
                    " union all select 'cursor ' || name from pg_cursors where is_holdable",
                    (list(KEPT_APART),),
                )
                assert cursor.fetchall() == []


def wait_until_done(database: Database, requests: int) -> None:
    deadline = time.monotonic() + 60
    while database.value("select count(*) from lookup_requests where status = 'done'") < requests:
        assert time.monotonic() < deadline, "not all requests were done"
        time.sleep(0.05)


class Registry:
    """Knows every name."""

    name = "registry"

    def lookup(self, name: str) -> LookupAnswer:
        return LookupAnswer(
            provider="registry", outcome="found", company_id="S1", company_name=name, confidence=Decimal(1)
        )


def test_a_run_resolves_what_it_has_read_whatever_others_have_left_in_the_sessions(pooled: PooledDatabase) -> None:
    # As a run of an older version did. With several sessions it found the names of another run there, and lost its own.
    with server_sessions(pooled, POOL_SIZE) as sessions:
        for session in sessions:
            with session.cursor() as cursor:
                cursor.execute("create temporary table names_without_id (name text, place bigint)")
            session.commit()
    for run in ("first", "second"):
        pooled.query(NEW_RECORDS, {"run": run})
        pooled.dbt("run")
        assert pooled.query(WITHOUT_RESULT) == []
    assert pooled.value("select count(*) from temp_company_ids") == 40


def test_runs_leave_nothing_in_the_sessions(pooled: PooledDatabase) -> None:
    for run in ("first", "second"):
        pooled.query(NEW_RECORDS, {"run": run})
        pooled.dbt("run", "--vars", "temporary_id_block_size: 7")
    assert pooled.query(WITHOUT_RESULT) == []
    refuse_leftovers(pooled)


def test_seeds_files_runs_lookups_and_tests(pooled: PooledDatabase) -> None:
    pooled.dbt("seed")
    pooled.cli("ingest", "--domain", "annuity_performance", "--execute")
    pooled.dbt("run")
    drained = pooled.cli("worker", "--drain").output
    assert "pooler" not in drained
    pooled.dbt("run")
    assert pooled.query(WITHOUT_RESULT) == []
    assert pooled.value("select count(*) from company_resolution where match_type = 'lookup'") > 0
    pooled.dbt("test")
    pooled.cli("status")
    refuse_leftovers(pooled)


@pytest.mark.one_server
def test_a_full_refresh_and_a_build_on_an_empty_database(
    server: EmbeddedServer, pooler: Pooler, tmp_path: Path
) -> None:
    empty = create_database(server, tmp_path)
    database = PooledDatabase(empty.server, empty.name, tmp_path, pooler=pooler)
    database.dbt("build", "--exclude", "resource_type:test", "resource_type:unit_test")
    database.query(NEW_RECORDS, {"run": "first"})
    database.dbt("run", "--full-refresh")
    assert database.query(WITHOUT_RESULT) == []
    refuse_leftovers(database)
    drop_database(empty)


@pytest.mark.one_server
def test_the_resolver_and_its_lookups(pooled: PooledDatabase) -> None:
    pooled.query("insert into mapping_records values ('one', 2, 'test', 'plan', 'P-1', 'mapped')")
    pooled.dbt("run")
    for autocommit in (False, True):
        rows = [
            {"plan_code": "P-1"},
            {"customer_name": f"甲公司{autocommit}"},
            {"customer_name": f"乙公司{autocommit}"},
        ]
        with closing(psycopg2.connect(pooled.uri)) as connection:
            connection.autocommit = autocommit
            service = CompanyEnrichmentService.from_settings(connection)
            mapped, first, second = service.resolve_batch(rows, sync_lookup_budget=0).results
            assert mapped.company_id == "mapped"
            assert first.company_id == pooled.value(
                "select temp_id from assign_temp_ids(%s)", ([rows[1]["customer_name"]],)
            )
            assert second.company_id != first.company_id
            queue = LookupQueue(connection)
            for claimed in queue.dequeue(2):
                queue.mark_done(claimed, Registry().lookup(claimed.name))
    assert pooled.value("select count(*) from lookup_answers") == 4
    refuse_leftovers(pooled)


@pytest.mark.one_server
def test_loads_of_mappings(pooled: PooledDatabase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in pooled.environment.items():
        if name.startswith("WDH_"):
            monkeypatch.setenv(name, value)
    with closing(psycopg2.connect(pooled.uri)) as connection:
        loaded = load_company_mappings([("plan", "P-1", "A"), ("plan", "P-2", "B")], connection, "merge")
    assert (loaded["inserted"], loaded["applied"]) == (2, True)
    file = tmp_path / "mappings.csv"
    file.write_text("match_type,alias,company_id\nplan,P-3,C\n", "utf-8")
    pooled.cli("load-mappings", str(file), "--source", "test", "--mode", "merge")
    assert (
        pooled.value("select count(*) from mapping_records where match_type = 'plan' and alias_text ~ '^P-[123]$'") == 3
    )
    refuse_leftovers(pooled)


@pytest.mark.one_server
def test_an_idle_worker_looks_for_requests_and_says_so_once(
    pooled: PooledDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    worker = LookupWorker(
        DatabaseAddress.from_uri(pooled.uri).connect,
        LookupQueue,
        Registry,
        "registry",
        options=WorkerOptions(poll_seconds=0.2),
    )
    with caplog.at_level(logging.WARNING, "company_enrichment.lookups.session"):
        thread = threading.Thread(target=worker.run, daemon=True)
        thread.start()
        for requests in (1, 2):
            LookupQueue(pooled.connect()).enqueue(f"示例{requests}公司")
            wait_until_done(pooled, requests)
            if requests == 1:
                pooled.end_sessions()
        worker.stop()
        thread.join(60)
    assert not thread.is_alive()
    said = [record.getMessage() for record in caplog.records if "pooler" in record.getMessage()]
    assert len(said) == 1
    assert "every 0.2 seconds" in said[0]
    refuse_leftovers(pooled)


@pytest.mark.one_server
def test_re_keying_leaves_no_function_in_the_session(pooled: PooledDatabase) -> None:
    pooled.query(NEW_RECORDS, {"run": "原"})
    pooled.dbt("run")
    pooled.dbt(
        *("run-operation", "rekey_company_names", "--args", "{execute: true}"),
        *("--vars", json.dumps({"name_status_markers": ["原", "测试"]}, ensure_ascii=False)),
    )
    refuse_leftovers(pooled)
