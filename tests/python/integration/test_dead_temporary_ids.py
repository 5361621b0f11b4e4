"""A temporary id whose name names nobody since the name rules changed says so, and leads nowhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from real_databases import Database, create_database, drop_database

pytestmark = pytest.mark.one_server

# By these rules the name is a placeholder.
NEW_RULES = ("--vars", json.dumps({"name_placeholders": ["虚构公司"]}, ensure_ascii=False))
OPEN_ROWS = (
    "select to_company_id, kind, decided_by from company_id_crosswalk where from_company_id = %s and valid_to is null"
)
TABLES = ("run", "--select", "config.materialized:incremental")
DEAD = [(None, "unresolvable", "rekeying")]


@pytest.fixture(scope="module")
def resolved(deployed_template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A record whose name will name nobody, and another one, both with a temporary id; to be copied."""
    folder = tmp_path_factory.mktemp("resolved")
    database = create_database(deployed_template.server, folder, deployed_template.name)
    database.query(
        "insert into customer_records (record_id, source_system, customer_name)"
        " values ('none', 'test', '虚构公司'), ('some', 'test', '丁公司')"
    )
    database.dbt(*TABLES)
    yield database
    drop_database(database)


@pytest.fixture
def temporary(resolved: Database, tmp_path: Path) -> Iterator[tuple[Database, str]]:
    """The database, and the id of the name."""
    copy = create_database(resolved.server, tmp_path, resolved.name)
    yield copy, company(copy, "none")
    drop_database(copy)


def company(database: Database, record_id: str) -> Any:
    return database.value("select company_id from company_resolution where record_id = %s", (record_id,))


def rekey(database: Database, *options: str) -> None:
    database.dbt("run-operation", "rekey_company_names", "--args", "{execute: true}", *options)


def current(database: Database, temp_id: str, *options: str) -> str:
    """What the macro makes of a published id."""
    query = (
        "select coalesce({{ company_enrichment.current_company_id('facts.company_id') }}, 'nobody') as current_id"
        f" from (select '{temp_id}' as company_id) as facts"
    )
    output = database.dbt("show", "--inline", query, *options).output
    [found] = re.findall(r"^\| *(TEMP_\d+|nobody) *\|$", output, re.MULTILINE)
    return str(found)


def test_a_temporary_id_whose_name_became_nobodys_is_in_the_crosswalk_and_leads_to_nobody(
    temporary: tuple[Database, str],
) -> None:
    database, temp_id = temporary
    assert current(database, temp_id) == temp_id
    rekey(database, *NEW_RULES)
    assert company(database, "none") is None
    assert database.query(OPEN_ROWS, (temp_id,)) == DEAD
    assert database.query(OPEN_ROWS, (company(database, "some"),)) == []
    assert current(database, temp_id, *NEW_RULES) == "nobody"
    # By the rules of before it is somebody's again.
    rekey(database)
    assert company(database, "none") == temp_id
    assert database.query(OPEN_ROWS, (temp_id,)) == []
    closed = "select kind, valid_to is not null from company_id_crosswalk where from_company_id = %s"
    assert database.query(closed, (temp_id,)) == [("unresolvable", True)]
    assert current(database, temp_id) == temp_id


def test_a_run_finds_the_dead_ids_that_an_older_version_has_left(temporary: tuple[Database, str]) -> None:
    database, temp_id = temporary
    rekey(database, *NEW_RULES)
    database.query("delete from company_id_crosswalk")
    check = ("test", "--select", "temporary_ids_of_nobody_are_in_the_crosswalk", *NEW_RULES)
    assert "Got 1 result" in database.dbt(*check, check=False).output
    # A deployment of other rules has every model read everything once.
    database.query("update model_watermarks set content_hash = 'of an older version'")
    database.query("insert into temp_company_ids (temp_number, first_name) values (77, null)")
    database.dbt("run", "--select", "company_id_crosswalk", *NEW_RULES)
    assert database.query(OPEN_ROWS, (temp_id,)) == DEAD
    assert database.query(OPEN_ROWS, ("TEMP_000077",)) == [], "a number that was asked for without a name"
    assert "ERROR=0" in database.dbt(*check).output
    before = database.query("select xmin::text, * from company_id_crosswalk")
    database.dbt("run", "--select", "company_id_crosswalk", *NEW_RULES)
    assert database.query("select xmin::text, * from company_id_crosswalk") == before


def test_a_name_that_was_known_before_it_became_nobodys_leads_to_nobody_too(temporary: tuple[Database, str]) -> None:
    database, temp_id = temporary
    database.query("insert into mapping_records values ('one', 2, 'curated', 'name', '虚构公司', 'A')")
    database.dbt(*TABLES)
    assert database.query(OPEN_ROWS, (temp_id,)) == [("A", "resolved", "mapping")]
    rekey(database, *NEW_RULES)
    assert database.query(OPEN_ROWS, (temp_id,)) == DEAD
    assert current(database, temp_id, *NEW_RULES) == "nobody"
    rekey(database)
    assert database.query(OPEN_ROWS, (temp_id,)) == [("A", "resolved", "mapping")]
