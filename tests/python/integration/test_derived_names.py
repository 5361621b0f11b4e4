"""A customer name that the file lacks comes from the plan's name, by the domain's rule, and the result says so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from company_enrichment.errors import ConfigurationError
from company_enrichment.ingestion.domains import Domain, load_domain
from company_enrichment.ingestion.load import ingest
from company_enrichment.ingestion.reports import FileOutcome, FileReport
from real_databases import SCHEMA, Database
from workbook_files import write_workbook

pytestmark = pytest.mark.one_server

PATTERN = r"'^(?:.*?-)?(.+?)企业年金计划$'"
RULE = f"{{header: 客户名称, fallback: 计划名称, pattern: {PATTERN}, when: {{计划类型: 单一计划}}}}"
HEADER = ["计划代码", "计划类型", "计划名称", "客户名称", "金额"]


def domain(folder: Path, rule: str = RULE) -> Domain:
    folder.mkdir(exist_ok=True)
    (folder / "plans.yml").write_text(
        "description: x\nfiles: '**/*.xlsx'\nversions: '(?P<period>[0-9]{6})(?:.*?/V(?P<version>[0-9]+))?'\n"
        "sheet: data\nrecord_key: [计划代码, 客户名称, 金额]\n"
        f"columns: {{plan_code: 计划代码, customer_name: {rule}}}\n",
        "utf-8",
    )
    return load_domain("plans", folder)


def take_in(
    database: Database, folder: Path, rows: Sequence[Sequence[Any]], rule: str = RULE, place: str = "202501/V1/a.xlsx"
) -> FileReport:
    write_workbook(folder / "files" / place, rows)
    reports = ingest(
        database.connect(), domain(folder / "domains", rule), folder / "files", schema=SCHEMA, execute=True
    )
    return next(report for report in reports if report.place == place)


def names(database: Database) -> dict[str, tuple[str | None, str | None]]:
    return {
        plan: (name, derived_from)
        for plan, name, derived_from in database.query(
            "select plan_code, customer_name, name_derived_from from customer_records"
        )
    }


ROWS: list[list[Any]] = [
    HEADER,
    ["blank", "单一计划", "样例甲公司企业年金计划", None, 1],
    ["spaces", "单一计划 ", "样例乙公司企业年金计划", "\u3000 ", 1],
    ["placeholder", "单一计划", "样例丙公司企业年金计划", "空白", 1],
    ["dash", "单一计划", " 平安-样例丁公司企业年金计划", "-", 1],
    ["named", "单一计划", "样例戊公司企业年金计划", "样例己公司", 1],
    ["collective", "集合计划", "样例庚集合企业年金计划", None, 1],
    ["no type", None, "样例辛公司企业年金计划", None, 1],
    ["no match", "单一计划", "样例壬公司年金", None, 1],
    ["no plan name", "单一计划", None, None, 1],
    ["nobody", "单一计划", "无企业年金计划", None, 1],
]
DERIVED = {
    "blank": "样例甲公司",
    "spaces": "样例乙公司",
    "placeholder": "样例丙公司",
    "dash": "样例丁公司",
}


def test_a_blank_name_comes_from_the_plan_where_the_rule_says_so(database: Database, tmp_path: Path) -> None:
    report = take_in(database, tmp_path, ROWS)
    assert (report.rows_new, report.rows_rejected) == (10, 0)
    stored = names(database)
    assert {plan: stored[plan] for plan in DERIVED} == {plan: (name, "计划名称") for plan, name in DERIVED.items()}
    assert stored["named"] == ("样例己公司", None)
    assert all(stored[plan] == (None, None) for plan in ("collective", "no type", "no match", "no plan name", "nobody"))


def test_the_result_says_that_a_name_was_derived(database: Database, tmp_path: Path) -> None:
    take_in(database, tmp_path, ROWS)
    database.dbt("run")
    result = {
        plan: (derived_from, status, has_id)
        for plan, derived_from, status, has_id in database.query(
            "select keys.raw_plan_code, result.name_derived_from, result.status, result.company_id is not null"
            " from company_resolution as result join customer_record_keys as keys using (record_id)"
            " where keys.source_system = 'plans'"
        )
    }
    assert all(result[plan] == ("计划名称", "temporary", True) for plan in DERIVED)
    assert result["named"] == (None, "temporary", True)
    assert result["collective"] == (None, "unresolvable", False)
    # The file has the name now: nothing is derived any more.
    named = [[*row[:3], DERIVED.get(str(row[0]), row[3]), row[4]] for row in ROWS]
    take_in(database, tmp_path, named, place="202501/V2/a.xlsx")
    database.dbt("run")
    assert database.query(
        "select distinct result.name_derived_from from company_resolution as result"
        " join customer_records as records using (record_id) where records.deleted_at is null"
    ) == [(None,)]


def test_a_derived_name_is_no_part_of_what_a_record_is(database: Database, tmp_path: Path) -> None:
    assert take_in(database, tmp_path, ROWS, "客户名称").rows_new == 10
    report = take_in(database, tmp_path, [*ROWS, []], place="202501/V2/a.xlsx")
    assert report.outcome is FileOutcome.ALREADY_LOADED or (report.rows_new, report.rows_deleted) == (0, 0)
    report = take_in(database, tmp_path, [[*row, "x"] for row in ROWS], place="202501/V3/a.xlsx")
    assert (report.rows_new, report.rows_changed + report.rows_unchanged, report.rows_deleted) == (0, 10, 0)
    assert names(database)["blank"] == ("样例甲公司", "计划名称")


def test_a_missing_column_of_the_rule_is_named(database: Database, tmp_path: Path) -> None:
    report = take_in(database, tmp_path, [["计划代码", "客户名称", "金额"], ["P1", None, 1]])
    assert report.outcome is FileOutcome.FAILED
    assert "column 计划名称, 计划类型 is missing" in report.detail


@pytest.mark.parametrize("pattern", ["'^(?:(a|aa|a?)+)+$'", "'^((?:a|aa)+)$'"])
def test_a_pattern_that_would_never_end_is_given_up_by_name(database: Database, tmp_path: Path, pattern: str) -> None:
    rule = f"{{header: 客户名称, fallback: 计划名称, pattern: {pattern}}}"
    report = take_in(database, tmp_path, [HEADER, ["P1", "单一计划", f"{'a' * 499}c", None, 1]], rule)
    assert report.outcome is FileOutcome.FAILED
    assert "pattern of customer_name" in report.detail and "takes more than 1 second" in report.detail


def test_a_text_that_is_too_long_to_be_searched_gives_no_name(database: Database, tmp_path: Path) -> None:
    take_in(database, tmp_path, [HEADER, ["P1", "单一计划", f"{'长' * 500}企业年金计划", None, 1]])
    assert names(database)["P1"] == (None, None)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("{header: n, fallback: p, pattern: '('}", "is no regular expression"),
        ("{header: n, fallback: p, pattern: 'a'}", "must have one group"),
        ("{header: n, fallback: p, pattern: '(a)(b)'}", "must have one group"),
        ("{header: n, fallback: p}", "pattern"),
        ("{header: n, pattern: '(a)'}", "fallback"),
        ("{header: n, when: {a: b}}", "fallback"),
        ("{header: n, fallback: p, pattern: '(a)', width: 3}", "width"),
        ("{header: n, fallback: p, pattern: '(a)', when: {a: 5}}", "when"),
    ],
)
def test_a_wrong_rule_is_refused_by_file_and_column(tmp_path: Path, rule: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        domain(tmp_path, rule)
    assert "plans.yml" in str(raised.value) and said in str(raised.value)


def test_only_the_customer_is_named_by_another_column(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="only customer_name is derived"):
        domain(tmp_path, "n, account_name: {header: a, fallback: p, pattern: '(a)'}")


def test_a_rule_may_name_its_group_and_take_several_values(database: Database, tmp_path: Path) -> None:
    rule = (
        "{header: 客户名称, fallback: 计划名称, pattern: '(?:(.*)-)?(?P<name>.+)企业年金计划', "
        "when: {计划类型: [单一计划, 职业年金]}}"
    )
    rows: list[list[Any]] = [
        [plan, kind, "受托-样例公司企业年金计划", None, 1] for plan, kind in (("P1", "单一计划"), ("P2", "职业年金"))
    ]
    take_in(database, tmp_path, [HEADER, *rows, ["P3", "集合计划", "样例公司企业年金计划", None, 1]], rule)
    assert names(database) == {"P1": ("样例公司", "计划名称"), "P2": ("样例公司", "计划名称"), "P3": (None, None)}
