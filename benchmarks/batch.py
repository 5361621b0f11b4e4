"""Resolving a warehouse's records in one batch: against frames and DuckDB, growth, and what little changes cost.

    python benchmarks/batch.py
    python benchmarks/batch.py --records 20000 --mappings 20000 --rounds 1 --servers 1 --parts contest
    python benchmarks/batch.py --parts growth changes --history 100000 10000000

contest   So many records against so many mappings, name keys made on the way. Everyone starts from the tables in the
          database and makes the same table of results in it: export and import count where somebody lives outside. Each
          stands in a file of its own (batch_runs/in_postgres.py, in_polars.py, in_duckdb.py, in_pandas.py) with its
          settings; all take the same short-cut, and what they have made is compared. Then the project's own models on
          the same data, which do more: they store keys, indexes and reasons, issue temporary ids, and queue names.
growth    The first run of the project's models that read records, with more records and with more mappings.
changes   Further runs beside two histories: new records, changed mappings, answered names, and nothing to do, by dbt's
          own clock without its start. The rival is the same run that compares everything, as models without a
          change feed do; nothing to do is also compared with as many models that are empty, by the clock.

The server is set as a warehouse's would be (batch_runs/warehouse.py), alike for everyone. Figures are medians over the
rounds, ratios medians of the rounds' ratios. The rivals are optional: what is missing is said.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from psycopg2 import extensions
from rich.console import Console

from batch_runs import changes, contest, growth
from batch_runs.warehouse import SETTINGS
from servers import binaries, deployed_server

PARTS: dict[str, Callable[[extensions.connection, argparse.Namespace, Console], None]] = {
    "contest": contest.report,
    "growth": growth.report,
    "changes": changes.report,
}


def main() -> None:
    """Measure on every server and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=[*PARTS])
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument(
        "--mappings", type=int, default=1_000_000, help="a multiple of 100, like the other numbers of them"
    )
    parser.add_argument("--growth-records", type=int, nargs=2, default=[1_000_000, 10_000_000])
    parser.add_argument("--growth-mappings", type=int, nargs=2, default=[1_000_000, 5_000_000])
    parser.add_argument("--history", type=int, nargs=2, default=[100_000, 10_000_000], help="records of both histories")
    parser.add_argument("--new-records", type=int, default=10_000)
    parser.add_argument("--changed", type=int, default=1_000, help="mappings, and names answered, between two runs")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--servers", type=int, default=2, help="1 for the embedded one alone")
    arguments = parser.parse_args()
    console = Console(width=120)
    for folder in binaries()[: arguments.servers]:
        for part in arguments.parts:
            with deployed_server(folder, SETTINGS) as connection:
                console.rule(f"PostgreSQL {connection.info.parameter_status('server_version')}: {part}")
                PARTS[part](connection, arguments, console)


if __name__ == "__main__":
    main()
