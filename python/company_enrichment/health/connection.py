"""Checks of the database itself: who is connected to what, and what that role may do."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

from psycopg2 import extensions, sql

from company_enrichment.address import DatabaseAddress
from company_enrichment.database import as_mapping, joined_transaction
from company_enrichment.dbt_runner import own_project_directory
from company_enrichment.errors import DatabaseError, UnsuitableDatabaseError
from company_enrichment.health.findings import Finding, first_line, listed, ok, problem, warning

_EXTENSION = "fuzzystrmatch"

_SESSION = """
select
    current_user::text as role,
    current_setting('server_encoding') as encoding,
    (select datctype::text from pg_database where datname = current_database()) as character_type,
    pg_is_in_recovery() or current_setting('default_transaction_read_only')::boolean as takes_no_writes
"""

_SCHEMA = """
select
    current_user::text as role,
    current_database()::text as database,
    has_database_privilege(current_database(), 'create') as may_create_schema,
    count(*) > 0 as is_there,
    coalesce(bool_or(has_schema_privilege(oid, 'usage')), false) as may_use,
    coalesce(bool_or(has_schema_privilege(oid, 'create')), false) as may_create
from pg_namespace
where nspname = %(schema)s
"""

_RELATIONS = """
select
    relation.relname::text as name,
    relation.relkind in ('r', 'p') as is_table,
    pg_has_role(relation.relowner, 'usage') as is_owned,
    has_table_privilege(relation.oid, 'select') as is_readable,
    has_table_privilege(relation.oid, 'insert') as is_writable
from pg_class as relation
inner join pg_namespace on pg_namespace.oid = relation.relnamespace
where pg_namespace.nspname = %(schema)s and relation.relkind in ('r', 'p', 'v', 'm')
order by relation.relname
"""

# Every one of them has a key or a default.
_OPERATIONAL = "select distinct recorded.table_name as name from {schema}.schema_parts as recorded"

_EXTENSION_STATE = """
select
    (select extversion from pg_extension where extname = %(extension)s) as installed,
    exists (select from pg_available_extensions where name = %(extension)s) as is_available
"""


def cannot_connect(error: DatabaseError, *, is_embedded: bool) -> Finding:
    """Return why there is no connection as a finding."""
    if isinstance(error, UnsuitableDatabaseError):
        message, _, statement = str(error).partition(" Create one with: ")
        return problem("connection", message.rstrip("."), statement)
    return problem(
        "connection", first_line(error), "company-enrichment db start" if is_embedded else "company-enrichment db url"
    )


def check_connection(connection: extensions.connection, address: DatabaseAddress) -> list[Finding]:
    """Say who is connected to what; a server that takes no writes is named."""
    session = _row(connection, _SESSION, ("role", "encoding", "character_type", "takes_no_writes"))
    server = connection.info.parameter_status("server_version")
    said = (
        f"{session['role']} on {address.host}:{address.port}/{address.dbname}, PostgreSQL {server}, encoding "
        f"{session['encoding']}, character type {session['character_type']}"
    )
    if session["takes_no_writes"]:
        message = f"{said}: this server takes no writes (a standby, or default_transaction_read_only is on)"
        return [warning("connection", message, "company-enrichment db url")]
    return [ok("connection", said)]


def check_extension(connection: extensions.connection) -> list[Finding]:
    """Say whether the extension that compares spellings is there. It is optional: no check fails without it."""
    state = _row(connection, _EXTENSION_STATE, ("installed", "is_available"), extension=_EXTENSION)
    if state["installed"] is not None:
        return [ok("extension", f"{_EXTENSION} {state['installed']} is installed (optional)")]
    found = "can be created" if state["is_available"] else "is not available on this server"
    return [ok("extension", f"{_EXTENSION} is not installed and {found} (optional: nothing needs it)")]


def check_rights(connection: extensions.connection, schema: str) -> list[Finding]:
    """Say what the role may do with the schema and with our tables, and what it may not but should."""
    rights = _row(
        connection,
        _SCHEMA,
        ("role", "database", "may_create_schema", "is_there", "may_use", "may_create"),
        schema=schema,
    )
    role = rights["role"]
    if not rights["is_there"]:
        if rights["may_create_schema"]:
            return [ok("rights", f"{role} may create the schema {schema}, which does not exist yet")]
        return [
            problem(
                "rights",
                f"the schema {schema} does not exist, and {role} may not create one in {rights['database']}",
                f'grant create on database "{_doubled(rights["database"])}" to "{_doubled(role)}"',
            )
        ]
    if not rights["may_use"]:
        return [problem("rights", f"{role} may not use the schema {schema}", _grant("reader", role))]
    ours = _our_relations(connection, schema)
    kind = _kind_of_role(ours, may_create=rights["may_create"])
    unreadable = [name for name, relation in ours.items() if not relation["is_readable"]]
    if unreadable:
        message = f"{role} may not read {len(unreadable):,} of {len(ours):,} tables and views: {listed(unreadable)}"
        return [problem("rights", message, _grant(kind if kind != "owner" else "reader", role))]
    writable = sum(relation["is_writable"] for relation in ours.values())
    creates = "may" if rights["may_create"] else "may not"
    return [
        ok(
            "rights",
            f"{role} works as {kind}: reads all {len(ours):,} tables and views in {schema}, may write {writable:,} of"
            f" them, {creates} create further ones",
        )
    ]


def _our_relations(connection: extensions.connection, schema: str) -> dict[str, Mapping[str, Any]]:
    """Return the tables and views of ours in the schema by name; those of others in it are not looked at."""
    columns = ("name", "is_table", "is_owned", "is_readable", "is_writable")
    with joined_transaction(connection) as cursor:
        cursor.execute(_RELATIONS, {"schema": schema})
        relations = {row["name"]: row for row in (as_mapping(row, columns) for row in cursor.fetchall())}
        recorded = relations.get("schema_parts")
        if recorded is not None and recorded["is_readable"]:
            cursor.execute(sql.SQL(_OPERATIONAL).format(schema=sql.Identifier(schema)))
            operational = {as_mapping(row, ("name",))["name"] for row in cursor.fetchall()}
        else:
            # Not known which of the tables are ours: whoever may read none of them is told so.
            operational = {name for name, relation in relations.items() if relation["is_table"]}
    models = {file.stem for file in (own_project_directory() / "models").rglob("*.sql")}
    return {name: relation for name, relation in relations.items() if name in models | operational}


def _kind_of_role(relations: Mapping[str, Mapping[str, Any]], *, may_create: bool) -> str:
    """Return which of the roles of the macro grant_access() a role is by what it may do."""

    def may(right: str, *names: str) -> bool:
        return all(name in relations and relations[name][right] for name in names)

    if may("is_owned", "schema_migrations"):
        return "owner"
    if may_create and (may("is_writable", "enrichment_runs") or "enrichment_runs" not in relations):
        return "transformer"
    return "writer" if may("is_writable", "customer_records", "lookup_requests") else "reader"


def _grant(kind: str, role: str) -> str:
    arguments = shlex.quote(json.dumps({kind: role}, ensure_ascii=False))
    return f"dbt run-operation grant_access --args {arguments}"


def _doubled(name: str) -> str:
    return name.replace('"', '""')


def _row(
    connection: extensions.connection, statement: str, columns: tuple[str, ...], **parameters: str
) -> Mapping[str, Any]:
    with joined_transaction(connection) as cursor:
        cursor.execute(statement, parameters)
        return as_mapping(cursor.fetchone(), columns)
