"""Mapping loads: every landed row is decided once and counted once, and every company that lost is on record."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from real_databases import REPOSITORY, Database

Aliases = dict[tuple[str, str], str]


def land(database: Database, load_id: str, source: str, rows: list[tuple[str | None, str | None, str | None]]) -> None:
    for line_no, row in enumerate(rows, start=2):
        database.query(
            "insert into mapping_records (load_id, line_no, source, match_type, alias_text, company_id)"
            " values (%s, %s, %s, %s, %s, %s)",
            (load_id, line_no, source, *row),
        )


def aliases(database: Database) -> Aliases:
    return {
        (match_type, alias_name): company_id
        for match_type, alias_name, company_id in database.query(
            "select match_type, alias_name, company_id from company_mapping"
        )
    }


def counted(database: Database, load_id: str) -> dict[str, int]:
    names = ("rows_read", "rows_inserted", "rows_updated", "rows_unchanged", "rows_rejected", "rows_conflicting")
    [row] = database.query(f"select {', '.join(names)} from mapping_loads where load_id = %s", (load_id,))
    return dict(zip(names, row, strict=True))


def compared(before: Aliases, after: Aliases) -> dict[str, int]:
    """What happened to the table, found without the product: by looking at it before and after."""
    return {
        "rows_inserted": len(after.keys() - before.keys()),
        "rows_updated": sum(before[key] != after[key] for key in before.keys() & after.keys()),
    }


def test_the_counts_of_a_load_are_what_happened_to_the_table(database: Database) -> None:
    land(database, "one", "curated", [("plan", "P-1", "A"), ("plan", "P-2", "B"), ("name", "示例甲子公司", "C")])
    before = aliases(database)
    database.dbt("run", "--select", "+mapping_loads", "company_mapping")
    after = aliases(database)
    assert compared(before, after) == {"rows_inserted": 3, "rows_updated": 0}
    assert counted(database, "one")["rows_inserted"] == 3

    land(
        database,
        "two",
        "curated",
        [
            ("plan", "P-1", "A"),  # says what is known
            ("plan", " P-2 ", "B2"),  # changes it
            ("plan", "P-3", "D"),  # is new
            ("plan", "P-3", "E"),  # contradicts the line above
            ("name", "ＡＢＣ（示例）", "F"),  # is new
            ("name", "abc(示例)", "F"),  # the same name again
            ("planet", "P-4", "G"),  # no match type
            ("plan", "", "H"),  # no alias
            ("account", "C-1", "TEMP_000007"),  # a temporary id is no company
        ],
    )
    land(database, "three", "imported", [("plan", "P-1", "Z"), ("plan", "P-2", "B2")])
    database.dbt("run", "--select", "+mapping_loads", "company_mapping")
    assert compared(after, aliases(database)) == {"rows_inserted": 2, "rows_updated": 2}
    assert counted(database, "two") == {
        "rows_read": 9,
        "rows_inserted": 2,
        "rows_updated": 1,
        "rows_unchanged": 2,
        "rows_rejected": 3,
        "rows_conflicting": 1,
    }
    assert counted(database, "three") == {
        "rows_read": 2,
        "rows_inserted": 0,
        "rows_updated": 0,
        "rows_unchanged": 1,
        "rows_rejected": 0,
        "rows_conflicting": 1,
    }
    assert database.query(
        "select taken_over_from from mapping_loads where load_id <> 'one' and source not like 'seed:%' order by load_id"
    ) == [
        ({"curated": 1},),
        ({},),
    ]
    assert aliases(database)["plan", "P-1"] == "Z"
    conflicts = database.query("select load_id, winning_company_id, losing_company_id from company_mapping_conflicts")
    assert Counter(conflicts) == {("two", "D", "E"): 1, ("three", "Z", "A"): 1}

    versions = "select xmin::text, * from company_mapping order by match_type, alias_name"
    unchanged = database.query(versions)
    assert "INSERT 0 0" in database.dbt("run", "--select", "+mapping_loads", "company_mapping").output
    assert database.query(versions) == unchanged


def test_conflicts_and_rejects_are_warnings_of_dbt_test(database: Database) -> None:
    land(database, "one", "curated", [("plan", "P-1", "A"), ("plan", "P-1", "B"), ("plan", "", "C")])
    database.dbt("run", "--select", "+mapping_loads", "company_mapping", "company_mapping_conflicts", "mapping_rejects")
    tested = ("test", "--select", "company_mapping_conflicts", "mapping_rejects", "--exclude", "test_type:unit")
    output = database.dbt(*tested).output
    assert "WARN=2" in output and "ERROR=0" in output


def test_a_mapping_may_say_that_there_deliberately_is_no_company(database: Database) -> None:
    land(database, "one", "curated", [("plan", "NOBODY", "__EMPTY__")])
    database.query(
        "insert into customer_records (record_id, source_system, plan_code, customer_name)"
        " values ('r', 'test', 'NOBODY', '示例甲子公司')"
    )
    database.dbt("run")
    assert database.query("select company_id, status, match_type from company_resolution") == [
        (None, "no_company", "plan")
    ]
    assert database.value("select count(*) from lookup_requests") == 0


@pytest.fixture
def own_project(database: Database, tmp_path: Path) -> Database:
    """The database, with a copy of the dbt project whose files may be changed."""
    project = tmp_path / "project"
    project.mkdir()
    for name in ("models", "macros", "seeds"):
        shutil.copytree(REPOSITORY / name, project / name)
    shutil.copytree(REPOSITORY / "tests" / "dbt", project / "tests" / "dbt")
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(REPOSITORY / name, project / name)
    return replace(database, project=project, connections=database.connections)


@pytest.mark.one_server
def test_a_changed_seed_is_a_new_load_and_an_unchanged_one_is_none(own_project: Database) -> None:
    loads = "select count(distinct load_id) from mapping_records"
    assert own_project.value(loads) == 1
    own_project.dbt("seed")
    assert own_project.value(loads) == 1

    seed = own_project.project / "seeds" / "mappings" / "sample_mappings.csv"
    header, first, *rest = seed.read_text("utf-8").splitlines()
    match_type, alias, company_id = first.split(",")
    seed.write_text("\n".join([header, f"{match_type},{alias},S9999", *rest]) + "\n", "utf-8")
    before = aliases(own_project)
    own_project.dbt("build", "--select", "sample_mappings", "+company_mapping")
    after = aliases(own_project)
    assert own_project.value(loads) == 2
    [changed] = [key for key in after if before[key] != after[key]]
    assert (before[changed], after[changed]) == (company_id, "S9999")

    shutil.copy(REPOSITORY / "seeds" / "mappings" / "sample_mappings.csv", seed)
    own_project.dbt("build", "--select", "sample_mappings", "+company_mapping")
    assert own_project.value(loads) == 3
    assert aliases(own_project) == before

    # What is no longer in the file is retired; a file without rows is no load.
    seed.write_text("\n".join([header, *rest]) + "\n", "utf-8")
    own_project.dbt("build", "--select", "sample_mappings", "+company_mapping", "+mapping_loads")
    retired = "select match_type, alias_text from company_mapping where retired_at is not null"
    assert own_project.query(retired) == [(match_type, alias)]
    assert own_project.query("select mode, rows_deleted from mapping_loads order by landed_at desc limit 1") == [
        ("replace_source", 1)
    ]
    seed.write_text(header + "\n", "utf-8")
    own_project.dbt("build", "--select", "sample_mappings", "+company_mapping")
    assert own_project.query(retired) == [(match_type, alias)]
    assert own_project.value("select count(*) from landed_loads") == 4


@pytest.mark.one_server
def test_a_csv_of_ones_own_is_loaded_by_its_name(own_project: Database) -> None:
    """As the README says: a file in seeds/mappings, its name in mapping_seeds."""
    folder = own_project.project / "seeds" / "mappings"
    (folder / "my_mappings.csv").write_text("match_type,alias,company_id\nplan,0042,M1\n", "utf-8")
    settings = own_project.project / "dbt_project.yml"
    settings.write_text(
        settings.read_text("utf-8").replace("[sample_mappings]", "[sample_mappings, my_mappings]"), "utf-8"
    )
    own_project.dbt("build", "--select", "+company_mapping")
    assert aliases(own_project)["plan", "0042"] == "M1"


@pytest.mark.one_server
@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("type,name,id", "has no column match_type and no column alias and no column company_id"),
        ("match_type;alias;company_id", "has no column match_type and no column alias"),
        ("match_type,alias", "has no column company_id"),
        ("Match_Type,alias,company_id", "has no column match_type, and nothing of it was landed. The first line of"),
    ],
)
def test_a_seed_with_other_columns_is_refused_with_its_header(own_project: Database, header: str, said: str) -> None:
    seed = own_project.project / "seeds" / "mappings" / "mine.csv"
    seed.write_text(f"{header}\n{','.join('x' for _ in header.split(','))}\n", "utf-8")
    loads = own_project.query("select load_id from landed_loads")
    done = own_project.dbt(
        "seed", "--select", "mine", "--vars", "{mapping_seeds: [sample_mappings, mine]}", check=False
    )
    assert done.code == 1 and f"The seed mine {said}" in done.output
    assert "seeds/mappings/mine.csv" in done.output and "it has to be match_type,alias,company_id" in done.output
    assert own_project.query("select load_id from landed_loads") == loads
