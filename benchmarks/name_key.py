"""The speed of the name key, against lower() and against the same rules as one nested expression.

    python benchmarks/name_key.py
    python benchmarks/name_key.py --names 1000000 --rounds 9

Prints the median time per name of each function, the scan of the table taken off, and its ratio to lower(); then what
parallel workers make of it. Every round measures each contestant once, so that a noisy minute hits all of them.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from psycopg2 import extensions
from rich.console import Console
from rich.table import Table

from servers import binaries, deployed_server

HERE = Path(__file__).parent
CONTESTANTS = {
    "scan": "name",
    "lower()": "lower(name)",
    "name key": "enterprise.normalize_company_name(name)",
    "all rules for every name": "enterprise.company_name_key_in_full(name)",
    "all rules, nested expression": "nested_name_key(name)",
    "core": "(enterprise.company_name_core(name)).core",
}


def seconds(connection: extensions.connection, expression: str) -> float:
    """The time to compute an expression for every name."""
    with connection.cursor() as cursor:
        started = time.perf_counter()
        cursor.execute(f"select count({expression}) from names")
        return time.perf_counter() - started


def prepare(connection: extensions.connection, names: int) -> None:
    """Create names and nested form; stops when the nested form does not make the same keys."""
    with connection.cursor() as cursor:
        cursor.execute((HERE / "names.sql").read_text("utf-8").replace(":names", str(names)))
        cursor.execute((HERE / "name_key_nested.sql").read_text("utf-8"))
        cursor.execute("vacuum analyze names")
        cursor.execute("set max_parallel_workers_per_gather = 0")
        cursor.execute("set jit = off")
        cursor.execute(
            "select name from (select name, enterprise.normalize_company_name(name) as key from names) as made"
            " where key is distinct from nested_name_key(name)"
            " or key is distinct from enterprise.company_name_key_in_full(name) limit 1"
        )
        different = cursor.fetchone()
        if different is not None:
            raise SystemExit(
                f"The contestants make different keys of {different[0]!r}: name_key_nested.sql is out of date."
            )


def report_functions(connection: extensions.connection, names: int, rounds: int, console: Console) -> None:
    """Each contestant's time per name, and its ratio to lower()."""
    measured = {label: list[float]() for label in CONTESTANTS}
    for _ in range(rounds):
        for label, expression in CONTESTANTS.items():
            measured[label].append(seconds(connection, expression))
    scan = statistics.median(measured["scan"])
    lower = statistics.median(measured["lower()"]) - scan
    table = Table("function", "µs/name", "ratio to lower()", "µs/name, best round")
    for label, times in measured.items():
        net = statistics.median(times) - (0 if label == "scan" else scan)
        best = min(times) - (0 if label == "scan" else min(measured["scan"]))
        table.add_row(label, f"{net / names * 1e6:.2f}", f"{net / lower:.1f}", f"{best / names * 1e6:.2f}")
    console.print(table)


def report_workers(connection: extensions.connection, rounds: int, console: Console) -> None:
    """The whole query, scan included, by 0, 1 and 2 parallel workers beside the session itself."""
    with connection.cursor() as cursor:
        for name in ("parallel_setup_cost", "parallel_tuple_cost", "min_parallel_table_scan_size"):
            cursor.execute(f"set {name} = 0")
    measured = {workers: list[float]() for workers in (0, 1, 2)}
    for _ in range(rounds):
        for workers, times in measured.items():
            with connection.cursor() as cursor:
                cursor.execute("set max_parallel_workers_per_gather = %s", (workers,))
            times.append(seconds(connection, CONTESTANTS["name key"]))
    alone = statistics.median(measured[0])
    table = Table("parallel workers", "seconds", "times as fast")
    for workers, times in measured.items():
        table.add_row(str(workers), f"{statistics.median(times):.3f}", f"{alone / statistics.median(times):.2f}")
    console.print(table)


def main() -> None:
    """Measure on every server there is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--names", type=int, default=250_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    console = Console(width=100)
    for folder in binaries():
        with deployed_server(folder) as connection:
            version = connection.info.parameter_status("server_version")
            console.print(f"PostgreSQL {version}: {arguments.names:,} names, median of {arguments.rounds} rounds")
            prepare(connection, arguments.names)
            report_functions(connection, arguments.names, arguments.rounds, console)
            report_workers(connection, arguments.rounds, console)


if __name__ == "__main__":
    main()
