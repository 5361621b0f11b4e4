"""EQC: what it is asked, what its answers are worth, and what its failures mean. It is played by a real server."""

from __future__ import annotations

import json
import logging
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
import traceback
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import registry_server as server
from company_enrichment import LookupAnswer
from company_enrichment.errors import (
    ConfigurationError,
    LookupProviderCredentialsError,
    LookupProviderError,
    LookupProviderUnavailableError,
)
from company_enrichment.lookups.providers import http_provider_from_settings
from company_enrichment.lookups.providers.acceptance import AcceptanceRule
from company_enrichment.lookups.providers.eqc import EqcProvider, EqcToken
from company_enrichment.lookups.providers.http_answers import retry_after
from company_enrichment.lookups.providers.http_limits import HttpLimits
from company_enrichment.settings import describe_settings, load_settings
from real_databases import Database
from registry_server import RegistryServer, reply, reply_json, running_server

pytestmark = pytest.mark.one_server

SEARCH = "/kg-api-hfd/api/search/"
DETAIL = "/kg-api-hfd/api/search/findDepart"
TOKEN = "t0ken-that-nobody-may-see"
EXACT, FUZZY, PINYIN = "全称精确匹配", "模糊匹配", "拼音"
NAME = "中国平安保险（集团）股份有限公司"
NO_DETAIL = {"businessInfodto": None}


def hit(company_id: Any, name: Any = NAME, kind: Any = EXACT, **others: Any) -> dict[str, Any]:
    return {"companyId": company_id, "companyFullName": name, "type": kind, "_score": 12.5, **others}


def found(*hits: Any) -> server.Behaviour:
    return reply_json({"list": list(hits)})


@pytest.fixture
def registry() -> Iterator[RegistryServer]:
    with running_server() as running:
        running.answers(SEARCH, found(hit("S1")))
        running.answers(DETAIL, reply_json(NO_DETAIL))
        yield running


@pytest.fixture
def make(registry: RegistryServer) -> Iterator[Callable[..., EqcProvider]]:
    made: list[EqcProvider] = []

    def make_provider(
        *, token: EqcToken | None = None, address: str | None = None, rule: AcceptanceRule | None = None, **limits: Any
    ) -> EqcProvider:
        token = token or EqcToken(SecretStr(TOKEN))
        made.append(EqcProvider(address or registry.address, token, rule=rule, limits=HttpLimits(**limits)))
        return made[-1]

    yield make_provider
    for provider in made:
        provider.close()


@pytest.fixture
def eqc(make: Callable[..., EqcProvider]) -> EqcProvider:
    return make()


def error_of(provider: EqcProvider, kind: type[LookupProviderError] = LookupProviderError) -> LookupProviderError:
    """The error of a lookup, which is exactly of that kind and tells nothing it should not."""
    with pytest.raises(LookupProviderError) as caught:
        provider.lookup(NAME)
    assert type(caught.value) is kind, caught.value
    assert_silent(caught.value)
    return caught.value


def assert_silent(error: BaseException) -> None:
    """No text, cause or local variable of an error shows the token."""
    assert error.__cause__ is None and error.__context__ is None
    shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert TOKEN not in shown
    assert TOKEN not in repr(error)


# ---- what is asked ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [NAME, "100% & Co. + Söhne / 平安?#=", "a b"])
def test_the_name_arrives_as_it_was_given(registry: RegistryServer, eqc: EqcProvider, name: str) -> None:
    eqc.lookup(name)
    [search, detail] = registry.asked
    assert (search.path, search.parameters) == (SEARCH, {"key": [name]})
    assert (detail.path, detail.parameters) == (DETAIL, {"targetId": ["S1"]})
    assert search.headers["token"] == detail.headers["token"] == TOKEN
    assert search.headers["Referer"] == f"{registry.address}/"


def test_a_chinese_name_is_percent_encoded_once(registry: RegistryServer, eqc: EqcProvider) -> None:
    eqc.lookup("平安")
    assert registry.asked[0].target == f"{SEARCH}?key=%E5%B9%B3%E5%AE%89"


def test_connections_are_used_again_and_shared_by_threads(registry: RegistryServer, eqc: EqcProvider) -> None:
    for _ in range(3):
        eqc.lookup(NAME)
    assert len({asked.connection for asked in registry.asked}) == 1
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(eqc.lookup, [f"公司{number}" for number in range(40)]))
    assert {answer.outcome for answer in answers} == {"found"}
    assert len(registry.asked) == 86


