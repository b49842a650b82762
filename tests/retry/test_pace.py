"""The pace by itself: what it makes of the times at which calls were admitted and throttled."""

from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aio_workflows.retry.pace import SLOWEST_PACE, Pace
from bench.limits import Bucket, Limit, Phase

ROUND_TRIP = 0.001  # seconds
FREELY = 1_000.0  # calls a second while no pace is known


class Clock:
    """Sends calls one after the other as fast as the pace says, and tells it what became of them."""

    def __init__(self, pace: Pace, now: float = 1_000.0) -> None:
        self.pace = pace
        self.now = now

    def admitted(self, calls: int = 1, *, every: float | None = None, was_paced: bool = True) -> None:
        for _ in range(calls):
            self._pass_by(every)
            self.pace.admitted(self.now, self.now, was_paced=was_paced)

    def throttled(self, calls: int = 1, *, every: float | None = None) -> None:
        for _ in range(calls):
            self._pass_by(every)
            self.pace.throttled(self.now, self.now + ROUND_TRIP)
            self.now += ROUND_TRIP

    def ask(self, bucket: Bucket, calls: int) -> int:
        """Calls to a service with a limit; how many of them were throttled."""
        before = self.pace.throttles
        for _ in range(calls):
            self._pass_by(None)
            if bucket.admit(self.now):
                self.pace.admitted(self.now, self.now, was_paced=True)
            else:
                self.throttled(every=0.0)
        return self.pace.throttles - before

    def ask_until_throttled(self, bucket: Bucket) -> None:
        if not any(self.ask(bucket, 1) for _ in range(1_000)):
            raise AssertionError("a thousand calls were not throttled")

    def _pass_by(self, seconds: float | None) -> None:
        self.now += 1 / (self.pace.rate or FREELY) if seconds is None else seconds


def rate_of(pace: Pace) -> float:
    assert pace.rate is not None
    return pace.rate


def searching(speed: float = 30.0) -> Clock:
    """A pace that was throttled four times in a row, after calls at a speed."""
    clock = Clock(Pace())
    clock.admitted(40, every=1 / speed)
    clock.throttled(4, every=1 / speed)
    return clock


def settled(rate: float = 20.0, bucket: Bucket | None = None) -> Clock:
    """A pace that knows what a service admits, at the begin of a hold."""
    clock, bucket = Clock(Pace()), bucket or service_of(rate)
    clock.ask(bucket, 500)
    clock.ask_until_throttled(bucket)
    return clock


def service_of(rate: float) -> Bucket:
    return Bucket(Limit(burst=5, phases=(Phase(rate=rate),)))


# --- While no limit is known ------------------------------------------------------------------------


def test_nothing_is_known_at_first() -> None:
    """No rate, and two calls in flight; the window opens by one for each eight admitted, then fast."""
    clock = Clock(Pace())
    windows = [clock.pace.window]
    for _ in range(6):
        clock.admitted(8)
        windows.append(clock.pace.window)
    clock.admitted(50)
    assert clock.pace.rate is None
    assert windows == [2, 3, 4, 5, 6, 7, 8]
    assert clock.pace.window == 2 + 50


@pytest.mark.parametrize("every", [6, 20, 100])
def test_throttles_by_chance_change_nothing(every: int) -> None:
    """Up to one call in six, and two in a row now and then."""
    clock = Clock(Pace())
    for number in range(200):
        clock.admitted(every)
        clock.throttled(2 if every > 10 and number % 10 == 0 else 1)
    assert clock.pace.rate is None
    assert clock.pace.window > every


def test_four_throttles_in_a_row_begin_the_search() -> None:
    """Not faster than the calls went, one in flight until one succeeds."""
    clock = Clock(Pace())
    clock.admitted(40, every=1 / 30)
    clock.throttled(3, every=1 / 30)
    assert clock.pace.rate is None
    assert clock.pace.window == 1
    clock.throttled(every=1 / 30)
    assert SLOWEST_PACE < rate_of(clock.pace) <= 30.000001
    assert clock.pace.window == 1
    clock.admitted()
    assert clock.pace.window == inf


