"""Parts of a domain's file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from company_enrichment.ingestion.key_parts import KeyKind
from company_enrichment.ingestion.no_records import PassedOver, PassingOver
from company_enrichment.unusable_text import shown, text_fault

_LONGEST_TEXT = 2000


class Part(BaseModel):
    """A part of a domain's file: nothing else may be in it, and every text can be stored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="after")
    @classmethod
    def _can_be_stored(cls, value: Any) -> Any:
        for text in _texts_of(value):
            fault = text_fault(text)
            if fault is not None or not text.strip() or len(text) > _LONGEST_TEXT:
                raise ValueError(f"{shown(text)} {fault or f'must be a text of 1 to {_LONGEST_TEXT} characters'}")
        return value


class KeyHeader(Part):
    """A part of the record key with what its values are compared as."""

    header: str = Field(description="The column's header in the sheet.")
    kind: KeyKind | None = Field(
        default=None,
        description="text, code, number, date or month; without it its header's words decide, else each value.",
    )


class RowsPassedOver(Part):
    """Which rows are no records: every rule holds that is not false; the words of a list are added to its own."""

    headers: bool = Field(default=True, description="The header again, or what is above it.")
    column_numbers: bool = Field(default=True, description="1, 2, 3 and the like below the header.")
    separators: bool = Field(default=True, description="Rows of dashes and the like.")
    units: bool | list[str] = Field(default=True, description="Units of amounts, or further words for them.")
    totals: bool | list[str] = Field(default=True, description="Totals and subtotals, or further words for them.")
    notes: bool | list[str] = Field(default=True, description="Notes, headings, signatures; or further words for them.")

    @cached_property
    def passing_over(self) -> PassingOver:
        """The rules as they are applied."""
        given: dict[PassedOver, bool | list[str]] = {
            PassedOver.HEADER: self.headers,
            PassedOver.COLUMN_NUMBERS: self.column_numbers,
            PassedOver.SEPARATOR: self.separators,
            PassedOver.UNITS: self.units,
            PassedOver.TOTAL: self.totals,
            PassedOver.NOTE: self.notes,
        }
        return PassingOver(
            rules=frozenset(rule for rule, value in given.items() if value is not False),
            further_words={rule: value for rule, value in given.items() if isinstance(value, list)},
        )


class DerivedName(Part):
    """A customer name that is derived from another column where the row has none; derived_names.py does it."""

    header: str = Field(description="The column's header in the sheet.")
    fallback: str = Field(description="Header of the column that the name is derived from.")
    pattern: str = Field(
        description=(
            "Regular expression that is searched for in the text of that column. Its group name is the name, or its"
            " only group."
        )
    )
    when: dict[str, str | list[str]] = Field(
        default_factory=dict, description="Header: the value, or the values, that the row has to have there."
    )

    @field_validator("pattern")
    @classmethod
    def _has_one_group(cls, pattern: str) -> str:
        import regex  # noqa: PLC0415 - few domains need it

        try:
            compiled = regex.compile(pattern)
        except regex.error as error:
            raise ValueError(f"{shown(pattern)} is no regular expression: {error}") from error
        if compiled.groups != 1 and "name" not in compiled.groupindex:
            raise ValueError(f"{shown(pattern)} must have one group, (…), or a group (?P<name>…)")
        return pattern

    @property
    def headers(self) -> list[str]:
        """The columns that it needs beside its own."""
        return [self.fallback, *self.when]


def _texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in (*value, *value.values()):
            yield from _texts_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts_of(part)
