"""CSV files that spreadsheet programs open as they are meant: right characters, and no cell that is a formula."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from company_enrichment.errors import ConfigurationError, InputFileError
from company_enrichment.unusable_text import readable_text

# What a program takes for the beginning of a formula, in full width as well. Blanks, quotes and invisible characters
# before it count as nothing: some programs drop them when they import.
_FORMULA = re.compile(
    r"""[\t\r]|[\s"'\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*[=+\-@＝＋－＠﹢﹣﹦﹫−]"""
)
_TEXT_FORMULA = re.compile(r'[=＝]\s*"((?:[^"]|"")*)"')
# A negative number is computed by nobody, and amounts are full of them.
_NEGATIVE_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?", re.ASCII)


def defused(cell: object) -> object:
    """Return a cell that no spreadsheet program computes: what would be a formula gets an apostrophe before it."""
    if not isinstance(cell, str) or not _FORMULA.match(cell) or _NEGATIVE_NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}"


def as_it_was(cell: str) -> str:
    """Return what a cell was before :func:`defused`, so that a file that we have written reads back unchanged."""
    return cell[1:] if cell.startswith("'") and defused(cell[1:]) == cell else cell


def unwrapped(cell: str) -> str:
    """Return what a cell means that was written so that a spreadsheet makes no number of it: ="00123" and '00123."""
    text = cell.strip()
    quoted = _TEXT_FORMULA.fullmatch(text)
    if quoted is not None:
        return quoted[1].replace('""', '"')
    return text[1:] if text.startswith("'") else cell


def unfinished_file(path: Path) -> Path:
    """Return where a file is written until it is complete: beside it, under a name that is never too long."""
    return path.with_name(f".company-enrichment.{os.getpid()}.unfinished")


def refuse_missing_folder(path: Path, option: str) -> None:
    """Raise ConfigurationError when a file of this path cannot be made, before any work is done for it."""
    try:
        if not path.parent.is_dir():
            raise ConfigurationError(f"{option}: there is no folder {path.parent}.")
        if path.is_dir():
            raise ConfigurationError(f"{option}: {path} is a folder; give the name of a file.")
    except OSError as error:
        raise ConfigurationError(f"{option}: {path}: {error.strerror}.") from error


def write_spreadsheet_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write rows as CSV, in UTF-8 with a byte order mark, without which Excel takes it for another encoding.

    Half a character, as the name of a file may have one, becomes U+FFFD. The file appears when it is complete, or not
    at all; one of that name is replaced. Returns how many rows it has. Raises InputFileError when it cannot be written.
    """
    unfinished = unfinished_file(path)
    count = 0
    try:
        with unfinished.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(header)
            for row in rows:
                writer.writerow([defused(readable_text(cell) if isinstance(cell, str) else cell) for cell in row])
                count += 1
        unfinished.replace(path)
    except OSError as error:
        raise InputFileError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return count
