"""Pages of listings: cut from items that are numbered, and the token that says where the next begins."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple, Self, TypeVar

from aio_workflows.emulator.answers import RefusalError
from aio_workflows.models import constraints

T = TypeVar("T")

_MOST: Final = constraints.MAX_RESULTS[-1]


PageSize = Callable[[int], int]
"""``page_size(asked)`` is how many items a page gets, where ``asked`` would be the most. It may be 0."""


def full(asked: int) -> int:
    """Pages as long as was asked for."""
    return asked


class Page(NamedTuple):
    """The items of a page, and what to add to the answer for the next one."""

    items: list[Any]
    more: dict[str, str]


class Pages:
    """Cuts pages. The service may give short ones, and empty ones, before the last: so does ``page_size``."""

    def __init__(self, page_size: PageSize = full) -> None:
        self._page_size = page_size

    def cut(self, items: Iterable[tuple[int, T]], given: Mapping[str, Any], question: object) -> Page:
        """One page of ``items``, each with its number; the numbers grow.

        ``given`` may have ``maxResults`` and ``nextToken``. The rest of a listing belongs to the
        ``question`` that began it, whatever the pages' size. What was deleted meanwhile is left out.

        :raises RefusalError: the token belongs to another question, or was made up.
        """
        asked: int = given.get("maxResults", _MOST)
        sealed = json.dumps(question)
        place = Place.of(given["nextToken"], sealed) if "nextToken" in given else None
        rest = (one for one in items if place is None or one[0] >= place.first)
        size = max(0, min(self._page_size(asked), asked))
        page = list(islice(rest, size + 1))
        more = dict[str, str]()
        if len(page) > size:
            following = Place(page=place.page + 1 if place is not None else 1, first=page[size][0])
            more["nextToken"] = following.token(sealed)
        return Page([item for _, item in page[:size]], more)


class Place(NamedTuple):
    """Where a page begins: the number of its first item, and that of the page itself.

    Pages are counted because an empty one leaves the next where it was, and no token may come twice.
    """

    page: int
    first: int

    def token(self, question: str) -> str:
        """The token that says so, with a seal over it and the question."""
        text = f"{self.page}:{self.first}"
        seal = hashlib.sha256(f"{text}:{question}".encode()).hexdigest()[:32]
        return base64.urlsafe_b64encode(f"{text}:{seal}".encode()).decode()

    @classmethod
    def of(cls, token: str, question: str) -> Self:
        """The place that a token names.

        :raises RefusalError: it was not given out for this question.
        """
        try:
            page, first, _ = base64.b64decode(token, altchars=b"-_").decode("ascii").split(":")
            place = cls(int(page), int(first))
        except (ValueError, binascii.Error):
            raise _not_valid() from None
        if place.token(question) != token:
            raise _not_valid()
        return place


def _not_valid() -> RefusalError:
    return RefusalError(
        "InvalidPaginationTokenException", "The value supplied for parameter 'nextToken' is not valid."
    )
