"""Connections and transactions.

Where the database is: ``WDH_DATABASE__URI``, else the embedded server; profiles.yml follows
the same rule. How its errors reach the caller: as :class:`DatabaseError`, never as psycopg2's. What a transaction of
ours needs (read committed, UTF-8) it says itself, whatever the database's administrator has set as a default.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote, unquote
from weakref import WeakKeyDictionary

import psycopg2
from psycopg2 import errors as pg_errors
from psycopg2 import extensions

from company_enrichment.embedded_server import EmbeddedServer
from company_enrichment.errors import (
    ConfigurationError,
    DatabaseError,
    DatabaseReadOnlyError,
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
                # In any other encoding some names could not be sent at all.
                client_encoding="UTF8",
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
    if isinstance(source, str):
        return _connect_by_dsn(source)
    try:
        connection = source() if callable(source) else source
    except psycopg2.Error as error:
        # What was called has a DSN of its own, and libpq repeats parts of one in its messages.
        raise DatabaseError(f"Cannot connect: {_without_quoted_parts(_first_line(error))}") from None
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
        raise DatabaseError(f"Cannot connect: {_first_line(error)}") from None


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


def is_connection_lost(error: psycopg2.Error) -> bool:
    """Return True when the session of an error is gone; any other error leaves it usable after a rollback."""
    code = error.pgcode
    # 08: connection exceptions; 57P: the server shuts down, has crashed, or dropped the database.
    return code is None or code.startswith(("08", "57P"))


@contextmanager
def _typed_errors() -> Iterator[None]:
    try:
        yield
    except (
        pg_errors.UndefinedTable,
        pg_errors.UndefinedColumn,
        pg_errors.UndefinedFunction,
        pg_errors.InvalidSchemaName,
    ) as error:
        raise SchemaNotDeployedError(
            f"{_first_line(error)}. Deploy the tables first: `company-enrichment run`, or `dbt run` in the "
            "project folder."
        ) from error
    except pg_errors.ReadOnlySqlTransaction as error:
        raise DatabaseReadOnlyError(
            f"The database takes no writes now: {_first_line(error)}. It is a standby, or is failing over; go on once "
            "it takes writes, or connect to the server that does."
        ) from error
    except psycopg2.Error as error:
        raise DatabaseError(_first_line(error)) from error
    except UnicodeEncodeError as error:
        raise DatabaseError(
            f"A text cannot be sent in the client encoding of the connection, {error.encoding}: connect with "
            "client_encoding='UTF8', or call set_client_encoding('UTF8')."
        ) from error


def refuse_read_only_database(cursor: Any) -> None:
    """Raise DatabaseReadOnlyError where nothing can be written: on a standby, or during a failover."""
    cursor.execute("select current_setting('transaction_read_only') = 'on' as is_read_only")
    if as_mapping(cursor.fetchone(), ("is_read_only",))["is_read_only"]:
        raise DatabaseReadOnlyError("The database takes no writes now: it is a standby, or is failing over.")


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

    It reads what others have committed meanwhile, whatever the connection's or the database's isolation level: under
    another, two that write the same row would fail by chance.

    Raises OpenTransactionError, with nothing written, inside a transaction of the caller's. Other threads that want the
    connection for a block of theirs wait for the end of this one.
    """
    with _locks.of(connection):
        refuse_open_transaction(connection)
        with _beginning_read_committed(connection), _transaction(connection) as cursor:
            yield cursor


class _Defaults(NamedTuple):
    """What a session has when we say nothing, as far as our statements depend on it."""

    isolation: str
    reads_nulls: bool
    """Whether NULL in the text of an array is no value. With array_nulls off it is a word, and would become a code."""


_defaults: WeakKeyDictionary[Any, _Defaults] = WeakKeyDictionary()


def _defaults_of(connection: Any) -> _Defaults:
    """Return the defaults of a connection's session, which are looked up once."""
    known = _defaults.get(connection)
    if known is None:
        is_idle = not _is_in_transaction(connection)
        with _typed_errors(), connection.cursor() as cursor:
            cursor.execute(
                "select current_setting('default_transaction_isolation') as isolation,"
                " current_setting('array_nulls')::boolean as reads_nulls"
            )
            known = _defaults[connection] = _Defaults(**as_mapping(cursor.fetchone(), _Defaults._fields))
        # The transaction to come is another one, of the level that it needs.
        if is_idle:
            connection.rollback()
    return known


@contextmanager
def _beginning_read_committed(connection: Any) -> Iterator[None]:
    """Have the transactions that begin within the block be of the level read committed.

    In autocommit each statement stays a transaction of its own where that is what the session has anyway; elsewhere the
    block becomes one transaction.
    """
    if not isinstance(connection, extensions.connection) or connection.closed:
        yield
        return
    autocommit, level = connection.autocommit, connection.isolation_level
    if autocommit and _is_fit_for_autocommit(_defaults_of(connection), level):
        yield
        return
    connection.autocommit = False
    connection.isolation_level = extensions.ISOLATION_LEVEL_READ_COMMITTED
    try:
        yield
    finally:
        if not connection.closed:
            connection.isolation_level = level
            connection.autocommit = autocommit


def _is_fit_for_autocommit(defaults: _Defaults, level: int | None) -> bool:
    is_read_committed = (
        defaults.isolation == "read committed" if level is None else level == extensions.ISOLATION_LEVEL_READ_COMMITTED
    )
    return is_read_committed and defaults.reads_nulls


@contextmanager
def _transaction(connection: Any) -> Iterator[Any]:
    with _typed_errors():
        try:
            reads_nulls = _defaults_of(connection).reads_nulls
            with connection.cursor() as cursor:
                if not reads_nulls:
                    cursor.execute("set local array_nulls = on")
                yield cursor
            connection.commit()
        except BaseException:
            # A session that the server has ended cannot be rolled back, and why it has is worth knowing.
            if not connection.closed:
                connection.rollback()
            raise


@contextmanager
def whole_transaction(connection: extensions.connection) -> Iterator[Any]:
    """As :func:`own_transaction`, for statements that belong together: in autocommit, too, all or none commits."""
    with _locks.of(connection):
        refuse_open_transaction(connection)  # in which autocommit cannot be switched, either
        autocommit = connection.autocommit
        connection.autocommit = False
        try:
            with own_transaction(connection) as cursor:
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
                if _defaults_of(connection).reads_nulls:
                    yield cursor
                else:
                    cursor.execute("set local array_nulls = on")
                    yield cursor
                    cursor.execute("set local array_nulls = off")
            except BaseException:
                cursor.execute("rollback to savepoint company_enrichment")
                raise
            finally:
                cursor.execute("release savepoint company_enrichment")


def as_mapping(row: Any, columns: tuple[str, ...]) -> Mapping[str, Any]:
    """Return a row by column name, whether the cursor gives tuples or dictionaries."""
    return row if isinstance(row, Mapping) else dict(zip(columns, row, strict=True))
