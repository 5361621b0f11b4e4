"""How the rows of a sheet go from the process that reads them to the one that takes them in."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from company_enrichment.files.cells import Cell, CellError, MergedCell, SheetRow, ShownNumber

LENGTH = struct.Struct("<I")
"""What precedes each block: its length in bytes."""
Covered = dict[int, tuple[Any, str, int, int]]
"""By position: packed value, place, row and column of the merged range."""
PackedRow = tuple[int, bool, int, list[Any] | dict[int, Any], Covered | None]
"""Number, whether it is hidden, width, cells (by position where few are filled), and what merged ranges cover."""

_PLAIN = frozenset((str, int, float, bool, type(None)))
_WIDE = 64
_MOST_KEPT = 100_000
_packed_dates: dict[Any, tuple[str, str]] = {}


def packed(cell: Cell) -> Any:
    """Return a cell as what `marshal` can write: values of other types as a tuple with their kind."""
    kind = type(cell)
    if kind in _PLAIN:
        return cell
    if isinstance(cell, date):
        if cell not in _packed_dates:
            if len(_packed_dates) >= _MOST_KEPT:
                _packed_dates.clear()
            _packed_dates[cell] = (kind.__name__, cell.isoformat())
        return _packed_dates[cell]
    if isinstance(cell, time):
        return ("time", cell.isoformat())
    if isinstance(cell, timedelta):
        return ("timedelta", cell.days, cell.seconds, cell.microseconds)
    if isinstance(cell, CellError):
        return ("error", cell.text)
    if isinstance(cell, ShownNumber):
        return ("shown", str(cell), cell.number)
    raise TypeError(f"A cell is of type {kind.__name__}.")


def pack_row(number: int, cells: list[Cell], *, is_hidden: bool, covered: Covered | None) -> PackedRow:
    """Return a row as what `marshal` can write."""
    values: list[Any] = cells
    if not _PLAIN.issuperset(map(type, cells)):
        values = [cell if type(cell) in _PLAIN else packed(cell) for cell in cells]
    width = len(values)
    if width > _WIDE and 4 * values.count(None) > 3 * width:
        few = {position: value for position, value in enumerate(values) if value is not None}
        return number, is_hidden, width, few, covered
    return number, is_hidden, width, values, covered


class Unpacker:
    """Makes rows of what was packed; equal dates become one object."""

    def __init__(self) -> None:
        self._kept: dict[Any, Cell] = {}

    def row(self, row: PackedRow) -> SheetRow:
        """Return the row."""
        number, is_hidden, width, values, covered = row
        if isinstance(values, dict):
            cells: list[Any] = [None] * width
            for position, value in values.items():
                cells[position] = value
        else:
            cells = values
        if not _PLAIN.issuperset(map(type, cells)):
            cells = [self._cell(cell) if type(cell) is tuple else cell for cell in cells]
        if not covered:
            return SheetRow(number=number, cells=cells, is_hidden=is_hidden)
        return SheetRow(number=number, cells=cells, is_hidden=is_hidden, merged=self._merged(covered))

    def _merged(self, covered: Covered) -> Mapping[int, MergedCell]:
        return {
            position: MergedCell(self._cell(value), place, row, column)
            for position, (value, place, row, column) in covered.items()
        }

    def _cell(self, value: Any) -> Cell:
        if not isinstance(value, tuple):
            cell: Cell = value
            return cell
        if value not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[value] = _unpacked(*value)
        return self._kept[value]


def _unpacked(kind: str, *parts: Any) -> Cell:
    if kind == "date":
        return date.fromisoformat(parts[0])
    if kind == "datetime":
        return datetime.fromisoformat(parts[0])
    if kind == "time":
        return time.fromisoformat(parts[0])
    if kind == "timedelta":
        return timedelta(*parts)
    if kind == "shown":
        return ShownNumber(*parts)
    return CellError(*parts)
