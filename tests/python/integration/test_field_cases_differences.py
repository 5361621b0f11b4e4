"""What people bring that makes two companies look like one, kind by kind, and what the field has reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg2 import errors

from company_enrichment import LookupAnswer, LookupQueue
from company_enrichment.records import MatchBasis
from names import NAMES
from real_databases import Database, create_database, drop_database

pytestmark = pytest.mark.every_server

Differences = Callable[[str, str], list[str]]

SURE: tuple[MatchBasis, ...] = ("exact", "former_name", "other_name")
ALWAYS = {"region", "region_level", "branch", "bracket", "number"}


@pytest.fixture(scope="module")
def names(deployed_template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database that all tests of this module only ask."""
    copy = create_database(deployed_template.server, tmp_path_factory.mktemp("names"), deployed_template.name)
    yield copy
    drop_database(copy)


@pytest.fixture(scope="module")
def differences(names: Database) -> Iterator[Differences]:
    """The differences between two names."""
    with closing(names.connect()) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:

            def ask(one: str, other: str) -> list[str]:
                cursor.execute("select enterprise.company_name_differences(%s, %s)", (one, other))
                return list((cursor.fetchone() or ([],))[0])

            yield ask


# ---- point 3: the kinds of difference -----------------------------------------------------------------------------

KINDS = [
    # One place, two levels.
    ("吉林省样例酒业有限公司", "吉林市样例酒业有限公司", ["region_level"]),
    ("长治市样例煤业有限公司", "长治县样例煤业有限公司", ["region_level"]),
    ("朝阳区样例水务公司", "朝阳市样例水务公司", ["region_level"]),
    ("北京市朝阳区样例水务公司", "北京市朝阳县样例水务公司", ["region_level"]),
    ("朝阳镇样例水务公司", "朝阳乡样例水务公司", ["region_level"]),
    ("朝阳村样例水务公司", "朝阳街道样例水务公司", ["region_level"]),
    ("阿拉善盟样例牧业公司", "阿拉善旗样例牧业公司", ["region_level"]),
    ("延边朝鲜族自治州样例公司", "延边市样例公司", ["region_level"]),
    ("广西壮族自治区样例公司", "广西省样例公司", ["region_level"]),
    ("襄阳地区样例公司", "襄阳市样例公司", ["region_level"]),
    ("浦东新区样例公司", "浦东区样例公司", ["region_level"]),
    ("沙县样例小吃公司", "沙市样例小吃公司", ["region_level"]),
    ("沙新区样例公司", "沙村样例公司", ["region_level"]),
    ("样例移动吉林省公司", "样例移动吉林市公司", ["region_level"]),
    ("样例银行股份有限公司吉林省分行", "样例银行股份有限公司吉林市分行", ["region_level", "branch"]),
    ("样例（吉林省）有限公司", "样例（吉林市）有限公司", ["region_level", "bracket"]),
    # What is left out of a level contradicts none, and one that both have is no difference.
    ("芜湖市样例酒业有限公司", "芜湖样例酒业有限公司", []),
    ("吉林省样例酒业有限公司", "吉林样例酒业有限公司", []),
    ("延边朝鲜族自治州样例公司", "延边州样例公司", []),
    ("广西壮族自治区样例公司", "广西自治区样例公司", []),
    ("吉林省吉林市样例公司", "吉林市样例公司", ["region_missing"]),
    # What only looks like a place.
    ("样例超市有限公司", "样例超级有限公司", ["substitution"]),
    ("宣城市样例公司", "盐城市样例公司", ["region"]),
    ("宣城市样例公司", "宣城县样例公司", ["region_level"]),
    ("百姓超市连锁公司", "百姓超级连锁公司", ["substitution"]),
    ("城市样例公司", "城区样例公司", ["substitution"]),
    ("小区样例公司", "小镇样例公司", ["substitution"]),
    # Regions.
    ("北京样例有限公司", "上海样例有限公司", ["region"]),
    ("芜湖市样例有限公司", "马鞍山市样例有限公司", ["region"]),
    ("北京市朝阳区样例有限公司", "北京市海淀区样例有限公司", ["region"]),
    ("样例有限公司", "北京样例有限公司", ["region_missing"]),
    ("样例有限公司", "芜湖市样例有限公司", ["region_missing"]),
    ("北京市样例有限公司", "北京市朝阳区样例有限公司", ["region_missing"]),
    # Numbers, however they are written.
    ("样例煤业一矿", "样例煤业二矿", ["number"]),
    ("样例第三建筑公司", "样例第四建筑公司", ["number"]),
    ("样例第3建筑公司", "样例第四建筑公司", ["number"]),
    ("样例1号店公司", "样例2号店公司", ["number"]),
    ("样例壹号公司", "样例贰号公司", ["number"]),
    ("样例Ⅰ期基金", "样例Ⅱ期基金", ["number"]),
    ("样例II期基金", "样例III期基金", ["number"]),
    ("样例１号基金", "样例２号基金", ["number"]),
    ("样例A座物业公司", "样例B座物业公司", ["number"]),
    ("样例A1座物业公司", "样例B1座物业公司", ["number"]),
    ("A座样例物业公司", "B座样例物业公司", ["number"]),
    ("样例甲座物业公司", "样例乙座物业公司", ["number"]),
    ("样例十一局", "样例二十一局", ["number"]),
    ("样例一公司", "样例二公司", ["number"]),
    ("样例一分厂二车间", "样例二分厂一车间", ["number"]),
    ("样例第三建筑公司", "样例第四建筑工程公司", ["number", "addition"]),
    ("Acme II LLC", "Acme III LLC", ["number"]),
    ("First Example Bank", "Second Example Bank", ["number"]),
    ("Example 1st Trust", "Example 2nd Trust", ["number"]),
    # Numbers of one value are equal.
    ("样例第三建筑公司", "样例第3建筑公司", []),
    ("样例第三建筑公司", "样例第叁建筑公司", []),
    ("样例第三建筑公司", "样例第３建筑公司", []),
    ("样例第三建筑公司", "样例第③建筑公司", []),
    ("样例十一矿", "样例11矿", []),
    ("样例二十一矿", "样例21矿", []),
    ("样例二十一矿", "样例贰拾壹矿", []),
    ("样例廿一矿", "样例二十一矿", []),
    ("样例二〇二五基金", "样例2025基金", []),
    ("样例三万二千店", "样例32000店", []),
    ("样例两亿三千万", "样例230000000", []),
    ("样例三万亿基金", "样例3000000000000基金", []),
    ("样例两百店", "样例二百店", []),
    ("样例001号店", "样例1号店", []),
    ("样例Ⅱ期基金", "样例二期基金", []),
    ("样例II期基金", "样例2期基金", []),
    ("AcmeⅡ LLC", "Acme2 LLC", []),
    ("AcmeⅫ LLC", "Acme12 LLC", []),
    ("Acme II LLC", "Acme 2 LLC", []),
    ("样例银行股份有限公司第一分公司", "样例银行股份有限公司第1分公司", []),
    ("样例（第一）有限公司", "样例（第1）有限公司", []),
    # A number that only one of them has is an addition; numbers that stand elsewhere are no other number.
    ("样例建筑公司", "样例第四建筑公司", ["addition"]),
    ("样例1号2号楼公司", "样例2号楼公司", ["addition"]),
    ("三一样例公司", "样例万公司", ["substitution"]),
    # The first word of a Latin name is no numeral, nor is a letter alone.
    ("Xi Example Inc.", "11 Example Inc.", ["substitution"]),
    ("Acme V Inc.", "Acme 5 Inc.", ["substitution"]),
    # A group of companies and one of them.
    ("样例集团有限公司", "样例有限公司", ["group"]),
    ("样例（集团）有限公司", "样例有限公司", ["group"]),
    ("样例有限公司（集团）", "样例有限公司", ["group"]),
    ("样例【集团】股份公司", "样例集团股份有限公司", []),
    ("Example Group Ltd", "Example Ltd", ["group"]),
    ("Examplegroup Ltd", "Example Ltd", ["addition"]),
    # Characters of the one that the other has not.
    ("样例黄海有限公司", "样例渤海有限公司", ["substitution"]),
    ("样例海黄有限公司", "样例黄海有限公司", ["substitution"]),
    ("样例厂", "样例厂经营部", ["addition"]),
    ("样例实业有限公司", "样例有限公司", ["addition"]),
    ("中国样例银行", "中国银行", ["addition"]),
    # As before.
    ("样例股份有限公司", "样例有限公司", ["legal_form"]),
    ("样例有限公司", "样例有限公司北京分公司", ["branch"]),
    ("样例（应城）有限公司", "样例（芜湖）有限公司", ["bracket"]),
    # One name key: the same name, whatever its parts.
    ("样例银行（上海）", "样例银行上海", []),
]


