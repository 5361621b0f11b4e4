"""Tells the rows of a report that are no records: headers again, units, totals, notes, column numbers, separators.

Which cells decide, in short: a row that names a customer is a record, whatever its other cells say. The rules are in
docs/ingestion.md, "Rows that are no records".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any

from company_enrichment.ingestion.key_parts import folded_text, is_blank, key_part
from company_enrichment.ingestion.no_record_patterns import (
    ENGLISH_ENDING,
    SEPARATOR,
    SPLIT_TOTAL,
    column_number,
    patterns,
)
from company_enrichment.ingestion.no_record_words import COLUMN_NUMBER_LABELS

_LONGEST_LABEL = 60
_FEW_CELLS = 3


class PassedOver(StrEnum):
    """Why a row is no record, in the order in which the rules are tried."""

    HEADER = "header"
    """The header once more, or a part of it, or what stands above it."""
    COLUMN_NUMBERS = "column numbers"
    SEPARATOR = "separator"
    UNITS = "units"
    TOTAL = "total"
    NOTE = "note"
    NOTHING_READ = "nothing read"
    """Only columns that are not read have something."""


class MovedHeaderError(Exception):
    """The header comes once more with its columns in other places: what follows cannot be read by the first."""


@dataclass(frozen=True, kw_only=True)
class SheetLayout:
    """Where a sheet has what. Positions are counted from 0."""

    header: Sequence[Any]
    """The cells of the header row."""
    spellings: Mapping[int, Collection[str]]
    """Position of each column that is read: the headers that it may have."""
    names: frozenset[int]
    """Positions of the names of customer and account."""
    codes: frozenset[int]
    """Positions of plan code and account number."""
    above: Iterable[Sequence[Any]] = ()
    """The rows above the header."""


@dataclass(frozen=True, kw_only=True)
class PassingOver:
    """The rules that hold, and the words that a domain adds to them."""

    rules: frozenset[PassedOver] = frozenset(PassedOver)
    further_words: Mapping[PassedOver, Sequence[str]] = field(default_factory=dict)
    """For units, totals and notes."""


class NoRecords:
    """Says of the rows below a header which are no records."""

    def __init__(self, layout: SheetLayout, passing_over: PassingOver | None = None) -> None:
        passing_over = passing_over or PassingOver()
        self._names, self._codes = layout.names, layout.codes
        self._identity = layout.names | layout.codes
        self._read = frozenset(layout.spellings)
        self._headers = {
            position: frozenset(filter(None, map(compact, (_text(cell), *layout.spellings.get(position, ())))))
            for position, cell in enumerate(layout.header)
            if not is_blank(cell)
        }
        self._header_words = frozenset(word for spellings in self._headers.values() for word in spellings)
        self._above = frozenset(compact(_text(cell)) for row in layout.above for cell in row if not is_blank(cell))
        self._width = len(self._headers)
        self._patterns = patterns(
            *(
                tuple(filter(None, map(compact, passing_over.further_words.get(rule, ()))))
                for rule in (PassedOver.UNITS, PassedOver.TOTAL, PassedOver.NOTE)
            )
        )
        tests: dict[PassedOver, Callable[[_Row], bool]] = {
            PassedOver.HEADER: self._is_header,
            PassedOver.COLUMN_NUMBERS: self._has_column_numbers,
            PassedOver.SEPARATOR: self._is_separator,
            PassedOver.UNITS: self._has_units,
            PassedOver.TOTAL: self._is_total,
            PassedOver.NOTE: self._is_note,
        }
        self._tests = [(rule, test) for rule, test in tests.items() if rule in passing_over.rules]
        self._is_suspect = lru_cache(maxsize=65_536)(self._may_be_a_word)

    def rule_of(self, cells: Sequence[Any]) -> PassedOver | None:
        """Return by which rule a row is no record; None for a record, and for a row without any value.

        Raises MovedHeaderError.
        """
        if self._is_plain(cells):
            return None
        row = _Row.of(cells)
        if not row.texts:
            return None
        if self._is_moved_header(row):
            raise MovedHeaderError
        for rule, test in self._tests:
            if test(row):
                return rule
        return None if self._read & row.texts.keys() else PassedOver.NOTHING_READ

    def _is_plain(self, cells: Sequence[Any]) -> bool:
        """Say of most records, at little cost, that no rule applies: a rule needs a word that it knows."""
        for name in self._filled(cells, self._names):
            if not self._is_suspect(_text(name)):
                first = next(cell for cell in cells if not is_blank(cell))
                # It may be the answer to what a form asks for, and the same text in all cells is a heading.
                if isinstance(first, str) and ":" in compact(first):
                    return False
                return any(cell != name and not is_blank(cell) for cell in cells)
        codes = self._filled(cells, self._codes)
        return (
            bool(codes)
            and any(cell != codes[0] and not is_blank(cell) for cell in cells)
            and not any(
                self._is_suspect(_text(cell)) for cell in (*codes, *(cell for cell in cells if isinstance(cell, str)))
            )
        )

    @staticmethod
    def _filled(cells: Sequence[Any], positions: Iterable[int]) -> list[Any]:
        return [cells[position] for position in positions if position < len(cells) and not is_blank(cells[position])]

    def _may_be_a_word(self, text: str) -> bool:
        text = compact(text)
        return bool(text) and (
            text in self._header_words or text in self._above or bool(self._patterns.suspect.fullmatch(text))
        )

    def _is_moved_header(self, row: _Row) -> bool:
        """Say whether every column that is read has its header in the row, and some of them in another place."""
        if len(self._read) < _FEW_CELLS:
            return False
        texts = set(row.texts.values())
        spellings = {position: self._headers[position] for position in self._read}
        return all(texts & words for words in spellings.values()) and any(
            row.texts.get(position) not in words for position, words in spellings.items()
        )

    def _is_header(self, row: _Row) -> bool:
        if row.texts.keys() and self._above.issuperset(row.texts.values()) and not row.numbers & self._read:
            return True
        equal = {position for position, text in row.texts.items() if text in self._headers.get(position, ())}
        others = row.texts.keys() - equal
        if any(row.texts[position] not in self._header_words for position in others & self._read):
            return False
        return len(equal & self._read) >= min(2, self._width) and len(equal) >= len(others)

    def _has_column_numbers(self, row: _Row) -> bool:
        kinds: list[str] = []
        before = (0, 0)
        found: list[str] = []
        for position, text in sorted(row.texts.items()):
            numbered = column_number(text)
            if numbered is None:
                if found or text not in COLUMN_NUMBER_LABELS:
                    return False
                continue
            kind, number = numbered
            if kind not in kinds:
                if number != 1:
                    return False
                kinds.append(kind)
            elif kind != kinds[-1] or number - before[1] not in (1, position - before[0]):
                return False
            before = position, number
            found.append(kind)
        # In examples 甲 and 乙 are names: columns are numbered by them only where 1, 2 and so on follow.
        stems_are_numbers = "stem" not in kinds or found.count("number") > 1
        return len(found) >= _FEW_CELLS and stems_are_numbers

    def _is_separator(self, row: _Row) -> bool:
        return not row.numbers and all(SEPARATOR.fullmatch(text) for text in row.texts.values())

    def _has_units(self, row: _Row) -> bool:
        units = {position for position, text in row.texts.items() if self._patterns.unit.fullmatch(text)}
        if len(units) == len(row.texts):
            return not row.numbers
        if not any(self._patterns.unit_label.fullmatch(row.texts[position]) for position in units):
            return False
        return self._has_nothing_but(units | self._form_labels(row) | row.months, row)

    def _is_total(self, row: _Row) -> bool:
        certain, others = set(), set()
        for position, text in row.texts.items():
            if (position == row.first or position in self._read) and len(text) <= _LONGEST_LABEL:
                if self._patterns.certain_total.fullmatch(text):
                    certain.add(position)
                elif self._patterns.total.fullmatch(text) or self._ends_in_english(row, position):
                    others.add(position)
        if SPLIT_TOTAL.fullmatch("".join(row.texts[position] for position in sorted(row.texts.keys() - row.numbers))):
            return True
        if not certain and not others:
            return False
        unnamed = certain | others | row.dashes
        if (self._names & row.texts.keys()) - unnamed:
            return False
        return bool(certain) or not (self._codes & row.texts.keys()) - unnamed

    def _ends_in_english(self, row: _Row, position: int) -> bool:
        """Say whether a text is a total by its last word. A company may be called so: nothing else is in its row."""
        words = " ".join(_text(row.cells[position]).casefold().split())
        return ENGLISH_ENDING.fullmatch(words) is not None and not any(
            other != position and any(character.isalpha() for character in text) for other, text in row.texts.items()
        )

    def _is_note(self, row: _Row) -> bool:
        if row.single is not None and self._is_heading(row.single, row):
            return True
        notes = {position for position, text in row.texts.items() if self._patterns.note.fullmatch(text)}
        labels = notes | self._form_labels(row)
        return row.first in labels and self._has_nothing_but(labels | row.months, row)

    def _is_heading(self, text: str, row: _Row) -> bool:
        """Judge a row of one text, in one cell or in several that were merged."""
        if key_part(text, "month") != f"t{text}":
            return False
        if len(row.texts) >= max(_FEW_CELLS, self._width // 2):
            return True
        if row.first not in self._identity:
            return any(character.isalpha() for character in text)
        return self._width > 1 and (
            self._patterns.alone.fullmatch(text) is not None
            or any(text.startswith(title) for title in self._above if len(title) > _FEW_CELLS)
        )

    def _form_labels(self, row: _Row) -> set[int]:
        """Return the positions of what a form asks for, as in 制表人: 张三, and of the answers in the next cell."""
        found = set()
        is_asked = False
        for position, text in sorted(row.texts.items()):
            label = self._patterns.form_label.fullmatch(text)
            if label is not None or is_asked:
                found.add(position)
            is_asked = label is not None and text.endswith(":")
        return found

    def _has_nothing_but(self, labels: set[int], row: _Row) -> bool:
        """Say whether the columns that are read have neither a customer nor an amount beside the labels."""
        others = (row.texts.keys() & self._read) - labels - row.dashes
        return not others & self._identity and not others & row.numbers


@dataclass(frozen=True, kw_only=True)
class _Row:
    """The cells of a row that are not blank, by position."""

    cells: Mapping[int, Any]
    texts: Mapping[int, str]
    """Compact."""

    @classmethod
    def of(cls, cells: Sequence[Any]) -> _Row:
        filled = {position: cell for position, cell in enumerate(cells) if not is_blank(cell)}
        return cls(cells=filled, texts={position: compact(_text(cell)) for position, cell in filled.items()})

    @cached_property
    def first(self) -> int:
        return min(self.texts)

    @cached_property
    def single(self) -> str | None:
        """The text of a row that has only one."""
        texts = set(self.texts.values())
        return texts.pop() if len(texts) == 1 and not self.numbers else None

    @cached_property
    def numbers(self) -> set[int]:
        return {
            position
            for position, cell in self.cells.items()
            if isinstance(cell, int | float) and not isinstance(cell, bool)
        }

    @cached_property
    def dashes(self) -> set[int]:
        return {position for position, text in self.texts.items() if SEPARATOR.fullmatch(text)}

    @cached_property
    def months(self) -> set[int]:
        """Positions of what is a month or a day and no code."""
        return {
            position
            for position, cell in self.cells.items()
            if isinstance(cell, date)
            or (not self.texts[position].isdigit() and (key_part(cell, "month") or "t")[0] == "m")
        }


def compact(text: str) -> str:
    """Return a text as the rules compare it: folded, in small letters, without any blank."""
    return (folded_text(text) or "").casefold()


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
