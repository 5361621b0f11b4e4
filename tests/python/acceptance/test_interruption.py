"""A run that is interrupted or killed loses nothing; the next one goes on from there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from child_processes import wait_until_blocked
from real_databases import REPOSITORY, Database

pytestmark = pytest.mark.one_server


def start_run(database: Database, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    """Start `company-enrichment`, able to be interrupted wherever the tests run, in a session of its own."""
    arguments = arguments or ("run",)
    database.parse_beforehand(arguments[0])
    return subprocess.Popen(
        [sys.executable, "-m", "company_enrichment", *arguments],
        env={**database.environment, **variables},
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
        # A shell without job control starts its background jobs, and so us, with interrupts ignored.
        preexec_fn=_take_interrupts,  # noqa: PLW1509 - no thread runs yet
    )


def _take_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for(run: subprocess.Popen[str], text: str) -> None:
    assert run.stdout is not None
    for line in run.stdout:
        if text in line:
            return
    raise AssertionError(f"the run ended without saying {text!r}")


def processes_of(session: int) -> list[int]:
    """The processes of a session that are still there."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(stat.parent.name))
    return found


@pytest.mark.parametrize("stage", ["Seeds and tables ...", "Resolve (dbt run) ..."])
def test_an_interrupted_run_ends_with_130_and_leaves_no_process_behind(empty_database: Database, stage: str) -> None:
    with start_run(empty_database) as run:
        wait_for(run, stage)
        time.sleep(1)
        run.send_signal(signal.SIGINT)
        output, _ = run.communicate(timeout=60)
    assert run.returncode == 130
    assert "Interrupted" in output and "Traceback" not in output
    assert processes_of(run.pid) == []
    # Whatever it was at, it keeps nobody out.
    empty_database.dbt("run", "--select", "stg_mapping_records")


def test_a_run_that_is_interrupted_while_it_looks_names_up_ends_there(database: Database, tmp_path: Path) -> None:
    """The worker ends in good order; the job does not go on with what would have come next."""
    database.query("create table slow_registry (company_id text, company_name text)")
    database.query("insert into lookup_requests (name, normalized_name) values ('甲公司', '甲公司')")
    registry = database.connect()
    with registry.cursor() as cursor:
        cursor.execute("lock table enterprise.slow_registry")
    variables = {"WDH_REGISTRY_TABLE": "slow_registry", "WDH_DATA_BASE_DIR": str(tmp_path)}
    with start_run(database, "run", **variables) as run:
        wait_for(run, "Look unknown names up ...")
        wait_until_blocked(database)
        run.send_signal(signal.SIGINT)
        time.sleep(1)
        registry.rollback()
        output, _ = run.communicate(timeout=60)
    assert run.returncode == 130, output
    assert "1 requests: 0 found, 1 not found" in output
    assert "Interrupted" in output and "Resolve with the answers" not in output
    assert database.query("select status from lookup_requests") == [("done",)]


def test_an_interrupted_load_is_landed_and_keeps_nobody_out(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "mappings.csv"
    file.write_text("match_type,alias,company_id\nplan,P-1,A\n", "utf-8")
    with database.connect() as holding, holding.cursor() as cursor:
        # Whoever reads gets on, dbt does not.
        cursor.execute("lock table enterprise.mapping_changes in share mode")
        with start_run(database, "load-mappings", str(file), "--mode", "merge", "--load-id", "one") as run:
            try:
                wait_until_blocked(database)
                leases = database.value("select count(*) from enrichment_runs where lease_until > now()")
            finally:
                run.send_signal(signal.SIGINT)
            output, _ = run.communicate(timeout=60)
        assert (run.returncode, leases) == (130, 1), output
    database.dbt("run")
    assert database.value("select company_id from company_mapping where alias_name = 'P-1'") == "A"
    assert "1 rows read = 1 inserted" in database.cli("load-mappings", str(file), "--mode", "merge").output


def test_a_killed_run_is_completed_by_the_next(empty_database: Database) -> None:
    for stage in ("Ingest annuity_performance ...", "Resolve (dbt run) ...", "Look unknown names up: done"):
        with start_run(empty_database) as run:
            wait_for(run, stage)
            for process in processes_of(run.pid):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
        empty_database.operation("release_run", {"execute": True})
    empty_database.cli("run")
    assert "ERROR=0" in empty_database.dbt("test").output
    assert empty_database.value("select count(*) from company_resolution where match_type = 'lookup'") > 0
    assert empty_database.value("select count(*) from unresolved_names where temp_id is null") == 0
