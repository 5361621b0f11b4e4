"""What came of each file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from company_enrichment.ingestion.no_records import PassedOver


class FileOutcome(StrEnum):
    """What becomes of a file; in plan-only, what would."""

    LOADED = "loaded"
    """It was read, and its rows were taken in."""
    ALREADY_LOADED = "already loaded"
    """The same bytes are in force: it was not read again."""
    SUPERSEDED = "superseded"
    """There is, or was, a newer version of its month: it was not read."""
    FAILED = "failed"
    """Nothing of it was taken in; the report says why."""
    LEFT = "left"
    """As many files as were allowed had been read."""
    NOT_OF_DOMAIN = "not of this domain"
    """It looks like one of the domain's files and is none: the report says why."""


@dataclass(frozen=True, kw_only=True)
class FileReport:
    """What came of one file; rows_read is the sum of the five that follow it, all 0 unless it was loaded."""

    file_name: str
    place: str
    """Its path below the base folder."""
    outcome: FileOutcome
    detail: str = ""
    """Why it was not loaded."""
    rows_read: int = 0
    rows_new: int = 0
    rows_changed: int = 0
    rows_unchanged: int = 0
    rows_rejected: int = 0
    rows_passed_over: int = 0
    rows_deleted: int = 0
    """Records of the month's file before it that it no longer has; no part of rows_read."""
    rejects: tuple[tuple[int, str], ...] = ()
    """Row of the sheet, counted from 1, and the reason."""
    passed_over: tuple[tuple[int, PassedOver], ...] = ()
    """Row of the sheet, and the rule by which it is no record."""
    lost_zeros: tuple[str, ...] = ()
    """What to look at: codes that would meet a mapping with zeros in front, one sentence for each column."""
    notes: tuple[str, ...] = ()
    """What of it was read in another way than a plain sheet, such as hidden rows, and how its path was understood."""
    statuses: Mapping[str, int] = field(default_factory=dict)
    """How many of its records came by a company id in which way, where they were resolved."""


def files_that_failed(reports: Iterable[FileReport]) -> list[FileReport]:
    """Return the reports of the files that could not be taken in."""
    return [report for report in reports if report.outcome is FileOutcome.FAILED]
