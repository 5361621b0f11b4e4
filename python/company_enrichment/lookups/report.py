"""What a worker is told, and what it tells."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from company_enrichment.records import ClaimReport


@dataclass(frozen=True, kw_only=True)
class WorkerOptions:
    """How a worker works."""

    batch_size: int = 50
    """Requests claimed at once."""
    concurrency: int = 4
    """Requests asked at once."""
    rate: float | None = None
    """Requests a second of the provider, by all workers together; None for no limit."""
    daily_quota: int | None = None
    """Requests a day, likewise."""
    drain: bool = False
    """End once no request is ready."""
    timeout_seconds: float = 60.0
    """How long an answer is waited for: a provider that hangs holds nobody up, whatever its own timeouts are."""
    grace_seconds: float = 30.0
    """How long a worker that was told to stop waits for the answers to what it has asked."""
    poll_seconds: float = 5.0
    """How often an idle worker looks for requests of which nobody has told it, give or take a half."""


@dataclass
class WorkerReport:
    """What a worker has done; every claimed request is counted once.

    remaining is how many requests were open when it last looked; paused says why the provider cannot be asked
    now, is_stopped whether it was told to stop; outage is what the provider last failed with where it has answered
    nothing since, and None where it has.
    """

    found: int = 0
    not_found: int = 0
    not_accepted: int = 0
    unusable: int = 0
    retried: int = 0
    failed: int = 0
    snoozed: int = 0
    released: int = 0
    stale: int = 0
    remaining: int | None = None
    paused: str | None = None
    outage: str | None = None
    is_stopped: bool = False
    started: float = field(default_factory=time.monotonic)

    @property
    def claimed(self) -> int:
        """Requests claimed and reported in all."""
        return self.asked + self.snoozed + self.released + self.stale

    @property
    def asked(self) -> int:
        """Requests of which something has come: an answer, or an attempt that counts."""
        answered = self.found + self.not_found + self.not_accepted + self.unusable
        return answered + self.retried + self.failed

    @property
    def is_cut_short(self) -> bool:
        """Whether names were left that an outage of the provider has kept from being looked up."""
        return self.outage is not None and self.snoozed > 0 and not self.is_stopped

    @property
    def per_second(self) -> float:
        """Requests asked in a second, on average."""
        return self.asked / max(time.monotonic() - self.started, 0.001)

    def count(self, report: ClaimReport, status: str) -> None:
        """Count what came of one request."""
        if status == "stale":
            self.stale += 1
        elif report.outcome == "done":
            assert report.answer is not None  # noqa: S101 - narrows the type for mypy
            if status == "unusable" or report.answer.outcome == "unusable":
                self.unusable += 1
            elif status == "vetoed" or report.answer.outcome == "not_accepted":
                self.not_accepted += 1
            elif report.answer.outcome == "found":
                self.found += 1
            else:
                self.not_found += 1
        elif report.outcome == "failed":
            if status == "failed":
                self.failed += 1
            else:
                self.retried += 1
        elif report.outcome == "snoozed":
            self.snoozed += 1
        else:
            self.released += 1
