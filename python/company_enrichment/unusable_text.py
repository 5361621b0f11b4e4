"""What no PostgreSQL text can hold, told apart before it reaches the database."""

from __future__ import annotations

from collections.abc import Iterable


def text_fault(text: str) -> str | None:
    """Say what keeps a text from being stored, as a phrase that follows the text's name; None when nothing does.

    Bytes that are no UTF-8 are expected as lone surrogates, which is how Python reads them with
    ``errors="surrogateescape"``.
    """
    if "\x00" in text:
        return "holds a NUL character"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "is not valid UTF-8"
    return None


def refuse_unusable_names(names: Iterable[str]) -> None:
    """Raise ValueError that says which of the names, counted from 1, cannot be stored and why."""
    for number, name in enumerate(names, start=1):
        fault = text_fault(name)
        if fault is not None:
            raise ValueError(f"Name {number} {fault}")
