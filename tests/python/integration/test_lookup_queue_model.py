"""The lookup queue against a model of it in Python: random calls, and the table compared after each of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import HealthCheck, Phase, settings, strategies
from hypothesis import seed as with_seed
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from company_enrichment import LookupAnswer, LookupQueue, LookupRequest
from company_enrichment.lookups.operations import QueueOperations
from company_enrichment.lookups.queue import notification_channel
from company_enrichment.records import ClaimReport
from real_databases import Database

NAMES = [f"公司{number}" for number in range(5)]
MAXIMUM_ATTEMPTS = 3
ANSWERS = {
    "found": LookupAnswer(
        provider="registry",
        outcome="found",
        company_id="S1",
        company_name="x",
        confidence=Decimal(1),
        match_basis="exact",
    ),
    "not_found": LookupAnswer(provider="registry", outcome="not_found"),
}


@dataclass
class Request:
    """What the model knows of a request. ready: it may be claimed now, as far as its time goes."""

    id: int
    name: str
    status: str = "pending"
    attempts: int = 0
    claim_number: int = 0
    is_ready: bool = True
    is_expired: bool = False
    is_dead_letter: bool = False


class QueueMachine(RuleBasedStateMachine):
    """Every call of the queue, and the passing of time. Claims are kept, to be reported when they are stale."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.database.query("truncate lookup_requests, lookup_answers restart identity")
        self.queue = LookupQueue(self.database.connect(), retry_minutes=(1, 5))
        self.operations = QueueOperations(
            self.database.connect(), schema="enterprise", channel=notification_channel("enterprise")
        )
        self.requests: dict[int, Request] = {}
        self.answers: list[tuple[int, str]] = []
        self.claims: list[LookupRequest] = []
        # In the order in which claims take them: by run_at, then id.
        self.order: list[int] = []

    def teardown(self) -> None:
        """Give the connections back."""
        self.queue._opened.close()
        self.operations._connection.close()

    def open_of(self, name: str) -> Request | None:
        return next((one for one in self.requests.values() if one.name == name and self.is_open(one)), None)

    @staticmethod
    def is_open(request: Request) -> bool:
        return request.status in ("pending", "processing")

    def new(self, request_id: int, name: str) -> None:
        self.requests[request_id] = Request(request_id, name)
        self.order.append(request_id)

    @rule(names=strategies.lists(strategies.sampled_from(NAMES), min_size=1, max_size=4))
    def enqueue(self, names: list[str]) -> None:
        before = {name: self.outcome_of(name) for name in names}
        results = self.queue.enqueue_many(names)
        assert [result.outcome for result in results] == [before[name] for name in names]
        for result in sorted(results, key=lambda one: one.request_id or 0):
            if result.outcome == "new":
                assert result.request_id is not None
                if result.request_id not in self.requests:
                    self.new(result.request_id, result.name)
            elif result.outcome == "open":
                opened = self.open_of(result.name)
                assert opened is not None and opened.id == result.request_id

    def outcome_of(self, name: str) -> str:
        if self.open_of(name):
            return "open"
        ids = [one.id for one in self.requests.values() if one.name == name]
        if any(request_id in ids for request_id, _ in self.answers):
            return "answered"
        return "failed" if any(self.requests[one].status == "failed" for one in ids) else "new"

    @rule(size=strategies.integers(1, 4))
    def dequeue(self, size: int) -> None:
        expected: list[int] = []
        while True:
            candidates = [
                self.requests[one]
                for one in self.order
                if self.requests[one].is_ready
                and (self.requests[one].status == "pending" or self.requests[one].is_expired)
            ][:size]
            usable = []
            for request in candidates:
                if request.attempts >= MAXIMUM_ATTEMPTS:
                    self.end(request, "failed")
                else:
                    usable.append(request)
            if usable and usable[0].is_expired:
                usable = usable[:1]
            expected = [request.id for request in usable if request is usable[0] or not request.is_expired]
            if expected or not candidates:
                break
        claimed = self.queue.dequeue(size)
        assert [request.id for request in claimed] == expected
        for claim in claimed:
            request = self.requests[claim.id]
            assert claim.is_taken_over == request.is_expired
            request.status, request.is_expired = "processing", False
            request.attempts += 1
            request.claim_number += 1
            assert (claim.attempts, claim.claim_number) == (request.attempts, request.claim_number)
        self.claims += claimed

    def end(self, request: Request, status: str) -> None:
        request.status, request.is_expired = status, False
        request.is_dead_letter = status == "failed"
        self.order.remove(request.id)

    @precondition(lambda self: self.claims)
    @rule(
        data=strategies.data(),
        outcomes=strategies.lists(
            strategies.sampled_from(["found", "not_found", "failed", "snoozed", "released"]), min_size=1, max_size=3
        ),
    )
    def report(self, data: strategies.DataObject, outcomes: list[str]) -> None:
        """Several at once; of one request at most one, as a worker does."""
        chosen: dict[int, ClaimReport] = {}
        for outcome in outcomes:
            claim = data.draw(strategies.sampled_from(self.claims))
            chosen[claim.id] = {
                "found": lambda one=claim: ClaimReport.done(one, ANSWERS["found"]),
                "not_found": lambda one=claim: ClaimReport.done(one, ANSWERS["not_found"]),
                "failed": lambda one=claim: ClaimReport.failed(one, "timeout"),
                "snoozed": lambda one=claim: ClaimReport.snoozed(one, 3600, "503"),
                "released": lambda one=claim: ClaimReport.released(one),
            }[outcome]()
        expected = [self.expected_status(report) for report in chosen.values()]
        assert self.queue.report(chosen.values()) == expected

    def expected_status(self, report: ClaimReport) -> str:
        request = self.requests.get(report.request.id)
        if request is None or not self.holds(report.request):
            return "stale"
        if report.outcome == "done":
            assert report.answer is not None
            self.answers.append((request.id, report.answer.outcome))
            self.end(request, "done")
        elif report.outcome == "failed" and request.attempts >= MAXIMUM_ATTEMPTS:
            self.end(request, "failed")
        else:
            request.status = "pending"
            request.attempts -= report.outcome in ("snoozed", "released")
            request.is_ready = report.outcome == "released"
        return request.status

    def holds(self, claim: LookupRequest) -> bool:
        request = self.requests.get(claim.id)
        return (
            request is not None
            and request.status == "processing"
            and request.claim_number == claim.claim_number
            and not request.is_expired
        )

    @precondition(lambda self: self.claims)
    @rule(data=strategies.data())
    def heartbeat(self, data: strategies.DataObject) -> None:
        held = data.draw(strategies.lists(strategies.sampled_from(self.claims), min_size=1, max_size=3, unique_by=id))
        assert self.queue.heartbeat(held) == [claim for claim in held if not self.holds(claim)]

    @rule(data=strategies.data())
    def leases_run_out(self, data: strategies.DataObject) -> None:
        processing = sorted(one.id for one in self.requests.values() if one.status == "processing")
        if processing:
            gone = data.draw(strategies.lists(strategies.sampled_from(processing), min_size=1, unique=True))
            self.database.query(
                "update lookup_requests set lease_until = now() - interval '1 second' where id = any(%s)", (gone,)
            )
            for one in gone:
                self.requests[one].is_expired = True

    @rule()
    def time_passes(self) -> None:
        """What waits is due; in the order of ids, so that the model need not know the chance in their times."""
        self.database.query("update lookup_requests set run_at = now() where finished_at is null")
        self.order.sort()
        for request in self.requests.values():
            request.is_ready = True

    @rule(ids=strategies.none() | strategies.lists(strategies.integers(1, 8), min_size=1, unique=True))
    def replay(self, ids: list[int] | None) -> None:
        letters = [one for one in self.requests.values() if one.is_dead_letter and (ids is None or one.id in ids)]
        openable = {one.name for one in letters if self.open_of(one.name) is None}
        replayed = self.operations.replay(ids)
        assert {one.id: one.is_replayed for one in replayed} == {one.id: one.name in openable for one in letters}
        for letter in letters:
            letter.is_dead_letter = letter.name not in openable
        for request_id, name in self.database.query(
            "select id, name from lookup_requests where id <> all(%s) order by id", (list(self.requests),)
        ):
            assert name in openable
            openable.remove(name)
            self.new(request_id, name)
        assert not openable

    @rule(dead_letters=strategies.booleans())
    def prune(self, dead_letters: bool) -> None:
        gone = [
            one.id
            for one in self.requests.values()
            if one.status in ("done", "failed") and (dead_letters or not one.is_dead_letter)
        ]
        assert self.operations.prune(0, dead_letters=dead_letters) == len(gone)
        for one in gone:
            # Its answers are still there: the name is answered.
            self.pruned_answers(self.requests.pop(one))

    def pruned_answers(self, request: Request) -> None:
        if any(request_id == request.id for request_id, _ in self.answers):
            self.requests[request.id] = Request(request.id, request.name, "pruned")

    @invariant()
    def the_table_is_as_the_model_says(self) -> None:
        rows = self.database.query(
            "select id, name, status, attempts, claim_number, failed_at is not null from lookup_requests order by id"
        )
        assert rows == [
            (one.id, one.name, one.status, one.attempts, one.claim_number, one.is_dead_letter)
            for one in sorted(self.requests.values(), key=lambda one: one.id)
            if one.status != "pruned"
        ]
        stored = self.database.query("select request_id, outcome from lookup_answers order by request_id")
        assert stored == sorted(self.answers)


def test_the_queue_does_what_the_model_says(database: Database) -> None:
    seed = int(os.environ.get("TEST_SEED", int.from_bytes(os.urandom(4), "big")))
    print(f"TEST_SEED={seed}")
    QueueMachine.database = database
    machine = type("Seeded", (QueueMachine,), {})
    run_state_machine_as_test(
        with_seed(seed)(machine),
        settings=settings(
            max_examples=25,
            stateful_step_count=40,
            deadline=None,
            database=None,
            # To shrink an example takes minutes; the seed repeats it.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
