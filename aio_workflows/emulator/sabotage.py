"""Faults on the wire: what is done to a connection, on nothing but an asyncio transport."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import format_datetime
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from aio_workflows.emulator.answers import ERROR_TYPE, JSON, REQUEST_ID, STATUS_OF_CODE
from aio_workflows.emulator.wire import Answer

if TYPE_CHECKING:
    import asyncio

    from aio_workflows.emulator.faults import Respond

_NO_LINGER: Final = struct.pack("ii", 1, 0)


def reset(transport: asyncio.Transport) -> None:
    """End the connection with a reset in place of the usual farewell."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


def head(answer: Answer) -> bytes:
    """The status line and headers of an answer, for a connection that ends with it."""
    lines = [f"HTTP/1.1 {answer.status} {reason(answer.status)}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    lines += [f"content-length: {len(answer.body)}", "connection: close", "", ""]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape")


def pieces(body: bytes, size: int) -> Iterator[bytes]:
    """A body in pieces of ``size`` bytes."""
    return (body[start : start + size] for start in range(0, len(body), max(1, size)))


def reason(status: int) -> str:
    """The words that go with a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def contentless_success(request_id: str) -> Answer:
    """An answer of status 200 that says nothing: what is shown when the work was not done."""
    return Answer(200, {"content-type": JSON, REQUEST_ID: request_id}, b"{" + b" " * 62 + b"}")


def scripted_answer(fault: Respond, request_id: str) -> Answer:
    """The answer that a Respond describes."""
    status = fault.status or STATUS_OF_CODE.get(fault.code or "", 503)
    message = fault.message if fault.message is not None else reason(status)
    content_type, body = _written(fault, status, message)
    headers = {REQUEST_ID: request_id}
    if content_type:
        headers["content-type"] = content_type
    if fault.code is not None and fault.code_in == "header":
        headers[ERROR_TYPE] = fault.code
    if fault.retry_after is not None:
        headers["retry-after"] = _retry_after(fault.retry_after)
    if fault.retry_after_ms is not None:
        headers["x-amz-retry-after"] = str(fault.retry_after_ms)
    return Answer(status, headers | {name.lower(): value for name, value in fault.headers.items()}, body)


def _written(fault: Respond, status: int, message: str) -> tuple[str, bytes]:
    if fault.body is not None:
        return _CONTENT_TYPES[fault.form], (
            fault.body.encode() if isinstance(fault.body, str) else fault.body
        )
    forms: Mapping[str, Any] = {"json": _json, "html": _html, "xml": _xml, "empty": _nothing}
    return _CONTENT_TYPES[fault.form], forms[fault.form](fault, status, message).encode()


_CONTENT_TYPES: Final = {"json": JSON, "html": "text/html; charset=utf-8", "xml": "text/xml", "empty": ""}


def _json(fault: Respond, status: int, message: str) -> str:
    if status < 300 and fault.code is None and fault.message is None:
        return "{}"
    kind = {"__type": fault.code} if fault.code is not None and fault.code_in == "body" else {}
    return json.dumps(kind | {"message": message})


def _html(fault: Respond, status: int, message: str) -> str:
    title = f"{status} {escape(reason(status))}"
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{escape(message)}</p></body></html>"


def _xml(fault: Respond, status: int, message: str) -> str:
    code = escape(fault.code or reason(status).replace(" ", ""))
    return f"<ErrorResponse><Error><Code>{code}</Code><Message>{escape(message)}</Message></Error></ErrorResponse>"


def _nothing(fault: Respond, status: int, message: str) -> str:
    return ""


def _retry_after(value: float | str | datetime) -> str:
    if isinstance(value, datetime):
        return format_datetime(value, usegmt=True)
    return str(value)
