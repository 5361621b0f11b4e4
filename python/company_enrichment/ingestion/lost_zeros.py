"""Codes that may have lost the zeros in front: numbers where the other codes of their type are text with zeros.

Spreadsheets make 123 of 000123. That is found, and said; nothing is changed, because 123 may be right.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg2 import extensions, sql

from company_enrichment.database import as_mapping, column_names_of, joined_transaction
from company_enrichment.ingestion.domains import Domain
from company_enrichment.ingestion.workbooks import RecordRow
from company_enrichment.mappings.rows import landed_rows
from company_enrichment.mappings.target import MappingDatabase
from company_enrichment.records import CustomerKeys
from company_enrichment.resolver.matches import CompanyMappingLoader
from company_enrichment.unusable_text import shown

_EXAMPLES = 3
_MOST_WIDTHS = 5
_CODE_COLUMNS = ("plan_code", "account_number")

# Texts with a letter are no numbers, and their keys need not be made. What the load itself has without zeros says
# nothing of how wide codes are. A key is that of a code or of a name: there are no names of digits.
_SUSPECTS = """
with given as materialized (
    select given.line_no, meant.match_type, made.key
    from {rows} as given
    cross join lateral {schema}.normalize_match_type(given.match_type) as meant (match_type)
    cross join lateral {schema}.mapping_alias_name(meant.match_type, given.alias_text) as made (key)
    where given.problem is null and given.alias_text !~ '[[:alpha:]]' and made.key ~ '^[0-9]+$'
),

short as materialized (
    select given.* from given where given.key !~ '^0'
),

known as materialized (
    select alias.match_type, alias.alias_name as key, alias.alias_name ~ '^0' as has_zeros
    from {aliases} as alias
    where
        alias.alias_name ~ '^[0-9]+$'
        and alias.match_type in (select short.match_type from short)
        and not exists (
            select from short where short.match_type = alias.match_type and short.key = alias.alias_name
        )
    union
    select given.match_type, given.key, true from given where given.key ~ '^0'
),

usual as (
    select
        widths.match_type,
        widths.width,
        2 * count(known.key) filter (where length(known.key) = widths.width) > count(known.key) as is_usual
    from (
        select known.match_type, mode() within group (order by length(known.key) desc) as width
        from known
        where known.has_zeros
        group by known.match_type
    ) as widths
    inner join known on known.match_type = widths.match_type
    group by widths.match_type, widths.width
),

twins as (
    select known.match_type, ltrim(known.key, '0') as bare, min(known.key) as key
    from known
    where known.has_zeros
    group by known.match_type, ltrim(known.key, '0')
)

select
    suspect.match_type, suspect.width, suspect.line_no, suspect.key, suspect.twin,
    suspect.codes, suspect.with_twin
