"""Resolves the records of files while they are taken in, out of one lookup budget."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from company_enrichment.ingestion.workbooks import RecordRow
from company_enrichment.records import CustomerKeys, ResolutionStatus
from company_enrichment.resolver.service import CompanyEnrichmentService


class IngestResolver:
    """Gives records their company ids, block by block: known ones, then lookups, then temporary ids and the queue.

    Args:
        service: who resolves.
        sync_lookup_budget: names that may be looked up for all files together; None is the service's default.

    """

    def __init__(self, service: CompanyEnrichmentService, sync_lookup_budget: int | None = None) -> None:
        self._service = service
        self._budget = service.budget(sync_lookup_budget)
        self.by_status: Counter[str] = Counter()
        self.looked_up = 0
        """Names that the provider was asked for, or in a plan would be."""
        self._pending: set[str | None] = set()

    @property
    def not_asked(self) -> int:
        """Names that nobody has been asked for, and that are queued."""
        return len(self._pending)

    @property
    def service(self) -> CompanyEnrichmentService:
        """Who resolves."""
        return self._service

    def resolve(self, rows: Iterable[RecordRow]) -> dict[str, int]:
        """Resolve records; returns how many came by which status, each counted once.

        Raises what CompanyEnrichmentService.resolve_batch() raises; blocks before it stay resolved.
        """
        counts: Counter[str] = Counter()
        for batch in self._service.resolve_blocks(_keys(rows), self._budget):
            self.looked_up += batch.statistics.budget_consumed
            counts.update({status: count for status, count in batch.statistics.by_status.items() if count})
            for result in batch.results:
                if result.status is ResolutionStatus.PENDING_LOOKUP:
                    self._pending.add(result.normalized_name)
                elif result.status in (ResolutionStatus.SUCCESS_EXTERNAL, ResolutionStatus.TEMP_ASSIGNED):
                    self._pending.discard(result.normalized_name)
        self.by_status += counts
        return dict(counts)


def _keys(rows: Iterable[RecordRow]) -> Iterator[CustomerKeys]:
    for row in rows:
        yield CustomerKeys(
            plan_code=row.plan_code,
            account_number=row.account_number,
            customer_name=row.customer_name,
            account_name=row.account_name,
        )
