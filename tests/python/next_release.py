"""A next release, made as CONTRIBUTING.md says: project and package with version 2 of the operational tables."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from real_databases import REPOSITORY, Database

STEP = "count the rows of a file that were mended: they are part of the sum"
"""What the step of the example says of itself."""


class NextRelease(NamedTuple):
    """A checkout of it, which is its dbt project, and the folder in it that its Python package is in."""

    project: Path
    package: Path

    def of(self, database: Database) -> Database:
        """The database, with commands of dbt in the project of this release."""
        return replace(database, project=self.project, connections=database.connections)

    @property
    def variables(self) -> dict[str, str]:
        """What makes `company-enrichment` the one of this release."""
        return {"PYTHONPATH": str(self.package)}


def make_next_release(folder: Path) -> NextRelease:
    """Copy project and package, and change them as the example does."""
    made = NextRelease(folder, folder / "python")
    for name in ("models", "macros", "seeds", "tests/dbt"):
        shutil.copytree(REPOSITORY / name, made.project / name)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(REPOSITORY / name, made.project)
    shutil.copytree(
        REPOSITORY / "python" / "company_enrichment",
        made.package / "company_enrichment",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    [step] = re.findall(
        r"^```text\n(\{%- call company_enrichment\._add_migration.*?)^```",
        (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8"),
        re.DOTALL | re.MULTILINE,
    )
    assert STEP in step
    migrations, tables = made.project / "macros" / "migrations", made.project / "macros" / "schema"
    _change(migrations / "schema_version.sql", "return(1)", "return(2)")
    _change(migrations / "project_version.sql", "0.1.0", "0.2.0")
    _change(migrations / "numbered_migrations.sql", "{{- return(migrations ", step + "{{- return(migrations ")
    passed_over = "    rows_passed_over integer not null default 0,\n"
    _change(
        tables / "ingest_files.sql",
        passed_over,
        passed_over + "    rows_mended integer not null default 0,\n",
    )
    _change(tables / "ingest_files.sql", "+ rows_rejected +", "+ rows_rejected + rows_mended +")
    _change(
        made.package / "company_enrichment" / "schema_version.py", "\nSCHEMA_VERSION = 1\n", "\nSCHEMA_VERSION = 2\n"
    )
    return made


def _change(file: Path, text: str, replacement: str) -> None:
    before = file.read_text("utf-8")
    assert before.count(text) == 1, f"{file.name} has {text!r} {before.count(text)} times"
    file.write_text(before.replace(text, replacement), "utf-8")
