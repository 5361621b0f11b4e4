"""The health check: what it finds in real databases, in what words, and that it changes nothing."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from company_enrichment.schema_version import SCHEMA_VERSION
from next_release import make_next_release
from real_databases import REPOSITORY, Database, clean_environment, run_command
from registry_server import reply_json, running_server

pytestmark = pytest.mark.one_server

MANIFEST = {
    "versions": ["0.2"],
    "name": "Companies",
    "identifierSpace": "http://registry.example/companies",
    "schemaSpace": "http://registry.example/types",
}
PREDECESSOR = Path(__file__).parents[1].joinpath("integration", "predecessor.sql").read_text("utf-8")
HOSTILE = "evil\x1b[2J\u202e\nname"


@dataclass
class Diagnosis:
    """What `company-enrichment doctor --json` has said."""

    code: int
    document: dict[str, Any]

    def of(self, check: str) -> list[tuple[str, str, str | None]]:
        """Status, message and command of each finding of a check."""
        return [
            (found["status"], found["message"], found["command"])
            for found in self.document["checks"]
            if found["check"] == check
        ]

    def only(self, check: str) -> tuple[str, str, str | None]:
        [found] = self.of(check)
        return found


def diagnose(database: Database, *options: str, **variables: str) -> Diagnosis:
    done = database.cli("doctor", "--json", *options, check=False, **variables)
    assert "Traceback" not in done.output
    document = json.loads(done.output[done.output.index("{\n") :])
    statuses = [found["status"] for found in document["checks"]]
    assert (document["problems"], document["warnings"]) == (statuses.count("problem"), statuses.count("warning"))
    assert done.code == (1 if document["problems"] else 0)
    assert all((found["command"] is None) == (found["status"] == "ok") for found in document["checks"])
    return Diagnosis(done.code, document)


def contents(database: Database) -> list[tuple[Any, ...]]:
    """A fingerprint of every table, by the transactions that have written its rows."""
    tables = database.query(
        "select c.oid::regclass::text from pg_class as c where c.relnamespace = 'enterprise'::regnamespace"
        " and c.relkind = 'r' order by 1"
    )
    return [
        (table, *database.query(f"select count(*), md5(string_agg(xmin::text, ',' order by ctid)) from {table}"))
        for (table,) in tables
    ]


def test_a_healthy_deployment_has_no_problem_and_nothing_is_written(finished: Database) -> None:
    before = contents(finished)
    done = finished.cli("doctor")
    assert contents(finished) == before
    lines = done.output.splitlines()
    assert lines[-1] == "0 problems, 0 warnings."
    assert all(line.startswith("ok       ") for line in lines[:-1]), done.output
    said = " ".join(lines)
    for expected in (
        f"connection: postgres on {finished.server.socket_directory}:5432/{finished.name}, PostgreSQL ",
        "rights: postgres works as owner: reads all ",
        "extension: fuzzystrmatch ",
        "optional",
        f"deployed version: {SCHEMA_VERSION}, ",
        "provider: registry, sample_registry, can be read",
        "registry indexes: names are found by an index",
        "outage: none",
        "success, ",
        "sample: SAMPLE DATA in this database: ",
        "project and database: what is deployed is what the project has",
    ):
        assert expected in said, expected


def test_an_empty_database_is_one_problem_with_the_command_that_deploys(empty_database: Database) -> None:
    diagnosis = diagnose(empty_database)
    assert diagnosis.document["problems"] == 1
    status, message, command = diagnosis.only("deployed version")
    assert (status, command) == ("problem", "dbt run")
    assert message == "Nothing is deployed to schema enterprise"
    assert diagnosis.only("rights")[:2] == (
        "ok",
        "postgres may create the schema enterprise, which does not exist yet",
    )
    assert "queue" in diagnosis.document["not_checked"]
    assert empty_database.value("select to_regnamespace('enterprise') is null")


def role_of(database: Database, name: str) -> Database:
    quoted = '"' + name.replace('"', '""') + '"'
    database.query(f"create role {quoted} login password 'pass word'")
    return replace(database, user=name, password="pass word", connections=database.connections)


def test_a_role_that_may_only_read_is_told_so_and_has_no_problem(finished: Database) -> None:
    reader = role_of(finished, f"reader_{finished.name}")
    finished.operation("grant_access", {"reader": reader.user})
    diagnosis = diagnose(reader)
    assert diagnosis.document["problems"] == 0, diagnosis.document
    _, message, _ = diagnosis.only("rights")
    assert message.startswith(f"{reader.user} works as reader: reads all ")
    assert "may write 0 of them, may not create further ones" in message
    assert "pass word" not in json.dumps(diagnosis.document)


@pytest.mark.parametrize("kind", ["transformer", "writer"])
def test_roles_are_told_apart_by_what_they_may_do(finished: Database, kind: str) -> None:
    role = role_of(finished, f"{kind}_{finished.name}")
    finished.operation("grant_access", {kind: role.user, "execute": True})
    assert f" works as {kind}: " in diagnose(role, "--no-dbt").only("rights")[1]


def test_what_a_role_may_not_read_is_named_with_the_grant(finished: Database) -> None:
    role = role_of(finished, f"half_{finished.name}")
    diagnosis = diagnose(role, "--no-dbt")
    grant = f"""dbt run-operation grant_access --args '{{"reader": "{role.user}"}}'"""
    assert diagnosis.only("rights") == ("problem", f"{role.user} may not use the schema enterprise", grant)

    finished.query(f"grant usage on schema enterprise to {role.user}")
    finished.query(f"grant select on all tables in schema enterprise to {role.user}")
    finished.query(f"revoke select on lookup_requests, company_resolution from {role.user}")
    # A table of somebody else in the schema is not ours to read.
    finished.query("create table of_another_project (x text)")
    status, message, command = diagnose(role, "--no-dbt").only("rights")
    assert (status, command) == ("problem", grant)
    assert message.startswith(f"{role.user} may not read 2 of ")
    assert message.endswith(": company_resolution, lookup_requests")


def test_the_name_of_a_role_can_do_nothing_but_be_read(finished: Database) -> None:
    role = role_of(finished, HOSTILE.replace("\n", ""))
    done = role.cli("doctor", "--no-dbt", check=False)
    assert done.code == 1
    assert not {"\x1b", "\u202e"} & set(done.output)
    assert "may not use the schema" in done.output
    json.loads(role.cli("doctor", "--no-dbt", "--json", check=False).output)
    finished.query('drop role "' + HOSTILE.replace("\n", "") + '"')


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("crm.gone", "which does not exist: there is no schema crm"),
        ("customer_records", "which has no column company_id and no column company_name"),
        (f"crm\x1b.{'名' * 20}", "which does not exist"),
    ],
)
def test_a_registry_table_that_cannot_be_read_is_a_problem(database: Database, table: str, said: str) -> None:
    diagnosis = diagnose(database, "--no-dbt", WDH_LOOKUP_PROVIDER="registry", WDH_REGISTRY_TABLE=table)
    status, message, command = diagnosis.only("provider")
    assert (status, command) == ("problem", "export WDH_REGISTRY_TABLE=schema.table")
    assert said in message
    # The check says it, and leaves it to those who ask to note an outage.
    assert database.value("select count(*) from provider_state") == 0


def test_a_large_registry_without_an_index_is_a_warning_with_the_statement(database: Database) -> None:
    database.query("create schema crm")
    quoted = 'crm."big ""one"""'
    database.query(f"create table {quoted} (company_id text, company_name text)")
    registry = {"WDH_REGISTRY_TABLE": 'crm.big "one"'}
    assert "small enough" in diagnose(database, "--no-dbt", **registry).only("registry indexes")[1]
    database.query(
        f"insert into {quoted} select 'C' || n, '样例' || n || '有限公司' from generate_series(1, 30000) as n"
    )
    status, message, command = diagnose(database, "--no-dbt", **registry).only("registry indexes")
    assert (status, message) == (
        "warning",
        'crm.big "one" lacks an index that lookups need: each reads the whole table',
    )
    assert command is not None
    assert command.count("create index") == 2
    run_command(
        ["bash", "-c", command.replace("company-enrichment", f"{sys.executable} -m company_enrichment", 1)],
        database.environment,
    )
    assert diagnose(database, "--no-dbt", **registry).only("registry indexes")[1] == "names are found by an index"
    database.query(f"create view crm.seen as select * from {quoted}")
    seen = diagnose(database, "--no-dbt", WDH_REGISTRY_TABLE="crm.seen").only("registry indexes")
    assert seen == ("ok", "crm.seen is a view: index the tables that it reads", None)


