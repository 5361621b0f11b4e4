"""Resolves company ids online, by the same rule as the dbt batch.

Order of steps: mappings, cache and answers (one round trip for any number of records), then
lookups inside the budget, then temporary ids and the queue for what nobody knows.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from typing import Any

from psycopg2 import sql

from company_enrichment.database import as_mapping, joined_transaction, refuse_unsuitable_database
from company_enrichment.errors import LookupProviderError
from company_enrichment.lookup_queue import LookupQueue
from company_enrichment.providers import LookupProvider
from company_enrichment.records import CompanyIdResult, CustomerKeys, ResolutionStatus
from company_enrichment.schema_version import refuse_other_schema_version
from company_enrichment.unusable_text import text_fault

logger = logging.getLogger(__name__)

_MATCH_COLUMNS = (
    "position",
    "normalized_name",
    "company_id",
    "match_type",
    "matched_key",
    "confidence",
    "mapping_load_id",
    "answer_id",
    "is_asked",
)


@dataclass(frozen=True, kw_only=True)
class Match:
    """What mappings, cache and answers know of one record; see the SQL function resolve_companies()."""

    position: int
    normalized_name: str | None
    company_id: str | None
    match_type: str | None
    matched_key: str | None
    confidence: Decimal | None
    mapping_load_id: str | None
    answer_id: int | None
    is_asked: bool


class CompanyMappingLoader:
    """Asks the database what is known of records, through the SQL function that shares its rule with the batch.

    Args:
        connection: an open psycopg2 connection; only read from.
        schema: the schema of the tables.

    """

    def __init__(self, connection: Any, *, schema: str = "enterprise") -> None:
        self._connection = connection
        self._schema = sql.Identifier(schema)
        self._is_suitable = False

    def match(self, records: Sequence[CustomerKeys]) -> list[Match]:
        """Return what is known of each record, in order; one round trip.

        Raises, at the first call, UnsuitableDatabaseError when the database cannot tell Chinese names apart, and
        SchemaVersionError when its tables have another version than this package works with.
        """
        statement = sql.SQL(
            "select {columns} from {schema}.resolve_companies(%s::text[], %s::text[], %s::text[], %s::text[])"
        ).format(
            columns=sql.SQL(", ").join(map(sql.Identifier, _MATCH_COLUMNS)),
            schema=self._schema,
        )
        arrays = [
            [getattr(record, key) for record in records]
            for key in ("plan_code", "account_number", "customer_name", "account_name")
        ]
        with joined_transaction(self._connection) as cursor:
            if not self._is_suitable:
                refuse_unsuitable_database(cursor)
                refuse_other_schema_version(cursor, self._schema)
                self._is_suitable = True
            cursor.execute(statement, arrays)
            return [Match(**as_mapping(row, _MATCH_COLUMNS)) for row in cursor.fetchall()]


@dataclass(frozen=True, kw_only=True)
class ResolutionStatistics:
    """How a batch was resolved; every record is counted in one of the statuses."""

    records: int
    by_status: Mapping[str, int]
    by_match_type: Mapping[str, int]
    budget_consumed: int
    budget_remaining: int


@dataclass(frozen=True, kw_only=True)
class BatchResult:
    """The results of a batch, in the order of its records, and their statistics."""

    results: list[CompanyIdResult]
    statistics: ResolutionStatistics


@dataclass
class _Budget:
    """A unit is one name asked of the provider, taken before the request: consumed + remaining is constant."""

    remaining: int
    consumed: int = 0

    def take(self) -> bool:
        if self.remaining == 0:
            return False
        self.remaining -= 1
        self.consumed += 1
        return True


@dataclass
class _UnknownName:
    """A name key nobody knows, with the first spelling seen and why a lookup did not help."""

    name: str
    is_asked: bool
    reason: str = ""
    found: CompanyIdResult | None = field(default=None)


class CompanyEnrichmentService:
    """Gives records their company id while they are being ingested.

    Args:
        loader: what the database knows.
        queue: takes the names nobody knows, and issues their temporary ids.
        eqc_client: the provider of live lookups; None looks nothing up.
        sync_lookup_budget: names that one call may look up when it does not say otherwise.

    """

    def __init__(
        self,
        loader: CompanyMappingLoader,
        queue: LookupQueue,
        eqc_client: LookupProvider | None = None,
        sync_lookup_budget: int = 5,
    ) -> None:
        self._loader = loader
        self._queue = queue
        self._provider = eqc_client
        self._default_budget = _checked_budget(sync_lookup_budget)

    def resolve_company_id(
        self,
        *,
        customer_name: str | None = None,
        plan_code: str | None = None,
        account_number: str | None = None,
        account_name: str | None = None,
        sync_lookup_budget: int | None = None,
    ) -> CompanyIdResult:
        """Return the company id of one record; see :meth:`resolve_batch`."""
        keys = CustomerKeys(
            plan_code=plan_code,
            account_number=account_number,
            customer_name=customer_name,
            account_name=account_name,
        )
        return self.resolve_batch([keys], sync_lookup_budget=sync_lookup_budget).results[0]

    def resolve_batch(
        self,
        records: Iterable[CustomerKeys | Mapping[str, str | None]],
        sync_lookup_budget: int | None = None,
    ) -> BatchResult:
        """Return the company ids of records, in order.

        Args:
            records: CustomerKeys, or mappings with any of its fields.
            sync_lookup_budget: names that may be looked up now; None is the instance's default, 0 none.

        A failing provider never fails the call: the name gets its temporary id, and the reason is in the
        result. Nor does a record with a NUL character or invalid UTF-8: it is unresolvable. Raises
        ValueError for a negative budget, DatabaseError when the database fails, and OpenTransactionError,
        before anybody is asked, for unknown names inside an open transaction of the queue's connection.

        """
        budget = _Budget(self._default_budget if sync_lookup_budget is None else _checked_budget(sync_lookup_budget))
        keys = [record if isinstance(record, CustomerKeys) else CustomerKeys(**record) for record in records]
        logger.info("Resolving company ids", extra={"records": len(keys), "sync_lookup_budget": budget.remaining})
        faults = {position: fault for position, record in enumerate(keys) if (fault := _fault(record)) is not None}
        for position in faults:
            keys[position] = CustomerKeys()
        matches = self._loader.match(keys)
        unknown = self._unknown_names(keys, matches)
        if unknown:
            self._queue.check_can_commit()
        self._look_up(unknown, budget)
        pending = {key: entry for key, entry in unknown.items() if entry.found is None}
        temporary = self._temporary_results(pending)
        results = [
            replace(
                self._result(match, unknown, temporary),
                budget_consumed=budget.consumed,
                budget_remaining=budget.remaining,
            )
            for match in matches
        ]
        for position, fault in faults.items():
            results[position] = replace(results[position], reason=fault)
        return BatchResult(results=results, statistics=_statistics(results, budget))

    def _unknown_names(self, keys: Sequence[CustomerKeys], matches: Sequence[Match]) -> dict[str, _UnknownName]:
        unknown: dict[str, _UnknownName] = {}
        for record, match in zip(keys, matches, strict=True):
            if match.match_type is None and match.normalized_name is not None:
                unknown.setdefault(match.normalized_name, _UnknownName(record.customer_name or "", match.is_asked))
        return unknown

    def _look_up(self, unknown: Mapping[str, _UnknownName], budget: _Budget) -> None:
        for normalized_name, entry in unknown.items():
            if entry.is_asked:
                entry.reason = "a registry did not know the name when it was asked"
                continue
            if self._provider is None or self._queue.plan_only:
                entry.reason = "no mapping, answer or provider knows the name"
                continue
            if not budget.take():
                entry.reason = "nobody knows the name yet; the lookup budget is used up"
                continue
            try:
                answer = self._provider.lookup(entry.name)
            except LookupProviderError as error:
                logger.warning("A lookup failed: %s", error)
                entry.reason = f"the lookup failed: {error}"
                continue
            answer_id = self._queue.record_answer(entry.name, answer)
            if answer.outcome == "not_found":
                entry.is_asked = True
                entry.reason = f"{answer.provider} does not know the name"
                continue
            entry.found = CompanyIdResult(
                company_id=answer.company_id,
                status=ResolutionStatus.SUCCESS_EXTERNAL,
                match_type="lookup",
                matched_key=normalized_name,
                normalized_name=normalized_name,
                confidence=answer.confidence,
                mapping_load_id=None,
                answer_id=answer_id,
                reason=f"{answer.provider} knows the name",
            )

    def _temporary_results(self, pending: Mapping[str, _UnknownName]) -> dict[str, CompanyIdResult]:
        if not pending:
            return {}
        names = [entry.name for entry in pending.values()]
        ids = dict(zip(pending, self._queue.assign_temp_ids(names), strict=True))
        to_ask = [entry.name for entry in pending.values() if not entry.is_asked]
        if to_ask:
            self._queue.enqueue_many(to_ask)
        return {
            key: CompanyIdResult(
                company_id=ids[key].temp_id,
                status=ResolutionStatus.TEMP_ASSIGNED if entry.is_asked else ResolutionStatus.PENDING_LOOKUP,
                match_type=None,
                matched_key=None,
                normalized_name=key,
                confidence=None,
                mapping_load_id=None,
                answer_id=None,
                reason=entry.reason,
            )
            for key, entry in pending.items()
        }

    def _result(
        self,
        match: Match,
        unknown: Mapping[str, _UnknownName],
        temporary: Mapping[str, CompanyIdResult],
    ) -> CompanyIdResult:
        if match.match_type is None and match.normalized_name is not None:
            return unknown[match.normalized_name].found or temporary[match.normalized_name]
        if match.company_id is not None:
            status = ResolutionStatus.SUCCESS_INTERNAL
            rests_on = f"mapping load {match.mapping_load_id}" if match.mapping_load_id else f"answer {match.answer_id}"
            reason = f"matched by {match.match_type}, from {rests_on}"
        else:
            status = ResolutionStatus.UNRESOLVABLE
            reason = "a mapping says that the record has no company" if match.match_type else "the record names nobody"
        return CompanyIdResult(
            company_id=match.company_id,
            status=status,
            match_type=match.match_type,
            matched_key=match.matched_key,
            normalized_name=match.normalized_name,
            confidence=match.confidence,
            mapping_load_id=match.mapping_load_id,
            answer_id=match.answer_id,
            reason=reason,
        )


def _fault(record: CustomerKeys) -> str | None:
    """What keeps a record from being sent to the database."""
    for column in fields(record):
        text = getattr(record, column.name)
        fault = None if text is None else text_fault(text)
        if fault is not None:
            return f"{column.name} {fault}"
    return None


def _checked_budget(budget: int) -> int:
    if budget < 0:
        raise ValueError(f"sync_lookup_budget is {budget}; it must be 0 or more")
    return budget


def _statistics(results: Sequence[CompanyIdResult], budget: _Budget) -> ResolutionStatistics:
    by_status = dict.fromkeys((status.value for status in ResolutionStatus), 0)
    by_match_type: dict[str, int] = {}
    for result in results:
        by_status[result.status.value] += 1
        if result.match_type is not None:
            by_match_type[result.match_type] = by_match_type.get(result.match_type, 0) + 1
    return ResolutionStatistics(
        records=len(results),
        by_status=by_status,
        by_match_type=by_match_type,
        budget_consumed=budget.consumed,
        budget_remaining=budget.remaining,
    )
