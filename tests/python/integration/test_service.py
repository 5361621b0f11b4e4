"""The online resolver: what is known first, then lookups inside the budget, then temporary ids and the queue."""

from __future__ import annotations

import logging
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from company_enrichment import (
    CompanyEnrichmentService,
    CompanyIdResult,
    CompanyMappingLoader,
    CustomerKeys,
    LookupAnswer,
    LookupQueue,
    ResolutionStatus,
)
from company_enrichment.errors import LookupProviderError, OpenTransactionError, SchemaNotDeployedError
from company_enrichment.lookups.providers.protocol import LookupProvider
from company_enrichment.lookups.providers.registry import RegistryProvider
from real_databases import Database

# A company of the sample mappings, and one that only the sample registry knows.
MAPPED, MAPPED_ID = "国家电网有限公司", "S0008"
REGISTERED, REGISTERED_ID = "中国航天科技集团有限公司", "S0317"
WRITTEN = "select (select count(*) from {}), (select count(*) from {}), (select count(*) from {})".format(
    "lookup_requests", "lookup_answers", "temp_company_ids"
)


class Directory:
    """A provider that knows the companies it is given, and records what it was asked."""

    name = "directory"

    def __init__(self, companies: dict[str, str] | None = None, failing: frozenset[str] = frozenset()) -> None:
        self.asked: list[str] = []
        self._companies = companies or {}
        self._failing = failing

    def lookup(self, name: str) -> LookupAnswer:
        self.asked.append(name)
        if name in self._failing:
            raise LookupProviderError("the directory is closed")
        if name not in self._companies:
            return LookupAnswer(provider=self.name, outcome="not_found")
        return LookupAnswer(
            provider=self.name,
            outcome="found",
            company_id=self._companies[name],
            company_name=name,
            confidence=Decimal("0.9"),
        )


def _service(database: Database, provider: LookupProvider | None = None, budget: int = 5) -> CompanyEnrichmentService:
    connection = database.connect()
    return CompanyEnrichmentService(CompanyMappingLoader(connection), LookupQueue(connection), provider, budget)


def _registry(database: Database) -> RegistryProvider:
    return RegistryProvider(database.connect(), schema="enterprise", table="sample_registry")


def _map(database: Database, match_type: str, alias: str, company_id: str) -> None:
    """Put an alias in force, as a run of dbt does that has found it landed."""
    database.query(
        "insert into company_mapping"
        " (alias_name, match_type, alias_text, company_id, source, load_id, line_no, updated_at)"
        " values (%s, %s, %s, %s, 'test', 'test', 1, now())",
        (alias, match_type, alias, company_id),
    )


def _answer(database: Database, name: str, company_id: str | None) -> None:
    answer = LookupAnswer(provider="earlier", outcome="not_found")
    if company_id is not None:
        answer = replace(answer, outcome="found", company_id=company_id, confidence=Decimal(1))
    LookupQueue(database.connect()).record_answer(name, answer)


def _names(*names: str) -> list[dict[str, str | None]]:
    return [{"customer_name": name} for name in names]


# ---- the order ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("winner", range(5))
def test_mappings_answer_in_their_order(database: Database, winner: int) -> None:
    aliases = [("plan", "P-1"), ("account", "A-1"), ("hardcode", "P-1"), ("name", "甲公司"), ("account_name", "甲年金")]
    for match_type, alias in aliases[winner:]:
        _map(database, match_type, alias, f"by {match_type}")
    result = _service(database).resolve_company_id(
        plan_code=" P-1 ", account_number="A-1", customer_name="（存量）甲公司", account_name="甲年金"
    )
    match_type, alias = aliases[winner]
    assert (result.company_id, result.match_type, result.matched_key) == (f"by {match_type}", match_type, alias)
    assert (result.status, result.confidence) == (ResolutionStatus.SUCCESS_INTERNAL, Decimal(1))
    assert (result.mapping_load_id, result.answer_id) == ("test", None)


