"""Guesses what the columns of a sheet are: where its header is, and which columns are codes and names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from company_enrichment.column_names import columns_of_names, folded_column
from company_enrichment.files.cells import SheetRow, cell_text
from company_enrichment.ingestion.domains import KeyColumn
from company_enrichment.ingestion.workbooks import header_cells

_LOOKED_AT = 50
"""Rows from the top among which the header is."""
_FIRST_VALUES = 5_000

_KNOWN: Mapping[KeyColumn, Sequence[str]] = {
    "plan_code": (
        *("计划代码", "计划号", "计划编码", "计划编号", "年金计划号", "年金计划代码", "企业年金计划代码", "产品代码"),
        *("plan", "plan no", "plan number", "plan id", "pension plan code", "scheme code"),
    ),
    "account_number": (
        *("账号", "账户号", "年金账户号", "客户号", "客户编号", "客户代码", "集团企业客户号", "集团客户号", "账户编号"),
        *("account", "account no", "account id", "account code", "customer no", "customer number", "customer id"),
        *("customer code", "client no", "client number", "client id", "client code"),
    ),
    "customer_name": (
        *("客户名称", "客户全称", "公司名称", "企业名称", "单位名称", "委托人名称", "投保单位", "客户", "公司", "单位"),
        *("customer", "company", "company name", "client", "client name", "employer", "employer name", "organisation"),
        *("organization", "organisation name", "organization name", "legal name"),
    ),
    "account_name": (
        *("账户名", "账户名称", "年金账户名", "年金账户名称", "户名"),
        *("name of account", "name of the account"),
    ),
}
_COLUMN_OF_HEADER = columns_of_names({column: tuple(names) for column, names in _KNOWN.items()})
# Where a header has a further word, such as 受托计划代码 or Customer Name (CN). The first that fits.
_PARTS: tuple[tuple[KeyColumn, str], ...] = (
    ("plan_code", "计划.*(代码|编码|编号|号)|plan.*(code|no|number|id)"),
    ("account_name", "账户.*名|account.*name"),
    ("customer_name", "(客户|公司|企业|单位|委托人).*(名称|全称)|(customer|company|client|employer).*name"),
    ("account_number", "(客户|账户).*(代码|编码|编号|号)|(account|customer|client).*(no|number|id|code)$"),
)
_COMPANY = re.compile(
    "公司|集团|银行|学校|大学|医院|中心|研究[院所]|委员会|管理局|事务所|合作社"
    r"|\b(co|inc|ltd|llc|plc|corp|gmbh|ag|company|corporation|limited|group)\b\.?$",
    re.IGNORECASE,
)
_PERIOD = re.compile("月度|月份|年月|日期|时间|年度|期间|季度|^(month|period|date|year|quarter)|(month|period|date)$")


@dataclass(frozen=True, kw_only=True)
class SheetColumn:
    """A column below the header, by its header's text as the sheet has it."""

    header: str
    position: int
    values: Sequence[Any]
    """Its cells below the header, one of each row that is not empty."""

    @property
    def folded(self) -> str:
        """The header without case, width and blanks."""
        return folded_column(self.header)

    @cached_property
    def texts(self) -> list[str]:
        """Its first cells that are not empty, as text."""
        texts = (cell_text(value) for value in self.values[:_FIRST_VALUES])
        return [text.strip() for text in texts if text is not None and text.strip()]

    @property
    def is_period(self) -> bool:
        """True where the header names a time."""
        return _PERIOD.search(self.folded) is not None

    @property
    def is_measure(self) -> bool:
        """True where most cells are numbers with decimals, or are not what tells rows apart."""
        numbers = [value for value in self.values[:_FIRST_VALUES] if isinstance(value, float)]
        return any(not number.is_integer() for number in numbers)

    @property
    def looks_like_companies(self) -> bool:
        """True where most texts are names of companies."""
        return bool(self.texts) and 2 * sum(_COMPANY.search(text) is not None for text in self.texts) > len(self.texts)

    @property
    def lost_zeros_width(self) -> int | None:
        """Digits that codes with zeros have, where others have fewer digits and no zeros; None where there are none."""
        digits = [text for text in self.texts if re.fullmatch("[0-9]+", text)]
        widths = Counter(len(text) for text in digits if text.startswith("0"))
        if not widths:
            return None
        [(width, _)] = widths.most_common(1)
        return width if any(len(text) < width and not text.startswith("0") for text in digits) else None


