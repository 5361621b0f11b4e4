"""What an operator does with the lookup queue: list, replay and prune, from Python and from the command line."""

from __future__ import annotations

import json
import select
from contextlib import closing

import pytest

from child_processes import Child, replay_everything, starting_line, wait_until_blocked
from company_enrichment import LookupAnswer, LookupQueue
from company_enrichment.errors import LookupQueueError
from company_enrichment.lookups.operations import QueueOperations
from company_enrichment.lookups.queue import notification_channel
from real_databases import Database

NOTIFIED_WITHIN_SECONDS = 30
NOT_FOUND = LookupAnswer(provider="registry", outcome="not_found")


@pytest.fixture
def queue(database: Database) -> LookupQueue:
    return LookupQueue(database.connect(), retry_minutes=())


@pytest.fixture
def operations(database: Database) -> QueueOperations:
    return QueueOperations(database.connect(), schema="enterprise", channel=notification_channel("enterprise"))


def fail(queue: LookupQueue, *names: str, error: str = "timeout") -> None:
    """With no retries, the first failure is final."""
    queue.enqueue_many(names)
    for request in queue.dequeue(100):
        queue.mark_failed(request, error)


def test_dead_letters_are_listed_in_the_order_in_which_they_failed(
    queue: LookupQueue, operations: QueueOperations
) -> None:
    fail(queue, "乙公司")
    fail(queue, "甲公司", error="HTTP 400: bad name")
    queue.enqueue("丙公司")
    assert [(letter.name, letter.attempts, letter.last_error) for letter in operations.requests()] == [
        ("乙公司", 1, "timeout"),
        ("甲公司", 1, "HTTP 400: bad name"),
    ]
    assert [letter.name for letter in operations.requests(error="BAD NAME")] == ["甲公司"]
    assert [letter.name for letter in operations.requests(name="（存量） 乙公司")] == ["乙公司"]
    assert [letter.name for letter in operations.requests(limit=1)] == ["乙公司"]
    assert [request.name for request in operations.requests("pending")] == ["丙公司"]
    queue.mark_done(queue.dequeue()[0], NOT_FOUND)
    assert [request.name for request in operations.requests("done")] == ["丙公司"]
    assert operations.requests("processing") == []


def test_another_state_is_refused(operations: QueueOperations) -> None:
    with pytest.raises(
        LookupQueueError,
        match="There is no state 'lost'; there are open, dead-letter, failed, pending, processing, done",
    ):
        operations.requests("lost")


def test_a_dead_letter_that_is_replayed_has_all_its_attempts_again(
    database: Database, queue: LookupQueue, operations: QueueOperations
) -> None:
    fail(queue, "甲公司", "乙公司")
    assert queue.enqueue("甲公司").outcome == "failed"
    [chosen] = operations.requests(name="甲公司")
    [replayed] = operations.replay([chosen.id])
    assert (replayed.id, replayed.name, replayed.is_replayed) == (chosen.id, "甲公司", True)
    [request] = queue.dequeue()
    assert (request.name, request.attempts) == ("甲公司", 1)
    assert database.value("select replay_of from lookup_requests where id = %s", (request.id,)) == chosen.id
    assert [letter.name for letter in operations.requests()] == ["乙公司"]
    assert operations.replay([chosen.id]) == []


def test_a_name_that_is_asked_for_already_is_left_and_reported(
    database: Database, queue: LookupQueue, operations: QueueOperations
) -> None:
    fail(queue, "甲公司", "乙公司")
    database.query("insert into lookup_requests (name, normalized_name) values ('甲公司', '甲公司')")
    assert {replay.name: replay.is_replayed for replay in operations.replay()} == {"甲公司": False, "乙公司": True}
    assert [letter.name for letter in operations.requests()] == ["甲公司"]
    assert database.value("select count(*) from lookup_requests where finished_at is null") == 2


def test_several_dead_letters_of_one_name_become_one_request(
    database: Database, queue: LookupQueue, operations: QueueOperations
) -> None:
    for _ in range(3):
        fail(queue, "甲公司")
        database.query("update lookup_requests set finished_at = finished_at - interval '8 days'")
    assert [replay.is_replayed for replay in operations.replay()] == [True, True, True]
    assert database.value("select count(*) from lookup_requests where finished_at is null") == 1
    assert operations.requests() == []


def test_replays_at_once_open_every_name_once(database: Database, queue: LookupQueue) -> None:
    fail(queue, *(f"公司{number}" for number in range(60)))
    start = starting_line(3)
    children = [Child(replay_everything, database.uri, start) for _ in range(3)]
    replayed = [letter for child in children for letter in child.finish()]
    assert sorted(replayed) == list(range(1, 61))
    assert database.value("select count(*) from lookup_requests where finished_at is null") == 60


