"""The project as a package of another one: integration_tests, which has records, mappings and models of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from company_enrichment.embedded.server import EmbeddedServer
from dbt_commands import DbtCommand
from real_databases import REPOSITORY, Database, clean_environment, create_database, drop_database, run_command

OURS = "package:company_enrichment"
RESULT = "select customer_number, company_id, status from customers_by_company order by customer_number"
NEW_CUSTOMER = "insert into crm_customers (customer_number, plan, is_closed, changed_at) values (%s, 'P-1', false, %s)"
COLUMNS = "columns: {record_id: customer_number, plan_code: plan}"
IN_FULL = f"{{customer_records_relation: {{source: [crm, crm_customers], {COLUMNS}}}}}"
BY_NUMBER = f"{{customer_records_relation: {{ref: customers, {COLUMNS}, changed_at: customer_number, overlap: 2}}}}"
# What a change of the records has to pass through; the rest of the models is built already.
RECORDS = (
    "run",
    "--select",
    "stg_customer_records",
    "customer_record_keys",
    "company_resolution",
    "resolution_coverage",
)
SOURCES = """
sources:
  - name: crm
    schema: "{{ target.schema }}"
    tables: [{name: crm_customers}]
"""


def copied_project(folder: Path, package: dict[str, str]) -> Path:
    """The installing project in a folder of its own, which dbt deps writes to, with this package."""
    shutil.copytree(
        REPOSITORY / "integration_tests", folder, ignore=shutil.ignore_patterns("dbt_packages", "logs", "target")
    )
    shutil.copy(REPOSITORY / "profiles.yml", folder)
    (folder / "packages.yml").write_text(yaml.safe_dump({"packages": [package]}), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installing project with this one as a local package."""
    folder = copied_project(tmp_path_factory.mktemp("local") / "project", {"local": str(REPOSITORY)})
    assert DbtCommand(["deps"], clean_environment(), folder).outcome().code == 0
    return folder


