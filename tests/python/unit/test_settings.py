"""Settings: what they may be, what is said of others, and defaults that depend on something."""

from __future__ import annotations

import pytest

from company_enrichment.errors import ConfigurationError
from company_enrichment.settings import describe_settings, load_database_settings, load_settings
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
    "WDH_LOOKUP_RETRY_MINUTES": ["x", "5", "[-1]", "[true]", "[1.5]", '["1"]', "{}", "[1", f"[{'1,' * 100}1]"],
    "WDH_LOOKUP_PROVIDER": ["oracle", "", "EQC"],
    "WDH_REGISTRY_TABLE": ["", "a.b.c", "a..b", ".a", "公" * 22, "\udcff"],
    "WDH_RECONCILIATION_TYPE": ["x" * 201, "\udcff"],
    "WDH_RECONCILIATION_ID_PREFIX": ["lei", "Lei:", "lei:\n", "x" * 33 + ":"],
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
