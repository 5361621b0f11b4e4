"""PostgreSQL resolves by itself: the rule of the project's models in one statement, where the data is.

A name is made a key only where neither plan nor account has matched, the same short-cut that all contestants take. The
project's own models make all keys once, when a record is staged; what is left to do then is the statement of stored
keys.

Settings of the session:
    parallel_setup_cost, parallel_tuple_cost
                                   0: the planner never chooses workers for these joins by itself, because it takes the
                                   handing over of rows for dearer than it is
    enable_memoize                 off: the planner would look plans up by index and remember them, which takes longer
                                   than a hash table of them where most are met only a few times
    max_parallel_workers_per_gather
                                   two, one for each processor of the machine the goals were set for
"""

from __future__ import annotations

from contextlib import closing

import psycopg2

from batch_runs.contestants import MATCH_TYPES, NAMES, RESULT, Contestant

WORKERS = (
    "set max_parallel_workers_per_gather = 2; set parallel_setup_cost = 0; set parallel_tuple_cost = 0;"
    " set enable_memoize = off"
)
NO_WORKERS = "set max_parallel_workers_per_gather = 0"


def _statement(records: str, has_keys: bool) -> str:
    joins: list[str] = []
    tested: list[str] = []
    for match_type, column in MATCH_TYPES.items():
        if has_keys:
            key = f"record.{'normalized_' if column in NAMES else ''}{column}"
        else:
            key = f"enterprise.normalize_{'company_name' if column in NAMES else 'code'}(record.{column})"
        if tested:
            key = f"case when coalesce({', '.join(tested)}) is null then {key} end"
        alias = f"by_{match_type}"
        joins.append(
            f"left join enterprise.company_mapping as {alias} on {alias}.match_type = '{match_type}'"
            f" and {alias}.retired_at is null and {alias}.alias_name = {key}"
        )
        tested.append(f"{alias}.alias_name")
    match_types = " ".join(f"when by_{name}.alias_name is not null then '{name}'" for name in MATCH_TYPES)
    companies = ", ".join(f"by_{name}.company_id" for name in MATCH_TYPES)
    return (
        f"create table {RESULT} as select record.record_id, case {match_types} end as match_type,"
        f" coalesce({companies}) as company_id from {records} as record {' '.join(joins)}"
    )


def _run(address: str, settings: str, statement: str) -> None:
    with closing(psycopg2.connect(address)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(settings)
        cursor.execute(statement)


def without_workers(address: str) -> None:
    """As the planner does it by itself."""
    _run(address, NO_WORKERS, _statement("enterprise.customer_records", has_keys=False))


def with_workers(address: str) -> None:
    """With two parallel workers."""
    _run(address, WORKERS, _statement("enterprise.customer_records", has_keys=False))


def of_stored_keys(address: str) -> None:
    """With two parallel workers, from the keys that the model customer_record_keys has stored."""
    _run(address, WORKERS, _statement("enterprise.customer_record_keys", has_keys=True))


CONTESTANTS = [
    Contestant("PostgreSQL, two workers", with_workers),
    Contestant("PostgreSQL, no workers", without_workers),
    Contestant("PostgreSQL, two workers, stored keys", of_stored_keys),
]
