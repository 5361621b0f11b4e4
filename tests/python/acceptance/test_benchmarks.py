"""Every benchmark runs, on a small scale. What it measures is not looked at: that is for a quiet machine."""

from __future__ import annotations

import sys

import pytest

from real_databases import REPOSITORY, clean_environment, run_command

BENCHMARKS = {
    "batch.py": [
        *("--records", "1000", "--mappings", "1000", "--growth-records", "300", "600"),
        *("--growth-mappings", "300", "600"),
        *("--history", "200", "400", "--new-records", "20", "--changed", "10", "--rounds", "1", "--servers", "1"),
    ],
    "lookup_queue.py": [
        *("--jobs", "300", "--workers", "1", "2", "--batches", "20", "--finished", "300"),
        *("--pinned", "300", "--pinned-batch", "10", "--rounds", "1", "--servers", "1"),
    ],
    # It ends with 1 when anything was lost, repeated or mixed up.
    "lookup_queue_chaos.py": ["--requests", "200", "--kills", "4", "--commit-kills", "1", "--poison", "1"],
    "mapping_landing_memory.py": ["--rows", "2000", "4000"],
    "mapping_loads.py": ["--mappings", "1000", "--stored", "1000", "3000", "--rounds", "1", "--servers", "1"],
    "name_key.py": ["--names", "2000", "--rounds", "1"],
    "resolver.py": [
        *("--aliases", "300", "--records", "300", "--batch", "20", "--times", "10", "--rounds", "1", "--servers", "1"),
    ],
    "temporary_ids.py": [
        *("--names", "2000", "--singles", "20", "--rounds", "1"),
        *("--sessions", "1", "2", "--seconds", "0.2", "--hold", "0.2"),
    ],
    "workbooks.py": ["--rows", "300", "--columns", "7", "--rounds", "2"],
}
# What each prints when it has measured something; those of a database name its server.
PRINTS = {"workbooks.py": "MiB, 2,107 cells"}


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_runs(name: str) -> None:
    script = str(REPOSITORY / "benchmarks" / name)
    printed = run_command([sys.executable, script, *BENCHMARKS[name]], clean_environment()).output
    assert PRINTS.get(name, "PostgreSQL") in printed


def test_every_benchmark_is_run_by_a_test() -> None:
    scripts = {file.name for file in (REPOSITORY / "benchmarks").glob("*.py") if "__main__" in file.read_text("utf-8")}
    assert scripts == set(BENCHMARKS)
