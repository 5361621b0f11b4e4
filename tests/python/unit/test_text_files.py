"""The encoding and the delimiter of a text file are found out, and what is in doubt is refused or stays UTF-8."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from company_enrichment.errors import ConfigurationError, InputFileError
from company_enrichment.files.text_files import TextFile, text_file

TEXT = "customer_name,plan_code\n样例甲有限公司,P1\n样例乙股份有限公司,P2\n"
KNOWN = ("customer_name", "plan_code", "客户名称")


def write(folder: Path, content: bytes) -> Path:
    file = folder / "file.csv"
    file.write_bytes(content)
    return file


def read(file: Path, encoding: str | None = None, usual: str = ",") -> TextFile:
    return text_file(file, lambda name: name in KNOWN, encoding=encoding, usual=usual)


def cells(file: TextFile) -> list[list[str]]:
    return [row for _, _, row in file.rows()]


EXPECTED = [["customer_name", "plan_code"], ["样例甲有限公司", "P1"], ["样例乙股份有限公司", "P2"]]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        # C1: objectstack-ai/objectui 2556, nautobot 6910
        (TEXT.encode("gbk"), "GB18030"),
        (TEXT.encode("gb18030"), "GB18030"),
        (TEXT.encode("gbk").replace(b"\n", b"\r"), "GB18030"),
        (TEXT.encode(), "UTF-8"),
        (TEXT.encode("utf-8-sig"), "UTF-8"),
        # C3: csv2db 50
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "UTF-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "UTF-16"),
        (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), "UTF-32"),
        (codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"), "UTF-32"),
    ],
)
def test_the_encoding_is_found_out_and_said_unless_it_is_utf8(tmp_path: Path, content: bytes, encoding: str) -> None:
    file = read(write(tmp_path, content))
    assert (file.encoding, cells(file)) == (encoding, EXPECTED)
    note = None if encoding == "UTF-8" else f"{file.path} is read as {encoding}: it is not UTF-8."
    assert file.note() == note


@pytest.mark.parametrize(
    "content",
    [
        # A damaged row does not make mojibake of the others.
        TEXT.encode() + "样例丙有限公司,P3\n".encode("gbk"),
        "customer_name\n能源\n".encode() + "样例丙有限公司\n样例丁股份有限公司\n".encode("gbk"),
        # With the mark, it is what the mark says.
        codecs.BOM_UTF8 + TEXT.encode("gbk"),
        # Nearly every text decodes as GB18030: of Latin-1 and Big5, mostly rare characters come.
        "customer_name\nM\xfcller-L\xfcdenscheidt\n".encode("latin-1"),
        "customer_name\nCafé Société\nÅkerö\nBjörk & Söhne Überlingen\n".encode("latin-1"),
        "customer_name\n臺灣範例電腦應用開發股份有限公司\n".encode("big5"),
        "customer_name\n株式会社テスト電気\nトヨタ自動車株式会社\n".encode("shift-jis"),
        # Nothing that can be read at all.
        b"customer_name\n\xff\xff\n",
        b"",
    ],
    ids=["one row", "two rows", "mark", "latin-1", "more latin-1", "big5", "shift-jis", "bytes", "empty"],
)
def test_what_is_in_doubt_stays_utf8(tmp_path: Path, content: bytes) -> None:
    assert read(write(tmp_path, content)).encoding == "UTF-8"


@pytest.mark.parametrize("name", ["臺灣範例電腦應用開發股份有限公司", "國際貿易開發", "镕基（集团）·①"])
def test_gb18030_is_known_by_traditional_names_too(tmp_path: Path, name: str) -> None:
    file = read(write(tmp_path, f"customer_name\n{name}\n".encode("gb18030")))
    assert (file.encoding, cells(file)[1]) == ("GB18030", [name])


@pytest.mark.parametrize(
    ("name", "encoding"), [("臺灣範例電腦", "big5"), ("株式会社テスト電気", "shift_jis"), ("주식회사 삼성", "euc-kr")]
)
def test_other_encodings_are_read_when_they_are_named(tmp_path: Path, name: str, encoding: str) -> None:
    file = read(write(tmp_path, f"customer_name\n{name}\n".encode(encoding)), encoding)
    assert cells(file)[1] == [name]
    assert file.note() == f"{file.path} is read as {encoding}: it is not UTF-8."


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", [TEXT, "客户名称,计划代码\r\n样例甲有限公司,P0290\r\n"])
def test_utf16_without_its_mark_is_named_and_read_when_it_is_given(tmp_path: Path, encoding: str, text: str) -> None:
    file = write(tmp_path, text.encode(encoding))
    with pytest.raises(InputFileError, match=f"without a byte order mark: name it, --encoding {encoding}"):
        read(file)
    assert cells(read(file, encoding))[1][0] == "样例甲有限公司"


def test_a_few_nul_characters_do_not_make_a_file_utf16(tmp_path: Path) -> None:
    assert read(write(tmp_path, b"customer_name\nx\0y\na\0\n" + TEXT.encode())).encoding == "UTF-8"


@pytest.mark.parametrize(
    ("content", "encoding", "said"),
    [
        (TEXT.encode(), "gb18030", "is UTF-8, and not gb18030. Leave out --encoding"),
        (TEXT.encode(), "latin-1", "is UTF-8, and not latin-1"),
        (TEXT.encode("utf-8-sig"), "gbk", "begins with the byte order mark of UTF-8, and is not gbk"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-8", "begins with the byte order mark of UTF-16"),
    ],
)
def test_an_encoding_that_the_file_cannot_have_is_refused(
    tmp_path: Path, content: bytes, encoding: str, said: str
) -> None:
    with pytest.raises(InputFileError, match=said):
        read(write(tmp_path, content), encoding)


def test_bytes_that_a_given_encoding_cannot_decode_are_named_by_their_line(tmp_path: Path) -> None:
    file = read(write(tmp_path, codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le")[:-1]))
    with pytest.raises(InputFileError, match=r"after line \d: truncated data in encoding UTF-16\. Name the encoding"):
        cells(file)
    with pytest.raises(ConfigurationError, match="There is no encoding utf-nine"):
        read(file.path, "utf-nine")


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "utf_8_sig"])
def test_the_mark_is_none_of_the_text_however_utf8_is_named(tmp_path: Path, encoding: str) -> None:
    for content in (TEXT.encode(), TEXT.encode("utf-8-sig")):
        assert cells(read(write(tmp_path, content), encoding)) == EXPECTED


@pytest.mark.parametrize(
    ("header", "usual", "delimiter"),
    [
        ("customer_name,plan_code", ",", ","),
        ("customer_name;plan_code", ",", ";"),
        ("customer_name\tplan_code", ",", "\t"),
        ("customer_name,plan_code", "\t", ","),
        ('"note, of two";customer_name', ",", ";"),
        ("customer_name;a,b", ",", ";"),
        ("a;customer_name,plan_code", ",", ","),
        ("customer_name", ",", ","),
        ("customer_name", "\t", "\t"),
        ("a;b", ",", ","),
        ("customer_name|plan_code", ",", "|"),
        ("customer_name||", ",", "|"),
        ("customer_name", "|", "|"),
        ("a|b;customer_name", ",", ";"),
    ],
)
def test_the_delimiter_is_the_one_that_makes_known_columns(
    tmp_path: Path, header: str, usual: str, delimiter: str
) -> None:
    assert read(write(tmp_path, f"\n{header}\n".encode()), usual=usual).delimiter == delimiter


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("told", "delimiter"),
    [("sep=;", ";"), ("SEP=|", "|"), ('"sep=;"', ";"), ("sep=\t", "\t"), ("sep=^", "^"), ("sep=, ", ",")],
)
def test_a_line_that_tells_the_delimiter_is_obeyed_and_is_no_row(
    tmp_path: Path, told: str, delimiter: str, end: str
) -> None:
    text = end.join((told, f"customer_name{delimiter}plan_code", f"样例甲有限公司{delimiter}P1", ""))
    for content in (text.encode(), text.encode("utf-8-sig"), text.encode("gbk"), text.encode("utf-16")):
        file = read(write(tmp_path, content))
        assert file.delimiter == delimiter
        assert [line for line, _, _ in file.rows()] == [2, 3]
        assert cells(file)[1] == ["样例甲有限公司", "P1"]


def test_a_line_that_tells_another_delimiter_than_the_header_has_is_not_obeyed(tmp_path: Path) -> None:
    file = read(write(tmp_path, b"sep=;\ncustomer_name,plan_code\nx,P1\n"))
    assert (file.delimiter, cells(file)) == (",", [["customer_name", "plan_code"], ["x", "P1"]])
    # A column may be called like that.
    assert read(write(tmp_path, b"sep=;x,customer_name\n1,x\n")).skipped_lines == 0


def test_a_mark_before_a_row_in_the_middle_spoils_no_quoted_cell(tmp_path: Path) -> None:
    first, second = 'customer_name\n"样例甲, 有限公司"\n', '"customer_name"\n"样例乙, 有限公司"\n'
    file = read(write(tmp_path, first.encode("utf-8-sig") + second.encode("utf-8-sig")))
    assert cells(file) == [["customer_name"], ["样例甲, 有限公司"], ["customer_name"], ["样例乙, 有限公司"]]
    # Within a cell it is a character like any other.
    file = read(write(tmp_path, 'customer_name,plan_code\n"a\n\ufeff""b""",P1\n'.encode()))
    assert cells(file)[1] == ['a\n\ufeff"b"', "P1"]


def test_a_file_of_an_old_macintosh_has_its_lines(tmp_path: Path) -> None:
    file = read(write(tmp_path, TEXT.replace("\n", "\r").encode()))
    assert [(line, row) for line, _, row in file.rows()] == list(enumerate(EXPECTED, start=1))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04\x14", "a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08", "compressed"),
    ],
)
def test_a_file_that_is_no_text_is_refused_as_what_it_is(tmp_path: Path, content: bytes, kind: str) -> None:
    with pytest.raises(InputFileError, match=f"file.csv is {kind}.* whatever its name says"):
        read(write(tmp_path, content))
