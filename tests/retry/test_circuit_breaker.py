"""When the service is down: one probe at a time, and after a time-out everyone who waits fails at once."""

import asyncio
from collections.abc import Awaitable, Callable
from copy import copy

import pytest

from aio_workflows.errors import AioWorkflowsError, CircuitOpenError, ConnectError, ReadTimeoutError
from aio_workflows.errors.service import (
    ForbiddenException,
    ServiceUnavailableException,
)
from aio_workflows.models.responses import CreateWorkflowResponse
from aio_workflows.retry.circuit_breaker import CircuitBreaker
from aio_workflows.retry.policy import RetryPolicy
from aio_workflows.retry.strategy import Call, RetryStrategy
from tests.retry.throttled_service import NoRemedies
from tests.virtual_time import in_virtual_time

Response = CreateWorkflowResponse
TIMEOUT = 10.0
ROUND_TRIP = 0.5
OPENS_AFTER = 10


class Client:
    """A strategy whose every attempt takes half a second and then ends as ``end`` says: an error, or a success."""

    def __init__(self, end: AioWorkflowsError | None = None, *, max_attempts: int = 1) -> None:
        self.end = end
        self.in_flight = 0
        self.most_in_flight = 0
        self.sent = 0
        self.clock = asyncio.get_running_loop().time
        self.strategy = RetryStrategy(
            RetryPolicy(max_attempts=max_attempts), patience=TIMEOUT, clock=self.clock, random=lambda: 0.0
        )

    async def send(self, deadline: float) -> Response:
        self.sent += 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await asyncio.sleep(ROUND_TRIP)
        finally:
            self.in_flight -= 1
        if self.end is not None:
            raise copy(self.end)
        return Response(workflow_build_version_arn="arn")

    async def call(
        self,
        send: Callable[[float], Awaitable[Response]] | None = None,
        *,
        timeout: float = TIMEOUT,
        is_queued: bool = True,
    ) -> AioWorkflowsError | None:
        """Make one call and give its error, if it has one."""
        call: Call[Response] = Call(
            operation="CreateWorkflow",
            client_token="11111111-2222-4333-8444-555555555555",
            deadline=self.clock() + timeout,
            timeout=timeout,
            remedies=NoRemedies(),
            is_queued=is_queued,
        )
        try:
            await self.strategy.run(call, send or self.send)
        except AioWorkflowsError as error:
            return error
        return None

    async def call_many(self, calls: int) -> list[AioWorkflowsError | None]:
        return await asyncio.gather(*(self.call() for _ in range(calls)))

    async def open_circuit(self) -> None:
        """Fail until only one call at a time may go."""
        for _ in range(OPENS_AFTER):
            await self.call()
        self.most_in_flight = self.sent = 0


def down() -> AioWorkflowsError:
    return ServiceUnavailableException("out of order", http_status=503)


# --- The breaker by itself --------------------------------------------------------------------------


def test_it_opens_after_ten_failures_in_a_row() -> None:
    breaker = CircuitBreaker(patience=60.0)
    states = list[bool]()
    for number in range(12):
        breaker.failed(ConnectError("m"), 100.0 + number)
        states.append(breaker.is_open)
    assert states == [False] * 9 + [True] * 3
    assert breaker.gives_up_at == 109.0 + 60.0


def test_an_answer_closes_it() -> None:
    """And the count begins anew."""
    breaker = CircuitBreaker(patience=60.0)
    for _ in range(2):
        for number in range(9):
            breaker.failed(ConnectError("m"), float(number))
        assert not breaker.is_open
        breaker.answered()
    for number in range(10):
        breaker.failed(ConnectError("m"), float(number))
    assert breaker.is_open
    breaker.answered()
    assert not breaker.is_open
    assert (breaker.failures, breaker.last_error, breaker.gives_up_at) == (0, None, float("inf"))


def test_it_keeps_no_frames() -> None:
    """The error that is raised holds the frames of the call, and these the document."""
    breaker = CircuitBreaker(patience=60.0)
    with pytest.raises(ConnectError) as caught:
        raise ConnectError("m")
    assert caught.value.__traceback__ is not None
    breaker.failed(caught.value, 0.0)
    assert breaker.last_error is not caught.value
    assert isinstance(breaker.last_error, ConnectError)
    assert breaker.last_error.__traceback__ is None


# --- Calls of a client ------------------------------------------------------------------------------


@in_virtual_time
async def test_one_probe_goes_at_a_time() -> None:
    client = Client(down())
    await client.open_circuit()
    errors = await client.call_many(5)
    assert client.most_in_flight == 1
    assert client.sent == 5
    assert {type(error) for error in errors} == {ServiceUnavailableException}


