"""A reconciliation server: what it is asked, what its answers are worth, and two servers that others have written."""

from __future__ import annotations

import csv
import fcntl
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

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
from company_enrichment.lookups.providers.http_limits import HttpLimits
from company_enrichment.lookups.providers.reconciliation import ReconciliationProvider
from company_enrichment.settings import load_settings
from real_databases import clean_environment
from registry_server import RegistryServer, reply, reply_json, running_server

PATH = "/reconcile"
MANIFEST = {
    "versions": ["0.2"],
    "name": "Companies",
    "identifierSpace": "http://registry.example/companies",
    "schemaSpace": "http://registry.example/types",
}
NAME = "平安银行股份有限公司"


def candidate(company_id: Any, score: Any = 100, *, match: Any = False, **others: Any) -> dict[str, Any]:
    return {"id": company_id, "name": NAME, "score": score, "match": match, **others}


def results(*candidates: Any) -> server.Behaviour:
    return reply_json({"q0": {"result": list(candidates)}})


@pytest.fixture
def registry() -> Iterator[RegistryServer]:
    with running_server() as running:
        running.answers(PATH, reply_json(MANIFEST), results(candidate("C1")))
        yield running


@pytest.fixture
def make(registry: RegistryServer) -> Iterator[Callable[..., ReconciliationProvider]]:
    made: list[ReconciliationProvider] = []

    def make_provider(**arguments: Any) -> ReconciliationProvider:
        made.append(ReconciliationProvider(f"{registry.address}{PATH}", **arguments))
        return made[-1]

    yield make_provider
    for provider in made:
        provider.close()


@pytest.fixture
def reconciliation(make: Callable[..., ReconciliationProvider]) -> ReconciliationProvider:
    return make()


def answer_to(registry: RegistryServer, provider: ReconciliationProvider, *candidates: Any) -> LookupAnswer:
    """What becomes of such results."""
    registry.answers(PATH, reply_json(MANIFEST), results(*candidates))
    provider = ReconciliationProvider(f"{registry.address}{PATH}", rule=provider._rule)
    with closing(provider):
        return provider.lookup(NAME)


def error_of(
    provider: ReconciliationProvider, kind: type[LookupProviderError] = LookupProviderError
) -> LookupProviderError:
    with pytest.raises(LookupProviderError) as caught:
        provider.lookup(NAME)
    assert type(caught.value) is kind, caught.value
    return caught.value


# ---- what is asked ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [NAME, 'a "b" & c=d + 100% 平安?#', "ﾊﾟ"])
def test_the_query_is_posted_as_a_form(
    registry: RegistryServer, reconciliation: ReconciliationProvider, name: str
) -> None:
    reconciliation.lookup(name)
    [manifest, query] = registry.asked
    assert (manifest.method, manifest.target) == ("GET", PATH)
    assert (query.method, query.target) == ("POST", PATH)
    assert query.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert json.loads(query.form["queries"][0]) == {"q0": {"query": name, "limit": 10}}


def test_a_type_is_asked_for_when_one_is_set(
    registry: RegistryServer, make: Callable[..., ReconciliationProvider]
) -> None:
    make(type_id="company").lookup(NAME)
    assert json.loads(registry.asked[1].form["queries"][0])["q0"]["type"] == "company"


def test_the_manifest_is_asked_for_once(registry: RegistryServer, reconciliation: ReconciliationProvider) -> None:
    for _ in range(3):
        reconciliation.lookup(NAME)
    assert [asked.method for asked in registry.asked] == ["GET", "POST", "POST", "POST"]


def test_ten_names_are_asked_for_at_once(registry: RegistryServer, reconciliation: ReconciliationProvider) -> None:
    def answer(handler: Any) -> None:
        queries = json.loads(registry.asked[-1].form["queries"][0])
        # In another order, one of them missing.
        found = {
            key: {"result": [{**candidate(query["query"]), "name": query["query"]}]}
            for key, query in reversed(queries.items())
            if query["query"] != "公司7"
        }
        reply_json(found)(handler)

    registry.answers(PATH, reply_json(MANIFEST), answer)
    names = [f"公司{number}" for number in range(23)]
    answers = reconciliation.lookup_many(names)
    assert len(registry.asked) == 4
    for name, got in zip(names, answers, strict=True):
        if name == "公司7":
            assert isinstance(got, LookupProviderError)
        else:
            assert isinstance(got, LookupAnswer) and got.company_id == got.company_name == name
    assert reconciliation.lookup_many([]) == []


# ---- what an answer is worth --------------------------------------------------------------------------------------