def test_an_outage_says_since_when_and_dead_letters_are_a_warning(database: Database) -> None:
    database.query("select count(*) from enqueue_names(array['样例甲有限公司', '样例乙有限公司'])")
    database.query(
        "update lookup_requests set status = 'failed', finished_at = now(), failed_at = now() where name like '%乙%'"
    )
    database.query(
        "insert into provider_state (provider, outage_since, last_error, last_error_at, paused_until)"
        " values ('registry', '2025-03-01 08:00+00', 'the table is gone', '2025-03-01 08:00+00', now() + '1 hour'),"
        " ('eqc', '2025-01-01 00:00+00', 'of another provider', now(), '-infinity')"
    )
    diagnosis = diagnose(database, "--no-dbt")
    status, message, command = diagnosis.only("outage")
    assert (status, command) == ("problem", "company-enrichment worker --drain")
    assert "has been out of service since 2025-03-01 " in message
    assert "the table is gone" in message
    dead, open_ones = diagnosis.of("queue")
    assert dead == (
        "warning",
        "1 dead letter: names whose lookups have failed for good",
        "company-enrichment queue list --status dead-letter",
    )
    assert open_ones[1].startswith("1 open request, the oldest since ")

    database.query("update provider_state set outage_since = null, paused_until = '-infinity'")
    assert diagnose(database, "--no-dbt").only("outage")[0] == "ok"


