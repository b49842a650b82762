"""The transport over the network: aiobotocore's and botocore's parts, without their generic client."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Final
from urllib.parse import quote

from aio_workflows.errors import ClientClosedError
from aio_workflows.protocol.operations import SERVICE
from aio_workflows.protocol.retry_after import parse_date
from aio_workflows.transport.base import HttpResponse
from aio_workflows.transport.credential_source import CredentialSource
from aio_workflows.transport.credentials import CredentialProvider, Credentials, MfaPrompt
from aio_workflows.transport.endpoint import Endpoint, make_endpoint
from aio_workflows.transport.http import HttpSession, Route, SignedRequest, find_route
from aio_workflows.transport.shared import SharedWork
from aio_workflows.transport.signing import Signer
from aio_workflows.version import VERSION

SMALLEST_SKEW: Final = 240.0
"""Seconds between our clock and the server's that count as a clock that is off (AWS allows 300)."""

_SIGNED_WITH: ContextVar[float] = ContextVar("_SIGNED_WITH", default=0.0)
"""By how many seconds our clock was corrected for the last attempt. A call makes its attempts in one
context, so it can tell there whether the correction has changed since."""

_HEADERS: Final = {"User-Agent": f"aio_workflows/{VERSION}"}


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
        self._profile = profile
        self._mfa_prompt = mfa_prompt
        self._session = session
        self._endpoint_url = endpoint_url
        self._allow_plaintext = allow_plaintext
        self._limits: dict[str, Any] = {
            "connect_timeout": connect_timeout,
            "read_timeout": read_timeout,
            "max_connections": max_connections,
        }
        self._clock = clock
        self._offset = 0.0
        self._credentials = CredentialSource(credentials, self._new_chain)
        self._opened: tuple[str, Signer, HttpSession] | None = None
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
        base, signer, http = self._opened or await self._opening.result(deadline - now())
        keys = await self._credentials.get(deadline - now())
        url = base + path
        if query:
            url += "?" + "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in query)
        _SIGNED_WITH.set(self._offset)
        signed = signer.sign(
            method, url, {**_HEADERS, **headers}, body, credentials=keys, now=self._clock() + self._offset
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
            await opened[-1].aclose()

    async def _open(self) -> tuple[str, Signer, HttpSession]:
        endpoint, route = await asyncio.to_thread(self._look_up)
        http = HttpSession(endpoint, route, **self._limits)
        await http.open()
        self._opened = endpoint.url, Signer(self._service, endpoint.region), http
        return self._opened

    def _look_up(self) -> tuple[Endpoint, Route]:
        """Where requests go. Reads configuration files, the endpoint rules and certificates."""
        endpoint = self._told_endpoint() or self._configured_endpoint()
        return endpoint, find_route(endpoint)

    def _told_endpoint(self) -> Endpoint | None:
        """The endpoint, if there is nothing to look up: botocore takes 100 ms to import for that.

        With https:// there is: the configuration may name certificates.
        """
        region, url = self._region, self._endpoint_url
        if not region or not url or not url.startswith("http:") or self._profile or self._session:
            return None
        return make_endpoint(url, region, None, allow_plaintext=self._allow_plaintext)

    def _configured_endpoint(self) -> Endpoint:
        from aio_workflows.transport.endpoint_rules import resolve

        session, url = self._open_session(None), self._endpoint_url
        return resolve(session, self._service, self._region, url, allow_plaintext=self._allow_plaintext)

    def _open_session(self, mfa_prompt: MfaPrompt | None) -> Any:
        """Reads files, so it is called off the event loop."""
        from aio_workflows.transport.session import open_session

        return open_session(self._session, self._profile, self._region, mfa_prompt)

    def _new_chain(self) -> CredentialProvider:
        from aio_workflows.transport.credential_chain import CredentialChain

        is_given = self._session is not None
        return CredentialChain(self._open_session, mfa_prompt=self._mfa_prompt, is_given=is_given)


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")
