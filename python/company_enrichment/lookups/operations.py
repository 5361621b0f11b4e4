"""The lookup queue for its operator: requests are listed, dead letters asked anew, finished ones deleted."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, joined_transaction, own_transaction, read_only_transaction
from company_enrichment.errors import LookupQueueError

PRUNE_BATCH = 10_000
OLDEST_DAYS = 36_500
"""Rows that one transaction of prune() deletes."""


class RequestState(enum.StrEnum):
    """What requests are listed by."""

    OPEN = "open"
    """Pending and processing, and dead letters: all that is not done."""
    DEAD_LETTER = "dead-letter"
    """Failed for good, and not asked anew."""
    FAILED = "failed"
    """Another word for dead letters: the status that the table has for them."""
    PENDING = "pending"
    PROCESSING = "processing"
    DONE = "done"


# Dead letters by their index; the other states by theirs, oldest first, as they are claimed.
_LIST = """
select {columns}
from {schema}.lookup_requests as request
where
    {state}
    and (%(error)s::text is null or strpos(lower(request.last_error), lower(%(error)s)) > 0)
    and (%(name)s::text is null or request.normalized_name = {schema}.normalize_company_name(%(name)s))
order by {order}
limit %(limit)s
"""

_DEAD_LETTERS = ("request.failed_at is not null", "request.failed_at, request.id")
_STATES = {
    RequestState.OPEN: (
        "(request.failed_at is not null or request.finished_at is null)",
        "request.failed_at, request.run_at, request.id",
    ),
    RequestState.DEAD_LETTER: _DEAD_LETTERS,
    RequestState.FAILED: _DEAD_LETTERS,
    RequestState.PENDING: ("request.finished_at is null and request.status = 'pending'", "request.run_at, request.id"),
    RequestState.PROCESSING: (
        "request.finished_at is null and request.status = 'processing'",
        "request.run_at, request.id",
    ),
    RequestState.DONE: (
        "request.finished_at is not null and request.status = 'done'",
        "request.finished_at desc, request.id",
    ),
}

# A name that is asked for again already is left alone: its unique index allows one open request.
_REPLAY = """
with chosen as materialized (
    select request.id, request.name, request.normalized_name, request.key_version
    from {schema}.lookup_requests as request
    where
        request.failed_at is not null
        and (%(ids)s::bigint[] is null or request.id = any(%(ids)s::bigint[]))
        and (%(error)s::text is null or strpos(lower(request.last_error), lower(%(error)s)) > 0)
    order by request.id
    for update
),

opened as (
    insert into {schema}.lookup_requests (name, normalized_name, key_version, replay_of)
    select distinct on (chosen.normalized_name)
        chosen.name, chosen.normalized_name, chosen.key_version, chosen.id
    from chosen
    order by chosen.normalized_name, chosen.id desc
    on conflict (normalized_name) where finished_at is null do nothing
    returning replay_of, normalized_name
),

settled as (
    update {schema}.lookup_requests as request
    set failed_at = null, updated_at = now()
    from chosen
    inner join opened on chosen.normalized_name = opened.normalized_name
    where request.id = chosen.id
),

announced as (
    select pg_notify(%(channel)s, '')
    from (select count(*) as requests from opened) as counted
    where counted.requests > 0
)

select chosen.id, chosen.name, opened.normalized_name is not null as is_replayed
from chosen
left join opened on chosen.normalized_name = opened.normalized_name
left join announced on true
order by chosen.id
"""

# As _REPLAY chooses, without a write: a name that is open is left, all others are asked for.
_PLAN_REPLAY = """
select request.id, request.name, open_request.id is null as is_replayed
from {schema}.lookup_requests as request
left join {schema}.lookup_requests as open_request
    on open_request.normalized_name = request.normalized_name and open_request.finished_at is null
where
    request.failed_at is not null
    and (%(ids)s::bigint[] is null or request.id = any(%(ids)s::bigint[]))
    and (%(error)s::text is null or strpos(lower(request.last_error), lower(%(error)s)) > 0)
order by request.id
"""

_PLAN_PRUNE = """
select count(*) as requests
from {schema}.lookup_requests as request
where
    request.finished_at < now() - %(days)s * interval '1 day'
    and (request.failed_at is null or %(dead_letters)s)
"""

_PRUNE = """
with chosen as materialized (
    select request.id
    from {schema}.lookup_requests as request
    where
        request.finished_at < now() - %(days)s * interval '1 day'
        and (request.failed_at is null or %(dead_letters)s)
    order by request.finished_at
    limit %(batch)s
    for update skip locked
)

