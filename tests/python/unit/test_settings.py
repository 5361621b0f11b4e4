"""Settings whose default depends on something."""

from __future__ import annotations

import pytest

from company_enrichment.settings import load_settings


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
