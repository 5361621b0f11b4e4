"""The commands of the command line: where each is, and what it does in a line. A module is loaded when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class Place(NamedTuple):
    """Where a command is, and its help in a line."""

    module: str
    attribute: str
    help: str

    def load(self, name: str) -> Any:
        """Return the command itself."""
        value = getattr(import_module(f"company_enrichment.cli.{self.module}"), self.attribute)
        if isinstance(value, typer.Typer):
            return typer.main.get_group(value)
        alone = typer.Typer(add_completion=False)
        alone.command(name)(value)
        return typer.main.get_command(alone)


COMMANDS = {
    "run": Place("run", "run", "Run the whole job: ingest, resolve, look unknown names up, resolve again, sum up."),
    "ingest": Place(
        "ingest",
        "ingest",
        "Take the files of a domain in as customer records: each whole or not at all, and once.",
    ),
    "load-mappings": Place("load_mappings", "load_mappings", "Load a file of mappings, or take a load back."),
    "resolve": Place("resolve", "resolve", "Resolve one record, or those of a file."),
    "status": Place(
        "status",
        "status",
        "Show settings and their origin, the queue, the last run, and what the monitoring models say.",
    ),
    "worker": Place(
        "queue",
        "worker",
        "Look names of the queue up, until told to stop (SIGTERM, SIGINT) or, with --drain, until none is ready.",
    ),
    "doctor": Place(
        "doctor",
        "doctor",
        "Check settings, connection, rights, deployment, registry, queue and last run; nothing is written.",
    ),
    "db": Place("database", "database_app", "The embedded PostgreSQL server."),
    "queue": Place("queue", "queue_app", "The lookup queue: what waits, what failed, and what to do about it."),
    "mappings": Place(
        "mappings", "mappings_app", "What is stored of mappings: aliases, rejected rows, conflicts and loads."
    ),
    "domains": Place("domains", "domains_app", "The kinds of files that can be taken in: one YAML file each."),
    "sample": Place(
        "sample", "sample_app", "The sample: invented customers, and aliases and companies to resolve them by."
    ),
}


class Commands(TyperGroup):
    """The commands, of which the list needs the names only."""

    def __init__(self, **options: Any) -> None:
        listed = {name: TyperCommand(name, help=place.help) for name, place in COMMANDS.items()}
        super().__init__(**{**options, "commands": listed})
        self._shows_list = False

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, or what the list says of it; None where there is none."""
        place = COMMANDS.get(cmd_name)
        return self.commands.get(cmd_name) if self._shows_list or place is None else place.load(cmd_name)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the list."""
        self._shows_list = True
        super().format_help(ctx, formatter)
