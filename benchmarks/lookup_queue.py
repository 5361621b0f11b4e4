"""What the lookup queue costs: how fast workers empty it, beside other queues on PostgreSQL.

    python benchmarks/lookup_queue.py
    python benchmarks/lookup_queue.py --jobs 20000 --finished 200000 --rounds 1 --servers 1

The rivals are optional (lookup_queue_rivals.py says how each is used); one that is missing is left out:

    pip install -c constraints.txt pgmq==1.1.4 "pgqueuer[asyncpg]==1.6.0" procrastinate==3.10.0

Jobs do nothing. Ours claims and reports as a worker does, with an answer for each name that is stored with the request;
of the rivals only pgmq's archive keeps its jobs. Workers are processes that are connected before the clock starts; it
stops when the last job is on record. Each round measures every contestant once, so that a noisy minute hits all of
them: figures are medians over the rounds, ratios are medians of the rounds' ratios. procrastinate gets a tenth of the
jobs, and knows no batches: its one figure stands under each size.

At last, what a claim costs while another session holds an old snapshot, so that nothing dead can be removed.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import statistics
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

import psycopg2
from psycopg2 import extensions
from rich.console import Console
from rich.table import Table

from company_enrichment import LookupAnswer, LookupQueue
from company_enrichment.records import ClaimReport
from lookup_queue_rivals import CHUNK, RIVALS, BatchContestant, Calls, Contestant, Work
from servers import binaries, deployed_server

ANSWER = LookupAnswer(provider="none", outcome="not_found")
_CONTEXT = multiprocessing.get_context("spawn")
_numbers = itertools.count(1)

Rates = dict[tuple[str, int, int], list[float]]
"""Jobs a second of each round: of a contestant, with so many workers, in batches of this size."""


class Ours(BatchContestant):
    """The lookup queue, by its public calls, on a connection as a worker has it."""

    def create(self, address: str) -> None:
        """Deployed already."""

    def enqueue(self, address: str, names: list[str]) -> None:
        """In batches."""
        with closing(psycopg2.connect(address)) as connection:
            queue = LookupQueue(connection)
            for start in range(0, len(names), CHUNK):
                queue.enqueue_many(names[start : start + CHUNK])

    @contextmanager
    def connected(self, address: str) -> Iterator[Calls]:
        """Each name is answered: the registry does not know it."""
        with closing(psycopg2.connect(address)) as connection:
            queue = LookupQueue(connection)
            yield Calls(
                queue.dequeue,
                lambda requests: queue.report([ClaimReport.done(request, ANSWER) for request in requests]).count(
                    "done"
                ),
            )


OURS = Ours(
    name="ours",
    tables=("enterprise.lookup_requests", "enterprise.lookup_answers"),
    open_jobs="enterprise.lookup_requests where finished_at is null",
    finished="with request as ("
    " insert into enterprise.lookup_requests (name, normalized_name, status, attempts, claim_number, finished_at)"
    " select name, name, 'done', 1, 1, now()"
    " from (select '早已查过' || number as name from generate_series(1, %s) as numbers (number)) as names"
    " returning id, name)"
    " insert into enterprise.lookup_answers (provider, asked_name, normalized_name, outcome, request_id)"
    " select 'none', name, name, 'not_found', id from request",
)
CONTESTANTS = {contestant.name: contestant for contestant in (OURS, *RIVALS)}


# ---- worker processes -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """What a worker process is to do: work off a contestant's queue in batches of this size."""

    contestant: str
    batch: int


def obey(address: str, pipe: Connection) -> None:
    """A process that works off orders until the pipe is closed; it is told when to start, and sends what it did."""

    def wait() -> None:
        pipe.send("ready")
        time.sleep(max(0.0, pipe.recv() - time.monotonic()))

    while (order := pipe.recv()) is not None:
        pipe.send(CONTESTANTS[order.contestant].work(address, order.batch, wait))


@contextmanager
def processes(address: str, number: int) -> Iterator[list[Connection]]:
    """So many processes that obey orders."""
    pipes, started = [], []
    for _ in range(number):
        ours, theirs = _CONTEXT.Pipe()
        started.append(_CONTEXT.Process(target=obey, args=(address, theirs), daemon=True))
        started[-1].start()
        theirs.close()
        pipes.append(ours)
    yield pipes
    for pipe in pipes:
        pipe.send(None)
    for process in started:
        process.join()


