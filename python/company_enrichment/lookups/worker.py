"""Works the lookup queue off: claims requests, asks the provider, reports what came of each.

One thread talks to the database, the others ask the provider. Whatever ends the worker, nothing is lost: what it holds
is given back, or its leases run out and another worker takes it over.
"""

from __future__ import annotations

import logging
import queue as queues
import random
import select
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg2
from psycopg2 import extensions, sql
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from company_enrichment.database import is_behind_pooler, own_transaction, refuse_read_only_database
from company_enrichment.errors import (
    CompanyEnrichmentError,
    DatabaseError,
    DatabaseReadOnlyError,
    LookupProviderError,
    LookupProviderUnavailableError,
)
from company_enrichment.lookups.limits import Permit, ProviderLimits
from company_enrichment.lookups.providers import LookupProvider
from company_enrichment.lookups.queue import LookupQueue, notification_channel
from company_enrichment.lookups.report import WorkerOptions, WorkerReport
from company_enrichment.lookups.threads import ProviderThreads
from company_enrichment.records import ClaimReport, LookupAnswer, LookupRequest

logger = logging.getLogger(__name__)

_TICK_SECONDS = 0.5
"""The longest time without a look at signals and leases."""

_GATHER_SECONDS = 0.2
"""How long results wait for others to be reported with."""

_PATIENCE_SECONDS = 10.0
"""A pause so short is waited for with claims in hand."""

_RECONNECT_SECONDS = 600.0
"""For how long a worker that is to end tries to reach a database that is gone. Others never give up."""


