"""The command ``doctor``: a short health check, with the command that helps for each finding."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from company_enrichment.cli.output import console, json_text
from company_enrichment.cli.progress import Progress
from company_enrichment.health.examination import examine
from company_enrichment.health.findings import HealthReport
from company_enrichment.printable_text import printable


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of lines.")] = False,
    ask: Annotated[
        bool,
        typer.Option("--ask", help="Ask the server that the lookup provider is for a name; that counts as a request."),
    ] = False,
    dbt: Annotated[
        bool,
        typer.Option(
            "--dbt/--no-dbt", help="Have dbt compare its project with the database, or leave out what takes seconds."
        ),
    ] = True,
) -> None:
    """Check settings, connection, rights, deployment, registry, queue and last run; nothing is written.

    Ends with 0 when there is no problem, warnings or not, and with 1 otherwise.
    """
    report = examine(ask=ask, with_dbt=dbt)
    if as_json:
        sys.stdout.write(json_text(report.as_dict()))
    else:
        _print(report)
    if report.count("problem"):
        raise typer.Exit(1)


def _print(report: HealthReport) -> None:
    progress = Progress(console)
    for finding in report.findings:
        progress.say(printable(f"{finding.status:<8} {finding.check}: {finding.message}"))
        if finding.command is not None:
            progress.say(printable(f"         -> {finding.command}"))
    if report.not_checked:
        progress.say(f"Not checked: {', '.join(report.not_checked)}")
    counts = (("problem", report.count("problem")), ("warning", report.count("warning")))
    progress.say(", ".join(f"{count} {word}{'' if count == 1 else 's'}" for word, count in counts) + ".")
