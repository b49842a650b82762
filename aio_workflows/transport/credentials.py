"""Credentials as plain values: what a caller may hand to the client."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """A pair of AWS keys, with the session token that temporary ones have.

    White space around a value, as it slips in from environment files, is dropped. The secret
    parts never show in ``repr``.
    """

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "access_key_id", self.access_key_id.strip())
        object.__setattr__(self, "secret_access_key", self.secret_access_key.strip())
        token = self.session_token.strip() if self.session_token else None
        object.__setattr__(self, "session_token", token or None)


CredentialProvider = Callable[[], Awaitable[Credentials]]
"""An async function that gives the keys to sign with. It is awaited anew when the service calls
the last keys expired, by one task for all; otherwise its answer is kept for a minute."""
