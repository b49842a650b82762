"""Signature Version 4, verified: written from its description, with nothing of the client's signer."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, NamedTuple
from urllib.parse import quote, unquote_to_bytes

from aio_workflows.emulator.answers import RefusalError
from aio_workflows.emulator.wire import Request

ALGORITHM: Final = "AWS4-HMAC-SHA256"
SERVICE: Final = "imagebuilder"
TERMINATOR: Final = "aws4_request"
WINDOW_SECONDS: Final = 300
"""How far the client's clock may be off, either way."""

_TIMESTAMP: Final = "%Y%m%dT%H%M%SZ"
_PARTS: Final = ("Credential", "SignedHeaders", "Signature")
_MISMATCH: Final = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)


@dataclass(frozen=True, slots=True)
class Secret:
    """The secret half of a pair of keys that the emulator knows.

    ``account_id`` is whose keys they are, None for the emulator's own account. Temporary keys have
    a ``session_token``, and ``expires`` at a time in seconds since 1970.
    """

    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    account_id: str | None = None
    expires: float | None = None


class Signer(NamedTuple):
    """Who signed a request, and for which Region."""

    access_key_id: str
    account_id: str | None
    region: str


class _Authorization(NamedTuple):
    access_key_id: str
    date: str
    region: str
    service: str
    terminator: str
    signed_headers: tuple[str, ...]
    signature: str

    @property
    def scope(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/{self.terminator}"


def region_of(request: Request) -> str | None:
    """The Region in a request's credential scope, None if it is not signed; nothing is verified."""
    match = _SCOPE.search(request.header("authorization") or "")
    return match["region"] if match is not None else None


def access_key_of(request: Request) -> str | None:
    """The access key id that a request names, None if it is not signed; nothing is verified."""
    match = _SCOPE.search(request.header("authorization") or "")
    return match["key"] if match is not None else None


_SCOPE: Final = re.compile(r"Credential=(?P<key>[^/,\s]+)/[0-9]{8}/(?P<region>[a-z0-9-]+)/")


def verify(
    request: Request, credentials: Mapping[str, Secret | str], *, now: float, region: str | None = None
) -> Signer:
    """Find out who signed a request, at ``now`` in seconds since 1970.

    :raises RefusalError: nobody did, or not as it must be done.
    """
    authorization = _authorization(request)
    signed_at = _signed_at(request)
    _check_scope(authorization, signed_at, region)
    _check_window(signed_at, now)
    known = credentials.get(authorization.access_key_id)
    secret = Secret(known) if isinstance(known, str) else known
    if secret is None or not _same(request.header("x-amz-security-token") or "", secret.session_token or ""):
        raise RefusalError(
            "UnrecognizedClientException", "The security token included in the request is invalid."
        )
    if secret.expires is not None and now >= secret.expires:
        raise RefusalError("ExpiredTokenException", "The security token included in the request is expired")
    _check_signed_headers(request, authorization.signed_headers)
    to_sign = "\n".join(
        (
            ALGORITHM,
            signed_at,
            authorization.scope,
            _sha256(_bytes(canonical_request(request, authorization.signed_headers))),
        )
    )
    if not _same(_signature(secret.secret_access_key, authorization, to_sign), authorization.signature):
        raise RefusalError("InvalidSignatureException", _MISMATCH)
    return Signer(authorization.access_key_id, secret.account_id, authorization.region)


# --- The Authorization header and the date ----------------------------------------------------------------


def _authorization(request: Request) -> _Authorization:
    header = request.header("authorization")
    if not header:
        raise RefusalError("MissingAuthenticationTokenException", "Missing Authentication Token")
    algorithm, _, rest = header.partition(" ")
    if algorithm != ALGORITHM:
        raise RefusalError("IncompleteSignature", f"Authorization header must begin with '{ALGORITHM}'.")
    parts = dict[str, str]()
    for part in rest.split(","):
        name, _, value = part.strip().partition("=")
        parts[name] = value
    missing = [name for name in _PARTS if not parts.get(name)]
    if missing:
        raise RefusalError(
            "IncompleteSignature",
            " ".join(f"Authorization header requires '{name}' parameter." for name in missing),
        )
    credential = parts["Credential"].rsplit("/", 4)
    if len(credential) != 5:
        raise RefusalError("IncompleteSignature", "Credential must have exactly 5 slash-delimited elements.")
    access_key_id, date, region, service, terminator = credential
    signed_headers = tuple(parts["SignedHeaders"].lower().split(";"))
    return _Authorization(
        access_key_id, date, region, service, terminator, signed_headers, parts["Signature"]
    )


def _signed_at(request: Request) -> str:
    text = request.header("x-amz-date")
    if text is None:
        raise RefusalError(
            "IncompleteSignature", "Authorization header requires existence of an 'X-Amz-Date' header."
        )
    try:
        parsed = datetime.strptime(text, _TIMESTAMP)  # noqa: DTZ007 - only to see whether it is one
    except ValueError:
        parsed = None
    if parsed is None or parsed.strftime(_TIMESTAMP) != text:
        raise RefusalError("IncompleteSignature", f"Date must be in ISO-8601 'basic format'. Got '{text}'.")
    return text


def _check_scope(authorization: _Authorization, signed_at: str, region: str | None) -> None:
    complaints = [
        (
            region is not None and authorization.region != region,
            "Credential should be scoped to a valid region.",
        ),
        (
            authorization.service != SERVICE,
            f"Credential should be scoped to correct service: '{SERVICE}'.",
        ),
        (
            authorization.terminator != TERMINATOR,
            f"Credential should be scoped with a valid terminator: '{TERMINATOR}'.",
        ),
        (
            authorization.date != signed_at[:8],
            (
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                f"'{authorization.date}' != '{signed_at[:8]}', from '{signed_at}'."
            ),
        ),
    ]
    found = " ".join(text for wrong, text in complaints if wrong)
    if found:
        raise RefusalError("InvalidSignatureException", found)


def _check_window(signed_at: str, now: float) -> None:
    then = datetime.strptime(signed_at, _TIMESTAMP).replace(tzinfo=UTC).timestamp()
    if then + WINDOW_SECONDS < now:
        raise RefusalError(
            "InvalidSignatureException",
            f"Signature expired: {signed_at} is now earlier than {_basic(now - WINDOW_SECONDS)} "
            f"({_basic(now)} - 5 min.)",
        )
    if then - WINDOW_SECONDS > now:
        raise RefusalError(
            "InvalidSignatureException",
            f"Signature not yet current: {signed_at} is still later than {_basic(now + WINDOW_SECONDS)} "
            f"({_basic(now)} + 5 min.)",
        )


def _basic(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime(_TIMESTAMP)


def _check_signed_headers(request: Request, signed: tuple[str, ...]) -> None:
    present = {name for name, _ in request.headers}
    if "host" not in signed:
        raise RefusalError(
            "InvalidSignatureException",
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
        )
    unsigned = sorted(name for name in present if name.startswith("x-amz-") and name not in signed)
    absent = sorted(name for name in signed if name not in present)
    if unsigned or absent:
        raise RefusalError("InvalidSignatureException", _MISMATCH)


# --- The canonical request ------------------------------------------------------------------------------------


def canonical_request(request: Request, signed_headers: tuple[str, ...]) -> str:
    """A request in the one form that both sides sign."""
    headers = "".join(f"{name}:{_canonical_value(request, name)}\n" for name in signed_headers)
    return "\n".join(
        (
            request.method,
            canonical_path(request.path),
            canonical_query(request.query),
            headers,
            ";".join(signed_headers),
            _sha256(request.body),
        )
    )


def canonical_path(path: str) -> str:
    """The path without dots and doubled slashes, encoded once more than it is on the wire."""
    kept = list[str]()
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in {"", "."}:
            kept.append(segment)
    normal = "/" + "/".join(kept)
    if kept and path.endswith("/"):
        normal += "/"
    return quote(_bytes(normal), safe="/-_.~")


def canonical_query(query: str) -> str:
    """The parameters, each encoded in the one strict way, in the order of their names and values."""
    pairs = (part.partition("=")[::2] for part in query.split("&") if part)
    return "&".join(f"{name}={value}" for name, value in sorted((_encode(n), _encode(v)) for n, v in pairs))


def _encode(text: str) -> str:
    return quote(unquote_to_bytes(_bytes(text)), safe="-_.~")


def _canonical_value(request: Request, name: str) -> str:
    return ",".join(_SPACES.sub(" ", value.strip()) for value in request.values(name))


_SPACES: Final = re.compile(r"[ \t]+")


def _signature(secret_access_key: str, authorization: _Authorization, to_sign: str) -> str:
    key = f"AWS4{secret_access_key}".encode()
    for part in (authorization.date, authorization.region, authorization.service, authorization.terminator):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, to_sign.encode(), "sha256").hex()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(_bytes(one), _bytes(other))


def _bytes(text: str) -> bytes:
    # Bytes of the wire that are no UTF-8 were read as lone surrogates, and become themselves again.
    return text.encode("utf-8", "surrogateescape")
