"""Items that the service would take for one resource: found before they are sent."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final, Generic, Protocol, TypeVar

from aio_workflows.bulk.outcome import RequestT
from aio_workflows.errors import Collision, CollisionError

_AT_A_TIME: Final = 500  # so that a long input does not hold up the event loop


RequestT_contra = TypeVar("RequestT_contra", contravariant=True)


class Recognition(Protocol[RequestT_contra]):
    """What tells items apart: the part of a :class:`BulkJob` that is needed here."""

    def resource(self, request: RequestT_contra) -> str:
        """What the item will be."""
        ...

    def digest(self, request: RequestT_contra) -> bytes:
        """The hash of its content."""
        ...


async def check_all(job: Recognition[RequestT], requests: Iterable[RequestT]) -> None:
    """Look through a whole input before anything of it is sent.

    :raises CollisionError: with every item that differs from the first of its resource.
    :raises RequestValidationError: an item is not a request for this job.
    """
    first = dict[str, tuple[int, RequestT]]()
    found = list[Collision]()
    for index, request in enumerate(requests):
        if index % _AT_A_TIME == 0:
            await asyncio.sleep(0)
        resource = job.resource(request)
        other, other_request = first.setdefault(resource, (index, request))
        if _differ(job, request, other_request):
            found.append(Collision(first=other, second=index, resource=resource))
    if found:
        raise CollisionError(found)


class Window(Generic[RequestT]):
    """What is in flight, by resource: all that can be looked through of an input without an end."""

    def __init__(self, job: Recognition[RequestT]) -> None:
        self._job = job
        self._in_flight = dict[str, dict[int, RequestT]]()

    def enter(self, resource: str, index: int, request: RequestT) -> None:
        """An item sets out.

        :raises CollisionError: one that is in flight is of the same resource, with another content.
        """
        others = self._in_flight.setdefault(resource, {})
        for other, other_request in others.items():
            if _differ(self._job, request, other_request):
                raise CollisionError([Collision(first=other, second=index, resource=resource)])
        others[index] = request

    def leave(self, resource: str, index: int) -> None:
        """An item that has entered is through."""
        others = self._in_flight[resource]
        del others[index]
        if not others:
            del self._in_flight[resource]


def _differ(job: Recognition[RequestT], one: RequestT, other: RequestT) -> bool:
    return one is not other and job.digest(one) != job.digest(other)
