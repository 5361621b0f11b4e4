"""The part growth of batch.py: what a record costs, with more of them and with more mappings."""

from __future__ import annotations

import argparse

from psycopg2 import extensions
from rich.console import Console
from rich.table import Table

from batch_runs.warehouse import RECORD_MODELS, add_aliases, add_records, create, execute, vacuum
from servers import dbt

GOAL_OF_RECORDS, GOAL_OF_MAPPINGS = 1.25, 1.5


def report(connection: extensions.connection, arguments: argparse.Namespace, console: Console) -> None:
    """Build the models from nothing for each size, once."""
    few_records, many_records = arguments.growth_records
    few_mappings, many_mappings = arguments.growth_mappings
    create(connection)
    add_aliases(connection, 1, few_mappings)
    base = _microseconds(connection, few_records, few_mappings)
    more_records = _microseconds(connection, many_records, few_mappings)
    execute(connection, "truncate enterprise.customer_records")
    add_aliases(connection, few_mappings + 1, many_mappings)
    more_mappings = _microseconds(connection, few_records, many_mappings)
    table = Table("records", "mappings", "µs a record", "ratio", "goal", title="first run of the models, once")
    table.add_row(f"{few_records:,}", f"{few_mappings:,}", f"{base:.1f}")
    for records, mappings, cost, goal in (
        (many_records, few_mappings, more_records, GOAL_OF_RECORDS),
        (few_records, many_mappings, more_mappings, GOAL_OF_MAPPINGS),
    ):
        verdict = f"at most {goal:g}{'' if cost / base <= goal else ': missed'}"
        table.add_row(f"{records:,}", f"{mappings:,}", f"{cost:.1f}", f"{cost / base:.2f}", verdict)
    console.print(table)


def _microseconds(connection: extensions.connection, records: int, mappings: int) -> float:
    """What a record costs when so many are resolved at once."""
    landed = execute(connection, "select count(*) from enterprise.customer_records")
    add_records(connection, landed + 1, records, mappings)
    # Temporary ids are kept for good, and would be there already in the second build.
    execute(connection, "truncate enterprise.temp_company_ids, enterprise.lookup_requests")
    vacuum(connection)
    took = dbt(connection, "run", "--full-refresh", "--select", *RECORD_MODELS)
    return sum(took[model] for model in RECORD_MODELS) / records * 1e6