def test_a_company_is_found_with_its_evidence(
    registry: RegistryServer, make: Callable[..., ReconciliationProvider]
) -> None:
    registry.answers(
        PATH,
        reply_json(MANIFEST),
        results(candidate("C2", 88.888888), candidate("C1", 100, match=True, type=[{"id": "bank", "name": "Bank"}])),
    )
    answer = make(id_prefix="lei:").lookup(NAME)
    assert (answer.outcome, answer.company_id, answer.confidence) == ("found", "lei:C1", Decimal("1.0000"))
    assert answer.evidence == {
        "candidates": [
            {"company_id": "lei:C1", "company_name": NAME, "score": 1.0, "match": True},
            {"company_id": "lei:C2", "company_name": NAME, "score": 0.8888, "match": False},
        ],
        "companies": 2,
        "identifier_space": "http://registry.example/companies",
        "match": True,
        "types": ["bank"],
    }
    json.dumps(answer.evidence)


@pytest.mark.parametrize("types", [None, [], "company", ["company"], [{"id": "company"}], [{"name": "x"}, 7, None], {}])
def test_types_may_be_missing_texts_or_objects(
    registry: RegistryServer, reconciliation: ReconciliationProvider, types: Any
) -> None:
    answer = answer_to(registry, reconciliation, candidate("C1", type=types))
    assert answer.outcome == "found"
    assert set(answer.evidence.get("types", [])) <= {"company"}


def test_an_empty_result_is_not_found(registry: RegistryServer, reconciliation: ReconciliationProvider) -> None:
    assert answer_to(registry, reconciliation).outcome == "not_found"


@pytest.mark.parametrize(
    ("candidates", "outcome", "confidence"),
    [
        pytest.param([candidate("C1", 95)], "found", "0.95", id="a score that is high enough"),
        pytest.param([candidate("C1", 94.99999)], "not_accepted", None, id="one that is not, and is not rounded up"),
        pytest.param([candidate("C1", 96.123456)], "found", "0.9612", id="four decimals are stored"),
        pytest.param([candidate("C1"), candidate("C2")], "not_accepted", None, id="a tie at the top"),
        pytest.param([candidate("C1"), candidate("C1")], "found", "1", id="one company twice is no tie"),
        pytest.param([candidate("C1"), candidate("C2", 99)], "found", "1", id="alone at the top"),
        pytest.param([candidate("C1", 98), candidate("C2", 89)], "not_accepted", None, id="too small a margin"),
        pytest.param([candidate("C1", 98), candidate("C2", 88)], "found", "0.98", id="a margin that is wide enough"),
        pytest.param([candidate("C1", 60, match=True)], "found", "0.60", id="the server's own match"),
        pytest.param([candidate("C1", 60, match=True), candidate("C2", 50)], "found", "0.60", id="with a margin"),
        pytest.param([candidate("C1", 60, match=True), candidate("C2", 55)], "not_accepted", None, id="without one"),
        pytest.param([candidate("C1", 60, match=True), candidate("C2", 99)], "not_accepted", None, id="below another"),
        pytest.param(
            [candidate("C1", match=True), candidate("C2", 50, match=True)], "not_accepted", None, id="two matches"
        ),
        pytest.param([candidate("C1", match=True), candidate("C1", 50, match=True)], "found", "1", id="of one company"),
        pytest.param([candidate("C1", None, match=True)], "found", "0.95", id="a match without a score"),
        pytest.param(
            [candidate("C1", None, match=True), candidate("C2", None)], "not_accepted", None, id="beside another"
        ),
        pytest.param(
            [candidate("C1", 100), candidate("C2", None)], "not_accepted", None, id="beside one without a score"
        ),
        pytest.param(
            [candidate("C1", 100), candidate("C2", 50), candidate("C3", None)],
            *("not_accepted", None),
            id="beside one with and one without a score",
        ),
        pytest.param([candidate("C1", None)], "not_accepted", None, id="neither match nor score"),
        pytest.param([candidate("C1", "100")], "not_accepted", None, id="a text is no score"),
        pytest.param([candidate("C1", True)], "not_accepted", None, id="nor is true"),
        pytest.param([candidate("C1", 60, match="true")], "not_accepted", None, id="a text is no match"),
    ],
)
def test_what_is_accepted(
    registry: RegistryServer,
    reconciliation: ReconciliationProvider,
    candidates: list[Any],
    outcome: str,
    confidence: str | None,
) -> None:
    for ordered in (candidates, candidates[::-1]):
        answer = answer_to(registry, reconciliation, *ordered)
        assert answer.outcome == outcome, answer.evidence
        assert answer.confidence == (None if confidence is None else Decimal(confidence))
        assert answer.company_id == (None if confidence is None else "C1")
        assert (outcome == "not_accepted") == ("reason" in answer.evidence)


