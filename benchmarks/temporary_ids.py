"""What a temporary id costs: many names in one call against one call each, and what one counter costs many writers.

    python benchmarks/temporary_ids.py
    python benchmarks/temporary_ids.py --names 10000 --rounds 1 --sessions 1 4

Beside assign_temp_ids() stand a sequence of PostgreSQL and a keyed hash (temporary_ids_rivals.sql), with the same name
key and a ledger like ours. Every round measures each contestant once, so that a noisy minute hits all of them; medians
are over the rounds. Whoever calls once per name does it by a prepared statement that commits by itself.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import extensions
from psycopg2.extras import execute_values
from rich.console import Console
from rich.table import Table

from company_enrichment import LookupQueue
from servers import binaries, deployed_server

HERE = Path(__file__).parent
FUNCTIONS = {
    "assign_temp_ids()": "enterprise.assign_temp_ids",
    "sequence of PostgreSQL": "native_ids",
    "keyed hash": "hash_ids",
}
PYTHON = "LookupQueue.assign_temp_ids()"
LEDGERS = ("enterprise.temp_company_ids", "enterprise.temp_id_sequence", "native_ledger", "hash_ledger")
BLOCK = 10_000
_CONTEXT = multiprocessing.get_context("spawn")


def prepare(connection: extensions.connection) -> None:
    """Create the rivals, and names to make new ones from."""
    with connection.cursor() as cursor:
        cursor.execute((HERE / "names.sql").read_text("utf-8").replace(":names", "10000"))
        cursor.execute((HERE / "temporary_ids_rivals.sql").read_text("utf-8"))
        prepare_calls(cursor)


def prepare_calls(cursor: Any) -> None:
    """Prepare the call of each contestant in this session."""
    for position, function in enumerate(FUNCTIONS.values()):
        cursor.execute(f"prepare call_{position} (text[]) as select name, temp_id from {function}($1)")


def new_names(connection: extensions.connection) -> Iterator[str]:
    """Names that no call has seen yet, of the mix that the name key is measured on."""
    with connection.cursor() as cursor:
        cursor.execute("select name from names order by number")
        kinds = [name for (name,) in cursor.fetchall()]
    return (f"{number}号{name}" for number, name in enumerate(itertools.cycle(kinds)))


def seconds(cursor: Any, contestant: str, *calls: list[str]) -> float:
    """The time to have ids for the names of each call, and to take them in."""
    execute = f"execute call_{list(FUNCTIONS).index(contestant)} (%s)"
    started = time.perf_counter()
    for names in calls:
        cursor.execute(execute, (names,))
        cursor.fetchall()
    return time.perf_counter() - started


def seconds_in_python(queue: LookupQueue, name: str) -> float:
    """The time that our Python takes to have an id for a name."""
    started = time.perf_counter()
    queue.assign_temp_ids([name])
    return time.perf_counter() - started


def fingerprint(cursor: Any) -> list[str]:
    """What any change of a row changes, even a lock on it."""
    prints = []
    for ledger in LEDGERS:
        cursor.execute(f"select md5(string_agg(concat(ctid, xmin, xmax), ' ' order by ctid)) from {ledger}")
        prints.append(str(cursor.fetchone()))
    return prints


def report_blocks(
    connection: extensions.connection, names: Iterator[str], arguments: argparse.Namespace, console: Console
) -> None:
    """One call for all names against one call each, and the same call again."""
    ways = ("one call each", "one call", "again")
    measured = {(contestant, way): list[float]() for contestant in FUNCTIONS for way in ways}
    unchanged = True
    with connection.cursor() as cursor:
        for contestant in [*FUNCTIONS] * arguments.rounds:
            single = [[name] for name in itertools.islice(names, arguments.singles)]
            block = list(itertools.islice(names, arguments.names))
            measured[contestant, "one call each"].append(seconds(cursor, contestant, *single) / arguments.singles)
            measured[contestant, "one call"].append(seconds(cursor, contestant, block) / arguments.names)
            before = fingerprint(cursor)
            measured[contestant, "again"].append(seconds(cursor, contestant, block) / arguments.names)
            unchanged = unchanged and fingerprint(cursor) == before
    table = Table("µs/name, median", *ways, "one call is faster by", "worst and best round")
    for contestant in FUNCTIONS:
        each, once, again = (measured[contestant, way] for way in ways)
        ratios = [slow / fast for slow, fast in zip(each, once, strict=True)]
        table.add_row(
            contestant,
            *(f"{statistics.median(times) * 1e6:.1f}" for times in (each, once, again)),
            f"{statistics.median(each) / statistics.median(once):.0f}",
            f"{min(ratios):.0f} to {max(ratios):.0f}",
        )
    console.print(table)
    console.print(f"The same call again changes {'no row' if unchanged else 'ROWS'} (ctid, xmin and xmax of all).")


# ---- several sessions -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """What a writer is to do: calls for one new name each, from an instant on, for so many seconds."""

    contestant: str
    begin: float
    seconds: float


def write(address: str, pipe: Connection) -> None:
    """A process that obeys orders until the pipe is closed; sends how long each call took."""
    numbers = itertools.count()
    with closing(psycopg2.connect(address)) as by_itself, closing(psycopg2.connect(address)) as in_python:
        by_itself.autocommit = True
        cursor = by_itself.cursor()
        prepare_calls(cursor)
        queue = LookupQueue(in_python)
        pipe.send("ready")
        while (order := pipe.recv()) is not None:
            times = []
            time.sleep(max(0.0, order.begin - time.monotonic()))
            while time.monotonic() < order.begin + order.seconds:
                name = f"{by_itself.info.backend_pid}的第{next(numbers)}家公司"
                times.append(
                    seconds_in_python(queue, name)
                    if order.contestant == PYTHON
                    else seconds(cursor, order.contestant, [name])
                )
            pipe.send(times)


@contextmanager
def writers(address: str, sessions: int) -> Iterator[list[Connection]]:
    """So many processes that obey orders."""
    pipes, processes = [], []
    for _ in range(sessions):
        ours, theirs = _CONTEXT.Pipe()
        processes.append(_CONTEXT.Process(target=write, args=(address, theirs), daemon=True))
        processes[-1].start()
        theirs.close()
        pipes.append(ours)
    for pipe in pipes:
        pipe.recv()
    yield pipes
    for pipe in pipes:
        pipe.send(None)
    for process in processes:
        process.join()


def report_writers(pipes: list[Connection], arguments: argparse.Namespace, console: Console) -> None:
    """Sessions that get an id for one new name after the other, each with a commit of its own."""
    contestants = [next(iter(FUNCTIONS)), PYTHON, *list(FUNCTIONS)[1:]]
    cells = [(contestant, sessions) for contestant in contestants for sessions in arguments.sessions]
    rates = {cell: list[float]() for cell in cells}
    longest = {cell: list[float]() for cell in cells}
    for _ in range(arguments.rounds):
        for contestant, sessions in cells:
            order = Order(contestant, time.monotonic() + 0.05, arguments.seconds)
            for pipe in pipes[:sessions]:
                pipe.send(order)
            times = sorted(took for pipe in pipes[:sessions] for took in pipe.recv())
            rates[contestant, sessions].append(len(times) / arguments.seconds)
            longest[contestant, sessions].append(times[len(times) * 99 // 100])
    table = Table("ids/s, median (99 % of calls took at most … ms)", *(f"{n} sessions" for n in arguments.sessions))
    for contestant in contestants:
        table.add_row(
            contestant,
            *(
                f"{statistics.median(rates[contestant, sessions]):,.0f}"
                f" ({statistics.median(longest[contestant, sessions]) * 1e3:.0f})"
                for sessions in arguments.sessions
            ),
        )
    console.print(table)


def report_waits(
    connection: extensions.connection, names: Iterator[str], arguments: argparse.Namespace, console: Console
) -> None:
    """How long a session waits for one that has an id and does not commit."""
    table = Table(f"beside a transaction that has an id and stays open {arguments.hold:g} s", "new name", "known name")
    with connection.cursor() as cursor, closing(psycopg2.connect(connection.dsn)) as holder:
        for contestant, function in FUNCTIONS.items():
            known = next(names)
            seconds(cursor, contestant, [known])
            waits = []
            for name in (next(names), known):
                with holder.cursor() as holding:
                    holding.execute(f"select from {function}(%s)", ([next(names)],))
                commit = threading.Timer(arguments.hold, holder.commit)
                commit.start()
                waits.append(seconds(cursor, contestant, [name]))
                commit.join()
            table.add_row(contestant, *(f"{wait * 1e3:,.1f} ms" for wait in waits))
    console.print(table)


def report_batch(
    connection: extensions.connection, names: Iterator[str], arguments: argparse.Namespace, console: Console
) -> None:
    """How long single calls wait beside a batch that allocates in blocks, as the pre-hook of the model does."""
    title = f"beside {arguments.names:,} new names"
    table = Table(title, "batch, seconds", "calls beside it", "median call", "longest call")
    contestant = next(iter(FUNCTIONS))
    with connection.cursor() as cursor, closing(psycopg2.connect(connection.dsn)) as other:
        other.autocommit = True
        cursor.execute("create table batch (number integer, name text)")
        for size in (BLOCK, arguments.names):
            cursor.execute("truncate batch")
            rows = list(enumerate(itertools.islice(names, arguments.names)))
            execute_values(cursor, "insert into batch values %s", rows, page_size=10_000)
            batch = threading.Thread(target=assign_in_blocks, args=(other, size, arguments.names))
            times = []
            began = time.perf_counter()
            batch.start()
            while batch.is_alive():
                times.append(seconds(cursor, contestant, [next(names)]))
            table.add_row(
                f"in blocks of {size:,}",
                f"{time.perf_counter() - began:.2f}",
                f"{len(times):,}",
                *(f"{took * 1e3:,.1f} ms" for took in (statistics.median(times), max(times))),
            )
    console.print(table)


def assign_in_blocks(connection: extensions.connection, size: int, names: int) -> None:
    """Give ids to the names of the table batch, each block committed by itself."""
    with connection.cursor() as cursor:
        for first in range(0, names, size):
            cursor.execute(
                "select count(*) from enterprise.assign_temp_ids("
                "array(select name from batch where number >= %s and number < %s order by number))",
                (first, first + size),
            )


def main() -> None:
    """Measure on every server there is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--names", type=int, default=100_000, help="in one call")
    parser.add_argument("--singles", type=int, default=2_000, help="calls of one name each")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sessions", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement of several sessions")
    parser.add_argument("--hold", type=float, default=2.0, help="seconds a transaction is held open")
    arguments = parser.parse_args()
    console = Console(width=120)
    for folder in binaries():
        with deployed_server(folder) as connection:
            version = connection.info.parameter_status("server_version")
            console.print(
                f"PostgreSQL {version}: {arguments.names:,} names in one call, {arguments.singles:,} calls of one, "
                f"{arguments.rounds} rounds"
            )
            prepare(connection)
            names = new_names(connection)
            report_blocks(connection, names, arguments, console)
            with writers(connection.dsn, max(arguments.sessions)) as pipes:
                report_writers(pipes, arguments, console)
            report_waits(connection, names, arguments, console)
            report_batch(connection, names, arguments, console)


if __name__ == "__main__":
    main()
