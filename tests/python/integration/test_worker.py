"""The worker: every request that it claims is reported once, whatever the provider, the database or a signal does."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from typing import Any

import psycopg2
import pytest

from child_processes import wait_until_blocked
from company_enrichment import LookupAnswer, LookupQueue
from company_enrichment.errors import (
    DatabaseError,
    LookupProviderError,
    LookupProviderUnavailableError,
    SchemaVersionError,
)
from company_enrichment.lookups.limits import ProviderLimits
from company_enrichment.lookups.report import WorkerOptions, WorkerReport
from company_enrichment.lookups.worker import _TICK_SECONDS, LookupWorker
from company_enrichment.schema_version import SCHEMA_VERSION
from real_databases import REPOSITORY, Database

FOUND = LookupAnswer(
    provider="registry",
    outcome="found",
    company_id="S1",
    company_name="甲公司",
    confidence=Decimal(1),
    match_basis="exact",
)
NOT_FOUND = LookupAnswer(provider="registry", outcome="not_found")
BY_STATUS = "select status, count(*) from lookup_requests group by status order by status"


class Registry:
    """Knows the companies whose name says so; something may happen while it is asked."""

    name = "registry"

    def __init__(self, happens: Callable[[str], None] = lambda name: None) -> None:
        self.asked: list[str] = []
        self.at_once = 0
        self.most_at_once = 0
        self._lock = threading.Lock()
        self._happens = happens

    def lookup(self, name: str) -> LookupAnswer:
        with self._lock:
            self.asked.append(name)
            self.at_once += 1
            self.most_at_once = max(self.at_once, self.most_at_once)
        try:
            self._happens(name)
            return replace(FOUND, company_name=name) if name.startswith("已知") else NOT_FOUND
        finally:
            with self._lock:
                self.at_once -= 1


@pytest.fixture
def queue(database: Database) -> LookupQueue:
    return LookupQueue(database.connect())


def worker(
    database: Database,
    registry: Registry,
    *,
    lease_seconds: int = 300,
    on_progress: Callable[[WorkerReport], None] | None = None,
    **options: Any,
) -> LookupWorker:
    return LookupWorker(
        lambda: psycopg2.connect(database.uri, application_name="the worker"),
        lambda connection: LookupQueue(connection, lease_seconds=lease_seconds),
        lambda: registry,
        "registry",
        options=WorkerOptions(**{"drain": True, "concurrency": 1, **options}),
        on_progress=on_progress,
    )


def drain(database: Database, registry: Registry, **options: Any) -> WorkerReport:
    return worker(database, registry, **options).run()


def in_background(work: LookupWorker) -> threading.Thread:
    thread = threading.Thread(target=work.run, daemon=True)
    thread.start()
    return thread


def wait_until(is_true: Callable[[], Any], patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while not is_true():
        assert time.monotonic() < deadline, "it has not come true"
        time.sleep(0.02)


def _make_due(database: Database) -> None:
    database.query("update lookup_requests set run_at = now() where finished_at is null")


def _expire_leases(database: Database) -> None:
    database.query("update lookup_requests set lease_until = now() - interval '1 second' where lease_until is not null")


# ---- answers and errors -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("concurrency", [1, 3])
def test_the_worker_works_until_no_request_is_ready(database: Database, queue: LookupQueue, concurrency: int) -> None:
    queue.enqueue_many(["已知甲公司", "已知乙公司", "丙公司", "丁公司"])
    progress: list[int] = []
    registry = Registry()
    report = drain(
        database,
        registry,
        batch_size=2,
        concurrency=concurrency,
        on_progress=lambda so_far: progress.append(so_far.claimed),
    )
    assert (report.found, report.not_found, report.claimed, report.remaining) == (2, 2, 4, 0)
    assert progress == sorted(progress) and progress[-1] == 4
    assert sorted(registry.asked) == ["丁公司", "丙公司", "已知乙公司", "已知甲公司"]
    assert database.query(BY_STATUS) == [("done", 4)]
    assert database.value("select count(*) from lookup_answers") == 4


def test_a_failing_lookup_is_left_for_later_and_the_fourth_failure_is_final(
    database: Database, queue: LookupQueue
) -> None:
    def fail(name: str) -> None:
        if name == "甲公司":
            raise LookupProviderError("no answer in time")

    queue.enqueue_many(["甲公司", "已知乙公司"])
    report = drain(database, Registry(fail))
    assert (report.retried, report.found, report.claimed) == (1, 1, 2)
    assert database.query("select last_error from lookup_requests where status = 'pending'") == [("no answer in time",)]
    for _ in range(2):
        _make_due(database)
        assert drain(database, Registry(fail)).retried == 1
    _make_due(database)
    report = drain(database, Registry(fail))
    assert (report.failed, report.claimed) == (1, 1)


def test_whatever_a_provider_raises_is_a_failed_attempt_of_that_name_alone(
    database: Database, queue: LookupQueue
) -> None:
    def fail(name: str) -> None:
        if name == "甲公司":
            raise KeyError("results")

    queue.enqueue_many(["甲公司", "已知乙公司"])
    report = drain(database, Registry(fail))
    assert (report.retried, report.found) == (1, 1)
    assert database.value("select last_error from lookup_requests where name = '甲公司'") == "KeyError: 'results'"


def test_an_answer_that_cannot_be_stored_is_a_failed_attempt_of_that_name_alone(
    database: Database, queue: LookupQueue
) -> None:
    class Impossible(Registry):
        def lookup(self, name: str) -> LookupAnswer:
            answer = super().lookup(name)
            broken = {"甲公司": replace(FOUND, confidence=Decimal(7)), "乙公司": replace(FOUND, company_name="\0")}
            return broken.get(name, answer)

    queue.enqueue_many(["甲公司", "已知丙公司", "乙公司"])
    report = drain(database, Impossible(), concurrency=3)
    assert (report.retried, report.found, report.claimed) == (2, 1, 3)
    errors = database.query("select last_error from lookup_requests where status = 'pending'")
    assert [error.partition(":")[0] for (error,) in errors] == ["The answer cannot be stored"] * 2
    assert database.query("select asked_name from lookup_answers") == [("已知丙公司",)]


@pytest.mark.parametrize("ends", ["answer", "error"])
def test_a_report_that_comes_too_late_is_counted_as_stale(database: Database, queue: LookupQueue, ends: str) -> None:
    def is_overtaken(name: str) -> None:
        _expire_leases(database)
        other = LookupQueue(database.connect())
        [request] = other.dequeue(1)
        other.mark_done(request, NOT_FOUND)
        if ends == "error":
            raise LookupProviderError("timeout")

    queue.enqueue("已知甲公司")
    report = drain(database, Registry(is_overtaken))
    assert (report.stale, report.claimed) == (1, 1)
    assert database.query("select outcome from lookup_answers") == [("not_found",)]


def test_one_slow_answer_does_not_hold_the_others(database: Database, queue: LookupQueue) -> None:
    others_are_done = threading.Event()

    def wait_for_the_others(name: str) -> None:
        if name == "慢公司":
            assert others_are_done.wait(60), "the others wait for it"

    queue.enqueue_many(["慢公司", *(f"公司{number}" for number in range(9))])
    work = worker(database, Registry(wait_for_the_others), concurrency=2, batch_size=3)
    thread = in_background(work)
    wait_until(lambda: database.query(BY_STATUS) == [("done", 9), ("processing", 1)])
    others_are_done.set()
    thread.join(60)
    assert work.report.not_found == 10


def test_a_provider_that_hangs_costs_the_name_an_attempt_and_holds_nobody_up(
    database: Database, queue: LookupQueue
) -> None:
    never = threading.Event()

    def hang(name: str) -> None:
        if name == "慢公司":
            never.wait(120)

    queue.enqueue_many(["慢公司", "公司1", "公司2", "公司3"])
    report = drain(database, Registry(hang), concurrency=1, timeout_seconds=0.5)
    never.set()
    assert (report.not_found, report.retried, report.claimed) == (3, 1, 4)
    assert database.query("select name, last_error from lookup_requests where status = 'pending'") == [
        ("慢公司", "No answer in 0.5 s")
    ]


def test_as_many_are_asked_at_once_as_was_said(database: Database, queue: LookupQueue) -> None:
    queue.enqueue_many([f"公司{number}" for number in range(12)])
    registry = Registry(lambda name: time.sleep(0.05))
    drain(database, registry, concurrency=3)
    assert registry.most_at_once == 3


def test_who_may_have_killed_its_worker_is_asked_alone(database: Database, queue: LookupQueue) -> None:
    queue.enqueue_many([f"公司{number}" for number in range(9)])
    claimed = queue.dequeue(9)
    # Some that nobody has died of are asked before the suspects, and some after.
    for request in (*claimed[:3], *claimed[6:]):
        queue.release(request)
    _expire_leases(database)
    suspects = {request.name for request in claimed[3:6]}
    being_asked: set[str] = set()
    together: set[frozenset[str]] = set()

    def look_around(name: str) -> None:
        together.update(frozenset((name, other)) for other in list(being_asked))
        being_asked.add(name)
        # Long enough for the worker to look for more to do meanwhile.
        time.sleep(2.5 * _TICK_SECONDS)
        being_asked.discard(name)

    drain(database, Registry(look_around), concurrency=4, batch_size=3)
    assert together
    assert not {pair for pair in together if pair & suspects}
    assert database.query(BY_STATUS) == [("done", 9)]


def test_a_lease_is_renewed_while_the_provider_takes_its_time(database: Database, queue: LookupQueue) -> None:
    queue.enqueue_many(["慢公司", "公司"])
    claims: list[int] = []

    def take_longer_than_the_lease(name: str) -> None:
        if name == "慢公司":
            for _ in range(6):
                time.sleep(0.5)
                claims.append(len(queue.dequeue()))

    report = drain(database, Registry(take_longer_than_the_lease), lease_seconds=1)
    assert claims == [0] * 6
    assert (report.not_found, report.stale) == (2, 0)


# ---- out of service -----------------------------------------------------------------------------------------------


def test_an_outage_costs_no_attempt_and_pauses_the_provider(database: Database, queue: LookupQueue) -> None:
    def is_down(name: str) -> None:
        raise LookupProviderUnavailableError("503 from the registry", retry_after=120)

    queue.enqueue_many([f"公司{number}" for number in range(8)])
    registry = Registry(is_down)
    report = drain(database, registry, batch_size=4)
    assert len(registry.asked) == 1
    assert (report.snoozed, report.claimed, report.paused) == (4, 4, "503 from the registry")
    assert database.query(
        "select attempts, run_at > now() + interval '100 seconds', count(*) from lookup_requests"
        " group by 1, 2 order by 2"
    ) == [(0, False, 4), (0, True, 4)]
    # Another worker does not ask, either.
    assert drain(database, registry).claimed == 4
    assert len(registry.asked) == 1


def test_after_a_pause_one_request_finds_out_whether_the_provider_answers(
    database: Database, queue: LookupQueue
) -> None:
    queue.enqueue_many([f"公司{number}" for number in range(6)])
    ProviderLimits(database.connect(), provider="registry").outage("429", 0.2)
    registry = Registry(lambda name: time.sleep(0.05))
    report = drain(database, registry, concurrency=3)
    assert report.not_found == 6
    assert database.query("select outages, pause_reason from provider_state") == [(0, None)]


def test_at_the_end_of_the_quota_the_rest_waits_for_the_next_day(database: Database, queue: LookupQueue) -> None:
    queue.enqueue_many([f"公司{number}" for number in range(10)])
    report = drain(database, Registry(), daily_quota=3, concurrency=2)
    assert (report.not_found, report.snoozed) == (3, 7)
    assert report.paused == "The quota of the day is used up"
    assert database.query(
        "select attempts, run_at = (date_trunc('day', now() at time zone 'utc') + interval '1 day') at time zone 'utc'"
        " from lookup_requests where status = 'pending' group by 1, 2"
    ) in ([(0, True)], [(0, False)])
    assert database.value("select quota_used from provider_state") == 3


def test_a_provider_whose_database_is_lost_is_made_anew(database: Database, queue: LookupQueue) -> None:
    made: list[int] = []

    class Forgetful(Registry):
        def __init__(self) -> None:
            made.append(1)
            super().__init__()

        def lookup(self, name: str) -> LookupAnswer:
            if len(made) == 1:
                raise DatabaseError("server closed the connection")
            return super().lookup(name)

    queue.enqueue("公司")
    work = worker(database, Registry())
    work._make_provider = Forgetful
    report = work.run()
    assert (report.released, report.not_found, len(made)) == (1, 1, 2)
    assert database.query("select status, attempts from lookup_requests") == [("done", 1)]


# ---- waiting ------------------------------------------------------------------------------------------------------


def test_an_idle_worker_is_woken_by_a_new_name(database: Database, queue: LookupQueue) -> None:
    work = worker(database, Registry(), drain=False, poll_seconds=10_000.0)
    thread = in_background(work)
    # Its last word to the database is that it has found nothing to claim.
    idle = (
        "select count(*) from pg_stat_activity where datname = current_database() and state = 'idle'"
        " and application_name = 'the worker' and query ~* 'commit'"
    )
    wait_until(lambda: database.value(idle) == 1)
    time.sleep(0.2)
    queue.enqueue("已知甲公司")
    wait_until(lambda: work.report.found == 1)
    work.stop()
    thread.join(60)
    assert not thread.is_alive()


def test_an_idle_worker_finds_by_itself_what_nobody_has_told_it(database: Database) -> None:
    work = worker(database, Registry(), drain=False, poll_seconds=0.2)
    thread = in_background(work)
    time.sleep(1)
    database.query("insert into lookup_requests (name, normalized_name) values ('已知甲公司', '已知甲公司')")
    wait_until(lambda: work.report.found == 1)
    work.stop()
    thread.join(60)
    assert not thread.is_alive()


# ---- the end ------------------------------------------------------------------------------------------------------


def test_a_worker_that_is_told_to_stop_finishes_what_it_has_asked_and_gives_the_rest_back(
    database: Database, queue: LookupQueue
) -> None:
    asked, may_answer = threading.Event(), threading.Event()

    def wait(name: str) -> None:
        asked.set()
        assert may_answer.wait(60)

    queue.enqueue_many([f"已知公司{number}" for number in range(5)])
    work = worker(database, Registry(wait), drain=False)
    thread = in_background(work)
    assert asked.wait(60)
    work.stop()
    wait_until(lambda: database.query(BY_STATUS) == [("pending", 4), ("processing", 1)])
    may_answer.set()
    thread.join(60)
    assert (work.report.found, work.report.released) == (1, 4)
    assert database.query("select status, attempts, count(*) from lookup_requests group by 1, 2 order by 1") == [
        ("done", 1, 1),
        ("pending", 0, 4),
    ]


@pytest.mark.parametrize("ends", ["second signal", "grace period"])
def test_what_is_being_asked_is_given_back_at_the_second_signal_or_after_the_grace_period(
    database: Database, queue: LookupQueue, ends: str
) -> None:
    asked, never = threading.Event(), threading.Event()

    def hang(name: str) -> None:
        asked.set()
        never.wait(120)

    queue.enqueue("甲公司")
    work = worker(database, Registry(hang), drain=False, grace_seconds=0.5 if ends == "grace period" else 1000.0)
    thread = in_background(work)
    assert asked.wait(60)
    work.stop()
    if ends == "second signal":
        work.stop()
    thread.join(60)
    assert not thread.is_alive()
    never.set()
    assert work.report.released == 1
    assert database.query("select status, attempts from lookup_requests") == [("pending", 0)]


def test_tables_of_another_version_end_the_worker_once_it_has_reported(database: Database, queue: LookupQueue) -> None:
    def upgrade(name: str) -> None:
        database.query(
            "insert into schema_migrations (version, content_hash, name_key_hash, project_version)"
            " values (%s, 'x', 'x', 'x') on conflict do nothing",
            (SCHEMA_VERSION + 1,),
        )

    queue.enqueue_many(["已知甲公司", "乙公司", "丙公司"])
    work = worker(database, Registry(upgrade), batch_size=2)
    with pytest.raises(SchemaVersionError):
        work.run()
    assert work.report.claimed == work.report.asked == 2
    assert database.query(BY_STATUS) == [("done", 2), ("pending", 1)]


def test_a_connection_that_is_lost_is_made_anew_and_nothing_is_reported_twice(
    database: Database, queue: LookupQueue
) -> None:
    ended: list[int] = []

    def end_all_sessions(name: str) -> None:
        if len(ended) < 3:
            ended.append(
                database.value(
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                    " where datname = current_database() and application_name = 'the worker'"
                )
            )

    queue.enqueue_many([f"已知公司{number}" for number in range(6)])
    work = worker(database, Registry(end_all_sessions))
    thread = in_background(work)
    thread.join(120)
    assert not thread.is_alive(), "what was found is never reported"
    assert ended == [1, 1, 1]
    assert (work.report.found, work.report.claimed) == (6, 6)
    assert database.value("select count(*) from lookup_answers") == 6


@pytest.mark.one_server
@pytest.mark.parametrize("drain", [True, False], ids=["drain", "for ever"])
@pytest.mark.parametrize("when", ["before it starts", "at work"])
def test_a_database_that_takes_no_writes_for_a_while_is_waited_for(
    database: Database, queue: LookupQueue, when: str, drain: bool
) -> None:
    queue.enqueue_many(["已知甲公司", "已知乙公司", "已知丙公司"])

    def take_writes(setting: str) -> None:
        """As a failover does: sessions that are there live on, and are refused."""
        with closing(database.connect()) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("set default_transaction_read_only = off")
                cursor.execute(f"alter system set default_transaction_read_only = {setting}")
                cursor.execute("select pg_reload_conf()")

    def fail_over(name: str) -> None:
        if len(registry.asked) == 1:
            take_writes("on")

    registry = Registry(fail_over if when == "at work" else lambda name: None)
    work = worker(database, registry, drain=drain)
    try:
        if when != "at work":
            take_writes("on")
        thread = in_background(work)
        wait_until(lambda: work.waits_for_database)
        assert database.value("select count(*) from lookup_answers") < 3
        take_writes("off")
        wait_until(lambda: database.value("select count(*) from lookup_requests where finished_at is not null") == 3)
        if not drain:
            work.stop()
        thread.join(60)
        assert not thread.is_alive()
    finally:
        take_writes("off")
    assert database.query("select outcome, count(*) from lookup_answers group by outcome") == [("found", 3)]
    assert database.value("select count(*) from lookup_requests where status = 'done'") == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_command_in_good_order(
    database: Database, queue: LookupQueue, number: signal.Signals
) -> None:
    queue.enqueue_many(["甲公司", "乙公司", "丙公司"])
    registry = database.connect()
    with registry.cursor() as cursor:
        cursor.execute("lock table enterprise.sample_registry")
    with subprocess.Popen(
        [sys.executable, "-m", "company_enrichment", "worker", "--concurrency", "1", "--rate", "100"],
        env=database.environment,
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:
        # It looks at the registry before it claims, and does not wait long for it then.
        wait_until(lambda: database.query(BY_STATUS) == [("processing", 3)])
        wait_until_blocked(database)
        process.send_signal(number)
        wait_until(lambda: database.query(BY_STATUS) == [("pending", 2), ("processing", 1)])
        registry.rollback()
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "0 found, 1 not found, 0 not accepted, 0 unusable, 0 to be retried, 0 failed, 0 put off, 2 given" in said
    assert database.query(BY_STATUS) == [("done", 1), ("pending", 2)]
