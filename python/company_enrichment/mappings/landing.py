"""Lands loads of mappings and what takes them back: each in one transaction, whole or not at all."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, refuse_unsuitable_database, whole_transaction
from company_enrichment.errors import ConfigurationError, MappingLoadError, RejectedRowsError
from company_enrichment.mappings.rows import copy_rows
from company_enrichment.mappings.statistics import read_statistics
from company_enrichment.mappings.target import MappingDatabase
from company_enrichment.schema_version import refuse_other_schema_version
from company_enrichment.unusable_text import LONGEST_TEXT, shown_part, text_fault

logger = logging.getLogger(__name__)


MODES = ("append", "merge", "delete_insert", "replace_source")
"""What a load may do to what is stored; docs/mappings.md says what each means."""

_UNDO = "undo:"
_SHOWN_REJECTS = 20
_ROW = ("match_type", "alias_text", "company_id")

# Rows that were landed without a row in landed_loads have used their load id, too. The time is the clock's and not the
# transaction's: loads of one source that waited for each other are in the order in which they went on.
_LAND = """
insert into {schema}.landed_loads (load_id, source, mode, undoes, content_hash, landed_at)
select %(load_id)s, %(source)s, %(mode)s, %(undoes)s, %(content_hash)s, clock_timestamp()
where not exists (select from {schema}.mapping_records where load_id = %(load_id)s)
on conflict (load_id) do nothing
returning load_id
"""

_LAST_LOAD = """
select
    count(*) as loads,
    (array_agg(load_id order by landed_at desc, load_id desc))[1] as load_id,
    (array_agg(mode order by landed_at desc, load_id desc))[1] as mode,
    (array_agg(content_hash order by landed_at desc, load_id desc))[1] as content_hash
from {schema}.landed_loads
where source = %s
"""

_JUDGED = """
(
    select
        line_no,
        match_type,
        alias_text,
        company_id,
        coalesce(
            problem,
            {schema}.mapping_fault(
                meant, {schema}.mapping_alias_name(meant, alias_text), {schema}.clean_company_id(company_id), alias_text
            )
        ) as fault
    from {rows}
    cross join lateral {schema}.normalize_match_type(match_type) as meant
) as judged
"""

_FAULTS = """
select line_no, match_type, alias_text, company_id, fault, count(*) over () as faults
from {judged}
where fault is not null
order by line_no
limit %(shown)s
"""

# Ends at the first row that can be used, which is nearly always the first of all.
_IS_OF_USE = "select exists (select from {judged} where fault is null) as is_of_use"

_ROWS_OF_LOAD = "(select * from {schema}.mapping_records where load_id = %(load_id)s) as landed"

_UNDONE_LOAD = """
select
    coalesce(landed.source, records.source) as source,
    landed.mode,
    (select undo.load_id from {schema}.landed_loads as undo where undo.undoes = %(load_id)s) as undone_by
