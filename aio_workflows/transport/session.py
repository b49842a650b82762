"""A session of the AWS configuration: environment, shared files, profile and region, as botocore reads them."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import os
from typing import Any, Final

from aiobotocore.session import AioSession
from botocore.exceptions import BotoCoreError

from aio_workflows.errors import ConfigurationError
from aio_workflows.transport.credentials import MfaPrompt

_REGION_VARIABLES: Final = ["AWS_REGION", "AWS_DEFAULT_REGION"]
"""The first that is set counts, as in AWS's command line and its other SDKs; botocore alone reads
only the second (https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html)."""

_ASKED_FOR_KEYS: Final = {"role_arn": "sts", "sso_session": "sso", "sso_start_url": "sso"}
"""Settings of a profile, and the service that gives its keys."""


def open_session(given: Any, profile: str | None, region: str | None, mfa_prompt: MfaPrompt | None) -> Any:
    """The session that was given, or a new one. Reads files, so call it off the event loop.

    :raises ConfigurationError: the profile does not exist, or a file cannot be parsed.
    """
    try:
        session = given if given is not None else _new_session(profile, region)
        _keep_off_the_terminal(session, mfa_prompt)
    except BotoCoreError as error:
        raise ConfigurationError(f"the AWS configuration cannot be used: {error}") from None
    return session


def _new_session(profile: str | None, region: str | None) -> Any:
    session: Any = AioSession(
        session_vars={"region": ("region", _REGION_VARIABLES, None, None)}, profile=profile
    )
    if region:  # for the calls that fetch keys too
        session.set_config_variable("region", region)
    settings: dict[str, str] = session.get_scoped_config()
    services = {service for name, service in _ASKED_FOR_KEYS.items() if name in settings}
    if "AWS_ROLE_ARN" in os.environ:
        services.add("sts")
    _load_models(session, services)
    return session


def _load_models(session: Any, services: set[str]) -> None:
    """Read what a client of these services is made of: botocore would do it on the event loop."""
    loader = session.get_component("data_loader")
    for service in services:
        for part in ("service-2", "endpoint-rule-set-1"):
            loader.load_service_model(service, part)
    for name in ("endpoints", "partitions", "sdk-default-configuration", "_retry") if services else ():
        loader.load_data(name)


def _keep_off_the_terminal(session: Any, mfa_prompt: MfaPrompt | None) -> None:
    """Have MFA codes asked for by ``mfa_prompt``; without it a role that wants one is refused.

    botocore would ask at the terminal, from within its own code, where nothing can be awaited. The
    code is put into the request instead, by one of its events, whose handlers may be async.
    """

    async def put_code(params: dict[str, Any], **_: object) -> dict[str, Any] | None:
        if mfa_prompt is None or "SerialNumber" not in params:
            return None  # the request stays as it is
        return params | {"TokenCode": await mfa_prompt(params["SerialNumber"])}

    def placeholder(_: str) -> str:
        if mfa_prompt is None:
            raise ConfigurationError(
                "the profile's role wants an MFA code: give mfa_prompt=, an async function that returns it"
            )
        return ""  # put_code replaces it before it is looked at

    for provider in session.get_component("credential_provider").providers:
        if getattr(getattr(provider, "_prompter", None), "__module__", None) == "getpass":
            provider._prompter = placeholder
    if mfa_prompt is not None:
        session.register("provide-client-params.sts.AssumeRole", put_code)
