"""The results of records, made from what the database and a provider know of them."""

from __future__ import annotations

from typing import Any

from company_enrichment.records import CompanyIdResult, LookupAnswer, ResolutionStatus
from company_enrichment.resolver.matches import Match


class KnownResults:
    """Makes the results of records that nobody need be asked for, of one call.

    Most records of a call rest on the same few loads: what these have in common is made once, and copied.
    """

    def __init__(self, *, budget_consumed: int = 0, budget_remaining: int = 0) -> None:
        self._budget: dict[str, Any] = {"budget_consumed": budget_consumed, "budget_remaining": budget_remaining}
        self._by_origin: dict[tuple[str | None, str | None, int | None, bool], dict[str, Any]] = {}

    def of(self, match: Match) -> CompanyIdResult:
        """Return the result of a record."""
        (normalized_name, company_id, match_type, matched_key, _, mapping_load_id, answer_id, _, _, _, known_since) = (
            match
        )
        origin = (match_type, mapping_load_id, answer_id, company_id is None)
        fields = self._by_origin.get(origin)
        if fields is None:
            fields = self._by_origin[origin] = vars(CompanyIdResult(**_fields(match), **self._budget))
        # The constructor of a frozen class takes three times as long as this.
        result = object.__new__(CompanyIdResult)
        vars(result).update(
            fields,
            company_id=company_id,
            matched_key=matched_key,
            normalized_name=normalized_name,
            known_since=known_since,
        )
        return result


def _fields(match: Match) -> dict[str, Any]:
    if match.company_id is not None:
        status = ResolutionStatus.SUCCESS_INTERNAL
        rests_on = (
            f"answer {match.answer_id} of {match.provider}"
            if match.mapping_load_id is None
            else f"mapping load {match.mapping_load_id}"
        )
        reason = f"matched by {match.match_type}, from {rests_on}"
    else:
        status = ResolutionStatus.UNRESOLVABLE
        reason = "a mapping says that the record has no company" if match.match_type else "the record names nobody"
    return {
        "company_id": match.company_id,
        "status": status,
        "match_type": match.match_type,
        "matched_key": match.matched_key,
        "normalized_name": match.normalized_name,
        "confidence": match.confidence,
        "mapping_load_id": match.mapping_load_id,
        "answer_id": match.answer_id,
        "provider": match.provider,
        "known_since": match.known_since,
        "reason": reason,
    }


def found_result(key: str, answer: LookupAnswer, company_id: str | None, match: Match) -> CompanyIdResult:
    """Return the result of a name that a provider has just been asked for, with the company id as it was stored."""
    return CompanyIdResult(
        company_id=company_id,
        status=ResolutionStatus.SUCCESS_EXTERNAL,
        match_type="lookup",
        matched_key=key,
        normalized_name=key,
        confidence=answer.confidence,
        mapping_load_id=None,
        answer_id=match.answer_id,
        provider=answer.provider,
        known_since=match.known_since,
        reason=f"{answer.provider} knows the name",
    )


def asked_reason(match: Match) -> str:
    """Say why a name that a provider was asked for has no company."""
    if match.answer_outcome == "not_accepted":
        return f"{match.provider} knows similar names only"
    if match.answer_outcome == "unusable":
        return f"{match.provider} knows the name, but what it gives for its company id is none"
    return f"{match.provider} did not know the name when it was asked"
