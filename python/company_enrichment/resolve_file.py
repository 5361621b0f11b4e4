"""Resolves the rows of a CSV file and writes them with their company ids."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from company_enrichment.errors import InputFileError
from company_enrichment.records import CustomerKeys
from company_enrichment.service import CompanyEnrichmentService

_KEYS = ("plan_code", "account_number", "customer_name", "account_name")
_RESULT_COLUMNS = ("company_id", "status", "match_type", "matched_key", "reason")
_BLOCK = 5_000


def resolve_file(
    service: CompanyEnrichmentService, source: Path, target: Path, *, sync_lookup_budget: int | None = None
) -> dict[str, int]:
    """Write the rows of source, with the result's columns added, to target; returns the count per status.

    The file is UTF-8 with a header; the columns plan_code, account_number, customer_name and account_name
    are used as far as they are there, all others are passed through. The target appears when it is
    complete, or not at all. Raises InputFileError that names the line that cannot be read.
    """
    counts: dict[str, int] = {}
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        with (
            source.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines,
            unfinished.open("w", encoding="utf-8", newline="") as out,
        ):
            reader = csv.DictReader(lines, strict=True)
            header = list(reader.fieldnames or [])
            if not set(_KEYS) & set(header):
                raise InputFileError(
                    f"{source}: none of the columns {', '.join(_KEYS)} is there; the header is {', '.join(header)}."
                )
            columns = [*(column for column in header if column not in _RESULT_COLUMNS), *_RESULT_COLUMNS]
            writer = csv.DictWriter(out, columns, extrasaction="ignore")
            writer.writeheader()
            remaining = sync_lookup_budget
            rows = _rows(source, reader)
            while block := list(islice(rows, _BLOCK)):
                keys = [CustomerKeys(**{key: row.get(key) for key in _KEYS}) for row in block]
                batch = service.resolve_batch(keys, sync_lookup_budget=remaining)
                remaining = batch.statistics.budget_remaining
                for row, result in zip(block, batch.results, strict=True):
                    writer.writerow({**row, **{column: getattr(result, column) for column in _RESULT_COLUMNS}})
                    counts[result.status.value] = counts.get(result.status.value, 0) + 1
        unfinished.replace(target)
    except OSError as error:
        raise InputFileError(f"{error.filename}: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return counts


def _rows(source: Path, reader: csv.DictReader[str]) -> Iterator[dict[str, str]]:
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputFileError(f"{source}, line {reader.line_num}: {error}") from error
        fault = _fault(row)
        if fault is not None:
            raise InputFileError(f"{source}, line {reader.line_num}: {fault}.")
        yield row


def _fault(row: dict[str, str]) -> str | None:
    # DictReader files surplus fields under None, and fills missing ones with None.
    if None in row or any(value is None for value in row.values()):
        return "the row does not have as many fields as the header"
    text = "".join(row.values())
    if "\x00" in text:
        return "the row holds a NUL character"
    # Bytes that are no UTF-8 were read as lone surrogates.
    if any("\udc80" <= character <= "\udcff" for character in text):
        return "the row is not valid UTF-8"
    return None