def worked_off(pipes: list[Connection], order: Order) -> tuple[float, list[Work]]:
    """Have an order obeyed by all processes at once: from which instant on, and what each has done."""
    for pipe in pipes:
        pipe.send(order)
    for pipe in pipes:
        pipe.recv()
    begin = time.monotonic() + 0.05
    for pipe in pipes:
        pipe.send(begin)
    return begin, [pipe.recv() for pipe in pipes]


# ---- measurements ---------------------------------------------------------------------------------------------------


def fill(connection: extensions.connection, contestant: Contestant, jobs: int, *, empty: bool) -> None:
    """Enqueue jobs, into empty tables or beside what there is; then what autovacuum would have done by and by."""
    tables = ", ".join(contestant.tables)
    with connection.cursor() as cursor:
        if empty:
            cursor.execute(f"truncate {tables}")
        contestant.enqueue(connection.dsn, [f"示例{next(_numbers)}有限公司" for _ in range(jobs)])
        cursor.execute(f"vacuum analyze {tables}")
        cursor.execute("checkpoint")


def check(connection: extensions.connection, contestant: Contestant, jobs: int, done: Iterable[int]) -> None:
    """Raise unless the workers together have done each job, and the database says so, too."""
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {contestant.open_jobs}")
        [[left]] = cursor.fetchall()
    counts = list(done)
    if sum(counts) != jobs or left:
        raise RuntimeError(f"{contestant.name}: {jobs} jobs, but the workers did {counts}, and {left} are open.")


