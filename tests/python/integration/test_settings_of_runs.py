"""Vars, arguments of operations and names of schemas are checked for type and range before anything is deployed."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from child_processes import Child, dbt_commands
from company_enrichment.errors import ConfigurationError
from company_enrichment.settings import load_database_settings
from real_databases import REPOSITORY, Database
from wrong_vars import MATCH_TYPE, WRONG

pytestmark = pytest.mark.one_server

SCHEMAS = [
    *(
        "Enterprise",
        "a.b",
        "a b",
        "1a",
        "a-b",
        "公司",
        "it's",
        'say "x"',
        "a\\b",
        "a\nb",
        "\u202ea",
        "a;--",
        "{{ a }}",
        "%s",
        "",
    ),
    *("pg_temp", "pg_catalog", "information_schema", "x" * 64, "公" * 22),
]


def run(database: Database, commands: list[tuple[list[str], dict[str, str]]]) -> list[tuple[bool, str]]:
    """What one process of dbt said to each of the commands."""
    child = Child(dbt_commands, database.uri, database.environment, str(database.scratch / "dbt"), commands)
    outcomes = [child.next() for _ in commands]
    child.kill()
    return outcomes


def migrate(**variables: Any) -> list[str]:
    # JSON has no NaN, but YAML takes what Python writes for it for a text.
    written = yaml.safe_dump(variables, allow_unicode=True, default_flow_style=True, width=10**6)
    return ["run-operation", "migrate", "--vars", written]


def vars_of_the_project() -> dict[str, Any]:
    project = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text("utf-8"))
    return dict(project["vars"]["company_enrichment"])


# ---- vars


def test_every_var_of_the_project_is_declared_and_tried_here(empty_database: Database) -> None:
    """A var without a line in declared_vars() is passed over when all are set to what none may be."""
    names = list(vars_of_the_project())
    assert [name for name in names if name not in WRONG] == []
    done = empty_database.dbt(*migrate(**dict.fromkeys(names, -1)), check=False)
    assert done.code == 1
    assert [name for name in names if f"- {name} must be " not in done.output] == []
    assert empty_database.value("select to_regnamespace('enterprise') is null")


def test_every_fault_is_named_with_the_value_and_what_is_allowed_by_dbt_itself(empty_database: Database) -> None:
    """The last wrong value of each var; tests/python/unit/test_value_rules.py tries all of them."""
    last = {name: cases[-1] for name, cases in WRONG.items()}
    done = empty_database.dbt(*migrate(**{name: value for name, (value, _) in last.items()}), check=False)
    assert done.code == 1
    for name, (value, expected) in last.items():
        lines = [line for line in done.output.splitlines() if name in line]
        assert any(expected.format(name=name) in line for line in lines), (name, value, done.output)
    assert empty_database.value("select to_regnamespace('enterprise') is null")


def test_a_run_is_refused_before_it_deploys_anything(empty_database: Database) -> None:
    """dbt itself creates the schema before any project is asked."""
    # This one is read after the deployment.
    refused = empty_database.dbt("run", "--vars", "{run_wait_seconds: soon}", check=False)
    assert refused.code == 2
    assert 'run_wait_seconds must be a whole number from 0 to 86400, not "soon"' in refused.output
    assert empty_database.value("select count(*) from pg_class where relnamespace = 'enterprise'::regnamespace") == 0


def test_a_var_that_models_are_rendered_from_is_named_when_dbt_parses(empty_database: Database) -> None:
    variables = "{match_types: plan, mapping_seeds: 7, lookup_prices: [1]}"
    refused = empty_database.dbt("parse", "--no-partial-parse", "--vars", variables, check=False)
    assert refused.code == 2
    for name in ("match_types", "mapping_seeds", "lookup_prices"):
        assert f"- {name} must be a " in refused.output


def test_a_misspelt_var_of_the_command_line_is_named_with_the_one_that_was_meant(empty_database: Database) -> None:
    commands = [
        (migrate(not_found_retry_day=7), '"not_found_retry_day" in --vars is no var. Is not_found_retry_days meant?'),
        (migrate(**{"run-wait-seconds": 7}), '"run-wait-seconds" in --vars is no var. Is run_wait_seconds meant?'),
        (migrate(Compare_Everything=True), '"Compare_Everything" in --vars is no var. Is compare_everything meant?'),
        (migrate(weather="fine"), '"weather" in --vars is no var; dbt_project.yml lists them'),
        (migrate(company_enrichment={"run_wait_seconds": 7}), "vars of the command line are not grouped by project"),
    ]
    outcomes = run(empty_database, [(command, {}) for command, _ in commands])
    for (_, expected), (success, said) in zip(commands, outcomes, strict=True):
        assert not success
        assert expected in said


def test_the_ends_of_every_range_work(empty_database: Database) -> None:
    longest = {
        "match_types": [
            MATCH_TYPE | {"match_type": "x" * 60},
            {"match_type": "name", "record_key": "normalized_customer_name"},
        ],
        "name_maximum_length": 600,
        **dict.fromkeys(("found_refresh_days", "not_found_retry_days", "failed_retry_days"), 36500),
        "temporary_id_block_size": 1000000,
        "run_lease_minutes": 43200,
        "run_wait_seconds": 86400,
        "request_age_warning_hours": 876000,
        "coverage_drop_warning": 1,
        "lookup_prices": {"eqc": 1000000000},
        "migration_lock_timeout": "99h",
    }
    shortest = {
        **dict.fromkeys(("found_refresh_days", "not_found_retry_days", "failed_retry_days"), 0),
        "temporary_id_block_size": 1,
        "run_lease_minutes": 1,
        "run_wait_seconds": 0,
        "request_age_warning_hours": None,
        "coverage_drop_warning": None,
        "lookup_prices": {},
        "migration_lock_timeout": "1 min",
        "match_types": longest["match_types"],
        "name_maximum_length": 600,
    }
    empty_database.dbt("seed")
    empty_database.dbt("run-operation", "migrate", "--vars", json.dumps(longest))
    # Letters of four bytes, no two alike: neither is the key compressed.
    name = "".join(chr(0x20000 + 67 * number) for number in range(600))
    empty_database.query(
        "insert into customer_records (record_id, source_system, customer_name)"
        " values ('long', 'crm', %s), ('two', 'crm', '乙')",
        (name,),
    )
    empty_database.dbt("run", "--no-partial-parse", "--vars", json.dumps(longest))
    assert empty_database.query(
        "select normalized_name = %s from temp_company_ids order by first_name = '乙'", (name,)
    ) == [(True,), (False,)]
    empty_database.dbt("run", "--no-partial-parse", "--vars", json.dumps(shortest))
    assert empty_database.query("select count(*), count(distinct company_id) from company_resolution") == [(2, 2)]


# ---- arguments of operations


def operation(name: str, **arguments: Any) -> list[str]:
    return ["run-operation", name, "--args", yaml.safe_dump(arguments, allow_unicode=True, width=10**6)]


ARGUMENTS: list[tuple[list[str], list[str]]] = [
    (operation("withdraw_mapping_seed"), ["seed must be the name of a seed, not null"]),
    (operation("withdraw_mapping_seed", seed="a", execute="yes"), ['execute must be true or false, not "yes"']),
    (
        operation("prune_answers"),
        ["older_than_days must be a number of days from 0 to 36500, not null: give it, as in --args "],
    ),
    *(
        (
            operation("prune_answers", older_than_days=days, execute=True),
            [f"older_than_days must be a number of days from 0 to 36500, not {shown}"],
        )
        for days, shown in [
            (-1, "-1"),
            (10**12, "1000000000000"),
            ("many", '"many"'),
            (True, "true"),
            (0.5, "0.5"),
            (float("nan"), "nan"),
        ]
    ),
    # Jinja takes every text for true.
    (operation("prune_answers", older_than_days=1, execute="false"), ['execute must be true or false, not "false"']),
    (operation("rekey_company_names", execute="false"), ['execute must be true or false, not "false"']),
    (
        operation("migrate_temp_id_sequence", plan_only="false", reset="no", at_least="7"),
        [
            'plan_only must be true or false, or null, not "false"',
            'reset must be true or false, not "no"',
            'at_least must be a whole number from 0 to 2147483647, or null, not "7", which is a text',
        ],
    ),
    (operation("migrate_temp_id_sequence", at_least=2**31), ["at_least must be a whole number from 0 to 2147483647"]),
    (operation("migrate_temp_id_sequence", at_least=-1), ["at_least must be a whole number from 0 to 2147483647"]),
    (
        operation("adopt", undo="false", plan_only="false"),
        [
            "schema must be the schema of the predecessor's tables",
            "undo must be true or false",
            "plan_only must be true or false",
        ],
    ),
    (operation("adopt", schema="x" * 64), ["schema must be the schema of the predecessor's tables"]),
    (operation("adopt", schema=["enterprise"]), ["schema must be the schema of the predecessor's tables"]),
    (
        operation("grant_access"),
        ["name at least one role, of transformer, writer and reader"],
    ),
    (
        operation("grant_access", transformer=1, writer="a b", reader="x" * 64),
        [
            "transformer must be the name of a role, or null, not 1",
            'writer must be the name of a role, or null, not "a b"',
            "reader must be the name of a role",
        ],
    ),
    (
        operation("correct_company_id"),
        [
            "from must be a company id",
            "to must be a company id",
            "kind must be merged or corrected, not null",
            "reason must be a text",
        ],
    ),
    (
        operation(
            "correct_company_id",
            **{"from": 1.5, "to": ["A"], "kind": "moved", "reason": " ", "aliases": "P1", "execute": "true"},
        ),
        [
            "from must be a company id, not 1.5",
            "to must be a company id, not ['A']",
            'kind must be merged or corrected, not "moved"',
            'reason must be a text of 1 to 1000 characters that says why, not " "',
            "aliases must be a list of {match_type: …, alias: …}",
            'execute must be true or false, not "true"',
        ],
    ),
    (
        operation(
            "correct_company_id",
            **{
                "from": "A",
                "to": "B",
                "kind": "corrected",
                "reason": "x" * 1001,
                "aliases": [{"match_type": "planet"}],
            },
        ),
        [
            "reason must be a text",
            "alias of entry 1 of aliases is missing",
            "match_type of entry 1 of aliases must be one of plan, account",
        ],
    ),
]


def test_arguments_of_operations_are_refused_by_name_all_at_once(empty_database: Database) -> None:
    outcomes = run(empty_database, [(command, {}) for command, _ in ARGUMENTS])
    for (command, expected), (success, said) in zip(ARGUMENTS, outcomes, strict=True):
        assert not success, command
        assert f"In {command[1]}: " in said
        assert [text for text in expected if text not in said] == [], said
    assert empty_database.value("select to_regnamespace('enterprise') is null")


def test_every_operation_checks_the_vars_first(empty_database: Database) -> None:
    named = yaml.safe_load((REPOSITORY / "macros" / "run_operations.yml").read_text("utf-8"))["macros"]
    # One that no operation reads: it is found by whoever checks all of them.
    wrong = ["--vars", "{coverage_drop_warning: thirty}"]
    arguments: dict[str, dict[str, Any]] = {
        "prune_answers": {"older_than_days": 0, "execute": True},
        "correct_company_id": {"from": "A", "to": "B", "kind": "merged", "reason": "x", "execute": True},
        "adopt": {"schema": "enterprise"},
        "grant_access": {"transformer": "postgres", "writer": "postgres", "reader": "postgres"},
    }
    names = [macro["name"] for macro in named]
    assert len(names) >= 8
    outcomes = run(empty_database, [([*operation(name, **arguments.get(name, {})), *wrong], {}) for name in names])
    for name, (success, said) in zip(names, outcomes, strict=True):
        assert not success, name
        assert "coverage_drop_warning must be a number" in said, (name, said)
    assert empty_database.value("select to_regnamespace('enterprise') is null")


# ---- the schema


def test_a_schema_that_cannot_be_used_is_refused_by_dbt_and_python_with_one_sentence(empty_database: Database) -> None:
    migrate_there = ["run-operation", "migrate"]
    outcomes = run(empty_database, [(migrate_there, {"WDH_DATABASE__SCHEMA": schema}) for schema in SCHEMAS])
    schemas = "select nspname from pg_namespace where nspname !~ '^pg_' order by 1"
    assert empty_database.query(schemas) == [("information_schema",), ("public",)]
    for schema, (success, said) in zip(SCHEMAS, outcomes, strict=True):
        with pytest.raises(ConfigurationError) as refused:
            load_database_settings(WDH_DATABASE__SCHEMA=schema)
        assert str(refused.value).startswith("WDH_DATABASE__SCHEMA is ")
        assert not success
        assert str(refused.value) in said, schema


def test_a_schema_that_would_be_pasted_into_the_statement_that_creates_it_is_refused_before(
    empty_database: Database,
) -> None:
    """dbt creates the schema of a run before it asks any project."""
    empty_database.query("create table public.canary ()")
    schema = 'x"; drop table public.canary; --'
    refused = empty_database.dbt("run", check=False, WDH_DATABASE__SCHEMA=schema)
    assert refused.code == 2 and "WDH_DATABASE__SCHEMA is " in refused.output
    assert empty_database.value("select to_regclass('public.canary') is not null")


def test_a_schema_of_63_characters_works(empty_database: Database) -> None:
    schema = "_" + "x1" * 31
    empty_database.dbt("run-operation", "migrate", WDH_DATABASE__SCHEMA=schema)
    again = empty_database.dbt("run-operation", "migrate", WDH_DATABASE__SCHEMA=schema)
    assert f"schema {schema} is current, nothing to do" in again.output
    queued = empty_database.cli(
        "resolve", "样例有限公司", WDH_DATABASE__SCHEMA=schema, WDH_LOOKUP_PROVIDER="none", check=False
    )
    assert queued.code in (0, 1), queued.output


def test_a_run_id_that_is_too_long_is_refused(empty_database: Database) -> None:
    refused = empty_database.dbt("run", "--select", "stg_mapping_records", check=False, WDH_RUN_ID="x" * 201)
    assert refused.code == 2 and "WDH_RUN_ID must be a text of 1 to 200 characters" in refused.output
