"""Write the sample workbooks of `annuity_performance`: `python seeds/workbooks/generate.py [OUTPUT_DIR]`.

The companies come from `seeds/mappings/sample_mappings.csv` and `seeds/registry/sample_registry.csv`. They
are real; every plan, account, portfolio and amount is invented, and so are the names nobody knows: these
contain 示例, サンプル, Example, Exemple or Beispiel.

The cells carry the noise of real files (widths, brackets, blanks, status markers, placeholders), and every
row is made for one `Kind`, the answer a resolver should find for it. The kind is not written to the file.

The output depends on the two CSV files and on `SEED` alone: no clock, no environment.
"""

from __future__ import annotations

import csv
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import TypeAlias, TypeVar

import xlsxwriter

SEED = 202509
SEEDS_DIR = Path(__file__).resolve().parents[1]
DOMAIN = "annuity_performance"
CREATED = datetime(2025, 11, 1)  # written into the file properties, so that equal cells give equal bytes

DETAIL_SHEET = "规模明细"
SUMMARY_SHEET = "汇总"
COLUMNS = (
    "月度", "业务类型", "计划类型", "计划代码", "计划名称", "组合类型", "组合代码", "组合名称", "客户名称",
    "期初资产规模", "期末资产规模", "供款", "流失（含待遇支付）", "流失", "待遇支付", "投资收益",
    "当期收益率", "机构", "产品线代码", "集团企业客户号", "年金账户号", "年金账户名",
)  # fmt: skip

SINGLE, COLLECTIVE = "单一计划", "集合计划"
PRODUCT_LINES = {"企年投资": "PL201", "企年受托": "PL202"}
PORTFOLIO_TYPES = ("含权", "固收", "货币")
BRANCHES = ("北京", "上海", "深圳", "广东", "江苏", "浙江", "山东", "四川", "湖北", "陕西")
COLLECTIVE_PLANS = {  # shared by many companies, therefore never mapped
    "AN001": "示例集合计划甲",
    "AN002": "示例集合计划乙",
    "J0001": "示例稳健集合型企业年金计划",
    "J0002": "示例进取集合型企业年金计划",
    "J0003": "示例平衡集合型企业年金计划",
}

Cell: TypeAlias = str | int | float | None
Item = TypeVar("Item")

BLANK_NAMES: tuple[Cell, ...] = (
    None, "", "   ", "\u3000", "\u200b", "null", "NULL", "N/A", "n/a", "无", "空白", "（空白）",
    "0", 0, "-", "--", "—", "——",
)  # fmt: skip

STATUS_NOTES = (
    "{}（已转出）", "{}(终止)", "{}-已转出", "{}—待转出", "{}－已终止", "（原）{}", "(原){}", "【存量】{}",
    "存量-{}", "{}及下属子企业", "{}-养老", "{}-福利", "{}(团托)", "{}（团托）", "{}-A12", "{}-B305",
    "（原）{}（已转出）", "{}-养老（已转出）",
)  # fmt: skip

UNKNOWN_NAMES = (
    "示例甲子纺织有限公司", "示例乙丑食品股份有限公司", "示例丙寅机械制造有限公司",
    "示例丁卯物流有限责任公司", "示例戊辰建设集团有限公司", "示例己巳文化传媒有限公司",
    "示例庚午商贸（北京）有限公司", "示例庚午商贸（上海）有限公司", "示例辛未控股有限公司",
    "示例辛未控股集团有限公司", "示例壬申医疗器械有限公司", "示例癸酉新能源有限公司",
    "示例甲戌软件技术有限公司", "示例乙亥包装印刷厂", "示例丙子农业合作社", "示例丁丑环保科技有限公司",
    "示例戊寅会计师事务所（特殊普通合伙）", "Example Fixture Holdings 01 Ltd.",
    "Example Fixture Holdings 07 Ltd.", "Example Fixture Holdings 70 Ltd.", "Example Fixture Holdings Ltd.",
    "Example Fixture Trading (Beijing) Co., Ltd.", "Example Fixture Trading (Shanghai) Co., Ltd.",
    "Example Placeholder Industries, Inc.", "Beispiel Muster Maschinenbau GmbH",
    "Exemple Fictif Équipements S.A.", "株式会社サンプル架空製作所",
)  # fmt: skip

