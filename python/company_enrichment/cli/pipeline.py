"""The main job, end to end: ingest, resolve, look up, resolve again, sum up."""

from __future__ import annotations

import uuid
from contextlib import closing, suppress
from typing import NamedTuple

from psycopg2 import extensions, sql

from company_enrichment.address import DatabaseAddress
from company_enrichment.cli.file_reports import describe_file, describe_passed_over, refuse_failed_files
from company_enrichment.cli.progress import Progress
from company_enrichment.cli.worker import refuse_cut_short, work_queue_off
from company_enrichment.database import own_transaction
from company_enrichment.dbt_runner import run_dbt
from company_enrichment.errors import (
    DatabaseError,
    LookupProviderUnavailableError,
    SchemaNotDeployedError,
    SchemaVersionError,
)
from company_enrichment.files.sheets import WorkbookReading
from company_enrichment.ingestion.domains import load_domain
from company_enrichment.ingestion.input_files import (
    data_base_dir,
    describe_missing_files,
    describe_patterns,
    find_files,
    has_files,
)
from company_enrichment.ingestion.load import ingest
from company_enrichment.ingestion.reports import FileReport
from company_enrichment.lookups.providers import describe_missing_provider
from company_enrichment.lookups.queue import LookupQueue
from company_enrichment.lookups.report import WorkerReport
from company_enrichment.printable_text import printable
from company_enrichment.run_lease import lease_given_back
from company_enrichment.run_summary import RunSummary, read_run_summary
from company_enrichment.schema_version import refuse_newer_schema_version, refuse_other_schema_version
from company_enrichment.settings import Settings


class PipelineOutcome(NamedTuple):
    """What came of a run: its summary, and what went wrong without stopping it.

    missing_files: what to say of the domain's files where there are none.
    outage: why names were not looked up that should have been.
    """

    summary: RunSummary
    missing_files: str | None
    outage: LookupProviderUnavailableError | None = None


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
            if not _is_deployed(connection, schema):
                # A project without seeds: dbt then calls no hook either.
                run_dbt(["run-operation", "company_enrichment.migrate"])
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
            for line in describe_passed_over(report):
                progress.say(printable(line))
            for sentence in report.lost_zeros:
                progress.say(printable(f"{report.file_name}: look at this: {sentence}."))
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
        else:
            progress.say(describe_missing_provider(settings))
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


def _is_deployed(connection: extensions.connection, schema: str) -> bool:
    """Return whether the tables have the version that this package works with."""
    try:
        with own_transaction(connection) as cursor:
            refuse_other_schema_version(cursor, sql.Identifier(schema))
    except (SchemaNotDeployedError, SchemaVersionError):
        return False
    return True
