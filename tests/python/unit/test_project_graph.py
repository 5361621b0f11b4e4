"""What a reader of the DAG can rely on: the rules of dbt-project-evaluator that matter most, from dbt's manifest.

All of its rules, with the exceptions that this project makes, are those of `make evaluate`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dbt_commands import DbtCommand
from real_databases import REPOSITORY, clean_environment

# A model reads models of its own layer and of layers before it. Mappings and lookups do not read each other.
LAYERS = {"staging": 0, "mapping": 1, "lookups": 1, "resolution": 2, "monitoring": 3}
# What other projects may refer to; docs/package.md.
PUBLIC = {
    "company_resolution",
    "company_resolution_changes",
    "company_id_crosswalk",
    "company_mapping",
    "company_mapping_history",
}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The project as dbt has parsed it."""
    target = tmp_path_factory.mktemp("target")
    settings = {"DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(target)}
    done = DbtCommand(["parse"], clean_environment(**settings), REPOSITORY).outcome()
    assert done.code == 0, done.output
    parsed: dict[str, Any] = json.loads((target / "manifest.json").read_text("utf-8"))
    return parsed


@pytest.fixture(scope="module")
def models(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The models by their unique ids."""
    found = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    assert len(found) > 30
    return found


def layer(model: dict[str, Any]) -> str:
    """The folder of a model, below models."""
    return str(Path(model["path"]).parts[0])


def test_only_staging_models_read_sources(models: dict[str, dict[str, Any]]) -> None:
    reading = {
        model["name"]
        for model in models.values()
        if layer(model) != "staging" and any(parent.startswith("source.") for parent in model["depends_on"]["nodes"])
    }
    assert reading == set()


def test_staging_models_read_nothing_but_sources_and_seeds(models: dict[str, dict[str, Any]]) -> None:
    others = {
        (model["name"], parent)
        for model in models.values()
        if layer(model) == "staging"
        for parent in model["depends_on"]["nodes"]
        if not parent.startswith(("source.", "seed."))
    }
    assert others == set()


def test_no_model_reads_from_a_later_layer(models: dict[str, dict[str, Any]]) -> None:
    assert {layer(model) for model in models.values()} == set(LAYERS)
    wrong = {
        (model["name"], models[parent]["name"])
        for model in models.values()
        for parent in model["depends_on"]["nodes"]
        if parent in models
        and layer(models[parent]) != layer(model)
        and LAYERS[layer(models[parent])] >= LAYERS[layer(model)]
    }
    assert wrong == set()


def test_staging_models_are_called_so_and_no_others(models: dict[str, dict[str, Any]]) -> None:
    for model in models.values():
        assert model["name"].startswith("stg_") == (layer(model) == "staging"), model["name"]


def test_every_model_has_a_test_of_its_key(manifest: dict[str, Any], models: dict[str, dict[str, Any]]) -> None:
    tested: dict[str, set[tuple[str, str]]] = {key: set() for key in models}
    for test in manifest["nodes"].values():
        if test.get("attached_node") in tested:
            about = test["test_metadata"]
            tested[test["attached_node"]].add((about["name"], about["kwargs"].get("column_name", "")))
    for key, model in models.items():
        filled = {column for name, column in tested[key] if name == "not_null"} | {
            column
            for constraint in model["constraints"]
            if constraint["type"] == "primary_key"
            for column in constraint["columns"]
        }
        unique = {column for name, column in tested[key] if name == "unique"}
        assert unique & filled or ("unique_combination", "") in tested[key], model["name"]


def test_models_sources_and_exposures_are_described_with_every_column(
    manifest: dict[str, Any], models: dict[str, dict[str, Any]]
) -> None:
    sources = manifest["sources"]
    assert sources
    for node in (*models.values(), *sources.values(), *manifest["exposures"].values()):
        assert node["description"].strip(), node["unique_id"]
    # The columns of a source may be those of the staging model that reads it alone.
    assert all(model["columns"] for model in models.values())
    for node in (*models.values(), *sources.values()):
        bare = [column["name"] for column in node["columns"].values() if not column["description"].strip()]
        assert bare == [], node["unique_id"]


def test_what_other_projects_may_refer_to_has_a_contract(models: dict[str, dict[str, Any]]) -> None:
    public = [model for model in models.values() if model["access"] == "public"]
    assert {model["name"] for model in public} == PUBLIC
    assert all(model["config"]["contract"]["enforced"] for model in public)


def test_exposures_of_other_projects_rest_on_public_models(
    manifest: dict[str, Any], models: dict[str, dict[str, Any]]
) -> None:
    exposure = manifest["exposures"]["exposure.company_enrichment.downstream_repointing"]
    assert {models[parent]["access"] for parent in exposure["depends_on"]["nodes"]} == {"public"}


@pytest.mark.parametrize("folder", ["models", "tests/dbt", "integration_tests/models"])
def test_lines_of_sql_have_at_most_120_characters(folder: str) -> None:
    # The linter cannot tell: it sees what has been written into them.
    files = sorted((REPOSITORY / folder).rglob("*.sql"))
    assert files
    long = [
        (file.name, number)
        for file in files
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1)
        if len(line) > 120
    ]
    assert long == []
