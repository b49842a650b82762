"""What two throttles tell of the rate in between."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aio_workflows.retry.meter import Meter
from bench.limits import Bucket, Limit, Phase


def test_one_throttle_bounds_nothing() -> None:
    meter = Meter()
    meter.admitted(1.0)
    assert meter.throttled(2.0) == (0.0, inf, 0.0)


def test_what_was_admitted_between_two_throttles_is_the_rate_to_within_a_call() -> None:
    """Ten calls in two seconds. The third bound is the tightest of those that the first two give."""
    meter = Meter()
    meter.throttled(10.0)
    for number in range(10):
        meter.admitted(10.1 + number / 5)
    assert meter.throttled(12.0) == pytest.approx((4.5, 5.5, 0.0))
    meter.admitted(12.1)
    assert meter.throttled(13.0) == pytest.approx((10 / 3, 2.0, 4.5))


@given(rate=st.floats(0.5, 500.0), pace=st.floats(1.05, 3.0), burst=st.integers(3, 30))
def test_the_rate_of_a_bucket_is_within_the_bounds(rate: float, pace: float, burst: int) -> None:
    """Calls that come faster than a token bucket fills: at each throttle there is less than a token left.

    A bucket for one call alone would overflow in between, and admit less than its rate.
    """
    meter, now = Meter(), 100.0
    bucket = Bucket(Limit(burst=burst, phases=(Phase(rate=rate),)))
    bounds = []
    for _ in range(200):
        now += 1 / (rate * pace)
        if bucket.admit(now):
            meter.admitted(now)
        else:
            bounds.append(meter.throttled(now))
    assert all(low <= rate * 1.000001 and high >= rate * 0.999999 for low, high, _ in bounds)
    assert all(floor <= rate * 1.000001 for _, _, floor in bounds)


def test_what_was_forgotten_bounds_nothing() -> None:
    """All throttles, or all but the last ones."""
    meter = Meter()
    for empty in (10.0, 11.0, 12.0):
        meter.throttled(empty)
    meter.forget(all_but=1)
    meter.admitted(12.5)
    assert meter.throttled(14.0) == pytest.approx((0.0, 1.0, 0.0))
    meter.forget()
    assert meter.throttled(15.0) == (0.0, inf, 0.0)


def test_the_speed_of_late() -> None:
    """Of the last calls; none while there are too few."""
    meter = Meter()
    assert meter.speed() is None
    meter.admitted(1.0)
    assert meter.speed() is None
    for number in range(100):
        meter.admitted(2.0 + number / 8)
    assert meter.speed() == pytest.approx(8.0)