def test_a_mapping_beats_an_answer_and_nobody_is_asked(database: Database) -> None:
    _answer(database, MAPPED, "S-wrong")
    directory = Directory({MAPPED: "S-wrong"})
    assert _service(database, directory).resolve_company_id(customer_name=MAPPED).company_id == MAPPED_ID
    assert directory.asked == []


def test_an_answer_beats_a_lookup_in_any_spelling(database: Database) -> None:
    _answer(database, "甲（集团）公司", "S-1")
    directory = Directory()
    result = _service(database, directory).resolve_company_id(customer_name="【存量】甲(集团)公司")
    assert (result.company_id, result.status, result.match_type) == ("S-1", ResolutionStatus.SUCCESS_INTERNAL, "lookup")
    assert (result.answer_id, result.budget_consumed) == (1, 0)
    assert directory.asked == []


def test_an_account_name_does_not_answer_for_a_customer_name(database: Database) -> None:
    _map(database, "account_name", "甲公司", "S-1")
    assert _service(database).resolve_company_id(customer_name="甲公司").status is ResolutionStatus.PENDING_LOOKUP


def test_a_lookup_beats_a_temporary_id_and_its_answer_is_stored(database: Database) -> None:
    result = _service(database, _registry(database)).resolve_company_id(customer_name=REGISTERED)
    assert (result.company_id, result.status) == (REGISTERED_ID, ResolutionStatus.SUCCESS_EXTERNAL)
    assert (result.budget_consumed, result.budget_remaining, result.is_temporary) == (1, 4, False)
    assert database.query("select answer_id, outcome, company_id, request_id from lookup_answers") == [
        (result.answer_id, "found", REGISTERED_ID, None)
    ]
    assert database.value("select count(*) from temp_company_ids") == 0


def test_what_was_looked_up_once_is_known_from_then_on_without_a_run_of_dbt(database: Database) -> None:
    directory = Directory({"甲公司": "S-1"})
    service = _service(database, directory)
    assert service.resolve_company_id(customer_name="甲公司").status is ResolutionStatus.SUCCESS_EXTERNAL
    again = service.resolve_company_id(customer_name=" 甲公司 ")
    assert (again.company_id, again.status) == ("S-1", ResolutionStatus.SUCCESS_INTERNAL)
    assert directory.asked == ["甲公司"]


def test_what_nobody_knows_gets_a_temporary_id_and_is_queued(database: Database) -> None:
    service = _service(database)
    result = service.resolve_company_id(customer_name="（存量）甲公司")
    assert (result.company_id, result.status) == ("TEMP_000001", ResolutionStatus.PENDING_LOOKUP)
    assert result.is_temporary
    assert database.query("select name, status from lookup_requests") == [("（存量）甲公司", "pending")]
    assert service.resolve_company_id(customer_name="甲公司").company_id == "TEMP_000001"
    assert database.value("select count(*) from lookup_requests") == 1


def test_a_name_that_was_not_found_is_neither_queued_nor_asked_again(database: Database) -> None:
    directory = Directory()
    service = _service(database, directory)
    for consumed in (1, 0):
        result = service.resolve_company_id(customer_name="甲公司")
        assert (result.company_id, result.status) == ("TEMP_000001", ResolutionStatus.TEMP_ASSIGNED)
        assert result.budget_consumed == consumed
    assert directory.asked == ["甲公司"]
    assert database.value("select count(*) from lookup_requests") == 0


def test_a_name_that_was_not_found_is_asked_again_after_30_days(database: Database) -> None:
    _answer(database, "甲公司", None)
    database.query("update lookup_answers set answered_at = now() - interval '31 days'")
    result = _service(database, Directory({"甲公司": "S-1"})).resolve_company_id(customer_name="甲公司")
    assert (result.company_id, result.status) == ("S-1", ResolutionStatus.SUCCESS_EXTERNAL)


@pytest.mark.parametrize(
    "name", [None, "", "\u3000", "（空白）", "公" * 501], ids=["None", "", "space", "空白", "long"]
)
def test_a_record_that_names_nobody_is_unresolvable_and_nothing_is_written(
    database: Database, name: str | None
) -> None:
    directory = Directory()
    result = _service(database, directory).resolve_company_id(customer_name=name)
    assert (result.company_id, result.status) == (None, ResolutionStatus.UNRESOLVABLE)
    assert not result.is_temporary
    assert directory.asked == []
    assert database.query(WRITTEN) == [(0, 0, 0)]


