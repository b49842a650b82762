"""Which waits count against the time limit of a call: of one call, and of one among many."""

import asyncio
from collections.abc import Callable
from math import inf

import pytest

from aio_workflows.errors import CallTimeoutError
from aio_workflows.errors.service import CallRateLimitExceededException
from aio_workflows.retry.rate_limiter import RateLimiter
from aio_workflows.retry.strategy import RetryStrategy
from aio_workflows.retry.time_limit import TimeLimit
from tests.retry.throttled_service import Response, ThrottledService, make_call, strategy_for
from tests.virtual_time import in_virtual_time

TIMEOUT = 10.0
CLOSE = 0.05  # seconds: the limiter lets calls catch up by two hundredths of one


class Queue:
    """A limiter with a fixed rate, others' calls in it, and the limit of one call."""

    def __init__(self, rate: float, *, is_queued: bool = True) -> None:
        self.clock: Callable[[], float] = asyncio.get_running_loop().time
        self.began = self.clock()
        self.limiter = RateLimiter(rate=rate, clock=self.clock)
        self._is_queued = is_queued

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return self.clock() - self.began

    def limit(self) -> TimeLimit:
        return TimeLimit(
            self.clock() + TIMEOUT,
            TIMEOUT,
            is_queued=self._is_queued,
            limiter=self.limiter,
            clock=self.clock,
        )

    def left(self, limit: TimeLimit) -> float:
        return limit.deadline - self.clock()

    async def others(self, calls: int, *, are_admitted: bool = True) -> None:
        """Calls that are before everything that comes later, ended as soon as they are sent."""
        for _ in range(calls):
            ticket = await self.limiter.admit(0, lambda: inf)
            self.limiter.settle(ticket, "admitted" if are_admitted else "abandoned")


@in_virtual_time
async def test_the_time_of_a_queued_call_starts_when_it_is_first_let_go() -> None:
    """However long it waited, and whether or not the service admits anyone."""
    queue = Queue(0.02)
    limit = queue.limit()
    await queue.others(1)
    assert limit.deadline == inf
    queue.limiter.settle(await limit.wait_for_turn(), "throttled")
    assert queue.now == pytest.approx(50, abs=CLOSE)
    assert queue.left(limit) == pytest.approx(TIMEOUT)


@in_virtual_time
async def test_later_waits_do_not_count_while_others_are_admitted() -> None:
    """Four seconds are used by attempts; a wait of half a minute in the queue leaves the other six."""
    queue = Queue(1.0)
    limit = queue.limit()
    ticket = await limit.wait_for_turn()
    await asyncio.sleep(4)
    queue.limiter.settle(ticket, "throttled")
    others = asyncio.create_task(queue.others(30))
    await asyncio.sleep(0)
    await limit.wait_for_turn()
    assert others.done()
    assert queue.now == pytest.approx(4 + 30, abs=1 + CLOSE)
    assert queue.left(limit) == pytest.approx(6, abs=CLOSE)


@pytest.mark.parametrize(("others", "left"), [(5, 5), (9, 1)])
@in_virtual_time
async def test_later_waits_count_while_nobody_is_admitted(others: int, left: float) -> None:
    queue = Queue(1.0)
    limit = queue.limit()
    queue.limiter.settle(await limit.wait_for_turn(), "throttled")
    ahead = asyncio.create_task(queue.others(others - 1, are_admitted=False))
    await asyncio.sleep(0)
    await limit.wait_for_turn()
    assert ahead.done()
    assert queue.now == pytest.approx(others, abs=CLOSE)
    assert queue.left(limit) == pytest.approx(left, abs=CLOSE)


@in_virtual_time
async def test_a_queued_call_runs_out_of_time_when_nobody_is_admitted() -> None:
    queue = Queue(1.0)
    limit = queue.limit()
    queue.limiter.settle(await limit.wait_for_turn(), "throttled")
    async with asyncio.TaskGroup() as group:
        group.create_task(queue.others(30, are_admitted=False))
        await asyncio.sleep(0)
        with pytest.raises(CallTimeoutError):
            await limit.wait_for_turn()
        assert queue.now == pytest.approx(TIMEOUT, abs=CLOSE)