def test_a_dead_letter_is_held_while_it_is_replayed(database: Database, queue: LookupQueue) -> None:
    fail(queue, "甲公司")
    held = (
        "select count(*) from (select from lookup_requests where failed_at is not null for update skip locked) as free"
    )
    assert database.value(held) == 1
    with closing(database.connect()) as other, other.cursor() as cursor:
        # The name's place is taken by somebody who has not made up his mind, and the replay waits for it.
        cursor.execute("insert into enterprise.lookup_requests (name, normalized_name) values ('甲公司', '甲公司')")
        start = starting_line(1)
        child = Child(replay_everything, database.uri, start)
        wait_until_blocked(database)
        # Another replay cannot settle the letter meanwhile, and have its new request finished before this one is made.
        assert database.value(held) == 0
        other.rollback()
        assert child.finish() == [1]


def test_a_waiting_worker_hears_of_a_replay(
    database: Database, queue: LookupQueue, operations: QueueOperations
) -> None:
    fail(queue, "甲公司")
    listener = database.connect()
    with listener.cursor() as cursor:
        cursor.execute(f"listen {notification_channel('enterprise')}")
    listener.commit()
    operations.replay()
    # The server passes a notification on after the commit has returned, a moment later.
    select.select([listener], [], [], NOTIFIED_WITHIN_SECONDS)
    listener.poll()
    assert [notice.channel for notice in listener.notifies] == [notification_channel("enterprise")]


