"""What callers say of answers and claims, as the values that the statements of the lookup queue take."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from company_enrichment.records import ClaimReport, LookupAnswer

_ANSWER_COLUMNS = ("provider", "outcome", "company_id", "company_name", "confidence", "match_basis", "evidence")


def answer_values(answer: LookupAnswer | None) -> dict[str, Any]:
    """Return the columns of an answer as they are stored; all NULL where there is none."""
    if answer is None:
        return dict.fromkeys(_ANSWER_COLUMNS)
    return {
        **{column: getattr(answer, column) for column in _ANSWER_COLUMNS},
        "match_basis": answer.match_basis if answer.outcome == "found" else None,
        "evidence": json.dumps(dict(answer.evidence), ensure_ascii=False),
    }


def report_values(reports: Sequence[ClaimReport]) -> dict[str, list[Any]]:
    """Return what REPORT takes of the reports: an array for each column, and their positions."""
    answers = [answer_values(report.answer) for report in reports]
    return {
        "positions": list(range(len(reports))),
        "ids": [report.request.id for report in reports],
        "claim_numbers": [report.request.claim_number for report in reports],
        "outcomes": [report.outcome for report in reports],
        "errors": [report.error for report in reports],
        "seconds": [report.seconds for report in reports],
        "providers": [answer["provider"] for answer in answers],
        "answers": [answer["outcome"] for answer in answers],
        "company_ids": [answer["company_id"] for answer in answers],
        "company_names": [answer["company_name"] for answer in answers],
        "confidences": [answer["confidence"] for answer in answers],
        "match_bases": [answer["match_basis"] for answer in answers],
        "evidences": [answer["evidence"] for answer in answers],
    }