# Words that are status markers elsewhere are part of these names: nothing may be cut from them.
UNKNOWN_TRAP_NAMES = (
    "示例原子能技术有限公司", "原野示例农业有限公司", "示例集合信息科技有限公司", "集合示例供应链有限公司",
    "存量示例房产经纪有限公司", "示例存量", "示例终止开关电器厂", "示例壬申养老", "示例壬申福利院",
    "示例本部经济（北京）", "示例转出物流有限公司",
)  # fmt: skip

# White space never cuts one of these off a name: whether it would delimit a marker is not settled here.
MARKER_WORDS = frozenset(("原", "存量", "集合", "养老", "企业年金", "企业年金计划"))

# A subsidiary in the single plan of its group: the plan code is the earlier match type and decides.
SUBSIDIARY_IN_PLAN_OF = {
    "中国石油天然气集团有限公司": "中国石油天然气股份有限公司",
    "中国石油化工集团有限公司": "中国石油化工股份有限公司",
    "中国核工业集团有限公司": "中国核能电力股份有限公司",
    "中国长江三峡集团有限公司": "中国长江电力股份有限公司",
    "中国平安保险（集团）股份有限公司": "平安产险",
    "中国宝武钢铁集团有限公司": "宝钢股份",
}


# How often each irregularity occurs.
BLANK_PLAN_SHARE = 0.1
SINGLE_PLAN_SHARE = 0.25
CHARACTER_NOISE_SHARE = 0.5
STATUS_NOTE_SHARE = 0.35
PADDED_CODE_SHARE = 0.1
DUPLICATES_PER_MONTH = 12


class Kind(StrEnum):
    """How a row is to be resolved: by a match type of the mappings, by the registry, or not at all."""

    PLAN = "plan"
    ACCOUNT = "account"
    HARDCODE = "hardcode"
    NAME = "name"
    ACCOUNT_NAME = "account_name"
    REGISTRY = "registry"
    UNKNOWN = "unknown"
    UNRESOLVABLE = "unresolvable"


@dataclass(frozen=True)
class Sample:
    """The companies of the two CSV files.

    `aliases` holds `(alias, company_id)` by match type; `names` and `registry` hold the spellings by
    company id.
    """

    aliases: dict[str, list[tuple[str, str]]]
    names: dict[str, list[str]]
    registry: dict[str, list[str]]

    def company_of(self, name: str) -> str:
        """Return the company id of an alias of match type name."""
        return dict(self.aliases["name"])[name]


@dataclass(frozen=True)
class Holding:
    """A position of one customer in one plan; it recurs every month and is spelled anew each time.

    `names` are the customer's spellings before noise, one after the other by month; placeholders are written
    as they are. `presence` is the probability that a month has the row.
    """

    kind: Kind
    company_id: str | None
    plan_type: str
    plan_code: str | None
    names: tuple[Cell, ...]
    account: str | int | None = None
    account_name: str | None = None
    with_status_notes: bool = True
    presence: float = 1.0


@dataclass(frozen=True)
class Row:
    """One row of the sheet, with the answer that is expected for it."""

    kind: Kind
    company_id: str | None
    cells: tuple[Cell, ...]


