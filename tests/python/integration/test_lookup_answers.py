"""Answers of a registry: how long they spare asking again, which of them counts, and when they may go."""

from __future__ import annotations

import json

import pytest

from real_databases import Database


def answer(database: Database, name: str, company_id: str | None, confidence: float | None, days_ago: int) -> int:
    """Store an answer; company_id None is one that nobody was found. Returns its id."""
    number: int = database.value(
        "insert into lookup_answers"
        " (provider, asked_name, normalized_name, outcome, company_id, company_name, confidence, answered_at)"
        " values ('registry', %s, normalize_company_name(%s), %s, %s, %s, %s, now() - make_interval(days => %s))"
        " returning answer_id",
        (name, name, "found" if company_id else "not_found", company_id, name, confidence, days_ago),
    )
    return number


@pytest.fixture
def record(database: Database) -> Database:
    """A database with a record whose name only a registry may know."""
    database.query(
        "insert into customer_records (record_id, source_system, customer_name) values ('record', 'test', '甲公司')"
    )
    return database


def test_a_found_answer_counts_until_a_newer_one_and_is_asked_for_again_when_it_has_expired(record: Database) -> None:
    company = "select company_id from company_resolution where record_id = 'record'"
    opened = "select count(*) from lookup_requests where finished_at is null"
    answer(record, "甲公司", "A", 1, 364)
    record.run_tables()
    assert (record.value(company), record.value(opened)) == ("A", 0)
    # Two days later, and the last run was yesterday.
    record.query("update lookup_answers set answered_at = answered_at - interval '2 days'")
    record.run_tables()
    record.query("update model_watermarks set updated_at = now() - interval '2 days'")
    record.run_tables()
    assert (record.value(company), record.value(opened)) == ("A", 1)
    record.query("update lookup_requests set status = 'done', finished_at = now()")
    # Not found any more: what was found still counts, and nobody asks again so soon.
    answer(record, "甲公司", None, None, 0)
    record.run_tables()
    assert (record.value(company), record.value(opened)) == ("A", 0)
    answer(record, "甲公司", "B", 1, 0)
    record.run_tables()
    assert (record.value(company), record.value(opened)) == ("B", 0)


def test_a_worse_answer_of_another_company_is_a_conflict_and_replaces_nothing(record: Database) -> None:
    answer(record, "甲公司", "A", 0.9, 10)
    record.run_tables()
    worse = answer(record, "甲公司", "B", 0.8, 0)
    record.run_tables()
    assert record.query("select company_id from company_resolution") == [("A",)]
    assert record.query(
        "select answer_id, winning_company_id, losing_company_id, rule from lookup_answer_conflicts"
    ) == [(worse, "A", "B", "a better answer")]


def test_answers_are_pruned_only_when_they_have_lost_have_expired_and_were_read(record: Database) -> None:
    def prune(execute: bool, days: object = 400, check: bool = True) -> str:
        arguments = json.dumps({"older_than_days": days, "execute": execute})
        return record.dbt("run-operation", "prune_answers", "--args", arguments, check=check).output

    def kept() -> set[int]:
        return {number for (number,) in record.query("select answer_id from lookup_answers")}

    best = answer(record, "甲公司", "A", 1, 900)
    lost = answer(record, "甲公司", "B", 0.5, 800)
    lately = answer(record, "甲公司", "B", 0.5, 300)
    not_found = answer(record, "甲公司", None, None, 500)
    unknown = answer(record, "乙公司", None, None, 500)
    unknown_before = answer(record, "乙公司", None, None, 700)
    everything = kept()
    record.run_tables()
    record.run_tables()
    unread = answer(record, "甲公司", "C", 0.4, 800)
    assert "would delete 3 answers" in prune(False)
    assert kept() == everything | {unread}
    assert "must be a number of days" in prune(True, "many", check=False)
    assert "deleted 3 answers" in prune(True)
    assert kept() == {best, lately, unknown, unread}
    assert {lost, not_found, unknown_before} == everything - kept()
    assert "deleted 0 answers" in prune(True)
    assert "deleted 0 answers" in prune(True, 0), "an answer that spares asking again stays, however few days are given"

    cache = (
        "select normalized_name, company_id, answer_id, answered_at, expires_at from company_lookup_cache order by 1"
    )
    before = record.query(cache)
    record.dbt("run", "--full-refresh")
    assert record.query(cache) == before
    # Now the cache has read it.
    assert "deleted 1 answers" in prune(True)
    assert kept() == {best, lately, unknown}


def test_nothing_is_pruned_where_the_cache_was_never_built(record: Database) -> None:
    record.query("delete from model_watermarks")
    refused = record.dbt("run-operation", "prune_answers", "--args", "{older_than_days: 1, execute: true}", check=False)
    assert refused.code == 1
    assert "Build it first: dbt run" in refused.output
