"""The typed values that go in and come out: what is asked, what was answered, what was resolved."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, Self

from company_enrichment.column_names import MAPPING_COLUMNS, RepeatedColumnError, entries_of_mapping
from company_enrichment.database import as_mapping
from company_enrichment.errors import MappingRowError
from company_enrichment.unusable_text import readable_text


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


TEMPORARY = frozenset({ResolutionStatus.PENDING_LOOKUP, ResolutionStatus.TEMP_ASSIGNED})
"""How a record came by an id that stands for a name nobody knows yet."""


AnswerOutcome = Literal["found", "not_found", "not_accepted", "unusable"]
"""What a provider may say of a name; see LookupAnswer."""


@dataclass(frozen=True, kw_only=True)
class CustomerKeys:
    """What a record says of its company, as it stood in the input; every part may be missing."""

    plan_code: str | None = None
    account_number: str | None = None
    customer_name: str | None = None
    account_name: str | None = None


KEYS = tuple(key.name for key in fields(CustomerKeys))
"""What a record may say of its company, in the order in which the SQL functions take it."""


MatchBasis = Literal["exact", "former_name", "other_name", "similar"]
"""What an answer rests on: the registry knows the company by this very name, a former or another one, or a like one."""


@dataclass(frozen=True, kw_only=True)
class LookupAnswer:
    """What a provider said about one name.

    not_accepted: it knows names that are like this one, but none that is surely the same company; they are the
    ``candidates`` of the evidence, and only ``found`` has a company id and a confidence.
    unusable: it knows the company, but what it gives for its id is none; both are in ``unusable`` of the evidence.

    match_basis: what a company that was found rests on. Say more than ``similar`` only where the registry itself holds
    this name of the company: fewer differences of the names forbid such an answer when it is stored.
    """

    provider: str
    outcome: AnswerOutcome
    company_id: str | None = None
    company_name: str | None = None
    confidence: Decimal | None = None
    match_basis: MatchBasis = "similar"
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class StoredAnswer:
    """An answer as it was stored: one that was found may have been turned down for its company's name or id."""

    COLUMNS = ("answer_id", "outcome", "company_id", "answered_at", "vetoes", "fault")

    answer_id: int
    outcome: AnswerOutcome
    company_id: str | None
    """The company found, without the blanks and the width it came with."""
    answered_at: datetime
    vetoes: Sequence[str]
    """The differences of the names that forbade the company, as company_name_differences() calls them."""
    fault: str | None
    """Why the answer is unusable; None when it is not."""


