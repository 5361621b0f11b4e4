"""A misspelt setting is warned about with the name that was meant, wherever it is set."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from company_enrichment.settings import names_of_database_settings, names_of_settings
from company_enrichment.settings.unknown import ENVIRONMENT_ONLY, describe_unknown_settings
from real_databases import REPOSITORY

KNOWN = (*names_of_settings(), *names_of_database_settings(), *ENVIRONMENT_ONLY)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of whoever runs the tests, in a folder without a .env."""
    for name in KNOWN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("WDH_DATABASE_URI", "WDH_DATABASE__URI"),
        ("WDH_DATABASE__URL", "WDH_DATABASE__URI"),
        ("WDH_LOOKUP_RETRY_MINUTE", "WDH_LOOKUP_RETRY_MINUTES"),
        ("WDH_REGISTRY_TABEL", "WDH_REGISTRY_TABLE"),
        ("WDH_LOGLEVEL", "WDH_LOG_LEVEL"),
        ("WDH_DATADIR", "WDH_DATA_BASE_DIR"),
        ("wdh_sample", "WDH_SAMPLE"),
        ("WHD_REGISTRY_TABLE", "WDH_REGISTRY_TABLE"),
    ],
)
def test_the_nearest_name_is_named(monkeypatch: pytest.MonkeyPatch, name: str, meant: str) -> None:
    monkeypatch.setenv(name, "geheim")
    assert describe_unknown_settings() == [f"{name} is no setting, and has no effect. Is {meant} meant?"]


def test_a_name_that_is_near_none_may_be_another_program_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WDH_QQQ", "geheim")
    monkeypatch.setenv("DATABASE_URI", "geheim")
    monkeypatch.setenv("REGISTRY_TABLE", "geheim")
    assert describe_unknown_settings() == [
        "WDH_QQQ is no setting, and has no effect; `company-enrichment status` lists the settings."
    ]


def test_every_known_name_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KNOWN:
        monkeypatch.setenv(name, "x")
    assert describe_unknown_settings() == []


def test_a_dotenv_file_is_looked_at_too(tmp_path: Path) -> None:
    lines = ("WDH_REGISTRY_TABEL=a", "WDH_REGISTRY_TABLE=a", "WDH_DATABASE__URI=postgresql://u:geheim@h/d", "OTHER=1")
    (tmp_path / ".env").write_text("\n".join(lines), "utf-8")
    assert describe_unknown_settings() == [
        "WDH_DATABASE__URI in .env has no effect, because plain dbt reads no .env: export it.",
        "WDH_REGISTRY_TABEL in .env is no setting, and has no effect. Is WDH_REGISTRY_TABLE meant?",
    ]


def test_an_unreadable_dotenv_file_is_said_where_the_settings_are_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"WDH_X=\xff")
    assert describe_unknown_settings() == []


def test_whatever_is_read_from_the_environment_is_known() -> None:
    read = set()
    for folder, pattern in (("python", "*.py"), ("macros", "*.sql"), (".", "profiles.yml")):
        for file in (REPOSITORY / folder).rglob(pattern):
            # Of other folders profiles.yml has copies.
            text = file.read_text("utf-8")
            read |= set(re.findall(r"""(?:env_var\(|environ(?:\.get)?[\[(])\s*["'](WDH_[A-Z_]+)""", text))
    assert read
    assert read <= set(KNOWN)
