"""Judges the mutants; see the package."""

from __future__ import annotations

import contextlib
import importlib
import os
import pkgutil
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mutants
from deployed_server import DeployedServer, running_deployed_server
from mutants.definitions import Mutant

REPOSITORY = Path(__file__).resolve().parents[3]
_LONGEST_SECONDS = 600
"""A test that takes longer waits for what the mutant keeps from happening: it has noticed."""


def _chosen(words: list[str]) -> list[Mutant]:
    """The mutants that a word names, by their own name or their module's; all of them without words."""
    found: list[Mutant] = []
    for module in pkgutil.iter_modules(mutants.__path__):
        held: list[Mutant] = getattr(importlib.import_module(f"mutants.{module.name}"), "MUTANTS", [])
        found += [
            mutant for mutant in held if not words or any(word == module.name or word in mutant.name for word in words)
        ]
    return found


def _copy_repository(folder: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, folder / name)


class _Deployments:
    """A deployed server for each thread, which mutants of the Python package use one after the other."""

    def __init__(self) -> None:
        self._of_thread = threading.local()
        self._running = contextlib.ExitStack()
        self._starting = threading.Lock()

    def variables(self) -> dict[str, str]:
        """Return what has a run of pytest use the thread's server; another one where a test has ended the last."""
        deployed: DeployedServer | None = getattr(self._of_thread, "deployed", None)
        if deployed is None or not deployed.server.is_running():
            with self._starting:
                deployed = self._of_thread.deployed = self._running.enter_context(running_deployed_server())
        return deployed.variables

    def stop(self) -> None:
        """Stop all of them."""
        self._running.close()


def _judge(mutant: Mutant, deployments: _Deployments) -> str:
    """Return what became of a mutant: killed, or why not."""
    # What of the dbt project is changed has to be deployed.
    is_python = all(edit.file.startswith("python/") for edit in mutant.edits)
    variables = deployments.variables() if is_python and not mutant.tests.startswith("tests/python/unit") else {}
    # Not in a folder of its own rights: as root, the test server runs under another account.
    with tempfile.TemporaryDirectory(prefix="company-enrichment-mutant-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        _copy_repository(folder)
        for edit in mutant.edits:
            file = folder / edit.file
            content = file.read_text(encoding="utf-8")
            if content.count(edit.text) != 1:
                return f"INVALID: {edit.file} holds the text {content.count(edit.text)} times: {edit.text.strip()!r}"
            file.write_text(content.replace(edit.text, edit.replacement), encoding="utf-8")
        # One test that fails is enough; only what is no verdict needs the others.
        for stop_at_first in (["--exitfirst"], []):
            verdict = _run_tests(mutant, folder, stop_at_first, variables)
            if not verdict.startswith("INVALID"):
                break
    return verdict


def _run_tests(mutant: Mutant, folder: Path, options: list[str], variables: dict[str, str]) -> str:
    child = subprocess.Popen(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short", *options),
            *(mutant.tests, "-k", f"not system- and ({mutant.must_fail})"),
        ],
        cwd=folder,
        # Before the installed package, which an editable install takes from the original.
        env={**os.environ, **variables, "PYTHONPATH": str(folder / "python")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    try:
        output, _ = child.communicate(timeout=_LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        # Interrupted, pytest stops its servers.
        child.send_signal(signal.SIGINT)
        child.communicate()
        return "killed"
    if child.returncode == 0:
        return "SURVIVED"
    # An error is not a verdict: the mutant could not even be deployed, or no test has that name.
    if child.returncode != 1 or not any(line.startswith("FAILED ") for line in output.splitlines()):
        return "INVALID: no test failed\n" + output[-2000:]
    return "killed"


def main(words: list[str]) -> int:
    """Judge the mutants that the words name; returns 1 unless all are killed."""
    chosen = _chosen(words)
    killed = 0
    deployments = _Deployments()
    try:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            verdicts = pool.map(lambda mutant: _judge(mutant, deployments), chosen)
            for mutant, verdict in zip(chosen, verdicts, strict=True):
                killed += verdict == "killed"
                print(f"{mutant.name}: {verdict}", flush=True)
    finally:
        deployments.stop()
    print(f"{killed} / {len(chosen)} killed")
    return 0 if killed == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
