"""Rows that are no records are counted and named, and every row of a file is in its sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from company_enrichment.cli.file_reports import describe_file, describe_passed_over
from company_enrichment.cli.ingest import describe_files
from company_enrichment.ingestion.domains import Domain, load_domain
from company_enrichment.ingestion.load import ingest
from company_enrichment.ingestion.no_records import PassedOver
from company_enrichment.ingestion.reports import FileReport
from company_enrichment.ingestion.workbooks import NoRecord, RecordRow, read_records
from real_databases import SCHEMA, Database
from workbook_files import write_workbook

pytestmark = pytest.mark.one_server

DOMAIN = Domain(
    name="test",
    description="A small domain.",
    files="**/*.xlsx",
    sheet="data",
    columns={"plan_code": "计划代码", "customer_name": "客户名称"},
    record_key=["月度", "计划代码", "客户名称", "规模"],
    other_headers={"计划代码": ["计划号"]},
)
HEADER = ["月度", "计划代码", "客户名称", "规模", "备注"]
REPORT: list[list[Any]] = [
    ["规模明细表"],
    ["编制单位：样例公司", None, None, "单位：万元"],
    HEADER,
    [1, 2, 3, 4, 5],
    [202501, "P1", "合计科技有限公司", 1.5, None],
    [202501, "P2", "乙公司", 2, "合计"],
    [],
    [None, None, "本页小计", 3.5],
    ["规模明细表"],
    ["月 度", "计划号", "客户名称", "规模", None],
    [202501, "P3", "长" * 501, 1, None],
    [202501, "P4", "丁公司", "#N/A", None],
    ["----", "----", "----", "----"],
    ["总计", None, None, 7],
    ["注：样例"],
    ["制表人：张三", None, "审核人：李四"],
    [None, None, None, None, 5],
]


def take_in(database: Database, folder: Path, rows: Sequence[Sequence[Any]]) -> FileReport:
    write_workbook(folder / "report.xlsx", rows)
    [report] = ingest(database.connect(), DOMAIN, folder, schema=SCHEMA, execute=True)
    return report


def test_a_report_gives_its_records_and_says_what_is_none(database: Database, tmp_path: Path) -> None:
    report = take_in(database, tmp_path, REPORT)
    assert report.passed_over == (
        (4, PassedOver.COLUMN_NUMBERS),
        (8, PassedOver.TOTAL),
        (9, PassedOver.HEADER),
        (10, PassedOver.HEADER),
        (13, PassedOver.SEPARATOR),
        (14, PassedOver.TOTAL),
        (15, PassedOver.NOTE),
        (16, PassedOver.NOTE),
        (17, PassedOver.NOTHING_READ),
    )
    assert [line for line, _ in report.rejects] == [11, 12]
    assert database.query("select customer_name from customer_records order by source_row") == [
        ("合计科技有限公司",),
        ("乙公司",),
    ]
    assert database.query("select rows_read, rows_new, rows_rejected, rows_passed_over from ingest_files") == [
        (13, 2, 2, 9)
    ]
    assert "2 rejected, 9 passed over;" in describe_file(report)
    assert "+ 2 rejected + 9 passed over;" in describe_files([report])
    assert describe_passed_over(report) == [
        "report.xlsx: passed over by the rule header: rows 9-10",
        "report.xlsx: passed over by the rule column numbers: row 4",
        "report.xlsx: passed over by the rule separator: row 13",
        "report.xlsx: passed over by the rule total: rows 8, 14",
        "report.xlsx: passed over by the rule note: rows 15-16",
        "report.xlsx: passed over by the rule nothing read: row 17",
    ]


def test_many_rows_are_named_as_ranges_and_then_counted(database: Database, tmp_path: Path) -> None:
    rows: list[list[Any]] = [HEADER, *([None, None, "合计", 1], [202501, "P1", "甲公司", 1]) * 25]
    [line] = describe_passed_over(take_in(database, tmp_path, rows))
    assert line.startswith("report.xlsx: passed over by the rule total: rows 2, 4, 6,")
    assert line.endswith(", 40 and 5 further ones")


def test_the_sum_of_a_file_includes_what_was_passed_over(database: Database, tmp_path: Path) -> None:
    take_in(database, tmp_path, REPORT)
    with pytest.raises(Exception, match="ingest_files_check"):
        database.query("update ingest_files set rows_passed_over = 0")


def domain_with(rules: str, folder: Path) -> Domain:
    (folder / "words.yml").write_text(
        "description: x\nfiles: '*.xlsx'\nsheet: data\nrecord_key: [规模]\ncolumns: {customer_name: 客户名称}\n"
        f"rows_passed_over: {rules}\n",
        "utf-8",
    )
    return load_domain("words", folder)


def read(domain: Domain, folder: Path, rows: Sequence[Sequence[Any]]) -> list[RecordRow | NoRecord]:
    path = write_workbook(folder / "file.xlsx", rows)
    return list(read_records(path, path.read_bytes(), domain))


def test_a_domain_adds_words_and_switches_rules_off(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["客户名称", "规模"], ["合并数", 1], ["合计", 2], ["注：样例", None]]
    kinds = {
        "{}": [RecordRow, NoRecord, NoRecord],
        "{totals: [合并数]}": [NoRecord, NoRecord, NoRecord],
        "{totals: false}": [RecordRow, RecordRow, NoRecord],
        "{totals: true, notes: false}": [RecordRow, NoRecord, RecordRow],
    }
    for rules, expected in kinds.items():
        assert [type(row) for row in read(domain_with(rules, tmp_path), tmp_path, rows)] == expected, rules


TEXTS = st.one_of(
    st.sampled_from(
        [
            *(
                "合计",
                "小计",
                "注：",
                "注：样例",
                "单位：元",
                "元",
                "----",
                "1",
                "2",
                "A",
                "月度",
                "计划代码",
                "客户名称",
                "规模",
            ),
            *(
                "#N/A",
                "#REF!",
                "=1+1",
                "P1",
                "甲公司",
                " ",
                "\u3000",
                "\u200b",
                "-",
                "0",
                "Total",
                "Page 1",
                "第1页",
                "以下空白",
            ),
            *("1.2E+17", "202501", "2025年1月", "1,234.50", "长" * 501, "a\x01b", "\U0001f600", "制表人：", "完"),
        ]
    ),
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12),
)
CELLS = st.one_of(
    st.none(),
    TEXTS,
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1901, 1, 1), date(2999, 1, 1)),
    st.datetimes(datetime(1901, 1, 1), datetime(2999, 1, 1)),
)
MERGED = st.tuples(st.integers(1, 9), st.integers(0, 4), st.integers(0, 3), st.integers(0, 3), TEXTS)


def write_cells(path: Path, rows: Sequence[Sequence[Any]], merged: Sequence[tuple[int, int, int, int, str]]) -> None:
    with xlsxwriter.Workbook(
        str(path), {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False}
    ) as workbook:
        sheet = workbook.add_worksheet("data")
        sheet.write_row(0, 0, HEADER)
        for number, row in enumerate(rows, start=1):
            for position, cell in enumerate(row):
                if isinstance(cell, str) and cell.startswith("#"):
                    sheet.write_formula(number, position, f"={cell}", None, cell)
                elif isinstance(cell, str):
                    sheet.write_string(number, position, cell)
                else:
                    sheet.write(number, position, cell)
        taken: set[tuple[int, int]] = set()
        for first, left, down, right, text in merged:
            places = {
                (row, column) for row in range(first, first + down + 1) for column in range(left, left + right + 1)
            }
            if len(places) > 1 and not places & taken:
                taken |= places
                sheet.merge_range(first, left, first + down, left + right, text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(CELLS, min_size=5, max_size=5), min_size=1, max_size=8),
    merged=st.lists(MERGED, max_size=2),
)
def test_whatever_is_in_the_cells_each_row_is_taken_in_rejected_or_passed_over(
    database: Database, tmp_path: Path, rows: list[list[Any]], merged: list[tuple[int, int, int, int, str]]
) -> None:
    path = tmp_path / "report.xlsx"
    write_cells(path, rows, merged)
    content = path.read_bytes()
    came = list(read_records(path, content, DOMAIN))
    numbers = [row.row_number for row in came]
    assert len(set(numbers)) == len(numbers)
    for row in came:
        if isinstance(row, NoRecord):
            assert row.rule in PassedOver
        else:
            assert row.reject_reason is None or row.reject_reason.strip()
    # A row that has text of its own is among them.
    with_text = {
        number
        for number, row in enumerate(rows, start=2)
        if any(isinstance(cell, str) and cell.isalnum() for cell in row)
    }
    covered = {first + 1 + step for first, _, down, _, _ in merged for step in range(down + 1)}
    assert with_text - covered <= set(numbers)

    # Equal bytes are not read again, and no content without a record replaces what its path said before.
    database.query("truncate ingest_files, ingest_rejects, ingest_period_records, customer_records")
    connection = database.connect()
    [report] = ingest(connection, DOMAIN, tmp_path, schema=SCHEMA, execute=False)
    kinds = Counter(
        "passed over" if isinstance(row, NoRecord) else "taken in" if row.reject_reason is None else "rejected"
        for row in came
    )
    assert report.rows_read == len(came)
    assert report.rows_new + report.rows_changed + report.rows_unchanged == kinds["taken in"]
    assert (report.rows_rejected, report.rows_passed_over) == (kinds["rejected"], kinds["passed over"])
    assert len(report.rejects) == report.rows_rejected and len(report.passed_over) == report.rows_passed_over
    # And the database takes what the plan says.
    [done] = ingest(connection, DOMAIN, tmp_path, schema=SCHEMA, execute=True)
    assert done == report
    connection.close()