def test_a_record_that_cannot_be_stored_is_unresolvable_and_the_others_are_resolved(database: Database) -> None:
    _map(database, "plan", "P1", "BY-PLAN")
    batch = _service(database).resolve_batch(
        [
            {"plan_code": "P1"},
            {"plan_code": "P1", "customer_name": "a\0b"},
            {"account_name": "a\udcff"},
            {"plan_code": "P1"},
        ]
    )
    assert [result.company_id for result in batch.results] == ["BY-PLAN", None, None, "BY-PLAN"]
    assert [result.reason for result in batch.results[1:3]] == [
        "customer_name holds a NUL character",
        "account_name is not valid UTF-8",
    ]
    assert batch.statistics.by_status["unresolvable"] == 2
    assert database.value("select count(*) from temp_company_ids") == 0


def test_a_mapping_may_say_that_a_record_has_no_company(database: Database) -> None:
    _map(database, "plan", "P-1", "__EMPTY__")
    directory = Directory()
    result = _service(database, directory).resolve_company_id(plan_code="P-1", customer_name=MAPPED)
    assert (result.company_id, result.status) == (None, ResolutionStatus.UNRESOLVABLE)
    assert (result.match_type, result.reason) == ("plan", "a mapping says that the record has no company")
    assert directory.asked == []
    assert database.query(WRITTEN) == [(0, 0, 0)]


# ---- the registry -------------------------------------------------------------------------------------------------


def test_the_registry_knows_a_company_by_any_of_its_names(database: Database) -> None:
    registry = _registry(database)
    for name in ("中国铝业股份有限公司", "Aluminum Corporation of China Limited", "（存量）中国铝业股份有限公司"):
        assert registry.lookup(name).company_id == "S0305"


def test_a_name_that_two_companies_bear_is_not_taken(database: Database) -> None:
    database.query("insert into sample_registry values ('S-1', '甲公司'), ('S-2', '甲 公司')")
    result = _service(database, _registry(database)).resolve_company_id(customer_name="甲公司")
    assert (result.company_id, result.status) == ("TEMP_000001", ResolutionStatus.TEMP_ASSIGNED)
    assert database.query("select outcome, evidence from lookup_answers") == [
        (
            "not_accepted",
            {
                "match": "exact name key",
                "table": "enterprise.sample_registry",
                "candidates": [
                    {"company_id": "S-1", "company_name": "甲公司"},
                    {"company_id": "S-2", "company_name": "甲 公司"},
                ],
            },
        )
    ]


def test_a_name_that_one_company_bears_twice_is_taken(database: Database) -> None:
    database.query("insert into sample_registry values ('S-1', '甲公司'), ('S-1', '甲 公司')")
    assert _registry(database).lookup("甲公司").company_id == "S-1"


def test_a_missing_registry_table_costs_the_lookup_not_the_record(database: Database) -> None:
    registry = RegistryProvider(database.connect(), schema="enterprise", table="no_registry")
    result = _service(database, registry).resolve_company_id(customer_name=REGISTERED)
    assert (result.company_id, result.status) == ("TEMP_000001", ResolutionStatus.PENDING_LOOKUP)
    assert "WDH_REGISTRY_TABLE" in result.reason


# ---- the budget ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "asked"), [(None, 2), (0, 0), (1, 1), (3, 3), (9, 4)])
def test_a_call_asks_for_as_many_names_as_its_budget_allows(database: Database, given: int | None, asked: int) -> None:
    directory = Directory()
    batch = _service(database, directory, budget=2).resolve_batch(
        _names("甲公司", "乙公司", "丙公司", "丁公司"), sync_lookup_budget=given
    )
    budget = 2 if given is None else given
    assert directory.asked == ["甲公司", "乙公司", "丙公司", "丁公司"][:asked]
    assert (batch.statistics.budget_consumed, batch.statistics.budget_remaining) == (asked, budget - asked)
    assert {(result.budget_consumed, result.budget_remaining) for result in batch.results} == {(asked, budget - asked)}
    assert [result.status for result in batch.results] == (
        [ResolutionStatus.TEMP_ASSIGNED] * asked + [ResolutionStatus.PENDING_LOOKUP] * (4 - asked)
    )


