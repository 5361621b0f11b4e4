"""`dbt run-operation adopt`: the predecessor, with every fault of the field, is taken over, and given back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from child_processes import wait_until_blocked
from company_enrichment import LookupQueue
from company_enrichment.embedded.server import EmbeddedServer
from real_databases import Database, create_database, drop_database

PREDECESSOR = Path(__file__).with_name("predecessor.sql").read_text("utf-8")
PUBLISHED = (
    "{published_temp_ids: [{relation: facts.annuity, column: company_id, name_column: customer_name},"
    " {relation: facts.sales, column: company}]}"
)
LONG_NAME = "示例长名" * 65
# Where the predecessor is: in the schema that ours is configured for, or beside it.
SCHEMAS = ("enterprise", "old")

DO = ", execute: true"
UNDO = ", execute: true, undo: true"
ONLY_SAID = "nothing was changed; add execute: true"

# What is run on a database of its own: name -> the options of adopt, or another command of dbt.
RUNS: dict[str, list[str | list[str]]] = {
    "untouched": [],
    "planned": [""],
    "adopted": [DO],
    "twice": [DO, DO],
    "used": [DO],
    "undone": [DO, UNDO],
    "undo planned": [DO, ", undo: true, plan_only: true"],
    "adopted again": [DO, UNDO, DO],
    "failed": [DO],
    "impossible": [DO],
    "occupied": [DO],
    "nothing to undo": [UNDO],
    "plan only is no flag": [", plan_only: 1"],
    "both at once": [", plan_only: true, execute: true"],
    # In our schema only:
    "not adopted": [["run-operation", "migrate"]],
    "decided": [DO],
    "no schema": [["run-operation", "adopt"], ["run-operation", "adopt", "--args", "{schema: gone}"]],
    "no predecessor": [["run-operation", "adopt", "--args", "{schema: facts}"]],
    "counter only": [["run-operation", "migrate"]],
    "counter first": [["run-operation", "migrate_temp_id_sequence"], DO, UNDO, DO],
    "without published ids": [["run-operation", "adopt", "--args", "{schema: enterprise, execute: true}"]],
}
FAULTS = {
    # Found last: everything else is written by then.
    "failed": """
        alter table old.temp_id_sequence alter id type bigint;
        update old.temp_id_sequence set id = 3000000000 where id = 41
    """,
    "impossible": """
        insert into facts.sales values
        ('TEMP_88'), (' TEMP_000001'), ('TEMP_0000001'), ('temp_000001'), ('TEMP_2147483648')
    """,
    "occupied": "create table old.lookup_requests_before_adoption (id integer)",
    "counter only": "drop table old.company_mapping, old.lookup_requests cascade",
}

RELATIONS = """
    select nspname, relname, relkind from pg_class inner join pg_namespace on pg_namespace.oid = relnamespace
    where nspname in ('old', 'enterprise', 'enterprise_after_adoption', 'facts') order by 1, 2, 3
