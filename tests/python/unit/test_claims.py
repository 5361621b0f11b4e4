"""The claims in a worker's hands: each is held until its report is applied, and is reported once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from company_enrichment.lookups.claims import GATHER_SECONDS, Claims
from company_enrichment.records import ClaimReport, LookupAnswer, LookupRequest

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NOT_FOUND = LookupAnswer(provider="registry", outcome="not_found")
SOON = GATHER_SECONDS / 2
LATE = 1000.0


def request(number: int, *, claim_number: int = 1, is_taken_over: bool = False) -> LookupRequest:
    return LookupRequest(
        id=number,
        name=f"示例{number}公司",
        normalized_name=f"示例{number}公司",
        status="processing",
        attempts=1,
        claim_number=claim_number,
        last_error=None,
        lease_until=NOW,
        created_at=NOW,
        updated_at=NOW,
        is_taken_over=is_taken_over,
    )


def claimed(*requests: LookupRequest, concurrency: int = 2, batch_size: int = 10) -> Claims:
    claims = Claims(concurrency=concurrency, batch_size=batch_size)
    claims.add(requests, now=0.0)
    return claims


def start(claims: Claims, *, times_out_at: float = LATE, is_probe: bool = False) -> LookupRequest:
    return claims.start(times_out_at=times_out_at, is_probe=is_probe)


def outcomes(claims: Claims) -> list[tuple[int, str]]:
    return [(report.request.id, report.outcome) for report in claims.reports]


def finish_results(claims: Claims, now: float = 0.0) -> None:
    for one, result in claims.unfinished_results():
        assert isinstance(result, LookupAnswer)
        claims.finish(ClaimReport.done(one, result), now)


# ---- from the claim to the question -------------------------------------------------------------------------------


def test_requests_are_asked_in_their_order_and_no_more_at_once_than_was_said() -> None:
    claims = claimed(request(1), request(2), request(3), concurrency=2)
    assert claims.startable() == 2
    assert [start(claims).id, start(claims).id] == [1, 2]
    assert claims.startable() == 0
    claims.finish(ClaimReport.failed(request(1), "no answer"), now=0.0)
    assert claims.startable() == 1
    assert start(claims).id == 3


def test_nothing_is_claimed_while_something_waits_or_all_are_asked() -> None:
    claims = claimed(request(1), request(2), concurrency=2)
    assert not claims.has_room()
    start(claims)
    assert not claims.has_room()
    start(claims)
    assert not claims.has_room()
    claims.finish(ClaimReport.failed(request(1), "no answer"), now=0.0)
    assert claims.has_room()


def test_a_request_that_was_taken_over_is_asked_while_nothing_else_is_in_hand() -> None:
    claims = claimed(request(1))
    start(claims)
    claims.add([request(2, is_taken_over=True)], now=0.0)
    assert claims.startable() == 0, "another is in flight"
    claims.finish(ClaimReport.failed(request(1), "no answer"), now=0.0)
    assert claims.startable() == 0, "its report is not applied"
    claims.settle()
    assert claims.startable() == 1


def test_nothing_is_claimed_beside_one_that_was_taken_over() -> None:
    claims = claimed(request(1, is_taken_over=True))
    start(claims)
    assert not claims.has_room()


def test_a_request_that_we_claim_again_is_ours_under_the_new_claim_alone() -> None:
    claims = claimed(request(1), request(2))
    old, other = start(claims), start(claims)
    new = request(1, claim_number=2)
    assert claims.add([new], now=0.0) == 1
    assert start(claims) is new
    claims.add_result((old, NOT_FOUND))
    claims.add_result((other, NOT_FOUND))
    finish_results(claims)
    assert outcomes(claims) == [(2, "done")], "what came of the older claim would be refused"
    assert [report.request for report in claims.settle()] == [other]
    assert list(claims.held) == [new]
    assert claims.is_anything_in_flight


def test_the_report_of_an_older_claim_leaves_the_new_one_in_hand() -> None:
    claims = claimed(request(1))
    claims.finish(ClaimReport.done(start(claims), NOT_FOUND), now=0.0)
    new = request(1, claim_number=2)
    assert claims.add([new], now=0.0) == 0
    assert [report.request.claim_number for report in claims.settle()] == [1]
    assert list(claims.held) == [new]


def test_a_probe_is_one_until_it_is_finished() -> None:
    claims = claimed(request(1), request(2))
    probe = start(claims, is_probe=True)
    other = start(claims)
    assert (claims.is_probing, claims.is_probe(probe), claims.is_probe(other)) == (True, True, False)
    claims.finish(ClaimReport.failed(probe, "no answer"), now=0.0)
    assert not claims.is_probing


# ---- from the answer to the report --------------------------------------------------------------------------------


def test_a_result_stays_until_it_is_finished() -> None:
    claims = claimed(request(1))
    asked = start(claims)
    claims.add_result((asked, NOT_FOUND))

    def lose_the_database() -> None:
        for _ in claims.unfinished_results():
            raise ConnectionError

    with pytest.raises(ConnectionError):
        lose_the_database()
    assert claims.patience(now=0.0, longest=0.5) == 0, "there is something to do"
    finish_results(claims)
    assert outcomes(claims) == [(1, "done")]
    finish_results(claims)
    assert outcomes(claims) == [(1, "done")]


def test_a_request_is_overdue_at_its_own_time() -> None:
    claims = claimed(request(1), request(2))
    start(claims, times_out_at=10.0)
    start(claims, times_out_at=20.0)
    assert claims.overdue(now=10.0) == []
    assert claims.overdue(now=15.0) == [request(1)]


def test_an_answer_that_comes_after_its_time_is_dropped() -> None:
    claims = claimed(request(1))
    asked = start(claims, times_out_at=10.0)
    claims.finish(ClaimReport.failed(asked, "no answer"), now=11.0)
    claims.add_result((asked, NOT_FOUND))
    finish_results(claims)
    assert outcomes(claims) == [(1, "failed")]


def test_an_answer_is_waited_for_only_where_there_is_nothing_else_to_do() -> None:
    claims = claimed(request(1), request(2))
    assert claims.patience(now=0.0, longest=0.5) == 0, "nothing is in flight"
    asked = start(claims)
    start(claims)
    assert claims.patience(now=0.0, longest=0.5) == 0.5
    claims.finish(ClaimReport.done(asked, NOT_FOUND), now=1.0)
    assert claims.patience(now=1.0 + SOON, longest=0.5) == pytest.approx(GATHER_SECONDS - SOON)
    assert claims.patience(now=LATE, longest=0.5) == 0


def test_reports_wait_for_others_while_others_can_come() -> None:
    claims = claimed(request(1), request(2), request(3), concurrency=3, batch_size=2)
    assert not claims.is_report_due(now=LATE), "there is none"
    first, second, third = start(claims), start(claims), start(claims)
    claims.finish(ClaimReport.done(first, NOT_FOUND), now=1.0)
    assert not claims.is_report_due(now=1.0 + SOON)
    assert claims.is_report_due(now=1.0 + GATHER_SECONDS)
    claims.finish(ClaimReport.done(second, NOT_FOUND), now=1.0 + SOON)
    assert claims.is_report_due(now=1.0 + SOON), "as many as were to be sent at once"
    claims.settle()
    claims.finish(ClaimReport.done(third, NOT_FOUND), now=5.0)
    assert claims.is_report_due(now=5.0), "no other is in flight"


def test_a_claim_is_held_until_its_report_is_applied() -> None:
    claims = claimed(request(1), request(2))
    asked = start(claims)
    claims.finish(ClaimReport.done(asked, NOT_FOUND), now=0.0)
    assert list(claims.held) == [request(1), request(2)]
    assert [report.request.id for report in claims.settle()] == [1]
    assert list(claims.held) == [request(2)]
    assert claims.settle() == []


def test_a_report_may_be_replaced_before_it_is_applied() -> None:
    claims = claimed(request(1))
    asked = start(claims)
    claims.finish(ClaimReport.done(asked, NOT_FOUND), now=0.0)
    claims.reports[0] = ClaimReport.failed(asked, "it cannot be stored")
    assert [report.outcome for report in claims.settle()] == ["failed"]
    assert not claims.held


# ---- what is not asked --------------------------------------------------------------------------------------------


def test_what_waits_is_put_off_and_what_is_in_flight_goes_on() -> None:
    claims = claimed(request(1), request(2), request(3))
    start(claims)
    claims.snooze_waiting(60, "The provider is paused", now=0.0)
    assert outcomes(claims) == [(2, "snoozed"), (3, "snoozed")]
    assert (claims.startable(), claims.is_anything_in_flight) == (0, True)


def test_at_a_stop_what_waits_is_given_back_and_then_what_is_in_flight() -> None:
    claims = claimed(request(1), request(2))
    asked = start(claims)
    claims.release_waiting(now=0.0)
    assert outcomes(claims) == [(2, "released")]
    claims.release_in_flight(now=0.0)
    assert outcomes(claims) == [(2, "released"), (1, "released")]
    claims.add_result((asked, NOT_FOUND))
    finish_results(claims)
    claims.settle()
    assert not claims.held
    assert not claims.reports


def test_a_claim_that_is_somebody_elses_is_not_asked_and_one_in_flight_goes_on() -> None:
    claims = claimed(request(1), request(2))
    asked = start(claims)
    claims.lose(asked, now=0.0)
    claims.lose(request(2), now=0.0)
    assert outcomes(claims) == [(2, "released")]
    assert claims.startable() == 0
    assert claims.is_anything_in_flight


# ---- leases -------------------------------------------------------------------------------------------------------


def test_leases_are_renewed_when_a_third_of_them_has_gone_by() -> None:
    claims = claimed(request(1))
    assert not claims.is_renewal_due(now=99.0, lease_seconds=300)
    assert claims.is_renewal_due(now=100.0, lease_seconds=300)
    claims.renewed(now=100.0)
    assert not claims.is_renewal_due(now=199.0, lease_seconds=300)
    assert claims.is_renewal_due(now=200.0, lease_seconds=300)


def test_a_further_claim_does_not_put_the_renewal_of_the_first_off() -> None:
    claims = claimed(request(1))
    start(claims)
    claims.add([request(2)], now=90.0)
    assert claims.is_renewal_due(now=100.0, lease_seconds=300)


def test_the_first_claim_after_a_pause_has_its_whole_lease() -> None:
    claims = claimed(request(1))
    claims.finish(ClaimReport.done(start(claims), NOT_FOUND), now=0.0)
    claims.settle()
    assert not claims.is_renewal_due(now=LATE, lease_seconds=300), "nothing is held"
    claims.add([replace(request(1), claim_number=2)], now=LATE)
    assert not claims.is_renewal_due(now=LATE + 99, lease_seconds=300)
