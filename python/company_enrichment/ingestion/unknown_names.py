"""The names that nobody knows yet, of one domain, for whoever is to find out which companies they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, own_transaction
from company_enrichment.files.spreadsheet_csv import write_spreadsheet_csv

HEADER = ("company_name", "temporary_id", "first_seen", "records")

# What dbt has resolved, as it has; records that were taken in since, by the resolution rule as it is just now.
_UNKNOWN = """
with resolved as (
    select
        keys.normalized_customer_name as normalized_name,
        keys.customer_name as name,
        records.loaded_at,
        records.record_id
    from {schema}.company_resolution as resolution
    inner join {schema}.customer_record_keys as keys on keys.record_id = resolution.record_id
    inner join {schema}.customer_records as records on records.record_id = resolution.record_id
    where resolution.is_temporary and keys.source_system = %(domain)s and records.deleted_at is null
),

waiting as materialized (
    select records.*, row_number() over (order by records.record_id) as position
    from {schema}.customer_records as records
    left join {schema}.company_resolution as resolution on resolution.record_id = records.record_id
    where resolution.record_id is null and records.source_system = %(domain)s and records.deleted_at is null
),

unknown as (
    select resolved.normalized_name, resolved.name, resolved.loaded_at, resolved.record_id from resolved
    union all
    select matches.normalized_name, waiting.customer_name, waiting.loaded_at, waiting.record_id
    from waiting
    inner join {schema}.resolve_companies(
        array(select plan_code from waiting order by position),
        array(select account_number from waiting order by position),
        array(select customer_name from waiting order by position),
        array(select account_name from waiting order by position)
    ) as matches on matches.position = waiting.position
    where matches.match_type is null and matches.normalized_name is not null
),

names as (
    select
        unknown.normalized_name,
        (array_agg(unknown.name order by unknown.loaded_at, unknown.record_id))[1] as name,
        min(unknown.loaded_at) as first_loaded_at,
        count(*) as records
    from unknown
    group by unknown.normalized_name
)

select
    names.name,
    ledger.temp_id,
    least(ledger.first_seen, names.first_loaded_at) as first_seen,
    names.records
from names
left join lateral (
    select coalesce(older.temp_id, issued.temp_id) as temp_id, issued.first_seen
    from {schema}.temp_company_ids as issued
    left join {schema}.temp_company_ids as older on older.temp_number = issued.redirected_to
    where issued.normalized_name = names.normalized_name
) as ledger on true
order by names.records desc, first_seen, names.name
"""


class UnknownName(NamedTuple):
    """A name nobody knows: its oldest spelling, its temporary id if it has one, and how many records wait for it."""

    name: str
    temp_id: str | None
    first_seen: datetime
    records: int


def unknown_names(connection: extensions.connection, domain: str, *, schema: str) -> list[UnknownName]:
    """Return the names of a domain's records that nobody knows, the most frequent first; only reads.

    Raises SchemaNotDeployedError before the first dbt run.
    """
    with own_transaction(connection) as cursor:
        cursor.execute(sql.SQL(_UNKNOWN).format(schema=sql.Identifier(schema)), {"domain": domain})
        columns = UnknownName._fields
        return [UnknownName(*(as_mapping(row, columns)[column] for column in columns)) for row in cursor.fetchall()]


def export_unknown_names(connection: extensions.connection, domain: str, path: Path, *, schema: str) -> int:
    """Write these names to a CSV file, first_seen in UTC; returns how many they are."""
    return write_spreadsheet_csv(path, HEADER, _cells(unknown_names(connection, domain, schema=schema)))


def _cells(names: list[UnknownName]) -> Iterator[tuple[object, ...]]:
    for name in names:
        first_seen = name.first_seen.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        yield name.name, name.temp_id, first_seen, name.records
