"""The settings of retrying that a user may choose, and what every time limit has to be."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any, Final

from attrs import field, frozen

from aio_workflows.errors import AioWorkflowsError, ConfigurationError

RetryCondition = Callable[[AioWorkflowsError], bool | None]
"""``retry_if(error)``: True to try again, False to raise at once, None for the default."""


@frozen(kw_only=True)
class RetryPolicy:
    """How failed attempts are repeated.

    The defaults suit a service that admits a few calls a second: a throttled call goes on for most
    of a minute. ``timeout`` of the client bounds all of it.

    :param max_attempts: attempts of one call, the first included; at least 1.
    :param base_delay: the longest wait after the first attempt, in seconds; it doubles with each
        further one. The wait itself is drawn at random between 0 and that (full jitter).
    :param max_delay: the bound of that growth, in seconds. What the service asks for by
        ``Retry-After`` may be longer.
    :param rate: calls a second that the client never exceeds; by default it finds out what the
        service admits.
    :param retry_if: decides about an error before the built-in rules do, for every error that an
        attempt may end with, such as ``lambda error: "does not exist" in error.message or None``
        for a role that was made a moment ago.
    :raises ConfigurationError: a number is out of its range, or ``retry_if`` is an async function.
    """

    max_attempts: int = 10
    base_delay: float = 0.5
    max_delay: float = 20.0
    rate: float | None = None
    retry_if: RetryCondition | None = field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.max_attempts < 1:
            raise ConfigurationError(f"max_attempts must be at least 1, is {self.max_attempts}")
        if not 0 < self.base_delay <= self.max_delay or math.isinf(self.max_delay):
            raise ConfigurationError(
                "base_delay and max_delay must be finite seconds with 0 < base_delay <= max_delay, "
                f"are {self.base_delay} and {self.max_delay}"
            )
        if self.rate is not None and not 0 < self.rate < math.inf:
            raise ConfigurationError(f"rate must be calls a second above 0, is {self.rate}")
        if inspect.iscoroutinefunction(self.retry_if):
            # Its coroutine would be true, whatever comes of it.
            raise ConfigurationError("retry_if must be a plain function, not an async one")


def checked_seconds(name: str, value: float) -> float:
    """``value`` if it is a positive, finite number of seconds.

    :raises ConfigurationError: it is not.
    """
    unchecked: Any = value
    is_number = isinstance(unchecked, int | float) and not isinstance(unchecked, bool)
    if not is_number or not 0 < unchecked <= _LONGEST:  # nor is NaN
        raise ConfigurationError(f"{name} must be a number of seconds above 0 and at most {_LONGEST:g}")
    return value


_LONGEST: Final = 7 * 24 * 3600.0  # beyond that it is a mistake in the unit
