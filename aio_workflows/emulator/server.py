"""The emulated service on a socket of 127.0.0.1: HTTP in and out, and the faults of each request."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final, Protocol
from weakref import WeakSet

from aiohttp import web

from aio_workflows.emulator.answers import RefusalError, refusal
from aio_workflows.emulator.faults import Fault, Reset
from aio_workflows.emulator.routes import operation_of
from aio_workflows.emulator.sabotage import Exchange, serve
from aio_workflows.emulator.scripted import reason
from aio_workflows.emulator.wire import Answer, Request

HOST: Final = "127.0.0.1"
"""The emulator is for programs on this machine only."""

_log: Final = logging.getLogger(__name__)
# What aiohttp has to say about clients that misbehave is not our user's concern.
_silent: Final = logging.getLogger(f"{__name__}.http")
_silent.disabled = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequest:
    """A request that the emulator received.

    ``connection`` is the client's port, the same for all requests on one connection. ``fault`` is
    what it met. The signature and the session token are replaced by ``(hidden)``.
    """

    operation: str | None
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    connection: int
    fault: Fault | None = None


class Desk(Protocol):
    """What the server asks about each request; :class:`Emulator` is one."""

    def decide(self, operation: str | None) -> Fault | None:
        """The fault of the request whose head has just come."""
        ...

    def record(self, request: RecordedRequest) -> None:
        """Take note of a request."""
        ...

    def answer(self, request: Request) -> Answer:
        """Do the work."""
        ...

    def request_id(self) -> str:
        """An id for an answer that the service did not give."""
        ...

    def now(self) -> float:
        """The server's time, in seconds since 1970."""
        ...


class HttpServer:
    """Serves a desk until it is stopped."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._stale = WeakSet[asyncio.Transport]()
        self._stopping = asyncio.Event()
        self._runner: web.ServerRunner | None = None
        self.port: int = 0

    async def start(self, port: int) -> None:
        """Listen on a port, a free one for 0."""
        # A compressed body stays as it is: the signature is over the bytes of the wire.
        server = web.Server(self._handle, access_log=None, logger=_silent, auto_decompress=False)
        runner = web.ServerRunner(server, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, port, backlog=1024).start()
        except BaseException:
            await runner.cleanup()
            raise
        self._runner = runner
        self.port = runner.addresses[0][1]

    async def stop(self) -> None:
        """Close the socket and every connection, whatever is going on there."""
        self._stopping.set()
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def _handle(self, incoming: web.BaseRequest) -> web.StreamResponse:
        transport = incoming.transport
        answer = await self._answer(incoming, transport) if transport is not None else None
        if answer is None:
            # The connection is at its end, so nothing of this is sent.
            return web.Response()
        date = format_datetime(datetime.fromtimestamp(self._desk.now(), UTC), usegmt=True)
        return web.Response(
            status=answer.status,
            reason=reason(answer.status),
            headers={"date": date, **answer.headers},
            body=answer.body,
        )

    async def _answer(self, incoming: web.BaseRequest, transport: asyncio.Transport) -> Answer | None:
        """What to answer; None if the connection has been ended in place of an answer."""
        if transport in self._stale:
            transport.close()
            return None
        path, _, query = incoming.raw_path.partition("?")
        operation = operation_of(incoming.method, path)
        fault = self._desk.decide(operation)
        unread = isinstance(fault, Reset) and fault.unread
        try:
            body = b"" if unread else await incoming.read()
        except web.HTTPRequestEntityTooLarge:
            return self._refuse("RequestEntityTooLargeException", "The request is too large.")
        except _CLIENT_HAS_LEFT:
            return None
        headers = tuple((name.lower(), value) for name, value in incoming.headers.items())
        request = Request(incoming.method, path, query, headers, body)
        self._desk.record(
            RecordedRequest(
                operation=operation,
                method=request.method,
                path=path,
                query=query,
                headers=_without_secrets(headers),
                body=body,
                connection=transport.get_extra_info("peername")[1],
                fault=fault,
            )
        )
        exchange = Exchange(
            work=functools.cache(functools.partial(self._desk.answer, request)),
            transport=transport,
            request_id=self._desk.request_id(),
            stopping=self._stopping,
            when_reused=functools.partial(self._stale.add, transport),
        )
        try:
            return await serve(fault, exchange)
        except Exception:  # noqa: BLE001 - a bug of ours must not look like a fault that was asked for
            _log.exception("The emulator failed at %s %s", request.method, path)
            return self._refuse("InternalFailure", "The emulator failed; its log says how.")

    def _refuse(self, code: str, message: str) -> Answer:
        return refusal(RefusalError(code, message), self._desk.request_id())


_CLIENT_HAS_LEFT: Final = (ConnectionError, web.RequestPayloadError, asyncio.IncompleteReadError)


def _without_secrets(headers: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    shown = dict(headers)
    if "x-amz-security-token" in shown:
        shown["x-amz-security-token"] = "(hidden)"
    if "authorization" in shown:
        kept, found, _ = shown["authorization"].partition("Signature=")
        shown["authorization"] = f"{kept}{found}(hidden)" if found else "(hidden)"
    return shown
