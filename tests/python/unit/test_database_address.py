"""Where the database is: profiles.yml and Python must take the same URI apart alike."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from dbt.config.renderer import ProfileRenderer
from dbt_common.context import set_invocation_context
from hypothesis import given
from hypothesis import strategies as st

from company_enrichment.address import DatabaseAddress
from company_enrichment.errors import ConfigurationError
from company_enrichment.state_directory import socket_directory, state_directory
from real_databases import REPOSITORY


def profile(**variables: str) -> dict[str, Any]:
    """The connection that dbt reads from profiles.yml in that environment."""
    set_invocation_context(variables)
    text = (REPOSITORY / "profiles.yml").read_text("utf-8")
    outputs = yaml.safe_load(text)["company_enrichment"]["outputs"]["default"]
    return dict(ProfileRenderer({}).render_data(outputs))


def both(uri: str) -> tuple[dict[str, Any], dict[str, Any]]:
    address = DatabaseAddress.from_uri(uri)
    rendered = profile(WDH_DATABASE__URI=uri)
    names = ("host", "port", "user", "password", "dbname", "sslmode")
    return {name: getattr(address, name) for name in names}, {name: rendered[name] for name in names}


@pytest.mark.parametrize(
    "uri",
    [
        "postgresql://user:secret@db.example.org:5433/warehouse?sslmode=require",
        "postgres://user@db.example.org/warehouse",
        "postgresql://127.0.0.1:5432/warehouse",
        "postgresql://u%40corp:p%3A%2F%40%25%23%3F@host/w%C3%A9",
        "postgresql://postgres@%2Fvar%2Frun%2Fpostgresql:5432/db",
        "postgresql://user:%E5%AF%86%E7%A0%81@host/db",
        "postgresql://user:12345@host/678",
        "postgresql://user:true@host/none",
        "postgresql://user:'quoted'@host/db",
    ],
)
def test_profile_and_python_agree(uri: str) -> None:
    python, dbt = both(uri)
    assert dbt == python


_WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@given(user=_WORDS, password=_WORDS, dbname=_WORDS)
def test_any_password_reaches_both_unharmed(user: str, password: str, dbname: str) -> None:
    uri = f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@host/{quote(dbname, safe='')}"
    python, dbt = both(uri)
    assert (python["user"], python["password"], python["dbname"]) == (user, password, dbname)
    assert dbt == python


def test_a_printed_address_leads_to_the_same_database_and_holds_no_password() -> None:
    address = DatabaseAddress.from_uri("postgresql://us%40er:secret@%2Fvar%2Frun:5433/d%2Fb?sslmode=require")
    printed = address.uri_without_password
    assert "secret" not in printed
    assert replace(address, password="") == DatabaseAddress.from_uri(printed)


@pytest.mark.parametrize(
    "uri",
    ["", "warehouse", "mysql://host/db", "postgresql://host", "postgresql://host/", "postgresql:///db",
     "postgresql://user:secret@host/db?options=-csearch_path%3Dx", "postgresql://user:sec@ret@host/db"],
)  # fmt: skip
def test_any_other_form_is_refused_without_repeating_it(uri: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        DatabaseAddress.from_uri(uri)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "uri",
    ["warehouse", "mysql:host", "mysql://host/db", "postgresql://host", "postgresql:///db", "postgresql://h:port/db",
     "postgresql://user:sec@ret@host/db", "postgresql://user:sec/ret@host/db", "postgresql://user:secret@host/db?x=1",
     "postgresql://user:%ZZ@ho st@x/db", "postgresql://用户:密码@主机/库/secret", " postgresql://user:secret@host/db"],
)  # fmt: skip
def test_plain_dbt_connects_nowhere_and_names_the_setting_when_the_address_has_another_form(uri: str) -> None:
    with pytest.raises(ConfigurationError):
        DatabaseAddress.from_uri(uri)
    rendered = profile(WDH_DATABASE__URI=uri)
    assert rendered["host"] == (
        "/WDH_DATABASE__URI must have the form postgresql://user:password@host:port/dbname"
        ",/Percent-encode any of :@%#? in its user and password"
    )
    assert "\0" not in "".join(str(part) for part in rendered.values())


@pytest.mark.parametrize(
    "uri",
    ["postgresql://user:p%@host/db", "postgresql://user:100%25%zz@host/db", "postgresql://用户:密%E7%A0%81@host/库",
     "postgresql://user:%E5%AF@host/db", "postgresql://us%er:%5@host/d%b"],
)  # fmt: skip
def test_profile_and_python_agree_on_what_is_percent_encoded_badly(uri: str) -> None:
    python, dbt = both(uri)
    assert dbt == python


@pytest.mark.parametrize(
    "state",
    [
        "/var/lib/state",
        "/var//lib/state/",
        f"/home/someone/{'long/' * 20}state",
        f"/home//{'x' * 100}/",
        f"/home/用户/{'长' * 30}",
    ],
)
def test_plain_dbt_finds_the_socket_of_the_embedded_server(state: str) -> None:
    expected = str(socket_directory(Path(state)))
    rendered = profile(WDH_STATE_DIR=state)
    assert rendered["host"].split(",")[0] == expected
    assert (rendered["port"], rendered["user"], rendered["dbname"]) == (5432, "postgres", "company_enrichment")


def test_the_state_directory_has_the_same_default_for_both() -> None:
    for variables in ({"HOME": "/home/one"}, {"HOME": "/home/one", "XDG_DATA_HOME": "/data"}):
        expected = str(socket_directory(state_directory(variables)))
        assert profile(**variables)["host"].split(",")[0] == expected