from (
    select
        short.match_type, usual.width, short.line_no, short.key, twins.key as twin,
        count(*) over of_type as codes,
        count(twins.key) over of_type as with_twin,
        row_number() over (partition by short.match_type order by twins.key is null, short.line_no) as place
    from short
    inner join usual on usual.match_type = short.match_type
    left join twins on twins.match_type = short.match_type and twins.bare = short.key
    where twins.key is not null or (usual.is_usual and length(short.key) < usual.width)
    window of_type as (partition by short.match_type)
) as suspect
where suspect.place <= %(examples)s
order by suspect.match_type, suspect.place
"""

_OF_LOAD = "(select * from {schema}.mapping_records where load_id = %(load_id)s)"
_OF_ROWS = """
(
    select * from unnest(
        %(line_nos)s::integer[], %(match_types)s::text[], %(alias_texts)s::text[], %(problems)s::text[]
    ) as row_given (line_no, match_type, alias_text, problem)
)
"""
_IN_FORCE = "(select * from {schema}.company_mapping where retired_at is null)"
_NOBODY = "(select null::text as match_type, null::text as alias_name where false)"
_ARE_BUILT = "select to_regclass(%s) is not null as is_built"

_WIDTHS = """
select length(alias.alias_name) as width
from {schema}.company_mapping as alias
where alias.retired_at is null and alias.alias_name ~ '^0[0-9]+$'
group by length(alias.alias_name)
order by count(*) desc, width
limit %s
"""


@dataclass(frozen=True, kw_only=True)
class Suspect:
    """A code without zeros: where it stands, and the code with zeros that is known, if one is."""

    line_no: int
    code: str
    twin: str | None


@dataclass(frozen=True, kw_only=True)
class LostZeros:
    """The codes of one match type in a load that may have lost their zeros."""

    match_type: str
    width: int
    """Digits that codes of this type with zeros have, mostly."""
    codes: int
    """How many there are."""
    with_twin: int
    """Of how many the code with zeros is known."""
    examples: Sequence[Suspect]

    def __str__(self) -> str:
        """The finding, and what to do about it, in words."""
        examples = "; ".join(
            f"line {suspect.line_no}: {suspect.code}" + ("" if suspect.twin is None else f" ({suspect.twin} is known)")
            for suspect in self.examples
        )
        return (
            f"{self.codes:,} codes of type {self.match_type} may have lost zeros in front: the others have {self.width}"
            f" digits, and {self.with_twin:,} of these are known with zeros. {examples}. They are taken as they are,"
            " and meet no record whose code has the zeros. If they are wrong, enter them as text with their zeros and"
            " load the file again"
        )


def lost_zeros_of_load(database: MappingDatabase, load_id: str) -> list[LostZeros]:
    """Return which codes of a landed load may have lost zeros, by match type."""
    return _lost_zeros(database, sql.SQL(_OF_LOAD), {"load_id": load_id})


def lost_zeros_of_mappings(database: MappingDatabase, mappings: Iterable[Any]) -> list[LostZeros]:
    """Return the same of mappings that are not landed; they are read once, and held in memory."""
    rows = list(landed_rows(mappings))
    places = {"line_nos": 0, "match_types": 1, "alias_texts": 2, "problems": 4}
    return _lost_zeros(
        database, sql.SQL(_OF_ROWS), {name: [row[place] for row in rows] for name, place in places.items()}
    )


def _lost_zeros(database: MappingDatabase, rows: sql.SQL, parameters: Mapping[str, Any]) -> list[LostZeros]:
    schema = sql.Identifier(database.schema)
    with database.connected() as connection, joined_transaction(connection) as cursor:
        aliases = sql.SQL(_IN_FORCE if _are_built(cursor, database.schema) else _NOBODY).format(schema=schema)
        statement = sql.SQL(_SUSPECTS).format(schema=schema, rows=rows.format(schema=schema), aliases=aliases)
        cursor.execute(statement, {**parameters, "examples": _EXAMPLES})
        names = column_names_of(cursor)
        found = [as_mapping(row, names) for row in cursor.fetchall()]
    by_type: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in found:
        by_type[row["match_type"]].append(row)
    return [
        LostZeros(
            match_type=match_type,
            width=of_type[0]["width"],
            codes=of_type[0]["codes"],
            with_twin=of_type[0]["with_twin"],
            examples=[Suspect(line_no=row["line_no"], code=row["key"], twin=row["twin"]) for row in of_type],
        )
        for match_type, of_type in by_type.items()
    ]


def lost_zeros_of_records(
    connection: extensions.connection, schema: str, domain: Domain, rows: Sequence[RecordRow]
) -> list[str]:
    """Say which codes of a file's records meet no alias, and would with zeros in front; a line for each column.

    Asks by the rule that resolves records, for the distinct codes that are digits, and for each width that aliases with
    zeros have.
    """
    columns = {column: _short_codes(rows, column) for column in _CODE_COLUMNS}
    if not any(columns.values()):
        return []
    with joined_transaction(connection) as cursor:
        if not _are_built(cursor, schema):
            return []
        cursor.execute(sql.SQL(_WIDTHS).format(schema=sql.Identifier(schema)), (_MOST_WIDTHS,))
        widths = [int(as_mapping(row, ("width",))["width"]) for row in cursor.fetchall()]
    loader = CompanyMappingLoader(connection, schema=schema)
    lines = []
    for column, of_rows in columns.items():
        meant = _with_zeros(loader, column, of_rows, widths)
        if meant:
            lines.append(_described(domain, column, of_rows, meant))
    return lines


def _short_codes(rows: Sequence[RecordRow], column: str) -> dict[str, list[int]]:
    """Return the codes of digits without a zero in front, and the rows that each stands in."""
    found: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        code = getattr(row, column)
        folded = unicodedata.normalize("NFKC", code).strip() if code is not None else ""
        if row.reject_reason is None and re.fullmatch("[1-9][0-9]*", folded):
            found[folded].append(row.row_number)
    return dict(found)


def _with_zeros(
    loader: CompanyMappingLoader, column: str, codes: Iterable[str], widths: Iterable[int]
) -> dict[str, str]:
    """Return the codes that no alias knows, each with the code with zeros that one does."""
    unknown = list(_unknown(loader, column, list(codes)))
    meant: dict[str, str] = {}
    for width in widths:
        padded = [(code, code.zfill(width)) for code in unknown if len(code) < width and code not in meant]
        matches = loader.match([_keys(column, wider) for _, wider in padded])
        meant.update(pair for pair, match in zip(padded, matches, strict=True) if match.match_type is not None)
    return meant


def _unknown(loader: CompanyMappingLoader, column: str, codes: Sequence[str]) -> Iterator[str]:
    for code, match in zip(codes, loader.match([_keys(column, code) for code in codes]), strict=True):
        if match.match_type is None:
            yield code


def _keys(column: str, code: str) -> CustomerKeys:
    return CustomerKeys(plan_code=code) if column == "plan_code" else CustomerKeys(account_number=code)


def _described(domain: Domain, column: str, of_rows: Mapping[str, list[int]], meant: Mapping[str, str]) -> str:
    header = next((text for name, text in domain.column_headers.items() if name == column), column)
    records = sum(len(of_rows[code]) for code in meant)
    [(width, _)] = Counter(len(wider) for wider in meant.values()).most_common(1)
    first = sorted(meant, key=lambda code: of_rows[code][0])[:_EXAMPLES]
    examples = "; ".join(f"row {of_rows[code][0]}: {shown(code)} would be {shown(meant[code])}" for code in first)
    return (
        f"{header}: {records:,} records have a code that no mapping knows and that one would know with zeros in front:"
        f" {examples}. If the file has lost them, say so in the domain, columns.{column}.width: {width}, and deliver"
        " the file as a newer version"
    )


def _are_built(cursor: extensions.cursor, schema: str) -> bool:
    cursor.execute(_ARE_BUILT, (sql.Identifier(schema, "company_mapping").as_string(cursor),))
    return bool(as_mapping(cursor.fetchone(), ("is_built",))["is_built"])