@dataclass
class Factory:
    """What making the holdings needs: the random source and counters for codes that nobody has mapped."""

    rng: random.Random
    plan_numbers: Iterator[int] = field(default_factory=lambda: count(9001))
    account_numbers: Iterator[int] = field(default_factory=lambda: count(900101))

    def unmapped_plan(self) -> tuple[str, str | None]:
        """Return plan type and code of a plan that names no company; the code is blank now and then."""
        draw = self.rng.random()
        if draw < BLANK_PLAN_SHARE:
            return self.rng.choice((SINGLE, COLLECTIVE)), None
        if draw < BLANK_PLAN_SHARE + SINGLE_PLAN_SHARE:
            return SINGLE, f"P{next(self.plan_numbers)}"
        return COLLECTIVE, self.rng.choice(list(COLLECTIVE_PLANS))

    def unmapped_account(self) -> str | int | None:
        """Return an account number that is not mapped: text, a number, or none."""
        number = next(self.account_numbers)
        return self.rng.choice((None, f"G90{number}", number))

    def unmapped_account_name(self, name: Cell) -> str | None:
        """Return an account name made of the customer name as it stands, or none; it is not mapped."""
        return self.rng.choice((None, f"{name}年金账户", f"{name}（年金）"))


# --- Reading -----------------------------------------------------------------------------------------------


def read_sample(seeds_dir: Path = SEEDS_DIR) -> Sample:
    """Return the companies of both CSV files, in file order."""
    aliases: dict[str, list[tuple[str, str]]] = defaultdict(list)
    names: dict[str, list[str]] = defaultdict(list)
    registry: dict[str, list[str]] = defaultdict(list)
    for line in read_csv(seeds_dir / "mappings" / "sample_mappings.csv"):
        aliases[line["match_type"]].append((line["alias"], line["company_id"]))
        if line["match_type"] == "name":
            names[line["company_id"]].append(line["alias"])
    for line in read_csv(seeds_dir / "registry" / "sample_registry.csv"):
        registry[line["company_id"]].append(line["company_name"])
    return Sample(aliases=dict(aliases), names=dict(names), registry=dict(registry))


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the lines of a CSV file by column name."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- Noise -------------------------------------------------------------------------------------------------


def full_width(rng: random.Random, name: str) -> str:
    """Write ASCII letters and digits in full width: IBM becomes ＩＢＭ."""
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in name)


def other_brackets(rng: random.Random, name: str) -> str:
    """Swap half-width and full-width brackets."""
    return name.translate(str.maketrans("（）()", "()（）"))


def other_case(rng: random.Random, name: str) -> str:
    """Write the name in upper or lower case."""
    return rng.choice((name.upper(), name.lower()))


def space_around(rng: random.Random, name: str) -> str:
    """Put an ideographic, no-break or plain space before, after or around the name."""
    space = rng.choice(("\u3000", "\u00a0", " "))
    return rng.choice((space + name, name + space, space + name + space))


def space_inside(rng: random.Random, name: str) -> str:
    """Replace the plain spaces of a name by wide or no-break ones, or put one inside a name without any."""
    space = rng.choice(("\u3000", "\u00a0"))
    if " " in name:
        return name.replace(" ", space)
    splits = [(name[:position], name[position:]) for position in range(1, len(name))]
    return space.join(rng.choice([split for split in splits if not MARKER_WORDS.intersection(split)]))


def zero_width(rng: random.Random, name: str) -> str:
    """Put a zero-width space inside the name, or a byte order mark before it."""
    position = rng.randrange(1, len(name))
    return rng.choice((name[:position] + "\u200b" + name[position:], "\ufeff" + name))


CHARACTER_NOISE: tuple[Callable[[random.Random, str], str], ...] = (
    full_width,
    other_brackets,
    other_case,
    space_around,
    space_inside,
    zero_width,
)


def spell(rng: random.Random, name: str, *, with_status_notes: bool) -> str:
    """Return the name as a clerk might have typed it: as it is, with noise, with a status note, or both."""
    spelled = name
    if rng.random() < CHARACTER_NOISE_SHARE:
        variants = [noise(rng, name) for noise in CHARACTER_NOISE]
        spelled = rng.choice([variant for variant in variants if variant != name])
    if with_status_notes and rng.random() < STATUS_NOTE_SHARE:
        spelled = rng.choice(STATUS_NOTES).format(spelled)
    return spelled


# --- Holdings, one function per kind -----------------------------------------------------------------------


