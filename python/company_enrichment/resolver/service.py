"""Resolves company ids online, by the same rule as the dbt batch.

Order of steps: mappings, cache and answers (one round trip for a block of records), then
lookups inside the budget, then temporary ids and the queue for what nobody knows.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, replace
from itertools import islice
from types import TracebackType
from typing import Any, Self

from psycopg2 import extensions

from company_enrichment.address import ConnectionSource, new_connection
from company_enrichment.errors import (
    LookupProviderUnavailableError,
)
from company_enrichment.lookups.providers import limited_provider_from_settings
from company_enrichment.lookups.providers.limited import LimitedProvider
from company_enrichment.lookups.providers.protocol import LookupProvider
from company_enrichment.lookups.providers.unasked import UnaskedProvider
from company_enrichment.lookups.queue import LookupQueue
from company_enrichment.records import CompanyIdResult, CustomerKeys, ResolutionStatus
from company_enrichment.resolver.budget import LookupBudget
from company_enrichment.resolver.live_lookups import LiveLookups, UnknownName, unknown_names
from company_enrichment.resolver.matches import CompanyMappingLoader, Match
from company_enrichment.resolver.record_input import customer_keys, faults_of_records
from company_enrichment.resolver.results import KnownResults
from company_enrichment.resolver.statistics import ResolutionStatistics
from company_enrichment.settings import Settings, load_database_settings, load_settings

logger = logging.getLogger(__name__)

BLOCK = 5_000
"""Records that are resolved together: what a batch of any size needs in memory, beside its results."""


@dataclass(frozen=True, kw_only=True)
class BatchResult:
    """The results of a batch, in the order of its records, and their statistics."""

    results: list[CompanyIdResult]
    statistics: ResolutionStatistics


class CompanyEnrichmentService:
    """Gives records their company id while they are being ingested. May be called by several threads at once.

    Args:
        loader: what the database knows.
        queue: takes the names nobody knows, and issues their temporary ids. One that is plan_only makes the whole
            service so: nothing is written, nobody is asked, and the results say what would be.
        eqc_client: the provider of live lookups; None looks nothing up.
        sync_lookup_budget: names that one call may look up when it does not say otherwise; a LookupBudget is shared by
            all calls.

    """

    def __init__(
        self,
        loader: CompanyMappingLoader,
        queue: LookupQueue,
        eqc_client: LookupProvider | None = None,
        sync_lookup_budget: int | LookupBudget = 5,
    ) -> None:
        self._loader = loader
        self._queue = queue
        self._lookups = LiveLookups(loader, queue, eqc_client)
        self._default_budget = sync_lookup_budget
        _budget(sync_lookup_budget)  # refuses a negative one
        self._to_close: list[extensions.connection | LimitedProvider] = []

    @classmethod
    def from_settings(
        cls,
        connection: ConnectionSource = None,
        *,
        settings: Settings | None = None,
        schema: str | None = None,
        plan_only: bool = False,
    ) -> Self:
        """Return a service as the settings say: its provider, its limits, its budget.

        Args:
            connection: an open connection, which stays open; or a DSN, what returns a connection, or None for the
                database of the settings: then close() closes what was opened, and so does the end of a ``with``.
            settings: those in force when None.
            schema: the schema of the tables; WDH_DATABASE__SCHEMA when None.
            plan_only: write nothing and ask nobody.

        """
        settings = settings or load_settings()
        database = load_database_settings(**({} if schema is None else {"WDH_DATABASE__SCHEMA": schema}))
        to_close: list[extensions.connection | LimitedProvider] = []
        if isinstance(connection, extensions.connection):
            opened = connection
        else:
            opened = new_connection(connection, database)
            to_close.append(opened)
        schema = database.database_schema
        if plan_only:
            # No client is made: what is not there cannot be asked.
            named = settings.lookup_provider
            provider: LookupProvider | None = None if named == "none" else UnaskedProvider(named)
        else:
            provider = limited_provider_from_settings(settings, opened, schema)
        service = cls(
            CompanyMappingLoader(opened, schema=schema),
            LookupQueue.from_settings(settings, opened, schema, plan_only=plan_only),
            provider,
            settings.sync_lookup_budget,
        )
        if isinstance(provider, LimitedProvider):
            to_close.append(provider)
        service._to_close = to_close
        return service

    @property
    def outage(self) -> LookupProviderUnavailableError | None:
        """What the provider last failed with, when it was out of service and has answered nothing since; else None."""
        return self._lookups.outage

    def close(self) -> None:
        """Close what from_settings() has opened; a connection that was given stays open."""
        for opened in self._to_close:
            opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def budget(self, sync_lookup_budget: int | LookupBudget | None = None) -> LookupBudget:
        """Return a budget for several calls to share: of that many names, or of the instance's default."""
        return _budget(self._default_budget if sync_lookup_budget is None else sync_lookup_budget)

    def resolve_company_id(
        self,
        *,
        customer_name: str | None = None,
        plan_code: str | None = None,
        account_number: str | None = None,
        account_name: str | None = None,
        sync_lookup_budget: int | LookupBudget | None = None,
    ) -> CompanyIdResult:
        """Return the company id of one record; see :meth:`resolve_batch`."""
        keys = CustomerKeys(
            plan_code=plan_code,
            account_number=account_number,
            customer_name=customer_name,
            account_name=account_name,
        )
        return self.resolve_batch([keys], sync_lookup_budget=sync_lookup_budget).results[0]

    def resolve_batch(self, records: Any, sync_lookup_budget: int | LookupBudget | None = None) -> BatchResult:
        """Return the company ids of records, in order, and how they came about.

        Args:
            records: CustomerKeys, mappings with any of its fields, or a table of pandas, polars or pyarrow with such
                columns; see :func:`~company_enrichment.resolver.record_input.customer_keys`. They are read block by
                block.
            sync_lookup_budget: names that may be looked up now; None is the instance's default, 0 none. A LookupBudget
                is shared by all calls that are given it.

        A failing provider, or an answer that cannot be stored, never fails the call: the name gets its temporary id,
        and the reason is in the result. Nor does a record with a NUL character or invalid UTF-8: it is unresolvable.
        Raises ValueError for a negative budget or what is no record, DatabaseError when the database fails, and
        OpenTransactionError, before anybody is asked, for unknown names inside an open transaction of the queue's
        connection. A call that fails may be repeated: what it has done is known from then on.

        """
        results: list[CompanyIdResult] = []
        statistics = ResolutionStatistics()
        for block in self.resolve_blocks(records, sync_lookup_budget):
            results.extend(block.results)
            statistics.add(block.statistics)
        return BatchResult(results=results, statistics=statistics)

    def resolve_blocks(
        self, records: Any, sync_lookup_budget: int | LookupBudget | None = None
    ) -> Iterator[BatchResult]:
        """Yield the results block by block, for more records than have room in memory; see :meth:`resolve_batch`.

        There is one block at least, of no records where there are none.
        """
        budget = self.budget(sync_lookup_budget)
        number = len(records) if isinstance(records, Sized) else None
        logger.info("Resolving company ids", extra={"records": number, "sync_lookup_budget": budget.remaining})
        return self._blocks(customer_keys(records), budget)

    def _blocks(self, records: Iterator[CustomerKeys], budget: LookupBudget) -> Iterator[BatchResult]:
        unanswered: dict[str, str] = {}
        is_first = True
        while (block := list(islice(records, BLOCK))) or is_first:
            yield self._resolve_block(block, budget, unanswered)
            is_first = False

    def _resolve_block(
        self, records: list[CustomerKeys], budget: LookupBudget, unanswered: dict[str, str]
    ) -> BatchResult:
        """Resolve records; unanswered has the names that were asked in vain, and why: they are not asked again."""
        faults = faults_of_records(records)
        for position in faults:
            records[position] = CustomerKeys()
        matches = self._loader.match(records)
        unknown = unknown_names(records, matches)
        if unknown:
            self._queue.check_can_commit()
        consumed = self._lookups.look_up(unknown, budget, unanswered)
        pending = {key: entry for key, entry in unknown.items() if entry.found is None}
        temporary, queued = self._temporary_results(pending)
        remaining = budget.remaining
        # Once for each name, not for each record: copying a result takes longer than making one.
        by_name = {
            key: replace(entry.found or temporary[key], budget_consumed=consumed, budget_remaining=remaining)
            for key, entry in unknown.items()
        }
        known = KnownResults(budget_consumed=consumed, budget_remaining=remaining)
        results = [
            by_name[str(match.normalized_name)] if match.is_unknown_name else known.of(match) for match in matches
        ]
        self._say_why_nobody(records, matches, results)
        for position, fault in faults.items():
            results[position] = replace(results[position], reason=fault)
        statistics = ResolutionStatistics(queued=queued, budget_consumed=consumed, budget_remaining=remaining)
        statistics.count(results)
        return BatchResult(results=results, statistics=statistics)

    def _say_why_nobody(
        self, records: Sequence[CustomerKeys], matches: Sequence[Match], results: list[CompanyIdResult]
    ) -> None:
        """Put into the results of records that name nobody what is wrong with their texts."""
        nobody = dict.fromkeys(
            record
            for record, match in zip(records, matches, strict=True)
            if match.names_nobody and record != CustomerKeys()
        )
        if not nobody:
            return
        said = dict(zip(nobody, self._loader.faults(list(nobody)), strict=True))
        for position, (record, match) in enumerate(zip(records, matches, strict=True)):
            if match.names_nobody and said.get(record) is not None:
                results[position] = replace(results[position], reason=f"the record names nobody: {said[record]}")

    def _temporary_results(self, pending: Mapping[str, UnknownName]) -> tuple[dict[str, CompanyIdResult], int]:
        """Return the results of names that nobody knows, and how many of the names were put into the queue."""
        if not pending:
            return {}, 0
        names = [entry.name for entry in pending.values()]
        ids = dict(zip(pending, self._queue.assign_temp_ids(names), strict=True))
        to_ask = [entry.name for entry in pending.values() if not entry.is_asked]
        enqueued = self._queue.enqueue_many(to_ask) if to_ask else []
        results = {
            key: CompanyIdResult(
                company_id=ids[key].temp_id,
                status=ResolutionStatus.TEMP_ASSIGNED if entry.is_asked else ResolutionStatus.PENDING_LOOKUP,
                match_type=None,
                matched_key=None,
                normalized_name=key,
                confidence=None,
                mapping_load_id=None,
                answer_id=entry.match.answer_id,
                provider=entry.match.provider,
                known_since=entry.match.known_since,
                reason=entry.reason,
            )
            for key, entry in pending.items()
        }
        return results, sum(result.outcome == "new" for result in enqueued)


def _budget(given: int | LookupBudget) -> LookupBudget:
    return given if isinstance(given, LookupBudget) else LookupBudget(given)
