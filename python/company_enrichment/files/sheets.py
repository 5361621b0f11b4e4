"""Gives a sheet of a workbook as rows of cells: `with open_sheet(file) as sheet: for row in sheet.rows(): …`.

The workbook is read by a process of its own, with a limit of memory: whatever a file does to its reader, it is reported
as the fault of that file, and the command goes on with the others.
"""

from __future__ import annotations

import marshal
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from company_enrichment.errors import ConfigurationError, InputFileError
from company_enrichment.files.cells import SheetRow
from company_enrichment.files.packed_rows import LENGTH, Unpacker
from company_enrichment.settings import Settings

_PIECE = 1024 * 1024
_LARGEST_BLOCK = 1024 * _PIECE
_PROGRAM = """
import sys
sys.path[:] = sys.argv[1:]
from company_enrichment.files import reader_process
reader_process.main()
"""
_ABOVE_PACKAGE = str(Path(__file__).resolve().parents[2])


@dataclass(frozen=True, kw_only=True)
class WorkbookReading:
    """How workbooks are read."""

    memory_mb: int = 1024
    """Megabytes that reading a file may take; setting WDH_WORKBOOK_MEMORY_MB."""
    password_file: Path | None = None
    """A file whose first line opens protected workbooks; setting WDH_WORKBOOK_PASSWORD_FILE."""
    silence_seconds: float = 300
    """How long the reader may be silent before it is given up."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return what the settings say."""
        return cls(memory_mb=settings.workbook_memory_mb, password_file=settings.workbook_password_file)

    def password(self) -> str | None:
        """Return the password, None where there is no file for it.

        Raises ConfigurationError when the file cannot be read or is empty.
        """
        if self.password_file is None:
            return None
        try:
            lines = self.password_file.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise ConfigurationError(f"WDH_WORKBOOK_PASSWORD_FILE is {self.password_file}: {why}.") from None
        if not lines or not lines[0]:
            raise ConfigurationError(f"WDH_WORKBOOK_PASSWORD_FILE is {self.password_file}: its first line is empty.")
        return lines[0]


class Sheet:
    """A sheet that is being read; made by open_sheet, to be closed."""

    name: str
    """As the workbook has it."""
    is_chosen: bool
    """Whether no name was given, and the first visible sheet taken, of several sheets."""
    is_hidden: bool
    hidden_sheets: list[str]
    """The hidden sheets of the workbook, this one included when it is one."""
    sheets: list[str]
    """All sheets of the workbook, hidden ones included."""

    def __init__(self, path: Path, file: IO[bytes], name: str | None, reading: WorkbookReading) -> None:
        self._path = path
        self._reading = reading
        self._unread = bytearray()
        self._process = _started(file, name, reading)
        # Unlike select(), it knows descriptors above 1,024.
        self._poll = select.poll()
        self._poll.register(self._process.stdout or 0, select.POLLIN)
        try:
            about = self._next_block("sheet")
        except BaseException:
            self.close()
            raise
        self.name = about["name"]
        self.is_chosen = name is None and not about["is_only"]
        self.is_hidden = about["is_hidden"]
        self.hidden_sheets = about["hidden_sheets"]
        self.sheets = about["sheets"]

    def __enter__(self) -> Self:
        """Give the sheet, which is closed at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    @property
    def pid(self) -> int:
        """Id of the process that reads it."""
        return self._process.pid

    def rows(self) -> Iterator[SheetRow]:
        """Yield the rows that hold a value, once, in the order of the sheet; hidden ones are among them.

        Raises InputFileError that names the file when the rest of it cannot be read.
        """
        unpacker = Unpacker()
        while (block := self._next_block("rows")) is not None:
            for row in block:
                yield unpacker.row(row)

    def close(self) -> None:
        """End the reader, whatever it is doing."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self._process.kill()
        self._process.wait()

    def _next_block(self, expected: str) -> Any:
        """Return what comes next; None at the end."""
        while True:
            length = self._take(LENGTH.size)
            kind, content = marshal.loads(self._take(LENGTH.unpack(length)[0]))  # noqa: S302 - of our own process
            if kind == "fault":
                raise InputFileError(f"{self._path}: {content}.")
            if kind == "memory":
                raise self._too_large()
            if kind == "end":
                return None
            if kind == expected:
                return content

    def _take(self, size: int) -> bytes:
        """Return the next bytes of the reader."""
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101 - narrows the type for mypy
        while len(self._unread) < size:
            if not self._poll.poll(self._reading.silence_seconds * 1000):
                raise InputFileError(
                    f"{self._path}: reading it was given up: nothing came of it for {self._reading.silence_seconds:g}"
                    " seconds. Save it anew without what is not needed."
                )
            data = os.read(stdout.fileno(), max(size - len(self._unread), 65_536))
            if not data:
                raise self._died()
            self._unread += data
        taken = bytes(self._unread[:size])
        del self._unread[:size]
        return taken

    def _died(self) -> InputFileError:
        code = self._process.wait()
        if code < 0:
            why = f"its reader was ended by {_signal_name(-code)}"
            return InputFileError(f"{self._path}: cannot be read: {why}. Save it anew in a spreadsheet program.")
        return InputFileError(f"{self._path}: cannot be read: its reader ended with {code}. Save it anew.")

    def _too_large(self) -> InputFileError:
        return InputFileError(
            f"{self._path}: needs more memory than the {self._reading.memory_mb:,} MB that WDH_WORKBOOK_MEMORY_MB"
            " allows. Split it, or allow more."
        )


def open_sheet(
    path: Path, content: bytes | None = None, *, sheet: str | None = None, reading: WorkbookReading | None = None
) -> Sheet:
    """Open a sheet of an .xlsx, .xlsm or .xls file; which of them it is, its content says and not its name.

    Args:
        path: the file, as errors name it.
        content: its bytes; read from path when None.
        sheet: name of the sheet, compared without regard to case, width and blanks; the first visible one when None.
        reading: how it is read.

    Raises InputFileError that names the file, what is wrong with it, and what to do; ConfigurationError when the file
    of the password cannot be read.

    """
    try:
        with path.open("rb") if content is None else tempfile.TemporaryFile() as file:
            if content is not None:
                file.write(content)
                file.seek(0)
            return Sheet(path, file, sheet, reading or WorkbookReading())
    except OSError as error:
        raise InputFileError(f"{path}: cannot be read: {error.strerror}.") from error


def _started(file: IO[bytes], name: str | None, reading: WorkbookReading) -> subprocess.Popen[bytes]:
    request = {
        "file": file.fileno(),
        "parent": os.getpid(),
        "sheet": name,
        "password": reading.password(),
        "memory_mb": reading.memory_mb,
    }
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", _PROGRAM, *filter(None, sys.path), _ABOVE_PACKAGE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(file.fileno(),),
        bufsize=0,
    )
    assert process.stdin is not None  # noqa: S101 - narrows the type for mypy
    with suppress(BrokenPipeError), process.stdin as pipe:
        pipe.write(marshal.dumps(request))
    return process


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