def plan_holdings(sample: Sample, factory: Factory) -> Iterator[Holding]:
    """Single plans with a mapped code: the customer is blank, spelled out, or somebody the code outranks."""
    plan_of = {company_id: code for code, company_id in sample.aliases["plan"]}
    for number, (code, company_id) in enumerate(sample.aliases["plan"], start=1):
        customers: list[tuple[Cell, ...]] = [placeholders(factory.rng), tuple(sample.names[company_id])]
        if number % 4 == 0:
            customers.append((f"示例下属单位{number:02d}有限公司",))
        for names in customers:
            yield Holding(Kind.PLAN, company_id, SINGLE, code, names, factory.unmapped_account())
    for group, subsidiary in SUBSIDIARY_IN_PLAN_OF.items():
        company_id = sample.company_of(group)
        yield Holding(Kind.PLAN, company_id, SINGLE, plan_of[company_id], (subsidiary,))


def account_holdings(sample: Sample, factory: Factory) -> Iterator[Holding]:
    """Rows known by their account number alone; a purely numeric one becomes a numeric cell."""
    for number, (code, company_id) in enumerate(sample.aliases["account"], start=1):
        account = int(code) if code.isdigit() else code
        for names in (placeholders(factory.rng), (f"示例客户简称{number:02d}",)):
            yield Holding(Kind.ACCOUNT, company_id, *factory.unmapped_plan(), names, account)


def hardcode_holdings(sample: Sample, factory: Factory) -> Iterator[Holding]:
    """Plans whose code is mapped as an exception."""
    for code, company_id in sample.aliases["hardcode"]:
        for _ in range(2):
            yield Holding(Kind.HARDCODE, company_id, SINGLE, code, placeholders(factory.rng))


def name_holdings(sample: Sample, factory: Factory) -> Iterator[Holding]:
    """Rows with a customer name in unmapped plans; over two months each alias occurs without a note."""
    for company_id, names in sample.names.items():
        needed = (len(names) + 1) // 2
        for number in range(needed + 1):
            yield Holding(
                Kind.NAME,
                company_id,
                *factory.unmapped_plan(),
                names=rotated(names, 2 * number),
                account=factory.unmapped_account(),
                account_name=factory.unmapped_account_name(names[-1]),
                with_status_notes=number == needed,
                presence=1.0 if number < needed else 0.9,
            )


def account_name_holdings(sample: Sample, factory: Factory) -> Iterator[Holding]:
    """Rows whose account name is mapped while the customer name is blank or says nothing."""
    for number, (alias, company_id) in enumerate(sample.aliases["account_name"], start=1):
        for names in (placeholders(factory.rng), (f"示例受托户{number:02d}",)):
            yield Holding(Kind.ACCOUNT_NAME, company_id, *factory.unmapped_plan(), names, account_name=alias)


def registry_holdings(sample: Sample, factory: Factory) -> Iterator[Holding]:
    """Rows only the registry can name; the first one of each company carries no status note."""
    for number, (company_id, names) in enumerate(sample.registry.items()):
        for part in range(1 + number % 2):
            yield Holding(
                Kind.REGISTRY,
                company_id,
                *factory.unmapped_plan(),
                names=rotated(names, part),
                account=factory.unmapped_account(),
                account_name=factory.unmapped_account_name(names[0]),
                with_status_notes=part > 0,
                presence=1.0 if part == 0 else 0.9,
            )


def unknown_holdings(factory: Factory) -> Iterator[Holding]:
    """Two rows of each company that nobody knows."""
    for name in (*UNKNOWN_NAMES, *UNKNOWN_TRAP_NAMES):
        for _ in range(2):
            yield Holding(
                Kind.UNKNOWN,
                None,
                *factory.unmapped_plan(),
                names=(name,),
                account=factory.unmapped_account(),
                account_name=factory.unmapped_account_name(name),
                with_status_notes=name in UNKNOWN_NAMES,
            )


