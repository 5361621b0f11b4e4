"""The name key, normalize_company_name(): one rule, in the database, by examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from real_databases import Database

pytestmark = pytest.mark.every_server

Key = Callable[[str | None], str | None]


@pytest.fixture(scope="module")
def key(deployed_template: Database) -> Iterator[Key]:
    with closing(deployed_template.connect()) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:

            def ask(name: str | None) -> str | None:
                cursor.execute("select enterprise.normalize_company_name(%s)", (name,))
                [answer] = cursor.fetchone() or [None]
                return answer

            yield ask


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ＩＢＭ　Ｃｏｒｐ．", "ibmcorp"),
        ("中国\u200b平安\ufeff", "中国平安"),
        (" 中国\u00a0平安\u3000", "中国平安"),
        ("中国平安保险（集团）股份有限公司", "中国平安保险集团股份有限公司"),
        ("中国平安(已转出)", "中国平安"),
        ("中国平安-已转出", "中国平安"),
        ("中国平安——待转出", "中国平安"),
        ("【存量】中国平安", "中国平安"),
        ("（原）中国平安", "中国平安"),
        ("原-中国平安", "中国平安"),
        ("(已转出)(存量)中国平安-终止-养老", "中国平安"),
        ("中国平安及下属子企业", "中国平安"),
        ("中国平安-福利", "中国平安"),
        ("中国平安（团托）", "中国平安"),
        ("中国平安-A12", "中国平安"),
        ("㈱日立", "株日立"),
        ("原 子\t能公司", "原子能公司"),
        ("ΟΔΥΣΣΕΥΣ ο Σας", "οδυσσευσοσασ"),
        ("Acme (U.S.A.) Co., Ltd.", "acmeusacoltd"),
        ("-原-中国平安", "中国平安"),
        ("中国平安（终止（存量））", "中国平安"),
        ("中国平安(终止", "中国平安"),
        ("中国平安（已转出）及下属子企业", "中国平安"),
        ("中国平安- A 1 2", "中国平安"),
        (" " * 600 + "中国平安", "中国平安"),
        ("ᄀ-ᅡ", "가"),
        ("中国平安及下属(子企业)", "中国平安"),
    ],
)
def test_spelling_and_remarks_do_not_make_another_name(key: Key, name: str, expected: str) -> None:
    assert key(name) == expected


@pytest.mark.parametrize("name", ["原子能公司", "集合科技有限公司", "存量公司", "保留账户管理", "中国平安已转出"])
def test_a_marker_that_nothing_delimits_is_part_of_the_name(key: Key, name: str) -> None:
    assert key(name) == name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("存量(北京)科技有限公司", "存量北京科技有限公司"),
        ("存量【北京】科技有限公司", "存量北京科技有限公司"),
        ("中国平安（集团）终止", "中国平安集团终止"),
    ],
)
def test_a_bracket_that_holds_a_part_of_the_name_delimits_no_marker(key: Key, name: str, expected: str) -> None:
    assert key(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("-A12", "a12"), ("（养老）", "养老"), ("及下属子企业", "及下属子企业")]
)
def test_an_account_word_or_code_alone_is_what_the_name_is(key: Key, name: str, expected: str) -> None:
    assert key(name) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("青岛啤酒(北京)有限公司", "青岛啤酒(上海)有限公司"),
        ("公司(北京)", "公司"),
        ("东风汽车股份有限公司", "东风汽车有限公司"),
        ("兴仁县煤炭有限责任公司", "兴仁县煤炭股份有限公司"),
        ("中国葛洲坝集团有限公司", "中国葛洲坝有限公司"),
        ("建设银行北京分公司", "建设银行"),
    ],
)
def test_two_registered_companies_are_never_merged(key: Key, one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize(
    "name",
    [None, "", "  ", "\u3000", "null", "NULL", "N/A", "n/a", "无", "空白", "0", "-", "--", "—", "——",
     "（空白）", "[无]", "(已转出)", "()", "🙂", "x" * 501, "Ｎｕｌｌ", "N U L L", "n/a（已转出）",
     "存量", "(已转出)-原"],
)  # fmt: skip
def test_what_names_nobody_has_no_key(key: Key, name: str | None) -> None:
    assert key(name) is None


def test_a_name_of_the_greatest_length_has_a_key(key: Key) -> None:
    assert key("公" * 500) == "公" * 500


@pytest.mark.parametrize(
    "name", ["公" * 1_000_000, "-终止" * 350_000, "(" * 1_000_000 + "公"], ids=["one", "two", "three"]
)
def test_a_megabyte_is_no_name(key: Key, name: str) -> None:
    assert key(name) is None


def test_a_megabyte_of_white_space_around_a_name_is_none_of_it(key: Key) -> None:
    assert key("\u3000" * 500_000 + "中国平安" + " " * 500_000) == "中国平安"


def test_every_key_fits_into_an_index(deployed_template: Database) -> None:
    """500 characters of four octets do; 500 that NFKC makes 9,000 of have no key."""
    longest = "".join(map(chr, range(0x20000, 0x20000 + 500)))
    with closing(deployed_template.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("create temporary table longest (name text)")
        cursor.execute("create index on longest (enterprise.normalize_company_name(name))")
        cursor.execute("insert into longest values (%s), (%s)", (longest, "ﷺ" * 500))
        cursor.execute("select enterprise.normalize_company_name(name) from longest")
        assert cursor.fetchall() == [(longest,), (None,)]
