"""The answers that a fault shows in place of the service's."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from http import HTTPStatus
from typing import Final

from aio_workflows.emulator.answers import ERROR_TYPE, JSON, REQUEST_ID, STATUS_OF_CODE
from aio_workflows.emulator.faults import Respond
from aio_workflows.emulator.wire import Answer


def scripted(fault: Respond, request_id: str) -> Answer:
    """The answer that a :class:`Respond` describes."""
    status = fault.status or STATUS_OF_CODE.get(fault.code or "", 503)
    content_type, write = _FORMS[fault.form]
    headers = {REQUEST_ID: request_id}
    if content_type:
        headers["content-type"] = content_type
    if fault.code is not None and fault.code_in == "header":
        headers[ERROR_TYPE] = fault.code
    if fault.retry_after is not None:
        headers["retry-after"] = _retry_after(fault.retry_after)
    if fault.retry_after_ms is not None:
        headers["x-amz-retry-after"] = str(fault.retry_after_ms)
    headers |= {name.lower(): value for name, value in fault.headers.items()}
    body = fault.body if fault.body is not None else write(fault, status)
    return Answer(status, headers, body.encode() if isinstance(body, str) else body)


def success_without_content(request_id: str) -> Answer:
    """An answer of status 200 that says nothing: what is shown when the work was not done."""
    return Answer(200, {"content-type": JSON, REQUEST_ID: request_id}, b"{" + b" " * 62 + b"}")


def reason(status: int) -> str:
    """The words that go with a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _message(fault: Respond, status: int) -> str:
    return fault.message if fault.message is not None else reason(status)


def _json(fault: Respond, status: int) -> str:
    if status < 300 and fault.code is None and fault.message is None:
        return "{}"
    kind = {"__type": fault.code} if fault.code is not None and fault.code_in == "body" else {}
    return json.dumps(kind | {"message": _message(fault, status)})


def _html(fault: Respond, status: int) -> str:
    title, text = f"{status} {escape(reason(status))}", escape(_message(fault, status))
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"


def _xml(fault: Respond, status: int) -> str:
    code = escape(fault.code or reason(status).replace(" ", ""))
    text = escape(_message(fault, status))
    return f"<ErrorResponse><Error><Code>{code}</Code><Message>{text}</Message></Error></ErrorResponse>"


def _nothing(_fault: Respond, _status: int) -> str:
    return ""


_FORMS: Final[Mapping[str, tuple[str, Callable[[Respond, int], str]]]] = {
    "json": (JSON, _json),
    "html": ("text/html; charset=utf-8", _html),
    "xml": ("text/xml", _xml),
    "empty": ("", _nothing),
}


def _retry_after(value: float | str | datetime) -> str:
    if isinstance(value, datetime):
        return format_datetime(value.astimezone(UTC), usegmt=True)
    return str(value)
