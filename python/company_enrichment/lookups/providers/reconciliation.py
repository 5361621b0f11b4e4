"""Any server of the Reconciliation Service API of the W3C community group, versions 0.1 and 0.2."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from company_enrichment.errors import LookupProviderError, LookupProviderUnavailableError
from company_enrichment.lookups.providers.acceptance import (
    AcceptanceRule,
    Candidate,
    UnusableCandidate,
    given_id,
    id_of,
    text_of,
)
from company_enrichment.lookups.providers.company_id_gate import CompanyIdGate
from company_enrichment.lookups.providers.http_client import HttpClient
from company_enrichment.lookups.providers.http_limits import HttpLimits
from company_enrichment.records import LookupAnswer

VERSIONS = ("0.1", "0.2")
"""The versions of the protocol that are spoken; of queries and results, they say the same."""

_SETTING = "WDH_RECONCILIATION_URL"
_SERVER = "The reconciliation server"
_BATCH = 10
_LIMIT = 10
_MANIFEST_OF_OLD = ("name", "identifierSpace", "schemaSpace")
"""What a manifest of 0.1 must hold; versions came with 0.2."""


class ReconciliationProvider:
    """Looks names up with a reconciliation server. Several threads may do so at once.

    Args:
        url: where the server gives its manifest and takes queries.
        type_id: the id of the type that is asked for; None for any.
        id_prefix: put before the server's ids, with its colon, when they are of another kind than the company ids.
        highest_score: the score of a perfect match; the protocol leaves it open.
        rule: what is accepted.
        limits: of time and size.
        gate: tells which candidates have a company id, so that the others are not accepted; without one, the table
            alone does, when the answer is stored.

    Raises ConfigurationError when the address is none.

    """

    name = "reconciliation"

    def __init__(
        self,
        url: str,
        *,
        type_id: str | None = None,
        id_prefix: str = "",
        highest_score: Decimal = Decimal(100),
        rule: AcceptanceRule | None = None,
        limits: HttpLimits | None = None,
        gate: CompanyIdGate | None = None,
    ) -> None:
        self._type_id = type_id
        self._id_prefix = id_prefix
        self._highest_score = highest_score
        self._rule = rule or AcceptanceRule()
        self._gate = gate
        self._http = HttpClient(
            _SERVER, address=url, address_setting=_SETTING, credentials_setting=_SETTING, limits=limits or HttpLimits()
        )
        self._identifier_space: str | None = None
        self._is_checked = False

    def lookup(self, name: str) -> LookupAnswer:
        """Return what the server says of the name.

        Raises LookupProviderError and its subclasses. A server whose manifest is none, or of other versions, is out of
        service for every name.
        """
        [answer] = self.lookup_many([name])
        if isinstance(answer, LookupProviderError):
            raise answer
        return answer

    def lookup_many(self, names: Sequence[str]) -> list[LookupAnswer | LookupProviderError]:
        """Return what the server says of each name, in their order; ten are asked for with one request.

        A name to which the answer is missing or cannot be understood has the error instead. Raises the errors of
        lookup() where a whole request fails.
        """
        answers: list[LookupAnswer | LookupProviderError] = []
        for start in range(0, len(names), _BATCH):
            deadline = self._http.deadline()
            self._check_manifest(deadline)
            answers += self._ask(names[start : start + _BATCH], deadline)
        return answers

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def _check_manifest(self, deadline: float) -> None:
        """Ask what the server is, once; after a failure, again at the next lookup."""
        if self._is_checked:
            return
        fault = None
        try:
            manifest = self._http.ask("GET", "", deadline=deadline)
            fault = _fault_of_manifest(manifest)
        except LookupProviderUnavailableError:
            raise
        except LookupProviderError as error:
            fault = str(error)
        if fault is not None:
            # It says nothing about the name, and would be so for every other one.
            raise LookupProviderUnavailableError(f"There is no reconciliation server at {_SETTING}: {fault}")
        # Threads that come at once each ask for it; they read the same.
        self._identifier_space = text_of(manifest.get("identifierSpace"))
        self._is_checked = True

    def _ask(self, names: Sequence[str], deadline: float) -> list[LookupAnswer | LookupProviderError]:
        queries: dict[str, dict[str, Any]] = {
            f"q{number}": {"query": name, "limit": _LIMIT} for number, name in enumerate(names)
        }
        if self._type_id is not None:
            for query in queries.values():
                query["type"] = self._type_id
        # In a form: some servers answer anything else with their manifest.
        form = {"queries": json.dumps(queries, ensure_ascii=False)}
        answer = self._http.ask("POST", "", form=form, deadline=deadline)
        if not isinstance(answer, dict):
            raise LookupProviderError(
                f"{_SERVER} has answered with a JSON {type(answer).__name__} instead of an object"
            )
        if not queries.keys() & answer.keys() and _fault_of_manifest(answer) is None:
            raise LookupProviderError(f"{_SERVER} has answered with its manifest instead of results")
        return [self._answer(answer.get(key)) for key in queries]

    def _answer(self, results: Any) -> LookupAnswer | LookupProviderError:
        """Return the answer to one name, or what keeps it from being one."""
        if not isinstance(results, dict) or not isinstance(results.get("result"), list):
            return LookupProviderError(f"{_SERVER} has not answered the query")
        candidates = []
        for result in results["result"]:
            try:
                candidate = self._candidate(result)
            except LookupProviderError as error:
                return error
            if candidate is not None:
                candidates.append(candidate)
        unreadable = len(results["result"]) - len(candidates)
        if unreadable and not candidates:
            return LookupProviderError(f"{_SERVER} has answered with {unreadable} results, none of which can be read")
        unusable: list[UnusableCandidate] = []
        if self._gate is not None:
            candidates, unusable = self._gate.parted(candidates, self._id_prefix)
        evidence: dict[str, Any] = {"unreadable": unreadable} if unreadable else {}
        if self._identifier_space is not None:
            evidence["identifier_space"] = self._identifier_space
        return self._rule.answer(self.name, candidates, evidence, unusable)

    def _candidate(self, result: Any) -> Candidate | None:
        """Return a result as a candidate; None when it cannot be read."""
        if not isinstance(result, dict):
            return None
        read_id = id_of if self._gate is None else given_id
        company_id, company_name = read_id(result.get("id")), text_of(result.get("name"))
        if company_id is None or company_name is None:
            return None
        is_match = result.get("match") is True
        score = self._score(result.get("score"))
        types = _types(result.get("type"))
        return Candidate(
            company_id=company_id if self._gate is not None else self._id_prefix + company_id,
            company_name=company_name,
            score=score,
            match=is_match,
            is_match=is_match,
            # The protocol has no word for it. A server may call the likest company the match; a perfect score besides
            # says that it holds this very name.
            match_basis="exact" if is_match and score == 1 else "similar",
            details={"types": types} if types else {},
        )

    def _score(self, score: Any) -> Decimal | None:
        if isinstance(score, bool) or not isinstance(score, int | Decimal):
            return None
        if not 0 <= score <= self._highest_score:
            raise LookupProviderError(
                f"{_SERVER} gives scores that are not from 0 to {self._highest_score}: "
                "correct WDH_RECONCILIATION_HIGHEST_SCORE"
            )
        return Decimal(score) / self._highest_score


def _fault_of_manifest(manifest: Any) -> str | None:
    """Say why an answer is no manifest of a server that we can ask; None when it is one."""
    if not isinstance(manifest, dict):
        return "what it answers is no manifest"
    versions = manifest.get("versions")
    if versions is None:
        return None if all(text_of(manifest.get(key)) for key in _MANIFEST_OF_OLD) else "what it answers is no manifest"
    if not isinstance(versions, list) or text_of(manifest.get("name")) is None:
        return "what it answers is no manifest"
    if not set(VERSIONS) & {version for version in versions if isinstance(version, str)}:
        return f"it speaks none of the versions {' and '.join(VERSIONS)}"
    return None


def _types(types: Any) -> list[str]:
    """Return the ids of the types of a result, which may be texts, or objects with an id."""
    ids = [
        one.get("id") if isinstance(one, Mapping) else one for one in (types if isinstance(types, list) else [types])
    ]
    return [text for text in map(text_of, ids) if text is not None]