@dataclass(frozen=True, kw_only=True)
class SheetLayout:
    """What a sheet looks like: its header's row, from 1, and the columns with a header of their own."""

    sheet: str
    header_row: int
    columns: Sequence[SheetColumn]
    repeated: Sequence[str]
    """Headers that several columns have: a domain cannot name these columns."""
    score: int
    """How much the header looks like one; of several sheets the highest is meant."""


@dataclass(frozen=True, kw_only=True)
class Guess:
    """Which column of customer_records a column of the sheet probably is, and why."""

    column: KeyColumn
    header: str
    reason: str
    others: Sequence[str] = ()
    """Headers that would fit as well."""


def layout_of(sheet: str, rows: Sequence[SheetRow]) -> SheetLayout | None:
    """Return what a sheet looks like; None where no row can be a header with rows below it."""
    scores = [(_header_score(header_cells(row)), -index) for index, row in enumerate(rows[:_LOOKED_AT])]
    if not scores:
        return None
    score, place = max(scores)
    header, below = rows[-place], rows[1 - place :]
    if score <= 0 or not below:
        return None
    texts = [(cell_text(cell) or "").strip() for cell in header_cells(header)]
    counted = Counter(folded_column(text) for text in texts if text)
    columns = [
        SheetColumn(header=text, position=position, values=[row.filled(position, header.number) for row in below])
        for position, text in enumerate(texts)
        if text and counted[folded_column(text)] == 1
    ]
    repeated = list(dict.fromkeys(text for text in texts if text and counted[folded_column(text)] > 1))
    if not columns:
        return None
    return SheetLayout(sheet=sheet, header_row=header.number, columns=columns, repeated=repeated, score=score)


def guesses(layout: SheetLayout) -> list[Guess]:
    """Return which columns are what, each column of customer_records once, in their order there."""
    found: dict[KeyColumn, Guess] = {}
    taken: set[str] = set()
    candidates = list(_candidates(layout))
    for column, sheet_column, reason in candidates:
        if column not in found and sheet_column.header not in taken:
            found[column] = Guess(column=column, header=sheet_column.header, reason=reason)
            taken.add(sheet_column.header)
    return [
        replace(found[column], others=tuple(_others(column, candidates, taken))) for column in _KNOWN if column in found
    ]


def _others(
    column: KeyColumn, candidates: Sequence[tuple[KeyColumn, SheetColumn, str]], taken: Collection[str]
) -> Iterator[str]:
    """Yield the headers that a column might have as well, each once."""
    headers = (sheet_column.header for other, sheet_column, _ in candidates if other == column)
    yield from dict.fromkeys(header for header in headers if header not in taken)


def _candidates(layout: SheetLayout) -> Iterator[tuple[KeyColumn, SheetColumn, str]]:
    """Yield what columns may be, the surest first: known headers, then parts of them, then what the cells look like."""
    for column, names in _KNOWN.items():
        # The first name in the list is the most usual: 客户名称 before 单位名称, where a sheet has both.
        places = {folded_column(name): place for place, name in enumerate((column, *names))}
        for sheet_column in sorted(layout.columns, key=lambda one: places.get(one.folded, len(places))):
            if _COLUMN_OF_HEADER.get(sheet_column.folded) == column:
                yield column, sheet_column, "a usual header"
    for column, pattern in _PARTS:
        for sheet_column in layout.columns:
            if re.search(pattern, sheet_column.folded) and not sheet_column.is_measure:
                yield column, sheet_column, "by a part of the header; check it"
    for sheet_column in layout.columns:
        if sheet_column.looks_like_companies:
            yield "customer_name", sheet_column, "by its cells, which look like names of companies; check it"


def _header_score(row: Sequence[Any]) -> int:
    """Say how much a row looks like a header: known names count most, numbers and repetitions against it."""
    texts = [text.strip() for cell in row if (text := cell_text(cell)) is not None and text.strip()]
    numbers = sum(1 for cell in row if isinstance(cell, int | float) and not isinstance(cell, bool))
    known = sum(1 for text in texts if folded_column(text) in _COLUMN_OF_HEADER)
    partly = sum(1 for text in texts if any(re.search(pattern, folded_column(text)) for _, pattern in _PARTS))
    named = sum(1 for text in texts if _COMPANY.search(text) and folded_column(text) not in _COLUMN_OF_HEADER)
    different = len({folded_column(text) for text in texts})
    return 10 * known + 3 * partly + 2 * different - len(texts) - 3 * numbers - 3 * named
