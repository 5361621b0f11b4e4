"""Works the lookup queue off: claims requests, asks the provider, reports what came of each."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from company_enrichment.errors import LookupProviderError, StaleClaimError
from company_enrichment.lookup_queue import LookupQueue
from company_enrichment.providers import LookupProvider
from company_enrichment.records import LookupRequest

logger = logging.getLogger(__name__)


@dataclass
class WorkerReport:
    """What a worker has done; every claimed request is counted once."""

    found: int = 0
    not_found: int = 0
    retried: int = 0
    failed: int = 0
    stale: int = 0

    @property
    def claimed(self) -> int:
        """Requests claimed in all."""
        return self.found + self.not_found + self.retried + self.failed + self.stale


def drain(
    queue: LookupQueue,
    provider: LookupProvider,
    *,
    batch_size: int = 50,
    on_batch: Callable[[WorkerReport], None] | None = None,
) -> WorkerReport:
    """Work until no request is ready; those that wait for a later retry are left alone.

    Raises SchemaVersionError, with every claimed request reported, once the tables have another version than this
    package works with: each claim looks.

    Args:
        queue: where the requests come from.
        provider: who is asked.
        batch_size: requests claimed at once.
        on_batch: called with the report so far after each batch.

    """
    report = WorkerReport()
    while batch := queue.dequeue(batch_size):
        for request in batch:
            _work(queue, provider, request, report)
        logger.info("Worked off a batch", extra={"worker_report": vars(report).copy()})
        if on_batch is not None:
            on_batch(report)
    return report


def _work(queue: LookupQueue, provider: LookupProvider, request: LookupRequest, report: WorkerReport) -> None:
    try:
        try:
            answer = provider.lookup(request.name)
        except LookupProviderError as error:
            if queue.mark_failed(request, str(error)) == "failed":
                report.failed += 1
            else:
                report.retried += 1
            return
        queue.mark_done(request, answer)
    except StaleClaimError as error:
        logger.warning("%s", error)
        report.stale += 1
        return
    if answer.outcome == "found":
        report.found += 1
    else:
        report.not_found += 1
