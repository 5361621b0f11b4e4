"""Child processes for the tests of concurrency, each with a connection and an environment of its own.

A child sends what was acknowledged to it through a pipe, at once: what a killed child has sent, counts.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, NamedTuple

import psycopg2
from psycopg2.extras import execute_values

from company_enrichment import CompanyEnrichmentService, CompanyMappingLoader, LookupQueue, load_company_mappings
from company_enrichment.errors import DatabaseError
from company_enrichment.ingestion.domains import Domain
from company_enrichment.ingestion.load import ingest
from company_enrichment.lookups.asking_again import ask_again
from company_enrichment.lookups.limits import ProviderLimits
from company_enrichment.lookups.operations import QueueOperations
from company_enrichment.lookups.queue import notification_channel
from company_enrichment.records import CustomerKeys
from dbt_commands import CONTEXT, start_the_process_that_forks
from real_databases import REPOSITORY, Database

_PATIENCE = 120

Work = Callable[..., None]


class Child:
    """A process that runs ``work(connection, send, *arguments, **options)``."""

    def __init__(self, work: Work, uri: str, *arguments: Any, **options: Any) -> None:
        self._pipe, sending = CONTEXT.Pipe(duplex=False)
        start_the_process_that_forks()
        given = (work, uri, sending, dict(os.environ), (arguments, options))
        self._process = CONTEXT.Process(target=_run, args=given, daemon=True)
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

    def sent_meanwhile(self) -> list[Any]:
        """What it has sent since it was last asked; it must not have ended."""
        sent = []
        try:
            while self._pipe.poll():
                sent.append(self._pipe.recv())
        except EOFError:
            raise AssertionError("the child process ended; its traceback is on standard error") from None
        return sent

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


def _run(
    work: Work, uri: str, sending: Connection, environment: dict[str, str], call: tuple[tuple[Any, ...], dict[str, Any]]
) -> None:
    # The process that this one was forked from has the environment of the first test.
    os.environ.clear()
    os.environ.update(environment)
    with closing(psycopg2.connect(uri)) as connection:
        arguments, options = call
        work(connection, sending.send, *arguments, **options)


def starting_line(children: int) -> Barrier:
    """What holds children back until all of them are there; to be kept until they are."""
    return CONTEXT.Barrier(children, timeout=_PATIENCE + 2 * children)


def wait_until_blocked(database: Database, sessions: int = 1, *, patience: float = _PATIENCE) -> None:
    """Return as soon as so many sessions of the database wait for a lock."""
    deadline = time.monotonic() + patience
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


def resolve_names(
    connection: Any, send: Callable[[Any], None], start: Barrier, names: list[str], *, autocommit: bool
) -> None:
    """Resolve names one by one; sends what failed."""
    connection.autocommit = autocommit
    service = CompanyEnrichmentService(CompanyMappingLoader(connection), LookupQueue(connection))
    start.wait()
    for name in names:
        try:
            service.resolve_batch([CustomerKeys(customer_name=name)])
        except DatabaseError as error:
            send(str(error))


# (name, temp_id, is_new); name None for a plain number.
Ids = tuple[tuple[str | None, str, bool], ...]


class Acknowledged(NamedTuple):
    """What a call has committed, and its time by the clock that all processes share.

    Small enough to pass a pipe in one piece: a child is killed before it or after it, never inside.
    """

    way: str
    started: float
    returned: float
    ids: Ids


def names_of_the_moment(origin: float, seconds_later: float = 0) -> range:
    """The numbers of the names that everybody wants just now: a window that moves on with time."""
    first = int((time.monotonic() - origin + seconds_later) * 100)
    return range(first, first + 50)


def use_temporary_ids(
    connection: Any, send: Callable[[Any], None], start: Barrier | None, *, seed: int, origin: float
) -> None:
    """Get temporary ids in every way there is, in an order of its own, until it is killed; sends Acknowledged.

    A session that the server has ended is opened again; whether its last call was committed is then not known.
    """
    chance = random.Random(seed)
    address = connection.dsn
    if start is not None:
        start.wait()
    while True:
        way = chance.choice(tuple(_WAYS))
        names = [_spelt(number, chance) for number in chance.sample(names_of_the_moment(origin), 12)]
        started = time.monotonic()
        try:
            ids = _WAYS[way](connection, names)
        except (DatabaseError, psycopg2.Error):
            if _answers(connection):
                raise
            connection = _connect_again(address)
            way, ids = "ended by the server", ()
        send(Acknowledged(way, started, time.monotonic(), ids))
        # Whoever asks without a pause only waits in line, and leaves no processor to anybody else.
        time.sleep(chance.uniform(0, 0.4))


def _spelt(number: int, chance: random.Random) -> str:
    digits = str(number)
    if chance.random() < 1 / 2:
        digits = digits.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    return chance.choice(["公司{}", " 公司 {}", "公司\u3000{} ", "（存量）公司{}", "【存量】 公司 {}"]).format(digits)


def _answers(connection: Any) -> bool:
    """Whether the session is still there; connection.closed is not set by every way of losing it."""
    try:
        connection.rollback()
        with connection.cursor() as cursor:
            cursor.execute("select")
        connection.rollback()
    except psycopg2.Error:
        return False
    return True


def _connect_again(address: str) -> Any:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return psycopg2.connect(address)
        except psycopg2.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(random.uniform(0.2, 0.6))


def _get_single(connection: Any, names: list[str]) -> Ids:
    return _get_block(connection, names[:1])


def _get_block(connection: Any, names: list[str]) -> Ids:
    assigned = LookupQueue(connection).assign_temp_ids(names)
    return tuple((one.name, str(one.temp_id), one.is_new) for one in assigned)


def _get_plain(connection: Any, _names: list[str]) -> Ids:
    return ((None, LookupQueue(connection).get_next_temp_id(), True),)


def _roll_back(connection: Any, names: list[str]) -> Ids:
    with connection.cursor() as cursor:
        cursor.execute("select enterprise.next_temp_id(), enterprise.assign_temp_ids(%s)", (names,))
    connection.rollback()
    return ()


def _get_by_sql(connection: Any, names: list[str]) -> Ids:
    """Three allocations in one transaction, of which the second is taken back."""
    assign = "select name, temp_id, is_new from enterprise.assign_temp_ids(%s)"
    with connection.cursor() as cursor:
        cursor.execute(assign, (names[:4],))
        ids = cursor.fetchall()
        cursor.execute("savepoint middle")
        cursor.execute("select enterprise.assign_temp_ids(%s), enterprise.next_temp_id()", (names[4:8],))
        cursor.execute("rollback to savepoint middle")
        cursor.execute(assign, (names[8:],))
        ids += cursor.fetchall()
    connection.commit()
    return tuple(ids)


_WAYS: dict[str, Callable[[Any, list[str]], Ids]] = {
    "single": _get_single,
    "block": _get_block,
    "plain": _get_plain,
    "rolled back": _roll_back,
    "by SQL": _get_by_sql,
}


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


def replay_everything(connection: Any, send: Callable[[Any], None], start: Barrier) -> None:
    """Ask all dead letters anew; sends the ids of those that were."""
    operations = QueueOperations(connection, schema="enterprise", channel=notification_channel("enterprise"))
    start.wait()
    for replay in operations.replay():
        if replay.is_replayed:
            send(replay.id)


def reserve_starts(
    connection: Any,
    send: Callable[[Any], None],
    start: Barrier,
    *,
    rate: float | None = None,
    daily_quota: int | None = None,
    seconds: float,
) -> None:
    """Take places in the provider's row for so many seconds; sends how many each call got."""
    limits = ProviderLimits(connection, provider="registry", rate=rate, daily_quota=daily_quota)
    chance = random.Random(os.getpid())
    start.wait()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        permit = limits.reserve(chance.randint(1, 4))
        send(permit.granted)
        # As a worker would, it asks for more once it has started what it may.
        time.sleep(permit.starts_in)


