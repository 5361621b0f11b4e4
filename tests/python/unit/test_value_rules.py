"""What a value may be: one rule each for vars and arguments of operations; and how text is quoted for SQL."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2.sandbox import SandboxedEnvironment

from company_enrichment.errors import ConfigurationError
from company_enrichment.run_lease import run_id_of_environment
from company_enrichment.unusable_text import LONGEST_TEXT, shown
from hostile_texts import HOSTILE, STORABLE
from real_databases import REPOSITORY
from rendered_macros import MacroRefusedError, rendered
from wrong_vars import MATCH_TYPE, WRONG

VARS: dict[str, Any] = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text("utf-8"))["vars"]["company_enrichment"]
MACROS = rendered({})
OVERLAPS = ("1 hour", "1 day 2 hours", "01:30", 2, 0)
RECORDS = {"ref": "customers", "columns": {"record_id": "number"}}


def faults(name: str, value: Any) -> list[str]:
    found: list[str] = rendered(VARS | {name: value}).var_faults(name)
    return found


def refusal(**project: Any) -> str:
    with pytest.raises(MacroRefusedError) as refused:
        rendered(project.pop("variables", VARS), **project).check_settings()
    return str(refused.value)


def test_the_vars_of_the_project_are_declared_and_right() -> None:
    assert list(rendered(VARS).declared_vars()) == list(VARS)
    rendered(VARS).check_settings()


@pytest.mark.parametrize("name", WRONG)
def test_a_var_that_cannot_be_used_is_named_with_its_value_and_what_is_allowed(name: str) -> None:
    macros = rendered(VARS)
    rule = macros.declared_vars()[name]
    for value, expected in WRONG[name]:
        said = faults(name, value)
        assert any(expected.format(name=name) in sentence for sentence in said), (value, said)
        assert all(name in sentence and sentence.isprintable() for sentence in said)
    assert rule["is"]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("match_types", [[MATCH_TYPE], [MATCH_TYPE | {"match_type": "x" * 60}]]),
        ("name_placeholders", [[], ["x" * 500], list(STORABLE.values())]),
        ("name_maximum_length", [1, 600]),
        ("company_legal_forms", [{}, {"ltd": []}]),
        ("mapping_source_priority", [[], ["seed:a", "it's"]]),
        ("found_refresh_days", [0, 36500]),
        ("temporary_id_block_size", [1, 1000000]),
        (
            "published_temp_ids",
            [[], [{"relation": "a.b", "column": "c"}], [{"relation": "a\"b.it's", "column": "c", "name_column": "d"}]],
        ),
        ("run_wait_seconds", [0, 86400]),
        ("run_lease_minutes", [1, 43200]),
        ("request_age_warning_hours", [None, 0, 0.5, 876000]),
        ("coverage_drop_warning", [None, 0, 0.02, 1]),
        ("lookup_prices", [{}, {"eqc": 0}, {"eqc": 0.5}]),
        ("compare_everything", [True, False]),
        ("migration_lock_timeout", ["1ms", "30s", "30 s", "5min", "99h"]),
        (
            "customer_records_relation",
            [
                {},
                RECORDS,
                {"source": ["crm", "customers"], "columns": RECORDS["columns"]},
                *(
                    RECORDS | {"changed_at": "a", "overlap": overlap}
                    for overlap in ("1 hour", "1 day 2 hours", "01:30", 2, 0)
                ),
                RECORDS | {"columns": {"record_id": "concat('a;b--', (x), \"c'd\")", "source_system": "'it''s'"}},
            ],
        ),
    ],
)
def test_what_a_var_may_be_is_taken(name: str, values: list[Any]) -> None:
    for value in values:
        assert faults(name, value) == [], value


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_text_in_place_of_a_var_is_refused_and_shown_on_one_line(text: str) -> None:
    for name in VARS:
        [*said] = faults(name, text)
        assert said and all(sentence.isprintable() and len(sentence) < 500 for sentence in said)


def test_all_that_is_wrong_is_said_at_once() -> None:
    said = refusal(variables=VARS | {"run_wait_seconds": "soon", "compare_everything": "false"}, run_id=" ")
    for name in ("run_wait_seconds", "compare_everything", "WDH_RUN_ID"):
        assert f"- {name} must be " in said


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("not_found_retry_day", 7, '"not_found_retry_day" in --vars is no var. Is not_found_retry_days meant?'),
        ("run-wait-seconds", 7, "Is run_wait_seconds meant?"),
        ("Compare_Everything", True, "Is compare_everything meant?"),
        ("weather", "fine", '"weather" in --vars is no var; dbt_project.yml lists them'),
        ("company_enrichment", {}, "vars of the command line are not grouped by project"),
        # dbt would execute it.
        (
            "run_wait_seconds",
            "{{ run_query('drop table x') }}",
            "run_wait_seconds must be a whole number from 0 to 86400, not the template",
        ),
    ],
)
def test_what_the_command_line_gives_has_to_be_a_var(name: str, value: Any, expected: str) -> None:
    assert expected in refusal(given={name: value})


@pytest.mark.parametrize("run_id", ["x" * 201, " ", "a\0b", "a\udcffb"])
def test_a_run_id_that_cannot_be_stored_is_refused_by_dbt_and_python(
    run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "WDH_RUN_ID must be a text of 1 to 200 characters, not blank, not " in refusal(run_id=run_id)
    monkeypatch.setattr("os.environ", {"WDH_RUN_ID": run_id})
    with pytest.raises(ConfigurationError, match="WDH_RUN_ID must be a text of 1 to 200 characters, not blank, not "):
        run_id_of_environment()


@given(st.text() | st.sampled_from(sorted(HOSTILE.values())))
def test_a_text_is_shown_alike_by_dbt_and_python(text: str) -> None:
    said = MACROS.shown(text)
    assert said == shown(text)
    assert said.isprintable()


@given(st.text())
@example("it's \\ $body$ \\'")
def test_a_quoted_text_ends_where_it_ends(text: str) -> None:
    """PostgreSQL reads E'…' so; tests/python/integration/test_hostile_text.py asks it."""
    quoted = MACROS.quoted(text)
    assert quoted.startswith("E'") and quoted.endswith("'") and "$body$" not in quoted
    inner, read, position = quoted[2:-1], "", 0
    while position < len(inner):
        pair = inner[position : position + 2]
        if inner.startswith("\\044", position):
            read, position = read + "$", position + 4
        elif pair in ("''", "\\\\"):
            read, position = read + pair[0], position + 2
        else:
            assert inner[position] not in "'\\"
            read, position = read + inner[position], position + 1
    assert read == text


@given(st.text(min_size=1))
@example('say "x"')
def test_a_quoted_name_ends_where_it_ends(name: str) -> None:
    quoted = MACROS.quoted_name(name)
    assert quoted[0] == quoted[-1] == '"'
    assert '"' not in quoted[1:-1].replace('""', "")
    assert quoted[1:-1].replace('""', '"') == name


def test_arguments_are_judged_by_the_same_rules() -> None:
    rules = {"days": [10**12, {"is": "integer", "from": 0, "to": 9}], "execute": ["false", {"is": "boolean"}]}
    with pytest.raises(MacroRefusedError) as refused:
        rendered(VARS).begin_operation("prune", rules)
    assert str(refused.value) == (
        "In prune: days must be a whole number from 0 to 9, not 1000000000000; execute must be true or false,"
        ' not "false", which is a text: leave the quotes out. Nothing was done.'
    )
    with pytest.raises(MacroRefusedError, match="run_wait_seconds"):
        rendered(VARS | {"run_wait_seconds": -1}).begin_operation("prune")
    rendered(VARS).begin_operation("prune", {"execute": [True, {"is": "boolean"}]})
    assert json.dumps(rules)


@pytest.mark.parametrize(
    "schema", ["x" * 64, "pg_a", "information_schema", "Enterprise", 'a"b', "1a", "a.b", "", "a\n"]
)
def test_a_schema_that_cannot_be_used_everywhere_is_refused(schema: str) -> None:
    assert refusal(schema=schema).startswith(f"WDH_DATABASE__SCHEMA is {shown(schema)}; it must be ")


@pytest.mark.parametrize("schema", ["x" * 63, "_", "enterprise_2", "pga", "information_schema_2"])
def test_a_schema_that_can_be_used_is_not(schema: str) -> None:
    rendered(VARS, schema=schema).check_settings()


@pytest.mark.parametrize(
    ("project_vars", "said"),
    [
        ({"company_enrichment": {"mapping_seed": []}}, "is no var and has no effect. Is mapping_seeds meant?"),
        ({"company_enrichment": {"run-wait-seconds": 1}}, "Is run_wait_seconds meant?"),
        ({"company_enrichment": {"weather": 1}}, "The dbt_project.yml of company_enrichment lists them."),
        ({"mapping_seed": []}, "below vars, is no var of company_enrichment. Is mapping_seeds meant?"),
        ({"company_enrichement": {"mapping_seeds": []}}, "Is company_enrichment meant?"),
    ],
)
def test_a_misspelt_var_of_the_project_is_warned_about(project_vars: dict[str, Any], said: str) -> None:
    warnings: list[str] = []
    rendered(VARS, project_vars=project_vars, project_name="theirs", warnings=warnings).warn_of_unknown_vars()
    [warning] = warnings
    assert said in warning


def test_vars_of_others_and_declared_ones_are_not_warned_about() -> None:
    warnings: list[str] = []
    theirs = {"company_enrichment": VARS, "theirs": {"mapping_seed": 1}, "weather": 1, "mapping_seeds": [], "utils": {}}
    rendered(VARS, project_vars=theirs, project_name="theirs", warnings=warnings).warn_of_unknown_vars()
    rendered(VARS, project_vars={}, warnings=warnings).warn_of_unknown_vars()
    rendered(VARS, project_vars={"company_enrichment": None}, warnings=warnings).begin_operation("prune")
    assert warnings == []


def test_an_operation_warns_of_misspelt_vars() -> None:
    warnings: list[str] = []
    misspelt: dict[str, Any] = {"company_enrichment": {"mapping_seed": []}}
    rendered(VARS, project_vars=misspelt, warnings=warnings).begin_operation("prune")
    assert len(warnings) == 1


URI = {"WDH_DATABASE__URI": "postgresql://host/db"}


@pytest.mark.parametrize(
    ("environment", "project_name", "is_used"),
    [
        ({}, "company_enrichment", True),
        ({}, "theirs", False),
        (URI, "company_enrichment", False),
        (URI | {"WDH_SAMPLE": "true"}, "company_enrichment", True),
        (URI | {"WDH_SAMPLE": "true"}, "theirs", True),
        ({"WDH_SAMPLE": "false"}, "company_enrichment", False),
    ],
)
def test_the_sample_is_used_by_one_rule_in_macros_and_seeds(
    environment: dict[str, str], project_name: str, *, is_used: bool
) -> None:
    assert rendered(VARS, environment=environment, project_name=project_name).uses_sample() is is_used
    for seed in ("mappings/sample_mappings", "registry/sample_registry"):
        properties = yaml.safe_load((REPOSITORY / "seeds" / f"{seed}.yml").read_text("utf-8"))
        enabled = SandboxedEnvironment().from_string(properties["seeds"][0]["config"]["enabled"])
        context = {"env_var": environment.get, "project_name": project_name}
        assert enabled.render(context).strip() == str(is_used)


def test_sample_is_true_or_false() -> None:
    with pytest.raises(MacroRefusedError, match='WDH_SAMPLE must be true or false, not "yes"'):
        rendered(VARS, environment={"WDH_SAMPLE": "yes"}).check_settings()


def test_a_text_may_be_as_long_in_python_as_in_sql() -> None:
    assert MACROS.longest_text() == LONGEST_TEXT
