"""The queue of names to be looked up, on PostgreSQL.

A claim is a lease on the database's clock with a number that grows at each claim. A worker that
dies loses nothing: its lease runs out and an ordinary dequeue takes the request over. A worker
that comes back late reports under an old number and is refused.
"""

from __future__ import annotations

import hashlib
import logging
import os
import socket
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Self

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, joined_transaction, own_transaction, refuse_open_transaction
from company_enrichment.errors import LookupQueueError, StaleClaimError
from company_enrichment.lookups.planned_claims import PlannedClaims
from company_enrichment.lookups.statement_values import answer_values, report_values
from company_enrichment.lookups.statements import (
    ASSIGN_TEMP_IDS,
    COUNTS_BY_STATUS,
    DEQUEUE,
    ENQUEUE,
    HEALTH,
    HEARTBEAT,
    NEXT_TEMP_ID,
    PLAN_ENQUEUE,
    PLAN_TEMP_IDS,
    RECORD_ANSWER,
    REPORT,
    composed,
)
from company_enrichment.records import (
    ClaimReport,
    EnqueueResult,
    LookupAnswer,
    LookupRequest,
    QueueHealth,
    StoredAnswer,
    TemporaryId,
)
from company_enrichment.schema_version import refuse_other_schema_version
from company_enrichment.settings import LEASE_SECONDS, RETRY_MINUTES, Settings
from company_enrichment.unusable_text import refuse_unusable_names

logger = logging.getLogger(__name__)

STATUSES = ("pending", "processing", "done", "failed")


def notification_channel(schema: str) -> str:
    """Return the channel on which workers are told that names were enqueued; enqueue_names() makes the same name."""
    return f"company_enrichment_{hashlib.md5(schema.encode(), usedforsecurity=False).hexdigest()}"


