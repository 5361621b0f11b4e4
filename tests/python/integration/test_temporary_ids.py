"""Temporary ids: one name, one id, for ever, and no id issued twice."""

from __future__ import annotations

import psycopg2.errors
import pytest

from child_processes import Child, assign, next_temp_id, starting_line, wait_until_blocked
from company_enrichment import LookupQueue
from company_enrichment.errors import DatabaseError, LookupQueueError, OpenTransactionError
from real_databases import Database

pytestmark = pytest.mark.every_server

LEDGER = "select temp_id, normalized_name, first_name from temp_company_ids order by temp_number"
LARGEST_INTEGER = 2_147_483_647


@pytest.fixture
def queue(database: Database) -> LookupQueue:
    return LookupQueue(database.connect())


def _ids(queue: LookupQueue, *names: str) -> list[str | None]:
    return [assigned.temp_id for assigned in queue.assign_temp_ids(names)]


def _set_last_number(database: Database, number: int) -> None:
    database.query("delete from temp_id_sequence")
    database.query("insert into temp_id_sequence (last_number) values (%s)", (number,))


def test_ids_count_up_from_one(queue: LookupQueue) -> None:
    assert [queue.get_next_temp_id() for _ in range(3)] == ["TEMP_000001", "TEMP_000002", "TEMP_000003"]


def test_a_name_has_the_same_id_in_any_spelling(queue: LookupQueue) -> None:
    first = queue.get_next_temp_id("甲（集团）公司")
    assert _ids(queue, " 甲(集团)公司", "【存量】甲（集团）公司", "乙公司") == [first, first, "TEMP_000002"]


def test_an_id_is_new_only_once(queue: LookupQueue) -> None:
    names = ["甲公司", "乙公司", " 甲公司 "]
    assert [assigned.is_new for assigned in queue.assign_temp_ids(names)] == [True, True, False]
    assert [assigned.is_new for assigned in queue.assign_temp_ids(names)] == [False, False, False]


def test_the_ledger_keeps_the_first_spelling(database: Database, queue: LookupQueue) -> None:
    _ids(queue, "ＩＢＭ", "ibm")
    assert database.query(LEDGER) == [("TEMP_000001", "ibm", "ＩＢＭ")]


def test_what_names_nobody_gets_no_id(database: Database) -> None:
    names = [None, "", "（空白）", "甲公司"]
    assert database.query("select name, temp_id, is_new from assign_temp_ids(%s)", (names,)) == [
        (None, None, False),
        ("", None, False),
        ("（空白）", None, False),
        ("甲公司", "TEMP_000001", True),
    ]


def test_a_call_without_names_takes_no_number(database: Database, queue: LookupQueue) -> None:
    assert _ids(queue) == _ids(queue, *[]) == []
    assert _ids(queue, "（空白）") == [None]
    assert database.query("select * from temp_id_sequence") == []


def test_ids_come_back_in_the_order_of_the_names(queue: LookupQueue) -> None:
    _ids(queue, "丁公司")
    assigned = queue.assign_temp_ids(["丙公司", "丁公司", "甲公司"])
    assert [(one.name, one.temp_id) for one in assigned] == [
        ("丙公司", "TEMP_000002"),
        ("丁公司", "TEMP_000001"),
        ("甲公司", "TEMP_000003"),
    ]


def test_a_block_is_numbered_without_gaps_in_the_order_of_the_names(database: Database, queue: LookupQueue) -> None:
    names = [f"公司{number}" for number in reversed(range(500))]
    assert _ids(queue, *names) == [f"TEMP_{number:06}" for number in range(1, 501)]
    assert database.value("select last_number from temp_id_sequence") == 500


def test_six_digits_are_followed_by_seven(database: Database, queue: LookupQueue) -> None:
    _set_last_number(database, 999_998)
    assert _ids(queue, "甲公司", "乙公司") == ["TEMP_999999", "TEMP_1000000"]
    assert queue.get_next_temp_id() == "TEMP_1000001"


