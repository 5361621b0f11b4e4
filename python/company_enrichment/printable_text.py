"""Text of others on a terminal and in logs: what would move the cursor, colour the screen or add a line is written out.

Names, codes, errors of providers and file names come from outside. A line break in one would look like a line of ours,
an escape sequence can rewrite the screen, and a mark of direction turns the rest of the line round.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from typing import IO, Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

# Controls (C0, DEL, C1), line and paragraph separators, marks of direction, and lone surrogates.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_SHORT = {"\t": r"\t", "\n": r"\n", "\r": r"\r", "\x1b": r"\e"}
_LAYOUT = ("\n", "\t")
_WORD = re.compile(r"\s*\S+\s*")
# Wider than any line: a log file and a program that reads along fold nothing.
_UNLIMITED = 1_000_000


def printable(text: object) -> str:
    r"""Return a text on one line, each character that would not show written out: ``\n``, ``\e``, ``\u202e``."""
    return _UNPRINTABLE.sub(_written_out, str(text))


def printable_lines(text: str) -> str:
    """Return a text of several lines as :func:`printable` does, its line breaks and tabs kept."""
    return _UNPRINTABLE.sub(lambda found: found[0] if found[0] in _LAYOUT else _written_out(found), text)


def printable_cells(cells: Iterable[object]) -> list[Text]:
    """Return the cells of a row of a table: literal, because what a name holds in brackets is no markup."""
    return [Text(printable(cell)) for cell in cells]


def _written_out(found: re.Match[str]) -> str:
    character = found[0]
    return _SHORT.get(character) or (f"\\x{ord(character):02x}" if character < "\x80" else f"\\u{ord(character):04x}")


class SafeConsole(Console):
    """A console on which no text can do more than be read, and which breaks no address, path or id.

    On a terminal lines end between words; a word that is wider than the terminal is printed whole. Anywhere else
    nothing is wrapped, because programs read it.
    """

    def __init__(self, *, stderr: bool = False, file: IO[str] | None = None, width: int | None = None) -> None:
        super().__init__(stderr=stderr, file=file, width=width)
        if not self.is_terminal:
            self.width = _UNLIMITED

    def print(self, *objects: Any, **options: Any) -> None:
        """Print as rich does, but let nothing be cut, and no word be parted."""
        if len(objects) == 1 and isinstance(objects[0], Table):
            table = objects[0]
            if self.is_terminal and not fit_table(table, self.width):
                for line in lines_of_table(table):
                    self.print(line, markup=False, emoji=False, highlight=False)
                return
            super().print(table, crop=False)
            return
        if self.is_terminal:
            objects = tuple(between_words(self._as_text(one, options), self.width) for one in objects)
        super().print(*objects, **{**options, "soft_wrap": True})

    def _as_text(self, printed: object, options: Mapping[str, Any]) -> Text:
        if isinstance(printed, Text):
            return printed
        return self.render_str(
            str(printed),
            markup=options.get("markup"),
            emoji=options.get("emoji"),
            highlight=options.get("highlight"),
        )

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Write out what is left of control characters; styles and the movements of a progress bar are not text."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(printable_lines(segment.text), segment.style)


class OneLineFormatter(logging.Formatter):
    """Writes a message on one line, whatever is in it; a traceback keeps its lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        """Return the message with every line break and control character written out."""
        return printable(super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 - the name is logging's
        """Return the traceback; the texts in it may be names and answers, too."""
        return printable_lines(super().formatException(ei))  # type: ignore[arg-type]


def between_words(text: Text, width: int) -> Text:
    """Return a text with a line break before each word that would not end within so many columns."""
    lines = []
    for line in text.split(allow_blank=True):
        breaks = []
        column = 0
        for word in _WORD.finditer(line.plain):
            if column and column + cell_len(word[0].rstrip()) > width:
                breaks.append(word.start())
                column = 0
            column += cell_len(word[0])
        for part in line.divide(breaks):
            if breaks:
                part.rstrip()
            lines.append(part)
    return Text("\n").join(lines)


def fit_table(table: Table, width: int) -> bool:
    """Set the widths of a table's columns so that no word of a cell is parted; False when the width is too small."""
    cells = [[_plain(column.header), *map(_plain, column.cells)] for column in table.columns]
    least = [max(cell_len(word) for cell in column for word in (cell.split() or [""])) for column in cells]
    wanted = [max(map(cell_len, column)) for column in cells]
    # Each column has a blank on both sides and a line before it, and the table a line at its end.
    left = width - sum(least) - 3 * len(cells) - 1
    if left < 0:
        return False
    widths = list(least)
    while left > 0 and (narrow := [i for i, size in enumerate(widths) if size < wanted[i]]):
        # The narrowest first: a short column is shown whole before a long one gets more.
        widths[min(narrow, key=lambda i: (widths[i], i))] += 1
        left -= 1
    for column, size in zip(table.columns, widths, strict=True):
        column.width = size
    return True


def lines_of_table(table: Table) -> list[str]:
    """Return a table as lines, for a terminal that is too narrow for it: one line for each cell, with its header."""
    headers = [_plain(column.header) for column in table.columns]
    rows = [list(map(_plain, row)) for row in zip(*(column.cells for column in table.columns), strict=True)]
    title = [str(table.title)] if table.title else []
    if not table.show_header:
        return [*title, *(": ".join(row) for row in rows), ""]
    return [
        *title,
        *(
            line
            for row in rows
            for line in (*(f"{header}: {cell}" for header, cell in zip(headers, row, strict=True)), "")
        ),
    ]


def _plain(cell: object) -> str:
    return cell.plain if isinstance(cell, Text) else Text.from_markup(str(cell)).plain
