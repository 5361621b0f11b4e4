"""A registry table that cannot be read is an outage: no attempt is lost, and everybody is told the cause."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from typing import Any

import psycopg2
import pytest

from company_enrichment import CompanyEnrichmentService, LookupQueue
from company_enrichment.database import own_transaction
from company_enrichment.errors import LookupProviderError, LookupProviderUnavailableError
from company_enrichment.lookups.provider_check import check_provider, provider_troubles
from company_enrichment.lookups.providers.registry import RegistryProvider
from company_enrichment.lookups.report import WorkerOptions, WorkerReport
from company_enrichment.lookups.worker import LookupWorker
from company_enrichment.records import LookupAnswer
from company_enrichment.settings import load_settings
from real_databases import Database

NAMES = [f"样例{sign}有限公司" for sign in "甲乙丙丁戊"]
REGISTERED = "中国中煤能源集团有限公司"
ATTEMPTS = "select status, attempts, count(*) from lookup_requests group by 1, 2 order by 1, 2"

# What makes the table, what is said of it, and by which SQLSTATE.
UNREADABLE = {
    "no schema": ("select 1", "crm.registry", "which does not exist: there is no schema crm (SQLSTATE 3F000)"),
    "no table": ("create schema crm", "crm.registry", "which does not exist (SQLSTATE 42P01)"),
    "an index": (
        "create schema crm; create table crm.x (a int); create index registry on crm.x (a)",
        "crm.registry",
        "which does not exist (SQLSTATE 42P01)",
    ),
    "no column": (
        "create schema crm; create table crm.registry (company_id text, name text)",
        "crm.registry",
        "which has no column company_name (SQLSTATE 42703)",
    ),
    "no columns": (
        "create schema crm; create table crm.registry ()",
        "crm.registry",
        "which has no column company_id and no column company_name (SQLSTATE 42703)",
    ),
    "a dropped column": (
        "create schema crm; create table crm.registry (company_id text, company_name text);"
        " alter table crm.registry drop column company_id",
        "crm.registry",
        "which has no column company_id (SQLSTATE 42703)",
    ),
    "names that are numbers": (
        "create schema crm; create table crm.registry (company_id text, company_name bigint)",
        "crm.registry",
        "whose column company_name is of the type bigint, not text",
    ),
    "names that are JSON": (
        "create schema crm; create table crm.registry (company_id text, company_name jsonb)",
        "crm.registry",
        "whose column company_name is of the type jsonb, not text",
    ),
    "a view that divides by zero in its id": (
        "create schema crm; create view crm.registry as"
        " select (1 / (length(company_name) - length(company_name)))::text as company_id, company_name"
        " from sample_registry",
        "crm.registry",
        "which cannot be read: division by zero (SQLSTATE 22012)",
    ),
    "a view that fails in its name": (
        "create schema crm; create view crm.registry as select company_id, company_name::integer::text as company_name"
        " from sample_registry",
        "crm.registry",
        "(SQLSTATE 22P02)",
    ),
    "a view whose function raises": (
        "create schema crm; create function crm.f(text) returns text language plpgsql as"
        " $$begin raise exception 'no licence'; end$$;"
        " create view crm.registry as select company_id, crm.f(company_name) as company_name from sample_registry",
        "crm.registry",
        "which cannot be read: no licence (SQLSTATE P0001)",
    ),
    "a materialized view without data": (
        "create schema crm; create materialized view crm.registry as select * from sample_registry with no data",
        "crm.registry",
        "has not been populated (SQLSTATE 55000) Use the REFRESH MATERIALIZED VIEW command",
    ),
}


def settings(table: str) -> Any:
    return load_settings(WDH_LOOKUP_PROVIDER="registry", WDH_REGISTRY_TABLE=table)


def enqueue(database: Database) -> LookupQueue:
    queue = LookupQueue(database.connect())
    queue.enqueue_many(NAMES)
    return queue


@pytest.mark.one_server
@pytest.mark.parametrize(("making", "table", "said"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_registry_that_cannot_be_read_is_an_outage_with_its_cause(
    database: Database, making: str, table: str, said: str
) -> None:
    database.query(making)
    connection = database.connect()
    outage = check_provider(settings(table), connection, "enterprise")
    assert outage is not None and said in str(outage)
    assert str(outage).startswith(f"WDH_REGISTRY_TABLE is {table}, ")
    # A lookup says the same, and no less of it.
    with pytest.raises(LookupProviderUnavailableError) as looked_up:
        RegistryProvider(connection, schema="enterprise", table=table).lookup(REGISTERED)
    assert str(looked_up.value) == str(outage)
    [trouble] = provider_troubles(connection, "enterprise")
    assert trouble.outage_since is not None and said in str(trouble.last_error)
    assert str(trouble).startswith("registry has been out of service since ")


@pytest.mark.one_server
@pytest.mark.parametrize(
    ("granted", "said"),
    [
        ("select 1", "which may not be read by this user: grant usage on schema crm"),
        ("grant usage on schema crm to without_rights", "which may not be read by this user: grant select on it"),
        (
            "grant usage on schema crm to without_rights; grant select (company_id) on crm.registry to without_rights",
            "which may not be read by this user: grant select on it",
        ),
    ],
    ids=["no schema", "no table", "one column"],
)
def test_a_right_that_is_missing_is_named(database: Database, granted: str, said: str) -> None:
    database.query("create schema crm; create view crm.registry as select * from sample_registry")
    database.query("do $$begin create role without_rights; exception when duplicate_object then null; end$$")
    database.query(f"grant usage on schema enterprise to without_rights; {granted}")
    connection = database.connect()
    with own_transaction(connection) as cursor:
        cursor.execute("set role without_rights")
    registry = RegistryProvider(connection, schema="enterprise", table="crm.registry")
    for ask in (registry.check, lambda: registry.lookup(NAMES[0])):
        with pytest.raises(LookupProviderUnavailableError, match=said):
            ask()
    connection.rollback()
    database.query("grant usage on schema crm to without_rights; grant select on crm.registry to without_rights")
    registry.check()


@pytest.mark.one_server
def test_a_registry_that_is_locked_or_slow_passes_the_check_and_leaves_the_session_as_it_was(
    database: Database,
) -> None:
    database.query(
        "create table held as select * from sample_registry;"
        " create view slow as select company_id, company_name || pg_sleep(1)::text as company_name from sample_registry"
    )
    holder = database.connect()
    with holder.cursor() as cursor:
        cursor.execute("lock table enterprise.held in access exclusive mode")
    connection = database.connect()
    for autocommit in (False, True):
        connection.autocommit = autocommit
        RegistryProvider(connection, schema="enterprise", table="held").check()
        RegistryProvider(connection, schema="enterprise", table="slow").check()
    with connection.cursor() as cursor:
        cursor.execute("show statement_timeout")
        assert cursor.fetchone() == ("0",)
    # In a transaction of the caller's, too, what follows has the time that it had.
    connection.autocommit = False
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = '77s'")
        RegistryProvider(connection, schema="enterprise", table="held").check()
        RegistryProvider(connection, schema="enterprise", table="sample_registry").check()
        cursor.execute("show statement_timeout")
        assert cursor.fetchone() == ("77s",)
    holder.rollback()


@pytest.mark.one_server
def test_a_row_that_fails_costs_an_attempt_of_its_own_name_alone(database: Database) -> None:
    database.query(
        "create view registry as select case when company_name = '样例乙有限公司'"
        " then (1 / (length(company_name) - length(company_name)))::text else company_id end as company_id,"
        " company_name"
        " from (select company_id, company_name from sample_registry"
        " union all select 'S1', unnest(array['样例甲有限公司', '样例乙有限公司', '样例丙有限公司'])) as companies"
    )
    # Beyond the rows that the check reads.
    assert database.value("select count(*) > 150 from sample_registry")
    enqueue(database)
    report = _worker(database, "registry").run()
    assert (report.found, report.not_found, report.retried, report.outage) == (2, 2, 1, None)
    [trouble] = provider_troubles(database.connect(), "enterprise")
    assert trouble.outage_since is None and "cannot be read for this name: division by zero" in str(trouble)


def _worker(database: Database, table: str, provider: type[RegistryProvider] = RegistryProvider) -> LookupWorker:
    return LookupWorker(
        lambda: psycopg2.connect(database.uri),
        LookupQueue,
        lambda: provider(psycopg2.connect(database.uri), schema="enterprise", table=table),
        "registry",
        options=WorkerOptions(drain=True, concurrency=1, batch_size=2),
    )


@pytest.mark.parametrize(
    "breaking",
    [
        "alter table registry rename column company_name to name",
        "alter table registry rename to gone",
        "drop table registry",
        "alter table registry alter column company_name type bigint using 1",
    ],
)
def test_a_registry_that_breaks_in_the_middle_of_a_drain_costs_no_attempt(database: Database, breaking: str) -> None:
    database.query("create table registry as select company_id, company_name from sample_registry")
    enqueue(database)
    asked: list[str] = []

    class Breaking(RegistryProvider):
        def lookup(self, name: str) -> LookupAnswer:
            asked.append(name)
            if len(asked) == 3:
                database.query(breaking)
            return super().lookup(name)

    report: WorkerReport = _worker(database, "registry", Breaking).run()
    assert (report.not_found, report.retried, report.failed) == (2, 0, 0)
    assert report.is_cut_short and "WDH_REGISTRY_TABLE is registry, wh" in str(report.outage)
    assert database.query(ATTEMPTS) == [("done", 1, 2), ("pending", 0, 3)]
    # Nobody else asks, and is told why it does not.
    other = _worker(database, "registry").run()
    assert other.snoozed > 0 and other.outage == report.outage


def test_a_registry_that_can_be_read_again_is_asked_at_once(database: Database) -> None:
    queue = enqueue(database)
    connection = database.connect()
    assert check_provider(settings("gone"), connection, "enterprise") is not None
    assert _worker(database, "sample_registry").run().snoozed == 2
    database.query("update lookup_requests set run_at = now() where finished_at is null")
    assert check_provider(settings("sample_registry"), connection, "enterprise") is None
    assert _worker(database, "sample_registry").run().not_found == len(NAMES)
    assert queue.get_health().open == 0
    [trouble] = provider_troubles(connection, "enterprise")
    assert trouble.outage_since is None and "WDH_REGISTRY_TABLE is gone" in str(trouble.last_error)


def test_the_online_resolver_looks_once_whether_the_registry_is_back(database: Database) -> None:
    connection = database.connect()
    check_provider(settings("gone"), connection, "enterprise")
    with CompanyEnrichmentService.from_settings(connection, settings=settings("gone")) as service:
        service.resolve_company_id(customer_name="样例庚有限公司")
        assert service.outage is not None and "WDH_REGISTRY_TABLE is gone" in str(service.outage)
        database.query("create table gone as select 'S1' as company_id, '样例甲有限公司' as company_name")
        # It was paused when it was looked at; the next one may find it there.
        service.resolve_company_id(customer_name="样例辛有限公司")
        assert service.outage is not None
    with CompanyEnrichmentService.from_settings(connection, settings=settings("gone")) as service:
        assert service.resolve_company_id(customer_name="样例甲有限公司").company_id == "S1"
        assert service.outage is None
    assert database.query("select outages, outage_since from provider_state") == [(0, None)]


def test_the_first_of_several_outages_is_since_when_it_lasts(database: Database) -> None:
    connection = database.connect()
    check_provider(settings("gone"), connection, "enterprise")
    [first] = provider_troubles(connection, "enterprise")
    check_provider(settings("gone_too"), connection, "enterprise")
    [second] = provider_troubles(connection, "enterprise")
    assert second.outage_since == first.outage_since
    assert "gone_too" in str(second.last_error)


@pytest.mark.one_server
def test_every_command_says_why_nothing_is_looked_up(database: Database) -> None:
    enqueue(database)
    gone: dict[str, Any] = {"WDH_LOOKUP_PROVIDER": "registry", "WDH_REGISTRY_TABLE": "crm.gone"}
    cause = "WDH_REGISTRY_TABLE is crm.gone, which does not exist"
    for arguments in (
        ("worker", "--drain"),
        ("worker",),
        ("resolve", "样例己有限公司", "--sync-lookup-budget", "1"),
    ):
        done = database.cli(*arguments, check=False, **gone)
        assert done.code == 1, arguments
        assert cause in done.output.splitlines()[-1] and "Traceback" not in done.output
    for shown in (("status",), ("queue", "list"), ("queue", "show"), ("queue", "show", NAMES[0])):
        said = database.cli(*shown, **gone).output
        assert "Provider registry has been out of service since" in said and cause in said, shown
    [state] = json.loads(database.cli("status", "--json", **gone).output)["providers"]
    assert state["outage_since"] is not None and cause in state["last_error"]
    # Who wants nobody asked is not told of it.
    assert database.cli("resolve", "样例己有限公司", "--sync-lookup-budget", "0", **gone).code == 0
    assert database.query(ATTEMPTS) == [("pending", 0, len(NAMES) + 1)]


@pytest.mark.one_server
def test_a_run_resolves_what_it_can_and_ends_with_the_cause(database: Database) -> None:
    database.query(
        "insert into customer_records (record_id, source_system, customer_name)"
        " values ('1', 'test', '样例甲有限公司'), ('2', 'test', '国家电网有限公司')"
    )
    done = database.cli(
        "run", check=False, WDH_LOOKUP_PROVIDER="registry", WDH_REGISTRY_TABLE="crm.gone", WDH_DATA_BASE_DIR="/tmp"
    )
    assert done.code == 1
    assert "Names are not looked up: WDH_REGISTRY_TABLE is crm.gone" in done.output
    assert database.value("select count(*) from company_resolution") == 2
    assert database.value("select max(attempts) from lookup_requests") == 0
    assert database.value("select count(*) > 0 from enrichment_runs where status = 'success'")


def test_the_last_error_of_a_single_name_is_kept_too(database: Database) -> None:
    enqueue(database)

    class Refusing(RegistryProvider):
        def lookup(self, name: str) -> LookupAnswer:
            raise LookupProviderError("the server has answered with HTML")

    report = _worker(database, "registry", Refusing).run()
    assert report.retried == len(NAMES) and not report.is_cut_short
    [trouble] = provider_troubles(database.connect(), "enterprise")
    assert str(trouble).startswith("registry last failed at ") and str(trouble).endswith("answered with HTML")


def test_a_worker_that_is_told_to_stop_in_an_outage_is_not_cut_short(database: Database) -> None:
    enqueue(database)
    with closing(psycopg2.connect(database.uri)) as connection:
        check_provider(settings("gone"), connection, "enterprise")
    work = _worker(database, "gone")
    work._options = WorkerOptions(drain=False, concurrency=1)
    thread = threading.Thread(target=work.run)
    thread.start()
    while work.report.snoozed == 0:
        assert thread.is_alive()
    work.stop()
    thread.join(60)
    assert work.report.outage is not None and not work.report.is_cut_short
