"""The lookup queue: each unknown name is asked for once, and nothing that was claimed or reported is lost."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

import pytest
from psycopg2 import extensions
from psycopg2.extras import DictCursor, RealDictCursor

from child_processes import Child, dequeue_and_hang, dequeue_everything, enqueue, starting_line, wait_until_blocked
from company_enrichment import LookupAnswer, LookupQueue, LookupRequest
from company_enrichment.errors import (
    DatabaseError,
    LookupQueueError,
    OpenTransactionError,
    StaleClaimError,
)
from real_databases import Database

pytestmark = pytest.mark.every_server

FOUND = LookupAnswer(
    provider="registry",
    outcome="found",
    company_id="S1",
    company_name="甲公司",
    confidence=Decimal(1),
    match_basis="exact",
    evidence={"match": "名称"},
)
NOT_FOUND = LookupAnswer(provider="registry", outcome="not_found")


@pytest.fixture
def queue(database: Database) -> LookupQueue:
    return LookupQueue(database.connect())


def _outcome(queue: LookupQueue, name: str) -> str:
    return queue.enqueue(name).outcome


def _claim(queue: LookupQueue) -> LookupRequest:
    [request] = queue.dequeue(1)
    return request


def _names(requests: list[LookupRequest]) -> list[str]:
    return [request.name for request in requests]


def _expire_leases(database: Database) -> None:
    database.query("update lookup_requests set lease_until = now() - interval '1 second' where lease_until is not null")


def _make_due(database: Database) -> None:
    database.query("update lookup_requests set run_at = now() where finished_at is null")


# ---- enqueue ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "fault"), [("a\0b", "holds a NUL character"), ("a\udcff", "is not valid UTF-8")])
def test_a_name_that_cannot_be_stored_is_refused_by_its_number(database: Database, name: str, fault: str) -> None:
    queue = LookupQueue(database.connect())
    for ask in (queue.enqueue_many, queue.assign_temp_ids):
        with pytest.raises(ValueError, match=f"^Name 2 {fault}$"):
            ask(["good", name])
    assert database.value("select count(*) from lookup_requests") == 0
    assert database.value("select count(*) from temp_company_ids") == 0


@pytest.mark.parametrize("name", ["", "  ", "\u3000", "\t\n", None], ids=repr)
def test_an_empty_name_is_refused_and_none_of_the_call_is_enqueued(
    database: Database, queue: LookupQueue, name: Any
) -> None:
    with pytest.raises(ValueError, match=r"^Name cannot be empty$"):
        queue.enqueue_many(["甲公司", name])
    assert database.value("select count(*) from lookup_requests") == 0


def test_a_placeholder_is_blank_and_not_enqueued(database: Database, queue: LookupQueue) -> None:
    result = queue.enqueue("（空白）")
    assert (result.outcome, result.normalized_name, result.request_id) == ("blank", None, None)
    assert database.value("select count(*) from lookup_requests") == 0


def test_a_name_has_one_open_request_in_any_spelling(database: Database, queue: LookupQueue) -> None:
    first, *others = queue.enqueue_many(["甲（集团）公司", " 甲(集团)公司", "【存量】甲（集团）公司"])
    again = queue.enqueue("甲(集团)公司-已转出")
    assert {result.request_id for result in (first, *others, again)} == {first.request_id}
    assert first.outcome == "new"
    assert again.outcome == "open"
    assert database.query("select name, normalized_name from lookup_requests") == [("甲（集团）公司", "甲集团公司")]


def test_results_come_back_in_the_order_of_the_names(queue: LookupQueue) -> None:
    names = ["丙公司", "（空白）", "甲公司", "乙公司"]
    assert [result.name for result in queue.enqueue_many(names)] == names


def test_a_claimed_name_is_still_open(queue: LookupQueue) -> None:
    queue.enqueue("甲公司")
    _claim(queue)
    assert _outcome(queue, "甲公司") == "open"


def test_a_name_that_was_found_is_asked_again_after_a_year(database: Database, queue: LookupQueue) -> None:
    queue.record_answer("甲公司", FOUND)
    database.query("update lookup_answers set answered_at = now() - interval '364 days'")
    assert _outcome(queue, " 甲公司 ") == "answered"
    assert database.value("select count(*) from lookup_requests") == 0
    database.query("update lookup_answers set answered_at = now() - interval '366 days'")
    assert _outcome(queue, " 甲公司 ") == "new"


def test_a_name_that_was_not_found_is_asked_again_after_30_days(database: Database, queue: LookupQueue) -> None:
    queue.record_answer("甲公司", NOT_FOUND)
    database.query("update lookup_answers set answered_at = now() - interval '29 days'")
    assert _outcome(queue, "甲公司") == "answered"
    database.query("update lookup_answers set answered_at = now() - interval '31 days'")
    assert _outcome(queue, "甲公司") == "new"


def test_a_name_that_failed_for_good_is_asked_again_after_7_days(database: Database) -> None:
    queue = LookupQueue(database.connect(), retry_minutes=())
    queue.enqueue("甲公司")
    assert queue.mark_failed(_claim(queue), "timeout") == "failed"
    assert _outcome(queue, "甲公司") == "failed"
    assert database.value("select count(*) from lookup_requests") == 1
    database.query("update lookup_requests set finished_at = now() - interval '8 days'")
    assert _outcome(queue, "甲公司") == "new"


def test_enqueue_joins_the_transaction_of_the_caller(database: Database) -> None:
    connection = database.connect()
    queue = LookupQueue(connection)
    with connection.cursor() as cursor:
        cursor.execute("create table mine ()")
        queue.enqueue("甲公司")
        connection.rollback()
        cursor.execute("select to_regclass('mine')")
        assert cursor.fetchone() == (None,)
    assert database.value("select count(*) from lookup_requests") == 0


def test_a_failing_enqueue_leaves_the_transaction_of_the_caller_usable(empty_database: Database) -> None:
    connection = empty_database.connect()
    with connection.cursor() as cursor:
        cursor.execute("create table public.mine ()")
        with pytest.raises(DatabaseError):
            LookupQueue(connection).enqueue("甲公司")
        connection.commit()
    assert empty_database.value("select count(*) from mine") == 0


def test_two_sessions_that_enqueue_a_name_at_once_make_one_request(database: Database) -> None:
    """The later one waits for the first to commit, and then finds the name open."""
    connection = database.connect()
    with connection.cursor() as cursor:
        cursor.execute("select from enterprise.enqueue_names('{甲公司}')")
    other = Child(enqueue, database.uri, ["甲公司", "乙公司"])
    wait_until_blocked(database)
    connection.commit()
    assert other.finish() == ["open", "new"]
    assert database.value("select count(*) from lookup_requests") == 2


def test_processes_that_enqueue_the_same_names_in_any_order_all_succeed(database: Database) -> None:
    names = [f"公司{number}" for number in range(300)]
    start = starting_line(3)
    children = [Child(enqueue, database.uri, order, start) for order in (names, names[::-1], names[150:] + names[:150])]
    outcomes = [outcome for child in children for outcome in child.finish()]
    assert (outcomes.count("new"), outcomes.count("open")) == (300, 600)


# ---- dequeue ------------------------------------------------------------------------------------------------------


def test_the_oldest_requests_are_claimed_first(database: Database, queue: LookupQueue) -> None:
    for name, minutes in (("乙公司", 1), ("甲公司", 3), ("丙公司", 2)):
        queue.enqueue(name)
        database.query(
            "update lookup_requests set run_at = now() - %s * interval '1 minute' where name = %s", (minutes, name)
        )
    # Neither the order of insertion, nor that of the names, nor an index gives this order away for nothing.
    database.query("drop index lookup_requests_open")
    assert _names(queue.dequeue(1)) == ["甲公司"]
    assert _names(queue.dequeue(2)) == ["丙公司", "乙公司"]


def test_a_batch_holds_as_many_requests_as_asked_for(queue: LookupQueue) -> None:
    queue.enqueue_many([f"公司{number}" for number in range(7)])
    assert [len(queue.dequeue(3)) for _ in range(4)] == [3, 3, 1, 0]


@pytest.mark.parametrize("size", [0, -1])
@pytest.mark.parametrize("plan_only", [False, True])
def test_a_batch_size_below_one_is_refused(database: Database, size: int, plan_only: bool) -> None:
    with pytest.raises(ValueError, match="Batch size must be positive"):
        LookupQueue(database.connect(), plan_only=plan_only).dequeue(size)


def test_a_claim_says_what_was_claimed_by_whom_and_until_when(database: Database) -> None:
    queue = LookupQueue(database.connect(), lease_seconds=60, worker="here:1")
    queue.enqueue("（存量）甲公司")
    request = _claim(queue)
    assert (request.name, request.normalized_name) == ("（存量）甲公司", "甲公司")
    assert (request.status, request.attempts, request.claim_number, request.last_error) == ("processing", 1, 1, None)
    [(worker, lease_until, lease)] = database.query(
        "select claimed_by, lease_until, extract(epoch from lease_until - updated_at) from lookup_requests"
    )
    assert (worker, lease_until, lease) == ("here:1", request.lease_until, 60)


@pytest.mark.parametrize("cursor_factory", [None, DictCursor, RealDictCursor], ids=["tuple", "DictCursor", "dict"])
def test_rows_parse_alike_as_tuples_and_as_dictionaries(database: Database, cursor_factory: Any) -> None:
    connection = database.connect()
    connection.cursor_factory = cursor_factory
    queue = LookupQueue(connection)
    assert [result.outcome for result in queue.enqueue_many(["甲公司", "无"])] == ["new", "blank"]
    request = _claim(queue)
    assert (request.id, request.name, request.claim_number) == (1, "甲公司", 1)
    assert queue.mark_failed(request, "timeout") == "pending"
    stored = queue.record_answer("乙公司", FOUND)
    assert stored is not None
    assert (stored.answer_id, stored.outcome, stored.vetoes) == (1, "found", [])
    assert [queue.get_next_temp_id(), queue.get_next_temp_id("甲公司")] == ["TEMP_000001", "TEMP_000002"]
    assert queue.get_queue_stats() == {"pending": 1, "processing": 0, "done": 0, "failed": 0}


def test_the_queue_needs_only_cursor_commit_and_rollback(database: Database) -> None:
    class Connection:
        def __init__(self) -> None:
            whole = database.connect()
            self.cursor, self.commit, self.rollback = whole.cursor, whole.commit, whole.rollback

    queue = LookupQueue(cast("extensions.connection", Connection()))
    queue.enqueue("甲公司")
    queue.mark_done(_claim(queue), FOUND)
    assert database.query("select status from lookup_requests") == [("done",)]


def test_requests_that_another_session_holds_are_skipped_without_waiting(database: Database) -> None:
    holder, other = database.connect(), database.connect()
    queue = LookupQueue(other)
    queue.enqueue_many(["甲公司", "乙公司", "丙公司"])
    with holder.cursor() as cursor:
        cursor.execute("select id from enterprise.lookup_requests where name <> '丙公司' for update")
    with other.cursor() as cursor:
        cursor.execute("set lock_timeout = '1s'")
    other.commit()
    assert _names(queue.dequeue(10)) == ["丙公司"]
    holder.rollback()
    assert sorted(_names(queue.dequeue(10))) == ["乙公司", "甲公司"]


def test_no_two_processes_claim_the_same_request(database: Database, queue: LookupQueue) -> None:
    queue.enqueue_many([f"公司{number}" for number in range(400)])
    start = starting_line(4)
    children = [Child(dequeue_everything, database.uri, start, 7) for _ in range(4)]
    claims = [claim for child in children for claim in child.finish()]
    assert len(claims) == len(set(claims)) == 400


def test_a_claim_is_taken_over_when_its_lease_has_run_out(database: Database, queue: LookupQueue) -> None:
    queue.enqueue("甲公司")
    first = _claim(queue)
    assert queue.dequeue() == []
    _expire_leases(database)
    second = _claim(queue)
    assert (second.id, second.claim_number, second.attempts) == (first.id, first.claim_number + 1, 2)


def test_who_reports_under_an_old_claim_is_refused_and_nothing_is_stored(
    database: Database, queue: LookupQueue
) -> None:
    queue.enqueue("甲公司")
    late = _claim(queue)
    _expire_leases(database)
    current = _claim(queue)
    for report in (lambda: queue.mark_done(late, FOUND), lambda: queue.mark_failed(late, "timeout")):
        with pytest.raises(StaleClaimError, match=f"Request {late.id} .* claim 1"):
            report()
    assert database.query("select status, claim_number, last_error from lookup_requests") == [("processing", 2, None)]
    assert database.value("select count(*) from lookup_answers") == 0
    queue.mark_done(current, FOUND)


@pytest.mark.parametrize("first", ["done", "failed"])
def test_a_claim_can_be_reported_only_once(database: Database, queue: LookupQueue, first: str) -> None:
    queue.enqueue("甲公司")
    request = _claim(queue)
    if first == "done":
        queue.mark_done(request, FOUND)
    else:
        queue.mark_failed(request, "timeout")
    before = database.query("select * from lookup_requests")
    with pytest.raises(StaleClaimError):
        queue.mark_failed(request, "timeout")
    with pytest.raises(StaleClaimError):
        queue.mark_done(request, FOUND)
    assert database.query("select * from lookup_requests") == before


def test_a_killed_worker_loses_nothing(database: Database, queue: LookupQueue) -> None:
    queue.enqueue_many(["甲公司", "乙公司", "丙公司"])
    worker = Child(dequeue_and_hang, database.uri, 2)
    claimed = worker.next()
    worker.kill()
    assert len(claimed) == 2
    assert len(queue.dequeue()) == 1
    _expire_leases(database)
    assert [_names(queue.dequeue(2)) for _ in range(2)] == [[name] for name in claimed]


def test_a_claim_inside_a_transaction_of_the_caller_is_refused(database: Database) -> None:
    connection = database.connect()
    queue = LookupQueue(connection)
    queue.enqueue("甲公司")
    request = _claim(queue)
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    for call in (
        queue.dequeue,
        lambda: queue.mark_done(request, FOUND),
        lambda: queue.mark_failed(request, "timeout"),
        lambda: queue.record_answer("甲公司", FOUND),
    ):
        with pytest.raises(OpenTransactionError):
            call()
    connection.commit()
    assert database.query("select status, claim_number from lookup_requests") == [("processing", 1)]
    assert database.value("select count(*) from lookup_answers") == 0


# ---- reports ------------------------------------------------------------------------------------------------------


def test_a_failed_attempt_is_repeated_after_1_5_and_15_minutes_and_the_fourth_is_final(
    database: Database, queue: LookupQueue
) -> None:
    queue.enqueue("甲公司")
    for minutes in (1, 5, 15):
        assert queue.mark_failed(_claim(queue), "timeout") == "pending"
        [(status, error, waiting)] = database.query(
            "select status, last_error, extract(epoch from run_at - updated_at) / 60 from lookup_requests"
        )
        assert (status, error) == ("pending", "timeout")
        assert 0.75 * minutes <= waiting <= 1.25 * minutes
        assert queue.dequeue() == []
        _make_due(database)
    assert queue.mark_failed(_claim(queue), "timeout") == "failed"
    assert database.query("select status, attempts, finished_at is not null from lookup_requests") == [
        ("failed", 4, True)
    ]


def test_an_error_without_a_text_is_an_unknown_error(database: Database, queue: LookupQueue) -> None:
    queue.enqueue("甲公司")
    queue.mark_failed(_claim(queue), " ")
    assert database.value("select last_error from lookup_requests") == "Unknown error"


def test_a_request_that_is_claimed_again_and_again_without_a_report_is_given_up(
    database: Database, queue: LookupQueue
) -> None:
    queue.enqueue("甲公司")
    for _ in range(4):
        _claim(queue)
        _expire_leases(database)
    assert queue.dequeue() == []
    assert database.query("select status, attempts, last_error from lookup_requests") == [
        ("failed", 4, "Claimed 4 times without a report")
    ]


def test_requests_behind_one_that_is_given_up_are_claimed_all_the_same(database: Database, queue: LookupQueue) -> None:
    queue.enqueue("甲公司")
    for _ in range(4):
        _claim(queue)
        _expire_leases(database)
    queue.enqueue("乙公司")
    assert _names(queue.dequeue(1)) == ["乙公司"]
    assert queue.get_queue_stats() == {"pending": 0, "processing": 1, "done": 0, "failed": 1}


def test_an_answer_is_stored_together_with_the_end_of_its_request(database: Database, queue: LookupQueue) -> None:
    queue.enqueue("（存量）甲公司")
    request = _claim(queue)
    queue.mark_done(request, FOUND)
    assert database.query(
        "select provider, asked_name, normalized_name, outcome, company_id, company_name, confidence, evidence,"
        " request_id from lookup_answers"
    ) == [("registry", "（存量）甲公司", "甲公司", "found", "S1", "甲公司", 1, {"match": "名称"}, request.id)]
    assert database.query("select status, lease_until, finished_at is not null from lookup_requests") == [
        ("done", None, True)
    ]


def test_an_answer_that_cannot_be_stored_leaves_the_request_claimed(database: Database, queue: LookupQueue) -> None:
    queue.enqueue("甲公司")
    request = _claim(queue)
    with pytest.raises(DatabaseError, match="confidence"):
        queue.mark_done(request, replace(FOUND, confidence=Decimal(2)))
    assert database.query("select status, claim_number from lookup_requests") == [("processing", 1)]
    queue.mark_done(request, FOUND)


def test_every_status_is_counted_zeros_included(database: Database, queue: LookupQueue) -> None:
    assert queue.get_queue_stats() == {"pending": 0, "processing": 0, "done": 0, "failed": 0}
    queue.enqueue_many(["甲公司", "乙公司"])
    queue.mark_done(_claim(queue), NOT_FOUND)
    assert queue.get_queue_stats() == {"pending": 1, "processing": 0, "done": 1, "failed": 0}


# ---- storage ------------------------------------------------------------------------------------------------------


def test_the_indexes_divide_open_requests_from_closed_ones_and_never_name_the_status(database: Database) -> None:
    indexes = database.query("select indexname, indexdef from pg_indexes where tablename = 'lookup_requests'")
    assert {name: definition.partition(" USING ")[2] for name, definition in indexes} == {
        "lookup_requests_pkey": "btree (id)",
        "lookup_requests_one_open_per_name": "btree (normalized_name) WHERE (finished_at IS NULL)",
        "lookup_requests_open": "btree (run_at, id) WHERE (finished_at IS NULL)",
        "lookup_requests_closed": "btree (normalized_name, finished_at) WHERE (finished_at IS NOT NULL)",
        "lookup_requests_finished": "btree (finished_at) WHERE (finished_at IS NOT NULL)",
        "lookup_requests_dead_letters": "btree (failed_at) WHERE (failed_at IS NOT NULL)",
    }


def test_one_name_cannot_have_two_open_requests(database: Database) -> None:
    insert = "insert into lookup_requests (name, normalized_name) values ('甲公司', '甲公司') returning id"
    assert database.query(insert) == [(1,)]
    with pytest.raises(Exception, match="lookup_requests_one_open_per_name"):
        database.query(insert)


def test_a_claim_touches_no_index(database: Database) -> None:
    connection = database.connect()
    queue = LookupQueue(connection)
    queue.enqueue_many([f"公司{number}" for number in range(20)])
    assert len(queue.dequeue(20)) == 20
    with connection.cursor() as cursor:
        cursor.execute("select pg_stat_force_next_flush()")
    connection.commit()
    statistics = "select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relname = 'lookup_requests'"
    deadline = time.monotonic() + 10
    while (updates := database.query(statistics)) == [(0, 0)] and time.monotonic() < deadline:
        pass
    assert updates == [(20, 20)]


# ---- plan-only ----------------------------------------------------------------------------------------------------


def test_a_queue_without_a_connection_can_only_plan() -> None:
    with pytest.raises(LookupQueueError, match="plan_only"):
        LookupQueue()


def test_plan_only_without_a_connection_gives_its_examples_once() -> None:
    queue = LookupQueue(plan_only=True)
    assert queue.enqueue("甲公司").outcome == "new"
    examples = queue.dequeue()
    assert _names(examples) == ["Test Company 1", "Test Company 2"]
    assert queue.dequeue() == []
    queue.mark_done(examples[0], FOUND)
    assert queue.mark_failed(examples[1], "timeout") == "pending"
    assert queue.get_queue_stats() == {"pending": 0, "processing": 0, "done": 0, "failed": 0}
    assert LookupQueue(plan_only=True).dequeue(1) == examples[:1]


def test_plan_only_refuses_an_empty_name_too() -> None:
    with pytest.raises(ValueError, match="Name cannot be empty"):
        LookupQueue(plan_only=True).enqueue(" ")


def test_plan_only_with_a_connection_writes_nothing(database: Database) -> None:
    LookupQueue(database.connect()).enqueue("甲公司")
    tables = ("lookup_requests", "lookup_answers", "temp_company_ids", "temp_id_sequence")
    contents = [database.query(f"select xmin::text, * from {table}") for table in tables]
    connection = database.connect()
    queue = LookupQueue(connection, plan_only=True)
    with connection.cursor() as cursor:
        cursor.execute("select 1")
        queue.enqueue_many(["甲公司", "乙公司"])
        for request in queue.dequeue():
            queue.mark_done(request, FOUND)
        queue.record_answer("甲公司", FOUND)
        queue.assign_temp_ids(["甲公司"])
        queue.get_next_temp_id()
        assert queue.get_queue_stats()["pending"] == 1
        cursor.execute("select pg_current_xact_id_if_assigned()")
        assert cursor.fetchone() == (None,)
    connection.rollback()
    assert [database.query(f"select xmin::text, * from {table}") for table in tables] == contents
