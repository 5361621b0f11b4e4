"""`dbt run-operation migrate_temp_id_sequence`: from every layout there has been to the current one, counter kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from child_processes import Child, migrate_temp_id_sequence, wait_until_blocked
from company_enrichment import LookupQueue
from company_enrichment.embedded.server import EmbeddedServer
from real_databases import Database, create_database, drop_database

pytestmark = pytest.mark.every_server

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
    "smallint_id": ("create table {table} (id smallint primary key); insert into {table} values (41)", 41),
    "id_above_last_number": (
        "create table {table} (id bigint primary key, last_number integer);"
        " insert into {table} values (41, 7), (3, 12)",
        41,
    ),
    "id_below_last_number": (
        "create table {table} (id serial primary key, last_number smallint); insert into {table} values (1, 41)",
        41,
    ),
    "identity_id": (
        "create table {table} (id bigint generated always as identity primary key);"
        " insert into {table} overriding system value values (41)",
        41,
    ),
    "serial_that_is_ahead": (
        "create table {table} (id serial primary key); insert into {table} values (7);"
        " select setval('{table}_id_seq', 41)",
        41,
    ),
    "native_sequence": ("create sequence {table}; select setval('{table}', 41)", 41),
    "native_sequence_before_its_number": ("create sequence {table}; select setval('{table}', 42, false)", 41),
    "native_sequence_never_used": ("create sequence {table}; create table {schema}.temp_id_sequence_replaced ()", 0),
}

# Name -> what is there before, and words of the refusal.
REFUSED: dict[str, tuple[str, str]] = {
    "column_without_default": (
        CURRENT + "; alter table {table} add column region text not null",
        "the column region, which is NOT NULL without a default",
    ),
    "view_on_a_bigint": (
        LAYOUTS["bigint_id"][0] + "; create view {table}_seen as select id from {table}",
        "the view view_on_a_bigint.temp_id_sequence_seen, which uses the column id that has to become INTEGER",
    ),
    "view_on_an_instant": (
        LAYOUTS["renamed_by_hand"][0] + "; create view {table}_seen as select updated_at from {table}",
        "which uses the column updated_at that has to become TIMESTAMPTZ",
    ),
    "view_on_an_extra_id": (
        LAYOUTS["id_above_last_number"][0] + "; create view {table}_seen as select id from {table}",
        "the view view_on_an_extra_id.temp_id_sequence_seen, which uses the column id that has to be dropped",
    ),
    "view_on_the_primary_key": (
        LAYOUTS["id_and_updated_at"][0]
        + "; create view {table}_seen as select id, updated_at from {table} group by id",
        "the view view_on_the_primary_key.temp_id_sequence_seen, which rests on the primary key",
    ),
    "foreign_key": (
        LAYOUTS["id_only"][0] + "; create table {schema}.other (counter integer references {table})",
        "the foreign key other_counter_fkey of foreign_key.other, which references it",
    ),
    "trigger_that_names_id": (
        LAYOUTS["id_only"][0] + "; create function {schema}.look() returns trigger language plpgsql as"
        " $$ begin new.id := new.id; return new; end $$;"
        " create trigger watch before update on {table} for each row execute function {schema}.look()",
        "the trigger watch, whose function names the column id",
    ),
    "check_above_0": (
        "create table {table} (id integer check (id > 0)); insert into {table} values (41)",
        "the check constraint temp_id_sequence_id_check, which does not admit the 0",
    ),
    "serial_shared": (
        LAYOUTS["serial_id"][0]
        + "; create table {schema}.other (number integer default nextval('{table}_id_seq'::regclass))",
        "the default value for column number of table serial_shared.other, which uses the sequence"
        " serial_shared.temp_id_sequence_id_seq",
    ),
    "above_integer": (
        "create table {table} (id bigint); insert into {table} values (2147483648)",
        "the counter in above_integer.temp_id_sequence is 2147483648; it must be from 0 to 2147483647",
    ),
    "negative": (
        "create table {table} (id integer); insert into {table} values (-3), (41)",
        "the counter in negative.temp_id_sequence is -3",
    ),
    "text_id": ("create table {table} (id text); insert into {table} values ('41')", ".id has the type text"),
    "no_counter": ("create table {table} (number integer)", "has neither a column last_number nor id"),
    "view": ("create view {table} as select 41 as id", "view.temp_id_sequence is a view"),
    "partitioned": ("create table {table} (id integer) partition by list (id)", "is a partitioned table"),
    "foreign_table": (
        "create foreign data wrapper nowhere; create server nowhere foreign data wrapper nowhere;"
        " create foreign table {table} (id integer) server nowhere",
        "is a foreign table",
    ),
    "native_above_integer": (
        "create sequence {table}; select setval('{table}', 3000000000)",
        "the counter in the sequence native_above_integer.temp_id_sequence is 3000000000",
    ),
    "native_downwards": ("create sequence {table} increment -1 maxvalue 41", "counts down or starts again"),
    "native_in_use": (
        "create sequence {table}; create table {schema}.other (number integer default nextval('{table}'::regclass))",
        "still used by default value for column number of table native_in_use.other",
    ),
}

COLUMNS = """
    select attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)
    from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attrelid = %s::regclass and attnum > 0 and not attisdropped
    order by attname
