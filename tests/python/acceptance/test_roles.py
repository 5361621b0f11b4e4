"""The four roles of a warehouse: owner, transformer, writer, reader; each can do its work and no more."""

from __future__ import annotations

from dataclasses import replace

import psycopg2
import pytest

from real_databases import Database

pytestmark = pytest.mark.every_server


@pytest.fixture
def roles(empty_database: Database) -> dict[str, Database]:
    """The same database as each of the roles sees it."""
    names = {role: f"{role}_{empty_database.name}" for role in ("owner", "transformer", "writer", "reader")}
    for name in names.values():
        empty_database.query(f"create role {name} login password 'pass word'")
    empty_database.query(f"grant {names['transformer']} to {names['owner']}")
    empty_database.query(f"grant create on database {empty_database.name} to {names['owner']}")
    return {
        role: replace(empty_database, user=name, password="pass word", connections=empty_database.connections)
        for role, name in names.items()
    }


def deploy(roles: dict[str, Database]) -> None:
    roles["owner"].dbt("run-operation", "migrate")
    arguments = ", ".join(f"{role}: {roles[role].user}" for role in ("transformer", "writer", "reader"))
    roles["owner"].dbt("run-operation", "grant_access", "--args", f"{{{arguments}}}")


def test_each_role_can_do_its_work(roles: dict[str, Database]) -> None:
    deploy(roles)
    roles["writer"].cli("ingest", "--domain", "annuity_performance", "--execute")
    roles["transformer"].dbt("seed")
    roles["transformer"].dbt("run")
    roles["writer"].cli("worker", "--drain")
    assert "TEMP_" in roles["writer"].cli("resolve", "示例从未听说有限公司").output
    roles["transformer"].dbt("run")
    assert "ERROR=0" in roles["transformer"].dbt("test").output
    assert roles["reader"].value("select count(*) from company_resolution where match_type = 'lookup'") > 0
    assert roles["reader"].value("select count(*) from unresolved_names") > 0
    assert "Last run" in roles["reader"].cli("status").output

    # A second grant, over tables that exist by now, changes nothing and fails nothing.
    deploy(roles)
    roles["transformer"].dbt("run")


def grant(database: Database, **roles: str) -> str:
    """Grant access to some of the roles; returns what was said."""
    return database.operation("grant_access", roles).output


def test_any_of_the_roles_can_be_granted_alone_and_further_readers_later(finished: Database) -> None:
    names = [f"{role}_{finished.name}" for role in ("analyst", "auditor")]
    for name in names:
        finished.query(f"create role {name} login")
        assert f'grant_access: granted to "{name}"' in grant(finished, reader=name)
        reader = replace(finished, user=name, connections=finished.connections)
        assert reader.value("select count(*) from company_resolution") > 0
    # What is built later can be read, too.
    finished.dbt("run", "--full-refresh", "--select", "customer_record_keys", "unresolved_names")
    assert reader.value("select count(*) from unresolved_names") > 0
    assert reader.value("select count(*) from customer_record_keys") > 0


@pytest.mark.one_server
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "name at least one role, of transformer, writer and reader"),
        ({"reader": "nobody_of_that_name"}, "there is no role nobody_of_that_name for reader. Create it first"),
        ({"writer": 5}, "writer must be the name of a role, or null, not 5"),
        ({"reader": 'x"; drop'}, "reader must be the name of a role, or null, not"),
    ],
)
def test_a_role_that_is_missing_is_named(database: Database, arguments: dict[str, str], said: str) -> None:
    refused = database.operation("grant_access", arguments, check=False)
    assert refused.code != 0
    assert said in " ".join(refused.output.split())


