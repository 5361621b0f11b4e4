"""One table alone is restored from an older dump: the next run repairs it, or names what it cannot repair.

The dump is of a state in which a run had resolved some records. Since then records, mappings, answers and
corrections came, and runs. A restored table is older than what was read from it, or than what it was made from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from company_enrichment.embedded.binaries import find_binaries, system_binaries
from company_enrichment.embedded.server import EmbeddedServer
from real_databases import SCHEMA, Database, create_database, drop_database, run_command

pytestmark = pytest.mark.every_server

TABLES = ("run", "--select", "config.materialized:incremental")
# The views that they read are gone when what these stand on was dropped.
WITH_VIEWS = (*TABLES, "path:models/staging")
RECORDS = (
    # record, plan code, customer name; NULL where the state does not have it.
    ("by plan", "P-1", "别的公司"),
    ("unknown", None, "甲未知公司"),
    ("unknown too", None, "甲未知公司（已转出）"),
    ("renamed", None, "乙未知公司"),
    ("answered later", None, "丙未知公司"),
    ("mapped later", "P-2", "丁未知公司"),
    ("answered before", None, "戊已知公司"),
    ("corrected later", "P-3", "己公司"),
)
# What a rebuild makes anew, without what says when or by which transaction it was written.
RESULTS = {
    "company_resolution": ("resolved_at", "changed_in"),
    "company_mapping": ("updated_at", "changed_in"),
    "company_lookup_cache": ("changed_in",),
    "customer_record_keys": ("changed_in",),
    "mapping_loads": ("decided_at",),
}
FED = ("customer_records", "mapping_records", "landed_loads", "lookup_answers", "temp_company_ids")
MODELS = (
    "customer_record_keys",
    "mapping_changes",
    "mapping_loads",
    "company_mapping",
    "company_mapping_history",
    "company_lookup_cache",
    "company_resolution",
    "company_resolution_changes",
    "company_id_crosswalk",
)
OTHERS = (
    "temp_id_sequence",
    "temp_id_high_water",
    "lookup_requests",
    "corrected_aliases",
    "enrichment_runs",
    "resolution_totals",
    "model_watermarks",
    "schema_migrations",
)
# Nothing that a run reads; all of them are restored before one run.
BYSTANDERS = (
    "adopted_temp_ids",
    "ingest_files",
    "ingest_period_records",
    "ingest_rejects",
    "provider_state",
    "schema_parts",
)


class Restorable(NamedTuple):
    """A database with a history, the dump of an earlier state of it, and what belongs to its server."""

    database: Database
    dump: Path
    tools: Path

    def restore(self, table: str, way: str) -> None:
        """Bring one table back to what it was in the dump."""
        into = [str(self.tools / "pg_restore"), "--dbname", self.database.uri, "--schema", SCHEMA, "--table", table]
        if way == "dropped and created":
            # What depends on it, as views do, would keep pg_restore from dropping it.
            self.database.query(f"drop table {SCHEMA}.{table} cascade")
            into += ["--clean", "--if-exists"]
        else:
            self.database.query(f"truncate {SCHEMA}.{table} cascade")
            into += ["--data-only", *(["--disable-triggers"] if way == "without triggers" else [])]
        run_command([*into, str(self.dump)], self.database.environment)


WAYS = ("plain", "without triggers", "dropped and created")
# Elsewhere, "without triggers" is the same COPY.
HAVE_TRIGGERS = (*FED, "company_resolution", "corrected_aliases")


def run_after(way: str) -> tuple[str, ...]:
    """What has to be built after a restore of that way."""
    return WITH_VIEWS if way == "dropped and created" else TABLES


def put_record(database: Database, record_id: str, plan_code: str | None, name: str | None) -> None:
    database.query(
        "insert into customer_records (record_id, source_system, plan_code, customer_name) values (%s, 'test', %s, %s)"
        " on conflict (record_id) do update set plan_code = excluded.plan_code, customer_name = excluded.customer_name",
        (record_id, plan_code, name),
    )


def land(
    database: Database, load_id: str, mode: str, rows: list[tuple[str, str, str]], undoes: str | None = None
) -> None:
    database.query(
        "insert into landed_loads (load_id, source, mode, undoes) values (%s, 'curated', %s, %s)",
        (load_id, mode, undoes),
    )
    for line_no, row in enumerate(rows, start=2):
        database.query(
            "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
            " values (%s, %s, 'curated', %s, %s, %s)",
            (load_id, line_no, *row),
        )


def answer(database: Database, name: str, company: str | None) -> None:
    database.query(
        "insert into lookup_answers"
        " (provider, asked_name, normalized_name, outcome, company_id, company_name, confidence)"
        " values ('registry', %(name)s, normalize_company_name(%(name)s),"
        " case when %(company)s is null then 'not_found' else 'found' end, %(company)s, %(name)s,"
        " case when %(company)s is not null then 1 end)",
        {"name": name, "company": company},
    )


def server_tools(server: EmbeddedServer) -> Path:
    """The directory with the pg_dump and pg_restore of the server's version; skips where there are none."""
    version = server_version(server)
    for folder in (find_binaries(), *system_binaries()):
        if (folder / "pg_restore").exists():
            said = run_command([str(folder / "pg_restore"), "--version"], {}).output
            if re.search(r"\) (\d+)", said)[1] == version:  # type: ignore[index]
                return folder
    pytest.skip(f"there is no pg_restore of PostgreSQL {version}: nothing of this module was tested")


