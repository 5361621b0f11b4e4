"""Where the database is, and connections to it.

It is where ``WDH_DATABASE__URI`` says, else the embedded server; profiles.yml follows the same rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import psycopg2
from psycopg2 import extensions

from company_enrichment.database import first_line_of, own_transaction, refuse_unsuitable_database
from company_enrichment.errors import ConfigurationError, DatabaseError
from company_enrichment.settings import DatabaseSettings, load_database_settings

if TYPE_CHECKING:
    from company_enrichment.embedded.server import EmbeddedServer

ConnectionSource = extensions.connection | str | Callable[[], extensions.connection] | None
"""An open connection, a DSN, what returns a new connection, or None for the database that is configured."""

_URI = re.compile(
    r"postgres(?:ql)?://"
    r"(?:(?P<user>[^:@/?#]*)(?::(?P<password>[^@/?#]*))?@)?"
    r"(?P<host>[^:@/?#]+)(?::(?P<port>[0-9]+))?"
    r"/(?P<dbname>[^/?#]+)"
    r"(?:\?sslmode=(?P<sslmode>[a-z-]+))?",
    re.ASCII,
)


@dataclass(frozen=True)
class DatabaseAddress:
    """Where a database is and who connects; the password shows in no repr."""

    host: str
    port: int
    user: str
    dbname: str
    sslmode: str = "prefer"
    password: str = field(default="", repr=False)

    @classmethod
    def from_uri(cls, uri: str) -> DatabaseAddress:
        """Take a URI apart by the subset of forms that profiles.yml understands too.

        Raises ConfigurationError for any other form; the message does not repeat the URI, which may
        hold a password.
        """
        match = _URI.fullmatch(uri)
        if match is None:
            raise ConfigurationError(
                "WDH_DATABASE__URI must have the form postgresql://user:password@host:port/dbname?sslmode=mode; "
                "percent-encode any of :/?#@% in user or password. Only sslmode is taken as an option."
            )
        parts = match.groupdict()
        return cls(
            host=unquote(parts["host"]),
            port=int(parts["port"] or 5432),
            user=unquote(parts["user"] or "") or "postgres",
            password=unquote(parts["password"] or ""),
            dbname=unquote(parts["dbname"]),
            sslmode=parts["sslmode"] or "prefer",
        )

    @classmethod
    def of_connection(cls, connection: extensions.connection) -> DatabaseAddress:
        """Return the address that an open connection leads to, its password included."""
        info = connection.info
        return cls(
            host=info.host,
            port=info.port,
            user=info.user,
            dbname=info.dbname,
            sslmode=info.dsn_parameters.get("sslmode", "prefer"),
            password=info.password or "",
        )

    @classmethod
    def from_settings(cls, settings: DatabaseSettings | None = None) -> DatabaseAddress:
        """Return the address that ``WDH_DATABASE__URI`` gives, else the embedded server's."""
        settings = settings or load_database_settings()
        if settings.uri is not None and settings.uri.get_secret_value():
            return cls.from_uri(settings.uri.get_secret_value())
        server = _embedded_server()
        return cls(host=str(server.socket_directory), port=server.port, user=server.user, dbname=server.database)

    def connect(self) -> extensions.connection:
        """Open a connection.

        Raises DatabaseError when there is no server or it refuses, UnsuitableDatabaseError when the
        database cannot tell Chinese names apart.
        """
        try:
            connection = psycopg2.connect(
                host=self.host,
                port=self.port,
                user=self.user,
                password=self.password,
                dbname=self.dbname,
                sslmode=self.sslmode,
                connect_timeout=10,
                application_name="company-enrichment",
                # In any other encoding some names could not be sent at all.
                client_encoding="UTF8",
            )
        except psycopg2.Error as error:
            raise DatabaseError(f"Cannot connect to {self}: {first_line_of(error)}") from None
        try:
            with own_transaction(connection) as cursor:
                refuse_unsuitable_database(cursor)
        except BaseException:
            connection.close()
            raise
        return connection

    @property
    def uri_without_password(self) -> str:
        """The address in the form that from_uri() reads, fit to be printed."""
        user, host, dbname = (quote(part, safe="") for part in (self.user, self.host, self.dbname))
        return f"postgresql://{user}@{host}:{self.port}/{dbname}?sslmode={self.sslmode}"

    @property
    def uri(self) -> str:
        """The address with the password, for the environment of a child process: never to be printed."""
        login = quote(self.user, safe="") + (f":{quote(self.password, safe='')}" if self.password else "")
        host, dbname = quote(self.host, safe=""), quote(self.dbname, safe="")
        return f"postgresql://{login}@{host}:{self.port}/{dbname}?sslmode={self.sslmode}"

    def __str__(self) -> str:
        return f"{self.user}@{self.host}:{self.port}/{self.dbname}"


