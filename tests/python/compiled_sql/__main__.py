"""Writes SQL as the server gets it into target/lint, with a server of its own, and lints it by .sqlfluff.

    first_run    models and tests as dbt compiles them where no table exists yet
    later_run    those that are other SQL where the tables exist
    installed    the models of integration_tests, which installs this project, and those that are other SQL in it
    functions    the DDL of tables and functions
    statements   the queries inside of functions in PL/pgSQL

Not here: SQL that is put together while dbt runs, such as that of operations, hooks and migrations; blocks
of DO; dbt's own tests.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from compiled_sql.function_bodies import name_of, queries_of
from real_databases import REPOSITORY, Database, create_database, temporary_server

FOLDER = REPOSITORY / "target" / "lint"
_OURS = ("company_enrichment", "installing_project")
_DDL = (
    "{% if execute %}{{ tojson("
    "company_enrichment.name_key_functions().values() | list + company_enrichment.schema_objects('hash')"
    ") }}{% endif %}"
)


def _installing_project(database: Database) -> Database:
    """The same server with a database and a copy of the project that installs this one."""
    folder = database.scratch / "installing_project"
    shutil.copytree(
        REPOSITORY / "integration_tests", folder, ignore=shutil.ignore_patterns("dbt_packages", "logs", "target")
    )
    shutil.copy(REPOSITORY / "profiles.yml", folder)
    (folder / "packages.yml").write_text(json.dumps({"packages": [{"local": str(REPOSITORY)}]}), encoding="utf-8")
    created = create_database(database.server, database.scratch / "installed", name="installed")
    installing = replace(created, project=folder, sample="")
    installing.dbt("deps")
    return installing


def _compiled(database: Database, *, but: dict[str, str]) -> dict[str, str]:
    """The SQL of our models and tests by their names, as dbt compiles it in this database, but for what is known."""
    database.dbt("compile")
    manifest = json.loads((database.scratch / "target" / "manifest.json").read_text("utf-8"))
    found = {}
    for node in manifest["nodes"].values():
        if node["package_name"] in _OURS and node["resource_type"] in {"model", "test"} and not _is_test_of_dbt(node):
            # One name for all databases and all runs, so that equal SQL is read once.
            sql = without_dbts(node["compiled_code"]).replace(f'"{database.name}".', '"warehouse".')
            sql = re.sub(r"'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'", "'run'", sql)
            # The lines around a statement are those around the call of its macro.
            found[node["name"]] = sql.strip() + "\n"
    return {name: sql for name, sql in found.items() if but.get(name) != sql}


def without_dbts(sql: str) -> str:
    """A test without the subquery that dbt makes of its config `where`."""
    return re.sub(r"\(select \* from (\S+) where .*\) dbt_subquery", r"\1", sql)


def _is_test_of_dbt(node: dict[str, Any]) -> bool:
    return any(macro.startswith("macro.dbt.test_") for macro in node["depends_on"]["macros"])


def _ddl(database: Database) -> list[str]:
    """The DDL of every table and function, as a deployment runs it."""
    printed = database.dbt("--quiet", "compile", "--output", "json", "--inline", _DDL).output
    objects: list[str] = json.loads(json.loads(printed[printed.index("{") :])["compiled"])
    return [ddl.strip() + "\n;\n" for ddl in objects]


def _write(kind: str, files: dict[str, str]) -> None:
    (FOLDER / kind).mkdir(parents=True)
    for name, sql in files.items():
        (FOLDER / kind / f"{name}.sql").write_text(sql, encoding="utf-8")


def write_everything() -> None:
    """Fill the folder anew."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    with temporary_server() as server, tempfile.TemporaryDirectory(prefix="company-enrichment-lint-dbt-") as scratch:
        database = create_database(server, Path(scratch), name="deployed")
        first = _compiled(database, but={})
        _write("first_run", first)
        database.dbt("run")
        _write("later_run", _compiled(database, but=first))
        ddl = _ddl(database)
        _write("functions", {name_of(text): text for text in ddl})
        _write("statements", {name: sql for text in ddl for name, sql in queries_of(text)})
        shutil.copy(Path(__file__).with_name("statements.sqlfluff"), FOLDER / "statements" / ".sqlfluff")
        _write("installed", _compiled(_installing_project(database), but=first))


def main() -> int:
    """Return the exit code of sqlfluff."""
    write_everything()
    sqlfluff = [sys.executable, "-m", "sqlfluff", "lint", "--processes", "2", "--disable-progress-bar", "."]
    return subprocess.run(sqlfluff, cwd=FOLDER, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
