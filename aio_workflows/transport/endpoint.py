"""Where requests go: a region, and a URL that may be used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from aio_workflows.errors import ConfigurationError

_REGION: Final = re.compile(r"(?!-)[a-zA-Z0-9-]{1,63}(?<!-)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A resolved endpoint: ``url`` without a slash at its end, ``host`` as ``name:port``.

    ``ca_bundle`` is the file of certificates that the configuration names, None for the usual ones.
    """

    url: str
    host: str
    region: str
    ca_bundle: str | None


def make_endpoint(url: str, region: str, ca_bundle: str | None, *, allow_plaintext: bool) -> Endpoint:
    """The endpoint at a URL.

    :raises ConfigurationError: the URL or the region is malformed, or the URL may not be used.
    """
    url = url.rstrip("/")
    host = _host(url, allow_plaintext)
    return Endpoint(url=url, host=host, region=checked_region(region), ca_bundle=ca_bundle)


def checked_region(region: str) -> str:
    """``region`` if it is formed like the name of one.

    :raises ConfigurationError: it is not.
    """
    if not _REGION.fullmatch(region):
        raise ConfigurationError(f"{region[:80]!r} is no region's name, such as 'eu-west-1'")
    return region


def _host(url: str, allow_plaintext: bool) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError("the endpoint must be of the form https://host or https://host:port")
    if parts.scheme == "http" and not allow_plaintext and not _is_this_machine(parts.hostname):
        raise ConfigurationError(
            f"http:// to {parts.hostname} would send keys' signatures and documents unencrypted; "
            "use https://, or allow_plaintext=True"
        )
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
