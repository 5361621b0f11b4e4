"""A deployment whose keys were made by older rules: what the present rules make of it, and what is said before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from real_databases import Database, create_database, drop_database

pytestmark = pytest.mark.one_server

OLDER_RULES = Path(__file__).with_name("name_key_before_lists.sql").read_text("utf-8")
PREDECESSOR = Path(__file__).with_name("predecessor.sql").read_text("utf-8")
# The columns and functions that have come since, and what the newest row of schema_migrations said.
OLDER_DEPLOYMENT = """
drop function judged_company_name(text), judged_code(text) cascade;
drop function if exists company_name_fault(text), code_fault(text), record_faults(text, text, text, text) cascade;
alter table company_resolution drop column unresolvable_reason;
update schema_migrations
set content_hash = 'older', name_key_hash = '10a28796c9365b3fdf60e6189d438c80', key_version = null;
truncate mapping_records, landed_loads, mapping_changes, company_mapping, company_mapping_history, mapping_loads;
select assign_temp_ids(array['样例先行有限公司'])
"""

# record: (plan code, customer's name)
RECORDS = {
    "yellow": (None, "样例⻩山有限公司"),
    "dragon": (None, "样例⻰山有限公司"),
    "mountain": (None, "样例山有限公司"),
    "one letter": (None, "样例\ue000厂"),
    "another letter": (None, "样例\ue001厂"),
    "no letter": (None, "样例厂"),
    "masked": (None, "样例**保险公司"),
    "nan": (None, "nan"),
    "small sharp s": (None, "Großmann Beispiel GmbH"),
    "capitals": (None, "GROSSMANN BEISPIEL GMBH"),
    "wide": ("Ｐ０２９０", None),
    "hidden mark": ("\u200eP0390", None),
    "number": ("1.23E+05", None),
    "hyphen": ("P‐7", None),
}
MAPPINGS = [
    ("name", "样例⻩山有限公司", "600000303"),
    ("plan", "P0290", "600000290"),
    ("plan", "Ｐ０３９０", "600000390"),
    ("plan", "1.23E+05", "600000123"),
    ("plan", "P‐7", "600000007"),
    ("plan", "P-7", "600000008"),
    ("name", "样例**保险公司二", "600000999"),
]
BEFORE = {
    "yellow": "600000303",
    "dragon": "600000303",
    "mountain": "600000303",
    "one letter": "TEMP_000002",
    "another letter": "TEMP_000002",
    "no letter": "TEMP_000002",
    "masked": "TEMP_000003",
    "nan": "TEMP_000004",
    "small sharp s": "TEMP_000005",
    "capitals": "TEMP_000006",
    "wide": None,
    "hidden mark": None,
    "number": "600000123",
    "hyphen": "600000007",
}
AFTER = {
    **BEFORE,
    "dragon": "TEMP_000007",
    "mountain": "TEMP_000008",
    "another letter": "TEMP_000009",
    "no letter": "TEMP_000010",
    "masked": None,
    "nan": None,
    "capitals": "TEMP_000005",
    "wide": "600000290",
    "hidden mark": "600000390",
    "number": None,
}


def companies(database: Database) -> dict[str, Any]:
    return dict(
        database.query("select record_id, company_id from company_resolution where record_id = any (%s)", ([*RECORDS],))
    )


def land(database: Database) -> None:
    for number, (record_id, (plan_code, name)) in enumerate(RECORDS.items()):
        database.query(
            "insert into customer_records (record_id, source_system, plan_code, customer_name, loaded_at)"
            " values (%s, 'test', %s, %s, timestamptz '2026-01-01' + %s * interval '1 minute')",
            (record_id, plan_code, name, number),
        )
    for line_no, row in enumerate(MAPPINGS, start=2):
        database.query("insert into mapping_records values ('older', %s, 'curated', %s, %s, %s)", (line_no, *row))


@pytest.fixture(scope="module")
def older(deployed_template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A deployment of the older rules, with nothing but one temporary id; to be copied."""
    folder = tmp_path_factory.mktemp("older")
    database = create_database(deployed_template.server, folder, deployed_template.name)
    database.query(OLDER_RULES)
    database.query(OLDER_DEPLOYMENT)
    yield database
    drop_database(database)