def unresolvable_holdings(factory: Factory) -> Iterator[Holding]:
    """Rows with nothing to go by: every placeholder, without a plan code and in a collective plan."""
    for number in range(len(BLANK_NAMES)):
        names = rotated(BLANK_NAMES, number)
        yield Holding(Kind.UNRESOLVABLE, None, factory.rng.choice((SINGLE, COLLECTIVE)), None, names)
        code = factory.rng.choice(list(COLLECTIVE_PLANS))
        yield Holding(Kind.UNRESOLVABLE, None, COLLECTIVE, code, names)


def placeholders(rng: random.Random) -> tuple[Cell, ...]:
    """Return the placeholders, starting anywhere."""
    return rotated(BLANK_NAMES, rng.randrange(len(BLANK_NAMES)))


def rotated(items: Sequence[Item], by: int) -> tuple[Item, ...]:
    """Return the items, starting with number `by`."""
    start = by % len(items)
    return (*items[start:], *items[:start])


def all_holdings(sample: Sample, rng: random.Random) -> list[Holding]:
    """Return the holdings of every kind."""
    factory = Factory(rng)
    return [
        *plan_holdings(sample, factory),
        *account_holdings(sample, factory),
        *hardcode_holdings(sample, factory),
        *name_holdings(sample, factory),
        *account_name_holdings(sample, factory),
        *registry_holdings(sample, factory),
        *unknown_holdings(factory),
        *unresolvable_holdings(factory),
    ]


# --- Rows --------------------------------------------------------------------------------------------------


def month_rows(holdings: Sequence[Holding], month: Cell, turn: int, rng: random.Random) -> list[Row]:
    """Return one month's rows in random order, some of them twice.

    `turn` is the number of the month, counted from 0: it selects the spelling of each holding.
    """
    rows = [
        make_row(holding, number, month, turn, rng)
        for number, holding in enumerate(holdings, start=1)
        if rng.random() < holding.presence
    ]
    rows += rng.sample(rows, DUPLICATES_PER_MONTH)
    rng.shuffle(rows)
    return rows


def make_row(holding: Holding, number: int, month: Cell, turn: int, rng: random.Random) -> Row:
    """Return the row of a holding in one month; `number` makes its portfolio code."""
    business = rng.choice(list(PRODUCT_LINES))
    cells: dict[str, Cell] = {
        "月度": month,
        "业务类型": business,
        "计划类型": holding.plan_type,
        "计划代码": padded(rng, holding.plan_code),
        "计划名称": plan_name(holding.plan_code),
        "组合类型": rng.choice(PORTFOLIO_TYPES),
        "组合代码": f"F{number:05d}",
        "组合名称": f"示例组合{number:05d}",
        "客户名称": customer_name(holding, turn, rng),
        **amounts(rng),
        "机构": rng.choice(BRANCHES),
        "产品线代码": PRODUCT_LINES[business],
        "集团企业客户号": padded(rng, holding.account),
        "年金账户号": padded(rng, holding.account),
        "年金账户名": account_name(holding, rng),
    }
    return Row(holding.kind, holding.company_id, tuple(cells[column] for column in COLUMNS))


def customer_name(holding: Holding, turn: int, rng: random.Random) -> Cell:
    """Return this month's spelling of the customer; a placeholder stays as it is."""
    name = rotated(holding.names, turn)[0]
    if not isinstance(name, str) or name in BLANK_NAMES:
        return name
    return spell(rng, name, with_status_notes=holding.with_status_notes)


def account_name(holding: Holding, rng: random.Random) -> str | None:
    """Return this month's spelling of the account name."""
    if holding.account_name is None:
        return None
    return spell(rng, holding.account_name, with_status_notes=False)


def plan_name(code: str | None) -> str | None:
    """Return an invented name for a plan; it says nothing about the company."""
    return None if code is None else COLLECTIVE_PLANS.get(code, f"示例单一计划{code}")


def padded(rng: random.Random, code: str | int | None) -> str | int | None:
    """Return a code, with a stray space at an end of every tenth text."""
    if isinstance(code, str) and rng.random() < PADDED_CODE_SHARE:
        return rng.choice((f" {code}", f"{code} "))
    return code


