"""A remark that no marker covers: it is listed, and once it is a marker its names are asked for again and found."""

from __future__ import annotations

import json
from typing import Any

import pytest

from real_databases import Database

pytestmark = pytest.mark.one_server

NAMES = [f"样例{sign}有限公司" for sign in "甲乙丙丁戊己"]
REGISTRY: dict[str, Any] = {"WDH_LOOKUP_PROVIDER": "registry", "WDH_REGISTRY_TABLE": "enterprise.registry"}
OUTCOMES = "select outcome, count(*) from lookup_answers group by 1 order by 1"


def test_a_remark_is_listed_and_as_a_marker_sets_its_names_free(database: Database) -> None:
    database.query("create table registry (company_id text, company_name text)")
    for number, name in enumerate(NAMES):
        database.query("insert into registry values (%s, %s)", (f"R{number}", name))
        database.query(
            "insert into customer_records (record_id, source_system, customer_name) values (%s, 'test', %s)",
            (str(number), f"【停保】{name}" if number % 2 else f"{name}（停保）"),
        )
    # A part of a company is no remark.
    database.query(
        "insert into customer_records (record_id, source_system, customer_name)"
        " values ('part', 'test', '国家电网有限公司（北京）'), ('whole', 'test', '国家电网有限公司')"
    )
    database.dbt("run")
    database.cli("worker", "--drain", **REGISTRY)
    assert {outcome for outcome, _ in database.query(OUTCOMES)} <= {"not_found", "not_accepted"}
    assert database.query(
        "select remark, names, records, names_known_without_it, variable from remarks_of_unknown_names"
    ) == [("停保", 6, 6, 0, "name_status_markers")]
    status = database.cli("status").output
    assert "停保" in status and "name_status_markers" in status
    [listed] = json.loads(database.cli("status", "--json").output)["monitoring"]["remarks"]
    assert (listed["remark"], listed["names"]) == ("停保", 6)

    rules = ("--vars", json.dumps({"name_status_markers": ["停保"]}, ensure_ascii=False))
    planned = database.dbt("run-operation", "rekey_company_names", *rules).output
    assert "7 answers without a company that end" not in planned
    assert "6 answers without a company that end, so that their names are asked for again, if it is done:" in planned
    assert database.value("select count(*) from lookup_answers where ended_at is not null") == 0
    done = database.dbt("run-operation", "rekey_company_names", "--args", "{execute: true}", *rules).output
    assert "6 names are asked for again" in done
    # At once, and no other.
    assert database.query(
        'select normalized_name from lookup_requests where finished_at is null order by normalized_name collate "C"'
    ) == [(name,) for name in sorted(NAMES)]
    database.cli("worker", "--drain", **REGISTRY)
    database.dbt("run", *rules)
    assert database.value("select count(*) from company_resolution where company_id like 'R%'") == len(NAMES)
    assert database.query("select remark from remarks_of_unknown_names") == []


# Members of the kind beside those of the model's unit tests: (names, the text that is offered or None).
OFFERED = {
    "known without it": (["国家电网有限公司（已并户）"], "已并户"),
    "known without it, at the beginning": (["[并户中]国家电网有限公司"], "并户中"),
    "behind a separator": (["国家电网有限公司/并户中"], "并户中"),
    "full-width": (["国家电网有限公司－并户中"], "并户中"),
    "in corner brackets": (["「并户中」国家电网有限公司"], "并户中"),
    "beside a remark that is known": (["（存量）国家电网有限公司（并户中）"], "并户中"),
    "western, known without it": (["国家电网有限公司 (Closed)"], "closed"),
    "many of one Chinese text": ([f"样例{sign}厂（年审中）" for sign in "甲乙丙丁戊"], "年审中"),
    "too few": ([f"样例{sign}厂（年审中）" for sign in "甲乙丙丁"], None),
    "many of one western text": ([f"Sample{sign} Works (Dormant)" for sign in "ABCDEF"], None),
    "a bracket in the middle": (["国家电网（年审中）有限公司"], None),
    "a place": (["国家电网有限公司（雄安新区）", "国家电网有限公司（深圳）", "国家电网有限公司-华东"], None),
    "a group": (["国家电网有限公司（集团）", "（集团）国家电网有限公司"], None),
    "a country": (["国家电网有限公司 (China)", "国家电网有限公司（中国）", "国家电网有限公司 - Hong Kong"], None),
    "a branch": (
        ["国家电网有限公司（苏州分公司）", "国家电网有限公司-营业部", "国家电网有限公司(Suzhou Branch)"],
        None,
    ),
    "many branches": ([f"样例{sign}厂（工会委员会）" for sign in "甲乙丙丁戊己"], None),
    "many places": ([f"样例{sign}厂（杭州）" for sign in "甲乙丙丁戊己"], None),
    "many legal forms": ([f"样例{sign}中心（有限合伙）" for sign in "甲乙丙丁戊己"], None),
    "many parts of one company": ([f"样例厂-{sign}车间组" for sign in "甲乙丙丁戊己"], None),
    "numbers": (
        ["国家电网有限公司（3）", "国家电网有限公司-二", "国家电网有限公司（第4）", "国家电网有限公司No.5"],
        None,
    ),
    "no bracket": (["国家电网有限公司并户中"], None),
}


def test_texts_are_offered_that_a_name_is_known_without_it_or_many_names_have(database: Database) -> None:
    offered = {}
    for case, (names, _) in OFFERED.items():
        # The view reads these models, which a run of dbt would fill.
        database.query("truncate customer_records, customer_record_keys, company_resolution")
        for number, name in enumerate(names):
            database.query(
                "insert into customer_records (record_id, source_system, customer_name) values (%s, 'test', %s)",
                (str(number), name),
            )
            database.query(
                "insert into customer_record_keys (record_id, source_system, customer_name, normalized_customer_name,"
                " loaded_at) values (%s, 'test', %s, normalize_company_name(%s), now())",
                (str(number), name, name),
            )
            database.query(
                "insert into company_resolution (record_id, company_id, is_temporary, status, resolved_at)"
                " values (%s, %s, true, 'temporary', now())",
                (str(number), f"TEMP_{number:06}"),
            )
        found = [remark for (remark,) in database.query("select remark from remarks_of_unknown_names")]
        offered[case] = found
    assert offered == {case: [] if remark is None else [remark] for case, (_, remark) in OFFERED.items()}
