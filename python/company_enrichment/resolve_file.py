"""Resolves the rows of a CSV file and writes them with their company ids."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from company_enrichment.errors import InputFileError
from company_enrichment.records import KEYS, CompanyIdResult, CustomerKeys
from company_enrichment.service import BLOCK, CompanyEnrichmentService
from company_enrichment.spreadsheet_csv import as_it_was, defused, unfinished_file
from company_enrichment.unusable_text import readable_text, text_fault

_RESULT_COLUMNS = ("company_id", "status", "match_type", "matched_key", "reason")


def resolve_file(
    service: CompanyEnrichmentService,
    source: Path,
    target: Path,
    *,
    sync_lookup_budget: int | None = None,
    on_reject: Callable[[int, str], None] | None = None,
) -> dict[str, int]:
    """Write the rows of source, with the result's columns added, to target; returns the count per status.

    The file is UTF-8 with a header; the columns plan_code, account_number, customer_name and account_name
    are used as far as they are there, all others are passed through. A row with a NUL character or invalid
    UTF-8 has the status ``rejected``, the unusable characters replaced by U+FFFD; on_reject is called with its
    line and the reason. A cell that a spreadsheet program would compute gets an apostrophe before it in target, and
    loses it again where such a file is read. The target appears when it is complete, or not at all.

    Raises InputFileError that names the line where the file is no CSV file.
    """
    counts: dict[str, int] = {}
    unfinished = unfinished_file(target)
    try:
        with (
            source.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines,
            unfinished.open("w", encoding="utf-8", newline="") as out,
        ):
            reader = csv.DictReader(lines, strict=True)
            header = [as_it_was(column) for column in reader.fieldnames or []]
            reader.fieldnames = header
            if not set(KEYS) & set(header):
                raise InputFileError(
                    f"{source}: none of the columns {', '.join(KEYS)} is there; the header is {', '.join(header)}."
                )
            columns = [*(column for column in header if column not in _RESULT_COLUMNS), *_RESULT_COLUMNS]
            writer = csv.writer(out)
            writer.writerow(map(defused, columns))
            budget = service.budget(sync_lookup_budget)
            rows = _rows(source, reader)
            while block := list(islice(rows, BLOCK)):
                faults = [_fault(row) for _, row in block]
                keys = [
                    CustomerKeys(**{key: row.get(key) for key in KEYS})
                    for (_, row), fault in zip(block, faults, strict=True)
                    if fault is None
                ]
                batch = service.resolve_batch(keys, sync_lookup_budget=budget)
                results = iter(batch.results)
                for (line, row), fault in zip(block, faults, strict=True):
                    if fault is None:
                        resolved = _resolved(row, next(results))
                    else:
                        resolved = _rejected(row, fault)
                        if on_reject is not None:
                            on_reject(line, fault)
                    writer.writerow(defused(resolved[column]) for column in columns)
                    counts[resolved["status"]] = counts.get(resolved["status"], 0) + 1
        unfinished.replace(target)
    except OSError as error:
        # The file that was named by the caller, not the one that is written meanwhile.
        named = target if error.filename == str(unfinished) else error.filename
        raise InputFileError(f"{named}: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return counts


def _rows(source: Path, reader: csv.DictReader[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row with the number of its last line."""
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # DictReader's own count is that of the last row that could be read.
            raise InputFileError(f"{source}, line {reader.reader.line_num}: {error}") from error
        # DictReader files surplus fields under None, and fills missing ones with None.
        if None in row or any(value is None for value in row.values()):
            raise InputFileError(
                f"{source}, line {reader.line_num}: the row does not have as many fields as the header."
            )
        yield reader.line_num, {column: as_it_was(cell) for column, cell in row.items()}


def _fault(row: Mapping[str, str]) -> str | None:
    fault = text_fault("".join(row.values()))
    return None if fault is None else f"the row {fault}"


def _resolved(row: Mapping[str, str], result: CompanyIdResult) -> dict[str, str]:
    return {**row, **{column: getattr(result, column) for column in _RESULT_COLUMNS}, "status": result.status.value}


def _rejected(row: Mapping[str, str], fault: str) -> dict[str, str]:
    readable = {column: readable_text(text) for column, text in row.items()}
    return {**dict.fromkeys(_RESULT_COLUMNS, ""), **readable, "status": "rejected", "reason": fault}
