"""Every door refuses what is no company id: answers of every provider, mappings, corrections, and the counter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal
from typing import Any

import psycopg2
import pytest

from company_enrichment import CompanyEnrichmentService, CompanyMappingLoader, LookupAnswer, LookupQueue
from company_enrichment.lookups.providers import provider_from_settings
from company_enrichment.lookups.providers.registry import RegistryProvider
from company_enrichment.lookups.report import WorkerReport
from company_enrichment.records import ClaimReport
from company_enrichment.settings import load_settings
from real_databases import Database, create_database, drop_database
from registry_server import RegistryServer, reply_json, running_server

NAME = "样例登记有限公司"
# What came as an id, and the reason; issue 18, and A13, A10, A15 of the cases from the field.
FAULTS: list[tuple[str | None, str]] = [
    ("TEMP_000001", "has the form of a temporary id"),
    ("TEMP_2147483647", "has the form of a temporary id"),
    ("ＴＥＭＰ－１", "has the form of a temporary id"),
    ("N/A", "is a placeholder"),
    ("null", "is a placeholder"),
    ("0", "is a placeholder"),
    ("", "is empty"),
    (None, "is empty"),
    ("__EMPTY__", "is __EMPTY__, which only a mapping may say"),
    ("#N/A", "is an error of a spreadsheet"),
    ("600000009.0", "is a number as a spreadsheet rewrites it"),
]


def _found(company_id: str | None, name: str = NAME) -> LookupAnswer:
    return LookupAnswer(
        provider="registry", outcome="found", company_id=company_id, company_name=name, confidence=Decimal("0.95")
    )


# ---- answers ------------------------------------------------------------------------------------------------------


def test_an_answer_without_a_usable_id_is_neither_found_nor_not_found(database: Database) -> None:
    """It is unusable, with the reason; the request is done, and says so; the name is temporary, and rests."""
    names = [f"样例登记{number}有限公司" for number in range(len(FAULTS))]
    for number, name in enumerate([*names, "样例完好有限公司"]):
        database.query(
            "insert into customer_records (record_id, source_system, customer_name) values (%s, 't', %s)",
            (str(number), name),
        )
    queue = LookupQueue(database.connect())
    queue.enqueue_many([*names, "样例完好有限公司"])
    given = {name: company_id for name, (company_id, _) in zip(names, FAULTS, strict=True)}
    given["样例完好有限公司"] = " ６００００02０１\u200b "
    requests = queue.dequeue()
    reports = [ClaimReport.done(request, _found(given[request.name], request.name)) for request in requests]
    statuses = queue.report(reports)
    counts = WorkerReport()
    for report, status in zip(reports, statuses, strict=True):
        counts.count(report, status)
    assert (counts.found, counts.not_found, counts.not_accepted, counts.unusable) == (1, 0, 0, len(FAULTS))
    assert counts.asked == len(FAULTS) + 1

    stored = "select asked_name, outcome, company_id, evidence ->> 'reason' from lookup_answers order by answer_id"
    expected = [
        (name, "unusable", None, f"the company id {fault}") for name, (_, fault) in zip(names, FAULTS, strict=True)
    ]
    assert sorted(database.query(stored)) == sorted([*expected, ("样例完好有限公司", "found", "600000201", None)])
    done = "select status, last_error from lookup_requests where name = %s"
    assert database.query(done, (names[0],)) == [
        ("done", "Unusable answer: the company id has the form of a temporary id")
    ]
    assert database.query(done, ("样例完好有限公司",)) == [("done", None)]

    database.dbt("run")
    assert database.query("select status, count(*) from company_resolution group by status order by status") == [
        *(("resolved", 1), ("temporary", len(FAULTS)))
    ]
    assert database.value("select last_number from temp_id_sequence") == len(FAULTS)
    spent = "select lookups, found, not_found, not_accepted, unusable from provider_spend"
    assert database.query(spent) == [(len(FAULTS) + 1, 1, 0, 0, len(FAULTS))]
    # Asked a moment ago: it rests as long as a name that was not found.
    assert {result.outcome for result in queue.enqueue_many(names)} == {"answered"}
    database.query("update lookup_answers set answered_at = now() - interval '31 days'")
    assert {result.outcome for result in queue.enqueue_many(names)} == {"new"}
    tested = database.dbt("test", "--select", "company_lookup_cache", "company_resolution", "stg_lookup_answers")
    assert "WARN 11 no_answer_is_unusable" in tested.output and "ERROR=0" in tested.output


@pytest.mark.one_server
def test_an_unusable_answer_leaves_a_good_one_in_force(database: Database) -> None:
    queue = LookupQueue(database.connect())
    queue.record_answer(NAME, _found("600000201"))
    stored = queue.record_answer(NAME, _found("N/A"))
    assert stored is not None
    assert (stored.outcome, stored.company_id, stored.fault) == ("unusable", None, "the company id is a placeholder")
    database.dbt("run", "--select", "+company_lookup_cache")
    assert database.query("select outcome, company_id from company_lookup_cache") == [("found", "600000201")]


@pytest.mark.one_server
def test_the_table_itself_keeps_the_gate_whoever_writes(database: Database) -> None:
    insert = (
        "insert into lookup_answers (provider, asked_name, normalized_name, outcome, company_id, confidence)"
        " values ('somebody', 'x', 'x', 'found', %s, 1) returning outcome, company_id"
    )
    assert database.query(insert, ("temp_000001",)) == [("unusable", None)]
    assert database.query(insert, (" C1 ",)) == [("found", "C1")]
    assert database.query(
        "update lookup_answers set company_id = '#REF!' where outcome = 'found' returning outcome"
    ) == [("unusable",)]
    correct = (
        "insert into company_id_corrections (from_company_id, to_company_id, kind, covers, reason, current_company_id)"
        " values (%s, %s, 'merged', 'company', 'x', 'B') returning correction_id"
    )
    for wrong, right in (("A", "N/A"), ("TEMP_000001", "B"), ("A", "__EMPTY__"), ("A", " B"), ("", "B")):
        with pytest.raises(psycopg2.errors.CheckViolation):
            database.query(correct, (wrong, right))
    [(correction_id,)] = database.query(correct, ("A", "B"))
    with pytest.raises(psycopg2.errors.CheckViolation):
        database.query("update company_id_corrections set to_company_id = 'null'")
    hold = (
        "insert into corrected_aliases (match_type, alias_name, correction_id, alias_text, company_id)"
        " values ('plan', 'P1', %s, 'P1', %s)"
    )
    with pytest.raises(psycopg2.errors.CheckViolation):
        database.query(hold, (correction_id, "#N/A"))
    database.query(hold, (correction_id, "B"))


@pytest.mark.one_server
def test_the_online_resolver_gives_the_id_as_it_is_stored_and_never_a_faulty_one(database: Database) -> None:
    database.query("create table enterprise.registry_of_mine (company_id text, company_name text)")
    database.query(
        "insert into registry_of_mine"
        " values (' 600000201 ', '样例甲登记有限公司'), ('TEMP_000009', '样例乙登记有限公司')"
    )
    connection = database.connect()
    registry = RegistryProvider(database.connect(), schema="enterprise", table="registry_of_mine")
    service = CompanyEnrichmentService(CompanyMappingLoader(connection), LookupQueue(connection), registry)
    assert service.resolve_company_id(customer_name="样例甲登记有限公司").company_id == "600000201"
    unusable = service.resolve_company_id(customer_name="样例乙登记有限公司")
    assert (unusable.company_id, unusable.status.value) == ("TEMP_000001", "temp_assigned")
    assert unusable.reason == "the answer of registry is unusable: the company id has the form of a temporary id"
    again = service.resolve_company_id(customer_name="样例乙登记有限公司")
    assert (again.budget_consumed, again.reason) == (
        *(0, "registry knows the name, but what it gives for its company id is none"),
    )
    explained = database.cli("resolve", "样例乙登记有限公司", "--explain").output
    assert "has no usable company id at registry" in explained


# ---- candidates ---------------------------------------------------------------------------------------------------


@pytest.mark.one_server
@pytest.mark.parametrize(("company_id", "fault"), FAULTS)
def test_of_a_registry_table_only_the_row_without_an_id_is_unusable(
    judge: Database, company_id: str | None, fault: str
) -> None:
    with closing(judge.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("create temporary table registry_of_mine (company_id text, company_name text)")
        cursor.execute("insert into registry_of_mine values (%s, %s)", (company_id, NAME))
        connection.commit()
        registry = RegistryProvider(connection, schema="enterprise", table="pg_temp.registry_of_mine")
        alone = registry.lookup(NAME)
        assert (alone.outcome, alone.company_id, alone.evidence["reason"]) == (
            *("unusable", None, f"the company id {fault}"),
        )
        # In two forms that are one: the company is found.
        cursor.execute(
            "insert into registry_of_mine values ('600000201', %s), (' 600000201', %s)", (f" {NAME}", f"{NAME} ")
        )
        connection.commit()
        found = registry.lookup(NAME)
        assert (found.outcome, found.company_id, found.confidence) == ("found", "600000201", Decimal(1))
        assert [one["fault"] for one in found.evidence["unusable"]] == [fault]


@pytest.fixture
def ask(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, judge: Database, registry: RegistryServer
) -> Iterator[Callable[..., LookupAnswer]]:
    """What becomes of candidates (id, name, score) of a server, which is made as the settings say."""
    connection = judge.connect()
    made: list[Any] = []

    def ask_provider(*candidates: tuple[Any, str, int]) -> LookupAnswer:
        if request.param == "eqc":
            kinds = {100: "全称精确匹配", 80: "模糊匹配"}
            hits = [
                {"companyId": one, "companyFullName": name, "type": kinds[score]} for one, name, score in candidates
            ]
            registry.answers("/kg-api-hfd/api/search/", reply_json({"list": hits}))
            registry.answers("/kg-api-hfd/api/search/findDepart", reply_json({"businessInfodto": {}}))
        else:
            results = [{"id": one, "name": name, "score": score, "match": False} for one, name, score in candidates]
            manifest = {"versions": ["0.2"], "name": "x", "identifierSpace": "x", "schemaSpace": "x"}
            registry.answers("/", reply_json(manifest), reply_json({"q0": {"result": results}}))
        settings = load_settings(
            lookup_provider=request.param,
            eqc_base_url=registry.address,
            eqc_token="t",
            reconciliation_url=f"{registry.address}/",
            reconciliation_id_prefix="wd:" if request.param == "reconciliation" else "",
        )
        provider = provider_from_settings(settings, connection, "enterprise")
        assert provider is not None
        made.append(provider)
        return provider.lookup(NAME)

    yield ask_provider
    for provider in made:
        provider.close()


@pytest.fixture
def registry() -> Iterator[RegistryServer]:
    with running_server() as running:
        yield running


@pytest.fixture(scope="module")
def judge(deployed_template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database that nothing is stored in."""
    copy = create_database(deployed_template.server, tmp_path_factory.mktemp("judge"), deployed_template.name)
    yield copy
    drop_database(copy)


