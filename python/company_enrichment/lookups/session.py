"""A worker's session with the database: it is made, listened to, looked after and made anew."""

from __future__ import annotations

import logging
import select
from collections.abc import Callable

import psycopg2
from psycopg2 import extensions, sql
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from company_enrichment.database import is_behind_pooler, own_transaction, refuse_read_only_database
from company_enrichment.errors import DatabaseError
from company_enrichment.lookups.limits import ProviderLimits
from company_enrichment.lookups.queue import LookupQueue, notification_channel
from company_enrichment.lookups.report import WorkerOptions

logger = logging.getLogger(__name__)

_RECONNECT_SECONDS = 600.0
"""For how long a worker that is to end tries to reach a database that is gone. Others never give up."""


class WorkerSession:
    """The session of one worker, with its queue and its provider's limits.

    Args:
        connect: returns a new connection; called again when the database was lost.
        make_queue: makes the queue of a connection.
        provider_name: the name under which all workers share their limits.
        schema: the schema of the tables.
        options: those of the worker.

    """

    queue: LookupQueue
    limits: ProviderLimits

    def __init__(
        self,
        connect: Callable[[], extensions.connection],
        make_queue: Callable[[extensions.connection], LookupQueue],
        *,
        provider_name: str,
        schema: str,
        options: WorkerOptions,
    ) -> None:
        self._connect = connect
        self._make_queue = make_queue
        self._provider_name = provider_name
        self._schema = schema
        self._options = options
        self._connection: extensions.connection | None = None
        self._is_polling_said = False
        self.is_awaited = False
        """Whether the database is gone, or takes no writes, and the worker waits for it."""

    @property
    def was_opened(self) -> bool:
        """Whether there was ever a connection on which the worker could go on."""
        return self._connection is not None

    def open(self) -> None:
        """Connect to a database that takes writes, and have it tell of new requests.

        Raises DatabaseError when there is none, and DatabaseReadOnlyError when it takes none.
        """
        connection = self._connect()
        try:
            with own_transaction(connection) as cursor:
                refuse_read_only_database(cursor)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        self.queue = self._make_queue(connection)
        self.limits = ProviderLimits(
            connection,
            provider=self._provider_name,
            schema=self._schema,
            rate=self._options.rate,
            daily_quota=self._options.daily_quota,
        )
        with own_transaction(connection) as cursor:
            # What is listened to belongs to a session of the server, and a pooler gives that to others.
            if is_behind_pooler(connection, cursor):
                self._say_that_it_polls()
            else:
                channel = sql.Identifier(notification_channel(self._schema))
                cursor.execute(sql.SQL("listen {channel}").format(channel=channel))

    def _say_that_it_polls(self) -> None:
        if not self._options.drain and not self._is_polling_said:
            logger.warning(
                "The database is behind a connection pooler, which passes no notifications on: an idle worker looks for"
                " new requests every %g seconds",
                self._options.poll_seconds,
            )
            self._is_polling_said = True

    def is_connected(self) -> bool:
        """Whether the database still answers; the connection does not notice every way of losing it."""
        if self._connection is None or self._connection.closed:
            return False
        try:
            self._connection.rollback()
            with self._connection.cursor() as cursor:
                cursor.execute("select")
            self._connection.rollback()
        except psycopg2.Error:
            return False
        return True

    def reopen(self, error: DatabaseError, *, is_stopped: Callable[[], bool], sleep: Callable[[float], None]) -> None:
        """Connect anew after an error, at growing intervals, until it succeeds or the worker is stopped.

        A worker that drains gives up after a while. Raises the last error then, as after a stop.
        """
        logger.warning("The database is gone, or takes no writes: %s", error)
        self.close()
        self.is_awaited = True
        is_over = stop_after_delay(_RECONNECT_SECONDS)
        Retrying(
            retry=retry_if_exception_type(DatabaseError),
            wait=wait_random_exponential(multiplier=0.5, max=30),
            stop=lambda state: is_stopped() or (self._options.drain and is_over(state)),
            sleep=sleep,
            reraise=True,
        )(self.open)
        self.is_awaited = False
        logger.warning("The database is back")

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()

    def forget_notifications(self) -> None:
        """Take what was notified so far for known: for somebody who looks for requests now."""
        self._opened.notifies.clear()

    def is_notified(self, seconds: float) -> bool:
        """Whether a notification has come since the last look; waits so long for something to arrive.

        False says that there is none yet: what has arrived is found by the next call. Raises DatabaseError when the
        connection is lost.
        """
        connection = self._opened
        if connection.notifies:
            connection.notifies.clear()
            return True
        ready, _, _ = select.select([connection], [], [], max(seconds, 0))
        if ready:
            try:
                connection.poll()
            except psycopg2.Error as error:
                connection.close()
                raise DatabaseError(str(error).strip()) from error
        return False

    @property
    def _opened(self) -> extensions.connection:
        assert self._connection is not None  # noqa: S101 - narrows the type for mypy
        return self._connection