@pytest.mark.parametrize(
    ("score", "match", "basis"),
    [(100, True, "exact"), (100, False, "similar"), (99, True, "similar"), (None, True, "similar")],
)
def test_a_match_with_a_perfect_score_rests_on_the_name_and_any_other_on_likeness(
    registry: RegistryServer, reconciliation: ReconciliationProvider, score: Any, match: bool, basis: str
) -> None:
    answer = answer_to(registry, reconciliation, candidate("C1", score, match=match))
    assert (answer.outcome, answer.match_basis) == ("found", basis)


def test_scores_may_go_to_one(registry: RegistryServer, make: Callable[..., ReconciliationProvider]) -> None:
    registry.answers(PATH, reply_json(MANIFEST), results(candidate("C1", 0.97), candidate("C2", 0.5)))
    answer = make(highest_score=Decimal(1)).lookup(NAME)
    assert (answer.outcome, answer.confidence) == ("found", Decimal("0.97"))
    registry.answers(PATH, reply_json(MANIFEST), results(candidate("C1", True)))
    assert make(highest_score=Decimal(1)).lookup(NAME).outcome == "not_accepted", "true is not one"
    registry.answers(PATH, reply_json(MANIFEST), results(candidate("C1", 1), candidate("C2", 0.5)))
    assert make().lookup(NAME).outcome == "not_accepted", "one of a hundred is no match"


@pytest.mark.parametrize("score", [101, -1, 1e300])
def test_a_score_beyond_the_scale_names_the_setting(
    registry: RegistryServer, make: Callable[..., ReconciliationProvider], score: float
) -> None:
    registry.answers(PATH, reply_json(MANIFEST), results(candidate("C1", score)))
    assert "WDH_RECONCILIATION_HIGHEST_SCORE" in str(error_of(make()))


def test_results_that_cannot_be_read_are_counted(
    registry: RegistryServer, reconciliation: ReconciliationProvider
) -> None:
    unreadable = ["text", None, candidate(None), candidate(""), {"id": "C9", "score": 1}, candidate("C\x00")]
    answer = answer_to(registry, reconciliation, *unreadable, candidate("C1"))
    assert (answer.outcome, answer.evidence["unreadable"]) == ("found", len(unreadable))
    with pytest.raises(LookupProviderError, match="none of which can be read"):
        answer_to(registry, reconciliation, *unreadable)


# ---- manifests, and answers that cannot be understood ---------------------------------------------------------------


@pytest.mark.parametrize(
    "manifest",
    [
        {**MANIFEST, "versions": ["0.1"]},
        {**MANIFEST, "versions": ["0.1", "0.2", "1.0"]},
        {key: value for key, value in MANIFEST.items() if key != "versions"},
        {"versions": ["0.2"], "name": "Companies"},
    ],
)
def test_manifests_of_both_versions_are_taken(
    registry: RegistryServer, reconciliation: ReconciliationProvider, manifest: dict[str, Any]
) -> None:
    registry.answers(PATH, reply_json(manifest), results(candidate("C1")))
    assert reconciliation.lookup(NAME).outcome == "found"


@pytest.mark.parametrize(
    "manifest",
    [
        reply_json({}),
        reply_json([]),
        reply_json({"versions": ["0.2"]}),
        reply_json({"name": "x"}),
        reply_json({**MANIFEST, "versions": "0.2"}),
        reply_json({**MANIFEST, "versions": ["1.0"]}),
        reply_json({**MANIFEST, "versions": []}),
        reply(b"<html>A portal</html>"),
        reply(b"", status=404),
        reply(b"", status=302, Location="/login"),
    ],
)
def test_what_is_no_server_is_out_of_service_and_the_setting_is_named(
    registry: RegistryServer, reconciliation: ReconciliationProvider, manifest: server.Behaviour
) -> None:
    registry.answers(PATH, manifest, reply_json(MANIFEST), results(candidate("C1")))
    assert "WDH_RECONCILIATION_URL" in str(error_of(reconciliation, LookupProviderUnavailableError))
    assert len(registry.asked) == 1
    assert reconciliation.lookup(NAME).outcome == "found", "it is looked at again"


