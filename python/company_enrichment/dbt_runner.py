"""Runs dbt as a child process, on the project that belongs to this package."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from company_enrichment.errors import (
    ConfigurationError,
    DbtError,
    DbtNotInstalledError,
    DbtRefusedError,
    RunAtWorkError,
)
from company_enrichment.settings import Settings, load_settings
from company_enrichment.state_directory import state_directory

# How the macro take_run_lease refuses a run.
_REFUSAL = "has been at work on schema"
_DBT_REFUSES = 2
# How dbt says that stg_mapping_records, the one model that reads seeds by a var, was told of a seed that is not there.
_MISSING_SEED = re.compile(
    r"stg_mapping_records\b.*?depends on a node named '([^']*)'.*?which was not found", re.DOTALL
)
_PROGRESS = re.compile(r"\b(\d+) of (\d+) (OK|PASS|WARN|ERROR|FAIL|SKIP)\b")


def project_directory(settings: Settings | None = None) -> Path:
    """Return the dbt project: WDH_DBT_PROJECT_DIR, else the checkout of an editable install, else the wheel's."""
    settings = settings or load_settings()
    if settings.dbt_project_dir is not None:
        if not (settings.dbt_project_dir / "dbt_project.yml").is_file():
            raise ConfigurationError(
                f"WDH_DBT_PROJECT_DIR is {settings.dbt_project_dir}, where there is no dbt_project.yml."
            )
        return settings.dbt_project_dir
    return own_project_directory()


def own_project_directory() -> Path:
    """Return the dbt project that came with this package, whatever WDH_DBT_PROJECT_DIR says."""
    package = Path(__file__).resolve().parent
    checkout = package.parent.parent
    if (checkout / "dbt_project.yml").is_file() and (checkout / "python" / package.name).samefile(package):
        return checkout
    return package / "dbt_project"


def run_dbt(
    arguments: Sequence[str],
    *,
    run_id: str | None = None,
    on_node: Callable[[int, int], None] | None = None,
    variables: Mapping[str, str] | None = None,
    folder: str = "dbt",
) -> str:
    """Run one dbt command on the project, with target and logs in the state directory; returns what dbt printed.

    Args:
        arguments: the command and its arguments, e.g. ["run"].
        run_id: the run in enrichment_runs that the command belongs to; a run of its own when None.
        on_node: called with (done, all) as dbt finishes its nodes.
        variables: environment variables for dbt beside this process's own.
        folder: where target and logs are, in the state directory. dbt keeps the parsed project there, and parses it
            anew when it is called with another address or other vars than the last time.

    Raises DbtError with dbt's own output when it fails, DbtRefusedError when it refuses a configuration, RunAtWorkError
    when another run is at work, and DbtNotInstalledError when dbt is not installed.

    """
    dbt = Path(sys.executable).with_name("dbt")
    if not dbt.exists():
        raise DbtNotInstalledError("dbt is not installed: pip install 'company-enrichment[dbt]'")
    project = project_directory()
    scratch = state_directory() / folder
    command = [
        str(dbt),
        "--no-use-colors",
        arguments[0],
        *("--project-dir", str(project), "--profiles-dir", str(project)),
        *("--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs")),
        *arguments[1:],
    ]
    environment = {
        **os.environ,
        # dbt has no setting for it, and a database's default may lack characters that names have.
        "PGCLIENTENCODING": "UTF8",
        **(variables or {}),
        **({"WDH_RUN_ID": run_id} if run_id else {}),
    }
    output = []
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as child:
        assert child.stdout is not None  # noqa: S101 - narrows the type for mypy
        try:
            for line in child.stdout:
                output.append(line)
                progress = _PROGRESS.search(line)
                if progress and on_node is not None:
                    on_node(int(progress[1]), int(progress[2]))
        except BaseException:
            # dbt takes an interrupt as the wish to cancel its queries; left alone it would go on without us.
            child.send_signal(signal.SIGINT)
            raise
    said = "".join(output)
    if child.returncode != 0:
        raise _error_of(child.returncode, said)(
            f"`dbt {' '.join(arguments)}` failed (exit code {child.returncode}):\n{said}{_advice_on(said)}"
        )
    return said


def _advice_on(output: str) -> str:
    """Return what to do where the message of dbt, which no macro of ours can replace, does not say it."""
    missing = _MISSING_SEED.search(output)
    if missing is None:
        return ""
    return (
        f"The var mapping_seeds names {missing[1]}, and there is no such seed: put {missing[1]}.csv into "
        "seeds/mappings, or take the name out of the var."
    )


def _error_of(code: int, output: str) -> type[DbtError]:
    """Return what kind of failure an exit code and the output of dbt are."""
    if _REFUSAL in output:
        return RunAtWorkError
    # dbt ends with 2 also when the database fails outside a model.
    return DbtRefusedError if code == _DBT_REFUSES and "Database Error" not in output else DbtError
