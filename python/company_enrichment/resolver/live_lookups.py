"""Live lookups of names that nobody knows, within a budget; each answer is stored before it is used."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg2

from company_enrichment.errors import (
    DatabaseError,
    LookupProviderBusyError,
    LookupProviderError,
    LookupProviderUnavailableError,
)
from company_enrichment.lookups.providers.protocol import LookupProvider
from company_enrichment.lookups.queue import LookupQueue
from company_enrichment.records import CompanyIdResult, CustomerKeys
from company_enrichment.resolver.budget import LookupBudget
from company_enrichment.resolver.matches import CompanyMappingLoader, Match
from company_enrichment.resolver.results import KnownResults, asked_reason, found_result

logger = logging.getLogger(__name__)


@dataclass
class UnknownName:
    """A name key nobody knows, with the first spelling seen and why a lookup did not help."""

    name: str
    match: Match
    reason: str = ""
    found: CompanyIdResult | None = field(default=None)

    @property
    def is_asked(self) -> bool:
        """Return whether the name was looked up before."""
        return self.match.is_asked


def unknown_names(records: Sequence[CustomerKeys], matches: Sequence[Match]) -> dict[str, UnknownName]:
    """Return the names of records that nobody knows, by their keys."""
    unknown: dict[str, UnknownName] = {}
    for record, match in zip(records, matches, strict=True):
        if match.is_unknown_name:
            unknown.setdefault(str(match.normalized_name), UnknownName(record.customer_name or "", match))
    return unknown


class LiveLookups:
    """Asks a provider for names that nobody knows, and stores what it answers.

    Args:
        loader: what the database knows.
        queue: stores the answers; one that is plan_only makes these lookups so: nobody is asked.
        provider: who is asked; None looks nothing up.

    """

    def __init__(self, loader: CompanyMappingLoader, queue: LookupQueue, provider: LookupProvider | None) -> None:
        self._loader = loader
        self._queue = queue
        self._provider = provider
        self._turns = _Turns()
        self._has_warned = False
        self.outage: LookupProviderUnavailableError | None = None
        """What the provider last failed with, when it was out of service and has answered nothing since; else None."""

    def look_up(self, unknown: Mapping[str, UnknownName], budget: LookupBudget, unanswered: dict[str, str]) -> int:
        """Ask the provider for names as far as the budget goes; returns how many it was asked for.

        Each name gets what was found, or the reason why it was not. unanswered has the names that were asked in vain,
        and why: they are not asked again.
        """
        if self._provider is None and any(not entry.is_asked for entry in unknown.values()):
            self._warn_of_idle_budget(budget)
        consumed = 0
        for key, entry in unknown.items():
            if entry.is_asked:
                entry.reason = asked_reason(entry.match)
            elif self._provider is None:
                entry.reason = "no mapping, answer or provider knows the name"
            elif key in unanswered:
                entry.reason = unanswered[key]
            elif self._queue.plan_only:
                consumed += self._plan_lookup(entry, budget)
            else:
                with self._turns.of(key) as has_waited:
                    if has_waited:
                        # Another thread has asked for the name meanwhile.
                        [entry.match] = self._loader.match([CustomerKeys(customer_name=entry.name)])
                    if entry.match.match_type is not None:
                        entry.found = KnownResults().of(entry.match)
                    elif entry.is_asked:
                        entry.reason = asked_reason(entry.match)
                    elif budget.take():
                        consumed += 1
                        self._ask(key, entry, self._provider, unanswered)
                    else:
                        entry.reason = "nobody knows the name yet; the lookup budget is used up"
        return consumed

    def _warn_of_idle_budget(self, budget: LookupBudget) -> None:
        if budget.remaining and not self._has_warned:
            self._has_warned = True
            logger.warning(
                "There is a budget of %s lookups and nobody to ask: the service has no provider. Give it one "
                "(WDH_LOOKUP_PROVIDER, or eqc_client), or a sync_lookup_budget of 0.",
                budget.remaining,
            )

    def _plan_lookup(self, entry: UnknownName, budget: LookupBudget) -> int:
        is_asked = budget.take()
        entry.reason = (
            "nobody knows the name yet; it would be looked up"
            if is_asked
            else "nobody knows the name yet; the lookup budget would be used up"
        )
        return int(is_asked)

    def _ask(self, key: str, entry: UnknownName, provider: LookupProvider, unanswered: dict[str, str]) -> None:
        """Ask for one name and store the answer; what goes wrong with either is the reason for its temporary id."""
        try:
            answer = provider.lookup(entry.name)
        except LookupProviderError as error:
            if isinstance(error, LookupProviderUnavailableError) and not isinstance(error, LookupProviderBusyError):
                self.outage = error
            logger.warning("A lookup failed: %s", error)
            unanswered[key] = entry.reason = f"the lookup failed: {error}"
            return
        self.outage = None
        try:
            stored = self._queue.record_answer(entry.name, answer)
        except DatabaseError as error:
            # An answer that no table takes is the provider's fault; anything else is the database's.
            if not isinstance(error.__cause__, psycopg2.DataError | psycopg2.IntegrityError):
                raise
            logger.warning("The answer of %s could not be stored: %s", answer.provider, error)
            unanswered[key] = entry.reason = f"the answer of {answer.provider} could not be stored: {error}"
            return
        assert stored is not None  # noqa: S101 - plan-only asks nobody
        entry.match = entry.match._replace(
            is_asked=True,
            answer_id=stored.answer_id,
            answer_outcome=stored.outcome,
            provider=answer.provider,
            known_since=stored.answered_at,
        )
        if stored.outcome == "found":
            entry.found = found_result(key, answer, stored.company_id, entry.match)
        elif stored.fault is not None:
            entry.reason = f"the answer of {answer.provider} is unusable: {stored.fault}"
        elif stored.vetoes:
            entry.reason = (
                f"{answer.provider} knows a company of a similar name; it differs in {', '.join(stored.vetoes)}"
            )
        else:
            entry.reason = asked_reason(entry.match)


class _Turns:
    """Lets one thread at a time ask for a name, and others that want the same name wait for its answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def of(self, key: str) -> Iterator[bool]:
        """Give True when somebody else was at it before."""
        with self._lock:
            turn, takers = self._turns.get(key, (threading.Lock(), 0))
            self._turns[key] = turn, takers + 1
        try:
            with turn:
                yield takers > 0
        finally:
            with self._lock:
                turn, takers = self._turns.pop(key)
                if takers > 1:
                    self._turns[key] = turn, takers - 1
