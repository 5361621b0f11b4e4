"""Months and versions are read off paths in the forms that people give folders and files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from company_enrichment.ingestion.periods import PathReading, PeriodVersion, read_path, shown_version, version_of

FORMS_OF_APRIL = [
    "202504",
    "2025-04",
    "2025.04",
    "2025_04",
    "2025 04",
    "2025-4",
    "2025.4",
    "2025年4月",
    "2025年04月",
    "2025年 4 月",
    "2025 年4月份",
    "2025年度4月",
    "25年04月",
    "25年4月",
    "二〇二五年四月",
    "二零二五年四月",
    "二○二五年4月",
    "二五年四月",
    "2025年四月",
    "２０２５０４",
    "２０２５年０４月",
    "2025年㋃",
    "2025M04",
    "2025-M4",
    "04-2025",
    "04.2025",
    "2025-Apr",
    "Apr 2025",
    "APRIL2025",
    "April_2025",
]


@pytest.mark.parametrize("form", FORMS_OF_APRIL)
@pytest.mark.parametrize(
    "place", ["{}/规模明细.xlsx", "规模明细{}.xlsx", "规模明细_{}_V2.xlsx", "【{}】规模明细.XLS", "数据/{}年金/x.xlsm"]
)
def test_a_month_is_read_in_every_form_in_folders_and_files(form: str, place: str) -> None:
    known = read_path(place.format(form)).known
    assert known is not None and known.period == "202504"
    assert known.version == ((2,) if "V2" in place else (0,))


@pytest.mark.parametrize(
    ("path", "month"),
    [
        ("2025/04/x.xlsx", "202504"),
        ("2025/4/x.xlsx", "202504"),
        ("2025/12/收集/V1/x.xlsx", "202512"),
        ("2025年/4月/x.xlsx", "202504"),
        ("2025年/04/x.xlsx", "202504"),
        ("2025年度/04月/x.xlsx", "202504"),
        ("25年/4月份/x.xlsx", "202504"),
        ("2025年04/x.xlsx", "202504"),
        ("2025/Q2/04/x.xlsx", "202504"),
        ("2025/第二季度/4月/x.xlsx", "202504"),
        ("2025/规模明细4月.xlsx", "202504"),
        ("2025年数据/收集/规模明细_十二月.xlsx", "202512"),
        ("２０２５/０４/x.xlsx", "202504"),
        # A layout of the predecessor: folder and file agree.
        ("202511/收集数据/数据采集/V1/25年11月年金规模收入数据.xlsx", "202511"),
    ],
)
def test_a_month_below_its_year_is_read_and_folder_and_file_may_both_say_it(path: str, month: str) -> None:
    reading = read_path(path)
    assert reading.known is not None and reading.known.period == month
    assert reading.other_months == ()


@pytest.mark.parametrize(
    "path",
    [
        "规模明细.xlsx",
        "规模明细2025.xlsx",
        "2025/x.xlsx",
        "202513/x.xlsx",
        "202500/x.xlsx",
        "2025年13月/x.xlsx",
        "2025年0月/x.xlsx",
        "规模明细1202504.xlsx",
        "2025041/x.xlsx",
        # A day is mostly that of a delivery.
        "规模明细_20241231.xlsx",
        "2025-04-30/x.xlsx",
        "2025.4.30/x.xlsx",
        "30.04.2025/x.xlsx",
        "2025年4月30日/x.xlsx",
        "二〇二五年四月三十日/x.xlsx",
        # Financial years begin in other months.
        "FY2025/x.xlsx",
        "FY202504/x.xlsx",
        "fy2025-04/x.xlsx",
        "FY2025/04/x.xlsx",
        "2025财年/04/x.xlsx",
        # Several months are none of them.
        "2025年1-4月/x.xlsx",
        "2025年1月-4月/x.xlsx",
        "2025年1月至4月/x.xlsx",
        "202501-202504/x.xlsx",
        "2025/1-4月/x.xlsx",
        "2025/规模明细1月-4月.xlsx",
        "2025Q1/x.xlsx",
        "2025年一季度/x.xlsx",
        # Words and numbers that only look like it.
        "2025年10强名单/x.xlsx",
        "25.04/x.xlsx",
        "2504/x.xlsx",
        "98年4月/x.xlsx",
        "maybe2025/x.xlsx",
        "summary2025/x.xlsx",
        "2025 market/x.xlsx",
        "04/x.xlsx",
        "4月/x.xlsx",
    ],
)
def test_what_is_no_month_is_none(path: str) -> None:
    assert read_path(path) == PathReading()


@pytest.mark.parametrize(
    ("path", "month", "others"),
    [
        ("monthly/202412/收集/V10/24年规模明细202411.xlsx", "202412", ("202411",)),
        ("202512/25年11月年金.xlsx", "202512", ("202511",)),
        ("2025年4月/规模明细_202504_202503.xlsx", "202504", ("202503",)),
        ("2025/04/规模明细2025年3月.xlsx", "202504", ("202503",)),
        ("202504/2025年/规模明细3月.xlsx", "202504", ("202503",)),
        ("202504/规模明细_20250503.xlsx", "202504", ()),
    ],
)
def test_the_first_month_counts_and_the_others_are_named(path: str, month: str, others: tuple[str, ...]) -> None:
    reading = read_path(path)
    assert reading.known is not None and (reading.known.period, reading.other_months) == (month, others)


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("202412/规模明细.xlsx", (0,)),
        ("202412/V1/规模明细.xlsx", (1,)),
        ("V1/202412/规模明细.xlsx", (1,)),
        ("202412/v02/规模明细.xlsx", (2,)),
        ("202412/Ｖ３/规模明细.xlsx", (3,)),
        ("202412/规模明细V2.xlsx", (2,)),
        ("规模明细202412V2.xlsx", (2,)),
        ("规模明细_V2_202412.xlsx", (2,)),
        ("202412/规模明细 ver 2.xlsx", (2,)),
        ("202412/规模明细 version2.1.xlsx", (2, 1)),
        ("202412/V1.10/规模明细.xlsx", (1, 10)),
        ("202412/V2.0/规模明细.xlsx", (2,)),
        ("202412/规模明细第2版.xlsx", (2,)),
        ("202412/规模明细第二稿.xlsx", (2,)),
        ("202412/规模明细第十二版.xlsx", (12,)),
        ("202412/规模明细_修订版2.xlsx", (2,)),
        ("202412/规模明细更新3.xlsx", (3,)),
        ("202412/版本4/规模明细.xlsx", (4,)),
        ("202412/V1/规模明细_V1.xlsx", (1,)),
        ("202412/V1/规模明细_V2.xlsx", (1, 2)),
        ("202412/3/规模明细.xlsx", (3,)),
        ("2024/12/3/规模明细.xlsx", (3,)),
        # Days of delivery come after the other numbers, with the year in which they were.
        ("202511/1111/规模明细.xlsx", (0, 20251111)),
        ("202511/1111/V2/规模明细.xlsx", (2, 20251111)),
        ("202511/V2/年金数据1209采集.xlsx", (2, 20251209)),
        ("202511/V2/年金数据0110采集.xlsx", (2, 20260110)),
        ("202511/规模明细_更新0110.xlsx", (0, 20260110)),
        ("202511/20251209/规模明细.xlsx", (0, 20251209)),
        # None of them says which is newer.
        ("202412/规模明细_20250103.xlsx", (0,)),
        ("202412/规模明细_1209.xlsx", (0,)),
        ("202412/规模明细 (2).xlsx", (0,)),
        ("202412/规模明细 - 副本.xlsx", (0,)),
        ("202412/规模明细_最终版.xlsx", (0,)),
        ("202412/规模明细VIP3.xlsx", (0,)),
        ("202412/规模明细_V2b.xlsx", (0,)),
        ("202412/规模明细_V2.1b.xlsx", (0,)),
        ("7/202412/规模明细.xlsx", (0,)),
    ],
)
def test_versions_are_numbers_in_the_order_of_the_path(path: str, version: tuple[int, ...]) -> None:
    known = read_path(path).known
    assert known is not None and known.version == version


def test_versions_are_compared_number_by_number() -> None:
    names = ["", "V1", "V1.1", "V1.9", "V1.10", "V2", "V2.0.1", "V2.1", "V10"]
    versions = [known.version for name in names if (known := read_path(f"202412/{name}/x.xlsx").known)]
    assert len(versions) == len(names) and versions == sorted(set(versions))
    assert [shown_version(version) for version in versions[:5]] == ["0", "1", "1.1", "1.9", "1.10"]


@given(st.lists(st.integers(0, 12), max_size=4), st.integers(0, 3))
def test_zeros_at_the_end_of_a_version_say_nothing(numbers: list[int], zeros: int) -> None:
    assert version_of(*numbers, *[0] * zeros) == version_of(*numbers) != ()


@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=60))
def test_any_path_is_read(path: str) -> None:
    known = read_path(path).known
    assert known is None or (len(known.period) == 6 and known.period.isascii() and known.version)


@given(st.integers(2000, 2079), st.integers(1, 12), st.integers(0, 999))
def test_a_month_and_a_version_that_are_written_are_read(year: int, month: int, version: int) -> None:
    for path in (
        f"{year}{month:02}/V{version}/x.xlsx",
        f"{year}年/{month}月/第{version}版.xlsx",
        f"{year}-{month}_v{version}.xls",
    ):
        assert read_path(path).known == PeriodVersion(f"{year}{month:02}", (version,))
