"""Connections and transactions.

Where the database is: ``WDH_DATABASE__URI``, else the embedded server; profiles.yml follows
the same rule. How its errors reach the caller: as :class:`DatabaseError`, never as psycopg2's.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote
from weakref import WeakKeyDictionary

import psycopg2
from psycopg2 import errors as pg_errors
from psycopg2 import extensions

from company_enrichment.embedded_server import EmbeddedServer
from company_enrichment.errors import (
    ConfigurationError,
    DatabaseError,
    OpenTransactionError,
    SchemaNotDeployedError,
    UnsuitableDatabaseError,
)
from company_enrichment.settings import DatabaseSettings, load_database_settings
from company_enrichment.state_directory import state_directory

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
        server = EmbeddedServer(state_directory())
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
            )
        except psycopg2.Error as error:
            raise DatabaseError(f"Cannot connect to {self}: {_first_line(error)}") from None
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
    try:
        connection = source() if callable(source) else psycopg2.connect(source)  # type: ignore[arg-type]
    except psycopg2.Error as error:
        raise DatabaseError(f"Cannot connect: {_first_line(error)}") from None
    if not isinstance(connection, extensions.connection):
        raise ConfigurationError(
            f"connection gave a {type(connection).__name__}; it must be a psycopg2 connection, a DSN, or return a "
            "psycopg2 connection."
        )
    return connection


def is_behind_pooler(connection: extensions.connection, cursor: Any) -> bool:
    """Return True when a connection pooler stands before the server: what a session keeps may be somebody else's next.

    A pooler introduces itself by a process id of its own making. Its mode does not show: one that may give each
    transaction another session need not do so while nobody else wants one.
    """
    cursor.execute("select pg_backend_pid() as pid")
    pid: int = as_mapping(cursor.fetchone(), ("pid",))["pid"]
    return pid != connection.info.backend_pid


def uses_embedded_server(settings: DatabaseSettings | None = None) -> bool:
    """Return True when no other database is configured."""
    settings = settings or load_database_settings()
    return settings.uri is None or not settings.uri.get_secret_value()


def _first_line(error: psycopg2.Error) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _is_in_transaction(connection: Any) -> bool:
    """Return True inside a transaction of the caller's. Autocommit connections are in none between calls.

    Of a connection that has ended the status is unknown: what is done next will say so.
    """
    status = getattr(connection, "get_transaction_status", None)
    return status is not None and status() not in (
        extensions.TRANSACTION_STATUS_IDLE,
        extensions.TRANSACTION_STATUS_UNKNOWN,
    )


@contextmanager
def _typed_errors() -> Iterator[None]:
    try:
        yield
    except (pg_errors.UndefinedTable, pg_errors.UndefinedFunction, pg_errors.InvalidSchemaName) as error:
        raise SchemaNotDeployedError(
            f"{_first_line(error)}. Deploy the tables first: `company-enrichment run`, or `dbt run` in the "
            "project folder."
        ) from error
    except psycopg2.Error as error:
        raise DatabaseError(_first_line(error)) from error


def refuse_unsuitable_database(cursor: Any) -> None:
    """Raise UnsuitableDatabaseError where every Chinese name would have the same, empty key.

    The same test as the macro refuse_unsuitable_database, which cannot be called from here: there may be nothing
    deployed yet.
    """
    cursor.execute(
        "select current_database() as name, current_setting('server_encoding') = 'UTF8'"
        " and '公' ~ '^[[:alnum:]]$' and lower('ÄI') = 'äi' as is_suitable"
    )
    database = as_mapping(cursor.fetchone(), ("name", "is_suitable"))
    if not database["is_suitable"]:
        raise UnsuitableDatabaseError(
            f"Database {database['name']} cannot tell Chinese names apart: it needs the encoding UTF8 and a character "
            "type that knows CJK. Create one with: create database company_enrichment template template0 "
            "encoding 'UTF8' locale_provider libc lc_collate 'C' lc_ctype 'C.UTF-8'"
        )


def refuse_open_transaction(connection: Any) -> None:
    """Raise OpenTransactionError when the connection is inside a transaction of the caller's.

    Committing would end it, and not committing would publish what may be rolled back.
    """
    if _is_in_transaction(connection):
        raise OpenTransactionError(
            "The connection is inside an open transaction, and this call must commit by itself. "
            "Commit or roll back first, or give it a connection of its own."
        )


class _ConnectionLocks:
    """One lock for each connection: a transaction belongs to the thread that has begun it.

    psycopg2 lets threads share a connection, statement by statement: one would commit what another has begun.
    """

    def __init__(self) -> None:
        self._locks: WeakKeyDictionary[Any, threading.RLock] = WeakKeyDictionary()
        self._adding = threading.Lock()

    def of(self, connection: Any) -> threading.RLock:
        """Return the lock of a connection; a thread may take it again."""
        with self._adding:
            return self._locks.setdefault(connection, threading.RLock())


_locks = _ConnectionLocks()


@contextmanager
def own_transaction(connection: Any) -> Iterator[Any]:
    """Give a cursor whose work is committed at the end of the block, or rolled back when it fails.

    Raises OpenTransactionError, with nothing written, inside a transaction of the caller's. Other threads that want the
    connection for a block of theirs wait for the end of this one.
    """
    with _locks.of(connection):
        refuse_open_transaction(connection)
        with _transaction(connection) as cursor:
            yield cursor


@contextmanager
def _transaction(connection: Any) -> Iterator[Any]:
    with _typed_errors():
        try:
            with connection.cursor() as cursor:
                yield cursor
            connection.commit()
        except BaseException:
            # A session that the server has ended cannot be rolled back, and why it has is worth knowing.
            if not connection.closed:
                connection.rollback()
            raise


@contextmanager
def whole_transaction(connection: extensions.connection) -> Iterator[Any]:
    """As :func:`own_transaction`, for several statements that belong together: in autocommit, too, all or none commits.

    It reads what others have committed meanwhile, whatever the connection's isolation level.
    """
    with _locks.of(connection):
        refuse_open_transaction(connection)  # in which autocommit cannot be switched, either
        autocommit = connection.autocommit
        connection.autocommit = False
        try:
            with own_transaction(connection) as cursor:
                cursor.execute("set transaction isolation level read committed")
                yield cursor
        finally:
            if autocommit and not connection.closed:
                connection.autocommit = True


@contextmanager
def read_only_transaction(connection: extensions.connection) -> Iterator[Any]:
    """As :func:`whole_transaction`, but the database itself refuses every write: for what only says what would be."""
    with whole_transaction(connection) as cursor:
        cursor.execute("set transaction read only")
        yield cursor


@contextmanager
def joined_transaction(connection: Any) -> Iterator[Any]:
    """Give a cursor that works inside the caller's transaction when one is open, else in its own.

    Inside the caller's, a failure undoes this block alone and leaves the transaction usable.
    """
    with _locks.of(connection):
        if not _is_in_transaction(connection):
            with own_transaction(connection) as cursor:
                yield cursor
            return
        with _typed_errors(), connection.cursor() as cursor:
            cursor.execute("savepoint company_enrichment")
            try:
                yield cursor
            except BaseException:
                cursor.execute("rollback to savepoint company_enrichment")
                raise
            finally:
                cursor.execute("release savepoint company_enrichment")


def as_mapping(row: Any, columns: tuple[str, ...]) -> Mapping[str, Any]:
    """Return a row by column name, whether the cursor gives tuples or dictionaries."""
    return row if isinstance(row, Mapping) else dict(zip(columns, row, strict=True))
