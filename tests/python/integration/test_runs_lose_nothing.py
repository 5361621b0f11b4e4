"""A run that ends with 0 has lost nothing of what it has read; any other fails, and the next one makes up for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from child_processes import wait_until_blocked
from real_databases import Database, create_database, drop_database

pytestmark = pytest.mark.one_server

NEW_RECORD = (
    "insert into customer_records (record_id, source_system, plan_code, customer_name) values (%s, 'test', %s, %s)"
)
NEW_MAPPING = "insert into mapping_records values (%s, 2, 'test', 'plan', %s, %s)"
NEW_ANSWER = (
    "insert into lookup_answers (provider, asked_name, normalized_name, outcome, company_id, company_name, confidence)"
    " values ('registry', %(name)s, normalize_company_name(%(name)s), 'found', %(company_id)s, %(name)s,"
    " %(confidence)s)"
)
COMPANIES = "select record_id, company_id from company_resolution order by record_id"

# Rows of a table that are not written, as a rule, a trigger or row security of somebody else would have it.
SUPPRESSED = """
create function suppress() returns trigger language plpgsql as 'begin return null; end';
create trigger suppress before insert or update on {table} for each row execute function suppress();
"""


@pytest.fixture(scope="module")
def read_once(deployed_template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Records, a mapping and an answer that runs have read, and then news of each; to be copied."""
    database = create_database(deployed_template.server, tmp_path_factory.mktemp("read"), deployed_template.name)
    database.query(NEW_RECORD, ("by plan", "P-1", None))
    database.query(NEW_RECORD, ("by name", None, "旧公司"))
    database.query(NEW_RECORD, ("by nothing", None, "没人知道的公司"))
    database.query(NEW_MAPPING, ("one", "P-1", "A"))
    database.query(NEW_ANSWER, {"name": "旧公司", "company_id": "B", "confidence": 0.5})
    # Twice: the second reads whatever the first had to leave to it.
    database.dbt("run")
    database.dbt("run")
    assert database.query(COMPANIES) == [("by name", "B"), ("by nothing", "TEMP_000001"), ("by plan", "A")]
    database.query("update customer_records set customer_name = '新公司' where record_id = 'by nothing'")
    database.query(NEW_RECORD, ("new", "P-2", None))
    database.query(NEW_MAPPING, ("two", "P-1", "A2"))
    database.query(NEW_MAPPING, ("three", "P-2", "C"))
    database.query(NEW_ANSWER, {"name": "旧公司", "company_id": "B2", "confidence": 1})
    database.query(NEW_ANSWER, {"name": "新公司", "company_id": "D", "confidence": 1})
    yield database
    drop_database(database)


@pytest.fixture
def read(read_once: Database, tmp_path: Path) -> Iterator[Database]:
    copy = create_database(read_once.server, tmp_path, read_once.name)
    yield copy
    drop_database(copy)


RESULT = [("by name", "B2"), ("by nothing", "D"), ("by plan", "A2"), ("new", "C")]


@pytest.mark.parametrize(
    ("model", "left_out"),
    [
        ("customer_record_keys", "records without keys, or with old ones (2): by nothing, new."),
        ("mapping_changes", "mapping rows without a decision (2): three line 2, two line 2."),
        ("company_mapping", "aliases that are missing, or not as decided (2): plan P-1, plan P-2."),
        ("company_lookup_cache", "answered names without an answer, or without the best (2): 新公司, 旧公司."),
        (
            "company_resolution",
            "records without a result, or with an old one (4): by name, by nothing, by plan, new.",
        ),
    ],
)
def test_a_run_that_leaves_out_what_it_has_read_fails_by_name_and_the_next_one_reads_it_again(
    read: Database, model: str, left_out: str
) -> None:
    watermark = "select watermark::text, updated_at from model_watermarks where model = %s"
    before = read.query(watermark, (model,))
    read.query(SUPPRESSED.format(table=model))
    failed = read.dbt("run", check=False)
    assert failed.code == 1
    assert left_out in " ".join(failed.output.split())
    assert read.query(watermark, (model,)) == before
    assert read.value("select status from enrichment_runs order by started_at desc limit 1") == "error"
    read.query("drop function suppress cascade")
    read.dbt("run")
    assert read.query(COMPANIES) == RESULT


