"""What is no company id: cases from public reports of people who do this job, and other members of each kind.

Inputs are invented after the situation that a report describes; the source stands beside each.
"""

from __future__ import annotations

import pytest

from real_databases import Database

pytestmark = pytest.mark.every_server

ERROR = "is an error of a spreadsheet"
SIGNS = "has neither a letter nor a digit"
PLACEHOLDER = "is a placeholder"
TEMPORARY = "has the form of a temporary id"
NUMBER = "is a number as a spreadsheet rewrites it"
FORMULA = "begins like a formula"
QUOTED = "is quoted"
DATE = "is a date or time"

# (source of the report, what stands in the place of a company id, why it is none)
FAULTS = [
    # A10: a lookup that failed leaves its error in the export.
    ("python-calamine 105", "#N/A", ERROR),
    ("ClosedXML 824", "#REF!", ERROR),
    ("ClosedXML 824", "#VALUE!", ERROR),
    ("own: in full width", "＃Ｎ／Ａ", ERROR),
    ("own: with an argument", "#N/A Requesting Data...", ERROR),
    ("own: newer errors", "#SPILL!", ERROR),
    ("own: newer errors", "#GETTING_DATA", ERROR),
    ("own: newer errors", "#BUSY!", ERROR),
    ("own: German", "#NV", ERROR),
    ("own: Spanish", "#¡VALOR!", ERROR),
    ("own: a column that is too narrow", "########", ERROR),
    ("own: LibreOffice", "Err:502", ERROR),
    ("own: LibreOffice in Chinese", "错误:508", ERROR),
    ("own: in brackets", "(#N/A)", ERROR),
    ("own: still being fetched", "Loading...", ERROR),
    ("own: the formula itself", "=VLOOKUP(A2,Sheet2!A:B,2,FALSE)", FORMULA),
    ("own: an older formula", "@SUM(A1)", FORMULA),
    ("own: a formula that begins with its sign", "+600000009", FORMULA),
    ("own: a formula that begins with its sign", "-A1", FORMULA),
    # A13: null and blank candidates of a registry.
    ("OpenRefine 2590", "", "is empty"),
    ("OpenRefine 2590", None, "is empty"),
    ("own: blanks of all kinds", " \t\u3000\u00a0\u200b\ufeff", "is empty"),
    ("pandas 25353", "N/A", PLACEHOLDER),
    ("pandas 25353", "nan", PLACEHOLDER),
    ("pandas 25353", "None", PLACEHOLDER),
    ("pandas 25353", "<NA>", PLACEHOLDER),
    ("pandas 25353", "NaT", PLACEHOLDER),
    ("own: a zero stands for nothing", "0", PLACEHOLDER),
    ("own: a zero stands for nothing", "000000", PLACEHOLDER),
    ("own: a zero stands for nothing", "0.00", PLACEHOLDER),
    ("own: NULL of a database", "(null)", PLACEHOLDER),
    ("own: NULL of a dump", "\\N", PLACEHOLDER),
    ("own: between signs", "「待定」", PLACEHOLDER),
    ("own: with blanks", "n / a", PLACEHOLDER),
    ("own: with points", "N.A.", PLACEHOLDER),
    ("own: in full width", "ＮＵＬＬ", PLACEHOLDER),
    ("own: with a sign", "无。", PLACEHOLDER),
    ("own: with a blank", "暂 无", PLACEHOLDER),
    ("own: unknown", "未知", PLACEHOLDER),
    ("own: to come", "待补录", PLACEHOLDER),
    ("own: unknown", "Unknown", PLACEHOLDER),
    ("own: to come", "To be determined", PLACEHOLDER),
    ("own: to come", "tbd", PLACEHOLDER),
    ("own: JavaScript", "undefined", PLACEHOLDER),
    ("own: JavaScript", "[object Object]", PLACEHOLDER),
    ("own: a formula without a match", "FALSE", PLACEHOLDER),
    ("own: filled in to get past a form", "XXXX", PLACEHOLDER),
    ("own: not the marker of mappings, nearly", "__empty__", PLACEHOLDER),
    ("own: signs alone", "-", SIGNS),
    ("own: signs alone", "——", SIGNS),
    ("own: signs alone", "???", SIGNS),
    ("own: signs alone", "[]", SIGNS),
    ("own: signs alone, one of them private", "\ue000", SIGNS),
    # A15: whole numbers with a gap become floats; and other number formats.
    ("pandas 20828", "600000009.0", NUMBER),
    ("pandas 28186", "600000009.", NUMBER),
    ("own: decimal comma", "600000009,0", NUMBER),
    ("own: thousands", "600,000,010", NUMBER),
    ("own: thousands with decimals", "600,000,010.00", NUMBER),
    ("own: German thousands", "600.000.010", NUMBER),
    ("own: Swiss thousands", "600'000'010", NUMBER),
    ("own: Indian thousands", "60,00,00,010", NUMBER),
    ("own: thousands by blanks", "600 000 012", NUMBER),
    ("own: thousands by blanks that do not break", "600\u00a0000\u202f012", NUMBER),
    ("own: thousands in full width", "６００，０００，０１０", NUMBER),
    ("own: exponent", "1.2E+11", NUMBER),
    ("own: exponent", "6e+08", NUMBER),
    ("own: exponent of Java", "6.00000012E8", NUMBER),
    ("own: exponent", "6E8", NUMBER),
    ("own: exponent", "6.0×10^8", NUMBER),
    ("own: accounting", "(600)", NUMBER),
    ("own: currency", "￥600,000,010", NUMBER),
    ("own: percent", "60000001000%", NUMBER),
    ("own: a date that was a number", "2025/1/2", DATE),
    ("own: a date that was nothing", "1900-01-00 00:00:00", DATE),
    ("own: a date in Chinese", "2025年1月2日", DATE),
    ("own: a time", "12:30:00", DATE),
    ("own: an apostrophe that makes text", "'600000009", QUOTED),
    ("own: quotes of another export", '"600000009"', QUOTED),
    # The form of a temporary id.
    ("issue 18", "TEMP_000001", TEMPORARY),
    ("issue 18", "TEMP_2147483647", TEMPORARY),
    ("own: in lower case", "temp_000001", TEMPORARY),
    ("own: in full width", "ＴＥＭＰ＿０００００１", TEMPORARY),
    ("own: another separator", "TEMP-1", TEMPORARY),
    ("own: another separator", "TEMP 000001", TEMPORARY),
    ("own: none", "Temp1", TEMPORARY),
    ("own: an invisible one", "TE\u200bMP_\u2060000001", TEMPORARY),
    ("own: mathematical letters", "𝐓𝐄𝐌𝐏_000001", TEMPORARY),
    ("own: Cyrillic letters", "ТЕМР_000001", TEMPORARY),
    ("own: in quotes", "'TEMP_000001'", TEMPORARY),
    ("own: with a remark", "TEMP_000001（待定）", TEMPORARY),
    ("own: two of them", "TEMP_000001/TEMP_000002", TEMPORARY),
    # Behind the prefix of an id space.
    ("own: nothing behind a prefix", "lei:", SIGNS),
    ("own: behind a prefix", "lei:N/A", PLACEHOLDER),
    ("own: behind a prefix", "lei: null", PLACEHOLDER),
    ("own: behind a prefix", "wd:TEMP_000001", TEMPORARY),
    ("own: behind a prefix", "cik:320193.0", NUMBER),
    # What else cannot be one.
    ("issue 18", "__EMPTY__", "is __EMPTY__, which only a mapping may say"),
    ("own: in full width", " ＿＿ＥＭＰＴＹ＿＿", "is __EMPTY__, which only a mapping may say"),
    ("nautobot 6910", "6000\ufffd0201", "has lost a character (U+FFFD)"),
    ("own: two lines in one cell", "600000201\n600000202", "holds a control character"),
    ("own: a control character", "600000201\x07", "holds a control character"),
    ("own: two ids in one cell", "600000201；600000202", "holds several ids"),
    ("own: two ids in one cell", "C1、C2", "holds several ids"),
    ("own: masked", "6000****1", "is masked"),
    ("own: too long", "6" * 101, "is longer than 100 characters"),
]

