"""Temporary ids, wanted by 32 processes that roll back, are killed and lose their sessions, while dbt runs."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import accumulate
from multiprocessing.synchronize import Barrier

import pytest

from child_processes import Acknowledged, Child, names_of_the_moment, starting_line, use_temporary_ids
from real_databases import Database

pytestmark = pytest.mark.every_server

SESSIONS = 32
# Longer when dbt needs longer; a mutant is content with less.
SECONDS = float(os.environ.get("PRESSURE_SECONDS", "20"))
_SECONDS_WITH_RECORDS = 90
_THEIR_SESSIONS = "datname = current_database() and application_name = 'pressure'"


class Pressure:
    """The children, and what was acknowledged to them so far."""

    def __init__(self, database: Database, chance: random.Random) -> None:
        self.acknowledged: list[Acknowledged] = []
        self.kills = 0
        self.origin = time.monotonic()
        self._database = database
        self._chance = chance
        self._silent: set[Child] = set()
        start = starting_line(SESSIONS + 1)
        self._children = [self._child(start) for _ in range(SESSIONS)]
        start.wait()

    def _child(self, start: Barrier | None = None) -> Child:
        uri = f"{self._database.uri}?application_name=pressure"
        child = Child(use_temporary_ids, uri, start, seed=self._chance.getrandbits(32), origin=self.origin)
        self._silent.add(child)
        return child

    def listen(self) -> None:
        for child in self._children:
            sent = child.sent_meanwhile()
            self.acknowledged += sent
            if sent:
                self._silent.discard(child)

    def kill_a_process(self) -> None:
        """Whatever it is doing; another takes its place."""
        victim = self._chance.randrange(SESSIONS)
        self.acknowledged += self._children[victim].kill()
        self._silent.discard(self._children[victim])
        self._children[victim] = self._child()
        self.kills += 1

    def end_a_session(self) -> None:
        self._database.query(f"select pg_terminate_backend(({_backend()}))")

    def crash_the_server(self) -> None:
        """A server process that is killed takes all others with it; PostgreSQL recovers from its log."""
        deadline = time.monotonic() + 60
        while self._silent:
            # A child that has no session yet would not get one.
            assert time.monotonic() < deadline, f"{len(self._silent)} children have not begun"
            time.sleep(0.1)
            self.listen()
        os.kill(self._database.value(_backend()), signal.SIGKILL)

    def end(self) -> None:
        """Kill all of them, and wait until the server has noticed."""
        for child in self._children:
            self.acknowledged += child.kill()
        while self._database.value(f"select count(*) from pg_stat_activity where {_THEIR_SESSIONS}"):
            time.sleep(0.05)


def _backend() -> str:
    return f"select pid from pg_stat_activity where {_THEIR_SESSIONS} order by random() limit 1"


@contextmanager
def _pressure(database: Database, chance: random.Random) -> Iterator[Pressure]:
    pressure = Pressure(database, chance)
    try:
        yield pressure
    finally:
        pressure.end()


def _insert_records(database: Database, wanted: range) -> None:
    """Records with every third of the names that the children want by and by, too."""
    database.query(
        "insert into customer_records (record_id, source_system, customer_name, loaded_at)"
        " select 'pressure-' || number, 'test', '公司' || number, now() - number * interval '1 second'"
        " from generate_series(%s, %s, 3) as number",
        (wanted.start, wanted.stop),
    )


def _number(temp_id: str) -> int:
    return int(temp_id.removeprefix("TEMP_"))


def _name(name: str) -> str:
    """The name without what the children vary: digits of either width are digits."""
    [digits] = re.findall(r"\d+", name)
    return f"公司{int(digits)}"


def _issued_too_low(acknowledged: list[Acknowledged]) -> list[tuple[Acknowledged, int]]:
    """Calls that got a new id below one that had been acknowledged to somebody before they began."""
    in_order = sorted((call for call in acknowledged if call.ids), key=lambda call: call.returned)
    returned = [call.returned for call in in_order]
    highest = list(accumulate((max(_number(temp_id) for _, temp_id, _ in call.ids) for call in in_order), max))
    too_low = []
    for call in in_order:
        before = bisect_left(returned, call.started)
        new = [_number(temp_id) for _, temp_id, is_new in call.ids if is_new]
        if new and before and min(new) <= highest[before - 1]:
            too_low.append((call, highest[before - 1]))
    return too_low


def test_no_id_is_issued_twice_whoever_rolls_back_or_dies_while_dbt_runs(database: Database) -> None:
    seed = int(os.environ.get("PRESSURE_SEED", random.randrange(1_000_000)))
    print(f"PRESSURE_SEED={seed}")
    chance = random.Random(seed)

    with _pressure(database, chance) as pressure, ThreadPoolExecutor(1) as beside:
        began = time.monotonic()
        wanted = range(
            names_of_the_moment(pressure.origin).start,
            names_of_the_moment(pressure.origin, _SECONDS_WITH_RECORDS).stop,
        )
        _insert_records(database, wanted)
        dbt = beside.submit(database.dbt, "run", "--vars", "{temporary_id_block_size: 500}")
        while time.monotonic() < began + SECONDS or not dbt.done():
            time.sleep(chance.uniform(0, 2))
            pressure.listen()
            chance.choice([pressure.kill_a_process, pressure.end_a_session])()
        dbt.result()
        print(f"pressure for {time.monotonic() - began:.0f} s, {len(pressure.acknowledged)} calls")

        pressure.crash_the_server()
        before_the_crash = Counter(call.way for call in pressure.acknowledged)
        crashed = time.monotonic()
        while sum(bool(call.ids) for call in pressure.acknowledged if call.started > crashed) < 200:
            assert time.monotonic() < crashed + 60, "nobody gets ids after the crash"
            time.sleep(0.1)
            pressure.listen()

    acknowledged = pressure.acknowledged
    print(before_the_crash, pressure.kills)
    assert pressure.kills > 0
    assert set(before_the_crash) == {"single", "block", "plain", "rolled back", "by SQL", "ended by the server"}
    given = [(name, temp_id, is_new) for call in acknowledged for name, temp_id, is_new in call.ids]

    # No id twice, no name with two ids.
    plain = [temp_id for name, temp_id, _ in given if name is None]
    named = {(_name(name), temp_id) for name, temp_id, _ in given if name is not None}
    assert len(plain) == len(set(plain))
    assert len(named) == len({name for name, _ in named}) == len({temp_id for _, temp_id in named})
    assert not set(plain) & {temp_id for _, temp_id in named}
    new = [temp_id for _, temp_id, is_new in given if is_new]
    assert len(new) == len(set(new))

    # None below one that was committed earlier.
    assert _issued_too_low(acknowledged) == []

    # Whatever was acknowledged is in the ledger, in spite of the crash; the sequence is not behind it.
    ledger = dict(database.query("select temp_id, normalized_name from temp_company_ids"))
    assert {temp_id: ledger.get(temp_id, "not there") for temp_id in plain} == dict.fromkeys(plain)
    assert named <= {(name, temp_id) for temp_id, name in ledger.items()}
    assert database.value("select last_number from temp_id_sequence") >= max(map(_number, ledger))

    # dbt has given ids to names that nobody else wanted, and taken over those of the others.
    resolved = database.query(
        "select customer_name, company_id from company_resolution join customer_records using (record_id)"
    )
    names_of_the_children = {name for name, _ in named}
    assert {name in names_of_the_children for name, _ in resolved} == {True, False}
    assert [(name, temp_id) for name, temp_id in resolved if ledger.get(temp_id) != name] == []
