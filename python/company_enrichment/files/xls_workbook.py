"""Reads a sheet of an .xls file, of Excel 97 and older, by xlrd."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO, Any

import xlrd

from company_enrichment.files.cells import Cell, CellError, WorkbookFaultError, column_letters
from company_enrichment.files.number_formats import NumberFormat, number_format
from company_enrichment.files.xlsx_cells import MergedRange, Row
from company_enrichment.files.xlsx_package import SheetEntry


class XlsWorkbook:
    """An .xls file that is open.

    Raises WorkbookFaultError when it is damaged or protected.
    """

    def __init__(self, file: IO[bytes]) -> None:
        try:
            with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - no path
                self._book = xlrd.open_workbook(
                    file_contents=file.read(), formatting_info=True, on_demand=True, logfile=nowhere
                )
        except MemoryError:
            raise
        except Exception as error:
            if "encrypted" in str(error).lower():
                raise WorkbookFaultError("") from error
            raise _damaged(error) from error
        # Which sheets are hidden is known without loading them, but xlrd has no public name for it.
        visible: list[int] = self._book._sheet_visibility
        self.sheets = [
            SheetEntry(name=name, is_hidden=bool(hidden), part=str(index))
            for index, (name, hidden) in enumerate(zip(self._book.sheet_names(), visible, strict=False))
        ]
        self._formats: dict[int, NumberFormat | None] = {}

    def rows(self, entry: SheetEntry) -> tuple[list[MergedRange], Iterator[Row]]:
        """Return the merged ranges of a sheet, and its rows that hold a value."""
        try:
            sheet = self._book.sheet_by_index(int(entry.part))
        except MemoryError:
            raise
        except Exception as error:
            raise _damaged(error) from error
        merged = [
            MergedRange(
                first_row + 1,
                first_column,
                row_end,
                column_end - 1,
                f"{column_letters(first_column)}{first_row + 1}:{column_letters(column_end - 1)}{row_end}",
            )
            for first_row, row_end, first_column, column_end in sorted(sheet.merged_cells)
        ]
        return merged, self._rows(sheet)

    def _rows(self, sheet: Any) -> Iterator[Row]:
        for index in range(sheet.nrows):
            row: list[Cell] = [
                self._cell(sheet, index, position, kind, value)
                for position, (kind, value) in enumerate(
                    zip(sheet.row_types(index), sheet.row_values(index), strict=True)
                )
            ]
            while row and row[-1] is None:
                row.pop()
            if row:
                about = sheet.rowinfo_map.get(index)
                yield index + 1, bool(about is not None and about.hidden), row

    def _cell(self, sheet: Any, index: int, position: int, kind: int, value: Any) -> Cell:
        if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
            style = sheet.cell_xf_index(index, position)
            if style not in self._formats:
                self._formats[style] = self._format(style)
            how = self._formats[style]
            number = int(value) if value.is_integer() else value
            return number if how is None else how.apply(number)
        if kind == xlrd.XL_CELL_TEXT:
            return value or None
        if kind == xlrd.XL_CELL_BOOLEAN:
            return bool(value)
        if kind == xlrd.XL_CELL_ERROR:
            return CellError(xlrd.error_text_from_code.get(value, "#N/A"))
        return None

    def _format(self, style: int) -> NumberFormat | None:
        key = self._book.xf_list[style].format_key
        known = self._book.format_map.get(key)
        text = None if known is None else known.format_str
        return number_format(key, text or None, from_1904=bool(self._book.datemode))


def _damaged(error: Exception) -> WorkbookFaultError:
    return WorkbookFaultError(
        f"is damaged: it begins like an .xls file, and cannot be read ({type(error).__name__}: {str(error)[:200]})."
        " Open it in a spreadsheet program and save it as .xlsx, or get another copy of it"
    )
