"""The transport over the network: aiobotocore's and botocore's parts, without their generic client."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import asyncio
import importlib.metadata
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from aiobotocore.session import AioSession
from botocore.exceptions import BotoCoreError
from botocore.utils import get_environ_proxies

from aio_workflows.errors import ClientClosedError, ConfigurationError
from aio_workflows.protocol.operations import SERVICE
from aio_workflows.protocol.retry_after import parse_date
from aio_workflows.transport.base import HttpResponse
from aio_workflows.transport.credential_source import CredentialSource
from aio_workflows.transport.credentials import CredentialProvider, Credentials
from aio_workflows.transport.endpoint import Endpoint, resolve
from aio_workflows.transport.http import HttpSession, SignedRequest
from aio_workflows.transport.signing import sign

SMALLEST_SKEW: Final = 240.0
"""Seconds between our clock and the server's that count as a clock that is off (AWS allows 300)."""

_HEADERS: Final = {"User-Agent": f"aio_workflows/{importlib.metadata.version('aio-workflows')}"}


class AiobotocoreTransport:
    """Sends signed requests to the service's endpoint in one region. Opens on first use."""

    def __init__(
        self,
        *,
        region: str | None,
        profile: str | None = None,
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
        self._session = session
        self._endpoint_url = endpoint_url
        self._limits: dict[str, Any] = {
            "connect_timeout": connect_timeout,
            "read_timeout": read_timeout,
            "max_connections": max_connections,
        }
        self._allow_plaintext = allow_plaintext
        self._clock = clock
        self._offset = 0.0
        self._credentials = CredentialSource(credentials, self._new_session, time.monotonic)
        self._endpoint: Endpoint | None = None
        self._http: HttpSession | None = None
        self._opening = asyncio.Lock()
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
        endpoint, http = await self._open()
        keys = await self._credentials.get(deadline)
        url = endpoint.url + path
        if query:
            url += "?" + "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in query)
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
        return await http.exchange(SignedRequest(method, url, signed, body), endpoint, deadline)

    async def renew_credentials(self) -> bool:
        """Have the credentials fetched anew by the next attempt."""
        return self._credentials.forget()

    def correct_clock(self, server_date: str | None) -> bool:
        """Take over the server's time if ours is far from it."""
        date = parse_date(server_date)
        if date is None:
            return False
        offset = date.timestamp() - self._clock()
        if abs(offset - self._offset) < SMALLEST_SKEW:
            return False
        self._offset = offset
        return True

    async def aclose(self) -> None:
        """Close every connection."""
        self._is_closed = True
        await self._credentials.aclose()
        http, self._http = self._http, None
        if http is not None:
            await http.__aexit__(None, None, None)

    async def _open(self) -> tuple[Endpoint, HttpSession]:
        self._check_open()
        if self._endpoint is None or self._http is None:
            async with self._opening:
                if self._endpoint is None or self._http is None:
                    self._endpoint = await self._resolve()
                    http = HttpSession(
                        verify=self._endpoint.verify,
                        proxies=get_environ_proxies(self._endpoint.url),
                        **self._limits,
                    )
                    self._http = await http.__aenter__()
                    if self._is_closed:  # meanwhile
                        await self.aclose()
                        self._check_open()
        return self._endpoint, self._http

    def _check_open(self) -> None:
        if self._is_closed:
            raise ClientClosedError("the client is closed; make a new one")

    async def _resolve(self) -> Endpoint:
        """The endpoint. Reads configuration files and the endpoint rules, in a thread."""
        session = await self._new_session()
        return await asyncio.to_thread(
            resolve,
            session,
            self._service,
            self._region,
            self._endpoint_url,
            allow_plaintext=self._allow_plaintext,
        )

    async def _new_session(self) -> Any:
        if self._session is not None:
            return self._session
        return await asyncio.to_thread(self._make_session)

    def _make_session(self) -> Any:
        try:
            session: Any = AioSession(profile=self._profile)
            session.get_scoped_config()
            # A library must never read the terminal: botocore would ask there for an MFA code.
            session.get_component("credential_provider").get_provider(
                "assume-role"
            )._prompter = _refuse_prompt
        except BotoCoreError as error:
            raise ConfigurationError(f"the AWS configuration cannot be used: {error}") from None
        return session


def _refuse_prompt(_: str) -> str:
    raise ConfigurationError(
        "the profile's role wants an MFA code, which this client does not ask for: "
        "give credentials= or a profile whose keys are already there"
    )


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")