IDS = [
    *("600000201", "A", "S-1", "Q42", "C8100000123", "9111000010000E123X", "12E3", "5493001KJTIIGC8Y1R12"),
    *("lei:5493001KJTIIGC8Y1R12", "https://www.wikidata.org/entity/Q42", "/m/0abc", "0123.456.789", "CHE-123.456.789"),
    *("0000320193", "15-048-3782", "{6F9619FF-8B86-D011-B42D-00C04FC964FF}", "沪-600123", "A B", "TEMPUR_01"),
    *("TEMPLATE1", "UNKNOWN-7", "a@b.example", "X1", "6" * 100, "Ünïted-1", "A.1", "1-2"),
]


@pytest.fixture(scope="module")
def judge(deployed_template: Database) -> Database:
    return deployed_template


@pytest.mark.parametrize(("source", "text", "fault"), FAULTS)
def test_what_is_no_company_id_is_told_from_what_it_is(
    judge: Database, source: str, text: str | None, fault: str
) -> None:
    assert judge.value("select company_id_fault(%s)", (text,)) == fault


@pytest.mark.parametrize("text", IDS)
def test_an_id_of_any_form_passes_and_stays_as_it_is(judge: Database, text: str) -> None:
    assert judge.query("select company_id_fault(%s), clean_company_id(%s)", (text, text)) == [(None, text)]


@pytest.mark.parametrize(
    ("source", "text", "company_id"),
    [
        ("issue 18", " 600000201 ", "600000201"),
        ("pandas 20828 (kind)", "６００００００１１", "600000011"),
        ("own: blanks of all kinds", "\u3000\u00a0600000201\r\n\t", "600000201"),
        ("own: a mark of direction from a web page", "\u200e600000201\u202c", "600000201"),
        ("own: a byte order mark", "\ufeff600000201", "600000201"),
        ("own: a joiner within", "6000\u200b00201", "600000201"),
        ("own: full width letters keep their case", "ｌｅｉ：Ab１", "lei:Ab1"),
        ("own: an invisible between blanks", " \u200b 600000201", "600000201"),
    ],
)
def test_width_blanks_and_invisible_characters_make_no_second_id(
    judge: Database, source: str, text: str, company_id: str
) -> None:
    assert judge.query("select company_id_fault(%s), clean_company_id(%s)", (text, text)) == [(None, company_id)]
