"""The keys to sign with: fetched by one shared task for all, shielded from the cancellation of any."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aio_workflows.errors import CallTimeoutError, ClientClosedError, ConfigurationError
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
        self._is_fixed = isinstance(given, Credentials)
        self._keys: Credentials | None = given if isinstance(given, Credentials) else None
        self._provider = self._from_chain if given is None or isinstance(given, Credentials) else given
        self._new_session = new_session
        self._clock = clock
        self._chain: Any = None
        self._fetched_at = 0.0
        self._fetch: asyncio.Task[Credentials | str] | None = None

    async def get(self, deadline: float) -> Credentials:
        """Keys for an attempt; ``deadline`` is a reading of the event loop's clock."""
        if self._keys is not None and (self._is_fixed or self._clock() - self._fetched_at < _KEPT_FOR):
            return self._keys
        if self._fetch is None or self._fetch.done():
            self._fetch = asyncio.create_task(self._fetch_keys())
        fetch = self._fetch
        # Waited for, not awaited: the cancellation of one that waits does not reach the others.
        done, _ = await asyncio.wait({fetch}, timeout=deadline - asyncio.get_running_loop().time())
        if not done:
            raise CallTimeoutError("the time limit passed while waiting for credentials")
        if fetch.cancelled():
            raise ClientClosedError("the client was closed while it waited for credentials")
        keys = fetch.result()
        if isinstance(keys, str):
            raise ConfigurationError(keys)  # an error for each that waited: they get facts of their own
        return keys

    def forget(self) -> bool:
        """Ask anew at the next attempt, from the files on. False if the keys were given as they are."""
        if not self._is_fixed:
            self._keys = self._chain = None
        return not self._is_fixed

    async def aclose(self) -> None:
        """End a fetch that is under way."""
        if self._fetch is not None:
            self._fetch.cancel()
            await asyncio.wait({self._fetch})

    async def _fetch_keys(self) -> Credentials | str:
        """The keys, or in words why there are none."""
        try:
            keys = await self._provider()
        except ConfigurationError as error:
            return error.message
        except Exception as error:  # noqa: BLE001 - a provider may be anything, and its errors are not ours
            # Without its text, which may hold what a credential process printed.
            return f"the credentials cannot be fetched: {type(error).__name__}"
        self._keys, self._fetched_at = keys, self._clock()
        return keys

    async def _from_chain(self) -> Credentials:
        if self._chain is None:
            self._chain = await (await self._new_session()).get_credentials()
        if self._chain is None:
            raise ConfigurationError(_WHERE)
        frozen = await self._chain.get_frozen_credentials()
        return Credentials(frozen.access_key, frozen.secret_key, frozen.token)
