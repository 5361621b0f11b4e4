"""Whatever has happened, in whatever order: what the runs made of it step by step is what one run makes of all of it.

A history is made of random steps; how many of both is an option of pytest:

    pytest tests/python/integration/test_increments_equal_a_rebuild.py --histories 200 --steps 50
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from real_databases import Database, create_database, drop_database

SOURCES = ("first", "second", "third")
MODES = ("append", "merge", "delete_insert", "replace_source")
COMPANIES = ("A", "B", "C", "D")
CODES = tuple(f"P{number}" for number in range(8))
NAMES = ("甲公司", "（原）甲公司", "乙公司", "乙公司（已转出）", "丙公司", "丁公司", "ACME Ltd.", "acme ltd")
NO_NAMES = (" ", "null", None)
MARKERS = ("原", "已转出", "甲", "ltd")
ALIASES = {"plan": CODES, "hardcode": CODES, "account": CODES, "name": NAMES, "account_name": NAMES}
RECORD_COLUMNS = "record_id, source_system, plan_code, account_number, customer_name, account_name"

# Views that nothing here reads: half of the time of a run.
WITHOUT_MONITORING = ("--exclude", "path:models/monitoring")
# What a rebuild makes anew, without what says when or by which transaction it was written.
REBUILT = {
    "company_resolution": ("resolved_at", "changed_in"),
    "company_mapping": ("updated_at", "changed_in"),
    "company_lookup_cache": ("changed_in",),
    "customer_record_keys": ("changed_in",),
}


class History:
    """Random steps of everybody who writes, and runs between them."""

    def __init__(self, database: Database, chance: random.Random) -> None:
        self.database = database
        self.chance = chance
        self.taken: Counter[str] = Counter()
        self._records = 0
        self._loads: list[tuple[str, str]] = []
        self._corrected: set[str] = set()
        self._rules: tuple[str, ...] = ()
        self._steps: dict[Callable[[], None], int] = {
            self.take_records_in: 6,
            self.change_a_record: 4,
            self.delete_or_restore_a_record: 2,
            self.land_a_load: 8,
            self.take_a_load_back: 2,
            self.answer_a_name: 6,
            self.correct_a_company: 1,
            self.change_the_name_rules: 1,
            self.prune_loads: 1,
            self.run: 6,
            self.run_some_models: 2,
            self.kill_a_run: 2,
        }

    def take(self, steps: int) -> None:
        """Take so many steps."""
        for step in self.chance.choices(list(self._steps), list(self._steps.values()), k=steps):
            self.taken[step.__name__] += 1
            step()

    def take_records_in(self) -> None:
        for _ in range(self.chance.randint(1, 4)):
            self._records += 1
            self.database.query(
                f"insert into customer_records ({RECORD_COLUMNS}) values (%s, 'test', %s, %s, %s, %s)",
                (f"r{self._records}", *self._content()),
            )

    def change_a_record(self) -> None:
        self.database.query(
            "update customer_records set plan_code = %s, account_number = %s, customer_name = %s, account_name = %s"
            " where record_id = %s",
            (*self._content(), self._record()),
        )

    def delete_or_restore_a_record(self) -> None:
        self.database.query(
            "update customer_records set deleted_at = case when deleted_at is null then now() end where record_id = %s",
            (self._record(),),
        )

    def land_a_load(self) -> None:
        source = self.chance.choice(SOURCES)
        rows = []
        for _ in range(self.chance.randint(1, 6)):
            match_type = self.chance.choice(list(ALIASES))
            company = self.chance.choice((*COMPANIES, *COMPANIES, "__EMPTY__", ""))
            rows.append((match_type, self.chance.choice(ALIASES[match_type]), company))
        self._loads.append((self._land(source, self.chance.choice(MODES), rows), source))

    def take_a_load_back(self) -> None:
        if self._loads:
            load_id, source = self._loads.pop(self.chance.randrange(len(self._loads)))
            self._land(source, "undo", [], undoes=load_id)

    def answer_a_name(self) -> None:
        outcome = self.chance.choice(("found", "found", "not_found"))
        company, confidence = None, None
        if outcome == "found":
            company, confidence = self.chance.choice(COMPANIES), self.chance.choice((0.8, 0.9, 1))
        self.database.query(
            "insert into lookup_answers (provider, asked_name, normalized_name, outcome, company_id, confidence)"
            " select 'registry', name, key, %s, %s, %s from (values (%s::text)) as given (name)"
            " cross join normalize_company_name(name) as key where key is not null",
            (outcome, company, confidence, self.chance.choice(NAMES)),
        )

    def correct_a_company(self) -> None:
        # Of ids that no other correction has to do with: chains and circles have tests of their own.
        free = [company for company in COMPANIES if company not in self._corrected]
        if len(free) > 1:
            wrong, right = self.chance.sample(free, 2)
            self._corrected |= {wrong, right}
            kind = self.chance.choice(("merged", "corrected"))
            decision = {"from": wrong, "to": right, "kind": kind, "reason": "by chance", "execute": True}
            self._operation("correct_company_id", {**decision, "allow_unknown": True})

    def change_the_name_rules(self) -> None:
        markers = [marker for marker in MARKERS if self.chance.random() < 0.5]
        self._rules = ("--vars", json.dumps({"name_status_markers": markers}, ensure_ascii=False))
        self._operation("rekey_company_names", {"execute": True})

    def prune_loads(self) -> None:
        self._operation("prune_mapping_loads", {"execute": True})

    def run(self, *options: str) -> None:
        self.database.dbt("run", *options, *WITHOUT_MONITORING, *self._rules)

    def run_some_models(self) -> None:
        selected = self.chance.choice(("customer_record_keys", "+company_mapping", "+company_lookup_cache", "staging"))
        self.run("--select", selected)

    def kill_a_run(self) -> None:
        running = self.database.start_dbt("run", *WITHOUT_MONITORING, *self._rules)
        time.sleep(self.chance.uniform(0.5, 4))
        running.kill()
        self._operation("release_run", {"execute": True})

    def _operation(self, name: str, arguments: dict[str, Any]) -> None:
        self.database.dbt("run-operation", name, "--args", json.dumps(arguments, ensure_ascii=False), *self._rules)

    def _content(self) -> tuple[str | None, ...]:
        def code() -> str | None:
            return self.chance.choice((*CODES, *CODES, "", None))

        def name() -> str | None:
            return self.chance.choice((*NAMES, *NO_NAMES))

        return code(), code(), name(), name()

    def _record(self) -> str:
        return f"r{self.chance.randint(1, max(1, self._records))}"

    def _land(self, source: str, mode: str, rows: list[tuple[str, str, str]], undoes: str | None = None) -> str:
        load_id = self.database.value("select 'load ' || count(*) from landed_loads")
        connection = self.database.connect()
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into enterprise.landed_loads (load_id, source, mode, undoes) values (%s, %s, %s, %s)",
                (load_id, source, mode, undoes),
            )
            for line_no, row in enumerate(rows, start=2):
                cursor.execute(
                    "insert into enterprise.mapping_records"
                    " (load_id, line_no, source, match_type, alias_text, company_id) values (%s, %s, %s, %s, %s, %s)",
                    (load_id, line_no, source, *row),
                )
        connection.commit()
        connection.close()
        return str(load_id)


def contents(database: Database) -> dict[str, list[Any]]:
    return {
        table: database.query(f"select to_jsonb(t) - %s::text[] as row from {table} as t order by 1", ([*left_out],))
        for table, left_out in REBUILT.items()
    }


def versions(database: Database) -> list[Any]:
    """Every row with the transaction that wrote it."""
    return [database.query(f"select xmin::text, t::text from {table} as t order by t::text") for table in REBUILT]


@pytest.fixture
def beginning(deployed_template: Database, tmp_path: Path) -> Iterator[Database]:
    """A database whose only aliases are those of the history."""
    copy = create_database(deployed_template.server, tmp_path, deployed_template.name)
    copy.query("truncate mapping_records, landed_loads, mapping_changes, company_mapping, company_mapping_history")
    yield copy
    drop_database(copy)


def test_increments_equal_a_rebuild(beginning: Database, pytestconfig: pytest.Config) -> None:
    seed = random.randrange(10**6)
    for number in range(pytestconfig.getoption("--histories")):
        print(f"seed {seed + number}")
        copy = create_database(beginning.server, beginning.scratch, beginning.name)
        history = History(copy, random.Random(seed + number))
        history.take_records_in()
        history.take(pytestconfig.getoption("--steps"))
        history.run()
        by_increments = contents(copy)
        written = versions(copy)
        history.run()
        assert versions(copy) == written, "a second run changes something"
        history.run("--full-refresh")
        rebuilt = contents(copy)
        for table in REBUILT:
            assert by_increments[table] == rebuilt[table], (table, history.taken)
        assert by_increments["company_resolution"]
        drop_database(copy)
