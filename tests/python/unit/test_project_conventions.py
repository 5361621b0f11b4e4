"""What a reader can rely on: where things stand, and that each is explained."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from real_databases import REPOSITORY

MACROS = sorted((REPOSITORY / "macros").rglob("*.sql"))
MODELS = sorted((REPOSITORY / "models").rglob("*.sql"))
REQUIREMENTS = REPOSITORY / "docs" / "requirements.md"


def name_of(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


def tables() -> dict[str, dict[str, Any]]:
    """The models that are tables, as their files beside them describe them."""
    described = [yaml.safe_load(file.with_suffix(".yml").read_text("utf-8"))["models"][0] for file in MODELS]
    found = {
        model["name"]: model for model in described if model.get("config", {}).get("materialized") == "incremental"
    }
    assert found
    return found


@pytest.mark.parametrize("file", MACROS, ids=name_of)
def test_a_macro_has_a_file_of_its_name_and_says_what_it_is(file: Path) -> None:
    text = file.read_text("utf-8")
    # Helpers of one macro stand beside it, with an underscore before their names.
    public = re.findall(r"{%-? (?:macro ([^_\W]\w*)\(|materialization (\w+),)", text)
    assert public in ([(file.stem, "")], [("", file.stem)])
    assert re.search(r"{% (macro \w+\([^)]*\)|materialization \w+, default) %}\n{#-[^#]+-#}", text), (
        "a comment below the first line explains it"
    )


@pytest.mark.parametrize("file", MODELS, ids=name_of)
def test_a_model_has_its_description_beside_it(file: Path) -> None:
    [model] = yaml.safe_load(file.with_suffix(".yml").read_text("utf-8"))["models"]
    assert model["name"] == file.stem
    assert model["description"].strip()
    assert all(column["description"].strip() for column in model["columns"])


def test_every_relation_that_dbt_owns_has_a_key_and_a_contract_when_it_is_a_table() -> None:
    for name, model in tables().items():
        assert model["config"]["contract"] == {"enforced": True}, name
        [key] = [constraint for constraint in model["constraints"] if constraint["type"] == "primary_key"]
        assert key["columns"] == model["config"]["unique_key"], name


def test_every_test_named_in_the_requirements_exists() -> None:
    named = re.findall(r"`(tests/[^`]+)`", REQUIREMENTS.read_text("utf-8"))
    assert len(named) > 30
    missing = []
    for reference in named:
        file, _, function = reference.partition("::")
        path = REPOSITORY / file
        if not path.is_file() or (function and f"def {function}(" not in path.read_text("utf-8")):
            missing.append(reference)
    assert missing == []


def test_the_map_of_the_tree_names_what_is_there() -> None:
    text = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
    tables = text[text.index("## The map of the tree") : text.index("## House rules")]
    named = re.findall(r"(?:macros|models|python|tests|docs)/[\w/]+\.\w+", tables)
    assert len(named) > 5
    assert [name for name in named if not (REPOSITORY / name).is_file()] == []
    # Folders share the path before them: macros/runs, tables.
    folders = re.findall(r"^\| ((?:macros|models|python/company_enrichment)/\w+(?:, \w+)*) \|", tables, re.MULTILINE)
    for group in folders:
        first, *others = group.split(", ")
        parent = (REPOSITORY / first).parent
        assert all((parent / name).is_dir() for name in (Path(first).name, *others)), group
