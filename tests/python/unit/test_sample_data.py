"""What the sample data promises: two CSV files of real companies and two workbooks generated from them."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from python_calamine import CalamineWorkbook

SEEDS_DIR = Path(__file__).resolve().parents[3] / "seeds"
MAPPINGS_CSV = SEEDS_DIR / "mappings" / "sample_mappings.csv"
REGISTRY_CSV = SEEDS_DIR / "registry" / "sample_registry.csv"
GENERATOR = SEEDS_DIR / "workbooks" / "generate.py"
WORKBOOKS = ("规模明细_202509.xlsx", "规模明细_202510.xlsx")

CODE_TYPES = ("plan", "account", "hardcode")
TEXT_TYPES = ("name", "account_name")
COLLECTIVE_CODES = ("AN001", "AN002", "J0001", "J0002", "J0003")
PLACEHOLDERS = ("null", "n/a", "无", "空白", "0", "-", "--", "—", "——", "（空白）")
STATUS_WORDS = ("已转出", "待转出", "终止", "转出", "转移终止", "已作废", "已终止", "保留账户", "存量", "原")
INVENTED = re.compile("示例|サンプル|example|exemple|beispiel")
HEADER = [
    "月度", "业务类型", "计划类型", "计划代码", "计划名称", "组合类型", "组合代码", "组合名称", "客户名称",
    "期初资产规模", "期末资产规模", "供款", "流失（含待遇支付）", "流失", "待遇支付", "投资收益",
    "当期收益率", "机构", "产品线代码", "集团企业客户号", "年金账户号", "年金账户名",
]  # fmt: skip

Sheet = list[list[object]]
Key = tuple[str, str]  # match type and key


class Mapping(NamedTuple):
    match_type: str
    alias: str
    company_id: str


class Record(NamedTuple):
    """The keys of one workbook row, as text."""

    plan_type: str
    plan_code: str
    account_number: str
    customer_name: str
    account_name: str


def sample_key(text: str) -> str:
    """Return the letters and digits of a text. A check of the sample, NOT the product's rule for names."""
    folded = unicodedata.normalize("NFKC", re.sub("[\u200b-\u200d\u2060\ufeff]", "", text)).lower()
    return "".join(character for character in folded if character.isalnum())


def key_of(mapping: Mapping) -> Key:
    is_code = mapping.match_type in CODE_TYPES
    return mapping.match_type, mapping.alias if is_code else sample_key(mapping.alias)


def keys_of(record: Record) -> Iterator[Key]:
    """Yield every key a record brings, in the order of the match types."""
    yield "plan", record.plan_code
    yield "account", record.account_number
    yield "hardcode", record.plan_code
    yield "name", sample_key(record.customer_name)
    yield "account_name", sample_key(record.account_name)


def hits_of(record: Record, mapped: dict[Key, str]) -> list[Key]:
    return [key for key in keys_of(record) if key in mapped]


def is_blank(name: str) -> bool:
    return not sample_key(name) or name.strip("\u200b \u3000（）").lower() in PLACEHOLDERS


def read_lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def read_sheets(path: Path) -> dict[str, Sheet]:
    workbook = CalamineWorkbook.from_path(path)
    return {
        name: [list(row) for row in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        for name in workbook.sheet_names
    }


def as_text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) else str(cell).strip()


def duplicates(items: Iterable[object]) -> list[object]:
    return [item for item, number in Counter(items).items() if number > 1]


@pytest.fixture(scope="module")
def mappings() -> list[Mapping]:
    return [Mapping(*line) for line in read_lines(MAPPINGS_CSV)[1:]]


@pytest.fixture(scope="module")
def mapped(mappings: list[Mapping]) -> dict[Key, str]:
    return {key_of(mapping): mapping.company_id for mapping in mappings}


@pytest.fixture(scope="module")
def registry() -> list[tuple[str, str]]:
    return [(company_id, name) for company_id, name in read_lines(REGISTRY_CSV)[1:]]