@pytest.mark.parametrize("ask", ["eqc", "reconciliation"], indirect=True)
def test_of_a_servers_candidates_only_those_without_an_id_are_unusable(ask: Callable[..., LookupAnswer]) -> None:
    for company_id, fault in FAULTS:
        alone = ask((company_id, NAME, 100))
        assert (alone.outcome, alone.company_id, alone.evidence["reason"]) == (
            *("unusable", None, f"the company id {fault}"),
        )
        beside = ask((company_id, NAME, 100), (" 600000201 ", NAME, 100))
        assert beside.outcome == "found" and str(beside.company_id).removeprefix("wd:") == "600000201"
        assert [one["fault"] for one in beside.evidence["unusable"]] == [fault]
    # A number of JSON that has become a fraction is no other thing than its text.
    assert ask((600000009.5, NAME, 100)).outcome == "unusable"
    # The company that is surely meant has no id: the next best is another one.
    other = ask(("N/A", NAME, 100), ("600000202", "样例登记股份有限公司", 100))
    assert (other.outcome, other.company_id) == ("not_accepted", None)
    # One that is less like the name speaks against nothing.
    assert ask(("N/A", "样例其他有限公司", 80), ("600000201", NAME, 100)).outcome == "found"


@pytest.mark.one_server
def test_a_worker_asks_the_gate_and_counts_what_is_unusable(database: Database, registry: RegistryServer) -> None:
    results = [{"id": "#N/A", "name": NAME, "score": 100, "match": True}]
    manifest = {"versions": ["0.2"], "name": "x", "identifierSpace": "x", "schemaSpace": "x"}
    registry.answers("/", reply_json(manifest), reply_json({"q0": {"result": results}}))
    LookupQueue(database.connect()).enqueue(NAME)
    done = database.cli(
        "worker", "--drain", WDH_LOOKUP_PROVIDER="reconciliation", WDH_RECONCILIATION_URL=f"{registry.address}/"
    )
    assert "0 found, 0 not found, 0 not accepted, 1 unusable, 0 to be retried, 0 failed" in done.output
    assert database.query("select status, last_error from lookup_requests") == [
        ("done", "Unusable answer: the company id is an error of a spreadsheet")
    ]
    assert database.value("select evidence -> 'unusable' -> 0 ->> 'company_id' from lookup_answers") == "#N/A"


