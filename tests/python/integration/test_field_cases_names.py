"""Names and codes as they come from the field: each case with the report it was made from, and others of its kind.

Inputs are invented after the situation that a report describes. The source is owner/repository and the number of its
issue or pull request.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg2 import extensions

from company_enrichment import CompanyEnrichmentService, CompanyMappingLoader, LookupQueue, load_company_mappings
from real_databases import Database, create_database, drop_database

pytestmark = pytest.mark.every_server

MASKED = "is masked: signs stand for letters"
LOST = "has lost a character, and another stands for it"
CUT = "is cut off"
PLACEHOLDER = "is a placeholder for a name"
ERROR = "is an error value or a formula of a spreadsheet"
SCIENTIFIC = "is a number in scientific notation and may have lost digits"
REWRITTEN = "is a number as a spreadsheet shows it, with decimals or thousands separators"


@pytest.fixture(scope="module")
def cursor(deployed_template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[extensions.cursor]:
    folder = tmp_path_factory.mktemp("names")
    database = create_database(deployed_template.server, folder, deployed_template.name)
    connection = database.connect()
    connection.autocommit = True
    with connection.cursor() as opened:
        opened.execute("set search_path = enterprise")
        yield opened
    drop_database(database)


def values(cursor: extensions.cursor, function: str, *texts: str | None) -> list[Any]:
    cursor.execute(
        f"select {function}(given.text) from unnest(%s) with ordinality as given (text, place) order by place",
        ([*texts],),
    )
    return [value for (value,) in cursor.fetchall()]


# ---- a character is dropped only when it is listed


@pytest.mark.parametrize(
    "names",
    [
        # A1: Chesterguan/medme 192, yfedoseev/pdf_oxide 123 and 1060, CNMan/UnicodeCJK-WuBi06 35
        [
            "样例⻩山有限公司",
            "样例⻰山有限公司",
            "样例⺀山有限公司",
            "样例㇉山有限公司",
            "样例⿰山有限公司",
            "样例山有限公司",
        ],
        # A3: mozillazg/go-pinyin 13, CNMan/UnicodeCJK-WuBi06 30, BYVoid/ytenx 13, w3c/typography 86
        [
            "样例\ue000厂",
            "样例\ue001厂",
            "样例\uf8ff厂",
            "样例\U000f0000厂",
            "样例\U0010fffd厂",
            "样例厂",
        ],
        # A4: the same; GBK's place for U+9FB4
        [
            "\ue81e样例厂",
            "样例厂",
        ],
        # Letters newer than any database's Unicode, and code points nobody has assigned
        [
            "样例\U000323b0厂",
            "样例\U000323b1厂",
            "样例\u0378厂",
            "样例厂",
        ],
        # Marks are parts of letters; signs and pictures are letters nobody knows, unless they decorate an end
        [
            "हिन्दी",
            "हिनदी",
            "हनद",
        ],
        [
            "样例🍎厂",
            "样例🍊厂",
            "样例★厂",
            "样例∞厂",
            "样例♀厂",
            "样例厂",
        ],
    ],
)
def test_no_letter_is_lost_so_that_different_names_keep_different_keys(
    cursor: extensions.cursor, names: list[str]
) -> None:
    keys = values(cursor, "normalize_company_name", *names)
    assert None not in keys and len(set(keys)) == len(names), keys


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        # A1: a radical is the ideograph of its shape, of either block
        ("样例⻩山", "样例黄山"),
        ("⻰湖⻢⻋⻔⻓⻛⻜", "龙湖马车门长风飞"),
        ("⻥⻦⻨⻬⻮⻳⻝⻁⻄⻅⻉⻙⻚⻘⻤⻣⻯⻲⺟⼭", "鱼鸟麦齐齿龟食虎西见贝韦页青鬼骨竜亀母山"),
        # What people type for 〇
        ("二○○八样例", "二〇〇八样例"),
        ("二◯⭕八样例", "二〇〇八样例"),
        ("样例一⚪一厂", "样例一〇一厂"),
        # G1: opensanctions/rigour (casefold), jscraftcamp 2343
        ("GROßMANN GmbH", "GROSSMANN GmbH"),
        ("STRAẞE", "strasse"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
        ("İstanbul Örnek", "i̇stanbul örnek"),
        ("ﬁnance", "FINANCE"),
        # Look-alike punctuation
        *((f"样例{dot}例样", "样例例样") for dot in "·•・･‧∙⋅◦●▪⚫⬤⦁ꞏ᛫⸱⸳‣𐄁🞄ㆍ\u0387"),
        *((f"Moody{mark}s", "Moodys") for mark in "'’‘‛ʼʻʹ′´`＇‵"),
        *((f"样例{dash}样例", "样例样例") for dash in "-‐‑‒–—―−─━⸺⁃－﹣~〜～∼⁓/／⁄∕|｜∣│＆&"),
        # The look-alike delimits a remark as the sign it looks like
        ("样例公司‐已转出", "样例公司"),
        ("样例公司∕终止", "样例公司"),
        ("样例公司●存量", "样例公司"),
        ("样例公司‑A12", "样例公司"),
        # Decoration at an end
        ("★样例公司", "样例公司"),
        ("▶ 样例公司 ✓", "样例公司"),
    ],
)
def test_what_is_typed_for_a_letter_or_a_sign_is_that_letter_or_sign(
    cursor: extensions.cursor, name: str, meant: str
) -> None:
    one, other = values(cursor, "normalize_company_name", name, meant)
    assert one == other and one is not None


def test_the_key_of_every_character_is_the_same_in_every_database(cursor: extensions.cursor) -> None:
    """Whatever its version of Unicode: planes 0 to 3, tags, and some of both private planes; of names and of codes."""
    cursor.execute(
        """
        select
            coalesce(normalize_company_name(chr(number)), ''),
            coalesce(normalize_code('5' || chr(number) || '1'), '')
        from (
            select generate_series(1, x'D7FF'::integer) as number
            union all select generate_series(x'E000'::integer, x'3FFFF'::integer)
            union all select generate_series(x'E0000'::integer, x'E0FFF'::integer)
            union all select generate_series(x'F0000'::integer, x'10FFFF'::integer, 997)
        ) as numbers
        order by number
        """
    )
    keys = "\n".join("\t".join(row) for row in cursor.fetchall())
    assert (
        hashlib.sha256(keys.encode()).hexdigest() == "253a729996d57b77559b810046b8a16243317325f03f971d05be34606113d127"
    )


# ---- what names nobody


@pytest.mark.parametrize(
    ("fault", "texts"),
    [
        # C10: pandas 25353, 25716, 44156, 36904: what programs write for nothing
        (
            PLACEHOLDER,
            [
                "nan",
                "NaN",
                "None",
                "<NA>",
                "NaT",
                "NULL",
                "null",
                "nil",
                "undefined",
                "n.a.",
                "N/A",
                "N. A.",
                "(n/a)",
            ],
        ),
        # What people write for nothing, unknown, and to come
        (
            PLACEHOLDER,
            [
                "无",
                "空",
                "（空白）",
                "“无”",
                "无名",
                "暂无",
                "待定",
                "待补充",
                "未知",
                "未知？",
                "不详",
                "未填写",
                "【待确认】",
                "同上",
            ],
        ),
        (
            PLACEHOLDER,
            [
                "unknown",
                "TBD",
                "T.B.D.",
                "to be announced",
                "To  be  determined!",
                "not available",
                "unnamed",
                "0",
            ],
        ),
        # A10 of names: python-calamine 105, ClosedXML 824: what a failed formula leaves behind
        (
            ERROR,
            [
                "#N/A",
                "#VALUE!",
                "#REF!",
                "#DIV/0!",
                "#NAME?",
                "#NUM!",
                "#NULL!",
                "#SPILL!",
                "#CALC!",
                "#GETTING_DATA",
                "#ZAHL!",
                "#BEZUG!",
                "#¡VALOR!",
                "#NOM?",
                "#NV",
                "＃Ｎ／Ａ",
                "(#N/A)",
                '"#REF!"',
                "#ERROR!",
                "Err:502",
                "Loading...",
                "=VLOOKUP(A2,B:C,2,0)",
                "=Sheet1!A1",
            ],
        ),
        # A6: objectstack-ai/objectui 2556, nautobot 6910: wrong decoding
        (
            LOST,
            [
                "样例登\ufffd记厂",
                "\ufffd\ufffd",
                "Caf\ufffd Beispiel",
                "样例锟斤拷公司",
                "烫烫烫公司",
                "CafÃ¯Â¿Â½ ï¿½",
                "样例?厂",
                "样例□厂",
                "样例■厂",
                "样例〓厂",
            ],
        ),
        # A8: career-ops-hq/career-ops 1114: signs in the place of letters
        (
            MASKED,
            [
                "中国**保险公司",
                "平*科技",
                "平＊科技",
                "样例***",
                "**样例公司",
                "××公司",
                "北京××科技",
                "某×公司",
                "XX公司",
                "北京XX科技有限公司",
                "ｘｘｘ公司",
                "XXX",
                "某某公司",
                "某公司",
                "北京某科技公司",
                "●●公司",
                "□□公司",
                "○○公司",
                "〇〇株式会社",
                "△△集团",
                "中国__公司",
                "中国##公司",
                "样例(**)公司",
                "M**rosoft",
                "样某-某例",
            ],
        ),
        (
            CUT,
            [
                "中国平安保险...",
                "中国……有限公司",
                "中国⋯公司",
            ],
        ),
        ("is empty", ["", "  ", "\u3000", "\u200b", None]),
        ("is longer than 500 characters", ["公" * 501]),
        (
            "holds no letter or digit",
            [
                "🙂",
                "--",
                "★★",
                "!!!",
                "（）",
                "♥",
            ],
        ),
        (
            "is a remark without a name",
            [
                "存量",
                "(已转出)",
            ],
        ),
    ],
)
def test_a_text_that_names_nobody_has_no_key_and_its_reason(
    cursor: extensions.cursor, fault: str, texts: list[str | None]
) -> None:
    assert values(cursor, "normalize_company_name", *texts) == [None] * len(texts)
    assert dict(zip(texts, values(cursor, "company_name_fault", *texts), strict=True)) == dict.fromkeys(texts, fault)


def test_a_sign_that_belongs_to_a_name_masks_nothing(cursor: extensions.cursor) -> None:
    names = [
        *(
            "*ST样例",
            "S*ST样例",
            "ST*样例",
            "SST样例",
            "A*STAR",
            "E*TRADE",
            "H&M*",
            "样例公司*",
            "*样例公司",
            "Yahoo!",
            "Who?",
            "样例公司？",
        ),
        *(
            "Netflix",
            "XXL Beispiel",
            "SpaceX",
            "X样例",
            "样例X号",
            "Exxon Beispiel",
            "Maxx Beispiel",
            "样例·例样",
            "二○○八样例",
            "一〇〇样例",
        ),
        *(
            "ACME__EXAMPLE",
            "#1 Beispiel",
            "C#样例",
            "样例@家",
            "Wait... What",
            "样例公司__已转出",
            "样例（无锡）",
            "无锡样例",
            "待定样例",
            "None Such Ltd",
        ),
        *("Unknown Worlds Ltd", "Null Beispiel GmbH", "空中样例", "未知星球样例", "其他样例", "保留账户管理"),
    ]
    assert values(cursor, "company_name_fault", *names) == [None] * len(names)


# ---- codes


@pytest.mark.parametrize(
    ("code", "key"),
    [
        # D1: sublime-rules 4267: invisible marks in copied text
        ("\u200eP0290", "P0290"),
        ("P0290\u202c", "P0290"),
        ("P\u00ad02\ufeff90\ufe0f", "P0290"),
        # As headers and names: width, hyphens, blanks of every kind; case stays
        ("Ｐ０２９０", "P0290"),
        *((f"P{dash}7", "P-7") for dash in "-‐‑‒–—−－﹣"),
        ("\tP0290\u3000", "P0290"),
        ("P \u00a0 0290", "P 0290"),
        ("p0290", "p0290"),
        # C8: pandas 46895: what keeps a spreadsheet from making a number of it
        ('="00123"', "00123"),
        ("'00123", "00123"),
        ("’00123", "00123"),
        ('＝"00123"', "00123"),
        ('"00123"', "00123"),
        ('="\'00123"', "00123"),
        ("1E5", "1E5"),
        ("6228480402564890018", "6228480402564890018"),
        ("P.1.2", "P.1.2"),
    ],
)
def test_a_code_is_folded_like_a_name_but_for_its_case(cursor: extensions.cursor, code: str, key: str) -> None:
    assert values(cursor, "normalize_code", code, key) == [key, key]
    assert values(cursor, "code_fault", code) == [None]


@pytest.mark.parametrize(
    ("fault", "codes"),
    [
        (
            SCIENTIFIC,
            [
                "6.22848E+18",
                "1.23E+05",
                "1E+05",
                "6.22848e18",
                "1.2E-7",
                "６．２２Ｅ＋１８",
            ],
        ),
        (
            REWRITTEN,
            [
                "123.0",
                "00123.00",
                "1,234",
                "600,000,010",
                "1,234.00",
            ],
        ),
        (
            ERROR,
            [
                "#N/A",
                "#REF!",
                "#VALUE!",
                '="#N/A"',
                "=A1",
                "=VLOOKUP(A2,B:C,2,0)",
                "Err:502",
            ],
        ),
        (
            "is a placeholder",
            [
                "nan",
                "None",
                "NULL",
                "<NA>",
                "N/A",
                "无",
                "待定",
                "0",
                "-",
                "——",
                "unknown",
            ],
        ),
        (
            LOST,
            [
                "P\ufffd290",
            ],
        ),
        ("is empty", ["", " ", "\u200b", "'", '=""', None]),
    ],
)
def test_what_a_spreadsheet_has_made_of_a_code_is_no_key_and_has_its_reason(
    cursor: extensions.cursor, fault: str, codes: list[str | None]
) -> None:
    assert values(cursor, "normalize_code", *codes) == [None] * len(codes)
    assert dict(zip(codes, values(cursor, "code_fault", *codes), strict=True)) == dict.fromkeys(codes, fault)


# ---- every door says the same


def test_a_mapping_with_such_an_alias_is_rejected_with_the_reason_and_a_record_gets_no_id(database: Database) -> None:
    mappings = [
        ("name", "样例**保险公司", "600000303"),
        ("name", "样例登\ufffd记厂", "600000303"),
        ("account_name", "NaN", "600000303"),
        ("name", "#REF!", "600000303"),
        ("plan", "1.23E+05", "600000303"),
        ("account", "nan", "600000303"),
        ("plan", '="00123"', "600000304"),
    ]
    records = {
        "masked": (None, "样例**保险公司"),
        "lost": (None, "样例登\ufffd记厂"),
        "number": ("1.23E+05", "nan"),
        "wrapped": ("'00123", None),
        "nothing": (None, None),
    }
    rows = [dict(zip(("match_type", "alias", "company_id"), row, strict=True)) for row in mappings]
    load_company_mappings(rows, connection=database.uri, source="field", apply=False)
    for record_id, (plan_code, name) in records.items():
        database.query(
            "insert into customer_records (record_id, source_system, plan_code, customer_name)"
            " values (%s, 'test', %s, %s)",
            (record_id, plan_code, name),
        )
    database.dbt("run")
    assert database.query(
        "select line_no, reason from mapping_changes where outcome = 'rejected' order by line_no"
    ) == [
        (1, f"the alias {MASKED}"),
        (2, f"the alias {LOST}"),
        (3, f"the alias {PLACEHOLDER}"),
        (4, f"the alias {ERROR}"),
        (5, f"the alias {SCIENTIFIC}"),
        (6, "the alias is a placeholder"),
    ]
    said = {
        "lost": f"the customer name {LOST}",
        "masked": f"the customer name {MASKED}",
        "nothing": "the record has no customer name",
        "number": f"the customer name {PLACEHOLDER}; the plan code {SCIENTIFIC}",
    }
    assert dict(database.query("select record_id, unresolvable_reason from company_resolution")) == {
        **said,
        "wrapped": None,
    }
    assert database.value("select company_id from company_resolution where record_id = 'wrapped'") == "600000304"
    assert (
        database.value("select count(*) from temp_company_ids")
        == database.value("select count(*) from lookup_requests")
        == 0
    )

    connection = database.connect()
    service = CompanyEnrichmentService(CompanyMappingLoader(connection), LookupQueue(connection))
    online = service.resolve_batch(
        [{"plan_code": plan_code, "customer_name": name} for plan_code, name in records.values()]
    ).results
    assert {record_id: result.reason for record_id, result in zip(records, online, strict=True)} == {
        "masked": f"the record names nobody: {said['masked']}",
        "lost": f"the record names nobody: {said['lost']}",
        "number": f"the record names nobody: {said['number']}",
        "wrapped": online[3].reason,
        "nothing": "the record names nobody",
    }
    assert online[3].company_id == "600000304"
    explained = database.cli("resolve", "样例**保险公司", "--explain").output
    assert f"no key: the customer name {MASKED}" in explained


@pytest.mark.one_server
def test_further_placeholders_stand_beside_the_list_and_a_protected_name_is_a_name(empty_database: Database) -> None:
    empty_database.dbt(
        *("run-operation", "migrate", "--vars"),
        "{more_name_placeholders: [样例占位, Later1], name_protected_names: ['XX样例', 无名]}",
    )
    for text in ("样例占位", "未知", "LATER1"):
        assert empty_database.value("select company_name_fault(%s)", (text,)) == PLACEHOLDER
    assert empty_database.value("select normalize_code('later1')") is None
    assert empty_database.value("select normalize_company_name('XX样例（已转出）')") == "xx样例"
    assert empty_database.value("select normalize_company_name('无名')") == "无名"
