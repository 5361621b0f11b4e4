"""Resolves the rows of a CSV file and writes them with their company ids."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from company_enrichment.column_names import columns_of_names, folded_column
from company_enrichment.errors import InputFileError
from company_enrichment.records import KEYS, CompanyIdResult, CustomerKeys
from company_enrichment.service import BLOCK, CompanyEnrichmentService
from company_enrichment.spreadsheet_csv import as_it_was, defused, unfinished_file
from company_enrichment.text_files import TextFile, text_file
from company_enrichment.unusable_text import readable_text, text_fault

_RESULT_COLUMNS = ("company_id", "status", "match_type", "matched_key", "reason")
_COLUMN_OF_HEADER = columns_of_names(
    {
        "plan_code": ("计划代码", "计划号", "计划编码", "计划编号", "年金计划号", "年金计划代码"),
        "account_number": ("账号", "账户号", "年金账户号", "客户号", "集团企业客户号", "集团客户号"),
        "customer_name": ("客户名称", "客户全称", "公司名称", "企业名称", "单位名称"),
        "account_name": ("账户名", "账户名称", "年金账户名", "年金账户名称"),
    }
)


def resolve_file(
    service: CompanyEnrichmentService,
    source: Path,
    target: Path,
    *,
    encoding: str | None = None,
    sync_lookup_budget: int | None = None,
    on_reject: Callable[[int, str], None] | None = None,
    on_note: Callable[[str], None] | None = None,
) -> dict[str, int]:
    """Write the rows of source, with the result's columns added, to target; returns the count per status.

    The file has a header; the columns plan_code, account_number, customer_name and account_name, in any case and
    width or by their Chinese names, are used as far as they are there, all others are passed through. Its encoding is
    found out when None, its delimiter always, see text_file(); target is UTF-8 with commas. A row with a NUL
    character or bytes that are invalid in the encoding has the status ``rejected``, the unusable characters replaced
    by U+FFFD; on_reject is called with its line and the reason. on_note is called with what the caller should know of
    how the file was read. A cell that a spreadsheet program would compute gets an apostrophe before it in target, and
    loses it again where such a file is read. The target appears when it is complete, or not at all.

    Raises InputFileError that names the line where the file is no CSV file, and two columns of one name.
    """
    counts: dict[str, int] = {}
    unfinished = unfinished_file(target)
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as out:
            file = text_file(
                source, lambda name: folded_column(as_it_was(name)) in _COLUMN_OF_HEADER, encoding=encoding
            )
            rows = _rows(file)
            header = [readable_text(cell) for cell in next(rows, (1, []))[1]]
            positions = _positions(source, header)
            for note in (file.note(), *_notes(source, header, positions)):
                if note is not None and on_note is not None:
                    on_note(note)
            passed_through = [place for place, name in enumerate(header) if name not in _RESULT_COLUMNS]
            writer = csv.writer(out)
            writer.writerow(map(defused, [*(header[place] for place in passed_through), *_RESULT_COLUMNS]))
            budget = service.budget(sync_lookup_budget)
            while block := list(islice(rows, BLOCK)):
                faults = [_fault(row, file.encoding) for _, row in block]
                keys = [
                    CustomerKeys(**{key: row[place] for key, place in positions.items()})
                    for (_, row), fault in zip(block, faults, strict=True)
                    if fault is None
                ]
                batch = service.resolve_batch(keys, sync_lookup_budget=budget)
                results = iter(batch.results)
                for (line, row), fault in zip(block, faults, strict=True):
                    if fault is None:
                        resolved = _resolved(next(results))
                    else:
                        resolved = {**dict.fromkeys(_RESULT_COLUMNS, ""), "status": "rejected", "reason": fault}
                        if on_reject is not None:
                            on_reject(line, fault)
                    cells = [readable_text(row[place]) for place in passed_through]
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


def _rows(file: TextFile) -> Iterator[tuple[int, list[str]]]:
    """Yield the header, without blank rows above it, and each row with the number of its last line."""
    width: int | None = None
    for _, line, cells in file.rows():
        if width is None and not "".join(cells).strip():
            continue
        width = len(cells) if width is None else width
        if len(cells) != width:
            raise InputFileError(f"{file.path}, line {line}: the row does not have as many fields as the header.")
        yield line, [as_it_was(cell) for cell in cells]


def _positions(source: Path, header: Sequence[str]) -> dict[str, int]:
    """Say where the keys of a record stand; no column may come twice, because one would be lost."""
    meanings: dict[str, int] = {}
    for position, name in enumerate(header):
        folded = folded_column(name)
        meaning = _COLUMN_OF_HEADER.get(folded, folded)
        if meaning and meaning in meanings:
            raise InputFileError(
                f"{source}: the columns {header[meanings[meaning]]} and {name} are both the column"
                f" {_COLUMN_OF_HEADER.get(folded, name)}; rename or remove one. The header is {', '.join(header)}."
            )
        meanings[meaning] = position
    positions = {key: meanings[key] for key in KEYS if key in meanings}
    if not positions:
        raise InputFileError(
            f"{source}: none of the columns {', '.join(KEYS)} is there; the header is {', '.join(header) or 'empty'}."
        )
    return positions


def _notes(source: Path, header: Sequence[str], positions: Mapping[str, int]) -> Iterator[str]:
    """Say which columns look like one that is not there, and which ones the result replaces."""
    absent = {name: key for name, key in _COLUMN_OF_HEADER.items() if key not in positions}
    for name in header:
        near = difflib.get_close_matches(folded_column(name), absent, n=1, cutoff=0.8)
        if near:
            yield f"{source}: column {name} is not used. If it is the {absent[near[0]]}, rename it."
    replaced = [name for name in header if name in _RESULT_COLUMNS]
    if replaced and set(replaced) != set(_RESULT_COLUMNS):
        yield f"{source}: column {', '.join(replaced)} is replaced by that of the result. To keep it, rename it."


def _fault(row: Sequence[str], encoding: str) -> str | None:
    fault = text_fault("".join(row), encoding)
    return None if fault is None else f"the row {fault}"


def _resolved(result: CompanyIdResult) -> dict[str, str]:
    return {**{column: getattr(result, column) for column in _RESULT_COLUMNS}, "status": result.status.value}
