"""Until when a call may go on, and which of its waits count."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from aio_workflows.retry.rate_limiter import RateLimiter, Ticket


class TimeLimit:
    """The deadline of one call, and its turns in the queue of the client.

    A call that ``is_queued`` is one of many. Its time starts when the pace first lets it go; after
    that, waits for the pace count only while the service has admitted no call of this client for
    as long as ``timeout``. For other calls every wait counts.

    :param deadline: when the call must have ended, if it is not queued: a reading of ``clock``.
    :param timeout: the seconds that a call may take.
    """

    def __init__(
        self,
        deadline: float,
        timeout: float,
        *,
        is_queued: bool,
        limiter: RateLimiter,
        clock: Callable[[], float],
    ) -> None:
        self.deadline: float = inf if is_queued else deadline
        self._timeout = timeout
        self._is_queued = is_queued
        self._limiter = limiter
        self._clock = clock
        self._order = limiter.next_order()

    @property
    def service_admits_calls(self) -> bool:
        """Whether throttles count for nothing, as others of many calls are being admitted."""
        return self._is_queued and self._clock() - self._limiter.last_admitted_at <= self._timeout

    async def wait_for_turn(self) -> Ticket:
        """Wait until the pace lets the call go, and put its deadline off as far as that does not count.

        :raises CallTimeoutError: the call's time ran out before.
        :raises CircuitOpenError: the service is down.
        """
        if not self._is_queued:
            return await self._limiter.admit(self._order, lambda: self.deadline)
        started = self._clock()
        left = min(self._timeout, self.deadline - started)
        is_first = self.deadline == inf

        def until() -> float:
            return inf if is_first else left + self._counts_from(started)

        ticket = await self._limiter.admit(self._order, until)
        now = self._clock()
        self.deadline = left + (now if is_first else min(now, self._counts_from(started)))
        return ticket

    def _counts_from(self, started: float) -> float:
        return max(started, self._limiter.last_admitted_at + self._timeout)
