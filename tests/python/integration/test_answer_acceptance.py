"""Which companies a provider may give to a name: the parts that contradict it, and the candidates that are left."""

from __future__ import annotations

from decimal import Decimal

import pytest

from company_enrichment import LookupAnswer, LookupQueue
from company_enrichment.lookups.providers.registry import RegistryProvider
from company_enrichment.lookups.report import WorkerReport
from company_enrichment.records import ClaimReport
from real_databases import Database


def _found(company_name: str | None) -> LookupAnswer:
    return LookupAnswer(
        provider="registry", outcome="found", company_id="S-1", company_name=company_name, confidence=Decimal("0.95")
    )


def _registry(database: Database, *companies: tuple[str, str]) -> RegistryProvider:
    database.query("create table enterprise.registry_of_mine (company_id text, company_name text)")
    for company in companies:
        database.query("insert into registry_of_mine values (%s, %s)", company)
    return RegistryProvider(database.connect(), schema="enterprise", table="registry_of_mine")


# ---- names that contradict each other -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "differences"),
    [
        ("兴仁县煤炭有限责任公司", "兴仁县煤炭有限公司", []),
        ("东风汽车股份有限公司", "东风汽车有限公司", ["legal_form"]),
        # What is left out contradicts nothing; who asks for a short name has not said which form it has.
        ("东风汽车", "东风汽车股份有限公司", []),
        ("北京华信科技有限公司", "上海华信科技有限公司", ["region"]),
        ("华信科技有限公司", "上海华信科技有限公司", ["region_missing"]),
        ("青岛啤酒（应城）有限公司", "青岛啤酒（芜湖）有限公司", ["bracket"]),
        ("中芯国际集成电路制造有限公司", "中芯国际集成电路制造（北京）有限公司", ["bracket"]),
        ("中国建设银行股份有限公司", "中国建设银行股份有限公司北京分行", ["branch"]),
        ("建设银行北京朝阳支行", "建设银行北京海淀支行", ["branch"]),
        ("Acme Limited", "ACME Ltd.", []),
        ("Acme Limited", "Acme Inc.", ["legal_form"]),
        # One name key: the same name, whatever its parts.
        ("平安银行（上海）", "平安银行上海", []),
        ("（空白）", "平安银行", []),
        (None, "平安银行", []),
        ("平安银行", None, []),
    ],
)
def test_names_contradict_each_other_in_parts(
    database: Database, one: str | None, other: str | None, differences: list[str]
) -> None:
    compared = "select company_name_differences(%s, %s)"
    assert database.value(compared, (one, other)) == differences
    assert database.value(compared, (other, one)) == differences


# ---- every answer is looked at before it is stored ----------------------------------------------------------------


def test_a_company_whose_name_contradicts_the_asked_one_is_a_candidate_and_no_answer(database: Database) -> None:
    queue = LookupQueue(database.connect())
    stored = queue.record_answer("东风汽车有限公司", _found("东风汽车股份有限公司"))
    assert stored is not None
    assert (stored.outcome, stored.vetoes) == ("not_accepted", ["legal_form"])
    assert database.query("select outcome, company_id, company_name, confidence, evidence from lookup_answers") == [
        (
            *("not_accepted", None, None, None),
            {
                "vetoes": ["legal_form"],
                "candidates": [{"company_id": "S-1", "company_name": "东风汽车股份有限公司", "score": 0.95}],
            },
        )
    ]
    database.query(
        "insert into customer_records (record_id, source_system, customer_name) values ('1', 't', '东风汽车有限公司')"
    )
    database.dbt("run")
    assert database.query("select company_id, is_temporary from company_resolution") == [("TEMP_000001", True)]
    assert database.query("select place, company_id, company_name, score, differences from lookup_candidates") == [
        (1, "S-1", "东风汽车股份有限公司", Decimal("0.95"), "legal_form")
    ]
    # Asked a moment ago: it is not asked again.
    assert database.value("select count(*) from lookup_requests") == 0


