"""Faults on the wire: what each does to a connection, on nothing but an asyncio transport.

An act returns the answer that is to be sent in the proper way, or None if it has ended the
connection itself.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from aio_workflows.emulator import faults
from aio_workflows.emulator.faults import Fault
from aio_workflows.emulator.scripted import reason, scripted, success_without_content
from aio_workflows.emulator.wire import Answer


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One request on its way to its answer.

    ``work`` does the work and gives the service's answer, the first time it is asked.
    ``when_reused`` is to be called when the connection must not survive its next use.
    """

    work: Callable[[], Answer]
    transport: asyncio.Transport
    request_id: str
    stopping: asyncio.Event
    when_reused: Callable[[], None]

    async def wait(self, seconds: float) -> None:
        """Let time pass, but not beyond the end of the emulator."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.stopping.wait()

    def spoilt(self, fault: Fault) -> Answer:
        """The answer that a fault spoils: the service's if the work is done, else one that says nothing."""
        return self.work() if fault.done else success_without_content(self.request_id)


async def serve(fault: Fault | None, exchange: Exchange) -> Answer | None:
    """Serve a request with its fault, or well if there is none."""
    if fault is None:
        return exchange.work()
    if fault.done:
        exchange.work()
    return await _ACTS[type(fault)](fault, exchange)


def reset(transport: asyncio.Transport) -> None:
    """End a connection with a reset in place of the usual farewell."""
    connection = transport.get_extra_info("socket")
    if connection is not None and not transport.is_closing():
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def _respond(fault: faults.Respond, exchange: Exchange) -> Answer | None:
    return scripted(fault, exchange.request_id)


async def _delay(fault: faults.Delay, exchange: Exchange) -> Answer | None:
    await exchange.wait(fault.seconds)
    return await serve(fault.then, exchange)


async def _reset(_fault: faults.Reset, exchange: Exchange) -> Answer | None:
    reset(exchange.transport)
    return None


async def _close(_fault: faults.Close, exchange: Exchange) -> Answer | None:
    exchange.transport.close()
    return None


async def _half_answer(fault: faults.HalfAnswer, exchange: Exchange) -> Answer | None:
    answer = exchange.spoilt(fault)
    exchange.transport.write(_head(answer) + answer.body[: int(len(answer.body) * fault.keep)])
    if fault.reset:
        # A reset discards what the client has not read yet, so it is given time to read the half.
        await exchange.wait(_READING_SECONDS)
        reset(exchange.transport)
    exchange.transport.close()
    return None


async def _drip(fault: faults.Drip, exchange: Exchange) -> Answer | None:
    answer, transport = exchange.spoilt(fault), exchange.transport
    transport.write(_head(answer))
    for start in range(0, len(answer.body), fault.size):
        await exchange.wait(fault.interval)
        if transport.is_closing() or exchange.stopping.is_set():
            break
        transport.write(answer.body[start : start + fault.size])
    transport.close()
    return None


async def _garbage(fault: faults.Garbage, exchange: Exchange) -> Answer | None:
    exchange.transport.write(fault.data)
    exchange.transport.close()
    return None


async def _close_after(fault: faults.CloseAfter, exchange: Exchange) -> Answer | None:
    asyncio.get_running_loop().call_later(fault.seconds, exchange.transport.close)
    return exchange.work()


async def _go_stale(_fault: faults.GoStale, exchange: Exchange) -> Answer | None:
    exchange.when_reused()
    return exchange.work()


_READING_SECONDS: Final = 0.05

_ACTS: Final[Mapping[type[Fault], Callable[[Any, Exchange], Awaitable[Answer | None]]]] = {
    faults.Respond: _respond,
    faults.Delay: _delay,
    faults.Reset: _reset,
    faults.Close: _close,
    faults.HalfAnswer: _half_answer,
    faults.Drip: _drip,
    faults.Garbage: _garbage,
    faults.CloseAfter: _close_after,
    faults.GoStale: _go_stale,
}


def _head(answer: Answer) -> bytes:
    """The status line and headers of an answer, for a connection that ends with it."""
    lines = [f"HTTP/1.1 {answer.status} {reason(answer.status)}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    lines += [f"content-length: {len(answer.body)}", "connection: close", "", ""]
    return "\r\n".join(lines).encode()
