"""A domain's YAML file is small, says each thing once, and what is wrong with it is said with its name."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from company_enrichment.errors import ConfigurationError
from company_enrichment.ingestion.domains import load_domain

GOOD = "description: x\nfiles: '*.xlsx'\nsheet: s\ncolumns: {customer_name: n}\nrecord_key: [n]\n"
LAUGHS = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
)
MERGED_LAUGHS = "\n".join(
    ["a0: &a0 {x0: 1, y0: 1}"] + [f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], x{n}: 1}}" for n in range(1, 40)]
)


def refusal(folder: Path, content: str | bytes) -> str:
    (folder / "pensions.yml").write_bytes(content.encode() if isinstance(content, str) else content)
    began = time.monotonic()
    with pytest.raises(ConfigurationError) as refused:
        load_domain("pensions", folder)
    assert time.monotonic() - began < 5
    message = str(refused.value)
    assert str(folder / "pensions.yml") in message and len(message) < 3000
    return message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (LAUGHS, "holds more than 25,000 values, with its aliases (*) written out"),
        pytest.param("\n".join(LAUGHS.splitlines()[:5]), "holds more than 25,000 values", id="a little too much"),
        (f"other_headers:\n  {LAUGHS.replace(chr(10), chr(10) + '  ')}\n{GOOD}", "holds more than 25,000 values"),
        (MERGED_LAUGHS, "holds more than 25,000 values"),
        ("a: &a [*a]", "has an alias (*) of itself, in line 1"),
        ("a: &a {b: {c: *a}}", "has an alias (*) of itself, in line 1"),
        (f"files: {'[' * 100_000}", "is nested too deeply"),
        (f"files: {'{a: ' * 20_000}", "is nested too deeply"),
        ("".join(f"{' ' * depth}a:\n" for depth in range(450)), "is nested too deeply"),
        (GOOD + "# " + "x" * 140_000, "is larger than 128 KiB"),
        (GOOD + "files: 'other/*.xlsx'\n", 'has the key "files" twice, in lines 2 and 6'),
        (
            GOOD.replace("{customer_name: n}", "{customer_name: n, customer_name: m}"),
            'has the key "customer_name" twice',
        ),
        (GOOD + "other_headers:\n  n: [m]\n  'n': [k]\n", 'has the key "n" twice, in lines 7 and 8'),
        (GOOD + "name: other\n", 'has the key "name", which is given by the name of the file'),
        ("", "must have keys and values"),
        ("- a\n- b\n", "must have keys and values"),
        ("just text", "must have keys and values"),
        ("a: b: c", "is no YAML"),
        ("a: [", "is no YAML"),
        ("a: *nowhere", "is no YAML"),
        ("a: !!python/object/apply:os.system ['true']", "is no YAML"),
        ("a: 2025-13-45", "is no YAML"),
        ("? [a, b]\n: c\n", "is no YAML"),
        (f"a: {'1' * 10_000}", "has a number of 10,000 characters in line 1"),
        (f"a: 1{':1' * 60_000}", "has a number of 120,001 characters in line 1"),
        ("描述: 年金".encode("gbk"), "is not valid UTF-8, from byte 1 on"),
        (GOOD.encode("utf-16"), "is not valid UTF-8, from byte 1 on"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 60 else "",
)
def test_a_file_that_no_domain_could_be_is_refused_quickly_and_by_name(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    assert said in refusal(tmp_path, content)


def test_a_file_that_cannot_be_read_is_refused_and_a_pipe_is_none(tmp_path: Path) -> None:
    (tmp_path / "pensions.yml").symlink_to("/proc/self/mem")
    with pytest.raises(ConfigurationError, match=r"pensions\.yml cannot be read: Input/output error"):
        load_domain("pensions", tmp_path)
    os.mkfifo(tmp_path / "pipe.yml")
    with pytest.raises(ConfigurationError, match="There is no domain 'pipe'"):
        load_domain("pipe", tmp_path)


def test_aliases_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    content = "\ufeff" + GOOD.replace("sheet: s", "sheet: &sheet s") + "other_headers: {n: [*sheet, m]}\n"
    (tmp_path / "pensions.yml").write_text(content, "utf-8")
    domain = load_domain("pensions", tmp_path)
    assert (domain.name, domain.other_headers) == ("pensions", {"n": ["s", "m"]})


def test_thousands_of_corrections_are_no_explosion(tmp_path: Path) -> None:
    corrections = "".join(f"      1P{number:05}: P{number:05}\n" for number in range(5_000))
    content = GOOD.replace(
        "columns: {customer_name: n}", f"columns:\n  plan_code:\n    header: p\n    corrections:\n{corrections}"
    )
    (tmp_path / "pensions.yml").write_text(content, "utf-8")
    assert len(load_domain("pensions", tmp_path).columns_with_rules["plan_code"].corrections) == 5_000


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/b", "a.b", "x\n", "", "..", "x" * 64, "C:x", "a b"])
def test_a_domain_has_a_name_and_no_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="is no name of a domain"):
        load_domain(name, tmp_path)


@pytest.mark.parametrize(
    ("versions", "path", "known"),
    [
        ("", "202504/V2/a.xlsx", ("202504", (2,))),
        ("versions: months", "25年04月/a.xlsx", ("202504", (0,))),
        ("versions: none", "202504/V2/a.xlsx", None),
        ("versions: '(?P<period>20[0-9]{2})'", "2025/V2/a.xlsx", ("2025", (0,))),
        ("versions: '(?P<period>Q[1-4])_(?P<version>[0-9.]+)'", "Q1_2.10/a.xlsx", ("Q1", (2, 10))),
        (
            "versions: '(?P<period>[0-9]{6})/V(?P<version>[0-9]+)/(?P<version_2>[0-9]+)?'",
            "202511/V2/1111.xlsx",
            ("202511", (2, 1111)),
        ),
        (
            "versions: '(?P<period>[0-9]{6})/V(?P<version>[0-9]+)/(?P<version_2>[0-9]+)?'",
            "202511/V2/a.xlsx",
            ("202511", (2,)),
        ),
    ],
)
def test_a_domain_says_how_months_and_versions_are_read(
    tmp_path: Path, versions: str, path: str, known: tuple[str, tuple[int, ...]] | None
) -> None:
    (tmp_path / "pensions.yml").write_text(f"{GOOD}{versions}\n", "utf-8")
    assert load_domain("pensions", tmp_path).period_version(path) == known


@pytest.mark.parametrize("version", ["99999999999", "2147483648", "1..2", "2.x"])
def test_a_version_that_no_column_holds_is_refused(tmp_path: Path, version: str) -> None:
    (tmp_path / "pensions.yml").write_text(f"{GOOD}versions: '(?P<period>[0-9]{{6}})_(?P<version>[^/]+)'\n", "utf-8")
    with pytest.raises(ConfigurationError, match=f"the version of 202504_{version} is '{version}'; it must be digits"):
        load_domain("pensions", tmp_path).period_version(f"202504_{version}")
