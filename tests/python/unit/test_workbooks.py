"""The header of a sheet is found whatever it is spelled in; what is ambiguous is refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from company_enrichment.errors import ConfigurationError, InputFileError
from company_enrichment.ingestion.domains import Domain, load_domain
from company_enrichment.ingestion.workbooks import RecordRow, folded_header, read_records
from workbook_files import write_workbook

DOMAIN = Domain(
    name="test",
    description="A small domain.",
    files="*.xlsx",
    sheet="data",
    columns={"plan_code": "计划代码", "customer_name": "客户（全称）"},
    record_key=["计划代码", "客户（全称）", "IBM"],
    other_headers={"计划代码": ["计划号"]},
)
HEADER = ["计划代码", "客户（全称）", "IBM"]


def read(folder: Path, rows: Sequence[Sequence[Any]], domain: Domain = DOMAIN) -> list[RecordRow]:
    path = write_workbook(folder / "file.xlsx", rows, domain.sheet)
    return [row for row in read_records(path, path.read_bytes(), domain) if isinstance(row, RecordRow)]


@pytest.mark.parametrize(
    "header",
    [
        ["计划代码", "客户(全称)", "IBM"],
        [" 计划代码 ", "客户（全称\n）", "ＩＢＭ"],
        ["计划\r\n代码", "客 户\u3000（ 全称 )", "I\u00a0B\u200bM\ufeff"],
        ["计划号", "客户（全称）", "IBM"],
    ],
)
def test_width_blanks_and_line_breaks_of_a_header_do_not_matter(tmp_path: Path, header: list[str]) -> None:
    [plain] = read(tmp_path, [HEADER, ["P1", "甲", 1]])
    [varied] = read(tmp_path, [header, ["P1", "甲", 1]])
    assert varied == plain
    assert (varied.plan_code, varied.customer_name) == ("P1", "甲")


def test_different_headers_stay_different() -> None:
    assert folded_header("客户名称") != folded_header("客户简称")
    assert folded_header("流失(含待遇支付)") != folded_header("流失")


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (["计划代码", "客户（全称）", "客户 (全称)", "IBM"], ["B ('客户（全称）')", "C ('客户 (全称)')"]),
        (["计划号", "计划代码", "客户（全称）", "IBM"], ["A ('计划号')", "B ('计划代码')", "column 计划代码"]),
    ],
)
def test_two_columns_of_one_header_are_an_error_that_names_both(
    tmp_path: Path, header: list[str], named: list[str]
) -> None:
    with pytest.raises(InputFileError) as raised:
        read(tmp_path, [header, ["P1", "甲", "乙", 1]])
    assert all(text in str(raised.value) for text in named)


def test_columns_that_nobody_needs_may_be_there_twice(tmp_path: Path) -> None:
    assert len(read(tmp_path, [[*HEADER, "备注", "备注"], ["P1", "甲", 1]])) == 1


def test_a_title_that_holds_a_header_is_not_the_header(tmp_path: Path) -> None:
    [row] = read(tmp_path, [["计划代码", "一览"], [], HEADER, ["P1", "甲", 1]])
    assert (row.row_number, row.customer_name) == (4, "甲")


def test_a_missing_column_is_named_with_the_row_that_comes_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match=r"column IBM is missing; row 2 has 计划代码, 客户（全称）\."):
        read(tmp_path, [["计划代码"], ["计划代码", "客户（全称）"], ["P1", "甲"]])


def test_the_second_domain_is_its_yaml_file_alone(tmp_path: Path) -> None:
    domain = load_domain("annuity_income")
    header = ["月度", "业务类型", "计划类型", "计划号", "组合代码", "客户名称", "固费", "浮费", "回补", "税"]
    rows = read(tmp_path, [header, [202412, "企年受托", "单一计划", "P0001", "F1", None, 1.5, 0, 0, 0]], domain)
    assert [(row.plan_code, row.customer_name, row.reject_reason) for row in rows] == [("P0001", None, None)]


def domain_with(folder: Path, columns: str) -> Domain:
    (folder / "codes.yml").write_text(
        f"description: x\nfiles: '*.xlsx'\nsheet: data\nrecord_key: [n]\ncolumns: {columns}\n", "utf-8"
    )
    return load_domain("codes", folder)


def test_a_column_is_a_header_or_a_header_with_rules(tmp_path: Path) -> None:
    domain = domain_with(tmp_path, "{plan_code: p, account_number: {header: a, strip_prefix: C}, customer_name: n}")
    assert domain.headers == ["p", "a", "n"]
    assert list(domain.columns_with_rules) == ["account_number"]
    [row] = read(tmp_path, [["n", "a", "p"], ["甲", "C81", "P1"]], domain)
    assert (row.plan_code, row.account_number, row.customer_name) == ("P1", "C81", "甲")


def test_a_column_with_a_header_alone_has_no_rules(tmp_path: Path) -> None:
    domain = domain_with(tmp_path, "{customer_name: {header: n}, plan_code: {header: p, corrections: {}}}")
    assert (domain.headers, domain.columns_with_rules) == (["n", "p"], {})


def test_a_row_of_a_column_with_rules_is_rejected_by_the_name_of_its_header(tmp_path: Path) -> None:
    domain = domain_with(tmp_path, "{account_number: {header: a, width: 12}, customer_name: n}")
    [row] = read(tmp_path, [["n", "a"], ["甲", "8" * 501]], domain)
    assert row.reject_reason == "a has 501 characters; a name or code has at most 500"


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        ("{customer_name: {header: n, width: 3}}", "customer_name has width; only the codes have rules"),
        ("{account_name: {header: n, strip_prefix: C}}", "account_name has strip_prefix; only the codes have rules"),
        ("{customer_name: {header: n, corrections: {a: b}}}", "customer_name has corrections; only the codes"),
        ("{plan_code: {strip_prefix: C}}", "columns.plan_code.header"),
        ("{plan_code: {header: p, strip_prefx: C}}", "columns.plan_code.strip_prefx"),
        ("{plan_code: {header: p, strip_prefix: ''}}", "columns.plan_code.strip_prefix"),
        ("{plan_code: {header: p, strip_prefix: ' '}}", "columns.plan_code.strip_prefix"),
        ("{plan_code: {header: p, strip_prefix: 0}}", "columns.plan_code.strip_prefix"),
        ("{plan_code: {header: p, strip_prefix: [C]}}", "columns.plan_code.strip_prefix"),
        ("{plan_code: {header: p, width: 0}}", "columns.plan_code.width"),
        ("{plan_code: {header: p, width: 101}}", "columns.plan_code.width"),
        ("{plan_code: {header: p, width: '12'}}", "columns.plan_code.width"),
        ("{plan_code: {header: p, width: true}}", "columns.plan_code.width"),
        ("{plan_code: {header: p, width: 12.0}}", "columns.plan_code.width"),
        ("{plan_code: {header: p, corrections: [A]}}", "columns.plan_code.corrections"),
        ("{plan_code: {header: p, corrections: {0123: '83'}}}", "columns.plan_code.corrections"),
        ("{plan_code: {header: p, corrections: {A: 83}}}", "columns.plan_code.corrections.A"),
        ("{plan_code: {header: p, corrections: {A: ''}}}", "columns.plan_code.corrections"),
        (f"{{plan_code: {{header: p, corrections: {{A: {'B' * 101}}}}}}}", "columns.plan_code.corrections.A"),
        ('{plan_code: {header: p, strip_prefix: "\\0"}}', "columns.plan_code.strip_prefix"),
        ("{plan_code: 5}", "columns.plan_code"),
    ],
)
def test_a_wrong_rule_is_refused_by_file_column_and_rule(tmp_path: Path, columns: str, named: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        domain_with(tmp_path, columns)
    assert "codes.yml" in str(raised.value) and named in str(raised.value)
