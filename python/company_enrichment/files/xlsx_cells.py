"""Makes cells of what the XML of an .xlsx file says of them, and finds its merged ranges."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite

from company_enrichment.files.cells import LAST_COLUMN, LAST_ROW, Cell, CellError, column_position
from company_enrichment.files.number_formats import NumberFormat, moment_of_text
from company_enrichment.files.xml_parts import CHUNK, Stream, damaged, unescaped

Row = tuple[int, bool, list[Cell]]
"""Number, whether it is hidden, and the cells up to the last that is not blank."""

_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*["']([A-Za-z0-9:$]+)["']""")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_MOST_RANGES = 500_000
TRUE = ("1", "true", "on")
SURELY_EXACT = 15
"""Digits of a whole number that no number of a sheet loses."""


@dataclass(frozen=True)
class MergedRange:
    """A merged range: rows from 1, columns from 0, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int
    place: str


@dataclass
class CellReader:
    """Makes cells of what a sheet's XML says of them."""

    texts: list[str]
    formats: list[NumberFormat | None]

    def number(self, text: bytes, style: int) -> Cell:
        """Return the value of a cell of numbers."""
        how = self.formats[style] if style < len(self.formats) else None
        if how is None:
            return plain_number(text)
        plain = plain_number(text)
        return how.apply(plain) if isinstance(plain, int | float) else plain

    def cell(self, kind: str, style: int, text: str) -> Cell:
        """Return the value of a cell of a kind, as its attribute t names it."""
        if kind in ("", "n"):
            stripped = text.strip()
            return self.number(stripped.encode(), style) if stripped else None
        if kind == "s":
            return self.shared(text)
        if kind in ("str", "inlineStr"):
            return unescaped(text) or None
        if kind == "b":
            return text.strip().lower() in TRUE
        if kind == "e":
            return CellError(text.strip()[:100] or "#N/A")
        if kind == "d":
            return moment_of_text(text.strip()) or None
        raise damaged(f"it has a cell of a kind that there is not: {kind[:20]}")

    def shared(self, text: str | bytes) -> Cell:
        """Return the shared text with this index."""
        try:
            index = int(text)
            if index >= 0:
                return self.texts[index] or None
        except (ValueError, IndexError):
            pass
        raise damaged("a cell refers to a text that the file does not hold")


def read_merged_ranges(stream: Stream) -> list[MergedRange]:
    """Read a sheet to its end, and return its merged ranges; they come after the rows.

    Raises WorkbookFaultError when the sheet cannot be unpacked, or has ranges without measure.
    """
    found: dict[str, MergedRange] = {}
    before = b""
    while data := stream.read(CHUNK):
        both = before + data
        if b"mergeCell" in both:
            for place in _MERGED.findall(both):
                merged = _merged_range(place.decode())
                if merged is not None:
                    found.setdefault(merged.place, merged)
            if len(found) > _MOST_RANGES:
                raise damaged(f"it has more than {_MOST_RANGES:,} merged ranges")
        before = both[-200:]
    return sorted(found.values(), key=lambda merged: (merged.first_row, merged.first_column))


def _merged_range(place: str) -> MergedRange | None:
    found = _RANGE.fullmatch(place.upper())
    if found is None:
        return None
    columns = sorted((column_position(found[1]), column_position(found[3])))
    rows = sorted((int(found[2]), int(found[4])))
    return MergedRange(rows[0], columns[0], rows[1], columns[1], place.upper().replace("$", ""))


def position_of(letters: bytes) -> int:
    """Return the position of a column, from 0; raises WorkbookFaultError when there is no such column."""
    position = column_position(letters.decode().upper()) if letters.isalpha() else LAST_COLUMN
    if position >= LAST_COLUMN:
        raise damaged("it has a cell beyond the last column")
    return position


def row_number(text: str | None, before: int) -> int:
    """Return the number of a row, which may be left out; raises WorkbookFaultError when there is no such row."""
    number = before + 1 if text is None else int(text) if text.isdecimal() and len(text) < len(str(LAST_ROW)) + 1 else 0
    if not 1 <= number <= LAST_ROW:
        raise damaged("it has a row beyond the last")
    return number


def plain_number(text: bytes) -> Cell:
    """Return a number, or an error where the text is none."""
    if len(text) <= SURELY_EXACT and text.isdigit():
        return int(text)
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    return number if isfinite(number) else CellError(text.decode("utf-8", "replace")[:100])
