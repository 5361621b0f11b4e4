"""Records as they were loaded before their keys were folded: by the formula of then, written out once more."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from company_enrichment.ingestion.domains import Domain
from real_databases import Database


def _text(cell: Any) -> str | None:
    if cell is None or cell == "":
        return None
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def earlier_record_ids(domain: Domain, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """Return the ids that rows had: of their cells' texts, and of the count of rows that agree in all of them."""
    occurrences: Counter[str] = Counter()
    ids = []
    for row in rows:
        cells = dict(zip(header, row, strict=False))
        key = json.dumps([domain.name, *(_text(cells.get(part)) for part in domain.key_kinds)], ensure_ascii=False)
        occurrences[key] += 1
        ids.append(hashlib.sha256(f"{key}#{occurrences[key]}".encode()).hexdigest()[:32])
    return ids


def load_as_before(
    database: Database,
    domain: Domain,
    header: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    place: str,
    period: str | None,
    version: int | None = 0,
) -> list[str]:
    """Store the rows of a file, below its header in row 1, as they were stored; return their record ids."""
    ids = earlier_record_ids(domain, header, rows)
    columns: dict[str, int] = {column: header.index(name) for column, name in domain.column_headers.items()}
    for number, (record_id, row) in enumerate(zip(ids, rows, strict=True), start=2):
        values = [_text(row[columns[column]]) if column in columns else None for column in _COLUMNS]
        database.query(
            "insert into customer_records (record_id, source_system, plan_code, account_number, customer_name,"
            " account_name, source_file, source_row) values (%s, %s, %s, %s, %s, %s, %s, %s)"
            " on conflict do nothing",
            (record_id, domain.name, *values, place.rpartition("/")[2], number),
        )
        database.query(
            "insert into ingest_period_records values (%s, %s, %s) on conflict do nothing",
            (domain.name, period or "", record_id),
        )
    database.query(
        "insert into ingest_files (content_hash, domain, file_name, file_path, period, version, rows_read, rows_new,"
        " rows_changed, rows_unchanged, rows_rejected) values (%s, %s, %s, %s, %s, %s, %s, %s, 0, 0, 0)",
        (f"before {place}", domain.name, place.rpartition("/")[2], place, period, version, len(rows), len(rows)),
    )
    return ids


_COLUMNS = ("plan_code", "account_number", "customer_name", "account_name")

RESAVED_MONTHS: tuple[Any, ...] = (
    "202501 ",
    "2025年1月",
    "2025-01",
    "２０２５０１",
    date(2025, 1, 31),
    date(2025, 1, 1),
)
"""202501 as other programs save it."""
