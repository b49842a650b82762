"""The table from what aiohttp and the system raise to what we raise, and what is left of the cause."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import Final

import aiohttp

from aio_workflows.errors import (
    CertificateError,
    ConnectError,
    ConnectionLostError,
    NameResolutionError,
    TransportError,
)


@dataclass(slots=True)
class Progress:
    """How far an attempt has come."""

    reused: bool = False
    written: bool = False
    """Whether bytes of the request may have reached the host."""
    answered: bool = False
    """Whether the head of an answer has come."""


# The first row that matches counts. Everything here happens before the request is written.
_BEFORE: Final[tuple[tuple[type[Exception], type[ConnectError], str], ...]] = (
    (aiohttp.ClientConnectorDNSError, NameResolutionError, "the host's name does not resolve"),
    (aiohttp.ClientConnectorCertificateError, CertificateError, "the host's certificate is not accepted"),
    (ssl.SSLCertVerificationError, CertificateError, "the host's certificate is not accepted"),
    (aiohttp.ClientConnectorError, ConnectError, "no connection could be made"),
)

_SECRETS: Final = ("request_info", "history", "headers", "_conn_key", "_headers")


def translate(error: Exception, progress: Progress, host: str, region: str) -> TransportError:
    """Our exception for one of theirs, with a harmless copy of theirs as its cause."""
    mapped = _translate(error, progress, host, region)
    mapped.__cause__ = _harmless(error)
    return mapped


def _translate(error: Exception, progress: Progress, host: str, region: str) -> TransportError:
    if not progress.written:
        for theirs, ours, text in _BEFORE:
            if isinstance(error, theirs):
                return ours(f"{text}: {host} (region {region})", host=host)
        return ConnectError(f"no connection could be made: {host} ({type(error).__name__})", host=host)
    if isinstance(error, aiohttp.ClientConnectionError | aiohttp.ClientPayloadError | OSError):
        return ConnectionLostError(
            f"the connection to {host} ended before the answer did ({type(error).__name__})",
            host=host,
            reused=progress.reused and not progress.answered,
        )
    return TransportError(f"no HTTP answer came from {host} ({type(error).__name__})", host=host)


def _harmless(error: Exception) -> Exception:
    """The exception without what it holds of the request: headers, keys and frames."""
    for name in _SECRETS:
        if name in getattr(error, "__dict__", {}):
            error.__dict__[name] = None
    error.args = tuple(arg for arg in error.args if isinstance(arg, str | int))
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)
