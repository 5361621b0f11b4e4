"""What a person sees on a narrow terminal: whole ids, paths and addresses, and lines that end between words."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from real_databases import Database
from terminals import printed_on_terminal

pytestmark = pytest.mark.one_server

REGISTRY = "a_very_long_schema_name_of_mine.a_very_long_registry_table_name"
FOLDER = "/a/very/long/path/that/does/not/exist/anywhere/on/this/machine"
ERROR = f"The server https://registry.example/a/very/long/path/of/an/address/{'x' * 40} did not answer in time"
NAME = "示例甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥（集团）股份有限公司"


@pytest.fixture
def environment(database: Database) -> dict[str, str]:
    """A database with a dead letter, and settings that are long."""
    database.query("select count(*) from enqueue_names(array[%s])", (NAME,))
    database.query(
        "update lookup_requests set status = 'failed', failed_at = now(), finished_at = now(), attempts = 4,"
        " last_error = %s",
        (ERROR,),
    )
    return {**database.environment, "WDH_REGISTRY_TABLE": REGISTRY, "WDH_DATA_BASE_DIR": FOLDER}


@pytest.mark.parametrize("width", [40, 60, 80])
def test_no_word_is_parted_and_no_line_is_longer_than_it_must_be(environment: dict[str, str], width: int) -> None:
    address = ERROR.split()[2]
    for arguments, code, whole in (
        (("status",), 0, (REGISTRY, FOLDER)),
        (("queue", "list"), 0, (address, NAME)),
        (("queue", "show"), 0, ()),
        (("run",), 2, (FOLDER,)),
        (("run", FOLDER), 2, (FOLDER,)),
        (("load-mappings", FOLDER, "--mode", "merge"), 2, (FOLDER,)),
    ):
        found, printed = printed_on_terminal(width, environment, *arguments)
        assert found == code, printed
        for word in whole:
            assert word in printed, (arguments, word)
        # A line is longer only for one word that is. What is within the frame of a table is whole by its width.
        too_long = [line for line in printed.splitlines() if cell_len(line) > width and " " in line.split(": ")[-1]]
        assert too_long == [], arguments


@pytest.mark.usefixtures("environment")
def test_nothing_is_wrapped_in_a_pipe(database: Database) -> None:
    listed = database.cli("queue", "list", WDH_REGISTRY_TABLE=REGISTRY).output.splitlines()
    assert sum(NAME in line and ERROR in line for line in listed) == 1
    [line] = database.cli("run", FOLDER, check=False, WDH_REGISTRY_TABLE=REGISTRY).output.splitlines()
    assert line.startswith("Error: ") and FOLDER in line and line.endswith(" run --help")
    status = database.cli("status", WDH_REGISTRY_TABLE=REGISTRY).output.splitlines()
    assert (
        sum(line.startswith("lookup provider: ") and REGISTRY in line and "company_name" in line for line in status)
        == 1
    )
