"""The command `status`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer
from psycopg2 import extensions
from rich.table import Table

from company_enrichment import __version__
from company_enrichment.cli.environment import Environment, open_connection
from company_enrichment.cli.monitoring import print_monitoring
from company_enrichment.cli.output import console
from company_enrichment.cli.progress import Progress
from company_enrichment.cli.run_summary import print_run_summary
from company_enrichment.dbt_runner import project_directory
from company_enrichment.errors import ConfigurationError, LookupProviderUnavailableError
from company_enrichment.lookups.provider_check import describe_troubles, provider_troubles
from company_enrichment.lookups.providers import describe_missing_provider, refuse_unusable_provider
from company_enrichment.lookups.queue import LookupQueue
from company_enrichment.mappings.statistics import read_mapping_totals
from company_enrichment.monitoring import read_monitoring
from company_enrichment.name_rules import read_name_rules
from company_enrichment.printable_text import printable, printable_cells
from company_enrichment.run_summary import read_run_summary
from company_enrichment.sample.data import describe_sample
from company_enrichment.settings import describe_settings


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Show settings and their origin, the queue, the last run, and what the monitoring models say."""
    with open_connection() as (environment, connection):
        summary = read_run_summary(connection, environment.schema)
        queue = LookupQueue(connection, schema=environment.schema).get_health()
        mappings = read_mapping_totals(connection, environment.schema)
        monitoring = read_monitoring(connection, environment.schema)
        facts = {
            "version": __version__,
            "database": str(environment.address),
            "server_version": connection.info.parameter_status("server_version"),
            "schema": environment.schema,
            "name_rules": _name_rules(connection, environment.schema),
            "lookup_provider": _state_of_provider(environment, connection),
            "dbt_project": str(project_directory(environment.settings)),
            "sample": describe_sample(connection, environment.schema) or "nothing of it is in this database",
        }
        troubles = provider_troubles(connection, environment.schema)
    settings = describe_settings()
    if as_json:
        document = {
            **facts,
            "settings": settings,
            "queue": asdict(queue),
            "providers": [asdict(trouble) for trouble in troubles],
            "mappings": mappings,
            "last_run": summary.as_dict() if summary else None,
            "monitoring": monitoring.as_dict() if monitoring else None,
        }
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n")
        return
    table = Table("setting", "value", "from")
    for setting in settings:
        table.add_row(*printable_cells((setting["name"], setting["value"], setting["origin"])))
    for name, value in facts.items():
        console.print(printable(f"{name.replace('_', ' ')}: {value}"), markup=False, highlight=False, soft_wrap=True)
    console.print(table)
    console.print(
        f"lookup requests: {queue.ready:,} ready, {queue.waiting:,} waiting, {queue.in_flight:,} in flight, "
        f"{queue.expired:,} expired, {queue.failed:,} dead letters"
        + (f"; the oldest is of {queue.oldest_created_at:%Y-%m-%d %H:%M:%S %Z}" if queue.oldest_created_at else ""),
        highlight=False,
    )
    for line in describe_troubles(troubles):
        Progress(console).say(printable(line))
    if mappings is not None:
        console.print(
            f"mapping rows of all loads: {mappings['conflicts']:,} conflicts (company_mapping_conflicts), "
            f"{mappings['rejected']:,} rejected (mapping_rejects)"
        )
    if summary is None:
        console.print("No run has finished yet.")
    else:
        Progress(console).say(
            printable(f"Last run: {summary.run_id}, {summary.status}, {summary.finished_at:%Y-%m-%d %H:%M:%S %Z}")
        )
        print_run_summary(console, summary)
    if monitoring is None:
        console.print("The monitoring models are not there: the next `dbt run` of the whole project builds them.")
    else:
        print_monitoring(console, monitoring)


def _state_of_provider(environment: Environment, connection: extensions.connection) -> str:
    """Return who is asked, and why nobody could be: a server is not asked for it, its settings are looked at."""
    named = environment.settings.lookup_provider
    if named == "none":
        return describe_missing_provider(environment.settings)
    try:
        refuse_unusable_provider(environment.settings, connection, environment.schema)
    except (ConfigurationError, LookupProviderUnavailableError) as error:
        return f"{named}, which cannot be asked: {error}"
    return named


def _name_rules(connection: extensions.connection, schema: str) -> str:
    """Return the version of the name rules in force, and the one under which keys were stored if it is another."""
    rules = read_name_rules(connection, schema)
    return f"{rules.present}; keys were stored under {rules.deployed}" if rules.has_changed else rules.present
