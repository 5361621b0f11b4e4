"""The commands ``mappings``: what is stored of mappings, without a line of SQL."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Column, Table

from company_enrichment.cli.environment import open_connection
from company_enrichment.cli.output import console, json_text, print_table
from company_enrichment.cli.progress import Progress
from company_enrichment.errors import SchemaNotDeployedError
from company_enrichment.mappings.listing import MOST_ROWS, Listed, MappingLists, Row
from company_enrichment.mappings.loads import Load, read_loads
from company_enrichment.printable_text import printable, printable_cells

mappings_app = typer.Typer(
    help="What is stored of mappings: aliases, rejected rows, conflicts and loads.", no_args_is_help=True
)
LimitOption = Annotated[int, typer.Option(min=1, max=MOST_ROWS, help="At most so many.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
LoadOption = Annotated[
    str | None, typer.Option("--load", metavar="LOAD_ID", help="Only those of this load, as `mappings loads` names it.")
]


@mappings_app.command("list")
def list_aliases(
    *,
    alias: Annotated[
        str | None, typer.Option(help="Only aliases with this text in them, or that are the same name or code.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Only those that rest on this source.")] = None,
    match_type: Annotated[str | None, typer.Option(help="Only those of this match type.")] = None,
    company: Annotated[str | None, typer.Option(metavar="ID", help="Only those that stand for this company.")] = None,
    limit: LimitOption = 50,
    as_json: JsonOption = False,
) -> None:
    """List the aliases in force, and what each rests on."""
    with _lists() as lists:
        listed = lists.aliases(alias=alias, source=source, match_type=match_type, company=company, limit=limit)
    columns = {
        "match_type": "type",
        "alias_text": "alias",
        "company_id": "company",
        "source": "source",
        "load_id": "load",
        "line_no": "line",
        "updated_at": "since",
    }
    _show(listed, "mappings", columns, as_json=as_json, nothing="No alias in force is listed by these options.")


@mappings_app.command("rejects")
def list_rejects(*, load: LoadOption = None, limit: LimitOption = 50, as_json: JsonOption = False) -> None:
    """List the rows of loads that cannot be used, and why; the latest load first."""
    with _lists() as lists:
        listed = lists.rejects(load=load, limit=limit)
    columns = {
        "load_id": "load",
        "line_no": "line",
        "match_type": "type",
        "alias_text": "alias",
        "company_id": "company",
        "reason": "reason",
    }
    _show(listed, "rejects", columns, as_json=as_json, nothing="No row was rejected.")


@mappings_app.command("conflicts")
def list_conflicts(
    *,
    load: LoadOption = None,
    source: Annotated[str | None, typer.Option(help="Only those that this source has won or lost.")] = None,
    with_closed: Annotated[bool, typer.Option("--all", help="Those that are settled, too.")] = False,
    limit: LimitOption = 50,
    as_json: JsonOption = False,
) -> None:
    """List the rows that met another company, and what won; the latest load first."""
    with _lists() as lists:
        listed = lists.conflicts(load=load, source=source, with_closed=with_closed, limit=limit)
    columns = {
        "match_type": "type",
        "alias_text": "alias",
        "winning_company_id": "won",
        "winning_source": "of source",
        "losing_company_id": "lost",
        "losing_source": "of source ",
        "rule": "rule",
        "load_id": "load",
        "line_no": "line",
        **({"is_open": "open"} if with_closed else {}),
    }
    nothing = "There is no conflict by these options." if with_closed else "No conflict is open by these options."
    _show(listed, "conflicts", columns, as_json=as_json, nothing=nothing)


@mappings_app.command("loads")
def list_loads(
    *,
    source: Annotated[str | None, typer.Option(help="Only those of this source.")] = None,
    limit: LimitOption = 20,
    as_json: JsonOption = False,
) -> None:
    """List the loads, the latest first: what each did, who landed it and when, and whether it stands."""
    with _lists() as lists:
        loads, total = read_loads(lists.connection, lists.schema, source=source, limit=limit)
    if as_json:
        sys.stdout.write(
            json_text({"total": total, "loads": [{**asdict(load), "state": load.state} for load in loads]})
        )
        return
    progress = Progress(console)
    if not loads:
        progress.say("There is no load" + ("." if source is None else printable(f" of source {source}.")))
        return
    for load in loads:
        # The id has a line of its own, so that it can be copied whole.
        progress.say(printable(load.load_id))
        for line in _described(load):
            progress.say(printable(f"    {line}"))
    _say_rest(len(loads), total, progress)
    progress.say(
        "Undo one with `company-enrichment load-mappings --undo LOAD_ID --execute`, the last that stands with"
        " --undo last."
    )


def _described(load: Load) -> Iterator[str]:
    what = f"undo of {load.undoes}" if load.undoes is not None else f"{load.mode} of {load.source}"
    by = "" if load.landed_by is None else f" by {load.landed_by}"
    state = load.state if load.undone_by is None else f"undone by {load.undone_by}"
    yield f"{what}, landed {load.landed_at:%Y-%m-%d %H:%M:%S %Z}{by}: {state}"
    if load.decided_at is None:
        yield f"{load.rows_read:,} rows; the next `dbt run` applies them"
        return
    counts = (
        f"{load.rows_read:,} rows read = {load.rows_inserted:,} inserted + {load.rows_updated:,} updated"
        f" + {load.rows_unchanged:,} unchanged + {load.rows_rejected:,} rejected + {load.rows_conflicting:,} conflicts"
    )
    yield f"{counts}; {load.rows_deleted:,} aliases retired, {load.rows_restored:,} restored"


@contextmanager
def _lists() -> Iterator[MappingLists]:
    """Give the lists; where dbt has not built what they read, the error says so."""
    try:
        with open_connection() as (environment, connection):
            yield MappingLists(connection, schema=environment.schema)
    except SchemaNotDeployedError as error:
        raise SchemaNotDeployedError(
            f"The mappings cannot be listed: build the models first, `dbt run` in the project folder. {error}"
        ) from error


def _show(listed: Listed, kind: str, columns: Mapping[str, str], *, as_json: bool, nothing: str) -> None:
    if as_json:
        sys.stdout.write(json_text({"total": listed.total, kind: listed.rows}))
        return
    progress = Progress(console)
    if not listed.rows:
        progress.say(nothing)
        return
    print_table(console, _table(listed.rows, columns))
    _say_rest(len(listed.rows), listed.total, progress)


def _table(rows: Sequence[Row], columns: Mapping[str, str]) -> Table:
    table = Table(*(Column(title, justify="right" if name == "line_no" else "left") for name, title in columns.items()))
    shown: dict[str, Callable[[Any], object]] = {
        "updated_at": lambda value: f"{value:%Y-%m-%d %H:%M}",
        "is_open": lambda value: "yes" if value else "no",
    }
    for row in rows:
        cells = (row[name] for name in columns)
        table.add_row(
            *printable_cells(
                "" if cell is None else shown.get(name, str)(cell) for name, cell in zip(columns, cells, strict=True)
            )
        )
    return table


def _say_rest(shown: int, total: int, progress: Progress) -> None:
    if shown < total:
        progress.say(f"The first {shown:,} of {total:,}; --limit shows more.")
    else:
        progress.say(f"{total:,} in all.")
