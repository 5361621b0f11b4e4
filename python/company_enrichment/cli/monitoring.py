"""The monitoring report, as tables."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from company_enrichment.monitoring import MonitoringReport
from company_enrichment.printable_text import printable_cells


def print_monitoring(console: Console, report: MonitoringReport) -> None:
    """Print the report as tables, and what exceeds its limit at the end."""
    coverage = _table("Coverage by source", "source", "records", "known", "share")
    for row in report.coverage:
        _add(coverage, row["source_system"], row["records"], row["known"], f"{row['coverage']:.1%}")
    console.print(coverage)

    rates = _table("Hit rates of the last run", "match type", "records", "share")
    for row in report.hit_rates:
        _add(rates, row["match_type"], row["hits"], f"{row['hit_rate']:.1%}")
    console.print(rates)

    ages = _table("Temporary ids by age", "age", "ids", "records")
    for row in report.temporary_ids:
        _add(ages, row["age"], row["temporary_ids"], row["records"])
    console.print(ages)

    if report.unknown_names:
        names = _table("Unknown names with the most records", "name", "records", "temporary id")
        for row in report.unknown_names:
            _add(names, row["name"], row["records"], row["temp_id"] or "")
        console.print(names)

    if report.remarks:
        remarks = _table("Remarks of unknown names?", "text", "names", "records", "known without it", "example")
        for row in report.remarks:
            known = row["names_known_without_it"]
            _add(remarks, row["remark"], row["names"], row["records"], known, row["example_name"])
        console.print(remarks)
        console.print(
            "What is a remark goes into the var name_status_markers; then re-make the keys: `dbt run-operation "
            "rekey_company_names`.",
            highlight=False,
        )

    columns = ("answers", "found", "not found", "not accepted", "unusable", "cost")
    spend = _table("Lookups this month", "provider", *columns)
    for row in report.provider_spend:
        cost = "no price" if row["cost"] is None else f"{row['cost']:,.2f}"
        outcomes = (row[outcome] for outcome in ("found", "not_found", "not_accepted", "unusable"))
        _add(spend, row["provider"], row["lookups"], *outcomes, cost)
    console.print(spend)

    console.print(
        f"in conflict: {report.conflicts['aliases']:,} aliases (company_mapping_conflicts), "
        f"{report.conflicts['answers']:,} answers (lookup_answer_conflicts)",
        highlight=False,
    )
    for row in report.thresholds:
        if row["is_exceeded"]:
            console.print(
                f"Warning: {row['threshold']}: {row['measured']:g} {row['unit']}, "
                f"the limit is {row['warning_limit']:g}",
                highlight=False,
                style="yellow",
            )


def _table(title: str, first: str, *numbers: str) -> Table:
    table = Table(first, title=title, title_justify="left")
    for number in numbers:
        table.add_column(number, justify="right")
    return table


def _add(table: Table, *cells: object) -> None:
    table.add_row(*printable_cells(f"{cell:,}" if isinstance(cell, int) else cell for cell in cells))