def reserve_once(connection: Any, send: Callable[[Any], None], wanted: int, daily_quota: int) -> None:
    """Take places once; sends how many were granted."""
    send(ProviderLimits(connection, provider="registry", daily_quota=daily_quota).reserve(wanted).granted)


def land_mappings(
    connection: Any,
    send: Callable[[Any], None],
    rows: list[tuple[str, str, str]],
    options: dict[str, Any],
    start: Barrier | None = None,
) -> None:
    """Land mappings as one load; sends its id and how many rows it has."""
    if start is not None:
        start.wait()
    landed = load_company_mappings(rows, connection, "merge", apply=False, **options)
    send((landed["load_id"], landed["read"]))


def land_mappings_and_hang(connection: Any, send: Callable[[Any], None], rows: int, load_id: str) -> None:
    """Land so many mappings, but never come to the end of them; says so when it hangs."""

    def endless() -> Iterator[tuple[str, str, str]]:
        for number in range(rows):
            yield ("plan", f"P-{number}", "A")
        send("hanging")
        signal.pause()

    load_company_mappings(endless(), connection, "merge", load_id=load_id, apply=False)


def take_files_in(
    connection: Any, send: Callable[[Any], None], domain: Domain, folder: Path, start: Barrier | None = None
) -> None:
    """Take the files of a folder in; sends what came of each, as it is committed."""
    if start is not None:
        start.wait()
    ingest(
        connection,
        domain,
        folder,
        schema="enterprise",
        execute=True,
        on_file=lambda report: send((report.place, report.outcome.value)),
    )