"""
FUNCTIONS = "select proname from pg_proc where pronamespace = to_regnamespace('enterprise') order by 1"


@dataclass
class Scenario:
    """A database on which dbt was run, what was there before, and what dbt said: (success, messages) of each run."""

    database: Database
    schema: str
    before: list[Any]
    runs: list[tuple[bool, str]] = field(default_factory=list)

    @property
    def said(self) -> list[str]:
        """The lines that the last run of adopt has said, without the word would."""
        success, messages = self.runs[-1]
        assert success, messages
        lines = [line.removeprefix("adopt: ") for line in messages.splitlines() if line.startswith("adopt: ")]
        return [line.removeprefix("would ") for line in lines if line != ONLY_SAID]

    @property
    def error(self) -> str:
        """Why the last run has failed."""
        success, messages = self.runs[-1]
        assert not success, messages
        return messages

    def before_adoption(self, table: str) -> str:
        return f"{self.schema}.{table}_before_adoption"


def contents(database: Database) -> list[Any]:
    """Everything in the schemas that an adoption has to do with: relations, their rows as text, functions."""
    relations = database.query(RELATIONS)
    rows = [
        (schema, table, database.query(f'select t::text from {schema}."{table}" as t order by 1'))
        for schema, table, kind in relations
        if kind in "rv"
    ]
    return [relations, rows, database.query(FUNCTIONS)]


def for_schema(statements: str, schema: str) -> str:
    return statements.replace("old.", f"{schema}.").replace("exists old", f"exists {schema}")


def arguments_of(run: str | list[str], schema: str) -> list[str]:
    if isinstance(run, list):
        return run
    return ["run-operation", "adopt", "--args", f"{{schema: {schema}{run}}}", "--vars", PUBLISHED]


class Scenarios:
    """The scenarios by (where the predecessor is, name), each made when it is first asked for."""

    def __init__(self, server: EmbeddedServer, folder: Path, deployed_template: Callable[[], Database]) -> None:
        self._server = server
        self._folder = folder
        self._deployed_template = deployed_template
        self._made: dict[tuple[str, str], Scenario] = {}
        self._templates: dict[str, Database] = {}

    def __getitem__(self, key: tuple[str, str]) -> Scenario:
        if key not in self._made:
            self._made[key] = self._make(*key)
        return self._made[key]

    def end(self) -> None:
        """Drop everything."""
        for database in (*(scenario.database for scenario in self._made.values()), *self._templates.values()):
            drop_database(database)

    def _make(self, schema: str, name: str) -> Scenario:
        if schema not in self._templates:
            self._templates[schema] = self._predecessor(schema)
        database = create_database(self._server, self._folder, self._templates[schema].name)
        if name in FAULTS:
            database.query(for_schema(FAULTS[name], schema))
        scenario = Scenario(database, schema, contents(database))
        for run in RUNS[name]:
            code, output = database.dbt(*arguments_of(run, schema), check=False)
            scenario.runs.append((code == 0, output))
        return scenario

    def _predecessor(self, schema: str) -> Database:
        if schema == "enterprise":
            database = create_database(self._server, self._folder)
            database.query(for_schema(PREDECESSOR, schema))
            return database
        database = create_database(self._server, self._folder, self._deployed_template().name)
        database.query(PREDECESSOR)
        # Ours has issued an id for one of the names and is asking for another.
        database.query("select enterprise.assign_temp_ids(array['示例己公司'])")
        database.query("select enterprise.enqueue_names(array['示例白水（北方） 公司'])")
        return database


@pytest.fixture(scope="module")
def scenarios(
    server: EmbeddedServer, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scenarios]:
    """Both arrangements, and what becomes of them."""
    made = Scenarios(server, tmp_path_factory.mktemp("adoption"), lambda: request.getfixturevalue("deployed_template"))
    yield made
    made.end()


@pytest.fixture(scope="module")
def decided(scenarios: Scenarios) -> Database:
    """A database after an adoption and the `dbt run` that follows it."""
    database = scenarios["enterprise", "decided"].database
    database.dbt("run", "--vars", PUBLISHED)
    return database


@pytest.fixture(params=SCHEMAS)
def schema(request: pytest.FixtureRequest) -> str:
    """Where the predecessor is."""
    return str(request.param)


# ---- what is taken over -------------------------------------------------------------------------------------------


def test_the_mappings_become_one_load_in_a_stable_order(scenarios: Scenarios, schema: str) -> None:
    database = scenarios[schema, "adopted"].database
    landed = database.query(
        "select line_no, match_type, alias_text, company_id from mapping_records"
        " where source = 'adopted' and load_id = %s order by line_no",
        (f"adopted:{schema}",),
    )
    assert landed == [
        (1, "plan", "FP9001", "700000001"),
        (2, "account", "GC9001", "700000001"),
        (3, "hardcode", "FP9001", "700000002"),
        # The newest first; what the registry client has stored comes last.
        (4, "name", "示例海洋(集团)公司", "700000006"),
        (5, "name", "   ", "700000007"),
        (6, "name", "示例山川化工有限公司", "700000003"),
        (7, "name", "示例无号码公司", "N/A"),
        (8, "name", "示例海洋（集团）公司", "700000005"),
        (9, "account_name", "示例海洋集团账户", "700000006"),
        (10, "name", "示例山川化工 有限公司", "700000099"),
        (11, "name", "示例江河电力有限公司", "700000004"),
    ]


def test_the_next_run_decides_the_mappings(decided: Database) -> None:
    outcomes = (
        "select line_no, reason from mapping_changes where load_id = 'adopted:enterprise' and outcome = %s order by 1"
    )
    assert decided.query(outcomes, ("rejected",)) == [
        (5, "the alias is empty"),
        (7, "the company id is a placeholder"),
    ]
    assert [line for line, _ in decided.query(outcomes, ("conflict",))] == [8, 10]
    assert [line for line, _ in decided.query(outcomes, ("inserted",))] == [1, 2, 3, 4, 6, 9, 11]


def requests_of(scenario: Scenario) -> list[tuple[Any, ...]]:
    return scenario.database.query(
        "select name, normalized_name, status, attempts, last_error, created_at from lookup_requests"
        " where created_at < '2025-12-01' order by id"
    )


def test_the_queue_keeps_its_order_and_its_history(scenarios: Scenarios) -> None:
    scenario = scenarios["enterprise", "adopted"]
    day = scenario.database.value("select timestamptz '2025-10-01 10:00+08'")
    ids = dict(scenario.database.query("select name, min(id) from lookup_requests group by name"))
    beer, water = "示例青山啤酒有限公司", "示例白水(北方)公司"
    assert requests_of(scenario) == [
        ("示例青山啤酒 有限公司", beer, "pending", 1, "timeout", day),
        (beer, beer, "done", 0, f"Folded into request {ids['示例青山啤酒 有限公司']}", day + timedelta(days=1)),
        ("示例白水（北方）公司", water.replace("(", "").replace(")", ""), "pending", 2, "503", day + timedelta(days=2)),
        (
            water,
            water.replace("(", "").replace(")", ""),
            *("done", 1, f"Folded into request {ids['示例白水（北方）公司']}", day + timedelta(days=2)),
        ),
        ("示例黄土农业公司", "示例黄土农业公司", "failed", 3, "no result", day + timedelta(days=2)),
        ("示例绿洲旅游公司", "示例绿洲旅游公司", "done", 1, None, day + timedelta(days=2)),
        ("示例绿洲旅游公司", "示例绿洲旅游公司", "pending", 0, None, day + timedelta(days=5)),
        (LONG_NAME, LONG_NAME, "pending", 0, None, day + timedelta(days=5)),
        # Asked once more, and not given up for its seven attempts.
        ("示例红叶印刷公司", "示例红叶印刷公司", "pending", 3, "timeout", day + timedelta(days=6)),
    ]
    assert scenario.database.query(
        "select finished_at from lookup_requests where status = 'failed'"
    ) == scenario.database.query("select timestamptz '2025-10-04 11:00+08'")


def test_what_was_adopted_is_asked_in_order_and_new_requests_get_new_ids(scenarios: Scenarios) -> None:
    database = scenarios["enterprise", "used"].database
    queue = LookupQueue(database.connect())
    assert queue.enqueue("示例青山啤酒有限公司").outcome == "open"
    assert queue.enqueue("示例新来公司").outcome == "new"
    assert [request.name[:6] for request in queue.dequeue(50)] == [
        *("示例青山啤酒", "示例白水（北", "示例绿洲旅游", "示例长名示例", "示例红叶印刷", "示例新来公司")
    ]


def test_what_the_predecessor_asked_for_first_is_asked_before_what_ours_did(scenarios: Scenarios) -> None:
    requests = LookupQueue(scenarios["old", "used"].database.connect()).dequeue(50)
    assert [request.name[:4] for request in requests] == ["示例青山", "示例绿洲", "示例长名", "示例红叶", "示例白水"]


def test_a_name_that_ours_is_asking_for_is_not_asked_for_twice(scenarios: Scenarios) -> None:
    scenario = scenarios["old", "adopted"]
    ours = scenario.database.value("select id from lookup_requests where created_at > '2025-12-01'")
    assert [row[2:5] for row in requests_of(scenario) if row[0].startswith("示例白水")] == [
        ("done", 2, f"Folded into request {ours}; before: 503"),
        ("done", 1, f"Folded into request {ours}"),
    ]


def ledger(database: Database) -> dict[str, str | None]:
    return dict(database.query("select temp_id, first_name from temp_company_ids order by temp_number"))


def test_an_id_keeps_its_name_where_both_stand_for_nothing_else(scenarios: Scenarios) -> None:
    database = scenarios["enterprise", "adopted"].database
    assert ledger(database) == {
        **{f"TEMP_{number:06}": None for number in (1, 2, 3, 5, 6, 90)},
        # The first of its spellings.
        "TEMP_000004": "示例丁 公司",
        "TEMP_000007": "示例己公司",
    }
    queue = LookupQueue(scenarios["enterprise", "used"].database.connect())
    assert [one.temp_id for one in queue.assign_temp_ids(["示例丁公司", "示例丙公司", "示例甲公司"])] == [
        *("TEMP_000004", "TEMP_000091", "TEMP_000092")
    ]


def test_a_name_that_has_an_id_here_keeps_it(scenarios: Scenarios) -> None:
    database = scenarios["old", "adopted"].database
    assert ledger(database) == {
        "TEMP_000001": "示例己公司",
        **{f"TEMP_{number:06}": None for number in (2, 3, 5, 6, 7, 90)},
        "TEMP_000004": "示例丁 公司",
    }


AMBIGUOUS = [
    ("TEMP_000001", "示例乙公司", "示例乙公司", "facts.annuity", "one id on several names"),
    ("TEMP_000001", "示例甲公司", "示例甲公司", "facts.annuity", "one id on several names"),
    ("TEMP_000002", "示例丙公司", "示例丙公司", "facts.annuity", "several ids on one name"),
    ("TEMP_000003", "示例丙公司", "示例丙 公司", "facts.annuity", "several ids on one name"),
]


def test_ambiguous_ids_are_listed_with_the_reason(scenarios: Scenarios, decided: Database) -> None:
    listed = "select * from ambiguous_temporary_ids order by temp_id, normalized_name"
    assert decided.query(listed) == AMBIGUOUS
    assert scenarios["old", "adopted"].database.query(listed) == [
        *AMBIGUOUS,
        ("TEMP_000007", "示例己公司", "示例己公司", "facts.annuity", "the name has another id here"),
    ]


def test_the_counter_is_behind_the_highest_row_and_every_published_id(scenarios: Scenarios, schema: str) -> None:
    database = scenarios[schema, "adopted"].database
    assert database.query("select last_number from temp_id_sequence") == [(90,)]


def test_without_published_ids_the_next_id_follows_the_old_counter(scenarios: Scenarios) -> None:
    queue = LookupQueue(scenarios["enterprise", "without published ids"].database.connect())
    assert queue.assign_temp_ids(["示例甲公司"])[0].temp_id == "TEMP_000042"


def test_the_counts_add_up(scenarios: Scenarios, schema: str) -> None:
    taken = [line for line in scenarios[schema, "adopted"].said if not line.startswith("rename")]
    requests = "7 adopted + 2 folded" if schema == "enterprise" else "6 adopted + 3 folded"
    ids = (
        "2 with their names + 3 without a name + 3"
        if schema == "enterprise"
        else "1 with their names + 3 without a name + 4"
    )
    assert taken == [
        f"take over company_mapping: 11 rows read = 11 adopted as load adopted:{schema} + 0 folded + 0 left out",
        f"take over lookup_requests: 11 rows read = {requests} + 0 taken over before + 2 left out,"
        " whose names name nobody or are too long",
        f"enter published temporary ids: 8 read = {ids} ambiguous + 0 known already",
        "take over temp_id_sequence: 2 rows read = 1 adopted + 1 folded + 0 left out; its counter is 41",
    ]


def test_an_adoption_is_recorded(scenarios: Scenarios, schema: str) -> None:
    scenario = scenarios[schema, "twice"]
    recorded = "select steps from schema_migrations where steps::text like '%take over%'"
    [[steps]] = scenario.database.query(recorded)
    assert steps == scenarios[schema, "adopted"].said


# ---- the predecessor's tables -------------------------------------------------------------------------------------


def test_the_old_tables_are_renamed_with_every_row_and_their_views_go_on(scenarios: Scenarios, schema: str) -> None:
    scenario, untouched = scenarios[schema, "adopted"], scenarios[schema, "untouched"].database
    for table in ("company_mapping", "lookup_requests", "temp_id_sequence"):
        assert scenario.database.query(f"select * from {scenario.before_adoption(table)}") == untouched.query(
            f"select * from {schema}.{table}"
        )
    for view in ("known_companies", "open_lookups"):
        query = f"select * from {schema}.{view} order by 1"
        assert scenario.database.query(query) == untouched.query(query) != []


def test_ours_have_their_own_names_beside_the_old_tables(scenarios: Scenarios, deployed_template: Database) -> None:
    indexes = (
        "select indexname, replace(indexdef, 'enterprise.', '') from pg_indexes where schemaname = 'enterprise'"
        " and tablename in ('lookup_requests', 'temp_id_sequence') order by 1"
    )
    database = scenarios["enterprise", "adopted"].database
    assert database.query(indexes) == deployed_template.query(indexes)
    sequence = "select pg_get_serial_sequence('enterprise.lookup_requests', 'id')"
    assert database.value(sequence) == deployed_template.value(sequence)


def test_nothing_is_deployed_over_the_predecessors_tables(scenarios: Scenarios) -> None:
    scenario = scenarios["enterprise", "not adopted"]
    run = scenario.database.dbt("run", check=False)
    assert run.code == 2
    for messages in (scenario.error, run.output):
        assert "Schema enterprise holds the predecessor's company_mapping and lookup_requests. Take them" in messages
        assert "dbt run-operation adopt --args '{schema: enterprise}'" in messages
    assert contents(scenario.database) == scenario.before


def test_a_counter_alone_is_migrated_in_place(scenarios: Scenarios) -> None:
    [(success, messages)] = scenarios["enterprise", "counter only"].runs
    assert success, messages
    assert scenarios["enterprise", "counter only"].database.query("select last_number from temp_id_sequence") == [(41,)]


# ---- safety -------------------------------------------------------------------------------------------------------


def test_an_adoption_says_what_it_would_do_and_changes_nothing(scenarios: Scenarios, schema: str) -> None:
    planned = scenarios[schema, "planned"]
    assert planned.said == scenarios[schema, "adopted"].said
    assert "adopt: would rename" in planned.runs[-1][1] and f"adopt: {ONLY_SAID}" in planned.runs[-1][1]
    assert contents(planned.database) == planned.before


def test_a_second_adoption_changes_nothing_and_says_so(scenarios: Scenarios, schema: str) -> None:
    twice = scenarios[schema, "twice"]
    assert twice.said == [f"schema {schema} was taken over before, nothing to do"]
    counts = (
        "select (select count(*) from mapping_records), (select count(*) from temp_company_ids where first_name <> '')"
    )
    assert twice.database.query(counts) == scenarios[schema, "adopted"].database.query(counts)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("failed", "temp_id_sequence_before_adoption is 3000000000, which is beyond INTEGER"),
        ("occupied", "lookup_requests_before_adoption already"),
        ("impossible", " holds  TEMP_000001; "),
        ("nothing to undo", "holds no table that adopt has renamed"),
        ("plan only is no flag", "plan_only must be true or false, or null, not 1"),
        ("both at once", "execute and plan_only contradict each other"),
    ],
)
def test_an_adoption_that_fails_leaves_everything_as_it_was(
    scenarios: Scenarios, schema: str, fault: str, message: str
) -> None:
    scenario = scenarios[schema, fault]
    assert message in scenario.error
    assert contents(scenario.database) == scenario.before


def test_every_impossible_id_is_named(scenarios: Scenarios, schema: str) -> None:
    error = scenarios[schema, "impossible"].error
    for value in (" TEMP_000001", "TEMP_0000001", "TEMP_2147483648", "TEMP_88", "temp_000001"):
        assert f'"facts"."sales"."company" holds {value}' in error


def test_a_schema_that_holds_no_predecessor_is_named(scenarios: Scenarios) -> None:
    no_schema = scenarios["enterprise", "no schema"]
    (_, missing), (_, gone) = no_schema.runs
    assert "schema must be the schema of the predecessor's tables" in missing
    assert 'there is no schema "gone" in database' in gone
    assert "schema facts holds none of the predecessor's tables" in scenarios["enterprise", "no predecessor"].error


@pytest.mark.one_server
def test_two_adoptions_at_once_take_over_once(server: EmbeddedServer, tmp_path: Path) -> None:
    database = create_database(server, tmp_path)
    database.query(for_schema(PREDECESSOR, "enterprise"))
    # A job of the predecessor is at work, and what it writes is taken over, too.
    job = database.connect()
    with job.cursor() as cursor:
        cursor.execute(
            "insert into enterprise.lookup_requests (name, normalized_name) values ('示例迟到公司', '示例迟到公司')"
        )
    arguments = [*arguments_of(DO, "enterprise")[:-1], "{migration_lock_timeout: 5min}"]
    adoptions = [replace(database, scratch=tmp_path / name).start_dbt(*arguments) for name in ("one", "other")]
    wait_until_blocked(database, sessions=2, patience=300)
    job.commit()
    outcomes = [adoption.outcome() for adoption in adoptions]
    assert all(code == 0 for code, _ in outcomes), outcomes
    assert sorted("nothing to do" in output for _, output in outcomes) == [False, True]
    assert database.value("select count(*) from lookup_requests where name = '示例迟到公司'") == 1
    assert database.value("select count(*) from mapping_records") == 11
    drop_database(database)


# ---- the way back -------------------------------------------------------------------------------------------------


def test_undone_the_predecessor_is_as_before_but_for_its_counter(scenarios: Scenarios) -> None:
    undone = scenarios["enterprise", "undone"]
    assert undone.runs[-1][0], undone.runs[-1][1]
    relations, rows, functions = contents(undone.database)
    relations_before, rows_before, _ = undone.before

    def without(listed: list[Any], schema: str) -> list[Any]:
        return [entry for entry in listed if entry[0] != schema]

    assert without(relations, "enterprise_after_adoption") == relations_before
    assert functions == []
    counters = {row[:2] for row in rows if row[1] == "temp_id_sequence"}
    assert counters == {("enterprise", "temp_id_sequence"), ("enterprise_after_adoption", "temp_id_sequence")}
    rows = [row for row in without(rows, "enterprise_after_adoption") if row[1] != "temp_id_sequence"]
    assert rows == [row for row in rows_before if row[1] != "temp_id_sequence"]
    # No id that was issued since is issued by the predecessor again.
    assert undone.database.query("select id from enterprise.temp_id_sequence") == [(90,)]
    # What was added since is kept.
    assert undone.database.value("select count(*) from enterprise_after_adoption.mapping_records") == 11
    [[steps]] = undone.database.query(
        "select steps from enterprise_after_adoption.schema_migrations order by migration_number desc limit 1"
    )
    assert steps == undone.said


def test_undone_in_another_schema_ours_stay_as_they_are(scenarios: Scenarios) -> None:
    undone, adopted = scenarios["old", "undone"], scenarios["old", "adopted"]
    assert undone.runs[-1][0], undone.runs[-1][1]
    names = [(name, kind) for schema, name, kind in contents(undone.database)[0] if schema == "old"]
    assert names == [(name, kind) for schema, name, kind in undone.before[0] if schema == "old"]
    assert undone.database.query("select id from old.temp_id_sequence") == [(90,)]
    assert [row[:4] for row in requests_of(undone)] == [row[:4] for row in requests_of(adopted)]
    assert ledger(undone.database) == ledger(adopted.database)


@pytest.mark.one_server
def test_models_are_moved_aside_with_the_tables_they_read(
    scenarios: Scenarios, decided: Database, tmp_path: Path
) -> None:
    database = create_database(decided.server, tmp_path, decided.name)
    database.dbt("run-operation", "adopt", "--args", "{schema: enterprise, undo: true, execute: true}")
    aside = [relation for relation in contents(database)[0] if relation[0] == "enterprise_after_adoption"]
    assert ("enterprise_after_adoption", "company_mapping", "r") in aside
    assert ("enterprise_after_adoption", "ambiguous_temporary_ids", "v") in aside
    assert [relation for relation in contents(database)[0] if relation not in aside] == (
        scenarios["enterprise", "untouched"].before[0]
    )
    assert database.query("select * from enterprise_after_adoption.ambiguous_temporary_ids order by 1, 2") == AMBIGUOUS
    drop_database(database)


def test_an_undo_can_be_planned(scenarios: Scenarios, schema: str) -> None:
    planned = scenarios[schema, "undo planned"]
    assert planned.said == scenarios[schema, "undone"].said
    assert planned.database.value(f"select count(*) from {planned.before_adoption('company_mapping')}") == 11


def test_a_counter_that_was_migrated_before_stays_in_its_place(scenarios: Scenarios) -> None:
    scenario = scenarios["enterprise", "counter first"]
    for success, messages in scenario.runs:
        assert success, messages
    assert scenario.database.query("select last_number from enterprise.temp_id_sequence") == [(90,)]
    assert ("enterprise_after_adoption", "temp_id_sequence", "r") not in contents(scenario.database)[0]


def test_after_an_undo_the_predecessor_can_be_taken_over_again(scenarios: Scenarios) -> None:
    again, adopted = scenarios["enterprise", "adopted again"], scenarios["enterprise", "adopted"]
    assert again.said == [
        line.replace("2 rows read = 1 adopted + 1 folded", "1 rows read = 1 adopted + 0 folded").replace(
            "is 41", "is 90"
        )
        for line in adopted.said
    ]
    assert requests_of(again) == requests_of(adopted)
    assert ledger(again.database) == ledger(adopted.database)


def test_taken_over_again_beside_ours_nothing_is_there_twice(scenarios: Scenarios) -> None:
    again, adopted = scenarios["old", "adopted again"], scenarios["old", "adopted"]
    assert any("= 0 adopted + 0 folded + 9 taken over before + 2 left out" in line for line in again.said), again.said
    assert any("= 0 with their names + 0 without a name + 4 ambiguous + 4 known already" in line for line in again.said)
    assert [row[:4] for row in requests_of(again)] == [row[:4] for row in requests_of(adopted)]
    assert ledger(again.database) == ledger(adopted.database)
    assert again.database.query(
        "select load_id, count(*) from mapping_records where source = 'adopted' group by 1 order by 1"
    ) == [("adopted:old", 11), ("adopted:old:2", 11)]
