"""Works the lookup queue off: claims requests, asks the provider, reports what came of each.

One thread talks to the database, the others ask the provider. Whatever ends the worker, nothing is lost: what it holds
is given back, or its leases run out and another worker takes it over.
"""

from __future__ import annotations

import logging
import queue as queues
import random
import time
from collections.abc import Callable
from contextlib import suppress

from psycopg2 import extensions

from company_enrichment.errors import (
    CompanyEnrichmentError,
    DatabaseError,
    DatabaseReadOnlyError,
    LookupProviderError,
    LookupProviderUnavailableError,
)
from company_enrichment.lookups.claims import Claims
from company_enrichment.lookups.limits import Permit
from company_enrichment.lookups.providers.protocol import LookupProvider
from company_enrichment.lookups.queue import LookupQueue
from company_enrichment.lookups.report import WorkerOptions, WorkerReport
from company_enrichment.lookups.session import WorkerSession
from company_enrichment.lookups.threads import ProviderThreads
from company_enrichment.records import ClaimReport, LookupAnswer, LookupRequest

logger = logging.getLogger(__name__)

_TICK_SECONDS = 0.5
"""The longest time without a look at signals and leases."""

_PATIENCE_SECONDS = 10.0
"""A pause so short is waited for with claims in hand."""


class LookupWorker:
    """Works until it is told to stop or, with ``drain``, until no request is ready.

    This is the loop: the session with the database is WorkerSession's, the claims in hand are those of Claims.

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
        queue: Callable[[extensions.connection], LookupQueue],
        make_provider: Callable[[], LookupProvider],
        provider_name: str,
        *,
        schema: str = "enterprise",
        options: WorkerOptions | None = None,
        on_progress: Callable[[WorkerReport], None] | None = None,
    ) -> None:
        self._options = options or WorkerOptions()
        self._on_progress = on_progress or (lambda report: None)
        self._make_provider = make_provider
        self._session = WorkerSession(connect, queue, provider_name=provider_name, schema=schema, options=self._options)
        self._claims = Claims(concurrency=self._options.concurrency, batch_size=self._options.batch_size)

        self.report = WorkerReport()
        self._stops = 0
        self._deadline: float | None = None
        self._error: CompanyEnrichmentError | None = None
        self._look_at = 0.0
        self._ask_at = 0.0
        self._counted_at = float("-inf")

    @property
    def waits_for_database(self) -> bool:
        """Whether the database is gone, or takes no writes, and the worker waits for it."""
        return self._session.is_awaited

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
                if not self._session.was_opened:
                    self._session.open()
                is_finished = self._step()
            except DatabaseError as error:
                if not self._session.was_opened and not isinstance(error, DatabaseReadOnlyError):
                    # There is none that it could go on with: the settings are wrong, or the server is not there.
                    raise
                if self._session.is_connected() and not isinstance(error, DatabaseReadOnlyError):
                    # Nothing more is claimed; what is held is finished first.
                    if self._error is not None:
                        raise
                    self._error = error
                    self._stops = max(self._stops, 1)
                else:
                    self._session.reopen(error, is_stopped=lambda: self._stops > 0, sleep=self._sleep)
                    self._look_at = 0.0
        if self._error is not None:
            self._session.close()
            raise self._error
        # The work is done; it does not fail for want of a last look.
        with suppress(DatabaseError):
            self.report.remaining = self._session.queue.get_health().open
        self._session.close()
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
            return not self._claims.held
        self._claim()
        self._dispatch()
        if self._claims.held:
            if not self._claims.is_anything_in_flight:
                self._sleep(min(_TICK_SECONDS, self._ask_at - time.monotonic()))
            return False
        if self._options.drain and (self.report.paused is not None or self._look_at > time.monotonic()):
            return True
        self._wait_for_requests()
        return False

    def _sleep(self, seconds: float) -> None:
        """Sleep, but for no longer than a tick after a signal."""
        until = time.monotonic() + seconds
        while not self._stops and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _TICK_SECONDS))

    def _wait_for_requests(self) -> None:
        """Wait for a notification, a signal, or the time to look again."""
        while not self._stops and (left := max(self._look_at, self._ask_at) - time.monotonic()) > 0:
            # What has come since the last claim, also in the middle of it.
            if self._session.is_notified(min(_TICK_SECONDS, left)):
                self._look_at = 0.0

    def _claim(self) -> None:
        now = time.monotonic()
        if not self._claims.has_room() or now < max(self._look_at, self._ask_at):
            return
        self._session.forget_notifications()
        claimed = self._session.queue.dequeue(self._options.batch_size)
        self.report.stale += self._claims.add(claimed, now)
        if not claimed:
            self._look_at = now + self._options.poll_seconds * random.uniform(0.5, 1.5)  # noqa: S311 - no secret

    def _dispatch(self) -> None:
        """Hand requests to the threads, as many as are free and as the provider's limits allow."""
        while time.monotonic() >= self._ask_at and (wanted := self._claims.startable()):
            permit = self._session.limits.reserve(wanted)
            if not permit.granted:
                self._pause(permit)
                return
            self.report.paused = None
            for place in range(permit.granted):
                starts_in = permit.starts_in + place * permit.interval
                times_out_at = time.monotonic() + starts_in + self._options.timeout_seconds
                request = self._claims.start(times_out_at=times_out_at, is_probe=permit.is_probe)
                self._threads.ask(request, starts_in)

    def _pause(self, permit: Permit) -> None:
        now = time.monotonic()
        if permit.wait_seconds <= _PATIENCE_SECONDS or self._claims.is_probing:
            self._ask_at = now + min(permit.wait_seconds, _TICK_SECONDS)
            return
        reason = permit.reason or "The provider is paused"
        self.report.paused = reason
        if permit.is_outage and self.report.outage is None:
            self.report.outage = permit.last_error or reason
        self._ask_at = now + permit.wait_seconds
        self._claims.snooze_waiting(permit.wait_seconds, reason, now)

    def _collect(self) -> None:
        """Take the results that are there; wait for one where there is nothing else to do."""
        with suppress(queues.Empty):
            patience = self._claims.patience(time.monotonic(), _TICK_SECONDS)
            self._claims.add_result(self._threads.results.get(timeout=patience))
            while True:
                self._claims.add_result(self._threads.results.get_nowait())
        # A result stays until it is judged: the database may be lost on the way.
        for request, result in self._claims.unfinished_results():
            self._claims.finish(self._judge(request, result), time.monotonic())
        now = time.monotonic()
        for request in self._claims.overdue(now):
            error = f"No answer in {self._options.timeout_seconds:g} s"
            self._session.limits.failed(error)
            self._threads.give_up(request)
            self._claims.finish(ClaimReport.failed(request, error), now)

    def _judge(self, request: LookupRequest, result: LookupAnswer | Exception) -> ClaimReport:
        limits = self._session.limits
        if isinstance(result, LookupProviderUnavailableError):
            seconds = limits.outage(str(result), result.retry_after)
            self._ask_at = max(self._ask_at, time.monotonic() + min(seconds, _TICK_SECONDS))
            self.report.outage = str(result)
            return ClaimReport.snoozed(request, seconds, str(result))
        if isinstance(result, DatabaseError):
            logger.warning("The provider's database was lost: %s", result)
            return ClaimReport.released(request)
        if self._claims.is_probe(request):
            limits.answered()
        if isinstance(result, LookupAnswer):
            self.report.outage = None
            return ClaimReport.done(request, result)
        error = str(result)
        if not isinstance(result, LookupProviderError):
            logger.error("The provider failed", exc_info=result)
            error = f"{type(result).__name__}: {result}"
        limits.failed(error)
        return ClaimReport.failed(request, error)

    def _send_reports(self) -> None:
        if not self._claims.is_report_due(time.monotonic()):
            return
        reports = self._claims.reports
        try:
            statuses = self._session.queue.report(reports)
        except (DatabaseError, ValueError) as error:
            if isinstance(error, DatabaseReadOnlyError) or not self._session.is_connected():
                raise
            logger.warning("What came of %s requests is reported one by one: %s", len(reports), error)
            statuses = [self._report_by_itself(place) for place in range(len(reports))]
        for report, status in zip(self._claims.settle(), statuses, strict=True):
            self.report.count(report, status)
            if status == "stale":
                logger.warning(
                    "Request %s is no longer held under claim %s: what came of it was not applied",
                    *(report.request.id, report.request.claim_number),
                )
        if time.monotonic() >= self._counted_at + 2 * _TICK_SECONDS:
            self.report.remaining = self._session.queue.get_health().open
            self._counted_at = time.monotonic()
        logger.info("Reported lookups", extra={"found": self.report.found, "asked": self.report.asked})
        self._on_progress(self.report)

    def _report_by_itself(self, place: int) -> str:
        """Report one of several; an answer that the database refuses is a failed attempt."""
        reports, queue = self._claims.reports, self._session.queue
        report = reports[place]
        try:
            [status] = queue.report([report])
        except (DatabaseError, ValueError) as error:
            if not self._session.is_connected() or report.outcome != "done":
                raise
            report = reports[place] = ClaimReport.failed(report.request, f"The answer cannot be stored: {error}")
            [status] = queue.report([report])
        return status

    def _renew_leases(self) -> None:
        now, queue = time.monotonic(), self._session.queue
        if not self._claims.is_renewal_due(now, queue.lease_seconds):
            return
        self._claims.renewed(now)
        for lost in queue.heartbeat(self._claims.held):
            self._claims.lose(lost, now)

    def _give_back(self) -> None:
        """Give back what nobody was asked for; after the grace period or a second signal, what is being asked, too."""
        now = time.monotonic()
        if self._deadline is None:
            self._deadline = now + self._options.grace_seconds
        self._claims.release_waiting(now)
        if self._stops > 1 or now >= self._deadline:
            self._threads.hurry.set()
            self._claims.release_in_flight(now)
