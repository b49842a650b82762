"""The input of a bulk run, of whatever kind, read one item at a time."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Collection, Iterable, Iterator
from typing import Generic

from aio_workflows.bulk.outcome import RequestT


class Input(Generic[RequestT]):
    """An input under way. ``length`` is None if it has none; ``whole`` is the input, if it has one."""

    def __init__(self, requests: Iterable[RequestT] | AsyncIterable[RequestT]) -> None:
        self.is_exhausted: bool = False
        self.whole: Collection[RequestT] | None = requests if isinstance(requests, Collection) else None
        self.length: int | None = len(requests) if isinstance(requests, Collection) else None
        self._is_broken = False
        self._asynchronous: AsyncIterator[RequestT] | None = None
        self._iterator: Iterator[RequestT] = iter(())
        if isinstance(requests, AsyncIterable):
            self._asynchronous = aiter(requests)
        else:
            self._iterator = iter(requests)

    async def read(self) -> RequestT:
        """The next item.

        :raises StopAsyncIteration: there are no more.
        """
        try:
            if self._asynchronous is not None:
                return await anext(self._asynchronous)
            return next(self._iterator)
        except (StopIteration, StopAsyncIteration):
            self.is_exhausted = True
            raise StopAsyncIteration from None
        except BaseException:  # noted here, and the caller's to see
            self._is_broken = True
            raise

    def rest(self) -> Iterator[RequestT]:
        """What is left of an input that has a length."""
        if self.length is not None and not self._is_broken:
            for request in self._iterator:  # noqa: UP028 - leaving this must not close the iterator
                yield request
            self.is_exhausted = True
