"""Reads off a path of which month a file is and which version of it, in the forms that people give folders and files.

docs/ingestion.md, "Months and versions", says it to users; tests/python/unit/test_periods.py has a table of forms.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

Version = tuple[int, ...]
NO_VERSION: Version = (0,)
LARGEST_NUMBER = 2**31 - 1
"""What an integer of the database holds."""


class PeriodVersion(NamedTuple):
    """Of which period a file is, and which version of it: numbers, compared one by one; (0,) where none is said."""

    period: str
    version: Version


@dataclass(frozen=True, kw_only=True)
class PathReading:
    """What a path says of its file."""

    known: PeriodVersion | None = None
    other_months: tuple[str, ...] = ()
    """Further months in the path, which do not count."""


def version_of(*numbers: int) -> Version:
    """Return the version with these numbers; zeros at its end say nothing, so that 2.0 is 2."""
    kept = list(numbers)
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept) or NO_VERSION


def shown_version(version: Version) -> str:
    """Return a version as people write it: 2, 2.1."""
    return ".".join(map(str, version))


def folded_name(name: str) -> str:
    """Return a name of a folder or file with its digits, letters and signs in one form: ２０２５ is 2025, ㋃ is 4月."""
    return unicodedata.normalize("NFKC", name).casefold()


def read_path(path: str) -> PathReading:
    """Return what a path says by its words; the first month in it counts.

    A month is written with its year, 202504 or 25年4月, or below the folder of its year: 2025/04, 2025年/规模明细4月.
    """
    *folders, file = path.split("/")
    parts = [folded_name(part) for part in (*folders, re.sub(r"\.[A-Za-z]{2,5}\Z", "", file))]
    found = [_months_of(part) for part in parts]
    months = [(place, month) for place, part in enumerate(found) for month in part.months]
    below = _month_below_its_year(parts)
    if below is not None:
        # Where a part says both, what it says with the year comes first.
        months = sorted([*months, below], key=lambda month: month[0])
    if not months:
        return PathReading()
    place, first = months[0]
    return PathReading(
        known=PeriodVersion(first, _version_of_parts([part.rest for part in found], place, first)),
        other_months=tuple(dict.fromkeys(month for _, month in months if month != first)),
    )


# ---- months

_DIGITS = {
    sign: digit
    for digit, signs in enumerate(("〇零○", "一", "二", "三", "四", "五", "六", "七", "八", "九"))
    for sign in signs
}
_CHINESE = "".join(_DIGITS)
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = (
    "(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
_TWO_DIGITS = "(?P<month>0[1-9]|1[0-2])"
_MONTH = "(?P<month>0?[1-9]|1[0-2])"
_WORD_MONTH = "(?P<month>0?[1-9]|1[0-2]|正|元|十[一二]?|[一二三四五六七八九])"
_YEAR = "(?P<year>20[0-9]{2})"
# What is counted from another month, or is a code, is no year.
_NO_YEAR_BEFORE = r"(?<![0-9])(?<!fy)(?<!fy[ _.-])"
_NO_DAY = r"(?!\s*[0-9]{1,2}\s*[日号])"

_DATES = re.compile(
    rf"{_NO_YEAR_BEFORE}(?:20[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9])"
    r"|20[0-9]{2}(?P<sign>[-._ ])(?:0?[1-9]|1[0-2])(?P=sign)(?:0?[1-9]|[12][0-9]|3[01])(?![0-9])"
    rf"|[0-9{_CHINESE}]{{2,4}}\s*年\s*[0-9{_CHINESE}十正元]{{1,2}}\s*月\s*[0-9{_CHINESE}十廿]{{1,3}}\s*[日号])"
)
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_NO_YEAR_BEFORE}{_YEAR}{_TWO_DIGITS}(?![0-9])",
        rf"{_NO_YEAR_BEFORE}{_YEAR}[-._]{_MONTH}(?![0-9])",
        rf"{_NO_YEAR_BEFORE}{_YEAR} {_TWO_DIGITS}(?![0-9])",
        rf"{_NO_YEAR_BEFORE}{_YEAR}[-._ ]?m{_MONTH}(?![0-9])",
        rf"(?<![0-9])(?P<year>(?:20)?[0-9]{{2}}|(?:二[〇零○])?[{_CHINESE}]{{2}})\s*年度?\s*{_WORD_MONTH}\s*月{_NO_DAY}",
        rf"{_NO_YEAR_BEFORE}(?P<year>(?:20)?[0-9]{{2}})\s*年\s*{_TWO_DIGITS}(?![^\W_])",
        rf"(?<![0-9])(?<![0-9][-._/]){_TWO_DIGITS}[-._]{_YEAR}(?![0-9])",
        rf"(?<![a-z]){_MONTH_NAME}[-._ ']*{_YEAR}(?![0-9])",
        rf"{_NO_YEAR_BEFORE}{_YEAR}[-._ ]*{_MONTH_NAME}(?![a-z])",
    )
)
_RANGE = re.compile(r"\s*(?:[-~–—]|至|到)\s*")
_RANGE_OF_MONTHS = re.compile(rf"{_RANGE.pattern}(?:0?[1-9]|1[0-2]|十[一二]?|[一二三四五六七八九])\s*月")


class _Found(NamedTuple):
    """The months of a part of a path, and what is left of it without them."""

    months: tuple[str, ...]
    rest: str


def _months_of(part: str) -> _Found:
    without_dates = _DATES.sub(lambda date: _BLANK * len(date[0]), part)
    spans: dict[tuple[int, int], str] = {}
    for form in _FORMS:
        for match in form.finditer(without_dates):
            start, end = match.span()
            month_text = _month_of(match)
            if month_text and not any(start < other_end and other_start < end for other_start, other_end in spans):
                spans[(start, end)] = month_text
    ordered = sorted(spans.items())
    # A file of several months is of none of them.
    ranges = {
        span
        for (first, month), (second, other) in itertools.pairwise(ordered)
        if month != other and _RANGE.fullmatch(part[first[1] : second[0]])
        for span in (first, second)
    } | {span for span, _ in ordered if _RANGE_OF_MONTHS.match(part, span[1])}
    rest = part
    for start, end in spans:
        rest = rest[:start] + _BLANK * (end - start) + rest[end:]
    return _Found(tuple(month for span, month in ordered if span not in ranges), rest)


# Stands for what was read already; no letter, digit or sign that a form knows.
_BLANK = "\x00"


def _month_of(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    year = "".join(str(_DIGITS.get(sign, sign)) for sign in groups["year"])
    if len(year) == len("25"):
        # 25年4月; nobody has files of 2080.
        if year >= "80":
            return None
        year = f"20{year}"
    month = _ENGLISH.index(groups["name"][:3]) + 1 if groups.get("name") else _month_number(groups["month"])
    return f"{year}{month:02}" if year.startswith("20") else None


def _month_number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    if text in ("正", "元"):
        return 1
    return 10 + _DIGITS.get(text[1:], 0) if text.startswith("十") else _DIGITS[text]


_YEAR_FOLDER = re.compile(r"(?P<year>20[0-9]{2})(?:\s*年度?)?|(?P<short>[0-7][0-9])\s*年度?")
_YEAR_IN_FOLDER = re.compile(r"(?<![0-9])(?P<year>20[0-9]{2})\s*年|(?<![0-9])(?P<short>[0-7][0-9])\s*年")
_PART_OF_A_YEAR = re.compile(r"q[1-4]|h[12]|第?[一二三四1-4]季度|[上下]半年度?")
_MONTH_FOLDER = re.compile(rf"m?{_MONTH}")
_MONTH_WITHOUT_YEAR = re.compile(rf"(?<![0-9年]){_WORD_MONTH}\s*月{_NO_DAY}")
_RANGE_BEFORE = re.compile(r"[0-9月]\s*(?:[-~–—]|至|到)\s*\Z")


def _month_below_its_year(parts: list[str]) -> tuple[int, str] | None:
    """Return the number of the part and its month: 2025/04/x, 2025年/Q2/4月/x, 2025年/规模明细4月."""
    year: str | None = None
    directly_below = False
    for number, part in enumerate(parts):
        if year is not None:
            whole = _MONTH_FOLDER.fullmatch(part) if directly_below and number < len(parts) - 1 else None
            month = int(whole["month"]) if whole else _single_month(part)
            if month is not None:
                return number, f"{year}{month:02}"
        if folder := _YEAR_FOLDER.fullmatch(part):
            year, directly_below = folder["year"] or f"20{folder['short']}", True
        elif within := _YEAR_IN_FOLDER.search(part):
            year, directly_below = within["year"] or f"20{within['short']}", False
        elif not _PART_OF_A_YEAR.fullmatch(part):
            directly_below = False
    return None


def _single_month(part: str) -> int | None:
    matches = list(_MONTH_WITHOUT_YEAR.finditer(part))
    months = {_month_number(match["month"]) for match in matches}
    if len(months) != 1 or any(
        _RANGE_BEFORE.search(part[: match.start()]) or _RANGE_OF_MONTHS.match(part, match.end()) for match in matches
    ):
        return None
    return months.pop()


# ---- versions

_NUMBER = r"(?P<numbers>[0-9]{1,9}(?:\.[0-9]{1,9})*)(?![0-9]|\.[0-9])"
_REVISION = "(?:版本|(?:修订|修改|更新|更正|订正)(?:版|稿)?)号?[ _-]?"
_NO_DATE = "(?!(?:20[0-9]{2})?(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9]))"
_MARKS = tuple(
    re.compile(mark)
    for mark in (
        rf"(?<![a-z])(?:v|ver|version|rev|revision)[ _.-]?{_NUMBER}(?![a-z])",
        rf"第\s*(?:{_NUMBER}|(?P<word>十[一二三四五六七八九]?|[一二三四五六七八九]))\s*(?:版|稿)",
        rf"{_REVISION}{_NO_DATE}{_NUMBER}",
    )
)
_DELIVERED = "(?:采集|报送|上报|提交|发送|更新|修订|修改|更正|订正|导出|下载|版|稿)"
_DAY = r"(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12][0-9]|3[01])"
_DAY_OF_ANY_YEAR = rf"(?P<year>20[0-9]{{2}})?{_DAY}"
_DAY_FOLDER = re.compile(_DAY_OF_ANY_YEAR)
_DELIVERIES = (
    re.compile(rf"(?<![0-9]){_DAY_OF_ANY_YEAR}\s*{_DELIVERED}"),
    re.compile(rf"{_REVISION}{_DAY_OF_ANY_YEAR}(?![0-9])"),
)
_WHOLE_DAY = re.compile(rf"(?P<year>20[0-9]{{2}}){_DAY}")
_NUMBER_FOLDER = re.compile("[0-9]{1,9}")


def _version_of_parts(parts: list[str], month_part: int, month: str) -> Version:
    """Return the numbers of the version marks in the order of the path, and then the days of delivery."""
    numbers: list[int] = []
    days: list[int] = []
    last: tuple[int, ...] = ()
    for place, part in enumerate(parts):
        is_folder_below = month_part < place < len(parts) - 1
        if is_folder_below and (day := _DAY_FOLDER.fullmatch(part)):
            days.append(_day_number(day, month))
            continue
        is_number = is_folder_below and _NUMBER_FOLDER.fullmatch(part)
        for mark in [version_of(int(part))] if is_number else _marks_of(part):
            if len(mark) == 1 and (day := _WHOLE_DAY.fullmatch(str(mark[0]))):
                days.append(_day_number(day, month))
                continue
            # V1/规模明细_V1 says it twice.
            if mark != last:
                numbers.extend(mark)
            last = mark
        days.extend(_day_number(day, month) for form in _DELIVERIES for day in form.finditer(part))
    return version_of(*(numbers or [0]), *dict.fromkeys(days))


def _marks_of(part: str) -> Iterator[tuple[int, ...]]:
    found = [match for mark in _MARKS for match in mark.finditer(part)]
    for match in sorted(found, key=lambda match: match.start()):
        word = match.groupdict().get("word")
        if word:
            yield (10 + _DIGITS.get(word[1:], 0) if word.startswith("十") else _DIGITS[word],)
        else:
            yield version_of(*map(int, match["numbers"].split(".")))


def _day_number(match: re.Match[str], month: str) -> int:
    """Return the day as one number; a day without a year is the next such day after the month began."""
    year = int(match["year"] or int(month[:4]) + (match["month"] < month[4:]))
    return year * 10_000 + int(match["month"]) * 100 + int(match["day"])