def server_version(server: EmbeddedServer) -> str:
    database = create_database(server, Path())
    version = str(database.value("select current_setting('server_version_num')::integer / 10000"))
    drop_database(database)
    return version


@pytest.fixture(scope="module")
def history(deployed_template: Database, tmp_path_factory: pytest.TempPathFactory) -> Restorable:
    """A database with its history; to be copied, not used."""
    scratch = tmp_path_factory.mktemp("history")
    tools = server_tools(deployed_template.server)
    database = create_database(deployed_template.server, scratch, deployed_template.name)
    for record in RECORDS:
        put_record(database, *record)
    land(
        database,
        "one",
        "merge",
        [("plan", "P-1", "600000901"), ("plan", "P-3", "600000903"), ("plan", "P-9", "600000909")],
    )
    answer(database, "戊已知公司", "600000905")
    answer(database, "丙未知公司", None)
    database.dbt(*TABLES)
    dump = scratch / "older.dump"
    run_command(
        [str(tools / "pg_dump"), "--schema", SCHEMA, "--format", "custom", "--file", str(dump), database.uri],
        database.environment,
    )

    put_record(database, "renamed", None, "庚未知公司")
    put_record(database, "new", None, "辛未知公司")
    put_record(database, "new by plan", "P-9", None)
    land(
        database,
        "two",
        "replace_source",
        [("plan", "P-1", "600000901"), ("plan", "P-2", "600000902"), ("plan", "P-3", "600000903")],
    )
    land(database, "three", "merge", [("plan", "P-1", "600000911")])
    answer(database, "丙未知公司", "600000906")
    database.dbt(*TABLES)
    land(database, "four", "undo", [], undoes="three")
    put_record(database, "newest", None, "壬未知公司")
    answer(database, "辛未知公司", "600000907")
    database.dbt(*TABLES)
    database.operation(
        "correct_company_id",
        {
            "from": "600000903",
            "to": "600000913",
            "kind": "merged",
            "reason": "one company",
            "allow_unknown": True,
            "execute": True,
        },
    )
    # Twice: models that are built at the same time may read what the others write a second time.
    database.dbt(*TABLES)
    database.dbt(*TABLES)
    return Restorable(database, dump, tools)


@pytest.fixture
def restorable(history: Restorable, tmp_path: Path) -> Iterator[Restorable]:
    """A database with its history."""
    copy = create_database(history.database.server, tmp_path, history.database.name)
    yield history._replace(database=copy)
    drop_database(copy)


def contents(database: Database, *tables: str) -> dict[str, list[Any]]:
    return {
        table: database.query(
            f"select to_jsonb(t) - %s::text[] as row from {table} as t order by 1", ([*RESULTS[table]],)
        )
        for table in tables or RESULTS
    }


def issued(database: Database) -> dict[str, str]:
    """The temporary id of each name in the result or the ledger; one name has one id, and one id one name."""
    by_name: dict[str, str] = {}
    pairs = database.query(
        "select normalized_customer_name, company_id from company_resolution"
        " inner join customer_record_keys using (record_id) where is_temporary"
        " union select normalized_name, temp_id from temp_company_ids where normalized_name is not null"
    )
    for name, temp_id in pairs:
        assert by_name.setdefault(name, temp_id) == temp_id, f"{name} has two ids"
    assert len(set(by_name.values())) == len(by_name), "an id has two names"
    return by_name