def migrate_temp_id_sequence(
    _connection: Any, send: Callable[[Any], None], environment: dict[str, str], folder: str, runs: list[tuple[str, str]]
) -> None:
    """Run `dbt run-operation migrate_temp_id_sequence` for each (schema, --args); sends (success, messages)."""
    # Imported beforehand by the process that this one was forked from, and slow elsewhere.
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    from prepared_dbt import parsed_project  # noqa: PLC0415

    os.environ.update(environment)
    os.chdir(REPOSITORY)
    paths = ("--quiet", "--target-path", folder, "--log-path", folder)
    messages: list[str] = []

    def note(event: Any) -> None:
        messages.append(event.info.msg)

    dbt = dbtRunner(manifest=parsed_project([], environment, REPOSITORY), callbacks=[note])
    for schema, arguments in runs:
        messages.clear()
        os.environ["WDH_DATABASE__SCHEMA"] = schema
        outcome = dbt.invoke(["run-operation", "migrate_temp_id_sequence", "--args", arguments, *paths])
        send((outcome.success, "\n".join(filter(None, (*messages, str(outcome.exception or ""))))))


def dbt_commands(
    _connection: Any,
    send: Callable[[Any], None],
    environment: dict[str, str],
    folder: str,
    commands: list[tuple[list[str], dict[str, str]]],
) -> None:
    """Run `dbt ARGUMENTS` with these variables of the environment, one after another; sends (success, messages).

    One process and one parse for all of them, as above. What depends on how the project is parsed is not for this.
    """
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    from prepared_dbt import parsed_project  # noqa: PLC0415

    os.environ.update(environment)
    os.chdir(REPOSITORY)
    paths = ("--quiet", "--target-path", folder, "--log-path", folder)
    messages: list[str] = []

    def note(event: Any) -> None:
        messages.append(event.info.msg)

    dbt = dbtRunner(manifest=parsed_project([], environment, REPOSITORY), callbacks=[note])
    for arguments, variables in commands:
        messages.clear()
        os.environ.update(variables)
        outcome = dbt.invoke([*arguments, *paths])
        for name in variables:
            del os.environ[name]
        send((outcome.success, "\n".join(filter(None, (*messages, str(outcome.exception or ""))))))


def land_loads(connection: Any, send: Callable[[Any], None], *, source: str, seed: int) -> None:
    """Land one load after another, some slowly and some in vain, until it is killed; sends (load id, rows)."""
    chance = random.Random(seed)
    number = 0
    while True:
        number += 1
        load_id = f"{source}-{number}"
        rows = [(f"P{chance.randrange(60)}", f"company {chance.randrange(3)}") for _ in range(chance.randrange(1, 15))]
        with connection.cursor() as cursor:
            execute_values(
                cursor,
                "insert into enterprise.mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
                " values %s",
                [
                    (load_id, line, source, "plan", alias, company)
                    for line, (alias, company) in enumerate(rows, start=2)
                ],
            )
            # Rows of others are committed, and decided, while these wait.
            time.sleep(chance.uniform(0, 1.5))
        if chance.random() < 1 / 5:
            connection.rollback()
        else:
            connection.commit()
            send((load_id, rows))


def ask_for_names(connection: Any, send: Callable[[Any], None], start: Barrier, names: list[str]) -> None:
    """Ask for names again, in one call; sends what became of each."""
    start.wait()
    for asked in ask_again(connection, names, schema="enterprise"):
        send((asked.name, asked.outcome))
