"""The claims that a worker has in hand, from the claim to the report: plain data, without a clock or a database."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from company_enrichment.records import ClaimReport, LookupAnswer, LookupRequest

Result = tuple[LookupRequest, LookupAnswer | Exception]
"""What a provider has said of a request, or what it has raised."""

GATHER_SECONDS = 0.2
"""How long reports wait for others: one commit does for all."""


@dataclass(frozen=True)
class _Asked:
    """A request that is in flight. Whether the provider answers again is to be told by a probe."""

    request: LookupRequest
    times_out_at: float
    is_probe: bool


class Claims:
    """Requests that wait to be asked, are in flight, or have come to a report that is not sent yet.

    A claim is held until its report is applied, whatever happens to the database meanwhile. Times are instants of one
    clock, which the caller reads.

    Args:
        concurrency: requests that are in flight at once.
        batch_size: reports that are sent at once, at the latest.

    """

    def __init__(self, *, concurrency: int, batch_size: int) -> None:
        self._concurrency = concurrency
        self._batch_size = batch_size
        self._held: dict[int, LookupRequest] = {}
        self._waiting: deque[LookupRequest] = deque()
        self._in_flight: dict[int, _Asked] = {}
        self._results: deque[Result] = deque()
        self._gathered_since = 0.0
        self._renewed_at = 0.0
        self.reports: list[ClaimReport] = []
        """What is to be reported; it stays until settle() says that it was."""

    @property
    def held(self) -> Collection[LookupRequest]:
        """The requests whose leases are to be renewed: all that are claimed and not settled."""
        return self._held.values()

    @property
    def is_anything_in_flight(self) -> bool:
        """Whether an answer may still come."""
        return bool(self._in_flight)

    @property
    def is_probing(self) -> bool:
        """Whether one of the requests in flight finds out whether the provider answers again."""
        return any(asked.is_probe for asked in self._in_flight.values())

    # ---- from the claim to the question -------------------------------------------------------------------------

    def has_room(self) -> bool:
        """Whether more may be claimed: nothing waits, not all are asked, and none of these was taken over."""
        is_taken_over_asked = any(asked.request.is_taken_over for asked in self._in_flight.values())
        return not (self._waiting or is_taken_over_asked or len(self._in_flight) >= self._concurrency)

    def add(self, claimed: Iterable[LookupRequest], now: float) -> int:
        """Take what was claimed at that time; returns how many of them were in flight under an older claim of ours.

        These leases had run out: what still comes of the older claims would be refused, and is dropped.
        """
        if not self._held:
            self._renewed_at = now
        lost = 0
        for request in claimed:
            lost += self._in_flight.pop(request.id, None) is not None
            self._held[request.id] = request
            self._waiting.append(request)
        return lost

    def startable(self) -> int:
        """Return how many of those that wait may be asked now.

        One that was taken over may have killed its worker: it is not asked while anything else is in our hands.
        """
        if self._waiting and self._waiting[0].is_taken_over and (self._in_flight or self.reports):
            return 0
        return max(min(self._concurrency - len(self._in_flight), len(self._waiting)), 0)

    def start(self, *, times_out_at: float, is_probe: bool) -> LookupRequest:
        """Return the next of those that wait, which is in flight from now on."""
        request = self._waiting.popleft()
        self._in_flight[request.id] = _Asked(request, times_out_at, is_probe)
        return request

    # ---- from the answer to the report --------------------------------------------------------------------------

    def patience(self, now: float, longest: float) -> float:
        """Return for how many seconds a result is waited for: not at all where there is something else to do."""
        if not self._in_flight or self._results:
            return 0.0
        return max(self._gathered_since + GATHER_SECONDS - now, 0) if self.reports else longest

    def add_result(self, result: Result) -> None:
        """Take what came of a request; it stays until finish() has its report."""
        self._results.append(result)

    def unfinished_results(self) -> Iterator[Result]:
        """Give each result until it is finished, and drop those of claims that are no longer in flight."""
        while self._results:
            request, _ = self._results[0]
            asked = self._in_flight.get(request.id)
            if asked is None or asked.request is not request:
                self._results.popleft()
            else:
                yield self._results[0]

    def is_probe(self, request: LookupRequest) -> bool:
        """Whether the request in flight finds out whether the provider answers again."""
        return self._in_flight[request.id].is_probe

    def overdue(self, now: float) -> list[LookupRequest]:
        """Return the requests in flight to which no answer has come in time."""
        return [asked.request for asked in self._in_flight.values() if asked.times_out_at < now]

    def finish(self, report: ClaimReport, now: float) -> None:
        """Take the report on a request in flight, for which no answer is waited any longer."""
        self._add_reports([report], now)
        del self._in_flight[report.request.id]

    # ---- what is not asked --------------------------------------------------------------------------------------

    def snooze_waiting(self, seconds: float, reason: str, now: float) -> None:
        """Put off all that wait."""
        self._add_reports((ClaimReport.snoozed(request, seconds, reason) for request in self._waiting), now)
        self._waiting.clear()

    def release_waiting(self, now: float) -> None:
        """Give back all that wait."""
        self._add_reports((ClaimReport.released(request) for request in self._waiting), now)
        self._waiting.clear()

    def release_in_flight(self, now: float) -> None:
        """Give back all that are in flight: what still comes of them is dropped."""
        self._add_reports((ClaimReport.released(asked.request) for asked in self._in_flight.values()), now)
        self._in_flight.clear()

    def lose(self, request: LookupRequest, now: float) -> None:
        """Take note that a claim has passed to somebody else: it is not asked.

        What comes of one that is in flight will be refused, and is counted then.
        """
        if request in self._waiting:
            self._waiting.remove(request)
            self._add_reports([ClaimReport.released(request)], now)

    # ---- reports and leases -------------------------------------------------------------------------------------

    def _add_reports(self, reports: Iterable[ClaimReport], now: float) -> None:
        if not self.reports:
            self._gathered_since = now
        self.reports.extend(reports)

    def is_report_due(self, now: float) -> bool:
        """Whether the reports are to be sent: enough of them, long enough ago, or no other can come."""
        is_due = (
            len(self.reports) >= self._batch_size or not self._in_flight or now >= self._gathered_since + GATHER_SECONDS
        )
        return bool(self.reports) and is_due

    def settle(self) -> list[ClaimReport]:
        """Return the reports, all of which are applied now: their claims are no longer held."""
        settled, self.reports = self.reports, []
        for report in settled:
            if self._held.get(report.request.id) is report.request:
                del self._held[report.request.id]
        return settled

    def is_renewal_due(self, now: float, lease_seconds: float) -> bool:
        """Whether a third of the leases has gone by since they were taken or renewed."""
        return bool(self._held) and now >= self._renewed_at + lease_seconds / 3

    def renewed(self, now: float) -> None:
        """Take note that the leases are being renewed."""
        self._renewed_at = now
