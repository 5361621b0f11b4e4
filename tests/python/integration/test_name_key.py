"""The name key, normalize_company_name(): one rule, in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from real_databases import Database

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
    ],
)
def test_spelling_and_remarks_do_not_make_another_name(key: Key, name: str, expected: str) -> None:
    assert key(name) == expected


@pytest.mark.parametrize("name", ["原子能公司", "集合科技有限公司", "存量公司", "保留账户管理", "中国平安已转出"])
def test_a_marker_that_nothing_delimits_is_part_of_the_name(key: Key, name: str) -> None:
    assert key(name) == name


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
     "（空白）", "[无]", "(已转出)", "()", "🙂", "x" * 501],
)  # fmt: skip
def test_what_names_nobody_has_no_key(key: Key, name: str | None) -> None:
    assert key(name) is None


def test_a_name_of_the_greatest_length_has_a_key(key: Key) -> None:
    assert key("公" * 500) == "公" * 500


_PIECES = st.sampled_from(
    [
        *(
            "中国",
            "平安",
            "公司",
            "原",
            "存量",
            "已转出",
            "终止",
            "集合",
            "养老",
            "及下属子企业",
            "无",
            "0",
            "null",
            "空白",
        ),
        *("A12", "-", "—", "－", "/", "(", ")", "（", "）", "【", "】", "《", "》", " ", "\u3000", "\u200b", "\ufeff"),
        *("\u202e", "e\u0301", "é", "Ａ", "ﬁ", "㈱", "豈", "ᄀ", "ᅡ", "🙂", "İ", "ß", "'", "\\", "%"),
    ]
)
_NAMES = st.one_of(
    st.lists(_PIECES, max_size=12).map("".join),
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30),
)


@settings(
    max_examples=1500,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    print_blob=True,
)
@given(name=_NAMES)
def test_the_key_of_a_key_is_itself_and_never_empty(key: Key, name: str) -> None:
    once = key(name)
    assert once is None or (once != "" and key(once) == once)


def test_the_key_does_not_depend_on_the_search_path(deployed_template: Database) -> None:
    with closing(deployed_template.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("set search_path = ''")
        cursor.execute("select enterprise.normalize_company_name('（原）ＩＢＭ')")
        assert cursor.fetchone() == ("ibm",)