def test_the_default_budget_is_five_names(database: Database) -> None:
    connection = database.connect()
    directory = Directory()
    service = CompanyEnrichmentService(CompanyMappingLoader(connection), LookupQueue(connection), directory)
    service.resolve_batch(_names(*(f"公司{number}" for number in range(8))))
    assert len(directory.asked) == 5


def test_each_call_has_its_own_budget(database: Database) -> None:
    service = _service(database, Directory(), budget=1)
    assert [service.resolve_company_id(customer_name=name).budget_consumed for name in ("甲公司", "乙公司")] == [1, 1]


def test_a_negative_budget_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="sync_lookup_budget is -1"):
        _service(database, budget=-1)
    with pytest.raises(ValueError, match="sync_lookup_budget is -1"):
        _service(database).resolve_company_id(customer_name="甲公司", sync_lookup_budget=-1)
    assert database.query(WRITTEN) == [(0, 0, 0)]


def test_five_rows_of_one_name_cost_one_unit(database: Database) -> None:
    directory = Directory({"甲公司": "S-1"})
    batch = _service(database, directory).resolve_batch(
        _names("甲公司", " 甲公司", "（存量）甲公司", "甲 公司", "甲公司-终止")
    )
    assert directory.asked == ["甲公司"]
    assert [result.company_id for result in batch.results] == ["S-1"] * 5
    assert batch.statistics.budget_consumed == 1


def test_a_failing_lookup_costs_its_unit_and_the_name_gets_a_temporary_id(database: Database) -> None:
    directory = Directory({"甲公司": "S-1", "乙公司": "S-2"}, failing=frozenset({"甲公司"}))
    batch = _service(database, directory, budget=1).resolve_batch(_names("甲公司", "乙公司"))
    assert directory.asked == ["甲公司"]
    assert [result.status for result in batch.results] == [ResolutionStatus.PENDING_LOOKUP] * 2
    assert [result.reason for result in batch.results] == [
        "the lookup failed: the directory is closed",
        "nobody knows the name yet; the lookup budget is used up",
    ]
    assert (batch.statistics.budget_consumed, batch.statistics.budget_remaining) == (1, 0)
    assert database.value("select count(*) from lookup_answers") == 0


def test_known_and_blank_names_cost_nothing(database: Database) -> None:
    _answer(database, "乙公司", None)
    batch = _service(database, Directory(), budget=1).resolve_batch(_names(MAPPED, "", "乙公司", "甲公司"))
    assert batch.statistics.budget_consumed == 1
    assert [result.status for result in batch.results] == [
        ResolutionStatus.SUCCESS_INTERNAL,
        ResolutionStatus.UNRESOLVABLE,
        ResolutionStatus.TEMP_ASSIGNED,
        ResolutionStatus.TEMP_ASSIGNED,
    ]


# ---- batches ------------------------------------------------------------------------------------------------------


def test_results_come_back_in_the_order_of_the_records_and_the_statistics_add_up(database: Database) -> None:
    directory = Directory({"甲公司": "S-1"}, failing=frozenset({"丙公司"}))
    records: list[Any] = [
        CustomerKeys(customer_name=MAPPED),
        {"customer_name": "甲公司", "plan_code": None},
        {"plan_code": "P0101"},
        {},
        *_names("乙公司", "丙公司", "甲 公司"),
    ]
    batch = _service(database, directory).resolve_batch(records)
    assert [result.company_id for result in batch.results] == [
        *(MAPPED_ID, "S-1", MAPPED_ID, None),
        *("TEMP_000001", "TEMP_000002", "S-1"),
    ]
    statistics = batch.statistics
    assert statistics.records == len(records) == sum(statistics.by_status.values())
    assert statistics.by_status == {
        "success_internal": 2,
        "success_external": 2,
        "pending_lookup": 1,
        "temp_assigned": 1,
        "unresolvable": 1,
    }
    assert statistics.by_match_type == {"name": 1, "plan": 1}
    assert (statistics.cached, statistics.external, statistics.temporary, statistics.unresolvable) == (0, 2, 2, 1)
    assert statistics.queued == 1
    assert statistics.budget_consumed == len(directory.asked) == 3


