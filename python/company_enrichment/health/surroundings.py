"""Checks that need no database: settings, dbt, domains and the folder of the files."""

from __future__ import annotations

import os
import re
import sys
from importlib import metadata
from pathlib import Path

import yaml

from company_enrichment.dbt_runner import project_directory
from company_enrichment.errors import ConfigurationError
from company_enrichment.health.findings import Finding, first_line, first_sentence, listed, ok, problem, warning
from company_enrichment.ingestion.domains import known_domains, load_domain
from company_enrichment.ingestion.input_files import data_base_dir
from company_enrichment.settings import Settings
from company_enrichment.settings.unknown import describe_unknown_settings

_INSTALL_DBT = "pip install 'company-enrichment[dbt]'"


def wrong_setting(error: ConfigurationError) -> Finding:
    """Return a setting that cannot be used as a finding."""
    named = re.search(r"WDH_\w+|HOME", str(error))
    return problem("settings", first_line(error), f"export {named[0] if named else 'WDH_…'}=…")


def check_misspelt_settings() -> list[Finding]:
    """Look for settings that nobody reads, in the environment and in .env."""
    found = describe_unknown_settings()
    if not found:
        return [ok("settings", "every WDH_ setting is known")]
    return [warning("settings", sentence.rstrip("."), "company-enrichment status") for sentence in found]


def has_dbt() -> bool:
    """Return whether dbt is installed beside this Python, where dbt_runner.py looks for it."""
    return Path(sys.executable).with_name("dbt").exists()


def check_dbt(settings: Settings) -> list[Finding]:
    """Look whether dbt is installed in a version that the project takes, and whether the project is there."""
    try:
        project = project_directory(settings)
    except ConfigurationError as error:
        return [problem("dbt project", first_line(error), "export WDH_DBT_PROJECT_DIR=/path/to/project")]
    file = project / "dbt_project.yml"
    if not file.is_file():
        return [
            problem("dbt project", f"there is no {file}", "pip install --force-reinstall --no-deps company-enrichment")
        ]
    return [ok("dbt project", str(project)), _version_of_dbt(file)]


def _version_of_dbt(project_file: Path) -> Finding:
    if not has_dbt():
        return warning(
            "dbt", "not installed here: this machine can resolve and look up, but run no models", _INSTALL_DBT
        )
    try:
        version = metadata.version("dbt-core")
        metadata.version("dbt-postgres")
    except metadata.PackageNotFoundError as error:
        return problem("dbt", f"the command is there, but the package {error.name} is not installed", _INSTALL_DBT)
    required = _required_versions(project_file)
    if not all(_is_met(version, limit) for limit in required):
        return problem("dbt", f"version {version} is installed, the project needs {', '.join(required)}", _INSTALL_DBT)
    return ok("dbt", f"version {version}")


def _required_versions(project_file: Path) -> list[str]:
    """Return what `require-dbt-version` of a project says; nothing when the file cannot be read, which dbt will say."""
    try:
        document = yaml.safe_load(project_file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return []
    required = document.get("require-dbt-version", []) if isinstance(document, dict) else []
    return [required] if isinstance(required, str) else [str(limit) for limit in required]


def _is_met(version: str, limit: str) -> bool:
    """Return whether a version is within a limit like >=1.11.0; any other form is left to dbt."""
    match = re.fullmatch(r"\s*(>=|<=|>|<|=)\s*v?(\d+)\.(\d+)\.(\d+)\s*", limit)
    of_version = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    if match is None or of_version is None:
        return True
    have, limited = (tuple(map(int, part)) for part in (of_version.groups(), match.groups()[1:]))
    return {
        ">=": have >= limited,
        "<=": have <= limited,
        ">": have > limited,
        "<": have < limited,
        "=": have == limited,
    }[match[1]]


def check_domains(settings: Settings) -> list[Finding]:
    """Look whether every domain file can be read."""
    if settings.domains_dir is not None and not settings.domains_dir.is_dir():
        message = f"WDH_DOMAINS_DIR is {settings.domains_dir}, which is not a folder"
        return [problem("domains", message, "export WDH_DOMAINS_DIR=/path/to/domains")]
    names = known_domains(settings.domains_dir)
    findings = []
    for name in names:
        try:
            load_domain(name, settings.domains_dir)
        except ConfigurationError as error:
            findings.append(problem("domains", first_line(error), "company-enrichment domains list"))
    return findings or [ok("domains", listed(names))]


def check_files(settings: Settings) -> list[Finding]:
    """Look whether the folder of the input files is set, is there and can be read."""
    try:
        folder = data_base_dir(settings)
    except ConfigurationError as error:
        # A worker, and a project that brings its records as a relation, need none.
        return [warning("files", first_sentence(error), "export WDH_DATA_BASE_DIR=/path/to/files")]
    if not folder.is_dir():
        found = "is not a folder" if folder.exists() else "does not exist"
        return [problem("files", f"{folder} {found}", "export WDH_DATA_BASE_DIR=/path/to/files")]
    if not os.access(folder, os.R_OK | os.X_OK):
        return [problem("files", f"{folder} may not be read by this user", f"ls -ld '{folder}'")]
    return [ok("files", str(folder))]
