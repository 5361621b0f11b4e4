"""A domain's YAML file: its faults are named by key and line, and its keys have a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from company_enrichment.errors import ConfigurationError
from company_enrichment.ingestion.domains import Domain, domain_of_text, load_domain
from company_enrichment.ingestion.domains.reference import keys_of, reference_table
from real_databases import REPOSITORY

GOOD = """\
description: contracts
files: '*.xlsx'
sheet: data
columns:
  plan_code:
    header: Plan
    width: 6
  customer_name: Customer
record_key: [Plan, Customer]
"""


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ("width: 6", "width: 0", 'columns.plan_code.width (line 7): must be greater than or equal to 1, not "0"'),
        ("width: 6", "width: six", 'columns.plan_code.width (line 7): must be a valid integer, not "six"'),
        ("width: 6", "widht: 6", "columns.plan_code.widht (line 7): there is no such key; width is probably meant"),
        ("width: 6", "corrections: {a: 1}", "columns.plan_code.corrections.a (line 7): must be a text, not 1; put"),
        ("header: Plan", "strip_prefix: P", "columns.plan_code.header (line 5): is missing"),
        ("plan_code:", "plancode:", "columns.plancode (line 5): must be 'plan_code', 'account_number',"),
        ("customer_name: Customer", "customer_name: 5", "columns.customer_name (line 8): must be a text in quotes, or"),
        ("sheet: data\n", "", "sheet (line 1): is missing"),
        (
            "sheet: data",
            "sheet: 2024-01-31",
            "sheet (line 3): must be a text, not 2024-01-31; put numbers and dates in",
        ),
        ("sheet: data", "sheet: ' '", 'sheet (line 3): " " must be a text of 1 to 2000 characters'),
        ("sheet: data", "sheets: data", "sheets (line 3): there is no such key; sheet is probably meant"),
        ("sheet: data", "sheet: data\nsheet: more", 'has the key "sheet" twice, in lines 3 and 4'),
        ("    width: 6", "    width: 6\n    width: 7", 'has the key "width" twice, in lines 7 and 8'),
        ("[Plan, Customer]", "[Plan, 3]", "record_key[2] (line 9): must be a text, not 3; put numbers and dates in"),
        ("[Plan, Customer]", "Plan", "record_key (line 9): must be a list, in brackets or with a - before each part"),
        ("'*.xlsx'", "/data/*.xlsx", 'files (line 2): "/data/*.xlsx" must be a pattern below WDH_DATA_BASE_DIR'),
        ("'*.xlsx'", "'*.xlsx'\nversions: '[('", "versions (line 3): '[(' is no regular expression"),
        ("sheet: data", "sheet: [", "is no YAML"),
        (GOOD, "", "must have keys and values"),
        (GOOD, "- a\n- b\n", "must have keys and values"),
        (GOOD, "\x01", "is no YAML: unacceptable character"),
    ],
)
def test_a_fault_is_named_by_key_and_line(tmp_path: Path, was: str, becomes: str, fault: str) -> None:
    assert was in GOOD
    (tmp_path / "contracts.yml").write_text(GOOD.replace(was, becomes, 1), "utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_domain("contracts", tmp_path)
    message = str(refused.value)
    assert message.startswith(f"Domain file {tmp_path / 'contracts.yml'}") and fault in message
    assert "pydantic" not in message and "\n" not in message


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(ValueError, match=r"sheet \(line 3\): .*; columns.plan_code.width \(line 7\): ") as refused:
        domain_of_text("contracts", GOOD.replace("sheet: data", "sheet: 1").replace("width: 6", "width: 999"))
    assert str(refused.value).count("(line ") == 2


def test_a_file_that_is_right_is_read() -> None:
    domain = domain_of_text("contracts", GOOD)
    assert (domain.name, domain.column_headers["plan_code"], domain.columns_with_rules["plan_code"].width) == (
        "contracts",
        "Plan",
        6,
    )


def test_the_page_has_every_key_as_the_model_has_it() -> None:
    page = (REPOSITORY / "docs" / "domains.md").read_text("utf-8")
    assert reference_table(Domain) in page, "put what `company-enrichment domains keys` prints into docs/domains.md"


def test_every_key_is_described() -> None:
    assert [key.path for key in keys_of(Domain) if not key.description] == []


def test_keys_of_parts_are_found_in_the_page() -> None:
    paths = [key.path for key in keys_of(Domain)]
    assert paths[:2] == ["name", "description"]
    assert {"columns.<column>.header", "columns.<column>.width", "columns.<column>.corrections"} < set(paths)
