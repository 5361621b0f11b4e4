"""The documentation site as `make docs` builds it: no link leads nowhere, and nothing is loaded from elsewhere."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import company_enrichment
from dbt_commands import Outcome
from real_databases import REPOSITORY, Database, clean_environment, run_command

NEEDED = ("mkdocs", "material", "mkdocstrings", "mkdocstrings_handlers")
MISSING = [name for name in NEEDED if importlib.util.find_spec(name) is None]

pytestmark = [
    pytest.mark.one_server,
    pytest.mark.skipif(
        bool(MISSING), reason=f"{', '.join(MISSING)} not installed: `make docs` installs the extra docs"
    ),
]

PAGES = sorted((REPOSITORY / "docs").rglob("*.md"))


class Page(HTMLParser):
    """Where a page leads, what it loads, and its anchors."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and "href" in given:
            # The one that says where the page itself is loads nothing.
            self.loaded += [] if given.get("rel") == "canonical" else [given["href"]]
        elif "src" in given:
            self.loaded.append(given["src"])


def build(repository: Path, site: Path, *, check: bool = True) -> Outcome:
    return run_command(
        [
            sys.executable,
            "-m",
            "mkdocs",
            "build",
            "--site-dir",
            str(site),
            "--config-file",
            str(repository / "mkdocs.yml"),
        ],
        clean_environment(NO_MKDOCS_2_WARNING="1"),
        directory=repository,
        check=check,
    )


