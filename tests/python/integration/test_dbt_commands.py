"""The commands and flags of dbt that schedulers use: each does its work, or is refused by name; none loses anything."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from real_databases import Database

pytestmark = pytest.mark.one_server

RECORD = "insert into customer_records (record_id, source_system, customer_name) values (%s, 'crm', %s)"
HOLDS = "select run_id from enrichment_runs where lease_until is not null"
# What nobody may have changed. Seeds are loaded anew by each `dbt build`, and each run has a row of its own.
REBUILT = ("enrichment_runs", "sample_mappings", "sample_registry", "enrichment_locks")


def rows(database: Database) -> dict[str, list[tuple[str, str]]]:
    """Every row of every table, with the transaction that has written it."""
    tables = database.query(
        "select relname from pg_class where relnamespace = 'enterprise'::regnamespace and relkind = 'r' order by 1"
    )
    return {
        table: database.query(f"select stored.xmin::text, stored::text from {table} as stored order by 2")
        for (table,) in tables
        if table not in REBUILT
    }


def views(database: Database) -> list[tuple[str, int]]:
    """Every view, and which one it is."""
    return database.query(
        "select relname, oid::integer from pg_class where relnamespace = 'enterprise'::regnamespace and relkind = 'v'"
        " order by 1"
    )


def stop_inserts(database: Database, table: str) -> None:
    """Have the model of that table fail."""
    database.query(
        "create function stop() returns trigger language plpgsql as $$begin raise exception 'stopped'; end$$;"
        f"create trigger stop before insert on {table} for each row execute function stop()"
    )


# ---- dbt retry, --fail-fast ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["run", "build"])
def test_retry_completes_a_failed_run_and_a_run_after_it_changes_nothing(database: Database, command: str) -> None:
    def dbt(*arguments: str, check: bool = True) -> tuple[int, str]:
        return database.dbt(*arguments, check=check, DBT_WRITE_JSON="true")

    database.query(RECORD, ("new", "示例无人知晓公司"))
    before = views(database)
    stop_inserts(database, "company_resolution")
    failed, _ = dbt(command, check=False)
    assert failed == 1
    # The views that stood before still stand, and the lease is given back.
    assert views(database) == before
    assert database.query("select * from unresolved_names") == []
    assert database.query(HOLDS) == []
    # What fails again can be tried again.
    failed, _ = dbt("retry", check=False)
    assert failed == 1 and database.query(HOLDS) == []
    database.query("drop function stop() cascade")
    _, output = dbt("retry")
    assert "incremental model enterprise.company_resolution " in output
    assert "model enterprise.customer_record_keys" not in output
    assert database.query("select name, temp_id from unresolved_names") == [("示例无人知晓公司", "TEMP_000001")]
    assert database.query("select status, records from enrichment_runs order by started_at desc limit 1") == [
        ("success", 1)
    ]
    assert database.query(HOLDS) == []
    after = rows(database)
    database.dbt("run")
    assert {table for table, stored in rows(database).items() if stored != after[table]} <= {"model_watermarks"}


def test_a_run_that_fails_fast_gives_its_lease_back(database: Database) -> None:
    database.query(RECORD, ("new", "示例无人知晓公司"))
    stop_inserts(database, "customer_record_keys")
    assert database.dbt("run", "--fail-fast", "--threads", "1", check=False).code == 1
    assert database.query(HOLDS) == []
    assert database.value("select status from enrichment_runs order by started_at desc limit 1") == "error"
    database.query("drop function stop() cascade")
    database.dbt("run", "--no-partial-parse", "--fail-fast")
    assert database.query("select name from unresolved_names") == [("示例无人知晓公司",)]


# ---- --empty ------------------------------------------------------------------------------------------------------


def test_an_empty_build_of_a_full_database_reads_nothing_and_loses_nothing(finished: Database) -> None:
    # A name that has no temporary id yet, one that is no longer in the queue, a load, a deleted record, a new one.
    finished.query(RECORD, ("keyed", "示例无人知晓公司"))
    finished.dbt("run", "--select", "stg_customer_records", "customer_record_keys")
    forgotten = finished.value("select min(normalized_name) from unresolved_names")
    for table in ("lookup_requests", "lookup_answers"):
        finished.query(f"delete from {table} where normalized_name = %s", (forgotten,))
    finished.query(
        "update customer_records set source_file = source_file where record_id in"
        " (select record_id from customer_record_keys where normalized_customer_name = %s)",
        (forgotten,),
    )
    finished.query(
        "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
        " values ('waiting', 1, 'curated', 'name', '示例等待公司', '600000301')"
    )
    finished.query(
        "update customer_records set deleted_at = now()"
        " where record_id = (select min(record_id) from company_resolution where not is_temporary)"
    )
    finished.query(RECORD, ("new", "示例另一家无人知晓公司"))
    before, stood = rows(finished), views(finished)
    finished.dbt("build", "--empty")
    assert rows(finished) == before
    assert views(finished) == stood and finished.value("select count(*) from unresolved_names") > 0
    finished.dbt("run")
    resolved = "select count(*) from company_resolution where record_id in ('keyed', 'new') and is_temporary"
    assert finished.value(resolved) == 2
    queued = "select count(*) from lookup_requests where name like %s"
    assert finished.value(queued, ("示例%无人知晓公司",)) == 2
    assert finished.value("select count(*) from lookup_requests where normalized_name = %s", (forgotten,)) == 1
    assert finished.value("select company_id from company_mapping where alias_text = '示例等待公司'") == "600000301"


def test_a_database_that_was_built_empty_is_filled_by_the_next_run(empty_database: Database) -> None:
    database = empty_database
    output = database.dbt("build", "--empty").output
    assert "WARN=0 ERROR=0 SKIP=0" in output
    assert database.query("select * from model_watermarks") == []
    database.query(RECORD, ("one", "示例无人知晓公司"))
    database.dbt("run")
    resolved = "select record_id, company_id from company_resolution order by record_id"
    assert database.query(resolved) == [("one", "TEMP_000001")]
    # A table that is gone is made anew, and its watermark does not speak of it.
    database.query("drop table customer_record_keys, company_resolution cascade")
    database.dbt("run", "--empty")
    assert database.query(resolved) == []
    database.dbt("run")
    assert database.query(resolved) == [("one", "TEMP_000001")]


# ---- refused by name ----------------------------------------------------------------------------------------------


def test_flags_that_would_lose_something_are_refused_by_name(finished: Database, tmp_path: Path) -> None:
    state = str(tmp_path / "target")
    finished.dbt("compile", DBT_TARGET_PATH=state)
    finished.query("create schema bi; create view bi.cov as select source_system from enterprise.resolution_coverage")
    before, stood = rows(finished), views(finished)
    for arguments, messages in {
        ("run", "--sample", "3 days"): ["cannot be run with --sample", "--exclude package:company_enrichment"],
        ("run", "--empty", "--full-refresh"): ["--empty with --full-refresh would empty", "company_resolution"],
        ("run", "--full-refresh"): ["view bi.cov would be lost", "compare_everything: true"],
        ("run", "--defer", "--favor-state", "--state", state, "--select", "company_mapping_conflicts"): [
            "With --defer, models of company_enrichment would be read from another schema",
            ": company_mapping, mapping_changes, stg_company_id_corrections, stg_corrected_aliases,"
            " stg_landed_loads. Build all of its models",
        ],
    }.items():
        refused = finished.dbt(*arguments, check=False)
        assert refused.code == 2, refused.output
        assert [message for message in messages if message not in refused.output] == [], refused.output
    cloned = finished.dbt("clone", "--full-refresh", "--state", state, check=False, WDH_DATABASE__SCHEMA="dev")
    assert cloned.code == 1 and cloned.output.count("company_enrichment cannot be cloned") == 42
    assert finished.dbt("clone", "--full-refresh", "--state", state, check=False).code == 1
    assert finished.query("select relname from pg_class where relnamespace = to_regnamespace('dev')") == []
    assert (rows(finished), views(finished)) == (before, stood)
    assert finished.query(HOLDS) == []


def test_defer_reads_no_model_of_ours_from_another_schema(finished: Database, tmp_path: Path) -> None:
    state = str(tmp_path / "target")
    finished.dbt("compile", DBT_TARGET_PATH=state)
    deferring = ("run", "--defer", "--state", state, "--select")
    refused = finished.dbt(*deferring, "company_mapping_conflicts", check=False, WDH_DATABASE__SCHEMA="dev")
    assert refused.code == 2
    assert ": company_mapping, mapping_changes, stg_company_id_corrections, stg_corrected_aliases" in refused.output
    finished.dbt(*deferring, "+company_mapping_conflicts", WDH_DATABASE__SCHEMA="dev")
    finished.dbt(*deferring, "company_mapping_conflicts", WDH_DATABASE__SCHEMA="dev")
    assert "enterprise." not in finished.value("select pg_get_viewdef('dev.company_mapping_conflicts')")


def test_a_schema_name_that_postgresql_would_cut_is_refused_before_anything_is_made(empty_database: Database) -> None:
    longest = "e" * 63
    for command in (
        empty_database.dbt("run", check=False, WDH_DATABASE__SCHEMA=longest + "e"),
        empty_database.cli("status", check=False, WDH_DATABASE__SCHEMA=longest + "e"),
    ):
        assert command.code == 2 and "63" in command.output and "WDH_DATABASE__SCHEMA" in command.output
    assert empty_database.query("select nspname from pg_namespace where nspname like 'ee%%'") == []
    empty_database.dbt("run", "--select", "stg_landed_loads", WDH_DATABASE__SCHEMA=longest)
    assert empty_database.value(f"select count(*) from {longest}.stg_landed_loads") == 0


# ---- commands that build nothing ----------------------------------------------------------------------------------


def test_commands_that_build_nothing_leave_an_empty_database_alone(empty_database: Database) -> None:
    database = empty_database
    database.dbt("compile")
    database.dbt("ls", "--select", "company_resolution")
    database.dbt("docs", "generate", "--static")
    missing = database.dbt("show", "--select", "stg_landed_loads", check=False)
    assert missing.code != 0 and "does not exist" in missing.output
    assert database.query("select * from pg_namespace where nspname = 'enterprise'") == []


# ---- views --------------------------------------------------------------------------------------------------------


def test_views_of_other_people_and_grants_survive_a_run(finished: Database) -> None:
    finished.query(
        "create role bi_reader; create schema bi;"
        "create view bi.cov as select * from enterprise.resolution_coverage;"
        "create materialized view bi.unk as select * from enterprise.unresolved_names;"
        "create function bi.unknown_names() returns bigint begin atomic"
        " select count(*) from enterprise.unresolved_names; end;"
        "grant select on enterprise.unresolved_names to bi_reader"
    )
    stood = views(finished)
    written = "select relname, xmin::text from pg_class where relnamespace = 'enterprise'::regnamespace order by 1"
    catalog = finished.query(written)
    output = finished.dbt("run").output
    assert output.count("UNCHANGED") == len(stood)
    # What has not changed is not written.
    assert finished.query(written) == catalog
    # A view that somebody has changed, and one that gets another column, are replaced in place.
    finished.query(
        "create or replace view enterprise.resolution_coverage as"
        " select source_system, status, match_type, 0::bigint as records, 0::bigint as companies"
        " from company_resolution"
        " inner join customer_record_keys using (record_id)"
    )
    finished.query("drop view enterprise.temporary_ids_by_age")
    finished.query("create view enterprise.temporary_ids_by_age as select ''::text as age, 0 as from_days")
    finished.query("create view bi.ages as select age from enterprise.temporary_ids_by_age")
    stood = views(finished)
    output = finished.dbt("run").output
    assert output.count("UNCHANGED") == len(stood) - 2
    assert views(finished) == stood
    assert finished.value("select sum(records) from bi.cov") > 0
    assert finished.value("select count(*) from bi.ages") == 4
    assert finished.value("select bi.unknown_names()") > 0
    assert finished.value("select has_table_privilege('bi_reader', 'enterprise.unresolved_names', 'select')")
    finished.query("drop owned by bi_reader; drop role bi_reader")


def test_who_reads_a_view_stops_no_run_that_leaves_it_alone(finished: Database) -> None:
    stood = views(finished)
    with closing(finished.connect()) as reader, reader.cursor() as cursor:
        for view, _ in stood:
            cursor.execute(f"select count(*) from enterprise.{view}")
        # The transaction is open, and so are its locks. --full-refresh of a view makes nothing anew either.
        for options in ((), ("--full-refresh", "--select", "config.materialized:view_in_place")):
            output = finished.dbt("run", *options, "--vars", "{migration_lock_timeout: 1s}").output
            assert output.count("UNCHANGED") == len(stood)
    assert views(finished) == stood


def test_a_view_follows_its_definition_whoever_runs_dbt(finished: Database) -> None:
    stood = views(finished)
    spend = "select pg_get_viewdef('enterprise.provider_spend'::regclass)"
    before = finished.value(spend)
    output = finished.dbt("run", "--vars", "{lookup_prices: {eqc: 0.5}}").output
    assert output.count("UNCHANGED") == len(stood) - 1
    assert finished.value(spend) != before and views(finished) == stood
    output = finished.dbt("run").output
    assert output.count("UNCHANGED") == len(stood) - 1 and finished.value(spend) == before
    # PostgreSQL leaves the schema out of a definition where search_path finds it; views that are gone come back.
    name = finished.value("select current_database()")
    finished.query(f'alter database "{name}" set search_path = enterprise')
    finished.query("drop view enterprise.resolution_coverage; drop table enterprise.company_lookup_cache cascade")
    lost = len(stood) - len(views(finished))
    assert lost > 1
    output = finished.dbt("run").output
    assert output.count("UNCHANGED") == len(stood) - lost
    assert [view for view, _ in views(finished)] == [view for view, _ in stood]
    finished.query(f'alter database "{name}" reset search_path')
    assert finished.dbt("run").output.count("UNCHANGED") == len(stood)


def test_a_view_that_cannot_be_replaced_in_place_is_left_as_it_is_while_others_need_it(finished: Database) -> None:
    finished.query("create schema bi; create role bi_reader")
    # As an older version would have had them: temporary_ids_by_age is a model over temporary_id_ageing.
    finished.query(
        "drop view temporary_id_ageing cascade;"
        "create view temporary_id_ageing as select temp_id, 0 as days, 1::bigint as records, first_seen"
        " from stg_temp_company_ids;"
        "create view temporary_ids_by_age as select days::text as age, count(*) as from_days from temporary_id_ageing"
        " group by days;"
        "create view bi.ageing as select days from temporary_id_ageing;"
        "grant select on temporary_id_ageing to bi_reader"
    )
    stood = views(finished)
    refused = finished.dbt("run", check=False)
    assert refused.code == 1
    assert 'temporary_id_ageing" gets other columns' in refused.output
    assert "but view bi.ageing would be lost" in refused.output
    assert views(finished) == stood and finished.query("select days from bi.ageing limit 1") == [(0,)]
    # Models of dbt are no reason: they read the old view until they are replaced, too. Then it is dropped.
    finished.query("drop view bi.ageing")
    finished.dbt("run", "--select", "temporary_id_ageing")
    assert finished.value("select count(*) from pg_views where viewname like 'temporary_id_ageing__replaced_%%'") == 1
    assert finished.query("select distinct age from temporary_ids_by_age") == [("0",)]
    finished.dbt("run")
    assert finished.value("select count(*) from pg_views where viewname like '%%__replaced_%%'") == 0
    assert finished.value("select count(*) from temporary_ids_by_age") == 4
    assert finished.value("select has_table_privilege('bi_reader', 'enterprise.temporary_id_ageing', 'select')")
    finished.query("drop owned by bi_reader; drop role bi_reader")
