"""The queues that lookup_queue.py measures ours against, each used as its authors recommend; all are optional.

pgmq           its own client and the SQL that it brings along, so that no extension is needed; batches are read,
               then deleted, or moved to its archive
pgqueuer       on asyncpg and uvloop, with the autovacuum settings that its guide recommends: its real worker, which
               runs a task for each job, and its two queries alone
procrastinate  its real worker with ten jobs at once, on its default pool; it claims and finishes job by job
"""

from __future__ import annotations

import asyncio
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module, metadata
from importlib.util import find_spec
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg2
from psycopg2 import extensions

CHUNK = 1000
"""Jobs that are enqueued in one call."""
CONCURRENCY = 10
"""Jobs that a worker of procrastinate runs at once."""


class Work(NamedTuple):
    """What a worker has done: so many jobs, the last of them at this instant of the monotonic clock."""

    jobs: int
    ended: float


class Calls(NamedTuple):
    """How a connected worker claims a batch, and finishes what it has claimed; returns how many are finished."""

    claim: Callable[[int], list[Any]]
    finish: Callable[[list[Any]], int]


@dataclass(frozen=True)
class Contestant(ABC):
    """A queue, and one way to work it off."""

    name: str
    tables: tuple[str, ...]
    """All that it writes to."""
    open_jobs: str
    """From where, and with what condition, the jobs are counted that are not finished."""
    finished: str = ""
    """Statement that stores finished jobs, from number 1 to %s; empty where none are kept."""
    packages: tuple[str, ...] = ()
    """Requirements that it needs beside ours."""
    goal: float | None = None
    """How many times as fast ours is to be."""
    jobs_divisor: int = 1
    """By what its number of jobs is divided because it is so slow."""
    has_batches: bool = True

    @property
    def is_installed(self) -> bool:
        """True when all its packages can be imported."""
        return all(find_spec(_distribution(package)) for package in self.packages)

    @property
    def versions(self) -> dict[str, str]:
        """The version of each of its packages."""
        return {name: metadata.version(name) for name in map(_distribution, self.packages)}

    @abstractmethod
    def create(self, address: str) -> None:
        """Create the tables, on a server on which ours are deployed."""

    @abstractmethod
    def enqueue(self, address: str, names: list[str]) -> None:
        """One job for each name."""

    @abstractmethod
    def work(self, address: str, batch: int, wait: Callable[[], None]) -> Work:
        """Connect, wait, and work until no job is left."""


class BatchContestant(Contestant):
    """One of which the worker is a loop: claim a batch, finish it."""

    @abstractmethod
    def connected(self, address: str) -> AbstractContextManager[Calls]:
        """The two calls of a worker, connected."""

    def work(self, address: str, batch: int, wait: Callable[[], None]) -> Work:
        """Claim and finish until nothing is claimed."""
        with self.connected(address) as calls:
            wait()
            jobs, ended = 0, time.monotonic()
            while claimed := calls.claim(batch):
                jobs += calls.finish(claimed)
                ended = time.monotonic()
        return Work(jobs, ended)


def _distribution(package: str) -> str:
    """The name in a requirement; for all rivals also what is imported."""
    return package.partition("==")[0].partition("[")[0]


def _chunks(names: list[str]) -> Iterator[list[str]]:
    """The names, a call's worth at a time."""
    return (names[start : start + CHUNK] for start in range(0, len(names), CHUNK))


