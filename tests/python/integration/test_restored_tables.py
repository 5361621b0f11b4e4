"""One table alone is restored from an older dump: the next run makes it good, or says what it cannot make good.

The dump is of a state in which runs had resolved some records; since then records, mappings, answers and corrections came,
and runs. A restored table is older than what was read from it, or than what it was made from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from company_enrichment.embedded_binaries import find_binaries, system_binaries
from company_enrichment.embedded_server import EmbeddedServer
from real_databases import SCHEMA, Database, create_database, drop_database, run_command

TABLES = ("run", "--select", "config.materialized:incremental")
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


def put_record(database: Database, record_id: str, plan_code: str | None, name: str | None) -> None:
    database.query(
        "insert into customer_records (record_id, source_system, plan_code, customer_name) values (%s, 'test', %s, %s)"
        " on conflict (record_id) do update set plan_code = excluded.plan_code, customer_name = excluded.customer_name",
        (record_id, plan_code, name),
    )


def land(database: Database, load_id: str, mode: str, rows: list[tuple[str, str, str]], undoes: str | None = None) -> None:
    database.query(
        "insert into landed_loads (load_id, source, mode, undoes) values (%s, 'curated', %s, %s)", (load_id, mode, undoes)
    )
    for line_no, row in enumerate(rows, start=2):
        database.query(
            "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
            " values (%s, %s, 'curated', %s, %s, %s)",
            (load_id, line_no, *row),
        )


def answer(database: Database, name: str, company: str | None) -> None:
    database.query(
        "insert into lookup_answers (provider, asked_name, normalized_name, outcome, company_id, company_name, confidence)"
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
    land(database, "one", "merge", [("plan", "P-1", "600000901"), ("plan", "P-3", "600000903"), ("plan", "P-9", "600000909")])
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
    land(database, "two", "replace_source", [("plan", "P-1", "600000901"), ("plan", "P-2", "600000902"), ("plan", "P-3", "600000903")])
    land(database, "three", "merge", [("plan", "P-1", "600000911")])
    answer(database, "丙未知公司", "600000906")
    database.dbt(*TABLES)
    land(database, "four", "undo", [], undoes="three")
    put_record(database, "newest", None, "壬未知公司")
    answer(database, "辛未知公司", "600000907")
    database.dbt(*TABLES)
    database.operation(
        "correct_company_id",
        {"from_company_id": "600000903", "to_company_id": "600000913", "kind": "merged", "reason": "one company", "execute": True},
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
        table: database.query(f"select to_jsonb(t) - %s::text[] as row from {table} as t order by 1", ([*RESULTS[table]],))
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
    assert not database.query("select record_id from company_resolution full join customer_records using (record_id)"
                              " where company_resolution.record_id is null or customer_records.record_id is null")
    assert not database.query("select company_id from company_resolution left join temp_company_ids on temp_id = company_id"
                              " where is_temporary and temp_id is null"), "an id in use is not in the ledger"
    issued(database)
    assert database.query("select status, match_type, records from resolution_totals where records > 0 order by 1, 2") == \
        database.query("select status, match_type, count(*) from company_resolution group by 1, 2 order by 1, 2")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("table", [table for table in (*FED, *MODELS, *OTHERS) if table != "customer_records"])
def test_a_table_that_was_restored_alone_changes_no_result(restorable: Restorable, table: str, way: str) -> None:
    database = restorable.database
    before, ids = contents(database), issued(database)
    restorable.restore(table, way)
    output = database.dbt(*TABLES).output
    assert_sound(database)
    assert issued(database) == ids
    assert contents(database) == before
