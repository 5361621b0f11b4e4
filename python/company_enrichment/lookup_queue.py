"""The queue of names to be looked up, on PostgreSQL.

A claim is a lease on the database's clock with a number that grows at each claim. A worker that
dies loses nothing: its lease runs out and an ordinary dequeue takes the request over. A worker
that comes back late reports under an old number and is refused.
"""

from __future__ import annotations

import json
import logging
import os
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any

from psycopg2 import sql

from company_enrichment.database import as_mapping, joined_transaction, own_transaction, refuse_open_transaction
from company_enrichment.errors import LookupQueueError, StaleClaimError
from company_enrichment.records import EnqueueResult, LookupAnswer, LookupRequest, TemporaryId
from company_enrichment.schema_version import refuse_other_schema_version
from company_enrichment.unusable_text import refuse_unusable_names

logger = logging.getLogger(__name__)

STATUSES = ("pending", "processing", "done", "failed")

# The candidates are locked in a CTE of their own: PostgreSQL may execute a LIMIT inside a joined
# subquery more than once, and each execution would skip the rows locked by the one before.
_DEQUEUE = """
with ready as materialized (
    select candidate.id, candidate.attempts
    from {schema}.lookup_requests as candidate
    where
        candidate.finished_at is null
        and candidate.run_at <= now()
        and (candidate.status = 'pending' or candidate.lease_until < now())
    order by candidate.run_at, candidate.id
    limit %(batch_size)s
    for update skip locked
),

given_up as (
    update {schema}.lookup_requests as request
    set
        status = 'failed',
        last_error = 'Claimed ' || request.attempts || ' times without a report',
        claimed_by = null,
        lease_until = null,
        finished_at = now(),
        updated_at = now()
    from ready
    where request.id = ready.id and ready.attempts >= %(maximum_attempts)s
),

claimed as (
    update {schema}.lookup_requests as request
    set
        status = 'processing',
        attempts = request.attempts + 1,
        claim_number = request.claim_number + 1,
        claimed_by = %(worker)s,
        lease_until = now() + %(lease_seconds)s * interval '1 second',
        updated_at = now()
    from ready
    where request.id = ready.id and ready.attempts < %(maximum_attempts)s
    returning {columns}, request.run_at
)

-- One row per candidate; all NULL for one that was given up.
select {claimed_columns}
from ready
left join claimed on ready.id = claimed.id
order by claimed.run_at, claimed.id
"""

_MARK_DONE = """
with finished as (
    update {schema}.lookup_requests as request
    set
        status = 'done',
        last_error = null,
        claimed_by = null,
        lease_until = null,
        finished_at = now(),
        updated_at = now()
    where
        request.id = %(id)s
        and request.claim_number = %(claim_number)s
        and request.status = 'processing'
    returning request.id, request.name, request.normalized_name
)

insert into {schema}.lookup_answers (
    provider, asked_name, normalized_name, outcome, company_id, company_name, confidence, evidence, request_id
)
select
    %(provider)s, finished.name, finished.normalized_name, %(outcome)s, %(company_id)s, %(company_name)s,
    %(confidence)s, %(evidence)s, finished.id
from finished
"""

_MARK_FAILED = """
update {schema}.lookup_requests as request
set
    status = case when request.attempts >= %(maximum_attempts)s then 'failed' else 'pending' end,
    last_error = %(error)s,
    -- Spread by a quarter either way, so that what failed together does not come back together.
    run_at = case
        when request.attempts >= %(maximum_attempts)s then request.run_at
        else now() + (%(retry_minutes)s::integer[])[request.attempts] * interval '1 minute' * (0.75 + random() / 2)
    end,
    claimed_by = null,
    lease_until = null,
    finished_at = case when request.attempts >= %(maximum_attempts)s then now() end,
    updated_at = now()
where
    request.id = %(id)s
    and request.claim_number = %(claim_number)s
    and request.status = 'processing'
returning request.status
"""

_RECORD_ANSWER = """
insert into {schema}.lookup_answers (
    provider, asked_name, normalized_name, outcome, company_id, company_name, confidence, evidence
)
values (
    %(provider)s, %(asked_name)s, {schema}.normalize_company_name(%(asked_name)s), %(outcome)s,
    %(company_id)s, %(company_name)s, %(confidence)s, %(evidence)s
)
returning answer_id
"""