def test_so_do_more_throttles_than_chance_has() -> None:
    clock = Clock(Pace())
    clock.admitted(40)
    for _ in range(10):
        clock.admitted(2)
        clock.throttled()
    assert clock.pace.rate is not None


# --- The search -------------------------------------------------------------------------------------


def test_a_service_that_throttles_everything_is_asked_at_the_slowest_pace() -> None:
    """Each throttle makes the pace slower or leaves it, and a slow service is found in a few calls."""
    clock = Clock(Pace())
    clock.throttled(4)
    rates = [rate_of(clock.pace)]
    for _ in range(40):
        clock.throttled()
        rates.append(rate_of(clock.pace))
    assert rates == sorted(rates, reverse=True)
    assert rates[8] < 5
    assert rates[-1] == SLOWEST_PACE


def test_the_pace_grows_with_each_success_of_the_search() -> None:
    """By a tenth, so that a search that began for nothing is soon made good."""
    clock = searching()
    rate = rate_of(clock.pace)
    clock.admitted(10)
    assert clock.pace.rate == pytest.approx(rate * 1.1**10)


def test_calls_that_do_not_test_the_pace_do_not_raise_it() -> None:
    clock = searching()
    rate = clock.pace.rate
    clock.admitted(100, every=5.0, was_paced=False)
    assert clock.pace.rate == rate


@given(rate=st.floats(2.0, 500.0), burst=st.integers(3, 50))
def test_the_rate_of_any_service_is_found(rate: float, burst: int) -> None:
    """Within some hundred calls, to within a tenth."""
    clock, bucket = Clock(Pace()), Bucket(Limit(burst=burst, phases=(Phase(rate=rate),)))
    clock.ask(bucket, 600)
    began = clock.now
    throttled = clock.ask(bucket, 400)
    assert (400 - throttled) / (clock.now - began) >= 0.9 * rate
    assert throttled <= 400 * 0.08


# --- Hold and probe ---------------------------------------------------------------------------------


def test_the_pace_is_held_just_below_the_limit() -> None:
    """For two seconds and thirty calls at least."""
    clock = settled()
    rate = rate_of(clock.pace)
    assert 0.93 * 20 <= rate <= 1.02 * 20
    clock.admitted(30)
    assert clock.pace.rate == rate


def test_a_fast_pace_is_held_for_sixty_calls() -> None:
    clock = settled(200.0)
    rate = clock.pace.rate
    clock.admitted(60)
    assert clock.pace.rate == rate
    clock.admitted(2)
    assert rate_of(clock.pace) > rate_of(settled(200.0).pace)


def test_then_it_grows_faster_and_faster() -> None:
    """A limit that is five times as high is reached in some twenty calls."""
    clock = settled()
    rate = rate_of(clock.pace)
    clock.admitted(45)
    rates = [rate_of(clock.pace)]
    for _ in range(20):
        clock.admitted()
        rates.append(rate_of(clock.pace))
    steps = [after - before for before, after in pairwise(rates[:6])]
    assert steps == sorted(steps)
    assert all(step > 0 for step in steps)
    assert rates[-1] > 5 * rate


def test_a_probe_that_finds_nothing_ends_where_it_began() -> None:
    bucket = service_of(20.0)
    clock = settled(bucket=bucket)
    rate = rate_of(clock.pace)
    for _ in range(5):
        clock.ask_until_throttled(bucket)
        assert rate_of(clock.pace) == pytest.approx(rate, rel=0.05)


def test_a_higher_limit_is_found() -> None:
    clock = settled(10.0)
    clock.ask(service_of(50), 300)
    assert rate_of(clock.pace) >= 0.9 * 50


def test_a_lower_limit_is_found() -> None:
    clock = settled(50.0)
    throttled = clock.ask(service_of(10), 60)
    assert rate_of(clock.pace) <= 1.3 * 10
    assert throttled <= 12