@pytest.mark.parametrize(("one", "other", "expected"), KINDS)
def test_names_differ_in_kinds(differences: Differences, one: str, other: str, expected: list[str]) -> None:
    assert differences(one, other) == expected
    assert differences(other, one) == expected


NUMERALS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """A number from 1 to 9,999 in Chinese, as it is spoken."""
    written, zeros = "", False
    for unit, value in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, number = divmod(number, value)
        if digit:
            written += ("零" if zeros and written else "") + NUMERALS[digit] + unit
        zeros = not digit
    return written.removeprefix("一") if written.startswith("一十") else written


CAPITALS = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
WRITINGS: list[Callable[[int], str]] = [
    str,
    chinese,
    lambda number: chinese(number).translate(CAPITALS),
    lambda number: str(number).translate(FULL_WIDTH),
    lambda number: f"{number:05}",
]


@settings(max_examples=300, deadline=None, print_blob=True)
@given(
    one=st.integers(1, 9999),
    other=st.integers(1, 9999),
    writings=st.tuples(st.sampled_from(WRITINGS), st.sampled_from(WRITINGS)),
)
def test_numbers_differ_exactly_when_their_values_do(
    differences: Differences, one: int, other: int, writings: tuple[Callable[[int], str], Callable[[int], str]]
) -> None:
    write_one, write_other = writings
    assert differences(f"样例第{write_one(one)}矿", f"样例第{write_other(one)}矿") == []
    if one != other:
        assert differences(f"样例第{write_one(one)}矿", f"样例第{write_other(other)}矿") == ["number"]


