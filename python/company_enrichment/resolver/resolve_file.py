"""Resolves the rows of a file, text or workbook, and writes them as CSV with their company ids."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from company_enrichment.column_names import RECORD_COLUMNS
from company_enrichment.errors import InputFileError
from company_enrichment.files.sheets import WorkbookReading
from company_enrichment.files.spreadsheet_csv import defused, unfinished_file
from company_enrichment.files.table_files import Table, TableFile, TableRow
from company_enrichment.records import KEYS, CompanyIdResult, CustomerKeys
from company_enrichment.resolver.service import BLOCK, CompanyEnrichmentService
from company_enrichment.unusable_text import readable_text

_RESULT_COLUMNS = ("company_id", "status", "match_type", "matched_key", "reason")


def resolve_file(
    service: CompanyEnrichmentService,
    source: Path,
    target: Path,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    reading: WorkbookReading | None = None,
    sync_lookup_budget: int | None = None,
    on_reject: Callable[[int, str], None] | None = None,
    on_note: Callable[[str], None] | None = None,
) -> dict[str, int]:
    """Write the rows of source, with the result's columns added, to target; returns the count per status.

    The file has a header; the columns plan_code, account_number, customer_name and account_name, in any case and
    width or by their Chinese names, are used as far as they are there, all others are passed through. Wholly blank rows
    are passed over. See TableFile for encoding, sheet and reading; target is UTF-8 with commas. A row that cannot be
    used, such as one with a NUL character or bytes that are invalid in the encoding, has the status ``rejected``, the
    unusable characters replaced by U+FFFD; on_reject is called with its line and the reason. on_note is called with
    what the caller should know of how the file was read. A cell that a spreadsheet program would compute gets an
    apostrophe before it in target, and loses it again where such a file is read. The target appears when it is
    complete, or not at all.

    Raises ConfigurationError when encoding or sheet do not go with the file; InputFileError that names the line where
    it is no CSV file, or a row has more or fewer cells than the header, and two columns of one name.
    """
    counts: dict[str, int] = {}
    file = TableFile(
        path=source, known=RECORD_COLUMNS, encoding=encoding, sheet=sheet, reading=reading or WorkbookReading()
    )
    unfinished = unfinished_file(target)
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as out:
            table = file.opened()
            if not table.places:
                raise InputFileError(
                    f"{source}: none of the columns {', '.join(KEYS)} is there; the header is"
                    f" {', '.join(table.header) or 'empty'}."
                )
            header = [readable_text(cell) for cell in table.header]
            for note in (*table.notes, *_notes(table)):
                if on_note is not None:
                    on_note(note)
            places = table.places
            rows = _whole_rows(table)
            passed_through = [place for place, name in enumerate(header) if name not in _RESULT_COLUMNS]
            writer = csv.writer(out)
            writer.writerow(map(defused, [*(header[place] for place in passed_through), *_RESULT_COLUMNS]))
            budget = service.budget(sync_lookup_budget)
            while block := list(islice(rows, BLOCK)):
                faults = [row.fault(tuple(places.values())) for row in block]
                keys = [
                    CustomerKeys(**{key: row.cells[place] for key, place in places.items()})
                    for row, fault in zip(block, faults, strict=True)
                    if fault is None
                ]
                batch = service.resolve_batch(keys, sync_lookup_budget=budget)
                results = iter(batch.results)
                for row, fault in zip(block, faults, strict=True):
                    if fault is None:
                        resolved = _resolved(next(results))
                    else:
                        resolved = {**dict.fromkeys(_RESULT_COLUMNS, ""), "status": "rejected", "reason": fault}
                        if on_reject is not None:
                            on_reject(row.line, fault)
                    cells = [readable_text(row.cells[place]) for place in passed_through]
                    writer.writerow(map(defused, [*cells, *(resolved[column] for column in _RESULT_COLUMNS)]))
                    counts[resolved["status"]] = counts.get(resolved["status"], 0) + 1
        unfinished.replace(target)
    except OSError as error:
        # The file that was named by the caller, not the one that is written meanwhile.
        named = target if error.filename == str(unfinished) else error.filename
        raise InputFileError(f"{named}: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return counts


def _whole_rows(table: Table) -> Iterator[TableRow]:
    """Yield the rows; one of another width may hold the columns of others, and could not be written as it is."""
    for row in table.rows:
        if len(row.cells) != len(table.header):
            raise InputFileError(
                f"{table.path}, line {row.line}: the row does not have as many fields as the header:"
                f" {len(row.cells)}, not {len(table.header)}."
            )
        yield row


def _notes(table: Table) -> Iterator[str]:
    """Say which columns the result replaces."""
    replaced = [name for name in table.header if name in _RESULT_COLUMNS]
    if replaced and set(replaced) != set(_RESULT_COLUMNS):
        yield f"{table.path}: column {', '.join(replaced)} is replaced by that of the result. To keep it, rename it."


def _resolved(result: CompanyIdResult) -> dict[str, str]:
    return {**{column: getattr(result, column) for column in _RESULT_COLUMNS}, "status": result.status.value}
