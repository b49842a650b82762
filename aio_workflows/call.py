"""One call's life: check, token, freeze, retry, send, deserialize. Opens and closes the transport."""

from __future__ import annotations

import asyncio
import importlib
import random as random_numbers
import time
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import evolve

from aio_workflows.errors import (
    AioWorkflowsError,
    CallTimeoutError,
    ClientClosedError,
    EventLoopError,
)
from aio_workflows.models.client_token import fresh_client_token
from aio_workflows.retry.policy import RetryPolicy, checked_seconds
from aio_workflows.retry.strategy import Call, RetryStrategy
from aio_workflows.transport.shared import SharedWork

if TYPE_CHECKING:
    from attrs import AttrsInstance

    from aio_workflows.models.responses import Response
    from aio_workflows.protocol.operations import Operation
    from aio_workflows.retry.attempts import AttemptHook
    from aio_workflows.retry.backoff import Random
    from aio_workflows.retry.rate_limiter import PaceReading
    from aio_workflows.transport.base import Transport

RequestT = TypeVar("RequestT", bound="AttrsInstance")
ResponseT = TypeVar("ResponseT", bound="Response")

TransportFactory = Callable[[], Awaitable["Transport"]]
"""Makes the transport on first use, in the event loop that uses it."""


class Caller:
    """Makes calls of any operation over one transport.

    The transport is made on first use and belongs to the event loop of that use. When that loop
    has ended, the next call makes a new one; while it still runs, a call from another loop is
    refused.
    """

    def __init__(
        self,
        make_transport: TransportFactory,
        *,
        timeout: float,
        policy: RetryPolicy,
        on_attempt: AttemptHook | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Random = random_numbers.random,
    ) -> None:
        self._timeout = checked_seconds("timeout", timeout)
        self._clock = clock
        self._strategy = RetryStrategy(
            policy, patience=timeout, on_attempt=on_attempt, clock=clock, sleep=sleep, random=random
        )
        self._make_transport = make_transport
        self._transport: Transport | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._opening = SharedWork(self._make, "the client to open")
        self._is_closed = False

    @property
    def timeout(self) -> float:
        """The time limit of a call that names none, in seconds."""
        return self._timeout

    @property
    def policy(self) -> RetryPolicy:
        """How failed attempts are repeated."""
        return self._strategy.policy

    @property
    def pace(self) -> PaceReading:
        """What is known of the rate that the service admits."""
        return self._strategy.limiter.reading

    async def call(
        self,
        operation: Operation[RequestT, ResponseT],
        request: RequestT,
        *,
        client_token: str | None = None,
        timeout: float | None = None,
        is_queued: bool = False,
    ) -> ResponseT:
        """Make one call, with as many attempts as it takes and the time limit allows.

        ``client_token`` is used verbatim; without one, an operation that has tokens gets a fresh
        one here, before the first attempt. ``timeout`` in seconds replaces the client's;
        that of a call which ``is_queued`` starts when the pace lets it go.
        """
        limit = self._timeout if timeout is None else checked_seconds("timeout", timeout)
        deadline = self._clock() + limit
        token = (client_token or fresh_client_token()) if operation.has_token else None
        try:
            transport = await self._open(limit)
        except AioWorkflowsError as error:
            error.operation, error.client_token = operation.name, token
            error.stop_reason = "deadline" if isinstance(error, CallTimeoutError) else "not_retryable"
            raise
        # What opening imports, in a thread, with a transport over the network.
        from aio_workflows.protocol.deserializer import deserialize
        from aio_workflows.protocol.serializer import serialize

        frozen = serialize(operation, request, token)

        async def attempt(deadline: float) -> ResponseT:
            answer = await transport.send(*frozen, deadline)
            return deserialize(operation, answer.status, answer.headers, answer.body, token, host=answer.host)

        call = Call(
            operation=operation.name,
            client_token=token,
            deadline=deadline,
            timeout=limit,
            is_queued=is_queued,
            remedies=transport,
            when_gone=_when_gone(operation, request),
        )
        response, attempts = await self._strategy.run(call, attempt)
        metadata = response.metadata
        return evolve(response, metadata=metadata and evolve(metadata, attempts=attempts))

    async def _open(self, timeout: float) -> Transport:
        if self._is_closed:
            raise ClientClosedError("the client is closed; make a new one")
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            if self._loop is not None and self._loop.is_running():
                raise EventLoopError(
                    "the client is open in another event loop, which is still running: use it there, or make "
                    "a client for each loop. In a notebook, cells that `await` have one loop and those that "
                    "call run() have another: use one client either by `await` only or by run() only"
                )
            # The transport of a loop that has ended was closed by it.
            self._loop, self._transport = loop, None
            self._opening = SharedWork(self._make, "the client to open")
        return self._transport or await self._opening.result(timeout)

    async def _make(self) -> Transport:
        self._transport = await self._make_transport()
        return self._transport

    async def aclose(self) -> None:
        """Close the transport. No call can be made afterwards; calling it again does nothing."""
        self._is_closed = True
        if self._loop is not asyncio.get_running_loop():
            return
        await self._opening.aclose()
        transport, self._transport = self._transport, None
        if transport is not None:
            await transport.aclose()


async def network_transport(**options: Any) -> Transport:
    """The transport over the network. What it and the first call import, a thread imports: it takes a while."""
    module = await asyncio.to_thread(_load_libraries)
    return cast("Transport", module.AiobotocoreTransport(**options))


def _load_libraries() -> ModuleType:
    for module in ("deserializer", "serializer"):
        importlib.import_module(f"aio_workflows.protocol.{module}")
    importlib.import_module("aio_workflows.protocol.wire").wire_structurer()
    return importlib.import_module("aio_workflows.transport.aiobotocore")


def _when_gone(
    operation: Operation[RequestT, ResponseT], request: RequestT
) -> Callable[[AioWorkflowsError], ResponseT] | None:
    make = operation.when_gone
    if make is None:
        return None

    def response(error: AioWorkflowsError) -> ResponseT:
        from aio_workflows.models.responses import ResponseMetadata

        metadata = ResponseMetadata(http_status=error.http_status or 0, request_id=error.request_id)
        return evolve(make(request), metadata=metadata)

    return response
