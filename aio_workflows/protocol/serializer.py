"""Turns a request into the parts of an HTTP request, frozen once before the first attempt."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, cast
from urllib.parse import quote

from aio_workflows.protocol.operations import Operation
from aio_workflows.protocol.wire import member_name, wire_structurer

_JSON_HEADERS: Final = MappingProxyType({"Content-Type": "application/json"})
_NO_HEADERS: Final = MappingProxyType(dict[str, str]())


class HttpRequest(NamedTuple):
    """What every attempt of a call sends: only date and signature differ between them.

    ``path`` is percent-encoded, ``query`` is not; ``body`` is UTF-8.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes


def serialize(operation: Operation[Any, Any], request: object, client_token: str | None) -> HttpRequest:
    """The HTTP request for one call.

    ``client_token`` is the token of the call, None for an operation without one.
    """
    members = wire_structurer().unstructure(request)
    if members.get("tags") == {}:
        del members["tags"]  # the service model wants at least one entry in a map that is there
    path = operation.path
    for name in operation.path_members:
        path = path.replace(f"{{{name}}}", quote(members.pop(member_name(name)), safe="-_.~"))
    if operation.members_in_query:
        return HttpRequest(operation.method, path, tuple(_query(members)), _NO_HEADERS, b"")
    if client_token is not None:
        members["clientToken"] = client_token
    members.update(operation.constants)
    body = json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return HttpRequest(operation.method, path, (), _JSON_HEADERS, body)


def _query(members: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in members.items():
        entries = cast("list[object]", value) if isinstance(value, list) else [value]
        for entry in entries:
            yield name, _query_text(entry)


def _query_text(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
