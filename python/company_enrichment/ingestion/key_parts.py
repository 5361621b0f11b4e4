"""The values by which rows are compared: what stays the same when another program saves a workbook again."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache
from math import isfinite
from typing import Any, Literal, get_args

from company_enrichment.files.cells import ShownNumber

KeyKind = Literal["text", "code", "number", "date", "month"]
"""As what the values of a column are compared."""
KEY_KINDS: tuple[KeyKind, ...] = get_args(KeyKind)

_DIGITS = 15
_DECIMALS = 8
_LONGEST_NUMBER = 40
_AFTER_LAST_DAY = 100_000_000

_BRACKETS = str.maketrans(dict.fromkeys("[{〔〖【《〈「『⟨⦅", "(") | dict.fromkeys("]}〕〗】》〉」』⟩⦆", ")"))
# Beside the categories of control and format characters.
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")

_NUMBER = re.compile(r"[+-]?(?:(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_CURRENCY = re.compile(r"(?:[¥$€£]|CNY|RMB|USD|人民币)|元\Z", re.IGNORECASE)
_LEADING_ZERO = re.compile(r"[+-]?0[0-9]")
_QUOTED = re.compile(r"""=?"(.*)"|'(.*)""", re.DOTALL)

_TIME = re.compile(
    r"[T\s]+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?\Z"
)
_YEAR, _MONTH, _DAY = "((?:19|20)[0-9]{2})", "(0?[1-9]|1[0-2])", "(0?[1-9]|[12][0-9]|3[01])"
_DATES = tuple(map(re.compile, (f"{_YEAR}([-/.]){_MONTH}\\2{_DAY}", f"{_YEAR}(年){_MONTH}月{_DAY}日?")))
_DIGITS_OF_DATE = re.compile("((?:19|20)[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")
_MONTHS = (
    re.compile("((?:19|20)[0-9]{2})(0[1-9]|1[0-2])月?"),
    re.compile(f"{_YEAR}[-/.年Mm]{_MONTH}(?:月份?)?"),
    re.compile(f"([0-9]{{2}})年{_MONTH}(?:月份?)?"),
)
_MONTH_NAMES = (
    ("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april"), ("may",), ("jun", "june"),
    ("jul", "july"), ("aug", "august"), ("sep", "sept", "september"), ("oct", "october"), ("nov", "november"),
    ("dec", "december"),
)  # fmt: skip
_MONTHS_BY_NAME = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names}
_MONTH_NAME_FIRST = re.compile(r"([A-Za-z]{3,9})[-./,]*((?:20|19)?[0-9]{2})")
_MONTH_NAME_LAST = re.compile(r"((?:20|19)[0-9]{2})[-./,]*([A-Za-z]{3,9})\.?")
_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_CHINESE_MONTH = re.compile("(?<=年)(十[一二]?|[一二三四五六七八九])(?=月)")
_CHINESE_MONTHS = {"十": "10", "十一": "11", "十二": "12"} | dict(zip("一二三四五六七八九", "123456789", strict=True))

_MONTH_HEADER = re.compile(
    r"月|.*(?:月度|月份|年月|期间|账期|报告期|所属期)|period|(?:(?:year|calendar|fiscal|report|reporting)[\s_-]?)?months?"
)
_DATE_HEADER = re.compile(r"日|.*日期|(?:.*[\s_-])?date")
_CODE_HEADER = re.compile(r".*(?:代码|编码|编号|代号|账号|号码|号)|(?:.*[\s_-])?(?:code|number|no\.?|id)")


def kind_of_header(header: str) -> KeyKind | None:
    """Say as what the values below a header are compared, by its words; None where each value says so itself.

    Months are below what ends in 月度, 月份, 年月 or 期间, and below month and period; dates below what ends in 日期 or
    date; codes below what ends in 代码, 编号, 号 and the like, code, number, no or id.
    """
    folded = unicodedata.normalize("NFKC", header).strip().casefold()
    if _MONTH_HEADER.fullmatch(folded):
        return "month"
    if _DATE_HEADER.fullmatch(folded):
        return "date"
    return "code" if _CODE_HEADER.fullmatch(folded) else None


def key_part(value: Any, kind: KeyKind | None = None) -> str | None:
    """Return what a cell is compared by: equal for the same value, however it was typed and stored. None when blank.

    Args:
        value: a text, a number, a date, a truth value, None, or what stands for an error.
        kind: as what it is compared. None: numbers as numbers, dates as dates, everything else as text. A value that
            is not of its kind is compared as if there were none.

    """
    if isinstance(value, ShownNumber):
        # How a number is shown is no part of what it is, and was not seen by earlier versions.
        value = value.number
    if value is None:
        return None
    if isinstance(value, str):
        return _part_of_text(value, kind)
    if isinstance(value, bool):
        return f"t{value}"
    if isinstance(value, int | float):
        return _part_of_number(value, kind)
    if isinstance(value, date):
        return _part_of_date(value, kind)
    return _part_of_text(str(value), "text")


@lru_cache(maxsize=65_536)
def folded_text(text: str) -> str | None:
    """Return a text without what does not tell two texts apart: width, blanks, invisible characters, kinds of brackets.

    None when nothing is left.
    """
    if text.isascii() and text.isprintable():
        return text.replace(" ", "").translate(_BRACKETS) or None
    visible = "".join(
        character
        for character in unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
        if not character.isspace() and unicodedata.category(character) not in ("Cf", "Cc")
    )
    return _INVISIBLE.sub("", visible).translate(_BRACKETS) or None


