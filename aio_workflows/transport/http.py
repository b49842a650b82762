"""Sends one HTTP request once, over TLS and proxies as the AWS configuration has them, with limits of ours."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportPrivateUsage=false

from __future__ import annotations

import asyncio
import ssl
import weakref
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Final, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

from aio_workflows.errors import (
    CallTimeoutError,
    ConfigurationError,
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

_CLOSE_ENOUGH: Final = 0.001
"""Seconds between two time limits that are one: head and body are mostly written together."""

_KEPT_IDLE: Final = 12.0  # seconds; as botocore's clients do


class SignedRequest(NamedTuple):
    """What one attempt sends. ``url`` is percent-encoded, its query included."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Route:
    """How an endpoint is reached: what its certificate is checked with, and the proxy before it, if any."""

    tls: ssl.SSLContext | bool
    proxy: URL | None
    proxy_headers: Mapping[str, str]


def find_route(endpoint: Endpoint) -> Route:
    """The route to an endpoint. Reads the certificates, which takes a while: call it off the event loop.

    ``HTTPS_PROXY``, ``HTTP_PROXY`` and ``NO_PROXY`` count, in small letters too.

    :raises ConfigurationError: the bundle of certificates cannot be read, or the proxy's URL is malformed.
    """
    tls = _tls(endpoint.ca_bundle) if endpoint.url.startswith("https:") else True
    parts = urlsplit(endpoint.url)
    proxies = {} if proxy_bypass(parts.netloc) else getproxies()
    if not proxies.get(parts.scheme):
        return Route(tls, None, {})
    return _through_proxy(endpoint, tls, proxies)


def _through_proxy(endpoint: Endpoint, tls: ssl.SSLContext | bool, proxies: Mapping[str, str]) -> Route:
    from botocore.httpsession import ProxyConfiguration

    configured = ProxyConfiguration(proxies=proxies)
    try:
        proxy: str | None = configured.proxy_url_for(endpoint.url)
        headers: Mapping[str, str] = configured.proxy_headers_for(proxy) if proxy else {}
        return Route(tls, URL(proxy).with_user(None) if proxy else None, headers)
    except ValueError:
        raise ConfigurationError(
            "the proxy's URL (HTTPS_PROXY or HTTP_PROXY) is malformed; it must be like http://host:port"
        ) from None


def _tls(bundle: str | None) -> ssl.SSLContext:
    from botocore.httpsession import get_cert_path

    path: str = get_cert_path(bundle or True)
    try:
        return ssl.create_default_context(cafile=path)
    except OSError as error:
        raise ConfigurationError(
            f"the CA bundle (AWS_CA_BUNDLE or ca_bundle) cannot be read: {path} ({type(error).__name__})"
        ) from None


class HttpSession:
    """Exchanges over a pool of connections to one endpoint; never sends twice, never follows a redirect."""

    def __init__(
        self,
        endpoint: Endpoint,
        route: Route,
        *,
        connect_timeout: float,
        read_timeout: float,
        max_connections: int,
    ) -> None:
        self._endpoint = endpoint
        self._route = route
        self._connect_limit = connect_timeout
        self._read_limit = read_timeout
        # The only queue, so that waiting is never charged to a connection's limit.
        self._slots = asyncio.Semaphore(max_connections)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ssl=route.tls, keepalive_timeout=_KEPT_IDLE),
            timeout=aiohttp.ClientTimeout(),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers={"Content-Type"},
            auto_decompress=False,
            trace_configs=[_trace()],
        )
        # aiohttp sends a PUT again by itself otherwise; it has no public switch for it.
        self._session._retry_connection = False
        self._open = _kept_open(self._session)
        self._let_go = weakref.finalize(self, _drop, self._open)

    async def open(self) -> None:
        """Have the event loop look after the connections, until :meth:`aclose`."""
        await anext(self._open)

    async def aclose(self) -> None:
        """Close every connection."""
        self._let_go.detach()
        await self._open.aclose()

    async def exchange(self, request: SignedRequest, deadline: float) -> HttpResponse:
        """One attempt. ``deadline`` is a reading of the event loop's clock."""
        if not self._slots.locked():
            await self._slots.acquire()  # at once: there is nothing to limit
        else:
            try:
                async with asyncio.timeout_at(deadline):
                    await self._slots.acquire()
            except TimeoutError:
                raise CallTimeoutError("the time limit passed while waiting for a free connection") from None
        try:
            return await self._send(request, deadline)
        finally:
            self._slots.release()

    async def _send(self, request: SignedRequest, deadline: float) -> HttpResponse:
        progress = Progress()
        loop = asyncio.get_running_loop()
        limit = asyncio.timeout_at(min(deadline, loop.time() + self._connect_limit))

        def written() -> None:
            # From here on the answer has its own time: the whole of it, not a piece at a time.
            progress.written = True
            until = min(deadline, loop.time() + self._read_limit)
            if abs(until - (limit.when() or 0.0)) > _CLOSE_ENOUGH:
                limit.reschedule(until)

        try:
            async with (
                limit,
                self._session.request(
                    request.method,
                    URL(request.url, encoded=True),
                    headers={**request.headers, **_UNCOMPRESSED},
                    data=request.body or None,
                    proxy=self._route.proxy,
                    proxy_headers=self._route.proxy_headers,
                    allow_redirects=False,
                    trace_request_ctx=(progress, written),
                ) as response,
            ):
                progress.answered = True
                content = await _read(response)
                answer_headers = {name.lower(): value for name, value in response.headers.items()}
                return HttpResponse(response.status, answer_headers, content, self._endpoint.host)
        except InvalidResponseError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the libraries let out becomes ours
            if limit.expired() and isinstance(error, TimeoutError):
                raise _timed_out(progress, self._endpoint) from None
            raise translate(error, progress, self._endpoint)  # noqa: B904 - it has its cause already


async def _kept_open(session: aiohttp.ClientSession) -> AsyncGenerator[None]:
    """Closes the session when it is closed itself, when nothing refers to it, or when the event loop ends.

    The last two are done by the event loop, which looks after its asynchronous generators: so a
    client that nobody closed leaves neither connections nor complaints.
    """
    try:
        yield
    finally:
        await session.close()


def _drop(_: AsyncGenerator[None]) -> None:
    """Have the last reference to the generator go, when its owner has gone.

    Until then the generator is referred to from outside the owner. Otherwise the garbage collector
    would find both at once, and have aiohttp complain of connections before they can be closed.
    """


def _timed_out(progress: Progress, endpoint: Endpoint) -> TransportError:
    if progress.written:
        return ReadTimeoutError(f"{endpoint.host} did not answer in time", host=endpoint.host)
    return ConnectTimeoutError(
        f"no connection in time: {endpoint.host} (region {endpoint.region})", host=endpoint.host
    )


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The whole body, if it is not too long."""
    content = bytearray()
    while chunk := await response.content.readany():
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
