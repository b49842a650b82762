"""Sends one HTTP request once: aiobotocore's session for proxies and TLS, with limits of ours."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUntypedBaseClass=false, reportUnknownArgumentType=false, reportPrivateUsage=false

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Final, NamedTuple

import aiohttp
from aiobotocore.httpsession import AIOHTTPSession
from yarl import URL

from aio_workflows.errors import (
    CallTimeoutError,
    ConnectTimeoutError,
    InvalidResponseError,
    ReadTimeoutError,
    TransportError,
)
from aio_workflows.transport.base import HttpResponse
from aio_workflows.transport.endpoint import Endpoint
from aio_workflows.transport.failures import Progress, translate

_UNCOMPRESSED: Final = {"Accept-Encoding": "identity"}
"""Not signed, as proxies may change it. Nothing is decompressed here; aiohttp would ask for gzip."""

LARGEST_ANSWER: Final = 4 * 1024 * 1024
"""Bytes of an answer that are read; a longer one is no answer of this service."""


class SignedRequest(NamedTuple):
    """What one attempt sends. ``url`` is percent-encoded, its query included."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


class HttpSession(AIOHTTPSession):  # type: ignore[misc]  # aiobotocore ships no types
    """One exchange at a time and connection; never sends twice, never follows a redirect."""

    def __init__(
        self, *, connect_timeout: float, read_timeout: float, max_connections: int, **options: Any
    ) -> None:
        # Our own limit is the only queue, so that waiting is never charged to a connection's limit.
        unlimited: Any = (None, None)
        super().__init__(timeout=unlimited, max_pool_connections=max_connections, **options)
        self._connect_limit = connect_timeout
        self._read_limit = read_timeout
        self._slots = asyncio.Semaphore(max_connections)

    async def _get_session(self, proxy_url: str | None) -> aiohttp.ClientSession:
        session: aiohttp.ClientSession = await super()._get_session(proxy_url)
        if session._retry_connection:  # it is new
            # aiohttp sends a PUT again by itself otherwise; it has no public switch for it.
            session._retry_connection = False
            session.trace_configs.append(_trace())
        return session

    async def exchange(self, request: SignedRequest, endpoint: Endpoint, deadline: float) -> HttpResponse:
        """One attempt. ``deadline`` is a reading of the event loop's clock."""
        try:
            async with asyncio.timeout_at(deadline):
                await self._slots.acquire()
        except TimeoutError:
            raise CallTimeoutError("the time limit passed while waiting for a free connection") from None
        try:
            return await self._send(request, endpoint, deadline)
        finally:
            self._slots.release()

    async def _send(self, request: SignedRequest, endpoint: Endpoint, deadline: float) -> HttpResponse:
        progress = Progress()
        loop = asyncio.get_running_loop()
        limit = asyncio.timeout_at(min(deadline, loop.time() + self._connect_limit))

        def written() -> None:
            # From here on the answer has its own time: the whole of it, not a piece at a time.
            progress.written = True
            limit.reschedule(min(deadline, loop.time() + self._read_limit))

        try:
            async with limit:
                proxy = self._proxy_config.proxy_url_for(request.url)
                session = await self._get_session(proxy)
                async with session.request(
                    request.method,
                    URL(request.url, encoded=True),
                    headers={**request.headers, **_UNCOMPRESSED},
                    data=request.body or None,
                    proxy=proxy,
                    proxy_headers=self._proxy_config.proxy_headers_for(request.url),
                    allow_redirects=False,
                    trace_request_ctx=(progress, written),
                ) as response:
                    progress.answered = True
                    content = await _read(response)
                    answer_headers = {name.lower(): value for name, value in response.headers.items()}
                    return HttpResponse(response.status, answer_headers, content)
        except InvalidResponseError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the libraries let out becomes ours
            if limit.expired() and isinstance(error, TimeoutError):
                raise _timed_out(progress, endpoint) from None
            raise translate(error, progress, endpoint)  # noqa: B904 - it has its cause already


def _timed_out(progress: Progress, endpoint: Endpoint) -> TransportError:
    if progress.written:
        return ReadTimeoutError(f"{endpoint.host} did not answer in time", host=endpoint.host)
    return ConnectTimeoutError(f"no connection to {endpoint.host} in time", host=endpoint.host)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The whole body, if it is not too long."""
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > LARGEST_ANSWER:
            raise InvalidResponseError(
                f"the answer is longer than {LARGEST_ANSWER} bytes", http_status=response.status
            )
    return bytes(content)


def _trace() -> aiohttp.TraceConfig:
    """Tells an attempt how far it has come."""
    trace = aiohttp.TraceConfig()

    async def reused(_: object, context: SimpleNamespace, __: object) -> None:
        context.trace_request_ctx[0].reused = True

    async def sent(_: object, context: SimpleNamespace, __: object) -> None:
        context.trace_request_ctx[1]()

    trace.on_connection_reuseconn.append(reused)
    trace.on_request_headers_sent.append(sent)
    trace.on_request_chunk_sent.append(sent)
    trace.freeze()
    return trace
