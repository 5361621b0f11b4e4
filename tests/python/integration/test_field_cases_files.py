"""Files and tables as they come from the field: each case with the report it was made from, and others of its kind.

Inputs are invented after the situation that a report describes. The source is owner/repository and the number of its
issue or pull request; "own" where nobody has reported this member of the kind.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import nanoarrow
import pytest
import xlsxwriter

from arrow_tables import Table
from company_enrichment import (
    CompanyEnrichmentService,
    CompanyMappingLoader,
    CustomerKeys,
    LookupQueue,
    load_company_mappings,
)
from company_enrichment.column_names import RECORD_COLUMNS
from company_enrichment.errors import CustomerRecordError, InputFileError, RejectedRowsError
from company_enrichment.files.spreadsheet_csv import as_it_was
from company_enrichment.files.table_files import TableFile
from company_enrichment.ingestion.domains import Domain
from company_enrichment.ingestion.load import ingest
from company_enrichment.mappings.files import MappingFile
from company_enrichment.mappings.rows import landed_rows
from company_enrichment.resolver.resolve_file import resolve_file
from hostile_texts import STORABLE
from missing_objects import Na, Nat, NumpyNat, PyarrowNull
from real_databases import SCHEMA, Database, create_database, drop_database
from workbook_files import write_workbook

MAPPED, MAPPED_ID = "国家电网有限公司", "S0008"
UNMAPPED = "样例无人知晓有限公司"

pytestmark = pytest.mark.one_server


@pytest.fixture(scope="module")
def shared(deployed_template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("files")
    database = create_database(deployed_template.server, folder, deployed_template.name)
    yield database
    drop_database(database)


@pytest.fixture(scope="module")
def service(shared: Database) -> CompanyEnrichmentService:
    connection = shared.connect()
    return CompanyEnrichmentService(CompanyMappingLoader(connection), LookupQueue(connection))


class Resolved:
    """What resolve_file made of a file's content, and what it said."""

    def __init__(self, service: CompanyEnrichmentService, folder: Path, content: str | bytes, **options: Any) -> None:
        self.source, target = folder / "in.csv", folder / "out.csv"
        self.source.write_bytes(content.encode() if isinstance(content, str) else content)
        self.notes: list[str] = []
        self.counts = resolve_file(service, self.source, target, on_note=self.notes.append, **options)
        with target.open(encoding="utf-8", newline="") as lines:
            self.header, *self.rows = csv.reader(lines)

    @property
    def company_ids(self) -> list[str]:
        return [row[self.header.index("company_id", len(self.header) - 5)] for row in self.rows]


# ---- A18, C4: the columns of a file that is resolved


@pytest.mark.parametrize(
    ("source", "header", "named"),
    [
        ("python/cpython 61739", "customer_name,plan_code,customer_name", "customer_name and customer_name"),
        ("simonw/csv-diff 45", "customer_name,note,note", "note and note"),
        ("dataclass-csv 10", "customer_name,Customer Name,note", "customer_name and Customer Name"),
        ("aden-hive 2153", "plan_code,PLAN_CODE", "plan_code and PLAN_CODE"),
        ("own: width", "plan_code,ｐｌａｎ＿ｃｏｄｅ", "plan_code and ｐｌａｎ＿ｃｏｄｅ"),
        ("own: in two languages", "customer_name,客户名称", "customer_name and 客户名称"),
        ("own: two Chinese names", "计划代码,计划号", "计划代码 and 计划号"),
        ("own: blanks at the end", "customer_name,note,note ", "note and note "),
        ("own: of the result", "customer_name,status,Status", "status and Status"),
    ],
)
def test_two_columns_of_one_name_are_refused_with_both_names(
    service: CompanyEnrichmentService, tmp_path: Path, source: str, header: str, named: str
) -> None:
    with pytest.raises(InputFileError) as refusal:
        Resolved(service, tmp_path, f"{header}\n{MAPPED},,别名公司\n")
    assert f"the columns {named} are both the column" in str(refusal.value)
    assert header.rsplit(",", maxsplit=1)[-1] in str(refusal.value)
    assert [file.name for file in tmp_path.iterdir()] == ["in.csv"]


