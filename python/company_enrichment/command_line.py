"""The command ``company-enrichment``.

Exit codes: 0 done, 1 the work failed, 2 wrong usage or configuration, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from psycopg2 import extensions, sql
from rich.console import Console
from rich.table import Table

from company_enrichment import __version__
from company_enrichment.database import (
    DatabaseAddress,
    as_mapping,
    joined_transaction,
    own_transaction,
    uses_embedded_server,
)
from company_enrichment.dbt_runner import project_directory
from company_enrichment.domains import load_domain
from company_enrichment.embedded_binaries import find_binaries
from company_enrichment.embedded_server import EmbeddedServer
from company_enrichment.errors import CompanyEnrichmentError, ConfigurationError, DatabaseError
from company_enrichment.ingest import ingest as ingest_files
from company_enrichment.pipeline import (
    data_base_dir,
    describe_file,
    lookup_queue,
    run_pipeline,
    work_queue_off,
)
from company_enrichment.progress import Progress
from company_enrichment.providers import provider_from_settings
from company_enrichment.resolve_file import resolve_file
from company_enrichment.run_summary import print_run_summary, read_run_summary
from company_enrichment.schema_version import refuse_other_schema_version
from company_enrichment.service import CompanyEnrichmentService, CompanyMappingLoader
from company_enrichment.settings import (
    Settings,
    describe_settings,
    load_database_settings,
    load_settings,
)
from company_enrichment.state_directory import state_directory

app = typer.Typer(
    name="company-enrichment",
    help="Gives every customer record in a PostgreSQL warehouse a stable company id.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
database_app = typer.Typer(help="The embedded PostgreSQL server.", no_args_is_help=True)
app.add_typer(database_app, name="db")

# The width is fixed where nobody watches: a log file should not fold lines at 80 columns.
console = Console() if sys.stdout.isatty() else Console(width=120)
error_console = Console(stderr=True)

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and turn every error into its exit code."""
    logging.basicConfig(level=os.environ.get("WDH_LOG_LEVEL", "WARNING"))
    try:
        app()
    except CompanyEnrichmentError as error:
        error_console.print(f"Error: {error}", markup=False, highlight=False, style="red", soft_wrap=True)
        sys.exit(error.exit_code)
    except SystemExit as leaving:
        # typer turns an interrupt into this code, and says nothing.
        if leaving.code == _INTERRUPTED:
            error_console.print("Interrupted; what was committed stays, the next run goes on from there.")
        raise


@dataclass(frozen=True)
class Environment:
    """What a command works with."""

    settings: Settings
    address: DatabaseAddress
    schema: str


@contextlib.contextmanager
def _environment() -> Iterator[Environment]:
    """Give settings and address; the embedded server runs while the block does, when it is the one in use."""
    database = load_database_settings()
    settings = load_settings()
    address = DatabaseAddress.from_settings(database)
    with contextlib.ExitStack() as stack:
        if uses_embedded_server(database):
            stack.enter_context(EmbeddedServer(state_directory()).in_use())
        yield Environment(settings, address, database.database_schema)


@contextlib.contextmanager
def _connected() -> Iterator[tuple[Environment, extensions.connection]]:
    """Give what a command works with and a connection, to tables of the version this package works with."""
    with _environment() as environment, closing(environment.address.connect()) as connection:
        with own_transaction(connection) as cursor:
            refuse_other_schema_version(cursor, sql.Identifier(environment.schema))
        yield environment, connection


DomainOption = Annotated[str, typer.Option("--domain", help="Which kind of files: the name of a domain file.")]
BudgetOption = Annotated[
    int | None,
    typer.Option("--sync-lookup-budget", min=0, help="Names that may be looked up now; 0 looks none up."),
]