class LookupWorker:
    """Works until it is told to stop or, with ``drain``, until no request is ready.

    Args:
        connect: returns a new connection; called again when the database was lost.
        queue: makes the queue of a connection.
        make_provider: makes the one who is asked, for each thread; so it need not be thread-safe.
        provider_name: its name, under which all workers share their limits.
        schema: the schema of the tables.
        options: see WorkerOptions.
        on_progress: called with the report so far whenever something was reported.

    """

    def __init__(
        self,
        connect: Callable[[], extensions.connection],
        queue: Callable[[Any], LookupQueue],
        make_provider: Callable[[], LookupProvider],
        provider_name: str,
        *,
        schema: str = "enterprise",
        options: WorkerOptions | None = None,
        on_progress: Callable[[WorkerReport], None] | None = None,
    ) -> None:
        self._connect = connect
        self._make_queue = queue
        self._provider_name = provider_name
        self._schema = schema
        self._options = options or WorkerOptions()
        self._on_progress = on_progress or (lambda report: None)
        self._make_provider = make_provider

        self.report = WorkerReport()
        self.waits_for_database = False
        """Whether the database is gone, or takes no writes, and the worker waits for it."""
        self._stops = 0
        self._deadline: float | None = None
        self._error: CompanyEnrichmentError | None = None

        self._connection: extensions.connection | None = None
        self._held: dict[int, LookupRequest] = {}
        self._waiting: deque[LookupRequest] = deque()
        self._in_flight: dict[int, LookupRequest] = {}
        self._times_out_at: dict[int, float] = {}
        self._probe: int | None = None
        self._results: deque[tuple[LookupRequest, LookupAnswer | Exception]] = deque()
        self._reports: list[ClaimReport] = []
        self._gathered_since = 0.0
        self._renewed_at = 0.0
        self._look_at = 0.0
        self._counted_at = float("-inf")
        self._ask_at = 0.0
        self._is_polling_said = False

    def stop(self) -> None:
        """Claim nothing more, finish what is being asked and end; called again, give it back at once. For signals."""
        # A handler may do no more: whatever takes a lock could wait for the thread that it has interrupted.
        self._stops += 1
        self.report.is_stopped = True

    def run(self) -> WorkerReport:
        """Work; returns what was done.

        Raises SchemaVersionError, with every claimed request reported, once the tables have another version than this
        package works with, and DatabaseError when the database refuses; a lost connection is made anew.
        """
        self._threads = ProviderThreads(self._make_provider, self._options.concurrency)
        is_finished = False
        while not is_finished:
            try:
                if self._connection is None:
                    self._open_connection()
                is_finished = self._step()
            except DatabaseError as error:
                if self._connection is None and not isinstance(error, DatabaseReadOnlyError):
                    # There is none that it could go on with: the settings are wrong, or the server is not there.
                    raise
                if self._is_connected() and not isinstance(error, DatabaseReadOnlyError):
                    # Nothing more is claimed; what is held is finished first.
                    if self._error is not None:
                        raise
                    self._error = error
                    self._stops = max(self._stops, 1)
                else:
                    self._reconnect(error)
        if self._error is not None:
            self._close_connection()
            raise self._error
        # The work is done; it does not fail for want of a last look.
        with suppress(DatabaseError):
            self.report.remaining = self._queue.get_health().open
        self._close_connection()
        self._on_progress(self.report)
        return self.report

    def _step(self) -> bool:
        """Do what is to be done now; True when all is done."""
        self._collect()
        if self._stops:
            self._give_back()
        self._send_reports()
        self._renew_leases()
        if self._stops:
            return not self._held
        self._claim()
        self._dispatch()
        if self._held:
            if not self._in_flight:
                self._sleep(min(_TICK_SECONDS, self._ask_at - time.monotonic()))
            return False
        if self._options.drain and (self.report.paused is not None or self._look_at > time.monotonic()):
            return True
        self._wait_for_requests()
        return False

    # ---- the database -------------------------------------------------------------------------------------------

    def _open_connection(self) -> None:
        connection = self._connect()
        try:
            with own_transaction(connection) as cursor:
                refuse_read_only_database(cursor)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        self._queue = self._make_queue(self._connection)
        self._limits = ProviderLimits(
            self._connection,
            provider=self._provider_name,
            schema=self._schema,
            rate=self._options.rate,
            daily_quota=self._options.daily_quota,
        )
        with own_transaction(self._connection) as cursor:
            # What is listened to belongs to a session of the server, and a pooler gives that to others.
            if is_behind_pooler(self._connection, cursor):
                self._say_that_it_polls()
            else:
                channel = sql.Identifier(notification_channel(self._schema))
                cursor.execute(sql.SQL("listen {channel}").format(channel=channel))
        self._look_at = 0.0

    def _say_that_it_polls(self) -> None:
        if not self._options.drain and not self._is_polling_said:
            logger.warning(
                "The database is behind a connection pooler, which passes no notifications on: an idle worker looks for"
                " new requests every %g seconds",
                self._options.poll_seconds,
            )
            self._is_polling_said = True

    def _is_connected(self) -> bool:
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

    def _close_connection(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _reconnect(self, error: DatabaseError) -> None:
        logger.warning("The database is gone, or takes no writes: %s", error)
        self._close_connection()
        self.waits_for_database = True
        is_over = stop_after_delay(_RECONNECT_SECONDS)
        Retrying(
            retry=retry_if_exception_type(DatabaseError),
            wait=wait_random_exponential(multiplier=0.5, max=30),
            stop=lambda state: self._stops > 0 or (self._options.drain and is_over(state)),
            sleep=self._sleep,
            reraise=True,
        )(self._open_connection)
        self.waits_for_database = False
        logger.warning("The database is back")

    def _sleep(self, seconds: float) -> None:
        """Sleep, but for no longer than a tick after a signal."""
        until = time.monotonic() + seconds
        while not self._stops and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _TICK_SECONDS))

    def _wait_for_requests(self) -> None:
        """Wait for a notification, a signal, or the time to look again."""
        connection = self._connection
        assert connection is not None  # noqa: S101 - narrows the type for mypy
        while not self._stops and time.monotonic() < max(self._look_at, self._ask_at):
            # What has come since the last claim, also in the middle of it.
            if connection.notifies:
                connection.notifies.clear()
                self._look_at = 0.0
                continue
            seconds = min(_TICK_SECONDS, max(self._look_at, self._ask_at) - time.monotonic())
            ready, _, _ = select.select([connection], [], [], max(seconds, 0))
            if not ready:
                continue
            try:
                connection.poll()
            except psycopg2.Error as error:
                connection.close()
                raise DatabaseError(str(error).strip()) from error

    # ---- requests -----------------------------------------------------------------------------------------------

    def _claim(self) -> None:
        now = time.monotonic()
        is_taken_over_asked = any(request.is_taken_over for request in self._in_flight.values())
        if (
            self._waiting
            or is_taken_over_asked
            or len(self._in_flight) >= self._options.concurrency
            or now < max(self._look_at, self._ask_at)
        ):
            return
        assert self._connection is not None  # noqa: S101 - narrows the type for mypy
        self._connection.notifies.clear()
        claimed = self._queue.dequeue(self._options.batch_size)
        if not self._held:
            self._renewed_at = now
        for request in claimed:
            # It was ours before and ran out: what still comes of that claim would be refused.
            if self._in_flight.pop(request.id, None) is not None:
                self._probe = None if self._probe == request.id else self._probe
                self.report.stale += 1
        self._held.update((request.id, request) for request in claimed)
        self._waiting.extend(claimed)
        if not claimed:
            self._look_at = now + self._options.poll_seconds * random.uniform(0.5, 1.5)  # noqa: S311 - no secret

    def _dispatch(self) -> None:
        """Hand requests to the threads, as many as are free and as the provider's limits allow."""
        while self._waiting and time.monotonic() >= self._ask_at:
            if self._waiting[0].is_taken_over and (self._in_flight or self._reports):
                # Its worker may have died of it: nothing else is to be in our hands.
                return
            wanted = min(self._options.concurrency - len(self._in_flight), len(self._waiting))
            if wanted < 1:
                return
            permit = self._limits.reserve(wanted)
            if not permit.granted:
                self._pause(permit)
                return
            self.report.paused = None
            for place in range(permit.granted):
                request = self._waiting.popleft()
                self._in_flight[request.id] = request
                if permit.is_probe:
                    self._probe = request.id
                starts_in = permit.starts_in + place * permit.interval
                self._times_out_at[request.id] = time.monotonic() + starts_in + self._options.timeout_seconds
                self._threads.ask(request, starts_in)

    def _pause(self, permit: Permit) -> None:
        if permit.wait_seconds <= _PATIENCE_SECONDS or self._probe is not None:
            self._ask_at = time.monotonic() + min(permit.wait_seconds, _TICK_SECONDS)
            return
        reason = permit.reason or "The provider is paused"
        self.report.paused = reason
        if permit.is_outage and self.report.outage is None:
            self.report.outage = permit.last_error or reason
        self._ask_at = time.monotonic() + permit.wait_seconds
        self._add_reports(ClaimReport.snoozed(request, permit.wait_seconds, reason) for request in self._waiting)
        self._waiting.clear()

    def _collect(self) -> None:
        """Take the results that are there; wait for one where there is nothing else to do."""
        patience = 0.0
        if self._in_flight and not self._results:
            # Others may come in at once, and one commit does for all.
            gathering = self._gathered_since + _GATHER_SECONDS - time.monotonic()
            patience = max(gathering, 0) if self._reports else _TICK_SECONDS
        with suppress(queues.Empty):
            self._results.append(self._threads.results.get(timeout=patience))
            while True:
                self._results.append(self._threads.results.get_nowait())
        while self._results:
            # It stays until it is judged: the database may be lost on the way.
            request, result = self._results[0]
            if self._in_flight.get(request.id) is request:
                self._add_reports([self._judge(request, result)])
                del self._in_flight[request.id]
            self._results.popleft()
        now = time.monotonic()
        for request in [one for one in self._in_flight.values() if self._times_out_at[one.id] < now]:
            error = f"No answer in {self._options.timeout_seconds:g} s"
            self._limits.failed(error)
            self._threads.give_up(request)
            self._probe = None if self._probe == request.id else self._probe
            self._add_reports([ClaimReport.failed(request, error)])
            del self._in_flight[request.id]

    def _judge(self, request: LookupRequest, result: LookupAnswer | Exception) -> ClaimReport:
        is_probe = self._probe == request.id
        if isinstance(result, LookupProviderUnavailableError):
            seconds = self._limits.outage(str(result), result.retry_after)
            self._ask_at = max(self._ask_at, time.monotonic() + min(seconds, _TICK_SECONDS))
            self.report.outage = str(result)
        elif is_probe and not isinstance(result, DatabaseError):
            self._limits.answered()
        self._probe = None if is_probe else self._probe
        if isinstance(result, LookupProviderUnavailableError):
            return ClaimReport.snoozed(request, seconds, str(result))
        if isinstance(result, DatabaseError):
            logger.warning("The provider's database was lost: %s", result)
            return ClaimReport.released(request)
        if isinstance(result, LookupAnswer):
            self.report.outage = None
            return ClaimReport.done(request, result)
        error = str(result)
        if not isinstance(result, LookupProviderError):
            logger.error("The provider failed", exc_info=result)
            error = f"{type(result).__name__}: {result}"
        self._limits.failed(error)
        return ClaimReport.failed(request, error)

    def _add_reports(self, reports: Any) -> None:
        if not self._reports:
            self._gathered_since = time.monotonic()
        self._reports.extend(reports)

    def _send_reports(self) -> None:
        is_due = (
            len(self._reports) >= self._options.batch_size
            or not self._in_flight
            or time.monotonic() >= self._gathered_since + _GATHER_SECONDS
        )
        if not self._reports or not is_due:
            return
        try:
            statuses = self._queue.report(self._reports)
        except (DatabaseError, ValueError) as error:
            if isinstance(error, DatabaseReadOnlyError) or not self._is_connected():
                raise
            logger.warning("What came of %s requests is reported one by one: %s", len(self._reports), error)
            statuses = [self._report_by_itself(place) for place in range(len(self._reports))]
        for report, status in zip(self._reports, statuses, strict=True):
            self.report.count(report, status)
            if self._held.get(report.request.id) is report.request:
                del self._held[report.request.id]
            if status == "stale":
                logger.warning(
                    "Request %s is no longer held under claim %s: what came of it was not applied",
                    *(report.request.id, report.request.claim_number),
                )
        self._reports = []
        if time.monotonic() >= self._counted_at + 2 * _TICK_SECONDS:
            self.report.remaining = self._queue.get_health().open
            self._counted_at = time.monotonic()
        logger.info("Reported lookups", extra={"found": self.report.found, "asked": self.report.asked})
        self._on_progress(self.report)

    def _report_by_itself(self, place: int) -> str:
        """Report one of several; an answer that the database refuses is a failed attempt."""
        report = self._reports[place]
        try:
            [status] = self._queue.report([report])
        except (DatabaseError, ValueError) as error:
            if not self._is_connected() or report.outcome != "done":
                raise
            report = self._reports[place] = ClaimReport.failed(report.request, f"The answer cannot be stored: {error}")
            [status] = self._queue.report([report])
        return status

    def _renew_leases(self) -> None:
        if not self._held or time.monotonic() < self._renewed_at + self._queue.lease_seconds / 3:
            return
        self._renewed_at = time.monotonic()
        for lost in self._queue.heartbeat(self._held.values()):
            # It is somebody else's now. What is being asked will be refused, and is counted then.
            if lost in self._waiting:
                self._waiting.remove(lost)
                self._add_reports([ClaimReport.released(lost)])

    def _give_back(self) -> None:
        """Give back what nobody was asked for; after the grace period or a second signal, what is being asked, too."""
        if self._deadline is None:
            self._deadline = time.monotonic() + self._options.grace_seconds
        self._add_reports(ClaimReport.released(request) for request in self._waiting)
        self._waiting.clear()
        if self._stops > 1 or time.monotonic() >= self._deadline:
            self._threads.hurry.set()
            self._add_reports(ClaimReport.released(request) for request in self._in_flight.values())
            self._in_flight.clear()
