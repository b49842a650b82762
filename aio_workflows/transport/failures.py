"""The table from what aiohttp and the system raise to what we raise, and what is left of the cause."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from aio_workflows.errors import (
    CertificateError,
    ConnectError,
    ConnectionLostError,
    NameResolutionError,
    TransportError,
)
from aio_workflows.transport.endpoint import Endpoint


@dataclass(slots=True)
class Progress:
    """How far an attempt has come."""

    reused: bool = False
    written: bool = False
    """Whether bytes of the request may have reached the host."""
    answered: bool = False
    """Whether the head of an answer has come."""


# The first row that matches counts. Everything here happens before the request is written; {status} is
# that of an answer to CONNECT.
_BEFORE: Final[tuple[tuple[type[Exception], type[ConnectError], str], ...]] = (
    (aiohttp.ClientProxyConnectionError, ConnectError, "the proxy (HTTPS_PROXY) cannot be reached"),
    (aiohttp.ClientHttpProxyError, ConnectError, "the proxy (HTTPS_PROXY) refused with HTTP {status}"),
    (aiohttp.ClientConnectorCertificateError, CertificateError, "the host's certificate is not accepted"),
    (ssl.SSLCertVerificationError, CertificateError, "the host's certificate is not accepted"),
    (aiohttp.ClientConnectorError, ConnectError, "no connection could be made"),
)


def translate(error: Exception, progress: Progress, endpoint: Endpoint) -> TransportError:
    """Our exception for one of theirs, which becomes its cause, cleared of what it holds of the request."""
    mapped = _translate(error, progress, endpoint)
    mapped.__cause__ = _cleared(error)
    return mapped


def _translate(error: Exception, progress: Progress, endpoint: Endpoint) -> TransportError:
    host = endpoint.host
    if not progress.written:
        if isinstance(error, aiohttp.ClientConnectorDNSError):
            asked = f"{error.host}:{error.port}"  # the proxy's, if there is one
            whose = "the host's name" if asked == host else "the name of the proxy (HTTPS_PROXY, HTTP_PROXY)"
            return NameResolutionError(
                f"{whose} does not resolve: {asked} (region {endpoint.region})", host=asked
            )
        for theirs, ours, text in _BEFORE:
            if isinstance(error, theirs):
                reason = text.format(status=getattr(error, "status", None))
                return ours(f"{reason}: {host} (region {endpoint.region})", host=host)
        return ConnectError(f"no connection could be made: {host} ({type(error).__name__})", host=host)
    if isinstance(error, aiohttp.ClientConnectionError | aiohttp.ClientPayloadError | OSError):
        return ConnectionLostError(
            f"the connection to {host} ended before the answer did ({type(error).__name__})",
            host=host,
            reused=progress.reused and not progress.answered,
        )
    return TransportError(f"no HTTP answer came from {host} ({type(error).__name__})", host=host)


def _cleared(error: Exception) -> Exception:
    """The exception without headers, keys of proxies and frames; it can still be printed."""
    held: dict[str, Any] = error.__dict__
    if "request_info" in held:
        held["request_info"] = held["request_info"]._replace(headers={})
    if "_conn_key" in held:
        held["_conn_key"] = held["_conn_key"]._replace(proxy=None, proxy_auth=None, proxy_headers_hash=None)
    held |= {name: None for name in ("history", "headers") if name in held}
    error.args = tuple(arg for arg in error.args if isinstance(arg, str | int))
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)