def amounts(rng: random.Random) -> dict[str, Cell]:
    """Return invented amounts that add up."""
    opening = round(rng.uniform(50_000, 90_000_000), 2)
    contribution = round(opening * rng.uniform(0, 0.03), 2)
    transfer = round(opening * rng.choice((0.0, 0.0, rng.uniform(0, 0.05))), 2)
    benefit = round(opening * rng.uniform(0, 0.01), 2)
    gain = round(opening * rng.uniform(-0.01, 0.02), 2)
    return {
        "期初资产规模": opening,
        "期末资产规模": round(opening + contribution - transfer - benefit + gain, 2),
        "供款": contribution,
        "流失（含待遇支付）": round(transfer + benefit, 2),
        "流失": transfer,
        "待遇支付": benefit,
        "投资收益": gain,
        "当期收益率": round(gain / opening, 6),
    }


# --- Writing -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Month:
    """How one month is written: as text or number, and whether the summary stands before the detail."""

    file_name: str
    value: Cell
    sheets: tuple[str, str]


MONTHS = (
    Month("规模明细_202509.xlsx", "202509", (SUMMARY_SHEET, DETAIL_SHEET)),
    Month("规模明细_202510.xlsx", 202510, (DETAIL_SHEET, SUMMARY_SHEET)),
)


def write_workbook(path: Path, month: Month, rows: Sequence[Row]) -> None:
    """Write the detail sheet and the summary sheet of one month."""
    path.parent.mkdir(parents=True, exist_ok=True)
    contents = {
        DETAIL_SHEET: [COLUMNS, *(row.cells for row in rows)],
        SUMMARY_SHEET: summary(month, rows),
    }
    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_properties({"title": "示例数据", "created": CREATED})
        text = workbook.add_format({"num_format": "@"})
        for name in month.sheets:
            sheet = workbook.add_worksheet(name)
            for row_number, cells in enumerate(contents[name]):
                for column_number, value in enumerate(cells):
                    write_cell(sheet, row_number, column_number, value, text)


def write_cell(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    column: int,
    value: Cell,
    text: xlsxwriter.format.Format,
) -> None:
    """Write a value as what it is: None leaves no cell, an empty text one that is formatted and empty."""
    if value is None:
        return
    if value == "":
        sheet.write_blank(row, column, None, text)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, text)
    else:
        sheet.write_number(row, column, value)


def summary(month: Month, rows: Sequence[Row]) -> list[tuple[Cell, ...]]:
    """Return a titled table of the closing amounts by business: not what an ingestion should read."""
    business, closing = COLUMNS.index("业务类型"), COLUMNS.index("期末资产规模")
    totals: Counter[str] = Counter()
    for row in rows:
        totals[str(row.cells[business])] += round(100 * float(row.cells[closing] or 0))
    lines: list[tuple[Cell, ...]] = [(name, totals[name] / 100) for name in PRODUCT_LINES]
    return [(f"企业年金规模汇总（示例数据）{month.value}",), (), ("业务类型", "期末资产规模"), *lines]


def sample_months(sample: Sample) -> list[tuple[Month, list[Row]]]:
    """Return every month with its rows; equal CSV files give equal rows."""
    rng = random.Random(SEED)
    holdings = all_holdings(sample, rng)
    return [(month, month_rows(holdings, month.value, turn, rng)) for turn, month in enumerate(MONTHS)]


def main(arguments: Sequence[str]) -> None:
    """Write the workbooks below the folder that is given, by default beside this file, and count the rows."""
    output_dir = Path(arguments[0]) if arguments else Path(__file__).parent
    for month, rows in sample_months(read_sample()):
        path = output_dir / DOMAIN / month.file_name
        write_workbook(path, month, rows)
        kinds = Counter(row.kind for row in rows)
        print(f"{path}: {len(rows)} rows;", ", ".join(f"{kind} {kinds[kind]}" for kind in Kind))


if __name__ == "__main__":
    main(sys.argv[1:])
