"""The commands ``sample``: takes the sample out of a database into which it came."""

from __future__ import annotations

import uuid
from typing import Annotated

import typer
from rich.table import Column, Table

from company_enrichment.cli.environment import open_connection
from company_enrichment.cli.output import console
from company_enrichment.cli.progress import Progress
from company_enrichment.printable_text import printable_cells
from company_enrichment.run_lease import lease_given_back
from company_enrichment.sample.data import SampleInDatabase
from company_enrichment.settings import uses_sample

sample_app = typer.Typer(
    help="The sample: invented customers, and aliases and companies to resolve them by.", no_args_is_help=True
)


@sample_app.callback()
def _group() -> None:
    """Keep `remove` a command of a group, although it is the only one."""


@sample_app.command("remove")
def remove(
    execute: Annotated[
        bool, typer.Option("--execute/--plan-only", help="Take it out, or only say what would be taken out.")
    ] = False,
) -> None:
    """Take the sample out of the database: its records, mappings, registry and answers, and what rests on them."""
    progress = Progress(console)
    with open_connection() as (environment, connection):
        sample = SampleInDatabase(connection, environment.schema)
        if execute:
            run_id = str(uuid.uuid4())
            with (
                progress.stage("Take the sample out") as on_node,
                lease_given_back(connection, environment.schema, run_id),
            ):
                counts = sample.remove(run_id=run_id, on_node=on_node)
        else:
            counts = sample.count()
    if not any(count.of_sample for count in counts):
        progress.say("Nothing of the sample is in this database.")
        return
    numbers = ("removed" if execute else "to remove", "of", "stay")
    table = Table("of the sample", *(Column(name, justify="right") for name in numbers))
    for count in counts:
        figures = (count.of_sample, count.rows, count.rows - count.of_sample)
        table.add_row(*printable_cells((count.what, *(f"{figure:,}" for figure in figures))))
    console.print(table)
    if not execute:
        progress.say("Nothing was changed; --execute takes it out.")
        return
    progress.say("Results of other records are resolved anew, without the sample. Temporary ids stay issued.")
    if uses_sample():
        progress.say("The next run uses the sample again, unless WDH_SAMPLE is false.")
