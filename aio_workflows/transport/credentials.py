"""Credentials as plain values, and the functions that a caller may hand to the client for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from aio_workflows.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Credentials:
    """A pair of AWS keys, with the session token that temporary ones have.

    White space around a value, as it slips in from environment files, is dropped. The secret
    parts never show in ``repr``. ``expires_at``, if known, is when the keys expire, with its time
    zone; a provider is asked for new ones before.

    :raises ConfigurationError: ``expires_at`` has no time zone.
    """

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "access_key_id", self.access_key_id.strip())
        object.__setattr__(self, "secret_access_key", self.secret_access_key.strip())
        token = self.session_token.strip() if self.session_token else None
        object.__setattr__(self, "session_token", token or None)
        if self.expires_at is not None and self.expires_at.tzinfo is None:
            raise ConfigurationError("expires_at needs a time zone, such as datetime.UTC")


CredentialProvider = Callable[[], Awaitable[Credentials]]
"""An async function that gives the keys to sign with. One task awaits it for all: when the
service has rejected the last keys, before they expire if they say when, and after a minute if they
do not."""

MfaPrompt = Callable[[str], Awaitable[str]]
"""An async function that gets the serial number (or ARN) of an MFA device, as the profile's
``mfa_serial`` has it, and returns the code that the device shows. It may wait for a person as long
as it likes: calls that run out of time meanwhile fail, the question stays. Codes work once, so it is
asked for each time that the role's keys have to be fetched."""
