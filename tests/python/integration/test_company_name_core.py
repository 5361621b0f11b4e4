"""The looser key, company_name_core(): for finding candidates, with the parts that were cut beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import NamedTuple

import pytest
from hypothesis import given, settings

from names import NAMES
from real_databases import Database

pytestmark = pytest.mark.every_server


class Parts(NamedTuple):
    core: str | None
    legal_form: str | None = None
    region: str | None = None
    branch: str | None = None
    bracket: str | None = None


Core = Callable[[str | None], tuple[Parts, str | None]]


@pytest.fixture(scope="module")
def core_and_key(deployed_template: Database) -> Iterator[Core]:
    """Both keys of a name."""
    with closing(deployed_template.connect()) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:

            def ask(name: str | None) -> tuple[Parts, str | None]:
                cursor.execute(
                    "select (enterprise.company_name_core(%s)).*, enterprise.normalize_company_name(%s)", (name, name)
                )
                [*parts, key] = cursor.fetchone() or ()
                return Parts(*parts), key

            yield ask


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("兴仁县煤炭有限责任公司", Parts("兴仁县煤炭", "有限公司")),
        ("兴仁县煤炭有限公司", Parts("兴仁县煤炭", "有限公司")),
        ("东风汽车股份有限公司", Parts("东风汽车", "股份有限公司")),
        ("青岛啤酒（应城）有限公司", Parts("啤酒", "有限公司", "青岛", None, "应城")),
        ("深圳市南山区华信科技有限公司", Parts("华信科技", "有限公司", "深圳南山")),
        ("广西壮族自治区桂林市样例公司", Parts("样例", "公司", "广西桂林")),
        ("中国建设银行股份有限公司北京分行", Parts("中国建设银行", "股份有限公司", None, "北京分行")),
        ("建设银行北京朝阳支行", Parts("建设银行", None, None, "北京朝阳支行")),
        ("企业管理中心（有限合伙）", Parts("企业管理中心", "有限合伙")),
        ("中国平安保险（集团）股份有限公司", Parts("中国平安保险", "股份有限公司", None, None, "集团")),
        ("Acme Pty. Limited", Parts("acme", "pty ltd")),
        ("ACME CO.,LTD.", Parts("acme", "co ltd")),
        ("Crédit Agricole S.A.", Parts("creditagricole", "sa")),
        ("AT&T Inc.", Parts("atandt", "inc")),
        ("AT and T Incorporated", Parts("atandt", "inc")),
        ("Straße GmbH & Co. KG", Parts("strasse", "gmbh co kg")),
        ("Ørsted A/S", Parts("orsted", "as")),
        ("【存量】平安银行股份有限公司-A12", Parts("平安银行", "股份有限公司")),
    ],
)
def test_the_core_is_the_name_without_its_parts(core_and_key: Core, name: str, expected: Parts) -> None:
    assert core_and_key(name)[0] == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("永辉超市有限公司", "永辉超市"), ("Cisco", "cisco"), ("Coop", "coop"), ("公司管理有限公司", "公司管理")],
)
def test_what_only_looks_like_a_part_stays(core_and_key: Core, name: str, expected: str) -> None:
    assert core_and_key(name)[0].core == expected


@pytest.mark.parametrize("name", ["有限公司", "AG", "Limited", "上海"])
def test_a_name_of_nothing_but_a_part_is_its_own_core(core_and_key: Core, name: str) -> None:
    assert core_and_key(name) == (Parts(name.lower()), name.lower())


def test_a_name_in_brackets_is_its_own_core(core_and_key: Core) -> None:
    assert core_and_key("（北京）") == (Parts("北京", bracket="北京"), "北京")


@settings(max_examples=400, deadline=None, print_blob=True)
@given(name=NAMES)
def test_a_core_is_there_exactly_when_the_key_is_and_no_part_is_empty(core_and_key: Core, name: str) -> None:
    parts, key = core_and_key(name)
    assert all(part != "" for part in parts)
    assert (parts.core is None) == (key is None)
    assert key is not None or parts == Parts(None)
