"""What no PostgreSQL text can hold, told apart before it reaches the database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

LONGEST_TEXT = 500
"""So many characters a name, a code or the id of a load may have; the macro longest_text() says so in SQL."""
_LONGEST_SHOWN = 80
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")


def text_fault(text: str, encoding: str = "UTF-8") -> str | None:
    """Say what keeps a text from being stored, as a phrase that follows the text's name; None when nothing does.

    Bytes that are invalid in the encoding are expected as lone surrogates, which is how Python reads them with
    ``errors="surrogateescape"``.
    """
    if "\x00" in text:
        return "holds a NUL character"
    if _UNUSABLE.search(text):
        return f"is not valid {encoding}"
    return None


def readable_text(text: str) -> str:
    """Return a text that can be stored: what cannot is replaced by U+FFFD."""
    return _UNUSABLE.sub("\ufffd", text)


def refuse_unusable_names(names: Iterable[str]) -> None:
    """Raise ValueError that says which of the names, counted from 1, cannot be stored and why."""
    for number, name in enumerate(names, start=1):
        fault = text_fault(name)
        if fault is not None:
            raise ValueError(f"Name {number} {fault}")


def shown(value: object) -> str:
    """Return a value as an error message shows it: one line, cut, and no character that a terminal would obey.

    The macro of this name writes texts alike. What is printed as it is, without quotes, goes through printable().
    """
    if not isinstance(value, str):
        return _cut(repr(value))
    text = _cut(value)
    return json.dumps(text) if re.fullmatch("[ -~]*", text) else repr(text)


def shown_part(text: str | None) -> str:
    """Return a part of a row as shown() does, always in single quotes; what is missing as ``nothing``."""
    return "nothing" if text is None else repr(_cut(text))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