@dataclass(frozen=True, kw_only=True)
class LookupRequest:
    """A claimed request of the lookup queue. The claim is good until lease_until, for this claim_number.

    is_taken_over: an earlier claim ran out without a report; its worker may have died of it.
    """

    TABLE_COLUMNS = (
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
    COLUMNS = (*TABLE_COLUMNS, "is_taken_over")

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
    is_taken_over: bool = False

    @classmethod
    def from_row(cls, row: Any) -> Self:
        """Build from a row in the order of COLUMNS, or from a mapping by name."""
        values = as_mapping(row, cls.COLUMNS)
        return cls(**{column: values[column] for column in cls.COLUMNS})


@dataclass(frozen=True, kw_only=True)
class ClaimReport:
    """What came of a claimed request: made by done(), failed(), snoozed() or released()."""

    request: LookupRequest
    outcome: Literal["done", "failed", "snoozed", "released"]
    answer: LookupAnswer | None = None
    error: str | None = None
    seconds: float | None = None

    @classmethod
    def done(cls, request: LookupRequest, answer: LookupAnswer) -> Self:
        """The provider has answered: found, or not found."""
        return cls(request=request, outcome="done", answer=answer)

    @classmethod
    def failed(cls, request: LookupRequest, error: str) -> Self:
        """The attempt failed: it is repeated later, or was the last."""
        return cls(request=request, outcome="failed", error=readable_text(error).strip() or "Unknown error")

    @classmethod
    def snoozed(cls, request: LookupRequest, seconds: float, reason: str) -> Self:
        """The provider is out of service for so many seconds: the attempt does not count."""
        return cls(
            request=request, outcome="snoozed", seconds=seconds, error=readable_text(reason).strip() or "Unknown reason"
        )

    @classmethod
    def released(cls, request: LookupRequest) -> Self:
        """Nobody was asked: the attempt does not count, and anybody may claim the request at once."""
        return cls(request=request, outcome="released")


@dataclass(frozen=True, kw_only=True)
class QueueHealth:
    """The open requests of the queue and its dead letters, counted without a look at what is done."""

    COLUMNS = ("ready", "waiting", "in_flight", "expired", "failed", "oldest_created_at")

    ready: int
    """May be claimed now."""
    waiting: int
    """For a retry, or the end of a pause."""
    in_flight: int
    """Claimed, the lease holds."""
    expired: int
    """Claimed by a worker whose lease has run out: whoever claims next takes them over."""
    failed: int
    """Dead letters: failed for good, and not replayed."""
    oldest_created_at: datetime | None
    """When the oldest open request was enqueued."""

    @property
    def open(self) -> int:
        """All requests that are neither done nor failed."""
        return self.ready + self.waiting + self.in_flight + self.expired


@dataclass(frozen=True, kw_only=True)
class EnqueueResult:
    """What became of one name handed to the queue."""

    COLUMNS = ("name", "normalized_name", "request_id", "outcome")

    name: str
    normalized_name: str | None
    request_id: int | None
    outcome: Literal["new", "open", "answered", "failed", "blank"]


@dataclass(frozen=True, kw_only=True)
class TemporaryId:
    """A name with its temporary id; no id for a name that names nobody."""

    COLUMNS = ("name", "normalized_name", "temp_id", "is_new")

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
    """The answer that the id rests on, or by which nobody knows the name."""
    reason: str
    """In words."""
    provider: str | None = None
    """Who gave that answer."""
    known_since: datetime | None = None
    """When the alias was last changed, or the answer given."""
    budget_consumed: int = 0
    budget_remaining: int = 0

    @property
    def is_temporary(self) -> bool:
        """True while the id stands for a name that nobody knows yet."""
        return self.status in TEMPORARY


@dataclass(frozen=True)
class CompanyMappingRecord:
    """One mapping: the alias, which is a name or a code as match_type says, stands for the company.

    line_no is its place in what it comes from; its position when None. problem says why it cannot be used, where its
    reader knows that already: such a row is rejected for it.
    """

    match_type: str | None
    alias: str | None
    company_id: str | None
    line_no: int | None = None
    problem: str | None = None

    @classmethod
    def from_row(cls, row: Any, number: int) -> Self:
        """Take a row as it is handed over: a record, (match_type, alias, company_id), or a mapping by these names.

        Args:
            row: what is to become a record. A mapping may use any of the names in MAPPING_COLUMNS, in any case and
                width; its other entries are ignored.
            number: the row's position, from 1, by which errors name it.

        Raises MappingRowError when the row is none of these, or leaves a part out or gives it twice.

        """
        if isinstance(row, cls):
            return row
        if isinstance(row, Mapping):
            entries = _entries(row, number)
            return cls(**{part: row[entries[part]] for part in MAPPING_COLUMNS})
        if isinstance(row, Sequence) and not isinstance(row, str | bytes) and len(row) == len(MAPPING_COLUMNS):
            return cls(*row)
        shape = f"{type(row).__name__} of {len(row)}" if isinstance(row, list | tuple) else type(row).__name__
        raise MappingRowError(
            f"Row {number} is no mapping but a {shape}: give (match_type, alias, company_id), a dictionary with these "
            "names, or a CompanyMappingRecord. Nothing was landed."
        )


def _entries(row: Mapping[Any, Any], number: int) -> Mapping[str, Any]:
    """Return under which entry each part of a mapping is."""
    try:
        entries = entries_of_mapping(tuple(row))
    except RepeatedColumnError as error:
        part, found = error.column, f"{error.first} and {error.second}"
    else:
        missing = [part for part in MAPPING_COLUMNS if part not in entries]
        if not missing:
            return entries
        part, found = missing[0], f"no {missing[0]}"
    raise MappingRowError(
        f"Row {number} has {found}; it needs exactly one of {', '.join(MAPPING_COLUMNS[part])}. "
        f"Its entries are {', '.join(map(str, row))}. Nothing was landed."
    )