@app.command()
def run(domain: DomainOption = "annuity_performance") -> None:
    """Run the whole job: ingest, resolve, look unknown names up, resolve again, sum up."""
    progress = Progress(console)
    with _environment() as environment:
        summary = run_pipeline(environment.settings, environment.address, environment.schema, domain, progress)
        console.print()
        print_run_summary(console, summary)
        progress.say(f"\nThe result is {environment.schema}.company_resolution in {environment.address}.")
        progress.say(f"Look at it: {_own_name()} db psql, then for example")
        progress.say("    select * from company_resolution limit 10;")
        if uses_embedded_server():
            progress.say(f"For plain dbt commands start the server first: {_own_name()} db start")


@app.command()
def ingest(
    domain: DomainOption,
    execute: Annotated[
        bool, typer.Option("--execute/--plan-only", help="Write, or only say what would be written.")
    ] = False,
    max_files: Annotated[int | None, typer.Option(min=1, help="At most so many files, by name.")] = None,
) -> None:
    """Take the files of a domain in as customer records."""
    progress = Progress(console)
    with _connected() as (environment, connection):
        layout = load_domain(domain, environment.settings.domains_dir)
        base_dir = data_base_dir(environment.settings)
        reports = ingest_files(
            connection,
            layout,
            base_dir,
            schema=environment.schema,
            execute=execute,
            max_files=max_files,
            on_file=lambda report: progress.say(describe_file(report)),
        )
        for report in reports:
            for row_number, reason in report.rejects:
                progress.say(f"{report.file_name}, row {row_number}: rejected: {reason}")
        if not reports:
            progress.say(f"No file matches {layout.files} below {base_dir}.")
        elif not execute:
            progress.say("Nothing was written; --execute takes the files in.")