delete from {schema}.lookup_requests as request
using chosen
where request.id = chosen.id
"""


@dataclass(frozen=True, kw_only=True)
class QueuedRequest:
    """A request as it is listed."""

    COLUMNS = ("id", "name", "status", "attempts", "run_at", "created_at", "finished_at", "claimed_by", "last_error")

    id: int
    name: str
    status: str
    attempts: int
    run_at: datetime
    created_at: datetime
    finished_at: datetime | None
    claimed_by: str | None
    last_error: str | None


@dataclass(frozen=True, kw_only=True)
class Replay:
    """What became of one dead letter: asked anew, or left because its name is open already."""

    id: int
    name: str
    is_replayed: bool


class QueueOperations:
    """What an operator does with the lookup queue.

    Args:
        connection: an open psycopg2 connection.
        schema: the schema of the tables.
        channel: what workers listen on; see notification_channel().

    """

    def __init__(self, connection: extensions.connection, *, schema: str, channel: str) -> None:
        self._connection = connection
        self._schema = sql.Identifier(schema)
        self._channel = channel

    def requests(
        self, state: str = RequestState.FAILED, *, error: str | None = None, name: str | None = None, limit: int = 50
    ) -> list[QueuedRequest]:
        """Return requests of a state: dead-letter (or failed, the same), pending, processing, open (all these), done.

        Args:
            state: which; LookupQueueError for any other.
            error: only those whose last error has this text in it, in any case.
            name: only those of this name, in any spelling.
            limit: at most so many; those that failed first, or are next, or were done last.

        """
        try:
            condition, order = _STATES[RequestState(state)]
        except ValueError:
            raise LookupQueueError(f"There is no state {state!r}; there are {', '.join(RequestState)}.") from None
        statement = sql.SQL(_LIST).format(
            schema=self._schema,
            columns=sql.SQL(", ").join(sql.Identifier("request", column) for column in QueuedRequest.COLUMNS),
            state=sql.SQL(condition),
            order=sql.SQL(order),
        )
        with joined_transaction(self._connection) as cursor:
            cursor.execute(statement, {"error": error, "name": name, "limit": limit})
            return [QueuedRequest(**as_mapping(row, QueuedRequest.COLUMNS)) for row in cursor.fetchall()]

    def replay(
        self, ids: list[int] | None = None, *, error: str | None = None, plan_only: bool = False
    ) -> list[Replay]:
        """Ask dead letters anew: each gets a new request with all its attempts; all of them without ids and error.

        A name that has an open request meanwhile is left, and reported. An id that is no dead letter comes back not at
        all. Plan-only says the same and writes nothing.
        """
        transaction, statement = (read_only_transaction, _PLAN_REPLAY) if plan_only else (own_transaction, _REPLAY)
        with transaction(self._connection) as cursor:
            cursor.execute(
                sql.SQL(statement).format(schema=self._schema), {"ids": ids, "error": error, "channel": self._channel}
            )
            columns = ("id", "name", "is_replayed")
            return [Replay(**as_mapping(row, columns)) for row in cursor.fetchall()]

    def prune(
        self,
        older_than_days: float,
        *,
        dead_letters: bool = False,
        on_batch: Callable[[int], None] | None = None,
        plan_only: bool = False,
    ) -> int:
        """Delete requests that were finished so many days ago, in batches; returns how many. Answers stay.

        Args:
            older_than_days: from 0 to OLDEST_DAYS.
            dead_letters: also those that failed for good and were not asked anew.
            on_batch: called with the number so far after each batch.
            plan_only: delete nothing, and return how many would be.

        """
        if not 0 <= older_than_days <= OLDEST_DAYS:
            raise LookupQueueError(f"older_than_days must be a number from 0 to {OLDEST_DAYS}, not {older_than_days}.")
        if plan_only:
            with read_only_transaction(self._connection) as cursor:
                cursor.execute(
                    sql.SQL(_PLAN_PRUNE).format(schema=self._schema),
                    {"days": older_than_days, "dead_letters": dead_letters},
                )
                return int(as_mapping(cursor.fetchone(), ("requests",))["requests"])
        deleted = 0
        while True:
            with own_transaction(self._connection) as cursor:
                cursor.execute(
                    sql.SQL(_PRUNE).format(schema=self._schema),
                    {"days": older_than_days, "dead_letters": dead_letters, "batch": PRUNE_BATCH},
                )
                count = int(cursor.rowcount)
            deleted += count
            if count < PRUNE_BATCH:
                return deleted
            if on_batch is not None:
                on_batch(deleted)
