"""company-enrichment load-mappings: a file becomes a load, what it did is printed, and it can be taken back."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import xlsxwriter

from real_databases import SCHEMA, Database

pytestmark = pytest.mark.one_server

CONTENT = """\
match_type,alias,company_id
plan,P-1,A
plan,P-2,B
plan,P-2,B
plan,P-2,C
planet,P-3,A
plan,,A
"""
SUM = "6 rows read = 2 inserted + 0 updated + 1 unchanged + 2 rejected + 1 conflicts; 0 aliases retired, 0 restored"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "mappings.csv"
    file.write_text(CONTENT, "utf-8")
    return file


def landed(database: Database) -> list[tuple[str, str, str]]:
    return database.query(
        "select load_id, source, mode from landed_loads where source not like 'seed:%' order by landed_at"
    )


def test_a_file_is_loaded_once_and_what_it_did_is_printed_and_counted(database: Database, file: Path) -> None:
    printed = database.cli("load-mappings", str(file), "--mode", "merge").output
    assert SUM in printed
    assert f"{SCHEMA}.mapping_rejects" in printed and f"{SCHEMA}.company_mapping_conflicts" in printed
    [(load_id, source, mode)] = landed(database)
    assert (source, mode) == ("file:mappings.csv", "merge")
    assert re.fullmatch(r"file:mappings\.csv:1:[0-9a-f]{32}", load_id)
    assert database.query("select line_no from mapping_rejects where load_id = %s order by 1", (load_id,)) == [
        (6,),
        (7,),
    ]

    again = database.cli("load-mappings", str(file), "--mode", "merge").output
    assert f"Nothing was landed: it is already loaded as {load_id}." in again
    assert SUM in again
    assert len(landed(database)) == 1

    status = database.cli("status").output
    assert "mapping rows of all loads: 1 conflicts (company_mapping_conflicts), 2 rejected (mapping_rejects)" in status
    assert json.loads(database.cli("status", "--json").output)["mappings"] == {"conflicts": 1, "rejected": 2}


def test_a_plan_prints_what_the_load_then_does_and_lands_nothing(database: Database, file: Path) -> None:
    planned = database.cli("load-mappings", str(file), "--mode", "merge", "--plan-only").output
    assert "Plan only: nothing was written." in planned and SUM in planned
    assert landed(database) == []
    done = database.cli("load-mappings", str(file), "--mode", "merge").output
    [(load_id, *_)] = landed(database)
    assert SUM in done and f"Load {load_id}:" in planned and f"Load {load_id}:" in done
    again = database.cli("load-mappings", str(file), "--mode", "merge", "--plan-only").output
    assert f"Nothing would be landed: it is already loaded as {load_id}." in again and SUM in again
    undone = database.cli("load-mappings", "--undo", load_id, "--plan-only").output
    assert f"Load undo:{load_id}:" in undone and "2 aliases retired" in undone
    waiting = database.cli("load-mappings", str(file), "--mode", "append", "--no-apply", "--plan-only").output
    assert "6 rows would be landed, and wait" in waiting
    assert len(landed(database)) == 1


def test_a_load_that_is_only_landed_says_what_it_waits_for(database: Database, file: Path) -> None:
    printed = database.cli("load-mappings", str(file), "--mode", "merge", "--no-apply", "--load-id", "one").output
    assert "Load one:" in printed and "6 rows are landed, and wait: the next `dbt run` applies them." in printed
    assert landed(database) == [("one", "file:mappings.csv", "merge")]
    printed = database.cli("load-mappings", str(file), "--mode", "append", "--no-apply", "--load-id", "one").output
    assert "already loaded as one" in printed
    assert landed(database) == [("one", "file:mappings.csv", "merge")]


def test_a_workbook_of_one_type_is_loaded_under_a_source_of_its_own(database: Database, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "plans.xlsx")) as book:
        book.add_worksheet("notes")
        sheet = book.add_worksheet("plans")
        for number, row in enumerate([["Alias", "Canonical ID"], [42, "A"]]):
            sheet.write_row(number, 0, row)
    arguments = ("--match-type", "plan", "--sheet", "plans", "--source", "curated", "--mode", "append")
    database.cli("load-mappings", str(tmp_path / "plans.xlsx"), *arguments, "--no-apply")
    assert database.query(
        "select line_no, source, match_type, alias_text, company_id from mapping_records where source = 'curated'"
    ) == [(2, "curated", "plan", "42", "A")]


def test_a_file_of_another_encoding_is_loaded_as_what_it_says(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "names.tsv"
    file.write_bytes("match_type\talias\tcompany_id\nname\t示例甲有限公司\tA\n".encode("gb18030"))
    database.cli("load-mappings", str(file), "--mode", "append", "--encoding", "gb18030", "--no-apply")
    assert database.value("select alias_text from mapping_records where source = 'file:names.tsv'") == "示例甲有限公司"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "Give either a FILE, or --undo"),
        (("FILE",), 2, "--mode says what the load may do: append, merge, delete_insert, replace_source."),
        (("FILE", "--mode", "upsert"), 2, "choose append, merge, delete_insert, replace_source"),
        (("FILE", "--mode", "merge", "--undo", "one"), 2, "Give either a FILE, or --undo"),
        (("--undo", "one", "--mode", "merge"), 2, "--undo goes with --no-apply, --wait-seconds and --execute only"),
        (("--undo", "one"), 1, "There is no load one"),
        (("FILE", "--mode", "merge", "--match-type", "planet"), 2, "There is no match type 'planet'"),
        (("FILE", "--mode", "merge", "--match-type", "plan"), 1, "leave the argument out"),
        (("FILE", "--mode", "merge", "--encoding", "utf-nine"), 2, "There is no encoding utf-nine"),
        (("FILE", "--mode", "merge", "--strict"), 1, "2 of 6 rows cannot be used, and nothing was landed: line 6: "),
        (("none.csv", "--mode", "merge"), 1, "none.csv: No such file"),
        (("none.json", "--mode", "merge"), 2, "a .csv, .tsv, .txt, .xlsx, .xlsm or .xls file"),
    ],
)
def test_what_cannot_be_loaded_says_why_and_lands_nothing(
    database: Database, file: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = database.cli(
        "load-mappings", *(str(file) if argument == "FILE" else argument for argument in arguments), check=False
    )
    assert (done.code, said in done.output) == (code, True), done.output
    assert landed(database) == []


def test_a_load_is_taken_back_by_its_id(database: Database, file: Path) -> None:
    database.cli("load-mappings", str(file), "--mode", "merge", "--load-id", "one")
    printed = database.cli("load-mappings", "--undo", "one", "--execute").output
    assert "Load undo:one:" in printed and "2 aliases retired" in printed
    assert "Load one was taken back before." in database.cli("load-mappings", "--undo", "one", "--execute").output
    # What was taken back can be loaded anew.
    assert "6 rows read = " in database.cli("load-mappings", str(file), "--mode", "merge").output
    assert database.value("select count(*) from company_mapping where alias_name = 'P-2'") == 1


def test_status_works_before_the_models_are_built(empty_database: Database) -> None:
    empty_database.dbt("run-operation", "migrate")
    assert json.loads(empty_database.cli("status", "--json").output)["mappings"] is None
