"""A service that admits calls by a token bucket, and a client's many calls against it, in virtual time."""

import asyncio
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from aio_workflows.errors import AioWorkflowsError
from aio_workflows.errors.service import CallRateLimitExceededException
from aio_workflows.models.responses import CreateWorkflowResponse
from aio_workflows.retry.policy import RetryPolicy
from aio_workflows.retry.strategy import Call, RetryStrategy

Response = CreateWorkflowResponse
Rate = float | Callable[[float], float] | None
"""Calls a second: always the same, by the seconds since the service began, or without a limit."""


class NoRemedies:
    async def renew_credentials(self) -> bool:
        return False

    def correct_clock(self, server_date: str | None) -> bool:
        return False


class ThrottledService:
    """Admits ``burst`` calls at once and ``rate`` a second in the long run.

    ``latency`` is the time of a round trip in seconds, which varies by a fifth; ``noise`` is the
    part of all calls that is throttled by chance.
    """

    def __init__(
        self, rate: Rate, *, burst: float = 20.0, latency: float = 0.02, noise: float = 0.0, seed: int = 0
    ) -> None:
        self.admitted: list[float] = []
        self.throttled = 0
        self.arrivals: list[float] = []
        """When calls arrived, in seconds since the service began."""
        self.random = random.Random(seed)
        self._clock = asyncio.get_running_loop().time
        self._began = self._clock()
        self._rate = rate
        self._burst = self._tokens = burst
        self._filled_at = 0.0
        self._latency = latency
        self._noise = noise

    @property
    def now(self) -> float:
        """Seconds since the service began."""
        return self._clock() - self._began

    async def call(self, deadline: float = 0.0) -> Response:
        one_way = self._latency * self.random.uniform(0.8, 1.2) / 2
        await asyncio.sleep(one_way)
        is_admitted = self._admits()
        await asyncio.sleep(one_way)
        if not is_admitted:
            raise CallRateLimitExceededException("Rate exceeded", http_status=429)
        return Response(workflow_build_version_arn="arn")

    def _admits(self) -> bool:
        self.arrivals.append(self.now)
        if not self._takes_token() or self.random.random() < self._noise:
            self.throttled += 1
            return False
        self.admitted.append(self.now)
        return True

    def _takes_token(self) -> bool:
        if self._rate is None:
            return True
        rate = self._rate(self.now) if callable(self._rate) else self._rate
        self._tokens = min(self._burst, self._tokens + rate * (self.now - self._filled_at))
        self._filled_at = self.now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


@dataclass(frozen=True, slots=True)
class Run:
    """How a run of many calls went. ``seconds`` is from its start to the end of its last call."""

    seconds: float
    wasted: int
    lost: list[AioWorkflowsError]


def strategy_for(service: ThrottledService, *, rate: float | None = None) -> RetryStrategy:
    """A client's strategy on the virtual loop; its timers are late by up to a millisecond, as real ones."""

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds + service.random.uniform(0.0, 0.0012))

    return RetryStrategy(
        RetryPolicy(rate=rate),
        clock=asyncio.get_running_loop().time,
        sleep=sleep,
        random=service.random.random,
    )


async def make_call(
    strategy: RetryStrategy,
    service: ThrottledService,
    *,
    timeout: float = 60.0,
    is_queued: bool = True,
) -> Response:
    """One call, as a client makes it."""
    call: Call[Response] = Call(
        operation="CreateWorkflow",
        client_token="11111111-2222-4333-8444-555555555555",
        deadline=strategy.clock() + timeout,
        timeout=timeout,
        remedies=NoRemedies(),
        is_queued=is_queued,
    )
    response, _ = await strategy.run(call, service.call)
    return response


async def run_many(
    service: ThrottledService,
    calls: int,
    *,
    concurrency: int = 16,
    strategy: RetryStrategy | None = None,
) -> Run:
    """Make many calls with as many workers as ``concurrency`` says."""
    strategy = strategy or strategy_for(service)
    began, throttled = service.now, service.throttled
    todo = deque(range(calls))
    lost = list[AioWorkflowsError]()

    async def worker() -> None:
        while todo:
            todo.popleft()
            try:
                await make_call(strategy, service)
            except AioWorkflowsError as error:
                lost.append(error)

    async with asyncio.TaskGroup() as group:
        for _ in range(concurrency):
            group.create_task(worker())
    return Run(service.now - began, service.throttled - throttled, lost)
