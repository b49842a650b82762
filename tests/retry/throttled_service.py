"""A service that admits calls by a token bucket, and a client's many calls against it, in virtual time."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass

from aio_workflows.errors import AioWorkflowsError
from aio_workflows.errors.service import CallRateLimitExceededException
from aio_workflows.models.responses import CreateWorkflowResponse
from aio_workflows.retry.policy import RetryPolicy
from aio_workflows.retry.strategy import Call, RetryStrategy
from bench.limits import Bucket, Limit, Phase

Response = CreateWorkflowResponse
Rate = float | Limit | None
"""Calls a second that are always the same, a limit that changes, or none."""

STALL_EVERY = 0.5
"""Seconds from the end of one stall to the begin of the next."""


class NoRemedies:
    async def renew_credentials(self) -> bool:
        return False

    def correct_clock(self, server_date: str | None) -> bool:
        return False


class ThrottledService:
    """Admits ``burst`` calls at once and ``rate`` a second in the long run.

    ``latency`` is the time of a round trip in seconds, which varies by the part ``jitter``;
    ``noise`` is the part of all calls that is throttled by chance. Twice a second nothing comes
    through for ``stall`` seconds, as on a busy machine.
    """

    def __init__(
        self,
        rate: Rate,
        *,
        burst: float = 20.0,
        latency: float = 0.02,
        jitter: float = 0.2,
        noise: float = 0.0,
        stall: float = 0.0,
        seed: int = 0,
    ) -> None:
        self.admitted: list[float] = []
        self.throttled = 0
        self.arrivals: list[float] = []
        """When calls arrived, in seconds since the service began."""
        self.random = random.Random(seed)
        self._clock = asyncio.get_running_loop().time
        self._began = self._clock()
        limit = Limit(burst=burst, phases=(Phase(rate=rate),)) if isinstance(rate, int | float) else rate
        self._bucket = Bucket(limit) if limit is not None else None
        self._latency = latency
        self._jitter = jitter
        self._noise = noise
        self._stall = stall

    @property
    def now(self) -> float:
        """Seconds since the service began."""
        return self._clock() - self._began

    async def call(self, deadline: float = 0.0) -> Response:
        await self._travel()
        is_admitted = self._admits()
        await self._travel()
        if not is_admitted:
            raise CallRateLimitExceededException("Rate exceeded", http_status=429)
        return Response(workflow_build_version_arn="arn")

    async def _travel(self) -> None:
        await asyncio.sleep(self._latency * self.random.uniform(1 - self._jitter, 1 + self._jitter) / 2)
        if self._stall:
            into_the_stall = self.now % (STALL_EVERY + self._stall) - STALL_EVERY
            if into_the_stall > 0:
                await asyncio.sleep(self._stall - into_the_stall)

    def _admits(self) -> bool:
        self.arrivals.append(self.now)
        has_token = self._bucket is None or self._bucket.admit(self.now)
        if not has_token or self.random.random() < self._noise:
            self.throttled += 1
            return False
        self.admitted.append(self.now)
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


def new_call(strategy: RetryStrategy, *, timeout: float, is_queued: bool) -> Call[Response]:
    """A call that begins now."""
    return Call(
        operation="CreateWorkflow",
        client_token="11111111-2222-4333-8444-555555555555",
        deadline=strategy.clock() + timeout,
        timeout=timeout,
        remedies=NoRemedies(),
        is_queued=is_queued,
    )


async def make_call(
    strategy: RetryStrategy,
    service: ThrottledService,
    *,
    timeout: float = 60.0,
    is_queued: bool = True,
) -> Response:
    """One call, as a client makes it."""
    call = new_call(strategy, timeout=timeout, is_queued=is_queued)
    response, _ = await strategy.run(call, service.call)
    return response


async def run_many(
    service: ThrottledService,
    calls: int,
    *,
    concurrency: int = 16,
    strategy: RetryStrategy | None = None,
    on_success: Callable[[], None] = lambda: None,
) -> Run:
    """Make many calls with as many workers as ``concurrency`` says."""
    strategy = strategy or strategy_for(service)
    began, throttled = service.now, service.throttled
    todo = iter(range(calls))
    lost = list[AioWorkflowsError]()

    async def worker() -> None:
        for _ in todo:
            try:
                await make_call(strategy, service)
            except AioWorkflowsError as error:
                lost.append(error)
            else:
                on_success()

    async with asyncio.TaskGroup() as group:
        for _ in range(concurrency):
            group.create_task(worker())
    return Run(service.now - began, service.throttled - throttled, lost)
