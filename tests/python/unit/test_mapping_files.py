"""Files of mappings: which columns they have, which line each row stands in, and what is wrong with a row or a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from company_enrichment import CompanyMappingRecord
from company_enrichment.errors import ConfigurationError, InputFileError
from company_enrichment.mappings.files import MappingFile


def write(folder: Path, content: str | bytes, name: str = "mappings.csv") -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def workbook(folder: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> Path:
    with xlsxwriter.Workbook(str(folder / "mappings.xlsx")) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return folder / "mappings.xlsx"


def records(file: Path, **options: Any) -> list[CompanyMappingRecord]:
    return list(MappingFile(path=file, **options).records())


def test_a_row_has_the_line_it_begins_in(tmp_path: Path) -> None:
    content = 'match_type,alias,company_id\nname,"示例甲\n有限公司",A\n\n,,\nplan,P-1,B\n'
    assert records(write(tmp_path, content)) == [
        CompanyMappingRecord("name", "示例甲\n有限公司", "A", line_no=2),
        CompanyMappingRecord("plan", "P-1", "B", line_no=6),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "match_type,alias,company_id",
        "\ufeffmatch_type,alias,company_id",
        " Type , ALIAS_NAME ,Canonical_ID",
        "match type,alias text,company-id",
        "匹配类型,别名,公司代码",
        "类型,别称,公司编码",
        "ｍａｔｃｈ＿ｔｙｐｅ;ALIAS;Company.Id",
        "match_type|alias|company_id",
        "sep=;\nmatch_type;alias;company_id",
        '"match_type","alias","company_id"',
        "match_type,alias,company_id,,",
        "\n,,\nmatch_type,alias,company_id",
    ],
)
def test_headers_are_known_by_their_names(tmp_path: Path, header: str) -> None:
    delimiter = next((sign for sign in ";|" if sign in header), ",")
    [record] = records(write(tmp_path, f"{header}\nplan{delimiter}P-1{delimiter}A\n"))
    assert (record.match_type, record.alias, record.company_id) == ("plan", "P-1", "A")


def test_other_columns_and_the_order_of_columns_do_not_matter(tmp_path: Path) -> None:
    file = write(tmp_path, "note\tcompany_id\talias\ttype\nx\tA\tP-1\tplan\n", "mappings.TSV")
    assert records(file) == [CompanyMappingRecord("plan", "P-1", "A", line_no=2)]


def test_a_file_of_one_type_gets_it_from_outside(tmp_path: Path) -> None:
    file = write(tmp_path, "alias,company_id\nP-1,A\n")
    assert records(file, match_type="plan") == [CompanyMappingRecord("plan", "P-1", "A", line_no=2)]


@pytest.mark.parametrize(
    ("header", "match_type", "said"),
    [
        ("match_type,alias", None, "column company_id is missing. The header is: match_type, alias."),
        ("alias^company_id", "plan", "column alias, company_id is missing. The header is: alias^company_id."),
        (
            "type,alias,company_id,canonical_id",
            None,
            "the columns company_id and canonical_id are both the column company_id; rename or remove one.",
        ),
        ("type,别名,alias,company_id", None, "the columns 别名 and alias are both the column alias"),
        ("type,alias,company_id,note,Note ", None, "the columns note and Note  are both the column Note "),
        ("type,alias,compnay_id", None, "If compnay_id is the company_id, rename it."),
        ("公司代吗,alias", "plan", "If 公司代吗 is the company_id, rename it."),
        ("类型,公司名称,公司代码", None, "column alias is missing; if 公司名称 has the aliases, rename it alias"),
        ("company,计划代码", "plan", "column alias, company_id is missing; if 计划代码 has the aliases"),
        (
            "映射表\n\ntype,alias,company_id",
            None,
            "seems to be in line 3 (type, alias, company_id). Remove what is above",
        ),
        ("match_type,alias,company_id", "plan", "leave the argument out"),
        ("", None, "The header is: empty."),
    ],
)
def test_a_wrong_header_is_refused_with_the_one_that_was_found(
    tmp_path: Path, header: str, match_type: str | None, said: str
) -> None:
    file = write(tmp_path, header)
    with pytest.raises(InputFileError) as refusal:
        records(file, match_type=match_type)
    assert str(refusal.value).startswith(f"{file}, line 1: ")
    assert said in str(refusal.value)


def test_a_row_that_cannot_be_read_rightly_says_why_and_the_others_are_read(tmp_path: Path) -> None:
    content = b"match_type,alias,company_id\nplan,\xff,A\nplan,P\0,A\nplan,P-1\nplan,P-1,A,B\nplan,P-1,A\n"
    assert [(record.line_no, record.problem) for record in records(write(tmp_path, content))] == [
        (2, "the row is not valid UTF-8"),
        (3, "the row holds a NUL character"),
        (4, "the row has 2 cells, the header 3"),
        (5, "the row has 4 cells, the header 3"),
        (6, None),
    ]


def test_delimiters_at_the_end_of_a_line_are_no_cells(tmp_path: Path) -> None:
    for content in (
        "match_type,alias,company_id,,\nplan,P-1,A\nplan,P-2,A,,\nplan,P-3,A,x,y\n",
        "match_type,alias,company_id\nplan,P-1,A,,,\nplan,P-2,A\nplan,P-3,A\n",
    ):
        found = records(write(tmp_path, content))
        assert [(record.alias, record.company_id, record.problem) for record in found] == [
            ("P-1", "A", None),
            ("P-2", "A", None),
            ("P-3", "A", None),
        ]


@pytest.mark.parametrize(
    "again",
    [
        "match_type,alias,company_id",
        "\ufeffmatch_type,alias,company_id",
        '\ufeff"match_type",alias,company_id',
        " Match Type ,ALIAS,公司代码",
    ],
)
def test_a_header_that_is_repeated_is_a_rejected_row(tmp_path: Path, again: str) -> None:
    content = f"match_type,alias,company_id\nplan,P-1,A\n{again}\nplan,P-2,A\n"
    assert [(record.line_no, record.problem) for record in records(write(tmp_path, content))] == [
        (2, None),
        (3, "the row repeats the header"),
        (4, None),
    ]
    # A load of one type would take it for a mapping.
    content = "alias,company_id\nP-1,A\nalias,company_id\nalias,B\n"
    found = records(write(tmp_path, content), match_type="plan")
    assert [record.problem for record in found] == [None, "the row repeats the header", None]


def test_a_file_of_another_encoding_is_read_when_it_is_named(tmp_path: Path) -> None:
    file = write(tmp_path, "match_type,alias,company_id\nname,示例甲有限公司,A\n".encode("gb18030") + b"name,\x80,A\n")
    good, bad = records(file, encoding="gb18030")
    assert good.alias == "示例甲有限公司"
    assert bad.problem == "the row is not valid gb18030"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'match_type,alias,company_id\nplan,P-1,A\nplan,"P"2,A\n', "line 3: "),
        (b'match_type,alias,company_id\nplan,P-1,A\nplan,"P-2,A\n', "line 3: unexpected end of data"),
    ],
)
def test_what_is_no_csv_is_refused_by_its_line(tmp_path: Path, content: bytes, said: str) -> None:
    file = write(tmp_path, content)
    with pytest.raises(InputFileError, match=said):
        records(file)


def test_half_a_character_at_the_end_of_a_utf16_file_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path, "match_type,alias,company_id\nplan,P-1,A".encode("utf-16")[:-1])
    with pytest.raises(InputFileError, match="truncated data in encoding UTF-16"):
        records(file, encoding="utf-16")


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("mappings.json", {}, "a .csv, .tsv, .txt, .xlsx, .xlsm or .xls file"),
        ("mappings.xls", {"encoding": "utf-8"}, "a workbook has no encoding"),
        ("mappings.csv", {"encoding": "utf-nine"}, "There is no encoding utf-nine"),
        ("mappings.csv", {"encoding": "base64"}, "There is no encoding base64"),
        ("mappings.csv", {"sheet": "one"}, "only a workbook has sheets"),
        ("mappings.xlsx", {"encoding": "utf-8"}, "a workbook has no encoding"),
    ],
)
def test_options_that_do_not_fit_the_file_are_refused(name: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        MappingFile(path=Path(name), **options)


def test_a_workbook_is_read_with_the_rows_it_shows(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        [],
        ["Type", "Alias", "Company ID"],
        ["plan", 42, 7.0],
        [],
        ["name", "示例甲有限公司", "A"],
        ["plan", None, "B"],
    ]
    file = workbook(tmp_path, {"first": rows, "second": [["alias", "company_id"], ["P-9", "Z"]]})
    assert records(file) == [
        CompanyMappingRecord("plan", "42", "7", line_no=3),
        CompanyMappingRecord("name", "示例甲有限公司", "A", line_no=5),
        CompanyMappingRecord("plan", None, "B", line_no=6),
    ]
    assert records(file, sheet="second", match_type="plan") == [CompanyMappingRecord("plan", "P-9", "Z", line_no=2)]
    with pytest.raises(InputFileError, match="there is no sheet 'third'; it has 'first', 'second'"):
        records(file, sheet="third")


def test_an_empty_sheet_and_what_is_no_workbook_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="The header is: empty"):
        records(workbook(tmp_path, {"first": []}))
    with pytest.raises(InputFileError, match="is a text file such as a CSV"):
        records(write(tmp_path, "alias,company_id", "mappings.xlsx"))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for name in ("none.csv", "none.xlsx"):
        with pytest.raises(InputFileError, match=name):
            records(tmp_path / name)
    with pytest.raises(InputFileError, match=r"none\.csv"):
        MappingFile(path=tmp_path / "none.csv").content_hash("merge")


def test_the_content_hash_is_that_of_all_that_makes_the_load(tmp_path: Path) -> None:
    file = write(tmp_path, "alias,company_id\nP-1,A\n")
    copy = write(tmp_path, file.read_bytes(), "copy.csv")
    other = write(tmp_path, "alias,company_id\nP-1,B\n", "other.csv")
    first = MappingFile(path=file, match_type="plan").content_hash("merge")
    assert MappingFile(path=copy, match_type="plan").content_hash("merge") == first
    others = {
        MappingFile(path=other, match_type="plan").content_hash("merge"),
        MappingFile(path=file, match_type="plan").content_hash("append"),
        MappingFile(path=file, match_type="account").content_hash("merge"),
        MappingFile(path=file, match_type="plan", encoding="gb18030").content_hash("merge"),
    }
    assert len(others) == 4 and first not in others
