"""The command company-enrichment: what it prints, what it writes, and its exit codes."""

from __future__ import annotations

import csv
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from company_enrichment import __version__
from real_databases import REPOSITORY, Database, clean_environment, run_command

pytestmark = pytest.mark.one_server


def command(*arguments: str, **variables: str) -> tuple[int, str]:
    done = run_command(
        [sys.executable, "-m", "company_enrichment", *arguments], clean_environment(**variables), check=False
    )
    return done.code, done.output


@pytest.mark.parametrize(
    "arguments",
    [
        *((), ("run",), ("ingest",), ("load-mappings",), ("resolve",), ("worker",), ("status",), ("doctor",)),
        *(("db",), ("db", "start"), ("db", "psql")),
    ],
    ids=" ".join,
)
def test_every_command_explains_itself(arguments: tuple[str, ...]) -> None:
    code, output = command(*arguments, "--help", COLUMNS="120")
    assert code == 0
    assert "Usage" in output


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        (("frobnicate",), {}, "No such command"),
        (("resolve",), {}, "Give either a NAME"),
        (("resolve", "x", "--sync-lookup-budget", "-1"), {}, "sync-lookup-budget"),
        (("status",), {"WDH_DATABASE__SCHEMA": "Robert'); drop"}, "WDH_DATABASE__SCHEMA"),
        (("status",), {"WDH_SYNC_LOOKUP_BUDGET": "-3"}, "WDH_SYNC_LOOKUP_BUDGET"),
        (("status",), {"WDH_LOOKUP_PROVIDER": "oracle"}, "WDH_LOOKUP_PROVIDER"),
        (("status",), {"WDH_DATABASE__URI": "mysql://somewhere/else"}, "WDH_DATABASE__URI must have the form"),
    ],
)
def test_wrong_usage_and_wrong_settings_end_with_2_and_name_what_is_wrong(
    arguments: tuple[str, ...], variables: dict[str, str], said: str
) -> None:
    code, output = command(*arguments, **{"WDH_DATABASE__URI": "postgresql://127.0.0.1:1/none", **variables})
    assert code == 2
    assert said in output


def test_a_database_that_cannot_be_reached_ends_with_1() -> None:
    code, output = command("status", WDH_DATABASE__URI="postgresql://someone@127.0.0.1:1/none")
    assert code == 1
    assert "Cannot connect to someone@127.0.0.1:1/none" in output


def test_a_database_nothing_was_deployed_to_ends_with_1_and_says_what_to_do(empty_database: Database) -> None:
    done = empty_database.cli("worker", "--drain", check=False)
    assert done.code == 1
    assert "Deploy the tables first" in done.output


def test_ingest_only_says_what_it_would_do_unless_told_to_execute(database: Database) -> None:
    planned = database.cli("ingest", "--domain", "annuity_performance").output
    assert database.value("select count(*) from customer_records") == 0
    assert database.value("select count(*) from ingest_files") == 0
    done = database.cli("ingest", "--domain", "annuity_performance", "--execute").output
    assert [line.removesuffix(" (plan only, nothing written)") for line in planned.splitlines()[:2]] == (
        done.splitlines()[:2]
    )
    assert database.value("select sum(rows_read) from ingest_files") == database.value(
        "select count(*) from customer_records"
    )


def test_ingest_takes_at_most_so_many_files(database: Database) -> None:
    database.cli("ingest", "--domain", "annuity_performance", "--execute", "--max-files", "1")
    assert database.query("select file_name from ingest_files") == [("规模明细_202509.xlsx",)]


@pytest.mark.parametrize("option", ["--plan-only", "--execute"])
def test_ingest_of_a_domain_without_files_ends_with_1_and_says_where_it_looked_and_what_is_there(
    database: Database, tmp_path: Path, option: str
) -> None:
    (tmp_path / "annuity_performance" / "202501").mkdir(parents=True)
    (tmp_path / "annuity_performance" / "202501" / "规模数据.xls").touch()
    done = database.cli(
        "ingest", "--domain", "annuity_performance", option, check=False, WDH_DATA_BASE_DIR=str(tmp_path)
    )
    assert done.code == 1
    said = " ".join(done.output.split())
    assert f"nothing below {tmp_path} (WDH_DATA_BASE_DIR) matches annuity_performance/**/*规模明细*.xlsx" in said
    assert "There are: annuity_performance/202501/规模数据.xls." in said


def test_a_run_without_files_resolves_what_is_there_and_ends_with_1(finished: Database, tmp_path: Path) -> None:
    finished.query(
        "insert into customer_records (record_id, source_system, customer_name) values ('r', 'test', '新公司')"
    )
    folder = tmp_path / "data"
    folder.mkdir()
    done = finished.cli("run", check=False, WDH_DATA_BASE_DIR=str(folder))
    assert done.code == 1
    assert f"{folder} holds no file at all." in " ".join(done.output.split())
    assert "lookup requests done" in done.output
    assert finished.value("select status from company_resolution where record_id = 'r'") == "temporary"


