"""The batch and the online resolver give every record the same company, by the same match type and key."""

from __future__ import annotations

import os
import random
from decimal import Decimal

import pytest

from company_enrichment import (
    CompanyEnrichmentService,
    CompanyMappingLoader,
    CustomerKeys,
    LookupAnswer,
    LookupQueue,
    load_company_mappings,
)
from real_databases import Database

pytestmark = pytest.mark.every_server

MATCH_TYPES = ("plan", "account", "hardcode", "name", "account_name")
CODES = [f"P{number}" for number in range(30)]
COMPANIES = [f"C{number}" for number in range(8)]
FORMS = ("有限公司", "公司", "股份有限公司")
NAMES = [f"{letter}{form}" for letter in "甲乙丙丁戊己庚辛壬癸子丑寅卯" for form in FORMS]
SPELLINGS = ("{}", " {}", "（存量）{}", "{}-终止", "{} ", "{}\u3000")
NOBODY = ("", "   ", "无", "（空白）", None)


def _key(chance: random.Random, match_type: str) -> str:
    return chance.choice(SPELLINGS).format(chance.choice(NAMES)) if "name" in match_type else chance.choice(CODES)


def _mappings(chance: random.Random) -> list[tuple[str, str, str]]:
    return [
        (
            match_type,
            _key(chance, match_type),
            "__EMPTY__" if chance.random() < 0.1 else chance.choice(COMPANIES),
        )
        for match_type in chance.choices(MATCH_TYPES, k=25)
    ]


def _record(chance: random.Random) -> CustomerKeys:
    def maybe(value: str | None, probability: float) -> str | None:
        return value if chance.random() < probability else chance.choice(NOBODY)

    return CustomerKeys(
        plan_code=maybe(chance.choice((" {}", "{}")).format(chance.choice(CODES)), 0.4),
        account_number=maybe(chance.choice(CODES), 0.3),
        customer_name=maybe(_key(chance, "name"), 0.8),
        account_name=maybe(_key(chance, "name"), 0.3),
    )


def test_the_batch_and_the_online_resolver_agree(database: Database) -> None:
    seed = int(os.environ.get("TEST_SEED", int.from_bytes(os.urandom(4), "big")))
    print(f"TEST_SEED={seed}")
    chance = random.Random(seed)
    connection = database.connect()
    # Three sources that contradict each other; one of them takes back what it does not repeat.
    for source, mode in (("a", "append"), ("b", "merge"), ("c", "replace_source"), ("c", "replace_source")):
        load_company_mappings(_mappings(chance), connection, mode, source=source, apply=False)
    queue = LookupQueue(connection)
    for name in chance.choices(NAMES, k=60):
        company, confidence = chance.choice(COMPANIES), Decimal(chance.choice(("0.8", "0.9", "1")))
        answers = [
            LookupAnswer(provider="registry", outcome="found", company_id=company, confidence=confidence),
            LookupAnswer(provider="registry", outcome="not_found"),
            LookupAnswer(provider="registry", outcome="not_accepted"),
        ]
        [answer] = chance.choices(answers, weights=(2, 1, 1))
        queue.record_answer(name, answer)
    records = [_record(chance) for _ in range(400)]
    for number, record in enumerate(records):
        database.query(
            "insert into customer_records"
            " (record_id, source_system, plan_code, account_number, customer_name, account_name)"
            " values (%s, 'test', %s, %s, %s, %s)",
            (str(number), record.plan_code, record.account_number, record.customer_name, record.account_name),
        )
    database.dbt("run")
    kinds = dict(database.query("select coalesce(match_type, status), count(*) from company_resolution group by 1"))
    assert {*MATCH_TYPES, "lookup", "temporary", "unresolvable"} <= set(kinds)
    assert database.value("select count(*) from company_mapping where retired_at is not null")
    assert database.value("select count(*) from company_mapping_conflicts")

    batch = database.query(
        "select record_id, company_id, match_type, matched_key, confidence, mapping_load_id, answer_id, is_temporary"
        " from company_resolution order by record_id::integer"
    )
    service = CompanyEnrichmentService(CompanyMappingLoader(connection), LookupQueue(connection, plan_only=True))
    for results in (
        service.resolve_batch(records).results,
        [service.resolve_batch([record]).results[0] for record in records],
    ):
        online = [
            (
                *(str(number), result.company_id, result.match_type, result.matched_key, result.confidence),
                # A name that nobody knows rests on no answer; online it shows the one by which nobody knows it.
                *(result.mapping_load_id, None if result.is_temporary else result.answer_id, result.is_temporary),
            )
            for number, result in enumerate(results)
        ]
        assert online == batch