def assert_sound(database: Database) -> None:
    """What holds after every run."""
    assert not database.query(
        "select record_id from company_resolution full join customer_records using (record_id)"
        " where company_resolution.record_id is null or customer_records.record_id is null"
    )
    assert not database.query(
        "select company_id from company_resolution left join temp_company_ids on temp_id = company_id"
        " where is_temporary and temp_id is null"
    ), "an id in use is not in the ledger"
    issued(database)
    assert database.query(
        "select status, match_type, records from resolution_totals where records > 0 order by 1, 2"
    ) == database.query("select status, match_type, count(*) from company_resolution group by 1, 2 order by 1, 2")


def parts(database: Database) -> list[Any]:
    """What the operational tables have beside columns and rows."""
    return database.query("""
        select part.relation::regclass::text, part.name
        from (
            select conrelid, conname from pg_constraint where contype in ('p', 'u', 'f', 'c')
            union all
            select tgrelid, tgname from pg_trigger where not tgisinternal and tgenabled <> 'D'
            union all
            select indrelid, indexrelid::regclass::text from pg_index
            union all
            select attrelid, attname from pg_attribute where attidentity <> ''
        ) as part (relation, name)
        inner join pg_class on pg_class.oid = part.relation
        where pg_class.relnamespace = 'enterprise'::regnamespace
            and pg_class.relname in (select table_name from schema_parts)
        order by 1, 2
    """)


@pytest.mark.one_server
@pytest.mark.parametrize(
    ("table", "way"),
    [
        (table, way)
        for table in (*FED, *MODELS, *OTHERS)
        for way in WAYS
        if table != "customer_records" and (way != "without triggers" or table in HAVE_TRIGGERS)
    ],
)
def test_a_table_that_was_restored_alone_changes_no_result(restorable: Restorable, table: str, way: str) -> None:
    database = restorable.database
    before, ids, complete = contents(database), issued(database), parts(database)
    crosswalk = database.query(
        "select from_company_id, to_company_id from company_id_crosswalk where valid_to is null order by 1"
    )
    restorable.restore(table, way)
    output = database.dbt(*run_after(way)).output
    assert_sound(database)
    assert issued(database) == ids
    after = contents(database)
    if table == "mapping_changes":
        # Decided again, today and under the corrections of today.
        for state in (before, after):
            state.pop("mapping_loads")
            state["company_mapping"] = [alias | {"retired_at": None} for [alias] in state["company_mapping"]]
    assert after == before
    assert crosswalk == database.query(
        "select from_company_id, to_company_id from company_id_crosswalk where valid_to is null order by 1"
    )
    assert parts(database) == complete
    if table in (*FED, *MODELS):
        assert re.search(f"not the ones that the last run has read: {table}[.]", output), output


@pytest.mark.one_server
@pytest.mark.parametrize("way", WAYS)
def test_the_result_follows_records_that_were_restored_alone(restorable: Restorable, way: str) -> None:
    database = restorable.database
    ids = issued(database)
    restorable.restore("customer_records", way)
    # Rows that come after the restore do not hide it.
    database.query(
        "insert into customer_records (record_id, source_system, customer_name) values ('after', 'test', '癸未知公司')"
    )
    output = database.dbt(*run_after(way)).output
    assert "not the ones that the last run has read: customer_records." in output
    assert "Removed from company_resolution: 3 records" in output
    assert_sound(database)
    company_of = dict(database.query("select record_id, company_id from company_resolution"))
    assert company_of["renamed"] == ids[database.value("select normalize_company_name('乙未知公司')")]
    assert company_of["after"] == f"TEMP_{max(int(temp_id[5:]) for temp_id in ids.values()) + 1:06}"
    resolved = contents(database)
    database.dbt(*run_after(way), "--full-refresh")
    assert contents(database) == resolved