def test_as_many_threads_as_like_ask_at_once(registry: RegistryServer, eqc: EqcProvider) -> None:
    together = threading.Barrier(20)

    def wait_for_the_others(handler: Any) -> None:
        together.wait(timeout=15)
        found()(handler)

    registry.answers(SEARCH, wait_for_the_others)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(eqc.lookup, [f"公司{number}" for number in range(20)]))
    assert {answer.outcome for answer in answers} == {"not_found"}


def test_a_certificate_must_be_known(
    make: Callable[..., EqcProvider], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key", "-out", "certificate"]
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    subprocess.run([*command, *subject], cwd=tmp_path, check=True, capture_output=True)
    encryption = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    encryption.load_cert_chain(tmp_path / "certificate", tmp_path / "key")
    with running_server(encryption) as encrypted:
        encrypted.answers(SEARCH, found())
        error = error_of(make(address=encrypted.address), LookupProviderUnavailableError)
        assert "certificate verify failed" in str(error)
        assert encrypted.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate"))
        assert make(address=encrypted.address).lookup(NAME).outcome == "not_found"
        encrypted.answers(SEARCH, server.drip_body)
        assert "in time" in str(
            error_of(make(address=encrypted.address, total_seconds=0.6), LookupProviderUnavailableError)
        )


def test_no_cookie_is_sent_back(registry: RegistryServer, eqc: EqcProvider) -> None:
    registry.answers(SEARCH, reply_json({"list": [hit("S1")]}, Set_Cookie="session=1; Path=/"))
    eqc.lookup(NAME)
    assert "Cookie" not in registry.asked[1].headers


# ---- what an answer is worth --------------------------------------------------------------------------------------


def outcome(answer: LookupAnswer) -> tuple[str, str | None, Decimal | None]:
    return answer.outcome, answer.company_id, answer.confidence


def test_the_full_name_is_found_with_its_details(registry: RegistryServer, eqc: EqcProvider) -> None:
    registry.answers(SEARCH, found(hit("S2", "平安银行", FUZZY), hit("S1", unite_code="91440300100012316L")))
    registry.answers(
        DETAIL,
        reply_json(
            {
                "businessInfodto": {
                    "former_name": "深圳平安保险公司，平安保险公司",
                    "short_name": "中国平安",
                    "english_name": "Ping An Insurance (Group) Co., Ltd.",
                    "aliases": ["中国平安", "平安"],
                    "business_status": "存续",
                }
            }
        ),
    )
    answer = eqc.lookup(NAME)
    assert outcome(answer) == ("found", "S1", Decimal("1.0000"))
    assert answer.company_name == NAME
    assert answer.evidence == {
        "candidates": [
            {"company_id": "S1", "company_name": NAME, "score": 1.0, "match": EXACT},
            {"company_id": "S2", "company_name": "平安银行", "score": 0.8, "match": FUZZY},
        ],
        "companies": 2,
        "match": EXACT,
        "credit_code": "91440300100012316L",
        "details": {
            "former_names": ["深圳平安保险公司", "平安保险公司"],
            "other_names": ["中国平安", "Ping An Insurance (Group) Co., Ltd.", "平安"],
            "status": "存续",
        },
    }
    json.dumps(answer.evidence)


def test_a_name_that_it_does_not_know_is_not_found(registry: RegistryServer, eqc: EqcProvider) -> None:
    registry.answers(SEARCH, found())
    assert outcome(eqc.lookup(NAME)) == ("not_found", None, None)
    assert registry.paths() == [SEARCH]


@pytest.mark.parametrize(
    ("kind", "score"), [(EXACT, "1"), (FUZZY, "0.80"), ("其他", "0.70"), (None, "0.70"), (7, "0.70"), (PINYIN, "0.60")]
)
def test_each_kind_of_match_has_its_worth(
    registry: RegistryServer, make: Callable[..., EqcProvider], kind: Any, score: str
) -> None:
    registry.answers(SEARCH, found(hit("S1", kind=kind)))
    just = make(rule=AcceptanceRule(minimum_score=Decimal(score)))
    assert outcome(just.lookup(NAME)) == ("found", "S1", Decimal(score))
    if kind != EXACT:
        above = make(rule=AcceptanceRule(minimum_score=Decimal(score) + Decimal("0.0001")))
        answer = above.lookup(NAME)
        assert outcome(answer) == ("not_accepted", None, None)
        assert answer.company_name is None
        assert answer.evidence["candidates"][0]["company_id"] == "S1"


@pytest.mark.parametrize(
    ("kind", "basis"),
    [
        (EXACT, "exact"),
        ("曾用名匹配", "former_name"),
        *((kind, "similar") for kind in (FUZZY, PINYIN, "其他", None, 7)),
    ],
)
def test_the_kind_of_a_hit_says_what_the_answer_rests_on(
    registry: RegistryServer, make: Callable[..., EqcProvider], kind: Any, basis: str
) -> None:
    registry.answers(SEARCH, found(hit("S1", kind=kind)))
    assert make(rule=AcceptanceRule(minimum_score=Decimal("0.5"))).lookup(NAME).match_basis == basis


@pytest.mark.parametrize("kind", [FUZZY, "其他", PINYIN])
def test_by_default_only_the_full_name_is_accepted(registry: RegistryServer, eqc: EqcProvider, kind: str) -> None:
    registry.answers(SEARCH, found(hit("S1", kind=kind)))
    answer = eqc.lookup(NAME)
    assert outcome(answer) == ("not_accepted", None, None)
    assert answer.evidence["reason"] == "the score is too low"
    assert registry.paths() == [SEARCH], "details of what is not accepted are not asked for"


@pytest.mark.parametrize("kind", [EXACT, FUZZY])
def test_two_companies_at_the_top_are_a_tie(
    registry: RegistryServer, make: Callable[..., EqcProvider], kind: str
) -> None:
    rule = AcceptanceRule(minimum_score=Decimal("0.5"), minimum_margin=Decimal(0))
    registry.answers(SEARCH, found(hit("S1", kind=kind), hit("S2", kind=kind)))
    answer = make(rule=rule).lookup(NAME)
    assert outcome(answer) == ("not_accepted", None, None)
    assert answer.evidence["reason"] == "another company has as high a score"
    registry.answers(SEARCH, found(hit("S1", kind=kind), hit("S1", "旧名", kind=kind)))
    assert outcome(make(rule=rule).lookup(NAME))[:2] == ("found", "S1"), "one company under two names is no tie"


@pytest.mark.parametrize(("margin", "expected"), [("0.10", "found"), ("0.11", "not_accepted")])
def test_the_next_company_must_be_far_enough_below(
    registry: RegistryServer, make: Callable[..., EqcProvider], margin: str, expected: str
) -> None:
    registry.answers(SEARCH, found(hit("S2", kind="其他"), hit("S1", kind=FUZZY), hit("S1", "旧名", "其他")))
    provider = make(rule=AcceptanceRule(minimum_score=Decimal("0.80"), minimum_margin=Decimal(margin)))
    assert provider.lookup(NAME).outcome == expected


def test_hits_that_cannot_be_read_are_counted(registry: RegistryServer, eqc: EqcProvider) -> None:
    unreadable: list[Any] = [
        *("text", None, [], hit(None), hit(""), hit("S9\x00"), hit(True), hit("S8", None), hit("S7", " ")),
        *(hit("S6", "名" * 501), hit({"id": 1})),
    ]
    registry.answers(SEARCH, found(*unreadable, hit(600866980)))
    answer = eqc.lookup(NAME)
    assert outcome(answer)[:2] == ("found", "600866980")
    assert answer.evidence["unreadable"] == len(unreadable)
    registry.answers(SEARCH, found(*unreadable))
    assert "none of which can be read" in str(error_of(eqc))


def test_ten_candidates_are_kept(registry: RegistryServer, eqc: EqcProvider) -> None:
    registry.answers(SEARCH, found(*(hit(f"S{number}", f"公司\x00{number}", FUZZY) for number in range(30))))
    answer = eqc.lookup(NAME)
    assert len(answer.evidence["candidates"]) == 10
    assert answer.evidence["companies"] == 30
    assert "\x00" not in json.dumps(answer.evidence, ensure_ascii=False), "the database could not store it"


@pytest.mark.parametrize(
    "details",
    [
        reply_json({}),
        reply_json(NO_DETAIL),
        reply_json({"businessInfodto": []}),
        reply_json({"businessInfodto": {"former_name": 7, "aliases": {"a": 1}, "status": []}}),
        reply_json({"error": "NotFound"}),
        reply_json([]),
        reply(b"<html>", status=404),
        reply(b"{"),
    ],
)
def test_without_details_the_answer_stands(
    registry: RegistryServer, eqc: EqcProvider, details: server.Behaviour
) -> None:
    registry.answers(DETAIL, details)
    answer = eqc.lookup(NAME)
    assert outcome(answer)[:2] == ("found", "S1")
    assert set(answer.evidence["details"]) <= {"error"}


def test_an_outage_between_search_and_details_puts_the_name_off(registry: RegistryServer, eqc: EqcProvider) -> None:
    registry.answers(DETAIL, reply(b"", status=503, Retry_After="7"))
    error = error_of(eqc, LookupProviderUnavailableError)
    assert isinstance(error, LookupProviderUnavailableError) and error.retry_after == 7


# ---- the right to ask ---------------------------------------------------------------------------------------------


REFUSALS = [
    pytest.param(reply(b"no", status=401), id="401"),
    pytest.param(reply(b"no", status=403), id="403"),
    pytest.param(reply_json({"error": "TokenExpired"}), id="TokenExpired"),
    pytest.param(reply_json({"error": "TokenExpired", "list": [hit("S1")]}), id="TokenExpired beside a list"),
]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refused_token_is_an_outage_that_names_the_setting(
    registry: RegistryServer, eqc: EqcProvider, refusal: server.Behaviour
) -> None:
    registry.answers(SEARCH, refusal)
    assert "renew WDH_EQC_TOKEN" in str(error_of(eqc, LookupProviderCredentialsError))
    assert len(registry.asked) == 1


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_renewed_file_is_read_after_a_refusal(
    registry: RegistryServer, make: Callable[..., EqcProvider], tmp_path: Path, refusal: server.Behaviour
) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    provider = make(token=EqcToken(file=file))

    def renew(handler: Any) -> None:
        file.write_text("renewed")
        refusal(handler)

    registry.answers(SEARCH, renew, found(hit("S1")))
    assert provider.lookup(NAME).outcome == "found"
    assert [asked.headers["token"] for asked in registry.asked] == [TOKEN, "renewed", "renewed"]
    registry.answers(SEARCH, refusal)
    assert "renew WDH_EQC_TOKEN_FILE" in str(error_of(provider, LookupProviderCredentialsError))
    assert len(registry.asked) == 4, "with the same token it is not asked again"


def test_a_renewed_file_is_read_before_the_next_lookup(
    registry: RegistryServer, make: Callable[..., EqcProvider], tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text("first!")
    provider = make(token=EqcToken(file=file))
    registry.answers(SEARCH, found())
    provider.lookup(NAME)
    times = file.stat()
    file.write_text("second")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    provider.lookup(NAME)
    assert [asked.headers["token"] for asked in registry.asked] == ["first!", "second"]
    for broken in ("", "two\nlines", "令牌"):
        file.write_text(broken, "utf-8")
        assert "WDH_EQC_TOKEN_FILE" in str(error_of(provider, LookupProviderCredentialsError))
    file.unlink()
    assert "WDH_EQC_TOKEN_FILE" in str(error_of(provider, LookupProviderCredentialsError))
    assert len(registry.asked) == 2


# ---- outages, and answers that cannot be understood -----------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("120", 120),
        ("0", None),
        ("-5", None),
        ("soon", None),
        ("1e3", None),
        ("99999999999", 86_400),
        ("9" * 400, None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
    ],
)
def test_an_overloaded_server_says_until_when(
    registry: RegistryServer, eqc: EqcProvider, status: int, header: str | None, seconds: float | None
) -> None:
    registry.answers(SEARCH, reply(b"", status=status, **({} if header is None else {"Retry_After": header})))
    error = error_of(eqc, LookupProviderUnavailableError)
    assert isinstance(error, LookupProviderUnavailableError)
    assert error.retry_after == seconds
    assert len(registry.asked) == 1, "it is not asked again at once"


def test_a_date_to_wait_for_is_by_the_clock_of_the_server() -> None:
    headers = {"Retry-After": "Wed, 01 Jan 2020 00:01:30 GMT", "Date": "Wed, 01 Jan 2020 00:00:00 GMT"}
    assert retry_after(headers) == 90
    assert retry_after({"Retry-After": headers["Retry-After"]}) is None


def test_a_date_to_wait_for_is_understood(registry: RegistryServer, eqc: EqcProvider) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    registry.answers(SEARCH, reply(b"", status=429, Retry_After=then))
    error = error_of(eqc, LookupProviderUnavailableError)
    assert isinstance(error, LookupProviderUnavailableError)
    assert error.retry_after is not None and 60 < error.retry_after <= 91


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (reply(b"<html>", status=500), "has failed (500)"),
        (reply(b"", status=502), "has failed (502)"),
        (server.drop, "dropped"),
        (server.drop_within_the_body, "dropped"),
    ],
)
def test_what_fails_once_is_asked_again_and_what_fails_thrice_is_an_outage(
    registry: RegistryServer, eqc: EqcProvider, behaviour: server.Behaviour, said: str
) -> None:
    registry.answers(SEARCH, behaviour, behaviour, found(hit("S1")))
    assert eqc.lookup(NAME).outcome == "found"
    assert registry.paths() == [SEARCH, SEARCH, SEARCH, DETAIL]
    registry.answers(SEARCH, behaviour)
    assert said in str(error_of(eqc, LookupProviderUnavailableError))
    assert len(registry.asked) == 7