@pytest.fixture(scope="module")
def workbooks() -> dict[str, dict[str, Sheet]]:
    return {name: read_sheets(GENERATOR.parent / "annuity_performance" / name) for name in WORKBOOKS}


@pytest.fixture(scope="module")
def records(workbooks: dict[str, dict[str, Sheet]]) -> list[Record]:
    columns = [HEADER.index(c) for c in ("计划类型", "计划代码", "集团企业客户号", "客户名称", "年金账户名")]
    rows = (row for sheets in workbooks.values() for row in sheets["规模明细"][1:])
    return [Record(*(as_text(row[column]) for column in columns)) for row in rows]


class TestCsvFiles:
    @pytest.mark.parametrize(
        ("path", "header"),
        [
            (MAPPINGS_CSV, ["match_type", "alias", "company_id"]),
            (REGISTRY_CSV, ["company_id", "company_name"]),
        ],
    )
    def test_are_utf8_with_unix_line_ends_and_the_agreed_header(self, path: Path, header: list[str]) -> None:
        content = path.read_bytes()

        assert b"\r" not in content
        assert not content.startswith(b"\xef\xbb\xbf")
        assert content.decode("utf-8").endswith("\n")
        assert read_lines(path)[0] == header

    def test_mappings_are_sorted_by_company_match_type_and_alias(self, mappings: list[Mapping]) -> None:
        assert mappings == sorted(mappings, key=lambda m: (m.company_id, m.match_type, m.alias))

    def test_company_ids_are_visibly_the_samples_own(
        self, mappings: list[Mapping], registry: list[tuple[str, str]]
    ) -> None:
        ids = {m.company_id for m in mappings} | {company_id for company_id, _ in registry}

        assert [i for i in ids if not re.fullmatch(r"S\d{4}", i)] == []

    def test_each_match_type_is_there(self, mappings: list[Mapping]) -> None:
        assert {m.match_type for m in mappings} == {*CODE_TYPES, *TEXT_TYPES}

    def test_no_key_is_listed_twice(self, mappings: list[Mapping]) -> None:
        assert duplicates(key_of(m) for m in mappings) == []

    def test_no_registered_name_is_listed_twice(self, registry: list[tuple[str, str]]) -> None:
        assert duplicates(sample_key(name) for _, name in registry) == []

    def test_the_registry_knows_only_companies_the_mappings_do_not_know(
        self, mappings: list[Mapping], registry: list[tuple[str, str]]
    ) -> None:
        mapped_keys = {sample_key(m.alias) for m in mappings if m.match_type in TEXT_TYPES}

        assert {i for i, _ in registry} & {m.company_id for m in mappings} == set()
        assert {sample_key(name) for _, name in registry} & mapped_keys == set()

    def test_every_mapped_company_has_a_name(self, mappings: list[Mapping]) -> None:
        named = {m.company_id for m in mappings if m.match_type == "name"}

        assert {m.company_id for m in mappings} == named

    def test_parent_and_listed_subsidiary_are_different_companies(self, mappings: list[Mapping]) -> None:
        company = {m.alias: m.company_id for m in mappings if m.match_type == "name"}

        assert company["中国石油天然气集团有限公司"] != company["中国石油天然气股份有限公司"]
        assert company["中国平安保险（集团）股份有限公司"] != company["平安银行股份有限公司"]
        assert company["Rio Tinto plc"] != company["Rio Tinto Limited"]

    def test_collective_plans_are_not_mapped(self, mappings: list[Mapping]) -> None:
        codes = {m.alias for m in mappings if m.match_type in CODE_TYPES}

        assert codes.isdisjoint(COLLECTIVE_CODES)

    def test_no_plan_code_is_both_plan_and_hardcode(self, mappings: list[Mapping]) -> None:
        assert duplicates(m.alias for m in mappings if m.match_type in ("plan", "hardcode")) == []

    def test_some_account_numbers_are_purely_numeric(self, mappings: list[Mapping]) -> None:
        accounts = [m.alias for m in mappings if m.match_type == "account"]

        assert any(a.isdigit() for a in accounts)
        assert [a for a in accounts if not re.fullmatch(r"G?[1-9]\d+", a)] == []

    def test_no_alias_reads_like_a_placeholder_or_a_temporary_id(
        self, mappings: list[Mapping], registry: list[tuple[str, str]]
    ) -> None:
        texts = [*(m.alias for m in mappings), *(name for _, name in registry)]

        assert [t for t in texts if t.lower() in PLACEHOLDERS or not sample_key(t)] == []
        assert [t for t in texts if t.upper().startswith("TEMP_")] == []
        assert [t for t in texts if t != t.strip()] == []

    def test_no_alias_ends_or_begins_with_a_delimited_marker(
        self, mappings: list[Mapping], registry: list[tuple[str, str]]
    ) -> None:
        words = "|".join(STATUS_WORDS)
        marker = re.compile(
            rf"^[(（\[【]?(?:{words})[)）\]】\-—]|[(（\[【\-—](?:{words}|团托)[)）\]】]?$|及下属子企业$|-\s*\w+$"
        )
        texts = [*(m.alias for m in mappings), *(name for _, name in registry)]

        assert [t for t in texts if marker.search(t)] == []


