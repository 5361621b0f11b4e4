"""Which paths below WDH_DATA_BASE_DIR are a domain's files, and that nothing outside it is read."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from company_enrichment.errors import ConfigurationError, InputFileError
from company_enrichment.ingestion.domains import Domain
from company_enrichment.ingestion.input_files import InputFile, choose_files, find_files, has_files, read_bytes

NOBODY = 65534


def domain(files: str | list[str] = "in/**/*规模明细*.xlsx", exclude: str | list[str] | None = None) -> Domain:
    return Domain(
        name="x",
        description="x",
        files=files,
        exclude=exclude,
        sheet="s",
        columns={"customer_name": "n"},
        record_key=["n"],
    )


def make(base_dir: Path, *places: str) -> None:
    for place in places:
        (base_dir / place).parent.mkdir(parents=True, exist_ok=True)
        (base_dir / place).write_text(place)


def read(found: list[InputFile]) -> list[str]:
    return [file.place for file in found if file.problem is None and file.not_of_domain is None]


def refused(found: list[InputFile]) -> dict[str, str]:
    return {file.place: file.problem for file in found if file.problem is not None}


def passed_over(found: list[InputFile]) -> dict[str, str]:
    return {file.place: file.not_of_domain for file in found if file.not_of_domain is not None}


# ---- patterns


@pytest.mark.parametrize(
    ("pattern", "matched", "not_matched"),
    [
        (
            "in/**/*规模明细*.xlsx",
            ["in/规模明细.xlsx", "in/a/b/c/x规模明细y.xlsx"],
            ["规模明细.xlsx", "other/规模明细.xlsx"],
        ),
        ("in/*.xlsx", ["in/a.xlsx"], ["in/a/b.xlsx", "a.xlsx"]),
        ("in/20????/*.xlsx", ["in/202504/a.xlsx"], ["in/25/a.xlsx", "in/202504/b/a.xlsx"]),
        ("**/V[12]/*.xlsx", ["V1/a.xlsx", "in/V2/a.xlsx"], ["V3/a.xlsx"]),
        ("./in/./a.xlsx", ["in/a.xlsx"], ["a.xlsx"]),
        ("in/**", ["in/a", "in/b/c.xlsx"], ["a"]),
        # Shares do not tell upper from lower case, and macOS writes é as two characters.
        ("IN/**/*明细*.xlsx", ["in/明细.XLSX", "in/A/明细.Xlsx"], ["in/明细.xlsm"]),
        ("Café/*.xlsx", [unicodedata.normalize("NFD", "café/a.xlsx")], ["cafe/a.xlsx"]),
        (unicodedata.normalize("NFD", "가/*.xlsx"), ["가/a.xlsx"], ["나/a.xlsx"]),
    ],
)
def test_a_pattern_matches_part_by_part(
    tmp_path: Path, pattern: str, matched: list[str], not_matched: list[str]
) -> None:
    make(tmp_path, *matched, *not_matched)
    assert sorted(read(find_files(domain(pattern), tmp_path))) == sorted(matched)


def test_a_domain_may_have_several_patterns_and_a_file_is_found_once(tmp_path: Path) -> None:
    make(tmp_path, "in/规模明细.xlsx", "in/规模明细.xls", "in/报表.XLSM")
    found = find_files(domain(["in/*规模*.xlsx", "in/*明细*.xls*", "**/*.xlsm"]), tmp_path)
    assert sorted(read(found)) == ["in/报表.XLSM", "in/规模明细.xls", "in/规模明细.xlsx"]


@pytest.mark.parametrize(
    ("exclude", "excluded"),
    [
        ("*回复*", ["in/V1/回复：规模明细.xlsx"]),
        (["*回复*", "*_FORK*"], ["in/V1/回复：规模明细.xlsx", "in/V1/规模明细_fork2.xlsx"]),
        ("*_fork2", ["in/V1/规模明细_fork2.xlsx"]),
        ("旧", ["in/旧/"]),
        ("旧/", ["in/旧/"]),
        ("in/V1/**", ["in/V1/"]),
        ("in/*/回*", ["in/V1/回复：规模明细.xlsx"]),
        ("in/v1", ["in/V1/"]),
        ("V1/规模明细.xlsx", []),
    ],
)
def test_what_is_excluded_is_not_read_and_is_named(tmp_path: Path, exclude: list[str], excluded: list[str]) -> None:
    places = ["in/V1/规模明细.xlsx", "in/V1/回复：规模明细.xlsx", "in/V1/规模明细_fork2.xlsx", "in/旧/规模明细.xlsx"]
    make(tmp_path, *places)
    found = find_files(domain(exclude=exclude), tmp_path)
    # An excluded folder is named and not looked into.
    named = passed_over(found)
    assert sorted(named) == sorted(place.rstrip("/") for place in excluded)
    assert all(reason.startswith("excluded by ") for reason in named.values())
    kept = [place for place in places if not any(place.startswith(gone) for gone in excluded)]
    assert sorted(read(found)) == sorted(kept)


def test_a_file_of_another_extension_is_named_and_one_of_another_name_is_not(tmp_path: Path) -> None:
    make(tmp_path, "in/规模明细.csv", "in/规模明细.XLS", "in/其他.csv", "in/规模明细", "规模明细.csv")
    found = find_files(domain(), tmp_path)
    reason = "its extension is none of the domain's: .xlsx"
    assert passed_over(found) == {"in/规模明细.csv": reason, "in/规模明细.XLS": reason}
    assert not has_files(found)
    assert all(choice.not_of_domain == reason for choice in choose_files(found))
    # Where the pattern is about any name, every file would look like one of the domain's.
    assert find_files(domain("**/*.xlsx"), tmp_path) == []


@pytest.mark.parametrize(
    "pattern",
    [
        "/etc/*.xlsx",
        "../*.xlsx",
        "in/../../*.xlsx",
        "in/..",
        "C:/data/*.xlsx",
        "\\\\share\\*.xlsx",
        "in\\*.xlsx",
        "..\\x.xlsx",
        ".",
        "./",
    ],
)
@pytest.mark.parametrize("in_list", [False, True])
@pytest.mark.parametrize("key", ["files", "exclude"])
def test_a_pattern_that_leads_out_or_nowhere_is_refused(pattern: str, in_list: bool, key: str) -> None:
    patterns = ["in/*.xlsx", pattern] if in_list else pattern
    with pytest.raises(ValueError, match=r"must be a pattern below WDH_DATA_BASE_DIR|no backslash|names no file"):
        domain(**{key: patterns})


# ---- what programs keep beside the files of people


@pytest.mark.parametrize(
    "name",
    [
        "~$规模明细.xlsx",
        ".~规模明细.xlsx",
        ".~lock.规模明细.xlsx#",
        "._规模明细.xlsx",
        ".规模明细.xlsx",
        "~规模明细.xlsx",
        "~WRL规模明细.tmp",
        ".DS_Store规模明细.xlsx",
        "规模明细.xlsx~",
        "规模明细.tmp",
        "规模明细.xlsx.tmp",
        "规模明细.xlsx.crdownload",
        "规模明细.xlsx.part",
        "规模明细.xlsx.PARTIAL",
        "规模明细.xlsx.baiduyun.p.downloading",
        "__MACOSX/._规模明细.xlsx",
        "__MACOSX/规模明细.xlsx",
        ".Trash-1000/规模明细.xlsx",
        "@eaDir/规模明细.xlsx",
        "$RECYCLE.BIN/规模明细.xlsx",
        "#recycle/规模明细.xlsx",
        ".snapshot/2025/规模明细.xlsx",
        "~snapshot/规模明细.xlsx",
        "System Volume Information/规模明细.xlsx",
    ],
)
def test_side_files_of_programs_are_passed_over_without_a_word(tmp_path: Path, name: str) -> None:
    make(tmp_path, "in/202504/规模明细.xlsx", f"in/202504/{name}")
    found = find_files(domain(), tmp_path)
    assert [file.place for file in found] == ["in/202504/规模明细.xlsx"]
    assert choose_files(found)[0].problem is None


@pytest.mark.parametrize(
    "name",
    [
        "规模明细 (1).xlsx",
        "规模明细 - 副本.xlsx",
        "规模明细(冲突文件 张三 2025-05-03).xlsx",
        "规模明细 的冲突副本.xlsx",
        "Copy of 规模明细.xlsx",
    ],
)
def test_copies_of_people_and_of_synchronisation_are_files_and_contradict_each_other(tmp_path: Path, name: str) -> None:
    make(tmp_path, "in/202504/规模明细.xlsx", f"in/202504/{name}")
    choices = choose_files(find_files(domain(), tmp_path))
    assert len(choices) == 2
    assert all(choice.problem is not None and name in choice.problem for choice in choices)


def test_a_folder_that_the_pattern_names_is_looked_into_whatever_its_name(tmp_path: Path) -> None:
    make(tmp_path, ".inbox/规模明细.xlsx", "__MACOSX/规模明细.xlsx")
    assert read(find_files(domain([".inbox/*.xlsx", "*/*.xlsx"]), tmp_path)) == [".inbox/规模明细.xlsx"]


# ---- links, and what is no file


@pytest.fixture
def outside() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), "规模明细.xlsx", "V1/规模明细.xlsx")
        yield Path(folder)


def test_links_that_lead_out_are_refused_by_name_and_the_others_are_read(tmp_path: Path, outside: Path) -> None:
    make(tmp_path, "in/202504/规模明细.xlsx", "elsewhere/a.xlsx")
    (tmp_path / "in/规模明细_link.xlsx").symlink_to(outside / "规模明细.xlsx")
    (tmp_path / "in/folder").symlink_to(outside)
    (tmp_path / "in/relative").symlink_to(os.path.relpath(outside, tmp_path / "in"))
    (tmp_path / "in/second").symlink_to(tmp_path / "in/folder")
    # Nothing that could be the domain's: nobody need know of it.
    (tmp_path / "elsewhere/folder").symlink_to(outside)
    (tmp_path / "in/notes.txt").symlink_to(outside / "规模明细.xlsx")
    found = find_files(domain(), tmp_path)
    assert read(found) == ["in/202504/规模明细.xlsx"]
    assert sorted(refused(found)) == ["in/folder", "in/relative", "in/second", "in/规模明细_link.xlsx"]
    assert all("leads out of WDH_DATA_BASE_DIR" in problem for problem in refused(found).values())


def test_a_link_in_the_folder_that_the_pattern_names_is_refused_too(tmp_path: Path, outside: Path) -> None:
    (tmp_path / "in").symlink_to(outside)
    assert list(refused(find_files(domain(), tmp_path))) == ["in"]


def test_what_is_excluded_may_lead_anywhere(tmp_path: Path, outside: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/archive").symlink_to(outside)
    (tmp_path / "in/archive规模明细.xlsx").symlink_to(tmp_path / "gone")
    assert refused(find_files(domain(exclude="archive*"), tmp_path)) == {}


def test_links_inside_are_followed_and_a_file_is_found_once_at_its_own_place(tmp_path: Path) -> None:
    make(tmp_path, "store/april.xlsx", "store/2025/规模明细.xlsx", "in/202504/规模明细.xlsx")
    (tmp_path / "in/202503").mkdir()
    (tmp_path / "in/202503/规模明细.xlsx").symlink_to(tmp_path / "store/april.xlsx")
    (tmp_path / "in/latest").symlink_to(tmp_path / "in/202504")
    (tmp_path / "in/0.xlsx").symlink_to("202504/规模明细.xlsx")
    (tmp_path / "in/stored").symlink_to("../store")
    found = find_files(domain(), tmp_path)
    assert refused(found) == {}
    assert read(found) == ["in/202503/规模明细.xlsx", "in/202504/规模明细.xlsx", "in/stored/2025/规模明细.xlsx"]
    assert read_bytes(found[0])[0] == b"store/april.xlsx"


def test_the_base_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    make(tmp_path, "real/in/202504/规模明细.xlsx")
    (tmp_path / "base").symlink_to("real")
    found = find_files(domain(), tmp_path / "base")
    assert read(found) == ["in/202504/规模明细.xlsx"] and read_bytes(found[0])[0]


def test_links_that_lead_round_in_circles_end(tmp_path: Path) -> None:
    make(tmp_path, "in/a/规模明细.xlsx", "in/b/x.txt")
    for number in range(12):
        (tmp_path / f"in/a/to_b{number}").symlink_to(tmp_path / "in/b")
        (tmp_path / f"in/b/to_a{number}").symlink_to("../a")
    (tmp_path / "in/a/up").symlink_to(tmp_path)
    (tmp_path / "in/规模明细_self.xlsx").symlink_to("规模明细_self.xlsx")
    found = find_files(domain(), tmp_path)
    assert read(found) == ["in/a/规模明细.xlsx"]
    assert list(refused(found)) == ["in/规模明细_self.xlsx"]


def test_a_link_to_nothing_is_named(tmp_path: Path) -> None:
    make(tmp_path, "in/202504/规模明细.xlsx")
    (tmp_path / "in/规模明细_gone.xlsx").symlink_to(tmp_path / "gone.xlsx")
    (tmp_path / "in/gone").symlink_to(tmp_path / "gone")
    found = find_files(domain(), tmp_path)
    assert refused(found) == {
        "in/规模明细_gone.xlsx": "in/规模明细_gone.xlsx is a link to nothing: No such file or directory."
    }


def test_what_is_no_regular_file_is_refused_and_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "in/202504/规模明细.xlsx")
    os.mkfifo(tmp_path / "in/规模明细_pipe.xlsx")
    (tmp_path / "in/规模明细_link.xlsx").symlink_to("规模明细_pipe.xlsx")
    monkeypatch.chdir(tmp_path / "in")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("规模明细_socket.xlsx")
        found = find_files(domain(), tmp_path)
    assert read(found) == ["in/202504/规模明细.xlsx"]
    assert [problem.rpartition(" is ")[2] for problem in refused(found).values()] == [
        "a named pipe, no file: remove it, or name it in exclude.",
        "a named pipe, no file: remove it, or name it in exclude.",
        "a socket, no file: remove it, or name it in exclude.",
    ]


def test_a_file_that_was_replaced_since_it_was_found_is_not_waited_for(tmp_path: Path, outside: Path) -> None:
    make(tmp_path, "in/a规模明细.xlsx", "in/b规模明细.xlsx")
    pipe, link = find_files(domain(), tmp_path)
    pipe.path.unlink()
    link.path.unlink()
    os.mkfifo(pipe.path)
    link.path.symlink_to(outside / "规模明细.xlsx")
    for file in (pipe, link):
        with pytest.raises(InputFileError, match="cannot be read"):
            read_bytes(file)


def test_a_folder_that_cannot_be_opened_is_named(request: pytest.FixtureRequest) -> None:
    # Below /tmp, which others than root may enter; pytest's own folders are root's alone.
    with tempfile.TemporaryDirectory() as folder:
        base_dir = Path(folder)
        base_dir.chmod(0o755)
        make(base_dir, "in/closed/规模明细.xlsx", "in/open/规模明细.xlsx")
        closed = base_dir / "in/closed"
        closed.chmod(0)
        request.addfinalizer(lambda: os.seteuid(os.getuid()))
        if os.getuid() == 0:
            os.seteuid(NOBODY)
        found = find_files(domain(), base_dir)
        os.seteuid(os.getuid())
        assert read(found) == ["in/open/规模明细.xlsx"]
        assert refused(found) == {"in/closed": "in/closed cannot be opened: Permission denied."}
        closed.chmod(0o755)


def test_a_base_folder_that_is_missing_or_no_folder_is_a_wrong_setting(tmp_path: Path) -> None:
    make(tmp_path, "file")
    for wrong in ("missing", "file"):
        with pytest.raises(ConfigurationError, match=f"WDH_DATA_BASE_DIR is {tmp_path / wrong}, which is not a folder"):
            find_files(domain(), tmp_path / wrong)


def test_a_name_in_another_encoding_is_found_and_named_as_it_was_meant(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/" + "规模明细.xlsx".encode("gbk"))).write_text("x")
    assert refused(find_files(domain(), tmp_path)) == {
        "in/规模明细.xlsx": "in/规模明细.xlsx has a name that is not valid UTF-8: rename it."
    }


def test_a_tree_of_any_depth_is_walked(tmp_path: Path) -> None:
    # One by one: pathlib makes them by recursion.
    for depth in range(1, 1201, 100):
        make(tmp_path, f"in/{'a/' * depth}x.txt")
    make(tmp_path, f"in/{'a/' * 1200}规模明细.xlsx")
    try:
        assert len(read(find_files(domain(), tmp_path))) == 1
    finally:
        # pytest removes folders of earlier sessions by recursion, and would fail at this one.
        subprocess.run(["rm", "-r", str(tmp_path / "in")], check=True)
