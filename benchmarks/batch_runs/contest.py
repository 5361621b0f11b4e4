"""The part contest of batch.py: everyone resolves the same records."""

from __future__ import annotations

import argparse
import statistics

from psycopg2 import extensions
from rich.console import Console
from rich.table import Table

from batch_runs.contestants import RESULT, Measured, contestants, run
from batch_runs.warehouse import RECORD_MODELS, add_aliases, add_records, create, execute, vacuum
from servers import address_of, dbt, dbt_memory

OURS = "the project's models"
DIFFERENCES = f"""
select count(*)
from enterprise.company_resolution as ours
full join {RESULT} as theirs on ours.record_id = theirs.record_id
where
    (case when not ours.is_temporary then ours.company_id end, ours.match_type)
    is distinct from (theirs.company_id, theirs.match_type)
    or ours.record_id is null or theirs.record_id is null
"""
TEMPORARY_SPACE = "select (temp_bytes / 1048576)::bigint from pg_stat_database where datname = current_database()"


def report(connection: extensions.connection, arguments: argparse.Namespace, console: Console) -> None:
    """Run everyone in each round, compare what they have made, and print."""
    create(connection)
    add_aliases(connection, 1, arguments.mappings)
    add_records(connection, 1, arguments.records, arguments.mappings)
    vacuum(connection)
    measured: dict[str, list[Measured]] = {}
    space: dict[str, int] = {}
    before = execute(connection, TEMPORARY_SPACE)
    measured[OURS] = [_models(connection)]
    space[OURS] = execute(connection, TEMPORARY_SPACE) - before
    vacuum(connection)
    entered, left_out = contestants()
    address = address_of(connection)
    for _ in range(arguments.rounds):
        for module, place, contestant in entered:
            execute(connection, f"drop table if exists {RESULT}")
            execute(connection, "checkpoint")
            before = execute(connection, TEMPORARY_SPACE)
            measured.setdefault(contestant.name, []).append(run(module, place, address))
            space[contestant.name] = execute(connection, TEMPORARY_SPACE) - before
            if differing := execute(connection, DIFFERENCES):
                raise RuntimeError(f"{contestant.name} resolves {differing} records otherwise")
    while len(measured[OURS]) < arguments.rounds:
        measured[OURS].append(_models(connection, "--full-refresh"))

    table = Table(
        f"{arguments.records:,} records × {arguments.mappings:,} mappings",
        *("s", "records a second", "first is so many times as fast", "goal", "memory, MiB", "temporary files, MiB"),
        title_justify="left",
    )
    first = [one.seconds for one in measured[entered[0][2].name]]
    goals = {contestant.name: contestant.goal for _, _, contestant in entered}
    for name in (*goals, OURS):
        runs = measured[name]
        median = statistics.median(one.seconds for one in runs)
        ratio = statistics.median(one.seconds / ours for one, ours in zip(runs, first, strict=True))
        goal = goals.get(name)
        table.add_row(
            *(name, f"{median:.2f}", f"{arguments.records / median:,.0f}", f"{ratio:.2f}"),
            "" if goal is None else f"{goal:g}{'' if ratio >= goal else ': missed'}",
            *(f"{max(one.memory for one in runs):,.0f}", f"{space[name]:,}"),
        )
    console.print(table)
    if left_out:
        console.print(f"Left out, not installed: pip install {' '.join(dict.fromkeys(left_out))}", soft_wrap=True)


def _models(connection: extensions.connection, *options: str) -> Measured:
    """Build the models that write a row for each record; seconds by dbt's clock, memory of dbt's process."""
    before = dbt_memory()
    took = dbt(connection, "run", "--select", *RECORD_MODELS, *options)
    return Measured(sum(took[model] for model in RECORD_MODELS), dbt_memory() - before)