"""
INDEXES = "select pg_get_indexdef(indexrelid) from pg_index where indrelid = %s::regclass"
CONSTRAINTS = "select count(*) from pg_constraint where conrelid = %s::regclass and contype <> 'n'"

# Every column of every relation of a schema.
CONTENTS = """
    select relname::text, relkind::text, attname::text, format_type(atttypid, atttypmod), attnotnull
    from pg_class left join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
    where relnamespace = %s::regnamespace
    order by 1, 3
"""

# What does not hinder the current layout: columns that need no value, a view on a column that is only renamed,
# a trigger that does not name it, a condition that holds, a grant.
KEPT = """
    create table {table} (
        id integer primary key check (id >= 0), note text, region text not null default 'cn', updated_at timestamptz
    );
    insert into {table} (id, note) values (41, 'by hand');
    create view {table}_seen as select id, note, region from {table};
    grant select on {table} to pg_monitor;
    create table {schema}.updates (note text);
    create function {schema}.look() returns trigger language plpgsql as
        $$ begin insert into kept.updates values (new.note); return new; end $$;
    create trigger watch after update on {table} for each row when (old.id <> new.id) execute function {schema}.look()
"""

# A look at published ids that writes: it shows whether the transaction admits that.
WRITING = """
    create table {schema}.looks (at timestamptz);
    create function {schema}.look() returns text language sql as
        $$ insert into writing.looks values (now()); select 'TEMP_000001' $$;
    create view {schema}.company_resolution as select {schema}.look() as company_id