@settings(max_examples=300, deadline=None, print_blob=True)
@given(one=NAMES, other=NAMES)
def test_differences_are_the_same_both_ways_and_never_fail(differences: Differences, one: str, other: str) -> None:
    assert differences(one, other) == differences(other, one)
    assert differences(one, one) == []


# ---- point 3: which of them forbid --------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other", "expected"), [case for case in KINDS if case[2]])
def test_any_difference_forbids_likeness_and_some_forbid_every_answer(
    names: Database, one: str, other: str, expected: list[str]
) -> None:
    forbidding = "select forbidding_differences(company_name_differences(%s, %s), %s)"
    for basis in ("similar", None, "whatever"):
        assert names.value(forbidding, (one, other, basis)) == expected
    for sure in SURE:
        assert names.value(forbidding, (one, other, sure)) == [kind for kind in expected if kind in ALWAYS]


def _answer(company_name: str, basis: MatchBasis) -> LookupAnswer:
    return LookupAnswer(
        provider="registry",
        outcome="found",
        company_id="S-1",
        company_name=company_name,
        confidence=Decimal(1),
        match_basis=basis,
    )


@pytest.mark.parametrize("basis", SURE)
def test_a_registry_that_holds_the_name_may_call_its_company_otherwise(database: Database, basis: MatchBasis) -> None:
    """Real pairs, of which only one side names a region, or the legal form was changed."""
    queue = LookupQueue(database.connect())
    for asked, company in (
        ("深国商", "深圳市国际企业股份有限公司"),
        ("宇通客车", "郑州宇通客车股份有限公司"),
        ("样例机电厂", "北京样例集团股份有限公司"),
    ):
        stored = queue.record_answer(asked, _answer(company, basis))
        assert stored is not None
        assert (stored.outcome, stored.vetoes) == ("found", []), asked
    assert database.query("select distinct match_basis, outcome, company_id from lookup_answers") == [
        (basis, "found", "S-1")
    ]
    assert database.query("select evidence from lookup_answers order by answer_id") == [
        ({"tolerated_differences": ["region_missing", "substitution"]},),
        ({"tolerated_differences": ["region_missing"]},),
        ({"tolerated_differences": ["region_missing", "group", "addition"]},),
    ]


@pytest.mark.parametrize("basis", SURE)
def test_no_registry_makes_one_company_of_what_always_tells_two_apart(database: Database, basis: MatchBasis) -> None:
    queue = LookupQueue(database.connect())
    for asked, company, vetoes, tolerated in (
        ("吉林省样例酒业有限公司", "吉林市样例酒业股份公司", ["region_level"], ["legal_form"]),
        ("样例一矿", "样例集团二矿", ["number"], ["group"]),
        ("北京样例有限公司", "上海样例实业有限公司", ["region"], ["addition"]),
        ("样例有限公司", "样例有限公司北京分公司", ["branch"], None),
        ("样例（应城）有限公司", "样例（芜湖）有限公司", ["bracket"], None),
    ):
        stored = queue.record_answer(asked, _answer(company, basis))
        assert stored is not None
        assert (stored.outcome, stored.vetoes) == ("not_accepted", vetoes)
        [(evidence, stored_basis)] = database.query(
            "select evidence, match_basis from lookup_answers where answer_id = %s", (stored.answer_id,)
        )
        assert (evidence["vetoes"], evidence.get("tolerated_differences"), stored_basis) == (vetoes, tolerated, basis)


