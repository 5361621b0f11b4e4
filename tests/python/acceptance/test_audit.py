"""Each question of docs/audit.md is answered by its query as a history that is known says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from psycopg2.extras import RealDictCursor

from company_enrichment import LookupAnswer, LookupQueue
from real_databases import REPOSITORY, Database, create_database, drop_database

pytestmark = pytest.mark.one_server

# What a reader replaces in the queries of the page.
YOUR_RECORD = "(select min(record_id) from enterprise.customer_records)"
YOUR_DATE = "now() - interval '1 day'"
YOUR_ID = "'TEMP_000123'"

QUESTIONS = [
    "Why has record R company X?",
    "Since when?",
    "What was it on date D?",
    "Which mapping load or answer decided?",
    "Who corrected it?",
    "What did last night's run change?",
    "Which facts still carry TEMP_000123?",
    "Which aliases are in conflict?",
    "Which names cost the most lookups?",
    "Coverage by source, domain and month",
    "Temporary ids by age",
    "What did the provider cost this month?",
]


def _queries() -> dict[str, list[str]]:
    """The SQL blocks of each section of the page."""
    _, *sections = re.split(r"^## ", (REPOSITORY / "docs" / "audit.md").read_text("utf-8"), flags=re.MULTILINE)
    return {
        section.split("\n", 1)[0]: re.findall(r"^```sql\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
        for section in sections
    }


@dataclass(frozen=True)
class History:
    """The database in which the history was made, the runs that made it, and an instant after each step."""

    database: Database
    runs: list[str]
    instants: dict[str, datetime]

    def answer(self, question: str, **yours: Any) -> list[dict[str, Any]]:
        """What the page's query answers, with the reader's own record, date or id in it."""
        [query] = _queries()[question]
        for name, placeholder in (("record", YOUR_RECORD), ("date", YOUR_DATE), ("temp_id", YOUR_ID)):
            if name in yours:
                assert query.count(placeholder) == 1, query
                query = query.replace(placeholder, f"%({name})s")
        with closing(self.database.connect()) as connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:
            cursor.execute(query, yours or None)
            return [dict(row) for row in cursor.fetchall()]


def _land(database: Database, load_id: str, source: str, rows: list[tuple[str, str]]) -> None:
    for line_no, (plan, company_id) in enumerate(rows, start=2):
        database.query(
            "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
            " values (%s, %s, %s, 'plan', %s, %s)",
            (load_id, line_no, source, plan, company_id),
        )


def _ingest(database: Database, record_id: str, plan: str | None, name: str | None, *months: str) -> None:
    database.query(
        "insert into customer_records (record_id, source_system, plan_code, customer_name, source_file, source_row)"
        " values (%s, 'annuity', %s, %s, 'book.xlsx', 2)",
        (record_id, plan, name),
    )
    for month in months:
        database.query("insert into ingest_period_records values ('performance', %s, %s)", (month, record_id))


def _ask(database: Database) -> None:
    """Both names are asked: 甲公司 is found, 丙公司 is answered at the second attempt only, and is not found."""
    queue = LookupQueue(database.connect())
    found = LookupAnswer(provider="eqc", outcome="found", company_id="C", company_name="甲公司", confidence=Decimal(1))
    requests = {request.name: request for request in queue.dequeue(batch_size=10)}
    queue.mark_done(requests["甲公司"], found)
    queue.mark_failed(requests["丙公司"], "timeout")
    database.query("update lookup_requests set run_at = now() where finished_at is null")
    [again] = queue.dequeue(batch_size=10)
    queue.mark_done(again, LookupAnswer(provider="eqc", outcome="not_found"))
    # An answer of another month, which costs nothing in this one.
    database.query(
        "insert into lookup_answers (provider, asked_name, normalized_name, outcome, answered_at)"
        " values ('eqc', '丙公司', '丙公司', 'not_found', date_trunc('month', now()) - interval '10 days')"
    )


@pytest.fixture(scope="module")
def history(deployed_template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """Mappings, an answer, a conflict, a correction and its undoing, in three runs."""
    folder = tmp_path_factory.mktemp("audit")
    database = create_database(deployed_template.server, folder, deployed_template.name)
    database.query(
        "truncate mapping_records, landed_loads, mapping_changes, company_mapping, company_mapping_history,"
        " mapping_loads, enrichment_runs"
    )
    instants: dict[str, datetime] = {}

    def passed(step: str) -> None:
        instants[step] = database.value("select clock_timestamp()")

    passed("before")
    _ingest(database, "plan", "P1", None, "202509")
    _ingest(database, "named", None, "甲公司", "202509", "202510")
    _ingest(database, "unknown", None, "丙公司", "202510")
    _ingest(database, "empty", "P9", "丁公司", "202510")
    _ingest(database, "blank", None, None, "202510")
    _land(database, "one", "curated", [("P1", "A"), ("P2", "A"), ("P9", "__EMPTY__")])
    database.dbt("run")
    passed("first run")
    _land(database, "two", "other", [("P1", "B"), ("P2", "B")])
    _ask(database)
    database.dbt("run")
    passed("second run")
    database.operation(
        "correct_company_id",
        {
            "from": "C",
            "to": "D",
            "kind": "merged",
            "reason": "one company",
            "allow_unknown": True,
            "execute": True,
        },
    )
    passed("correction")
    _ingest(database, "late", None, "（原）甲公司")
    # The source that has lost one of two conflicts comes to agree.
    _land(database, "three", "curated", [("P2", "B")])
    database.dbt("run", "--vars", "{lookup_prices: {eqc: 0.5}}")
    passed("third run")
    database.operation(
        "correct_company_id", {"from": "D", "to": "C", "kind": "merged", "reason": "they are two", "execute": True}
    )
    database.query("update temp_company_ids set first_seen = now() - interval '40 days' where first_name = '丙公司'")
    runs = [run_id for (run_id,) in database.query("select run_id from enrichment_runs order by started_at")]
    yield History(database, runs, instants)
    drop_database(database)


def chosen(rows: list[dict[str, Any]], *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def test_every_question_has_one_query() -> None:
    assert {question: len(queries) for question, queries in _queries().items()} == dict.fromkeys(QUESTIONS, 1)


def test_why_a_record_has_its_company(history: History) -> None:
    question = "Why has record R company X?"
    columns = ("company_id", "status", "match_type", "matched_key", "mapping_source", "mapping_load", "mapping_line")
    assert chosen(history.answer(question, record="plan"), *columns) == [
        ("B", "resolved", "plan", "P1", "other", "two", 2)
    ]
    assert chosen(history.answer(question, record="empty"), *columns) == [
        (None, "no_company", "plan", "P9", "curated", "one", 4)
    ]
    answered = ("company_id", "match_type", "matched_key", "provider", "asked_name", "company_name", "source_file")
    assert chosen(history.answer(question, record="named"), *answered) == [
        ("C", "lookup", "甲公司", "eqc", "甲公司", "甲公司", "book.xlsx")
    ]
    assert chosen(history.answer(question, record="unknown"), "status", "match_type", "mapping_load", "provider") == [
        ("temporary", None, None, None)
    ]
    assert chosen(history.answer(question, record="blank"), "company_id", "status") == [(None, "unresolvable")]


def test_since_when(history: History) -> None:
    [answer] = history.answer("Since when?", record="plan")
    assert history.instants["first run"] < answer.pop("since") < history.instants["second run"]
    assert answer == {"company_id": "B", "kind": "changed", "company_id_before": "A", "run_id": history.runs[1]}
    [answer] = history.answer("Since when?", record="named")
    assert answer["since"] > history.instants["third run"]
    assert (answer["company_id"], answer["kind"], answer["company_id_before"]) == ("C", "merged", "D")
    [answer] = history.answer("Since when?", record="unknown")
    assert history.instants["before"] < answer["since"] < history.instants["first run"]


def test_what_it_was_on_a_date(history: History) -> None:
    was = {
        step: chosen(
            history.answer("What was it on date D?", record="named", date=instant), "company_id", "status", "match_type"
        )
        for step, instant in history.instants.items()
    }
    [(temp_id,)] = history.database.query("select temp_id from temp_company_ids where first_name = '甲公司'")
    assert was == {
        "before": [],
        "first run": [(temp_id, "temporary", None)],
        "second run": [("C", "resolved", "lookup")],
        "correction": [("D", "resolved", "lookup")],
        "third run": [("D", "resolved", "lookup")],
    }


def test_which_load_or_answer_decided(history: History) -> None:
    question = "Which mapping load or answer decided?"
    columns = ("kind", "new_company_id", "matched_key", "mapping_load", "mapping_source", "mapping_line")
    assert chosen(history.answer(question, record="plan"), *columns) == [
        ("new", "A", "P1", "one", "curated", 2),
        ("changed", "B", "P1", "two", "other", 2),
    ]
    answer_id = history.database.value("select answer_id from lookup_answers where outcome = 'found'")
    columns = ("kind", "matched_key", "answer_id", "provider", "correction_id", "mapping_load")
    assert chosen(history.answer(question, record="named"), *columns) == [
        ("new", None, None, None, None, None),
        ("repointed", "甲公司", answer_id, "eqc", None, None),
        ("merged", "甲公司", answer_id, "eqc", 1, None),
        ("merged", "甲公司", answer_id, "eqc", None, None),
    ]


def test_who_corrected_it(history: History) -> None:
    columns = (
        *("old_company_id", "new_company_id", "correction_id", "kind", "decided_by", "reason", "undoes", "undone_by"),
    )
    first = (1, "merged", "postgres", "one company", None, 2)
    second = (2, "merged", "postgres", "they are two", 1, None)
    question = "Who corrected it?"
    assert chosen(history.answer(question, record="named"), *columns) == [("C", "D", *first), ("D", "C", *second)]
    assert chosen(history.answer(question, record="late"), *columns) == [(None, "D", *first), ("D", "C", *second)]
    assert history.answer(question, record="plan") == []


def test_what_the_last_run_changed(history: History) -> None:
    question = "What did last night's run change?"
    columns = ("run_status", "kind", "old_company_id", "new_company_id", "match_type", "mapping_load", "records")
    assert {row["run_id"] for row in history.answer(question)} == {history.runs[2]}
    assert chosen(history.answer(question), *columns) == [("success", "new", None, "D", "lookup", None, 1)]
    [query] = _queries()[question]
    earlier = query.replace("order by started_at desc limit 1)", "order by started_at desc offset 1 limit 1)")
    [(temp_id,)] = history.database.query("select temp_id from temp_company_ids where first_name = '甲公司'")
    assert [row[3:] for row in history.database.query(earlier)] == [
        ("changed", "A", "B", "plan", "two", 1, "plan"),
        ("repointed", temp_id, "C", "lookup", None, 1, "named"),
    ]


def test_a_run_that_changed_nothing_is_one_row_of_nothing(history: History) -> None:
    question = "What did last night's run change?"
    history.database.query(
        "insert into enrichment_runs (run_id, project_version, dbt_version, status)"
        " values ('idle', '1', '1', 'success')"
    )
    try:
        assert chosen(history.answer(question), "run_id", "kind", "records") == [("idle", None, 0)]
    finally:
        history.database.query("delete from enrichment_runs where run_id = 'idle'")


def test_which_facts_still_carry_a_temporary_id(history: History) -> None:
    question = "Which facts still carry TEMP_000123?"
    ids = dict(history.database.query("select first_name, temp_id from temp_company_ids"))
    columns = ("record_id", "source_file", "customer_name", "company_id_now", "still_carries_it")
    assert chosen(history.answer(question, temp_id=ids["丙公司"]), *columns) == [
        ("unknown", "book.xlsx", "丙公司", ids["丙公司"], True)
    ]
    assert chosen(history.answer(question, temp_id=ids["甲公司"]), *columns) == [
        ("named", "book.xlsx", "甲公司", "C", False)
    ]
    assert history.answer(question) == []


def test_which_aliases_are_in_conflict(history: History) -> None:
    columns = ("match_type", "alias_text", "company_id", "source", "losing_company_id", "losing_source", "rule")
    assert chosen(history.answer("Which aliases are in conflict?"), *columns, "load_id", "line_no") == [
        ("plan", "P1", "B", "other", "A", "curated", "recency", "two", 2)
    ]
    assert history.database.query("select alias_name from company_mapping_conflicts order by 1") == [("P1",), ("P2",)]


def test_which_names_cost_the_most_lookups(history: History) -> None:
    columns = ("name", "lookups", "answers", "found", "unanswered_attempts")
    assert chosen(history.answer("Which names cost the most lookups?"), *columns) == [
        ("丙公司", 3, 2, 0, 1),
        ("甲公司", 1, 1, 1, 0),
    ]


def test_coverage_by_source_domain_and_month(history: History) -> None:
    columns = ("source_system", "domain", "period", "records", "resolved", "without_company", "temporary")
    rows = history.answer("Coverage by source, domain and month")
    assert chosen(rows, *columns, "unresolvable") == [
        ("annuity", "performance", "202510", 4, 1, 1, 1, 1),
        ("annuity", "performance", "202509", 2, 2, 0, 0, 0),
        ("annuity", None, None, 1, 1, 0, 0, 0),
    ]
    assert [float(row["coverage"]) for row in rows] == [0.5, 1, 1]


def test_temporary_ids_by_age(history: History) -> None:
    assert chosen(history.answer("Temporary ids by age"), "age", "temporary_ids", "records") == [
        ("under 7 days", 0, 0),
        ("7 to 29 days", 0, 0),
        ("30 to 89 days", 1, 1),
        ("90 days or more", 0, 0),
    ]


def test_what_the_provider_cost_this_month(history: History) -> None:
    columns = ("provider", "lookups", "names", "found", "not_found", "not_accepted")
    [answer] = history.answer("What did the provider cost this month?")
    assert chosen([answer], *columns) == [("eqc", 2, 2, 1, 1, 0)]
    assert (float(answer["price_per_lookup"]), float(answer["cost"])) == (0.5, 1)