class TestWorkbooks:
    def test_the_generator_reproduces_them_cell_by_cell(
        self, workbooks: dict[str, dict[str, Sheet]], tmp_path: Path
    ) -> None:
        subprocess.run([sys.executable, str(GENERATOR), str(tmp_path)], check=True, capture_output=True)

        made = {path.name: read_sheets(path) for path in (tmp_path / "annuity_performance").iterdir()}

        assert made == workbooks
        assert [list(made[name]) for name in WORKBOOKS] == [list(workbooks[name]) for name in WORKBOOKS]

    def test_have_the_detail_sheet_with_the_agreed_header(self, workbooks: dict[str, dict[str, Sheet]]) -> None:
        assert [sheets["规模明细"][0] for sheets in workbooks.values()] == [HEADER, HEADER]

    def test_have_a_summary_sheet_that_begins_with_a_title(self, workbooks: dict[str, dict[str, Sheet]]) -> None:
        for sheets in workbooks.values():
            assert set(sheets) == {"规模明细", "汇总"}
            assert "企业年金规模汇总" in str(sheets["汇总"][0][0])

    def test_give_the_month_once_as_text_and_once_as_a_number(self, workbooks: dict[str, dict[str, Sheet]]) -> None:
        months = [{row[0] for row in sheets["规模明细"][1:]} for sheets in workbooks.values()]

        assert months == [{"202509"}, {202510.0}]

    def test_hold_at_least_two_thousand_rows_some_of_them_twice(self, workbooks: dict[str, dict[str, Sheet]]) -> None:
        rows = [tuple(row) for sheets in workbooks.values() for row in sheets["规模明细"][1:]]

        assert len(rows) >= 2000
        assert duplicates(rows)

    def test_keep_purely_numeric_accounts_in_numeric_cells(
        self, mappings: list[Mapping], workbooks: dict[str, dict[str, Sheet]]
    ) -> None:
        column = HEADER.index("集团企业客户号")
        cells = {row[column] for sheets in workbooks.values() for row in sheets["规模明细"][1:]}
        numeric = [m.alias for m in mappings if m.match_type == "account" and m.alias.isdigit()]

        assert [alias for alias in numeric if float(alias) not in cells] == []
        assert cells.isdisjoint(numeric)

    @pytest.mark.parametrize(
        "noise",
        [
            "\u3000", "\u00a0", "\u200b", "\ufeff", "Ｃ", "（原）", "【存量】", "（已转出）", "-已转出",
            "—待转出", "(终止)", "及下属子企业", "-养老", "-福利", "(团托)", "-A12",
        ],
    )  # fmt: skip
    def test_carry_the_noise_of_real_files(self, noise: str, workbooks: dict[str, dict[str, Sheet]]) -> None:
        column = HEADER.index("客户名称")
        names = [str(row[column]) for sheets in workbooks.values() for row in sheets["规模明细"][1:]]

        assert any(noise in name and name.strip() for name in names)


