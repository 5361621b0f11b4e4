"""DuckDB, by its postgres extension, in two ways.

Its own tables: what is needed is copied into DuckDB first, as its guide recommends for repeated reading; the result is
inserted into the attached database. In place: one statement over the attached tables. Both read by binary COPY over
several connections, and write by COPY.

Settings
    threads, memory_limit       none: as many threads as processors, and 80 % of the memory
    pg_use_ctid_scan            none: on by default, so that tables are read in parallel
    preserve_insertion_order    off, as its guide recommends for large tables: the result has no order
"""

from __future__ import annotations

from attached_duckdb import PACKAGES, attached_duckdb
from batch_runs.contestants import (
    ALIASES,
    CODE_BLANKS,
    LEADING_REMARK,
    MATCH_TYPES,
    NAMES,
    PUNCTUATION,
    RECORDS,
    RESULT,
    TRAILING_REMARK,
    Contestant,
)

UNORDERED = "set preserve_insertion_order = false"


def _key(column: str) -> str:
    if column not in NAMES:
        return f"trim(record.{column}, '{CODE_BLANKS}')"
    name = f"regexp_replace(regexp_replace(trim(record.{column}), '{LEADING_REMARK}', ''), '{TRAILING_REMARK}', '')"
    return f"lower(regexp_replace({name}, '{PUNCTUATION}', '', 'g'))"


def _insert(records: str, aliases: str) -> str:
    joins: list[str] = []
    tested: list[str] = []
    for match_type, column in MATCH_TYPES.items():
        key, alias = _key(column), f"by_{match_type}"
        if tested:
            key = f"case when coalesce({', '.join(tested)}) is null then {key} end"
        joins.append(
            f"left join (select * from {aliases} where match_type = '{match_type}') as {alias}"
            f" on {alias}.alias_name = {key}"
        )
        tested.append(f"{alias}.alias_name")
    match_types = " ".join(f"when by_{name}.alias_name is not null then '{name}'" for name in MATCH_TYPES)
    companies = ", ".join(f"by_{name}.company_id" for name in MATCH_TYPES)
    return (
        f"create table warehouse.{RESULT} as select record.record_id, case {match_types} end as match_type,"
        f" coalesce({companies}) as company_id from {records} as record {' '.join(joins)}"
    )


def _in_warehouse(query: str) -> str:
    return f"({query.replace(' from enterprise.', ' from warehouse.enterprise.')})"


def own_tables(address: str) -> None:
    """Copied into DuckDB, resolved there, written back."""
    with attached_duckdb(address) as connection:
        connection.execute(UNORDERED)
        connection.execute(f"create table records as {_in_warehouse(RECORDS)}")
        connection.execute(f"create table aliases as {_in_warehouse(ALIASES)}")
        connection.execute(_insert("records", "aliases"))


def in_place(address: str) -> None:
    """One statement over the attached tables."""
    with attached_duckdb(address) as connection:
        connection.execute(UNORDERED)
        connection.execute(_insert(_in_warehouse(RECORDS), _in_warehouse(ALIASES)))


CONTESTANTS = [
    Contestant("DuckDB, its own tables", own_tables, PACKAGES, 2),
    Contestant("DuckDB, in place", in_place, PACKAGES, 2),
]