class LookupQueue:
    """The lookup queue of one schema, and the temporary ids that bridge the waiting time.

    Args:
        connection: an open psycopg2 connection (anything with cursor(), commit(), rollback()); None only
            together with plan_only.
        schema: the schema of the tables.
        plan_only: write nothing, and say what would be. Without a connection every answer is a fixed example.
        lease_seconds: how long a claim holds.
        retry_minutes: waiting time after the first, second, … failure; one failure more is final.
        worker: who claims, as shown in lookup_requests.claimed_by; host and process id by default.

    The first call with a connection, and every claim, raises SchemaVersionError when the tables have another version
    than this package works with. What is claimed can be reported all the same.

    """

    def __init__(
        self,
        connection: extensions.connection | None = None,
        *,
        schema: str = "enterprise",
        plan_only: bool = False,
        lease_seconds: int = LEASE_SECONDS,
        retry_minutes: Sequence[int] = RETRY_MINUTES,
        worker: str | None = None,
    ) -> None:
        if connection is None and not plan_only:
            raise LookupQueueError("LookupQueue needs a connection, or plan_only=True.")
        self._connection = connection
        self._schema = sql.Identifier(schema)
        self.plan_only = plan_only
        self.lease_seconds = lease_seconds
        self._retry_minutes = list(retry_minutes)
        self._worker = worker or f"{socket.gethostname()}:{os.getpid()}"
        self._planned = PlannedClaims()
        self._is_version_checked = False

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        connection: extensions.connection | None,
        schema: str = "enterprise",
        *,
        plan_only: bool = False,
    ) -> Self:
        """Return the lookup queue with leases and retries as the settings say."""
        return cls(
            connection,
            schema=schema,
            plan_only=plan_only,
            lease_seconds=settings.lookup_lease_seconds,
            retry_minutes=settings.lookup_retry_minutes,
        )

    def enqueue(self, name: str) -> EnqueueResult:
        """Ask for one name to be looked up; ValueError "Name cannot be empty" for a blank one."""
        return self.enqueue_many([name])[0]

    def enqueue_many(self, names: Iterable[str]) -> list[EnqueueResult]:
        """Ask for names to be looked up, in one round trip; one result per name, in order.

        A name that names nobody (a placeholder) comes back as ``blank``; ValueError "Name cannot be
        empty" when any is empty or only white space, and one that says which and why when any cannot be
        stored; then none is enqueued.
        """
        names = list(names)
        if any(not name or not name.strip() for name in names):
            raise ValueError("Name cannot be empty")
        refuse_unusable_names(names)
        if self._connection is None:
            return [EnqueueResult(name=name, normalized_name=None, request_id=None, outcome="new") for name in names]
        with self._transaction(joined_transaction) as cursor:
            cursor.execute(composed(PLAN_ENQUEUE if self.plan_only else ENQUEUE, self._schema), (names,))
            results = [EnqueueResult(**as_mapping(row, EnqueueResult.COLUMNS)) for row in cursor.fetchall()]
        logger.info(
            "Plan only: would enqueue names" if self.plan_only else "Enqueued names",
            extra={"names": len(names), "outcomes": dict(Counter(result.outcome for result in results))},
        )
        return results

    def dequeue(self, batch_size: int = 50) -> list[LookupRequest]:
        """Claim up to batch_size requests that are ready, oldest first; ValueError for a size below 1.

        One whose lease has run out is taken over alone when it is its turn: its worker may have died of it.

        Raises SchemaVersionError, with nothing claimed, once the tables have been brought to another version.
        Plan-only claims nothing and shows each request that is ready once: without a connection, two examples.
        """
        if batch_size <= 0:
            raise ValueError("Batch size must be positive")
        if self.plan_only:
            return self._planned_claims(batch_size)
        while True:
            # A worker may be older than the tables have become since its last claim.
            self._is_version_checked = False
            with self._transaction(own_transaction) as cursor:
                cursor.execute(
                    composed(DEQUEUE, self._schema),
                    {
                        "batch_size": batch_size,
                        "maximum_attempts": self._maximum_attempts,
                        "worker": self._worker,
                        "lease_seconds": self.lease_seconds,
                    },
                )
                candidates = [as_mapping(row, LookupRequest.COLUMNS) for row in cursor.fetchall()]
            claimed = [LookupRequest.from_row(row) for row in candidates if row["id"] is not None]
            # A batch of which nothing was claimed says nothing about the requests behind it.
            if claimed or not candidates:
                return claimed

    def _planned_claims(self, batch_size: int) -> list[LookupRequest]:
        if self._connection is None:
            return self._planned.examples(batch_size)
        with self._transaction(joined_transaction) as cursor:
            return self._planned.next_batch(
                cursor, self._schema, batch_size=batch_size, maximum_attempts=self._maximum_attempts
            )

    def mark_done(self, request: LookupRequest, answer: LookupAnswer) -> None:
        """Store the answer and finish the request, in one transaction.

        Raises StaleClaimError, with nothing stored, when the claim has run out or passed to somebody else.
        """
        self._report_one(ClaimReport.done(request, answer))

    def mark_failed(self, request: LookupRequest, error: str) -> str:
        """Report a failed attempt; returns ``pending`` (it is tried again later) or ``failed`` (it was the last).

        Raises StaleClaimError, with nothing changed, when the claim has run out or passed to somebody else.
        """
        return self._report_one(ClaimReport.failed(request, error))

    def snooze(self, request: LookupRequest, seconds: float, reason: str) -> None:
        """Put a request off that its provider is out of service for; the attempt is given back. Errors as above."""
        self._report_one(ClaimReport.snoozed(request, seconds, reason))

    def release(self, request: LookupRequest) -> None:
        """Give a claim back that nobody was asked for, and its attempt; errors as above."""
        self._report_one(ClaimReport.released(request))

    def report(self, reports: Iterable[ClaimReport]) -> list[str]:
        """Report what came of claimed requests, all in one transaction and one round trip.

        Returns for each report, in order, what the request is now: ``done``, ``pending`` or ``failed``; ``vetoed``
        where it is done, but its answer was stored as not accepted, because the company's name differs too much from
        the one that was asked; ``unusable`` where it is done, but what the answer gives for the company id is none;
        ``stale`` where the claim has run out or passed to somebody else, and nothing of it was applied.
        """
        reports = list(reports)
        if self.plan_only:
            return ["done" if report.outcome == "done" else "pending" for report in reports]
        if not reports:
            return []
        # Without a look at the version: what was claimed may be reported, whatever the tables have become since.
        with own_transaction(self._opened) as cursor:
            cursor.execute(
                composed(REPORT, self._schema),
                {
                    **report_values(reports),
                    "maximum_attempts": self._maximum_attempts,
                    "retry_minutes": self._retry_minutes,
                },
            )
            rows = [as_mapping(row, ("position", "status")) for row in cursor.fetchall()]
        statuses = {row["position"]: str(row["status"]) for row in rows}
        return [statuses.get(position, "stale") for position in range(len(reports))]

    def heartbeat(self, requests: Iterable[LookupRequest]) -> list[LookupRequest]:
        """Renew the leases of claimed requests; returns those whose claim has run out or passed to somebody else.

        Nothing is renewed for these: what comes of them will be refused.
        """
        requests = list(requests)
        if self.plan_only or not requests:
            return []
        with own_transaction(self._opened) as cursor:
            cursor.execute(
                composed(HEARTBEAT, self._schema),
                {
                    "ids": [request.id for request in requests],
                    "claim_numbers": [request.claim_number for request in requests],
                    "lease_seconds": self.lease_seconds,
                },
            )
            rows = [as_mapping(row, ("id", "claim_number")) for row in cursor.fetchall()]
        held = {(row["id"], row["claim_number"]) for row in rows}
        return [request for request in requests if (request.id, request.claim_number) not in held]

    def _report_one(self, report: ClaimReport) -> str:
        [status] = self.report([report])
        if status == "stale":
            raise StaleClaimError(
                f"Request {report.request.id} is no longer held under claim {report.request.claim_number}: its lease "
                "ran out, or somebody else has taken it, or it is finished. The report was not applied."
            )
        return status

    def check_can_commit(self) -> None:
        """Raise OpenTransactionError if an answer could not be stored now: worth knowing before one is paid for."""
        if not self.plan_only:
            refuse_open_transaction(self._opened)

    def record_answer(self, name: str, answer: LookupAnswer) -> StoredAnswer | None:
        """Store an answer that was asked for without a request; returns what was stored, None in plan-only."""
        if self.plan_only:
            return None
        with self._transaction(own_transaction) as cursor:
            cursor.execute(composed(RECORD_ANSWER, self._schema), {"asked_name": name, **answer_values(answer)})
            return StoredAnswer(**as_mapping(cursor.fetchone(), StoredAnswer.COLUMNS))

    def assign_temp_ids(self, names: Iterable[str]) -> list[TemporaryId]:
        """Return every name's temporary id, in order, committed; the same name key has the same id for ever.

        Plan-only with a connection says what would be returned, and which names would get new ids; without
        one every name has the same example. Raises ValueError, with no id issued, when a name holds a NUL
        character or is not valid UTF-8.
        """
        names = list(names)
        refuse_unusable_names(names)
        if self._connection is None:
            return [TemporaryId(name=name, normalized_name=None, temp_id="TEMP_000001", is_new=True) for name in names]
        statement, transaction = (
            (PLAN_TEMP_IDS, joined_transaction) if self.plan_only else (ASSIGN_TEMP_IDS, own_transaction)
        )
        with self._transaction(transaction) as cursor:
            cursor.execute(composed(statement, self._schema), (names,))
            return [TemporaryId(**as_mapping(row, TemporaryId.COLUMNS)) for row in cursor.fetchall()]

    def get_next_temp_id(self, name: str | None = None) -> str:
        """Return the temporary id of a name, or the next plain one; committed before it is returned.

        Plan-only without a connection, or without a name: always TEMP_000001. LookupQueueError for a name that
        names nobody.
        """
        if self._connection is None or (self.plan_only and name is None):
            return "TEMP_000001"
        if name is not None:
            temp_id = self.assign_temp_ids([name])[0].temp_id
            if temp_id is None:
                raise LookupQueueError("The name is blank or a placeholder: it has no temporary id.")
            return temp_id
        with self._transaction(own_transaction) as cursor:
            cursor.execute(composed(NEXT_TEMP_ID, self._schema))
            return str(as_mapping(cursor.fetchone(), ("temp_id",))["temp_id"])

    def get_queue_stats(self) -> dict[str, int]:
        """Return the number of requests per status, zeros included; reads all, also what is done: see get_health()."""
        counts = dict.fromkeys(STATUSES, 0)
        if self._connection is None:
            return counts
        with self._transaction(joined_transaction) as cursor:
            cursor.execute(composed(COUNTS_BY_STATUS, self._schema))
            for row in cursor.fetchall():
                values = as_mapping(row, ("status", "requests"))
                counts[values["status"]] = values["requests"]
        return counts

    def get_health(self) -> QueueHealth:
        """Return the counts of the open requests and of the dead letters, whatever number is done."""
        if self._connection is None:
            return QueueHealth(ready=0, waiting=0, in_flight=0, expired=0, failed=0, oldest_created_at=None)
        with self._transaction(joined_transaction) as cursor:
            cursor.execute(composed(HEALTH, self._schema))
            return QueueHealth(**as_mapping(cursor.fetchone(), QueueHealth.COLUMNS))

    @contextmanager
    def _transaction(
        self, kind: Callable[[extensions.connection], AbstractContextManager[extensions.cursor]]
    ) -> Iterator[extensions.cursor]:
        """Give a cursor in a transaction of that kind, on tables of the version this package works with."""
        with kind(self._opened) as cursor:
            if not self._is_version_checked:
                refuse_other_schema_version(cursor, self._schema)
                self._is_version_checked = True
            yield cursor

    @property
    def _opened(self) -> extensions.connection:
        assert self._connection is not None  # noqa: S101 - without one, every answer is an example
        return self._connection

    @property
    def _maximum_attempts(self) -> int:
        return len(self._retry_minutes) + 1