def measured(
    connection: extensions.connection,
    pipes: list[Connection],
    contestants: list[Contestant],
    arguments: argparse.Namespace,
    finished: int,
) -> Rates:
    """Every contestant in every cell, in every round."""
    rates: Rates = {}
    for contestant in contestants:
        with connection.cursor() as cursor:
            cursor.execute(f"truncate {', '.join(contestant.tables)}")
            if finished and contestant.finished:
                cursor.execute(contestant.finished, (finished,))
    for _ in range(arguments.rounds):
        for workers, batch in cells(arguments):
            for contestant in contestants:
                if batch != arguments.batches[0] and not contestant.has_batches:
                    continue
                jobs = max(1, arguments.jobs // contestant.jobs_divisor)
                fill(connection, contestant, jobs, empty=not finished)
                begin, done = worked_off(pipes[:workers], Order(contestant.name, batch))
                check(connection, contestant, jobs, (work.jobs for work in done))
                seconds = max(work.ended for work in done if work.jobs) - begin
                for size in [batch] if contestant.has_batches else arguments.batches:
                    rates.setdefault((contestant.name, workers, size), []).append(jobs / seconds)
    return rates


def cells(arguments: argparse.Namespace) -> list[tuple[int, int]]:
    """All numbers of workers with all sizes of batches."""
    return list(itertools.product(arguments.workers, arguments.batches))


def report_rates(
    rates: Rates, contestants: list[Contestant], arguments: argparse.Namespace, title: str, console: Console
) -> None:
    """The rates, and how they compare with the goals."""
    columns = [f"{workers} × {batch}" for workers, batch in cells(arguments)]
    table = Table("jobs a second, workers × batch", *columns, title=title)
    ratios = Table("ours is so many times as fast as", "goal", *columns)
    missed = []
    for contestant in contestants:
        table.add_row(
            contestant.name,
            *(f"{statistics.median(rates[contestant.name, *cell]):,.0f}" for cell in cells(arguments)),
        )
        if contestant is OURS:
            continue
        cell_texts = []
        for cell in cells(arguments):
            pairs = zip(rates[OURS.name, *cell], rates[contestant.name, *cell], strict=True)
            ratio = statistics.median(ours / theirs for ours, theirs in pairs)
            cell_texts.append(f"{ratio:.2f}")
            if contestant.goal is not None and ratio < contestant.goal:
                cell_texts[-1] += " missed"
                missed.append(f"{contestant.name} {cell[0]} × {cell[1]}: {ratio:.2f} instead of {contestant.goal:g}")
        ratios.add_row(contestant.name, "" if contestant.goal is None else f"{contestant.goal:g}", *cell_texts)
    console.print(table)
    if len(contestants) > 1:
        console.print(ratios)
        console.print(f"Goals missed: {'; '.join(missed) or 'none'}.")


def report_pinned(
    connection: extensions.connection, contestants: list[Contestant], arguments: argparse.Namespace, console: Console
) -> None:
    """What one worker's claims cost, the first tenth of them and the last, beside an open snapshot."""
    batch = arguments.pinned_batch
    candidates = [contestant for contestant in contestants if isinstance(contestant, BatchContestant)]
    figures: dict[str, list[tuple[float, float, float, float]]] = {each.name: [] for each in candidates}
    for _ in range(arguments.rounds):
        for contestant in candidates:
            fill(connection, contestant, arguments.pinned, empty=True)
            with closing(psycopg2.connect(connection.dsn)) as other, other.cursor() as snapshot:
                other.set_session(isolation_level="REPEATABLE READ")
                snapshot.execute("select pg_current_snapshot()")
                figures[contestant.name].append(pinned_deciles(connection, contestant, arguments))
    columns = ("first tenth, jobs a second", "last tenth", "first tenth, ms a claim", "last tenth", "last by first")
    table = Table(f"old snapshot, {arguments.pinned:,} jobs, batches of {batch}", *columns)
    for name, rounds in figures.items():
        first, last, first_claim, last_claim = (statistics.median(values) for values in zip(*rounds, strict=True))
        share = statistics.median(figure[1] / figure[0] for figure in rounds)
        texts = (f"{first:,.0f}", f"{last:,.0f}", f"{first_claim * 1e3:.1f}", f"{last_claim * 1e3:.1f}", f"{share:.2f}")
        table.add_row(name, *texts)
    console.print(table)
    for contestant in candidates[1:]:
        pairs = zip(figures[OURS.name], figures[contestant.name], strict=True)
        ratio = statistics.median(ours[1] / theirs[1] for ours, theirs in pairs)
        console.print(f"In the last tenth ours is {ratio:.2f} times as fast as {contestant.name}.")


def pinned_deciles(
    connection: extensions.connection, contestant: BatchContestant, arguments: argparse.Namespace
) -> tuple[float, float, float, float]:
    """Jobs a second in the first tenth and in the last, and the seconds of a claim in each."""
    steps: list[tuple[int, float, float]] = []
    with contestant.connected(connection.dsn) as calls:
        while True:
            began = time.perf_counter()
            if not (claimed := calls.claim(arguments.pinned_batch)):
                break
            claim = time.perf_counter() - began
            steps.append((calls.finish(claimed), claim, time.perf_counter() - began))
    check(connection, contestant, arguments.pinned, (jobs for jobs, _, _ in steps))
    tenth = max(1, len(steps) // 10)
    parts = (steps[:tenth], steps[-tenth:])
    first, last = (sum(jobs for jobs, _, _ in part) / sum(seconds for _, _, seconds in part) for part in parts)
    first_claim, last_claim = (statistics.median(claim for _, claim, _ in part) for part in parts)
    return first, last, first_claim, last_claim


def main() -> None:
    """Measure on every server and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=50_000, help="in each measurement")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 4], help="processes")
    parser.add_argument("--batches", type=int, nargs="+", default=[50, 500], help="jobs of a claim")
    parser.add_argument("--finished", type=int, default=1_000_000, help="rows of finished jobs; 0: only without")
    parser.add_argument("--pinned", type=int, default=20_000, help="jobs beside an old snapshot; 0: none")
    parser.add_argument("--pinned-batch", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--servers", type=int, default=2, help="1 for the embedded one alone")
    arguments = parser.parse_args()
    console = Console(width=120)
    contestants = [contestant for contestant in CONTESTANTS.values() if contestant.is_installed]
    versions = {name: version for contestant in contestants for name, version in contestant.versions.items()}
    missing = {package for contestant in RIVALS if not contestant.is_installed for package in contestant.packages}
    for package in sorted(missing):
        console.print(
            f'Left out, not installed: pip install -c constraints.txt "{package}"', soft_wrap=True, markup=False
        )
    for folder in binaries()[: arguments.servers]:
        with deployed_server(folder) as connection:
            server = f"PostgreSQL {connection.info.parameter_status('server_version')}"
            console.print(", ".join([server, *(f"{name} {version}" for name, version in versions.items())]))
            for contestant in contestants:
                contestant.create(connection.dsn)
            with processes(connection.dsn, max(arguments.workers)) as pipes:
                for finished in dict.fromkeys([0, arguments.finished]):
                    rates = measured(connection, pipes, contestants, arguments, finished)
                    title = f"{arguments.jobs:,} jobs beside {finished:,} finished ones"
                    report_rates(rates, contestants, arguments, title, console)
            if arguments.pinned:
                report_pinned(connection, contestants, arguments, console)


if __name__ == "__main__":
    main()