def test_only_what_was_finished_long_ago_is_pruned(
    database: Database, queue: LookupQueue, operations: QueueOperations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("company_enrichment.lookups.operations.PRUNE_BATCH", 2)
    fail(queue, "坏公司")
    queue.enqueue_many([f"公司{number}" for number in range(7)])
    for request in queue.dequeue():
        queue.mark_done(request, NOT_FOUND)
    database.query("update lookup_requests set finished_at = now() - interval '10 days' where name <> '公司6'")
    queue.enqueue("新公司")
    batches: list[int] = []
    assert operations.prune(9, on_batch=batches.append) == 6
    assert batches == [2, 4, 6]
    assert database.query("select name from lookup_requests order by id") == [("坏公司",), ("公司6",), ("新公司",)]
    assert database.value("select count(*) from lookup_answers") == 7
    assert operations.prune(9, dead_letters=True) == 1
    assert operations.prune(9, dead_letters=True) == 0
    with pytest.raises(LookupQueueError, match="must be a number from 0 to 36500, not -1"):
        operations.prune(-1)


def test_health_counts_as_the_model_does(database: Database, queue: LookupQueue) -> None:
    fail(queue, "坏公司")
    queue.enqueue_many([f"公司{number}" for number in range(6)])
    done, lost, *_ = queue.dequeue(3)
    queue.mark_done(done, NOT_FOUND)
    database.query("update lookup_requests set lease_until = now() - interval '1 second' where id = %s", (lost.id,))
    database.query(
        "update lookup_requests set run_at = now() + interval '1 hour' where id = (select max(id) from lookup_requests)"
    )
    health = queue.get_health()
    counts = (health.ready, health.waiting, health.in_flight, health.expired, health.failed, health.open)
    assert counts == (2, 1, 1, 1, 1, 5)
    assert health.oldest_created_at == database.value(
        "select min(created_at) from lookup_requests where finished_at is null"
    )
    database.dbt("run", "--select", "+lookup_queue_health")
    assert dict(database.query("select state, requests from lookup_queue_health")) == {
        "ready": 2,
        "waiting": 1,
        "in flight": 1,
        "expired": 1,
        "failed": 1,
    }


def test_health_does_not_read_what_is_done(database: Database, queue: LookupQueue) -> None:
    database.query(
        "insert into lookup_requests (name, normalized_name, status, finished_at)"
        " select 'x' || n, 'x' || n, 'done', now() from generate_series(1, 20000) as n"
    )
    database.query("vacuum analyze lookup_requests")
    scans = "select seq_scan from pg_stat_user_tables where relname = 'lookup_requests'"
    database.query("select pg_stat_force_next_flush()")
    before = database.value(scans)
    with queue._opened.cursor() as cursor:
        queue.get_health()
        cursor.execute("select pg_stat_force_next_flush()")
        queue._opened.commit()
    assert database.value(scans) == before


def test_the_commands_list_retry_and_prune(database: Database, queue: LookupQueue) -> None:
    fail(queue, "甲公司", "乙公司", error="HTTP 400")
    listed = database.cli("queue", "list").output
    assert "甲公司" in listed and "HTTP 400" in listed
    assert "dead letter" in listed and "failed" not in listed
    assert "dead letters │        2 │" in database.cli("queue", "show").output
    status = json.loads(database.cli("status", "--json").output)
    assert (status["queue"]["failed"], status["queue"]["ready"]) == (2, 0)
    refused = database.cli("queue", "retry", "1", "77", check=False)
    assert refused.code == 1
    assert "Request 77 is no dead letter." in refused.output
    assert "1 of 1 dead letters are asked for again." in refused.output
    assert "`queue list --status dead-letter` lists those there are" in refused.output
    refused = database.cli("queue", "retry", check=False)
    assert (refused.code, "Say which: one or more IDs, --error TEXT, or --all." in refused.output) == (2, True)
    again = database.cli("queue", "retry", "--error", "http 400", "--execute").output
    assert "1 of 1 dead letters are asked for again." in again
    pruned = database.cli("queue", "prune", "--older-than-days", "0", "--execute").output
    assert "2 finished requests were deleted." in pruned
    assert database.cli("queue", "list", "--status", "lost", check=False).code == 2


# ---- plan-only ----------------------------------------------------------------------------------------------------


def _everything(database: Database) -> list[tuple[object, ...]]:
    """The queue, and what was ever written to any table."""
    database.settle_statistics()
    return [
        *database.query("select md5(string_agg(request::text, '|' order by id)) from lookup_requests as request"),
        *database.query(
            "select relname, n_tup_ins, n_tup_upd, n_tup_del from pg_stat_user_tables order by schemaname, relname"
        ),
    ]


def test_the_plan_of_a_replay_is_what_it_does(
    database: Database, queue: LookupQueue, operations: QueueOperations
) -> None:
    fail(queue, "甲公司", "乙公司", error="timeout")
    fail(queue, "丙公司", error="500")
    database.query("update lookup_requests set finished_at = finished_at - interval '8 days'")
    queue.enqueue("甲公司")
    before = _everything(database)
    for choice in ({}, {"error": "timeout"}, {"ids": [2, 3, 99]}):
        planned = operations.replay(plan_only=True, **choice)
        assert planned
    assert _everything(database) == before
    planned = operations.replay(plan_only=True)
    assert operations.replay() == planned
    assert [replay.is_replayed for replay in planned].count(False) == 1


def test_the_plan_of_a_pruning_is_what_it_does(
    database: Database, queue: LookupQueue, operations: QueueOperations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("company_enrichment.lookups.operations.PRUNE_BATCH", 2)
    fail(queue, "坏公司")
    queue.enqueue_many([f"公司{number}" for number in range(5)])
    for request in queue.dequeue():
        queue.mark_done(request, NOT_FOUND)
    database.query("update lookup_requests set finished_at = finished_at - interval '8 days' where id <> 3")
    before = _everything(database)
    plans = [operations.prune(7, dead_letters=letters, plan_only=True) for letters in (False, True)]
    assert _everything(database) == before
    assert [operations.prune(7, dead_letters=letters) for letters in (False, True)] == [plans[0], plans[1] - plans[0]]
    assert plans[1] == plans[0] + 1


def test_the_commands_of_the_queue_say_what_they_would_do(database: Database, queue: LookupQueue) -> None:
    fail(queue, "坏公司")
    queue.enqueue_many(["甲公司", "乙公司"])
    before = _everything(database)
    assert "2 names would be asked of registry: 2 are ready" in database.cli("worker", "--drain", "--plan-only").output
    # One that is named is asked for at once, unless --plan-only is given.
    for choice in (("1", "--plan-only"), ("--all",), ("--error", "timeout"), ("--error", "timeout", "--plan-only")):
        replayed = database.cli("queue", "retry", *choice).output
        assert "1 of 1 dead letters would be asked for again" in replayed, choice
        assert "Nothing was written; --execute asks." in replayed
    for plan_only in ((), ("--plan-only",)):
        pruned = database.cli("queue", "prune", "--older-than-days", "0", "--dead-letters", *plan_only).output
        assert "1 finished requests would be deleted" in pruned
        assert "Nothing was deleted; --execute deletes them." in pruned
    assert _everything(database) == before
    refused = database.cli("worker", "--plan-only", check=False, WDH_LOOKUP_PROVIDER="none")
    assert (refused.code, "WDH_LOOKUP_PROVIDER is none" in refused.output) == (2, True)
