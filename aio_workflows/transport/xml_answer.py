"""What S3 and STS answer: flat XML, of which only the texts of its leaves are wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NoReturn
from xml.parsers import expat

from aio_workflows.errors.service import ServiceError, error_class, error_outcome
from aio_workflows.protocol.retry_after import retry_after
from aio_workflows.transport.base import HttpResponse

_DEEPEST: Final = 20


class _UnreadableError(Exception):
    """The text is no XML that these services would send."""


def leaves(body: bytes) -> dict[str, str]:
    """Element name -> text, for the elements without further ones; of two with one name the first.

    Empty for what is no XML. Document types are refused, so that entities cannot grow.
    """
    found, open_elements, text = dict[str, str](), list[str](), list[str]()
    is_leaf = False

    def begin(name: str, _: object) -> None:
        nonlocal is_leaf
        if len(open_elements) >= _DEEPEST:
            raise _UnreadableError
        open_elements.append(name)
        text.clear()
        is_leaf = True

    def end(name: str) -> None:
        nonlocal is_leaf
        open_elements.pop()
        if is_leaf:
            found.setdefault(name.rpartition(":")[2], "".join(text))
        is_leaf = False

    def refuse(*_: object) -> NoReturn:
        raise _UnreadableError

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = text.append
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, _UnreadableError):
        return {}
    return found


def error_of(answer: HttpResponse, operation: str) -> ServiceError:
    """The exception for an answer that is no success. Its code is its own where it has no class here."""
    told = leaves(answer.body)
    code = told.get("Code")
    cls = error_class(code, answer.status)
    error = cls(
        told.get("Message") or f"HTTP {answer.status} without an error message",
        code=code or str(answer.status),
        http_status=answer.status,
        request_id=_request_id(answer.headers, told),
        retry_after=retry_after(answer.headers),
        server_date=answer.headers.get("date"),
        outcome=error_outcome(cls, answer.status),
    )
    error.operation = operation
    return error


def _request_id(headers: Mapping[str, str], told: Mapping[str, str]) -> str | None:
    return headers.get("x-amz-request-id") or headers.get("x-amzn-requestid") or told.get("RequestId")