"""

Outcomes = dict[str, tuple[bool, str]]


def _prepare(database: Database, schema: str, statements: str) -> None:
    database.query(f"create schema if not exists {schema}")
    if statements:
        database.query(statements.format(schema=schema, table=f"{schema}.temp_id_sequence"))


def _layout(database: Database, schema: str) -> list[Any]:
    table = f"{schema}.temp_id_sequence"
    return [database.query(statement, (table,)) for statement in (COLUMNS, INDEXES, CONSTRAINTS)]


def _steps(said: str) -> list[str]:
    """The steps that the operation names; what a plan would do, as the run that does it says it."""
    lines = [line.partition("temp_id_sequence: ") for line in said.splitlines()]
    return [step.removeprefix("would ") for start, separator, step in lines if separator and not start]


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
    _prepare(database, "half_way", old_layout + "; create table {schema}.temp_id_sequence_one_row ()")
    _prepare(database, "enterprise", "drop table {table};" + old_layout)
    _prepare(database, "kept", KEPT)
    _prepare(database, "writing", WRITING)
    for name, (statements, _) in REFUSED.items():
        _prepare(database, name, statements)
        database.query(f"create table public.before_{name} as {CONTENTS}", (name,))
    # no_schema is not there at all.
    runs = [(schema, "{plan_only: true}") for schema in (*LAYOUTS, "no_schema", "kept", "planned", "writing")]
    plans = len(runs)
    schemas = (*LAYOUTS, "no_schema", "current", "half_way", "enterprise", "kept", *REFUSED)
    runs += [(schema, "{}") for schema in schemas]
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
    outcomes = {f"plan of {schema}": outcome for (schema, _), outcome in zip(runs[:plans], said[:plans], strict=True)}
    outcomes |= {schema: outcome for (schema, _), outcome in zip(runs[plans:], said[plans:], strict=True)}
    yield database, outcomes
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
    success, said = outcomes["plan of planned"]
    assert success
    assert "would drop the primary key of planned.temp_id_sequence" in said
    assert "would rename planned.temp_id_sequence.id to last_number" in said
    columns, indexes, _ = _layout(database, "planned")
    assert [name for name, *_ in columns] == ["id", "updated_at"]
    assert len(indexes) == 1
    assert database.value("select to_regclass('planned.schema_migrations') is null")


def test_plan_only_is_a_read_only_transaction(migrated: tuple[Database, Outcomes]) -> None:
    _, outcomes = migrated
    success, said = outcomes["plan of writing"]
    assert not success and "in a read-only transaction" in said


@pytest.mark.parametrize("layout", [*LAYOUTS, "no_schema", "kept"])
def test_a_migration_does_and_records_what_its_plan_says(migrated: tuple[Database, Outcomes], layout: str) -> None:
    database, outcomes = migrated
    planned, done = (_steps(outcomes[name][1]) for name in (f"plan of {layout}", layout))
    assert planned == done != []
    recorded = database.query(f"select version, steps, applied_by from {layout}.schema_migrations")
    assert recorded == [(0, done, "postgres")], "version 0: nothing else is deployed there"


def test_a_migration_leaves_the_deployed_version_as_it_is(migrated: tuple[Database, Outcomes]) -> None:
    database, outcomes = migrated
    newest, before = database.query(
        "select to_jsonb(applied) - '{applied_at,migration_number,steps}'::text[], steps"
        " from schema_migrations as applied order by migration_number desc limit 2"
    )
    assert newest == (before[0], _steps(outcomes["enterprise"][1]))
    assert database.value("select to_regclass('current.schema_migrations') is null"), "nothing to do, nothing recorded"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_sequence_of_the_old_layout_lingers(migrated: tuple[Database, Outcomes], layout: str) -> None:
    """Except a native one, renamed: it belongs to somebody."""
    database, outcomes = migrated
    native = {
        "native_sequence": ["temp_id_sequence_replaced"],
        "native_sequence_before_its_number": ["temp_id_sequence_replaced"],
        "native_sequence_never_used": ["temp_id_sequence_replaced_2"],
    }.get(layout, [])
    sequences = database.query(
        "select relname from pg_class where relkind = 'S' and relnamespace = %s::regnamespace"
        " and relname <> 'schema_migrations_migration_number_seq'",
        (layout,),
    )
    assert sequences == [(name,) for name in native]
    for name in native:
        assert f"rename the native sequence {layout}.temp_id_sequence to {name}" in outcomes[layout][1]


def test_extra_columns_views_triggers_and_grants_are_kept(migrated: tuple[Database, Outcomes]) -> None:
    database, outcomes = migrated
    assert outcomes["kept"][0], outcomes["kept"][1]
    database.query("insert into kept.temp_id_sequence default values on conflict do nothing")
    database.query("update kept.temp_id_sequence set last_number = last_number + 1")
    assert database.query("select * from kept.temp_id_sequence_seen") == [(42, "by hand", "cn")]
    assert database.query("select * from kept.updates") == [("by hand",)]
    assert database.query(
        "select privilege_type from information_schema.role_table_grants"
        " where table_schema = 'kept' and table_name = 'temp_id_sequence' and grantee = 'pg_monitor'"
    ) == [("SELECT",)]


@pytest.mark.parametrize("layout", REFUSED)
def test_what_cannot_be_migrated_is_refused_by_name_and_left_as_it_is(
    migrated: tuple[Database, Outcomes], layout: str
) -> None:
    database, outcomes = migrated
    success, said = outcomes[layout]
    assert not success
    assert REFUSED[layout][1] in said
    assert "In migrate_temp_id_sequence: " in said
    assert _steps(said) == []
    assert database.query(CONTENTS, (layout,)) == database.query(f"select * from public.before_{layout}")


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
def test_the_counter_follows_no_id_that_nobody_can_have_issued(database: Database) -> None:
    """Beyond the highest id issued by more than a limit: an error. A company id that looks like one never counts."""
    LookupQueue(database.connect()).get_next_temp_id()
    database.query("create schema facts; create table facts.sales (company text)")
    database.query("insert into facts.sales values ('TEMP_1000002')")
    database.query("alter table lookup_answers disable trigger gate_answer")
    database.query(
        "insert into lookup_answers (provider, asked_name, normalized_name, outcome, company_id, confidence)"
        " values ('p', '样例一厂', '样例一厂', 'found', 'TEMP_2147483647', 1)"
    )
    database.query(
        "insert into customer_records (record_id, source_system, customer_name) values ('1', 't', '样例一厂')"
    )
    database.dbt("run")
    assert database.query("select company_id, is_temporary from company_resolution") == [("TEMP_2147483647", False)]
    some = ("run", "--select", "stg_customer_records", "--vars")
    published = "published_temp_ids: [{relation: facts.sales, column: company}]"
    refused = database.dbt(*some, f"{{{published}}}", check=False)
    assert refused.code == 2 and "holds TEMP_1000002, but the highest id issued is number 1: so far" in refused.output
    assert "raise the var published_temp_id_limit, which is 1000000" in refused.output
    assert database.value("select last_number from temp_id_sequence") == 1
    refused = database.dbt(*some, f"{{{published}, published_temp_id_limit: many}}", check=False)
    assert refused.code == 2 and "published_temp_id_limit must be a whole number from 0 to 2147483647" in refused.output
    # Somebody who knows better says so, in either way.
    database.dbt("run-operation", "migrate_temp_id_sequence", "--args", "{at_least: 1000002}")
    database.dbt(*some, f"{{{published}}}")
    database.query("update temp_id_sequence set last_number = 1")
    database.dbt(*some, f"{{{published}, published_temp_id_limit: 2000000}}")
    assert LookupQueue(database.connect()).get_next_temp_id() == "TEMP_1000003"


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
    """The index comes last, and a table has its name."""
    database, outcomes = migrated
    success, said = outcomes["half_way"]
    assert not success
    assert 'relation "temp_id_sequence_one_row" already exists' in said
    assert "rename half_way.temp_id_sequence.id to last_number" in said
    assert database.query("select id, updated_at = '2025-01-01' from half_way.temp_id_sequence") == [(41, True)]
    _, indexes, constraints = _layout(database, "half_way")
    assert (len(indexes), constraints) == (1, [(1,)])
    assert database.value("select to_regclass('half_way.schema_migrations') is null")


@pytest.mark.one_server
def test_dbt_ends_with_1_when_the_operation_is_refused_and_with_0_when_it_is_done(empty_database: Database) -> None:
    operation = ("run-operation", "migrate_temp_id_sequence")
    assert empty_database.dbt(*operation, "--args", "{at_least: -1}", check=False).code == 1
    _prepare(empty_database, "enterprise", REFUSED["foreign_key"][0])
    assert empty_database.dbt(*operation, check=False).code == 1
    empty_database.query("drop table other")
    assert empty_database.dbt(*operation, check=False).code == 0
    # It has recorded itself, which is no deployment: keys that are there were made by no rules of ours.
    empty_database.query("create table customer_record_keys as select 1 as number")
    assert "The rules of the name key" not in empty_database.dbt("run-operation", "migrate").output


@pytest.mark.one_server
def test_a_number_that_is_drawn_while_the_migration_starts_is_not_lost(database: Database, tmp_path: Path) -> None:
    _prepare(database, "enterprise", "insert into {table} values (41)")
    drawing = database.connect()
    with drawing.cursor() as cursor:
        cursor.execute("update enterprise.temp_id_sequence set last_number = 500")
        child = _start(database, tmp_path, ("enterprise", "{at_least: 100}"))
        wait_until_blocked(database)
        drawing.commit()
    [(success, said)] = child.finish()
    assert success and "nothing to do" in said
    assert database.query("select last_number from temp_id_sequence") == [(500,)]


def test_two_migrations_at_once_both_succeed(database: Database, tmp_path: Path) -> None:
    _prepare(database, "enterprise", "drop table {table};" + LAYOUTS["several_rows"][0])
    children = [_start(database, tmp_path / str(number), ("enterprise", "{}")) for number in range(2)]
    outcomes = [outcome for child in children for outcome in child.finish()]
    assert [success for success, _ in outcomes] == [True, True], outcomes
    assert database.query("select last_number from temp_id_sequence") == [(41,)]
