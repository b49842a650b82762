"""The keys to sign with: fetched by one shared task for all, shielded from the cancellation of any."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from botocore.exceptions import BotoCoreError

from aio_workflows.errors import CallTimeoutError, ConfigurationError
from aio_workflows.transport.credentials import CredentialProvider, Credentials

_KEPT_FOR: Final = 60.0  # seconds that fetched keys are used without asking again

_WHERE: Final = (
    "no credentials found: looked at the environment (AWS_ACCESS_KEY_ID), the shared files and their profile, "
    "SSO, roles, the container and the instance metadata"
)


class CredentialSource:
    """Gives keys for each attempt; asks for them again when they may have changed."""

    def __init__(
        self,
        given: Credentials | CredentialProvider | None,
        new_session: Callable[[], Awaitable[Any]],
        clock: Callable[[], float],
    ) -> None:
        self._fixed = given if isinstance(given, Credentials) else None
        self._provider = given if not isinstance(given, Credentials) else None
        self._new_session = new_session
        self._clock = clock
        self._chain: Any = None
        self._keys: Credentials | None = self._fixed
        self._fetched_at = 0.0
        self._fetch: asyncio.Task[Credentials] | None = None

    async def get(self, deadline: float) -> Credentials:
        """Keys for an attempt; ``deadline`` is a reading of the event loop's clock."""
        if self._fixed is not None:
            return self._fixed
        if self._keys is not None and self._clock() - self._fetched_at < _KEPT_FOR:
            return self._keys
        if self._fetch is None or self._fetch.done():
            self._fetch = asyncio.create_task(self._fetch_keys())
        try:
            async with asyncio.timeout_at(deadline):
                return await asyncio.shield(self._fetch)
        except TimeoutError:
            raise CallTimeoutError("the time limit passed while waiting for credentials") from None

    def forget(self) -> bool:
        """Ask anew at the next attempt, from the files on. False if the keys were given as they are."""
        if self._fixed is not None:
            return False
        self._keys = self._chain = None
        return True

    async def aclose(self) -> None:
        """End a fetch that is under way."""
        if self._fetch is not None:
            self._fetch.cancel()
            await asyncio.gather(self._fetch, return_exceptions=True)

    async def _fetch_keys(self) -> Credentials:
        keys = await (self._provider() if self._provider is not None else self._from_chain())
        self._keys, self._fetched_at = keys, self._clock()
        return keys

    async def _from_chain(self) -> Credentials:
        try:
            if self._chain is None:
                self._chain = await (await self._new_session()).get_credentials()
            if self._chain is None:
                raise ConfigurationError(_WHERE)
            frozen = await self._chain.get_frozen_credentials()
        except BotoCoreError as error:
            # Its text may hold what a credential process printed.
            raise ConfigurationError(f"the credentials cannot be fetched: {type(error).__name__}") from None
        return Credentials(frozen.access_key, frozen.secret_key, frozen.token)
