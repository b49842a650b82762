"""The pace by itself: what it makes of the times at which calls were admitted and throttled."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aio_workflows.retry.pace import FIRST_PACE, SLOWEST_PACE, Pace
from bench.limits import Bucket, Limit, Phase

ROUND_TRIP = 0.01  # seconds
FREE_CALLS = 1_000.0  # a second, while no limit is known


class Clock:
    """Sends calls one after the other as fast as the pace says, and tells it what became of them."""

    def __init__(self, pace: Pace, now: float = 1_000.0) -> None:
        self.pace = pace
        self.now = now

    def admitted(self, calls: int = 1, *, every: float | None = None, was_paced: bool = True) -> None:
        for _ in range(calls):
            self._pass_by(every)
            self.pace.admitted(self.now, self.now, was_paced=was_paced)

    def ask(self, service: Bucket, *, calls: int) -> None:
        """Send calls to a service, and tell the pace what it says."""
        for _ in range(calls):
            self._pass_by(None)
            if service.admit(self.now):
                self.pace.admitted(self.now, self.now, was_paced=True)
            else:
                self.pace.throttled(self.now, self.now)

    def throttled(self, *, every: float | None = None) -> None:
        self._pass_by(every)
        self.pace.throttled(self.now, self.now + ROUND_TRIP)
        self.now += ROUND_TRIP

    def _pass_by(self, seconds: float | None) -> None:
        self.now += 1 / (self.pace.rate or FREE_CALLS) if seconds is None else seconds


def rate_of(pace: Pace) -> float:
    assert pace.rate is not None
    return pace.rate


def limit(rate: float, *, burst: float = 20.0) -> Bucket:
    return Bucket(Limit(burst=burst, phases=(Phase(rate=rate),)))


def settled(rate: float = 20.0) -> Clock:
    """A pace that has held a limit for a while, at the begin of a hold."""
    clock = Clock(Pace())
    service = limit(rate)
    clock.ask(service, calls=400)
    before = 0.0
    while rate_of(clock.pace) >= before:  # to the end of a probe
        before = rate_of(clock.pace)
        clock.ask(service, calls=1)
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


def test_throttles_by_chance_change_nothing() -> None:
    """One call in ten, for a thousand calls: all go on as freely as before."""
    clock = Clock(Pace())
    for _ in range(100):
        clock.admitted(9)
        clock.throttled()
    assert clock.pace.rate is None
    assert clock.pace.window > 800
    assert clock.pace.throttles == 100


def test_after_two_throttles_in_a_row_one_call_goes_at_a_time() -> None:
    """Until one is admitted: it is soon known whether there is a limit."""
    clock = Clock(Pace())
    clock.admitted(80)
    free = clock.pace.window
    clock.throttled()
    assert clock.pace.window == free
    clock.throttled()
    assert clock.pace.window == 1
    clock.admitted()
    assert clock.pace.window > free


def test_four_throttles_in_a_row_are_a_limit() -> None:
    """The search begins with the first pace, or with what was admitted of late if that is less."""
    rates = list[float]()
    for speed in (30, 3_000):
        clock = Clock(Pace())
        clock.admitted(40, every=1 / speed)
        for _ in range(3):
            clock.throttled(every=0.001)
            assert clock.pace.rate is None
        clock.throttled(every=0.001)
        rates.append(rate_of(clock.pace))
    assert rates[0] == pytest.approx(30)
    assert 30 < rates[1] <= FIRST_PACE


def test_more_throttles_than_chance_has_are_a_limit() -> None:
    """Every third call, though never two in a row."""
    clock = Clock(Pace())
    for _ in range(7):
        clock.admitted(2)
        clock.throttled()
    assert clock.pace.rate is not None


# --- The search -------------------------------------------------------------------------------------


def test_the_pace_falls_while_nothing_is_admitted() -> None:
    """The time between calls about doubles, so a service that admits five a second is found in few calls."""
    clock = Clock(Pace())
    for _ in range(4):
        clock.throttled()
    rates = [rate_of(clock.pace)]
    for _ in range(6):
        clock.throttled()
        rates.append(rate_of(clock.pace))
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < 5
    assert all(after >= before / 4 for before, after in pairwise(rates))


def test_the_pace_grows_with_each_success_of_the_search() -> None:
    """By a tenth. Calls that do not test the pace do not raise it."""
    clock = Clock(Pace())
    for _ in range(6):
        clock.throttled()
    clock.admitted(5)  # makes good what the throttles had told
    rate = rate_of(clock.pace)
    clock.admitted(10, every=5.0, was_paced=False)
    assert clock.pace.rate == rate
    clock.admitted(20)
    assert rate_of(clock.pace) > 2 * rate


# --- Hold and probe ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [2.0, 5.0, 20.0, 50.0, 200.0])
def test_a_limit_is_held_from_below_and_probed(rate: float) -> None:
    """What is admitted is what the service can admit; one call in twenty is throttled, or fewer."""
    clock = Clock(Pace())
    bucket = limit(rate)
    clock.ask(bucket, calls=300)
    began, throttles = clock.now, clock.pace.throttles
    clock.ask(bucket, calls=1_000)
    throttles = clock.pace.throttles - throttles
    assert (1_000 - throttles) / (clock.now - began) >= 0.97 * rate
    assert throttles <= 50


def test_the_hold_lies_close_to_the_limit() -> None:
    assert 0.94 * 20 <= rate_of(settled(20.0).pace) < 1.03 * 20


def test_the_pace_is_held_and_then_grows_faster_and_faster() -> None:
    """After 2.5 seconds and thirty calls, here fifty; within a dozen steps it is five times as high."""
    clock = settled(20.0)
    rate = rate_of(clock.pace)
    clock.admitted(45)
    assert clock.pace.rate == rate
    rates = []
    for _ in range(20):
        clock.admitted()
        rates.append(rate_of(clock.pace))
    steps = [after - before for before, after in pairwise(rates)]
    assert steps == sorted(steps)
    assert rates[-1] > 5 * rate


def test_a_higher_limit_is_found_by_the_next_probe() -> None:
    clock = settled(20.0)
    began = clock.now
    higher = limit(100.0)
    while rate_of(clock.pace) < 60:
        clock.ask(higher, calls=1)
    assert clock.now - began < 6


def test_a_lower_limit_is_found_within_seconds() -> None:
    clock = settled(50.0)
    began = clock.now
    lower = limit(10.0, burst=1.5)
    while rate_of(clock.pace) > 11:
        clock.ask(lower, calls=1)
    assert clock.now - began < 6


def test_throttles_of_calls_that_were_under_way_change_nothing() -> None:
    """They went before the pace was changed."""
    clock = settled()
    rate, throttles, sent_at = clock.pace.rate, clock.pace.throttles, clock.now - ROUND_TRIP
    for number in range(5):
        clock.pace.throttled(sent_at - number * 0.001, clock.now + 0.005)
    assert clock.pace.rate == rate
    assert clock.pace.throttles == throttles + 5


def test_throttles_below_a_rate_that_was_just_admitted_have_another_cause() -> None:
    """Chance, or another client: the pace leaves a part to others, and does not fall from throttle to throttle."""
    clock = settled(50.0)
    lowest = rate_of(clock.pace)
    for _ in range(20):
        clock.admitted(40)
        clock.throttled()
        lowest = min(lowest, rate_of(clock.pace))
    assert 0.7 * 50 < lowest < 0.95 * 50


def test_a_pause_holds_growth_up() -> None:
    """And what was throttled before it bounds nothing."""
    clock = settled()
    rate = clock.pace.rate
    clock.admitted(45)
    clock.now += 3600
    clock.pace.idled(clock.now)
    clock.admitted(45)
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
    throttles = sum(count for event, count in events if event == "throttled")
    assert pace.throttles == throttles
    if ceiling is None and not throttles:
        assert pace.rate is None


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
