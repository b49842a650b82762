"""Where keys are found if none are given: botocore's chain, as a credential provider."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportPrivateUsage=false

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, cast

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
from aio_workflows.transport.apart import run_apart
from aio_workflows.transport.credentials import Credentials, MfaPrompt
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

    What was found refreshes itself before it expires. botocore reads files and tokens from within its
    coroutines, so they run apart from the caller's event loop; ``mfa_prompt`` runs on that loop.

    ``open_session`` gives a session with nothing cached, which asks for MFA codes by what it is given.
    Or always the session of the user, which ``is_given`` says: its providers may be made for the
    event loop that the user has it on, so they run there.
    """

    def __init__(
        self,
        open_session: Callable[[MfaPrompt | None], Any],
        *,
        mfa_prompt: MfaPrompt | None = None,
        is_given: bool = False,
    ) -> None:
        self._open_session = open_session
        self._mfa_prompt = mfa_prompt
        self._is_given = is_given
        self._callers_loop: asyncio.AbstractEventLoop | None = None
        self._found: Any = None

    async def __call__(self) -> Credentials:
        """The keys.

        :raises ConfigurationError: there are none, or they cannot be fetched.
        """
        self._callers_loop = asyncio.get_running_loop()
        try:
            with quiet():
                if self._is_given:
                    return await self._keys()
                return await run_apart(self._keys, "aio_workflows credentials")
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
        prompt = self._asking(self._mfa_prompt) if self._mfa_prompt else None
        session = await asyncio.to_thread(self._open_session, prompt)
        found = session._credentials
        if found is None or found.method != "explicit":  # not put there by set_credentials()
            # Past the session's own cache, which would give keys that were rejected for ever.
            found = await session.get_component("credential_provider").load_credentials()
        if found is None:
            raise ConfigurationError(_NOT_FOUND)
        return found

    def _asking(self, prompt: MfaPrompt) -> MfaPrompt:
        """The same, asked on the caller's event loop from whichever it is called on."""

        async def ask(serial: str) -> str:
            return await prompt(serial)

        async def ask_there(serial: str) -> str:
            loop = cast("asyncio.AbstractEventLoop", self._callers_loop)
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(ask(serial), loop))

        return ask_there