def copy_of_documentation(folder: Path) -> Path:
    """What the site is made of, without what dbt may have left in the repository."""
    for name in ("docs", "python/company_enrichment"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("mkdocs.yml", "README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        shutil.copy(REPOSITORY / name, folder)
    # Files that pages name, without their content.
    for page in [*PAGES, REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#:]+)", page.read_text("utf-8")):
            named = (page.parent / target).resolve()
            if named.is_relative_to(REPOSITORY) and named.exists():
                place = folder / named.relative_to(REPOSITORY)
                if named.is_dir():
                    place.mkdir(parents=True, exist_ok=True)
                elif not place.exists():
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.touch()
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The site of the documentation as it is."""
    folder = tmp_path_factory.mktemp("site")
    build(copy_of_documentation(tmp_path_factory.mktemp("documentation")), folder / "site")
    yield folder / "site"


def test_every_link_and_anchor_of_the_site_leads_somewhere(site: Path) -> None:
    pages = {file: Page(file.read_text("utf-8")) for file in site.rglob("*.html")}
    assert len(pages) > len(PAGES)
    broken = []
    for file, page in pages.items():
        # That of a page that is not there works from the top of a server.
        for link in page.links + page.loaded if file.name != "404.html" else []:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            there = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            if there.is_dir():
                there /= "index.html"
            anchor = unquote(parts.fragment)
            if not there.is_file() or (there in pages and anchor and anchor not in pages[there].anchors):
                broken.append((file.name, link))
    assert broken == []


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for file in site.rglob("*.html"):
        page = Page(file.read_text("utf-8"))
        assert [loaded for loaded in page.loaded if urlsplit(loaded).netloc] == [], file.name
        assert 'class="mermaid"' not in file.read_text("utf-8"), "the theme would load what draws it from elsewhere"
    for file in site.rglob("*.css"):
        assert not re.search(r"(@import|url\()\s*['\"]?(https?:)?//", file.read_text("utf-8")), file.name


def test_every_page_is_there_and_found_by_the_search(site: Path) -> None:
    found = {
        entry["location"].partition("#")[0]
        for entry in json.loads((site / "search" / "search_index.json").read_text("utf-8"))["docs"]
    }
    expected = {str(page.relative_to(REPOSITORY / "docs").with_suffix(".html")) for page in PAGES}
    expected = {name.replace("README.html", "index.html") for name in expected}
    assert expected | {"index.html", "contributing.html", "changelog.html", "python.html", "models.html"} <= found
    navigation = Page((site / "index.html").read_text("utf-8")).links
    assert expected <= {link.partition("#")[0].removeprefix("./") for link in navigation}


def test_the_python_reference_has_every_public_name_with_its_text(site: Path) -> None:
    text = (site / "python.html").read_text("utf-8")
    anchors = Page(text).anchors
    assert {f"company_enrichment.{name}" for name in company_enrichment.__all__} <= anchors
    assert "company_enrichment.LookupQueue.dequeue" in anchors
    # The first line of a docstring, with what its markup makes of it.
    assert "The lookup queue of one schema, and the temporary ids that bridge the waiting time." in text
    assert not re.search(r":(func|class|meth):", text)


@pytest.mark.parametrize(
    ("page", "text", "said"),
    [
        ("docs/domains.md", "[here](nowhere.md)", "nowhere.md"),
        ("docs/domains.md", "[here](ingestion.md#no-such-part)", "no-such-part"),
        ("docs/domains.md", "[here](../macros/no_such_macro.sql)", "no_such_macro.sql"),
        ("README.md", "[here](docs/nowhere.md)", "nowhere.md"),
        ("docs/domains.md", "[here](/docs/ingestion.md)", "/docs/ingestion.md"),
    ],
)
def test_a_link_that_leads_nowhere_fails_the_build(tmp_path: Path, page: str, text: str, said: str) -> None:
    documentation = copy_of_documentation(tmp_path / "documentation")
    with (documentation / page).open("a", encoding="utf-8") as file:
        file.write(f"\n{text}\n")
    done = build(documentation, tmp_path / "site", check=False)
    assert done.code != 0
    assert said in done.output


def test_a_page_that_is_missing_or_new_is_no_error_of_the_navigation(tmp_path: Path) -> None:
    documentation = tmp_path / "documentation"
    copy_of_documentation(documentation)
    for page in documentation.joinpath("docs").rglob("*.md"):
        page.unlink()
    (documentation / "docs" / "glossary.md").write_text("# Glossary\n", "utf-8")
    (documentation / "docs" / "quite_new.md").write_text("# Quite new\n\nSee [the words](glossary.md).\n", "utf-8")
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        (documentation / name).write_text(f"# {name}\n\n[The words](docs/glossary.md)\n", "utf-8")
    build(documentation, tmp_path / "site")
    titles = re.sub(r"<[^>]+>|\s+", " ", (tmp_path / "site" / "index.html").read_text("utf-8"))
    assert re.search(r"More .*Quite new", titles)


def test_links_to_files_of_the_repository_are_named_not_broken(site: Path) -> None:
    text = (site / "name_key.html").read_text("utf-8")
    assert "<code>macros/normalization/name_characters.sql</code>" in text
    assert not any(link.endswith(".sql") for link in Page(text).links)


def test_the_pages_of_dbt_come_in_where_a_database_is_at_hand(finished: Database, tmp_path: Path) -> None:
    documentation = copy_of_documentation(tmp_path / "documentation")
    for name in ("models", "macros", "seeds", "tests/dbt"):
        shutil.rmtree(documentation / name, ignore_errors=True)
        shutil.copytree(REPOSITORY / name, documentation / name)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(REPOSITORY / name, documentation)
    script = [sys.executable, str(documentation / "docs" / "_site" / "dbt_docs.py")]
    run_command(script, {**finished.environment, "PYTHONPATH": str(documentation / "python")}, directory=documentation)
    build(documentation, tmp_path / "site")
    described = (tmp_path / "site" / "dbt" / "index.html").read_text("utf-8")
    assert "Every customer record of the warehouse gets a stable" in described
    # Columns as the database has them come from the catalog, not from the project.
    assert "company_resolution" in described
    assert "dbt/index.html" in Page((tmp_path / "site" / "models.html").read_text("utf-8")).links

    without = {**clean_environment(WDH_DATABASE__URI="postgresql://127.0.0.1:1/none"), "PATH": os.environ["PATH"]}
    said = run_command(script, {**without, "PYTHONPATH": str(documentation / "python")}, directory=documentation).output
    assert "The site is built without the pages of dbt: Cannot connect to " in said
    build(documentation, tmp_path / "site")
    assert not (tmp_path / "site" / "dbt").exists()
