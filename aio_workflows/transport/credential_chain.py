"""Where keys are found if none are given: botocore's chain, as a credential provider."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    InvalidConfigError,
    NoRegionError,
    PartialCredentialsError,
    RefreshWithMFAUnsupportedError,
    SSOTokenLoadError,
    UnauthorizedSSOTokenError,
)

from aio_workflows.errors import ConfigurationError
from aio_workflows.transport.credentials import Credentials
from aio_workflows.transport.quiet import quiet

_NOT_FOUND: Final = (
    "no credentials found: looked at the environment (AWS_ACCESS_KEY_ID), the shared files and their profile, "
    "SSO, roles, the container and the instance metadata"
)

_TELLING: Final = (
    InvalidConfigError,
    NoRegionError,
    PartialCredentialsError,
    SSOTokenLoadError,
    UnauthorizedSSOTokenError,
)
"""Errors whose text says what to do. The text of others may hold what a process or a host answered."""


class CredentialChain:
    """Finds keys as AWS tools do: environment, shared files, SSO, roles, container, instance.

    What was found refreshes itself before it expires. ``new_session`` gives a session with nothing
    cached, or always the one that the user gave.
    """

    def __init__(self, new_session: Callable[[], Awaitable[Any]]) -> None:
        self._new_session = new_session
        self._found: Any = None

    async def __call__(self) -> Credentials:
        """The keys.

        :raises ConfigurationError: there are none, or they cannot be fetched.
        """
        try:
            with quiet():
                return await self._keys()
        except ClientError as error:
            cause = f"{error.operation_name} was refused with {error.response['Error']['Code']}"
        except _TELLING as error:
            cause = str(error)
        except BotoCoreError as error:
            cause = type(error).__name__
        raise ConfigurationError(f"the credentials cannot be fetched: {cause}")

    async def _keys(self) -> Credentials:
        if self._found is None:
            self._found = await self._look()
        try:
            frozen = await self._found.get_frozen_credentials()
        except RefreshWithMFAUnsupportedError:  # botocore asks for a code only once
            self._found = await self._look()
            frozen = await self._found.get_frozen_credentials()
        expires_at = getattr(self._found, "_expiry_time", None)
        return Credentials(frozen.access_key, frozen.secret_key, frozen.token, expires_at)

    async def _look(self) -> Any:
        session = await self._new_session()
        found = session._credentials
        if found is None or found.method != "explicit":  # not put there by set_credentials()
            # Past the session's own cache, which would give keys that were rejected for ever.
            found = await session.get_component("credential_provider").load_credentials()
        if found is None:
            raise ConfigurationError(_NOT_FOUND)
        return found
