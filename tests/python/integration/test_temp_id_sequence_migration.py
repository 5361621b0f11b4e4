"""`dbt run-operation migrate_temp_id_sequence`: from every layout there has been to the current one, counter kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from child_processes import Child, migrate_temp_id_sequence
from company_enrichment import LookupQueue
from company_enrichment.embedded_server import EmbeddedServer
from real_databases import Database, create_database, drop_database

CURRENT = """
    create table {table} (last_number integer not null default 0, updated_at timestamptz not null default now());
    create unique index temp_id_sequence_one_row on {table} ((true))
"""

# Name -> what is there before, and the counter that must be there afterwards; None where no row must be.
LAYOUTS: dict[str, tuple[str, int | None]] = {
    "no_table": ("", None),
    "id_only": ("create table {table} (id integer primary key); insert into {table} values (41)", 41),
    "id_and_updated_at": (
        "create table {table} (id integer primary key, updated_at timestamptz not null default now());"
        " insert into {table} values (41, '2025-01-01')",
        41,
    ),
    "renamed_by_hand": (
        "create table {table} (id integer primary key, updated_at timestamp); insert into {table} values (41, null);"
        " alter table {table} rename column id to last_number",
        41,
    ),
    "bigint_id": ("create table {table} (id bigint not null default 7); insert into {table} values (41)", 41),
    "serial_id": ("create table {table} (id serial primary key); insert into {table} values (41)", 41),
    "several_rows": ("create table {table} (id integer primary key); insert into {table} values (7), (41), (3)", 41),
    "the_same_row_twice": ("create table {table} (last_number integer); insert into {table} values (41), (41)", 41),
    "no_row": ("create table {table} (id integer primary key)", None),
    "a_null": ("create table {table} (id integer); insert into {table} values (null)", 0),
    "a_null_beside_a_counter": ("create table {table} (id integer); insert into {table} values (null), (41)", 41),
}

COLUMNS = """
    select attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)
    from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attrelid = %s::regclass and attnum > 0 and not attisdropped
    order by attname
