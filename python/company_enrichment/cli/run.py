"""The command `run`."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from typing import Annotated

import typer

from company_enrichment.address import uses_embedded_server
from company_enrichment.cli.environment import open_environment, own_name
from company_enrichment.cli.options import DomainOption
from company_enrichment.cli.output import console, warn
from company_enrichment.cli.pipeline import run_pipeline
from company_enrichment.cli.progress import Progress
from company_enrichment.cli.run_summary import print_run_summary
from company_enrichment.errors import InputFileError
from company_enrichment.ingestion.domains import load_domain
from company_enrichment.sample.data import REGISTRY_SEED, describe_sample
from company_enrichment.settings import Settings, load_settings, uses_sample


def run(
    domain: DomainOption = "annuity_performance",
    *,
    sample: Annotated[
        bool,
        typer.Option("--sample", help="Use the sample, with its invented customers, in another database, too."),
    ] = False,
) -> None:
    """Run the whole job: ingest, resolve, look unknown names up, resolve again, sum up."""
    progress = Progress(console)
    if sample:
        # Settings, provider and dbt all ask the environment.
        os.environ["WDH_SAMPLE"] = "true"
    if uses_embedded_server() and not sys.stdin.isatty():
        warn(
            "WDH_DATABASE__URI is not set: this run uses the embedded server, not a warehouse. A job that is meant for "
            "a warehouse has to set it: export WDH_DATABASE__URI=postgresql://…"
        )
    # A wrong name is better found before a server is started.
    load_domain(domain, load_settings().domains_dir)
    with open_environment() as environment:
        if uses_sample():
            progress.say(_used_of_sample(environment.settings))
        outcome = run_pipeline(environment.settings, environment.address, environment.schema, domain, progress)
        console.print()
        print_run_summary(console, outcome.summary)
        with closing(environment.address.connect()) as connection:
            of_sample = describe_sample(connection, environment.schema)
        if of_sample is not None:
            console.print(of_sample, markup=False, highlight=False, style="bold yellow", soft_wrap=True)
        progress.say(f"\nThe result is {environment.schema}.company_resolution in {environment.address}.")
        progress.say(f"Look at it: {own_name()} db psql, then for example")
        progress.say("    select * from company_resolution limit 10;")
        if uses_embedded_server():
            progress.say(f"For plain dbt commands start the server first: {own_name()} db start")
        if outcome.missing_files is not None:
            raise InputFileError(outcome.missing_files)
        if outcome.outage is not None:
            raise outcome.outage


def _used_of_sample(settings: Settings) -> str:
    """Return a sentence on what this run uses of the sample."""
    parts = [
        *(["its workbooks of invented customers"] if settings.data_base_dir is None else []),
        "its mappings",
        *(["its registry"] if settings.registry_table == REGISTRY_SEED else []),
    ]
    return f"SAMPLE DATA: this run uses the sample: {' and '.join(', '.join(parts).rsplit(', ', 1))}."
