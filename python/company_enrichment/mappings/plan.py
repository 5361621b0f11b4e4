"""What a load of mappings would do, decided by the query that dbt decides it by, with nothing written.

The database refuses every write meanwhile: the transaction is READ ONLY. The rows are sent as parameters: a plan needs
room for all of them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, column_names_of, read_only_transaction, refuse_unsuitable_database
from company_enrichment.mappings.landing import (
    LandedLoad,
    LoadRequest,
    last_load,
    refuse_empty_load,
    refuse_faults,
    undo_of,
    undoable_load,
)
from company_enrichment.mappings.rows import landed_rows
from company_enrichment.mappings.statistics import MappingLoadStatistics, planned_statistics, read_statistics
from company_enrichment.mappings.target import MappingDatabase
from company_enrichment.schema_version import refuse_other_schema_version

_IS_LANDED = """
select
    exists (select from {schema}.landed_loads where load_id = %(load_id)s)
    or exists (select from {schema}.mapping_records where load_id = %(load_id)s) as is_landed
"""

_COLUMNS = ("line_nos", "match_types", "alias_texts", "company_ids", "problems")
_GIVEN = """
unnest(
    %(line_nos)s::integer[], %(match_types)s::text[], %(alias_texts)s::text[], %(company_ids)s::text[],
    %(problems)s::text[]
) as given (line_no, match_type, alias_text, company_id, problem)
"""

_PLAN = """
select * from {schema}.plan_mapping_load(
    %(load_id)s, %(source)s, %(mode)s, %(undoes)s, %(line_nos)s::integer[], %(match_types)s::text[],
    %(alias_texts)s::text[], %(company_ids)s::text[], %(problems)s::text[]
)
"""


def plan_mappings(
    database: MappingDatabase, mappings: Iterable[Any], request: LoadRequest, *, apply: bool = True
) -> tuple[LandedLoad, MappingLoadStatistics]:
    """Return the load that land_mappings() would land or find, and what it would do; errors as there."""
    schema = sql.Identifier(database.schema)
    with database.connected() as connection, read_only_transaction(connection) as cursor:
        refuse_unsuitable_database(cursor)
        refuse_other_schema_version(cursor, schema)
        landed = _planned_load(cursor, schema, request)
        if not landed.is_new:
            return landed, _of_landed_load(cursor, schema, landed.load_id, apply=apply)
        rows = list(landed_rows(mappings))
        given = _arrays(rows)
        refuse_empty_load(request, len(rows))
        refuse_faults(cursor, schema, sql.SQL(_GIVEN), given, request=request, read=len(rows))
        if not apply and rows:
            return landed, planned_statistics(landed.load_id, {"rows_read": len(rows)}, applied=False)
        plan = {**given, "load_id": landed.load_id, "source": request.source, "mode": request.mode, "undoes": None}
        return landed, _planned(cursor, schema, plan)


def plan_undo(
    database: MappingDatabase, load_id: str, *, apply: bool = True
) -> tuple[LandedLoad, MappingLoadStatistics]:
    """Return the load that land_undo() would land or find, and what it would do; errors as there."""
    schema = sql.Identifier(database.schema)
    with database.connected() as connection, read_only_transaction(connection) as cursor:
        refuse_other_schema_version(cursor, schema)
        source, undone_by = undoable_load(cursor, schema, load_id)
        if undone_by is not None:
            landed = LandedLoad(load_id=undone_by, is_new=False)
            return landed, _of_landed_load(cursor, schema, undone_by, apply=apply)
        landed = LandedLoad(load_id=undo_of(load_id), is_new=True)
        if not apply:
            return landed, planned_statistics(landed.load_id, {"rows_read": 0}, applied=False)
        plan = {**_arrays([]), "load_id": landed.load_id, "source": source, "mode": "undo", "undoes": load_id}
        return landed, _planned(cursor, schema, plan)


def _planned_load(cursor: extensions.cursor, schema: sql.Identifier, request: LoadRequest) -> LandedLoad:
    number = 0
    load_id = request.load_id or f"{request.source}:{uuid.uuid4()}"
    if request.load_id is None and request.content_hash is not None:
        same, number = last_load(cursor, schema, request)
        if same is not None:
            return LandedLoad(load_id=same, is_new=False)
    while True:
        if request.load_id is None and request.content_hash is not None:
            number += 1
            load_id = f"{request.source}:{number}:{request.content_hash[:32]}"
        cursor.execute(sql.SQL(_IS_LANDED).format(schema=schema), {"load_id": load_id})
        is_landed = as_mapping(cursor.fetchone(), ("is_landed",))["is_landed"]
        if not is_landed or request.load_id is not None:
            return LandedLoad(load_id=load_id, is_new=not is_landed)


def _of_landed_load(
    cursor: extensions.cursor, schema: sql.Identifier, load_id: str, *, apply: bool
) -> MappingLoadStatistics:
    """Return what a load did that is landed already, or would do where it waits for dbt."""
    statistics = read_statistics(cursor, schema, load_id)
    if statistics["applied"] or not apply:
        return statistics
    return _planned(cursor, schema, {**_arrays([]), "load_id": load_id, "source": None, "mode": None, "undoes": None})


def _arrays(rows: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
    """Return rows as what the arguments of plan_mapping_load() are called."""
    return {column: [row[place] for row in rows] for place, column in enumerate(_COLUMNS)}


def _planned(cursor: extensions.cursor, schema: sql.Identifier, plan: dict[str, Any]) -> MappingLoadStatistics:
    cursor.execute(sql.SQL(_PLAN).format(schema=schema), plan)
    columns = column_names_of(cursor)
    return planned_statistics(plan["load_id"], as_mapping(cursor.fetchone(), columns), applied=True)