@pytest.fixture
def stored(older: Database, tmp_path: Path) -> Iterator[Database]:
    copy = create_database(older.server, tmp_path, older.name)
    yield copy
    drop_database(copy)


def rekey(database: Database, *, execute: bool) -> list[str]:
    said = database.operation("rekey_company_names", {"execute": execute}).output
    return [line.removeprefix("rekey_company_names: ") for line in said.splitlines()]


def test_names_that_were_joined_wrongly_part_and_every_step_is_said_before(stored: Database) -> None:
    land(stored)
    run = stored.dbt("run").output
    assert "old rules stay in force" in run
    assert companies(stored) == BEFORE, "the new package works by the deployed rules until the keys are made anew"

    planned = rekey(stored, execute=False)
    for line in (
        "2 names that part, if it is done:",
        "    样例山有限公司 | 样例⻩山有限公司 | 样例⻰山有限公司 (样例山有限公司)",
        "    样例厂 | 样例\ue000厂 | 样例\ue001厂 (样例厂)",
        "3 names that name nobody, if it is done:",
        "    nan: is a placeholder for a name",
        "    样例**保险公司: is masked: signs stand for letters",
        "    样例**保险公司二: is masked: signs stand for letters",
        "1 codes that are none, if it is done:",
        "    plan 1.23E+05: is a number in scientific notation and may have lost digits",
        "1 temporary ids redirected to an older one, if it is done:",
        "    TEMP_000006 (GROSSMANN BEISPIEL GMBH) to TEMP_000005 (Großmann Beispiel GmbH)",
        "1 aliases that lose their key to another company, if it is done:",
        "    plan P-7 of 600000008 to P‐7 of 600000007",
        "mapping_changes.alias_name: 3 of 3 keys would change, 1 names nobody now",
    ):
        assert line in planned, planned
    assert companies(stored) == BEFORE

    rekey(stored, execute=True)
    assert companies(stored) == AFTER
    assert stored.query(
        "select record_id, unresolvable_reason from company_resolution where unresolvable_reason is not null order by 1"
    ) == [
        ("masked", "the customer name is masked: signs stand for letters"),
        ("nan", "the customer name is a placeholder for a name"),
        ("number", "the plan code is a number in scientific notation and may have lost digits"),
    ]
    assert stored.query(
        "select alias_text, reason from mapping_changes"
        " where load_id like 'rekey:%' and outcome = 'rejected' order by alias_text"
    ) == [
        ("1.23E+05", "by the present rules, the alias is a number in scientific notation and may have lost digits"),
        ("样例**保险公司二", "by the present rules, the alias is masked: signs stand for letters"),
    ]
    stored.dbt("run")
    assert companies(stored) == AFTER, "a run has nothing to add"
    tested = stored.dbt("test", "--exclude", "test_type:unit").output
    assert "Warning in test stored_keys_are_of_the_version_in_force" not in tested
    assert "every stored key is of the rules in force, nothing to do" in rekey(stored, execute=True)


def test_the_sample_and_what_was_adopted_keep_every_record_and_every_id(stored: Database) -> None:
    stored.cli("run")
    stored.query(PREDECESSOR)
    stored.dbt("run-operation", "adopt", "--args", "{schema: old, execute: true}")
    land(stored)
    stored.dbt("run")
    resolution = "select record_id, company_id from company_resolution where not record_id = any (%s)"
    before = dict(stored.query(resolution, ([*RECORDS],)))
    ledger = stored.query("select temp_id, first_name from temp_company_ids order by temp_number")
    rekey(stored, execute=True)
    after = dict(stored.query(resolution, ([*RECORDS],)))
    assert len(before) > 100 and after == before
    assert (
        stored.query("select temp_id, first_name from temp_company_ids order by temp_number")[: len(ledger)] == ledger
    )
    stored.dbt("run")
    stored.dbt("test", "--exclude", "test_type:unit")
