"""Applies the rules that a domain has for its codes: what a column writes in another way than the mappings do."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from company_enrichment.errors import ConfigurationError
from company_enrichment.ingestion.domains import Column, Domain, KeyColumn
from company_enrichment.ingestion.workbooks import RecordRow
from company_enrichment.unusable_text import shown

KeysOfCodes = Callable[[Collection[str]], Mapping[str, str | None]]
"""Gives for each code the key by which codes are compared, None where the text is no code."""

# Before a digit every character of a prefix counts, also one that would be trimmed as the end of a code.
_DIGIT = "1"


def with_column_rules(rows: Sequence[RecordRow], domain: Domain, keys_of: KeysOfCodes) -> list[RecordRow]:
    """Return the rows with the codes that the domain's rules make of those in the file; record ids stay.

    A code to which no rule applies stays as the file has it, and so does a text that is no code.

    Raises ConfigurationError that names domain, column and rule when a rule says something that is no code, or
    corrects one code in two ways.
    """
    changes: dict[KeyColumn, dict[str, str]] = {}
    for column, rules in domain.columns_with_rules.items():
        codes = {code for row in rows if row.reject_reason is None and (code := getattr(row, column)) is not None}
        changes[column] = _changes(codes, rules, f"Domain {domain.name}: columns, {column}", keys_of)
    return [_with_codes(row, changes) for row in rows]


def _with_codes(row: RecordRow, changes: Mapping[KeyColumn, Mapping[str, str]]) -> RecordRow:
    corrected: dict[str, Any] = {}
    for column, codes in changes.items():
        code = getattr(row, column)
        if code in codes:
            corrected[column] = codes[code]
    return replace(row, **corrected) if corrected else row


def _changes(codes: Collection[str], rules: Column, place: str, keys_of: KeysOfCodes) -> dict[str, str]:
    prefix = rules.strip_prefix
    texts = {*codes, *rules.corrections, *rules.corrections.values()}
    keys = keys_of(texts if prefix is None else {*texts, prefix + _DIGIT})
    ready = _Rules(
        prefix="" if prefix is None else _prefix_key(prefix, keys[prefix + _DIGIT], place),
        width=rules.width or 0,
        corrections=_correction_keys(rules.corrections, keys, place),
    )
    changes = {}
    for code in codes:
        key = keys[code]
        corrected = key if key is None else ready.apply(key)
        if corrected is not None and corrected != key:
            changes[code] = corrected
    return changes


@dataclass(frozen=True)
class _Rules:
    """Rules for keys of codes."""

    prefix: str
    width: int
    corrections: Mapping[str, str]

    def apply(self, key: str) -> str:
        """Return the code in place of this one. A correction is final: nothing more is done to what it gives."""
        if key in self.corrections:
            return self.corrections[key]
        rest = key.removeprefix(self.prefix).strip() or key
        if re.fullmatch("[0-9]+", rest):
            rest = rest.zfill(self.width)
        return self.corrections.get(rest, rest)


def _prefix_key(prefix: str, key: str | None, place: str) -> str:
    if key is None or not key.endswith(_DIGIT) or key == _DIGIT:
        raise ConfigurationError(f"{place}, strip_prefix: {shown(prefix)} is not what a code can begin with.")
    return key.removesuffix(_DIGIT)


def _correction_keys(corrections: Mapping[str, str], keys: Mapping[str, str | None], place: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for wrong, right in corrections.items():
        for text in (wrong, right):
            if keys[text] is None:
                raise ConfigurationError(f"{place}, corrections: {shown(text)} is no code.")
        key, correct = str(keys[wrong]), str(keys[right])
        if found.setdefault(key, correct) != correct:
            raise ConfigurationError(
                f"{place}, corrections: {shown(wrong)} is corrected to {shown(found[key])} and to {shown(correct)}; "
                "leave one of the two."
            )
    return found
