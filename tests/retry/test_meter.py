"""What two throttled calls tell of the rate that a service admits."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aio_workflows.retry.meter import Meter
from bench.limits import Bucket, Limit, Phase


def test_one_throttle_tells_nothing() -> None:
    meter = Meter()
    for number in range(10):
        meter.admitted(number / 10)
    assert meter.throttled(1.0) == (0.0, inf, 0.0)


@given(rate=st.floats(0.5, 500.0), burst=st.integers(2, 50), faster=st.floats(1.2, 10.0))
def test_the_rate_lies_within_the_bounds(rate: float, burst: int, faster: float) -> None:
    """Of a service that is called faster than it admits, by any factor: at each throttle.

    A burst of one is not enough, for then the service has nowhere to keep what one call leaves.
    """
    meter, bucket = Meter(), Bucket(Limit(burst=burst, phases=(Phase(rate=rate),)))
    for number in range(300):
        now = number / (rate * faster)
        if bucket.admit(now):
            meter.admitted(now)
        else:
            bounds = meter.throttled(now)
            assert bounds.low <= rate * 1.000001
            assert bounds.high >= rate * 0.999999


def test_the_bounds_become_tighter_with_time() -> None:
    meter, bucket = Meter(), Bucket(Limit(burst=5, phases=(Phase(rate=20),)))
    widths = list[float]()
    for number in range(400):
        now = number / 22
        if bucket.admit(now):
            meter.admitted(now)
        else:
            bounds = meter.throttled(now)
            widths.append(bounds.high - bounds.low)
    assert widths[-1] < 1
    assert widths[-1] < widths[1] < widths[0]


def test_the_most_that_was_surely_admitted_is_remembered() -> None:
    """A later, lower bound does not hide it."""
    meter = Meter()
    meter.throttled(0.0)
    for number in range(1, 100):
        meter.admitted(number / 50)
    first = meter.throttled(2.0)
    later = meter.throttled(4.0)
    assert first.low == pytest.approx(98 / 2)
    assert later.floor == first.low


def test_what_is_forgotten_bounds_nothing() -> None:
    meter = Meter()
    for second in range(4):
        meter.throttled(float(second))
    meter.forget(all_but=1)
    assert meter.throttled(10.0).high == pytest.approx(1 / 7)
    meter.forget()
    assert meter.throttled(11.0) == (0.0, inf, 0.0)


def test_the_speed_is_that_of_late() -> None:
    meter = Meter()
    assert meter.speed() is None
    for number in range(50):
        meter.admitted(float(number))
    for number in range(1, 101):
        meter.admitted(49 + number / 30)
    assert meter.speed() == pytest.approx(30)
