"""The summary of a run: the row of enrichment_runs, read and printed."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from company_enrichment.printable_text import printable_cells
from company_enrichment.run_summary import RunSummary


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
