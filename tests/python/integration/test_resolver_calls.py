"""How the online resolver is called: shared budgets, tables, blocks, threads, connections in any state, plan-only."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from typing import Any

import nanoarrow
import pytest
from psycopg2.extras import DictCursor, RealDictCursor

from arrow_tables import Table
from company_enrichment import (
    CompanyEnrichmentService,
    CompanyMappingLoader,
    CustomerKeys,
    LookupAnswer,
    LookupBudget,
    LookupQueue,
    ResolutionStatus,
)
from company_enrichment.errors import ConfigurationError, CustomerRecordError, DatabaseError, LookupProviderError
from company_enrichment.resolver.explanation import explain
from company_enrichment.resolver.service import BLOCK
from real_databases import Database

pytestmark = pytest.mark.every_server

MAPPED, MAPPED_ID = "国家电网有限公司", "S0008"
REGISTERED, REGISTERED_ID = "中国航天科技集团有限公司", "S0317"


class Directory:
    """A provider that knows companies by their names, records what it was asked, and may fail or be slow."""

    name = "directory"

    def __init__(self, *known: str, answer_changes: dict[str, Any] | None = None) -> None:
        self.asked: list[str] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        self._known = known
        self._changes = answer_changes or {}

    def lookup(self, name: str) -> LookupAnswer:
        self.asked.append(name)
        assert self.may_answer.wait(60)
        if name.startswith("坏"):
            raise LookupProviderError("the directory is closed")
        if name not in self._known:
            return LookupAnswer(provider=self.name, outcome="not_found")
        found = {"company_id": f"S-{name}", "company_name": name, "confidence": Decimal("0.9"), **self._changes}
        return LookupAnswer(provider=self.name, outcome="found", **found)


def _service(database: Database, provider: Any = None, budget: int | LookupBudget = 5) -> CompanyEnrichmentService:
    connection = database.connect()
    return CompanyEnrichmentService(CompanyMappingLoader(connection), LookupQueue(connection), provider, budget)


def _names(*names: str) -> list[dict[str, str]]:
    return [{"customer_name": name} for name in names]


# ---- budgets ------------------------------------------------------------------------------------------------------


def test_a_budget_is_shared_by_the_calls_that_are_given_it(database: Database) -> None:
    directory = Directory()
    service = _service(database, directory)
    budget = LookupBudget(3)
    first = service.resolve_batch(_names("甲公司", "乙公司"), budget).statistics
    second = service.resolve_batch(_names("丙公司", "丁公司"), sync_lookup_budget=budget).statistics
    result = service.resolve_company_id(customer_name="戊公司", sync_lookup_budget=budget)
    assert directory.asked == ["甲公司", "乙公司", "丙公司"]
    assert [(first.budget_consumed, first.budget_remaining), (second.budget_consumed, second.budget_remaining)] == [
        *((2, 1), (1, 0)),
    ]
    assert (result.budget_consumed, result.budget_remaining, budget.consumed, budget.remaining) == (0, 0, 3, 0)


def test_a_budget_of_the_instance_is_shared_by_all_its_calls(database: Database) -> None:
    directory = Directory()
    service = _service(database, directory, LookupBudget(1))
    service.resolve_company_id(customer_name="甲公司")
    service.resolve_company_id(customer_name="乙公司")
    assert directory.asked == ["甲公司"]


class SlowBudget(LookupBudget):
    """A budget that takes its time between looking at what is left and taking from it."""

    @property
    def _remaining(self) -> int:
        left = self._left
        time.sleep(0.005)
        return left

    @_remaining.setter
    def _remaining(self, left: int) -> None:
        self._left = left


def test_threads_do_not_take_more_than_the_budget_has() -> None:
    budget = SlowBudget(5)
    taken: list[bool] = []
    threads = [threading.Thread(target=lambda: taken.extend(budget.take() for _ in range(2))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (taken.count(True), taken.count(False)) == (5, 7)
    assert (budget.consumed, budget.remaining) == (5, 0)


def test_a_name_that_failed_is_not_asked_again_in_the_same_call(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("company_enrichment.resolver.service.BLOCK", 2)
    directory = Directory()
    batch = _service(database, directory).resolve_batch(_names("坏公司", "坏 公司", "甲公司", "坏公司", "坏公司"))
    assert directory.asked == ["坏公司", "甲公司"]
    assert (batch.statistics.budget_consumed, batch.statistics.budget_remaining) == (2, 3)
    assert {result.reason for result in batch.results if result.status == ResolutionStatus.PENDING_LOOKUP} == {
        "the lookup failed: the directory is closed"
    }


# ---- answers that cannot be used ----------------------------------------------------------------------------------


def test_an_answer_that_no_table_takes_costs_the_lookup_not_the_record(database: Database) -> None:
    directory = Directory("甲公司", "乙公司", answer_changes={"confidence": Decimal(7)})
    batch = _service(database, directory).resolve_batch(_names("甲公司", MAPPED))
    assert [(result.company_id, result.status.value) for result in batch.results] == [
        ("TEMP_000001", "pending_lookup"),
        (MAPPED_ID, "success_internal"),
    ]
    assert "could not be stored" in batch.results[0].reason
    assert database.query("select count(*), (select count(*) from lookup_requests) from lookup_answers") == [(0, 1)]


def test_a_company_that_contradicts_the_name_is_not_given_to_it(database: Database) -> None:
    directory = Directory("东风汽车有限公司", answer_changes={"company_name": "东风汽车股份有限公司"})
    service = _service(database, directory)
    results = [service.resolve_company_id(customer_name="东风汽车有限公司") for _ in range(2)]
    assert directory.asked == ["东风汽车有限公司"]
    assert [(result.company_id, result.status.value) for result in results] == [("TEMP_000001", "temp_assigned")] * 2
    assert [result.reason for result in results] == [
        "directory knows a company of a similar name; it differs in legal_form",
        "directory knows similar names only",
    ]
    assert {(result.answer_id, result.provider) for result in results} == {(1, "directory")}


# ---- what records may be ------------------------------------------------------------------------------------------


def test_a_table_of_any_library_is_resolved_as_its_rows(database: Database) -> None:
    table = Table(
        amount=nanoarrow.Array([1, 2, 3], nanoarrow.int64()),
        customer_name=nanoarrow.Array([MAPPED, None, "甲公司"], nanoarrow.string()),
        plan_code=nanoarrow.Array([None, "P0101", None], nanoarrow.large_string()),
    )
    batch = _service(database).resolve_batch(table)
    assert [result.company_id for result in batch.results] == [MAPPED_ID, MAPPED_ID, "TEMP_000001"]


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([{"customer_name": "甲公司"}, {"name": "乙公司"}], "Record 2 has none of plan_code, account_number"),
        ([{"customer_name": "甲公司"}, {"plan_code": 12}], "Record 2: plan_code is of type int; give text"),
        (["甲公司"], "Record 1 is a str"),
        ("甲公司", "The records are a str"),
        ({"customer_name": "甲公司"}, "The records are a dict"),
        (Table(name=nanoarrow.Array(["甲"], nanoarrow.string())), "The table has none of the columns"),
        (Table(plan_code=nanoarrow.Array([1], nanoarrow.int64())), "Column plan_code is of type int64"),
    ],
)
def test_what_is_no_record_is_named(database: Database, records: Any, said: str) -> None:
    with pytest.raises(CustomerRecordError, match=said):
        _service(database).resolve_batch(records)
    assert database.value("select count(*) from temp_company_ids") == 0


def test_a_table_without_the_extra_says_what_to_install(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoarrow", None)
    with pytest.raises(ConfigurationError, match="company-enrichment\\[arrow\\]"):
        _service(database).resolve_batch(Table(plan_code=nanoarrow.Array(["P0101"], nanoarrow.string())))


def test_nan_stands_for_what_is_missing_and_other_entries_are_passed_over(database: Database) -> None:
    record = {"customer_name": float("nan"), "plan_code": "P0101", "amount": 12.5}
    assert _service(database).resolve_batch([record]).results[0].company_id == MAPPED_ID


def test_records_are_read_block_by_block(database: Database) -> None:
    read = 0

    def records() -> Iterator[CustomerKeys]:
        nonlocal read
        for _ in range(2 * BLOCK + 1):
            read += 1
            yield CustomerKeys(customer_name=MAPPED)

    blocks = _service(database).resolve_blocks(records())
    assert (len(next(blocks).results), read) == (BLOCK, BLOCK)
    assert [len(block.results) for block in blocks] == [BLOCK, 1]


# ---- threads ------------------------------------------------------------------------------------------------------


def test_threads_that_want_the_same_unknown_name_at_once_ask_for_it_once(database: Database) -> None:
    directory = Directory("甲公司", "甲 公司", " 甲公司")
    directory.may_answer.clear()
    service = _service(database, directory)
    results: list[Any] = []
    threads = [
        threading.Thread(
            target=lambda spelling=spelling: results.append(service.resolve_company_id(customer_name=spelling))
        )
        for spelling in ("甲公司", "甲 公司", " 甲公司")
    ]
    for thread in threads:
        thread.start()
    directory.may_answer.set()
    for thread in threads:
        thread.join(60)
    assert len(directory.asked) == 1
    assert [result.company_id for result in results] == ["S-" + directory.asked[0]] * 3
    assert sorted(result.status.value for result in results) == ["success_external", *["success_internal"] * 2]


def test_threads_share_a_service_and_its_connection(database: Database) -> None:
    service = _service(database, Directory("甲公司"), 0)
    failures: list[BaseException] = []

    def resolve(thread: int) -> None:
        try:
            for number in range(15):
                names = (f"公司{thread}甲{number}", MAPPED, f"公司{number}")
                batch = service.resolve_batch(_names(*names))
                assert [result.company_id == MAPPED_ID for result in batch.results] == [False, True, False]
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=resolve, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []
    assert database.query(
        "select count(*), count(distinct normalized_name), max(temp_number) from temp_company_ids"
    ) == [(75, 75, 75)]


# ---- connections --------------------------------------------------------------------------------------------------


def test_a_service_from_settings_opens_and_closes_its_own_connection(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WDH_DATABASE__URI", database.uri)
    monkeypatch.setenv("WDH_REGISTRY_TABLE", "sample_registry")
    monkeypatch.setenv("WDH_SYNC_LOOKUP_BUDGET", "1")
    with CompanyEnrichmentService.from_settings() as service:
        batch = service.resolve_batch(_names(REGISTERED, "甲公司"))
    assert [result.company_id for result in batch.results] == [REGISTERED_ID, "TEMP_000001"]
    with pytest.raises(DatabaseError, match="closed"):
        service.resolve_company_id(customer_name=MAPPED)
    with closing(database.connect()) as connection:
        with CompanyEnrichmentService.from_settings(connection) as service:
            assert service.resolve_company_id(customer_name=MAPPED).company_id == MAPPED_ID
        assert not connection.closed
    with CompanyEnrichmentService.from_settings(database.uri) as service:
        assert service.resolve_company_id(customer_name=MAPPED).company_id == MAPPED_ID
    with CompanyEnrichmentService.from_settings(database.connect) as service:
        assert service.resolve_company_id(customer_name=MAPPED).company_id == MAPPED_ID


def test_an_autocommit_connection_stays_one_and_is_committed_statement_by_statement(database: Database) -> None:
    connection = database.connect()
    connection.autocommit = True
    service = CompanyEnrichmentService(CompanyMappingLoader(connection), LookupQueue(connection), Directory("甲公司"))
    batch = service.resolve_batch(_names(MAPPED, "甲公司", "乙公司"))
    assert [result.company_id for result in batch.results] == [MAPPED_ID, "S-甲公司", "TEMP_000001"]
    assert connection.autocommit
    assert database.query("select (select count(*) from lookup_answers), count(*) from temp_company_ids") == [(2, 1)]


def test_a_transaction_that_has_failed_is_left_to_its_owner(database: Database) -> None:
    connection = database.connect()
    service = CompanyEnrichmentService(CompanyMappingLoader(connection), LookupQueue(connection))
    with connection.cursor() as cursor:
        with pytest.raises(Exception, match="division by zero"):
            cursor.execute("select 1 / 0")
        with pytest.raises(DatabaseError, match="aborted"):
            service.resolve_company_id(customer_name=MAPPED)
        connection.rollback()
    assert service.resolve_company_id(customer_name=MAPPED).company_id == MAPPED_ID


def test_a_connection_that_has_ended_is_a_database_error(database: Database) -> None:
    connection = database.connect()
    service = CompanyEnrichmentService(CompanyMappingLoader(connection), LookupQueue(connection))
    database.query("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()")
    for _ in range(2):
        with pytest.raises(DatabaseError) as failure:
            service.resolve_company_id(customer_name="甲公司")
        assert "open transaction" not in str(failure.value)
    assert database.value("select count(*) from temp_company_ids") == 0


@pytest.mark.parametrize("cursor_factory", [None, DictCursor, RealDictCursor], ids=["tuple", "DictCursor", "dict"])
def test_a_record_among_others_is_resolved_as_by_itself_whatever_its_texts_hold(
    database: Database, cursor_factory: Any
) -> None:
    connection = database.connect()
    LookupQueue(connection).record_answer(
        "己公司", LookupAnswer(provider="r", outcome="found", company_id="S-1", confidence=Decimal("0.9"))
    )
    LookupQueue(connection).record_answer("庚公司", LookupAnswer(provider="r", outcome="not_found"))
    odd = ('"', "\\", '\\"', "{甲,乙}", ",", "NULL", "null", "", " ", "'甲'", "甲\n公司", "%s", "E'甲'")
    records = [
        *(CustomerKeys(customer_name=name) for name in (*odd, MAPPED, MAPPED, "己公司", "庚公司", "辛公司")),
        *(CustomerKeys(plan_code=text, account_number=text, account_name=text) for text in odd),
        CustomerKeys(),
        CustomerKeys(account_name=MAPPED),
    ]
    if cursor_factory is not None:
        connection.cursor_factory = cursor_factory
    loader = CompanyMappingLoader(connection)
    together = loader.match(records)
    assert together == [loader.match([record])[0] for record in records]
    assert {match.company_id for match in together} == {MAPPED_ID, "S-1", None}
    assert all(match.known_since is not None for match in together if match.answer_id or match.company_id)
    assert loader.match([]) == []


# ---- plan-only ----------------------------------------------------------------------------------------------------

TABLES = (
    *("lookup_requests", "lookup_answers", "temp_company_ids", "temp_id_sequence", "provider_state"),
    *("company_mapping", "customer_records"),
)


def _state(database: Database) -> list[Any]:
    """The rows of the tables that a resolution writes, and what was ever written to any table."""
    rows = [
        database.query(f"select md5(string_agg(t::text, '|' order by t::text)) from {table} as t") for table in TABLES
    ]
    database.settle_statistics()
    written = database.query(
        "select relname, n_tup_ins, n_tup_upd, n_tup_del from pg_stat_user_tables order by schemaname, relname"
    )
    return [rows, written]


def test_the_plan_of_a_resolution_is_what_the_real_one_does_and_changes_nothing(database: Database) -> None:
    LookupQueue(database.connect()).enqueue_many(["丁公司", "戊公司"])
    LookupQueue(database.connect()).assign_temp_ids(["丁公司"])
    LookupQueue(database.connect()).record_answer("己公司", LookupAnswer(provider="r", outcome="not_found"))
    records = _names("甲公司", MAPPED, "丁公司", "己公司", "乙公司", "甲 公司", "无", "丙公司")
    before = _state(database)
    connection = database.connect()
    with connection.cursor() as cursor:
        directory = Directory("甲公司")
        service = CompanyEnrichmentService(
            CompanyMappingLoader(connection), LookupQueue(connection, plan_only=True), directory, 0
        )
        # One transaction around it, which is asked afterwards whether it has ever written.
        cursor.execute("begin" if connection.autocommit else "select 1")
        planned = service.resolve_batch(records)
        cursor.execute("select pg_current_xact_id_if_assigned()")
        assert cursor.fetchone() == (None,)
    connection.rollback()
    assert _state(database) == before
    real = _service(database, Directory("甲公司"), 0).resolve_batch(records)
    assert planned.statistics == real.statistics
    assert [(r.company_id, r.status, r.match_type) for r in planned.results] == [
        (r.company_id, r.status, r.match_type) for r in real.results
    ]
    assert (real.statistics.queued, real.statistics.temporary) == (3, 6)


def test_a_plan_takes_from_the_budget_what_would_be_asked_and_asks_nobody(database: Database) -> None:
    directory = Directory("甲公司")
    connection = database.connect()
    service = CompanyEnrichmentService(
        CompanyMappingLoader(connection), LookupQueue(connection, plan_only=True), directory, 1
    )
    batch = service.resolve_batch(_names("甲公司", "乙公司"))
    assert directory.asked == []
    assert (batch.statistics.budget_consumed, batch.statistics.budget_remaining) == (1, 0)
    assert [result.reason for result in batch.results] == [
        "nobody knows the name yet; it would be looked up",
        "nobody knows the name yet; the lookup budget would be used up",
    ]


def test_a_plan_from_settings_makes_no_client(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WDH_DATABASE__URI", database.uri)
    monkeypatch.setenv("WDH_REGISTRY_TABLE", "sample_registry")

    def refuse(*arguments: Any) -> None:
        raise AssertionError("a client was made")

    monkeypatch.setattr("company_enrichment.resolver.service.limited_provider_from_settings", refuse)
    with CompanyEnrichmentService.from_settings(plan_only=True) as service:
        batch = service.resolve_batch(_names(REGISTERED))
    assert [result.company_id for result in batch.results] == ["TEMP_000001"]
    assert batch.statistics.budget_consumed == 1


def test_the_plan_of_a_claim_shows_what_is_ready_once_and_claims_nothing(database: Database) -> None:
    queue = LookupQueue(database.connect())
    queue.enqueue_many(["甲公司", "乙公司", "丙公司", "丁公司"])
    [claimed] = queue.dequeue(1)
    before = _state(database)
    plan = LookupQueue(database.connect(), plan_only=True)
    planned = [[request.name for request in plan.dequeue(2)] for _ in range(3)]
    assert [len(names) for names in planned] == [2, 1, 0]
    assert _state(database) == before
    assert [[request.name for request in queue.dequeue(2)] for _ in range(3)] == planned
    assert all(claimed.name not in names for names in planned)


# ---- explanations -------------------------------------------------------------------------------------------------


def test_an_explanation_has_every_step_and_marks_the_one_that_decides(database: Database) -> None:
    connection = database.connect()
    queue = LookupQueue(connection)
    found = LookupAnswer(provider="r", outcome="found", company_id="S-1", company_name="甲公司", confidence=Decimal(1))
    queue.record_answer("甲公司", found)
    queue.record_answer("乙公司", LookupAnswer(provider="r", outcome="not_found"))
    queue.record_answer("丙有限公司", replace(found, company_name="丙股份有限公司"))
    queue.assign_temp_ids(["乙公司"])
    database.query(
        "insert into company_mapping"
        " (alias_name, match_type, alias_text, company_id, source, load_id, line_no, updated_at)"
        " values ('P1', 'hardcode', 'P1', '__EMPTY__', 'test', 'test', 1, now())"
    )

    def said(name: str | None, plan_code: str | None = None) -> dict[str, str]:
        lines = explain(connection, CustomerKeys(customer_name=name, plan_code=plan_code))
        assert [line[3:].split(":")[0] for line in lines] == [
            *("plan", "account", "hardcode", "name", "account_name", "lookup", "temporary")
        ]
        return {line[3:].split(":")[0]: line for line in lines}

    mapped = said(MAPPED)
    assert mapped["name"].startswith(f"-> name: {MAPPED} is {MAPPED_ID}, from load seed:")
    assert mapped["plan"] == "   plan: the record has no such key"
    assert mapped["lookup"] == f"   lookup: no registry was asked for {MAPPED}"
    assert mapped["temporary"] == f"   temporary: {MAPPED} has no temporary id yet"
    both = said("甲公司", "P1")
    assert both["plan"] == "   plan: P1 is unknown"
    assert both["hardcode"].startswith("-> hardcode: P1 deliberately has no company, from load test of test")
    # What comes after the step that decides is told, and not marked.
    assert both["lookup"].startswith("   lookup: 甲公司 is S-1, confidence 1.0000, answer 1 of r")
    assert said("甲公司")["lookup"].startswith("-> lookup: 甲公司 is S-1")
    unknown = said("乙公司")
    assert unknown["lookup"].startswith("   lookup: 乙公司 was not found, answer 2 of r")
    assert unknown["temporary"].startswith("-> temporary: 乙公司 has TEMP_000001 since")
    assert said("丙有限公司")["lookup"].startswith(
        "   lookup: 丙有限公司 was not accepted as 丙股份有限公司 (S-1); the first differs in legal_form, answer 3 of r"
    )
    assert {line[:2] for line in said(None).values()} == {"  "}
