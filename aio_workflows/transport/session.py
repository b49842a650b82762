"""A session of the AWS configuration: environment, shared files, profile and region, as botocore reads them."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import os
from typing import Any, Final

from aiobotocore.session import AioSession
from botocore.exceptions import BotoCoreError

from aio_workflows.errors import ConfigurationError

_REGION_VARIABLES: Final = ["AWS_REGION", "AWS_DEFAULT_REGION"]
"""The first that is set counts, as in AWS's command line and its other SDKs; botocore alone reads
only the second (https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html)."""

_FETCHING_CLIENTS: Final = {
    "role_arn": "sts",
    "sso_session": "sso",
    "sso_start_url": "sso",
}
"""Settings of a profile, and the service that is asked for its keys."""


def new_session(profile: str | None, region: str | None) -> Any:
    """A session that has read its files. It reads them here, so call it off the event loop.

    :raises ConfigurationError: the profile does not exist, or a file cannot be parsed.
    """
    try:
        session: Any = AioSession(
            session_vars={"region": ("region", _REGION_VARIABLES, None, None)}, profile=profile
        )
        if region:  # for the calls that fetch credentials too
            session.set_config_variable("region", region)
        settings: dict[str, str] = session.get_scoped_config()
        session.get_component("credential_provider")
        services = {service for name, service in _FETCHING_CLIENTS.items() if name in settings}
        if "AWS_ROLE_ARN" in os.environ:
            services.add("sts")
        _load_models(session, services)
    except BotoCoreError as error:
        raise ConfigurationError(f"the AWS configuration cannot be used: {error}") from None
    return session


def _load_models(session: Any, services: set[str]) -> None:
    """Read what a client of these services is made of: botocore would do it on the event loop."""
    loader = session.get_component("data_loader")
    for service in services:
        for part in ("service-2", "endpoint-rule-set-1"):
            loader.load_service_model(service, part)
    for name in ("endpoints", "partitions", "sdk-default-configuration", "_retry") if services else ():
        loader.load_data(name)
