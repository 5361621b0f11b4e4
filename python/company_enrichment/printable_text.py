"""Text of others on a terminal and in logs: what would move the cursor, colour the screen or add a line is written out.

Names, codes, errors of providers and file names come from outside. A line break in one would look like a line of ours,
an escape sequence can rewrite the screen, and a mark of direction turns the rest of the line round.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

# Controls (C0, DEL, C1), line and paragraph separators, marks of direction, and lone surrogates.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_SHORT = {"\t": r"\t", "\n": r"\n", "\r": r"\r", "\x1b": r"\e"}
_LAYOUT = ("\n", "\t")


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
    """A console on which no text that is printed can do more than be read."""

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