# ---- mappings -----------------------------------------------------------------------------------------------------


@pytest.mark.one_server
def test_a_mapping_with_a_faulty_id_is_rejected_with_its_reason_and_a_clean_one_meets_its_like(
    database: Database,
) -> None:
    rows = [(f"P{line}", company_id, fault) for line, (company_id, fault) in enumerate(FAULTS, start=2)]
    rows = [row for row in rows if row[1] != "__EMPTY__"]
    for line, (alias, company_id, _) in enumerate(rows, start=2):
        database.query(
            "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
            " values ('faulty', %s, 'curated', 'plan', %s, %s)",
            (line, alias, company_id),
        )
    for line, company_id in ((900, "\u3000６０００00011"), (901, "600000011"), (902, " ＿＿ＥＭＰＴＹ＿＿ ")):
        database.query(
            "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
            " values ('clean', %s, 'curated', 'plan', %s, %s)",
            (line, "Q1" if line < 902 else "Q2", company_id),
        )
    database.dbt("run", "--select", "+company_mapping", "+mapping_rejects", "+company_mapping_conflicts")
    rejected = "select alias_text, reason from mapping_rejects where load_id = 'faulty' order by line_no"
    assert database.query(rejected) == [(alias, f"the company id {fault}") for alias, _, fault in rows]
    mapped = "select alias_name, company_id from company_mapping where load_id = 'clean' order by alias_name"
    assert database.query(mapped) == [("Q1", "600000011"), ("Q2", "__EMPTY__")]
    # Two widths of one id are no conflict.
    assert database.value("select count(*) from company_mapping_conflicts") == 0


