"""The names under which columns come: in files, in tables of other libraries, in dictionaries."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import lru_cache

_LIKE = 0.75
"""Two names are alike from here on, as difflib measures it: one of four characters is another."""


def folded_name(text: str) -> str:
    """Return what makes two names of sheets or headers the same: no width of characters, blank, invisible mark."""
    return "".join(
        character
        for character in unicodedata.normalize("NFKC", text)
        if not character.isspace() and unicodedata.category(character) != "Cf"
    )


@lru_cache(maxsize=1024)
def folded_column(name: str) -> str:
    """Return what makes two names of columns the same: no case, width, blanks, hyphens, points or underscores."""
    return re.sub(r"[_.\-]+", "", folded_name(name).casefold())


def columns_of_names(names_of: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return which column each folded name means; names_of says under which names each column may come."""
    return {folded_column(name): column for column, names in names_of.items() for name in (column, *names)}


RECORD_COLUMNS = columns_of_names(
    {
        "plan_code": ("计划代码", "计划号", "计划编码", "计划编号", "年金计划号", "年金计划代码"),
        "account_number": ("账号", "账户号", "年金账户号", "客户号", "集团企业客户号", "集团客户号"),
        "customer_name": ("客户名称", "客户全称", "公司名称", "企业名称", "单位名称"),
        "account_name": ("账户名", "账户名称", "年金账户名", "年金账户名称"),
    }
)
"""Which field of CustomerKeys each folded name means."""

MAPPING_COLUMNS = {
    "match_type": ("match_type", "type", "匹配类型", "类型"),
    "alias": ("alias", "alias_name", "alias_text", "别名", "别称"),
    "company_id": ("company_id", "canonical_id", "公司代码", "公司编码", "公司编号", "公司ID"),
}
"""What a mapping consists of, and under which names each part may come, in dictionaries and in files."""
MAPPING_NAMES = columns_of_names(MAPPING_COLUMNS)
"""Which part of a mapping each folded name means."""


class RepeatedColumnError(ValueError):
    """Two columns mean the same: what one of them holds would be lost. Says which, and what they mean."""

    def __init__(self, first: object, second: object, column: str) -> None:
        super().__init__(f"{first} and {second} are both the column {column}")
        self.first, self.second, self.column = first, second, column


def column_places(names: Sequence[str], known: Mapping[str, str]) -> dict[str, int]:
    """Return where each known column is among names; known says which column each folded name means.

    Raises RepeatedColumnError when two names mean the same, also where nobody knows what; blank names mean nothing.
    """
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        folded = folded_column(name)
        meaning = known.get(folded, folded)
        if meaning and meaning in places:
            raise RepeatedColumnError(names[places[meaning]], name, known.get(folded, name))
        places[meaning] = place
    columns = set(known.values())
    return {column: place for column, place in places.items() if column in columns}


def similar_columns(
    names: Sequence[str], known: Mapping[str, str], found: Mapping[str, int]
) -> Iterator[tuple[str, str]]:
    """Yield each name that is no known column but looks like one that is not found, with that column."""
    absent = {name: column for name, column in known.items() if column not in found}
    for place, name in enumerate(names):
        if place not in found.values():
            near = difflib.get_close_matches(folded_column(name), absent, n=1, cutoff=_LIKE)
            if near:
                yield name, absent[near[0]]


@lru_cache(maxsize=256)
def entries_of_record(entries: tuple[Hashable, ...]) -> dict[str, Hashable]:
    """Return under which entry of a dictionary each field of CustomerKeys is; errors as in column_places()."""
    return _columns_of_entries(entries, RECORD_COLUMNS)


@lru_cache(maxsize=256)
def entries_of_mapping(entries: tuple[Hashable, ...]) -> dict[str, Hashable]:
    """Return under which entry of a dictionary each part of a mapping is; errors as in column_places()."""
    return _columns_of_entries(entries, MAPPING_NAMES)


def _columns_of_entries(entries: tuple[Hashable, ...], known: Mapping[str, str]) -> dict[str, Hashable]:
    found: dict[str, Hashable] = {}
    for entry in entries:
        column = known.get(folded_column(entry)) if isinstance(entry, str) else None
        if column is None:
            continue
        if column in found:
            raise RepeatedColumnError(found[column], entry, column)
        found[column] = entry
    return found
