"""Unknown names are asked for again: `queue ask`, from Python, by several at once, and beside a worker."""

from __future__ import annotations

import select
from decimal import Decimal

import pytest

from child_processes import Child, ask_for_names, starting_line, wait_until_blocked
from company_enrichment import LookupAnswer, LookupQueue
from company_enrichment.errors import LookupQueueError
from company_enrichment.lookups.asking_again import AnswerFilter, AskedName, ask_again, unknown_names_by_answer
from company_enrichment.lookups.queue import notification_channel
from real_databases import Database

NOT_FOUND = LookupAnswer(provider="registry", outcome="not_found")
NOT_ACCEPTED = LookupAnswer(provider="registry", outcome="not_accepted")
REQUESTS = "select name, status from lookup_requests order by id"


@pytest.fixture
def queue(database: Database) -> LookupQueue:
    return LookupQueue(database.connect(), retry_minutes=())


def ask(database: Database, *names: str, plan_only: bool = False) -> list[AskedName]:
    return ask_again(database.connect(), names, schema="enterprise", plan_only=plan_only)


def outcomes(asked: list[AskedName]) -> list[tuple[str, str | None]]:
    return [(name.outcome, name.detail) for name in asked]


@pytest.mark.parametrize("answer", [NOT_FOUND, NOT_ACCEPTED])
def test_a_name_that_was_answered_without_a_company_is_asked_again(
    database: Database, queue: LookupQueue, answer: LookupAnswer
) -> None:
    queue.record_answer("甲公司", answer)
    assert queue.enqueue("甲公司").outcome == "answered"
    assert outcomes(ask(database, "（存量） 甲公司")) == [("new", answer.outcome)]
    assert database.query(REQUESTS) == [("（存量） 甲公司", "pending")]
    # The next answer counts as any other.
    [request] = queue.dequeue()
    queue.mark_done(request, answer)
    assert queue.enqueue("甲公司").outcome == "answered"


def test_asking_twice_asks_once(database: Database, queue: LookupQueue) -> None:
    queue.record_answer("甲公司", NOT_FOUND)
    [first] = ask(database, "甲公司")
    [second] = ask(database, "甲公司")
    assert (first.outcome, second.outcome) == ("new", "open")
    assert first.request_id == second.request_id
    assert outcomes(ask(database, "乙公司", "乙 公司")) == [("new", None), ("new", None)]
    assert database.query(REQUESTS) == [("甲公司", "pending"), ("乙公司", "pending")]


def test_a_dead_letter_is_settled_and_named_as_what_is_asked_anew(database: Database, queue: LookupQueue) -> None:
    queue.enqueue("甲公司")
    [request] = queue.dequeue()
    queue.mark_failed(request, "timeout")
    assert queue.enqueue("甲公司").outcome == "failed"
    [asked] = ask(database, "甲公司")
    assert asked.outcome == "new"
    assert database.query("select id, failed_at is null, replay_of from lookup_requests order by id") == [
        (request.id, True, None),
        (asked.request_id, True, request.id),
    ]


def test_names_with_a_company_and_texts_that_are_none_are_never_asked_for(
    database: Database, queue: LookupQueue
) -> None:
    found = LookupAnswer(
        provider="registry",
        outcome="found",
        company_id="S1",
        company_name="甲公司",
        confidence=Decimal(1),
        match_basis="exact",
    )
    queue.record_answer("甲公司", found)
    # Also where the answer has expired: it counts until there is another.
    database.query("update lookup_answers set answered_at = now() - interval '3 years'")
    queue.record_answer("甲公司", NOT_FOUND)
    database.query(
        "insert into company_mapping (match_type, alias_name, company_id, source, load_id, line_no, alias_text,"
        " updated_at) values ('name', '丁公司', '__EMPTY__', 'test', 'test', 1, '丁公司', now())"
    )
    asked = ask(database, "甲公司", "国家电网有限公司", "丁公司", "未知", "", "  ")
    assert outcomes(asked) == [
        ("known", "S1"),
        ("known", "S0008"),
        ("known", None),
        ("blank", "is a placeholder for a name"),
        ("blank", "is empty"),
        ("blank", "is empty"),
    ]
    assert database.query(REQUESTS) == []
    assert database.value("select count(*) from lookup_answers where ended_at is not null") == 0


