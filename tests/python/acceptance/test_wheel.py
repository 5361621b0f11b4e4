"""The wheel carries the dbt project; installed without the checkout, the main job runs from it."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from real_databases import REPOSITORY, Database, clean_environment, run_command

pytestmark = pytest.mark.one_server


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run_command(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(REPOSITORY)],
        clean_environment(),
    )
    [built] = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_whole_dbt_project_and_its_types(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    tracked = run_command(["git", "ls-files", "-z"], clean_environment()).output.split("\0")
    for file in tracked:
        if file.startswith(("models/", "macros/", "seeds/", "tests/dbt/")) or file in (
            "dbt_project.yml",
            "profiles.yml",
        ):
            assert f"company_enrichment/dbt_project/{file}" in held
    assert "company_enrichment/py.typed" in held


def install(wheel: Path, site: Path) -> Path:
    run_command(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site), str(wheel)],
        clean_environment(),
    )
    return site


def test_the_main_job_runs_from_the_wheel_in_any_folder(wheel: Path, empty_database: Database, tmp_path: Path) -> None:
    site = install(wheel, tmp_path / "site")
    environment = {**empty_database.environment, "PYTHONPATH": str(site)}
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    status = run_command([sys.executable, "-m", "company_enrichment", "run"], environment, directory=elsewhere)
    assert "resolved by lookup" in status.output
    assert empty_database.value("select count(*) from company_resolution") > 2000
    assert list(elsewhere.iterdir()) == []
    where = run_command(
        [sys.executable, "-c", "import company_enrichment; print(company_enrichment.__file__)"], environment
    )
    assert where.output.startswith(str(site))


LOAD = """
import os
from company_enrichment import load_company_mappings
# Taken away: dbt must reach the database by what the call was given.
uri = os.environ.pop("WDH_DATABASE__URI")
print(load_company_mappings([("plan", "P-1", "A"), {"match_type": "plan", "alias": "P-2", "company_id": "B"}], uri))
"""


def test_mappings_are_loaded_from_the_wheel_in_the_root_folder(wheel: Path, database: Database, tmp_path: Path) -> None:
    environment = {**database.environment, "PYTHONPATH": str(install(wheel, tmp_path / "site"))}
    loaded = run_command([sys.executable, "-c", LOAD], environment, directory=Path("/"))
    assert "'read': 2, 'inserted': 2" in loaded.output and "'applied': True" in loaded.output
    assert database.query("select alias_name from company_mapping where source = 'python' order by 1") == [
        ("P-1",),
        ("P-2",),
    ]
