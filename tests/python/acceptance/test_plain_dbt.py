"""Plain dbt, unwrapped, in the project folder: any command, in any order, on an empty or existing database."""

from __future__ import annotations

from pathlib import Path

import pytest

from real_databases import Database

pytestmark = pytest.mark.every_server


@pytest.mark.one_server
@pytest.mark.parametrize(
    "command",
    [
        ("seed",),
        ("run",),
        ("run", "--select", "+company_resolution_changes"),
        ("build",),
        ("compile",),
        ("docs", "generate", "--static"),
        ("source", "freshness"),
        ("run-operation", "migrate_temp_id_sequence"),
        ("run-operation", "migrate"),
        ("test", "--select", "test_type:unit"),
    ],
    ids=" ".join,
)
def test_each_command_may_be_the_first(empty_database: Database, command: tuple[str, ...]) -> None:
    empty_database.dbt(*command)
    empty_database.dbt("run")


def test_every_dbt_test_passes_on_the_sample(finished: Database) -> None:
    output = finished.dbt("test").output
    assert "ERROR=0" in output and "WARN=0" in output


def test_a_build_loads_the_seeds_before_the_models(empty_database: Database) -> None:
    empty_database.dbt("build")
    assert empty_database.value("select count(*) from company_mapping") == empty_database.value(
        "select count(*) from sample_mappings"
    )


def test_compiling_and_documenting_change_nothing_in_the_database(empty_database: Database) -> None:
    empty_database.dbt("compile")
    empty_database.dbt("docs", "generate", "--static")
    assert empty_database.query("select relname from pg_class where relnamespace = to_regnamespace('enterprise')") == []


def test_a_full_refresh_gives_the_same_result(finished: Database) -> None:
    result = "select record_id, company_id, status, match_type, matched_key from company_resolution order by record_id"
    before = finished.query(result)
    history = finished.query("select * from company_resolution_changes order by record_id, change_number")
    finished.dbt("run", "--full-refresh")
    assert finished.query(result) == before
    assert finished.query("select * from company_resolution_changes order by record_id, change_number") == history


def test_swapping_two_match_types_changes_batch_and_online_alike(finished: Database) -> None:
    """The order is data, in one place: the var match_types."""
    finished.query(
        "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id) values"
        " ('swap', 1, 'test', 'plan', 'SWAP1', 'BY-PLAN'), ('swap', 2, 'test', 'account', 'SWAP2', 'BY-ACCOUNT')"
    )
    finished.query(
        "insert into customer_records (record_id, source_system, plan_code, account_number)"
        " values ('swapped', 'test', 'SWAP1', 'SWAP2')"
    )
    batch = "select company_id, match_type from company_resolution where record_id = 'swapped'"
    online = (
        "select company_id, match_type from resolve_companies(array['SWAP1'], array['SWAP2'], array[null], array[null])"
    )
    finished.dbt("run")
    assert finished.query(batch) == finished.query(online) == [("BY-PLAN", "plan")]

    swapped = (
        "{match_types: [{match_type: account, record_key: account_number}, {match_type: plan, record_key: plan_code},"
        " {match_type: hardcode, record_key: plan_code}, {match_type: name, record_key: normalized_customer_name},"
        " {match_type: account_name, record_key: normalized_account_name}]}"
    )
    finished.dbt("run", "--vars", swapped)
    assert finished.query(batch) == finished.query(online) == [("BY-ACCOUNT", "account")]


def test_batch_and_online_resolve_the_sample_alike(finished: Database) -> None:
    different = finished.query(
        """
        with given as (select *, row_number() over (order by record_id) as position from customer_records)
        select given.record_id
        from given
        join resolve_companies(
            (select array_agg(plan_code order by position) from given),
            (select array_agg(account_number order by position) from given),
            (select array_agg(customer_name order by position) from given),
            (select array_agg(account_name order by position) from given)
        ) as online using (position)
        join company_resolution as batch using (record_id)
        where (batch.match_type, batch.matched_key, batch.mapping_load_id, batch.answer_id)
            is distinct from (
                online.match_type, online.matched_key, online.mapping_load_id,
                -- Of a name that nobody knows, online also says by which answer.
                case when online.match_type is not null then online.answer_id end)
            or batch.company_id is distinct from coalesce(
                online.company_id, case when online.match_type is null then online.temp_id end)
        """
    )
    assert different == []


def test_an_unreachable_embedded_server_is_an_error_that_says_how_to_start_it(
    finished: Database, tmp_path: Path
) -> None:
    nowhere = finished.dbt("run", check=False, WDH_DATABASE__URI="", WDH_STATE_DIR=str(tmp_path / "nowhere"))
    assert nowhere.code != 0
    assert "company-enrichment db start" in nowhere.output
