"""The name rules are deployed by dbt, from vars, once, and never over keys that others have made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest

from company_enrichment import CompanyEnrichmentService, CompanyMappingLoader, LookupQueue
from company_enrichment.errors import UnsuitableDatabaseError
from real_databases import Database

# ---- what stands in a var is taken literally


@pytest.mark.one_server
def test_the_texts_of_a_var_are_neither_patterns_nor_sql(empty_database: Database) -> None:
    markers = ["a.*", "x|y", "a'b", "$body$", "\\d", "%s", "c+?"]
    empty_database.dbt(
        "run-operation",
        "migrate",
        "--vars",
        f"{{name_status_markers: {json.dumps(markers)}, name_placeholders: ['？+']}}",
    )
    for marker in markers:
        assert empty_database.value("select normalize_company_name(%s)", (f"中国平安（{marker}）",)) == "中国平安", (
            marker
        )
    assert empty_database.value("select normalize_company_name('中国平安-abc')") == "中国平安abc"
    assert empty_database.value("select normalize_company_name('中国平安(7)')") == "中国平安7"
    assert empty_database.value("select normalize_company_name('(?+)')") is None
    # The defaults are gone: the user's list is the list.
    assert empty_database.value("select normalize_company_name('中国平安-终止')") == "中国平安终止"


@pytest.mark.one_server
def test_a_text_matches_in_any_width_case_and_with_any_blanks(empty_database: Database) -> None:
    empty_database.dbt(
        *("run-operation", "migrate", "--vars"),
        "{name_status_markers: ['Ｃlosed　Account'], name_protected_names: ['Old - ACME', '0'],"
        " name_placeholders: ['0', ＴＢＤ]}",
    )
    assert empty_database.value("select normalize_company_name('Acme (CLOSED ACCOUNT)')") == "acme"
    assert empty_database.value("select normalize_company_name('Acme - closedaccount')") == "acme"
    assert empty_database.value("select normalize_company_name('Acme, closed account')") == "acme"
    assert empty_database.value("select normalize_company_name('Closed account, Acme')") == "acme"
    assert empty_database.value("select normalize_company_name('Acme closed account')") == "acmeclosedaccount"
    assert empty_database.value("select normalize_company_name('tbd')") is None
    assert empty_database.value("select normalize_company_name('OLD-Acme (closed account)')") == "oldacme"
    assert empty_database.value("select normalize_company_name('0')") == "0", "protected before anything else"


@pytest.mark.one_server
def test_every_list_may_be_empty(empty_database: Database) -> None:
    lists = "name_placeholders name_status_markers name_account_suffixes name_attached_suffixes name_protected_names"
    variables = [f"{name}: []" for name in [*lists.split(), "company_regions", "company_branch_words"]]
    empty_database.dbt("run-operation", "migrate", "--vars", f"{{{', '.join(variables)}, company_legal_forms: {{}}}}")
    names = ["【存量】中国平安-A12", "无", "Acme (Holding) Ltd.", "北京虚构有限公司-北京分公司", "（养老）"]
    keys = (
        "select array_agg(normalize_company_name(name) order by number)"
        " from unnest(%s) with ordinality as listed (name, number)"
    )
    assert empty_database.value(keys, (names,)) == [
        "存量中国平安",
        "无",
        "acmeholdingltd",
        "北京虚构有限公司北京分公司",
        "养老",
    ]
    cores = keys.replace("normalize_company_name(name)", "(company_name_core(name)).core")
    assert empty_database.value(cores, (names,))[2:4] == ["acmeltd", "北京虚构有限公司北京分公司"]


@pytest.mark.one_server
@pytest.mark.parametrize(
    ("variables", "said"),
    [
        (
            "{name_placeholders: [0]}",
            "entry 1 of name_placeholders must be a text of 1 to 500 characters, not blank, not 0",
        ),
        (
            "{name_status_markers: ['  ']}",
            'entry 1 of name_status_markers must be a text of 1 to 500 characters, not blank, not "  "',
        ),
        ("{name_status_markers: ['--']}", 'In name_status_markers: "--" holds no letter or digit'),
        ("{name_account_suffixes: ['（团托）']}", "holds a bracket"),
        ("{company_legal_forms: {ltd: [Limited]}}", 'In company_legal_forms: "Limited" is no legal form'),
    ],
)
def test_an_entry_that_could_never_match_is_refused_by_name(
    empty_database: Database, variables: str, said: str
) -> None:
    refused = empty_database.dbt("run-operation", "migrate", "--vars", variables, check=False)
    assert refused.code == 1
    assert said in refused.output


# ---- versions


@pytest.mark.one_server
def test_stored_keys_record_the_version_of_their_rules(finished: Database) -> None:
    version = finished.value("select company_name_key_version()")
    assert finished.value("select key_version from schema_migrations") == version
    for table, stored in [
        ("customer_record_keys", "normalized_customer_name"),
        ("company_lookup_cache", "normalized_name"),
        ("lookup_answers", "normalized_name"),
        ("lookup_requests", "normalized_name"),
        ("temp_company_ids", "normalized_name"),
    ]:
        versions = finished.query(f"select distinct key_version from {table} where {stored} is not null")
        assert versions == [(version,)], table
    names = "match_type in ('name', 'account_name')"
    assert finished.query(f"select distinct {names}, key_version from company_mapping order by 1") == [
        (False, None),
        (True, version),
    ]


def test_changed_name_rules_are_not_deployed_over_stored_keys(database: Database) -> None:
    state = (
        "select normalize_company_name('示例甲子有限公司（示例备注）'), company_name_key_version(),"
        " (select max(xmin::text) from company_mapping)"
    )
    before = database.query(state)
    assert before[0][0] == "示例甲子有限公司示例备注"
    # Something else has changed, too: that is deployed.
    output = database.dbt("run", "--vars", "{name_status_markers: [示例备注], not_found_retry_days: 7}").output
    assert "old rules stay in force" in output
    assert database.query(state) == before
    assert database.value("select count(distinct name_key_hash) from schema_migrations") == 1
    assert database.value("select count(*) from schema_migrations") == 2


@pytest.mark.one_server
def test_without_stored_keys_changed_rules_are_deployed_and_indexes_over_the_key_are_rebuilt(
    empty_database: Database,
) -> None:
    empty_database.dbt("run-operation", "migrate")
    first = empty_database.value("select company_name_key_version()")
    empty_database.query("create table registry_of_mine (company_name text)")
    empty_database.query("insert into registry_of_mine values ('示例甲子（示例备注）')")
    empty_database.query("create index on registry_of_mine (normalize_company_name(company_name))")
    empty_database.query("create index on registry_of_mine (((company_name_core(company_name)).core))")
    by_index = (
        "set enable_seqscan = off; select count(*) from registry_of_mine"
        " where normalize_company_name(company_name) = '示例甲子'"
    )
    assert empty_database.value(by_index) == 0
    output = empty_database.dbt("run-operation", "migrate", "--vars", "{name_status_markers: [示例备注]}").output
    assert "old rules" not in output
    assert empty_database.value("select company_name_key_version()") != first
    assert empty_database.value(by_index) == 1


@pytest.mark.one_server
def test_a_changed_character_type_is_noticed_and_said(database: Database) -> None:
    """Another operating system may know other letters: the rules' text is the same, the keys are not."""
    build = ("build", "--select", "company_mapping", "stored_keys_are_of_the_version_in_force")
    unchanged = database.dbt(*build).output
    assert "character type has changed" not in unchanged and "WARN=0" in unchanged
    database.query(
        "create or replace function enterprise.normalize_company_name(name text) returns text"
        " language sql immutable parallel safe return lower(name)"
    )
    changed = database.dbt(*build).output
    assert "character type has changed" in changed and "WARN=1" in changed


