"""Hostile text is stored literally or refused by name, wherever it comes in; nothing of it is ever executed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from child_processes import Child, dbt_commands
from company_enrichment import LookupQueue, load_company_mappings
from company_enrichment.errors import CompanyEnrichmentError, ConfigurationError
from company_enrichment.ingestion.domains import Domain, load_domain
from company_enrichment.ingestion.load import ingest
from company_enrichment.lookups.operations import QueueOperations
from company_enrichment.lookups.providers.registry import RegistryProvider
from company_enrichment.lookups.queue import notification_channel
from company_enrichment.mappings.load import undo_mapping_load
from company_enrichment.resolver.service import CompanyEnrichmentService
from hostile_texts import CONTROL, DOLLAR, HOSTILE, LONG, NUL, SQL, STORABLE, TEMPLATE, UNSTORABLE
from real_databases import REPOSITORY, SCHEMA, Database
from workbook_files import write_workbook

pytestmark = pytest.mark.one_server

# What tables and functions there are, and what the functions do. A run of some models drops the views behind them.
INTACT = """
select 'table', relname::text, '' from pg_class where relnamespace = 'enterprise'::regnamespace and relkind = 'r'
union all
select 'function', proname, md5(prosrc || coalesce(pg_get_function_sqlbody(pg_proc.oid), ''))
from pg_proc where pronamespace = 'enterprise'::regnamespace
order by 1, 2, 3
"""
# All of it in one text, short enough for a name.
EVERYTHING = "'\"\\ ;-- % %s {{ 7 * 7 }} {% raw %} $body$ $$\n\t\u202e🏢 '; drop table enterprise.canary; --"


@pytest.fixture
def guarded(database: Database) -> Iterator[Database]:
    """A database with a table that every hostile text would drop; it and all else must be there after the test."""
    database.query("create table canary as select 1 as alive")
    before = database.query(INTACT)
    yield database
    assert database.query("select alive from canary") == [(1,)]
    assert database.query(INTACT) == before


def run(database: Database, commands: list[list[str]]) -> list[tuple[bool, str]]:
    """What one process of dbt said to each of the commands."""
    given: list[tuple[list[str], dict[str, str]]] = [(command, {}) for command in commands]
    child = Child(dbt_commands, database.uri, database.environment, str(database.scratch / "dbt"), given)
    outcomes = [child.next() for _ in given]
    child.kill()
    return outcomes


def written(value: Any) -> str:
    return yaml.safe_dump(value, default_flow_style=True, width=10**6)


def operation(name: str, **arguments: Any) -> list[str]:
    return ["run-operation", name, "--args", written(arguments)]


# ---- vars


def test_no_var_takes_a_hostile_text_for_what_it_is_to_be(guarded: Database) -> None:
    project = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text("utf-8"))
    names = list(project["vars"]["company_enrichment"])
    commands = [
        ["run-operation", "migrate", "--vars", written(dict.fromkeys(names, text))] for text in HOSTILE.values()
    ]
    for text, (success, said) in zip(HOSTILE, run(guarded, commands), strict=True):
        assert not success
        # dbt itself refuses half of a surrogate pair.
        assert text == "half" or [name for name in names if f"- {name} must be " not in said] == [], text


def test_hostile_entries_of_vars_are_taken_literally_or_refused_by_name(empty_database: Database) -> None:
    texts = [text for text in STORABLE.values() if "(" not in text]
    words_of_their_own = [text for text in texts if "[" not in text]
    words = [
        "name_placeholders",
        "company_regions",
        "company_branch_words",
        "mapping_source_priority",
    ]
    taken: dict[str, Any] = {
        **{name: [*texts, EVERYTHING] for name in words},
        "name_protected_names": [f"样例{text}" for text in words_of_their_own],
        "name_status_markers": words_of_their_own,
        "name_account_suffixes": words_of_their_own,
        "name_attached_suffixes": words_of_their_own,
        "lookup_prices": {"a'b": 1, EVERYTHING[:60]: 2},
    }
    refused = [
        {
            **{name: ["fine", text] for name in words},
            "lookup_prices": {text: 1},
            "company_legal_forms": {text: [text]},
            "mapping_seeds": [text],
            "match_types": [{"match_type": text, "record_key": text}],
            "published_temp_ids": [{"relation": f"a.{text}", "column": text}],
            "customer_records_relation": {"ref": text, "columns": {"record_id": text}},
        }
        for text in UNSTORABLE.values()
    ]
    commands = [["run-operation", "migrate", "--vars", written(variables)] for variables in (*refused, taken)]
    *denied, (success, said) = run(empty_database, commands)
    for (is_done, why), variables in zip(denied, refused, strict=True):
        assert not is_done
        if "is not valid YAML" in why:  # dbt itself refuses half of a surrogate pair
            continue
        assert [name for name in variables if name not in why] == []
    assert success, said
    for place, text in enumerate([*texts, EVERYTHING], start=1):
        assert empty_database.value("select mapping_source_priority(%s)", (text,)) == place
        # A placeholder stands for no name.
        assert empty_database.value("select normalize_company_name(%s)", (text,)) is None
        assert empty_database.value("select normalize_company_name(%s)", (f"样例{text}",)).startswith("样例")


def test_a_relation_of_published_ids_may_have_any_name(guarded: Database) -> None:
    schema, table, column = "it's \"; drop", "{{ 7 }} %s'\"; --", "a\"b'c $body$"
    quoted = ['"' + name.replace('"', '""') + '"' for name in (schema, table, column)]
    guarded.query(f"create schema {quoted[0]}")
    guarded.query(f"create table {quoted[0]}.{quoted[1]} ({quoted[2]} text)".replace("%", "%%"), ())
    guarded.query(f"insert into {quoted[0]}.{quoted[1]} values ('TEMP_000777')".replace("%", "%%"), ())
    entries = [
        {"relation": f"{schema}.{table}", "column": column},
        {"relation": f"enterprise.{EVERYTHING[:40]}", "column": "a"},
    ]
    variables = [written({"published_temp_ids": [entry]}) for entry in entries]
    (lifted, said), (missing, why) = run(guarded, [["run-operation", "migrate", "--vars", text] for text in variables])
    assert lifted, said
    assert guarded.value("select last_number from temp_id_sequence") == 777
    assert not missing
    assert "In published_temp_ids: there is no relation" in why


def test_expressions_over_records_cannot_end_their_query_and_keep_their_literals(guarded: Database) -> None:
    literal = "it's {{ 7 * 7 }} %s; -- /* $body$ (\u202e"
    columns = {"record_id": "company_id || company_name", "source_system": "'" + literal.replace("'", "''") + "'"}
    relation = {"customer_records_relation": {"ref": "sample_registry", "columns": columns}}
    select = ("--select", "stg_customer_records", "customer_record_keys")
    guarded.dbt("run", "--no-partial-parse", *select, "--vars", written(relation))
    assert guarded.query("select distinct source_system from customer_record_keys") == [(literal,)]


# ---- arguments of operations


def test_hostile_arguments_of_operations_do_nothing_but_what_they_say(guarded: Database) -> None:
    [(old,), (new,)] = guarded.query("select distinct company_id from company_mapping order by company_id limit 2")
    [(match_type, alias)] = guarded.query(
        "select match_type, alias_text from company_mapping where company_id = %s order by alias_text limit 1", (old,)
    )
    decision = {"from": old, "to": new, "kind": "corrected", "reason": "x"}
    refused = [
        operation("prune_answers", older_than_days=SQL, execute=SQL),
        operation("rekey_company_names", execute=SQL),
        operation("withdraw_mapping_seed", seed=SQL, execute=SQL),
        operation("migrate_temp_id_sequence", plan_only=SQL, at_least=SQL, reset=SQL),
        operation("grant_access", transformer=SQL, writer=DOLLAR, reader=TEMPLATE),
        *(operation("adopt", schema=text) for text in HOSTILE.values()),
        *(operation("correct_company_id", **{**decision, "kind": text}) for text in (SQL, TEMPLATE)),
        *(operation("correct_company_id", **{**decision, "from": text}) for text in (CONTROL, LONG, NUL)),
        *(operation("correct_company_id", **{**decision, "to": text}) for text in (CONTROL, LONG, NUL)),
        *(operation("correct_company_id", **{**decision, "reason": text}) for text in UNSTORABLE.values()),
        *(
            operation("correct_company_id", **{**decision, "aliases": [{"match_type": match_type, "alias": text}]})
            for text in HOSTILE.values()
        ),
        operation("correct_company_id", **{**decision, "aliases": [{"match_type": SQL, "alias": alias}]}),
    ]
    # Whether an id that nothing carries may be corrected is not this test's concern.
    neither = [
        operation("correct_company_id", **{**decision, side: text})
        for side in ("from", "to")
        for text in (SQL[:90], DOLLAR)
    ]
    reason = "\n".join(STORABLE.values())
    done = operation("correct_company_id", **{**decision, "reason": reason, "execute": True})
    *outcomes, (success, said) = run(guarded, [*refused, *neither, done])
    for command, (is_done, why) in zip(refused, outcomes, strict=False):
        assert not is_done, command
        assert f"In {command[1]}: " in why or "is not valid YAML" in why, why
        assert "Database Error" not in why, why
    for is_done, why in outcomes[len(refused) :]:
        assert is_done or "In correct_company_id: " in why, why
    assert success, said
    assert guarded.query("select reason from company_id_corrections") == [(reason.strip(),)]


# ---- runs and loads


def test_whatever_a_run_reads_is_stored_literally_under_the_run_id_it_was_given(guarded: Database) -> None:
    texts = list(STORABLE.values())
    rows = [("plan", text, f"C{number}") for number, text in enumerate(texts)]
    rows += [("name", f"样例{text}", "N"[:100]) for text in texts] + [(text, "P1", "A") for text in texts]
    for text in (SQL, EVERYTHING):
        load_company_mappings(rows, guarded.connect(), source=text, load_id=f"load {text}", apply=False)
    for number, text in enumerate(texts):
        guarded.query(
            "insert into customer_records (record_id, source_system, plan_code, customer_name) values (%s, %s, %s, %s)",
            (f"{number} {text}", text, text, f"未知{text}"),
        )
        guarded.query(
            "insert into customer_records (record_id, source_system, customer_name) values (%s, %s, %s)",
            (f"name {number} {text}", text, f"另外{number}{text}"),
        )
    guarded.dbt("run", WDH_RUN_ID=EVERYTHING)
    assert guarded.query("select run_id, status from enrichment_runs where run_id = %s", (EVERYTHING,)) == [
        (EVERYTHING, "success")
    ]
    for table in ("mapping_changes", "company_resolution_changes"):
        assert guarded.value(f"select count(*) > 0 from {table} where run_id = %s", (EVERYTHING,))
    assert guarded.query(
        "select distinct load_id, source from mapping_loads where source <> 'seed:sample_mappings' order by 1"
    ) == sorted((f"load {text}", text) for text in (SQL, EVERYTHING))
    aliases = dict(guarded.query("select alias_text, company_id from company_mapping where load_id like 'load %'"))
    assert aliases[TEMPLATE] == f"C{texts.index(TEMPLATE)}"
    assert SQL in aliases and TEMPLATE in aliases and DOLLAR in aliases
    assert (
        guarded.value("select company_id from company_resolution where record_id = %s", (f"0 {SQL}",)) == aliases[SQL]
    )
    # Names without a company have a temporary id each and are asked for as they were written.
    assert (
        guarded.value(
            "select count(*) from lookup_requests where name = any(%s)", ([f"另外{n}{t}" for n, t in enumerate(texts)],)
        )
        == 4
    )


def test_a_re_key_files_its_decisions_under_the_run_id_it_was_given(guarded: Database) -> None:
    rows = [("name", "己公司", "A"), ("name", "己公司（测试）", "B")]
    load_company_mappings(rows, guarded.connect(), load_id="two", apply=False)
    guarded.dbt("run", "--select", "+company_mapping", "mapping_loads", WDH_RUN_ID="before")
    guarded.query("drop table if exists before_rekeying")
    rules = ("--vars", written({"name_status_markers": ["测试"]}))
    functions = "select count(*) from pg_proc where pronamespace = 'enterprise'::regnamespace"
    before = guarded.query(INTACT)
    guarded.dbt("run-operation", "rekey_company_names", "--args", "{execute: true}", *rules, WDH_RUN_ID=EVERYTHING)
    assert guarded.value(functions) == sum(kind == "function" for kind, *_ in before)
    assert guarded.query("select distinct load_id from mapping_records where load_id like 'rekey:%%'") == [
        (f"rekey:{EVERYTHING}",)
    ]
    # The rules are back, and the functions with them.
    guarded.dbt("run-operation", "rekey_company_names", "--args", "{execute: true}")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_python_binds_what_it_is_given(guarded: Database, text: str) -> None:
    connection = guarded.connect()
    before = guarded.value("select count(*) from mapping_records")
    if text in UNSTORABLE.values():
        with pytest.raises(ConfigurationError, match="source "):
            load_company_mappings([("plan", "P1", "A")], connection, apply=False, source=text)
        with pytest.raises(ConfigurationError, match="load_id "):
            load_company_mappings([("plan", "P1", "A")], connection, apply=False, load_id=text)
        assert guarded.value("select count(*) from mapping_records") == before
    # A row is landed with what is wrong with it.
    load_company_mappings([(text, text, text)], connection, load_id="rows", apply=False)
    [(match_type, alias, company_id, problem)] = guarded.query(
        "select match_type, alias_text, company_id, problem from mapping_records where load_id = 'rows'"
    )
    if problem is None:
        assert (match_type, alias, company_id) == (text, text, text)
    with pytest.raises(CompanyEnrichmentError):
        undo_mapping_load(text, connection, apply=False)
    queue = LookupQueue(connection)
    with suppress(CompanyEnrichmentError, ValueError):
        queue.enqueue(text)
    operations = QueueOperations(connection, schema=SCHEMA, channel=notification_channel(SCHEMA))
    with suppress(CompanyEnrichmentError, ValueError):
        assert len(operations.requests("pending", name=text)) <= 1
        assert operations.requests("failed", error=text) == []
    keys = dict.fromkeys(("customer_name", "plan_code", "account_number", "account_name"), text)
    with (
        CompanyEnrichmentService.from_settings(connection=connection, schema=SCHEMA) as service,
        suppress(CompanyEnrichmentError, ValueError),
    ):
        service.resolve_company_id(**keys, sync_lookup_budget=0)


def test_a_registry_may_have_any_name(guarded: Database) -> None:
    table = "it's \"; drop table %s {{ 7 }}"
    quoted = '"' + table.replace('"', '""').replace("%", "%%") + '"'
    guarded.query(f"create table {quoted} as select %s::text as company_id, '样例公司' as company_name", ("R1",))
    provider = RegistryProvider(guarded.connect(), schema=SCHEMA, table=table)
    assert provider.lookup("样例公司").company_id == "R1"
    assert provider.lookup(EVERYTHING).company_id is None
    guarded.query(f"drop table {quoted}", ())


# ---- seeds


def test_a_seed_may_have_any_name_and_any_text(guarded: Database, tmp_path: Path) -> None:
    project = tmp_path / "project"
    for part in ("dbt_project.yml", "profiles.yml", "macros", "models", "seeds", "tests/dbt"):
        source, target = REPOSITORY / part, project / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    cells = [
        ["plan", f"{number} {text}", f"C{number} {text}"[:100]]
        for number, text in enumerate((SQL, DOLLAR, TEMPLATE, "\u202e'"))
    ]
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in cells]
    seed = project / "seeds" / "mappings" / "o'neill.csv"
    seed.write_text("\n".join(["match_type,alias,company_id", *lines, ""]), encoding="utf-8")
    replace(guarded, project=project).dbt(
        "seed", "--select", "o'neill", "--vars", json.dumps({"mapping_seeds": ["o'neill"]})
    )
    assert guarded.query(
        "select match_type, alias_text, company_id from mapping_records where source = 'seed:o''neill' order by line_no"
    ) == [tuple(row) for row in cells]
    assert guarded.value(
        "select load_id like 'seed:o''neill:1:%%' from landed_loads where source = %s", ("seed:o'neill",)
    )
    guarded.query('drop table "o\'neill"')


# ---- domain files


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_a_field_of_a_domain_file_is_taken_literally_or_refused(tmp_path: Path, text: str) -> None:
    fine: dict[str, Any] = {
        "description": "x",
        "files": "*.xlsx",
        "versions": "(?P<period>[0-9]+)",
        "sheet": "data",
        "columns": {"plan_code": "plan"},
        "record_key": ["plan"],
        "other_headers": {"plan": ["code"]},
    }
    wrong: dict[str, Any] = {
        "columns": {"plan_code": text},
        "record_key": [text],
        "other_headers": {text: [text]},
    }
    for name in fine:
        hostile = fine | {name: wrong.get(name, text)}
        (tmp_path / "test.yml").write_text(yaml.safe_dump(hostile), encoding="utf-8")
        try:
            domain = load_domain("test", tmp_path)
        except ConfigurationError as error:
            assert name in str(error)
            assert str(tmp_path / "test.yml") in str(error)
        else:
            assert text in UNSTORABLE.values() or getattr(domain, name) == hostile[name]
            assert text not in UNSTORABLE.values()
    with pytest.raises(ConfigurationError, match="is no name of a domain"):
        load_domain(text, tmp_path)


def test_files_stay_below_their_folder(tmp_path: Path) -> None:
    for pattern in ("/etc/*", "../*.xlsx", "a/../../*.xlsx"):
        with pytest.raises(ValueError, match="must be a pattern below WDH_DATA_BASE_DIR"):
            Domain(name="test", description="x", files=pattern, sheet="s", columns={"plan_code": "a"}, record_key=["a"])
    with pytest.raises(ConfigurationError, match="is no name of a domain"):
        load_domain("../annuity_performance", tmp_path)


def test_hostile_sheets_headers_and_cells_are_taken_in_literally(guarded: Database, tmp_path: Path) -> None:
    sheet, header = "it's {{7}} %s --", f"h {EVERYTHING}"
    domain = Domain(
        name="hostile",
        description="x",
        files="*.xlsx",
        sheet=sheet,
        columns={"plan_code": header, "customer_name": "{{ 7 * 7 }}"},
        record_key=[header],
    )
    texts = [SQL, DOLLAR, TEMPLATE]
    write_workbook(
        tmp_path / "it's %s {{7}};.xlsx", [[header, "{{ 7 * 7 }}"], *[[text, f"{text} too"] for text in texts]], sheet
    )
    [report] = ingest(guarded.connect(), domain, tmp_path, schema=SCHEMA, execute=True)
    assert (report.rows_new, report.rows_rejected) == (3, 0), report.detail
    assert sorted(guarded.query("select plan_code, customer_name from customer_records")) == sorted(
        (text, f"{text} too") for text in texts
    )
