"""Which operation a request asks for, and the members that it brings along."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from aio_workflows.emulator.answers import RefusalError
from aio_workflows.emulator.wire import Request
from aio_workflows.emulator.workflows import Members
from aio_workflows.protocol.operations import OPERATIONS

_TAGS: Final = "/tags/"
_LISTS: Final = frozenset({"tagKeys"})


def _place(path: str) -> str:
    """A path without the member that it may end in: the ARN whose tags are meant."""
    return _TAGS if path.startswith(_TAGS) else path


_OPERATIONS: Final[Mapping[tuple[str, str], str]] = {
    (one.method, _place(one.path)): one.name for one in OPERATIONS.values()
}


def operation_of(method: str, path: str) -> str | None:
    """The name of the operation that a request asks for, None if there is none."""
    return _OPERATIONS.get((method, _place(path)))


def members_of(request: Request) -> Members:
    """What a request asks for: the members of its path, and of its query or body."""
    members = _from_query(request) if request.method in {"GET", "DELETE"} else _from_body(request)
    if request.path.startswith(_TAGS):
        members["resourceArn"] = unquote(request.path.removeprefix(_TAGS))
    return members


def _from_body(request: Request) -> dict[str, Any]:
    if not request.body:
        return {}
    try:
        members: object = json.loads(request.body)
    except (ValueError, RecursionError):
        raise RefusalError("SerializationException", "The request's body is not valid JSON.") from None
    if not isinstance(members, dict):
        raise RefusalError("SerializationException", "The request's body is not a JSON object.")
    return members  # pyright: ignore[reportUnknownVariableType]


def _from_query(request: Request) -> dict[str, Any]:
    members = dict[str, Any]()
    for name, value in parse_qsl(request.query, keep_blank_values=True):
        if name in _LISTS:
            members.setdefault(name, []).append(value)
        else:
            members[name] = value
    return members
