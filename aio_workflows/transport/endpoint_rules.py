"""The endpoint of a region, as botocore's rules and settings have it."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false, reportPrivateUsage=false

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import BotoCoreError
from botocore.loaders import create_loader

from aio_workflows.errors import ConfigurationError
from aio_workflows.transport.endpoint import Endpoint, checked_region, make_endpoint


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
        checked_region(region)
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
    return make_endpoint(resolved, region, ca_bundle, allow_plaintext=allow_plaintext)


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
