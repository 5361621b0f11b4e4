"""The part changes of batch.py: what further runs cost that have little to do, beside histories of two sizes."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from psycopg2 import extensions
from rich.console import Console
from rich.table import Table

from batch_runs.warehouse import add_records, create, execute, land_aliases, vacuum
from servers import dbt, dbt_command

GOAL = 1.5
GOAL_OF_NOTHING = 1.5
NOTHING = "nothing to do"
# One model after the other: the times of models at once are not those of each.
RUN = ("run", "--threads", "1")
EVERYTHING = ("--vars", "{compare_everything: true}")


class History:
    """Records that were resolved, and how much of them has changed since.

    Beside the records of data.sql it has some with names of their own that nobody knows, so that a mapping or an
    answer concerns one record, however large the history is.
    """

    def __init__(self, connection: extensions.connection, records: int, arguments: argparse.Namespace) -> None:
        self.connection = connection
        self.records = records
        self.mappings = arguments.mappings
        self.new_records = arguments.new_records
        self.changed = arguments.changed
        self._waiting = 2 * arguments.changed * (arguments.rounds + 1)
        self._next = count(1)

    def build(self) -> None:
        """Land everything and run the models until there is nothing left to do."""
        create(self.connection)
        land_aliases(self.connection, 1, self.mappings)
        add_records(self.connection, 1, self.records, self.mappings)
        execute(
            self.connection,
            "insert into enterprise.customer_records (record_id, source_system, customer_name)"
            " select 'waiting ' || number, 'benchmark', '待查' || number || '号有限公司'"
            " from generate_series(1, %s) as number",
            (self._waiting,),
        )
        vacuum(self.connection)
        dbt(self.connection, "run")
        vacuum(self.connection)
        self.run()

    def run(self, *options: str) -> dict[str, float]:
        """Seconds of each model in a run, by dbt's clock, one after the other."""
        return dbt(self.connection, *RUN, *options)

    def add_records(self) -> None:
        """Records that nobody has seen yet, most of them of known companies."""
        add_records(self.connection, self.records + 1, self.records + self.new_records, self.mappings)
        self.records += self.new_records

    def map_names(self) -> None:
        """A load of mappings for names that were unknown."""
        load = next(self._next)
        execute(
            self.connection,
            "insert into enterprise.mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
            " select 'change ' || %s, row_number() over (), 'benchmark', 'name', name, 'mapped ' || name"
            f" from ({self._unknown()}) as unknown (name)",
            (load, self.changed),
        )

    def answer_names(self) -> None:
        """Answers of a registry to names that were unknown."""
        execute(
            self.connection,
            "insert into enterprise.lookup_answers"
            " (provider, asked_name, normalized_name, outcome, company_id, company_name, confidence)"
            " select 'benchmark', name, enterprise.normalize_company_name(name), 'found', 'answer ' || name, name, 1"
            f" from ({self._unknown()}) as unknown (name)",
            (self.changed,),
        )

    def unknown(self) -> int:
        """How many of the names of their own are unknown."""
        return execute(
            self.connection,
            "select count(*) from enterprise.company_resolution"
            " where starts_with(record_id, 'waiting ') and is_temporary",
        )

    @staticmethod
    def _unknown() -> str:
        return (
            "select record.customer_name from enterprise.customer_records as record"
            " inner join enterprise.company_resolution as resolution on record.record_id = resolution.record_id"
            " where resolution.is_temporary and starts_with(record.record_id, 'waiting ') limit %s"
        )


