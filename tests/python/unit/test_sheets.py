"""A sheet is read as rows of cells, whatever its file is, and whatever reading it does to its reader."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile
from python_calamine import CalamineWorkbook

from company_enrichment.errors import ConfigurationError, InputFileError
from company_enrichment.files.cells import (
    Cell,
    CellError,
    MergedCell,
    SheetRow,
    ShownNumber,
    error_of,
    is_scientific,
)
from company_enrichment.files.number_formats import number_format
from company_enrichment.files.sheets import WorkbookReading, open_sheet
from raw_workbooks import Content, RawCell, RawSheet, error, sheet_xml, write_raw_workbook

SMALL = WorkbookReading(memory_mb=128)


def rows(path: Path, sheet: str | None = None, reading: WorkbookReading | None = None) -> list[SheetRow]:
    with open_sheet(path, sheet=sheet, reading=reading) as opened:
        return list(opened.rows())


def cells(path: Path, sheet: str | None = None) -> list[list[Cell]]:
    return [list(row.cells) for row in rows(path, sheet)]


def refusal(path: Path, sheet: str | None = None, reading: WorkbookReading | None = None) -> str:
    with pytest.raises(InputFileError) as refused:
        rows(path, sheet, reading)
    assert str(path) in str(refused.value)
    return str(refused.value)


# ---- cells


FORMS: list[dict[str, object]] = [{}, {"inline": True}, {"pretty": True}, {"prefix": "x"}, {"references": False}]


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_a_cell_is_the_same_however_its_xml_is_written(tmp_path: Path, form: dict[str, object]) -> None:
    content: list[Content] = [
        *("甲 & <乙>", 1, 2.5, True, None, error(), RawCell("45659", style=1), RawCell("123", style=2)),
        *(
            RawCell("文", "str", formula="A1&B1"),
            RawCell("2025-01-02", "d"),
            RawCell("#DIV/0!", "e"),
            RawCell(None, style=2),
        ),
        *(RawCell("1.5", style=3), RawCell("a_x000D_b_x005F_x", "inlineStr"), RawCell("12345678901234567890")),
    ]
    path = write_raw_workbook(
        tmp_path / "a.xlsx",
        RawSheet("data", [content, [], content, [None, "乙"]], hidden_rows=[3], **form),  # type: ignore[arg-type]
        formats=["yyyy-mm-dd", "000000", "[h]:mm"],
    )
    read = rows(path)
    assert [(row.number, row.is_hidden) for row in read] == [(1, False), (3, True), (4, False)]
    assert read[0].cells == read[1].cells
    assert list(read[0].cells) == [
        *("甲 & <乙>", 1, 2.5, True, None, CellError("#N/A"), date(2025, 1, 2), "000123", "文", date(2025, 1, 2)),
        *(CellError("#DIV/0!"), None, timedelta(days=1, hours=12), "a\rb_x", 12345678901234567890.0),
    ]
    shown = read[0].cells[7]
    assert isinstance(shown, ShownNumber) and shown.number == 123
    assert read[2].cells == [None, "乙"]


TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs", "Cc"]), max_size=12)
NUMBERS = st.one_of(st.integers(-(10**17), 10**17), st.floats(allow_nan=False, allow_infinity=False))
CONTENT = st.one_of(
    st.none(), TEXTS, NUMBERS, st.booleans(), st.sampled_from([error(), error("#REF!"), RawCell("7", style=1)])
)


@settings(max_examples=60, deadline=None)
@given(table=st.lists(st.lists(CONTENT, max_size=6), max_size=8), inline=st.booleans())
def test_both_ways_of_reading_a_row_give_the_same_cells(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[Content]], inline: bool
) -> None:
    folder = tmp_path_factory.mktemp("ways")
    plain, prefixed = (
        rows(write_raw_workbook(folder / name, RawSheet("a", table, inline=inline, prefix=prefix), formats=["0000"]))
        for name, prefix in (("plain.xlsx", ""), ("prefixed.xlsx", "x"))
    )
    assert plain == prefixed
    values = [[cell for cell in row if cell not in (None, "")] for row in table]
    assert [row.number for row in plain] == [number for number, row in enumerate(values, start=1) if row]


def test_values_are_those_that_another_reader_finds(tmp_path: Path) -> None:
    chance = random.Random(5)
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        day = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for row in range(400):
            for column in range(12):
                kind = chance.randrange(6)
                if kind == 0:
                    sheet.write_string(
                        row, column, chance.choice(["甲", " 空 ", "a&b<c>", "line\nbreak", "", "_x0041_"])
                    )
                elif kind == 1:
                    sheet.write_number(row, column, chance.choice([0, -5, 1.5, 1e15, 123456789012345, 1 / 3]))
                elif kind == 2:
                    moment = datetime(1950, 1, 1) + timedelta(
                        days=chance.randrange(40_000), minutes=chance.randrange(3)
                    )
                    sheet.write_datetime(row, column, moment, day)
                elif kind == 3:
                    sheet.write_boolean(row, column, chance.random() < 0.5)
                elif kind == 4:
                    sheet.write_formula(row, column, "=A1", None, chance.choice([7, "文"]))
    expected = [
        [None if cell == "" else cell for cell in row]
        for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    ]
    assert [[*row, *[None] * (12 - len(row))] for row in cells(path)] == [
        row for row in expected if any(c is not None for c in row)
    ]


def test_a_sheet_that_begins_plainly_is_read_on_by_the_parser(tmp_path: Path) -> None:
    plain = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}" t="b"><v>1</v></c></row>'
        for row in range(1, 20_001)
    )
    rich = '<r><t>rich</t></r><r><t> text</t></r><rPh sb="0" eb="1"><t>no</t></rPh>'
    odd = f'<row r="20001"><c r="A20001" t="inlineStr"><is>{rich}</is></c></row>'
    comment = '<!-- </row> --><row r="20002"><c r="A20002" t="str"><v><![CDATA[<b>]]></v></c></row>'
    path = write_raw_workbook(
        tmp_path / "a.xlsx", RawSheet("a", xml=sheet_xml(plain + odd + comment + "<row><c><v>9</v></c></row>"))
    )
    read = rows(path)
    assert [row.number for row in read] == list(range(1, 20_004))
    assert [list(row.cells) for row in read[-4:]] == [[20_000, True], ["rich text"], ["<b>"], [9]]


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_a_sheet_in_another_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    text = sheet_xml('<row r="1"><c r="A1" t="inlineStr"><is><t>Zürich</t></is></c></row>').decode()
    xml = text.replace('encoding="UTF-8"', f'encoding="{encoding}"').encode(encoding)
    assert cells(write_raw_workbook(tmp_path / "a.xlsx", RawSheet("a", xml=xml))) == [["Zürich"]]


def test_every_error_of_a_sheet_is_an_error_and_so_is_its_text() -> None:
    for text in [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#GETTING_DATA",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "Err:502",
    ]:
        assert error_of(CellError(text)) == text
        assert error_of(text) == error_of(f" {text.lower()}\u3000") == text.upper()
    assert error_of("＃Ｎ／Ａ") == "#N/A"
    others: tuple[Cell, ...] = (None, "", "N/A", "#", "#1", "甲#N/A", "error", "Err:5", 5, True)
    assert [error_of(cell) for cell in others] == [None] * len(others)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("6.22848E+18", True), (" 6.22848e+18", True), ("６.2E+18", True), ("1E+12", True)]
    + [(text, False) for text in ("P0290", "1E5", "E+18", "6.22848", "甲", "62.2E+18", "2E-05")],
)
def test_scientific_notation_is_told_from_codes(text: str, is_one: bool) -> None:
    assert is_scientific(text) is is_one


@pytest.mark.parametrize(
    ("text", "number", "shown"),
    [
        ("000000", 123, "000123"),
        ("000000", 1234567, "1234567"),
        ("000000", 0, "000000"),
        ("000000", -5, "-000005"),
        ("00000000", 123, "00000123"),
        ("000-000", 123456, "123-456"),
        ("000-000", 45, "000-045"),
        ("000-000", 1234567, "1234-567"),
        ("000000_ ", 7, "000007"),
        ('"C"0000000000', 8100000123, "C8100000123"),
        ("\\C0", 81, "C81"),
        ("[$-804]000000;[Red]-000000", -7, "-000007"),
        ("###0000", 12, "0012"),
        ('0000"年"00"月"', 202501, "2025年01月"),
        ("000000", 1.5, 1.5),
        ("0", 123, 123),
        ("#,##0", 123, 123),
        ("0.00", 123, 123),
        ("0.00E+00", 123, 123),
        ("0%", 1, 1),
        ('0"元"', 5, 5),
        ("@", 5, 5),
        ("General", 5, 5),
        ("# ?/?", 5, 5),
    ],
)
def test_a_code_is_read_as_it_is_shown(tmp_path: Path, text: str, number: float, shown: Cell) -> None:
    path = write_raw_workbook(tmp_path / "a.xlsx", RawSheet("a", [[RawCell(repr(number), style=1)]]), formats=[text])
    [[cell]] = cells(path)
    assert (cell, isinstance(cell, ShownNumber)) == (shown, isinstance(shown, str))


@pytest.mark.parametrize(
    "text",
    [
        "yyyy-mm-dd",
        "m/d/yy h:mm",
        'yyyy"年"m"月"',
        "[$-804]yyyy\\年mm\\月",
        "dd.mm.yyyy;@",
        "[$-F800]dddd",
        "mmm-yy",
        14,
        22,
        31,
        57,
        "e年m月",
    ],
)
def test_a_number_that_is_shown_as_a_date_is_one(tmp_path: Path, text: str | int) -> None:
    sheet = RawSheet("a", [[RawCell("45688", style=1), RawCell("45688.5", style=1), RawCell("-1", style=1)]])
    [read] = cells(write_raw_workbook(tmp_path / "a.xlsx", sheet, formats=[text]))
    assert read == [date(2025, 1, 31), datetime(2025, 1, 31, 12), -1]
    [read] = cells(write_raw_workbook(tmp_path / "b.xlsx", sheet, formats=[text], from_1904=True))
    assert read[0] == date(2029, 2, 1)


@pytest.mark.parametrize("text", ["0", "General", "#,##0.00", '"day"0', "[Red]0", "0_d", "[>=100]0", '"年"0'])
def test_a_format_without_a_part_of_a_date_makes_none(text: str) -> None:
    found = number_format(170, text)
    assert found is None or not (found.is_date or found.is_elapsed)


# ---- merged ranges


def test_cells_below_a_merged_range_have_its_value_to_the_right_and_below(tmp_path: Path) -> None:
    table: list[list[Content]] = [
        ["标题"],
        ["名称", "代码", "额", "注"],
        ["甲", "P1", 1],
        [None, "P2", 2],
        [None, None, 3],
        ["说明", None, None, None],
        ["乙", "P3", 4, "注"],
    ]
    merged = ["A1:D1", "A3:A5", "B4:B5", "A6:D6", "C7:D7", "A1:XFD1048576"]
    read = rows(write_raw_workbook(tmp_path / "a.xlsx", RawSheet("a", table, merged=merged)))
    assert [row.filled_cells(below=2) for row in read[2:]] == [
        ["甲", "P1", 1],
        ["甲", "P2", 2],
        ["甲", "P2", 3],
        ["说明"],
        ["乙", "P3", 4, 4],
    ]
    assert read[4].merged[0] == MergedCell("甲", "A3:A5", 3, 0)
    assert (read[1].filled(0), read[2].merged) == ("名称", {})


def test_a_range_over_the_whole_sheet_costs_nothing(tmp_path: Path) -> None:
    table: list[Sequence[Content]] = [("a", "b"), *((f"x{row}", True) for row in range(2000))]
    many = ["A1:XFD1048576", *(f"A2:XFD{row}" for row in range(3, 3000))]
    begun = time.monotonic()
    assert len(rows(write_raw_workbook(tmp_path / "a.xlsx", RawSheet("a", table, merged=many)), reading=SMALL)) == 2001
    assert time.monotonic() - begun < 30


# ---- sheets


def test_the_first_visible_sheet_is_taken_and_a_name_is_compared_folded(tmp_path: Path) -> None:
    path = write_raw_workbook(
        tmp_path / "a.xlsx",
        RawSheet("隐藏", [["h"]], state="hidden"),
        RawSheet("深藏", [["v"]], state="veryHidden"),
        RawSheet("规模 明细 ", [["甲"]]),
        RawSheet("Data１", [["乙"]]),
    )
    with open_sheet(path) as sheet:
        assert (sheet.name, sheet.is_chosen, sheet.hidden_sheets) == ("规模 明细 ", True, ["隐藏", "深藏"])
        assert [row.cells for row in sheet.rows()] == [["甲"]]
    assert cells(path, "规模明细") == [["甲"]]
    assert cells(path, "data1") == cells(path, " DATA1") == [["乙"]]
    assert cells(path, "隐藏") == [["h"]]
    assert "there is no sheet '明细'; it has '规模 明细 ', 'Data１'; hidden: '隐藏', '深藏'." in refusal(path, "明细")


def test_a_sheet_that_cannot_be_told_from_another_is_refused(tmp_path: Path) -> None:
    path = write_raw_workbook(tmp_path / "a.xlsx", RawSheet("data", [["a"]]), RawSheet("Data ", [["b"]]))
    assert "the sheets 'data', 'Data ' are both 'DATA'; rename or remove one" in refusal(path, "DATA")
    assert cells(path, "Data ") == [["b"]]
    hidden = write_raw_workbook(tmp_path / "h.xlsx", RawSheet("one", [["a"]], state="hidden"))
    assert "has no visible sheet; hidden are 'one'" in refusal(hidden)
    with open_sheet(hidden, sheet="one") as sheet:
        assert sheet.is_hidden


# ---- bounded by what a sheet holds


def test_a_far_cell_and_a_wide_sheet_cost_little(tmp_path: Path) -> None:
    far = write_raw_workbook(
        tmp_path / "far.xlsx", RawSheet("a", {1: {"A": "x"}, 1_048_576: {"XFD": "y"}}, dimension="A1:XFD1048576")
    )
    [first, last] = rows(far, reading=SMALL)
    assert (first.cells, last.number, last.own(16_383), last.own(16_384)) == (["x"], 1_048_576, "y", None)
    wide = write_raw_workbook(tmp_path / "wide.xlsx", RawSheet("a", [list(range(16_384))] * 20))
    assert {tuple(row.cells) for row in rows(wide, reading=SMALL)} == {tuple(range(16_384))}
    lies = write_raw_workbook(tmp_path / "lies.xlsx", RawSheet("a", [["x"], ["y"]], dimension="A1"))
    assert cells(lies) == [["x"], ["y"]]


def test_formatted_rows_without_a_value_are_no_rows(tmp_path: Path) -> None:
    def content() -> Iterator[bytes]:
        yield sheet_xml("").removesuffix(b"</sheetData></worksheet>")
        yield b'<row r="1"><c r="A1"><v>1</v></c></row>'
        for row in range(2, 300_000):
            yield f'<row r="{row}" s="1" customFormat="1"/><row r="{row}"><c r="A{row}" s="1"/></row>'.encode()
        yield b'<row r="1048576"><c r="A1048576"><v>2</v></c></row></sheetData></worksheet>'

    read = rows(write_raw_workbook(tmp_path / "a.xlsx", RawSheet("a", xml=content()), formats=["0"]), reading=SMALL)
    assert [row.number for row in read] == [1, 1_048_576]


def inline(content: Iterator[bytes]) -> Iterator[bytes]:
    yield sheet_xml("").removesuffix(b"</sheetData></worksheet>") + b'<row r="1"><c r="A1" t="inlineStr"><is><t>'
    yield from content
    yield b"</t></is></c></row></sheetData></worksheet>"


def noise(megabytes: int) -> Iterator[bytes]:
    chance = random.Random(1)
    return (chance.randbytes(500_000).hex().encode() for _ in range(megabytes))


def test_what_grows_without_measure_is_refused_by_name(tmp_path: Path) -> None:
    repeated = (b"x" * 1_000_000 for _ in range(300))
    bomb = write_raw_workbook(tmp_path / "bomb.xlsx", RawSheet("a", xml=inline(repeated)))
    assert "bomb.xlsx: unpacks to more than 64 MB from" in refusal(bomb, reading=SMALL)
    cell = write_raw_workbook(tmp_path / "cell.xlsx", RawSheet("a", xml=inline(noise(40))))
    assert "cell.xlsx: has a cell of more than 1,000,000 characters" in refusal(cell, reading=SMALL)
    texts = write_raw_workbook(
        tmp_path / "text.xlsx", RawSheet("a", [["x"]]), parts={"xl/sharedStrings.xml": shared(noise(40), whole=True)}
    )
    assert "text.xlsx: has a cell of more than 1,000,000 characters" in refusal(texts, reading=SMALL)
    many = write_raw_workbook(
        tmp_path / "many.xlsx", RawSheet("a", [["x"]]), parts={"xl/sharedStrings.xml": shared(noise(30), whole=False)}
    )
    said = refusal(many, reading=SMALL)
    assert "many.xlsx: needs more memory than the 128 MB that WDH_WORKBOOK_MEMORY_MB allows. Split it" in said
    assert [row.cells for row in rows(many, reading=WorkbookReading(memory_mb=2048))] == [
        [next(noise(1)).decode()[:20]]
    ]


def shared(content: Iterator[bytes], *, whole: bool) -> Iterator[bytes]:
    yield b"<sst><si><t>" if whole else b"<sst>"
    for piece in content:
        if whole:
            yield piece
        else:
            yield b"".join(b"<si><t>%s</t></si>" % piece[begin : begin + 20] for begin in range(0, len(piece), 20))
    yield b"</t></si></sst>" if whole else b"</sst>"


# ---- what is no workbook


GOOD = RawSheet("a", [[f"text {row} {column}" for column in range(9)] for row in range(200)])


def test_what_a_file_is_is_said_whatever_its_name(tmp_path: Path) -> None:
    good = write_raw_workbook(tmp_path / "good.xlsx", GOOD).read_bytes()
    broken = bytearray(good)
    middle = good.index(b"xl/worksheets/sheet1.xml") + 200
    broken[middle : middle + 60] = bytes(60)
    for content, said in [
        (b"", "is empty: it has 0 bytes"),
        (b"customer,plan\nA,B\n", "is a text file such as a CSV"),
        ("客户,计划\n甲,乙\n".encode("gbk"), "is a text file such as a CSV"),
        ("客户\t计划\n".encode("utf-16"), "is a text file such as a CSV"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "is an HTML page"),
        (b"\xef\xbb\xbf\n<META charset=utf-8><TABLE>", "is an HTML page"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML spreadsheet"),
        (b"%PDF-1.7", "is a PDF"),
        (b"Rar!\x1a\x07", "is a RAR archive"),
        (bytes(5000), "it holds nothing but zeros"),
        (random.Random(3).randbytes(3000), "is no workbook, and nothing else that is known"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is damaged: it begins like an .xls file"),
        (good[:300], "is damaged: it begins like a workbook, and is incomplete"),
        (good[: len(good) // 2], "is damaged: it begins like a workbook, and is incomplete"),
        (bytes(broken), "is damaged: its part xl/worksheets/sheet1.xml cannot be read"),
    ]:
        path = tmp_path / "a.xlsx"
        path.write_bytes(content)
        assert said in refusal(path), content[:20]
    for name in ("a.xls", "a.csv", "a.xlsm"):
        (tmp_path / name).write_bytes(good)
        assert len(rows(tmp_path / name)) == 200


def test_a_zip_archive_of_another_kind_is_named(tmp_path: Path) -> None:
    for parts, said in [
        ({"word/document.xml": b"<x/>"}, "is a Word document"),
        ({"mimetype": b"x", "content.xml": b"<x/>"}, "is an OpenDocument file"),
    ]:
        assert said in refusal(write_raw_workbook(tmp_path / "a.xlsx", GOOD, parts=parts))
    without = ["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"]
    other = write_raw_workbook(
        tmp_path / "b.xlsx", parts={"a.txt": b"x"}, without=[*without, "xl/_rels/workbook.xml.rels"]
    )
    assert "is a ZIP archive and no workbook" in refusal(other)


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (sheet_xml('<row r="1"><c r="A1"><v>1</c></row>'), "its XML is broken (mismatched tag"),
        (sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>')[:-30], "its XML is broken"),
        (sheet_xml('<row r="1"><c r="A1" t="str"><v>&nbsp;</v></c></row>'), "its XML is broken"),
        (sheet_xml('<row r="1"><c r="A1" t="s"><v>9</v></c></row>'), "a text that the file does not hold"),
        (sheet_xml('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'), "a text that the file does not hold"),
        (sheet_xml('<row r="1"><c r="XFE1"><v>1</v></c></row>'), "a cell beyond the last column"),
        (sheet_xml('<row r="1048577"><c r="A1"><v>1</v></c></row>'), "a row beyond the last"),
        (b"<!DOCTYPE x [<!ENTITY a 'x'>]><worksheet><sheetData/></worksheet>", "declares a document type"),
    ],
)
def test_a_broken_sheet_is_damaged(tmp_path: Path, xml: bytes, said: str) -> None:
    shared_texts = {"xl/sharedStrings.xml": b"<sst><si><t>only</t></si></sst>"}
    message = refusal(write_raw_workbook(tmp_path / "a.xlsx", RawSheet("a", xml=xml), parts=shared_texts))
    assert "is damaged: " in message and said in message and "another copy" in message


def test_a_protected_workbook_is_opened_by_the_password_of_a_file(tmp_path: Path) -> None:
    plain = write_raw_workbook(tmp_path / "plain.xlsx", GOOD)
    protected, password = tmp_path / "protected.xlsx", tmp_path / "password"
    with plain.open("rb") as file, protected.open("wb") as encrypted:
        OOXMLFile(file).encrypt("geheim 密码", encrypted)
    assert "is protected by a password. Save it without one, or name a file" in refusal(protected)
    password.write_text("geheim 密码\r\n", "utf-8")
    assert len(rows(protected, reading=WorkbookReading(password_file=password))) == 200
    assert rows(protected, reading=WorkbookReading(password_file=password)) == rows(plain)
    password.write_text("falsch", "utf-8")
    said = refusal(protected, reading=WorkbookReading(password_file=password))
    assert "is protected by another password" in said and "falsch" not in said
    password.write_text("\n", "utf-8")
    for unusable in (password, tmp_path / "none"):
        with pytest.raises(ConfigurationError, match="WDH_WORKBOOK_PASSWORD_FILE is "):
            rows(protected, reading=WorkbookReading(password_file=unusable))


def test_a_protected_xls_file_is_opened_alike(tmp_path: Path) -> None:
    protected, password = Path(__file__).with_name("protected.xls"), tmp_path / "password"
    assert "is protected by a password. Save it without one" in refusal(protected)
    password.write_text("falsch\n", "utf-8")
    assert "is protected by another password" in refusal(protected, reading=WorkbookReading(password_file=password))
    # LibreOffice has saved it, with this password.
    password.write_text("geheim\n", "utf-8")
    header, *_ = rows(protected, "规模明细", WorkbookReading(password_file=password))
    assert header.cells == ["月度", "客户", "计划", "码"]


# ---- a reader that dies


def many_rows(folder: Path) -> Path:
    table: list[list[Content]] = [[f"x{row}", row, "y" * 50] for row in range(30_000)]
    return write_raw_workbook(folder / "many.xlsx", RawSheet("a", table))


@pytest.mark.parametrize(
    ("number", "said"), [(signal.SIGKILL, "SIGKILL"), (signal.SIGSEGV, "SIGSEGV"), (signal.SIGABRT, "SIGABRT")]
)
def test_a_reader_that_dies_is_the_fault_of_its_file(tmp_path: Path, number: int, said: str) -> None:
    with open_sheet(many_rows(tmp_path)) as sheet:
        read = sheet.rows()
        next(read)
        os.kill(sheet.pid, number)
        with pytest.raises(InputFileError, match=rf"many\.xlsx: cannot be read: its reader was ended by {said}"):
            list(read)


def test_a_reader_that_is_silent_is_given_up(tmp_path: Path) -> None:
    with open_sheet(many_rows(tmp_path), reading=WorkbookReading(silence_seconds=3)) as sheet:
        read = sheet.rows()
        next(read)
        os.kill(sheet.pid, signal.SIGSTOP)
        with pytest.raises(InputFileError, match=r"many\.xlsx: reading it was given up: nothing came of it for 3 sec"):
            list(read)
    assert not is_running(sheet.pid)


def test_no_reader_is_left_when_reading_ends_early(tmp_path: Path) -> None:
    with open_sheet(many_rows(tmp_path)) as sheet:
        next(sheet.rows())
        assert is_running(sheet.pid)
    assert not is_running(sheet.pid)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_no_reader_is_left_when_the_one_who_reads_is_killed(tmp_path: Path, number: int) -> None:
    program = (
        "import signal, sys, time; from pathlib import Path\n"
        "from company_enrichment.files.sheets import open_sheet\n"
        # A shell has its jobs in the background ignore Ctrl-C.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "with open_sheet(Path(sys.argv[1])) as sheet:\n"
        "    next(sheet.rows()); print(sheet.pid, flush=True); time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(many_rows(tmp_path))], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert is_running(pid)
    parent.send_signal(number)
    parent.wait(30)
    deadline = time.monotonic() + 30
    while is_running(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


# ---- other programs


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One workbook, saved by LibreOffice in several formats."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice (soffice) is not installed: nothing shows that its files are read")
    folder = tmp_path_factory.mktemp("office")
    table: list[list[Content]] = [
        ["月度", "客户", "计划", "码"],
        [RawCell("45659", style=1), "甲&乙", "P1", RawCell("123", style=2)],
        [RawCell("45659.5", style=3), error(), None, RawCell("45", style=4)],
        [error("#DIV/0!", formula="1/0"), "丙", True, 6.5],
        [None, None, "P4", 1],
    ]
    source = write_raw_workbook(
        folder / "source.xlsx",
        RawSheet("规模明细", table, merged=["B4:B5"], hidden_rows=[4]),
        RawSheet("隐藏", [["h"]], state="hidden"),
        formats=["yyyy-mm-dd", "000000", "yyyy-mm-dd hh:mm", "000-000"],
    )
    paths = {}
    for extension in ("xlsx", "xls", "ods"):
        target = folder / extension
        command = [program, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", extension]
        done = subprocess.run(
            [*command, "--outdir", str(target), str(source)], capture_output=True, timeout=180, check=False
        )
        paths[extension] = target / f"source.{extension}"
        assert paths[extension].exists(), done.stderr
    return paths


@pytest.mark.parametrize("extension", ["xlsx", "xls"])
def test_a_file_that_libreoffice_saved_is_read_with_all_it_says(converted: dict[str, Path], extension: str) -> None:
    with open_sheet(converted[extension]) as sheet:
        assert (sheet.name, sheet.hidden_sheets) == ("规模明细", ["隐藏"])
        read = list(sheet.rows())
    assert [row.filled_cells() for row in read] == [
        ["月度", "客户", "计划", "码"],
        [date(2025, 1, 2), "甲&乙", "P1", "000123"],
        [datetime(2025, 1, 2, 12), CellError("#N/A"), None, "000-045"],
        [CellError("#DIV/0!"), "丙", True, 6.5],
        [None, "丙", "P4", 1],
    ]
    assert [row.is_hidden for row in read] == [False, False, False, True, False]
    assert cells(converted[extension], " 隐藏") == [["h"]]


def test_an_ods_file_and_a_damaged_xls_file_are_refused_by_name(converted: dict[str, Path], tmp_path: Path) -> None:
    assert "is an OpenDocument file, whatever its name. Save it as .xlsx" in refusal(converted["ods"])
    content = converted["xls"].read_bytes()
    for share in (2, 3, 8):
        cut = tmp_path / f"cut{share}.xls"
        cut.write_bytes(content[: len(content) // share])
        assert "is damaged: it begins like an .xls file" in refusal(cut)
