"""The name key, normalize_company_name(): what holds for every name there can be.

Hypothesis prints the failing example, and what to write to see it again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from psycopg2 import sql

from names import CLOSING, INVISIBLE, MARKERS, NAMES, OPENING, PLACEHOLDERS, SEPARATORS, WHITE_SPACE
from real_databases import Database

pytestmark = pytest.mark.every_server

Keys = Callable[..., list[str | None]]


@pytest.fixture(scope="module")
def keys(deployed_template: Database) -> Iterator[Keys]:
    """The keys of names, in one query; by the function named, normalize_company_name unless told otherwise."""
    with closing(deployed_template.connect()) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:

            def ask(*names: str | None, function: str = "normalize_company_name") -> list[str | None]:
                made = sql.SQL(", ").join([sql.SQL("enterprise.{}(%s)").format(sql.Identifier(function))] * len(names))
                cursor.execute(sql.SQL("select {}").format(made), names)
                return list(cursor.fetchone() or [])

            yield ask


def examples(count: int) -> settings:
    return settings(max_examples=count, deadline=None, print_blob=True)


@examples(800)
@given(name=NAMES)
def test_the_key_of_a_key_is_itself_and_never_empty(keys: Keys, name: str) -> None:
    [once] = keys(name)
    assert once is None or (once != "" and keys(once) == [once])


@examples(400)
@given(name=NAMES)
def test_a_name_has_a_key_or_a_fault_and_never_both(keys: Keys, name: str) -> None:
    assert (keys(name) == [None]) == (keys(name, function="company_name_fault") != [None])


def test_the_key_of_every_character_is_its_own_key_and_never_empty(deployed_template: Database) -> None:
    """Every code point of the planes in use, alone and inside a name."""
    assert (
        deployed_template.query(
            """
            select to_hex(number), name, key
            from (
                select number, name, normalize_company_name(name) as key
                from (
                    select generate_series(1, x'D7FF'::integer) as number
                    union all select generate_series(x'E000'::integer, x'1FFFF'::integer)
                    union all select generate_series(x'E0000'::integer, x'E01FF'::integer)
                ) as numbers
                cross join lateral (values (chr(number)), ('中' || chr(number) || 'a')) as named (name)
            ) as keyed
            where key = '' or normalize_company_name(key) is distinct from key
            """
        )
        == []
    )


@examples(250)
@given(name=NAMES)
def test_the_cheap_tests_let_no_name_through_that_the_full_rules_treat_otherwise(keys: Keys, name: str) -> None:
    assert keys(name) == keys(name, function="company_name_key_in_full")


# What the cheap tests see most: letters, blanks and brackets, and endings that have a rule.
_NEARLY_PLAIN = st.lists(
    st.sampled_from(
        [
            *"aL中国司 ()（）.,&'",
            "业",
            "部",
            "原",
            "存量",
            "终止",
            "及下属子企业",
            "null",
            "N/A",
            "0",
            "无",
            "平安",
            "a1",
        ]
    ),
    max_size=7,
).map("".join)


@examples(600)
@given(name=_NEARLY_PLAIN)
@example(name="原)中国司")
@example(name="空 白")
@example(name="n.u.l.l.")
def test_the_cheap_tests_agree_with_the_full_rules_on_nearly_plain_names(keys: Keys, name: str) -> None:
    assert keys(name) == keys(name, function="company_name_key_in_full")


_SOMETHING_ELSE_STANDS_FOR_LETTERS = (
    "is masked: signs stand for letters",
    "has lost a character, and another stands for it",
    "is cut off",
)


def _is_whole(keys: Keys, *names: str) -> bool:
    """Whether no sign of the names stands for a letter; such names decide nothing, and have rules of their own."""
    return not set(_SOMETHING_ELSE_STANDS_FOR_LETTERS) & set(keys(*names, function="company_name_fault"))


def _full_width(name: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character for character in name)


def _other_case(character: str) -> str:
    other = character.swapcase()
    # What is two letters in the other case has another length, and databases differ on scripts beyond these.
    return other if len(other) == 1 and character < "\u0590" else character


@examples(250)
@given(name=NAMES)
def test_names_that_differ_only_in_width_have_one_key(keys: Keys, name: str) -> None:
    one, other = keys(name, _full_width(name))
    assert one == other


@examples(250)
@given(name=NAMES)
def test_names_that_differ_only_in_case_have_one_key(keys: Keys, name: str) -> None:
    # Composed before: a letter and its accent have a case together.
    plain = unicodedata.normalize("NFKC", name)
    one, other = keys(plain, "".join(map(_other_case, plain)))
    assert one == other


@examples(500)
@given(name=NAMES, place=st.integers(0, 60), blank=st.sampled_from(WHITE_SPACE + INVISIBLE))
@example(name="e\u0301x", place=1, blank="\u2007")
def test_names_that_differ_only_in_white_space_or_in_what_nobody_sees_have_one_key(
    keys: Keys, name: str, place: int, blank: str
) -> None:
    one, other = keys(name, name[:place] + blank + name[place:])
    assert one == other


@examples(250)
@given(name=NAMES, kind=st.integers(0, len(OPENING) - 1))
def test_names_that_differ_only_in_the_kind_of_bracket_have_one_key(keys: Keys, name: str, kind: int) -> None:
    same_kind = str.maketrans(OPENING + CLOSING, OPENING[kind] * len(OPENING) + CLOSING[kind] * len(CLOSING))
    one, other = keys(name, name.translate(same_kind))
    assert one == other


@examples(500)
@given(
    name=NAMES,
    marker=st.sampled_from(MARKERS),
    kind=st.integers(0, len(OPENING) - 1),
    separator=st.sampled_from(SEPARATORS),
)
@example(name="-A1-A1", marker="已转出", kind=0, separator="-")
def test_names_that_differ_only_in_a_delimited_marker_have_one_key(
    keys: Keys, name: str, marker: str, kind: int, separator: str
) -> None:
    bracketed = OPENING[kind] + marker + CLOSING[kind]
    names = (name, bracketed + name, name + bracketed, marker + separator + name, name + separator + marker)
    assume(_is_whole(keys, *names))
    made = keys(*names)
    assert made == [made[0]] * 5


@examples(250)
@given(before=NAMES, after=NAMES)
def test_a_name_with_a_letter_outside_markers_and_placeholders_has_a_key(keys: Keys, before: str, after: str) -> None:
    name = before + "鑫" + after
    assert keys(name) != [None] or not _is_whole(keys, name)


@pytest.mark.parametrize("text", ["", *MARKERS, *PLACEHOLDERS, *OPENING, *CLOSING, *SEPARATORS])
def test_what_is_nothing_but_a_marker_a_placeholder_or_punctuation_has_no_key(keys: Keys, text: str) -> None:
    assert keys(text, f"（{text}）", f"{text}-", f"—{text}") == [None] * 4


_SAMPLE = {
    "【存量】中国平安（集团）股份有限公司-A12": "中国平安集团股份有限公司",
    "ＩＢＭ　Ｃｏｒｐ．": "ibmcorp",
    "Acme (U.S.A.) Co., Ltd.": "acmeusacoltd",
    "中国平安保险": "中国平安保险",
    "N/A": None,
    "ΣΑΣ": "σασ",
}

_SESSIONS = {
    "an empty search_path": "set search_path = ''",
    "functions and operators of the same names, found first": """
        create schema elsewhere;
        create function elsewhere.lower(text) returns text language sql as $$ select 'elsewhere' $$;
        create function elsewhere.upper(text) returns text language sql as $$ select 'elsewhere' $$;
        create function elsewhere.replace(text, text, text) returns text language sql as $$ select 'elsewhere' $$;
        create function elsewhere.regexp_replace(text, text, text, text) returns text language sql
            as $$ select 'elsewhere' $$;
        create function elsewhere.never(text, text) returns boolean language sql as $$ select false $$;
        create operator elsewhere.~ (leftarg = text, rightarg = text, function = elsewhere.never);
        create operator elsewhere.= (leftarg = text, rightarg = text, function = elsewhere.never);
        set search_path = elsewhere, pg_catalog
    """,
    "another client encoding": "set client_encoding = 'LATIN1'",
    "backslashes in literals": "set standard_conforming_strings = off; set escape_string_warning = off",
    "a role without rights": (
        "create role somebody_else; grant usage on schema enterprise to somebody_else; set role somebody_else"
    ),
}


@pytest.mark.parametrize("session", _SESSIONS)
def test_the_key_does_not_depend_on_the_session(deployed_template: Database, session: str) -> None:
    with closing(deployed_template.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(_SESSIONS[session])
        # Hexadecimal on the wire: what is looked at is the function, not the client.
        cursor.execute(
            "select pg_catalog.encode(pg_catalog.convert_to(enterprise.normalize_company_name("
            "pg_catalog.convert_from(pg_catalog.decode(hexadecimal, 'hex'), 'UTF8')), 'UTF8'), 'hex')"
            " from pg_catalog.unnest(%s::text[]) with ordinality as sent (hexadecimal, number) order by number",
            ([name.encode().hex() for name in _SAMPLE],),
        )
        found = [None if key is None else bytes.fromhex(key).decode() for (key,) in cursor.fetchall()]
        connection.rollback()
    assert found == list(_SAMPLE.values())
