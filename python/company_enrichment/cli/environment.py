"""What every command works with: the settings, the database, and where it writes to."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from psycopg2 import extensions, sql

from company_enrichment.address import DatabaseAddress, embedded_server_in_use
from company_enrichment.database import own_transaction
from company_enrichment.schema_version import refuse_other_schema_version
from company_enrichment.settings import Settings, load_database_settings, load_settings


@dataclass(frozen=True)
class Environment:
    """What a command works with."""

    settings: Settings
    address: DatabaseAddress
    schema: str


@contextlib.contextmanager
def open_environment() -> Iterator[Environment]:
    """Give settings and address; the embedded server runs while the block does, when it is the one in use."""
    database = load_database_settings()
    settings = load_settings()
    address = DatabaseAddress.from_settings(database)
    with embedded_server_in_use(database):
        yield Environment(settings, address, database.database_schema)


@contextlib.contextmanager
def open_connection() -> Iterator[tuple[Environment, extensions.connection]]:
    """Give what a command works with and a connection, to tables of the version this package works with."""
    with open_environment() as environment, closing(environment.address.connect()) as connection:
        with own_transaction(connection) as cursor:
            refuse_other_schema_version(cursor, sql.Identifier(environment.schema))
        yield environment, connection


def own_name() -> str:
    """Return what to type to get this command: its name, or its path where it is not on the PATH."""
    return "company-enrichment" if shutil.which("company-enrichment") else os.path.relpath(sys.argv[0])
