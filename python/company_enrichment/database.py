"""Transactions, and how the errors of the database reach the caller: as :class:`DatabaseError`, never as psycopg2's.

A transaction sets what it needs (read committed, UTF-8) itself, whatever the database's administrator has set as a
default.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import psycopg2
from psycopg2 import errors as pg_errors
from psycopg2 import extensions

from company_enrichment.errors import (
    DatabaseError,
    DatabaseReadOnlyError,
    OpenTransactionError,
    SchemaNotDeployedError,
    UnsuitableDatabaseError,
)


def is_behind_pooler(connection: extensions.connection, cursor: extensions.cursor) -> bool:
    """Return True when a connection pooler stands before the server: what a session keeps may be somebody else's next.

    A pooler introduces itself by a process id of its own making. Its mode does not show: one that may give each
    transaction another session need not do so while nobody else wants one.
    """
    cursor.execute("select pg_backend_pid() as pid")
    pid: int = as_mapping(cursor.fetchone(), ("pid",))["pid"]
    return pid != connection.info.backend_pid


def first_line_of(error: psycopg2.Error) -> str:
    """Return the first line of a message of libpq; the others repeat the statement."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _is_in_transaction(connection: extensions.connection) -> bool:
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
            f"{first_line_of(error)}. Deploy the tables first: `company-enrichment run`, or `dbt run` in the "
            "project folder."
        ) from error
    except pg_errors.ReadOnlySqlTransaction as error:
        raise DatabaseReadOnlyError(
            f"The database takes no writes now: {first_line_of(error)}. It is a standby, or is failing over; go on "
            "once it takes writes, or connect to the server that does."
        ) from error
    except psycopg2.Error as error:
        raise DatabaseError(first_line_of(error)) from error
    except UnicodeEncodeError as error:
        raise DatabaseError(
            f"A text cannot be sent in the client encoding of the connection, {error.encoding}: connect with "
            "client_encoding='UTF8', or call set_client_encoding('UTF8')."
        ) from error


def refuse_read_only_database(cursor: extensions.cursor) -> None:
    """Raise DatabaseReadOnlyError where nothing can be written: on a standby, or during a failover."""
    cursor.execute("select current_setting('transaction_read_only') = 'on' as is_read_only")
    if as_mapping(cursor.fetchone(), ("is_read_only",))["is_read_only"]:
        raise DatabaseReadOnlyError("The database takes no writes now: it is a standby, or is failing over.")


def refuse_unsuitable_database(cursor: extensions.cursor) -> None:
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


def refuse_open_transaction(connection: extensions.connection) -> None:
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
        self._locks: WeakKeyDictionary[extensions.connection, threading.RLock] = WeakKeyDictionary()
        self._adding = threading.Lock()

    def of(self, connection: extensions.connection) -> threading.RLock:
        """Return the lock of a connection; a thread may take it again."""
        with self._adding:
            return self._locks.setdefault(connection, threading.RLock())


_locks = _ConnectionLocks()


@contextmanager
def own_transaction(connection: extensions.connection) -> Iterator[extensions.cursor]:
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


_defaults: WeakKeyDictionary[extensions.connection, _Defaults] = WeakKeyDictionary()


def _defaults_of(connection: extensions.connection) -> _Defaults:
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
def _beginning_read_committed(connection: extensions.connection) -> Iterator[None]:
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
def _transaction(connection: extensions.connection) -> Iterator[extensions.cursor]:
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
def whole_transaction(connection: extensions.connection) -> Iterator[extensions.cursor]:
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
def read_only_transaction(connection: extensions.connection) -> Iterator[extensions.cursor]:
    """As :func:`whole_transaction`, but the database itself refuses every write: for what only says what would be."""
    with whole_transaction(connection) as cursor:
        cursor.execute("set transaction read only")
        yield cursor


@contextmanager
def joined_transaction(connection: extensions.connection) -> Iterator[extensions.cursor]:
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


def column_names_of(cursor: extensions.cursor) -> tuple[str, ...]:
    """Return the names of the columns of what was selected."""
    return tuple(column.name for column in cursor.description or ())
