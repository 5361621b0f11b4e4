"""What a new user is told: the cause, the next step and the right exit code, at the first wrong step."""

from __future__ import annotations

import csv
import logging
import shutil
from pathlib import Path

import pytest

from company_enrichment import CompanyEnrichmentService, CompanyMappingLoader, LookupQueue
from company_enrichment.dbt_runner import run_dbt
from company_enrichment.errors import DbtRefusedError
from company_enrichment.records import CustomerKeys
from real_databases import REPOSITORY, Database

pytestmark = pytest.mark.one_server

PREDECESSOR = Path(__file__).parents[1].joinpath("integration", "predecessor.sql").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "variables", "code", "said"),
    [
        (("status",), {"WDH_LOG_LEVEL": "LOUD"}, 2, "WDH_LOG_LEVEL is 'LOUD'; it must be one of NOTSET, DEBUG, INFO,"),
        (
            ("ingest", "--domain", "annuity_performance"),
            {"WDH_DOMAINS_DIR": "/not/there"},
            2,
            "WDH_DOMAINS_DIR is /not/there, which is not a folder",
        ),
        (("ingest", "--domain", "../etc/passwd"), {}, 2, "is no name of a domain"),
        (("run", "--domain", "a/b"), {}, 2, "is no name of a domain"),
        (
            ("worker", "--drain"),
            {"WDH_LOOKUP_PROVIDER": "registry", "WDH_REGISTRY_TABLE": "crm.gone"},
            1,
            "WDH_REGISTRY_TABLE is crm.gone, which does not exist",
        ),
        (
            ("worker", "--drain"),
            {"WDH_LOOKUP_PROVIDER": "registry", "WDH_REGISTRY_TABLE": "customer_records"},
            1,
            "WDH_REGISTRY_TABLE is customer_records, which has no column company_id and no column company_name",
        ),
        (
            ("status",),
            {"WDH_LOOKUP_PROVIDER": "registry", "WDH_REGISTRY_TABLE": "crm.gone"},
            0,
            "lookup provider: registry, which cannot be asked: WDH_REGISTRY_TABLE is crm.gone",
        ),
        (("status",), {"WDH_LOOKUP_PROVIDER": "eqc"}, 0, "cannot be asked: WDH_LOOKUP_PROVIDER is eqc: set"),
        (("queue", "retry", "999999"), {}, 1, "1 of the ids is no dead letter: 999999"),
        (("queue", "list"), {}, 0, "No request is listed by these options (--status open)"),
    ],
)
def test_a_wrong_step_is_named_with_the_next_one(
    database: Database, arguments: tuple[str, ...], variables: dict[str, str], code: int, said: str
) -> None:
    done = database.cli(*arguments, check=False, **variables)
    assert said in " ".join(done.output.split())
    assert done.code == code
    assert "Traceback" not in done.output


def test_requests_that_are_ready_are_listed_and_dead_letters_come_first(database: Database) -> None:
    database.query("select count(*) from enqueue_names(array['样例甲有限公司', '样例乙有限公司'])")
    database.query(
        "update lookup_requests set status = 'failed', finished_at = now(), failed_at = now() where name like '%乙%'"
    )
    listed = database.cli("queue", "list").output
    assert listed.index("样例乙有限公司") < listed.index("样例甲有限公司")
    assert "dead letter" in listed
    assert "样例甲有限公司" not in database.cli("queue", "list", "--status", "dead-letter").output
    assert database.cli("queue", "list", "--status", "failed").output == (
        database.cli("queue", "list", "--status", "dead-letter").output
    )


