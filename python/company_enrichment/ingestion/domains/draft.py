"""Drafts the YAML file of a domain from a workbook: what it says is tried on the workbook before it is shown."""

from __future__ import annotations

import glob
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from company_enrichment.errors import ConfigurationError, InputFileError
from company_enrichment.files.cells import cell_text
from company_enrichment.files.sheets import WorkbookReading, open_sheet
from company_enrichment.ingestion.domains import Domain, domain_of_text
from company_enrichment.ingestion.domains.header_guess import Guess, SheetColumn, SheetLayout, guesses, layout_of
from company_enrichment.ingestion.periods import read_path, shown_version
from company_enrichment.ingestion.workbooks import RecordRow, read_records
from company_enrichment.printable_text import printable

_LONGEST_NAME = 63
# 202601, 2026-01, 2026_01_31, 2026年1月, 26年01月份
_MONTH = (
    r"(?<![0-9])(?:20[0-9]{2}[-_.]?(?:0[1-9]|1[0-2])(?:[-_.]?(?:0[1-9]|[12][0-9]|3[01]))?(?![0-9])"
    "|(?:20)?[0-9]{2}年(?:0?[1-9]|1[0-2])月(?:份|度)?)"
)
_VERSION = r"[_ .-]*[Vv][0-9]{1,6}(?![0-9A-Za-z])"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A domain that was drafted, and what came of reading the workbook by it."""

    name: str
    text: str
    """The YAML file, with comments on what to check."""
    domain: Domain
    rows: int
    rejected: int


@dataclass(frozen=True, kw_only=True)
class _RecordKey:
    headers: Sequence[str]
    remark: str


def draft_domain(
    file: Path,
    *,
    sheet: str | None = None,
    name: str | None = None,
    base_dir: Path | None = None,
    reading: WorkbookReading | None = None,
) -> Draft:
    """Return a domain for a workbook.

    Args:
        file: the workbook.
        sheet: its sheet; the one that looks most like a list of records when None.
        name: the domain's name; made from the file's when None.
        base_dir: the folder below which domains find their files, where that is known.
        reading: how the workbook is read.

    Raises InputFileError that says what is wrong with the workbook, ConfigurationError for a name that is none.

    """
    content, layouts = _layouts(file, sheet, reading)
    layout = max(layouts, key=lambda one: one.score)
    found = guesses(layout)
    if not found:
        raise InputFileError(
            f"{file}, sheet {layout.sheet}, row {layout.header_row}: no column looks like a code or a company's name."
            f" The headers are: {', '.join(column.header for column in layout.columns)}. Write the domain by hand"
        )
    name = _name(file) if name is None else name
    place = _place(file, base_dir)
    source = _Source(file=file, place=place, is_found=base_dir is not None and not place.is_absolute())
    text = "".join(f"{line}\n" for line in _lines(name, layout, found, source))
    try:
        domain = domain_of_text(name, text)
    except ValueError as error:
        raise InputFileError(f"{file}: what was drafted is no domain: {error}. Write the domain by hand") from error
    read = list(read_records(file, content, domain, reading=reading))
    rejected = sum(isinstance(row, RecordRow) and row.reject_reason is not None for row in read)
    said = f"# Read by this domain, the file has {len(read):,} rows; {rejected:,} of them cannot be taken in.\n"
    return Draft(name=name, text=f"{said}{text}", domain=domain, rows=len(read), rejected=rejected)


def _layouts(file: Path, sheet: str | None, reading: WorkbookReading | None) -> tuple[bytes, list[SheetLayout]]:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputFileError(f"{file}: cannot be read: {error.strerror}") from error
    with open_sheet(file, content, sheet=sheet, reading=reading) as first:
        layouts = [layout_of(first.name, list(first.rows()))]
        visible = [one for one in first.sheets if one not in (*first.hidden_sheets, first.name)]
    for name in visible if sheet is None else ():
        with open_sheet(file, content, sheet=name, reading=reading) as other:
            layouts.append(layout_of(other.name, list(other.rows())))
    found = [layout for layout in layouts if layout is not None]
    if not found:
        raise InputFileError(
            f"{file}: no row of {'its sheets' if sheet is None else 'sheet ' + sheet} looks like a header with rows"
            " below"
        )
    return content, found


def _name(file: Path) -> str:
    """Return a name made from the file's, without its month and version."""
    stem = re.sub(f"{_MONTH}|{_VERSION}", " ", file.stem)
    name = re.sub(r"[^\w-]+", "_", stem).strip("_-")[:_LONGEST_NAME]
    if not name:
        raise ConfigurationError(f"{file}: its name has no word that can name the domain. Name it: --name")
    return name


def _place(file: Path, base_dir: Path | None) -> Path:
    """Return the file's path below the folder of input files, or its absolute path where it is not there."""
    path = file.resolve()
    if base_dir is not None and path.is_relative_to(base_dir.resolve()):
        return path.relative_to(base_dir.resolve())
    return path