"""
INDEXES = "select pg_get_indexdef(indexrelid) from pg_index where indrelid = %s::regclass"
CONSTRAINTS = "select count(*) from pg_constraint where conrelid = %s::regclass and contype <> 'n'"

Outcomes = dict[str, tuple[bool, str]]


def _prepare(database: Database, schema: str, statements: str) -> None:
    database.query(f"create schema if not exists {schema}")
    if statements:
        database.query(statements.format(table=f"{schema}.temp_id_sequence"))


def _layout(database: Database, schema: str) -> list[Any]:
    table = f"{schema}.temp_id_sequence"
    return [database.query(statement, (table,)) for statement in (COLUMNS, INDEXES, CONSTRAINTS)]


def _start(database: Database, folder: Path, *runs: tuple[str, str]) -> Child:
    return Child(migrate_temp_id_sequence, database.uri, database.environment, str(folder), list(runs))


@pytest.fixture(scope="module")
def migrated(
    server: EmbeddedServer, deployed_template: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, Outcomes]]:
    """A database with each layout in a schema of its own, migrated, and what dbt said."""
    folder = tmp_path_factory.mktemp("migration")
    database = create_database(server, folder, deployed_template.name)
    for name, (statements, _) in LAYOUTS.items():
        _prepare(database, name, statements)
    old_layout = LAYOUTS["id_and_updated_at"][0]
    _prepare(database, "current", CURRENT + "; insert into {table} values (41, '2025-01-01')")
    _prepare(database, "planned", old_layout)
    _prepare(database, "seen", LAYOUTS["bigint_id"][0] + "; create view {table}_seen as select id from {table}")
    _prepare(database, "enterprise", "drop table {table};" + old_layout)
    # no_schema is not there at all.
    runs = [(schema, "{}") for schema in (*LAYOUTS, "no_schema", "current", "seen", "enterprise")]
    runs.append(("planned", "{plan_only: true}"))
    for schema in ("lifted", "lower", "reset", "contradiction"):
        _prepare(database, schema, CURRENT + "; insert into {table} values (41, '2025-01-01')")
    # An id was issued in the first, one was only published in the second.
    for schema in ("issued", "published"):
        _prepare(database, schema, CURRENT + "; insert into {table} values (41, '2025-01-01')")
    database.query(
        "create table issued.temp_company_ids (temp_number integer); insert into issued.temp_company_ids values (50)"
    )
    database.query("create table published.company_resolution (company_id text)")
    database.query("insert into published.company_resolution values ('TEMP_999999'), ('TEMP_1000000'), ('A'), (null)")
    runs += [
        ("lifted", "{at_least: 500}"),
        ("lower", "{at_least: 7}"),
        ("reset", "{reset: true}"),
        ("issued", "{reset: true}"),
        ("published", "{}"),
        ("contradiction", "{reset: true, at_least: 5}"),
    ]
    said = _start(database, folder, *runs).finish()
    yield database, {schema: outcome for (schema, _), outcome in zip(runs, said, strict=True)}
    drop_database(database)


@pytest.mark.parametrize("layout", [*LAYOUTS, "no_schema", "enterprise"])
def test_every_layout_becomes_the_current_one(migrated: tuple[Database, Outcomes], layout: str) -> None:
    database, outcomes = migrated
    success, said = outcomes[layout]
    assert success, said
    columns, indexes, constraints = _layout(database, layout)
    assert columns == [
        ("last_number", "integer", True, "0"),
        ("updated_at", "timestamp with time zone", True, "now()"),
    ]
    assert indexes == [
        (f"CREATE UNIQUE INDEX temp_id_sequence_one_row ON {layout}.temp_id_sequence USING btree ((true))",)
    ]
    assert constraints == [(0,)]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_counter_is_kept(migrated: tuple[Database, Outcomes], layout: str) -> None:
    database, _ = migrated
    counter = LAYOUTS[layout][1]
    assert database.query(f"select last_number, updated_at is not null from {layout}.temp_id_sequence") == (
        [] if counter is None else [(counter, True)]
    )


def test_the_next_id_follows_the_counter(migrated: tuple[Database, Outcomes]) -> None:
    database, _ = migrated
    assert LookupQueue(database.connect()).get_next_temp_id() == "TEMP_000042"


def test_the_current_layout_is_left_alone_and_the_operation_says_so(migrated: tuple[Database, Outcomes]) -> None:
    database, outcomes = migrated
    success, said = outcomes["current"]
    assert success
    assert "current.temp_id_sequence has the current layout, nothing to do" in said
    assert database.query("select last_number, updated_at = '2025-01-01' from current.temp_id_sequence") == [(41, True)]


def test_plan_only_says_what_would_be_done_and_changes_nothing(migrated: tuple[Database, Outcomes]) -> None:
    database, outcomes = migrated
    success, said = outcomes["planned"]
    assert success
    assert "would drop the primary key of planned.temp_id_sequence" in said
    assert "would rename planned.temp_id_sequence.id to last_number" in said
    columns, indexes, _ = _layout(database, "planned")
    assert [name for name, *_ in columns] == ["id", "updated_at"]
    assert len(indexes) == 1


def _counter(database: Database, schema: str) -> Any:
    return database.value(f"select last_number from {schema}.temp_id_sequence")


def test_the_counter_is_lifted_to_a_number_given_and_never_lowered(migrated: tuple[Database, Outcomes]) -> None:
    database, outcomes = migrated
    assert outcomes["lifted"][0] and outcomes["lower"][0]
    assert "lift the counter from 41 to 500" in outcomes["lifted"][1]
    assert "nothing to do" in outcomes["lower"][1]
    assert (_counter(database, "lifted"), _counter(database, "lower")) == (500, 41)


def test_the_counter_is_reset_only_when_no_id_was_issued(migrated: tuple[Database, Outcomes]) -> None:
    database, outcomes = migrated
    assert outcomes["reset"][0]
    success, said = outcomes["issued"]
    assert not success and "ids up to number 50 were issued" in said
    assert (_counter(database, "reset"), _counter(database, "issued")) == (0, 41)


def test_a_counter_behind_an_id_in_use_is_lifted_by_number_not_by_text(migrated: tuple[Database, Outcomes]) -> None:
    """As text, TEMP_999999 is behind TEMP_1000000."""
    database, outcomes = migrated
    assert "lift the counter from 41 to 1000000" in outcomes["published"][1]
    assert _counter(database, "published") == 1_000_000


def test_arguments_that_contradict_each_other_are_refused(migrated: tuple[Database, Outcomes]) -> None:
    database, outcomes = migrated
    success, said = outcomes["contradiction"]
    assert not success and "contradict each other" in said
    assert _counter(database, "contradiction") == 41


@pytest.mark.one_server
def test_ids_that_were_published_elsewhere_are_never_issued_again(database: Database) -> None:
    database.query("create schema facts; create table facts.sales (company text)")
    database.query("insert into facts.sales values ('TEMP_000777'), ('TEMP_88'), ('S0001')")
    published = "{published_temp_ids: [{relation: facts.sales, column: company}]}"
    assert LookupQueue(database.connect()).get_next_temp_id() == "TEMP_000001"
    behind = ("test", "--select", "the_sequence_is_not_behind_the_ids_in_use", "--vars")
    assert database.dbt(*behind, published, check=False).code == 1
    output = database.dbt("run", "--select", "stg_customer_records", "--vars", published).output
    assert "The counter of temporary ids stood at 1, but ids up to number 777 are in use" in output
    assert LookupQueue(database.connect()).get_next_temp_id() == "TEMP_000778"
    database.dbt(*behind, published)

    missing = database.dbt("run", "--vars", published.replace("sales", "gone"), check=False)
    assert missing.code == 2 and "In published_temp_ids: there is no relation facts.gone" in missing.output


@pytest.mark.one_server
def test_a_sequence_and_a_ledger_restored_from_an_older_backup_are_lifted_by_the_next_run(finished: Database) -> None:
    highest = finished.value("select max(temp_number) from temp_company_ids")
    finished.query("delete from temp_company_ids; update temp_id_sequence set last_number = 0")
    in_use = finished.value("select max(company_id) from company_resolution where is_temporary")
    output = finished.dbt("run", "--select", "stg_customer_records").output
    assert "are in use: it was" in output
    assert int(in_use.removeprefix("TEMP_")) <= finished.value("select last_number from temp_id_sequence") <= highest
    plan = "\n".join(
        line
        for (line,) in finished.query(
            "set enable_seqscan = off; explain select company_id from company_resolution"
            " where company_id ~ '^TEMP_[0-9]{6,}$' order by char_length(company_id) desc, company_id desc limit 1"
        )
    )
    assert "Index Only Scan Backward" in plan, "found by index, not by reading the table"


def test_a_migration_that_fails_half_way_leaves_the_old_layout(migrated: tuple[Database, Outcomes]) -> None:
    """The column can be renamed, but its type cannot be changed while a view reads it."""
    database, outcomes = migrated
    success, said = outcomes["seen"]
    assert not success
    assert "cannot alter type of a column used by a view" in said
    assert database.query("select id from seen.temp_id_sequence") == [(41,)]
    columns, _, _ = _layout(database, "seen")
    assert columns == [("id", "bigint", True, "7")]


def test_two_migrations_at_once_both_succeed(database: Database, tmp_path: Path) -> None:
    _prepare(database, "enterprise", "drop table {table};" + LAYOUTS["several_rows"][0])
    children = [_start(database, tmp_path / str(number), ("enterprise", "{}")) for number in range(2)]
    outcomes = [outcome for child in children for outcome in child.finish()]
    assert [success for success, _ in outcomes] == [True, True], outcomes
    assert database.query("select last_number from temp_id_sequence") == [(41,)]
