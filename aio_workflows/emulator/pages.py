"""Pages of listings: cut from items that are numbered, and the token that says where the next begins."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple, TypeVar

from aio_workflows.emulator.answers import RefusalError
from aio_workflows.models import constraints

T = TypeVar("T")

_SIZE: Final = constraints.MAX_RESULTS[-1]


class Page(NamedTuple):
    """The items of a page, and what to add to the answer for the next one."""

    items: list[Any]
    more: dict[str, str]


def cut(items: Iterable[tuple[int, T]], given: Mapping[str, Any], question: object) -> Page:
    """One page of ``items``, each with its number; the numbers grow.

    ``given`` may have ``maxResults`` and ``nextToken``. The rest of a listing belongs to the
    ``question`` that began it, whatever the pages' size. What was deleted meanwhile is left out.

    :raises RefusalError: the token belongs to another question, or was made up.
    """
    size: int = given.get("maxResults", _SIZE)
    asked = json.dumps(question)
    after = _position(given["nextToken"], asked) if "nextToken" in given else None
    rest = (one for one in items if after is None or one[0] > after)
    page = list(islice(rest, size + 1))
    more = {"nextToken": _token(page[size - 1][0], asked)} if len(page) > size else {}
    return Page([item for _, item in page[:size]], more)


# --- The token: where the page ended, and a seal over that and the question -------------------------------


def _token(number: int, question: str) -> str:
    return base64.urlsafe_b64encode(f"{number}:{_seal(number, question)}".encode()).decode()


def _position(token: str, question: str) -> int:
    try:
        number, _, seal = (
            base64.b64decode(token, altchars=b"-_", validate=True).decode("ascii").partition(":")
        )
        position = int(number)
    except (ValueError, binascii.Error):
        position, seal = 0, ""
    if seal != _seal(position, question):
        raise RefusalError(
            "InvalidPaginationTokenException", "The value supplied for parameter 'nextToken' is not valid."
        )
    return position


def _seal(number: int, question: str) -> str:
    return hashlib.sha256(f"{number}:{question}".encode()).hexdigest()[:32]