@in_virtual_time
async def test_a_success_lets_everyone_go() -> None:
    """The first probe finds the service back: those behind it go together."""
    client = Client(down())
    await client.open_circuit()
    client.end = None
    began = client.clock()
    assert await client.call_many(20) == [None] * 20
    assert client.most_in_flight > 1
    assert client.clock() - began < 20 * ROUND_TRIP


@pytest.mark.parametrize("end", [down(), ConnectError("refused"), ReadTimeoutError("late")])
@in_virtual_time
async def test_after_one_more_time_out_everyone_who_waits_fails_at_once(end: AioWorkflowsError) -> None:
    """With the error of the last probe as the cause; nothing of theirs was sent."""
    client = Client(end)
    await client.open_circuit()
    began = client.clock()
    errors = await client.call_many(100)
    assert client.clock() - began <= TIMEOUT + ROUND_TRIP
    assert client.most_in_flight == 1
    probes = [error for error in errors if not isinstance(error, CircuitOpenError)]
    waited = [error for error in errors if isinstance(error, CircuitOpenError)]
    assert len(probes) == client.sent
    assert len(waited) == 100 - client.sent > 0
    for error in waited:
        assert (error.outcome, error.stop_reason, error.attempts) == ("not_sent", "circuit_open", ())
        assert type(error.__cause__) is type(end)
        assert type(end).__name__ in str(error)
    assert len({id(error.__cause__) for error in waited}) == len(waited), "each has a copy of its own"


@in_virtual_time
async def test_a_call_that_was_sent_before_raises_its_own_error() -> None:
    """Not that of the breaker: what became of its attempt is what counts."""
    client = Client(down(), max_attempts=10)
    errors = await client.call_many(40)
    assert all(error is not None for error in errors)
    sent_before = [error for error in errors if error is not None and error.attempts]
    stopped = [error for error in sent_before if error.stop_reason == "circuit_open"]
    assert stopped
    for error in stopped:
        assert isinstance(error, ServiceUnavailableException)
        assert error.outcome == "unknown"
    never_sent = [error for error in errors if error is not None and not error.attempts]
    assert {type(error) for error in never_sent} == {CircuitOpenError}


@in_virtual_time
async def test_calls_one_after_the_other_are_still_let_through() -> None:
    """Each is a probe, however long the service has been down; so the client finds out that it is back."""
    client = Client(down())
    await client.open_circuit()
    await asyncio.sleep(10 * TIMEOUT)
    for _ in range(3):
        assert isinstance(await client.call(), ServiceUnavailableException)
    assert client.sent == 3
    client.end = None
    assert await client.call() is None
    assert await client.call_many(10) == [None] * 10
    assert client.most_in_flight > 1


@in_virtual_time
async def test_a_refusal_is_an_answer() -> None:
    """The service is there: the count begins anew, and an open circuit closes."""
    client = Client(down())
    await client.open_circuit()
    client.end = ForbiddenException("no", http_status=403)
    assert isinstance(await client.call(), ForbiddenException)
    await client.call_many(6)
    assert client.most_in_flight > 1


@in_virtual_time
async def test_refusals_do_not_open_the_circuit() -> None:
    client = Client(ForbiddenException("no", http_status=403))
    await client.open_circuit()
    await client.call_many(6)
    assert client.most_in_flight > 1


@in_virtual_time
async def test_a_probe_that_is_cancelled_makes_way_for_the_next() -> None:
    """How it would have ended is not known: the circuit stays open, and nobody is held up."""
    client = Client(down())
    await client.open_circuit()
    probe = asyncio.create_task(client.call())
    following = [asyncio.create_task(client.call()) for _ in range(3)]
    await asyncio.sleep(ROUND_TRIP / 2)
    probe.cancel()
    errors = await asyncio.gather(*following)
    assert probe.cancelled()
    assert {type(error) for error in errors} == {ServiceUnavailableException}
    assert (client.sent, client.most_in_flight) == (4, 1)


@in_virtual_time
async def test_nobody_waits_for_a_probe_longer_than_a_time_out() -> None:
    """Though the probe itself takes longer."""
    client = Client(down())
    await client.open_circuit()
    began = client.clock()

    async def hangs(deadline: float) -> Response:
        await asyncio.sleep(20 * TIMEOUT)
        raise ReadTimeoutError("late")

    probe = asyncio.create_task(client.call(hangs, timeout=30 * TIMEOUT))
    await asyncio.sleep(0)
    error = await client.call()
    assert isinstance(error, CircuitOpenError)
    assert client.clock() - began <= TIMEOUT + 0.01
    assert isinstance(await probe, ReadTimeoutError)
