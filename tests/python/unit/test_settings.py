"""Settings: what they may be, what is said of others, and defaults that depend on something."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from psycopg2 import extensions

from company_enrichment.errors import ConfigurationError
from company_enrichment.ingestion.input_files import data_base_dir
from company_enrichment.lookups.providers import describe_missing_provider, provider_from_settings
from company_enrichment.settings import describe_settings, load_database_settings, load_settings, uses_sample
from company_enrichment.unusable_text import shown
from hostile_texts import STORABLE


@pytest.mark.parametrize(
    ("target", "given", "provider"),
    [
        (None, None, "registry"),
        ("default", None, "registry"),
        ("development", None, "none"),
        ("development", "eqc", "eqc"),
        (None, "none", "none"),
    ],
)
def test_a_target_that_is_not_the_production_one_asks_nobody_unless_told_to(
    monkeypatch: pytest.MonkeyPatch, target: str | None, given: str | None, provider: str
) -> None:
    for name, value in (("WDH_DBT_TARGET", target), ("WDH_LOOKUP_PROVIDER", given)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    assert load_settings().lookup_provider == provider


WHOLE = ["x", "1.5", "1e3", "true", "", "-1", "9" * 30]
NUMBERS = ["x", "nan", "inf", "-inf", "", "-1", "1e30"]
WRONG = {
    "WDH_SYNC_LOOKUP_BUDGET": WHOLE,
    "WDH_LOOKUP_BATCH_SIZE": [*WHOLE, "0"],
    "WDH_LOOKUP_LEASE_SECONDS": [*WHOLE, "0"],
    "WDH_LOOKUP_CONCURRENCY": [*WHOLE, "0"],
    "WDH_LOOKUP_DAILY_QUOTA": WHOLE,
    "WDH_WORKBOOK_MEMORY_MB": [*WHOLE, "0", "127"],
    "WDH_LOOKUP_RATE": [*NUMBERS, "0"],
    "WDH_LOOKUP_CONNECT_SECONDS": [*NUMBERS, "0"],
    "WDH_LOOKUP_READ_SECONDS": [*NUMBERS, "0"],
    "WDH_LOOKUP_TOTAL_SECONDS": [*NUMBERS, "0"],
    "WDH_LOOKUP_TIMEOUT_SECONDS": [*NUMBERS, "0"],
    "WDH_LOOKUP_GRACE_SECONDS": NUMBERS,
    "WDH_LOOKUP_MINIMUM_SCORE": [*NUMBERS, "0", "1.1"],
    "WDH_LOOKUP_MINIMUM_MARGIN": [*NUMBERS, "1.1"],
    "WDH_RECONCILIATION_HIGHEST_SCORE": [*NUMBERS, "0"],
    "WDH_LOOKUP_RETRY_MINUTES": [
        *("x", "[-1]", "[true]", "[1.5]", '["1"]', "{}", "[1", f"[{'1,' * 100}1]", f"{'1,' * 100}1", "", " ", "1,,5"),
        *("1,5,", ",", "-1,5", "1;5", "1.5,2", "null", "true", "１,５", "525601", "9" * 5000, "[" * 5000),
    ],
    "WDH_LOOKUP_PROVIDER": ["oracle", "", "EQC"],
    "WDH_REGISTRY_TABLE": ["", " ", "a. ", "a.b.c", "a..b", ".a", "公" * 22, "\udcff"],
    "WDH_RECONCILIATION_TYPE": ["x" * 201, "\udcff"],
    "WDH_RECONCILIATION_ID_PREFIX": ["lei", "Lei:", "lei:\n", "x" * 33 + ":"],
    "WDH_SAMPLE": ["yes", "True", "1", " ", "true,false"],
    "WDH_DATABASE__SCHEMA": [
        "Enterprise",
        "",
        "1a",
        "a.b",
        "a b",
        'a"b',
        "a\n",
        "公司",
        "pg_a",
        "information_schema",
        "x" * 64,
    ],
}
SECRET = {
    "WDH_EQC_TOKEN": ["geheim geheim", "geheim\n", "geheim\u202e"],
    "WDH_EQC_BASE_URL": ["https://user:geheim@host", "https://host/?token=geheim", "geheim"],
    "WDH_RECONCILIATION_URL": ["https://user:geheim@host", "https://host/?token=geheim"],
    "WDH_DATABASE__URI": ["postgresql://user:geheim\udcff@host/db"],
}


def refusal(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> str:
    """What is said of a variable of the environment that cannot be used."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError) as refused:
        load_settings()
        load_database_settings()
    monkeypatch.delenv(variable)
    assert refused.value.exit_code == 2
    return str(refused.value)


@pytest.mark.parametrize("variable", WRONG)
def test_a_setting_that_cannot_be_used_is_named_with_its_value_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    for value in WRONG[variable]:
        said = refusal(monkeypatch, variable, value)
        assert said.startswith(f"{variable} is {shown(value)}; it must be "), value
        assert said.isprintable()


