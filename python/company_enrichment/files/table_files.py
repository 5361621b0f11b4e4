"""The one reader of tables that people hand over: a text file or a workbook gives a header, and rows with their lines.

What a row cannot be used for is said with it, and the rows beside it are read. A file that cannot be read at all, or in
which a column is missing or there twice, is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from company_enrichment.column_names import RepeatedColumnError, column_places, folded_column, similar_columns
from company_enrichment.errors import ConfigurationError, InputFileError
from company_enrichment.files.cells import Cell, cell_fault, cell_text, column_letters, error_of
from company_enrichment.files.sheets import Sheet, WorkbookReading, open_sheet
from company_enrichment.files.spreadsheet_csv import as_it_was
from company_enrichment.files.text_files import TextFile, refuse_unknown_encoding, text_file
from company_enrichment.unusable_text import text_fault

TEXT_ENDINGS = (".csv", ".tsv", ".txt")
WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xls")
_USUAL_DELIMITERS = {".tsv": "\t"}
_LONGEST_HEADER = 40
"""No known name of a column, with what people put between its letters, is longer."""
_HEADER_WITHIN = 20
"""So many rows are searched for a header when the first has no column that is known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRow:
    """A row below the header, its cells as texts, one for each column; a blank cell of a workbook is "".

    line is where it begins, from 1. problem says why nothing in it can be used. faults says of single cells, by their
    place, why they cannot be.
    """

    line: int
    cells: Sequence[str]
    problem: str | None = None
    faults: Mapping[int, str] = field(default_factory=dict)

    def fault(self, places: Sequence[int]) -> str | None:
        """Say why the cells in these places cannot be used; None when they can."""
        return self.problem or next((self.faults[place] for place in places if place in self.faults), None)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file that has been opened: its header, where the known columns are, and its rows, which can be read once.

    notes are for whoever has named the file: how it is read, and which columns look like one that is not there.
    """

    path: Path
    line: int
    header: Sequence[str]
    places: Mapping[str, int]
    known: Mapping[str, str]
    notes: Sequence[str]
    rows: Iterator[TableRow]

    def error(self, what: str) -> InputFileError:
        """Return the error that says what is wrong with the header, and shows it."""
        return InputFileError(f"{self.path}, line {self.line}: {what}. {_described(self.header)}")

    def refuse_missing(self, columns: Sequence[str]) -> None:
        """Raise InputFileError when one of these columns is not there, which names those that look like it."""
        missing = [column for column in columns if column not in self.places]
        if missing:
            alike = similar_columns(self.header, self.known, self.places)
            hints = "".join(f" If {name} is the {column}, rename it." for name, column in alike if column in missing)
            what = f"column {', '.join(missing)} is missing"
            raise InputFileError(f"{self.error(what)}{hints}")


@dataclass(frozen=True, kw_only=True)
class TableFile:
    """A file with a table, and how it is to be read.

    known says which column each folded name of a column means; see column_names. encoding is that of a text file; found
    out when None, see text_file(). sheet is that of a workbook; its first visible one when None. reading says how a
    workbook is read.

    Raises ConfigurationError when these do not go together.
    """

    path: Path
    known: Mapping[str, str]
    encoding: str | None = None
    sheet: str | None = None
    reading: WorkbookReading = field(default_factory=WorkbookReading)

    def __post_init__(self) -> None:
        if self.encoding is not None and self.is_workbook:
            raise ConfigurationError(f"{self.path}: a workbook has no encoding to choose.")
        if self.sheet is not None and not self.is_workbook:
            raise ConfigurationError(f"{self.path}: only a workbook has sheets.")
        refuse_unknown_encoding(self.encoding)

    @property
    def is_workbook(self) -> bool:
        """True for what is read as a workbook, which its name decides; everything else is text."""
        return self.path.suffix.lower() in WORKBOOK_ENDINGS

    def opened(self) -> Table:
        """Read as far as the header, the first row that is not blank.

        Raises InputFileError when the file cannot be read, when two of its columns have one name, and when a title is
        above the header. While rows are read, it is raised for a line that is no CSV, or cannot be decoded any further.
        """
        try:
            return self._opened()
        except OSError as error:
            raise self._unreadable(error) from error

    def _opened(self) -> Table:
        if not self.is_workbook:
            return self._table(self._text_rows(), self._text.note())
        sheet = open_sheet(self.path, sheet=self.sheet, reading=self.reading)
        try:
            return self._table(self._sheet_rows(sheet), _sheet_note(self.path, sheet))
        except BaseException:
            sheet.close()
            raise

    def _table(self, rows: Iterator[TableRow], note: str | None) -> Table:
        first = next(rows, TableRow(line=1, cells=[]))
        header = [cell.strip() if self.is_workbook else cell for cell in first.cells]
        try:
            places = column_places(header, self.known)
        except RepeatedColumnError as error:
            raise InputFileError(
                f"{self.path}, line {first.line}: the columns {error}; rename or remove one. {_described(header)}"
            ) from None
        if not places:
            self._refuse_title(first, rows)
        notes = [] if note is None else [note]
        notes += [
            f"{self.path}: column {name} is not used. If it is the {column}, rename it."
            for name, column in similar_columns(header, self.known, places)
        ]
        return Table(
            path=self.path,
            line=first.line,
            header=header,
            places=places,
            known=self.known,
            notes=notes,
            rows=self._below_header(header, places, rows),
        )

    def _below_header(
        self, header: Sequence[str], places: Mapping[str, int], rows: Iterator[TableRow]
    ) -> Iterator[TableRow]:
        width = len(header)
        # Programs leave out or add delimiters at the end of a line, where nothing is.
        least = max((place for place, name in enumerate(header) if name.strip()), default=-1) + 1
        try:
            for row in rows:
                cells = row.cells
                if len(cells) != width and self.is_workbook:
                    # What is beside the table is no part of it.
                    cells = [*cells, *[""] * (width - len(cells))][:width]
                    if not "".join(cells).strip():
                        continue
                elif len(cells) != width:
                    cells = list(cells)
                    while len(cells) > width and not cells[-1].strip():
                        cells.pop()
                    if least <= len(cells) < width:
                        cells += [""] * (width - len(cells))
                problem = row.problem
                if len(cells) != width:
                    problem = problem or f"the row has {len(cells)} cells, the header {width}"
                elif self._is_header(cells, places):
                    problem = problem or "the row repeats the header"
                if cells is row.cells and problem is row.problem:
                    yield row
                else:
                    yield TableRow(line=row.line, cells=cells, problem=problem, faults=row.faults)
        except OSError as error:
            raise self._unreadable(error) from error

    def _is_header(self, cells: Sequence[str], places: Mapping[str, int]) -> bool:
        for column, place in places.items():
            cell = cells[place]
            if len(cell) > _LONGEST_HEADER or self.known.get(folded_column(cell)) != column:
                return False
        return bool(places)

    def _refuse_title(self, first: TableRow, rows: Iterator[TableRow]) -> None:
        """Raise InputFileError when one of the next rows looks like the header.

        A title has fewer cells than the header below it. A row of as many cells may hold a word of a header, too: that
        is one when it holds nothing else.
        """
        title = sum(1 for cell in first.cells if cell.strip())
        for number, row in enumerate(rows):
            if number == _HEADER_WITHIN:
                return
            cells = [cell for cell in row.cells if cell.strip()]
            named = [cell for cell in cells if self.known.get(folded_column(cell)) is not None]
            if named and (title < len(cells) or len(named) == len(cells)):
                raise InputFileError(
                    f"{self.path}, line {first.line}: this is not the header, which seems to be in line {row.line}"
                    f" ({', '.join(named)}). Remove what is above it."
                )

    def _unreadable(self, error: OSError) -> InputFileError:
        return InputFileError(f"{self.path}: {error.strerror}")

    @cached_property
    def _text(self) -> TextFile:
        return text_file(
            self.path,
            lambda name: folded_column(as_it_was(name)) in self.known,
            encoding=self.encoding,
            usual=_USUAL_DELIMITERS.get(self.path.suffix.lower(), ","),
        )

    def _text_rows(self) -> Iterator[TableRow]:
        for line, _, cells in self._text.rows():
            text = "".join(cells)
            if text.strip():
                fault = text_fault(text, self._text.encoding)
                problem = None if fault is None else f"the row {fault}"
                yield TableRow(line=line, cells=[as_it_was(cell) for cell in cells], problem=problem)

    def _sheet_rows(self, sheet: Sheet) -> Iterator[TableRow]:
        header_row = 0
        places: list[int] = []
        with sheet:
            for row in sheet.rows():
                values = row.filled_cells(header_row)
                cells = [cell_text(value) or "" for value in values]
                if header_row == 0:
                    header_row = row.number
                    places = [place for place, name in enumerate(cells) if folded_column(name) in self.known]
                faults = {
                    place: f"sheet {sheet.name}, cell {column_letters(place)}{row.number} {fault}"
                    for place in places
                    if place < len(values) and (fault := _fault(values[place])) is not None
                }
                text = "".join(cells)
                if text.strip():
                    fault = text_fault(text)
                    problem = None if fault is None else f"the row {fault}"
                    yield TableRow(line=row.number, cells=cells, problem=problem, faults=faults)


def _sheet_note(path: Path, sheet: Sheet) -> str:
    if not sheet.hidden_sheets:
        return f"{path}: sheet {sheet.name} is read."
    if sheet.is_hidden:
        return f"{path}: sheet {sheet.name} is read, which is hidden."
    return f"{path}: sheet {sheet.name} is read; hidden and not read: {', '.join(sheet.hidden_sheets)}."


def _fault(value: Cell) -> str | None:
    """Say why a cell does not hold what was entered, as a phrase that follows the cell's name."""
    error = error_of(value)
    if error is not None:
        return f"holds the error {error}: correct it in the sheet, or clear the cell"
    return cell_fault(value, is_code=True)


def _described(header: Sequence[str]) -> str:
    return f"The header is: {', '.join(header) or 'empty'}."