def test_a_plan_says_the_same_and_writes_nothing(database: Database, queue: LookupQueue) -> None:
    queue.record_answer("甲公司", NOT_FOUND)
    queue.enqueue("乙公司")
    before = database.query("select xmin::text, a::text from lookup_answers as a")
    names = ("甲公司", "乙公司", "丙公司", "未知")
    planned = ask(database, *names, plan_only=True)
    assert outcomes(planned) == [
        ("new", "not_found"),
        ("open", None),
        ("new", None),
        ("blank", "is a placeholder for a name"),
    ]
    assert database.query(REQUESTS) == [("乙公司", "pending")]
    assert database.query("select xmin::text, a::text from lookup_answers as a") == before
    assert outcomes(ask(database, *names)) == outcomes(planned)


def test_a_name_that_cannot_be_stored_is_refused_and_none_is_asked_for(database: Database) -> None:
    with pytest.raises(LookupQueueError, match="NUL"):
        ask(database, "甲公司", "乙\0公司")
    assert database.query(REQUESTS) == []


def test_waiting_workers_are_told(database: Database) -> None:
    listener = database.connect()
    listener.autocommit = True
    with listener.cursor() as cursor:
        cursor.execute(f"listen {notification_channel('enterprise')}")
    ask(database, "甲公司")
    assert select.select([listener], [], [], 30)[0]


def test_several_at_once_ask_once(database: Database, queue: LookupQueue) -> None:
    names = [f"公司{number}" for number in range(40)]
    for name in names[::2]:
        queue.record_answer(name, NOT_FOUND)
    start = starting_line(4)
    children = [Child(ask_for_names, database.uri, start, names if number % 2 else names[::-1]) for number in range(4)]
    sent = [entry for child in children for entry in child.finish()]
    assert sorted(name for name, outcome in sent if outcome == "new") == sorted(names)
    assert {outcome for _, outcome in sent} == {"new", "open"}
    assert database.value("select count(*) from lookup_requests") == len(names)


def test_who_waited_for_another_does_not_ask_for_what_was_answered_meanwhile(
    database: Database, queue: LookupQueue
) -> None:
    queue.record_answer("甲公司", NOT_FOUND)
    first = database.connect()
    with first.cursor() as cursor:
        cursor.execute("select request_id from enterprise.ask_again(array['甲公司'])")
        [(request_id,)] = cursor.fetchall()
        start = starting_line(1)
        second = Child(ask_for_names, database.uri, start, ["甲公司"])
        wait_until_blocked(database)
        # A worker was quick: it has asked and been answered before the second one's turn.
        cursor.execute(
            "update enterprise.lookup_requests set status = 'done', finished_at = clock_timestamp() where id = %s;"
            "insert into enterprise.lookup_answers (provider, asked_name, normalized_name, outcome, answered_at)"
            " values ('registry', '甲公司', '甲公司', 'not_found', clock_timestamp())",
            (request_id,),
        )
    first.commit()
    assert second.finish() == [("甲公司", "answered")]
    assert database.query(REQUESTS) == [("甲公司", "done")]


def test_a_claimed_request_stays_the_workers(database: Database, queue: LookupQueue) -> None:
    queue.enqueue("甲公司")
    [request] = queue.dequeue()
    assert outcomes(ask(database, "甲公司")) == [("open", None)]
    queue.mark_done(request, NOT_FOUND)
    assert database.query(REQUESTS) == [("甲公司", "done")]


@pytest.fixture
def unknown(database: Database, queue: LookupQueue) -> Database:
    """Records of five unknown names, after a run of dbt: three are answered, one is open, one record is deleted."""
    for record_id, name in enumerate(["甲公司", "甲公司", "乙公司", "丙公司", "丁公司", "戊公司", "国家电网有限公司"]):
        database.query(
            "insert into customer_records (record_id, source_system, customer_name) values (%s, 'test', %s)",
            (str(record_id), name),
        )
    queue.record_answer("甲公司", NOT_FOUND)
    queue.record_answer("乙公司", NOT_ACCEPTED)
    queue.record_answer("丙公司", NOT_FOUND)
    queue.record_answer("戊公司", NOT_FOUND)
    database.query("update customer_records set deleted_at = now() where customer_name = '戊公司'")
    database.query("update lookup_answers set answered_at = now() - interval '10 days' where asked_name = '丙公司'")
    database.dbt("run", "--exclude", "remarks_of_unknown_names")
    assert database.query(REQUESTS) == [("丁公司", "pending")]
    return database


