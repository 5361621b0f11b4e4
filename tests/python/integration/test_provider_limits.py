"""Limits of a provider: shared by all processes, on the database's clock."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from child_processes import Child, reserve_once, reserve_starts, starting_line, wait_until_blocked
from company_enrichment import LookupAnswer
from company_enrichment.errors import LookupProviderUnavailableError
from company_enrichment.lookups.limits import FIRST_PAUSE_SECONDS, PROBE_SECONDS, ProviderLimits
from company_enrichment.lookups.providers.limited import LimitedProvider
from real_databases import Database


def limits(database: Database, rate: float | None = None, daily_quota: int | None = None) -> ProviderLimits:
    return ProviderLimits(database.connect(), provider="registry", rate=rate, daily_quota=daily_quota)


def test_without_limits_everything_is_granted_and_nothing_is_written(database: Database) -> None:
    permit = limits(database).reserve(7)
    assert (permit.granted, permit.starts_in, permit.interval, permit.is_probe) == (7, 0, 0, False)
    assert database.value("select count(*) from provider_state") == 0


def test_starts_follow_each_other_at_the_rate(database: Database) -> None:
    first, second = limits(database, rate=2), limits(database, rate=2)
    permit = first.reserve(4)
    assert (permit.granted, permit.interval) == (4, 0.5)
    assert permit.starts_in == pytest.approx(0, abs=0.01)
    # Four places of half a second each are taken.
    assert 1 < second.reserve(1).starts_in <= 2


def test_processes_together_do_not_exceed_the_rate(database: Database) -> None:
    start = starting_line(3)
    children = [Child(reserve_starts, database.uri, start, rate=200.0, seconds=2.0) for _ in range(3)]
    began = database.value("select clock_timestamp()")
    granted = sum(sum(child.finish()) for child in children)
    assert granted > 50
    # Every start has a place of its own: together they take as long as the row has grown.
    row_ends = database.value("select next_start from provider_state")
    assert granted / 200 <= (row_ends - began).total_seconds()


def test_places_are_taken_one_after_the_other(database: Database) -> None:
    assert limits(database, daily_quota=5).reserve(1).granted == 1
    with closing(database.connect()) as other, other.cursor() as cursor:
        # Both come while the row is somebody's, and have seen the same of it.
        cursor.execute("select from enterprise.provider_state for update")
        children = [Child(reserve_once, database.uri, 3, 5) for _ in range(2)]
        wait_until_blocked(database, 2)
        other.commit()
        assert sorted(sum(child.finish()) for child in children) == [1, 3]


def test_the_quota_is_of_all_processes_and_of_a_day(database: Database) -> None:
    start = starting_line(3)
    children = [Child(reserve_starts, database.uri, start, daily_quota=50, seconds=1.0) for _ in range(3)]
    assert sum(sum(child.finish()) for child in children) == 50
    refused = limits(database, daily_quota=50).reserve(1)
    midnight = datetime.combine(datetime.now(UTC).date() + timedelta(days=1), datetime.min.time(), UTC)
    assert refused.granted == 0
    assert refused.reason == "The quota of the day is used up"
    assert abs(refused.wait_seconds - (midnight - datetime.now(UTC)).total_seconds()) < 60
    database.query("update provider_state set quota_day = quota_day - 1")
    assert limits(database, daily_quota=50).reserve(60).granted == 50


def test_a_quota_of_0_grants_nothing(database: Database) -> None:
    assert limits(database, daily_quota=0).reserve(1).granted == 0


def test_two_providers_have_limits_of_their_own(database: Database) -> None:
    limits(database).outage("down", 60)
    other = ProviderLimits(database.connect(), provider="eqc")
    assert other.reserve(1).granted == 1
    assert limits(database).reserve(1).granted == 0


def test_a_pause_is_as_long_as_the_provider_says(database: Database) -> None:
    assert 59 < limits(database).outage("429 Too Many Requests", 60) <= 60
    permit = limits(database, rate=100).reserve(5)
    assert (permit.granted, permit.reason) == (0, "429 Too Many Requests")
    assert 58 < permit.wait_seconds <= 60


def test_a_pause_without_a_time_doubles_with_every_outage_in_a_row(database: Database) -> None:
    pauses = []
    for _ in range(4):
        pauses.append(limits(database).outage("no connection"))
        database.query("update provider_state set paused_until = now()")
    for number, pause in enumerate(pauses):
        assert pause == pytest.approx(FIRST_PAUSE_SECONDS * 2**number, abs=0.5)
    database.query("update provider_state set outages = 1000")
    assert limits(database).outage("no connection") == pytest.approx(900, abs=0.5)


def test_requests_that_meet_one_outage_count_it_once(database: Database) -> None:
    for _ in range(5):
        limits(database).outage("no connection")
    assert database.value("select outages from provider_state") == 1


def test_after_a_pause_one_request_probes_and_the_others_wait_for_it(database: Database) -> None:
    limits(database).outage("down", 0.05)
    time.sleep(0.1)
    probe = limits(database).reserve(5)
    assert (probe.granted, probe.is_probe) == (1, True)
    waiting = limits(database).reserve(5)
    assert waiting.granted == 0
    assert PROBE_SECONDS - 2 < waiting.wait_seconds <= PROBE_SECONDS
    limits(database).answered()
    assert limits(database).reserve(5).granted == 5


def test_a_probe_that_fails_pauses_again_and_one_that_is_lost_is_repeated(database: Database) -> None:
    limits(database).outage("down", 0.05)
    time.sleep(0.1)
    assert limits(database).reserve(1).is_probe
    assert limits(database).outage("still down") == pytest.approx(2 * FIRST_PAUSE_SECONDS, abs=0.5)
    database.query("update provider_state set paused_until = now()")
    assert limits(database).reserve(1).is_probe
    assert limits(database).reserve(1).granted == 0
    database.query("update provider_state set probe_until = now()")
    assert limits(database).reserve(1).is_probe


class Registry:
    """Knows nobody; fails as long as it has something to fail with."""

    name = "registry"

    def __init__(self, *failures: LookupProviderUnavailableError) -> None:
        self.asked = 0
        self._failures = list(failures)

    def lookup(self, name: str) -> LookupAnswer:
        self.asked += 1
        if self._failures:
            raise self._failures.pop()
        return LookupAnswer(provider=self.name, outcome="not_found")


def test_an_online_caller_asks_within_the_limits_of_the_workers(database: Database) -> None:
    registry = Registry()
    online = LimitedProvider(registry, limits(database, daily_quota=3))
    limits(database, daily_quota=3).reserve(2)
    assert online.lookup("甲公司").outcome == "not_found"
    with pytest.raises(LookupProviderUnavailableError, match="The quota of the day is used up"):
        online.lookup("乙公司")
    assert registry.asked == 1


def test_an_online_caller_does_not_wait_long_for_its_place(database: Database) -> None:
    registry = Registry()
    online = LimitedProvider(registry, limits(database, rate=10))
    limits(database, rate=10).reserve(2)
    began = time.monotonic()
    online.lookup("甲公司")
    assert time.monotonic() - began > 0.1
    limits(database, rate=10).reserve(60)
    with pytest.raises(LookupProviderUnavailableError, match="rate is used up"):
        online.lookup("乙公司")
    assert registry.asked == 1


def test_an_outage_that_an_online_caller_meets_pauses_the_workers_too(database: Database) -> None:
    registry = Registry(LookupProviderUnavailableError("503", retry_after=0.3))
    online = LimitedProvider(registry, limits(database))
    for message in ("503", "503"):
        with pytest.raises(LookupProviderUnavailableError, match=message):
            online.lookup("甲公司")
    assert registry.asked == 1
    assert limits(database).reserve(1).granted == 0
    time.sleep(0.4)
    assert online.lookup("甲公司").outcome == "not_found"
    assert limits(database).reserve(5).granted == 5
