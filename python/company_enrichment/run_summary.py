"""The summary of a run: the row of enrichment_runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, joined_transaction

_COLUMNS = (
    "run_id",
    "started_at",
    "finished_at",
    "status",
    "records",
    "resolved_by_match_type",
    "resolved_by_lookup",
    "without_company",
    "temporary",
    "unresolvable",
    "mapping_conflicts",
    "queue",
    "changes",
    "repointed_temporary_ids",
)


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """One row of enrichment_runs; records is the sum of the five counts by outcome."""

    run_id: str
    started_at: datetime
    finished_at: datetime | None
    status: str
    records: int | None
    resolved_by_match_type: Mapping[str, int] | None
    resolved_by_lookup: int | None
    without_company: int | None
    temporary: int | None
    unresolvable: int | None
    mapping_conflicts: int | None
    queue: Mapping[str, int] | None
    changes: Mapping[str, int] | None
    repointed_temporary_ids: int | None

    def as_dict(self) -> dict[str, Any]:
        """Return the row with instants as ISO 8601 text, ready for JSON."""
        return {
            column: value.isoformat() if isinstance(value := getattr(self, column), datetime) else value
            for column in _COLUMNS
        }


def read_run_summary(connection: extensions.connection, schema: str, run_id: str | None = None) -> RunSummary | None:
    """Return a run's row, the latest finished one when run_id is None; None when there is none."""
    with joined_transaction(connection) as cursor:
        cursor.execute(
            sql.SQL(
                "select {columns} from {schema}.enrichment_runs"
                " where case when %(run_id)s::text is null then finished_at is not null else run_id = %(run_id)s end"
                " order by started_at desc limit 1"
            ).format(
                columns=sql.SQL(", ").join(map(sql.Identifier, _COLUMNS)),
                schema=sql.Identifier(schema),
            ),
            {"run_id": run_id},
        )
        row = cursor.fetchone()
    return None if row is None else RunSummary(**as_mapping(row, _COLUMNS))