def test_an_empty_batch_has_no_results(database: Database) -> None:
    batch = _service(database).resolve_batch([])
    assert (batch.results, batch.statistics.records, batch.statistics.budget_consumed) == ([], 0, 0)


def test_a_batch_is_resolved_as_its_records_one_by_one(database: Database) -> None:
    names = ["甲公司", MAPPED, "（空白）", "甲 公司", "乙公司", REGISTERED]

    def ids(results: list[CompanyIdResult]) -> list[str | None]:
        return [result.company_id for result in results]

    batch = _service(database).resolve_batch(_names(*names))
    assert ids(batch.results) == ids([_service(database).resolve_company_id(customer_name=name) for name in names])


# ---- transactions, errors, logs -----------------------------------------------------------------------------------


def test_inside_an_open_transaction_known_records_are_resolved(database: Database) -> None:
    connection = database.connect()
    service = CompanyEnrichmentService(CompanyMappingLoader(connection), LookupQueue(connection))
    with connection.cursor() as cursor:
        cursor.execute("create table mine ()")
        assert service.resolve_company_id(customer_name=MAPPED).company_id == MAPPED_ID
        connection.rollback()
        cursor.execute("select to_regclass('mine')")
        assert cursor.fetchone() == (None,)


@pytest.mark.parametrize("budget", [0, 5])
def test_inside_an_open_transaction_an_unknown_name_is_refused_before_anybody_is_asked(
    database: Database, budget: int
) -> None:
    connection = database.connect()
    directory = Directory({"甲公司": "S-1"})
    service = CompanyEnrichmentService(CompanyMappingLoader(connection), LookupQueue(connection), directory, budget)
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    with pytest.raises(OpenTransactionError):
        service.resolve_company_id(customer_name="甲公司")
    connection.commit()
    assert directory.asked == []
    assert database.query(WRITTEN) == [(0, 0, 0)]


def test_without_the_tables_the_error_says_what_to_deploy(empty_database: Database) -> None:
    with pytest.raises(SchemaNotDeployedError, match="Deploy the tables first"):
        _service(empty_database).resolve_company_id(customer_name="甲公司")


def test_plan_only_asks_nobody_and_writes_nothing(database: Database) -> None:
    connection = database.connect()
    directory = Directory({"甲公司": "S-1"})
    service = CompanyEnrichmentService(
        CompanyMappingLoader(connection), LookupQueue(connection, plan_only=True), directory
    )
    batch = service.resolve_batch(_names("甲公司", MAPPED))
    assert [result.company_id for result in batch.results] == ["TEMP_000001", MAPPED_ID]
    assert directory.asked == []
    assert database.query(WRITTEN) == [(0, 0, 0)]


def test_the_log_names_the_budget_at_the_start(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="company_enrichment"):
        _service(database, budget=3).resolve_batch(_names("甲公司", "乙公司"))
    first = caplog.records[0]
    assert (first.levelname, first.getMessage()) == ("INFO", "Resolving company ids")
    assert vars(first)["records"] == 2
    assert vars(first)["sync_lookup_budget"] == 3


def test_no_company_name_reaches_the_log(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    directory = Directory({"甲公司": "S-1"}, failing=frozenset({"丙公司"}))
    with caplog.at_level(logging.INFO, logger="company_enrichment"):
        _service(database, directory).resolve_batch(_names("甲公司", "乙公司", "丙公司", MAPPED, ""))
    assert len(caplog.records) >= 3
    logged = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert not [name for name in ("甲公司", "乙公司", "丙公司", MAPPED) if name in logged]
