"""The pace by itself: what it makes of the times at which calls were admitted and throttled."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aio_workflows.retry.pace import FIRST_PACE, SLOWEST_PACE, Pace

ROUND_TRIP = 0.01  # seconds
RATES = st.floats(0.5, 500.0)


class Clock:
    """Sends calls one after the other as fast as the pace says, and tells it what became of them."""

    def __init__(self, pace: Pace, now: float = 1_000.0) -> None:
        self.pace = pace
        self.now = now

    def admitted(self, calls: int = 1, *, every: float | None = None, was_paced: bool = True) -> None:
        for _ in range(calls):
            self._pass_by(every)
            self.pace.admitted(self.now, was_paced=was_paced)

    def throttled(self, *, every: float | None = None) -> None:
        self._pass_by(every)
        self.pace.throttled(self.now, self.now + ROUND_TRIP)
        self.now += ROUND_TRIP

    def _pass_by(self, seconds: float | None) -> None:
        self.now += 1 / (self.pace.rate or FIRST_PACE) if seconds is None else seconds


def rate_of(pace: Pace) -> float:
    assert pace.rate is not None
    return pace.rate


def settled(rate: float = 20.0) -> Clock:
    """A pace that two throttles with many admitted calls in between have brought near a rate."""
    clock = Clock(Pace())
    clock.admitted(40, every=1 / rate)
    clock.throttled(every=1 / rate)
    clock.admitted(20, every=1 / rate)
    clock.throttled(every=1 / rate)
    return clock


# --- Before the first throttle ----------------------------------------------------------------------


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


def test_the_first_throttle_keeps_the_speed() -> None:
    """It may be chance: calls go on as fast as they went, one in flight at first."""
    clock = Clock(Pace())
    clock.admitted(40, every=1 / 30)
    clock.throttled(every=1 / 30)
    assert clock.pace.rate == pytest.approx(30)
    assert clock.pace.window == 1
    assert clock.pace.throttles == 1
    clock.admitted(3)
    assert clock.pace.window == 4


def test_a_throttle_before_anything_was_admitted_begins_with_the_first_pace() -> None:
    clock = Clock(Pace())
    clock.throttled()
    assert clock.pace.rate == FIRST_PACE


# --- The search -------------------------------------------------------------------------------------


def test_the_pace_falls_while_nothing_is_admitted() -> None:
    """The time between calls doubles, so a service that admits five a second is found in few calls."""
    clock = Clock(Pace())
    clock.throttled()
    rates = [rate_of(clock.pace)]
    for _ in range(6):
        clock.throttled()
        rates.append(rate_of(clock.pace))
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < 5
    assert all(after >= before / 4 for before, after in pairwise(rates))


def test_the_pace_grows_with_each_success_of_the_search() -> None:
    """By a tenth, so that a throttle by chance is soon made good."""
    clock = Clock(Pace())
    clock.admitted(40, every=1 / 30)
    clock.throttled(every=1 / 30)
    clock.admitted(10)
    assert clock.pace.rate == pytest.approx(30 * 1.1**10)


def test_calls_that_do_not_test_the_pace_do_not_raise_it() -> None:
    clock = Clock(Pace())
    clock.admitted(40, every=1 / 30)
    clock.throttled(every=1 / 30)
    clock.admitted(100, every=5.0, was_paced=False)
    assert clock.pace.rate == pytest.approx(30)
    assert clock.pace.window == 1


# --- The bound from two throttles -------------------------------------------------------------------


@given(rate=RATES, between=st.integers(2, 60))
def test_two_throttles_tell_the_rate(rate: float, between: int) -> None:
    """Never below what was admitted in between, and above it by one call at most."""
    clock = Clock(Pace())
    clock.admitted(40, every=0.9 / rate)
    clock.throttled(every=0.0)
    first = clock.now - ROUND_TRIP
    clock.admitted(between, every=1 / rate)
    clock.throttled(every=1 / rate)
    seconds = clock.now - ROUND_TRIP - first
    assert rate_of(clock.pace) <= max((between + 1) / seconds, SLOWEST_PACE) * 1.000001
    assert rate_of(clock.pace) >= min((between - 1) / seconds, rate) * 0.999999


def test_the_bound_becomes_tighter_with_time() -> None:
    """The rate is 20: each throttle leaves the pace above it, by less and less."""
    clock = settled()
    rates = [rate_of(clock.pace)]
    for _ in range(4):
        clock.admitted(60, every=1 / 20)
        clock.throttled(every=1 / 20)
        rates.append(rate_of(clock.pace))
    assert all(rate >= 20 * 0.98 for rate in rates)
    assert rates[-1] <= 20 * 1.02


def test_throttles_of_calls_that_were_under_way_change_nothing() -> None:
    """They went before the pace was changed."""
    clock = settled()
    rate, sent_at = clock.pace.rate, clock.now - ROUND_TRIP
    for number in range(5):
        clock.pace.throttled(sent_at + number * 0.001, clock.now + 0.005)
    assert clock.pace.rate == rate
    assert clock.pace.throttles == 2 + 5


# --- Growth -----------------------------------------------------------------------------------------


def test_the_pace_is_held_and_then_grows_faster_and_faster() -> None:
    """Seventy admitted calls after the throttle; after a hundred it has doubled."""
    clock = settled()
    rate = rate_of(clock.pace)
    clock.admitted(70)
    assert clock.pace.rate == rate
    rates = [rate]
    for _ in range(30):
        clock.admitted()
        rates.append(rate_of(clock.pace))
    steps = [after - before for before, after in pairwise(rates)]
    assert steps == sorted(steps)
    assert rates[-1] == pytest.approx(2 * rate)


def test_a_pace_that_had_grown_is_cut_by_a_quarter_at_most() -> None:
    """The service may have had calls to spare for a while, which makes the bound too low."""
    clock = settled()
    clock.admitted(90)
    grown = rate_of(clock.pace)
    clock.throttled()
    assert 0.75 * grown <= rate_of(clock.pace) < grown


def test_a_throttle_below_a_rate_that_was_just_admitted_is_chance() -> None:
    """A burst of throttles without a reason does not bring the pace to its knees."""
    clock = settled(50.0)
    for _ in range(5):
        clock.admitted(40)
        clock.throttled()
    assert rate_of(clock.pace) >= 0.85 * 50


def test_after_a_pause_the_throttles_before_it_bound_nothing() -> None:
    """Few calls went in between, though the service would have admitted more."""
    paused, busy = settled(50.0), settled(50.0)
    rate = paused.pace.rate
    paused.pace.idled()
    for clock in (paused, busy):
        clock.now += 60
        clock.admitted(5)
        clock.throttled()
    assert paused.pace.rate == rate
    assert rate_of(busy.pace) < rate_of(paused.pace)


def test_a_pause_holds_growth_up() -> None:
    clock = settled()
    rate = clock.pace.rate
    clock.admitted(60)
    clock.pace.idled()
    clock.admitted(60)
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
                    pace.idled()
            if pace.rate is not None:
                slowest = SLOWEST_PACE if ceiling is None else min(SLOWEST_PACE, ceiling)
                assert slowest <= pace.rate
                assert ceiling is None or pace.rate <= ceiling
            assert pace.window >= 1
    throttles = sum(count for event, count in events if event == "throttled")
    assert pace.throttles == throttles
    if ceiling is None:
        assert (pace.rate is None) == (throttles == 0)


def test_a_ceiling_is_the_pace_to_begin_with() -> None:
    """Many calls may be in flight: the rate bounds them."""
    pace = Pace(7.0)
    assert (pace.rate, pace.window) == (7.0, float("inf"))
    Clock(pace).admitted(500)
    assert pace.rate == 7.0


def test_a_service_that_throttles_everything_is_asked_at_the_slowest_pace() -> None:
    clock = Clock(Pace())
    for _ in range(40):
        clock.throttled()
    assert clock.pace.rate == SLOWEST_PACE
