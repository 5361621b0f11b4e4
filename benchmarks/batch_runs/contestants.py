"""What takes part in the comparison of batch.py, and how one of them is run."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib import import_module

from servers import missing_packages

MATCH_TYPES = {
    "plan": "plan_code",
    "account": "account_number",
    "hardcode": "plan_code",
    "name": "customer_name",
    "account_name": "account_name",
}
"""The resolution order: the match type of an alias, and the column of a record that is compared with it."""
NAMES = ("customer_name", "account_name")
"""Columns that are compared by their name key."""
CODE_BLANKS = " \t\n\v\f\r\u0085\u00a0\u3000\u200b\ufeff"
"""What is trimmed from codes."""
LEADING_REMARK = "^（(?:存量|已转出)）"
TRAILING_REMARK = "-(?:存量|已转出)$"
PUNCTUATION = r"[^\p{L}\p{N}]+"
"""Three expressions that, with lower case, make the name keys of this data; the project's rule has many more remarks,
placeholders, NFKC and protected names, which nobody else is asked for."""

RECORDS = "select record_id, plan_code, account_number, customer_name, account_name from enterprise.customer_records"
ALIASES = "select match_type, alias_name, company_id from enterprise.company_mapping where retired_at is null"
RESULT = "benchmark.result"
"""The table that each of them makes: record_id, match_type, company_id; both NULL for a record that nothing matches."""

MODULES = ("batch_runs.in_postgres", "batch_runs.in_polars", "batch_runs.in_duckdb", "batch_runs.in_pandas")


@dataclass(frozen=True)
class Contestant:
    """One way to resolve all records."""

    name: str
    resolve: Callable[[str], None]
    """Makes the result table of what is in the warehouse at this address."""
    packages: tuple[str, ...] = ()
    """What has to be installed for it, as pip takes it."""
    goal: float | None = None
    """How many times as fast ours is to be."""


@dataclass(frozen=True)
class Measured:
    """One run of a contestant."""

    seconds: float
    memory: float
    """MiB by which its own process grew at most; what the server uses is not in it."""


def contestants() -> tuple[list[tuple[str, int, Contestant]], list[str]]:
    """Each contestant with the module and place where it stands, and the packages of those that are left out."""
    found, left_out = [], []
    for module in MODULES:
        for place, contestant in enumerate(import_module(module).CONTESTANTS):
            missing = missing_packages(contestant.packages)
            left_out.extend(missing)
            if not missing:
                found.append((module, place, contestant))
    return found, left_out


def run(module: str, place: int, address: str) -> Measured:
    """Run one in a process of its own, with its packages imported before the clock starts."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(_measure, module, place, address).result()


def _measure(module: str, place: int, address: str) -> Measured:
    contestant: Contestant = import_module(module).CONTESTANTS[place]
    for package in contestant.packages:
        import_module(package.partition("==")[0].partition("[")[0].replace("-", "_"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    contestant.resolve(address)
    seconds = time.perf_counter() - began
    return Measured(seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