class LookupQueue:
    """The lookup queue of one schema, and the temporary ids that bridge the waiting time.

    Args:
        connection: an open psycopg2 connection (anything with cursor(), commit(), rollback()); None only
            together with plan_only.
        schema: the schema of the tables.
        plan_only: write nothing. Without a connection every answer is a fixed example.
        lease_seconds: how long a claim holds.
        retry_minutes: waiting time after the first, second, … failure; one failure more is final.
        worker: who claims, as shown in lookup_requests.claimed_by; host and process id by default.

    The first call with a connection, and every claim, raises SchemaVersionError when the tables have another version
    than this package works with. What is claimed can be reported all the same.

    """

    def __init__(
        self,
        connection: Any = None,
        *,
        schema: str = "enterprise",
        plan_only: bool = False,
        lease_seconds: int = 300,
        retry_minutes: Sequence[int] = (1, 5, 15),
        worker: str | None = None,
    ) -> None:
        if connection is None and not plan_only:
            raise LookupQueueError("LookupQueue needs a connection, or plan_only=True.")
        self._connection = connection
        self._schema = sql.Identifier(schema)
        self.plan_only = plan_only
        self._lease_seconds = lease_seconds
        self._retry_minutes = list(retry_minutes)
        self._worker = worker or f"{socket.gethostname()}:{os.getpid()}"
        self._examples_left = 1
        self._is_version_checked = False

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
        if self.plan_only:
            logger.info("Plan only: would enqueue names", extra={"names": len(names)})
            return [EnqueueResult(name=name, normalized_name=None, request_id=None, outcome="new") for name in names]
        with self._transaction(joined_transaction) as cursor:
            cursor.execute(
                self._sql("select name, normalized_name, request_id, outcome from {schema}.enqueue_names(%s::text[])"),
                (names,),
            )
            results = [
                EnqueueResult(**as_mapping(row, ("name", "normalized_name", "request_id", "outcome")))
                for row in cursor.fetchall()
            ]
        logger.info("Enqueued names", extra={"names": len(names), "outcomes": _counts(results)})
        return results

    def dequeue(self, batch_size: int = 50) -> list[LookupRequest]:
        """Claim up to batch_size requests that are ready, oldest first; ValueError for a size below 1.

        Raises SchemaVersionError, with nothing claimed, once the tables have been brought to another version.
        Plan-only: two examples at the first call, then none.
        """
        if batch_size <= 0:
            raise ValueError("Batch size must be positive")
        if self.plan_only:
            examples = _examples()[:batch_size] if self._examples_left else []
            self._examples_left = 0
            return examples
        while True:
            # A worker may be older than the tables have become since its last claim.
            self._is_version_checked = False
            with self._transaction(own_transaction) as cursor:
                cursor.execute(
                    self._sql(_DEQUEUE),
                    {
                        "batch_size": batch_size,
                        "maximum_attempts": self._maximum_attempts,
                        "worker": self._worker,
                        "lease_seconds": self._lease_seconds,
                    },
                )
                candidates = [as_mapping(row, LookupRequest.COLUMNS) for row in cursor.fetchall()]
            claimed = [LookupRequest.from_row(row) for row in candidates if row["id"] is not None]
            # A batch that was given up as a whole says nothing about the requests behind it.
            if claimed or not candidates:
                return claimed

    def mark_done(self, request: LookupRequest, answer: LookupAnswer) -> None:
        """Store the answer and finish the request, in one transaction.

        Raises StaleClaimError, with nothing stored, when the claim has passed to somebody else.
        """
        if self.plan_only:
            return
        # Without a look at the version: what was claimed may be reported, whatever the tables have become since.
        with own_transaction(self._connection) as cursor:
            cursor.execute(
                self._sql(_MARK_DONE),
                {"id": request.id, "claim_number": request.claim_number, **_answer_values(answer)},
            )
            if cursor.rowcount != 1:
                raise _stale(request)

    def mark_failed(self, request: LookupRequest, error: str) -> str:
        """Report a failed attempt; returns ``pending`` (it is tried again later) or ``failed`` (it was the last).

        Raises StaleClaimError, with nothing changed, when the claim has passed to somebody else.
        """
        if self.plan_only:
            return "pending"
        with own_transaction(self._connection) as cursor:
            cursor.execute(
                self._sql(_MARK_FAILED),
                {
                    "id": request.id,
                    "claim_number": request.claim_number,
                    "error": error.strip() or "Unknown error",
                    "maximum_attempts": self._maximum_attempts,
                    "retry_minutes": self._retry_minutes,
                },
            )
            row = cursor.fetchone()
            if row is None:
                raise _stale(request)
            return str(as_mapping(row, ("status",))["status"])

    def check_can_commit(self) -> None:
        """Raise OpenTransactionError if an answer could not be stored now: worth knowing before one is paid for."""
        if not self.plan_only:
            refuse_open_transaction(self._connection)

    def record_answer(self, name: str, answer: LookupAnswer) -> int | None:
        """Store an answer that was asked for without a request; returns its answer_id, None in plan-only."""
        if self.plan_only:
            return None
        with self._transaction(own_transaction) as cursor:
            cursor.execute(self._sql(_RECORD_ANSWER), {"asked_name": name, **_answer_values(answer)})
            return int(as_mapping(cursor.fetchone(), ("answer_id",))["answer_id"])

    def assign_temp_ids(self, names: Iterable[str]) -> list[TemporaryId]:
        """Return every name's temporary id, in order, committed; the same name key has the same id for ever.

        Plan-only with a connection says what would be returned, and which names would get new ids; without
        one every name has the same example. Raises ValueError, with no id issued, when a name holds a NUL
        character or is not valid UTF-8.
        """
        names = list(names)
        refuse_unusable_names(names)
        columns = ("name", "normalized_name", "temp_id", "is_new")
        if self._connection is None:
            return [TemporaryId(name=name, normalized_name=None, temp_id="TEMP_000001", is_new=True) for name in names]
        function, transaction = (
            ("plan_temp_ids", joined_transaction) if self.plan_only else ("assign_temp_ids", own_transaction)
        )
        with self._transaction(transaction) as cursor:
            cursor.execute(
                self._sql(f"select {', '.join(columns)} from {{schema}}.{function}(%s::text[])"),  # noqa: S608
                (names,),
            )
            return [TemporaryId(**as_mapping(row, columns)) for row in cursor.fetchall()]

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
            cursor.execute(self._sql("select {schema}.next_temp_id() as temp_id"))
            return str(as_mapping(cursor.fetchone(), ("temp_id",))["temp_id"])

    def get_queue_stats(self) -> dict[str, int]:
        """Return the number of requests per status, zeros included."""
        counts = dict.fromkeys(STATUSES, 0)
        if self._connection is None:
            return counts
        with self._transaction(joined_transaction) as cursor:
            cursor.execute(
                self._sql("select status, count(*) as requests from {schema}.lookup_requests group by status")
            )
            for row in cursor.fetchall():
                values = as_mapping(row, ("status", "requests"))
                counts[values["status"]] = values["requests"]
        return counts

    @contextmanager
    def _transaction(self, kind: Callable[[Any], AbstractContextManager[Any]]) -> Iterator[Any]:
        """Give a cursor in a transaction of that kind, on tables of the version this package works with."""
        with kind(self._connection) as cursor:
            if not self._is_version_checked:
                refuse_other_schema_version(cursor, self._schema)
                self._is_version_checked = True
            yield cursor

    @property
    def _maximum_attempts(self) -> int:
        return len(self._retry_minutes) + 1

    def _sql(self, text: str) -> sql.Composed:
        return sql.SQL(text).format(
            schema=self._schema,
            columns=sql.SQL(", ").join(sql.Identifier("request", column) for column in LookupRequest.COLUMNS),
            claimed_columns=sql.SQL(", ").join(sql.Identifier("claimed", column) for column in LookupRequest.COLUMNS),
        )


def _answer_values(answer: LookupAnswer) -> dict[str, Any]:
    return {
        "provider": answer.provider,
        "outcome": answer.outcome,
        "company_id": answer.company_id,
        "company_name": answer.company_name,
        "confidence": answer.confidence,
        "evidence": json.dumps(dict(answer.evidence), ensure_ascii=False),
    }


def _stale(request: LookupRequest) -> StaleClaimError:
    return StaleClaimError(
        f"Request {request.id} is no longer held under claim {request.claim_number}: its lease ran out and somebody "
        "else has taken it, or it is finished. The report was not applied."
    )


def _counts(results: Iterable[EnqueueResult]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for result in results:
        counts[result.outcome] = counts.get(result.outcome, 0) + 1
    return counts


def _examples() -> list[LookupRequest]:
    instant = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        LookupRequest(
            id=number,
            name=f"Test Company {number}",
            normalized_name=f"testcompany{number}",
            status="processing",
            attempts=1,
            claim_number=1,
            last_error=None,
            lease_until=instant,
            created_at=instant,
            updated_at=instant,
        )
        for number in (1, 2)
    ]
