"""The loads of mappings: what each did, whether it stands, and which is the last that does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, column_names_of, joined_transaction
from company_enrichment.errors import MappingLoadError
from company_enrichment.mappings.target import MappingDatabase
from company_enrichment.schema_version import refuse_other_schema_version

LAST = "last"
"""In place of a load id: the last load that stands."""

# What dbt has applied, what waits for it, and the loads that a job has landed without a row in landed_loads.
_ALL_LOADS = """
(
    select
        landed.load_id, landed.source, landed.mode, landed.undoes, landed.landed_at,
        -- Tables of an older version have no such column.
        to_jsonb(landed) ->> 'landed_by' as landed_by
    from {schema}.landed_loads as landed
    union all
    select
        of_rows.load_id, min(of_rows.source), 'merge', null, min(of_rows.landed_at), null
    from {schema}.mapping_records as of_rows
    where not exists (select from {schema}.landed_loads as landed where landed.load_id = of_rows.load_id)
    group by of_rows.load_id
)
"""

_LOADS = """
select
    load.load_id, load.source, load.mode, load.undoes, load.landed_at, load.landed_by, counted.decided_at,
    coalesce(
        counted.rows_read,
        (select count(*) from {schema}.mapping_records as waiting where waiting.load_id = load.load_id)
    ) as rows_read,
    counted.rows_inserted, counted.rows_updated, counted.rows_unchanged, counted.rows_rejected,
    counted.rows_conflicting, counted.rows_deleted, counted.rows_restored
from (
    select load.*
    from {all_loads} as load
    where %(source)s::text is null or load.source = %(source)s
    order by load.landed_at desc, load.load_id desc
    limit %(limit)s
) as load
left join {schema}.mapping_loads as counted on counted.load_id = load.load_id
order by load.landed_at desc, load.load_id desc
"""

_COUNT = "select count(*) as loads from {all_loads} as load where %(source)s::text is null or load.source = %(source)s"

_UNDOS = "select load_id, undoes from {schema}.landed_loads where mode = 'undo'"

# What an operation has decided of stored rows is no load that somebody has handed over.
_LAST = """
select load.load_id
from {all_loads} as load
where
    load.mode <> 'undo'
    and not starts_with(load.load_id, 'rekey:')
    and not load.load_id = any(%(undone)s::text[])
    and (%(source)s::text is null or load.source = %(source)s)
order by load.landed_at desc, load.load_id desc
limit 1
"""

_IS_LOAD = """
select
    exists (select from {schema}.landed_loads where load_id = %(load)s)
    or exists (select from {schema}.mapping_records where load_id = %(load)s) as is_load
"""


@dataclass(frozen=True, kw_only=True)
class Load:
    """A load; the counts are None while it waits for dbt, but for rows_read."""

    load_id: str
    source: str
    mode: str
    landed_at: datetime
    landed_by: str | None
    """The user of the database who landed it; None where that was not recorded."""
    decided_at: datetime | None
    undoes: str | None
    """The load that it takes back, for a load of mode undo."""
    undone_by: str | None
    """The undo in force that has taken it back."""
    rows_read: int
    rows_inserted: int | None
    rows_updated: int | None
    rows_unchanged: int | None
    rows_rejected: int | None
    rows_conflicting: int | None
    rows_deleted: int | None
    rows_restored: int | None

    @property
    def state(self) -> str:
        """What has become of it, in a word."""
        if self.undone_by is not None:
            return "undone"
        return "waits for dbt" if self.decided_at is None else "stands"


def read_loads(
    connection: extensions.connection, schema: str, *, source: str | None = None, limit: int = 50
) -> tuple[list[Load], int]:
    """Return the loads, of one source if it is given, the latest first, and how many there are in all."""
    names = _names(schema)
    with joined_transaction(connection) as cursor:
        undone_by = _undone_by(cursor, names)
        cursor.execute(sql.SQL(_COUNT).format(**names), {"source": source})
        total = int(as_mapping(cursor.fetchone(), ("loads",))["loads"])
        cursor.execute(sql.SQL(_LOADS).format(**names), {"source": source, "limit": limit})
        columns = column_names_of(cursor)
        rows = [as_mapping(row, columns) for row in cursor.fetchall()]
    loads = [Load(**{name: row[name] for name in columns}, undone_by=undone_by.get(row["load_id"])) for row in rows]
    return loads, total


def load_to_undo(database: MappingDatabase, source: str | None = None) -> str:
    """Return the id of the load that LAST means: see last_load_that_stands().

    A load whose own id is LAST is meant by it, unless a source is given.
    """
    if source is None:
        with database.connected() as connection, joined_transaction(connection) as cursor:
            refuse_other_schema_version(cursor, sql.Identifier(database.schema))
            if is_load(cursor, sql.Identifier(database.schema), LAST):
                return LAST
    return last_load_that_stands(database, source)


def last_load_that_stands(database: MappingDatabase, source: str | None = None) -> str:
    """Return the id of the load that was landed last, of one source if it is given, and that nobody has undone.

    It may still wait for dbt. Loads that undo others, and what an operation has written, do not count. Raises
    MappingLoadError when there is none.
    """
    names = _names(database.schema)
    with database.connected() as connection, joined_transaction(connection) as cursor:
        undone = list(_undone_by(cursor, names))
        cursor.execute(sql.SQL(_LAST).format(**names), {"undone": undone, "source": source})
        row = cursor.fetchone()
    if row is None:
        of_source = "" if source is None else f" of source {source}"
        raise MappingLoadError(f"No load{of_source} stands; `company-enrichment mappings loads` lists all there were.")
    return str(as_mapping(row, ("load_id",))["load_id"])


def is_load(cursor: extensions.cursor, schema: sql.Identifier, load_id: str) -> bool:
    """Return whether a load has this id."""
    cursor.execute(sql.SQL(_IS_LOAD).format(schema=schema), {"load": load_id})
    return bool(as_mapping(cursor.fetchone(), ("is_load",))["is_load"])


def _names(schema: str) -> dict[str, sql.Composable]:
    identifier = sql.Identifier(schema)
    return {"schema": identifier, "all_loads": sql.SQL(_ALL_LOADS).format(schema=identifier)}


def _undone_by(cursor: extensions.cursor, names: Mapping[str, sql.Composable]) -> dict[str, str]:
    """Return which loads are undone, and by which undo; one that is itself undone undoes nothing."""
    cursor.execute(sql.SQL(_UNDOS).format(**names))
    undos = [as_mapping(row, ("load_id", "undoes")) for row in cursor.fetchall()]
    undo_of = {undo["undoes"]: undo["load_id"] for undo in undos}

    def stands(load_id: str) -> bool:
        chain = 0
        # Nobody should, but SQL can make loads undo each other in a circle.
        while load_id in undo_of and chain <= len(undo_of):
            load_id, chain = undo_of[load_id], chain + 1
        return chain % 2 == 0

    return {undone: undo for undone, undo in undo_of.items() if stands(undo)}
