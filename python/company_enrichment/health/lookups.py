"""Checks of what unknown names need: somebody to ask, and a queue that is worked off."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from typing import Any

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, joined_transaction
from company_enrichment.errors import (
    ConfigurationError,
    LookupProviderError,
    LookupProviderUnavailableError,
    SchemaNotDeployedError,
)
from company_enrichment.health.findings import Finding, counted, first_line, first_sentence, ok, problem, warning
from company_enrichment.lookups.provider_check import provider_troubles
from company_enrichment.lookups.providers import (
    describe_missing_provider,
    http_provider_from_settings,
    refuse_unusable_provider,
)
from company_enrichment.lookups.queue import LookupQueue
from company_enrichment.monitoring import read_exceeded_thresholds
from company_enrichment.settings import Settings

_ASKED_NAME = "company-enrichment doctor"
"""What a server is asked for to see whether an answer comes; no company has this name."""

_SMALL_REGISTRY_BYTES = 1_048_576
"""A table up to this size is read whole as quickly as through an index."""

# Only a plain, partitioned or materialized relation can have an index.
_INDEXES = """
select
    relation.relkind in ('r', 'p', 'm') as can_have_indexes,
    pg_table_size(relation.oid) as bytes,
    {on_key} as has_key_index,
    {on_core} as has_core_index
