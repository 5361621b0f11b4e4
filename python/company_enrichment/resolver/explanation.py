"""Says in words why a record has its company id: every step of the resolution rule, and what it led to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, joined_transaction
from company_enrichment.records import KEYS, CustomerKeys
from company_enrichment.resolver.matches import CompanyMappingLoader

_COLUMNS = (
    "match_type",
    "record_key",
    "company_id",
    "source",
    "mapping_load_id",
    "answer_id",
    "answer_outcome",
    "confidence",
    "known_since",
    "evidence",
)
_NO_COMPANY = "__EMPTY__"


def explain(connection: extensions.connection, record: CustomerKeys, *, schema: str = "enterprise") -> list[str]:
    """Return a line for each step of the resolution rule, in order; the first that decides is marked.

    It says what is known now. It reads only, and asks nobody.
    """
    statement = sql.SQL("select {columns} from {schema}.explain_resolution(%s, %s, %s, %s)").format(
        columns=sql.SQL(", ").join(map(sql.Identifier, _COLUMNS)), schema=sql.Identifier(schema)
    )
    with joined_transaction(connection) as cursor:
        cursor.execute(statement, [getattr(record, key) for key in KEYS])
        steps = [as_mapping(row, _COLUMNS) for row in cursor.fetchall()]
    [faults] = CompanyMappingLoader(connection, schema=schema).faults([record])
    lines = []
    is_decided = False
    for step in steps:
        text, decides = _said(step)
        lines.append(f"{'->' if decides and not is_decided else '  '} {step['match_type']}: {text}")
        is_decided = is_decided or decides
    if faults is not None:
        lines.append(f"   no key: {faults}")
    return lines


def _said(step: Mapping[str, Any]) -> tuple[str, bool]:
    """What a step led to, and whether it decides."""
    key = step["record_key"]
    if key is None:
        return "the record has no such key", False
    if step["match_type"] == "lookup":
        return _answer_said(step)
    if step["company_id"] is None:
        return f"{key} is unknown" if step["match_type"] != "temporary" else f"{key} has no temporary id yet", False
    since = f"since {step['known_since']:%Y-%m-%d %H:%M}"
    if step["match_type"] == "temporary":
        return f"{key} has {step['company_id']} {since}", True
    rests_on = f"from load {step['mapping_load_id']} of {step['source']}, {since}"
    if step["company_id"] == _NO_COMPANY:
        return f"{key} deliberately has no company, {rests_on}", True
    return f"{key} is {step['company_id']}, {rests_on}", True


def _answer_said(step: Mapping[str, Any]) -> tuple[str, bool]:
    key = step["record_key"]
    if step["answer_id"] is None:
        return f"no registry was asked for {key}", False
    told = f"answer {step['answer_id']} of {step['source']}, {step['known_since']:%Y-%m-%d %H:%M}"
    if step["answer_outcome"] == "found":
        return f"{key} is {step['company_id']}, confidence {step['confidence']}, {told}", True
    if step["answer_outcome"] == "not_found":
        return f"{key} was not found, {told}", False
    if step["answer_outcome"] == "unusable":
        faults = [
            f"{one.get('company_name')} ({one.get('company_id')!r} {one.get('fault')})"
            for one in step["evidence"].get("unusable", [])
        ]
        return f"{key} has no usable company id at {step['source']}: {', '.join(faults)}, {told}", False
    vetoes = step["evidence"].get("vetoes")
    # The trigger has looked at the company that was found, which is the first.
    differing = f"; the first differs in {', '.join(vetoes)}" if vetoes else ""
    candidates = [
        f"{candidate.get('company_name')} ({candidate.get('company_id')})"
        for candidate in step["evidence"].get("candidates", [])
    ]
    return f"{key} was not accepted as {', '.join(candidates) or 'any company'}{differing}, {told}", False