def test_a_server_is_asked_only_on_request(database: Database) -> None:
    with running_server() as server:
        server.answers("/reconcile", reply_json(MANIFEST), reply_json({"q0": {"result": []}}))
        settings = {"WDH_LOOKUP_PROVIDER": "reconciliation", "WDH_RECONCILIATION_URL": f"{server.address}/reconcile"}
        quiet = diagnose(database, "--no-dbt", **settings).only("provider")
        assert (quiet[0], server.asked) == ("ok", [])
        asked = diagnose(database, "--no-dbt", "--ask", **settings).only("provider")
        assert asked[0] == "ok", asked
        assert len(server.asked) > 0
    status, message, _ = diagnose(database, "--no-dbt", "--ask", **settings).only("provider")
    assert status == "problem"
    assert message.startswith("reconciliation does not answer: ")
    assert diagnose(database, "--no-dbt", WDH_LOOKUP_PROVIDER="eqc").only("provider")[:2] == (
        "problem",
        "WDH_LOOKUP_PROVIDER is eqc: set WDH_EQC_BASE_URL to its address",
    )
    assert diagnose(database, "--no-dbt", WDH_LOOKUP_PROVIDER="none").only("provider")[0] == "ok"


def test_nobody_to_ask_is_a_warning_where_nobody_has_said_so(database: Database) -> None:
    without_sample = replace(database, sample="", connections=database.connections)
    diagnosis = diagnose(without_sample, "--no-dbt")
    assert diagnosis.only("provider") == (
        "warning",
        "There is nobody to ask about unknown names",
        "export WDH_REGISTRY_TABLE=schema.table",
    )
    assert diagnosis.only("files")[0] == "warning"
    # The template has the mappings and the registry of the sample, and nobody has asked for them here.
    assert diagnosis.only("sample")[2] == "company-enrichment sample remove"


def test_tables_of_an_older_version_are_a_problem_with_what_to_do(database: Database, tmp_path: Path) -> None:
    diagnosis = diagnose(database, **make_next_release(tmp_path).variables)
    status, message, helps = diagnosis.only("deployed version")
    assert (status, helps) == ("problem", "dbt run-operation migrate")
    assert f"version {SCHEMA_VERSION} " in message and f"version {SCHEMA_VERSION + 1}" in message
    assert "last run" in diagnosis.document["not_checked"]


@pytest.mark.parametrize(
    ("project_version", "command"),
    [
        ("9.9.9", "pip install --upgrade company-enrichment"),
        # Of before the first release.
        ("0.1.0", "export WDH_DATABASE__SCHEMA=another_schema"),
    ],
)
def test_tables_of_a_version_that_is_not_known_are_a_problem_with_what_to_do(
    database: Database, project_version: str, command: str
) -> None:
    database.query("update schema_migrations set version = version + 1, project_version = %s", (project_version,))
    diagnosis = diagnose(database)
    status, message, helps = diagnosis.only("deployed version")
    assert (status, helps) == ("problem", command)
    assert f"version {SCHEMA_VERSION + 1}" in message
    assert "last run" in diagnosis.document["not_checked"]


