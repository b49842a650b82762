"""AssumeRole of AWS STS: one attempt, in plain values."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from attrs import frozen

from aio_workflows.errors import ConfigurationError, InvalidResponseError
from aio_workflows.models.responses import Response
from aio_workflows.transport.base import Transport
from aio_workflows.transport.credentials import Credentials
from aio_workflows.transport.xml_answer import error_of, leaves

SERVICE: Final = "sts"
_OPERATION: Final = "AssumeRole"
_VERSION: Final = "2011-06-15"
_HEADERS: Final = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


@frozen(kw_only=True)
class AssumedRole(Response):
    """The keys of an assumed role, which say when they expire."""

    credentials: Credentials


async def assume_role(
    transport: Transport,
    deadline: float,
    *,
    role_arn: str,
    session_name: str,
    external_id: str | None,
    seconds: int,
) -> AssumedRole:
    """Ask for keys that are good for so many seconds.

    :raises ServiceError: STS refused.
    :raises InvalidResponseError: STS answered without keys.
    """
    parameters = {
        "Action": _OPERATION,
        "Version": _VERSION,
        "RoleArn": role_arn,
        "RoleSessionName": session_name,
        "DurationSeconds": str(seconds),
        **({"ExternalId": external_id} if external_id is not None else {}),
    }
    answer = await transport.send("POST", "/", (), _HEADERS, urlencode(parameters).encode(), deadline)
    if answer.status != 200:
        raise error_of(answer, _OPERATION)
    told = leaves(answer.body)
    try:
        keys = Credentials(
            told["AccessKeyId"],
            told["SecretAccessKey"],
            told["SessionToken"],
            datetime.fromisoformat(told["Expiration"]),
        )
        return AssumedRole(credentials=keys)
    except (KeyError, ValueError, ConfigurationError):
        pass  # raised below, so that no secret is in the context
    raise InvalidResponseError("STS reported success, but its answer has no keys", http_status=answer.status)
