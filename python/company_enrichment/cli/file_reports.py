"""What is said of the files that were taken in."""

from __future__ import annotations

from collections.abc import Sequence

from company_enrichment.errors import InputFileError
from company_enrichment.ingestion.no_records import PassedOver
from company_enrichment.ingestion.reports import FileOutcome, FileReport, files_that_failed

_RANGES_SHOWN = 20


def describe_file(report: FileReport) -> str:
    """Return one line on what came of a file; in plan-only the same as in the real run."""
    if report.outcome is not FileOutcome.LOADED:
        return f"{report.place}: {report.outcome.value}: {report.detail}"
    return (
        f"{report.place}: {report.rows_read:,} rows read: {report.rows_new:,} new, {report.rows_changed:,} changed, "
        f"{report.rows_unchanged:,} unchanged, {report.rows_rejected:,} rejected, "
        f"{report.rows_passed_over:,} passed over; {report.rows_deleted:,} records deleted"
        + "".join(f"; {note}" for note in report.notes)
    )


def describe_passed_over(report: FileReport) -> list[str]:
    """Return a line for each rule by which rows of the file are no records, with the numbers of these rows."""
    rows: dict[PassedOver, list[int]] = {}
    for row_number, rule in report.passed_over:
        rows.setdefault(rule, []).append(row_number)
    return [
        f"{report.place}: passed over by the rule {rule.value}: {_ranges(rows[rule])}"
        for rule in PassedOver
        if rule in rows
    ]


def _ranges(numbers: Sequence[int]) -> str:
    """Return ascending numbers of rows as ranges: 3, 5-7; only how many there are beyond the first ranges."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    shown = ranges[:_RANGES_SHOWN]
    described = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in shown)
    further = sum(last - first + 1 for first, last in ranges[_RANGES_SHOWN:])
    plural = "row" if len(numbers) == 1 else "rows"
    return f"{plural} {described}" + (f" and {further:,} further ones" if further else "")


def refuse_failed_files(reports: Sequence[FileReport]) -> None:
    """Raise InputFileError that names the files that could not be taken in; nothing when there are none."""
    failed = files_that_failed(reports)
    if failed:
        raise InputFileError(
            f"{len(failed)} of {len(reports)} files could not be taken in: "
            + ", ".join(report.place for report in failed)
        )
