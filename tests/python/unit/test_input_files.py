"""Which files of a domain are read: of each month its newest version, and every file without a month."""

from __future__ import annotations

from pathlib import Path

import pytest

from company_enrichment.errors import ConfigurationError, InputFileError
from company_enrichment.ingestion.domains import Domain, load_domain
from company_enrichment.ingestion.input_files import (
    ChosenFile,
    choose_files,
    describe_missing_files,
    find_files,
    read_bytes,
)
from company_enrichment.ingestion.periods import PeriodVersion

DOMAIN = load_domain("annuity_performance")


def chosen(base_dir: Path, *places: str, content: str | None = None) -> dict[str, ChosenFile]:
    for place in places:
        file = base_dir / "annuity_performance" / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(place if content is None else content)
    return {
        choice.file.place.removeprefix("annuity_performance/"): choice
        for choice in choose_files(find_files(DOMAIN, base_dir))
    }


@pytest.mark.parametrize(
    ("place", "known"),
    [
        ("202412/V1/规模明细.xlsx", ("202412", 1)),
        ("monthly/202412/收集/V10/24年规模明细202411.xlsx", ("202412", 10)),
        ("规模明细_202412.xlsx", ("202412", 0)),
        ("规模明细_202412_v2.xlsx", ("202412", 2)),
        ("202412/规模明细 V3.xlsx", ("202412", 3)),
        ("202412/规模明细VIP3.xlsx", ("202412", 0)),
        ("202412/规模明细_V2b.xlsx", ("202412", 0)),
        ("规模明细_20241231.xlsx", None),
        ("规模明细_202413.xlsx", None),
        ("规模明细.xlsx", None),
    ],
)
def test_month_and_version_are_read_off_the_path(place: str, known: tuple[str, int] | None) -> None:
    assert DOMAIN.period_version(place) == (None if known is None else PeriodVersion(known[0], (known[1],)))


def test_the_newest_version_of_a_month_is_read_and_the_others_name_it(tmp_path: Path) -> None:
    files = chosen(tmp_path, "202412/V2/规模明细.xlsx", "202412/V10/规模明细.xlsx", "202411/V1/规模明细.xlsx")
    old = files["202412/V2/规模明细.xlsx"]
    assert old.superseded_by is not None and old.superseded_by.place == "annuity_performance/202412/V10/规模明细.xlsx"
    assert all(files[place].superseded_by is None for place in files if place != "202412/V2/规模明细.xlsx")


def test_two_different_files_of_one_version_are_an_error_that_names_both(tmp_path: Path) -> None:
    places = ("202412/V1/规模明细.xlsx", "202412/V1/规模明细甲.xlsx")
    files = chosen(tmp_path, *places, "202411/V1/规模明细.xlsx")
    for place in places:
        problem = files[place].problem
        assert problem is not None and all(named in problem for named in (*places, "version 1 of 202412"))
    assert files["202411/V1/规模明细.xlsx"].problem is None


def test_copies_of_one_file_contradict_nobody(tmp_path: Path) -> None:
    files = chosen(tmp_path, "202412/V1/规模明细.xlsx", "202412/V1/规模明细 副本.xlsx", content="the same")
    assert [choice.problem for choice in files.values()] == [None, None]


def test_files_without_a_month_are_all_read(tmp_path: Path) -> None:
    files = chosen(tmp_path, "规模明细甲.xlsx", "规模明细乙.xlsx")
    assert all(choice.superseded_by is None and choice.problem is None for choice in files.values())
    assert len(files) == 2


def test_lock_files_and_folders_are_no_input(tmp_path: Path) -> None:
    (tmp_path / "annuity_performance" / "规模明细.xlsx").mkdir(parents=True)
    assert chosen(tmp_path, "~$规模明细_202412.xlsx") == {}


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    [choice] = chosen(tmp_path, "规模明细_202412.xlsx").values()
    choice.file.path.unlink()
    with pytest.raises(InputFileError, match=r"规模明细_202412\.xlsx: cannot be read"):
        read_bytes(choice.file)


@pytest.mark.parametrize(
    ("pattern", "said"), [("(?P<version>[0-9]+)", "has no group"), ("(?P<period>", "is no regular expression")]
)
def test_a_wrong_pattern_is_refused(tmp_path: Path, pattern: str, said: str) -> None:
    (tmp_path / "pensions.yml").write_text(
        "description: x\nfiles: '*.xlsx'\nsheet: s\ncolumns: {customer_name: n}\nrecord_key: [n]\n"
        f"versions: '{pattern}'\n",
        "utf-8",
    )
    with pytest.raises(ConfigurationError, match=said):
        load_domain("pensions", tmp_path)


def test_a_version_that_is_no_number_is_refused() -> None:
    domain = Domain(
        name="x",
        description="x",
        files="*",
        sheet="s",
        columns={"customer_name": "n"},
        record_key=["n"],
        versions="(?P<period>[0-9]{6})_(?P<version>[a-z]+)",
    )
    with pytest.raises(ConfigurationError, match="the version of 202412_final is 'final'"):
        domain.period_version("202412_final")


def test_a_domain_without_files_is_told_what_is_where_its_files_should_be(tmp_path: Path) -> None:
    assert describe_missing_files(DOMAIN, tmp_path) == (
        f"No file of domain annuity_performance is there: nothing below {tmp_path} (WDH_DATA_BASE_DIR) matches"
        " annuity_performance/**/*规模明细*.xlsx (or .xlsm, .xlsb, .xls), without *回复*, *_fork*."
        f" {tmp_path} holds no file at all."
    )
    (tmp_path / "elsewhere.xlsx").touch()
    assert describe_missing_files(DOMAIN, tmp_path).endswith("There are: elsewhere.xlsx.")
    folder = tmp_path / "annuity_performance" / "202501"
    folder.mkdir(parents=True)
    assert describe_missing_files(DOMAIN, tmp_path).endswith("annuity_performance holds no file at all.")
    (folder / "规模明细.ods").touch()
    (folder / "~$规模明细.xlsx").touch()
    assert describe_missing_files(DOMAIN, tmp_path).endswith("There are: annuity_performance/202501/规模明细.ods.")


def test_of_many_files_ten_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "annuity_performance"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number:04}.csv").touch()
    assert describe_missing_files(DOMAIN, tmp_path).endswith("annuity_performance/0009.csv and 2 more.")
    for number in range(1100):
        (folder / f"{number:04}.csv").touch()
    assert describe_missing_files(DOMAIN, tmp_path).endswith(" and at least 990 more.")
