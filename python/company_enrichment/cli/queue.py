"""The commands of the lookup queue: ``worker``, and ``queue`` for its operator."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer
from psycopg2 import extensions
from rich.table import Column, Table

from company_enrichment.cli.environment import Environment, open_connection
from company_enrichment.cli.output import console
from company_enrichment.cli.progress import Progress
from company_enrichment.cli.queue_ask import ask
from company_enrichment.cli.queue_name import say_troubles, show_name
from company_enrichment.cli.worker import refuse_cut_short, work_queue_off
from company_enrichment.errors import ConfigurationError, LookupQueueError
from company_enrichment.lookups.operations import OLDEST_DAYS, QueueOperations, RequestState
from company_enrichment.lookups.provider_check import provider_troubles
from company_enrichment.lookups.providers import describe_missing_provider
from company_enrichment.lookups.queue import LookupQueue, notification_channel
from company_enrichment.printable_text import printable, printable_cells
from company_enrichment.settings import Settings

queue_app = typer.Typer(
    help="The lookup queue: what waits, what failed, and what to do about it.", no_args_is_help=True
)
queue_app.command("ask")(ask)
PlanOption = Annotated[bool, typer.Option("--plan-only", help="Write nothing, and say what would be done.")]
ExecuteOption = Annotated[bool, typer.Option("--execute/--plan-only", help="Do it, or only say what would be done.")]


def worker(
    *,
    drain: Annotated[bool, typer.Option("--drain", help="End once no request is ready.")] = False,
    batch_size: Annotated[int | None, typer.Option(min=1, max=10_000, help="Requests claimed at once.")] = None,
    concurrency: Annotated[int | None, typer.Option(min=1, max=1_000, help="Requests asked at once.")] = None,
    rate: Annotated[
        float | None, typer.Option(help="Requests a second, by all workers of the provider together.")
    ] = None,
    lease: Annotated[int | None, typer.Option(min=1, max=86_400, help="Seconds that a claim holds.")] = None,
    plan_only: PlanOption = False,
) -> None:
    """Look names of the queue up, until told to stop (SIGTERM, SIGINT) or, with --drain, until none is ready."""
    if rate is not None and rate <= 0:
        raise ConfigurationError("--rate must be greater than 0.")
    with open_connection() as (environment, connection):
        connection.close()  # it has shown that the tables are there, and of the version this package works with
        options = {
            "lookup_batch_size": batch_size,
            "lookup_concurrency": concurrency,
            "lookup_rate": rate,
            "lookup_lease_seconds": lease,
        }
        settings = environment.settings.model_copy(
            update={name: value for name, value in options.items() if value is not None}
        )
        if plan_only:
            _say_what_would_be_asked(environment, settings)
            return
        refuse_cut_short(
            work_queue_off(settings, environment.address, environment.schema, Progress(console), drain=drain)
        )


def _say_what_would_be_asked(environment: Environment, settings: Settings) -> None:
    if settings.lookup_provider == "none":
        raise ConfigurationError(describe_missing_provider(settings))
    with closing(environment.address.connect()) as connection:
        health = LookupQueue(connection, schema=environment.schema, plan_only=True).get_health()
    Progress(console).say(
        f"{health.ready + health.expired:,} names would be asked of {settings.lookup_provider}: {health.ready:,} are "
        f"ready, {health.expired:,} would be taken over; {health.waiting:,} wait for a later time, "
        f"{health.in_flight:,} are being asked. Nobody was asked."
    )


StateOption = Annotated[RequestState, typer.Option("--status", help="open: all that is not done, dead letters first.")]
ErrorOption = Annotated[str | None, typer.Option("--error", help="Only those whose last error has this text in it.")]


@queue_app.command("list")
def list_requests(
    status: StateOption = RequestState.OPEN,
    error: ErrorOption = None,
    name: Annotated[str | None, typer.Option("--name", help="Only those of this name, in any spelling.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="At most so many.")] = 50,
) -> None:
    """List requests: dead letters and all that are open, unless told otherwise."""
    with open_connection() as (environment, connection):
        operations = _operations(connection, environment.schema)
        requests = operations.requests(status, error=error, name=name, limit=limit)
        troubles = provider_troubles(connection, environment.schema)
    if not requests:
        Progress(console).say(
            f"No request is listed by these options (--status {status}); `queue show` counts them all."
        )
        say_troubles(troubles)
        return
    table = Table("id", "name", "status", "attempts", "next try", "last error")
    for request in requests:
        # One word for it on every screen; the status of the table is failed.
        state = "dead letter" if request.status == "failed" else request.status
        next_try = f"{request.run_at:%Y-%m-%d %H:%M:%S %Z}" if request.status == "pending" else ""
        table.add_row(
            *printable_cells((request.id, request.name, state, request.attempts, next_try, request.last_error or ""))
        )
    console.print(table)
    if len(requests) == limit:
        Progress(console).say(f"Only the first {limit}; --limit shows more.")
    say_troubles(troubles)


@queue_app.command("show")
def show_health(
    name: Annotated[str | None, typer.Argument(help="A name, in any spelling: its requests and answers.")] = None,
) -> None:
    """Show how many requests wait, are claimed, or failed; or what has been asked and answered of a NAME."""
    with open_connection() as (environment, connection):
        troubles = provider_troubles(connection, environment.schema)
        if name is not None:
            show_name(connection, name, schema=environment.schema)
            say_troubles(troubles)
            return
        health = LookupQueue(connection, schema=environment.schema).get_health()
    table = Table("state", Column("requests", justify="right"), "meaning")
    for state, count, meaning in (
        ("ready", health.ready, "may be claimed now"),
        ("waiting", health.waiting, "for a retry, or the end of a pause"),
        ("in flight", health.in_flight, "claimed by a worker"),
        ("expired", health.expired, "their worker has died or hangs; the next claim takes them over"),
        ("dead letters", health.failed, "failed for good: see `queue list`, and ask anew with `queue retry`"),
    ):
        table.add_row(state, f"{count:,}", meaning)
    console.print(table)
    if health.oldest_created_at is not None:
        Progress(console).say(f"The oldest open request is of {health.oldest_created_at:%Y-%m-%d %H:%M:%S %Z}.")
    say_troubles(troubles)


@queue_app.command("retry")
def retry(
    ids: Annotated[
        list[int] | None, typer.Argument(metavar="[ID]...", help="Dead letters, as `list` shows them.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All dead letters.")] = False,
    error: ErrorOption = None,
    execute: Annotated[
        bool | None,
        typer.Option(
            "--execute/--plan-only", help="Ask, or only say what would be asked for: the default but for IDs."
        ),
    ] = None,
) -> None:
    """Ask for names again whose lookup has failed for good.

    Dead letters that are named by their IDs are asked for at once; --all, or those of an error, with --execute only.
    """
    if sum((bool(ids), everything, error is not None)) != 1:
        raise ConfigurationError("Say which: one or more IDs, --error TEXT, or --all.")
    plan_only = not (bool(ids) if execute is None else execute)
    progress = Progress(console)
    with open_connection() as (environment, connection):
        replays = _operations(connection, environment.schema).replay(ids or None, error=error, plan_only=plan_only)
    asked = sum(replay.is_replayed for replay in replays)
    for replay in replays:
        if not replay.is_replayed:
            progress.say(printable(f"Request {replay.id} ({replay.name}) was left: its name is asked for already."))
    missing = sorted(set(ids or ()) - {replay.id for replay in replays})
    for request_id in missing:
        progress.say(f"Request {request_id} is no dead letter.")
    progress.say(f"{asked:,} of {len(replays):,} dead letters {'would be' if plan_only else 'are'} asked for again.")
    if asked and plan_only:
        progress.say("Nothing was written; --execute asks.")
    if missing:
        raise LookupQueueError(
            f"{len(missing):,} of the ids {'is' if len(missing) == 1 else 'are'} no dead letter: "
            f"{', '.join(map(str, missing))}. `queue list --status dead-letter` lists those there are."
        )


@queue_app.command("prune")
def prune(
    older_than_days: Annotated[
        float, typer.Option("--older-than-days", min=0, max=OLDEST_DAYS, help="Finished so many days ago.")
    ],
    dead_letters: Annotated[bool, typer.Option("--dead-letters", help="Dead letters, too.")] = False,
    execute: ExecuteOption = False,
) -> None:
    """Delete finished requests. The answers stay."""
    progress = Progress(console)
    with open_connection() as (environment, connection), progress.stage("Delete finished requests") as on_batch:
        deleted = _operations(connection, environment.schema).prune(
            older_than_days,
            dead_letters=dead_letters,
            on_batch=lambda so_far: on_batch(so_far, None),
            plan_only=not execute,
        )
    progress.say(f"{deleted:,} finished requests {'were' if execute else 'would be'} deleted.")
    if deleted and not execute:
        progress.say("Nothing was deleted; --execute deletes them.")


def _operations(connection: extensions.connection, schema: str) -> QueueOperations:
    return QueueOperations(connection, schema=schema, channel=notification_channel(schema))
