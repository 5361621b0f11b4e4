"""Reads the rows of a domain's workbooks as customer records."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from company_enrichment.column_names import folded_header
from company_enrichment.domains import Domain, KeyColumn
from company_enrichment.errors import InputFileError
from company_enrichment.unusable_text import text_fault

_LONGEST_NUMBER = 999_999_999_999_999
MAXIMUM_LENGTH = 500
"""Longer text is no company name or code (design: it would not fit an index either)."""


@dataclass(frozen=True, kw_only=True)
class RecordRow:
    """One row of a file, ready to be loaded; or rejected, then reject_reason says why."""

    row_number: int
    record_id: str
    plan_code: str | None = None
    account_number: str | None = None
    customer_name: str | None = None
    account_name: str | None = None
    reject_reason: str | None = None


def read_records(file: Path, content: bytes, domain: Domain) -> Iterator[RecordRow]:
    """Yield the rows of a workbook, given by its bytes; wholly empty rows are passed over.

    A record's id is made from the content of its key columns and, for rows that agree in all of them,
    from their count: the same row has the same id in whichever file it comes.

    Raises InputFileError that names file, sheet and column when one of them is missing, or is there twice.
    """
    rows = _sheet_rows(file, content, domain)
    header_row, positions = _find_header(rows, file, domain)
    occurrences: Counter[str] = Counter()
    for row_number, row in enumerate(rows[header_row + 1 :], start=header_row + 2):
        texts = {
            header: cell_text(row[position]) if position < len(row) else None for header, position in positions.items()
        }
        if all(text is None or not text.strip() for text in texts.values()):
            continue
        key = json.dumps([domain.name, *(texts[header] for header in domain.record_key)], ensure_ascii=False)
        occurrences[key] += 1
        record_id = hashlib.sha256(f"{key}#{occurrences[key]}".encode()).hexdigest()[:32]
        values = {column: texts[header] for column, header in domain.column_headers.items()}
        reason = _reject_reason(domain, values) or _number_reason(domain, row, row_number, positions)
        if reason is not None:
            yield RecordRow(row_number=row_number, record_id=record_id, reject_reason=reason)
        else:
            yield RecordRow(
                row_number=row_number,
                record_id=record_id,
                plan_code=values.get("plan_code"),
                account_number=values.get("account_number"),
                customer_name=values.get("customer_name"),
                account_name=values.get("account_name"),
            )


def cell_text(value: Any) -> str | None:
    """Return a cell as text: whole numbers without the ".0" that spreadsheets add, empty cells as None."""
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
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


def _number_reason(domain: Domain, row: list[Any], row_number: int, positions: Mapping[str, int]) -> str | None:
    for header in domain.column_headers.values():
        position = positions[header]
        fault = number_fault(row[position]) if position < len(row) else None
        if fault is not None:
            return f"{header} in sheet {domain.sheet}, cell {column_letters(position)}{row_number} {fault}"
    return None


def _reject_reason(domain: Domain, values: Mapping[KeyColumn, str | None]) -> str | None:
    for column, text in values.items():
        if text is None:
            continue
        fault = text_fault(text)
        if fault is not None:
            return f"{domain.column_headers[column]} {fault}"
        if len(text) > MAXIMUM_LENGTH:
            header = domain.column_headers[column]
            return f"{header} has {len(text)} characters; a name or code has at most {MAXIMUM_LENGTH}"
    return None


def _sheet_rows(file: Path, content: bytes, domain: Domain) -> list[list[Any]]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if domain.sheet not in workbook.sheet_names:
            raise InputFileError(
                f"{file}: there is no sheet {domain.sheet!r}; it has {', '.join(map(repr, workbook.sheet_names))}."
            )
        return workbook.get_sheet_by_name(domain.sheet).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise InputFileError(f"{file}: cannot be read as a workbook: {error}") from error


def _find_header(rows: list[list[Any]], file: Path, domain: Domain) -> tuple[int, dict[str, int]]:
    """The first row that holds all of the headers, and where each stands."""
    wanted = {
        folded_header(spelling): header
        for header in domain.headers
        for spelling in (header, *domain.other_headers.get(header, ()))
    }
    nearest: tuple[int, list[str]] | None = None
    for index, row in enumerate(rows):
        places: dict[str, list[int]] = {}
        for position, cell in enumerate(row):
            header = wanted.get(folded_header(cell_text(cell) or ""))
            if header is not None:
                places.setdefault(header, []).append(position)
        missing = [header for header in domain.headers if header not in places]
        if not missing:
            _refuse_ambiguous(places, row, index, file, domain)
            return index, {header: place for header, (place,) in places.items()}
        # A title above the header may hold a word of it, and so may a row of data below.
        if places and (nearest is None or len(missing) < len(nearest[1])):
            nearest = index, missing
    if nearest is None:
        raise InputFileError(f"{file}, sheet {domain.sheet}: no row has the columns {', '.join(domain.headers)}.")
    index, missing = nearest
    raise InputFileError(
        f"{file}, sheet {domain.sheet}: column {', '.join(missing)} is missing; row {index + 1} has "
        f"{', '.join(text for cell in rows[index] if (text := (cell_text(cell) or '').strip()))}."
    )


def _refuse_ambiguous(places: Mapping[str, list[int]], row: list[Any], index: int, file: Path, domain: Domain) -> None:
    for header, positions in places.items():
        if len(positions) > 1:
            named = " and ".join(f"{column_letters(position)} ({cell_text(row[position])!r})" for position in positions)
            raise InputFileError(
                f"{file}, sheet {domain.sheet}, row {index + 1}: {named} are both the column {header}; "
                "rename or remove one."
            )


def column_letters(position: int) -> str:
    """A column as spreadsheets name it: A, B, … Z, AA."""
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