def test_changed_name_rules_that_wait_are_found_by_dbt(finished: Database, tmp_path: Path) -> None:
    project = changed_project(tmp_path, "more_name_placeholders: []", "more_name_placeholders: [样例占位]")
    diagnosis = diagnose(finished, WDH_DBT_PROJECT_DIR=str(project))
    assert ("warning", "dbt run-operation rekey_company_names") in [
        (status, command) for status, _, command in diagnosis.of("name rules")
    ]
    assert diagnosis.of("project and database") == []


def changed_project(folder: Path, text: str, replacement: str) -> Path:
    """A copy of the project in which a text of dbt_project.yml is another one."""
    project = folder / "project"
    project.mkdir()
    for name in ("models", "macros", "seeds", "tests/dbt"):
        shutil.copytree(REPOSITORY / name, project / name)
    shutil.copy(REPOSITORY / "profiles.yml", project)
    written = (REPOSITORY / "dbt_project.yml").read_text("utf-8")
    assert written.count(text) == 1
    (project / "dbt_project.yml").write_text(written.replace(text, replacement), "utf-8")
    return project


def test_a_changed_idea_of_letters_is_a_problem(database: Database) -> None:
    database.query("update schema_migrations set key_version = '00000000.11111111'")
    status, message, command = diagnose(database, "--no-dbt").only("name rules")
    assert (status, command) == ("problem", "dbt run-operation rekey_company_names")
    assert "deployed as 00000000.11111111 and behave as " in message


def test_lost_tables_are_found_without_dbt_and_lost_parts_with_it(finished: Database) -> None:
    finished.query("drop index lookup_requests_open")
    lost = diagnose(finished)
    assert lost.only("operational tables")[0] == "ok"
    assert lost.only("parts of tables") == (
        "problem",
        "lost since the last deployment: index lookup_requests_open of lookup_requests",
        "dbt run",
    )
    finished.query("drop table ingest_rejects cascade")
    status, message, command = diagnose(finished, "--no-dbt").only("operational tables")
    assert (status, command) == ("problem", "dbt run-operation migrate --args '{execute: true}'")
    assert message.startswith("ingest_rejects: lost since the last deployment")


@pytest.mark.parametrize(
    ("columns", "status", "said"),
    [
        ("status = 'error'", "problem", ", failed"),
        ("status = 'running', finished_at = null", "warning", "has not finished, and is not running any more"),
        (
            "status = 'running', finished_at = null, lease_taken_at = now(), lease_until = now() + '1 hour'",
            "ok",
            "is running",
        ),
    ],
)
def test_the_last_run_is_the_newest_whatever_became_of_it(
    database: Database, columns: str, status: str, said: str
) -> None:
    database.query(
        f"update enrichment_runs set {columns} where started_at = (select max(started_at) from enrichment_runs)"
    )
    found = diagnose(database, "--no-dbt").only("last run")
    assert found[0] == status
    assert said in found[1]


def test_no_run_at_all_is_a_warning(database: Database) -> None:
    database.query("delete from enrichment_runs")
    assert diagnose(database, "--no-dbt").only("last run")[:2] == ("warning", "no run was ever begun")


def test_a_table_that_somebody_has_locked_keeps_nobody_waiting(database: Database) -> None:
    holder = database.connect()
    with holder.cursor() as cursor:
        cursor.execute("lock table enterprise.lookup_requests in access exclusive mode")
        diagnosis = diagnose(database, "--no-dbt")
    assert diagnosis.only("queue")[0] == "warning"
    assert "could not be checked in time" in diagnosis.only("queue")[1]
    assert diagnosis.only("last run")[0] == "ok"


def test_a_server_that_cannot_be_reached_is_one_problem() -> None:
    done = run_command(
        [sys.executable, "-m", "company_enrichment", "doctor"],
        clean_environment(WDH_DATABASE__URI="postgresql://me:secret@127.0.0.1:1/none"),
        check=False,
    )
    assert done.code == 1
    assert "1 problem, " in done.output
    assert "problem  connection: Cannot connect to me@127.0.0.1:1/none: " in done.output
    assert "Not checked: rights, " in done.output
    assert "Traceback" not in done.output
    assert "secret" not in done.output


def test_the_embedded_server_is_not_started_to_be_looked_at_for_the_first_time(tmp_path: Path) -> None:
    done = run_command(
        [sys.executable, "-m", "company_enrichment", "doctor"],
        clean_environment(WDH_STATE_DIR=str(tmp_path / "state")),
        check=False,
    )
    assert done.code == 1
    assert "has no database" in done.output
    assert "-> company-enrichment run" in done.output
    assert not (tmp_path / "state").exists()


