"""The queue in which all calls of a client wait for their turn: its pace and its circuit breaker."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Awaitable, Callable
from copy import copy
from dataclasses import dataclass, field
from math import inf
from typing import Final, Literal, NamedTuple

from aio_workflows.errors import AioWorkflowsError, CallTimeoutError, CircuitOpenError
from aio_workflows.retry.circuit_breaker import CircuitBreaker
from aio_workflows.retry.pace import Pace

_CATCH_UP: Final = 0.02
"""Seconds by which calls that the event loop held up may follow closer than the pace, so that its
delays do not add up. No more than that: calls do not burst after a pause."""

Ending = Literal["admitted", "throttled", "failed", "abandoned"]
"""How an attempt ended for the limiter: it was not throttled (though it may have been refused), it
was throttled, the service was down or out of reach, or none of it is known."""


class PaceReading(NamedTuple):
    """What the limiter has learnt.

    ``rate`` is in calls a second, None while no limit was met; ``throttles`` counts throttled calls.
    """

    rate: float | None
    throttles: int


class Ticket(NamedTuple):
    """The leave to send one attempt, to be handed back by :meth:`RateLimiter.settle`."""

    sent_at: float
    was_paced: bool


@dataclass(order=True, slots=True)
class _Place:
    """A place in the queue: the call that came first goes first, also when it comes again."""

    order: int
    woken: asyncio.Future[None] | None = field(default=None, compare=False)

    def wake(self) -> None:
        if self.woken is not None and not self.woken.done():
            self.woken.set_result(None)


class RateLimiter:
    """Lets the attempts of a client's calls go at the pace that the service admits.

    :param rate: calls a second that are never exceeded; None for as many as the service admits.
    :param patience: seconds that calls are kept waiting while the service is down.
    :param clock: gives seconds that only grow.
    :param sleep: waits for seconds.
    """

    def __init__(
        self,
        *,
        rate: float | None = None,
        patience: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.last_admitted_at: float = -inf
        """When a call was last admitted by the service."""
        self._pace = Pace(rate)
        self._breaker = CircuitBreaker(patience)
        self._clock = clock
        self._sleep = sleep
        self._queue: list[_Place] = []
        self._in_flight = 0
        self._next_at = -inf  # when the pace lets the next call go
        self._calls = 0

    @property
    def reading(self) -> PaceReading:
        """What has been learnt so far."""
        return PaceReading(self._pace.rate, self._pace.throttles)

    def next_order(self) -> int:
        """A call's place among all calls, taken once when it begins."""
        self._calls += 1
        return self._calls

    async def admit(self, order: int, until: Callable[[], float]) -> Ticket:
        """Wait for the turn of a call; ``until()`` is the reading of the clock at which it must go.

        :raises CallTimeoutError: its turn has not come by then.
        :raises CircuitOpenError: the service is down, and has been for too long.
        """
        must_wait = bool(self._queue) or self._delay() > 0
        if must_wait:
            await self._wait(order, until)
        now = self._clock()
        was_paced = False
        if self._pace.rate is not None:
            gap = 1 / self._pace.rate
            was_paced = must_wait or now < self._next_at + gap
            if not was_paced and not self._in_flight:  # else calls go as fast as answers let them
                self._pace.idled(now)
            self._next_at = max(self._next_at, now - _CATCH_UP) + gap
        self._in_flight += 1
        return Ticket(now, was_paced)

    def settle(self, ticket: Ticket, ending: Ending, error: AioWorkflowsError | None = None) -> None:
        """An attempt has ended; to be called once for each ticket."""
        self._in_flight -= 1
        now = self._clock()
        if ending == "admitted":
            self.last_admitted_at = now
            self._pace.admitted(ticket.sent_at, now, was_paced=ticket.was_paced)
        elif ending == "throttled":
            self._slow_down(ticket.sent_at, now)
        if ending == "failed" and error is not None:
            self._breaker.failed(error, now)
            for place in self._queue:
                place.wake()  # how long they wait may have changed
        elif ending != "abandoned":
            self._breaker.answered()
        self._wake_first()

    def _slow_down(self, sent_at: float, now: float) -> None:
        """A call was throttled; if the pace falls for it, the next one waits as that says."""
        before = self._pace.rate or inf
        self._pace.throttled(sent_at, now)
        rate = self._pace.rate
        if rate is not None and rate < before:
            self._next_at = max(self._next_at, now + 1 / rate)

    def _delay(self) -> float:
        """Seconds until the first in the queue may go; infinite if it waits for a call to end."""
        if self._breaker.is_open:
            if self._in_flight:
                return inf
        elif self._in_flight >= self._pace.window:
            return inf
        return max(0.0, self._next_at - self._clock()) if self._pace.rate is not None else 0.0

    async def _wait(self, order: int, until: Callable[[], float]) -> None:
        place = _Place(order)
        heapq.heappush(self._queue, place)
        try:
            while True:
                delay = self._delay() if self._queue[0] is place else inf
                if delay == 0:
                    return
                now = self._clock()
                if now >= self._breaker.gives_up_at:
                    raise self._gave_up()
                limit = until()
                if now >= limit:
                    raise CallTimeoutError("the time limit passed while waiting for the pace of the service")
                await self._pause(place, delay, min(limit, self._breaker.gives_up_at) - now)
        finally:
            self._queue.remove(place)
            heapq.heapify(self._queue)
            self._wake_first()

    async def _pause(self, place: _Place, delay: float, longest: float) -> None:
        """Wait until it is worth looking again."""
        if delay < inf:
            await self._sleep(min(delay, longest))
            return
        place.woken = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(longest if longest < inf else None):
                await place.woken
        except TimeoutError:
            pass  # looked at again by the caller, which knows the limit
        finally:
            place.woken = None

    def _wake_first(self) -> None:
        if self._queue:
            self._queue[0].wake()

    def _gave_up(self) -> CircuitOpenError:
        cause = self._breaker.last_error
        error = CircuitOpenError(
            f"the service is down: {self._breaker.failures} attempts in a row failed, "
            f"the last one with {type(cause).__name__}; try again later"
        )
        error.__cause__ = copy(cause)
        return error
