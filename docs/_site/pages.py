"""Puts the documentation site together: pages of the top level, the Python reference, dbt's own pages, the navigation.

mkdocs calls the functions named on_…, see mkdocs.yml.
"""

from __future__ import annotations

import ast
import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

REPOSITORY = Path(__file__).resolve().parents[2]
DBT_DOCS = REPOSITORY / "target" / "dbt-docs" / "static_index.html"
"""What dbt_docs.py leaves there, where a database is at hand."""

_TOP_LEVEL = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
"""Pages of the top level of the repository, and where they are in the site."""

_DBT_PAGE = "dbt/index.html"
_MORE = "More"
_FENCE = re.compile(r"^( *)(```+|~~~+).*?^\1\2`*[ \t]*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\[\]]*\])+)\]\(([^()\s]+)\)")
# Roles of another markup in docstrings, which IDEs know.
_ROLE = re.compile(r":(?:func|class|meth|mod|attr):<code>~?([^<]+)</code>")


def on_files(files: Files, config: Any) -> Files:
    """Add what is not in docs/, and make the navigation."""
    for source, page in _TOP_LEVEL.items():
        files.append(File.generated(config, page, content=(REPOSITORY / source).read_text("utf-8")))
    files.append(File.generated(config, "python.md", content=_python_reference()))
    files.append(File.generated(config, "models.md", content=_page_of_models()))
    if DBT_DOCS.is_file():
        files.append(File.generated(config, _DBT_PAGE, abs_src_path=str(DBT_DOCS)))
    config.nav = navigation([file.src_uri for file in files.documentation_pages()], config.extra["sections"])
    return files


def navigation(pages: list[str], sections: dict[str, list[str]]) -> list[dict[str, list[str]]]:
    """Return the sections with those of their pages that are there, and what no section lists under More."""
    left = sorted(pages)
    made = []
    for title, patterns in sections.items():
        found = [page for pattern in patterns for page in left if _matches(page, pattern)]
        # The first page of a folder is about the others.
        found.sort(key=lambda page: not page.endswith("/README.md"))
        left = [page for page in left if page not in found]
        if found:
            made.append({title: found})
    return [*made, *([{_MORE: left}] if left else [])]


def _matches(page: str, pattern: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", "[^/]*"), page) is not None


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Have the links of a page lead to pages of the site; a file that is none is named instead."""
    here = page.file.src_uri
    source = next((source for source, made in _TOP_LEVEL.items() if made == here), f"docs/{here}")
    parts, end = [], 0
    for fence in _FENCE.finditer(markdown):
        parts += [_with_links(markdown[end : fence.start()], source, here), fence[0]]
        end = fence.end()
    return "".join([*parts, _with_links(markdown[end:], source, here)])


def on_page_content(html: str, **_: Any) -> str:
    """Show names in docstrings without the role before them."""
    return _ROLE.sub(r"<code>\1</code>", html)


def _with_links(text: str, source: str, here: str) -> str:
    def link(found: re.Match[str]) -> str:
        shown, target = found[1], found[2]
        path, hash_sign, anchor = target.partition("#")
        if not path or ":" in path:
            return found[0]
        named = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        page = _page_of(named)
        if page is not None:
            there = posixpath.relpath(page, posixpath.dirname(here) or ".")
            return f"[{shown}]({there}{hash_sign}{anchor})"
        if named.startswith("..") or not (REPOSITORY / named).exists():
            # mkdocs says that it leads nowhere.
            return found[0]
        return f"`{named}`" if shown.strip("`") in (named, path) else f"{shown} (`{named}`)"

    return _LINK.sub(link, text)


def _page_of(path: str) -> str | None:
    """Return where a file of the repository is in the site, None when it is not there."""
    if path in _TOP_LEVEL:
        return _TOP_LEVEL[path]
    if not path.startswith("docs/"):
        return None
    inside = path.removeprefix("docs/")
    return f"{inside}/README.md" if (REPOSITORY / path / "README.md").is_file() else inside


def public_names() -> list[str]:
    """Return the names that the package says are public."""
    module = ast.parse((REPOSITORY / "python" / "company_enrichment" / "__init__.py").read_text("utf-8"))
    for node in module.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names: list[str] = ast.literal_eval(node.value)
            return names
    raise LookupError("company_enrichment/__init__.py has no __all__")


def _python_reference() -> str:
    listed = "\n".join(f"::: company_enrichment.{name}\n" for name in public_names())
    said = "What `import company_enrichment` gives; everything else of the package may change between versions."
    return f"# Python reference\n\n{said}\n\n{listed}"


def _page_of_models() -> str:
    if DBT_DOCS.is_file():
        found = f"[Models, columns, tests and lineage]({_DBT_PAGE}), as dbt describes them, on one page of its own."
    else:
        found = (
            "The pages that dbt makes are not in this copy of the site: there was no database with the deployed tables"
            " when it was built. `company-enrichment run` makes one, `make docs` then brings them in."
        )
    return f"# dbt models\n\n{found}\n\nThe same on a server of dbt: `dbt docs generate`, then `dbt docs serve`.\n"
