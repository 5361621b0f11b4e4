"""What a number format makes of the number in a cell: a date, a duration, a code with leading zeros, or nothing else.

A workbook holds dates as numbers of days. Only the format of the cell tells them from other numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from company_enrichment.files.cells import Cell, ShownNumber

# Of ECMA-376, 18.8.30, with those of Chinese, Japanese and Korean editions.
_DATES = frozenset((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)))
_ELAPSED = frozenset((46,))

_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.')
_BRACKETED = re.compile(r"\[[^\]]*\]")
_ELAPSED_PART = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_LEFT_OUT = re.compile(r"\[(?:\$[^\]]*|black|blue|cyan|green|magenta|red|white|yellow|color ?[0-9]+)\]", re.IGNORECASE)
_SECTIONS = re.compile(r'(?:"[^"]*"|\\.|[^;"\\])*')
_CODE_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<left_out>_.|\*.)|(?P<digit>[0#])|(?P<plain>[-+ ()])'
)
_FEWEST_ZEROS = 2
_EPOCH = datetime(1899, 12, 30)
_EPOCH_1904 = datetime(1904, 1, 1)
# Excel counts a 29 February 1900: before it, its days are one less.
_MARCH_1900 = 60
_DAYS = 2_958_466


@dataclass(frozen=True)
class NumberFormat:
    """What is done with a number."""

    is_date: bool = False
    is_elapsed: bool = False
    code: tuple[str, ...] = ()
    """The sections of a format that makes codes: for positive numbers, negative ones and zero."""
    from_1904: bool = False

    def apply(self, number: float) -> Cell:
        """Return the value of a cell with this number."""
        if self.code:
            return _shown(self.code, number)
        if self.is_elapsed:
            return timedelta(milliseconds=round(number * 86_400_000)) if abs(number) < _DAYS else number
        return _moment(number, from_1904=self.from_1904)


def number_format(number: int, text: str | None, *, from_1904: bool = False) -> NumberFormat | None:
    """Return what a format does, given its number and its text; None where a number stays one."""
    if text is None:
        if number in _ELAPSED:
            return NumberFormat(is_elapsed=True)
        return NumberFormat(is_date=True, from_1904=from_1904) if number in _DATES else None
    first = (_SECTIONS.match(text) or [""])[0]
    bare = _QUOTED.sub("", first)
    if _ELAPSED_PART.search(bare):
        return NumberFormat(is_elapsed=True)
    letters = _BRACKETED.sub("", bare).lower().replace("general", "").replace("通用格式", "")
    letters = letters.replace("e+", "").replace("e-", "")
    if re.search("[ymdhs]|上午|a/p", letters) or re.search("e{1,4}", letters):
        return NumberFormat(is_date=True, from_1904=from_1904)
    code = tuple(_LEFT_OUT.sub("", section) for section in _sections(text)[:3])
    return NumberFormat(code=code) if _makes_code(code[0]) else None


def _sections(text: str) -> list[str]:
    sections, position = [], 0
    while position <= len(text):
        found = _SECTIONS.match(text, position)
        assert found is not None  # noqa: S101 - the pattern matches nothing, too
        sections.append(found[0])
        if found.end() == position and position < len(text) and text[position] != ";":
            break
        position = found.end() + 1
    return sections


def _tokens(section: str) -> list[re.Match[str]] | None:
    """The parts of a section, None where it has one that is no digit and no literal text."""
    tokens, position = [], 0
    while position < len(section):
        token = _CODE_TOKEN.match(section, position)
        if token is None:
            return None
        tokens.append(token)
        position = token.end()
    return tokens


def _makes_code(section: str) -> bool:
    """Whether a section shows more than the number: leading zeros, or letters and digits around it."""
    tokens = _tokens(section)
    if tokens is None:
        return False
    zeros = sum(token["digit"] == "0" for token in tokens)
    literal = "".join(token["quoted"] or token["escaped"] or "" for token in tokens)
    return zeros >= _FEWEST_ZEROS or bool(zeros and re.search("[0-9A-Za-z]", literal))


def _shown(sections: tuple[str, ...], number: float) -> Cell:
    if number != int(number):
        return number
    section, sign = sections[0], "-" if number < 0 else ""
    if number < 0 and len(sections) > 1:
        section, sign = sections[1], ""
    elif number == 0 and len(sections) > 2:  # noqa: PLR2004 - the third section is that of zero
        section = sections[2]
    tokens = _tokens(section)
    if not tokens or not any(token["digit"] for token in tokens):
        return number
    digits = str(abs(int(number)))
    places = sum(token["digit"] is not None for token in tokens)
    rest = list(digits.rjust(places)) if len(digits) <= places else list(digits)
    shown = ""
    is_first = True
    for token in tokens:
        if token["digit"] is None:
            shown += token["quoted"] or token["escaped"] or token["plain"] or ""
            continue
        taken = rest[: len(rest) - places + 1] if is_first else rest[:1]
        rest, places, is_first = rest[len(taken) :], places - 1, False
        shown += "".join(taken).replace(" ", "0" if token["digit"] == "0" else "")
    return ShownNumber(sign + shown.strip(), number)


def _moment(number: float, *, from_1904: bool) -> Cell:
    if not 0 <= number < _DAYS:
        return number
    if number < 1 and not from_1904:
        return (_EPOCH + timedelta(milliseconds=round(number * 86_400_000))).time()
    early = timedelta(days=1) if number < _MARCH_1900 and not from_1904 else timedelta()
    try:
        moment = (_EPOCH_1904 if from_1904 else _EPOCH) + early + timedelta(milliseconds=round(number * 86_400_000))
    except OverflowError:
        return number
    return moment.date() if moment.time() == time() else moment


def moment_of_text(text: str) -> Cell:
    """Return the date or time of a cell that holds one as ISO 8601, or the text where it is none."""
    for kind in (date, datetime, time):
        try:
            return kind.fromisoformat(text)
        except ValueError:
            continue
    return text