def new_connection(source: ConnectionSource, settings: DatabaseSettings | None = None) -> extensions.connection:
    """Open a connection to what a source that is no connection leads to; None is the database that the settings name.

    Raises DatabaseError when there is no server or it refuses, ConfigurationError when the source gives something else.
    """
    if source is None:
        return DatabaseAddress.from_settings(settings).connect()
    if isinstance(source, str):
        return _connect_by_dsn(source)
    try:
        connection = source() if callable(source) else source
    except psycopg2.Error as error:
        # What was called has a DSN of its own, and libpq repeats parts of one in its messages.
        raise DatabaseError(f"Cannot connect: {_without_quoted_parts(first_line_of(error))}") from None
    if not isinstance(connection, extensions.connection):
        raise ConfigurationError(
            f"connection gave a {type(connection).__name__}; it must be a psycopg2 connection, a DSN, or return a "
            "psycopg2 connection."
        )
    return connection


def _connect_by_dsn(dsn: str) -> extensions.connection:
    """Open a connection to what a DSN names.

    The errors repeat nothing of a DSN that was not written as it was meant: what libpq takes for a host or a port is
    then often a piece of the password.
    """
    try:
        parts = extensions.parse_dsn(dsn)
    except psycopg2.ProgrammingError:
        raise ConfigurationError(
            "connection is a text, but no DSN that libpq can read; it is not repeated here, because it may hold a "
            "password. Percent-encode any of :/?#@% in the user and password of a URI, and put values with blanks or "
            "backslashes into single quotes in the form key=value."
        ) from None
    misread = [
        name
        for name in ("host", "hostaddr", "port", "dbname", "user")
        if not _PLAIN_PART[name].fullmatch(parts.get(name, ""))
    ]
    try:
        return psycopg2.connect(dsn, client_encoding="UTF8")
    except psycopg2.Error as error:
        if misread:
            raise DatabaseError(
                f"Cannot connect: the {' and the '.join(misread)} in the DSN cannot be right. Percent-encode any of "
                ":/?#@% in the user and password of a URI. The DSN is not repeated here: it may hold a password."
            ) from None
        raise DatabaseError(f"Cannot connect: {first_line_of(error)}") from None


_PLAIN_PART = {
    "host": re.compile(r"[^@:?#%]*|[0-9a-fA-F:.%,\[\]]+"),
    "hostaddr": re.compile(r"[0-9a-fA-F:.%,]*"),
    "port": re.compile(r"[0-9,]*", re.ASCII),
    "dbname": re.compile(r"[^@/]*"),
    "user": re.compile(r"[^/:]*"),
}


def _without_quoted_parts(message: str) -> str:
    """Return a message of libpq without what it quotes, which may be a part of a password that was not encoded."""
    if message.startswith("invalid"):
        return "the DSN or one of its options cannot be read"
    return re.sub(r'"[^"]*"', "...", message)


def uses_embedded_server(settings: DatabaseSettings | None = None) -> bool:
    """Return True when no other database is configured."""
    settings = settings or load_database_settings()
    return settings.uri is None or not settings.uri.get_secret_value()


@contextmanager
def embedded_server_in_use(settings: DatabaseSettings | None = None) -> Iterator[None]:
    """Keep the embedded server running while the block does, when it is the one in use."""
    if not uses_embedded_server(settings):
        yield
        return
    with _embedded_server().in_use():
        yield


def _embedded_server() -> EmbeddedServer:
    # Loaded where it is needed: nobody who has a warehouse needs the launcher.
    from company_enrichment.embedded.server import EmbeddedServer  # noqa: PLC0415
    from company_enrichment.state_directory import state_directory  # noqa: PLC0415

    return EmbeddedServer(state_directory())
