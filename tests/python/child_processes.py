"""Child processes for the tests of concurrency, each with a connection of its own.

A child sends what was acknowledged to it through a pipe, at once: what a killed child has sent, counts.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import closing
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

import psycopg2

from company_enrichment import LookupQueue
from real_databases import REPOSITORY, Database

_CONTEXT = multiprocessing.get_context("spawn")
_PATIENCE = 30

Work = Callable[..., None]


class Child:
    """A process that runs ``work(connection, send, *arguments, **options)``."""

    def __init__(self, work: Work, uri: str, *arguments: Any, **options: Any) -> None:
        self._pipe, sending = _CONTEXT.Pipe(duplex=False)
        self._process = _CONTEXT.Process(target=_run, args=(work, uri, sending, arguments, options), daemon=True)
        self._process.start()
        sending.close()

    def next(self) -> Any:
        """What the child sends next."""
        assert self._pipe.poll(_PATIENCE), "the child process sent nothing"
        return self._pipe.recv()

    def kill(self) -> list[Any]:
        """End it with SIGKILL; returns what it had sent."""
        self._process.kill()
        return self._rest()

    def finish(self) -> list[Any]:
        """Wait for its end; returns what it has sent."""
        sent = self._rest()
        assert self._process.exitcode == 0, "the child process failed; its traceback is on standard error"
        return sent

    def _rest(self) -> list[Any]:
        sent = []
        try:
            while True:
                sent.append(self.next())
        except EOFError:
            self._process.join(_PATIENCE)
        return sent


def _run(work: Work, uri: str, sending: Connection, arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
    with closing(psycopg2.connect(uri)) as connection:
        work(connection, sending.send, *arguments, **options)


def starting_line(children: int) -> Barrier:
    """What holds children back until all of them are there; to be kept until they are."""
    return _CONTEXT.Barrier(children, timeout=_PATIENCE)


def wait_until_blocked(database: Database, sessions: int = 1) -> None:
    """Return as soon as so many sessions of the database wait for a lock."""
    deadline = time.monotonic() + _PATIENCE
    waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    while database.value(waiting) < sessions:
        assert time.monotonic() < deadline, f"fewer than {sessions} sessions are waiting"


# ---- what the children do -----------------------------------------------------------------------------------------


def assign(connection: Any, send: Callable[[Any], None], names: list[str]) -> None:
    """Get the temporary ids of names, in one call."""
    for assigned in LookupQueue(connection).assign_temp_ids(names):
        send((assigned.name, assigned.temp_id))


def next_temp_id(connection: Any, send: Callable[[Any], None], start: Barrier | None = None) -> None:
    """Get one plain temporary id."""
    if start is not None:
        start.wait()
    send(LookupQueue(connection).get_next_temp_id())


def use_temporary_ids(
    connection: Any, send: Callable[[Any], None], start: Barrier, spellings: list[str], *, seed: int, calls: int
) -> None:
    """Get temporary ids in every way there is, in an order of its own; sends (name or None, temp_id)."""
    chance = random.Random(seed)
    queue = LookupQueue(connection)
    start.wait()
    for _ in range(calls):
        way = chance.choice(["single", "block", "plain", "rolled back"])
        if way == "plain":
            send((None, queue.get_next_temp_id()))
        elif way == "rolled back":
            with connection.cursor() as cursor:
                names = chance.sample(spellings, 3)
                cursor.execute("select enterprise.next_temp_id(), enterprise.assign_temp_ids(%s)", (names,))
            connection.rollback()
        else:
            for assigned in queue.assign_temp_ids(chance.sample(spellings, 1 if way == "single" else 6)):
                send((assigned.name, assigned.temp_id))


def enqueue(connection: Any, send: Callable[[Any], None], names: list[str], start: Barrier | None = None) -> None:
    """Enqueue names, in one call; sends the outcomes."""
    if start is not None:
        start.wait()
    for result in LookupQueue(connection).enqueue_many(names):
        send(result.outcome)


def dequeue_everything(connection: Any, send: Callable[[Any], None], start: Barrier, batch_size: int) -> None:
    """Claim until nothing is ready; sends (id, claim_number)."""
    queue = LookupQueue(connection)
    start.wait()
    while batch := queue.dequeue(batch_size):
        for request in batch:
            send((request.id, request.claim_number))


def dequeue_and_hang(connection: Any, send: Callable[[Any], None], batch_size: int) -> None:
    """Claim once, and never report."""
    send([request.name for request in LookupQueue(connection).dequeue(batch_size)])
    signal.pause()


def migrate_temp_id_sequence(
    _connection: Any, send: Callable[[Any], None], environment: dict[str, str], folder: str, runs: list[tuple[str, str]]
) -> None:
    """Run `dbt run-operation migrate_temp_id_sequence` for (schema, --args) after another; sends (success, messages).

    One process and one parse for all of them, which take ten times as long as the operation.
    """
    from dbt.cli.main import dbtRunner  # noqa: PLC0415 - slow, and only this child needs it

    os.environ.update(environment)
    os.chdir(REPOSITORY)
    paths = ("--quiet", "--target-path", folder, "--log-path", folder)
    messages: list[str] = []

    def note(event: Any) -> None:
        messages.append(event.info.msg)

    manifest: Any = dbtRunner().invoke(["parse", *paths]).result
    dbt = dbtRunner(manifest=manifest, callbacks=[note])
    for schema, arguments in runs:
        messages.clear()
        os.environ["WDH_DATABASE__SCHEMA"] = schema
        outcome = dbt.invoke(["run-operation", "migrate_temp_id_sequence", "--args", arguments, *paths])
        send((outcome.success, "\n".join(filter(None, (*messages, str(outcome.exception or ""))))))
