"""Monitoring: tests of dbt warn of what exceeds its limit, and `company-enrichment status` says what the models say."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from real_databases import Database, create_database, drop_database

pytestmark = pytest.mark.one_server

WARNINGS = ("no_lookup_request_has_been_open_for_too_long", "coverage_has_not_dropped")


@pytest.fixture(scope="module")
def watched(deployed_template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database to make runs and requests in."""
    folder = tmp_path_factory.mktemp("monitoring")
    database = create_database(deployed_template.server, folder, deployed_template.name)
    yield database
    drop_database(database)


def _make(database: Database, *, hours: float, temporary: int) -> None:
    """Runs of which 10 of 100 records were temporary, one of 60, a last one; a request of so many hours, a dead letter.

    The bad run before the last moves the mean, and not the median.
    """
    database.query("truncate enrichment_runs, lookup_requests")
    database.query(
        "insert into enrichment_runs (run_id, started_at, finished_at, status, project_version, dbt_version, records,"
        " resolved_by_match_type, resolved_by_lookup, without_company, temporary, unresolvable)"
        " select 'run ' || n, now() - (10 - n) * interval '1 day', now(), 'success', '1', '1', 100,"
        " jsonb_build_object('name', 100 - made.temporary), 0, 0, made.temporary, 0"
        " from generate_series(1, 9) as n,"
        " lateral (values (case n when 9 then %s when 8 then 60 else 10 end)) as made (temporary)",
        (temporary,),
    )
    database.query(
        "insert into lookup_requests (name, normalized_name, created_at)"
        " values ('甲公司', '甲公司', now() - %s * interval '1 hour')",
        (hours,),
    )
    database.query(
        "insert into lookup_requests (name, normalized_name, status, created_at, finished_at, failed_at)"
        " values ('乙公司', '乙公司', 'failed', now() - interval '100 days', now(), now())"
    )


@pytest.mark.parametrize(
    ("hours", "temporary", "variables", "warned"),
    [
        (23.9, 12, {}, set()),
        (24.2, 13, {}, set(WARNINGS)),
        (24.2, 12, {}, {WARNINGS[0]}),
        (23.9, 13, {}, {WARNINGS[1]}),
        (24.2, 13, {"request_age_warning_hours": None, "coverage_drop_warning": 0.5}, set()),
    ],
)
def test_dbt_warns_of_what_exceeds_its_limit(
    watched: Database, hours: float, temporary: int, variables: dict[str, float], warned: set[str]
) -> None:
    _make(watched, hours=hours, temporary=temporary)
    done = watched.dbt(
        *("build", "--select", "monitoring_thresholds", *WARNINGS, "--exclude-resource-type", "unit_test"),
        *("--vars", json.dumps(variables)),
    )
    assert {name for name in WARNINGS if f"Warning in test {name}" in done.output} == warned, done.output


@pytest.mark.parametrize(
    ("model", "variables", "said"),
    [
        ("monitoring_thresholds", {"request_age_warning_hours": -1}, "request_age_warning_hours must be a number"),
        ("monitoring_thresholds", {"coverage_drop_warning": "1; drop"}, "coverage_drop_warning must be a number"),
        ("monitoring_thresholds", {"coverage_drop_warning": True}, "coverage_drop_warning must be a number"),
        ("provider_spend", {"lookup_prices": [0.5]}, "lookup_prices must be a dictionary"),
        ("provider_spend", {"lookup_prices": {"eqc": "0.5 end"}}, '"eqc" of lookup_prices must be a number'),
        ("provider_spend", {"lookup_prices": {"eqc": -0.5}}, '"eqc" of lookup_prices must be a number'),
    ],
)
def test_a_wrong_var_is_refused_by_name(watched: Database, model: str, variables: dict[str, object], said: str) -> None:
    done = watched.dbt("compile", "--select", model, "--vars", json.dumps(variables), check=False)
    assert done.code != 0 and said in done.output