@pytest.mark.parametrize(
    ("behaviour", "kind", "said"),
    [
        (reply_json(MANIFEST), LookupProviderError, "manifest instead of results"),
        (reply_json({}), LookupProviderError, "not answered the query"),
        (reply_json({"q1": {"result": [candidate("C1")]}}), LookupProviderError, "not answered the query"),
        (reply_json({"q0": {}}), LookupProviderError, "not answered the query"),
        (reply_json({"q0": {"result": None}}), LookupProviderError, "not answered the query"),
        (reply_json({"q0": {"result": {"id": "C1"}}}), LookupProviderError, "not answered the query"),
        (reply_json({"q0": [candidate("C1")]}), LookupProviderError, "not answered the query"),
        (reply_json({"status": "error", "message": "x"}), LookupProviderError, "not answered the query"),
        (reply_json([{"result": []}]), LookupProviderError, "a JSON list"),
        (reply(b"<html>500</html>"), LookupProviderError, "HTML"),
        (reply(b"<html>500</html>", status=500), LookupProviderUnavailableError, "(500)"),
        (reply(b"", status=413), LookupProviderError, "(413)"),
        (reply(b"", status=401), LookupProviderCredentialsError, "WDH_RECONCILIATION_URL"),
        (reply(b"", status=429), LookupProviderUnavailableError, "overloaded"),
        (server.drop, LookupProviderUnavailableError, "dropped"),
    ],
)
def test_other_answers_are_errors(
    registry: RegistryServer,
    reconciliation: ReconciliationProvider,
    behaviour: server.Behaviour,
    kind: type[LookupProviderError],
    said: str,
) -> None:
    registry.answers(PATH, reply_json(MANIFEST), behaviour)
    assert said in str(error_of(reconciliation, kind))


def test_the_time_is_that_of_manifest_and_query_together(
    registry: RegistryServer, make: Callable[..., ReconciliationProvider]
) -> None:
    registry.answers(PATH, reply_json(MANIFEST), server.drip_body)
    start = time.monotonic()
    provider = make(limits=HttpLimits(total_seconds=0.5))
    assert "in time" in str(error_of(provider, LookupProviderUnavailableError))
    assert time.monotonic() - start < 4


# ---- settings -----------------------------------------------------------------------------------------------------