# ---- databases that cannot tell Chinese names apart


@pytest.fixture
def without_chinese(empty_database: Database) -> Iterator[Database]:
    """A database with LC_CTYPE=C, in which [:alnum:] knows no Chinese character."""
    empty_database.query(
        "create database no_cjk template template0 encoding 'UTF8' locale_provider libc lc_collate 'C' lc_ctype 'C'"
    )
    yield Database(empty_database.server, "no_cjk", empty_database.scratch)
    empty_database.query("drop database no_cjk with (force)")


def test_a_database_that_cannot_tell_chinese_names_apart_is_refused_by_all_in_the_same_words(
    without_chinese: Database,
) -> None:
    refused = [
        without_chinese.dbt("run", check=False),
        without_chinese.cli("status", check=False),
        without_chinese.cli("resolve", "中国平安", check=False),
        without_chinese.cli("run", check=False),
    ]
    assert [outcome.code for outcome in refused] == [2, 2, 2, 2]
    with closing(psycopg2.connect(without_chinese.uri)) as connection:
        service = CompanyEnrichmentService(CompanyMappingLoader(connection), LookupQueue(connection))
        with pytest.raises(UnsuitableDatabaseError) as raised:
            service.resolve_company_id(customer_name="中国平安")
    words = str(raised.value)
    assert words.startswith("Database no_cjk cannot tell Chinese names apart")
    for outcome in refused:
        assert words in " ".join(outcome.output.split())


@pytest.mark.one_server
def test_the_database_that_the_refusal_tells_to_create_is_accepted(without_chinese: Database) -> None:
    said = without_chinese.cli("status", check=False).output
    statement = said[said.index("create database") :].strip()
    accepted = Database(without_chinese.server, "company_enrichment_accepted", without_chinese.scratch)
    postgres = Database(without_chinese.server, "postgres", without_chinese.scratch)
    postgres.query(statement.replace("company_enrichment ", "company_enrichment_accepted ", 1))
    try:
        accepted.dbt("run-operation", "migrate")
        assert accepted.value("select normalize_company_name('中国平安（集团）')") == "中国平安集团"
    finally:
        postgres.query("drop database company_enrichment_accepted with (force)")
