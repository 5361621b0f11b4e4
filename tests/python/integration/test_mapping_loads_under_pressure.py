"""Ten writers land loads while runs of dbt are killed beside them: nothing is lost, nothing is decided twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest

from child_processes import Child, land_loads
from mapping_rule import Load, Reference
from real_databases import Database

pytestmark = pytest.mark.one_server

WRITERS = 10
KILLS = 4


def start_dbt_run(database: Database) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [str(Path(sys.executable).with_name("dbt")), "run"],
        env={
            **database.environment,
            "DBT_TARGET_PATH": str(database.scratch / "killed"),
            "DBT_LOG_PATH": str(database.scratch / "killed"),
        },
        cwd=database.project,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def test_loads_are_decided_whole_and_once_whoever_is_killed(database: Database) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    writers = [
        Child(land_loads, database.uri, source=f"source {number}", seed=chance.randrange(10**6))
        for number in range(WRITERS)
    ]
    outputs = []
    try:
        for _ in range(KILLS):
            with start_dbt_run(database) as run:
                # Its models begin some four seconds after it.
                time.sleep(chance.uniform(4, 9))
                os.killpg(run.pid, signal.SIGKILL)
            database.operation("release_run", {"execute": True})
        outputs.append(database.dbt("run").output)
    finally:
        acknowledged = dict(load for writer in writers for load in writer.kill())
    outputs.append(database.dbt("run").output)
    assert len(acknowledged) > WRITERS
    assert not [output for output in outputs if "unique" in output]

    landed: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for load_id, alias, company_id in database.query(
        "select load_id, alias_text, company_id from mapping_records"
        " where source like 'source %' order by load_id, line_no"
    ):
        landed[load_id].append((alias, company_id))
    assert {load_id: landed[load_id] for load_id in acknowledged} == acknowledged
    decided = database.query(
        "select load_id, source, array_agg(outcome order by line_no), array_agg(distinct decided_at)"
        " from mapping_changes where source like 'source %' group by load_id, load_number, source order by load_number"
    )
    assert len(decided) == len(landed), "a load was decided in two halves, or twice, or not at all"
    rule = Reference()
    for load_id, source, outcomes, moments in decided:
        assert len(moments) == 1
        assert rule.take(Load(load_id, source, "merge", landed[load_id])) == outcomes, load_id
    aliases = database.query("select alias_name, company_id, source from company_mapping where source like 'source %'")
    assert {alias: (company_id, source) for alias, company_id, source in aliases} == rule.state()
    history = database.query(
        "select alias_name, company_id from company_mapping_history where source like 'source %' and valid_to is null"
    )
    assert sorted(history) == sorted((alias, company_id) for alias, company_id, _ in aliases)
