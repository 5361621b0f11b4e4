"""The command ``ingest``: takes the files of a domain in, and says what came of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from psycopg2 import extensions

from company_enrichment.cli.environment import Environment, open_connection
from company_enrichment.cli.file_reports import describe_file, describe_passed_over, refuse_failed_files
from company_enrichment.cli.output import console
from company_enrichment.cli.progress import Progress
from company_enrichment.errors import ConfigurationError, InputFileError
from company_enrichment.files.sheets import WorkbookReading
from company_enrichment.files.spreadsheet_csv import refuse_missing_folder, write_spreadsheet_csv
from company_enrichment.ingestion.domains import load_domain
from company_enrichment.ingestion.input_files import data_base_dir, describe_missing_files
from company_enrichment.ingestion.load import ingest as ingest_files
from company_enrichment.ingestion.reports import FileOutcome, FileReport
from company_enrichment.ingestion.resolver import IngestResolver
from company_enrichment.ingestion.unknown_names import export_unknown_names
from company_enrichment.printable_text import printable
from company_enrichment.resolver.outage import refuse_outage
from company_enrichment.resolver.service import CompanyEnrichmentService
from company_enrichment.settings import MOST_LOOKUPS

REJECTS_HEADER = ("domain", "file", "row", "reason")
_REJECTS_SHOWN = 20


def ingest(
    domain: Annotated[str, typer.Option("--domain", help="Which kind of files: the name of a domain file.")],
    execute: Annotated[
        bool, typer.Option("--execute/--plan-only", help="Write, or only say what would be written.")
    ] = False,
    *,
    max_files: Annotated[
        int | None, typer.Option(min=1, help="Read at most so many files, by path; those loaded before do not count.")
    ] = None,
    resolve: Annotated[
        bool,
        typer.Option("--resolve", help="Resolve the records of each file at once, instead of in the next dbt run."),
    ] = False,
    sync_lookup_budget: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=MOST_LOOKUPS,
            help="With --resolve: names that may be looked up by the whole command; 0 looks none up.",
        ),
    ] = None,
    rejects_csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the rejected rows, and why, to this CSV file.")
    ] = None,
    export_unknown: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write the domain's names that nobody knows, the most frequent first, as CSV."
        ),
    ] = None,
) -> None:
    """Take the files of a domain in as customer records: each whole or not at all, and once."""
    if sync_lookup_budget is not None and not resolve:
        raise ConfigurationError("--sync-lookup-budget goes with --resolve.")
    for path, option in ((rejects_csv, "--rejects-csv"), (export_unknown, "--export-unknown")):
        if path is not None:
            refuse_missing_folder(path, option)
    progress = Progress(console)
    with open_connection() as (environment, connection):
        layout = load_domain(domain, environment.settings.domains_dir)
        base_dir = data_base_dir(environment.settings)
        # The database itself keeps a plan from writing, whatever is called for it.
        connection.readonly = None if execute else True
        resolver = _resolver(environment, connection, sync_lookup_budget, execute=execute) if resolve else None
        reports = ingest_files(
            connection,
            layout,
            base_dir,
            schema=environment.schema,
            execute=execute,
            max_files=max_files,
            resolve=None if resolver is None else resolver.resolve,
            on_file=lambda report: _show(report, progress),
            reading=WorkbookReading.of(environment.settings),
        )
        if reports:
            progress.say(describe_files(reports))
        if resolver is not None:
            _show_resolved(resolver, progress, execute=execute)
        if rejects_csv is not None:
            count = write_spreadsheet_csv(rejects_csv, REJECTS_HEADER, _rejects(domain, reports))
            progress.say(f"{count:,} rejected rows written to {rejects_csv}.")
        if export_unknown is not None:
            count = export_unknown_names(connection, domain, export_unknown, schema=environment.schema)
            progress.say(f"{count:,} unknown names written to {export_unknown}.")
        if reports and not execute:
            progress.say("Nothing was written to the database; --execute takes the files in.")
    if all(report.outcome is FileOutcome.NOT_OF_DOMAIN for report in reports):
        raise InputFileError(describe_missing_files(layout, base_dir))
    refuse_failed_files(reports)
    if resolver is not None:
        refuse_outage(resolver.service)


def describe_files(reports: Sequence[FileReport]) -> str:
    """Return one line on all files: how many came out how, and the sum of their rows."""
    outcomes = Counter(report.outcome for report in reports)
    files = ", ".join(f"{outcomes[outcome]:,} {outcome.value}" for outcome in FileOutcome if outcomes[outcome])
    read, new, changed, unchanged, rejected, passed_over, deleted = (
        sum(getattr(report, f"rows_{kind}") for report in reports)
        for kind in ("read", "new", "changed", "unchanged", "rejected", "passed_over", "deleted")
    )
    return (
        f"{len(reports):,} files: {files}. {read:,} rows read = {new:,} new + {changed:,} changed + "
        f"{unchanged:,} unchanged + {rejected:,} rejected + {passed_over:,} passed over; {deleted:,} records deleted"
    )


def _resolver(
    environment: Environment, connection: extensions.connection, sync_lookup_budget: int | None, *, execute: bool
) -> IngestResolver:
    """Return who resolves; a plan has nobody to ask, by construction."""
    service = CompanyEnrichmentService.from_settings(
        connection, settings=environment.settings, schema=environment.schema, plan_only=not execute
    )
    return IngestResolver(service, sync_lookup_budget)


def _show(report: FileReport, progress: Progress) -> None:
    if report.outcome is FileOutcome.LEFT:
        return
    progress.say(printable(describe_file(report)))
    for line in describe_passed_over(report):
        progress.say(printable(line))
    for sentence in report.lost_zeros:
        progress.say(printable(f"{report.file_name}: look at this: {sentence}."))
    for row_number, reason in report.rejects[:_REJECTS_SHOWN]:
        progress.say(printable(f"{report.file_name}, row {row_number}: rejected: {reason}"))
    if len(report.rejects) > _REJECTS_SHOWN:
        progress.say(f"{report.file_name}: {len(report.rejects) - _REJECTS_SHOWN:,} further rejects; see --rejects-csv")


def _show_resolved(resolver: IngestResolver, progress: Progress, *, execute: bool) -> None:
    statuses = ", ".join(f"{count:,} {status}" for status, count in sorted(resolver.by_status.items()))
    progress.say(f"{sum(resolver.by_status.values()):,} records resolved: {statuses or 'none'}")
    if execute:
        progress.say(f"{resolver.looked_up:,} names were looked up; {resolver.not_asked:,} wait in the queue.")
        return
    progress.say(
        f"{resolver.looked_up:,} names would be looked up, and what is found would not be pending; "
        f"{resolver.not_asked:,} are known to nobody."
    )


def _rejects(domain: str, reports: Sequence[FileReport]) -> Iterator[tuple[object, ...]]:
    for report in reports:
        for row_number, reason in report.rejects:
            yield domain, report.place, row_number, reason
