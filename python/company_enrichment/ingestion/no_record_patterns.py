"""The expressions of the rules that tell which rows are no records; each is compared with a whole compact text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from company_enrichment.ingestion import no_record_words as words

SEPARATOR = re.compile(r"[-=*_~#.+|/\\—–―─━═·…－﹣﹍﹎]+")
COLUMN_NUMBER = re.compile(
    r"\(?(?:(?P<number>[0-9]{1,3})|(?P<letter>[a-z])|(?P<stem>[甲乙丙丁戊己庚辛壬癸])|(?P<chinese>[一二三四五六七八九十]))\)?"
    r"(?:=.*)?"
)
# Compared with the words of a text, blanks between them: Petrototal is no total.
ENGLISH_ENDING = re.compile(
    r".+[\s:-](?:grand )?(?:sub-?)?(?:totals?|count|average|mean)|(?:grand )?(?:sub-?)?totals? (?:for|of|by) .+"
)
# The word in two cells.
SPLIT_TOTAL = re.compile("[合总小共]计")
_ENGLISH_ENDING_COMPACT = r".+(?:totals?|count|average|mean)|(?:grand)?(?:sub-?)?totals?(?:for|of|by).+"
_QUALIFIED = "(?:本页|本月|本季度?|本年度?|本期|当月|当年|当期|全年|年度|季度|月度|以上|全部|大|分|页|各项|期末|期初)?"
_COUNTED = "(?:数|数量|金额|人数|户数|行数|笔数)?"
_NUMBER = r"(?:\(?[0-9]{1,3}\)?)?"
_PAGE = (
    r"第[0-9一二三四五六七八九十]+页(?:[,/;、]?共[0-9一二三四五六七八九十]+页)?|共[0-9]+页(?:[,/;、]?第[0-9]+页)?"
    r"|(?:page|p\.):?[0-9]+(?:(?:of|/)[0-9]+)?"
)
_NUMBERED = r"[一二三四五六七八九十]+、.*|\([一二三四五六七八九十]+\).*"
_SIGNED = "(?:prepared|checked|reviewed|approved|printed|generated|exported|created)(?:by|on|at).+"


@dataclass(frozen=True, kw_only=True)
class Patterns:
    """What the words of the rules look like in a cell."""

    certain_total: re.Pattern[str]
    """A total that is the name of no customer."""
    total: re.Pattern[str]
    """A total, or something that ends in one."""
    unit: re.Pattern[str]
    unit_label: re.Pattern[str]
    """单位: 万元, and the like."""
    note: re.Pattern[str]
    form_label: re.Pattern[str]
    """制表人: and the like."""
    alone: re.Pattern[str]
    """Notes, headings and page numbers that could be something else were they not alone in their row."""
    suspect: re.Pattern[str]
    """All of these: a cheap first look."""


@cache
def patterns(units: Sequence[str] = (), totals: Sequence[str] = (), notes: Sequence[str] = ()) -> Patterns:
    """Return the expressions, with the further compact words of a domain; tuples."""
    currency = "(?:人民币|rmb|cny|usd|hkd|eur)"
    unit = f"{currency}*(?:in)?(?:{words.any_of((*words.UNITS, *units))})(?:of{currency})?"
    unit_label = (
        rf"\(?(?:{words.any_of(words.UNIT_LABELS)})(?:(?:expressed|stated)?in|[:(])"
        rf"(?:(?:expressed|stated)?in)?\(?(?:{unit}|人民币)(?:[,/、;]{unit})*\)*"
        rf"(?:[,;、]?(?:{words.any_of(words.UNIT_LABELS)})[:(].*)?|(?:币种|币别|货币|currency):.*"
    )
    amount = r"[-+¥$(]*[0-9][0-9,.]*\)?%?"
    rest = rf"(?::?\(?{unit}\)?)?:?(?:{amount}(?:{words.MEASURES}|{unit})?)?(?:\({unit}\))?[。.;:]?"
    certain = words.any_of((*words.CERTAIN_TOTALS, *totals))
    in_chinese = words.any_of(word for word in words.CERTAIN_TOTALS if not word.isascii())
    certain_total = rf"{_QUALIFIED}(?:{certain}){_COUNTED}{rest}|.+(?:{in_chinese}){rest}"
    further = words.any_of((*words.TOTALS, *words.CARRIED_OVER, *words.TOTALS_THAT_MAY_BE_NAMES))
    total = (
        rf"{_QUALIFIED}(?:{further}){_COUNTED}{rest}|(?:{words.any_of(words.BREAKDOWNS)})(?::.*)?"
        rf"|.+(?:{words.any_of((*words.TOTALS, *totals))}){rest}"
    )
    note_words = words.any_of((*words.NOTES, *notes))
    form_words = words.any_of(words.FORM_LABELS)
    end = rf"[-—–=*·.…~_(<#]*(?:{words.any_of(words.ENDS)})[-—–=*·.…~_)>#]*[。!]?"
    note = rf"[*※#(]*(?:{note_words}){_NUMBER}\)?:.*|{_PAGE}|{end}|※.*"
    form_label = rf"[*※#(]*(?:{form_words})(?:\([^()]{{0,10}}\))?:.*"
    alone = (
        rf"{note}|{form_label}|(?:{note_words}){_NUMBER}(?:、.*)?|{form_words}|{_SIGNED}|{_NUMBERED}"
        r"|[-—][0-9]+[-—]|[0-9]+/[0-9]+|.*[。;].*"
    )
    texts = {
        "certain_total": certain_total,
        "total": total,
        "unit": rf"\(?(?:(?:expressed|stated)?in)?\(?{unit}\)*|{unit_label}",
        "unit_label": unit_label,
        "note": note,
        "form_label": form_label,
        "alone": alone,
    }
    either = (
        *texts.values(),
        _ENGLISH_ENDING_COMPACT,
        SEPARATOR.pattern,
        COLUMN_NUMBER.pattern.replace("?P<", "?P<x_"),
        "[合总小共计]",
    )
    texts["suspect"] = "|".join(f"(?:{text})" for text in either)
    return Patterns(**{name: re.compile(text, re.DOTALL) for name, text in texts.items()})


_STEMS, _CHINESE = "甲乙丙丁戊己庚辛壬癸", "一二三四五六七八九十"


def column_number(text: str) -> tuple[str, int] | None:
    """Return the kind of numbering and the number, from 1, of a text such as 3, (3), c, 丙, 三 or 3=1+2."""
    found = COLUMN_NUMBER.fullmatch(text)
    if found is None:
        return None
    [(kind, value)] = [(kind, value) for kind, value in found.groupdict().items() if value is not None]
    if kind == "number":
        return kind, int(value)
    return kind, {"letter": "abcdefghijklmnopqrstuvwxyz", "stem": _STEMS, "chinese": _CHINESE}[kind].index(value) + 1
