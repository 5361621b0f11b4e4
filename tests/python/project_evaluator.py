"""Has dbt-project-evaluator judge the project by its rules; what it lets pass is explained in tests/project_evaluator.

Run it with `make evaluate`. It installs the package from dbt's hub into a copy of that project.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import yaml

from real_databases import REPOSITORY, create_database, temporary_server


def main() -> int:
    """Return dbt's exit code: 0 when every rule holds or has its exception."""
    with temporary_server() as server, tempfile.TemporaryDirectory(prefix="company-enrichment-evaluation-") as scratch:
        project = Path(scratch) / "project"
        shutil.copytree(REPOSITORY / "tests" / "project_evaluator", project)
        shutil.copy(REPOSITORY / "profiles.yml", project)
        packages = yaml.safe_load((project / "packages.yml").read_text("utf-8"))
        packages["packages"][0]["local"] = str(REPOSITORY)
        (project / "packages.yml").write_text(json.dumps(packages), encoding="utf-8")
        database = replace(create_database(server, Path(scratch), name="evaluated"), project=project)
        database.dbt("deps")
        selected = ("package:dbt_project_evaluator", "dbt_project_evaluator_exceptions")
        judged = database.dbt(
            "--quiet", "build", "--select", *selected, check=False, DBT_PROJECT_EVALUATOR_SEVERITY="error"
        )
        sys.stdout.write(judged.output)
        return judged.code


if __name__ == "__main__":
    sys.exit(main())