def test_the_end_of_the_numbers_is_an_error_that_loses_nothing(database: Database, queue: LookupQueue) -> None:
    _set_last_number(database, LARGEST_INTEGER - 1)
    with pytest.raises(DatabaseError, match="end of INTEGER: 2 more do not fit"):
        queue.assign_temp_ids(["甲公司", "乙公司"])
    assert database.query(LEDGER) == []
    assert queue.get_next_temp_id("甲公司") == f"TEMP_{LARGEST_INTEGER}"
    with pytest.raises(DatabaseError, match="end of INTEGER"):
        queue.get_next_temp_id()
    assert queue.get_next_temp_id("甲公司") == f"TEMP_{LARGEST_INTEGER}"


@pytest.mark.parametrize("name", [None, "甲公司"], ids=["plain", "of a name"])
def test_the_first_allocation_seeds_the_sequence(database: Database, queue: LookupQueue, name: str | None) -> None:
    assert database.query("select * from temp_id_sequence") == []
    assert queue.get_next_temp_id(name) == "TEMP_000001"
    assert database.query("select last_number from temp_id_sequence") == [(1,)]


def test_the_sequence_cannot_have_two_rows(database: Database, queue: LookupQueue) -> None:
    queue.get_next_temp_id()
    with pytest.raises(psycopg2.errors.UniqueViolation):
        database.query("insert into temp_id_sequence (last_number) values (7)")


@pytest.mark.parametrize("name", [None, "丙公司"], ids=["plain", "of a name"])
def test_a_sequence_restored_from_an_older_backup_is_lifted_above_the_ledger(
    database: Database, queue: LookupQueue, name: str | None
) -> None:
    _ids(queue, "甲公司", "乙公司")
    _set_last_number(database, 1)
    assert queue.get_next_temp_id(name) == "TEMP_000003"


def test_numbers_of_a_rolled_back_transaction_are_given_back(database: Database, queue: LookupQueue) -> None:
    connection = database.connect()
    with connection.cursor() as cursor:
        cursor.execute("select temp_id from enterprise.assign_temp_ids('{甲公司,乙公司}')")
        assert cursor.fetchall() == [("TEMP_000001",), ("TEMP_000002",)]
    connection.rollback()
    assert _ids(queue, "乙公司") == ["TEMP_000001"]
    assert database.query(LEDGER) == [("TEMP_000001", "乙公司", "乙公司")]


def test_a_plain_number_is_in_the_ledger_without_a_name(database: Database, queue: LookupQueue) -> None:
    queue.get_next_temp_id()
    queue.get_next_temp_id()
    assert database.query(LEDGER) == [("TEMP_000001", None, None), ("TEMP_000002", None, None)]


def test_a_name_asked_for_one_by_one_keeps_its_id(queue: LookupQueue) -> None:
    assert [queue.get_next_temp_id(name) for name in ("甲公司", None, "甲公司")] == [
        "TEMP_000001",
        "TEMP_000002",
        "TEMP_000001",
    ]


@pytest.mark.parametrize("name", ["", "\u3000", "（空白）"])
def test_asking_for_the_id_of_nobody_is_an_error(database: Database, queue: LookupQueue, name: str) -> None:
    with pytest.raises(LookupQueueError, match="has no temporary id"):
        queue.get_next_temp_id(name)
    assert database.query(LEDGER) == []


def test_plan_only_gives_the_same_example_every_time() -> None:
    queue = LookupQueue(plan_only=True)
    assert [queue.get_next_temp_id(name) for name in (None, None, "甲公司")] == ["TEMP_000001"] * 3


