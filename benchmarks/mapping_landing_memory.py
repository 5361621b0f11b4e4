"""What landing mappings costs in memory: loads of two sizes, each streamed and from a list.

    python benchmarks/mapping_landing_memory.py
    python benchmarks/mapping_landing_memory.py --rows 2000 20000
    python benchmarks/mapping_landing_memory.py --rows 10000000 --servers 1 --ways streamed

Each load is landed by a process of its own from a generator, whose rows exist only one at a time. What is reported is
by how much the process grew at its peak while it landed them. The rival holds the same rows in a list first, as a
caller without a stream would.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection

from psycopg2 import extensions
from rich.console import Console
from rich.table import Table

from company_enrichment import load_company_mappings
from company_enrichment.address import DatabaseAddress
from servers import binaries, deployed_server

_CONTEXT = multiprocessing.get_context("spawn")
WAYS = ("streamed", "from a list")


def mappings(count: int) -> Iterator[tuple[str, str, str]]:
    """Yield so many rows, each with a name of its own."""
    for number in range(count):
        yield ("name", f"示例{number}有限公司", f"C{number}")


def land(sending: Connection, uri: str, count: int, way: str) -> None:
    """Land the rows; sends seconds and by how many MiB the process has grown."""
    load_company_mappings(mappings(10), uri, "merge", apply=False)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    rows = mappings(count) if way == "streamed" else list(mappings(count))
    landed = load_company_mappings(rows, uri, "merge", apply=False)
    assert landed["read"] == count
    seconds = time.perf_counter() - started
    sending.send((seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024))


def measure(uri: str, count: int, way: str) -> tuple[float, float]:
    """Land in a process of its own."""
    receiving, sending = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=land, args=(sending, uri, count, way))
    process.start()
    sending.close()
    seconds, grown = receiving.recv()
    process.join()
    return seconds, grown


def report(connection: extensions.connection, counts: list[int], ways: list[str], console: Console) -> None:
    """Print what each size and way costs."""
    uri = DatabaseAddress.of_connection(connection).uri
    table = Table("rows", "way", "grown by MiB", "rows per second")
    for count in counts:
        for way in ways:
            seconds, grown = measure(uri, count, way)
            table.add_row(f"{count:,}", way, f"{grown:,.1f}", f"{count / seconds:,.0f}")
    console.print(table)


def main() -> None:
    """Measure on every server there is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[200_000, 2_000_000])
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--servers", type=int, default=2, help="1 for the embedded one alone")
    arguments = parser.parse_args()
    console = Console(width=100)
    for folder in binaries()[: arguments.servers]:
        with deployed_server(folder) as connection:
            console.print(f"PostgreSQL {connection.info.parameter_status('server_version')}")
            report(connection, arguments.rows, arguments.ways, console)


if __name__ == "__main__":
    main()