from pg_class as relation
where relation.oid = to_regclass(format('%%I.%%I', %(registry_schema)s::text, %(registry)s::text))
"""

_IS_INDEXED = """
exists (
    select
    from pg_index
    inner join pg_depend on pg_depend.objid = pg_index.indexrelid and pg_depend.classid = 'pg_class'::regclass
    where
        pg_index.indrelid = relation.oid
        and pg_index.indisvalid
        and pg_depend.refclassid = 'pg_proc'::regclass
        and pg_depend.refobjid = to_regprocedure(format('%%I.{function}(text)', %(schema)s::text))
)
"""


def check_provider(settings: Settings, connection: extensions.connection, schema: str, *, ask: bool) -> list[Finding]:
    """Look whether somebody can be asked about unknown names.

    A registry table is read. Of a server the settings are looked at; with ask it is asked for a name that no company
    has, which counts as a request with it.
    """
    if settings.lookup_provider == "none":
        return [_nobody_to_ask(settings)]
    try:
        refuse_unusable_provider(settings, connection, schema)
    except ConfigurationError as error:
        return [problem("provider", first_line(error), "company-enrichment status")]
    except LookupProviderUnavailableError as error:
        return [problem("provider", first_sentence(error), "export WDH_REGISTRY_TABLE=schema.table")]
    if settings.lookup_provider != "registry":
        asked = ok("provider", f"{settings.lookup_provider}, by its settings (it was not asked: --ask asks it)")
        return [_ask(settings) if ask else asked]
    return [
        ok("provider", f"registry, {settings.registry_table}, can be read"),
        *_check_indexes(settings, connection, schema),
    ]


def _nobody_to_ask(settings: Settings) -> Finding:
    """Return that nobody is asked; a warning where nobody has said that it should be so."""
    message = describe_missing_provider(settings).rstrip(".")
    if "lookup_provider" in settings.model_fields_set:
        return ok("provider", message)
    return warning("provider", message.partition(": ")[0], "export WDH_REGISTRY_TABLE=schema.table")


def _ask(settings: Settings) -> Finding:
    """Ask a server for a name that no company has."""
    provider = http_provider_from_settings(settings)
    assert provider is not None  # noqa: S101 - narrows the type for mypy; the caller knows that it is a server
    try:
        answer = provider.lookup(_ASKED_NAME)
    except LookupProviderError as error:
        return problem("provider", f"{provider.name} does not answer: {first_line(error)}", "company-enrichment status")
    finally:
        provider.close()
    return ok("provider", f"{provider.name} answers ({answer.outcome} for a name that nobody has)")


def _check_indexes(settings: Settings, connection: extensions.connection, schema: str) -> list[Finding]:
    """Look whether a lookup finds its name by an index, where the registry is large and can have one."""
    table = settings.registry_table or ""
    registry_schema, registry = table.split(".", 1) if "." in table else (schema, table)
    on = {
        "on_key": sql.SQL(_IS_INDEXED).format(function=sql.SQL("normalize_company_name")),
        "on_core": sql.SQL(_IS_INDEXED).format(function=sql.SQL("company_name_core")),
    }
    parameters = {"registry_schema": registry_schema, "registry": registry, "schema": schema}
    with joined_transaction(connection) as cursor:
        cursor.execute(sql.SQL(_INDEXES).format(**on), parameters)
        row = cursor.fetchone()
    if row is None:
        return []
    found = as_mapping(row, ("can_have_indexes", "bytes", "has_key_index", "has_core_index"))
    if not found["can_have_indexes"]:
        return [ok("registry indexes", f"{table} is a view: index the tables that it reads")]
    if found["has_key_index"] and found["has_core_index"]:
        return [ok("registry indexes", "names are found by an index")]
    if found["bytes"] <= _SMALL_REGISTRY_BYTES:
        return [ok("registry indexes", f"{table} lacks one and is small enough to do without")]
    names = sql.Identifier(registry_schema, registry), sql.Identifier(schema)
    statements = [
        sql.SQL(statement).format(*names)
        for statement, is_there in (
            ("create index on {} ({}.normalize_company_name(company_name))", found["has_key_index"]),
            ("create index on {} ((({}.company_name_core(company_name)).core))", found["has_core_index"]),
        )
        if not is_there
    ]
    statement = sql.SQL("; ").join(statements).as_string(connection)
    return [
        warning(
            "registry indexes",
            f"{table} lacks an index that lookups need: each reads the whole table",
            f"company-enrichment db psql -c {shlex.quote(statement)}",
        )
    ]


def check_outage(settings: Settings, connection: extensions.connection, schema: str) -> list[Finding]:
    """Say since when the provider in use is out of service, if it is, and what it last failed with."""
    findings = []
    for trouble in provider_troubles(connection, schema):
        if trouble.provider != settings.lookup_provider:
            continue
        if trouble.outage_since is not None:
            findings.append(problem("outage", str(trouble), "company-enrichment worker --drain"))
        elif trouble.last_error is not None:
            findings.append(ok("outage", f"none; {trouble}"))
    return findings or [ok("outage", "none")]


def check_queue(connection: extensions.connection, schema: str) -> list[Finding]:
    """Say how many requests are open and since when, and whether there are dead letters."""
    health = LookupQueue(connection, schema=schema).get_health()
    findings = []
    if health.failed:
        findings.append(
            warning(
                "queue",
                f"{counted(health.failed, 'dead letter', 'dead letters')}: names whose lookups have failed for good",
                "company-enrichment queue list --status dead-letter",
            )
        )
    if health.oldest_created_at is None:
        return findings or [ok("queue", "no request is open")]
    hours = (datetime.now(UTC) - health.oldest_created_at).total_seconds() / 3600
    requests = counted(health.open, "open request", "open requests")
    said = f"{requests}, the oldest since {health.oldest_created_at:%Y-%m-%d %H:%M:%S %Z}"
    if health.expired:
        said += f"; {health.expired:,} of them claimed by a worker that is gone"
    return [*findings, ok("queue", f"{said} ({max(hours, 0):.1f} hours)")]


def check_thresholds(connection: extensions.connection, schema: str) -> list[Finding]:
    """Say what exceeds the limits that the project sets: the age of the queue, a drop of the coverage."""
    try:
        exceeded: list[Any] = list(read_exceeded_thresholds(connection, schema))
    except SchemaNotDeployedError:
        return [warning("thresholds", "the monitoring models are not there", "dbt run")]
    return [
        warning(
            "thresholds",
            f"{row['threshold']}: {row['measured']:g} {row['unit']}, the limit is {row['warning_limit']:g}",
            "company-enrichment status",
        )
        for row in exceeded
    ] or [ok("thresholds", "no limit is exceeded")]
