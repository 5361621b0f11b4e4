"""company-enrichment mappings: what is stored of mappings is listed, and the last load is taken back without its id."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from company_enrichment import load_company_mappings
from real_databases import Database, create_database, drop_database

pytestmark = pytest.mark.one_server

HOSTILE = "样例\x1b[2J甲\n999 done\u202e\u009b[red]公司"


def land(database: Database, load_id: str, source: str, *rows: tuple[str, str, str]) -> None:
    load_company_mappings(rows, database.uri, "merge", source=source, load_id=load_id, apply=False)


@pytest.fixture(scope="module")
def loaded(deployed_template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Two sources that differ on P2, rows that cannot be used, an alias nobody should print, and a load that waits."""
    folder = tmp_path_factory.mktemp("lists")
    database = create_database(deployed_template.server, folder, deployed_template.name)
    database.query(
        "truncate mapping_records, landed_loads, mapping_changes, company_mapping, company_mapping_history,"
        " mapping_loads"
    )
    land(
        database,
        "first load",
        "contracts",
        ("plan", "P1", "A"),
        ("plan", "P2", "A"),
        ("plan", "P10", "B"),
        ("name", "甲（集团）有限公司", "A"),
        ("name", HOSTILE, "H"),
        ("planet", "P4", "A"),
        ("plan", "P5", ""),
    )
    land(database, "second load", "billing", ("plan", "P2", "C"), ("plan", "P6", "n/a"))
    database.dbt(
        "run", "--select", "+mapping_loads", "+company_mapping", "company_mapping_conflicts", "mapping_rejects"
    )
    land(database, "third load", "contracts", ("plan", "P7", "A"))
    yield database
    drop_database(database)


def listed(database: Database, *arguments: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(database.cli("mappings", *arguments, "--json").output)
    return document


def aliases(database: Database, *arguments: str) -> list[str]:
    return [row["alias_text"] for row in listed(database, "list", *arguments)["mappings"]]


def test_aliases_in_force_are_listed_in_order_with_what_they_rest_on(loaded: Database) -> None:
    document = listed(loaded, "list")
    assert document["total"] == 5
    assert [row["match_type"] for row in document["mappings"]] == ["name", "name", "plan", "plan", "plan"]
    [p2] = [row for row in document["mappings"] if row["alias_text"] == "P2"]
    assert {name: p2[name] for name in ("company_id", "source", "load_id", "line_no", "correction_id")} == {
        "company_id": "C",
        "source": "billing",
        "load_id": "second load",
        "line_no": 1,
        "correction_id": None,
    }
    printed = loaded.cli("mappings", "list").output
    assert "5 in all." in printed
    assert any(all(word in line for word in ("P2", "C", "billing", "second load")) for line in printed.splitlines())


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--alias", "p1"), ["P1", "P10"]),
        (("--alias", "Ｐ１０"), ["P10"]),
        (("--alias", "甲(集团)有限公司"), ["甲（集团）有限公司"]),
        (("--source", "billing"), ["P2"]),
        (("--match-type", "Plan"), ["P1", "P10", "P2"]),
        (("--match-type", "计划代码", "--company", " B "), ["P10"]),
        (("--company", "A", "--source", "contracts", "--match-type", "plan"), ["P1"]),
        (("--match-type", "plan", "--limit", "2"), ["P1", "P10"]),
        # What has been outvoted, rejected, or not applied yet is no alias.
        (("--alias", "P4"), []),
        (("--alias", "P7"), []),
        (("--alias", "100%"), []),
    ],
)
def test_aliases_are_found_by(loaded: Database, arguments: tuple[str, ...], expected: list[str]) -> None:
    assert aliases(loaded, *arguments) == expected


def test_how_many_there_are_beside_those_shown_is_said(loaded: Database) -> None:
    printed = loaded.cli("mappings", "list", "--limit", "2").output
    assert "The first 2 of 5; --limit shows more." in printed
    assert listed(loaded, "list", "--limit", "2")["total"] == 5
    assert "No alias in force is listed" in loaded.cli("mappings", "list", "--source", "nobody").output


def test_no_alias_moves_the_cursor_and_json_reads_back(loaded: Database) -> None:
    for arguments in (["list"], ["list", "--json"]):
        printed = loaded.cli("mappings", *arguments).output
        assert not any(character in printed for character in "\x1b\u202e\u009b")
    assert r"样例\e[2J甲\n999 done\u202e\u009b[red]公司" in loaded.cli("mappings", "list").output
    assert HOSTILE in aliases(loaded, "--match-type", "name")


def test_rejected_rows_are_listed_with_their_reason_the_latest_load_first(loaded: Database) -> None:
    rejects = listed(loaded, "rejects")["rejects"]
    assert sorted((row["load_id"], row["line_no"]) for row in rejects) == [
        ("first load", 6),
        ("first load", 7),
        ("second load", 2),
    ]
    of_load = listed(loaded, "rejects", "--load", "second load")
    assert [(row["alias_text"], row["reason"]) for row in of_load["rejects"]] == [
        ("P6", "the company id is a placeholder")
    ]
    assert "the alias" not in loaded.cli("mappings", "rejects", "--load", "second load").output
    refused = loaded.cli("mappings", "rejects", "--load", "fourth load", check=False)
    assert refused.code == 1
    assert "There is no load fourth load; `company-enrichment mappings loads` lists them." in refused.output