def test_a_server_that_is_not_there_is_an_outage(make: Callable[..., EqcProvider]) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        provider = make(address=f"http://127.0.0.1:{reserved.getsockname()[1]}")
        error = error_of(provider, LookupProviderUnavailableError)
    assert "WDH_EQC_BASE_URL" in str(error)


@pytest.mark.parametrize("behaviour", [server.be_silent(30), server.drip_body, server.drip_headers])
def test_a_server_that_takes_its_time_is_given_up(
    registry: RegistryServer, make: Callable[..., EqcProvider], behaviour: server.Behaviour
) -> None:
    registry.answers(SEARCH, behaviour)
    start = time.monotonic()
    error = error_of(make(read_seconds=5, total_seconds=0.6), LookupProviderUnavailableError)
    assert "in time" in str(error)
    assert time.monotonic() - start < 4
    assert len(registry.asked) == 1


def test_no_step_begins_when_the_time_is_over(registry: RegistryServer, make: Callable[..., EqcProvider]) -> None:
    assert "in time" in str(error_of(make(total_seconds=1e-9), LookupProviderUnavailableError))
    assert registry.asked == []


def test_silence_is_given_up_before_the_whole_time_is_over(
    registry: RegistryServer, make: Callable[..., EqcProvider]
) -> None:
    registry.answers(SEARCH, server.be_silent(30))
    start = time.monotonic()
    error_of(make(read_seconds=0.3, total_seconds=20), LookupProviderUnavailableError)
    assert time.monotonic() - start < 10


