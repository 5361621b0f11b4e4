"""Every command block of README and docs works as it stands."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from company_enrichment.embedded_server import EmbeddedServer
from real_databases import REPOSITORY, clean_environment, run_command

PAGES = sorted([REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *(REPOSITORY / "docs").rglob("*.md")])
_BLOCK = re.compile(r"^```(sh|bash|sql|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What a reader has at hand: the embedded server with the sample loaded, and the commands on the PATH."""
    scratch = tmp_path_factory.mktemp("documentation")
    state = Path(tempfile.mkdtemp(prefix="company-enrichment-docs-"))
    state.chmod(0o711)
    environment = clean_environment(
        WDH_STATE_DIR=str(state),
        DBT_TARGET_PATH=str(scratch / "target"),
        DBT_LOG_PATH=str(scratch / "logs"),
        PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    )
    server = EmbeddedServer(state)
    server.start()
    run_command(["company-enrichment", "run"], environment)
    yield environment
    server.stop()
    shutil.rmtree(state, ignore_errors=True)


def blocks(page: Path) -> list[tuple[str, str]]:
    return [(match[1], match[2]) for match in _BLOCK.finditer(page.read_text("utf-8"))]


@pytest.mark.parametrize(
    "page", [page for page in PAGES if blocks(page)], ids=lambda page: str(page.relative_to(REPOSITORY))
)
def test_the_commands_of_a_page_work_in_their_order(page: Path, environment: dict[str, str]) -> None:
    for language, block in blocks(page):
        # A block may stop the server that the next one needs.
        run_command(["company-enrichment", "db", "start"], environment)
        if language == "sql":
            run_command(["company-enrichment", "db", "psql", "-v", "ON_ERROR_STOP=1", "-c", block], environment)
        elif language == "python":
            address = run_command(["company-enrichment", "db", "url"], environment).output.strip()
            run_command([sys.executable, "-c", block], {**environment, "DATABASE_URL": address})
        else:
            # What make runs is run by CI itself; here it is enough that the target is there.
            script = re.sub(r"^make\b", "make --dry-run --always-make", block, flags=re.MULTILINE)
            run_command(["bash", "-euo", "pipefail", "-c", script], environment)


def test_every_link_between_pages_leads_somewhere() -> None:
    broken = [
        (page.name, target)
        for page in PAGES
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