# ---- pgmq -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pgmq(BatchContestant):
    """Its functions; the queue is named after the one that finishes."""

    call: str = ""

    def create(self, address: str) -> None:
        """Its SQL, which the second queue finds in place."""
        with self.cursor(address) as cursor:
            cursor.execute("select to_regnamespace('pgmq')")
            if cursor.fetchone() == (None,):
                cursor.execute(import_module("pgmq.install").get_embedded_install_sql())
            cursor.execute("select pgmq.create(%s)", (self.call,))

    @contextmanager
    def cursor(self, address: str) -> Iterator[Any]:
        """A cursor on a connection of its own, each statement of which commits."""
        with closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            yield cursor

    def enqueue(self, address: str, names: list[str]) -> None:
        """In batches."""
        with self.cursor(address) as cursor:
            for chunk in _chunks(names):
                messages = [json.dumps({"name": name}) for name in chunk]
                cursor.execute("select pgmq.send_batch(%s, %s::jsonb[])", (self.call, messages))

    @contextmanager
    def connected(self, address: str) -> Iterator[Calls]:
        """Messages are hidden for as long as our lease holds."""
        with self.cursor(address) as cursor:

            def claim(batch: int) -> list[Any]:
                cursor.execute("select * from pgmq.read(%s, 300, %s)", (self.call, batch))
                return list(cursor.fetchall())

            def finish(messages: list[Any]) -> int:
                ids = [message_id for message_id, *_ in messages]
                cursor.execute(f"select pgmq.{self.call}(%s, %s::bigint[])", (self.call, ids))
                return len(cursor.fetchall())

            yield Calls(claim, finish)


# ---- pgqueuer -------------------------------------------------------------------------------------------------------


class PgqueuerBase(Contestant):
    """What its worker and its queries share."""

    def create(self, address: str) -> None:
        """Its tables, which the second contestant finds in place, and the settings that its guide recommends."""

        async def install() -> None:
            async with self.queries(address) as queries:
                if not await queries.schema_is_installed():
                    await queries.install()
                    await queries.optimize_autovacuum()

        _run(install())

    @asynccontextmanager
    async def queries(self, address: str) -> Any:
        """Its queries, on a connection of its recommended driver."""
        parts = extensions.parse_dsn(address)
        connection = await import_module("asyncpg").connect(
            host=parts["host"], port=int(parts["port"]), user=parts["user"], database=parts["dbname"]
        )
        try:
            yield import_module("pgqueuer.queries").Queries.from_asyncpg_connection(connection)
        finally:
            await connection.close()

    def enqueue(self, address: str, names: list[str]) -> None:
        """In batches."""

        async def enqueue() -> None:
            async with self.queries(address) as queries:
                for chunk in _chunks(names):
                    payloads = [name.encode() for name in chunk]
                    await queries.enqueue(["lookup"] * len(chunk), payloads, [0] * len(chunk))

        _run(enqueue())

    def work(self, address: str, batch: int, wait: Callable[[], None]) -> Work:
        """In an event loop of its own."""
        work: Work = _run(self.work_off(address, batch, wait))
        return work

    @abstractmethod
    async def work_off(self, address: str, batch: int, wait: Callable[[], None]) -> Work:
        """Connect, wait, and work until no job is left."""


class PgqueuerWorker(PgqueuerBase):
    """Its QueueManager."""

    async def work_off(self, address: str, batch: int, wait: Callable[[], None]) -> Work:
        """Drain the queue; a job counts when its task has run and its end is on record."""
        ran: set[int] = set()
        logged: set[int] = set()
        ended = 0.0
        async with self.queries(address) as queries:
            log_jobs = queries.log_jobs

            async def note(statuses: list[Any]) -> None:
                nonlocal ended
                await log_jobs(statuses)
                ended = time.monotonic()
                logged.update(job.id for job, status, _ in statuses if status == "successful")

            # Its worker may wait for news when the last job is done; that is not held against it.
            queries.log_jobs = note
            manager = import_module("pgqueuer.qm").QueueManager(queries)

            async def lookup(job: Any) -> None:
                ran.add(job.id)

            manager.entrypoint("lookup")(lookup)
            wait()
            await manager.run(
                dequeue_timeout=timedelta(seconds=0.5),
                batch_size=batch,
                mode=import_module("pgqueuer.types").QueueExecutionMode.drain,
            )
        return Work(len(ran & logged), ended)


