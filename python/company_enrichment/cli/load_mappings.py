"""The command `load-mappings`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from company_enrichment.cli.options import EncodingOption, SheetOption
from company_enrichment.cli.output import console
from company_enrichment.cli.progress import Progress
from company_enrichment.errors import ConfigurationError
from company_enrichment.files.sheets import WorkbookReading
from company_enrichment.ingestion.lost_zeros import LostZeros, lost_zeros_of_load, lost_zeros_of_mappings
from company_enrichment.mappings.files import MappingFile
from company_enrichment.mappings.landing import (
    MODES,
    LandedLoad,
    LoadRequest,
    land_mappings,
    land_undo,
    refuse_unknown_match_type,
)
from company_enrichment.mappings.load import LONGEST_WAIT_SECONDS, WAIT_SECONDS, check_before_landing, outcome_of_load
from company_enrichment.mappings.loads import LAST, load_to_undo
from company_enrichment.mappings.plan import plan_mappings, plan_undo
from company_enrichment.mappings.statistics import MappingLoadStatistics
from company_enrichment.mappings.target import MappingDatabase
from company_enrichment.printable_text import printable
from company_enrichment.settings import load_settings


def load_mappings(
    file: Annotated[Path | None, typer.Argument(help="CSV, TSV or text file, or workbook, with a header.")] = None,
    *,
    mode: Annotated[
        str | None, typer.Option(help=f"What the load may do to what is stored: {', '.join(MODES)}.")
    ] = None,
    match_type: Annotated[str | None, typer.Option(help="The match type of every row, for files of one type.")] = None,
    source: Annotated[str | None, typer.Option(help="Whose word it is; by default file: and the file's name.")] = None,
    load_id: Annotated[
        str | None,
        typer.Option(help="Names the load; the same one again does nothing. By default made from the content."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Load nothing when a row cannot be used.")] = False,
    apply: Annotated[
        bool, typer.Option("--apply/--no-apply", help="Have dbt apply the load, or only land it for the next run.")
    ] = True,
    encoding: EncodingOption = None,
    sheet: SheetOption = None,
    wait_seconds: Annotated[
        int, typer.Option(min=0, max=LONGEST_WAIT_SECONDS, help="How long to wait for a dbt run that is at work.")
    ] = WAIT_SECONDS,
    undo: Annotated[
        str | None,
        typer.Option(
            metavar="LOAD_ID",
            help="Take this load back; without a FILE. last: the last that stands, of --source if it is given.",
        ),
    ] = None,
    execute: Annotated[
        bool | None,
        typer.Option("--execute/--plan-only", help="Do it, or only say what would be done: the default of --undo."),
    ] = None,
) -> None:
    """Load a file of mappings, or take a load back.

    A FILE is loaded at once, because loading it again adds nothing; --undo takes a load back with --execute only.
    """
    if (file is None) == (undo is None):
        raise ConfigurationError("Give either a FILE, or --undo with the id of a load.")
    progress = Progress(console)
    database = MappingDatabase()
    check_before_landing(apply=apply, wait_seconds=wait_seconds)
    if file is None:
        if any(option is not None for option in (mode, match_type, load_id, encoding, sheet)) or strict:
            raise ConfigurationError("--undo goes with --no-apply, --wait-seconds and --execute only.")
        assert undo is not None  # noqa: S101 - narrows the type for mypy
        if source is not None and undo != LAST:
            raise ConfigurationError("--source goes with --undo last: the id of a load says of which source it is.")
        with database.in_use():
            if undo == LAST:
                undo = load_to_undo(database, source)
                progress.say(printable(f"The last load that stands: {undo}"))
            if not execute:
                landed, statistics = plan_undo(database, undo, apply=apply)
                _say_planned(landed, statistics, progress)
                if landed.is_new:
                    progress.say("--execute takes it back.")
                return
            landed = land_undo(database, undo)
            if not landed.is_new:
                progress.say(f"Load {undo} was taken back before.")
            _apply_load(database, landed, progress, apply=apply, wait_seconds=wait_seconds)
        return
    if mode is None:
        raise ConfigurationError(f"--mode says what the load may do: {', '.join(MODES)}.")
    mappings = MappingFile(
        path=file,
        match_type=match_type,
        encoding=encoding,
        sheet=sheet,
        reading=WorkbookReading.of(load_settings()),
    )
    request = LoadRequest(
        source=f"file:{file.name}" if source is None else source,
        mode=mode,
        load_id=load_id,
        strict=strict,
        needs_usable_row=True,
    )
    # Reading the file is worth while only now.
    request = replace(request, content_hash=mappings.content_hash(mode))
    records = mappings.records(on_note=lambda note: progress.say(printable(note)))
    with database.in_use():
        if match_type is not None:
            refuse_unknown_match_type(database, match_type)
        if execute is False:
            landed, statistics = plan_mappings(database, records, request, apply=apply)
            _say_planned(landed, statistics, progress)
            _say_lost_zeros(lost_zeros_of_mappings(database, mappings.records()), progress)
            return
        with progress.stage(f"Land {file}") as on_rows:
            landed = land_mappings(database, records, request, on_row=lambda number: on_rows(number, None))
        if not landed.is_new:
            progress.say(f"Nothing was landed: it is already loaded as {landed.load_id}.")
        # Before dbt makes aliases of them, which would be compared with themselves.
        lost_zeros = lost_zeros_of_load(database, landed.load_id)
        _apply_load(database, landed, progress, apply=apply, wait_seconds=wait_seconds)
        _say_lost_zeros(lost_zeros, progress)


def _say_lost_zeros(found: Sequence[LostZeros], progress: Progress) -> None:
    """Print which codes may have lost zeros in front, if any."""
    for of_type in found:
        progress.say(printable(f"Look at this: {of_type}."))


def _apply_load(
    database: MappingDatabase, landed: LandedLoad, progress: Progress, *, apply: bool, wait_seconds: int
) -> None:
    """Have dbt apply a landed load if it has not, and print what the load did."""
    statistics = outcome_of_load(database, landed.load_id, apply=False)
    if apply and not statistics["applied"]:
        with progress.stage("Apply the load (dbt run)") as on_node:
            statistics = outcome_of_load(database, landed.load_id, wait_seconds=wait_seconds, on_node=on_node)
    progress.say(f"Load {landed.load_id}:")
    if not statistics["applied"]:
        progress.say(f"{statistics['read']:,} rows are landed, and wait: the next `dbt run` applies them.")
        if apply:
            progress.say("It was not done now, because another run was at work for too long, or dbt is not installed.")
        return
    progress.say(_sum_of_load(statistics))
    if statistics["rejected"]:
        listed = printable(f"company-enrichment mappings rejects --load {shlex.quote(landed.load_id)}")
        progress.say(f"The rows that cannot be used, and why: {database.schema}.mapping_rejects, or {listed}")
    _say_taken_over(statistics, progress)
    if statistics["conflicts"]:
        listed = printable(f"company-enrichment mappings conflicts --load {shlex.quote(landed.load_id)}")
        progress.say(f"The rows in conflict, and what won: {database.schema}.company_mapping_conflicts, or {listed}")
    progress.say("Records are resolved by the aliases in the next `dbt run`.")


def _say_planned(landed: LandedLoad, statistics: MappingLoadStatistics, progress: Progress) -> None:
    """Print what a load would do."""
    if not landed.is_new:
        progress.say(f"Nothing would be landed: it is already loaded as {landed.load_id}.")
    progress.say(f"Plan only: nothing was written. Load {landed.load_id}:")
    if statistics["applied"]:
        progress.say(_sum_of_load(statistics))
        _say_taken_over(statistics, progress)
    else:
        progress.say(f"{statistics['read']:,} rows would be landed, and wait: the next `dbt run` applies them.")


def _say_taken_over(statistics: MappingLoadStatistics, progress: Progress) -> None:
    """Print from which sources a load takes aliases, if it does."""
    taken = sorted(statistics.get("taken_over_from", {}).items())
    if taken:
        progress.say(
            f"{sum(count for _, count in taken):,} of the conflicts are won by the load, which takes these aliases from"
            f" another source: {', '.join(f'{count:,} from {source}' for source, count in taken)}"
        )


def _sum_of_load(statistics: MappingLoadStatistics) -> str:
    return (
        f"{statistics['read']:,} rows read = {statistics['inserted']:,} inserted + {statistics['updated']:,} updated"
        f" + {statistics['unchanged']:,} unchanged + {statistics['rejected']:,} rejected"
        f" + {statistics['conflicts']:,} conflicts; {statistics['deleted']:,} aliases retired,"
        f" {statistics['restored']:,} restored"
    )
