"""A run reads what was committed since the last one, all of it and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from real_databases import Database

NEW_RECORD = """
insert into enterprise.customer_records (record_id, source_system, plan_code, customer_name)
values (%s, 'test', %s, %s)
"""
NEW_MAPPING = (
    "insert into enterprise.mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
    " values (%s, 2, 'test', 'plan', %s, %s)"
)
NEW_ANSWER = (
    "insert into enterprise.lookup_answers"
    " (provider, asked_name, normalized_name, outcome, company_id, company_name, confidence)"
    " values ('registry', %s, enterprise.normalize_company_name(%s), 'found', %s, null, 1)"
)
# Tables that grow with the data, and are read by other models.
GROWING = (
    "customer_records",
    "customer_record_keys",
    "mapping_records",
    "mapping_changes",
    "company_mapping",
    "company_mapping_history",
    "lookup_answers",
    "company_lookup_cache",
    "company_resolution",
    "company_resolution_changes",
    "temp_company_ids",
    "company_id_crosswalk",
)
MODELS = (
    "customer_record_keys",
    "mapping_changes",
    "mapping_loads",
    "company_mapping",
    "company_mapping_history",
    "company_lookup_cache",
    "company_resolution",
    "company_resolution_changes",
    "company_id_crosswalk",
)


def company_of(database: Database, record_id: str) -> str | None:
    found = database.query("select company_id from company_resolution where record_id = %s", (record_id,))
    return found[0][0] if found else None


@pytest.mark.every_server
def test_rows_that_are_committed_late_are_not_passed_over(database: Database) -> None:
    database.query(NEW_RECORD, ("by mapping", "P-1", None))
    database.query(NEW_RECORD, ("by answer", None, "迟到公司"))
    late = database.connect()
    with late.cursor() as cursor:
        cursor.execute(NEW_RECORD, ("late", "P-0", None))
        cursor.execute(NEW_MAPPING, ("late", "P-1", "late company"))
        cursor.execute(NEW_ANSWER, ("迟到公司", "迟到公司", "answered company"))
    # Later rows, committed earlier: a run reads them, and its watermark must not pass the open transaction.
    database.query(NEW_MAPPING, ("early", "P-0", "early company"))
    database.run_tables()
    database.query(NEW_RECORD, ("early", "P-0", None))
    database.run_tables()
    assert company_of(database, "early") == "early company"
    assert company_of(database, "by mapping") is None
    temporary = company_of(database, "by answer")
    assert temporary is not None and temporary.startswith("TEMP_")
    late.commit()
    database.run_tables()
    assert [company_of(database, record) for record in ("late", "by mapping", "by answer")] == [
        "early company",
        "late company",
        "answered company",
    ]
    assert database.query(
        "select to_company_id from company_id_crosswalk where from_company_id = %s and valid_to is null", (temporary,)
    ) == [("answered company",)]


def test_a_temporary_id_issued_for_a_name_that_is_known_by_now_is_re_pointed(database: Database) -> None:
    database.query(NEW_ANSWER, ("已知公司", "已知公司", "known company"))
    database.run_tables()
    [[temp_id]] = database.query("select temp_id from assign_temp_ids(array['已知公司'])")
    database.run_tables()
    assert database.query("select to_company_id from company_id_crosswalk where from_company_id = %s", (temp_id,)) == [
        ("known company",)
    ]


def test_a_changed_alias_and_an_answer_reach_records_that_have_not_changed(database: Database) -> None:
    database.query(NEW_RECORD, ("by mapping", "P-1", None))
    database.query(NEW_RECORD, ("by answer", None, "答复公司"))
    # Twice: the second run reads whatever the first had to leave to it, so that the records are read for good.
    database.run_tables()
    database.run_tables()
    database.query(NEW_MAPPING, ("one", "P-1", "mapped company"))
    database.query(NEW_ANSWER, ("答复公司", "答复公司", "answered company"))
    database.run_tables()
    assert company_of(database, "by mapping") == "mapped company"
    assert company_of(database, "by answer") == "answered company"


def test_a_record_with_other_content_is_resolved_anew(database: Database) -> None:
    database.query(NEW_MAPPING, ("one", "P-1", "first"))
    database.query(NEW_RECORD, ("record", "P-2", None))
    database.run_tables()
    assert company_of(database, "record") is None
    database.query("update customer_records set plan_code = 'P-1' where record_id = 'record'")
    database.run_tables()
    assert company_of(database, "record") == "first"


@pytest.fixture
def changed_by_hand(database: Database) -> Iterator[Database]:
    """A database in which somebody has changed an alias and a result by hand, which a run does not look at."""
    database.query(NEW_MAPPING, ("one", "P-1", "right"))
    database.query(NEW_RECORD, ("record", "P-1", None))
    # Twice: models that are built at the same time may read what the others write a second time.
    database.run_tables()
    database.run_tables()
    database.query("update company_mapping set company_id = 'wrong' where company_id = 'right'")
    database.query("update company_resolution set company_id = 'wrong' where record_id = 'record'")
    database.run_tables()
    assert company_of(database, "record") == "wrong"
    yield database


@pytest.mark.one_server
@pytest.mark.parametrize(
    "watermarks",
    [
        "update model_watermarks set system_identifier = 1",
        "update model_watermarks set watermark = '1000000000000'",
        "update model_watermarks set content_hash = 'of other rules'",
        "delete from model_watermarks",
    ],
)
def test_a_watermark_of_another_database_or_of_other_rules_does_not_count(
    changed_by_hand: Database, watermarks: str
) -> None:
    changed_by_hand.query(watermarks)
    changed_by_hand.run_tables()
    assert company_of(changed_by_hand, "record") == "right"
    changed_by_hand.run_tables()
    [[noted]] = changed_by_hand.query("select count(*) from model_watermarks where watermark < '1000000000000'")
    assert noted == len(MODELS)


def test_everything_is_compared_on_request(changed_by_hand: Database) -> None:
    changed_by_hand.dbt("run", "--vars", "{compare_everything: true}")
    assert company_of(changed_by_hand, "record") == "right"


def test_names_are_asked_for_again_when_they_are_due(database: Database) -> None:
    for name in ("新来公司", "失败公司"):
        database.query(NEW_RECORD, (name, None, name))
    database.run_tables()
    finish = "update lookup_requests set status = %s, finished_at = now() where name = %s"
    database.query(finish, ("done", "新来公司"))
    database.query(finish, ("failed", "失败公司"))
    database.query(
        "insert into lookup_answers (provider, asked_name, normalized_name, outcome)"
        " values ('registry', '新来公司', '新来公司', 'not_found')"
    )
    database.run_tables()
    opened = "select name from lookup_requests where finished_at is null order by name"
    assert database.query(opened) == []
    # A month later, and the last run was a week ago.
    database.query("update lookup_answers set answered_at = now() - interval '30 days 1 minute'")
    database.query("update lookup_requests set finished_at = now() - interval '7 days 1 minute'")
    database.query("update model_watermarks set updated_at = now() - interval '1 hour'")
    database.run_tables()
    assert database.query(opened) == [("失败公司",), ("新来公司",)]


@pytest.mark.one_server
def test_a_name_that_only_deleted_records_have_is_asked_for_when_one_is_restored(database: Database) -> None:
    asked = "select count(*) from lookup_requests where name = '不再存在公司'"
    database.query(NEW_RECORD, ("gone", None, "不再存在公司"))
    database.query("update customer_records set deleted_at = now() where record_id = 'gone'")
    database.run_tables()
    assert (company_of(database, "gone") or "").startswith("TEMP_")
    # A run considers once more what the one before it has written.
    database.run_tables()
    assert database.value(asked) == 0
    database.query("update customer_records set deleted_at = null where record_id = 'gone'")
    database.run_tables()
    assert database.value(asked) == 1


@pytest.mark.one_server
def test_a_run_with_little_to_do_reads_no_growing_table_in_full(database: Database) -> None:
    database.query(
        "insert into customer_records"
        " (record_id, source_system, plan_code, account_number, customer_name, account_name)"
        " select 'r' || n, 'test', 'P' || n, 'C' || n, '公司' || n, '账户' || n from generate_series(1, 20000) as n"
    )
    database.run_tables()
    database.query(
        "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
        " select 'many ' || match_type, n, 'test', match_type, prefix || n, 'company ' || n"
        " from generate_series(1, 5000) as n,"
        " (values ('plan', 'P'), ('name', '公司'), ('account_name', '别称')) as given (match_type, prefix)"
    )
    database.query(
        "insert into lookup_answers"
        " (provider, asked_name, normalized_name, outcome, company_id, company_name, confidence)"
        " select 'registry', '公司' || n, '公司' || n, 'found', 'company ' || n, null, 1"
        " from generate_series(4000, 10000) as n"
    )
    database.run_tables()
    database.query("vacuum analyze")
    assert database.value("select count(*) from company_resolution where is_temporary") == 10000
    assert database.value("select count(*) from company_id_crosswalk") == 10000
    database.query(NEW_RECORD, ("new", None, "公司20001"))
    database.query(NEW_MAPPING, ("one", "P6000", "changed"))
    database.query(NEW_ANSWER, ("公司10001", "公司10001", "answered"))
    database.run_tables()
    before = [company_of(database, record) for record in ("r6000", "r10001", "new")]
    assert before[:2] == ["changed", "answered"] and str(before[2]).startswith("TEMP_")
    database.query("analyze")
    database.dbt("compile")
    compiled = Path(database.scratch, "target", "compiled", "company_enrichment", "models")
    for model in MODELS:
        [path] = compiled.rglob(f"{model}.sql")
        plan = "\n".join(line for (line,) in database.query("explain " + path.read_text(encoding="utf-8")))
        read_in_full = set(re.findall(r"Seq Scan on (\w+)", plan)) & set(GROWING)
        assert not read_in_full, f"{model} reads {read_in_full}:\n{plan}"


@pytest.mark.every_server
def test_a_run_with_nothing_to_do_reads_no_growing_table_and_writes_its_own_row_only(database: Database) -> None:
    database.query(
        "insert into customer_records (record_id, source_system, plan_code, customer_name)"
        " select 'r' || n, 'test', 'P' || n, '公司' || n from generate_series(1, 20000) as n"
    )
    database.query(
        "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
        " select 'many', n, 'test', 'plan', 'P' || n, 'company ' || n from generate_series(1, 10000) as n"
    )
    database.run_tables()
    database.query("vacuum analyze")
    database.run_tables()

    def statistics() -> dict[str, tuple[int, int, int]]:
        database.settle_statistics()
        rows = database.query(
            "select relname::text, seq_tup_read + coalesce(idx_tup_fetch, 0), n_tup_ins, n_tup_upd + n_tup_del"
            " from pg_stat_user_tables where schemaname = 'enterprise'"
        )
        return {name: (read, inserted, changed) for name, read, inserted, changed in rows}

    before = statistics()
    database.run_tables()
    after = statistics()
    assert set(after) == set(before)
    read = {name: after[name][0] - before[name][0] for name in GROWING}
    assert max(read.values()) < 100, read
    written = {name for name in after if after[name][1:] != before[name][1:]}
    # Its row, the sign of life before each model, and how far each model has read.
    assert written == {"enrichment_runs", "model_watermarks"}
    assert after["enrichment_runs"][1] - before["enrichment_runs"][1] == 1


@pytest.mark.one_server
def test_the_totals_follow_every_write_of_the_result(database: Database) -> None:
    kept = "select status, match_type, records from resolution_totals where records > 0 order by 1, 2"
    counted = "select status, match_type, count(*) from company_resolution group by 1, 2 order by 1, 2"
    database.query(NEW_MAPPING, ("one", "P-1", "company"))
    for number in range(6):
        database.query(NEW_RECORD, (f"r{number}", ["P-1", "P-2", None][number % 3], ["甲公司", None][number % 2]))
    database.run_tables()
    assert database.query(kept) == database.query(counted) != []
    before = database.query(kept)
    for statement in (
        "update company_resolution set status = 'unresolvable', match_type = null where record_id in ('r0', 'r1')",
        "delete from company_resolution where record_id in ('r2', 'r3')",
        "insert into company_resolution (record_id, status, is_temporary, resolved_at)"
        " values ('r2', 'resolved', false, now())"
        " on conflict (record_id) do update set status = excluded.status",
        "insert into company_resolution (record_id, status, is_temporary, resolved_at)"
        " values ('r2', 'temporary', true, now())"
        " on conflict (record_id) do update set status = excluded.status",
        "truncate company_resolution",
    ):
        database.query(statement)
        assert database.query(kept) == database.query(counted), statement
    # Rebuilt after it was emptied, and as it was.
    for _ in range(2):
        database.dbt("run", "--full-refresh", "--select", "company_resolution")
        assert database.query(kept) == database.query(counted) == before
    database.query("delete from company_resolution where record_id = 'r0'")
    assert database.query(kept) == database.query(counted) != before
    # What an older version has built is not counted before it is built anew, or written by a run.
    database.query("drop trigger count_inserted on company_resolution")
    database.query("truncate resolution_totals")
    database.dbt("run", "--select", "stg_customer_records")
    counts = "select records from enrichment_runs order by started_at desc limit 1"
    assert database.value(counts) is None
    database.run_tables()
    assert database.query(kept) == database.query(counted) == before
    assert database.value(counts) == sum(records for *_, records in before)


@pytest.mark.every_server
def test_a_second_run_makes_no_second_index(database: Database) -> None:
    def indexes() -> list[str]:
        # An index that was made anew has another name.
        made = database.query("select indexdef from pg_indexes where schemaname = 'enterprise'")
        return sorted(re.sub(r"INDEX \S+ ON", "INDEX ON", definition) for (definition,) in made)

    before = indexes()
    assert sum("(changed_in)" in definition for definition in before) == 10
    # Beside that of the primary key.
    partial = "enterprise.company_resolution USING btree (record_id) WHERE is_temporary"
    assert sum(definition.endswith(partial) for definition in before) == 1
    database.run_tables()
    assert indexes() == before
    database.dbt("run", "--full-refresh")
    assert indexes() == before


@pytest.mark.every_server
def test_tables_are_built_without_compiling_their_queries_to_machine_code(database: Database) -> None:
    """A server that can do so takes seconds for it in each run with new mappings, however few they are."""
    database.query("do $$ begin execute format('alter database %I set jit = on', current_database()); end $$")
    database.query("create table seen (what text, jit text)")
    database.query(
        "create function note_jit() returns trigger language plpgsql as $$ begin insert into enterprise.seen"
        " values (coalesce(to_jsonb(new)->>'model', tg_table_name), current_setting('jit')); return new; end $$"
    )
    for table in ("model_watermarks", "temp_company_ids"):
        database.query(
            f"create trigger note_jit before insert or update on {table} for each row execute function note_jit()"
        )
    database.query(NEW_RECORD, ("record", None, "无人知晓公司"))
    database.run_tables()
    assert database.query("select distinct jit from seen") == [("off",)]
    # Nine tables, and what gives temporary ids before one of them.
    assert database.value("select count(distinct what) from seen") == 10


@pytest.mark.every_server
def test_the_planner_learns_of_a_large_load_before_it_is_decided(database: Database) -> None:
    """It would otherwise expect none of its rows, and look each of them up in the decisions one by one."""
    database.query(NEW_MAPPING, ("first", "P-1", "company"))
    database.run_tables()

    def analyzed() -> list[tuple[str, int]]:
        database.query("select pg_stat_force_next_flush()")
        return database.query(
            "select relname::text, analyze_count from pg_stat_user_tables where schemaname = 'enterprise'"
            " and relname in ('mapping_records', 'mapping_changes') order by relname"
        )

    before = analyzed()
    database.run_tables()
    assert analyzed() == before
    database.query(
        "insert into enterprise.mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
        " select 'large', n, 'test', 'plan', 'P-' || n, 'company' from generate_series(1, 500) as n"
    )
    database.run_tables()
    assert analyzed() == [(relation, count + 1) for relation, count in before]
