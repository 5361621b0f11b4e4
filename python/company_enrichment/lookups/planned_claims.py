"""What a plan-only queue shows in the place of claims."""

from __future__ import annotations

from datetime import UTC, datetime

from psycopg2 import extensions, sql

from company_enrichment.lookups.statements import PLAN_DEQUEUE, composed
from company_enrichment.records import LookupRequest

_INSTANT = datetime(2026, 1, 1, tzinfo=UTC)

_EXAMPLES = [
    LookupRequest(
        id=number,
        name=f"Test Company {number}",
        normalized_name=f"testcompany{number}",
        status="processing",
        attempts=1,
        claim_number=1,
        last_error=None,
        lease_until=_INSTANT,
        created_at=_INSTANT,
        updated_at=_INSTANT,
    )
    for number in (1, 2)
]


class PlannedClaims:
    """Requests as claims would take them, in the same order; each is shown once, for nothing is claimed."""

    def __init__(self) -> None:
        self._shown: list[int] = []

    def examples(self, batch_size: int) -> list[LookupRequest]:
        """Return the examples of a queue without a connection, the first time."""
        return self._show([] if self._shown else _EXAMPLES[:batch_size])

    def next_batch(
        self, cursor: extensions.cursor, schema: sql.Identifier, *, batch_size: int, maximum_attempts: int
    ) -> list[LookupRequest]:
        """Return what a claim would take of the requests that were not shown yet."""
        cursor.execute(
            composed(PLAN_DEQUEUE, schema),
            {"batch_size": batch_size, "maximum_attempts": maximum_attempts, "shown": self._shown},
        )
        return self._show([LookupRequest.from_row(row) for row in cursor.fetchall()])

    def _show(self, requests: list[LookupRequest]) -> list[LookupRequest]:
        self._shown.extend(request.id for request in requests)
        return requests
