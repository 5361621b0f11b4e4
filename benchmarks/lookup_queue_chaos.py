"""Whether the lookup queue loses, repeats or mixes up anything while its workers are killed, held up and cut off.

    python benchmarks/lookup_queue_chaos.py
    python benchmarks/lookup_queue_chaos.py --requests 200 --kills 4 --commit-kills 1 --poison 1 --servers 1

Worker processes work a queue off. Some names kill their worker; the provider fails now and then; workers are killed
while they hold claims, and between a provider's answer and its commit; they are stopped for longer than their lease
and go on afterwards; and once the server is stopped in mode immediate. Then everything is counted. Ends with 1 if a
request is open, if another than the bad names has failed, if an answer is stored twice or comes from a claim that no
longer held, or if one claim was handed out twice.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import extensions
from rich.console import Console
from rich.table import Table

from company_enrichment import LookupAnswer, LookupQueue, LookupRequest
from company_enrichment.address import DatabaseAddress
from company_enrichment.embedded.server import EmbeddedServer
from company_enrichment.errors import DatabaseError, LookupProviderError
from company_enrichment.lookups.report import WorkerOptions
from company_enrichment.lookups.worker import LookupWorker
from company_enrichment.records import ClaimReport
from servers import binaries, deployed_on, running_server

_CONTEXT = multiprocessing.get_context("spawn")

AUDIT = """
create schema chaos;
create table chaos.claims (
    request_id bigint, claim_number integer, process integer, batch integer,
    primary key (request_id, claim_number, process, batch)
);
create table chaos.events (what text, process integer);
"""
BAD = "毒"


def is_loss(error: psycopg2.Error) -> bool:
    """Whether the server is gone, or going; a statement that it refuses has a code."""
    return error.pgcode is None or isinstance(error, psycopg2.OperationalError)


class Audit:
    """Writes down what happens, committed before it does: who is killed next cannot tell it any more."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._connection: extensions.connection | None = None

    def write(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Execute a statement for each row; a server that crashes meanwhile is waited for."""
        rows = list(rows)
        for _ in range(600):
            try:
                if self._connection is None:
                    self._connection = psycopg2.connect(self._uri)
                    self._connection.autocommit = True
                with self._connection.cursor() as cursor:
                    for row in rows:
                        cursor.execute(statement, row)
            except psycopg2.Error as error:
                if not is_loss(error):
                    raise
                self._connection = None
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("the server has not come back")

    def event(self, what: str) -> None:
        """Something has happened to this process, or is about to."""
        self.write("insert into chaos.events values (%s, %s)", [(what, os.getpid())])


class AuditedQueue(LookupQueue):
    """Writes down every claim, and dies before some reports."""

    audit: Audit
    chance: random.Random
    commit_kills_left: Synchronized[int]
    batches = itertools.count(1)

    def dequeue(self, batch_size: int = 50) -> list[LookupRequest]:
        """As the queue's own; the claims are written down."""
        claimed = super().dequeue(batch_size)
        batch = next(self.batches)
        # What is written down once more after a crash is the same batch.
        self.audit.write(
            "insert into chaos.claims values (%s, %s, %s, %s) on conflict do nothing",
            [(request.id, request.claim_number, os.getpid(), batch) for request in claimed],
        )
        return claimed

    def report(self, reports: Iterable[ClaimReport]) -> list[str]:
        """As the queue's own; each answer says of which claim it is."""
        marked = [
            replace(report, answer=replace(report.answer, evidence={"claim_number": report.request.claim_number}))
            if report.answer is not None
            else report
            for report in reports
        ]
        if any(report.outcome == "done" for report in marked) and self.chance.random() < 1 / 10:
            with self.commit_kills_left.get_lock():
                is_to_die = self.commit_kills_left.value > 0
                self.commit_kills_left.value -= is_to_die
            # Not with the lock: it would never be given back.
            if is_to_die:
                self.audit.event("killed between answer and commit")
                os.kill(os.getpid(), signal.SIGKILL)
        statuses = super().report(marked)
        stale = statuses.count("stale")
        if stale:
            self.audit.write("insert into chaos.events values (%s, %s)", [("refused", os.getpid())] * stale)
        return statuses


class Provider:
    """Answers after a moment, fails for one name in twenty, and dies of bad ones."""

    name = "chaos"

    def __init__(self, audit: Audit, chance: random.Random) -> None:
        self._audit = audit
        self._chance = chance

    def lookup(self, name: str) -> LookupAnswer:
        """Answer."""
        if name.startswith(BAD):
            self._audit.event("killed by a bad name")
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(self._chance.uniform(0, 0.01))
        if self._chance.random() < 1 / 20:
            raise LookupProviderError("a bad moment")
        return LookupAnswer(provider=self.name, outcome="not_found")


def work(uri: str, seed: int, lease_seconds: int, attempts: int, commit_kills_left: Synchronized[int]) -> None:
    """Work until told to stop."""
    chance = random.Random(seed)
    audit = Audit(uri)

    def queue(connection: Any) -> LookupQueue:
        audited = AuditedQueue(
            connection, lease_seconds=lease_seconds, retry_minutes=(0,) * (attempts - 1), worker=str(os.getpid())
        )
        audited.audit, audited.chance, audited.commit_kills_left = audit, chance, commit_kills_left
        return audited

    def connect() -> extensions.connection:
        try:
            return psycopg2.connect(uri)
        except psycopg2.Error as error:
            raise DatabaseError(str(error)) from error

    worker = LookupWorker(
        connect,
        queue,
        lambda: Provider(Audit(uri), chance),
        Provider.name,
        options=WorkerOptions(batch_size=20, concurrency=4, poll_seconds=0.3, grace_seconds=5),
    )
    signal.signal(signal.SIGTERM, lambda number, frame: worker.stop())
    worker.run()


class Chaos:
    """The workers, and what is done to them."""

    def __init__(self, server: EmbeddedServer, uri: str, arguments: argparse.Namespace, chance: random.Random) -> None:
        self._server = server
        self._uri = uri
        self._arguments = arguments
        self._chance = chance
        self._commit_kills_left: Synchronized[int] = _CONTEXT.Value("i", arguments.commit_kills)
        self._workers: list[BaseProcess] = []
        self._asleep: dict[int, float] = {}
        self.kills = 0
        self.stops = 0
        self.crashes = 0

    def query(self, statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """Rows of a statement; a server that crashes meanwhile is waited for."""
        for _ in range(600):
            try:
                connection = psycopg2.connect(self._uri)
                connection.autocommit = True
                try:
                    with connection.cursor() as cursor:
                        cursor.execute(statement, parameters)
                        return list(cursor.fetchall()) if cursor.description else []
                finally:
                    connection.close()
            except psycopg2.Error as error:
                if not is_loss(error):
                    raise
                time.sleep(0.1)
        raise TimeoutError("the server has not come back")

    def run(self) -> None:
        """Until no request is open and everything has been done to the workers."""
        deadline = time.monotonic() + self._arguments.patience
        while True:
            if time.monotonic() > deadline:
                raise TimeoutError(f"requests are still open after {self._arguments.patience} s")
            self._workers = [worker for worker in self._workers if worker.is_alive()]
            while len(self._workers) < self._arguments.workers:
                self._workers.append(self._new_worker())
            time.sleep(self._chance.uniform(0.02, 0.2))
            [(open_requests, done)] = self.query(
                "select count(*) filter (where finished_at is null), count(*) filter (where status = 'done')"
                " from enterprise.lookup_requests"
            )
            if not open_requests:
                break
            self._wake()
            if not self.crashes and done > self._arguments.requests / 3:
                self._crash()
            elif self.kills < self._arguments.kills and self._chance.random() < 1 / 2:
                self._kill()
            elif self._chance.random() < 1 / 8:
                self._put_to_sleep()
        for worker in self._workers:
            if worker.pid is not None:
                os.kill(worker.pid, signal.SIGCONT)
            worker.terminate()
            worker.join(30)

    def _new_worker(self) -> BaseProcess:
        arguments = self._arguments
        worker = _CONTEXT.Process(
            target=work,
            args=(
                *(self._uri, self._chance.getrandbits(32), arguments.lease, arguments.attempts),
                self._commit_kills_left,
            ),
            daemon=True,
        )
        worker.start()
        return worker

    def _holders(self) -> list[int]:
        """Workers that hold claims now and are awake."""
        claimed = self.query(
            "select distinct claimed_by::integer from enterprise.lookup_requests where claimed_by is not null"
        )
        alive = {worker.pid for worker in self._workers if worker.is_alive()}
        return sorted(process for (process,) in claimed if process in alive and process not in self._asleep)

    def _kill(self) -> None:
        holders = self._holders()
        if holders:
            victim = self._chance.choice(holders)
            os.kill(victim, signal.SIGKILL)
            # What it held a moment ago may have been reported since.
            self.kills += bool(
                self.query("select 1 from enterprise.lookup_requests where claimed_by = %s limit 1", (str(victim),))
            )

    def _put_to_sleep(self) -> None:
        holders = self._holders()
        if holders and not self._asleep:
            sleeper = self._chance.choice(holders)
            os.kill(sleeper, signal.SIGSTOP)
            self._asleep[sleeper] = time.monotonic() + 1.5 * self._arguments.lease
            self.stops += 1

    def _wake(self) -> None:
        for sleeper, until in list(self._asleep.items()):
            if time.monotonic() > until:
                del self._asleep[sleeper]
                if any(worker.pid == sleeper and worker.is_alive() for worker in self._workers):
                    os.kill(sleeper, signal.SIGCONT)

    def _crash(self) -> None:
        """The server is stopped in mode immediate, without a checkpoint, and recovers from its log."""
        [(data,)] = self.query("select current_setting('data_directory')")
        process_file = Path(data, "postmaster.pid")
        os.kill(int(process_file.read_text(encoding="ascii").split()[0]), signal.SIGQUIT)
        while process_file.exists():
            time.sleep(0.02)
        self._server.start()
        self.crashes += 1


FAULTS = {
    "requests that are open": "select count(*) from enterprise.lookup_requests where finished_at is null",
    "good names that failed": (
        f"select count(*) from enterprise.lookup_requests where status = 'failed' and not starts_with(name, '{BAD}')"
    ),
    "bad names that did not fail": (
        f"select count(*) from enterprise.lookup_requests where status <> 'failed' and starts_with(name, '{BAD}')"
    ),
    "requests that are done without an answer": (
        "select count(*) from enterprise.lookup_requests as request"
        " left join enterprise.lookup_answers as answer on answer.request_id = request.id"
        " where request.status = 'done' and answer.answer_id is null"
    ),
    "requests with two answers": (
        "select count(*) from (select request_id from enterprise.lookup_answers"
        " group by request_id having count(*) > 1) as twice"
    ),
    "answers of a claim that no longer held": (
        "select count(*) from enterprise.lookup_answers as answer"
        " inner join enterprise.lookup_requests as request on request.id = answer.request_id"
        " where (answer.evidence ->> 'claim_number')::integer <> request.claim_number or request.status <> 'done'"
    ),
    "claims that were handed out twice": (
        "select count(*) from (select from chaos.claims group by request_id, claim_number having count(*) > 1) as twice"
    ),
}


def examine(chaos: Chaos, arguments: argparse.Namespace, seconds: float, console: Console) -> list[str]:
    """Print what has happened; returns what is wrong."""
    happened = dict(chaos.query("select what, count(*) from chaos.events group by what"))
    table = Table("what happened", "times")
    for what, times in (
        ("requests", arguments.requests),
        ("workers killed while they held claims", chaos.kills + happened.get("killed by a bad name", 0)),
        ("  of these by a bad name", happened.get("killed by a bad name", 0)),
        ("workers killed between answer and commit", happened.get("killed between answer and commit", 0)),
        ("workers held up for longer than their lease", chaos.stops),
        ("reports refused because the claim had run out", happened.get("refused", 0)),
        ("crashes of the server", chaos.crashes),
        ("claims", chaos.query("select count(*) from chaos.claims")[0][0]),
    ):
        table.add_row(what, f"{times:,}")
    console.print(table)
    console.print(f"{seconds:.0f} s")
    faults = [f"{count} {fault}" for fault, query in FAULTS.items() if (count := chaos.query(query)[0][0])]
    if chaos.query("select count(*) from enterprise.lookup_requests") != [(arguments.requests,)]:
        faults.append("the number of requests is another")
    if happened.get("killed between answer and commit", 0) < arguments.commit_kills or chaos.kills < arguments.kills:
        console.print("Fewer workers were killed than was wanted: too few requests for it.")
    return faults


def main() -> None:
    """Make chaos on every server."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--commit-kills", type=int, default=20)
    parser.add_argument("--poison", type=int, default=20, help="names that kill their worker")
    parser.add_argument("--attempts", type=int, default=9)
    parser.add_argument("--lease", type=int, default=2, help="seconds")
    parser.add_argument("--patience", type=float, default=3600, help="seconds until it is given up")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--servers", type=int, default=2, help="1 for the embedded one alone")
    arguments = parser.parse_args()
    console = Console(width=100)
    seed = random.randrange(10**6) if arguments.seed is None else arguments.seed
    console.print(f"seed {seed}")
    faults: list[str] = []
    for folder in binaries()[: arguments.servers]:
        with running_server(folder) as server, deployed_on(server) as connection:
            console.print(f"PostgreSQL {connection.info.parameter_status('server_version')}")
            with connection.cursor() as cursor:
                cursor.execute(AUDIT)
            chance = random.Random(seed)
            bad = set(chance.sample(range(arguments.requests), arguments.poison))
            names = [f"{BAD if number in bad else '示例'}{number}公司" for number in range(arguments.requests)]
            queue = LookupQueue(connection)
            for first in range(0, len(names), 1000):
                queue.enqueue_many(names[first : first + 1000])
            began = time.monotonic()
            chaos = Chaos(server, DatabaseAddress.of_connection(connection).uri, arguments, chance)
            chaos.run()
            faults += examine(chaos, arguments, time.monotonic() - began, console)
    if faults:
        console.print("WRONG: " + "; ".join(faults))
        sys.exit(1)
    console.print("Nothing was lost, repeated or mixed up.")


if __name__ == "__main__":
    main()
