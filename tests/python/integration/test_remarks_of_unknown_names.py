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
