"""Derives the name of a customer from another column, such as that of the plan, where a row has none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from company_enrichment.errors import InputFileError
from company_enrichment.ingestion.domains.parts import DerivedName
from company_enrichment.ingestion.key_parts import folded_text
from company_enrichment.unusable_text import LONGEST_TEXT, shown, text_fault

LONGEST_SEARCH_SECONDS = 1.0
"""A pattern that takes longer on such a text would take for ever on the next."""


NamesOfNobody = Callable[[Collection[str]], Collection[str]]
"""Gives those of the names by which nobody can be found: placeholders, masked names."""


class NamedRow(Protocol):
    """A row with the name that its file has, and the one that could be derived: a dataclass."""

    @property
    def reject_reason(self) -> str | None:
        """Why it is no record; None when it is one."""

    @property
    def customer_name(self) -> str | None:
        """As the file has it."""

    @property
    def derivable_name(self) -> str | None:
        """By the rule, whether or not the file has one."""


Row = TypeVar("Row", bound=NamedRow)


def with_derived_names(rows: Sequence[Row], rule: DerivedName | None, of_nobody: NamesOfNobody) -> list[Row]:
    """Return the rows with the derived name where they have one and the file names nobody; it says what it is from."""
    can = [row for row in rows if row.derivable_name is not None and row.reject_reason is None]
    if rule is None or not can:
        return list(rows)
    unusable = of_nobody({name for row in can for name in (row.customer_name, row.derivable_name) if name is not None})
    return [
        _derived(row, rule.fallback)
        if row.derivable_name is not None
        and row.reject_reason is None
        and (row.customer_name is None or row.customer_name in unusable)
        and row.derivable_name not in unusable
        else row
        for row in rows
    ]


def _derived(row: Any, header: str) -> Any:
    return replace(row, customer_name=row.derivable_name, name_derived_from=header)


class NameDerivation:
    """Says what the customer of a row is called, by the rule of its domain."""

    def __init__(self, rule: DerivedName) -> None:
        import regex  # noqa: PLC0415 - few domains need it

        self._rule = rule
        self._pattern = regex.compile(rule.pattern)
        self._group: str | int = "name" if "name" in self._pattern.groupindex else 1
        self._when = {
            header: {folded_text(value) for value in ([values] if isinstance(values, str) else values)}
            for header, values in rule.when.items()
        }
        self._found: dict[str, str | None] = {}

    def name(self, texts: Mapping[str, str | None]) -> str | None:
        """Return the name that a row's texts give by header; None when the rule is not about the row, or finds none.

        Raises InputFileError that names the rule when its pattern takes for ever.
        """
        text = texts[self._rule.fallback]
        if text is None or len(text) > LONGEST_TEXT:
            return None
        if any(folded_text(texts[header] or "") not in values for header, values in self._when.items()):
            return None
        if text not in self._found:
            self._found[text] = self._searched(text)
        return self._found[text]

    def _searched(self, text: str) -> str | None:
        try:
            # Without the time a pattern such as (a+)+b would never end.
            found: Any = self._pattern.search(text, timeout=LONGEST_SEARCH_SECONDS)
        except TimeoutError:
            raise InputFileError(
                f"The pattern of customer_name, {shown(self._rule.pattern)}, takes more than {LONGEST_SEARCH_SECONDS:g}"
                f" second to search {shown(text)}: it can match in too many ways. Change it in the domain's file, so"
                " that nothing repeated is repeated again."
            ) from None
        name = (found[self._group] or "").strip() if found else ""
        return name if name and text_fault(name) is None else None
