"""The typed values that go in and come out: what is asked, what was answered, what was resolved."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, Self

from company_enrichment.database import as_mapping


class ResolutionStatus(enum.StrEnum):
    """How a record came by its company id."""

    SUCCESS_INTERNAL = "success_internal"
    """A mapping or an earlier answer knew it."""
    SUCCESS_EXTERNAL = "success_external"
    """A registry was asked just now and knew it."""
    PENDING_LOOKUP = "pending_lookup"
    """Nobody knows the name yet: temporary id, queued for lookup."""
    TEMP_ASSIGNED = "temp_assigned"
    """A registry did not know the name when it was asked: temporary id, not queued again."""
    UNRESOLVABLE = "unresolvable"
    """The record names nobody, or a mapping says that it deliberately has no company: no id."""


@dataclass(frozen=True, kw_only=True)
class CustomerKeys:
    """What a record says of its company, as it stood in the input; every part may be missing."""

    plan_code: str | None = None
    account_number: str | None = None
    customer_name: str | None = None
    account_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class LookupAnswer:
    """What a provider said about one name."""

    provider: str
    outcome: Literal["found", "not_found"]
    company_id: str | None = None
    company_name: str | None = None
    confidence: Decimal | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LookupRequest:
    """A claimed request of the lookup queue. The claim is good until lease_until, for this claim_number."""

    COLUMNS = (
        "id",
        "name",
        "normalized_name",
        "status",
        "attempts",
        "claim_number",
        "last_error",
        "lease_until",
        "created_at",
        "updated_at",
    )

    id: int
    name: str
    normalized_name: str
    status: str
    attempts: int
    claim_number: int
    last_error: str | None
    lease_until: datetime | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def from_row(cls, row: Any) -> Self:
        """Build from a row in the order of COLUMNS, or from a mapping by name."""
        values = as_mapping(row, cls.COLUMNS)
        return cls(**{column: values[column] for column in cls.COLUMNS})


@dataclass(frozen=True, kw_only=True)
class EnqueueResult:
    """What became of one name handed to the queue."""

    name: str
    normalized_name: str | None
    request_id: int | None
    outcome: Literal["new", "open", "answered", "failed", "blank"]


@dataclass(frozen=True, kw_only=True)
class TemporaryId:
    """A name with its temporary id; no id for a name that names nobody."""

    name: str
    normalized_name: str | None
    temp_id: str | None
    is_new: bool


@dataclass(frozen=True, kw_only=True)
class CompanyIdResult:
    """The company id of one record, and why it has it."""

    company_id: str | None
    status: ResolutionStatus
    match_type: str | None
    matched_key: str | None
    normalized_name: str | None
    confidence: Decimal | None
    mapping_load_id: str | None
    answer_id: int | None
    reason: str
    budget_consumed: int = 0
    budget_remaining: int = 0

    @property
    def is_temporary(self) -> bool:
        """True while the id stands for a name that nobody knows yet."""
        return self.status in (ResolutionStatus.PENDING_LOOKUP, ResolutionStatus.TEMP_ASSIGNED)
