"""Takes a domain's files in as customer records: each file whole or not at all."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, own_transaction
from company_enrichment.domains import Domain
from company_enrichment.workbooks import RecordRow, find_files, read_records

logger = logging.getLogger(__name__)

Item = TypeVar("Item")
_BLOCK = 10_000

_COMPARE = """
select count(stored.record_id) as known, count(*) filter (where stored.record_id is not null and {differs}) as changed
from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
    as incoming (record_id, plan_code, account_number, customer_name, account_name)
left join {schema}.customer_records as stored on stored.record_id = incoming.record_id
"""

# A row that says the same is joined out: the update would lock and log it for nothing.
_STORE = """
insert into {schema}.customer_records as stored (
    record_id, source_system, plan_code, account_number, customer_name, account_name, source_file, source_row
)
select
    incoming.record_id, %s, incoming.plan_code, incoming.account_number, incoming.customer_name,
    incoming.account_name, %s, incoming.source_row
from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::integer[])
    as incoming (record_id, plan_code, account_number, customer_name, account_name, source_row)
left join {schema}.customer_records as stored on stored.record_id = incoming.record_id
where stored.record_id is null or {differs}
order by incoming.record_id
on conflict (record_id) do update set
    plan_code = excluded.plan_code,
    account_number = excluded.account_number,
    customer_name = excluded.customer_name,
    account_name = excluded.account_name,
    loaded_at = now()
"""

_DIFFERS = """(
    (stored.plan_code, stored.account_number, stored.customer_name, stored.account_name)
    is distinct from
    (incoming.plan_code, incoming.account_number, incoming.customer_name, incoming.account_name)
)"""


@dataclass(frozen=True, kw_only=True)
class FileReport:
    """What came of one file; rows_read is the sum of the four that follow it."""

    file_name: str
    rows_read: int
    rows_new: int
    rows_changed: int
    rows_unchanged: int
    rows_rejected: int
    is_loaded: bool
    rejects: tuple[tuple[int, str], ...] = ()


def ingest(
    connection: extensions.connection,
    domain: Domain,
    base_dir: Path,
    *,
    schema: str,
    execute: bool,
    max_files: int | None = None,
    on_file: Callable[[FileReport], None] | None = None,
) -> list[FileReport]:
    """Take in the domain's files below base_dir, each in one transaction, and say what came of them.

    Args:
        connection: an open connection, in no transaction.
        domain: the layout of the files.
        base_dir: the folder below which they are found.
        schema: the schema of the tables.
        execute: False only says what would be done, in a READ ONLY transaction.
        max_files: at most so many files, by name.
        on_file: called after each file.

    """
    reports = []
    for file in find_files(domain, base_dir)[:max_files]:
        report = _ingest_file(connection, domain, file, schema=schema, execute=execute)
        logger.info(
            "Took in a file" if execute else "Plan only: read a file",
            extra={"domain": domain.name, "rows_read": report.rows_read, "rows_new": report.rows_new},
        )
        reports.append(report)
        if on_file is not None:
            on_file(report)
    return reports


def _ingest_file(
    connection: extensions.connection, domain: Domain, file: Path, *, schema: str, execute: bool
) -> FileReport:
    rows = list(read_records(file, domain))
    rejected = [row for row in rows if row.reject_reason is not None]
    accepted = [row for row in rows if row.reject_reason is None]
    known = changed = 0
    with own_transaction(connection) as cursor:
        if not execute:
            cursor.execute("set transaction read only")
        names = {"schema": sql.Identifier(schema), "differs": sql.SQL(_DIFFERS)}
        for block in _blocks(accepted):
            cursor.execute(sql.SQL(_COMPARE).format(**names), _key_arrays(block))
            counts = as_mapping(cursor.fetchone(), ("known", "changed"))
            known += counts["known"]
            changed += counts["changed"]
            if execute:
                cursor.execute(
                    sql.SQL(_STORE).format(**names),
                    (domain.name, file.name, *_key_arrays(block), [row.row_number for row in block]),
                )
        report = FileReport(
            file_name=file.name,
            rows_read=len(rows),
            rows_new=len(accepted) - known,
            rows_changed=changed,
            rows_unchanged=known - changed,
            rows_rejected=len(rejected),
            is_loaded=execute,
            rejects=tuple((row.row_number, row.reject_reason or "") for row in rejected),
        )
        if execute:
            _record_file(cursor, domain, file, schema, report)
    return report


def _record_file(cursor: Any, domain: Domain, file: Path, schema: str, report: FileReport) -> None:
    content_hash = hashlib.sha256(file.read_bytes()).hexdigest()
    names = {"schema": sql.Identifier(schema)}
    cursor.execute(
        sql.SQL(
            "insert into {schema}.ingest_files (content_hash, domain, file_name, rows_read, rows_new, rows_changed,"
            " rows_unchanged, rows_rejected) values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing"
        ).format(**names),
        (
            content_hash,
            domain.name,
            report.file_name,
            report.rows_read,
            report.rows_new,
            report.rows_changed,
            report.rows_unchanged,
            report.rows_rejected,
        ),
    )
    for row_number, reason in report.rejects:
        cursor.execute(
            sql.SQL(
                "insert into {schema}.ingest_rejects (content_hash, domain, line_no, reason)"
                " values (%s, %s, %s, %s) on conflict do nothing"
            ).format(**names),
            (content_hash, domain.name, row_number, reason),
        )


def _key_arrays(block: Sequence[RecordRow]) -> list[list[str | None]]:
    return [
        [getattr(row, column) for row in block]
        for column in ("record_id", "plan_code", "account_number", "customer_name", "account_name")
    ]


def _blocks(items: Iterable[Item]) -> Iterator[list[Item]]:
    iterator = iter(items)
    while block := list(islice(iterator, _BLOCK)):
        yield block