def report(connection: extensions.connection, arguments: argparse.Namespace, console: Console) -> None:
    """Build both histories one after the other, change them, and print."""
    seconds: dict[tuple[str, int], float] = {}
    kinds: list[str] = []
    for records in arguments.history:
        _start_anew(connection)
        history = History(connection, records, arguments)
        history.build()
        steps: dict[str, Callable[[], None]] = {
            f"{arguments.new_records:,} new records": history.add_records,
            f"{arguments.changed:,} mappings": history.map_names,
            f"{arguments.changed:,} answers": history.answer_names,
            NOTHING: lambda: None,
        }
        kinds = [*steps]
        measured: dict[str, list[float]] = {kind: [] for kind in steps}
        unknown = history.unknown()
        for _ in range(arguments.rounds):
            for kind, change in steps.items():
                change()
                measured[kind].append(sum(history.run().values()))
            unknown -= 2 * arguments.changed
            if history.unknown() != unknown:
                raise RuntimeError(f"{history.unknown()} names are unknown instead of {unknown}")
        seconds |= {(kind, records): statistics.median(times) for kind, times in measured.items()}
        seconds["everything", records] = sum(history.run(*EVERYTHING).values())
        if records == min(arguments.history):
            _beside_empty_models(history, arguments.rounds, console)
    small, large = arguments.history
    table = Table("run with", f"{small:,} records, s", f"{large:,} records, s", "ratio", "goal", title_justify="left")
    for kind in kinds:
        ratio = seconds[kind, large] / seconds[kind, small]
        verdict = f"at most {GOAL:g}{'' if ratio <= GOAL else ': missed'}"
        table.add_row(kind, f"{seconds[kind, small]:.2f}", f"{seconds[kind, large]:.2f}", f"{ratio:.2f}", verdict)
    one, other = seconds["everything", small], seconds["everything", large]
    table.add_row("everything compared, once", f"{one:.2f}", f"{other:.2f}", f"{other / one:.2f}")
    console.print(table)


def _start_anew(connection: extensions.connection) -> None:
    execute(connection, "drop schema if exists enterprise, benchmark cascade")
    dbt(connection, "run-operation", "migrate")


def _beside_empty_models(history: History, rounds: int, console: Console) -> None:
    """A run with nothing to do, and one of as many models that are empty, by the clock.

    As a command, which has to load dbt first, and in a process that has it loaded.
    """
    with tempfile.TemporaryDirectory(prefix="company-enrichment-benchmark-") as folder:
        project = Path(folder)
        models = [model for model in history.run() if "-on-run-" not in model]
        _write_empty_models(project, history.connection, models)
        for name, start in (("as a command", dbt_command), ("in a process that has dbt loaded", dbt)):
            pairs = [[_seconds(start, history.connection, of) for of in (None, project)] for _ in range(1 + rounds)]
            # The first reads what later ones have in memory.
            ours, empty = (statistics.median(seconds) for seconds in zip(*pairs[1:], strict=True))
            ratio = statistics.median(one / other for one, other in pairs[1:])
            verdict = f"at most {GOAL_OF_NOTHING:g}{'' if ratio <= GOAL_OF_NOTHING else ': missed'}"
            console.print(
                f"{NOTHING}, {name}: {ours:.2f} s; {len(models)} empty models: {empty:.2f} s; {ratio:.2f} times"
                f" (goal: {verdict})"
            )


def _seconds(start: Callable[..., object], connection: extensions.connection, project: Path | None) -> float:
    began = time.perf_counter()
    start(connection, *RUN, project=project)
    return time.perf_counter() - began


def _write_empty_models(project: Path, connection: extensions.connection, models: list[str]) -> None:
    """A project of as many empty models, views or incremental tables as ours are; no hooks, no contracts, no tests."""
    (project / "models").mkdir()
    (project / "dbt_project.yml").write_text(
        "name: empty_models\nversion: 1.0.0\nprofile: company_enrichment\nmodels: {empty_models: {schema: empty}}\n"
    )
    for number, model in enumerate(models):
        is_view = execute(
            connection,
            "select (relkind = 'v')::integer from pg_class where oid = to_regclass(%s)",
            (f"enterprise.{model}",),
        )
        kind = "materialized='view'" if is_view else "materialized='incremental', unique_key='id'"
        text = f"{{{{ config({kind}) }}}}\nselect cast(1 as bigint) as id, cast('' as text) as name where false\n"
        (project / "models" / f"empty_{number}.sql").write_text(text)
