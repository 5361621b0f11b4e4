"""Whether what a server offers for a name is good enough to stand for it: one rule for every provider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import Any

from company_enrichment.records import LookupAnswer, MatchBasis
from company_enrichment.settings import MINIMUM_MARGIN, MINIMUM_SCORE
from company_enrichment.unusable_text import LONGEST_TEXT, readable_text, text_fault

MOST_CANDIDATES = 10
"""So many candidates are kept as evidence."""

_LONGEST_ID = 200


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A company that a server offers for a name.

    score: from 0 to 1; None where the server gives none.
    match: what the server calls the match, for the evidence.
    is_match: the server itself says that this is the company.
    match_basis: what the match rests on; anything but similar only where the server holds this name of the company.
    details: what else is to be kept of it when it is accepted.
    """

    company_id: str
    company_name: str
    score: Decimal | None
    match: str | bool | None = None
    is_match: bool = False
    match_basis: MatchBasis = "similar"
    details: Mapping[str, Any] = field(default_factory=dict)

    def as_evidence(self) -> dict[str, Any]:
        """Return it as it is stored with an answer."""
        return {
            "company_id": self.company_id,
            "company_name": self.company_name,
            "score": None if self.score is None else float(_stored(self.score)),
            "match": self.match,
        }


@dataclass(frozen=True, kw_only=True)
class UnusableCandidate:
    """A candidate whose id is none, and why; the reason follows "the company id"."""

    candidate: Candidate
    fault: str

    def as_evidence(self) -> dict[str, Any]:
        """Return it as it is stored with an answer."""
        return {**self.candidate.as_evidence(), "fault": self.fault}


@dataclass(frozen=True, kw_only=True)
class AcceptanceRule:
    """A company is accepted when its score is high enough and the next company's is far enough below.

    minimum_score: the least score, from 0 to 1. What the server itself calls the match needs none.
    minimum_margin: the least distance to the next company. With the score 1 it is enough to be alone there.
    """

    minimum_score: Decimal = MINIMUM_SCORE
    minimum_margin: Decimal = MINIMUM_MARGIN

    def answer(
        self,
        provider: str,
        candidates: Sequence[Candidate],
        evidence: Mapping[str, Any] | None = None,
        unusable: Sequence[UnusableCandidate] = (),
    ) -> LookupAnswer:
        """Return found, not_accepted or unusable with the reason, or not_found where there are no candidates.

        A candidate without a usable id is nobody's answer. It still speaks against another company that is no better
        than it is, unless it has that company's name, and so is that company once more.
        """
        companies = _companies(candidates)
        unusable = sorted(unusable, key=lambda one: _rank(one.candidate))
        if not companies and not unusable:
            return LookupAnswer(provider=provider, outcome="not_found", evidence=dict(evidence or {}))
        evidence = dict(evidence or {})
        if companies:
            kept = [company.as_evidence() for company in companies[:MOST_CANDIDATES]]
            evidence |= {"candidates": kept, "companies": len(companies)}
        if unusable:
            evidence["unusable"] = [one.as_evidence() for one in unusable[:MOST_CANDIDATES]]
        names = {company.company_name for company in companies}
        rivals = {id(one.candidate): one for one in unusable if one.candidate.company_name not in names}
        ranked = sorted([*companies, *(one.candidate for one in rivals.values())], key=_rank)
        best = ranked[0]
        reason = self._objection(best, ranked[1:]) if companies else None
        if reason is not None:
            return LookupAnswer(provider=provider, outcome="not_accepted", evidence={**evidence, "reason": reason})
        if id(best) in rivals:
            reason = f"the company id {rivals[id(best)].fault}"
            return LookupAnswer(provider=provider, outcome="unusable", evidence={**evidence, "reason": reason})
        return LookupAnswer(
            provider=provider,
            outcome="found",
            company_id=best.company_id,
            company_name=best.company_name,
            # The server's word alone is worth as much as the least score that would do.
            confidence=_stored(self.minimum_score if best.score is None else best.score),
            match_basis=best.match_basis,
            evidence={**evidence, "match": best.match, **best.details},
        )

    def _objection(self, best: Candidate, others: Sequence[Candidate]) -> str | None:
        """Say why the best company is not accepted; None when it is."""
        if best.is_match and any(other.is_match for other in others):
            return "several companies are called the match"
        if not best.is_match and (best.score is None or best.score < self.minimum_score):
            return "the score is too low"
        return self._objection_to_margin(best, others) if others else None

    def _objection_to_margin(self, best: Candidate, others: Sequence[Candidate]) -> str | None:
        scores = [other.score for other in others if other.score is not None]
        if best.score is None or len(scores) < len(others):
            return "the margin is not known"
        if max(scores) >= best.score:
            return "another company has as high a score"
        if best.score < 1 and best.score - max(scores) < self.minimum_margin:
            return "the margin to the next company is too small"
        return None


def text_of(value: Any, *, longest: int = LONGEST_TEXT) -> str | None:
    """Return a value of JSON as a text that can be stored, or None where it is none, blank or too long."""
    if not isinstance(value, str):
        return None
    text = readable_text(value).strip()
    return text if 0 < len(text) <= longest else None


def id_of(value: Any) -> str | None:
    """Return a value of JSON as the id of a company; None where it cannot be one."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    # In an id nothing is replaced: it would be another company's.
    return text_of(value, longest=_LONGEST_ID) if isinstance(value, str) and text_fault(value) is None else None


def given_id(value: Any) -> str | None:
    """Return a value of JSON that stands where an id should, as a text to be judged; None where it is no text at all.

    What is left out is an empty text.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        value = str(value).lower()
    elif isinstance(value, int | float | Decimal):
        value = str(value)
    return value if isinstance(value, str) and text_fault(value) is None and len(value) <= _LONGEST_ID else None


def _companies(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return one candidate for each company, the best first: whom the server calls the match, then by score."""
    best: dict[str, Candidate] = {}
    for candidate in sorted(candidates, key=_rank):
        best.setdefault(candidate.company_id, candidate)
    return list(best.values())


def _rank(candidate: Candidate) -> tuple[bool, Decimal, str, str]:
    score = Decimal(-1) if candidate.score is None else candidate.score
    return (not candidate.is_match, -score, candidate.company_id, candidate.company_name)


def _stored(score: Decimal) -> Decimal:
    """Return a score with the four decimals that are stored, never rounded up to one that would be accepted."""
    return score.quantize(Decimal("0.0001"), ROUND_DOWN)