def test_repetitions_end_with_the_time(registry: RegistryServer, make: Callable[..., EqcProvider]) -> None:
    def fail_slowly(handler: Any) -> None:
        time.sleep(0.4)
        reply(b"", status=500)(handler)

    registry.answers(SEARCH, fail_slowly)
    error_of(make(total_seconds=0.6), LookupProviderUnavailableError)
    assert len(registry.asked) <= 2


def test_a_redirect_is_not_followed(registry: RegistryServer, eqc: EqcProvider) -> None:
    with running_server() as elsewhere:
        elsewhere.answers("/", found(hit("S1")))
        for status in (301, 302, 303, 307, 308):
            registry.answers(SEARCH, reply(b'{"list": []}', status=status, Location=f"{elsewhere.address}/"))
            assert "correct WDH_EQC_BASE_URL" in str(error_of(eqc, LookupProviderUnavailableError))
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (reply(b"", status=404), "correct WDH_EQC_BASE_URL"),
        (reply(b"", status=400), "(400)"),
        (reply(b"", status=204), "(204)"),
        (reply(b"  "), "nothing"),
        (reply("<html>请登录</html>".encode(), Content_Type="application/json"), "HTML"),
        (reply(b'{"list": [{"companyId": "S1", "compa'), "damaged or cut short"),
        (reply(b'{"list": []} trailing'), "damaged or cut short"),
        (reply(b'{"list": [], "x": NaN}'), "damaged or cut short"),
        (reply(b'{"list": [], "x": 1e9999999999999999999999}'), "damaged or cut short"),
        (reply(b"[" * 100_000), "damaged or cut short"),
        (reply(b'{"list": "\xff"}'), "damaged or cut short"),
        (reply(b"TokenExpired"), "no JSON"),
        (reply(b"[]"), "a JSON list"),
        (reply(b"null"), "a JSON NoneType"),
        (reply_json({}), "without a list"),
        (reply_json({"list": None}), "without a list"),
        (reply_json({"list": {"0": hit("S1")}}), "without a list"),
        (reply_json({"error": "ServerBusy", "list": []}), "the error ServerBusy"),
        (reply_json({"error": f"bad token {TOKEN}", "list": []}), "of another kind"),
        (reply_json({"error": {"code": 1}}), "of another kind"),
        (reply_json({"list": []}, Content_Encoding="br"), "encoding"),
        (reply_json({"list": []}, Content_Encoding="gzip, gzip"), "encoding"),
        (reply(b'{"list": []}', Content_Encoding="gzip"), "decompressed"),
        (server.pour, "more than 2,097,152 bytes"),
        (server.gzipped(b'{"list": [], "x": "' + b" " * 50_000_000 + b'"}'), "more than 2,097,152 bytes"),
    ],
)
def test_what_cannot_be_understood_is_a_failed_attempt(
    registry: RegistryServer, eqc: EqcProvider, behaviour: server.Behaviour, said: str
) -> None:
    registry.answers(SEARCH, behaviour)
    assert said in str(error_of(eqc))
    assert registry.paths() == [SEARCH], "nothing is asked again"