class PgqueuerQueries(PgqueuerBase):
    """Its queries that claim and finish, without its machinery of tasks, heartbeats and buffers."""

    async def work_off(self, address: str, batch: int, wait: Callable[[], None]) -> Work:
        """Claim and finish until nothing is claimed."""
        parameter = import_module("pgqueuer.ports.repository").EntrypointExecutionParameter(concurrency_limit=0)
        manager_id = uuid4()
        async with self.queries(address) as queries:

            async def claim() -> Any:
                return await queries.dequeue(batch, {"lookup": parameter}, manager_id, None, timedelta(seconds=30))

            wait()
            jobs, ended = 0, time.monotonic()
            while claimed := await claim():
                await queries.log_jobs([(job, "successful", None) for job in claimed])
                jobs, ended = jobs + len(claimed), time.monotonic()
        return Work(jobs, ended)


def _run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run it in the event loop that pgqueuer brings along."""
    with asyncio.Runner(loop_factory=import_module("uvloop").new_event_loop) as runner:
        return runner.run(coroutine)


# ---- procrastinate --------------------------------------------------------------------------------------------------


class Procrastinate(Contestant):
    """Its worker."""

    def application(self, address: str) -> tuple[Any, Any, list[str]]:
        """An application with one task, and the names for which it has run."""
        procrastinate = import_module("procrastinate")
        application = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=address))
        ran: list[str] = []

        async def lookup(name: str) -> None:
            ran.append(name)

        return application, application.task(name="lookup")(lookup), ran

    def create(self, address: str) -> None:
        """Its tables."""
        application, _, _ = self.application(address)
        with application.open():
            application.schema_manager.apply_schema()

    def enqueue(self, address: str, names: list[str]) -> None:
        """In batches."""
        application, task, _ = self.application(address)
        with application.open():
            for chunk in _chunks(names):
                task.batch_defer(*({"name": name} for name in chunk))

    def work(self, address: str, batch: int, wait: Callable[[], None]) -> Work:
        """Until no job is found; it knows no batches."""
        application, _, ran = self.application(address)

        async def work() -> float:
            async with application.open_async():
                wait()
                await application.run_worker_async(
                    wait=False, concurrency=CONCURRENCY, delete_jobs="always", install_signal_handlers=False
                )
                return time.monotonic()

        ended = asyncio.run(work())
        return Work(len(set(ran)), ended)


# ---- all of them ----------------------------------------------------------------------------------------------------

_PGQUEUER: dict[str, Any] = {
    "tables": ("pgqueuer", "pgqueuer_log", "pgqueuer_statistics"),
    "open_jobs": "pgqueuer",
    "finished": "insert into pgqueuer_log (job_id, status, priority, entrypoint, aggregated)"
    " select number, 'successful', 0, 'lookup', true from generate_series(1, %s) as numbers (number)",
    "packages": ("pgqueuer[asyncpg]==1.6.0",),
}

RIVALS: list[Contestant] = [
    Pgmq(
        name="pgmq delete",
        tables=("pgmq.q_delete",),
        open_jobs="pgmq.q_delete",
        packages=("pgmq==1.1.4",),
        call="delete",
    ),
    Pgmq(
        name="pgmq archive",
        tables=("pgmq.q_archive", "pgmq.a_archive"),
        open_jobs="pgmq.q_archive",
        finished="insert into pgmq.a_archive (msg_id, vt, read_ct, enqueued_at, message)"
        " select -number, now(), 1, now(), jsonb_build_object('name', number)"
        " from generate_series(1, %s) as numbers (number)",
        packages=("pgmq==1.1.4",),
        goal=1,
        call="archive",
    ),
    PgqueuerWorker(name="pgqueuer worker", goal=1.5, **_PGQUEUER),
    PgqueuerQueries(name="pgqueuer queries", **_PGQUEUER),
    Procrastinate(
        name="procrastinate",
        tables=(
            *("procrastinate_jobs", "procrastinate_events"),
            *("procrastinate_periodic_defers", "procrastinate_workers"),
        ),
        open_jobs="procrastinate_jobs where status in ('todo', 'doing')",
        # What was kept before jobs were deleted.
        finished="insert into procrastinate_jobs (queue_name, task_name, args, status, attempts)"
        " select 'default', 'lookup', jsonb_build_object('name', number), 'succeeded', 1"
        " from generate_series(1, %s) as numbers (number)",
        packages=("procrastinate==3.10.0",),
        goal=50,
        jobs_divisor=10,
        has_batches=False,
    ),
]