class TestRecords:
    """Every way to an answer is there, as the simple key of this file sees it."""

    def test_every_mapped_key_occurs(self, mapped: dict[Key, str], records: list[Record]) -> None:
        occurring = {key for record in records for key in keys_of(record)}

        assert mapped.keys() - occurring == set()

    def test_each_code_and_account_name_alone_resolves_some_record(
        self, mapped: dict[Key, str], records: list[Record]
    ) -> None:
        hits = [hits_of(record, mapped) for record in records]
        alone = {keys[0] for keys in hits if len(keys) == 1}

        assert [key for key in mapped.keys() - alone if key[0] != "name"] == []

    def test_each_registered_company_occurs_where_no_mapping_answers(
        self, mapped: dict[Key, str], registry: list[tuple[str, str]], records: list[Record]
    ) -> None:
        names = {sample_key(r.customer_name) for r in records if not hits_of(r, mapped)}
        found = {company_id for company_id, name in registry if sample_key(name) in names}

        assert {company_id for company_id, _ in registry} == found

    def test_a_registered_company_never_meets_a_mapped_key(
        self, mapped: dict[Key, str], registry: list[tuple[str, str]], records: list[Record]
    ) -> None:
        registered = {sample_key(name) for _, name in registry}
        theirs = [r for r in records if sample_key(r.customer_name) in registered]

        assert [r for r in theirs if hits_of(r, mapped)] == []

    def test_a_mapped_plan_code_outranks_another_companys_name(
        self, mapped: dict[Key, str], records: list[Record]
    ) -> None:
        hits = [hits_of(record, mapped) for record in records]
        disputed = [keys for keys in hits if len({mapped[key] for key in keys}) > 1]

        assert {tuple(match_type for match_type, _ in keys) for keys in disputed} == {("plan", "name")}

    def test_collective_plans_hold_many_companies(self, mapped: dict[Key, str], records: list[Record]) -> None:
        members: dict[str, set[str]] = defaultdict(set)
        for record in records:
            if record.plan_type == "集合计划":
                members[record.plan_code].update(mapped[key] for key in hits_of(record, mapped))

        assert [code for code in COLLECTIVE_CODES if len(members[code]) < 20] == []

    def test_some_records_have_nothing_to_go_by(self, mapped: dict[Key, str], records: list[Record]) -> None:
        blank = [r for r in records if is_blank(r.customer_name) and not hits_of(r, mapped)]

        assert {r.customer_name.lower() for r in blank} >= {"", *PLACEHOLDERS}
        assert {r.account_number + r.account_name for r in blank} == {""}

    def test_names_nobody_knows_are_invented_and_recur(
        self, mapped: dict[Key, str], registry: list[tuple[str, str]], records: list[Record]
    ) -> None:
        known = {sample_key(name) for _, name in registry} | {key for kind, key in mapped if kind == "name"}
        named = [r for r in records if not is_blank(r.customer_name) and not hits_of(r, mapped)]
        keys = [sample_key(record.customer_name) for record in named]
        unknown = Counter(key for key in keys if not any(name in key for name in known))

        assert [key for key in unknown if not INVENTED.search(key)] == []
        assert sum(unknown.values()) >= 100
        assert max(unknown.values()) > 1

    @pytest.mark.parametrize(
        "name",
        [
            "示例原子能技术有限公司",
            "存量示例房产经纪有限公司",
            "原野示例农业有限公司",
            "示例集合信息科技有限公司",
        ],
    )
    def test_a_marker_word_may_be_part_of_an_unknown_name(self, name: str, records: list[Record]) -> None:
        assert name in {sample_key(record.customer_name) for record in records}

    def test_bracket_content_tells_two_unknown_companies_apart(self, records: list[Record]) -> None:
        keys = {sample_key(record.customer_name) for record in records}

        assert {"示例庚午商贸北京有限公司", "示例庚午商贸上海有限公司"} <= keys