def test_a_deployment_moves_from_one_user_to_roles(finished: Database) -> None:
    name = f"transformer_{finished.name}"
    finished.query(f"create role {name} login")
    finished.query(f"grant usage on schema enterprise to {name}")
    finished.query(f"grant select on all tables in schema enterprise to {name}")
    transformer = replace(finished, user=name, connections=finished.connections)
    refused = transformer.dbt("run", check=False)
    assert refused.code == 2
    assert f"belong to postgres, and {name} may not replace them" in " ".join(refused.output.split())
    assert f"dbt run-operation grant_access --args '{{transformer: {name}, execute: true}}'" in " ".join(
        refused.output.split()
    )

    owners = "select distinct tableowner from pg_tables where schemaname = 'enterprise'"
    shown = " ".join(grant(finished, transformer=name).split())
    assert f"{name} would own" in shown and "Nothing was changed; add execute: true" in shown
    assert "granted to" not in shown and finished.query(owners) == [("postgres",)]
    assert "owns" in finished.operation("grant_access", {"transformer": name, "execute": True}).output
    before = finished.query("select record_id, company_id from company_resolution order by record_id")
    transformer.dbt("seed")
    transformer.dbt("run")
    assert finished.query("select record_id, company_id from company_resolution order by record_id") == before
    assert "owns" not in grant(finished, transformer=name)


FORBIDDEN = [
    ("reader", "insert into customer_records (record_id, source_system) values ('x', 'x')"),
    ("reader", "select * from assign_temp_ids(array['x'])"),
    ("reader", "select * from enqueue_names(array['x'])"),
    ("reader", "select * from ask_again(array['x'])"),
    ("transformer", "select * from plan_ask_again(array['x'])"),
    ("reader", "create table mine (x text)"),
    ("writer", "update company_mapping set company_id = 'x'"),
    ("writer", "update lookup_answers set company_id = 'x'"),
    ("writer", "create table mine (x text)"),
    ("writer", "insert into temp_id_sequence values (1)"),
    ("writer", "select take_temp_numbers(1)"),
    ("writer", "select lift_temp_id_sequence(9)"),
    ("writer", "select * from reenter_temp_ids(true)"),
    ("writer", "select * from reenter_read_rows()"),
    ("writer", "update temp_id_high_water set highest_issued = 0"),
    ("transformer", "update temp_id_high_water set highest_issued = 0"),
    ("reader", "select lift_temp_id_sequence(9)"),
    ("reader", "select * from plan_temp_ids(array['x'])"),
    ("transformer", "update temp_id_sequence set last_number = 0"),
    ("transformer", "delete from temp_company_ids"),
    ("transformer", "delete from adopted_temp_ids"),
    ("writer", "insert into adopted_temp_ids values ('TEMP_000001', 'x', 'x', 'x')"),
    ("transformer", "delete from lookup_answers"),
    ("transformer", "insert into customer_records (record_id, source_system) values ('x', 'x')"),
]


def test_no_role_can_do_the_work_of_another(granted: dict[str, Database]) -> None:
    for role, statement in FORBIDDEN:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            granted[role].query(statement)


@pytest.fixture
def granted(finished: Database) -> dict[str, Database]:
    """A finished database, granted to roles by a superuser."""
    names = {role: f"{role}_{finished.name}" for role in ("transformer", "writer", "reader")}
    for name in names.values():
        finished.query(f"create role {name} login")
    arguments = ", ".join(f"{role}: {name}" for role, name in names.items())
    finished.dbt("run-operation", "grant_access", "--args", f"{{{arguments}, execute: true}}")
    return {role: replace(finished, user=name, connections=finished.connections) for role, name in names.items()}


def test_the_transformer_cannot_use_the_temporary_ids_up_by_lifting_the_counter(granted: dict[str, Database]) -> None:
    transformer = granted["transformer"]
    highest = transformer.value("select max(temp_number) from temp_company_ids")
    for at_least in (2147483647, highest + 1_000_001):
        with pytest.raises(psycopg2.errors.ProgramLimitExceeded, match="published_temp_id_limit"):
            transformer.value("select lift_temp_id_sequence(%s)", (at_least,))
    for _ in range(3):
        # Calls do not add up: what was lifted over was not issued.
        assert transformer.value("select lift_temp_id_sequence(%s)", (highest + 1_000_000,)) == highest + 1_000_000
        with pytest.raises(psycopg2.errors.ProgramLimitExceeded):
            transformer.value("select lift_temp_id_sequence(%s)", (highest + 1_000_001,))