@pytest.mark.parametrize("way", WAYS)
def test_a_ledger_that_was_restored_with_its_counter_issues_no_id_twice(restorable: Restorable, way: str) -> None:
    """The online resolver comes before the next run: it gives a name the id that the result has."""
    database = restorable.database
    before, ids = contents(database), issued(database)
    crosswalk = "select from_company_id, to_company_id, valid_to from company_id_crosswalk order by 1, 3"
    repointed = database.query(crosswalk)
    for table in ("temp_company_ids", "temp_id_sequence"):
        restorable.restore(table, way)
    [[again], [new]] = database.query("select temp_id from assign_temp_ids(array['壬未知公司', '子未知公司'])")
    assert again == ids[database.value("select normalize_company_name('壬未知公司')")]
    assert int(new[5:]) == max(int(temp_id[5:]) for temp_id in ids.values()) + 1
    database.dbt(*run_after(way))
    assert_sound(database)
    assert issued(database) == ids | {database.value("select normalize_company_name('子未知公司')"): new}
    assert contents(database) == before
    assert database.query(crosswalk) == repointed


@pytest.mark.one_server
def test_an_id_whose_name_got_another_one_after_the_restore_keeps_its_name(restorable: Restorable) -> None:
    database = restorable.database
    key = database.value("select normalize_company_name('壬未知公司')")
    older = issued(database)[key]
    restorable.restore("temp_company_ids", "plain")
    # As a version before this one has issued it.
    database.query(
        "insert into temp_company_ids (temp_number, normalized_name, first_name) values (9000, %s, '壬未知公司')",
        (key,),
    )
    output = database.dbt(*TABLES).output
    assert f"leads to the older one now: {older} (壬未知公司)" in output
    assert_sound(database)
    assert issued(database)[key] == older
    assert database.query(
        "select to_company_id, kind from company_id_crosswalk where from_company_id = 'TEMP_009000'"
    ) == [(older, "rekeyed")]


@pytest.mark.one_server
def test_an_id_that_nobody_is_known_to_have_had_stands_for_what_it_stood_for(restorable: Restorable) -> None:
    database = restorable.database
    crosswalk = (
        "select from_company_id, to_company_id, kind from company_id_crosswalk where valid_to is null order by 1"
    )
    put_record(database, "new", None, "丑未知公司")
    database.dbt(*TABLES)
    repointed = database.query(crosswalk)
    assert any(company == "600000907" for _, company, _ in repointed)
    restorable.restore("temp_company_ids", "plain")
    database.dbt(*TABLES)
    assert_sound(database)
    assert database.query(crosswalk) == repointed


@pytest.mark.one_server
def test_an_id_that_two_names_claim_is_named_and_given_to_neither(restorable: Restorable) -> None:
    database = restorable.database
    key = database.value("select normalize_company_name('壬未知公司')")
    claimed = issued(database)[key]
    for table in ("temp_company_ids", "temp_id_sequence", "temp_id_high_water"):
        restorable.restore(table, "plain")
    # Everything that knew of the id was restored: it is issued again.
    highest = int(database.value("select max(temp_number) from temp_company_ids"))
    names = [f"第{number}家新公司" for number in range(int(claimed[5:]) - highest)]
    assert database.query("select temp_id from assign_temp_ids(%s)", (names,))[-1] == (claimed,)
    output = database.dbt(*TABLES).output
    assert f"{claimed} ({names[-1]}, 壬未知公司)" in output
    assert "issued again" in output
    assert_sound(database)
    assert issued(database)[key] != claimed


@pytest.mark.one_server
@pytest.mark.parametrize("way", WAYS)
def test_corrections_that_were_restored_are_followed_as_by_a_rebuild(restorable: Restorable, way: str) -> None:
    database = restorable.database
    for table in ("company_id_corrections", "corrected_aliases"):
        restorable.restore(table, way)
    output = database.dbt(*run_after(way)).output
    assert "company_id_corrections, corrected_aliases" in output
    assert (
        database.value("select company_id from company_resolution where record_id = 'corrected later'") == "600000903"
    )
    resolved = contents(database)
    database.dbt(*run_after(way), "--full-refresh")
    assert contents(database) == resolved


