"""Codes that may have lost the zeros in front are named, with their lines and what to do; nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from company_enrichment import load_company_mappings
from company_enrichment.ingestion.lost_zeros import lost_zeros_of_mappings
from company_enrichment.mappings.target import MappingDatabase
from real_databases import Database
from workbook_files import write_workbook

pytestmark = pytest.mark.one_server

Codes = Sequence[tuple[str, object]]


def store(database: Database, *codes: str, match_type: str = "account") -> None:
    rows = [(match_type, code, "A") for code in codes]
    load_company_mappings(rows, database.uri, "merge", source="stored", load_id=f"stored {codes[0]}")


def found(database: Database, codes: Codes) -> list[tuple[str, int, int, int, list[tuple[int, str, str | None]]]]:
    rows = [(match_type, code, "A") for match_type, code in codes]
    return [
        (
            of_type.match_type,
            of_type.width,
            of_type.codes,
            of_type.with_twin,
            [(suspect.line_no, suspect.code, suspect.twin) for suspect in of_type.examples],
        )
        for of_type in lost_zeros_of_mappings(MappingDatabase(database.uri), rows)
    ]


@pytest.fixture
def stored(database: Database) -> Database:
    """Account numbers of six digits, three of them with zeros."""
    database.query("truncate mapping_records, landed_loads, mapping_changes, company_mapping, mapping_loads")
    store(database, "000123", "000456", "012345", "123456")
    return database


def test_codes_that_lost_their_zeros_are_found(stored: Database) -> None:
    assert found(stored, [("account", 999), ("account", 123), ("account", "456"), ("Account", " 78 ")]) == [
        ("account", 6, 4, 2, [(2, "123", "000123"), (3, "456", "000456"), (1, "999", None)])
    ]
    assert found(stored, [("account", 123.0), ("account", "１２３")])[0][2:4] == (2, 2)


@pytest.mark.parametrize(
    "codes",
    [
        [("account", "000789"), ("account", "654321"), ("account", 1234567)],
        # Letters lose no zeros, other types have no codes with zeros, and a row that cannot be used is rejected anyway.
        [("account", "C123"), ("account", "P-9"), ("plan", 123), ("account", None)],
        [],
    ],
)
def test_codes_that_have_lost_nothing_are_not(stored: Database, codes: Codes) -> None:
    assert found(stored, codes) == []


def test_a_file_of_both_kinds_shows_it_by_itself(database: Database) -> None:
    database.query("truncate mapping_records, landed_loads, mapping_changes, company_mapping, mapping_loads")
    assert found(database, [("plan", "000001"), ("plan", 2), ("plan", "000003")]) == [
        ("plan", 6, 1, 0, [(2, "2", None)])
    ]


def test_where_codes_have_any_width_only_those_that_are_known_with_zeros_are_named(stored: Database) -> None:
    store(stored, *(str(number) for number in range(5000, 5010)))
    assert found(stored, [("account", 77), ("account", 123)]) == [("account", 6, 1, 1, [(2, "123", "000123")])]


def test_an_alias_that_is_retired_shows_nothing(stored: Database) -> None:
    load_company_mappings([("plan", "X", "A")], stored.uri, "replace_source", source="stored", load_id="other")
    assert found(stored, [("account", 123)]) == []


def test_plan_and_report_say_it_and_the_codes_stay(stored: Database, tmp_path: Path) -> None:
    rows = [
        ("match_type", "alias", "company_id"),
        ("account", 123, "A"),
        ("account", 5, "B"),
        ("account", "000009", "C"),
    ]
    file = write_workbook(tmp_path / "accounts.xlsx", rows)
    said = (
        "Look at this: 2 codes of type account may have lost zeros in front: the others have 6 digits, and 1 of these"
        " are known with zeros. line 2: 123 (000123 is known); line 3: 5. They are taken as they are"
    )
    assert said in stored.cli("load-mappings", str(file), "--mode", "merge", "--plan-only").output
    assert said in stored.cli("load-mappings", str(file), "--mode", "merge").output
    aliases = stored.query("select alias_name from company_mapping where source = 'file:accounts.xlsx' order by 1")
    assert aliases == [("000009",), ("123",), ("5",)]
    # Landed a second time it is still wrong.
    assert said in stored.cli("load-mappings", str(file), "--mode", "merge").output


def test_records_whose_codes_would_be_known_with_zeros_are_named(stored: Database, tmp_path: Path) -> None:
    domains, data = tmp_path / "domains", tmp_path / "data"
    domains.mkdir()
    store(stored, "000777", match_type="plan")
    domain = (
        "description: contracts\nfiles: '*.xlsx'\nsheet: data\nrecord_key: [Account]\n"
        "columns:\n  account_number: {}\n  plan_code: Plan\n  customer_name: Customer\n"
    )
    (domains / "contracts.yml").write_text(domain.format("Account"), "utf-8")
    rows = [
        ("Account", "Plan", "Customer"),
        (123, 1, "甲"),
        (456, 2, "乙"),
        (123456, 777, "丙"),
        ("000123", 4, "丁"),
        (88, 5, "戊"),
    ]
    write_workbook(data / "contracts.xlsx", rows)
    settings: dict[str, Any] = {"WDH_DOMAINS_DIR": str(domains), "WDH_DATA_BASE_DIR": str(data)}
    of_accounts = (
        "contracts.xlsx: look at this: Account: 2 records have a code that no mapping knows and that one would know"
        ' with zeros in front: row 2: "123" would be "000123"; row 3: "456" would be "000456".'
    )
    of_plans = "Plan: 1 records have a code that no mapping knows"
    planned = stored.cli("ingest", "--domain", "contracts", **settings).output
    assert of_accounts in planned and of_plans in planned and "columns.account_number.width: 6" in planned
    assert of_accounts in stored.cli("ingest", "--domain", "contracts", "--execute", **settings).output
    assert stored.query("select account_number from customer_records order by source_row limit 1") == [("123",)]
    # With what it says, nothing is left to say of the column.
    (domains / "contracts.yml").write_text(domain.format("{header: Account, width: 6}"), "utf-8")
    write_workbook(data / "contracts.xlsx", [*rows, (9, 6, "己")])
    planned = stored.cli("ingest", "--domain", "contracts", **settings).output
    assert "Account: " not in planned and of_plans in planned