@in_virtual_time
async def test_waits_begin_to_count_a_time_out_after_the_last_admitted_call() -> None:
    """Five others are admitted, the last after five seconds; then nobody is."""
    queue = Queue(1.0)
    limit = queue.limit()
    queue.limiter.settle(await limit.wait_for_turn(), "throttled")

    async def others() -> None:
        await queue.others(5)
        await queue.others(60, are_admitted=False)

    async with asyncio.TaskGroup() as group:
        group.create_task(others())
        await asyncio.sleep(0)
        with pytest.raises(CallTimeoutError):
            await limit.wait_for_turn()
        assert queue.now == pytest.approx(5 + TIMEOUT + TIMEOUT, abs=CLOSE)


@in_virtual_time
async def test_every_wait_of_a_single_call_counts() -> None:
    """Though others are admitted all the time."""
    queue = Queue(1.0, is_queued=False)
    limit = queue.limit()
    async with asyncio.TaskGroup() as group:
        group.create_task(queue.others(30))
        await asyncio.sleep(0)
        with pytest.raises(CallTimeoutError):
            await limit.wait_for_turn()
        assert queue.now == pytest.approx(TIMEOUT, abs=CLOSE)


@in_virtual_time
async def test_others_count_as_admitted_for_one_time_out() -> None:
    queue = Queue(1.0)
    queued, single = queue.limit(), Queue(1.0, is_queued=False)
    assert not queued.service_admits_calls
    await queue.others(1)
    await single.others(1)
    assert queued.service_admits_calls
    assert not single.limit().service_admits_calls
    await asyncio.sleep(TIMEOUT + 0.1)
    assert not queued.service_admits_calls


@pytest.mark.parametrize("is_queued", [True, False])
@in_virtual_time
async def test_throttled_attempts_count_unless_a_queued_call_sees_others_admitted(is_queued: bool) -> None:
    """Ten attempts are allowed; the service throttles this call thirty times, and admits all others."""
    others = ThrottledService(None, latency=0.1)
    strategy = strategy_for(others)
    strategy.random = lambda: 0.0  # no waits but those for the pace
    unlucky = Unlucky(30)
    background = asyncio.create_task(keep_calling(strategy, others))
    await asyncio.sleep(1)
    call = make_call(strategy, unlucky, timeout=3600.0, is_queued=is_queued)
    if is_queued:
        await call
        assert unlucky.sent == 31
    else:
        with pytest.raises(CallRateLimitExceededException) as caught:
            await call
        assert (caught.value.stop_reason, unlucky.sent) == ("attempts", 10)
    background.cancel()


@in_virtual_time
async def test_throttled_attempts_of_a_queued_call_count_while_nobody_is_admitted() -> None:
    strategy = strategy_for(ThrottledService(None))
    strategy.random = lambda: 0.0
    unlucky = Unlucky(30)
    with pytest.raises(CallRateLimitExceededException) as caught:
        await make_call(strategy, unlucky, timeout=3600.0)
    assert (caught.value.stop_reason, unlucky.sent) == ("attempts", 10)


class Unlucky(ThrottledService):
    """Throttles so many calls, whatever their pace."""

    def __init__(self, times: int) -> None:
        super().__init__(None)
        self.sent = 0
        self._times = times

    async def call(self, deadline: float = 0.0) -> Response:
        self.sent += 1
        if self.sent <= self._times:
            await asyncio.sleep(0.1)
            raise CallRateLimitExceededException("Rate exceeded", http_status=429)
        return await super().call(deadline)


async def keep_calling(strategy: RetryStrategy, service: ThrottledService) -> None:
    while True:
        await make_call(strategy, service)