@pytest.mark.one_server
@pytest.mark.parametrize("way", WAYS)
def test_mappings_that_were_restored_together_are_followed_as_by_a_rebuild(restorable: Restorable, way: str) -> None:
    database = restorable.database
    for table in ("mapping_records", "landed_loads", "mapping_changes", "mapping_loads"):
        restorable.restore(table, way)
    database.dbt(*run_after(way))
    assert database.value("select company_id from company_resolution where record_id = 'new by plan'") == "600000909"
    assert database.value("select status from company_resolution where record_id = 'mapped later'") == "temporary"
    resolved = contents(database, "company_resolution")
    database.dbt(*run_after(way), "--full-refresh")
    assert contents(database, "company_resolution") == resolved


@pytest.mark.one_server
@pytest.mark.parametrize("way", WAYS)
def test_tables_that_no_run_reads_come_back_complete(restorable: Restorable, way: str) -> None:
    database = restorable.database
    before, complete = contents(database), parts(database)
    for table in BYSTANDERS:
        restorable.restore(table, way)
    database.dbt(*run_after(way))
    assert contents(database) == before
    assert parts(database) == complete


@pytest.mark.one_server
def test_an_operational_table_that_is_gone_is_refused_until_somebody_wants_it_empty(restorable: Restorable) -> None:
    database = restorable.database
    database.query("drop table customer_records cascade")
    refused = database.dbt(*TABLES, check=False)
    assert refused.code == 2
    assert "has lost customer_records" in refused.output
    assert "dbt run-operation migrate --args '{execute: true}'" in refused.output
    assert database.value("select count(*) from company_resolution") == len(RECORDS) + 3
    # Nor does a deployment of something else create it in passing.
    database.query("update schema_migrations set content_hash = ''")
    for command in (("run-operation", "migrate"), TABLES):
        refused = database.dbt(*command, check=False)
        assert refused.code != 0 and "has lost customer_records. Nothing was done." in refused.output
    database.operation("migrate", {"execute": True})
    assert database.value("select count(*) from customer_records") == 0


@pytest.mark.one_server
def test_triggers_that_a_restore_has_left_disabled_are_enabled(restorable: Restorable) -> None:
    database = restorable.database
    for table in ("customer_records", "company_resolution"):
        database.query(f"alter table {table} disable trigger user")
    put_record(database, "renamed", None, "乙未知公司")
    database.dbt(*TABLES)
    put_record(database, "unknown", "P-1", None)
    database.dbt(*TABLES)
    assert database.value("select company_id from company_resolution where record_id = 'unknown'") == "600000901"
    assert_sound(database)


@pytest.mark.one_server
def test_a_new_identity_does_not_give_numbers_that_others_refer_to(restorable: Restorable) -> None:
    database = restorable.database
    known = database.value("select max(answer_id) from lookup_answers")
    restorable.restore("lookup_answers", "dropped and created")
    database.dbt(*WITH_VIEWS)
    answer(database, "壬未知公司", "600000908")
    assert database.value("select max(answer_id) from lookup_answers") > known
    database.dbt(*WITH_VIEWS)
    assert database.value("select company_id from company_resolution where record_id = 'newest'") == "600000908"


@pytest.mark.one_server
def test_names_of_requests_that_a_restored_queue_lacks_are_asked_for(restorable: Restorable) -> None:
    database = restorable.database
    waiting = """
        select request.normalized_name
        from lookup_requests as request
        inner join customer_record_keys as keys on keys.normalized_customer_name = request.normalized_name
        inner join company_resolution as resolution using (record_id)
        where resolution.is_temporary and request.finished_at is null
        group by 1
        order by 1
    """
    before = database.query(waiting)
    restorable.restore("lookup_requests", "plain")
    assert len(database.query(waiting)) < len(before)
    database.dbt(*TABLES)
    assert database.query(waiting) == before


@pytest.mark.one_server
def test_records_that_were_deleted_by_hand_are_found_when_everything_is_compared(restorable: Restorable) -> None:
    database = restorable.database
    database.query("delete from customer_records where record_id in ('unknown', 'by plan')")
    database.dbt(*TABLES)
    assert database.value("select count(*) from company_resolution where record_id in ('unknown', 'by plan')") == 2
    output = database.dbt(*TABLES, "--vars", "{compare_everything: true}").output
    assert "Removed from customer_record_keys: 2 records that stg_customer_records no longer has" in output
    assert_sound(database)
    resolved = contents(database)
    database.dbt(*TABLES, "--full-refresh")
    assert contents(database) == resolved
