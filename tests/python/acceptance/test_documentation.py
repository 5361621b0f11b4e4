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
from pydantic import AliasChoices

from company_enrichment.embedded.binaries import find_binaries
from company_enrichment.embedded.server import EmbeddedServer
from company_enrichment.settings import DatabaseSettings, Settings
from company_enrichment.settings.unknown import ENVIRONMENT_ONLY
from real_databases import REPOSITORY, clean_environment, run_command

DOCS = REPOSITORY / "docs"
PAGES = sorted([*(REPOSITORY / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG")), *DOCS.rglob("*.md")])
_BLOCK = re.compile(r"^```(sh|bash|sql|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_ANY_BLOCK = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)


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
        # The commands of this project, and the client programs of the server's own version.
        PATH=os.pathsep.join([str(Path(sys.executable).parent), str(find_binaries()), os.environ["PATH"]]),
        WORKBOOKS=str(REPOSITORY / "seeds" / "workbooks"),
        REGISTRY_TABLE="enterprise.sample_registry",
    )
    server = EmbeddedServer(state)
    server.start()
    run_command(["company-enrichment", "run"], environment)
    environment["DATABASE_URL"] = run_command(["company-enrichment", "db", "url"], environment).output.strip()
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
            run_command([sys.executable, "-c", block], environment)
        else:
            # What make runs is run by CI itself; here it is enough that the target is there.
            script = re.sub(r"^make\b", "make --dry-run --always-make", block, flags=re.MULTILINE)
            run_command(["bash", "-euo", "pipefail", "-c", script], environment)


def anchors(page: Path) -> set[str]:
    """The headings of a page as links name them: lower case, without punctuation, hyphens for blanks."""
    headings = re.findall(r"^#+ (.+)$", _ANY_BLOCK.sub("", page.read_text("utf-8")), re.MULTILINE)
    texts = [re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", heading) for heading in headings]
    return {re.sub(r"[^\w -]", "", text.lower()).strip().replace(" ", "-") for text in texts}


def links(page: Path) -> list[tuple[Path, str]]:
    """The files that the relative links of a page lead to, and the anchors there."""
    found = re.findall(r"\]\(([^)#:\s]*)(?:#([^)\s]+))?\)", _ANY_BLOCK.sub("", page.read_text("utf-8")))
    return [(page.parent / target if target else page, anchor) for target, anchor in found]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    broken = [
        f"{os.path.relpath(target, page.parent)}#{anchor}"
        for target, anchor in links(page)
        if not target.exists() or (anchor and anchor not in anchors(target))
    ]
    assert broken == []


def test_pages_that_code_and_configuration_name_exist() -> None:
    folders = ["dbt_project.yml", "python", "macros", "models", "seeds", "tests/dbt", "benchmarks", "CHANGELOG.md"]
    files = [
        file
        for folder in folders
        for file in ([REPOSITORY / folder] if (REPOSITORY / folder).is_file() else (REPOSITORY / folder).rglob("*"))
        if file.suffix in {".py", ".sql", ".yml", ".md"}
    ]
    named = [
        (file, page, anchor)
        for file in files
        for page, anchor in re.findall(r"\b(docs/[\w/-]+\.md)(?:#([\w-]+))?", file.read_text("utf-8"))
    ]
    assert len(named) > 10
    missing = [
        f"{file.relative_to(REPOSITORY)}: {page}#{anchor}"
        for file, page, anchor in named
        if not (REPOSITORY / page).exists() or (anchor and anchor not in anchors(REPOSITORY / page))
    ]
    assert missing == []


OPERATIONS = [
    "adoption", "backup", "corrections", "deployment", "files", "lookups", "mappings", "monitoring", "name_rules",
    "running", "settings", "temporary_ids", "troubleshooting",
]  # fmt: skip


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_page_of_operations_is_short_and_begins_with_its_commands(name: str) -> None:
    text = (DOCS / f"{name}.md").read_text("utf-8")
    assert len(text.splitlines()) <= 250
    beginning = text.split("\n## ", 1)[0]
    [(language, block), *_] = [(match[1], match[2]) for match in _BLOCK.finditer(beginning)]
    assert language == "bash"
    assert len(re.findall(r"(?:company-enrichment|dbt|pg_dump|pg_restore) ", block)) >= 3


def test_the_readme_fits_a_screen_and_a_half() -> None:
    assert len((REPOSITORY / "README.md").read_text("utf-8").splitlines()) <= 110


def tasks() -> list[tuple[str, Path, str]]:
    """The tasks that docs/operations.md lists, with page and heading of each."""
    rows = re.findall(
        r"^\| ([^|]+) \| \[[^]]+\]\((\w+\.md)#([\w-]+)\) \|$", (DOCS / "operations.md").read_text("utf-8"), re.M
    )
    return [(task, DOCS / page, anchor) for task, page, anchor in rows]


def section(page: Path, anchor: str) -> str:
    """What a page says below a heading, up to the next one of the same level."""
    for part in re.split(r"^## ", page.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        heading, _, text = part.partition("\n")
        if re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") == anchor:
            return text
    raise AssertionError(f"{page.name} has no section {anchor}")


def test_each_task_is_found_in_one_short_place_with_a_block_that_runs() -> None:
    assert len(tasks()) == 10
    for task, page, anchor in tasks():
        text = section(page, anchor)
        assert len(text.split()) < 300, task
        assert _BLOCK.search(text), task


def test_every_setting_has_a_line_of_its_own() -> None:
    page = (DOCS / "settings.md").read_text("utf-8")
    variables = {
        str(alias)
        for model in (DatabaseSettings, Settings)
        for field in model.model_fields.values()
        for alias in (field.validation_alias.choices if isinstance(field.validation_alias, AliasChoices) else [])
        if str(alias).startswith("WDH_")
    }
    assert len(variables) > 20
    first_cells = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", page, re.MULTILINE)
    documented = {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)}
    assert variables | set(ENVIRONMENT_ONLY) <= documented