def test_status_says_what_the_models_say(watched: Database) -> None:
    names = {"甲[bold]有限公司": 3, "乙有限公司": 1}
    for name, records in names.items():
        for number in range(records):
            watched.query(
                "insert into customer_records (record_id, source_system, customer_name) values (%s, 'annuity', %s)",
                (f"{name} {number}", name),
            )
    watched.query("insert into customer_records (record_id, source_system, plan_code) values ('p', 'other', 'P1')")
    watched.query(
        "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
        " values ('one', 2, 'curated', 'plan', 'P1', 'A'), ('one', 3, 'curated', 'plan', 'P1', 'B')"
    )
    watched.query(
        "insert into lookup_answers (provider, asked_name, normalized_name, outcome)"
        " values ('eqc', '乙有限公司', normalize_company_name('乙有限公司'), 'not_found')"
    )
    watched.dbt("run", "--vars", "{lookup_prices: {eqc: 0.5}}")
    _make(watched, hours=30, temporary=13)

    report = json.loads(watched.cli("status", "--json").output)["monitoring"]
    assert report["coverage"] == [
        {"source_system": "annuity", "records": 4, "known": 0, "coverage": 0},
        {"source_system": "other", "records": 1, "known": 1, "coverage": 1},
    ]
    assert {row["run_id"] for row in report["hit_rates"]} == {"run 9"}
    assert {row["match_type"]: row["hit_rate"] for row in report["hit_rates"] if row["hits"]} == {"name": 0.87}
    assert len(report["hit_rates"]) == 6
    assert [(row["age"], row["temporary_ids"], row["records"]) for row in report["temporary_ids"]] == [
        ("under 7 days", 2, 4),
        ("7 to 29 days", 0, 0),
        ("30 to 89 days", 0, 0),
        ("90 days or more", 0, 0),
    ]
    assert [(row["name"], row["records"]) for row in report["unknown_names"]] == list(names.items())
    assert report["conflicts"] == {"aliases": 1, "answers": 0}
    assert [(row["provider"], row["lookups"], row["cost"]) for row in report["provider_spend"]] == [("eqc", 1, 0.5)]
    assert [(row["threshold"], row["measured"], row["is_exceeded"]) for row in report["thresholds"]] == [
        ("coverage drop", 0.03, True),
        ("oldest open request", 30, True),
    ]

    printed = watched.cli("status").output
    for line in (
        "甲[bold]有限公司",
        "in conflict: 1 aliases",
        "Warning: coverage drop: 0.03 share of the records, the limit is 0.02",
        "Warning: oldest open request: 30 hours, the limit is 24",
        "the oldest is of 20",
    ):
        assert line in printed, printed
    _make(watched, hours=1, temporary=10)
    assert "Warning" not in watched.cli("status").output


def test_status_works_before_the_first_run_of_dbt(empty_database: Database) -> None:
    empty_database.dbt("run-operation", "migrate")
    assert "The monitoring models are not there" in empty_database.cli("status").output
    assert json.loads(empty_database.cli("status", "--json").output)["monitoring"] is None


def test_status_works_beside_models_of_an_older_version(database: Database) -> None:
    database.query("drop view provider_spend")
    assert "The monitoring models are not there" in database.cli("status").output


def test_the_history_of_an_older_version_gets_its_new_columns(database: Database) -> None:
    columns = ("matched_key", "mapping_load_id", "answer_id", "correction_id")
    database.query("insert into customer_records (record_id, source_system, plan_code) values ('r', 'test', 'P1')")
    database.query(
        "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
        " values ('one', 2, 'curated', 'plan', 'P1', 'A')"
    )
    decision = {"from": "A", "to": "B", "kind": "merged", "reason": "one company", "execute": True}
    database.dbt("run")
    for column in columns:
        database.query(f"alter table company_resolution_changes drop column {column}")
    refused = database.operation("correct_company_id", decision, check=False)
    assert refused.code == 1 and "were built by an older version" in refused.output
    database.dbt("run", "--select", "company_resolution_changes")
    database.operation("correct_company_id", {**decision, "allow_unknown": True})
    assert database.query(
        "select kind, new_company_id, matched_key, mapping_load_id, correction_id from company_resolution_changes"
        " order by change_number"
    ) == [("new", "A", None, None, None), ("merged", "B", "P1", "one", 1)]
