"""The transport over the network: aiobotocore's and botocore's parts, without their generic client."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import asyncio
import importlib.metadata
import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from aio_workflows.errors import ClientClosedError
from aio_workflows.protocol.operations import SERVICE
from aio_workflows.protocol.retry_after import parse_date
from aio_workflows.transport.base import HttpResponse
from aio_workflows.transport.credential_chain import CredentialChain
from aio_workflows.transport.credential_source import CredentialSource
from aio_workflows.transport.credentials import CredentialProvider, Credentials, MfaPrompt
from aio_workflows.transport.endpoint import Endpoint, resolve
from aio_workflows.transport.http import HttpSession, Route, SignedRequest, find_route
from aio_workflows.transport.session import open_session
from aio_workflows.transport.shared import SharedWork
from aio_workflows.transport.signing import sign

SMALLEST_SKEW: Final = 240.0
"""Seconds between our clock and the server's that count as a clock that is off (AWS allows 300)."""

_SIGNED_WITH: ContextVar[float] = ContextVar("_SIGNED_WITH", default=0.0)
"""By how many seconds our clock was corrected for the last attempt. A call makes its attempts in one
context, so it can tell there whether the correction has changed since."""

_HEADERS: Final = {"User-Agent": f"aio_workflows/{importlib.metadata.version('aio-workflows')}"}


class AiobotocoreTransport:
    """Sends signed requests to the service's endpoint in one region. Opens on first use."""

    def __init__(
        self,
        *,
        region: str | None,
        profile: str | None = None,
        mfa_prompt: MfaPrompt | None = None,
        credentials: Credentials | CredentialProvider | None = None,
        session: Any = None,
        endpoint_url: str | None = None,
        connect_timeout: float = 5.0,
        read_timeout: float = 30.0,
        max_connections: int = 10,
        allow_plaintext: bool = False,
        service: str = SERVICE,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._service = service
        self._region = region
        self._open_session = partial(open_session, session, profile, region)
        self._endpoint_url = endpoint_url
        self._allow_plaintext = allow_plaintext
        self._limits: dict[str, Any] = {
            "connect_timeout": connect_timeout,
            "read_timeout": read_timeout,
            "max_connections": max_connections,
        }
        self._clock = clock
        self._offset = 0.0
        self._credentials = CredentialSource(
            credentials,
            lambda: CredentialChain(self._open_session, mfa_prompt=mfa_prompt, is_given=session is not None),
        )
        self._opened: tuple[Endpoint, HttpSession] | None = None
        self._opening = SharedWork(self._open, "the client to open")
        self._is_closed = False

    async def send(
        self,
        method: str,
        path: str,
        query: Sequence[tuple[str, str]],
        headers: Mapping[str, str],
        body: bytes,
        deadline: float,
    ) -> HttpResponse:
        """Make one attempt: see :class:`aio_workflows.transport.base.Transport`."""
        if self._is_closed:
            raise ClientClosedError("the client is closed; make a new one")
        now = asyncio.get_running_loop().time
        endpoint, http = self._opened or await self._opening.result(deadline - now())
        keys = await self._credentials.get(deadline - now())
        url = endpoint.url + path
        if query:
            url += "?" + "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in query)
        _SIGNED_WITH.set(self._offset)
        signed = sign(
            method,
            url,
            {**_HEADERS, **headers},
            body,
            credentials=keys,
            service=self._service,
            region=endpoint.region,
            now=self._clock() + self._offset,
        )
        return await http.exchange(SignedRequest(method, url, signed, body), deadline)

    async def renew_credentials(self) -> bool:
        """Have the credentials fetched anew by the next attempt."""
        return self._credentials.forget()

    def correct_clock(self, server_date: str | None) -> bool:
        """Take over the server's time if the one that the call's last attempt was signed with is far from it.

        Calls that are refused together are all told to try again, whichever of them corrected it.
        """
        date = parse_date(server_date)
        if date is None:
            return False
        offset = date.timestamp() - self._clock()
        if abs(offset - _SIGNED_WITH.get()) < SMALLEST_SKEW:
            return False
        self._offset = offset
        return True

    async def aclose(self) -> None:
        """Close every connection."""
        self._is_closed = True
        await self._opening.aclose()
        await self._credentials.aclose()
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened[1].aclose()

    async def _open(self) -> tuple[Endpoint, HttpSession]:
        endpoint, route = await asyncio.to_thread(self._look_up)
        http = HttpSession(endpoint, route, **self._limits)
        await http.open()
        self._opened = endpoint, http
        return self._opened

    def _look_up(self) -> tuple[Endpoint, Route]:
        """Where requests go. Reads configuration files, the endpoint rules and certificates."""
        session = self._open_session(None)
        endpoint = resolve(
            session, self._service, self._region, self._endpoint_url, allow_plaintext=self._allow_plaintext
        )
        return endpoint, find_route(endpoint)


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")