@app.command()
def resolve(
    name: Annotated[str | None, typer.Argument(help="A customer's name.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="CSV file with the records to resolve.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where the resolved CSV file goes.")] = None,
    sync_lookup_budget: BudgetOption = None,
) -> None:
    """Resolve one name, or the records of a CSV file."""
    if (name is None) == (file is None) or (file is None) != (out is None):
        raise ConfigurationError("Give either a NAME, or --file together with --out.")
    with _connected() as (environment, connection):
        service = CompanyEnrichmentService(
            CompanyMappingLoader(connection, schema=environment.schema),
            lookup_queue(environment.settings, connection, environment.schema),
            provider_from_settings(environment.settings, connection, environment.schema),
            environment.settings.sync_lookup_budget,
        )
        if file is not None and out is not None:
            progress = Progress(console)
            counts = resolve_file(
                service,
                file,
                out,
                sync_lookup_budget=sync_lookup_budget,
                on_reject=lambda line, reason: progress.say(f"{file}, line {line}: rejected: {reason}"),
            )
            progress.say(
                f"{sum(counts.values()):,} rows written to {out}: "
                + ", ".join(f"{count:,} {status}" for status, count in sorted(counts.items()))
            )
            return
        result = service.resolve_company_id(customer_name=name, sync_lookup_budget=sync_lookup_budget)
        Progress(console).say(f"{result.company_id or '-'}\t{result.status.value}\t{result.reason}")


@app.command()
def worker(
    drain_queue: Annotated[
        bool, typer.Option("--drain", help="Stop when no request is ready; the only mode so far.")
    ] = False,
    batch_size: Annotated[int | None, typer.Option(min=1, help="Requests claimed at once.")] = None,
) -> None:
    """Work the lookup queue off."""
    if not drain_queue:
        raise ConfigurationError("This version works a queue off and ends: call it with --drain.")
    progress = Progress(console)
    with _connected() as (environment, connection):
        provider = provider_from_settings(environment.settings, connection, environment.schema)
        if provider is None:
            raise ConfigurationError("WDH_LOOKUP_PROVIDER is none: there is nobody to ask.")
        queue = lookup_queue(environment.settings, connection, environment.schema)
        work_queue_off(queue, provider, batch_size or environment.settings.lookup_batch_size, progress)


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Show settings and their origin, the queue, and the last run."""
    with _connected() as (environment, connection):
        summary = read_run_summary(connection, environment.schema)
        queue = lookup_queue(environment.settings, connection, environment.schema).get_queue_stats()
        facts = {
            "version": __version__,
            "database": str(environment.address),
            "server_version": connection.info.parameter_status("server_version"),
            "schema": environment.schema,
            "name_rules": _name_rules(connection, environment.schema),
            "dbt_project": str(project_directory(environment.settings)),
        }
    settings = describe_settings()
    if as_json:
        document = {
            **facts,
            "settings": settings,
            "queue": queue,
            "last_run": summary.as_dict() if summary else None,
        }
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        return
    table = Table("setting", "value", "from")
    for setting in settings:
        table.add_row(setting["name"], setting["value"], setting["origin"])
    for name, value in facts.items():
        console.print(f"{name.replace('_', ' ')}: {value}", markup=False, highlight=False, soft_wrap=True)
    console.print(table)
    console.print("lookup requests: " + ", ".join(f"{count:,} {state}" for state, count in queue.items()))
    if summary is None:
        console.print("No run has finished yet.")
    else:
        console.print(f"Last run: {summary.run_id}, {summary.status}, {summary.finished_at:%Y-%m-%d %H:%M:%S %Z}")
        print_run_summary(console, summary)


def _name_rules(connection: extensions.connection, schema: str) -> str:
    """Return the version of the name rules in force, and the one under which keys were stored if it is another."""
    with joined_transaction(connection) as cursor:
        cursor.execute(
            sql.SQL(
                "select {schema}.company_name_key_version() as present, applied.key_version as deployed"
                " from {schema}.schema_migrations as applied order by applied.applied_at desc limit 1"
            ).format(schema=sql.Identifier(schema))
        )
        version = as_mapping(cursor.fetchone(), ("present", "deployed"))
    if version["deployed"] in (None, version["present"]):
        return str(version["present"])
    return f"{version['present']}; keys were stored under {version['deployed']}"


@database_app.command("start")
def database_start() -> None:
    """Start the embedded server and keep it running until `db stop`."""
    server = _embedded_server()
    server.start()
    Progress(console).say(f"The embedded server is running, in {server.socket_directory}.")


@database_app.command("stop")
def database_stop() -> None:
    """Stop the embedded server."""
    stopped = _embedded_server().stop()
    Progress(console).say("The embedded server was stopped." if stopped else "The embedded server was not running.")


@database_app.command("url")
def database_url() -> None:
    """Print the address of the database in use, without the password."""
    Progress(console).say(DatabaseAddress.from_settings().uri_without_password)


@database_app.command("psql", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def database_psql(context: typer.Context) -> None:
    """Open psql on the database in use; further arguments are psql's."""
    with _environment() as environment:
        address = environment.address
        psql = shutil.which("psql") or _bundled_psql()
        # The password travels in the environment: arguments can be read by every user of the machine.
        variables = {
            **os.environ,
            "PGHOST": address.host,
            "PGPORT": str(address.port),
            "PGUSER": address.user,
            "PGDATABASE": address.dbname,
            "PGSSLMODE": address.sslmode,
            "PGOPTIONS": f"-c search_path={environment.schema},public",
            **({"PGPASSWORD": address.password} if address.password else {}),
        }
        code = os.spawnve(os.P_WAIT, psql, [psql, *context.args], variables)  # noqa: S606
    raise typer.Exit(1 if code else 0)


def _own_name() -> str:
    """Return what to type to get this command: its name, or its path where it is not on the PATH."""
    return "company-enrichment" if shutil.which("company-enrichment") else os.path.relpath(sys.argv[0])


def _bundled_psql() -> str:
    psql = find_binaries() / "psql"
    if not psql.exists():
        raise DatabaseError("psql is not installed; any PostgreSQL client will do: see `company-enrichment db url`.")
    return str(psql)


def _embedded_server() -> EmbeddedServer:
    if not uses_embedded_server():
        raise ConfigurationError("WDH_DATABASE__URI is set: the embedded server is not in use.")
    return EmbeddedServer(state_directory())