def test_no_more_than_five_are_named(database: Database) -> None:
    for number in range(7):
        database.query(NEW_RECORD, (f"record\n{number}", "P-1", None))
    database.query(SUPPRESSED.format(table="company_resolution"))
    failed = database.dbt("run", check=False)
    assert failed.code == 1
    assert "(7): record 0, record 1, record 2, record 3, record 4 and 2 more." in " ".join(failed.output.split())


def test_a_temporary_id_that_is_not_the_ledger_s_is_no_result(database: Database) -> None:
    database.query(NEW_RECORD, ("first", None, "甲公司"))
    database.dbt("run")
    database.query(
        "create function renumber() returns trigger language plpgsql as"
        " $$begin new.company_id := 'TEMP_000001'; return new; end$$;"
        "create trigger renumber before insert on company_resolution for each row execute function renumber()"
    )
    database.query(NEW_RECORD, ("second", None, "乙公司"))
    failed = database.dbt("run", check=False)
    assert failed.code == 1
    assert "records without a result, or with an old one (1): second." in " ".join(failed.output.split())


def test_a_first_run_that_leaves_records_out_fails_too(database: Database) -> None:
    database.query("drop table company_resolution cascade")
    # The id of one name is given to none of the records: what the ledger says of it is no name key.
    database.query(NEW_RECORD, ("unreadable", None, "甲公司"))
    database.query(NEW_RECORD, ("by plan", "P-1", None))
    database.query(NEW_MAPPING, ("one", "P-1", "A"))
    database.query("create rule ids_are_lost as on insert to temp_company_ids do instead nothing")
    failed = database.dbt("run", check=False)
    assert failed.code == 1
    assert "records without a result, or with an old one (1): unreadable." in " ".join(failed.output.split())
    database.query("drop rule ids_are_lost on temp_company_ids")
    database.dbt("run")
    assert [record for record, _ in database.query(COMPANIES)] == ["by plan", "unreadable"]


def test_what_is_committed_while_a_model_is_built_is_left_to_the_next_run(read: Database) -> None:
    others = read.connect()
    with others.cursor() as cursor:
        # Each model has made its query when it wants to write.
        for table in ("customer_record_keys", "mapping_changes", "company_lookup_cache"):
            cursor.execute(f"lock enterprise.{table} in share mode")
    run = read.start_dbt("run")
    wait_until_blocked(read, 3)
    read.query("update customer_records set customer_name = '旧公司' where record_id = 'by nothing'")
    read.query(NEW_RECORD, ("newer", "P-3", None))
    read.query(NEW_MAPPING, ("four", "P-3", "E"))
    read.query(NEW_ANSWER, {"name": "旧公司", "company_id": "B3", "confidence": 1})
    read.query(NEW_ANSWER, {"name": "更新的公司", "company_id": "F", "confidence": 1})
    others.commit()
    outcome = run.outcome()
    assert outcome.code == 0, outcome.output
    read.dbt("run")
    assert read.query(COMPANIES) == [
        ("by name", "B3"),
        ("by nothing", "B3"),
        ("by plan", "A2"),
        ("new", "C"),
        ("newer", "E"),
    ]


def test_every_name_gets_its_id_whatever_the_size_of_the_blocks(database: Database) -> None:
    for number in range(8):
        database.query(NEW_RECORD, (f"record {number}", None, f"{number}号公司"))
    for refused in (-1, 0, 10**30):
        run = database.dbt("run", "--vars", f"temporary_id_block_size: {refused}", check=False)
        assert run.code == 2 and "temporary_id_block_size must be a whole number from 1 to 1000000" in run.output
    database.dbt("run", "--vars", "temporary_id_block_size: 3")
    assert database.query("select count(distinct company_id), count(*) from company_resolution where is_temporary") == [
        (8, 8)
    ]