def test_a_throttle_in_the_hold_has_another_cause() -> None:
    """It went below what was surely admitted: the pace stays. Several in a row make the limit doubtful."""
    clock = settled(50.0)
    rate = rate_of(clock.pace)
    clock.admitted(10)
    clock.throttled()
    assert clock.pace.rate == rate
    clock.throttled(4)
    assert rate_of(clock.pace) < 0.9 * rate


def test_where_others_call_too_the_next_hold_leaves_them_a_part() -> None:
    """A throttle in the hold tells of them. A throttle alone does not end the probe after that."""
    clock = settled(50.0)
    rate = rate_of(clock.pace)
    clock.admitted(30)
    clock.throttled()
    clock.admitted(70)  # the hold ends after two seconds
    clock.throttled()
    assert rate_of(clock.pace) <= 0.9 * rate
    clock.admitted(90)
    probed = clock.pace.rate
    clock.throttled()
    assert clock.pace.rate == probed
    clock.throttled()
    assert rate_of(clock.pace) < rate_of(settled(50.0).pace) * 1.2


def test_the_hold_of_a_slow_client_ends_after_some_seconds() -> None:
    """At two calls a second thirty calls would be a quarter of a minute."""
    clock = settled(2.0)
    rate = rate_of(clock.pace)
    clock.admitted(14)
    assert clock.pace.rate == rate
    clock.admitted(4)
    assert rate_of(clock.pace) > rate


def test_throttles_of_calls_that_were_under_way_change_nothing() -> None:
    """They went before the pace was changed, or were passed by others."""
    clock = settled()
    rate, sent_at, throttles = clock.pace.rate, clock.now - ROUND_TRIP, clock.pace.throttles
    for number in range(5):
        clock.pace.throttled(sent_at + number * ROUND_TRIP / 10, clock.now + 0.005)
    assert clock.pace.rate == rate
    assert clock.pace.throttles == throttles + 5


def test_after_a_pause_the_throttles_before_it_bound_nothing() -> None:
    """Few calls went in between, though the service would have admitted more."""
    clock = settled(50.0)
    rate = clock.pace.rate
    clock.now += 60
    clock.pace.idled(clock.now)
    clock.admitted(5)
    clock.throttled()
    assert clock.pace.rate == rate


def test_a_pause_begins_the_hold_anew() -> None:
    clock = settled()
    rate = clock.pace.rate
    clock.admitted(25)
    clock.pace.idled(clock.now)
    clock.admitted(25)
    assert clock.pace.rate == rate


# --- Bounds -----------------------------------------------------------------------------------------

EVENTS = st.lists(st.tuples(st.sampled_from(["admitted", "throttled", "idled"]), st.integers(1, 120)))


@given(events=EVENTS, ceiling=st.none() | st.floats(0.01, 1000.0))
def test_the_pace_stays_within_its_bounds(events: list[tuple[str, int]], ceiling: float | None) -> None:
    """Whatever happens: never above the ceiling, and never so slow that a recovery would go unnoticed."""
    pace = Pace(ceiling)
    clock = Clock(pace)
    for event, count in events:
        for _ in range(count):
            match event:
                case "admitted":
                    clock.admitted()
                case "throttled":
                    clock.throttled()
                case _:
                    pace.idled(clock.now)
            if pace.rate is not None:
                slowest = SLOWEST_PACE if ceiling is None else min(SLOWEST_PACE, ceiling)
                assert slowest <= pace.rate
                assert ceiling is None or pace.rate <= ceiling
            assert pace.window >= 1
    assert pace.throttles == sum(count for event, count in events if event == "throttled")
    if pace.throttles < 4:
        assert pace.rate == ceiling


def test_a_ceiling_is_the_pace_to_begin_with() -> None:
    """Many calls may be in flight: the rate bounds them."""
    pace = Pace(7.0)
    assert (pace.rate, pace.window) == (7.0, inf)
    Clock(pace).admitted(500)
    assert pace.rate == 7.0
