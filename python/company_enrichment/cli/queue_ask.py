"""The command ``queue ask``: asks for unknown names again."""

from __future__ import annotations

from typing import Annotated

import typer

from company_enrichment.cli.environment import open_connection
from company_enrichment.cli.output import console
from company_enrichment.cli.progress import Progress
from company_enrichment.errors import ConfigurationError, LookupQueueError
from company_enrichment.lookups.asking_again import (
    AnswerFilter,
    AskedName,
    ask_again,
    names_by_outcome,
    unknown_names_by_answer,
)
from company_enrichment.lookups.operations import OLDEST_DAYS
from company_enrichment.printable_text import printable

NAMES_SHOWN = 20
"""How many names of a filter are shown; the counts are of all."""

_LEFT = {
    "known": ("has a company already", "with a company"),
    "open": ("is asked for already", "asked for already"),
    "answered": ("has just been answered", "just answered"),
    "blank": ("cannot be looked up: the name", "no names"),
}


def ask(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Names, in any spelling.")] = None,
    *,
    all_unknown: Annotated[bool, typer.Option("--all-unknown", help="All names that nobody knows.")] = False,
    not_found: Annotated[
        bool, typer.Option("--not-found", help="Unknown names that the registry has no company for.")
    ] = False,
    not_accepted: Annotated[
        bool, typer.Option("--not-accepted", help="Unknown names of which the registry knows similar ones only.")
    ] = False,
    unusable: Annotated[
        bool, typer.Option("--unusable", help="Unknown names whose company has no usable id in the registry.")
    ] = False,
    older_than_days: Annotated[
        float | None,
        typer.Option(
            "--older-than-days", min=0, max=OLDEST_DAYS, help="With one of these: last answered so many days ago."
        ),
    ] = None,
    execute: Annotated[bool, typer.Option("--execute", help="Ask; without it, several names are only listed.")] = False,
    plan_only: Annotated[
        bool, typer.Option("--plan-only", help="Of a single NAME, too: write nothing, and say what would be done.")
    ] = False,
) -> None:
    """Ask the registry for unknown names again, whatever it has answered before.

    A single NAME is asked for at once; several names, or those of an option, with --execute only.
    """
    chosen = [
        which
        for which, is_chosen in (
            (AnswerFilter.ALL_UNKNOWN, all_unknown),
            (AnswerFilter.NOT_FOUND, not_found),
            (AnswerFilter.NOT_ACCEPTED, not_accepted),
            (AnswerFilter.UNUSABLE, unusable),
        )
        if is_chosen
    ]
    if bool(names) + len(chosen) != 1:
        raise ConfigurationError(
            "Say which: one or more NAMEs, or one of --all-unknown, --not-found, --not-accepted and --unusable."
        )
    if older_than_days is not None and names:
        raise ConfigurationError(
            "--older-than-days goes with --all-unknown, --not-found, --not-accepted or --unusable."
        )
    if execute and plan_only:
        raise ConfigurationError("--execute asks, --plan-only does not: give one of them.")
    progress = Progress(console)
    is_planned = plan_only or not (execute or (names is not None and len(names) == 1))
    with open_connection() as (environment, connection):
        schema = environment.schema
        wanted = names or unknown_names_by_answer(connection, chosen[0], schema=schema, older_than_days=older_than_days)
        asked = ask_again(connection, wanted, schema=schema, plan_only=is_planned)
    _say(asked, progress, is_planned=is_planned)
    if is_planned and not plan_only and any(name.outcome == "new" for name in asked):
        progress.say("Nothing was written; --execute asks.")
    if names and all(name.outcome in ("known", "blank") for name in asked):
        raise LookupQueueError("None of these names can be asked for.")


def _say(asked: list[AskedName], progress: Progress, *, is_planned: bool) -> None:
    new = [name for name in asked if name.outcome == "new"]
    others = [name for name in asked if name.outcome != "new"]
    would = "would be asked for" if is_planned else "is asked for"
    for name in new[:NAMES_SHOWN]:
        last = f"last answer: {name.detail}" if name.detail else "never answered"
        progress.say(printable(f"{name.name} {would} ({last})"))
    for name in others[:NAMES_SHOWN]:
        why, _ = _LEFT[name.outcome]
        detail = {"known": f": {name.detail or 'none, by a decision'}", "blank": f" {name.detail}"}.get(
            name.outcome, ""
        )
        progress.say(printable(f"{name.name} is left: it {why}{detail}"))
    hidden = max(len(new) - NAMES_SHOWN, 0) + max(len(others) - NAMES_SHOWN, 0)
    if hidden:
        progress.say(f"… and {hidden:,} more names.")
    counts = names_by_outcome(asked)
    left = ", ".join(f"{counts[outcome]:,} {what}" for outcome, (_, what) in _LEFT.items() if outcome in counts)
    progress.say(
        f"Names: {len(asked):,}; {len(new):,} {'would be' if is_planned else 'are'} asked for"
        + (f"; left: {left}." if left else ".")
    )
