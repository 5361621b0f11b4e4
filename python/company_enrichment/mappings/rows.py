"""Streams mappings into mapping_records, in the text format of COPY."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from math import isinf
from numbers import Rational, Real
from typing import Any, BinaryIO, cast

import psycopg2
from psycopg2 import extensions, sql

from company_enrichment.errors import MappingRowError
from company_enrichment.files.spreadsheet_csv import unwrapped
from company_enrichment.missing_values import is_missing
from company_enrichment.records import CompanyMappingRecord
from company_enrichment.unusable_text import readable_text, text_fault

_CHUNK = 64 * 1024
# By how many bytes they have.
_LARGEST_EXACT_FLOATS = {2: 2**11, 4: 2**24}
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})

_COPY = """
copy {schema}.mapping_records (load_id, line_no, source, match_type, alias_text, company_id, problem)
from stdin with (format text, encoding 'UTF8')
"""


def copy_rows(cursor: extensions.cursor, schema: sql.Identifier, load_id: str, source: str, rows: Iterator[Any]) -> int:
    """Stream the rows into mapping_records; returns how many there were."""
    stream = _RowStream(_copy_lines(load_id, source, rows))
    try:
        cursor.copy_expert(sql.SQL(_COPY).format(schema=schema), cast("BinaryIO", stream), _CHUNK)
    except psycopg2.Error:
        # psycopg2 ends the COPY with an error of its own, and drops the one that made it do so.
        if stream.failure is not None:
            raise stream.failure from None
        raise
    return int(cursor.rowcount)


class _RowStream:
    """What COPY reads from: pulls lines while it is read, and keeps why that failed."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self.failure: BaseException | None = None

    def read(self, size: int) -> bytes:
        """Return about so many bytes, always whole lines; none at the end."""
        block = []
        length = 0
        try:
            for line in self._lines:
                block.append(line)
                length += len(line)
                if length >= size:
                    break
        except BaseException as error:
            self.failure = error
            # Its text would reach the log of the server.
            raise RuntimeError("the rows cannot be read") from None
        return b"".join(block)


def _copy_lines(load_id: str, source: str, rows: Iterator[Any]) -> Iterator[bytes]:
    """Yield the rows in COPY's text format."""
    load_field, source_field = load_id.translate(_ESCAPES), source.translate(_ESCAPES)
    for line_no, *texts in landed_rows(rows):
        fields = [r"\N" if text is None else text.translate(_ESCAPES) for text in texts]
        yield f"{load_field}\t{line_no}\t{source_field}\t{fields[0]}\t{fields[1]}\t{fields[2]}\t{fields[3]}\n".encode()


def landed_rows(rows: Iterable[Any]) -> Iterator[tuple[int, str | None, str | None, str | None, str | None]]:
    """Yield what is landed of each row: its line, match type, alias, company id, and what is wrong with it."""
    for number, row in enumerate(rows, start=1):
        record = CompanyMappingRecord.from_row(row, number)
        line_no = number if record.line_no is None else record.line_no
        texts = [
            _text(value, part, number)
            for part, value in (
                ("match_type", record.match_type),
                ("alias", record.alias),
                ("company_id", record.company_id),
            )
        ]
        problem = _rounded(record) if record.problem is None else readable_text(record.problem)
        written = "".join(text for text in texts if text is not None)
        fault = text_fault(written)
        if fault is not None:
            problem = problem or f"the row {fault}"
            texts = [None if text is None else readable_text(text) for text in texts]
        match_type, alias, company_id = texts
        if company_id is not None:
            company_id = unwrapped(company_id)
        yield line_no, match_type, alias, company_id, problem


def _rounded(record: CompanyMappingRecord) -> str | None:
    """Say which part is a number that a float does not hold digit by digit, or that is none."""
    for part in ("alias", "company_id"):
        value: Any = getattr(record, part)
        if not isinstance(value, Real) or isinstance(value, Rational) or is_missing(value):
            continue
        # numpy has floats of two and four bytes, too.
        largest = _LARGEST_EXACT_FLOATS.get(getattr(value, "itemsize", 8), 2**53)
        if isinf(value):
            return f"the {part} is the float {value}: hand over text"
        if abs(float(value)) > largest:
            return f"the {part} is the float {float(value):.15g}, which has lost digits: hand over text"
    return None


def _text(value: Any, part: str, number: int) -> str | None:
    """Return a part of a row as text: whole numbers without the ".0" of floats, what is missing as None."""
    if isinstance(value, str):
        return value
    if is_missing(value):
        return None
    if hasattr(value, "as_py"):
        # A scalar of pyarrow.
        return _text(value.as_py(), part, number)
    if isinstance(value, bytes | bytearray | Mapping | list | tuple | set):
        raise MappingRowError(f"Row {number}: {part} is a {type(value).__name__}, not a text. Nothing was landed.")
    if isinstance(value, Real) and not isinstance(value, Rational) and float(value).is_integer():
        return str(int(float(value)))
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        return str(int(value))
    return str(value)
