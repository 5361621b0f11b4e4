"""Codes that a column writes in another way than the mappings do: cases from reports, and others of each kind.

Inputs are invented after the situation that a report describes; the source stands beside each.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from company_enrichment.errors import ConfigurationError
from company_enrichment.ingestion.domains import Domain
from company_enrichment.ingestion.load import ingest
from company_enrichment.ingestion.reports import FileOutcome, FileReport
from real_databases import SCHEMA, Database, create_database, drop_database
from workbook_files import write_workbook

pytestmark = pytest.mark.one_server

PLAN, ACCOUNT, NAME = "计划代码", "集团企业客户号", "客户名称"
HEADER = [PLAN, ACCOUNT, NAME]
GROUP = {"strip_prefix": "C"}
WIDE = {"width": 12}
TYPING = {"corrections": {"1P0290": "P0290", "1P0807": "P0807"}}
BOTH = {"strip_prefix": "C", "width": 12, "corrections": {"8100000999": "8100000123", "000000000777": "778"}}

D3 = "WorkDataHub pipeline_builder.py, step 9"
D4 = "WorkDataHub 2026-01-02, plan-code-consistency"

# (source of the report, the rules of the column, what is in the cell, the code that is stored)
CODES: list[tuple[str, dict[str, Any], Any, str | None]] = [
    (D3, GROUP, "C8100000123", "8100000123"),
    (D3, GROUP, "8100000123", "8100000123"),
    ("own: a number in the cell", GROUP, 8100000123, "8100000123"),
    ("own: in full width", GROUP, "Ｃ８１０００００１２３", "8100000123"),
    ("own: blanks around and behind it", GROUP, "\u3000 C 8100000123 ", "8100000123"),
    ("own: a mark of direction from a web page", GROUP, "\u200eC8100000123\u202c", "8100000123"),
    ("own: what keeps a code from becoming a number", GROUP, '="C8100000123"', "8100000123"),
    ("own: an apostrophe that makes text", GROUP, "'C8100000123", "8100000123"),
    ("own: nothing behind it", GROUP, "C", "C"),
    ("own: it goes once", GROUP, "CC8100000123", "C8100000123"),
    ("own: within the code it stays", GROUP, "8100C00123", "8100C00123"),
    ("own: codes differ by case", GROUP, "c8100000123", "c8100000123"),
    ("own: no pattern", {"strip_prefix": ".*"}, "C81", "C81"),
    ("own: no pattern", {"strip_prefix": ".*"}, ".*81", "81"),
    ("own: a prefix of several characters", {"strip_prefix": "集团－"}, "集团-81", "81"),
    ("own: a prefix that ends in a blank", {"strip_prefix": "No "}, "No 81", "81"),
    ("own: a prefix that ends in a blank", {"strip_prefix": "No "}, "North", "North"),
    ("own: zeros that a spreadsheet drops", WIDE, 8100000123, "008100000123"),
    ("own: as text", WIDE, "8100000123", "008100000123"),
    ("own: in full width", WIDE, "８１", "000000000081"),
    ("own: of this width", WIDE, "123456789012", "123456789012"),
    ("own: longer", WIDE, "1234567890123", "1234567890123"),
    ("own: not of digits", WIDE, "A81", "A81"),
    ("own: nothing there", WIDE, None, None),
    (D4, TYPING, "1P0290", "P0290"),
    (D4, TYPING, "1P0807", "P0807"),
    (D4, TYPING, "P0290", "P0290"),
    ("own: in full width, with blanks", TYPING, " １Ｐ０２９０ ", "P0290"),
    ("own: the whole code", TYPING, "1P02901", "1P02901"),
    ("own: a correction in full width", {"corrections": {"１Ｐ０２９０": "Ｐ０２９０"}}, "1P0290", "P0290"),
    ("own: not corrected twice", {"corrections": {"A": "B", "B": "A"}}, "A", "B"),
    ("own: prefix, then width", BOTH, "C81", "000000000081"),
    ("own: as the file has it", BOTH, "8100000999", "8100000123"),
    ("own: with prefix and width applied", BOTH, "C777", "778"),
]


def domain_of(column: str, rules: dict[str, Any]) -> Domain:
    headers: dict[str, Any] = {"plan_code": PLAN, "account_number": ACCOUNT, "customer_name": NAME}
    columns = headers | {column: {"header": headers[column], **rules}}
    return Domain.model_validate(
        {
            "name": "test",
            "description": "Codes.",
            "files": "*.xlsx",
            "versions": "(?P<period>20[0-9]{4})_V(?P<version>[0-9])",
            "sheet": "data",
            "columns": columns,
            "record_key": HEADER,
        }
    )


def take_in(database: Database, folder: Path, domain: Domain, *, execute: bool = True) -> list[FileReport]:
    return ingest(database.connect(), domain, folder, schema=SCHEMA, execute=execute)


def row_of(column: str, cell: Any, customer: str) -> list[Any]:
    return [cell, "X", customer] if column == "plan_code" else ["X", cell, customer]


Stored = dict[tuple[str, str], str | None]


@pytest.fixture(scope="module")
def stored(deployed_template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    """The code that is stored for each customer, by column; each case of each column is a customer of its own."""
    folder = tmp_path_factory.mktemp("codes")
    copy = create_database(deployed_template.server, folder, deployed_template.name)
    codes: Stored = {}
    for column in ("plan_code", "account_number"):
        for number, (_, rules, cell, _) in enumerate(CODES):
            place = folder / column / str(number)
            write_workbook(place / "codes.xlsx", [HEADER, row_of(column, cell, f"{column} {number}")])
            [report] = take_in(copy, place, domain_of(column, rules))
            assert report.rows_new == 1, report.detail
        found = copy.query(f"select customer_name, {column} from customer_records")
        codes |= {(column, customer): code for customer, code in found}
    yield codes
    drop_database(copy)


@pytest.mark.parametrize("column", ["plan_code", "account_number"])
@pytest.mark.parametrize(
    ("number", "source", "code"), [(n, source, code) for n, (source, _, _, code) in enumerate(CODES)]
)
def test_a_code_is_stored_as_the_rules_of_its_column_make_it(
    stored: Stored, column: str, number: int, source: str, code: str | None
) -> None:
    assert stored[column, f"{column} {number}"] == code


@pytest.mark.parametrize(
    ("source", "case"),
    [
        (D3, ("account_number", GROUP, "C8100000123", "account", "8100000123")),
        (D4, ("plan_code", TYPING, "1P0290", "plan", "P0290")),
    ],
)
def test_a_record_is_resolved_by_what_the_rules_make_of_its_code(
    database: Database, tmp_path: Path, source: str, case: tuple[str, dict[str, Any], str, str, str]
) -> None:
    column, rules, cell, match_type, alias = case
    mappings = tmp_path / "mappings.csv"
    mappings.write_text(f"match_type,alias,company_id\n{match_type},{alias},600000201\n", "utf-8")
    database.cli("load-mappings", str(mappings), "--mode", "merge", "--source", "test", "--no-apply")
    layout = domain_of(column, rules).model_dump(exclude={"name"}, exclude_none=True)
    (tmp_path / "codes.yml").write_text(yaml.safe_dump(layout, allow_unicode=True), "utf-8")
    write_workbook(tmp_path / "codes.xlsx", [HEADER, row_of(column, cell, "")])
    folder = str(tmp_path)
    database.cli("ingest", "--domain", "codes", "--execute", WDH_DOMAINS_DIR=folder, WDH_DATA_BASE_DIR=folder)
    database.dbt("run")
    assert database.query("""
        select resolution.company_id, resolution.match_type, resolution.matched_key
        from company_resolution as resolution
        inner join customer_records as records using (record_id)
        where records.source_system = 'codes'
    """) == [("600000201", match_type, alias)]


def test_rules_change_no_record_id_and_reach_records_with_the_next_version(database: Database, tmp_path: Path) -> None:
    plain = domain_of("plan_code", {})
    ruled = domain_of("plan_code", TYPING)
    rows = [["1P0290", "X", "甲"], ["P0290", "X", "甲"], ["P0290", "X", "乙"]]
    write_workbook(tmp_path / "202412_V1.xlsx", [HEADER, *rows])
    take_in(database, tmp_path, plain)
    by_id = "select record_id, plan_code from customer_records order by source_row"
    before = database.query(by_id)
    [again] = take_in(database, tmp_path, ruled)
    assert (again.outcome, database.query(by_id)) == (FileOutcome.ALREADY_LOADED, before)
    write_workbook(tmp_path / "202412_V2.xlsx", [[*HEADER, "备注"], *rows])
    planned = take_in(database, tmp_path, ruled, execute=False)
    done = take_in(database, tmp_path, ruled)
    newest = done[-1]
    assert (newest.rows_new, newest.rows_changed, newest.rows_unchanged, newest.rows_deleted) == (0, 1, 2, 0)
    assert planned == done
    assert database.query(by_id) == [(record_id, "P0290") for record_id, _ in before]
    assert len({record_id for record_id, _ in before}) == 3


def test_a_rejected_row_stays_rejected_whatever_its_code(database: Database, tmp_path: Path) -> None:
    write_workbook(tmp_path / "codes.xlsx", [HEADER, ["1P0290", "X", "长" * 501], ["1P0290", "X", "甲"]])
    [report] = take_in(database, tmp_path, domain_of("plan_code", TYPING))
    assert (report.rows_new, report.rows_rejected) == (1, 1)
    assert database.query("select plan_code from customer_records") == [("P0290",)]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"corrections": {"#N/A": "P0290"}}, 'corrections: "#N/A" is no code.'),
        ({"corrections": {"1P0290": "nan"}}, 'corrections: "nan" is no code.'),
        (
            {"corrections": {"1P0290": "P0290", "１Ｐ０２９０": "P0291"}},
            'is corrected to "P0290" and to "P0291"; leave one of the two.',
        ),
        ({"strip_prefix": "\u200b"}, "is not what a code can begin with"),
        ({"strip_prefix": "=A"}, "is not what a code can begin with"),
    ],
)
def test_a_rule_that_is_about_no_code_is_refused_before_anything_is_taken_in(
    database: Database, tmp_path: Path, rules: dict[str, Any], said: str
) -> None:
    write_workbook(tmp_path / "codes.xlsx", [HEADER, ["P1", "X", "甲"]])
    with pytest.raises(ConfigurationError) as raised:
        take_in(database, tmp_path, domain_of("plan_code", rules))
    assert "Domain test: columns, plan_code, " in str(raised.value) and said in str(raised.value)
    assert database.value("select count(*) from customer_records") == 0


def test_two_spellings_of_one_correction_are_one(database: Database, tmp_path: Path) -> None:
    write_workbook(tmp_path / "codes.xlsx", [HEADER, ["1P0290", "X", "甲"]])
    take_in(database, tmp_path, domain_of("plan_code", {"corrections": {"1P0290": "P0290", "１Ｐ０２９０": "Ｐ0290"}}))
    assert database.query("select plan_code from customer_records") == [("P0290",)]
