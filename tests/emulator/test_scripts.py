"""Which request meets which fault, decided without a network."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aio_workflows.emulator import (
    AtRandom,
    ByOperation,
    Close,
    CloseAfter,
    Delay,
    Drip,
    Fault,
    FaultScript,
    GoStale,
    HalfAnswer,
    InTurn,
    RateLimit,
    Reset,
    Respond,
    redirect,
    throttled,
)
from aio_workflows.emulator.faults import Form
from aio_workflows.emulator.scripted import scripted, success_without_content
from aio_workflows.emulator.scripts import TokenBucket, script_of


def taken(script: FaultScript, number: int, operation: str | None = "CreateWorkflow") -> list[Fault | None]:
    return [script.next(operation) for _ in range(number)]


def test_faults_in_turn_and_then_all_is_well() -> None:
    assert taken(script_of([Close(), None, Reset()]), 5) == [Close(), None, Reset(), None, None]


def test_faults_that_begin_anew() -> None:
    assert taken(InTurn([Close(), None], repeat=True), 5) == [Close(), None, Close(), None, Close()]


def test_no_faults() -> None:
    assert taken(script_of(None), 2) == [None, None]


def test_each_operation_has_its_own() -> None:
    script = script_of({"CreateWorkflow": [Close()], "GetWorkflow": [Reset(), Reset()]})
    assert taken(script, 2, "ListWorkflows") == [None, None]
    assert taken(script, 2, None) == [None, None]
    assert taken(script, 2, "GetWorkflow") == [Reset(), Reset()]
    assert taken(script, 2, "CreateWorkflow") == [Close(), None]


def test_scripts_can_be_put_into_scripts() -> None:
    script = ByOperation({"CreateWorkflow": AtRandom([(1.0, Close())], seed=1)})
    assert taken(script, 3) == [Close()] * 3
    assert script_of(script) is script


def test_rates_are_kept_and_the_seed_repeats_them() -> None:
    rates: list[tuple[float, Fault]] = [(0.02, Reset()), (0.05, throttled())]
    first = taken(AtRandom(rates, seed=7), 20_000)
    assert first == taken(AtRandom(rates, seed=7), 20_000)
    assert first != taken(AtRandom(rates, seed=8), 20_000)
    assert first.count(Reset()) / 20_000 == pytest.approx(0.02, rel=0.2)
    assert first.count(throttled()) / 20_000 == pytest.approx(0.05, rel=0.2)


@pytest.mark.parametrize("rates", [[(0.6, Close()), (0.5, Reset())], [(-0.1, Close()), (0.5, Reset())]])
def test_rates_are_shares(rates: list[tuple[float, Fault]]) -> None:
    with pytest.raises(ValueError, match="shares"):
        AtRandom(rates, seed=1)


def test_what_was_not_read_was_not_done() -> None:
    with pytest.raises(ValueError, match="not read"):
        Reset(unread=True, done=True)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Delay(-1.0),
        lambda: Drip(interval=-0.1),
        lambda: Drip(size=0),
        lambda: HalfAnswer(keep=1.1),
        lambda: CloseAfter(-1.0),
        lambda: RateLimit(rate=-1.0),
        lambda: RateLimit(rate=1.0, burst=0.5),
    ],
)
def test_numbers_that_make_no_sense_are_refused_at_once(make: object) -> None:
    """And not when the fault is met, in a server that a test has long forgotten."""
    with pytest.raises(ValueError, match="must be"):
        make()  # type: ignore[operator]


def test_faults_are_plain_values() -> None:
    """Equal, hashable, and readable in the report of a test that failed."""
    assert len({Close(), Close(done=True), Respond(503), Respond(503), GoStale()}) == 4
    assert repr(Delay(1.0, Reset())) == "Delay(done=False, seconds=1.0, then=Reset(done=False, unread=False))"


# --- The rate limit -----------------------------------------------------------------------------


def test_a_bucket_admits_its_burst_and_then_its_rate() -> None:
    bucket = TokenBucket(RateLimit(rate=2, burst=3), now=100.0)
    assert [bucket.admit(100.0) for _ in range(4)] == [True, True, True, False]
    assert not bucket.admit(100.4)
    assert bucket.admit(100.5)
    assert not bucket.admit(100.5)
    assert [bucket.admit(1000.0) for _ in range(4)] == [True, True, True, False]


@given(
    rate=st.integers(1, 50),
    burst=st.integers(1, 20),
    gaps=st.lists(st.integers(0, 64).map(lambda gap: gap / 64), min_size=1, max_size=200),
)
def test_a_bucket_never_admits_more_than_it_says(rate: int, burst: int, gaps: list[float]) -> None:
    """Over any span: the burst, and the rate times the span."""
    bucket, now, admitted = TokenBucket(RateLimit(rate=rate, burst=burst), now=0.0), 0.0, list[float]()
    for gap in gaps:
        now += gap
        if bucket.admit(now):
            admitted.append(now)
    for first in range(len(admitted)):
        for last in range(first, len(admitted)):
            assert last - first + 1 <= burst + rate * (admitted[last] - admitted[first]) + 1e-9


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    bucket = TokenBucket(RateLimit(rate=1, burst=1), now=10.0)
    assert bucket.admit(10.0)
    assert not bucket.admit(5.0)
    assert not bucket.admit(5.5)


# --- The answers of Respond -----------------------------------------------------------------------


def test_a_status_is_enough() -> None:
    answer = scripted(Respond(502), "id")
    assert answer.status == 502
    assert answer.headers == {"x-amzn-requestid": "id", "content-type": "application/json"}
    assert answer.body == b'{"message": "Bad Gateway"}'


def test_a_code_brings_its_status() -> None:
    answer = scripted(Respond(code="ServiceQuotaExceededException", message="Too many."), "id")
    assert (answer.status, answer.body) == (402, b'{"message": "Too many."}')
    assert answer.headers["x-amzn-errortype"] == "ServiceQuotaExceededException"


def test_a_code_that_nobody_knows_is_a_503_unless_told_otherwise() -> None:
    assert scripted(Respond(code="NewException"), "id").status == 503
    assert scripted(Respond(400, code="NewException"), "id").status == 400
    assert scripted(Respond(), "id").status == 503
    assert scripted(Respond(599), "id").body == b'{"message": "Unknown"}'


def test_a_code_may_stand_in_the_body() -> None:
    answer = scripted(Respond(400, code="Odd", code_in="body", message="m"), "id")
    assert "x-amzn-errortype" not in answer.headers
    assert answer.body == b'{"__type": "Odd", "message": "m"}'


@pytest.mark.parametrize(
    ("form", "content_type", "start"),
    [
        ("html", "text/html; charset=utf-8", b"<html><head><title>503 Service Unavailable</title>"),
        ("xml", "text/xml", b"<ErrorResponse><Error><Code>ServiceUnavailable</Code><Message>&lt;down&gt;"),
        ("empty", None, b""),
    ],
)
def test_errors_of_other_forms(form: Form, content_type: str | None, start: bytes) -> None:
    answer = scripted(Respond(503, form=form, message="<down>"), "id")
    assert answer.headers.get("content-type") == content_type
    assert answer.body.startswith(start)
    assert b"<down>" not in answer.body


@pytest.mark.parametrize("body", ["no JSON \u00e9", "no JSON \u00e9".encode()])
def test_a_body_of_ones_own_is_sent_as_it_is(body: str | bytes) -> None:
    assert scripted(Respond(200, body=body), "id").body == "no JSON \u00e9".encode()


def test_a_success_that_says_nothing() -> None:
    assert scripted(Respond(200), "id").body == b"{}"
    assert success_without_content("id").body.replace(b" ", b"") == b"{}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2, "2"),
        (0.5, "0.5"),
        ("soon", "soon"),
        (datetime(2026, 3, 1, 12, 0, tzinfo=UTC), "Sun, 01 Mar 2026 12:00:00 GMT"),
    ],
)
def test_when_to_come_again(value: float | str | datetime, text: str) -> None:
    assert scripted(throttled(value), "id").headers["retry-after"] == text
    assert scripted(throttled(), "id").headers.keys().isdisjoint({"retry-after", "x-amz-retry-after"})


def test_when_to_come_again_in_milliseconds() -> None:
    assert scripted(Respond(429, retry_after_ms=1500), "id").headers["x-amz-retry-after"] == "1500"


def test_a_throttle_is_the_services_own() -> None:
    answer = scripted(throttled(), "id")
    assert (answer.status, answer.headers["x-amzn-errortype"]) == (429, "CallRateLimitExceededException")


def test_a_redirect_says_where_to() -> None:
    answer = scripted(redirect("http://elsewhere/"), "id")
    assert (answer.status, answer.headers["location"], answer.body) == (307, "http://elsewhere/", b"")


def test_headers_of_ones_own_win() -> None:
    answer = scripted(Respond(500, headers={"X-Amzn-RequestId": "mine", "Via": "proxy"}), "id")
    assert answer.headers["x-amzn-requestid"] == "mine"
    assert answer.headers["via"] == "proxy"


def test_the_front_door_is_sorted_and_complete() -> None:
    import aio_workflows.emulator as front_door

    names = front_door.__all__
    assert all(first < second for first, second in pairwise(names))
    assert all(getattr(front_door, name).__name__ in (name, "FaultScript") for name in names)
    assert set(names) <= set(dir(front_door))
    with pytest.raises(AttributeError, match="nonsense"):
        _ = front_door.nonsense
