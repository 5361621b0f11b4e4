"""All checks, in the order in which one rests on the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing

from psycopg2 import extensions

from company_enrichment.address import DatabaseAddress, uses_embedded_server
from company_enrichment.database import read_only_transaction
from company_enrichment.embedded.server import EmbeddedServer
from company_enrichment.errors import ConfigurationError, DatabaseError, EmbeddedServerError
from company_enrichment.health import connection as of_connection
from company_enrichment.health import deployment, lookups, surroundings
from company_enrichment.health.findings import Finding, HealthReport, first_line, problem
from company_enrichment.settings import DatabaseSettings, Settings, load_database_settings, load_settings
from company_enrichment.state_directory import state_directory

_BY_DBT = "project and database"
_OF_DATABASE = ("rights", "extension", "deployed version")
_OF_DEPLOYMENT = (
    "operational tables",
    "name rules",
    "provider",
    "outage",
    "queue",
    "thresholds",
    "last run",
    "sample",
    _BY_DBT,
)

# Nobody waits longer for a health check, whoever holds a lock.
_LIMIT_TIME = "set local lock_timeout = '5s'; set local statement_timeout = '30s'"


def examine(*, ask: bool = False, with_dbt: bool = True) -> HealthReport:
    """Make every check that can be made, and return what they found; nothing is written.

    Args:
        ask: ask a provider that is a server for a name; its settings are only read otherwise.
        with_dbt: have dbt compare the project with the database, where it is installed; that takes some seconds.

    """
    report = HealthReport()
    settings = database = None
    report.add(*surroundings.check_misspelt_settings())
    try:
        settings = load_settings()
    except ConfigurationError as error:
        report.add(surroundings.wrong_setting(error))
    else:
        report.add(*surroundings.check_dbt(settings))
        report.add(*surroundings.check_domains(settings))
        report.add(*surroundings.check_files(settings))
    try:
        database = load_database_settings()
        address = DatabaseAddress.from_settings(database)
    except ConfigurationError as error:
        report.add(surroundings.wrong_setting(error))
        report.not_checked = ["connection", *_OF_DATABASE, *_OF_DEPLOYMENT]
        return report
    _examine_database(report, settings, database, address, ask=ask, with_dbt=with_dbt)
    return report


def _examine_database(
    report: HealthReport,
    settings: Settings | None,
    database: DatabaseSettings,
    address: DatabaseAddress,
    *,
    ask: bool,
    with_dbt: bool,
) -> None:
    report.not_checked = [*_OF_DATABASE, *_OF_DEPLOYMENT]
    is_embedded = uses_embedded_server(database)
    schema = database.database_schema
    with ExitStack() as stack:
        try:
            if is_embedded:
                # A start would make the database, and this only looks.
                if not EmbeddedServer(state_directory()).has_data:
                    message = "the embedded server, which is used because WDH_DATABASE__URI is not set, has no database"
                    report.add(problem("connection", message, "company-enrichment run"))
                    return
                stack.enter_context(EmbeddedServer(state_directory()).in_use())
            connection = stack.enter_context(closing(address.connect()))
        except EmbeddedServerError as error:
            report.add(problem("connection", first_line(error), "company-enrichment db start"))
            return
        except DatabaseError as error:
            report.add(of_connection.cannot_connect(error, is_embedded=is_embedded))
            return
        try:
            _examine_connection(report, settings, connection, address, schema, ask=ask)
        except DatabaseError as error:
            # The session is gone: what was not checked until then cannot be.
            report.add(problem("connection", first_line(error), "company-enrichment doctor"))
            return
        if report.not_checked == [_BY_DBT] and with_dbt and surroundings.has_dbt():
            # On a connection of its own, when ours holds no snapshot any more.
            report.add(*deployment.check_project_against_database())
            report.not_checked = []


def _examine_connection(
    report: HealthReport,
    settings: Settings | None,
    connection: extensions.connection,
    address: DatabaseAddress,
    schema: str,
    *,
    ask: bool,
) -> None:
    def look(check: str, found: Callable[[], Iterable[Finding]]) -> None:
        with report.guarded(check):
            report.add(*found())
        if connection.closed:
            raise DatabaseError("The server has ended the session")

    look("connection", lambda: of_connection.check_connection(connection, address))
    with read_only_transaction(connection) as cursor:
        cursor.execute(_LIMIT_TIME)
        look("rights", lambda: of_connection.check_rights(connection, schema))
        look("extension", lambda: of_connection.check_extension(connection))
        before = report.count("problem")
        look("deployed version", lambda: [deployment.check_version(connection, schema)])
        report.not_checked = [*_OF_DEPLOYMENT]
        if report.count("problem") > before:
            return
        report.not_checked = [_BY_DBT]
        look("operational tables", lambda: [deployment.check_lost_tables(connection, schema)])
        look("name rules", lambda: [deployment.check_characters(connection, schema)])
        if settings is None:
            report.not_checked = ["provider", "outage", _BY_DBT]
        else:
            look("provider", lambda: lookups.check_provider(settings, connection, schema, ask=ask))
            look("outage", lambda: lookups.check_outage(settings, connection, schema))
        look("queue", lambda: lookups.check_queue(connection, schema))
        look("thresholds", lambda: lookups.check_thresholds(connection, schema))
        look("last run", lambda: [deployment.check_last_run(connection, schema)])
        look("sample", lambda: [deployment.check_sample(connection, schema)])
