"""A value is compared by what it says, not by how it was typed and stored."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from company_enrichment.ingestion.domains import Domain
from company_enrichment.ingestion.domains.parts import KeyHeader
from company_enrichment.ingestion.key_parts import KeyKind, key_part, kind_of_header

JANUARY = [
    *(202501, 202501.0, "202501", "202501 ", "２０２５０１", "202501月", "2025-01", "2025/1", "2025/01", "2025.01"),
    *("2025年1月", "2025年01月", "2025 年 1 月", "2025年1月份", "25年1月", "2025年一月", "二〇二五年一月"),
    *("2025M1", "Jan 2025", "Jan-25", "January, 2025", "2025 Jan"),
    *(date(2025, 1, 1), date(2025, 1, 31), datetime(2025, 1, 31), datetime(2025, 1, 31, 12)),
    *("2025-01-31", "2025-01-01 00:00:00", "2025-01-31T10:11:12", "2025/1/31", "2025年1月31日", "20250131", 20250131),
]
NUMBERS = [
    *(
        1234.5,
        "1234.5",
        "1,234.50",
        "1234.5000",
        " 1 234.5",
        "１２３４．５",
        "１，２３４．５０",
        "1.2345E3",
        "1.2345e+03",
    ),
    *("￥1,234.50", "¥1234.5", "$1,234.5", "RMB 1,234.50", "1,234.50元", "+1234.5", 1234.5000000000002, 1234.500000001),
]


def parts(values: list[Any], kind: KeyKind | None = None) -> set[str | None]:
    return {key_part(value, kind) for value in values}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (JANUARY, "month"),
        (NUMBERS, None),
        (NUMBERS, "number"),
        ([-1234.5, "-1,234.50", "(1,234.50)", "（1234.5）", "−1234.5", "－1234.5"], None),
        ([0, 0.0, -0.0, "0", "0.00", "-0", 1e-12], None),
        ([0.125, "12.5%", "１２．５％"], None),
        ([0.3, 0.1 + 0.2, "0.3"], None),
        ([1234567890.1234567, 1234567890.1234568, "1234567890.12346"], None),
        ([123456789012345.0, 123456789012345, "123,456,789,012,345"], None),
        ([date(2025, 1, 31), datetime(2025, 1, 31), "2025-01-31", "2025/1/31", "2025年1月31日"], None),
        ([date(2025, 1, 31), "2025-1-31", "2025-01-31 00:00:00", "20250131", 20250131], "date"),
        ([datetime(2025, 1, 31, 10, 5), "2025-01-31 10:05:00", "2025/1/31 10:05"], None),
        (
            ["甲公司(北京)", "甲公司（北京） ", "甲 公司【北京】", "甲\u200b公司\u3000［北京］", "甲公司〔北京〕\n"],
            "text",
        ),
        (["IBM", "ＩＢＭ", " I B M", "IBM\ufe0f"], "text"),
        (["00123", " 00123", "00123\u200b", "００１２３", '="00123"', "'00123"], "code"),
        (["123", 123, 123.0], "code"),
        ([None, "", " ", "\u3000\n", "\u200b", "\ufe0f"], None),
        ([None, "", "'"], "code"),
    ],
)
def test_what_says_the_same_is_the_same(values: list[Any], kind: KeyKind | None) -> None:
    assert len(parts(values, kind)) == 1


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([202501, 202502, "202412", date(2026, 1, 1), "2025", "2025年", "1月", 2025.1, "202513", "202500"], "month"),
        ([date(2025, 1, 31), date(2025, 1, 30), date(2025, 2, 1), "2025-01-29", "2025-01"], None),
        ([date(2025, 1, 31), date(2025, 2, 1), "2025-02-30", "20250230"], "date"),
        (["00123", 123, "0123", "123.0", "1,23", "123E0"], "code"),
        (["007", 7, "07"], None),
        ([1234.5, 1234.51, 1234.49, -1234.5, 12345, "1234.5.0", "1,2345", "1234.5x"], None),
        (["123456789012345678", "123456789012345679"], None),
        (["甲公司", "甲公司(北京)", "乙公司", "甲公司0"], "text"),
        (["IBM", "ibm"], "text"),
        ([True, 1, "x"], None),
        ([None, 0, "0x", "-"], None),
    ],
)
def test_what_says_something_else_is_something_else(values: list[Any], kind: KeyKind | None) -> None:
    assert len(parts(values, kind)) == len(values)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, "9" * 400, "1e999", "\ud800", "\x00", "(", "%"])
def test_whatever_a_cell_holds_has_a_part(value: Any) -> None:
    for kind in (None, "text", "code", "number", "date", "month"):
        assert key_part(value, kind) == key_part(value, kind)


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (["月度", "月份", "年月", "统计月度", "报告期间", "Month", "report month", "Period"], "month"),
        (["日期", "起始日期", "Date", "start_date"], "date"),
        (["组合代码", "客户编号", "账号", "Portfolio code", "plan_id", "Contract No."], "code"),
        (["月度供款", "期末资产规模", "update", "Amount paid", "casino", "客户名称", "固费"], None),
    ],
)
def test_a_header_says_as_what_its_values_are_compared(headers: list[str], kind: KeyKind | None) -> None:
    assert {kind_of_header(header) for header in headers} == {kind}


def test_a_domain_says_as_what_the_parts_of_its_key_are_compared() -> None:
    domain = Domain(
        name="test",
        description="x",
        files="*.xlsx",
        sheet="data",
        columns={"plan_code": "plan", "customer_name": "customer code"},
        record_key=[
            "月度",
            "plan",
            "customer code",
            "amount",
            KeyHeader(header="when", kind="month"),
            KeyHeader(header="日期"),
        ],
    )
    assert domain.key_kinds == {
        "月度": "month",
        "plan": "code",
        "customer code": "text",
        "amount": None,
        "when": "month",
        "日期": "date",
    }
