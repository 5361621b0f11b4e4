"""How a batch was resolved, counted so that it adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter

from company_enrichment.records import TEMPORARY, CompanyIdResult, ResolutionStatus

_outcome_of = attrgetter("status", "match_type", "mapping_load_id")


@dataclass(kw_only=True)
class ResolutionStatistics:
    """How a batch was resolved.

    records = the sum of by_match_type + cached + external + temporary + unresolvable, always; by_status counts the same
    records by their status.
    """

    records: int = 0
    by_status: dict[str, int] = field(default_factory=lambda: {status.value: 0 for status in ResolutionStatus})
    by_match_type: dict[str, int] = field(default_factory=dict)
    """Records that an alias has given a company, by its match type."""
    cached: int = 0
    """Records that an earlier answer of a provider has given a company."""
    external: int = 0
    """Records that a lookup of this call has given a company."""
    temporary: int = 0
    """Records with a temporary id."""
    unresolvable: int = 0
    """Records that name nobody, or deliberately have no company."""
    queued: int = 0
    """Names that were put into the lookup queue: those that were in it already are not counted."""
    budget_consumed: int = 0
    """Names that this call has asked a provider for."""
    budget_remaining: int = 0
    """What is left of the budget; consumed and remaining add up to it unless other calls share it."""

    def add(self, later: ResolutionStatistics) -> None:
        """Add the statistics of the next block of the same call."""
        self.records += later.records
        self.cached += later.cached
        self.external += later.external
        self.temporary += later.temporary
        self.unresolvable += later.unresolvable
        self.queued += later.queued
        self.budget_consumed += later.budget_consumed
        self.budget_remaining = later.budget_remaining
        for sums, counts in ((self.by_status, later.by_status), (self.by_match_type, later.by_match_type)):
            for name, count in counts.items():
                sums[name] = sums.get(name, 0) + count

    def count(self, results: Iterable[CompanyIdResult]) -> None:
        """Add results to the counts of records."""
        for (status, match_type, mapping_load_id), number in Counter(map(_outcome_of, results)).items():
            self.records += number
            self.by_status[status.value] += number
            if status in TEMPORARY:
                self.temporary += number
            elif status is ResolutionStatus.UNRESOLVABLE:
                self.unresolvable += number
            elif status is ResolutionStatus.SUCCESS_EXTERNAL:
                self.external += number
            elif mapping_load_id is None and match_type == "lookup":
                self.cached += number
            else:
                self.by_match_type[str(match_type)] = self.by_match_type.get(str(match_type), 0) + number