def test_the_file_that_is_resolved_is_never_the_one_that_is_written(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "records.csv"
    file.write_text("customer_name\n样例甲有限公司\n", "utf-8")
    link = tmp_path / "link.csv"
    link.symlink_to(file)
    for out in (file, link, tmp_path / "." / "records.csv"):
        refused = database.cli("resolve", "--file", str(file), "--out", str(out), check=False)
        assert (refused.code, "--out is the file that --file names" in refused.output) == (2, True)
    assert file.read_text("utf-8") == "customer_name\n样例甲有限公司\n"
    missing = database.cli("resolve", "--file", str(file), "--out", str(tmp_path / "gone" / "out.csv"), check=False)
    assert (missing.code, "--out: there is no folder" in missing.output) == (2, True)


def test_a_file_of_the_longest_name_is_written_and_an_error_names_the_file_that_was_asked_for(
    database: Database, tmp_path: Path
) -> None:
    file, out = tmp_path / "records.csv", tmp_path / ("名" * 80 + ".csv")
    file.write_text("customer_name\n样例甲有限公司\n", "utf-8")
    database.cli("resolve", "--file", str(file), "--out", str(out))
    assert sorted(tmp_path.iterdir()) == sorted([file, out])
    too_long = tmp_path / ("名" * 100 + ".csv")
    refused = database.cli("resolve", "--file", str(file), "--out", str(too_long), check=False)
    assert (refused.code, f"--out: {too_long}: File name too long" in refused.output) == (2, True)
    assert ".unfinished" not in refused.output


def test_a_strict_load_shows_the_row_and_what_is_known(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "mappings.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("match_type", "alias", "company_id"), ("planet", "P-1", "600000001")])
    refused = database.cli("load-mappings", str(file), "--mode", "append", "--strict", check=False)
    assert refused.code == 1
    assert (
        "line 2: unknown match type, not one of plan, account, hardcode, name, account_name"
        " ('planet', 'P-1', '600000001')" in refused.output
    )


def test_a_service_with_a_budget_and_nobody_to_ask_says_so_once(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    connection = database.connect()
    service = CompanyEnrichmentService(CompanyMappingLoader(connection), LookupQueue(connection), None, 3)
    with caplog.at_level(logging.WARNING):
        for name in ("样例甲有限公司", "样例乙有限公司"):
            service.resolve_batch([CustomerKeys(customer_name=name)])
    assert [record.message for record in caplog.records if "nobody to ask" in record.message] == [
        "There is a budget of 3 lookups and nobody to ask: the service has no provider. Give it one "
        "(WDH_LOOKUP_PROVIDER, or eqc_client), or a sync_lookup_budget of 0."
    ]
    caplog.clear()
    CompanyEnrichmentService(CompanyMappingLoader(connection), LookupQueue(connection), None, 0).resolve_batch(
        [CustomerKeys(customer_name="样例丙有限公司")]
    )
    assert not caplog.records


def test_beside_a_predecessor_every_command_says_that_it_is_to_be_adopted(empty_database: Database) -> None:
    empty_database.query(PREDECESSOR)
    empty_database.query("alter schema old rename to enterprise")
    for arguments in (("status",), ("resolve", "样例甲有限公司")):
        refused = empty_database.cli(*arguments, check=False)
        assert refused.code == 1
        assert "holds the predecessor's tables" in refused.output
        assert "dbt run-operation adopt --args '{schema: enterprise}'" in refused.output


@pytest.mark.parametrize("plan_only", ["true", "false"])
def test_an_adoption_that_lacks_a_column_names_it_already_in_its_plan(empty_database: Database, plan_only: str) -> None:
    empty_database.query(PREDECESSOR)
    empty_database.query("alter table old.company_mapping drop column priority cascade, drop column updated_at")
    empty_database.query("alter table old.lookup_requests drop column last_error")
    refused = empty_database.dbt(
        "run-operation", "adopt", "--args", f"{{schema: old, plan_only: {plan_only}}}", check=False
    )
    assert refused.code != 0
    assert "old.company_mapping.priority, old.company_mapping.updated_at, old.lookup_requests.last_error" in (
        refused.output
    )
    assert "adopt: would" not in refused.output
    assert empty_database.value("select to_regclass('old.company_mapping') is not null")


def test_a_seed_that_is_not_there_is_named_with_what_to_do(empty_database: Database, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(
        REPOSITORY, project, ignore=shutil.ignore_patterns(".*", "target", "logs", "site", "python", "docs")
    )
    settings = project / "dbt_project.yml"
    text = settings.read_text("utf-8")
    assert text.count("mapping_seeds: [sample_mappings]") == 1
    settings.write_text(text.replace("mapping_seeds: [sample_mappings]", "mapping_seeds: [our_mappings]"), "utf-8")
    done = empty_database.cli("run", check=False, WDH_DBT_PROJECT_DIR=str(project))
    assert done.code == 2
    assert (
        "The var mapping_seeds names our_mappings, and there is no such seed: put our_mappings.csv into" in done.output
    )


def test_dbt_that_refuses_a_configuration_ends_the_command_with_2(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in database.environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(DbtRefusedError, match="run_lease_minutes") as refused:
        run_dbt(["run", "--vars", "{run_lease_minutes: 0}"])
    assert refused.value.exit_code == 2


def test_a_run_that_nobody_watches_says_loudly_that_it_uses_the_embedded_server(
    database: Database,
) -> None:
    # Its domain is refused after that, so that no server is started.
    said = database.cli("run", "--domain", "a/b", check=False, **{"WDH_DATABASE__URI": ""})
    assert "WDH_DATABASE__URI is not set: this run uses the embedded server, not a warehouse." in said.output
    assert "WDH_DATABASE__URI is not set" not in database.cli("run", "--domain", "a/b", check=False).output