def is_blank(cell: Any) -> bool:
    """Say whether a cell holds nothing that can be seen."""
    return cell is None or (isinstance(cell, str) and folded_text(cell) is None)


@lru_cache(maxsize=65_536)
def _part_of_text(text: str, kind: KeyKind | None) -> str | None:
    if kind == "code":
        # As text_files.py reads what a spreadsheet program has quoted.
        quoted = _QUOTED.fullmatch(text.strip())
        text = text if quoted is None else quoted[1] or quoted[2] or ""
    folded = folded_text(text)
    if folded is None:
        return None
    found = None
    if kind == "month":
        month = month_of_text(text)
        found = None if month is None else f"m{month}"
    if found is None and kind not in ("text", "code"):
        day = _day_of_text(text, folded, digits=kind == "date")
        found = f"d{day}" if day else _number_of_text(folded, kind)
    return found or f"t{folded}"


def _part_of_number(value: float, kind: KeyKind | None) -> str:
    if kind in ("text", "code"):
        return f"t{int(value) if isinstance(value, float) and value.is_integer() else value}"
    if kind in ("month", "date") and 0 < value < _AFTER_LAST_DAY and value == int(value):
        found = _part_of_text(str(int(value)), kind)
        if found is not None and found[0] != "n":
            return found
    return _rounded(value) or f"t{value}"


def _part_of_date(value: date, kind: KeyKind | None) -> str:
    if kind == "month":
        return f"m{value.year:04}-{value.month:02}"
    if isinstance(value, datetime):
        if (value.hour, value.minute, value.second, value.microsecond) != (0, 0, 0, 0):
            return f"d{value.isoformat(timespec='seconds')}"
        value = value.date()
    return f"d{value.isoformat()}"


def month_of_text(text: str) -> str | None:
    """Return the month that a text says, as YYYY-MM; a day of it counts as well. None when it says none."""
    folded = folded_text(_TIME.sub("", unicodedata.normalize("NFKC", text).strip()))
    if folded is None or len(folded) > _LONGEST_NUMBER:
        return None
    folded = _CHINESE_MONTH.sub(lambda found: _CHINESE_MONTHS[found[1]], folded).translate(_CHINESE_DIGITS)
    day = _day_of_text(folded, folded, digits=True)
    if day is not None:
        return day[:7]
    for form in _MONTHS:
        if found := form.fullmatch(folded):
            return f"{_year(found[1])}-{int(found[2]):02}"
    if found := _MONTH_NAME_FIRST.fullmatch(folded):
        name, year = found.groups()
    elif found := _MONTH_NAME_LAST.fullmatch(folded):
        year, name = found.groups()
    else:
        return None
    number = _MONTHS_BY_NAME.get(name.casefold())
    return None if number is None else f"{_year(year)}-{number:02}"


def _year(text: str) -> str:
    return f"20{text}"[-4:]


def _day_of_text(text: str, folded: str, *, digits: bool) -> str | None:
    """Return the day that a text says, as YYYY-MM-DD; where eight digits may be one, too."""
    if len(folded) > _LONGEST_NUMBER:
        return None
    time = ""
    if ":" in folded:
        normal = unicodedata.normalize("NFKC", text).rstrip()
        found = _TIME.search(normal)
        if found is None:
            return None
        folded = folded_text(normal[: found.start()]) or ""
        time = _time_of_day(found)
    parts = None
    for form in _DATES:
        if found := form.fullmatch(folded):
            parts = found[1], found[3], found[4]
    if digits and (found := _DIGITS_OF_DATE.fullmatch(folded)):
        parts = found[1], found[2], found[3]
    if parts is None:
        return None
    try:
        return date(*map(int, parts)).isoformat() + time
    except ValueError:
        return None


def _time_of_day(found: re.Match[str]) -> str:
    """Return the time of a day as a time cell has it; nothing at midnight, which is the day itself."""
    hour, minute, second = (int(found[group] or 0) for group in ("hour", "minute", "second"))
    return f"T{hour:02}:{minute:02}:{second:02}" if hour or minute or second else ""


def _number_of_text(folded: str, kind: KeyKind | None) -> str | None:
    text = folded.replace("\u2212", "-")
    if len(text) > _LONGEST_NUMBER:
        return None
    is_negative = text.startswith("(") and text.endswith(")")
    text = _CURRENCY.sub("", text[1:-1] if is_negative else text)
    is_percentage = text.endswith("%")
    text = text.removesuffix("%")
    if not _NUMBER.fullmatch(text) or (is_negative and text[0] in "+-"):
        return None
    digits = sum(character.isdigit() for character in text)
    if kind != "number" and (_LEADING_ZERO.match(text) or (digits > _DIGITS and text.isdigit())):
        # It may be a code.
        return None
    number = float(text.replace(",", ""))
    if is_percentage:
        number /= 100
    return _rounded(-number if is_negative else number)


def _rounded(number: float) -> str | None:
    """Return a number to 15 digits and 8 decimals: what programs agree on. None when it is too large for a cell."""
    try:
        rounded = round(float(number), _DECIMALS)
    except OverflowError:
        return None
    # Zero has a sign, which nobody sees.
    return f"n{rounded + 0.0:.{_DIGITS}g}" if isfinite(rounded) else None
