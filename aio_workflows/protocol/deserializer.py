"""Turns an HTTP answer into a response, or into the exception that it stands for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlsplit

from attrs import NOTHING, evolve, fields

from aio_workflows.errors import InvalidResponseError, RedirectError
from aio_workflows.errors.service import ServiceError, error_class, error_outcome
from aio_workflows.models.responses import Response, ResponseMetadata
from aio_workflows.protocol.operations import Operation
from aio_workflows.protocol.retry_after import retry_after
from aio_workflows.protocol.wire import member_name, wire_structurer
from aio_workflows.structuring import StructuringError

ResponseT = TypeVar("ResponseT", bound=Response)

_REQUEST_ID_HEADERS: Final = ("x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id")


def deserialize(
    operation: Operation[Any, ResponseT],
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    client_token: str | None,
    *,
    host: str | None = None,
) -> ResponseT:
    """The response that an answer holds.

    ``headers`` have lower-case names; ``client_token`` is the token that was sent,
    ``host`` who answered, if that is known.

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
            f"the endpoint answered with a redirect (HTTP {status}) to {_host(headers.get('location', ''))}, "
            "which is not followed; check the region and the endpoint",
            host=host,
            http_status=status,
            request_id=request_id,
        )
    error = _error(headers, metadata)
    if status >= 400 and operation.success_error is not None and type(error) is operation.success_error:
        return operation.response(metadata=evolve(metadata, body=b""))
    raise error


def _host(location: str) -> str:
    """Where a redirect leads, without its path and query, which may hold what the request held."""
    try:
        return urlsplit(location).hostname or "the same host"
    except ValueError:
        return "nowhere"


def _success(
    operation: Operation[Any, ResponseT], metadata: ResponseMetadata, client_token: str | None
) -> ResponseT:
    if operation.success_error is not None:
        raise _invalid(
            metadata, f"the answer is no {operation.success_error.__name__}, so the call may have been real"
        )
    members = _json_object(metadata.body) if metadata.body or not operation.is_silent else {}
    if isinstance(members, str):
        raise _invalid(metadata, members)
    if client_token is not None:
        if members.get("clientToken") is None:
            members["clientToken"] = client_token  # the caller may rely on it, echoed or not
        elif members["clientToken"] != client_token:
            raise _invalid(metadata, "the answer belongs to another client token")
    response = _structured(operation.response, members)
    if isinstance(response, str):
        raise _invalid(metadata, response)
    return evolve(response, metadata=metadata)


# What is wrong is returned as a text, so that the errors of the parsers, which hold the whole
# answer, are gone before an exception of ours is raised: it would keep them as its context.


def _structured(cls: type[ResponseT], members: Mapping[str, Any]) -> ResponseT | str:
    """The response that the members make, or what is wrong with them."""
    try:
        response = wire_structurer().structure(members, cls)
    except StructuringError as error:
        return str(error)
    for attribute in fields(cls):
        if attribute.default is NOTHING and getattr(response, attribute.name) == "":
            return f"required member empty @ $.{member_name(attribute.name)}"
    return response


def _invalid(metadata: ResponseMetadata, reason: str) -> InvalidResponseError:
    return InvalidResponseError(
        f"the service reported success, but the answer cannot be used: {reason}",
        http_status=metadata.http_status,
        request_id=metadata.request_id,
    )


def _json_object(body: bytes) -> dict[str, Any] | str:
    """The JSON object in a body, or a text that says what the body is instead."""
    if not body:
        return "the body is empty"
    try:
        value: object = json.loads(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        return f"the body is not UTF-8 (byte {error.start} of {len(body)})"
    except (ValueError, RecursionError):
        kind = "HTML or XML" if body.lstrip().startswith(b"<") else "no whole JSON"
        return f"the body is {kind} ({len(body)} bytes)"
    if not isinstance(value, dict):
        return f"the body is no JSON object ({len(body)} bytes)"
    return cast("dict[str, Any]", value)


def _error(headers: Mapping[str, str], metadata: ResponseMetadata) -> ServiceError:
    found = _json_object(metadata.body)
    members = found if isinstance(found, dict) else dict[str, Any]()
    status = metadata.http_status
    codes = (headers.get("x-amzn-errortype"), *_texts(members, "__type", "code", "Code"))
    code = next(filter(None, map(_clean_code, codes)), None)
    message = next(_texts(members, "message", "Message"), None)
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


def _texts(members: Mapping[str, Any], *names: str) -> Iterator[str]:
    """Those of the members that are texts."""
    return (members[name] for name in names if isinstance(members.get(name), str))