@pytest.mark.parametrize("variable", SECRET)
def test_no_error_shows_a_secret(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    for value in SECRET[variable]:
        said = refusal(monkeypatch, variable, value)
        assert said.startswith(f"{variable} must be ")
        assert "geheim" not in said


def test_every_setting_is_tried_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths are not: the system says which there are."""
    described = {setting["name"] for setting in describe_settings()}
    paths = {
        *("WDH_DATA_BASE_DIR", "WDH_DBT_PROJECT_DIR", "WDH_DOMAINS_DIR"),
        *("WDH_EQC_TOKEN_FILE", "WDH_WORKBOOK_PASSWORD_FILE"),
    }
    assert described == {*WRONG, *SECRET, *paths}


def test_all_settings_at_fault_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WDH_LOOKUP_RATE", "fast")
    assert 'WDH_LOOKUP_RATE is "fast"; it must be a number above 0' in refusal(
        monkeypatch, "WDH_LOOKUP_BATCH_SIZE", "all"
    )


@pytest.mark.parametrize("text", STORABLE.values(), ids=list(STORABLE))
def test_hostile_text_in_a_setting_is_kept_literally_or_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    for setting in describe_settings():
        variable = setting["name"]
        monkeypatch.setenv(variable, text)
        try:
            described = {given["name"]: given["value"] for given in describe_settings()}
        except ConfigurationError as error:
            assert str(error).startswith(f"{variable} ")
        else:
            assert described[variable] in (text, "***")
        monkeypatch.delenv(variable)


@pytest.mark.parametrize("text", ["1,5,15", "1, 5,15", " 1 , 5 , 15 ", "[1, 5, 15]", "[1,5,15]"])
def test_a_list_is_read_as_it_is_shown_and_as_json(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("WDH_LOOKUP_RETRY_MINUTES", text)
    assert load_settings().lookup_retry_minutes == (1, 5, 15)
    [described] = [one for one in describe_settings() if one["name"] == "WDH_LOOKUP_RETRY_MINUTES"]
    assert described["value"] == "1,5,15"


def test_a_list_of_one_needs_no_comma(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WDH_LOOKUP_RETRY_MINUTES", "5")
    assert load_settings().lookup_retry_minutes == (5,)


@pytest.mark.parametrize("blank", ["", " ", "\t"])
def test_an_empty_path_is_not_the_working_directory(monkeypatch: pytest.MonkeyPatch, blank: str) -> None:
    for name in ("WDH_DATA_BASE_DIR", "WDH_DBT_PROJECT_DIR", "WDH_DOMAINS_DIR", "WDH_EQC_TOKEN_FILE"):
        monkeypatch.setenv(name, blank)
    settings = load_settings()
    assert {settings.data_base_dir, settings.dbt_project_dir, settings.domains_dir, settings.eqc_token_file} == {None}


@pytest.mark.parametrize(
    ("asked_for", "address", "is_used"),
    [
        (None, None, True),
        ("", "", True),
        (None, "postgresql://host/db", False),
        ("", "postgresql://host/db", False),
        ("true", "postgresql://host/db", True),
        ("false", None, False),
        ("false", "postgresql://host/db", False),
    ],
)
def test_the_sample_is_for_the_embedded_server_or_on_request_and_so_is_its_registry(
    monkeypatch: pytest.MonkeyPatch, asked_for: str | None, address: str | None, *, is_used: bool
) -> None:
    for name, value in (("WDH_SAMPLE", asked_for), ("WDH_DATABASE__URI", address)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    settings = load_settings()
    assert uses_sample() == is_used
    assert (settings.registry_table, settings.lookup_provider) == (
        ("sample_registry", "registry") if is_used else (None, "none")
    )
    if is_used:
        assert data_base_dir(settings).name == "workbooks"
    else:
        with pytest.raises(ConfigurationError, match=r"WDH_DATA_BASE_DIR is not set.*--sample.*Nothing was done"):
            data_base_dir(settings)
    monkeypatch.setenv("WDH_REGISTRY_TABLE", "crm.companies")
    monkeypatch.setenv("WDH_DATA_BASE_DIR", "/own")
    settings = load_settings()
    assert (settings.registry_table, settings.lookup_provider) == ("crm.companies", "registry")
    assert data_base_dir(settings) == Path("/own")


def test_a_provider_that_is_missing_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WDH_DATABASE__URI", "postgresql://host/db")
    assert "set WDH_REGISTRY_TABLE" in describe_missing_provider(load_settings())
    monkeypatch.setenv("WDH_LOOKUP_PROVIDER", "none")
    assert describe_missing_provider(load_settings()) == "WDH_LOOKUP_PROVIDER is none: there is nobody to ask."
    monkeypatch.setenv("WDH_LOOKUP_PROVIDER", "registry")
    with pytest.raises(ConfigurationError, match="WDH_LOOKUP_PROVIDER is registry: set WDH_REGISTRY_TABLE"):
        provider_from_settings(load_settings(), cast("extensions.connection", None), "enterprise")
