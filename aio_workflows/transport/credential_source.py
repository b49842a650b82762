"""The keys to sign with: kept until they are near their end, and fetched by one task for all."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final, cast

from aio_workflows.errors import ConfigurationError
from aio_workflows.transport.credentials import CredentialProvider, Credentials
from aio_workflows.transport.shared import SharedWork

_RENEWED_BEFORE: Final = 900.0
"""Seconds before their end that keys are asked for anew, as AWS tools do."""

_KEPT_AT_MOST: Final = 60.0
"""Seconds that keys are kept whose end is nearer than that, or unknown."""

_USED: ContextVar[int] = ContextVar("_USED", default=0)
"""Which fetch gave the keys of the last attempt. A call makes its attempts in one context, so it
can tell there which keys were rejected."""


class CredentialSource:
    """Gives keys for each attempt; asks a provider for them again when they may have changed.

    ``new_provider`` makes a provider that has nothing cached, at first and when keys were rejected.
    ``clock`` gives seconds that only grow, ``now`` seconds since 1970.
    """

    def __init__(
        self,
        given: Credentials | None,
        new_provider: Callable[[], CredentialProvider],
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._is_fixed = given is not None
        self._keys = given
        self._kept_until = float("inf")
        self._fetches = 0
        self._new_provider = new_provider
        self._provider = new_provider()
        self._fetch = SharedWork(self._fetch_keys, "credentials")
        self._clock = clock
        self._now = now

    async def get(self, timeout: float) -> Credentials:
        """Keys for an attempt, within ``timeout`` seconds."""
        keys = self._keys
        if keys is None or self._clock() >= self._kept_until:
            keys = await self._fetch.result(timeout)
        _USED.set(self._fetches)
        return keys

    def forget(self) -> bool:
        """Ask anew at the next attempt, since the keys of this call's last one were rejected.

        Does nothing if others have been fetched meanwhile: calls that fail together ask once.
        False if the keys were given as they are.
        """
        if not self._is_fixed and self._keys is not None and _USED.get() == self._fetches:
            self._keys = None
            self._provider = self._new_provider()
        return not self._is_fixed

    async def aclose(self) -> None:
        """End a fetch that is under way."""
        await self._fetch.aclose()

    async def _fetch_keys(self) -> Credentials:
        try:
            keys = cast("object", await self._provider())
        except ConfigurationError:
            raise
        except Exception as error:  # noqa: BLE001 - a provider may be anything, and its errors are not ours
            # Without its text, which may hold what a credential process printed.
            raise ConfigurationError(f"the credentials cannot be fetched: {type(error).__name__}") from None
        if not isinstance(keys, Credentials):
            raise ConfigurationError(
                f"the function given as credentials must return Credentials, not {type(keys).__name__}"
            )
        self._keys, self._kept_until = keys, self._clock() + self._seconds_to_keep(keys)
        self._fetches += 1
        return keys

    def _seconds_to_keep(self, keys: Credentials) -> float:
        if keys.expires_at is None:
            return _KEPT_AT_MOST
        left = keys.expires_at.timestamp() - self._now()
        return max(left - _RENEWED_BEFORE, min(_KEPT_AT_MOST, left / 2))