def _pattern(place: Path) -> str:
    """Return the pattern of files like this one: its name without month and version, below its first folder."""
    parts = [part for part in re.split(f"{_MONTH}|{_VERSION}", place.stem) if re.search(r"\w", part)]
    words = [glob.escape(part.strip(" _-.")) for part in parts]
    pattern = f"*{'*'.join(words)}*{place.suffix}" if words else f"*{place.suffix}"
    first = place.parts[0] if len(place.parts) > 1 and not place.is_absolute() else ""
    is_fixed = first and not re.search(f"{_MONTH}|^[0-9]+$|^[Vv][0-9]+$", first)
    return f"{glob.escape(first)}/**/{pattern}" if is_fixed else f"**/{pattern}"


@dataclass(frozen=True, kw_only=True)
class _Source:
    """The workbook, and where it lies."""

    file: Path
    place: Path
    """Below the folder of input files; absolute where it is not there."""
    is_found: bool
    """True where a pattern of the domain can find it."""


def _lines(name: str, layout: SheetLayout, found: Sequence[Guess], source: _Source) -> Iterator[str]:
    file, place = source.file, source.place
    yield f"# Drafted from {printable(file.name)}; docs/domains.md says what the keys mean."
    yield f"description: {_scalar(name)}  # What the files are, for people."
    yield "# Below WDH_DATA_BASE_DIR; ** stands for any folders. Check that it takes in all files of this kind, and no"
    yield "# other."
    if not source.is_found:
        yield "# The file is not below that folder now: put it there."
    yield f"files: {_scalar(_pattern(place))}"
    known = read_path(place.as_posix() if not place.is_absolute() else place.name).known
    if known is not None:
        yield f"# The path says month {known.period}, version {shown_version(known.version)}."
        yield "# Of each month, only the newest version is taken in."
    else:
        yield "# The path says no month such as 202601: each file is taken in for itself, and replaces nothing."
    yield f"sheet: {_scalar(layout.sheet)}"
    yield f"# The header is in row {layout.header_row}."
    yield "columns:"
    by_header = {column.header: column for column in layout.columns}
    for guess in found:
        others = f"; {printable(' and '.join(guess.others))} would fit, too" if guess.others else ""
        yield f"  {guess.column}: {_column(guess, by_header[guess.header])}  # {guess.reason}{others}"
    unused = [column.header for column in layout.columns if column.header not in {guess.header for guess in found}]
    if unused:
        yield f"# Not used: {printable(', '.join(unused))}"
    if layout.repeated:
        yield f"# Several columns have one header, and cannot be named: {printable(', '.join(layout.repeated))}"
    key = _record_key(layout.columns, found)
    yield "# What makes a row the same row when it comes again, in whichever file. Choose it with care: it makes the id"
    yield f"# of the record, and must not be changed later. {key.remark}"
    yield f"record_key: [{', '.join(map(_scalar, key.headers))}]"


def _column(guess: Guess, column: SheetColumn) -> str:
    width = column.lost_zeros_width if guess.column in ("plan_code", "account_number") else None
    if width is None:
        return _scalar(guess.header)
    # Some codes have zeros in front, and others have lost them.
    return f"{{header: {_scalar(guess.header)}, width: {width}}}"


def _record_key(columns: Sequence[SheetColumn], found: Sequence[Guess]) -> _RecordKey:
    """Choose the columns that tell the rows apart: times, codes and names, then what is needed beside them."""
    guessed = {guess.header for guess in found}
    chosen = [column for column in columns if column.is_period or column.header in guessed]
    rest = [column for column in columns if column not in chosen and column.texts]
    repeated = _repeated(chosen)
    for is_measure in (False, True):
        candidates = [column for column in rest if column.is_measure is is_measure]
        while repeated and candidates:
            best = min(candidates, key=lambda one: _repeated([*chosen, one]))
            left = _repeated([*chosen, best])
            if left >= repeated:
                break
            chosen.append(best)
            candidates.remove(best)
            repeated = left
    chosen.sort(key=lambda column: column.position)
    rows = len(columns[0].values)
    remark = (
        f"It tells all {rows:,} rows of this file apart."
        if not repeated
        else f"{repeated:,} of {rows:,} rows of this file agree in all of it with an earlier one, and are told apart by"
        " counting."
    )
    if any(column.is_measure for column in chosen):
        remark += " It holds amounts: a corrected amount makes another record."
    if not any(column.is_period for column in chosen):
        remark += " It names no time: a row of the next month that agrees in it is the same record."
    return _RecordKey(headers=[column.header for column in chosen], remark=remark)


def _repeated(columns: Sequence[SheetColumn]) -> int:
    """Return how many rows agree in these columns with an earlier one."""
    keys = Counter(zip(*([cell_text(value) for value in column.values] for column in columns), strict=True))
    return sum(keys.values()) - len(keys)


def _scalar(text: Any) -> str:
    """Return a text as YAML: plain where that is the same text, in quotes otherwise."""
    if re.fullmatch(r"[A-Za-z\u4e00-\u9fff][\w\u4e00-\u9fff]*", text) and text.lower() not in _YAML_WORDS:
        return str(text)
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(one if one.isprintable() else f"\\U{ord(one):08x}" for one in quoted)


_YAML_WORDS = ("true", "false", "yes", "no", "on", "off", "null", "y", "n")
