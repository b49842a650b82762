"""Turns an HTTP answer into a response, or into the exception that it stands for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, TypeVar, cast

from attrs import evolve

from aio_workflows.errors import InvalidResponseError, RedirectError
from aio_workflows.errors.service import ServiceError, error_class, error_outcome
from aio_workflows.models.responses import Response, ResponseMetadata
from aio_workflows.protocol.operations import Operation
from aio_workflows.protocol.retry_after import retry_after
from aio_workflows.protocol.wire import wire_structurer
from aio_workflows.structuring import StructuringError

ResponseT = TypeVar("ResponseT", bound=Response)

_REQUEST_ID_HEADERS: Final = ("x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id")


def deserialize(
    operation: Operation[Any, ResponseT],
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    client_token: str | None,
) -> ResponseT:
    """The response that an answer holds.

    ``headers`` have lower-case names; ``client_token`` is the token that was sent.

    :raises ServiceError: the service refused or failed, as a class of its own where it is known.
    :raises InvalidResponseError: it reported success without a usable body, or for another token.
    :raises RedirectError: it answered with a redirect.
    """
    request_id = next((headers[name] for name in _REQUEST_ID_HEADERS if name in headers), None)
    metadata = ResponseMetadata(http_status=status, request_id=request_id, body=body)
    if 200 <= status < 300:
        return _success(operation, metadata, client_token)
    if 300 <= status < 400:
        raise RedirectError(
            f"the endpoint answered with a redirect (HTTP {status}), which is not followed; "
            "check the region and the endpoint",
            http_status=status,
            request_id=request_id,
        )
    error = _error(headers, metadata)
    if operation.success_error is not None and type(error) is operation.success_error:
        return operation.response(metadata=evolve(metadata, body=b""))
    raise error


def _success(
    operation: Operation[Any, ResponseT], metadata: ResponseMetadata, client_token: str | None
) -> ResponseT:
    if operation.success_error is not None:
        raise _invalid(
            metadata, f"the answer is no {operation.success_error.__name__}, so the call may have been real"
        )
    try:
        members = _json_object(metadata.body)
        response = wire_structurer().structure(members, operation.response)
    except StructuringError as error:
        raise _invalid(metadata, str(error)) from None
    echoed = members.get("clientToken")
    if client_token is not None and echoed is not None and echoed != client_token:
        raise _invalid(metadata, "the answer belongs to another client token")
    return evolve(response, metadata=metadata)


def _invalid(metadata: ResponseMetadata, reason: str) -> InvalidResponseError:
    return InvalidResponseError(
        f"the service reported success, but the answer cannot be used: {reason}",
        http_status=metadata.http_status,
        request_id=metadata.request_id,
    )


def _json_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body.

    :raises StructuringError: it is empty, not UTF-8, not JSON or no object; says which.
    """
    if not body:
        raise StructuringError(["the body is empty"])
    try:
        value: object = json.loads(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise StructuringError([f"the body is not UTF-8 (byte {error.start} of {len(body)})"]) from None
    except (ValueError, RecursionError):
        kind = "HTML or XML" if body.lstrip().startswith(b"<") else "no whole JSON"
        raise StructuringError([f"the body is {kind} ({len(body)} bytes)"]) from None
    if not isinstance(value, dict):
        raise StructuringError([f"the body is no JSON object ({len(body)} bytes)"])
    return cast("dict[str, Any]", value)


def _error(headers: Mapping[str, str], metadata: ResponseMetadata) -> ServiceError:
    try:
        members = _json_object(metadata.body)
    except StructuringError:
        members = dict[str, Any]()
    status = metadata.http_status
    code = _clean_code(headers.get("x-amzn-errortype") or _text(members, "__type", "code", "Code"))
    message = _text(members, "message", "Message")
    if message is None:
        message = f"HTTP {status} without an error message ({len(metadata.body)} bytes of body)"
    cls = error_class(code, status)
    return cls(
        message,
        code=code or str(status),
        http_status=status,
        request_id=metadata.request_id,
        retry_after=retry_after(headers),
        server_date=headers.get("date"),
        outcome=error_outcome(cls, status),
    )


def _clean_code(code: str | None) -> str | None:
    """The bare error code of ``namespace#Code:http://...``, None if nothing is left."""
    return code.partition(":")[0].rpartition("#")[2].strip() or None if code else None


def _text(members: Mapping[str, Any], *names: str) -> str | None:
    """The first of the members that is a text."""
    return next((members[name] for name in names if isinstance(members.get(name), str)), None)