def test_a_standby_is_named_as_a_warning(finished: Database) -> None:
    finished.query(f"alter database {finished.name} set default_transaction_read_only = on")
    diagnosis = diagnose(finished, "--no-dbt")
    assert diagnosis.document["problems"] == 0
    assert diagnosis.only("connection")[0] == "warning"
    assert "takes no writes" in diagnosis.only("connection")[1]


@pytest.mark.parametrize(
    ("variables", "check", "status", "said"),
    [
        ({"WDH_LOKUP_RATE": "3"}, "settings", "warning", "Is WDH_LOOKUP_RATE meant?"),
        ({"WDH_SYNC_LOOKUP_BUDGET": "-3"}, "settings", "problem", "WDH_SYNC_LOOKUP_BUDGET is "),
        ({"WDH_DBT_PROJECT_DIR": "/not/there"}, "dbt project", "problem", "there is no dbt_project.yml"),
        ({"WDH_DOMAINS_DIR": "/not/there"}, "domains", "problem", "which is not a folder"),
        ({"WDH_DATA_BASE_DIR": "/not/there"}, "files", "problem", "/not/there does not exist"),
        ({"WDH_DATA_BASE_DIR": __file__}, "files", "problem", "is not a folder"),
    ],
)
def test_settings_are_checked_whatever_the_database_says(
    variables: dict[str, str], check: str, status: str, said: str
) -> None:
    done = run_command(
        [sys.executable, "-m", "company_enrichment", "doctor", "--json"],
        clean_environment(WDH_DATABASE__URI="postgresql://127.0.0.1:1/none", **variables),
        check=False,
    )
    found = json.loads(done.output[done.output.index("{\n") :])["checks"]
    assert [one for one in found if one["check"] == check and one["status"] == status and said in one["message"]]
    assert [one["status"] for one in found if one["check"] == "connection"] == ["problem"]


def test_a_domain_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.yml").write_text("description: [", "utf-8")
    done = run_command(
        [sys.executable, "-m", "company_enrichment", "doctor"],
        clean_environment(WDH_DATABASE__URI="postgresql://127.0.0.1:1/none", WDH_DOMAINS_DIR=str(tmp_path)),
        check=False,
    )
    assert "problem  domains: Domain file " in done.output
    assert "broken.yml" in done.output


def test_without_dbt_the_rest_is_checked_all_the_same(finished: Database, tmp_path: Path) -> None:
    # A Python with the same libraries, beside which no command dbt is installed.
    run_command([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "other")], clean_environment())
    [libraries] = (tmp_path / "other" / "lib").glob("python*/site-packages")
    (libraries / "same.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    done = run_command(
        [str(tmp_path / "other" / "bin" / "python"), "-m", "company_enrichment", "doctor"], finished.environment
    )
    assert "warning  dbt: not installed here: " in done.output
    assert "-> pip install 'company-enrichment[dbt]'" in done.output
    assert "ok       last run: " in done.output
    assert "Not checked: project and database" in done.output


@pytest.fixture
def without_chinese(empty_database: Database) -> Iterator[Database]:
    """A database with LC_CTYPE=C, in which no Chinese character is a letter."""
    empty_database.query(
        "create database no_letters template template0 encoding 'UTF8' locale_provider libc lc_collate 'C' lc_ctype 'C'"
    )
    yield replace(empty_database, name="no_letters", connections=[])
    empty_database.query("drop database no_letters with (force)")


def test_a_database_that_cannot_tell_chinese_names_apart_is_one_problem(without_chinese: Database) -> None:
    diagnosis = diagnose(without_chinese)
    status, message, command = diagnosis.only("connection")
    assert status == "problem"
    assert "cannot tell Chinese names apart" in message
    assert command is not None
    assert command.startswith("create database company_enrichment template template0 ")
    assert diagnosis.document["problems"] == 1


def test_beside_a_predecessor_the_adoption_is_named(empty_database: Database) -> None:
    empty_database.query(PREDECESSOR)
    empty_database.query("alter schema old rename to enterprise")
    status, message, command = diagnose(empty_database).only("deployed version")
    assert status == "problem"
    assert "holds the predecessor's tables" in message
    assert command == "dbt run-operation adopt --args '{schema: enterprise}'"
    empty_database.dbt(*shlex.split(command)[1:])