def test_a_bomb_is_not_unpacked(registry: RegistryServer, eqc: EqcProvider) -> None:
    registry.answers(SEARCH, server.gzipped(b'{"list": [], "x": "' + b" " * 50_000_000 + b'"}'))
    tracemalloc.start()
    try:
        error_of(eqc)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20_000_000


@pytest.mark.parametrize(
    "behaviour",
    [
        reply(b'{"list": []}', Content_Type="text/html"),
        reply(b'\xef\xbb\xbf{"list": []}'),
        server.gzipped(b'{"list": []}'),
        reply(b'{"list": [' + b" " * 2_000_000 + b"]}"),
    ],
)
def test_json_is_taken_as_json(registry: RegistryServer, eqc: EqcProvider, behaviour: server.Behaviour) -> None:
    registry.answers(SEARCH, behaviour)
    assert eqc.lookup(NAME).outcome == "not_found"


# ---- settings and secrets -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, "WDH_EQC_BASE_URL"),
        ({"eqc_base_url": "http://127.0.0.1:9"}, "WDH_EQC_TOKEN"),
        ({"eqc_base_url": "http://127.0.0.1:9", "eqc_token": "two\nlines"}, "WDH_EQC_TOKEN"),
        ({"eqc_base_url": "http://127.0.0.1:9", "eqc_token": ""}, "WDH_EQC_TOKEN"),
        ({"eqc_base_url": "http://127.0.0.1:9", "eqc_token_file": "/no/such/file"}, "WDH_EQC_TOKEN_FILE"),
        (
            {"eqc_base_url": "http://127.0.0.1:9", "eqc_token": TOKEN, "lookup_total_seconds": 60},
            "WDH_LOOKUP_TOTAL_SECONDS",
        ),
    ],
)
def test_what_is_missing_is_named(settings: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named) as caught:
        http_provider_from_settings(load_settings(lookup_provider="eqc", **settings))
    assert TOKEN not in str(caught.value) and "two" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    ["eqc.example", "ftp://eqc.example", "https://", f"https://me:{TOKEN}@eqc.example"]
    + [f"https://eqc.example/{end}" for end in (f"?token={TOKEN}", f"#{TOKEN}")],
)
def test_an_address_is_one_and_holds_no_secret(
    make: Callable[..., EqcProvider], monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    with pytest.raises(ConfigurationError, match="WDH_EQC_BASE_URL") as caught:
        make(address=address)
    assert TOKEN not in str(caught.value)
    for setting in ("WDH_EQC_BASE_URL", "WDH_RECONCILIATION_URL"):
        with monkeypatch.context() as environment:
            environment.setenv(setting, address)
            # Before anything can show it.
            with pytest.raises(ConfigurationError, match=setting) as caught:
                load_settings()
            assert TOKEN not in str(caught.value)


def test_the_settings_make_the_provider(registry: RegistryServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WDH_LOOKUP_PROVIDER", "eqc")
    monkeypatch.setenv("WDH_EQC_BASE_URL", f"{registry.address}/")
    monkeypatch.setenv("WDH_EQC_TOKEN", TOKEN)
    monkeypatch.setenv("WDH_LOOKUP_MINIMUM_SCORE", "0.8")
    registry.answers(SEARCH, found(hit("S1", kind=FUZZY)))
    settings = load_settings()
    provider = http_provider_from_settings(settings)
    assert provider is not None
    assert outcome(provider.lookup(NAME)) == ("found", "S1", Decimal("0.8"))
    provider.close()
    described = {setting["name"]: setting["value"] for setting in describe_settings()}
    assert described["WDH_EQC_TOKEN"] == "***"
    assert TOKEN not in f"{settings!r} {settings} {vars(provider)!r} {described}"


def test_the_token_and_the_names_reach_no_log(
    registry: RegistryServer, eqc: EqcProvider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for logger in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection"):
        caplog.set_level(logging.DEBUG, logger)
    registry.answers(SEARCH, reply_json({"list": [hit("S1")], "token": TOKEN}, X_Token=TOKEN))
    eqc.lookup(NAME)
    for behaviour in (reply(b"", status=401, X_Token=TOKEN), server.drop, reply(TOKEN.encode())):
        registry.answers(SEARCH, behaviour)
        with pytest.raises(LookupProviderError) as caught:
            eqc.lookup(NAME)
        logging.getLogger("some job").error("It failed", exc_info=caught.value)
    assert "It failed" in caplog.text and "Asked a server" in caplog.text
    everything = caplog.text + "".join(repr(vars(record)) for record in caplog.records)
    assert TOKEN not in everything
    assert NAME not in everything and "%E5%B9%B3" not in everything


# ---- with the queue -----------------------------------------------------------------------------------------------


def test_a_worker_asks_eqc_and_waits_out_an_expired_token(
    database: Database, registry: RegistryServer, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    settings: dict[str, Any] = {
        "WDH_LOOKUP_PROVIDER": "eqc",
        "WDH_EQC_BASE_URL": registry.address,
        "WDH_EQC_TOKEN_FILE": str(file),
        "WDH_LOG_LEVEL": "DEBUG",
    }
    database.query("select enqueue_names(array['平安甲公司', '平安乙公司', '平安丙公司'])")
    registry.answers(SEARCH, reply_json({"error": "TokenExpired"}))
    expired = database.cli("worker", "--drain", check=False, **settings)
    assert expired.code == 1 and "renew WDH_EQC_TOKEN_FILE" in " ".join(expired.output.split())
    assert "renew WDH_EQC_TOKEN_FILE" in database.value("select pause_reason from provider_state")
    assert database.query("select status, attempts from lookup_requests") == [("pending", 0)] * 3
    database.query("update lookup_requests set run_at = now()")
    database.query("update provider_state set paused_until = '-infinity', outages = 0")

    arguments_of_processes: list[bytes] = []

    def search(handler: Any) -> None:
        for arguments in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                arguments_of_processes.append(arguments.read_bytes())
        name = registry.asked[-1].parameters["key"][0]
        found(*([hit("S1", name)] if name in ("平安甲公司", "平安丁公司") else []))(handler)

    registry.answers(SEARCH, search)
    given = {**settings, "WDH_EQC_TOKEN": TOKEN}
    done = database.cli("worker", "--drain", "--concurrency", "1", **given)
    assert database.query("select asked_name, outcome, company_id, confidence from lookup_answers order by 2, 1") == [
        ("平安甲公司", "found", "S1", Decimal("1.0000")),
        *sorted([("平安乙公司", "not_found", None, None), ("平安丙公司", "not_found", None, None)]),
    ]
    resolved = database.cli("resolve", "平安丁公司", "--sync-lookup-budget", "1", **given)
    assert resolved.output.split()[-6:] == ["S1", "success_external", "eqc", "knows", "the", "name"]
    status = database.cli("status", **given)
    assert "***" in status.output
    assert TOKEN not in expired.output + done.output + resolved.output + status.output
    assert any(b"worker" in arguments for arguments in arguments_of_processes)
    assert not any(TOKEN.encode() in arguments for arguments in arguments_of_processes)


def test_a_worker_without_its_settings_claims_nothing(database: Database) -> None:
    database.query("select enqueue_names(array['平安甲公司'])")
    done = database.cli(
        "worker", "--drain", check=False, WDH_LOOKUP_PROVIDER="eqc", WDH_EQC_BASE_URL="http://x.example"
    )
    assert done.code == 2 and "WDH_EQC_TOKEN" in done.output
    assert database.query("select status, attempts from lookup_requests") == [("pending", 0)]
