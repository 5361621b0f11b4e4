"""Has dbt describe the models for the documentation site, where a database with the deployed tables is at hand."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from company_enrichment.address import uses_embedded_server
from company_enrichment.cli.environment import open_connection
from company_enrichment.embedded.server import EmbeddedServer
from company_enrichment.errors import CompanyEnrichmentError, EmbeddedServerError
from company_enrichment.state_directory import state_directory

REPOSITORY = Path(__file__).resolve().parents[2]
TARGET = REPOSITORY / "target" / "dbt-docs"


def main() -> None:
    """Leave static_index.html in TARGET, or nothing, and say why."""
    # What an earlier call has left may describe other models.
    shutil.rmtree(TARGET, ignore_errors=True)
    try:
        if uses_embedded_server() and not EmbeddedServer(state_directory()).has_data:
            raise EmbeddedServerError("the embedded server has no database yet: company-enrichment run")
        with open_connection():
            _describe()
    except CompanyEnrichmentError as error:
        print(f"The site is built without the pages of dbt: {error}", file=sys.stderr)


def _describe() -> None:
    command = [
        *(str(Path(sys.executable).with_name("dbt")), "--quiet", "docs", "generate", "--static"),
        *("--project-dir", str(REPOSITORY), "--profiles-dir", str(REPOSITORY)),
        *("--target-path", str(TARGET), "--log-path", str(TARGET / "logs")),
    ]
    done = subprocess.run(command, env={**os.environ, "PGCLIENTENCODING": "UTF8"}, check=False)
    if done.returncode != 0:
        raise CompanyEnrichmentError(f"dbt docs generate ended with {done.returncode}")


if __name__ == "__main__":
    main()