def test_conflicts_are_listed_with_winner_and_loser(loaded: Database) -> None:
    columns = ("alias_text", "winning_company_id", "winning_source", "losing_company_id", "losing_source", "rule")
    expected = [("P2", "C", "billing", "A", "contracts", "recency")]
    for arguments in ([], ["--load", "second load"], ["--source", "contracts"], ["--source", "billing"], ["--all"]):
        conflicts = listed(loaded, "conflicts", *arguments)["conflicts"]
        assert [tuple(row[column] for column in columns) for row in conflicts] == expected, arguments
    assert "No conflict is open" in loaded.cli("mappings", "conflicts", "--load", "first load").output


def test_a_match_type_that_there_is_none_is_refused(loaded: Database) -> None:
    refused = loaded.cli("mappings", "list", "--match-type", "planet", check=False)
    assert refused.code == 2
    assert "There is no match type 'planet': unknown match type, not one of plan, account" in refused.output


def test_loads_are_listed_the_latest_first_with_what_is_needed_to_undo_one(loaded: Database) -> None:
    document = listed(loaded, "loads")
    assert [(load["load_id"], load["mode"], load["source"], load["state"]) for load in document["loads"]] == [
        ("third load", "merge", "contracts", "waits for dbt"),
        ("second load", "merge", "billing", "stands"),
        ("first load", "merge", "contracts", "stands"),
    ]
    counts = ("rows_read", "rows_inserted", "rows_rejected", "rows_conflicting", "landed_by")
    assert [tuple(load[count] for count in counts) for load in document["loads"]] == [
        (1, None, None, None, "postgres"),
        (2, 0, 1, 1, "postgres"),
        (7, 5, 2, 0, "postgres"),
    ]
    printed = loaded.cli("mappings", "loads", "--limit", "2").output.splitlines()
    assert printed[0] == "third load"
    assert "1 rows; the next `dbt run` applies them" in printed[2]
    assert printed[3] == "second load" and "merge of billing, landed " in printed[4] and " by postgres: " in printed[4]
    assert "The first 2 of 3; --limit shows more." in printed
    assert [load["load_id"] for load in listed(loaded, "loads", "--source", "billing")["loads"]] == ["second load"]


def test_lists_before_any_model_is_built_say_what_to_do(empty_database: Database) -> None:
    empty_database.dbt("run-operation", "migrate")
    for command in ("list", "rejects", "conflicts", "loads"):
        refused = empty_database.cli("mappings", command, check=False)
        assert refused.code == 1, command
        assert "build the models first, `dbt run` in the project folder" in refused.output, command


def test_the_last_load_that_stands_is_taken_back_without_its_id(database: Database, tmp_path: Path) -> None:
    for number, source in ((1, "contracts"), (2, "billing"), (3, "contracts")):
        file = tmp_path / f"{number}.csv"
        file.write_text(f"match_type,alias,company_id\nplan,LAST-{number},A\n", "utf-8")
        apply = () if number == 3 else ("--no-apply",)
        database.cli(
            "load-mappings", str(file), "--mode", "merge", "--source", source, "--load-id", f"{number}", *apply
        )
    for plan_only in ((), ("--plan-only",)):
        planned = database.cli("load-mappings", "--undo", "last", *plan_only).output
        assert "The last load that stands: 3" in planned and "1 aliases retired" in planned
        assert "Plan only: nothing was written." in planned and "--execute takes it back." in planned
    assert aliases(database, "--alias", "LAST") == ["LAST-1", "LAST-2", "LAST-3"]
    undone = database.cli("load-mappings", "--undo", "last", "--source", "contracts", "--execute").output
    assert "The last load that stands: 3" in undone and "Load undo:3:" in undone and "1 aliases retired" in undone
    # An undo, and what it has undone, stand no more; nor is billing's load of contracts.
    undone = database.cli("load-mappings", "--undo", "last", "--source", "contracts", "--execute").output
    assert "The last load that stands: 1" in undone
    assert aliases(database, "--alias", "LAST") == ["LAST-2"]
    refused = database.cli("load-mappings", "--undo", "last", "--source", "contracts", check=False)
    assert refused.code == 1
    assert "No load of source contracts stands; `company-enrichment mappings loads` lists all there were." in (
        refused.output
    )
    assert [load["state"] for load in listed(database, "loads", "--source", "contracts")["loads"]] == [
        "stands",
        "stands",
        "undone",
        "undone",
    ]
    refused = database.cli("load-mappings", "--undo", "2", "--source", "billing", check=False)
    assert refused.code == 2 and "--source goes with --undo last" in refused.output


def test_a_load_that_waits_is_not_passed_over(database: Database) -> None:
    land(database, "waits", "contracts", ("plan", "LAST-1", "A"))
    refused = database.cli("load-mappings", "--undo", "last", check=False)
    assert refused.code == 1
    assert "The last load that stands: waits" in refused.output
    assert "Load waits is not applied yet: `dbt run` first, then take it back." in refused.output
