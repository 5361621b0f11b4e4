"""The commands `db`: the embedded server, and the database in use."""

from __future__ import annotations

import os
import shutil

import typer

from company_enrichment.address import DatabaseAddress, uses_embedded_server
from company_enrichment.cli.environment import open_environment
from company_enrichment.cli.output import console
from company_enrichment.cli.progress import Progress
from company_enrichment.embedded.binaries import find_binaries
from company_enrichment.embedded.server import EmbeddedServer
from company_enrichment.errors import ConfigurationError, DatabaseError
from company_enrichment.state_directory import state_directory

database_app = typer.Typer(help="The embedded PostgreSQL server.", no_args_is_help=True)


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
    with open_environment() as environment:
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


def _bundled_psql() -> str:
    psql = find_binaries() / "psql"
    if not psql.exists():
        raise DatabaseError("psql is not installed; any PostgreSQL client will do: see `company-enrichment db url`.")
    return str(psql)


def _embedded_server() -> EmbeddedServer:
    if not uses_embedded_server():
        raise ConfigurationError("WDH_DATABASE__URI is set: the embedded server is not in use.")
    return EmbeddedServer(state_directory())