def test_the_command_ends_with_1_and_names_both_columns(shared: Database, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("customer_name,plan_code,customer_name\n宣城示例有限公司,,别名公司\n", "utf-8")
    done = shared.cli("resolve", "--file", str(source), "--out", str(target), check=False)
    assert (done.code, target.exists()) == (1, False)
    assert "customer_name and customer_name" in done.output


def test_columns_without_a_name_are_passed_through(service: CompanyEnrichmentService, tmp_path: Path) -> None:
    done = Resolved(service, tmp_path, f"customer_name,,\n{MAPPED},a,b\n")
    assert (done.header[:3], done.rows[0][:3]) == (["customer_name", "", ""], [MAPPED, "a", "b"])


@pytest.mark.parametrize(
    ("source", "header"),
    [
        ("opensupplyhub 473", "Customer_Name,plan_code"),
        ("opensupplyhub 473", "customer name,Plan Code"),
        ("opensupplyhub 473", "CustomerName,PlanCode"),
        ("own: capitals", "CUSTOMER-NAME,PLAN.CODE"),
        ("own: blanks", " customer_name , plan_code\u00a0"),
        ("own: width", "ｃｕｓｔｏｍｅｒ＿ｎａｍｅ,plan_code"),
        ("own: invisible", "\u200bcustomer_name,plan_\u2060code"),
        ("own: line break", '"customer\nname",plan_code'),
        ("own: Chinese", "客户名称,计划代码"),
        ("own: Chinese with blanks", "客户 名称,计划号"),
        ("own: blank rows above", "\n,\ncustomer_name,plan_code"),
        ("own: two marks", "\ufeff\ufeffcustomer_name,plan_code"),
    ],
)
def test_a_column_is_known_in_any_case_width_and_spacing_and_keeps_its_text(
    service: CompanyEnrichmentService, tmp_path: Path, source: str, header: str
) -> None:
    done = Resolved(service, tmp_path, f"{header}\n{MAPPED},\n".encode())
    assert done.company_ids == [MAPPED_ID]
    given = next(row for row in csv.reader(header.removeprefix("\ufeff").splitlines(keepends=True)) if any(row))
    assert done.header[:2] == given
    assert done.notes == []


@pytest.mark.parametrize(
    ("column", "header"),
    [
        ("plan_code", "计划编码"),
        ("account_number", "客户号"),
        ("account_number", "集团企业客户号"),
        ("account_number", "年金账户号"),
        ("account_name", "年金账户名"),
        ("customer_name", "公司名称"),
    ],
)
def test_the_chinese_names_of_the_keys_are_known(
    service: CompanyEnrichmentService, tmp_path: Path, column: str, header: str
) -> None:
    with pytest.raises(InputFileError, match=f"are both the column {column}"):
        Resolved(service, tmp_path, f"{column},{header}\nx,y\n")


def test_a_column_that_looks_like_one_that_is_missing_is_named(
    service: CompanyEnrichmentService, tmp_path: Path
) -> None:
    done = Resolved(service, tmp_path, "custmer_name,plan_code,amount\nx,P1,1\n")
    assert done.notes == [f"{done.source}: column custmer_name is not used. If it is the customer_name, rename it."]
    done = Resolved(service, tmp_path, "plan_code,status\nP1,open\n")
    assert done.notes == [f"{done.source}: column status is replaced by that of the result. To keep it, rename it."]


@pytest.mark.parametrize("header", ["name,amount", "", "甲,乙"])
def test_a_file_without_any_key_is_refused_with_its_header(
    service: CompanyEnrichmentService, tmp_path: Path, header: str
) -> None:
    with pytest.raises(InputFileError) as refusal:
        Resolved(service, tmp_path, f"{header}\nx,1\n" if header else "")
    assert f"the header is {', '.join(header.split(',')) or 'empty'}." in str(refusal.value)


# ---- C1, C3: encodings and delimiters


@pytest.mark.parametrize(
    "case",
    [
        ("objectstack-ai/objectui 2556", "gbk", b"", "GB18030"),
        ("nautobot 6910", "gb18030", b"", "GB18030"),
        ("csv2db 50", "utf-16-le", codecs.BOM_UTF16_LE, "UTF-16"),
        ("own: the other order", "utf-16-be", codecs.BOM_UTF16_BE, "UTF-16"),
        ("own: UTF-32", "utf-32-le", codecs.BOM_UTF32_LE, "UTF-32"),
        ("own: UTF-8 with a mark", "utf-8", codecs.BOM_UTF8, None),
    ],
    ids=lambda case: case[1],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_of_excel_is_resolved_whatever_it_is_saved_as(
    service: CompanyEnrichmentService, tmp_path: Path, case: tuple[str, str, bytes, str | None], delimiter: str
) -> None:
    _, encoding, mark, said = case
    text = f"customer_name{delimiter}备注\r\n{MAPPED}{delimiter}一\r\n{UNMAPPED}{delimiter}二\r\n"
    done = Resolved(service, tmp_path, mark + text.encode(encoding))
    assert done.company_ids[0] == MAPPED_ID and done.company_ids[1] != MAPPED_ID
    assert [row[:2] for row in done.rows] == [[MAPPED, "一"], [UNMAPPED, "二"]]
    assert "rejected" not in done.counts
    assert done.notes == ([] if said is None else [f"{done.source} is read as {said}: it is not UTF-8."])


def test_the_command_says_what_it_has_read_and_takes_another_encoding(shared: Database, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    options = ("resolve", "--file", str(source), "--out", str(target), "--plan-only")
    source.write_bytes(f"customer_name\n{MAPPED}\n".encode("gbk"))
    assert f"{source} is read as GB18030: it is not UTF-8." in shared.cli(*options).output
    source.write_bytes("customer_name\n臺灣範例電腦應用開發股份有限公司\n".encode("big5"))
    refused = shared.cli(*options, check=False)
    assert refused.code == 1
    assert f"{source}: every row was rejected. If the file is in another encoding, name it" in refused.output
    assert "1 temp" in shared.cli(*options, "--encoding", "big5").output.replace("pending_lookup", "temp")
    assert "臺灣範例電腦應用開發股份有限公司" in target.read_text("utf-8")
    unknown = shared.cli(*options, "--encoding", "utf-nine", check=False)
    assert (unknown.code, "There is no encoding utf-nine." in unknown.output) == (2, True)


@pytest.mark.parametrize(
    ("source", "encoding", "mark"),
    [
        ("csv2db 50", "utf-16-le", codecs.BOM_UTF16_LE),
        ("csv2db 50", "utf-16-be", codecs.BOM_UTF16_BE),
        ("nautobot 6910", "gbk", b""),
    ],
)
def test_mappings_are_planned_whatever_their_file_is_saved_as(
    shared: Database, tmp_path: Path, source: str, encoding: str, mark: bytes
) -> None:
    file = tmp_path / "mappings.csv"
    text = "match_type\talias\tcompany_id\r\nNAME\t样例甲有限公司\t600000201\r\n Plan \tP-C3\t600000202\r\n"
    file.write_bytes(mark + text.encode(encoding))
    said = shared.cli("load-mappings", str(file), "--mode", "merge", "--plan-only").output
    assert f"{file} is read as {'GB18030' if not mark else 'UTF-16'}: it is not UTF-8." in said
    assert "2 rows read = 2 inserted" in said


# ---- rows of which none can be used


@pytest.mark.parametrize(
    ("mode", "content", "said"),
    [
        *(
            (
                mode,
                "match_type,alias,company_id\nname,样例庚有限公司,#N/A\nplan,P1,600000009.0\n".encode(),
                "None of the 2 rows can be used, and nothing was landed: line 2: the company id is an error of a"
                " spreadsheet ('name', '样例庚有限公司', '#N/A'); line 3: the company id is a number as a spreadsheet"
                " rewrites it ('plan', 'P1', '600000009.0'). Correct them in what they come from, and load it again.",
            )
            for mode in ("append", "delete_insert", "replace_source")
        ),
        (
            "merge",
            "match_type,alias,company_id\nname,臺灣範例電腦應用開發股份有限公司,600000201\n".encode("big5"),
            "Name the encoding that the file has: --encoding",
        ),
        ("merge", b"match_type,alias,company_id\nnmae,x,600000201\n", "line 2: unknown match type, not one of"),
        ("merge", b"match_type,alias,company_id\nmatch_type,alias,company_id\n", "line 2: the row repeats the header"),
    ],
    ids=["append", "delete_insert", "replace_source", "encoding", "type", "header"],
)
def test_a_file_without_a_row_that_can_be_used_changes_nothing_and_ends_with_1(
    shared: Database, tmp_path: Path, mode: str, content: bytes, said: str
) -> None:
    file = tmp_path / "mappings.csv"
    file.write_bytes(content)
    landed = "select count(*) from mapping_records"
    before = shared.value(landed)
    refused = shared.cli("load-mappings", str(file), "--mode", mode, "--no-apply", check=False)
    assert (refused.code, said in refused.output) == (1, True), refused.output
    assert shared.value(landed) == before
    assert shared.value("select count(*) from landed_loads where source = 'file:mappings.csv'") == 0
    if mode == "replace_source":
        assert shared.cli("load-mappings", str(file), "--mode", mode, "--plan-only", check=False).code == 1


def test_a_complete_load_of_a_job_without_a_row_that_can_be_used_retires_nothing(shared: Database) -> None:
    rows = [("plan", "P1", "#N/A"), ("plan", "", "600000201")]
    for plan_only in (True, False):
        with pytest.raises(RejectedRowsError, match="None of the 2 rows can be used, and nothing was landed"):
            load_company_mappings(rows, shared.uri, "replace_source", apply=False, plan_only=plan_only)
    # Another mode takes nothing away, and the rejected rows are on record.
    done = load_company_mappings(rows, shared.uri, "merge", plan_only=True)
    assert (done["read"], done["rejected"]) == (2, 2)


# ---- C8: codes and ids that a spreadsheet is kept from computing


@pytest.mark.parametrize(
    ("alias", "company_id"),
    [
        # pandas 46895
        ('="00123"', '="600000401"'),
        # own: an apostrophe, full width, blanks, both
        ("'00123", "'600000401"),
        ('＝"00123"', '＝"600000401"'),
        (' ="00123" ', ' = "600000401" '),
        ('\'="00123"', "'600000401"),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_codes_and_ids_are_unwrapped_by_every_reader(
    shared: Database, tmp_path: Path, alias: str, company_id: str, ending: str
) -> None:
    rows = [["match_type", "alias", "company_id"], ["plan", alias, company_id], ["plan", "P-C8", "600000402"]]
    file = tmp_path / f"mappings.{ending}"
    if ending == "xlsx":
        write_workbook(file, rows)
    else:
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(rows)
    landed = list(landed_rows(MappingFile(path=file).records()))
    assert [(company, problem) for *_, company, problem in landed] == [("600000401", None), ("600000402", None)]
    assert shared.value("select normalize_code(%s)", (landed[0][2],)) == "00123"
    planned = load_company_mappings(MappingFile(path=file).records(), shared.uri, "merge", plan_only=True)
    assert (planned["inserted"], planned["rejected"]) == (2, 0)


# ---- workbooks of records, and what is written


def test_the_rows_of_a_workbook_are_resolved_and_its_sheet_is_named(shared: Database, tmp_path: Path) -> None:
    source, target = tmp_path / "records.xlsx", tmp_path / "out.csv"
    with xlsxwriter.Workbook(str(source)) as book:
        book.add_worksheet("旧名单").hide()
        sheet = book.add_worksheet("名单")
        sheet.activate()
        sheet.set_first_sheet()
        sheet.write_row(0, 0, ["客户名称", "计划代码", "金额"])
        sheet.write_row(1, 0, [MAPPED, None, 1.5])
        sheet.write_formula(2, 0, "=VLOOKUP(1,Z1:Z2,1)", None, "#N/A")
        sheet.write_row(3, 0, [UNMAPPED, 6228480402564890018])
        book.add_worksheet("二").write_row(0, 0, ["customer_name"])
    options = ("resolve", "--file", str(source), "--out", str(target), "--plan-only")
    done = shared.cli(*options)
    assert f"{source}: sheet 名单 is read; hidden and not read: 旧名单." in done.output
    assert f"{source}, line 3: rejected: sheet 名单, cell A3 holds the error #N/A" in done.output
    with target.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["客户名称"], row["金额"], row["company_id"], row["status"]) for row in rows] == [
        (MAPPED, "1.5", MAPPED_ID, "success_internal"),
        ("#N/A", "", "", "rejected"),
        (UNMAPPED, "", "", "rejected"),
    ]
    assert "sheet 二 is read" in shared.cli(*options, "--sheet", "二").output
    for wrong, code, said in (
        (("--sheet", "三"), 1, "there is no sheet"),
        (("--encoding", "gbk"), 2, "a workbook has no encoding"),
    ):
        refused = shared.cli(*options, *wrong, check=False)
        assert (refused.code, said in refused.output) == (code, True), refused.output
    refused = shared.cli("resolve", "--file", str(source), "--out", str(tmp_path / "out.xlsx"), check=False)
    assert (refused.code, "will be a CSV file; give it a name that ends in .csv" in refused.output) == (2, True)
    refused = shared.cli("resolve", MAPPED, "--sheet", "名单", check=False)
    assert (refused.code, "--encoding and --sheet go with --file" in refused.output) == (2, True)


def test_what_resolve_writes_computes_nothing_and_reads_back_unchanged(
    service: CompanyEnrichmentService, tmp_path: Path
) -> None:
    texts = [
        *(*STORABLE.values(), "=1+1", "+1", "-1", "@x", "'=1", "''=1", "'00123", '="00123"', "\t=1", "\r\n=1", "＝1"),
        *("\ufeff=1", '"', "a\nb", "a;b", "\ufeff", "sep=;", "-1.5", "#N/A", "=cmd|' /C calc'!A0"),
    ]
    content = io.StringIO(newline="")
    csv.writer(content).writerows(
        [["=customer_name", "customer_name", "note"], *([MAPPED, MAPPED, text] for text in texts)]
    )
    first = Resolved(service, tmp_path, content.getvalue())
    written = (tmp_path / "out.csv").read_bytes()
    again = Resolved(service, tmp_path, written)
    assert again.header == first.header and again.rows == first.rows
    assert (tmp_path / "out.csv").read_bytes() == written
    rows = TableFile(path=tmp_path / "out.csv", known=RECORD_COLUMNS).opened()
    assert rows.header[0] == "=customer_name"
    # An apostrophe that guards a formula is none of the text, whoever has put it there.
    assert [row.cells[2] for row in rows.rows] == [as_it_was(text) for text in texts]
    for row in [first.header, *first.rows]:
        for cell in row:
            assert cell.lstrip(" \t\r\n\ufeff")[:1] not in tuple("=+@＝") or cell[:1] == "'", cell


# ---- C6: match types


@pytest.mark.parametrize(
    ("source", "given", "meant"),
    [
        ("own: field case C6", "NAME", "name"),
        ("own: field case C6", " Plan ", "plan"),
        ("own: width", "ＮＡＭＥ", "name"),
        ("own: invisible", "\ufeffname\u200b", "name"),
        ("own: blanks", "\u3000account\u00a0\t", "account"),
        ("own: a blank within", "Account Name", "account_name"),
        ("own: a hyphen within", "account-name", "account_name"),
        ("own: capitals", "HardCode", "hardcode"),
        ("own: Chinese", "客户名称", "name"),
        ("own: Chinese", " 计划代码", "plan"),
        ("own: Chinese", "集团企业客户号", "account"),
        ("own: Chinese", "年金账户名", "account_name"),
        ("own: Chinese", "硬编码", "hardcode"),
        ("as it is", "account_name", "account_name"),
        ("none of them", " Nmae ", " Nmae "),
        ("none of them", "", ""),
        ("none of them", "lookup", "lookup"),
        ("none of them", None, None),
    ],
)
def test_a_match_type_is_folded(shared: Database, source: str, given: str | None, meant: str | None) -> None:
    assert shared.value("select normalize_match_type(%s)", (given,)) == meant


def test_match_types_of_any_door_are_folded_where_rows_are_decided(database: Database, tmp_path: Path) -> None:
    rows = [
        ("NAME", "样例甲有限公司", "600000301"),
        (" Plan ", "P-C6", "600000302"),
        ("ＮＡＭＥ", UNMAPPED, "600000303"),
    ]
    load_company_mappings(rows, database.uri, "merge", apply=False, strict=True, source="job")
    database.query("insert into landed_loads (load_id, source, mode) values ('seed:s:1', 'seed:s', 'replace_source')")
    database.query(
        "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
        " values ('seed:s:1', 2, 'seed:s', 'Account-Name', '样例账户', '600000304'),"
        " ('seed:s:1', 3, 'seed:s', 'Nmae', '样例', '600000305')"
    )
    file = tmp_path / "plans.csv"
    file.write_text("别名;公司代码\nP-C7;600000306\n", "utf-8")
    database.cli("load-mappings", str(file), "--mode", "merge", "--match-type", "PLAN", "--no-apply")
    database.dbt("run", "--select", "+company_mapping", "mapping_rejects")
    assert database.query(
        "select match_type, company_id from company_mapping where company_id like '6000003%' order by company_id"
    ) == [
        ("name", "600000301"),
        ("plan", "600000302"),
        ("name", "600000303"),
        ("account_name", "600000304"),
        ("plan", "600000306"),
    ]
    assert database.query("select match_type, reason from mapping_rejects") == [
        ("Nmae", "unknown match type, not one of plan, account, hardcode, name, account_name")
    ]
    refused = database.cli("load-mappings", str(file), "--mode", "merge", "--match-type", "Nmae", check=False)
    assert (refused.code, "There is no match type 'Nmae'" in refused.output) == (2, True)


# ---- A16: numbers that have lost digits


LOST = "holds the number {}, and a spreadsheet loses the digits of a number after the 15th: enter it anew, as text"


def test_a_number_of_more_than_15_digits_is_a_rejected_row_of_a_mapping_workbook(
    shared: Database, tmp_path: Path
) -> None:
    # shuchkin/simplexlsx 25, PHPExcel 1391, Laravel-Excel 1126, SheetJS 19169
    rows: list[Sequence[Any]] = [
        ("match_type", "alias", "company_id"),
        ("account", 6228480402564890018, "600000026"),
        ("account", 6228480402564890019, "600000027"),
        ("account", 999999999999999, "600000028"),
        ("account", "6228480402564890020", "600000029"),
    ]
    file = write_workbook(tmp_path / "accounts.xlsx", rows, "账户")
    plan = shared.cli("load-mappings", str(file), "--mode", "merge", "--plan-only")
    assert "4 rows read = 2 inserted + 0 updated + 0 unchanged + 2 rejected + 0 conflicts" in plan.output
    strict = shared.cli("load-mappings", str(file), "--mode", "merge", "--strict", check=False)
    assert strict.code == 1
    for row in (2, 3):
        assert f"line {row}: sheet 账户, cell B{row} {LOST.format('6.22848040256489e+18')}" in strict.output


def test_a_number_of_more_than_15_digits_is_a_rejected_record(database: Database, tmp_path: Path) -> None:
    domain = Domain(
        name="test",
        description="A small domain.",
        files="*.xlsx",
        sheet="明细",
        columns={"plan_code": "计划代码", "account_number": "客户号"},
        record_key=["计划代码", "客户号"],
    )
    rows: list[Sequence[Any]] = [
        ("计划代码", "客户号", "金额"),
        ("P1", 6228480402564890018, 1),
        (6228480402564890018, "A1", 1),
        ("P2", 123456789012345, 6228480402564890018),
        ("P3", -1.23e20, 1),
    ]
    write_workbook(tmp_path / "data" / "file.xlsx", rows, "明细")
    ingest(database.connect(), domain, tmp_path / "data", schema=SCHEMA, execute=True)
    assert database.query("select plan_code, account_number from customer_records") == [("P2", "123456789012345")]
    assert database.query("select line_no, reason from ingest_rejects order by 1") == [
        (2, f"客户号 in sheet 明细, cell B2 {LOST.format('6.22848040256489e+18')}"),
        (3, f"计划代码 in sheet 明细, cell A3 {LOST.format('6.22848040256489e+18')}"),
        (5, f"客户号 in sheet 明细, cell B5 {LOST.format('-1.23e+20')}"),
    ]


def test_a_float_that_has_lost_digits_is_a_rejected_row_of_a_job(shared: Database) -> None:
    # own: pandas makes floats of whole numbers with a gap
    rows = [("account", float(2**53), "A"), ("account", 6228480402564890018.0, "B"), ("account", "A-1", 1.5e20)]
    statistics = load_company_mappings(rows, shared.uri, "merge", plan_only=True)
    assert (statistics["read"], statistics["inserted"], statistics["rejected"]) == (3, 1, 2)


# ---- C12: missing values


@pytest.mark.parametrize(
    "missing",
    [None, Na(), Nat(), NumpyNat(), PyarrowNull(), float("nan"), Decimal("NaN")],
    ids=lambda value: f"{type(value).__name__} {value}" if isinstance(value, float | Decimal) else type(value).__name__,
)
def test_a_missing_value_of_any_library_is_missing_in_a_record(service: CompanyEnrichmentService, missing: Any) -> None:
    # pandas 61141
    records = [
        {"customer_name": missing, "plan_code": "P0101"},
        {"customer_name": MAPPED, "plan_code": missing},
        CustomerKeys(customer_name=MAPPED, account_number=missing),
        {"customer_name": missing},
    ]
    results = service.resolve_batch(records).results
    assert [result.company_id for result in results] == [MAPPED_ID, MAPPED_ID, MAPPED_ID, None]
    assert service.resolve_company_id(customer_name=MAPPED, plan_code=missing).company_id == MAPPED_ID


def test_a_column_of_a_table_that_has_nothing_but_missing_values_is_missing(service: CompanyEnrichmentService) -> None:
    nothing = nanoarrow.Array([float("nan"), None], nanoarrow.float64())
    table = Table(plan_code=nothing, customer_name=nanoarrow.Array([MAPPED, None], nanoarrow.string()))
    assert [result.company_id for result in service.resolve_batch(table).results] == [MAPPED_ID, None]
    with pytest.raises(CustomerRecordError, match="Column plan_code is of type double; give text"):
        service.resolve_batch(Table(plan_code=nanoarrow.Array([1.0], nanoarrow.float64())))


@pytest.mark.parametrize("value", [12, 1.5, False, b"x", ["x"]])
def test_what_is_there_and_no_text_is_still_refused(service: CompanyEnrichmentService, value: Any) -> None:
    for record in ({"plan_code": value}, CustomerKeys(plan_code=value)):
        with pytest.raises(CustomerRecordError, match=f"plan_code is of type {type(value).__name__}"):
            service.resolve_batch([record])
