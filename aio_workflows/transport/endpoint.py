"""Where requests go: region, endpoint and TLS settings, as botocore's rules and settings have them."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false, reportPrivateUsage=false

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import BotoCoreError
from botocore.loaders import create_loader

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


def resolve(
    session: Any, service: str, region: str | None, endpoint_url: str | None, *, allow_plaintext: bool
) -> Endpoint:
    """The endpoint for a session and a region. Reads files, so it is called off the event loop.

    :raises ConfigurationError: no region, a malformed one, or an endpoint that may not be used.
    """
    try:
        region = region or session.get_config_variable("region")
        if not region:
            raise ConfigurationError(
                "no region: give region=, or set AWS_REGION, AWS_DEFAULT_REGION or the profile's region"
            )
        if not _REGION.fullmatch(region):
            raise ConfigurationError(f"{region[:80]!r} is no region's name, such as 'eu-west-1'")
        url = endpoint_url or _configured_url(session, service)
        parameters: dict[str, Any] = {
            "Region": region,
            "UseFIPS": bool(session.get_config_variable("use_fips_endpoint")),
            "UseDualStack": bool(session.get_config_variable("use_dualstack_endpoint")),
        }
        if url:
            parameters = {"Region": region, "UseFIPS": False, "UseDualStack": False, "Endpoint": url}
        rules = _rules(service, session.get_config_variable("data_path"))
        resolved: str = rules.resolve_endpoint(**parameters).url.rstrip("/")
        ca_bundle: str | None = session.get_config_variable("ca_bundle")
    except BotoCoreError as error:
        raise ConfigurationError(f"the endpoint cannot be resolved: {error}") from None
    return Endpoint(url=resolved, host=_host(resolved, allow_plaintext), region=region, ca_bundle=ca_bundle)


@cache
def _rules(service: str, data_path: str | None) -> Any:
    """Botocore's rules for a service, read once: each set of them keeps what it has resolved."""
    loader = create_loader(data_path)
    return EndpointProvider(
        loader.load_service_model(service, "endpoint-rule-set-1"), loader.load_data("partitions")
    )


def _configured_url(session: Any, service: str) -> str | None:
    """The endpoint that the environment or the configuration file names."""
    store = copy.copy(session.get_component("config_store"))
    if store.get_config_variable("ignore_configured_endpoint_urls"):
        return None
    session._add_configured_endpoint_provider(client_name=service, config_store=store)
    url: str | None = store.get_config_variable("endpoint_url")
    return url


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
