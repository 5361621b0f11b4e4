"""Which rows of a report are no records, and which are although they look like it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from company_enrichment.ingestion.no_records import MovedHeaderError, NoRecords, PassedOver, PassingOver, SheetLayout

# No number, month, type, kind, plan, portfolio, customer, account number, account, amounts, remark.
HEADER = [
    *("序号", "月度", "业务类型", "计划类型", "计划代码", "组合代码", "客户名称", "集团企业客户号", "年金账户名"),
    *("期初资产规模", "期末资产规模", "备注"),
]
KIND, PLAN, PORTFOLIO, CUSTOMER, ACCOUNT, NAME, BEGIN, END, REMARK = 3, 4, 5, 6, 7, 8, 9, 10, 11
RECORD = [1, 202501, "企年受托", "单一计划", "P0001", "F1", "甲公司", "C1", "甲公司企业年金计划", 1.5, 2.5, None]
LAYOUT = SheetLayout(
    header=HEADER,
    spellings={position: {HEADER[position]} for position in range(1, REMARK)} | {PLAN: {"计划代码", "Plan code"}},
    names=frozenset({CUSTOMER, NAME}),
    codes=frozenset({PLAN, ACCOUNT}),
    above=[["规模明细表（2025年1月）"], ["编制单位：样例公司", None, "2025年1月"]],
)


def row(*cells: Any, **at: Any) -> list[Any]:
    """A row with cells from the left, and others by the name of their column."""
    places = {"kind": KIND, "plan": PLAN, "customer": CUSTOMER, "account": ACCOUNT, "name": NAME, "begin": BEGIN}
    places |= {"portfolio": PORTFOLIO, "end": END, "remark": REMARK}
    filled = [*cells, *[None] * (len(HEADER) - len(cells))]
    for column, value in at.items():
        filled[places[column]] = value
    return filled


def record(**changed: Any) -> list[Any]:
    return row(*RECORD[:-1], **changed)


def rule_of(cells: list[Any], passing_over: PassingOver | None = None) -> PassedOver | None:
    return NoRecords(LAYOUT, passing_over).rule_of(cells)


NO_RECORDS: dict[PassedOver, list[list[Any]]] = {
    PassedOver.HEADER: [
        HEADER,
        [None, *HEADER[1:]],
        ["序号", " 月 度", "业务类型\n", *HEADER[3:]],
        row(None, "月度", plan="PLAN CODE", customer="客户　名称"),
        row("规模明细表（2025年1月）"),
        row("编制单位：样例公司", None, "2025年1月"),
    ],
    PassedOver.COLUMN_NUMBERS: [
        list(range(1, 13)),
        [float(number) for number in range(1, 13)],
        [f"({number})" for number in range(1, 13)],
        [f"（{number}）" for number in range(1, 13)],
        list("ABCDEFGHIJKL"),
        ["①", "②", "③"],
        ["甲", "乙", *range(1, 11)],
        ["栏次", None, *range(1, 11)],
        [*range(1, 11), "11=9+10", 12],
        list("一二三四五六"),
    ],
    PassedOver.SEPARATOR: [["----"] * 12, row("====="), row(customer="****"), row("-", customer="——"), row("……")],
    PassedOver.UNITS: [
        row("金额单位：人民币元"),
        row(end="单位:元"),
        row("单位（万元）"),
        row("in RMB"),
        row(begin="元", end="元"),
        row(begin="(in millions)", end="%"),
        row(end="(RMB'000)"),
        row("Unit: RMB million"),
        row("单位：元 币种：人民币"),
        row("单位：万元、户"),
        row(end="Amounts expressed in millions of RMB"),
        row("(RMB in millions)"),
        row("Currency: CNY"),
        row("币种：人民币", end="单位：百万元"),
        row("编制单位：样例二公司", plan="2025年2月", end="单位：元"),
    ],
    PassedOver.TOTAL: [
        row("合计", begin=1.0),
        row(None, "合 计", begin=1),
        row(None, "总　计：", begin=1),
        row(plan="合计", begin=5),
        row(customer="合计", begin=5),
        row(plan="P0001", customer="小计", begin=5),
        row(plan="P0001", account="C1", customer="本页合计", begin=5),
        record(customer="合计", name=None),
        row(None, 202501, "企年受托 小计", begin=5),
        row(plan="P0001 合计", begin=5),
        row(plan="P0001 汇总", begin=5),
        row(plan="P0001 Total", begin=5),
        row(plan="P0001", customer="甲公司合计", begin=5),
        row(None, "Grand Total", begin=4),
        row(None, "TOTAL", begin=3),
        row(None, "Total:", begin=3),
        row(customer="Total", begin=3),
        row(plan="P1", customer="Sub-total", begin=2),
        row("Total for P0001", begin=2),
        row("共计3户"),
        row("累计：", begin=2),
        row("合计（万元）", begin=1),
        row("合计：1,234.56元"),
        row("其中：单一计划", begin=1),
        row("of which:", begin=1),
        row("总计", plan="-", customer="—", begin=1),
        row("合计", account=12345, begin=3),
        row(kind="合计", plan="P0001", begin=1),
        row("承前页", begin=1),
        ["合计"] * 9 + [1.0, 2.0, None],
        row("平均", begin=1),
        row("合", "计", begin=1),
        row(plan="小", customer="计", begin=1),
        row("总户数：", begin=12),
        row("计", begin=12),
    ],
    PassedOver.NOTE: [
        row("注：本表数据未经审计"),
        row(plan="注1：本表"),
        row(customer="备注：样例"),
        row("* 注: 样例"),
        row("制表人：张三", kind="审核人：李四", name="2025年1月31日"),
        row("制表人：", plan="张三", portfolio="审核人：", customer="李四"),
        row("填报单位：样例公司"),
        row("数据来源：系统", customer="口径说明：全部"),
        row("打印日期：", plan=date(2025, 1, 31)),
        row("第1页 共3页"),
        row(customer="第 1 页，共 3 页"),
        row(remark="Page 1 of 3"),
        row("以下空白"),
        row(customer="-- end --"),
        row(customer="*** End of report ***"),
        row("Note: unaudited"),
        row("Source: system"),
        row(customer="Prepared by J. Doe"),
        row("说明"),
        row(customer="说明"),
        row("1、本表不含未到账供款"),
        row(customer="1、本表不含未到账供款。"),
        row(plan="规模明细表（2025年1月）（续）"),
        row(customer="一、企业年金"),
        row(customer="（二）职业年金"),
        row("北京分公司"),
        ["北京分公司"] * 12,
    ],
    PassedOver.NOTHING_READ: [row(5), row(5, remark=7)],
}


@pytest.mark.parametrize(
    ("rule", "cells"), [(rule, cells) for rule, rows in NO_RECORDS.items() for cells in rows], ids=repr
)
def test_what_reports_put_between_records_is_passed_over(rule: PassedOver, cells: list[Any]) -> None:
    assert rule_of(cells) is rule


RECORDS = [
    record(),
    record(customer=None),
    record(customer=None, name=None),
    record(customer="-"),
    # The words in names.
    *(
        row(customer=name, **amounts)
        for amounts in ({}, {"begin": 1.0}, {"plan": "P0001", "begin": 1.0})
        for name in (
            "合计科技有限公司",
            "总计网络（北京）有限公司",
            "小计算机技术有限公司",
            "累计通商贸有限公司",
            "共计物流有限公司",
            "汇总信息咨询有限公司",
            "合计360软件有限公司",
            "其中影业有限公司",
            "注册会计师协会",
            "备注文化传媒有限公司",
            "备注（北京）科技有限公司",
            "说明书印刷厂",
            "审核人力资源有限公司",
            "单位后勤服务公司",
            "元气森林有限公司",
            "第一页书店",
            "一二三科技有限公司",
            "三一重工股份有限公司",
            "日期数据有限公司",
            "Total Energies SE",
            "Petrototal",
            "Sum Design Ltd",
            "Average Joe's Inc",
            "Notes GmbH",
            "Page Group plc",
            "Source Ltd",
            "Endress+Hauser AG",
            "甲",
            "样例会计师事务所（审计）",
            "样例审计",
            "总户数统计有限公司",
        )
    ),
    # Companies have been called so.
    record(customer="Total"),
    row(plan="P1", customer="Total", begin=1.0),
    row(plan="P1", customer="Air Total", begin=1.0),
    row(None, 202501, "企年受托", customer="Air Total", begin=1.0),
    # The words in other cells.
    record(remark="合计"),
    record(remark="注：新增"),
    record(remark="小计"),
    row("合计", *RECORD[1:-1]),
    row(1, "合计", *RECORD[2:-1]),
    row("注：新增", *RECORD[1:-1]),
    row("第1页", *RECORD[1:-1]),
    row("备注：", customer="甲公司", begin=1.0),
    row(customer="注：甲公司", begin=5.0),
    row(kind="元", customer="甲公司", begin=5.0),
    # Nobody is named, and nothing says that it is no record.
    row(end=7),
    row(None, 202501, "企年受托", end=7),
    row(None, 202501, "企年受托", end=7, remark="合计"),
    row(plan=1, customer=3, begin=8.0),
    row(customer="甲", account="乙", begin=1),
    row(plan="P0001"),
    row(customer="甲公司", name="甲公司"),
]


@pytest.mark.parametrize("cells", RECORDS, ids=repr)
def test_a_row_that_names_a_customer_is_a_record_whatever_its_other_cells_say(cells: list[Any]) -> None:
    assert rule_of(cells) is None


def test_a_row_without_a_value_is_no_row() -> None:
    assert rule_of([None, "", " ", "\u200b"]) is None
    assert rule_of([]) is None


@pytest.mark.parametrize("rule", [rule for rule in PassedOver if rule is not PassedOver.NOTHING_READ])
def test_a_rule_can_be_switched_off(rule: PassedOver) -> None:
    others = PassingOver(rules=frozenset(PassedOver) - {rule})
    assert all(rule_of(cells, others) is not rule for cells in NO_RECORDS[rule])


@pytest.mark.parametrize(
    ("rule", "word", "cells"),
    [
        (PassedOver.TOTAL, "本部门合并数", row("本部门 合并数", begin=1)),
        (PassedOver.TOTAL, "Gesamt", row(customer="GESAMT", begin=1)),
        (PassedOver.NOTE, "经手", row("经手：张三", customer="注：样例")),
        (PassedOver.UNITS, "百元", row(begin="百元", end="百元")),
    ],
)
def test_a_domain_adds_words(rule: PassedOver, word: str, cells: list[Any]) -> None:
    assert rule_of(cells) is not rule
    assert rule_of(cells, PassingOver(further_words={rule: [word]})) is rule


def test_a_header_whose_columns_have_moved_is_no_row_to_pass_over() -> None:
    moved = [HEADER[0], *HEADER[2:], HEADER[1]]
    with pytest.raises(MovedHeaderError):
        rule_of(moved)
    with pytest.raises(MovedHeaderError):
        rule_of([None, *HEADER])
    assert rule_of([None, *HEADER[:5]]) is None


def test_the_header_of_one_column_is_a_header_again() -> None:
    layout = SheetLayout(header=["name"], spellings={0: {"name"}}, names=frozenset({0}), codes=frozenset())
    names = NoRecords(layout)
    assert [names.rule_of([cell]) for cell in ("Name", "name plate", "合计", "一、甲")] == [
        PassedOver.HEADER,
        None,
        PassedOver.TOTAL,
        None,
    ]


def test_cells_to_the_right_of_the_header_are_no_part_of_it() -> None:
    assert rule_of([*RECORD, None, None, "合计", 5.0]) is None
