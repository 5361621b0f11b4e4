"""What a cell of a sheet may be, and what a row of a sheet is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384


class WorkbookFaultError(Exception):
    """Why a workbook cannot be read, as a phrase that follows the file's name, and what to do."""


class CellError(NamedTuple):
    """A cell whose formula failed: it has no value."""

    text: str
    """What the sheet shows, such as #N/A."""


class ShownNumber(str):
    """A number as its cell shows it, where the format makes a code of it: 123 formatted 000000 is 000123."""

    number: int | float
    """What the cell holds."""

    __slots__ = ("number",)

    def __new__(cls, shown: str, number: float) -> ShownNumber:
        """Give the text that is shown, and the number behind it."""
        text = super().__new__(cls, shown)
        text.number = number
        return text


Cell = str | int | float | bool | date | datetime | time | timedelta | CellError | None
"""The value of a cell, None where it is blank. A code that a number format makes is a ShownNumber, which is a str."""


class MergedCell(NamedTuple):
    """A cell that is hidden below a merged range, and what the range shows."""

    value: Cell
    place: str
    """The range, such as F2:F4."""
    row: int
    """Row of the range's first cell, which has the value; from 1."""
    column: int
    """Its column; from 0."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetRow:
    """A row with at least one cell that is not blank; rows without one are left out."""

    number: int
    """Its number in the sheet, from 1."""
    cells: Sequence[Cell]
    """Its own cells from column A to the last that is not blank; cells covered by a merged range are blank here."""
    is_hidden: bool = False
    merged: Mapping[int, MergedCell] = field(default_factory=dict)
    """By position from 0: the cells that a merged range covers, as far as the sheet is used."""

    def own(self, position: int) -> Cell:
        """Return the cell at a position, counted from 0; None also beyond the last."""
        return self.cells[position] if position < len(self.cells) else None

    def filled(self, position: int, below: int = 0) -> Cell:
        """Return the cell at a position, or what the merged range shows that covers it.

        Only ranges that begin in a row after `below` count: a title or a header that is merged down into the rows of
        data says nothing about them.
        """
        own = self.own(position)
        if own is None and position in self.merged and self.merged[position].row > below:
            return self.merged[position].value
        return own

    def filled_cells(self, below: int = 0) -> list[Cell]:
        """Return the cells, each as :meth:`filled` gives it."""
        width = max(len(self.cells), *(position + 1 for position in self.merged)) if self.merged else len(self.cells)
        return [self.filled(position, below) for position in range(width)]


ERROR_TEXTS = frozenset(
    (
        *("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA", "#SPILL!", "#CALC!"),
        *("#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!", "#EXTERNAL!", "#PYTHON!", "#TIMEOUT!"),
    )
)
_LIBREOFFICE_ERROR = re.compile("ERR:[0-9]{3}")
# Excel writes so what it shows of a long number, and so do files that were pasted from it.
_SCIENTIFIC = re.compile(r"[+-]?[0-9](?:[.,][0-9]+)?E\+[0-9]{2,3}", re.IGNORECASE)


def error_of(cell: Cell) -> str | None:
    """Return the error that a cell holds, be it a failed formula or its text, which a copy of values leaves behind."""
    if isinstance(cell, CellError):
        return cell.text
    if isinstance(cell, str) and ("#" in cell or "＃" in cell or "r" in cell.lower()):
        text = unicodedata.normalize("NFKC", cell).strip().upper()
        if text in ERROR_TEXTS or _LIBREOFFICE_ERROR.fullmatch(text):
            return text
    return None


def is_scientific(cell: Cell) -> bool:
    """Whether a text is a number in scientific notation, such as 6.22848E+18: the digits of a code are lost in it."""
    return isinstance(cell, str) and bool(_SCIENTIFIC.fullmatch(unicodedata.normalize("NFKC", cell).strip()))


def column_letters(position: int) -> str:
    """A column as spreadsheets name it: A, B, … Z, AA."""
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_position(letters: str) -> int:
    """Return the position, from 0, of the column with these capital letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


_LONGEST_NUMBER = 999_999_999_999_999


def cell_text(value: Any) -> str | None:
    """Return a cell as text: whole numbers without the ".0" that spreadsheets add, empty cells as None."""
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, CellError):
        return value.text
    return str(value)


def number_fault(value: Any) -> str | None:
    """Say why a number of a cell may not be the one that was entered, as a phrase that follows the cell's name.

    Spreadsheets keep 15 digits of a number: of a longer code, the others are zeros by now.
    """
    if isinstance(value, int | float) and abs(value) > _LONGEST_NUMBER:
        return (
            f"holds the number {value:.15g}, and a spreadsheet loses the digits of a number after the 15th:"
            " enter it anew, as text"
        )
    return None


def cell_fault(cell: Cell, *, is_code: bool) -> str | None:
    """Say why a cell does not hold what was entered, as a phrase that follows the cell's name."""
    if is_code and is_scientific(cell):
        return f"holds the text {cell}, in which the digits of a number are lost: enter it anew, as text"
    return number_fault(cell)
