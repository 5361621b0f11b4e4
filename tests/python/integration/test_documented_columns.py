"""Every column of every relation is documented, and no other."""

from __future__ import annotations

import pytest
import yaml

from real_databases import REPOSITORY, Database

pytestmark = pytest.mark.every_server


def test_the_columns_in_the_database_are_the_documented_ones(database: Database) -> None:
    documented = {}
    for file in (REPOSITORY / "models").rglob("*.yml"):
        for model in yaml.safe_load(file.read_text("utf-8")).get("models", []):
            documented[model["name"]] = [column["name"] for column in model["columns"]]
    in_database: dict[str, list[str]] = {}
    for table, column in database.query(
        "select table_name, column_name from information_schema.columns where table_schema = 'enterprise'"
        " order by table_name, ordinal_position"
    ):
        in_database.setdefault(table, []).append(column)
    assert {name: sorted(columns) for name, columns in documented.items()} == {
        name: sorted(in_database[name]) for name in documented
    }
