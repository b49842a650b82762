"""The waits between attempts, and the numbers that a user may choose for them."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aio_workflows.errors import ConfigurationError
from aio_workflows.retry.backoff import full_jitter, wait_before_next
from aio_workflows.retry.policy import RetryPolicy

DRAWS = st.floats(0, 1, exclude_max=True)
POLICIES = st.builds(
    lambda base, factor: RetryPolicy(base_delay=base, max_delay=base * factor),
    st.floats(1e-3, 1e3),
    st.floats(1, 1e6),
)


def always(draw: float) -> Callable[[], float]:
    return lambda: draw


@given(st.integers(1, 10_000), POLICIES, DRAWS)
def test_full_jitter_stays_under_its_ceiling(attempt: int, policy: RetryPolicy, draw: float) -> None:
    """Between 0 and the doubling ceiling, which itself never passes the maximum."""
    wait = full_jitter(attempt, policy, always(draw))
    assert 0 <= wait <= policy.max_delay
    assert wait <= policy.base_delay * 2.0 ** min(attempt - 1, 1000)


@pytest.mark.parametrize(
    ("attempt", "ceiling"),
    [(1, 0.5), (2, 1), (3, 2), (4, 4), (5, 8), (6, 16), (7, 20), (8, 20), (10_000, 20)],
)
def test_the_ceiling_doubles_up_to_the_maximum(attempt: int, ceiling: float) -> None:
    """Half of the draw is half of the ceiling, and a draw of 0 is no wait at all."""
    assert full_jitter(attempt, RetryPolicy(), always(0.5)) == ceiling / 2
    assert full_jitter(attempt, RetryPolicy(), always(0.0)) == 0


@given(st.integers(1, 50), st.floats(0, 1e6), POLICIES, DRAWS)
def test_what_the_service_asks_for_is_a_lower_bound(
    attempt: int, asked: float, policy: RetryPolicy, draw: float
) -> None:
    """Never earlier, and at most the jitter later."""
    wait = wait_before_next(attempt, asked, policy, always(draw))
    assert wait >= asked
    assert wait <= max(asked + policy.base_delay, policy.max_delay)


@given(st.integers(1, 50), POLICIES, DRAWS)
def test_without_a_wish_of_the_service_the_jitter_counts(
    attempt: int, policy: RetryPolicy, draw: float
) -> None:
    """None is no lower bound."""
    random = always(draw)
    assert wait_before_next(attempt, None, policy, random) == full_jitter(attempt, policy, random)


def test_callers_that_were_asked_for_the_same_wait_spread() -> None:
    """The wish of the service has a jitter on top, or all would come back at once."""
    waits = {wait_before_next(1, 30.0, RetryPolicy(), always(draw / 10)) for draw in range(10)}
    assert len(waits) == 10


@pytest.mark.parametrize(
    "numbers",
    [
        {"max_attempts": 0},
        {"max_attempts": -1},
        {"base_delay": 0},
        {"base_delay": -1},
        {"base_delay": math.nan},
        {"base_delay": 21},
        {"max_delay": 0},
        {"max_delay": 0.4},
        {"max_delay": math.nan},
        {"max_delay": math.inf},
        {"base_delay": math.inf, "max_delay": math.inf},
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(numbers: dict[str, Any]) -> None:
    """When it is made, not when the first call fails."""
    with pytest.raises(ConfigurationError, match=next(iter(numbers))):
        RetryPolicy(**numbers)


def test_the_defaults_outlive_a_throttle() -> None:
    """The ceilings of all waits add up to most of a minute or more, as the docstring promises."""
    policy = RetryPolicy()
    waits = [full_jitter(attempt, policy, always(0.5)) for attempt in range(1, policy.max_attempts)]
    assert 40 < sum(waits) < 120


def test_one_attempt_and_equal_delays_are_a_policy() -> None:
    """The limits themselves are allowed."""
    assert RetryPolicy(max_attempts=1, base_delay=1, max_delay=1).max_attempts == 1