@pytest.fixture
def changeable_project(project: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    folder = tmp_path / "project"
    shutil.copytree(project, folder, symlinks=True)
    return folder


@pytest.fixture(scope="module")
def built(server: EmbeddedServer, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A database after a build of the installing project, without its tests; to be copied, not used."""
    database = replace(create_database(server, tmp_path_factory.mktemp("built")), project=project, sample="")
    database.dbt("build", "--exclude-resource-type", "test", "unit_test")
    return database


@pytest.fixture
def installed(built: Database, tmp_path: Path) -> Iterator[Database]:
    """A database in which the installing project is built."""
    copy = replace(create_database(built.server, tmp_path, built.name), project=built.project, sample="")
    yield copy
    drop_database(copy)


def relations(database: Database) -> set[str]:
    return {
        name
        for (name,) in database.query(
            "select relname from pg_class where relnamespace = to_regnamespace('enterprise') and relkind in ('r', 'v')"
        )
    }


def rows_with_their_transactions(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """All rows of the tables of company_enrichment, each with the transaction that wrote it."""
    ours = relations(database) - {"enrichment_runs", "model_watermarks"}
    tables = database.query(
        "select relname from pg_class where relnamespace = 'enterprise'::regnamespace and relkind = 'r'"
    )
    return {
        table: database.query(f"select xmin::text, stored::text from {table} as stored order by 2")
        for (table,) in tables
        if table in ours
        and table not in ("crm_customers", "company_aliases", "published_facts")
        and not table.startswith("own_")
    }


def test_the_records_of_the_installing_project_are_resolved_and_a_second_build_changes_nothing(
    installed: Database,
) -> None:
    resolved = [(1, "C-100", "resolved"), (2, "C-200", "resolved"), (5, None, "unresolvable")]
    found = installed.query(RESULT)
    assert [row for row in found if row[0] not in (3, 4)] == resolved
    assert sorted(row[1:] for row in found if row[0] in (3, 4)) == [
        ("TEMP_000001", "temporary"),
        ("TEMP_000002", "temporary"),
    ]
    # The sample stays at home, and a closed customer is not waited for.
    assert not relations(installed) & {"sample_mappings", "sample_registry"}
    assert installed.query("select name from unresolved_names") == [("无人知晓的公司",)]
    before = rows_with_their_transactions(installed)
    output = installed.dbt("build").output
    assert "ERROR=0" in output and "WARN=0" in output
    assert rows_with_their_transactions(installed) == before
    assert installed.query("select status, records from enrichment_runs") == [("success", 5)] * 2
    # What is deployed is what an operation of this project would deploy: the same vars count for both.
    assert "nothing to do" in installed.dbt("run-operation", "migrate").output


@pytest.mark.one_server
def test_facts_of_the_installing_project_follow_their_company(installed: Database, tmp_path: Path) -> None:
    temporary = installed.value("select temp_id from unresolved_names")
    installed.query("update published_facts set company_id = %s where fact_number = 2", (temporary,))
    facts = "select fact_number, company_id from facts_by_company order by fact_number"
    assert installed.query(facts) == [(1, "C-200"), (2, temporary)]
    mappings = tmp_path / "mappings.csv"
    mappings.write_text("match_type,alias,company_id\nname,无人知晓的公司,C-300\n", encoding="utf-8")
    installed.cli("load-mappings", str(mappings), "--mode", "merge", WDH_DBT_PROJECT_DIR=str(installed.project))
    installed.dbt("run", "--select", OURS)
    assert installed.query(facts) == [(1, "C-200"), (2, "C-300")]


@pytest.mark.one_server
def test_runs_that_select_nothing_of_ours_leave_the_database_alone(empty_database: Database, project: Path) -> None:
    database = replace(empty_database, sample="", project=project)
    theirs = ("crm_customers", "customers", "own_append", "own_delete_insert", "own_merge")
    database.dbt("build", "--select", *theirs)
    database.query("create table rows_before as select ctid::text as place, customer_number from own_merge")
    database.dbt("run", "--select", *theirs)
    # Models without a contract, which our strategies refuse. dbt's own append repeats rows, and its merge writes
    # those anew that have not changed.
    assert database.value("select count(*) from own_append") == 10
    assert database.value("select count(*) from own_delete_insert") == 5
    written = "select count(*) from own_merge as stored inner join rows_before as old using (customer_number)"
    assert database.value(written + " where stored.ctid::text <> old.place") == 5
    assert relations(database) == {*theirs, "rows_before"}
    assert database.query("select proname from pg_proc where pronamespace = 'enterprise'::regnamespace") == []
    # Seeds whose rows are landed as mappings are ours, too.
    database.dbt("seed")
    assert database.value("select count(*) from mapping_records") == 2
    assert database.query("select * from enrichment_runs") == []


@pytest.mark.one_server
def test_a_seed_that_is_taken_out_of_the_var_is_withdrawn_and_a_misspelt_var_is_named(
    installed: Database, changeable_project: Path
) -> None:
    settings = changeable_project / "dbt_project.yml"
    text = settings.read_text("utf-8").replace(
        "mapping_seeds: [company_aliases]", "mapping_seeds: []\n    mapping_sed: [a]"
    )
    settings.write_text(text, "utf-8")
    # The sample comes where it is asked for; its mappings are landed only where they are listed, too.
    output = replace(installed, project=changeable_project, sample="true").dbt("seed").output
    assert "does not list company_aliases any more: what it had landed (1 loads) is withdrawn" in output
    assert "Nothing of the seed company_aliases is landed as mappings" in output
    assert '"mapping_sed" in dbt_project.yml, below vars, company_enrichment, is no var' in output
    assert relations(installed) >= {"sample_mappings", "sample_registry"}
    assert installed.query("select source, mode from landed_loads order by landed_at") == [
        ("seed:company_aliases", "replace_source"),
        ("seed:company_aliases", "undo"),
    ]


@pytest.mark.one_server
def test_rows_are_read_from_the_newest_that_was_seen_on_less_the_overlap(installed: Database) -> None:
    def resolved() -> set[int]:
        return {int(record) for (record,) in installed.query("select record_id from company_resolution")} - {*range(6)}

    # The newest that was seen is of 2026-01-05 09:00, the overlap an hour.
    for customer, changed_at in ((6, "2026-01-05 08:00+00"), (7, "2026-01-05 07:59:59+00"), (8, None)):
        installed.query(NEW_CUSTOMER, (customer, changed_at))
    installed.query(NEW_CUSTOMER, (9, "2026-01-06 09:00+00"))
    installed.dbt(*RECORDS)
    assert resolved() == {6, 8, 9}
    # A late row is told by a test, and read on request.
    missing = installed.dbt("test", "--select", "every_record_is_resolved_once", check=False)
    assert missing.code == 1 and "Got 1 result" in missing.output
    installed.dbt(*RECORDS, "--vars", "{compare_everything: true}")
    assert resolved() == {6, 7, 8, 9}
    # Where the newest row is older than what was seen, the relation is another one than it was.
    installed.query("delete from crm_customers where customer_number = 9")
    installed.query(NEW_CUSTOMER, (10, "2026-01-01 09:00+00"))
    installed.dbt(*RECORDS)
    assert resolved() == {6, 7, 8, 9, 10}
    # A row that is gone keeps its company; who counts records does not count it, without another run.
    assert installed.query("select company_id from company_resolution where record_id = '9'") == [("C-100",)]
    assert installed.value("select sum(records) from resolution_coverage where status = 'resolved'") == 6


@pytest.mark.one_server
def test_another_relation_is_read_as_a_whole_and_in_each_run_if_it_does_not_say_when_rows_changed(
    installed: Database, changeable_project: Path
) -> None:
    (changeable_project / "models" / "sources.yml").write_text(SOURCES, encoding="utf-8")
    database = replace(installed, project=changeable_project)
    database.dbt(*RECORDS, "--vars", IN_FULL)
    # Another relation was read as a whole; left out, the source system is its name.
    assert installed.query("select distinct source_system from customer_record_keys") == [("crm_customers",)]
    installed.query(NEW_CUSTOMER, (6, "2000-01-01 00:00+00"))
    installed.query("update crm_customers set plan = 'P-1' where customer_number = 5")
    before = installed.value("select xmin::text from customer_record_keys where record_id = '1'")
    database.dbt(*RECORDS, "--vars", IN_FULL)
    assert installed.query(
        "select record_id, company_id from company_resolution where record_id in ('5', '6') order by record_id"
    ) == [("5", "C-100"), ("6", "C-100")]
    assert installed.value("select xmin::text from customer_record_keys where record_id = '1'") == before
    # The same where a number says when rows changed: read again are those from 6 - 2 on.
    database.dbt(*RECORDS, "--vars", BY_NUMBER)
    installed.query("update crm_customers set plan = 'P-2' where customer_number in (3, 4)")
    database.dbt(*RECORDS, "--vars", BY_NUMBER)
    assert installed.query("select record_id from customer_record_keys where plan_code = 'P-2'") == [("4",)]


@pytest.mark.one_server
def test_a_relation_that_cannot_be_read_is_refused_with_all_of_its_faults(installed: Database) -> None:
    for given, messages in {
        "customers": ["customer_records_relation must be a dictionary of ref, source"],
        "{ref: customers, source: [crm, customers], columns: {name: company}, updated_at: a, overlap: 1 hour}": [
            'customer_records_relation has no "updated_at"',
            "customer_records_relation needs either ref",
            'columns of customer_records_relation has no "name", only record_id',
            "record_id of columns of customer_records_relation is missing",
            "customer_records_relation needs changed_at and overlap together",
        ],
        "{source: crm, columns: {record_id: customer_number}}": [
            "source of customer_records_relation must be [source, table]"
        ],
    }.items():
        refused = installed.dbt("parse", "--vars", f"{{customer_records_relation: {given}}}", check=False)
        assert refused.code == 2 and "The settings of company_enrichment cannot be used" in refused.output
        assert [message for message in messages if message not in refused.output] == []


@pytest.mark.one_server
def test_models_that_would_stand_elsewhere_or_on_our_tables_are_refused(
    empty_database: Database, changeable_project: Path
) -> None:
    database = replace(empty_database, sample="", project=changeable_project)
    model = changeable_project / "models" / "customers.sql"
    text = model.read_text(encoding="utf-8")
    model.write_text("{{ config(alias='lookup_requests') }}\n" + text, encoding="utf-8")
    refused = database.dbt("run", "--select", "stg_landed_loads", check=False)
    assert refused.code != 0
    assert "The model customers of installing_project is enterprise.lookup_requests" in refused.output
    model.write_text(text, encoding="utf-8")
    with (changeable_project / "dbt_project.yml").open("a", encoding="utf-8") as file:
        file.write("\nmodels: {company_enrichment: {+schema: elsewhere}}\n")
    refused = database.dbt("run", "--select", "stg_landed_loads", check=False)
    assert refused.code != 0 and "would be enterprise_elsewhere." in refused.output
    assert relations(database) == set()


@pytest.mark.one_server
def test_it_is_installed_from_git(tmp_path: Path, empty_database: Database) -> None:
    environment = clean_environment(
        GIT_AUTHOR_NAME="test", GIT_AUTHOR_EMAIL="test", GIT_COMMITTER_NAME="test", GIT_COMMITTER_EMAIL="test"
    )
    origin = tmp_path / "origin"
    for folder in ("macros", "models", "seeds", "tests/dbt"):
        shutil.copytree(REPOSITORY / folder, origin / folder)
    shutil.copy(REPOSITORY / "dbt_project.yml", origin)
    for arguments in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "--message", "all"), ("tag", "v1")):
        run_command(["git", *arguments], environment, directory=origin)
    project = copied_project(tmp_path / "project", {"git": f"file://{origin}", "revision": "v1"})
    assert DbtCommand(["deps"], clean_environment(), project).outcome().code == 0
    assert (project / "dbt_packages" / "company_enrichment" / "macros").is_dir()
    database = replace(empty_database, sample="", project=project)
    database.dbt("run", "--select", "stg_landed_loads")
    assert database.query("select status from enrichment_runs") == [("success",)]