def test_the_settings_make_the_provider(registry: RegistryServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WDH_LOOKUP_PROVIDER", "reconciliation")
    with pytest.raises(ConfigurationError, match="WDH_RECONCILIATION_URL"):
        http_provider_from_settings(load_settings())
    monkeypatch.setenv("WDH_RECONCILIATION_URL", f"{registry.address}{PATH}")
    monkeypatch.setenv("WDH_RECONCILIATION_TYPE", "company")
    monkeypatch.setenv("WDH_RECONCILIATION_ID_PREFIX", "lei:")
    monkeypatch.setenv("WDH_RECONCILIATION_HIGHEST_SCORE", "1")
    monkeypatch.setenv("WDH_LOOKUP_MINIMUM_SCORE", "0.9")
    monkeypatch.setenv("WDH_LOOKUP_MINIMUM_MARGIN", "0.2")
    registry.answers(
        PATH,
        reply_json(MANIFEST),
        results(candidate("C1", 0.9), candidate("C2", 0.7)),
        results(candidate("C1", 0.9), candidate("C2", 0.71)),
    )
    provider = http_provider_from_settings(load_settings())
    assert provider is not None
    assert provider.lookup(NAME).company_id == "lei:C1"
    assert provider.lookup(NAME).outcome == "not_accepted"
    assert json.loads(registry.asked[1].form["queries"][0])["q0"]["type"] == "company"
    provider.close()
    monkeypatch.setenv("WDH_RECONCILIATION_ID_PREFIX", "lei")
    with pytest.raises(ConfigurationError, match="WDH_RECONCILIATION_ID_PREFIX"):
        load_settings()


# ---- servers that others have written -----------------------------------------------------------------------------

COMPANIES = [
    ("000001", "平安银行股份有限公司"),
    ("600928", "西安银行股份有限公司"),
    ("601318", "中国平安保险（集团）股份有限公司"),
    ("D1", "同名有限公司"),
    ("D2", "同名有限公司"),
]


def installed(name: str, *requirements: str) -> Path:
    """The folder with the commands of a package, installed once into an environment of its own."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "company-enrichment-tests" / name
    is_complete = folder / "is-complete"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        # Another process of the tests may be at it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_complete.exists():
            _install(folder, requirements)
            is_complete.touch()
    return folder / "bin"


def _install(folder: Path, requirements: tuple[str, ...]) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True, capture_output=True)
    pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", "--retries", "1"]
    try:
        subprocess.run([*pip, *requirements], check=True, capture_output=True, encoding="utf-8", timeout=300)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        reason = str(error.stderr or error).strip().splitlines()[-1]
        pytest.skip(f"{requirements[0]} cannot be installed from the package index: {reason}")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def started(command: list[Any], url: str, folder: Path, **environment: str) -> Iterator[str]:
    """A server that runs until the block ends; its address."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=clean_environment(**environment), stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
    try:
        deadline = time.monotonic() + 60
        while True:
            with suppress(OSError), urllib.request.urlopen(url, timeout=5):
                break
            assert process.poll() is None and time.monotonic() < deadline, (folder / "log").read_text("utf-8")
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="session")
def csv_reconcile() -> Iterator[str]:
    """csv-reconcile with the companies; its address. It speaks 0.1."""
    commands = installed("csv-reconcile", "csv-reconcile==0.3.2", "normality<3")
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        with (folder / "companies.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter="\t").writerows([("id", "name"), *COMPANIES])
        subprocess.run(
            [commands / "csv-reconcile", "init", "companies.csv", "id", "name"],
            cwd=folder,
            env=clean_environment(),
            check=True,
            capture_output=True,
        )
        serve = f"from csv_reconcile import create_app; create_app().run(host='127.0.0.1', port={port})"
        url = f"http://127.0.0.1:{port}/reconcile"
        with started([commands / "python", "-c", serve], url, folder) as address:
            yield address


@pytest.fixture(scope="session")
def datasette_reconcile() -> Iterator[str]:
    """datasette-reconcile with the companies; its address. It speaks 0.1 and 0.2."""
    commands = installed("datasette-reconcile", "datasette==0.65.5", "datasette-reconcile==0.6.3")
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        with closing(sqlite3.connect(folder / "registry.db")) as connection:
            connection.execute("create table companies (id text primary key, name text)")
            connection.executemany("insert into companies values (?, ?)", COMPANIES)
            connection.execute("create virtual table companies_fts using fts5(name, content='companies')")
            connection.execute("insert into companies_fts (rowid, name) select rowid, name from companies")
            connection.commit()
        reconcile = {"id_field": "id", "name_field": "name", "type_default": [{"id": "company", "name": "Company"}]}
        table = {"plugins": {"datasette-reconcile": reconcile}}
        (folder / "metadata.json").write_text(
            json.dumps({"databases": {"registry": {"tables": {"companies": table}}}}), "utf-8"
        )
        command = [commands / "datasette", "registry.db", "--metadata", "metadata.json", "--port", str(port)]
        with started(command, f"http://127.0.0.1:{port}/registry/companies/-/reconcile", folder) as address:
            yield address


@pytest.fixture(params=["csv_reconcile", "datasette_reconcile"])
def peer(request: pytest.FixtureRequest) -> Iterator[ReconciliationProvider]:
    """A provider that asks one of the two."""
    with closing(ReconciliationProvider(request.getfixturevalue(request.param))) as provider:
        yield provider


def test_a_real_server_finds_the_full_name(peer: ReconciliationProvider) -> None:
    answer = peer.lookup("平安银行股份有限公司")
    assert (answer.outcome, answer.company_id, answer.confidence) == ("found", "000001", Decimal(1))
    assert answer.company_name == "平安银行股份有限公司"


def test_a_real_server_does_not_know_a_name(peer: ReconciliationProvider) -> None:
    assert peer.lookup("Zürcher Uhrenfabrik").outcome == "not_found"


def test_a_real_server_knows_two_companies_of_one_name(peer: ReconciliationProvider) -> None:
    answer = peer.lookup("同名有限公司")
    assert (answer.outcome, answer.company_id) == ("not_accepted", None)
    assert {"D1", "D2"} <= {candidate["company_id"] for candidate in answer.evidence["candidates"]}


def test_a_real_server_answers_many_names(peer: ReconciliationProvider) -> None:
    names = [name for _, name in COMPANIES[:3]] * 5
    answers = peer.lookup_many(names)
    assert [answer.company_name for answer in answers if isinstance(answer, LookupAnswer)] == names


def test_another_bank_of_a_similar_name_is_not_accepted(csv_reconcile: str) -> None:
    """A score of 0.93 says little about names that differ in a character: a lower threshold takes one for the other."""
    loose = AcceptanceRule(minimum_score=Decimal("0.90"), minimum_margin=Decimal("0.05"))
    outcomes = []
    for rule in (None, loose):
        with closing(ReconciliationProvider(csv_reconcile, rule=rule)) as provider:
            answer = provider.lookup("西宁银行股份有限公司")
        assert answer.evidence["candidates"][0]["company_name"] == "西安银行股份有限公司"
        outcomes.append(answer.outcome)
    assert outcomes == ["not_accepted", "found"]
