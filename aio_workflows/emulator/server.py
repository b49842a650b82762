"""The emulated service on a socket of 127.0.0.1, and the faults on its connections."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final, Protocol

from aiohttp import web

from aio_workflows.emulator import answers, faults, sabotage
from aio_workflows.emulator.answers import RefusalError
from aio_workflows.emulator.service import operation_of
from aio_workflows.emulator.wire import Answer, Request

HOST: Final = "127.0.0.1"
"""The emulator is for programs on this machine only."""

_log: Final = logging.getLogger(__name__)
# What aiohttp has to say about clients that misbehave is not our user's concern.
_silent: Final = logging.getLogger(f"{__name__}.http")
_silent.disabled = True

_LEFT: Final = (ConnectionError, web.RequestPayloadError, asyncio.IncompleteReadError)


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
    fault: faults.Fault | None = None


class Desk(Protocol):
    """What the server asks about each request; the emulator's face is one."""

    def decide(self, operation: str | None) -> faults.Fault | None:
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


@dataclass(slots=True, kw_only=True)
class _Exchange:
    """One request on its way to its answer; the work is done at most once."""

    desk: Desk
    transport: asyncio.Transport
    request: Request
    connection: int
    _answer: Answer | None = None

    def work(self) -> Answer:
        if self._answer is None:
            self._answer = self.desk.answer(self.request)
        return self._answer

    def shown(self, fault: faults.Fault) -> Answer:
        """The answer that a fault spoils: the service's if the work is done, else one without content."""
        return self.work() if fault.done else sabotage.contentless_success(self.desk.request_id())

    def response(self, answer: Answer) -> web.Response:
        date = format_datetime(datetime.fromtimestamp(self.desk.now(), UTC), usegmt=True)
        headers = {"date": date, **answer.headers}
        return web.Response(
            status=answer.status, reason=sabotage.reason(answer.status), headers=headers, body=answer.body
        )


class HttpServer:
    """Serves a desk until it is stopped."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._stale = set[int]()
        self._stopping = asyncio.Event()
        self._runner: web.ServerRunner | None = None
        self.port = 0

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
        if transport is None:
            return _NO_ANSWER()
        connection: int = transport.get_extra_info("peername")[1]
        if connection in self._stale:
            self._stale.discard(connection)
            transport.close()
            return _NO_ANSWER()
        path, _, query = incoming.raw_path.partition("?")
        operation = operation_of(incoming.method, path)
        fault = self._desk.decide(operation)
        headers = tuple((name.lower(), value) for name, value in incoming.headers.items())
        request = Request(incoming.method, path, query, headers)
        too_large = False
        if not (isinstance(fault, faults.Reset) and fault.unread):
            try:
                request = request._replace(body=await incoming.read())
            except web.HTTPRequestEntityTooLarge:
                too_large = True
            except _LEFT:
                return _NO_ANSWER()
        self._desk.record(
            RecordedRequest(
                operation=operation,
                method=request.method,
                path=path,
                query=query,
                headers=_without_secrets(headers),
                body=request.body,
                connection=connection,
                fault=fault,
            )
        )
        exchange = _Exchange(desk=self._desk, transport=transport, request=request, connection=connection)
        try:
            if too_large:
                refusal = RefusalError("RequestEntityTooLargeException", "The request is too large.")
                return exchange.response(answers.refusal(refusal, self._desk.request_id()))
            return await self._serve(fault, exchange)
        except Exception:
            _log.exception("The emulator failed at %s %s", request.method, path)
            failure = RefusalError("InternalFailure", "The emulator failed; its log says how.")
            return exchange.response(answers.refusal(failure, self._desk.request_id()))

    async def _serve(self, fault: faults.Fault | None, exchange: _Exchange) -> web.StreamResponse:
        if fault is None:
            return exchange.response(exchange.work())
        if fault.done:
            exchange.work()
        return await _ACTS[type(fault)](self, fault, exchange)

    # --- One act for each fault -------------------------------------------------------------------

    async def _respond(self, fault: faults.Respond, exchange: _Exchange) -> web.StreamResponse:
        return exchange.response(sabotage.scripted_answer(fault, self._desk.request_id()))

    async def _delay(self, fault: faults.Delay, exchange: _Exchange) -> web.StreamResponse:
        await self._wait(fault.seconds)
        return await self._serve(fault.then, exchange)

    async def _reset(self, fault: faults.Reset, exchange: _Exchange) -> web.StreamResponse:
        sabotage.reset(exchange.transport)
        return _NO_ANSWER()

    async def _close(self, fault: faults.Close, exchange: _Exchange) -> web.StreamResponse:
        exchange.transport.close()
        return _NO_ANSWER()

    async def _half_answer(self, fault: faults.HalfAnswer, exchange: _Exchange) -> web.StreamResponse:
        answer = exchange.shown(fault)
        transport = exchange.transport
        transport.write(sabotage.head(answer) + answer.body[: int(len(answer.body) * fault.keep)])
        if fault.reset:
            # A reset discards what the client has not read yet: let it read the half first.
            await self._wait(_READING_TIME)
            sabotage.reset(transport)
        transport.close()
        return _NO_ANSWER()

    async def _drip(self, fault: faults.Drip, exchange: _Exchange) -> web.StreamResponse:
        answer = exchange.shown(fault)
        transport = exchange.transport
        transport.write(sabotage.head(answer))
        for piece in sabotage.pieces(answer.body, fault.size):
            await self._wait(fault.interval)
            if transport.is_closing() or self._stopping.is_set():
                break
            transport.write(piece)
        transport.close()
        return _NO_ANSWER()

    async def _garbage(self, fault: faults.Garbage, exchange: _Exchange) -> web.StreamResponse:
        exchange.transport.write(fault.data)
        exchange.transport.close()
        return _NO_ANSWER()

    async def _close_after(self, fault: faults.CloseAfter, exchange: _Exchange) -> web.StreamResponse:
        asyncio.get_running_loop().call_later(fault.seconds, exchange.transport.close)
        return exchange.response(exchange.work())

    async def _go_stale(self, fault: faults.GoStale, exchange: _Exchange) -> web.StreamResponse:
        self._stale.add(exchange.connection)
        return exchange.response(exchange.work())

    async def _wait(self, seconds: float) -> None:
        """Let time pass, but not beyond the end of the emulator."""
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            pass


_READING_TIME: Final = 0.05

_ACTS: Final[Mapping[type[faults.Fault], Callable[[HttpServer, Any, _Exchange], Any]]] = {
    faults.Respond: HttpServer._respond,
    faults.Delay: HttpServer._delay,
    faults.Reset: HttpServer._reset,
    faults.Close: HttpServer._close,
    faults.HalfAnswer: HttpServer._half_answer,
    faults.Drip: HttpServer._drip,
    faults.Garbage: HttpServer._garbage,
    faults.CloseAfter: HttpServer._close_after,
    faults.GoStale: HttpServer._go_stale,
}


def _NO_ANSWER() -> web.Response:
    return web.Response()


def _without_secrets(headers: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    shown = dict(headers)
    if "x-amz-security-token" in shown:
        shown["x-amz-security-token"] = "(hidden)"
    if "authorization" in shown:
        kept, found, _ = shown["authorization"].partition("Signature=")
        shown["authorization"] = f"{kept}{found}(hidden)" if found else "(hidden)"
    return shown
