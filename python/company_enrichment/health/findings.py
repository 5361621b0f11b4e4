"""What a check has found, and all findings together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import psycopg2

from company_enrichment.errors import CompanyEnrichmentError, SchemaNotDeployedError

Status = Literal["ok", "warning", "problem"]

# A lock that another session holds, a timeout of ours or of the database's: it says nothing about what was looked at.
_CUT_SHORT = ("55P03", "57014")
_NO_RIGHT = "42501"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check has found.

    command is what to run next; None only where the status is ok.
    """

    check: str
    status: Status
    message: str
    command: str | None


def ok(check: str, message: str) -> Finding:
    """Return the finding that nothing is to be done."""
    return Finding(check=check, status="ok", message=message, command=None)


def warning(check: str, message: str, command: str) -> Finding:
    """Return what works, but should be looked at, and the command that helps."""
    return Finding(check=check, status="warning", message=message, command=command)


def problem(check: str, message: str, command: str) -> Finding:
    """Return what does not work, and the command that helps."""
    return Finding(check=check, status="problem", message=message, command=command)


@dataclass
class HealthReport:
    """All findings, in the order in which they were made, and the checks that could not be made."""

    findings: list[Finding] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)
    """Names of checks that need what is missing: a connection, or deployed tables of this version."""

    def count(self, status: Status) -> int:
        """Return how many findings have this status."""
        return sum(finding.status == status for finding in self.findings)

    @contextmanager
    def guarded(self, check: str) -> Iterator[None]:
        """Turn an error of the block into a finding of the check: one check that fails does not end the others."""
        try:
            yield
        except CompanyEnrichmentError as error:
            self.findings.append(finding_of_error(check, error))

    def add(self, *findings: Finding) -> None:
        """Append findings."""
        self.findings.extend(findings)

    def as_dict(self) -> dict[str, Any]:
        """Return the report, ready for JSON."""
        return {
            "problems": self.count("problem"),
            "warnings": self.count("warning"),
            "checks": [asdict(finding) for finding in self.findings],
            "not_checked": self.not_checked,
        }


def finding_of_error(check: str, error: CompanyEnrichmentError) -> Finding:
    """Return an error that kept a check from being made as its finding."""
    cause = error.__cause__
    code = cause.pgcode if isinstance(cause, psycopg2.Error) else None
    if code in _CUT_SHORT:
        return warning(check, f"could not be checked in time: {first_line(error)}", "company-enrichment doctor")
    if code == _NO_RIGHT:
        return problem(check, first_line(error), "dbt run-operation grant_access --args '{reader: ROLE}'")
    if isinstance(error, SchemaNotDeployedError):
        return problem(check, first_sentence(error), "dbt run")
    return problem(check, first_line(error), "company-enrichment status")


def first_line(error: Exception) -> str:
    """Return the first line of what an error says, without the full stop."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")


def first_sentence(error: Exception) -> str:
    """Return what an error says without the step that it names next, which a finding has as its command."""
    return first_line(error).partition(". ")[0]


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return names as a list in a sentence, and how many more there are beyond the first ones."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def counted(count: int, one: str, more: str) -> str:
    """Return a number and what is counted: 1 request, 2 requests."""
    return f"{count:,} {one if count == 1 else more}"