@pytest.mark.one_server
def test_filters_mean_the_unknown_names_of_records_by_their_last_answer(unknown: Database) -> None:
    def names(which: AnswerFilter, days: float | None = None) -> list[str]:
        return unknown_names_by_answer(unknown.connect(), which, schema="enterprise", older_than_days=days)

    assert names(AnswerFilter.NOT_FOUND) == ["甲公司", "丙公司"]
    assert names(AnswerFilter.NOT_ACCEPTED) == ["乙公司"]
    assert names(AnswerFilter.UNUSABLE) == []
    assert sorted(names(AnswerFilter.ALL_UNKNOWN)) == sorted(["甲公司", "丁公司", "丙公司", "乙公司"])
    assert names(AnswerFilter.NOT_FOUND, 9) == ["丙公司"]
    assert names(AnswerFilter.ALL_UNKNOWN, 9) == ["丙公司"]
    assert names(AnswerFilter.NOT_FOUND, 11) == []
    # The command: several names, or a filter, are listed and asked for with --execute.
    listed = unknown.cli("queue", "ask", "--all-unknown").output
    assert "甲公司 would be asked for (last answer: not_found)" in listed
    assert "丁公司 is left: it is asked for already" in listed
    assert "Names: 4; 3 would be asked for; left: 1 asked for already." in listed
    assert "Nothing was written; --execute asks." in listed
    assert "2 would be asked for" in unknown.cli("queue", "ask", "甲公司", "乙公司").output
    assert unknown.query(REQUESTS) == [("丁公司", "pending")]
    assert "1 are asked for" in unknown.cli("queue", "ask", "--not-accepted", "--execute").output
    assert "1 would be asked for" in unknown.cli("queue", "ask", "甲公司", "--plan-only").output
    assert "甲公司 is asked for (last answer: not_found)" in unknown.cli("queue", "ask", "甲公司").output
    assert unknown.query(REQUESTS) == [("丁公司", "pending"), ("乙公司", "pending"), ("甲公司", "pending")]
    # The cache has it from the next run, and a run asks for nothing of its own accord.
    unknown.dbt("run", "--exclude", "remarks_of_unknown_names")
    assert unknown.query("select normalized_name from company_lookup_cache where expires_at <= now() order by 1") == [
        ("乙公司",),
        ("甲公司",),
    ]
    assert unknown.value("select count(*) from lookup_requests") == 3


@pytest.mark.one_server
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "Say which: one or more NAMEs, or one of --all-unknown"),
        (("甲公司", "--not-found"), 2, "Say which"),
        (("--not-found", "--not-accepted"), 2, "Say which"),
        (("甲公司", "--older-than-days", "3"), 2, "--older-than-days goes with"),
        (("甲公司", "--execute", "--plan-only"), 2, "give one of them"),
        (("国家电网有限公司",), 1, "国家电网有限公司 is left: it has a company already: S0008"),
        (("未知",), 1, "未知 is left: it cannot be looked up: the name is a placeholder for a name"),
    ],
)
def test_what_cannot_be_asked_for_is_said(database: Database, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = database.cli("queue", "ask", *arguments, check=False)
    assert (done.code, said in done.output, "Traceback" in done.output) == (code, True, False), done.output


@pytest.mark.one_server
def test_what_was_asked_and_answered_of_a_name_is_shown(database: Database, queue: LookupQueue) -> None:
    queue.enqueue("甲公司")
    [request] = queue.dequeue()
    queue.mark_done(request, NOT_ACCEPTED)
    ask(database, "甲公司")
    shown = " ".join(database.cli("queue", "show", "（存量）甲公司").output.split())
    for said in ("Requests", "pending", "Answers", "not_accepted"):
        assert said in shown
    assert "nobody has asked for it" in database.cli("queue", "show", "乙公司").output
    refused = database.cli("queue", "show", "未知", check=False)
    assert refused.code == 1 and "未知 is a placeholder for a name: it is never looked up" in refused.output