def test_an_unknown_domain_ends_with_2_and_names_the_known_ones(database: Database) -> None:
    done = database.cli("ingest", "--domain", "nonsense", check=False)
    assert done.code == 2
    assert "annuity_performance" in done.output


def test_resolve_prints_the_company_and_why(finished: Database) -> None:
    output = finished.cli("resolve", "中国平安保险(集团)股份有限公司").output
    assert output.startswith("S0") and "success_internal" in output and "matched by name" in output


def test_resolve_gives_an_unknown_name_its_temporary_id_and_queues_it(finished: Database) -> None:
    first = finished.cli("resolve", "示例从未听说有限公司", "--sync-lookup-budget", "0").output
    again = finished.cli("resolve", "示例从未听说有限公司（已转出）", "--sync-lookup-budget", "0").output
    assert first.startswith("TEMP_") and "pending_lookup" in first
    assert again.split("\t")[0] == first.split("\t")[0]
    assert finished.query("select name from lookup_requests where finished_at is null") == [("示例从未听说有限公司",)]


def test_resolve_passes_the_columns_of_a_file_through(finished: Database, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("row,customer_name\n1,ＩＢＭ\n2,\n3,中国平安保险（集团）股份有限公司\n", "utf-8-sig")
    finished.cli("resolve", "--file", str(source), "--out", str(target))
    with target.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["row"] for row in rows] == ["1", "2", "3"]
    assert [row["status"] for row in rows] == ["success_internal", "unresolvable", "success_internal"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2\n", "none of the columns"),
        (b"customer_name,b\nx,1\ny\n", "line 3"),
        (b'customer_name\n"x"y\n', "line 2"),
    ],
)
def test_a_broken_file_ends_with_1_names_the_line_and_leaves_no_output(
    finished: Database, tmp_path: Path, content: bytes, said: str
) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(content)
    done = finished.cli("resolve", "--file", str(source), "--out", str(target), check=False)
    assert done.code == 1
    assert str(source) in done.output and said in done.output
    assert sorted(tmp_path.glob("out*")) == []


def test_a_row_that_cannot_be_stored_is_rejected_by_its_line_and_the_others_are_resolved(
    finished: Database, tmp_path: Path
) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes("row,customer_name\n1,ＩＢＭ\n".encode() + b"2,\xff\xfe\n3,x\0y\n" + "4,ＩＢＭ\n".encode())
    printed = finished.cli("resolve", "--file", str(source), "--out", str(target)).output
    assert f"{source}, line 3: rejected: the row is not valid UTF-8" in printed
    assert f"{source}, line 4: rejected: the row holds a NUL character" in printed
    assert "4 rows written" in printed and "2 rejected" in printed
    with target.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["row"], row["status"], row["reason"]) for row in rows if row["status"] == "rejected"] == [
        ("2", "rejected", "the row is not valid UTF-8"),
        ("3", "rejected", "the row holds a NUL character"),
    ]
    assert rows[0]["company_id"] == rows[3]["company_id"] != ""
    assert [rows[1]["customer_name"], rows[2]["customer_name"]] == ["\ufffd\ufffd", "x\ufffdy"]


def test_status_says_which_name_rules_are_in_force(finished: Database) -> None:
    version = finished.value("select company_name_key_version()")
    assert f"name rules: {version}\n" in finished.cli("status").output
    finished.query("update schema_migrations set key_version = 'others'")
    assert f"name rules: {version}; keys were stored under others" in finished.cli("status").output


def test_a_workbook_without_a_required_column_ends_with_1_and_names_what_was_found(
    database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "annuity_performance"
    folder.mkdir()
    run_command(
        [
            sys.executable,
            "-c",
            "import sys, xlsxwriter\n"
            "with xlsxwriter.Workbook(sys.argv[1]) as book:\n"
            "    book.add_worksheet('规模明细').write_row(0, 0, ['月度', '计划代码', '客户名'])",
            str(folder / "规模明细.xlsx"),
        ],
        clean_environment(),
    )
    done = database.cli(
        "ingest", "--domain", "annuity_performance", "--execute", check=False, WDH_DATA_BASE_DIR=str(tmp_path)
    )
    assert done.code == 1
    for named in ("规模明细.xlsx", "sheet 规模明细", "客户名称", "客户名."):
        assert named in done.output
    assert database.value("select count(*) from customer_records") == 0


def test_the_name_of_the_package_is_the_same_command(finished: Database) -> None:
    script = Path(sys.executable).with_name("company-enrichment")
    if not script.exists():
        pytest.skip("the package is not installed here, only importable")
    assert run_command([str(script), "status"], finished.environment).output == finished.cli("status").output


def test_versions_agree() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    dbt = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text("utf-8"))["version"]
    macro = (REPOSITORY / "macros" / "migrations" / "project_version.sql").read_text("utf-8")
    assert project == dbt == __version__
    assert f"return('{project}')" in macro