@pytest.mark.one_server
def test_users_name_their_own_placeholders_and_an_entry_that_is_none_is_refused(database: Database) -> None:
    database.dbt("run-operation", "migrate", "--vars", "{company_id_placeholders: [keine Angabe, '999999', X9]}")
    assert database.value("select company_id_fault('Keine-Angabe.')") == "is a placeholder"
    assert database.query("select company_id_fault('999999'), company_id_fault('X9'), company_id_fault('unknown')") == [
        ("is a placeholder", "is a placeholder", None)
    ]
    for entries, message in (
        ("[0]", "entry 1 of company_id_placeholders must be a text"),
        ("['--']", "must have a letter or digit"),
        ("none", "company_id_placeholders must be a list"),
    ):
        refused = database.dbt(
            "run-operation", "migrate", "--vars", f"{{company_id_placeholders: {entries}}}", check=False
        )
        assert refused.code == 1 and message in refused.output


# ---- dbt's tests --------------------------------------------------------------------------------------------------


GOT_AROUND = (
    "alter table lookup_answers disable trigger gate_answer",
    "insert into lookup_answers (provider, asked_name, normalized_name, outcome, company_id, confidence)"
    " values ('p', '样例一厂', '样例一厂', 'found', %(fault)s, 1)",
    "alter table lookup_answers enable trigger gate_answer",
    "update company_mapping set company_id = %(fault)s"
    " where alias_name = (select min(alias_name) from company_mapping)",
    "update company_resolution set company_id = %(fault)s, is_temporary = false",
    "insert into company_lookup_cache"
    " (normalized_name, outcome, company_id, provider, answer_id, asked_name, answered_at)"
    " values ('x', 'found', %(fault)s, 'p', 1, 'x', now())"
    " on conflict (normalized_name) do update set company_id = excluded.company_id",
    "delete from company_id_crosswalk",
    "insert into company_id_crosswalk (from_company_id, valid_from, to_company_id, kind, decided_by, run_id)"
    " values ('TEMP_000001', now(), %(fault)s, 'resolved', 'lookup', 'x')",
)


@pytest.mark.one_server
@pytest.mark.parametrize("fault", ["", " C1", "#N/A"])
def test_a_faulty_id_that_got_around_the_gate_never_passes_dbt_test(database: Database, fault: str) -> None:
    database.query(
        "insert into customer_records (record_id, source_system, customer_name) values ('1', 't', '样例一厂')"
    )
    database.dbt("run")
    for statement in GOT_AROUND:
        database.query(statement, {"fault": fault})
    failed = database.dbt("test", "--select", "test_name:company_id", check=False)
    assert failed.code == 1
    for model in ("company_mapping", "company_lookup_cache", "company_resolution", "stg_lookup_answers"):
        assert f"company_id_{model}_" in failed.output
    assert "company_id_company_id_crosswalk_to_company_id" in failed.output
    assert "ERROR=5" in failed.output
