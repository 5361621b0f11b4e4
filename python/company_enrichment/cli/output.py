"""How commands print lists: tables for people, JSON for programs."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

from company_enrichment.printable_text import SafeConsole

# As printable_text writes them out; of these, JSON itself escapes only the first 32.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_WIDEST = 10_000


def json_text(document: Any) -> str:
    """Return a document as JSON that a terminal shows as it is: characters that would move or hide text are escaped."""
    text = json.dumps(document, ensure_ascii=False, indent=2, default=_plain)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def print_table(console: Console, table: Table) -> None:
    """Print a table; where nobody watches, each row is one line, however long."""
    if console.is_terminal:
        console.print(table)
        return
    SafeConsole(file=console.file, width=_WIDEST).print(table)


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"a {type(value).__name__} has no form in JSON")


console = SafeConsole()


error_console = SafeConsole(stderr=True)


def warn(sentence: str) -> None:
    """Print a warning to standard error."""
    error_console.print(sentence, markup=False, emoji=False, highlight=False, style="bold yellow", soft_wrap=True)
