"""The merge and append strategies: dbt beside another writer, and dbt run again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from child_processes import wait_until_blocked
from company_enrichment import LookupAnswer, LookupQueue
from company_enrichment.embedded.server import EmbeddedServer
from real_databases import Database, create_database, drop_database

pytestmark = pytest.mark.every_server

INCREMENTAL_MODELS = (
    "company_id_crosswalk",
    "company_lookup_cache",
    "company_mapping",
    "company_mapping_history",
    "company_resolution",
    "company_resolution_changes",
    "customer_record_keys",
    "mapping_changes",
    "mapping_loads",
)


def _land(database: Database, load_id: str, *rows: tuple[str, str], landed_at: str = "2026-01-01") -> None:
    """Land (plan code, company id) rows of a source that is named like the load."""
    for line_no, (plan_code, company_id) in enumerate(rows, start=2):
        database.query(
            "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id, landed_at)"
            " values (%s, %s, %s, 'plan', %s, %s, %s)",
            (load_id, line_no, load_id, plan_code, company_id, landed_at),
        )


_CACHED = """
    insert into enterprise.company_lookup_cache
        (normalized_name, outcome, provider, answer_id, asked_name, key_version, answered_at, expires_at)
    select normalized_name, outcome, provider, answer_id, asked_name, key_version, answered_at {differently},
        answered_at + interval '30 days'
    from enterprise.lookup_answers where normalized_name = %s
"""
_DECIDED = """
    insert into enterprise.mapping_changes
        (load_id, line_no, source, match_type, alias_text, alias_name, company_id, outcome,
        claim, load_number, claim_number, load_landed_at, decided_at, run_id)
    values (%s, %s, 'other', 'plan', %s, %s, 'S-other', 'inserted', 'made', 9, 9, now(), now(), 'other')
"""


@pytest.fixture(scope="module")
def written_by_two(
    server: EmbeddedServer, deployed_template: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, str]]:
    """What dbt said, and the database, after another session has inserted the keys that dbt was just about to."""
    database = create_database(server, tmp_path_factory.mktemp("two-writers"), deployed_template.name)
    queue = LookupQueue(database.connect())
    for name in ("不同公司", "相同公司", "新公司"):
        queue.record_answer(name, LookupAnswer(provider="registry", outcome="not_found"))
    _land(database, "new", ("P-1", "S-1"), ("P-2", "S-2"))
    other = database.connect()
    with ThreadPoolExecutor(1) as pool:
        with other.cursor() as cursor:
            cursor.execute(_CACHED.format(differently="- interval '1 day'"), ("不同公司",))
            cursor.execute(_CACHED.format(differently=""), ("相同公司",))
            cursor.execute(_DECIDED, ("new", 2, "P-1", "P-1"))
        models = ("company_lookup_cache", "mapping_changes")
        running = pool.submit(database.dbt, "run", "--select", *models, check=False)
        try:
            wait_until_blocked(database, 2)
        finally:
            other.commit()
        said = running.result().output
    yield database, said
    drop_database(database)


def test_a_merge_updates_the_row_that_another_session_was_just_inserting(written_by_two: tuple[Database, str]) -> None:
    database, said = written_by_two
    assert "ERROR=0" in said
    assert database.query(
        "select count(*), count(*) filter (where cache.answered_at = answers.answered_at)"
        " from company_lookup_cache as cache join lookup_answers as answers using (answer_id)"
    ) == [(3, 3)]


def test_a_merge_leaves_the_row_alone_that_another_session_was_just_inserting_with_the_same_content(
    written_by_two: tuple[Database, str],
) -> None:
    """Both rows of the other session had its transaction id; only the one that differed was written again."""
    database, said = written_by_two
    assert "[INSERT 0 2 in" in said
    versions = dict(database.query("select normalized_name, xmin::text from company_lookup_cache"))
    assert versions["不同公司"] == versions["新公司"] != versions["相同公司"]


def test_an_append_keeps_the_row_that_another_session_was_just_inserting(written_by_two: tuple[Database, str]) -> None:
    database, said = written_by_two
    assert "[INSERT 0 1 in" in said
    assert database.query("select line_no, company_id from mapping_changes where load_id = 'new' order by line_no") == [
        (2, "S-other"),
        (3, "S-2"),
    ]


def test_a_repeated_run_writes_no_row(database: Database) -> None:
    database.query(
        "insert into customer_records (record_id, source_system, plan_code, customer_name) values"
        " ('1', 'test', 'P0101', '国家电网'), ('2', 'test', null, '甲公司'), ('3', 'test', null, null),"
        " ('4', 'test', null, '乙公司')"
    )
    queue = LookupQueue(database.connect())
    queue.assign_temp_ids(["乙公司"])
    queue.record_answer(
        "乙公司", LookupAnswer(provider="registry", outcome="found", company_id="S-1", confidence=Decimal(1))
    )
    database.dbt("run")

    def versions() -> dict[str, list[tuple[object, ...]]]:
        # xmax as well: a row that was locked to be compared was written, too.
        return {
            model: database.query(f"select ctid::text, xmin::text, xmax::text, * from {model} order by ctid")
            for model in INCREMENTAL_MODELS
        }

    first = versions()
    assert all(first.values())
    said = database.dbt("run").output
    assert said.count("[INSERT 0 0 in") == len(INCREMENTAL_MODELS)
    assert versions() == first


def test_of_two_runs_at_once_the_second_sees_what_the_first_has_decided(database: Database) -> None:
    """Two sources claim one key. The run that sees both loads must know that the other has just decided.

    A third session keeps the first run between deciding and committing, by a row that it will not commit.
    """
    _land(database, "late", ("P-1", "S-late"), ("P-2", "S-2"), landed_at="2026-01-02")
    holder = database.connect()
    with ThreadPoolExecutor(2) as pool:
        with holder.cursor() as cursor:
            cursor.execute(_DECIDED, ("late", 3, "P-2", "P-2"))
        try:
            first = pool.submit(database.dbt, "run", "--select", "mapping_changes")
            wait_until_blocked(database, 1)
            # Two at once although there is a lease: as after one that was released, or has ended, too early.
            release = ("run-operation", "release_run", "--args", "{execute: true}")
            database.dbt(*release, DBT_TARGET_PATH=str(database.scratch / "second"))
            _land(database, "early", ("P-1", "S-early"), landed_at="2026-01-01")
            second = pool.submit(
                database.dbt, "run", "--select", "mapping_changes", DBT_TARGET_PATH=str(database.scratch / "second")
            )
            wait_until_blocked(database, 2)
        finally:
            holder.rollback()
        first.result()
        second.result()
    assert database.query(
        "select company_id, outcome, previous_company_id from mapping_changes where alias_name = 'P-1'"
        " order by load_number"
    ) == [("S-late", "inserted", None), ("S-early", "updated", "S-late")]
