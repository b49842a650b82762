"""How long to wait before the next attempt: full jitter, and what the service asks for. Pure."""

from __future__ import annotations

from collections.abc import Callable

from aio_workflows.retry.policy import RetryPolicy

Random = Callable[[], float]
"""Gives numbers from 0 up to 1, as :func:`random.random` does."""


def full_jitter(attempt: int, policy: RetryPolicy, random: Random) -> float:
    """The wait after attempt number ``attempt`` (from 1), in seconds; none for 0.

    Drawn between 0 and a ceiling that doubles with each attempt, so that callers which failed
    together do not come back together.
    """
    # The exponent is bounded, as the ceiling long is by then.
    ceiling = min(policy.max_delay, policy.base_delay * 2.0 ** min(attempt - 1, 60)) if attempt > 0 else 0.0
    return random() * ceiling


def wait_before_next(attempt: int, retry_after: float | None, policy: RetryPolicy, random: Random) -> float:
    """The wait after attempt number ``attempt`` in seconds, never below ``retry_after``.

    What the service asks for gets a jitter of its own: it asks all its callers for the same.
    """
    wait = full_jitter(attempt, policy, random)
    if retry_after is None or wait >= retry_after:
        return wait
    return retry_after + random() * policy.base_delay
