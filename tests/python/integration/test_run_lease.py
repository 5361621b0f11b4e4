"""One run of dbt at a time: a second is refused or waits, and a killed one does not stand in the way for long."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from child_processes import wait_until_blocked
from real_databases import REPOSITORY, Database

pytestmark = pytest.mark.one_server

HOLDS = "select run_id from enrichment_runs where lease_until is not null"
# A model in the middle of a run, and the one before it.
HELD_MODEL = "mapping_changes"
SELECTED = ("--select", "stg_mapping_records", HELD_MODEL, "mapping_loads")
WITH_A_VIEW = ("--select", "stg_mapping_records", HELD_MODEL, "mapping_rejects")


@contextmanager
def run_at_work(
    database: Database, folder: Path, selected: tuple[str, ...] = SELECTED
) -> Iterator[tuple[subprocess.Popen[str], Any]]:
    """A run that waits in the middle, for as long as the connection holds the lock of its model."""
    holder = database.connect()
    with holder.cursor() as cursor:
        cursor.execute("select enterprise.hold_lock(%s)", (HELD_MODEL,))
    folder.mkdir()
    with subprocess.Popen(
        [str(Path(sys.executable).with_name("dbt")), "--no-use-colors", "run", *selected],
        env={
            **database.environment,
            "WDH_RUN_ID": "nightly",
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        },
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            wait_until_blocked(database)
            yield process, holder
        finally:
            holder.rollback()
            if process.poll() is None:
                process.communicate(timeout=120)


def test_a_second_run_is_refused_by_name_and_the_first_goes_on(database: Database, tmp_path: Path) -> None:
    with run_at_work(database, tmp_path / "first") as (first, holder):
        # Of a model that nobody holds: it is the lease that keeps this run out, and no lock.
        second = database.dbt("run", "--select", "stg_mapping_records", check=False)
        assert second.code != 0
        assert "Run nightly has been at work on schema enterprise since 20" in second.output
        assert "dbt run-operation release_run" in second.output
        # What builds nothing is not refused, and neither is another schema.
        database.dbt("test", "--select", "mapping_loads_add_up")
        database.dbt("run", "--select", "stg_mapping_records", WDH_DATABASE__SCHEMA="another")
        rekeying = database.dbt("run-operation", "rekey_company_names", "--args", "{execute: true}", check=False)
        assert rekeying.code == 1 and "In rekey_company_names: run nightly has been at work" in rekeying.output
        holder.rollback()
        output, _ = first.communicate(timeout=120)
        assert first.returncode == 0, output
    assert database.query(HOLDS) == []
    assert database.query("select status, finished_at is not null from enrichment_runs where run_id = 'nightly'") == [
        ("success", True)
    ]
    database.dbt("run", *SELECTED)


def test_a_second_run_waits_when_it_is_told_to(database: Database, tmp_path: Path) -> None:
    with run_at_work(database, tmp_path / "first") as (first, holder):
        second = subprocess.Popen(
            [str(Path(sys.executable).with_name("dbt")), "run", *SELECTED, "--vars", "{run_wait_seconds: 100}"],
            env={
                **database.environment,
                "DBT_TARGET_PATH": str(tmp_path / "second"),
                "DBT_LOG_PATH": str(tmp_path / "second"),
            },
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        sleeping = "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'"
        deadline = time.monotonic() + 60
        while not database.value(sleeping):
            assert time.monotonic() < deadline and second.poll() is None
        holder.rollback()
        assert first.wait(120) == 0
        output, _ = second.communicate(timeout=120)
        assert second.returncode == 0, output


def test_a_killed_run_is_released_by_hand_or_by_its_end(database: Database, tmp_path: Path) -> None:
    for by_hand in (True, False):
        with run_at_work(database, tmp_path / f"killed {by_hand}") as (killed, _):
            os.killpg(killed.pid, signal.SIGKILL)
            killed.wait()
        assert database.query(HOLDS) == [("nightly",)]
        assert database.dbt("run", *SELECTED, check=False).code != 0
        if by_hand:
            shown = database.dbt("run-operation", "release_run").output
            assert "would release run nightly, at work since" in shown and "; add execute: true" in shown
            assert database.query(HOLDS) == [("nightly",)]
            released = database.operation("release_run", {"execute": True}).output
            assert "released run nightly, at work since" in released
            assert "no run is at work" in database.dbt("run-operation", "release_run").output
        else:
            database.query("update enrichment_runs set lease_until = clock_timestamp() where lease_until is not null")
        database.dbt("run", *SELECTED)
        assert database.value("select status from enrichment_runs where run_id = 'nightly'") == "error"


@pytest.mark.parametrize("selected", [SELECTED, WITH_A_VIEW], ids=["table", "view"])
def test_a_run_that_has_lost_its_lease_builds_nothing_more(
    database: Database, tmp_path: Path, selected: tuple[str, ...]
) -> None:
    with run_at_work(database, tmp_path / "first", selected) as (first, holder):
        database.operation("release_run", {"execute": True})
        database.dbt("run", "--select", "stg_mapping_records")
        holder.rollback()
        output, _ = first.communicate(timeout=120)
        assert first.returncode == 1
        assert "This run no longer holds the lease of schema enterprise" in output
    # The row of the first says what release_run made of it.
    assert database.query(
        "select run_id = 'nightly', status, finished_at is not null from enrichment_runs"
        " order by started_at desc limit 2"
    ) == [(False, "success", True), (True, "error", False)]


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ("{published_temp_ids: [{relation: facts.missing, column: company_id}]}", "In published_temp_ids"),
        ("{run_lease_minutes: 0}", "run_lease_minutes must be a whole number from 1 to 43200, not 0"),
    ],
)
def test_a_run_that_fails_before_its_first_model_keeps_nobody_out(
    database: Database, variables: str, complaint: str
) -> None:
    failed = database.dbt("run", "--select", "stg_mapping_records", "--vars", variables, check=False)
    assert failed.code == 2 and complaint in failed.output
    assert database.query(HOLDS) == []
    database.dbt("run", "--select", "stg_mapping_records")


def test_a_table_renews_the_lease(database: Database, tmp_path: Path) -> None:
    with run_at_work(database, tmp_path / "first"):
        assert database.value(
            "select lease_until > lease_taken_at + interval '30 minutes' from enrichment_runs where run_id = 'nightly'"
        )


def test_the_database_itself_allows_one_lease(database: Database) -> None:
    take = "insert into enrichment_runs (run_id, project_version, dbt_version, lease_until) values (%s, '', '', now())"
    database.query(take, ("one",))
    with pytest.raises(Exception, match="enrichment_runs_one_at_work"):
        database.query(take, ("two",))
