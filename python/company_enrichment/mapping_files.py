"""Reads files of mappings: CSV, TSV and XLSX, row by row, with the line each row stands in.

A row that cannot be read as it should be becomes a record whose ``problem`` says why: it is landed, and rejected by its
line. A file that cannot be read at all, or lacks a column, is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from company_enrichment.column_names import columns_of_names, folded_column
from company_enrichment.errors import ConfigurationError, InputFileError
from company_enrichment.ingestion.cells import CellError, column_letters
from company_enrichment.ingestion.sheets import Sheet, WorkbookReading, open_sheet
from company_enrichment.records import MAPPING_COLUMNS, CompanyMappingRecord
from company_enrichment.text_files import TextFile, refuse_unknown_encoding, text_file
from company_enrichment.unusable_text import text_fault
from company_enrichment.workbooks import cell_text, number_fault

_DELIMITERS = {".csv": ",", ".tsv": "\t"}
_WORKBOOK = ".xlsx"
_FURTHER_HEADERS = {
    "match_type": ("匹配类型",),
    "alias": ("别名",),
    "company_id": ("公司代码",),
}
_COLUMN_OF_HEADER = columns_of_names(
    {column: (*names, *_FURTHER_HEADERS[column]) for column, names in MAPPING_COLUMNS.items()}
)

Row = tuple[int, Sequence[Any]]
"""Where a row begins, from 1, and its cells."""


@dataclass(frozen=True, kw_only=True)
class MappingFile:
    """A file of mappings, and how it is to be read.

    match_type is the type of every row, for files without that column. encoding is that of a CSV or TSV file; found out
    when None, see text_file(). sheet is that of a workbook; its first
    visible one when None. reading says how a workbook is read.

    Raises ConfigurationError when these do not go together, or when the file is of no kind that can be read.
    """

    path: Path
    match_type: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    reading: WorkbookReading = field(default_factory=WorkbookReading)

    def __post_init__(self) -> None:
        kind = self.path.suffix.lower()
        if kind not in (*_DELIMITERS, _WORKBOOK):
            raise ConfigurationError(f"{self.path}: a file of mappings is a .csv, .tsv or .xlsx file.")
        if self.encoding is not None and kind == _WORKBOOK:
            raise ConfigurationError(f"{self.path}: a workbook has no encoding to choose.")
        if self.sheet is not None and kind != _WORKBOOK:
            raise ConfigurationError(f"{self.path}: only a workbook has sheets.")
        refuse_unknown_encoding(self.encoding)

    def content_hash(self, mode: str) -> str:
        """Return a hash of everything that decides what a load of this file in this mode consists of."""
        reading = json.dumps([mode, self.match_type, self.encoding, self.sheet], ensure_ascii=True)
        content = hashlib.sha256(reading.encode())
        try:
            with self.path.open("rb") as file:
                while block := file.read(1024 * 1024):
                    content.update(block)
        except OSError as error:
            raise InputFileError(f"{self.path}: {error.strerror}") from error
        return content.hexdigest()

    def note(self) -> str | None:
        """Say how the file is read, where that is not as UTF-8, or which sheet, where it is one of several.

        Errors as in records().
        """
        if not self._is_workbook:
            return self._text.note()
        with self._open() as sheet:
            hidden = f"; hidden and not read: {', '.join(sheet.hidden_sheets)}" if sheet.hidden_sheets else ""
            return f"{self.path}: sheet {sheet.name} is read{hidden}." if sheet.is_chosen else None

    def records(self) -> Iterator[CompanyMappingRecord]:
        """Yield the rows below the header; wholly empty ones are passed over.

        The header is the first row that is not empty. Its names are those of a mapping in any case and
        width, alias_name, canonical_id and the like included; other columns are ignored.

        Raises InputFileError that names the file and what is wrong: a column that is missing or there twice, a line
        that is no CSV.
        """
        rows = ((line, cells) for line, cells in self._rows() if any((cell_text(cell) or "").strip() for cell in cells))
        header_line, header = next(rows, (1, []))
        positions = self._positions(header_line, [cell_text(cell) or "" for cell in header])
        width = len(header)
        encoding = "UTF-8" if self._is_workbook else self._text.encoding
        for line, cells in rows:
            texts = [cell_text(cell) for cell in cells]
            values = {
                column: texts[position] if position < len(texts) else None for column, position in positions.items()
            }
            yield CompanyMappingRecord(
                match_type=self.match_type or values.get("match_type"),
                alias=values["alias"],
                company_id=values["company_id"],
                line_no=line,
                problem=self._problem(texts, width, encoding) or self._cell_problem(line, cells, positions),
            )

    def _problem(self, texts: list[str | None], width: int, encoding: str) -> str | None:
        fault = text_fault("".join(text for text in texts if text is not None), encoding)
        if fault is not None:
            return f"the row {fault}"
        if len(texts) != width:
            return f"the row has {len(texts)} cells, the header {width}"
        return None

    def _cell_problem(self, line: int, cells: Sequence[Any], positions: dict[str, int]) -> str | None:
        """Say which cell holds an error, or a number of which the workbook has lost digits."""
        for position in positions.values():
            cell = cells[position] if position < len(cells) else None
            fault = f"holds the error {cell.text}" if isinstance(cell, CellError) else number_fault(cell)
            if fault is not None:
                return f"sheet {self._sheet_name[0]}, cell {column_letters(position)}{line} {fault}"
        return None

    def _positions(self, line: int, header: list[str]) -> dict[str, int]:
        """Say where each column stands."""
        positions: dict[str, int] = {}
        for position, name in enumerate(header):
            column = _COLUMN_OF_HEADER.get(folded_column(name))
            if column is None:
                continue
            if column in positions:
                raise self._error(
                    line, f"the columns {header[positions[column]]} and {name} are both the {column}", header
                )
            positions[column] = position
        if self.match_type is not None and "match_type" in positions:
            raise self._error(line, "the file has a match type of its own in each row; leave the argument out", header)
        wanted = [column for column in MAPPING_COLUMNS if column != "match_type" or self.match_type is None]
        missing = [column for column in wanted if column not in positions]
        if missing:
            raise self._error(line, f"column {', '.join(missing)} is missing", header)
        return positions

    def _error(self, line: int, what: str, header: list[str]) -> InputFileError:
        return InputFileError(f"{self.path}, line {line}: {what}. The header is: {', '.join(header) or 'empty'}.")

    def _rows(self) -> Iterator[Row]:
        read: Callable[[], Iterator[Row]] = self._sheet_rows if self._is_workbook else self._text_rows
        try:
            yield from read()
        except OSError as error:
            raise InputFileError(f"{self.path}: {error.strerror}") from error

    @property
    def _is_workbook(self) -> bool:
        return self.path.suffix.lower() == _WORKBOOK

    @cached_property
    def _sheet_name(self) -> list[str]:
        return []

    @cached_property
    def _text(self) -> TextFile:
        try:
            return text_file(
                self.path,
                lambda name: folded_column(name) in _COLUMN_OF_HEADER,
                encoding=self.encoding,
                usual=_DELIMITERS[self.path.suffix.lower()],
            )
        except OSError as error:
            raise InputFileError(f"{self.path}: {error.strerror}") from error

    def _text_rows(self) -> Iterator[Row]:
        return ((line, cells) for line, _, cells in self._text.rows())

    def _open(self) -> Sheet:
        return open_sheet(self.path, sheet=self.sheet, reading=self.reading)

    def _sheet_rows(self) -> Iterator[Row]:
        """The rows, each as wide as the first: what is beside the table is no part of it."""
        with self._open() as sheet:
            self._sheet_name[:] = [sheet.name]
            header_row = width = 0
            for row in sheet.rows():
                cells = row.filled_cells(header_row)
                header_row, width = header_row or row.number, width or len(cells)
                yield row.number, [*cells, *[None] * (width - len(cells))][:width]