def test_a_provider_that_does_not_say_has_found_a_like_name(database: Database) -> None:
    unsaid = LookupAnswer(
        provider="mine", outcome="found", company_id="S-1", company_name="北京样例有限公司", confidence=Decimal(1)
    )
    stored = LookupQueue(database.connect()).record_answer("样例有限公司", unsaid)
    assert stored is not None
    assert (stored.outcome, stored.vetoes) == ("not_accepted", ["region_missing"])
    insert = (
        "insert into lookup_answers (provider, asked_name, normalized_name, outcome, company_id, company_name,"
        " confidence, match_basis) values ('mine', '样例有限公司', '样例有限公司', 'found', 'S-1', %s, 1, %s)"
        " returning outcome, match_basis"
    )
    assert database.query(insert, ("北京样例有限公司", None)) == [("not_accepted", "similar")]
    assert database.query(insert, ("样例有限公司", None)) == [("found", "similar")]
    assert database.query(insert, ("北京样例有限公司", "exact")) == [("found", "exact")]
    with pytest.raises(errors.CheckViolation):
        database.query(insert, ("北京样例有限公司", "certain"))


def test_an_answer_that_is_changed_is_looked_at_again(database: Database) -> None:
    queue = LookupQueue(database.connect())
    queue.record_answer("样例有限公司", _answer("样例有限公司", "exact"))
    queue.record_answer("样例厂", LookupAnswer(provider="registry", outcome="not_found"))
    assert database.query("select match_basis from lookup_answers order by answer_id") == [("exact",), (None,)]
    database.query(
        "update lookup_answers set company_name = '样例有限公司北京分公司' where asked_name = '样例有限公司'"
    )
    database.query(
        "update lookup_answers set outcome = 'found', company_id = 'S-1', company_name = '样例二厂', confidence = 1"
        " where asked_name = '样例厂'"
    )
    assert database.query("select outcome, match_basis from lookup_answers order by answer_id") == [
        ("not_accepted", "exact"),
        ("not_accepted", "similar"),
    ]
    # What says nothing about the company is no reason to look: answers expire, and keys are made anew.
    database.query("update lookup_answers set answered_at = now(), normalized_name = 'x'")


# ---- F3: a worker has answered, and no run has read it yet --------------------------------------------------------


def test_answers_that_the_cache_has_not_read_are_no_conflicts(database: Database) -> None:
    """F3: after a worker had drained 26 names, dbt test warned of 26 conflicts that no dbt run had seen."""

    def conflicts() -> list[tuple[str, str | None]]:
        return database.query("select losing_company_id, winning_company_id from lookup_answer_conflicts order by 1")

    queue = LookupQueue(database.connect())
    names = [f"样例{number}有限公司" for number in range(1, 27)]
    queue.enqueue_many(names)
    for request in queue.dequeue():
        queue.mark_done(request, _answer(request.name, "exact"))
    assert database.query("select distinct match_basis from lookup_answers") == [("exact",)]
    assert conflicts() == []
    assert "WARN=0 ERROR=0" in database.dbt("test", "--select", "lookup_answer_conflicts").output
    database.dbt("run")
    assert conflicts() == []
    # A better answer of another company, and a worse one: neither has won or lost before a run has read it.
    for company_id, confidence in (("S-2", 1), ("S-3", 0.5)):
        database.query(
            "insert into lookup_answers"
            " (provider, asked_name, normalized_name, outcome, company_id, company_name, confidence)"
            " values ('registry', %s, normalize_company_name(%s), 'found', %s, %s, %s)",
            (names[0], names[0], company_id, names[0], confidence),
        )
    assert conflicts() == []
    database.dbt("run")
    assert conflicts() == [("S-1", "S-2"), ("S-3", "S-2")]


def test_in_a_restored_database_no_answer_has_lost_before_the_next_run(database: Database) -> None:
    queue = LookupQueue(database.connect())
    for company_id, confidence in (("S-1", "1"), ("S-2", "0.5")):
        answer = LookupAnswer(
            provider="registry",
            outcome="found",
            company_id=company_id,
            company_name="样例有限公司",
            confidence=Decimal(confidence),
        )
        queue.record_answer("样例有限公司", answer)
    count = "select count(*) from lookup_answer_conflicts"
    database.dbt("run")
    assert database.value(count) == 1
    # Its transactions are another system's, or are still to come.
    for other in ("system_identifier = system_identifier + 1", "watermark = '9000000000000'"):
        noted = database.query("select watermark::text, system_identifier from model_watermarks limit 1")[0]
        database.query(f"update model_watermarks set {other}")
        assert database.value(count) == 0
        database.query("update model_watermarks set watermark = %s::xid8, system_identifier = %s", noted)
    assert database.value(count) == 1
