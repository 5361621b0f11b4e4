"""Claims of the lookup queue: what a claim that no longer holds cannot do, and what a bad request costs the others."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from company_enrichment import LookupAnswer, LookupQueue, LookupRequest
from company_enrichment.errors import StaleClaimError
from company_enrichment.records import ClaimReport
from real_databases import Database

pytestmark = pytest.mark.every_server

FOUND = LookupAnswer(
    provider="registry",
    outcome="found",
    company_id="S1",
    company_name="甲公司",
    confidence=Decimal(1),
    match_basis="exact",
)
NOT_FOUND = LookupAnswer(provider="registry", outcome="not_found")
CONTENT = "select * from lookup_requests order by id"


@pytest.fixture
def queue(database: Database) -> LookupQueue:
    return LookupQueue(database.connect())


def claim(queue: LookupQueue) -> LookupRequest:
    [request] = queue.dequeue(1)
    return request


def expire_leases(database: Database) -> None:
    database.query("update lookup_requests set lease_until = now() - interval '1 second' where lease_until is not null")


def claim_again(database: Database, request: LookupRequest) -> None:
    expire_leases(database)
    assert claim(LookupQueue(database.connect())).id == request.id


def delete(database: Database, request: LookupRequest) -> None:
    database.query("delete from lookup_requests where id = %s", (request.id,))


# What somebody else, or time, does to a claim.
FATES: dict[str, Callable[[Database, LookupRequest], None]] = {
    "expired": lambda database, request: expire_leases(database),
    "re-claimed": claim_again,
    "finished": lambda database, request: LookupQueue(database.connect()).mark_done(request, NOT_FOUND),
    "put off": lambda database, request: LookupQueue(database.connect()).snooze(request, 60, "429"),
    "deleted": delete,
}
# What its owner still wants to do with it; True where it was refused.
REPORTS: dict[str, Callable[[LookupQueue, LookupRequest], bool]] = {
    "complete": lambda queue, request: refused(lambda: queue.mark_done(request, FOUND)),
    "fail": lambda queue, request: refused(lambda: queue.mark_failed(request, "timeout")),
    "snooze": lambda queue, request: refused(lambda: queue.snooze(request, 60, "503")),
    "release": lambda queue, request: refused(lambda: queue.release(request)),
    "heartbeat": lambda queue, request: queue.heartbeat([request]) == [request],
}


def refused(report: Callable[[], object]) -> bool:
    try:
        report()
    except StaleClaimError as error:
        assert "The report was not applied" in str(error)
        return True
    return False


@pytest.mark.parametrize("fate", list(FATES))
@pytest.mark.parametrize("report", list(REPORTS))
def test_what_a_claim_that_no_longer_holds_reports_is_refused(
    database: Database, queue: LookupQueue, report: str, fate: str
) -> None:
    queue.enqueue_many(["甲公司", "乙公司"])
    request = claim(queue)
    assert not REPORTS["heartbeat"](queue, request)
    FATES[fate](database, request)
    before = database.query(CONTENT), database.query("select * from lookup_answers")
    assert REPORTS[report](queue, request)
    assert (database.query(CONTENT), database.query("select * from lookup_answers")) == before


@pytest.mark.parametrize("report", list(REPORTS))
def test_what_a_claim_that_holds_reports_is_applied(database: Database, queue: LookupQueue, report: str) -> None:
    queue.enqueue("甲公司")
    request = claim(queue)
    before = database.query(CONTENT)
    assert not REPORTS[report](queue, request)
    assert database.query(CONTENT) != before


def test_reports_of_a_batch_are_judged_one_by_one(database: Database, queue: LookupQueue) -> None:
    queue.enqueue_many([f"公司{number}" for number in range(5)])
    requests = queue.dequeue()
    other = LookupQueue(database.connect())
    other.mark_done(requests[1], NOT_FOUND)
    reports = [
        ClaimReport.done(requests[0], FOUND),
        ClaimReport.done(requests[1], FOUND),
        ClaimReport.failed(requests[2], "timeout"),
        ClaimReport.snoozed(requests[3], 60, "503"),
        ClaimReport.released(requests[4]),
    ]
    assert queue.report(reports) == ["done", "stale", "pending", "pending", "pending"]
    assert database.query("select status, attempts, last_error from lookup_requests order by id") == [
        ("done", 1, None),
        ("done", 1, None),
        ("pending", 1, "timeout"),
        ("pending", 0, "503"),
        ("pending", 0, None),
    ]
    assert database.query("select request_id, outcome from lookup_answers order by answer_id") == [
        (requests[1].id, "not_found"),
        (requests[0].id, "found"),
    ]
    assert queue.report([]) == []


def test_a_request_that_is_put_off_comes_back_in_its_time_with_all_its_attempts(
    database: Database, queue: LookupQueue
) -> None:
    queue.enqueue("甲公司")
    for _ in range(6):
        queue.snooze(claim(queue), 90, "429")
        [(seconds,)] = database.query("select extract(epoch from run_at - updated_at) from lookup_requests")
        assert seconds == 90
        assert queue.dequeue() == []
        database.query("update lookup_requests set run_at = now()")
    assert claim(queue).attempts == 1


def test_a_request_that_is_given_back_can_be_claimed_at_once(database: Database, queue: LookupQueue) -> None:
    queue.enqueue_many(["甲公司", "乙公司"])
    first = claim(queue)
    queue.release(first)
    again = claim(queue)
    assert (again.id, again.attempts, again.claim_number, again.is_taken_over) == (first.id, 1, 2, False)


def test_a_heartbeat_renews_the_lease_and_touches_no_index(database: Database, queue: LookupQueue) -> None:
    queue.enqueue_many(["甲公司", "乙公司"])
    requests = queue.dequeue()
    database.query("update lookup_requests set lease_until = now() + interval '1 second'")
    hot = "select n_tup_upd - n_tup_hot_upd from pg_stat_user_tables where relname = 'lookup_requests'"
    assert queue.heartbeat(requests) == []
    [(seconds,)] = database.query("select distinct extract(epoch from lease_until - updated_at) from lookup_requests")
    assert seconds == 300
    database.query("select pg_stat_force_next_flush()")
    assert database.value(hot) == 0
    assert queue.heartbeat([]) == []


def test_of_two_claims_of_one_request_a_heartbeat_renews_the_present_one(
    database: Database, queue: LookupQueue
) -> None:
    queue.enqueue("甲公司")
    old = claim(queue)
    expire_leases(database)
    present = claim(queue)
    assert queue.heartbeat([old, present]) == [old]


def test_who_may_have_killed_its_worker_is_claimed_alone(database: Database, queue: LookupQueue) -> None:
    queue.enqueue_many([f"公司{number}" for number in range(4)])
    lost = queue.dequeue(2)
    expire_leases(database)
    batches = [queue.dequeue() for _ in range(4)]
    assert [[request.id for request in batch] for batch in batches] == [[1], [2], [3, 4], []]
    assert [[request.is_taken_over for request in batch] for batch in batches[:3]] == [[True], [True], [False, False]]
    assert [request.attempts for batch in batches for request in batch] == [2, 2, 1, 1]
    assert {request.is_taken_over for request in lost} == {False}


def test_its_turn_comes_by_its_age(database: Database, queue: LookupQueue) -> None:
    queue.enqueue_many([f"公司{number}" for number in range(4)])
    queue.dequeue()
    database.query("update lookup_requests set run_at = now() - id * interval '1 minute'")
    for request_id in (1, 2, 4):
        database.query(
            "update lookup_requests set status = 'pending', claimed_by = null, lease_until = null where id = %s",
            (request_id,),
        )
    expire_leases(database)
    # Of the first three, one is taken over, and not the first.
    assert [[request.id for request in queue.dequeue(3)] for _ in range(4)] == [[4, 2], [3], [1], []]


def test_a_bad_name_costs_its_neighbours_one_attempt_and_not_all(database: Database, queue: LookupQueue) -> None:
    """A worker that dies whenever it holds the bad name: the others are done by their second attempt."""
    queue.enqueue_many([f"公司{number}" for number in range(5)])
    bad = "公司2"
    for _ in range(40):
        batch = queue.dequeue()
        if not batch and database.value("select count(*) from lookup_requests where finished_at is null") == 0:
            break
        if any(request.name == bad for request in batch):
            expire_leases(database)
            continue
        queue.report(ClaimReport.done(request, NOT_FOUND) for request in batch)
    assert database.query("select name, status, attempts from lookup_requests order by id") == [
        (f"公司{number}", "failed" if number == 2 else "done", 4 if number == 2 else 2) for number in range(5)
    ]


def buffers_of_a_claim(database: Database, queue: LookupQueue) -> int:
    read = (
        "select heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read from pg_statio_user_tables"
        " where relname = 'lookup_requests'"
    )
    flush = "select pg_stat_force_next_flush()"
    with queue._opened.cursor() as cursor:
        cursor.execute(flush)
        queue._opened.commit()
        before = database.value(read)
        assert len(queue.dequeue(50)) == 50
        cursor.execute(flush)
        queue._opened.commit()
    return int(database.value(read)) - int(before)


def test_the_buffers_that_a_claim_reads_do_not_grow_with_what_is_done(database: Database, queue: LookupQueue) -> None:
    queue.enqueue_many([f"甲{number}" for number in range(200)])
    database.query("vacuum analyze lookup_requests")
    few = buffers_of_a_claim(database, queue)
    database.query("update lookup_requests set status = 'done', lease_until = null, finished_at = now()")
    database.query(
        "insert into lookup_requests (name, normalized_name, status, finished_at, run_at)"
        " select 'x' || n, 'x' || n, 'done', now(), now() - interval '1 day' from generate_series(1, 50000) as n"
    )
    database.query("vacuum analyze lookup_requests")
    queue.enqueue_many([f"乙{number}" for number in range(200)])
    many = buffers_of_a_claim(database, queue)
    assert many < 3 * few, f"{few} buffers beside none that are done, {many} beside 50,000"


def test_the_buffers_that_a_claim_reads_do_not_grow_with_what_waits(database: Database, queue: LookupQueue) -> None:
    # Of a table that has grown since its last ANALYZE the planner knows nothing.
    database.query("alter table lookup_requests set (autovacuum_enabled = false)")
    queue.enqueue_many([f"甲{number}" for number in range(200)])
    few = buffers_of_a_claim(database, queue)
    queue.enqueue_many([f"乙{number}" for number in range(20000)])
    many = buffers_of_a_claim(database, queue)
    assert many < 3 * few, f"{few} buffers beside 200 that wait, {many} beside 20,200"
