"""Reads the rows of a domain's workbooks as customer records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from company_enrichment.column_names import folded_name
from company_enrichment.errors import InputFileError
from company_enrichment.files.cells import (
    Cell,
    SheetRow,
    ShownNumber,
    cell_fault,
    cell_text,
    column_letters,
    error_of,
)
from company_enrichment.files.sheets import Sheet, WorkbookReading, open_sheet
from company_enrichment.ingestion.derived_names import NameDerivation
from company_enrichment.ingestion.domains import Domain, KeyColumn
from company_enrichment.ingestion.key_parts import is_blank, key_part
from company_enrichment.ingestion.no_records import MovedHeaderError, NoRecords, PassedOver, SheetLayout
from company_enrichment.ingestion.record_identity import RecordIds, compared_values
from company_enrichment.unusable_text import LONGEST_TEXT, text_fault

_ROWS_ABOVE = 100
_CODES: tuple[KeyColumn, ...] = ("plan_code", "account_number")


@dataclass(frozen=True, kw_only=True)
class RecordRow:
    """One row of a file, ready to be loaded; or rejected, then reject_reason says why."""

    row_number: int
    record_id: str
    """By the row's key, until its record is looked for.

    '' of a rejected row whose part of the record_key holds an error: which record it is cannot be known.
    """
    plan_code: str | None = None
    account_number: str | None = None
    customer_name: str | None = None
    account_name: str | None = None
    name_derived_from: str | None = None
    """Header of the column that customer_name was derived from, as the file has none."""
    reject_reason: str | None = None
    earlier_id: str = ""
    """The id that the row had by the rule before (RecordIds), where that was asked for."""
    compared: tuple[str | None, ...] = ()
    """What the file has for codes and names, as records without a key are compared (compared_values)."""
    derivable_name: str | None = None
    """The customer's name by the domain's rule, whether or not the file has one."""


@dataclass(frozen=True, kw_only=True)
class NoRecord:
    """A row that is no record."""

    row_number: int
    rule: PassedOver


def read_records(
    file: Path,
    content: bytes,
    domain: Domain,
    *,
    reading: WorkbookReading | None = None,
    on_note: Callable[[str], None] | None = None,
    with_earlier_ids: bool = False,
) -> Iterator[RecordRow | NoRecord]:
    """Yield the rows of a workbook, given by its bytes; wholly empty rows are left out.

    A record's id is made from the folded values of its key columns and, for rows that agree in all of them, from their
    count: the same row has the same id in whichever file it comes.

    Args:
        file: the workbook, as errors name it.
        content: its bytes.
        domain: the layout of its sheet.
        reading: how it is read.
        on_note: called at the end for each thing that was read in another way than a plain sheet.
        with_earlier_ids: rows also get the ids that they had by the rule before (RecordIds).

    Raises InputFileError that names file, sheet and column when the file is no workbook, or when a sheet or column is
    missing or is there twice.

    """
    with open_sheet(file, content, sheet=domain.sheet, reading=reading) as sheet:
        rows = sheet.rows()
        above: list[SheetRow] = []
        header, positions = _find_header(_noted(rows, above), file, sheet.name, domain)
        layout = _layout(above[:-1], header, positions, domain)
        yield from _records_below(
            header.number,
            rows,
            positions,
            sheet,
            domain,
            file=file,
            layout=layout,
            on_note=on_note or _ignored,
            with_earlier_ids=with_earlier_ids,
        )


def _records_below(
    header_row: int,
    rows: Iterable[SheetRow],
    positions: Mapping[str, int],
    sheet: Sheet,
    domain: Domain,
    *,
    file: Path,
    layout: SheetLayout,
    on_note: Callable[[str], None],
    with_earlier_ids: bool,
) -> Iterator[RecordRow | NoRecord]:
    ids = RecordIds(domain.name)
    key_kinds = domain.key_kinds
    no_records = NoRecords(layout, domain.rows_passed_over.passing_over)
    derivation = None if domain.derived_name is None else NameDerivation(domain.derived_name)
    seen: Counter[str] = Counter()
    fill = domain.merged_cells == "fill"
    for row in rows:
        filled = row.filled_cells(header_row) if row.merged else row.cells
        if all(is_blank(cell) for cell in filled):
            continue
        try:
            rule = no_records.rule_of(filled)
        except MovedHeaderError:
            raise InputFileError(
                f"{file}, sheet {sheet.name}: row {row.number} has the header of row {header_row} again, with columns"
                " in other places. Put both tables into one, or into two files."
            ) from None
        if rule is not None:
            yield NoRecord(row_number=row.number, rule=rule)
            continue
        cells = {header: filled[position] if position < len(filled) else None for header, position in positions.items()}
        seen["hidden"] += row.is_hidden
        merged = _merged_headers(row, header_row, positions) if row.merged else ()
        seen["merged"] += bool(merged)
        reason = _cell_reason(cells, row, positions, sheet.name, domain)
        if reason is None and merged and not fill:
            [header, *_] = merged
            reason = (
                f"{header} in sheet {sheet.name}, cell {column_letters(positions[header])}{row.number} is merged in "
                f"{row.merged[positions[header]].place}: give each row its own value"
            )
        record_id = ""
        earlier_id = ""
        if with_earlier_ids:
            earlier_id = ids.earlier_id([_earlier_key_text(row.own(positions[header])) for header in key_kinds])
        if not any(error_of(cells[header]) for header in key_kinds):
            record_id = ids.key_id([key_part(cells[header], kind) for header, kind in key_kinds.items()])
        values = {column: cell_text(cells[header]) for column, header in domain.column_headers.items()}
        compared = compared_values(values)
        reason = reason or _reject_reason(domain, values)
        if reason is not None:
            yield RecordRow(
                row_number=row.number,
                record_id=record_id,
                reject_reason=reason,
                earlier_id=earlier_id,
                compared=compared,
            )
        else:
            yield RecordRow(
                row_number=row.number,
                record_id=record_id,
                plan_code=values.get("plan_code"),
                account_number=values.get("account_number"),
                customer_name=values.get("customer_name"),
                account_name=values.get("account_name"),
                earlier_id=earlier_id,
                compared=compared,
                derivable_name=None
                if derivation is None
                else derivation.name({header: cell_text(cells[header]) for header in cells}),
            )
    for note in _notes(sheet, seen, fill=fill):
        on_note(note)


def _ignored(_note: str) -> None:
    pass


def _notes(sheet: Sheet, seen: Mapping[str, int], *, fill: bool) -> Iterator[str]:
    if sheet.is_hidden:
        yield f"sheet {sheet.name} is hidden, and was read because the domain names it"
    if seen["hidden"]:
        yield f"{seen['hidden']:,} of the rows are hidden in the sheet"
    if seen["merged"] and fill:
        yield f"merged cells were filled in {seen['merged']:,} rows"


def _noted(rows: Iterable[SheetRow], noted: list[SheetRow]) -> Iterator[SheetRow]:
    """Yield rows, and keep those that were taken, as far as a header is looked for in them."""
    for row in rows:
        if len(noted) < _ROWS_ABOVE:
            noted.append(row)
        else:
            noted[-1] = row
        yield row


def _layout(above: Sequence[SheetRow], header: SheetRow, positions: Mapping[str, int], domain: Domain) -> SheetLayout:
    by_column = {column: positions[name] for column, name in domain.column_headers.items()}
    return SheetLayout(
        header=header_cells(header),
        spellings={position: (name, *domain.other_headers.get(name, ())) for name, position in positions.items()},
        names=frozenset(position for column, position in by_column.items() if column not in _CODES),
        codes=frozenset(position for column, position in by_column.items() if column in _CODES),
        above=[row.filled_cells() for row in above],
    )


def _earlier_key_text(cell: Cell) -> str | None:
    """The text that ids were made of before keys were folded: that of a number, however it is shown."""
    return cell_text(cell.number if isinstance(cell, ShownNumber) else cell)


def _merged_headers(row: SheetRow, header_row: int, positions: Mapping[str, int]) -> list[str]:
    return [
        header
        for header, position in positions.items()
        if position in row.merged and row.merged[position].row > header_row
    ]


def _cell_reason(
    cells: Mapping[str, Cell], row: SheetRow, positions: Mapping[str, int], sheet: str, domain: Domain
) -> str | None:
    """Say which cell that is needed holds no value, or one that is not what was entered."""
    codes = [domain.column_headers[column] for column in _CODES if column in domain.column_headers]
    for header, cell in cells.items():
        fault = cell_fault(cell, is_code=header in codes) if header in domain.column_headers.values() else None
        error = error_of(cell)
        if error is not None:
            fault = f"holds the error {error}: correct it in the sheet, or clear the cell"
        if fault is not None:
            return f"{header} in sheet {sheet}, cell {column_letters(positions[header])}{row.number} {fault}"
    return None


def _reject_reason(domain: Domain, values: Mapping[KeyColumn, str | None]) -> str | None:
    for column, text in values.items():
        if text is None:
            continue
        fault = text_fault(text)
        if fault is not None:
            return f"{domain.column_headers[column]} {fault}"
        if len(text) > LONGEST_TEXT:
            header = domain.column_headers[column]
            return f"{header} has {len(text)} characters; a name or code has at most {LONGEST_TEXT}"
    return None


folded_header = folded_name


def _find_header(rows: Iterator[SheetRow], file: Path, sheet: str, domain: Domain) -> tuple[SheetRow, dict[str, int]]:
    """The first row that holds all of the headers, and where each stands."""
    wanted = {
        folded_header(spelling): header
        for header in domain.headers
        for spelling in (header, *domain.other_headers.get(header, ()))
    }
    nearest: tuple[SheetRow, list[str]] | None = None
    for row in rows:
        places: dict[str, list[int]] = {}
        for position, cell in enumerate(header_cells(row)):
            header = wanted.get(folded_header(cell_text(cell) or "")) if cell is not None else None
            if header is not None:
                places.setdefault(header, []).append(position)
        missing = [header for header in domain.headers if header not in places]
        if not missing:
            _refuse_ambiguous(places, row, file, sheet)
            return row, {header: place for header, (place,) in places.items()}
        # A title above the header may hold a word of it, and so may a row of data below.
        if places and (nearest is None or len(missing) < len(nearest[1])):
            nearest = row, missing
    if nearest is None:
        raise InputFileError(f"{file}, sheet {sheet}: no row has the columns {', '.join(domain.headers)}.")
    row, missing = nearest
    raise InputFileError(
        f"{file}, sheet {sheet}: column {', '.join(missing)} is missing; row {row.number} has "
        f"{', '.join(text for cell in header_cells(row) if (text := (cell_text(cell) or '').strip()))}."
    )


def header_cells(row: SheetRow) -> list[Cell]:
    """A header may be merged down over two rows. One that is merged to the right, such as a title, is one column's."""
    width = max(len(row.cells), *(position + 1 for position in row.merged)) if row.merged else len(row.cells)
    return [
        row.filled(position)
        if position in row.merged and row.merged[position].column == position
        else row.own(position)
        for position in range(width)
    ]


def _refuse_ambiguous(places: Mapping[str, list[int]], row: SheetRow, file: Path, sheet: str) -> None:
    for header, positions in places.items():
        if len(positions) > 1:
            named = " and ".join(
                f"{column_letters(position)} ({cell_text(row.filled(position))!r})" for position in positions
            )
            raise InputFileError(
                f"{file}, sheet {sheet}, row {row.number}: {named} are both the column {header}; rename or remove one."
            )