@pytest.mark.parametrize("company_name", ["东风汽车有限责任公司", "东风汽车 有限公司", "东风汽车", None])
def test_a_company_whose_name_does_not_contradict_is_an_answer(database: Database, company_name: str | None) -> None:
    stored = LookupQueue(database.connect()).record_answer("东风汽车有限公司", _found(company_name))
    assert stored is not None
    assert (stored.outcome, stored.vetoes) == ("found", [])


def test_a_worker_counts_what_was_stored_and_not_what_it_brought(database: Database) -> None:
    queue = LookupQueue(database.connect())
    queue.enqueue_many(["东风汽车有限公司", "甲公司", "乙公司"])
    candidate = LookupAnswer(provider="registry", outcome="not_accepted", evidence={"candidates": []})
    first, second, third = queue.dequeue()
    reports = [
        ClaimReport.done(first, _found("东风汽车股份有限公司")),
        ClaimReport.done(second, _found(second.name)),
        ClaimReport.done(third, candidate),
    ]
    statuses = queue.report(reports)
    assert statuses == ["vetoed", "done", "done"]
    counts = WorkerReport()
    for report, status in zip(reports, statuses, strict=True):
        counts.count(report, status)
    assert (counts.found, counts.not_found, counts.not_accepted) == (1, 0, 2)
    assert database.query("select outcome from lookup_answers order by request_id") == [
        *(("not_accepted",), ("found",), ("not_accepted",))
    ]
    assert database.query("select distinct status from lookup_requests") == [("done",)]


# ---- the registry -------------------------------------------------------------------------------------------------


def test_the_only_company_of_a_core_is_taken_unless_it_contradicts_the_name(database: Database) -> None:
    registry = _registry(
        database,
        ("S-1", "兴仁县煤炭有限公司"),
        ("S-2", "东风汽车股份有限公司"),
        ("S-3", "上海华信科技有限公司"),
    )
    answer = registry.lookup("兴仁县煤炭有限责任公司")
    assert (answer.outcome, answer.company_id, answer.confidence) == ("found", "S-1", Decimal("0.9"))
    assert answer.evidence == {"match": "core of the name", "table": "enterprise.registry_of_mine"}
    assert answer.match_basis == "similar"
    assert registry.lookup("兴仁县煤炭有限公司").match_basis == "exact"
    assert registry.lookup("东风汽车").company_id == "S-2"
    for name, candidate, difference in (
        ("东风汽车有限公司", "S-2", "legal_form"),
        ("北京华信科技有限公司", "S-3", "region"),
        ("东风汽车股份有限公司武汉分公司", "S-2", "branch"),
    ):
        answer = registry.lookup(name)
        assert (answer.outcome, answer.company_id) == ("not_accepted", None)
        [found] = answer.evidence["candidates"]
        assert (found["company_id"], found["differences"]) == (candidate, [difference])
    assert registry.lookup("虚构公司").outcome == "not_found"


def test_a_core_that_two_companies_share_is_not_taken_unless_one_of_them_alone_agrees(database: Database) -> None:
    registry = _registry(
        database,
        ("S-1", "东风汽车有限公司"),
        ("S-2", "东风汽车股份有限公司"),
        ("S-3", "上海东风汽车有限公司"),
    )
    # Either of two: the name says no legal form.
    assert registry.lookup("东风汽车").outcome == "not_accepted"
    assert registry.lookup("东风汽车有限责任公司").company_id == "S-1"
    assert registry.lookup("上海东风汽车有限责任公司").company_id == "S-3"
    candidates = registry.lookup("东风汽车").evidence["candidates"]
    assert {candidate["company_id"] for candidate in candidates} == {"S-1", "S-2", "S-3"}


def test_candidates_that_agree_are_not_cut_off_by_many_that_do_not(database: Database) -> None:
    companies = [(f"S-{number:02}", f"青岛啤酒（分厂{number}）有限公司") for number in range(20)]
    registry = _registry(database, *companies, ("S-99", "青岛啤酒有限公司"))
    assert registry.lookup("青岛啤酒有限责任公司").company_id == "S-99"
    assert len(registry.lookup("青岛啤酒（总厂）有限公司").evidence["candidates"]) == 10
