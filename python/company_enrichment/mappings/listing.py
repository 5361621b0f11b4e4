"""Lists what is stored of mappings: the aliases in force, the rows that were rejected or lost, and the loads.

Every list has an order that stays, and says how many rows there are beside those that it shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, column_names_of, joined_transaction
from company_enrichment.errors import ConfigurationError, MappingLoadError
from company_enrichment.mappings.loads import is_load

MOST_ROWS = 1_000_000
"""The highest limit of a list."""

_ALIASES = """
select
    alias.match_type, alias.alias_text, alias.company_id, alias.source, alias.load_id, alias.line_no, alias.updated_at,
    alias.correction_id, alias.alias_name, count(*) over () as all_rows
from {schema}.company_mapping as alias
where
    alias.retired_at is null
    and (
        %(alias)s::text is null
        or strpos(lower(alias.alias_text), lower(%(alias)s)) > 0
        or alias.alias_name = {schema}.mapping_alias_name(alias.match_type, %(alias)s)
    )
    and (%(source)s::text is null or alias.source = %(source)s)
    and (%(match_type)s::text is null or alias.match_type = %(match_type)s)
    and (%(company)s::text is null or alias.company_id = {schema}.clean_company_id(%(company)s))
order by alias.match_type, alias.alias_name collate "C"
limit %(limit)s
"""

_REJECTS = """
select
    reject.load_id, reject.line_no, reject.match_type, reject.alias_text, reject.company_id, reject.reason,
    reject.source, reject.decided_at, count(*) over () as all_rows
from {schema}.mapping_rejects as reject
where %(load)s::text is null or reject.load_id = %(load)s
order by reject.decided_at desc, reject.load_id, reject.line_no
limit %(limit)s
"""

_CONFLICTS = """
select
    conflict.match_type, conflict.alias_text, conflict.winning_company_id, conflict.winning_source,
    conflict.losing_company_id, conflict.losing_source, conflict.rule, conflict.load_id, conflict.line_no,
    conflict.reason, conflict.is_open, conflict.decided_at, count(*) over () as all_rows
from {schema}.company_mapping_conflicts as conflict
where
    (conflict.is_open or %(closed)s)
    and (%(load)s::text is null or conflict.load_id = %(load)s)
    and (%(source)s::text is null or %(source)s in (conflict.winning_source, conflict.losing_source))
order by conflict.decided_at desc, conflict.load_id, conflict.line_no
limit %(limit)s
"""

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Listed:
    """The first rows of a list, by column name, and how many there are in all."""

    rows: Sequence[Row]
    total: int

    @property
    def is_whole(self) -> bool:
        """True when no row was left out."""
        return len(self.rows) == self.total


class MappingLists:
    """Reads the lists of one schema; changes nothing.

    Args:
        connection: an open psycopg2 connection.
        schema: the schema of the tables.

    Every method raises ConfigurationError for a filter that can match nothing, and SchemaNotDeployedError where dbt
    has not built the models.

    """

    def __init__(self, connection: extensions.connection, *, schema: str = "enterprise") -> None:
        self.connection = connection
        self.schema = schema
        self._schema = sql.Identifier(schema)

    def aliases(
        self,
        *,
        alias: str | None = None,
        source: str | None = None,
        match_type: str | None = None,
        company: str | None = None,
        limit: int = 50,
    ) -> Listed:
        """Return the aliases in force, by match type and key.

        alias keeps those that have the text in them, in any case, or are the same name or code; match_type may be
        written as in a file of mappings.
        """
        with joined_transaction(self.connection) as cursor:
            known = None if match_type is None else self._known_match_type(cursor, match_type)
            return self._listed(
                cursor,
                _ALIASES,
                {"alias": alias, "source": source, "match_type": known, "company": company, "limit": limit},
            )

    def rejects(self, *, load: str | None = None, limit: int = 50) -> Listed:
        """Return the landed rows that cannot be used, the latest load first, by their lines."""
        with joined_transaction(self.connection) as cursor:
            self._refuse_unknown_load(cursor, load)
            return self._listed(cursor, _REJECTS, {"load": load, "limit": limit})

    def conflicts(
        self, *, load: str | None = None, source: str | None = None, with_closed: bool = False, limit: int = 50
    ) -> Listed:
        """Return the rows that met another company, the latest load first, by their lines.

        Only those that are open, unless with_closed. source keeps those that it has won or lost.
        """
        with joined_transaction(self.connection) as cursor:
            self._refuse_unknown_load(cursor, load)
            return self._listed(
                cursor, _CONFLICTS, {"load": load, "source": source, "closed": with_closed, "limit": limit}
            )

    def _known_match_type(self, cursor: extensions.cursor, given: str) -> str:
        cursor.execute(
            sql.SQL(
                "select {schema}.normalize_match_type(%(given)s) as meant,"
                " {schema}.mapping_fault("
                "{schema}.normalize_match_type(%(given)s), 'alias', 'company', 'alias') as fault"
            ).format(schema=self._schema),
            {"given": given},
        )
        row = as_mapping(cursor.fetchone(), ("meant", "fault"))
        if row["fault"] is not None:
            raise ConfigurationError(f"There is no match type {given!r}: {row['fault']}.")
        return str(row["meant"])

    def _refuse_unknown_load(self, cursor: extensions.cursor, load: str | None) -> None:
        if load is not None and not is_load(cursor, self._schema, load):
            raise MappingLoadError(f"There is no load {load}; `company-enrichment mappings loads` lists them.")

    def _listed(self, cursor: extensions.cursor, query: str, parameters: Mapping[str, Any]) -> Listed:
        cursor.execute(sql.SQL(query).format(schema=self._schema), parameters)
        names = column_names_of(cursor)
        rows = [dict(as_mapping(row, names)) for row in cursor.fetchall()]
        total = rows[0]["all_rows"] if rows else 0
        return Listed(rows=[{name: row[name] for name in names if name != "all_rows"} for row in rows], total=total)