from (select) as one
left join {schema}.landed_loads as landed on landed.load_id = %(load_id)s
left join lateral (
    select source from {schema}.mapping_records where load_id = %(load_id)s order by line_no limit 1
) as records on true
"""


@dataclass(frozen=True, kw_only=True)
class LoadRequest:
    """A load that is to be landed; raises ConfigurationError when it can be none. See load_company_mappings()."""

    source: str
    mode: str
    load_id: str | None = None
    content_hash: str | None = None
    strict: bool = False
    needs_usable_row: bool = False
    """Refuse a load without a row that can be used; one that replaces what its source says always needs one."""

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ConfigurationError(f"There is no mode {self.mode!r} of mapping loads; choose {', '.join(MODES)}.")
        for name, value in (("source", self.source), ("load_id", self.load_id), ("content_hash", self.content_hash)):
            if value is not None:
                _refuse_unusable(name, value)
        if self.load_id is not None and self.load_id.startswith(_UNDO):
            raise ConfigurationError(f"load_id must not begin with {_UNDO}: such loads take others back.")


@dataclass(frozen=True, kw_only=True)
class LandedLoad:
    """A load that is in mapping_records; is_new is False when it was there before."""

    load_id: str
    is_new: bool


def refuse_unknown_match_type(database: MappingDatabase, match_type: str) -> None:
    """Raise ConfigurationError for a match type under which every row would be rejected."""
    schema = sql.Identifier(database.schema)
    with database.connected() as connection, whole_transaction(connection) as cursor:
        refuse_other_schema_version(cursor, schema)
        cursor.execute(
            sql.SQL(
                "select {schema}.mapping_fault({schema}.normalize_match_type(%s), 'alias', 'company', 'alias') as fault"
            ).format(schema=schema),
            (match_type,),
        )
        if as_mapping(cursor.fetchone(), ("fault",))["fault"] is not None:
            raise ConfigurationError(f"There is no match type {match_type!r}; the var match_types lists them.")


def land_mappings(
    database: MappingDatabase,
    mappings: Iterable[Any],
    request: LoadRequest,
    *,
    on_row: Callable[[int], None] | None = None,
) -> LandedLoad:
    """Land the rows as one load, in one transaction; nothing is written when the load is there already.

    Args:
        database: where to.
        mappings: the rows, as load_company_mappings() takes them. Not read when the load is there already.
        request: the load.
        on_row: called now and then with the number of rows read so far.

    Errors as in load_company_mappings().

    """
    rows = iter(mappings) if on_row is None else _reported(iter(mappings), on_row)
    schema = sql.Identifier(database.schema)
    with database.connected() as connection, whole_transaction(connection) as cursor:
        refuse_unsuitable_database(cursor)
        refuse_other_schema_version(cursor, schema)
        landed = _open_load(cursor, schema, request)
        if not landed.is_new:
            return landed
        read = copy_rows(cursor, schema, landed.load_id, request.source, rows)
        refuse_empty_load(request, read)
        rows_of_load = sql.SQL(_ROWS_OF_LOAD).format(schema=schema)
        refuse_faults(cursor, schema, rows_of_load, {"load_id": landed.load_id}, request=request, read=read)
    logger.info("Landed a load of mappings", extra={"load_id": landed.load_id, "mode": request.mode, "rows_read": read})
    return landed


def land_undo(database: MappingDatabase, load_id: str) -> LandedLoad:
    """Land what takes a load back; errors as in undo_mapping_load()."""
    _refuse_unusable("load_id", load_id)
    schema = sql.Identifier(database.schema)
    undo_id = undo_of(load_id)
    with database.connected() as connection, whole_transaction(connection) as cursor:
        refuse_other_schema_version(cursor, schema)
        source, undone_by = undoable_load(cursor, schema, load_id)
        if undone_by is not None:
            return LandedLoad(load_id=undone_by, is_new=False)
        landing = {
            "load_id": undo_id,
            "source": source,
            "mode": "undo",
            "undoes": load_id,
            "content_hash": None,
        }
        cursor.execute(sql.SQL(_LAND).format(schema=schema), landing)
        return LandedLoad(load_id=undo_id, is_new=cursor.fetchone() is not None)


def undo_of(load_id: str) -> str:
    """Return the id of the load that takes a load back."""
    return f"{_UNDO}{load_id}"


def undoable_load(cursor: extensions.cursor, schema: sql.Identifier, load_id: str) -> tuple[str, str | None]:
    """Return the source of a load, and the load that has taken it back; MappingLoadError when nothing can."""
    cursor.execute(sql.SQL(_UNDONE_LOAD).format(schema=schema), {"load_id": load_id})
    load = as_mapping(cursor.fetchone(), ("source", "mode", "undone_by"))
    if load["undone_by"] is None:
        if load["source"] is None:
            raise MappingLoadError(f"There is no load {load_id}; mapping_loads lists them.")
        if load["mode"] == "undo":
            raise MappingLoadError(f"Load {load_id} has taken another back, and cannot itself be taken back.")
        if not read_statistics(cursor, schema, load_id)["applied"]:
            raise MappingLoadError(f"Load {load_id} is not applied yet: `dbt run` first, then take it back.")
    return str(load["source"]), load["undone_by"]


def refuse_empty_load(request: LoadRequest, read: int) -> None:
    """Raise MappingLoadError for a load without rows that would retire its whole source."""
    if read == 0 and request.mode == "replace_source":
        raise MappingLoadError(
            f"The load has no rows, and with the mode replace_source it would retire every alias of source "
            f"{request.source}. Nothing was landed."
        )


def _refuse_unusable(name: str, value: str) -> None:
    if not value.strip():
        raise ConfigurationError(f"{name} must not be blank.")
    # A load id is part of keys, which have to fit an index.
    if len(value) > LONGEST_TEXT:
        raise ConfigurationError(f"{name} has {len(value):,} characters; it must have at most {LONGEST_TEXT}.")
    fault = text_fault(value)
    if fault is not None:
        raise ConfigurationError(f"{name} {fault}.")


def _open_load(cursor: extensions.cursor, schema: sql.Identifier, request: LoadRequest) -> LandedLoad:
    landing: dict[str, Any] = {
        "source": request.source,
        "mode": request.mode,
        "undoes": None,
        "content_hash": request.content_hash,
    }
    land = sql.SQL(_LAND).format(schema=schema)
    if request.load_id is not None or request.content_hash is None:
        load_id = request.load_id or f"{request.source}:{uuid.uuid4()}"
        cursor.execute(land, {**landing, "load_id": load_id})
        return LandedLoad(load_id=load_id, is_new=cursor.fetchone() is not None)

    # Until the end of the transaction nobody else lands a load of the source by its content.
    cursor.execute(sql.SQL("select {}.hold_lock(%s)").format(schema), (f"loads of source {request.source}",))
    same, number = last_load(cursor, schema, request)
    if same is not None:
        return LandedLoad(load_id=same, is_new=False)
    while True:
        # An id that is taken belongs to another load, whose row in landed_loads may have been deleted.
        number += 1
        load_id = f"{request.source}:{number}:{request.content_hash[:32]}"
        cursor.execute(land, {**landing, "load_id": load_id})
        if cursor.fetchone() is not None:
            return LandedLoad(load_id=load_id, is_new=True)


def last_load(cursor: extensions.cursor, schema: sql.Identifier, request: LoadRequest) -> tuple[str | None, int]:
    """Return the last load of the source if it had the same mode and content, and how many the source has had."""
    cursor.execute(sql.SQL(_LAST_LOAD).format(schema=schema), (request.source,))
    last = as_mapping(cursor.fetchone(), ("loads", "load_id", "mode", "content_hash"))
    is_same = (last["mode"], last["content_hash"]) == (request.mode, request.content_hash)
    return last["load_id"] if is_same else None, int(last["loads"])


def _reported(rows: Iterator[Any], on_row: Callable[[int], None]) -> Iterator[Any]:
    for number, row in enumerate(rows, start=1):
        if number % 10_000 == 0:
            on_row(number)
        yield row


def refuse_faults(
    cursor: extensions.cursor,
    schema: sql.Identifier,
    rows: sql.Composable,
    parameters: Mapping[str, Any],
    *,
    request: LoadRequest,
    read: int,
) -> None:
    """Raise RejectedRowsError when rows cannot be used, as far as the request asks for that.

    Args:
        cursor: of the load's transaction.
        schema: where the tables are.
        rows: a relation with their texts.
        parameters: of that relation.
        request: a strict load has no row that cannot be used; others may have to have one that can.
        read: how many rows there are.

    """
    judged = sql.SQL(_JUDGED).format(schema=schema, rows=rows)
    if not request.strict:
        needs_one = request.needs_usable_row or request.mode == "replace_source"
        if read == 0 or not needs_one or _is_of_use(cursor, judged, parameters):
            return
    cursor.execute(sql.SQL(_FAULTS).format(judged=judged), {**parameters, "shown": _SHOWN_REJECTS})
    columns = ("line_no", *_ROW, "fault", "faults")
    faults = [as_mapping(row, columns) for row in cursor.fetchall()]
    if not faults:
        return
    count = faults[0]["faults"]
    reasons = tuple((fault["line_no"], fault["fault"]) for fault in faults)
    listed = "; ".join(
        f"line {fault['line_no']}: {fault['fault']} ({', '.join(shown_part(fault[column]) for column in _ROW)})"
        for fault in faults
    )
    more = f"; and {count - len(reasons):,} more" if count > len(reasons) else ""
    if count < read:
        raise RejectedRowsError(
            f"{count:,} of {read:,} rows cannot be used, and nothing was landed: {listed}{more}",
            count=count,
            rows=reasons,
        )
    # In a file of another encoding every name is damaged alike.
    next_step = (
        "Name the encoding that the file has: --encoding"
        if all("is not valid" in fault for _, fault in reasons)
        else "Correct them in what they come from, and load it again."
    )
    raise RejectedRowsError(
        f"None of the {read:,} rows can be used, and nothing was landed: {listed}{more}. {next_step}",
        count=count,
        rows=reasons,
    )


def _is_of_use(cursor: extensions.cursor, judged: sql.Composable, parameters: Mapping[str, Any]) -> bool:
    cursor.execute(sql.SQL(_IS_OF_USE).format(judged=judged), parameters)
    return bool(as_mapping(cursor.fetchone(), ("is_of_use",))["is_of_use"])