def test_plan_only_with_a_connection_says_which_names_would_get_new_ids(database: Database) -> None:
    queue = LookupQueue(database.connect())
    queue.assign_temp_ids(["甲公司", "乙公司"])
    names = ["己公司", "（原）甲公司", "无", "丙公司", "己 公司", "乙公司"]
    planned = LookupQueue(database.connect(), plan_only=True).assign_temp_ids(names)
    assert [(plan.temp_id, plan.is_new) for plan in planned] == [
        ("TEMP_000003", True),
        ("TEMP_000001", False),
        (None, False),
        ("TEMP_000004", True),
        ("TEMP_000003", False),
        ("TEMP_000002", False),
    ]
    assert LookupQueue(database.connect(), plan_only=True).get_next_temp_id("己公司") == "TEMP_000003"
    assert database.value("select count(*) from temp_company_ids") == 2
    assert queue.assign_temp_ids(names) == planned


def test_an_id_outlasts_a_crash_of_the_server_whatever_the_session_says_of_its_commits(database: Database) -> None:
    """Shown by the setting: a lost commit shows by chance only."""
    connection = database.connect()
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit = off")
        for call in ("next_temp_id()", "assign_temp_ids('{甲公司}')"):
            cursor.execute(f"select enterprise.{call}")
            cursor.execute("select current_setting('synchronous_commit')")
            assert cursor.fetchone() == ("on",)
            connection.rollback()
            cursor.execute("set synchronous_commit = off")


def test_an_id_is_committed_before_it_is_returned(database: Database, queue: LookupQueue) -> None:
    for name in (None, "甲公司"):
        temp_id = queue.get_next_temp_id(name)
        assert database.value("select count(*) from temp_company_ids where temp_id = %s", (temp_id,)) == 1


def test_no_id_is_issued_inside_a_transaction_of_the_caller(database: Database) -> None:
    connection = database.connect()
    queue = LookupQueue(connection)
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    for name in (None, "甲公司"):
        with pytest.raises(OpenTransactionError):
            queue.get_next_temp_id(name)
    connection.commit()
    assert database.query("select * from temp_id_sequence") == database.query(LEDGER) == []


def test_who_waits_for_another_session_gets_the_ids_that_it_has_issued(database: Database, queue: LookupQueue) -> None:
    queue.get_next_temp_id()
    connection = database.connect()
    with connection.cursor() as cursor:
        cursor.execute("select from enterprise.assign_temp_ids('{甲公司,乙公司}')")
    other = Child(assign, database.uri, ["丙公司", "乙公司"])
    wait_until_blocked(database)
    connection.commit()
    assert other.finish() == [("丙公司", "TEMP_000004"), ("乙公司", "TEMP_000003")]


def test_two_sessions_that_want_the_same_new_name_at_once_get_the_same_id(
    database: Database, queue: LookupQueue
) -> None:
    """A third session holds the sequence until both have seen that the name has no id."""
    queue.get_next_temp_id()
    holder = database.connect()
    with holder.cursor() as cursor:
        cursor.execute("select from enterprise.temp_id_sequence for update")
    children = [Child(assign, database.uri, ["甲公司"]) for _ in range(2)]
    wait_until_blocked(database, 2)
    holder.rollback()
    assert [child.finish() for child in children] == [[("甲公司", "TEMP_000002")]] * 2


@pytest.mark.parametrize(("end", "expected"), [("commit", "TEMP_000002"), ("rollback", "TEMP_000001")])
def test_who_waits_for_the_session_that_seeds_the_sequence_gets_the_next_number(
    database: Database, end: str, expected: str
) -> None:
    connection = database.connect()
    with connection.cursor() as cursor:
        cursor.execute("select enterprise.next_temp_id()")
    other = Child(next_temp_id, database.uri)
    wait_until_blocked(database)
    getattr(connection, end)()
    assert other.finish() == [expected]


def test_two_processes_that_seed_the_sequence_at_once_get_two_numbers(database: Database) -> None:
    start = starting_line(2)
    children = [Child(next_temp_id, database.uri, start) for _ in range(2)]
    assert sorted(temp_id for child in children for temp_id in child.finish()) == ["TEMP_000001", "TEMP_000002"]
