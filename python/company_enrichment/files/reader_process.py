"""The process that reads a workbook: it has a limit of memory, and when it dies, only its file is lost.

It is started by sheets.py and imports nothing else of the package. Its request comes on standard input, the content of
the file by a descriptor; what it sends goes to its standard output, in blocks: the sheet, rows, and the end.
"""

from __future__ import annotations

import gc
import io
import marshal
import os
import resource
import signal
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

from company_enrichment.column_names import folded_name
from company_enrichment.files.cells import Cell, WorkbookFaultError
from company_enrichment.files.file_kinds import kind_of
from company_enrichment.files.packed_rows import LENGTH, PackedRow, pack_row, packed
from company_enrichment.files.xlsx_cells import CellReader, MergedRange, Row, read_merged_ranges
from company_enrichment.files.xlsx_package import SheetEntry, XlsxPackage
from company_enrichment.files.xlsx_rows import read_rows

_ROWS = 500
_CELLS = 20_000
_PIECES = 64
_MEGABYTE = 1024 * 1024


def main() -> None:
    """Read what is asked for; every fault is sent, as text that follows the name of the file."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Rows hold no cycles, and looking for some takes a tenth of the time.
    gc.disable()
    request: dict[str, Any] = marshal.loads(sys.stdin.buffer.read())  # noqa: S302 - of the process that started this one
    send = _Sender(request["parent"])
    _limit_memory(request["memory_mb"] * _MEGABYTE)
    try:
        with os.fdopen(request["file"], "rb") as file:
            _read(file, request, send)
    except WorkbookFaultError as fault:
        send(("fault", str(fault)))
    except MemoryError:
        send(("memory", ""))


def _limit_memory(limit: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    # macOS knows no such limit.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


class _Sender:
    """Sends blocks on standard output, which nobody else may write to."""

    def __init__(self, parent: int) -> None:
        self._parent = parent
        self._pieces = 0
        self._pipe = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)

    def __call__(self, block: tuple[str, Any]) -> None:
        """Send a block; ends the process when nobody is there to read it."""
        data = marshal.dumps(block)
        try:
            self._pipe.write(LENGTH.pack(len(data)))
            self._pipe.write(data)
            self._pipe.flush()
        except BrokenPipeError:
            os._exit(0)
        # Nobody may be left to read, although another process has inherited the pipe.
        if os.getppid() != self._parent:
            os._exit(0)

    def sign_of_life(self) -> None:
        """Say now and then that reading goes on; called for each piece that is read."""
        self._pieces += 1
        if self._pieces % _PIECES == 0:
            self(("rows", []))


def _read(file: IO[bytes], request: dict[str, Any], send: _Sender) -> None:
    kind = kind_of(file)
    if kind == "encrypted":
        file = _decrypted(file, request["password"])
        kind = "xlsx"
    merged: list[MergedRange]
    rows: Iterator[Row]
    if kind == "xls":
        merged, rows = _open_xls(file, request, send)
    else:
        package = XlsxPackage(file, send.sign_of_life)
        entry = _chosen(package.sheets, request["sheet"], send)
        merged = read_merged_ranges(package.part(entry.part))
        cells = CellReader(package.texts(), package.formats())
        rows = read_rows(package.part(entry.part), cells)
    _send_rows(rows, merged, send)


def _open_xls(file: IO[bytes], request: dict[str, Any], send: _Sender) -> tuple[list[MergedRange], Iterator[Row]]:
    from company_enrichment.files.xls_workbook import XlsWorkbook  # noqa: PLC0415 - only .xls needs it

    try:
        workbook = XlsWorkbook(file)
    except WorkbookFaultError as fault:
        if str(fault):
            raise
        file.seek(0)
        workbook = XlsWorkbook(_decrypted(file, request["password"]))
    return workbook.rows(_chosen(workbook.sheets, request["sheet"], send))


def _decrypted(file: IO[bytes], password: str | None) -> IO[bytes]:
    if password is None:
        raise WorkbookFaultError(
            "is protected by a password. Save it without one, or name a file that holds the password in"
            " WDH_WORKBOOK_PASSWORD_FILE"
        )
    import msoffcrypto  # noqa: PLC0415 - only protected files need it
    from msoffcrypto.exceptions import InvalidKeyError  # noqa: PLC0415

    opened = io.BytesIO()
    try:
        protected = msoffcrypto.OfficeFile(file)
        protected.load_key(password=password, **({"verify_password": True} if _can_verify(protected) else {}))
        protected.decrypt(opened)
    except InvalidKeyError:
        raise WorkbookFaultError(
            "is protected by another password than the one in the file that WDH_WORKBOOK_PASSWORD_FILE names"
        ) from None
    except MemoryError:
        raise
    except Exception as error:
        raise WorkbookFaultError(
            f"is protected by a password in a way that cannot be opened ({type(error).__name__}). Save it without one"
        ) from None
    opened.seek(0)
    return opened


def _can_verify(protected: Any) -> bool:
    return type(protected).__name__ == "OOXMLFile"


def _chosen(sheets: list[SheetEntry], wanted: str | None, send: _Sender) -> SheetEntry:
    hidden = [sheet.name for sheet in sheets if sheet.is_hidden]
    visible = [sheet for sheet in sheets if not sheet.is_hidden]
    if wanted is None:
        found = visible[:1]
        if not found:
            raise WorkbookFaultError(f"has no visible sheet; hidden are {_names(hidden)}. Name one, or show it")
    else:
        found = [sheet for sheet in sheets if sheet.name == wanted] or _folded(sheets, wanted)
        if not found:
            but = f"; hidden: {_names(hidden)}" if hidden else ""
            raise WorkbookFaultError(
                f"there is no sheet {wanted!r}; it has {_names([sheet.name for sheet in visible]) or 'none'}{but}"
            )
        if len(found) > 1:
            raise WorkbookFaultError(
                f"the sheets {_names([sheet.name for sheet in found])} are both {wanted!r}; rename or remove one"
            )
    [sheet] = found
    send(
        (
            "sheet",
            {
                "name": sheet.name,
                "is_hidden": sheet.is_hidden,
                "hidden_sheets": hidden,
                "is_only": len(sheets) == 1,
                "sheets": [one.name for one in sheets],
            },
        )
    )
    return sheet


def _folded(sheets: list[SheetEntry], wanted: str) -> list[SheetEntry]:
    """The sheets of that name without regard to case, width and blanks; visible ones first choice."""
    name = folded_name(wanted).casefold()
    found = [sheet for sheet in sheets if folded_name(sheet.name).casefold() == name]
    return [sheet for sheet in found if not sheet.is_hidden] or found


def _names(names: list[str]) -> str:
    return ", ".join(map(repr, names))


def _send_rows(rows: Iterator[Row], merged: list[MergedRange], send: _Sender) -> None:
    """Send the rows with what merged ranges show in them."""
    block: list[PackedRow] = []
    size = 0
    covering = _Covering(merged)
    for number, is_hidden, cells in rows:
        covered = covering.of_row(number, cells) if merged else None
        block.append(pack_row(number, cells, is_hidden=is_hidden, covered=covered))
        size += len(cells)
        if len(block) >= _ROWS or size >= _CELLS:
            send(("rows", block))
            block, size = [], 0
    send(("rows", block))
    send(("end", None))


class _Covering:
    """Says which cells of a row a merged range covers, as far to the right as the rows before have values."""

    def __init__(self, merged: list[MergedRange]) -> None:
        self._waiting = deque(merged)
        self._active: dict[int, tuple[MergedRange, Any]] = {}
        self._width = 0

    def of_row(self, number: int, cells: list[Cell]) -> dict[int, tuple[Any, str, int, int]] | None:
        """Return value, place, row and column of the range by position; rows come in their order."""
        self._width = max(self._width, len(cells))
        self._active = {
            position: (merged, value)
            for position, (merged, value) in self._active.items()
            if merged.first_row <= number <= merged.last_row
        }
        while self._waiting and self._waiting[0].first_row <= number:
            merged = self._waiting.popleft()
            if merged.first_row == number and merged.first_column < len(cells):
                value = cells[merged.first_column]
                # One that begins below another shows nothing: no program writes it.
                if value is not None and merged.first_column not in self._active:
                    shown = (merged, packed(value))
                    for position in range(merged.first_column, min(merged.last_column + 1, self._width)):
                        self._active.setdefault(position, shown)
        begun = {merged for merged, _ in self._active.values() if merged.first_row == number}
        shared = {merged for merged in begun if _has_more(cells, merged)}
        covered = {
            position: (value, merged.place, merged.first_row, merged.first_column)
            for position, (merged, value) in self._active.items()
            if (position, number) != (merged.first_column, merged.first_row)
            and (merged.first_row < number or merged in shared)
        }
        for position in covered:
            # Some programs leave a value in a cell below a merged range; nobody sees it.
            if position < len(cells):
                cells[position] = None
        return covered or None


def _has_more(cells: list[Cell], merged: MergedRange) -> bool:
    """Whether a row holds more than the merged range: a note across the sheet says nothing of each column."""
    return any(
        cell is not None and not merged.first_column <= position <= merged.last_column
        for position, cell in enumerate(cells)
    )
