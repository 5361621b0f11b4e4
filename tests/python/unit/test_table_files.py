"""The one reader of tables: text and workbooks alike give a header, and rows with their lines and what is wrong."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from company_enrichment.column_names import MAPPING_NAMES, RECORD_COLUMNS
from company_enrichment.errors import ConfigurationError, InputFileError
from company_enrichment.files.spreadsheet_csv import unwrapped, write_spreadsheet_csv
from company_enrichment.files.table_files import Table, TableFile
from company_enrichment.mappings.files import MappingFile
from hostile_texts import STORABLE

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx")


def write(folder: Path, ending: str, rows: Sequence[Sequence[str]], hidden: Sequence[str] = ()) -> Path:
    """Write the same rows as a file of any kind; a workbook begins with the hidden sheets."""
    file = folder / f"table{ending}"
    if ending == ".xlsx":
        with xlsxwriter.Workbook(str(file), {"strings_to_formulas": False}) as book:
            for name in hidden:
                book.add_worksheet(name).hide()
            sheet = book.add_worksheet("名单")
            sheet.activate()
            sheet.set_first_sheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    else:
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, delimiter="\t" if ending == ".tsv" else ",").writerows(rows)
    return file


def opened(file: Path, **options: Any) -> Table:
    return TableFile(path=file, known=RECORD_COLUMNS, **options).opened()


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_kind_of_file_gives_the_same_rows(tmp_path: Path, ending: str) -> None:
    rows = [["客户名称", "备注", "Plan Code"], ["样例甲有限公司", "=1+1", "P1"], ["样例乙有限公司", "", "00123"]]
    table = opened(write(tmp_path, ending, rows))
    assert (table.header, table.places) == (rows[0], {"customer_name": 0, "plan_code": 2})
    assert [(row.line, list(row.cells), row.fault((0, 2))) for row in table.rows] == [
        (2, rows[1], None),
        (3, rows[2], None),
    ]


@pytest.mark.parametrize("ending", ENDINGS)
def test_blank_rows_are_passed_over_and_a_title_is_named(tmp_path: Path, ending: str) -> None:
    blank = [" ", ""]
    table = opened(write(tmp_path, ending, [blank, ["客户名称", "x"], blank, ["样例甲有限公司", "y"], blank]))
    assert (table.line, [row.line for row in table.rows]) == (2, [4])
    file = write(tmp_path, ending, [["客户名单 2025", ""], blank, ["客户名称", "计划代码"], ["样例甲有限公司", "P1"]])
    said = (
        r"line 1: this is not the header, which seems to be in line 3 \(客户名称, 计划代码\)\. Remove what is above it"
    )
    with pytest.raises(InputFileError, match=said):
        opened(file)


def test_a_word_of_a_header_in_a_row_makes_no_header_of_it(tmp_path: Path) -> None:
    for rows in (
        [["匹配类型", "别名", "公司代码"], ["客户名称", "样例甲有限公司", "600000201"]],
        [["甲", "乙"], ["样例", "客户名称"]],
    ):
        assert opened(write(tmp_path, ".csv", rows)).places == {}
    with pytest.raises(InputFileError, match="seems to be in line 2"):
        opened(write(tmp_path, ".csv", [["客户名单"], ["客户名称"], ["样例甲有限公司"]]))


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_header_that_comes_again_is_a_row_that_cannot_be_used(tmp_path: Path, ending: str) -> None:
    rows = [
        ["客户名称", "备注"],
        ["样例甲有限公司", ""],
        ["Customer_Name", "备注"],
        ["客户名称", "x"],
        ["客户", "备注"],
    ]
    table = opened(write(tmp_path, ending, rows))
    assert [row.problem for row in table.rows] == [
        None,
        "the row repeats the header",
        "the row repeats the header",
        None,
    ]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    ("header", "said"),
    [
        (["客户名称", "customer_name"], "客户名称 and customer_name are both the column customer_name"),
        (["客户名称", "备注", "备 注"], "备注 and 备 注 are both the column 备 注"),
    ],
)
def test_two_columns_of_one_name_are_refused(tmp_path: Path, ending: str, header: list[str], said: str) -> None:
    with pytest.raises(
        InputFileError, match=f"line 1: the columns {said}; rename or remove one. The header is: 客户名称"
    ):
        opened(write(tmp_path, ending, [header]))


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("Custmer_name", "customer_name"),
        ("customer-nam", "customer_name"),
        ("客户名秤", "customer_name"),
        ("公司名", "customer_name"),
        ("集团客户号码", "account_number"),
    ],
)
def test_an_unknown_column_that_looks_like_one_is_named(tmp_path: Path, name: str, column: str) -> None:
    file = write(tmp_path, ".csv", [["计划代码", name, "金额"], ["P1", "x", "1"]])
    assert opened(file).notes == [f"{file}: column {name} is not used. If it is the {column}, rename it."]


def test_a_workbook_says_which_sheet_is_read_and_which_are_hidden(tmp_path: Path) -> None:
    # calamine 237, SheetJS 630
    rows = [["客户名称"], ["样例甲有限公司"]]
    file = write(tmp_path, ".xlsx", rows, hidden=["旧名单"])
    table = opened(file)
    assert table.notes == [f"{file}: sheet 名单 is read; hidden and not read: 旧名单."]
    assert [list(row.cells) for row in table.rows] == [["样例甲有限公司"]]
    assert opened(write(tmp_path, ".xlsx", rows)).notes == [f"{file}: sheet 名单 is read."]
    with pytest.raises(InputFileError, match="there is no sheet"):
        opened(file, sheet="名册")


def test_a_cell_that_does_not_hold_what_was_entered_is_named(tmp_path: Path) -> None:
    file = tmp_path / "table.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet("名单")
        sheet.write_row(0, 0, ["客户名称", "计划代码", "备注"])
        sheet.write_formula(1, 0, "=VLOOKUP(1,Z1:Z2,1)", None, "#N/A")
        sheet.write_row(2, 0, ["样例甲有限公司", 6228480402564890018, 1.5e20])
        sheet.write_row(3, 0, ["样例乙有限公司", 123, 1.5e20])
        sheet.write_row(4, 0, ["#REF!", "6.22848E+18"])
    table = opened(file)
    rows = list(table.rows)
    faults = [row.fault(tuple(table.places.values())) for row in rows]
    assert rows[0].fault([table.places["plan_code"]]) is None, "a cell that nobody needs"
    assert faults[0] == "sheet 名单, cell A2 holds the error #N/A: correct it in the sheet, or clear the cell"
    assert str(faults[1]).startswith(
        "sheet 名单, cell B3 holds the number 6.22848040256489e+18, and a spreadsheet loses"
    )
    assert faults[2] is None
    assert str(faults[3]).startswith("sheet 名单, cell A5 holds the error #REF!")


@pytest.mark.parametrize("options", [{"encoding": "gbk"}, {"encoding": "utf-nine"}])
def test_an_encoding_goes_with_text_and_a_sheet_with_a_workbook(options: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        TableFile(path=Path("x.xlsm"), known={}, **options)  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match="only a workbook has sheets"):
        TableFile(path=Path("x.csv"), known={}, sheet="名单")


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ('="00123"', "00123"),
        ("'00123", "00123"),
        ('＝"00123"', "00123"),
        ('= "0""1"', '0"1'),
        (' ="00123" ', "00123"),
        ("'", ""),
        ("00123", "00123"),
        ("=00123", "=00123"),
        ('="a"&"b"', '="a"&"b"'),
        ('"00123"', '"00123"'),
        ("O'Neil", "O'Neil"),
        ("", ""),
    ],
)
def test_what_keeps_a_spreadsheet_from_making_a_number_is_unwrapped(cell: str, meant: str) -> None:
    assert unwrapped(cell) == meant


# What is written for people, and read again: half a character cannot be written, and a NUL is no text of a database.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30) | st.sampled_from(
    [
        *STORABLE.values(),
        *("=1+1", "+1", "-1", "-1+2", "@x", "'=1", "''=1", "'", "\t=1", "\r\n=1", " =1", "＝1", "\ufeff=1", "="),
        *('="00123"', "'00123", '"', '""', '"=1"', "a\nb", "a\r", "a;b|c\td,e", "\ufeff", "sep=;", "-1.5", "#N/A"),
    ]
)


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=8))
def test_what_is_written_computes_nothing_and_reads_back_unchanged(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    """write_spreadsheet_csv() writes rejects, unknown names and queues; test_field_cases_files has resolve --file."""
    file = tmp_path_factory.mktemp("written") / "out.csv"
    write_spreadsheet_csv(
        file, ("company_name", "alias", "company_id"), [(*row, f"C{n}") for n, row in enumerate(rows)]
    )
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for cell in (cell for row in csv.reader(lines) for cell in row):
            begins = cell.lstrip(" \t\r\n\ufeff\u3000")[:1]
            assert begins not in tuple("=+@＝＋－＠") or cell.startswith("'"), cell
            assert cell[:1] not in ("\t", "\r")
    read = TableFile(path=file, known=RECORD_COLUMNS | MAPPING_NAMES).opened().rows
    assert [tuple(row.cells[:2]) for row in read if row.problem is None or "repeats" not in row.problem] == rows
    records = [record.alias or "" for record in MappingFile(path=file, match_type="name").records()]
    assert records == [alias for _, alias in rows]


def test_half_a_character_of_a_name_of_a_file_is_written_as_lost(tmp_path: Path) -> None:
    write_spreadsheet_csv(tmp_path / "out.csv", ("file",), [("a\udcff.xlsx",)])
    assert "a\ufffd.xlsx" in (tmp_path / "out.csv").read_text("utf-8-sig")
