"""The keys to sign with: kept until they are near their end, and fetched by one task for all."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final, cast

from aio_workflows.errors import ConfigurationError
from aio_workflows.transport.credentials import CredentialProvider, Credentials
from aio_workflows.transport.shared import SharedWork

_logger: Final = logging.getLogger("aio_workflows.transport")
_logger.addHandler(logging.NullHandler())

_RENEWED_BEFORE: Final = 900.0
"""Seconds before their end that keys are asked for anew, as AWS tools do."""

_KEPT_AT_MOST: Final = 60.0
"""Seconds that keys are kept whose end is nearer than that, or unknown."""

_USED: ContextVar[int] = ContextVar("_USED", default=0)
"""Which fetch gave the keys of the last attempt. A call makes its attempts in one context, so it
can tell there which keys were rejected."""


class CredentialSource:
    """Gives keys for each attempt; asks for them again when they may have changed.

    ``given`` are the keys themselves, or who gives them; without either, ``new_chain`` makes a
    provider that finds them, with nothing cached, at first and when keys were rejected. ``clock``
    gives seconds that only grow, ``now`` seconds since 1970.
    """

    def __init__(
        self,
        given: Credentials | CredentialProvider | None,
        new_chain: Callable[[], CredentialProvider],
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._is_fixed = isinstance(given, Credentials)
        self._keys = given if isinstance(given, Credentials) else None
        self._new_provider = new_chain if given is None or isinstance(given, Credentials) else lambda: given
        self._provider: CredentialProvider | None = None  # made when it is asked
        self._kept_until = float("inf")
        self._fetches = 0
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
            self._keys = self._provider = None
        return not self._is_fixed

    async def aclose(self) -> None:
        """End a fetch that is under way."""
        await self._fetch.aclose()

    async def _fetch_keys(self) -> Credentials:
        """New keys; or the old ones for a while longer, if there are no new ones and those are still good."""
        try:
            keys = await self._ask()
        except ConfigurationError as error:
            old = self._keys  # none, if they were rejected meanwhile
            if old is None or self._seconds_left(old) <= 0:
                raise
            keys = old
            _logger.warning("the old credentials are used for as long as they are good: %s", error.message)
        else:
            self._keys = keys
            self._fetches += 1
        left = self._seconds_left(keys)
        kept = max(left - _RENEWED_BEFORE, min(_KEPT_AT_MOST, left / 2))
        self._kept_until = self._clock() + (_KEPT_AT_MOST if keys.expires_at is None else kept)
        return keys

    async def _ask(self) -> Credentials:
        try:
            self._provider = self._provider or self._new_provider()
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
        return keys

    def _seconds_left(self, keys: Credentials) -> float:
        """How long they are good for, as far as is known."""
        return keys.expires_at.timestamp() - self._now() if keys.expires_at is not None else 0.0
