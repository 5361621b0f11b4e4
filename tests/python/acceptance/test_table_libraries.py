"""Tables of pandas, polars and pyarrow are read in the oldest and in the newest version that is supported.

Each end is installed into a folder of its own, which takes minutes and needs a package index: run by `make libraries`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from real_databases import REPOSITORY, clean_environment

pytestmark = pytest.mark.libraries

OLDEST = {"pandas": "2.2.0", "polars": "1.3.0", "pyarrow": "14.0.0", "nanoarrow": "0.6.0"}
"""What the documentation names; nanoarrow is the lower bound of the extra ``arrow``."""
UNREACHABLE = re.compile("NewConnectionError|ConnectTimeout|NameResolutionError|Max retries|Network is unreachable")


@pytest.mark.parametrize("end", ["oldest", "newest"])
def test_tables_are_read_in_the_oldest_and_the_newest_version(end: str, tmp_path: Path) -> None:
    packages = [f"{name}=={version}" if end == "oldest" else name for name, version in OLDEST.items()]
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]
    installed = subprocess.run(
        [*install, str(tmp_path), *packages], check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if installed.returncode and UNREACHABLE.search(installed.stderr):
        pytest.skip("No package index can be reached: NOTHING WAS SHOWN of tables of other libraries")
    assert installed.returncode == 0, installed.stderr
    folders = (tmp_path, REPOSITORY / "python")
    done = subprocess.run(
        [sys.executable, str(REPOSITORY / "tests/python/table_libraries.py")],
        check=False,
        capture_output=True,
        text=True,
        env={**clean_environment(), "PYTHONPATH": os.pathsep.join(map(str, folders))},
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    if end == "oldest":
        assert done.stdout.strip() == ", ".join(f"{name} {version}" for name, version in OLDEST.items())


def test_the_documentation_names_the_oldest_versions() -> None:
    text = (REPOSITORY / "docs/ingestion.md").read_text("utf-8")
    for name in ("pandas", "polars", "pyarrow"):
        documented = OLDEST[name].removesuffix(".0").removesuffix(".0")
        assert f"{name} {documented}" in text
    assert f"nanoarrow>={OLDEST['nanoarrow'].removesuffix('.0')}" in (REPOSITORY / "pyproject.toml").read_text("utf-8")
