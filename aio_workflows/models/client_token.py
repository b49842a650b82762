"""Client tokens: what lets the service recognise a request that it has seen already."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import cast

from attrs import AttrsInstance, fields


def fresh_client_token() -> str:
    """A new random token of 36 characters: one logical call, however often it is sent."""
    return str(uuid.uuid4())


def derive_client_token(request: AttrsInstance, *, region: str, salt: str, account: str | None = None) -> str:
    """A token of 36 characters that is the same for the same arguments in every process.

    ``salt`` names the occasion, a run id for example. Without one that changes, publishing
    content A, then B, then A again would replay the first answer for as long as the service
    remembers it. Every field of the request counts, except a client token it may have; so do
    ``region`` and ``account``, as the service remembers tokens for each of them apart. The
    account is never looked up.
    """
    digest = bytearray(content_digest(request, region, salt, account)[:16])
    # A UUID of version 8, "custom" (RFC 9562); uuid.UUID() itself knows that version from Python 3.14 on.
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(digest)))


def content_digest(request: AttrsInstance, *more: str | None) -> bytes:
    """The SHA-256 hash of a request and of further texts, the same in every process: 32 bytes.

    Every field counts, except a client token it may have.
    """
    content = {
        attribute.name: _plain(getattr(request, attribute.name))
        for attribute in fields(type(request))
        if attribute.name != "client_token"
    }
    # An array, so that no value can spill over into its neighbour.
    identity = [type(request).__name__, content, *more]
    text = json.dumps(identity, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).digest()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in cast("Mapping[object, object]", value).items()}
    if isinstance(value, tuple | list):
        return [_plain(entry) for entry in cast("list[object]", value)]
    return value if value is None or isinstance(value, bool | int) else str(value)
