"""The main job, end to end: ingest, resolve, look up, resolve again, sum up."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from psycopg2 import extensions, sql

from company_enrichment.database import DatabaseAddress, own_transaction
from company_enrichment.dbt_runner import project_directory, run_dbt
from company_enrichment.domains import load_domain
from company_enrichment.errors import (
    DatabaseError,
    InputFileError,
    LookupProviderUnavailableError,
    SchemaNotDeployedError,
)
from company_enrichment.ingest import FileOutcome, FileReport, files_that_failed, ingest
from company_enrichment.ingestion.sheets import WorkbookReading
from company_enrichment.input_files import describe_missing_files, describe_patterns, find_files, has_files
from company_enrichment.lookup_queue import LookupQueue
from company_enrichment.printable_text import printable
from company_enrichment.progress import Progress
from company_enrichment.run_lease import lease_given_back
from company_enrichment.run_summary import RunSummary, read_run_summary
from company_enrichment.schema_version import refuse_newer_schema_version, refuse_other_schema_version
from company_enrichment.settings import Settings
from company_enrichment.worker_command import refuse_cut_short, work_queue_off
from company_enrichment.worker_report import WorkerReport


class PipelineOutcome(NamedTuple):
    """What came of a run: its summary, and what went wrong without stopping it.

    missing_files: what to say of the domain's files where there are none.
    outage: why names were not looked up that should have been.
    """

    summary: RunSummary
    missing_files: str | None
    outage: LookupProviderUnavailableError | None = None


def data_base_dir(settings: Settings) -> Path:
    """Return WDH_DATA_BASE_DIR, or the folder of the sample workbooks."""
    return settings.data_base_dir or project_directory(settings) / "seeds" / "workbooks"


def run_pipeline(
    settings: Settings, address: DatabaseAddress, schema: str, domain_name: str, progress: Progress
) -> PipelineOutcome:
    """Run every stage once, show how it gets on, and return the summary.

    A stage that fails stops the run with its own error; what the stages before it did stays, and the
    next run goes on from there. Missing files stop nothing: what is there already is resolved and looked up.
    """
    domain = load_domain(domain_name, settings.domains_dir)
    base_dir = data_base_dir(settings)
    # A wrong folder is better found before anything is deployed.
    found = find_files(domain, base_dir)
    if not has_files(found):
        progress.say(
            f"No file matches {describe_patterns(domain)} below {base_dir}; only earlier records are resolved."
        )
    run_id = str(uuid.uuid4())

    # Connected first: what is wrong with the database is said by us, in a sentence, and not by dbt.
    with closing(address.connect()) as connection:
        with suppress(SchemaNotDeployedError), own_transaction(connection) as cursor:
            refuse_newer_schema_version(cursor, sql.Identifier(schema))
        with progress.stage("Seeds and tables") as on_node:
            run_dbt(["seed"], on_node=on_node)
        # The project that WDH_DBT_PROJECT_DIR names may be of another version than this package.
        with own_transaction(connection) as cursor:
            refuse_other_schema_version(cursor, sql.Identifier(schema))
        with progress.stage(f"Ingest {domain.name}") as on_file:
            files: list[FileReport] = []

            def report_file(report: FileReport) -> None:
                files.append(report)
                on_file(len(files), len(found))

            ingest(
                connection,
                domain,
                base_dir,
                schema=schema,
                execute=True,
                on_file=report_file,
                reading=WorkbookReading.of(settings),
            )
        for report in files:
            progress.say(printable(describe_file(report)))
        refuse_failed_files(files)
        with progress.stage("Resolve (dbt run)") as on_node, lease_given_back(connection, schema, run_id):
            run_dbt(["run"], run_id=run_id, on_node=on_node)

        lookups, outage = WorkerReport(), None
        if settings.lookup_provider != "none":
            try:
                lookups = work_queue_off(settings, address, schema, progress)
                refuse_cut_short(lookups)
            except LookupProviderUnavailableError as error:
                # The records are resolved by what is known; the end of the run says what is missing.
                outage = _outage_of(error, connection, schema, progress)
        if lookups.is_stopped:
            # The signal was for the whole job; the worker has only ended in good order.
            raise KeyboardInterrupt
        if lookups.asked:
            with (
                progress.stage("Resolve with the answers (dbt run)") as on_node,
                lease_given_back(connection, schema, run_id),
            ):
                run_dbt(["run"], run_id=run_id, on_node=on_node)

        summary = read_run_summary(connection, schema, run_id)
    if summary is None:
        raise DatabaseError(f"Run {run_id} left no row in enrichment_runs.")
    missing = None if has_files(found) else describe_missing_files(domain, base_dir)
    return PipelineOutcome(summary, missing, outage)


def _outage_of(
    error: LookupProviderUnavailableError, connection: extensions.connection, schema: str, progress: Progress
) -> LookupProviderUnavailableError | None:
    """Say that the provider is out of service; returns it where there are names that it should have been asked for."""
    progress.say(printable(f"Names are not looked up: {error}"))
    health = LookupQueue(connection, schema=schema).get_health()
    return error if health.open else None


def describe_file(report: FileReport) -> str:
    """Return one line on what came of a file; in plan-only the same as in the real run."""
    if report.outcome is not FileOutcome.LOADED:
        return f"{report.place}: {report.outcome.value}: {report.detail}"
    return (
        f"{report.place}: {report.rows_read:,} rows read: {report.rows_new:,} new, {report.rows_changed:,} changed, "
        f"{report.rows_unchanged:,} unchanged, {report.rows_rejected:,} rejected; "
        f"{report.rows_deleted:,} records deleted" + "".join(f"; {note}" for note in report.notes)
    )


def refuse_failed_files(reports: Sequence[FileReport]) -> None:
    """Raise InputFileError that names the files that could not be taken in; nothing when there are none."""
    failed = files_that_failed(reports)
    if failed:
        raise InputFileError(
            f"{len(failed)} of {len(reports)} files could not be taken in: "
            + ", ".join(report.place for report in failed)
        )
