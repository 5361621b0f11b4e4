"""The header of a sheet is found whatever it is spelled in; what is ambiguous is refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from company_enrichment.domains import Domain, load_domain
from company_enrichment.errors import InputFileError
from company_enrichment.workbooks import RecordRow, folded_header, read_records
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
    return list(read_records(path, path.read_bytes(), domain))


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
