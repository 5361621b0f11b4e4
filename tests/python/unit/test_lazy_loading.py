"""What is loaded when: a listing of commands and the package itself need no driver."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest
import typer

from company_enrichment.cli.commands import COMMANDS
from real_databases import REPOSITORY


def modules_loaded_by(code: str) -> set[str]:
    """The modules that a new interpreter has loaded after some code."""
    program = f"{code}\nimport sys\nprint(*sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(REPOSITORY / "python")},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return set(done.stderr.split())


def test_the_list_of_commands_loads_no_database_layer() -> None:
    code = (
        "import sys\nsys.argv = ['company-enrichment', '--help']\nfrom company_enrichment.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass"
    )
    assert not modules_loaded_by(code) & {
        "psycopg2",
        "httpx",
        "company_enrichment.database",
        "company_enrichment.cli.run",
    }


def test_the_package_loads_its_names_on_first_use() -> None:
    loaded = modules_loaded_by("import company_enrichment")
    assert {name for name in loaded if name.startswith("company_enrichment")} == {"company_enrichment"}
    assert not loaded & {"psycopg2", "httpx", "pydantic", "dbt"}


def test_every_public_name_can_be_loaded() -> None:
    import company_enrichment  # noqa: PLC0415 - what is tested

    assert all(getattr(company_enrichment, name).__name__ == name for name in company_enrichment.__all__)
    assert set(company_enrichment.__all__) <= set(dir(company_enrichment))
    with pytest.raises(AttributeError, match="no attribute 'LookupQueu'"):
        _ = company_enrichment.LookupQueu


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_the_command_says_of_itself(name: str) -> None:
    command = COMMANDS[name].load(name)
    assert command.name == name or isinstance(command, typer.core.TyperGroup)
    assert inspect.cleandoc(command.help).splitlines()[0] == COMMANDS[name].help
