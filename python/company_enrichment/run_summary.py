"""The summary of a run: the row of enrichment_runs, read and printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg2 import extensions, sql
from rich.console import Console
from rich.table import Table

from company_enrichment.database import as_mapping, joined_transaction
from company_enrichment.printable_text import printable_cells

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


def print_run_summary(console: Console, summary: RunSummary) -> None:
    """Print the summary of a run as tables that add up."""
    table = Table(title="Records", title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for match_type, count in sorted((summary.resolved_by_match_type or {}).items()):
        table.add_row(*printable_cells((f"resolved by {match_type}", _number(count))))
    table.add_row("resolved by lookup", _number(summary.resolved_by_lookup))
    table.add_row("deliberately without company", _number(summary.without_company))
    table.add_row("temporary (name unknown)", _number(summary.temporary))
    table.add_row("unresolvable (no name)", _number(summary.unresolvable))
    table.add_section()
    table.add_row("records", _number(summary.records))
    console.print(table)

    queue = summary.queue or {}
    changes = summary.changes or {}
    facts = Table(title="This run", title_justify="left", show_header=False)
    facts.add_column()
    facts.add_column(justify="right")
    facts.add_row("new records", _number(changes.get("new")))
    facts.add_row("records moved from a temporary id to a company", _number(changes.get("repointed")))
    facts.add_row("records moved to a temporary id", _number(changes.get("unresolved")))
    facts.add_row("records changed otherwise", _number(changes.get("changed")))
    facts.add_row("temporary ids re-pointed", _number(summary.repointed_temporary_ids))
    facts.add_section()
    facts.add_row("mapping conflicts", _number(summary.mapping_conflicts))
    for status in ("pending", "processing", "done", "failed"):
        facts.add_row(f"lookup requests {status}", _number(queue.get(status)))
    console.print(facts)


def _number(count: int | None) -> str:
    return f"{count or 0:,}"
