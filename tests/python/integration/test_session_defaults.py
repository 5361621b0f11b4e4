"""What the administrator of a database has set for every session changes no result and stops nobody."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import psycopg2
import pytest
from psycopg2 import extensions, sql

from child_processes import Child, resolve_names, starting_line
from company_enrichment import LookupQueue
from company_enrichment.address import new_connection
from company_enrichment.errors import ConfigurationError, DatabaseError
from company_enrichment.records import LookupAnswer
from real_databases import Database

pytestmark = pytest.mark.every_server

WRITERS = 4
NAMES = 40


def set_default(database: Database, name: str, value: str) -> None:
    """Have every session that begins from now on in the database begin with this setting."""
    with closing(database.connect()) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            statement = sql.SQL("alter database {} set {} = {}")
            cursor.execute(statement.format(sql.Identifier(database.name), sql.Identifier(name), sql.Literal(value)))


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
@pytest.mark.parametrize("autocommit", [False, True], ids=["transactions", "autocommit"])
def test_resolvers_at_once_all_succeed_whatever_the_default_isolation(
    database: Database, level: str, autocommit: bool
) -> None:
    set_default(database, "default_transaction_isolation", level)
    # Two writers at a time ask for the same names, and all of them take numbers from one sequence.
    start = starting_line(WRITERS)
    writers = [
        Child(
            resolve_names, database.uri, start, [f"样例{number}号有限公司" for number in names], autocommit=autocommit
        )
        for names in (range(NAMES), range(NAMES, 2 * NAMES)) * 2
    ]
    assert [writer.finish() for writer in writers] == [[]] * WRITERS
    assert database.value("select count(*) from temp_company_ids") == 2 * NAMES
    assert database.value("select count(*) from lookup_requests") == 2 * NAMES


def test_the_level_of_a_callers_connection_is_as_it_was(database: Database) -> None:
    connection = database.connect()
    connection.isolation_level = extensions.ISOLATION_LEVEL_SERIALIZABLE
    LookupQueue(connection).enqueue("样例甲有限公司")
    assert connection.isolation_level == extensions.ISOLATION_LEVEL_SERIALIZABLE
    connection.autocommit = True
    LookupQueue(connection).enqueue("样例乙有限公司")
    assert connection.autocommit
    assert connection.isolation_level == extensions.ISOLATION_LEVEL_SERIALIZABLE


@pytest.mark.one_server
@pytest.mark.parametrize("autocommit", [False, True], ids=["transactions", "autocommit"])
def test_a_missing_value_is_not_the_word_null_where_arrays_hold_no_nulls(database: Database, autocommit: bool) -> None:
    set_default(database, "array_nulls", "off")
    connection = database.connect()
    connection.autocommit = autocommit
    queue = LookupQueue(connection)
    queue.enqueue("样例甲有限公司")
    [request] = queue.dequeue()
    # Of one report, most arrays hold nothing but a missing value.
    queue.mark_done(request, LookupAnswer(provider="registry", outcome="not_found"))
    assert database.query("select outcome, company_id, company_name from lookup_answers") == [("not_found", None, None)]
    with connection.cursor() as cursor:
        cursor.execute("show array_nulls")
        assert cursor.fetchone() == ("off",)


def test_the_main_job_runs_under_the_defaults_of_any_administrator(empty_database: Database) -> None:
    for name, value in (
        ("default_transaction_isolation", "serializable"),
        ("client_encoding", "GBK"),
        ("standard_conforming_strings", "off"),
        ("array_nulls", "off"),
        ("timezone", "Asia/Shanghai"),
        ("datestyle", "German, DMY"),
        ("intervalstyle", "sql_standard"),
        ("bytea_output", "escape"),
        ("default_transaction_deferrable", "on"),
    ):
        set_default(empty_database, name, value)
    assert "resolved by lookup" in empty_database.cli("run").output
    statuses = dict(empty_database.query("select status, count(*) from company_resolution group by status"))
    assert statuses["resolved"] > statuses["temporary"] > 0
    assert (
        empty_database.value("select count(*) from customer_records where 'NULL' in (plan_code, account_number)") == 0
    )
    assert empty_database.value("select count(*) from lookup_requests where status = 'failed'") == 0


@pytest.mark.one_server
def test_plain_dbt_refuses_a_session_in_another_encoding_and_says_how_to_change_it(empty_database: Database) -> None:
    set_default(empty_database, "client_encoding", "GBK")
    refused = empty_database.dbt("run", check=False)
    assert refused.code == 2
    assert "have client_encoding GBK" in refused.output
    assert "export PGCLIENTENCODING=UTF8" in refused.output
    empty_database.dbt("seed", PGCLIENTENCODING="UTF8")


@pytest.mark.one_server
def test_a_connection_of_the_callers_in_another_encoding_says_what_it_lacks(database: Database) -> None:
    connection = database.connect()
    connection.set_client_encoding("GBK")
    with pytest.raises(DatabaseError, match=r"client encoding of the connection, gbk.*set_client_encoding\('UTF8'\)"):
        LookupQueue(connection).enqueue("样例𠮷有限公司")
    assert not connection.closed


def test_an_age_in_days_does_not_depend_on_the_time_zone(finished: Database) -> None:
    ages = set()
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12", "UTC"):
        with closing(finished.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(sql.SQL("set timezone = {}; set search_path = enterprise").format(sql.Literal(zone)))
            cursor.execute("select age_in_days from temporary_id_ageing order by temp_id")
            ages.add(tuple(cursor.fetchall()))
    assert len(ages) == 1


def test_a_lookup_that_a_timeout_cuts_short_is_an_outage_of_its_registry(database: Database) -> None:
    database.query("select count(*) from enqueue_names(array['样例甲有限公司', '样例乙有限公司'])")
    database.query(
        "create view slow_registry as select company_id, company_name || pg_sleep(60)::text as company_name"
        " from sample_registry"
    )
    set_default(database, "statement_timeout", "3s")
    registry: dict[str, Any] = {
        "WDH_LOOKUP_PROVIDER": "registry",
        "WDH_REGISTRY_TABLE": "enterprise.slow_registry",
    }
    drained = database.cli("worker", "--drain", check=False, **registry)
    assert drained.code == 1 and "2 put off" in drained.output
    assert "2 names were not looked up, and wait in the queue" in drained.output
    put_off = "select status, attempts, last_error like '%due to statement timeout' from lookup_requests"
    assert database.query(put_off) == [("pending", 0, True)] * 2
    database.query("delete from provider_state")
    resolved = database.cli("resolve", "样例丙有限公司", "--sync-lookup-budget", "1", check=False, **registry)
    assert resolved.code == 1 and "\nTEMP_" in resolved.output
    assert database.value("select paused_until > now() from provider_state")


# ---- addresses that are handed over


@pytest.mark.one_server
@pytest.mark.parametrize(
    "dsn",
    [
        "host=127.0.0.1 port=1 password=first se-cret user=x",
        "host=127.0.0.1 port=1 password='se-cret",
        "host=127.0.0.1 port=1 passwort=se-cret",
        "postgresql://x:first@se-cret@127.0.0.1:1/db",
        "postgresql://x:first/se-cret@127.0.0.1:1/db",
        "postgresql://x:1/se-cret@127.0.0.1:1/db",
        "postgresql://x:se-cret%zz@127.0.0.1:1/db",
        "postgresql://x:first@127.0.0.1:se-cret/db",
        "postgres//x:se-cret@127.0.0.1/db",
        "se-cret",
    ],
)
@pytest.mark.parametrize("is_called", [False, True], ids=["given", "called"])
def test_no_error_repeats_a_part_of_a_dsn_that_may_be_a_password(dsn: str, is_called: bool) -> None:
    with pytest.raises((DatabaseError, ConfigurationError)) as raised:
        new_connection((lambda: psycopg2.connect(dsn)) if is_called else dsn)
    assert "se-cret" not in str(raised.value)
    assert "first" not in str(raised.value)
    assert raised.value.__suppress_context__


@pytest.mark.one_server
def test_a_dsn_that_can_be_read_still_says_why_there_is_no_connection(database: Database) -> None:
    with pytest.raises(DatabaseError, match=r"Cannot connect: .*port 1 failed: Connection refused"):
        new_connection("postgresql://x:secret@127.0.0.1:1/db")
    with pytest.raises(DatabaseError, match='database "not there" does not exist'):
        new_connection(database.uri.replace(f"/{database.name}", "/not%20there"))
