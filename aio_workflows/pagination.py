"""Listings as async iterators: over all items, or page by page."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, Generic, Protocol, TypeVar, cast

from attrs import evolve

from aio_workflows.errors import InvalidResponseError
from aio_workflows.models.responses import Response
from aio_workflows.models.tables import items_table, to_records
from aio_workflows.protocol.operations import Operation
from aio_workflows.views import View, to_html, to_text


class PageResponse(Protocol):
    """A response that is one page of a listing."""

    @property
    def next_token(self) -> str | None:
        """Where the next page begins; None or empty on the last one."""
        ...


ItemT = TypeVar("ItemT")
PageT = TypeVar("PageT", bound=Response)


class Listing(tuple[ItemT, ...]):
    """The items of a listing, collected. A notebook shows them as a table, and so does ``print``."""

    __slots__ = ()

    def to_records(self) -> list[dict[str, Any]]:
        """The items as plain flat values, for a table: ``pandas.DataFrame(listing.to_records())``.

        Fields of fields and tags have names such as ``state.status`` and ``tags.owner``. All records
        have the same keys.
        """
        return to_records(self)

    def _view(self) -> View:
        what = type(self[0]).__name__ if self else "items"
        return View(title=f"{len(self):,} {what}", tables=[items_table(self)] if self else ())

    def _repr_html_(self) -> str:
        return to_html(self._view())

    def __str__(self) -> str:
        return to_text(self._view())


class Paginator(Generic[ItemT, PageT]):
    """A listing, to be read by ``async for item in listing``; ``listing.pages()`` gives its pages.

    ``await listing.collect()`` gives all items at once, as :class:`Listing`.
    Pages are fetched as they are needed. Each iteration begins anew. Pages may be short or empty
    before the last one, as filtered listings are: only a missing token ends the listing.
    """

    def __init__(
        self,
        fetch: Callable[[Any], Awaitable[PageT]],
        operation: Operation[Any, PageT],
        request: Any,
        *,
        limit: int | None = None,
    ) -> None:
        self._fetch = fetch
        if operation.items is None:
            raise TypeError(f"{operation.name} has no pages")
        self._operation = operation
        self._items_field = operation.items
        self._request = request
        self._limit = limit

    def __repr__(self) -> str:
        return f"<{self._operation.name}: to be read by `async for`, or by `await ....collect()`>"

    async def __aiter__(self) -> AsyncIterator[ItemT]:
        """All items of all pages, up to the limit."""
        left = self._limit
        if left is not None and left <= 0:
            return
        async with aclosing(self.pages()) as pages:
            async for page in pages:
                for item in self._items(page):
                    yield item
                    if left is not None:
                        left -= 1
                        if left == 0:
                            return

    async def collect(self) -> Listing[ItemT]:
        """All items of all pages, up to the limit, in the order of the service."""
        return Listing([item async for item in self])

    async def pages(self) -> AsyncGenerator[PageT, None]:
        """The pages as they come, empty ones included. The limit does not apply to them.

        :raises InvalidResponseError: the service sent a token that it had sent before, so that the
            listing would never end.
        """
        request = self._request
        seen = {self._request.next_token}
        while True:
            page = await self._fetch(request)
            yield page
            token = cast("PageResponse", page).next_token
            if not token:
                return
            if token in seen:
                error = InvalidResponseError(
                    f"the service sent the same nextToken twice ({token[:40]!r}), "
                    "so the listing would never end"
                )
                error.operation = self._operation.name
                error.stop_reason = "not_retryable"
                raise error
            seen.add(token)
            request = evolve(request, next_token=token)

    def _items(self, page: PageT) -> tuple[ItemT, ...]:
        items: tuple[ItemT, ...] | None = getattr(page, self._items_field)
        return items or ()
