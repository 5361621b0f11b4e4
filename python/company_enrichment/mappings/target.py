"""The database that mappings are loaded into, for this process and for dbt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext

from psycopg2 import extensions

from company_enrichment.address import ConnectionSource, DatabaseAddress, embedded_server_in_use, new_connection
from company_enrichment.settings import DatabaseSettings, load_database_settings


class MappingDatabase:
    """The database that mappings are loaded into, for this process and for dbt.

    Args:
        connection: see ConnectionSource. An open connection must be in no transaction, and stays open.
        schema: the schema of the tables; the setting WDH_DATABASE__SCHEMA when None.

    """

    def __init__(self, connection: ConnectionSource = None, *, schema: str | None = None) -> None:
        arguments = {} if schema is None else {"WDH_DATABASE__SCHEMA": schema}
        self._settings: DatabaseSettings = load_database_settings(**arguments)
        self._given = connection
        self._variables = dict(arguments)
        self.schema = self._settings.database_schema

    @contextmanager
    def connected(self) -> Iterator[extensions.connection]:
        """Give the caller's connection, or a new one that is closed at the end of the block.

        The caller's must be in no transaction, and no second one is opened beside it: that would wait for ever for what
        the caller's transaction has locked, and dbt even for what it has read.
        """
        if isinstance(self._given, extensions.connection):
            yield self._given
            return
        with closing(new_connection(self._given, self._settings)) as connection:
            yield connection

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep the embedded server running while the block does, when it is the one in use."""
        with embedded_server_in_use(self._settings) if self._given is None else nullcontext():
            yield

    def dbt_variables(self, connection: extensions.connection) -> dict[str, str]:
        """Return what leads dbt to the database of this connection: the password goes by the environment alone."""
        if self._given is None:
            return self._variables
        return {**self._variables, "WDH_DATABASE__URI": DatabaseAddress.of_connection(connection).uri}
